"""Provides what all resources of AWS Data Exchange share: errors, look-ups, states, lists, quotas."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from operator import itemgetter
from typing import Any

from ... import neighbours
from ...neighbours import Store
from ...protocol.errors import ServiceError
from ...state.clock import Clock, end_of, later, monotonic
from ...state.idempotency import Tokens
from ...state.store import Ends, Log, Record, Table, Tables
from ...state.world import Backend, World
from .in_progress import InProgress
from .job_faults import JobFaults
from .objects import ObjectStore
from .quotas import QUOTAS, limit_text, plain

MOST_TAGS = 50
#: For how long a job can be asked for.
_JOB_LIFETIME = datetime.timedelta(days=90)
_MILLISECOND = datetime.timedelta(milliseconds=1)
#: By how many seconds the clock must go ahead of time before it counts as moved.
_LEAST_MOVE = 0.5
_LONGEST_TAG_KEY, _LONGEST_TAG_VALUE = 128, 256


class DataExchangeBase(Backend):
    """The state of an account in a region, and the look-ups and checks that all resources share.

    What this account may read of others' ("entitled") are copies with ids of their own. Entitled data sets stand in
    a table of their own, their revisions and assets beside the owned ones.
    """

    default_page = 100
    world: DataExchangeWorld

    def __init__(self, world: DataExchangeWorld, account_id: str, region_name: str) -> None:
        super().__init__(world, account_id, region_name)
        grants_end = Ends(itemgetter("EndsAt"), self.now)
        self.data_sets = Table()
        #: Those to which access has ended are kept.
        self.entitled_data_sets = Table(
            live={"accessible": lambda data_set: not data_set.get("_ended") or None},
            ends=Ends(itemgetter("_ends_at"), self.now),
        )
        #: By data set.
        self.revisions = Tables(lambda: Table(groups={"source": lambda revision: revision.get("_source_id")}))
        #: By revision.
        self.assets = Tables(lambda: Table(order=("Name",)))
        #: Those that this account sent. While one lives, its data set's finalised revisions are published.
        self.data_grants = Table(
            live={"any": lambda grant: True, "source": itemgetter("SourceDataSetId")}, ends=grants_end
        )
        #: Which grant, and who sent it.
        state = {"AcceptanceState": itemgetter("AcceptanceState")}
        self.received_data_grants = Table(groups=state, live={"live": state["AcceptanceState"]}, ends=grants_end)
        #: Revisions of seeded data sets that nobody sees before they are published; by data set.
        self.unpublished_revisions = Tables()
        #: Those that are gone after 90 days are dropped at the next look at any.
        self.jobs = Table(
            groups={
                "data set": itemgetter("_data_set_id"),
                "revision": itemgetter("_revision_id"),
                "both": itemgetter("_data_set_id", "_revision_id"),
                "in progress": lambda job: job["Type"] if job["State"] == "IN_PROGRESS" else None,
                "worked on": lambda job: job["_revision_id"] if job["State"] == "IN_PROGRESS" else None,
            },
            ends=Ends(lambda job: end_of(job["CreatedAt"], _JOB_LIFETIME), self.now),
        )
        self.event_actions = Table(groups={"source": lambda action: action["Event"]["RevisionPublished"]["DataSetId"]})
        #: The EventBridge events that this account received in this region, oldest first.
        self.events = Log()
        self.notification_tokens = Tokens()

    def execute_job(self, job_id: str) -> None:
        """Does the work of a job in progress that is due, and ends it."""
        raise NotImplementedError

    def now(self) -> datetime.datetime:
        """Returns the time by the mock's clock, or that of the last creation if that is later."""
        return self.world.now()

    def creation(self) -> datetime.datetime:
        """Returns the creation time of a new resource: later than any other's."""
        return self.world.creation()

    def resource_arn(self, resource: str, *, entitled: bool = False) -> str:
        """Returns the ARN of a resource, given as ``type/id``. An entitled one's names no account."""
        arn = self.arn("dataexchange", resource)
        return arn.replace(f":{self.account_id}:", "::") if entitled else arn

    def store(self) -> Store:
        """Returns the only store that this account's jobs use now: an object that it lacks is missing."""
        return neighbours.present().object_store(self.account_id, self.partition) or self.world.objects

    def drop_old_jobs(self) -> None:
        """Drops expired jobs and their files."""
        for job in self.jobs.ended():
            self.jobs.remove(job["Id"])
            self.world.in_progress.drop(job["Id"])

    def dump(self) -> Record:
        """Returns the state as data."""
        self.drop_old_jobs()
        return super().dump()

    # Look-ups ----------------------------------------------------------------------------------------------

    def data_set_of(self, data_set_id: str) -> Record:
        """Returns the owned or entitled data set. Raises ResourceNotFoundException, also if access to it has ended."""
        record = self.data_sets.record(data_set_id) or self.entitled_data_sets.record(data_set_id)
        if record is None or not self.has_access(record):
            raise not_found("DATA_SET", data_set_id)
        return record

    def revision_of(self, data_set_id: str, revision_id: str) -> Record:
        """Returns the revision of a data set. Raises ResourceNotFoundException if either is missing."""
        self.data_set_of(data_set_id)
        return _found(self.revisions.of(data_set_id).record(revision_id), "REVISION", revision_id)

    def asset_of(self, data_set_id: str, revision_id: str, asset_id: str) -> Record:
        """Returns the asset of a revision of a data set. Raises ResourceNotFoundException if one of them is missing."""
        self.revision_of(data_set_id, revision_id)
        return _found(self.assets.of(revision_id).record(asset_id), "ASSET", asset_id)

    # States ------------------------------------------------------------------------------------------------

    def has_access(self, data_set: Record) -> bool:
        """Returns whether the account may still read the data set: the grant of an entitled one may have ended."""
        return not data_set.get("_ended") and not self.has_passed(data_set.get("_ends_at"))

    def has_passed(self, ends_at: datetime.datetime | None) -> bool:
        """Returns whether a grant with that EndsAt (None: never) has ended."""
        return ends_at is not None and ends_at <= self.now()

    def live_grants(self, data_set_id: str) -> list[Record]:
        """Returns the grants of an owned data set that have not ended, accepted or not, in order of creation."""
        return self.data_grants.among("source", data_set_id)

    def is_granted(self, data_set_id: str) -> bool:
        """Returns whether an owned data set is in a grant that has not ended."""
        return self.data_grants.count_among("source", data_set_id) > 0

    def is_published(self, revision: Record) -> bool:
        """Returns whether others can read an owned revision: in a product always, through a grant until it ends."""
        return bool(revision["Finalized"]) and bool(
            revision.get("_published") or self.is_granted(revision["DataSetId"])
        )

    def is_shared(self, data_set: Record) -> bool:
        """Returns whether an owned data set is in a product or in a live grant."""
        return bool(data_set.get("_product") or self.is_granted(data_set["Id"]))

    def state_of(self, revision: Record) -> str:
        """Returns the state of an owned revision: ``open``, ``finalized``, ``published`` or ``revoked``."""
        if revision["Revoked"]:
            return "revoked"
        if self.is_published(revision):
            return "published"
        return "finalized" if revision["Finalized"] else "open"

    def require_owned(self, data_set: Record) -> None:
        """Refuses to write to an entitled data set."""
        if data_set["Origin"] != "OWNED":
            raise denied(f"Entitled data set {data_set['Id']} is read-only.")

    def require_open(self, revision: Record) -> None:
        """Refuses to change an owned revision that is revoked, published or finalised."""
        state = self.state_of(revision)
        if state != "open":
            text = f"Revision {revision['Id']} is {state} and cannot be changed."
            raise conflict(text, "REVISION", revision["Id"])

    def require_readable(self, data_set: Record, revision: Record) -> None:
        """Refuses to return the content of an entitled revision that was revoked."""
        if revision["Revoked"] and data_set["Origin"] != "OWNED":
            raise denied(f"Access to revision {revision['Id']} has been revoked.")

    def require_asset_type(self, data_set: Record, asset_type: str) -> None:
        """Refuses a data set of another asset type."""
        if data_set["AssetType"] != asset_type:
            raise invalid(f"Data set {data_set['Id']} has asset type {data_set['AssetType']}; {asset_type} is needed.")

    def require_room(self, quota: str, count: int, *, adding: int = 1) -> None:
        """Refuses ``adding`` more than ``count`` if that is more than the quota of that key allows."""
        allowed = self.world.quotas.get(quota)
        if allowed is not None and count + adding > allowed:
            raise limit_exceeded(QUOTAS[quota].name, allowed)

    def require_bucket(self, bucket: str) -> None:
        """Refuses a bucket that is missing from the store that jobs use."""
        if not self.store().bucket_exists(bucket):
            text = f"Bucket {bucket} does not exist or is not accessible."
            raise invalid(text, ExceptionCause="S3AccessDenied")

    # Assets ------------------------------------------------------------------------------------------------

    def add_asset(
        self,
        data_set: Record,
        revision: Record,
        *,
        name: str,
        details: Record | None = None,
        content: bytes | None = None,
        tags: Mapping[str, str] | None = None,
        asset_id: str | None = None,
        created_at: datetime.datetime | None = None,
        **members: object,
    ) -> Record:
        """Puts an asset into a revision, whatever its state, and returns it.

        ``details`` are its AssetDetails; without them it is a file, and ``content`` (bytes, shared and not
        copied) gives its Size. ``asset_id`` and ``created_at`` if they were made before; ``members`` are
        further ones.
        """
        asset_id = asset_id or self.world.ids.hex()
        created_at = created_at or self.creation()
        record = {
            **members,
            "Id": asset_id,
            "Arn": f"{revision['Arn']}/assets/{asset_id}",
            "DataSetId": data_set["Id"],
            "RevisionId": revision["Id"],
            "AssetType": data_set["AssetType"],
            "Name": name,
            "AssetDetails": details or {"S3SnapshotAsset": {"Size": len(content or b"")}},
            "CreatedAt": created_at,
            "UpdatedAt": created_at,
            "Tags": tags or None,
            "_content": content,
        }
        self.assets.of(revision["Id"]).add(asset_id, record)
        return record

    def token_refusal(self) -> ServiceError:
        """Returns the error for a NextToken that this service did not issue."""
        return invalid("NextToken is not valid.")

    def missing_reference(self, kind: str, named: str) -> ServiceError:
        """Returns the error for a missing resource of another service."""
        return invalid(f"{kind} {named} does not exist or is not accessible.")


class DataExchangeWorld(World[DataExchangeBase]):
    """The backends by account and region, with a common object store and unique creation times."""

    def __init__(self, service_name: str, make_backend: type[DataExchangeBase], clock: Clock) -> None:
        super().__init__(service_name, make_backend, clock)
        self.objects = ObjectStore()
        self.job_faults = JobFaults()
        self.in_progress: InProgress[DataExchangeBase] = InProgress()
        #: Where the clock stood at the last creation, and the moment that this got.
        self._creation: tuple[datetime.datetime, datetime.datetime] | None = None
        #: The time by both clocks when a job was last looked after.
        self._looked: tuple[float, datetime.datetime] | None = None

    @property
    def job_polls(self) -> int | None:
        """The number of reads that still show a started job in progress; None: unlimited."""
        polls: int | None = self.options["job_polls"]
        return polls

    @property
    def job_seconds(self) -> float | None:
        """The seconds after which a job ends, with or without reads; None: time does not end it."""
        seconds: float | None = self.options["job_seconds"]
        return seconds

    def now(self) -> datetime.datetime:
        """Returns the time by the clock, or that of the last creation if that is later."""
        now = self.clock.now()
        if self._creation is None or now < self._creation[0]:
            return now  # a test has moved the clock back
        return max(now, self._creation[1])

    def creation(self) -> datetime.datetime:
        """Returns the creation time of a new resource: at least a millisecond after the last one."""
        clock, now = self.clock.now(), self.now()
        if self._creation is not None and now == self._creation[1]:
            now = later(now, _MILLISECOND)
        self._creation = clock, now
        return now

    def reset(self) -> None:
        """Forgets all state and the test's handlers."""
        super().reset()
        self._creation = None
        self.job_faults.clear()

    def _load(self, data: Record) -> None:
        super()._load(data)
        self.in_progress.clear()
        begun = [
            (job["_begun_at"], backend, job)
            for backend in self.backends()
            for job in backend.jobs.records()
            if job["State"] == "IN_PROGRESS"
        ]
        for _, backend, job in sorted(begun, key=itemgetter(0)):
            self.in_progress.add(backend, job)

    def watch(self) -> None:
        """Notes the time, to detect later whether a test has moved it."""
        self._looked = monotonic(), self.clock.now()

    def catch_up(self) -> None:
        """Ends the jobs that are due. Called before each request, with the lock held."""
        if self.in_progress:
            moved = self._was_moved()
            self.watch()
            self._end_due_jobs(moved=moved)

    def clock_went_forward(self) -> None:
        """Ends the jobs that are due after a test has moved the clock."""
        with self.lock:
            self.watch()
            self._end_due_jobs(moved=True)

    def _end_due_jobs(self, *, moved: bool) -> None:
        """Ends the jobs in progress that are due; ``moved``: because a test moved the clock forward."""
        if self.job_seconds is not None:
            for backend, job_id in self.in_progress.of_age(self.job_seconds, self.clock.now()):
                backend.execute_job(job_id)
        elif moved and self.job_polls is not None:
            for backend, job_id in self.in_progress.jobs():
                backend.execute_job(job_id)

    def remarks(self) -> list[str]:
        """Returns a remark on imports in progress, since a program that does not wait for them finds no assets."""
        how = self._how_jobs_end()
        return [
            f"{job['Type']} {job['Id']} is still in progress: its assets are not there before the job has ended. {how}"
            for backend, job_id in self.in_progress.jobs()
            if (job := backend.jobs.record(job_id)) is not None and not job["Type"].startswith("EXPORT")
        ]

    def _how_jobs_end(self) -> str:
        if self.job_seconds is not None and not self.job_polls:
            seconds = f"{self.job_seconds:g}"
            return f"With job_seconds={seconds} no look ends it, but the clock: aws.clock.advance(seconds={seconds})."
        if self.job_polls is None:
            return "With job_polls=None only the test ends it: aws.backend().finish_job(job_id)."
        return "Wait for it: call get_job until State is no longer IN_PROGRESS."

    def _was_moved(self) -> bool:
        """Returns whether the clock is ahead of real time: freezegun or time-machine has moved it."""
        if self._looked is None:
            return False
        seconds, moment = self._looked
        return (self.clock.now() - moment).total_seconds() - (monotonic() - seconds) > _LEAST_MOVE


def not_found(resource_type: str, resource_id: str) -> ServiceError:
    """Returns the error for an unknown id (``resource_type`` as in the model: DATA_SET)."""
    kind = resource_type.lower().replace("_", " ")
    return ServiceError(
        "ResourceNotFoundException",
        f"The {kind} {resource_id} could not be found.",
        ResourceId=resource_id,
        ResourceType=resource_type,
    )


def conflict(text: str, resource_type: str, resource_id: str) -> ServiceError:
    """Returns the error for a request that a resource's state forbids."""
    return ServiceError("ConflictException", text, ResourceId=resource_id, ResourceType=resource_type)


def denied(text: str) -> ServiceError:
    """Returns the error for a request that this account may not make."""
    return ServiceError("AccessDeniedException", text)


def invalid(text: str, **members: Any) -> ServiceError:
    """Returns the error for a request that breaks a rule."""
    return ServiceError("ValidationException", text, **members)


def limit_exceeded(name: str, value: float) -> ServiceError:
    """Returns the error for a quota that is used up."""
    return ServiceError(
        "ServiceLimitExceededException", limit_text(name, value), LimitName=name, LimitValue=plain(value)
    )


def checked_tags(tags: Mapping[str, str] | None) -> Mapping[str, str] | None:
    """Returns the tags of a request, or None for none. Raises ValidationException for too many or invalid ones."""
    if tags and len(tags) > MOST_TAGS:
        raise too_many_tags()
    for key, value in (tags or {}).items():
        if not 0 < len(key) <= _LONGEST_TAG_KEY or len(value) > _LONGEST_TAG_VALUE or key[:4].lower() == "aws:":
            raise invalid(f"Tag {key} is not valid.")
    return tags or None


def too_many_tags() -> ServiceError:
    """Returns the error for too many tags on a resource."""
    return invalid(f"A resource can have at most {MOST_TAGS} tags.")


def _found(record: Record | None, resource_type: str, resource_id: str) -> Record:
    if record is None:
        raise not_found(resource_type, resource_id)
    return record
