"""Opens and closes scopes: the first one patches the process, and the last one puts everything back."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .. import neighbours, one_copy
from ..scopes import stack
from ..scopes.stack import Scope
from . import (
    aiohttp_connector,
    connections,
    endpoint,
    environment,
    httpx_client,
    lookups,
    patches,
    raises,
    requests_session,
    sessions,
    signer,
    urllib3_pool,
    urllib_request,
)

#: In the order in which they patch.
_PATCHERS = (
    sessions.PATCHER,
    endpoint.PATCHER,
    requests_session.PATCHER,
    urllib_request.PATCHER,
    urllib3_pool.PATCHER,
    connections.PATCHER,
    httpx_client.PATCHER,
    aiohttp_connector.PATCHER,
    lookups.PATCHER,
    raises.PATCHER,
)


def open_scope(make: Callable[[], Scope]) -> Scope:
    """Creates a scope, opens it and returns it. A scope that stands apart changes nothing in this process."""
    one_copy.go_first()
    with stack.lock:
        scope = make()
        if not scope.apart:
            first = not stack.all_open()
            scope.configured_region = environment.enter(scope.options["region_name"])
            if first:
                for patcher in _PATCHERS:
                    patcher.patch()
            elif not stack.innermost(scope.service.name):
                endpoint.look_again()
            stack.replace((*stack.all_open(), scope))
        scope.is_open = True
        scope.apply()
        return scope


def tidy(before: Mapping[str, str]) -> None:
    """Removes our patches that another library restored after the last scope closed.

    ``monkeypatch`` does so if a test changes something inside a scope, and its undo comes after the scope's end.
    ``before`` are the environment's AWS variables as they were before the test.
    """
    with stack.lock:
        if not stack.all_open():
            environment.tidy(before, sessions.is_of_a_scope)
            patches.tidy()


def close_scope(scope: Scope) -> None:
    """Closes a scope, at any position in the stack."""
    with stack.lock:
        scope.mark_closed()
        if scope.apart:
            return
        stack.replace(tuple(each for each in stack.all_open() if each is not scope))
        now_innermost = stack.innermost(scope.service.name)
        if now_innermost:
            now_innermost.apply()
        still_open = stack.all_open()
        if still_open:
            environment.enter(still_open[-1].options["region_name"])
            return
        for patcher in reversed(_PATCHERS):
            patcher.unpatch()
        signer.take_back()
        neighbours.leave()
        environment.leave()
