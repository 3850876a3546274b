"""Provides the mock's clock, the only source of time in the library."""

from __future__ import annotations

import datetime
import functools
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from ..hints import repr_of, see
from . import forks

_UTC = datetime.timezone.utc
_NOTHING = datetime.timedelta()
#: The last moment there is: no clock and no lifetime goes beyond it.
LATEST = datetime.datetime.max.replace(microsecond=999_000, tzinfo=_UTC)
#: Seconds since some moment, by a clock that neither freezegun nor time-machine moves. A partial object: freezegun
#: looks for plain references to ``time.monotonic`` in modules.
monotonic: Callable[[], float] = (
    functools.partial(time.clock_gettime, time.CLOCK_MONOTONIC)
    if hasattr(time, "clock_gettime")
    else functools.partial(time.monotonic)
)


def later(moment: datetime.datetime, by: datetime.timedelta) -> datetime.datetime:
    """Returns ``moment`` plus ``by`` (not negative), at most the last moment of the year 9999."""
    try:
        return min(moment + by, LATEST)
    except OverflowError:
        return LATEST


def end_of(moment: datetime.datetime, lifetime: datetime.timedelta) -> datetime.datetime | None:
    """Returns ``moment`` plus ``lifetime``, or None if that is after the year 9999 and never comes."""
    try:
        return moment + lifetime
    except OverflowError:
        return None


def earlier(moment: datetime.datetime, by: datetime.timedelta) -> datetime.datetime:
    """Returns ``moment`` less ``by`` (not negative), at least the first moment of the year 1."""
    first = datetime.datetime.min.replace(tzinfo=_UTC)
    try:
        return max(moment - by, first)
    except OverflowError:
        return first


class Clock:
    """Follows ``datetime.now``, shifted by any advances, until it is frozen.

    Since it asks ``datetime.datetime.now`` each time, freezegun and time-machine move it too. It may be moved and read
    in several threads. It ends with the year 9999: what goes there by itself stops there.
    """

    def __init__(self) -> None:
        #: Where it is frozen (None: it follows), and by what it was advanced since. Replaced as one, never changed.
        self._state: tuple[datetime.datetime | None, datetime.timedelta] = (None, _NOTHING)
        self._lock = forks.keep(threading.Lock())
        #: Called after ``advance`` or ``freeze`` has moved the clock forward.
        self.on_forward: list[Callable[[], object]] = []

    @property
    def is_frozen(self) -> bool:
        """Whether the clock stands still until a test moves it."""
        return self._state[0] is not None

    def now(self) -> datetime.datetime:
        """Returns the moment in UTC, cut to milliseconds as AWS does."""
        moment, shift = self._state
        if moment is None:
            # Asked through the module, each time: that is what freezegun replaces.
            moment = datetime.datetime.now(_UTC)
        return _cut(later(moment, shift) if shift else moment)

    def advance(self, by: datetime.timedelta | None = None, /, **parts: float) -> datetime.datetime:
        """Moves the clock forward and returns the new moment.

        Takes a ``timedelta``, or its keywords: ``days``, ``hours``, ``minutes``, ``seconds``, ``milliseconds``.
        A step of nothing (``days=0``) changes nothing. Raises ValueError for a step back (for that, freeze the clock at
        a moment), for none at all, and for one that goes beyond the year 9999; TypeError for an unknown keyword.
        """
        step = _step(by, parts)
        with self._lock:
            frozen, shift = self._state
            moment = datetime.datetime.now(_UTC) if frozen is None else frozen
            try:
                moved = moment + (shift + step)
            except OverflowError:
                raise ValueError(
                    f"clock.advance: {step} after {_cut(later(moment, shift)).isoformat()} is beyond the year 9999."
                    + see("clock")
                ) from None
            self._state = frozen, shift + step
        self._went_forward()
        return _cut(moved)

    def freeze(self, moment: datetime.datetime | None = None) -> datetime.datetime:
        """Stops the clock at ``moment`` (without a time zone: UTC; None: now) and returns that moment.

        ``advance`` still moves a frozen clock. Raises TypeError for anything but a datetime, ValueError for one that
        is in no year from 1 to 9999 by UTC.
        """
        # Without the lock: a test's own time zone may be asked.
        given = None if moment is None else _in_utc(moment)
        with self._lock:
            before = self.now()
            frozen = before if given is None else given
            self._state = frozen, _NOTHING
        if _cut(frozen) > before:
            self._went_forward()
        return _cut(frozen)

    def _went_forward(self) -> None:
        for call in self.on_forward:
            call()

    def follow(self) -> None:
        """Follows ``datetime.now`` again, without any shift."""
        with self._lock:
            self._state = None, _NOTHING

    def dump(self) -> dict[str, Any] | None:
        """Returns the clock's state as JSON-able data; None if it follows ``datetime.now`` without a shift."""
        frozen, shift = self._state
        if frozen is None and not shift:
            return None
        # A timedelta is three integers; in seconds it would not be exact.
        return {
            "frozen": None if frozen is None else frozen.isoformat(),
            "shift": [shift.days, shift.seconds, shift.microseconds],
        }

    def load(self, data: Mapping[str, Any] | None) -> None:
        """Restores the state from ``dump``. Raises ValueError for other data, and changes nothing then."""
        state = (None, _NOTHING) if data is None else _state_of(data)
        with self._lock:
            self._state = state

    def __repr__(self) -> str:
        how = "frozen" if self.is_frozen else "following"
        return f"<Clock {how}: {self.now().isoformat(timespec='milliseconds')}>"


def _cut(moment: datetime.datetime) -> datetime.datetime:
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _step(by: Any, parts: Mapping[str, Any]) -> datetime.timedelta:
    """Returns the step given to ``Clock.advance``."""
    given = ", ".join(
        [*([] if by is None else [repr_of(by)]), *(f"{name}={repr_of(value)}" for name, value in parts.items())]
    )
    try:
        step = (_NOTHING if by is None else by) + datetime.timedelta(**parts)
    except (OverflowError, ValueError):
        raise ValueError(f"clock.advance({given}): no clock can go so far." + see("clock")) from None
    except Exception:
        step = None
    if not isinstance(step, datetime.timedelta):
        raise TypeError(
            f"clock.advance({given}): give a timedelta, or days=, hours=, minutes=, seconds=, milliseconds=."
            + see("clock")
        )
    if step < _NOTHING or not given:
        raise ValueError(
            f"clock.advance only goes forward, and this is {step}. To go to another moment: clock.freeze(moment)."
            + see("clock")
        )
    return step


def _in_utc(moment: Any) -> datetime.datetime:
    """Returns the time given to ``Clock.freeze``."""
    if not isinstance(moment, datetime.datetime):
        raise TypeError(
            f"clock.freeze takes a datetime, not {repr_of(moment)}. Write clock.freeze(datetime.datetime(2030, 1, 31))."
            + see("clock")
        )
    if moment.utcoffset() is None:
        moment = moment.replace(tzinfo=_UTC)
    try:
        in_utc: datetime.datetime = moment.astimezone(_UTC)
    except OverflowError:
        raise ValueError(
            f"clock.freeze: {moment.isoformat()} is in no year from 1 to 9999 by UTC." + see("clock")
        ) from None
    return in_utc


def _state_of(data: Any) -> tuple[datetime.datetime | None, datetime.timedelta]:
    """Returns the state in ``data``, a result of ``Clock.dump``."""
    try:
        days, seconds, microseconds = data["shift"]
        shift = datetime.timedelta(days, seconds, microseconds)
        frozen = None if data["frozen"] is None else datetime.datetime.fromisoformat(data["frozen"]).astimezone(_UTC)
        moment = datetime.datetime.now(_UTC) if frozen is None else frozen
        _ = moment + shift
    except (ValueError, TypeError, LookupError, OverflowError) as error:
        raise ValueError(f"{data!r} is no state of a clock: give what dump() returned." + see("clock")) from error
    if shift < _NOTHING or data.keys() != {"frozen", "shift"}:
        raise ValueError(f"{data!r} is no state of a clock: give what dump() returned." + see("clock"))
    return frozen, shift
