"""The application that answers each request: what it reads, refuses and passes on."""

from __future__ import annotations

import json
from typing import Any

import pytest

from appint_mock.protocol.message import Request, Response
from appint_mock.server import asgi
from appint_mock.server.access import Access
from appint_mock.server.asgi import App, Headers
from appint_mock.server.handles import Handles
from appint_mock.server.routing import Router, Seen
from tests.server.talking import HOST, Message, ask, at_once, signed


async def control(scope: Any, receive: Any, send: Any) -> None:
    """Answers with what it gets, and with what comes afterwards."""
    messages = [await receive(), await receive()]
    await send({"type": "control", "path": scope["path"], "messages": messages})


@pytest.fixture
def app(handles: Handles) -> App:
    seen = list[Seen]()
    return App(Router(handles.scopes, "http://localhost", at_once, seen.append), control, Access("localhost"), 30)


def piece(body: bytes, more: bool = False) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


def test_an_operation_is_answered_in_two_messages(app: App) -> None:
    signed_pairs = [(name.lower().encode(), value.encode()) for name, value in signed("app-integrations").items()]
    head, body = ask(app, "/applications", headers=[*HOST, *signed_pairs])
    assert (head["type"], head["status"], body["type"]) == ("http.response.start", 200, "http.response.body")
    assert json.loads(body["body"]) == {"Applications": []}


def test_a_client_that_breaks_off_gets_no_answer(app: App) -> None:
    assert ask(app, "/applications", piece(b"{", more=True), {"type": "http.disconnect"}) == []


def test_a_body_goes_on_to_the_control_api_in_one_piece(app: App) -> None:
    (message,) = ask(app, "/_appint_mock/a", piece(b"a", more=True), piece(b"b"))
    assert message["path"] == "/_appint_mock/a"
    assert message["messages"] == [piece(b"ab"), {"type": "http.disconnect"}]


@pytest.mark.parametrize(("size", "status"), [(30, None), (31, 413)])
@pytest.mark.parametrize("pieces", [1, 2])
def test_a_body_below_the_control_path_has_a_limit(app: App, size: int, status: int | None, pieces: int) -> None:
    cut = size if pieces == 1 else 29
    messages = [piece(b"x" * cut, more=pieces == 2), piece(b"x" * (size - cut))][:pieces]
    head, *_ = ask(app, "/_appint_mock/a", *messages, method="POST")
    assert head.get("status") == status
    if status:
        assert (b"connection", b"close") in head["headers"]


@pytest.mark.parametrize(
    ("length", "refused"),
    [
        ("30", False),
        ("31", True),
        ("9" * 18, True),
        ("9" * 19, True),
        ("9" * 5000, True),
        ("many", False),
        ("-1", False),
    ],
)
def test_a_client_that_asks_first_is_refused_before_it_sends(app: App, length: str, refused: bool) -> None:
    headers = [*HOST, (b"expect", b"100-continue"), (b"content-length", length.encode())]
    head, *_ = ask(app, "/_appint_mock/a", method="POST", headers=headers)
    assert (head.get("status") == 413) is refused


def test_a_request_to_an_operation_may_be_larger(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asgi, "LARGEST_REQUEST", 40)
    for size, refused in ((40, False), (41, True)):
        head, _ = ask(app, "/applications", piece(b"x" * size), method="POST")
        assert (head["status"] == 413) is refused
    # A file at a signed URL has the limit of uploads.
    head, _ = ask(app, "/_appint_mock/files/a", piece(b"x" * 31), method="PUT")
    assert head["status"] == 413


@pytest.mark.parametrize(
    ("target", "method", "more", "status"),
    [
        ("/", "GET", [(b"accept", b"text/html,*/*")], 307),
        ("/", "GET", [], None),
        ("/", "POST", [(b"accept", b"text/html")], None),
        ("/", "GET", [(b"accept", b"text/html"), (b"authorization", b"a")], None),
        ("/favicon.ico", "GET", [], 204),
        ("/favicon.ico", "GET", [(b"authorization", b"a")], None),
    ],
)
def test_what_browsers_ask_for_by_themselves(app: App, target: str, method: str, more: Any, status: int | None) -> None:
    head, body = ask(app, target, method=method, headers=[*HOST, *more])
    if status:
        assert (head["status"], body["body"]) == (status, b"")
    else:
        assert head["status"] not in (204, 307)


def test_a_target_that_is_no_url_is_refused(app: App) -> None:
    head, body = ask(app, "http://[/a")
    assert head["status"] == 400
    assert b"The target of the request is no URL: " in body["body"]


def test_a_refused_request_gets_the_form_of_whom_it_asked(app: App, caplog: pytest.LogCaptureFixture) -> None:
    cross = [*HOST, (b"sec-fetch-site", b"cross-site")]
    head, body = ask(app, "/_appint_mock/a", headers=cross)
    assert (head["status"], list(json.loads(body["body"]))) == (403, ["error"])
    head, body = ask(app, "/applications", headers=cross)
    assert (head["status"], list(json.loads(body["body"]))) == (403, ["message"])
    assert caplog.text.count("appint_mock refused /") == 2


def test_headers_have_names_in_any_case() -> None:
    headers = Headers([(b"x-amz-date", b"now"), (b"host", b"\xe9")])
    assert (headers["X-Amz-Date"], headers.get("HOST"), headers.get("a"), headers.get("A", 5)) == ("now", "é", None, 5)
    assert "X-AMZ-DATE" in headers
    assert "a" not in headers


def sign(service: str) -> list[tuple[bytes, bytes]]:
    return [*HOST, *((name.lower().encode(), value.encode()) for name, value in signed(service).items())]


def test_a_request_may_have_ten_mebibytes(app: App) -> None:
    head, _ = ask(app, "/nowhere", piece(b" " * 10_485_760), method="POST")
    assert head["status"] == 403
    head, body = ask(app, "/nowhere", piece(b" " * 10_485_760, more=True), piece(b" "), method="POST")
    assert (head["status"], (b"x-amzn-errortype", b"RequestEntityTooLargeException") in head["headers"]) == (413, True)
    assert json.loads(body["body"]) == {"message": "The request is too large: at most 10485760 bytes are taken here."}


@pytest.fixture
def beside(handles: Handles) -> App:
    """An application beside one that answers for SQS, with what it is sent."""

    class Others:
        def answers(self, service: str) -> bool:
            return service == "sqs"

        async def answer(self, request: Request) -> Response:
            return Response(200, {"Content-Length": "99"}, request.body)

    router = Router(handles.scopes, "http://localhost", at_once, lambda seen: None, Others())
    return App(router, control, Access("localhost"), 30)


def test_a_request_to_another_service_has_the_limit_of_files(beside: App) -> None:
    _, body = ask(beside, "/", piece(b"x" * 30), method="POST", headers=sign("sqs"))
    assert body["body"] == b"x" * 30
    head, _ = ask(beside, "/", piece(b"x" * 31), method="POST", headers=sign("sqs"))
    assert head["status"] == 413


def test_only_an_answer_to_head_has_another_length_than_its_body(beside: App) -> None:
    for method, length in (("HEAD", b"99"), ("GET", b"0"), ("POST", b"0")):
        head, _ = ask(beside, "/", method=method, headers=sign("sqs"))
        assert head["headers"] == [(b"content-length", length)]


def test_the_query_belongs_to_the_target(app: App, handles: Handles) -> None:
    ask(app, "/applications?maxResults=7", headers=sign("app-integrations"))
    assert handles.logs[0][-1].parameters == {"MaxResults": 7}


@pytest.mark.usefixtures("ordered_faults")
def test_a_connection_is_broken_off_and_its_end_waited_for(app: App, handles: Handles) -> None:
    handles.mocks["appintegrations"].fail("ListApplications", ConnectionError(), times=2)
    seen: list[str] = []

    class Transport:
        def close(self) -> None:
            seen.append("closed")

    async def with_transport(scope: Any, receive: Any, send: Any) -> None:
        async def received() -> Any:
            message = await receive()
            seen.append(message["type"])
            return message

        await app(scope, received, send, Transport())  # type: ignore[arg-type]

    messages = [piece(b""), piece(b"")]
    assert ask(with_transport, "/applications", *messages, headers=sign("app-integrations")) == []
    assert seen == ["http.request", "closed", "http.request", "http.disconnect"]
    with pytest.raises(ConnectionError, match="A fault breaks the connection off, which only a server can do"):
        ask(app, "/applications", headers=sign("app-integrations"))


def test_a_defect_is_an_answer_and_is_logged(
    handles: Handles, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    router = Router(handles.scopes, "http://localhost", at_once, lambda seen: 1 // 0)
    broken = App(router, control, Access("localhost"), 30)
    head, body = ask(broken, "/applications", headers=sign("app-integrations"))
    assert head["status"] == 500
    assert json.loads(body["body"]) == {
        "message": "appint_mock failed: ZeroDivisionError: integer division or modulo by zero"
    }
    assert "appint_mock failed at GET /applications" in caplog.text
    assert "Traceback" in caplog.text


def test_an_answer_without_a_body_has_none(app: App) -> None:
    head, body = ask(app, "/favicon.ico")
    assert (head, body) == (
        {"type": "http.response.start", "status": 204, "headers": []},
        {"type": "http.response.body", "body": b""},
    )


def test_who_asks_first_and_says_nothing_of_the_length_is_read(app: App) -> None:
    head, *_ = ask(app, "/_appint_mock/a", method="POST", headers=[*HOST, (b"expect", b"100-continue")])
    assert head["type"] == "control"


def test_who_does_not_ask_first_is_read_to_the_end(app: App) -> None:
    """Whatever the length that is announced: a client that is still sending would not see an answer."""
    headers = [*HOST, (b"content-length", b"99")]
    (message,) = ask(app, "/_appint_mock/a", piece(b"a", more=True), piece(b"b"), headers=headers)
    assert message["messages"][0] == piece(b"ab")


def test_a_message_may_have_no_body(app: App) -> None:
    (message,) = ask(app, "/_appint_mock/a", {"type": "http.request", "more_body": True}, {"type": "http.request"})
    assert message["messages"][0] == piece(b"")
