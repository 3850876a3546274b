"""How the tests talk to a server: clients of boto3, bare HTTP, and the control API."""

from __future__ import annotations

import functools
import http.client
import json
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
