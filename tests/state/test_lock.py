"""The lock of a world: what is put off, and letting go for a while."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from appint_mock.state.lock import Lock


def is_free(lock: Lock) -> bool:
    """Whether another thread can take the lock."""
    taken = threading.Event()

    def take() -> None:
        with lock:
            taken.set()

    threading.Thread(target=take, daemon=True).start()
    return taken.wait(0.2)


def hold(lock: Lock, *calls: Callable[[], object]) -> None:
    """Hold the lock and put the calls off."""
    with lock:
        for call in calls:
            lock.put_off(call)


def test_what_is_put_off_runs_when_the_outermost_holder_lets_go() -> None:
    lock, seen = Lock(), []
    with lock:
        with lock:
            lock.put_off(lambda: seen.append(is_free(lock)))
        assert seen == []
        assert not is_free(lock)
    assert seen == [True]


def test_all_runs_in_order_and_the_first_exception_is_raised() -> None:
    lock, seen = Lock(), []

    def fail(text: str) -> Callable[[], object]:
        def call() -> None:
            seen.append(text)
            pytest.fail(text)

        return call

    with pytest.raises(pytest.fail.Exception, match="one"):
        hold(lock, fail("one"), fail("two"))
    assert seen == ["one", "two"]


def test_an_interrupt_stops_at_once_and_leaves_a_lock_that_works() -> None:
    lock, seen = Lock(), []

    def interrupt() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        hold(lock, interrupt, lambda: seen.append("late"))
    assert seen == []
    hold(lock, lambda: seen.append("next"))
    assert seen == ["next"]


@pytest.mark.parametrize("depth", [0, 1, 3])
def test_the_lock_can_be_let_go_of_at_any_depth(depth: int) -> None:
    lock = Lock()
    for _ in range(depth):
        lock.__enter__()
    with lock.released():
        assert is_free(lock)
    for _ in range(depth):
        assert not is_free(lock)
        lock.__exit__()
    assert is_free(lock)


def test_a_lock_that_is_let_go_of_runs_what_was_put_off_in_the_meantime_at_once() -> None:
    lock, seen = Lock(), []
    with lock:
        lock.put_off(lambda: seen.append("first"))
        with lock.released():
            hold(lock, lambda: seen.append("second"))
            assert seen == ["first", "second"]
        assert not is_free(lock)
    assert seen == ["first", "second"]


def test_what_a_call_puts_off_comes_after_those_that_were_there_before() -> None:
    lock, seen = Lock(), []

    def first() -> None:
        hold(lock, lambda: seen.append("third"))
        seen.append("first")

    hold(lock, first, lambda: seen.append("second"))
    assert seen == ["first", "second", "third"]
