"""The public types, as a user's type checker meets them."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
#: mypy's settings, `strict` among them, are those of the project.
CHECKERS = {"mypy": ["-m", "mypy"], "pyright": ["-m", "pyright", "--pythonpath", sys.executable]}


@pytest.mark.parametrize("checker", CHECKERS)
def test_user_code_is_typed(checker: str) -> None:
    if importlib.util.find_spec(checker) is None:
        pytest.skip(f"{checker} is not installed: pip install -e '.[dev]' brings it")
    command = [sys.executable, *CHECKERS[checker], str(Path(__file__).with_name("user_code.py").relative_to(ROOT))]
    finished = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert finished.returncode == 0, finished.stdout + finished.stderr
