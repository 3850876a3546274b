"""Which backends a world keeps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from appint_mock.state.clock import Clock
from appint_mock.state.store import Table
from appint_mock.state.world import Backend, World

HERE, THERE = ("123456789012", "us-east-1"), ("111122223333", "eu-west-1")


class Things(Backend):
    """A backend with one table."""

    def __init__(self, world: Any, account_id: str, region_name: str) -> None:
        super().__init__(world, account_id, region_name)
        self.things = Table()


@pytest.fixture
def world() -> World[Things]:
    return World("things", Things, Clock())


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
