"""Another mock beside ours, which knows what a test says."""

from __future__ import annotations

from collections.abc import Callable

from appint_mock import neighbours


class Another(neighbours.Neighbour):
    """A neighbour that is on, and has the resources for whose ARNs ``has`` returns True."""

    def __init__(self, has: Callable[[str], bool | None]) -> None:
        self.asked: list[str] = []
        self._has = has

    def is_on(self) -> bool:
        return True

    def has(self, arn: str) -> bool | None:
        self.asked.append(arn)
        return self._has(arn)
