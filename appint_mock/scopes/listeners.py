"""Who hears of each call besides the open scopes, such as the pytest plugin, which outlives them.

pytest loads this module at the start of every run, whether it uses us or not: it loads nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from .call import Call


class AddedFault(Protocol):
    """As much of a ``Fault`` as a listener needs."""

    applied: int
    times: int | None


#: Called with each call after it was answered, from the thread that made it.
called: list[Callable[[Call], None]] = []
#: Called with each fault that a test adds.
added: list[Callable[[AddedFault], None]] = []
