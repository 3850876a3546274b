"""Each constraint of the models, broken once through a real client past botocore's own checks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from appint_mock.protocol.operation import Operation
from tests.conformance import figures
from tests.conformance.services import MOCKS, OPERATIONS, service_of
from tests.fidelity.dataexchange import holds
from tests.shapes import Constraint, constraints, operation_id, violating


@pytest.fixture(scope="module")
def clients() -> dict[str, Any]:
    """A client of each service, made once."""
    keys = {"aws_access_key_id": "kept", "aws_secret_access_key": "kept"}
    config = Config(parameter_validation=False)
    return {name: boto3.client(name, "us-east-1", config=config, **keys) for name in MOCKS}


@holds("constraints.code", "constraints.path")
@pytest.mark.parametrize("operation", OPERATIONS, ids=operation_id)
def test_every_violation_is_reported_for_the_right_member(operation: Operation, clients: dict[str, Any]) -> None:
    service = service_of(operation)
    found = {"constraints": 0, "broken": 0, "unbreakable": 0, "unsendable": 0}
    with MOCKS[service]() as aws:
        for constraint in constraints(operation):
            found["constraints"] += 1
            params = violating(constraint)
            if params is None:
                _is_kept_by_every_value(constraint)
                found["unbreakable"] += 1
            elif constraint.in_path and constraint.name == "required":
                # A client has no path without its label.
                found["unsendable"] += 1
            else:
                _is_reported(constraint, params, clients[service])
                found["broken"] += 1
        assert len(aws.calls) == found["broken"]
    assert found["constraints"] == sum(1 for _ in _counted(operation))
    figures.counts[service].update(found)


def _is_kept_by_every_value(constraint: Constraint) -> None:
    limit = constraint.shape.metadata[constraint.name]
    assert (constraint.name, limit) in [("min", 0), ("pattern", ".*")], constraint


def _is_reported(constraint: Constraint, params: dict[str, Any], client: Any) -> None:
    with pytest.raises(ClientError) as caught:
        getattr(client, constraint.operation.method_name)(**params)
    error = caught.value.response["Error"]
    assert error["Code"] == "ValidationException", constraint
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    member, complaint = _EXPECTED[service_of(constraint.operation)](constraint, params)
    about = [part for part in _COMPLAINTS[service_of(constraint.operation)](error["Message"]) if member in part]
    assert any(re.search(complaint, part) for part in about), (str(constraint), member, complaint, error["Message"])


# How each service words a violation, written a second time here: the member, and a pattern for the complaint

_LIMIT = "(less|greater) than or equal to {}"


def _appintegrations(constraint: Constraint, params: dict[str, Any]) -> tuple[str, str]:
    steps: list[str] = []
    value: Any = params
    for number, step in enumerate(constraint.path):
        last = number == len(constraint.path) - 1
        if step == "{key}":
            break
        if step == "{value}":
            key, value = next(iter(value.items()))
            if last:
                break
            steps.append(f"{key}.member")
        elif step == "[]":
            value = value[0]
            if last and not isinstance(value, dict):
                break
            steps.append("1.member")
        else:
            value = value.get(step)
            steps.append(step[0].lower() + step[1:])
    return f" at '{'.'.join(steps)}' failed", _complaint(
        constraint, "must not be null", r"enum value set: \[{}\]", "{}"
    )


def _dataexchange(constraint: Constraint, params: dict[str, Any]) -> tuple[str, str]:
    path = ""
    value: Any = params
    for step in constraint.path:
        if step == "[]":
            path, value = f"{path}[0]", value[0]
        elif step in ("{key}", "{value}"):
            key = next(iter(value))
            path, value = f"{path}.{key}", value[key]
        else:
            path, value = f"{path}.{step}", value.get(step)
    as_rules = "alpha-numeric characters|at least 30 characters|equal to 40 characters"
    expected = _complaint(constraint, "is required", r"must be one of \[{}\]", f"/{{}}/|{as_rules}")
    if constraint.name == "min":
        expected += f"|at least {constraint.shape.metadata['min']} |is not allowed to be empty"
    return f'"{path[1:]}" ', expected


def _complaint(constraint: Constraint, required: str, enum: str, pattern: str) -> str:
    is_query_list = constraint.path == ("tagKeys",)
    if constraint.name == "required" or (is_query_list and constraint.name == "min"):
        # A query cannot tell an empty list from an absent one.
        return required
    limit = constraint.shape.metadata[constraint.name]
    if constraint.name == "enum":
        return enum.format(re.escape(", ".join(limit)))
    if constraint.name == "pattern":
        return pattern.format(re.escape(limit))
    return _LIMIT.format(limit)


_EXPECTED = {"appintegrations": _appintegrations, "dataexchange": _dataexchange}
_COMPLAINTS = {
    "appintegrations": lambda text: re.split("; (?=Value )", text),
    "dataexchange": lambda text: re.split(', (?=")', text.removeprefix("The following parameter(s) are not valid: ")),
}


# The constraints counted a second time, in the model as JSON


def _counted(operation: Operation) -> Iterator[str]:
    model = operation.model.service_model
    description = model._service_description
    input_shape = description["operations"][operation.name].get("input")
    if input_shape is not None:
        yield from _in(input_shape, description["shapes"], ())


def _in(reference: dict[str, Any], shapes: dict[str, Any], outer: tuple[str, ...]) -> Iterator[str]:
    name = reference["shape"]
    shape = {**shapes[name], **reference}
    if name in outer:
        return
    yield from (each for each in ("pattern", "max", "min", "enum") if each in shape)
    if shape["type"] == "structure":
        yield from shape.get("required", ())
        for member in shape["members"].values():
            yield from _in(member, shapes, (*outer, name))
    for inside in ("member", "key", "value"):
        if inside in shape:
            yield from _in(shape[inside], shapes, outer)
