"""Defines the parts that the state of a backend or a world is made of."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, NamedTuple

from .form import Form, data


class Records(NamedTuple):
    """What the records of a part must be."""

    #: Of one record.
    form: Form = data
    #: The member that is the record's key, if one is.
    key: str | None = None
    #: The member that is the key of the record's parent, if one is.
    parent: str | None = None


class Part(ABC):
    """Something whose whole content is plain data and back. False if there is nothing in it."""

    @abstractmethod
    def dump(self) -> Any:
        """Return the content as plain data."""

    @abstractmethod
    def load(self, data: Any) -> None:
        """Hold exactly what ``dump`` gave."""

    @abstractmethod
    def check(self, data: Any, records: Records) -> None:
        """Raise ``form.Unfit`` for what ``dump`` would never give. Changes nothing."""

    @abstractmethod
    def __len__(self) -> int: ...
