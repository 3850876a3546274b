"""The documentation as the suite sees it: its pages, the code blocks in them, and their headings and links.

Above a block may stand an HTML comment that says what is done with it: ``run: OPTIONS`` (pytest runs it, and what that
prints stands below it: see captured.py), ``program: FILE`` (it is that file of docs) or ``not run: REASON``. A block of
Python without a comment is run.
"""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent.parent
README = ROOT / "README.md"
PAGES = [README, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]

_BLOCK = re.compile(
    r"(?:^ *<!-- (?P<comment>(?:run|not run|program):[^>]*?) *-->\n)?"
    r"^(?P<indent> *)```(?P<language>\S*)\n(?P<source>.*?)^(?P=indent)```$",
    re.MULTILINE | re.DOTALL,
)
_HEADING = re.compile(r"^#{1,6} +(?P<text>.+)$", re.MULTILINE)
_LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)\s]+)\)")


class Block(NamedTuple):
    """A fenced block."""

    page: Path
    line: int
    language: str
    source: str
    comment: str

    @property
    def where(self) -> str:
        """Page and line."""
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks(page: Path) -> Iterator[Block]:
    """The fenced blocks of a page."""
    text = page.read_text("utf-8")
    for found in _BLOCK.finditer(text):
        line = text.count("\n", 0, found.start("language")) + 1
        yield Block(page, line, found["language"], textwrap.dedent(found["source"]), found["comment"] or "")


def anchors(page: Path) -> set[str]:
    """What a link to a heading of the page may say behind the ``#``: as repository hosts and Sphinx make it up."""
    seen: Counter[str] = Counter()
    found = set()
    for heading in _HEADING.finditer(_prose(page)):
        plain = re.sub(r"[^\w\- ]", "", heading["text"].lower()).replace(" ", "-")
        found.add(f"{plain}-{seen[plain]}" if seen[plain] else plain)
        seen[plain] += 1
    return found


def links(page: Path) -> list[str]:
    """The targets of a page's links and pictures."""
    return [found["target"] for found in _LINK.finditer(_prose(page))]


def _prose(page: Path) -> str:
    """A page without its code."""
    return re.sub(r"`[^`\n]*`", "``", _BLOCK.sub("", page.read_text("utf-8")))
