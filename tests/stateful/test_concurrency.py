"""Many threads at once: each request is one step, and none is lost."""

from __future__ import annotations

import datetime
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest

from appint_mock import mock_appintegrations, mock_dataexchange
from appint_mock.state.clock import Clock

SOURCE = {"EventFilter": {"Source": "aws.partner/x"}, "EventBridgeBus": "default"}


def in_threads(count: int, work: Callable[[int], Any]) -> list[Any]:
    """What ``work`` returned in each of so many threads, which all start at once; raises what one raised."""
    barrier = threading.Barrier(count)
    results: list[Any] = [None] * count

    def run(index: int) -> None:
        barrier.wait()
        try:
            results[index] = work(index)
        except Exception as error:
            results[index] = error

    threads = [threading.Thread(target=run, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for result in results:
        if isinstance(result, Exception):
            raise result
    return results


@pytest.mark.parametrize("shared_client", [True, False])
def test_sixteen_threads_of_mixed_calls_lose_no_update(shared_client: bool) -> None:
    with mock_appintegrations() as aws:
        client = boto3.client("appintegrations")
        arn = client.create_event_integration(Name="shared", **SOURCE)["EventIntegrationArn"]
        clients = [client if shared_client else boto3.client("appintegrations") for _ in range(16)]

        def work(index: int) -> None:
            own = clients[index]
            for number in range(10):
                name = f"n{index}-{number}"
                own.create_event_integration(Name=name, **SOURCE)
                own.tag_resource(resourceArn=arn, tags={name: str(number)})
                own.update_event_integration(Name=name, Description=name)
                if number % 2:
                    own.delete_event_integration(Name=name)
                assert own.list_event_integrations(MaxResults=5)["EventIntegrations"]

        in_threads(16, work)
        pages = client.get_paginator("list_event_integrations").paginate()
        left = {item["Name"]: item.get("Description") for page in pages for item in page["EventIntegrations"]}
        expected = {f"n{index}-{number}" for index in range(16) for number in range(0, 10, 2)}
        assert left == {"shared": None, **{name: name for name in expected}}
        assert len(client.list_tags_for_resource(resourceArn=arn)["tags"]) == 160
        assert len(aws.calls.of("CreateEventIntegration")) == 161


def test_one_client_token_in_fifty_threads_makes_one_resource_and_one_answer() -> None:
    with mock_appintegrations(quotas={"data_integrations": 1}):
        client = boto3.client("appintegrations")

        def create(index: int) -> Any:
            answer = client.create_data_integration(Name="data", KmsKey="key", Tags={"a": "b"}, ClientToken="token")
            answer.pop("ResponseMetadata")
            return answer

        answers = in_threads(50, create)
        assert all(answer == answers[0] for answer in answers)
        assert len(client.list_data_integrations()["DataIntegrations"]) == 1


def test_a_name_is_given_to_one_of_many_threads_only() -> None:
    with mock_appintegrations():
        client = boto3.client("appintegrations")

        def create(index: int) -> bool:
            try:
                client.create_event_integration(Name="orders", **SOURCE)
            except client.exceptions.DuplicateResourceException:
                return False
            return True

        assert sum(in_threads(16, create)) == 1


def test_a_job_is_started_by_one_of_many_threads_only() -> None:
    with mock_dataexchange() as aws:
        client = boto3.client("dataexchange")
        data_set = client.create_data_set(Name="n", Description="d", AssetType="S3_SNAPSHOT")["Id"]
        revision = client.create_revision(DataSetId=data_set)["Id"]
        aws.objects["bucket", "key"] = b"content"
        source = {"AssetSources": [{"Bucket": "bucket", "Key": "key"}], "DataSetId": data_set, "RevisionId": revision}
        job = client.create_job(Type="IMPORT_ASSETS_FROM_S3", Details={"ImportAssetsFromS3": source})["Id"]

        def start(index: int) -> bool:
            try:
                client.start_job(JobId=job)
            except client.exceptions.ConflictException:
                return False
            return True

        assert sum(in_threads(16, start)) == 1
        assert len(client.list_revision_assets(DataSetId=data_set, RevisionId=revision)["Assets"]) == 1


@pytest.fixture
def switching() -> Iterator[None]:
    """Threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("switching")
def test_no_step_of_the_clock_is_lost() -> None:
    clock = Clock()
    clock.freeze(datetime.datetime(2030, 1, 1))

    def work(index: int) -> None:
        for _ in range(200):
            clock.advance(seconds=1)
            assert clock.now().microsecond == 0

    in_threads(8, work)
    assert clock.now() == datetime.datetime(2030, 1, 1, 0, 26, 40, tzinfo=datetime.timezone.utc)


@pytest.mark.usefixtures("switching")
def test_a_clock_is_never_seen_between_two_states() -> None:
    clock = Clock()
    early, late = (datetime.datetime(year, 1, 1, tzinfo=datetime.timezone.utc) for year in (2000, 3000))
    clock.freeze(early)

    def work(index: int) -> None:
        for _ in range(300):
            if index:
                # Of a freeze at 3000 and an advance after it: never 2000 advanced.
                assert clock.now() in (early, late, late + datetime.timedelta(days=1))
            else:
                clock.freeze(late)
                clock.advance(days=1)
                clock.freeze(early)

    in_threads(4, work)


@pytest.mark.usefixtures("switching")
def test_the_object_store_can_be_looked_at_while_others_write() -> None:
    with mock_dataexchange() as aws:

        def work(index: int) -> None:
            for number in range(100):
                if index % 2:
                    aws.objects[f"bucket-{index}-{number}", "key"] = b"content"
                    del aws.objects[f"bucket-{index}-{number}", "key"]
                    aws.objects[f"bucket-{index}", str(number)] = b"content"
                else:
                    assert all(len(place) == 2 for place in list(aws.objects))
                    assert repr(aws.objects)
                    assert len(aws.objects) >= 0
                    assert aws.snapshot()["service"] == "dataexchange"

        in_threads(4, work)
        assert len(aws.objects) == 200


@pytest.mark.usefixtures("switching")
def test_a_backend_is_made_once_and_seen_by_all_while_snapshots_come_and_go() -> None:
    with mock_dataexchange() as aws:
        state = aws.snapshot()

        def work(index: int) -> list[Any]:
            made = []
            for number in range(60):
                made.append(aws.backend(f"{number:012}", "eu-west-1"))
                if index == 0:
                    aws.snapshot()
                if index == 1 and number % 10 == 0:
                    aws.restore(state)
                if index == 2 and number % 10 == 0:
                    aws.reset()
            return made

        first, *others = in_threads(6, work)
        assert all(other == first for other in others)
