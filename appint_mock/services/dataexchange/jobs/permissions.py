"""Implements the jobs that create permissions as assets: on datashares, S3 objects and tables."""

from __future__ import annotations

import re
import string

from ....state.store import Record
from ..base import DataExchangeBase, invalid
from .job_type import Import, NewAsset, Task, check_kms_key

_DATASHARE = re.compile(r"arn:aws:redshift:[a-z0-9-]+:[0-9]{12}:datashare:[^/]+/(.+)")
_ALIAS_ALPHABET = string.ascii_lowercase + string.digits


class ImportAssetsFromRedshiftDataShares(Import):
    """Imports each datashare as an asset."""

    type = "IMPORT_ASSETS_FROM_REDSHIFT_DATA_SHARES"
    asset_type = "REDSHIFT_DATA_SHARE"
    assets_quota = "redshift_assets_per_revision"

    def check(self, details: Record) -> None:
        """Refuses a source that is not a datashare."""
        for source in details["AssetSources"]:
            _share_name(source["DataShareArn"])

    def check_quotas(self, backend: DataExchangeBase, details: Record) -> None:
        """Refuses more datashares than a job may import."""
        backend.require_room("redshift_shares_per_import_job", 0, adding=len(details["AssetSources"]))

    def new_assets(self, backend: DataExchangeBase, details: Record, job: Record) -> list[NewAsset]:
        """Returns the datashares, by their names."""
        arns = [source["DataShareArn"] for source in details["AssetSources"]]
        return [NewAsset(_share_name(arn), {"RedshiftDataShareAsset": {"Arn": arn}}) for arn in arns]


def _share_name(arn: str) -> str:
    found = _DATASHARE.fullmatch(arn)
    if found is None:
        raise invalid(f"{arn} is not the ARN of a datashare.")
    return found[1]


class CreateS3DataAccessFromS3Bucket(Import):
    """Creates one asset, with its own access point."""

    type = "CREATE_S3_DATA_ACCESS_FROM_S3_BUCKET"
    asset_type = "S3_DATA_ACCESS"
    assets_quota = "s3_data_access_assets_per_revision"

    def check(self, details: Record) -> None:
        """Refuses KMS keys to grant that are not keys."""
        for grant in details["AssetSource"].get("KmsKeysToGrant") or ():
            check_kms_key(grant["KmsKeyArn"])

    def check_state(self, task: Task) -> None:
        """Refuses a missing bucket."""
        task.backend.require_bucket(task.details["AssetSource"]["Bucket"])

    def new_assets(self, backend: DataExchangeBase, details: Record, job: Record) -> list[NewAsset]:
        """Returns the bucket, or the named part of it."""
        ids = backend.world.ids
        asset_id, access_point = ids.hex(), ids.uuid()
        asset = {
            **details["AssetSource"],
            "S3AccessPointArn": f"arn:aws:s3:{backend.region_name}:{ids.digits(12)}:accesspoint/{access_point}",
            "S3AccessPointAlias": f"{access_point[:18]}-{ids.text(34, _ALIAS_ALPHABET)}-s3alias",
        }
        return [NewAsset(f"s3-data-access-{asset_id}", {"S3DataAccessAsset": asset}, asset_id=asset_id)]


class ImportAssetsFromLakeFormationTagPolicy(Import):
    """Imports the databases and the tables that a tag policy allows, as one asset each."""

    type = "IMPORT_ASSETS_FROM_LAKE_FORMATION_TAG_POLICY"
    asset_type = "LAKE_FORMATION_DATA_PERMISSION"
    assets_quota = "lake_formation_assets_per_revision"

    def check(self, details: Record) -> None:
        """Refuses a policy without any type of resource."""
        if not any(details.get(kind) for kind in ("Database", "Table")):
            raise invalid("Database or Table is required.")

    def new_assets(self, backend: DataExchangeBase, details: Record, job: Record) -> list[NewAsset]:
        """Returns the databases and the tables."""
        kinds = [kind for kind in ("Database", "Table") if details.get(kind)]
        return [NewAsset(f"{kind}(s) included in LF-tag policy", _lf_asset(details, kind)) for kind in kinds]


def _lf_asset(details: Record, kind: str) -> Record:
    policy = {
        "CatalogId": details["CatalogId"],
        "ResourceType": kind.upper(),
        "ResourceDetails": {kind: {"Expression": details[kind]["Expression"]}},
    }
    asset = {
        "LakeFormationDataPermissionDetails": {"LFTagPolicy": policy},
        "LakeFormationDataPermissionType": "LFTagPolicy",
        "Permissions": details[kind]["Permissions"],
        "RoleArn": details["RoleArn"],
    }
    return {"LakeFormationDataPermissionAsset": asset}
