"""Whatever a handle, its clock, its objects or a backend's own methods are given: they refuse it, or all works on."""

from __future__ import annotations

import copy
import datetime
import inspect
import json
import linecache
import traceback
from collections.abc import Callable, Iterator
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import boto3
import pytest

import appint_mock
from appint_mock import AppintMockError
from tests.fuzz.furnished import furnish

#: What a method may raise for what it was given; anything else is a defect.
REFUSALS = (AppintMockError, ValueError, TypeError, LookupError, ArithmeticError, AssertionError, RuntimeError)
_DEEP: Any = []
for _ in range(3000):
    _DEEP = [_DEEP]
_ROUND: dict[str, Any] = {}
_ROUND["a"] = _ROUND


class _Evil:
    """An object that raises whatever is asked of it."""

    def __getattr__(self, name: str) -> Any:
        raise ValueError("evil")

    def __eq__(self, other: object) -> bool:
        raise ValueError("evil")

    def __hash__(self) -> int:
        raise ValueError("evil")

    def __iter__(self) -> Iterator[Any]:
        raise ValueError("evil")


HOSTILE: tuple[Any, ...] = (
    None,
    True,
    -1,
    0,
    10**400,
    float("nan"),
    float("inf"),
    "",
    "x",
    "\ud800",
    "*",
    b"x",
    [],
    {},
    {"a": {}},
    [{"a": 1}],
    ("bucket", 5),
    datetime.timedelta.max,
    datetime.timedelta(days=10**7),
    datetime.datetime.max.replace(tzinfo=datetime.timezone(-datetime.timedelta(hours=12))),
    datetime.datetime.min.replace(tzinfo=datetime.timezone(datetime.timedelta(hours=12))),
    datetime.date(2030, 1, 1),
    datetime.datetime(1, 1, 1),
    "9999-12-31T23:59:59.999999Z",
    Decimal("NaN"),
    bytearray(b"x"),
    MappingProxyType({"a": 1}),
    {1: 2},
    {"a": 10**400},
    {"a": object()},
    ["\ud800"],
    "x" * 100_000,
    _ROUND,
    int,
    ValueError("given"),
    object(),
    _Evil(),
    _DEEP,
    lambda: None,
)
#: What waits, opens or closes is not a matter of arguments; the others are no test's to call.
_LEFT_OUT = {"start", "stop", "objects", "clock", "calls", "faults", "folded", "dump", "load", "check", "read", "write"}
#: A backend's methods for tests that no other process can call.
_OF_BACKENDS = ("put_in_product", "on_event", "on_api_asset")
#: Right arguments, so that one wrong one among them is what is refused.
_RIGHT: dict[str, dict[str, Any]] = {
    "fail": {"operation": "*", "error": "ThrottlingException"},
    "associate_event_integration": {"name": "events", "client_id": "client"},
    "add_entitled_data_set": {
        "name": "n",
        "description": "d",
        "asset_type": "S3_SNAPSHOT",
        "product_id": "prod-1",
        "revisions": [{"assets": {"a": b"a"}}],
    },
}


#: Calls that have a value deep inside what is right.
_INSIDE: dict[str, Callable[[Any], Iterator[dict[str, Any]]]] = {
    "add_entitled_data_set": lambda value: (
        {**_RIGHT["add_entitled_data_set"], "asset_type": asset_type, "revisions": [revision]}
        for asset_type, revision in (
            *(("S3_SNAPSHOT", {name: value}) for name in ("assets", "comment", "created_at", "id", "published")),
            *(("S3_SNAPSHOT", {"assets": {"a": {name: value}}}) for name in ("content", "size", "id")),
            *(("API_GATEWAY_API", {"assets": {"a": {name: value}}}) for name in ("ApiId", "Stage", "id")),
            *(("S3_DATA_ACCESS", {"assets": {"a": {name: value}}}) for name in ("Bucket", "Keys", "KmsKeysToGrant")),
            ("LAKE_FORMATION_DATA_PERMISSION", {"assets": {"a": {"LakeFormationDataPermissionDetails": value}}}),
        )
    ),
    "associate_event_integration": lambda value: iter(
        [{"name": "events", "client_id": "client", "client_association_metadata": {"a": value}}]
    ),
    "emit": lambda value: (
        {"detail_type": "Data Grant Extended", **given} for given in ({"detail": {"a": value}}, {"resources": [value]})
    ),
    "finish_job": lambda value: (
        {**_RIGHT["finish_job"], "errors": [{"Code": "MALWARE_DETECTED", "Message": "m", name: value}]}
        for name in ("Code", "Message", "LimitValue", "Details")
    ),
}


def _methods(aws: Any) -> dict[str, tuple[str, Callable[..., Any]]]:
    """The public methods of a handle and of all that hangs on it that are no operations."""
    service = aws._service
    operations = {operation.method_name for operation in service.catalogue.operations.values()}
    owners = {"aws": aws, "clock": aws.clock, "faults": aws.faults, "calls": aws.calls, "backend": aws.backend()}
    if service.name == "dataexchange":
        owners["objects"] = aws.objects
    found = {}
    for title, owner in owners.items():
        names = [*service.seeding, *_OF_BACKENDS] if title == "backend" else dir(type(owner))
        for name in names:
            if name.startswith("_") and name not in ("__setitem__", "__delitem__", "__getitem__"):
                continue
            if name in operations or name in _LEFT_OUT or not inspect.isroutine(getattr(type(owner), name, None)):
                continue
            if (isinstance(owner, list) and hasattr(list, name)) or not hasattr(owner, name):
                continue
            method = getattr(owner, name)
            found[f"{title}.{name}"] = (name, method)
    return found


def _calls(name: str, method: Callable[..., Any]) -> Iterator[tuple[tuple[Any, ...], dict[str, Any]]]:
    """Arguments: each hostile value in each place, the others right if it is known what is right."""
    try:
        parameters = list(inspect.signature(method).parameters.values())
    except ValueError:
        parameters = []
    named = [each.name for each in parameters if each.kind in (each.POSITIONAL_OR_KEYWORD, each.KEYWORD_ONLY)]
    right = _RIGHT.get(name, {})
    for value in HOSTILE:
        yield (value,), {}
        yield (value, value), {}
        for each in named:
            yield (), {**right, each: value}
        yield (), dict.fromkeys(named, value)
        for arguments in _INSIDE[name](value) if name in _INSIDE else ():
            yield (), arguments
        if name == "__setitem__":
            yield (("bucket", value), b"x"), {}
            yield (("bucket", "key"), value), {}


def _seen(aws: Any) -> Any:
    """All that a method of a handle could change."""
    # Records are never changed in place, so what a dump holds is what there was.
    return (
        aws._scopes[-1].world._dump(),
        aws.clock.dump(),
        len(aws.calls),
        len(aws.faults),
        dict(aws._scopes[-1].options),
    )


def _is_meant(error: BaseException) -> bool:
    """Whether our code or what the test gave raised it, or Python for a call that does not fit the signature."""
    frames = list(traceback.walk_tb(error.__traceback__))
    frame, line = frames[-1]
    file = frame.f_code.co_filename
    if not file.startswith(appint_mock.__path__[0]):
        # MutableMapping's methods call ours.
        return len(frames) == 1 or file == __file__ or frames[1][0].f_code.co_filename == file
    return linecache.getline(file, line).strip().startswith("raise ")


def _use(client: Any, aws: Any) -> None:
    """Look at all state, carry it over, and go on."""
    aws.faults.clear()
    state = aws.snapshot()
    json.dumps(state, allow_nan=False)
    assert str(aws.calls)
    assert str(aws.backend())
    aws.restore(state)
    assert aws.snapshot() == state
    for list_all in ("list_event_integrations", "list_applications", "list_data_sets", "list_jobs"):
        if hasattr(client, list_all):
            getattr(client, list_all)()


def _name_what_is_there(aws: Any) -> None:
    """Put the ids of things that are there among the right arguments."""
    backend = aws.backend()
    if aws._service.name == "appintegrations":
        _RIGHT["associate_application"] = {"identifier": next(iter(backend.applications))}
        association = next(iter(backend.data_integration_associations.values()))
        _RIGHT["finish_execution"] = {"association_arn": association["DataIntegrationAssociationArn"]}
        return
    revision = next(each for each in backend.revisions.values() if each["Finalized"])
    names = {"data_set_id": revision["DataSetId"], "revision_id": revision["Id"]}
    _RIGHT["publish_revision"] = names
    _RIGHT["put_in_product"] = {"data_set_id": revision["DataSetId"], "product_id": "prod-1"}
    _RIGHT["end_subscription"] = {"data_set_id": next(iter(backend.entitled_data_sets))}
    waiting = next(job for job in backend.jobs.values() if job["State"] == "WAITING")
    _RIGHT["finish_job"] = {"job_id": waiting["Id"], "state": "ERROR"}
    _RIGHT["emit"] = {"detail_type": "Data Grant Extended"}


@pytest.mark.appint_mock_allow("unused_faults")
@pytest.mark.slow
@pytest.mark.parametrize("service", ["appintegrations", "dataexchange"])
def test_a_handle_refuses_what_it_is_given_and_changes_nothing_or_all_works_on(service: str) -> None:
    refused = taken = 0
    with getattr(appint_mock, f"mock_{service}")() as aws:
        aws.clock.freeze(datetime.datetime(2030, 1, 1))
        furnish(service, aws)
        _name_what_is_there(aws)
        client: Any = boto3.client(service)
        state = aws.snapshot()
        for title, (name, method) in _methods(aws).items():
            for arguments, named in _calls(name, method):
                before = _seen(aws)
                try:
                    method(*arguments, **named)
                except REFUSALS as error:
                    refused += 1
                    assert _seen(aws) == before, f"{title}{arguments}{named} was refused, and changed something"
                    if not _is_meant(error):
                        pytest.fail(f"{title} does not say what to give, but {error!r}")
                    continue
                if _seen(aws) != before:
                    taken += 1
                    # What it took must not break what comes after.
                    _use(client, aws)
                    aws.reset()
                    aws.clock.freeze(datetime.datetime(2030, 1, 1))
                    aws.restore(state)
        assert aws.snapshot() == state
    assert refused > 500
    assert taken > 20


def test_what_a_test_gives_and_changes_afterwards_changes_no_state() -> None:
    given: dict[str, Any] = {"detail": {"a": {"b": [1]}}, "resources": ["a"]}
    metadata = {"a": "b"}
    keys: Any = {"Bucket": "provider", "Keys": ["a"], "S3AccessPointArn": "arn", "S3AccessPointAlias": "alias"}
    errors: Any = [{"Code": "MALWARE_DETECTED", "Message": "m", "Details": {"ImportAssetsFromS3JobErrorDetails": []}}]
    with appint_mock.mock_dataexchange() as exchange, appint_mock.mock_appintegrations() as aws:
        furnish("dataexchange", exchange)
        furnish("appintegrations", aws)
        backend = exchange.backend()
        backend.emit("Data Grant Extended", given["detail"], resources=given["resources"])
        backend.add_entitled_data_set(
            name="n",
            description="d",
            asset_type="S3_DATA_ACCESS",
            product_id="p",
            revisions=[{"assets": {"a": keys}}],
        )
        waiting = next(job for job in backend.jobs.values() if job["State"] == "WAITING")
        backend.finish_job(waiting["Id"], "ERROR", errors)
        aws.backend().associate_event_integration("events", client_id="c", client_association_metadata=metadata)
        before = copy.deepcopy([exchange.snapshot(), aws.snapshot()])
        given["detail"]["a"]["b"].append(object())
        given["resources"].append("b")
        keys["Keys"].append(object())
        errors[0]["Details"]["ImportAssetsFromS3JobErrorDetails"].append(object())
        metadata["c"] = "d"
        assert [exchange.snapshot(), aws.snapshot()] == before
