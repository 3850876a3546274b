"""Which backends a world keeps, and what it takes for a snapshot."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest

from appint_mock.errors import SnapshotError
from appint_mock.state.clock import Clock
from appint_mock.state.ids import IdSource
from appint_mock.state.part import Records
from appint_mock.state.store import Log, Table
from appint_mock.state.world import Backend, World

HERE, THERE = ("123456789012", "us-east-1"), ("111122223333", "eu-west-1")


class Things(Backend):
    """A backend with one table."""

    def __init__(self, world: Any, account_id: str, region_name: str) -> None:
        super().__init__(world, account_id, region_name)
        self.things = Table()

    def token_refusal(self) -> Exception:
        return LookupError("no such page")


@pytest.fixture
def world() -> World[Things]:
    world = World("things", Things, Clock())
    world.ids = IdSource()
    world.options = {"page_size": None}
    return world


def nothing(backend: Things) -> None:
    pass


def add(backend: Things) -> None:
    backend.things.add("a", {"Name": "a"})


@pytest.mark.parametrize(("use", "is_kept"), [(nothing, False), (add, True)])
def test_a_request_leaves_no_backend_unless_it_put_something_there(
    world: World[Things], use: Callable[[Things], None], is_kept: bool
) -> None:
    use(world.asked(*HERE))
    world.answered(*HERE)
    assert (world.existing(*HERE) is not None) is is_kept
    world.asked(*HERE)
    world.answered(*HERE)
    assert len(world.backends()) == is_kept


def test_a_backend_that_somebody_has_is_kept(world: World[Things]) -> None:
    known = world.backend(*HERE)
    assert world.asked(*HERE) is known
    world.answered(*HERE)
    assert world.backends() == [known]


def test_a_backend_that_somebody_gets_during_a_request_is_kept(world: World[Things]) -> None:
    asked = world.asked(*HERE)
    assert world.backend(*HERE) is asked
    world.answered(*HERE)
    assert world.existing(*HERE) is asked


def test_requests_to_one_account_leave_the_backends_of_others(world: World[Things]) -> None:
    known = world.backend(*THERE)
    world.asked(*HERE)
    world.answered(*THERE)
    assert known in world.backends()
    world.answered(*HERE)
    assert world.backends() == [known]


def test_a_table_says_whose_records_it_lacks(world: World[Things]) -> None:
    with pytest.raises(KeyError, match="there is no 'b' among the records of account 111122223333 in eu-west-1"):
        world.backend(*THERE).things["b"]


def test_a_backend_that_was_used_is_kept_though_it_is_empty_again(world: World[Things]) -> None:
    add(world.asked(*HERE))
    world.answered(*HERE)
    kept = world.asked(*HERE)
    kept.things.remove("a")
    world.answered(*HERE)
    assert world.existing(*HERE) is kept


def header(**members: object) -> dict[str, object]:
    return {"version": 1, "service": "things", "backends": [], "shared": {}, **members}


def complaint(world: World[Things], data: Any) -> str:
    """The first line of what the world says of data that are no snapshot; it must stay as it was."""
    before = world.snapshot()
    with pytest.raises(SnapshotError) as refused:
        world.restore(data)
    assert world.snapshot() == before
    return str(refused.value).partition("\n")[0]


@pytest.mark.parametrize(
    "data", [None, [], ["version", "service"], "version service", {"version": 1}, {"service": "x"}]
)
def test_what_names_no_version_and_no_service_is_no_snapshot(world: World[Things], data: object) -> None:
    add(world.backend(*HERE))
    assert complaint(world, data) == "This is not a snapshot: give restore() what snapshot() returned."


@pytest.mark.parametrize(
    ("version", "text"),
    [(0, "0"), (2, "2"), (True, "True"), (False, "False"), (1.0, "1.0"), ("1", "'1'"), ([], "a list of 0")],
)
def test_a_snapshot_of_another_version_is_refused(world: World[Things], version: object, text: str) -> None:
    assert complaint(world, header(version=version)) == (
        f"This snapshot has version {text}, and this appint_mock reads version 1. Take a new one with this version."
    )


@pytest.mark.parametrize("service", ["people", "zebras"])
def test_a_snapshot_of_another_service_is_refused(world: World[Things], service: str) -> None:
    assert complaint(world, header(service=service)) == f"This is a snapshot of {service}, not of things."


EMPTY = {"things": {"next": 0, "rows": []}}


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ({"more": 1}, "it has the unknown member more"),
        ({"backends": {}}, "backends is an object of 0, not a list"),
        ({"backends": [[*HERE]]}, "backends.0 is a list of 2, not an account, a region and a state"),
        ({"backends": [(*HERE, EMPTY, 4)]}, "backends.0 is a list of 4, not an account, a region and a state"),
        ({"backends": ["abc"]}, "backends.0 is 'abc', not an account, a region and a state"),
        ({"backends": [["1", HERE[1], EMPTY]]}, "backends.0.0 is '1', not an account of 12 digits"),
        ({"backends": [[HERE[0], "east", EMPTY]]}, "backends.0.1 is 'east', not a region"),
        ({"backends": [[*HERE, 5]]}, "backends.0.2 is 5, not an object"),
        ({"backends": [[*HERE, {}]]}, "backends.0.2 lacks the member things"),
        ({"backends": [[*HERE, {"things": 5}]]}, "backends.0.2.things is 5, not an object"),
        (
            {"backends": [[*HERE, EMPTY], [*THERE, EMPTY], [*HERE, EMPTY]]},
            "backends.2 is of the same account and region as an earlier one",
        ),
        ({"shared": []}, "shared is a list of 0, not an object"),
        ({"shared": {"a": 1}}, "shared has the unknown member a"),
    ],
    ids=str,
)
def test_a_damaged_snapshot_is_refused_with_the_path_to_the_damage(
    world: World[Things], data: dict[str, object], text: str
) -> None:
    add(world.backend(*HERE))
    assert complaint(world, header(**data)) == (
        f"This snapshot is damaged: {text}. Nothing was changed. Give restore() what snapshot() returned."
    )


def test_a_snapshot_may_hold_one_account_in_two_regions_and_two_accounts_in_one(world: World[Things]) -> None:
    places = [HERE, (HERE[0], THERE[1]), (THERE[0], HERE[1])]
    for place in places:
        add(world.backend(*place))
    state = world.snapshot()
    world.reset()
    assert world.snapshot()["backends"] == []
    world.restore(state)
    assert [tuple(each[:2]) for each in world.snapshot()["backends"]] == places


class Unreadable(Log):
    """Checks less closely than it reads."""

    def check(self, data: Any, records: Records) -> None:
        pass

    def load(self, data: Any) -> None:
        if not isinstance(data, list):
            raise LookupError("no list")
        super().load(data)


class Careless(Things):
    """A backend of which one part is restored before the other fails."""

    def __init__(self, world: Any, account_id: str, region_name: str) -> None:
        super().__init__(world, account_id, region_name)
        self.unreadable = Unreadable()


def test_a_state_that_cannot_be_read_to_its_end_changes_nothing() -> None:
    world = World("things", Careless, Clock())
    add(world.backend(*HERE))
    before = world.snapshot()
    with pytest.raises(SnapshotError) as refused:
        world.restore(header(backends=[[*HERE, {**EMPTY, "unreadable": {}}]]))
    assert str(refused.value).startswith("This snapshot is damaged (LookupError('no list')). Nothing was changed.\n")
    assert world.snapshot() == before


def test_a_seed_makes_other_ids_after_a_snapshot_and_each_time_the_same(world: World[Things]) -> None:
    states = [world.snapshot()]
    add(world.backend(*HERE))
    states += [world.snapshot(), world.snapshot()]
    made = [IdSource(7).uuid()]
    for state in states:
        world.ids = IdSource(7)
        world.restore(state)
        made.append(world.ids.uuid())
    assert len(set(made)) == 3
    assert made[2] == made[3]


def test_a_world_notices_that_its_clock_goes_forward() -> None:
    heard: list[datetime.datetime] = []

    class Due(World[Things]):
        def clock_went_forward(self) -> None:
            heard.append(self.clock.now())

    clock = Clock()
    Due("things", Things, clock)
    moment = clock.freeze(datetime.datetime(2100, 1, 1, tzinfo=datetime.timezone.utc))
    assert heard == [moment]


def test_a_listing_shows_the_oldest_first_and_100_on_a_page(world: World[Things]) -> None:
    backend = world.backend(*HERE)
    for number in range(101):
        backend.things.add(str(number), {"Number": number})
    first, token = backend.listing("ListThings", backend.things, None, None)
    assert [each["Number"] for each in first] == list(range(100))
    assert backend.listing("ListThings", backend.things, None, token) == ([{"Number": 100}], None)
    assert backend.page(backend.things, (), limit=1)[0] == [{"Number": 0}]
    with pytest.raises(LookupError, match="no such page"):
        backend.listing("ListOthers", backend.things, None, token)


@pytest.mark.parametrize(("asked", "page_size", "shown"), [(2, None, 2), (2, 1, 1), (2, 3, 2), (None, 3, 3)])
def test_a_page_is_as_long_as_was_asked_for_but_no_longer_than_the_option_says(
    world: World[Things], asked: int | None, page_size: int | None, shown: int
) -> None:
    world.options = {"page_size": page_size}
    backend = world.backend(*HERE)
    for number in range(5):
        backend.things.add(str(number), {})
    assert len(backend.listing("ListThings", backend.things, asked, None)[0]) == shown


def test_a_snapshot_goes_to_a_world_that_has_no_backend_yet(world: World[Things]) -> None:
    add(world.backend(*THERE))
    other = World("things", Things, Clock())
    other.ids = IdSource()
    other.restore(world.snapshot())
    assert other.snapshot() == world.snapshot()


def test_a_reset_drops_the_tests_handlers_and_keeps_the_backends(world: World[Things]) -> None:
    backend = world.backend(*HERE)
    backend.handlers["made"] = [print]
    world.reset()
    assert world.backend(*HERE) is backend
    assert backend.handlers == {}
