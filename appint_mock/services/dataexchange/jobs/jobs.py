"""Implements the operations on jobs, and the method with which a test ends one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ....errors import AppintMockError
from ....hints import repr_of, see
from ....protocol.model import load
from ....state.form import inside, shown
from ....state.snapshot import plain
from ....state.store import Among, Record
from ...forms import shape
from ..base import DataExchangeBase, checked_tags, conflict, invalid, not_found
from ..seeding import require_texts, seeding
from . import execution
from .job_type import tags_of

#: What a test may let a job end as.
_ENDS = ("COMPLETED", "ERROR", "TIMED_OUT", "CANCELLED")
_FAILED = {"Code": "INTERNAL_SERVER_EXCEPTION", "Message": "The job failed."}


class Jobs(DataExchangeBase):
    """The operations on jobs."""

    def create_job(
        self, *, Type: str, Details: Record, AssetConfiguration: Record | None = None, **members: object
    ) -> Record:
        """CreateJob."""
        job_type = execution.type_of(Type)
        if list(Details) != [job_type.member]:
            raise invalid(f"Details must have exactly one member, {job_type.member}, for a job of type {Type}.")
        details = Details[job_type.member]
        job_type.check(details)
        checked_tags(tags_of(AssetConfiguration))
        job_type.check_quotas(self, details)
        self.drop_old_jobs()
        job_type.check_state(job_type.place(self, details, self.now(), {}))
        given, now = {**members, "AssetConfiguration": AssetConfiguration}, self.creation()
        return execution.add(self, job_type, details, "WAITING", now, **given)

    def get_job(self, *, JobId: str) -> Record:
        """GetJob. The read may end a job in progress."""
        return execution.read(self, self._job(JobId))

    def list_jobs(
        self,
        *,
        DataSetId: str | None = None,
        RevisionId: str | None = None,
        MaxResults: int | None = None,
        NextToken: str | None = None,
    ) -> Record:
        """ListJobs, newest first. The read may end jobs in progress that are on the page."""

        self.drop_old_jobs()
        page, token = self.listing(
            "ListJobs",
            self.jobs,
            MaxResults,
            NextToken,
            scope=[DataSetId, RevisionId],
            among=_among(DataSetId, RevisionId),
            reverse=True,
        )
        return {"Jobs": [execution.read(self, job) for job in page], "NextToken": token}

    def start_job(self, *, JobId: str) -> None:
        """StartJob."""
        job = self._waiting(JobId)
        running = self.jobs.count_among("in progress", job["Type"])
        self.require_room(f"concurrent_{job['Type'].lower()}", running)
        execution.begin(self, {**job, "State": "IN_PROGRESS", "UpdatedAt": self.now()})

    def execute_job(self, job_id: str) -> None:
        """Does the work of a job in progress that is due, and ends it."""
        job = self.jobs.record(job_id)
        if job is not None and job["State"] == "IN_PROGRESS":
            execution.execute(self, job)

    def cancel_job(self, *, JobId: str) -> None:
        """CancelJob."""
        execution.end(self, self._waiting(JobId), "CANCELLED", self.now())

    def finish_job(
        self, job_id: str, state: str = "COMPLETED", errors: Sequence[Mapping[str, object]] | None = None
    ) -> None:
        """Ends a job that is WAITING or IN_PROGRESS now.

        ``state`` COMPLETED executes it, which may end in ERROR; ERROR, TIMED_OUT and CANCELLED end it without any
        effect. ``errors`` are the JobErrors (dicts of its members: ``Code``, ``Message`` ...) of state ERROR; without
        them there is one, INTERNAL_SERVER_EXCEPTION. Raises AppintMockError for an unknown or ended job, and for a
        state or an error that AWS does not have.
        """
        with self.world.lock, seeding("finish_job"):
            require_texts(job_id=job_id)
            self.drop_old_jobs()
            job = self.jobs.record(job_id)
            if job is None:
                raise _misused(f"account {self.account_id} has no job {job_id} in {self.region_name}")
            if job["State"] not in ("WAITING", "IN_PROGRESS"):
                raise _misused(f"job {job_id} has ended already, in state {job['State']}")
            if state not in _ENDS:
                raise _misused(f"a job cannot end in state {repr_of(state)}; give {', '.join(_ENDS)}")
            if errors is not None and state != "ERROR":
                raise _misused(f"only state ERROR has errors, not {state}")
            if state == "COMPLETED":
                execution.execute(self, job)
            elif state == "ERROR":
                execution.end(self, job, state, self.now(), Errors=_checked([_FAILED] if errors is None else errors))
            else:
                execution.end(self, job, state, self.now())

    def _job(self, job_id: str) -> Record:
        self.drop_old_jobs()
        job = self.jobs.record(job_id)
        if job is None:
            raise not_found("JOB", job_id)
        return job

    def _waiting(self, job_id: str) -> Record:
        job = self._job(job_id)
        if job["State"] != "WAITING":
            raise conflict(f"Job {job_id} is in state {job['State']}, not WAITING.", "JOB", job_id)
        return job


def _among(data_set_id: str | None, revision_id: str | None) -> Among | None:
    """Returns the jobs that ListJobs selects; None: all."""
    if data_set_id is None:
        return None if revision_id is None else Among("revision", [revision_id])
    if revision_id is None:
        return Among("data set", [data_set_id])
    return Among("both", [(data_set_id, revision_id)])


def _checked(errors: Sequence[Mapping[str, object]]) -> list[Record]:
    """Returns the JobErrors from a test. Raises AppintMockError if AWS could not answer them."""
    from botocore.validate import ParamValidator

    if not isinstance(errors, list | tuple) or not all(isinstance(error, Mapping) for error in errors):
        raise _misused(f"errors={shown(errors)}; give a list of dicts")
    list_of_errors = load("dataexchange").shape_for("ListOfJobError")
    with inside("errors"):
        # Copies: the test may go on to change what it gave.
        given: list[Record] = plain([dict(error) for error in errors])
    report = ParamValidator().validate(given, list_of_errors)
    if report.has_errors():
        raise _misused(f"errors={repr_of(given)} are no JobErrors: {report.generate_report()}")
    codes = list_of_errors.member.members["Code"].enum
    for error in given:
        if error["Code"] not in codes:
            raise _misused(f"a JobError has no Code {error['Code']!r}; give one of {', '.join(codes)}")
    with inside("errors"):
        # Which is stricter than botocore: numbers that no JSON holds, for example.
        shape("dataexchange", "ListOfJobError")(given)
    return given


def _misused(why: str) -> AppintMockError:
    return AppintMockError(f"backend.finish_job: {why}." + see("backends"))
