"""Assets: what they show, and renaming and deleting them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fidelity.dataexchange import holds

from .actors import ACCOUNT, ASSET_TYPES, NOWHERE, Actor, Near, asset_of, bare, not_found, of, read_only


@holds("identifiers.arns", "moments.created", "answers.members", "answers.asset-details")
def test_an_asset_shows_all_its_members_and_no_others(aws: Any, provider: Actor) -> None:
    moment = aws.clock.freeze()
    revision = provider.revision(provider.data_set(), "prices.csv")
    (asset,) = provider.assets(revision)
    path = f"data-sets/{revision['DataSetId']}/revisions/{revision['Id']}/assets/{asset['Id']}"
    assert asset == {
        "Id": asset["Id"],
        "Arn": f"arn:aws:dataexchange:us-east-1:{ACCOUNT}:{path}",
        "DataSetId": revision["DataSetId"],
        "RevisionId": revision["Id"],
        "AssetType": "S3_SNAPSHOT",
        "AssetDetails": {"S3SnapshotAsset": {"Size": 10}},
        "Name": "prices.csv",
        "CreatedAt": Near(moment),
        "UpdatedAt": Near(moment),
    }
    assert bare(provider.client.get_asset(**asset_of(asset))) == asset


@holds("moments.asset", "moments.above", "assets.rename")
def test_renaming_an_asset_moves_its_updated_at_only(aws: Any, provider: Actor) -> None:
    data_set = provider.data_set()
    revision = provider.revision(data_set, "a.csv")
    (asset,) = provider.assets(revision)
    aws.clock.freeze()
    moment = aws.clock.advance(minutes=1)
    answer = bare(provider.client.update_asset(**asset_of(asset), Name="any name/at all, even ünusual"))
    assert answer == {**asset, "Name": "any name/at all, even ünusual", "UpdatedAt": moment}
    assert bare(provider.client.get_asset(**asset_of(asset))) == answer
    assert bare(provider.client.get_revision(**of(revision))) == revision
    assert bare(provider.client.get_data_set(DataSetId=data_set["Id"])) == data_set


@holds("lists.update-place")
def test_renaming_an_asset_moves_it_in_the_list(provider: Actor) -> None:
    revision = provider.revision(provider.data_set(), "a.csv", "b.csv")
    last = provider.assets(revision)[1]
    assert last["Name"] == "a.csv"
    provider.client.update_asset(**asset_of(last), Name="c.csv")
    assert [asset["Name"] for asset in provider.assets(revision)] == ["c.csv", "b.csv"]


@holds("identifiers.names", "assets.names-repeat")
def test_asset_names_may_repeat_in_a_revision(provider: Actor) -> None:
    revision = provider.revision(provider.data_set(), "a.csv", "b.csv")
    older = provider.assets(revision)[0]
    provider.client.update_asset(**asset_of(older), Name="a.csv")
    provider.add_assets(revision, "a.csv")
    assert [asset["Name"] for asset in provider.assets(revision)] == ["a.csv"] * 3


@holds("assets.delete")
def test_a_deleted_asset_is_gone(provider: Actor) -> None:
    revision = provider.revision(provider.data_set(), "a.csv", "b.csv")
    asset, other = provider.assets(revision)
    answer = provider.client.delete_asset(**asset_of(asset))
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert provider.assets(revision) == [other]
    with not_found("ASSET", asset["Id"]):
        provider.client.get_asset(**asset_of(asset))


@holds("order.outermost", "errors.not-found-text")
@pytest.mark.parametrize(
    ("operation", "members"), [("get_asset", {}), ("update_asset", {"Name": "b"}), ("delete_asset", {})]
)
def test_look_ups_go_from_the_outermost_to_the_innermost(
    provider: Actor, operation: str, members: dict[str, Any]
) -> None:
    call = getattr(provider.client, operation)
    revision = provider.revision(provider.data_set())
    with not_found("DATA_SET", NOWHERE):
        call(DataSetId=NOWHERE, RevisionId=NOWHERE, AssetId=NOWHERE, **members)
    with not_found("REVISION", NOWHERE):
        call(DataSetId=revision["DataSetId"], RevisionId=NOWHERE, AssetId=NOWHERE, **members)
    with not_found("ASSET", NOWHERE):
        call(**of(revision), AssetId=NOWHERE, **members)


@holds("answers.asset-details")
@pytest.mark.parametrize("asset_type", ASSET_TYPES)
def test_asset_details_hold_the_one_member_of_the_assets_type(provider: Actor, asset_type: str) -> None:
    content: Any = b"content" if asset_type == "S3_SNAPSHOT" else {}
    data_set_id = provider.backend.add_entitled_data_set(
        name="Any",
        description="Any",
        asset_type=asset_type,
        product_id="prod-any",
        revisions=[{"assets": {"one": content}}],
    )
    (asset,) = provider.assets(provider.revisions(data_set_id)[0])
    (member,) = asset["AssetDetails"]
    assert member == "".join(word.capitalize() for word in asset_type.split("_")) + "Asset"
    assert (asset["AssetType"], asset["Name"]) == (asset_type, "one")


@holds("errors.read-only", "entitled.read-only", "entitled.read-only-code")
def test_entitled_assets_are_read_only(provider: Actor) -> None:
    data_set_id = provider.backend.add_entitled_data_set(
        name="Weather",
        description="Hourly",
        asset_type="S3_SNAPSHOT",
        product_id="prod-weather",
        revisions=[{"assets": {"a.csv": b"a"}}],
    )
    (asset,) = provider.assets(provider.revisions(data_set_id)[0])
    with read_only(data_set_id):
        provider.client.update_asset(**asset_of(asset), Name="mine.csv")
    with read_only(data_set_id):
        provider.client.delete_asset(**asset_of(asset))
