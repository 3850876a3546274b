"""Puts random faults into copies of the library, and prints the share of them that the tests notice.

First the suite runs once, to see which tests reach which line (``reach.py``). Then each mutant runs against the tests
that reach its line, in a process of its own, with a time limit, on all cores. The working tree is only read. Needs
``cosmic-ray``, which the extra ``mutants`` installs; without moto, the room of the integrations is left out, and faults
in what moto alone makes the library do go unnoticed.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import os
import queue
import shutil
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import NamedTuple

from tests.models.skipping import NO_SKIPS
from tests.mutants.reach import Chosen, Reach
from tests.mutants.rooms import ROOMS, ROOT, TOP, modules, room_of
from tests.mutants.running import CHOSEN, run
from tests.mutants.sampling import Mutant, sample

#: How long the tests of a mutant may take: so many times as long as without it, and so many seconds more.
TIMES, SECONDS = 3, 60
#: Each file that is written gets a later date than all before, so that Python never takes what it compiled of another.
DATES = itertools.count(int(time.time()))


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
    parser.add_argument("--room", choices=[TOP, *ROOMS], help="only the modules of one room")
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

    def __init__(self, folder: Path, copies: list[Path], reach: Reach) -> None:
        self._folder, self._reach = folder, reach
        self._pool = ThreadPoolExecutor(len(copies))
        self._copies: queue.SimpleQueue[Path] = queue.SimpleQueue()
        for copy in copies:
            self._copies.put(copy)

    @classmethod
    @contextlib.contextmanager
    def open(cls, size: int, deselected: list[str]) -> Iterator[Laboratory]:
        """Opens one of ``size`` copies, in which some tests do not run, and removes the copies in the end."""
        ignored = [line.strip("/") for line in (ROOT / ".gitignore").read_text("utf-8").split()]
        with tempfile.TemporaryDirectory(prefix="appint_mock-") as name:
            # As processes name it: on macOS it is a link.
            folder = Path(name).resolve()
            copies = [folder / str(number) for number in range(size)]
            for copy in copies:
                shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".git", *ignored))
            reach = Reach.measured(copies[0], folder, size, [f"--deselect={test}" for test in deselected])
            laboratory = cls(folder, copies, reach)
            try:
                yield laboratory
            finally:
                # After an interrupt: what runs may end, nothing more begins.
                laboratory._pool.shutdown(cancel_futures=True)

    def results(self, mutants: list[Mutant]) -> Iterator[Result]:
        """Yields what became of each mutant, and prints it."""
        running = [self._pool.submit(self._try, mutant) for mutant in mutants]
        for number, done in enumerate(as_completed(running), 1):
            result = done.result()
            mutant = result.mutant
            where = f"{mutant.path.relative_to(ROOT)}:{mutant.line} {mutant.operator}"
            print(f"{number}/{len(mutants)} {where}: {result.noticed or 'SURVIVED'}", flush=True)
            yield result

    def _try(self, mutant: Mutant) -> Result:
        module = mutant.path.relative_to(ROOT)
        chosen = self._reach.tests_of(module.as_posix(), mutant.line)
        if not chosen.tests:
            return Result(mutant, None)
        copy = self._copies.get()
        try:
            original = (copy / module).read_text("utf-8")
            write(copy / module, mutant.source)
            try:
                return Result(mutant, self._run(chosen, copy))
            finally:
                write(copy / module, original)
        finally:
            self._copies.put(copy)

    def _run(self, chosen: Chosen, copy: Path) -> str | None:
        tests = self._folder / f"tests of {copy.name}.txt"
        tests.write_text("\n".join(chosen.tests), "utf-8")
        files = dict.fromkeys(test.partition("::")[0] for test in chosen.tests)
        return run([*files], copy, chosen.seconds * TIMES + SECONDS, {CHOSEN: str(tests), NO_SKIPS: "1"})


def write(path: Path, source: str) -> None:
    """Writes a module with a date of its own."""
    date = next(DATES)
    path.write_text(source, "utf-8")
    os.utime(path, (date, date))


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
        print(f"{room:24} {sum(each.noticed is not None for each in its):4} of {len(its):4}")
    noticed = sum(each.noticed is not None for each in results)
    share = 100 * noticed / len(results) if results else 100.0
    print(f"The tests notice {noticed} of {len(results)} mutants: {share:.1f} %.")
    return share


if __name__ == "__main__":
    sys.exit(main())
