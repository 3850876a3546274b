"""The call log: what was asked, what was answered, and the assertions about it."""

from __future__ import annotations

import datetime
import re
import threading
from collections.abc import Iterator
from typing import Any
from unittest.mock import ANY

import boto3
import pytest
from botocore.exceptions import ClientError

from appint_mock import AppIntegrationsBackend, ServiceMock, mock_appintegrations, mock_dataexchange
from appint_mock.calls import Call

ORDERS: dict[str, Any] = {
    "Name": "orders",
    "EventFilter": {"Source": "aws.partner/example"},
    "EventBridgeBus": "default",
}


@pytest.fixture
def aws() -> Iterator[ServiceMock[AppIntegrationsBackend]]:
    with mock_appintegrations() as aws:
        yield aws


@pytest.fixture
def client(aws: ServiceMock[AppIntegrationsBackend]) -> Any:
    return boto3.client("appintegrations", region_name="eu-west-1")


def test_a_call_tells_all_about_one_request(aws: ServiceMock[AppIntegrationsBackend], client: Any) -> None:
    moment = aws.clock.freeze(datetime.datetime(2030, 1, 2, 3, 4, 5, 678_000, tzinfo=datetime.timezone.utc))
    answer = client.create_event_integration(**ORDERS, ClientToken="once")
    call = aws.calls.last
    assert call.service_name == "appintegrations"
    assert call.operation == "CreateEventIntegration"
    assert call.parameters == {**ORDERS, "ClientToken": "once"}
    assert (call.account_id, call.region_name) == ("123456789012", "eu-west-1")
    assert (call.status_code, call.error_code) == (200, None)
    assert call.time == moment
    assert call.response is not None
    assert call.response["EventIntegrationArn"] == answer["EventIntegrationArn"]


def test_the_response_is_what_boto3_returns(aws: ServiceMock[AppIntegrationsBackend], client: Any) -> None:
    client.create_application(
        Name="orders",
        Namespace="orders",
        ApplicationSourceConfig={"ExternalUrlConfig": {"AccessUrl": "https://example.com"}},
    )
    answer = client.list_applications()
    # The only thing that a parser cannot see in an answer.
    del answer["ResponseMetadata"]["RetryAttempts"]
    assert aws.calls.last.response == answer


@pytest.mark.parametrize(
    ("service", "method", "parameters"),
    [
        ("appintegrations", "get_event_integration", {"Name": "orders"}),
        # Its ResourceNotFoundException has members besides its text.
        ("dataexchange", "get_data_set", {"DataSetId": "0" * 32}),
    ],
)
def test_an_errors_response_is_what_boto3s_exception_holds(
    service: str, method: str, parameters: dict[str, str]
) -> None:
    with mock_appintegrations() as integrations, mock_dataexchange() as exchange:
        client: Any = boto3.client(service)
        with pytest.raises(ClientError) as caught:
            getattr(client, method)(**parameters)
    answer: Any = caught.value.response
    del answer["ResponseMetadata"]["RetryAttempts"]
    (call,) = [*integrations.calls, *exchange.calls]
    assert (call.status_code, call.error_code) == (404, "ResourceNotFoundException")
    assert call.response == answer


def test_a_test_may_change_what_it_reads_from_a_call(aws: ServiceMock[AppIntegrationsBackend], client: Any) -> None:
    client.create_event_integration(**ORDERS, Tags={"team": "red"})
    client.get_event_integration(Name="orders")
    created, got = aws.calls
    created.parameters["EventFilter"]["Source"] = created.parameters["Tags"]["team"] = "changed"
    assert got.response is not None
    got.response["EventFilter"]["Source"] = got.response["Tags"]["team"] = "changed"
    answer = client.get_event_integration(Name="orders")
    assert (answer["EventFilter"], answer["Tags"]) == (ORDERS["EventFilter"], {"team": "red"})
    assert got.response["Tags"] == {"team": "changed"}


def test_calls_keep_what_was_true_when_they_were_made(aws: ServiceMock[AppIntegrationsBackend], client: Any) -> None:
    client.create_event_integration(**ORDERS)
    client.get_event_integration(Name="orders")
    client.update_event_integration(Name="orders", Description="later")
    client.delete_event_integration(Name="orders")
    response = aws.calls.of("GetEventIntegration").last.response
    assert response is not None
    assert "Description" not in response


def test_a_request_that_reaches_no_operation_is_logged_too(aws: ServiceMock[AppIntegrationsBackend]) -> None:
    from botocore import UNSIGNED
    from botocore.config import Config

    unsigned = boto3.client("appintegrations", config=Config(signature_version=UNSIGNED))
    with pytest.raises(ClientError, match="MissingAuthenticationToken"):
        unsigned.list_applications()
    call = aws.calls.last
    assert (call.operation, call.status_code, call.error_code) == (
        "ListApplications",
        403,
        "MissingAuthenticationTokenException",
    )
    assert "ListApplications()" in repr(call)


def test_of_gives_the_calls_of_one_operation_or_of_all_that_a_star_stands_for(
    aws: ServiceMock[AppIntegrationsBackend], client: Any
) -> None:
    client.create_event_integration(**ORDERS)
    client.list_applications()
    client.list_event_integrations()
    assert [call.operation for call in aws.calls.of("ListApplications")] == ["ListApplications"]
    assert [call.operation for call in aws.calls.of("List*")] == ["ListApplications", "ListEventIntegrations"]
    assert aws.calls.of("*") == aws.calls
    assert aws.calls.of("Delete*") == []


def test_each_scope_has_the_calls_that_were_made_while_it_was_open() -> None:
    with mock_appintegrations() as outer:
        client = boto3.client("appintegrations")
        client.list_applications()
        with mock_appintegrations() as inner:
            client.list_data_integrations()
        client.list_event_integrations()
    assert [call.operation for call in inner.calls] == ["ListDataIntegrations"]
    assert [call.operation for call in outer.calls] == [
        "ListApplications",
        "ListDataIntegrations",
        "ListEventIntegrations",
    ]


def test_the_calls_of_two_services_are_kept_apart() -> None:
    with mock_appintegrations() as integrations, mock_dataexchange() as exchange:
        boto3.client("appintegrations").list_applications()
        boto3.client("dataexchange").list_data_sets()
    assert [call.operation for call in integrations.calls] == ["ListApplications"]
    assert [call.operation for call in exchange.calls] == ["ListDataSets"]


def test_calls_from_many_threads_are_all_logged(aws: ServiceMock[AppIntegrationsBackend], client: Any) -> None:
    threads = [threading.Thread(target=client.list_applications) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    aws.calls.assert_called("ListApplications", times=16)


def test_reset_forgets_the_calls(aws: ServiceMock[AppIntegrationsBackend], client: Any) -> None:
    client.list_applications()
    aws.reset()
    assert aws.calls == []
    with pytest.raises(IndexError, match="no call of appintegrations was made"):
        _ = aws.calls.last


# Assertions ----------------------------------------------------------------------------------------------------


def test_assert_called_returns_the_calls_that_have_the_parameters(
    aws: ServiceMock[AppIntegrationsBackend], client: Any
) -> None:
    client.create_event_integration(**ORDERS)
    client.create_event_integration(**{**ORDERS, "Name": "returns"})
    (call,) = aws.calls.assert_called("CreateEventIntegration", Name="orders", ClientToken=ANY)
    assert call is aws.calls[0]
    assert aws.calls.assert_called("CreateEventIntegration", times=2, EventBridgeBus="default") == aws.calls
    assert aws.calls.assert_called("Create*", times=None) == aws.calls
    assert aws.calls.assert_called("ListApplications", times=0) == []
    aws.calls.assert_not_called("CreateEventIntegration", Name="Orders")
    aws.calls.assert_not_called("Delete*")


def message(assertion: Any, *args: Any, **parameters: Any) -> list[str]:
    with pytest.raises(AssertionError) as caught:
        assertion(*args, **parameters)
    return str(caught.value).splitlines()


def test_a_failed_assertion_shows_what_was_called_nearest_first(
    aws: ServiceMock[AppIntegrationsBackend], client: Any
) -> None:
    client.list_applications()
    client.create_event_integration(**{**ORDERS, "Name": "something-else"})
    client.create_event_integration(**{**ORDERS, "Name": "order"})
    assert message(aws.calls.assert_called, "CreateEventIntegration", Name="orders", Description="ours") == [
        "CreateEventIntegration was to be called once with Name='orders', Description='ours'; it was not. "
        "What was called, nearest first:",
        "3  CreateEventIntegration(Name='order', EventBridgeBus='default', ...)  eu-west-1  200",
        "     Name was 'order', Description was not given",
        "2  CreateEventIntegration(Name='something-else', ...)                   eu-west-1  200",
        "     Name was 'something-else', Description was not given",
        "1  ListApplications()                                                   eu-west-1  200",
    ]


def test_a_wrong_number_of_calls_shows_these_calls(aws: ServiceMock[AppIntegrationsBackend], client: Any) -> None:
    for _ in range(12):
        client.list_applications()
    client.list_event_integrations()
    head, *lines = message(aws.calls.assert_called, "ListApplications")
    assert head == "ListApplications was to be called once; it was called 12 times. These are the calls:"
    assert len(lines) == 11
    assert lines[-1] == "... and 2 more"
    assert not any("ListEventIntegrations" in line for line in lines)
    assert message(aws.calls.assert_called, "ListApplications", times=13)[0].startswith(
        "ListApplications was to be called 13 times; it was called 12 times."
    )
    assert message(aws.calls.assert_not_called)[0] == (
        "* was not to be called; it was called 13 times. These are the calls:"
    )


def test_without_any_call_a_failed_assertion_says_so(aws: ServiceMock[AppIntegrationsBackend]) -> None:
    assert message(aws.calls.assert_called, "ListApplications", times=None) == [
        "ListApplications was to be called at least once; no call was made at all."
    ]


@pytest.mark.parametrize("method", ["of", "assert_called", "assert_not_called"])
def test_an_operation_that_does_not_exist_is_told_with_the_close_ones(
    aws: ServiceMock[AppIntegrationsBackend], method: str
) -> None:
    for name in ("create_event_integration", "CreateEventIntergration", "createeventintegration"):
        with pytest.raises(ValueError, match="Did you mean 'CreateEventIntegration'"):
            getattr(aws.calls, method)(name)
    with pytest.raises(ValueError, match="no operation 'Remove\\*'"):
        getattr(aws.calls, method)("Remove*")
    with pytest.raises(TypeError, match="named by a text"):
        getattr(aws.calls, method)(3)


@pytest.mark.parametrize("method", ["assert_called", "assert_not_called"])
@pytest.mark.parametrize("operation", ["CreateEventIntegration", "Create*"])
def test_a_parameter_that_does_not_exist_never_makes_an_assertion_pass(
    aws: ServiceMock[AppIntegrationsBackend], method: str, operation: str
) -> None:
    with pytest.raises(TypeError, match=re.escape(f"{operation} has no parameter 'name'. Did you mean 'Name'?")):
        getattr(aws.calls, method)(operation, name="orders")


# How it looks --------------------------------------------------------------------------------------------------


def test_a_call_shows_the_parameters_that_matter_on_one_line(
    aws: ServiceMock[AppIntegrationsBackend], client: Any
) -> None:
    client.create_event_integration(**ORDERS, Description="x" * 1000, Tags={f"tag{i}": "v" for i in range(50)})
    shown = repr(aws.calls.last)
    assert shown.startswith("<Call CreateEventIntegration(Name='orders', ")
    assert shown.endswith(") in eu-west-1 of 123456789012: 200>")
    # boto3 makes the token up, so it says nothing to a reader.
    assert "ClientToken" not in shown
    assert len(shown) < 130
    with pytest.raises(ClientError):
        client.get_event_integration(Name="order")
    assert repr(aws.calls.last) == (
        "<Call GetEventIntegration(Name='order') in eu-west-1 of 123456789012: 404 ResourceNotFoundException>"
    )


def test_a_printed_log_is_a_table(aws: ServiceMock[AppIntegrationsBackend], client: Any) -> None:
    assert str(aws.calls) == "no calls"
    client.list_event_integrations(MaxResults=5)
    with pytest.raises(ClientError):
        client.get_event_integration(Name="order")
    assert str(aws.calls).splitlines() == [
        "1  ListEventIntegrations(MaxResults=5)  eu-west-1  200",
        "2  GetEventIntegration(Name='order')    eu-west-1  404  ResourceNotFoundException",
    ]
    assert repr(aws.calls) == f"[{aws.calls[0]!r}, {aws.calls[1]!r}]"
    assert all(isinstance(call, Call) for call in aws.calls)
