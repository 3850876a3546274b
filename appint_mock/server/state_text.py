"""Writes the state of a server as JSON, reusing the text of the parts that have not changed.

A record, a remembered answer and a file's bytes are never changed in place: a change puts a new object there. So the
text of each is kept with it, in blocks, and writing a block again that is as it was costs a comparison of identities.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from json.encoder import encode_basestring_ascii as _quoted
from operator import is_
from typing import Any, NamedTuple

from ..state import snapshot
from . import waiting
from .handles import Handles
from .texts import as_json

#: How many values a block has.
_BLOCK = 500  # pragma: no mutate (only what it costs)
#: The pause after a block that had to be written, in seconds: requests are answered meanwhile. Python would let them
#: wait for this thread at every call of the system.
_PAUSE = 0.001  # pragma: no mutate (only what it costs)


class _Block(NamedTuple):
    """A block of adjacent values, with their texts."""

    keys: Sequence[str]
    sequences: Sequence[int]
    values: Sequence[object]
    texts: Sequence[str]
    text: str

    def is_of(self, keys: Sequence[str], sequences: Sequence[int], values: Sequence[object]) -> bool:
        """Returns whether the block has the same values at the same places."""
        same_places = self.keys == keys and self.sequences == sequences and len(self.values) == len(values)
        return same_places and all(map(is_, self.values, values))


class StateText:
    """The state of all services: ``handles.snapshot()`` as JSON."""

    def __init__(self, handles: Handles) -> None:
        self._handles = handles
        #: The blocks of each table, by its place in the state.
        self._blocks: dict[tuple[object, ...], list[_Block]] = {}
        self._blocks_before: dict[tuple[object, ...], list[_Block]] = {}
        self._json = _Json()

    def __call__(self) -> bytes:
        """Returns the text."""
        with self._handles.locked():
            state: dict[str, Any] = {name: world.dump() for name, world in self._handles.worlds.items()}
            clock = self._handles.clock.dump()
        if clock is not None:
            state["clock"] = clock
        # Outside the locks: what was dumped is not changed any more.
        self._blocks_before, self._blocks = self._blocks, {}
        return self._text(state, ()).encode("ascii")

    def _text(self, value: Any, place: tuple[object, ...]) -> str:
        if isinstance(value, dict):
            return self._table(value, place) if value.keys() == {"next", "rows"} else self._object(value, place)
        if isinstance(value, list):
            if value and isinstance(value[0], dict):
                return f"[{self._in_blocks(place, value, write=lambda key, sequence, text: text)}]"
            return f"[{','.join(self._text(item, (*place, index)) for index, item in enumerate(value))}]"
        return self._json(value)

    def _object(self, value: dict[str, Any], place: tuple[object, ...]) -> str:
        if len(value) == 1 and next(iter(value)).startswith("$"):
            return self._json(value)
        if value and isinstance(next(iter(value.values())), tuple | bytes):
            values = list(value.values())
            write = "{0}:{2}".format
            return f"{{{self._in_blocks(place, values, [_quoted(key) for key in value], write=write)}}}"
        return "{" + ",".join(f"{_quoted(key)}:{self._text(item, (*place, key))}" for key, item in value.items()) + "}"

    def _table(self, table: dict[str, Any], place: tuple[object, ...]) -> str:
        keys, sequences, records = map(list, zip(*table["rows"], strict=True)) if table["rows"] else ([], [], [])
        rows = self._in_blocks(place, records, keys, sequences, write=_row)
        return f'{{"next":{table["next"]:d},"rows":[{rows}]}}'

    def _in_blocks(
        self,
        place: tuple[object, ...],
        values: Sequence[object],
        keys: Sequence[str] = (),
        sequences: Sequence[int] = (),
        *,
        write: Callable[[str, int, str], str],
    ) -> str:
        before = self._blocks_before.get(place, [])
        has_shrunk = sum(len(block.values) for block in before) - len(values) >= _BLOCK  # pragma: no mutate (a cost)
        blocks = self._blocks[place] = []
        for number, first in enumerate(range(0, len(values), _BLOCK)):
            here = slice(first, first + _BLOCK)
            some = keys[here], sequences[here], values[here]
            block = before[number] if number < len(before) else None
            if block is None or not block.is_of(*some):
                # What was deleted lets the others move up.
                block = _new_block(*some, before if has_shrunk else before[number : number + 2], self._json, write)
                waiting.pause(_PAUSE)
            blocks.append(block)
        return ",".join(block.text for block in blocks)


def _new_block(
    keys: Sequence[str],
    sequences: Sequence[int],
    values: Sequence[object],
    nearby: list[_Block],
    encode: Callable[[object], str],
    write: Callable[[str, int, str], str],
) -> _Block:
    """Returns a new block; the blocks ``nearby`` may already have the texts of its values."""
    known = {id(value): text for block in nearby for value, text in zip(block.values, block.texts, strict=True)}
    texts = [known.get(id(value)) or encode(value) for value in values]
    length = len(values)
    rows = map(write, keys or [""] * length, sequences or range(length), texts)
    return _Block(keys, sequences, values, texts, ",".join(rows))


def _row(key: str, sequence: int, text: str) -> str:
    return f"[{_quoted(key)},{sequence:d},{text}]"


class _Json:
    """Writes a value as ``snapshot.encode`` does, in one pass, unless an object needs to be escaped."""

    _odd_ones: int

    def __init__(self) -> None:
        self._encode = json.JSONEncoder(default=self._odd, allow_nan=False, separators=(",", ":")).encode

    def __call__(self, value: object) -> str:
        """Returns the text."""
        self._odd_ones = 0
        try:
            text = self._encode(value)
        except ValueError:
            return _slowly(value)
        # Within a text there is a backslash before the quotation mark.
        return text if text.count('{"$') == self._odd_ones else _slowly(value)

    def _odd(self, value: object) -> Any:
        self._odd_ones += 1
        return snapshot.encode(value)


def _slowly(value: object) -> str:
    return as_json(snapshot.encode(value)).decode("ascii")
