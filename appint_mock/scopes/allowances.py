"""Allows, for a block of a test, misuse that would otherwise fail the test at its end."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from ..state import forks

#: Calls that were stopped, and whose UnmockedCallError the code under test swallowed.
UNMOCKED = "unmocked"
#: Scopes that are still open.
OPEN_SCOPES = "open_scopes"
#: Faults that were never applied.
UNUSED_FAULTS = "unused_faults"


class _Allowance(NamedTuple):
    kind: str
    #: Which services it is about; none: all.
    services: tuple[str, ...]


_lock = forks.keep(threading.Lock())
#: Those of the blocks that run now, in any thread. Replaced, never changed.
_current: tuple[_Allowance, ...] = ()


@contextmanager
def allow(kind: str, services: tuple[str, ...] = ()) -> Iterator[None]:
    """Allows one kind of misuse while a block runs, for these services or for all."""
    global _current
    allowance = _Allowance(kind, services)
    with _lock:
        _current = (*_current, allowance)
    try:
        yield
    finally:
        with _lock:
            _current = tuple(each for each in _current if each is not allowance)


def is_allowed(kind: str, service: str = "") -> bool:
    """Returns whether a running block allows it."""
    return any(each.kind == kind and (not each.services or service in each.services) for each in _current)
