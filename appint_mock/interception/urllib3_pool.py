"""Answers ``urllib3``, above the connections that other mocks (such as VCR) replace."""

from __future__ import annotations

import http.client
import io
from collections.abc import Callable
from typing import Any

import urllib3
from urllib3.connectionpool import HTTPConnectionPool

from . import urls
from .patcher import Patcher
from .patches import Patches, bound, renew_all

_patches = Patches()


def _patch() -> None:
    _patches.replace(HTTPConnectionPool, "urlopen", _urlopen)


PATCHER = Patcher(_patches, _patch)


def _urlopen(original: Callable[..., Any]) -> Callable[..., Any]:
    def urlopen(
        self: Any, method: str, url: str, body: Any = None, headers: Any = None, *args: Any, **kwargs: Any
    ) -> Any:
        whole = url if "://" in url.partition("?")[0] else f"{self.scheme}://{self.host}{url}"
        handler = urls.handler_for(whole)
        if handler is None:
            return bound(original, self)(method, url, body, headers, *args, **kwargs)
        # A library above may have come here because ours was taken off there.
        renew_all()
        answered = urls.ask(handler, method, whole, self.headers if headers is None else headers, body)
        return urllib3.HTTPResponse(
            body=io.BytesIO(answered.body),
            headers=answered.headers,
            status=answered.status,
            reason=http.client.responses.get(answered.status),
            request_method=method,
            request_url=url,
            preload_content=kwargs.get("preload_content", True),
            decode_content=kwargs.get("decode_content", True),
        )

    return urlopen
