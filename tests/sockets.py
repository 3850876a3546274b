"""Nothing leaves the machine: connections from the suite to anywhere else are refused."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

_connect, _connect_ex, _getaddrinfo = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo


class SocketForbiddenError(AssertionError):
    """The suite tried to reach another machine."""


def _check(address: Any) -> None:
    # A path is a Unix socket; an address that is no tuple is of a family that reaches no network.
    host = address[0] if isinstance(address, tuple) else "localhost"
    if host in ("localhost", ""):
        return
    try:
        local = ipaddress.ip_address(host).is_loopback
    except ValueError:
        local = False
    if not local:
        raise SocketForbiddenError(f"A test tried to open a connection to {address!r}.")


def forbid() -> None:
    """Refuse every connection and name look-up that is not to this machine, from now on."""

    def connect(self: socket.socket, address: Any) -> None:
        _check(address)
        _connect(self, address)

    def connect_ex(self: socket.socket, address: Any) -> int:
        _check(address)
        return _connect_ex(self, address)

    def getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        _check((host.decode() if isinstance(host, bytes) else host or "localhost", 0))
        return _getaddrinfo(host, *args, **kwargs)

    for owner, replacement in ((socket.socket, connect), (socket.socket, connect_ex), (socket, getaddrinfo)):
        setattr(owner, replacement.__name__, replacement)
