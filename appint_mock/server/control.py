"""Offers the handles' methods as a JSON API, for tests in any language, and a page to look at.

Every answer is JSON. What cannot be done is refused with 4xx and ``{"error": "what to do instead"}``.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Mapping
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from ..errors import AppintMockError
from ..hints import bare, did_you_mean
from ..protocol.message import Response
from ..protocol.moments import from_iso8601, to_iso8601
from ..scopes.faults import FaultOptions
from ..scopes.names import check_members, operations_named
from ..state import snapshot
from . import feeds, overview
from .console import call_as_json
from .handles import Handles
from .routing import PATH
from .service_control import ServiceControl
from .web import Asked, Refusal, Routes, Streams, Web, as_response, page_file, summary

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from ..handle.mock import ServiceMock
    from ..scopes.call import Call
    from .metrics import Metrics
    from .state_file import StateFile

#: What a fault can do in place of the answer.
_OUTCOMES = ("error", "body", "disconnect")
NO_STATE_FILE = "This server has no state file. Name one when it starts: --state FILE."


def library_version() -> str:
    """Returns the version of this library, as it was installed."""
    try:
        return version("appint-mock")
    except PackageNotFoundError:
        return "not installed"


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
        self._stream = Streams(stops)
        #: By path below ``PATH`` and method.
        self.routes: Routes = {
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
            self.routes.update(ServiceControl(handles, name, self._stream).routes())

    def app(self) -> Starlette:
        """Returns the ASGI application."""
        return Web(self.routes, self._changed).app()

    def _changed(self) -> None:
        if self._state_file is not None:
            self._state_file.changed()

    # What is there -------------------------------------------------------------------------------------------

    def _index(self, asked: Asked) -> Any:
        """Lists the routes; returns a page to look at to a browser."""
        if asked.wants_page:
            return page_file("index.html")
        routes = {
            f"{method} {PATH}/{path}": summary(handler)
            for path, methods in self.routes.items()
            for method, handler in methods.items()
        }
        return {"appint_mock": library_version(), "endpoint": self._endpoint, "routes": routes}

    def _health(self, asked: Asked) -> Any:
        """Returns whether the server works: status 200, or 503 if the state file could not be written."""
        problem = None if self._state_file is None else self._state_file.problem
        health = {"status": "ok" if problem is None else "failing", "appint_mock": library_version()}
        if problem is not None:
            return as_response(503, {**health, "problem": problem}, asked.wants_page)
        return health

    def _show_metrics(self, asked: Asked) -> Any:
        """Returns the number of requests and their times, for Prometheus."""
        content_type, text = self._metrics.text()
        return Response(200, {"Content-Type": content_type}, text)

    # State ------------------------------------------------------------------------------------------------------

    def _reset(self, asked: Asked) -> Any:
        """Forgets all state, the calls, the faults and the clock's shift."""
        self._handles.reset()
        return {}

    def _state(self, asked: Asked) -> Any:
        """Returns all state, by service."""
        return self._handles.snapshot()

    def _put_state(self, asked: Asked) -> Any:
        """Restores the state that GET returned (of all services, or of one)."""
        self._handles.restore(asked.body())
        return {}

    def _save(self, asked: Asked) -> Any:
        """Writes the state to the server's state file now."""
        if self._state_file is None:
            raise Refusal(NO_STATE_FILE, status=409)
        try:
            return {"saved": str(self._state_file.save())}
        except AppintMockError as error:
            raise Refusal(bare(error), status=409) from None

    def _overview(self, asked: Asked) -> Any:
        """Returns all records by service, account, region and table, without the bytes of files."""
        return {"services": overview.of(self._handles), "clock": to_iso8601(self._handles.clock.now())}

    # Calls and faults -------------------------------------------------------------------------------------------

    def _calls(self, asked: Asked) -> Any:
        """Returns the calls, oldest first; ?service= and ?operation= (with * for any text) filter them."""
        query = asked.query("service", "operation")
        operation = query.get("operation")
        found: list[Call] = []
        for mock in self._mocks(query.get("service"), operation):
            found += mock.calls if operation is None else mock.calls.of(operation)
        return {"calls": [call_as_json(call) for call in sorted(found, key=lambda call: call.time)]}

    def _clear_calls(self, asked: Asked) -> Any:
        """Forgets the calls."""
        for mock in self._handles.mocks.values():
            mock.calls.clear()
        return {}

    def _stream_calls(self, asked: Asked) -> Any:
        """Streams the calls as they happen, as server-sent events."""
        calls = feeds.Calls(self._handles)
        return self._stream("call", lambda: [call_as_json(call) for call in calls.new()])

    def _faults(self, asked: Asked) -> Any:
        """Returns the faults that were added, and how often each was applied."""
        faults = [
            {"service": name, "fault": repr(fault), "struck": fault.applied, "times": fault.times, "used": fault.used}
            for name, mock in self._handles.mocks.items()
            for fault in mock.faults
        ]
        return {"faults": faults}

    def _add_fault(self, asked: Asked) -> Any:
        """Makes calls of "operation" fail with "error"; the other members are the arguments of Python's ``fail``."""
        options = ("message", *FaultOptions.__annotations__)
        given = asked.body("service", "operation", *_OUTCOMES, *options)
        operation = given.get("operation")
        if not isinstance(operation, str):
            raise Refusal('Give "operation", such as "CreateEventIntegration", "Delete*" or "*".')
        mocks = self._mocks(given.get("service"), operation)
        if len(mocks) > 1:
            names = " or ".join(json.dumps(name) for name in self._handles.mocks)
            raise Refusal(f'Both services have {operation}: give "service" too, {names}.')
        chosen = {name: snapshot.decode(given[name]) for name in options if name in given}
        when = chosen.pop("when", {})
        if not isinstance(when, dict):
            text = 'Give "when" as an object of the parameters that must be equal, such as {"Name": "a"}.'
            raise Refusal(text)
        outcome = _outcome_of(given)
        for mock in mocks:
            check_members(self._handles.services[_name_of(self._handles, mock)], operation, when)
            mock.fail(operation, outcome, when=partial(_has, when) if when else None, **chosen)
        return {}

    def _clear_faults(self, asked: Asked) -> Any:
        """Removes all faults."""
        for mock in self._handles.mocks.values():
            mock.faults.clear()
        return {}

    # Clock ------------------------------------------------------------------------------------------------------

    def _clock(self, asked: Asked) -> Any:
        """Returns the time by the server's clock."""
        return {"now": to_iso8601(self._handles.clock.now())}

    def _set_clock(self, asked: Asked) -> Any:
        """{"advance": {"hours": 2}}, {"freeze": "2026-01-31T12:00:00Z"} (null: now) or {"follow": true}."""
        given = asked.body("advance", "freeze", "follow")
        if len(given) != 1:
            raise Refusal('Give one of "advance", "freeze" and "follow".')
        ((what, value),) = given.items()
        clock = self._handles.clock
        if what == "follow":
            clock.follow()
        elif what == "freeze":
            clock.freeze(None if value is None else _moment(value))
        elif isinstance(value, dict):
            clock.advance(**value)
        else:
            raise Refusal('Give "advance" as an object such as {"days": 1, "hours": 2}.')
        return self._clock(asked)

    # Who is meant -----------------------------------------------------------------------------------------------

    def _mocks(self, service: object, operation: str | None) -> list[ServiceMock[Any]]:
        """Returns the handles of ``service`` (None: of all) that have ``operation`` (None: all)."""
        mocks = self._handles.mocks
        if service is not None and service not in mocks:
            hint = did_you_mean(str(service), mocks)
            raise Refusal(f"There is no service {service!r};{hint} there are {' and '.join(mocks)}.")
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


def _name_of(handles: Handles, mock: ServiceMock[Any]) -> str:
    return next(name for name, each in handles.mocks.items() if each is mock)


def _outcome_of(given: Mapping[str, Any]) -> Any:
    """Returns the ``error`` argument of ``fail``: one outcome, or a list in which null lets a call through."""
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
        'Give one of "error" (the code of an AWS error, such as "ThrottlingException", or a list of outcomes in turn), '
        '"body" (the text of a malformed answer) and "disconnect": true (the connection is closed without an answer).',
    )


def _listed_outcome(each: Any) -> Any:
    return each if each is None or isinstance(each, str) else _outcome_of(each if isinstance(each, dict) else {})


def _has(wanted: Mapping[str, Any], parameters: Mapping[str, Any]) -> bool:
    return all(name in parameters and parameters[name] == value for name, value in wanted.items())


def _moment(text: object) -> datetime.datetime:
    try:
        return from_iso8601(str(text))
    except ValueError:
        raise Refusal(f"{text!r} is no moment; give one such as 2026-01-31T12:00:00Z.") from None
