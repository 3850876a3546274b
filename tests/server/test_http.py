"""How a connection is read, kept and closed: the parts of the protocols for uvicorn, each by itself."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from appint_mock.server import ServerMock, http
from appint_mock.server.http import HalfClosing, Impatient, Joining, OnlyCommonMethods, protocol_class
from tests.server.talking import signed


class Transport(asyncio.Transport):
    """Keeps what reaches it."""

    def __init__(self) -> None:
        super().__init__({"peername": "somebody"})
        self.seen: list[Any] = []

    def write(self, data: Any) -> None:
        self.seen.append(data)

    def close(self) -> None:
        self.seen.append("close")

    def abort(self) -> None:
        self.seen.append("abort")

    def pause_reading(self) -> None:
        self.seen.append("pause")

    def resume_reading(self) -> None:
        self.seen.append("resume")

    def is_closing(self) -> bool:
        return "close" in self.seen


def joining(use: Callable[[Joining], object]) -> list[Any]:
    """What reaches a transport at once, a mark, and what reaches it in the next rounds of the loop."""
    transport = Transport()

    async def run() -> None:
        use(Joining(transport))
        transport.seen.append("then")
        for _ in range(3):
            await asyncio.sleep(0)

    asyncio.run(run())
    return transport.seen


# Joining -----------------------------------------------------------------------------------------------------

HEAD = b"HTTP/1.1 200 OK\r\n\r\n"


def test_the_head_of_an_answer_goes_with_its_body() -> None:
    def use(transport: Joining) -> None:
        transport.write(HEAD)
        transport.write(bytearray(b"body"))
        transport.write(b"more")

    assert joining(use) == [HEAD + b"body", b"more", "then"]


def test_a_head_that_is_alone_goes_when_nothing_comes_at_once() -> None:
    assert joining(lambda transport: transport.write(memoryview(HEAD))) == ["then", HEAD]


@pytest.mark.parametrize("data", [b"HTTP/2 200", b"body", b"http/1.1", b""])
def test_what_is_no_head_goes_at_once(data: bytes) -> None:
    assert joining(lambda transport: transport.write(data)) == [data, "then"]


def test_a_connection_is_closed_when_all_is_sent_and_not_before() -> None:
    def use(transport: Joining) -> None:
        transport.write(HEAD)
        transport.close()

    assert joining(use) == [HEAD, "close", "then"]
    assert joining(Joining.close) == ["close", "then"]


def test_what_else_is_asked_of_a_connection_goes_to_it() -> None:
    found: list[Any] = []

    def use(transport: Joining) -> None:
        transport.pause_reading()
        transport.resume_reading()
        found.extend([transport.get_extra_info("peername"), transport.get_extra_info("other", 5)])
        found.append(transport.is_closing())
        transport.close()
        found.append(transport.is_closing())
        transport.abort()

    assert joining(use) == ["pause", "resume", "close", "abort", "then"]
    assert found == ["somebody", 5, False, True]


# Protocols ---------------------------------------------------------------------------------------------------


class Base:
    """What our parts ask of uvicorn's protocols."""

    def __init__(self, cycle: Any = None) -> None:
        self.cycle = cycle
        self.transport = Transport()
        self.done: list[Any] = []

    def connection_made(self, transport: Any) -> None:
        self.done.append("made")

    def connection_lost(self, error: Exception | None) -> None:
        self.done.append("lost")

    def data_received(self, data: bytes) -> None:
        self.done.append(data)

    def on_response_complete(self) -> None:
        self.done.append("answered")

    def on_message_begin(self) -> None:
        self.done.append("begun")

    def on_headers_complete(self) -> None:
        self.done.append("head")


def cycle(*, complete: bool, more: bool) -> Any:
    return SimpleNamespace(response_complete=complete, more_body=more)


class Half(HalfClosing, Base):
    transport: Any
    pipeline: Any


@pytest.mark.parametrize(
    ("of", "stays"),
    [
        (None, False),
        (cycle(complete=False, more=False), True),
        (cycle(complete=True, more=False), False),
        (cycle(complete=False, more=True), False),
        (cycle(complete=True, more=True), False),
    ],
    ids=str,
)
def test_a_client_that_sends_no_more_gets_the_answer_to_a_whole_request(of: Any, stays: bool) -> None:
    half = Half(of)
    assert half.eof_received() is stays
    half.cycle = cycle(complete=True, more=False)
    half.on_response_complete()
    assert half.done == ["answered"]
    assert half.transport.seen == ["close"] * stays


def test_a_client_that_sends_no_more_gets_all_answers() -> None:
    half = Half(cycle(complete=False, more=False))
    half.on_response_complete()
    assert half.eof_received()
    half.on_response_complete()
    assert half.transport.seen == [], "the next request of several has begun"
    half.cycle.response_complete = True
    half.pipeline = ["another"]
    half.on_response_complete()
    assert half.transport.seen == []
    half.pipeline = []
    half.on_response_complete()
    assert half.transport.seen == ["close"]


def test_a_client_that_may_send_more_is_waited_for() -> None:
    half = Half(cycle(complete=True, more=False))
    half.on_response_complete()
    assert half.transport.seen == []


class Waiting(Impatient, Base):
    transport: Any


class Looks:
    """The looks at a connection, which take place when a test says so."""

    def __init__(self, of: Any) -> None:
        self.protocol = Waiting(of)
        self.planned: list[tuple[float, Any]] = []
        self.cancelled = 0

    def call_later(self, seconds: float, callback: Any, *arguments: Any) -> Any:
        self.planned.append((seconds, lambda: callback(*arguments)))
        return SimpleNamespace(cancel=self._cancel)

    def _cancel(self) -> None:
        self.cancelled += 1

    def look(self) -> bool:
        """Whether the connection is closed."""
        planned = len(self.planned)
        self.planned[-1][1]()
        closed: bool = self.protocol.transport.seen == ["close"]
        assert len(self.planned) == planned + (not closed)
        return closed


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> Looks:
    made = Looks(None)
    monkeypatch.setattr(asyncio, "get_running_loop", lambda: made)
    made.protocol.connection_made(made.protocol.transport)
    assert made.protocol.done == ["made"]
    return made


def test_a_connection_is_looked_at_every_two_minutes_until_it_is_lost(looks: Looks) -> None:
    looks.protocol.cycle = cycle(complete=False, more=False)
    assert not looks.look()
    assert [seconds for seconds, _ in looks.planned] == [120, 120] == [http.PATIENCE] * 2
    looks.protocol.connection_lost(None)
    assert (looks.protocol.done, looks.cancelled) == (["made", "lost"], 1)


def test_a_connection_without_a_request_is_closed(looks: Looks) -> None:
    looks.protocol.data_received(b"GET")
    assert looks.protocol.done == ["made", b"GET"]
    assert looks.look()


def test_a_connection_that_is_not_used_again_is_closed(looks: Looks) -> None:
    looks.protocol.cycle = cycle(complete=True, more=False)
    assert not looks.look(), "it was used since the last look"
    assert looks.look()


def test_a_connection_that_is_used_again_and_again_is_kept(looks: Looks) -> None:
    for _ in range(3):
        looks.protocol.cycle = cycle(complete=True, more=False)
        assert not looks.look()


def test_a_slow_answer_is_waited_for(looks: Looks) -> None:
    looks.protocol.cycle = cycle(complete=False, more=False)
    assert [looks.look() for _ in range(3)] == [False] * 3


def test_a_body_is_waited_for_as_long_as_pieces_of_it_come(looks: Looks) -> None:
    looks.protocol.cycle = cycle(complete=False, more=True)
    assert not looks.look()
    looks.protocol.data_received(b"a")
    assert not looks.look()
    assert looks.look()


class Common(OnlyCommonMethods, Base):  # type: ignore[misc]
    def hand_over(self, data: bytes) -> None:
        self.done.append(("other", data))


@pytest.mark.parametrize(
    ("pieces", "done"),
    [
        ([b"GET / HTTP"], [b"GET / HTTP"]),
        ([b"GE", b"T /"], [b"GET /"]),
        ([b"P", b"A", b"TCH /"], [b"PATCH /"]),
        ([b"OPTIONS", b" /"], [b"OPTIONS /"]),
        ([b"BREW /"], [("other", b"BREW /")]),
        ([b"GE", b"TS /"], [("other", b"GETS /")]),
        ([b"get /"], [("other", b"get /")]),
        ([b"P", b"x"], [("other", b"Px")]),
    ],
    ids=str,
)
def test_a_method_is_known_however_it_comes_in_pieces(pieces: list[bytes], done: list[Any]) -> None:
    protocol = Common()
    for piece in pieces:
        protocol.data_received(piece)
    assert protocol.done == done


def test_what_belongs_to_a_request_has_no_method() -> None:
    protocol = Common()
    protocol.on_message_begin()
    protocol.data_received(b"brew")
    protocol.on_headers_complete()
    assert protocol.done == ["begun", b"brew", "head"]
    for of in (cycle(complete=False, more=True), cycle(complete=True, more=True), cycle(complete=False, more=False)):
        protocol.cycle = of
        protocol.data_received(b"body")
        assert protocol.done[-1] == b"body"
    protocol.cycle = cycle(complete=True, more=False)
    protocol.data_received(b"BREW /")
    assert protocol.done[-1] == ("other", b"BREW /")


def test_who_cannot_hand_over_says_so() -> None:
    class Lacking(OnlyCommonMethods, Base):  # type: ignore[misc]
        pass

    with pytest.raises(NotImplementedError):
        Lacking().data_received(b"BREW /")


def test_without_httptools_all_is_read_by_h11(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uvicorn.protocols.http.httptools_impl", None)
    assert [each.__name__ for each in protocol_class().__mro__[:4]] == [
        *("ByH11", "HalfClosing", "Impatient", "H11Protocol")
    ]


def test_a_connection_that_is_handed_over_is_one_and_waits_by_the_rules_of_the_other() -> None:
    pytest.importorskip("httptools")
    head = "".join(f"{name}: {value}\r\n" for name, value in signed("app-integrations").items())
    kept: list[Any] = []
    with ServerMock() as server, socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection:
        assert server._running is not None
        for method in ("GET", "get", "get"):
            connection.sendall(f"{method} /applications HTTP/1.1\r\nHost: a\r\n{head}\r\n".encode())
            assert connection.recv(1000).startswith(b"HTTP/1.1 200")
            kept += server._running[0].server_state.connections
    first, second, third = kept
    assert second is third
    assert [type(each).__name__ for each in kept] == ["ByHttpTools", "ByH11", "ByH11"]
    assert first._look.cancelled()
    assert first.timeout_keep_alive_task is None
    assert second.cycle.response_complete
