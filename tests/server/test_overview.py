"""What the server's page lists: the latest records of each table, without what is internal."""

from __future__ import annotations

from typing import Any

import pytest

from appint_mock.server import ServerMock, overview
from tests.server.talking import client

EVENT_INTEGRATION: dict[str, Any] = {"EventFilter": {"Source": "aws.partner/x"}, "EventBridgeBus": "default"}


def test_each_service_lists_the_accounts_and_regions_that_have_something(server: ServerMock) -> None:
    client(server, "appintegrations", "111122223333", "eu-west-1").create_event_integration(
        Name="orders", **EVENT_INTEGRATION
    )
    server.appintegrations.backend()
    events, exchange = overview.of(server._handles)
    assert (events["name"], events["title"]) == ("appintegrations", "Amazon AppIntegrations")
    assert (exchange["name"], exchange["title"], exchange["backends"]) == ("dataexchange", "AWS Data Exchange", [])
    (backend,) = events["backends"]
    assert (backend["account_id"], backend["region_name"], backend["events"]) == ("111122223333", "eu-west-1", [])
    (record,) = backend["tables"]["event_integrations"]
    assert record["Name"] == "orders"
    assert backend["tables"]["applications"] == []


def test_a_table_and_the_events_show_the_latest(server: ServerMock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overview, "_MOST", 2)
    events = client(server, "appintegrations")
    for number in range(4):
        events.create_event_integration(Name=f"orders{number}", **EVENT_INTEGRATION)
    (shown, _) = overview.of(server._handles)
    (backend,) = shown["backends"]
    assert [each["Name"] for each in backend["tables"]["event_integrations"]] == ["orders2", "orders3"]


def test_internal_members_are_left_out_and_of_bytes_only_the_size_is_shown() -> None:
    value = {"a": (b"x" * 1234, {"_b": 1, "c": [5, None]}), "_d": 2, 3: "text"}
    assert overview._shown(value) == {"a": ["1,234 bytes", {"c": [5, None]}], 3: "text"}


def test_of_many_events_the_latest_are_shown(server: ServerMock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overview, "_MOST", 2)
    for number in range(4):
        server.dataexchange.backend().emit("Data Grant Extended", {"n": number})
    (_, shown) = overview.of(server._handles)
    (backend,) = shown["backends"]
    assert [each["detail"]["n"] for each in backend["events"]] == [2, 3]
