"""State as JSON-able data: what JSON lacks (moments, bytes, tuples) is written as an object with one odd key."""

from __future__ import annotations

import base64
import datetime
from typing import Any

_MOMENT, _BYTES, _OBJECT = "$moment", "$bytes", "$object"


def encode(value: Any) -> Any:
    """``value`` (dicts, lists, strings, numbers, booleans, None, moments, bytes) as JSON-able data, copied."""
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


def decode(value: Any) -> Any:
    """What ``encode`` was given, copied (tuples come back as lists)."""
    if isinstance(value, list):
        return [decode(item) for item in value]
    if not isinstance(value, dict):
        return value
    if not _is_odd(value):
        return {key: decode(item) for key, item in value.items()}
    ((kind, content),) = value.items()
    if kind == _MOMENT:
        return datetime.datetime.fromisoformat(content)
    if kind == _BYTES:
        return base64.b64decode(content)
    return {key: decode(item) for key, item in content.items()}


def _is_odd(value: dict[str, Any]) -> bool:
    return len(value) == 1 and next(iter(value)) in (_MOMENT, _BYTES, _OBJECT)
