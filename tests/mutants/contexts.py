"""A plugin of pytest that notes which test reaches which line, also in programs that it starts, and how long it takes.

The main process writes the seconds of each test to the file that ``MUTANTS_SECONDS`` names; coverage keeps the lines.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Generator
from pathlib import Path

import coverage
import pytest

#: The file with coverage's settings, in which ``MUTANTS_TEST`` stands for the test.
SETTINGS, TEST, SECONDS = "MUTANTS_SETTINGS", "MUTANTS_TEST", "MUTANTS_SECONDS"
#: Where coverage looks for its settings at the start of a Python process, and measures that process if there are some.
_OF_PROCESSES = "COVERAGE_PROCESS_START"

_seconds: dict[str, float] = defaultdict(float)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Names what is measured while a test runs after the test."""
    measuring = coverage.Coverage.current()
    settings = os.environ.get(SETTINGS)
    if measuring is None or settings is None:
        return (yield)
    measuring.switch_context(item.nodeid)
    os.environ.update({TEST: item.nodeid.replace("$", ""), _OF_PROCESSES: settings})
    try:
        return (yield)
    finally:
        measuring.switch_context("")
        os.environ.pop(_OF_PROCESSES, None)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Adds what a phase of a test took. With pytest-xdist, the main process gets the reports of all."""
    _seconds[report.nodeid] += report.duration


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Writes the seconds."""
    file = os.environ.get(SECONDS)
    if file is not None and not hasattr(session.config, "workerinput"):
        Path(file).write_text(json.dumps(_seconds), "utf-8")
