"""Converts aware UTC datetimes, truncated to milliseconds, to and from AWS's three timestamp formats."""

from __future__ import annotations

import datetime
import re
from email.utils import format_datetime, parsedate_to_datetime

_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
_MILLISECOND = datetime.timedelta(milliseconds=1)
_ISO_8601 = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)", re.ASCII)


def from_iso8601(text: str) -> datetime.datetime:
    """Reads ``2019-10-11T14:12:24.640Z``. Raises ValueError."""
    found = _ISO_8601.fullmatch(text)
    if not found:
        raise ValueError(text)
    seconds, fraction, zone = found.groups()
    moment = datetime.datetime.fromisoformat(seconds + (zone if zone != "Z" else "+00:00"))
    milliseconds = int(f"{fraction or ''}000"[:3])
    return _utc(moment) + milliseconds * _MILLISECOND


def from_unix(seconds: float) -> datetime.datetime:
    """Reads seconds since 1970. Raises ValueError."""
    try:
        # Nearest microsecond first: the double nearest to .640 may lie below it.
        return _cut(_EPOCH + datetime.timedelta(seconds=seconds))
    except OverflowError:
        raise ValueError(seconds) from None


def from_rfc822(text: str) -> datetime.datetime:
    """Reads ``Fri, 11 Oct 2019 14:12:24 GMT``. Raises ValueError."""
    moment = parsedate_to_datetime(text)
    return _utc(moment if moment.tzinfo else moment.replace(tzinfo=datetime.timezone.utc))


def to_iso8601(moment: datetime.datetime) -> str:
    """Formats a moment as ``2019-10-11T14:12:24.640Z``, always with three decimals."""
    return _utc(moment).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def to_unix(moment: datetime.datetime) -> int | float:
    """Returns seconds since 1970 with at most three decimals."""
    milliseconds = (moment - _EPOCH) // _MILLISECOND
    return milliseconds / 1000 if milliseconds % 1000 else milliseconds // 1000


def to_rfc822(moment: datetime.datetime) -> str:
    """Formats a moment as ``Fri, 11 Oct 2019 14:12:24 GMT``."""
    return format_datetime(_utc(moment), usegmt=True)


def _utc(moment: datetime.datetime) -> datetime.datetime:
    try:
        return moment.astimezone(datetime.timezone.utc)
    except OverflowError:
        raise ValueError(moment) from None


def _cut(moment: datetime.datetime) -> datetime.datetime:
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
