"""Timing side by side: all contenders in turns within one run, so that what slows the machine slows them all."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple


class Figure(NamedTuple):
    """The median of the rounds and their spread, in microseconds."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{_human(self.median)} ({_human(self.low)}–{_human(self.high)})"


def figure(rounds: list[float]) -> Figure:
    """The figure of times in seconds: median, and the quartiles as spread."""
    micros = sorted(1e6 * each for each in rounds)
    quarter = max(len(micros) // 4, 1)
    return Figure(statistics.median(micros), micros[quarter - 1], micros[-quarter])


def side_by_side(work: Mapping[str, Callable[[], Any]], *, rounds: int = 25, calls: int = 40) -> dict[str, Figure]:
    """The time of one call of each, over rounds of so many calls, taken in turns."""
    for each in work.values():
        each()
    times: dict[str, list[float]] = {name: [] for name in work}
    for _ in range(rounds):
        for name, each in work.items():
            started = time.perf_counter()
            for _ in range(calls):
                each()
            times[name].append((time.perf_counter() - started) / calls)
    return {name: figure(taken) for name, taken in times.items()}


def in_processes(programs: Mapping[str, str], *, rounds: int = 9) -> dict[str, Figure]:
    """What each program prints last (seconds), run in a Python of its own, taken in turns."""
    times: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(rounds):
        for name, program in programs.items():
            times[name].append(float(output_of(program).split()[-1]))
    return {name: figure(taken) for name, taken in times.items()}


def output_of(program: str) -> str:
    """What a program prints in a Python of its own."""
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout


def _human(micros: float) -> str:
    if micros < 1000:
        return f"{micros:.1f} µs" if micros < 10 else f"{micros:.0f} µs"
    return f"{micros / 1000:.1f} ms" if micros < 1e6 else f"{micros / 1e6:.1f} s"
