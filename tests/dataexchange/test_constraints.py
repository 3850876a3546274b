"""Broken constraints of the model, and how they are worded."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fidelity.dataexchange import holds

from . import jobs
from .actors import NOWHERE, OTHER_ACCOUNT, Actor, invalid, not_found

ID = "0123456789abcdef" * 2


def refused(*complaints: str) -> Any:
    """The refusal of a request that breaks constraints; each complaint with its member."""
    return invalid(f"The following parameter(s) are not valid: {', '.join(complaints)}.")


@holds("constraints.code", "constraints.whole", "constraints.text", "constraints.id-characters", "constraints.id-long")
def test_an_arn_as_id_is_refused_in_the_recorded_words(provider: Actor) -> None:
    arn = provider.data_set()["Arn"]
    with invalid(
        'The following parameter(s) are not valid: "DataSetId" must only contain alpha-numeric characters, '
        '"DataSetId" length must be less than or equal to 40 characters long.'
    ):
        provider.client.get_data_set(DataSetId=arn)
    with pytest.raises(provider.client.exceptions.ValidationException):
        provider.client.get_data_set(DataSetId=arn)


@holds("constraints.id-short", "constraints.id-characters")
@pytest.mark.parametrize(
    ("sent", "complaints"),
    [
        ("a" * 29, ["length must be at least 30 characters long"]),
        ("-" * 30, ["must only contain alpha-numeric characters"]),
        ("-" * 40, ["must only contain alpha-numeric characters"]),
        ("a-b", ["must only contain alpha-numeric characters", "length must be at least 30 characters long"]),
        ("é" * 30, ["must only contain alpha-numeric characters"]),
    ],
)
def test_every_complaint_about_an_id_is_reported(provider: Actor, sent: str, complaints: list[str]) -> None:
    with refused(*(f'"DataSetId" {complaint}' for complaint in complaints)):
        provider.client.get_data_set(DataSetId=sent)


@holds("constraints.whole")
@pytest.mark.parametrize("sent", ["a" * 30, "A1" * 20])
def test_an_id_of_the_right_form_is_merely_unknown(provider: Actor, sent: str) -> None:
    with not_found("DATA_SET", sent):
        provider.client.get_data_set(DataSetId=sent)


@holds("constraints.joined", "constraints.required", "constraints.length")
def test_complaints_are_reported_in_the_models_order_of_members(provider: Actor) -> None:
    with refused(
        '"AssetType" is required',
        '"Description" length must be less than or equal to 16384 characters long',
        '"Name" length must be less than or equal to 256 characters long',
    ):
        provider.client.create_data_set(Name="n" * 257, Description="d" * 16385)


@holds("constraints.length")
def test_a_string_that_is_too_short_is_refused_with_the_least_length(provider: Actor) -> None:
    with refused('"RevocationComment" length must be at least 10 characters long'):
        provider.client.revoke_revision(DataSetId=ID, RevisionId=ID, RevocationComment="too short")


@holds("constraints.empty", "constraints.data-set", "constraints.asset-name", "constraints.grant-description")
@pytest.mark.parametrize(
    ("operation", "given"),
    [
        ("create_data_set", {"Name": "", "Description": "d", "AssetType": "S3_SNAPSHOT"}),
        ("create_data_set", {"Name": "n", "Description": "", "AssetType": "S3_SNAPSHOT"}),
        ("update_data_set", {"DataSetId": ID, "Name": ""}),
        ("update_data_set", {"DataSetId": ID, "Description": ""}),
        ("update_asset", {"DataSetId": ID, "RevisionId": ID, "AssetId": ID, "Name": ""}),
        (
            "create_data_grant",
            {
                "Name": "n",
                "Description": "",
                "GrantDistributionScope": "NONE",
                "ReceiverPrincipal": OTHER_ACCOUNT,
                "SourceDataSetId": ID,
            },
        ),
    ],
)
def test_an_empty_string_is_refused_where_a_character_is_needed(provider: Actor, operation: str, given: Any) -> None:
    (member,) = (name for name, value in given.items() if value == "")
    with refused(f'"{member}" is not allowed to be empty'):
        getattr(provider.client, operation)(**given)


@holds("constraints.data-set", "constraints.grant-description")
def test_the_longest_texts_are_taken_and_longer_ones_are_not(provider: Actor) -> None:
    data_set = provider.data_set(Name="n" * 256, Description="d" * 16384)
    provider.client.update_data_set(DataSetId=data_set["Id"], Name="m" * 256, Description="e" * 16384)
    provider.grant(data_set, Description="d" * 16384)
    with refused('"Name" length must be less than or equal to 256 characters long'):
        provider.client.update_data_set(DataSetId=data_set["Id"], Name="n" * 257)
    text = '"Description" length must be less than or equal to 16384 characters long'
    with refused(text):
        provider.client.update_data_set(DataSetId=data_set["Id"], Description="d" * 16385)
    with refused(text):
        provider.grant(data_set, Description="d" * 16385)


@holds("constraints.asset-name")
def test_an_uploaded_asset_needs_a_name_too(provider: Actor) -> None:
    place = jobs.create_place(provider.client)
    with refused('"Details.ImportAssetFromSignedUrl.AssetName" is not allowed to be empty'):
        jobs.create_job(provider.client, "IMPORT_ASSET_FROM_SIGNED_URL", place, AssetName="")


@holds("constraints.path", "constraints.required")
def test_a_member_is_named_by_its_path(provider: Actor) -> None:
    place = jobs.create_place(provider.client)
    sources = [{"Bucket": "b", "Key": "k"}, {"Key": "k"}]
    with refused('"Details.ImportAssetsFromS3.AssetSources[1].Bucket" is required'):
        jobs.create_job(provider.client, "IMPORT_ASSETS_FROM_S3", place, AssetSources=sources)


@holds("constraints.items", "constraints.at-least-one")
@pytest.mark.parametrize(
    ("job_type", "member"),
    [
        ("IMPORT_ASSETS_FROM_S3", "AssetSources"),
        ("IMPORT_ASSETS_FROM_REDSHIFT_DATA_SHARES", "AssetSources"),
        ("EXPORT_ASSETS_TO_S3", "AssetDestinations"),
    ],
)
def test_a_list_that_is_too_short_is_refused_with_the_least_length(provider: Actor, job_type: str, member: str) -> None:
    place = jobs.Place(ID, ID, ID)
    with refused(f'"Details.{jobs.member_of(job_type)}.{member}" must contain at least 1 items'):
        jobs.create_job(provider.client, job_type, place, **{member: []})


@holds("constraints.items")
def test_a_list_that_is_too_long_is_refused_with_the_greatest_length(provider: Actor) -> None:
    job_type = "CREATE_S3_DATA_ACCESS_FROM_S3_BUCKET"
    source = {"Bucket": "b", "KmsKeysToGrant": [{"KmsKeyArn": "a"}] * 11}
    member = f"Details.{jobs.member_of(job_type)}.AssetSource.KmsKeysToGrant"
    with refused(f'"{member}" must contain less than or equal to 10 items'):
        jobs.create_job(provider.client, job_type, jobs.Place(ID, ID), AssetSource=source)


@holds("constraints.range")
@pytest.mark.parametrize(("size", "bound"), [(0, "greater than or equal to 1"), (201, "less than or equal to 200")])
def test_a_number_out_of_its_range_is_refused_with_the_bound(provider: Actor, size: int, bound: str) -> None:
    with refused(f'"MaxResults" must be {bound}'):
        provider.client.list_data_sets(MaxResults=size)


@holds("constraints.enum", "constraints.origin")
@pytest.mark.parametrize("origin", ["MINE", "owned", ""])
def test_a_value_outside_its_enum_is_refused_with_the_enum(provider: Actor, origin: str) -> None:
    with refused('"Origin" must be one of [OWNED, ENTITLED]'):
        provider.client.list_data_sets(Origin=origin)


@holds("constraints.pattern", "constraints.account-id", "constraints.whole")
@pytest.mark.parametrize("account_id", ["12345678901x", "1234567890123", " 123456789012", "/123456789012/"])
def test_a_catalog_is_an_account_of_twelve_digits(provider: Actor, account_id: str) -> None:
    job_type = "IMPORT_ASSETS_FROM_LAKE_FORMATION_TAG_POLICY"
    member = f"Details.{jobs.member_of(job_type)}.CatalogId"
    complaints = [f'"{member}" with value "{account_id}" fails to match the required pattern: /[\\d]{{12}}/']
    if len(account_id) > 12:
        complaints.insert(0, f'"{member}" length must be less than or equal to 12 characters long')
    with pytest.raises(provider.client.exceptions.ValidationException) as caught:
        jobs.create_job(provider.client, job_type, jobs.Place(ID, ID), CatalogId=account_id)
    for complaint in complaints:
        assert complaint in caught.value.response["Message"]


@holds("constraints.account-id")
def test_twelve_digits_are_a_catalog(aws: Any, provider: Actor) -> None:
    job_type = "IMPORT_ASSETS_FROM_LAKE_FORMATION_TAG_POLICY"
    place = jobs.place_for(aws, provider.client, job_type)
    assert jobs.create_job(provider.client, job_type, place, CatalogId="000000000000")["State"] == "WAITING"


@holds("constraints.strange-ids")
def test_some_ids_may_be_any_text(provider: Actor) -> None:
    client, strange = provider.client, "a strange id, merely unknown"
    with not_found("EVENT_ACTION", strange):
        client.get_event_action(EventActionId=strange)
    assert client.list_event_actions(EventSourceId=strange)["EventActions"] == []
    assert client.list_jobs(DataSetId=strange, RevisionId=strange)["Jobs"] == []
    with not_found("DATA_SET", "strange"):
        client.send_api_asset(DataSetId="strange", RevisionId="strange", AssetId="strange")


@holds("constraints.partitions", "identifiers.partition")
def test_a_grant_of_another_partition_is_accepted_by_its_arn(aws: Any) -> None:
    sender, receiver = Actor(aws, region_name="cn-north-1"), Actor(aws, OTHER_ACCOUNT, "cn-north-1")
    grant = sender.grant(sender.data_set())
    assert grant["Arn"].startswith("arn:aws-cn:dataexchange:cn-north-1:")
    assert receiver.accept(grant)["Id"] == grant["DataSetId"]
    assert sender.client.get_data_grant(DataGrantId=grant["Arn"])["AcceptanceState"] == "ACCEPTED"


@holds("constraints.strange-ids", "constraints.whole")
def test_an_event_action_may_not_watch_what_is_no_id(aws: Any, provider: Actor) -> None:
    aws.objects.create_bucket("arrivals")
    with refused(
        '"Event.RevisionPublished.DataSetId" must only contain alpha-numeric characters, '
        '"Event.RevisionPublished.DataSetId" length must be at least 30 characters long'
    ):
        provider.event_action("strange id")
    with invalid(f"Data set {NOWHERE} is not an entitled data set."):
        provider.event_action(NOWHERE)
