"""Signed URLs: what they look like, and what they answer."""

from __future__ import annotations

import base64
import datetime
import hashlib
import io
import json
import re
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
import requests

from appint_mock import mock_dataexchange
from tests.fidelity.dataexchange import holds

from . import jobs
from .actors import Actor


class Answer(NamedTuple):
    """Of either library."""

    status: int
    headers: Any
    body: bytes


def by_requests(method: str, url: str, body: bytes | None = None, **headers: str) -> Answer:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = requests.request(method, url, data=body, headers=sent, timeout=5)
    return Answer(answer.status_code, answer.headers, answer.content)


def by_urllib(method: str, url: str, body: bytes | None = None, **headers: str) -> Answer:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, data=body, headers=sent, method=method)
    try:
        with urllib.request.urlopen(request) as answer:
            return Answer(answer.status, answer.headers, answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.headers, error.read())


Send = Callable[..., Answer]


@pytest.fixture(params=[by_requests, by_urllib])
def send(request: pytest.FixtureRequest) -> Send:
    """Either of the libraries that are answered."""
    way: Send = request.param
    return way


@pytest.fixture
def upload_job(aws: Any, client: Any) -> Any:
    """A job that waits for ``1,2`` and a line end."""
    aws.clock.freeze(jobs.START)
    return jobs.create_job(client, "IMPORT_ASSET_FROM_SIGNED_URL", jobs.create_place(client))


@pytest.fixture
def upload_url(upload_job: Any) -> str:
    url: str = upload_job["Details"]["ImportAssetFromSignedUrl"]["SignedUrl"]
    return url


@pytest.fixture
def download_url(aws: Any, client: Any) -> str:
    """Where ``a,b`` and a line end can be got."""
    aws.clock.freeze(jobs.START)
    place = jobs.place_for(aws, client, "EXPORT_ASSET_TO_SIGNED_URL")
    job = jobs.run_job(client, "EXPORT_ASSET_TO_SIGNED_URL", place)
    url: str = job["Details"]["ExportAssetToSignedUrl"]["SignedUrl"]
    return url


def end_of(client: Any, job: Any) -> str:
    client.start_job(JobId=job["Id"])
    return jobs.state_of(client, job)


def code_in(answer: Answer) -> str:
    """The Code in an error of S3's."""
    found = re.search(rb"<Error><Code>(\w+)</Code><Message>[^<]+</Message></Error>", answer.body)
    assert found
    return found[1].decode()


# The look ----------------------------------------------------------------------------------------------------


@holds("signed-urls.form")
def test_a_signed_url_looks_like_one_of_s3(upload_url: str, download_url: str) -> None:
    for url in (upload_url, download_url):
        parts = urlsplit(url)
        assert parts.scheme == "https"
        assert re.fullmatch(r"[a-z0-9-]{3,63}\.s3\.us-east-1\.amazonaws\.com", parts.netloc)
        assert parts.path.startswith("/1772600767891/jobs/")
        query = {name: value for name, (value,) in parse_qs(parts.query).items()}
        signature = query.pop("X-Amz-Signature")
        credential = query.pop("X-Amz-Credential")
        assert re.fullmatch(r"[0-9a-f]{64}", signature)
        assert credential.endswith("/20260304/us-east-1/s3/aws4_request")
        assert query == {
            "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
            "X-Amz-Date": "20260304T050607Z",
            "X-Amz-Expires": "3600",
            "X-Amz-SignedHeaders": "host",
        }


@holds("signed-urls.form")
def test_a_signed_url_names_the_region_of_its_job(aws: Any) -> None:
    client = boto3.client("dataexchange", region_name="ap-southeast-2")
    job = jobs.create_job(client, "IMPORT_ASSET_FROM_SIGNED_URL", jobs.create_place(client))
    url = job["Details"]["ImportAssetFromSignedUrl"]["SignedUrl"]
    assert urlsplit(url).netloc.endswith(".s3.ap-southeast-2.amazonaws.com")
    jobs.upload(job)
    assert end_of(client, job) == "COMPLETED"


def test_jobs_in_two_regions_and_accounts_have_urls_of_their_own(aws: Any, subscriber: Actor) -> None:
    clients = [
        subscriber.client,
        *(boto3.client("dataexchange", region_name=each) for each in ("us-west-2", "us-east-1")),
    ]
    made = [jobs.create_job(each, "IMPORT_ASSET_FROM_SIGNED_URL", jobs.create_place(each)) for each in clients]
    for job in made[1:]:
        jobs.upload(job)
    ends = [end_of(client, job) for client, job in zip(clients, made, strict=True)]
    assert ends == ["ERROR", "COMPLETED", "COMPLETED"]


# Uploads -----------------------------------------------------------------------------------------------------


@holds("signed-urls.clients", "signed-urls.put-answer")
def test_a_put_to_an_upload_url_answers_200_with_an_empty_body(
    client: Any, upload_job: Any, upload_url: str, send: Send
) -> None:
    answer = send("PUT", upload_url, b"1,2\n")
    assert (answer.status, answer.body, answer.headers["Content-Length"]) == (200, b"", "0")
    assert end_of(client, upload_job) == "COMPLETED"


@holds("signed-urls.put")
def test_the_last_upload_counts(client: Any, upload_job: Any, upload_url: str, send: Send) -> None:
    for body in (b"1,2\n", b"wrong"):
        assert send("PUT", upload_url, body).status == 200
    assert end_of(client, upload_job) == "ERROR"


@pytest.mark.parametrize("body", [b"1,2\n", b"wrong"])
def test_an_upload_is_kept_no_longer_than_its_job_runs(
    aws: Any, client: Any, upload_job: Any, upload_url: str, body: bytes
) -> None:
    """What was imported is in the asset, once."""
    secret = base64.b64encode(body).decode()
    by_requests("PUT", upload_url, body)
    assert json.dumps(aws.snapshot()).count(secret) == 1
    end_of(client, upload_job)
    assert json.dumps(aws.snapshot()).count(secret) == (body == b"1,2\n")


def test_an_upload_may_be_empty(aws: Any, client: Any, send: Send) -> None:
    place = jobs.create_place(client)
    job = jobs.create_job(client, "IMPORT_ASSET_FROM_SIGNED_URL", place, Md5Hash=jobs.md5_of(b""))
    url = job["Details"]["ImportAssetFromSignedUrl"]["SignedUrl"]
    assert send("PUT", url, b"").status == 200
    assert end_of(client, job) == "COMPLETED"


@holds("signed-urls.content-md5")
def test_a_content_md5_that_fits_is_taken(client: Any, upload_job: Any, upload_url: str, send: Send) -> None:
    assert send("PUT", upload_url, b"1,2\n", Content_MD5=jobs.md5_of(b"1,2\n")).status == 200
    assert end_of(client, upload_job) == "COMPLETED"


@holds("order.nothing-changes", "signed-urls.content-md5", "signed-urls.errors")
@pytest.mark.parametrize(
    ("md5", "code"),
    [
        (jobs.md5_of(b"another"), "BadDigest"),
        ("nonsense", "InvalidDigest"),
        ("AAAA", "InvalidDigest"),
        ("", "InvalidDigest"),
        ("no base64!", "InvalidDigest"),
        ("!" + jobs.md5_of(b"1,2\n"), "InvalidDigest"),
        (base64.b64encode(bytes(15)).decode(), "InvalidDigest"),
        (base64.b64encode(bytes(16)).decode(), "BadDigest"),
        (base64.b64encode(bytes(17)).decode(), "InvalidDigest"),
    ],
)
def test_a_content_md5_that_does_not_fit_is_refused_and_nothing_is_stored(
    client: Any, upload_job: Any, upload_url: str, send: Send, md5: str, code: str
) -> None:
    answer = send("PUT", upload_url, b"1,2\n", Content_MD5=md5)
    assert (answer.status, code_in(answer)) == (400, code)
    client.start_job(JobId=upload_job["Id"])
    error = jobs.error_of(client.get_job(JobId=upload_job["Id"]))
    assert error["Message"] == "No file was uploaded to the signed URL."


@holds("signed-urls.content-md5")
def test_a_refused_upload_leaves_the_one_before(client: Any, upload_job: Any, upload_url: str, send: Send) -> None:
    send("PUT", upload_url, b"1,2\n")
    assert send("PUT", upload_url, b"wrong", Content_MD5=jobs.md5_of(b"1,2\n")).status == 400
    assert end_of(client, upload_job) == "COMPLETED"


@holds("signed-urls.md5-later")
def test_whether_an_upload_is_the_file_of_the_job_shows_at_the_execution_only(
    client: Any, upload_job: Any, upload_url: str, send: Send
) -> None:
    assert send("PUT", upload_url, b"other", Content_MD5=jobs.md5_of(b"other")).status == 200
    assert end_of(client, upload_job) == "ERROR"


@holds("signed-urls.after-end")
def test_an_upload_after_the_jobs_end_is_taken_and_changes_nothing(
    aws: Any, client: Any, upload_job: Any, upload_url: str, send: Send
) -> None:
    send("PUT", upload_url, b"1,2\n")
    end_of(client, upload_job)
    before = aws.snapshot()
    assert send("PUT", upload_url, b"late").status == 200
    assert aws.snapshot() == before


def test_an_api_specification_is_uploaded_in_the_same_way(aws: Any, client: Any, send: Send) -> None:
    job_type = "IMPORT_ASSET_FROM_API_GATEWAY_API"
    job = jobs.create_job(client, job_type, jobs.place_for(aws, client, job_type))
    url = job["Details"]["ImportAssetFromApiGatewayApi"]["ApiSpecificationUploadUrl"]
    assert send("PUT", url, b"openapi: 3.0.0\n").status == 200
    assert end_of(client, job) == "COMPLETED"


@pytest.mark.parametrize("body", [b"1,2\n", bytearray(b"1,2\n"), "1,2\n", io.BytesIO(b"1,2\n"), io.StringIO("1,2\n")])
def test_requests_may_send_bytes_text_or_a_file(client: Any, upload_job: Any, upload_url: str, body: Any) -> None:
    assert requests.put(upload_url, data=body, timeout=5).status_code == 200
    assert end_of(client, upload_job) == "COMPLETED"


@pytest.mark.parametrize("body", [b"1,2\n", bytearray(b"1,2\n"), memoryview(b"1,2\n")])
def test_urllib_may_send_any_bytes(client: Any, upload_job: Any, upload_url: str, body: Any) -> None:
    with urllib.request.urlopen(urllib.request.Request(upload_url, data=body, method="PUT")) as answer:
        assert answer.status == 200
    assert end_of(client, upload_job) == "COMPLETED"


def test_a_file_is_uploaded_from_disk(client: Any, upload_job: Any, upload_url: str, tmp_path: Any) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"1,2\n")
    with path.open("rb") as file:
        request = urllib.request.Request(upload_url, data=file, method="PUT")
        request.add_header("Content-Length", "4")
        with urllib.request.urlopen(request) as answer:
            assert answer.status == 200
    with path.open("rb") as file:
        assert requests.put(upload_url, data=file, timeout=5).status_code == 200
    assert end_of(client, upload_job) == "COMPLETED"


@holds("signed-urls.chunked")
def test_a_body_of_unknown_length_is_refused_as_s3_does(upload_url: str) -> None:
    chunked = requests.put(upload_url, data=iter([b"1,", b"2\n"]), timeout=5)
    assert (chunked.status_code, code_in(Answer(501, {}, chunked.content))) == (501, "NotImplemented")
    request = urllib.request.Request(upload_url, data=iter([b"1,", b"2\n"]), method="PUT")
    with pytest.raises(urllib.error.HTTPError, match="501"):
        urllib.request.urlopen(request).close()


# Downloads ---------------------------------------------------------------------------------------------------


@holds("signed-urls.clients", "signed-urls.get")
def test_a_get_of_a_download_url_gives_the_assets_bytes_as_often_as_wanted(download_url: str, send: Send) -> None:
    for _ in range(3):
        answer = send("GET", download_url)
        assert (answer.status, answer.body, answer.headers["Content-Length"]) == (200, b"a,b\n", "4")


@holds("signed-urls.clients")
def test_urlretrieve_saves_the_assets_bytes(download_url: str, tmp_path: Any) -> None:
    path = tmp_path / "a.csv"
    _, headers = urllib.request.urlretrieve(download_url, path)
    assert path.read_bytes() == b"a,b\n"
    assert headers["Content-Length"] == "4"


def test_a_download_can_be_streamed(download_url: str) -> None:
    with requests.get(download_url, stream=True, timeout=5) as answer:
        assert list(answer.iter_content(2)) == [b"a,", b"b\n"]
    with urllib.request.urlopen(download_url) as answer:
        assert [answer.read(3), answer.read(3), answer.read(3)] == [b"a,b", b"\n", b""]


@holds("signed-urls.range")
@pytest.mark.parametrize(
    ("asked", "body", "span"),
    [
        ("bytes=0-0", b"a", "0-0"),
        ("bytes=0-1", b"a,", "0-1"),
        ("bytes=1-2", b",b", "1-2"),
        ("bytes=2-", b"b\n", "2-3"),
        ("bytes=1-99", b",b\n", "1-3"),
        ("bytes=-1", b"\n", "3-3"),
        ("bytes=-99", b"a,b\n", "0-3"),
    ],
)
def test_a_range_of_a_download_can_be_got(download_url: str, send: Send, asked: str, body: bytes, span: str) -> None:
    answer = send("GET", download_url, Range=asked)
    assert (answer.status, answer.body, answer.headers["Content-Range"]) == (206, body, f"bytes {span}/4")
    assert answer.headers["Content-Length"] == str(len(body))


@holds("signed-urls.range")
@pytest.mark.parametrize(
    "asked", ["bytes=0-1,3-3", "bytes=2-1", "bytes=-", "lines=0-1", "nonsense", "bytes=" + "9" * 5000 + "-"]
)
def test_what_is_no_one_range_gets_the_whole_file(download_url: str, send: Send, asked: str) -> None:
    answer = send("GET", download_url, Range=asked)
    assert (answer.status, answer.body, answer.headers.get("Content-Range")) == (200, b"a,b\n", None)


@holds("signed-urls.range")
@pytest.mark.parametrize("asked", ["bytes=4-", "bytes=5-9", "bytes=-0"])
def test_a_range_after_the_end_is_refused(download_url: str, send: Send, asked: str) -> None:
    answer = send("GET", download_url, Range=asked)
    assert (answer.status, code_in(answer), answer.headers["Content-Range"]) == (416, "InvalidRange", "bytes */4")


@holds("signed-urls.headers")
@pytest.mark.parametrize("headers", [{}, {"Range": "bytes=0-1"}])
def test_a_download_has_the_headers_of_s3(download_url: str, send: Send, headers: dict[str, str]) -> None:
    answer = send("GET", download_url, **headers)
    assert answer.headers["ETag"] == f'"{hashlib.md5(b"a,b" + bytes([10])).hexdigest()}"'
    assert answer.headers["Last-Modified"] == "Wed, 04 Mar 2026 05:06:07 GMT"
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert re.fullmatch("[0-9A-F]{16}", answer.headers["x-amz-request-id"])


def test_an_empty_asset_can_be_downloaded(aws: Any, client: Any, send: Send) -> None:
    place = jobs.create_place(client)
    place = place._replace(asset_id=jobs.add_asset(aws, client, place, "empty", b""))
    job = jobs.run_job(client, "EXPORT_ASSET_TO_SIGNED_URL", place)
    answer = send("GET", job["Details"]["ExportAssetToSignedUrl"]["SignedUrl"])
    assert (answer.status, answer.body) == (200, b"")


def test_an_answer_of_urllib_is_one_of_the_standard_library(download_url: str) -> None:
    import http.client

    with urllib.request.urlopen(download_url) as answer:
        assert isinstance(answer, http.client.HTTPResponse)
        assert (answer.reason, str(answer.msg), answer.getheader("content-length")) == ("OK", "OK", "4")
        assert answer.geturl() == download_url


def test_an_answer_of_requests_has_reason_url_and_request(download_url: str) -> None:
    answer = requests.get(download_url, timeout=5)
    assert (answer.ok, answer.reason, answer.url) == (True, "OK", download_url)
    assert answer.request.method == "GET"


# Refusals ----------------------------------------------------------------------------------------------------


@holds("signed-urls.method", "signed-urls.errors")
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_an_upload_url_takes_no_other_method(
    client: Any, upload_job: Any, upload_url: str, send: Send, method: str
) -> None:
    answer = send(method, upload_url, b"1,2\n" if method == "POST" else None)
    assert (answer.status, code_in(answer)) == (403, "SignatureDoesNotMatch")
    assert end_of(client, upload_job) == "ERROR"


@holds("signed-urls.method")
@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_a_download_url_takes_no_other_method(download_url: str, send: Send, method: str) -> None:
    answer = send(method, download_url, None if method == "DELETE" else b"x")
    assert (answer.status, code_in(answer)) == (403, "SignatureDoesNotMatch")
    assert send("GET", download_url).body == b"a,b\n"


@holds("signed-urls.method")
def test_head_of_a_download_url_is_403_without_a_body(download_url: str, send: Send) -> None:
    answer = send("HEAD", download_url)
    assert (answer.status, answer.body) == (403, b"")


CHANGES: dict[str, Callable[[str], str]] = {
    "another path": lambda url: url.replace("/jobs/", "/jobs/0"),
    "no path": lambda url: "https://" + urlsplit(url).netloc + "/?" + urlsplit(url).query,
    "another time": lambda url: url.replace("T050607Z", "T050608Z"),
    "a longer life": lambda url: url.replace("Expires=3600", "Expires=7200"),
    "another moment in the path": lambda url: re.sub(r"\.com/(\d+)", r".com/9\1", url),
    "another account": lambda url: url.replace("AKIA1", "AKIA2"),
    "one more parameter": lambda url: url + "&x=1",
    "a parameter without a value": lambda url: url + "&x",
    "one parameter less": lambda url: url.replace("X-Amz-SignedHeaders=host&", ""),
    "another signature": lambda url: url[:-1] + ("0" if url[-1] != "0" else "1"),
    "no signature": lambda url: url.partition("&X-Amz-Signature")[0],
    "no query": lambda url: url.partition("?")[0],
    "an odd path": lambda url: "https://" + urlsplit(url).netloc + "/%00/..//?X-Amz-Signature=%ff",
}


@holds("signed-urls.changed")
@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_url_is_refused(
    client: Any, upload_job: Any, upload_url: str, download_url: str, send: Send, change: str
) -> None:
    assert CHANGES[change](upload_url) != upload_url
    assert send("PUT", CHANGES[change](upload_url), b"1,2\n").status == 403
    assert send("GET", CHANGES[change](download_url)).status == 403
    assert end_of(client, upload_job) == "ERROR"


@holds("signed-urls.expiry", "signed-urls.errors")
def test_an_upload_url_lives_for_an_hour_of_the_clock(aws: Any, upload_url: str, send: Send) -> None:
    aws.clock.advance(jobs.HOUR - datetime.timedelta(milliseconds=1))
    assert send("PUT", upload_url, b"").status == 200
    aws.clock.advance(milliseconds=1)
    answer = send("PUT", upload_url, b"")
    assert (answer.status, code_in(answer)) == (403, "AccessDenied")


@holds("signed-urls.expiry")
def test_a_download_url_lives_for_an_hour_of_the_clock(aws: Any, download_url: str, send: Send) -> None:
    aws.clock.advance(jobs.HOUR - datetime.timedelta(milliseconds=1))
    assert send("GET", download_url).status == 200
    aws.clock.advance(milliseconds=1)
    assert (send("GET", download_url).status, send("GET", download_url).status) == (403, 403)


def test_urllib_raises_its_own_error_for_a_refusal(aws: Any, download_url: str) -> None:
    aws.clock.advance(hours=1)
    with pytest.raises(urllib.error.HTTPError, match="HTTP Error 403: Forbidden") as caught:
        urllib.request.urlopen(download_url)
    with caught.value as error:
        assert b"Request has expired" in error.read()


@holds("signed-urls.reset")
def test_a_url_of_a_state_that_was_reset_holds_nothing(aws: Any, download_url: str, send: Send) -> None:
    aws.reset()
    aws.clock.freeze(jobs.START)
    answer = send("GET", download_url)
    assert (answer.status, code_in(answer)) == (404, "NoSuchKey")


def refuses_as_missing(url: str, send: Send) -> bool:
    answer = send("PUT", url, b"1,2\n")
    assert (answer.status, code_in(answer)) == (404, "NoSuchKey")
    return b"of an earlier scope, or of before a reset() or restore()." in answer.body


@holds("signed-urls.unknown")
@pytest.mark.parametrize("drop", [lambda aws, state: aws.reset(), lambda aws, state: aws.restore(state)])
def test_an_upload_url_of_a_job_that_was_dropped_is_refused(aws: Any, send: Send, drop: Callable[..., Any]) -> None:
    empty = aws.snapshot()
    url = _url_of_a_new_job()
    drop(aws, empty)
    assert refuses_as_missing(url, send)


@holds("signed-urls.unknown")
def test_an_upload_url_of_an_earlier_scope_is_refused(send: Send) -> None:
    with mock_dataexchange():
        url = _url_of_a_new_job()
    with mock_dataexchange():
        assert refuses_as_missing(url, send)
        _url_of_a_new_job()
        assert refuses_as_missing(url, send)


def _url_of_a_new_job() -> str:
    client = boto3.client("dataexchange")
    job = jobs.create_job(client, "IMPORT_ASSET_FROM_SIGNED_URL", jobs.create_place(client))
    return str(job["Details"]["ImportAssetFromSignedUrl"]["SignedUrl"])


@holds("signed-urls.outside")
@pytest.mark.parametrize("get", [lambda url: requests.get(url, timeout=5), urllib.request.urlopen])
def test_outside_the_scope_a_url_is_one_of_the_network(get: Callable[[str], Any]) -> None:
    with mock_dataexchange() as aws:
        client = boto3.client("dataexchange")
        place = jobs.place_for(aws, client, "EXPORT_ASSET_TO_SIGNED_URL")
        job = jobs.run_job(client, "EXPORT_ASSET_TO_SIGNED_URL", place)
        url = job["Details"]["ExportAssetToSignedUrl"]["SignedUrl"]
        get(url).close()
    with pytest.raises(Exception, match="tried to open a connection"):
        get(url)


def test_a_server_can_put_its_own_address_into_the_urls_and_answer_them(aws: Any, client: Any) -> None:
    from appint_mock.scopes import stack
    from appint_mock.services.dataexchange import signed_urls

    world = stack.open_scopes("dataexchange")[-1].world
    world.url_base = "http://127.0.0.1:5005/files"
    job = jobs.create_job(client, "IMPORT_ASSET_FROM_SIGNED_URL", jobs.create_place(client))
    url = job["Details"]["ImportAssetFromSignedUrl"]["SignedUrl"]
    assert url.startswith("http://127.0.0.1:5005/files/")
    assert signed_urls.answer(world, "PUT", url, {}, b"1,2\n").status == 200
    target = url.removeprefix("http://127.0.0.1:5005")
    assert signed_urls.answer(world, "PUT", target, {}, b"1,2\n").status == 200
    assert signed_urls.answer(world, "GET", target, {}, b"").status == 403
    assert end_of(client, job) == "COMPLETED"
