"""Words constraint violations as AWS Data Exchange does, in the form of the Joi validator."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...protocol.rules import Rules, Step, Violation


def word(violations: Sequence[Violation]) -> str:
    """Returns the text of a ValidationException."""
    complaints = [
        f'"{_path(violation.path)}" {complaint}' for violation in violations for complaint in _complaints(violation)
    ]
    return f"The following parameter(s) are not valid: {', '.join(complaints)}."


def _path(path: Sequence[Step]) -> str:
    steps = [f"[{step.name}]" if step.role == "item" else f".{step.name}" for step in path]
    return "".join(steps).removeprefix(".")


def _complaints(violation: Violation) -> list[str]:
    shape, constraint, value = violation.shape, violation.constraint, violation.value
    if constraint == "required":
        return ["is required"]
    limit, low = shape.metadata[constraint], constraint == "min"
    if constraint == "enum":
        return [f"must be one of [{', '.join(limit)}]"]
    if constraint == "pattern":
        return _id_complaints(limit, value) or [f'with value "{value}" fails to match the required pattern: /{limit}/']
    if shape.type_name == "string":
        return [_length_complaint(constraint, limit, value)]
    if shape.type_name in ("list", "map"):
        return [f"must contain {'at least' if low else 'less than or equal to'} {limit} items"]
    return [f"must be {'greater' if low else 'less'} than or equal to {limit}"]


def _length_complaint(constraint: str, limit: int, value: str) -> str:
    if constraint == "max":
        return f"length must be less than or equal to {limit} characters long"
    return f"length must be at least {limit} characters long" if value else "is not allowed to be empty"


_ID = re.compile(r"\[a-zA-Z0-9\]\{(\d+),(\d+)\}")


def _id_complaints(pattern: str, value: str) -> list[str]:
    """Returns the complaints about an id: its pattern is reported as the rules that it stands for."""
    limits = _ID.fullmatch(pattern)
    if limits is None:
        return []
    complaints = []
    if not re.fullmatch("[a-zA-Z0-9]*", value):
        complaints.append("must only contain alpha-numeric characters")
    if len(value) < int(limits[1]):
        complaints.append(f"length must be at least {limits[1]} characters long")
    if len(value) > int(limits[2]):
        complaints.append(_length_complaint("max", int(limits[2]), value))
    return complaints


RULES = Rules(whole_match=True, word=word)
