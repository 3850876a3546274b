"""Shows records to a test: read-only mappings by id or name, and a tree of everything in a backend."""

from __future__ import annotations

import copy
from abc import abstractmethod
from collections.abc import ItemsView, Iterator, Mapping, ValuesView
from types import MappingProxyType
from typing import Any

from ..hints import did_you_mean

#: How many keys a repr names, and how many records of a table a tree has.
_MOST_KEYS = 5
_MOST_RECORDS = 20
#: The members that say most about a record, in this order.
_TELLING = ("Name", "name", "Type", "IntegrationType", "State", "Status", "AssetType", "Finalized", "Comment")


class RecordMapping(Mapping[str, Mapping[str, Any]]):
    """A read-only mapping of records by key. ``[...]`` and ``in`` also take a record's name or ARN.

    The order is that of creation, or of a table's own. What ``[...]``, ``get``, ``values`` and ``items`` give are
    copies, without the members that are no part of an answer of the service.
    """

    #: Whose records these are, for the text of a KeyError: `` of account ... in ...``, or nothing if that is unknown.
    place = ""

    @abstractmethod
    def record(self, key: str) -> dict[str, Any] | None:
        """Returns the record itself, which must not be changed, or None."""

    def record_called(self, name: str) -> dict[str, Any] | None:
        """Returns the record itself of that key or unique name, or None. The cost does not depend on their number."""
        return self.record(name)

    @abstractmethod
    def keyed(self) -> list[tuple[str, dict[str, Any]]]:
        """Returns a list of all keys with the records themselves, in order."""

    def __getitem__(self, name: str) -> Mapping[str, Any]:
        record = self.record(name) if isinstance(name, str) else None
        return _shown(self._found(name) if record is None else record)

    def __iter__(self) -> Iterator[str]:
        return iter([key for key, _ in self.keyed()])

    def __contains__(self, name: object) -> bool:
        if not isinstance(name, str):
            return False
        return self.record(name) is not None or any(_is_called(name, key, record) for key, record in self.keyed())

    def items(self) -> ItemsView[str, Mapping[str, Any]]:
        """Returns a list of all keys with copies of their records: the table may change while the caller reads it."""
        return {key: _shown(record) for key, record in self.keyed()}.items()

    def values(self) -> ValuesView[Mapping[str, Any]]:
        """Copies of all records, as they are now."""
        return {key: _shown(record) for key, record in self.keyed()}.values()

    __hash__ = object.__hash__

    def __repr__(self) -> str:
        names = [_title(key, record) for key, record in self.keyed()]
        more = [f"and {len(names) - _MOST_KEYS} more"] if len(names) > _MOST_KEYS else []
        return (
            f"<{len(names)} record{'s' * (len(names) != 1)}{': ' * bool(names)}{', '.join(names[:_MOST_KEYS] + more)}>"
        )

    def _found(self, name: object) -> dict[str, Any]:
        """Returns the only record of that name. Raises KeyError, naming the close ones."""
        entries = self.keyed()
        found = [record for key, record in entries if isinstance(name, str) and _is_called(name, key, record)]
        if len(found) == 1:
            return found[0]
        if found:
            keys = ", ".join(repr(key) for key, record in entries if _is_called(name, key, record))
            raise KeyError(f"several are called {name!r}; ask by id: {keys}")
        known = [text for key, record in entries for text in (key, record.get("Name")) if isinstance(text, str)]
        raise KeyError(f"there is no {name!r} among the records{self.place}.{did_you_mean(str(name), known)}")


def tree(title: str, tables: Mapping[str, RecordMapping]) -> str:
    """Returns a short text of the tables' records, a line each."""
    lines = [title]
    for name, table in tables.items():
        entries = table.keyed()
        if entries:
            lines.append(f"  {name}: {len(entries)}")
            lines += [f"    {_line(key, record)}" for key, record in entries[:_MOST_RECORDS]]
        if len(entries) > _MOST_RECORDS:
            lines.append(f"    ... and {len(entries) - _MOST_RECORDS} more")
    return "\n".join(lines if len(lines) > 1 else [f"{title}: nothing"])


def summary(tables: Mapping[str, RecordMapping]) -> str:
    """Returns the number of records in each table that is not empty."""
    return ", ".join(f"{len(table)} {name.replace('_', ' ')}" for name, table in tables.items() if table) or "nothing"


def _shown(record: Mapping[str, Any]) -> Mapping[str, Any]:
    return MappingProxyType(
        {name: copy.deepcopy(value) for name, value in record.items() if not name.startswith("_") and value is not None}
    )


def _is_called(name: object, key: str, record: Mapping[str, Any]) -> bool:
    """Returns whether a name or an ARN is that of the record. An ARN of a parent does not end in the record's key."""
    if name in (record.get("Name"), record.get("name")):
        return True
    return any(
        value == name and str(value).endswith((key, str(record.get("Name", key))))
        for member, value in record.items()
        if member.lower().endswith("arn")
    )


def _title(key: str, record: Mapping[str, Any]) -> str:
    name = record.get("Name", key)
    return repr(key) if name == key else f"{key!r} ({name})"


def _line(key: str, record: Mapping[str, Any]) -> str:
    shown = [str(record[name]) for name in _TELLING if record.get(name) not in (None, "", key)]
    return "  ".join([key, *shown])
