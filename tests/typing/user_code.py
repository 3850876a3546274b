"""Code as users write it, checked by mypy and pyright in their strict modes; it is never run.

What a checker must refuse carries an ignore comment: both checkers complain about one that has nothing to ignore.
"""
# pyright: strict, reportUnnecessaryTypeIgnoreComment=true, reportMissingTypeStubs=false

from __future__ import annotations

import unittest
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ReadTimeoutError
from typing_extensions import assert_type

from appint_mock import (
    AppIntegrationsBackend,
    AppIntegrationsMock,
    AppintMockError,
    Call,
    CallLog,
    DataExchangeBackend,
    DataExchangeMock,
    ServiceMock,
    SnapshotError,
    UnmockedCallError,
    mock_appintegrations,
    mock_dataexchange,
)
from appint_mock.scopes.faults import Faults
from appint_mock.state.clock import Clock

if TYPE_CHECKING:
    from types_boto3_appintegrations import AppIntegrationsServiceClient
    from types_boto3_dataexchange import DataExchangeClient


# Decorated functions keep their signatures.


@mock_appintegrations
def plain(name: str, *, count: int = 1) -> list[str]:
    return [name] * count


@mock_appintegrations(page_size=2, quotas={"event_integrations": 2})
def with_options(name: str, *, count: int = 1) -> list[str]:
    return [name] * count


@mock_dataexchange
async def coroutine(name: str) -> bytes:
    return name.encode()


@mock_dataexchange(job_polls=None)
async def coroutine_with_options(name: str) -> bytes:
    return name.encode()


@mock_appintegrations
def generator(count: int) -> Iterator[int]:
    yield count


@mock_appintegrations()
async def asynchronous_generator(count: int) -> AsyncIterator[int]:
    yield count


assert_type(plain("a", count=2), list[str])
assert_type(with_options("a", count=2), list[str])
coroutine_type: Callable[[str], Coroutine[Any, Any, bytes]] = coroutine
coroutine_with_options_type: Callable[[str], Coroutine[Any, Any, bytes]] = coroutine_with_options
assert_type(generator(1), Iterator[int])
assert_type(asynchronous_generator(1), AsyncIterator[int])
plain(1)  # type: ignore[arg-type]
with_options("a", 2)  # type: ignore[call-arg, misc, unused-ignore]


# So do methods and classes.


class Orders:
    @mock_appintegrations
    def method(self, name: str) -> int:
        return len(name)

    @mock_dataexchange(seed=1)
    async def asynchronous_method(self, name: str) -> int:
        return len(name)


@mock_appintegrations
class TestBare(unittest.TestCase):
    limit = 3

    def test_it(self) -> None:
        assert self.limit == 3


@mock_appintegrations(page_size=2)
class TestWithOptions(TestBare):
    pass


assert_type(Orders().method("a"), int)
assert_type(TestBare.limit, int)
assert_type(TestWithOptions().limit, int)


# The handle knows its backend.


def in_a_block() -> None:
    with mock_appintegrations() as aws:
        assert_type(aws, AppIntegrationsMock)
        assert_type(aws.backend(), AppIntegrationsBackend)
        assert_type(aws.backend("210987654321", "eu-west-1"), AppIntegrationsBackend)
        assert_type(aws.backend().associate_event_integration("orders", client_id="connect"), str)
    with mock_dataexchange(job_polls=2) as exchange:
        assert_type(exchange, DataExchangeMock)
        assert_type(exchange.backend(), DataExchangeBackend)
        exchange.objects["bucket", "key"] = b"..."
        assert_type(exchange.objects["bucket", "key"], bytes)


async def in_an_asynchronous_block() -> None:
    async with mock_appintegrations() as aws:
        assert_type(aws, AppIntegrationsMock)


def started() -> None:
    aws = mock_dataexchange().start()
    assert_type(aws, DataExchangeMock)
    aws.stop()


def handle(aws: ServiceMock[AppIntegrationsBackend]) -> None:
    assert_type(aws.calls, CallLog)
    assert_type(aws.calls.last, Call)
    assert_type(aws.calls.of("Delete*"), CallLog)
    assert_type(aws.calls.assert_called("CreateEventIntegration", times=2, Name="orders"), CallLog)
    assert_type(aws.calls.last.parameters, dict[str, Any])
    assert_type(aws.calls.last.response, dict[str, Any] | None)
    assert_type(aws.calls.last.status_code, int | None)
    assert_type([call.error_code for call in aws.calls], list[str | None])
    assert_type(aws.credentials("210987654321")["aws_access_key_id"], str)
    assert_type(aws.snapshot(), dict[str, Any])
    assert_type(aws.clock, Clock)
    assert_type(aws.faults, Faults)
    aws.clock.advance(hours=2)
    aws.restore(aws.snapshot())
    try:
        aws.restore({})
    except SnapshotError as error:
        assert_type(error, SnapshotError)
        refused: ValueError = error
        raise refused from None
    except UnmockedCallError as error:
        stopped: AppintMockError = error
        raise stopped from None


def faults(aws: ServiceMock[AppIntegrationsBackend]) -> None:
    aws.fail("CreateEventIntegration", "ThrottlingException", "Rate exceeded", times=2, after=1)
    aws.fail("*", ReadTimeoutError(endpoint_url="https://example.com"), times=None)
    aws.fail("GetEventIntegration", b"<html>", status=502)
    aws.fail("Get*", "AccessDeniedException", when=lambda parameters: parameters["Name"] == "secret")
    aws.fail("Get*", 404)  # type: ignore[arg-type]
    aws.fail("Get*", "AccessDeniedException", 2)  # type: ignore[arg-type, misc, call-arg, unused-ignore]
    aws.faults.assert_all_used()


# Wrong options are found before any test runs.

mock_appintegrations(pagesize=2)  # type: ignore[call-overload]
mock_appintegrations(page_size="2")  # type: ignore[call-overload]
mock_appintegrations(job_polls=2)  # type: ignore[call-overload]
mock_dataexchange(single_association=True)  # type: ignore[call-overload]


# Fixtures and markers.


@pytest.fixture
@mock_appintegrations
def orders() -> Iterator[str]:
    yield "orders"  # noqa: PT022 (a generator is what is tried)


@pytest.mark.appintegrations(page_size=2)
def test_with_fixtures(
    appintegrations: ServiceMock[AppIntegrationsBackend], appintegrations_client: AppIntegrationsServiceClient
) -> None:
    integrations = appintegrations_client.list_event_integrations()["EventIntegrations"]
    assert_type(integrations[0].get("Name"), str | None)
    appintegrations.calls.assert_called("ListEventIntegrations")


def test_data_exchange(dataexchange: DataExchangeMock, dataexchange_client: DataExchangeClient) -> None:
    dataexchange.objects["bucket", "a.csv"] = b"a,b"
    assert_type(dataexchange_client.list_data_sets()["DataSets"][0]["Id"], str)
