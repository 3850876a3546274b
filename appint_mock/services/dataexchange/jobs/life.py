"""The life of a job: created, started, executed, ended, forgotten."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from ....errors import AppintMockError
from ....protocol.errors import ServiceError
from ....state.store import Record, Table
from ....state.world import World
from .. import key_patterns, signed_urls
from ..base import DataExchangeBase, checked_tags, conflict, invalid, not_found
from .api_gateway import ImportAssetFromApiGatewayApi, with_specification_url
from .kind import JobFailedError, Kind, Outcome, job_error, revision_id_of, tags_of
from .permissions import (
    CreateS3DataAccessFromS3Bucket,
    ImportAssetsFromLakeFormationTagPolicy,
    ImportAssetsFromRedshiftDataShares,
)
from .s3 import ExportAssetsToS3, ExportRevisionsToS3, ImportAssetsFromS3
from .signed_url import ExportAssetToSignedUrl, ImportAssetFromSignedUrl

_LIFETIME = datetime.timedelta(days=90)
_KINDS: dict[str, Kind] = {
    kind.type: kind
    for kind in (
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
#: What a test may let a job end as.
_ENDS = ("COMPLETED", "ERROR", "TIMED_OUT", "CANCELLED")
_FAILED = {"Code": "INTERNAL_SERVER_EXCEPTION", "Message": "The job failed."}


class Jobs(DataExchangeBase):
    """The operations on jobs."""

    def __init__(self, world: World[Any], account_id: str, region_name: str) -> None:
        super().__init__(world, account_id, region_name)
        self.jobs = Table()

    def create_job(
        self, *, Type: str, Details: Record, AssetConfiguration: Record | None = None, **members: Any
    ) -> Record:
        """CreateJob."""
        kind = _kind(Type)
        if list(Details) != [kind.member]:
            raise invalid(f"Details must have exactly one member, {kind.member}, for a job of type {Type}.")
        details = Details[kind.member]
        kind.check(details)
        checked_tags(tags_of(AssetConfiguration))
        kind.check_quotas(self, details)
        now = self.now()
        kind.check_state(kind.place(self, details, now, {}))
        return self._add(kind, details, "WAITING", now, AssetConfiguration=AssetConfiguration, **members)

    def get_job(self, *, JobId: str) -> Record:
        """GetJob. A job in progress may end by it."""
        return self._read(self._job(JobId))

    def list_jobs(
        self,
        *,
        DataSetId: str | None = None,
        RevisionId: str | None = None,
        MaxResults: int | None = None,
        NextToken: str | None = None,
    ) -> Record:
        """ListJobs, newest first. Each job on the page that is in progress may end by it."""

        def fits(job: Record) -> bool:
            return (
                DataSetId in (None, job["_data_set_id"])
                and RevisionId in (None, job["_revision_id"])
                and not self._is_gone(job)
            )

        page, token = self.listing(
            "ListJobs",
            self.jobs,
            MaxResults,
            NextToken,
            scope=[DataSetId, RevisionId],
            where=fits,
            reverse=True,
        )
        return {"Jobs": [self._read(job) for job in page], "NextToken": token}

    def start_job(self, *, JobId: str) -> None:
        """StartJob."""
        job = self._waiting(JobId)
        running = sum(
            each["State"] == "IN_PROGRESS" and each["Type"] == job["Type"] and not self._is_gone(each)
            for each in self.jobs
        )
        self.require_room(f"concurrent_{job['Type'].lower()}", running)
        self._begin({**job, "State": "IN_PROGRESS", "UpdatedAt": self.now()})

    def cancel_job(self, *, JobId: str) -> None:
        """CancelJob."""
        self._end(self._waiting(JobId), "CANCELLED", self.now())

    def finish_job(
        self, job_id: str, state: str = "COMPLETED", errors: Sequence[Mapping[str, Any]] | None = None
    ) -> None:
        """Let a job that is WAITING or IN_PROGRESS end now.

        ``state`` COMPLETED executes it, which may end in ERROR; ERROR, TIMED_OUT and CANCELLED end it without any
        effect. ``errors`` are the JobErrors (dicts of its members: ``Code``, ``Message`` ...) of state ERROR; without
        them there is one, INTERNAL_SERVER_EXCEPTION. Raises AppintMockError for an unknown or ended job, and for a
        state or an error that AWS does not have.
        """
        with self.world.lock:
            job = self.jobs.get(job_id)
            if job is None or self._is_gone(job):
                raise _misused(f"account {self.account_id} has no job {job_id} in {self.region_name}")
            if job["State"] not in ("WAITING", "IN_PROGRESS"):
                raise _misused(f"job {job_id} has ended already, in state {job['State']}")
            if state not in _ENDS:
                raise _misused(f"a job cannot end in state {state!r}; give {', '.join(_ENDS)}")
            if errors is not None and state != "ERROR":
                raise _misused(f"only state ERROR has errors, not {state}")
            if state == "COMPLETED":
                self._execute(job)
            elif state == "ERROR":
                self._end(job, state, self.now(), Errors=_checked([_FAILED] if errors is None else errors))
            else:
                self._end(job, state, self.now())

    def start_auto_export(self, event_action: Record, data_set: Record, revision: Record) -> None:
        """Export a revision that was published, as an event action wants it."""
        kind, now = ExportRevisionsToS3(), self.now()
        export = event_action["Action"]["ExportRevisionToS3"]
        destination = {"KeyPattern": key_patterns.EVENT_ACTION_DEFAULT, **export["RevisionDestination"]}
        details = {
            "DataSetId": data_set["Id"],
            "RevisionDestinations": [{**destination, "RevisionId": revision["Id"]}],
            "Encryption": export.get("Encryption"),
            "EventActionArn": event_action["Arn"],
        }
        self._begin(self._add(kind, details, "IN_PROGRESS", now))

    def job_ended(self, job: Record) -> None:
        """Told of each job that has ended, in any state. For overriding."""

    # Signed URLs -------------------------------------------------------------------------------------------

    def shown_asset(self, asset: Record) -> Record:
        """The asset as an answer shows it."""
        return with_specification_url(self, asset)

    def receive(self, name: str, content: bytes) -> bool:
        """Take a file that was PUT to the signed URL of ``name``; False where there is no such job.

        The last one before the job's end counts.
        """
        job = self.jobs.get(name.removeprefix("jobs/"))
        if job is not None and job["State"] in ("WAITING", "IN_PROGRESS"):
            self.jobs.replace(job["Id"], {**job, "_upload": content})
        return job is not None

    def file_at(self, name: str) -> tuple[bytes, datetime.datetime] | None:
        """The file at the signed URL of ``name``, and when it was last changed; None where it is gone."""
        kind, *ids = name.split("/")
        record = self.jobs.get(ids[0]) if kind == "jobs" else self.assets.of(ids[1]).get(ids[2])
        if record is None or record.get("_content") is None:
            return None
        return record["_content"], record["UpdatedAt"]

    def load(self, data: Mapping[str, Any]) -> None:
        """Hold exactly what ``dump`` gave, and answer the URLs that were handed out before."""
        super().load(data)
        if any("Url" in member for job in self.jobs for member in next(iter(job["Details"].values()))):
            signed_urls.open_door(self)

    # The life of a job -------------------------------------------------------------------------------------

    def _add(self, kind: Kind, details: Record, state: str, now: datetime.datetime, **members: Any) -> Record:
        job_id = self.world.ids.hex()
        job = {
            **members,
            "Id": job_id,
            "Arn": self.resource_arn(f"jobs/{job_id}"),
            "Type": kind.type,
            "State": state,
            "Details": {kind.member: {**details, **kind.additions(self, job_id, now)}},
            "CreatedAt": now,
            "UpdatedAt": now,
            "_data_set_id": details["DataSetId"],
            "_revision_id": revision_id_of(details),
            #: How often it was read while it was in progress.
            "_reads": 0,
        }
        self.jobs.add(job_id, job)
        return job

    def _begin(self, job: Record) -> None:
        self.jobs.replace(job["Id"], job)
        if self.world.options["job_polls"] == 0:
            self._execute(job)

    def _read(self, job: Record) -> Record:
        """The job as this read shows it."""
        polls = self.world.options["job_polls"]
        if job["State"] != "IN_PROGRESS" or polls is None:
            return job
        if job["_reads"] >= polls:
            return self._execute(job)
        job = {**job, "_reads": job["_reads"] + 1}
        self.jobs.replace(job["Id"], job)
        return job

    def _execute(self, job: Record) -> Record:
        kind, now = _kind(job["Type"]), self.now()
        details = job["Details"][kind.member]
        try:
            outcome = kind.run(kind.place(self, details, now, job))
        except (ServiceError, JobFailedError) as failure:
            return self._end(job, "ERROR", now, Errors=[job_error(failure, job["_revision_id"])])
        return self._end(job, "COMPLETED", now, **_shown(kind, details, outcome))

    def _end(self, job: Record, state: str, now: datetime.datetime, **members: Any) -> Record:
        # What was uploaded is in the asset now, or nowhere.
        kept = {name: value for name, value in job.items() if name != "_upload"}
        ended = {**kept, **members, "State": state, "UpdatedAt": now}
        self.jobs.replace(job["Id"], ended)
        self.job_ended(ended)
        return ended

    def _job(self, job_id: str) -> Record:
        job = self.jobs.get(job_id)
        if job is None or self._is_gone(job):
            raise not_found("JOB", job_id)
        return job

    def _waiting(self, job_id: str) -> Record:
        job = self._job(job_id)
        if job["State"] != "WAITING":
            raise conflict(f"Job {job_id} is in state {job['State']}, not WAITING.", "JOB", job_id)
        return job

    def _is_gone(self, job: Record) -> bool:
        gone: bool = job["CreatedAt"] + _LIFETIME <= self.now()
        return gone


def _shown(kind: Kind, details: Record, outcome: Outcome) -> Record:
    return {"Details": {kind.member: {**details, **outcome.details}}, "_content": outcome.content}


def _kind(type_name: str) -> Kind:
    kind = _KINDS.get(type_name)
    if kind is None:
        raise AppintMockError(
            f"CreateJob: this version of appint_mock knows no jobs of type {type_name}, only {', '.join(_KINDS)}."
        )
    return kind


def _checked(errors: Sequence[Mapping[str, Any]]) -> list[Record]:
    """The JobErrors that a test gave; AppintMockError where AWS could not answer so."""
    from botocore.validate import ParamValidator

    from .. import SERVICE

    shape = SERVICE.catalogue.model.shape_for("ListOfJobError")
    given = [dict(error) for error in errors]
    report = ParamValidator().validate(given, shape)
    if report.has_errors():
        raise _misused(f"errors={given!r} are no JobErrors: {report.generate_report()}")
    codes = shape.member.members["Code"].enum
    for error in given:
        if error["Code"] not in codes:
            raise _misused(f"a JobError has no Code {error['Code']!r}; give one of {', '.join(codes)}")
    return given


def _misused(why: str) -> AppintMockError:
    return AppintMockError(f"backend.finish_job: {why}.")
