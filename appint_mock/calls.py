"""The call log: what a program under test asked, and what it was told."""

from __future__ import annotations

import copy
import datetime
import reprlib
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from .names import check_members, operations_named

if TYPE_CHECKING:
    from botocore.model import OperationModel

    from .protocol.message import Response
    from .services import Service

#: What hears of each call besides the open scopes: the pytest plugin's record of a run, which outlives them.
listeners: list[Callable[[Call], None]] = []

#: How many calls an assertion's message shows.
_MOST_SHOWN = 10
#: How wide ``Operation(Member=value, ...)`` may get in a table.
_WIDTH = 72


class Call:
    """One request that the mock answered; each retry is one of its own.

    Attributes:
        operation: As in the AWS API: ``"CreateEventIntegration"``; method and URL for a request of no operation.
        account_id: Who asked: 12 digits.
        region_name: Where.
        time: When, by the mock's clock: an aware ``datetime`` in UTC.
        service_name: boto3's name of the service.
    """

    def __init__(
        self,
        service_name: str,
        operation: str,
        parameters: Mapping[str, Any],
        account_id: str,
        region_name: str,
        time: datetime.datetime,
        answer: Response | None,
        failure: str | None,
        model: OperationModel | None,
    ) -> None:
        self.service_name = service_name
        self.operation = operation
        self.account_id = account_id
        self.region_name = region_name
        self.time = time
        self._parameters = parameters
        self._answer = answer
        self._failure = failure
        self._model = model

    # Worked out when a test first looks, and copied: most calls are never looked at, and the backend keeps the
    # values that it was given.

    @cached_property
    def parameters(self) -> dict[str, Any]:
        """The request's members, as boto3 names them."""
        return copy.deepcopy(dict(self._parameters))

    @property
    def status_code(self) -> int | None:
        """The HTTP status, or None where an exception was raised in place of an answer."""
        return None if self._answer is None else self._answer.status

    @cached_property
    def error_code(self) -> str | None:
        """The AWS error's code or the name of the exception that was raised; None for a success."""
        if self._failure is not None or self._answer is None or self._answer.status < 300:
            return self._failure
        code: str | None = (self.response or {}).get("Error", {}).get("Code")
        return code

    @cached_property
    def response(self) -> dict[str, Any] | None:
        """The answer as boto3 parses it (an error too); None where there is none, or none that it can parse."""
        if self._answer is None:
            return None
        try:
            return _parsed(self._answer, self._model)
        except Exception:
            # A malformed answer that a test ordered: botocore raised this at the caller.
            return None

    def __repr__(self) -> str:
        outcome = " ".join(str(part) for part in (self.status_code, self.error_code) if part is not None)
        return f"<Call {_text(self)} in {self.region_name} of {self.account_id}: {outcome}>"


class CallLog(list[Call]):
    """The calls of one scope, oldest first: a list, which prints as a table.

    Where a method takes an operation's name, ``*`` in it stands for any text: ``"Delete*"``. A name that means no
    operation raises ValueError.
    """

    def __init__(self, service: Service[Any], calls: Iterable[Call] = ()) -> None:
        super().__init__(calls)
        self._service = service

    def of(self, operation: str) -> CallLog:
        """The calls of an operation."""
        names = operations_named(self._service, operation)
        return CallLog(self._service, (call for call in self if call.operation in names))

    @property
    def last(self) -> Call:
        """The latest call. Raises IndexError where there is none."""
        if not self:
            raise IndexError(f"calls.last: no call of {self._service.name} was made in this scope.")
        return self[-1]

    def assert_called(self, operation: str, times: int | None = 1, **parameters: Any) -> CallLog:
        """Raise AssertionError unless ``operation`` was called ``times`` times (None: at least once).

        Only calls that have all of ``parameters`` (by the names that boto3 gives them) with equal values count;
        other members do not matter. Returns these calls. Raises TypeError for an unknown parameter.
        """
        __tracebackhide__ = True
        found = self._with(operation, parameters)
        if times is None and not found:
            raise AssertionError(self._but(operation, parameters, "to be called at least once", found))
        if times is not None and times != len(found):
            raise AssertionError(self._but(operation, parameters, f"to be called {_times(times)}", found))
        return found

    def assert_not_called(self, operation: str = "*", **parameters: Any) -> None:
        """Raise AssertionError if ``operation`` was called with ``parameters``."""
        __tracebackhide__ = True
        found = self._with(operation, parameters)
        if found:
            raise AssertionError(self._but(operation, parameters, "not to be called", found))

    def __str__(self) -> str:
        return table(self) or "no calls"

    def _with(self, operation: str, parameters: Mapping[str, Any]) -> CallLog:
        check_members(self._service, operation, parameters)
        return CallLog(self._service, (call for call in self.of(operation) if not _differences(call, parameters)))

    def _but(self, operation: str, parameters: Mapping[str, Any], wanted: str, found: CallLog) -> str:
        """The message of a failed assertion; the calls that come nearest go first."""
        with_them = f" with {_members(parameters)}" if parameters else ""
        text = f"{operation} was {wanted}{with_them}"
        if found:
            lines = table(found[:_MOST_SHOWN], self) + _more(found)
            return f"{text}; it was called {_times(len(found))}. These are the calls:\n{lines}"
        if not self:
            return f"{text}; no call was made at all."
        nearest = sorted(self, key=lambda call: _distance(call, operation, parameters))
        shown = nearest[:_MOST_SHOWN]
        near = {id(call): _differences(call, parameters) for call in shown if call in self.of(operation)}
        return f"{text}; it was not. What was called, nearest first:\n{table(shown, self, near)}{_more(nearest)}"


def table(calls: Iterable[Call], among: list[Call] | None = None, notes: Mapping[int, str] | None = None) -> str:
    """The calls, one a line: number, operation with its parameters, region, status, error.

    They are numbered by where they stand ``among`` others; ``notes`` are shown under a call, by its ``id``.
    """
    calls = list(calls)
    numbers = {id(call): number for number, call in enumerate(calls if among is None else among, 1)}
    many_services = len({call.service_name for call in calls}) > 1
    many_accounts = len({call.account_id for call in calls}) > 1
    rows = [
        [
            str(numbers[id(call)]),
            f"{call.service_name}." * many_services + _text(call),
            call.region_name + f" {call.account_id}" * many_accounts,
            str(call.status_code or "-"),
            call.error_code or "",
        ]
        for call in calls
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for call, (number, *cells) in zip(calls, rows, strict=True):
        padded = (cell.ljust(width) for cell, width in zip(cells, widths[1:], strict=True))
        lines.append("  ".join([number.rjust(widths[0]), *padded]).rstrip())
        note = (notes or {}).get(id(call))
        if note:
            lines.append(f"{'':{widths[0]}}    {note}")
    return "\n".join(lines)


def _text(call: Call) -> str:
    """``Operation(Member=value, ...)`` with the parameters that matter, as far as there is room."""
    parameters = call._parameters
    room = _WIDTH - len(call.operation) - 2
    shown: list[str] = []
    names = [name for name in _by_weight(call._model) if name in parameters]
    for name in names:
        text = _members({name: parameters[name]})
        if len(text) + 2 <= room or not shown:
            room -= len(text) + 2
            shown.append(text)
    rest = ["..."] if len(shown) < len(names) else []
    return f"{call.operation}({', '.join(shown + rest)})"


@lru_cache(maxsize=256)
def _by_weight(model: OperationModel | None) -> list[str]:
    """The members of an operation's request, required ones first; without tokens, which boto3 makes up."""
    shape = model.input_shape if model else None
    if model is None or shape is None:
        return []
    names = [*shape.required_members, *(name for name in shape.members if name not in shape.required_members)]
    return [name for name in names if name not in model.idempotent_members]


_short = reprlib.Repr()
_short.maxstring = _short.maxother = 48
_short.maxdict = _short.maxlist = _short.maxlevel = 3


def _members(parameters: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={_short.repr(value)}" for name, value in parameters.items())


def _differences(call: Call, parameters: Mapping[str, Any]) -> str:
    """How the call's parameters differ from those wanted; nothing where they do not."""
    own = call._parameters
    different = [name for name, value in parameters.items() if name not in own or own[name] != value]
    return ", ".join(f"{name} was {_short.repr(own[name]) if name in own else 'not given'}" for name in different)


def _distance(call: Call, operation: str, parameters: Mapping[str, Any]) -> tuple[float, float]:
    """How far a call is from the one wanted: another operation first, then other values."""
    from difflib import SequenceMatcher

    own = call._parameters
    unlike = sum(
        1 - SequenceMatcher(None, repr(own[name]), repr(value)).ratio() if name in own else 1
        for name, value in parameters.items()
    )
    return 1 - SequenceMatcher(None, call.operation, operation).ratio(), unlike


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _more(calls: list[Call]) -> str:
    return f"\n... and {len(calls) - _MOST_SHOWN} more" if len(calls) > _MOST_SHOWN else ""


def _parsed(answer: Response, model: OperationModel | None) -> dict[str, Any]:
    """What botocore's endpoint makes of an answer, by botocore's own parser."""
    from botocore.awsrequest import HeadersDict
    from botocore.parsers import create_parser

    parser = create_parser("rest-json" if model is None else model.service_model.resolved_protocol)
    raw = {"status_code": answer.status, "headers": HeadersDict(answer.headers), "body": answer.body}
    parsed: dict[str, Any] = parser.parse(raw, model.output_shape if model else None)
    error = parsed.get("Error", {}).get("Code") if answer.status >= 300 else None
    shape = model.service_model.shape_for_error_code(error) if model and error else None
    if shape is not None:
        parsed.update(parser.parse(raw, shape))
    return parsed
