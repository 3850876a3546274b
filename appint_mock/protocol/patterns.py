"""Regular expressions of the models, decided in time linear in the text.

Python's ``re`` backtracks: the model's SourceURI pattern keeps it busy for seconds on 400 characters. Here a
pattern becomes a nondeterministic automaton, which is run as a deterministic one whose states are made when
first met and kept within a bound. ``\\w``, ``\\d`` and ``\\s`` are ASCII, ``$`` is the very end, ``.`` stops at a
line feed.
"""

from __future__ import annotations

import functools
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

#: A set of characters: inclusive ranges of code points, ascending, apart from each other.
Ranges = tuple[tuple[int, int], ...]

#: Nested counted repetitions multiply; a pattern that would need more than this is left to ``re``.
_MAX_NODES = 20_000
#: Transitions that one automaton remembers before it forgets them all and starts anew (some 5 MB).
_MAX_TRANSITIONS = 50_000


@functools.cache
def matcher(pattern: str, whole: bool) -> Callable[[str], bool]:
    """A function that decides whether a text has a match of ``pattern``, or with ``whole`` is one."""
    try:
        return _compile(pattern, whole)
    except _UnsupportedError:
        # A newer model may use other syntax: the right answer, if perhaps slowly, beats none.
        expression = re.compile(_with_end_as_very_end(pattern), re.ASCII)
        method = expression.fullmatch if whole else expression.search
        return lambda text: method(text) is not None


def _with_end_as_very_end(pattern: str) -> str:
    escape_or_class = r"\\.|\[\^?\]?(?:\\.|[^\\\]])*\]"
    return re.sub(rf"({escape_or_class})|\$", lambda found: found[1] or r"\Z", pattern, flags=re.DOTALL)


def is_linear(pattern: str) -> bool:
    """Whether ``pattern`` uses only the syntax that is decided in linear time."""
    try:
        _compile(pattern, whole=False)
        _compile(pattern, whole=True)
    except _UnsupportedError:
        return False
    return True


def _compile(pattern: str, whole: bool) -> Callable[[str], bool]:
    parser = _Parser(pattern)
    forbidden = parser.leading_lookahead(whole)
    automaton = _Automaton(parser.parse(), whole)
    decide = always if automaton.found(automaton.start.nodes) else automaton.decides
    if forbidden is None:
        return decide
    starts_forbidden = _Automaton(_Sequence((_Anchor("start"), forbidden)), whole=False).decides
    return lambda text: decide(text) and not starts_forbidden(text)


def always(text: str) -> bool:
    """What ``matcher`` gives for a pattern such as ``.*`` that is found in every text."""
    return True


class _UnsupportedError(Exception):
    """The pattern uses syntax that this module does not know."""


# The tree of a pattern


@dataclass(frozen=True)
class _Characters:
    ranges: Ranges


@dataclass(frozen=True)
class _Anchor:
    at: str


@dataclass(frozen=True)
class _Sequence:
    parts: tuple[_Tree, ...]


@dataclass(frozen=True)
class _Choice:
    options: tuple[_Tree, ...]


@dataclass(frozen=True)
class _Repeat:
    part: _Tree
    least: int
    most: int | None


_Tree = _Characters | _Anchor | _Sequence | _Choice | _Repeat

_LAST = 0x10FFFF


def _union(ranges: Iterable[tuple[int, int]]) -> Ranges:
    merged: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return tuple(merged)


def _complement(ranges: Ranges) -> Ranges:
    gaps, low = [], 0
    for first, last in ranges:
        if low < first:
            gaps.append((low, first - 1))
        low = last + 1
    if low <= _LAST:
        gaps.append((low, _LAST))
    return tuple(gaps)


def _spans(*texts: str) -> Ranges:
    return _union((ord(text[0]), ord(text[-1])) for text in texts)


_CLASSES = {"w": _spans("az", "AZ", "09", "_"), "d": _spans("09"), "s": _spans(" ", "\t\r")}
_CLASSES |= {letter.upper(): _complement(ranges) for letter, ranges in _CLASSES.items()}
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v"}
_CODE_LENGTHS = {"x": 2, "u": 4}
_DOT = _complement(_spans("\n"))
_COUNT = re.compile(r"\{(\d+)(?:(,)(\d*))?\}")


class _Parser:
    """Recursive descent over the syntax of a pattern."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.position = 0

    def leading_lookahead(self, whole: bool) -> _Tree | None:
        """The X of a pattern ``^(?!X)...`` without alternatives; the rest, anchored, is left to ``parse``."""
        opening = "(?!" if whole and self.pattern.startswith("(?!") else "^(?!"
        if not self.pattern.startswith(opening):
            return None
        self.position = len(opening)
        forbidden = self.choice()
        self.expect(")")
        rest_start = self.position
        if isinstance(self.choice(), _Choice):
            raise _UnsupportedError(self.pattern)
        self.pattern, self.position = "^" + self.pattern[rest_start:], 0
        return forbidden

    def parse(self) -> _Tree:
        tree = self.choice()
        if self.position < len(self.pattern) or _size(tree) > _MAX_NODES:
            raise _UnsupportedError(self.pattern)
        return tree

    def peek(self) -> str:
        return self.pattern[self.position : self.position + 1]

    def take(self, text: str) -> bool:
        found = self.pattern.startswith(text, self.position)
        if found:
            self.position += len(text)
        return found

    def expect(self, text: str) -> None:
        if not self.take(text):
            raise _UnsupportedError(self.pattern)

    def next(self) -> str:
        character = self.peek()
        if not character:
            raise _UnsupportedError(self.pattern)
        self.position += 1
        return character

    def choice(self) -> _Tree:
        options = [self.sequence()]
        while self.take("|"):
            options.append(self.sequence())
        return _Choice(tuple(options)) if len(options) > 1 else options[0]

    def sequence(self) -> _Tree:
        parts = []
        while self.peek() not in ("", "|", ")"):
            parts.append(self.repeated(self.atom()))
        return _Sequence(tuple(parts))

    def atom(self) -> _Tree:
        character = self.next()
        if character == "(":
            if self.take("?"):
                self.expect(":")
            tree = self.choice()
            self.expect(")")
            return tree
        if character == "[":
            return _Characters(self.character_class())
        if character == "\\":
            return _Characters(self.escape())
        if character in "^$":
            return _Anchor("start" if character == "^" else "end")
        if character == ".":
            return _Characters(_DOT)
        if character in "*+?{":
            raise _UnsupportedError(self.pattern)
        return _Characters(_spans(character))

    def repeated(self, part: _Tree) -> _Tree:
        bounds = self.quantifier()
        if bounds is None:
            return part
        if isinstance(part, _Anchor):
            raise _UnsupportedError(self.pattern)
        self.take("?")  # a lazy quantifier matches the same texts
        if self.peek() in ("*", "+", "?", "{"):
            raise _UnsupportedError(self.pattern)
        return _Repeat(part, *bounds)

    def quantifier(self) -> tuple[int, int | None] | None:
        if self.take("*"):
            return 0, None
        if self.take("+"):
            return 1, None
        if self.take("?"):
            return 0, 1
        count = _COUNT.match(self.pattern, self.position)
        if count is None:
            return None
        self.position = count.end()
        least, comma, most = count.groups()
        return int(least), (int(most) if most else None) if comma else int(least)

    def escape(self) -> Ranges:
        letter = self.next()
        if letter in _CLASSES:
            return _CLASSES[letter]
        if letter in _CONTROLS:
            return _spans(_CONTROLS[letter])
        if letter in _CODE_LENGTHS:
            digits = "".join(self.next() for _ in range(_CODE_LENGTHS[letter]))
            if not re.fullmatch("[0-9a-fA-F]+", digits):
                raise _UnsupportedError(self.pattern)
            return _spans(chr(int(digits, 16)))
        if letter.isalnum():
            raise _UnsupportedError(self.pattern)
        return _spans(letter)

    def character_class(self) -> Ranges:
        negated = self.take("^")
        ranges: list[tuple[int, int]] = []
        while not (self.peek() == "]" and ranges):
            first = self.class_item()
            if self.peek() == "-" and self.pattern[self.position + 1 : self.position + 2] not in ("]", ""):
                self.position += 1
                last = self.class_item()
                if any(span[0][0] != span[-1][1] for span in (first, last)) or first[0][0] > last[0][0]:
                    raise _UnsupportedError(self.pattern)
                first = ((first[0][0], last[0][0]),)
            ranges.extend(first)
        self.expect("]")
        return _complement(_union(ranges)) if negated else _union(ranges)

    def class_item(self) -> Ranges:
        character = self.next()
        # Doubled signs and brackets may become set operations in a later Python.
        doubled = character in "-&~|" and self.peek() == character
        if character == "[" or doubled:
            raise _UnsupportedError(self.pattern)
        return self.escape() if character == "\\" else _spans(character)


# The nondeterministic automaton: nodes that read a character, or lead on without reading


class _Node:
    """Reads one character of ``ranges``; without ranges leads on, with ``anchor`` only at that end of the text.

    What follows a counted repetition's next turn is made when first asked for: few texts come that far.
    """

    __slots__ = ("anchor", "grow", "ranges", "targets")

    def __init__(
        self,
        targets: list[_Node],
        ranges: Ranges | None = None,
        anchor: str | None = None,
        grow: Callable[[], list[_Node]] | None = None,
    ) -> None:
        self.targets = targets
        self.ranges = ranges
        self.anchor = anchor
        self.grow = grow

    def reads(self, code: int) -> bool:
        return self.ranges is not None and any(low <= code <= high for low, high in self.ranges)

    def leads_to(self) -> list[_Node]:
        if self.grow is not None:
            self.targets, self.grow = self.grow(), None
        return self.targets


def _node(tree: _Tree, follower: _Node) -> _Node:
    """The first node of ``tree``; ``follower`` is what comes after it."""
    if isinstance(tree, _Characters):
        return _Node([follower], tree.ranges)
    if isinstance(tree, _Repeat):
        return _repeat(tree, follower)
    if isinstance(tree, _Sequence):
        for part in reversed(tree.parts):
            follower = _node(part, follower)
        return follower
    if isinstance(tree, _Choice):
        return _Node([_node(option, follower) for option in tree.options])
    return _Node([follower], anchor=tree.at)


def _repeat(tree: _Repeat, follower: _Node) -> _Node:
    if tree.most is None:
        current = _Node([follower])
        current.targets.append(_node(tree.part, current))
    else:
        current = _optional(tree.part, tree.most - tree.least, follower)
    for _ in range(tree.least):
        current = _node(tree.part, current)
    return current


def _optional(part: _Tree, times: int, follower: _Node) -> _Node:
    # x{0,3} as (x(x(x)?)?)?: one way out of each turn keeps the number of active nodes small.
    if times == 0:
        return follower
    return _Node([], grow=lambda: [_node(part, _optional(part, times - 1, follower)), follower])


def _size(tree: _Tree) -> int:
    """How many nodes the tree can grow to, about."""
    if isinstance(tree, _Repeat):
        return (tree.least + 1 if tree.most is None else tree.most) * _size(tree.part) + 1
    if isinstance(tree, _Sequence):
        return sum(map(_size, tree.parts))
    if isinstance(tree, _Choice):
        return sum(map(_size, tree.options)) + 1
    return 1


def _spans_in(tree: _Tree) -> Iterator[tuple[int, int]]:
    if isinstance(tree, _Characters):
        yield from tree.ranges
    elif isinstance(tree, _Repeat):
        yield from _spans_in(tree.part)
    elif isinstance(tree, _Sequence | _Choice):
        for part in tree.parts if isinstance(tree, _Sequence) else tree.options:
            yield from _spans_in(part)


# The deterministic automaton


#: By character the table of the state that reading it leads to; under "" the state itself.
#:
#: A plain dictionary of plain dictionaries: nothing that Python offers walks along a text faster.
_Table = dict[str, Any]


class _State:
    """A set of nodes, and where reading leads from it as far as met."""

    __slots__ = ("accepts", "by_kind", "nodes", "table")

    def __init__(self, nodes: frozenset[_Node], accepts: bool) -> None:
        self.nodes = nodes
        self.accepts = accepts
        self.table: _Table = {"": self}
        self.by_kind: dict[int, _State] = {}

    def forget(self) -> None:
        # New dictionaries: another thread may be walking along the old ones.
        self.table = {"": self}
        self.by_kind = {}


class _Automaton:
    """A pattern to be searched for, or to match the whole text."""

    def __init__(self, tree: _Tree, whole: bool) -> None:
        self.whole = whole
        self.end = _Node([])
        self.entry = _node(tree, self.end)
        spans = set(_spans_in(tree))
        # Two characters with the same number of bounds below them are alike to every node.
        self.bounds = sorted({low for low, _ in spans} | {high + 1 for _, high in spans})
        self.states: dict[frozenset[_Node], _State] = {}
        self.transitions = 0
        self.start = self.state(self.closure([self.entry], at_start=True), at_start=True)

    def decides(self, text: str) -> bool:
        """Whether the text has a match, or is one."""
        table = self.start.table
        try:
            for character in text:
                table = table[character]
            state: _State = table[""]
        except KeyError:
            state = self.explore(text)
        return state.accepts

    def explore(self, text: str) -> _State:
        """The state after reading ``text``; what was not met before is worked out and remembered."""
        state = self.start
        for character in text:
            table = state.table.get(character)
            state = self.follow(state, character) if table is None else table[""]
        return state

    def closure(self, nodes: Iterable[_Node], *, at_start: bool = False, at_end: bool = False) -> frozenset[_Node]:
        """Everything that ``nodes`` lead to without reading a character."""
        open_anchors = {None} | ({"start"} if at_start else set()) | ({"end"} if at_end else set())
        reached: set[_Node] = set()
        waiting = list(nodes)
        while waiting:
            node = waiting.pop()
            if node not in reached:
                reached.add(node)
                if node.ranges is None and node.anchor in open_anchors:
                    waiting.extend(node.leads_to())
        return frozenset(reached)

    def state(self, nodes: frozenset[_Node], *, at_start: bool = False) -> _State:
        if self.found(nodes):
            nodes = frozenset([self.end])  # whatever follows
        known = self.states.get(nodes)
        if known is None or at_start:
            accepts = self.end in self.closure(nodes, at_start=at_start, at_end=True)
            known = _State(nodes, accepts)
            if not at_start:
                self.states[nodes] = known
        return known

    def found(self, nodes: frozenset[_Node]) -> bool:
        return not self.whole and self.end in nodes

    def follow(self, state: _State, character: str) -> _State:
        """The state after reading ``character`` in ``state``."""
        self.transitions += 1
        if self.transitions > _MAX_TRANSITIONS:
            self.forget()
        kind = bisect_right(self.bounds, ord(character))
        following = state.by_kind.get(kind)
        if following is None:
            targets = self.targets(state.nodes, ord(character))
            following = state.by_kind[kind] = self.state(self.closure(targets))
        state.table[character] = following.table
        return following

    def targets(self, nodes: frozenset[_Node], code: int) -> Iterator[_Node]:
        if self.found(nodes):
            yield self.end
            return
        for node in nodes:
            if node.reads(code):
                yield from node.targets
        if not self.whole:
            yield self.entry

    def forget(self) -> None:
        for state in (self.start, *self.states.values()):
            state.forget()
        self.states = {}
        self.transitions = 0
