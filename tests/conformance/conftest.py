"""The sweep's figures stand at the end of a run."""

from __future__ import annotations

from typing import Any

from tests.conformance import figures


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say how many constraints the sweep broke."""
    for line in figures.lines():
        terminalreporter.write_line(line)
