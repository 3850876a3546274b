"""ServiceMock: the object that is decorator, context manager and handle of a mock."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ..hints import did_you_mean
from ..interception import lifecycle
from ..protocol.identity import access_key_of
from ..scopes.call_log import CallLog
from ..scopes.faults import FaultOptions, Faults
from ..scopes.options import check_option, options_of
from ..scopes.outcomes import Error
from ..scopes.stack import Scope
from ..state import forks
from ..state.clock import Clock
from ..state.world import B
from .decorating import decorate

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self, Unpack

    from ..services.service import Service

T = TypeVar("T", bound=Callable[..., Any])

#: What a boto3 client has besides its operations.
_OF_CLIENTS = ("can_paginate", "exceptions", "get_paginator", "get_waiter", "meta")


class ServiceMock(Generic[B]):
    """A mock of one service. Use it as a decorator, as a (sync or async) context manager, or with start and stop.

    While it is open, it is also the handle: what was called, the backends, the clock. The options are described at
    ``mock_appintegrations`` and ``mock_dataexchange``; a wrong one raises TypeError or ValueError here.
    """

    def __init__(self, service: Service[B], options: Mapping[str, Any], *, apart: bool = False) -> None:
        self._service = service
        #: Whether its scopes answer nothing in this process: see ``Scope``.
        self._apart = apart
        self._defaults = {name: option.default for name, option in options_of(service).items()}
        self._given = dict(options)
        #: Its open scopes, oldest first, or else the one that closed last. Replaced, never changed: read unlocked.
        self._scopes: tuple[Scope, ...] = ()
        self._lock = forks.keep(threading.RLock())
        for name, value in options.items():
            if name not in self._defaults:
                raise TypeError(self._unknown(name))
            check_option(name, value, service)

    # Scopes ------------------------------------------------------------------------------------------------

    def start(self) -> Self:
        """Open a scope; every ``start`` needs a ``stop``. Returns the handle itself."""
        self._open()
        return self

    def stop(self) -> None:
        """Close the scope that this handle opened last. Raises RuntimeError where there is none."""
        with self._lock:
            if not any(scope.is_open for scope in self._scopes):
                raise RuntimeError(
                    f"{self!r}: stop() without start(). Each stop() closes the scope of one start() of the same object."
                )
            self._close(self._scopes[-1])

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    async def __aenter__(self) -> Self:
        return self.start()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def __call__(self, target: T) -> T:
        """Decorate a function, coroutine function, generator function, async generator function or class.

        The scope is open while its body runs; for a class, while each of its tests runs with its set-up.
        """
        return decorate(target, self._opened, self._isolated, repr(self))

    @contextmanager
    def _opened(self) -> Generator[Scope, None, None]:
        """A scope of its own for each call of a decorated function."""
        scope = self._open()
        try:
            yield scope
        finally:
            self._close(scope)

    @contextmanager
    def _isolated(self) -> Generator[None, None, None]:
        """A scope that leaves the state as it found it: all tests of a class see its set-up, none another test."""
        with self._opened() as scope:
            before = scope.world.snapshot()
            try:
                yield
            finally:
                scope.world.restore(before)

    def _open(self) -> Scope:
        scope = lifecycle.open_scope(lambda: Scope(self._service, self._given, self._defaults, apart=self._apart))
        with self._lock:
            # A scope that was closed is kept until the next one opens: a test may read its calls afterwards.
            self._scopes = (*(each for each in self._scopes if each.is_open), scope)
        return scope

    def _close(self, scope: Scope) -> None:
        with self._lock:
            lifecycle.close_scope(scope)
            if len(self._scopes) > 1:
                self._scopes = tuple(each for each in self._scopes if each is not scope)

    # The handle --------------------------------------------------------------------------------------------

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
        """Make the next calls to ``operation`` fail. Each retry is a call too.

        Faults apply in the order they were added, those of an inner scope before those of an outer one. A call that
        fails changes no state, unless it is ``carried_out``.

        Args:
            operation: The operation's name; ``*`` in it stands for any text (``"*"``: all, ``"Delete*"``).
            error: An AWS error's code, or a ``ClientError`` with the whole answer (also members of its own); any other
                exception: that very object is raised as if by the HTTP transport; bytes: the body of a malformed
                answer; None: the call is let through (with ``delay``) or throttled (with ``rate``). A list of them: one
                call after another.
            message: The AWS error's message.
            times: How many calls fail; of a list: how often it is gone through; None: until the scope ends. Default 1,
                with ``rate`` None.
            after: How many calls are let pass before. Default 0.
            when: Takes the call's parameters as a dict; only calls for which it is true fail, pass or are counted.
                It runs without a lock, in the thread of the call. What it raises reaches the caller as the cause of an
                AppintMockError that names the fault.
            status: The HTTP status, instead of the model's; needed for a code that neither the model nor AWS's common
                errors have. Of a malformed answer: 200 if not given.
            carried_out: Whether the operation changes the state all the same, and only its answer is lost. Default
                False.
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
        """The backend of an account (12 digits) and region; by default those of a client that is given neither.

        It holds the state, and has the methods for what no public API can make. Its operations can be called too, but
        then nothing checks their parameters against the model: to make what AWS would make, use a client.
        """
        scope = self._scope()
        for name, value in (("account_id", account_id), ("region_name", region_name)):
            if value is not None:
                check_option(name, value, self._service)
        backend: B = scope.world.backend(account_id or scope.account_id, region_name or scope.region_name)
        return backend

    def credentials(self, account_id: str) -> dict[str, str]:
        """Keyword arguments for ``boto3.client`` (or a ``Session``) that make it act as ``account_id`` (12 digits)."""
        check_option("account_id", account_id, self._service)
        return {
            "aws_access_key_id": access_key_of(account_id),
            "aws_secret_access_key": "testing",
            "aws_session_token": "testing",
        }

    def reset(self) -> None:
        """Forget all state in every account and region, handlers, the calls, the faults and the clock's shift."""
        scope = self._scope()
        with scope.world.lock:
            scope.world.reset()
            scope.world.clock.follow()
            scope.calls.clear()
            scope.faults.clear()

    def snapshot(self) -> dict[str, Any]:
        """All state of the service in every account and region, as JSON-able data of its own."""
        return self._scope().world.snapshot()

    def restore(self, state: Mapping[str, Any]) -> None:
        """Put back exactly what ``snapshot`` returned and drop the rest. Handlers (``on_event`` ...) stay.

        Raises SnapshotError (and changes nothing) for what this version cannot read.
        """
        self._scope().world.restore(state)

    if not TYPE_CHECKING:  # a type checker would take any name for known

        def __getattr__(self, name: str) -> Any:
            raise AttributeError(self._not_here(name), name=name, obj=self)

    def __repr__(self) -> str:
        given = ", ".join(f"{name}={value!r}" for name, value in self._given.items())
        return f"mock_{self._service.name}({given})"

    def _scope(self) -> Scope:
        """The open scope that this handle refers to."""
        scopes: tuple[Scope, ...] = ()
        # Another thread may close one and open another meanwhile.
        while scopes is not self._scopes:
            scopes = self._scopes
            for scope in reversed(scopes):
                if scope.is_open:
                    return scope
        raise RuntimeError(f"{self!r} is not open. Use it inside its `with` block, or call start() first.")

    @property
    def _latest(self) -> Scope | None:
        """The scope that this handle opened last and has not closed, or else the one that it closed last."""
        scopes = self._scopes
        return scopes[-1] if scopes else None

    def _not_here(self, name: str) -> str:
        """What to say of an attribute that a handle does not have; many a one is a client's."""
        text = f"{type(self).__name__} has no attribute {name!r}."
        if name.startswith("_"):  # asked for by the machinery of Python and pytest, perhaps before __init__
            return text
        service = self._service.name
        operations = self._service.catalogue.operations.values()
        if name in _OF_CLIENTS or any(name in (each.method_name, each.name) for each in operations):
            return (
                f"{text} This is the mock's handle, not a client: make calls with boto3.client({service!r}) or the "
                f"fixture {service}_client."
            )
        return text + did_you_mean(name, [each for each in dir(self) if not each.startswith("_")])

    def _unknown(self, name: str) -> str:
        hint = did_you_mean(name, self._defaults)
        return f"mock_{self._service.name}() has no option {name!r}.{hint} Its options: {', '.join(self._defaults)}."


def scope_of(mock: ServiceMock[Any]) -> Scope:
    """The open scope of a handle, for those of our rooms that serve it by other ways (a server, moto's stacks).

    Raises RuntimeError if it is not open.
    """
    return mock._scope()  # noqa: SLF001  # the same room: outside it, nothing takes a scope from a handle
