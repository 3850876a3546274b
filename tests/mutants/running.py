"""Runs pytest in a copy of the repository, in a process of its own and with a time limit."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

#: The variable that names a file with the tests to run, one a line.
CHOSEN = "MUTANTS_CHOSEN"


def run(arguments: list[str], copy: Path, limit: float, variables: dict[str, str] | None = None) -> str | None:
    """Runs tests in a copy. Returns the first failure, or None if all pass within ``limit`` seconds."""
    options = ["-q", "-x", "--no-header", "--tb=no", "-p", "no:randomly", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", *options, "-p", "tests.mutants.quickly", *arguments]
    # Before all else: an installed appint_mock must not be what is tested.
    path = os.pathsep.join(filter(None, [str(copy), os.environ.get("PYTHONPATH")]))
    process = subprocess.Popen(
        command,
        cwd=copy,
        env={**os.environ, **(variables or {}), "PYTHONPATH": path},
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
    if process.returncode in (0, pytest.ExitCode.NO_TESTS_COLLECTED):
        return None
    failures = [line for line in output.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return (failures or output.splitlines()[-1:] or ["pytest failed and said nothing"])[0][:160]
