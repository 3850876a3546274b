"""What a service brings to the checking of constraints, and what it is told of them.

Apart from ``validation``, so that describing a service loads nothing that only a request needs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple

from botocore.model import Shape

Role = Literal["member", "item", "key", "value"]


class Step(NamedTuple):
    """One step from a structure, list or map to what is inside it."""

    role: Role
    name: str | int
    """The member's name in the model, the item's index from 0, or the map's key."""


class Violation(NamedTuple):
    """One constraint of the model that one value breaks."""

    path: tuple[Step, ...]
    """From the whole input to the value (for "required": to the member that is missing)."""
    shape: Shape
    """The shape whose constraint is broken; all its constraints are in `shape.metadata`."""
    constraint: str
    """As the model calls it: "required", "pattern", "max", "min" or "enum"."""
    value: Any
    """The value; None where it is missing."""
    container: Any
    """The structure, list or map that the value stands in."""


class Rules(NamedTuple):
    """What is a service's own in checking constraints."""

    whole_match: bool
    """Whether a pattern must match the whole value; else it is searched for."""
    word: Callable[[Sequence[Violation]], str]
    """The text of the ValidationException that tells these violations."""
