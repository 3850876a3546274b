"""Whatever a handle, its clock, its objects or a backend's own methods are given: what they refuse changes nothing."""

from __future__ import annotations

import datetime
import inspect
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import appint_mock
from appint_mock import AppintMockError
from tests.fuzz.furnished import furnish

#: What a method may raise for what it was given; anything else is a defect.
REFUSALS = (AppintMockError, ValueError, TypeError, LookupError, ArithmeticError, AssertionError, RuntimeError)
_DEEP: Any = []
for _ in range(3000):
    _DEEP = [_DEEP]


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
    ValueError("given"),
    object(),
    _Evil(),
    _DEEP,
    lambda: None,
)
#: What waits, opens or closes is not a matter of arguments; the others are no test's to call.
_LEFT_OUT = {"start", "stop", "objects", "clock", "calls", "faults", "folded", "dump", "load", "check", "read", "write"}
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


def _methods(aws: Any) -> dict[str, tuple[str, Callable[..., Any]]]:
    """The public methods of a handle and of all that hangs on it that are no operations."""
    service = aws._service
    operations = {operation.method_name for operation in service.catalogue.operations.values()}
    owners = {"aws": aws, "clock": aws.clock, "faults": aws.faults, "calls": aws.calls, "backend": aws.backend()}
    if service.name == "dataexchange":
        owners["objects"] = aws.objects
    found = {}
    for title, owner in owners.items():
        names = service.seeding if title == "backend" else dir(type(owner))
        for name in names:
            if name.startswith("_") and name not in ("__setitem__", "__delitem__", "__getitem__"):
                continue
            if name in operations or name in _LEFT_OUT or not inspect.isroutine(getattr(type(owner), name, None)):
                continue
            if isinstance(owner, list) and hasattr(list, name):
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


@pytest.mark.parametrize("service", ["appintegrations", "dataexchange"])
def test_what_a_handle_refuses_changes_nothing(service: str) -> None:
    refused = 0
    with getattr(appint_mock, f"mock_{service}")() as aws:
        aws.clock.freeze(datetime.datetime(2030, 1, 1))
        furnish(service, aws)
        state = aws.snapshot()
        for title, (name, method) in _methods(aws).items():
            for arguments, named in _calls(name, method):
                before = _seen(aws)
                try:
                    method(*arguments, **named)
                except REFUSALS:
                    refused += 1
                    assert _seen(aws) == before, f"{title}{arguments}{named} was refused, and changed something"
                else:
                    # What it took must not break what comes after.
                    aws.reset()
                    aws.clock.freeze(datetime.datetime(2030, 1, 1))
                    aws.restore(state)
        assert aws.snapshot() == state
    assert refused > 500
