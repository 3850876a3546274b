"""Snapshots as no world gave them: mutated in one or a few places."""

from __future__ import annotations

import copy
import random
from typing import Any

#: A value that was nested so is no state of any service.
_DEEP: Any = "a"
for _ in range(5000):
    _DEEP = [_DEEP]
_ODD_VALUES: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    2**70,
    10**5000,
    1.5,
    float("nan"),
    float("inf"),
    "",
    "x",
    "\ud800",
    "x" * 5000,
    "../..",
    [],
    {},
    [[]],
    {"$moment": "2026-01-01T00:00:00+00:00"},
    {"$moment": "2026-01-01T00:00:00"},
    {"$moment": "9999-12-31T23:59:59.999999+00:00"},
    {"$moment": "0001-01-01T00:00:00+14:00"},
    {"$moment": 5},
    {"$bytes": "YQ=="},
    {"$bytes": "?"},
    {"$object": {"$bytes": "YQ=="}},
    {"$object": 1},
    {"a": {"b": "c"}},
    ["a", "b"],
    _DEEP,
)


def mutated(state: Any, rng: random.Random) -> Any:
    """A copy of a snapshot with some places changed."""
    changed = {"state": copy.deepcopy(state)}
    for _ in range(rng.choice((1, 1, 1, 2, 5))):
        places = list(holders(changed))[1:]
        if not places:
            break
        holder, key = rng.choice(places)
        _change(holder, key, rng, places)
    return changed["state"]


def holders(value: Any) -> Any:
    """All places: the object or list, and the key or index in it."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in list(pairs):
        yield value, key
        if item is not _DEEP:
            yield from holders(item)


def _change(holder: Any, key: Any, rng: random.Random, places: list[tuple[Any, Any]]) -> None:
    what = rng.choice(("odd", "odd", "swap", "swap", "gone", "twice", "new", "text", "number"))
    other, other_key = rng.choice(places)
    value = holder[key]
    if what == "odd":
        odd = rng.choice(_ODD_VALUES)
        holder[key] = odd if odd is _DEEP else copy.copy(odd)
    elif what == "swap":
        holder[key] = copy.deepcopy(other[other_key]) if other[other_key] is not _DEEP else None
    elif what == "gone":
        del holder[key]
    elif what == "twice" and isinstance(holder, list):
        holder.insert(rng.randrange(len(holder) + 1), copy.copy(value))
    elif what == "new" and isinstance(holder, dict):
        holder[rng.choice(("Name", "_new", "$bytes", "", "x" * 200, "0" * 32))] = value
    elif what == "text" and isinstance(value, str):
        at = rng.randrange(len(value) + 1)
        holder[key] = value[:at] + rng.choice(("", "/", "0", "é", "\x00", " ")) + value[at + rng.randrange(2) :]
    elif what == "number" and isinstance(value, int) and not isinstance(value, bool):
        holder[key] = value + rng.choice((-1, 1, 1000))
