"""The line of a test that a message names."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Any

import pytest

from appint_mock import CheckError, mock_appintegrations, mock_dataexchange
from appint_mock.handle.places import place_of_caller, text_of

HERE = Path(__file__)


def line_of(text: str) -> int:
    """The number of this file's line that ends in that text."""
    (number,) = (n for n, line in enumerate(HERE.read_text("utf-8").splitlines(), 1) if line.endswith(text))
    return number


def test_a_file_below_the_working_directory_is_named_from_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(HERE.parent)
    assert text_of((str(HERE), 7)) == f"{HERE.name}:7"
    assert text_of((str(HERE.parent.parent / "other.py"), 8)) == f"{HERE.parent.parent / 'other.py'}:8"
    assert text_of((f"{HERE.parent}.py", 9)) == f"{HERE.parent}.py:9"


def test_a_file_is_named_in_full_where_the_working_directory_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> str:
        raise FileNotFoundError

    monkeypatch.setattr(os, "getcwd", gone)
    assert text_of((str(HERE), 7)) == f"{HERE}:7"


@pytest.mark.parametrize("name", ["/a.py", "/zzzz.py"])
def test_the_place_is_in_any_other_file(name: str) -> None:
    names: dict[str, Any] = {}
    exec(compile("def call(it):\n    return it()", name, "exec"), names)
    assert names["call"](place_of_caller) == (name, 2)


def test_the_place_is_the_callers_behind_a_context_manager_too() -> None:
    @contextlib.contextmanager
    def inside() -> Any:
        yield

    with inside():
        assert place_of_caller() == (str(HERE), line_of("# here"))  # here


@pytest.mark.parametrize("way", ["start", "with", "decorator"])
def test_an_open_scope_is_reported_with_the_line_that_opened_it(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(HERE.parent)
    other = mock_dataexchange(seed=1)

    def check() -> list[str]:
        with pytest.raises(CheckError) as caught:
            aws.check()
        return str(caught.value).splitlines()

    with mock_appintegrations() as aws:
        if way == "start":
            other.start()  # started
            said, line = check(), line_of("# started")
            other.stop()
        elif way == "with":
            with other:  # entered
                said, line = check(), line_of("# entered")
        else:
            decorated = other(check)
            said, line = decorated(), line_of("# called")  # called
    assert said == [
        f"mock_dataexchange(seed=1), opened at {HERE.name}:{line}, is still open, and later tests would join its "
        "state. Close it with stop() or a `with` block, or let it stay open: with aws.allow_open_scopes().",
        "See docs/errors.md#checks",
    ]
