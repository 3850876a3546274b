"""Stops DNS look-ups of hosts that this library made up, if nothing answered the request.

Here the guard also stops a request of botocore that a program's own HTTP session sends.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

from . import guard
from .patcher import Patcher
from .patches import Patches

_patches = Patches()


def _patch() -> None:
    for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"):
        _patches.replace(socket, name, _look_up)


PATCHER = Patcher(_patches, _patch)


def _look_up(original: Callable[..., Any]) -> Callable[..., Any]:
    def look_up(host: Any, *args: Any, **kwargs: Any) -> Any:
        if host:
            name = host.decode("latin-1") if isinstance(host, bytes) else str(host)
            guard.stop_here(f"//{name}")
            guard.stop_handed_out(name)
        return original(host, *args, **kwargs)

    return look_up
