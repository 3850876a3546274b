"""Measures how the cost of a piece of work grows with its size."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

#: By how much the cost may grow if the size grows eightfold: 8 is linear, 64 is a square.
MOST = 12.0

#: Makes the work of a size. The work runs once, and only the work is measured.
Prepare = Callable[[int], Callable[[], object]]


def growth(prepare: Prepare, size: int, *, times: int = 8, rounds: int = 5) -> float:
    """Returns the cost of the work at ``times`` the size, over its cost at ``size``.

    Costs are CPU time of the process, so other programs on the machine do not count; of all rounds, the cheapest
    counts. From the second round on, the measurement stops when the ratio is no more than ``MOST``. Choose a size
    at which the work takes a millisecond or more.
    """
    small = large = float("inf")
    gc.freeze()  # collections between the measurements do not go through all that the suite has loaded
    try:
        for number in range(1, rounds + 1):
            small = min(small, _cost(prepare(size)))
            large = min(large, _cost(prepare(size * times)))
            if number > 1 and large <= MOST * small:
                break
    finally:
        gc.unfreeze()
    return large / max(small, 1e-6)


def assert_linear(prepare: Prepare, size: int) -> None:
    """Fails if eight times the size costs more than ``MOST`` times as much."""
    ratio = growth(prepare, size)
    assert ratio <= MOST, f"eight times the size costs {ratio:.1f} times as much"


def _cost(work: Callable[[], object]) -> float:
    gc.collect()
    gc.disable()
    try:
        started = time.process_time()
        work()
        return time.process_time() - started
    finally:
        gc.enable()
