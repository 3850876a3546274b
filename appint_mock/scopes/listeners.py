"""Keeps the listeners that outlive a scope, such as the pytest plugin.

pytest loads this module at the start of every run, whether it uses us or not: it loads nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from .call import Call


class Watched(Protocol):
    """A stopped call, a fault or a scope that a test may leave in a wrong state."""

    @property
    def complaint(self) -> str | None:
        """The message of a present problem, with what to do; None if there is none."""


class Remarkable(Protocol):
    """The part of a ``World`` that a listener needs."""

    def remarks(self) -> list[str]:
        """Returns remarks for the report of a failing test, as sentences."""


#: Called with each call after it was answered, and with the state that it worked on, from the thread that made it.
called: list[Callable[[Call, Remarkable], None]] = []
#: Called with each call that was stopped since nothing answers it.
stopped: list[Callable[[Call], None]] = []
#: Called with each fault that a test adds.
added: list[Callable[[Watched], None]] = []
#: Called with each scope that a handle has opened, and what closes it.
opened: list[Callable[[Watched, Callable[[], None]], None]] = []
