"""What a snapshot's error says of a value that does not fit."""

from __future__ import annotations

from typing import Any

import pytest

from appint_mock.state.form import shown, shown_key


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
