"""Writes the state of a server as JSON again and again, while most of it stays the same.

A record, a remembered answer and a file's bytes are never changed in place: a change puts a new object there. So the
text of each is kept with it, and what is written again costs a look at each.
"""

from __future__ import annotations

from json.encoder import encode_basestring_ascii as _quoted
from typing import Any

from ..state import snapshot
from .handles import Handles
from .texts import as_json


class StateText:
    """The state of all services: ``handles.snapshot()`` as JSON."""

    def __init__(self, handles: Handles) -> None:
        self._handles = handles
        #: The texts by the id of what they are the texts of, which is kept with them: an id can come again.
        self._texts: dict[int, tuple[object, str]] = {}
        self._still_used: dict[int, tuple[object, str]] = {}

    def __call__(self) -> bytes:
        """The text."""
        with self._handles.locked():
            state: dict[str, Any] = {name: world.dump() for name, world in self._handles.worlds.items()}
            clock = self._handles.clock.dump()
        if clock is not None:
            state["clock"] = clock
        # Outside the locks: what was dumped is not changed any more.
        self._still_used = {}
        text = self._text(state)
        self._texts = self._still_used
        return text.encode("ascii")

    def _text(self, value: Any) -> str:
        if isinstance(value, dict):
            return self._table(value) if value.keys() == {"next", "rows"} else self._object(value)
        if isinstance(value, list):
            return f"[{','.join(map(self._text, value))}]"
        return self._kept(value) if isinstance(value, tuple | bytes) else _json(value)

    def _object(self, value: dict[str, Any]) -> str:
        if len(value) == 1 and next(iter(value)).startswith("$"):
            return _json(value)
        return "{" + ",".join(f"{_quoted(key)}:{self._text(item)}" for key, item in value.items()) + "}"

    def _table(self, table: dict[str, Any]) -> str:
        rows = [f"[{_quoted(key)},{sequence:d},{self._kept(record)}]" for key, sequence, record in table["rows"]]
        return f'{{"next":{table["next"]:d},"rows":[{",".join(rows)}]}}'

    def _kept(self, value: object) -> str:
        place = id(value)
        known = self._texts.get(place)
        if known is None or known[0] is not value:
            known = value, _json(value)
        self._still_used[place] = known
        return known[1]


def _json(value: object) -> str:
    return as_json(snapshot.encode(value)).decode("ascii")
