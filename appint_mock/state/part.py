"""The parts that the state of a backend or a world is made of."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any


class Part(ABC):
    """Something whose whole content is plain data and back. False if there is nothing in it."""

    @abstractmethod
    def dump(self) -> Any:
        """Return the content as plain data."""

    @abstractmethod
    def load(self, data: Any) -> None:
        """Hold exactly what ``dump`` gave."""

    @abstractmethod
    def __len__(self) -> int: ...
