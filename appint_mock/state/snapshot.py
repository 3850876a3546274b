"""Converts state to JSON-able data: types that JSON lacks (datetime, bytes, tuple) become tagged objects."""

from __future__ import annotations

import base64
import binascii
import datetime
import hashlib
import json
import math
from collections.abc import Callable
from typing import Any

from .form import Unfit, inside, shown, shown_key

_MOMENT, _BYTES, _OBJECT = "$moment", "$bytes", "$object"
#: How deeply a snapshot nests at most. The deepest state of the models stays far below.
_DEEPEST = 64
#: No number in a snapshot is as large: it is the first that a 64-bit integer cannot be.
_LARGEST = 2**63


def encode(value: Any) -> Any:
    """Returns a copy of ``value`` (JSON's types, datetime, bytes, tuple) as JSON-able data."""
    if isinstance(value, dict):
        encoded = {key: encode(item) for key, item in value.items()}
        # A dict that happens to look like one of our odd objects is wrapped, so that it comes back as it was.
        return {_OBJECT: encoded} if _is_odd(encoded) else encoded
    if isinstance(value, list | tuple):
        return [encode(item) for item in value]
    if isinstance(value, datetime.datetime):
        return {_MOMENT: value.astimezone(datetime.timezone.utc).isoformat()}
    if isinstance(value, bytes):
        return {_BYTES: base64.b64encode(value).decode("ascii")}
    if value is None or isinstance(value, str | int | float | bool):
        return value
    raise TypeError(f"{value!r} cannot stand in a snapshot")


def decode(value: Any, depth: int = 0) -> Any:
    """Reverses ``encode``, as a copy; tuples become lists. Raises Unfit for data that ``encode`` never returns."""
    return _copied(value, depth, _decoded_object)


def plain(value: Any, depth: int = 0) -> Any:
    """Returns a copy of data that JSON can hold, with tuples as lists. Raises Unfit for other data."""
    return _copied(value, depth, _plain_object)


def _copied(value: Any, depth: int, copy_object: Callable[[dict[Any, Any], int], Any]) -> Any:
    if depth > _DEEPEST:
        raise Unfit(f"is nested more than {_DEEPEST} times")
    if isinstance(value, list | tuple):
        return _copied_items(value, depth, copy_object)
    if isinstance(value, dict):
        return copy_object(value, depth)
    if value is None or isinstance(value, str | bool):
        return value
    if (isinstance(value, int) and abs(value) < _LARGEST) or (isinstance(value, float) and math.isfinite(value)):
        return value
    raise Unfit(f"is {shown(value)}, which no state holds")


def digest(data: Any) -> str:
    """Returns a name for a snapshot that only equal snapshots share."""
    return hashlib.blake2b(json.dumps(data, sort_keys=True).encode("ascii"), digest_size=16).hexdigest()


def _copied_items(value: Any, depth: int, copy_object: Callable[[dict[Any, Any], int], Any]) -> list[Any]:
    copied = []
    try:
        for item in value:
            # An error needs to know how far it came.
            copied.append(_copied(item, depth + 1, copy_object))  # noqa: PERF401
    except Unfit as error:
        error.path.insert(0, len(copied))
        raise
    return copied


def _plain_object(value: dict[Any, Any], depth: int) -> dict[str, Any]:
    return _copied_members(value, depth, plain)


def _decoded_object(value: dict[Any, Any], depth: int) -> Any:
    if _is_odd(value):
        ((kind, content),) = value.items()
        with inside(kind):
            if kind == _MOMENT:
                return _moment(content)
            if kind == _BYTES:
                return _bytes(content)
            if not isinstance(content, dict):
                raise Unfit(f"is {shown(content)}, not an object")
            return _copied_members(content, depth + 1, decode)
    return _copied_members(value, depth, decode)


def _copied_members(value: dict[Any, Any], depth: int, copy: Callable[[Any, int], Any]) -> dict[str, Any]:
    copied = {}
    for key, item in value.items():
        if not isinstance(key, str):
            raise Unfit(f"has the key {shown(key)}, which is not a text")
        with inside(shown_key(key)):
            copied[key] = copy(item, depth + 1)
    return copied


def _moment(content: Any) -> datetime.datetime:
    try:
        moment = datetime.datetime.fromisoformat(content)
        if moment.utcoffset() is not None:
            return moment.astimezone(datetime.timezone.utc)
    except (TypeError, ValueError, OverflowError):
        pass
    raise Unfit(f"is {shown(content)}, not a moment such as 2030-01-31T12:00:00+00:00")


def _bytes(content: Any) -> bytes:
    try:
        return base64.b64decode(content, validate=True)
    except (TypeError, ValueError, binascii.Error):
        raise Unfit(f"is {shown(content)}, not bytes in base64") from None


def _is_odd(value: dict[str, Any]) -> bool:
    return len(value) == 1 and next(iter(value)) in (_MOMENT, _BYTES, _OBJECT)
