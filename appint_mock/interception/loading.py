"""Runs actions when a module is loaded, without loading it."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

#: What to do when a module is loaded, by its name.
_waiting: dict[str, list[Callable[[Any], object]]] = {}


def when_loaded(module_name: str, action: Callable[[Any], object]) -> None:
    """Calls ``action`` with the module now if it is loaded, and each time it is loaded until ``forget``.

    A test that takes modules out of ``sys.modules`` lets them be loaded again: ``action`` gets the newest copy.
    """
    actions = _waiting.setdefault(module_name, [])
    if action not in actions:
        actions.append(action)
    if _watcher not in sys.meta_path:
        sys.meta_path.insert(0, _watcher)
    if module_name in sys.modules:
        action(sys.modules[module_name])


def forget(module_name: str, action: Callable[[Any], object]) -> None:
    """Stops calling ``action``."""
    actions = _waiting.get(module_name, [])
    if action in actions:
        actions.remove(action)
        if not actions:
            del _waiting[module_name]
    if not _waiting and _watcher in sys.meta_path:
        sys.meta_path.remove(_watcher)


class _Watcher(MetaPathFinder):
    """Delegates to the other finders, and runs the actions once an awaited module has been executed."""

    def __init__(self) -> None:
        self._finding = _Finding()

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name not in _waiting:
            return None
        names = self._finding.names
        # Agents have finders that delegate too, to us among others: the actions would run once for each way.
        if name in names:
            return None
        names.add(name)
        try:
            others = [finder for finder in sys.meta_path if finder is not self and hasattr(finder, "find_spec")]
            spec = next(filter(None, (finder.find_spec(name, path, target) for finder in others)), None)
        finally:
            names.remove(name)
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader)
        return spec


class _Finding(threading.local):
    """The modules that this thread is finding."""

    def __init__(self) -> None:
        self.names: set[str] = set()


class _Loader(Loader):
    """Wraps another loader, and runs the actions when the module has been executed."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)  # code that only looks for the module may ask for its source

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        # The module must not be able to tell that we wrapped its loader: others ask it for its source and its data.
        module.__loader__ = self._loader
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        self._loader.exec_module(module)
        for action in list(_waiting.get(module.__name__, ())):
            action(sys.modules[module.__name__])


_watcher = _Watcher()
