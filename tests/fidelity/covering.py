"""Which tests cover which rules: read from the markers of the suite, which is collected for it."""

from __future__ import annotations

import contextlib
import functools
import io
import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.live.costs import costs_of
from tests.live.portable import needs, rules_of

_ROOT = Path(__file__).parent.parent.parent


class CoveringTest(NamedTuple):
    """A test that covers a rule; the cases of a parametrised one together."""

    #: The path in the repository, and the name.
    path: str
    name: str
    #: For each case, what live mode must allow to ask it; None if only the mock can answer it.
    cases: tuple[frozenset[str] | None, ...]

    @property
    def asks(self) -> bool:
        """Whether live mode can ask one of its cases at least."""
        return any(case is not None for case in self.cases)


@functools.cache
def tests_by_rule() -> Mapping[str, tuple[CoveringTest, ...]]:
    """The tests that cover each rule, by ``service:id``."""
    cases: dict[str, dict[str, list[frozenset[str] | None]]] = {}
    # Only files that cover rules: collecting all of them takes its time.
    files = [str(path) for path in _ROOT.glob("tests/**/test_*.py") if "import holds" in path.read_text("utf-8")]
    for item in collected(*sorted(files)):
        test = item.nodeid.partition("[")[0]
        needed = needs(item)
        allowed = None if needed.of_mock else costs_of(item.path.parent.name, needed)
        askable = rules_of(item)
        for marker in item.iter_markers("fidelity"):
            for rule in marker.args:
                found = cases.setdefault(rule, {}).setdefault(test, [])
                found.append(allowed if rule in askable else None)
    return {rule: tuple(_test(test, found) for test, found in tests.items()) for rule, tests in cases.items()}


def _test(name: str, cases: list[frozenset[str] | None]) -> CoveringTest:
    path, _, function = name.partition("::")
    return CoveringTest(path, function, tuple(cases))


def collected(*files: str) -> list[pytest.Item]:
    """The tests of these files as pytest collects them, in the order in which they are written."""

    class Collector:
        items: list[pytest.Item] = []  # noqa: RUF012 (of one run)

        def pytest_collection_finish(self, session: pytest.Session) -> None:
            # In the order in which they are written, whatever a plugin made of it.
            self.items = sorted(session.items, key=lambda item: (item.location[0], item.location[1] or 0))

    collector, output, here = Collector(), io.StringIO(), Path.cwd()
    os.chdir(_ROOT)
    try:
        with contextlib.redirect_stdout(output):
            options = ["--collect-only", "-q", "-p", "no:cacheprovider"]
            # Where the package is installed it is a plugin of pytest's, and this program has imported it already.
            options += ["-W", "ignore:Module already imported:pytest.PytestAssertRewriteWarning"]
            code = pytest.main([*options, *files], [collector])
    finally:
        os.chdir(here)
    if code != pytest.ExitCode.OK:
        raise AssertionError(f"The tests could not be collected:\n{output.getvalue()[-3000:]}")
    return collector.items
