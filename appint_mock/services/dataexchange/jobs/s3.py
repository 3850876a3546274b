"""Implements the jobs that copy assets from and to objects in S3."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from .... import neighbours
from ....state.store import Record
from .. import key_patterns
from ..base import DataExchangeBase, invalid
from .job_type import (
    Import,
    JobFailedError,
    JobType,
    NewAsset,
    Outcome,
    Task,
    check_encryption,
    content_of,
    destination_of,
)

#: S3's limit, in bytes.
_LONGEST_KEY = 1024


class ImportAssetsFromS3(Import):
    """Imports each object as an asset."""

    type = "IMPORT_ASSETS_FROM_S3"
    assets_quota = "assets_per_revision"

    def check_quotas(self, backend: DataExchangeBase, details: Record) -> None:
        """Refuses more objects than a job may import."""
        backend.require_room("assets_per_s3_import_job", 0, adding=len(details["AssetSources"]))

    def new_assets(self, backend: DataExchangeBase, details: Record, job: Record) -> list[NewAsset]:
        """Returns the objects' bytes, which are immutable and need no copy."""
        store = backend.store()
        found = [(source, store.read(source["Bucket"], source["Key"])) for source in details["AssetSources"]]
        missing = [source for source, content in found if content is None]
        if missing:
            raise JobFailedError(
                "RESOURCE_NOT_FOUND_EXCEPTION",
                f"{len(missing)} of the objects to import could not be found.",
                Details={"ImportAssetsFromS3JobErrorDetails": missing},
            )
        return [NewAsset(source["Key"], content=content) for source, content in found]


class _Object(NamedTuple):
    """An object to write."""

    bucket: str
    key: str
    content: bytes


class ExportAssetsToS3(JobType):
    """Exports each asset as an object."""

    type = "EXPORT_ASSETS_TO_S3"

    def check(self, details: Record) -> None:
        """Refuses an incomplete Encryption."""
        check_encryption(details)

    def check_quotas(self, backend: DataExchangeBase, details: Record) -> None:
        """Refuses more assets than a job may export."""
        backend.require_room("assets_per_s3_export_job", 0, adding=len(details["AssetDestinations"]))

    def check_state(self, task: Task) -> None:
        """Refuses missing assets."""
        self._objects(task)

    def run(self, task: Task) -> Outcome:
        """Writes each asset to its destination."""
        objects = self._objects(task)
        _write(task, objects, buckets=[each.bucket for each in objects])
        return Outcome()

    def _objects(self, task: Task) -> list[_Object]:
        objects = []
        for destination in task.details["AssetDestinations"]:
            asset = task.backend.asset_of(task.data_set["Id"], task.revision["Id"], destination["AssetId"])
            key = destination.get("Key") or asset["Name"]
            objects.append(_Object(destination["Bucket"], key, content_of(asset)))
        return objects


class ExportRevisionsToS3(JobType):
    """Exports each asset of a revision as an object, under a key from a key pattern."""

    type = "EXPORT_REVISIONS_TO_S3"

    def check(self, details: Record) -> None:
        """Refuses several destinations, an invalid key pattern, and an incomplete Encryption."""
        if len(details["RevisionDestinations"]) != 1:
            raise invalid("RevisionDestinations must have exactly one entry.")
        key_patterns.check(self._pattern(details))
        check_encryption(details)

    def run(self, task: Task) -> Outcome:
        """Writes all assets of the revision."""
        bucket = destination_of(task.details)["Bucket"]
        pattern = self._pattern(task.details)
        objects: dict[str, _Object] = {}
        for asset in task.backend.assets.of(task.revision["Id"]).records():
            key = key_patterns.expand(pattern, task.data_set, task.revision, asset)
            if key in objects:
                raise JobFailedError(
                    "VALIDATION_EXCEPTION",
                    f"More than one asset would be exported to {key}.",
                    ResourceType="REVISION",
                    ResourceId=task.revision["Id"],
                )
            objects[key] = _Object(bucket, key, content_of(asset))
        _write(task, objects.values(), buckets=[bucket])
        return Outcome()

    def _pattern(self, details: Record) -> str:
        pattern: str | None = destination_of(details).get("KeyPattern")
        return key_patterns.DEFAULT if pattern is None else pattern


def _write(task: Task, objects: Collection[_Object], *, buckets: Iterable[str]) -> None:
    """Writes all objects, or none if a bucket or the KMS key is missing or a key is too long."""
    store = task.backend.store()
    kms_key = (task.details.get("Encryption") or {}).get("KmsKeyArn")
    if kms_key and neighbours.present().has(kms_key) is False:
        raise JobFailedError("ACCESS_DENIED_EXCEPTION", f"KMS key {kms_key} does not exist or is not accessible.")
    for each in objects:
        if len(each.key.encode("utf-8", "replace")) > _LONGEST_KEY:
            raise JobFailedError("VALIDATION_EXCEPTION", f"The key of an object has more than {_LONGEST_KEY} bytes.")
    for bucket in buckets:
        if not store.bucket_exists(bucket):
            raise JobFailedError("RESOURCE_NOT_FOUND_EXCEPTION", f"Bucket {bucket} could not be found.")
    for each in objects:
        store.write(each.bucket, each.key, each.content, task.details.get("Encryption"))
