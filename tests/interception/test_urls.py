"""Which URLs an open scope answers, and what is read of a request in whatever form a program gave it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest

from appint_mock import mock_appintegrations, mock_dataexchange
from appint_mock.interception import urls
from appint_mock.protocol.message import Response

OF_APPINTEGRATIONS = [
    "https://app-integrations.us-east-1.amazonaws.com/applications",
    "https://APP-INTEGRATIONS.EU-WEST-1.AMAZONAWS.COM",
    "https://app-integrations-fips.us-east-1.amazonaws.com:443/applications?a=b",
    "http://app-integrations.cn-north-1.amazonaws.com.cn/",
]
OF_DATAEXCHANGE = [
    "https://dataexchange.us-east-1.amazonaws.com/v1/jobs",
    "https://api-fulfill.dataexchange.us-east-1.amazonaws.com/v1",
    "https://amzn-s3-demo-dataexchange-signed-urls.s3.us-east-1.amazonaws.com/a",
]
OF_NOBODY = [
    "https://app-integrations.us-east-1.example.com/",
    "https://app-integrations-other.us-east-1.amazonaws.com/",
    "https://my.app-integrations.us-east-1.amazonaws.com/",
    "https://app-integrations",
    "https://sts.us-east-1.amazonaws.com/",
    "https://amzn-s3-demo-appintegrations-signed-urls.s3.us-east-1.amazonaws.com/a",
    "https://amzn-s3-demo-nothing-signed-urls.s3.us-east-1.amazonaws.com/a",
    "https://example.com/https://app-integrations.us-east-1.amazonaws.com/",
    "/applications",
    "",
]
ALL = [*OF_APPINTEGRATIONS, *OF_DATAEXCHANGE, *OF_NOBODY]


def answered() -> list[str]:
    return [url for url in ALL if urls.handler_for(url) is not None]


def test_the_urls_of_the_services_that_are_mocked_are_answered_and_no_others() -> None:
    assert answered() == []
    with mock_appintegrations():
        # A URL that was handed out is answered while any scope is open.
        assert answered() == [*OF_APPINTEGRATIONS, OF_DATAEXCHANGE[2]]
        with mock_dataexchange():
            assert answered() == [*OF_APPINTEGRATIONS, *OF_DATAEXCHANGE]
    with mock_dataexchange():
        assert answered() == OF_DATAEXCHANGE
    assert answered() == []


def pieces() -> Iterator[bytes]:
    yield b"1,"
    yield b"2"


@pytest.mark.parametrize(
    "body",
    [b"1,2", "1,2", bytearray(b"1,2"), memoryview(b"1,2"), io.BytesIO(b"1,2"), io.StringIO("1,2"), [b"1,", b"2"]],
    ids=lambda body: type(body).__name__,
)
def test_a_body_of_any_form_is_its_bytes(body: Any) -> None:
    read = urls.read(body)
    assert (type(read), read) == (bytes, b"1,2")


def test_a_body_that_is_made_piece_by_piece_or_is_missing_is_read() -> None:
    assert urls.read(pieces()) == b"1,2"
    assert urls.read(None) == b""
    assert urls.read("é") == "é".encode()


@pytest.mark.parametrize(("method", "body"), [("GET", b"whole"), ("HEAD", b"")])
def test_a_handler_is_asked_with_text_and_bytes_and_a_head_is_answered_without_its_body(
    method: str, body: bytes
) -> None:
    asked: list[Any] = []

    def handler(*request: Any) -> Response:
        asked.append(request)
        return Response(200, {"Content-Length": "5"}, b"whole")

    answer = urls.ask(handler, method, "https://host/", {b"X-A": b"\xe9", "X-B": 5}, "1,2")
    assert asked == [(method, "https://host/", {"x-a": "\xe9", "x-b": "5"}, b"1,2")]
    assert answer == Response(200, {"Content-Length": "5"}, body)
