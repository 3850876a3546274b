"""Holds the state of one service, in every account and region, while its outermost scope is open."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from ..errors import SnapshotError
from ..hints import see
from ..lazy import lazy
from . import snapshot
from .arns import Arn, partition_of
from .clock import Clock
from .form import Unfit, data, inside, items, matching, object_, shown, shown_key
from .lock import Lock
from .paging import InvalidTokenError, make_token, read_token
from .part import Forms, Part, Records
from .store import Among, Record, Table
from .views import RecordMapping, summary, tree

if TYPE_CHECKING:
    from .ids import IdSource

#: Raised when a snapshot's form changes: an older library must not half-read a newer one's file.
SNAPSHOT_VERSION = 1
_ACCOUNT = matching("[0-9]{12}", "an account of 12 digits")
_REGION = matching("[a-z0-9]+(-[a-z0-9]+)+", "a region")


class Backend:
    """A service in one account and region. Each operation is a method, named as boto3 names it.

    What a subclass keeps in attributes that are parts (tables, tokens, logs ...) is its state.
    """

    #: How many items a page of a listing has if the request does not say.
    default_page: ClassVar[int] = 100
    #: Against which a snapshot is checked.
    forms: ClassVar[Forms] = Forms()
    #: The table in which an operation looks a named resource up, if several tables of the backend have such ids.
    looked_up_in: ClassVar[Mapping[str, str]] = {}

    def __init__(self, world: World[Any], account_id: str, region_name: str) -> None:
        self.world = world
        self.account_id = account_id
        self.region_name = region_name
        self.partition = partition_of(region_name)
        #: What a test gave to be called, by event. No state: no snapshot has it, and only ``World.reset`` drops it.
        self.handlers: dict[str, list[Callable[..., Any]]] = {}

    def arn(self, service: str, resource: str) -> str:
        """Returns the ARN of a resource of this account and region."""
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
        """Returns a page of a listing, and the token of the next page (None on the last).

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
        """Returns a List operation's page and the next token; ``scope`` (JSON-able): the parent's id, the filter."""
        limit = self.default_page if MaxResults is None else MaxResults
        try:
            return self.page(table, (operation, scope), limit=limit, next_token=NextToken, reverse=reverse, among=among)
        except InvalidTokenError:
            raise self.token_refusal() from None

    def token_refusal(self) -> Exception:
        """Returns the service's error for a NextToken that it did not issue."""
        raise NotImplementedError

    def missing_reference(self, kind: str, named: str) -> Exception:
        """Returns the service's error for a missing resource of another service; ``kind`` describes the resource."""
        raise NotImplementedError

    def tables(self) -> dict[str, RecordMapping]:
        """Returns the tables by the names of their attributes."""
        return {name: part for name, part in vars(self).items() if isinstance(part, RecordMapping)}

    def __str__(self) -> str:
        return tree(f"{self.world.service_name} of {self.account_id} in {self.region_name}", self.tables())

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.account_id} in {self.region_name}: {summary(self.tables())}>"

    def dump(self) -> Record:
        """Returns the state as data."""
        return {name: part.dump() for name, part in _parts(self).items()}

    def load(self, data: Record) -> None:
        """Restores the content from ``dump``."""
        for name, part in _parts(self).items():
            part.load(data[name])


B = TypeVar("B", bound=Backend)


class World(Generic[B]):
    """The backends of one service by account and region, and the state that they share.

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
        clock.on_forward.append(self.clock_went_forward)
        self._make_backend = make_backend
        self._backends: dict[tuple[str, str], B] = {}
        #: Those that only the request knows that is being handled.
        self._only_asked: set[tuple[str, str]] = set()

    def backend(self, account_id: str, region_name: str) -> B:
        """Returns the backend of that account and region, which is kept from now on: callers may refer to it."""
        key = account_id, region_name
        with self.lock:
            self._only_asked.discard(key)
            backend = self._backends.get(key)
            if backend is None:
                backend = self._backends[key] = self._made(account_id, region_name)
            return backend

    def asked(self, account_id: str, region_name: str) -> B:
        """Returns the backend of that account and region for one request; holds the lock until ``answered``."""
        key = account_id, region_name
        backend = self._backends.get(key)
        if backend is None:
            backend = self._backends[key] = self._made(account_id, region_name)
            self._only_asked.add(key)
        return backend

    def _made(self, account_id: str, region_name: str) -> B:
        backend = self._make_backend(self, account_id, region_name)
        for table in backend.tables().values():
            table.place = f" of account {account_id} in {region_name}"
        return backend

    def answered(self, account_id: str, region_name: str) -> None:
        """Drops the backend if only the request needed it: clients may use any number of accounts."""
        key = account_id, region_name
        if key in self._only_asked:
            self._only_asked.discard(key)
            if not any(map(len, _parts(self._backends[key]).values())):
                del self._backends[key]

    def existing(self, account_id: str, region_name: str) -> B | None:
        """Returns the backend of that account and region, or None if it does not exist yet."""
        return self._backends.get((account_id, region_name))

    def backends(self) -> list[B]:
        """Returns the backends that exist so far."""
        return list(self._backends.values())

    def catch_up(self) -> None:
        """Hook: does the work that is due by the clock. Called before each request, with the lock held."""

    def clock_went_forward(self) -> None:
        """Hook: does the work that is due after a test has moved the clock forward."""

    def remarks(self) -> list[str]:
        """Hook: returns remarks for the report of a failing test, as sentences."""
        return []

    def reset(self) -> None:
        """Forgets all state and the test's handlers."""
        with self.lock:
            for backend in self._backends.values():
                backend.handlers.clear()
            blank = type(self)(self.service_name, self._make_backend, Clock())
            self._load({"backends": [], "shared": blank._dump_shared()})  # noqa: SLF001 (of its own class)

    def snapshot(self) -> Record:
        """Returns all state as JSON-able data, a copy."""
        with self.lock:
            data: Record = snapshot.encode(self._dump())
            return data

    def dump(self) -> Record:
        """Returns all state as data, without copying: the records are the originals, for reading only."""
        with self.lock:
            return self._dump()

    def restore(self, data: Mapping[str, Any]) -> None:
        """Restores exactly the state of ``snapshot``, and drops the rest.

        Raises SnapshotError, and changes nothing, for what ``snapshot`` would never give: the text names the place.
        """
        self._check_header(data)
        try:
            decoded = snapshot.decode(dict(data))
            self._check(decoded)
        except Unfit as error:
            raise SnapshotError(
                f"This snapshot is damaged: {error}. Nothing was changed. Give restore() what snapshot() returned."
                + see("snapshots")
            ) from error
        with self.lock:
            before = self._dump()
            try:
                self._load(decoded)
            except Exception as error:
                self._load(before)
                # Of a part that a service checks less closely than it reads it.
                raise SnapshotError(
                    f"This snapshot is damaged ({error!r}). Nothing was changed." + see("snapshots")
                ) from error
            if self.ids.is_seeded:
                # The state may be of a run with the same seed: the ids to come must not be those that are in it.
                self.ids.branch(snapshot.digest(data))

    def put_back(self, data: Mapping[str, Any]) -> None:
        """Restores a dump of this world without checks: a test may have put any data into a backend."""
        decoded = snapshot.decode(dict(data))
        with self.lock:
            self._load(decoded)

    @lazy
    def _blank(self) -> Record:
        """The state of a backend in which nothing is."""
        return self._make_backend(self, "", "").dump()

    def _check_header(self, data: Mapping[str, Any]) -> None:
        if not isinstance(data, Mapping) or "version" not in data or "service" not in data:
            raise SnapshotError("This is not a snapshot: give restore() what snapshot() returned." + see("snapshots"))
        if not isinstance(data["version"], int) or data["version"] is True or data["version"] != SNAPSHOT_VERSION:
            raise SnapshotError(
                f"This snapshot has version {shown(data['version'])}, and this appint_mock reads version "
                f"{SNAPSHOT_VERSION}. Take a new one with this version." + see("snapshots")
            )
        if data["service"] != self.service_name:
            raise SnapshotError(
                f"This is a snapshot of {shown_key(data['service'])}, not of {self.service_name}." + see("snapshots")
            )

    def _check(self, data: Mapping[str, Any]) -> None:
        """Raises Unfit for data that ``_dump`` never returns."""
        _check_names(data, {"version", "service", "backends", "shared"})
        with inside("backends"):
            self._check_backends(data["backends"])
        with inside("shared"):
            _check_parts(data["shared"], _parts(self), {})
        states = {(account_id, region_name): state for account_id, region_name, state in data["backends"]}
        self._make_backend.forms.check_references(states)

    def _check_backends(self, backends: Any) -> None:
        parts = _parts(self._make_backend(self, "", ""))
        known = set()
        items(data)(backends)
        for index, entry in enumerate(backends):
            with inside(index):
                if not isinstance(entry, list) or len(entry) != 3:
                    raise Unfit(f"is {shown(entry)}, not an account, a region and a state")
                with inside(0):
                    _ACCOUNT(entry[0])
                with inside(1):
                    _REGION(entry[1])
                if (entry[0], entry[1]) in known:
                    raise Unfit("is of the same account and region as an earlier one")
                known.add((entry[0], entry[1]))
                with inside(2):
                    _check_parts(entry[2], parts, self._make_backend.forms.records)

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
        """Returns the state that is common to all accounts, by attribute."""
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


def _check_parts(given: Any, parts: Mapping[str, Part], records: Mapping[str, Records]) -> None:
    _check_names(given, parts.keys())
    for name, part in parts.items():
        with inside(name):
            part.check(given[name], records.get(name, Records()))


def _check_names(given: Any, names: Collection[str]) -> None:
    for name in object_(given):
        if name not in names:
            raise Unfit(f"has the unknown member {shown_key(name)}")
    for name in sorted(names):
        if name not in given:
            raise Unfit(f"lacks the member {name}")


def _parts(owner: object) -> dict[str, Part]:
    """Returns the attributes of a backend or world that are state."""
    return {name: part for name, part in vars(owner).items() if isinstance(part, Part)}
