"""Finds which resources of a template depend on which, and the order in which CloudFormation deletes them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

_IN_TEXT = re.compile(r"\$\{([A-Za-z0-9]+)(?:\.[^}]*)?\}")


def dependencies(template: Mapping[str, Any], names: Collection[str]) -> dict[str, set[str]]:
    """Returns, for each resource of ``names``, the others among them that it depends on."""
    return {name: {each for each in _named(template[name]) if each in names} - {name} for name in names}


def deletion_order(depends: Mapping[str, set[str]]) -> list[str]:
    """Returns the resources in an order in which each comes before those it depends on."""
    order: list[str] = []

    def put(name: str, above: tuple[str, ...]) -> None:
        if name in order or name in above:  # moto refuses a circle when the stack is created
            return
        for other in depends[name]:
            put(other, (*above, name))
        order.append(name)

    for name in depends:
        put(name, ())
    return order[::-1]


def _named(value: Any) -> Iterator[str]:
    """Yields the names used in Ref, Fn::GetAtt, Fn::Sub and DependsOn anywhere in a resource."""
    if isinstance(value, Mapping):
        for key, inside in value.items():
            if key in ("Ref", "DependsOn", "Fn::GetAtt", "Fn::Sub"):
                yield from _texts(key, inside)
            yield from _named(inside)
    elif isinstance(value, list):
        for each in value:
            yield from _named(each)


def _texts(key: str, value: Any) -> Iterator[str]:
    values = value if isinstance(value, list) else [value]
    if key == "Fn::GetAtt":
        values = values[:1]
    for each in values:
        if isinstance(each, str):
            yield from _IN_TEXT.findall(each) if key == "Fn::Sub" else [each.partition(".")[0]]
