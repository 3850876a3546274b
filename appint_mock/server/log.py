"""Keeps a call log of bounded size that can be read while it grows."""

from __future__ import annotations

from collections import deque
from itertools import islice
from typing import Any

from ..scopes.call import Call
from ..scopes.call_log import CallLog
from ..services.service import Service

#: What a call takes besides the texts of its request and answer, in bytes: measured, rounded up.
_EACH = 2_000


class BoundedCallLog(CallLog):
    """The latest calls, as many as fit into ``limit`` bytes; the latest one always does."""

    def __init__(self, service: Service[Any], limit: int) -> None:
        super().__init__(service)
        self._limit = limit
        self._sizes: deque[int] = deque()
        self._bytes = 0
        #: How many calls there were since the start, also those that are gone.
        self.total = 0

    def append(self, call: Call) -> None:
        """Adds a call, and drops the oldest ones that no longer fit."""
        super().append(call)
        size = _EACH + call.size
        self._sizes.append(size)
        self._bytes += size
        self.total += 1
        if self._bytes > self._limit:
            self._drop()

    def clear(self) -> None:
        """Forgets all calls."""
        super().clear()
        self._sizes.clear()
        self._bytes = 0

    def since(self, count: int) -> list[Call]:
        """Returns the calls after the first ``count`` ones that are still kept."""
        new = min(self.total - count, len(self))
        return list(islice(self, len(self) - new, None)) if new else []

    def _drop(self) -> None:
        # A tenth more than needed: taking from the front of a list costs as much as the list is long.
        number = 0
        while self._bytes > 0.9 * self._limit and number < len(self) - 1:
            self._bytes -= self._sizes.popleft()
            number += 1
        del self[:number]
