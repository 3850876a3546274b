"""URLs that a service hands out, answered where a program fetches them: ``requests`` and ``urllib.request``.

``urllib.request`` is patched above the point where a connection is made; ``requests`` asks here by itself
(``through_requests``). Both while any scope is open, not only once a URL was handed out: one of an earlier scope, which
a test has kept, must not go to the network.
"""

from __future__ import annotations

import http.client
import io
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from ..protocol.message import Response
from ..scopes import stack
from ..services import SIGNED_URL_BUCKET

#: Answers a request: method, whole URL, headers by lower-case names, body.
Handler = Callable[[str, str, Mapping[str, str], bytes], Response]

#: Who answers for a host, and on whose behalf. Replaced, never changed: requests read it unlocked.
_handlers: Mapping[str, tuple[object, Handler]] = {}
#: urllib's original method and ours, while a scope is open.
_patched: tuple[Callable[..., Any], Callable[..., Any]] | None = None


def patch() -> None:
    """Answer what ``urllib.request`` sends from now on."""
    global _patched
    opener: Any = urllib.request.AbstractHTTPHandler
    original = opener.do_open
    opener.do_open = ours = _do_open(original)
    _patched = original, ours


def unpatch() -> None:
    """Put the original back, unless another library has patched over us: there we only pass on."""
    global _patched
    opener: Any = urllib.request.AbstractHTTPHandler
    if _patched is not None and opener.do_open is _patched[1]:
        opener.do_open = _patched[0]
    _patched = None


def answer_for(host: str, handler: Handler, owner: object) -> None:
    """Let ``handler`` answer every request to ``host`` until the scopes of ``owner`` (a world) close."""
    global _handlers
    if _handlers.get(host, (None,))[0] is owner:
        return
    with stack.lock:
        if not any(scope.world is owner for scope in stack.all_open()):
            return
        _handlers = {**_handlers, host: (owner, handler)}


def forget(owner: object) -> None:
    """Answer no more for ``owner``. Called with the scopes' lock held."""
    global _handlers
    _handlers = {host: entry for host, entry in _handlers.items() if entry[0] is not owner}


def handler_for(url: str) -> Handler | None:
    """Who answers for a URL's host, or None."""
    host = urlsplit(url).hostname or ""
    entry = _handlers.get(host)
    if entry:
        return entry[1]
    return _unknown if host.startswith(f"{SIGNED_URL_BUCKET}.s3.") and stack.all_open() else None


def _unknown(*request: object) -> Response:
    """Answer for a host of signed URLs of which no open scope has handed out any."""
    from ..services.dataexchange.signed_urls import no_such_key

    return no_such_key()


def ask(handler: Handler, method: str, url: str, headers: Mapping[Any, Any], body: Any) -> Response:
    """The handler's answer to a request as a program gave it: headers and body as text or bytes, a file, pieces."""
    lower = {_text(name).lower(): _text(value) for name, value in headers.items()}
    answer = handler(method, url, lower, _read(body))
    return answer._replace(body=b"") if method == "HEAD" else answer


def _read(body: Any) -> bytes:
    if hasattr(body, "read"):
        body = body.read()
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode("utf-8")
    if isinstance(body, bytes):
        return body
    return bytes(body) if isinstance(body, bytearray | memoryview) else b"".join(body)


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


# urllib.request ----------------------------------------------------------------------------------------------


def _do_open(original: Callable[..., Any]) -> Callable[..., Any]:
    def do_open(self: Any, http_class: Any, request: urllib.request.Request, **arguments: Any) -> Any:
        handler = handler_for(request.full_url)
        if handler is None:
            return original(self, http_class, request, **arguments)
        method, url = request.get_method(), request.full_url
        headers = {**request.headers, **request.unredirected_hdrs}
        return _http_response(ask(handler, method, url, headers, request.data), method, url)

    return do_open


class _Head:
    """As much of a socket as ``http.client`` needs to read a response's head."""

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
