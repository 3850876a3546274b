"""Writes the texts of server mode: JSON, and headers that HTTP can carry."""

from __future__ import annotations

import base64
import datetime
import json
import math
import re
from collections.abc import Mapping
from typing import Any

from ..protocol.message import Response
from ..protocol.moments import to_iso8601

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
#: The headers that say how a message is framed, or how the connection goes on.
_FRAMING = {b"connection", b"keep-alive", b"te", b"trailer", b"transfer-encoding", b"upgrade"}
#: The statuses of answers that have no body.
WITHOUT_BODY = (204, 304)


def as_json(value: object, indent: int | None = None) -> bytes:
    """Returns JSON in ASCII, which can hold any text, also lone surrogates.

    Moments are written in ISO 8601, bytes in base64, a number that JSON lacks as its name, anything else as its repr.
    """
    try:
        return json.dumps(value, default=_plain, indent=indent, allow_nan=False).encode("ascii")
    except ValueError:
        return json.dumps(_finite(value), default=_plain, indent=indent).encode("ascii")


def json_response(status: int, value: object, indent: int | None = None) -> Response:
    """Returns a JSON response."""
    return Response(status, {"Content-Type": "application/json"}, as_json(value, indent))


def failure(status: int, code: str, text: str) -> Response:
    """Returns an error in the JSON form of AWS services."""
    return Response(status, {"Content-Type": "application/json", "x-amzn-errortype": code}, as_json({"message": text}))


def wire_headers(response: Response, *, to_head: bool = False) -> list[tuple[bytes, bytes]]:
    """Returns the response's headers as sent, names in lower case. Raises ValueError for text HTTP cannot carry.

    How the message is framed is the server's business: headers that say otherwise are left out. ``to_head``: it answers
    a HEAD request, whose Content-Length is that of the body that it lacks.
    """
    lines = []
    length = b"%d" % len(response.body)
    for name, value in response.headers.items():
        if not _NAME.fullmatch(name) or not _VALUE.fullmatch(value):
            raise ValueError(f"HTTP cannot carry the header {name!r} with the value {value[:200]!r}")
        wire_name, wire_value = name.lower().encode("ascii"), value.strip().encode("latin-1")
        if wire_name == b"content-length":
            length = wire_value if to_head and value.isdecimal() else length
        elif wire_name not in _FRAMING or (wire_name, wire_value) == (b"connection", b"close"):
            lines.append((wire_name, wire_value))
    if response.status not in WITHOUT_BODY:
        lines.append((b"content-length", length))
    return lines


def _plain(value: object) -> Any:
    if isinstance(value, datetime.datetime):
        return to_iso8601(value)
    if isinstance(value, bytes | bytearray):
        return base64.b64encode(value).decode("ascii")
    return repr(value)


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return repr(value) if isinstance(value, float) and not math.isfinite(value) else value
