"""Knowledge bases of Amazon Q in Connect and Wisdom beside an open scope of Amazon AppIntegrations."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config

from appint_mock import mock_appintegrations
from appint_mock.services import load_companion
from tests.fidelity.appintegrations import holds

ACCOUNT, REGION = "123456789012", "us-east-1"
NOWHERE = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def aws() -> Iterator[Any]:
    with mock_appintegrations() as handle:
        yield handle


@pytest.fixture(params=["qconnect", "wisdom"])
def client(aws: Any, request: pytest.FixtureRequest) -> Any:
    return boto3.client(request.param, config=Config(parameter_validation=False))


@pytest.fixture
def appint(aws: Any) -> Any:
    return boto3.client("appintegrations")


def _data_integration(appint: Any, name: str = "articles") -> dict[str, Any]:
    made: dict[str, Any] = appint.create_data_integration(
        Name=name, KmsKey="arn:aws:kms:us-east-1:123456789012:key/k", SourceURI="Salesforce://AppFlow/articles"
    )
    return made


def _create(client: Any, arn: str | None = None, **given: Any) -> dict[str, Any]:
    if arn:
        given["sourceConfiguration"] = {"appIntegrations": {"appIntegrationArn": arn, "objectFields": ["Id"]}}
    members = {"name": "articles", "knowledgeBaseType": "EXTERNAL" if arn else "CUSTOM", **given}
    made: dict[str, Any] = client.create_knowledge_base(**members)["knowledgeBase"]
    return made


def _associations(appint: Any, integration: dict[str, Any]) -> list[dict[str, Any]]:
    answer = appint.list_data_integration_associations(DataIntegrationIdentifier=integration["Id"])
    found: list[dict[str, Any]] = answer["DataIntegrationAssociations"]
    return found


@holds("knowledge-bases.association", "knowledge-bases.delete", "knowledge-bases.active")
def test_a_knowledge_base_associates_its_data_integration_until_it_is_deleted(client: Any, appint: Any) -> None:
    integration = _data_integration(appint)
    made = _create(client, integration["Arn"])
    assert str(uuid.UUID(made["knowledgeBaseId"])) == made["knowledgeBaseId"]
    assert made["knowledgeBaseArn"] == f"arn:aws:wisdom:{REGION}:{ACCOUNT}:knowledge-base/{made['knowledgeBaseId']}"
    assert made["status"] == "ACTIVE"
    (association,) = _associations(appint, integration)
    assert association["DataIntegrationArn"] == integration["Arn"]
    with pytest.raises(appint.exceptions.InvalidRequestException, match="DataIntegrationAssociations"):
        appint.delete_data_integration(DataIntegrationIdentifier=integration["Id"])
    client.delete_knowledge_base(knowledgeBaseId=made["knowledgeBaseArn"])
    assert _associations(appint, integration) == []
    with pytest.raises(client.exceptions.ClientError, match="InvalidRequestException"):
        _create(client, integration["Arn"])
    appint.delete_data_integration(DataIntegrationIdentifier=integration["Id"])


@holds("knowledge-bases.once")
def test_a_data_integration_serves_one_knowledge_base(client: Any, appint: Any) -> None:
    integration = _data_integration(appint)
    _create(client, integration["Arn"])
    with pytest.raises(client.exceptions.ClientError) as refused:
        _create(client, integration["Arn"], name="more")
    assert refused.value.response["Error"]["Code"] == "InvalidRequestException"
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert len(client.list_knowledge_bases()["knowledgeBaseSummaries"]) == 1
    with mock_appintegrations(single_association=False):
        _create(client, integration["Arn"], name="more")
    assert len(_associations(appint, integration)) == 2


def test_the_quota_of_associations_is_the_companion_s_error(client: Any, appint: Any) -> None:
    integration = _data_integration(appint)
    text = "The allowed quota of 1 data integration associations has been exceeded"
    with mock_appintegrations(single_association=False, quotas={"data_integration_associations": 1}):
        _create(client, integration["Arn"])
        with pytest.raises(client.exceptions.ClientError, match=rf"\(ServiceQuotaExceededException\).*: {text}$"):
            _create(client, integration["Arn"], name="more")
    assert len(_associations(appint, integration)) == 1


@holds("knowledge-bases.missing")
@pytest.mark.parametrize(
    "arn",
    [
        f"arn:aws:app-integrations:{REGION}:{ACCOUNT}:data-integration/{NOWHERE}",
        f"arn:aws:app-integrations:{REGION}:{ACCOUNT}:application/{NOWHERE}",
        f"arn:aws:kms:{REGION}:{ACCOUNT}:key/k",
    ],
)
def test_an_arn_of_no_data_integration_is_not_found(client: Any, arn: str) -> None:
    with pytest.raises(client.exceptions.ResourceNotFoundException, match=f": Could not find data integration {arn}$"):
        _create(client, arn)
    assert client.list_knowledge_bases()["knowledgeBaseSummaries"] == []


@holds("knowledge-bases.source")
@pytest.mark.parametrize("kind", ["CUSTOM", "QUICK_RESPONSES"])
def test_a_type_without_a_source_takes_none(client: Any, appint: Any, kind: str) -> None:
    integration = _data_integration(appint)
    with pytest.raises(client.exceptions.ValidationException, match="sourceConfiguration"):
        _create(client, integration["Arn"], knowledgeBaseType=kind)
    assert _associations(appint, integration) == []


def test_get_and_list_show_what_was_created(client: Any) -> None:
    made = _create(client, description="All articles", tags={"team": "desk"})
    assert made["tags"] == {"team": "desk"}
    for identifier in (made["knowledgeBaseId"], made["knowledgeBaseArn"]):
        assert client.get_knowledge_base(knowledgeBaseId=identifier)["knowledgeBase"] == made
    _create(client, name="second")
    pages = client.get_paginator("list_knowledge_bases").paginate(PaginationConfig={"PageSize": 1})
    assert [each["name"] for page in pages for each in page["knowledgeBaseSummaries"]] == ["articles", "second"]
    with pytest.raises(client.exceptions.ValidationException):
        client.list_knowledge_bases(nextToken="none")


@pytest.mark.parametrize(("tags", "shown"), [({"a": "1"}, {"tags": {"a": "1"}}), ({}, {})], ids=str)
def test_a_stack_changes_tags_and_members_of_a_knowledge_base(
    aws: Any, client: Any, tags: dict[str, str], shown: dict[str, Any]
) -> None:
    made = _create(client, description="All articles", tags={"team": "desk"})
    operations = load_companion("appintegrations", "qconnect").operations(aws.backend())
    operations.set_members({"knowledgeBaseId": made["knowledgeBaseArn"]}, {"description": "Some"}, tags)
    del made["tags"]
    answer = client.get_knowledge_base(knowledgeBaseId=made["knowledgeBaseId"])
    assert answer["knowledgeBase"] == {**made, "description": "Some", **shown}


@holds("knowledge-bases.name")
def test_a_name_is_taken_until_its_knowledge_base_is_deleted(client: Any) -> None:
    made = _create(client)
    with pytest.raises(client.exceptions.ConflictException):
        _create(client)
    client.delete_knowledge_base(knowledgeBaseId=made["knowledgeBaseId"])
    _create(client)


@holds("knowledge-bases.token")
def test_a_client_token_gives_the_first_answer(client: Any) -> None:
    made = _create(client, clientToken="t")
    assert _create(client, clientToken="t") == made
    with pytest.raises(client.exceptions.ConflictException, match="clientToken"):
        _create(client, clientToken="t", name="other")
    client.delete_knowledge_base(knowledgeBaseId=made["knowledgeBaseId"])
    assert _create(client, clientToken="t")["knowledgeBaseId"] != made["knowledgeBaseId"]


@pytest.mark.parametrize("operation", ["get_knowledge_base", "delete_knowledge_base"])
def test_what_is_not_there_is_not_found(client: Any, operation: str) -> None:
    elsewhere = f"arn:aws:wisdom:eu-west-1:{ACCOUNT}:knowledge-base/{_create(client)['knowledgeBaseId']}"
    for identifier in (NOWHERE, elsewhere):
        with pytest.raises(client.exceptions.ResourceNotFoundException):
            getattr(client, operation)(knowledgeBaseId=identifier)


@pytest.mark.parametrize(
    "wrong", [{"name": "!"}, {"knowledgeBaseType": "OTHER"}, {"description": ""}, {"name": "n" * 256}]
)
def test_constraints_of_the_model_are_checked(client: Any, wrong: dict[str, Any]) -> None:
    with pytest.raises(client.exceptions.ValidationException, match=r"\d validation errors? detected"):
        _create(client, **wrong)


def test_a_pattern_of_a_name_is_matched_whole() -> None:
    with mock_appintegrations():
        client: Any = boto3.client("qconnect")
        with pytest.raises(client.exceptions.ValidationException, match="at 'name' failed to satisfy constraint"):
            _create(client, name="!a")


def test_a_page_has_fifty_knowledge_bases_if_nothing_is_said(client: Any) -> None:
    for number in range(51):
        _create(client, name=f"articles{number}")
    page = client.list_knowledge_bases()
    assert len(page["knowledgeBaseSummaries"]) == 50
    assert len(client.list_knowledge_bases(nextToken=page["nextToken"])["knowledgeBaseSummaries"]) == 1


@holds("knowledge-bases.both")
def test_both_services_show_the_same_knowledge_bases(aws: Any) -> None:
    made = _create(boto3.client("qconnect"))
    (listed,) = boto3.client("wisdom").list_knowledge_bases()["knowledgeBaseSummaries"]
    assert listed["knowledgeBaseId"] == made["knowledgeBaseId"]
    boto3.client("wisdom").delete_knowledge_base(knowledgeBaseId=made["knowledgeBaseId"])
    assert [call.service_name for call in aws.calls] == ["qconnect", "wisdom", "wisdom"]
    aws.calls.assert_called("CreateKnowledgeBase", name="articles")


def test_the_state_is_part_of_a_snapshot(aws: Any, client: Any, appint: Any) -> None:
    made = _create(client, _data_integration(appint)["Arn"])
    state = aws.snapshot()
    aws.reset()
    assert client.list_knowledge_bases()["knowledgeBaseSummaries"] == []
    aws.restore(state)
    client.delete_knowledge_base(knowledgeBaseId=made["knowledgeBaseId"])
