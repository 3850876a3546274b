"""What a description of a service does besides holding what it was given."""

from __future__ import annotations

import dataclasses
import gc
from collections.abc import Iterator

import pytest

from appint_mock.services import load


@pytest.fixture
def _as_before() -> Iterator[None]:
    enabled = gc.isenabled()
    yield
    (gc.enable if enabled else gc.disable)()


@pytest.mark.usefixtures("_as_before")
@pytest.mark.parametrize("enabled", [True, False])
def test_loading_a_model_leaves_the_garbage_collector_as_it_was(enabled: bool) -> None:
    (gc.enable if enabled else gc.disable)()
    service = dataclasses.replace(load("appintegrations"))
    assert "ListApplications" in service.catalogue.operations
    assert gc.isenabled() is enabled
