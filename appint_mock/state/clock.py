"""The mock's clock: the only place where the library asks what time it is."""

from __future__ import annotations

import datetime


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

    def __repr__(self) -> str:
        how = "following" if self._frozen is None else "frozen"
        return f"<Clock {how}: {self.now().isoformat(timespec='milliseconds')}>"
