"""What an HTTP client writes is read as it comes, in pieces of any size."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from appint_mock.interception import wire
from tests.ratios import assert_linear

HEAD = b"PUT /key?a=b HTTP/1.1\r\nHost: example.com\r\n"
#: Requests with the same body, and what is written of the body at a time.
FORMS: dict[str, bytes] = {
    "length": HEAD + b"Content-Length: 12\r\n\r\nhello\r\nworld",
    "chunks": HEAD + b"Transfer-Encoding: chunked\r\n\r\n7\r\nhello\r\n\r\n5;a=b\r\nworld\r\n0\r\n\r\n",
    "chunks and a trailer": HEAD
    + b"Transfer-Encoding: chunked\r\n\r\nc\r\nhello\r\nworld\r\n0\r\nX-Sum: 1\r\nX-More: 2\r\n\r\n",
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_a_request_is_whole_with_its_last_piece(form: str, size: int) -> None:
    written = FORMS[form]
    sent = bytearray()
    for start in range(0, len(written), size):
        read = wire.read(sent)
        assert read is None or read.body is None
        sent += written[start : start + size]
    read = wire.read(sent)
    assert read is not None
    assert (read.method, read.target, read.headers["host"]) == ("PUT", "/key?a=b", "example.com")
    assert read.body == b"hello\r\nworld"


def test_a_chunk_that_ends_like_a_request_does_not_end_it() -> None:
    sent = bytearray(HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\n\r\n\r\n")
    read = wire.read(sent)
    assert read is not None
    assert read.body is None
    read = wire.read(sent + b"0\r\n\r\n")
    assert read is not None
    assert read.body == b"\r\n"


@pytest.mark.parametrize("form", ["length", "chunks"])
def test_a_body_in_many_pieces_costs_as_much_as_its_size(form: str) -> None:
    def prepare(pieces: int) -> Callable[[], object]:
        piece = b"x" * 256
        encoded, end = (piece, b"") if form == "length" else (b"100\r\n" + piece + b"\r\n", b"0\r\n\r\n")
        kind = f"Content-Length: {pieces * 256}" if form == "length" else "Transfer-Encoding: chunked"

        def write_all() -> None:
            sent = bytearray(HEAD + kind.encode() + b"\r\n\r\n")
            for _ in range(pieces):
                sent += encoded
                wire.read(sent)
            read = wire.read(sent + end)
            assert read is not None
            assert read.body == piece * pieces

        return write_all

    assert_linear(prepare, 1000)
