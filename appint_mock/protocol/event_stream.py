"""Writes event streams: payloads of an answer that are a sequence of messages, each with headers and checksums."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from botocore.model import Shape, StructureShape

#: An event's name, and its members.
Event = Mapping[str, Mapping[str, Any]]
#: Writes a value as a body.
WriteBody = Callable[[Any], bytes]
#: The type of a header whose value is a text.
_TEXT = 7
_CONTENT_TYPES = {"blob": "application/octet-stream", "string": "text/plain"}


def stream_writer(
    shape: StructureShape, body_writer: Callable[[Shape], WriteBody]
) -> Callable[[Iterable[Event]], bytes]:
    """Returns a function that writes the events of a stream.

    ``body_writer`` returns what writes values of a shape as the body of a message.
    """
    writers = {name: _event_writer(name, member, body_writer) for name, member in shape.members.items()}

    def write(events: Iterable[Event]) -> bytes:
        return b"".join(writers[name](members) for event in events for name, members in event.items())

    return write


def _event_writer(name: str, shape: Shape, body_writer: Callable[[Shape], WriteBody]) -> WriteBody:
    kind = "exception" if shape.metadata.get("exception") else "event"
    payload = next((each for each, member in shape.members.items() if member.serialization.get("eventpayload")), None)
    body = shape if payload is None else shape.members[payload]
    write_body = body_writer(body)
    headers = {
        ":message-type": kind,
        f":{kind}-type": name,
        ":content-type": _CONTENT_TYPES.get(body.type_name, "application/json"),
    }

    def write(members: Mapping[str, Any]) -> bytes:
        return _message(headers, write_body(members if payload is None else members.get(payload)))

    return write


def _message(headers: Mapping[str, str], body: bytes) -> bytes:
    """Returns a message: both lengths with their checksum, headers, body, and the checksum of all."""
    head = b"".join(map(_header, headers, headers.values()))
    lengths = (4 + 4 + 4 + len(head) + len(body) + 4).to_bytes(4, "big") + len(head).to_bytes(4, "big")
    message = lengths + _checksum(lengths) + head + body
    return message + _checksum(message)


def _header(name: str, value: str) -> bytes:
    text = value.encode("utf-8", "replace")
    return bytes([len(name)]) + name.encode("ascii") + bytes([_TEXT]) + len(text).to_bytes(2, "big") + text


def _checksum(data: bytes) -> bytes:
    return zlib.crc32(data).to_bytes(4, "big")
