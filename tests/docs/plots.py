"""``python -m tests.docs.plots`` draws the pictures of figures: docs/images/, from the pages and the code beside them.

A picture takes the colour of the text around it if a page holds it inline, and the theme of the reader's system if it
is a file of its own.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import NamedTuple

from tests.docs.pages import ROOT

DOCS, IMAGES, PACKAGE = ROOT / "docs", ROOT / "docs" / "images", ROOT / "appint_mock"

#: Colours that can be distinguished on light and dark grounds, and without seeing red and green.
_COLOURS = ("#3b82f6", "#e08a00", "#8792a2", "#14a37f")
_STYLE = """\
.plot { color: #1f2328; font: 13px system-ui, -apple-system, 'Segoe UI', 'Liberation Sans', sans-serif }
.plot text { fill: currentColor } .plot .title { font-weight: 600 } .plot .small { font-size: 12px }
.plot .box { fill: #ffffff; stroke: currentColor; stroke-opacity: .6 }
.plot .line { fill: none; stroke: currentColor; stroke-opacity: .6; stroke-width: 1.3 }
@media (prefers-color-scheme: dark) { .plot { color: #e6edf3 } .plot .box { fill: #0d1117 } }
"""
_WIDTH = 560


def _svg(height: float, label: str, parts: Iterable[str]) -> str:
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="plot" viewBox="0 0 {_WIDTH} {height:g}" role="img" '
        f'aria-label="{escape(label)}">\n<style>\n{_STYLE}</style>\n{body}\n</svg>\n'
    )


def _text(x: float, y: float, text: str, kind: str = "", anchor: str = "start") -> str:
    return f'<text class="{kind}" x="{x:g}" y="{y:g}" text-anchor="{anchor}">{escape(text)}</text>'


def _legend(names: Sequence[str], y: float) -> Iterable[str]:
    x = 0.0
    for name, colour in zip(names, _COLOURS, strict=False):
        yield f'<rect x="{x:g}" y="{y:g}" width="12" height="12" rx="2" fill="{colour}"/>'
        yield _text(x + 17, y + 10.5, name)
        x += 30 + 7.2 * len(name)


class Bar(NamedTuple):
    """A bar: which of the legend's names it is of, how long it is, and what stands behind it."""

    name: str
    value: float
    text: str


def bars(label: str, names: Sequence[str], groups: Mapping[str, Sequence[Bar]]) -> str:
    """Groups of bars, each group to a scale of its own."""
    parts, y = list(_legend(names, 2)), 34.0
    for title, group in groups.items():
        parts.append(_text(0, y + 9, title, "title"))
        y += 17
        longest = max(bar.value for bar in group)
        for bar in group:
            width = max(1.5, bar.value / longest * (_WIDTH - 110))
            colour = _COLOURS[names.index(bar.name)]
            parts.append(f'<rect x="0" y="{y:g}" width="{width:.1f}" height="13" rx="2" fill="{colour}"/>')
            parts.append(_text(width + 6, y + 11, bar.text, "small"))
            y += 17
        y += 11
    return _svg(y - 8, label, parts)


# Performance ---------------------------------------------------------------------------------------------------

_UNITS = {"µs": 1e-6, "ms": 1e-3, "s": 1.0}
_TIME = re.compile(r"(?:^|[=:] )([0-9.,]+) (µs|ms|s)\b")
_RATE = re.compile(r"^([0-9.,]+)/s\b")


def _table(page: str, mark: str) -> list[dict[str, str]]:
    """The rows of the table between two marks of a page, by column."""
    (text,) = re.findall(rf"<!-- {mark}: begin -->\n(.*?)<!-- {mark}: end -->", page, re.DOTALL)
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:1] == "|"]
    head, _, *rows = lines
    return [dict(zip(head, row, strict=True)) for row in rows]


def _number(found: re.Match[str]) -> float:
    return float(found[1].replace(",", "")) * (_UNITS[found[2]] if len(found.groups()) > 1 else 1)


def _bars_of(row: Mapping[str, str], names: Sequence[str], figure: re.Pattern[str]) -> list[Bar]:
    found = {name: figure.search(row.get(name, "")) for name in names}
    return [Bar(name, _number(match), match[0].lstrip("=: ")) for name, match in found.items() if match]


def times(page: str) -> str:
    """The times of docs/performance.md that have something to be compared with."""
    names = ("here", "the floor", "moto")
    groups = {row["figure"].replace("`", ""): _bars_of(row, names, _TIME) for row in _table(page, "measured")}
    label = "Times here, of a client that a constant answers (the floor), and of moto; shorter is better"
    return bars(label, names, {title: group for title, group in groups.items() if len(group) > 1})


def rates(page: str) -> str:
    """The requests a second that servers answer, of docs/performance.md."""
    names = ("appint_mock", "with --state", "moto")
    groups = {
        f"{row['request']}, {row['connections']} connection{'s' * (row['connections'] != '1')}": _bars_of(
            row, names, _RATE
        )
        for row in _table(page, "load")
    }
    label = "Requests a second that a server answers; longer is better"
    return bars(label, names, {title: group for title, group in groups.items() if len(group) > 1})


# Fidelity ------------------------------------------------------------------------------------------------------


def knowledge(page: str) -> str:
    """How many rules of each service are known how well, of docs/fidelity.md."""
    lines = [line.strip("| ").split("|") for line in page.splitlines() if line.startswith(("| | ", "| **"))]
    titles = [cell.strip() for cell in lines[0]]
    counts = {row[0].strip(" *"): [int(cell) for cell in row[1 : len(titles) + 1]] for row in lines[1:]}
    parts, y = list(_legend(list(counts), 2)), 34.0
    for column, title in enumerate(titles):
        total = sum(row[column] for row in counts.values())
        parts.append(_text(0, y + 9, f"{title}: {total} rules", "title"))
        x = 0.0
        for (_, row), colour in zip(counts.items(), _COLOURS, strict=False):
            width = row[column] / total * _WIDTH
            parts.append(f'<rect x="{x:.1f}" y="{y + 17:g}" width="{width:.1f}" height="22" fill="{colour}"/>')
            if row[column]:
                parts.append(_text(x + width / 2, y + 54, str(row[column]), "small", "middle"))
            x += width
        y += 70
    return _svg(y - 4, "How well the rules of each service are known", parts)


# Rooms ---------------------------------------------------------------------------------------------------------


def layers() -> list[list[str]]:
    """The rooms, those at the top first, as pyproject.toml has them."""
    (found,) = re.findall(
        r"^layers = (\[.*?^\])", (ROOT / "pyproject.toml").read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
    return [[room.strip() for room in layer.split("|")] for layer in ast.literal_eval(found)]


def imports() -> dict[str, set[str]]:
    """The rooms that each room imports from, types included."""
    found: dict[str, set[str]] = {room: set() for layer in layers() for room in layer}
    for file in sorted(PACKAGE.rglob("*.py")):
        name = file.relative_to(PACKAGE).with_suffix("").parts
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if name[0] in found:
                found[name[0]] |= (_imported(node, name) & found.keys()) - {name[0]}
    return found


def _imported(node: ast.AST, name: tuple[str, ...]) -> set[str]:
    """The rooms that a statement of the module of that name imports from."""
    if isinstance(node, ast.Import):
        paths = [each.name.split(".") for each in node.names]
    elif isinstance(node, ast.ImportFrom):
        own = ["appint_mock", *name][: -node.level] if node.level else []
        base = [*own, *filter(None, (node.module or "").split("."))]
        paths = [[*base, each.name] for each in node.names]
    else:
        return set()
    return {path[1] for path in paths if path[0] == "appint_mock" and len(path) > 1}


def needed(graph: Mapping[str, set[str]]) -> list[tuple[str, str]]:
    """The arrows that no way over other rooms makes up for."""

    def below(room: str) -> set[str]:
        return {room}.union(*(below(each) for each in graph[room]))

    return [
        (room, target)
        for room, targets in graph.items()
        for target in sorted(targets)
        if not any(target in below(other) for other in targets - {target})
    ]


def rooms() -> str:
    """The rooms of the package and their imports: arrows that are a shorter way for others are left out."""
    where: dict[str, tuple[int, float, float]] = {}
    boxes, arrows = [], []
    right = _WIDTH - 84.0
    for number, layer in enumerate(layers()):
        widths = [22 + 7.4 * len(room) for room in layer]
        gap = 14.0
        x = (right - sum(widths) - gap * (len(layer) - 1)) / 2
        for room, width in zip(layer, widths, strict=True):
            y = 4 + 58 * number
            boxes.append(f'<rect class="box" x="{x:.1f}" y="{y}" width="{width:.1f}" height="28" rx="6"/>')
            boxes.append(_text(x + width / 2, y + 18.5, room, "title", "middle"))
            where[room] = (number, x + width / 2, width)
            x += width + gap
    lane = right + 4
    for room, target in needed(imports()):
        (start, x, width), (end, to, wide) = where[room], where[target]
        top, bottom = 4 + 58 * start + 28, 4 + 58 * end - 3
        if end == start + 1:
            way = f"M{x:.1f} {top}C{x:.1f} {top + 16} {to:.1f} {bottom - 16} {to:.1f} {bottom}"
        else:
            lane += 11
            edge, side = x + width / 2, to + wide / 2 + 4
            way = f"M{edge:.1f} {top - 14}H{lane - 6:g}Q{lane:g} {top - 14} {lane:g} {top - 8}V{bottom + 11}"
            way += f"Q{lane:g} {bottom + 17} {lane - 6:g} {bottom + 17}H{side:.1f}"
        arrows.append(f'<path class="line" d="{way}" marker-end="url(#plot-arrow)"/>')
    marker = (
        '<defs><marker id="plot-arrow" viewBox="0 0 10 10" refX="8" refY="5" markerWidth="7" markerHeight="7" '
        'orient="auto"><path d="M0 0 10 5 0 10z" fill="currentColor" fill-opacity=".7"/></marker></defs>'
    )
    return _svg(
        58 * len(layers()) - 22, "The rooms of the package, each above those that it imports", [marker, *arrows, *boxes]
    )


# All -----------------------------------------------------------------------------------------------------------


def pictures() -> dict[Path, str]:
    """Each picture as it should be, by its file."""
    performance = (DOCS / "performance.md").read_text("utf-8")
    return {
        IMAGES / "times.svg": times(performance),
        IMAGES / "rates.svg": rates(performance),
        IMAGES / "knowledge.svg": knowledge((DOCS / "fidelity.md").read_text("utf-8")),
        IMAGES / "rooms.svg": rooms(),
    }


def write() -> None:
    """Draw all pictures."""
    for path, picture in pictures().items():
        path.write_text(picture, "utf-8")


if __name__ == "__main__":
    write()
