"""The text of the state is that of the snapshot, whatever has changed since it was written the last time."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appint_mock.server import ServerMock, state_text, waiting
from appint_mock.server.state_text import StateText
from appint_mock.state import snapshot

EVENT_INTEGRATION: dict[str, Any] = {"EventFilter": {"Source": "aws.partner/x"}, "EventBridgeBus": "default"}
STEPS = st.sampled_from(["create", "create", "token", "update", "delete", "data set", "object", "event", "reset"])


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state_text, "_BLOCK", 2)
    monkeypatch.setattr(state_text, "_PAUSE", 0)


def do(server: ServerMock, step: str, number: int, chosen: int) -> None:
    """One change of the state, of something that is there."""
    events, exchange = server.appintegrations.backend(), server.dataexchange.backend()
    names = list(events.event_integrations)
    name = names[chosen % len(names)] if names else ""
    if step in ("create", "token"):
        token: dict[str, Any] = {"ClientToken": f"t{number}"} if step == "token" else {}
        events.create_event_integration(Name=f"n{number} é", **token, **EVENT_INTEGRATION)
    elif step == "update" and name:
        events.update_event_integration(Name=name, Description=f"d{number}")
    elif step == "delete" and name:
        events.delete_event_integration(Name=name)
    elif step == "data set":
        data_set = exchange.create_data_set(AssetType="S3_SNAPSHOT", Name="n", Description="d")["Id"]
        exchange.create_revision(DataSetId=data_set, Comment=f"c{number}")
    elif step == "object":
        server.dataexchange.objects["bucket", f"key{chosen}"] = bytes([number % 256])
    elif step == "event":
        exchange.emit("Data Grant Extended", {"number": number})
    elif step == "reset" and chosen == 0:
        server.reset()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rounds=st.lists(st.lists(st.tuples(STEPS, st.integers(0, 9)), max_size=8), min_size=2, max_size=6))
@pytest.mark.usefixtures("small_blocks")
def test_the_text_is_that_of_the_snapshot_whatever_has_changed(
    server: ServerMock, rounds: list[list[tuple[str, int]]]
) -> None:
    server.reset()
    text = StateText(server._handles)
    number = 0
    for steps in rounds:
        for step, chosen in steps:
            number += 1
            do(server, step, number, chosen)
        assert json.loads(text()) == server.snapshot()


@pytest.mark.usefixtures("small_blocks")
def test_only_what_has_changed_is_written_again(server: ServerMock, monkeypatch: pytest.MonkeyPatch) -> None:
    events = server.appintegrations.backend()
    for number in range(20):
        do(server, "create", number, 0)
    text = StateText(server._handles)
    text()
    written: list[Any] = []
    real = text._json

    def counted(value: object) -> str:
        written.append(value)
        return real(value)

    monkeypatch.setattr(text, "_json", counted)
    events.update_event_integration(Name="n7 é", Description="other")
    events.delete_event_integration(Name="n3 é")
    do(server, "create", 20, 0)
    text()
    assert [each["Name"] for each in written if isinstance(each, dict) and "Name" in each] == ["n7 é", "n20 é"]
    for number in range(10, 18):
        events.delete_event_integration(Name=f"n{number} é")
    written.clear()
    assert json.loads(text()) == server.snapshot()
    assert [each for each in written if isinstance(each, dict) and "Name" in each] == []


@pytest.mark.usefixtures("small_blocks")
def test_there_is_a_pause_after_each_block_that_is_written_and_none_after_others(
    server: ServerMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(waiting, "pause", pauses.append)
    for number in range(6):
        do(server, "create", number, 0)
    text = StateText(server._handles)
    whole = text()
    first = len(pauses)
    assert first >= 3
    assert text() == whole
    assert len(pauses) == first
    server.appintegrations.backend().update_event_integration(Name="n3 é", Description="other")
    assert text() != whole
    assert len(pauses) == first + 1


def test_a_place_that_has_another_name_is_written_again_although_its_value_is_the_same(server: ServerMock) -> None:
    objects, text = server.dataexchange.objects, StateText(server._handles)
    for key in ("a", "b"):
        objects["bucket", key] = b"x"
        assert json.loads(text()) == server.snapshot()
        del objects["bucket", key]


@pytest.mark.usefixtures("small_blocks")
def test_events_are_written_one_after_the_other(server: ServerMock) -> None:
    text = StateText(server._handles)
    for number in range(5):
        do(server, "event", number, 0)
        assert json.loads(text()) == server.snapshot()
    for number, step in enumerate(("event", "create", "token", "data set", "object")):
        do(server, step, number, 0)
    server.clock.freeze()
    assert json.loads(text()) == server.snapshot()


@pytest.mark.parametrize("keys", [["$bytes"], ["$bytes", "$moment"], ["a"]])
def test_a_key_that_looks_like_an_escape_is_escaped(server: ServerMock, keys: list[str]) -> None:
    for key in keys:
        server.dataexchange.objects["bucket", key] = b"x"
    assert json.loads(StateText(server._handles)()) == server.snapshot()


@pytest.mark.parametrize(
    "value",
    [
        {"a": datetime.datetime(2030, 1, 31, tzinfo=datetime.timezone.utc), "b": b"\xff", "c": (1, None, "\ud800 é")},
        {"$bytes": "YQ=="},
        {"a": {"$moment": 3}, "b": b""},
        {"text": '{"$bytes": 1}', "b": b"x"},
        [{"$object": {"$bytes": b"a"}}],
        {"a": 1.5, "b": True, "c": []},
    ],
)
def test_a_value_is_written_as_a_snapshot_has_it(value: Any) -> None:
    assert json.loads(state_text._Json()(value)) == snapshot.encode(value)


def test_what_needs_no_escape_is_written_without_a_space() -> None:
    moment = datetime.datetime(2030, 1, 31, tzinfo=datetime.timezone.utc)
    expected = json.dumps(snapshot.encode({"a": moment, "b": [b"x", 1]}), separators=(",", ":"))
    write = state_text._Json()
    assert write({"a": moment, "b": [b"x", 1]}) == write({"a": moment, "b": [b"x", 1]}) == expected
    assert write({"a": [1, None]}) == '{"a":[1,null]}'


def test_a_number_that_json_lacks_is_written_by_its_name() -> None:
    assert json.loads(state_text._Json()({"a": [float("nan"), 1]})) == {"a": ["nan", 1]}
