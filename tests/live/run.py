"""Runs the portable tests in a session."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live import switch
from tests.live.plugin import Choice, LivePlugin
from tests.live.session import Session

ROOT = Path(__file__).parent.parent.parent


def ask(session: Session, choice: Choice, *options: str, only_plan: bool = False, tries: int = 2) -> LivePlugin:
    """Ask, and remove whatever is left. Returns what was seen, and what could not be removed."""
    plugin = LivePlugin(session, choice, only_plan=only_plan, tries=tries)
    arguments = [*options, "-p", "no:cacheprovider", "-p", "no:randomly"]
    # Where the package is installed it is a plugin of pytest's, and this program has imported it already.
    arguments += ["-W", "ignore:Module already imported:pytest.PytestAssertRewriteWarning"]
    with switch.running_in(session), _in(ROOT):
        pytest.main([*arguments, *files()], [plugin])
    return plugin


def files() -> list[str]:
    """The files that have tests of rules."""
    paths = ROOT.glob("tests/*/test_*.py")
    return sorted(str(path.relative_to(ROOT)) for path in paths if "import holds" in path.read_text("utf-8"))


@contextlib.contextmanager
def _in(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
