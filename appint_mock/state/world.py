"""A world: all state of one service, in every account and region, while its outermost scope is open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from ..errors import SnapshotError
from ..lazy import lazy
from . import snapshot
from .arns import Arn, partition_of
from .lock import Lock
from .paging import InvalidTokenError, make_token, read_token
from .part import Part
from .store import Among, Record, Table

if TYPE_CHECKING:
    from .clock import Clock
    from .ids import IdSource

#: Raised when a snapshot's form changes: an older library must not half-read a newer one's file.
SNAPSHOT_VERSION = 1


class Backend:
    """One service in one account and region. An operation is a method, named as boto3 names it.

    What a subclass keeps in attributes that are parts (tables, tokens, logs ...) is its state.
    """

    #: How many items a page of a listing has if the request does not say.
    default_page: ClassVar[int] = 100

    def __init__(self, world: World[Any], account_id: str, region_name: str) -> None:
        self.world = world
        self.account_id = account_id
        self.region_name = region_name
        self.partition = partition_of(region_name)
        #: What a test gave to be called, by event. No state: no snapshot has it, and only ``World.reset`` drops it.
        self.handlers: dict[str, list[Callable[..., Any]]] = {}

    def arn(self, service: str, resource: str) -> str:
        """The ARN of a resource of this account and region."""
        return str(Arn(self.partition, service, self.region_name, self.account_id, resource))

    def page(
        self,
        table: Table,
        scope: tuple[object, ...],
        *,
        limit: int,
        next_token: str | None = None,
        reverse: bool = False,
        among: Among | None = None,
    ) -> tuple[list[Record], str | None]:
        """A page of a listing, and the token of the next page (None on the last).

        ``scope`` names the listing (operation, parent, filter) in JSON-able values: a token made for another
        scope, account or region raises InvalidTokenError. No page is larger than the option ``page_size``. ``among``
        says which records it shows, if not all.
        """
        scope = (*scope, self.account_id, self.region_name)
        after = None if next_token is None else read_token(next_token, scope)
        largest = self.world.options["page_size"]
        limit = limit if largest is None else min(limit, largest)
        records, last = table.page(limit, after, reverse=reverse, among=among)
        return records, None if last is None else make_token(last, scope)

    def listing(
        self,
        operation: str,
        table: Table,
        MaxResults: int | None,
        NextToken: str | None,
        *,
        scope: object = None,
        among: Among | None = None,
        reverse: bool = False,
    ) -> tuple[list[Record], str | None]:
        """A List operation's page and the token of the next one; ``scope`` (JSON-able): the parent's id, the filter."""
        limit = self.default_page if MaxResults is None else MaxResults
        try:
            return self.page(table, (operation, scope), limit=limit, next_token=NextToken, reverse=reverse, among=among)
        except InvalidTokenError:
            raise self.token_refusal() from None

    def token_refusal(self) -> Exception:
        """The service's error for a NextToken that it did not hand out."""
        raise NotImplementedError

    def dump(self) -> Record:
        """The state as data."""
        return {name: part.dump() for name, part in _parts(self).items()}

    def load(self, data: Record) -> None:
        """Hold exactly what ``dump`` gave."""
        for name, part in _parts(self).items():
            part.load(data[name])


B = TypeVar("B", bound=Backend)


class World(Generic[B]):
    """The backends of one service by account and region, and what they share.

    ``options``, ``quotas`` (the resolved ones) and ``ids`` are those of the innermost scope, which puts them here.
    ``lock`` is held around the handling of each request, and no code of a test's own runs under it. A service whose
    state does not all belong to accounts (an object store) has a subclass: what that keeps in attributes that are
    parts is state too.
    """

    options: Record
    quotas: Mapping[str, float]
    ids: IdSource

    def __init__(self, service_name: str, make_backend: type[B], clock: Clock) -> None:
        self.service_name = service_name
        self.clock = clock
        self.lock = Lock()
        #: The address below which a server answers the URLs that the service hands out. None: they are those of AWS,
        #: and intercepted in this process.
        self.url_base: str | None = None
        self._make_backend = make_backend
        self._backends: dict[tuple[str, str], B] = {}

    def backend(self, account_id: str, region_name: str) -> B:
        """The backend of that account and region."""
        backend = self._backends.get((account_id, region_name))
        if backend is None:
            with self.lock:
                backend = self._backends.get((account_id, region_name))
                if backend is None:
                    backend = self._make_backend(self, account_id, region_name)
                    self._backends[account_id, region_name] = backend
        return backend

    def backends(self) -> list[B]:
        """The backends that were asked for so far."""
        return list(self._backends.values())

    def reset(self) -> None:
        """Forget all state, and the handlers that a test gave."""
        with self.lock:
            for backend in self._backends.values():
                backend.handlers.clear()
            blank = type(self)(self.service_name, self._make_backend, self.clock)
            self._load({"backends": [], "shared": blank._dump_shared()})  # noqa: SLF001 (of its own class)

    def snapshot(self) -> Record:
        """All state as JSON-able data, a copy."""
        with self.lock:
            data: Record = snapshot.encode(self._dump())
            return data

    def restore(self, data: Mapping[str, Any]) -> None:
        """Put back exactly what ``snapshot`` gave and drop the rest; SnapshotError where that cannot be done."""
        self._check(data)
        try:
            decoded = snapshot.decode(dict(data))
            with self.lock:
                before = self._dump()
                try:
                    self._load(decoded)
                except Exception:
                    self._load(before)
                    raise
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise SnapshotError(
                f"This snapshot is damaged ({type(error).__name__}: {error}); nothing was changed. "
                "Give restore() what snapshot() returned, unchanged."
            ) from error

    @lazy
    def _blank(self) -> Record:
        """The state of a backend in which nothing is."""
        return self._make_backend(self, "", "").dump()

    def _check(self, data: Mapping[str, Any]) -> None:
        if not isinstance(data, Mapping) or "version" not in data or "service" not in data:
            raise SnapshotError("This is not a snapshot: give restore() what snapshot() returned.")
        if data["version"] != SNAPSHOT_VERSION:
            raise SnapshotError(
                f"This snapshot has version {data['version']!r}, and this appint_mock reads version "
                f"{SNAPSHOT_VERSION}. Take it anew with this version."
            )
        if data["service"] != self.service_name:
            raise SnapshotError(f"This is a snapshot of {data['service']}, not of {self.service_name}.")

    def _dump(self) -> Record:
        return {
            "version": SNAPSHOT_VERSION,
            "service": self.service_name,
            # Without those that were only looked at: asking for a thing that is not there is no change.
            "backends": [
                [*key, state] for key, backend in self._backends.items() if (state := backend.dump()) != self._blank
            ],
            "shared": self._dump_shared(),
        }

    def _dump_shared(self) -> Record:
        """The state that belongs to no account, by attribute."""
        return {name: part.dump() for name, part in _parts(self).items()}

    def _load(self, data: Record) -> None:
        states = {(account_id, region_name): state for account_id, region_name, state in data["backends"]}
        # A backend that the data lacks is emptied in place, not dropped: the test may hold it in a variable.
        for key, backend in self._backends.items():
            backend.load(states.pop(key, self._blank))
        for (account_id, region_name), state in states.items():
            self.backend(account_id, region_name).load(state)
        for name, part in _parts(self).items():
            part.load(data["shared"][name])


def _parts(owner: object) -> dict[str, Part]:
    """The attributes of a backend or world that are state."""
    return {name: part for name, part in vars(owner).items() if isinstance(part, Part)}
