"""Faults: every form of ``aws.fail``, and which calls they are applied to."""

from __future__ import annotations

import contextlib
import threading
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
)

from appint_mock import AppIntegrationsBackend, AppintMockError, ServiceMock, mock_appintegrations, mock_dataexchange
from appint_mock.protocol.errors import COMMON_ERRORS
from appint_mock.services.appintegrations.service import SERVICE as APPINTEGRATIONS
from appint_mock.services.dataexchange.service import SERVICE as DATAEXCHANGE

Handle = ServiceMock[AppIntegrationsBackend]
ORDERS: dict[str, Any] = {
    "Name": "orders",
    "EventFilter": {"Source": "aws.partner/example"},
    "EventBridgeBus": "default",
}
#: What a mode of retries does about the calls that fail for good.
ATTEMPTS = {"legacy": 5, "standard": 3}


@pytest.fixture
def aws() -> Iterator[Handle]:
    with mock_appintegrations() as aws:
        yield aws


@pytest.fixture
def client(aws: Handle) -> Any:
    """A client that tries once."""
    return boto3.client("appintegrations", config=Config(retries={"total_max_attempts": 1}))


def codes(aws: Handle) -> list[str | None]:
    return [call.error_code for call in aws.calls]


# What the caller sees --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("service", "code", "status"),
    [
        pytest.param(
            service, shape.error_code, shape.metadata["error"]["httpStatusCode"], id=f"{service.name} {shape.name}"
        )
        for service in (APPINTEGRATIONS, DATAEXCHANGE)
        for shape in service.catalogue.model.error_shapes
    ],
)
def test_a_modelled_error_has_the_models_status_and_class(service: Any, code: str, status: int) -> None:
    mock: Any = {"appintegrations": mock_appintegrations, "dataexchange": mock_dataexchange}[service.name]
    method, operation = {
        "appintegrations": ("list_applications", "ListApplications"),
        "dataexchange": ("list_data_sets", "ListDataSets"),
    }[service.name]
    with mock() as aws:
        client: Any = boto3.client(service.name, config=Config(retries={"total_max_attempts": 1}))
        aws.fail(operation, code, "given by the test")
        with pytest.raises(getattr(client.exceptions, code)) as caught:
            getattr(client, method)()
    response: Any = caught.value.response
    assert response["ResponseMetadata"]["HTTPStatusCode"] == status
    assert response["Error"] == {"Code": code, "Message": "given by the test"}
    assert (aws.calls.last.status_code, aws.calls.last.error_code) == (status, code)


@pytest.mark.parametrize(
    ("code", "status"),
    [
        (code, status)
        for status, codes in COMMON_ERRORS.items()
        for code in codes
        if APPINTEGRATIONS.catalogue.model.shape_for_error_code(code) is None
    ],
)
def test_an_error_that_is_common_to_aws_has_its_status(aws: Handle, client: Any, code: str, status: int) -> None:
    aws.fail("ListApplications", code)
    with pytest.raises(ClientError) as caught:
        client.list_applications()
    assert type(caught.value) is ClientError
    assert caught.value.response["Error"]["Code"] == code
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status


def test_any_other_error_has_the_status_that_the_test_gives(aws: Handle, client: Any) -> None:
    aws.fail("ListApplications", "TeapotException", "short and stout", status=418)
    with pytest.raises(ClientError, match=r"\(TeapotException\).*short and stout") as caught:
        client.list_applications()
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 418


def test_a_given_status_goes_before_the_models(aws: Handle, client: Any) -> None:
    aws.fail("ListApplications", "ThrottlingException", status=503)
    with pytest.raises(client.exceptions.ThrottlingException):
        client.list_applications()
    assert aws.calls.last.status_code == 503


def test_an_error_without_a_message_says_where_it_comes_from(aws: Handle, client: Any) -> None:
    aws.fail("ListApplications", "AccessDeniedException")
    with pytest.raises(client.exceptions.AccessDeniedException, match=r"Injected by aws.fail\(\)"):
        client.list_applications()
    aws.fail("ListApplications", "AccessDeniedException", "")
    with pytest.raises(client.exceptions.AccessDeniedException) as caught:
        client.list_applications()
    assert caught.value.response["Error"]["Message"] == ""


def test_a_client_error_gives_the_whole_answer() -> None:
    error = ClientError(
        {
            "Error": {"Code": "ServiceLimitExceededException", "Message": "full"},
            "LimitName": "Products per account",
            "LimitValue": 3,
        },
        "CreateDataSet",
    )
    with mock_dataexchange() as aws:
        client = boto3.client("dataexchange")
        aws.fail("CreateDataSet", error)
        with pytest.raises(client.exceptions.ServiceLimitExceededException) as caught:
            client.create_data_set(Name="a", Description="b", AssetType="S3_SNAPSHOT")
    response: Any = caught.value.response
    assert (response["Error"]["Message"], response["LimitName"], response["LimitValue"]) == (
        "full",
        "Products per account",
        3,
    )
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 402
    assert caught.value is not error


@pytest.mark.parametrize(
    ("code", "own", "given", "expected"),
    [
        ("TeapotException", 418, None, 418),
        ("TeapotException", 418, 503, 503),
        ("ThrottlingException", 418, None, 418),
        ("ThrottlingException", None, None, 429),
    ],
)
def test_a_client_error_is_answered_with_its_own_status(
    aws: Handle, client: Any, code: str, own: int | None, given: int | None, expected: int
) -> None:
    response: Any = {"Error": {"Code": code, "Message": "full"}}
    if own is not None:
        response["ResponseMetadata"] = {"HTTPStatusCode": own}
    aws.fail("ListApplications", ClientError(response, "ListApplications"), status=given)
    with pytest.raises(ClientError, match="full") as caught:
        client.list_applications()
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == expected
    assert aws.calls.last.status_code == expected


TRANSPORT = [
    ReadTimeoutError(endpoint_url="https://example.com"),
    ConnectTimeoutError(endpoint_url="https://example.com"),
    EndpointConnectionError(endpoint_url="https://example.com"),
    ConnectionClosedError(endpoint_url="https://example.com"),
    OSError(104, "Connection reset by peer"),
]


@pytest.mark.parametrize("error", TRANSPORT, ids=lambda error: type(error).__name__)
def test_an_exception_is_raised_as_that_very_object_as_the_transport_would(
    aws: Handle, client: Any, error: Exception
) -> None:
    aws.fail("ListApplications", error, times=2)
    depths = []
    for _ in range(2):
        with pytest.raises(type(error)) as caught:
            client.list_applications()
        assert caught.value is error
        depths.append(len(traceback.extract_tb(error.__traceback__)))
    assert depths[0] == depths[1], "the traceback of one call must not grow by the next"
    call = aws.calls.last
    assert (call.status_code, call.error_code, call.response) == (None, type(error).__name__, None)


def test_an_exception_that_cannot_be_copied_is_raised_itself(aws: Handle, client: Any) -> None:
    class OddError(Exception):
        def __init__(self, *, needed: str) -> None:
            super().__init__(needed)

    error = OddError(needed="this")
    aws.fail("ListApplications", error)
    with pytest.raises(OddError) as caught:
        client.list_applications()
    assert caught.value is error


def test_a_malformed_error_answer_is_what_boto3_makes_of_it(aws: Handle, client: Any) -> None:
    aws.fail("ListApplications", b"<html><b>502 Bad Gateway</b></html>", status=502)
    with pytest.raises(ClientError) as caught:
        client.list_applications()
    assert caught.value.response["Error"] == {"Code": "502", "Message": "Bad Gateway"}
    assert (aws.calls.last.status_code, aws.calls.last.error_code) == (502, "502")


@pytest.mark.parametrize("body", [b'{"Applications": [{"Id": "cut o', b"", b"{}"])
def test_a_truncated_success_is_what_boto3_makes_of_it(aws: Handle, client: Any, body: bytes) -> None:
    aws.fail("ListApplications", body)
    assert "Applications" not in client.list_applications()
    call = aws.calls.last
    assert (call.status_code, call.error_code) == (200, None)
    assert call.response is not None


def test_an_answer_that_boto3_cannot_parse_raises_what_boto3_raises(aws: Handle, client: Any) -> None:
    aws.fail("ListApplications", b"[1, 2]")
    with pytest.raises(AttributeError):
        client.list_applications()
    assert aws.calls.last.response is None
    assert "ListApplications" in str(aws.calls)


# Which calls it is applied to ----------------------------------------------------------------------------------------


def test_a_fault_is_applied_once_by_default(aws: Handle, client: Any) -> None:
    aws.fail("ListApplications", "InternalServiceError")
    with pytest.raises(ClientError):
        client.list_applications()
    client.list_applications()
    assert codes(aws) == ["InternalServiceError", None]


def test_after_lets_calls_pass_first(aws: Handle, client: Any) -> None:
    aws.fail("ListApplications", "InternalServiceError", after=2, times=2)
    client.list_event_integrations()
    for _ in range(2):
        client.list_applications()
    for _ in range(2):
        with pytest.raises(ClientError):
            client.list_applications()
    client.list_applications()
    aws.faults.assert_all_used()


def test_when_chooses_by_the_parameters(aws: Handle, client: Any) -> None:
    aws.fail(
        "CreateEventIntegration",
        "AccessDeniedException",
        when=lambda parameters: parameters["Name"].startswith("secret"),
        after=1,
    )
    client.create_event_integration(**ORDERS)
    client.create_event_integration(**{**ORDERS, "Name": "secret1"})
    client.create_event_integration(**{**ORDERS, "Name": "orders2"})
    with pytest.raises(client.exceptions.AccessDeniedException):
        client.create_event_integration(**{**ORDERS, "Name": "secret2"})


@pytest.mark.appint_mock_allow("unused_faults")
def test_what_when_does_to_the_parameters_does_not_reach_the_operation(aws: Handle, client: Any) -> None:
    aws.fail("CreateEventIntegration", "AccessDeniedException", when=lambda given: given["EventFilter"].clear())
    client.create_event_integration(**ORDERS)
    assert client.get_event_integration(Name="orders")["EventFilter"] == ORDERS["EventFilter"]


@pytest.mark.appint_mock_allow("unused_faults")
def test_an_exception_in_when_reaches_the_caller_with_the_fault_that_it_comes_from(aws: Handle, client: Any) -> None:
    aws.fail("CreateEventIntegration", "AccessDeniedException", when=lambda given: given["Nmae"])
    text = r"(?s)fail\('CreateEventIntegration', 'AccessDeniedException', when=.*KeyError: 'Nmae'.*of CreateEvent"
    with pytest.raises(AppintMockError, match=text) as caught:
        client.create_event_integration(**ORDERS)
    assert isinstance(caught.value.__cause__, KeyError)
    assert codes(aws) == ["AppintMockError"]
    assert client.list_event_integrations()["EventIntegrations"] == []


@pytest.mark.parametrize(
    ("name", "failed"), [("*", 3), ("List*", 2), ("*EventIntegration*", 2), ("ListApplications", 1)]
)
def test_a_star_matches_any_text(aws: Handle, client: Any, name: str, failed: int) -> None:
    aws.fail(name, "InternalServiceError", times=None)
    for call in (
        client.list_applications,
        client.list_event_integrations,
        lambda: client.create_event_integration(**ORDERS),
    ):
        with contextlib.suppress(ClientError):
            call()
    assert codes(aws).count("InternalServiceError") == failed


def test_times_none_lasts_until_the_scope_ends() -> None:
    with mock_appintegrations():
        client: Any = boto3.client("appintegrations", config=Config(retries={"total_max_attempts": 1}))
        with mock_appintegrations() as inner:
            inner.fail("ListApplications", "InternalServiceError", times=None)
            for _ in range(5):
                with pytest.raises(ClientError):
                    client.list_applications()
        client.list_applications()


def test_faults_are_applied_in_the_order_in_which_they_were_added(aws: Handle, client: Any) -> None:
    aws.fail("ListApplications", "InternalServiceError")
    aws.fail("*", "AccessDeniedException", times=2)
    aws.fail("ListApplications", "ThrottlingException")
    for _ in range(4):
        with pytest.raises(ClientError):
            client.list_applications()
    client.list_applications()
    assert codes(aws) == [
        "InternalServiceError",
        "AccessDeniedException",
        "AccessDeniedException",
        "ThrottlingException",
        None,
    ]


def test_faults_of_an_outer_scope_hold_inside_behind_those_of_the_inner_one() -> None:
    with mock_appintegrations() as outer:
        client: Any = boto3.client("appintegrations", config=Config(retries={"total_max_attempts": 1}))
        outer.fail("ListApplications", "AccessDeniedException", times=2)
        with mock_appintegrations() as inner:
            inner.fail("ListApplications", "ThrottlingException")
            for _ in range(2):
                with pytest.raises(ClientError):
                    client.list_applications()
            assert codes(inner) == ["ThrottlingException", "AccessDeniedException"]
        with pytest.raises(ClientError):
            client.list_applications()
        client.list_applications()
        outer.faults.assert_all_used()


def test_a_fault_never_runs_the_operation(aws: Handle, client: Any) -> None:
    before = aws.snapshot()
    for error in ("InternalServiceError", ReadTimeoutError(endpoint_url="x"), b'{"EventIntegrationArn": "arn"}'):
        aws.fail("CreateEventIntegration", error)
        with contextlib.suppress(ClientError, ReadTimeoutError):
            client.create_event_integration(**ORDERS)
    assert len(aws.calls) == 3
    assert aws.snapshot() == before


def test_a_fault_goes_before_the_checks_of_the_request(aws: Handle) -> None:
    client: Any = boto3.client("appintegrations", config=Config(parameter_validation=False))
    aws.fail("GetEventIntegration", "AccessDeniedException")
    with pytest.raises(client.exceptions.AccessDeniedException):
        client.get_event_integration(Name="not a name!")
    with pytest.raises(ClientError, match="ValidationException"):
        client.get_event_integration(Name="not a name!")


def test_threads_share_the_number_of_times(aws: Handle, client: Any) -> None:
    aws.fail("ListApplications", "InternalServiceError", times=7)

    def call() -> None:
        with contextlib.suppress(ClientError):
            client.list_applications()

    threads = [threading.Thread(target=call) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes(aws).count("InternalServiceError") == 7


# Retries ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ATTEMPTS)
@pytest.mark.parametrize("error", ["ThrottlingException", ReadTimeoutError(endpoint_url="https://example.com")])
def test_each_retry_is_a_call_of_its_own(
    aws: Handle, mode: Any, error: str | Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    client: Any = boto3.client("appintegrations", config=Config(retries={"mode": mode}))
    aws.fail("CreateEventIntegration", error, times=2)
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    answer = client.create_event_integration(**ORDERS)
    assert slept == []
    name = error if isinstance(error, str) else type(error).__name__
    assert codes(aws) == [name, name, None]
    assert answer["ResponseMetadata"]["RetryAttempts"] == 2
    # One request, tried three times.
    assert len({call.parameters["ClientToken"] for call in aws.calls}) == 1


@pytest.mark.parametrize(("mode", "attempts"), ATTEMPTS.items())
def test_retries_give_up_after_what_their_mode_allows(aws: Handle, mode: Any, attempts: int) -> None:
    client: Any = boto3.client("appintegrations", config=Config(retries={"mode": mode}))
    aws.fail("ListApplications", "ThrottlingException", times=None)
    with pytest.raises(client.exceptions.ThrottlingException):
        client.list_applications()
    aws.calls.assert_called("ListApplications", times=attempts)


@pytest.mark.parametrize("mode", ATTEMPTS)
@pytest.mark.parametrize("fast", [True, False])
def test_fast_retries_says_whether_botocore_sleeps(monkeypatch: pytest.MonkeyPatch, mode: Any, fast: bool) -> None:
    slept: list[float] = []
    monkeypatch.setattr("time.sleep", slept.append)
    with mock_appintegrations(fast_retries=fast) as aws:
        client: Any = boto3.client("appintegrations", config=Config(retries={"mode": mode}))
        aws.fail("ListApplications", "ThrottlingException", times=2)
        client.list_applications()
    assert len(aws.calls) == 3
    assert len(slept) == (0 if fast else 2)


# The list of faults --------------------------------------------------------------------------------------------------


def test_assert_all_used_names_the_faults_that_were_applied_to_too_few_calls(aws: Handle, client: Any) -> None:
    aws.faults.assert_all_used()
    aws.fail("ListApplications", "InternalServiceError", times=3)
    aws.fail("Delete*", "AccessDeniedException", times=None, after=1)
    aws.fail("ListEventIntegrations", "AccessDeniedException")
    for method in (client.list_applications, client.list_event_integrations):
        with pytest.raises(ClientError):
            method()
    with pytest.raises(AssertionError) as caught:
        aws.faults.assert_all_used()
    assert str(caught.value).splitlines() == [
        "Not all faults were used; the code under test made fewer of these calls:",
        "  <fail('ListApplications', 'InternalServiceError', times=3): applied 1 of 3>",
        "  <fail('Delete*', 'AccessDeniedException', times=None, after=1): applied 0>",
    ]


def test_a_fault_without_a_number_of_times_is_used_once_it_was_applied(aws: Handle, client: Any) -> None:
    aws.fail("ListApplications", "InternalServiceError", times=None)
    (fault,) = aws.faults
    assert (fault.used, fault.applied, fault.is_used_up) == (False, 0, False)
    with pytest.raises(ClientError):
        client.list_applications()
    assert (fault.used, fault.applied, fault.is_used_up) == (True, 1, False)
    aws.faults.assert_all_used()


def test_a_list_of_outcomes_counts_as_often_as_it_is_gone_through(aws: Handle, client: Any) -> None:
    aws.fail("ListApplications", ["InternalServiceError", None, None], times=2)
    (fault,) = aws.faults
    with pytest.raises(ClientError):
        client.list_applications()
    for _ in range(2):
        client.list_applications()
    text = "fail('ListApplications', ['InternalServiceError', None, None], times=2)"
    assert repr(fault) == f"<{text}: applied 3 of 6>"
    assert not fault.used
    with pytest.raises(ClientError):
        client.list_applications()
    for _ in range(2):
        client.list_applications()
    assert repr(fault) == f"<{text}: applied 6 of 6>"
    assert (fault.used, fault.struck, fault.complaint) == (True, 6, None)


@pytest.mark.appint_mock_allow("unused_faults")
def test_an_unused_fault_is_reported_at_the_line_of_the_test(aws: Handle) -> None:
    aws.fail("ListApplications", "InternalServiceError")
    with pytest.raises(AssertionError) as caught:
        aws.faults.assert_all_used()
    shown = caught.traceback.filter(caught)
    assert [Path(entry.path) for entry in shown] == [Path(__file__)]


@pytest.mark.appint_mock_allow("unused_faults")
def test_faults_can_be_asked_about_after_the_scope() -> None:
    with mock_appintegrations() as aws:
        aws.fail("ListApplications", "InternalServiceError")
    with pytest.raises(AssertionError, match="Not all faults were used"):
        aws.faults.assert_all_used()


@pytest.mark.parametrize("forget", [lambda aws: aws.reset(), lambda aws: aws.faults.clear()])
def test_faults_can_be_withdrawn(aws: Handle, client: Any, forget: Any) -> None:
    aws.fail("*", "InternalServiceError", times=None)
    assert len(aws.faults) == 1
    forget(aws)
    client.list_applications()
    assert list(aws.faults) == []
    aws.faults.assert_all_used()


def test_a_wrong_fault_is_refused_and_adds_nothing(aws: Handle) -> None:
    wrong: list[Any] = [
        lambda: aws.fail("ListAplications", "InternalServiceError"),
        lambda: aws.fail("ListApplications", "Unheard"),
        lambda: aws.fail("ListApplications", ReadTimeoutError),
        lambda: aws.fail("ListApplications", "InternalServiceError", times=0),
        lambda: aws.fail("ListApplications", "InternalServiceError", after=-1),
        lambda: aws.fail("ListApplications", "InternalServiceError", when={"Name": "a"}),  # type: ignore[arg-type]
        lambda: aws.fail("ListApplications", "InternalServiceError", status=200),
        lambda: aws.fail("ListApplications", "InternalServiceError", delay=-0.5),
        lambda: aws.fail("ListApplications", OSError(), status=500),
        lambda: aws.fail("ListApplications", OSError(), "message"),
    ]
    for add in wrong:
        with pytest.raises((TypeError, ValueError)):
            add()
    assert len(aws.faults) == 0


@pytest.mark.parametrize(
    "error",
    [
        ReadTimeoutError(endpoint_url="https://example.com"),
        ConnectionError("mine"),
        KeyError("mine"),
        type("OwnError", (Exception,), {"detail": None})("mine"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_fault_that_is_an_exception_is_raised_as_that_very_object(error: Exception) -> None:
    with mock_appintegrations() as aws:
        aws.fail("ListApplications", error, times=None)
        client = boto3.client("appintegrations", config=Config(retries={"total_max_attempts": 1}))
        for _ in range(2):
            with pytest.raises(type(error)) as raised:
                client.list_applications()
            assert raised.value is error
