"""Waits and threads of server mode."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator

import pytest

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


def test_a_wait_ends_at_the_second_that_was_given(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(waiting, "monotonic", lambda: now[0])

    def wait(seconds: float) -> None:
        now[0] += 1

    assert not waiting.until(lambda: False, 3, wait)
    assert now == [103]


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


def test_a_loop_is_closed_with_its_generators() -> None:
    ended: list[str] = []

    async def generate() -> AsyncIterator[int]:
        try:
            yield 1
        finally:
            await asyncio.sleep(0)
            ended.append("generator")

    async def begin() -> AsyncIterator[int]:
        begun = generate()
        await anext(begun)
        return begun

    with waiting.event_loop() as loop:
        begun = loop.run_until_complete(begin())
    assert ended == ["generator"]
    del begun


def test_a_task_that_is_left_may_wait_a_little_for_its_end() -> None:
    ended: list[str] = []

    async def work() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            for _ in range(3):
                await asyncio.sleep(0)
            ended.append("work")

    began = waiting.monotonic()
    with waiting.event_loop() as loop:
        task = loop.create_task(work())
        loop.run_until_complete(asyncio.sleep(0))
    assert ended == ["work"]
    assert task.done()
    assert waiting.monotonic() - began < 1


def test_a_loop_goes_by_a_clock_that_no_test_stops() -> None:
    with waiting.event_loop() as loop:
        assert loop.time is waiting.monotonic


def test_a_pause_takes_its_time() -> None:
    began = waiting.monotonic()
    waiting.pause(0.01)
    assert 0.01 <= waiting.monotonic() - began < 5
