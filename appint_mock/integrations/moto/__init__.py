"""Works beside moto: shared accounts, S3, events, stacks and tags, and following its mock.

The room is loaded when it is needed: most programs do not use moto.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .adapter import Moto
    from .following import follow, unfollow

__all__ = ["Moto", "follow", "unfollow"]

if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from .adapter import Moto
        from .following import follow, unfollow

        globals().update(Moto=Moto, follow=follow, unfollow=unfollow)
        return globals()[name]
