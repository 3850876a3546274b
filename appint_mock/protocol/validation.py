"""Constraints of the model: the cheap check, and the violations that a service words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from botocore.model import Shape, StructureShape

from .patterns import always, matcher
from .rules import Role, Step, Violation
from .schema import CONSTRAINTS, Schema, validator

Check = Callable[[Any], bool]


def checker(shape: StructureShape | None, whole_match: bool) -> Check:
    """A function that says whether a parsed input keeps all constraints. It expects the types to be right."""
    return always if shape is None else _check(shape, whole_match, {}) or always


def _check(shape: Shape, whole_match: bool, known: dict[str, Check]) -> Check | None:
    """None for a shape without constraints. ``known`` holds structures by name: one may hold itself."""
    if shape.type_name == "structure":
        return known.get(shape.name) or _structure(shape, whole_match, known)
    if shape.type_name == "list":
        return _sized(shape, _each(_check(shape.member, whole_match, known)))
    if shape.type_name == "map":
        check_keys = _each(_check(shape.key, whole_match, known))
        check_values = _each(_check(shape.value, whole_match, known))
        check_inside = _both(check_keys, check_values and (lambda pairs: check_values(pairs.values())))
        return _sized(shape, check_inside)
    if "enum" in shape.metadata:
        return frozenset(shape.metadata["enum"]).__contains__
    if shape.type_name == "string":
        return _sized(shape, _pattern(shape, whole_match))
    return _range(shape)


def _structure(shape: Shape, whole_match: bool, known: dict[str, Check]) -> Check:
    required = tuple(shape.required_members)
    # Filled when a member is first met: some patterns are long, and most requests use few members.
    checks: dict[str, Check | None] = {}

    def check(members: Mapping[str, Any]) -> bool:
        for name in required:
            if name not in members:
                return False
        for name, value in members.items():
            if name not in checks:
                checks[name] = _check(shape.members[name], whole_match, known)
            check_member = checks[name]
            if check_member is not None and not check_member(value):
                return False
        return True

    known[shape.name] = check
    return check


def _bounds(shape: Shape) -> tuple[float, float]:
    return shape.metadata.get("min", float("-inf")), shape.metadata.get("max", float("inf"))


def _sized(shape: Shape, check_inside: Check | None) -> Check | None:
    low, high = _bounds(shape)
    if low <= 0 and high == float("inf"):
        return check_inside
    if check_inside is None:
        return lambda value: low <= len(value) <= high
    return lambda value: low <= len(value) <= high and check_inside(value)


def _range(shape: Shape) -> Check | None:
    low, high = _bounds(shape)
    return (lambda value: low <= value <= high) if {"min", "max"} & shape.metadata.keys() else None


def _pattern(shape: Shape, whole_match: bool) -> Check | None:
    if "pattern" not in shape.metadata:
        return None
    decides = matcher(shape.metadata["pattern"], whole_match)
    return None if decides is always else decides


def _each(check: Check | None) -> Check | None:
    return check and (lambda values: all(map(check, values)))


def _both(first: Check | None, second: Check | None) -> Check | None:
    if first is None or second is None:
        return first or second
    return lambda value: first(value) and second(value)


# The violations, found by jsonschema

_ORDER = ("required", "pattern", "max", "min", "enum")
_Sortable = tuple[tuple[int, int], ...]


def find_violations(
    shape: StructureShape | None, schema: Schema, params: Mapping[str, Any], whole_match: bool
) -> list[Violation]:
    """Every violated constraint: members in the model's order, depth first; on one value, the pattern first.

    Of a map, the keys come before the values.
    """
    found: dict[tuple[_Sortable, int], Violation] = {}
    for error in validator(schema, whole_match=whole_match).iter_errors(params):
        constraint = CONSTRAINTS[str(error.validator)]
        names = list(error.absolute_path)
        for missing in _missing(error) if constraint == "required" else [None]:
            trace = _Trace(shape, params)
            for name in [*names, missing] if missing is not None else names:
                trace.step(name)
            if trace.shape.type_name == "map" and isinstance(error.instance, str):
                trace.step_to_key(error.instance)
            found[trace.order, _ORDER.index(constraint)] = trace.violation(constraint)
    return [found[key] for key in sorted(found)]


def _missing(error: Any) -> list[str]:
    return [name for name in error.validator_value if name not in error.instance]


class _Trace:
    """Goes from an input to the value that an error is about."""

    def __init__(self, shape: Shape, value: Any) -> None:
        self.shape, self.value = shape, value
        self.container: Any = None
        self.path: tuple[Step, ...] = ()
        self.order: _Sortable = ()

    def step(self, name: str | int) -> None:
        """Into a member, an item or a map's value."""
        shape, value = self.shape, self.value
        if shape.type_name == "structure":
            self._move("member", name, list(shape.members).index(name), shape.members[name], value.get(name))
        elif shape.type_name == "list":
            self._move("item", name, int(name), shape.member, value[name])
        else:
            self._move("value", name, list(value).index(name), shape.value, value[name])

    def step_to_key(self, key: str) -> None:
        """To a map's key."""
        self._move("key", key, list(self.value).index(key), self.shape.key, key)

    def _move(
        self,
        role: Role,
        name: str | int,
        position: int,
        shape: Shape,
        value: Any,
    ) -> None:
        self.path = (*self.path, Step(role, name))
        self.order = (*self.order, (int(role == "value"), position))
        self.container, self.shape, self.value = self.value, shape, value

    def violation(self, constraint: str) -> Violation:
        return Violation(self.path, self.shape, constraint, self.value, self.container)
