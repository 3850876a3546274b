"""The only code that patches the process: botocore's endpoints, HTTP clients, the environment.

The room is loaded when the first scope opens, and with it all that answers a request.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .lifecycle import close_scope, open_scope

__all__ = ["close_scope", "open_scope"]

if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from .lifecycle import close_scope, open_scope

        globals().update(close_scope=close_scope, open_scope=open_scope)
        return globals()[name]
