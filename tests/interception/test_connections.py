"""Where a connection of ``http.client`` or ``urllib3`` leads."""

from __future__ import annotations

import http.client
import io
from typing import Any

import pytest
import urllib3.connection

from appint_mock import mock_appintegrations
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


class Socket:
    """A socket from before the scope."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.is_closed = False

    def sendall(self, data: bytes) -> None:
        self.sent.append(bytes(data))

    def settimeout(self, timeout: float | None) -> None:
        pass

    def close(self) -> None:
        self.is_closed = True


def opened(kind: Any, host: str) -> tuple[Any, Socket]:
    """A connection that was made outside of any scope."""
    connection, sock = kind(host), Socket()
    connection.sock = sock
    return connection, sock


@pytest.mark.parametrize("kind", [*SECURE, *PLAIN])
def test_a_connection_from_before_the_scope_leads_to_us_inside_it(kind: Any) -> None:
    connection, sock = opened(kind, "app-integrations.us-east-1.amazonaws.com")
    with mock_appintegrations() as aws:
        connection.request("GET", "/applications")
        assert connection.is_verified is connection.proxy_is_verified is True
        assert connection.getresponse().status == 403
        assert (sock.is_closed, sock.sent, len(aws.calls)) == (True, [], 1)


@pytest.mark.parametrize("kind", PLAIN)
def test_a_connection_to_a_proxy_leads_to_us_for_a_whole_url_of_ours(kind: Any) -> None:
    connection, sock = opened(kind, "proxy.example")
    with mock_appintegrations() as aws:
        connection.request("GET", "http://app-integrations.us-east-1.amazonaws.com/applications")
        assert connection.getresponse().status == 403
        assert (sock.is_closed, sock.sent, len(aws.calls)) == (True, [], 1)


@pytest.mark.parametrize("kind", [*SECURE, *PLAIN])
def test_a_connection_from_before_the_scope_to_another_host_stays_as_it_is(kind: Any) -> None:
    connection, sock = opened(kind, "a.example")
    with mock_appintegrations():
        connection.request("PUT", "/a?b=https://app-integrations.us-east-1.amazonaws.com/", io.BytesIO(b"1,2"))
        connection.send(bytearray(b"3"))
        connection.send(memoryview(b"4"))
    sent = b"".join(sock.sent)
    assert sent.startswith(b"PUT /a?b=https://app-integrations.us-east-1.amazonaws.com/ HTTP/1.1\r\n")
    assert b"1,2" in sent
    assert sent.endswith(b"34")
    assert not sock.is_closed


@pytest.mark.parametrize("kind", [*SECURE, *PLAIN])
def test_a_request_that_the_scope_s_end_overtakes_is_a_connection_that_was_reset(kind: Any) -> None:
    connection = kind("app-integrations.us-east-1.amazonaws.com")
    with mock_appintegrations():
        connection.request("GET", "/applications")
    with pytest.raises(ConnectionResetError) as reset:
        connection.getresponse()
    scheme = "https" if kind in SECURE else "http"
    origin = f"{scheme}://app-integrations.us-east-1.amazonaws.com"
    assert str(reset.value) == f"The mock that answers {origin} was closed during the request."
    connection.close()
