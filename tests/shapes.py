"""Values of the models' shapes: valid ones, any ones, and ones that break one constraint.

Strategies are for hypothesis; `constraints` and `violating` are deterministic, for sweeps over every constraint.
"""

from __future__ import annotations

import datetime
import functools
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from botocore.model import Shape, StructureShape
from hypothesis import strategies as st

from appint_mock.protocol import patterns
from appint_mock.protocol.operation import Catalogue, Operation
from appint_mock.services.appintegrations.wording import RULES as APPINTEGRATIONS_RULES
from appint_mock.services.dataexchange.wording import RULES as DATAEXCHANGE_RULES
from tests.texts import shortest_matches

CATALOGUES = {
    "appintegrations": Catalogue("appintegrations", APPINTEGRATIONS_RULES),
    "dataexchange": Catalogue("dataexchange", DATAEXCHANGE_RULES),
}
OPERATIONS = [operation for catalogue in CATALOGUES.values() for operation in catalogue.operations.values()]

_INTEGERS = ("byte", "short", "integer", "long")
_MILLISECOND = datetime.timedelta(milliseconds=1)
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


def operation_id(operation: Operation) -> str:
    """A test's id for an operation: both services have a TagResource."""
    return f"{operation.model.service_model.service_name}.{operation.name}"


# Texts that fit a string shape


@functools.cache
def shortest_match(pattern: str, whole: bool, at_least: int = 0) -> str:
    """A short text of at least that length that has a match of `pattern`, or with `whole` is one."""
    fits = patterns.matcher(pattern, whole)
    candidates = sorted({*shortest_matches(pattern), *shortest_matches(pattern, 1)}, key=len)
    for text in candidates:
        longer = text if len(text) >= at_least else _lengthened(text, at_least, fits)
        if fits(longer):
            return longer
    raise AssertionError(f"no text found for {pattern}")


def _lengthened(text: str, length: int, fits: Callable[[str], bool]) -> str:
    """`text` made that long by repeating one character somewhere; unfitting if it can't be helped."""
    for position in range(len(text), -1, -1):
        for character in dict.fromkeys(text + "a1"):
            longer = text[:position] + character * (length - len(text)) + text[position:]
            if fits(longer):
                return longer
    return text + "a" * (length - len(text))


def _matcher(shape: Shape, whole: bool) -> Callable[[str], bool]:
    pattern = shape.metadata.get("pattern")
    return patterns.always if pattern is None else patterns.matcher(pattern, whole)


def _sizes(shape: Shape) -> tuple[int, int | None]:
    return shape.metadata.get("min", 0), shape.metadata.get("max")


# Examples: the smallest valid value of a shape


def example(shape: Shape, whole: bool) -> Any:
    """A small valid value: required members only, as few items as may be."""
    least, most = _sizes(shape)
    if shape.type_name == "structure":
        return {name: example(shape.members[name], whole) for name in shape.required_members}
    if shape.type_name == "list":
        return [example(shape.member, whole)] * max(least, 1)
    if shape.type_name == "map":
        return _pairs(shape, max(least, 1), whole)
    if shape.type_name in _INTEGERS:
        return max(least, 1)
    if shape.type_name == "string":
        return _example_text(shape, least, most, whole)
    return _EXAMPLES[shape.type_name]


_EXAMPLES = {
    "boolean": True,
    "float": 1.5,
    "double": 1.5,
    "blob": b"blob",
    "timestamp": _EPOCH + 1_570_803_144_640 * _MILLISECOND,
}


def _example_text(shape: Shape, least: int, most: int | None, whole: bool) -> str:
    if "enum" in shape.metadata:
        return str(shape.metadata["enum"][0])
    wanted = max(least, min(1, most or 1))
    return shortest_match(shape.metadata["pattern"], whole, wanted) if "pattern" in shape.metadata else "a" * wanted


def _pairs(shape: Shape, count: int, whole: bool) -> dict[str, Any]:
    key, fits = example(shape.key, whole), _matcher(shape.key, whole)
    keys = [key] + [_lengthened(key, len(key) + number, fits) for number in range(1, count)]
    if any(len(name) > (_sizes(shape.key)[1] or len(name)) for name in keys):
        keys = [key + f"{number:03}" for number in range(count)]
    return dict.fromkeys(keys, example(shape.value, whole))


# Every constraint, and how to break it


class Constraint(NamedTuple):
    """A constraint of an operation's input."""

    operation: Operation
    path: tuple[str, ...]
    """Members' names; for what is in a list "[]", in a map "{key}" or "{value}"."""
    name: str
    """As the model calls it: required, min, max, pattern, enum."""
    shape: Shape
    in_path: bool
    """Whether the value is a label of the URL's path, which no request can leave out."""

    def __str__(self) -> str:
        return f"{operation_id(self.operation)}:{'.'.join(self.path)}:{self.name}"


def constraints(operation: Operation) -> list[Constraint]:
    """Every constraint of an operation's input, each once per path; of a shape in itself only the first level."""
    shape = operation.model.input_shape
    return [
        Constraint(operation, path, name, inner, _is_label(shape, path))
        for path, name, inner in ([] if shape is None else _walk(shape, (), ()))
    ]


def _is_label(shape: StructureShape, path: tuple[str, ...]) -> bool:
    return bool(shape.members[path[0]].serialization.get("location") == "uri")


def _walk(shape: Shape, path: tuple[str, ...], outer: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str, Shape]]:
    if shape.name in outer:
        return
    for name in ("pattern", "max", "min", "enum"):
        if name in shape.metadata:
            yield path, name, shape
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            if name in shape.required_members:
                yield (*path, name), "required", member
            yield from _walk(member, (*path, name), (*outer, shape.name))
    elif shape.type_name == "list":
        yield from _walk(shape.member, (*path, "[]"), outer)
    elif shape.type_name == "map":
        yield from _walk(shape.key, (*path, "{key}"), outer)
        yield from _walk(shape.value, (*path, "{value}"), outer)


def violating(constraint: Constraint) -> dict[str, Any] | None:
    """An input that breaks this constraint and, where that can be, no other; None where no value breaks it."""
    whole = constraint.operation.rules.whole_match
    missing = constraint.name == "required"
    wrong = _MISSING if missing else _wrong_value(constraint.shape, constraint.name, whole)
    if wrong is None:
        return None
    params: dict[str, Any] = _with(constraint.operation.model.input_shape, constraint.path, wrong, whole)
    return params


_MISSING = object()


def _with(shape: Shape, path: tuple[str, ...], wrong: Any, whole: bool) -> Any:
    """A small valid value of `shape`, but `wrong` at `path`."""
    if not path:
        return wrong
    name, rest = path[0], path[1:]
    value = example(shape, whole)
    if name == "[]":
        return [_with(shape.member, rest, wrong, whole), *value[1:]]
    if name == "{key}":
        return {wrong: example(shape.value, whole)}
    if name == "{value}":
        return dict.fromkeys(value, _with(shape.value, rest, wrong, whole))
    if wrong is _MISSING and not rest:
        return {member: item for member, item in value.items() if member != name}
    return {**value, name: _with(shape.members[name], rest, wrong, whole)}


def _wrong_value(shape: Shape, constraint: str, whole: bool) -> Any:
    limit = shape.metadata[constraint]
    if constraint == "enum":
        return "NOT_" + limit[0]
    if constraint == "pattern":
        return _mismatch(shape, whole)
    beyond = limit + 1 if constraint == "max" else limit - 1
    if shape.type_name in (*_INTEGERS, "float", "double"):
        return beyond
    if beyond < 0:
        return None
    if shape.type_name == "list":
        return [example(shape.member, whole)] * beyond
    if shape.type_name == "map":
        return _pairs(shape, beyond, whole) if beyond else {}
    if constraint == "min":
        return _example_text(shape, 0, None, whole)[:beyond].ljust(beyond, "a")
    return _lengthened(_example_text(shape, 0, None, whole), beyond, _matcher(shape, whole))


def _mismatch(shape: Shape, whole: bool) -> str | None:
    """A text that has the right length and not the pattern."""
    fits = _matcher(shape, whole)
    least, most = _sizes(shape)
    length = max(least, 1)
    right = _example_text(shape, least, most, whole)
    for text in (" " * length, "\n" * length, right[:-1] + "!", right[:-1] + "\n", "!" * length, right + " "):
        if not fits(text) and length <= len(text) <= (most or len(text)):
            return text
    return None


# Strategies

_COUNT = re.compile(r"\{(\d+),(\d+)\}")


def _few_more(count: re.Match[str]) -> str:
    # Hypothesis takes its time over {0,1023}.
    least, most = map(int, count.groups())
    return f"{{{least},{min(most, least + 9)}}}"


@functools.cache
def _texts(pattern: str | None, least: int, most: int | None, whole: bool) -> st.SearchStrategy[str]:
    if pattern is None:
        return st.text(min_size=least, max_size=least + 20 if most is None else min(most, least + 20))
    fits, shortest = patterns.matcher(pattern, whole), shortest_match(pattern, whole, max(least, 1))
    expression = patterns.compiled(_COUNT.sub(_few_more, pattern))

    def cut(text: str) -> str:
        # Mapped, not filtered: some patterns and lengths seldom meet.
        return text if least <= len(text) <= (most or len(text)) and fits(text) else shortest

    return st.from_regex(expression, fullmatch=whole).map(cut)


def moments() -> st.SearchStrategy[datetime.datetime]:
    """Aware moments, cut to milliseconds."""
    return st.integers(0, 4_000_000_000_000).map(lambda number: _EPOCH + number * _MILLISECOND)


def values(shape: Shape, whole: bool, *, loose: bool = False) -> st.SearchStrategy[Any]:
    """Valid values of a shape; with `loose` any values of its types, so that constraints may be broken."""
    return _Strategies(whole, loose).of(shape)


class _Strategies:
    def __init__(self, whole: bool, loose: bool) -> None:
        self.whole, self.loose = whole, loose
        self.structures: dict[str, st.SearchStrategy[Any]] = {}

    def of(self, shape: Shape) -> st.SearchStrategy[Any]:
        if shape.type_name == "structure":
            return self.structure(shape)
        if shape.type_name == "list":
            return st.lists(self.of(shape.member), **self.few(shape))
        if shape.type_name == "map":
            return st.dictionaries(self.keys(shape), self.of(shape.value), **self.few(shape))
        valid = self.scalar(shape)
        if self.loose and shape.type_name == "string":
            return valid | st.text(max_size=40) | st.sampled_from(["", "a" * 300, " ", "x\n"])
        if self.loose and shape.type_name in _INTEGERS:
            return valid | st.integers()
        return valid

    def structure(self, shape: Shape) -> st.SearchStrategy[Any]:
        if shape.name not in self.structures:
            self.structures[shape.name] = st.deferred(lambda: self.structures[shape.name + " itself"])
            required = {} if self.loose else {name: shape.members[name] for name in shape.required_members}
            optional = {name: member for name, member in shape.members.items() if name not in required}
            self.structures[shape.name + " itself"] = st.fixed_dictionaries(
                {name: self.of(member) for name, member in required.items()},
                optional={name: self.of(member) for name, member in optional.items()},
            )
        return self.structures[shape.name]

    def few(self, shape: Shape) -> dict[str, Any]:
        least, most = _sizes(shape)
        least = 0 if self.loose else least
        return {"min_size": least, "max_size": least + 2 if most is None else min(most, least + 2)}

    def keys(self, shape: Shape) -> st.SearchStrategy[Any]:
        location = shape.serialization.get("location")
        if location == "headers":
            return st.from_regex("[a-z][a-z0-9-]{0,9}", fullmatch=True)
        return self.of(shape.key).filter(bool) if location else self.of(shape.key)

    def scalar(self, shape: Shape) -> st.SearchStrategy[Any]:
        least, most = _sizes(shape)
        if shape.type_name in _INTEGERS:
            return st.integers(shape.metadata.get("min", -(2**31)), most if most is not None else 2**31)
        if shape.type_name in ("float", "double"):
            return st.floats(allow_nan=False, allow_infinity=False)
        if "enum" in shape.metadata:
            return st.sampled_from(shape.metadata["enum"])
        if shape.type_name == "string":
            return _texts(shape.metadata.get("pattern"), least, most, self.whole)
        return {"boolean": st.booleans(), "timestamp": moments(), "blob": st.binary(max_size=20)}[shape.type_name]
