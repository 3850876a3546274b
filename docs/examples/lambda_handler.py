"""A Lambda function that registers an application, and its tests (``pytest``)."""

from __future__ import annotations

import os
from types import SimpleNamespace
from typing import Any

import boto3
import pytest

# Made when the function's container starts: the mock answers this client too.
client: Any = boto3.client("appintegrations", region_name="us-east-1")


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Create the application that the event describes, or report that it exists."""
    if context.get_remaining_time_in_millis() < 1000:
        return {"statusCode": 503}
    config = {"ExternalUrlConfig": {"AccessUrl": os.environ["DESK_URL"]}}
    try:
        made = client.create_application(
            Name=event["name"],
            Namespace=event["name"],
            ApplicationSourceConfig=config,
        )
    except client.exceptions.DuplicateResourceException:
        return {"statusCode": 409}
    return {"statusCode": 201, "arn": made["Arn"]}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, appintegrations: Any) -> None:
    """What the function's configuration sets; the mock is open in every test."""
    monkeypatch.setenv("DESK_URL", "https://desk.example.com")


@pytest.fixture
def context() -> Any:
    return SimpleNamespace(get_remaining_time_in_millis=lambda: 3000)


def test_it_creates_an_application(appintegrations: Any, context: Any) -> None:
    assert handler({"name": "desk"}, context)["statusCode"] == 201
    assert "desk" in appintegrations.backend().applications


def test_the_same_event_may_come_twice(context: Any) -> None:
    answers = [handler({"name": "desk"}, context) for _ in range(2)]
    assert [each["statusCode"] for each in answers] == [201, 409]


def test_it_makes_no_call_if_time_is_short(appintegrations: Any) -> None:
    late = SimpleNamespace(get_remaining_time_in_millis=lambda: 10)
    assert handler({"name": "desk"}, late) == {"statusCode": 503}
    appintegrations.calls.assert_not_called("*")
