"""The first check that fails answers: one test for each pair of neighbours."""

from __future__ import annotations

from typing import Any

import pytest

from appint_mock import AppIntegrationsBackend, mock_appintegrations
from appint_mock.protocol.message import Request
from appint_mock.scopes.dispatch import answer
from appint_mock.scopes.stack import open_scopes
from tests.appintegrations import wire
from tests.appintegrations.resources import (
    NOWHERE,
    ON_DEMAND,
    associate_data_integration,
    create_application,
    create_data_integration,
    create_event_integration,
    invalid,
    not_found,
    refused,
    taken,
    violating,
)
from tests.fidelity.appintegrations import holds

_UNSIGNED = ("MissingAuthenticationTokenException", "Missing Authentication Token")
_STRUCTURE_FOR_STRING = wire.body('{"Name": {}, "EventFilter": {"Source": "x"}}')


def _unsign(request: Any) -> None:
    del request.headers["Authorization"]


def _unsigned_and_unreadable(request: Any) -> None:
    _unsign(request)
    _STRUCTURE_FOR_STRING(request)


@holds("order.signature", "order.nothing-changes")
def test_an_unsigned_request_is_refused_before_its_body_is_read(client: Any) -> None:
    with wire.rewriting(client, _unsigned_and_unreadable), refused(*_UNSIGNED):
        create_event_integration(client)


@holds("order.route")
def test_an_unknown_route_is_refused_before_its_body_is_read(aws: Any) -> None:
    request = Request("POST", "https://x/nowhere", {"Authorization": "x"}, b"no JSON")
    assert answer(open_scopes("appintegrations"), request).headers["x-amzn-errortype"] == _UNSIGNED[0]


@holds("order.body-fault")
@pytest.mark.appint_mock_allow("unused_faults")
def test_a_body_of_the_wrong_types_is_refused_before_a_fault_is_applied(aws: Any, client: Any) -> None:
    aws.fail("*", "ThrottlingException")
    text = "Start of structure or map found where not expected."
    with wire.rewriting(client, _STRUCTURE_FOR_STRING), refused("SerializationException", text):
        create_event_integration(client)
    assert [fault.applied for fault in aws.faults] == [0]


@holds("order.fault-constraints")
def test_a_fault_is_applied_before_constraints_are_checked(aws: Any, client: Any) -> None:
    aws.fail("GetEventIntegration", "ThrottlingException", "ordered", times=None)
    with refused("ThrottlingException", "ordered"):
        client.get_event_integration(Name="not a name")


@holds("order.constraints-resource")
def test_constraints_are_checked_before_the_resource_is_looked_for(client: Any) -> None:
    with violating(
        "Value '0' at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 1"
    ):
        client.list_data_integration_associations(DataIntegrationIdentifier="missing", MaxResults=0)


@holds("order.parent")
def test_a_missing_parent_is_not_found_before_its_missing_child(client: Any) -> None:
    with not_found("DataIntegration", "missing"):
        client.update_data_integration_association(
            DataIntegrationIdentifier="missing",
            DataIntegrationAssociationIdentifier=NOWHERE,
            ExecutionConfiguration=ON_DEMAND,
        )


@holds("order.resource-token")
@pytest.mark.parametrize(
    ("operation", "identifier", "kind"),
    [
        ("list_event_integration_associations", {"EventIntegrationName": "missing"}, "EventIntegration"),
        ("list_data_integration_associations", {"DataIntegrationIdentifier": "missing"}, "DataIntegration"),
        ("list_application_associations", {"ApplicationId": NOWHERE}, "Application"),
    ],
)
def test_a_missing_resource_is_not_found_before_an_invalid_next_token(
    client: Any, operation: str, identifier: dict[str, str], kind: str
) -> None:
    with not_found(kind, *identifier.values()):
        getattr(client, operation)(**identifier, NextToken="invalid")


@holds("order.resource-token")
def test_a_missing_resource_is_not_found_before_its_client_token_is_looked_at(client: Any) -> None:
    create_data_integration(client)
    associate_data_integration(client, ClientToken="t")
    with not_found("DataIntegration", "missing"):
        associate_data_integration(client, "missing", ClientToken="t")


@holds("order.token-rules")
def test_a_client_token_is_looked_at_before_rules_between_members(client: Any) -> None:
    create_data_integration(client)
    first = associate_data_integration(client, ClientToken="t")
    # Known with the same parameters: the first answer, though the integration was associated by now.
    assert associate_data_integration(client, ClientToken="t") == first
    wrong_mode = {"ExecutionConfiguration": {**ON_DEMAND, "ExecutionMode": "SCHEDULED"}}
    with invalid("The ClientToken was already used with different parameters"):
        associate_data_integration(client, ClientToken="t", **wrong_mode)


@holds("order.token-rules")
@pytest.mark.parametrize("create", [create_event_integration, create_data_integration, create_application])
def test_a_client_token_is_looked_at_before_what_else_forbids_the_create(client: Any, create: Any) -> None:
    create(client, ClientToken="t")
    with mock_appintegrations(quotas={"event_integrations": 1, "data_integrations": 1, "applications": 1}):
        create(client, ClientToken="t")
        with invalid("The ClientToken was already used with different parameters"):
            create(client, ClientToken="t", Description="another")


@holds("order.rules-uniqueness")
def test_rules_come_before_uniqueness(client: Any) -> None:
    create_application(client)
    with invalid("InitializationTimeout is required when IsService is true"):
        create_application(client, IsService=True)
    arn = create_application(client, "other")["Arn"]
    with invalid("InitializationTimeout is required when IsService is true"):
        client.update_application(Arn=arn, Name="desk", IsService=True)


@holds("order.rules-uniqueness")
@pytest.mark.parametrize("create", [create_event_integration, create_data_integration, create_application])
def test_rules_on_tags_come_before_uniqueness(client: Any, create: Any) -> None:
    # Only where the model's pattern lets the key pass, it comes so far.
    key = "AWS:x"
    create(client)
    with invalid("aws: prefixed tag key names are not allowed for external use."):
        create(client, Tags={key: "1"})


@holds("order.uniqueness-quota")
@pytest.mark.parametrize("create", [create_event_integration, create_data_integration, create_application])
def test_uniqueness_comes_before_the_quota(client: Any, create: Any) -> None:
    create(client)
    with (
        mock_appintegrations(quotas={"event_integrations": 1, "data_integrations": 1, "applications": 1}),
        taken("Name"),
    ):
        create(client)


@holds("order.uniqueness-quota")
def test_an_associated_integration_is_reported_before_the_quota(client: Any) -> None:
    create_data_integration(client)
    associate_data_integration(client)
    with (
        mock_appintegrations(quotas={"data_integration_associations": 1}),
        invalid("A DataIntegration that was previously associated cannot be associated again"),
    ):
        associate_data_integration(client)


@holds("order.defects")
def test_a_defect_of_the_mock_is_raised_and_never_an_aws_answer(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: AppIntegrationsBackend, **members: Any) -> None:
        raise ZeroDivisionError("a defect")

    monkeypatch.setattr(AppIntegrationsBackend, "list_applications", broken)
    with pytest.raises(ZeroDivisionError, match="a defect"):
        client.list_applications()


@holds("order.partner-sources")
@pytest.mark.parametrize("source", ["aws.partner/examplepartner.com", "aws.partner/made.up/1", "aws.cases"])
def test_made_up_partner_sources_on_the_default_bus_are_accepted(client: Any, source: str) -> None:
    create_event_integration(client, EventFilter={"Source": source}, EventBridgeBus="default")
    assert client.get_event_integration(Name="orders")["EventFilter"] == {"Source": source}


@holds("order.nothing-looked-up")
def test_keys_buckets_buses_and_urls_are_never_looked_up(client: Any) -> None:
    create_event_integration(client, EventBridgeBus="no-such-bus")
    create_data_integration(client, KmsKey="no key", SourceURI="s3://no-such-bucket/x")
    associate_data_integration(client, DestinationURI="s3://no-such-bucket/y")
    create_application(client, ApplicationSourceConfig={"ExternalUrlConfig": {"AccessUrl": "https://no.such.host"}})
