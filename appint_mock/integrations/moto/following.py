"""Lets moto's ``mock_aws`` alone start, reset and stop our services too."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from ... import services
from ...handle.mock import ServiceMock
from ...interception.loading import forget, when_loaded
from ...neighbours import register
from .adapter import Moto

_CORE = "moto.core.models"
#: The mocks that moto's mock has started.
_started: list[ServiceMock[Any]] = []
#: What they held when moto's mock stopped and kept its own data.
_kept: list[dict[str, Any]] = []
#: What was put in the place of methods of moto's mock: the name, the original, ours.
_patches: list[tuple[str, Callable[..., Any], Callable[..., Any]]] = []


def follow() -> None:
    """Let moto's ``mock_aws`` alone start, reset and stop our services too, from now on.

    Call it once, in a ``conftest.py``; or set ``appint_mock_follow_moto = true`` in pytest's ini file. It does not load
    moto: where moto is not loaded yet, it waits.
    """
    if not _patches:
        when_loaded(_CORE, _follow)


def unfollow() -> None:
    """Take ``follow`` back; what moto's mock has started is stopped."""
    forget(_CORE, _follow)
    if _patches:
        _stop()
        mock = sys.modules[_CORE].MockAWS
        for name, original, _ in _patches:
            setattr(mock, name, original)
        _patches.clear()


def _follow() -> None:
    if _patches:
        return
    mock: Any = sys.modules[_CORE].MockAWS
    moto = Moto()
    register(moto)

    def start(self: Any, reset: bool = True) -> None:
        originals["start"](self, reset)
        _start(reset)

    def stop(self: Any, remove_data: bool = True) -> None:
        if mock._nested_count == 1:
            _stop(remove_data)
        originals["stop"](self, remove_data)

    def reset(self: Any) -> None:
        originals["reset"](self)
        for each in _started:
            each.reset()

    ours = {each.__name__: each for each in (start, stop, reset)}
    originals = {name: getattr(mock, name) for name in ours}
    for name, method in ours.items():
        setattr(mock, name, method)
        _patches.append((name, originals[name], method))
    if moto.is_on():
        _start(True)


def _start(reset: bool) -> None:
    if _started:
        return
    _started.extend(ServiceMock(services.load(name), {}).start() for name in services.names())
    if not reset:
        for mock, state in zip(_started, _kept, strict=False):
            mock.restore(state)
    _kept.clear()


def _stop(remove_data: bool = True) -> None:
    """Stop what was started. moto keeps its data from a decorated class's set-up to its tests, and so do we."""
    if not remove_data:
        _kept[:] = [mock.snapshot() for mock in _started]
    while _started:
        _started.pop().stop()
