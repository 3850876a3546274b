"""Checks the arguments of methods that only tests call, and fills in the rest."""

from __future__ import annotations

import copy
import datetime
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from ...errors import AppintMockError
from ...hints import repr_of, see
from ...protocol.model import load
from ...state.form import Form, Unfit, flag, inside, optional, shown, text
from ...state.store import Record
from ...state.world import Backend
from ..forms import member, of_shape, shape

_REVISION_KEYS = ("assets", "comment", "created_at", "id", "published")
_FILE_KEYS = ("content", "id", "size")
_member = partial(member, "dataexchange")
_HEX = frozenset("0123456789abcdef")


@contextmanager
def seeding(method: str) -> Generator[None, None, None]:
    """Names the method in errors about invalid arguments, around a method that only tests call."""
    try:
        yield
    except Unfit as error:
        raise AppintMockError(f"backend.{method}: {error}." + see("backends")) from error


def require_texts(**given: object) -> None:
    """Raises Unfit for an argument that is not a text, by its name."""
    for name, value in given.items():
        with inside(name):
            text(value)


def check_product(name: object, description: object) -> None:
    """Refuses invalid texts for a product's data set."""
    _check("name", name, _member("CreateDataSet", "Name"))
    _check("description", description, _member("CreateDataSet", "Description"))


def checked_revisions(revisions: object) -> Sequence[Mapping[str, Any]]:
    """Returns the revisions from a test. Raises AppintMockError for an invalid one."""
    if not isinstance(revisions, list | tuple) or not all(isinstance(each, Mapping) for each in revisions):
        raise unfit(f"revisions={shown(revisions)}; give a list of dicts")
    for each in revisions:
        if not isinstance(each.get("assets", {}), Mapping):
            raise unfit(f"the assets of a revision are {shown(each['assets'])}; give a dict")
        _check("comment", each.get("comment"), optional(_member("CreateRevision", "Comment")))
        if "published" in each:
            _check("published", each["published"], flag)
        for name in each.get("assets", {}):
            _check("the name of an asset", name, _member("UpdateAsset", "Name"))
    return [_plain(each) for each in revisions]


def _plain(revision: Mapping[str, Any]) -> Record:
    """Returns a revision as plain data, without code of the test: the rest runs under the world's lock."""
    assets = dict(revision.get("assets", {}))
    return {**revision, "assets": assets, "created_at": seeded_moment(revision.get("created_at"))}


def _check(what: str, value: object, form: Form) -> None:
    try:
        form(value)
    except Unfit as error:
        raise unfit("".join([what, *(f".{step}" for step in error.path), f" {error.why}"])) from error


def seeded_revision(backend: Backend, asset_type: str, given: Mapping[str, Any]) -> Record:
    """Returns a seeded revision, with its assets under ``_assets``. Raises AppintMockError if it is invalid."""
    _require_known("a revision", given, _REVISION_KEYS)
    return {
        "Id": seeded_id(backend, given.get("id"), "a revision"),
        "Comment": given.get("comment") or None,
        "CreatedAt": given["created_at"],
        "_published": given.get("published", True),
        "_assets": [_asset(backend, asset_type, name, content) for name, content in given["assets"].items()],
    }


def seeded_id(backend: Backend, given: object, what: str) -> str:
    """Returns the id from a test, or a new one."""
    if given is None:
        return backend.world.ids.hex()
    if not isinstance(given, str) or len(given) != 32 or not _HEX.issuperset(given):
        raise unfit(f"the id {repr_of(given)} of {what} is not 32 characters of 0-9a-f")
    return given


def seeded_moment(given: object) -> datetime.datetime | None:
    """Returns the time from a test, given as a datetime or in ISO 8601 (UTC if without a time zone), or None."""
    moment = given
    if isinstance(given, str):
        try:
            moment = datetime.datetime.fromisoformat(given.replace("Z", "+00:00"))
        except ValueError:
            moment = given
    if moment is None:
        return None
    if not isinstance(moment, datetime.datetime):
        raise unfit(f"created_at is {repr_of(given)}; give a datetime, or a text such as '2030-01-31T12:00:00Z'")
    moment = moment if moment.tzinfo else moment.replace(tzinfo=datetime.timezone.utc)
    try:
        utc = moment.astimezone(datetime.timezone.utc)
    except OverflowError:
        raise unfit(f"created_at is {given!r}; give a moment of the years 1 to 9999 by UTC") from None
    return utc.replace(microsecond=utc.microsecond // 1000 * 1000)


def _require_known(what: str, given: Mapping[str, Any], keys: Sequence[str]) -> None:
    unknown = [key for key in given if key not in keys]
    if unknown:
        raise unfit(f"{what} has no {repr_of(unknown[0])}; give {', '.join(keys)}")


def _asset(backend: Backend, asset_type: str, name: str, given: Any) -> Record:
    if asset_type == "S3_SNAPSHOT":
        return _file(backend, name, given)
    given = dict(given) if isinstance(given, dict) else given
    asset_id = given.pop("id", None) if isinstance(given, dict) else None
    asset = _permission_asset(backend, asset_type, name, given)
    return {**asset, "Id": seeded_id(backend, asset_id, f"asset {name!r}")}


def _file(backend: Backend, name: str, given: Any) -> Record:
    if isinstance(given, bytes):
        given = {"content": given}
    if not isinstance(given, dict):
        raise unfit(
            f"asset {name!r} of an S3_SNAPSHOT data set is {type(given).__name__}; give its bytes, or a dict of id and "
            f"content or size"
        )
    _require_known(f"asset {name!r}", given, _FILE_KEYS)
    content, size = given.get("content"), given.get("size")
    if (content is None) == (size is None):
        raise unfit(f"asset {name!r}: give either content or size")
    if content is not None and not isinstance(content, bytes):
        raise unfit(f"the content of asset {name!r} is {type(content).__name__}; give bytes")
    if size is not None and (not isinstance(size, int) or isinstance(size, bool) or size < 0):
        raise unfit(f"the size of asset {name!r} is {repr_of(size)}; give a number of bytes")
    details = None if size is None else {"S3SnapshotAsset": {"Size": size}}
    _check(f"asset {name!r}", details, optional(shape("dataexchange", "AssetDetails")))
    return {
        "Id": seeded_id(backend, given.get("id"), f"asset {name!r}"),
        "Name": name,
        "AssetDetails": details,
        "_content": content,
    }


def _permission_asset(backend: Backend, asset_type: str, name: str, given: Any) -> Record:
    structure, make_up = _MADE_UP[asset_type]
    if not isinstance(given, dict):
        raise unfit(f"asset {name!r} is {type(given).__name__}; give a dict with members of {structure}")
    known = load("dataexchange").shape_for(structure).members
    for key, value in given.items():
        if key not in known:
            raise unfit(f"asset {name!r} has {repr_of(key)}; {structure} has only {', '.join(known)}")
        # Before the rest is made up, which may take it in.
        _check(f"asset {name!r}.{key}", value, of_shape(known[key], whole_match=True))
    details = {structure: {**make_up(backend, name, given), **given}}
    # A copy: the test may go on to change what it gave.
    return {"Name": name, "AssetDetails": copy.deepcopy(details), "_content": None}


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
    """Returns an ARN in the account of an unknown provider."""
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
    """Refuses an asset type that the mock does not know."""
    if not isinstance(asset_type, str) or asset_type not in ("S3_SNAPSHOT", *_MADE_UP):
        raise unfit(f"asset_type is {repr_of(asset_type)}; give S3_SNAPSHOT or one of {', '.join(_MADE_UP)}")


def unfit(why: str) -> AppintMockError:
    """Returns the error for an argument that ``add_entitled_data_set`` cannot use."""
    return AppintMockError(f"backend.add_entitled_data_set: {why}." + see("backends"))
