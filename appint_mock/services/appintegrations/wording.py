"""Words constraint violations as Amazon AppIntegrations does, in the form of AWS's older frameworks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from botocore.model import Shape

from ...protocol.rules import Rules, Step, Violation


def word(violations: Sequence[Violation]) -> str:
    """Returns the text of a ValidationException. All invalid items of one list share one complaint."""
    # Grouped before they are worded: each complaint about an item quotes the whole list.
    groups: dict[object, Violation] = {}
    for violation in violations:
        groups.setdefault(_group(violation), violation)
    complaints = list(dict.fromkeys(map(_complaint, groups.values())))
    errors = "error" if len(complaints) == 1 else "errors"
    return f"{len(complaints)} validation {errors} detected: {'; '.join(complaints)}"


def _group(violation: Violation) -> object:
    role = violation.path[-1].role
    return (violation.path, violation.constraint) if role == "member" else (violation.path[:-1], role)


def _complaint(violation: Violation) -> str:
    role = violation.path[-1].role
    if role == "member":
        path, value = violation.path, violation.value
        constraint = "Member " + _must(violation.shape, violation.constraint)
    else:
        # What is wrong inside a list or map is reported for the list or map, with all that is asked of its insides.
        path, value = violation.path[:-1], violation.container
        constraint = f"{_INSIDES[role]} must satisfy constraint: [{_all_constraints(violation.shape)}]"
    quoted = "null" if value is None else f"'{_text(value)}'"
    return f"Value {quoted} at '{_path(path)}' failed to satisfy constraint: {constraint}"


_INSIDES = {"item": "Member", "key": "Map keys", "value": "Map value"}


def _path(path: Sequence[Step]) -> str:
    return ".".join(map(_step, path))


def _step(step: Step) -> str:
    if step.role == "member":
        name = str(step.name)
        return name[:1].lower() + name[1:]
    return f"{step.name + 1 if isinstance(step.name, int) else step.name}.member"


def _must(shape: Shape, constraint: str) -> str:
    if constraint == "required":
        return "must not be null"
    limit = shape.metadata[constraint]
    if constraint == "pattern":
        return f"must satisfy regular expression pattern: {limit}"
    if constraint == "enum":
        return f"must satisfy enum value set: {_text(limit)}"
    measure = "value" if shape.type_name in ("integer", "long", "float", "double") else "length"
    comparison = "less" if constraint == "max" else "greater"
    return f"must have {measure} {comparison} than or equal to {limit}"


def _all_constraints(shape: Shape) -> str:
    present = [name for name in ("max", "min", "pattern", "enum") if name in shape.metadata]
    return ", ".join("Member " + _must(shape, name) for name in present)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}={_text(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_text, value)) + "]"
    return str(value)


RULES = Rules(whole_match=False, word=word)
