"""Waits and threads of server mode."""

from __future__ import annotations

import asyncio
import threading

from appint_mock.server import waiting


def test_a_condition_that_comes_true_ends_the_wait() -> None:
    waits: list[float] = []
    assert waiting.until(lambda: len(waits) == 3, 5, waits.append)
    assert waits == [0.005] * 3


def test_a_condition_that_never_comes_true_ends_it_in_time() -> None:
    began, waits = waiting.monotonic(), []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        waiting.pause(seconds)

    assert not waiting.until(lambda: False, 0.05, wait)
    assert 0.05 <= waiting.monotonic() - began < 2
    assert 1 <= len(waits) <= 11


def test_a_condition_that_is_true_needs_no_wait() -> None:
    waits: list[float] = []
    assert waiting.until(lambda: True, 0, waits.append)
    assert waits == []


def test_a_thread_has_our_name_and_keeps_no_process_alive() -> None:
    go = threading.Event()
    thread = waiting.start_thread("writer", go.wait)
    assert (thread.name, thread.daemon, thread.is_alive()) == ("appint_mock writer", True, True)
    go.set()
    thread.join(5)
    assert not thread.is_alive()


def test_a_loop_is_closed_with_all_that_it_has_left() -> None:
    ended: list[str] = []

    async def work() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append("work")

    with waiting.event_loop() as loop:
        task = loop.create_task(work())
        loop.run_until_complete(asyncio.sleep(0))
    assert (ended, task.cancelled(), loop.is_closed()) == (["work"], True, True)
