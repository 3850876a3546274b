"""Answers ``requests`` for the URLs of our services, if a program has loaded it.

``Session.get_adapter`` decides for each URL which adapter sends it, above the point that ``responses`` (and with it
moto) patches. Our URLs get an adapter of our own, for which a ``RequestsMock`` of ``responses`` answers: its target is
the ``send`` of that adapter, so it meets no mock of a user's own, whichever was opened first. All other URLs take their
usual way.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from ..state import forks
from . import urls
from .patcher import Patcher
from .patches import Patches, bound

_patches = Patches()


class _MockedAdapter:
    """Our adapter and the mock that answers for it, made at the first request to one of our URLs."""

    def __init__(self) -> None:
        #: The class of the adapter, under the name by which ``responses`` finds it.
        self.adapter_class: Any = None
        self._adapter: Any = None
        self._mock: Any = None
        self._lock = forks.keep(threading.Lock())

    def open(self) -> Any:
        """Returns the adapter; the mock answers for it until ``close``."""
        with self._lock:
            if self._adapter is None:
                self.adapter_class = _adapter_class()
                self._adapter = self.adapter_class()
            if self._mock is None:
                self._mock = _requests_mock()
                self._mock.start()
            return self._adapter

    def close(self) -> None:
        """Stops answering for the adapter."""
        with self._lock:
            if self._mock is not None:
                self._mock.stop()
                self._mock = None


MOCKED_ADAPTER = _MockedAdapter()


def _patch(sessions: Any) -> None:
    _patches.replace(sessions.Session, "get_adapter", _get_adapter)


def _patch_requests_mock(adapter: Any) -> None:
    # requests-mock gives each session an adapter of its own for as long as it sends: there it would hide ours.
    _patches.replace(adapter.Adapter, "send", _send)


PATCHER = Patcher(
    _patches,
    when_loaded={"requests.sessions": _patch, "requests_mock.adapter": _patch_requests_mock},
    after=MOCKED_ADAPTER.close,
)


def _send(original: Callable[..., Any]) -> Callable[..., Any]:
    def send(self: Any, request: Any, **kwargs: Any) -> Any:
        ours = None if urls.handler_for(request.url) is None else MOCKED_ADAPTER.open()
        return bound(original, self)(request, **kwargs) if ours is None else ours.send(request, **kwargs)

    return send


def _get_adapter(original: Callable[..., Any]) -> Callable[..., Any]:
    def get_adapter(self: Any, url: str) -> Any:
        return bound(original, self)(url) if urls.handler_for(url) is None else MOCKED_ADAPTER.open()

    return get_adapter


def _adapter_class() -> Any:
    from requests.adapters import HTTPAdapter

    class Adapter(HTTPAdapter):
        """An adapter that sends as usual, unless our mock answers for it."""

        def send(self, *args: Any, **kwargs: Any) -> Any:
            return super().send(*args, **kwargs)

    return Adapter


def _requests_mock() -> Any:
    import responses

    class AnyRequest(responses.CallbackResponse):
        """Matches every request to a URL of ours, whatever its method."""

        def matches(self, request: Any) -> tuple[bool, str]:
            # The scope may just have closed in another thread: the request then takes its usual way.
            return urls.handler_for(request.url) is not None, ""

        def get_response(self, request: Any) -> Any:
            response = super().get_response(request)
            if request.method == "HEAD":
                # `responses` before 0.26 does not say whose answer it is, and urllib3 waits for the body.
                response.length_remaining = 0
            return response

    def forget_calls(response: Any) -> Any:
        # `responses` remembers every call with its whole answer; our scopes have a call log of their own.
        mock.calls.reset()
        any_request.calls.reset()
        return response

    any_request = AnyRequest("ANY", "http://any", callback=_answer, content_type=None)
    mock = responses.RequestsMock(
        assert_all_requests_are_fired=False,
        response_callback=forget_calls,
        passthru_prefixes=("http",),
        target=f"{__name__}.MOCKED_ADAPTER.adapter_class.send",
        real_adapter_send=MOCKED_ADAPTER.adapter_class.send,
    )
    mock.add(any_request)
    return mock


def _answer(request: Any) -> Any:
    """Returns status, headers and body, as a callback of ``responses`` does."""
    handler = urls.handler_for(request.url)
    if handler is None:
        from requests import ConnectionError

        return ConnectionError(f"The mock that answers {request.url} was closed during the request.")
    return urls.ask(handler, request.method, request.url, request.headers, request.body)
