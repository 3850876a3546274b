"""Replaces attributes of other libraries' objects and puts them back, beside others who do the same.

What is put in an attribute's place is a plain function without ``__wrapped__``: agents bind what they wrap as a
descriptor, and take off what they find wrapped.
"""

from __future__ import annotations

import threading
import types
import weakref
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, TypeAlias

from ..state import forks

#: Makes what takes an attribute's place from what stands there: the original, as the owner's ``__dict__`` has it.
Make: TypeAlias = Callable[[Any], Callable[..., Any]]

_ABSENT: Any = object()
#: How many wrappers around ours are looked through.
_DEEPEST = 20
#: What stood in the place of each function of ours. Kept as long as another library may still call it.
_originals: weakref.WeakKeyDictionary[Callable[..., Any], Any] = weakref.WeakKeyDictionary()
_live: weakref.WeakSet[Patches] = weakref.WeakSet()
#: The places of patches that were undone since ``tidy``.
_undone: dict[_Place, None] = {}
_lock = forks.keep(threading.RLock())


class _Place(NamedTuple):
    owner: Any
    name: str
    make: Make


class Patches:
    """Attributes that are replaced until ``undo``."""

    def __init__(self) -> None:
        #: By place: the functions that were put there, the newest last.
        self._made: dict[_Place, list[Callable[..., Any]]] = {}

    @property
    def active(self) -> bool:
        """Whether anything is replaced."""
        return bool(self._made)

    def replace(self, owner: Any, name: str, make: Make) -> None:
        """Puts ``make(original)`` in the place of an attribute of a class, a module or another object.

        ``make`` must give a function that does nothing but pass on while no scope is open: another library that has
        patched over it may keep and call it for ever. Does nothing if the attribute is replaced already.
        """
        with _lock:
            if not any(place.owner is owner and place.name == name for place in self._made):
                place = _Place(owner, name, make)
                self._made[place] = [_put(place)]
                _live.add(self)

    def undo(self) -> None:
        """Puts the originals back; where another library has patched over ours, its patch stays."""
        with _lock:
            for place, functions in reversed(self._made.items()):
                for ours in reversed(functions):
                    if vars(place.owner).get(place.name) is ours:
                        _set(place, _originals[ours])
            _undone.update(dict.fromkeys(self._made))
            self._made.clear()
            _live.discard(self)

    def renew(self) -> None:
        """Puts ours in place again where another library, which had patched before us, has put its original back.

        A patch over ours that does not say what it wraps looks the same: then ours goes over it once more.
        """
        for place, functions in list(self._made.items()):
            if vars(place.owner).get(place.name) is not functions[-1]:
                with _lock:
                    wrapped = set(map(id, _chain(vars(place.owner).get(place.name))))
                    if place in self._made and not any(id(ours) in wrapped for ours in functions):
                        functions.append(_put(place))


def renew_all() -> None:
    """Puts everything in place again that another library has taken off: see ``Patches.renew``."""
    for patches in list(_live):
        patches.renew()


def tidy() -> None:
    """Takes off what another library has put back of ours after ``undo``. Called outside of scopes."""
    with _lock:
        for place in _undone:
            attribute = vars(place.owner).get(place.name)
            while _is_ours(attribute):
                attribute = _originals[attribute]
                _set(place, attribute)
        _undone.clear()


def bound(original: Any, instance: Any) -> Any:
    """Returns what ``instance.name`` would be if ``original`` stood under that name in its class.

    An agent's wrapper that is called without being bound takes the instance for the first argument.
    """
    get = getattr(type(original), "__get__", None)
    return original if get is None else get(original, instance, type(instance))


def _put(place: _Place) -> Callable[..., Any]:
    beneath = vars(place.owner).get(place.name, _ABSENT)
    while _is_ours(beneath):  # of an earlier scope, and put back by another library since
        beneath = _originals[beneath]
    ours = place.make(getattr(place.owner, place.name) if beneath is _ABSENT else beneath)
    _originals[ours] = beneath
    _set(place, ours)
    return ours


def _chain(attribute: Any) -> Iterator[Any]:
    """What stands in a place, and what that says it wraps."""
    for _ in range(_DEEPEST):
        yield attribute
        attribute = getattr(attribute, "__wrapped__", None)


def _is_ours(attribute: Any) -> bool:
    # By its type first: the proxies that agents make are equal to what they wrap.
    return type(attribute) is types.FunctionType and attribute in _originals


def _set(place: _Place, value: Any) -> None:
    if value is _ABSENT:  # it was inherited
        delattr(place.owner, place.name)
    else:
        setattr(place.owner, place.name, value)
