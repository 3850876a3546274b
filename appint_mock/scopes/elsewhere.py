"""Finds the account and region that hold a resource which a call looked for in the wrong place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..protocol.identity import Identity
from ..state.views import RecordMapping
from ..state.world import Backend, World

#: How many accounts and regions are looked at.
_MOST = 64


def elsewhere(world: World[Any], caller: Identity, parameters: Mapping[str, Any]) -> str | None:
    """Returns, as text, which account and region hold a resource that the parameters name and the caller lacks.

    Looks at so many others only: a test with more accounts puts load on the mock, and has not mixed up two.
    """
    texts = [value for value in parameters.values() if isinstance(value, str)]
    here = world.existing(*caller)
    wanted = [text for text in texts if here is None or not _has(here, text)]
    for backend in world.backends()[:_MOST] if wanted else ():
        if backend is not here and any(_has(backend, text) for text in wanted):
            return _place(backend, caller)
    return None


def _has(backend: Backend, text: str) -> bool:
    """Returns whether the backend has a record of that id, unique name or ARN."""
    names = (text, text.rpartition("/")[2])
    return any(table.record_called(each) for table in _tables(backend) for each in names)


def _tables(backend: Backend) -> Iterator[RecordMapping]:
    return (part for part in vars(backend).values() if isinstance(part, RecordMapping) and len(part))


def _place(backend: Backend, caller: Identity) -> str:
    if backend.account_id == caller.account_id:
        return f"{backend.region_name} has it"
    where = "" if backend.region_name == caller.region_name else f" in {backend.region_name}"
    return f"account {backend.account_id} has it{where}"
