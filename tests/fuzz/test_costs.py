"""No operation's cost grows faster than what it is about."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from appint_mock import services
from appint_mock.protocol.operation import Operation
from tests.fuzz import costs
from tests.fuzz.scenes import SCENES
from tests.ratios import MOST
from tests.shapes import CATALOGUES, OPERATIONS, operation_id

#: By how much a cost may grow with eight times the things in the account: what is measured is done to one of them.
MOST_WITH_THINGS = 3.0


@pytest.fixture(autouse=True)
def _no_collection() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.slow
@pytest.mark.parametrize("service", CATALOGUES)
def test_no_operation_costs_more_because_there_are_more_things_in_the_account(service: str) -> None:
    slow: dict[str, float] = {}
    for _ in range(3):
        growths = costs.of_things(service)
        slow = {name: growth for name, growth in growths.items() if growth > MOST_WITH_THINGS}
        if not slow:
            break
    assert not slow
    assert growths.keys() == CATALOGUES[service].operations.keys()


@pytest.mark.slow
@pytest.mark.parametrize("scene", SCENES)
def test_nothing_costs_more_because_companions_accounts_or_jobs_are_many(scene: str) -> None:
    slow: dict[str, float] = {}
    for _ in range(3):
        slow = {name: growth for name, growth in costs.of_scene(SCENES[scene]).items() if growth > MOST_WITH_THINGS}
        if not slow:
            break
    assert not slow


def test_every_operation_of_a_companion_is_measured() -> None:
    measured = [name for scene in ("connect", "catalog") for name in _works(scene)]
    for service, names in {
        "appintegrations": ("connect", "qconnect"),
        "dataexchange": ("marketplace-catalog",),
    }.items():
        for name in names:
            operations = services.load_companion(service, name).catalogue.operations
            assert {f"{name}.{operation}" for operation in operations} <= set(measured)


def _works(scene: str) -> list[str]:
    with SCENES[scene](2) as works:
        return [name for name, work in works.items() if work() or True]


@pytest.mark.slow
@pytest.mark.parametrize("operation", OPERATIONS, ids=operation_id)
def test_no_text_of_a_request_costs_more_than_its_length(operation: Operation) -> None:
    slow: dict[str, float] = {}
    for _ in range(3):
        slow = {path: growth for path, growth in costs.of_texts(operation).items() if growth > MOST}
        if not slow:
            break
    assert not slow
