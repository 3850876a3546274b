"""Entitled data: products, what their subscribers see, and what a test can give an account."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest

from appint_mock import AppintMockError, mock_dataexchange
from tests.fidelity.dataexchange import holds

from .actors import (
    NOWHERE,
    OTHER_ACCOUNT,
    REASON,
    Actor,
    Near,
    asset_of,
    bare,
    not_found,
    of,
    read_only,
    refused,
)

GIVEN_ID = "0123456789abcdef" * 2


def _add(actor: Actor, *revisions: dict[str, Any], **members: Any) -> str:
    given = {
        "name": "Weather",
        "description": "Hourly",
        "asset_type": "S3_SNAPSHOT",
        "product_id": "prod-weather",
        **members,
    }
    return str(actor.backend.add_entitled_data_set(**given, revisions=revisions))


# Seeding ---------------------------------------------------------------------------------------------------


@holds(
    "identifiers.entitled-arns",
    "answers.members",
    "publication.seeding",
    "entitled.data-set",
    "entitled.data-set-created",
)
def test_a_seeded_data_set_looks_like_a_products(aws: Any, provider: Actor) -> None:
    moment = aws.clock.freeze()
    data_set_id = _add(provider, {"comment": "May", "assets": {"a.csv": b"abc"}})
    data_set = bare(provider.client.get_data_set(DataSetId=data_set_id))
    assert data_set == {
        "Id": data_set_id,
        "Arn": f"arn:aws:dataexchange:us-east-1::data-sets/{data_set_id}",
        "Name": "Weather",
        "Description": "Hourly",
        "AssetType": "S3_SNAPSHOT",
        "Origin": "ENTITLED",
        "OriginDetails": {"ProductId": "prod-weather"},
        "CreatedAt": moment,
        "UpdatedAt": moment,
    }
    assert provider.client.list_data_sets(Origin="ENTITLED")["DataSets"] == [data_set]
    (revision,) = provider.revisions(data_set_id)
    assert revision == {
        "Id": revision["Id"],
        "Arn": f"{data_set['Arn']}/revisions/{revision['Id']}",
        "DataSetId": data_set_id,
        "Comment": "May",
        "Finalized": True,
        "Revoked": False,
        "CreatedAt": Near(moment),
        "UpdatedAt": Near(moment),
    }
    (asset,) = provider.assets(revision)
    assert asset == {
        "Id": asset["Id"],
        "Arn": f"{revision['Arn']}/assets/{asset['Id']}",
        "DataSetId": data_set_id,
        "RevisionId": revision["Id"],
        "AssetType": "S3_SNAPSHOT",
        "AssetDetails": {"S3SnapshotAsset": {"Size": 3}},
        "Name": "a.csv",
        "CreatedAt": Near(moment),
        "UpdatedAt": Near(moment),
    }


@holds("identifiers.apart")
def test_a_seeded_data_set_belongs_to_its_account_and_region(aws: Any, provider: Actor) -> None:
    data_set_id = _add(provider)
    for other in (Actor(aws, OTHER_ACCOUNT), Actor(aws, region_name="eu-west-1")):
        assert other.client.list_data_sets(Origin="ENTITLED")["DataSets"] == []
        with not_found("DATA_SET", data_set_id):
            other.client.get_data_set(DataSetId=data_set_id)


@holds("publication.seeding-order", "publication.seeding-id")
def test_later_seeded_revisions_are_newer(provider: Actor) -> None:
    data_set_id = _add(provider, {"comment": "older"}, {"comment": "newer"})
    assert [each["Comment"] for each in provider.revisions(data_set_id)] == ["newer", "older"]


@holds("publication.seeding")
def test_a_seeded_revision_can_be_exported(aws: Any, provider: Actor) -> None:
    (revision,) = provider.revisions(_add(provider, {"assets": {"a.csv": b"abc", "b.csv": b""}}))
    assert provider.export(revision) == "COMPLETED"
    assert dict(aws.objects) == {("target", "a.csv"): b"abc", ("target", "b.csv"): b""}


@holds("publication.seeding-id")
def test_a_seeded_revisions_id_can_be_given(provider: Actor) -> None:
    data_set_id = _add(provider, {"id": GIVEN_ID})
    assert provider.client.get_revision(DataSetId=data_set_id, RevisionId=GIVEN_ID)["Id"] == GIVEN_ID


@holds("publication.seeding-hidden", "entitled.unpublished")
def test_an_unpublished_revision_is_invisible_until_it_is_published(aws: Any, provider: Actor) -> None:
    aws.clock.freeze()
    hidden = {"id": GIVEN_ID, "published": False, "comment": "June", "assets": {"a.csv": b"abc"}}
    data_set_id = _add(provider, {"comment": "May"}, hidden)
    assert [each["Comment"] for each in provider.revisions(data_set_id)] == ["May"]
    with not_found("REVISION", GIVEN_ID):
        provider.client.get_revision(DataSetId=data_set_id, RevisionId=GIVEN_ID)
    with not_found("REVISION", GIVEN_ID):
        provider.client.list_revision_assets(DataSetId=data_set_id, RevisionId=GIVEN_ID)
    moment = aws.clock.advance(hours=1)
    provider.backend.publish_revision(data_set_id, GIVEN_ID)
    newest = provider.revisions(data_set_id)[0]
    assert (newest["Id"], newest["Comment"], newest["CreatedAt"]) == (GIVEN_ID, "June", moment)
    assert [asset["Name"] for asset in provider.assets(newest)] == ["a.csv"]


@holds("publication.seeding-details")
def test_given_members_of_an_asset_are_kept_and_missing_ones_made_up(provider: Actor) -> None:
    given = {"ApiId": "abc123", "Stage": "test", "ApiDescription": "Quotes"}
    data_set_id = _add(provider, {"assets": {"quotes": given}}, asset_type="API_GATEWAY_API")
    (asset,) = provider.assets(provider.revisions(data_set_id)[0])
    details = asset["AssetDetails"]["ApiGatewayApiAsset"]
    assert {name: details[name] for name in given} == given
    assert (details["ApiName"], details["ProtocolType"]) == ("quotes", "REST")
    assert details["ApiEndpoint"] == "https://abc123.execute-api.us-east-1.amazonaws.com/test"


@holds("publication.seeding-details")
def test_assets_of_a_seeded_datashare_name_the_share(provider: Actor) -> None:
    data_set_id = _add(provider, {"assets": {"sales": {}}}, asset_type="REDSHIFT_DATA_SHARE")
    (asset,) = provider.assets(provider.revisions(data_set_id)[0])
    arn = asset["AssetDetails"]["RedshiftDataShareAsset"]["Arn"]
    assert re.fullmatch(r"arn:aws:redshift:us-east-1:\d{12}:datashare:[0-9a-f-]{36}/sales", arn)


@holds("publication.seeding-misuse")
@pytest.mark.parametrize(
    ("members", "complaint"),
    [
        ({"asset_type": "CSV"}, "asset_type is 'CSV'"),
        ({"revisions": [{"asset": {}}]}, "a revision has no 'asset'"),
        ({"revisions": [{"id": "short"}]}, "the id 'short' of a revision is not 32 characters"),
        ({"revisions": [{"id": GIVEN_ID}, {"id": GIVEN_ID}]}, f"there is a revision {GIVEN_ID} already"),
        ({"revisions": [{"assets": {"a": "text"}}]}, "asset 'a' of an S3_SNAPSHOT data set is str; give its bytes"),
        (
            {"asset_type": "API_GATEWAY_API", "revisions": [{"assets": {"a": b""}}]},
            "asset 'a' is bytes; give a dict with members of ApiGatewayApiAsset",
        ),
        (
            {"asset_type": "REDSHIFT_DATA_SHARE", "revisions": [{"assets": {"a": {"Name": "x"}}}]},
            "asset 'a' has 'Name'; RedshiftDataShareAsset has only Arn",
        ),
    ],
)
def test_what_cannot_be_seeded_is_refused_in_words(provider: Actor, members: dict[str, Any], complaint: str) -> None:
    given = {
        "name": "Weather",
        "description": "Hourly",
        "asset_type": "S3_SNAPSHOT",
        "product_id": "prod-weather",
        "revisions": [],
        **members,
    }
    with pytest.raises(AppintMockError, match=re.escape(f"backend.add_entitled_data_set: {complaint}")):
        provider.backend.add_entitled_data_set(**given)
    assert provider.client.list_data_sets(Origin="ENTITLED")["DataSets"] == []


@pytest.mark.parametrize(
    ("members", "complaint"),
    [
        ({"name": ""}, "name has 0 characters, not from 1 to 256"),
        ({"name": "n" * 257}, "name has 257 characters, not from 1 to 256"),
        ({"description": 5}, "description is 5, not a text"),
        ({"description": ""}, "description has 0 characters, not from 1 to 16384"),
        ({"revisions": {}}, "revisions=an object of 0; give a list of dicts"),
        ({"revisions": [5]}, "revisions=a list of 1; give a list of dicts"),
        ({"revisions": [{"assets": []}]}, "the assets of a revision are a list of 0; give a dict"),
        ({"revisions": [{"comment": 5}]}, "comment is 5, not a text"),
        ({"revisions": [{"comment": "c" * 16385}]}, "comment has 16385 characters, not from 0 to 16384"),
        ({"revisions": [{"published": 1}]}, "published is 1, not true or false"),
        ({"revisions": [{"assets": {5: b""}}]}, "the name of an asset is 5, not a text"),
        (
            {"revisions": [{"one": 1, "two": 2}]},
            "a revision has no 'one'; give assets, comment, created_at, id, published",
        ),
        ({"revisions": [{"assets": {"a": {"x": 1, "y": 2}}}]}, "asset 'a' has no 'x'; give content, id, size"),
        ({"revisions": [{"assets": {"a": {}}}]}, "asset 'a': give either content or size"),
        ({"revisions": [{"assets": {"a": {"content": "b"}}}]}, "the content of asset 'a' is str; give bytes"),
        ({"revisions": [{"assets": {"a": {"size": -1}}}]}, "the size of asset 'a' is -1; give a number of bytes"),
        (
            {"revisions": [{"assets": {"a": {"size": 2**63}}}]},
            "asset 'a'.S3SnapshotAsset.Size is a very large number, not a number",
        ),
        (
            {
                "asset_type": "LAKE_FORMATION_DATA_PERMISSION",
                "revisions": [{"assets": {"a": {"RoleArn": "-arn:aws:iam::123456789012:role/a"}}}],
            },
            "asset 'a'.RoleArn is '-arn:aws:iam::123456789012:role/a', which does not match "
            r"arn:aws[a-z-]*:iam::(\d{12}):role\/.+",
        ),
        (
            {
                "revisions": [
                    {"assets": {"a": {"id": GIVEN_ID, "size": 1}}},
                    {"assets": {"a": {"id": GIVEN_ID, "size": 1}}},
                ]
            },
            f"there is an asset {GIVEN_ID} already",
        ),
        ({"id": "A" * 32}, f"the id '{'A' * 32}' of the data set is not 32 characters of 0-9a-f"),
        ({"id": "a" * 33}, f"the id '{'a' * 33}' of the data set is not 32 characters of 0-9a-f"),
        (
            {"created_at": "0001-01-01T00:00:00+01:00"},
            "created_at is '0001-01-01T00:00:00+01:00'; give a moment of the years 1 to 9999 by UTC",
        ),
    ],
)
def test_a_seed_s_complaint_names_the_place(provider: Actor, members: dict[str, Any], complaint: str) -> None:
    given = {"name": "Weather", "description": "Hourly", "asset_type": "S3_SNAPSHOT", "product_id": "prod-weather"}
    before = provider.aws.snapshot()
    with pytest.raises(AppintMockError) as caught:
        provider.backend.add_entitled_data_set(**{**given, **members})
    assert str(caught.value).splitlines()[0] == f"backend.add_entitled_data_set: {complaint}."
    assert provider.aws.snapshot() == before


def test_a_seed_s_made_up_access_point_looks_like_one_of_s3(provider: Actor) -> None:
    data_set_id = _add(provider, {"assets": {"prices": {}}}, asset_type="S3_DATA_ACCESS")
    (asset,) = provider.assets(provider.revisions(data_set_id)[0])
    access = asset["AssetDetails"]["S3DataAccessAsset"]
    assert access.keys() == {"Bucket", "S3AccessPointArn", "S3AccessPointAlias"}
    assert re.fullmatch("provider-[0-9a-f]{8}", access["Bucket"])
    assert re.fullmatch("[0-9a-f]{20}-s3alias", access["S3AccessPointAlias"])
    assert re.fullmatch(r"arn:aws:s3:us-east-1:\d{12}:accesspoint/[0-9a-f-]{36}", access["S3AccessPointArn"])


def test_a_seed_s_made_up_permission_is_to_describe_a_database(provider: Actor) -> None:
    data_set_id = _add(provider, {"assets": {"sales": {}}}, asset_type="LAKE_FORMATION_DATA_PERMISSION")
    (asset,) = provider.assets(provider.revisions(data_set_id)[0])
    details = asset["AssetDetails"]["LakeFormationDataPermissionAsset"]
    catalog_id = details["LakeFormationDataPermissionDetails"]["LFTagPolicy"].pop("CatalogId")
    assert re.fullmatch(r"\d{12}", catalog_id)
    assert details == {
        "LakeFormationDataPermissionDetails": {
            "LFTagPolicy": {
                "ResourceType": "DATABASE",
                "ResourceDetails": {"Database": {"Expression": [{"TagKey": "name", "TagValues": ["sales"]}]}},
            }
        },
        "LakeFormationDataPermissionType": "LFTagPolicy",
        "Permissions": ["DESCRIBE"],
    }


def test_a_seed_s_made_up_api_has_an_id_and_a_stage(provider: Actor) -> None:
    data_set_id = _add(provider, {"assets": {"quotes": {}}}, asset_type="API_GATEWAY_API")
    (asset,) = provider.assets(provider.revisions(data_set_id)[0])
    details = asset["AssetDetails"]["ApiGatewayApiAsset"]
    assert re.fullmatch("[0-9a-f]{10}", details["ApiId"])
    assert {name: value for name, value in details.items() if "Url" not in name} == {
        "ApiId": details["ApiId"],
        "ApiName": "quotes",
        "ApiEndpoint": f"https://{details['ApiId']}.execute-api.us-east-1.amazonaws.com/prod",
        "ProtocolType": "REST",
        "Stage": "prod",
    }


# Products --------------------------------------------------------------------------------------------------


@holds(
    "identifiers.entitled-ids",
    "identifiers.source-id",
    "publication.publish-revision",
    "publication.product-id",
    "publication.owner",
    "entitled.data-set",
    "entitled.data-set-created",
    "entitled.revision",
)
def test_the_owner_of_a_product_sees_the_entitled_copy(aws: Any, provider: Actor) -> None:
    aws.clock.freeze()
    data_set = provider.data_set(Tags={"a": "b"})
    revision = provider.finalized(data_set, Comment="May")
    moment = aws.clock.advance(hours=1)
    provider.backend.publish_revision(data_set["Id"], revision["Id"])
    (copy,) = provider.client.list_data_sets(Origin="ENTITLED")["DataSets"]
    product_id = copy["OriginDetails"]["ProductId"]
    assert re.fullmatch("prod-[a-z0-9]{13}", product_id)
    assert copy == {
        "Id": copy["Id"],
        "Arn": f"arn:aws:dataexchange:us-east-1::data-sets/{copy['Id']}",
        "Name": "Prices",
        "Description": "All prices",
        "AssetType": "S3_SNAPSHOT",
        "Origin": "ENTITLED",
        "OriginDetails": {"ProductId": product_id},
        "SourceId": data_set["Id"],
        "CreatedAt": moment,
        "UpdatedAt": moment,
    }
    (published,) = provider.revisions(copy["Id"])
    assert published["SourceId"] == revision["Id"] != published["Id"]
    assert (published["CreatedAt"], published["Comment"]) == (Near(moment), "May")
    (asset,), (source,) = provider.assets(published), provider.assets(revision)
    assert asset["SourceId"] == source["Id"] != asset["Id"]
    for answer in (
        provider.client.get_revision(**of(published)),
        provider.client.get_asset(**asset_of(asset)),
    ):
        assert "SourceId" in answer
    # The source itself stays as it was.
    assert bare(provider.client.get_data_set(DataSetId=data_set["Id"])) == data_set
    assert bare(provider.client.get_revision(**of(revision))) == revision


@holds("publication.at-once", "publication.publish-revision", "publication.only-published")
def test_a_product_has_what_was_published_to_it_and_what_is_finalized_later(provider: Actor) -> None:
    data_set = provider.data_set()
    provider.finalized(data_set, Comment="before, never published")
    first = provider.finalized(data_set, Comment="published")
    still_open = provider.revision(data_set, "a.csv", Comment="later")
    provider.backend.publish_revision(data_set["Id"], first["Id"])
    (copy,) = provider.client.list_data_sets(Origin="ENTITLED")["DataSets"]

    def published() -> list[str]:
        return [each["Comment"] for each in provider.revisions(copy["Id"])]

    assert published() == ["published"]
    provider.finalize(still_open)
    assert published() == ["later", "published"]
    (before,) = [each for each in provider.revisions(data_set["Id"]) if "never" in each["Comment"]]
    provider.backend.publish_revision(data_set["Id"], before["Id"])
    assert published() == ["before, never published", "later", "published"]
    assert len(provider.client.list_data_sets(Origin="ENTITLED")["DataSets"]) == 1


@holds("publication.again")
def test_publishing_again_changes_nothing(provider: Actor) -> None:
    data_set = provider.data_set()
    revision = provider.finalized(data_set)
    seeded = _add(provider, {"id": GIVEN_ID})
    provider.backend.publish_revision(data_set["Id"], revision["Id"])
    before = provider.aws.snapshot()
    provider.backend.publish_revision(data_set["Id"], revision["Id"])
    provider.backend.publish_revision(seeded, GIVEN_ID)
    assert provider.aws.snapshot() == before


@holds("identifiers.source-id", "entitled.apart")
def test_a_product_and_a_grant_of_one_data_set_are_apart(provider: Actor, subscriber: Actor) -> None:
    data_set = provider.data_set()
    provider.finalized(data_set, Comment="for the grant")
    entitled = subscriber.accept(provider.grant(data_set))
    revision = provider.finalized(data_set, Comment="for both")
    provider.backend.publish_revision(data_set["Id"], revision["Id"])
    (copy,) = provider.client.list_data_sets(Origin="ENTITLED")["DataSets"]
    assert [each["Comment"] for each in provider.revisions(copy["Id"])] == ["for both"]
    granted = subscriber.revisions(entitled["Id"])
    assert [each["Comment"] for each in granted] == ["for both", "for the grant"]
    assert not any("SourceId" in each for each in granted)


@holds("publication.misuse")
def test_what_cannot_be_published_is_refused_in_words(provider: Actor) -> None:
    data_set = provider.data_set()
    still_open = provider.revision(data_set, "a.csv")
    revoked = provider.revoke(provider.finalized(data_set))
    seeded = _add(provider)
    publish = provider.backend.publish_revision
    for data_set_id, revision_id, complaint in (
        (NOWHERE, NOWHERE, f"there is no data set {NOWHERE}"),
        (data_set["Id"], NOWHERE, f"data set {data_set['Id']} has no revision {NOWHERE}"),
        (seeded, NOWHERE, f"data set {seeded} has no revision {NOWHERE}"),
        (data_set["Id"], still_open["Id"], f"revision {still_open['Id']} is open"),
        (data_set["Id"], revoked["Id"], f"revision {revoked['Id']} is revoked"),
    ):
        with pytest.raises(AppintMockError, match=f"backend.publish_revision: {complaint}"):
            publish(data_set_id, revision_id)
    assert provider.client.list_data_sets(Origin="ENTITLED")["DataSets"][0]["Id"] == seeded


# What a subscriber may -------------------------------------------------------------------------------------


@holds("entitled.read-only", "entitled.read-only-code")
def test_a_subscriber_cannot_import_into_an_entitled_revision(aws: Any, provider: Actor) -> None:
    (revision,) = provider.revisions(_add(provider, {"assets": {"a.csv": b"a"}}))
    aws.objects["source", "b.csv"] = b"b.csv"
    with read_only(revision["DataSetId"]):
        provider.add_assets(revision, "b.csv")


@holds("errors.read-only", "entitled.read-only", "entitled.read-only-code")
def test_a_subscriber_cannot_change_or_revoke_a_revision(provider: Actor) -> None:
    (revision,) = provider.revisions(_add(provider, {}))
    for call in (
        lambda: provider.client.update_revision(**of(revision), Comment="mine"),
        lambda: provider.client.delete_revision(**of(revision)),
        lambda: provider.revoke(revision),
    ):
        with read_only(revision["DataSetId"]):
            call()


def _denied(revision: dict[str, Any]) -> Any:
    return refused("AccessDeniedException", f"Access to revision {revision['Id']} has been revoked.")


@holds("entitled.revoked", "entitled.revoked-code")
def test_a_revoked_revision_stays_listed_and_cannot_be_exported(aws: Any, provider: Actor, subscriber: Actor) -> None:
    aws.clock.freeze()
    aws.objects.create_bucket("target")
    data_set = provider.data_set()
    source = provider.finalized(data_set)
    entitled = subscriber.accept(provider.grant(data_set))
    (copy,) = subscriber.revisions(entitled["Id"])
    moment = aws.clock.advance(hours=1)
    provider.revoke(source)
    revoked = {
        **copy,
        "Revoked": True,
        "RevokedAt": moment,
        "RevocationComment": REASON,
        "UpdatedAt": moment,
    }
    assert subscriber.revisions(entitled["Id"]) == [revoked]
    assert bare(subscriber.client.get_revision(**of(copy))) == revoked
    assert [asset["Name"] for asset in subscriber.assets(copy)] == ["a.csv"]
    with _denied(copy):
        subscriber.export(copy)
    assert provider.export(source) == "COMPLETED"


@holds("entitled.revoked-twice")
def test_a_second_revocation_reaches_the_copies_too(provider: Actor, subscriber: Actor) -> None:
    data_set = provider.data_set()
    source = provider.finalized(data_set)
    entitled = subscriber.accept(provider.grant(data_set))
    first = provider.revoke(source)
    provider.revoke(source, "For another reason.")
    (copy,) = subscriber.revisions(entitled["Id"])
    assert copy["RevocationComment"] == "For another reason."
    assert copy["RevokedAt"] == first["RevokedAt"]


@holds("entitled.revoked-twice")
def test_a_revocation_reaches_the_product_too(provider: Actor) -> None:
    data_set = provider.data_set()
    source, other = provider.finalized(data_set), provider.finalized(data_set)
    for revision in (source, other):
        provider.backend.publish_revision(data_set["Id"], revision["Id"])
    (copy,) = provider.client.list_data_sets(Origin="ENTITLED")["DataSets"]
    provider.revoke(source)
    states = {each["SourceId"]: each["Revoked"] for each in provider.revisions(copy["Id"])}
    assert states == {source["Id"]: True, other["Id"]: False}


@holds("entitled.revoked-before")
def test_a_revision_that_was_revoked_before_a_grant_arrives_revoked(provider: Actor, subscriber: Actor) -> None:
    data_set = provider.data_set()
    revoked = provider.revoke(provider.finalized(data_set))
    entitled = subscriber.accept(provider.grant(data_set))
    (copy,) = subscriber.revisions(entitled["Id"])
    assert (copy["Revoked"], copy["RevokedAt"]) == (True, revoked["RevokedAt"])


@holds("entitled.assets-stay")
def test_assets_deleted_from_a_revoked_revision_stay_with_the_copies(provider: Actor, subscriber: Actor) -> None:
    data_set = provider.data_set()
    source = provider.finalized(data_set)
    entitled = subscriber.accept(provider.grant(data_set))
    provider.revoke(source)
    provider.client.delete_asset(**asset_of(provider.assets(source)[0]))
    assert provider.assets(source) == []
    (copy,) = subscriber.revisions(entitled["Id"])
    assert [asset["Name"] for asset in subscriber.assets(copy)] == ["a.csv"]


@holds("jobs.snapshot")
def test_everything_survives_a_snapshot(aws: Any, provider: Actor, subscriber: Actor) -> None:
    data_set = provider.data_set()
    provider.finalized(data_set, Comment="May")
    entitled = subscriber.accept(provider.grant(data_set))
    hidden = _add(provider, {"id": GIVEN_ID, "published": False, "assets": {"b.csv": b"\xff"}})
    subscriber.event_action(entitled["Id"])
    provider.finalized(data_set, Comment="June")
    state = aws.snapshot()
    events = subscriber.events
    aws.reset()
    assert (provider.client.list_data_sets()["DataSets"], subscriber.events) == ([], [])
    with mock_dataexchange() as again:
        again.restore(state)
        assert again.snapshot() == state
        assert [each["Comment"] for each in subscriber.revisions(entitled["Id"])] == ["June", "May"]
        assert subscriber.events == events != []
        provider.backend.publish_revision(hidden, GIVEN_ID)
        (revision,) = provider.revisions(hidden)
        assert provider.export(revision) == "COMPLETED"
        assert again.objects["target", "b.csv"] == b"\xff"
        provider.finalized(data_set, Comment="July")
        assert subscriber.revisions(entitled["Id"])[0]["Comment"] == "July"


def test_the_same_seed_makes_the_same_ids() -> None:
    def run() -> dict[str, Any]:
        with mock_dataexchange(seed=7) as aws:
            aws.clock.freeze(datetime.datetime(2024, 1, 1))
            provider = Actor(aws)
            data_set = provider.data_set()
            revision = provider.finalized(data_set)
            provider.backend.publish_revision(data_set["Id"], revision["Id"])
            state: dict[str, Any] = aws.snapshot()
            return state

    assert run() == run()
