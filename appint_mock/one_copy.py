"""Prevents this package from being loaded twice in one process.

Its modules hold state: the open scopes, and what is patched. A test that takes modules out of ``sys.modules``
(``patch.dict(sys.modules, ...)``, ``pytester.runpytest_inprocess()``) would otherwise make Python load them again, and
the second copy would know nothing of the scopes of the first.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType


class _Again:
    """Loads a module by returning the copy that was loaded before, unchanged."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module
        self._spec = module.__spec__

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return self._module

    def exec_module(self, module: ModuleType) -> None:
        module.__spec__ = self._spec


class _Finder:
    """Finds the modules that this process has loaded of a package, whether or not ``sys.modules`` still has them."""

    def __init__(self, package: ModuleType) -> None:
        self._package = package
        self._prefix = f"{package.__name__}."

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name != self._package.__name__ and not name.startswith(self._prefix):
            return None
        module = self._loaded(name)
        return None if module is None else ModuleSpec(name, _Again(module))  # type: ignore[arg-type]  # as much of a loader as is asked for

    def _loaded(self, name: str) -> ModuleType | None:
        # Python sets each module as an attribute of its package, where nothing takes it away.
        module: object = self._package
        for part in name.split(".")[1:]:
            module = vars(module).get(part)
            if not isinstance(module, ModuleType):
                return None
        return module if isinstance(module, ModuleType) and module.__name__ == name else None


#: What finds the modules of the kept package.
_finders: list[_Finder] = []


def keep(package: ModuleType) -> None:
    """Ensures that ``package`` and the modules below it are loaded only once, from now on."""
    _finders.append(_Finder(package))
    go_first()


def go_first() -> None:
    """Moves our finders to the front, before those added since, such as pytest's assertion rewriter."""
    for finder in _finders:
        if sys.meta_path[0] is not finder:
            if finder in sys.meta_path:
                sys.meta_path.remove(finder)
            sys.meta_path.insert(0, finder)
