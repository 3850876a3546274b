"""The connection that takes the place of aiohttp's: it reads a request in pieces, and hands over one answer."""

from __future__ import annotations

from typing import Any

import pytest

from appint_mock.interception import wire
from appint_mock.interception.aiohttp_connector import _Transport
from appint_mock.interception.wire import Written


class Loop:
    """Runs what was to be called soon when asked to."""

    def __init__(self) -> None:
        self.waiting: list[Any] = []

    def call_soon(self, function: Any, *arguments: Any) -> None:
        self.waiting.append((function, arguments))

    def run(self) -> None:
        while self.waiting:
            function, arguments = self.waiting.pop(0)
            function(*arguments)


class Protocol:
    """Keeps what a connection reports."""

    def __init__(self) -> None:
        self.events: list[Any] = []

    def data_received(self, data: bytes) -> None:
        self.events.append(data)

    def connection_lost(self, error: Exception | None) -> None:
        self.events.append(("lost", error))

    def set_exception(self, error: Exception) -> None:
        self.events.append(error)


class Scene:
    """A connection, and what came of it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, answer: Any) -> None:
        self.loop, self.protocol = Loop(), Protocol()
        self.asked: list[tuple[Written, str]] = []
        self.transport: Any = _Transport(self.loop, self.protocol, "https://host")  # type: ignore[arg-type]

        def answered(written: Written, origin: str) -> Any:
            self.asked.append((written, origin))
            if isinstance(answer, Exception):
                raise answer
            return answer

        monkeypatch.setattr(wire, "answer", answered)

    def write(self, *pieces: bytes) -> list[Any]:
        for piece in pieces:
            self.transport.write(piece)
        self.loop.run()
        return self.protocol.events


PUT = b"PUT /a HTTP/1.1\r\nContent-Length: 3\r\n"


def test_a_request_is_answered_once_it_is_complete_and_the_connection_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene(monkeypatch, b"HTTP/1.1 200 OK")
    assert scene.write(PUT) == []
    assert scene.write(b"\r\n", b"ab") == []
    assert not scene.transport.is_closing()
    assert scene.write(b"c") == [b"HTTP/1.1 200 OK", ("lost", None)]
    assert scene.asked == [(Written("PUT", "/a", {"content-length": "3"}, b"abc"), "https://host")]
    assert scene.transport.is_closing()
    scene.transport.abort()
    scene.loop.run()
    assert scene.protocol.events[2:] == []


def test_a_request_is_answered_once_whatever_is_written_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene(monkeypatch, b"answer")
    assert scene.write(PUT + b"\r\nabc", b"", b"x") == [b"answer", ("lost", None)]
    assert len(scene.asked) == 1


def test_pieces_at_once_are_one_request(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene(monkeypatch, b"answer")
    scene.transport.writelines([PUT, b"\r\n", b"abc"])
    scene.loop.run()
    assert scene.protocol.events == [b"answer", ("lost", None)]


def test_a_client_that_expects_100_continue_gets_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene(monkeypatch, b"answer")
    assert scene.write(PUT + b"Expect: 100-continue\r\n\r\n") == [b"HTTP/1.1 100 Continue\r\n\r\n"]
    assert scene.write(b"a", b"b") == [b"HTTP/1.1 100 Continue\r\n\r\n"]
    assert scene.write(b"c")[1:] == [b"answer", ("lost", None)]


def test_a_client_that_does_not_wait_for_it_gets_none(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene(monkeypatch, b"answer")
    assert scene.write(PUT + b"\r\na") == []
    assert scene.write(b"bc") == [b"answer", ("lost", None)]


def test_a_fault_is_the_protocols_error(monkeypatch: pytest.MonkeyPatch) -> None:
    error = ConnectionResetError("a fault")
    assert Scene(monkeypatch, error).write(PUT + b"\r\nabc") == [error, ("lost", None)]


def test_a_request_that_no_scope_answers_any_more_loses_its_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Scene(monkeypatch, None).write(PUT + b"\r\nabc") == [("lost", None)]


@pytest.mark.parametrize("end", ["close", "abort"])
def test_a_connection_is_closed_once(monkeypatch: pytest.MonkeyPatch, end: str) -> None:
    scene = Scene(monkeypatch, None)
    assert not scene.transport.is_closing()
    for _ in range(2):
        getattr(scene.transport, end)()
        assert scene.transport.is_closing()
    assert scene.write() == [("lost", None)]


def test_nothing_waits_to_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    transport = Scene(monkeypatch, None).transport
    assert transport.get_write_buffer_size() == 0
    transport.pause_reading()
    transport.resume_reading()


@pytest.mark.parametrize(
    ("data", "read"),
    [
        (b"", None),
        (b"GET / HTTP/1.1\r\nHost: a\r\n", None),
        (b"GET / HTTP/1.1\r\nHost:  a \r\n\r\n", Written("GET", "/", {"host": "a"}, b"")),
        (b"PUT / HTTP/1.1\r\nContent-Length: 2\r\n\r\na", Written("PUT", "/", {"content-length": "2"}, None)),
        (b"PUT / HTTP/1.1\r\nContent-Length: 2\r\n\r\nabc", Written("PUT", "/", {"content-length": "2"}, b"ab")),
        (b"PUT / HTTP/1.1\r\nContent-Length: x\r\n\r\nabc", Written("PUT", "/", {"content-length": "x"}, b"")),
        (b"GET\r\n\r\n", Written("GET", "", {}, b"")),
        (b"\r\n\r\n", Written("", "", {}, b"")),
    ],
)
def test_a_request_is_read_from_its_bytes(data: bytes, read: Written | None) -> None:
    assert wire.read(data) == read


@pytest.mark.parametrize(
    ("chunks", "body"),
    [
        (b"0\r\n\r\n", b""),
        (b"3\r\nabc\r\n0\r\n\r\n", b"abc"),
        (b"A;name=value\r\n0123456789\r\n1\r\nx\r\n0\r\n\r\n", b"0123456789x"),
        (b"1\r\na\r\n0\r\nTrailer: b\r\n\r\n", b"a"),
        (b"3\r\nabc\r\n", None),
        (b"4\r\n\r\n\r\n", None),
        (b"", None),
    ],
)
def test_a_body_in_chunks_is_put_together(chunks: bytes, body: bytes | None) -> None:
    head = b"PUT / HTTP/1.1\r\nTransfer-Encoding: Chunked\r\n\r\n"
    found = wire.read(head + chunks)
    assert found is not None
    assert found.body == body


@pytest.mark.parametrize(
    ("target", "url"),
    [("/a?b=c://d", "https://host/a?b=c://d"), ("http://other/a", "http://other/a"), ("/", "https://host/")],
)
def test_a_target_is_a_path_or_a_whole_url(target: str, url: str) -> None:
    assert wire.url_of(Written("GET", target, {}, b""), "https://host") == url
