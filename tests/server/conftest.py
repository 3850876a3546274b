from __future__ import annotations

from collections.abc import Iterator

import pytest

from appint_mock.server import ServerMock
from appint_mock.server.handles import Handles
from tests import answers


@pytest.fixture(scope="session")
def _one_server() -> Iterator[ServerMock]:
    with ServerMock() as server:
        yield server


@pytest.fixture
def server(_one_server: ServerMock) -> ServerMock:
    """A running server with nothing in it."""
    _one_server.reset()
    return _one_server


@pytest.fixture
def handles() -> Iterator[Handles]:
    """The open handles of all services, as a server has them."""
    handles = Handles({}, apart=True)
    with handles.opened(10_000_000):
        yield handles


@pytest.fixture
def ordered_faults(server: ServerMock) -> Iterator[None]:
    """For tests that order faults: an answer that no operation gives by itself is no complaint."""
    yield
    answers.complaints[:] = [each for each in answers.complaints if "does not foresee" not in each]
