"""What only asks leaves nothing behind."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.states import MOCKS

#: An operation that finds nothing, and one that lists nothing.
ASKING: dict[str, tuple[tuple[str, dict[str, Any]], ...]] = {
    "appintegrations": (
        ("get_event_integration", {"Name": "none"}),
        ("list_event_integration_associations", {"EventIntegrationName": "none"}),
        ("list_applications", {}),
    ),
    "dataexchange": (
        ("get_revision", {"DataSetId": "0" * 32, "RevisionId": "0" * 32}),
        ("list_revision_assets", {"DataSetId": "0" * 32, "RevisionId": "0" * 32}),
        ("list_jobs", {}),
    ),
}


def _ask(client: Any, service: str) -> None:
    *failing, (listing, nothing) = ASKING[service]
    for operation, parameters in failing:
        with pytest.raises(ClientError, match="ResourceNotFoundException"):
            getattr(client, operation)(**parameters)
    getattr(client, listing)(**nothing)


@pytest.mark.parametrize("service", MOCKS)
def test_accounts_that_only_ask_have_no_backend(service: str) -> None:
    with MOCKS[service]() as aws:
        mine = aws.backend()
        for number in range(20):
            _ask(boto3.client(service, **aws.credentials(f"{number:012}")), service)
        assert mine.world.backends() == [mine]


@pytest.mark.parametrize("service", MOCKS)
def test_looks_at_what_is_not_there_leave_nothing_in_a_backend(service: str) -> None:
    with MOCKS[service]() as aws:
        client: Any = boto3.client(service)
        backend = aws.backend()
        for _ in range(3):
            _ask(client, service)
        tables = [part for part in vars(backend).values() if type(part).__name__ == "Tables"]
        assert tables
        assert [part.tables() for part in tables] == [[]] * len(tables)


def test_a_backend_that_a_test_holds_serves_though_an_account_has_only_asked() -> None:
    with MOCKS["appintegrations"]() as aws:
        client = boto3.client("appintegrations", **aws.credentials("000000000001"))
        assert client.list_applications()["Applications"] == []
        backend = aws.backend("000000000001")
        backend.create_event_integration(Name="n", EventFilter={"Source": "aws.partner/x"}, EventBridgeBus="default")
        del backend
        assert client.get_event_integration(Name="n")["Name"] == "n"


def test_an_account_that_made_something_is_kept() -> None:
    with MOCKS["appintegrations"]() as aws:
        client = boto3.client("appintegrations", **aws.credentials("000000000001"))
        client.create_event_integration(Name="n", EventFilter={"Source": "aws.partner/x"}, EventBridgeBus="default")
        client.delete_event_integration(Name="n")
        client.create_event_integration(Name="m", EventFilter={"Source": "aws.partner/x"}, EventBridgeBus="default")
        assert client.get_event_integration(Name="m")["Name"] == "m"
