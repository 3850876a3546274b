"""The control API's web side: which handler is asked, what it gets, and the form of its answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from appint_mock.errors import AppintMockError
from appint_mock.protocol.message import Response
from appint_mock.server.web import Asked, Refusal, Routes, Streams, Web, page_file, summary
from tests.server.talking import Answer, ask_below


class Scene:
    """The routes of a test, and how often they were said to change something."""

    def __init__(self, routes: Routes) -> None:
        self.changes = 0
        self.app = Web(routes, self._changed).app()

    def _changed(self) -> None:
        self.changes += 1

    def ask(self, method: str, path: str, body: bytes = b"", accept: str = "*/*") -> Answer:
        return ask_below(self.app, method, path, body, accept)


def echo(asked: Asked) -> Any:
    """Says what it was asked."""
    return {"path": asked.path, "query": asked.query("a", "b"), "body": asked.body()}


def refuse(asked: Asked) -> Any:
    raise Refusal("Not so.", instead="so")


def refuse_otherwise(asked: Asked) -> Any:
    raise Refusal("Not here.", status=409)


def fail(error: Exception) -> Any:
    def handler(asked: Asked) -> Any:
        raise error

    return handler


async def _events() -> AsyncIterator[bytes]:
    yield b"one\n\n"
    yield b"two\n\n"


@pytest.fixture
def scene() -> Scene:
    return Scene(
        {
            "": {"GET": echo},
            "echo": {"GET": echo, "POST": echo},
            "small": {"POST": lambda asked: asked.body("a", "b")},
            "refuse": {"GET": refuse, "POST": refuse_otherwise},
            "stream": {"GET": lambda asked: _events()},
            "image": {"GET": lambda asked: Response(201, {"Content-Type": "image/x", "X-A": "b"}, b"\0")},
            "things/objects/BUCKET": {"PUT": echo},
            "things/objects/BUCKET/KEY": {"GET": echo, "DELETE": echo},
        }
    )


@pytest.mark.parametrize(
    ("path", "query", "parameters"),
    [
        ("/", {}, {}),
        ("", {}, {}),
        ("/echo", {}, {}),
        ("/echo/", {}, {}),
        ("/echo?a=1&b=", {"a": "1", "b": ""}, {}),
        ("/things/objects/b/k/l%2Fm", {}, {"bucket": "b", "key": "k/l%2Fm"}),
        ("/things/objects/b/k/", {}, {"bucket": "b", "key": "k/"}),
    ],
    ids=str,
)
def test_a_handler_gets_the_path_the_query_and_the_body(
    scene: Scene, path: str, query: dict[str, str], parameters: dict[str, str]
) -> None:
    answer = scene.ask("GET", path, b'{"c": 1}')
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    assert answer.json == {"path": parameters, "query": query, "body": {"c": 1}}


@pytest.mark.parametrize(
    ("accept", "body"),
    [("*/*", b'{"a": 1}'), ("text/html,*/*;q=0.8", b'{\n  "a": 1\n}'), ("application/xhtml+xml", b'{"a": 1}')],
)
def test_what_a_browser_asks_for_is_indented(scene: Scene, accept: str, body: bytes) -> None:
    assert scene.ask("POST", "/small", b'{"a": 1}', accept).body == body


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"{", "The body is not JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)."),
        (b"3", "The body must be a JSON object, not 3."),
        (json.dumps("x" * 100).encode(), f'The body must be a JSON object, not "{"x" * 79}.'),
        (b'{"a": 1, "c": 2}', "'c' is unknown here. Give a, b."),
        (b'{"aa": 1}', "'aa' is unknown here. Did you mean 'a'? Give a, b."),
    ],
)
def test_a_body_that_cannot_be_is_refused_with_the_reason(scene: Scene, body: bytes, text: str) -> None:
    answer = scene.ask("POST", "/small", body)
    assert (answer.status, answer.json) == (400, {"error": text, "see": "docs/errors.md#control-api"})


def test_a_body_that_is_empty_is_an_empty_object(scene: Scene) -> None:
    assert scene.ask("POST", "/small").json == {}


@pytest.mark.parametrize("query", ["c=1", "c="])
def test_a_parameter_that_there_is_not_is_refused_even_without_a_value(scene: Scene, query: str) -> None:
    assert scene.ask("GET", f"/echo?{query}").json["error"] == "'c' is unknown here. Give a, b."


@pytest.mark.parametrize(
    ("method", "status", "value"),
    [("GET", 400, {"error": "Not so.", "instead": "so"}), ("POST", 409, {"error": "Not here."})],
)
@pytest.mark.parametrize("accept", ["*/*", "text/html"])
def test_a_refusal_has_its_status_its_members_and_a_link(
    scene: Scene, method: str, status: int, value: dict[str, str], accept: str
) -> None:
    answer = scene.ask(method, "/refuse", accept=accept)
    assert (answer.status, answer.json) == (status, {**value, "see": "docs/errors.md#control-api"})
    assert (b"\n" in answer.body) is (accept == "text/html")


@pytest.mark.parametrize(
    "error",
    [AppintMockError("no"), ValueError("no"), TypeError("no"), OverflowError("no"), RecursionError("no")],
    ids=repr,
)
@pytest.mark.parametrize("accept", ["*/*", "text/html"])
def test_an_error_of_a_handle_is_a_refusal_with_its_text(error: Exception, accept: str) -> None:
    answer = Scene({"a": {"GET": fail(error)}}).ask("GET", "/a", accept=accept)
    assert (answer.status, answer.json) == (400, {"error": "no"})
    assert (b"\n" in answer.body) is (accept == "text/html")


def test_a_response_goes_out_as_it_is(scene: Scene) -> None:
    answer = scene.ask("GET", "/image")
    assert (answer.status, answer.body) == (201, b"\0")
    assert answer.headers == {"content-type": "image/x", "x-a": "b", "content-length": "1"}


def test_a_stream_is_kept_by_nobody_on_the_way(scene: Scene) -> None:
    answer = scene.ask("GET", "/stream")
    assert (answer.status, answer.body) == (200, b"one\n\ntwo\n\n")
    assert answer.headers == {
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-store",
        "x-accel-buffering": "no",
    }


def test_a_change_is_announced_before_and_after_it() -> None:
    seen: list[int] = []
    own = Scene({"a": {method: lambda asked: seen.append(own.changes) for method in ("GET", "POST")}})
    own.ask("GET", "/a")
    assert (seen, own.changes) == ([0], 0)
    own.ask("POST", "/a")
    assert (seen, own.changes) == ([0, 1], 2)


def test_a_change_is_announced_although_it_is_refused(scene: Scene) -> None:
    scene.ask("POST", "/refuse")
    assert scene.changes == 2


KNOWN = ["", "echo", "small", "refuse", "stream", "image", "things/objects/BUCKET", "things/objects/BUCKET/KEY"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/echp", "There is no /_appint_mock/echp. Did you mean 'echo'?"),
        ("/nowhere/", "There is no /_appint_mock/nowhere."),
        ("/page/nothing.js", "There is no /_appint_mock/page/nothing.js."),
        ("/page/page.js/", "There is no /_appint_mock/page/page.js."),
    ],
)
def test_a_path_that_there_is_not_is_refused_in_one_line_with_those_that_there_are(
    scene: Scene, path: str, text: str
) -> None:
    answer = scene.ask("GET", path, accept="text/html")
    assert answer.status == 404
    assert answer.json == {"error": text, "known": [f"/_appint_mock/{each}" for each in KNOWN]}
    assert b"\n" not in answer.body


@pytest.mark.parametrize(
    ("method", "path", "text"),
    [
        ("POST", "/", "/_appint_mock/ takes GET, not POST."),
        ("DELETE", "/echo/", "/_appint_mock/echo takes GET and POST, not DELETE."),
        ("HEAD", "/echo", "/_appint_mock/echo takes GET and POST, not HEAD."),
        ("GET", "/small", "/_appint_mock/small takes POST, not GET."),
        ("PATCH", "/things/objects/b", "/_appint_mock/things/objects/b takes PUT, not PATCH."),
        ("PATCH", "/things/objects/b/k", "/_appint_mock/things/objects/b/k takes GET and DELETE, not PATCH."),
        ("PUT", "/things/objects/b/k/l/m", "/_appint_mock/things/objects/b/k/l/m takes GET and DELETE, not PUT."),
        ("POST", "/page/page.js", "/_appint_mock/page/page.js takes GET, not POST."),
    ],
)
def test_a_method_that_a_path_does_not_take_is_refused_in_one_line_with_those_that_it_takes(
    scene: Scene, method: str, path: str, text: str
) -> None:
    answer = scene.ask(method, path, accept="text/html")
    assert (answer.status, answer.json) == (405, {"error": text})
    assert b"\n" not in answer.body
    assert scene.changes == 0


@pytest.mark.parametrize(
    ("name", "kind"), [("index.html", "text/html"), ("page.js", "text/javascript"), ("page.css", "text/css")]
)
def test_a_file_of_the_page_takes_nothing_from_elsewhere_and_is_looked_for_anew(
    scene: Scene, name: str, kind: str
) -> None:
    answer = scene.ask("GET", f"/page/{name}")
    assert answer.status == 200
    assert answer.body == page_file(name).body != b""
    assert answer.headers == {
        "content-type": f"{kind}; charset=utf-8",
        "content-security-policy": (
            "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
        ),
        "cache-control": "no-cache",
        "x-content-type-options": "nosniff",
        "content-length": str(len(answer.body)),
    }


def test_at_most_fifty_streams_are_open_at_once_and_one_that_ends_makes_room() -> None:
    stops: list[bool] = []
    streams = Streams(lambda: bool(stops))

    async def open_and_close() -> None:
        opened = [streams("call", list) for _ in range(50)]
        for each in opened:
            assert await anext(each) == b": appint_mock\n\n"
        with pytest.raises(Refusal) as refused:
            streams("call", list)
        assert str(refused.value) == "There are 50 streams already, the most that this server keeps open."
        assert (refused.value.status, refused.value.members) == (503, {})
        stops.append(True)
        assert [each async for each in opened.pop()] == []
        opened.append(streams("call", list))
        assert await anext(opened[-1]) == b": appint_mock\n\n"
        with pytest.raises(Refusal):
            streams("call", list)
        for each in opened:
            assert [message async for message in each] == []

    asyncio.run(open_and_close())


def test_a_handler_is_summed_up_by_its_docstring() -> None:
    assert summary(echo) == "Says what it was asked."
    assert summary(refuse) == ""
