"""Serialises the result of an operation, as the model defines it."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Callable, Mapping
from typing import Any

from botocore.model import Shape, StructureShape

from . import moments
from .event_stream import stream_writer
from .message import Response

AnswerWriter = Callable[[Mapping[str, Any]], Response]
_Write = Callable[[Any], Any]
_BodyWriter = Callable[[Mapping[str, Any]], bytes]
_HeaderWriter = Callable[[Mapping[str, Any], dict[str, str]], None]

_STATUS_WITHOUT_BODY = (202, 204)
#: How many structures of a list are remembered with their JSON.
_MOST_REMEMBERED = 2000  # pragma: no mutate (only what it costs)
_encode = json.JSONEncoder(separators=(",", ":"), check_circular=False, allow_nan=False).encode


def to_json(value: Any) -> bytes:
    """Returns JSON in ASCII, which can hold any string, also lone surrogates."""
    return _encode(value).encode("ascii")


def answer_writer(shape: StructureShape | None, status: int) -> AnswerWriter:
    """Returns a function that writes the modelled members of a result; those absent or None are left out."""
    write_body, own_headers = _body_writer(shape, status), {"Content-Type": "application/json"}
    if write_body is None:
        write_body, own_headers = (lambda result: b""), {}
    status_member, header_writers = _outside_body(shape)

    def write(result: Mapping[str, Any]) -> Response:
        return Response(status, own_headers.copy(), write_body(result))

    def write_all(result: Mapping[str, Any]) -> Response:
        headers = own_headers.copy()
        for write_header in header_writers:
            write_header(result, headers)
        return Response(result.get(status_member, status), headers, write_body(result))

    return write_all if status_member != "_status" or header_writers else write


def _body_writer(shape: StructureShape | None, status: int) -> _BodyWriter | None:
    members = shape.members if shape is not None else {}
    payload = shape.serialization.get("payload") if shape is not None else None
    if payload is not None and members[payload].serialization.get("eventstream"):
        write_events = stream_writer(members[payload], _payload_writer)
        return lambda result: write_events(result.get(payload) or ())
    if payload is not None:
        write_payload = _payload_writer(members[payload])
        return lambda result: write_payload(result.get(payload))
    if shape is not None and any("location" not in member.serialization for member in members.values()):
        return _structure_text(shape)
    return None if status in _STATUS_WITHOUT_BODY else lambda result: b"{}"


def _payload_writer(shape: Shape) -> Callable[[Any], bytes]:
    if shape.type_name in ("string", "blob"):
        return _raw
    write = value_writer(shape) or _as_is
    return lambda value: to_json(write(value or {}))


def _structure_text(shape: StructureShape) -> _BodyWriter:
    parts = [
        (name, f'"{member.serialization.get("name", name)}":', _text(member))
        for name, member in shape.members.items()
        if "location" not in member.serialization
    ]

    def write(result: Mapping[str, Any]) -> bytes:
        texts = [key + text(value) for name, key, text in parts if (value := result.get(name)) is not None]
        return f"{{{','.join(texts)}}}".encode("ascii")

    return write


def _text(shape: Shape) -> Callable[[Any], str]:
    """Returns a function that writes a value as JSON."""
    write = value_writer(shape)
    if shape.type_name in ("structure", "map"):  # pragma: no mutate (what is remembered changes only the cost)
        return _remembered(write or _as_is)
    if shape.type_name == "list" and shape.member.type_name == "structure":
        item_text = _remembered(value_writer(shape.member) or _as_is)
        return lambda items: f"[{','.join(map(item_text, items))}]"
    return _encode if write is None else lambda value: _encode(write(value))


def _remembered(write: _Write) -> Callable[[Any], str]:
    """Writes structures or maps, and caches the latest ones: a test often reads the same records again.

    A record is never changed in place (see ``state.store``), so what was written of it stays true.
    """
    remembered: dict[int, tuple[Any, str]] = {}

    def text(value: Any) -> str:
        known = remembered.get(id(value))
        if known is None:
            if len(remembered) >= _MOST_REMEMBERED:  # pragma: no mutate (how much is remembered changes only the cost)
                remembered.clear()
            # With the value, so that no other can have its id.
            known = remembered[id(value)] = value, _encode(write(value))
        return known[1]

    return text


def _raw(value: str | bytes | None) -> bytes:
    # A lone surrogate has no form in UTF-8.
    return value.encode("utf-8", "replace") if isinstance(value, str) else value or b""


def _outside_body(shape: StructureShape | None) -> tuple[str, list[_HeaderWriter]]:
    """Returns the member that is the status, if any, and the function that writes the headers."""
    # Without a modelled member a backend may name the status itself: that of an answer which it only passes on.
    status_member, header_writers = "_status", []
    for name, member in shape.members.items() if shape is not None else ():
        location = member.serialization.get("location")
        if location == "statusCode":
            status_member = name
        elif location == "header":
            header_writers.append(_header(name, member))
        elif location == "headers":
            header_writers.append(_header_map(name, member))
    return status_member, header_writers


def _header(name: str, shape: Shape) -> _HeaderWriter:
    wire_name, as_text = shape.serialization.get("name", name), _header_text(shape)

    def write(result: Mapping[str, Any], headers: dict[str, str]) -> None:
        value = result.get(name)
        if value is not None:
            _set_header(headers, wire_name, as_text(value))

    return write


def _header_map(name: str, shape: Shape) -> _HeaderWriter:
    prefix = shape.serialization.get("name", "")

    def write(result: Mapping[str, Any], headers: dict[str, str]) -> None:
        for key, value in (result.get(name) or {}).items():
            _set_header(headers, prefix + key, value)

    return write


def _set_header(headers: dict[str, str], name: str, value: str) -> None:
    for other in [known for known in headers if known.lower() == name.lower()]:
        del headers[other]
    headers[name] = value


def _header_text(shape: Shape) -> Callable[[Any], str]:
    if shape.type_name == "timestamp":
        return _moment_writer(shape, "rfc822")
    if shape.type_name == "boolean":
        return lambda value: "true" if value else "false"
    if shape.type_name == "list":
        item_text = _header_text(shape.member)
        return lambda values: ", ".join(map(item_text, values))
    if shape.serialization.get("jsonvalue"):
        return lambda value: base64.b64encode(to_json(value)).decode("ascii")
    return str


def value_writer(shape: Shape, known: dict[str, _Write] | None = None) -> _Write | None:
    """Returns a function that converts a value for JSON; None if the value needs no conversion.

    ``known`` holds the writers of structures, by name: a structure may hold itself.
    """
    known = {} if known is None else known
    if shape.type_name == "structure":
        # A document is any JSON.
        return None if shape.is_document_type else known.get(shape.name) or _structure(shape, known)
    if shape.type_name == "list":
        write_item = value_writer(shape.member, known)
        return write_item and (lambda items: [write_item(item) for item in items])
    if shape.type_name == "map":
        write_value = value_writer(shape.value, known)
        return write_value and (lambda pairs: {key: write_value(value) for key, value in pairs.items()})
    if shape.type_name == "timestamp":
        return _moment_writer(shape, "unixTimestamp")
    return _SCALARS[shape.type_name]


def _structure(shape: Shape, known: dict[str, _Write]) -> _Write:
    members: list[tuple[str, str, _Write | None]] = []

    def write(value: Mapping[str, Any]) -> dict[str, Any]:
        written = {}
        for name, wire_name, write_member in members:
            member = value.get(name)
            if member is not None:
                written[wire_name] = member if write_member is None else write_member(member)
        return written

    known[shape.name] = write
    for name, member in shape.members.items():
        if "location" not in member.serialization:
            members.append((name, member.serialization.get("name", name), value_writer(member, known)))
    return write


def _moment_writer(shape: Shape, default_format: str) -> Callable[[Any], Any]:
    return {
        "iso8601": moments.to_iso8601,
        "unixTimestamp": moments.to_unix,
        "rfc822": moments.to_rfc822,
    }[shape.serialization.get("timestampFormat", default_format)]


_INFINITE = {math.inf: "Infinity", -math.inf: "-Infinity"}


def _number(value: float) -> float | str:
    return value if math.isfinite(value) else _INFINITE.get(value, "NaN")


def _as_is(value: Any) -> Any:
    return value


_SCALARS: dict[str, _Write | None] = {
    "string": None,
    "character": None,
    "boolean": None,
    "byte": None,
    "short": None,
    "integer": None,
    "long": None,
    "float": _number,
    "double": _number,
    "blob": lambda value: base64.b64encode(value).decode("ascii"),
}
