"""Stores records in order, for paging and dumping.

A record is a dict of members. Records are never changed in place: a change puts a new dict in the old one's
place. So a record can be shared with an answer, the call log or a remembered ClientToken without a copy.
"""

from __future__ import annotations

import datetime
import heapq
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from .form import Unfit, count, inside, items, object_, shown, shown_key, text
from .part import Part, Records
from .views import RecordMapping

Record = dict[str, Any]
#: Where a record stands in its table: its sequence number; if the table is ordered by members of its records, a tuple
#: of those and the number. Positions of one table are compared with each other.
Position: TypeAlias = Any
#: How many ends of records that are gone are kept beside as many as there are records.
_SPARE = 64  # pragma: no mutate (only what it costs)


#: Returns the group that a record is in, or None.
GroupOf = Callable[[Record], Hashable]


class Among(NamedTuple):
    """Selects the records of a table for a listing: those in one of several groups."""

    #: By what the records are grouped: a key of the table's ``groups`` or ``live``.
    by: str
    values: Sequence[Hashable]


class Ends(NamedTuple):
    """Determines when records end."""

    #: Returns the moment from which a record has ended, or None if it never does.
    of: Callable[[Record], datetime.datetime | None]
    #: Returns the present moment.
    now: Callable[[], datetime.datetime]


class Table(RecordMapping, Part):
    """Records by key, in order of creation or of their members.

    ``unique`` names members by whose value a record can be found; ``order`` names members that come before the
    order of creation (their values are compared as Python compares them). ``groups`` are functions that return a
    record's group, or None for none: to count or page through a group costs nothing for records outside of it.
    ``live`` are groups too, without the records that have ended by ``ends``.
    """

    def __init__(
        self,
        *,
        unique: tuple[str, ...] = (),
        order: tuple[str, ...] = (),
        groups: Mapping[str, GroupOf] | None = None,
        live: Mapping[str, GroupOf] | None = None,
        ends: Ends | None = None,
    ) -> None:
        self._order = order
        self._next = 0
        self._positions: dict[str, Position] = {}
        self._records: dict[Position, Record] = {}
        self._sorted: list[Position] = []
        self._indexes: dict[str, dict[object, str]] = {member: {} for member in unique}
        self._groups = {name: _Groups(group_of) for name, group_of in (groups or {}).items()} or None
        self._live = {name: _Groups(group_of) for name, group_of in (live or {}).items()} or None
        self._endings = _Endings(ends) if ends else None
        #: The tables that it is one of, and whose it is there.
        self._family: tuple[Tables, str] | None = None

    def __len__(self) -> int:
        return len(self._sorted)

    def has(self, key: str) -> bool:
        """Returns whether a record has that key."""
        return key in self._positions

    def record(self, key: str) -> Record | None:
        """Returns the record of that key, or None."""
        position = self._positions.get(key)
        return None if position is None else self._records.get(position)

    def record_called(self, name: str) -> Record | None:
        """Returns the record of that key or with that value of a unique member, or None."""
        keys = (name, *(index.get(name) for index in self._indexes.values()))
        return next((record for key in keys if key is not None and (record := self.record(key))), None)

    def records(self) -> list[Record]:
        """Returns a copy of the list of records in order: the table may change while the caller reads it."""
        return [self._records[position] for position in self._sorted]

    def keyed(self) -> list[tuple[str, Record]]:
        """Returns a copy of the list of keys with their records, in order."""
        keys = {position: key for key, position in list(self._positions.items())}
        records = self._records.copy()
        return [(keys[each], records[each]) for each in list(self._sorted) if each in keys and each in records]

    def join(self, family: Tables, parent: str) -> None:
        """Makes this the table of ``parent`` in ``Tables``."""
        self._family = family, parent

    def find(self, member: str, value: object) -> str | None:
        """Returns the key of the record whose unique ``member`` has that value, or None."""
        return self._indexes[member].get(value)

    def among(self, by: str, value: Hashable) -> list[Record]:
        """Returns the records of a group, in order."""
        return [self._records[position] for position in self._of_group(by, value)]

    def count_among(self, by: str, value: Hashable) -> int:
        """Returns the number of records in a group."""
        return len(self._of_group(by, value))

    def ended(self) -> list[Record]:
        """Returns the records that have ended."""
        self._catch_up()
        return [] if self._endings is None else [self._records[position] for position in self._endings.ended]

    def add(self, key: str, record: Record) -> None:
        """Adds a new record at the end."""
        if key in self._positions:
            raise KeyError(f"{key} is in the table already")
        self._place(key, record, self._next)
        self._next += 1

    def replace(self, key: str, record: Record) -> None:
        """Replaces the record of that key."""
        before = self._positions[key]
        sequence = self._sequence_of(before)
        if self._position_of(record, sequence) == before:
            self._unindex(key)
            self._records[before] = record
            self._index(key, record)
        else:
            self.remove(key)
            self._place(key, record, sequence)

    def remove(self, key: str) -> Record:
        """Removes the record of that key, and returns it."""
        self._unindex(key)
        position = self._positions.pop(key)
        del self._sorted[bisect_left(self._sorted, position)]
        if self._family is not None:
            self._family[0].removed(key)
        return self._records.pop(position)

    def page(
        self,
        limit: int,
        after: Position | None = None,
        *,
        reverse: bool = False,
        among: Among | None = None,
    ) -> tuple[list[Record], Position | None]:
        """Returns at most ``limit`` records after the position ``after``, and the next page's position (None: no more).

        ``after`` need not exist any more. A page costs the same wherever it starts, and whatever ``among`` leaves out.
        """
        found: list[Position] = []
        for position in self._walk(after, reverse, among):
            found.append(position)
            if len(found) > limit:
                return [self._records[each] for each in found[:limit]], found[limit - 1]
        return [self._records[each] for each in found], None

    def dump(self) -> Any:
        """Returns the table as plain data."""
        rows = [[key, self._sequence_of(each), self._records[each]] for key, each in self._positions.items()]
        return {"next": self._next, "rows": rows}

    def load(self, data: Any) -> None:
        """Restores the content from ``dump``."""
        self._positions.clear()
        self._records.clear()
        self._sorted.clear()
        for index in self._indexes.values():
            index.clear()
        for groups in (*(self._groups or {}).values(), *(self._live or {}).values()):
            groups.positions.clear()
        if self._endings is not None:
            self._endings.clear()
        for key, sequence, record in data["rows"]:
            self._place(key, record, sequence)
        self._next = data["next"]

    def check(self, data: Any, records: Records) -> None:
        """Raises Unfit for data that is not a dump of such a table."""
        members = object_(data)
        if members.keys() != {"next", "rows"}:
            raise Unfit("is not an object of next and rows")
        with inside("next"):
            count(members["next"])
        rows = members["rows"]
        if not isinstance(rows, list):
            raise Unfit(f"has rows that are {shown(rows)}, not a list")
        _Rows(self._order, tuple(self._indexes), members["next"], records).check(rows)

    def _walk(self, after: Position | None, reverse: bool, among: Among | None) -> Iterable[Position]:
        if among is None:
            return _from(self._sorted, after, reverse)
        groups = [_from(self._of_group(among.by, value), after, reverse) for value in dict.fromkeys(among.values)]
        return groups[0] if len(groups) == 1 else heapq.merge(*groups, reverse=reverse)

    def _of_group(self, by: str, value: Hashable) -> Sequence[Position]:
        if self._live is not None and by in self._live:
            self._catch_up()
            return self._live[by].positions.get(value, ())
        assert self._groups is not None
        return self._groups[by].positions.get(value, ())

    def _position_of(self, record: Record, sequence: int) -> Position:
        return (*(record[member] for member in self._order), sequence) if self._order else sequence

    def _sequence_of(self, position: Position) -> int:
        sequence: int = position[-1] if self._order else position
        return sequence

    def _place(self, key: str, record: Record, sequence: int) -> None:
        position = self._position_of(record, sequence)
        self._positions[key] = position
        self._records[position] = record
        _put(self._sorted, position)
        self._index(key, record)
        if self._family is not None:
            tables, parent = self._family
            tables.added(parent, self, key)

    def _index(self, key: str, record: Record) -> None:
        for member, index in self._indexes.items():
            index[record[member]] = key
        position = self._positions[key]
        _add(self._groups, position, record)
        if self._endings is not None and self._endings.note(position, record):
            _add(self._live, position, record)

    def _unindex(self, key: str) -> None:
        position = self._positions[key]
        record = self._records[position]
        for member, index in self._indexes.items():
            del index[record[member]]
        _remove(self._groups, position, record)
        if self._endings is not None and self._endings.drop(position):
            _remove(self._live, position, record)

    def _catch_up(self) -> None:
        """Removes records that ended since the last check from the live groups, and adds back those that live again."""
        if self._endings is not None:
            gone, back = self._endings.catch_up(self._records)
            for position in gone:
                _remove(self._live, position, self._records[position])
            for position in back:
                _add(self._live, position, self._records[position])


class _Rows:
    """Checks the rows of a table's dump, each by itself and against each other."""

    def __init__(self, order: tuple[str, ...], unique: tuple[str, ...], end: int, records: Records) -> None:
        self._order = order
        self._unique = unique
        self._end = end
        self._records = records
        self._keys: set[str] = set()
        self._sequences: set[int] = set()
        self._values: dict[str, set[str]] = {member: set() for member in unique}

    def check(self, rows: list[Any]) -> None:
        for index, row in enumerate(rows):
            with inside("rows", index):
                if not isinstance(row, list) or len(row) != 3:
                    raise Unfit(f"is {shown(row)}, not a key, a position and a record")
                self._check_place(row[0], row[1])
                with inside(2):
                    self._records.form(row[2])
                    self._check_record(row[0], object_(row[2]))

    def _check_place(self, key: Any, sequence: Any) -> None:
        with inside(0):
            text(key)
            if key in self._keys:
                raise Unfit(f"is {shown(key)}, which an earlier row has too")
            self._keys.add(key)
        with inside(1):
            count(sequence)
            if sequence in self._sequences:
                raise Unfit(f"is {sequence}, which an earlier row has too")
            if sequence >= self._end:
                raise Unfit(f"is {sequence}, and next is only {self._end}")
            self._sequences.add(sequence)

    def _check_record(self, key: str, record: Mapping[str, Any]) -> None:
        if self._records.key is not None and record.get(self._records.key) != key:
            raise Unfit(f"has another {self._records.key} than its key {shown(key)}")
        for member in (*self._order, *self._unique):
            with inside(member):
                text(record.get(member))
        for member in self._unique:
            if record[member] in self._values[member]:
                raise Unfit(f"has the {member} {shown(record[member])}, which an earlier record has too")
            self._values[member].add(record[member])


class _Groups:
    """The positions of the records of each group, in order."""

    def __init__(self, group_of: Callable[[Record], Hashable]) -> None:
        self._group_of = group_of
        self.positions: dict[Hashable, list[Position]] = {}

    def add(self, position: Position, record: Record) -> None:
        group = self._group_of(record)
        if group is not None:
            _put(self.positions.setdefault(group, []), position)

    def remove(self, position: Position, record: Record) -> None:
        group = self._group_of(record)
        if group is not None:
            positions = self.positions[group]
            del positions[bisect_left(positions, position)]
            if not positions:
                del self.positions[group]


class _Endings:
    """Keeps track of ended records of a table. Costs nothing for records that did not end since the last check."""

    def __init__(self, ends: Ends) -> None:
        self._ends = ends
        #: The ends to come, the next one first. Some may be of records that are gone or have changed.
        self._coming: list[tuple[datetime.datetime, Position]] = []
        #: The end that was put among those to come last, so that a record that changes is not put there each time.
        self._noted: dict[Position, datetime.datetime] = {}
        #: What has ended by the last look, and when that was.
        self.ended: dict[Position, datetime.datetime] = {}
        self._looked: datetime.datetime | None = None

    def note(self, position: Position, record: Record) -> bool:
        """Adds a new record. Returns whether it is live, as of the last check."""
        end = self._ends.of(record)
        if end is None:
            return True
        if self._looked is not None and end <= self._looked:
            self.ended[position] = end
            return False
        self._expect(position, end)
        return True

    def _expect(self, position: Position, end: datetime.datetime) -> None:
        if self._noted.get(position) != end:
            self._noted[position] = end
            heapq.heappush(self._coming, (end, position))

    def drop(self, position: Position) -> bool:
        """Removes a record. Returns whether it was live."""
        return self.ended.pop(position, None) is None

    def catch_up(self, records: Mapping[Position, Record]) -> tuple[list[Position], list[Position]]:
        """Checks the time. Returns the records that ended since the last check, and those that live again."""
        now = self._ends.now()
        gone: list[Position] = []
        back: list[Position] = []
        if self._looked is not None and now < self._looked:
            # A test has set the clock back.
            back = [position for position, end in self.ended.items() if end > now]
            for position in back:
                self._expect(position, self.ended.pop(position))
        self._looked = now
        if len(self._coming) > 2 * len(records) + _SPARE:  # pragma: no mutate (only what it costs)
            self._forget_the_gone(records)
        while self._coming and self._coming[0][0] <= now:
            end, position = heapq.heappop(self._coming)
            if self._noted.get(position) == end:
                del self._noted[position]
            record = records.get(position)
            if record is not None and position not in self.ended and self._ends.of(record) == end:
                self.ended[position] = end
                gone.append(position)
        return gone, back

    def _forget_the_gone(self, records: Mapping[Position, Record]) -> None:
        self._noted = {position: end for position, end in self._noted.items() if position in records}
        self._coming = [(end, position) for position, end in self._noted.items()]
        heapq.heapify(self._coming)

    def clear(self) -> None:
        self._coming.clear()
        self._noted.clear()
        self.ended.clear()
        self._looked = None


def _add(grouped: Mapping[str, _Groups] | None, position: Position, record: Record) -> None:
    if grouped is not None:
        for groups in grouped.values():
            groups.add(position, record)


def _remove(grouped: Mapping[str, _Groups] | None, position: Position, record: Record) -> None:
    if grouped is not None:
        for groups in grouped.values():
            groups.remove(position, record)


def _put(positions: list[Position], position: Position) -> None:
    if positions and position < positions[-1]:
        insort(positions, position)
    else:
        positions.append(position)


def _from(positions: Sequence[Position], after: Position | None, reverse: bool) -> Iterator[Position]:
    if reverse:
        start = len(positions) if after is None else bisect_left(positions, after)
        return (positions[i] for i in range(start - 1, -1, -1))
    start = 0 if after is None else bisect_right(positions, after)
    return (positions[i] for i in range(start, len(positions)))


class Tables(RecordMapping, Part):
    """A table for each parent, such as the revisions of each data set.

    A table that nobody added to is empty, and not kept; ``drop`` takes a parent's whole table away. A key is in one
    of the tables only.
    """

    def __init__(self, make: Callable[[], Table] = Table) -> None:
        self._make = make
        self._tables: dict[str, Table] = {}
        self._parents: dict[str, str] = {}

    def tables(self) -> list[Table]:
        """Returns the tables that are not empty."""
        return list(self._tables.values())

    def record(self, key: str) -> Record | None:
        """Returns the record of that key, of any parent, or None."""
        parent = self._parents.get(key)
        table = None if parent is None else self._tables.get(parent)
        return None if table is None else table.record(key)

    def keyed(self) -> list[tuple[str, Record]]:
        """Returns all keys with their records, in order within each parent."""
        return [entry for table in self.tables() for entry in table.keyed()]

    def __len__(self) -> int:
        return len(self._parents)

    def of(self, parent: str) -> Table:
        """Returns the table of that parent."""
        table = self._tables.get(parent)
        if table is None:
            table = self._make()
            table.join(self, parent)
        return table

    def parent_of(self, key: str) -> str | None:
        """Returns the parent of the record of that key, or None if no table has it."""
        return self._parents.get(key)

    def count(self, parent: str) -> int:
        """Returns the number of records of that parent."""
        table = self._tables.get(parent)
        return 0 if table is None else len(table)

    def drop(self, parent: str) -> None:
        """Removes all records of the parent."""
        table = self._tables.pop(parent, None)
        for key, _ in table.keyed() if table else ():
            del self._parents[key]

    def added(self, parent: str, table: Table, key: str) -> None:
        """Notes a new record. A table is kept from its first record on: a mere look-up must not create one."""
        self._tables.setdefault(parent, table)
        self._parents[key] = parent

    def removed(self, key: str) -> None:
        """Notes a removed record."""
        del self._parents[key]

    def dump(self) -> Any:
        """Returns the tables as plain data."""
        return {parent: table.dump() for parent, table in self._tables.items() if len(table)}

    def load(self, data: Any) -> None:
        """Restores the content from ``dump``."""
        self._tables.clear()
        self._parents.clear()
        for parent, rows in data.items():
            self.of(parent).load(rows)

    def check(self, data: Any, records: Records) -> None:
        """Raises Unfit for data that is not a dump of such tables."""
        parents: dict[str, str] = {}
        for parent, rows in object_(data).items():
            with inside(shown_key(parent)):
                self._make().check(rows, records)
                for index, (key, _, record) in enumerate(rows["rows"]):
                    with inside("rows", index):
                        if key in parents:
                            raise Unfit(f"has the key {shown(key)}, which one of {shown(parents[key])} has too")
                        parents[key] = parent
                        if records.parent is not None and record.get(records.parent) != parent:
                            raise Unfit(f"has another {records.parent} than {shown(parent)}")


class Log(list[Record], Part):
    """Records that are only added, oldest first."""

    def dump(self) -> list[Record]:
        """Returns the records as plain data."""
        return list(self)

    def load(self, data: list[Record]) -> None:
        """Restores the content from ``dump``."""
        self[:] = data

    def check(self, data: Any, records: Records) -> None:
        """Raises Unfit for data that is not a dump of such a log."""
        items(records.form)(data)
