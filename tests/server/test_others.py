"""A WSGI application that answers for other services gets the environment and the calls that PEP 3333 describes."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable
from typing import Any
from wsgiref.validate import validator

import pytest
from botocore.awsrequest import HeadersDict

from appint_mock.protocol.message import Request, Response
from appint_mock.server.others import Threads, WsgiServices
from tests.server.talking import at_once


class App:
    """Answers with two pieces and two headers of one name, and keeps what it was given."""

    def __init__(self) -> None:
        self.environ: dict[str, Any] = {}
        self.body = b""

    def answers(self, service: str) -> bool:
        return service == "sts"

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        self.environ = environ
        self.body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        write = start_response("207 Multi-Status", [("Content-Type", "text/plain"), ("X-A", "1"), ("X-A", "2")])
        write(b"first ")
        return [b"second ", b"third"]


def asked(app: Any, url: str, body: bytes = b"", **headers: Any) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = Request("POST", url, HeadersDict(named), body)
    return asyncio.run(WsgiServices(app, 4567, at_once).answer(request))


def checked(app: App) -> Any:
    """The application behind the standard library's validator."""
    valid: Any = validator(app)
    valid.answers = app.answers
    return valid


def test_an_application_gets_what_pep_3333_says_and_is_answered_whole() -> None:
    app = App()
    headers = {"Content_Type": "text/csv", "Content_Length": "99", "Transfer_Encoding": "chunked", "X_Amz_Date": "now"}
    answer = asked(checked(app), "http://example.com/a%2Fb/%C3%A9?x=%20y", b"a,b", **headers, Host="example.com")
    assert answer == Response(207, {"Content-Type": "text/plain", "X-A": "1, 2"}, b"first second third")
    assert app.body == b"a,b"
    given = {name: value for name, value in app.environ.items() if name not in ("wsgi.input", "wsgi.errors")}
    assert given == {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/a/b/\xc3\xa9",
        "QUERY_STRING": "x=%20y",
        "RAW_URI": "http://example.com/a%2Fb/%C3%A9?x=%20y",
        "REQUEST_URI": "http://example.com/a%2Fb/%C3%A9?x=%20y",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "4567",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_LENGTH": "3",
        "CONTENT_TYPE": "text/csv",
        "HTTP_HOST": "example.com",
        "HTTP_X_AMZ_DATE": "now",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input_terminated": True,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }


def test_an_application_without_a_host_gets_that_of_the_server() -> None:
    app = App()
    asked(checked(app), "/")
    assert app.environ["HTTP_HOST"] == "localhost:4567"
    assert WsgiServices(app, 1, at_once).answers("sts")


def test_errors_go_where_those_of_the_process_go() -> None:
    app = App()
    asked(app, "/")
    assert app.environ["wsgi.errors"] is sys.stderr


def test_an_application_that_never_began_an_answer_failed() -> None:
    class Silent(App):
        def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
            return []

    assert asked(Silent(), "/") == Response(500, {}, b"")


def test_an_answer_is_closed_also_if_it_breaks_off() -> None:
    closed: list[bool] = []

    class Broken:
        def __iter__(self) -> Any:
            raise ZeroDivisionError

        def close(self) -> None:
            closed.append(True)

    class Breaking(App):
        def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
            return Broken()

    with pytest.raises(ZeroDivisionError):
        asked(Breaking(), "/")
    assert closed == [True]


def test_as_many_calls_run_in_threads_as_wait_for_each_other() -> None:
    together = threading.Barrier(50)

    async def all_at_once() -> Any:
        in_thread = Threads()
        return await asyncio.gather(*(in_thread(lambda number: together.wait(10) * 0 + number, n) for n in range(50)))

    assert asyncio.run(all_at_once()) == list(range(50))


def test_whoever_stops_does_not_wait_for_a_call_in_a_thread() -> None:
    began, go, ended = threading.Event(), threading.Event(), threading.Event()

    def wait() -> None:
        began.set()
        go.wait(2)
        ended.set()

    async def stop_meanwhile() -> None:
        task = asyncio.create_task(Threads()(wait))
        while not began.is_set():
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()
        assert not ended.is_set()
        go.set()

    asyncio.run(stop_meanwhile())
