"""Answers in place of botocore's endpoints, and of aiobotocore's, which inherit from them.

While a scope is open, ``Endpoint.make_request`` looks at each endpoint once: an endpoint of one of our services
gets a handler on its own emitter, under the event name of its service. That is more specific than any other
library's ``before-send``, so it goes first whatever was imported or made first. ``_send`` of each class of endpoints
is the last point before a request leaves the machine, so the guard is installed there.
"""

from __future__ import annotations

import inspect
import weakref
from collections.abc import Callable
from contextvars import ContextVar
from functools import partial
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.endpoint import Endpoint
from botocore.hooks import first_non_none_response
from botocore.retries import bucket

from .. import neighbours, services
from ..protocol.message import Request, Response
from ..scopes import stack
from ..scopes.dispatch import answer
from . import guard, signer, urls
from .content import Content, Stream
from .patcher import Patcher
from .patches import Patches, bound, renew_all

_patches = Patches()
#: The endpoints that were looked at, each with what puts back, before a request, what other libraries took off.
_adopted: weakref.WeakKeyDictionary[Endpoint, Callable[[], None]] = weakref.WeakKeyDictionary()
#: The operation that this task or thread is sending, for the guard's message.
_sending: ContextVar[Any] = ContextVar("appint_mock_sending", default=None)


def look_again() -> None:
    """Makes every endpoint be examined again at its next request: a new scope may answer it."""
    _adopted.clear()


def _patch() -> None:
    look_again()
    _patch_class(Endpoint)
    _patches.replace(bucket.TokenBucket, "acquire", _acquire)


def _patch_async_bucket(module: Any) -> None:
    _patches.replace(module.AsyncTokenBucket, "acquire", _acquire)


def _patch_class(endpoint_class: type) -> None:
    _patches.replace(endpoint_class, "make_request", _make_request)
    _guard_class(endpoint_class)


def _patch_newest_copy(module: Any) -> None:
    _patch_class(module.Endpoint)


def _guard_async_class(module: Any) -> None:
    _guard_class(module.AioEndpoint)


PATCHER = Patcher(
    _patches,
    _patch,
    when_loaded={
        "aiobotocore.retries.bucket": _patch_async_bucket,
        "botocore.endpoint": _patch_newest_copy,
        "aiobotocore.endpoint": _guard_async_class,
    },
)


def _make_request(original: Callable[..., Any]) -> Callable[..., Any]:
    def make_request(self: Endpoint, operation_model: Any, request_dict: Any) -> Any:
        renew = _adopted.get(self)
        if renew is None:
            renew = _adopt(self, operation_model.service_model)
        renew()
        _sending.set(operation_model)
        return bound(original, self)(operation_model, request_dict)

    return make_request


def _adopt(endpoint: Endpoint, service_model: Any) -> Callable[[], None]:
    service_name, service_id = service_model.service_name, service_model.service_id.hyphenize()
    is_ours = service_name in services.names()
    # A neighbour's service may be one that shows our resources.
    renew = _patches.renew if is_ours else renew_all
    # Locked: two threads that make a client's first call would otherwise register (and answer) twice.
    with stack.lock:
        if endpoint in _adopted or not stack.all_open():
            return renew
        _guard_class(type(endpoint))
        emitter = endpoint._event_emitter  # noqa: SLF001 (botocore shows it to nobody)
        if is_ours:
            before_send = partial(_before_send, service_name)
            emitter.register(f"before-send.{service_id}", before_send, unique_id="appint_mock")
        # A companion has no before-send: all handlers of an event run, and another mock may answer. See ``_send``.
        if is_ours or stack.answering(service_name)[1]:
            prepare = partial(signer.prepare, service_name)
            emitter.register(f"before-sign.{service_id}", prepare, unique_id="appint_mock-sign")
        # A neighbour of another service may still be started: then look again at the next request.
        if is_ours or neighbours.join(service_name):
            _adopted[endpoint] = renew
        return renew


def _guard_class(endpoint_class: type) -> None:
    """Patches the class that defines how this kind of endpoint sends and retries, unless it is patched."""
    for name, make in (("_send", _send), ("_needs_retry", _needs_retry)):
        owner = next(each for each in endpoint_class.__mro__ if name in each.__dict__)
        _patches.replace(owner, name, make)


def _send(original: Callable[..., Any]) -> Callable[..., Any]:
    """Guards the last point before an unanswered request leaves the machine."""

    def send(self: Endpoint, request: AWSPreparedRequest) -> Any:
        if stack.all_open():
            renew_all()
            # If another library has taken our make_request off, it was missing when this request was made.
            answered = None if self in _adopted else _answer(self, request)
            if answered is None:
                answered = _answer_as_companion(request, *_names(self))
            if answered is not None:
                return _as_awaitable(answered) if inspect.iscoroutinefunction(original) else answered
            is_async = inspect.iscoroutinefunction(original)
            guarded = guard.GuardedRequest(request.url, *_names(self), is_async=is_async)
            send_guarded = _send_guarded_async if is_async else _send_guarded
            return send_guarded(guarded, bound(original, self), request)
        return bound(original, self)(request)

    return send


def _send_guarded(guarded: guard.GuardedRequest, send: Callable[[Any], Any], request: AWSPreparedRequest) -> Any:
    with guard.guarding(guarded):
        return send(request)


async def _send_guarded_async(
    guarded: guard.GuardedRequest, send: Callable[[Any], Any], request: AWSPreparedRequest
) -> Any:
    with guard.guarding(guarded):
        return await send(request)


def _acquire(original: Callable[..., Any]) -> Callable[..., Any]:
    """Skips the wait of adaptive retries before each request to our services, if ``fast_retries`` is on."""

    def acquire(self: Any, *args: Any, **kwargs: Any) -> Any:
        operation = _sending.get()
        if operation is not None and _is_fast(operation.service_model.service_name):
            return _as_awaitable(True) if inspect.iscoroutinefunction(original) else True
        return bound(original, self)(*args, **kwargs)

    return acquire


async def _as_awaitable(value: Any) -> Any:
    return value


def _is_fast(service_name: str) -> bool:
    scopes, _ = stack.answering(service_name)
    return bool(scopes) and bool(scopes[-1].options["fast_retries"])


def _answer(endpoint: Endpoint, request: AWSPreparedRequest) -> AWSResponse | None:
    for name in services.names():
        open_scopes = stack.open_scopes(name)
        if open_scopes and services.load(name).catalogue.model.endpoint_prefix == endpoint._endpoint_prefix:  # noqa: SLF001 (botocore has no public way)
            return _response(request, answer(open_scopes, _as_ours(request)))
    return None


def _answer_as_companion(request: AWSPreparedRequest, service_name: str, operation_name: str) -> AWSResponse | None:
    """Answers a companion's operation, which changes one of our services. Any other mock goes first."""
    scopes, companion = stack.answering(service_name)
    if companion is None or operation_name not in companion.catalogue.operations:
        return None
    if not guard.stops(request.url, service_name):
        return None
    return _response(request, answer(scopes, _as_ours(request), operation_name, companion))


def _as_ours(request: AWSPreparedRequest) -> Request:
    return Request(request.method, request.url, request.headers, urls.read(request.body))


def _names(endpoint: Endpoint) -> tuple[str, str]:
    """Returns the service and the operation of a request."""
    operation = _sending.get()
    prefix = endpoint._endpoint_prefix  # noqa: SLF001 (botocore has no public way)
    if operation is None or operation.service_model.endpoint_prefix != prefix:
        return prefix, "(an operation)"
    return operation.service_model.service_name, operation.name


def _needs_retry(original: Callable[..., Any]) -> Callable[..., Any]:
    """Decides as botocore does, but without its sleep, for our services if ``fast_retries`` is on."""

    def needs_retry(
        self: Endpoint,
        attempts: int,
        operation_model: Any,
        request_dict: Any,
        response: Any = None,
        caught_exception: Any = None,
    ) -> Any:
        if not _is_fast(operation_model.service_model.service_name):
            return bound(original, self)(attempts, operation_model, request_dict, response, caught_exception)
        return _decide(self, attempts, operation_model, request_dict, response, caught_exception)

    async def needs_retry_async(*args: Any, **kwargs: Any) -> bool:
        decision = needs_retry(*args, **kwargs)
        return bool(await decision if inspect.isawaitable(decision) else decision)

    return needs_retry_async if inspect.iscoroutinefunction(original) else needs_retry


def _decide(
    endpoint: Endpoint,
    attempts: int,
    operation_model: Any,
    request_dict: Any,
    response: Any,
    caught_exception: Any,
) -> Any:
    service_id = operation_model.service_model.service_id.hyphenize()
    delays = endpoint._event_emitter.emit(  # noqa: SLF001 (botocore shows it to nobody)
        f"needs-retry.{service_id}.{operation_model.name}",
        response=response,
        endpoint=endpoint,
        operation=operation_model,
        attempts=attempts,
        caught_exception=caught_exception,
        request_dict=request_dict,
    )
    if not isinstance(delays, list):  # an async client's emitter
        return _decide_async(delays)
    return first_non_none_response(delays) is not None


async def _decide_async(delays: Any) -> bool:
    return first_non_none_response(await delays) is not None


def _before_send(service_name: str, event_name: str, request: AWSPreparedRequest, **kwargs: Any) -> AWSResponse | None:
    operation_name = event_name.rpartition(".")[2]
    open_scopes = stack.open_scopes(service_name)
    if not open_scopes:
        if neighbours.present().is_on() and stack.all_open():
            # A neighbour would answer that it does not know the service; the guard says which mock to open.
            guard.check(request.url, service_name, operation_name)
        return None
    if not open_scopes[-1].options["unknown_regions"]:
        guard.check_region(request.url)
    return _response(request, answer(open_scopes, _as_ours(request), operation_name))


def _response(request: AWSPreparedRequest, answered: Response) -> AWSResponse:
    # Streaming members are read from it, and by aiomoto and some versions of aiobotocore all that an async client gets.
    raw = Stream(answered.body, request.url, answered.headers)
    response = AWSResponse(request.url, answered.status, answered.headers, raw)
    response._content = Content(answered.body)  # noqa: SLF001 (as botocore's own stubs do)
    return response
