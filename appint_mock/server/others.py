"""Lets a WSGI application answer for other services of AWS, in separate threads."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from typing import Any, Protocol
from urllib.parse import unquote_to_bytes

from ..protocol.message import Request, Response

#: How many requests may wait at once.
_MOST_THREADS = 500  # pragma: no mutate (more than any client has under way)


class Wsgi(Protocol):
    """A WSGI application that knows which services it answers for."""

    def answers(self, service: str) -> bool:
        """Returns whether it answers for a service, by AWS's name for it."""

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        """Answers as a WSGI application."""


class WsgiServices:
    """Answers requests to other services through the WSGI application ``app``."""

    def __init__(self, app: Wsgi, port: int, in_thread: Callable[..., Any]) -> None:
        self._app = app
        self._port = port
        self._in_thread = in_thread
        self.answers = app.answers

    async def answer(self, request: Request) -> Response:
        """Returns the application's answer."""
        response: Response = await self._in_thread(self._call, request)
        return response

    def _call(self, request: Request) -> Response:
        status, headers = 500, {}

        def start_response(line: str, pairs: list[tuple[str, str]], error: Any = None) -> Callable[[bytes], object]:
            nonlocal status, headers
            status, headers = int(line.split()[0]), _joined(pairs)
            return pieces.append

        pieces: list[bytes] = []
        result = self._app(self._environ(request), start_response)
        try:
            pieces.extend(result)
        finally:
            if hasattr(result, "close"):
                result.close()
        return Response(status, headers, b"".join(pieces))

    def _environ(self, request: Request) -> dict[str, Any]:
        environ: dict[str, Any] = {
            "REQUEST_METHOD": request.method,
            "SCRIPT_NAME": "",
            # WSGI has bytes in the form of latin-1.
            "PATH_INFO": unquote_to_bytes(request.raw_path).decode("latin-1"),
            "QUERY_STRING": request.raw_query,
            "RAW_URI": request.url,
            "REQUEST_URI": request.url,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": str(self._port),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_LENGTH": str(len(request.body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(request.body),
            "wsgi.input_terminated": True,
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        for name, value in request.headers.items():
            key = name.upper().replace("-", "_")
            if key == "CONTENT_TYPE":
                environ[key] = value
            elif key not in ("CONTENT_LENGTH", "TRANSFER_ENCODING"):
                # The body is whole already.
                environ[f"HTTP_{key}"] = value
        environ.setdefault("HTTP_HOST", f"localhost:{self._port}")
        return environ


def _joined(pairs: list[tuple[str, str]]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, value in pairs:
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


class Threads:
    """Calls blocking functions in as many threads as needed: each may wait for a call of another one."""

    def __init__(self) -> None:
        self._limiter: Any = None

    async def __call__(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Returns the function's result. A stopping server does not wait for it."""
        from anyio import CapacityLimiter, to_thread

        if self._limiter is None:
            self._limiter = CapacityLimiter(_MOST_THREADS)
        return await to_thread.run_sync(function, *arguments, abandon_on_cancel=True, limiter=self._limiter)
