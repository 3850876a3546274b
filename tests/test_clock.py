"""The clock: where it says it is, and what follows it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import boto3
import pytest
import time_machine
from freezegun import freeze_time

from appint_mock import AppIntegrationsBackend, ServiceMock, mock_appintegrations
from appint_mock.state.clock import Clock

UTC = datetime.timezone.utc
MOMENT = datetime.datetime(2030, 6, 1, 12, 0, tzinfo=UTC)

#: Ways to stand still at MOMENT.
STOPPERS: dict[str, Callable[[], AbstractContextManager[Any]]] = {
    "freezegun": lambda: freeze_time(MOMENT.replace(tzinfo=None)),
    "time-machine": lambda: time_machine.travel(MOMENT, tick=False),
}
stoppers = pytest.mark.parametrize("stop", STOPPERS.values(), ids=STOPPERS)


@pytest.fixture
def aws() -> Iterator[ServiceMock[AppIntegrationsBackend]]:
    with mock_appintegrations() as aws:
        yield aws


def create_application(name: str = "orders") -> datetime.datetime:
    """Make an application and return the time that it says it was made."""
    client = boto3.client("appintegrations")
    made = client.create_application(
        Name=name,
        Namespace=name,
        ApplicationSourceConfig={"ExternalUrlConfig": {"AccessUrl": "https://example.com"}},
    )
    created: datetime.datetime = client.get_application(Arn=made["Arn"])["CreatedTime"]
    return created


def test_the_clock_follows_the_time_of_day(aws: ServiceMock[AppIntegrationsBackend]) -> None:
    before = datetime.datetime.now(UTC)
    moment = aws.clock.now()
    assert before - datetime.timedelta(milliseconds=1) <= moment <= datetime.datetime.now(UTC)
    assert moment.microsecond % 1000 == 0
    assert moment.tzinfo is UTC


def test_resources_and_calls_carry_the_time_of_the_clock(aws: ServiceMock[AppIntegrationsBackend]) -> None:
    aws.clock.freeze(MOMENT)
    assert create_application() == MOMENT
    assert {call.time for call in aws.calls} == {MOMENT}
    response = aws.calls.last.response
    assert response is not None
    assert response["ResponseMetadata"]["HTTPHeaders"]["date"] == "Sat, 01 Jun 2030 12:00:00 GMT"


def test_advancing_moves_a_frozen_and_a_running_clock(aws: ServiceMock[AppIntegrationsBackend]) -> None:
    before = aws.clock.now()
    assert aws.clock.advance(days=90) - before >= datetime.timedelta(days=90)
    aws.clock.freeze(MOMENT)
    assert aws.clock.advance(hours=2) == MOMENT + datetime.timedelta(hours=2)
    assert aws.clock.advance(datetime.timedelta(minutes=1), seconds=1) == MOMENT + datetime.timedelta(
        hours=2, minutes=1, seconds=1
    )
    assert create_application() == aws.clock.now()


def test_freezing_without_a_moment_stops_at_now(aws: ServiceMock[AppIntegrationsBackend]) -> None:
    aws.clock.advance(days=1)
    moment = aws.clock.freeze()
    assert moment - datetime.datetime.now(UTC) > datetime.timedelta(hours=23)
    assert aws.clock.now() == moment


def test_a_moment_without_a_time_zone_is_utc_and_one_with_it_is_kept(
    aws: ServiceMock[AppIntegrationsBackend],
) -> None:
    assert aws.clock.freeze(datetime.datetime(2030, 6, 1, 12)) == MOMENT
    east = datetime.timezone(datetime.timedelta(hours=2))
    assert aws.clock.freeze(datetime.datetime(2030, 6, 1, 14, tzinfo=east)) == MOMENT


@pytest.mark.parametrize("release", [lambda aws: aws.clock.follow(), lambda aws: aws.reset()])
def test_a_clock_can_be_released(aws: ServiceMock[AppIntegrationsBackend], release: Any) -> None:
    aws.clock.freeze(MOMENT)
    release(aws)
    assert abs(aws.clock.now() - datetime.datetime.now(UTC)) < datetime.timedelta(seconds=5)


@stoppers
def test_libraries_that_stop_the_time_stop_the_clock(
    aws: ServiceMock[AppIntegrationsBackend], stop: Callable[[], AbstractContextManager[Any]]
) -> None:
    with stop():
        assert aws.clock.now() == MOMENT
        assert create_application() == MOMENT
        assert aws.clock.advance(hours=1) == MOMENT + datetime.timedelta(hours=1)
    assert aws.clock.now() > datetime.datetime.now(UTC)


@stoppers
def test_a_scope_may_open_where_the_time_stands_still(stop: Callable[[], AbstractContextManager[Any]]) -> None:
    with stop(), mock_appintegrations() as aws:
        assert create_application() == MOMENT
        state = aws.snapshot()
    with mock_appintegrations() as aws:
        aws.restore(state)
        (application,) = boto3.client("appintegrations").list_applications()["Applications"]
        assert application["CreatedTime"] == MOMENT


@stoppers
def test_a_frozen_clock_does_not_care_for_other_libraries(stop: Callable[[], AbstractContextManager[Any]]) -> None:
    clock = Clock()
    clock.freeze(datetime.datetime(2040, 1, 1, tzinfo=UTC))
    with stop():
        assert clock.now() == datetime.datetime(2040, 1, 1, tzinfo=UTC)


def test_a_clock_shows_where_it_is() -> None:
    clock = Clock()
    assert repr(clock).startswith("<Clock following: 20")
    clock.freeze(MOMENT)
    assert repr(clock) == "<Clock frozen: 2030-06-01T12:00:00.000+00:00>"
