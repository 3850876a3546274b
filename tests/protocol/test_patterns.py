"""Patterns are decided as Python's ``re`` decides the model's own, but in linear time."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import pytest
from botocore.model import ServiceModel
from hypothesis import given, settings
from hypothesis import strategies as st

from appint_mock.protocol import patterns
from tests.shapes import CATALOGUES
from tests.texts import hostile

#: What older and newer versions of botocore have (from 1.34 on), with the longest text: AppIntegrations' first.
OTHER_VERSIONS: dict[bool, dict[str, int | None]] = {
    False: {
        r"[a-z]{2,4}(-[a-z0-9]+){1,3}": 25,
        r"^((\w+\:\/\/[\w.-]+[\w/!@#+=.-]+)|(\w+\:\/\/[\w.-]+[\w/!@#+=.-]+[\w/!@#+=.-]+[\w/!@#+=.,-]+))$": 1000,
        r"^(\w+\:\/\/[\w.-]+[\w/!@#+=.-]+$)|(\w+\:\/\/[\w.-]+[\w/!@#+=.-]+[\w/!@#+=.-]+[\w/!@#+=.,-]+$)": 1000,
        r"^(?!aws:)[a-zA-Z+-=._:/]+$": 128,
        r"^(aws\.(partner\/.*|cases|cases\-test))|Pipe\s.[a-zA-Z0-9\/\._\-]+$"
        r"|app\-integrations\.webhooks\/[a-zA-Z0-9\-_.\/]+$": 256,
        r"^[a-z-]+$": 100,
        r"^[a-zA-Z0-9\/\._\-\*]+$": 255,
        r"^aws\.partner\/.*$": 256,
        r"^\w+\:\/\/.*$": 1000,
    },
    True: {
        r"\d{12}": None,
        r"[a-zA-Z0-9]{30,40}": None,
        r"[a-zA-Z0-9]{30,40}$|^arn:aws:dataexchange:[\-a-z0-9]*:(\d{12}):data-grants\/[a-zA-Z0-9]{30,40}": None,
        r"arn:aws:dataexchange:[\-a-z0-9]*:(\d{12}):data-grants\/[a-zA-Z0-9]{30,40}": None,
        r".*/^[\d]{12}$/.*": 12,
    },
}
#: The models whose patterns must be fast, each with whether a pattern must match the whole value.
MODELS = [(catalogue.model, catalogue.rules.whole_match) for catalogue in CATALOGUES.values()]
OTHER_PATTERNS = [
    "",
    "a|",
    "^a|b$",
    "(a|ab)(c|bcd)(d*)",
    r"a{2}b{0,2}c{1,}",
    r"[^a-c]d",
    r"[]a]+",
    r"[a\]\-x]{2}",
    r"[\d\s]\D\S\W",
    r"\x41B\t\n",
    r"a+?b*?",
    r"^$",
    r"$a",
    r"(a$|b)",
    r"^(?!ab)a",
    "é[à-ü]",
    r"(a)\1",
    r"a(?=b)",
]


class Pattern(NamedTuple):
    """A pattern as one service reads it."""

    text: str
    whole: bool
    #: The longest text that any shape of this pattern allows; None if one of them allows any length.
    most: int | None


def patterns_of(models: list[tuple[ServiceModel, bool]]) -> list[Pattern]:
    found: dict[tuple[str, bool], list[int | None]] = {}
    for model, whole in models:
        for shape in map(model.shape_for, model.shape_names):
            if "pattern" in shape.metadata:
                found.setdefault((shape.metadata["pattern"], whole), []).append(shape.metadata.get("max"))
    for whole, others in OTHER_VERSIONS.items():
        for text, most in others.items():
            found.setdefault((text, whole), []).append(most)
    return [
        Pattern(text, whole, None if None in sizes else max(size or 0 for size in sizes))
        for (text, whole), sizes in sorted(found.items())
    ]


PATTERNS = patterns_of(MODELS)


def reference(pattern: str, whole: bool) -> Callable[[str], bool]:
    """What ``re`` says to the model's own text."""
    expression = patterns.compiled(pattern)
    return lambda text: (expression.fullmatch if whole else expression.search)(text) is not None


# Equivalents


def texts_of(tokens: Sequence[str], longest: int) -> Iterator[str]:
    """Every text of up to so many tokens."""
    for length in range(longest + 1):
        yield from map("".join, itertools.product(tokens, repeat=length))


# By pattern: one character, or piece, of each kind that it or its equivalent distinguishes; and how many of them.
_URI: list[tuple[Sequence[str], int]] = [("a:/.!, ", 6), (("a://", "a", "://", ".", "!", ",", " ", "\n"), 6)]
_BLANK: list[tuple[Sequence[str], int]] = [("a \n\té", 6)]
_WEBHOOK = "app-integrations.webhooks"
_SOURCE: list[tuple[Sequence[str], int]] = [
    (("aws.", "partner/", "cases", "Pipe", _WEBHOOK, "a", "/", " ", "\n", "!"), 5),
    ((f"{_WEBHOOK}/", "a", "!", "Pipe "), 7),
]
DECISIVE = {
    pattern: _SOURCE if "Pipe" in pattern else _URI if ":" in pattern else _BLANK for pattern in patterns._EQUIVALENTS
}


@pytest.mark.parametrize("pattern", patterns._EQUIVALENTS)
def test_an_equivalent_decides_every_short_text_of_its_decisive_pieces_as_the_models_own_pattern(pattern: str) -> None:
    decides, expected = patterns.matcher(pattern, whole=False), reference(pattern, whole=False)
    seen = set()
    for text in itertools.chain.from_iterable(texts_of(*pieces) for pieces in DECISIVE[pattern]):
        fits = decides(text)
        seen.add(fits)
        assert fits == expected(text), repr(text)
    assert seen == ({True} if pattern == ".*" else {True, False})


@pytest.mark.parametrize("pattern", patterns._EQUIVALENTS)
def test_each_equivalent_replaces_a_pattern_of_a_supported_model(pattern: str) -> None:
    assert Pattern(pattern, False, 1000)[:2] in {known[:2] for known in PATTERNS}


def texts_about(pattern: str) -> st.SearchStrategy[str]:
    """Texts of the pattern's own characters, texts that match it, and such with a character changed."""
    expression = patterns.compiled(pattern)
    letters = st.sampled_from(sorted({*re.sub(r"\\[wds]|[\\\[\](){}*+?^$|]", "", pattern), *"aZ0_ \n:/é!"}))
    fitting = st.from_regex(expression) | st.from_regex(expression, fullmatch=True)
    # Short: the reference backtracks.
    short = fitting.map(lambda text: text[:40])
    spoiled = st.tuples(short, letters, st.integers(0, 40)).map(
        lambda parts: parts[0][: parts[2]] + parts[1] + parts[0][parts[2] + 1 :]
    )
    return st.text(letters, max_size=16) | short | spoiled


@pytest.mark.parametrize("whole", [False, True], ids=["search", "whole"])
@pytest.mark.parametrize("pattern", sorted({pattern.text for pattern in PATTERNS} - {r".*/^[\d]{12}$/.*"}))
def test_patterns_are_decided_as_by_re(pattern: str, whole: bool) -> None:
    @settings(deadline=None, max_examples=12, database=None)
    @given(texts_about(pattern))
    def agrees(text: str) -> None:
        assert patterns.matcher(pattern, whole)(text) == reference(pattern, whole)(text)

    agrees()


# How a pattern is read


@pytest.mark.parametrize("pattern", OTHER_PATTERNS)
def test_a_pattern_is_read_as_by_re_but_for_a_newline_at_the_end(pattern: str) -> None:
    decides, plain = patterns.matcher(pattern, whole=False), re.compile(pattern, re.ASCII)
    for text in map("".join, itertools.product("ab]c-\n$é1 ", repeat=3)):
        if "$" not in pattern or not text.endswith("\n"):
            assert decides(text) == (plain.search(text) is not None), repr(text)


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        (r"^\w+$", "aa\n", False),
        (r"^\w+$", "aa", True),
        (r"(a)\1$", "aa\n", False),
        (r"(a)\1[$]", "aa$\n", True),
        (r"a\$", "a$\n", True),
        (r"[]$]b$", "$b\n", False),
        (r"a$|b", "b\n", True),
        (r"^\w$", "é", False),
        (r"^\d$", "٣", False),
        (r"^\s$", "\u2003", False),
        (r"^.$", "\n", False),
    ],
)
def test_dollar_is_the_very_end_and_classes_are_ascii(pattern: str, text: str, fits: bool) -> None:
    assert patterns.matcher(pattern, whole=False)(text) is fits


def test_a_pattern_that_re_cannot_read_accepts_everything() -> None:
    assert patterns.matcher(r"^[\p{L}]+$", whole=True)("!")


# Time


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.text)
def test_every_pattern_of_the_models_can_be_read(pattern: Pattern) -> None:
    assert patterns.compiled(pattern.text)


#: Growing slowly at first: an exponential pattern fails the test, and does not hang it.
_LENGTHS = (*range(12, 60, 3), 90, 130, 200, 500, 1_000, 2_048, 10_240, 50_000)


def is_slow(decides: Callable[[str], bool], text: str) -> bool:
    """Whether a text takes more CPU time than any linear pattern. If it seems so, the machine gets two more tries."""
    allowed = 0.005 + 3e-7 * len(text)
    for _ in range(3):
        started = time.process_time()
        decides(text)
        if time.process_time() - started <= allowed:
            return False
    return True


def slow_texts(pattern: Pattern) -> Iterator[str]:
    """The hostile texts that keep a pattern busy, shortest first.

    Also beyond the pattern's longest text: a text that is too long is put to the pattern too, since its violations
    are listed.
    """
    decides = patterns.matcher(pattern.text, pattern.whole)
    texts = list(hostile(pattern.text))
    for length in sorted({*_LENGTHS, pattern.most or 1}):
        for beginning, unit, end in texts:
            text = beginning + unit * ((length - len(beginning) - len(end)) // len(unit)) + end
            if is_slow(decides, text):
                yield text


@pytest.mark.slow
@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.text)
def test_no_hostile_text_keeps_a_pattern_busy(pattern: Pattern) -> None:
    assert next(slow_texts(pattern), None) is None


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "whole"),
    [
        (r"^(a*)*$", False),
        (r"(a|aa)+$", True),
        (r"^(\w+\:\/\/[\w.-]+[\w/!@#+=.-]+[\w/!@#+=.-]+[\w/!@#+=.,-]+)$", False),
        (r".*\S.*\S.*", False),
        (rf"{_WEBHOOK}/[a-z./-]+$", False),
    ],
)
def test_a_slow_pattern_is_noticed(text: str, whole: bool) -> None:
    assert next(slow_texts(Pattern(text, whole, 1000)), None) is not None
