"""Checks the handlers that a test registers."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from ...hints import repr_of, see


def as_handler(method: str, handler: object, *forms: tuple[str, ...]) -> Callable[[Any], Any]:
    """Returns a function of one argument that calls ``handler`` in the first of ``forms`` that it accepts.

    A form names the arguments, such as ``("event", "context")``; those after the first are None. Raises TypeError for
    what takes none of them.
    """
    if callable(handler):
        try:
            signature = inspect.signature(handler)
        except ValueError:  # a built-in one without a signature
            return handler
        for form in forms:
            if _binds(signature, form):
                nothing = (None,) * (len(form) - 1)
                return lambda given: handler(given, *nothing)
    calls = " or ".join(f"handler({', '.join(form)})" for form in forms)
    raise TypeError(
        f"backend.{method} takes a function that can be called as {calls}, not {repr_of(handler)}." + see("backends")
    )


def _binds(signature: inspect.Signature, form: tuple[str, ...]) -> bool:
    try:
        signature.bind(*form)
    except TypeError:
        return False
    return True
