"""Answers ``aiohttp``, if a program has loaded it, through connections that lead to us."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from typing import Any

from . import guard, urls, wire
from .patcher import Patcher
from .patches import Patches, bound

_patches = Patches()


def _patch(connector: Any) -> None:
    _patches.replace(connector.BaseConnector, "connect", _connect)
    _patches.replace(connector.TCPConnector, "_create_connection", _create_connection)


PATCHER = Patcher(_patches, when_loaded={"aiohttp.connector": _patch})


def _connect(original: Callable[..., Any]) -> Callable[..., Any]:
    async def connect(self: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        guard.stop_here(str(request.url))
        return await bound(original, self)(request, *args, **kwargs)

    return connect


def _create_connection(original: Callable[..., Any]) -> Callable[..., Any]:
    async def create_connection(self: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        url = request.url
        if urls.handler_for(str(url)) is None:
            return await bound(original, self)(request, *args, **kwargs)
        loop = asyncio.get_running_loop()
        # aiohttp's own protocol, which reads the answer as it reads any other.
        protocol = sys.modules["aiohttp.client_proto"].ResponseHandler(loop)
        protocol.connection_made(_Transport(loop, protocol, f"{url.scheme}://{url.host}"))
        return protocol

    return create_connection


class _Transport(asyncio.Transport):
    """A connection to us: takes a request, and hands the answer to the protocol."""

    def __init__(self, loop: asyncio.AbstractEventLoop, protocol: Any, origin: str) -> None:
        super().__init__()
        self._loop, self._protocol, self._origin = loop, protocol, origin
        self._sent = bytearray()
        self._is_closing = self._has_continued = False

    def write(self, data: Any) -> None:
        """Takes a piece of the request, and answers once the request is complete."""
        self._sent += data
        written = wire.read(self._sent)
        if written is None:
            return
        if written.body is None:
            if "expect" in written.headers and not self._has_continued:
                self._has_continued = True
                self._loop.call_soon(self._protocol.data_received, b"HTTP/1.1 100 Continue\r\n\r\n")
            return
        self._sent.clear()
        self._loop.call_soon(self._answer, written)

    def _answer(self, written: wire.Written) -> None:
        try:
            answered = wire.answer(written, self._origin)
        except Exception as error:  # a fault of a test
            self._protocol.set_exception(error)
            self.close()
            return
        if answered is not None:
            self._protocol.data_received(answered)
        self.close()

    def writelines(self, pieces: Any) -> None:
        """Takes pieces of the request."""
        self.write(b"".join(pieces))

    def is_closing(self) -> bool:
        """Returns whether the connection is closed."""
        return self._is_closing

    def close(self) -> None:
        """Closes the connection."""
        if not self._is_closing:
            self._is_closing = True
            self._loop.call_soon(self._protocol.connection_lost, None)

    def abort(self) -> None:
        """Closes the connection."""
        self.close()

    def get_write_buffer_size(self) -> int:
        """Returns 0: nothing waits."""
        return 0

    def pause_reading(self) -> None:
        """Does nothing: the answer comes whole."""

    def resume_reading(self) -> None:
        """Does nothing."""
