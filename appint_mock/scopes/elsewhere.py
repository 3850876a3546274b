"""Finds the account and region that hold a resource which a call looked for in the wrong place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..protocol.identity import Identity
from ..state.world import Backend, World

#: The largest number of accounts and regions to search.
_MOST = 64


def elsewhere(world: World[Any], caller: Identity, operation: str, parameters: Mapping[str, Any]) -> str | None:
    """Returns, as text, which account and region hold a resource that the parameters name and the caller lacks.

    Searches a limited number of them: a test with many accounts is a load test, and did not confuse two of them.
    """
    texts = [value for value in parameters.values() if isinstance(value, str)]
    here = world.existing(*caller)
    wanted = [text for text in texts if here is None or not _has(here, operation, text)]
    for backend in world.backends()[:_MOST] if wanted else ():
        if backend is not here and any(_has(backend, operation, text) for text in wanted):
            return _place(backend, caller)
    return None


def _has(backend: Backend, operation: str, text: str) -> bool:
    """Returns whether the backend has a record of that id, unique name or ARN where the operation looks for it."""
    tables = backend.tables()
    only = backend.looked_up_in.get(operation)
    looked_up = tables.values() if only is None else [tables[only]]
    names = (text, text.rpartition("/")[2])
    return any(table.record_called(each) for table in looked_up if len(table) for each in names)


def _place(backend: Backend, caller: Identity) -> str:
    if backend.account_id == caller.account_id:
        return f"{backend.region_name} has it"
    where = "" if backend.region_name == caller.region_name else f" in {backend.region_name}"
    return f"account {backend.account_id} has it{where}"
