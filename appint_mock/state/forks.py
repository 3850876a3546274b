"""Makes locks safe across forks: a process forks only while no other thread is in the middle of a change."""

from __future__ import annotations

import functools
import os
import threading
import weakref
from collections.abc import Callable
from typing import Any, TypeVar

#: A ``threading.Lock`` or ``threading.RLock``.
RawLock = Any
L = TypeVar("L", bound=RawLock)

#: How often, and for how many seconds each time, a fork waits for a lock that another thread holds. A thread that holds
#: one longer waits for something itself, perhaps for this fork.
_ATTEMPTS, _WAIT = 100, 0.05  # pragma: no mutate (any number of some seconds in all would do)

#: Every lock to keep, and what to do in a child if it could not be taken. Global, as a fork is: it copies the process.
_kept: weakref.WeakKeyDictionary[RawLock, weakref.WeakMethod[Callable[[], object]] | None] = weakref.WeakKeyDictionary()
#: Guards ``_kept``, and is itself held over each fork.
_guard = threading.RLock()
#: What the forking thread holds.
_of_thread = threading.local()


def keep(lock: L, if_lost: Callable[[], object] | None = None) -> L:
    """Registers ``lock`` to be held during each fork, so that the child gets it free, and returns it.

    A fork waits until the thread that holds the lock has let go of it, so what the lock guards is whole in the child.
    If that takes more than some seconds, the child gets the lock anyway, after a call of the method ``if_lost``.
    """
    _watch()
    with _guard:
        _kept[lock] = None if if_lost is None else weakref.WeakMethod(if_lost)
    return lock


@functools.cache
def _watch() -> None:
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(before=_take, after_in_parent=_release, after_in_child=_release_in_child)


def _take() -> None:
    _guard.acquire()
    locks = list(_kept)
    taken, blocked = _try_all(locks, None)
    for _ in range(_ATTEMPTS):
        if blocked is None:
            break
        # Not while others are held: their holders may want them in another order.
        _free(taken)
        taken, blocked = _try_all(locks, blocked)
    _of_thread.taken, _of_thread.lost = taken, [lock for lock in locks if lock not in taken]


def _try_all(locks: list[RawLock], first: RawLock | None) -> tuple[list[RawLock], RawLock | None]:
    """Takes ``first`` after a wait, and all free locks. Returns the taken ones, and one that was not free."""
    taken: list[RawLock] = []
    blocked: RawLock | None = None
    if first is not None and first.acquire(timeout=_WAIT):
        taken.append(first)
    for lock in locks:
        if lock in taken:
            continue
        if lock.acquire(blocking=False):
            taken.append(lock)
        else:
            blocked = lock
    return taken, blocked


def _free(locks: list[RawLock]) -> None:
    for lock in reversed(locks):
        lock.release()


def _release() -> None:
    _free(_of_thread.taken)
    _of_thread.taken, _of_thread.lost = [], []
    _guard.release()


def _release_in_child() -> None:
    for lock in _of_thread.lost:
        # The only way, and the one that the standard library's own locks take.
        lock._at_fork_reinit()  # noqa: SLF001
        method = _kept.get(lock)
        if_lost = method and method()
        if if_lost:
            if_lost()
    _release()
