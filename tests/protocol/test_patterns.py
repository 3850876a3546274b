"""Patterns are decided as Python's `re` decides them, but in linear time."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appint_mock.protocol import patterns
from tests.shapes import CATALOGUES

MODEL_PATTERNS = sorted(
    {
        shape.metadata["pattern"]
        for catalogue in CATALOGUES.values()
        for shape in map(catalogue.model.shape_for, catalogue.model.shape_names)
        if "pattern" in shape.metadata
    }
    # Other versions of botocore have these.
    | {
        r"^(?!aws:)[a-zA-Z+-=._:/]+$",
        r"^(\w+\:\/\/[\w.-]+[\w/!@#+=.-]+$)|(\w+\:\/\/[\w.-]+[\w/!@#+=.-]+[\w/!@#+=.-]+[\w/!@#+=.,-]+$)",
        r"[a-z]{2,4}(-[a-z0-9]+){1,3}",
    }
)
OTHER_PATTERNS = [
    "",
    "a|",
    "^a|b$",
    "(a|ab)(c|bcd)(d*)",
    r"a{2}b{0,2}c{1,}",
    r"a{x}".replace("{x}", "{3}"),
    r"[^a-c]d",
    r"[]a]+",
    r"[a\]\-x]{2}",
    r"[\d\s]\D\S\W",
    r"\x41B\t\n",
    r"a.c",
    r"a+?b*?",
    r"(?:ab)?c",
    r"^$",
    r"$a",
    r"a^",
    r"(^a|b)c",
    r"(a$|b)",
    r"^(?!ab)a",
    "é[à-ü]",
]


def reference(pattern: str, whole: bool, text: str) -> bool:
    expression = re.compile(patterns._with_end_as_very_end(pattern), re.ASCII)
    return (expression.fullmatch if whole else expression.search)(text) is not None


def texts_about(pattern: str) -> st.SearchStrategy[str]:
    """Texts of the pattern's own characters, texts that match it, and such with a character changed."""
    expression = re.compile(patterns._with_end_as_very_end(pattern), re.ASCII)
    letters = st.sampled_from(sorted({*re.sub(r"\\[wds]|[\\\[\](){}*+?^$|]", "", pattern), *"aZ0_ \n:/é!"}))
    fitting = st.from_regex(expression) | st.from_regex(expression, fullmatch=True)
    # Short: the reference backtracks.
    short = fitting.map(lambda text: text[:40])
    spoiled = st.tuples(short, letters, st.integers(0, 40)).map(
        lambda parts: parts[0][: parts[2]] + parts[1] + parts[0][parts[2] + 1 :]
    )
    return st.text(letters, max_size=16) | short | spoiled


@pytest.mark.parametrize("whole", [False, True], ids=["search", "whole"])
@pytest.mark.parametrize("pattern", MODEL_PATTERNS + OTHER_PATTERNS)
def test_patterns_are_decided_as_by_re(pattern: str, whole: bool) -> None:
    @settings(deadline=None, max_examples=12, database=None)
    @given(texts_about(pattern))
    def agrees(text: str) -> None:
        assert patterns.matcher(pattern, whole)(text) == reference(pattern, whole, text)

    agrees()


@pytest.mark.parametrize("pattern", MODEL_PATTERNS + OTHER_PATTERNS)
def test_every_pattern_of_the_models_is_decided_in_linear_time(pattern: str) -> None:
    assert patterns.is_linear(pattern)


@pytest.mark.parametrize("pattern", [r"(a)\1", r"\bword", r"(?<=a)b", r"a(?=b)", "(?i)a", "a++", "^(?!a)b|c"])
def test_syntax_beyond_the_models_is_left_to_re(pattern: str) -> None:
    if not hasattr(re, "NOFLAG") and "++" in pattern:
        pytest.skip("this Python's re has no possessive quantifiers")
    assert not patterns.is_linear(pattern)
    for text in ("", "a", "b", "aa", "ab", "cword", "word", "c", "A"):
        for whole in (False, True):
            assert patterns.matcher(pattern, whole)(text) == reference(pattern, whole, text)


def test_the_end_is_the_very_end_also_in_what_is_left_to_re() -> None:
    assert not patterns.matcher(r"(a)\1$", whole=False)("aa\n")
    assert patterns.matcher(r"(a)\1[$]", whole=False)("aa$\n")
    assert not patterns.matcher(r"^\w+$", whole=False)("aa\n")


def test_a_loop_in_a_loop_ends() -> None:
    decides = patterns.matcher("(a*)*b", whole=True)
    assert [decides(text) for text in ("b", "aab", "aa", "aba", "")] == [True, True, False, False, False]


@pytest.mark.parametrize(("pattern", "text"), [(r"^\w$", "é"), (r"^\d$", "٣"), (r"^\s$", "\u2003")])
def test_word_digit_and_space_are_ascii(pattern: str, text: str) -> None:
    assert not patterns.matcher(pattern, whole=False)(text)


SOURCE_URI = next(pattern for pattern in MODEL_PATTERNS if pattern.startswith(r"^((\w") or r"^(\w+\:" in pattern)
HOSTILE: dict[str, tuple[str, Callable[[int], str]]] = {
    "source": (SOURCE_URI, lambda size: "s3://" + "a" * size + "!? "),
    "blank": (r".*\S.*", lambda size: " " * size),
    "blank lines": (r".*\S.*", lambda size: " \n" * (size // 2)),
    "nested": ("^(a*)*$", lambda size: "a" * size + "b"),
    "many characters": (r"^.*x$", lambda size: "".join(map(chr, range(0x4E00, 0x9E00))) * (size // 20_000)),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_million_hostile_characters_keep_no_pattern_busy(case: str) -> None:
    pattern, hostile = HOSTILE[case]
    decides = patterns.matcher(pattern, whole=False)
    taken = []
    for size in (1_000_000, 2_000_000):
        text = hostile(size)
        started = time.perf_counter()
        assert not decides(text)
        taken.append(time.perf_counter() - started)
    assert taken[0] < 2
    assert taken[1] < 5 * taken[0] + 0.1


def test_remembered_transitions_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "_MAX_TRANSITIONS", 10)
    automaton = patterns._Automaton(patterns._Parser("^[a-z]+[0-9]+$").parse(), whole=False)
    for text in ("abcdefghijklmnopqrstuvwxyz0123456789", "abc", "abc1!", "z9"):
        assert automaton.decides(text) == reference("^[a-z]+[0-9]+$", False, text)
        assert automaton.transitions <= 10
        assert sum(len(state.table) - 1 for state in (automaton.start, *automaton.states.values())) <= 10


def test_forgetting_while_others_match_changes_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "_MAX_TRANSITIONS", 3)
    automaton = patterns._Automaton(patterns._Parser("^([a-z]{3}-){2,5}$").parse(), whole=False)
    wrong: list[str] = []

    def match() -> None:
        for text, fits in [("abc-def-", True), ("abc-de", False), ("xyz-abc-uvw-", True)] * 300:
            if automaton.decides(text) != fits:
                wrong.append(text)

    threads = [threading.Thread(target=match) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
