"""Finds the operation that a method, a path and a query belong to, and the labels in a path."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from botocore.model import ServiceModel

Router = Callable[[str, str, str], str | None]
#: Segments of a path: a literal, or None for a label.
_Segments = tuple[str | None, ...]


class Template:
    """The ``requestUri`` of an operation: segments of a path, and the parameters that every request has.

    One label may be greedy (``{Path+}``): it holds one segment or more.
    """

    def __init__(self, request_uri: str) -> None:
        path, _, query = request_uri.partition("?")
        segments = path.split("/")
        greedy = next((segment for segment in segments if segment.endswith("+}")), None)
        end = len(segments) if greedy is None else segments.index(greedy)
        #: The name of the greedy label.
        self.greedy = None if greedy is None else greedy[1:-2]
        # The segments before it and behind it, and by name the labels there: those behind it are counted from the end.
        self._head, self._tail = _literals(segments[:end]), _literals(segments[end + 1 :])
        self._labels = {
            segment[1:-1]: index if index < end else index - len(segments)
            for index, segment in enumerate(segments)
            if segment.startswith("{") and index != end
        }
        self.query = parameters(query)
        #: If two templates fit, the higher one is meant: the longer before one whose greedy label holds the rest, a
        #: literal before a label, and more of a query before less.
        is_literal = tuple(not segment.startswith("{") for segment in segments)
        self.rank = greedy is None, len(segments), is_literal, len(self.query)

    def fits(self, segments: Sequence[str]) -> bool:
        """Returns whether a path is one of this template."""
        between = len(segments) - len(self._head) - len(self._tail)
        is_as_long = between >= 1 if self.greedy else between == 0
        return (
            is_as_long and _fit(self._head, segments) and _fit(self._tail, segments[len(segments) - len(self._tail) :])
        )

    def values(self, segments: Sequence[str]) -> dict[str, str] | None:
        """Returns the labels of a path by name, as they were sent; None if the path has too few segments.

        An ``endpoint_url`` may put a path of its own in front.
        """
        spare = len(segments) - len(self._head) - len(self._tail)
        start: int | None = spare
        if self.greedy:
            # The first segment of a path is nothing: the path begins with a slash.
            start = next((index for index in range(spare) if self.fits(["", *segments[index + 1 :]])), None)
        if start is None or start < 0:
            return None
        found = {name: segments[index if index < 0 else start + index] for name, index in self._labels.items()}
        if self.greedy:
            found[self.greedy] = "/".join(segments[start + len(self._head) : len(segments) - len(self._tail)])
        return found


def _literals(segments: Iterable[str]) -> _Segments:
    return tuple(None if segment.startswith("{") else segment for segment in segments)


def _fit(expected: _Segments, segments: Sequence[str]) -> bool:
    return all(literal in (None, segment) for literal, segment in zip(expected, segments, strict=False))


def parameters(raw_query: str) -> frozenset[str]:
    """Returns the parameters of a query; one without a value may be sent with an equals sign and without."""
    return frozenset(parameter.removesuffix("=") for parameter in raw_query.split("&") if parameter)


def router(model: ServiceModel) -> Router:
    """Returns a function that maps method, raw path and raw query to an operation's name; to None if there is none."""
    candidates: dict[str, list[tuple[Template, str]]] = defaultdict(list)
    for name in model.operation_names:
        http = model.operation_model(name).http
        candidates[http["method"]].append((Template(http["requestUri"]), name))
    for choices in candidates.values():
        choices.sort(key=lambda choice: choice[0].rank, reverse=True)

    def route(method: str, raw_path: str, raw_query: str) -> str | None:
        # The raw path: an encoded slash belongs to its label.
        segments, sent = raw_path.split("/"), parameters(raw_query)
        for template, name in candidates.get(method.upper(), ()):
            if template.fits(segments) and template.query <= sent:
                return name
        return None

    return route
