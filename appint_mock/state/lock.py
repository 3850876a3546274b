"""Locks a world, and runs deferred calls once the lock is free."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from . import forks


class Lock:
    """A reentrant lock. Calls that are deferred while it is held run once its holder has fully released it.

    So a test's own code never runs under the lock, and may wait for other threads that need it.
    """

    def __init__(self) -> None:
        self._lock = forks.keep(threading.RLock(), self._lost)
        #: How often the holder has taken it; for the holder's eyes only.
        self._depth = 0
        self._put_off: list[Callable[[], object]] = []
        self._of_thread = threading.local()

    def __enter__(self) -> None:
        self._lock.acquire()
        self._depth += 1

    def __exit__(self, *error: object) -> None:
        calls: list[Callable[[], object]] = []
        self._depth -= 1
        if not self._depth:
            calls, self._put_off = self._put_off, calls
        self._lock.release()
        if calls:
            self._run(calls)

    def put_off(self, call: Callable[[], object]) -> None:
        """Runs ``call`` once the caller, who holds the lock, has released it.

        All that was put off runs, in order, whatever one of them raises; then the first exception is raised.
        """
        self._put_off.append(call)

    @contextmanager
    def released(self) -> Iterator[None]:
        """Releases the lock for the block, however often the caller holds it, also if not at all."""
        self._lock.acquire()
        depth, self._depth = self._depth, 0
        for _ in range(depth + 1):
            self._lock.release()
        try:
            yield
        finally:
            for _ in range(depth):
                self._lock.acquire()
            if depth:
                self._depth = depth

    def _lost(self) -> None:
        """Forgets the holder: a thread that this process does not have after a fork."""
        self._depth = 0
        self._put_off = []

    def _run(self, calls: list[Callable[[], object]]) -> None:
        waiting: deque[Callable[[], object]] | None = getattr(self._of_thread, "waiting", None)
        if waiting is not None:
            # What one of the calls has put off comes after those that were there before.
            waiting.extend(calls)
            return
        waiting = self._of_thread.waiting = deque(calls)
        errors: list[BaseException] = []
        try:
            while waiting:
                error = _failure_of(waiting.popleft())
                if error is not None:
                    errors.append(error)
        finally:
            self._of_thread.waiting = None
        if errors:
            raise errors[0]


def _failure_of(call: Callable[[], object]) -> BaseException | None:
    """Returns the error that the call raises, also one of pytest.fail or pytest.skip, which is no Exception."""
    try:
        call()
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        return error
    return None
