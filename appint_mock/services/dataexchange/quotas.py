"""Lists the quotas of AWS Data Exchange, with AWS's names and defaults."""

from __future__ import annotations

from typing import NamedTuple


class Quota(NamedTuple):
    """A quota."""

    #: What AWS calls it: the error's LimitName.
    name: str
    #: AWS's default; None if AWS names none, so that only a test can set one.
    default: float | None
    #: Whether an account may have it raised. Those that nobody may hold always.
    adjustable: bool = True


def _concurrent(task: str, default: float | None = 10) -> Quota:
    return Quota(f"Concurrent in progress jobs to {task}", default, adjustable=False)


#: By the key that the option ``quotas`` takes. Names: the model's LimitName; defaults: the user guide; whether they can
#: be raised: Service Quotas.
QUOTAS = {
    "data_sets": Quota("Data sets per account", 3000),
    "revisions_per_data_set": Quota("Revisions per data set", 10000),
    "revisions_per_redshift_data_set": Quota("Revisions per Amazon Redshift datashare data set", 20),
    "revisions_per_api_gateway_data_set": Quota("Revisions per Amazon API Gateway API data set", 20),
    "revisions_per_s3_data_access_data_set": Quota("Revisions per Amazon S3 data access data set", 5),
    "revisions_per_lake_formation_data_set": Quota("Revisions per AWS Lake Formation data permission data set", 20),
    "assets_per_revision": Quota("Assets per revision", 10000),
    "redshift_assets_per_revision": Quota("Amazon Redshift datashare assets per revision", 20),
    "s3_data_access_assets_per_revision": Quota("Amazon S3 data access assets per revision", 5),
    "lake_formation_assets_per_revision": Quota("AWS Lake Formation data permission assets per revision", 20),
    "api_gateway_assets_per_revision": Quota("Amazon API Gateway API assets per revision", 20),
    "asset_size_gb": Quota("Asset size in GB", 100, adjustable=False),
    "assets_per_s3_import_job": Quota("Assets per import job from Amazon S3", 100, adjustable=False),
    # Without the plural: the model spells it so.
    "assets_per_s3_export_job": Quota("Asset per export job from Amazon S3", 100, adjustable=False),
    "redshift_shares_per_import_job": Quota(
        "Amazon Redshift datashare assets per import job from Redshift", 10, adjustable=False
    ),
    "event_actions": Quota("Event actions per account", 50),
    "event_actions_per_data_set": Quota("Auto export event actions per data set", 5),
    "data_grants": Quota("Active and pending data grants", None),
    "pending_data_grants_per_consumer": Quota("Pending data grants per consumer", 20),
    "concurrent_import_assets_from_s3": _concurrent("import assets from Amazon S3"),
    "concurrent_import_asset_from_signed_url": _concurrent("import assets from a signed URL"),
    "concurrent_export_assets_to_s3": _concurrent("export assets to Amazon S3"),
    "concurrent_export_asset_to_signed_url": _concurrent("export assets to a signed URL"),
    "concurrent_export_revisions_to_s3": _concurrent("export revisions to Amazon S3", 5),
    "concurrent_import_assets_from_redshift_data_shares": _concurrent("import assets from Amazon Redshift datashares"),
    "concurrent_import_asset_from_api_gateway_api": _concurrent("import assets from an API Gateway API"),
    "concurrent_create_s3_data_access_from_s3_bucket": _concurrent(
        "create Amazon S3 data access assets from S3 buckets", None
    ),
    "concurrent_import_assets_from_lake_formation_tag_policy": _concurrent(
        "import assets from an AWS Lake Formation tag policy", None
    ),
}


def limit_text(name: str, value: float) -> str:
    """Returns the text of a reached limit, for messages of errors and job errors."""
    return f"The limit for {name} ({plain(value)}) has been reached."


def plain(value: float) -> float:
    """Returns the number without needless decimals: 2.0 is 2."""
    return int(value) if value == int(value) else value
