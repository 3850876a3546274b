"""Answers ``urllib.request`` for the URLs of our services, above the point where a connection is made."""

from __future__ import annotations

import http.client
import io
import urllib.request
from collections.abc import Callable
from typing import Any

from ..protocol.message import Response
from . import urls
from .patcher import Patcher
from .patches import Patches, bound

_patches = Patches()


def _patch() -> None:
    _patches.replace(urllib.request.AbstractHTTPHandler, "do_open", _do_open)


PATCHER = Patcher(_patches, _patch)


def _do_open(original: Callable[..., Any]) -> Callable[..., Any]:
    def do_open(self: Any, http_class: Any, request: urllib.request.Request, **arguments: Any) -> Any:
        handler = urls.handler_for(request.full_url)
        if handler is None:
            return bound(original, self)(http_class, request, **arguments)
        method, url = request.get_method(), request.full_url
        headers = {**request.headers, **request.unredirected_hdrs}
        return _http_response(urls.ask(handler, method, url, headers, request.data), method, url)

    return do_open


class _Head:
    """The part of a socket that ``http.client`` needs to read a response's head."""

    def __init__(self, head: bytes) -> None:
        self._head = head

    def makefile(self, mode: str) -> io.BytesIO:
        return io.BytesIO(self._head)


def _http_response(answer: Response, method: str, url: str) -> http.client.HTTPResponse:
    reason = http.client.responses.get(answer.status, "")
    lines = [f"HTTP/1.1 {answer.status} {reason}", *(f"{name}: {value}" for name, value in answer.headers.items())]
    head = _Head(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))
    response: Any = http.client.HTTPResponse(head, method=method)  # type: ignore[arg-type]  # see _Head
    response.begin()
    # The body does not go through the head's buffer: BytesIO shares the bytes that it is made from.
    response.fp = io.BytesIO(answer.body)
    # As urllib.request itself leaves a response.
    response.url, response.msg = url, response.reason
    return response  # type: ignore[no-any-return]
