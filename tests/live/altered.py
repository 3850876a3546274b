"""A service that differs from the mock in known places: a proxy before this library's server, which alters answers."""

from __future__ import annotations

import contextlib
import http.client
import json
import re
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import urlsplit


class Answer:
    """An answer that an alteration may change."""

    def __init__(self, request: str, sent: str, status: int, headers: dict[str, str], body: bytes) -> None:
        #: Method and path, as in ``GET /applications``, and the request's body.
        self.request, self.sent = request, sent
        self.status, self.headers, self.body = status, headers, body

    def is_to(self, pattern: str) -> bool:
        """Whether the request's method and path are that as a whole."""
        return re.fullmatch(pattern, self.request) is not None

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    def replace(self, old: str, new: str) -> None:
        """Replace a text in the body."""
        self.body = self.body.replace(old.encode(), new.encode())

    def change(self, change: Callable[[dict[str, Any]], Any]) -> None:
        """Change the body's members."""
        members = json.loads(self.body)
        change(members)
        self.body = json.dumps(members).encode()

    def refuse(self, code: str, status: int = 400) -> None:
        """Answer an error in its place."""
        self.status, self.headers["x-amzn-errortype"] = status, code
        self.body = b'{"Message": "No."}'


class Alteration(NamedTuple):
    """One place in which the service differs, and the rules that this contradicts."""

    what: str
    alter: Callable[[Answer], Any]
    contradicts: tuple[str, ...]


@contextlib.contextmanager
def serving(endpoint: str, *alterations: Alteration) -> Iterator[str]:
    """Serve what the server at `endpoint` answers, altered. Yields the address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Head and body are two writes: without this, the second one waits for the receipt of the first.
        disable_nagle_algorithm = True

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            answer = _ask(urlsplit(endpoint).netloc, self.command, self.path, dict(self.headers), body)
            for alteration in alterations:
                alteration.alter(answer)
            self.send_response_only(answer.status)
            for name, value in answer.headers.items():
                if name.lower() not in ("content-length", "connection", "transfer-encoding"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer

        def log_message(self, *args: Any) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _ask(address: str, method: str, target: str, headers: dict[str, str], body: bytes) -> Answer:
    connection = http.client.HTTPConnection(address, timeout=30)
    try:
        connection.request(method, target, body, headers)
        response = connection.getresponse()
        got = response.read()
        request = f"{method} {target.partition('?')[0]}"
        return Answer(
            request,
            body.decode("latin-1"),
            response.status,
            {name.lower(): value for name, value in response.headers.items()},
            got,
        )
    finally:
        connection.close()
