"""URLs that a service hands out: answered inside a scope, and nothing else touched."""

from __future__ import annotations

import gc
import threading
import urllib.error
import urllib.request
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
import requests
import responses
from botocore.exceptions import ReadTimeoutError
from requests.adapters import HTTPAdapter

from appint_mock import mock_appintegrations, mock_dataexchange
from appint_mock.services import names, service_of_url_host, signed_url_host
from tests.dataexchange import jobs
from tests.programs import run_python
from tests.sockets import SocketForbiddenError

UNKNOWN = f"https://{signed_url_host('dataexchange', 'us-east-1')}/1/jobs/1?X-Amz-Signature=1"
OUTSIDE = "https://outside.example.com/x"
ENDPOINT = "https://app-integrations.us-east-1.amazonaws.com/applications"
UNPATCHED = requests.Session.get_adapter, urllib.request.AbstractHTTPHandler.do_open
#: What is at the URL that ``hand_out`` returns.
CONTENT = b"a,b\n"

Fetch = Callable[[str], bytes]


def hand_out(aws: Any, content: bytes = CONTENT, **options: Any) -> str:
    """A URL at which the content can be fetched."""
    client = boto3.client("dataexchange", **options)
    place = jobs.create_place(client)
    place = place._replace(asset_id=jobs.add_asset(aws, client, place, content=content))
    job = jobs.run_job(client, "EXPORT_ASSET_TO_SIGNED_URL", place)
    url: str = job["Details"]["ExportAssetToSignedUrl"]["SignedUrl"]
    return url


def patched() -> bool:
    return (requests.Session.get_adapter, urllib.request.AbstractHTTPHandler.do_open) != UNPATCHED


def get(url: str) -> bytes:
    return requests.get(url, timeout=5).content


def urlopen(url: str) -> bytes:
    with urllib.request.urlopen(url) as answer:
        content: bytes = answer.read()
        return content


@pytest.fixture(autouse=True)
def _nothing_left_patched() -> Iterator[None]:
    assert not patched()
    yield
    assert not patched()


@pytest.mark.parametrize("mock", [mock_appintegrations, mock_dataexchange])
def test_a_signed_url_that_no_open_scope_has_handed_out_is_answered_like_a_missing_object(mock: Any) -> None:
    """Of an earlier scope: a test may have kept it, or a program under test."""
    with mock_dataexchange() as earlier:
        url = hand_out(earlier)
    with mock():
        answer = requests.get(url, timeout=5)
        assert answer.status_code == 404
        assert "<Code>NoSuchKey</Code>" in answer.text
        assert "is in no open mock_dataexchange" in answer.text
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urlopen(url)
    for fetch in (get, urlopen):
        with pytest.raises(SocketForbiddenError):
            fetch(url)


def test_a_forged_url_is_refused_in_a_region_where_nothing_was_signed() -> None:
    with mock_dataexchange():
        answer = requests.get(UNKNOWN.replace("us-east-1", "eu-west-1"), timeout=5)
        assert (answer.status_code, b"<Code>SignatureDoesNotMatch</Code>" in answer.content) == (403, True)


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("region", ["us-east-1", "cn-north-1", "us-gov-west-1"])
def test_the_host_of_a_url_names_its_service(name: str, region: str) -> None:
    assert service_of_url_host(signed_url_host(name, region)) == name
    assert service_of_url_host(f"x{signed_url_host(name, region)}") is None
    assert service_of_url_host(signed_url_host("another", region)) is None


def test_a_patch_of_urllib_over_ours_is_left_in_place_when_the_scope_closes() -> None:
    opener: Any = urllib.request.AbstractHTTPHandler
    try:
        with mock_dataexchange() as aws:
            url = hand_out(aws)
            ours = opener.do_open
            opener.do_open = theirs = lambda *given, **named: ours(*given, **named)
            assert urlopen(url) == CONTENT
        assert opener.do_open is theirs
        with pytest.raises(SocketForbiddenError):
            urlopen(url)
    finally:
        opener.do_open = UNPATCHED[1]


@pytest.mark.parametrize("fetch", [get, urlopen])
def test_a_url_is_answered_while_the_scope_is_open(fetch: Fetch) -> None:
    with mock_dataexchange() as aws:
        url = hand_out(aws)
        assert fetch(url) == CONTENT
        assert fetch(url.replace("https:", "http:")) == CONTENT
        host = urlsplit(url).netloc
        assert fetch(url.replace(host, host.upper())) == CONTENT
        assert fetch(url.replace(host, f"{host}:443")) == CONTENT
    assert not patched()
    with pytest.raises(SocketForbiddenError):
        fetch(url)


def test_method_headers_and_body_reach_the_service() -> None:
    with mock_dataexchange():
        client = boto3.client("dataexchange")
        job = jobs.create_job(client, "IMPORT_ASSET_FROM_SIGNED_URL", jobs.create_place(client))
        url = job["Details"]["ImportAssetFromSignedUrl"]["SignedUrl"]
        headers = {"content-MD5": jobs.md5_of(b"1,2\n")}
        for body, status in ((b"1,2\n", 200), (b"wrong", 400)):
            assert requests.put(url, data=body, headers=headers, timeout=5).status_code == status
        with urllib.request.urlopen(urllib.request.Request(url, b"1,2\n", headers, method="PUT")) as opened:
            assert (opened.status, opened.headers["content-length"]) == (200, "0")
        with pytest.raises(urllib.error.HTTPError, match="400"):
            urllib.request.urlopen(urllib.request.Request(url, b"wrong", headers, method="PUT"))
        client.start_job(JobId=job["Id"])
        assert jobs.state_of(client, job) == "COMPLETED"


@pytest.mark.parametrize("fetch", [get, urlopen])
def test_other_urls_take_their_way(fetch: Fetch) -> None:
    with mock_dataexchange() as aws:
        host = urlsplit(hand_out(aws)).netloc
        for url in (OUTSIDE, f"https://x{host}/", f"https://{host.split('.')[0]}.example.com/", f"{OUTSIDE}/{host}"):
            with pytest.raises(SocketForbiddenError):
                fetch(url)


def test_sessions_and_openers_of_a_users_own_are_answered_whenever_they_were_made() -> None:
    session, opener = requests.Session(), urllib.request.build_opener()
    session.mount("https://", HTTPAdapter(max_retries=3))
    with mock_dataexchange() as aws:
        url = hand_out(aws)
        assert session.get(url, timeout=5).content == CONTENT
        with opener.open(url) as answer:
            assert answer.read() == CONTENT


def test_a_proxy_makes_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy.example.com:3128")
    with mock_dataexchange() as aws:
        url = hand_out(aws)
        assert get(url) == urlopen(url) == CONTENT


def test_a_url_is_answered_until_the_services_outermost_scope_closes() -> None:
    with mock_dataexchange():
        with mock_dataexchange() as inner:
            url = hand_out(inner)
        assert get(url) == CONTENT
    assert not patched()


def test_a_url_ends_with_its_own_service() -> None:
    with mock_appintegrations():
        with mock_dataexchange() as aws:
            url = hand_out(aws)
            assert get(url) == CONTENT
        assert b"NoSuchKey" in get(url)


def test_scopes_closed_out_of_order_end_a_url_with_the_last() -> None:
    first, second = mock_dataexchange(), mock_dataexchange()
    first.start()
    second.start()
    url = hand_out(second)
    first.stop()
    assert get(url) == CONTENT
    second.stop()
    assert not patched()


def test_a_url_is_answered_after_its_state_was_restored() -> None:
    with mock_dataexchange() as aws:
        url, state = hand_out(aws), aws.snapshot()
    with mock_dataexchange() as aws:
        aws.restore(state)
        assert get(url) == urlopen(url) == CONTENT


def test_urls_of_two_regions_are_kept_apart() -> None:
    with mock_dataexchange() as aws:
        urls = [hand_out(aws, region.encode(), region_name=region) for region in ("us-east-1", "eu-west-1")]
        assert [get(url) for url in urls] == [b"us-east-1", b"eu-west-1"]


@pytest.mark.parametrize("fetch", [get, urlopen])
def test_an_exception_of_a_fault_reaches_the_program(fetch: Fetch) -> None:
    error = ReadTimeoutError(endpoint_url=ENDPOINT)
    with mock_appintegrations() as aws:
        aws.fail("*", error)
        with pytest.raises(ReadTimeoutError):
            fetch(f"{ENDPOINT}?X-Amz-Signature=1")


def test_threads_are_answered_too() -> None:
    with mock_dataexchange() as aws:
        url = hand_out(aws)
        answers: list[bytes] = []
        threads = [threading.Thread(target=lambda: answers.append(get(url))) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert answers == [CONTENT] * 8


def test_a_large_answer_shares_the_stored_bytes() -> None:
    content = bytes(10**6)
    with mock_dataexchange() as aws:
        url = hand_out(aws, content)
        with urllib.request.urlopen(url) as answer:
            assert answer.read() is content


# A user's own ``responses`` ----------------------------------------------------------------------------------


def check_responses(url: str) -> None:
    """The user's URLs are answered by ``responses``, ours by us, and others are refused by ``responses``."""
    assert get(OUTSIDE) == b"theirs"
    assert get(url) == CONTENT
    with pytest.raises(requests.ConnectionError, match="Connection refused by Responses"):
        get("https://unknown.example.com/")


@responses.activate
def test_responses_activated_outside_our_scope_keeps_working() -> None:
    responses.get(OUTSIDE, body=b"theirs")
    with mock_dataexchange() as aws:
        check_responses(hand_out(aws))
    assert get(OUTSIDE) == b"theirs"


def test_responses_activated_inside_our_scope_keeps_working() -> None:
    @responses.activate
    def inside() -> None:
        responses.get(OUTSIDE, body=b"theirs")
        check_responses(url)

    with mock_dataexchange() as aws:
        url = hand_out(aws)
        inside()
        assert get(url) == CONTENT


@responses.activate
def test_the_first_url_may_be_handed_out_while_responses_is_active() -> None:
    responses.get(OUTSIDE, body=b"theirs")
    with mock_dataexchange() as aws:
        assert get(OUTSIDE) == b"theirs"
        check_responses(hand_out(aws))


@pytest.mark.parametrize("ours_first", [True, False])
def test_a_requests_mock_that_outlives_our_scope_keeps_working(ours_first: bool) -> None:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as theirs, ExitStack() as stack:
        theirs.get(OUTSIDE, body=b"theirs")
        with mock_dataexchange() as aws:
            url = hand_out(aws)
            if ours_first:
                inner = stack.enter_context(responses.RequestsMock(assert_all_requests_are_fired=False))
                inner.get(OUTSIDE, body=b"theirs")
            check_responses(url)
        assert get(OUTSIDE) == b"theirs"
        with pytest.raises(requests.ConnectionError):
            get(url)


def test_responses_does_not_count_our_urls_as_its_calls() -> None:
    with mock_dataexchange() as aws, responses.RequestsMock(assert_all_requests_are_fired=False) as theirs:
        assert get(hand_out(aws)) == CONTENT
        assert len(theirs.calls) == 0


def test_no_answer_is_kept_after_it_was_given() -> None:
    with mock_dataexchange() as aws:
        url = hand_out(aws)
        answer = requests.get(url, timeout=5)
        forgotten = weakref.ref(answer)
        del answer
        for _ in range(3):
            assert get(url) == CONTENT
        gc.collect()
        assert forgotten() is None


def test_threads_whose_first_requests_come_at_once_are_each_answered() -> None:
    for _ in range(10):
        with mock_dataexchange() as aws, ThreadPoolExecutor(8) as pool:
            url = hand_out(aws)
            barrier = threading.Barrier(8)

            def fetch(_: int, url: str = url, barrier: threading.Barrier = barrier) -> bytes:
                barrier.wait()
                return get(url)

            assert list(pool.map(fetch, range(8))) == [CONTENT] * 8


@pytest.mark.parametrize("verb", ["GET", "PUT", "POST", "DELETE", "HEAD", "OPTIONS", "PATCH", "PROPFIND"])
def test_every_verb_is_answered(verb: str) -> None:
    with mock_dataexchange():
        assert requests.request(verb, UNKNOWN, timeout=5).status_code == 403
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(urllib.request.Request(UNKNOWN, method=verb))


# Another library's patch over ours ---------------------------------------------------------------------------


def test_a_patch_over_ours_is_left_in_place_when_the_scope_closes() -> None:
    session: Any = requests.Session
    try:
        with mock_dataexchange() as aws:
            url = hand_out(aws)
            ours = session.get_adapter

            def theirs(self: Any, url: str) -> Any:
                return ours(self, url)

            session.get_adapter = theirs
            assert get(url) == CONTENT
        assert session.get_adapter is theirs
        with pytest.raises(SocketForbiddenError):
            get(url)
    finally:
        session.get_adapter = UNPATCHED[0]


# Imports -----------------------------------------------------------------------------------------------------


@pytest.mark.integration
def test_neither_requests_nor_responses_is_imported_before_a_url_is_handed_out() -> None:
    program = """
    import sys
    import boto3
    from appint_mock import mock_dataexchange

    with mock_dataexchange() as aws:
        client = boto3.client("dataexchange")
        data_set = client.create_data_set(AssetType="S3_SNAPSHOT", Name="n", Description="d")
        revision = client.create_revision(DataSetId=data_set["Id"])
        print([name for name in ("requests", "responses", "moto") if name in sys.modules])
    """
    assert run_python(program) == "[]"


@pytest.mark.integration
def test_requests_may_be_imported_after_the_url_was_handed_out() -> None:
    program = f"""
    from appint_mock import mock_dataexchange

    with mock_dataexchange():
        import requests
        from requests import get
        print(get("{UNKNOWN}").status_code, requests.Session().get("{UNKNOWN}").status_code)
    """
    assert run_python(program) == "403 403"


@pytest.mark.integration
def test_a_machine_without_requests_is_served_by_urllib() -> None:
    program = f"""
    import sys
    sys.modules["requests"] = None
    import urllib.error
    import urllib.request
    from appint_mock import mock_dataexchange

    with mock_dataexchange():
        try:
            urllib.request.urlopen("{UNKNOWN}")
        except urllib.error.HTTPError as error:
            print(error.code)
    """
    assert run_python(program) == "403"
