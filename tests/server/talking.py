"""How the tests talk to a server: clients of boto3, bare HTTP, the control API; and who gets what a server sends."""

from __future__ import annotations

import asyncio
import functools
import http.client
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

import boto3

from appint_mock.protocol.identity import access_key_of
from appint_mock.server import ServerMock


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@functools.cache
def _session() -> boto3.session.Session:
    return boto3.session.Session()


def client(server: ServerMock, service: str, account_id: str = "", region_name: str = "us-east-1", **more: Any) -> Any:
    """A boto3 client of the server: to this process it is a server like any other."""
    return _session().client(
        service,
        endpoint_url=server.endpoint,
        region_name=region_name,
        aws_access_key_id=access_key_of(account_id) if account_id else "anybody",
        aws_secret_access_key="secret",
        **more,
    )


#: The asset that a request of SendApiAsset is for.
ASSET_HEADERS = {f"x-amzn-dataexchange-{name}-id": "0" * 32 for name in ("asset", "data-set", "revision")}


def signed(service: str, region_name: str = "us-east-1") -> dict[str, str]:
    """The header of a request that is signed for a service."""
    scope = f"AKID/20260101/{region_name}/{service}/aws4_request"
    return {"Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"}


def send(server: ServerMock, method: str, target: str, body: Any = None, headers: Any = None, **options: Any) -> Answer:
    """One request as it is, on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    try:
        connection.request(method, target, body, headers or {}, **options)
        response = connection.getresponse()
        return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
    finally:
        connection.close()


def control(server: ServerMock, method: str, path: str, given: Any = None) -> Answer:
    """A request to the control API; ``given`` is sent as JSON."""
    return send(server, method, f"/_appint_mock/{path}", None if given is None else json.dumps(given))


def error_of(answer: Answer, status: int = 400) -> str:
    """The text with which the control API refuses."""
    assert answer.status == status, answer
    assert answer.headers["content-type"] == "application/json"
    text: str = answer.json["error"]
    return text


@contextmanager
def receiver(answer: Callable[[Any], tuple[int, dict[str, str], bytes]]) -> Iterator[tuple[str, list[Any]]]:
    """A server that keeps what is posted to it: its URL, and what came."""
    came: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            posted = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            came.append(posted)
            status, headers, body = answer(posted)
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as other:
        thread = threading.Thread(target=other.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{other.server_address[1]}/there", came
        other.shutdown()
        thread.join()


async def at_once(function: Callable[..., Any], *arguments: Any) -> Any:
    """Runs a function where a server would take a thread."""
    return function(*arguments)


#: A message of ASGI, and the headers that each request has.
Message = dict[str, Any]
HOST = [(b"host", b"localhost")]


def ask(app: Any, target: str, *messages: Message, method: str = "GET", headers: Any = HOST) -> list[Message]:
    """What an ASGI application sends for a request whose body comes in these messages."""
    path, _, query = target.partition("?")
    coming = iter(messages or [{"type": "http.request", "body": b"", "more_body": False}])
    sent: list[Message] = []

    async def receive() -> Message:
        return next(coming, {"type": "http.disconnect"})

    async def send(message: Any) -> None:
        sent.append(dict(message))

    scope = {"type": "http", "raw_path": path.encode(), "path": path, "query_string": query.encode(), "method": method}
    asyncio.run(app({**scope, "headers": list(headers)}, receive, send))
    return sent


def ask_below(app: Any, method: str, path: str, body: bytes = b"", accept: str = "*/*") -> Answer:
    """The answer of the application below the control path."""
    message = {"type": "http.request", "body": body, "more_body": False}
    headers = [*HOST, (b"accept", accept.encode())]
    head, *pieces = ask(app, f"/_appint_mock{path}", message, method=method, headers=headers)
    shown = {name.decode(): value.decode() for name, value in head["headers"]}
    return Answer(head["status"], shown, b"".join(each["body"] for each in pieces))
