"""An open scope, and clients of the accounts in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from appint_mock import mock_dataexchange
from tests.live import switch

from .actors import OTHER_ACCOUNT, Actor, kept_client


@pytest.fixture
def aws() -> Iterator[Any]:
    """The handle of an open scope; a test that wants options opens a scope inside it."""
    with switch.scope(mock_dataexchange) as handle:
        yield handle


@pytest.fixture
def client(aws: Any) -> Any:
    """A client of the scope's own account and region. Other tests use it too: register nothing on it."""
    return switch.client("dataexchange") or kept_client(aws_access_key_id="kept", aws_secret_access_key="kept")


@pytest.fixture
def provider(aws: Any) -> Actor:
    """The scope's own account, as one that has data."""
    return switch.actor(aws) or Actor(aws)


@pytest.fixture
def subscriber(aws: Any) -> Actor:
    """Another account, as one that gets data."""
    return switch.actor(aws, OTHER_ACCOUNT) or Actor(aws, OTHER_ACCOUNT)
