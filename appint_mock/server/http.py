"""Reads HTTP from a connection for uvicorn: with httptools if possible, and with any method.

httptools reads several times as fast as h11, but knows only the methods that somebody has registered. A connection
whose request has another one goes over to h11, which leaves that to the application. Both give the application its
transport, so that it can break a connection off.
"""

from __future__ import annotations

import asyncio
import functools
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from uvicorn import Config

#: How long a client may keep a connection waiting, in seconds: for the next request, for a head that is not whole, for
#: the next piece of a body. A client that keeps a connection for a minute and uses it again finds it still there.
PATIENCE = 120
#: The methods that httptools knows and clients of AWS use.
_COMMON = (b"GET ", b"PUT ", b"POST ", b"HEAD ", b"PATCH ", b"DELETE ", b"OPTIONS ")


if TYPE_CHECKING:

    class _UvicornProtocol(asyncio.Protocol):
        """The attributes that both protocols of uvicorn have."""

        cycle: Any
        transport: asyncio.Transport

        def connection_made(self, transport: asyncio.Transport) -> None: ...  # type: ignore[override]

        def on_response_complete(self) -> None: ...

        def on_message_begin(self) -> None: ...

        def on_headers_complete(self) -> None: ...
else:
    _UvicornProtocol = object


class Joining(asyncio.Transport):
    """A transport that sends the head of an answer together with its body, in one system call and one packet."""

    def __init__(self, transport: asyncio.Transport) -> None:
        super().__init__()  # pragma: no mutate (good manners: nothing asks for what it sets)
        self.transport = transport
        self._pending = b""
        self._call_soon = asyncio.get_running_loop().call_soon

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Sends data: the head of an answer with what comes next, or when nothing comes at once."""
        if self._pending:
            pending, self._pending = self._pending, b""
            self.transport.write(pending + bytes(data))
        elif data[:7] == b"HTTP/1.":
            self._pending = bytes(data)
            self._call_soon(self._flush)
        else:
            self.transport.write(data)

    def close(self) -> None:
        """Closes the connection once everything is sent."""
        self._flush()
        self.transport.close()

    def _flush(self) -> None:
        if self._pending:
            pending, self._pending = self._pending, b""
            self.transport.write(pending)

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """Returns information about the connection."""
        return self.transport.get_extra_info(name, default)

    def is_closing(self) -> bool:
        """Returns whether the connection is closing."""
        return self.transport.is_closing()

    def pause_reading(self) -> None:
        """Pauses reading."""
        self.transport.pause_reading()

    def resume_reading(self) -> None:
        """Resumes reading."""
        self.transport.resume_reading()

    def abort(self) -> None:
        """Closes the connection at once."""
        self.transport.abort()


class HalfClosing(_UvicornProtocol):
    """Answers all requests of a client that has closed its sending side, before it closes the connection."""

    _sends_no_more = False

    def eof_received(self) -> bool:
        """Keeps the connection open if a whole request is not answered yet."""
        cycle = self.cycle
        self._sends_no_more = cycle is not None and not cycle.response_complete and not cycle.more_body
        return self._sends_no_more

    def on_response_complete(self) -> None:
        """Closes the connection after the last answer."""
        super().on_response_complete()
        # The next one of several requests that came at once is begun by now, or waits in the pipeline.
        if self._sends_no_more and self.cycle.response_complete and not getattr(self, "pipeline", None):
            self.transport.close()


class Impatient(_UvicornProtocol):
    """Closes a connection whose client keeps it waiting too long. A periodic check costs requests nothing."""

    _received = 0
    _look: asyncio.TimerHandle

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Starts the periodic check."""
        super().connection_made(transport)
        self._look_again()

    def data_received(self, data: bytes) -> None:
        """Counts the received data."""
        self._received += 1
        super().data_received(data)

    def connection_lost(self, error: Exception | None) -> None:
        """Stops the periodic check."""
        self.look_no_more()
        super().connection_lost(error)

    def look_no_more(self) -> None:
        """Stops the periodic check, and keeps the connection."""
        self._look.cancel()

    def _look_again(self) -> None:
        self._look = asyncio.get_running_loop().call_later(PATIENCE, self._compare, self.cycle, self._received)

    def _compare(self, cycle: Any, received: int) -> None:
        waits_for_head = self.cycle is None or self.cycle.response_complete
        waits_for_body = not waits_for_head and self.cycle.more_body and self._received == received
        if self.cycle is cycle and (waits_for_head or waits_for_body):
            self.transport.close()
        else:
            self._look_again()


class OnlyCommonMethods(_UvicornProtocol):
    """Hands a connection over at the beginning of a request whose method httptools may not know."""

    #: Whether the parser has a part of a request's head, and what arrived before the request's method was known.
    _has_begun, _undecided = False, b""

    def data_received(self, data: bytes) -> None:
        """Parses the data, keeps it until the method is known, or hands it over."""
        cycle = self.cycle
        if self._has_begun or (cycle is not None and (cycle.more_body or not cycle.response_complete)):
            super().data_received(data)
            return
        data, self._undecided = self._undecided + data, b""
        if data.startswith(_COMMON):
            super().data_received(data)
        elif any(each.startswith(data) for each in _COMMON):
            self._undecided = data
        else:
            self.hand_over(data)

    def hand_over(self, data: bytes) -> None:
        """Gives the connection to another protocol, with the data."""
        raise NotImplementedError

    def on_message_begin(self) -> None:
        """Called with the first byte of a request."""
        self._has_begun = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Called with the last byte of a request's head."""
        self._has_begun = False
        super().on_headers_complete()


def protocol_class() -> type[asyncio.Protocol]:
    """Returns the protocol for uvicorn's ``http`` option: with httptools if that is installed, else h11 alone."""
    from uvicorn.protocols.http.h11_impl import H11Protocol

    class ByH11(HalfClosing, Impatient, H11Protocol):  # type: ignore[misc]  # uvicorn's eof_received returns nothing
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            joining = Joining(transport)
            super().connection_made(joining)
            self.app = functools.partial(self.app, transport=joining)

    try:
        from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
    except ImportError:
        return ByH11

    class ByHttpTools(OnlyCommonMethods, HalfClosing, Impatient, HttpToolsProtocol):  # type: ignore[misc]  # as above
        def __init__(self, config: Config, *args: Any, **options: Any) -> None:
            super().__init__(config, *args, **options)
            self._make_other = functools.partial(ByH11, config, *args, **options)

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            joining = Joining(transport)
            super().connection_made(joining)
            self.app = functools.partial(self.app, transport=joining)

        def hand_over(self, data: bytes) -> None:
            self._unset_keepalive_if_required()
            self.look_no_more()
            self.connections.discard(self)
            other = self._make_other()
            transport = self.transport.transport  # type: ignore[attr-defined]
            other.connection_made(transport)
            transport.set_protocol(other)
            other.data_received(data)

    return ByHttpTools
