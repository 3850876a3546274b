"""What the tests call things, and what the things are really called.

Every created name gets the prefix of its test. A test never sees it: requests are rewritten before they are signed,
answers before they are parsed. The same goes for the accounts, which the tests know by numbers of their own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote

from botocore.model import OperationModel, Shape

#: What every created name begins with, whichever run made it.
PREFIX = "appint-live-"

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# The signature of a URL is over the URL as it stands.
_SIGNED_URL = rb'"https?://[^"]*[Ss]ignature=[^"]*"'


class Names:
    """The names of one test."""

    def __init__(self, prefix: str, accounts: Mapping[str, str]) -> None:
        """Take the prefix, and the real account behind each that the tests know."""
        self.prefix = prefix
        self._accounts = {known: real for known, real in accounts.items() if known != real}
        #: Real values that are not the test's with the prefix before it, by the test's.
        self._others: dict[str, str] = {}
        sought = [_SIGNED_URL, re.escape(prefix.encode()), *(real.encode() for real in self._accounts.values())]
        self._hidden = re.compile(b"|".join(sought))

    # Requests

    def real_url(self, operation: OperationModel, url: str) -> str:
        """A request's URL with the real names."""
        scheme, _, rest = url.partition("://")
        host, slash, target = rest.partition("/")
        path, mark, query = (slash + target).partition("?")
        # As far as the path is one of the operation's: a test may send another.
        template = operation.http["requestUri"].partition("?")[0]
        labels = re.findall(r"\{(\w+)\+?\}", template)
        pattern = re.sub(r"\\\{\w+\\?\+?\\\}", "([^/]*)", re.escape(template))
        match = re.fullmatch(pattern, path)
        if match is not None:
            members = {_wire_name(name, shape): name for name, shape in _members(operation).items()}
            for label, index in reversed([(label, index + 1) for index, label in enumerate(labels)]):
                start, end = match.span(index)
                real = self._real_label(operation, members[label], path[start:end])
                path = path[:start] + real + path[end:]
        return f"{scheme}://{host}{self._real_accounts(path + mark + query)}"

    def real_body(self, operation: OperationModel, body: bytes) -> bytes:
        """A request's body with the real names; one that is no JSON object stays as it is."""
        try:
            values = json.loads(body)
        except (ValueError, RecursionError):
            return self._real_accounts(body.decode("latin-1")).encode("latin-1")
        if isinstance(values, dict):
            shapes = {_wire_name(name, shape): (name, shape) for name, shape in _members(operation).items()}
            real = {
                key: self._real(operation, *shapes[key], value) if key in shapes and isinstance(value, str) else value
                for key, value in values.items()
            }
            if real != values:
                body = json.dumps(real).encode()
        return self._real_accounts(body.decode("latin-1")).encode("latin-1")

    def _real_label(self, operation: OperationModel, member: str, raw: str) -> str:
        value = unquote(raw)
        real = self._real(operation, member, _members(operation)[member], value)
        # What is put before a label leaves its spelling alone.
        return quote(self.prefix, safe="") + raw if real == self.prefix + value else _requoted(raw, value, real)

    def _real(self, operation: OperationModel, member: str, shape: Shape, value: str) -> str:
        if value in self._others:
            return self._others[value]
        if not _is_name(operation, member, shape, value):
            return value
        real = self.prefix + value
        if _is_valid(shape, value) and not _is_valid(shape, real):
            # The longest names there are keep their length.
            real = self.prefix + value[len(self.prefix) :]
            if not _is_valid(shape, real):
                return value
            self._others[value] = real
        elif _is_valid(shape, real) and not _is_valid(shape, value):
            return value
        return real

    def _real_accounts(self, text: str) -> str:
        for known, real in self._accounts.items():
            text = text.replace(known, real)
        return text

    # Answers

    def is_own(self, text: str) -> bool:
        """Whether a text of an answer has a name of this test in it."""
        return self.prefix in text or any(real in text for real in self._others.values())

    def as_tested(self, body: bytes) -> bytes:
        """An answer with the names and accounts that the test knows."""
        for arn in re.findall(rb'"(arn:[^"]*)"', body):
            known = self._hide(arn)
            if known != arn:
                self._others[self._hide_names(arn).decode()] = arn.decode()
                self._others[known.decode()] = arn.decode()
        return self._hide(body)

    def _hide(self, body: bytes) -> bytes:
        for known, real in self._others.items():
            if not real.startswith("arn:"):
                body = body.replace(real.encode(), known.encode())
        tested = {real.encode(): known.encode() for known, real in self._accounts.items()}
        return self._hidden.sub(lambda match: tested.get(match[0], match[0] if match[0][:1] == b'"' else b""), body)

    def _hide_names(self, body: bytes) -> bytes:
        return body.replace(self.prefix.encode(), b"")


def _requoted(raw: str, value: str, real: str) -> str:
    return raw if real == value else quote(real, safe="-._~")


def _members(operation: OperationModel) -> Mapping[str, Shape]:
    shape = operation.input_shape
    members: Mapping[str, Shape] = {} if shape is None else shape.members
    return members


def _wire_name(member: str, shape: Shape) -> str:
    name: str = shape.serialization.get("name", member)
    return name


def _is_name(operation: OperationModel, member: str, shape: Shape, value: str) -> bool:
    if shape.type_name != "string" or not value.strip():
        return False
    if member == "Name":
        return _is_created_by_name(operation)
    if member.endswith("Identifier"):
        # Also an id or an ARN.
        return not value.startswith("arn:") and _UUID.fullmatch(value) is None
    return member.endswith("Name") or member == "ClientToken"


def _is_created_by_name(operation: OperationModel) -> bool:
    """Whether an operation is about something that is created with a name; other names go with what they are in."""
    model = operation.service_model
    create = re.sub("^(Create|Get|Update|Delete)", "Create", operation.name)
    return create in model.operation_names and "Name" in _members(model.operation_model(create))


def _is_valid(shape: Shape, value: str) -> bool:
    """Whether a name fits the model, as far as a prefix can change it."""
    limits: dict[str, Any] = shape.metadata
    if not limits.get("min", 0) <= len(value) <= limits.get("max", len(value)):
        return False
    return re.search(limits.get("pattern", ""), value) is not None
