"""A server of this library, which stands in for AWS."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from appint_mock.server import ServerMock


@pytest.fixture
def server() -> Iterator[ServerMock]:
    """A running server with nothing in it, for this test alone."""
    with ServerMock() as running:
        yield running
