"""A child process finds every lock free, and what the locks guard whole."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable

import boto3
import pytest

from appint_mock import mock_appintegrations, mock_dataexchange
from appint_mock.state import forks
from appint_mock.state.lock import Lock

pytestmark = [
    # A child is another program, and one that is made beside busy threads takes its time.
    pytest.mark.integration,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="this platform has no fork"),
    # Python 3.12 warns of every fork beside a thread, which is what is tried here.
    pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning"),
]
SOURCE = {"EventFilter": {"Source": "aws.partner/x"}, "EventBridgeBus": "default"}


def in_child(work: Callable[[], object]) -> bool:
    """Whether a forked child did the work without an error, within 20 seconds."""
    child = os.fork()
    if not child:
        code = 1
        try:
            # A child that hangs must not outlive the test; an alarm needs no lock.
            signal.alarm(20)
            work()
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    return status == 0


def test_a_child_made_while_another_thread_is_in_a_call_can_make_calls() -> None:
    with mock_appintegrations() as aws:
        client = boto3.client("appintegrations")
        stop = threading.Event()

        def call_always(index: int) -> None:
            number = 0
            while not stop.is_set():
                number += 1
                client.create_event_integration(Name=f"n{index}-{number}", **SOURCE)

        def work() -> None:
            before = len(aws.calls)
            own = boto3.client("appintegrations")
            own.create_event_integration(Name="child", **SOURCE)
            assert own.get_event_integration(Name="child")["Name"] == "child"
            assert len(aws.calls) == before + 2
            aws.restore(aws.snapshot())
            aws.clock.advance(days=1)

        threads = [threading.Thread(target=call_always, args=(index,)) for index in range(3)]
        for thread in threads:
            thread.start()
        try:
            assert all(in_child(work) for _ in range(6))
        finally:
            stop.set()
            for thread in threads:
                thread.join()


def test_a_child_sees_no_change_half_made() -> None:
    with mock_dataexchange() as aws:
        lock = aws.backend().world.lock
        halves = [0, 0]
        entered, stop = threading.Event(), threading.Event()

        def change_always() -> None:
            while not stop.is_set():
                with lock:
                    halves[0] += 1
                    entered.set()
                    stop.wait(0.002)
                    halves[1] += 1

        def work() -> None:
            with lock:
                assert halves[0] == halves[1]

        thread = threading.Thread(target=change_always)
        thread.start()
        try:
            assert entered.wait(10)
            assert all(in_child(work) for _ in range(20))
        finally:
            stop.set()
            thread.join()


def test_a_child_gets_a_lock_whose_holder_waits_for_the_child(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forks, "_WAIT", 0.001)
    lock = Lock()
    held, made = threading.Event(), threading.Event()

    def hold() -> None:
        with lock:
            lock.put_off(lambda: None)
            held.set()
            made.wait(20)

    ran: list[int] = []

    def work() -> None:
        with lock:
            lock.put_off(lambda: ran.append(1))
        assert ran == [1]

    thread = threading.Thread(target=hold)
    thread.start()
    try:
        assert held.wait(10)
        assert in_child(work)
    finally:
        made.set()
        thread.join()


def test_a_fork_takes_locks_that_others_hold_in_the_opposite_order() -> None:
    first, second = forks.keep(threading.RLock()), forks.keep(threading.RLock())
    stop = threading.Event()

    def nest_always() -> None:
        while not stop.is_set():
            with second, first:
                pass

    def work() -> None:
        with first, second:
            pass

    thread = threading.Thread(target=nest_always)
    thread.start()
    try:
        assert all(in_child(work) for _ in range(20))
    finally:
        stop.set()
        thread.join()


def test_a_lock_that_is_gone_is_not_kept() -> None:
    lock = Lock()
    before = len(forks._kept)
    del lock
    assert len(forks._kept) < before


class Guarded:
    """Notes that its lock could not be held during a fork."""

    def __init__(self) -> None:
        self.lock = forks.keep(threading.Lock(), self.lose)
        self.is_lost = False

    def lose(self) -> None:
        self.is_lost = True


def test_a_fork_that_waited_for_one_lock_takes_all_the_others_too() -> None:
    busy, free = Guarded(), Guarded()
    busy.lock.acquire()
    holder = threading.Timer(0.02, busy.lock.release)
    holder.start()

    def work() -> None:
        assert not busy.is_lost
        assert not free.is_lost

    assert in_child(work)
    holder.join()


def test_a_child_is_told_of_each_lock_that_it_lost_and_others_are_just_free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forks, "_WAIT", 0.0001)
    monkeypatch.setattr(forks, "_ATTEMPTS", 3)
    told, untold = Guarded(), forks.keep(threading.Lock())
    told.lock.acquire()
    untold.acquire()

    def work() -> None:
        assert told.is_lost
        assert told.lock.acquire(blocking=False)
        assert untold.acquire(blocking=False)

    assert in_child(work)
    assert not told.is_lost
    assert not told.lock.acquire(blocking=False)


def test_after_a_fork_any_thread_of_the_parent_and_of_the_child_can_take_and_keep_locks() -> None:
    lock = forks.keep(threading.RLock())

    def work() -> None:
        done = threading.Event()

        def take() -> None:
            with lock, forks.keep(threading.Lock()):
                done.set()

        threading.Thread(target=take, daemon=True).start()
        assert done.wait(10)

    assert in_child(work)
    work()
