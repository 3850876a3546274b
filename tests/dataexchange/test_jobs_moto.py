"""Jobs on moto's S3, where moto's mock is on."""

from __future__ import annotations

import contextlib
import tracemalloc
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any, NamedTuple

import boto3
import pytest
import requests

from appint_mock import mock_dataexchange
from tests.fidelity.dataexchange import holds

from . import jobs
from .actors import OTHER_ACCOUNT, Actor, invalid

moto = pytest.importorskip("moto")


class Both(NamedTuple):
    """Both mocks open."""

    aws: Any
    client: Any
    s3: Any

    @property
    def actor(self) -> Actor:
        return Actor(self.aws)


@contextlib.contextmanager
def _both(order: str, **options: Any) -> Iterator[Both]:
    ours = mock_dataexchange(**options)
    mocks: list[AbstractContextManager[Any]] = [ours, moto.mock_aws()]
    if order == "moto first":
        mocks.reverse()
    with mocks[0], mocks[1]:
        yield Both(ours, boto3.client("dataexchange"), boto3.client("s3", region_name="us-east-1"))


@pytest.fixture(params=["moto first", "ours first"])
def both(request: pytest.FixtureRequest) -> Iterator[Both]:
    with _both(request.param) as opened:
        yield opened


def put(both: Both, bucket: str, key: str, body: bytes) -> None:
    both.s3.create_bucket(Bucket=bucket)
    both.s3.put_object(Bucket=bucket, Key=key, Body=body)


def body_of(both: Both, bucket: str, key: str) -> bytes:
    body: bytes = both.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    return body


def imported(both: Both, content: bytes = b"a,b\n") -> jobs.Place:
    """A revision with one asset, out of moto's S3."""
    put(both, "bucket", "in/a.csv", content)
    place = jobs.create_place(both.client)
    job = jobs.run_job(both.client, "IMPORT_ASSETS_FROM_S3", place)
    assert job["State"] == "COMPLETED"
    (asset,) = jobs.assets_of(both.client, place)
    assert asset["AssetDetails"]["S3SnapshotAsset"]["Size"] == len(content)
    return place._replace(asset_id=asset["Id"])


@holds("objects.moto")
def test_an_object_of_motos_s3_goes_through_an_asset_and_back(both: Both) -> None:
    place = imported(both)
    both.s3.create_bucket(Bucket="out")
    destinations = [{"AssetId": place.asset_id, "Bucket": "out", "Key": "x/b.csv"}]
    job = jobs.run_job(both.client, "EXPORT_ASSETS_TO_S3", place, AssetDestinations=destinations)
    assert job["State"] == "COMPLETED"
    assert body_of(both, "out", "x/b.csv") == b"a,b\n"
    destination = {"RevisionId": place.revision_id, "Bucket": "out"}
    job = jobs.run_job(both.client, "EXPORT_REVISIONS_TO_S3", place, RevisionDestinations=[destination])
    assert job["State"] == "COMPLETED"
    assert body_of(both, "out", "in/a.csv") == b"a,b\n"


@holds("job-types.overwrite")
def test_an_export_overwrites_motos_object(both: Both) -> None:
    place = imported(both)
    put(both, "bucket", "in/a.csv", b"old")
    jobs.run_job(both.client, "EXPORT_ASSETS_TO_S3", place)
    assert body_of(both, "bucket", "in/a.csv") == b"a,b\n"


@holds("objects.no-fall-back")
def test_nothing_of_the_built_in_store_is_used_while_moto_is_on(both: Both) -> None:
    both.aws.objects["bucket", "in/a.csv"] = b"built-in"
    place = jobs.create_place(both.client)
    job = jobs.run_job(both.client, "IMPORT_ASSETS_FROM_S3", place)
    assert jobs.error_of(job)["Message"] == "1 of the objects to import could not be found."
    place = imported(both, b"moto's")
    both.aws.objects.create_bucket("out")
    destinations = [{"AssetId": place.asset_id, "Bucket": "out"}]
    job = jobs.run_job(both.client, "EXPORT_ASSETS_TO_S3", place, AssetDestinations=destinations)
    assert jobs.error_of(job)["Message"] == "Bucket out could not be found."
    assert dict(both.aws.objects) == {("bucket", "in/a.csv"): b"built-in"}


@holds("objects.moto", "objects.no-fall-back")
def test_nothing_of_moto_is_used_when_it_is_off() -> None:
    with mock_dataexchange() as aws:
        client = boto3.client("dataexchange")
        place = jobs.create_place(client)
        with moto.mock_aws():
            put(Both(aws, client, boto3.client("s3", region_name="us-east-1")), "bucket", "in/a.csv", b"1")
            inside = jobs.run_job(client, "IMPORT_ASSETS_FROM_S3", place)
        outside = jobs.run_job(client, "IMPORT_ASSETS_FROM_S3", place)
        assert (inside["State"], outside["State"]) == ("COMPLETED", "ERROR")
        aws.objects["bucket", "in/a.csv"] = b"1"
        assert jobs.run_job(client, "IMPORT_ASSETS_FROM_S3", place)["State"] == "COMPLETED"


@holds("job-errors.objects")
def test_missing_buckets_and_keys_of_moto_are_job_errors(both: Both) -> None:
    both.s3.create_bucket(Bucket="bucket")
    missing = [{"Bucket": "nowhere", "Key": "a"}, {"Bucket": "bucket", "Key": "a"}]
    place = jobs.create_place(both.client)
    job = jobs.run_job(both.client, "IMPORT_ASSETS_FROM_S3", place, AssetSources=missing)
    assert jobs.error_of(job)["Details"] == {"ImportAssetsFromS3JobErrorDetails": missing}


@holds("job-types.all-or-nothing")
def test_an_export_to_moto_with_one_missing_bucket_writes_nothing_at_all(both: Both) -> None:
    place = imported(both)
    destinations = [{"AssetId": place.asset_id, "Bucket": bucket, "Key": "x"} for bucket in ("bucket", "nowhere")]
    job = jobs.run_job(both.client, "EXPORT_ASSETS_TO_S3", place, AssetDestinations=destinations)
    assert jobs.error_of(job)["Message"] == "Bucket nowhere could not be found."
    assert [each["Key"] for each in both.s3.list_objects_v2(Bucket="bucket")["Contents"]] == ["in/a.csv"]


KEY = "the ARN of a key that the test makes"


@holds("objects.encryption")
@pytest.mark.parametrize("job_type", ["EXPORT_ASSETS_TO_S3", "EXPORT_REVISIONS_TO_S3"])
@pytest.mark.parametrize(
    ("encryption", "shown"),
    [
        ({"Type": "AES256"}, {"ServerSideEncryption": "AES256"}),
        ({"Type": "aws:kms", "KmsKeyArn": KEY}, {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": KEY}),
        (None, {}),
    ],
)
def test_motos_objects_show_the_exports_encryption(
    both: Both, job_type: str, encryption: dict[str, str] | None, shown: dict[str, str]
) -> None:
    if encryption and "KmsKeyArn" in encryption:
        key = boto3.client("kms", region_name="us-east-1").create_key()["KeyMetadata"]["Arn"]
        encryption, shown = {**encryption, "KmsKeyArn": key}, {**shown, "SSEKMSKeyId": key}
    place = imported(both)
    both.s3.delete_object(Bucket="bucket", Key="in/a.csv")
    assert jobs.run_job(both.client, job_type, place, Encryption=encryption)["State"] == "COMPLETED"
    head = both.s3.head_object(Bucket="bucket", Key="in/a.csv")
    members = ("ServerSideEncryption", "SSEKMSKeyId")
    assert {name: head[name] for name in members if name in head} == shown


@holds("objects.kms-key")
@pytest.mark.parametrize("job_type", ["EXPORT_ASSETS_TO_S3", "EXPORT_REVISIONS_TO_S3"])
def test_an_export_with_a_key_that_motos_kms_does_not_have_fails(both: Both, job_type: str) -> None:
    place = imported(both)
    ended = jobs.run_job(both.client, job_type, place, Encryption={"Type": "aws:kms", "KmsKeyArn": jobs.KMS_KEY})
    assert [error["Code"] for error in ended["Errors"]] == ["ACCESS_DENIED_EXCEPTION"]


@holds("objects.global")
def test_another_accounts_bucket_is_found(both: Both) -> None:
    put(both, "bucket", "in/a.csv", b"1")
    client = Actor(both.aws, OTHER_ACCOUNT).client
    place = jobs.create_place(client)
    assert jobs.run_job(client, "IMPORT_ASSETS_FROM_S3", place)["State"] == "COMPLETED"
    place = place._replace(asset_id=jobs.assets_of(client, place)[0]["Id"])
    destinations = [{"AssetId": place.asset_id, "Bucket": "bucket", "Key": "back"}]
    jobs.run_job(client, "EXPORT_ASSETS_TO_S3", place, AssetDestinations=destinations)
    assert body_of(both, "bucket", "back") == b"1"


@holds("objects.policies")
def test_policies_of_a_bucket_are_not_evaluated(both: Both) -> None:
    put(both, "bucket", "in/a.csv", b"1")
    both.s3.put_bucket_policy(
        Bucket="bucket",
        Policy='{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "s3:*",'
        ' "Resource": "arn:aws:s3:::bucket/*"}]}',
    )
    place = jobs.create_place(both.client)
    assert jobs.run_job(both.client, "IMPORT_ASSETS_FROM_S3", place)["State"] == "COMPLETED"


@holds("job-types.s3-access-bucket")
def test_s3_data_access_needs_a_bucket_of_moto(both: Both) -> None:
    job_type = "CREATE_S3_DATA_ACCESS_FROM_S3_BUCKET"
    place = jobs.place_for(both.aws, both.client, job_type)
    text = "Bucket bucket does not exist or is not accessible."
    with invalid(text, ExceptionCause="S3AccessDenied"):
        jobs.create_job(both.client, job_type, place)
    both.s3.create_bucket(Bucket="bucket")
    assert jobs.run_job(both.client, job_type, place)["State"] == "COMPLETED"


@holds("objects.copies")
def test_an_asset_holds_a_copy_of_motos_object(both: Both) -> None:
    place = imported(both, b"before")
    put(both, "bucket", "in/a.csv", b"after")
    destinations = [{"AssetId": place.asset_id, "Bucket": "bucket", "Key": "copy"}]
    jobs.run_job(both.client, "EXPORT_ASSETS_TO_S3", place, AssetDestinations=destinations)
    assert body_of(both, "bucket", "copy") == b"before"


@holds("objects.versions")
def test_the_newest_version_of_a_versioned_object_is_imported(both: Both) -> None:
    both.s3.create_bucket(Bucket="bucket")
    both.s3.put_bucket_versioning(Bucket="bucket", VersioningConfiguration={"Status": "Enabled"})
    for body in (b"old", b"newest"):
        both.s3.put_object(Bucket="bucket", Key="in/a.csv", Body=body)
    place = jobs.create_place(both.client)
    jobs.run_job(both.client, "IMPORT_ASSETS_FROM_S3", place)
    assert jobs.assets_of(both.client, place)[0]["AssetDetails"] == {"S3SnapshotAsset": {"Size": 6.0}}
    both.s3.delete_object(Bucket="bucket", Key="in/a.csv")
    assert jobs.run_job(both.client, "IMPORT_ASSETS_FROM_S3", place)["State"] == "ERROR"


@holds("signed-urls.moto")
def test_signed_urls_of_both_work_side_by_side(both: Both) -> None:
    put(both, "bucket", "in/a.csv", b"moto's")
    presigned = {
        method: both.s3.generate_presigned_url(method, {"Bucket": "bucket", "Key": "in/a.csv"})
        for method in ("get_object", "put_object")
    }
    place = jobs.create_place(both.client)
    job = jobs.create_job(both.client, "IMPORT_ASSET_FROM_SIGNED_URL", place)
    assert requests.get(presigned["get_object"], timeout=5).content == b"moto's"
    jobs.upload(job)
    assert requests.put(presigned["put_object"], data=b"new", timeout=5).status_code == 200
    assert body_of(both, "bucket", "in/a.csv") == b"new"
    both.client.start_job(JobId=job["Id"])
    place = place._replace(asset_id=jobs.assets_of(both.client, place)[0]["Id"])
    job = jobs.run_job(both.client, "EXPORT_ASSET_TO_SIGNED_URL", place)
    url = job["Details"]["ExportAssetToSignedUrl"]["SignedUrl"]
    assert requests.get(url, timeout=5).content == b"1,2\n"
    assert requests.get(presigned["get_object"], timeout=5).content == b"new"


@holds("signed-urls.moto")
def test_presigned_urls_of_moto_work_after_our_scope_has_closed() -> None:
    with moto.mock_aws():
        s3 = boto3.client("s3", region_name="us-east-1")
        with mock_dataexchange() as aws:
            client = boto3.client("dataexchange")
            both = Both(aws, client, s3)
            put(both, "bucket", "in/a.csv", b"moto's")
            job = jobs.create_job(client, "IMPORT_ASSET_FROM_SIGNED_URL", jobs.create_place(client))
            jobs.upload(job)
        url = s3.generate_presigned_url("get_object", {"Bucket": "bucket", "Key": "in/a.csv"})
        assert requests.get(url, timeout=5).content == b"moto's"


@holds("signed-urls.moto")
def test_our_signed_urls_work_after_moto_has_stopped() -> None:
    with mock_dataexchange():
        client = boto3.client("dataexchange")
        with moto.mock_aws():
            job = jobs.create_job(client, "IMPORT_ASSET_FROM_SIGNED_URL", jobs.create_place(client))
        jobs.upload(job)
        client.start_job(JobId=job["Id"])
        assert jobs.state_of(client, job) == "COMPLETED"


def test_a_large_import_from_moto_copies_the_object_once() -> None:
    size = 20 * 2**20
    with _both("moto first") as both:
        put(both, "bucket", "in/a.csv", bytes(size))
        place = jobs.create_place(both.client)
        job = jobs.create_job(both.client, "IMPORT_ASSETS_FROM_S3", place)
        tracemalloc.start()
        try:
            both.client.start_job(JobId=job["Id"])
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert jobs.state_of(both.client, job) == "COMPLETED"
    assert size <= peak < 1.5 * size
