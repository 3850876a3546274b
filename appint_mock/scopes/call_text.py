"""Formats a call as text, ``Operation(Member=value, ...)``, within a given width."""

from __future__ import annotations

import reprlib
from collections.abc import Mapping
from functools import lru_cache
from itertools import islice
from typing import Any

from botocore.model import OperationModel

#: How long values may get, those of the decisive members and the others: the first at which all of a call fits.
_CUTS = (
    *((cut, cut) for cut in (1000, 400, 200, 120, 84, 64, 48)),  # pragma: no mutate (any steps would do)
    *((48, 24), (48, 12), (36, 12), (30, 12), (24, 12), (18, 12), (14, 10), (12, 8)),  # pragma: no mutate (likewise)
)


def call_text(operation: str, parameters: Mapping[str, Any], model: OperationModel | None, room: int) -> str:
    """Formats a call in at most ``room`` characters: values are cut before members are left out."""
    names = [(name, decisive) for name, decisive in by_weight(model) if name in parameters]
    room -= len(operation) + 2
    for decisive_cut, cut in _CUTS:
        shown = [
            f"{name}={value_text(parameters[name], decisive_cut if decisive else cut)}" for name, decisive in names
        ]
        if len(", ".join(shown)) <= room:
            break
    else:
        while len(shown) > 1 and len(", ".join([*shown, "..."])) > room:
            shown.pop()
        if names[len(shown) :]:
            shown.append("...")
    return f"{operation}({', '.join(shown)})"


@lru_cache(maxsize=256)
def by_weight(model: OperationModel | None) -> list[tuple[str, bool]]:
    """Returns the members of a request, the most important first, each with whether it decides what the call does.

    Without tokens, which boto3 makes up.
    """
    shape = model.input_shape if model else None
    if model is None or shape is None:
        return []

    def weight(name: str) -> int:
        member = shape.members[name]
        large = member.type_name in ("structure", "list", "map")
        if not large and name.endswith(("Arn", "Id", "Identifier", "Name")):
            return 0
        if name.endswith("Type") or member.type_name == "boolean" or getattr(member, "enum", None):
            return 1
        return 2 if name in shape.required_members else 3 + large

    names = [*shape.required_members, *(name for name in shape.members if name not in shape.required_members)]
    return [(name, weight(name) < 2) for name in sorted(names, key=weight) if name not in model.idempotent_members]


@lru_cache
def _short(cut: int) -> reprlib.Repr:
    short = reprlib.Repr()
    short.maxstring = short.maxother = short.maxlong = cut
    short.maxdict = short.maxlist = short.maxlevel = 3
    return short


def value_text(value: object, cut: int = 48) -> str:
    """Returns the value's repr in about ``cut`` characters; of large structures the keys, of large lists the length."""
    text, whole = _shortened(value, cut), repr(value)
    # Nothing is gained by what is no shorter.
    return text if len(text) < len(whole) else whole


def _shortened(value: object, cut: int) -> str:
    text = _short(cut).repr(value)
    if len(text) > cut and isinstance(value, Mapping):
        most = 3 if cut > 12 else 1
        keys = ", ".join([*islice(map(str, value), most), *(["..."] if len(value) > most else [])])
        return "{" + (keys if len(keys) <= 48 else f"{keys[:45]}...") + "}"
    if len(text) > cut and isinstance(value, list):
        return f"[{len(value)} item{'s' * (len(value) != 1)}]"
    return text


def members_text(parameters: Mapping[str, Any]) -> str:
    """Returns ``Member=value, ...``, each value within about 48 characters."""
    return ", ".join(f"{name}={value_text(value)}" for name, value in parameters.items())
