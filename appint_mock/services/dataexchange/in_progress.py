"""Keeps the jobs in progress, so that a check of the time costs nothing for jobs that are not due."""

from __future__ import annotations

import datetime
import heapq
from collections.abc import Iterator
from itertools import count
from typing import Generic, TypeVar

from ...state.store import Record

Owner = TypeVar("Owner")

#: How many beginnings of jobs that have ended are kept beside as many as there are jobs in progress.
_SPARE = 64  # pragma: no mutate (only what it costs)


class InProgress(Generic[Owner]):
    """The jobs in progress of all accounts. Derived from their tables of jobs."""

    def __init__(self) -> None:
        #: Whose they are, by id, in the order in which they were started.
        self._owners: dict[str, Owner] = {}
        #: When each began, the earliest first. Some may have ended.
        self._begun: list[tuple[datetime.datetime, int, str]] = []
        self._numbers = count()

    def __bool__(self) -> bool:
        return bool(self._owners)

    def add(self, owner: Owner, job: Record) -> None:
        """Adds a job that has started."""
        if len(self._begun) > 2 * len(self._owners) + _SPARE:  # pragma: no mutate (only what it costs)
            self._begun = [each for each in self._begun if each[2] in self._owners]
            heapq.heapify(self._begun)
        self._owners[job["Id"]] = owner
        heapq.heappush(self._begun, (job["_begun_at"], next(self._numbers), job["Id"]))

    def drop(self, job_id: str) -> None:
        """Removes a job that has ended or was deleted."""
        self._owners.pop(job_id, None)

    def clear(self) -> None:
        """Removes all jobs."""
        self._owners.clear()
        self._begun.clear()

    def jobs(self) -> list[tuple[Owner, str]]:
        """Returns the jobs with their backends, in the order in which they were started."""
        return [(owner, job_id) for job_id, owner in self._owners.items()]

    def of_age(self, seconds: float, now: datetime.datetime) -> Iterator[tuple[Owner, str]]:
        """Yields the jobs that started at least that many seconds ago, for the caller to end; others stay."""
        seen = []
        try:
            while self._begun and (now - self._begun[0][0]).total_seconds() >= seconds:
                seen.append(heapq.heappop(self._begun))
                owner = self._owners.get(seen[-1][2])
                if owner is not None:
                    yield owner, seen[-1][2]
        finally:
            for each in seen:
                if each[2] in self._owners:
                    heapq.heappush(self._begun, each)
