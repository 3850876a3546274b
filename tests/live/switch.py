"""The one switch of the fixtures: whether a test asks the mock, or in live mode a service."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from appint_mock.scopes import stack

if TYPE_CHECKING:
    from tests.live.session import Session

#: Who answers in live mode. The runner sets it; nobody else does.
_session: Session | None = None


def running() -> bool:
    """Whether this is live mode."""
    return _session is not None


@contextlib.contextmanager
def running_in(session: Session) -> Iterator[None]:
    """Live mode, as long as the block lasts."""
    global _session
    _session = session
    try:
        yield
    finally:
        _session = None


def scope(mock: Callable[[], AbstractContextManager[Any]]) -> AbstractContextManager[Any]:
    """A scope of that mock; in live mode none, but the session in place of the handle."""
    return mock() if _session is None else contextlib.nullcontext(_session)


def client(service_name: str, *, checked: bool = True, kept: bool = True) -> Any:
    """In live mode a client of the tests' first account, for this test alone if it is not a `kept` one; else None."""
    return None if _session is None else _session.client(service_name, None, checked=checked, kept=kept)


def actor(handle: Any, account_id: str | None = None) -> Any:
    """In live mode an account of Data Exchange's tests, made of public operations; else None."""
    return None if _session is None else _session.actor(account_id)


@contextlib.contextmanager
def unchanged(service_name: str) -> Iterator[None]:
    """The block changes no state of the mock. In live mode nobody can look, and nothing is checked."""
    if _session is not None:
        yield
        return
    world = stack.open_scopes(service_name)[-1].world
    before = _state(world)
    yield
    assert _state(world) == before


def _state(world: Any) -> str:
    # Backends and tables that were only asked for are no state.
    snapshot = world.snapshot()
    empty = world._make_backend(world, "0", "us-east-1").dump()
    backends = [each for each in snapshot["backends"] if each[2] != empty]
    return json.dumps([backends, snapshot.get("shared")], default=str)
