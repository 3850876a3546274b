"""The server's call log keeps the latest calls, as many as fit into its limit."""

from __future__ import annotations

import datetime

import pytest

from appint_mock.scopes.call import Call
from appint_mock.server.log import BoundedCallLog
from appint_mock.services import load

_NOW = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)


def _log(limit: int, count: int, size: int = 0) -> BoundedCallLog:
    """A log of that limit after so many calls of that size; their operations are numbers."""
    log = BoundedCallLog(load("appintegrations"), limit)
    for number in range(count):
        log.append(Call("appintegrations", str(number), {}, "", "", _NOW, None, None, None, size))
    return log


@pytest.mark.parametrize(("size", "limit"), [(0, 20_000), (500, 25_000)])
def test_a_call_counts_as_two_thousand_bytes_and_its_texts(size: int, limit: int) -> None:
    assert len(_log(limit, 10, size)) == 10
    # One more makes room for a tenth of the limit.
    assert [call.operation for call in _log(limit, 11, size)] == [str(number) for number in range(2, 11)]


def test_the_latest_call_is_kept_however_large_it_is() -> None:
    assert [call.operation for call in _log(100, 3)] == ["2"]


def test_what_came_since_a_count_is_there_as_far_as_it_is_kept() -> None:
    log = _log(20_000, 11)
    assert log.total == 11
    assert [call.operation for call in log.since(9)] == ["9", "10"]
    assert len(log.since(0)) == 9
    assert log.since(11) == []


def test_a_cleared_log_has_room_again() -> None:
    log = _log(20_000, 10)
    log.clear()
    assert (len(log), log.total) == (0, 10)
    for number in range(10):
        log.append(Call("appintegrations", str(number), {}, "", "", _NOW, None, None, None))
    assert len(log) == 10
