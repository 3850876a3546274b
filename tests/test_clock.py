"""The clock: where it says it is, and what follows it."""

from __future__ import annotations

import datetime
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import boto3
import pytest
import time_machine
from freezegun import freeze_time

from appint_mock import AppIntegrationsBackend, ServiceMock, mock_appintegrations, mock_dataexchange
from appint_mock.state.clock import LATEST, Clock, earlier, end_of, later
from tests.states import MOCKS, fill, look

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
def test_a_scope_opens_while_the_time_is_frozen(stop: Callable[[], AbstractContextManager[Any]]) -> None:
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


#: Steps and moments that no clock can take, with what the error must say.
IMPOSSIBLE: dict[str, tuple[Callable[[Clock], object], type[Exception], str]] = {
    "beyond the year 9999": (lambda clock: clock.advance(days=10**7), ValueError, "beyond the year 9999"),
    "more than a timedelta": (lambda clock: clock.advance(days=10**12), ValueError, "no clock can go so far"),
    "infinitely far": (lambda clock: clock.advance(hours=float("inf")), ValueError, "no clock can go so far"),
    "not a number": (lambda clock: clock.advance(hours=float("nan")), ValueError, "no clock can go so far"),
    "a second after a step too far": (
        lambda clock: clock.advance(datetime.timedelta.max, milliseconds=1),
        ValueError,
        "no clock can go so far",
    ),
    "nowhere": (lambda clock: clock.advance(), ValueError, "only goes forward"),
    "back": (lambda clock: clock.advance(seconds=-1), ValueError, "only goes forward"),
    "a moment as a step": (lambda clock: clock.advance(MOMENT), TypeError, "give a timedelta"),  # type: ignore[arg-type]
    "a text": (lambda clock: clock.advance(hours="1"), TypeError, "give a timedelta"),  # type: ignore[arg-type]
    "an unknown unit": (lambda clock: clock.advance(years=1), TypeError, "give a timedelta"),
    "a date": (lambda clock: clock.freeze(datetime.date(2030, 1, 1)), TypeError, "takes a datetime"),  # type: ignore[arg-type]
    "after the last moment": (
        lambda clock: clock.freeze(
            datetime.datetime.max.replace(tzinfo=datetime.timezone(-datetime.timedelta(hours=1)))
        ),
        ValueError,
        "no year from 1 to 9999",
    ),
    "before the first moment": (
        lambda clock: clock.freeze(
            datetime.datetime.min.replace(tzinfo=datetime.timezone(datetime.timedelta(hours=1)))
        ),
        ValueError,
        "no year from 1 to 9999",
    ),
    "a state that is none": (lambda clock: clock.load({"frozen": None, "shift": [-1, 0, 0]}), ValueError, "no state"),
    "a state with more": (
        lambda clock: clock.load({"frozen": None, "shift": [0, 0, 0], "more": 1}),
        ValueError,
        "no state",
    ),
    "a state without a shift": (lambda clock: clock.load({"frozen": None}), ValueError, "no state"),
    "a state beyond the end": (
        lambda clock: clock.load({"frozen": "9999-12-31T00:00:00+00:00", "shift": [1, 0, 0]}),
        ValueError,
        "no state",
    ),
}


@pytest.mark.parametrize("case", IMPOSSIBLE)
@pytest.mark.parametrize("frozen", [True, False])
def test_a_clock_that_cannot_move_so_stays_where_it_was(case: str, frozen: bool) -> None:
    move, error, text = IMPOSSIBLE[case]
    clock = Clock()
    if frozen:
        clock.freeze(MOMENT)
    clock.advance(days=1)
    before = clock.dump()
    with pytest.raises(error, match=text):
        move(clock)
    assert clock.dump() == before
    assert clock.now() >= MOMENT if frozen else abs(clock.now() - datetime.datetime.now(UTC)).days <= 1


def test_a_clock_that_runs_into_the_end_of_the_year_9999_stops_there() -> None:
    clock = Clock()
    with time_machine.travel(MOMENT, tick=False) as traveller:
        clock.advance(datetime.datetime.max.replace(tzinfo=UTC) - MOMENT)
        traveller.shift(3600)
        assert clock.now() == datetime.datetime(9999, 12, 31, 23, 59, 59, 999000, UTC)
        with pytest.raises(ValueError, match="beyond the year 9999"):
            clock.advance(milliseconds=1)


def test_a_clock_goes_where_another_one_was() -> None:
    first, second = Clock(), Clock()
    assert first.dump() is None
    first.freeze(MOMENT)
    first.advance(milliseconds=1)
    second.load(first.dump())
    assert second.now() == first.now()
    assert second.is_frozen
    second.load(None)
    assert not second.is_frozen
    assert second.dump() is None


@pytest.mark.parametrize("service", MOCKS)
@pytest.mark.parametrize("moment", [datetime.datetime.min, datetime.datetime.max])
def test_everything_works_at_the_first_and_at_the_last_moment(service: str, moment: datetime.datetime) -> None:
    with MOCKS[service]() as aws:
        aws.clock.freeze(moment)
        fill(service, aws)
        seen = look(service, aws)
        aws.restore(aws.snapshot())
        assert look(service, aws) == seen


def test_a_signed_url_of_the_last_hour_works_to_the_end() -> None:
    with mock_dataexchange() as aws:
        aws.clock.freeze(datetime.datetime.max)
        client = boto3.client("dataexchange")
        data_set = client.create_data_set(Name="n", Description="d", AssetType="S3_SNAPSHOT")["Id"]
        revision = client.create_revision(DataSetId=data_set)["Id"]
        upload = {"DataSetId": data_set, "RevisionId": revision, "AssetName": "a", "Md5Hash": "A" * 22 + "=="}
        job = client.create_job(Type="IMPORT_ASSET_FROM_SIGNED_URL", Details={"ImportAssetFromSignedUrl": upload})
        made = job["Details"]["ImportAssetFromSignedUrl"]
        assert made["SignedUrlExpiresAt"] == datetime.datetime(9999, 12, 31, 23, 59, 59, 999000, UTC)
        request = urllib.request.Request(made["SignedUrl"], data=b"a", method="PUT")
        with urllib.request.urlopen(request) as response:
            assert response.status == 200


@pytest.mark.parametrize("step", [{"days": 0}, {"seconds": 0.0}, {"hours": 1, "minutes": -60}, datetime.timedelta(0)])
@pytest.mark.parametrize("frozen", [False, True])
def test_a_step_of_nothing_changes_nothing_and_is_no_error(step: Any, frozen: bool) -> None:
    clock = Clock()
    if frozen:
        clock.freeze()
    before = clock.dump()
    moment = clock.advance(step) if isinstance(step, datetime.timedelta) else clock.advance(**step)
    assert clock.dump() == before
    assert moment <= clock.now()


@pytest.mark.parametrize(
    ("seconds", "follows"), [(-1, False), (0, False), (0.0009, False), (0.001, True), (1, True)], ids=str
)
def test_who_waits_for_the_clock_hears_if_it_is_frozen_at_a_later_moment(seconds: float, follows: bool) -> None:
    clock = Clock()
    clock.freeze(MOMENT)
    heard: list[datetime.datetime] = []
    clock.on_forward.append(lambda: heard.append(clock.now()))
    moment = clock.freeze(MOMENT + datetime.timedelta(seconds=seconds))
    assert heard == [moment] * follows
    clock.advance(days=1)
    assert heard[follows:] == [moment + datetime.timedelta(days=1)]


@pytest.mark.parametrize("frozen", [False, True], ids=["running", "frozen"])
@pytest.mark.parametrize("days", [0, 400])
def test_a_clock_dumps_where_it_is_frozen_and_how_far_it_was_moved(frozen: bool, days: int) -> None:
    clock = Clock()
    if frozen:
        clock.freeze(MOMENT)
    clock.advance(days=days, seconds=2, milliseconds=3)
    assert clock.dump() == {"frozen": "2030-06-01T12:00:00+00:00" if frozen else None, "shift": [days, 2, 3000]}


def test_a_clock_that_is_frozen_and_was_not_moved_dumps_no_shift() -> None:
    clock = Clock()
    clock.freeze(MOMENT)
    assert clock.dump() == {"frozen": "2030-06-01T12:00:00+00:00", "shift": [0, 0, 0]}
    other = Clock()
    other.load(clock.dump())
    assert (other.is_frozen, other.now()) == (True, MOMENT)


def test_no_moment_is_before_the_first_or_after_the_last() -> None:
    first = datetime.datetime.min.replace(tzinfo=UTC)
    assert datetime.datetime(9999, 12, 31, 23, 59, 59, 999000, UTC) == LATEST
    second, instant = datetime.timedelta(seconds=1), datetime.timedelta(microseconds=1)
    assert earlier(MOMENT, second) == MOMENT - second
    assert earlier(first + second, second) == earlier(first + second, second + instant) == first
    assert later(MOMENT, second) == MOMENT + second
    assert later(LATEST - second, second + instant) == later(LATEST, second) == LATEST
    assert end_of(MOMENT, second) == MOMENT + second
    assert end_of(LATEST, second) is None
