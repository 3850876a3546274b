"""The public types, as a user's type checker meets them."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import blocks

ROOT = Path(__file__).parent.parent.parent
#: mypy's settings, `strict` among them, are those of the project.
CHECKERS = {"mypy": ["-m", "mypy"], "pyright": ["-m", "pyright", "--pythonpath", sys.executable]}
#: A user's settings: ours take boto3 for untyped, whether its stubs are there or not.
OF_A_USER = {"mypy": ["--config-file=", "--strict"], "pyright": []}


@pytest.mark.parametrize("checker", CHECKERS)
def test_user_code_is_typed(checker: str) -> None:
    _check(checker, str(Path(__file__).with_name("user_code.py").relative_to(ROOT)))


@pytest.mark.parametrize("checker", CHECKERS)
def test_the_page_with_types_is_typed(checker: str, tmp_path: Path) -> None:
    if not _is_installed("types-boto3"):
        pytest.skip(
            "types-boto3 is not installed: CI installs it for these tests alone, since it types our own mypy run too"
        )
    (block,) = [block for block in blocks(ROOT / "docs" / "types.md") if block.language == "python"]
    code = tmp_path / "page.py"
    code.write_text(block.source, "utf-8")
    _check(checker, str(code), *OF_A_USER[checker], folder=tmp_path)


def _is_installed(distribution: str) -> bool:
    try:
        importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def _check(checker: str, path: str, *options: str, folder: Path = ROOT) -> None:
    if importlib.util.find_spec(checker) is None:
        pytest.skip(f"{checker} is not installed: pip install -e '.[dev]' brings it")
    command = [sys.executable, *CHECKERS[checker], *options, path]
    finished = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=300)
    assert finished.returncode == 0, finished.stdout + finished.stderr
