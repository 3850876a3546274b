"""Puts random faults into copies of the library, and prints the share of them that the tests notice.

Each mutant runs against the tests of its room (``rooms.py``) in a process of its own, with a time limit, on all cores.
The working tree is only read. Needs ``cosmic-ray``, which the extra ``mutants`` installs; without moto, the room of
the integrations is left out, and faults in what moto alone makes the library do go unnoticed.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import NamedTuple

from tests.mutants.rooms import ROOMS, ROOT, files_for, modules, room_of
from tests.mutants.sampling import Mutant, sample

#: How long the tests of a mutant may take: so many times as long as without it, and so many seconds more.
TIMES, SECONDS = 3, 30
#: Each file that is written gets a later date than all before, so that Python never takes what it compiled of another.
DATES = itertools.count(int(time.time()))


class TestsFailError(Exception):
    """The tests fail without a mutant."""

    __test__ = False


class Result(NamedTuple):
    """What became of a mutant."""

    mutant: Mutant
    #: None if no test noticed it.
    noticed: str | None


def main() -> int:
    """Runs a sample. Returns 1 if the tests noticed less than ``--at-least`` per cent of it."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--sample", type=int, default=100, metavar="N", help="how many mutants (100)")
    parser.add_argument("--seed", type=int, default=0, help="another seed, another sample (0)")
    parser.add_argument("--room", choices=[room for room in ROOMS if room], help="only the modules of one room")
    parser.add_argument(
        "--deselect", action="append", default=[], metavar="TEST", help="a test to leave out; repeatable"
    )
    parser.add_argument("--at-least", type=float, default=0, metavar="PERCENT", help="fail below this share")
    options = parser.parse_args()
    mutants = sample(modules(options.room), options.sample, options.seed)
    with Laboratory.open(os.cpu_count() or 1, options.deselect) as laboratory:
        results = list(laboratory.results(mutants))
    return 0 if report(results) >= options.at_least else 1


class Laboratory:
    """Copies of the repository in which mutants live, one for each process that runs at a time."""

    def __init__(self, copies: list[Path], deselected: list[str]) -> None:
        self._deselected = deselected
        self._pool = ThreadPoolExecutor(len(copies))
        self._copies: queue.SimpleQueue[Path] = queue.SimpleQueue()
        for copy in copies:
            self._copies.put(copy)

    @classmethod
    @contextlib.contextmanager
    def open(cls, size: int, deselected: list[str]) -> Iterator[Laboratory]:
        """Opens one of ``size`` copies, in which some tests do not run, and removes the copies in the end."""
        ignored = [line.strip("/") for line in (ROOT / ".gitignore").read_text("utf-8").split()]
        with tempfile.TemporaryDirectory(prefix="appint_mock-") as folder:
            copies = [Path(folder, str(number)) for number in range(size)]
            for copy in copies:
                shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".git", *ignored))
            laboratory = cls(copies, deselected)
            try:
                yield laboratory
            finally:
                # After an interrupt: what runs may end, nothing more begins.
                laboratory._pool.shutdown(cancel_futures=True)

    def results(self, mutants: list[Mutant]) -> Iterator[Result]:
        """Yields what became of each mutant, and prints it."""
        limits = self._limits(mutants)
        running = [self._pool.submit(self._try, mutant, limits[mutant.path]) for mutant in mutants]
        for number, done in enumerate(as_completed(running), 1):
            result = done.result()
            mutant = result.mutant
            where = f"{mutant.path.relative_to(ROOT)}:{mutant.line} {mutant.operator}"
            print(f"{number}/{len(mutants)} {where}: {result.noticed or 'SURVIVED'}", flush=True)
            yield result

    def _limits(self, mutants: list[Mutant]) -> dict[Path, float]:
        """How many seconds the tests of each module may take, from a run without a mutant, which must pass."""
        timed: dict[frozenset[str], float] = {}
        by_tests = {frozenset(files_for(path)): files_for(path) for path in {mutant.path for mutant in mutants}}
        for key, seconds in zip(by_tests, self._pool.map(self._time, by_tests.values()), strict=True):
            timed[key] = seconds * TIMES + SECONDS
        return {mutant.path: timed[frozenset(files_for(mutant.path))] for mutant in mutants}

    def _time(self, tests: list[str]) -> float:
        began = time.monotonic()
        with self._copy() as copy:
            failure = run(self._selected(tests), copy, None)
        if failure is not None:
            raise TestsFailError(f"The tests fail without a mutant: {failure}")
        return time.monotonic() - began

    def _try(self, mutant: Mutant, limit: float) -> Result:
        with self._copy() as copy:
            path = copy / mutant.path.relative_to(ROOT)
            original = path.read_text("utf-8")
            write(path, mutant.source)
            try:
                return Result(mutant, run(self._selected(files_for(mutant.path)), copy, limit))
            finally:
                write(path, original)

    def _selected(self, tests: list[str]) -> list[str]:
        return [*tests, *(f"--deselect={test}" for test in self._deselected)]

    @contextlib.contextmanager
    def _copy(self) -> Iterator[Path]:
        copy = self._copies.get()
        try:
            yield copy
        finally:
            self._copies.put(copy)


def write(path: Path, source: str) -> None:
    """Writes a module with a date of its own."""
    date = next(DATES)
    path.write_text(source, "utf-8")
    os.utime(path, (date, date))


def run(tests: list[str], copy: Path, limit: float | None) -> str | None:
    """Runs tests in a copy. Returns the first failure, or None if all pass in time."""
    options = ["-q", "-x", "--no-header", "--tb=no", "-p", "no:randomly", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", *options, "-p", "tests.mutants.quickly", *tests]
    # Before all else: an installed appint_mock must not be what is tested.
    path = os.pathsep.join(filter(None, [str(copy), os.environ.get("PYTHONPATH")]))
    process = subprocess.Popen(
        command,
        cwd=copy,
        env={**os.environ, "PYTHONPATH": path},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        return f"no end after {limit:.0f} s"
    finally:
        # With all that the tests have started.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    if process.returncode == 0:
        return None
    failures = [line for line in output.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return (failures or output.splitlines()[-1:] or ["pytest failed and said nothing"])[0][:160]


def report(results: list[Result]) -> float:
    """Prints the survivors and the share of mutants that were noticed. Returns the share."""
    rooms: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        rooms[room_of(result.mutant.path)].append(result)
    for result in sorted(results):
        if result.noticed is None:
            mutant = result.mutant
            print(f"\n{mutant.path.relative_to(ROOT)}:{mutant.line} {mutant.operator}\n    {mutant.change}")
    print()
    for room, its in sorted(rooms.items()):
        print(f"{room or 'top':24} {sum(each.noticed is not None for each in its):4} of {len(its):4}")
    noticed = sum(each.noticed is not None for each in results)
    share = 100 * noticed / len(results) if results else 100.0
    print(f"The tests notice {noticed} of {len(results)} mutants: {share:.1f} %.")
    return share


if __name__ == "__main__":
    sys.exit(main())
