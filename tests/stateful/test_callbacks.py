"""A test's own code in a fault: it runs with no lock held, and sees and changes no list half-way."""

from __future__ import annotations

import contextlib
import datetime
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from appint_mock import mock_appintegrations, mock_dataexchange
from tests.stateful.test_concurrency import in_threads

ONCE = Config(retries={"total_max_attempts": 1})


@pytest.fixture
def aws() -> Iterator[Any]:
    with mock_appintegrations() as aws:
        yield aws


@pytest.fixture
def client(aws: Any) -> Any:
    return boto3.client("appintegrations", config=ONCE)


@pytest.fixture
def hasty() -> Iterator[None]:
    """Threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_when_may_wait_for_another_threads_call(aws: Any, client: Any) -> None:
    def when(parameters: Any) -> bool:
        with ThreadPoolExecutor(1) as pool:
            return "EventIntegrations" in pool.submit(client.list_event_integrations).result(timeout=20)

    aws.fail("ListApplications", "InternalServiceError", when=when)
    with pytest.raises(ClientError, match="InternalServiceError"):
        client.list_applications()
    assert [call.operation for call in aws.calls] == ["ListEventIntegrations", "ListApplications"]


@pytest.mark.appint_mock_allow("unused_faults")
def test_when_may_use_every_power_of_the_handle(aws: Any, client: Any) -> None:
    def when(parameters: Any) -> bool:
        with ThreadPoolExecutor(1) as pool:
            for power in (
                aws.snapshot,
                lambda: aws.restore(aws.snapshot()),
                lambda: aws.clock.advance(seconds=1),
                lambda: aws.backend("210987654321", "eu-west-1"),
                lambda: len(aws.calls),
                lambda: aws.fail("GetApplication", "InternalServiceError"),
            ):
                pool.submit(power).result(timeout=20)
        return True

    aws.fail("ListApplications", "InternalServiceError", when=when)
    with pytest.raises(ClientError, match="InternalServiceError"):
        client.list_applications()


@pytest.mark.parametrize("change", ["add", "clear", "reset"])
def test_when_may_change_the_faults_that_are_gone_through(aws: Any, client: Any, change: str) -> None:
    def when(parameters: Any) -> bool:
        if change == "add":
            aws.fail("ListApplications", "AccessDeniedException")
        elif change == "clear":
            aws.faults.clear()
        else:
            aws.reset()
        return True

    aws.fail("ListApplications", "InternalServiceError", when=when)
    aws.fail("ListApplications", "ThrottlingException")
    for _ in range(3):
        with contextlib.suppress(ClientError):
            client.list_applications()
    seen = [call.error_code for call in aws.calls if call.error_code]
    # A fault that was cleared while its `when` ran is not applied any more, and neither are those behind it.
    added = ["InternalServiceError", "ThrottlingException", "AccessDeniedException"]
    assert seen == (added if change == "add" else [])


def test_a_call_inside_when_does_not_use_up_the_fault_twice(aws: Any, client: Any) -> None:
    depth: list[int] = []

    def when(parameters: Any) -> bool:
        if not depth:
            depth.append(1)
            with pytest.raises(ClientError):
                client.list_applications()
        return True

    aws.fail("ListApplications", "InternalServiceError", when=when)
    client.list_applications()
    assert [call.error_code for call in aws.calls] == ["InternalServiceError", None]
    aws.faults.assert_all_used()


def test_one_mock_decorates_a_function_that_runs_in_many_threads(hasty: None) -> None:
    @mock_appintegrations
    def work(index: int) -> int:
        client = boto3.client("appintegrations")
        client.create_event_integration(
            Name=f"n{index}", EventFilter={"Source": "aws.partner/x"}, EventBridgeBus="default"
        )
        return len(client.list_event_integrations()["EventIntegrations"])

    for _ in range(3):
        assert min(in_threads(8, work)) >= 1
    with mock_appintegrations() as aws:
        assert boto3.client("appintegrations").list_event_integrations()["EventIntegrations"] == []
        assert len(aws.calls) == 1


def test_one_handle_is_started_and_stopped_in_many_threads(hasty: None) -> None:
    mock = mock_appintegrations()

    def work(index: int) -> None:
        for _ in range(30):
            mock.start()
            mock.fail("ListApplications", "InternalServiceError", times=None)
            len(mock.calls)
            mock.snapshot()
            mock.stop()

    with mock_appintegrations():  # the state outlives the single scopes
        in_threads(8, work)
    with pytest.raises(RuntimeError, match=r"stop\(\) without start\(\)"):
        mock.stop()


def test_threads_add_use_up_and_clear_faults_at_once(aws: Any, client: Any, hasty: None) -> None:
    applied = threading.Lock(), [0]

    def work(index: int) -> None:
        for number in range(15):
            if index % 2:
                aws.fail("ListApplications", "InternalServiceError", after=number % 2, when=lambda parameters: True)
            else:
                try:
                    client.list_applications()
                except ClientError:
                    with applied[0]:
                        applied[1][0] += 1

    in_threads(8, work)
    while True:
        before = applied[1][0]
        for _ in range(100):
            with contextlib.suppress(ClientError):
                client.list_applications()
                continue
            applied[1][0] += 1
        if applied[1][0] == before:
            break
    assert applied[1][0] == 60
    assert sum(fault.applied for fault in aws.faults) == 60
    aws.faults.assert_all_used()


class OfAnotherThread(datetime.tzinfo):
    """A time zone that another thread's calls decide."""

    def utcoffset(self, moment: datetime.datetime | None) -> datetime.timedelta:
        def ask() -> None:
            boto3.client("dataexchange").list_data_sets()
            exchange.clock.advance(seconds=1)

        with mock_dataexchange() as exchange, ThreadPoolExecutor(1) as pool:
            pool.submit(ask).result(timeout=20)
        return datetime.timedelta()

    dst = utcoffset

    def tzname(self, moment: datetime.datetime | None) -> str:
        return "Nowhere"


@pytest.mark.parametrize("given", ["a frozen clock", "a data set", "a revision"])
def test_a_time_zone_of_a_tests_own_may_wait_for_another_thread(given: str) -> None:
    moment = datetime.datetime(2030, 1, 1, tzinfo=OfAnotherThread())
    seeded: dict[str, Any] = {"name": "n", "description": "d", "asset_type": "S3_SNAPSHOT", "product_id": "p"}
    with mock_dataexchange() as aws:
        if given == "a frozen clock":
            assert aws.clock.freeze(moment).year == 2030
        elif given == "a data set":
            aws.backend().add_entitled_data_set(**seeded, created_at=moment)
        else:
            aws.backend().add_entitled_data_set(**seeded, revisions=[{"created_at": moment}])
