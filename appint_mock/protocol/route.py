"""Finds the operation that a method and a path belong to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from botocore.model import ServiceModel

Router = Callable[[str, str], str | None]
#: The segments of a path: a literal, or None for a label.
_Template = tuple[str | None, ...]


def router(model: ServiceModel) -> Router:
    """Returns a function that maps method and raw path to an operation's name, or to None if there is none."""
    candidates: dict[tuple[str, int], list[tuple[_Template, str]]] = defaultdict(list)
    for name in model.operation_names:
        http = model.operation_model(name).http
        template = _template(http["requestUri"])
        candidates[http["method"], len(template)].append((template, name))
    for choices in candidates.values():
        # Where a literal and a label both fit, the literal is meant.
        choices.sort(key=lambda choice: [segment is None for segment in choice[0]])

    def route(method: str, raw_path: str) -> str | None:
        # The raw path: an encoded slash belongs to its label.
        segments = raw_path.split("/")
        for template, name in candidates.get((method.upper(), len(segments)), ()):
            if all(literal in (None, segment) for literal, segment in zip(template, segments, strict=True)):
                return name
        return None

    return route


def _template(request_uri: str) -> _Template:
    path = request_uri.partition("?")[0]
    return tuple(None if segment.startswith("{") else segment for segment in path.split("/"))
