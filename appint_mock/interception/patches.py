"""Replaces attributes of other libraries' objects and restores them, beside other tools that do the same.

What is put in an attribute's place is a plain function without ``__wrapped__``: agents bind what they wrap as a
descriptor, and take off what they find wrapped.
"""

from __future__ import annotations

import threading
import types
import weakref
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from ..state import forks

#: Makes what takes an attribute's place from what stands there: the original, as the owner's ``__dict__`` has it.
Make: TypeAlias = Callable[[Any], Callable[..., Any]]

_ABSENT: Any = object()
#: How many wrappers around ours are looked through.
_DEEPEST = 20
#: What stood in the place of each function of ours. Kept as long as another library may still call it.
_originals: weakref.WeakKeyDictionary[Callable[..., Any], Any] = weakref.WeakKeyDictionary()
_all: weakref.WeakSet[Patches] = weakref.WeakSet()
_lock = forks.keep(threading.RLock())


class _Place:
    """An attribute that is replaced, or has been."""

    def __init__(self, owner: Any, name: str, make: Make) -> None:
        self.owner, self.name, self.make = owner, name, make
        #: The functions of ours that were put there since it is replaced, the newest last.
        self.functions: list[Callable[..., Any]] = []
        #: What stood there last when it was replaced, and what was made of that: the next scope takes it again.
        self._kept: tuple[Any, Callable[..., Any]] | None = None

    @property
    def attribute(self) -> Any:
        """The attribute's current value."""
        return vars(self.owner).get(self.name, _ABSENT)

    @attribute.setter
    def attribute(self, value: Any) -> None:
        if value is _ABSENT:  # it was inherited
            delattr(self.owner, self.name)
        else:
            setattr(self.owner, self.name, value)

    def put(self) -> None:
        """Replaces the attribute by a function of ours."""
        beneath = vars(self.owner).get(self.name, _ABSENT)
        if self._kept is None or self._kept[0] is not beneath:
            self._kept = self._made_of(beneath)
        ours = self._kept[1]
        self.functions.append(ours)
        setattr(self.owner, self.name, ours)

    def _made_of(self, beneath: Any) -> tuple[Any, Callable[..., Any]]:
        while _is_ours(beneath):  # of an earlier scope, and put back by another library since
            beneath = _originals[beneath]
        ours = self.make(getattr(self.owner, self.name) if beneath is _ABSENT else beneath)
        _originals[ours] = beneath
        return beneath, ours

    def take_off(self) -> None:
        """Restores the previous value, unless another library has patched over ours."""
        while self.functions:
            ours = self.functions.pop()
            if vars(self.owner).get(self.name) is ours:
                self.attribute = _originals[ours]

    def tidy(self) -> None:
        """Removes our patch if another library restored it."""
        attribute = self.attribute
        while _is_ours(attribute):
            attribute = self.attribute = _originals[attribute]


class Patches:
    """Attributes that are replaced until ``undo``."""

    def __init__(self) -> None:
        #: By the owner's id and the attribute's name.
        self._places: dict[tuple[int, str], _Place] = {}
        #: Whether anything is replaced.
        self.active = False
        #: What stood in the places at the last look, also a wrapper around ours; None: look again.
        self._seen: tuple[tuple[Mapping[str, Any], str, Any], ...] | None = None
        _all.add(self)

    def replace(self, owner: Any, name: str, make: Make) -> None:
        """Replaces an attribute of a class, a module or another object by ``make(original)``.

        ``make`` must give a function that does nothing but pass on while no scope is open: another library that has
        patched over it may keep and call it forever. Does nothing if the attribute is replaced already.
        """
        with _lock:
            place = self._places.get((id(owner), name))
            if place is None:
                place = self._places[id(owner), name] = _Place(owner, name, make)
            if not place.functions:
                place.put()
                self.active = True
                self._seen = None

    def undo(self) -> None:
        """Restores the originals; if another library has patched over ours, its patch stays."""
        with _lock:
            for place in reversed(self._places.values()):
                place.take_off()
            self.active = False
            self._seen = None

    def renew(self) -> None:
        """Reapplies our patch if another library, which patched before us, has restored its original.

        A patch over ours that does not say what it wraps looks the same: then ours goes over it once more.
        """
        seen = self._seen
        if seen is None or any(attributes.get(name) is not stood for attributes, name, stood in seen):
            with _lock:
                self._look_again()

    def _look_again(self) -> None:
        replaced = [place for place in self._places.values() if place.functions]
        for place in replaced:
            wrapped = set(map(id, _chain(place.attribute)))
            if not any(id(ours) in wrapped for ours in place.functions):
                place.put()
        self._seen = tuple((vars(place.owner), place.name, place.attribute) for place in replaced)

    def tidy(self) -> None:
        """Removes our patches that another library restored after ``undo``."""
        with _lock:
            for place in self._places.values():
                if not place.functions:
                    place.tidy()


def renew_all() -> None:
    """Reapplies our patches that another library removed: see ``Patches.renew``."""
    for patches in list(_all):
        if patches.active:
            patches.renew()


def tidy() -> None:
    """Removes our patches that another library restored: see ``Patches.tidy``."""
    for patches in list(_all):
        patches.tidy()


def bound(original: Any, instance: Any) -> Any:
    """Returns the value ``instance.name`` would have if its class had ``original`` under that name.

    An agent's wrapper that is called without being bound takes the instance for the first argument.
    """
    get = getattr(type(original), "__get__", None)
    return original if get is None else get(original, instance, type(instance))


def _chain(attribute: Any) -> Iterator[Any]:
    """Yields the current value of an attribute, and the functions that it says it wraps."""
    for _ in range(_DEEPEST):
        yield attribute
        attribute = getattr(attribute, "__wrapped__", None)


def _is_ours(attribute: Any) -> bool:
    # By its type first: the proxies that agents make are equal to what they wrap.
    return type(attribute) is types.FunctionType and attribute in _originals
