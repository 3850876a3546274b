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
    #: The member's name in the model, the item's index from 0, or the map's key.
    name: str | int


class Violation(NamedTuple):
    """One constraint of the model that one value breaks."""

    #: From the whole input to the value (for "required": to the member that is missing).
    path: tuple[Step, ...]
    #: The shape whose constraint is broken; all its constraints are in ``shape.metadata``.
    shape: Shape
    #: As the model calls it: "required", "pattern", "max", "min" or "enum".
    constraint: str
    #: The value; None where it is missing.
    value: Any
    #: The structure, list or map that the value stands in.
    container: Any


class Rules(NamedTuple):
    """What is a service's own in checking constraints."""

    #: Whether a pattern must match the whole value; else it is searched for.
    whole_match: bool
    #: The text of the ValidationException that tells these violations.
    word: Callable[[Sequence[Violation]], str]
