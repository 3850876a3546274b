"""An open scope and a client that sends what boto3 itself would refuse."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config

from appint_mock import mock_appintegrations
from tests.live import switch


@pytest.fixture
def aws() -> Iterator[Any]:
    """The handle of an open scope; a test that wants options opens a scope inside it."""
    with switch.scope(mock_appintegrations) as handle:
        yield handle


@pytest.fixture(scope="session")
def _kept_client() -> Any:
    # Making one costs more than most tests do. Without botocore's own checks, so that anything can be sent.
    return boto3.client(
        "appintegrations",
        "us-east-1",
        aws_access_key_id="kept",
        aws_secret_access_key="kept",
        config=Config(parameter_validation=False),
    )


@pytest.fixture
def client(aws: Any, _kept_client: Any) -> Any:
    """A client that sends what boto3 itself would refuse. Other tests use it too: register nothing on it."""
    return switch.client("appintegrations", checked=False) or _kept_client


@pytest.fixture
def own_client(aws: Any) -> Any:
    """A client of the test's own, whose events it may use."""
    return switch.client("appintegrations", kept=False) or boto3.client("appintegrations")


@pytest.fixture
def backend(aws: Any) -> Any:
    """The backend of the account and region that `client` acts in."""
    return aws.backend()
