"""The control API of server mode: the handles' powers in JSON, for tests in any language.

Every answer is JSON. What cannot be done is refused with 4xx and ``{"error": "what to do instead"}``.
"""

from __future__ import annotations

import base64
import datetime
import inspect
import json
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote

from ..errors import AppintMockError
from ..hints import did_you_mean
from ..protocol.message import Request, Response
from ..protocol.moments import from_iso8601, to_iso8601
from ..scopes.names import check_members, operations_named
from ..state import snapshot

if TYPE_CHECKING:
    from ..handle.mock import ServiceMock
    from ..scopes.call import Call
    from . import ServerMock

#: Below this path a server answers for itself, not for AWS.
PATH = "/_appint_mock"

#: The backends' own methods: what no public API can do, by service.
_SEEDING = {
    "appintegrations": (
        "associate_event_integration",
        "associate_application",
        "disassociate",
        "finish_execution",
    ),
    "dataexchange": ("add_entitled_data_set", "publish_revision", "finish_job"),
}
#: What a fault can do in place of the answer.
_KINDS = ("error", "body", "disconnect")
_OBJECTS = "dataexchange/objects"
_WHOSE = ("account_id", "region_name")

_Handler = Callable[[Request], Any]


def library_version() -> str:
    """The version of this library, as it was installed."""
    try:
        return version("appint-mock")
    except PackageNotFoundError:
        return "not installed"


class _RefusalError(Exception):
    """An answer that tells what to do instead."""

    def __init__(self, status: int, text: str, **members: Any) -> None:
        super().__init__(text)
        self.status = status
        self.members = members


class Control:
    """Answers the requests below ``PATH`` for one server."""

    def __init__(self, server: ServerMock) -> None:
        self._server = server
        self._routes: dict[str, dict[str, _Handler]] = {
            "": {"GET": self._index},
            "reset": {"POST": self._reset},
            "state": {"GET": self._state, "PUT": self._put_state},
            "state/save": {"POST": self._save},
            "calls": {"GET": self._calls, "DELETE": self._clear_calls},
            "faults": {"GET": self._faults, "POST": self._order_fault, "DELETE": self._clear_faults},
            "clock": {"GET": self._clock, "POST": self._set_clock},
            "dataexchange/events": {"GET": self._events},
            "dataexchange/on_api_asset": {"POST": self._on_api_asset},
            _OBJECTS: {"GET": self._list_objects},
            f"{_OBJECTS}/BUCKET": {"PUT": self._create_bucket},
            f"{_OBJECTS}/BUCKET/KEY": {"GET": self._get_object, "PUT": self._put_object, "DELETE": self._delete_object},
        }
        for service, methods in _SEEDING.items():
            for method in methods:
                self._routes[f"{service}/{method}"] = {"POST": partial(self._seed, service, method)}

    def answer(self, request: Request) -> Response:
        """Answer a request whose path is below ``PATH``."""
        try:
            told = self._handler(request)(request)
        except _RefusalError as error:
            return _json_response(error.status, {"error": str(error), **error.members})
        except (AppintMockError, ValueError, TypeError) as error:
            # The handles' own texts say what to give instead.
            return _json_response(400, {"error": str(error)})
        return told if isinstance(told, Response) else _json_response(200, told)

    def _handler(self, request: Request) -> _Handler:
        path = request.raw_path.removeprefix(PATH).strip("/")
        if path.startswith(f"{_OBJECTS}/"):
            path = f"{_OBJECTS}/BUCKET" + "/KEY" * ("/" in path.removeprefix(f"{_OBJECTS}/"))
        methods = self._routes.get(path)
        if methods is None:
            known = [f"{PATH}/{each}" for each in self._routes]
            raise _RefusalError(404, f"There is no {PATH}/{path}.{did_you_mean(path, self._routes)}", known=known)
        if request.method not in methods:
            raise _RefusalError(405, f"{PATH}/{path} takes {' and '.join(methods)}, not {request.method}.")
        return methods[request.method]

    def _index(self, request: Request) -> Any:
        """What can be asked here."""
        routes = {
            f"{method} {PATH}/{path}": _summary(handler)
            for path, methods in self._routes.items()
            for method, handler in methods.items()
        }
        return {"appint_mock": library_version(), "endpoint": self._server.endpoint, "routes": routes}

    # State -------------------------------------------------------------------------------------------------

    def _reset(self, request: Request) -> Any:
        """Forget all state, the calls, the faults and the clock's shift."""
        self._server.reset()
        return {}

    def _state(self, request: Request) -> Any:
        """All state, by service."""
        return self._server.snapshot()

    def _put_state(self, request: Request) -> Any:
        """Put back what GET gave (all of it, or that of one service)."""
        self._server.restore(_body(request))
        return {}

    def _save(self, request: Request) -> Any:
        """Write the state to the server's state file now."""
        try:
            return {"saved": str(self._server.save())}
        except AppintMockError as error:
            raise _RefusalError(409, str(error)) from None

    # Calls and faults --------------------------------------------------------------------------------------

    def _calls(self, request: Request) -> Any:
        """The calls, oldest first; ?service= and ?operation= (with * for any text) choose among them."""
        query = _query(request, "service", "operation")
        operation = query.get("operation")
        found: list[Call] = []
        for mock in self._mocks(query.get("service"), operation):
            found += mock.calls if operation is None else mock.calls.of(operation)
        return {"calls": [_told(call) for call in sorted(found, key=lambda call: call.time)]}

    def _clear_calls(self, request: Request) -> Any:
        """Forget the calls."""
        for mock in self._server.mocks.values():
            mock.calls.clear()
        return {}

    def _faults(self, request: Request) -> Any:
        """The faults that were ordered, and how often each has struck."""
        faults = [
            {"service": name, "fault": repr(fault), "struck": fault.struck, "times": fault.times, "used": fault.used}
            for name, mock in self._server.mocks.items()
            for fault in mock.faults
        ]
        return {"faults": faults}

    def _order_fault(self, request: Request) -> Any:
        """Let calls of "operation" fail with "error"; also "message", "times", "after", "when", "status"."""
        given = _body(request, "service", "operation", *_KINDS, "message", "times", "after", "when", "status")
        operation = given.get("operation")
        if not isinstance(operation, str):
            raise _RefusalError(400, 'Give "operation", such as "CreateEventIntegration", "Delete*" or "*".')
        mocks = self._mocks(given.get("service"), operation)
        if len(mocks) > 1:
            names = " or ".join(json.dumps(name) for name in self._server.mocks)
            raise _RefusalError(400, f'Both services have {operation}: give "service" too, {names}.')
        error = _error_of(given)
        when = given.get("when", {})
        if not isinstance(when, dict):
            text = 'Give "when" as an object of the parameters that must be equal, such as {"Name": "a"}.'
            raise _RefusalError(400, text)
        options = {name: given[name] for name in ("message", "times", "after", "status") if name in given}
        for mock in mocks:
            check_members(mock._service, operation, when)
            mock.fail(operation, error, when=partial(_has, when) if when else None, **options)
        return {}

    def _clear_faults(self, request: Request) -> Any:
        """Withdraw all faults."""
        for mock in self._server.mocks.values():
            mock.faults.clear()
        return {}

    # Clock -------------------------------------------------------------------------------------------------

    def _clock(self, request: Request) -> Any:
        """The moment by the server's clock."""
        return {"now": to_iso8601(self._server.clock.now())}

    def _set_clock(self, request: Request) -> Any:
        """{"advance": {"hours": 2}}, {"freeze": "2026-01-31T12:00:00Z"} (null: now) or {"follow": true}."""
        given = _body(request, "advance", "freeze", "follow")
        if len(given) != 1:
            raise _RefusalError(400, 'Give one of "advance", "freeze" and "follow".')
        ((what, value),) = given.items()
        clock = self._server.clock
        if what == "follow":
            clock.follow()
        elif what == "freeze":
            clock.freeze(None if value is None else _moment(value))
        elif isinstance(value, dict):
            clock.advance(**value)
        else:
            raise _RefusalError(400, 'Give "advance" as an object such as {"days": 1, "hours": 2}.')
        return self._clock(request)

    # Seeding -----------------------------------------------------------------------------------------------

    def _seed(self, service: str, method: str, request: Request) -> Any:
        """Call that method of the backend; ?account_id= and ?region_name= say whose, the body is its arguments."""
        given = snapshot.decode(_body(request))
        call = getattr(self._backend(service, request), method)
        signature = inspect.signature(call)
        try:
            signature.bind(**given)
        except TypeError as error:
            names = ", ".join(
                name if parameter.default is parameter.empty else f"{name}={parameter.default!r}"
                for name, parameter in signature.parameters.items()
            )
            raise _RefusalError(400, f"{method}: {error}. Its arguments: {names}.") from None
        if method == "add_entitled_data_set":
            given["revisions"] = [_with_bytes(revision) for revision in given.get("revisions", ())]
        try:
            return {"result": call(**given)}
        except (AttributeError, LookupError, TypeError) as error:
            # The types of the arguments are what JSON gave, and no type checker has seen them.
            raise _RefusalError(400, f"{method}: {type(error).__name__}: {error}.") from error

    def _events(self, request: Request) -> Any:
        """The EventBridge events of ?account_id= and ?region_name=, oldest first."""
        return {"events": self._backend("dataexchange", request).events}

    def _on_api_asset(self, request: Request) -> Any:
        """Answer SendApiAsset of ?account_id= and ?region_name= with the body's "Body" and "ResponseHeaders"."""
        answer = _body(request, "Body", "ResponseHeaders")
        self._backend("dataexchange", request).on_api_asset(lambda asked: answer or None)
        return {}

    # Objects -----------------------------------------------------------------------------------------------

    def _list_objects(self, request: Request) -> Any:
        """The objects that Data Exchange's jobs read and write."""
        objects = self._server.dataexchange.objects
        return {"objects": [{"bucket": b, "key": k, "size": len(body)} for (b, k), body in objects.items()]}

    def _create_bucket(self, request: Request) -> Any:
        """Make an empty bucket."""
        bucket, _ = _place(request)
        self._server.dataexchange.objects.create_bucket(bucket)
        return {}

    def _get_object(self, request: Request) -> Any:
        """The bytes of an object."""
        bucket, key = _place(request)
        content = self._server.dataexchange.objects.read(bucket, key)
        if content is None:
            raise _RefusalError(404, f"There is no object {key!r} in bucket {bucket!r}.")
        return Response(200, {"Content-Type": "binary/octet-stream"}, content)

    def _put_object(self, request: Request) -> Any:
        """Make an object of the body, and its bucket."""
        self._server.dataexchange.objects[_place(request)] = request.body
        return {}

    def _delete_object(self, request: Request) -> Any:
        """Delete an object."""
        bucket, key = _place(request)
        if self._server.dataexchange.objects.pop((bucket, key), None) is None:
            raise _RefusalError(404, f"There is no object {key!r} in bucket {bucket!r}.")
        return {}

    # Who is meant ------------------------------------------------------------------------------------------

    def _mocks(self, service: str | None, operation: str | None) -> list[ServiceMock[Any]]:
        """The handles of ``service`` (None: of both) that have ``operation`` (None: all)."""
        mocks = self._server.mocks
        if service is not None and service not in mocks:
            raise _RefusalError(400, f"There is no service {service!r}; there are {' and '.join(mocks)}.")
        chosen = list(mocks.values()) if service is None else [mocks[service]]
        if operation is None:
            return chosen
        found = [mock for mock in chosen if _knows(mock, operation)]
        if not found:
            # Raises, with the names that are close.
            operations_named(chosen[0]._service, operation)
        return found

    def _backend(self, service: str, request: Request) -> Any:
        return self._server.mocks[service].backend(**_query(request, *_WHOSE))


def _knows(mock: ServiceMock[Any], operation: str) -> bool:
    try:
        operations_named(mock._service, operation)
    except ValueError:
        return False
    return True


def _summary(handler: _Handler) -> str:
    function = handler.func if isinstance(handler, partial) else handler
    return inspect.getdoc(function) or ""


def _query(request: Request, *allowed: str) -> dict[str, str]:
    given = dict(parse_qsl(request.raw_query, keep_blank_values=True))
    _refuse_unknown(given, allowed)
    return given


def _body(request: Request, *allowed: str) -> dict[str, Any]:
    """The body, a JSON object; with ``allowed`` it may have only those members."""
    try:
        given = json.loads(request.body or b"{}")
    except (ValueError, RecursionError) as error:
        raise _RefusalError(400, f"The body is not JSON: {error}.") from None
    if not isinstance(given, dict):
        raise _RefusalError(400, f"The body must be a JSON object, not {json.dumps(given)[:80]}.")
    if allowed:
        _refuse_unknown(given, allowed)
    return given


def _refuse_unknown(given: Mapping[str, Any], allowed: Iterable[str]) -> None:
    for name in given:
        if name not in allowed:
            raise _RefusalError(
                400, f"{name!r} is unknown here.{did_you_mean(name, allowed)} Give {', '.join(allowed)}."
            )


def _error_of(given: Mapping[str, Any]) -> str | bytes | Exception:
    """What ``fail`` takes."""
    kinds = [kind for kind in _KINDS if kind in given]
    if len(kinds) == 1:
        (kind,) = kinds
        value = given[kind]
        if kind == "disconnect" and value is True:
            return ConnectionError("The connection was closed without an answer.")
        if kind != "disconnect" and isinstance(value, str):
            return value if kind == "error" else value.encode()
    raise _RefusalError(
        400,
        'Give one of "error" (the code of an AWS error, such as "ThrottlingException"), "body" (the text of a '
        'malformed answer) and "disconnect": true (the connection is closed without an answer).',
    )


def _has(wanted: Mapping[str, Any], parameters: Mapping[str, Any]) -> bool:
    return all(name in parameters and parameters[name] == value for name, value in wanted.items())


def _moment(text: object) -> datetime.datetime:
    try:
        return from_iso8601(str(text))
    except ValueError:
        raise _RefusalError(400, f"{text!r} is no moment; give one such as 2026-01-31T12:00:00Z.") from None


def _with_bytes(revision: Any) -> Any:
    """The revision with its assets' texts as bytes."""
    if not isinstance(revision, dict) or not isinstance(revision.get("assets"), dict):
        return revision
    assets = {name: value.encode() if isinstance(value, str) else value for name, value in revision["assets"].items()}
    return {**revision, "assets": assets}


def _place(request: Request) -> tuple[str, str]:
    """Bucket and key in the path of an object."""
    bucket, _, key = request.raw_path.removeprefix(f"{PATH}/{_OBJECTS}/").partition("/")
    return unquote(bucket), unquote(key)


def _told(call: Call) -> dict[str, Any]:
    return {
        "service": call.service_name,
        "operation": call.operation,
        "parameters": call.parameters,
        "account_id": call.account_id,
        "region_name": call.region_name,
        "time": call.time,
        "status_code": call.status_code,
        "error_code": call.error_code,
        "response": call.response,
    }


def _json_response(status: int, told: Any) -> Response:
    body = json.dumps(told, default=_plain, ensure_ascii=False).encode()
    return Response(status, {"Content-Type": "application/json"}, body)


def _plain(value: object) -> Any:
    """What JSON lacks: moments in ISO 8601, bytes in base64."""
    if isinstance(value, datetime.datetime):
        return to_iso8601(value)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    return repr(value)
