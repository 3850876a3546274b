"""Every operation of the models has its backend method, and nothing else looks like one."""

from __future__ import annotations

import inspect
import re
from typing import Any

import pytest

import appint_mock
from appint_mock.protocol.operation import Operation
from appint_mock.services import names
from tests.conformance import programs
from tests.conformance.services import MOCKS, OPERATIONS, service_of
from tests.fidelity.operations import service
from tests.shapes import operation_id


def _method(operation: Operation) -> Any:
    return getattr(service(service_of(operation)).backend, operation.method_name, None)


def test_every_service_is_exported() -> None:
    assert {f"mock_{name}" for name in names()} <= set(appint_mock.__all__)


@pytest.mark.parametrize("operation", OPERATIONS, ids=operation_id)
def test_an_operation_has_its_backend_method(operation: Operation) -> None:
    method = _method(operation)
    assert inspect.isfunction(method), f"{operation_id(operation)} needs the backend method {operation.method_name}"
    assert re.match(rf"{operation.name}\b", method.__doc__ or ""), "its documentation begins with its name"


@pytest.mark.parametrize("operation", OPERATIONS, ids=operation_id)
def test_a_backend_method_takes_the_members_of_its_input(operation: Operation) -> None:
    parameters = dict(inspect.signature(_method(operation)).parameters)
    assert parameters.pop("self")
    shape = operation.model.input_shape
    members = set(shape.members) if shape else set()
    named = {name: each for name, each in parameters.items() if each.kind is not each.VAR_KEYWORD}
    assert all(each.kind is each.KEYWORD_ONLY for each in named.values())
    # What an older model lacks is left out of its requests, so it needs a default.
    needed = {name for name, each in named.items() if each.default is each.empty}
    assert needed <= members
    assert len(named) < len(parameters) or members <= set(named), "it does not take all members of its input"
    required = set(shape.required_members) if shape else set()
    assert needed <= required, "a member that may be left out needs a default"


@pytest.mark.parametrize("name", names())
def test_no_other_public_method_pretends_to_be_an_operation(name: str) -> None:
    operations = {operation.method_name for operation in service(name).catalogue.operations.values()}
    for method_name, method in inspect.getmembers(service(name).backend, inspect.isfunction):
        if method_name.startswith("_") or method_name in operations:
            continue
        named = [each.name for each in inspect.signature(method).parameters.values() if each.name != "self"]
        assert not any(each[0].isupper() for each in named[:1]), f"{method_name} takes members as an operation does"
        first = (method.__doc__ or "").partition(".")[0]
        assert " " in first, f"{method_name} is documented as an operation is"


@pytest.mark.parametrize("name", names())
def test_every_operation_is_called_with_success_through_a_client(name: str) -> None:
    with MOCKS[name]() as aws:
        programs.PROGRAMS[name](aws)
        called = {call.operation for call in aws.calls if call.error_code is None}
    assert called == set(service(name).catalogue.operations)
    assert all(call.error_code is None for call in aws.calls)
