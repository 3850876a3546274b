"""The Resource Groups Tagging API through moto: our resources among those that it finds, tags and untags."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from appint_mock import ServiceMock, mock_appintegrations, mock_dataexchange
from appint_mock.handle.handle import scope_of
from tests.interception.programs import SOURCE

pytest.importorskip(
    "moto.core.resource_tagging",
    reason="moto from 5.2.2 on is not installed, which has the way in: .ci/run has an environment with it",
    exc_type=ImportError,
)

from moto import mock_aws


@pytest.fixture
def aws() -> Iterator[ServiceMock[Any]]:
    with mock_aws(), mock_appintegrations(region_name="us-east-1") as mock, mock_dataexchange():
        yield mock


def event_integration(name: str = "orders", **tags: str) -> str:
    answer = boto3.client("appintegrations").create_event_integration(
        Name=name, EventFilter={"Source": SOURCE}, EventBridgeBus="default", **({"Tags": tags} if tags else {})
    )
    return str(answer["EventIntegrationArn"])


def application(name: str, **tags: str) -> str:
    answer = boto3.client("appintegrations").create_application(
        Name=name, Namespace=name, ApplicationSourceConfig={}, **({"Tags": tags} if tags else {})
    )
    return str(answer["Arn"])


def data_set(**tags: str) -> str:
    answer = boto3.client("dataexchange").create_data_set(
        AssetType="S3_SNAPSHOT", Name="prices", Description="-", **({"Tags": tags} if tags else {})
    )
    return str(answer["Arn"])


def found(**filters: Any) -> dict[str, dict[str, str]]:
    """Tags by ARN, as GetResources shows them."""
    pages = boto3.client("resourcegroupstaggingapi").get_paginator("get_resources").paginate(**filters)
    return {
        each["ResourceARN"]: {tag["Key"]: tag["Value"] for tag in each["Tags"]}
        for page in pages
        for each in page["ResourceTagMappingList"]
    }


def test_get_resources_finds_tagged_resources_of_both_services_and_of_moto(aws: ServiceMock[Any]) -> None:
    event_integration("untagged")
    boto3.client("sqs").create_queue(QueueName="queue", tags={"team": "moto"})
    expected = {
        event_integration(team="desk"): {"team": "desk"},
        application("desk", team="desk", tier="1"): {"team": "desk", "tier": "1"},
        data_set(team="data"): {"team": "data"},
        "arn:aws:sqs:us-east-1:123456789012:queue": {"team": "moto"},
    }
    assert found() == expected


def test_get_resources_filters_by_tags(aws: ServiceMock[Any]) -> None:
    first = event_integration(team="desk")
    application("phone", team="phone")
    assert list(found(TagFilters=[{"Key": "team", "Values": ["desk"]}])) == [first]


def test_get_resources_filters_by_resource_types(aws: ServiceMock[Any]) -> None:
    events, app, data = event_integration(team="x"), application("a", team="x"), data_set(team="x")
    assert set(found(ResourceTypeFilters=["app-integrations"])) == {events, app}
    assert set(found(ResourceTypeFilters=["app-integrations:application"])) == {app}
    assert set(found(ResourceTypeFilters=["dataexchange:data-sets"])) == {data}


def test_get_resources_finds_those_of_its_own_account_and_region_only(aws: ServiceMock[Any]) -> None:
    event_integration(team="x")
    client = boto3.client("resourcegroupstaggingapi", region_name="eu-west-1")
    assert client.get_resources()["ResourceTagMappingList"] == []


def test_keys_and_values_of_tags_are_listed(aws: ServiceMock[Any]) -> None:
    event_integration(team="desk")
    data_set(team="data")
    client = boto3.client("resourcegroupstaggingapi")
    assert set(client.get_tag_keys()["TagKeys"]) == {"team"}
    assert sorted(client.get_tag_values(Key="team")["TagValues"]) == ["data", "desk"]


def test_tag_resources_and_untag_resources_reach_our_resources(aws: ServiceMock[Any]) -> None:
    arns = [event_integration(old="1"), data_set(old="1")]
    client = boto3.client("resourcegroupstaggingapi")
    assert client.tag_resources(ResourceARNList=arns, Tags={"team": "desk"})["FailedResourcesMap"] == {}
    assert client.untag_resources(ResourceARNList=arns, TagKeys=["old"])["FailedResourcesMap"] == {}
    assert found() == {arn: {"team": "desk"} for arn in arns}
    tags = boto3.client("appintegrations").list_tags_for_resource(resourceArn=arns[0])["tags"]
    assert tags == {"team": "desk"}


def test_a_missing_resource_and_a_refused_tag_are_reported_as_failed(aws: ServiceMock[Any]) -> None:
    missing, arn = "arn:aws:app-integrations:us-east-1:123456789012:event-integration/x", event_integration()
    client = boto3.client("resourcegroupstaggingapi")
    assert list(client.tag_resources(ResourceARNList=[missing], Tags={"a": "b"})["FailedResourcesMap"]) == [missing]
    assert list(client.tag_resources(ResourceARNList=[arn], Tags={"aws:a": "b"})["FailedResourcesMap"]) == [arn]
    assert found() == {}


def test_our_resources_are_found_only_while_our_scope_is_open() -> None:
    with mock_aws():
        with mock_appintegrations():
            event_integration(team="x")
            assert found()
        client = boto3.client("resourcegroupstaggingapi", region_name="us-east-1")
        assert client.get_resources()["ResourceTagMappingList"] == []


def test_an_account_that_only_asks_has_no_backend_afterwards(aws: ServiceMock[Any]) -> None:
    there = aws.backend().world.backends()
    for number in range(3):
        client = boto3.client("resourcegroupstaggingapi", **aws.credentials(f"{number:012}"))
        assert client.get_resources()["ResourceTagMappingList"] == []
    assert aws.backend().world.backends() == there


# What moto asks us ---------------------------------------------------------------------------------------------------


def asked(aws: ServiceMock[Any]) -> Any:
    from appint_mock.integrations.moto.tagging import Tagged

    return Tagged(scope_of(aws), "123456789012", "us-east-1")


def test_an_arn_is_ours_only_as_a_whole(aws: ServiceMock[Any]) -> None:
    arn = event_integration("orders")
    spelled = (arn, f"{arn}s", arn[:-1], arn.upper(), "", "arn:aws:sqs:us-east-1:123456789012:queue", "z")
    assert [each for each in spelled if asked(aws).owns_arn(each)] == [arn]


def test_all_resources_are_listed_each_with_its_own_arn_and_type(aws: ServiceMock[Any]) -> None:
    arns = [event_integration(team="desk"), application("desk")]
    association = aws.backend().associate_event_integration("orders", client_id="connect.amazonaws.com")
    listed = {each.arn: (each.resource_type, each.tags) for each in asked(aws).iter_tagged_resources()}
    assert listed == {
        arns[0]: ("app-integrations:event-integration", {"team": "desk"}),
        arns[1]: ("app-integrations:application", {}),
        str(association): ("app-integrations:event-integration-association", {}),
    }


def test_a_tag_that_the_model_does_not_allow_is_refused_with_the_service_s_words(aws: ServiceMock[Any]) -> None:
    arn = event_integration(team="desk")
    with pytest.raises(NotImplementedError, match="Member must have length less than or equal to 128"):
        asked(aws).tag_resource(arn, {"k" * 129: "v"})
    with pytest.raises(NotImplementedError, match="Member must have length less than or equal to 128"):
        asked(aws).untag_resource(arn, ["k" * 129])
    assert found() == {arn: {"team": "desk"}}
