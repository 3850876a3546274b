"""Logs a line per request, for people or for programs."""

from __future__ import annotations

import datetime
import queue
from typing import Any, TextIO

from ..protocol.moments import to_iso8601
from ..scopes.call import Call
from ..scopes.call_table import table
from . import waiting
from .routing import Seen
from .texts import as_json

#: How many lines wait for a reader that is slow; more are left out.
_WAITING = 10_000  # pragma: no mutate (so many that only a reader that has stopped lets them wait)


class Console:
    """Writes lines to ``file`` in a separate thread, so that a stalled reader does not stop the server."""

    def __init__(self, file: TextIO, form: str) -> None:
        self._file, self._line = file, FORMS[form]
        self._queue: queue.Queue[Seen | None] = queue.Queue(_WAITING)
        self._left_out = 0
        self._thread = waiting.start_thread("console", self._run)

    def seen(self, seen: Seen) -> None:
        """Writes the line of a request."""
        try:
            self._queue.put_nowait(seen)
        except queue.Full:
            self._left_out += 1

    def stop(self) -> None:
        """Writes the waiting lines, and stops."""
        try:
            self._queue.put_nowait(None)
        except queue.Full:
            return
        self._thread.join(2)  # pragma: no mutate (how long it waits for a reader that may never read)

    def _run(self) -> None:
        while (seen := self._queue.get()) is not None:
            left_out, self._left_out = self._left_out, 0
            try:
                if left_out:
                    self._file.write(f"({left_out} lines were left out)\n")
                self._file.write(self._line(seen) + "\n")
                if self._queue.empty():
                    self._file.flush()
            except (OSError, ValueError):
                # Nobody reads any more.
                return


def _as_text(seen: Seen) -> str:
    call = seen.call
    if call is None:
        return f"{_now():%H:%M:%S}  {seen.service} {seen.method} {_printable(seen.url)}  {seen.status or '-'}"
    # Without its number, and with the reason behind it.
    lines = (_printable(line.strip()) for line in table([call]).partition("  ")[2].splitlines())
    return f"{call.time:%H:%M:%S}  {seen.service} {'  '.join(lines)}"


def _as_json(seen: Seen) -> str:
    line: dict[str, Any] = {"service": seen.service, "status_code": seen.status, "seconds": round(seen.seconds, 6)}
    if seen.call is None:
        line |= {"time": to_iso8601(_now()), "method": seen.method, "url": seen.url}
    else:
        line |= call_as_json(seen.call, whole=False)
    return as_json(line).decode("ascii")


#: What writes a line, by the name of its form.
FORMS = {"text": _as_text, "json": _as_json}


def call_as_json(call: Call, *, whole: bool = True) -> dict[str, Any]:
    """Returns a call as JSON-able data; without ``whole``, only the parts that fit on a line."""
    line = {
        "service": call.service_name,
        "operation": call.operation,
        "parameters": call.parameters,
        "account_id": call.account_id,
        "region_name": call.region_name,
        "time": call.time,
        "status_code": call.status_code,
        "error_code": call.error_code,
        "error_message": call.error_message,
    }
    return {**line, "response": call.response} if whole else {**line, "time": to_iso8601(call.time)}


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.timezone.utc)


def _printable(text: str) -> str:
    """Returns the text without characters that would move a terminal's cursor."""
    return "".join(each if each.isprintable() else repr(each)[1:-1] for each in text)
