"""The host of APIs: plain signed requests, as programs without an SDK send them."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

import pytest
import requests
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest, HeadersDict
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from appint_mock.protocol.message import Request
from appint_mock.services.dataexchange.api_host import read_host
from tests.fidelity.dataexchange import holds

from .actors import Actor

HOST = "https://api-fulfill.dataexchange.us-east-1.amazonaws.com"
IDS = {
    "x-amzn-dataexchange-data-set-id": "d" * 32,
    "x-amzn-dataexchange-revision-id": "e" * 32,
    "x-amzn-dataexchange-asset-id": "f" * 32,
}


def signed(method: str, url: str, headers: dict[str, str], body: bytes = b"", auth: Any = SigV4Auth) -> AWSRequest:
    request = AWSRequest(method, url, headers=headers, data=body)
    auth(Credentials("testing", "testing", "token"), "dataexchange", "us-east-1").add_auth(request)
    return request


def send(method: str, url: str, headers: dict[str, str] = IDS, body: bytes = b"", auth: Any = SigV4Auth) -> Any:
    request = signed(method, url, headers, body, auth)
    return requests.request(method, request.url, headers=dict(request.headers.items()), data=body, timeout=5)


@pytest.fixture
def asked(provider: Actor) -> list[dict[str, Any]]:
    """What the provider's handler was asked; it answers with its method and path."""
    seen: list[dict[str, Any]] = []

    def handler(request: dict[str, Any]) -> str:
        seen.append(request)
        return f"{request['Method']} {request['Path']}"

    provider.backend.on_api_asset(handler)
    return seen


@holds("api-assets.plain-requests")
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
@pytest.mark.parametrize(("url", "path"), [("/v1/quotes/today", "/quotes/today"), ("/v1", "/"), ("/v1/", "/")])
def test_any_verb_and_path_reaches_the_handler(
    provider: Actor, asked: list[dict[str, Any]], method: str, url: str, path: str
) -> None:
    answer = send(method, f"{HOST}{url}", body=b"text")
    assert (answer.status_code, answer.text) == (200, f"{method} {path}")
    (request,) = asked
    assert request["DataSetId"] == "d" * 32
    assert request["RevisionId"] == "e" * 32
    assert request["AssetId"] == "f" * 32
    assert request["Body"] == "text"


@pytest.mark.parametrize(
    ("method", "path", "headers", "is_of_an_sdk"),
    [
        ("POST", "/v1", {"amz-sdk-invocation-id": "a"}, True),
        ("POST", "/v1?a=b", {"amz-sdk-invocation-id": "a"}, True),
        ("POST", "/v1", {}, False),
        ("GET", "/v1", {"amz-sdk-invocation-id": "a"}, False),
        ("PUT", "/v1", {"amz-sdk-invocation-id": "a"}, False),
        ("POST", "/v1/", {"amz-sdk-invocation-id": "a"}, False),
        ("POST", "/", {"amz-sdk-invocation-id": "a"}, False),
    ],
)
def test_only_the_request_of_an_sdk_is_left_as_it_is(
    method: str, path: str, headers: dict[str, str], is_of_an_sdk: bool
) -> None:
    request = Request(method, f"{HOST}{path}", HeadersDict(headers), b"")
    assert (read_host(request) is request) is is_of_an_sdk


@holds("api-assets.plain-requests")
@pytest.mark.parametrize("domain", ["us-east-1.amazonaws.com", "us-east-1.api.aws"])
def test_both_domains_are_the_service_s(asked: list[dict[str, Any]], domain: str) -> None:
    assert send("GET", f"https://api-fulfill.dataexchange.{domain}/v1/a").text == "GET /a"


@holds("api-assets.plain-requests")
@pytest.mark.parametrize(
    ("query", "parameters"),
    [
        ("", {}),
        ("?lang=en", {"lang": "en"}),
        ("?a=1&b=", {"a": "1", "b": ""}),
        ("?text=a%26b%20c", {"text": "a&b c"}),
        ("?date=2030-01-31", {"date": "2030-01-31"}),
    ],
)
@pytest.mark.parametrize("auth", [SigV4Auth, SigV4QueryAuth])
def test_the_query_is_passed_on_without_what_signs_it(
    asked: list[dict[str, Any]], query: str, parameters: dict[str, str], auth: Any
) -> None:
    assert send("GET", f"{HOST}/v1/a{query}", auth=auth).status_code == 200
    assert asked[0]["QueryStringParameters"] == parameters


@holds("api-assets.plain-headers")
def test_headers_reach_the_handler_but_for_signature_connection_and_ids(asked: list[dict[str, Any]]) -> None:
    own = {
        "accept": "text/plain",
        "X-Api-Key": "secret",
        "content-type": "application/json",
        "x-amzn-dataexchange-header-x-trace": "1",
        "X-Amz-Meta": "kept",
        "Connection": "keep-alive",
    }
    send("PUT", f"{HOST}/v1/a", {**IDS, **own}, b"{}")
    headers = {name.lower(): value for name, value in asked[0]["RequestHeaders"].items()}
    # What requests adds by itself.
    assert headers.pop("user-agent").startswith("python-requests")
    headers.pop("accept-encoding")
    assert headers == {
        "accept": "text/plain",
        "x-api-key": "secret",
        "content-type": "application/json",
        "x-trace": "1",
        "x-amz-meta": "kept",
    }


@holds("api-assets.plain-headers")
def test_a_request_that_names_method_and_path_itself_means_these(asked: list[dict[str, Any]]) -> None:
    named = {"x-amzn-dataexchange-http-method": "DELETE", "x-amzn-dataexchange-path": "/quotes/7"}
    assert send("POST", f"{HOST}/v1", {**IDS, **named}).text == "DELETE /quotes/7"


@holds("api-assets.plain-requests")
def test_urllib_is_answered_too(asked: list[dict[str, Any]]) -> None:
    request = signed("GET", f"{HOST}/v1/quotes", dict(IDS))
    plain = urllib.request.Request(str(request.url), headers=dict(request.headers.items()))
    with urllib.request.urlopen(plain, timeout=5) as answer:
        assert answer.read() == b"GET /quotes"


@holds("api-assets.plain-requests")
def test_a_plain_request_is_a_call_of_the_operation(aws: Any, asked: list[dict[str, Any]]) -> None:
    aws.fail("SendApiAsset", "ThrottlingException", "Slow down.")
    refused = send("GET", f"{HOST}/v1/a")
    assert (refused.status_code, refused.headers["x-amzn-errortype"]) == (429, "ThrottlingException")
    send("GET", f"{HOST}/v1/a")
    assert [call.error_code for call in aws.calls.of("SendApiAsset")] == ["ThrottlingException", None]
    assert aws.calls.last.parameters["Path"] == "/a"


def test_a_plain_request_without_ids_or_signature_is_refused(asked: list[dict[str, Any]]) -> None:
    assert send("GET", f"{HOST}/v1/a", {}).status_code == 400
    assert requests.get(f"{HOST}/v1/a", headers=IDS, timeout=5).status_code == 403
    assert asked == []


@holds("api-assets.plain-path")
@pytest.mark.parametrize("path", ["/", "/v2/a", "/v1x", "/tags/a", "/v1%2Fa"])
def test_another_path_is_an_unknown_route(asked: list[dict[str, Any]], path: str) -> None:
    answer = send("GET", f"{HOST}{path}")
    assert (answer.status_code, answer.json()) == (403, {"message": "Missing Authentication Token"})
    assert asked == []


@holds("api-assets.status")
@pytest.mark.parametrize("status", [200, 201, 204, 301, 404, 429, 500, 599])
def test_a_handler_s_status_is_that_of_the_answer(provider: Actor, status: int) -> None:
    provider.backend.on_api_asset(
        lambda request: {"StatusCode": status, "Body": "text", "ResponseHeaders": {"X-Left": "3"}}
    )
    request = signed("GET", f"{HOST}/v1/a", dict(IDS))
    answer = requests.get(str(request.url), headers=dict(request.headers.items()), allow_redirects=False, timeout=5)
    assert (answer.status_code, answer.headers["x-left"]) == (status, "3")
    assert answer.text == ("" if status == 204 else "text")


@holds("api-assets.status")
def test_boto3_raises_for_a_handler_s_error_status(provider: Actor) -> None:
    provider.backend.on_api_asset(lambda request: {"StatusCode": 404, "Body": json.dumps({"message": "no quote"})})
    with pytest.raises(ClientError) as caught:
        provider.client.send_api_asset(DataSetId="d" * 32, RevisionId="e" * 32, AssetId="f" * 32)
    response: Any = caught.value.response
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 404
    assert response["Error"]["Message"] == "no quote"


def test_urllib_raises_for_a_handler_s_error_status(provider: Actor) -> None:
    provider.backend.on_api_asset(lambda request: {"StatusCode": 404, "Body": "no quote"})
    request = signed("GET", f"{HOST}/v1/a", dict(IDS))
    plain = urllib.request.Request(str(request.url), headers=dict(request.headers.items()))
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(plain, timeout=5)
    assert (caught.value.code, caught.value.read()) == (404, b"no quote")
    caught.value.close()
