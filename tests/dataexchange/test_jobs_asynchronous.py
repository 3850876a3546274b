"""Jobs end by themselves: what a program meets that waits, or does not wait, for all nine types."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import freezegun
import pytest
import time_machine
from botocore.exceptions import ClientError

from appint_mock import mock_dataexchange
from tests.fidelity.dataexchange import holds

from . import jobs
from .actors import Actor, bare, invalid, refused, to_bucket

MINUTE = datetime.timedelta(minutes=1)


def started(aws: Any, client: Any, job_type: str) -> tuple[jobs.Place, str]:
    """A job of that type that has just been started, and what it works on."""
    place = jobs.place_for(aws, client, job_type)
    job = jobs.create_job(client, job_type, place)
    jobs.upload(job)
    aws.objects.create_bucket("target")
    client.start_job(JobId=job["Id"])
    return place, job["Id"]


def state_in(aws: Any, job_id: str) -> str:
    """The job's state, without a look at it."""
    state: str = aws.backend().jobs.get(job_id)["State"]
    return state


def revision_of(place: jobs.Place) -> dict[str, str]:
    return {"DataSetId": place.data_set_id, "RevisionId": place.revision_id}


def finalise(client: Any, place: jobs.Place) -> Any:
    return client.update_revision(**revision_of(place), Finalized=True)


LOOKS: dict[str, Callable[[Any, jobs.Place, str], object]] = {
    "GetJob": lambda client, place, job_id: client.get_job(JobId=job_id),
    "ListJobs": lambda client, place, job_id: client.list_jobs(),
    "ListRevisionAssets": lambda client, place, job_id: client.list_revision_assets(**revision_of(place)),
}
OTHER_READS: dict[str, Callable[[Any, jobs.Place, str], object]] = {
    "GetRevision": lambda client, place, job_id: client.get_revision(**revision_of(place)),
    "ListDataSetRevisions": lambda client, place, job_id: client.list_data_set_revisions(DataSetId=place.data_set_id),
    "GetDataSet": lambda client, place, job_id: client.get_data_set(DataSetId=place.data_set_id),
    "ListJobs of another": lambda client, place, job_id: client.list_jobs(DataSetId="0" * 32),
}


# Without any option --------------------------------------------------------------------------------------------


@holds("jobs.asynchronous", "jobs.polls-zero")
@pytest.mark.parametrize("job_type", jobs.EXPORTS)
def test_an_export_has_ended_when_start_job_returns(aws: Any, client: Any, job_type: str) -> None:
    _, job_id = started(aws, client, job_type)
    assert state_in(aws, job_id) == "COMPLETED"


@holds("jobs.asynchronous", "jobs.polls-zero", "jobs.look")
@pytest.mark.parametrize("job_type", jobs.IMPORTS)
@pytest.mark.parametrize("look", LOOKS)
def test_an_import_ends_at_the_first_look(aws: Any, client: Any, job_type: str, look: str) -> None:
    place, job_id = started(aws, client, job_type)
    assert state_in(aws, job_id) == "IN_PROGRESS"
    assert aws.backend().assets.count(place.revision_id) == 0
    LOOKS[look](client, place, job_id)
    assert state_in(aws, job_id) == "COMPLETED"
    assert len(jobs.assets_of(client, place)) == 1


@holds("jobs.look")
@pytest.mark.parametrize("job_type", jobs.IMPORTS)
def test_what_a_look_shows_is_already_the_end(aws: Any, client: Any, job_type: str) -> None:
    place, job_id = started(aws, client, job_type)
    assert client.get_job(JobId=job_id)["State"] == "COMPLETED"
    place, _ = started(aws, client, job_type)
    assert len(jobs.assets_of(client, place)) == 1


@holds("jobs.look")
def test_a_read_of_one_asset_is_a_look(aws: Any, client: Any) -> None:
    place = jobs.place_for(aws, client, "EXPORT_ASSETS_TO_S3")
    job = jobs.create_job(
        client, "IMPORT_ASSETS_FROM_S3", place, AssetSources=[{"Bucket": "bucket", "Key": "in/a.csv"}]
    )
    client.start_job(JobId=job["Id"])
    client.get_asset(**revision_of(place), AssetId=place.asset_id)
    assert state_in(aws, job["Id"]) == "COMPLETED"


@holds("jobs.look")
def test_a_read_that_is_refused_is_no_look(aws: Any, client: Any) -> None:
    place, job_id = started(aws, client, "IMPORT_ASSETS_FROM_S3")
    revision, nothing = revision_of(place), "0" * 32
    refused: list[Callable[[], Any]] = [
        lambda: client.list_revision_assets(**revision, NextToken="not one of ours"),
        lambda: client.get_asset(**revision, AssetId=nothing),
        lambda: client.list_jobs(NextToken="not one of ours"),
    ]
    for read in refused:
        before = aws.snapshot()
        with pytest.raises(ClientError):
            read()
        assert aws.snapshot() == before
    assert state_in(aws, job_id) == "IN_PROGRESS"


@holds("jobs.look", "jobs.polls-unread")
@pytest.mark.parametrize("job_type", jobs.IMPORTS)
@pytest.mark.parametrize("read", OTHER_READS)
def test_no_other_read_is_a_look(aws: Any, client: Any, job_type: str, read: str) -> None:
    place, job_id = started(aws, client, job_type)
    OTHER_READS[read](client, place, job_id)
    assert state_in(aws, job_id) == "IN_PROGRESS"


@holds("jobs.finalised-meanwhile", "errors.no-assets")
@pytest.mark.parametrize("job_type", jobs.IMPORTS)
def test_who_finalises_without_having_waited_meets_a_revision_without_assets(
    aws: Any, client: Any, job_type: str
) -> None:
    place, job_id = started(aws, client, job_type)
    with invalid(f"Revision {place.revision_id} has no assets."):
        finalise(client, place)
    assert client.get_job(JobId=job_id)["State"] == "COMPLETED"
    assert finalise(client, place)["Finalized"] is True


@holds("jobs.finalised-meanwhile", "job-errors.finalized")
def test_a_revision_that_is_finalised_meanwhile_lets_its_import_end_in_error(aws: Any, client: Any) -> None:
    place = jobs.place_for(aws, client, "EXPORT_ASSETS_TO_S3")
    sources = [{"Bucket": "bucket", "Key": "in/a.csv"}]
    job = jobs.create_job(client, "IMPORT_ASSETS_FROM_S3", place, AssetSources=sources)
    client.start_job(JobId=job["Id"])
    finalise(client, place)
    ended = client.get_job(JobId=job["Id"])
    assert (ended["State"], ended["Errors"][0]["Code"]) == ("ERROR", "VALIDATION_EXCEPTION")
    assert len(jobs.assets_of(client, place)) == 1


@holds("jobs.reads-at-start")
def test_what_an_import_reads_it_reads_when_it_is_started(aws: Any, client: Any) -> None:
    place, job_id = started(aws, client, "IMPORT_ASSETS_FROM_S3")
    aws.objects["bucket", "in/a.csv"] = b"changed afterwards"
    assert client.get_job(JobId=job_id)["State"] == "COMPLETED"
    (asset,) = jobs.assets_of(client, place)
    assert asset["AssetDetails"]["S3SnapshotAsset"]["Size"] == len(b"a,b\n")


@holds("jobs.reads-at-start")
def test_an_object_that_is_missing_at_the_start_is_missing_at_the_end(aws: Any, client: Any) -> None:
    place = jobs.create_place(client)
    aws.objects.create_bucket("bucket")
    job = jobs.create_job(client, "IMPORT_ASSETS_FROM_S3", place)
    client.start_job(JobId=job["Id"])
    aws.objects["bucket", "in/a.csv"] = b"too late"
    assert client.get_job(JobId=job["Id"])["Errors"][0]["Code"] == "RESOURCE_NOT_FOUND_EXCEPTION"


@holds("jobs.reads-at-start")
@pytest.mark.parametrize("job_type", jobs.UPLOADS)
def test_what_is_uploaded_after_the_start_is_too_late(aws: Any, client: Any, job_type: str) -> None:
    job = jobs.create_job(client, job_type, jobs.place_for(aws, client, job_type))
    client.start_job(JobId=job["Id"])
    jobs.upload(job)
    assert client.get_job(JobId=job["Id"])["Errors"][0]["Code"] == "RESOURCE_NOT_FOUND_EXCEPTION"


@holds("jobs.snapshot")
@pytest.mark.parametrize("job_type", jobs.IMPORTS)
def test_a_snapshot_holds_an_import_in_progress(aws: Any, client: Any, job_type: str) -> None:
    place, job_id = started(aws, client, job_type)
    state = aws.snapshot()
    aws.reset()
    aws.restore(state)
    assert state_in(aws, job_id) == "IN_PROGRESS"
    assert client.get_job(JobId=job_id)["State"] == "COMPLETED"
    assert len(jobs.assets_of(client, place)) == 1


# The clock -----------------------------------------------------------------------------------------------------


def advance(aws: Any) -> None:
    aws.clock.advance(milliseconds=1)


def freeze_later(aws: Any) -> None:
    aws.clock.freeze(aws.clock.now() + MINUTE)


@holds("jobs.moved")
@pytest.mark.parametrize("job_type", jobs.TYPES)
@pytest.mark.parametrize("polls", [0, 7])
@pytest.mark.parametrize("move", [advance, freeze_later])
def test_a_test_that_moves_the_clock_forward_ends_every_job(
    aws: Any, client: Any, job_type: str, polls: int, move: Callable[[Any], None]
) -> None:
    with mock_dataexchange(job_polls=polls):
        _, job_id = started(aws, client, job_type)
        move(aws)
        assert state_in(aws, job_id) == "COMPLETED"


@holds("jobs.moved")
def test_a_clock_that_stops_or_goes_back_ends_nothing(aws: Any, client: Any) -> None:
    _, job_id = started(aws, client, "IMPORT_ASSETS_FROM_S3")
    now = aws.clock.freeze()
    aws.clock.freeze(now - MINUTE)
    assert state_in(aws, job_id) == "IN_PROGRESS"


@holds("jobs.moved")
def test_freezegun_moves_the_clock_too() -> None:
    with freezegun.freeze_time("2030-01-31 12:00:00") as frozen, mock_dataexchange(job_polls=7) as aws:
        client = Actor(aws).client
        _, job_id = started(aws, client, "IMPORT_ASSETS_FROM_S3")
        client.list_data_sets()
        assert state_in(aws, job_id) == "IN_PROGRESS"
        frozen.tick(1)
        client.list_data_sets()
        assert state_in(aws, job_id) == "COMPLETED"


@holds("jobs.moved")
def test_time_machine_moves_the_clock_too() -> None:
    with time_machine.travel("2030-01-31T12:00:00Z") as traveller, mock_dataexchange(job_polls=7) as aws:
        client = Actor(aws).client
        _, job_id = started(aws, client, "IMPORT_ASSETS_FROM_S3")
        client.list_data_sets()
        assert state_in(aws, job_id) == "IN_PROGRESS"
        traveller.shift(60)
        client.list_data_sets()
        assert state_in(aws, job_id) == "COMPLETED"


@pytest.mark.parametrize(("seconds", "state"), [(0, "IN_PROGRESS"), (0.4, "IN_PROGRESS"), (0.9, "COMPLETED")])
def test_a_step_counts_from_the_last_call_on(seconds: float, state: str) -> None:
    with freezegun.freeze_time("2030-01-31 12:00:00") as frozen, mock_dataexchange(job_polls=7) as aws:
        client = Actor(aws).client
        _, job_id = started(aws, client, "IMPORT_ASSETS_FROM_S3")
        for step in (-5.0, 0.3, 0.3, seconds):
            assert state_in(aws, job_id) == "IN_PROGRESS"
            frozen.tick(step)
            client.list_data_sets()
        assert state_in(aws, job_id) == state


def test_a_step_that_ended_no_job_ends_none_later(aws: Any, client: Any) -> None:
    with mock_dataexchange(job_polls=None):
        _, job_id = started(aws, client, "IMPORT_ASSETS_FROM_S3")
        aws.clock.advance(MINUTE)
    client.list_data_sets()
    assert state_in(aws, job_id) == "IN_PROGRESS"


def test_time_before_its_start_ends_no_job() -> None:
    with freezegun.freeze_time("2030-01-31 12:00:00") as frozen, mock_dataexchange(job_polls=1) as aws:
        client = Actor(aws).client
        for _ in range(2):
            _, job_id = started(aws, client, "IMPORT_ASSETS_FROM_S3")
            client.list_data_sets()
            assert [client.get_job(JobId=job_id)["State"] for _ in range(2)] == ["IN_PROGRESS", "COMPLETED"]
            frozen.tick(60)


def test_a_signed_url_ends_the_jobs_that_are_due() -> None:
    with freezegun.freeze_time("2030-01-31 12:00:00") as frozen, mock_dataexchange(job_seconds=60) as aws:
        client = Actor(aws).client
        waiting = jobs.create_job(client, "IMPORT_ASSET_FROM_SIGNED_URL", jobs.create_place(client))
        _, job_id = started(aws, client, "IMPORT_ASSETS_FROM_S3")
        states = []
        for _ in range(2):
            jobs.upload(waiting)
            states.append(state_in(aws, job_id))
            frozen.tick(61)
        assert states == ["IN_PROGRESS", "COMPLETED"]


@holds("jobs.moved", "jobs.polls-none")
@pytest.mark.parametrize("job_type", jobs.TYPES)
def test_with_none_no_clock_ends_a_job(aws: Any, client: Any, job_type: str) -> None:
    with mock_dataexchange(job_polls=None):
        _, job_id = started(aws, client, job_type)
        aws.clock.advance(MINUTE)
        assert client.get_job(JobId=job_id)["State"] == "IN_PROGRESS"


@holds("jobs.seconds")
@pytest.mark.parametrize("job_type", jobs.TYPES)
def test_after_job_seconds_a_job_has_ended_whoever_looks(aws: Any, client: Any, job_type: str) -> None:
    aws.clock.freeze(jobs.START)
    with mock_dataexchange(job_seconds=60):
        place, job_id = started(aws, client, job_type)
        aws.clock.advance(seconds=59)
        for look in LOOKS.values():
            look(client, place, job_id)
        assert state_in(aws, job_id) == "IN_PROGRESS"
        aws.clock.advance(seconds=1)
        assert state_in(aws, job_id) == "COMPLETED"


@holds("jobs.seconds")
def test_each_job_has_its_own_seconds_also_after_the_clock_was_set_back_or_a_snapshot_restored(
    aws: Any, client: Any
) -> None:
    with mock_dataexchange(job_seconds=60):
        aws.clock.freeze(jobs.START)
        _, late = started(aws, client, "IMPORT_ASSETS_FROM_S3")
        aws.clock.freeze(jobs.START - MINUTE * 60)
        _, early = started(aws, client, "IMPORT_ASSETS_FROM_S3")
        state = aws.snapshot()
        aws.reset()
        aws.clock.freeze(jobs.START - MINUTE * 60)
        aws.restore(state)
        aws.clock.advance(MINUTE)
        assert (state_in(aws, early), state_in(aws, late)) == ("COMPLETED", "IN_PROGRESS")
        aws.clock.freeze(jobs.START + MINUTE)
        assert state_in(aws, late) == "COMPLETED"


def test_after_a_restore_a_job_s_seconds_count_from_its_new_start(aws: Any, client: Any) -> None:
    with mock_dataexchange(job_seconds=60):
        aws.clock.freeze(jobs.START)
        place = jobs.place_for(aws, client, "IMPORT_ASSETS_FROM_S3")
        job_id = jobs.create_job(client, "IMPORT_ASSETS_FROM_S3", place)["Id"]
        state = aws.snapshot()
        client.start_job(JobId=job_id)
        aws.restore(state)
        assert aws.backend().world.remarks() == []
        aws.clock.freeze(jobs.START + MINUTE)
        client.start_job(JobId=job_id)
        client.list_data_sets()
        assert state_in(aws, job_id) == "IN_PROGRESS"
        aws.clock.advance(seconds=59)
        assert state_in(aws, job_id) == "IN_PROGRESS"
        aws.clock.advance(seconds=1)
        assert state_in(aws, job_id) == "COMPLETED"


@holds("jobs.seconds")
def test_time_that_passes_by_itself_ends_a_job_at_the_next_call() -> None:
    with freezegun.freeze_time("2030-01-31 12:00:00") as frozen, mock_dataexchange(job_seconds=60) as aws:
        client = Actor(aws).client
        place, _ = started(aws, client, "IMPORT_ASSETS_FROM_S3")
        frozen.tick(30)
        with invalid(f"Revision {place.revision_id} has no assets."):
            finalise(client, place)
        frozen.tick(31)
        assert finalise(client, place)["Finalized"] is True


@holds("jobs.seconds")
def test_with_polls_and_seconds_whichever_comes_first_ends_a_job(aws: Any, client: Any) -> None:
    with mock_dataexchange(job_polls=1, job_seconds=60):
        _, job_id = started(aws, client, "IMPORT_ASSETS_FROM_S3")
        assert [client.get_job(JobId=job_id)["State"] for _ in range(2)] == ["IN_PROGRESS", "COMPLETED"]
        _, job_id = started(aws, client, "IMPORT_ASSETS_FROM_S3")
        aws.clock.advance(MINUTE)
        assert state_in(aws, job_id) == "COMPLETED"
    with mock_dataexchange(job_polls=None, job_seconds=60):
        _, job_id = started(aws, client, "IMPORT_ASSETS_FROM_S3")
        aws.clock.advance(MINUTE)
        assert state_in(aws, job_id) == "COMPLETED"


@holds("jobs.seconds")
@pytest.mark.parametrize("seconds", [-0.5, True, "60", 10**11, float("inf")])
def test_job_seconds_is_a_number_or_none(seconds: Any) -> None:
    with pytest.raises(ValueError, match=r"job_seconds=.*: give a number of seconds of at least 0, or None"):
        mock_dataexchange(job_seconds=seconds)


@holds("jobs.seconds")
@pytest.mark.parametrize("seconds", [0, 0.5, 10**11 - 1, None])
def test_job_seconds_may_be_as_long_as_a_clock_can_go(seconds: float | None) -> None:
    assert "job_seconds" in repr(mock_dataexchange(job_seconds=seconds))


@holds("jobs.seconds", "event-actions.job")
def test_an_event_action_s_job_ends_by_time_too(aws: Any, provider: Actor) -> None:
    data_set_id = provider.backend.add_entitled_data_set(
        name="Weather",
        description="Hourly",
        asset_type="S3_SNAPSHOT",
        product_id="prod-weather",
        revisions=[{"id": "1" * 32, "published": False, "assets": {"a.csv": b"abc"}}],
    )
    provider.event_action(data_set_id, Action=to_bucket("arrivals"))
    with mock_dataexchange(job_seconds=60):
        provider.backend.publish_revision(data_set_id, "1" * 32)
        assert len(provider.events) == 1
        aws.clock.advance(MINUTE)
    assert [event["detail-type"] for event in provider.events] == [
        "Revision Published To Data Set",
        "Auto-export Job Completed",
    ]


# Polls ---------------------------------------------------------------------------------------------------------


@holds("jobs.polls", "jobs.look")
@pytest.mark.parametrize("job_type", jobs.TYPES)
@pytest.mark.parametrize("look", LOOKS)
def test_so_many_looks_leave_a_job_in_progress(aws: Any, client: Any, job_type: str, look: str) -> None:
    with mock_dataexchange(job_polls=2):
        place, job_id = started(aws, client, job_type)
        for _ in range(2):
            LOOKS[look](client, place, job_id)
            assert state_in(aws, job_id) == "IN_PROGRESS"
        LOOKS[look](client, place, job_id)
        assert state_in(aws, job_id) == "COMPLETED"


# Faults --------------------------------------------------------------------------------------------------------


@holds("jobs.fault", "job-errors.malware")
@pytest.mark.parametrize("job_type", jobs.TYPES)
@pytest.mark.parametrize("asked", ["*", "own"])
def test_fail_job_lets_the_next_job_end_in_error_without_effects(
    aws: Any, client: Any, job_type: str, asked: str
) -> None:
    place = jobs.place_for(aws, client, job_type)
    before = (jobs.asset_ids(client, place), dict(aws.objects))
    aws.fail_job("*" if asked == "*" else job_type)
    job = jobs.create_job(client, job_type, place)
    jobs.upload(job)
    client.start_job(JobId=job["Id"])
    ended = client.get_job(JobId=job["Id"])
    assert ended["State"] == "ERROR"
    assert ended["Errors"] == [{"Code": "MALWARE_DETECTED", "Message": "The job failed with MALWARE_DETECTED."}]
    assert (jobs.asset_ids(client, place), dict(aws.objects)) == before
    _, again = started(aws, client, job_type)
    assert client.get_job(JobId=again)["State"] == "COMPLETED"


@holds("jobs.fault")
def test_fail_job_lets_pass_and_counts_jobs_of_its_type_only(aws: Any, client: Any) -> None:
    aws.fail_job("EXPORT_REVISIONS_TO_S3", "INTERNAL_SERVER_EXCEPTION", "Sorry.", times=3, after=1)
    ends = []
    for job_type in ("EXPORT_REVISIONS_TO_S3", "IMPORT_ASSETS_FROM_S3", *["EXPORT_REVISIONS_TO_S3"] * 4):
        _, job_id = started(aws, client, job_type)
        ended = client.get_job(JobId=job_id)
        ends.append([error["Message"] for error in ended.get("Errors", [])])
    assert ends == [[], [], ["Sorry."], ["Sorry."], ["Sorry."], []]


def test_of_several_job_faults_the_first_of_the_type_applies(aws: Any, client: Any) -> None:
    place = jobs.place_for(aws, client, "EXPORT_ASSETS_TO_S3")
    aws.fail_job("EXPORT_REVISIONS_TO_S3", message="of exports", times=None)
    aws.fail_job("IMPORT_ASSETS_FROM_S3", message="first")
    aws.fail_job("*", message="of any", times=2)
    ends = []
    for job_type in ("IMPORT_ASSETS_FROM_S3", "IMPORT_ASSETS_FROM_S3", "EXPORT_REVISIONS_TO_S3", "EXPORT_ASSETS_TO_S3"):
        ended = jobs.run_job(client, job_type, place)
        ends.append([error["Message"] for error in ended.get("Errors", [])])
    assert ends == [["first"], ["of any"], ["of exports"], ["of any"]]


@holds("jobs.fault")
def test_a_job_fault_goes_with_its_scope_and_with_a_reset(aws: Any, client: Any) -> None:
    with mock_dataexchange() as inner:
        inner.fail_job(times=None)
        _, job_id = started(aws, client, "IMPORT_ASSETS_FROM_S3")
        assert client.get_job(JobId=job_id)["State"] == "ERROR"
    _, job_id = started(aws, client, "IMPORT_ASSETS_FROM_S3")
    assert client.get_job(JobId=job_id)["State"] == "COMPLETED"
    aws.fail_job(times=None)
    aws.reset()
    _, job_id = started(aws, client, "IMPORT_ASSETS_FROM_S3")
    assert client.get_job(JobId=job_id)["State"] == "COMPLETED"


@holds("jobs.fault")
@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "IMPORT"},
        {"type": ""},
        {"code": "MALWARE"},
        {"times": 0},
        {"times": True},
        {"after": -1},
        {"after": 0.5},
    ],
)
def test_fail_job_refuses_what_no_job_can_have(aws: Any, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="fail_job"):
        aws.fail_job(**wrong)


# Limits --------------------------------------------------------------------------------------------------------


LIMITS = {
    "IMPORT_ASSETS_FROM_S3": 10,
    "IMPORT_ASSET_FROM_SIGNED_URL": 10,
    "EXPORT_ASSETS_TO_S3": 10,
    "EXPORT_ASSET_TO_SIGNED_URL": 10,
    "EXPORT_REVISIONS_TO_S3": 5,
    "IMPORT_ASSETS_FROM_REDSHIFT_DATA_SHARES": 10,
    "IMPORT_ASSET_FROM_API_GATEWAY_API": 10,
}


@holds("quotas.limits", "quotas.ten-jobs")
@pytest.mark.parametrize("job_type", jobs.TYPES)
@pytest.mark.parametrize("quotas", [False, True, {"data_sets": 9}], ids=str)
def test_so_many_jobs_of_a_type_are_in_progress_at_most(aws: Any, client: Any, job_type: str, quotas: Any) -> None:
    limit = LIMITS.get(job_type)
    place = jobs.place_for(aws, client, job_type)
    with mock_dataexchange(job_polls=None, quotas=quotas):
        made = [jobs.create_job(client, job_type, place)["Id"] for _ in range((limit or 20) + 1)]
        for job_id in made[:-1]:
            client.start_job(JobId=job_id)
        if limit is None:
            client.start_job(JobId=made[-1])
            return
        with pytest.raises(client.exceptions.ServiceLimitExceededException) as caught:
            client.start_job(JobId=made[-1])
        assert caught.value.response["LimitValue"] == limit


@holds("quotas.ten-jobs", "quotas.ended-jobs")
def test_imports_that_nobody_has_seen_the_end_of_count(aws: Any, client: Any) -> None:
    place = jobs.place_for(aws, client, "IMPORT_ASSETS_FROM_S3")
    made = [jobs.create_job(client, "IMPORT_ASSETS_FROM_S3", place)["Id"] for _ in range(11)]
    for job_id in made[:10]:
        client.start_job(JobId=job_id)
    name = "Concurrent in progress jobs to import assets from Amazon S3"
    text = f"The limit for {name} (10) has been reached."
    with refused("ServiceLimitExceededException", text, LimitName=name, LimitValue=10):
        client.start_job(JobId=made[10])
    assert client.get_job(JobId=made[0])["State"] == "COMPLETED"
    client.start_job(JobId=made[10])


@holds("quotas.limit-taken-away")
def test_a_limit_of_jobs_in_progress_can_be_taken_away(aws: Any, client: Any) -> None:
    place = jobs.place_for(aws, client, "IMPORT_ASSETS_FROM_S3")
    with mock_dataexchange(job_polls=None, quotas={"concurrent_import_assets_from_s3": None}):
        for _ in range(12):
            client.start_job(JobId=jobs.create_job(client, "IMPORT_ASSETS_FROM_S3", place)["Id"])


@holds("quotas.limits")
def test_the_other_limits_of_a_job_hold_always_too(aws: Any, client: Any) -> None:
    place = jobs.place_for(aws, client, "EXPORT_ASSETS_TO_S3")
    destinations = [{"AssetId": place.asset_id, "Bucket": "target", "Key": str(number)} for number in range(101)]
    with pytest.raises(client.exceptions.ServiceLimitExceededException, match=r"Asset per export job .* \(100\)"):
        jobs.create_job(client, "EXPORT_ASSETS_TO_S3", place, AssetDestinations=destinations)
    place = jobs.place_for(aws, client, "IMPORT_ASSETS_FROM_REDSHIFT_DATA_SHARES")
    with pytest.raises(client.exceptions.ServiceLimitExceededException, match=r"Redshift datashare assets .* \(10\)"):
        jobs.create_job(
            client,
            "IMPORT_ASSETS_FROM_REDSHIFT_DATA_SHARES",
            place,
            AssetSources=[{"DataShareArn": jobs.SHARE}] * 11,
        )


@holds("quotas.adjustable")
@pytest.mark.parametrize("asset_type", ["REDSHIFT_DATA_SHARE", "API_GATEWAY_API", "S3_DATA_ACCESS"])
def test_what_an_account_can_have_raised_is_off(provider: Actor, asset_type: str) -> None:
    data_set = provider.data_set(asset_type)
    for _ in range(21):
        provider.revision(data_set)
    assert len(provider.revisions(data_set["Id"])) == 21


# Keys ----------------------------------------------------------------------------------------------------------

NO_KEYS = [
    "not-an-arn",
    "alias/own",
    "11112222-3333-4444-5555-666677778888",
    "arn:aws:kms:us-east-1:123456789012:alias/own",
    "arn:aws:s3:::bucket",
    "arn:aws:iam::123456789012:role/key",
    "arn:aws:kms:us-east-1:123456789012:key/",
    "arn:aws:kms:us-east-1:12345:key/11112222-3333-4444-5555-666677778888",
]


@holds("create-job.kms-key")
@pytest.mark.parametrize("key", NO_KEYS)
@pytest.mark.parametrize("job_type", ["EXPORT_ASSETS_TO_S3", "EXPORT_REVISIONS_TO_S3"])
def test_an_export_is_encrypted_with_a_kms_key_only(aws: Any, client: Any, job_type: str, key: str) -> None:
    place = jobs.place_for(aws, client, job_type)
    with invalid(f"{key} is not the ARN of a KMS key."):
        jobs.create_job(client, job_type, place, Encryption={"Type": "aws:kms", "KmsKeyArn": key})


@holds("create-job.kms-key")
@pytest.mark.parametrize("key", NO_KEYS)
def test_data_access_grants_kms_keys_only(aws: Any, client: Any, key: str) -> None:
    job_type = "CREATE_S3_DATA_ACCESS_FROM_S3_BUCKET"
    place = jobs.place_for(aws, client, job_type)
    with invalid(f"{key} is not the ARN of a KMS key."):
        jobs.create_job(
            client, job_type, place, AssetSource={"Bucket": "bucket", "KmsKeysToGrant": [{"KmsKeyArn": key}]}
        )


@holds("create-job.kms-key", "event-actions.rules")
def test_an_event_action_encrypts_with_a_kms_key_only(aws: Any, provider: Actor) -> None:
    data_set_id = provider.backend.add_entitled_data_set(
        name="Weather", description="Hourly", asset_type="S3_SNAPSHOT", product_id="prod-weather"
    )
    action = to_bucket("arrivals", Encryption={"Type": "aws:kms", "KmsKeyArn": "alias/own"})
    with invalid("alias/own is not the ARN of a KMS key."):
        provider.client.create_event_action(Event={"RevisionPublished": {"DataSetId": data_set_id}}, Action=action)


@holds("objects.key-length")
@pytest.mark.parametrize(("length", "state"), [(1024, "COMPLETED"), (1025, "ERROR")])
@pytest.mark.parametrize("letter", ["x", "ü"])
def test_a_key_has_at_most_1024_bytes(aws: Any, client: Any, length: int, state: str, letter: str) -> None:
    place = jobs.place_for(aws, client, "EXPORT_ASSETS_TO_S3")
    aws.objects.create_bucket("target")
    key = letter * (length // len(letter.encode())) + "y" * (length % len(letter.encode()))
    destinations = [{"AssetId": place.asset_id, "Bucket": "target", "Key": key}]
    ended = jobs.run_job(client, "EXPORT_ASSETS_TO_S3", place, AssetDestinations=destinations)
    assert ended["State"] == state
    assert [error["Code"] for error in ended.get("Errors", [])] == ["VALIDATION_EXCEPTION"] * (state == "ERROR")
    assert (("target", key) in aws.objects) is (state == "COMPLETED")


# Moments -------------------------------------------------------------------------------------------------------


@holds("moments.apart")
def test_no_two_resources_share_a_moment_even_while_the_clock_is_frozen(aws: Any, provider: Actor) -> None:
    aws.clock.freeze(jobs.START)
    data_sets = [provider.data_set() for _ in range(3)]
    revision = provider.finalized(data_sets[0], "a.csv", "b.csv", "c.csv")
    provider.backend.publish_revision(data_sets[0]["Id"], revision["Id"])
    (copy,) = provider.client.list_data_sets(Origin="ENTITLED")["DataSets"]
    (copied,) = provider.revisions(copy["Id"])
    made = [
        *data_sets,
        revision,
        *provider.assets(revision),
        *provider.client.list_jobs()["Jobs"],
        provider.grant(data_sets[1]),
        bare(provider.event_action(copy["Id"])),
        copy,
        copied,
        *provider.assets(copied),
    ]
    moments = [each["CreatedAt"] for each in made]
    assert len(set(moments)) == len(moments)
    assert max(moments) - min(moments) < datetime.timedelta(seconds=1)


@holds("moments.apart", "lists.newest-first")
def test_revisions_made_at_once_differ_in_their_moments(aws: Any, provider: Actor) -> None:
    data_set = provider.data_set()
    made = [provider.revision(data_set)["Id"] for _ in range(50)]
    shown = provider.revisions(data_set["Id"])
    assert [each["Id"] for each in sorted(shown, key=lambda each: str(each["CreatedAt"]))] == made


@holds("moments.apart")
def test_revisions_that_a_grant_publishes_at_once_have_moments_of_their_own(provider: Actor, subscriber: Actor) -> None:
    data_set = provider.data_set()
    made = [provider.finalized(data_set, Comment=str(number)) for number in range(3)]
    entitled = subscriber.accept(provider.grant(data_set))
    shown = subscriber.revisions(entitled["Id"])
    assert len({each["CreatedAt"] for each in shown}) == len(made)
    assert [each["Comment"] for each in sorted(shown, key=lambda each: each["CreatedAt"])] == ["0", "1", "2"]


@pytest.mark.parametrize(
    ("options", "what_ends_it"),
    [
        ({}, "call get_job until State is no longer IN_PROGRESS."),
        ({"job_polls": 2, "job_seconds": 60}, "call get_job until State is no longer IN_PROGRESS."),
        ({"job_seconds": 60}, "aws.clock.advance(seconds=60)."),
        ({"job_seconds": 60, "job_polls": None}, "aws.clock.advance(seconds=60)."),
        ({"job_polls": None}, "aws.backend().finish_job(job_id)."),
    ],
)
def test_a_report_says_what_ends_a_job_in_progress(options: dict[str, Any], what_ends_it: str) -> None:
    with mock_dataexchange(**options) as aws:
        _, job_id = started(aws, Actor(aws).client, "IMPORT_ASSETS_FROM_S3")
        (remark,) = aws.backend().world.remarks()
        assert job_id in remark
        assert remark.endswith(what_ends_it)
        aws.backend().finish_job(job_id)
        assert aws.backend().world.remarks() == []


def test_a_report_says_nothing_of_an_export_in_progress(aws: Any, client: Any) -> None:
    with mock_dataexchange(job_polls=None):
        started(aws, client, "EXPORT_ASSETS_TO_S3")
        assert aws.backend().world.remarks() == []
