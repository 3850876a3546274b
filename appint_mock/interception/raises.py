"""Detects that an assertion of pytest or unittest expects the error of a stopped call.

``pytest.raises`` and ``TestCase.assertRaises`` have no public place for that. Neither is loaded for it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from ..scopes.unmocked import expect
from .patcher import Patcher
from .patches import Patches, bound

_patches = Patches()


def _patch() -> None:
    # Read from sys.modules: most programs have neither, and importing them takes longer than a scope.
    pytest: Any = sys.modules.get("pytest")
    unittest = sys.modules.get("unittest.case")
    if hasattr(pytest, "ExceptionInfo"):
        _patches.replace(pytest.ExceptionInfo, "fill_unfilled", _make_fill)
        if not hasattr(pytest, "RaisesExc"):  # before pytest 8.4, pytest.raises(error, function) took another way
            _patches.replace(pytest.ExceptionInfo, "from_exception", _make_from)
    context = getattr(unittest, "_AssertRaisesContext", None)
    if context is not None:
        _patches.replace(context, "__exit__", _make_exit)


PATCHER = Patcher(_patches, _patch)


def _make_fill(original: Any) -> Callable[..., Any]:
    def fill_unfilled(self: Any, exc_info: Any) -> Any:
        expect(exc_info[1])
        return bound(original, self)(exc_info)

    return fill_unfilled


def _make_from(original: Any) -> Callable[..., Any]:
    def from_exception(error: BaseException, *more: Any) -> Any:
        expect(error)
        return original.__get__(None, sys.modules["pytest"].ExceptionInfo)(error, *more)

    return from_exception


def _make_exit(original: Any) -> Callable[..., Any]:
    def __exit__(self: Any, kind: Any, error: Any, trace: Any) -> Any:
        as_wanted = bound(original, self)(kind, error, trace)
        if as_wanted:
            expect(error)
        return as_wanted

    return __exit__
