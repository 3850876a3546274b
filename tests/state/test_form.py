"""What a snapshot's error says of a value that does not fit."""

from __future__ import annotations

from typing import Any

import pytest

from appint_mock.state import form
from appint_mock.state.form import Form, Unfit, shown, shown_key


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a" * 58, f"'{'a' * 58}'"),
        ("a" * 59, f"'{'a' * 56}..."),
        (2**53 - 1, "9007199254740991"),
        (-(2**53), "a very large number"),
        ({"a": 1}, "an object of 1"),
        ([1, 2], "a list of 2"),
        (None, "None"),
    ],
)
def test_a_value_is_shown_whole_up_to_sixty_characters(value: Any, text: str) -> None:
    assert shown(value) == text


def test_a_key_is_shown_as_it_is_up_to_sixty_characters() -> None:
    assert shown_key("a" * 60) == "a" * 60
    assert shown_key("a" * 61) == f"'{'a' * 56}..."
    assert shown_key(3) == "3"


def name_of(value: object) -> str:
    return getattr(value, "__qualname__", repr(value))


class Text(str):
    """Equal to a text, and none."""


LETTERS = form.matching("[a-z]+", "small letters")
PAIR = form.members(a=form.text, b=form.optional(form.count))


@pytest.mark.parametrize(
    ("check", "value"),
    [
        (form.text, ""),
        (form.flag, False),
        (form.count, 0),
        (form.count, 2**53 - 1),
        (form.content, b""),
        (form.data, 1.5),
        (form.optional(form.text), None),
        (form.optional(form.text), "a"),
        (LETTERS, "abc"),
        (form.one_of("a", 1, None), "a"),
        (form.one_of("a", 1, None), 1),
        (form.one_of("a", 1, None), None),
        (form.one_of(True), True),
        (form.items(form.text), []),
        (form.items(form.text), ["a", "b"]),
        (form.entries(form.count), {}),
        (form.entries(form.count), {"a": 1}),
        (form.entries(form.count, LETTERS), {"a": 1}),
        (PAIR, {"b": None, "a": ""}),
    ],
    ids=name_of,
)
def test_what_fits_is_taken(check: Form, value: Any) -> None:
    check(value)


@pytest.mark.parametrize(
    ("check", "value", "complaint"),
    [
        (form.text, 1, "it is 1, not a text"),
        (form.flag, 1, "it is 1, not true or false"),
        (form.count, -1, "it is -1, not a number of at least 0"),
        (form.count, True, "it is True, not a number of at least 0"),
        (form.count, 1.0, "it is 1.0, not a number of at least 0"),
        (form.count, 2**53, "it is a very large number, not a number of at least 0"),
        (form.count, 2**60, "it is a very large number, not a number of at least 0"),
        (form.content, "a", "it is 'a', not bytes"),
        (form.optional(form.text), 0, "it is 0, not a text"),
        (LETTERS, "ab1", "it is 'ab1', not small letters"),
        (LETTERS, "ab\n", "it is 'ab\\n', not small letters"),
        (LETTERS, 1, "it is 1, not small letters"),
        (form.one_of("a", 1, None), "b", "it is 'b', not 'a' or 1 or None"),
        (form.one_of("a", 1, None), True, "it is True, not 'a' or 1 or None"),
        (form.one_of("a", 1, None), 1.0, "it is 1.0, not 'a' or 1 or None"),
        (form.one_of("b"), "a", "it is 'a', not 'b'"),
        (form.one_of("a"), Text("a"), "it is 'a', not 'a'"),
        (form.items(form.text), ("a",), "it is ('a',), not a list"),
        (form.items(form.text), ["a", 1], "1 is 1, not a text"),
        (form.items(form.items(form.text)), [[], ["a", "b", 2]], "1.2 is 2, not a text"),
        (form.items(form.entries(form.items(form.text))), [{"a": ["b", 2]}], "0.a.1 is 2, not a text"),
        (form.entries(form.count), [], "it is a list of 0, not an object"),
        (form.entries(form.count), {"a": 1, "b": "x"}, "b is 'x', not a number of at least 0"),
        (form.entries(form.count), {3: 1}, "3 is 3, not a text"),
        (form.entries(form.count, LETTERS), {"A": 1}, "A is 'A', not small letters"),
        (PAIR, {"a": "", "b": 1, "c": 1}, "it has the unknown member c"),
        (PAIR, {"a": ""}, "it lacks the member b"),
        (PAIR, {"a": "", "b": ""}, "b is '', not a number of at least 0"),
        (form.members(a=PAIR), {"a": {"a": 1}}, "a.a is 1, not a text"),
    ],
    ids=name_of,
)
def test_what_does_not_fit_is_refused_with_the_path_to_it(check: Form, value: Any, complaint: str) -> None:
    with pytest.raises(Unfit) as refused:
        check(value)
    assert str(refused.value) == complaint
    assert refused.value.args == (refused.value.why,)
