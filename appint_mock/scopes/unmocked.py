"""Records stopped calls (requests to AWS that nothing answered), so that none is swallowed silently."""

from __future__ import annotations

from collections.abc import Iterator

from ..errors import UnmockedCallError
from . import allowances, listeners, stack
from .stopped_call import StoppedCall


def stopped(service_name: str, operation: str, text: str) -> UnmockedCallError:
    """Logs a call that nothing answers in the open scopes, and returns the error to raise."""
    scopes = stack.all_open()
    latest = scopes[-1]
    call = StoppedCall(
        service_name,
        operation,
        latest.account_id,
        latest.region_name,
        latest.world.clock.now(),
        is_expected=allowances.is_allowed(allowances.UNMOCKED, service_name),
    )
    for scope in scopes:
        scope.calls.append(call)
        scope.unmocked.append(call)
    for listen in listeners.stopped:
        listen(call)
    error = UnmockedCallError(text)
    error.call = call
    return error


def expect(error: BaseException | None) -> None:
    """Marks the stopped calls that led to this error as expected: the test has seen it."""
    for each in _causes(error):
        call = getattr(each, "call", None)
        if isinstance(each, UnmockedCallError) and isinstance(call, StoppedCall):
            call.is_expected = True


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yields the error, its causes and contexts, and the members of groups, each once."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        each = waiting.pop()
        if each is not None and id(each) not in seen:
            seen.add(id(each))
            yield each
            waiting += [each.__cause__, each.__context__, *getattr(each, "exceptions", ())]
