"""The documentation shows what pytest prints today."""

from __future__ import annotations

from pathlib import Path

import pytest

from appint_mock import services
from appint_mock.scopes.options import options_of
from tests.docs import options
from tests.docs.captured import CAPTURED, page_of_today

SHOWN = {
    "README.md": ["1 failed in", "answered by appint_mock"],
    "pytest.md": ["answered by appint_mock", "appint_mock: operations"],
    "options.md": ["`check_references` | `False` | True or False | `True` |"],
    "reference.md": ["* `fail_job(type: str = '*', "],
    "dataexchange.md": ["`data_sets` | Data sets per account | 3000"],
}


@pytest.mark.parametrize("path", CAPTURED, ids=lambda path: path.name)
def test_what_a_page_shows_is_so_today(path: Path) -> None:
    page = path.read_text("utf-8")
    assert page == page_of_today(page), f"run `python -m tests.docs.captured` and commit {path.name}"
    assert [text for text in SHOWN.get(path.name, ["<!-- program: "]) if text not in page] == []


def test_the_pages_that_show_something_are_found() -> None:
    assert set(SHOWN) < {path.name for path in CAPTURED}


def test_each_option_says_what_it_catches_and_costs() -> None:
    known = {option for name in services.names() for option in options_of(services.load(name))}
    assert set(options.ABOUT) == known
