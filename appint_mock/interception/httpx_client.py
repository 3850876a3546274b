"""Answers ``httpx``, if a program has loaded it.

A client decides for each URL which transport sends it: ours goes to a transport of our own, above those that other
mocks replace. The library's own transports are where a request arrives that no client sent, and where the guard stops
what it watches.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from . import guard, urls
from .patcher import Patcher
from .patches import Patches, bound

_patches = Patches()


def _patch(httpx: Any) -> None:
    transport = _transport(httpx)
    for client in (httpx.Client, httpx.AsyncClient):
        _patches.replace(client, "_transport_for_url", partial(_transport_for_url, transport))
    _patches.replace(httpx.HTTPTransport, "handle_request", partial(_handle, transport.handle_request))
    _patches.replace(httpx.AsyncHTTPTransport, "handle_async_request", partial(_handle, transport.handle_async_request))


PATCHER = Patcher(_patches, when_loaded={"httpx": _patch})


def _transport_for_url(transport: Any, original: Callable[..., Any]) -> Callable[..., Any]:
    def transport_for_url(self: Any, url: Any) -> Any:
        return bound(original, self)(url) if urls.handler_for(str(url)) is None else transport

    return transport_for_url


def _transport(httpx: Any) -> Any:
    def answer(request: Any, sent: bytes) -> Any:
        url = str(request.url)
        handler = urls.handler_for(url)
        if handler is None:
            raise httpx.ConnectError(f"The mock that answers {url} was closed during the request.", request=request)
        answered = urls.ask(handler, request.method, url, request.headers, sent)
        # As a stream, which the caller may read piece by piece as it came.
        body = httpx.ByteStream(answered.body)
        headers = {"Content-Length": str(len(answered.body)), **answered.headers}
        return httpx.Response(answered.status, headers=headers, stream=body, request=request)

    class Transport(httpx.BaseTransport, httpx.AsyncBaseTransport):  # type: ignore[misc]  # read from sys.modules
        def handle_request(self, request: Any) -> Any:
            return answer(request, request.read())

        async def handle_async_request(self, request: Any) -> Any:
            return answer(request, await request.aread())

    return Transport()


def _handle(answer: Callable[[Any], Any], original: Callable[..., Any]) -> Callable[..., Any]:
    def handle(self: Any, request: Any) -> Any:
        url = str(request.url)
        if urls.handler_for(url) is not None:
            return answer(request)
        guard.stop_here(url)
        return bound(original, self)(request)

    return handle
