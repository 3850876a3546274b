"""moto's S3 as the store of jobs: what is there, in whose partition, and how it is encrypted."""

from __future__ import annotations

import boto3
import pytest

moto = pytest.importorskip("moto", reason="moto is not installed: .ci/run has environments with it")

from appint_mock.integrations.moto import Moto  # noqa: E402 (it needs moto)

ACCOUNT = "123456789012"


def test_what_was_written_is_read_and_what_is_missing_is_none() -> None:
    with moto.mock_aws():
        s3 = boto3.client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket="files")
        store = Moto().object_store(ACCOUNT, "aws")
        assert (store.bucket_exists("files"), store.bucket_exists("file")) == (True, False)
        assert store.read("files", "a") is store.read("nowhere", "a") is None
        store.write("files", "a", b"1,2")
        store.write("files", "empty", b"")
        assert (store.read("files", "a"), store.read("files", "empty")) == (b"1,2", b"")
        found = s3.get_object(Bucket="files", Key="a")
        assert found["Body"].read() == b"1,2"
        assert "ServerSideEncryption" not in found


def test_another_account_sees_the_same_buckets() -> None:
    with moto.mock_aws():
        boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="files")
        assert Moto().object_store("210987654321", "aws").bucket_exists("files")


def test_an_object_is_encrypted_as_the_job_says() -> None:
    with moto.mock_aws():
        s3 = boto3.client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket="files")
        Moto().object_store(ACCOUNT, "aws").write(
            "files", "a", b"1", {"Type": "aws:kms", "KmsKeyArn": "arn:aws:kms:us-east-1:123456789012:key/1"}
        )
        found = s3.head_object(Bucket="files", Key="a")
        assert found["ServerSideEncryption"] == "aws:kms"
        assert found["SSEKMSKeyId"] == "arn:aws:kms:us-east-1:123456789012:key/1"


def test_a_job_of_another_partition_finds_that_partition_s_objects() -> None:
    with moto.mock_aws():
        s3 = boto3.client("s3", region_name="cn-north-1")
        s3.create_bucket(Bucket="files", CreateBucketConfiguration={"LocationConstraint": "cn-north-1"})
        s3.put_object(Bucket="files", Key="a", Body=b"1,2")
        assert Moto().object_store(ACCOUNT, "aws-cn").read("files", "a") == b"1,2"
