"""Declares a service's own part in checking constraints, and the violations that it words.

Kept apart from ``validation``, so that describing a service loads nothing that only a request needs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple

from botocore.model import Shape

Role = Literal["member", "item", "key", "value"]


class Step(NamedTuple):
    """A step from a structure, list or map to something inside it."""

    role: Role
    #: The member's name in the model, the item's index from 0, or the map's key.
    name: str | int


class Violation(NamedTuple):
    """A constraint of the model that a value breaks."""

    #: From the whole input to the value (for "required": to the member that is missing).
    path: tuple[Step, ...]
    #: The shape whose constraint is broken; all its constraints are in ``shape.metadata``.
    shape: Shape
    #: As the model calls it: "required", "pattern", "max", "min" or "enum".
    constraint: str
    #: The value; None if it is missing.
    value: Any
    #: The structure, list or map that holds the value; None for the whole input.
    container: Any


class Rules(NamedTuple):
    """How one service reads and words the constraints of its model."""

    #: Whether a pattern must match the whole value; otherwise it is searched for.
    whole_match: bool
    #: Returns the text of the error that reports these violations.
    word: Callable[[Sequence[Violation]], str]
    #: The code of that error.
    code: str = "ValidationException"
