"""Makes moto's ``mock_aws`` start, reset and stop our services too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ... import services
from ...handle.mock import ServiceMock
from ...interception.patcher import Patcher
from ...interception.patches import Patches, bound
from ...neighbours import register
from .adapter import Moto

#: The mocks that moto's mock has started.
_started: list[ServiceMock[Any]] = []
#: What they held when moto's mock stopped and kept its own data.
_kept: list[dict[str, Any]] = []
_patches = Patches()


def follow() -> None:
    """Makes moto's ``mock_aws`` start, reset and stop our services too, from now on.

    Call it once, in a ``conftest.py``; or set ``appint_mock_follow_moto = true`` in pytest's ini file. It does not load
    moto: if moto is not loaded yet, it waits.
    """
    _patcher.patch()


def unfollow() -> None:
    """Undoes ``follow``, and stops the mocks that moto's mock started."""
    _stop()
    _patcher.unpatch()


def _follow(models: Any) -> None:
    moto = Moto()
    register(moto)
    methods = {"__init__": _make_init, "start": _make_start, "stop": _make_stop, "reset": _make_reset}
    for name, make in methods.items():
        _patches.replace(models.MockAWS, name, make)
    if moto.is_on():
        _start(True)


_patcher = Patcher(_patches, when_loaded={"moto.core.models": _follow})


def _make_init(original: Any) -> Callable[..., None]:
    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        _patches.renew()  # another library may have put its original of one of them back
        bound(original, self)(*args, **kwargs)

    return init


def _make_start(original: Any) -> Callable[..., None]:
    def start(self: Any, reset: bool = True) -> None:
        bound(original, self)(reset)
        _start(reset)

    return start


def _make_stop(original: Any) -> Callable[..., None]:
    def stop(self: Any, remove_data: bool = True) -> None:
        if self._nested_count == 1:
            _stop(remove_data)
        bound(original, self)(remove_data)

    return stop


def _make_reset(original: Any) -> Callable[..., None]:
    def reset(self: Any) -> None:
        bound(original, self)()
        for each in _started:
            each.reset()

    return reset


def _start(reset: bool) -> None:
    if _started or not _patches.active:
        return
    _started.extend(ServiceMock(services.load(name), {}).start() for name in services.names())
    if not reset:
        for mock, state in zip(_started, _kept, strict=False):
            mock.restore(state)
    _kept.clear()


def _stop(remove_data: bool = True) -> None:
    """Stops the started mocks. Like moto, keeps the data from a decorated class's set-up for its tests."""
    if not remove_data:
        _kept[:] = [mock.snapshot() for mock in _started]
    while _started:
        _started.pop().stop()
