"""What no public API can do: the backend's own methods; and faults that a test orders."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore import xform_name
from botocore.config import Config

from appint_mock import AppintMockError, mock_appintegrations
from appint_mock.protocol.errors import COMMON_ERRORS
from appint_mock.services.appintegrations.backend import AppIntegrationsBackend
from tests.appintegrations import wire
from tests.appintegrations.resources import (
    ARN,
    MODEL,
    NOWHERE,
    associate_data_integration,
    create_application,
    create_data_integration,
    create_event_integration,
    make_all,
)
from tests.fidelity.appintegrations import holds

# The backend's own methods


@holds("backend.missing")
@pytest.mark.parametrize("identifier", ["missing", "orders/x", f"{ARN}event-integration/orders"])
def test_associating_a_missing_event_integration_is_the_test_s_mistake(
    aws: Any, client: Any, backend: Any, identifier: str
) -> None:
    create_event_integration(client)
    before = aws.snapshot()
    with pytest.raises(AppintMockError, match="Could not find EventIntegration"):
        backend.associate_event_integration(identifier, client_id="c")
    assert aws.snapshot() == before


@holds("backend.missing")
@pytest.mark.parametrize("identifier", [NOWHERE, "desk", f"{ARN}application/{NOWHERE}"])
def test_associating_a_missing_application_is_the_test_s_mistake(client: Any, backend: Any, identifier: str) -> None:
    create_application(client)
    with pytest.raises(AppintMockError, match="Could not find Application"):
        backend.associate_application(identifier)


@holds("backend.missing")
def test_disassociating_what_is_no_association_is_the_test_s_mistake(client: Any, backend: Any) -> None:
    made = make_all(client, backend)
    wrong = [*made[:3], "garbage", f"{made.event_integration_association}x", made[4].replace("us-east", "eu-west")]
    for arn in wrong:
        with pytest.raises(AppintMockError, match="is not the ARN of an association"):
            backend.disassociate(arn)
    for arn in made[3:]:
        backend.disassociate(arn)
        with pytest.raises(AppintMockError, match="is not the ARN of an association"):
            backend.disassociate(arn)
    assert client.list_event_integrations()["EventIntegrations"] != []


@holds("backend.missing")
def test_an_event_integration_named_like_an_association_is_none(client: Any, backend: Any) -> None:
    create_event_integration(client, "event-integration-association/x/y")
    for arn in (
        f"{ARN}event-integration/event-integration-association/x/y",
        f"{ARN}event-integration-association/x/y",
    ):
        with pytest.raises(AppintMockError, match="is not the ARN of an association"):
            backend.disassociate(arn)
    assert len(client.list_event_integrations()["EventIntegrations"]) == 1


@holds("backend.missing")
def test_finishing_the_run_of_what_is_no_association_is_the_test_s_mistake(client: Any, backend: Any) -> None:
    made = make_all(client, backend)
    for arn in [each for each in made if each != made.data_integration_association] + ["garbage"]:
        with pytest.raises(AppintMockError, match="is not the ARN of a data integration association"):
            backend.finish_execution(arn)


@holds("backend.status")
@pytest.mark.parametrize("status", ["IN_PROGRESS", "completed", "", None])
def test_a_run_ends_completed_or_failed_only(aws: Any, client: Any, backend: Any, status: Any) -> None:
    create_data_integration(client)
    arn = associate_data_integration(client)
    before = aws.snapshot()
    with pytest.raises(AppintMockError, match="give 'COMPLETED' or 'FAILED'"):
        backend.finish_execution(arn, status)
    assert aws.snapshot() == before


@holds("backend.quota")
def test_associating_beyond_the_quota_is_the_test_s_mistake(aws: Any, client: Any, backend: Any) -> None:
    create_event_integration(client)
    with mock_appintegrations(quotas={"event_integration_associations": 1}):
        backend.associate_event_integration("orders", client_id="c")
        before = aws.snapshot()
        with pytest.raises(AppintMockError, match="quota of 1 event integration associations has been exceeded"):
            backend.associate_event_integration("orders", client_id="c")
    assert aws.snapshot() == before


@holds("backend.as-given")
def test_seeded_values_are_stored_as_given(client: Any, backend: Any) -> None:
    create_event_integration(client)
    metadata = {"k" * 255: "v" * 255, "b": "c"}
    backend.associate_event_integration(
        "orders", client_id="c c", event_bridge_rule_name="rule", client_association_metadata=metadata
    )
    metadata["later"] = "x"
    with wire.recording(client) as answers:
        client.list_event_integration_associations(EventIntegrationName="orders")
    (shown,) = json.loads(answers[0].body)["EventIntegrationAssociations"]
    assert shown["ClientId"] == "c c"
    assert shown["EventBridgeRuleName"] == "rule"
    assert shown["ClientAssociationMetadata"] == {"k" * 255: "v" * 255, "b": "c"}


@holds("backend.as-given")
@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"client_id": ""}, "ClientId has 0 characters, not from 1 to 255"),
        ({"client_id": 5}, "ClientId is 5, not a text"),
        ({"event_bridge_rule_name": "é é"}, "EventBridgeRuleName is 'é é', which does not match"),
        ({"client_association_metadata": {"a": "v" * 256}}, "ClientAssociationMetadata.a has 256 characters"),
        ({"client_association_metadata": ["a"]}, "ClientAssociationMetadata is a list of 1, not an object"),
        ({"name": 5}, "name is 5, not a text"),
    ],
    ids=str,
)
def test_seeded_values_that_no_answer_could_show_are_refused(
    client: Any, backend: Any, given: dict[str, Any], text: str
) -> None:
    create_event_integration(client)
    with pytest.raises(AppintMockError, match=re.escape(f"backend.associate_event_integration: {text}")):
        backend.associate_event_integration(**{"name": "orders", "client_id": "c", **given})
    assert (
        client.list_event_integration_associations(EventIntegrationName="orders")["EventIntegrationAssociations"] == []
    )


@holds("backend.as-given")
def test_an_application_s_association_is_by_a_client_that_an_answer_could_show(client: Any, backend: Any) -> None:
    arn = create_application(client)["Arn"]
    with pytest.raises(AppintMockError, match=r"^backend\.associate_application: ClientId is 5, not a text\."):
        backend.associate_application(arn, client_id=5)
    assert client.list_application_associations(ApplicationId=arn)["ApplicationAssociations"] == []


@holds("backend.as-given")
def test_a_run_ends_with_a_message_that_an_answer_could_show(aws: Any, client: Any, backend: Any) -> None:
    create_data_integration(client)
    arn = associate_data_integration(client)
    before = aws.snapshot()
    text = "backend.finish_execution: LastExecutionStatus.StatusMessage is 5, not a text."
    with pytest.raises(AppintMockError, match=f"^{re.escape(text)}"):
        backend.finish_execution(arn, "FAILED", 5)
    assert aws.snapshot() == before


@holds("backend.as-given")
@pytest.mark.parametrize(
    ("method", "argument"),
    [
        ("associate_application", "identifier"),
        ("disassociate", "association_arn"),
        ("finish_execution", "association_arn"),
    ],
)
def test_what_a_test_s_method_is_about_is_named_by_a_text(backend: Any, method: str, argument: str) -> None:
    with pytest.raises(AppintMockError, match=rf"^backend\.{method}: {argument} is 5, not a text\.\n"):
        getattr(backend, method)(5)


@pytest.mark.parametrize("operation", MODEL.operation_names)
def test_an_operation_s_method_is_named_as_boto3_names_it_and_says_which_it_is(operation: str) -> None:
    method = getattr(AppIntegrationsBackend, xform_name(operation))
    assert (method.__name__, method.__doc__.partition(".")[0]) == (xform_name(operation), operation)


@holds("backend.as-given")
def test_a_seeded_association_blocks_the_delete_like_any_other(client: Any, backend: Any) -> None:
    made = make_all(client, backend)
    deletes: list[Callable[[], Any]] = [
        lambda: client.delete_event_integration(Name="orders"),
        lambda: client.delete_data_integration(DataIntegrationIdentifier="orders"),
        lambda: client.delete_application(Arn=made.application),
    ]
    for delete in deletes:
        with pytest.raises(client.exceptions.InvalidRequestException):
            delete()


def test_what_is_deleted_keeps_no_room_for_its_associations(client: Any, backend: Any) -> None:
    made = make_all(client, backend)
    for arn in made[3:]:
        backend.disassociate(arn)
    client.delete_event_integration(Name="orders")
    client.delete_data_integration(DataIntegrationIdentifier="orders")
    client.delete_application(Arn=made.application)
    assert backend.event_integration_associations.tables() == []
    assert backend.data_integration_associations.tables() == []
    assert backend.application_associations.tables() == []


# Faults

_BY_FAULT_ONLY = [
    "AccessDeniedException",
    "ConflictException",
    "InternalServiceError",
    "ThrottlingException",
    "UnsupportedOperationException",
]


@holds("faults.modelled", "faults.never-alone")
@pytest.mark.parametrize("code", sorted(shape.error_code for shape in MODEL.error_shapes))
def test_any_modelled_error_can_be_ordered_for_any_operation(aws: Any, client: Any, code: str) -> None:
    aws.fail("ListApplications", code, "why", times=None)
    with wire.recording(client) as answers, pytest.raises(getattr(client.exceptions, code)) as caught:
        client.list_applications()
    assert caught.value.response["Error"]["Message"] == "why"
    assert answers[-1].status == MODEL.shape_for_error_code(code).metadata["error"]["httpStatusCode"]
    assert answers[-1].headers["x-amzn-errortype"] == code
    (name,) = json.loads(answers[-1].body)
    assert name in MODEL.shape_for_error_code(code).members


def test_the_errors_that_only_a_fault_gives_are_modelled() -> None:
    known = {shape.error_code for shape in MODEL.error_shapes}
    assert set(_BY_FAULT_ONLY) - known <= {"ConflictException"}
    assert len(known) in (8, 9)


#: As the behaviour is written down: status by code. Two of them are modelled, and the model wins.
_COMMON = {
    400: "IncompleteSignature InvalidAction InvalidParameterCombination InvalidParameterValue InvalidQueryParameter "
    "MissingAction MissingParameter NotAuthorized RequestExpired ValidationError ValidationException "
    "SerializationException",
    403: "InvalidClientTokenId MissingAuthenticationToken MissingAuthenticationTokenException OptInRequired "
    "UnrecognizedClientException ExpiredTokenException InvalidSignatureException AccessDeniedException",
    404: "MalformedQueryString",
    429: "ThrottlingException TooManyRequestsException",
    500: "InternalFailure",
    503: "ServiceUnavailable",
}


@holds("faults.common")
@pytest.mark.parametrize(("status", "code"), [(status, code) for status in _COMMON for code in _COMMON[status].split()])
def test_the_common_errors_can_be_ordered_with_their_statuses(aws: Any, client: Any, status: int, code: str) -> None:
    aws.fail("ListApplications", code, "why", times=None)
    with wire.recording(client) as answers, pytest.raises(client.exceptions.ClientError) as caught:
        client.list_applications()
    assert caught.value.response["Error"]["Code"] == code
    assert answers[-1].status == status
    if code not in {shape.error_code for shape in MODEL.error_shapes}:
        assert {name.lower(): value for name, value in json.loads(answers[-1].body).items()} == {"message": "why"}


@holds("faults.common")
def test_the_common_errors_are_these() -> None:
    listed = {code for codes in COMMON_ERRORS.values() for code in codes}
    assert listed == {code for codes in _COMMON.values() for code in codes.split()}


@holds("faults.too-many-requests")
@pytest.mark.parametrize("mode", ["legacy", "standard"])
def test_too_many_requests_is_an_error_of_every_operation_and_tried_again(aws: Any, mode: str) -> None:
    client: Any = boto3.client("appintegrations", config=Config(retries={"mode": mode, "max_attempts": 3}))
    for operation in client.meta.service_model.operation_names:
        aws.fail(operation, "TooManyRequestsException", "Too Many Requests")
    assert client.list_applications()["Applications"] == []
    assert [call.status_code for call in aws.calls.of("ListApplications")] == [429, 200]
    aws.faults.clear()


@holds("faults.common")
def test_another_code_needs_a_status(aws: Any, client: Any) -> None:
    with pytest.raises(ValueError, match="status"):
        aws.fail("ListApplications", "SomethingElse")
    aws.fail("ListApplications", "SomethingElse", status=418)
    with pytest.raises(client.exceptions.ClientError, match="SomethingElse") as caught:
        client.list_applications()
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 418
