"""Combines the handles of all services (clock, reset, snapshot, restore), without HTTP."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from .. import services
from ..api import mock_of
from ..errors import SnapshotError
from ..handle.handle import scope_of
from ..handle.mock import ServiceMock
from ..hints import bare, did_you_mean, see
from ..scopes.options import options_of
from ..scopes.stack import Scope
from ..services.option import Option
from ..services.service import Service
from ..state.clock import Clock
from ..state.world import World
from .log import BoundedCallLog

#: The common options that have no meaning for clients in other processes.
_NOT_HERE = ("passthrough", "fast_retries", "fresh", "real_signatures", "unknown_regions")
#: The member of a snapshot that is no service's.
_CLOCK = "clock"


def known_options() -> dict[str, Option]:
    """Returns the options that a server takes, those of all services."""
    found: dict[str, Option] = {}
    for name in services.names():
        found.update(options_of(services.load(name)))
    return {name: option for name, option in found.items() if name not in _NOT_HERE}


class Handles:
    """The handles of all services, with a common clock.

    ``options`` are those of any of the services; quotas may name those of several. ``apart``: nothing in this process
    is patched. Raises TypeError for an unknown option, ValueError for a value it cannot have.
    """

    def __init__(self, options: Mapping[str, Any], *, apart: bool) -> None:
        known = known_options()
        for name in options:
            if name not in known:
                raise TypeError(
                    f"ServerMock() has no option {name!r}.{did_you_mean(name, known)} Its options: {', '.join(known)}."
                    + see("server")
                )
        described = [services.load(name) for name in services.names()]
        _check_quotas(options.get("quotas"), described)
        self.services: Mapping[str, Service[Any]] = {service.name: service for service in described}
        #: By boto3's name of the service.
        self.mocks: Mapping[str, ServiceMock[Any]] = {
            service.name: mock_of(service.name, apart=apart, **_options_of(service, options)) for service in described
        }
        #: The call log of each service.
        self.logs: list[BoundedCallLog] = []

    @contextlib.contextmanager
    def opened(self, kept_bytes: int) -> Iterator[None]:
        """Starts all handles with one clock and bounded call logs; stops them at the end."""
        with contextlib.ExitStack() as stack:
            for mock in self.mocks.values():
                mock.start()
                stack.callback(mock.stop)
            self.logs = []
            clock = self.clock
            for scope in self.scopes.values():
                scope.world.clock = clock
                scope.calls = log = BoundedCallLog(scope.service, kept_bytes // len(self.mocks))
                self.logs.append(log)
            yield

    @property
    def scopes(self) -> dict[str, Scope]:
        """The open scope of each service."""
        return {name: scope_of(mock) for name, mock in self.mocks.items()}

    @property
    def worlds(self) -> dict[str, World[Any]]:
        """The state of each service."""
        return {name: scope.world for name, scope in self.scopes.items()}

    @property
    def clock(self) -> Clock:
        """The clock of all services."""
        return next(iter(self.mocks.values())).clock

    @property
    def account_id(self) -> str:
        """The account of credentials that name none."""
        return next(iter(self.scopes.values())).account_id

    @property
    def region_name(self) -> str:
        """The region of requests that name none."""
        region_name: str = next(iter(self.scopes.values())).region_name
        return region_name

    def reset(self) -> None:
        """Forgets all state of all services, the calls, the faults and the clock's shift."""
        for mock in self.mocks.values():
            mock.reset()

    def snapshot(self) -> dict[str, Any]:
        """Returns all state as JSON-able data, by service, and the clock unless it shows the real time."""
        with self.locked():
            state: dict[str, Any] = {name: mock.snapshot() for name, mock in self.mocks.items()}
            clock = self.clock.dump()
        return state if clock is None else {**state, _CLOCK: clock}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Restores a ``snapshot`` of this object or of one handle. Services that it does not name keep their state.

        Raises SnapshotError (and changes nothing) for what this version cannot read.
        """
        given = _by_service(state)
        if given is None or not given or not given.keys() <= {*self.mocks, _CLOCK}:
            known = " and ".join(map(repr, self.mocks))
            raise SnapshotError(
                f"This is not the state of a server: it is an object with the members {known}." + see("snapshots")
            )
        with self.locked():
            before, clock_before, name = self.snapshot(), self.clock.dump(), ""
            try:
                for name, data in given.items():
                    self._restore_one(name, data)
            except SnapshotError as error:
                for each in self.mocks:
                    self.mocks[each].restore(before[each])
                self.clock.load(clock_before)
                raise SnapshotError(f"{name}: {error}") from error

    def _restore_one(self, name: str, data: Any) -> None:
        if name != _CLOCK:
            self.mocks[name].restore(data)
            return
        try:
            self.clock.load(data)
        except (TypeError, ValueError, ArithmeticError, KeyError, AttributeError) as error:
            raise SnapshotError(f"this is no clock's state ({bare(error)})" + see("snapshots")) from error

    def locked(self) -> contextlib.ExitStack:
        """Returns the locks of all worlds, held until the stack closes."""
        stack = contextlib.ExitStack()
        for world in self.worlds.values():
            stack.enter_context(world.lock)
        return stack


def _by_service(state: Any) -> Mapping[str, Any] | None:
    """Returns the state by service; that of one handle's ``snapshot`` names its service itself."""
    if not isinstance(state, Mapping):
        return None
    if isinstance(state.get("service"), str) and "version" in state:
        return {state["service"]: state}
    return state


def _options_of(service: Service[Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Returns those of the server's options that this service has."""
    options = {name: value for name, value in given.items() if name in options_of(service)}
    quotas = options.get("quotas")
    if isinstance(quotas, Mapping):
        options["quotas"] = {key: value for key, value in quotas.items() if key in service.quotas}
    return options


def _check_quotas(quotas: Any, described: Collection[Service[Any]]) -> None:
    known = [key for service in described for key in service.quotas]
    for key in quotas if isinstance(quotas, Mapping) else ():
        if key not in known:
            raise ValueError(
                f"quotas has the unknown key {key!r}.{did_you_mean(str(key), known)} They are: {', '.join(known)}."
                + see("server")
            )
