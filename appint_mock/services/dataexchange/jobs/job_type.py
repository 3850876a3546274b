"""Defines a type of job: its rules at CreateJob, and its work."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from typing import ClassVar, NamedTuple

from ....protocol.errors import ServiceError
from ....state.store import Record
from ..base import DataExchangeBase, invalid, limit_exceeded
from ..quotas import QUOTAS

_GB = 2**30
_KMS_KEY = re.compile("arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+")
#: A job error's code for what would be an error of a call.
_CODES = {
    # What keeps the objects may be elsewhere, and give no answer.
    "InternalServerException": "INTERNAL_SERVER_EXCEPTION",
    "ResourceNotFoundException": "RESOURCE_NOT_FOUND_EXCEPTION",
    "ConflictException": "VALIDATION_EXCEPTION",
    "AccessDeniedException": "ACCESS_DENIED_EXCEPTION",
    "ServiceLimitExceededException": "SERVICE_QUOTA_EXCEEDED_EXCEPTION",
}


class JobFailedError(Exception):
    """Ends a job in state ERROR; carries the members of its JobError."""

    def __init__(self, Code: str, Message: str, **members: object) -> None:
        super().__init__(Message)
        self.error: Record = {"Code": Code, "Message": Message, **members}


def job_error(failure: JobFailedError | ServiceError, revision_id: str) -> Record:
    """Returns the JobError of a failure. A ServiceError fails the job with its own text."""
    if isinstance(failure, JobFailedError):
        return failure.error
    of_revision = {"ResourceType": "REVISION", "ResourceId": revision_id}
    return {**of_revision, **failure.members, "Code": _CODES[failure.code], "Message": failure.message}


class Task(NamedTuple):
    """The input of a job, at CreateJob and when it is executed."""

    backend: DataExchangeBase
    #: The member of Details.
    details: Record
    data_set: Record
    revision: Record
    now: datetime.datetime
    job: Record

    @property
    def asset_tags(self) -> dict[str, str]:
        """The tags for the assets that the job creates."""
        return tags_of(self.job.get("AssetConfiguration"))


class Outcome(NamedTuple):
    """The result of a completed job."""

    #: Added to the member of Details.
    details: Mapping[str, object] = {}
    #: The file at the job's signed URL.
    content: bytes | None = None


class JobType:
    """A type of job, for subclassing. All methods may raise ServiceError, and ``run`` JobFailedError."""

    type: ClassVar[str]
    asset_type: ClassVar[str] = "S3_SNAPSHOT"
    is_import: ClassVar[bool] = False

    @property
    def member(self) -> str:
        """The member of Details that belongs to the type."""
        return "".join(word.capitalize() for word in self.type.split("_"))

    def check(self, details: Record) -> None:
        """Refuses details that break a rule of this type."""

    def check_quotas(self, backend: DataExchangeBase, details: Record) -> None:
        """Refuses a job that moves more than its quotas allow."""

    def check_state(self, task: Task) -> None:
        """Refuses a job that the present state forbids, beyond the checks for every type."""

    def additions(self, backend: DataExchangeBase, job_id: str, now: datetime.datetime) -> Record:
        """Returns the members added to the job's Details at its creation."""
        return {}

    def run(self, task: Task) -> Outcome:
        """Does the work, or fails and changes nothing."""
        raise NotImplementedError

    def place(self, backend: DataExchangeBase, details: Record, now: datetime.datetime, job: Record) -> Task:
        """Finds the data set and revision of the job, and checks that it may use them."""
        data_set = backend.data_set_of(details["DataSetId"])
        if self.is_import:
            backend.require_owned(data_set)
        backend.require_asset_type(data_set, self.asset_type)
        revision = backend.revision_of(data_set["Id"], revision_id_of(details))
        if self.is_import:
            backend.require_open(revision)
        else:
            backend.require_readable(data_set, revision)
        return Task(backend, details, data_set, revision, now, job)


class NewAsset(NamedTuple):
    """An asset to add; the members are the arguments of ``add_asset``."""

    name: str
    details: Record | None = None
    content: bytes | None = None
    asset_id: str | None = None


class Import(JobType):
    """A type of job that creates all of its assets, or none.

    What it imports it reads when the job is started; the assets are there when the job has ended.
    """

    is_import = True
    #: The quota of how many assets a revision may have, if a job's execution finds it used up.
    assets_quota: ClassVar[str]

    def new_assets(self, backend: DataExchangeBase, details: Record, job: Record) -> list[NewAsset]:
        """Reads the job's sources and returns the assets to create. May raise JobFailedError."""
        raise NotImplementedError

    def read(self, backend: DataExchangeBase, details: Record, job: Record) -> Record:
        """Reads the job's sources, or the reason why it fails, as members to store with the job."""
        try:
            return {"_found": [asset._asdict() for asset in self.new_assets(backend, details, job)]}
        except (ServiceError, JobFailedError) as failure:
            return {"_failure": job_error(failure, revision_id_of(details))}

    def run(self, task: Task) -> Outcome:
        """Creates the assets."""
        read = task.job if "_found" in task.job or "_failure" in task.job else self.read_of(task)
        if "_failure" in read:
            raise JobFailedError(**read["_failure"])
        new = [NewAsset(**asset) for asset in read["_found"]]
        self.check_room(task, new)
        for asset in new:
            task.backend.add_asset(task.data_set, task.revision, tags=task.asset_tags, **asset._asdict())
        return Outcome()

    def read_of(self, task: Task) -> Record:
        """Reads the sources of a job that a test ends while it is waiting."""
        return self.read(task.backend, task.details, task.job)

    def check_room(self, task: Task, new: list[NewAsset]) -> None:
        """Refuses more assets than the revision may have, and assets that are too large."""
        backend = task.backend
        backend.require_room(self.assets_quota, backend.assets.count(task.revision["Id"]), adding=len(new))
        largest = backend.world.quotas.get("asset_size_gb")
        if largest is not None and any(len(asset.content or b"") > largest * _GB for asset in new):
            raise limit_exceeded(QUOTAS["asset_size_gb"].name, largest)


def content_of(asset: Record) -> bytes:
    """Returns the bytes of a file, or zeros if it was seeded by its size alone."""
    content: bytes | None = asset["_content"]
    return bytes(int(asset["AssetDetails"]["S3SnapshotAsset"]["Size"])) if content is None else content


def revision_id_of(details: Record) -> str:
    """Returns the id of the revision that a job works on."""
    revision_id: str = details.get("RevisionId") or destination_of(details)["RevisionId"]
    return revision_id


def destination_of(details: Record) -> Record:
    """Returns the destination of an export of a revision, which has only one."""
    destination: Record
    destination, *_ = details["RevisionDestinations"]
    return destination


def tags_of(configuration: Record | None) -> dict[str, str]:
    """Returns the tags in an AssetConfiguration."""
    tags: Iterable[Record] = (configuration or {}).get("Tags") or ()
    return {tag["Key"]: tag["Value"] for tag in tags}


def check_encryption(details: Record) -> None:
    """Refuses an Encryption without a key, or with one that is not the ARN of a key."""
    encryption = details.get("Encryption") or {}
    key = encryption.get("KmsKeyArn")
    if encryption.get("Type") == "aws:kms" and not key:
        raise invalid("KmsKeyArn is required for encryption type aws:kms.")
    if key:
        check_kms_key(key)


def check_kms_key(arn: str) -> None:
    """Refuses a text that is not the ARN of a KMS key."""
    if not is_kms_key(arn):
        raise invalid(f"{arn} is not the ARN of a KMS key.")


def is_kms_key(arn: str) -> bool:
    """Returns whether the text is the ARN of a KMS key."""
    return _KMS_KEY.fullmatch(arn) is not None
