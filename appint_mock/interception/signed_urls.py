"""URLs that a service hands out, answered where a program fetches them: ``requests`` and ``urllib.request``.

``urllib.request`` is patched above the point where a connection is made, and not before the first URL is handed out;
``requests`` asks here by itself (``through_requests``).
"""

from __future__ import annotations

import http.client
import io
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from ..protocol.message import Response
from . import scopes

#: Answers a request: method, whole URL, headers by lower-case names, body.
Handler = Callable[[str, str, Mapping[str, str], bytes], Response]

#: Who answers for a host, and on whose behalf. Replaced, never changed: requests read it unlocked.
_handlers: Mapping[str, tuple[object, Handler]] = {}
#: What was patched: (class, attribute, the original, ours).
_patches: list[tuple[type, str, Callable[..., Any], Callable[..., Any]]] = []


def answer_for(host: str, handler: Handler, owner: object) -> None:
    """Let ``handler`` answer every request to ``host`` until the scopes of ``owner`` (a world) close."""
    global _handlers
    if _handlers.get(host, (None,))[0] is owner:
        return
    with scopes.lock:
        if not any(scope.world is owner for scope in scopes.all_open()):
            return
        _handlers = {**_handlers, host: (owner, handler)}
        _patch_urllib()


def forget(owner: object) -> None:
    """Answer no more for ``owner``; the last one takes the patches off. Called with the scopes' lock held."""
    global _handlers
    _handlers = {host: entry for host, entry in _handlers.items() if entry[0] is not owner}
    if _handlers:
        return
    for patched, name, original, ours in reversed(_patches):
        # What another library has patched over us stays: there we only pass on.
        if getattr(patched, name) is ours:
            setattr(patched, name, original)
    _patches.clear()


def handler_for(url: str) -> Handler | None:
    """Who answers for a URL's host, or None."""
    entry = _handlers.get(urlsplit(url).hostname or "")
    return entry[1] if entry else None


def _is_patched(owner: type, name: str) -> bool:
    return any((owner, name) == (patched, its_name) for patched, its_name, _, _ in _patches)


def _replace(owner: type, name: str, make: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
    if _is_patched(owner, name):
        return
    original = owner.__dict__[name]
    ours = make(original)
    setattr(owner, name, ours)
    _patches.append((owner, name, original, ours))


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


def _patch_urllib() -> None:
    _replace(urllib.request.AbstractHTTPHandler, "do_open", _do_open)


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
