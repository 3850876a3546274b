"""Reads a request from the bytes that an HTTP client writes, and writes the answer's bytes."""

from __future__ import annotations

import http.client
from typing import NamedTuple

from ..protocol.message import Response
from . import urls


class Written(NamedTuple):
    """A request as it was written; ``body`` is None until it is complete."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes | None


def read(data: bytes | bytearray) -> Written | None:
    """Returns the request that begins in ``data``; None if its head is incomplete.

    As long as the body is not whole it is not copied: a client may write it in many pieces, and each asks here.
    """
    end = data.find(b"\r\n\r\n")
    if end < 0:
        return None
    first, *lines = data[:end].decode("latin-1").split("\r\n")
    start = end + 4
    method, target, *_ = [*first.split(" "), "", ""]
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    if "chunked" in headers.get("transfer-encoding", "").lower():
        return Written(method, target, headers, _unchunked(data, start) if data.endswith(b"\r\n\r\n") else None)
    size = headers.get("content-length", "0")
    length = int(size) if size.isdigit() else 0
    is_whole = len(data) >= start + length
    return Written(method, target, headers, bytes(data[start : start + length]) if is_whole else None)


def _unchunked(data: bytes | bytearray, start: int) -> bytes | None:
    pieces: list[bytes] = []
    while (end := data.find(b"\r\n", start)) >= 0:
        length = int(data[start:end].split(b";")[0], 16)
        start = end + 2
        if length == 0:  # what follows is the end, or trailers up to it
            return b"".join(pieces)
        pieces.append(bytes(data[start : start + length]))
        start += length + 2
    return None


def url_of(written: Written, origin: str) -> str:
    """Returns the URL of a request; ``origin`` is where the connection leads to, such as ``https://host``."""
    return written.target if "://" in written.target.partition("?")[0] else origin + written.target


def answer(written: Written, origin: str) -> bytes | None:
    """Returns the bytes of our answer to a complete request, which closes the connection; None if no scope has one."""
    url = url_of(written, origin)
    handler = urls.handler_for(url)
    if handler is None:
        return None
    return write(urls.ask(handler, written.method, url, written.headers, written.body or b""))


def write(answered: Response) -> bytes:
    """Returns an answer's bytes."""
    reason = http.client.responses.get(answered.status, "")
    headers = {**answered.headers, "Connection": "close"}
    lines = [f"HTTP/1.1 {answered.status} {reason}", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + answered.body
