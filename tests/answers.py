"""Every answer that the library gives in any test is checked against the model.

Botocore's own parser reads the answer; what it read must fit the JSON Schema of the operation's output, or of the
error: types, required members, lists, enums, patterns, lengths.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from botocore.awsrequest import HeadersDict
from botocore.model import ServiceModel, StructureShape
from botocore.parsers import RestJSONParser

from appint_mock.protocol import errors
from appint_mock.protocol.errors import ServiceError
from appint_mock.protocol.message import Response
from appint_mock.protocol.operation import Operation
from appint_mock.protocol.schema import derive, validator
from appint_mock.protocol.serialise import to_json, value_writer
from appint_mock.scopes import dispatch

_parser = RestJSONParser()
#: What was wrong with answers since this was emptied.
complaints: list[str] = []
#: How many answers were checked.
checked = 0


def check_all() -> None:
    """Check every answer from now on."""
    serialise, serialise_error = Operation.serialise, errors.serialise_error

    @functools.wraps(serialise)
    def checked_answer(operation: Operation, result: Mapping[str, Any] | None) -> Response:
        answer = serialise(operation, result)
        write = _forgetful_writer(operation)
        if write is not None and answer.body and answer.body != to_json(write(result or {})):
            complaints.append(f"{operation.name}: a record was changed in place after it had been listed: {result}")
        _check(
            operation.name, answer, operation.model.output_shape, operation.output_schema, operation.rules.whole_match
        )
        return answer

    @functools.wraps(serialise_error)
    def checked_error(model: ServiceModel, error: ServiceError) -> Response:
        answer = serialise_error(model, error)
        shape = model.shape_for_error_code(error.code)
        if shape is not None:
            _check(error.code, answer, shape, _error_schema(shape), whole_match=False)
        return answer

    for owner, replacement in ((Operation, checked_answer), (dispatch, checked_error)):
        setattr(owner, replacement.__name__, replacement)


@functools.cache
def _forgetful_writer(operation: Operation) -> Any:
    """Writes an answer's members without what was remembered of earlier ones; None if they are no JSON object."""
    shape = operation.model.output_shape
    return None if shape is None or "payload" in shape.serialization else value_writer(shape)


@functools.cache
def _error_schema(shape: StructureShape) -> dict[str, Any]:
    return derive(shape, of_answer=True)


def _check(
    what: str, answer: Response, shape: StructureShape | None, schema: dict[str, Any], whole_match: bool
) -> None:
    global checked
    checked += 1
    if shape is None:
        if answer.body not in (b"", b"{}"):
            complaints.append(f"{what}: a body where the model has none: {answer.body!r}")
        return
    members = _read(answer, shape)
    complaints.extend(
        f"{what}: {'/'.join(map(str, error.absolute_path))}: {error.message} in {members}"
        for error in _validator(shape, whole_match, schema).iter_errors(members)
    )


_validators: dict[tuple[int, bool], Any] = {}


def _validator(shape: StructureShape, whole_match: bool, schema: dict[str, Any]) -> Any:
    # By the shape's identity: the models' shapes live as long as the process.
    key = id(shape), whole_match
    if key not in _validators:
        _validators[key] = validator(schema, whole_match=whole_match)
    return _validators[key]


def _read(answer: Response, shape: StructureShape) -> dict[str, Any]:
    response = {"status_code": 200, "headers": HeadersDict(answer.headers), "body": answer.body}
    members: dict[str, Any] = _parser.parse(response, shape)
    members.pop("ResponseMetadata", None)
    return members
