"""What lies between a test's client and the service: names, the signature, what may be called, what is written down."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSPreparedRequest, AWSRequest
from botocore.model import OperationModel

from appint_mock.protocol.model import load
from tests.live.costs import costs
from tests.live.made import Made

if TYPE_CHECKING:
    from tests.live.session import Session

_OF_THE_SIGNATURE = ("Authorization", "X-Amz-Date", "X-Amz-Security-Token")


class Wire:
    """The hooks on one client."""

    def __init__(self, session: Session, client: Any, account_id: str) -> None:
        self._session = session
        self._client = client
        self._account_id = account_id
        # With the limits that botocore's own lacks.
        self._model = load(client.meta.service_model.service_name)
        service = self._model.service_id.hyphenize()
        events = client.meta.events
        # The hooks of a test stand on the operation's own events, and come before these.
        events.register(f"before-send.{service}", self._before_send)
        events.register(f"before-parse.{service}", self._before_parse)
        events.register(f"after-call.{service}", self._after_call)
        self._request: dict[str, Any] = {}

    def _before_send(self, request: AWSPreparedRequest, event_name: str, **kwargs: Any) -> None:
        operation = self._model.operation_model(event_name.rpartition(".")[2])
        needed = costs(self._model.service_name, [operation.name]) - self._session.allowed
        if needed:
            pytest.skip(f"{operation.name} needs --allow {' '.join(sorted(needed))}")
        names = self._session.asking.names
        request.url = names.real_url(operation, request.url)
        if request.body is not None:
            body = request.body.encode() if isinstance(request.body, str) else bytes(request.body)
            request.body = names.real_body(operation, body)
            request.headers["Content-Length"] = str(len(request.body))
        self._request = _members_in(request.body)
        self._sign(request)

    def _sign(self, request: AWSPreparedRequest) -> None:
        written = str(request.headers.get("Authorization", ""))
        if "Signature=" not in written:
            # A test took the signature away.
            return
        for name in _OF_THE_SIGNATURE:
            request.headers.pop(name, None)
        fresh = AWSRequest(request.method, request.url, data=request.body, headers=_signable(request))
        signer = self._client._request_signer
        credentials = signer._credentials.get_frozen_credentials()
        SigV4Auth(credentials, signer.signing_name, signer.region_name).add_auth(fresh)
        for name in _OF_THE_SIGNATURE:
            if name in fresh.headers:
                request.headers[name] = fresh.headers[name]

    def _before_parse(self, operation_model: OperationModel, response_dict: dict[str, Any], **kwargs: Any) -> None:
        asking, body = self._session.asking, bytes(response_dict["body"])
        answered = _members_in(body)
        if response_dict["status_code"] < 300:
            self._note(operation_model, answered)
        shown = asking.without_others(operation_model, answered)
        if shown != answered:
            body = json.dumps(shown).encode()
        response_dict["body"] = asking.names.as_tested(body)

    def _note(self, operation: OperationModel, answered: dict[str, Any]) -> None:
        if operation.name.startswith("Create"):
            plain = self._session.plain(self._model.service_name, self._account_id)
            self._session.asking.made.append(Made(plain, operation.name, {**self._request, **answered}))

    def _after_call(self, parsed: dict[str, Any], model: OperationModel, **kwargs: Any) -> None:
        self._session.asking.answers.append((model.name, parsed))


def _signable(request: AWSPreparedRequest) -> dict[str, str]:
    # As botocore: what a proxy may change on the way is not signed.
    left_out = ("connection", "expect", "user-agent", "x-amzn-trace-id", "content-length")
    return {
        name: value if isinstance(value, str) else value.decode("ascii")
        for name, value in request.headers.items()
        if name.lower() not in left_out
    }


def _members_in(body: Any) -> dict[str, Any]:
    try:
        members = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        return {}
    return members if isinstance(members, dict) else {}
