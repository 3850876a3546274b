"""What each type of job does, and the job errors that it can end with."""

from __future__ import annotations

import datetime
import re
import urllib.request
from typing import Any

import boto3
import pytest
import requests

from appint_mock import mock_dataexchange
from tests.fidelity.dataexchange import holds

from . import jobs
from .actors import OTHER_ACCOUNT, Actor, Near, bare


@pytest.fixture(autouse=True)
def _frozen(aws: Any) -> None:
    aws.clock.freeze(jobs.START)


def details_of(job: Any) -> Any:
    """The member of Details."""
    (details,) = job["Details"].values()
    return details


def one_asset(client: Any, place: jobs.Place) -> Any:
    """The only asset of a revision, as GetAsset shows it."""
    (asset,) = jobs.assets_of(client, place)
    return bare(client.get_asset(DataSetId=place.data_set_id, RevisionId=place.revision_id, AssetId=asset["Id"]))


def content_of(aws: Any, client: Any, place: jobs.Place, asset_id: str) -> bytes:
    """What an asset holds, by an export."""
    aws.objects.create_bucket("look")
    destinations = [{"AssetId": asset_id, "Bucket": "look", "Key": "x"}]
    jobs.run_job(client, "EXPORT_ASSETS_TO_S3", place, AssetDestinations=destinations)
    content: bytes = aws.objects["look", "x"]
    return content


# Imports -----------------------------------------------------------------------------------------------------


@holds("job-types.s3-copy", "job-types.s3-name", "job-types.asset-moment")
def test_an_import_from_s3_makes_an_asset_of_each_object(aws: Any, client: Any) -> None:
    place = jobs.create_place(client)
    aws.objects["one", "deep/a.csv"] = b"1"
    aws.objects["two", "b.csv"] = b"22"
    sources = [{"Bucket": "one", "Key": "deep/a.csv"}, {"Bucket": "two", "Key": "b.csv"}]
    aws.clock.advance(minutes=1)
    job = jobs.run_job(client, "IMPORT_ASSETS_FROM_S3", place, AssetSources=sources)
    assert job["State"] == "COMPLETED"
    assets = jobs.assets_of(client, place)
    assert [(asset["Name"], asset["AssetDetails"]) for asset in assets] == [
        ("deep/a.csv", {"S3SnapshotAsset": {"Size": 1.0}}),
        ("b.csv", {"S3SnapshotAsset": {"Size": 2.0}}),
    ]
    for asset, content in zip(assets, (b"1", b"22"), strict=True):
        assert asset["CreatedAt"] == asset["UpdatedAt"] == Near(jobs.START + datetime.timedelta(minutes=1))
        assert content_of(aws, client, place, asset["Id"]) == content


@holds("assets.names-repeat", "job-types.s3-twice")
def test_one_object_may_be_imported_twice_and_names_may_repeat(aws: Any, client: Any) -> None:
    place = jobs.place_for(aws, client, "IMPORT_ASSETS_FROM_S3")
    source = {"Bucket": "bucket", "Key": "in/a.csv"}
    jobs.run_job(client, "IMPORT_ASSETS_FROM_S3", place, AssetSources=[source, source])
    assert [asset["Name"] for asset in jobs.assets_of(client, place)] == ["in/a.csv"] * 2
    assert len(jobs.asset_ids(client, place)) == 2


@holds("objects.copies")
def test_an_asset_holds_a_copy_of_its_source(aws: Any, client: Any) -> None:
    place = jobs.create_place(client)
    asset_id = jobs.add_asset(aws, client, place, "a.csv", b"before")
    aws.objects["seed", "a.csv"] = b"after"
    assert content_of(aws, client, place, asset_id) == b"before"
    aws.objects.clear()
    assert content_of(aws, client, place, asset_id) == b"before"


@holds("job-types.s3-copy", "job-errors.objects", "job-errors.one")
def test_an_import_from_s3_names_every_missing_object_and_imports_nothing(aws: Any, client: Any) -> None:
    place = jobs.place_for(aws, client, "IMPORT_ASSETS_FROM_S3")
    there = {"Bucket": "bucket", "Key": "in/a.csv"}
    missing = [
        {"Bucket": "nowhere", "Key": "in/a.csv"},
        {"Bucket": "bucket", "Key": "z"},
        {"Bucket": "bucket", "Key": "b"},
    ]
    sources = [missing[0], there, *missing[1:]]
    job = jobs.run_job(client, "IMPORT_ASSETS_FROM_S3", place, AssetSources=sources)
    assert jobs.error_of(job) == {
        "Code": "RESOURCE_NOT_FOUND_EXCEPTION",
        "Message": "3 of the objects to import could not be found.",
        "Details": {"ImportAssetsFromS3JobErrorDetails": missing},
    }
    assert jobs.assets_of(client, place) == []


@holds("job-types.s3-late")
def test_an_object_that_comes_before_the_execution_is_imported(aws: Any, client: Any) -> None:
    place = jobs.create_place(client)
    job = jobs.create_job(client, "IMPORT_ASSETS_FROM_S3", place)
    aws.objects["bucket", "in/a.csv"] = b""
    client.start_job(JobId=job["Id"])
    assert jobs.state_of(client, job) == "COMPLETED"
    assert one_asset(client, place)["AssetDetails"] == {"S3SnapshotAsset": {"Size": 0.0}}


@holds("job-types.url-name")
def test_an_import_from_a_signed_url_makes_an_asset_of_the_last_upload(aws: Any, client: Any) -> None:
    place = jobs.place_for(aws, client, "IMPORT_ASSET_FROM_SIGNED_URL")
    job = jobs.create_job(client, "IMPORT_ASSET_FROM_SIGNED_URL", place)
    jobs.upload(job, b"first")
    jobs.upload(job)
    client.start_job(JobId=job["Id"])
    assert jobs.state_of(client, job) == "COMPLETED"
    asset = one_asset(client, place)
    assert (asset["Name"], asset["AssetDetails"]) == ("up.csv", {"S3SnapshotAsset": {"Size": 4.0}})
    assert content_of(aws, client, place, asset["Id"]) == b"1,2\n"


@holds("job-errors.no-upload", "job-errors.md5")
@pytest.mark.parametrize(
    ("job_type", "details"),
    [
        (
            "IMPORT_ASSET_FROM_SIGNED_URL",
            {"Details": {"ImportAssetFromSignedUrlJobErrorDetails": {"AssetName": "up.csv"}}},
        ),
        ("IMPORT_ASSET_FROM_API_GATEWAY_API", {}),
    ],
)
def test_a_job_fails_without_the_upload_and_with_another_file(
    aws: Any, client: Any, job_type: str, details: Any
) -> None:
    place = jobs.place_for(aws, client, job_type)
    job = jobs.create_job(client, job_type, place)
    client.start_job(JobId=job["Id"])
    assert jobs.error_of(client.get_job(JobId=job["Id"])) == {
        "Code": "RESOURCE_NOT_FOUND_EXCEPTION",
        "Message": "No file was uploaded to the signed URL.",
        **details,
    }
    job = jobs.create_job(client, job_type, place)
    jobs.upload(job, b"another")
    client.start_job(JobId=job["Id"])
    assert jobs.error_of(client.get_job(JobId=job["Id"])) == {
        "Code": "VALIDATION_EXCEPTION",
        "Message": "The MD5 hash of the uploaded file does not match.",
        **details,
    }
    assert jobs.assets_of(client, place) == []


@holds("job-types.url-md5")
def test_an_md5_hash_that_is_none_fails_only_the_job(aws: Any, client: Any) -> None:
    place = jobs.place_for(aws, client, "IMPORT_ASSET_FROM_SIGNED_URL")
    job = jobs.run_job(client, "IMPORT_ASSET_FROM_SIGNED_URL", place, Md5Hash="A" * 24)
    assert jobs.error_of(job)["Message"] == "The MD5 hash of the uploaded file does not match."


@holds("job-types.redshift-name")
def test_a_redshift_import_makes_an_asset_of_each_datashare(aws: Any, client: Any) -> None:
    job_type = "IMPORT_ASSETS_FROM_REDSHIFT_DATA_SHARES"
    place = jobs.place_for(aws, client, job_type)
    other = jobs.SHARE.replace("/sales", "/costs")
    sources = [{"DataShareArn": arn} for arn in (jobs.SHARE, other)]
    assert jobs.run_job(client, job_type, place, AssetSources=sources)["State"] == "COMPLETED"
    assets = jobs.assets_of(client, place)
    assert [(asset["Name"], asset["AssetDetails"]) for asset in assets] == [
        ("sales", {"RedshiftDataShareAsset": {"Arn": jobs.SHARE}}),
        ("costs", {"RedshiftDataShareAsset": {"Arn": other}}),
    ]
    assert {asset["AssetType"] for asset in assets} == {"REDSHIFT_DATA_SHARE"}


@holds("job-types.api-name", "job-types.api-details")
def test_an_api_import_makes_an_asset_with_the_apis_details(aws: Any, client: Any) -> None:
    client = boto3.client("dataexchange", region_name="eu-central-1")
    job_type = "IMPORT_ASSET_FROM_API_GATEWAY_API"
    place = jobs.place_for(aws, client, job_type)
    job = jobs.run_job(client, job_type, place, ApiDescription="All orders", ApiKey="key-1")
    assert job["State"] == "COMPLETED"
    asset = one_asset(client, place)
    api = asset["AssetDetails"]["ApiGatewayApiAsset"]
    assert asset["Name"] == "orders"
    assert api.pop("ApiSpecificationDownloadUrl").startswith("https://")
    assert api == {
        "ApiDescription": "All orders",
        "ApiEndpoint": "https://abc123.execute-api.eu-central-1.amazonaws.com/prod",
        "ApiId": "abc123",
        "ApiKey": "key-1",
        "ApiName": "orders",
        "ApiSpecificationDownloadUrlExpiresAt": Near(jobs.START + jobs.HOUR),
        "ProtocolType": "REST",
        "Stage": "prod",
    }


@holds("job-types.api-details")
def test_an_apis_description_and_key_are_there_only_if_they_were_sent(aws: Any, client: Any) -> None:
    job_type = "IMPORT_ASSET_FROM_API_GATEWAY_API"
    place = jobs.place_for(aws, client, job_type)
    jobs.run_job(client, job_type, place)
    api = one_asset(client, place)["AssetDetails"]["ApiGatewayApiAsset"]
    assert not {"ApiDescription", "ApiKey"} & set(api)


@holds("job-types.api-url")
def test_each_answer_has_a_fresh_url_of_an_apis_specification(aws: Any, client: Any) -> None:
    job_type = "IMPORT_ASSET_FROM_API_GATEWAY_API"
    place = jobs.place_for(aws, client, job_type)
    jobs.run_job(client, job_type, place)
    (listed,) = jobs.assets_of(client, place)
    aws.clock.advance(minutes=59)
    shown = one_asset(client, place)
    renamed = client.update_asset(
        DataSetId=place.data_set_id, RevisionId=place.revision_id, AssetId=shown["Id"], Name="new"
    )
    aws.clock.advance(minutes=1, seconds=1)
    answers = {}
    for asset in (listed, shown, renamed):
        api = asset["AssetDetails"]["ApiGatewayApiAsset"]
        url, expires_at = api["ApiSpecificationDownloadUrl"], api["ApiSpecificationDownloadUrlExpiresAt"]
        answers[expires_at] = requests.get(url, timeout=5)
    first, second = answers
    assert first + datetime.timedelta(minutes=59) == Near(second)
    assert answers[first].status_code == 403
    assert (answers[second].status_code, answers[second].content) == (200, b"openapi: 3.0.0\n")


@holds("job-types.api-url")
def test_a_subscriber_gets_an_apis_specification_by_a_url_of_its_own(
    aws: Any, provider: Actor, subscriber: Actor
) -> None:
    job_type = "IMPORT_ASSET_FROM_API_GATEWAY_API"
    place = jobs.place_for(aws, provider.client, job_type)
    jobs.run_job(provider.client, job_type, place)
    jobs.finalize(provider.client, place)
    entitled = subscriber.accept(provider.grant({"Id": place.data_set_id}))
    (revision,) = subscriber.revisions(entitled["Id"])
    (asset,) = subscriber.assets(revision)
    url = asset["AssetDetails"]["ApiGatewayApiAsset"]["ApiSpecificationDownloadUrl"]
    assert OTHER_ACCOUNT in url
    assert requests.get(url, timeout=5).content == b"openapi: 3.0.0\n"


@holds("job-types.s3-access-many")
def test_s3_data_access_takes_any_number_of_keys_and_prefixes(aws: Any, client: Any) -> None:
    job_type = "CREATE_S3_DATA_ACCESS_FROM_S3_BUCKET"
    place = jobs.place_for(aws, client, job_type)
    many = [f"{number}/" for number in range(6)]
    source = {"Bucket": "bucket", "KeyPrefixes": many, "Keys": many}
    assert jobs.run_job(client, job_type, place, AssetSource=source)["State"] == "COMPLETED"
    assert one_asset(client, place)["AssetDetails"]["S3DataAccessAsset"]["Keys"] == many


@holds("job-types.asset-moment")
@pytest.mark.parametrize("job_type", jobs.IMPORTS)
def test_the_assets_of_a_job_have_the_moment_of_its_end(aws: Any, client: Any, job_type: str) -> None:
    place = jobs.place_for(aws, client, job_type)
    job = jobs.create_job(client, job_type, place)
    jobs.upload(job)
    with mock_dataexchange(job_polls=1):
        aws.clock.advance(minutes=1)
        client.start_job(JobId=job["Id"])
        assert jobs.state_of(client, job) == "IN_PROGRESS"
        aws.clock.advance(minutes=1)
        ended = client.get_job(JobId=job["Id"])
    asset = one_asset(client, place)
    assert asset["CreatedAt"] == asset["UpdatedAt"] == ended["UpdatedAt"]
    assert ended["UpdatedAt"] == Near(jobs.START + datetime.timedelta(minutes=2))


@holds("job-types.s3-access-name", "job-types.s3-access-point", "job-types.s3-access-details")
def test_s3_data_access_makes_one_asset_with_an_access_point(aws: Any, client: Any) -> None:
    job_type = "CREATE_S3_DATA_ACCESS_FROM_S3_BUCKET"
    place = jobs.place_for(aws, client, job_type)
    source = {
        "Bucket": "bucket",
        "KeyPrefixes": ["in/", "out/"],
        "Keys": ["a.csv"],
        "KmsKeysToGrant": [{"KmsKeyArn": "arn:aws:kms:us-east-1:123456789012:key/k"}],
    }
    assert jobs.run_job(client, job_type, place, AssetSource=source)["State"] == "COMPLETED"
    asset = one_asset(client, place)
    assert asset["Name"] == f"s3-data-access-{asset['Id']}"
    access = asset["AssetDetails"]["S3DataAccessAsset"]
    uuid = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    arn = rf"arn:aws:s3:us-east-1:[0-9]{{12}}:accesspoint/{uuid}"
    assert re.fullmatch(arn, access.pop("S3AccessPointArn"))
    assert re.fullmatch(r"[0-9a-f-]{18}-[a-z0-9]{34}-s3alias", access.pop("S3AccessPointAlias"))
    assert access == source


@holds("job-types.lake-formation-names", "job-types.lake-formation-details")
def test_a_lake_formation_import_makes_an_asset_for_each_kind_of_resource(aws: Any, client: Any) -> None:
    job_type = "IMPORT_ASSETS_FROM_LAKE_FORMATION_TAG_POLICY"
    place = jobs.place_for(aws, client, job_type)
    database = {"Expression": [{"TagKey": "a", "TagValues": ["1", "2"]}], "Permissions": ["DESCRIBE"]}
    table = {"Expression": [{"TagKey": "b", "TagValues": ["3"]}], "Permissions": ["DESCRIBE", "SELECT"]}
    jobs.run_job(client, job_type, place, Database=database, Table=table)
    found = {asset["Name"]: asset["AssetDetails"] for asset in jobs.assets_of(client, place)}
    assert found == {
        f"{kind}(s) included in LF-tag policy": {
            "LakeFormationDataPermissionAsset": {
                "LakeFormationDataPermissionDetails": {
                    "LFTagPolicy": {
                        "CatalogId": "123456789012",
                        "ResourceType": kind.upper(),
                        "ResourceDetails": {kind: {"Expression": given["Expression"]}},
                    }
                },
                "LakeFormationDataPermissionType": "LFTagPolicy",
                "Permissions": given["Permissions"],
                "RoleArn": "arn:aws:iam::123456789012:role/lake",
            }
        }
        for kind, given in (("Database", database), ("Table", table))
    }


@holds("job-types.lake-formation-names")
@pytest.mark.parametrize("kind", ["Database", "Table"])
def test_a_lake_formation_import_of_one_kind_makes_one_asset(aws: Any, client: Any, kind: str) -> None:
    job_type = "IMPORT_ASSETS_FROM_LAKE_FORMATION_TAG_POLICY"
    place = jobs.place_for(aws, client, job_type)
    given = jobs.EXAMPLES[job_type].details["Database"]
    jobs.run_job(client, job_type, place, **{"Database": None, kind: given})
    assert one_asset(client, place)["Name"] == f"{kind}(s) included in LF-tag policy"


@holds("jobs.configuration", "jobs.asset-tags")
@pytest.mark.parametrize("job_type", jobs.IMPORTS)
def test_the_tags_of_a_job_go_on_the_assets_that_it_makes(aws: Any, client: Any, job_type: str) -> None:
    place = jobs.place_for(aws, client, job_type)
    tags = [{"Key": "team", "Value": "data"}, {"Key": "empty", "Value": ""}]
    job = client.create_job(Type=job_type, Details=jobs.details_for(job_type, place), AssetConfiguration={"Tags": tags})
    jobs.upload(job)
    client.start_job(JobId=job["Id"])
    assert client.get_job(JobId=job["Id"])["AssetConfiguration"] == {"Tags": tags}
    asset = one_asset(client, place)
    assert asset["Tags"] == {"team": "data", "empty": ""}
    assert client.list_tags_for_resource(ResourceArn=asset["Arn"])["Tags"] == asset["Tags"]


@holds("jobs.asset-tags")
@pytest.mark.parametrize("job_type", jobs.IMPORTS)
def test_a_job_without_tags_makes_assets_without_tags(aws: Any, client: Any, job_type: str) -> None:
    place = jobs.place_for(aws, client, job_type)
    jobs.run_job(client, job_type, place)
    assert "Tags" not in one_asset(client, place)


@holds("moments.job", "jobs.no-asset-ids")
@pytest.mark.parametrize("job_type", jobs.TYPES)
def test_a_completed_job_shows_its_details_as_before_and_no_asset_ids(aws: Any, client: Any, job_type: str) -> None:
    place = jobs.place_for(aws, client, job_type)
    job = jobs.create_job(client, job_type, place)
    jobs.upload(job)
    aws.clock.advance(minutes=5)
    client.start_job(JobId=job["Id"])
    ended = client.get_job(JobId=job["Id"])
    assert ended["State"] == "COMPLETED"
    assert ended["CreatedAt"] == Near(jobs.START)
    assert ended["UpdatedAt"] == Near(jobs.START + datetime.timedelta(minutes=5))
    assert "Errors" not in ended
    added = {"SignedUrl", "SignedUrlExpiresAt"} if job_type == "EXPORT_ASSET_TO_SIGNED_URL" else set()
    assert set(details_of(ended)) - set(details_of(job)) == added
    assert {**details_of(ended), **details_of(job)} == details_of(ended)
    if job_type in jobs.IMPORTS:
        assert not any(asset_id in str(details_of(ended)) for asset_id in jobs.asset_ids(client, place))


@holds("moments.above")
@pytest.mark.parametrize("job_type", jobs.TYPES)
def test_a_job_moves_nothing_above_its_assets(aws: Any, client: Any, job_type: str) -> None:
    place = jobs.place_for(aws, client, job_type)
    aws.clock.advance(minutes=5)
    jobs.run_job(client, job_type, place)
    assert client.get_data_set(DataSetId=place.data_set_id)["UpdatedAt"] == Near(jobs.START)
    revision = client.get_revision(DataSetId=place.data_set_id, RevisionId=place.revision_id)
    assert revision["UpdatedAt"] == Near(jobs.START)


# Exports -----------------------------------------------------------------------------------------------------


@holds("job-types.export-key")
def test_an_export_of_assets_writes_each_to_its_destination(aws: Any, client: Any) -> None:
    place = jobs.create_place(client)
    first = jobs.add_asset(aws, client, place, "deep/a.csv", b"1")
    second = jobs.add_asset(aws, client, place, "b.csv", b"2")
    for bucket in ("one", "two"):
        aws.objects.create_bucket(bucket)
    destinations = [
        {"AssetId": first, "Bucket": "one"},
        {"AssetId": first, "Bucket": "two", "Key": "copy"},
        {"AssetId": second, "Bucket": "two", "Key": "x/b"},
    ]
    job = jobs.run_job(client, "EXPORT_ASSETS_TO_S3", place, AssetDestinations=destinations)
    assert job["State"] == "COMPLETED"
    assert details_of(job)["AssetDestinations"] == destinations
    written = {name: content for name, content in aws.objects.items() if name[0] != "seed"}
    assert written == {("one", "deep/a.csv"): b"1", ("two", "copy"): b"1", ("two", "x/b"): b"2"}


@holds("job-types.export-key-empty")
def test_an_empty_key_takes_the_assets_name(aws: Any, client: Any) -> None:
    place = jobs.place_for(aws, client, "EXPORT_ASSETS_TO_S3")
    destinations = [{"AssetId": place.asset_id, "Bucket": "bucket", "Key": ""}]
    job = jobs.run_job(client, "EXPORT_ASSETS_TO_S3", place, AssetDestinations=destinations)
    assert job["State"] == "COMPLETED"
    assert aws.objects["bucket", "a.csv"] == b"a,b\n"
    assert ("bucket", "") not in aws.objects


@holds("job-types.export-key-twice")
def test_of_two_destinations_with_one_key_the_last_wins(aws: Any, client: Any) -> None:
    place = jobs.create_place(client)
    assets = [jobs.add_asset(aws, client, place, name, name.encode()) for name in ("first", "last")]
    aws.objects.create_bucket("out")
    for order in (assets, assets[::-1]):
        destinations = [{"AssetId": asset, "Bucket": "out", "Key": "one"} for asset in order]
        job = jobs.run_job(client, "EXPORT_ASSETS_TO_S3", place, AssetDestinations=destinations)
        assert job["State"] == "COMPLETED"
        names = dict(zip(assets, (b"first", b"last"), strict=True))
        assert aws.objects["out", "one"] == names[order[-1]]


@holds("job-types.overwrite")
def test_an_export_overwrites_what_was_there(aws: Any, client: Any) -> None:
    place = jobs.place_for(aws, client, "EXPORT_ASSETS_TO_S3")
    aws.objects["bucket", "a.csv"] = b"old"
    jobs.run_job(client, "EXPORT_ASSETS_TO_S3", place)
    assert aws.objects["bucket", "a.csv"] == b"a,b\n"


@holds("job-types.whole-revision")
def test_a_revision_export_writes_all_assets(aws: Any, client: Any) -> None:
    place = jobs.create_place(client)
    for name in ("a", "b", "c"):
        jobs.add_asset(aws, client, place, name, name.encode())
    aws.objects.create_bucket("bucket")
    assert jobs.run_job(client, "EXPORT_REVISIONS_TO_S3", place)["State"] == "COMPLETED"
    written = {name: content for name, content in aws.objects.items() if name[0] == "bucket"}
    assert written == {("bucket", name): name.encode() for name in ("a", "b", "c")}


@holds("job-types.whole-revision")
def test_the_export_of_an_empty_revision_completes_and_writes_nothing(aws: Any, client: Any) -> None:
    place = jobs.create_place(client)
    aws.objects.create_bucket("bucket")
    assert jobs.run_job(client, "EXPORT_REVISIONS_TO_S3", place)["State"] == "COMPLETED"
    assert len(aws.objects) == 0


@holds("job-types.encryption")
@pytest.mark.parametrize("encryption", [{"Type": "AES256"}, {"Type": "aws:kms", "KmsKeyArn": jobs.KMS_KEY}])
@pytest.mark.parametrize("job_type", ["EXPORT_ASSETS_TO_S3", "EXPORT_REVISIONS_TO_S3"])
def test_an_exports_encryption_is_shown_again(aws: Any, client: Any, job_type: str, encryption: dict[str, str]) -> None:
    place = jobs.place_for(aws, client, job_type)
    job = jobs.run_job(client, job_type, place, Encryption=encryption)
    assert job["State"] == "COMPLETED"
    assert details_of(job)["Encryption"] == encryption


@holds("job-types.all-or-nothing", "job-errors.collision", "job-errors.collision-text")
def test_two_assets_for_one_key_fail_the_export_and_nothing_is_written(aws: Any, client: Any) -> None:
    place = jobs.create_place(client)
    for name in ("a", "twice", "z"):
        jobs.add_asset(aws, client, place, name)
    jobs.add_asset(aws, client, place, "twice")
    aws.objects.create_bucket("bucket")
    job = jobs.run_job(client, "EXPORT_REVISIONS_TO_S3", place)
    assert jobs.error_of(job) == {
        "Code": "VALIDATION_EXCEPTION",
        "Message": "More than one asset would be exported to twice.",
        "ResourceType": "REVISION",
        "ResourceId": place.revision_id,
    }
    assert {bucket for bucket, _ in aws.objects} == {"seed"}


@holds("job-errors.collision")
def test_assets_of_one_name_differ_in_their_ids(aws: Any, client: Any) -> None:
    place = jobs.create_place(client)
    names = {jobs.add_asset(aws, client, place, "twice"), jobs.add_asset(aws, client, place, "twice")}
    aws.objects.create_bucket("bucket")
    destination = {"RevisionId": place.revision_id, "Bucket": "bucket", "KeyPattern": "${Asset.Id}"}
    job = jobs.run_job(client, "EXPORT_REVISIONS_TO_S3", place, RevisionDestinations=[destination])
    assert job["State"] == "COMPLETED"
    assert {key for bucket, key in aws.objects if bucket == "bucket"} == names


@holds("job-errors.bucket")
@pytest.mark.parametrize("job_type", ["EXPORT_ASSETS_TO_S3", "EXPORT_REVISIONS_TO_S3"])
def test_a_missing_bucket_fails_an_export(aws: Any, client: Any, job_type: str) -> None:
    place = jobs.place_for(aws, client, job_type)
    aws.objects.load({})
    assert jobs.error_of(jobs.run_job(client, job_type, place)) == {
        "Code": "RESOURCE_NOT_FOUND_EXCEPTION",
        "Message": "Bucket bucket could not be found.",
    }


@holds("job-types.all-or-nothing")
def test_an_export_with_one_missing_bucket_writes_nothing_at_all(aws: Any, client: Any) -> None:
    place = jobs.place_for(aws, client, "EXPORT_ASSETS_TO_S3")
    before = dict(aws.objects)
    destinations = [{"AssetId": place.asset_id, "Bucket": bucket} for bucket in ("bucket", "nowhere")]
    job = jobs.run_job(client, "EXPORT_ASSETS_TO_S3", place, AssetDestinations=destinations)
    assert jobs.error_of(job)["Message"] == "Bucket nowhere could not be found."
    assert dict(aws.objects) == before


@holds("job-types.export-url")
def test_an_export_to_a_signed_url_hands_it_out_when_it_has_completed(aws: Any, client: Any) -> None:
    place = jobs.place_for(aws, client, "EXPORT_ASSET_TO_SIGNED_URL")
    job = jobs.create_job(client, "EXPORT_ASSET_TO_SIGNED_URL", place)
    assert "SignedUrl" not in details_of(job)
    with mock_dataexchange(job_polls=1):
        aws.clock.advance(minutes=10)
        client.start_job(JobId=job["Id"])
        assert "SignedUrl" not in details_of(client.get_job(JobId=job["Id"]))
        aws.clock.advance(minutes=10)
        details = details_of(client.get_job(JobId=job["Id"]))
    assert details["SignedUrlExpiresAt"] == jobs.START + datetime.timedelta(minutes=20) + jobs.HOUR
    with urllib.request.urlopen(details["SignedUrl"]) as answer:
        assert answer.read() == b"a,b\n"


@holds("signed-urls.held")
def test_a_download_url_returns_the_assets_bytes_even_after_its_deletion(aws: Any, client: Any) -> None:
    place = jobs.place_for(aws, client, "EXPORT_ASSET_TO_SIGNED_URL")
    job = jobs.run_job(client, "EXPORT_ASSET_TO_SIGNED_URL", place)
    client.delete_data_set(DataSetId=place.data_set_id)
    assert requests.get(details_of(job)["SignedUrl"], timeout=5).content == b"a,b\n"


@holds("job-errors.malware")
def test_no_file_is_looked_at_for_malware(aws: Any, client: Any) -> None:
    place = jobs.create_place(client)
    # The text that scanners agreed to find, in two parts so that they do not find it here.
    aws.objects["bucket", "in/a.csv"] = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"
    assert jobs.run_job(client, "IMPORT_ASSETS_FROM_S3", place)["State"] == "COMPLETED"


# What changed between CreateJob and the execution ------------------------------------------------------------


def gone(kind: str, identifier: str) -> dict[str, str]:
    return {
        "Code": "RESOURCE_NOT_FOUND_EXCEPTION",
        "Message": f"The {kind.lower().replace('_', ' ')} {identifier} could not be found.",
        "ResourceType": kind,
        "ResourceId": identifier,
    }


def started_error(client: Any, job: Any) -> Any:
    """The error of a job that is started now."""
    client.start_job(JobId=job["Id"])
    return jobs.error_of(client.get_job(JobId=job["Id"]))


@holds("job-errors.gone", "job-errors.order")
@pytest.mark.parametrize("job_type", jobs.TYPES)
def test_a_job_fails_whose_data_set_is_gone(aws: Any, client: Any, job_type: str) -> None:
    place = jobs.place_for(aws, client, job_type)
    job = jobs.create_job(client, job_type, place)
    client.delete_data_set(DataSetId=place.data_set_id)
    assert started_error(client, job) == gone("DATA_SET", place.data_set_id)


@holds("job-errors.gone")
@pytest.mark.parametrize("job_type", jobs.TYPES)
def test_a_job_fails_whose_revision_is_gone(aws: Any, client: Any, job_type: str) -> None:
    place = jobs.place_for(aws, client, job_type)
    job = jobs.create_job(client, job_type, place)
    client.delete_revision(DataSetId=place.data_set_id, RevisionId=place.revision_id)
    assert started_error(client, job) == gone("REVISION", place.revision_id)


@holds("job-errors.gone")
@pytest.mark.parametrize("job_type", ["EXPORT_ASSETS_TO_S3", "EXPORT_ASSET_TO_SIGNED_URL"])
def test_a_job_fails_whose_asset_is_gone(aws: Any, client: Any, job_type: str) -> None:
    place = jobs.place_for(aws, client, job_type)
    job = jobs.create_job(client, job_type, place)
    client.delete_asset(DataSetId=place.data_set_id, RevisionId=place.revision_id, AssetId=place.asset_id)
    assert started_error(client, job) == gone("ASSET", place.asset_id)


@holds("job-errors.finalized")
@pytest.mark.parametrize("job_type", jobs.IMPORTS)
def test_an_import_fails_whose_revision_was_finalized(aws: Any, client: Any, job_type: str) -> None:
    place = jobs.place_for(aws, client, job_type)
    jobs.run_job(client, job_type, place)
    job = jobs.create_job(client, job_type, place)
    jobs.upload(job)
    jobs.finalize(client, place)
    before = jobs.asset_ids(client, place)
    assert started_error(client, job) == {
        "Code": "VALIDATION_EXCEPTION",
        "Message": f"Revision {place.revision_id} is finalized and cannot be changed.",
        "ResourceType": "REVISION",
        "ResourceId": place.revision_id,
    }
    assert jobs.asset_ids(client, place) == before


@holds("job-errors.published")
@pytest.mark.parametrize("job_type", jobs.IMPORTS)
@pytest.mark.parametrize("word", ["published", "revoked"])
def test_an_import_fails_whose_revision_was_published_or_revoked(
    aws: Any, client: Any, job_type: str, word: str
) -> None:
    place = jobs.place_for(aws, client, job_type)
    jobs.run_job(client, job_type, place)
    job = jobs.create_job(client, job_type, place)
    jobs.upload(job)
    jobs.finalize(client, place)
    if word == "published":
        aws.backend().publish_revision(place.data_set_id, place.revision_id)
    else:
        client.revoke_revision(
            DataSetId=place.data_set_id, RevisionId=place.revision_id, RevocationComment="Wrong prices"
        )
    assert started_error(client, job) == {
        "Code": "VALIDATION_EXCEPTION",
        "Message": f"Revision {place.revision_id} is {word} and cannot be changed.",
        "ResourceType": "REVISION",
        "ResourceId": place.revision_id,
    }


@holds("job-errors.order")
def test_a_revisions_state_is_reported_before_missing_objects(aws: Any, client: Any) -> None:
    place = jobs.place_for(aws, client, "IMPORT_ASSETS_FROM_S3")
    jobs.run_job(client, "IMPORT_ASSETS_FROM_S3", place)
    job = jobs.create_job(client, "IMPORT_ASSETS_FROM_S3", place)
    jobs.finalize(client, place)
    aws.objects.clear()
    text = f"Revision {place.revision_id} is finalized and cannot be changed."
    assert started_error(client, job)["Message"] == text


@holds("job-errors.order")
def test_a_revocation_is_reported_before_a_missing_asset(aws: Any, provider: Actor, subscriber: Actor) -> None:
    place = jobs.create_place(provider.client)
    jobs.add_asset(aws, provider.client, place)
    jobs.finalize(provider.client, place)
    entitled = subscriber.accept(provider.grant({"Id": place.data_set_id}))
    (received,) = subscriber.revisions(entitled["Id"])
    (asset,) = subscriber.assets(received)
    lent = jobs.Place(entitled["Id"], received["Id"], asset["Id"])
    job = jobs.create_job(subscriber.client, "EXPORT_ASSETS_TO_S3", lent)
    provider.revoke({"DataSetId": place.data_set_id, "Id": place.revision_id})
    # No call takes assets from a copy.
    subscriber.backend.assets.of(received["Id"]).remove(asset["Id"])
    assert started_error(subscriber.client, job)["Code"] == "ACCESS_DENIED_EXCEPTION"


class Lent:
    """An export job that waits, of data that another account lent."""

    def __init__(self, provider: Actor, subscriber: Actor, job_type: str, **grant: Any) -> None:
        data_set = provider.data_set()
        self.revision = provider.finalized(data_set)
        self.grant = provider.grant(data_set, **grant)
        entitled = subscriber.accept(self.grant)
        (received,) = subscriber.revisions(entitled["Id"])
        (asset,) = subscriber.assets(received)
        self.place = jobs.Place(entitled["Id"], received["Id"], asset["Id"])
        self.job = jobs.create_job(subscriber.client, job_type, self.place)


@holds("job-errors.revoked")
@pytest.mark.parametrize("job_type", jobs.EXPORTS)
def test_an_export_fails_whose_entitled_revision_was_revoked(
    aws: Any, provider: Actor, subscriber: Actor, job_type: str
) -> None:
    lent = Lent(provider, subscriber, job_type)
    provider.revoke(lent.revision)
    assert started_error(subscriber.client, lent.job) == {
        "Code": "ACCESS_DENIED_EXCEPTION",
        "Message": f"Access to revision {lent.place.revision_id} has been revoked.",
        "ResourceType": "REVISION",
        "ResourceId": lent.place.revision_id,
    }


@holds("job-errors.access-ended")
@pytest.mark.parametrize("job_type", jobs.EXPORTS)
def test_an_export_fails_when_access_has_ended(aws: Any, provider: Actor, subscriber: Actor, job_type: str) -> None:
    deleted = Lent(provider, subscriber, job_type)
    ended = Lent(provider, subscriber, job_type, EndsAt=jobs.START + jobs.HOUR)
    provider.client.delete_data_grant(DataGrantId=deleted.grant["Id"])
    aws.clock.advance(hours=1)
    for lent in (deleted, ended):
        assert started_error(subscriber.client, lent.job) == gone("DATA_SET", lent.place.data_set_id)


def test_what_a_failed_job_lacked_can_be_added_for_another(aws: Any, client: Any) -> None:
    place = jobs.create_place(client)
    assert jobs.run_job(client, "IMPORT_ASSETS_FROM_S3", place)["State"] == "ERROR"
    aws.objects["bucket", "in/a.csv"] = b""
    assert jobs.run_job(client, "IMPORT_ASSETS_FROM_S3", place)["State"] == "COMPLETED"


# Quotas that the execution finds used up ---------------------------------------------------------------------


@holds("job-errors.room", "quotas.assets")
@pytest.mark.parametrize(
    ("key", "name", "job_type"),
    [
        ("assets_per_revision", "Assets per revision", "IMPORT_ASSETS_FROM_S3"),
        ("assets_per_revision", "Assets per revision", "IMPORT_ASSET_FROM_SIGNED_URL"),
        (
            "redshift_assets_per_revision",
            "Amazon Redshift datashare assets per revision",
            "IMPORT_ASSETS_FROM_REDSHIFT_DATA_SHARES",
        ),
        (
            "s3_data_access_assets_per_revision",
            "Amazon S3 data access assets per revision",
            "CREATE_S3_DATA_ACCESS_FROM_S3_BUCKET",
        ),
        (
            "lake_formation_assets_per_revision",
            "AWS Lake Formation data permission assets per revision",
            "IMPORT_ASSETS_FROM_LAKE_FORMATION_TAG_POLICY",
        ),
    ],
)
def test_a_full_revision_fails_the_import(aws: Any, client: Any, key: str, name: str, job_type: str) -> None:
    place = jobs.place_for(aws, client, job_type)
    with mock_dataexchange(quotas={key: 2}):
        for _ in range(2):
            assert jobs.run_job(client, job_type, place)["State"] == "COMPLETED"
        job = jobs.run_job(client, job_type, place)
    assert jobs.error_of(job) == {
        "Code": "SERVICE_QUOTA_EXCEEDED_EXCEPTION",
        "Message": f"The limit for {name} (2) has been reached.",
        "ResourceType": "REVISION",
        "ResourceId": place.revision_id,
        "LimitName": name,
        "LimitValue": 2.0,
    }
    assert len(jobs.assets_of(client, place)) == 2


@holds("job-errors.room")
def test_an_import_that_would_overfill_the_revision_adds_nothing(aws: Any, client: Any) -> None:
    place = jobs.place_for(aws, client, "IMPORT_ASSETS_FROM_S3")
    source = {"Bucket": "bucket", "Key": "in/a.csv"}
    with mock_dataexchange(quotas={"assets_per_revision": 2}):
        job = jobs.run_job(client, "IMPORT_ASSETS_FROM_S3", place, AssetSources=[source] * 3)
    assert jobs.error_of(job)["LimitName"] == "Assets per revision"
    assert jobs.assets_of(client, place) == []


@holds("job-errors.size", "quotas.asset-size")
@pytest.mark.parametrize("job_type", ["IMPORT_ASSETS_FROM_S3", "IMPORT_ASSET_FROM_SIGNED_URL"])
def test_a_file_that_is_too_large_fails_the_import(aws: Any, client: Any, job_type: str) -> None:
    place = jobs.place_for(aws, client, job_type)
    largest = 4 / 2**30
    with mock_dataexchange(quotas={"asset_size_gb": largest}):
        assert jobs.run_job(client, job_type, place)["State"] == "COMPLETED"
    before = jobs.asset_ids(client, place)
    smaller = 3 / 2**30
    with mock_dataexchange(quotas={"asset_size_gb": smaller}):
        job = jobs.run_job(client, job_type, place)
    assert jobs.error_of(job) == {
        "Code": "SERVICE_QUOTA_EXCEEDED_EXCEPTION",
        "Message": f"The limit for Asset size in GB ({smaller}) has been reached.",
        "ResourceType": "REVISION",
        "ResourceId": place.revision_id,
        "LimitName": "Asset size in GB",
        "LimitValue": smaller,
    }
    assert jobs.asset_ids(client, place) == before


# Which failure is reported -----------------------------------------------------------------------------------


@holds("job-errors.import-order")
def test_missing_objects_are_reported_before_a_full_revision(aws: Any, client: Any) -> None:
    place = jobs.place_for(aws, client, "IMPORT_ASSETS_FROM_S3")
    missing = [{"Bucket": "bucket", "Key": "missing"}]
    with mock_dataexchange(quotas={"assets_per_revision": 0, "asset_size_gb": 0}):
        job = jobs.run_job(client, "IMPORT_ASSETS_FROM_S3", place, AssetSources=missing)
    assert jobs.error_of(job)["Message"] == "1 of the objects to import could not be found."


@holds("job-errors.import-order")
def test_a_wrong_upload_is_reported_before_a_full_revision(aws: Any, client: Any) -> None:
    place = jobs.create_place(client)
    with mock_dataexchange(quotas={"assets_per_revision": 0, "asset_size_gb": 0}):
        job = jobs.create_job(client, "IMPORT_ASSET_FROM_SIGNED_URL", place)
        jobs.upload(job, b"another")
        error = started_error(client, job)
    assert error["Message"] == "The MD5 hash of the uploaded file does not match."


@holds("job-errors.import-order", "job-errors.one")
def test_a_full_revision_is_reported_before_a_file_that_is_too_large(aws: Any, client: Any) -> None:
    place = jobs.place_for(aws, client, "IMPORT_ASSETS_FROM_S3")
    with mock_dataexchange(quotas={"assets_per_revision": 0, "asset_size_gb": 0}):
        job = jobs.run_job(client, "IMPORT_ASSETS_FROM_S3", place)
    assert jobs.error_of(job)["LimitName"] == "Assets per revision"


@holds("job-errors.export-order")
def test_two_assets_for_one_key_are_reported_before_a_missing_bucket(aws: Any, client: Any) -> None:
    place = jobs.create_place(client)
    for _ in range(2):
        jobs.add_asset(aws, client, place, "twice")
    job = jobs.run_job(client, "EXPORT_REVISIONS_TO_S3", place)
    assert jobs.error_of(job)["Message"] == "More than one asset would be exported to twice."
