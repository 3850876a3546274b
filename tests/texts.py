"""Short texts that match a pattern, and long ones that are hard to decide."""

from __future__ import annotations

import functools
import importlib
import re
import sys
from collections.abc import Iterator
from itertools import islice, product
from typing import Any

from appint_mock.protocol.patterns import compiled

# Python's own reader of patterns has no public name.
_parser: Any = importlib.import_module("re._parser" if sys.version_info >= (3, 11) else "sre_parse")
_READABLE = [*map(chr, range(97, 123)), *map(chr, range(48, 58)), *map(chr, range(32, 127)), *map(chr, range(32))]
#: How many of the ways through a pattern's alternatives are tried.
_MOST_WAYS = 24


@functools.cache
def shortest_matches(pattern: str, turns: int = 0) -> tuple[str, ...]:
    """Texts that fit ``pattern``, one for each way through its alternatives, with as few repetitions as possible.

    Every repetition makes at least ``turns`` turns. Lookaheads are not obeyed: check a text before you rely on it.
    """
    return tuple(islice(_matches(_parser.parse(compiled(pattern).pattern, re.ASCII), turns), _MOST_WAYS))


def _matches(nodes: Any, turns: int) -> Iterator[str]:
    parts = [list(islice(dict.fromkeys(_of(str(kind), argument, turns)), _MOST_WAYS)) for kind, argument in nodes]
    return map("".join, product(*parts))


def _of(kind: str, argument: Any, turns: int) -> Iterator[str]:
    if kind in ("AT", "ASSERT", "ASSERT_NOT"):
        yield ""
    elif kind == "LITERAL":
        yield chr(argument)
    elif kind in ("ANY", "NOT_LITERAL"):
        yield next(each for each in _READABLE if each != "\n" and (kind == "ANY" or ord(each) != argument))
    elif kind == "IN":
        yield next(each for each in _READABLE if _is_in(each, argument))
    elif kind == "SUBPATTERN":
        yield from _matches(argument[-1], turns)
    elif kind == "BRANCH":
        for option in argument[1]:
            yield from _matches(option, turns)
    elif kind in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        least, most, inner = argument
        for text in _matches(inner, turns):
            yield text * max(least, min(turns, most))
    else:
        raise NotImplementedError(f"texts for {kind}: add it here")


def _is_in(character: str, items: Any) -> bool:
    negated = str(items[0][0]) == "NEGATE"
    return negated != any(_is_item(character, str(kind), argument) for kind, argument in items[int(negated) :])


def _is_item(character: str, kind: str, argument: Any) -> bool:
    if kind == "LITERAL":
        return ord(character) == int(argument)
    if kind == "RANGE":
        return bool(argument[0] <= ord(character) <= argument[1])
    name = str(argument).removeprefix("CATEGORY_")
    letter = {"DIGIT": "d", "SPACE": "s", "WORD": "w"}[name.removeprefix("NOT_")]
    return (re.match("\\" + letter, character, re.ASCII) is not None) != name.startswith("NOT_")


def hostile(pattern: str) -> Iterator[tuple[str, str, str]]:
    """Texts that may be slow to decide: a beginning that fits, a unit to repeat, and an end that does not fit."""
    seen = set()
    for text in dict.fromkeys(each for turns in (0, 1, 2) for each in shortest_matches(pattern, turns)):
        for start in range(min(len(text), 60) + 1):
            units = {text[start:end] for end in range(start + 1, min(len(text), start + 30) + 1)}
            for unit in (*sorted(units), " ", "a", "-", "/", "\n", "0"):
                for end in ("", "\n\x00"):
                    if (text[:start], unit, end) not in seen:
                        seen.add((text[:start], unit, end))
                        yield text[:start], unit, end
