"""Jobs that a list does not show cost it nothing, and jobs that are gone are kept nowhere."""

from __future__ import annotations

import datetime
import gc
import random
import time
from typing import Any

import boto3
import pytest

from appint_mock import mock_dataexchange
from appint_mock.services.dataexchange.in_progress import InProgress


class _Content(bytes):
    """Bytes that say when they go."""

    gone = 0

    def __del__(self) -> None:
        _Content.gone += 1


def _jobs(aws: Any, data_set: str, revision: str, count: int) -> None:
    sources = {"AssetSources": [{"Bucket": "bucket", "Key": "a"}], "DataSetId": data_set, "RevisionId": revision}
    for _ in range(count):
        aws.backend().create_job(Type="IMPORT_ASSETS_FROM_S3", Details={"ImportAssetsFromS3": sources})


def _place(client: Any) -> tuple[str, str]:
    data_set = client.create_data_set(Name="n", Description="d", AssetType="S3_SNAPSHOT")["Id"]
    return data_set, client.create_revision(DataSetId=data_set)["Id"]


def _cost(call: Any) -> float:
    """The least CPU time of some calls."""
    costs = []
    for _ in range(15):
        started = time.process_time()
        call()
        costs.append(time.process_time() - started)
    return min(costs)


@pytest.mark.slow
def test_a_filtered_page_costs_the_same_however_many_jobs_do_not_fit() -> None:
    with mock_dataexchange() as aws:
        client = boto3.client("dataexchange")
        wanted, other = _place(client), _place(client)
        _jobs(aws, *wanted, 5)
        filters = ({"DataSetId": wanted[0]}, {"RevisionId": wanted[1]}, {"DataSetId": "0" * 32})
        before = [_cost(lambda given=given: client.list_jobs(**given)) for given in filters]
        _jobs(aws, *other, 8000)
        after = [_cost(lambda given=given: client.list_jobs(**given)) for given in filters]
        assert all(late < 2 * early + 0.001 for early, late in zip(before, after, strict=True))
        assert [len(client.list_jobs(**given)["Jobs"]) for given in filters] == [5, 5, 0]


@pytest.mark.slow
def test_a_page_after_thousands_of_jobs_have_expired_costs_what_any_page_costs() -> None:
    with mock_dataexchange() as aws:
        client = boto3.client("dataexchange")
        place = _place(client)
        _jobs(aws, *place, 5)
        before = _cost(client.list_jobs)
        _jobs(aws, *place, 8000)
        # Each job has a moment of its own, a millisecond after the one before.
        aws.clock.advance(days=90, minutes=1)
        _jobs(aws, *place, 5)
        assert len(client.list_jobs()["Jobs"]) == 5
        assert _cost(client.list_jobs) < 2 * before + 0.001


def test_a_job_that_is_gone_takes_its_bytes_along_and_never_comes_back() -> None:
    with mock_dataexchange() as aws:
        aws.clock.freeze(datetime.datetime(2030, 1, 1))
        client = boto3.client("dataexchange")
        place = _place(client)
        _jobs(aws, *place, 2)
        backend = aws.backend()
        content = _Content(b"a large file")
        gone = _Content.gone
        for job in backend.jobs.records():
            backend.jobs.replace(job["Id"], {**job, "_upload": content})
        del content, job
        aws.clock.advance(days=90, seconds=1)
        assert client.list_jobs()["Jobs"] == []
        gc.collect()
        assert _Content.gone == gone + 1
        aws.clock.freeze(datetime.datetime(2030, 1, 1))
        assert client.list_jobs()["Jobs"] == []
        assert aws.snapshot()["backends"][0][2]["jobs"]["rows"] == []


def _begun(number: int) -> datetime.datetime:
    return datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc) + datetime.timedelta(seconds=number)


def test_of_many_jobs_those_of_age_come_in_the_order_of_their_beginnings() -> None:
    jobs: InProgress[str] = InProgress()
    numbers = random.Random(5).sample(range(400), 400)
    for number in numbers:
        jobs.add("owner", {"Id": str(number), "_begun_at": _begun(number)})
    kept = [number for number in numbers if number % 9 == 4]
    for number in numbers:
        if number not in kept:
            jobs.drop(str(number))
    jobs.add("late", {"Id": "400", "_begun_at": _begun(400)})
    assert jobs.jobs() == [*(("owner", str(number)) for number in kept), ("late", "400")]
    assert list(jobs.of_age(100, _begun(300))) == [("owner", str(number)) for number in sorted(kept) if number <= 200]
    due = [("owner", str(number)) for number in sorted(kept)]
    assert list(jobs.of_age(0, _begun(399))) == due
    # What the caller does not end stays.
    assert list(jobs.of_age(0, _begun(400))) == [*due, ("late", "400")]


def test_after_a_clear_no_job_is_in_progress() -> None:
    jobs: InProgress[str] = InProgress()
    jobs.add("owner", {"Id": "1", "_begun_at": _begun(1)})
    jobs.clear()
    assert not jobs
    assert jobs.jobs() == []
    jobs.add("owner", {"Id": "1", "_begun_at": _begun(5)})
    assert list(jobs.of_age(0, _begun(4))) == []
    assert list(jobs.of_age(0, _begun(5))) == [("owner", "1")]


def test_a_job_that_was_dropped_is_in_progress_no_more() -> None:
    jobs: InProgress[str] = InProgress()
    began = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
    for number in range(3):
        jobs.add(f"owner {number}", {"Id": str(number), "_begun_at": began + datetime.timedelta(seconds=number)})
    jobs.drop("1")
    jobs.drop("1")
    assert jobs.jobs() == [("owner 0", "0"), ("owner 2", "2")]
    assert list(jobs.of_age(0, began + datetime.timedelta(seconds=2))) == [("owner 0", "0"), ("owner 2", "2")]
    assert list(jobs.of_age(2, began + datetime.timedelta(seconds=3))) == [("owner 0", "0")]
    jobs.drop("0")
    assert jobs
    jobs.drop("2")
    assert not jobs
    assert not list(jobs.of_age(0, began + datetime.timedelta(days=1)))
