"""Implements the job that imports an API as an asset, and the asset's specification."""

from __future__ import annotations

import datetime

from ....state.store import Record
from .. import signed_urls
from ..base import DataExchangeBase
from .job_type import Import, NewAsset, Task
from .signed_url import upload_url, uploaded

#: The members of the job's Details that its asset has too.
_OF_ASSET = ("ApiId", "ApiName", "ApiDescription", "ApiKey", "ProtocolType", "Stage")


class ImportAssetFromApiGatewayApi(Import):
    """Imports an API of Amazon API Gateway as an asset, with the specification that was uploaded."""

    type = "IMPORT_ASSET_FROM_API_GATEWAY_API"
    asset_type = "API_GATEWAY_API"
    assets_quota = "api_gateway_assets_per_revision"

    def check_state(self, task: Task) -> None:
        """Refuses a full revision here, since no JobError has a name for this limit."""
        task.backend.require_room(self.assets_quota, task.backend.assets.count(task.revision["Id"]))

    def check_room(self, task: Task, new: list[NewAsset]) -> None:
        """Does nothing: ``check_state`` has checked it at CreateJob."""

    def additions(self, backend: DataExchangeBase, job_id: str, now: datetime.datetime) -> Record:
        """Returns the URL to which the specification is uploaded."""
        url, expires_at = upload_url(backend, job_id, now)
        return {"ApiSpecificationUploadUrl": url, "ApiSpecificationUploadUrlExpiresAt": expires_at}

    def new_assets(self, backend: DataExchangeBase, details: Record, job: Record) -> list[NewAsset]:
        """Returns the API; its content is its specification."""
        specification = uploaded(job, details["ApiSpecificationMd5Hash"])
        asset = {member: details[member] for member in _OF_ASSET if member in details}
        host = f"{asset['ApiId']}.execute-api.{backend.region_name}.amazonaws.com"
        asset["ApiEndpoint"] = f"https://{host}/{asset['Stage']}"
        return [NewAsset(asset["ApiName"], {"ApiGatewayApiAsset": asset}, specification)]


def with_specification_url(backend: DataExchangeBase, asset: Record) -> Record:
    """Returns an asset for an answer: that of an API has a fresh URL of its specification."""
    api = asset["AssetDetails"].get("ApiGatewayApiAsset")
    if api is None:
        return asset
    name = f"assets/{asset['DataSetId']}/{asset['RevisionId']}/{asset['Id']}"
    url, expires_at = signed_urls.sign(backend, "GET", name, backend.now())
    fresh = {"ApiSpecificationDownloadUrl": url, "ApiSpecificationDownloadUrlExpiresAt": expires_at}
    return {**asset, "AssetDetails": {"ApiGatewayApiAsset": {**api, **fresh}}}
