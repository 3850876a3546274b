"""Insertion-ordered containers of records, which can be paged through and dumped.

A record is a dict of members. Records are never changed in place: a change puts a new dict in the old one's
place. So a record can be shared with an answer, the call log or a remembered ClientToken without a copy.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterator
from typing import Any

Record = dict[str, Any]
#: Where a record stands in its table: its sequence number, behind the members that the table is ordered by.
Position = tuple[Any, ...]


class Table:
    """Records by key, in order of creation or of some of their members.

    ``unique`` names members by whose value a record can be found; ``order`` names members that come before the
    order of creation (their values are compared as Python compares them).
    """

    def __init__(self, *, unique: tuple[str, ...] = (), order: tuple[str, ...] = ()) -> None:
        self._order = order
        self._next = 0
        self._positions: dict[str, Position] = {}
        self._records: dict[Position, Record] = {}
        self._sorted: list[Position] = []
        self._indexes: dict[str, dict[object, str]] = {member: {} for member in unique}

    def __len__(self) -> int:
        return len(self._sorted)

    def __contains__(self, key: str) -> bool:
        return key in self._positions

    def __iter__(self) -> Iterator[Record]:
        """The records in order, as they are now: the table may change while they are looked at."""
        return iter([self._records[position] for position in self._sorted])

    def get(self, key: str) -> Record | None:
        """The record of that key, or None."""
        position = self._positions.get(key)
        return None if position is None else self._records[position]

    def find(self, member: str, value: object) -> str | None:
        """The key of the record whose unique ``member`` has that value, or None."""
        return self._indexes[member].get(value)

    def add(self, key: str, record: Record) -> None:
        """Put a new record at the end."""
        if key in self._positions:
            raise KeyError(f"{key} is in the table already")
        self._place(key, record, self._next)
        self._next += 1

    def replace(self, key: str, record: Record) -> None:
        """Put ``record`` in the place of the one of that key."""
        sequence: int = self._positions[key][-1]
        if self._position_of(record, sequence) == self._positions[key]:
            self._unindex(key)
            self._records[self._positions[key]] = record
            self._index(key, record)
        else:
            self.remove(key)
            self._place(key, record, sequence)

    def remove(self, key: str) -> Record:
        """Take the record of that key out, and return it."""
        self._unindex(key)
        position = self._positions.pop(key)
        del self._sorted[bisect_left(self._sorted, position)]
        return self._records.pop(position)

    def page(
        self,
        limit: int,
        after: Position | None = None,
        *,
        reverse: bool = False,
        where: Callable[[Record], bool] | None = None,
    ) -> tuple[list[Record], Position | None]:
        """At most ``limit`` records behind the position ``after``, and where the next page goes on (None: nowhere).

        ``after`` need not exist any more. A page costs the same wherever it starts.
        """
        found: list[Position] = []
        for position in self._walk(after, reverse):
            if where is None or where(self._records[position]):
                found.append(position)
                if len(found) > limit:
                    return [self._records[each] for each in found[:limit]], found[limit - 1]
        return [self._records[each] for each in found], None

    def dump(self) -> Any:
        """The table as plain data."""
        rows = [[key, position[-1], self._records[position]] for key, position in self._positions.items()]
        return {"next": self._next, "rows": rows}

    def load(self, data: Any) -> None:
        """Hold exactly what ``dump`` gave."""
        self._positions.clear()
        self._records.clear()
        self._sorted.clear()
        for index in self._indexes.values():
            index.clear()
        for key, sequence, record in data["rows"]:
            self._place(key, record, sequence)
        self._next = data["next"]

    def _walk(self, after: Position | None, reverse: bool) -> Iterator[Position]:
        ordered = self._sorted
        if reverse:
            start = len(ordered) if after is None else bisect_left(ordered, after)
            return (ordered[i] for i in range(start - 1, -1, -1))
        start = 0 if after is None else bisect_right(ordered, after)
        return (ordered[i] for i in range(start, len(ordered)))

    def _position_of(self, record: Record, sequence: int) -> Position:
        return (*(record[member] for member in self._order), sequence)

    def _place(self, key: str, record: Record, sequence: int) -> None:
        position = self._position_of(record, sequence)
        self._positions[key] = position
        self._records[position] = record
        if self._sorted and position < self._sorted[-1]:
            insort(self._sorted, position)
        else:
            self._sorted.append(position)
        self._index(key, record)

    def _index(self, key: str, record: Record) -> None:
        for member, index in self._indexes.items():
            index[record[member]] = key

    def _unindex(self, key: str) -> None:
        record = self._records[self._positions[key]]
        for member, index in self._indexes.items():
            del index[record[member]]


class Tables:
    """One table for each parent: the revisions of a data set, the associations of an application.

    A table that nobody added to is empty; ``drop`` takes a parent's whole table away.
    """

    def __init__(self, make: Callable[[], Table] = Table) -> None:
        self._make = make
        self._tables: dict[str, Table] = {}

    def __iter__(self) -> Iterator[Table]:
        return iter(list(self._tables.values()))

    def of(self, parent: str) -> Table:
        """The table of that parent."""
        table = self._tables.get(parent)
        if table is None:
            table = self._tables[parent] = self._make()
        return table

    def count(self, parent: str) -> int:
        """How many records that parent has."""
        table = self._tables.get(parent)
        return 0 if table is None else len(table)

    def drop(self, parent: str) -> None:
        """Remove all that the parent has."""
        self._tables.pop(parent, None)

    def dump(self) -> Any:
        """The tables as plain data."""
        return {parent: table.dump() for parent, table in self._tables.items() if len(table)}

    def load(self, data: Any) -> None:
        """Hold exactly what ``dump`` gave."""
        self._tables.clear()
        for parent, rows in data.items():
            self.of(parent).load(rows)


class Log(list[Record]):
    """Records that only come, oldest first."""

    def dump(self) -> list[Record]:
        """The records as plain data."""
        return list(self)

    def load(self, data: list[Record]) -> None:
        """Hold exactly what ``dump`` gave."""
        self[:] = data
