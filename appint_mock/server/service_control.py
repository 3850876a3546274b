"""Implements the control API of one service, from its description, its handle and its backends."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from ..handle.handle import place_in, scope_of
from ..hints import bare, did_you_mean
from ..protocol.message import Response
from ..protocol.moments import from_iso8601
from ..state import snapshot
from . import feeds
from .handles import Handles
from .outgoing import ApiHandler
from .texts import wire_headers
from .web import Asked, Refusal, Routes, Streams

_WHOSE = ("account_id", "region_name")


class ServiceControl:
    """Answers the control requests of one service."""

    def __init__(self, handles: Handles, name: str, stream: Streams) -> None:
        self._handles = handles
        self._name = name
        self._mock: Any = handles.mocks[name]
        self._stream = stream

    def routes(self) -> Routes:
        """Returns the routes, by path and method."""
        name, service, mock = self._name, self._handles.services[self._name], self._mock
        routes: Routes = {f"{name}/{method}": {"POST": self._seed_with(method)} for method in service.seeding}
        if hasattr(type(mock), "fail_job"):
            routes[f"{name}/fail_job"] = {"POST": self._fail_job}
        if hasattr(service.backend, "on_event"):
            routes[f"{name}/events"] = {"GET": self._events}
            routes[f"{name}/events/stream"] = {"GET": self._stream_events}
        if hasattr(service.backend, "on_api_asset"):
            routes[f"{name}/on_api_asset"] = {"POST": self._on_api_asset}
        if hasattr(type(mock), "objects"):
            routes[f"{name}/objects"] = {"GET": self._list_objects}
            routes[f"{name}/objects/BUCKET"] = {"PUT": self._create_bucket}
            routes[f"{name}/objects/BUCKET/KEY"] = {
                "GET": self._get_object,
                "PUT": self._put_object,
                "DELETE": self._delete_object,
            }
        return routes

    def _seed_with(self, method: str) -> Callable[[Asked], Any]:
        def seed(asked: Asked) -> Any:
            """Calls a method of the backend of ?account_id= and ?region_name=; the body holds its arguments."""
            given = snapshot.decode(asked.body())
            for path in self._handles.services[self._name].seeding[method]:
                given = _with_bytes(given, path.split("."))
            with self._looked_at(**asked.query(*_WHOSE)) as backend:
                return {"result": _called(method, getattr(backend, method), given)}

        return seed

    def _fail_job(self, asked: Asked) -> Any:
        """Makes the next jobs end in ERROR: the body is the arguments of Python's ``fail_job``."""
        call = self._mock.fail_job
        return {"result": _called("fail_job", call, snapshot.decode(asked.body()))}

    def _events(self, asked: Asked) -> Any:
        """Returns EventBridge events, oldest first, by ?account_id=, ?region_name= and ?since= (an id or a time)."""
        query = asked.query(*_WHOSE, "since")
        since = query.pop("since", None)
        with self._looked_at(**query) as backend:
            events = list(backend.events)
        return {"events": events if since is None else _after(since, events)}

    def _stream_events(self, asked: Asked) -> Any:
        """Streams EventBridge events as they happen, as server-sent events; by default, of all accounts and regions."""
        query = asked.query(*_WHOSE)
        place_in(self._mock, **query)
        events = feeds.Events(self._handles, self._name, query.get("account_id"), query.get("region_name"))
        return self._stream("event", events.new)

    def _on_api_asset(self, asked: Asked) -> Any:
        """Answers SendApiAsset of ?account_id= and ?region_name= with the body's members, or as its "url" answers."""
        answer = asked.body("Body", "ResponseHeaders", "StatusCode", "url")
        backend = self._backend(asked)
        if "url" in answer:
            if len(answer) > 1:
                raise Refusal('Give either "url" or the members of the answer.')
            backend.on_api_asset(ApiHandler(answer["url"]))
            return {}
        _check_api_answer(answer)
        backend.on_api_asset((lambda request: answer) if answer else None)
        return {}

    def _list_objects(self, asked: Asked) -> Any:
        """Returns the objects that jobs read and write."""
        objects = self._mock.objects
        return {"objects": [{"bucket": b, "key": k, "size": len(body)} for (b, k), body in objects.items()]}

    def _create_bucket(self, asked: Asked) -> Any:
        """Creates an empty bucket."""
        self._mock.objects.create_bucket(asked.path["bucket"])
        return {}

    def _get_object(self, asked: Asked) -> Any:
        """Returns the bytes of an object."""
        content = self._mock.objects.read(*_place(asked))
        if content is None:
            raise _no_object(asked)
        return Response(200, {"Content-Type": "binary/octet-stream"}, content)

    def _put_object(self, asked: Asked) -> Any:
        """Creates an object from the body, and its bucket."""
        self._mock.objects[_place(asked)] = asked.raw
        return {}

    def _delete_object(self, asked: Asked) -> Any:
        """Deletes an object."""
        if self._mock.objects.pop(_place(asked), None) is None:
            raise _no_object(asked)
        return {}

    def _backend(self, asked: Asked) -> Any:
        return self._mock.backend(**asked.query(*_WHOSE))

    @contextmanager
    def _looked_at(self, **query: str) -> Iterator[Any]:
        """Opens the backend of an account and region under the lock; drops it if it is empty afterwards."""
        world, place = scope_of(self._mock).world, place_in(self._mock, **query)
        with world.lock:
            try:
                yield world.asked(*place)
            finally:
                world.answered(*place)


def _called(method: str, call: Callable[..., Any], given: dict[str, Any]) -> Any:
    """Calls a method with arguments that arrived as JSON, and returns its result."""
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
        raise Refusal(f"{method}: {bare(error)}.{hint} Its arguments: {names}.") from None
    try:
        return call(**given)
    except (AttributeError, LookupError, TypeError) as error:
        # The types of the arguments are what JSON gave, and no type checker has seen them.
        raise Refusal(f"{method}: {type(error).__name__}: {bare(error)}.") from error


def _after(since: str, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Returns the events after the one with that id, or from that time on."""
    for index, event in enumerate(events):
        if event["id"] == since:
            return events[index + 1 :]
    try:
        moment = from_iso8601(since)
        return [event for event in events if from_iso8601(event["time"]) >= moment]
    except (ValueError, TypeError):
        text = f"since={since!r} is neither the id of an event that is there nor a moment such as 2026-01-31T12:00:00Z."
        raise Refusal(text) from None


def _check_api_answer(answer: Mapping[str, Any]) -> None:
    headers = answer.get("ResponseHeaders", {})
    if not isinstance(answer.get("Body", ""), str) or not isinstance(headers, dict):
        raise Refusal('Give "Body" as a text and "ResponseHeaders" as an object of texts.')
    if not all(isinstance(value, str) for value in headers.values()):
        raise Refusal('Give "ResponseHeaders" as an object of texts.')
    wire_headers(Response(200, headers, b""))
    status = answer.get("StatusCode", 200)
    if not isinstance(status, int) or isinstance(status, bool) or not 200 <= status <= 599:
        raise Refusal(f'"StatusCode" is {status!r}: give an HTTP status, 200 to 599.')


def _with_bytes(value: Any, path: Sequence[str]) -> Any:
    """Converts the texts at the end of a path to bytes, through any lists on the way."""
    if isinstance(value, list):
        return [_with_bytes(each, path) for each in value]
    if not path:
        return value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
    if not isinstance(value, dict):
        return value
    here, *rest = path
    return {name: _with_bytes(each, rest) if here in (name, "*") else each for name, each in value.items()}


def _place(asked: Asked) -> tuple[str, str]:
    """Bucket and key in the path of an object."""
    return asked.path["bucket"], asked.path["key"]


def _no_object(asked: Asked) -> Refusal:
    bucket, key = _place(asked)
    return Refusal(f"There is no object {key!r} in bucket {bucket!r}.", status=404)
