"""Routes each request to one of our services, to the file of a signed URL, or to other services of AWS."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple, Protocol
from urllib.parse import unquote

from botocore.exceptions import HTTPClientError

from ..protocol.identity import credential_scope
from ..protocol.message import Request, Response
from ..scopes.call import Call
from ..scopes.dispatch import answer
from ..scopes.stack import Scope
from ..services import load_companion
from ..services.companion import Companion
from . import waiting
from .refusals import not_answered_here, nothing_there

#: Below this path a server answers for itself, not for AWS.
PATH = "/_appint_mock"
#: The path below which signed URLs point: the name of their service comes next.
FILES = f"{PATH}/files"
_HOST = re.compile(r"[A-Za-z0-9._-]+(:\d+)?|\[[0-9A-Fa-f:.]+\](:\d+)?")


class Broken(Exception):
    """The connection breaks, without an answer."""


class Seen(NamedTuple):
    """A request that was answered, for metrics and logs."""

    #: boto3's name of one of our services, AWS's of another one.
    service: str
    method: str
    url: str
    status: int | None
    seconds: float
    #: None for what is no call of one of our services.
    call: Call | None


class Others(Protocol):
    """An object that answers for other services of AWS."""

    def answers(self, service: str) -> bool:
        """Returns whether it answers for a service, by AWS's name for it; ``""`` if the request names none."""

    async def answer(self, request: Request) -> Response:
        """Returns the answer."""


def is_below(path: str, url: str) -> bool:
    """Returns whether the target of a request is ``path`` or below it."""
    return url.startswith(path) and url[len(path) : len(path) + 1] in ("", "/", "?")


class Router:
    """Routes requests to the open ``scopes``, by the name of their service, or to ``others``.

    Requests are answered within the event loop: the work is short, all Python's and behind one lock, so threads would
    only take turns. What may wait for somebody (a test's own code, a fault's delay, ``slow`` ones: objects that are
    elsewhere) goes through ``in_thread``, so that the server answers others meanwhile.
    """

    def __init__(
        self,
        scopes: Mapping[str, Scope],
        endpoint: str,
        in_thread: Callable[..., Awaitable[Any]],
        observe: Callable[[Seen], object],
        others: Others | None = None,
        *,
        slow: bool = False,
    ) -> None:
        self._scopes = scopes
        self._endpoint = endpoint
        self._in_thread = in_thread
        self._observe = observe
        self._others = others
        self._slow = slow
        models = {name: scope.service.catalogue.model for name, scope in scopes.items()}
        self._by_signing_name = {model.signing_name: name for name, model in models.items()}
        self._by_prefix = {model.endpoint_prefix: name for name, model in models.items()}
        for name in scopes:
            self._point_signed_urls_at(name, endpoint)

    def takes_uploads(self, headers: Mapping[str, str]) -> bool:
        """Returns whether the request may be as large as a file: one to another service of AWS."""
        if self._others is None:
            return False
        service = _signed_for(headers, "")
        return service not in self._by_signing_name and self._others.answers(service)

    def answer(self, request: Request) -> Response | Awaitable[Response]:
        """Returns the answer, or an awaitable of it. Raises Broken if the connection must break."""
        if is_below(FILES, request.url):
            return self._file(request)
        name = self._service_of(request)
        scope = self._scopes.get(name)
        asked = _Asked(name, scope) if scope else self._companion_of(name, request)
        if asked is None:
            return self._other(name, request)
        if self._may_wait(asked.scope):
            return self._in_thread(self._operation, asked, request)
        return self._operation(asked, request)

    def _companion_of(self, signed_for: str, request: Request) -> _Asked | None:
        """Returns the companion that has the operation, if the request is signed for one; some share name and path."""
        for scope in self._scopes.values():
            for name in scope.service.companions:
                companion = load_companion(scope.service.name, name)
                if companion.catalogue.model.signing_name == signed_for:
                    operation = companion.catalogue.route(request.method, request.url)
                    if operation is not None:
                        return _Asked(scope.service.name, scope, companion, operation.name)
        return None

    def _operation(self, asked: _Asked, request: Request) -> Response:
        name, scope, companion, operation_name = asked
        started = waiting.monotonic()
        response = call = None
        try:
            with scope.world.lock:
                # A client that has found the server by this address finds its files there too.
                self._point_signed_urls_at(name, self._address_in(request))
                try:
                    response = answer((scope,), request, operation_name, companion)
                finally:
                    call = scope.calls[-1] if scope.calls else None
        except (HTTPClientError, OSError) as error:
            raise Broken from error
        finally:
            status = None if response is None else response.status
            seen = companion.name if companion else name
            self._observe(Seen(seen, request.method, request.url, status, waiting.monotonic() - started, call))
        return response

    def _may_wait(self, scope: Scope) -> bool:
        return self._slow or bool(scope.faults.waiting) or any(each.handlers for each in scope.world.backends())

    def _file(self, request: Request) -> Response:
        started = waiting.monotonic()
        name = request.raw_path.removeprefix(FILES).strip("/").partition("/")[0]
        scope = self._scopes.get(name)
        answer_url = None if scope is None else scope.service.answer_url
        if scope is None or answer_url is None:
            return nothing_there(request)
        headers = {str(name).lower(): str(value) for name, value in request.headers.items()}
        response = answer_url(scope.world, request.method, request.url, headers, request.body)
        seconds = waiting.monotonic() - started
        self._observe(Seen(name, request.method, request.raw_path, response.status, seconds, None))
        return response

    def _other(self, name: str, request: Request) -> Response | Awaitable[Response]:
        if self._others is not None and self._others.answers(name):
            return self._asked(self._others, name, request)
        service_ids = [scope.service.catalogue.model.service_id for scope in self._scopes.values()]
        response = not_answered_here(name, request, self._by_signing_name, service_ids)
        self._observe(Seen(name, request.method, request.url, response.status, 0.0, None))
        return response

    async def _asked(self, others: Others, name: str, request: Request) -> Response:
        started = waiting.monotonic()
        response = await others.answer(request)
        seconds = waiting.monotonic() - started
        self._observe(Seen(name or "s3", request.method, request.url, response.status, seconds, None))
        return response

    def _service_of(self, request: Request) -> str:
        """Returns boto3's name of the requested service, or any other name in the signature."""
        signed_for = _signed_for(request.headers, request.url)
        if signed_for:
            return self._by_signing_name.get(signed_for, signed_for)
        host = f".{request.host}."
        for prefix, name in self._by_prefix.items():
            if f".{prefix}." in host or f".{prefix}-fips." in host:
                return name
        if self._others is not None and self._others.answers("") and not _is_signed(request):
            return ""
        return self._by_path(request)

    def _by_path(self, request: Request) -> str:
        method, url, path = request.method, request.url, request.raw_path
        having = [name for name, scope in self._scopes.items() if scope.service.catalogue.route(method, url)]
        for prefix, name in self._by_prefix.items():
            # Where the paths of two services meet, they hold an ARN.
            if name in having and f":{prefix}:" in unquote(path):
                return name
        if having:
            return having[0]
        return "" if self._others is not None and self._others.answers("") else next(iter(self._scopes))

    def _address_in(self, request: Request) -> str:
        host = str(request.headers.get("Host", ""))
        return f"http://{host}" if _HOST.fullmatch(host) else self._endpoint

    def _point_signed_urls_at(self, name: str, address: str) -> None:
        self._scopes[name].world.url_base = f"{address}{FILES}/{name}"


class _Asked(NamedTuple):
    """The target of a request: a service, by its name and scope, or a companion and the operation."""

    name: str
    scope: Scope
    companion: Companion[Any] | None = None
    operation_name: str | None = None


def _is_signed(request: Request) -> bool:
    return credential_scope(request.headers, request.url) is not None


def _signed_for(headers: Mapping[str, Any], url: str) -> str:
    """AWS's name of the service for which a request is signed, or nothing."""
    scope = (credential_scope(headers, url) or "").split("/")
    return scope[-2] if len(scope) >= 4 else ""
