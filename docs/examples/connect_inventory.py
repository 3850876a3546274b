"""Keep one data integration per shop, and test it (``pytest``)."""

from __future__ import annotations

from typing import Any

import boto3
import pytest

KEY = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-4333-8444-555555555555"


def sync(wanted: dict[str, str]) -> dict[str, list[str]]:
    """Create the integrations that are missing, delete those that nobody wants."""
    client = boto3.client("appintegrations")
    pages = client.get_paginator("list_data_integrations").paginate()
    there = {each["Name"] for page in pages for each in page["DataIntegrations"]}
    done: dict[str, list[str]] = {"created": [], "deleted": [], "kept": []}
    for name in sorted(wanted.keys() - there):
        client.create_data_integration(Name=name, KmsKey=KEY, SourceURI=wanted[name])
        done["created"].append(name)
    for name in sorted(there - wanted.keys()):
        done["deleted" if delete(client, name) else "kept"].append(name)
    return done


def delete(client: Any, name: str) -> bool:
    """Delete an integration, and say whether that was possible."""
    try:
        client.delete_data_integration(DataIntegrationIdentifier=name)
    except client.exceptions.InvalidRequestException:
        return False  # Amazon Connect still uses it
    return True


@pytest.mark.appintegrations(page_size=2)
def test_a_second_run_changes_nothing(appintegrations: Any) -> None:
    wanted = {name: f"s3://{name}-files" for name in ("bergen", "cork", "oslo")}
    assert sync(wanted)["created"] == ["bergen", "cork", "oslo"]
    assert sync(wanted) == {"created": [], "deleted": [], "kept": []}
    # Three integrations are two pages of two, in both runs.
    appintegrations.calls.assert_called("CreateDataIntegration", times=3)
    appintegrations.calls.assert_called("ListDataIntegrations", times=3)


def test_a_shop_that_closed_is_removed(appintegrations_client: Any) -> None:
    sync({"oslo": "s3://oslo-files"})
    assert sync({})["deleted"] == ["oslo"]
    assert appintegrations_client.list_data_integrations()["DataIntegrations"] == []


def test_one_in_use_is_kept(appintegrations_client: Any) -> None:
    sync({"oslo": "s3://oslo-files"})
    appintegrations_client.create_data_integration_association(
        DataIntegrationIdentifier="oslo",
        ClientId="connect",
        ExecutionConfiguration={"ExecutionMode": "ON_DEMAND"},
    )
    assert sync({})["kept"] == ["oslo"]


def test_it_goes_on_after_throttling(appintegrations: Any) -> None:
    appintegrations.fail("CreateDataIntegration", "ThrottlingException", times=2)
    assert sync({"oslo": "s3://oslo-files"})["created"] == ["oslo"]
    appintegrations.calls.assert_called("CreateDataIntegration", times=3)
