"""Parses a request into the operation's input, as the model defines it."""

from __future__ import annotations

import base64
import datetime
import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote
from urllib.request import parse_http_list

from botocore.model import OperationModel, Shape, StructureShape

from . import moments
from .errors import ServiceError, missing_authentication_token
from .message import Request, split_url
from .route import Template

Parser = Callable[[Request], dict[str, Any]]
_Read = Callable[[Any], Any]
_Members = dict[str, Any]
_Part = Callable[[Request, _Members], None]

_START_OF_LIST = "Start of list found where not expected"
_START_OF_STRUCTURE = "Start of structure or map found where not expected."


def request_parser(operation: OperationModel) -> Parser:
    """Returns a function that reads an operation's input, by the members' names in the model.

    It raises ServiceError SerializationException for what cannot be read.
    """
    shape = operation.input_shape
    if shape is None:
        return lambda request: {}
    template = Template(operation.http["requestUri"])
    every = (_labels(template, shape), _query(template, shape), _headers(shape), _body(shape))
    parts = [part for part in every if part is not None]

    def parse(request: Request) -> _Members:
        members: _Members = {}
        for read in parts:
            read(request, members)
        return members

    return parse


def _at(shape: StructureShape, location: str) -> dict[str, Shape]:
    return {name: member for name, member in shape.members.items() if member.serialization.get("location") == location}


# The path


def _labels(template: Template, shape: StructureShape) -> _Part | None:
    readers = [
        (name, member.serialization.get("name", name), _text_reader(member, "iso8601"))
        for name, member in _at(shape, "uri").items()
    ]

    def read(request: Request, members: _Members) -> None:
        values = template.values(split_url(request.url)[0].split("/"))
        if values is None:
            raise missing_authentication_token()  # no route of ours
        for name, label, read_label in readers:
            members[name] = read_label(unquote(values[label]))

    return read if readers else None


# The query


def _query(template: Template, shape: StructureShape) -> _Part | None:
    known: dict[str, tuple[str, _Read]] = {}
    lists: dict[str, tuple[str, _Read]] = {}
    maps: list[tuple[str, bool]] = []
    for name, member in _at(shape, "querystring").items():
        wire_name = member.serialization.get("name", name)
        if member.type_name == "map":
            maps.append((name, member.value.type_name == "list"))
        elif member.type_name == "list":
            lists[wire_name] = name, _text_reader(member.member, "iso8601")
        else:
            known[wire_name] = name, _text_reader(member, "iso8601")

    def read(request: Request, members: _Members) -> None:
        _, raw_query = split_url(request.url)
        for parameter in raw_query.split("&") if raw_query else ():
            raw_name, _, raw_value = parameter.partition("=")
            wire_name, text = unquote(raw_name), unquote(raw_value)
            if wire_name in known:
                name, read_text = known[wire_name]
                members[name] = read_text(text)
            elif wire_name in lists:
                name, read_text = lists[wire_name]
                members.setdefault(name, []).append(read_text(text))
            elif wire_name and parameter not in template.query:
                # All that is no other member's.
                for name, has_lists in maps:
                    pairs = members.setdefault(name, {})
                    if has_lists:
                        pairs.setdefault(wire_name, []).append(text)
                    else:
                        pairs[wire_name] = text

    return read if known or lists or maps else None


# The headers


def _headers(shape: StructureShape) -> _Part | None:
    single = [
        (name, member.serialization.get("name", name), _header_reader(member))
        for name, member in _at(shape, "header").items()
    ]
    prefixed = [(name, member.serialization.get("name", "").lower()) for name, member in _at(shape, "headers").items()]

    def read(request: Request, members: _Members) -> None:
        for name, wire_name, read_text in single:
            value = request.headers.get(wire_name)
            if value is not None:
                members[name] = read_text(_header_text(value))
        for name, prefix in prefixed:
            found = {
                header[len(prefix) :]: _header_text(value)
                for header, value in request.headers.items()
                if header.lower().startswith(prefix)
            }
            if found:
                members[name] = found

    return read if single or prefixed else None


def _header_text(value: str | bytes) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def _header_reader(shape: Shape) -> _Read:
    if shape.type_name != "list":
        return _text_reader(shape, "rfc822")
    read_item = _text_reader(shape.member, "rfc822")
    return lambda text: [read_item(_unquoted(item)) for item in parse_http_list(text)]


def _unquoted(item: str) -> str:
    return item[1:-1] if item.startswith('"') and item.endswith('"') else item


# The body


def _body(shape: StructureShape) -> _Part | None:
    payload = shape.serialization.get("payload")
    if payload is not None:
        return _payload(payload, shape.members[payload])
    if all("location" in member.serialization for member in shape.members.values()):
        return None
    read_structure = _structure(shape, {})

    def read(request: Request, members: _Members) -> None:
        if request.body:
            members.update(read_structure(_from_json(request.body)))

    return read


def _payload(name: str, shape: Shape) -> _Part:
    read_value = _PAYLOADS.get(shape.type_name) or (lambda body: _reader(shape, {})(_from_json(body)))

    def read(request: Request, members: _Members) -> None:
        if request.body:
            members[name] = read_value(request.body)

    return read


def _utf8(body: bytes) -> str:
    try:
        return bytes(body).decode("utf-8")
    except UnicodeDecodeError:
        raise unreadable() from None


_PAYLOADS: dict[str, _Read] = {"string": _utf8, "blob": bytes}


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)


# JSON has no NaN and no Infinity, though Python's json reads them.
_decode = json.JSONDecoder(parse_constant=_refuse_constant).decode


def _from_json(body: bytes) -> Any:
    try:
        value = _decode(_utf8(body))
    except (ValueError, RecursionError):
        raise unreadable() from None
    if value is None or isinstance(value, str | int | float):
        raise unreadable()
    return value


# Values in JSON


def _reader(shape: Shape, known: dict[str, _Read]) -> _Read:
    """Returns the reader of a shape. ``known`` holds those of structures by name: a structure may contain itself."""
    if shape.type_name == "structure":
        return known.get(shape.name) or (_document if shape.is_document_type else _structure(shape, known))
    if shape.type_name == "list":
        return _list(shape, known)
    if shape.type_name == "map":
        return _map(shape, known)
    if shape.type_name == "timestamp":
        return _moment_reader(shape)
    return _SCALARS[shape.type_name]


def _document(value: Any) -> Any:
    """Any JSON."""
    return value


def _structure(shape: Shape, known: dict[str, _Read]) -> _Read:
    readers: dict[str, tuple[str, _Read]] = {}

    def read(value: Any) -> _Members:
        if type(value) is not dict:
            raise _wrong_type(value, "Expected null")
        members = {}
        for wire_name, item in value.items():
            if item is not None and wire_name in readers:
                name, read_member = readers[wire_name]
                members[name] = read_member(item)
        return members

    known[shape.name] = read
    for name, member in shape.members.items():
        if "location" not in member.serialization:
            readers[member.serialization.get("name", name)] = name, _reader(member, known)
    return read


def _list(shape: Shape, known: dict[str, _Read]) -> _Read:
    read_item = _reader(shape.member, known)

    def read(value: Any) -> list[Any]:
        if type(value) is not list:
            raise _wrong_type(value, "Expected list or null")
        return [read_item(item) for item in value]

    return read


def _map(shape: Shape, known: dict[str, _Read]) -> _Read:
    read_value = _reader(shape.value, known)

    def read(value: Any) -> dict[str, Any]:
        if type(value) is not dict:
            raise _wrong_type(value, "Expected null")
        return {key: read_value(item) for key, item in value.items()}

    return read


def unreadable(text: str | None = None) -> ServiceError:
    """Returns the error for a request that does not match the model."""
    return ServiceError("SerializationException", text)


def _wrong_type(value: Any, text: str | None) -> ServiceError:
    """Returns the error for a ``value`` where another JSON type is expected; ``text`` is its message for a scalar.

    A null gets here from a list or a map only, and is refused without a text.
    """
    if isinstance(value, list):
        return unreadable(_START_OF_LIST)
    if isinstance(value, dict):
        return unreadable(_START_OF_STRUCTURE)
    return unreadable(None if value is None else text)


def _not_a(expected: str, value: Any) -> ServiceError:
    is_text, is_boolean = isinstance(value, str), isinstance(value, bool)
    token = "STRING" if is_text else str(value).upper() if is_boolean else "NUMBER"
    return _wrong_type(value, f"{token}_VALUE can not be converted to {expected}")


def _string(value: Any) -> str:
    if type(value) is str:
        return value
    raise _not_a("a String", value)


def _boolean(value: Any) -> bool:
    if type(value) is bool:
        return value
    raise _not_a("a Boolean", value)


def _integer(value: Any) -> int:
    if type(value) is int:
        return value
    if type(value) is not float:
        raise _not_a("an Integer", value)
    if value - value:  # 1e999 is read as infinity, which no integer holds
        raise unreadable()
    return int(value)


def _double(value: Any) -> float:
    if type(value) in (int, float):
        return float(value)
    if value in _NOT_FINITE:
        return float(value)
    raise _not_a("a Double", value)


_NOT_FINITE = ("NaN", "Infinity", "-Infinity")


def _blob(value: Any) -> bytes:
    try:
        return base64.b64decode(_string(value), validate=True)
    except ValueError:
        raise unreadable() from None


_INTEGERS = ("byte", "short", "integer", "long")
_SCALARS: dict[str, _Read] = {
    "string": _string,
    "character": _string,
    "boolean": _boolean,
    "float": _double,
    "double": _double,
    "blob": _blob,
    **dict.fromkeys(_INTEGERS, _integer),
}


def _moment_reader(shape: Shape, default_format: str = "unixTimestamp") -> _Read:
    types, read_moment = _MOMENTS[shape.serialization.get("timestampFormat", default_format)]

    def read(value: Any) -> datetime.datetime:
        if type(value) not in types:
            raise _wrong_type(value, None)
        try:
            return read_moment(value)
        except ValueError:
            raise unreadable() from None

    return read


_MOMENTS: dict[str, tuple[tuple[type, ...], Callable[[Any], datetime.datetime]]] = {
    "iso8601": ((str,), moments.from_iso8601),
    "rfc822": ((str,), moments.from_rfc822),
    "unixTimestamp": ((int, float), moments.from_unix),
}


# Values in a path, a query or a header: always texts


def _text_reader(shape: Shape, moment_format: str) -> _Read:
    if shape.type_name == "timestamp":
        return _moment_text_reader(shape, moment_format)
    if shape.serialization.get("jsonvalue"):
        return _json_text
    if shape.type_name in _INTEGERS:
        return _integer_text
    return _TEXTS[shape.type_name]


def _moment_text_reader(shape: Shape, moment_format: str) -> _Read:
    read_moment = _moment_reader(shape, moment_format)
    if shape.serialization.get("timestampFormat", moment_format) != "unixTimestamp":
        return read_moment
    return lambda text: read_moment(_double_text(text))


def _integer_text(text: str) -> int:
    # Not int() alone, which reads "1_0" and other scripts' digits too.
    if re.fullmatch("[+-]?[0-9]{1,100}", text):
        return int(text)
    raise _not_a("an Integer", text)


def _boolean_text(text: str) -> bool:
    if text in ("true", "false"):
        return text == "true"
    raise _not_a("a Boolean", text)


def _double_text(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise _not_a("a Double", text) from None


_TEXTS: dict[str, _Read] = {
    "string": str,
    "character": str,
    "boolean": _boolean_text,
    "float": _double_text,
    "double": _double_text,
}


def _json_text(text: str) -> Any:
    """Reads a ``jsonvalue`` of a header: JSON in base64."""
    try:
        return _decode(_utf8(base64.b64decode(text, validate=True)))
    except (ValueError, RecursionError):
        raise unreadable() from None
