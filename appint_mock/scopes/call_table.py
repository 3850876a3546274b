"""Formats calls as a table, one per line, with the region, the status and the error."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby, islice

from .call import Call
from .call_text import by_weight, call_text

#: How many lines a failing test's report shows.
_MOST_LINES = 50
#: How many lines an error's message takes.
_MOST_LINES_OF_MESSAGE = 3
#: How wide a table is up to the status if nobody knows how wide the terminal is. Errors stand behind it.
_WIDTH = 120
#: How wide the column of the calls is at least.
_NARROWEST = 40


def table(
    calls: Iterable[Call], among: Sequence[Call] | None = None, notes: Mapping[int, list[str]] | None = None
) -> str:
    """Returns the calls, one per line: number, operation with its parameters, region, status, error.

    Under a call is its error's message, or its ``notes``, by its ``id``. The calls are numbered by where they stand
    ``among`` others.
    """
    calls = list(calls)
    numbers = {id(call): str(number) for number, call in enumerate(calls if among is None else among, 1)}
    return _table([(numbers[id(call)], call, "", (notes or {}).get(id(call), [])) for call in calls])


def folded_table(calls: Sequence[Call], width: int | None = None) -> str:
    """Returns the latest calls in a bounded number of lines; equal successive calls share a line."""
    entries: list[_Entry] = []
    last = len(calls)
    for _, run in islice(groupby(reversed(calls), _looks), _MOST_LINES):
        call, *others = run
        first = last - len(others)
        several = (f"{first} to {last}", f"({times_text(len(others) + 1)})")
        number, times = several if others else (str(last), "")
        entries.append((number, call, times, []))
        last = first - 1
    left_out = f"(calls 1 to {last} are left out)\n" if last else ""
    return left_out + _table(entries[::-1], width)


#: A table's entry: the call's number (or several), the call, how often it was made if not once, lines below it.
_Entry = tuple[str, Call, str, list[str]]


def _table(entries: Sequence[_Entry], terminal: int | None = None) -> str:
    many_services = len({call.service_name for _, call, _, _ in entries}) > 1
    many_accounts = len({call.account_id for _, call, _, _ in entries}) > 1
    rows = [
        (number, call.region_name + f" {call.account_id}" * many_accounts, str(call.status_code or "-"))
        for number, call, _, _ in entries
    ]
    numbers, regions, statuses = (max(map(len, column)) for column in zip(*rows, strict=True))
    terminal = terminal or shutil.get_terminal_size((_WIDTH, _MOST_LINES)).columns
    room = max(terminal - numbers - regions - statuses - 6, _NARROWEST)
    prefixes = [f"{call.service_name}." * many_services for _, call, _, _ in entries]
    texts = [
        prefix + call_text(call.operation, call.raw_parameters, call.model, room - len(prefix))
        for prefix, (_, call, _, _) in zip(prefixes, entries, strict=True)
    ]
    width = max(map(len, texts))
    lines = []
    for text, (number, region, status), (_, call, times, notes) in zip(texts, rows, entries, strict=True):
        cells = [number.rjust(numbers), text.ljust(width), region.ljust(regions), status.ljust(statuses)]
        lines.append("  ".join([*cells, *filter(None, (call.error_code, times))]).rstrip())
        lines += [f"{'':{numbers}}    {note}" for note in _notes(call, notes, terminal - numbers - 4)]
    return "\n".join(lines)


def _notes(call: Call, notes: list[str], width: int) -> list[str]:
    """Returns the lines below a call: its error's message, unless there are notes, and the hint."""
    width = max(width, _NARROWEST)
    # A fault's message has any length, and one of the constraints may list thousands of them.
    most = width * (_MOST_LINES_OF_MESSAGE + 1)  # pragma: no mutate (only what it costs)
    message = "" if notes else (call.error_message or "")[:most]
    lines = textwrap.wrap(message, width, max_lines=_MOST_LINES_OF_MESSAGE, placeholder=" ...")
    return [*lines, *filter(None, (call.hint,)), *notes]


def _looks(call: Call) -> tuple[object, ...]:
    """Returns a key that is equal for calls whose lines are equal."""
    own = call.raw_parameters
    shown = [(name, own[name]) for name, _ in by_weight(call.model) if name in own]
    place = call.account_id, call.region_name
    outcome = call.status_code, call.error_code, call.error_message, call.hint
    return call.service_name, call.operation, shown, place, outcome


def times_text(count: int) -> str:
    """Returns ``once``, ``twice``, ``3 times``."""
    return {1: "once", 2: "twice"}.get(count, f"{count} times")
