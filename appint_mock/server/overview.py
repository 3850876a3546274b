"""Lists the records that a server holds, by service, account, region and table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..state.store import Table, Tables
from .handles import Handles

#: How many records of one table are shown, the latest ones.
_MOST = 500  # pragma: no mutate (what a page can show at once)


def of(handles: Handles) -> list[dict[str, Any]]:
    """Returns each service with its backends that are not empty."""
    shown = []
    for name, world in handles.worlds.items():
        with world.lock:
            backends = [_backend(backend) for backend in world.backends()]
        shown.append(
            {
                "name": name,
                "title": handles.services[name].title,
                "backends": [each for each in backends if any(each["tables"].values()) or each["events"]],
            }
        )
    return shown


def _backend(backend: Any) -> dict[str, Any]:
    tables = {name: _records(part) for name, part in vars(backend).items() if isinstance(part, Table | Tables)}
    return {
        "account_id": backend.account_id,
        "region_name": backend.region_name,
        "tables": tables,
        "events": list(getattr(backend, "events", ()))[-_MOST:],
    }


def _records(part: Table | Tables) -> list[Any]:
    records: Iterable[Any] = (record for _, record in part.keyed())
    return [_shown(record) for record in list(records)[-_MOST:]]


def _shown(value: Any) -> Any:
    """Returns a value without internal members; of files, only the size."""
    if isinstance(value, Mapping):
        return {key: _shown(item) for key, item in value.items() if not str(key).startswith("_")}
    if isinstance(value, list | tuple):
        return [_shown(item) for item in value]
    return f"{len(value):,} bytes" if isinstance(value, bytes) else value
