"""The table of clients that were tried: written from notes, and compared with them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.integration import tried
from tests.integration.tried import HEAD, Tried

PAGE = f"before\n<!-- tried -->\n{HEAD}| AWS CLI | 1.2, Python 3 | `a.py` |\n<!-- /tried -->\nafter\n"


def test_the_page_has_rows_of_all_clients_that_are_pinned_or_that_ci_runs() -> None:
    rows = tried.rows_of(tried.PAGE.read_text("utf-8"))
    assert {"AWS CLI", "SDK for JavaScript v2", "SDK for JavaScript v3", "SDK for Go v2"} < set(rows)
    pins = (Path(tried.__file__).parent / "clients.txt").read_text("utf-8")
    assert f"awscli=={rows['AWS CLI'].split(' | ')[1]}\n" in pins
    package = json.loads((Path(tried.__file__).parent / "javascript" / "package.json").read_text("utf-8"))
    for name, version in package["dependencies"].items():
        assert f"{name} {version}" in rows["SDK for JavaScript v2" if name == "aws-sdk" else "SDK for JavaScript v3"]


def test_a_row_is_written_from_what_was_noted_and_others_stay() -> None:
    written = tried.with_rows(PAGE, [Tried("Go", "", "1.19", "b.py")])
    assert written == PAGE.replace("<!-- /tried -->", "| Go | 1.19 | `b.py` |\n<!-- /tried -->")
    assert tried.with_rows(PAGE, [Tried("AWS CLI", "1.3", "", "a.py")]) == PAGE.replace("1.2, Python 3", "1.3")


@pytest.mark.parametrize(
    ("noted", "is_shown"),
    [
        (Tried("AWS CLI", "1.2", "Python 4", "a.py"), True),
        (Tried("AWS CLI", "1.3", "Python 3", "a.py"), False),
        (Tried("Go", "", "1.19", "b.py"), False),
    ],
)
def test_only_what_this_repository_pins_must_be_on_the_page(noted: Tried, is_shown: bool) -> None:
    assert tried.not_shown(PAGE, [noted]) == ([] if is_shown else [noted])
