"""Defines an option of a scope, as a service or the library declares it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple


class Option(NamedTuple):
    """An option of a scope: its default, the check of a value, and the values to give as a message words them."""

    default: Any
    fits: Callable[[Any], bool]
    #: Completes "give ...": ``"True or False"``.
    wanted: str
    #: The value in the strict set, which the pytest option ``appint_mock_strict`` chooses; ``...``: the default.
    strict: Any = ...


def is_flag(value: Any) -> bool:
    """Whether a value is True or False."""
    return isinstance(value, bool)


def is_count(value: Any, least: int) -> bool:
    """Whether a value is an int of at least ``least`` (True and False are none)."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= least
