"""Waits by a clock that no test can stop, for all waits in server mode.

freezegun and time-machine replace ``time.monotonic``, ``time.time`` and what asyncio asks: whoever waits by them while
they stand still waits forever. Both leave the clock below alone.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ..state.clock import monotonic

__all__ = ["event_loop", "monotonic", "pause", "start_thread", "until"]


@contextmanager
def event_loop() -> Iterator[asyncio.AbstractEventLoop]:
    """Opens an event loop whose timers use ``monotonic``, and closes it at the end."""
    loop = asyncio.new_event_loop()
    loop.time = monotonic  # type: ignore[method-assign]
    try:
        yield loop
    finally:
        # Without this a task that was left behind would complain when it is collected.
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


def until(condition: Callable[[], Any], seconds: float, wait: Callable[[float], Any]) -> bool:
    """Returns whether ``condition()`` becomes true within ``seconds``; ``wait(seconds)`` is called in between."""
    end = monotonic() + seconds
    while not condition():
        if monotonic() >= end:
            return False
        wait(0.005)
    return True


def start_thread(name: str, target: Callable[[], object]) -> threading.Thread:
    """Starts a thread that does not keep the process alive, and returns it."""
    thread = threading.Thread(target=target, name=f"appint_mock {name}", daemon=True)
    thread.start()
    return thread


def pause(seconds: float) -> None:
    """Sleeps without ``time.sleep``, which a test may have replaced."""
    threading.Event().wait(seconds)
