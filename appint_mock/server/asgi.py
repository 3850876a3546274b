"""Reads HTTP requests within limits and writes answers, as an ASGI application.

The application for AWS's requests is our own, since frameworks decode paths and know methods: an encoded slash belongs
to its label, and AWS answers an unknown method too. Below the control path Starlette takes over.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from ..protocol.message import Request, Response
from .access import Access
from .routing import FILES, PATH, Broken, Router, is_below
from .texts import WITHOUT_BODY, as_json, failure, wire_headers

#: The largest request to an operation, in bytes: API Gateway's limit, which stands before all services.
LARGEST_REQUEST = 10 * 2**20

#: What browsers ask for by themselves, and what they get.
_OF_BROWSERS = {"/": Response(307, {"Location": f"{PATH}/"}, b""), "/favicon.ico": Response(204, {}, b"")}

_log = logging.getLogger(__name__)

_Message = MutableMapping[str, Any]
_Receive = Callable[[], Awaitable[_Message]]
_Send = Callable[[_Message], Awaitable[None]]
AsgiApp = Callable[[_Message, _Receive, _Send], Awaitable[None]]


class Headers(dict[str, str]):
    """A request's headers by their names in any case."""

    def __init__(self, pairs: list[tuple[bytes, bytes]]) -> None:
        super().__init__((name.decode("latin-1"), value.decode("latin-1")) for name, value in pairs)

    def __getitem__(self, name: str) -> str:
        return super().__getitem__(name.lower())

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and super().__contains__(name.lower())

    def get(self, name: str, default: Any = None) -> Any:
        """Returns the value of a header, or ``default``."""
        return super().get(name.lower(), default)


class App:
    """Answers a server's requests.

    ``control`` is the ASGI application below the control path, ``max_upload`` the largest body there and at signed
    URLs, in bytes.
    """

    def __init__(self, router: Router, control: AsgiApp, access: Access, max_upload: int) -> None:
        self._router = router
        self._control = control
        self._access = access
        self._max_upload = max_upload

    async def __call__(
        self, scope: _Message, receive: _Receive, send: _Send, transport: asyncio.Transport | None = None
    ) -> None:
        """Answers one request; ``transport`` is its connection."""
        headers = Headers(scope["headers"])
        # The raw path: an encoded slash belongs to its label.
        url = scope["raw_path"].decode("latin-1")
        if scope["query_string"]:
            url += f"?{scope['query_string'].decode('latin-1')}"
        below = is_below(PATH, url)
        to_control = below and not is_below(FILES, url)
        refused = self._refusal(headers, url, to_control=to_control)
        if refused is not None:
            await _write(refused, send)
            return
        if url in _OF_BROWSERS and _is_by_a_browser(scope["method"], url, headers):
            await _write(_OF_BROWSERS[url], send)
            return
        limit = self._max_upload if below or self._router.takes_uploads(headers) else LARGEST_REQUEST
        try:
            body = await _read(headers, receive, limit)
        except ConnectionError:
            return
        if body is None:
            await _write(_too_large(limit), send)
        elif to_control:
            await self._control(scope, _replayed(body, receive), send)
        else:
            await self._answer(Request(scope["method"], url, headers, body), receive, send, transport)

    async def _answer(
        self, request: Request, receive: _Receive, send: _Send, transport: asyncio.Transport | None
    ) -> None:
        try:
            response = self._router.answer(request)
            if not isinstance(response, Response):
                response = await response
            head = wire_headers(response, to_head=request.method == "HEAD")
        except Broken:
            await _break_off(receive, transport)
            return
        except Exception as error:
            _log.exception("appint_mock failed at %s %s", request.method, request.url)
            response = failure(500, "InternalFailure", f"appint_mock failed: {type(error).__name__}: {error}")
            head = wire_headers(response)
        await _write(response, send, head)

    def _refusal(self, headers: Mapping[str, str], url: str, *, to_control: bool) -> Response | None:
        text = self._access.refusal(headers, control=to_control)
        if text is not None:
            _log.warning("appint_mock refused %s: %s", url, text)
            if to_control:
                return Response(403, {"Content-Type": "application/json"}, as_json({"error": text}))
            return failure(403, "AccessDeniedException", text)
        try:
            urlsplit(url)
        except ValueError as error:
            return failure(400, "BadRequest", f"The target of the request is no URL: {error}.")
        return None


def _is_by_a_browser(method: str, url: str, headers: Mapping[str, str]) -> bool:
    if method != "GET" or "Authorization" in headers:
        return False
    return url != "/" or "text/html" in headers.get("Accept", "")


def _replayed(body: bytes, receive: _Receive) -> _Receive:
    """Returns the ASGI messages of a request, with its body in one."""
    waiting = [body]

    async def replay() -> _Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return replay


async def _read(headers: Mapping[str, str], receive: _Receive, limit: int) -> bytes | None:
    """Returns the body; None if larger than ``limit``. Raises ConnectionError if the client disconnects early."""
    announced = headers.get("Content-Length", "0")
    if "Expect" in headers and announced.isdecimal() and float(announced) > limit:
        # The client asks before it sends.
        return None
    pieces: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionError
        piece = message.get("body", b"")
        size += len(piece)
        if size <= limit:
            pieces.append(piece)
        else:
            # Read on, but keep nothing: a client that is still sending would not see the answer.
            pieces.clear()
        if not message.get("more_body"):
            return b"".join(pieces) if size <= limit else None


async def _write(response: Response, send: _Send, head: list[tuple[bytes, bytes]] | None = None) -> None:
    if head is None:
        head = wire_headers(response)
    await send({"type": "http.response.start", "status": response.status, "headers": head})
    await send({"type": "http.response.body", "body": b"" if response.status in WITHOUT_BODY else response.body})


async def _break_off(receive: _Receive, transport: asyncio.Transport | None) -> None:
    """Closes the connection without a byte of an answer."""
    if transport is None:
        raise ConnectionError("A fault breaks the connection off, which only a server can do.")
    transport.close()
    # The transport reports it in the next round of the loop; without waiting uvicorn would try to answer.
    while (await receive())["type"] != "http.disconnect":
        pass


def _too_large(limit: int) -> Response:
    text = f"The request is too large: at most {limit} bytes are taken here."
    response = failure(413, "RequestEntityTooLargeException", text)
    response.headers["Connection"] = "close"
    return response
