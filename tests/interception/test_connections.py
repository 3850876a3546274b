"""Where a connection of ``http.client`` or ``urllib3`` leads."""

from __future__ import annotations

import http.client
from typing import Any

import pytest
import urllib3.connection

from appint_mock.interception import connections
from appint_mock.interception.wire import write
from appint_mock.protocol.message import Response

PLAIN = (http.client.HTTPConnection, urllib3.connection.HTTPConnection)
SECURE = (http.client.HTTPSConnection, urllib3.connection.HTTPSConnection)


@pytest.mark.parametrize(
    ("host", "port", "plain", "secure"),
    [
        ("a.example", None, "http://a.example", "https://a.example"),
        ("a.example", 80, "http://a.example", "https://a.example:80"),
        ("a.example", 443, "http://a.example:443", "https://a.example"),
        ("a.example", 5005, "http://a.example:5005", "https://a.example:5005"),
        ("::1", 5005, "http://[::1]:5005", "https://[::1]:5005"),
    ],
)
def test_an_origin_names_the_port_that_is_not_the_schemes_own(
    host: str, port: int | None, plain: str, secure: str
) -> None:
    for origin, kinds in ((plain, PLAIN), (secure, SECURE)):
        for kind in kinds:
            assert connections._origin(kind(host, port)) == origin


@pytest.mark.parametrize(
    ("port", "origin"), [(None, "https://a.example"), (443, "https://a.example"), (8443, "https://a.example:8443")]
)
@pytest.mark.parametrize("kind", SECURE)
def test_through_a_proxy_the_origin_is_what_is_behind_it(kind: Any, port: int | None, origin: str) -> None:
    connection = kind("proxy.example", 3128)
    connection.set_tunnel("a.example", port)
    assert connections._origin(connection) == origin


@pytest.mark.parametrize(
    ("answer", "written"),
    [
        (Response(204, {}, b""), b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"),
        (Response(299, {"ETag": '"\xe9"'}, b"a"), b'HTTP/1.1 299 \r\nETag: "\xe9"\r\nConnection: close\r\n\r\na'),
    ],
)
def test_an_answer_is_written_with_its_reason_and_closes_the_connection(answer: Response, written: bytes) -> None:
    assert write(answer) == written
