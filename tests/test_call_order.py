"""The order of calls, and the calls of one account or region."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from appint_mock import mock_appintegrations

ORDERS = {"EventFilter": {"Source": "aws.partner/x"}, "EventBridgeBus": "default"}
OTHER = "210987654321"


@pytest.fixture
def aws() -> Iterator[Any]:
    with mock_appintegrations() as aws:
        yield aws


@pytest.fixture
def client(aws: Any) -> Any:
    return boto3.client("appintegrations")


def make(client: Any, *names: str) -> None:
    for name in names:
        client.create_event_integration(Name=name, **ORDERS)


def test_other_calls_may_stand_before_between_and_after(aws: Any, client: Any) -> None:
    client.list_applications()
    make(client, "a", "b")
    client.get_event_integration(Name="a")
    client.delete_event_integration(Name="a")
    client.list_applications()
    found = aws.calls.assert_order("CreateEventIntegration", "GetEventIntegration", "Delete*")
    assert [call.operation for call in found] == [
        "CreateEventIntegration",
        "GetEventIntegration",
        "DeleteEventIntegration",
    ]
    assert found[0] is aws.calls[1]
    aws.calls.assert_order("CreateEventIntegration", "CreateEventIntegration")


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        (
            ("GetEventIntegration", "CreateEventIntegration"),
            "GetEventIntegration, CreateEventIntegration were to be called in this order; "
            "there is no CreateEventIntegration after call 2. What was called:",
        ),
        (("ListApplications",), "ListApplications were to be called in this order; there is no ListApplications."),
        (
            ("Create*", "Create*"),
            "Create*, Create* were to be called in this order; there is no Create* after call 1.",
        ),
    ],
)
def test_a_wrong_order_says_what_is_missing_and_where(aws: Any, client: Any, wanted: Any, text: str) -> None:
    make(client, "a")
    client.get_event_integration(Name="a")
    with pytest.raises(AssertionError) as caught:
        aws.calls.assert_order(*wanted)
    assert str(caught.value).startswith(text)
    assert "1  CreateEventIntegration(Name='a'" in str(caught.value)


def test_an_order_of_no_calls_and_of_no_operations(aws: Any) -> None:
    with pytest.raises(AssertionError, match="no call was made at all"):
        aws.calls.assert_order("ListApplications")
    with pytest.raises(TypeError, match="give the names of operations"):
        aws.calls.assert_order()
    with pytest.raises(ValueError, match="Did you mean 'ListApplications'"):
        aws.calls.assert_order("ListApplication")


def test_calls_of_other_threads_stand_in_the_order_in_which_they_took_effect(aws: Any, client: Any) -> None:
    threads = [threading.Thread(target=make, args=(client, f"n{index}")) for index in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    client.list_event_integrations()
    aws.calls.assert_order(*["CreateEventIntegration"] * 8, "ListEventIntegrations")
    listed = [each["Name"] for each in client.list_event_integrations()["EventIntegrations"]]
    assert [call.parameters["Name"] for call in aws.calls.of("Create*")] == listed


def test_calls_of_coroutines_stand_in_order_too(aws: Any, client: Any) -> None:
    async def work(name: str) -> None:
        await asyncio.to_thread(make, client, name)
        await asyncio.to_thread(client.get_event_integration, Name=name)

    async def main() -> None:
        await asyncio.gather(*(work(f"n{index}") for index in range(4)))

    asyncio.run(main())
    aws.calls.assert_order(*["CreateEventIntegration", "GetEventIntegration"])
    for index in range(4):
        of_one = [call for call in aws.calls if call.parameters["Name"] == f"n{index}"]
        assert [call.operation for call in of_one] == ["CreateEventIntegration", "GetEventIntegration"]


def test_calls_can_be_asked_for_by_account_and_region(aws: Any, client: Any) -> None:
    abroad = boto3.client("appintegrations", region_name="eu-west-1")
    other = boto3.client("appintegrations", **aws.credentials(OTHER))
    make(client, "a")
    make(abroad, "b")
    make(other, "c", "d")
    assert [call.parameters["Name"] for call in aws.calls.of(region_name="eu-west-1")] == ["b"]
    assert [call.parameters["Name"] for call in aws.calls.of("Create*", account_id=OTHER)] == ["c", "d"]
    assert aws.calls.of(account_id=OTHER, region_name="eu-west-1") == []
    aws.calls.assert_called("CreateEventIntegration", times=2, account_id=OTHER)
    aws.calls.assert_not_called("CreateEventIntegration", account_id=OTHER, Name="a")
    aws.calls.assert_order("Create*", "Create*", account_id=OTHER)
    with pytest.raises(AssertionError, match=r"no Create\* after call 2"):
        aws.calls.assert_order("Create*", "Create*", region_name="eu-west-1")


def test_a_failed_assertion_names_the_place(aws: Any, client: Any) -> None:
    make(client, "a")
    with pytest.raises(AssertionError) as caught:
        aws.calls.assert_called("CreateEventIntegration", account_id=OTHER, region_name="eu-west-1", Name="a")
    assert str(caught.value).startswith(
        "CreateEventIntegration was to be called once with Name='a' in eu-west-1 by 210987654321; it was not."
    )
    with pytest.raises(ValueError, match="give a string of 12 digits"):
        aws.calls.of(account_id="12")
