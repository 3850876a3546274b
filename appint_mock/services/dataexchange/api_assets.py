"""Implements SendApiAsset, a subscriber's call to a provider's API."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from ...errors import AppintMockError
from ...hints import repr_of, see
from ...state.store import Record
from .base import DataExchangeBase
from .handlers import as_handler

#: Takes the request's members; returns the answer's members, or its Body, or None for the default answer.
ApiHandler = Callable[[dict[str, Any]], Mapping[str, object] | str | None]
H = TypeVar("H", bound=ApiHandler | None)
#: HTTP gives answers of these statuses no body.
_WITHOUT_BODY = (204, 205, 304)


class ApiAssets(DataExchangeBase):
    """SendApiAsset, answered by the test's handler, or by an echo."""

    def on_api_asset(self, handler: H) -> H:
        """Answers SendApiAsset of this account and region with ``handler(request)``; a later handler replaces it.

        ``request`` is a dict: DataSetId, RevisionId, AssetId (of known things or not), Method, Path,
        QueryStringParameters, RequestHeaders, Body (str). The handler returns a dict of Body (str) and optionally
        ResponseHeaders and StatusCode (200 to 599, default 200: the status of the answer); or a str, the Body; or
        None, to be answered as without a handler. What it raises reaches
        the caller. It may call boto3 itself, also in other threads. ``on_api_asset(None)`` takes the handler back, as
        ``aws.reset()`` does; ``aws.restore()`` keeps it. Returns the handler, so it can be used as a decorator. Raises
        TypeError for what is no such function.
        """
        calls = [] if handler is None else [as_handler("on_api_asset", handler, ("request",))]
        with self.world.lock:
            self.handlers["api_asset"] = calls
        return handler

    def send_api_asset(
        self,
        *,
        DataSetId: str,
        RevisionId: str,
        AssetId: str,
        Method: str = "POST",
        Path: str = "/",
        QueryStringParameters: Mapping[str, str] | None = None,
        RequestHeaders: Mapping[str, str] | None = None,
        Body: str = "",
        **members: object,
    ) -> Record:
        """SendApiAsset."""
        request = {
            **members,
            "DataSetId": DataSetId,
            "RevisionId": RevisionId,
            "AssetId": AssetId,
            "Method": Method,
            "Path": Path,
            "QueryStringParameters": dict(QueryStringParameters or {}),
            "RequestHeaders": dict(RequestHeaders or {}),
            "Body": Body,
        }
        for handler in self.handlers.get("api_asset", ()):
            with self.world.lock.released():
                given = handler({**request})
            answer = _checked(given)
            if answer is not None:
                return answer
        return self._echo(request)

    def _echo(self, request: Record) -> Record:
        """Answers as AWS's test product does."""
        data_set = self.data_set_of(request["DataSetId"])
        revision = self.revision_of(data_set["Id"], request["RevisionId"])
        self.asset_of(data_set["Id"], revision["Id"], request["AssetId"])
        self.require_asset_type(data_set, "API_GATEWAY_API")
        self.require_readable(data_set, revision)
        echo = {
            "method": request["Method"],
            "path": request["Path"],
            "queryStringParameters": request["QueryStringParameters"],
            "headers": request["RequestHeaders"],
            "body": request["Body"],
        }
        return {"Body": json.dumps(echo), "ResponseHeaders": {"Content-Type": "application/json"}}


def _checked(answer: Mapping[str, object] | str | None) -> Record | None:
    """Returns the handler's answer as members. Raises AppintMockError if it is not one."""
    if answer is None:
        return None
    members: Any = {"Body": answer} if isinstance(answer, str) else answer
    if (
        isinstance(members, Mapping)
        and members.keys() <= {"Body", "ResponseHeaders", "StatusCode"}
        and isinstance(members.get("Body", ""), str)
        and _are_headers(members.get("ResponseHeaders", {}))
        and _is_status(status := members.get("StatusCode", 200))
    ):
        return {**members, "_status": status, **({"Body": ""} if status in _WITHOUT_BODY else {})}
    raise AppintMockError(
        f"The handler of backend.on_api_asset returned {repr_of(answer)}. "
        "Return a dict of Body (a str), ResponseHeaders (a dict of str) and StatusCode (200 to 599), a str (the Body), "
        "or None (the echo)." + see("backends")
    )


def _is_status(given: object) -> bool:
    return isinstance(given, int) and not isinstance(given, bool) and 200 <= given <= 599


def _are_headers(given: Any) -> bool:
    return isinstance(given, Mapping) and all(isinstance(text, str) for header in given.items() for text in header)
