"""Calls every operation of botocore's rest-json models, each with a backend that returns all that its answer has."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import boto3
import botocore.loaders
from botocore import xform_name
from botocore.awsrequest import AWSRequest
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    EndpointProviderError,
    MissingDependencyException,
    NoAuthTokenError,
    ParamValidationError,
)
from botocore.model import OperationModel, Shape

import appint_mock
from appint_mock import services
from appint_mock.protocol.operation import Operation
from appint_mock.protocol.rules import Rules
from appint_mock.services.service import Service
from appint_mock.state.world import Backend

MOMENT = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)
#: How deep values go where the model has members that it does not require.
DEPTH = 3
#: What `service.py` of a service has.
SOURCE = "from tests.services.every_model import describe\n\nSERVICE = describe({name!r})\n"
#: What botocore raises before it makes a request: it knows more than the model, or wants what no test has.
REFUSED_BEFORE = (EndpointProviderError, MissingDependencyException, NoAuthTokenError, ParamValidationError)
#: What the operation called last got, and what it returns.
got: dict[str, Any] = {}
returned: dict[str, Any] = {}


def rest_json() -> list[str]:
    """Returns boto3's names of the services that speak rest-json, but for ours."""
    loader = botocore.loaders.create_loader()
    every = loader.list_available_services("service-2")
    protocols = {name: loader.load_service_model(name, "service-2")["metadata"].get("protocol") for name in every}
    return [name for name, protocol in protocols.items() if protocol == "rest-json" and name not in OURS]


OURS = services.names()


def describe(name: str) -> Service[Any]:
    """Returns a service with a method for each operation of its model."""
    model = botocore.loaders.create_loader().load_service_model(name, "service-2")
    methods = {xform_name(operation): _method(operation) for operation in model["operations"]}
    rules = Rules(whole_match=False, word=lambda violations: "; ".join(map(str, violations)))
    return Service(name=name, title=name, backend=type("Every", (Backend,), methods), rules=rules)


def _method(operation: str) -> Any:
    def method(self: Backend, **members: Any) -> Any:
        got.clear()
        got.update({"operation": operation, "members": members})
        return returned

    return method


def install(folder: Path, names: list[str]) -> None:
    """Puts a package for each service into a folder, and the folder among those of the library's services."""
    for name in names:
        package = folder / services.python_name(name)
        package.mkdir()
        (package / "__init__.py").write_text("", "utf-8")
        (package / "service.py").write_text(SOURCE.format(name=name), "utf-8")
    services.__path__.append(str(folder))


def differences(name: str) -> Iterator[str]:
    """Calls each operation of an installed service, and yields what is not as it was sent or returned."""
    # The texts are not made to fit patterns, which have tests of their own.
    unchecked = mock.patch.object(Operation, "check", return_value=None)
    with unchecked, getattr(appint_mock, f"mock_{services.python_name(name)}")():
        client = boto3.client(name, region_name="us-east-1")
        urls: list[tuple[str, str]] = []
        client.meta.events.register(
            "before-sign",
            lambda request, **_: urls.append(
                (request.method, AWSRequest(request.method, request.url, params=request.params).prepare().url)
            ),
        )
        for operation in client.meta.service_model.operation_names:
            model = client.meta.service_model.operation_model(operation)
            if not model.has_event_stream_input:  # boto3 cannot send one
                for difference in _differences(client, model, urls):
                    yield f"{name}.{operation} {difference}"


def _differences(client: Any, model: OperationModel, urls: list[tuple[str, str]]) -> Iterator[str]:
    returned.clear()
    returned.update(value(model.output_shape) if model.output_shape else {})
    for member, shape in _members(model.output_shape):
        if shape.serialization.get("location") == "statusCode":
            returned[member] = 206
        if shape.serialization.get("name", member).lower() == "content-length":
            del returned[member]  # that of the body, which no backend chooses
    params = value(model.input_shape) if model.input_shape else {}
    got.clear()
    urls.clear()
    try:
        answer = getattr(client, xform_name(model.name))(**params)
    except REFUSED_BEFORE:
        return
    except (ClientError, BotoCoreError) as error:
        yield f"failed: {error}"
        return
    read = {name: _plain(member) for name, member in answer.items() if name != "ResponseMetadata"}
    if read != _plain(returned):
        yield f"answered {read}, not {returned}"
    tokens = {name for name, member in _members(model.input_shape) if "idempotencyToken" in member.metadata}
    sent = {name: member for name, member in got["members"].items() if name in params or name not in tokens}
    if (got["operation"], _plain(sent)) != (model.name, _plain(params)):
        yield f"got {got}, not {params}"
    if urls:
        operation = services.load(client.meta.service_model.service_name).catalogue.route(*urls[-1])
        if operation is None or operation.name != model.name:
            yield f"is not found by {urls[-1]}"


def _members(shape: Any) -> Any:
    return shape.members.items() if shape is not None else ()


def value(shape: Shape, depth: int = DEPTH, inside: tuple[str, ...] = ()) -> Any:
    """Returns a value of a shape with all its members, down to a depth."""
    if shape.serialization.get("eventstream"):
        events = [(name, event) for name, event in shape.members.items() if not event.metadata.get("exception")]
        return [{name: value(event)} for name, event in events]
    if shape.serialization.get("jsonvalue") or getattr(shape, "is_document_type", False):
        return {"any": [1, "x"]}
    inside = (*inside, shape.name)
    if shape.type_name == "structure":
        is_whole = depth > 0 or shape.is_tagged_union
        wanted = [name for name in shape.members if is_whole or name in shape.required_members]
        members = [(name, shape.members[name]) for name in wanted if shape.members[name].name not in inside]
        # A union has exactly one member.
        members = members[:1] if shape.is_tagged_union else members
        return {name: value(member, depth - 1, inside) for name, member in members}
    if shape.type_name == "list":
        items = [] if shape.member.name in inside else [value(shape.member, depth - 1, inside)]
        return items * max(1, shape.metadata.get("min", 1))
    if shape.type_name == "map":
        return {} if shape.value.name in inside else {value(shape.key): value(shape.value, depth - 1, inside)}
    return _scalar(shape)


def _scalar(shape: Shape) -> Any:
    least, most = shape.metadata.get("min", 1), shape.metadata.get("max", 10**9)
    if shape.type_name in ("string", "character"):
        return shape.metadata["enum"][0] if "enum" in shape.metadata else "a" * max(least, 1)
    if shape.type_name in ("float", "double"):
        return float(min(max(least, 1.5), most))
    others = {"boolean": True, "timestamp": MOMENT, "blob": b"\x00bytes"}
    return others.get(shape.type_name, min(max(least, 1), most))


def _plain(read: Any) -> Any:
    """Returns what was sent or read as plain data."""
    if hasattr(read, "read"):
        return read.read()
    if isinstance(read, dict):
        return {name: _plain(member) for name, member in read.items()}
    if isinstance(read, list | tuple):
        return [_plain(item) for item in read]
    if isinstance(read, datetime.datetime):
        return read.astimezone(datetime.timezone.utc)
    # A stream of events can be read once, by iteration.
    return [_plain(event) for event in read] if type(read).__name__ == "EventStream" else read
