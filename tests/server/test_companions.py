"""Companions of our services at a server."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from appint_mock.server import ServerMock

INSTANCE = "11111111-2222-4333-8444-555555555555"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ServerMock]:
    with ServerMock() as running:
        for name, value in running.environment.items():
            monkeypatch.setenv(name, value)
        yield running


def test_the_environment_names_their_endpoints(server: ServerMock) -> None:
    for name in ("CONNECT", "QCONNECT", "WISDOM", "MARKETPLACE_CATALOG"):
        assert os.environ[f"AWS_ENDPOINT_URL_{name}"] == server.endpoint


def test_an_application_is_associated_with_an_instance(server: ServerMock) -> None:
    appint, connect = boto3.client("appintegrations"), boto3.client("connect")
    arn = appint.create_application(
        Name="desk",
        Namespace="example.desk",
        ApplicationSourceConfig={"ExternalUrlConfig": {"AccessUrl": "https://desk.example.com"}},
    )["Arn"]
    given = {"InstanceId": INSTANCE, "IntegrationType": "APPLICATION", "IntegrationArn": arn}
    association = connect.create_integration_association(**given)["IntegrationAssociationId"]
    with pytest.raises(connect.exceptions.DuplicateResourceException):
        connect.create_integration_association(**given)
    with pytest.raises(appint.exceptions.InvalidRequestException):
        appint.delete_application(Arn=arn)
    connect.delete_integration_association(InstanceId=INSTANCE, IntegrationAssociationId=association)
    appint.delete_application(Arn=arn)
    server.appintegrations.calls.assert_called("CreateIntegrationAssociation", times=2, IntegrationArn=arn)


@pytest.mark.parametrize("name", ["qconnect", "wisdom"])
def test_knowledge_bases_are_kept(server: ServerMock, name: str) -> None:
    client = boto3.client(name)
    made = client.create_knowledge_base(name="articles", knowledgeBaseType="CUSTOM")["knowledgeBase"]
    assert client.get_knowledge_base(knowledgeBaseId=made["knowledgeBaseArn"])["knowledgeBase"] == made
    client.delete_knowledge_base(knowledgeBaseId=made["knowledgeBaseId"])
    assert client.list_knowledge_bases()["knowledgeBaseSummaries"] == []


def test_a_change_set_publishes(server: ServerMock) -> None:
    client, catalog = boto3.client("dataexchange"), boto3.client("marketplace-catalog")
    data_set = client.create_data_set(AssetType="S3_SNAPSHOT", Name="Prices", Description="Daily")["Arn"]
    entity = {"Type": "DataProduct@1.0", "Identifier": "prod-a@1"}
    details = json.dumps({"DataSets": [{"Arn": data_set}]})
    change = {"ChangeType": "AddDataSets", "Entity": entity, "Details": details}
    started = catalog.start_change_set(Catalog="AWSMarketplace", ChangeSet=[change])
    ended = catalog.describe_change_set(Catalog="AWSMarketplace", ChangeSetId=started["ChangeSetId"])
    assert ended["Status"] == "SUCCEEDED"
    assert len(client.list_data_sets(Origin="ENTITLED")["DataSets"]) == 1


def test_their_other_operations_are_not_answered(server: ServerMock) -> None:
    client = boto3.client("connect")
    with pytest.raises(client.exceptions.ClientError, match="UnmockedCallError"):
        client.list_instances()


def test_the_state_is_saved(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    state = tmp_path / "state.json"
    for name, value in (("AWS_ACCESS_KEY_ID", "x"), ("AWS_SECRET_ACCESS_KEY", "x")):
        monkeypatch.setenv(name, value)
    for found in (0, 1):
        with ServerMock(state=state) as server:
            client = boto3.client("wisdom", "us-east-1", endpoint_url=server.endpoint)
            assert len(client.list_knowledge_bases()["knowledgeBaseSummaries"]) == found
            if not found:
                client.create_knowledge_base(name="articles", knowledgeBaseType="CUSTOM")
