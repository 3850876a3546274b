"""Sends the server's own HTTP requests: events to subscribers, and API calls to a handler."""

from __future__ import annotations

import contextlib
import http.client
import logging
import queue
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from ..hints import see
from ..protocol.errors import ServiceError
from . import waiting
from .texts import as_json

#: How long an answer may take, in seconds.
_TIMEOUT = 10
#: How many events wait for a receiver that is slow or away; then the oldest goes.
_WAITING = 1_000  # pragma: no mutate (so many that only a receiver that is away lets them wait)
#: The pauses before an event is sent again, in seconds.
_PAUSES = (0.2, 1.0)

_log = logging.getLogger(__name__)


class Answer(NamedTuple):
    """An HTTP response."""

    status: int
    headers: dict[str, str]
    body: bytes


def check_url(url: object) -> str:
    """Returns ``url`` if it can be posted to. Raises ValueError otherwise."""
    if isinstance(url, str):
        try:
            parts = urlsplit(url)
            if parts.scheme in ("http", "https") and parts.hostname and parts.port != 0:
                return url
        except ValueError:
            pass
    raise ValueError(f"{url!r} is no URL to post to; give one such as http://127.0.0.1:8000/events." + see("server"))


def post(url: str, value: object) -> Answer:
    """Posts a value as JSON. Raises OSError or HTTPException if no answer arrives."""
    parts = urlsplit(url)
    make = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = make(parts.hostname or "", parts.port, timeout=_TIMEOUT)
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", target, as_json(value), {"Content-Type": "application/json"})
        response = connection.getresponse()
        return Answer(response.status, dict(response.getheaders()), response.read())
    finally:
        connection.close()


class ApiHandler:
    """Answers SendApiAsset with the answer of a URL to the request as JSON: status, headers and body."""

    def __init__(self, url: str) -> None:
        self._url = check_url(url)

    def __call__(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Returns the members of the operation's answer."""
        try:
            status, headers, body = post(self._url, request)
        except (OSError, http.client.HTTPException) as error:
            text = f"The handler at {self._url} gave no answer ({type(error).__name__}: {error})."
            raise ServiceError("InternalServerException", text) from error
        answer = {"Body": body.decode("utf-8", "replace"), "ResponseHeaders": headers}
        return answer if status == 200 else {**answer, "StatusCode": status}


class Deliverer:
    """Posts values to ``url``, in order, in a separate thread."""

    def __init__(self, url: str) -> None:
        self._url = check_url(url)
        self._queue: queue.Queue[Any] = queue.Queue(_WAITING)
        self._thread = waiting.start_thread("events", self._run)

    def put(self, value: Any) -> None:
        """Sends a value."""
        if self._queue.full():
            _log.warning("appint_mock drops an event: %s takes none.", self._url)
            with contextlib.suppress(queue.Empty):
                self._queue.get_nowait()
        self._queue.put(value)

    def stop(self, seconds: float = 5) -> None:  # pragma: no mutate (how long a receiver that is away is waited for)
        """Sends the waiting values, for at most that long."""
        self.put(self)
        self._thread.join(seconds)

    def _run(self) -> None:
        while (value := self._queue.get()) is not self:
            self._deliver(value)

    def _deliver(self, value: Any) -> None:
        for pause in (*_PAUSES, None):
            try:
                answer = post(self._url, value)
                problem = None if answer.status < 300 else f"status {answer.status}"
            except (OSError, http.client.HTTPException) as error:
                problem = f"{type(error).__name__}: {error}"
            if problem is None:
                return
            if pause is None:
                _log.warning("appint_mock could not deliver an event to %s: %s", self._url, problem)
            else:
                waiting.pause(pause)
