"""Do something as soon as a module is loaded, and never load it for that."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

#: What to do once a module is loaded, by its name.
_waiting: dict[str, list[Callable[[], object]]] = {}


def when_loaded(module_name: str, action: Callable[[], object]) -> None:
    """Call ``action`` now where the module is loaded, else when it is; once."""
    if module_name in sys.modules:
        action()
        return
    _waiting.setdefault(module_name, []).append(action)
    if _watcher not in sys.meta_path:
        sys.meta_path.insert(0, _watcher)


def forget(module_name: str, action: Callable[[], object]) -> None:
    """Do not wait any more, where ``action`` still waits."""
    actions = _waiting.get(module_name, [])
    if action in actions:
        actions.remove(action)
        if not actions:
            _stop_waiting_for(module_name)


def _stop_waiting_for(module_name: str) -> list[Callable[[], object]]:
    actions = _waiting.pop(module_name, [])
    if not _waiting and _watcher in sys.meta_path:
        sys.meta_path.remove(_watcher)
    return actions


class _Watcher(MetaPathFinder):
    """Finds nothing itself: lets the others find a module that is waited for, and hears when it has run."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name not in _waiting:
            return None
        others = [finder for finder in sys.meta_path if finder is not self and hasattr(finder, "find_spec")]
        spec = next(filter(None, (finder.find_spec(name, path, target) for finder in others)), None)
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader)
        return spec


class _Loader(Loader):
    """Another loader, whose module is announced when it has run."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)  # who only looks for the module may ask for its source

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        # The module shall not see that it was waited for: others ask its loader for its source and its data.
        module.__loader__ = self._loader
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        self._loader.exec_module(module)
        for action in _stop_waiting_for(module.__name__):
            action()


_watcher = _Watcher()
