"""Requests that reach a server with the name of the API host."""

from __future__ import annotations

import http.client
from urllib.parse import urlsplit

import pytest

from appint_mock.server import ServerMock
from tests.server.talking import ASSET_HEADERS, signed

HOST = "api-fulfill.dataexchange.us-east-1.amazonaws.com"


def test_a_plain_request_to_the_api_host_reaches_the_handler(server: ServerMock) -> None:
    server.dataexchange.backend().on_api_asset(
        lambda request: {"StatusCode": 202, "Body": f"{request['Method']} {request['Path']}"}
    )
    headers = {
        "Host": HOST,
        **signed("dataexchange"),
        **ASSET_HEADERS,
    }
    connection = http.client.HTTPConnection(urlsplit(server.endpoint).netloc, timeout=5)
    connection.request("DELETE", "/v1/quotes/7?lang=en", headers=headers)
    answer = connection.getresponse()
    assert (answer.status, answer.read()) == (202, b"DELETE /quotes/7")
    connection.close()


@pytest.mark.parametrize(("method", "length"), [("GET", 2), ("HEAD", 99), ("POST", 2), ("DELETE", 2), ("PUT", 2)])
def test_a_handler_names_the_length_only_of_the_body_that_an_answer_to_head_lacks(
    server: ServerMock, method: str, length: int
) -> None:
    answer = {"Body": "ab", "ResponseHeaders": {"Content-Length": "99"}}
    server.dataexchange.backend().on_api_asset(lambda request: answer)
    headers = {
        "Host": HOST,
        **signed("dataexchange"),
        **ASSET_HEADERS,
    }
    connection = http.client.HTTPConnection(urlsplit(server.endpoint).netloc, timeout=5)
    connection.request(method, "/v1/quotes", headers=headers)
    got = connection.getresponse()
    assert int(got.headers["Content-Length"]) == length
    assert got.read() == (b"" if method == "HEAD" else b"ab")
    connection.close()
    server.dataexchange.backend().on_api_asset(lambda request: None)


def test_an_sdk_s_call_by_the_name_of_the_api_host_shows_the_handler_only_what_was_given(server: ServerMock) -> None:
    seen: list[dict[str, object]] = []
    server.dataexchange.backend().on_api_asset(lambda request: seen.append(request))
    headers = {
        "Host": f"api-fulfill.localhost:{urlsplit(server.endpoint).port}",
        **signed("dataexchange"),
        "User-Agent": "Boto3/1.43",
        "amz-sdk-invocation-id": "00000000-0000-4000-8000-000000000000",
        **ASSET_HEADERS,
        "x-amzn-dataexchange-header-x-trace": "1",
    }
    connection = http.client.HTTPConnection(urlsplit(server.endpoint).netloc, timeout=5)
    connection.request("POST", "/v1", headers=headers)
    connection.getresponse().read()
    connection.close()
    assert [request["RequestHeaders"] for request in seen] == [{"x-trace": "1"}]
