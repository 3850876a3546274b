"""Another library's patch, in each of the forms in which libraries make them."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any
from unittest import mock

Undo = Callable[[], None]


def by_attribute(owner: Any, name: str) -> Undo:
    """Keeps the original in a variable, and sets it again."""
    original = vars(owner)[name]

    def theirs(*args: Any, **kwargs: Any) -> Any:
        return original(*args, **kwargs)

    setattr(owner, name, theirs)
    return lambda: setattr(owner, name, original)


def by_wraps(owner: Any, name: str) -> Undo:
    """Wraps with functools, and takes off whatever is found wrapped, as the X-Ray SDK does."""
    original = vars(owner)[name]
    setattr(owner, name, functools.wraps(original)(lambda *args, **kwargs: original(*args, **kwargs)))

    def undo() -> None:
        found = vars(owner)[name]
        if hasattr(found, "__wrapped__"):
            setattr(owner, name, found.__wrapped__)

    return undo


def by_mock(owner: Any, name: str) -> Undo:
    """``unittest.mock`` with autospec: a function that calls a mock, which calls the original."""
    patcher = mock.patch.object(owner, name, autospec=True, side_effect=vars(owner)[name])
    patcher.start()

    def undo() -> None:
        patcher.stop()

    return undo


class Proxy:
    """What wrapt makes: equal to what it wraps, bound as a descriptor, called with the instance apart."""

    def __init__(self, wrapped: Any, instance: Any = None) -> None:
        self.__wrapped__ = wrapped
        self._instance = instance

    def __eq__(self, other: object) -> bool:
        return bool(self.__wrapped__ == other)

    def __hash__(self) -> int:
        return hash(self.__wrapped__)

    def __get__(self, instance: Any, owner: Any) -> Proxy:
        return Proxy(self.__wrapped__.__get__(instance, owner), instance)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        assert self._instance is not None, "called without being bound: the agent would take self for an argument"
        return self.__wrapped__(*args, **kwargs)


def by_proxy(owner: Any, name: str) -> Undo:
    """Puts a proxy, and takes it off only if it is what stands there, as OpenTelemetry and ddtrace do."""
    setattr(owner, name, Proxy(vars(owner)[name]))

    def undo() -> None:
        found = vars(owner)[name]
        if isinstance(found, Proxy):
            setattr(owner, name, found.__wrapped__)

    return undo


WAYS = [by_attribute, by_wraps, by_mock, by_proxy]
