"""Keeps the stack of open scopes, the library's only global state."""

from __future__ import annotations

import itertools
import math
import os
import threading
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any

from .. import neighbours
from ..services import load_companion
from ..state import forks
from ..state.clock import Clock
from ..state.ids import IdSource
from ..state.quotas import resolve
from . import listeners
from .allowances import OPEN_SCOPES, is_allowed
from .call_log import CallLog
from .faults import Faults
from .stopped_call import StoppedCall

if TYPE_CHECKING:
    from ..services.companion import Companion
    from ..services.service import Service
    from ..state.world import World

#: Where a handle's backend is if no client would have a region.
_REGION = "us-east-1"
#: Held while the stack changes.
lock = forks.keep(threading.RLock())
#: The open scopes, oldest first, and the same by service. Replaced, never changed: requests read them unlocked.
_open: tuple[Scope, ...] = ()
_by_service: Mapping[str, tuple[Scope, ...]] = {}
#: Numbers the moments at which scopes open and close.
_moments = itertools.count()


class Scope:
    """One opening of a mock: its options, the calls made and the faults added while it is open.

    One that stands ``apart`` is not on the stack: it shares nothing with the others and nothing is patched for it,
    so requests reach it only from whoever has it (a server).
    """

    def __init__(
        self,
        service: Service[Any],
        given: Mapping[str, Any],
        defaults: Mapping[str, Any],
        *,
        apart: bool,
    ) -> None:
        self.service = service
        self.apart = apart
        #: The names of the options that it was given itself.
        self.given = frozenset(given)
        self.is_open = False
        #: Returns who opened it and where, for messages.
        self.label: Callable[[], str] = lambda: f"A scope of {service.name}"
        self._opened, self._closed = next(_moments), math.inf
        self._may_stay_open = is_allowed(OPEN_SCOPES)
        #: The region that a client gets from a configuration file.
        self.configured_region: str | None = None
        self.calls = CallLog(service)
        #: The calls that were stopped while it was open, also of other services.
        self.unmocked: list[StoppedCall] = []
        #: What a method of a service's own has added that the test must use.
        self.watched: list[listeners.Watched] = []
        outer = None if apart else innermost(service.name)
        #: Options that were not given are those of the scope around this one.
        self.options: dict[str, Any] = {**(outer.options if outer else defaults), **given}
        self.options["fresh"] = given.get("fresh", defaults["fresh"])
        self.faults = Faults(service, self.options)
        self.names_account: bool = "account_id" in given or (outer is not None and outer.names_account)
        self.quotas = resolve(self.options["quotas"], service.quotas, service.limits)
        if self.options["fresh"]:
            outer = None
        self.ids: IdSource = outer.ids if outer and given.get("seed") is None else IdSource(self.options["seed"])
        self.world: World[Any] = outer.world if outer else _new_world(service)

    @property
    def account_id(self) -> str:
        """The account of credentials that name none: the option's if given, or else moto's while moto is on."""
        default: str = self.options["account_id"]
        return default if self.names_account else neighbours.present().default_account() or default

    @property
    def region_name(self) -> str:
        """The region of a client that names none: the environment's, a configuration file's, or the option's."""
        default: str = self.options["region_name"] or _REGION
        return default if self.apart else os.environ.get("AWS_DEFAULT_REGION") or self.configured_region or default

    @property
    def complaint(self) -> str | None:
        """The message of the problem if it is still open, with what to do; None if it is closed or may stay open."""
        if self._may_stay_open or not self.is_open:
            return None
        return (
            f"{self.label()} is still open, and later tests would join its state. Close it with stop() or a `with` "
            f"block, or let it stay open: with aws.allow_open_scopes()."
        )

    def encloses(self, other: Scope) -> bool:
        """Returns whether the other scope was opened while this one was open."""
        return self._opened < other._opened < self._closed

    def watch(self, added: listeners.Watched) -> None:
        """Makes ``check`` and the end of the test report it, if something is wrong about it then."""
        self.watched.append(added)
        for listen in listeners.added:
            listen(added)

    def mark_closed(self) -> None:
        """Marks it as closed."""
        self.is_open = False
        self._closed = next(_moments)

    def apply(self) -> None:
        """Gives its options to its world."""
        self.world.options, self.world.quotas, self.world.ids = self.options, self.quotas, self.ids


def _new_world(service: Service[Any]) -> World[Any]:
    return service.world(service.name, service.backend, Clock())


def open_scopes(service_name: str) -> tuple[Scope, ...]:
    """Returns the open scopes of a service, outermost first."""
    return _by_service.get(service_name, ())


def all_open() -> tuple[Scope, ...]:
    """Returns all open scopes, oldest first."""
    return _open


def passthrough() -> Collection[str]:
    """Returns the services that may reach the network: those of the innermost scope that names any, or none."""
    for scope in reversed(_open):
        if "passthrough" in scope.given:
            names: Collection[str] = scope.options["passthrough"]
            return names
    return ()


def innermost(service_name: str) -> Scope | None:
    """Returns the innermost scope of a service, or None."""
    scopes = open_scopes(service_name)
    return scopes[-1] if scopes else None


def answering(service_name: str) -> tuple[tuple[Scope, ...], Companion[Any] | None]:
    """Returns the scopes that answer a service, outermost first, and its description if it is a companion."""
    scopes = open_scopes(service_name)
    if not scopes:
        for scope in reversed(_open):
            if service_name in scope.service.companions:
                return open_scopes(scope.service.name), load_companion(scope.service.name, service_name)
    return scopes, None


def replace(scopes: tuple[Scope, ...]) -> None:
    """Replaces the open scopes by these. Called with the lock held."""
    global _open, _by_service
    by_service: dict[str, tuple[Scope, ...]] = {}
    for scope in scopes:
        by_service[scope.service.name] = (*by_service.get(scope.service.name, ()), scope)
    _open, _by_service = scopes, by_service
