"""A resource that is asked for in the wrong account or region is pointed at, in reports and failed assertions."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from appint_mock import mock_appintegrations, mock_dataexchange

OTHER = "210987654321"
ORDERS = {"EventFilter": {"Source": "aws.partner/x"}, "EventBridgeBus": "default"}


@pytest.mark.parametrize(
    ("place", "hint"),
    [
        ({"account": OTHER, "region": "us-east-1"}, f"account {OTHER} has it"),
        ({"account": None, "region": "eu-west-1"}, "eu-west-1 has it"),
        ({"account": OTHER, "region": "eu-west-1"}, f"account {OTHER} has it in eu-west-1"),
        ({"account": OTHER, "region": "us-west-2"}, f"account {OTHER} has it in us-west-2"),
    ],
)
@pytest.mark.parametrize("by", ["name", "id", "arn"])
def test_the_call_says_who_has_it(place: dict[str, Any], hint: str, by: str) -> None:
    with mock_appintegrations() as aws:
        credentials: Any = aws.credentials(place["account"]) if place["account"] else {}
        owner = boto3.client("appintegrations", region_name=place["region"], **credentials)
        made = owner.create_data_integration(Name="files", KmsKey="key")
        client = boto3.client("appintegrations")
        ask: Any = {
            "arn": lambda: client.list_tags_for_resource(resourceArn=made["Arn"]),
            "name": lambda: client.get_data_integration(Identifier="files"),
            "id": lambda: client.get_data_integration(Identifier=made["Id"]),
        }
        with pytest.raises(client.exceptions.ResourceNotFoundException) as caught:
            ask[by]()
        assert aws.calls.last.hint == hint
        # AWS does not say so.
        assert "has it" not in str(caught.value)
        assert hint in str(aws.calls).splitlines()[-1]


def test_it_is_in_the_message_of_a_failed_assertion() -> None:
    with mock_dataexchange() as aws:
        owner = boto3.client("dataexchange", **aws.credentials(OTHER))
        data_set = owner.create_data_set(Name="prices", Description="d", AssetType="S3_SNAPSHOT")
        client = boto3.client("dataexchange")
        with pytest.raises(ClientError):
            client.get_data_set(DataSetId=data_set["Id"])
        with pytest.raises(AssertionError, match=f"\n +account {OTHER} has it"):
            aws.calls.assert_called("GetDataSet", times=2)


def test_nothing_is_said_where_nobody_has_it() -> None:
    with mock_appintegrations() as aws:
        client = boto3.client("appintegrations")
        boto3.client("appintegrations", **aws.credentials(OTHER)).create_event_integration(Name="a", **ORDERS)
        with pytest.raises(client.exceptions.ResourceNotFoundException):
            client.get_event_integration(Name="b")
        assert aws.calls.last.hint is None
        client.list_event_integrations()
        assert aws.calls.last.hint is None


def test_among_a_crowd_of_accounts_only_the_first_ones_are_looked_at() -> None:
    with mock_appintegrations() as aws:
        for number in range(100):
            backend: Any = aws.backend(f"{number:012}")
            backend.create_event_integration(Name=f"orders{number}", **ORDERS)
        client = boto3.client("appintegrations")
        for name in ("orders1", "orders63", "orders64", "orders99"):
            with pytest.raises(client.exceptions.ResourceNotFoundException):
                client.get_event_integration(Name=name)
        assert [call.hint for call in aws.calls] == [
            "account 000000000001 has it",
            "account 000000000063 has it",
            None,
            None,
        ]


@pytest.mark.parametrize(
    ("asks_as_receiver", "operation"),
    [
        (True, "get_data_grant"),
        (True, "delete_data_grant"),
        (False, "get_received_data_grant"),
        (False, "accept_data_grant"),
    ],
)
def test_a_grant_that_the_other_side_asks_for_is_pointed_at(asks_as_receiver: bool, operation: str) -> None:
    with mock_dataexchange() as aws:
        sender = boto3.client("dataexchange")
        receiver = boto3.client("dataexchange", **aws.credentials(OTHER))
        data_set = sender.create_data_set(Name="prices", Description="d", AssetType="S3_SNAPSHOT")
        grant = sender.create_data_grant(
            Name="g", GrantDistributionScope="NONE", ReceiverPrincipal=OTHER, SourceDataSetId=data_set["Id"]
        )
        client = receiver if asks_as_receiver else sender
        member = "DataGrantArn" if "receive" in operation or "accept" in operation else "DataGrantId"
        named = {member: grant["Arn"] if member == "DataGrantArn" else grant["Id"]}
        with pytest.raises(client.exceptions.ResourceNotFoundException):
            getattr(client, operation)(**named)
        assert aws.calls.last.hint == f"account {'123456789012' if asks_as_receiver else OTHER} has it"


def test_a_call_that_found_what_it_asked_for_has_no_hint() -> None:
    with mock_appintegrations() as aws:
        other: Any = aws.credentials(OTHER)
        for client in (boto3.client("appintegrations"), boto3.client("appintegrations", **other)):
            client.create_event_integration(Name="orders", **ORDERS)
        boto3.client("appintegrations").get_event_integration(Name="orders")
        assert [call.hint for call in aws.calls] == [None] * 3
