"""A link of the documentation leads somewhere, also on a repository host. Sphinx checks those of the site."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.pages import PAGES, README, ROOT, anchors, links

#: Other sites are not asked.
ELSEWHERE = ("https://", "http://")


def wrong(page: Path, target: str) -> str | None:
    """What is wrong with a link, if anything is."""
    path, _, anchor = target.partition("#")
    aim = (page.parent / path).resolve() if path else page
    if not aim.exists() or not aim.is_relative_to(ROOT):
        return f"{target}: there is no such file"
    if anchor and (aim.suffix != ".md" or anchor not in anchors(aim)):
        return f"{target}: {path or 'the page'} has no such heading"
    return None


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    found = [wrong(page, target) for target in links(page) if not target.startswith(ELSEWHERE)]
    assert [complaint for complaint in found if complaint] == []


@pytest.mark.parametrize(
    "target", ["docs/none.md", "docs/testing.md#no-such-heading", "../outside", "#no-such-heading"]
)
def test_a_link_that_leads_nowhere_is_found(target: str) -> None:
    assert wrong(README, target) is not None


def test_links_are_found_at_all() -> None:
    assert "docs/testing.md" in links(README)
    assert "what-only-amazon-connect-can-do" in anchors(ROOT / "docs" / "testing.md")
