"""Streams a server's calls and events as they happen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from .handles import Handles
from .texts import as_json

#: How often a feed looks for news, in seconds, and after how many looks without any a stream shows that it lives.
_EVERY, _LOOKS = 0.1, 100


class Calls:
    """The calls of all services from now on."""

    def __init__(self, handles: Handles) -> None:
        self._logs = handles.logs
        self._counts = [log.total for log in self._logs]

    def new(self) -> list[Any]:
        """Returns the calls since the last look, oldest first."""
        found = []
        for index, log in enumerate(self._logs):
            count = log.total
            found += log.since(self._counts[index])
            self._counts[index] = count
        return sorted(found, key=lambda call: call.time)


class Events:
    """The events that backends list from now on, chosen by account and region (None: all)."""

    def __init__(self, handles: Handles, service: str, account_id: str | None, region_name: str | None) -> None:
        self._world = handles.worlds[service]
        self._account_id, self._region_name = account_id, region_name
        self._last: dict[tuple[str, str], tuple[int, Any]] = {}
        self.new()

    def new(self) -> list[dict[str, Any]]:
        """Returns the events since the last look."""
        with self._world.lock:
            return [event for backend in self._world.backends() for event in self._of(backend)]

    def _of(self, backend: Any) -> list[dict[str, Any]]:
        key = backend.account_id, backend.region_name
        if self._account_id not in (None, key[0]) or self._region_name not in (None, key[1]):
            return []
        events = backend.events
        count, last = self._last.get(key, (0, None))
        self._last[key] = len(events), events[-1]["id"] if events else None
        if count and (count > len(events) or events[count - 1]["id"] != last):
            # Another state was put in this one's place: what it lists is no news.
            return []
        return list(events[count:])


async def stream(kind: str, news: Callable[[], list[Any]], stops: Callable[[], bool]) -> AsyncIterator[bytes]:
    """Yields server-sent events of that kind, one for each item that ``news`` returns, until ``stops``."""
    yield b": appint_mock\n\n"
    looks = 0
    while not stops():
        for message in _messages(kind, news()):
            looks = 0
            yield message
        looks += 1
        if looks % _LOOKS == 0:
            yield b": still here\n\n"
        await asyncio.sleep(_EVERY)


def _messages(kind: str, found: list[Any]) -> Iterator[bytes]:
    for each in found:
        yield b"event: %s\ndata: %s\n\n" % (kind.encode("ascii"), as_json(each))
