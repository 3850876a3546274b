"""Injects faults: calls that fail, are delayed or lose their answer."""

from __future__ import annotations

import copy
import datetime
import math
import threading
from collections import deque
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict

from ..errors import AppintMockError
from ..hints import did_you_mean, repr_of, see
from ..protocol.identity import Identity
from ..services.option import is_count, is_flag
from ..state import forks
from . import listeners
from .allowances import UNUSED_FAULTS, is_allowed
from .names import operations_named
from .options import check_place
from .outcomes import Error, Outcome, outcome_of

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..services.service import Service

#: The longest delay that a fault may have, in seconds: a year.
_LONGEST_DELAY = 365 * 24 * 3600


class FaultOptions(TypedDict, total=False):
    """The options of ``aws.fail``, which describes them."""

    times: int | None
    after: int
    when: Callable[[dict[str, Any]], Any] | None
    status: int | None
    carried_out: bool
    delay: float | None
    sleep: bool
    account_id: str | None
    region_name: str | None
    members: Mapping[str, Any] | None
    rate: float | None


#: What holds for an option that is not given. With a rate, ``times`` is None.
_DEFAULTS: dict[str, Any] = {
    "times": 1,
    "after": 0,
    "when": None,
    "status": None,
    "carried_out": False,
    "delay": None,
    "sleep": False,
    "account_id": None,
    "region_name": None,
    "members": None,
    "rate": None,
}


class Effect(NamedTuple):
    """The effect of a fault on one call."""

    #: What is answered or raised; None: the operation's own answer.
    outcome: Outcome | None
    #: Whether the operation changes the state although its outcome is another.
    carried_out: bool
    #: How many seconds later the answer comes, and whether they are really waited for.
    delay: float
    sleep: bool


class Fault:
    """A fault that ``aws.fail`` added.

    Attributes:
        applied: How many calls it has failed, delayed or (in a list of outcomes) let through so far.
        times: How many it is to fail, or how often its list of outcomes is to be gone through; None: all until the
            scope ends.
    """

    def __init__(
        self, text: str, operations: Container[str], outcomes: Sequence[Outcome | None], options: Mapping[str, Any]
    ) -> None:
        self.applied = 0
        self._may_stay_unused = is_allowed(UNUSED_FAULTS)
        self._is_removed = False
        self.times: int | None = options["times"]
        self._text = text
        self._operations = operations
        self._outcomes = outcomes
        self._options = options
        self._to_pass: int = options["after"]
        self._gate = None if options["rate"] is None else _Gate(options["rate"])

    @property
    def struck(self) -> int:
        """The former name of ``applied``."""
        return self.applied

    @property
    def used(self) -> bool:
        """Whether it has been applied as often as requested; at least once, if no number was given."""
        return bool(self.applied) if self.times is None else self.is_used_up

    @property
    def is_used_up(self) -> bool:
        """Whether it will apply to no further call."""
        return self.times is not None and self.applied >= self.times * len(self._outcomes)

    @property
    def complaint(self) -> str | None:
        """The message of the problem if it was never applied, with what to do; None if that is allowed."""
        if self.applied or self.times is None or self._is_removed or self._may_stay_unused:
            return None
        return (
            f"{self._text} was never applied: the code under test made no such call. Mend the call or the fault, "
            f"remove the fault with aws.faults.clear(), or let it stay unused: with aws.allow_unused_faults()."
        )

    def mark_removed(self) -> None:
        """Marks it as removed by the test."""
        self._is_removed = True

    def concerns(self, operation: str, caller: Identity, parameters: Mapping[str, Any]) -> bool:
        """Returns whether it concerns this call. Runs the test's ``when``, so no lock may be held."""
        if operation not in self._operations:
            return False
        if any(self._options[name] not in (None, value) for name, value in caller._asdict().items()):
            return False
        when = self._options["when"]
        return when is None or self._chooses(when, operation, parameters)

    def _chooses(self, when: Callable[[dict[str, Any]], Any], operation: str, parameters: Mapping[str, Any]) -> bool:
        try:
            return bool(when(copy.deepcopy(dict(parameters))))
        except Exception as error:
            # It comes up in the middle of the code under test, which has nothing to do with it.
            raise AppintMockError(
                f"{self._text}: its `when` raised {type(error).__name__}: {error}\nIt was asked about a call of "
                f"{operation} with the parameters {', '.join(parameters) or 'none'}." + see("faults")
            ) from error

    def take(self, now: Callable[[], datetime.datetime]) -> Effect | None:
        """Returns its effect on a call that it concerns; None if it lets the call pass, which is counted."""
        if self._to_pass:
            self._to_pass -= 1
            return None
        if self._gate is not None and self._gate.lets_pass(now()):
            return None
        outcome = self._outcomes[self.applied % len(self._outcomes)]
        self.applied += 1
        options = self._options
        return Effect(outcome, options["carried_out"], options["delay"] or 0.0, options["sleep"])

    def __repr__(self) -> str:
        of = "" if self.times is None else f" of {self.times * len(self._outcomes)}"
        return f"<{self._text}: applied {self.applied}{of}>"


class _Gate:
    """Lets a number of calls per second pass, by the mock's clock, without bursts beyond it."""

    def __init__(self, rate: float) -> None:
        most = max(1, math.floor(rate))
        self._window = datetime.timedelta(seconds=most / rate)
        self._passed: deque[datetime.datetime] = deque(maxlen=most)

    def lets_pass(self, now: datetime.datetime) -> bool:
        passed = self._passed
        # A clock that was set back has left the window too.
        if len(passed) == passed.maxlen and datetime.timedelta() <= now - passed[0] < self._window:
            return False
        passed.append(now)
        return True


class Faults:
    """The faults of one scope, in the order in which they were added."""

    def __init__(self, service: Service[Any], scope_options: Mapping[str, Any]) -> None:
        self._service, self._scope_options = service, scope_options
        #: Held while faults are added, counted and removed, never while a test's own code runs.
        self._lock = forks.keep(threading.RLock())
        self._all: tuple[Fault, ...] = ()
        #: Those that may still be applied. Empty in most scopes, and then a call asks no further. Replaced, never
        #: changed: a ``when`` may add and clear faults while they are gone through.
        self.waiting: tuple[Fault, ...] = ()

    def add(
        self,
        operation: str,
        error: Error | Sequence[Error | None] | None = None,
        message: str | None = None,
        **options: Unpack[FaultOptions],
    ) -> None:
        """Adds a fault: see ``ServiceMock.fail``."""
        operations = operations_named(self._service, operation)
        chosen = {**_DEFAULTS, **options}
        if chosen["rate"] is not None and "times" not in options:
            chosen["times"] = None
        _check(self._service, self._scope_options, chosen)
        outcomes = _outcomes(self._service, error, message, chosen)
        given = (f", {name}={repr_of(chosen[name])}" for name in options if chosen[name] != _DEFAULTS[name])
        fault = Fault(f"fail({operation!r}, {repr_of(error)}{''.join(given)})", operations, outcomes, chosen)
        with self._lock:
            self._all = (*self._all, fault)
            self.waiting = (*self.waiting, fault)
        for listen in listeners.added:
            listen(fault)

    def meet(
        self,
        operation: str,
        caller: Identity,
        parameters: Mapping[str, Any],
        now: Callable[[], datetime.datetime],
    ) -> Effect | None:
        """Returns the effect of the first fault that applies to this call; None if none does.

        A call that one fault is applied to is not seen by those behind it: two faults of one operation take turns.
        No lock may be held.
        """
        for fault in self.waiting:
            if not fault.concerns(operation, caller, parameters):
                continue
            with self._lock:
                # Another thread, or the test's own `when`, may have used it up or cleared it since.
                effect = fault.take(now) if fault in self.waiting else None
                if fault.is_used_up:
                    self.waiting = tuple(each for each in self.waiting if each is not fault)
            if effect is not None:
                return effect
        return None

    def assert_all_used(self) -> None:
        """Raises AssertionError if a fault was applied to fewer calls than asked for (``times=None``: to none)."""
        __tracebackhide__ = True
        unused = [fault for fault in self if not fault.used]
        if unused:
            raise AssertionError(
                "Not all faults were used; the code under test made fewer of these calls:\n"
                + "\n".join(f"  {fault!r}" for fault in unused)
            )

    def clear(self) -> None:
        """Removes all faults."""
        with self._lock:
            for fault in self._all:
                fault.mark_removed()
            self._all = self.waiting = ()

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def __repr__(self) -> str:
        return f"<Faults: {list(self._all)}>"


def _check(service: Service[Any], scope_options: Mapping[str, Any], options: Mapping[str, Any]) -> None:
    """Raises TypeError or ValueError, saying what to give, for an invalid option of a fault."""
    for name in options:
        if name not in _DEFAULTS:
            raise TypeError(
                f"fail() has no option {name!r}.{did_you_mean(name, _DEFAULTS)} Its options: {', '.join(_DEFAULTS)}."
                + see("faults")
            )
    for name, (fits, wanted) in _CHECKS.items():
        if not fits(options[name]):
            raise ValueError(f"fail: {name}={repr_of(options[name])}: give {wanted}." + see("faults"))
    when = options["when"]
    if when is not None and not callable(when):
        raise TypeError(
            f"fail: when={repr_of(when)}: give a function that takes the call's parameters as a dict." + see("faults")
        )
    check_place(options["account_id"], options["region_name"], scope_options, service)


def _outcomes(
    service: Service[Any], error: Any, message: str | None, options: Mapping[str, Any]
) -> list[Outcome | None]:
    status, members = options["status"], options["members"]
    if isinstance(error, list | tuple):
        if not error:
            raise ValueError(
                "fail: an empty list of outcomes: give at least one error, or None to let a call through."
                + see("faults")
            )
        return [_in_turn(service, each, message, options) for each in error]
    if error is None and options["rate"] is not None:
        error = "ThrottlingException"
    if error is not None:
        return [outcome_of(service, error, message, status, members)]
    if options["delay"] is None or options["carried_out"]:
        raise TypeError(
            "fail: None lets a call through, so it goes with delay=..., or in a list with errors. "
            "Give an error's code such as 'ThrottlingException'." + see("faults")
        )
    return [None]


def _in_turn(service: Service[Any], error: Any, message: str | None, options: Mapping[str, Any]) -> Outcome | None:
    """One of a list of outcomes: the message, the status and the members are those of all errors in it."""
    if error is None:
        return None
    if isinstance(error, str):
        return outcome_of(service, error, message, options["status"], options["members"])
    return outcome_of(service, error)


def _is_number(value: object, most: float = math.inf) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= most


_CHECKS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "times": (
        lambda value: value is None or is_count(value, 1),
        "a number of at least 1, or None (until the scope ends)",
    ),
    "after": (lambda value: is_count(value, 0), "how many calls to let pass, a number of at least 0"),
    "carried_out": (is_flag, "True or False"),
    "delay": (
        lambda value: value is None or _is_number(value, _LONGEST_DELAY),
        "a number of seconds of at least 0 and at most a year",
    ),
    "sleep": (is_flag, "True (really wait for the delay) or False"),
    "rate": (
        lambda value: value is None or (_is_number(value, 1e6) and value >= 1e-6),
        "how many calls a second pass, a number above 0",
    ),
}
