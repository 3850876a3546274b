"""Fills the members of an injected error: those that a test gives, and plausible values for the rest."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from botocore.model import Shape, StructureShape
from botocore.validate import ParamValidator

from ..hints import did_you_mean, repr_of, see

if TYPE_CHECKING:
    from ..protocol.operation import Operation


def check_error_members(code: str, shape: StructureShape | None, members: Mapping[str, Any]) -> None:
    """Raises TypeError or ValueError if the error's shape in the model has no such members or values.

    An error that is not in the model (``shape`` None) may have any members.
    """
    if not isinstance(members, Mapping) or not all(isinstance(name, str) for name in members):
        raise TypeError(
            f"fail: members={repr_of(members)}: give a dict of the error's members, such as {{'LimitValue': 3.0}}."
            + see("faults")
        )
    if shape is None:
        return
    own = _own_members(shape)
    for name, value in members.items():
        if name not in own:
            known = f"It has {', '.join(own)}." if own else "It has none but its message."
            raise TypeError(f"fail: {code} has no member {name!r}.{did_you_mean(name, own)} {known}" + see("faults"))
        report = ParamValidator().validate(value, own[name])
        if report.has_errors():
            problem = report.generate_report().replace(" for parameter input", "")
            raise ValueError(f"fail: members[{name!r}]={repr_of(value)}: {problem}." + see("faults"))
        enum = getattr(own[name], "enum", None)
        if enum and value not in enum:
            raise ValueError(
                f"fail: members[{name!r}]={repr_of(value)}: give one of {', '.join(map(repr, enum))}." + see("faults")
            )


def plausible_members(
    shape: StructureShape | None, operation: Operation, parameters: Mapping[str, Any]
) -> dict[str, Any]:
    """Returns plausible values for the error's members, taken from the request.

    A name such as ``ResourceId`` gets the last label of the request's path; an enumeration (``ResourceType``,
    ``LimitName``) gets the value that shares the most words with the resource or the operation.
    """
    if shape is None:
        return {}
    own = _own_members(shape)
    label = _last_label(operation, parameters)
    found: dict[str, Any] = {}
    for name, member in own.items():
        if name in parameters and type(parameters[name]) in (str, int, float):
            found[name] = parameters[name]
        elif getattr(member, "enum", None):
            sibling = f"{name.removesuffix('Type')}Id"
            about = label if label and name.endswith("Type") and sibling in own else operation.name
            value, shared = _closest(member.enum, about)
            # One that nothing in the request suggests is left out if AWS would give it in special cases only.
            if shared or len(own) > 1:
                found[name] = value
        elif member.type_name == "string" and label and name.endswith("Id"):
            found[name] = parameters[label]
        elif member.type_name in ("integer", "long", "float", "double"):
            found[name] = member.metadata.get("min", 1)
        elif member.type_name == "string" and name in shape.required_members:
            found[name] = name
    return found


def _own_members(shape: StructureShape) -> dict[str, Shape]:
    return {name: member for name, member in shape.members.items() if name.lower() != "message"}


def _last_label(operation: Operation, parameters: Mapping[str, Any]) -> str | None:
    """Returns the member in the last variable part of the request's path: the resource of the operation."""
    shape = operation.model.input_shape
    labels = {
        member.serialization.get("name", name): name
        for name, member in (shape.members.items() if shape else ())
        if member.serialization.get("location") == "uri"
    }
    in_path = re.findall(r"{(\w+)\+?}", operation.model.http["requestUri"])
    names = [labels[each] for each in in_path if isinstance(parameters.get(labels.get(each, "")), str)]
    return names[-1] if names else None


def _closest(values: list[str], name: str) -> tuple[str, int]:
    """Returns the value that shares the most words with ``name`` (as in ``CreateDataSet``), and how many it shares."""
    words = [word.lower() for word in re.findall(r"[A-Z][a-z0-9]+", name)]

    def shared(value: str) -> int:
        own = re.findall(r"[a-z0-9]+", value.lower())
        return sum(any(_same(word, each) for each in own) for word in words)

    best = max(values, key=shared)
    return best, shared(best)


def _same(word: str, other: str) -> bool:
    """Returns whether two words are equal, except for singular and plural."""
    return word == other or f"{word}s" == other or word == f"{other}s"
