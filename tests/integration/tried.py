"""``python -m tests.integration.tried FOLDER``: write the table "What was tried" of docs/server.md.

The folder has what the tests of each client noted after they had passed: no version is typed by hand. In CI's sessions
it is ``build/tried``, in other runs what APPINT_MOCK_TRIED names. A client that is not in it keeps its row. With
``--check`` nothing is written, and a table that lacks a client or its version fails.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "server.md"
TABLE = re.compile(r"(?<=<!-- tried -->\n).*?(?=<!-- /tried -->)", re.DOTALL)
HEAD = "| client | version | tests |\n| --- | --- | --- |\n"


class Tried(NamedTuple):
    """A client that was tried, and the tests that tried it."""

    client: str
    #: The versions that this repository chooses.
    versions: str
    #: Those that the machine has, which differ from one to the next.
    of_machine: str
    tests: str

    @property
    def row(self) -> str:
        """Its row of the table."""
        versions = ", ".join(filter(None, (self.versions, self.of_machine)))
        return f"| {self.client} | {versions} | `{self.tests}` |\n"


def noted_after(request: pytest.FixtureRequest, tried: Callable[[], Tried]) -> Iterator[None]:
    """Notes what was tried after the tests of a module, unless one of them has failed. For a fixture of the module."""
    failed = request.session.testsfailed
    yield
    folder = os.environ.get("APPINT_MOCK_TRIED")
    if folder and request.session.testsfailed == failed:
        noted = tried()
        Path(folder).mkdir(parents=True, exist_ok=True)
        name = re.sub(r"\W+", "-", noted.client)
        Path(folder, f"{name}.json").write_text(json.dumps(noted._asdict()), "utf-8")


def noted_in(folder: Path) -> list[Tried]:
    """What the tests have noted."""
    return [Tried(**json.loads(path.read_text("utf-8"))) for path in sorted(folder.glob("*.json"))]


def rows_of(page: str) -> dict[str, str]:
    """The rows of the page's table by client."""
    found = TABLE.search(page)
    lines = found[0].removeprefix(HEAD).splitlines(keepends=True) if found else []
    return {line.removeprefix("| ").partition(" | ")[0]: line for line in lines}


def with_rows(page: str, tried: list[Tried]) -> str:
    """The page with the rows of what was tried, beside those that it has."""
    rows = {**rows_of(page), **{each.client: each.row for each in tried}}
    return TABLE.sub(lambda _: HEAD + "".join(rows[client] for client in sorted(rows)), page)


def not_shown(page: str, tried: list[Tried]) -> list[Tried]:
    """What was tried and is not on the page, or there with another version."""
    rows = rows_of(page)
    return [each for each in tried if each.client not in rows or each.versions not in rows[each.client]]


def main() -> None:
    """Write the table, or check it."""
    parser = argparse.ArgumentParser(prog="python -m tests.integration.tried", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    page, tried = PAGE.read_text("utf-8"), noted_in(arguments.folder)
    if not arguments.check:
        PAGE.write_text(with_rows(page, tried), "utf-8")
        return
    missing = not_shown(page, tried)
    if missing:
        sys.exit(
            f"docs/server.md does not show what was tried:\n\n{''.join(each.row for each in missing)}\n"
            f"Write it with: python -m tests.integration.tried {arguments.folder}"
        )


if __name__ == "__main__":
    main()
