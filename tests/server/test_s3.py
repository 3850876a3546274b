"""The objects of an S3 elsewhere, of which a stub gives the answers."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError
from botocore.stub import Stubber

from appint_mock.interception.environment import FAKE_CREDENTIALS
from appint_mock.server import ServerMock
from appint_mock.server.s3 import RemoteStore, StoreError

ENDPOINT = "http://127.0.0.1:9000"


@pytest.fixture
def store() -> RemoteStore:
    return RemoteStore(ENDPOINT, "eu-west-1")


@pytest.fixture
def s3(store: RemoteStore) -> Iterator[Stubber]:
    """Answers in their order; each must be asked for."""
    with Stubber(store._client) as stub:
        yield stub
        stub.assert_no_pending_responses()


def body(content: bytes) -> dict[str, Any]:
    return {"Body": io.BytesIO(content)}


def test_an_object_is_read(store: RemoteStore, s3: Stubber) -> None:
    s3.add_response("get_object", body(b"a"), {"Bucket": "files", "Key": "k"})
    assert store["files", "k"] == b"a"


@pytest.mark.parametrize("code", ["NoSuchKey", "NoSuchBucket", "404", "NotFound"])
def test_what_is_missing_is_no_error_of_the_store(store: RemoteStore, s3: Stubber, code: str) -> None:
    for _ in range(3):
        s3.add_client_error("get_object", code)
    s3.add_client_error("head_bucket", code)
    assert store.read("files", "k") is None
    with pytest.raises(KeyError, match=f"no object 'k' in bucket 'files' at {ENDPOINT}"):
        store["files", "k"]
    with pytest.raises(KeyError):
        del store["files", "k"]
    assert not store.bucket_exists("files")


def test_a_bucket_is_created_once(store: RemoteStore, s3: Stubber) -> None:
    s3.add_client_error("head_bucket", "404", expected_params={"Bucket": "files"})
    s3.add_response("create_bucket", {}, {"Bucket": "files"})
    store.create_bucket("files")
    s3.add_response("head_bucket", {}, {"Bucket": "files"})
    store.create_bucket("files")


def test_an_object_is_put_into_a_bucket_that_is_created_if_need_be(store: RemoteStore, s3: Stubber) -> None:
    s3.add_client_error("head_bucket", "404")
    s3.add_response("create_bucket", {}, {"Bucket": "files"})
    s3.add_response("put_object", {}, {"Bucket": "files", "Key": "k", "Body": b"a"})
    store["files", "k"] = b"a"


@pytest.mark.parametrize(
    ("encryption", "sent"),
    [
        (None, {}),
        ({"Type": "AES256"}, {"ServerSideEncryption": "AES256"}),
        ({"Type": "aws:kms", "KmsKeyArn": "arn:k"}, {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": "arn:k"}),
    ],
)
def test_an_object_is_encrypted_as_its_job_says(
    store: RemoteStore, s3: Stubber, encryption: dict[str, str] | None, sent: dict[str, str]
) -> None:
    s3.add_response("put_object", {}, {"Bucket": "files", "Key": "k", "Body": b"a", **sent})
    store.write("files", "k", b"a", encryption)


def test_an_object_that_is_there_is_deleted(store: RemoteStore, s3: Stubber) -> None:
    s3.add_response("get_object", body(b"a"), {"Bucket": "files", "Key": "k"})
    s3.add_response("delete_object", {}, {"Bucket": "files", "Key": "k"})
    del store["files", "k"]


def test_the_objects_of_all_buckets_and_pages_are_listed(store: RemoteStore, s3: Stubber) -> None:
    s3.add_response("list_buckets", {"Buckets": [{"Name": "files"}, {"Name": "empty"}]})
    page = {"Contents": [{"Key": "a"}, {"Key": "b"}], "IsTruncated": True, "NextContinuationToken": "t"}
    s3.add_response("list_objects_v2", page, {"Bucket": "files"})
    s3.add_response("list_objects_v2", {"Contents": [{"Key": "c"}]}, {"Bucket": "files", "ContinuationToken": "t"})
    s3.add_response("list_objects_v2", {}, {"Bucket": "empty"})
    # Not list(store), which would ask for the length too.
    assert list(iter(store)) == [("files", "a"), ("files", "b"), ("files", "c")]
    s3.add_response("list_buckets", {})
    assert len(store) == 0


def test_all_objects_are_counted(store: RemoteStore, s3: Stubber) -> None:
    s3.add_response("list_buckets", {"Buckets": [{"Name": "files"}]})
    s3.add_response("list_objects_v2", {"Contents": [{"Key": "a"}, {"Key": "b"}]}, {"Bucket": "files"})
    assert len(store) == 2


def test_a_refusal_is_an_error_that_says_what_s3_said(store: RemoteStore, s3: Stubber) -> None:
    s3.add_client_error("put_object", "AccessDenied", "not you")
    with pytest.raises(StoreError, match=f"The S3 at {ENDPOINT} refused put_object: .*AccessDenied.*not you") as caught:
        store.write("files", "k", b"a")
    assert caught.value.code == "InternalServerException"


def test_no_answer_is_an_error_that_says_so(store: RemoteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def get_object(**parameters: str) -> None:
        raise EndpointConnectionError(endpoint_url=ENDPOINT)

    monkeypatch.setattr(store._client, "get_object", get_object)
    with pytest.raises(StoreError) as caught:
        store.read("files", "k")
    assert str(caught.value.message) == (
        f'The S3 at {ENDPOINT} gave no answer to get_object: Could not connect to the endpoint URL: "{ENDPOINT}"'
    )


def test_a_client_signs_with_the_credentials_that_there_are_or_with_dummies(monkeypatch: pytest.MonkeyPatch) -> None:
    def keys() -> tuple[str, str]:
        credentials = RemoteStore(ENDPOINT, "us-east-1")._client._request_signer._credentials
        return credentials.access_key, credentials.secret_key

    assert keys() == (FAKE_CREDENTIALS["AWS_ACCESS_KEY_ID"], FAKE_CREDENTIALS["AWS_SECRET_ACCESS_KEY"])
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "mine")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    assert keys() == ("mine", "secret")


def test_a_client_asks_soon_twice_and_by_the_path(store: RemoteStore) -> None:
    config = store._client.meta.config
    assert (config.connect_timeout, config.read_timeout) == (5, 60)
    assert config.retries["total_max_attempts"] == 2
    assert config.s3["addressing_style"] == "path"
    assert (store._client.meta.region_name, store._client.meta.endpoint_url) == ("eu-west-1", ENDPOINT)
    assert store._client is store._client


def test_it_is_no_part_of_a_state(store: RemoteStore) -> None:
    store.load({"files": {"k": b"a"}})
    assert store.dump() == {}


@pytest.mark.parametrize("endpoint", ["127.0.0.1:9000", "ftp://127.0.0.1", ""])
def test_what_is_no_url_is_refused(endpoint: str) -> None:
    with pytest.raises(ValueError, match="URL"):
        RemoteStore(endpoint, "us-east-1")


def test_a_server_has_one_s3() -> None:
    ServerMock(s3_endpoint=ENDPOINT)
    with pytest.raises(ValueError, match="with_moto brings moto's S3, and s3_endpoint names another: give one of them"):
        ServerMock(with_moto=True, s3_endpoint=ENDPOINT)
