"""Each module of the library has tests that must notice its faults."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mutants.rooms import PACKAGE, ROOMS, ROOT, files_for, room_of

MODULES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_module_has_tests(path: Path) -> None:
    files = files_for(path)
    assert files
    assert len(files) == len(set(files))
    assert all(Path(ROOT, file).is_file() for file in files)


def test_every_room_has_a_module() -> None:
    assert set(map(room_of, MODULES)) == set(ROOMS)


def test_tests_that_are_named_like_the_module_come_first() -> None:
    assert files_for(PACKAGE / "services" / "dataexchange" / "grants.py")[0] == "tests/dataexchange/test_grants.py"
