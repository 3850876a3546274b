"""The pictures of figures show what the pages and the code beside them say."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.docs import plots
from tests.docs.pages import ROOT

PERFORMANCE = (ROOT / "docs" / "performance.md").read_text("utf-8")
PICTURES = plots.pictures()


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.name)
def test_a_picture_is_up_to_date(path: Path) -> None:
    assert path.read_text("utf-8") == PICTURES[path], "draw it with: python -m tests.docs.plots"


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.name)
def test_a_picture_is_on_a_page_and_says_what_it_shows(path: Path) -> None:
    assert any(f"](images/{path.name})" in page.read_text("utf-8") for page in (ROOT / "docs").glob("*.md"))
    root = ElementTree.fromstring(PICTURES[path])
    assert (root.get("role"), bool(root.get("aria-label"))) == ("img", True)


def test_a_new_measurement_changes_the_plot() -> None:
    row = re.findall(r"^\| Get \| ≤.*$", PERFORMANCE, re.MULTILINE)[0]
    other = row.replace(re.findall(r"= ([0-9.,]+ (?:µs|ms))", row)[0], "123 ms")
    assert "123 ms" in plots.times(PERFORMANCE.replace(row, other))


def test_each_figure_that_can_be_compared_is_drawn() -> None:
    for name in ("Get", "Create, constraints checked", "200 small tests under pytest"):
        assert f">{name}</text>" in plots.times(PERFORMANCE)
    assert ">Get, 1 connection</text>" in plots.rates(PERFORMANCE)


def test_a_bar_is_as_long_as_its_figure() -> None:
    drawn = plots.bars("", ["a", "b"], {"": [plots.Bar("a", 1, "1 s"), plots.Bar("b", 4, "4 s")]})
    a, b = (float(width) for width in re.findall(r'width="([0-9.]+)" height="13"', drawn))
    assert b == pytest.approx(4 * a, rel=0.01)


def test_arrows_between_rooms_point_down_and_none_is_lost() -> None:
    levels = {room: level for level, layer in enumerate(plots.layers()) for room in layer}
    graph = plots.imports()
    assert graph["handle"] >= {"interception", "scopes"}
    drawn = plots.needed(graph)
    assert [(room, target) for room, target in drawn if levels[room] >= levels[target]] == []
    reached = {room: {room} for room in graph}
    for room in sorted(graph, key=levels.__getitem__, reverse=True):
        for source, target in drawn:
            if source == room:
                reached[room] |= reached[target]
    assert {(room, target) for room, targets in graph.items() for target in targets - reached[room]} == set()


def test_rules_are_counted_as_on_the_page() -> None:
    page = "| | One | Two | |\n| --- | ---: | ---: | --- |\n| **seen** | 1 | 0 | a |\n| **doc** | 3 | 2 | b |\n"
    drawn = plots.knowledge(page)
    assert "One: 4 rules" in drawn
    assert "Two: 2 rules" in drawn
    assert re.findall(r'width="([0-9.]+)" height="22"', drawn) == ["140.0", "420.0", "0.0", "560.0"]
