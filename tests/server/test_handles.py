"""The handles of all services together: their options, their clock, their state."""

from __future__ import annotations

import datetime
import threading
from typing import Any

import pytest

from appint_mock import SnapshotError
from appint_mock.handle.handle import scope_of
from appint_mock.scopes.call import Call
from appint_mock.server.handles import Handles, known_options

EVENT_INTEGRATION: dict[str, Any] = {"EventFilter": {"Source": "aws.partner/x"}, "EventBridgeBus": "default"}
_NOW = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)


def make(handles: Handles, name: str = "orders") -> None:
    handles.mocks["appintegrations"].backend().create_event_integration(Name=name, **EVENT_INTEGRATION)


def names(handles: Handles) -> list[str]:
    backend = handles.mocks["appintegrations"].backend()
    return [each["Name"] for each in backend.list_event_integrations()["EventIntegrations"]]


# Options -----------------------------------------------------------------------------------------------------


def test_the_options_are_those_of_all_services_that_other_processes_notice() -> None:
    known = known_options()
    assert {"account_id", "region_name", "page_size", "quotas", "seed", "single_association", "job_polls"} <= {*known}
    assert known.keys().isdisjoint({"passthrough", "fast_retries", "fresh", "real_signatures", "unknown_regions"})


def test_an_option_that_there_is_not_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(TypeError) as refused:
        Handles({"seed": 1, "job_pols": 2}, apart=True)
    assert str(refused.value) == (
        "ServerMock() has no option 'job_pols'. Did you mean 'job_polls'? "
        f"Its options: {', '.join(known_options())}.\nSee docs/errors.md#server"
    )


def test_a_quota_of_no_service_is_refused() -> None:
    with pytest.raises(ValueError, match="quotas has the unknown key 'data_set'") as refused:
        Handles({"quotas": {"event_integrations": 1, "data_set": 2}}, apart=True)
    text = str(refused.value)
    assert text.startswith("quotas has the unknown key 'data_set'. Did you mean 'data_sets'? They are: ")
    assert text.endswith("\nSee docs/errors.md#server")
    assert ", event_integrations, " in text.replace("They are: ", ", ")
    with pytest.raises(ValueError, match="unknown key 5"):
        Handles({"quotas": {5: 1}}, apart=True)


def test_each_service_gets_the_options_and_the_quotas_that_it_has() -> None:
    quotas = {"event_integrations": 1, "data_sets": 2}
    handles = Handles({"quotas": quotas, "job_polls": 3, "single_association": False}, apart=True)
    with handles.opened(10_000):
        ours, theirs = (scope_of(mock).options for mock in handles.mocks.values())
    assert (ours["quotas"], theirs["quotas"]) == ({"event_integrations": 1}, {"data_sets": 2})
    assert (ours["single_association"], theirs["job_polls"]) == (False, 3)
    assert "job_polls" not in ours


@pytest.mark.parametrize("quotas", [True, False])
def test_all_quotas_are_on_or_off_for_each_service(quotas: bool) -> None:
    handles = Handles({"quotas": quotas}, apart=True)
    with handles.opened(10_000):
        assert [scope_of(mock).options["quotas"] for mock in handles.mocks.values()] == [quotas] * 2


# Open --------------------------------------------------------------------------------------------------------


def test_handles_are_open_for_as_long_as_their_context_and_start_anew() -> None:
    handles = Handles({}, apart=True)
    for _ in range(2):
        with handles.opened(10_000):
            assert names(handles) == []
            make(handles)
            assert all(scope.is_open for scope in handles.scopes.values())
            scopes = list(handles.scopes.values())
        assert not any(scope.is_open for scope in scopes)


def test_each_services_call_log_has_its_share_of_the_room() -> None:
    handles = Handles({}, apart=True)
    for _ in range(2):
        with handles.opened(8_001):
            assert [scope.calls for scope in handles.scopes.values()] == handles.logs
            assert len(handles.logs) == 2
            for log in handles.logs:
                for number in range(2):
                    log.append(Call("", str(number), {}, "", "", _NOW, None, None, None))
                assert len(log) == 2
                log.append(Call("", "2", {}, "", "", _NOW, None, None, None))
                assert [call.operation for call in log] == ["2"]


def test_all_services_have_one_clock(handles: Handles) -> None:
    first, second = handles.mocks.values()
    assert first.clock is second.clock is handles.clock
    second.clock.freeze(_NOW)
    assert [world.clock.now() for world in handles.worlds.values()] == [_NOW, _NOW]


def test_whoever_names_no_account_or_region_has_those_of_the_options() -> None:
    handles = Handles({"account_id": "111122223333", "region_name": "eu-west-1"}, apart=True)
    with handles.opened(10_000):
        assert (handles.account_id, handles.region_name) == ("111122223333", "eu-west-1")


def test_a_reset_empties_all_services(handles: Handles) -> None:
    make(handles)
    data_sets = handles.mocks["dataexchange"].backend()
    data_sets.create_data_set(AssetType="S3_SNAPSHOT", Name="n", Description="d")
    handles.clock.freeze(_NOW)
    handles.reset()
    assert names(handles) == []
    assert handles.mocks["dataexchange"].backend().list_data_sets()["DataSets"] == []
    assert handles.clock.now() > _NOW


def test_no_state_changes_while_all_are_locked(handles: Handles) -> None:
    changed = threading.Event()

    def change() -> None:
        make(handles)
        changed.set()

    thread = threading.Thread(target=change)
    with handles.locked():
        thread.start()
        assert not changed.wait(0.05)
    assert changed.wait(10)
    thread.join()


# State -------------------------------------------------------------------------------------------------------


def test_a_snapshot_has_the_clock_if_that_does_not_show_the_real_time(handles: Handles) -> None:
    assert list(handles.snapshot()) == ["appintegrations", "dataexchange"]
    handles.clock.freeze(_NOW)
    state = handles.snapshot()
    assert list(state) == ["appintegrations", "dataexchange", "clock"]
    handles.reset()
    make(handles)
    handles.restore(state)
    assert names(handles) == []
    assert handles.clock.now() == _NOW


def test_the_state_of_one_handle_is_taken_too(handles: Handles) -> None:
    make(handles)
    state = handles.mocks["appintegrations"].snapshot()
    handles.reset()
    handles.restore(state)
    assert names(handles) == ["orders"]


def test_the_state_of_one_service_leaves_the_other_and_the_clock_alone(handles: Handles) -> None:
    empty = handles.snapshot()
    make(handles)
    handles.clock.freeze(_NOW)
    handles.restore({"dataexchange": empty["dataexchange"]})
    assert names(handles) == ["orders"]
    handles.restore({"clock": None})
    assert handles.clock.now() > _NOW


@pytest.mark.parametrize(
    "state",
    [
        {},
        [],
        None,
        "clock",
        {"s3": {}},
        {"service": "s3", "version": 1},
        {"service": "appintegrations"},
        {"version": 1},
        {"service": 3, "version": 1},
    ],
    ids=str,
)
def test_what_is_no_state_is_refused(handles: Handles, state: Any) -> None:
    make(handles)
    with pytest.raises(SnapshotError) as refused:
        handles.restore(state)
    assert str(refused.value) == (
        "This is not the state of a server: it is an object with the members 'appintegrations' and 'dataexchange'."
        "\nSee docs/errors.md#snapshots"
    )
    assert names(handles) == ["orders"]


def test_what_is_partly_wrong_changes_nothing_and_says_which_part(handles: Handles) -> None:
    frozen = datetime.datetime(2030, 1, 1, tzinfo=datetime.timezone.utc)
    handles.clock.freeze(frozen)
    good = handles.snapshot()
    handles.clock.freeze(_NOW)
    make(handles)
    before = handles.snapshot()
    for name, wrong in (("dataexchange", {}), ("appintegrations", 3), ("clock", 3), ("clock", {})):
        state = {"clock": good["clock"], **good}
        state[name] = wrong
        with pytest.raises(SnapshotError, match=f"^{name}: "):
            handles.restore(state)
        assert handles.snapshot() == before


@pytest.mark.parametrize("clock", [3, "now", [], {}, {"frozen": None, "shift": [10**12, 0, 0]}, {"frozen": 3}], ids=str)
def test_what_is_no_clock_is_refused(handles: Handles, clock: Any) -> None:
    with pytest.raises(SnapshotError, match=r"^clock: this is no clock's state \(.*\)\nSee docs/errors.md#snapshots$"):
        handles.restore({"clock": clock})
