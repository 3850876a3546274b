"""Computes an attribute when it is first read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

T = TypeVar("T")


class lazy(Generic[T]):
    """Turns a method into an attribute that is computed when first read, and then kept.

    Unlike ``functools.cached_property`` of Python before 3.12 it has no lock, which a child process would inherit held
    if another thread was computing during the fork. Threads that come together may compute twice; all get one value.
    """

    def __init__(self, compute: Callable[[Any], T]) -> None:
        self._compute = compute
        self.__doc__ = compute.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, owner: None, kind: type) -> lazy[T]: ...
    @overload
    def __get__(self, owner: object, kind: type) -> T: ...
    def __get__(self, owner: object | None, kind: type) -> lazy[T] | T:
        if owner is None:
            return self
        value: T = vars(owner).setdefault(self._name, self._compute(owner))
        return value
