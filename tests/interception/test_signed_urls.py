"""URLs that a service hands out: answered inside the scope, and nothing else touched."""

from __future__ import annotations

import threading
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import Any

import pytest
import requests
import responses
from requests.adapters import HTTPAdapter

from appint_mock import mock_appintegrations, mock_dataexchange
from appint_mock.interception import urls
from appint_mock.protocol.message import Response
from appint_mock.scopes import stack
from appint_mock.services import SIGNED_URL_BUCKET
from tests.programs import run_python
from tests.sockets import SocketForbiddenError

HOST = "files-of-a-test.s3.us-east-1.amazonaws.com"
URL = f"https://{HOST}/a/b?c=d"
OUTSIDE = "https://outside.example.com/x"
UNPATCHED = requests.Session.get_adapter, urllib.request.AbstractHTTPHandler.do_open


def tell(method: str, url: str, headers: Mapping[str, str], body: bytes) -> Response:
    """A handler that answers with what it was asked."""
    return Response(200, {"X-Method": method, "X-Header": headers.get("x-given", "-")}, url.encode() + b"|" + body)


def open_door(handler: urls.Handler = tell, host: str = HOST) -> None:
    """Let the handler answer for the innermost scope's world."""
    urls.answer_for(host, handler, stack.all_open()[-1].world)


def is_open() -> bool:
    """Whether requests are looked at on their way."""
    return bool(urls._handlers) and urllib.request.AbstractHTTPHandler.do_open is not UNPATCHED[1]


def patched() -> bool:
    return (requests.Session.get_adapter, urllib.request.AbstractHTTPHandler.do_open) != UNPATCHED


def get(url: str = URL) -> bytes:
    return requests.get(url, timeout=5).content


def urlopen(url: str = URL) -> bytes:
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
    url = f"https://{SIGNED_URL_BUCKET}.s3.eu-west-1.amazonaws.com/1/jobs/1?X-Amz-Signature=1"
    with mock():
        for method in ("GET", "PUT"):
            answer = requests.request(method, url, timeout=5)
            assert answer.status_code == 404
            assert "<Code>NoSuchKey</Code>" in answer.text
            assert "is in no open mock_dataexchange" in answer.text
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urlopen(url)
    for fetch in (get, urlopen):
        with pytest.raises(SocketForbiddenError):
            fetch(url)


def test_a_patch_of_urllib_over_ours_is_left_in_place_when_the_scope_closes() -> None:
    opener: Any = urllib.request.AbstractHTTPHandler
    try:
        with mock_dataexchange():
            open_door()
            ours = opener.do_open
            opener.do_open = theirs = lambda *given, **named: ours(*given, **named)
            assert urlopen()
        assert opener.do_open is theirs
        with pytest.raises(SocketForbiddenError):
            urlopen()
    finally:
        opener.do_open = UNPATCHED[1]


@pytest.mark.parametrize("fetch", [get, urlopen])
def test_a_handler_answers_for_its_host_while_the_scope_is_open(fetch: Any) -> None:
    with mock_dataexchange():
        open_door()
        assert fetch() == URL.encode() + b"|"
        assert fetch(f"https://{HOST.upper()}/A") == f"https://{HOST.upper()}/A|".encode() or fetch is get
        assert fetch(f"http://{HOST}:80/") == f"http://{HOST}:80/|".encode()
    assert not patched()
    with pytest.raises(SocketForbiddenError):
        fetch()


def test_method_headers_and_body_reach_the_handler() -> None:
    with mock_dataexchange():
        open_door()
        answer = requests.patch(URL, data=b"body", headers={"x-GIVEN": "1"}, timeout=5)
        assert (answer.headers["x-method"], answer.headers["X-Header"]) == ("PATCH", "1")
        assert answer.content.endswith(b"|body")
        request = urllib.request.Request(URL, b"body", headers={"x-GIVEN": "1"}, method="PATCH")
        with urllib.request.urlopen(request) as opened:
            assert (opened.headers["x-method"], opened.headers["X-Header"]) == ("PATCH", "1")
            assert opened.read().endswith(b"|body")


@pytest.mark.parametrize("fetch", [get, urlopen])
def test_other_urls_take_their_way(fetch: Any) -> None:
    with mock_dataexchange():
        open_door()
        for url in (OUTSIDE, f"https://x{HOST}/", f"https://{HOST}.example.com/", f"https://example.com/{HOST}"):
            with pytest.raises(SocketForbiddenError):
                fetch(url)


def test_sessions_and_openers_of_a_users_own_are_answered_whenever_they_were_made() -> None:
    session, opener = requests.Session(), urllib.request.build_opener()
    session.mount("https://", HTTPAdapter(max_retries=3))
    with mock_dataexchange():
        open_door()
        assert session.get(URL, timeout=5).ok
        with opener.open(URL) as answer:
            assert answer.status == 200


def test_a_proxy_makes_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy.example.com:3128")
    with mock_dataexchange():
        open_door()
        assert get() == urlopen() == URL.encode() + b"|"


def test_the_door_stays_open_until_the_services_outermost_scope_closes() -> None:
    with mock_dataexchange():
        with mock_dataexchange():
            open_door()
        assert get()
    assert not patched()


def test_the_door_closes_with_its_own_service() -> None:
    with mock_appintegrations():
        with mock_dataexchange():
            open_door()
            assert is_open()
        assert not is_open()


def test_scopes_closed_out_of_order_close_the_door_with_the_last() -> None:
    first, second = mock_dataexchange(), mock_dataexchange()
    first.start()
    second.start()
    open_door()
    first.stop()
    assert get()
    second.stop()
    assert not patched()


def test_a_world_that_no_open_scope_has_opens_no_door() -> None:
    with mock_dataexchange():
        world = stack.all_open()[-1].world
    urls.answer_for(HOST, tell, world)
    assert not is_open()


def test_two_hosts_and_two_worlds_are_kept_apart() -> None:
    def other(*request: Any) -> Response:
        return Response(200, {}, b"other")

    with mock_dataexchange():
        open_door()
        with mock_appintegrations():
            open_door(other, "other.example.com")
            assert get("https://other.example.com/") == b"other"
            assert get() != b"other"
        with pytest.raises(SocketForbiddenError):
            get("https://other.example.com/")
        assert get()


def test_a_handlers_exception_reaches_the_program() -> None:
    def broken(*request: Any) -> Response:
        raise LookupError("of the test")

    with mock_dataexchange():
        open_door(broken)
        for fetch in (get, urlopen):
            with pytest.raises(LookupError, match="of the test"):
                fetch()


def test_threads_are_answered_too() -> None:
    with mock_dataexchange():
        open_door()
        answers: list[bytes] = []
        threads = [threading.Thread(target=lambda: answers.append(get())) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert answers == [URL.encode() + b"|"] * 8


def test_a_large_answer_shares_the_handlers_bytes() -> None:
    content = bytes(10**6)
    with mock_dataexchange():
        open_door(lambda *request: Response(200, {"Content-Length": "1000000"}, content))
        with urllib.request.urlopen(URL) as answer:
            assert answer.read() is content


# A user's own ``responses`` ----------------------------------------------------------------------------------


def check_responses() -> None:
    """The user's URLs are answered by ``responses``, ours by us, and others are refused by ``responses``."""
    assert get(OUTSIDE) == b"theirs"
    assert get() == URL.encode() + b"|"
    with pytest.raises(requests.ConnectionError, match="Connection refused by Responses"):
        get("https://unknown.example.com/")


@responses.activate
def test_responses_activated_outside_our_scope_keeps_working() -> None:
    responses.get(OUTSIDE, body=b"theirs")
    with mock_dataexchange():
        open_door()
        check_responses()
    assert get(OUTSIDE) == b"theirs"


def test_responses_activated_inside_our_scope_keeps_working() -> None:
    @responses.activate
    def inside() -> None:
        responses.get(OUTSIDE, body=b"theirs")
        check_responses()

    with mock_dataexchange():
        open_door()
        inside()
        assert get() == URL.encode() + b"|"


@responses.activate
def test_the_first_url_may_be_handed_out_while_responses_is_active() -> None:
    responses.get(OUTSIDE, body=b"theirs")
    with mock_dataexchange():
        assert get(OUTSIDE) == b"theirs"
        open_door()
        check_responses()


@pytest.mark.parametrize("ours_first", [True, False])
def test_a_requests_mock_that_outlives_our_scope_keeps_working(ours_first: bool) -> None:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as theirs, ExitStack() as stack:
        theirs.get(OUTSIDE, body=b"theirs")
        with mock_dataexchange():
            open_door()
            if ours_first:
                inner = stack.enter_context(responses.RequestsMock(assert_all_requests_are_fired=False))
                inner.get(OUTSIDE, body=b"theirs")
            check_responses()
        assert get(OUTSIDE) == b"theirs"
        with pytest.raises(requests.ConnectionError):
            get()


def test_responses_does_not_count_our_urls_as_its_calls() -> None:
    with mock_dataexchange(), responses.RequestsMock(assert_all_requests_are_fired=False) as theirs:
        open_door()
        get()
        assert len(theirs.calls) == 0


# Another library's patch over ours ---------------------------------------------------------------------------


def test_a_patch_over_ours_is_left_in_place_when_the_scope_closes() -> None:
    session: Any = requests.Session
    try:
        with mock_dataexchange():
            open_door()
            ours = session.get_adapter

            def theirs(self: Any, url: str) -> Any:
                return ours(self, url)

            session.get_adapter = theirs
            assert get()
        assert session.get_adapter is theirs
        with pytest.raises(SocketForbiddenError):
            get()
    finally:
        session.get_adapter = UNPATCHED[0]


# Imports -----------------------------------------------------------------------------------------------------


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


def test_requests_may_be_imported_after_the_url_was_handed_out() -> None:
    program = """
    from appint_mock import mock_dataexchange
    from appint_mock.interception import urls
    from appint_mock.scopes import stack
    from appint_mock.protocol.message import Response

    with mock_dataexchange():
        world = stack.all_open()[-1].world
        urls.answer_for("a.example.com", lambda *request: Response(200, {}, b"ours"), world)
        import requests
        from requests import get
        print(get("https://a.example.com/x").text, requests.Session().get("https://a.example.com").text)
    """
    assert run_python(program) == "ours ours"


def test_a_machine_without_requests_is_served_by_urllib() -> None:
    program = """
    import sys
    sys.modules["requests"] = None
    import urllib.request
    from appint_mock import mock_dataexchange
    from appint_mock.interception import urls
    from appint_mock.scopes import stack
    from appint_mock.protocol.message import Response

    with mock_dataexchange():
        world = stack.all_open()[-1].world
        urls.answer_for("a.example.com", lambda *request: Response(200, {}, b"ours"), world)
        print(urllib.request.urlopen("https://a.example.com/x").read())
    """
    assert run_python(program) == "b'ours'"
