"""Answers what is sent over connections of ``http.client``, and of ``urllib3``, which builds on it.

Here too the guard stops a request of botocore that it watches: whatever answers above a connection has had its turn.
"""

from __future__ import annotations

import http.client
import io
from collections.abc import Callable
from typing import Any

import urllib3.connection

from . import guard, urls, wire
from .patcher import Patcher
from .patches import Patches, bound

#: Of urllib3 and of http.client: neither is a subclass of the other.
_SECURE = (http.client.HTTPSConnection, urllib3.connection.HTTPSConnection)
_patches = Patches()


def _patch() -> None:
    for module in (http.client, urllib3.connection):
        for name in ("HTTPConnection", "HTTPSConnection"):
            _patches.replace(getattr(module, name), "connect", _connect)
    _patches.replace(http.client.HTTPConnection, "send", _send)


PATCHER = Patcher(_patches, _patch)


class _Failure(io.BytesIO):
    """Raises an error when the first line of the answer is read.

    That is where a real connection fails. A response of ``http.client`` that has no file yet cannot be closed.
    """

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self._error = error

    def readline(self, *args: Any) -> bytes:
        raise self._error


class _Socket:
    """The part of a socket that a connection needs: it takes a request, and returns the answer."""

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self._sent = bytearray()

    def sendall(self, data: Any) -> None:
        self._sent += data

    def makefile(self, *args: Any, **kwargs: Any) -> io.BytesIO:
        try:
            return io.BytesIO(self._answer())
        except BaseException as error:
            return _Failure(error)

    def _answer(self) -> bytes:
        written = wire.read(self._sent)
        answered = None if written is None else wire.answer(written, self._origin)
        if answered is None:
            raise ConnectionResetError(f"The mock that answers {self._origin} was closed during the request.")
        return answered

    def settimeout(self, timeout: float | None) -> None:
        """Does nothing: the answer is there at once."""

    def setsockopt(self, *args: Any) -> None:
        """Does nothing."""

    def shutdown(self, how: int) -> None:
        """Does nothing."""

    def close(self) -> None:
        """Does nothing."""


def _connect(original: Callable[..., Any]) -> Callable[..., None]:
    def connect(self: Any) -> None:
        origin = _origin(self)
        guard.stop_here(origin)
        if urls.handler_for(origin) is None:
            bound(original, self)()
        else:
            _lead_to_us(self, origin)

    return connect


def _send(original: Callable[..., Any]) -> Callable[..., None]:
    def send(self: Any, data: Any) -> None:
        if not isinstance(self.sock, _Socket):
            written = wire.read(bytes(data)) if isinstance(data, bytes | bytearray) else None
            origin = wire.url_of(written, _origin(self)) if written else _origin(self)
            guard.stop_here(origin)
            if urls.handler_for(origin) is not None:
                if self.sock is not None:  # from before the scope
                    self.sock.close()
                _lead_to_us(self, _origin(self))
        bound(original, self)(data)

    return send


def _lead_to_us(connection: Any, origin: str) -> None:
    connection.sock = _Socket(origin)
    # What urllib3 asks of a connection that is established.
    connection.is_verified = connection.proxy_is_verified = True


def _origin(connection: Any) -> str:
    """Returns the origin that a connection leads to, also through a proxy."""
    scheme = "https" if isinstance(connection, _SECURE) else "http"
    host = connection._tunnel_host or connection.host  # noqa: SLF001 (http.client shows it to nobody)
    port = connection._tunnel_port if connection._tunnel_host else connection.port  # noqa: SLF001 (the same)
    host = f"[{host}]" if ":" in host else host
    return f"{scheme}://{host}" if port in (None, connection.default_port) else f"{scheme}://{host}:{port}"
