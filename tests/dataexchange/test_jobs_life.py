"""The life of a job: states, reads, the test's own hand, oblivion, quotas, snapshots."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import boto3
import pytest
import requests
from botocore.exceptions import ClientError

from appint_mock import AppintMockError, mock_dataexchange
from appint_mock.protocol.moments import to_iso8601
from appint_mock.services.dataexchange.service import SERVICE
from tests.fidelity.dataexchange import holds

from . import jobs
from .actors import NOWHERE, Actor, Near, bare, conflict, not_found, refused

MINUTE = datetime.timedelta(minutes=1)
DAYS_90 = datetime.timedelta(days=90)
ENDED = ("COMPLETED", "ERROR", "CANCELLED", "TIMED_OUT")
STATES = ("WAITING", "IN_PROGRESS", *ENDED)


@pytest.fixture
def place(aws: Any, client: Any) -> jobs.Place:
    """A revision that the example import goes into."""
    aws.clock.freeze(jobs.START)
    return jobs.place_for(aws, client, "IMPORT_ASSETS_FROM_S3")


def new_job(client: Any, place: jobs.Place) -> str:
    """The id of a job that waits."""
    job_id: str = jobs.create_job(client, "IMPORT_ASSETS_FROM_S3", place)["Id"]
    return job_id


def job_in(aws: Any, client: Any, place: jobs.Place, state: str) -> str:
    """The id of a job in that state; IN_PROGRESS needs job_polls None."""
    job_id = new_job(client, place)
    if state == "IN_PROGRESS":
        client.start_job(JobId=job_id)
    elif state == "CANCELLED":
        client.cancel_job(JobId=job_id)
    elif state != "WAITING":
        aws.backend().finish_job(job_id, state)
    assert client.get_job(JobId=job_id)["State"] == state
    return job_id


def states(client: Any, job_id: str, reads: int) -> list[str]:
    return [client.get_job(JobId=job_id)["State"] for _ in range(reads)]


# Start and cancel, in each state -----------------------------------------------------------------------------


@holds("errors.conflict", "errors.job-state", "jobs.waiting-only")
@pytest.mark.parametrize("operation", ["start_job", "cancel_job"])
@pytest.mark.parametrize("state", [state for state in STATES if state != "WAITING"])
def test_only_a_waiting_job_can_be_started_or_cancelled(
    aws: Any, client: Any, place: jobs.Place, operation: str, state: str
) -> None:
    with mock_dataexchange(job_polls=None):
        job_id = job_in(aws, client, place, state)
        with conflict("JOB", job_id, f"Job {job_id} is in state {state}, not WAITING."):
            getattr(client, operation)(JobId=job_id)


@holds("jobs.errors", "jobs.list-same")
@pytest.mark.parametrize("state", STATES)
def test_a_job_in_any_state_can_be_read_and_listed(aws: Any, client: Any, place: jobs.Place, state: str) -> None:
    with mock_dataexchange(job_polls=None):
        job_id = job_in(aws, client, place, state)
        job = bare(client.get_job(JobId=job_id))
        assert job["State"] == state
        assert ("Errors" in job) == (state == "ERROR")
        assert client.list_jobs()["Jobs"] == [job]


@holds("errors.not-found", "errors.not-found-text")
@pytest.mark.parametrize("operation", ["get_job", "start_job", "cancel_job"])
def test_an_unknown_job_is_not_found(aws: Any, client: Any, operation: str) -> None:
    with not_found("JOB", NOWHERE):
        getattr(client, operation)(JobId=NOWHERE)


@holds("identifiers.apart")
@pytest.mark.parametrize("operation", ["get_job", "start_job", "cancel_job"])
def test_a_job_of_another_account_or_region_is_not_found(
    aws: Any, client: Any, subscriber: Actor, place: jobs.Place, operation: str
) -> None:
    job_id = new_job(client, place)
    for other in (subscriber.client, boto3.client("dataexchange", region_name="eu-west-1")):
        with not_found("JOB", job_id):
            getattr(other, operation)(JobId=job_id)


@holds("wire.statuses", "wire.no-body")
def test_start_and_cancel_answer_202_and_204_without_a_body(aws: Any, client: Any, place: jobs.Place) -> None:
    started = client.start_job(JobId=new_job(client, place))
    cancelled = client.cancel_job(JobId=new_job(client, place))
    for answer, status in ((started, 202), (cancelled, 204)):
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == status
        assert bare(answer) == {}


@holds("moments.job", "jobs.states", "jobs.cancelled")
def test_a_cancelled_job_has_no_effect(aws: Any, client: Any, place: jobs.Place) -> None:
    job_id = new_job(client, place)
    aws.clock.advance(MINUTE)
    client.cancel_job(JobId=job_id)
    job = client.get_job(JobId=job_id)
    assert (job["State"], job["UpdatedAt"]) == ("CANCELLED", jobs.START + MINUTE)
    assert jobs.assets_of(client, place) == []


# job_polls ---------------------------------------------------------------------------------------------------


@holds("jobs.states", "jobs.polls")
@pytest.mark.parametrize("polls", [1, 3])
def test_so_many_reads_show_a_job_in_progress_and_the_next_its_end(
    aws: Any, client: Any, place: jobs.Place, polls: int
) -> None:
    with mock_dataexchange(job_polls=polls):
        job_id = new_job(client, place)
        assert states(client, job_id, 2) == ["WAITING"] * 2
        client.start_job(JobId=job_id)
        assert states(client, job_id, polls) == ["IN_PROGRESS"] * polls
        assert client.get_revision(DataSetId=place.data_set_id, RevisionId=place.revision_id)["Finalized"] is False
        assert states(client, job_id, 2) == ["COMPLETED"] * 2
        assert len(jobs.assets_of(client, place)) == 1


@holds("jobs.polls-list")
def test_a_list_is_a_read_of_each_job_on_its_page_and_of_no_other(aws: Any, client: Any, place: jobs.Place) -> None:
    with mock_dataexchange(job_polls=2):
        older, newer = new_job(client, place), new_job(client, place)
        for job_id in (older, newer):
            client.start_job(JobId=job_id)
        for _ in range(2):
            (listed,) = client.list_jobs(MaxResults=1)["Jobs"]
            assert (listed["Id"], listed["State"]) == (newer, "IN_PROGRESS")
        (listed,) = client.list_jobs(MaxResults=1)["Jobs"]
        assert listed["State"] == "COMPLETED"
        assert states(client, older, 3) == ["IN_PROGRESS", "IN_PROGRESS", "COMPLETED"]


@holds("jobs.polls-unread")
def test_a_job_that_nobody_reads_does_not_go_on(aws: Any, client: Any, place: jobs.Place) -> None:
    with mock_dataexchange(job_polls=1):
        job_id = new_job(client, place)
        client.start_job(JobId=job_id)
        client.list_data_sets()
        other = new_job(client, jobs.create_place(client))
        client.get_job(JobId=other)
        assert states(client, job_id, 2) == ["IN_PROGRESS", "COMPLETED"]


@holds("jobs.polls-none")
def test_with_none_a_job_stays_in_progress_until_the_test_ends_it(aws: Any, client: Any, place: jobs.Place) -> None:
    with mock_dataexchange(job_polls=None):
        job_id = new_job(client, place)
        client.start_job(JobId=job_id)
        assert states(client, job_id, 5) == ["IN_PROGRESS"] * 5
        assert client.list_jobs()["Jobs"][0]["State"] == "IN_PROGRESS"
        aws.backend().finish_job(job_id)
        assert states(client, job_id, 1) == ["COMPLETED"]


@holds("moments.job")
def test_a_job_is_updated_when_it_starts_and_when_it_ends_but_not_by_reads(
    aws: Any, client: Any, place: jobs.Place
) -> None:
    with mock_dataexchange(job_polls=1):
        job_id = new_job(client, place)
        moments = []
        for step in (lambda: None, lambda: client.start_job(JobId=job_id), lambda: None):
            step()
            moments.append(client.get_job(JobId=job_id)["UpdatedAt"])
            aws.clock.advance(MINUTE)
        moments.append(client.get_job(JobId=job_id)["UpdatedAt"])
    # The clock that goes forward ends the job.
    assert moments == [Near(jobs.START + number * MINUTE) for number in (0, 1, 2, 2)]


@holds("jobs.states")
def test_a_read_of_a_job_that_fails_at_its_end_shows_the_error(aws: Any, client: Any, place: jobs.Place) -> None:
    with mock_dataexchange(job_polls=1):
        job_id = new_job(client, place)
        aws.objects.clear()
        client.start_job(JobId=job_id)
        assert states(client, job_id, 2) == ["IN_PROGRESS", "ERROR"]
        (listed,) = client.list_jobs()["Jobs"]
        assert listed["Errors"][0]["Code"] == "RESOURCE_NOT_FOUND_EXCEPTION"


@holds("jobs.polls-lookup")
def test_job_polls_is_looked_up_at_each_read(aws: Any, client: Any, place: jobs.Place) -> None:
    with mock_dataexchange(job_polls=5):
        job_id = new_job(client, place)
        client.start_job(JobId=job_id)
        assert states(client, job_id, 1) == ["IN_PROGRESS"]
    with mock_dataexchange(job_polls=None):
        assert states(client, job_id, 9) == ["IN_PROGRESS"] * 9
    with mock_dataexchange(job_polls=2):
        assert states(client, job_id, 2) == ["IN_PROGRESS", "COMPLETED"]


@holds("jobs.polls-lookup")
def test_a_job_that_was_read_more_often_than_is_asked_for_now_ends(aws: Any, client: Any, place: jobs.Place) -> None:
    with mock_dataexchange(job_polls=5):
        job_id = new_job(client, place)
        client.start_job(JobId=job_id)
        assert states(client, job_id, 3) == ["IN_PROGRESS"] * 3
    with mock_dataexchange(job_polls=2):
        assert states(client, job_id, 1) == ["COMPLETED"]


@holds("jobs.waits")
def test_a_job_waits_for_as_long_as_it_is_there(aws: Any, client: Any, place: jobs.Place) -> None:
    job_id = new_job(client, place)
    aws.clock.advance(DAYS_90 - datetime.timedelta(milliseconds=1))
    assert states(client, job_id, 2) == ["WAITING", "WAITING"]


@holds("jobs.polls")
@pytest.mark.parametrize("polls", [-1, 1.5, True, "1"])
def test_job_polls_is_a_count_or_none(polls: Any) -> None:
    with pytest.raises(ValueError, match=r"job_polls=.*: give a number of at least 0, or None"):
        mock_dataexchange(job_polls=polls)


@holds("jobs.polls")
def test_the_strict_set_shows_a_started_job_in_progress_once() -> None:
    assert SERVICE.options["job_polls"].strict == 1


# finish_job --------------------------------------------------------------------------------------------------


@holds("jobs.finish", "jobs.finish-others")
@pytest.mark.parametrize("before", ["WAITING", "IN_PROGRESS"])
@pytest.mark.parametrize("after", ENDED)
def test_finish_job_ends_a_job_that_waits_or_is_in_progress(
    aws: Any, client: Any, place: jobs.Place, before: str, after: str
) -> None:
    with mock_dataexchange(job_polls=None):
        job_id = job_in(aws, client, place, before)
        aws.clock.advance(MINUTE)
        assert aws.backend().finish_job(job_id, after) is None
        job = client.get_job(JobId=job_id)
        assert (job["State"], job["UpdatedAt"]) == (after, jobs.START + MINUTE)
        assert len(jobs.assets_of(client, place)) == (after == "COMPLETED")


@holds("jobs.finish-misuse")
@pytest.mark.parametrize("state", ENDED)
@pytest.mark.parametrize("end", ENDED)
def test_finish_job_refuses_a_job_that_has_ended(
    aws: Any, client: Any, place: jobs.Place, state: str, end: str
) -> None:
    job_id = job_in(aws, client, place, state)
    with pytest.raises(AppintMockError, match=f"job {job_id} has ended already, in state {state}"):
        aws.backend().finish_job(job_id, end)


@holds("jobs.finish")
def test_finish_job_completes_by_default_which_may_fail(aws: Any, client: Any, place: jobs.Place) -> None:
    good, bad = new_job(client, place), new_job(client, place)
    aws.backend().finish_job(good)
    aws.objects.clear()
    aws.backend().finish_job(bad)
    assert states(client, good, 1) == ["COMPLETED"]
    assert jobs.error_of(client.get_job(JobId=bad))["Code"] == "RESOURCE_NOT_FOUND_EXCEPTION"


@holds("jobs.finish-errors")
def test_finish_job_has_an_error_of_its_own(aws: Any, client: Any, place: jobs.Place) -> None:
    job_id = new_job(client, place)
    aws.backend().finish_job(job_id, "ERROR")
    assert jobs.error_of(client.get_job(JobId=job_id)) == {
        "Code": "INTERNAL_SERVER_EXCEPTION",
        "Message": "The job failed.",
    }


@holds("jobs.finish-errors", "job-errors.malware")
def test_finish_job_shows_the_errors_that_it_was_given(aws: Any, client: Any, place: jobs.Place) -> None:
    errors = [
        {"Code": "MALWARE_DETECTED", "Message": "Found one.", "ResourceType": "ASSET", "ResourceId": NOWHERE},
        {"Code": "MALWARE_SCAN_ENCRYPTED_FILE", "Message": "Cannot look inside.", "LimitValue": 2.5},
    ]
    job_id = new_job(client, place)
    aws.backend().finish_job(job_id, "ERROR", errors)
    assert client.get_job(JobId=job_id)["Errors"] == errors


@holds("jobs.finish-misuse")
@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ((5,), "job_id is 5, not a text"),
        ((NOWHERE,), f"account 123456789012 has no job {NOWHERE} in us-east-1"),
        (("JOB", "DONE"), "a job cannot end in state 'DONE'; give COMPLETED, ERROR, TIMED_OUT, CANCELLED"),
        (("JOB", "WAITING"), "a job cannot end in state 'WAITING'"),
        (("JOB", "CANCELLED", []), "only state ERROR has errors, not CANCELLED"),
        (("JOB", "ERROR", {}), "errors=an object of 0; give a list of dicts"),
        (("JOB", "ERROR", [5]), "errors=a list of 1; give a list of dicts"),
        (("JOB", "ERROR", [{"Code": "MALWARE_DETECTED"}]), 'Missing required parameter in \\[0\\]: "Message"'),
        (("JOB", "ERROR", [{"Code": "OOPS", "Message": ""}]), "a JobError has no Code 'OOPS'; give one of ACCESS"),
    ],
)
def test_finish_job_says_what_is_wrong_with_its_use_and_changes_nothing(
    aws: Any, client: Any, place: jobs.Place, arguments: tuple[Any, ...], text: str
) -> None:
    job_id = new_job(client, place)
    arguments = tuple(job_id if argument == "JOB" else argument for argument in arguments)
    before = aws.snapshot()
    with pytest.raises(AppintMockError, match=text):
        aws.backend().finish_job(*arguments)
    assert aws.snapshot() == before


@pytest.mark.parametrize("state", [state for state in STATES if state != "IN_PROGRESS"])
def test_only_a_job_in_progress_is_executed(aws: Any, client: Any, place: jobs.Place, state: str) -> None:
    job_id = job_in(aws, client, place, state)
    before = aws.snapshot()
    aws.backend().execute_job(job_id)
    aws.backend().execute_job(NOWHERE)
    assert aws.snapshot() == before


# 90 days -----------------------------------------------------------------------------------------------------


@holds("jobs.lifetime", "jobs.lifetime-exact")
def test_a_job_is_gone_90_days_after_its_creation(aws: Any, client: Any, place: jobs.Place) -> None:
    job_id = new_job(client, place)
    created_at = client.get_job(JobId=job_id)["CreatedAt"]
    aws.clock.freeze(created_at + DAYS_90 - datetime.timedelta(milliseconds=1))
    client.start_job(JobId=job_id)
    assert len(client.list_jobs()["Jobs"]) == 1
    aws.clock.freeze(created_at + DAYS_90)
    for operation in (client.get_job, client.start_job, client.cancel_job):
        with not_found("JOB", job_id):
            operation(JobId=job_id)
    assert client.list_jobs()["Jobs"] == []
    with pytest.raises(AppintMockError, match="has no job"):
        aws.backend().finish_job(job_id)
    assert len(jobs.assets_of(client, place)) == 1


@pytest.mark.parametrize(("left", "is_there"), [(1, True), (0, False)])
def test_a_job_can_be_finished_for_90_days(aws: Any, client: Any, place: jobs.Place, left: int, is_there: bool) -> None:
    job = jobs.create_job(client, "IMPORT_ASSETS_FROM_S3", place)
    aws.clock.freeze(job["CreatedAt"] + DAYS_90 - datetime.timedelta(milliseconds=left))
    if is_there:
        aws.backend().finish_job(job["Id"])
        return
    with pytest.raises(AppintMockError) as caught:
        aws.backend().finish_job(job["Id"])
    text = f"backend.finish_job: account 123456789012 has no job {job['Id']} in us-east-1."
    assert str(caught.value).startswith(text)


@holds("jobs.lifetime-exact")
@pytest.mark.parametrize("operation", ["get_job", "start_job", "cancel_job"])
def test_a_job_is_gone_for_the_first_who_asks_for_it(aws: Any, client: Any, place: jobs.Place, operation: str) -> None:
    job_id = new_job(client, place)
    aws.clock.advance(DAYS_90 + MINUTE)
    with pytest.raises(ClientError, match=f"The job {job_id} could not be found."):
        getattr(client, operation)(JobId=job_id)


@holds("jobs.lifetime")
def test_a_new_job_takes_the_place_of_those_that_are_gone(aws: Any, client: Any, place: jobs.Place) -> None:
    with mock_dataexchange(job_polls=None):
        client.start_job(JobId=new_job(client, place))
        aws.clock.advance(DAYS_90 + MINUTE)
        job_id = new_job(client, place)
    assert [job["Id"] for job in aws.backend().jobs.records()] == [job_id]
    assert aws.backend().world.in_progress.jobs() == []


@holds("jobs.lifetime")
def test_a_job_of_later_days_is_still_there(aws: Any, client: Any, place: jobs.Place) -> None:
    new_job(client, place)
    aws.clock.advance(days=89)
    later = new_job(client, place)
    aws.clock.advance(days=1, seconds=1)
    assert [job["Id"] for job in client.list_jobs()["Jobs"]] == [later]


# Quota of jobs in progress -----------------------------------------------------------------------------------


CONCURRENT = {
    "IMPORT_ASSETS_FROM_S3": ("import assets from Amazon S3", 10),
    "IMPORT_ASSET_FROM_SIGNED_URL": ("import assets from a signed URL", 10),
    "EXPORT_ASSETS_TO_S3": ("export assets to Amazon S3", 10),
    "EXPORT_ASSET_TO_SIGNED_URL": ("export assets to a signed URL", 10),
    "EXPORT_REVISIONS_TO_S3": ("export revisions to Amazon S3", 5),
    "IMPORT_ASSETS_FROM_REDSHIFT_DATA_SHARES": ("import assets from Amazon Redshift datashares", 10),
    "IMPORT_ASSET_FROM_API_GATEWAY_API": ("import assets from an API Gateway API", 10),
    "CREATE_S3_DATA_ACCESS_FROM_S3_BUCKET": ("create Amazon S3 data access assets from S3 buckets", None),
    "IMPORT_ASSETS_FROM_LAKE_FORMATION_TAG_POLICY": (
        "import assets from an AWS Lake Formation tag policy",
        None,
    ),
}


def busy(job_type: str, value: int) -> AbstractContextManager[None]:
    """The refusal to start one more job."""
    name = f"Concurrent in progress jobs to {CONCURRENT[job_type][0]}"
    text = f"The limit for {name} ({value}) has been reached."
    return refused("ServiceLimitExceededException", text, LimitName=name, LimitValue=value)


@holds("quotas.concurrent")
@pytest.mark.parametrize("job_type", jobs.TYPES)
def test_so_many_jobs_of_a_type_can_be_in_progress(aws: Any, client: Any, job_type: str) -> None:
    place = jobs.place_for(aws, client, job_type)
    with mock_dataexchange(job_polls=None, quotas={f"concurrent_{job_type.lower()}": 2}):
        first, second, third = (jobs.create_job(client, job_type, place) for _ in range(3))
        client.start_job(JobId=first["Id"])
        client.start_job(JobId=second["Id"])
        with busy(job_type, 2):
            client.start_job(JobId=third["Id"])
        aws.backend().finish_job(first["Id"], "TIMED_OUT")
        client.start_job(JobId=third["Id"])


@holds("quotas.defaults", "quotas.concurrent")
@pytest.mark.parametrize("job_type", jobs.TYPES)
def test_aws_default_for_jobs_in_progress(aws: Any, client: Any, job_type: str) -> None:
    place = jobs.place_for(aws, client, job_type)
    default = CONCURRENT[job_type][1]
    with mock_dataexchange(job_polls=None, quotas=True):
        created = [jobs.create_job(client, job_type, place)["Id"] for _ in range((default or 10) + 1)]
        for job_id in created[:-1]:
            client.start_job(JobId=job_id)
        if default is None:
            client.start_job(JobId=created[-1])
        else:
            with busy(job_type, default):
                client.start_job(JobId=created[-1])


@holds("quotas.counted")
def test_jobs_of_another_type_account_or_region_do_not_count(
    aws: Any, client: Any, subscriber: Actor, place: jobs.Place
) -> None:
    signed = "IMPORT_ASSET_FROM_SIGNED_URL"
    with mock_dataexchange(job_polls=None, quotas={"concurrent_import_assets_from_s3": 1}):
        client.start_job(JobId=jobs.create_job(client, signed, place)["Id"])
        for other in (subscriber.client, boto3.client("dataexchange", region_name="eu-west-1")):
            other.start_job(JobId=new_job(other, jobs.create_place(other)))
        client.start_job(JobId=new_job(client, place))
        job_id = new_job(client, place)
        with busy("IMPORT_ASSETS_FROM_S3", 1):
            client.start_job(JobId=job_id)


@holds("jobs.lifetime-exact", "quotas.counted")
def test_jobs_that_are_gone_do_not_count(aws: Any, client: Any, place: jobs.Place) -> None:
    with mock_dataexchange(job_polls=None, quotas={"concurrent_import_assets_from_s3": 1}):
        client.start_job(JobId=new_job(client, place))
        aws.clock.advance(DAYS_90 + MINUTE)
        client.start_job(JobId=new_job(client, place))


@holds("order.state-quotas", "jobs.state-quota")
def test_the_state_is_asked_before_the_quota(aws: Any, client: Any, place: jobs.Place) -> None:
    with mock_dataexchange(job_polls=None, quotas={"concurrent_import_assets_from_s3": 1}):
        job_id = job_in(aws, client, place, "IN_PROGRESS")
        with conflict("JOB", job_id, f"Job {job_id} is in state IN_PROGRESS, not WAITING."):
            client.start_job(JobId=job_id)


# Event actions' jobs -----------------------------------------------------------------------------------------


@pytest.fixture
def publish(aws: Any, client: Any, provider: Actor, subscriber: Actor) -> Callable[[], str]:
    """Publishes a revision to the subscriber's data set ``publish.data_set_id``; returns the copy's id."""
    aws.clock.freeze(jobs.START)
    data_set = provider.data_set()
    entitled = subscriber.accept(provider.grant(data_set))

    def publish() -> str:
        with mock_dataexchange(job_polls=0):
            revision = provider.revision(data_set, "a.csv")
        provider.finalize(revision)
        newest: str = subscriber.revisions(entitled["Id"])[0]["Id"]
        return newest

    publish.data_set_id = entitled["Id"]  # type: ignore[attr-defined]
    return publish


@holds(
    "job-types.event-action-arn",
    "key-patterns.default-event-action",
    "key-patterns.not-echoed",
    "event-actions.job-details",
)
def test_a_publication_starts_a_job_with_the_pattern_written_out(aws: Any, subscriber: Actor, publish: Any) -> None:
    action = subscriber.event_action(publish.data_set_id)
    revision_id = publish()
    (job,) = subscriber.client.list_jobs()["Jobs"]
    assert job == {
        "Arn": f"arn:aws:dataexchange:us-east-1:{subscriber.account_id}:jobs/{job['Id']}",
        "CreatedAt": Near(jobs.START),
        "Details": {
            "ExportRevisionsToS3": {
                "DataSetId": publish.data_set_id,
                "EventActionArn": action["Arn"],
                "RevisionDestinations": [
                    {
                        "Bucket": "arrivals",
                        "KeyPattern": "${Revision.CreatedAt}/${Asset.Name}",
                        "RevisionId": revision_id,
                    }
                ],
            }
        },
        "Id": job["Id"],
        "State": "COMPLETED",
        "Type": "EXPORT_REVISIONS_TO_S3",
        "UpdatedAt": Near(jobs.START),
    }
    (copy,) = subscriber.revisions(publish.data_set_id)
    assert aws.objects["arrivals", f"{to_iso8601(copy['CreatedAt'])}/a.csv"] == b"a.csv"


@holds("event-actions.job-details")
def test_an_event_actions_own_pattern_and_encryption_are_in_its_jobs(aws: Any, subscriber: Actor, publish: Any) -> None:
    export = {
        "RevisionDestination": {"Bucket": "arrivals", "KeyPattern": "in/${Asset.Name}"},
        "Encryption": {"Type": "aws:kms", "KmsKeyArn": jobs.KMS_KEY},
    }
    subscriber.event_action(publish.data_set_id, Action={"ExportRevisionToS3": export})
    publish()
    details = subscriber.client.list_jobs()["Jobs"][0]["Details"]["ExportRevisionsToS3"]
    assert details["Encryption"] == export["Encryption"]
    assert details["RevisionDestinations"][0]["KeyPattern"] == "in/${Asset.Name}"
    assert aws.objects["arrivals", "in/a.csv"] == b"a.csv"


@holds("event-actions.job")
def test_an_event_actions_job_is_never_waiting_and_goes_on_by_reads(aws: Any, subscriber: Actor, publish: Any) -> None:
    subscriber.event_action(publish.data_set_id)
    with mock_dataexchange(job_polls=1):
        publish()
        seen = [subscriber.client.list_jobs()["Jobs"][0]["State"] for _ in range(3)]
    assert seen == ["IN_PROGRESS", "COMPLETED", "COMPLETED"]


@holds("event-actions.job")
def test_an_event_actions_job_waits_for_the_test_with_none(aws: Any, subscriber: Actor, publish: Any) -> None:
    subscriber.event_action(publish.data_set_id)
    with mock_dataexchange(job_polls=None):
        publish()
        (job,) = subscriber.client.list_jobs()["Jobs"]
        with conflict("JOB", job["Id"], f"Job {job['Id']} is in state IN_PROGRESS, not WAITING."):
            subscriber.client.cancel_job(JobId=job["Id"])
        subscriber.backend.finish_job(job["Id"])
        assert jobs.state_of(subscriber.client, job) == "COMPLETED"


@holds("quotas.auto")
def test_event_actions_jobs_are_never_refused_but_count(aws: Any, subscriber: Actor, publish: Any) -> None:
    subscriber.event_action(publish.data_set_id)
    with mock_dataexchange(job_polls=None, quotas={"concurrent_export_revisions_to_s3": 1}):
        revision_id = publish()
        publish()
        assert [job["State"] for job in subscriber.client.list_jobs()["Jobs"]] == ["IN_PROGRESS"] * 2
        place = jobs.Place(publish.data_set_id, revision_id)
        job = jobs.create_job(subscriber.client, "EXPORT_REVISIONS_TO_S3", place)
        with busy("EXPORT_REVISIONS_TO_S3", 1):
            subscriber.client.start_job(JobId=job["Id"])


@holds("event-actions.failure")
def test_an_event_actions_job_can_fail(aws: Any, subscriber: Actor, publish: Any) -> None:
    subscriber.event_action(publish.data_set_id)
    aws.objects.load({})
    publish()
    (job,) = subscriber.client.list_jobs()["Jobs"]
    # The provider's own import has made the bucket of its sources again, and only that.
    assert jobs.error_of(job)["Message"] == "Bucket arrivals could not be found."


# Snapshots ---------------------------------------------------------------------------------------------------


@holds("jobs.snapshot")
def test_a_snapshot_in_the_middle_of_a_job_goes_on_where_it_was(aws: Any, client: Any, place: jobs.Place) -> None:
    with mock_dataexchange(job_polls=2):
        job_id = new_job(client, place)
        client.start_job(JobId=job_id)
        assert states(client, job_id, 1) == ["IN_PROGRESS"]
        state = json.loads(json.dumps(aws.snapshot()))
        assert states(client, job_id, 2) == ["IN_PROGRESS", "COMPLETED"]
        aws.restore(state)
        assert states(client, job_id, 2) == ["IN_PROGRESS", "COMPLETED"]
        assert len(jobs.assets_of(client, place)) == 1


@holds("jobs.snapshot")
def test_the_first_request_after_a_restore_ends_no_job() -> None:
    with mock_dataexchange(job_polls=1) as aws:
        client = boto3.client("dataexchange")
        job_id = new_job(client, jobs.place_for(aws, client, "IMPORT_ASSETS_FROM_S3"))
        client.start_job(JobId=job_id)
        state = aws.snapshot()
    with mock_dataexchange(job_polls=1) as aws:
        aws.restore(state)
        assert states(client, job_id, 2) == ["IN_PROGRESS", "COMPLETED"]


@holds("jobs.snapshot")
def test_of_restored_jobs_those_go_on_that_were_in_progress(aws: Any, client: Any, place: jobs.Place) -> None:
    with mock_dataexchange(job_polls=None):
        made = {state: job_in(aws, client, place, state) for state in STATES}
    aws.restore(aws.snapshot())
    assert aws.backend().world.in_progress.jobs() == [(aws.backend(), made["IN_PROGRESS"])]


@holds("jobs.snapshot", "signed-urls.snapshot")
def test_a_snapshot_holds_uploads_and_the_urls_work_in_a_new_scope() -> None:
    with mock_dataexchange() as aws:
        client = boto3.client("dataexchange")
        place = jobs.create_place(client)
        uploaded, late = (jobs.create_job(client, "IMPORT_ASSET_FROM_SIGNED_URL", place) for _ in range(2))
        jobs.upload(uploaded)
        state = json.loads(json.dumps(aws.snapshot()))
    with mock_dataexchange() as aws:
        aws.restore(state)
        jobs.upload(late)
        for job in (uploaded, late):
            client.start_job(JobId=job["Id"])
            assert jobs.state_of(client, job) == "COMPLETED"


@holds("signed-urls.snapshot")
def test_a_restored_export_still_has_its_file() -> None:
    with mock_dataexchange() as aws:
        aws.clock.freeze(jobs.START)
        client = boto3.client("dataexchange")
        place = jobs.place_for(aws, client, "EXPORT_ASSET_TO_SIGNED_URL")
        job = jobs.run_job(client, "EXPORT_ASSET_TO_SIGNED_URL", place)
        state = aws.snapshot()
    url = job["Details"]["ExportAssetToSignedUrl"]["SignedUrl"]
    with mock_dataexchange() as aws:
        aws.clock.freeze(jobs.START)
        aws.restore(state)
        assert requests.get(url, timeout=5).content == b"a,b\n"


@holds("data-sets.jobs-stay")
def test_jobs_outlive_their_data_set(aws: Any, client: Any, place: jobs.Place) -> None:
    job_id = new_job(client, place)
    client.delete_data_set(DataSetId=place.data_set_id)
    assert states(client, job_id, 1) == ["WAITING"]
    assert len(client.list_jobs(DataSetId=place.data_set_id)["Jobs"]) == 1


def test_a_reset_forgets_all_jobs(aws: Any, client: Any, place: jobs.Place) -> None:
    new_job(client, place)
    aws.reset()
    assert client.list_jobs()["Jobs"] == []


def test_a_job_type_that_we_do_not_know_is_our_error_and_not_awss(aws: Any) -> None:
    with pytest.raises(AppintMockError, match="knows no jobs of type NEWER_TYPE, only IMPORT_ASSETS_FROM_S3"):
        aws.backend().create_job(Type="NEWER_TYPE", Details={})
