"""Builds the outcome of a fault: an AWS error, a malformed answer, or an exception."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

from botocore.exceptions import ClientError

from ..hints import did_you_mean, repr_of, see
from ..protocol.errors import COMMON_ERRORS, ServiceError, known_status
from ..protocol.message import Response
from .error_members import check_error_members, plausible_members
from .names import companions_status, other_services

#: What a test may give as an outcome.

if TYPE_CHECKING:
    from ..protocol.operation import Operation
    from ..services.service import Service
Error: TypeAlias = str | bytes | Exception
#: Answers a request in place of its operation: returns a response, or raises.
Outcome: TypeAlias = Callable[["Operation", Mapping[str, Any]], Response]

#: The message of an error for which the test gives none: a reader of the failure sees where it came from.
_MESSAGE = "Injected by aws.fail()"
#: What a header can carry without an encoding of its own.
_IN_A_HEADER = re.compile("[ -~]*")


def outcome_of(
    service: Service[Any],
    error: Error,
    message: str | None = None,
    status: int | None = None,
    members: Mapping[str, Any] | None = None,
) -> Outcome:
    """Returns the outcome for ``error``. Raises TypeError or ValueError, saying what to give, for an invalid one."""
    if status is not None and (isinstance(status, bool) or not isinstance(status, int) or not 200 <= status < 600):
        raise ValueError(f"fail: status={repr_of(status)}: give an HTTP status, 200 to 599." + see("faults"))
    if isinstance(error, str):
        return _service_error(service, error, message, status, members)
    for name, value in (("message", message), ("members", members)):
        if value is not None:
            raise TypeError(
                f"fail: {name}={repr_of(value)} goes with an error code, not with {repr_of(error)}." + see("faults")
            )
    if isinstance(error, bytes):
        return _raw_answer(error, 200 if status is None else status)
    if isinstance(error, ClientError):
        return _client_error(service, error, status)
    if isinstance(error, Exception):
        return _raising(error, status)
    raise TypeError(
        f"fail: {repr_of(error)} is no error. Give an error's code ('ThrottlingException'), an exception "
        f"(botocore.exceptions.ReadTimeoutError(endpoint_url='...')) or an answer's body (b'<html>')." + see("faults")
    )


def _service_error(
    service: Service[Any], code: str, message: str | None, status: int | None, members: Mapping[str, Any] | None
) -> Outcome:
    if not _IN_A_HEADER.fullmatch(code):
        raise ValueError(
            f"fail: {code!r}: an error's code stands in a header of HTTP. Give letters of ASCII on one line."
            + see("faults")
        )
    model = service.catalogue.model
    if status is None and known_status(model, code) is None:
        status = companions_status(service, code)
    if status is None and known_status(model, code) is None:
        raise ValueError(_unknown_code(service, code) + see("faults"))
    if status is not None and status < 400:
        raise ValueError(
            f"fail: status={status} is no error's: boto3 would take it for a success. Give 400 to 599." + see("faults")
        )
    if message is not None and not isinstance(message, str):
        raise TypeError(f"fail: message={repr_of(message)}: give a text." + see("faults"))
    shape = model.shape_for_error_code(code)
    given = {} if members is None else members
    check_error_members(code, shape, given)
    given = dict(given)

    def answer(operation: Operation, parameters: Mapping[str, Any]) -> NoReturn:
        all_members = {**plausible_members(shape, operation, parameters), **given}
        raise ServiceError(code, _MESSAGE if message is None else message, status=status, **all_members)

    return answer


def _unknown_code(service: Service[Any], code: str) -> str:
    modelled = [shape.error_code for shape in service.catalogue.model.error_shapes]
    close = did_you_mean(code, [*modelled, *(each for codes in COMMON_ERRORS.values() for each in codes)])
    homes = [each.name for each in other_services(service) if known_status(each.catalogue.model, code)]
    hint = f" It is one of {homes[0]}." if homes else close
    return (
        f"fail: {code!r} is no error of {service.name} and none that is common to AWS.{hint} "
        f"For any other error give its HTTP status: fail(..., {code!r}, status=400)."
    )


def _client_error(service: Service[Any], error: ClientError, status: int | None) -> Outcome:
    """Returns the answer from which boto3 makes this ClientError, so that boto3 parses and retries it."""
    response: Any = error.response
    parts = response.get("Error", {})
    code, message = parts.get("Code", ""), parts.get("Message")
    known = response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    members = {name: value for name, value in response.items() if name not in ("Error", "ResponseMetadata")}
    _service_error(service, code, message, status or known, None)

    def answer(operation: Operation, parameters: Mapping[str, Any]) -> NoReturn:
        raise ServiceError(code, _MESSAGE if message is None else message, status=status or known, **members)

    return answer


def _raising(error: Exception, status: int | None) -> Outcome:
    if status is not None:
        raise TypeError(
            f"fail: status={status} goes with an error code or a body; an exception breaks off the call."
            + see("faults")
        )

    def answer(operation: Operation, parameters: Mapping[str, Any]) -> NoReturn:
        # That very object, so that a test can compare it; without the traceback of an earlier call.
        raise error.with_traceback(None)

    return answer


def _raw_answer(body: bytes, status: int) -> Outcome:
    def answer(operation: Operation, parameters: Mapping[str, Any]) -> Response:
        return Response(status, {"Content-Type": "application/json"}, body)

    return answer
