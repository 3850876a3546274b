"""Whatever comes from outside: no 500, no broken framing, and nothing changed by what was refused."""

from __future__ import annotations

import contextlib
import json
import socket
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from uvicorn.protocols.http.h11_impl import H11Protocol

from appint_mock import AppintMockError
from appint_mock.server import ServerMock, http
from appint_mock.server.texts import as_json
from tests.server.talking import ASSET_HEADERS, client, control, send, signed

SURROGATE = "lone \ud800 surrogate"


def raw(server: ServerMock, request: bytes) -> bytes:
    """The whole answer to these bytes, to the connection's end."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        answer = b""
        # A server that has heard enough may close the connection while we still send.
        with contextlib.suppress(OSError):
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
        with contextlib.suppress(ConnectionResetError):
            while piece := connection.recv(65536):
                answer += piece
    return answer


# Targets -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "target",
    [
        b"http://[",
        b"http://[::1",
        b"//[/applications",
        b"*",
        b"?",
        b"applications",
        b"http://",
        b"/\xff",
        b"//",
        b"/%zz",
        b"/%",
        b"/a?X-Amz-Signature=%",
        b"http://[/a?X-Amz-Signature=1",
        b"//[/a?X-Amz-Signature=1&X-Amz-Credential=a",
    ],
)
@pytest.mark.parametrize("method", [b"GET", b"POST", b"FROBNICATE"])
@pytest.mark.parametrize("service", ["app-integrations", "dataexchange", ""])
def test_a_target_that_is_no_url_is_refused(server: ServerMock, target: bytes, method: bytes, service: str) -> None:
    head = b"".join(b"%s: %s\r\n" % (k.encode(), v.encode()) for k, v in (signed(service) if service else {}).items())
    request = method + b" " + target + b" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + head + b"\r\n"
    status = raw(server, request)[9:12]
    assert b"400" <= status < b"500", status


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "QUERY", "X-1"]),
    target=st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=60),
    below=st.sampled_from(
        ["", "/", "/_appint_mock/", "/_appint_mock/files/", "/_appint_mock/files/dataexchange/1/", "http://"]
    ),
)
def test_no_target_is_too_much(server: ServerMock, method: str, target: str, below: str) -> None:
    request = f"{method} {below}{target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    answer = raw(server, f"{request}{'Authorization: AWS4-HMAC-SHA256 Credential=a'}\r\n\r\n".encode("latin-1"))
    assert answer.startswith(b"HTTP/1.1 ")
    assert answer[9:10] != b"5", answer


# Clients that keep the server waiting --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "begun",
    [
        b"",
        b"GET /applications HTTP/1.1\r\nHost: a",
        b"get /applications HTTP/1.1\r\nHost: a",
        b"POST /applications HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n{",
    ],
)
@pytest.mark.parametrize("drips", [b"", b"x"])
def test_a_connection_whose_request_does_not_come_is_closed(
    begun: bytes, drips: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "PATIENCE", 0.4)
    with ServerMock() as server, socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(begun)
        connection.settimeout(0.1)
        for _ in range(50):
            if is_closed(connection):
                return
            # A head has to be whole in time, however it comes. A body may come slowly.
            if begun and not begun.endswith(b"{"):
                with contextlib.suppress(ConnectionError):
                    connection.sendall(drips)
        pytest.fail("It is open after five seconds.")


def is_closed(connection: socket.socket) -> bool:
    """Whether the connection ends within its time-out."""
    try:
        return connection.recv(100) == b""
    except TimeoutError:
        return False
    except ConnectionResetError:
        return True


def test_a_slow_body_and_a_slow_answer_are_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "PATIENCE", 0.4)
    with ServerMock() as server:
        server.appintegrations.fail("ListApplications", delay=1, sleep=True)
        assert client(server, "appintegrations").list_applications()["Applications"] == []
        with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
            head = b"PUT /_appint_mock/dataexchange/objects/bucket/key HTTP/1.1\r\nHost: localhost\r\n"
            connection.sendall(head + b"Content-Length: 10\r\n\r\n")
            for _ in range(10):
                time.sleep(0.1)
                connection.sendall(b"x")
            assert connection.recv(100).startswith(b"HTTP/1.1 200")
        assert server.dataexchange.objects["bucket", "key"] == b"x" * 10


# JSON --------------------------------------------------------------------------------------------------------


def test_what_json_lacks_is_written_all_the_same() -> None:
    written = as_json({"a": SURROGATE, "b": float("nan"), "c": [float("inf")], "d": b"\xff", "e": object})
    assert written.isascii()
    read = json.loads(written, parse_constant=lambda name: pytest.fail(name))
    assert (read["a"], read["b"], read["c"], read["d"]) == (SURROGATE, "nan", ["inf"], "/w==")


def test_a_lone_surrogate_breaks_no_answer_of_the_control_api(server: ServerMock) -> None:
    body = json.dumps({"AssetType": "S3_SNAPSHOT", "Name": SURROGATE, "Description": "d"})
    assert send(server, "POST", "/v1/data-sets", body, signed("dataexchange")).status == 201
    for path in ("calls", "state", "overview", "dataexchange/events", "faults", "health", "clock"):
        assert control(server, "GET", path).status == 200, path
    (call,) = control(server, "GET", "calls").json["calls"]
    assert call["parameters"]["Name"] == SURROGATE
    state = control(server, "GET", "state").json
    assert control(server, "PUT", "state", state).status == 200
    assert SURROGATE in json.dumps(control(server, "GET", "state").json, ensure_ascii=False)


# Headers -----------------------------------------------------------------------------------------------------

API = {**signed("dataexchange"), **ASSET_HEADERS}


@pytest.mark.parametrize(
    "headers",
    [{"a\r\nb": "c"}, {"a": "b\r\nInjected: 1"}, {"a": "\u20ac"}, {"": "a"}, {"a b": "c"}, {"a": "\0"}, {"a": 3}],
)
def test_a_header_that_http_cannot_carry_is_refused_when_it_is_given(server: ServerMock, headers: Any) -> None:
    refused = control(server, "POST", "dataexchange/on_api_asset", {"Body": "x", "ResponseHeaders": headers})
    assert refused.status == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Length": "5"},
        {"content-length": "999999"},
        {"Transfer-Encoding": "chunked"},
        {"Connection": "upgrade", "Upgrade": "h2c"},
        {"Content-Length": "x"},
    ],
)
def test_a_handlers_headers_do_not_change_the_framing(server: ServerMock, headers: dict[str, str]) -> None:
    server.dataexchange.backend().on_api_asset(lambda request: {"Body": "hello", "ResponseHeaders": headers})
    for _ in range(2):
        answer = send(server, "POST", "/v1", b"", API)
        assert (answer.status, answer.body, answer.headers["content-length"]) == (200, b"hello", "5")
        assert "transfer-encoding" not in answer.headers
    server.dataexchange.backend().on_api_asset(None)


@pytest.mark.parametrize("code", ["a\r\nInjected: 1", "\u20ac", "a\nb", "\ud800"])
def test_an_error_code_that_http_cannot_carry_is_refused_when_it_is_given(server: ServerMock, code: str) -> None:
    order = {"operation": "ListApplications", "error": code, "status": 400}
    assert control(server, "POST", "faults", order).status == 400
    with pytest.raises((ValueError, AppintMockError)):
        server.appintegrations.fail("ListApplications", code, status=400)
    assert send(server, "GET", "/applications", headers=signed("app-integrations")).status == 200


# The clock ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "state", [[], {"clock": 3}, {"clock": {"frozen": None, "shift": [10**12, 0, 0]}}, {"clock": {}}]
)
def test_a_clock_that_cannot_be_is_not_restored(server: ServerMock, state: Any) -> None:
    before = control(server, "GET", "state").json
    assert control(server, "PUT", "state", state).status == 400
    assert control(server, "GET", "state").json == before


@pytest.mark.usefixtures("ordered_faults")
def test_a_disconnect_gives_no_byte_of_an_answer(server: ServerMock) -> None:
    control(server, "POST", "faults", {"operation": "ListApplications", "disconnect": True, "times": 2})
    head = "".join(f"{name}: {value}\r\n" for name, value in signed("app-integrations").items())
    for method in ("GET", "get"):
        # httptools reads the one, h11 the other.
        assert raw(server, f"{method} /applications HTTP/1.1\r\nHost: a\r\n{head}\r\n".encode()) == b""
    assert client(server, "appintegrations").list_applications()["Applications"] == []


@pytest.mark.parametrize(
    ("pieces", "by_h11"),
    [
        ([b"GET /applications"], False),
        ([b"G", b"ET /applications"], False),
        ([b"DELET", b"E /applications/a"], False),
        ([b"BREW /applications"], True),
        ([b"get /applications"], True),
        ([b"GETS /applications"], True),
        ([b"G", b"ETS /applications"], True),
        ([b"BR", b"EW /applic", b"ations"], True),
    ],
    ids=str,
)
def test_a_common_method_is_read_by_the_faster_parser_and_another_by_the_other_in_any_pieces(
    server: ServerMock, monkeypatch: pytest.MonkeyPatch, pieces: list[bytes], by_h11: bool
) -> None:
    pytest.importorskip("httptools")
    read: list[bytes] = []
    original = H11Protocol.data_received

    def seen(self: Any, data: bytes) -> None:
        read.append(data)
        original(self, data)

    monkeypatch.setattr(H11Protocol, "data_received", seen)
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection:
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(0.05)
        connection.sendall(b" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 403")
    assert bool(read) is by_h11
