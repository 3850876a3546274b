"""The bodies of answers, read as botocore and as aiobotocore read them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from appint_mock.interception.content import Content, Stream

PIECE = 2**16


def stream(body: bytes = b"abcdef", headers: Mapping[str, Any] | None = None) -> Stream:
    return Stream(body, "https://example.com/a", headers or {})


def test_content_is_bytes_that_can_be_awaited() -> None:
    async def awaited() -> bytes:
        return await Content(b"abc")

    assert asyncio.run(awaited()) == Content(b"abc") == b"abc"


def test_a_body_is_read_whole_or_in_parts() -> None:
    assert stream().read() == stream().read(None) == stream().read(-1) == b"abcdef"
    assert stream().read(0) == b""
    body = stream()
    assert isinstance(body.read(1), Content)
    assert not body.at_eof()
    assert body.read(4) == b"bcde"
    assert not body.at_eof()
    assert body.read() == b"f"
    assert body.at_eof()
    assert body.read() == b""
    assert stream(b"").at_eof()


def test_a_body_comes_in_pieces_of_64_kibibytes_or_of_the_size_that_is_given() -> None:
    body = bytes(PIECE) + b"x"
    assert list(stream(body).stream()) == [bytes(PIECE), b"x"]
    assert list(stream().stream(4)) == [b"abcd", b"ef"]
    assert list(stream().stream(amt=6, decode_content=False)) == [b"abcdef"]
    assert list(stream(b"").stream()) == []


def test_an_async_client_gets_the_same_pieces() -> None:
    async def pieces() -> list[tuple[bytes, bool]]:
        return [each async for each in stream(bytes(PIECE) + b"x").iter_chunks()]

    assert asyncio.run(pieces()) == [(bytes(PIECE), True), (b"x", True)]


def test_a_stream_has_what_aiohttps_response_has() -> None:
    body = stream(headers={"Content-Type": "text/plain", "Content-Length": 6})
    assert body.url == "https://example.com/a"
    assert body.raw_headers == ((b"Content-Type", b"text/plain"), (b"Content-Length", b"6"))
    assert body.content is body


def test_a_stream_is_closed_at_the_end_of_its_block() -> None:
    async def closed() -> tuple[bool, bool]:
        async with stream() as body:
            before = body.closed
        return before, body.closed

    assert asyncio.run(closed()) == (False, True)
