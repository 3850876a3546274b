"""The control API of server mode: the handles' powers in JSON, for tests in any language, and a page to look at.

Every answer is JSON. What cannot be done is refused with 4xx and ``{"error": "what to do instead"}``.
"""

from __future__ import annotations

import datetime
import inspect
import json
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from ..errors import AppintMockError
from ..hints import did_you_mean
from ..protocol.message import Response
from ..protocol.moments import from_iso8601, to_iso8601
from ..scopes.faults import FaultOptions
from ..scopes.names import check_members, operations_named
from ..state import snapshot
from . import feeds, overview
from .console import call_as_json
from .handles import Handles
from .outgoing import ApiHandler
from .routing import PATH
from .texts import as_json, wire_headers

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request as WebRequest
    from starlette.routing import Route

    from ..handle.mock import ServiceMock
    from ..scopes.call import Call
    from .metrics import Metrics
    from .state_file import StateFile

#: What a fault can do in place of the answer.
_OUTCOMES = ("error", "body", "disconnect")
_WHOSE = ("account_id", "region_name")
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


def library_version() -> str:
    """The version of this library, as it was installed."""
    try:
        return version("appint-mock")
    except PackageNotFoundError:
        return "not installed"


class Refusal(Exception):
    """An answer that says what to do instead."""

    def __init__(self, status: int, text: str, **members: Any) -> None:
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
        """The query's parameters, which may be no others."""
        given = dict(parse_qsl(self._query, keep_blank_values=True))
        _refuse_unknown(given, allowed)
        return given

    def body(self, *allowed: str) -> dict[str, Any]:
        """The body, a JSON object; with ``allowed`` it may have only those members."""
        try:
            given = json.loads(self.raw or b"{}")
        except (ValueError, RecursionError) as error:
            raise Refusal(400, f"The body is not JSON: {error}.") from None
        if not isinstance(given, dict):
            raise Refusal(400, f"The body must be a JSON object, not {json.dumps(given)[:80]}.")
        if allowed:
            _refuse_unknown(given, allowed)
        return given


#: Answers a request: with what becomes JSON, a response as it is, or a stream of server-sent events.
Handler = Callable[[Asked], Any]


class Control:
    """Answers the requests below ``PATH`` for one server.

    ``endpoint`` is the server's URL, ``state_file`` its state file if there is one, ``stops`` whether it stops.
    """

    def __init__(
        self,
        handles: Handles,
        endpoint: str,
        state_file: StateFile | None,
        metrics: Metrics,
        stops: Callable[[], bool],
    ) -> None:
        self._handles = handles
        self._endpoint = endpoint
        self._state_file = state_file
        self._metrics = metrics
        self._stops = stops
        self._streams = 0
        #: By path below ``PATH`` and method.
        self.routes: dict[str, dict[str, Handler]] = {
            "": {"GET": self._index},
            "health": {"GET": self._health},
            "metrics": {"GET": self._show_metrics},
            "reset": {"POST": self._reset},
            "state": {"GET": self._state, "PUT": self._put_state},
            "state/save": {"POST": self._save},
            "overview": {"GET": self._overview},
            "calls": {"GET": self._calls, "DELETE": self._clear_calls},
            "calls/stream": {"GET": self._stream_calls},
            "faults": {"GET": self._faults, "POST": self._add_fault, "DELETE": self._clear_faults},
            "clock": {"GET": self._clock, "POST": self._set_clock},
        }
        for name in handles.services:
            self._add_routes_of(name)

    def _add_routes_of(self, name: str) -> None:
        """What a service describes, and what its handle and its backends can."""
        service, mock = self._handles.services[name], self._handles.mocks[name]
        for method in service.seeding:
            self.routes[f"{name}/{method}"] = {"POST": partial(self._seed, name, method)}
        if hasattr(type(mock), "fail_job"):
            self.routes[f"{name}/fail_job"] = {"POST": partial(self._fail_job, name)}
        if hasattr(service.backend, "on_event"):
            self.routes[f"{name}/events"] = {"GET": partial(self._events, name)}
            self.routes[f"{name}/events/stream"] = {"GET": partial(self._stream_events, name)}
        if hasattr(service.backend, "on_api_asset"):
            self.routes[f"{name}/on_api_asset"] = {"POST": partial(self._on_api_asset, name)}
        if hasattr(type(mock), "objects"):
            objects = f"{name}/objects"
            self.routes[objects] = {"GET": partial(self._list_objects, name)}
            self.routes[f"{objects}/BUCKET"] = {"PUT": partial(self._create_bucket, name)}
            self.routes[f"{objects}/BUCKET/KEY"] = {
                "GET": partial(self._get_object, name),
                "PUT": partial(self._put_object, name),
                "DELETE": partial(self._delete_object, name),
            }

    def app(self) -> Starlette:
        """The ASGI application."""
        from starlette.applications import Starlette
        from starlette.routing import Route

        routes = [Route(f"{PATH}/page/{{file}}", self._page, methods=["GET"])]
        for path, methods in self.routes.items():
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
        if self._state_file is not None and request.method != "GET":
            self._state_file.changed()
        result = await run_in_threadpool(_result_of, handler, asked)
        if self._state_file is not None and request.method != "GET":
            # Also after it: the file may have been written in between.
            self._state_file.changed()
        if isinstance(result, AsyncIterator):
            headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
            return StreamingResponse(result, media_type="text/event-stream", headers=headers)
        if not isinstance(result, Response):
            result = _as_response(200, result, asked.wants_page)
        return _web_response(result)

    async def _no_such_path(self, request: WebRequest, error: Exception) -> Any:
        path = request.scope["path"].removeprefix(PATH).strip("/")
        known = [f"{PATH}/{each}" for each in self.routes]
        text = f"There is no {PATH}/{path}.{did_you_mean(path, self.routes)}"
        return _web_response(_as_response(404, {"error": text, "known": known}, False))

    async def _no_such_method(self, request: WebRequest, error: Exception) -> Any:
        path = request.scope["path"].removeprefix(PATH).strip("/")
        pattern = path
        if path not in self.routes:
            parts = path.split("/", 3)
            pattern = "/".join([*parts[:2], *("BUCKET", "KEY")[: len(parts) - 2]])
        methods = " and ".join(self.routes.get(pattern, {"GET": None}))
        text = f"{PATH}/{path} takes {methods}, not {request.method}."
        return _web_response(_as_response(405, {"error": text}, False))

    # The page, and what is there ------------------------------------------------------------------------------

    async def _page(self, request: WebRequest) -> Any:
        from starlette.exceptions import HTTPException

        name = request.path_params["file"]
        if name not in _PAGE:
            raise HTTPException(404)
        return _web_response(_page_file(name))

    def _index(self, asked: Asked) -> Any:
        """What can be asked here; for a browser, a page to look at."""
        if asked.wants_page:
            return _page_file("index.html")
        routes = {
            f"{method} {PATH}/{path}": _summary(handler)
            for path, methods in self.routes.items()
            for method, handler in methods.items()
        }
        return {"appint_mock": library_version(), "endpoint": self._endpoint, "routes": routes}

    def _health(self, asked: Asked) -> Any:
        """Whether the server is well: status 200, or 503 if the state file could not be written."""
        problem = None if self._state_file is None else self._state_file.problem
        health = {"status": "ok" if problem is None else "failing", "appint_mock": library_version()}
        if problem is not None:
            return _as_response(503, {**health, "problem": problem}, asked.wants_page)
        return health

    def _show_metrics(self, asked: Asked) -> Any:
        """Counts of requests and their times, as Prometheus reads them."""
        content_type, text = self._metrics.text()
        return Response(200, {"Content-Type": content_type}, text)

    # State -------------------------------------------------------------------------------------------------

    def _reset(self, asked: Asked) -> Any:
        """Forget all state, the calls, the faults and the clock's shift."""
        self._handles.reset()
        return {}

    def _state(self, asked: Asked) -> Any:
        """All state, by service."""
        return self._handles.snapshot()

    def _put_state(self, asked: Asked) -> Any:
        """Put back what GET gave (all of it, or that of one service)."""
        self._handles.restore(asked.body())
        return {}

    def _save(self, asked: Asked) -> Any:
        """Write the state to the server's state file now."""
        if self._state_file is None:
            raise Refusal(409, NO_STATE_FILE)
        try:
            return {"saved": str(self._state_file.save())}
        except AppintMockError as error:
            raise Refusal(409, str(error)) from None

    def _overview(self, asked: Asked) -> Any:
        """What there is, by service, account and region: the records of each table, without the bytes of files."""
        return {"services": overview.of(self._handles), "clock": to_iso8601(self._handles.clock.now())}

    # Calls and faults --------------------------------------------------------------------------------------

    def _calls(self, asked: Asked) -> Any:
        """The calls, oldest first; ?service= and ?operation= (with * for any text) choose among them."""
        query = asked.query("service", "operation")
        operation = query.get("operation")
        found: list[Call] = []
        for mock in self._mocks(query.get("service"), operation):
            found += mock.calls if operation is None else mock.calls.of(operation)
        return {"calls": [call_as_json(call) for call in sorted(found, key=lambda call: call.time)]}

    def _clear_calls(self, asked: Asked) -> Any:
        """Forget the calls."""
        for mock in self._handles.mocks.values():
            mock.calls.clear()
        return {}

    def _stream_calls(self, asked: Asked) -> Any:
        """The calls as they come, as server-sent events."""
        calls = feeds.Calls(self._handles)
        return self._stream("call", lambda: [call_as_json(call) for call in calls.new()])

    def _faults(self, asked: Asked) -> Any:
        """The faults that were added, and how often each has failed a call."""
        faults = [
            {"service": name, "fault": repr(fault), "struck": fault.struck, "times": fault.times, "used": fault.used}
            for name, mock in self._handles.mocks.items()
            for fault in mock.faults
        ]
        return {"faults": faults}

    def _add_fault(self, asked: Asked) -> Any:
        """Make calls of "operation" fail with "error"; the other members are the arguments of Python's ``fail``."""
        options = ("message", *FaultOptions.__annotations__)
        given = asked.body("service", "operation", *_OUTCOMES, *options)
        operation = given.get("operation")
        if not isinstance(operation, str):
            raise Refusal(400, 'Give "operation", such as "CreateEventIntegration", "Delete*" or "*".')
        mocks = self._mocks(given.get("service"), operation)
        if len(mocks) > 1:
            names = " or ".join(json.dumps(name) for name in self._handles.mocks)
            raise Refusal(400, f'Both services have {operation}: give "service" too, {names}.')
        chosen = {name: snapshot.decode(given[name]) for name in options if name in given}
        when = chosen.pop("when", {})
        if not isinstance(when, dict):
            text = 'Give "when" as an object of the parameters that must be equal, such as {"Name": "a"}.'
            raise Refusal(400, text)
        outcome = _outcome_of(given)
        for mock in mocks:
            check_members(self._handles.services[_name_of(self._handles, mock)], operation, when)
            mock.fail(operation, outcome, when=partial(_has, when) if when else None, **chosen)
        return {}

    def _clear_faults(self, asked: Asked) -> Any:
        """Withdraw all faults."""
        for mock in self._handles.mocks.values():
            mock.faults.clear()
        return {}

    # Clock -------------------------------------------------------------------------------------------------

    def _clock(self, asked: Asked) -> Any:
        """The moment by the server's clock."""
        return {"now": to_iso8601(self._handles.clock.now())}

    def _set_clock(self, asked: Asked) -> Any:
        """{"advance": {"hours": 2}}, {"freeze": "2026-01-31T12:00:00Z"} (null: now) or {"follow": true}."""
        given = asked.body("advance", "freeze", "follow")
        if len(given) != 1:
            raise Refusal(400, 'Give one of "advance", "freeze" and "follow".')
        ((what, value),) = given.items()
        clock = self._handles.clock
        if what == "follow":
            clock.follow()
        elif what == "freeze":
            clock.freeze(None if value is None else _moment(value))
        elif isinstance(value, dict):
            clock.advance(**value)
        else:
            raise Refusal(400, 'Give "advance" as an object such as {"days": 1, "hours": 2}.')
        return self._clock(asked)

    # Seeding -----------------------------------------------------------------------------------------------

    def _seed(self, service: str, method: str, asked: Asked) -> Any:
        """Call that method of the backend; ?account_id= and ?region_name= say whose, the body is its arguments."""
        call = getattr(self._backend(service, asked), method)
        return {"result": _called(method, call, _with_bytes(snapshot.decode(asked.body())))}

    def _fail_job(self, service: str, asked: Asked) -> Any:
        """Make the next jobs end in ERROR: the body is the arguments of Python's ``fail_job``."""
        call = getattr(self._handles.mocks[service], "fail_job")  # noqa: B009 (only some handles have it)
        return {"result": _called("fail_job", call, snapshot.decode(asked.body()))}

    def _events(self, service: str, asked: Asked) -> Any:
        """The EventBridge events of ?account_id= and ?region_name=, oldest first; ?since=: after an id or moment."""
        query = asked.query(*_WHOSE, "since")
        since = query.pop("since", None)
        events = list(self._handles.mocks[service].backend(**query).events)
        return {"events": events if since is None else _after(since, events)}

    def _stream_events(self, service: str, asked: Asked) -> Any:
        """The EventBridge events as they come, as server-sent events; of all accounts and regions if none is given."""
        query = asked.query(*_WHOSE)
        if query:
            self._handles.mocks[service].backend(**query)
        events = feeds.Events(self._handles, service, query.get("account_id"), query.get("region_name"))
        return self._stream("event", events.new)

    def _on_api_asset(self, service: str, asked: Asked) -> Any:
        """Answer SendApiAsset of ?account_id= and ?region_name= with the body's members, or as its "url" answers."""
        answer = asked.body("Body", "ResponseHeaders", "StatusCode", "url")
        backend = self._backend(service, asked)
        if "url" in answer:
            if len(answer) > 1:
                raise Refusal(400, 'Give either "url" or the members of the answer.')
            backend.on_api_asset(ApiHandler(answer["url"]))
            return {}
        _check_api_answer(answer)
        backend.on_api_asset((lambda request: answer) if answer else None)
        return {}

    # Objects -----------------------------------------------------------------------------------------------

    def _list_objects(self, service: str, asked: Asked) -> Any:
        """The objects that jobs read and write."""
        objects = self._objects(service)
        return {"objects": [{"bucket": b, "key": k, "size": len(body)} for (b, k), body in objects.items()]}

    def _create_bucket(self, service: str, asked: Asked) -> Any:
        """Make an empty bucket."""
        self._objects(service).create_bucket(asked.path["bucket"])
        return {}

    def _get_object(self, service: str, asked: Asked) -> Any:
        """The bytes of an object."""
        content = self._objects(service).read(*_place(asked))
        if content is None:
            raise _no_object(asked)
        return Response(200, {"Content-Type": "binary/octet-stream"}, content)

    def _put_object(self, service: str, asked: Asked) -> Any:
        """Make an object of the body, and its bucket."""
        self._objects(service)[_place(asked)] = asked.raw
        return {}

    def _delete_object(self, service: str, asked: Asked) -> Any:
        """Delete an object."""
        if self._objects(service).pop(_place(asked), None) is None:
            raise _no_object(asked)
        return {}

    # Who is meant ------------------------------------------------------------------------------------------

    def _mocks(self, service: object, operation: str | None) -> list[ServiceMock[Any]]:
        """The handles of ``service`` (None: of all) that have ``operation`` (None: all)."""
        mocks = self._handles.mocks
        if service is not None and service not in mocks:
            hint = did_you_mean(str(service), mocks)
            raise Refusal(400, f"There is no service {service!r};{hint} there are {' and '.join(mocks)}.")
        chosen = list(mocks) if service is None else [str(service)]
        if operation is None:
            return [mocks[name] for name in chosen]
        found = [name for name in chosen if self._knows(name, operation)]
        if not found:
            # Raises, with the names that are close.
            operations_named(self._handles.services[chosen[0]], operation)
        return [mocks[name] for name in found]

    def _knows(self, name: str, operation: str) -> bool:
        try:
            operations_named(self._handles.services[name], operation)
        except ValueError:
            return False
        return True

    def _backend(self, service: str, asked: Asked) -> Any:
        return self._handles.mocks[service].backend(**asked.query(*_WHOSE))

    def _objects(self, service: str) -> Any:
        return getattr(self._handles.mocks[service], "objects")  # noqa: B009 (only some handles have it)

    def _stream(self, kind: str, news: Callable[[], list[Any]]) -> AsyncIterator[bytes]:
        if self._streams >= _MOST_STREAMS:
            raise Refusal(503, f"There are {_MOST_STREAMS} streams already, the most that this server keeps open.")
        return self._counted(feeds.stream(kind, news, self._stops))

    async def _counted(self, stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        self._streams += 1
        try:
            async for each in stream:
                yield each
        finally:
            self._streams -= 1


NO_STATE_FILE = "This server has no state file. Name one when it starts: --state FILE."


def _result_of(handler: Handler, asked: Asked) -> Any:
    """What a handler gives; a refusal as its response."""
    try:
        return handler(asked)
    except Refusal as refusal:
        return _as_response(refusal.status, {"error": str(refusal), **refusal.members}, asked.wants_page)
    except (AppintMockError, ValueError, TypeError, ArithmeticError, RecursionError) as error:
        # The handles' own texts say what to give instead.
        return _as_response(400, {"error": str(error)}, asked.wants_page)


def _as_response(status: int, value: object, for_people: bool) -> Response:
    body = as_json(value, indent=2 if for_people else None)
    return Response(status, {"Content-Type": "application/json"}, body)


def _web_response(response: Response) -> Any:
    from starlette.responses import Response as WebResponse

    headers = {name: value for name, value in response.headers.items() if name != "Content-Type"}
    content_type = response.headers["Content-Type"]
    answer = WebResponse(response.body, response.status, headers)
    # Set here, since Starlette would add a charset of its own to some types.
    answer.headers["Content-Type"] = content_type
    return answer


def _page_file(name: str) -> Response:
    body = files(__package__).joinpath("page", name).read_bytes()
    return Response(200, {"Content-Type": f"{_PAGE[name]}; charset=utf-8", **_PAGE_HEADERS}, body)


def _summary(handler: Handler) -> str:
    function = handler.func if isinstance(handler, partial) else handler
    return inspect.getdoc(function) or ""


def _refuse_unknown(given: Mapping[str, Any], allowed: Iterable[str]) -> None:
    for name in given:
        if name not in allowed:
            raise Refusal(400, f"{name!r} is unknown here.{did_you_mean(name, allowed)} Give {', '.join(allowed)}.")


def _called(method: str, call: Callable[..., Any], given: dict[str, Any]) -> Any:
    """What a method returns for arguments that came as JSON."""
    signature = inspect.signature(call)
    try:
        signature.bind(**given)
    except TypeError as error:
        unknown = [name for name in given if name not in signature.parameters]
        hint = did_you_mean(unknown[0], signature.parameters) if unknown else ""
        names = ", ".join(
            name if parameter.default is parameter.empty else f"{name}={parameter.default!r}"
            for name, parameter in signature.parameters.items()
        )
        raise Refusal(400, f"{method}: {error}.{hint} Its arguments: {names}.") from None
    try:
        return call(**given)
    except (AttributeError, LookupError, TypeError) as error:
        # The types of the arguments are what JSON gave, and no type checker has seen them.
        raise Refusal(400, f"{method}: {type(error).__name__}: {error}.") from error


def _name_of(handles: Handles, mock: ServiceMock[Any]) -> str:
    return next(name for name, each in handles.mocks.items() if each is mock)


def _outcome_of(given: Mapping[str, Any]) -> Any:
    """What ``fail`` takes as its error: one outcome, or a list of them, where null lets a call through."""
    kinds = [kind for kind in _OUTCOMES if kind in given]
    if not kinds and ("rate" in given or "delay" in given):
        return None
    if len(kinds) == 1:
        (kind,) = kinds
        value = given[kind]
        if kind == "disconnect" and value is True:
            return ConnectionError("The connection was closed without an answer.")
        if kind == "error" and isinstance(value, list):
            return [_listed_outcome(each) for each in value]
        if kind != "disconnect" and isinstance(value, str):
            return value if kind == "error" else value.encode("utf-8", "surrogatepass")
    raise Refusal(
        400,
        'Give one of "error" (the code of an AWS error, such as "ThrottlingException", or a list of outcomes in turn), '
        '"body" (the text of a malformed answer) and "disconnect": true (the connection is closed without an answer).',
    )


def _listed_outcome(each: Any) -> Any:
    return each if each is None or isinstance(each, str) else _outcome_of(each if isinstance(each, dict) else {})


def _has(wanted: Mapping[str, Any], parameters: Mapping[str, Any]) -> bool:
    return all(name in parameters and parameters[name] == value for name, value in wanted.items())


def _after(since: str, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The events after the one of that id, or from that moment on."""
    for index, event in enumerate(events):
        if event["id"] == since:
            return events[index + 1 :]
    try:
        moment = from_iso8601(since)
        return [event for event in events if from_iso8601(event["time"]) >= moment]
    except (ValueError, TypeError):
        text = f"since={since!r} is neither the id of an event that is there nor a moment such as 2026-01-31T12:00:00Z."
        raise Refusal(400, text) from None


def _check_api_answer(answer: Mapping[str, Any]) -> None:
    headers = answer.get("ResponseHeaders", {})
    if not isinstance(answer.get("Body", ""), str) or not isinstance(headers, dict):
        raise Refusal(400, 'Give "Body" as a text and "ResponseHeaders" as an object of texts.')
    if not all(isinstance(value, str) for value in headers.values()):
        raise Refusal(400, 'Give "ResponseHeaders" as an object of texts.')
    wire_headers(Response(200, headers, b""))
    status = answer.get("StatusCode", 200)
    if not isinstance(status, int) or isinstance(status, bool) or not 200 <= status <= 599:
        raise Refusal(400, f'"StatusCode" is {status!r}: give an HTTP status, 200 to 599.')


def _moment(text: object) -> datetime.datetime:
    try:
        return from_iso8601(str(text))
    except ValueError:
        raise Refusal(400, f"{text!r} is no moment; give one such as 2026-01-31T12:00:00Z.") from None


def _with_bytes(given: dict[str, Any]) -> dict[str, Any]:
    """The arguments of a seeding method, with the texts of the revisions' assets as bytes."""
    revisions = given.get("revisions")
    if not isinstance(revisions, list):
        return given
    return {**given, "revisions": [_revision_with_bytes(revision) for revision in revisions]}


def _revision_with_bytes(revision: Any) -> Any:
    if not isinstance(revision, dict) or not isinstance(revision.get("assets"), dict):
        return revision
    assets = {
        name: value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
        for name, value in revision["assets"].items()
    }
    return {**revision, "assets": assets}


def _place(asked: Asked) -> tuple[str, str]:
    """Bucket and key in the path of an object."""
    return asked.path["bucket"], asked.path["key"]


def _no_object(asked: Asked) -> Refusal:
    bucket, key = _place(asked)
    return Refusal(404, f"There is no object {key!r} in bucket {bucket!r}.")
