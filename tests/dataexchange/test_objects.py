from __future__ import annotations

import io
import tracemalloc
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import boto3
import pytest

from appint_mock import mock_dataexchange
from appint_mock.hints import see
from appint_mock.services.dataexchange.objects import ObjectStore
from appint_mock.state.form import Unfit, shown_key
from appint_mock.state.part import Records
from tests.fidelity.dataexchange import holds

from . import jobs


@pytest.fixture
def objects() -> ObjectStore:
    return ObjectStore()


@holds("objects.built-in")
def test_the_store_is_a_mutable_mapping_from_bucket_and_key_to_bytes(objects: ObjectStore) -> None:
    objects["one", "a"] = b"1"
    objects["two", "deep/er"] = b"2"
    objects["one", "a"] = b"3"
    assert isinstance(objects, MutableMapping)
    assert dict(objects) == {("one", "a"): b"3", ("two", "deep/er"): b"2"}
    assert len(objects) == 2
    assert ("one", "a") in objects
    assert objects.get(("one", "b")) is None
    assert objects.pop(("one", "a")) == b"3"
    del objects["two", "deep/er"]
    assert not objects


@holds("objects.built-in")
def test_an_object_comes_out_as_the_very_bytes_that_went_in(objects: ObjectStore) -> None:
    content = bytes(1000)
    objects["bucket", "key"] = content
    assert objects["bucket", "key"] is content
    assert objects.read("bucket", "key") is content


@pytest.mark.parametrize("place", [("bucket", "other"), ("other", "key")])
def test_what_is_not_there_is_a_key_error(objects: ObjectStore, place: tuple[str, str]) -> None:
    objects["bucket", "key"] = b""
    there = (
        "the keys in bucket 'bucket' are 'key'"
        if place[0] == "bucket"
        else "there is no bucket 'other'; the buckets are 'bucket'"
    )
    with pytest.raises(KeyError, match=f"no object '{place[1]}': {there}"):
        objects[place]
    with pytest.raises(KeyError, match=f"no object '{place[1]}': {there}"):
        del objects[place]
    assert objects.read(*place) is None
    assert place not in objects


@holds("objects.buckets")
def test_setting_a_key_makes_its_bucket(objects: ObjectStore) -> None:
    assert not objects.bucket_exists("bucket")
    objects["bucket", "key"] = b""
    assert objects.bucket_exists("bucket")


@holds("objects.buckets")
def test_a_bucket_can_be_made_empty_and_making_it_again_loses_nothing(objects: ObjectStore) -> None:
    objects.create_bucket("bucket")
    assert objects.bucket_exists("bucket")
    assert len(objects) == 0
    objects["bucket", "key"] = b"1"
    objects.create_bucket("bucket")
    assert objects["bucket", "key"] == b"1"


def test_a_bucket_outlives_its_last_object(objects: ObjectStore) -> None:
    objects["bucket", "key"] = b""
    del objects["bucket", "key"]
    assert objects.bucket_exists("bucket")


@pytest.mark.parametrize(
    ("value", "advice"),
    [
        ("a,b", r"not str; encode the text first: text.encode\(\)"),
        (io.StringIO("a"), "not StringIO; open the file in binary mode"),
        ([b"a"], "not list; give bytes, a bytearray, a memoryview or a binary file"),
        (None, "not NoneType; give bytes"),
    ],
)
def test_a_value_that_is_not_bytes_is_refused_with_advice(objects: ObjectStore, value: Any, advice: str) -> None:
    with pytest.raises(TypeError, match=rf"objects\['bucket', 'key'\] holds bytes, {advice}"):
        objects["bucket", "key"] = value
    assert not objects.bucket_exists("bucket")


@pytest.mark.parametrize("place", ["bucket/key", ("bucket",), ("bucket", b"key"), ("a", "b", "c")])
def test_a_name_that_is_not_bucket_and_key_is_refused_with_advice(objects: ObjectStore, place: Any) -> None:
    with pytest.raises(TypeError, match=r"an object is named by bucket and key: objects\['bucket', 'key'\]"):
        objects[place] = b""
    with pytest.raises(TypeError, match="an object is named by bucket and key"):
        objects[place]


def test_a_bucket_is_named_by_text(objects: ObjectStore) -> None:
    with pytest.raises(TypeError, match="takes the name of a bucket, not 7"):
        objects.create_bucket(7)  # type: ignore[arg-type]


def test_a_store_shows_what_is_in_it_and_no_contents(objects: ObjectStore) -> None:
    assert repr(objects) == "<ObjectStore: empty>"
    objects["bucket", "key"] = bytes(10**6)
    objects["another", "b/c"] = b""
    objects["another", "a"] = b""
    objects.create_bucket("drafts")
    assert repr(objects) == "<ObjectStore: s3://another/a, s3://another/b/c, s3://bucket/key, s3://drafts/>"


def test_of_many_objects_a_few_are_shown(objects: ObjectStore) -> None:
    for number in range(100):
        objects["bucket", f"{number:03}"] = b""
    assert repr(objects).endswith("s3://bucket/009, 90 more>")
    with pytest.raises(KeyError, match=r"are '000', .*'009', 90 more"):
        objects["bucket", "key"]


def test_an_empty_bucket_and_an_empty_store_are_described_as_such(objects: ObjectStore) -> None:
    with pytest.raises(KeyError, match="there is no bucket 'bucket'; the buckets are none"):
        objects["bucket", "key"]
    objects.create_bucket("bucket")
    with pytest.raises(KeyError, match="the keys in bucket 'bucket' are none"):
        objects["bucket", "key"]


@holds("jobs.snapshot")
def test_a_snapshot_holds_objects_and_empty_buckets() -> None:
    with mock_dataexchange() as aws:
        aws.objects["bucket", "key"] = b"\x00\xff"
        aws.objects.create_bucket("empty")
        state = aws.snapshot()
        aws.objects.clear()
        aws.objects["late", "key"] = b""
        held = aws.objects
        aws.restore(state)
        assert held is aws.objects
        assert dict(aws.objects) == {("bucket", "key"): b"\x00\xff"}
        assert aws.objects.bucket_exists("empty")
        assert not aws.objects.bucket_exists("late")


def test_a_reset_empties_the_store() -> None:
    with mock_dataexchange() as aws:
        aws.objects["bucket", "key"] = b""
        aws.reset()
        assert not aws.objects.bucket_exists("bucket")


@holds("objects.one-store", "objects.global")
def test_one_store_serves_all_accounts_and_regions() -> None:
    with mock_dataexchange() as aws:
        aws.objects["bucket", "in/a.csv"] = b"1"
        for account, region in (("111122223333", "eu-west-1"), ("444455556666", "us-east-2")):
            client = boto3.client("dataexchange", region_name=region, **aws.credentials(account))
            place = jobs.create_place(client)
            assert jobs.run_job(client, "IMPORT_ASSETS_FROM_S3", place)["State"] == "COMPLETED"


def test_an_inner_scope_has_the_same_store_and_a_new_outer_one_an_empty_store() -> None:
    with mock_dataexchange() as outer:
        outer.objects["bucket", "key"] = b"1"
        with mock_dataexchange() as inner:
            assert inner.objects["bucket", "key"] == b"1"
    with mock_dataexchange() as later:
        assert len(later.objects) == 0


def test_the_way_of_a_large_object_through_import_and_export_copies_it_never() -> None:
    content = bytes(20 * 2**20)
    with mock_dataexchange() as aws:
        client = boto3.client("dataexchange")
        aws.objects["bucket", "in/a.csv"] = content
        place = jobs.create_place(client)
        tracemalloc.start()
        try:
            imported = jobs.run_job(client, "IMPORT_ASSETS_FROM_S3", place)
            (asset_id,) = jobs.asset_ids(client, place)
            place = place._replace(asset_id=asset_id)
            exported = jobs.run_job(client, "EXPORT_ASSETS_TO_S3", place)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert imported["State"] == exported["State"] == "COMPLETED"
        assert aws.objects["bucket", "in/a.csv"] is content
        assert peak < len(content) / 4


@pytest.mark.parametrize(
    "content",
    [b"a,b", bytearray(b"a,b"), memoryview(b"a,b"), memoryview(b"xa,b")[1:], io.BytesIO(b"a,b")],
    ids=["bytes", "bytearray", "memoryview", "a part of a memoryview", "a binary file"],
)
def test_bytes_in_any_form_are_taken(content: Any) -> None:
    with mock_dataexchange() as aws:
        aws.objects["bucket", "key"] = content
        assert aws.objects["bucket", "key"] == b"a,b"
        assert type(aws.objects["bucket", "key"]) is bytes


def test_a_file_on_disk_is_taken_and_later_changes_are_not(tmp_path: Path) -> None:
    tmp_path.joinpath("file").write_bytes(b"a,b")
    data = bytearray(b"a,b")
    with mock_dataexchange() as aws, tmp_path.joinpath("file").open("rb") as file:
        aws.objects["bucket", "file"] = file
        aws.objects["bucket", "data"] = data
        data[:] = b"..."
        assert aws.objects["bucket", "file"] == aws.objects["bucket", "data"] == b"a,b"


@pytest.mark.parametrize(
    "name", ["abc", "a" * 63, "0.a-b.9", "1.2.3", "1.2.3.4.5", "xn-a", "sthree", "s3alias", "a--ol-s3x", "amzn-s3-demo"]
)
def test_a_bucket_has_a_name_that_s3_allows(objects: ObjectStore, name: str) -> None:
    objects.create_bucket(name)
    objects[name, "key"] = b"1"
    assert objects.bucket_exists(name)


@pytest.mark.parametrize(
    "name",
    [
        *("ab", "a" * 64, "Abc", "a_b", "a..b", ".ab", "ab.", "-ab", "ab-", "", "1.2.3.4", "123.123.123.123", "a b"),
        *("xn--a", "sthree-a", "amzn-s3-demo-a"),
        *("a-s3alias", "a--ol-s3", "a.mrap", "a--x-s3", "a--table-s3"),
    ],
)
def test_a_name_that_s3_does_not_allow_is_refused_everywhere(objects: ObjectStore, name: str) -> None:
    complaint = (
        f"{name!r} is no name of a bucket in S3: give 3 to 63 characters of a-z, 0-9, dots and hyphens, beginning and "
        f"ending with a letter or digit, without two dots in a row, such as 'inbox'.{see('objects')}"
    )
    with pytest.raises(ValueError, match="is no name") as refused:
        objects.create_bucket(name)
    assert str(refused.value) == complaint
    with pytest.raises(ValueError, match="is no name") as refused:
        objects[name, "key"] = b""
    assert str(refused.value) == complaint
    assert not objects.bucket_exists(name)
    with pytest.raises(Unfit) as unfit:
        objects.check({name: {}}, Records())
    assert str(unfit.value) == f"{shown_key(name) or 'it'} is no name of a bucket in S3"


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        ([], "it is a list of 0, not an object"),
        ({"inbox": []}, "inbox is a list of 0, not an object"),
        ({"inbox": {"a": "text"}}, "inbox.a is 'text', not bytes"),
        ({"inbox": {3: b""}}, "inbox.3 is 3, not a text"),
        ({3: {}}, "3 is 3, not a text"),
    ],
    ids=str,
)
def test_a_stores_data_is_checked(objects: ObjectStore, data: Any, complaint: str) -> None:
    objects.check({"inbox": {"a": b""}, "other": {}}, Records())
    with pytest.raises(Unfit) as unfit:
        objects.check(data, Records())
    assert str(unfit.value) == complaint


def test_what_is_missing_is_said_beside_what_is_there(objects: ObjectStore) -> None:
    def missing(bucket: str, key: str, *, deleting: bool = False) -> str:
        with pytest.raises(KeyError) as refused:
            objects.__delitem__((bucket, key)) if deleting else objects[bucket, key]
        return str(refused.value.args[0])

    assert missing("inbox", "a") == "no object 'a': there is no bucket 'inbox'; the buckets are none"
    objects.create_bucket("other")
    assert missing("inbox", "a", deleting=True) == (
        "no object 'a': there is no bucket 'inbox'; the buckets are 'other'"
    )
    objects.create_bucket("inbox")
    assert missing("inbox", "a") == "no object 'a': the keys in bucket 'inbox' are none"
    for number in range(10):
        objects["inbox", f"{9 - number}"] = b""
    ten = ", ".join(f"'{number}'" for number in range(10))
    assert missing("inbox", "a", deleting=True) == f"no object 'a': the keys in bucket 'inbox' are {ten}"
    objects["inbox", "b"] = b""
    assert missing("inbox", "a") == f"no object 'a': the keys in bucket 'inbox' are {ten}, 1 more"
    objects["inbox", "c"] = b""
    assert missing("inbox", "a") == f"no object 'a': the keys in bucket 'inbox' are {ten}, 2 more"
