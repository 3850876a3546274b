"""Runs a program in a Python of its own, in which nothing can reach another machine."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import textwrap
from pathlib import Path

_ROOT = Path(__file__).parent.parent
_PRELUDE = "from tests import sockets; sockets.forbid()\n"


def unmeasured() -> dict[str, str]:
    """Returns the environment without coverage's variables, for a process that could not write the measurements."""
    return {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}


def is_importable(*modules: str) -> bool:
    """Returns whether all the modules are installed. Imports only the packages that they are in."""
    try:
        return all(importlib.util.find_spec(name) is not None for name in modules)
    except ModuleNotFoundError:
        return False


def run_python(program: str, *options: str, **environment: str) -> str:
    """What the program prints; fails with its error output where it fails, or where it warns."""
    finished = subprocess.run(
        [sys.executable, "-W", "error", *options, "-c", _PRELUDE + textwrap.dedent(program)],
        capture_output=True,
        text=True,
        cwd=_ROOT,
        env={**os.environ, **environment},
        check=False,
        timeout=120,
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout.strip()
