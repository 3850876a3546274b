"""Finds the open scope that answers a URL, either handed out by a service or a service's endpoint.

A URL that was handed out names its service by its host, so nothing has to be kept. One of an earlier scope, which a
test may have kept, is answered too while any scope is open: it must not go to the network.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from botocore.awsrequest import HeadersDict

from ..protocol.message import Request, Response
from ..protocol.operation import Catalogue
from ..scopes import stack
from ..scopes.dispatch import answer
from ..services import load, names, service_of_url_host
from . import guard

#: Answers a request: method, whole URL, headers by lower-case names, body.
Handler = Callable[[str, str, Mapping[str, str], bytes], Response]


def handler_for(url: str) -> Handler | None:
    """Returns the handler that answers requests to a URL, or None if no open scope does."""
    if not stack.all_open():
        return None
    host = (urlsplit(url).hostname or "").lower()
    return _handler_of_handed_out(host) or _handler_of_endpoint(host)


def _handler_of_handed_out(host: str) -> Handler | None:
    name = service_of_url_host(host)
    answer_url = load(name).answer_url if name else None
    if name is None or answer_url is None:
        return None
    scope = stack.innermost(name)
    return partial(answer_url, scope.world if scope else None)


def _handler_of_endpoint(host: str) -> Handler | None:
    for name in names():
        open_scopes = stack.open_scopes(name)
        if open_scopes and _is_endpoint_of(load(name).catalogue, host):
            return partial(_ask, open_scopes)
    return None


def _is_endpoint_of(catalogue: Catalogue, host: str) -> bool:
    if not guard.is_aws(host):
        return False
    for of_operation in catalogue.host_prefixes:
        host = host.removeprefix(of_operation)
    prefix = catalogue.model.endpoint_prefix
    # Not by the first label: some prefixes have several.
    return host.startswith((f"{prefix}.", f"{prefix}-fips."))


def _ask(
    open_scopes: tuple[stack.Scope, ...], method: str, url: str, headers: Mapping[str, str], body: bytes
) -> Response:
    return answer(open_scopes, Request(method, url, HeadersDict(headers), body))


def ask(handler: Handler, method: str, url: str, headers: Mapping[Any, Any], body: Any) -> Response:
    """Returns the handler's answer to a request as a program gave it: text or bytes, a file, an iterable of pieces."""
    lower = {_text(name).lower(): _text(value) for name, value in headers.items()}
    answered = handler(method, url, lower, read(body))
    return answered._replace(body=b"") if method == "HEAD" else answered


def read(body: Any) -> bytes:
    """Returns a request's body, in whatever form a program gave it."""
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
