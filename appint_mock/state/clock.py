"""The mock's clock: the only place where the library asks what time it is."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any


class Clock:
    """Follows ``datetime.now``, shifted by what it was advanced, until it is frozen.

    Since it asks ``datetime.datetime.now`` each time, freezegun and time-machine move it too.
    """

    def __init__(self) -> None:
        self._shift = datetime.timedelta()
        self._frozen: datetime.datetime | None = None

    def now(self) -> datetime.datetime:
        """The moment in UTC, cut to milliseconds as AWS does."""
        moment = self._frozen
        if moment is None:
            # Asked through the module, each time: that is what freezegun replaces.
            moment = datetime.datetime.now(datetime.timezone.utc)
        moment += self._shift
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

    def advance(self, by: datetime.timedelta | None = None, /, **parts: float) -> datetime.datetime:
        """Move the clock forward and return the new moment.

        Takes a ``timedelta``, or its keywords: ``days``, ``hours``, ``minutes``, ``seconds``, ``milliseconds``.
        Raises ValueError for a step that is not forward (to go back, freeze the clock at a moment), TypeError for
        an unknown keyword.
        """
        try:
            step = (datetime.timedelta() if by is None else by) + datetime.timedelta(**parts)
        except TypeError:
            given = ", ".join(
                [*([] if by is None else [repr(by)]), *(f"{name}={value!r}" for name, value in parts.items())]
            )
            raise TypeError(
                f"clock.advance({given}): give a timedelta, or days=, hours=, minutes=, seconds=, milliseconds=."
            ) from None
        if step <= datetime.timedelta():
            raise ValueError(
                f"clock.advance only goes forward, and this is {step}. To go to another moment: clock.freeze(moment)."
            )
        try:
            # Before anything is changed.
            _ = self.now() + step
        except OverflowError as error:
            raise ValueError(f"clock.advance({step}) leads beyond the year 9999, where Python's time ends.") from error
        self._shift += step
        return self.now()

    def freeze(self, moment: datetime.datetime | None = None) -> datetime.datetime:
        """Stop the clock at ``moment`` (without a time zone: UTC; None: now) and return that moment.

        ``advance`` still moves a frozen clock. Raises TypeError for anything but a datetime.
        """
        if moment is None:
            moment = self.now()
        if not isinstance(moment, datetime.datetime):
            raise TypeError(
                f"clock.freeze takes a datetime, not {moment!r}. Write clock.freeze(datetime.datetime(2030, 1, 31))."
            )
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=datetime.timezone.utc)
        self._frozen, self._shift = moment.astimezone(datetime.timezone.utc), datetime.timedelta()
        return self.now()

    def follow(self) -> None:
        """Follow ``datetime.now`` again, without any shift."""
        self._frozen, self._shift = None, datetime.timedelta()

    def dump(self) -> dict[str, Any] | None:
        """Where it stands, as JSON-able data; None if it follows ``datetime.now`` without a shift."""
        if self._frozen is None and not self._shift:
            return None
        frozen = None if self._frozen is None else self._frozen.isoformat()
        # A timedelta is three integers; in seconds it would not be exact.
        return {"frozen": frozen, "shift": [self._shift.days, self._shift.seconds, self._shift.microseconds]}

    def load(self, data: Mapping[str, Any] | None) -> None:
        """Stand where ``dump`` said. Raises ValueError or TypeError for anything else, and changes nothing."""
        if data is None:
            self.follow()
            return
        try:
            days, seconds, microseconds = data["shift"]
            shift = datetime.timedelta(days, seconds, microseconds)
            frozen = None if data["frozen"] is None else datetime.datetime.fromisoformat(data["frozen"])
            moment = datetime.datetime.now(datetime.timezone.utc) if frozen is None else frozen
            possible = shift >= datetime.timedelta() and moment.tzinfo is not None and moment + shift
        except (ValueError, TypeError, KeyError, ArithmeticError) as error:
            raise ValueError(f"{data!r} is no state of a clock ({type(error).__name__}: {error})") from error
        if not possible:
            raise ValueError(f"{data!r} is no state of a clock")
        self._shift, self._frozen = shift, frozen

    def __repr__(self) -> str:
        how = "following" if self._frozen is None else "frozen"
        return f"<Clock {how}: {self.now().isoformat(timespec='milliseconds')}>"
