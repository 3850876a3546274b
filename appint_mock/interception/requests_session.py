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
from .patches import Patches, bound

_MODULE = "requests.sessions"
_patches = Patches()


def patch() -> None:
    """Answers from now on; if ``requests`` is not loaded yet, from then on."""
    when_loaded(_MODULE, _patch)


def unpatch() -> None:
    """Puts everything back."""
    forget(_MODULE, _patch)
    _patches.undo()


def _patch() -> None:
    _patches.replace(sys.modules[_MODULE].Session, "get_adapter", _get_adapter)


def _get_adapter(original: Callable[..., Any]) -> Callable[..., Any]:
    def get_adapter(self: Any, url: str) -> Any:
        return bound(original, self)(url) if urls.handler_for(url) is None else _adapter()

    return get_adapter


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
