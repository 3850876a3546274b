"""Resolves key patterns, which give an exported asset its key in the bucket."""

from __future__ import annotations

import re
from collections.abc import Callable

from ...protocol.moments import to_iso8601
from ...state.store import Record
from .base import invalid

#: What EXPORT_REVISIONS_TO_S3 takes without a pattern, and what an event action takes.
DEFAULT = "${Asset.Name}"
EVENT_ACTION_DEFAULT = "${Revision.CreatedAt}/${Asset.Name}"

_Value = Callable[[Record, Record, Record], str]
_VALUES: dict[str, _Value] = {
    "Asset.Id": lambda data_set, revision, asset: asset["Id"],
    "Asset.Name": lambda data_set, revision, asset: asset["Name"],
    "DataSet.Id": lambda data_set, revision, asset: data_set["Id"],
    "DataSet.Name": lambda data_set, revision, asset: data_set["Name"],
    "Revision.Id": lambda data_set, revision, asset: revision["Id"],
    "Revision.CreatedAt": lambda data_set, revision, asset: to_iso8601(revision["CreatedAt"]),
    "Revision.CreatedAt.Year": lambda data_set, revision, asset: f"{revision['CreatedAt'].year:04}",
    "Revision.CreatedAt.Month": lambda data_set, revision, asset: f"{revision['CreatedAt'].month:02}",
    "Revision.CreatedAt.Day": lambda data_set, revision, asset: f"{revision['CreatedAt'].day:02}",
}
#: One of these distinguishes the assets of a revision.
_TELLING = {"Asset.Id", "Asset.Name"}
_VARIABLE = re.compile(r"\$\{([^}]*)(\}?)")


def check(pattern: str) -> None:
    """Raises ValidationException for a pattern that AWS refuses."""
    found = _VARIABLE.findall(pattern)
    for name, closing in found:
        if not closing:
            raise invalid("KeyPattern has an unclosed variable.")
        if name not in _VALUES:
            raise invalid(f"KeyPattern has the unknown variable ${{{name}}}.")
    if _TELLING.isdisjoint(name for name, _ in found):
        raise invalid("KeyPattern must have ${Asset.Id} or ${Asset.Name}.")


def expand(pattern: str, data_set: Record, revision: Record, asset: Record) -> str:
    """Returns the key of an asset by a valid pattern."""
    return _VARIABLE.sub(lambda found: _VALUES[found[1]](data_set, revision, asset), pattern)
