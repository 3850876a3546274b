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
    _fill(log, count, size)
    return log


def _fill(log: BoundedCallLog, count: int, size: int = 0) -> None:
    for number in range(count):
        log.append(Call("appintegrations", str(number), {}, "", "", _NOW, None, None, None, size))


@pytest.mark.parametrize(("size", "limit"), [(0, 20_000), (500, 25_000), (0, 21_999)])
def test_a_call_counts_as_two_thousand_bytes_and_its_texts(size: int, limit: int) -> None:
    assert len(_log(limit, 10, size)) == 10
    # One more makes room for a tenth of the limit.
    assert [call.operation for call in _log(limit, 11, size)] == [str(number) for number in range(2, 11)]


def test_what_does_not_fit_by_one_byte_does_not_fit() -> None:
    assert len(_log(19_999, 10)) == 8


def test_the_latest_call_is_kept_however_large_it_is() -> None:
    assert [call.operation for call in _log(100, 3)] == ["2"]


def test_what_came_since_a_count_is_there_as_far_as_it_is_kept() -> None:
    log = _log(20_000, 11)
    assert log.total == 11
    assert [call.operation for call in log.since(9)] == ["9", "10"]
    assert [call.operation for call in log.since(10)] == ["10"]
    assert len(log.since(0)) == 9
    assert log.since(11) == []


def test_a_cleared_log_has_room_again() -> None:
    log = _log(20_000, 5, 2_000)
    log.clear()
    assert (len(log), log.total) == (0, 5)
    _fill(log, 10)
    assert len(log) == 10
    _fill(log, 1)
    assert len(log) == 9


def test_a_cleared_log_has_no_more_room_than_before() -> None:
    log = _log(19_999, 1)
    log.clear()
    _fill(log, 10)
    assert len(log) == 8


def test_a_log_answers_as_that_of_a_scope() -> None:
    log = BoundedCallLog(load("appintegrations"), 20_000)
    log.append(Call("appintegrations", "ListApplications", {}, "", "", _NOW, None, None, None))
    log.append(Call("appintegrations", "GetApplication", {}, "", "", _NOW, None, None, None))
    assert [call.operation for call in log.of("List*")] == ["ListApplications"]
