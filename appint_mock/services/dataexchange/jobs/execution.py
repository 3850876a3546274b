"""Creates, starts, executes and ends jobs."""

from __future__ import annotations

import datetime
from operator import itemgetter

from ....errors import AppintMockError
from ....hints import see
from ....protocol.errors import ServiceError
from ....state.store import Record
from .. import events, key_patterns
from ..base import DataExchangeBase
from .api_gateway import ImportAssetFromApiGatewayApi
from .job_type import Import, JobFailedError, JobType, Outcome, job_error, revision_id_of
from .permissions import (
    CreateS3DataAccessFromS3Bucket,
    ImportAssetsFromLakeFormationTagPolicy,
    ImportAssetsFromRedshiftDataShares,
)
from .s3 import ExportAssetsToS3, ExportRevisionsToS3, ImportAssetsFromS3
from .signed_url import ExportAssetToSignedUrl, ImportAssetFromSignedUrl

_TYPES: dict[str, JobType] = {
    each.type: each
    for each in (
        ImportAssetsFromS3(),
        ImportAssetFromSignedUrl(),
        ExportAssetsToS3(),
        ExportAssetToSignedUrl(),
        ExportRevisionsToS3(),
        ImportAssetsFromRedshiftDataShares(),
        ImportAssetFromApiGatewayApi(),
        CreateS3DataAccessFromS3Bucket(),
        ImportAssetsFromLakeFormationTagPolicy(),
    )
}


def type_of(name: str) -> JobType:
    """Returns the job type of that name. Raises AppintMockError if only a newer library knows it."""
    job_type = _TYPES.get(name)
    if job_type is None:
        raise AppintMockError(
            f"CreateJob: this version of appint_mock knows no jobs of type {name}, only {', '.join(_TYPES)}."
            + see("backends")
        )
    return job_type


def add(
    backend: DataExchangeBase,
    job_type: JobType,
    details: Record,
    state: str,
    now: datetime.datetime,
    **members: object,
) -> Record:
    """Creates a job in that state and returns it."""
    job_id = backend.world.ids.hex()
    job = {
        **members,
        "Id": job_id,
        "Arn": backend.resource_arn(f"jobs/{job_id}"),
        "Type": job_type.type,
        "State": state,
        "Details": {job_type.member: {**details, **job_type.additions(backend, job_id, now)}},
        "CreatedAt": now,
        "UpdatedAt": now,
        "_data_set_id": details["DataSetId"],
        "_revision_id": revision_id_of(details),
        #: How often it was read while it was in progress.
        "_reads": 0,
    }
    backend.jobs.add(job_id, job)
    return job


def begin(backend: DataExchangeBase, job: Record) -> None:
    """Starts a job: reads its sources, and executes an export that need not wait."""
    job_type, world = type_of(job["Type"]), backend.world
    if isinstance(job_type, Import):
        job = {**job, **job_type.read(backend, job["Details"][job_type.member], job)}
    job = {**job, "_begun_at": world.clock.now()}
    backend.jobs.replace(job["Id"], job)
    world.in_progress.add(backend, job)
    world.watch()
    if world.job_polls == 0 and world.job_seconds is None and not job_type.is_import:
        execute(backend, job)


def read(backend: DataExchangeBase, job: Record) -> Record:
    """Returns the job for a read, which may end it."""
    polls = backend.world.job_polls
    by_time_only = polls == 0 and backend.world.job_seconds is not None
    if job["State"] != "IN_PROGRESS" or polls is None or by_time_only:
        return job
    if job["_reads"] >= polls:
        return execute(backend, job)
    job = {**job, "_reads": job["_reads"] + 1}
    backend.jobs.replace(job["Id"], job)
    return job


def look_at_revision(backend: DataExchangeBase, revision_id: str) -> bool:
    """Counts a read of a revision's assets as a read of its jobs in progress. Returns whether there are any."""
    concerned = sorted(backend.jobs.among("worked on", revision_id), key=itemgetter("_begun_at"))
    for job in concerned:
        read(backend, job)
    return bool(concerned)


def execute(backend: DataExchangeBase, job: Record) -> Record:
    """Does the job's work and ends it: COMPLETED, or ERROR without any effect."""
    job_type, now = type_of(job["Type"]), backend.now()
    details = job["Details"][job_type.member]
    fault = backend.world.job_faults.meet(job_type.type)
    if fault is not None:
        return end(backend, job, "ERROR", now, Errors=[fault])
    try:
        outcome = job_type.run(job_type.place(backend, details, now, job))
    except (ServiceError, JobFailedError) as failure:
        return end(backend, job, "ERROR", now, Errors=[job_error(failure, job["_revision_id"])])
    return end(backend, job, "COMPLETED", backend.now(), **_shown(job_type, details, outcome))


#: What a job keeps for its end only: what was uploaded or read is in its assets then, or nowhere.
_FOR_THE_END = ("_upload", "_found", "_failure")


def end(backend: DataExchangeBase, job: Record, state: str, now: datetime.datetime, **members: object) -> Record:
    """Ends a job in that state, without doing its work."""
    kept = {name: value for name, value in job.items() if name not in _FOR_THE_END}
    ended = {**kept, **members, "State": state, "UpdatedAt": now}
    backend.jobs.replace(job["Id"], ended)
    backend.world.in_progress.drop(job["Id"])
    events.job_ended(backend, ended)
    return ended


def start_auto_export(backend: DataExchangeBase, event_action: Record, data_set: Record, revision: Record) -> None:
    """Exports a published revision, for an event action."""
    export = event_action["Action"]["ExportRevisionToS3"]
    destination = {"KeyPattern": key_patterns.EVENT_ACTION_DEFAULT, **export["RevisionDestination"]}
    details = {
        "DataSetId": data_set["Id"],
        "RevisionDestinations": [{**destination, "RevisionId": revision["Id"]}],
        "Encryption": export.get("Encryption"),
        "EventActionArn": event_action["Arn"],
    }
    begin(backend, add(backend, ExportRevisionsToS3(), details, "IN_PROGRESS", backend.creation()))


def _shown(job_type: JobType, details: Record, outcome: Outcome) -> Record:
    return {"Details": {job_type.member: {**details, **outcome.details}}, "_content": outcome.content}
