"""Defines forms: functions that raise ``Unfit`` for data that is not valid state."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from ..hints import repr_of

#: Checks one value.
Form = Callable[[Any], None]

#: The largest number that JSON readers agree on.
_LARGEST = 2**53


class Unfit(ValueError):
    """Data that is not valid state: ``why``, and the ``path`` to it from the outside."""

    def __init__(self, why: str) -> None:
        self.why = why
        self.path: list[object] = []

    def __str__(self) -> str:
        return f"{'.'.join(map(str, self.path)) or 'it'} {self.why}"


class inside:
    """Adds ``step`` to the front of the path of an ``Unfit`` that is raised inside."""

    def __init__(self, *steps: object) -> None:
        self._steps = steps

    def __enter__(self) -> None:
        """Does nothing: only a failure matters."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, Unfit):
            error.path[:0] = self._steps


def text(value: Any) -> None:
    """Takes any text."""
    if not isinstance(value, str):
        raise Unfit(f"is {shown(value)}, not a text")


def flag(value: Any) -> None:
    """Takes True or False."""
    if not isinstance(value, bool):
        raise Unfit(f"is {shown(value)}, not true or false")


def count(value: Any) -> None:
    """Takes an int of at least 0."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < _LARGEST:
        raise Unfit(f"is {shown(value)}, not a number of at least 0")


def content(value: Any) -> None:
    """Takes bytes."""
    if not isinstance(value, bytes):
        raise Unfit(f"is {shown(value)}, not bytes")


def data(value: Any) -> None:
    """Takes any data that JSON can hold."""


def optional(form: Form) -> Form:
    """Returns a form that takes None, or anything that ``form`` takes."""
    return lambda value: None if value is None else form(value)


def matching(pattern: str, what: str) -> Form:
    """Returns a form that takes a text that fully matches ``pattern``; ``what`` describes it in words."""
    fits = re.compile(pattern, re.ASCII).fullmatch

    def check(value: Any) -> None:
        if not isinstance(value, str) or not fits(value):
            raise Unfit(f"is {shown(value)}, not {what}")

    return check


def one_of(*values: object) -> Form:
    """Returns a form that takes one of the values."""

    def check(value: Any) -> None:
        if not any(value is each or (type(value) is type(each) and value == each) for each in values):
            raise Unfit(f"is {shown(value)}, not {' or '.join(map(repr, values))}")

    return check


def items(form: Form) -> Form:
    """Returns a form that takes a list of items that ``form`` takes."""

    def check(value: Any) -> None:
        if not isinstance(value, list):
            raise Unfit(f"is {shown(value)}, not a list")
        for index, item in enumerate(value):
            with inside(index):
                form(item)

    return check


def entries(form: Form, key: Form = text) -> Form:
    """Returns a form that takes an object with values that ``form`` takes."""

    def check(value: Any) -> None:
        for name, item in object_(value).items():
            with inside(shown_key(name)):
                key(name)
                form(item)

    return check


def members(**forms: Form) -> Form:
    """Returns a form that takes an object with exactly those members."""

    def check(value: Any) -> None:
        given = object_(value)
        for name in given:
            if name not in forms:
                raise Unfit(f"has the unknown member {shown_key(name)}")
        for name, form in forms.items():
            if name not in given:
                raise Unfit(f"lacks the member {name}")
            with inside(name):
                form(given[name])

    return check


def object_(value: Any) -> Mapping[Any, Any]:
    """Returns ``value``, an object. Only a dict can stand in a snapshot."""
    if not isinstance(value, dict):
        raise Unfit(f"is {shown(value)}, not an object")
    return value


def shown(value: Any) -> str:
    """Returns a value, shortened, for a message."""
    if isinstance(value, dict | list):
        return f"{'an object' if isinstance(value, dict) else 'a list'} of {len(value)}"
    written = repr_of(value) if not isinstance(value, int) or abs(value) < _LARGEST else "a very large number"
    return written if len(written) <= 60 else f"{written[:57]}..."


def shown_key(name: Any) -> str:
    """Returns a key, shortened, for a path."""
    return name if isinstance(name, str) and len(name) <= 60 else shown(name)
