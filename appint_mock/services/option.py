"""Defines the type of a scope's options, which the library and the services declare."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple


class Option(NamedTuple):
    """An option of a scope: its default, the check of a value, and the text for the accepted values."""

    default: Any
    fits: Callable[[Any], bool]
    #: Completes "give ...": ``"True or False"``.
    wanted: str
    #: The value in the strict set, which the pytest option ``appint_mock_strict`` chooses; ``...``: the default.
    strict: Any = ...


def is_flag(value: Any) -> bool:
    """Returns whether a value is True or False."""
    return isinstance(value, bool)


def is_count(value: Any, least: int) -> bool:
    """Returns whether a value is an int of at least ``least``, and not a bool."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= least
