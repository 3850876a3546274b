"""Defines the parts that make up the state of a backend or a world."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from .form import Form, data


class Records(NamedTuple):
    """The form of the records of a part."""

    #: Of one record.
    form: Form = data
    #: The member that is the record's key, if one is.
    key: str | None = None
    #: The member that is the key of the record's parent, if one is.
    parent: str | None = None


class Forms(NamedTuple):
    """The form of the state of a service's backends, for state that comes from outside."""

    #: The records of each part, by the backend's attribute.
    records: Mapping[str, Records] = MappingProxyType({})
    #: Raises ``form.Unfit`` if a state, by account and region, names what is not there. Its records are checked before.
    check_references: Callable[[Mapping[tuple[str, str], dict[str, Any]]], None] = lambda states: None


class Part(ABC):
    """A part of state that converts to plain data and back. Falsy if it is empty."""

    @abstractmethod
    def dump(self) -> Any:
        """Returns the content as plain data."""

    @abstractmethod
    def load(self, data: Any) -> None:
        """Restores the content from ``dump``."""

    @abstractmethod
    def check(self, data: Any, records: Records) -> None:
        """Raises ``form.Unfit`` for data that ``dump`` never returns. Changes nothing."""

    @abstractmethod
    def __len__(self) -> int:
        """Returns how many things it holds."""
