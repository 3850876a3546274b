"""Serves the control API with Starlette: routes, requests, refusals, and the page's files."""

from __future__ import annotations

import inspect
import json
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from functools import partial
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from ..errors import AppintMockError
from ..hints import ERRORS, did_you_mean
from ..protocol.message import Response
from . import feeds
from .routing import PATH
from .texts import as_json

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request as WebRequest
    from starlette.routing import Route

#: The page's files, with their types. It takes nothing from elsewhere.
_PAGE = {"index.html": "text/html", "page.js": "text/javascript", "page.css": "text/css"}
_PAGE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    ),
    "Cache-Control": "no-cache",
    "X-Content-Type-Options": "nosniff",
}
#: How many streams a server keeps open at once.
_MOST_STREAMS = 50


class Refusal(Exception):
    """A refusal, with a text that says what to do instead."""

    def __init__(self, text: str, *, status: int = 400, **members: Any) -> None:
        super().__init__(text)
        self.status = status
        self.members = members


class Asked:
    """A request below the control path."""

    def __init__(self, request: WebRequest, body: bytes) -> None:
        self.raw = body
        self.path: Mapping[str, str] = request.path_params
        self.wants_page = "text/html" in request.headers.get("accept", "")
        self._query = str(request.url.query)

    def query(self, *allowed: str) -> dict[str, str]:
        """Returns the query's parameters; refuses any others."""
        given = dict(parse_qsl(self._query, keep_blank_values=True))
        refuse_unknown(given, allowed)
        return given

    def body(self, *allowed: str) -> dict[str, Any]:
        """Returns the body, a JSON object; with ``allowed``, refuses other members."""
        try:
            given = json.loads(self.raw or b"{}")
        except (ValueError, RecursionError) as error:
            raise Refusal(f"The body is not JSON: {error}.") from None
        if not isinstance(given, dict):
            raise Refusal(f"The body must be a JSON object, not {json.dumps(given)[:80]}.")
        if allowed:
            refuse_unknown(given, allowed)
        return given


#: Answers a request: with what becomes JSON, a response as it is, or a stream of server-sent events.
Handler = Callable[[Asked], Any]
#: Handlers by path below ``PATH`` and method.
Routes = dict[str, dict[str, Handler]]


class Web:
    """The ASGI application of ``routes``. ``changed`` is called around each request that may change the state."""

    def __init__(self, routes: Routes, changed: Callable[[], object]) -> None:
        self._routes = routes
        self._changed = changed

    def app(self) -> Starlette:
        """Returns the ASGI application."""
        from starlette.applications import Starlette
        from starlette.routing import Route

        routes = [Route(f"{PATH}/page/{{file}}", self._page, methods=["GET"])]
        for path, methods in self._routes.items():
            routes += self._web_routes(path, methods)
        app = Starlette(routes=routes, exception_handlers={404: self._no_such_path, 405: self._no_such_method})
        app.router.redirect_slashes = False
        return app

    def _web_routes(self, path: str, methods: Mapping[str, Handler]) -> list[Route]:
        from starlette.routing import Route

        pattern = f"{PATH}/{path}".replace("BUCKET", "{bucket}").replace("KEY", "{key:path}")
        endpoint = partial(self._answer, methods)
        # With a slash at its end too, unless that belongs to a key.
        ends = [pattern] if "{" in pattern else [pattern.rstrip("/"), pattern.rstrip("/") + "/"]
        return [Route(each, endpoint, methods=list(methods)) for each in ends]

    async def _answer(self, methods: Mapping[str, Handler], request: WebRequest) -> Any:
        from starlette.concurrency import run_in_threadpool
        from starlette.exceptions import HTTPException
        from starlette.responses import StreamingResponse

        handler = methods.get(request.method)
        if handler is None:
            # Starlette has a HEAD for every GET.
            raise HTTPException(405)
        asked = Asked(request, await request.body())
        changes = request.method != "GET"
        if changes:
            self._changed()
        result = await run_in_threadpool(result_of, handler, asked)
        if changes:
            # Also after it: the file may have been written in between.
            self._changed()
        if isinstance(result, AsyncIterator):
            headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
            return StreamingResponse(result, media_type="text/event-stream", headers=headers)
        if not isinstance(result, Response):
            result = as_response(200, result, asked.wants_page)
        return web_response(result)

    async def _no_such_path(self, request: WebRequest, error: Exception) -> Any:
        path = request.scope["path"].removeprefix(PATH).strip("/")
        known = [f"{PATH}/{each}" for each in self._routes]
        text = f"There is no {PATH}/{path}.{did_you_mean(path, self._routes)}"
        return web_response(as_response(404, {"error": text, "known": known}, False))

    async def _no_such_method(self, request: WebRequest, error: Exception) -> Any:
        path = request.scope["path"].removeprefix(PATH).strip("/")
        pattern = path
        if path not in self._routes:
            parts = path.split("/")
            pattern = "/".join([*parts[:2], *("BUCKET", "KEY")[: len(parts) - 2]])
        methods = " and ".join(self._routes.get(pattern, {"GET": None}))
        text = f"{PATH}/{path} takes {methods}, not {request.method}."
        return web_response(as_response(405, {"error": text}, False))

    async def _page(self, request: WebRequest) -> Any:
        from starlette.exceptions import HTTPException

        name = request.path_params["file"]
        if name not in _PAGE:
            raise HTTPException(404)
        return web_response(page_file(name))


class Streams:
    """Opens streams of server-sent events, which end when ``stops()`` is true."""

    def __init__(self, stops: Callable[[], bool]) -> None:
        self._stops = stops
        self._open = 0

    def __call__(self, kind: str, news: Callable[[], list[Any]]) -> AsyncIterator[bytes]:
        """Returns a stream of the items that ``news`` reports, as events of that kind."""
        if self._open >= _MOST_STREAMS:
            raise Refusal(
                f"There are {_MOST_STREAMS} streams already, the most that this server keeps open.", status=503
            )
        return self._counted(feeds.stream(kind, news, self._stops))

    async def _counted(self, stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        self._open += 1
        try:
            async for each in stream:
                yield each
        finally:
            self._open -= 1


def result_of(handler: Handler, asked: Asked) -> Any:
    """Returns the result of a handler, or the response of its refusal."""
    try:
        return handler(asked)
    except Refusal as refusal:
        return as_response(
            refusal.status, {"error": str(refusal), **refusal.members, "see": f"{ERRORS}#control-api"}, asked.wants_page
        )
    except (AppintMockError, ValueError, TypeError, ArithmeticError, RecursionError) as error:
        # The handles' own texts say what to give instead.
        return as_response(400, {"error": str(error)}, asked.wants_page)


def as_response(status: int, value: object, for_people: bool) -> Response:
    """Returns a JSON response; ``for_people``: indented."""
    body = as_json(value, indent=2 if for_people else None)
    return Response(status, {"Content-Type": "application/json"}, body)


def web_response(response: Response) -> Any:
    """Converts a response to Starlette's."""
    from starlette.responses import Response as WebResponse

    headers = {name: value for name, value in response.headers.items() if name != "Content-Type"}
    content_type = response.headers["Content-Type"]
    answer = WebResponse(response.body, response.status, headers)
    # Set here, since Starlette would add a charset of its own to some types.
    answer.headers["Content-Type"] = content_type
    return answer


def page_file(name: str) -> Response:
    """Returns a file of the page."""
    body = files(__package__).joinpath("page").joinpath(name).read_bytes()
    return Response(200, {"Content-Type": f"{_PAGE[name]}; charset=utf-8", **_PAGE_HEADERS}, body)


def summary(handler: Handler) -> str:
    """Returns the first line of a handler's docstring."""
    return inspect.getdoc(handler) or ""


def refuse_unknown(given: Mapping[str, Any], allowed: Iterable[str]) -> None:
    """Raises a refusal, with the name that is close, for a name that is not allowed."""
    for name in given:
        if name not in allowed:
            raise Refusal(f"{name!r} is unknown here.{did_you_mean(name, allowed)} Give {', '.join(allowed)}.")
