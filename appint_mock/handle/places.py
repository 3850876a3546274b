"""Finds the line of the test that called us, for messages."""

from __future__ import annotations

import contextlib
import os
import sys

#: Whose frames are not the caller's: this package's and those of the decorators in between.
_OURS = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
_BETWEEN = contextlib.__file__


def place_of_caller() -> tuple[str, int]:
    """Returns file and line of the innermost frame outside of this package."""
    frame = sys._getframe()  # noqa: SLF001 (the documented way to look at the stack without cost)
    while frame.f_back is not None and (
        frame.f_code.co_filename.startswith(_OURS) or frame.f_code.co_filename == _BETWEEN
    ):
        frame = frame.f_back
    return frame.f_code.co_filename, frame.f_lineno


def text_of(place: tuple[str, int]) -> str:
    """Returns ``file:line``, the file relative to the working directory."""
    name, line = place
    with contextlib.suppress(OSError):  # the working directory may be gone
        name = name.removeprefix(os.getcwd() + os.sep)
    return f"{name}:{line}"
