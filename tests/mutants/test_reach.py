"""Which tests are taken for a mutant: those that reach its line, the most telling first."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("coverage", reason="coverage is not installed: the session coverage of .ci/run has it")

from tests.mutants import reach
from tests.mutants.reach import Chosen, Reach

MODULE = """\
LIMIT = 5


@decorated
def first(size=3):
    if size:
        return (
            size + 1
        )
    return 0


def second():
    return first()
"""


@pytest.fixture
def reached(tmp_path: Path) -> Reach:
    tmp_path.joinpath("things.py").write_text(MODULE)
    lines = {
        1: set(),
        6: {"t/test_other.py::a", "t/test_thing.py::b[1]", "t/test_thing.py::b[2]", "t/test_thing.py::c"},
        7: {"t/test_thing.py::b[1]"},
        14: {"t/test_other.py::d"},
    }
    seconds = {"t/test_thing.py::b[1]": 3.0, "t/test_thing.py::b[2]": 2.0, "t/test_thing.py::c": 1.0}
    return Reach(tmp_path, {"things.py": lines}, seconds)


def test_a_line_has_the_tests_that_reach_it_those_named_like_the_module_and_one_of_each_first(reached: Reach) -> None:
    tests = ["t/test_thing.py::c", "t/test_thing.py::b[1]", "t/test_other.py::a", "t/test_thing.py::b[2]"]
    assert reached.tests_of("things.py", 6) == Chosen(tests, 6.0)


def test_a_later_line_of_a_statement_has_those_of_its_first(reached: Reach) -> None:
    assert reached.tests_of("things.py", 8).tests == ["t/test_thing.py::b[1]"]


@pytest.mark.parametrize("line", [4, 5])
def test_what_runs_at_import_for_a_function_has_the_tests_of_the_function(reached: Reach, line: int) -> None:
    assert len(reached.tests_of("things.py", line).tests) == 4


def test_what_runs_at_import_for_the_module_has_the_tests_of_all(reached: Reach) -> None:
    assert len(reached.tests_of("things.py", 1).tests) == 5


def test_a_line_that_no_test_is_known_to_reach_has_those_of_the_module(reached: Reach) -> None:
    assert reached.tests_of("things.py", 14).tests == ["t/test_other.py::d"]
    assert len(reached.tests_of("things.py", 10).tests) == 5
    assert reached.tests_of("others.py", 1) == Chosen([], 0.0)


def test_a_module_that_only_runs_while_it_is_loaded_has_the_tests_that_are_named_like_it(tmp_path: Path) -> None:
    tmp_path.joinpath("things.py").write_text(MODULE)
    seconds = {"t/test_thing.py::b": 1.0, "t/test_other.py::thing": 1.0}
    reached = Reach(tmp_path, {"things.py": {1: set(), 7: set()}}, seconds)
    assert reached.tests_of("things.py", 1) == reached.tests_of("things.py", 7) == Chosen(["t/test_thing.py::b"], 1.0)


def test_what_an_older_botocore_lets_skip_is_left_out(tmp_path: Path) -> None:
    tmp_path.joinpath("things.py").write_text(MODULE)
    lines = {6: {"t/test_thing.py::b[1]", "t/test_thing.py::b[2]", "t/test_thing.py::c"}}
    reached = Reach(tmp_path, {"things.py": lines}, {}, frozenset({"t/test_thing.py::b"}))
    assert reached.tests_of("things.py", 6).tests == ["t/test_thing.py::c"]


def test_tests_that_would_take_too_long_are_left_out(reached: Reach, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "MOST_SECONDS", 3.5)
    assert reached.tests_of("things.py", 6).tests == [
        "t/test_thing.py::c",
        "t/test_other.py::a",
        "t/test_thing.py::b[2]",
    ]
