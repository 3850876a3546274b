"""Checks parsed inputs against the model's constraints: a quick check first, then the details for the message."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

from botocore.model import Shape, StructureShape

from .patterns import always, matcher
from .rules import Step, Violation
from .schema import CONSTRAINTS, own_constraints, validator

Check = Callable[[Any], bool]


def checker(shape: StructureShape | None, whole_match: bool) -> Check:
    """Returns a function that decides whether a parsed input satisfies all constraints. It expects the right types."""
    return always if shape is None else _check(shape, whole_match, {}) or always


def _check(shape: Shape, whole_match: bool, known: dict[str, Check]) -> Check | None:
    """Returns None for a shape without constraints. ``known`` holds structures by name: one may hold itself."""
    if shape.type_name == "structure":
        # A document is any JSON.
        return None if shape.is_document_type else known.get(shape.name) or _structure(shape, whole_match, known)
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
    return _sized(shape, None) if shape.type_name == "blob" else _range(shape)


def _structure(shape: Shape, whole_match: bool, known: dict[str, Check]) -> Check:
    required = tuple(shape.required_members)
    # Filled at a member's first use: most requests have few of an operation's members.
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


def _is_bounded(shape: Shape) -> bool:
    return "min" in shape.metadata or "max" in shape.metadata


def _sized(shape: Shape, check_inside: Check | None) -> Check | None:
    if not _is_bounded(shape):
        return check_inside
    # The length is checked first: no pattern has to read a text that is too long anyway.
    low, high = _bounds(shape)
    if check_inside is None:
        return lambda value: low <= len(value) <= high
    return lambda value: low <= len(value) <= high and check_inside(value)


def _range(shape: Shape) -> Check | None:
    low, high = _bounds(shape)
    return (lambda value: low <= value <= high) if _is_bounded(shape) else None


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


# The violations: the cheap check leads to the wrong values, and jsonschema says what is wrong with each

#: How many violations one answer lists at most: a request of 10 MiB could have millions of them.
MOST_VIOLATIONS = 10_000
_ORDER = ("required", "pattern", "max", "min", "enum")
_Path = tuple[Step, ...]


def find_violations(shape: StructureShape | None, params: Mapping[str, Any], whole_match: bool) -> list[Violation]:
    """Returns the violated constraints: members in the model's order, depth first; on one value, the pattern first.

    The keys of a map come before its values. The list ends after ``MOST_VIOLATIONS``. It takes time linear in the
    size of the request.
    """
    found = iter(()) if shape is None else _Finder(whole_match).violations(shape, params, (), None)
    return list(islice(found, MOST_VIOLATIONS))


class _Finder:
    """Walks through an input to the values that violate constraints."""

    def __init__(self, whole_match: bool) -> None:
        self.whole_match = whole_match
        self.structures: dict[str, Check] = {}
        self.checks: dict[Shape, Check] = {}
        self.validators: dict[Shape, Any] = {}

    def violations(self, shape: Shape, value: Any, path: _Path, container: Any) -> Iterator[Violation]:
        if self.is_valid(shape, value):
            return
        broken = self.own_constraints_broken(shape, value)
        if shape.type_name == "structure":
            yield from self.in_members(shape, value, path, "required" in broken)
            return
        for constraint in broken:
            yield Violation(path, shape, constraint, value, container)
        if shape.type_name == "list":
            for index, item in enumerate(value):
                yield from self.violations(shape.member, item, (*path, Step("item", index)), value)
        elif shape.type_name == "map":
            for key in value:
                yield from self.violations(shape.key, key, (*path, Step("key", key)), value)
            for key, item in value.items():
                yield from self.violations(shape.value, item, (*path, Step("value", key)), value)

    def in_members(self, shape: Shape, value: Any, path: _Path, some_missing: bool) -> Iterator[Violation]:
        for name, member in shape.members.items():
            inner_path = (*path, Step("member", name))
            if name in value:
                yield from self.violations(member, value[name], inner_path, value)
            elif some_missing and name in shape.required_members:
                yield Violation(inner_path, member, "required", None, value)

    def is_valid(self, shape: Shape, value: Any) -> bool:
        if shape not in self.checks:
            self.checks[shape] = _check(shape, self.whole_match, self.structures) or always
        return self.checks[shape](value)

    def own_constraints_broken(self, shape: Shape, value: Any) -> list[str]:
        """Returns the violated constraints of ``shape`` itself, without those of its members."""
        if shape not in self.validators:
            self.validators[shape] = validator(own_constraints(shape), whole_match=self.whole_match)
        errors = self.validators[shape].iter_errors(value)
        return sorted({CONSTRAINTS[str(error.validator)] for error in errors}, key=_ORDER.index)
