"""How constraint violations are worded."""

from __future__ import annotations

from collections.abc import Sequence

from appint_mock.protocol.validation import Rules, Violation


def word(violations: Sequence[Violation]) -> str:
    """The text of the ValidationException for `violations`."""
    raise NotImplementedError


RULES = Rules(whole_match=False, word=word)
