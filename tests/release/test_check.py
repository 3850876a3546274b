"""The check of a release finds what it is for."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tests.release.__main__ import DATA, NotWholeError, _package_files, check_wheel

INFO = "appint_mock-0.2.0.dist-info"
SCRIPTS = "[console_scripts]\nx = appint_mock.__main__:main\n[pytest11]\nx = appint_mock.pytest_plugin\n"


def wheel(folder: Path, *, without: str = "", extra: str = "", scripts: str = SCRIPTS) -> Path:
    """A wheel as it should be, but for what is asked."""
    path = folder / "a.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name in {*_package_files(), f"{INFO}/licenses/LICENSE", extra} - {without, ""}:
            archive.writestr(name, "")
        archive.writestr(f"{INFO}/METADATA", "Requires-Python: >=3.10\n")
        archive.writestr(f"{INFO}/entry_points.txt", scripts)
    return path


def test_a_whole_wheel_passes(tmp_path: Path) -> None:
    check_wheel(wheel(tmp_path))


@pytest.mark.parametrize("name", [*DATA, "appint_mock/errors.py", f"{INFO}/licenses/LICENSE"])
def test_a_file_that_is_missing_is_found(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotWholeError, match=f"lacks {name}"):
        check_wheel(wheel(tmp_path, without=name))


@pytest.mark.parametrize("name", ["tests/conftest.py", "appint_mock/notes.txt"])
def test_a_file_that_does_not_belong_there_is_found(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotWholeError, match=f"has {name}"):
        check_wheel(wheel(tmp_path, extra=name))


def test_a_missing_entry_point_is_found(tmp_path: Path) -> None:
    with pytest.raises(NotWholeError, match="entry point"):
        check_wheel(wheel(tmp_path, scripts=SCRIPTS.partition("[pytest11]")[0]))
