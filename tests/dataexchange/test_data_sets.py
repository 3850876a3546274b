"""Data sets: what they show, and what can be done to them."""

from __future__ import annotations

import datetime
import re
from typing import Any

import boto3
import pytest

from tests.appintegrations import wire
from tests.fidelity.dataexchange import holds

from .actors import ACCOUNT, ASSET_TYPES, NOWHERE, Actor, bare, conflict, not_found, read_only

HEX = re.compile("[0-9a-f]{32}")
UTC = datetime.timezone.utc


@holds("identifiers.ids", "identifiers.arns", "moments.created", "wire.statuses", "answers.members")
def test_a_new_data_set_shows_all_its_members_and_no_others(aws: Any, client: Any) -> None:
    moment = aws.clock.freeze(datetime.datetime(2024, 5, 6, 7, 8, 9, 123456, UTC))
    answer = client.create_data_set(Name="Prices", Description="All prices", AssetType="S3_SNAPSHOT")
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 201
    assert HEX.fullmatch(answer["Id"])
    assert bare(answer) == {
        "Id": answer["Id"],
        "Arn": f"arn:aws:dataexchange:us-east-1:{ACCOUNT}:data-sets/{answer['Id']}",
        "AssetType": "S3_SNAPSHOT",
        "Name": "Prices",
        "Description": "All prices",
        "Origin": "OWNED",
        "CreatedAt": moment,
        "UpdatedAt": moment,
    }
    assert moment.microsecond == 123000
    assert bare(client.get_data_set(DataSetId=answer["Id"])) == bare(answer)
    assert client.list_data_sets()["DataSets"] == [bare(answer)]


@pytest.mark.parametrize("asset_type", ASSET_TYPES)
def test_a_data_set_can_have_any_asset_type(provider: Actor, asset_type: str) -> None:
    data_set = provider.data_set(asset_type)
    assert provider.client.get_data_set(DataSetId=data_set["Id"])["AssetType"] == asset_type


@holds("identifiers.names")
def test_names_need_not_be_unique(provider: Actor) -> None:
    assert provider.data_set()["Id"] != provider.data_set()["Id"]


@holds("identifiers.partition")
def test_an_arn_names_the_partition_and_the_region(aws: Any) -> None:
    data_set = Actor(aws, region_name="cn-north-1").data_set()
    assert data_set["Arn"] == f"arn:aws-cn:dataexchange:cn-north-1:{ACCOUNT}:data-sets/{data_set['Id']}"


@holds("moments.data-set", "answers.tags", "data-sets.update")
def test_an_update_changes_what_it_names_and_moves_updated_at(aws: Any, provider: Actor) -> None:
    data_set = provider.data_set(Tags={"team": "data"})
    moment = aws.clock.freeze(data_set["CreatedAt"] + datetime.timedelta(minutes=5))
    answer = provider.client.update_data_set(DataSetId=data_set["Id"], Name="Costs")
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200
    expected = {**data_set, "Name": "Costs", "UpdatedAt": moment}
    assert bare(provider.client.get_data_set(DataSetId=data_set["Id"])) == expected
    del expected["Tags"]
    assert bare(answer) == expected
    provider.client.update_data_set(DataSetId=data_set["Id"], Description="All costs")
    assert provider.client.get_data_set(DataSetId=data_set["Id"])["Description"] == "All costs"
    assert provider.client.get_data_set(DataSetId=data_set["Id"])["Name"] == "Costs"


@holds("data-sets.update-nothing")
def test_an_update_without_members_changes_nothing(aws: Any, provider: Actor) -> None:
    data_set = provider.data_set()
    aws.clock.advance(minutes=5)
    assert bare(provider.client.update_data_set(DataSetId=data_set["Id"])) == data_set


@holds("data-sets.update")
def test_an_update_cannot_change_the_asset_type(provider: Actor) -> None:
    data_set, client = provider.data_set(), provider.client
    with wire.rewriting(client, wire.body('{"AssetType": "API_GATEWAY_API"}')):
        client.update_data_set(DataSetId=data_set["Id"])
    assert bare(client.get_data_set(DataSetId=data_set["Id"])) == data_set


@holds("lists.update-place")
def test_an_update_keeps_the_data_sets_place_in_the_list(provider: Actor) -> None:
    older, newer = provider.data_set(), provider.data_set()
    provider.client.update_data_set(DataSetId=older["Id"], Name="Costs")
    assert [each["Id"] for each in provider.client.list_data_sets()["DataSets"]] == [newer["Id"], older["Id"]]


@holds("errors.not-found", "data-sets.delete", "data-sets.delete-open")
def test_deleting_a_data_set_takes_its_revisions_and_assets_along(provider: Actor) -> None:
    data_set = provider.data_set()
    provider.finalized(data_set)
    provider.revoke(provider.finalized(data_set))
    provider.revision(data_set, "b.csv")
    answer = provider.client.delete_data_set(DataSetId=data_set["Id"])
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 204
    with not_found("DATA_SET", data_set["Id"]):
        provider.client.get_data_set(DataSetId=data_set["Id"])
    with not_found("DATA_SET", data_set["Id"]):
        provider.client.list_data_set_revisions(DataSetId=data_set["Id"])
    assert provider.client.list_data_sets()["DataSets"] == []
    state = provider.backend.dump()
    assert (state["revisions"], state["assets"]) == ({}, {})


@holds("data-sets.jobs-stay")
def test_jobs_outlive_their_data_set(provider: Actor) -> None:
    data_set = provider.data_set()
    provider.revision(data_set, "a.csv")
    (job,) = provider.client.list_jobs()["Jobs"]
    provider.client.delete_data_set(DataSetId=data_set["Id"])
    assert provider.client.list_jobs(DataSetId=data_set["Id"])["Jobs"] == [job]


def _in_use(data_set: dict[str, Any]) -> Any:
    text = f"Data set {data_set['Id']} is in use by a product or a data grant."
    return conflict("DATA_SET", data_set["Id"], text)


@holds("errors.conflict", "errors.in-use", "data-sets.delete-granted")
def test_a_data_set_in_a_pending_grant_cannot_be_deleted(provider: Actor) -> None:
    data_set = provider.data_set()
    provider.grant(data_set)
    with _in_use(data_set):
        provider.client.delete_data_set(DataSetId=data_set["Id"])


@holds("data-sets.delete-granted")
def test_a_data_set_in_an_accepted_grant_cannot_be_deleted(provider: Actor, subscriber: Actor) -> None:
    data_set = provider.data_set()
    subscriber.accept(provider.grant(data_set))
    with _in_use(data_set):
        provider.client.delete_data_set(DataSetId=data_set["Id"])


@holds("data-sets.delete-after")
def test_a_data_set_whose_grant_was_deleted_can_be_deleted(provider: Actor, subscriber: Actor) -> None:
    data_set = provider.data_set()
    grant = provider.grant(data_set)
    subscriber.accept(grant)
    provider.client.delete_data_grant(DataGrantId=grant["Id"])
    provider.client.delete_data_set(DataSetId=data_set["Id"])
    assert provider.client.list_data_sets()["DataSets"] == []


@holds("data-sets.delete-after")
def test_a_data_set_whose_grant_has_ended_can_be_deleted(aws: Any, provider: Actor) -> None:
    data_set = provider.data_set()
    grant = provider.grant(data_set, EndsAt=aws.clock.now() + datetime.timedelta(hours=1))
    aws.clock.advance(hours=1)
    provider.client.delete_data_set(DataSetId=data_set["Id"])
    assert provider.client.get_data_grant(DataGrantId=grant["Id"])["SourceDataSetId"] == data_set["Id"]


@holds("errors.in-use", "data-sets.delete-product", "publication.publish-revision")
def test_a_data_set_in_a_product_cannot_be_deleted(provider: Actor) -> None:
    data_set = provider.data_set()
    provider.backend.publish_revision(data_set["Id"], provider.finalized(data_set)["Id"])
    with _in_use(data_set):
        provider.client.delete_data_set(DataSetId=data_set["Id"])


@holds("errors.not-found", "errors.not-found-text")
@pytest.mark.parametrize("operation", ["get_data_set", "update_data_set", "delete_data_set"])
def test_an_unknown_data_set_is_not_found(client: Any, operation: str) -> None:
    with not_found("DATA_SET", NOWHERE):
        getattr(client, operation)(DataSetId=NOWHERE)


@holds("errors.read-only", "entitled.read-only", "entitled.read-only-code")
def test_an_entitled_data_set_is_read_only(aws: Any, client: Any) -> None:
    data_set_id = aws.backend().add_entitled_data_set(
        name="Weather", description="Hourly", asset_type="S3_SNAPSHOT", product_id="prod-weather", revisions=[]
    )
    with read_only(data_set_id):
        client.update_data_set(DataSetId=data_set_id, Name="Mine")
    with read_only(data_set_id):
        client.update_data_set(DataSetId=data_set_id)
    with read_only(data_set_id):
        client.delete_data_set(DataSetId=data_set_id)
    with read_only(data_set_id):
        client.create_revision(DataSetId=data_set_id)


@holds("identifiers.apart")
def test_another_account_and_another_region_do_not_find_a_data_set(aws: Any, provider: Actor) -> None:
    data_set = provider.data_set()
    for other in (Actor(aws, "333333333333"), Actor(aws, region_name="eu-west-1")):
        assert other.client.list_data_sets()["DataSets"] == []
        for operation in ("get_data_set", "update_data_set", "delete_data_set", "create_revision"):
            with not_found("DATA_SET", data_set["Id"]):
                getattr(other.client, operation)(DataSetId=data_set["Id"])
    assert [each["Id"] for each in boto3.client("dataexchange").list_data_sets()["DataSets"]] == [data_set["Id"]]


@holds("moments.apart")
def test_what_is_made_after_the_clock_was_set_back_has_the_moment_of_the_clock(aws: Any, provider: Actor) -> None:
    now = aws.clock.freeze()
    made = [provider.data_set() for _ in range(2)]
    before = aws.clock.freeze(now - datetime.timedelta(hours=1))
    made += [provider.data_set() for _ in range(2)]
    millisecond = datetime.timedelta(milliseconds=1)
    assert [each["CreatedAt"] for each in made] == [now, now + millisecond, before, before + millisecond]
