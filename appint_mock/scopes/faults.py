"""Faults that a test orders: calls that fail in place of being carried out."""

from __future__ import annotations

import copy
from collections.abc import Callable, Container, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NoReturn

from ..errors import AppintMockError
from ..hints import did_you_mean
from ..protocol.errors import COMMON_ERRORS, ServiceError, known_status
from ..protocol.message import Response
from .names import companions_status, operations_named, other_services

if TYPE_CHECKING:
    from ..protocol.operation import Operation
    from ..services.service import Service

#: What a fault says where the test gives no message: a reader of the failure sees where it came from.
_MESSAGE = "Ordered by aws.fail()"

#: Answers in place of the operation: returns a response, or raises.
_Answer = Callable[[], Response]


class Fault:
    """One order of ``aws.fail``.

    Attributes:
        struck: How many calls it has failed so far.
        times: How many it is to fail; None: all until the scope ends.
    """

    def __init__(
        self,
        order: str,
        operations: Container[str],
        answer: _Answer,
        times: int | None,
        after: int,
        when: Callable[[dict[str, Any]], Any] | None,
    ) -> None:
        self.struck = 0
        self.times = times
        self._order = order
        self._operations = operations
        self._answer = answer
        self._to_pass = after
        self._when = when

    @property
    def used(self) -> bool:
        """Whether it has failed as many calls as it was to: at least one, where no number was given."""
        return self.struck == self.times if self.times is not None else self.struck > 0

    def meets(self, operation: str, parameters: Mapping[str, Any]) -> bool:
        """Whether this call is to fail; counts those that are let pass."""
        if operation not in self._operations:
            return False
        if self._when is not None and not self._chooses(self._when, operation, parameters):
            return False
        if self._to_pass:
            self._to_pass -= 1
            return False
        return True

    def _chooses(self, when: Callable[[dict[str, Any]], Any], operation: str, parameters: Mapping[str, Any]) -> bool:
        try:
            return bool(when(copy.deepcopy(dict(parameters))))
        except Exception as error:
            # It comes up in the middle of the code under test, which has nothing to do with it.
            raise AppintMockError(
                f"{self._order}: its `when` raised {type(error).__name__}: {error}\nIt was asked about a call of "
                f"{operation} with the parameters {', '.join(parameters) or 'none'}."
            ) from error

    def strike(self) -> Response:
        """Fail one call: the answer, or an exception."""
        self.struck += 1
        return self._answer()

    def __repr__(self) -> str:
        of = "" if self.times is None else f" of {self.times}"
        return f"<{self._order}: struck {self.struck}{of}>"


class Faults:
    """The faults of one scope, in the order in which they were ordered."""

    def __init__(self, service: Service[Any]) -> None:
        self._service = service
        self._ordered: list[Fault] = []
        #: Those that may still strike. Empty in most scopes, and then a call asks no further.
        self.waiting: list[Fault] = []

    def order(
        self,
        operation: str,
        error: str | bytes | Exception,
        message: str | None = None,
        *,
        times: int | None = 1,
        after: int = 0,
        when: Callable[[dict[str, Any]], Any] | None = None,
        status: int | None = None,
    ) -> None:
        """Order a fault: see ``ServiceMock.fail``."""
        operations = operations_named(self._service, operation)
        answer = _answer(self._service, error, message, status)
        if times is not None and not _is_count(times, 1):
            raise ValueError(f"fail: times={times!r}: give a number of at least 1, or None (until the scope ends).")
        if not _is_count(after, 0):
            raise ValueError(f"fail: after={after!r}: give how many calls to let pass, a number of at least 0.")
        if when is not None and not callable(when):
            raise TypeError(f"fail: when={when!r}: give a function that takes the call's parameters as a dict.")
        given = {"times": (times, 1), "after": (after, 0), "when": (when, None), "status": (status, None)}
        options = (f", {name}={value!r}" for name, (value, default) in given.items() if value != default)
        text = f"fail({operation!r}, {error!r}{''.join(options)})"
        fault = Fault(text, operations, answer, times, after, when)
        self._ordered.append(fault)
        self.waiting.append(fault)

    def strike(self, operation: Operation, parameters: Mapping[str, Any]) -> Response | None:
        """The answer of the fault that this call meets (or the exception it raises); None where it meets none.

        A call that one fault fails is not seen by those behind it: two faults of one operation strike in turn.
        """
        for fault in self.waiting:
            if fault.meets(operation.name, parameters):
                if fault.struck + 1 == fault.times:
                    self.waiting.remove(fault)
                return fault.strike()
        return None

    def assert_all_used(self) -> None:
        """Raise AssertionError if a fault has struck fewer calls than ordered (``times=None``: none at all)."""
        __tracebackhide__ = True
        unused = [fault for fault in self if not fault.used]
        if unused:
            raise AssertionError(
                "Not all faults were used; the code under test made fewer of these calls:\n"
                + "\n".join(f"  {fault!r}" for fault in unused)
            )

    def clear(self) -> None:
        """Withdraw all faults."""
        self._ordered.clear()
        self.waiting.clear()

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._ordered)

    def __len__(self) -> int:
        return len(self._ordered)

    def __repr__(self) -> str:
        return f"<Faults: {self._ordered}>"


def _answer(service: Service[Any], error: object, message: str | None, status: int | None) -> _Answer:
    """What a fault does in place of the operation."""
    if status is not None and not (_is_count(status, 200) and status < 600):
        raise ValueError(f"fail: status={status!r}: give an HTTP status, 200 to 599.")
    if isinstance(error, str):
        return _service_error(service, error, message, status, {})
    if message is not None:
        raise TypeError(f"fail: message={message!r} goes with an error code, not with {error!r}.")
    if isinstance(error, bytes):
        return _raw_answer(error, 200 if status is None else status)
    if not isinstance(error, Exception):
        raise TypeError(
            f"fail: {error!r} is no error. Give an error's code ('ThrottlingException'), an exception "
            f"(botocore.exceptions.ReadTimeoutError(endpoint_url='...')) or an answer's body (b'<html>')."
        )
    return _client_error(service, error, status) or _raising(error, status)


def _service_error(
    service: Service[Any], code: str, message: str | None, status: int | None, members: Mapping[str, Any]
) -> _Answer:
    model = service.catalogue.model
    if status is None and known_status(model, code) is None:
        status = companions_status(service, code)
    if status is None and known_status(model, code) is None:
        modelled = [shape.error_code for shape in model.error_shapes]
        close = did_you_mean(code, [*modelled, *(each for codes in COMMON_ERRORS.values() for each in codes)])
        homes = [each.name for each in other_services(service) if known_status(each.catalogue.model, code)]
        hint = f" It is one of {homes[0]}." if homes else close
        raise ValueError(
            f"fail: {code!r} is no error of {service.name} and none that is common to AWS.{hint} "
            f"For any other error give its HTTP status: fail(..., {code!r}, status=400)."
        )
    if status is not None and status < 400:
        raise ValueError(f"fail: status={status} is no error's: boto3 would take it for a success. Give 400 to 599.")

    def answer() -> NoReturn:
        raise ServiceError(code, _MESSAGE if message is None else message, status=status, **members)

    return answer


def _client_error(service: Service[Any], error: Exception, status: int | None) -> _Answer | None:
    """A ClientError is what boto3 makes of an answer, so that answer is given: boto3 sees and retries it."""
    from botocore.exceptions import ClientError

    if not isinstance(error, ClientError):
        return None
    told = error.response.get("Error", {})
    known = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    members = {name: value for name, value in error.response.items() if name not in ("Error", "ResponseMetadata")}
    return _service_error(service, told.get("Code", ""), told.get("Message"), status or known, members)


def _raising(error: Exception, status: int | None) -> _Answer:
    if status is not None:
        raise TypeError(f"fail: status={status} goes with an error code or a body; an exception breaks off the call.")

    def answer() -> NoReturn:
        raise _anew(error)

    return answer


def _anew(error: Exception) -> Exception:
    """A copy without the traceback of an earlier raise; the exception itself where it cannot be copied."""
    try:
        return copy.copy(error)
    except Exception:
        return error.with_traceback(None)


def _raw_answer(body: bytes, status: int) -> _Answer:
    def answer() -> Response:
        return Response(status, {"Content-Type": "application/json"}, body)

    return answer


def _is_count(value: object, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least
