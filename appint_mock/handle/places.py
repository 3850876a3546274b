"""Finds the line of the test that called us, for messages."""

from __future__ import annotations

import contextlib
import os
import sys

#: Whose frames are not the caller's: this package's and those of the decorators in between.
_OURS = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
_BETWEEN = contextlib.__file__


def place_of_caller() -> str:
    """Return ``file:line`` of the innermost frame outside of this package, relative to the working directory."""
    frame = sys._getframe()  # noqa: SLF001 (the documented way to look at the stack without cost)
    while frame.f_back is not None and (
        frame.f_code.co_filename.startswith(_OURS) or frame.f_code.co_filename == _BETWEEN
    ):
        frame = frame.f_back
    name = frame.f_code.co_filename
    with contextlib.suppress(OSError):  # the working directory may be gone
        name = name.removeprefix(os.getcwd() + os.sep)
    return f"{name}:{frame.f_lineno}"
