"""Implements the jobs that use signed URLs, and checks uploaded files."""

from __future__ import annotations

import base64
import datetime

from ....state.store import Record
from .. import signed_urls
from ..base import DataExchangeBase
from .job_type import Import, JobFailedError, JobType, NewAsset, Outcome, Task, content_of


def upload_url(backend: DataExchangeBase, job_id: str, now: datetime.datetime) -> signed_urls.SignedUrl:
    """Returns the URL to which a job's file is PUT."""
    return signed_urls.sign(backend, "PUT", f"jobs/{job_id}", now)


def uploaded(job: Record, md5: str, **error_members: object) -> bytes:
    """Returns the file that was PUT to the job's URL. Raises JobFailedError if it is missing or has another MD5."""
    content: bytes | None = job.get("_upload")
    if content is None:
        text = "No file was uploaded to the signed URL."
        raise JobFailedError("RESOURCE_NOT_FOUND_EXCEPTION", text, **error_members)
    if base64.b64encode(signed_urls.md5_of(content)).decode("ascii") != md5:
        text = "The MD5 hash of the uploaded file does not match."
        raise JobFailedError("VALIDATION_EXCEPTION", text, **error_members)
    return content


class ImportAssetFromSignedUrl(Import):
    """Imports an uploaded file as an asset."""

    type = "IMPORT_ASSET_FROM_SIGNED_URL"
    assets_quota = "assets_per_revision"

    def additions(self, backend: DataExchangeBase, job_id: str, now: datetime.datetime) -> Record:
        """Returns the URL to which the file is uploaded."""
        url, expires_at = upload_url(backend, job_id, now)
        return {"SignedUrl": url, "SignedUrlExpiresAt": expires_at}

    def new_assets(self, backend: DataExchangeBase, details: Record, job: Record) -> list[NewAsset]:
        """Returns the uploaded file."""
        name = details["AssetName"]
        content = uploaded(
            job,
            details["Md5Hash"],
            Details={"ImportAssetFromSignedUrlJobErrorDetails": {"AssetName": name}},
        )
        return [NewAsset(name, content=content)]


class ExportAssetToSignedUrl(JobType):
    """Exports an asset to a URL from which it can be downloaded."""

    type = "EXPORT_ASSET_TO_SIGNED_URL"

    def check_state(self, task: Task) -> None:
        """Refuses a missing asset."""
        self._asset(task)

    def run(self, task: Task) -> Outcome:
        """Returns the URL. The job keeps the asset's present content, even if the asset changes."""
        content = content_of(self._asset(task))
        url, expires_at = signed_urls.sign(task.backend, "GET", f"jobs/{task.job['Id']}", task.now)
        return Outcome({"SignedUrl": url, "SignedUrlExpiresAt": expires_at}, content)

    def _asset(self, task: Task) -> Record:
        return task.backend.asset_of(task.data_set["Id"], task.revision["Id"], task.details["AssetId"])
