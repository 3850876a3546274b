"""The requests that a server sends itself: which URLs they may go to, and what of an answer counts."""

from __future__ import annotations

import http.client
import socket
import threading
from typing import Any

import pytest

from appint_mock.protocol.errors import ServiceError
from appint_mock.server import outgoing, waiting
from appint_mock.server.outgoing import Answer, ApiHandler, Deliverer, check_url, post
from tests.server.talking import receiver


@pytest.mark.parametrize("url", ["http://a", "https://a:1/b?c=d", "HTTP://a/", "http://[::1]:80/"])
def test_a_url_to_post_to_is_kept(url: str) -> None:
    assert check_url(url) == url


@pytest.mark.parametrize("url", ["", "a", "/a", "ftp://a", "http://", "http://a:0/", "http://a:99999/", None, 5])
def test_what_is_no_url_to_post_to_is_refused(url: object) -> None:
    with pytest.raises(ValueError, match="is no URL to post to; give one such as"):
        check_url(url)


@pytest.mark.parametrize(
    ("url", "made", "target"),
    [
        ("http://host/a/b?c=d", ("HTTPConnection", "host", None), "/a/b?c=d"),
        ("https://host:8443", ("HTTPSConnection", "host", 8443), "/"),
        ("http://host/a", ("HTTPConnection", "host", None), "/a"),
    ],
)
def test_a_value_is_posted_as_json_and_the_connection_closed(
    url: str, made: Any, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Any] = []

    def connection(kind: str) -> Any:
        class Connection:
            def __init__(self, host: str, port: int | None, timeout: float) -> None:
                seen.append((kind, host, port))
                assert timeout == 10

            def request(self, *request: Any) -> None:
                seen.append(request)

            def getresponse(self) -> Any:
                raise http.client.BadStatusLine("x")

            def close(self) -> None:
                seen.append("closed")

        return Connection

    for kind in ("HTTPConnection", "HTTPSConnection"):
        monkeypatch.setattr(http.client, kind, connection(kind))
    with pytest.raises(http.client.BadStatusLine):
        post(url, {"a": 1})
    assert seen == [made, ("POST", target, b'{"a": 1}', {"Content-Type": "application/json"}), "closed"]


def handled(answer: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    def given(url: str, value: object) -> Answer:
        assert (url, value) == ("http://a/", {"Body": "b"})
        if isinstance(answer, Exception):
            raise answer
        return Answer(*answer)

    monkeypatch.setattr(outgoing, "post", given)
    return ApiHandler("http://a/")({"Body": "b"})


def test_the_answer_of_a_handler_is_that_of_the_api(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = {"Body": "a\ufffd", "ResponseHeaders": {"x": "y"}}
    assert handled((200, {"x": "y"}, b"a\xff"), monkeypatch) == whole
    assert handled((201, {"x": "y"}, b"a\xff"), monkeypatch) == {**whole, "StatusCode": 201}


@pytest.mark.parametrize("error", [ConnectionRefusedError("no"), http.client.BadStatusLine("no")])
def test_a_handler_that_gives_no_answer_is_an_error_of_the_service(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ServiceError) as caught:
        handled(error, monkeypatch)
    assert caught.value.code == "InternalServerException"
    assert str(caught.value.message).startswith(f"The handler at http://a/ gave no answer ({type(error).__name__}: ")


def test_the_oldest_event_goes_if_the_receiver_takes_none(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(outgoing, "_WAITING", 2)
    arrived, go = threading.Event(), threading.Event()

    def slow(posted: Any) -> tuple[int, dict[str, str], bytes]:
        arrived.set()
        assert go.wait(10)
        return 200, {}, b""

    with receiver(slow) as (url, came):
        deliverer = Deliverer(url)
        deliverer.put(0)
        assert arrived.wait(10)
        for number in range(1, 4):
            deliverer.put(number)
        go.set()
        for _ in range(1000):
            if deliverer._queue.empty():
                break
            threading.Event().wait(0.01)
        deliverer.stop()
    assert came == [0, 2, 3]
    assert caplog.text.count(f"appint_mock drops an event: {url} takes none.") == 1


def test_an_event_that_nobody_takes_is_given_up_with_the_reason(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(outgoing, "_PAUSES", (0.0,))
    with receiver(lambda posted: (503, {}, b"")) as (url, came):
        deliverer = Deliverer(url)
        deliverer.put({"a": 1})
        deliverer.stop()
    assert came == [{"a": 1}] * 2
    assert f"appint_mock could not deliver an event to {url}: status 503" in caplog.text


def test_a_delivery_is_tried_again_after_a_pause_and_without_a_warning(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(waiting, "pause", pauses.append)
    statuses = iter([500, 300, 299])
    with receiver(lambda posted: (next(statuses), {}, b"")) as (url, came):
        deliverer = Deliverer(url)
        deliverer.put({"a": 1})
        deliverer.stop()
    assert came == [{"a": 1}] * 3
    assert pauses == list(outgoing._PAUSES) == [0.2, 1.0]
    assert caplog.text == ""


def test_a_receiver_that_is_away_is_named_with_the_error(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(outgoing, "_PAUSES", ())
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/a"
    deliverer = Deliverer(url)
    deliverer.put({"a": 1})
    deliverer.stop()
    assert f"appint_mock could not deliver an event to {url}: ConnectionRefusedError: " in caplog.text


def test_who_is_stopped_has_sent_all_and_sends_no_more() -> None:
    with receiver(lambda posted: (200, {}, b"")) as (url, came):
        deliverer = Deliverer(url)
        for number in range(3):
            deliverer.put(number)
        deliverer.stop()
        assert came == [0, 1, 2]
        assert not deliverer._thread.is_alive()
