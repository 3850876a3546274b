"""Event integrations and their associations."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.appintegrations import wire
from tests.appintegrations.resources import (
    ARN,
    SOURCE,
    create_event_integration,
    invalid,
    taken,
)
from tests.fidelity.appintegrations import holds


def _plain(answer: Any) -> Any:
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


@holds("event-integrations.create")
def test_create_answers_the_arn_alone(client: Any) -> None:
    answer = create_event_integration(client, Description="d", Tags={"a": "1"})
    assert _plain(answer) == {"EventIntegrationArn": f"{ARN}event-integration/orders"}


@holds("event-integrations.get", "event-integrations.list")
@pytest.mark.parametrize("optional", [{}, {"Description": "d"}, {"Description": "d", "Tags": {"a": "1"}}])
def test_get_and_list_show_what_was_created(client: Any, optional: dict[str, Any]) -> None:
    create_event_integration(client, EventBridgeBus="bus/a", **optional)
    expected = {
        "Name": "orders",
        "EventIntegrationArn": f"{ARN}event-integration/orders",
        "EventBridgeBus": "bus/a",
        "EventFilter": {"Source": SOURCE},
        "Tags": {},
        **optional,
    }
    assert _plain(client.get_event_integration(Name="orders")) == expected
    assert client.list_event_integrations()["EventIntegrations"] == [expected]


@holds("event-integrations.taken", "event-integrations.taken-text")
def test_a_taken_name_is_a_duplicate(client: Any) -> None:
    create_event_integration(client)
    with taken("Name"):
        create_event_integration(client, Description="another")


@holds("event-integrations.update")
def test_update_changes_the_description_only(client: Any) -> None:
    create_event_integration(client)
    before = _plain(client.get_event_integration(Name="orders"))
    for description in ("new", ""):
        body = {"Description": description, "EventBridgeBus": "x", "EventFilter": {"Source": "aws.cases"}}
        with wire.rewriting(client, wire.body(json.dumps(body))):
            client.update_event_integration(Name="orders")
        assert _plain(client.get_event_integration(Name="orders")) == {**before, "Description": description}


@holds("event-integrations.delete-associated", "event-integrations.delete-associated-text")
def test_deleting_an_associated_event_integration_is_refused(client: Any, backend: Any) -> None:
    create_event_integration(client)
    arns = [backend.associate_event_integration("orders", client_id="c") for _ in range(2)]
    for arn in arns:
        with invalid("An EventIntegration with EventIntegrationAssociations cannot be deleted"):
            client.delete_event_integration(Name="orders")
        backend.disassociate(arn)
    client.delete_event_integration(Name="orders")


@holds("event-integrations.associations", "event-integrations.associated-by")
@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ({}, {}),
        ({"event_bridge_rule_name": "rule"}, {"EventBridgeRuleName": "rule"}),
        ({"client_association_metadata": {"k": "v"}}, {"ClientAssociationMetadata": {"k": "v"}}),
    ],
)
def test_an_association_shows_what_it_was_made_with(
    client: Any, backend: Any, given: dict[str, Any], shown: dict[str, Any]
) -> None:
    create_event_integration(client)
    arn = backend.associate_event_integration("orders", client_id="connect.amazonaws.com", **given)
    (association,) = client.list_event_integration_associations(EventIntegrationName="orders")[
        "EventIntegrationAssociations"
    ]
    assert association == {
        "EventIntegrationAssociationArn": arn,
        "EventIntegrationAssociationId": arn.rpartition("/")[2],
        "EventIntegrationName": "orders",
        "ClientId": "connect.amazonaws.com",
        **shown,
    }


@holds("event-integrations.associated-by")
def test_an_event_integration_recreated_after_disassociating_has_no_associations(client: Any, backend: Any) -> None:
    create_event_integration(client)
    backend.disassociate(backend.associate_event_integration("orders", client_id="c"))
    client.delete_event_integration(Name="orders")
    create_event_integration(client)
    listed = client.list_event_integration_associations(EventIntegrationName="orders")
    assert listed["EventIntegrationAssociations"] == []
