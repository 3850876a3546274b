"""``python -m tests.docs.install_texts``: have every page say how to install the package from where it is to be had.

That is `appint_mock.hints.SOURCE`: a copy of the repository, or the package index once the package is published.
Commands that need a copy anyway (``--editable``, or a program of ``docs/examples``) stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from appint_mock import hints

ROOT = Path(__file__).parent.parent.parent
#: What pages say where a command follows: before the package is published, and afterwards.
SENTENCES = (
    (
        "Not yet published: install it from a copy of this repository, beside boto3, with",
        "Install it beside boto3 with",
    ),
    ("The package is not published yet. In a copy of the repository, beside boto3:", "Install it beside boto3:"),
    (
        "`appint_mock` is not published yet. In a copy of the repository, beside boto3:",
        "`appint_mock` goes beside boto3:",
    ),
    ("In a copy of the repository, beside boto3:", "Beside boto3:"),
)
_INSTALL = re.compile(r"(pip install (?:--quiet )?'?)(?:appint[-_]mock|\.)(?=[\[' `\n])")


def pages() -> Iterator[Path]:
    """Yields what a user reads: README, pages, and the library's own texts."""
    yield ROOT / "README.md"
    yield from sorted((ROOT / "docs").rglob("*.md"))
    yield from sorted((ROOT / "appint_mock").rglob("*.py"))


def as_it_is(text: str) -> str:
    """Returns a page's text with the commands that work now."""
    for before, afterwards in SENTENCES:
        text = text.replace(*(before, afterwards) if hints.SOURCE != "." else (afterwards, before))
    return "".join(
        line if "docs/examples/" in line else _INSTALL.sub(rf"\g<1>{hints.SOURCE}", line)
        for line in text.splitlines(keepends=True)
    )


def main() -> None:
    """Write the pages."""
    for page in pages():
        page.write_text(as_it_is(page.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
