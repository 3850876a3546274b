"""Defines the handle: what a test can see and do while a mock is open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Generic, TypedDict, TypeVar

from ..errors import CheckError
from ..hints import did_you_mean, see
from ..protocol.identity import access_key_of
from ..scopes import allowances, stack
from ..scopes.call import Call
from ..scopes.call_log import CallLog
from ..scopes.faults import FaultOptions, Faults
from ..scopes.listeners import Watched
from ..scopes.options import check_option, check_place
from ..scopes.outcomes import Error
from ..scopes.stack import Scope
from ..state.clock import Clock

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..services.service import Service
    from ..state.world import Backend

B = TypeVar("B", bound="Backend")

#: What a boto3 client has besides its operations.
_OF_CLIENTS = ("can_paginate", "exceptions", "get_paginator", "get_waiter", "meta")


class Credentials(TypedDict):
    """Keyword arguments of ``boto3.client``, ``boto3.resource`` and ``boto3.Session``."""

    aws_access_key_id: str
    aws_secret_access_key: str
    aws_session_token: str


class Handle(Generic[B]):
    """The methods of a mock's handle. They act on the last scope that it opened and that is still open."""

    def __init__(self, service: Service[B]) -> None:
        self._service = service
        #: Its open scopes, oldest first, or else the one that closed last. Replaced, never changed: read unlocked.
        self._scopes: tuple[Scope, ...] = ()

    @property
    def calls(self) -> CallLog:
        """The calls that were made while this handle's scope was open, oldest first; readable after it closed."""
        scope = self._latest
        return CallLog(self._service) if scope is None else scope.calls

    @property
    def faults(self) -> Faults:
        """The faults that ``fail`` added in this handle's scope, with ``assert_all_used`` and ``clear``.

        Still there after the scope closed.
        """
        return (self._latest or self._scope()).faults

    def fail(
        self,
        operation: str,
        error: Error | Sequence[Error | None] | None = None,
        message: str | None = None,
        **options: Unpack[FaultOptions],
    ) -> None:
        """Makes the next calls to ``operation`` fail. Each retry is a call too.

        Faults apply in the order they were added, those of an inner scope before those of an outer one. A call that
        fails changes no state, unless it is ``carried_out``.

        Args:
            operation: The operation's name; ``*`` in it stands for any text (``"*"``: all, ``"Delete*"``).
            error: An AWS error's code, or a ``ClientError`` with the whole answer (also members of its own); any other
                exception: that very object is raised as if by the HTTP transport; bytes: the body of a malformed
                answer; None: the call is let through (with ``delay``) or throttled (with ``rate``). A list of them: one
                call after another.
            message: The AWS error's message.
            times: How many calls fail; of a list: how often it repeats; None: until the scope ends. Default 1, with
                ``rate`` None.
            after: How many calls pass first. Default 0.
            when: Takes the call's parameters as a dict; only calls for which it is true fail, pass or are counted.
                It runs without a lock, in the thread of the call. What it raises reaches the caller as the cause of an
                AppintMockError that names the fault.
            status: The HTTP status, instead of the model's; needed for a code that neither the model nor AWS's common
                errors have. Of a malformed answer: 200 if not given.
            carried_out: Whether the operation still changes the state, and only its answer is lost. Default False.
            delay: How many seconds later the answer comes. They pass on the mock's clock, in no time.
            sleep: Whether the delay is really waited for, with ``time.sleep``. Default False.
            account_id: Only calls of this account fail.
            region_name: Only calls in this region fail.
            members: The AWS error's own members by name, such as ``{"LimitValue": 3.0}``. The others of the model get
                values that fit the request.
            rate: How many calls pass in a second of the mock's clock; the others fail.

        Raises ValueError or TypeError, saying what to give, for anything else.
        """
        self._scope().faults.add(operation, error, message, **options)

    @property
    def clock(self) -> Clock:
        """The clock of the mock."""
        return self._scope().world.clock

    def backend(self, account_id: str | None = None, region_name: str | None = None) -> B:
        """Returns the backend of an account (12 digits) and region; by default, those of a client that names neither.

        It holds the state, and has the methods for what no public API can make. Its operations can be called too, but
        then nothing checks their parameters against the model: to make what AWS would make, use a client.
        """
        backend: B = self._scope().world.backend(*place_in(self, account_id, region_name))
        return backend

    def credentials(self, account_id: str) -> Credentials:
        """Keyword arguments for ``boto3.client`` (or a ``Session``) that make it act as ``account_id`` (12 digits)."""
        check_option("account_id", account_id, self._service)
        return {
            "aws_access_key_id": access_key_of(account_id),
            "aws_secret_access_key": "testing",
            "aws_session_token": "testing",
        }

    def reset(self) -> None:
        """Forgets all state in every account and region, handlers, the calls, the faults and the clock's shift."""
        scope = self._scope()
        with scope.world.lock:
            scope.world.reset()
            scope.world.clock.follow()
            scope.calls.clear()
            scope.faults.clear()

    def snapshot(self) -> dict[str, Any]:
        """Returns all state of the service in every account and region, as a copy in JSON-able form."""
        return self._scope().world.snapshot()

    def restore(self, state: Mapping[str, Any]) -> None:
        """Restores exactly the state of ``snapshot``, and drops the rest. Handlers (``on_event`` ...) stay.

        Raises SnapshotError (and changes nothing) for what this version cannot read.
        """
        self._scope().world.restore(state)

    # What goes wrong silently ------------------------------------------------------------------------------

    @property
    def unmocked(self) -> list[Call]:
        """The calls to AWS that were stopped while this handle's scope was open, since nothing answers them."""
        scope = self._latest
        return [] if scope is None else list(scope.unmocked)

    @contextmanager
    def allow_unmocked(self, *services: str) -> Iterator[None]:
        """Allows calls to these services (boto3's names; none: all) to be stopped while the block runs.

        They still raise UnmockedCallError, but neither ``check`` nor the pytest plugin complains if the code under test
        swallows it. To let calls reach AWS, use the option ``passthrough``.
        """
        check_option("passthrough", services, self._service)
        with allowances.allow(allowances.UNMOCKED, services):
            yield

    @contextmanager
    def allow_open_scopes(self) -> Iterator[None]:
        """Allows the scopes opened while the block runs to stay open at the end of the test."""
        with allowances.allow(allowances.OPEN_SCOPES):
            yield

    @contextmanager
    def allow_unused_faults(self) -> Iterator[None]:
        """Allows the faults added while the block runs to stay unused."""
        with allowances.allow(allowances.UNUSED_FAULTS):
            yield

    def check(self) -> None:
        """Raises CheckError if something in this handle's scope failed silently. The pytest plugin calls it.

        That is: a stopped call whose UnmockedCallError the code under test swallowed; a fault that was never applied
        (``times=None`` apart); a scope that was opened inside this one and is still open. What is allowed does not
        count, and neither does a stopped call inside ``pytest.raises`` or ``assertRaises``.
        """
        __tracebackhide__ = True
        scope = self._latest or self._scope()
        inner = [each for each in stack.all_open() if scope.encloses(each)]
        watched: list[Watched] = [*scope.unmocked, *scope.faults, *scope.watched, *inner]
        complaints = [each.complaint for each in watched if each.complaint]
        if complaints:
            raise CheckError("\n".join(complaints) + see("checks"))

    if not TYPE_CHECKING:  # a type checker would take any name for known

        def __getattr__(self, name: str) -> Any:
            raise AttributeError(self._not_here(name), name=name, obj=self)

    def _scope(self) -> Scope:
        """Returns the open scope that this handle refers to."""
        scopes: tuple[Scope, ...] = ()
        # Another thread may close one and open another meanwhile.
        while scopes is not self._scopes:
            scopes = self._scopes
            for scope in reversed(scopes):
                if scope.is_open:
                    return scope
        raise RuntimeError(
            f"{self!r} is not open. Use it inside its `with` block, or call start() first." + see("scopes")
        )

    @property
    def _latest(self) -> Scope | None:
        """The scope that this handle opened last and has not closed, or else the one that it closed last."""
        scopes = self._scopes
        return scopes[-1] if scopes else None

    def _not_here(self, name: str) -> str:
        """Returns the message for an attribute that a handle lacks; it is often one of a client."""
        text = f"{type(self).__name__} has no attribute {name!r}."
        if name.startswith("_"):  # asked for by the machinery of Python and pytest, perhaps before __init__
            return text
        service = self._service.name
        operations = self._service.catalogue.operations.values()
        if name in _OF_CLIENTS or any(name in (each.method_name, each.name) for each in operations):
            return (
                f"{text} This is the mock's handle, not a client: make calls with boto3.client({service!r}) or the "
                f"fixture {service}_client.{see('scopes')}"
            )
        return text + did_you_mean(name, [each for each in dir(self) if not each.startswith("_")]) + see("scopes")


def place_in(mock: Handle[Any], account_id: str | None = None, region_name: str | None = None) -> tuple[str, str]:
    """Returns the account and region given, or else a client's defaults. Raises as ``Handle.backend`` does."""
    scope = scope_of(mock)
    check_place(account_id, region_name, scope.options, scope.service)
    return account_id or scope.account_id, region_name or scope.region_name


def scope_of(mock: Handle[Any]) -> Scope:
    """Returns the open scope of a handle, for rooms that serve it in other ways (a server, moto's stacks).

    Raises RuntimeError if it is not open.
    """
    return mock._scope()  # noqa: SLF001  # the same room: outside it, nothing takes a scope from a handle
