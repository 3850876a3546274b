"""Patches other libraries: loaded ones at once, the others when a program loads them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from . import loading
from .patches import Patches


class Patcher:
    """The patches that one module applies to other libraries between ``patch`` and ``unpatch``.

    ``now`` is for libraries that are always loaded. ``when_loaded`` says by a module's name what is done with that
    module when it is loaded. Both put their functions in place through ``patches``.
    """

    def __init__(
        self,
        patches: Patches,
        now: Callable[[], object] | None = None,
        when_loaded: Mapping[str, Callable[[Any], object]] | None = None,
        after: Callable[[], object] | None = None,
    ) -> None:
        self._patches, self._now, self._when_loaded, self._after = patches, now, when_loaded or {}, after

    def patch(self) -> None:
        """Patches the loaded libraries now, and the others when they are loaded."""
        if self._now is not None:
            self._now()
        for module_name, action in self._when_loaded.items():
            loading.when_loaded(module_name, action)

    def unpatch(self) -> None:
        """Undoes all patches."""
        for module_name, action in self._when_loaded.items():
            loading.forget(module_name, action)
        self._patches.undo()
        if self._after is not None:
            self._after()
