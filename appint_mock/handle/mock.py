"""Defines ServiceMock, which is the decorator, the context manager and the handle of a mock."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from .. import interception
from ..hints import did_you_mean, see
from ..scopes import listeners
from ..scopes.options import check_option, options_of
from ..scopes.stack import Scope
from ..scopes.unmocked import expect
from ..services import python_name
from ..state import forks
from .decorating import decorate
from .handle import B, Handle
from .places import place_of_caller, text_of

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

    from ..services.option import Option
    from ..services.service import Service

T = TypeVar("T", bound=Callable[..., Any])


class ServiceMock(Handle[B]):
    """A mock of one service. Use it as a decorator, as a (sync or async) context manager, or with start and stop.

    While it is open, it is also the handle: what was called, the backends, the clock. The options are described at
    ``mock_appintegrations`` and ``mock_dataexchange``; a wrong one raises TypeError or ValueError here.
    """

    def __init__(self, service: Service[B], options: Mapping[str, Any], *, apart: bool = False) -> None:
        super().__init__(service)
        #: Whether its scopes answer nothing in this process: see ``Scope``.
        self._apart = apart
        self._defaults = {name: option.default for name, option in options_of(service).items()}
        self._given = dict(options)
        self._lock = forks.keep(threading.RLock())
        for name, value in options.items():
            if name not in self._defaults:
                raise TypeError(self._unknown(name) + see("options"))
            check_option(name, value, service)

    # Scopes ------------------------------------------------------------------------------------------------

    def start(self) -> Self:
        """Opens a scope; every ``start`` needs a ``stop``. Returns the handle itself."""
        self._open()
        return self

    def stop(self) -> None:
        """Closes the scope that this handle opened last. Raises RuntimeError if there is none."""
        with self._lock:
            if not any(scope.is_open for scope in self._scopes):
                raise RuntimeError(
                    f"{self!r}: stop() without start(). Each stop() closes the scope of one start() of the same object."
                    + see("scopes")
                )
            self._close(self._scopes[-1])

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        expect(error)
        self.stop()

    async def __aenter__(self) -> Self:
        return self.start()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        expect(error)
        self.stop()

    def __call__(self, target: T) -> T:
        """Decorates a function, coroutine function, generator function, async generator function or class.

        The scope is open while its body runs; for a class, while each of its tests runs with its set-up.
        """
        return decorate(target, self._opened, self._isolated, repr(self))

    @contextmanager
    def _opened(self) -> Generator[Scope, None, None]:
        """Opens a separate scope for each call of a decorated function."""
        scope = self._open()
        try:
            yield scope
        except BaseException as error:
            expect(error)
            raise
        finally:
            self._close(scope)

    @contextmanager
    def _isolated(self) -> Generator[None, None, None]:
        """Opens a scope that leaves the state as it found it: a test sees its class's set-up, and no other test."""
        with self._opened() as scope:
            before = scope.world.snapshot()
            try:
                yield
            finally:
                scope.world.put_back(before)

    def _open(self) -> Scope:
        scope = interception.open_scope(lambda: Scope(self._service, self._given, self._defaults, apart=self._apart))
        with self._lock:
            # A scope that was closed is kept until the next one opens: a test may read its calls afterwards.
            self._scopes = (*(each for each in self._scopes if each.is_open), scope)
        place = place_of_caller()
        scope.label = lambda: f"{self!r}, opened at {text_of(place)},"
        for listen in listeners.opened:
            listen(scope, partial(self._close, scope))
        return scope

    def _close(self, scope: Scope) -> None:
        with self._lock:
            interception.close_scope(scope)
            if len(self._scopes) > 1:
                self._scopes = tuple(each for each in self._scopes if each is not scope)

    @property
    def known_options(self) -> Mapping[str, Option]:
        """The options that the mock can have, by name."""
        return options_of(self._service)

    def __repr__(self) -> str:
        given = ", ".join(f"{name}={value!r}" for name, value in self._given.items())
        return f"mock_{python_name(self._service.name)}({given})"

    def _unknown(self, name: str) -> str:
        hint = did_you_mean(name, self._defaults)
        mock = f"mock_{python_name(self._service.name)}()"
        return f"{mock} has no option {name!r}.{hint} Its options: {', '.join(self._defaults)}."
