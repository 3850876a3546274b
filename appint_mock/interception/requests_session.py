"""``requests``, where a program has loaded it: signed requests to a service's endpoint, and a service's signed URLs.

``Session.get_adapter`` decides for each URL who sends it, above the point that ``responses`` (and with it moto)
patches. So ours go to us and all others take their way as if we were not there, whatever was opened first.
"""

from __future__ import annotations

import http.client
import io
import sys
from collections.abc import Callable
from functools import cache
from typing import Any

from . import urls
from .loading import forget, when_loaded

_MODULE = "requests.sessions"
#: The original method and ours, while a scope is open and ``requests`` is loaded.
_patched: tuple[Callable[..., Any], Callable[..., Any]] | None = None


def patch() -> None:
    """Answer from now on; where ``requests`` is not loaded yet, from then on."""
    when_loaded(_MODULE, _patch)


def unpatch() -> None:
    """Put the original back, unless another library has patched over us: there we only pass on."""
    global _patched
    forget(_MODULE, _patch)
    if _patched is None:
        return
    original, ours = _patched
    session: Any = sys.modules[_MODULE].Session
    if session.get_adapter is ours:
        session.get_adapter = original
    _patched = None


def _patch() -> None:
    global _patched
    session: Any = sys.modules[_MODULE].Session
    original = session.get_adapter

    def get_adapter(self: Any, url: str) -> Any:
        return original(self, url) if urls.handler_for(url) is None else _adapter()

    session.get_adapter = get_adapter
    _patched = original, get_adapter


@cache
def _adapter() -> Any:
    import urllib3
    from requests.adapters import HTTPAdapter

    class Adapter(HTTPAdapter):
        """Sends to a handler instead of a host."""

        def send(self, request: Any, *args: Any, **kwargs: Any) -> Any:
            handler = urls.handler_for(request.url)
            if handler is None:  # the scope has just closed in another thread
                return super().send(request, *args, **kwargs)
            answered = urls.ask(handler, request.method, request.url, request.headers, request.body)
            raw = urllib3.HTTPResponse(
                body=io.BytesIO(answered.body),
                headers=answered.headers,
                status=answered.status,
                reason=http.client.responses.get(answered.status),
                request_method=request.method,
                preload_content=False,
            )
            return self.build_response(request, raw)

    return Adapter()
