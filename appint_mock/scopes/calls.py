"""The call log: what a program under test asked, and what it was told."""

from __future__ import annotations

import copy
import datetime
import reprlib
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import groupby, islice
from typing import TYPE_CHECKING, Any

from .names import check_members, operations_named

if TYPE_CHECKING:
    from botocore.model import OperationModel

    from ..protocol.message import Response
    from ..services import Service

#: What hears of each call besides the open scopes: the pytest plugin's record of a run, which outlives them.
listeners: list[Callable[[Call], None]] = []

#: How many calls an assertion's message shows, and how many differences of one.
_MOST_SHOWN = 10
_MOST_DIFFERENCES = 3
#: How many lines a failing test's report shows.
_MOST_LINES = 50
#: How wide ``Operation(Member=value, ...)`` may get in a call's repr.
_WIDTH = 96
#: How wide a table may get up to the status: as the terminal is, within these. Errors stand behind it.
_NARROWEST, _WIDEST = 80, 120


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
        return f"<Call {_text(self, _WIDTH)} in {self.region_name} of {self.account_id}: {outcome}>"


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
        return table(self) if self else "no calls"

    def _with(self, operation: str, parameters: Mapping[str, Any]) -> CallLog:
        check_members(self._service, operation, parameters)
        return CallLog(self._service, (call for call in self.of(operation) if _has(call, parameters)))

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


def table(
    calls: Iterable[Call], among: Sequence[Call] | None = None, notes: Mapping[int, list[str]] | None = None
) -> str:
    """The calls, one a line: number, operation with its parameters, region, status, error.

    They are numbered by where they stand ``among`` others; ``notes`` are shown under a call, by its ``id``.
    """
    calls = list(calls)
    numbers = {id(call): str(number) for number, call in enumerate(calls if among is None else among, 1)}
    return _table([(numbers[id(call)], call, "", (notes or {}).get(id(call), [])) for call in calls])


def folded_table(calls: Sequence[Call]) -> str:
    """The latest calls in a bounded number of lines: a run of calls that look the same is one line."""
    entries: list[_Entry] = []
    last = len(calls)
    for _, run in islice(groupby(reversed(calls), _looks), _MOST_LINES):
        call, *others = run
        first = last - len(others)
        several = (f"{first} to {last}", f"({_times(len(others) + 1)})")
        number, times = several if others else (str(last), "")
        entries.append((number, call, times, []))
        last = first - 1
    left_out = f"(calls 1 to {last} are left out)\n" if last else ""
    return left_out + _table(entries[::-1])


#: A table's entry: the call's number (or several), the call, how often it was made if not once, lines below it.
_Entry = tuple[str, Call, str, list[str]]


def _table(entries: Sequence[_Entry]) -> str:
    many_services = len({call.service_name for _, call, _, _ in entries}) > 1
    many_accounts = len({call.account_id for _, call, _, _ in entries}) > 1
    rows = [
        (number, call.region_name + f" {call.account_id}" * many_accounts, str(call.status_code or "-"))
        for number, call, _, _ in entries
    ]
    numbers, regions, statuses = (max(map(len, column)) for column in zip(*rows, strict=True))
    terminal = shutil.get_terminal_size((_WIDEST, 0)).columns
    room = min(max(terminal, _NARROWEST), _WIDEST) - numbers - regions - statuses - 6
    prefixes = [f"{call.service_name}." * many_services for _, call, _, _ in entries]
    texts = [
        prefix + _text(call, room - len(prefix)) for prefix, (_, call, _, _) in zip(prefixes, entries, strict=True)
    ]
    width = max(map(len, texts))
    lines = []
    for text, (number, region, status), (_, call, times, notes) in zip(texts, rows, entries, strict=True):
        cells = [number.rjust(numbers), text.ljust(width), region.ljust(regions), status.ljust(statuses)]
        lines.append("  ".join([*cells, *filter(None, (call.error_code, times))]).rstrip())
        lines += [f"{'':{numbers}}    {note}" for note in notes]
    return "\n".join(lines)


def _looks(call: Call) -> tuple[object, ...]:
    """Equal for calls whose lines are equal."""
    own = call._parameters
    told = [(name, own[name]) for name, _ in _by_weight(call._model) if name in own]
    return call.service_name, call.operation, told, call.account_id, call.region_name, call.status_code, call.error_code


#: How long values may get, those of the decisive members and the others: the first at which all of a call fits.
_CUTS = ((48, 48), (48, 24), (48, 12), (36, 12), (30, 12), (24, 12), (18, 12), (14, 10), (12, 8))


def _text(call: Call, room: int) -> str:
    """``Operation(Member=value, ...)``: rather all members with their values cut than some of them."""
    own = call._parameters
    names = [(name, decisive) for name, decisive in _by_weight(call._model) if name in own]
    room -= len(call.operation) + 2
    for decisive_cut, cut in _CUTS:
        shown = [f"{name}={_value(own[name], decisive_cut if decisive else cut)}" for name, decisive in names]
        if len(", ".join(shown)) <= room:
            break
    else:
        while len(shown) > 1 and len(", ".join([*shown, "..."])) > room:
            shown.pop()
        shown += ["..."] if len(shown) < len(names) else []
    return f"{call.operation}({', '.join(shown)})"


@lru_cache(maxsize=256)
def _by_weight(model: OperationModel | None) -> list[tuple[str, bool]]:
    """The members of an operation's request, the telling ones first, and whether each decides what the call does.

    Without tokens, which boto3 makes up.
    """
    shape = model.input_shape if model else None
    if model is None or shape is None:
        return []

    def weight(name: str) -> int:
        member = shape.members[name]
        large = member.type_name in ("structure", "list", "map")
        if not large and name.endswith(("Arn", "Id", "Identifier", "Name")):
            return 0
        if name.endswith("Type") or member.type_name == "boolean" or getattr(member, "enum", None):
            return 1
        return 2 if name in shape.required_members else 3 + large

    names = [*shape.required_members, *(name for name in shape.members if name not in shape.required_members)]
    return [(name, weight(name) < 2) for name in sorted(names, key=weight) if name not in model.idempotent_members]


@lru_cache
def _short(cut: int) -> reprlib.Repr:
    short = reprlib.Repr()
    short.maxstring = short.maxother = short.maxlong = cut
    short.maxdict = short.maxlist = short.maxlevel = 3
    return short


def _value(value: object, cut: int = 48) -> str:
    """The value's repr within about ``cut`` characters; a larger structure shows its keys, a larger list its length."""
    text = _short(cut).repr(value)
    if len(text) > cut and isinstance(value, Mapping):
        most = 3 if cut > 12 else 1
        keys = ", ".join([*islice(map(str, value), most), *(["..."] if len(value) > most else [])])
        return "{" + (keys if len(keys) <= 48 else f"{keys[:45]}...") + "}"
    if len(text) > cut and isinstance(value, list):
        return f"[{len(value)} item{'s' * (len(value) != 1)}]"
    return text


def _members(parameters: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={_value(value)}" for name, value in parameters.items())


def _has(call: Call, parameters: Mapping[str, Any]) -> bool:
    own = call._parameters
    return all(name in own and own[name] == value for name, value in parameters.items())


def _differences(call: Call, parameters: Mapping[str, Any]) -> list[str]:
    """How the call's parameters differ from those wanted, a line for each of the first differences."""
    own = {name: value for name, value in call._parameters.items() if name in parameters}
    lines = list(_unlike(own, parameters, ""))
    more = len(lines) - _MOST_DIFFERENCES
    return lines[:_MOST_DIFFERENCES] + ([f"... and {more} more"] if more > 0 else [])


def _unlike(own: Any, wanted: Any, path: str) -> Iterator[str]:
    """A line for each place, as deep as both go, where ``own`` is not what is wanted."""
    if isinstance(own, Mapping) and isinstance(wanted, Mapping):
        steps = {key: f".{key}" if str(key).isidentifier() else f"[{key!r}]" for key in [*wanted, *own]}
    elif isinstance(own, list) and isinstance(wanted, list):
        own, wanted = dict(enumerate(own)), dict(enumerate(wanted))
        steps = {index: f"[{index}]" for index in [*wanted, *own]}
    else:
        was, wanted = _apart(own, wanted)
        yield f"{path} was {was}, not {wanted}"
        return
    for key, step in steps.items():
        place = (path + step).removeprefix(".")
        if key not in own:
            yield f"{place} was not given"
        elif key not in wanted:
            yield f"{place} was given: {_value(own[key])}"
        elif own[key] != wanted[key]:
            yield from _unlike(own[key], wanted[key], place)


def _apart(own: Any, wanted: Any) -> tuple[str, str]:
    """Both values, of long texts the part where they begin to differ."""
    if not any(isinstance(own, kind) and isinstance(wanted, kind) for kind in (str, bytes)):
        return _value(own), _value(wanted)
    if max(len(own), len(wanted)) <= 48:
        return repr(own), repr(wanted)
    common = next(
        (at for at, (a, b) in enumerate(zip(own, wanted, strict=False)) if a != b), min(len(own), len(wanted))
    )
    start = max(0, common - 16)

    def part(value: Any) -> str:
        return "..." * (start > 0) + repr(value[start : start + 40]) + "..." * (len(value) > start + 40)

    return part(own), part(wanted)


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
