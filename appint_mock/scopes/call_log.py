"""Logs every request that the code under test made, and the response that it got."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..hints import see
from .call import Call
from .call_table import folded_table, table, times_text
from .call_text import members_text, value_text
from .names import check_members, operations_named
from .options import check_option

if TYPE_CHECKING:
    from ..services.service import Service

#: How many calls an assertion's message shows, and how many differences of one.
_MOST_SHOWN = 10
_MOST_DIFFERENCES = 3


class CallLog(list[Call]):
    """The calls of one scope in the order in which they were answered: a list, which prints as a table.

    Requests are answered one at a time, so the order is that in which they took effect, whichever thread or coroutine
    made them. If a method takes an operation's name, ``*`` in it stands for any text: ``"Delete*"``. A name that means
    no operation raises ValueError. ``account_id`` and ``region_name`` choose the calls of one account and region.
    """

    def __init__(self, service: Service[Any], calls: Iterable[Call] = ()) -> None:
        super().__init__(calls)
        self._service = service

    def of(self, operation: str = "*", *, account_id: str | None = None, region_name: str | None = None) -> CallLog:
        """Returns the calls of an operation (or of all), of one account or region if given."""
        names = operations_named(self._service, operation)
        place = {"account_id": account_id, "region_name": region_name}
        for name, value in place.items():
            if value is not None:
                check_option(name, value, self._service)
        return CallLog(
            self._service,
            (call for call in self if call.operation in names and not call.is_stopped and call.is_from(**place)),
        )

    @property
    def last(self) -> Call:
        """The latest call. Raises IndexError if there is none."""
        if not self:
            raise IndexError(f"calls.last: no call of {self._service.name} was made in this scope." + see("calls"))
        return self[-1]

    def assert_called(
        self,
        operation: str,
        times: int | None = 1,
        *,
        account_id: str | None = None,
        region_name: str | None = None,
        **parameters: Any,
    ) -> CallLog:
        """Raises AssertionError unless ``operation`` was called ``times`` times (None: at least once).

        Only calls that have all of ``parameters`` (by the names that boto3 gives them) with equal values count;
        other members do not matter. Returns these calls. Raises TypeError for an unknown parameter.
        """
        __tracebackhide__ = True
        place = {"account_id": account_id, "region_name": region_name}
        found = self._with(operation, parameters, place)
        if times is None and not found:
            raise AssertionError(self._but(operation, parameters, place, "to be called at least once", found))
        if times is not None and times != len(found):
            raise AssertionError(self._but(operation, parameters, place, f"to be called {times_text(times)}", found))
        return found

    def assert_not_called(
        self,
        operation: str = "*",
        *,
        account_id: str | None = None,
        region_name: str | None = None,
        **parameters: Any,
    ) -> None:
        """Raises AssertionError if ``operation`` was called with ``parameters``."""
        __tracebackhide__ = True
        place = {"account_id": account_id, "region_name": region_name}
        found = self._with(operation, parameters, place)
        if found:
            raise AssertionError(self._but(operation, parameters, place, "not to be called", found))

    def assert_order(self, *operations: str, account_id: str | None = None, region_name: str | None = None) -> CallLog:
        """Raises AssertionError unless calls of these operations were answered in this order.

        Other calls may come before, between and after them, also of the same operations. Returns the first calls that
        are in that order.
        """
        __tracebackhide__ = True
        if not operations:
            raise TypeError(
                "calls.assert_order: give the names of operations, such as 'CreateRevision', 'StartJob'." + see("calls")
            )
        to_come = deque(operations_named(self._service, operation) for operation in operations)
        calls = self.of(account_id=account_id, region_name=region_name)
        found: list[Call] = []
        for call in calls:
            if to_come and call.operation in to_come[0]:
                found.append(call)
                to_come.popleft()
        if to_come:
            raise AssertionError(self._out_of_order(operations, found, calls))
        return CallLog(self._service, found)

    @staticmethod
    def folded(calls: Sequence[Call], width: int | None = None) -> str:
        """Returns the latest of ``calls`` (of any services) as a table of at most 50 lines.

        A run of calls that look the same is one line.
        """
        return folded_table(calls, width)

    def __str__(self) -> str:
        return table(self) if self else "no calls"

    def _with(self, operation: str, parameters: Mapping[str, Any], place: Mapping[str, str | None]) -> CallLog:
        check_members(self._service, operation, parameters)
        return CallLog(self._service, (call for call in self.of(operation, **place) if _has(call, parameters)))

    def _but(
        self,
        operation: str,
        parameters: Mapping[str, Any],
        place: Mapping[str, str | None],
        wanted: str,
        found: CallLog,
    ) -> str:
        """Returns the message of a failed assertion, with the closest calls first."""
        with_them = f" with {members_text(parameters)}" if parameters else ""
        text = f"{operation} was {wanted}{with_them}{_in(place)}"
        if found:
            lines = table(found[:_MOST_SHOWN], self) + _more(found)
            return f"{text}; it was called {times_text(len(found))}. These are the calls:\n{lines}"
        if not self:
            return f"{text}; no call was made at all."
        nearest = sorted(self, key=lambda call: (*_distance(call, operation, parameters), not call.is_from(**place)))
        shown = nearest[:_MOST_SHOWN]
        near = {id(call): _differences(call, parameters) for call in shown if call in self.of(operation)}
        return f"{text}; it was not. What was called, nearest first:\n{table(shown, self, near)}{_more(nearest)}"

    def _out_of_order(self, operations: Sequence[str], found: Sequence[Call], calls: CallLog) -> str:
        text = f"{', '.join(operations)} were to be called in this order"
        if not self:
            return f"{text}; no call was made at all."
        missing = operations[len(found)]
        # Counted as in the whole log.
        after = f" after call {self.index(found[-1]) + 1}" if found else ""
        shown = calls[-_MOST_SHOWN:]
        left_out = len(calls) - len(shown)
        earlier = f"({left_out} calls before)\n" if left_out else ""
        return f"{text}; there is no {missing}{after}. What was called:\n{earlier}{table(shown, self)}"


def _in(place: Mapping[str, str | None]) -> str:
    region, account = place["region_name"], place["account_id"]
    return (f" in {region}" if region else "") + (f" by {account}" if account else "")


def _has(call: Call, parameters: Mapping[str, Any]) -> bool:
    own = call.raw_parameters
    return all(name in own and own[name] == value for name, value in parameters.items())


def _differences(call: Call, parameters: Mapping[str, Any]) -> list[str]:
    """Yields the first differences between the call's parameters and the expected ones, a line each."""
    own = {name: value for name, value in call.raw_parameters.items() if name in parameters}
    lines = list(_unlike(own, parameters, ""))
    more = len(lines) - _MOST_DIFFERENCES
    # One more line is no longer than to say so.
    return lines if more <= 1 else [*lines[:_MOST_DIFFERENCES], f"... and {more} more"]


def _unlike(own: Any, wanted: Any, path: str) -> Iterator[str]:
    """Yields a line for each place, at any depth, at which ``own`` differs from the expected value."""
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
            yield f"{place} was given: {value_text(own[key])}"
        elif own[key] != wanted[key]:
            yield from _unlike(own[key], wanted[key], place)


def _apart(own: Any, wanted: Any) -> tuple[str, str]:
    """Returns both values; long texts are cut to the part where they begin to differ."""
    if not any(isinstance(own, kind) and isinstance(wanted, kind) for kind in (str, bytes)):
        return value_text(own), value_text(wanted)
    if max(len(own), len(wanted)) <= 48:
        return repr(own), repr(wanted)
    common = next(
        (at for at, (a, b) in enumerate(zip(own, wanted, strict=False)) if a != b), min(len(own), len(wanted))
    )
    start = max(0, common - 16)

    def part(value: Any) -> str:
        return "..." * bool(start) + repr(value[start : start + 40]) + "..." * (len(value) > start + 40)

    return part(own), part(wanted)


def _distance(call: Call, operation: str, parameters: Mapping[str, Any]) -> tuple[float, float]:
    """Returns the distance of a call from the expected one: by operation first, then by values."""
    from difflib import SequenceMatcher

    own = call.raw_parameters
    unlike = sum(
        1 - SequenceMatcher(None, repr(own[name]), repr(value)).ratio() if name in own else 1
        for name, value in parameters.items()
    )
    return 1 - SequenceMatcher(None, call.operation, operation).ratio(), unlike


def _more(calls: list[Call]) -> str:
    return f"\n... and {len(calls) - _MOST_SHOWN} more" if len(calls) > _MOST_SHOWN else ""
