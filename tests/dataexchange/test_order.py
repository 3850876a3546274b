"""The first check that fails answers: one test for each pair of neighbours."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from appint_mock import mock_dataexchange
from appint_mock.protocol.message import Request
from appint_mock.scopes.dispatch import answer
from appint_mock.scopes.stack import open_scopes
from tests.appintegrations import wire
from tests.fidelity.dataexchange import holds

from .actors import ACCOUNT, NOWHERE, Actor, conflict, invalid, not_found, of, read_only

NOT_A_NAME = wire.body('{"Name": {}}')


def _unsigned_and_unreadable(request: Any) -> None:
    del request.headers["Authorization"]
    NOT_A_NAME(request)


def _code(caught: pytest.ExceptionInfo[ClientError]) -> str:
    code: str = caught.value.response["Error"]["Code"]
    return code


@holds("order.signature")
def test_an_unsigned_request_is_refused_before_its_body_is_read(provider: Actor) -> None:
    with wire.rewriting(provider.client, _unsigned_and_unreadable), pytest.raises(ClientError) as caught:
        provider.data_set()
    assert _code(caught) == "MissingAuthenticationTokenException"


@holds("order.signature")
def test_an_unknown_route_is_refused_before_its_body_is_read(aws: Any) -> None:
    request = Request("POST", "https://x/v1/nowhere", {"Authorization": "x"}, b"no JSON")
    answered = answer(open_scopes("dataexchange"), request)
    assert answered.headers["x-amzn-errortype"] == "MissingAuthenticationTokenException"


@holds("order.body-fault")
@pytest.mark.appint_mock_allow("unused_faults")
def test_a_body_of_the_wrong_types_is_refused_before_a_fault_is_applied(aws: Any, provider: Actor) -> None:
    aws.fail("*", "ThrottlingException")
    with wire.rewriting(provider.client, NOT_A_NAME), pytest.raises(ClientError) as caught:
        provider.data_set()
    assert _code(caught) == "SerializationException"
    assert [fault.applied for fault in aws.faults] == [0]


@holds("order.fault-constraints")
def test_a_fault_is_applied_before_constraints_are_checked(aws: Any, provider: Actor) -> None:
    aws.fail("GetDataSet", "ThrottlingException", "ordered", times=None)
    with pytest.raises(ClientError) as caught:
        provider.client.get_data_set(DataSetId="not an id")
    assert _code(caught) == "ThrottlingException"


@holds("order.constraints-rules")
def test_constraints_are_checked_before_rules_between_members(provider: Actor) -> None:
    data_set = provider.data_set()
    with invalid('The following parameter(s) are not valid: "Name" is not allowed to be empty.'):
        provider.grant(data_set, ACCOUNT, Name="")


@holds("order.lookups-state")
def test_a_missing_asset_is_not_found_before_its_revisions_state_is_looked_at(provider: Actor) -> None:
    revision = provider.finalized(provider.data_set())
    with not_found("ASSET", NOWHERE):
        provider.client.update_asset(**of(revision), AssetId=NOWHERE, Name="b.csv")
    with not_found("ASSET", NOWHERE):
        provider.client.delete_asset(**of(revision), AssetId=NOWHERE)


@holds("order.lookups-token")
def test_the_listed_parent_is_looked_for_before_the_token_is_looked_at(provider: Actor) -> None:
    data_set = provider.data_set()
    with not_found("DATA_SET", NOWHERE):
        provider.client.list_data_set_revisions(DataSetId=NOWHERE, NextToken="invalid")
    with not_found("REVISION", NOWHERE):
        provider.client.list_revision_assets(DataSetId=data_set["Id"], RevisionId=NOWHERE, NextToken="invalid")


@holds("order.state-quotas")
def test_ownership_is_asked_before_the_quota(provider: Actor) -> None:
    given = {"name": "Weather", "description": "Hourly", "asset_type": "S3_SNAPSHOT", "product_id": "prod-weather"}
    data_set_id = provider.backend.add_entitled_data_set(**given)
    with mock_dataexchange(quotas={"revisions_per_data_set": 0}), read_only(data_set_id):
        provider.client.create_revision(DataSetId=data_set_id)


@holds("errors.revision-order")
def test_a_revoked_revision_is_called_revoked_and_a_published_one_published(provider: Actor) -> None:
    # Both are finalised too, and the revoked one is published.
    data_set = provider.data_set()
    published, revoked = provider.finalized(data_set), provider.finalized(data_set)
    provider.grant(data_set)
    provider.revoke(revoked)
    for revision, word in ((published, "published"), (revoked, "revoked")):
        text = f"Revision {revision['Id']} is {word} and cannot be changed."
        with conflict("REVISION", revision["Id"], text):
            provider.client.delete_revision(**of(revision))
