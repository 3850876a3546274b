"""What a test gives an account of products: seeds, their moments and ids, and the end of a subscription."""

from __future__ import annotations

import datetime
from itertools import pairwise
from typing import Any

import pytest

from appint_mock import AppintMockError
from appint_mock.services.dataexchange.seeding import seeded_moment
from tests.fidelity.dataexchange import holds

from .actors import NOWHERE, Actor, Near, not_found

MINUTE = datetime.timedelta(minutes=1)
MILLISECOND = datetime.timedelta(milliseconds=1)
UTC = datetime.timezone.utc


def seed(actor: Actor, *revisions: dict[str, Any], **members: Any) -> str:
    given = {"name": "Weather", "description": "Hourly", "asset_type": "S3_SNAPSHOT", "product_id": "prod-weather"}
    return str(actor.backend.add_entitled_data_set(**{**given, **members}, revisions=revisions))


@holds("publication.seed-moments")
@pytest.mark.parametrize("count", [1, 2, 5])
def test_seeded_revisions_are_a_minute_apart_and_the_last_one_now(aws: Any, provider: Actor, count: int) -> None:
    now = aws.clock.freeze()
    data_set_id = seed(provider, *({"comment": str(number)} for number in range(count)))
    shown = provider.revisions(data_set_id)
    assert [each["Comment"] for each in shown] == [str(number) for number in reversed(range(count))]
    moments = [each["CreatedAt"] for each in shown]
    assert moments[0] == Near(now)
    assert [newer - older for newer, older in pairwise(moments)] == [MINUTE] * (count - 1)


@holds("publication.seed-moments")
@pytest.mark.parametrize("given", ["2024-05-06T07:08:09.12Z", datetime.datetime(2024, 5, 6, 7, 8, 9, 120000, UTC)])
def test_a_seed_takes_the_moment_of_a_revision_and_of_the_data_set(provider: Actor, given: Any) -> None:
    moment = datetime.datetime(2024, 5, 6, 7, 8, 9, 120000, UTC)
    data_set_id = seed(provider, {"created_at": given, "assets": {"a.csv": b"1"}}, created_at="2024-05-06")
    (revision,) = provider.revisions(data_set_id)
    assert revision["CreatedAt"] == revision["UpdatedAt"] == moment
    (asset,) = provider.assets(revision)
    assert asset["CreatedAt"] == Near(moment)
    created = provider.client.get_data_set(DataSetId=data_set_id)["CreatedAt"]
    assert created == datetime.datetime(2024, 5, 6, tzinfo=UTC)


@pytest.mark.parametrize("year", [2024, 2124])
def test_a_seed_s_assets_follow_their_revision_by_a_millisecond_each(provider: Actor, year: int) -> None:
    moment = datetime.datetime(year, 5, 6, 7, 8, 9, 120000, UTC)
    data_set_id = seed(provider, {"created_at": moment, "assets": dict.fromkeys("cba", b"1")})
    (revision,) = provider.revisions(data_set_id)
    assert revision["CreatedAt"] == moment
    created = {asset["Name"]: asset["CreatedAt"] for asset in provider.assets(revision)}
    assert created == {name: moment + (1 + number) * MILLISECOND for number, name in enumerate("cba")}


@pytest.mark.parametrize(
    ("given", "moment"),
    [
        (None, None),
        ("2024-05-06T07:08:09.123999Z", datetime.datetime(2024, 5, 6, 7, 8, 9, 123000, UTC)),
        ("2024-05-06T07:08:09.999000", datetime.datetime(2024, 5, 6, 7, 8, 9, 999000, UTC)),
        ("2024-05-06T07:08:09.000999+02:00", datetime.datetime(2024, 5, 6, 5, 8, 9, 0, UTC)),
        (datetime.datetime(2024, 5, 6, 7, 8, 9, 1000), datetime.datetime(2024, 5, 6, 7, 8, 9, 1000, UTC)),
    ],
)
def test_a_seed_s_moment_is_cut_to_milliseconds(given: Any, moment: datetime.datetime | None) -> None:
    assert seeded_moment(given) == moment


@holds("publication.seed-moments")
def test_a_revision_that_is_published_later_has_the_moment_of_its_publication(aws: Any, provider: Actor) -> None:
    data_set_id = seed(provider, {"id": "1" * 32, "published": False})
    aws.clock.advance(hours=1)
    now = aws.clock.freeze()
    provider.backend.publish_revision(data_set_id, "1" * 32)
    assert provider.revisions(data_set_id)[0]["CreatedAt"] == Near(now)


@holds("publication.seed-ids")
def test_a_seed_takes_ids_for_everything(provider: Actor) -> None:
    files = {"a.csv": {"id": "a" * 32, "content": b"abc"}, "b.csv": b"b"}
    assert seed(provider, {"id": "1" * 32, "assets": files}, id="d" * 32) == "d" * 32
    (revision,) = provider.revisions("d" * 32)
    assert revision["Id"] == "1" * 32
    assert [asset["Id"] for asset in provider.assets(revision) if asset["Name"] == "a.csv"] == ["a" * 32]
    api = {"quotes": {"id": "b" * 32, "Stage": "live"}}
    data_set_id = seed(provider, {"assets": api}, asset_type="API_GATEWAY_API")
    (asset,) = provider.assets(provider.revisions(data_set_id)[0])
    assert (asset["Id"], asset["AssetDetails"]["ApiGatewayApiAsset"]["Stage"]) == ("b" * 32, "live")


@holds("publication.seed-ids")
@pytest.mark.parametrize(
    ("revision", "members"),
    [
        ({}, {"id": "d" * 32}),
        ({"assets": {"b.csv": {"id": "a" * 32, "content": b""}}}, {}),
        ({"id": "1" * 32}, {}),
        ({}, {"id": "short"}),
        ({}, {"id": "D" * 32}),
        ({"assets": {"b.csv": {"id": "x", "content": b""}}}, {}),
    ],
)
def test_an_id_that_is_taken_or_none_is_refused(provider: Actor, revision: Any, members: Any) -> None:
    seed(provider, {"id": "1" * 32, "assets": {"a.csv": {"id": "a" * 32, "content": b""}}}, id="d" * 32)
    before = provider.aws.snapshot()
    with pytest.raises(AppintMockError, match="add_entitled_data_set"):
        seed(provider, revision, **members)
    assert provider.aws.snapshot() == before


@holds("publication.seed-size")
def test_a_seed_takes_the_size_of_a_file_in_place_of_its_bytes(aws: Any, provider: Actor) -> None:
    data_set_id = seed(provider, {"assets": {"large.csv": {"size": 3 * 2**40}}}, {"assets": {"a.csv": {"size": 5}}})
    small, large = provider.revisions(data_set_id)
    (empty,) = provider.revisions(seed(provider, {"assets": {"none.csv": {"size": 0}}}))
    assert provider.assets(empty)[0]["AssetDetails"] == {"S3SnapshotAsset": {"Size": 0.0}}
    assert provider.assets(large)[0]["AssetDetails"] == {"S3SnapshotAsset": {"Size": float(3 * 2**40)}}
    assert provider.export(small) == "COMPLETED"
    assert aws.objects["target", "a.csv"] == bytes(5)


@pytest.mark.parametrize(
    "given",
    [{}, {"content": b"", "size": 1}, {"size": -1}, {"size": True}, {"size": "1"}, {"content": "text"}, {"x": 1}],
)
def test_a_file_that_is_none_is_refused(provider: Actor, given: Any) -> None:
    with pytest.raises(AppintMockError, match=r"asset 'a\.csv'"):
        seed(provider, {"assets": {"a.csv": given}})


@pytest.mark.parametrize("given", ["yesterday", 5, "2024-13-01"])
def test_a_moment_that_is_none_is_refused(provider: Actor, given: Any) -> None:
    with pytest.raises(AppintMockError, match=r"created_at is .*; give a datetime"):
        seed(provider, {"created_at": given})


@holds("publication.seed-product")
@pytest.mark.parametrize("product_id", ["", None, 5])
def test_a_seed_needs_a_product(provider: Actor, product_id: Any) -> None:
    with pytest.raises(AppintMockError, match="product_id is"):
        seed(provider, product_id=product_id)


@holds("publication.end-subscription")
def test_with_the_subscription_the_access_ends(provider: Actor) -> None:
    data_set_id = seed(provider, {"assets": {"a.csv": b"1"}})
    (revision,) = provider.revisions(data_set_id)
    provider.backend.end_subscription(data_set_id)
    with not_found("DATA_SET", data_set_id):
        provider.client.get_data_set(DataSetId=data_set_id)
    with not_found("DATA_SET", data_set_id):
        provider.client.get_revision(DataSetId=data_set_id, RevisionId=revision["Id"])
    assert provider.client.list_data_sets(Origin="ENTITLED")["DataSets"] == []


@holds("publication.end-subscription")
def test_only_a_seeded_subscription_ends_so(provider: Actor, subscriber: Actor) -> None:
    data_set = provider.data_set()
    revision = provider.finalized(data_set)
    provider.backend.publish_revision(data_set["Id"], revision["Id"])
    (copy,) = provider.client.list_data_sets(Origin="ENTITLED")["DataSets"]
    granted = subscriber.accept(provider.grant(data_set))
    ended = seed(provider)
    provider.backend.end_subscription(ended)
    for actor, data_set_id in (
        (provider, data_set["Id"]),
        (provider, copy["Id"]),
        (subscriber, granted["Id"]),
        (provider, ended),
    ):
        with pytest.raises(AppintMockError, match="end_subscription"):
            actor.backend.end_subscription(data_set_id)


@pytest.mark.parametrize(
    ("method", "arguments", "complaint"),
    [
        ("publish_revision", (5, NOWHERE), "data_set_id is 5, not a text"),
        ("publish_revision", (NOWHERE, 5), "revision_id is 5, not a text"),
        ("end_subscription", (5,), "data_set_id is 5, not a text"),
    ],
)
def test_an_id_that_is_no_text_is_refused(provider: Actor, method: str, arguments: Any, complaint: str) -> None:
    with pytest.raises(AppintMockError) as caught:
        getattr(provider.backend, method)(*arguments)
    assert str(caught.value).splitlines()[0] == f"backend.{method}: {complaint}."


@holds("publication.again", "publication.seeding-hidden")
def test_a_hidden_revision_is_published_once(provider: Actor) -> None:
    data_set_id = seed(provider, {"id": "1" * 32, "published": False})
    provider.backend.publish_revision(data_set_id, "1" * 32)
    before = provider.aws.snapshot()
    provider.backend.publish_revision(data_set_id, "1" * 32)
    assert provider.aws.snapshot() == before
    provider.aws.restore(before)
    assert [each["Id"] for each in provider.revisions(data_set_id)] == ["1" * 32]


@holds("events.added", "events.exported-product")
@pytest.mark.parametrize(
    ("asset_type", "detail_type"),
    [
        ("S3_SNAPSHOT", "Data Sets Published To Product"),
        ("REDSHIFT_DATA_SHARE", "Redshift Data Shares Data Sets Published To Product"),
        ("API_GATEWAY_API", "API Gateway API Data Sets Published To Product"),
        ("S3_DATA_ACCESS", "S3 Data Access Data Set(s) Published to Product(s)"),
        ("LAKE_FORMATION_DATA_PERMISSION", "Lake Formation Data Permission Data Sets Published To Product"),
    ],
)
def test_the_first_publication_is_preceded_by_that_of_the_data_set(
    provider: Actor, asset_type: str, detail_type: str
) -> None:
    backend = provider.backend
    data_set = provider.data_set(asset_type)
    for number in range(2):
        revision = provider.revision(data_set)
        backend.add_asset(data_set, revision, name=str(number), details={"ApiGatewayApiAsset": {}})
        backend.publish_revision(data_set["Id"], provider.finalize(revision)["Id"])
    (copy,) = provider.client.list_data_sets(Origin="ENTITLED")["DataSets"]
    types = [event["detail-type"] for event in provider.events]
    assert types.count(detail_type) == 1
    assert types[0] == detail_type
    assert len(types) == 3
    added = provider.events[0]
    product_id = copy["OriginDetails"]["ProductId"]
    assert added["resources"] == [product_id]
    assert added["detail"] == {
        "DataSetIds": [copy["Id"]],
        "DataSets": [{"Id": copy["Id"], "Name": "Prices"}],
        "Product": {"Id": product_id, "Name": "Prices"},
    }


@holds("events.emit")
def test_a_test_can_emit_what_nothing_brings_about(provider: Actor) -> None:
    heard: list[Any] = []
    provider.backend.on_event(heard.append)
    detail = {"DataGrant": {"Arn": "arn", "Name": "Prices"}}
    provider.backend.emit("Data Grant Extended", detail, resources=["data-set"])
    (event,) = provider.events
    assert heard == [event]
    assert (event["detail-type"], event["source"]) == ("Data Grant Extended", "aws.dataexchange")
    assert (event["detail"], event["resources"]) == (detail, ["data-set"])
    assert event["account"] == provider.account_id


@holds("events.emit")
@pytest.mark.parametrize("detail_type", ["Data Grant Extend", "data grant extended", "", "Anything", None])
def test_an_event_that_aws_does_not_have_is_refused(provider: Actor, detail_type: Any) -> None:
    with pytest.raises(AppintMockError, match="has no event"):
        provider.backend.emit(detail_type)
    assert provider.events == []


@holds("objects.bucket-names")
@pytest.mark.parametrize(
    "name",
    [
        *(
            "",
            "in",
            "A_B!",
            "-x-",
            "a" * 64,
            "Inbox",
            "in_box",
            "a..b",
            ".ab",
            "ab.",
            "ab-",
            "192.168.5.4",
            "xn--inbox",
        ),
        *("sthree-inbox", "inbox-s3alias", "inbox--ol-s3", "in box", "inböx", "inbox\n"),
        "amzn-s3-demo-inbox",
    ],
)
def test_the_store_takes_no_bucket_that_s3_does_not_allow(aws: Any, name: str) -> None:
    with pytest.raises(ValueError, match="is no name of a bucket in S3"):
        aws.objects[name, "a"] = b""
    with pytest.raises(ValueError, match="is no name of a bucket in S3"):
        aws.objects.create_bucket(name)
    assert not aws.objects.bucket_exists(name)


@holds("objects.bucket-names")
@pytest.mark.parametrize("name", ["abc", "a" * 63, "in.box-1", "1-a", "my.bucket.example.com"])
def test_the_store_takes_any_bucket_that_s3_allows(aws: Any, name: str) -> None:
    aws.objects[name, "a"] = b"1"
    aws.objects.create_bucket(name)
    assert dict(aws.objects) == {(name, "a"): b"1"}
