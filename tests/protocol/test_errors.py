"""Error answers on the wire."""

from __future__ import annotations

import json

import pytest
from botocore.model import ServiceModel

from appint_mock.protocol.errors import (
    COMMON_ERRORS,
    ServiceError,
    known_status,
    missing_authentication_token,
    serialise_error,
)
from tests.shapes import CATALOGUES

APPINTEGRATIONS = CATALOGUES["appintegrations"].model
DATAEXCHANGE = CATALOGUES["dataexchange"].model


def test_a_modelled_error_has_the_models_status_and_spelling() -> None:
    answer = serialise_error(APPINTEGRATIONS, ServiceError("DuplicateResourceException", "Name already in use"))
    assert answer.status == 409
    assert answer.headers["x-amzn-errortype"] == "DuplicateResourceException"
    assert answer.headers["Content-Type"] == "application/json"
    assert json.loads(answer.body) == {"Message": "Name already in use"}


def test_further_members_of_an_error_stand_at_the_top_level() -> None:
    error = ServiceError(
        "ServiceLimitExceededException", "Too many", LimitName="Data sets per account", LimitValue=3000.0
    )
    answer = serialise_error(DATAEXCHANGE, error)
    assert answer.status == 402
    assert json.loads(answer.body) == {
        "Message": "Too many",
        "LimitName": "Data sets per account",
        "LimitValue": 3000.0,
    }


def test_members_that_the_error_does_not_have_are_left_out() -> None:
    error = ServiceError("ConflictException", "No", ResourceId="x", Secret="y", ResourceType=None)
    assert json.loads(serialise_error(DATAEXCHANGE, error).body) == {"Message": "No", "ResourceId": "x"}


@pytest.mark.parametrize(
    ("status", "code"), [(status, code) for status in COMMON_ERRORS for code in COMMON_ERRORS[status]]
)
def test_a_common_error_has_its_status_unless_the_model_has_it(status: int, code: str) -> None:
    modelled = {shape.name: shape.metadata["error"]["httpStatusCode"] for shape in APPINTEGRATIONS.error_shapes}
    answer = serialise_error(APPINTEGRATIONS, ServiceError(code, "text"))
    assert answer.status == known_status(APPINTEGRATIONS, code) == modelled.get(code, status)
    spelling = "Message" if code in modelled or code == "SerializationException" else "message"
    assert json.loads(answer.body) == {spelling: "text"}


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("AccessDeniedException", 403),
        ("SerializationException", 400),
        ("InvalidSignatureException", 403),
        ("MissingAuthenticationTokenException", 403),
        ("MalformedQueryString", 404),
        ("TooManyRequestsException", 429),
        ("InternalFailure", 500),
        ("ServiceUnavailable", 503),
        ("MadeUpException", None),
    ],
)
def test_a_common_error_has_the_status_that_aws_documents(code: str, status: int | None) -> None:
    assert known_status(APPINTEGRATIONS, code) == status


def test_a_modelled_error_without_a_status_is_a_wrong_request_s() -> None:
    model = ServiceModel({"metadata": {}, "shapes": {"Odd": {"type": "structure", "members": {}, "exception": True}}})
    assert known_status(model, "Odd") == 400


def test_an_error_is_its_code_and_its_message() -> None:
    assert str(ServiceError("ConflictException", "No")) == "ConflictException: No"
    assert str(ServiceError("ConflictException")) == "ConflictException"
    assert ServiceError("ConflictException", "No").args == ("ConflictException", "No")
    assert ServiceError("ConflictException").args == ("ConflictException", None)


def test_the_model_wins_over_the_common_table() -> None:
    assert known_status(APPINTEGRATIONS, "ThrottlingException") == 429
    assert known_status(APPINTEGRATIONS, "AccessDeniedException") == 403
    assert json.loads(serialise_error(DATAEXCHANGE, ServiceError("ValidationException", "t")).body) == {"Message": "t"}


def test_a_serialization_exception_without_text_has_an_empty_body() -> None:
    answer = serialise_error(APPINTEGRATIONS, ServiceError("SerializationException"))
    assert (answer.status, answer.body) == (400, b"{}")


def test_an_unsigned_request_is_refused_as_such() -> None:
    answer = serialise_error(APPINTEGRATIONS, missing_authentication_token())
    assert answer.status == 403
    assert answer.headers["x-amzn-errortype"] == "MissingAuthenticationTokenException"
    assert json.loads(answer.body) == {"message": "Missing Authentication Token"}


def test_a_code_that_nobody_knows_needs_a_status() -> None:
    assert known_status(APPINTEGRATIONS, "TeapotException") is None
    with pytest.raises(ValueError, match=r"TeapotException is neither.*give it with status="):
        serialise_error(APPINTEGRATIONS, ServiceError("TeapotException", "short and stout"))
    assert serialise_error(APPINTEGRATIONS, ServiceError("TeapotException", status=418)).status == 418


def test_a_given_status_goes_before_the_models() -> None:
    assert serialise_error(APPINTEGRATIONS, ServiceError("ThrottlingException", status=400)).status == 400


def test_a_required_message_is_there_even_if_none_was_given() -> None:
    assert serialise_error(DATAEXCHANGE, ServiceError("ThrottlingException")).body == b'{"Message":""}'
    assert serialise_error(APPINTEGRATIONS, ServiceError("ThrottlingException")).body == b"{}"
