"""What holds for each of the operations: where it is served, its status, the errors that it can answer."""

from __future__ import annotations

import re
from typing import Any

import pytest

from appint_mock.protocol.message import Request
from appint_mock.scopes.dispatch import answer
from appint_mock.scopes.stack import open_scopes
from appint_mock.services.dataexchange.service import SERVICE
from tests.conformance import programs
from tests.fidelity.dataexchange import holds
from tests.fidelity.operations import given

from .actors import Actor

MODEL: Any = SERVICE.catalogue.model

_CODES = {
    "A": "AccessDeniedException",
    "C": "ConflictException",
    "L": "ServiceLimitExceededException",
    "N": "ResourceNotFoundException",
    "V": "ValidationException",
}
#: Each operation with its status, and the errors that it answers besides those of broken constraints.
OPERATIONS = """
    CreateDataSet                201 VL
    GetDataSet                   200 N
    ListDataSets                 200 V
    UpdateDataSet                200 NA
    DeleteDataSet                204 NAC
    CreateRevision               201 VNAL
    GetRevision                  200 N
    ListDataSetRevisions         200 VN
    UpdateRevision               200 VNAC
    RevokeRevision               200 NAC
    DeleteRevision               204 NAC
    GetAsset                     200 N
    ListRevisionAssets           200 VN
    UpdateAsset                  200 NAC
    DeleteAsset                  204 NAC
    CreateJob                    201 VNACL
    GetJob                       200 N
    ListJobs                     200 V
    StartJob                     202 NCL
    CancelJob                    204 NC
    CreateEventAction            201 VL
    GetEventAction               200 N
    ListEventActions             200 V
    UpdateEventAction            200 VN
    DeleteEventAction            204 N
    CreateDataGrant              201 VNAL
    GetDataGrant                 200 N
    ListDataGrants               200 V
    DeleteDataGrant              204 N
    AcceptDataGrant              200 NC
    GetReceivedDataGrant         200 N
    ListReceivedDataGrants       200 V
    ListTagsForResource          200 VNA
    TagResource                  204 VNA
    UntagResource                204 VNA
    SendApiAsset                 200 VNA
    SendDataSetNotification      202 VNAC
"""
ROWS = [tuple(line.split()) for line in OPERATIONS.strip().splitlines()]


def test_the_table_has_every_operation_once() -> None:
    assert sorted(name for name, _, _ in ROWS) == sorted(MODEL.operation_names)
    assert len(ROWS) == 37


@holds("wire.operations")
@pytest.mark.parametrize("name", MODEL.operation_names)
def test_an_operation_is_reached_by_its_method_and_path_alone(aws: Any, name: str) -> None:
    binding = MODEL.operation_model(name).http
    path = re.sub(r"{\w+}", "x", binding["requestUri"])
    request = Request(binding["method"], f"https://localhost:1234{path}", {"Authorization": "x"}, b"{}")
    answered = answer(open_scopes("dataexchange"), request)
    assert answered.headers.get("x-amzn-errortype") != "MissingAuthenticationTokenException"
    assert aws.calls[-1].operation == name


@holds("wire.statuses")
def test_every_success_has_its_status(aws: Any) -> None:
    programs.dataexchange(aws)
    assert {call.operation: str(call.status_code) for call in aws.calls} == {name: status for name, status, _ in ROWS}


@holds("wire.errors")
@pytest.mark.parametrize(("name", "letters"), [(name, letters) for name, _, letters in ROWS])
def test_an_operation_can_answer_these_errors_and_no_others(name: str, letters: str) -> None:
    # Every error that any test of the suite gets is held against the same source: see the suite's conftest.
    assert given("dataexchange")[name] == {_CODES[letter] for letter in letters}


@holds("errors.never-alone")
@pytest.mark.parametrize(("code", "status"), [("ThrottlingException", 429), ("InternalServerException", 500)])
def test_trouble_comes_only_when_a_test_orders_it(aws: Any, provider: Actor, code: str, status: int) -> None:
    assert not any(code in codes for codes in given("dataexchange").values())
    aws.fail("ListDataSets", code, "Not now.", times=None)
    with pytest.raises(getattr(provider.client.exceptions, code)) as caught:
        provider.client.list_data_sets()
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    assert caught.value.response["Error"]["Message"] == "Not now."


@holds("grants.no-update")
def test_a_grant_has_no_update() -> None:
    assert not [name for name in MODEL.operation_names if re.match("(Update|Put|Patch).*Grant", name)]
