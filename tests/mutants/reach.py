"""Which tests reach a line of the library: those are the tests that could notice a fault there."""

from __future__ import annotations

import ast
import functools
import json
import os
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple, TypeAlias

import coverage

from tests.models import skipping
from tests.mutants import contexts
from tests.mutants.running import run

#: How many seconds the tests of one mutant may take where nothing is wrong. The most telling ones come first.
MOST_SECONDS = 90
#: How long the whole suite may take, in seconds.
_LONGEST = 3600

_SETTINGS = """\
[run]
source = appint_mock
data_file = {folder}/lines
parallel = true
context = ${{{test}-}}
"""

#: By line: the tests that reach it.
_Lines: TypeAlias = "dict[int, set[str]]"


class Chosen(NamedTuple):
    """Tests in the order in which they are to run, and how many seconds they take."""

    tests: list[str]
    seconds: float


class Reach:
    """The tests that reach each line, as a run of the suite has shown."""

    def __init__(
        self, root: Path, lines: dict[str, _Lines], seconds: dict[str, float], skipped: frozenset[str] = frozenset()
    ) -> None:
        self._root = root
        self._lines, self._seconds = lines, seconds
        #: Functions of tests that fail here without a mutant, for what an older botocore lacks.
        self._skipped = skipped

    @classmethod
    def measured(cls, copy: Path, folder: Path, processes: int, deselected: list[str]) -> Reach:
        """Runs the suite in a copy of the repository. Raises TestsFailError if it fails."""
        settings = folder / "settings.ini"
        settings.write_text(_SETTINGS.format(folder=folder, test=contexts.TEST), "utf-8")
        seconds, skipped = folder / "seconds.json", folder / "skipped.txt"
        options = ["-m", "not slow", "-n", str(processes), "-p", contexts.__name__]
        measuring = ["--cov", f"--cov-config={settings}", "--cov-report="]
        variables = {
            contexts.SETTINGS: str(settings),
            contexts.SECONDS: str(seconds),
            skipping.SKIPPED: str(skipped),
        }
        failure = run([*options, *measuring, *deselected, "tests"], copy, _LONGEST, variables)
        if failure is not None:
            raise TestsFailError(f"The tests fail without a mutant: {failure}")
        return cls(
            copy,
            _read(folder, copy),
            json.loads(seconds.read_text("utf-8")),
            frozenset(skipped.read_text("utf-8").splitlines()),
        )

    def tests_of(self, module: str, line: int) -> Chosen:
        """Returns tests that reach a line of a module, given by its path in the repository.

        Those of files named like the module come first, and one of each function before its other cases.
        """
        stem = _stem(module)
        cases: dict[str, int] = defaultdict(int)
        ordered = []
        for test in sorted(self._reaching(module, line)):
            function = test.partition("[")[0]
            if function in self._skipped:
                continue
            ordered.append((cases[function], not _is_named(stem, test), self._seconds.get(test, 0), test))
            cases[function] += 1
        chosen, total = [], 0.0
        for _, _, seconds, test in sorted(ordered):
            if total + seconds <= MOST_SECONDS:
                chosen.append(test)
                total += seconds
        return Chosen(chosen, total)

    def _reaching(self, module: str, line: int) -> set[str]:
        """Of what runs when the module is loaded: the tests that reach what belongs to it, which is all it is for."""
        lines = self._lines.get(module)
        if lines is None:
            return set()
        source = _source(self._root / module)
        function = max((each for each in source.functions if each.first <= line <= each.last), default=None)
        if function is None:
            return self._reaching_module(module)
        if line < function.body:
            return set().union(*(lines.get(each, set()) for each in range(function.body, function.last + 1)))
        # coverage knows a statement by its first line.
        statement = max(first for first, last in source.statements if first <= line <= last)
        # What runs in forked children alone is not measured.
        return lines.get(statement) or self._reaching_module(module)

    def _reaching_module(self, module: str) -> set[str]:
        """Tests that reach any line; of what only runs while it is loaded, which is in no test, those named like it."""
        stem = _stem(module)
        return set().union(*self._lines[module].values()) or {test for test in self._seconds if _is_named(stem, test)}


def _stem(module: str) -> str:
    return Path(module).stem.strip("_").removesuffix("s")


def _is_named(stem: str, test: str) -> bool:
    """Whether a test's file is named like a module."""
    return stem in test.partition("::")[0].rpartition("/")[2]


class TestsFailError(Exception):
    """The tests fail without a mutant."""

    __test__ = False


class _Function(NamedTuple):
    """The lines of a function: of its decorators, of its body, and the last one."""

    first: int
    body: int
    last: int


class _Source(NamedTuple):
    """The functions of a module, and the first and the last line of each statement."""

    functions: list[_Function]
    statements: list[tuple[int, int]]


@functools.cache
def _source(path: Path) -> _Source:
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    functions = [node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return _Source(
        [_function(node) for node in functions],
        [
            (node.lineno, node.end_lineno or node.lineno)
            for node in nodes
            if isinstance(node, ast.stmt | ast.excepthandler)
        ],
    )


def _function(node: ast.FunctionDef | ast.AsyncFunctionDef) -> _Function:
    first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
    return _Function(first, node.body[0].lineno, node.end_lineno or node.lineno)


def _read(folder: Path, copy: Path) -> dict[str, _Lines]:
    reached: dict[str, _Lines] = defaultdict(lambda: defaultdict(set))
    for file in folder.glob("lines*"):
        data = coverage.CoverageData(str(file))
        data.read()
        for path in data.measured_files():
            lines = reached[os.path.relpath(path, copy)]
            for line, tests in data.contexts_by_lineno(path).items():
                lines[line] |= {test for test in tests if test}
    return reached
