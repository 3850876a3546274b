"""What a test gives ``add_entitled_data_set``: checked, and what is missing made up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ...errors import AppintMockError
from ...protocol.model import load
from ...state.store import Record
from ...state.world import Backend

_REVISION_KEYS = ("assets", "comment", "id", "published")
_HEX = frozenset("0123456789abcdef")


def seeded_revision(backend: Backend, asset_type: str, given: Mapping[str, Any]) -> Record:
    """A revision of a seeded data set, with its assets under ``_assets``; AppintMockError where it does not fit."""
    unknown = [key for key in given if key not in _REVISION_KEYS]
    if unknown:
        raise unfit(f"a revision has no {unknown[0]!r}; give {', '.join(_REVISION_KEYS)}")
    revision_id = given.get("id") or backend.world.ids.hex()
    if len(revision_id) != 32 or not _HEX.issuperset(revision_id):
        raise unfit(f"the id {revision_id!r} of a revision is not 32 characters of 0-9a-f")
    return {
        "Id": revision_id,
        "Comment": given.get("comment") or None,
        "_published": given.get("published", True),
        "_assets": [_asset(backend, asset_type, name, content) for name, content in given.get("assets", {}).items()],
    }


def _asset(backend: Backend, asset_type: str, name: str, given: Any) -> Record:
    if asset_type == "S3_SNAPSHOT":
        if not isinstance(given, bytes):
            raise unfit(f"asset {name!r} of an S3_SNAPSHOT data set is {type(given).__name__}; give its bytes")
        return {"Name": name, "AssetDetails": None, "_content": given}
    member, make_up = _MADE_UP[asset_type]
    if not isinstance(given, dict):
        raise unfit(f"asset {name!r} is {type(given).__name__}; give a dict with members of {member}")
    known = _members_of(member)
    for key in given:
        if key not in known:
            raise unfit(f"asset {name!r} has {key!r}; {member} has only {', '.join(known)}")
    return {"Name": name, "AssetDetails": {member: {**make_up(backend, name, given), **given}}, "_content": None}


def _members_of(structure: str) -> list[str]:
    return list(load("dataexchange").shape_for(structure).members)


def _datashare(backend: Backend, name: str, given: Record) -> Record:
    namespace = backend.world.ids.uuid()
    return {"Arn": _elsewhere(backend, "redshift", f"datashare:{namespace}/{name}")}


def _api(backend: Backend, name: str, given: Record) -> Record:
    api_id, stage = given.get("ApiId") or backend.world.ids.hex(10), given.get("Stage", "prod")
    return {
        "ApiId": api_id,
        "ApiName": name,
        "ApiEndpoint": f"https://{api_id}.execute-api.{backend.region_name}.amazonaws.com/{stage}",
        "ProtocolType": "REST",
        "Stage": stage,
    }


def _access_point(backend: Backend, name: str, given: Record) -> Record:
    ids = backend.world.ids
    return {
        "Bucket": f"provider-{ids.hex(8)}",
        "S3AccessPointArn": _elsewhere(backend, "s3", f"accesspoint/{ids.uuid()}"),
        "S3AccessPointAlias": f"{ids.hex(20)}-s3alias",
    }


def _permission(backend: Backend, name: str, given: Record) -> Record:
    policy = {
        "CatalogId": backend.world.ids.digits(12),
        "ResourceType": "DATABASE",
        "ResourceDetails": {"Database": {"Expression": [{"TagKey": "name", "TagValues": [name]}]}},
    }
    return {
        "LakeFormationDataPermissionDetails": {"LFTagPolicy": policy},
        "LakeFormationDataPermissionType": "LFTagPolicy",
        "Permissions": ["DESCRIBE"],
    }


def _elsewhere(backend: Backend, service: str, resource: str) -> str:
    """An ARN in the account of a provider that nobody knows."""
    account = backend.world.ids.digits(12)
    return f"arn:{backend.partition}:{service}:{backend.region_name}:{account}:{resource}"


#: By asset type: the member of AssetDetails (its structure has the same name), and what makes one up.
_MADE_UP: dict[str, tuple[str, Callable[[Backend, str, Record], Record]]] = {
    "REDSHIFT_DATA_SHARE": ("RedshiftDataShareAsset", _datashare),
    "API_GATEWAY_API": ("ApiGatewayApiAsset", _api),
    "S3_DATA_ACCESS": ("S3DataAccessAsset", _access_point),
    "LAKE_FORMATION_DATA_PERMISSION": ("LakeFormationDataPermissionAsset", _permission),
}


def check_asset_type(asset_type: str) -> None:
    """Refuse an asset type that the mock does not know."""
    if asset_type != "S3_SNAPSHOT" and asset_type not in _MADE_UP:
        raise unfit(f"asset_type is {asset_type!r}; give S3_SNAPSHOT or one of {', '.join(_MADE_UP)}")


def unfit(why: str) -> AppintMockError:
    """The error for what ``add_entitled_data_set`` cannot use."""
    return AppintMockError(f"backend.add_entitled_data_set: {why}.")
