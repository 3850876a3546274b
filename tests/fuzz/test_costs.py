"""No operation's cost grows faster than what it is about."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from appint_mock.protocol.operation import Operation
from tests.fuzz import costs
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
@pytest.mark.parametrize("operation", OPERATIONS, ids=operation_id)
def test_no_text_of_a_request_costs_more_than_its_length(operation: Operation) -> None:
    slow: dict[str, float] = {}
    for _ in range(3):
        slow = {path: growth for path, growth in costs.of_texts(operation).items() if growth > MOST}
        if not slow:
            break
    assert not slow
