"""JSON of any value, and headers as they go over the wire."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest

from appint_mock.protocol.message import Response
from appint_mock.server.texts import as_json, failure, json_response, wire_headers

MOMENT = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ({"a": [1, None, True, "é\ud800"]}, {"a": [1, None, True, "é\ud800"]}),
        ({"a": MOMENT}, {"a": "2026-01-02T03:04:05.000Z"}),
        ([b"ab", bytearray(b"ab")], ["YWI=", "YWI="]),
        ({"a": (float("nan"), 1.5, [float("inf")])}, {"a": ["nan", 1.5, ["inf"]]}),
        (Response, repr(Response)),
    ],
)
@pytest.mark.parametrize("indent", [None, 2])
def test_any_value_has_a_form_in_json(value: Any, read: Any, indent: int | None) -> None:
    text = as_json(value, indent)
    assert text.isascii()
    assert json.loads(text) == read
    assert (b"\n" in text) is (indent is not None and isinstance(read, dict | list))
    assert json_response(201, value, indent) == Response(201, {"Content-Type": "application/json"}, text)


def test_a_failure_has_the_form_of_aws_services() -> None:
    headers = {"Content-Type": "application/json", "x-amzn-errortype": "ACode"}
    assert failure(418, "ACode", "A text.") == Response(418, headers, b'{"message": "A text."}')


@pytest.mark.parametrize(
    ("status", "headers", "body", "to_head", "sent"),
    [
        (200, {}, b"abc", False, {"content-length": "3"}),
        (200, {"X-A": " b "}, b"", False, {"x-a": "b", "content-length": "0"}),
        (204, {"X-A": "b"}, b"", False, {"x-a": "b"}),
        (304, {}, b"", False, {}),
        (205, {}, b"", False, {"content-length": "0"}),
        (200, {"Content-Length": "99"}, b"abc", False, {"content-length": "3"}),
        (200, {"content-length": "99"}, b"", True, {"content-length": "99"}),
        (200, {"Content-Length": "many"}, b"", True, {"content-length": "0"}),
        (200, {"Connection": "close"}, b"", False, {"connection": "close", "content-length": "0"}),
        (200, {"Connection": "a"}, b"", False, {"content-length": "0"}),
        (200, {"Connection": "keep-alive", "Transfer-Encoding": "chunked"}, b"", False, {"content-length": "0"}),
        (200, {"Keep-Alive": "a", "TE": "a", "Trailer": "a", "Upgrade": "a"}, b"", False, {"content-length": "0"}),
    ],
)
def test_headers_are_sent_in_lower_case_and_framing_is_the_servers(
    status: int, headers: dict[str, str], body: bytes, to_head: bool, sent: dict[str, str]
) -> None:
    found = wire_headers(Response(status, headers, body), to_head=to_head)
    assert [(name.decode(), value.decode()) for name, value in found] == list(sent.items())


def test_a_body_has_its_own_length_unless_it_answers_head() -> None:
    assert wire_headers(Response(200, {"Content-Length": "99"}, b"abc")) == [(b"content-length", b"3")]


@pytest.mark.parametrize(("name", "value"), [("a b", "c"), ("", "c"), ("a", "c\r\nd"), ("a", "€"), ("ä", "c")])
def test_a_header_that_http_cannot_carry_is_refused(name: str, value: str) -> None:
    with pytest.raises(ValueError, match="HTTP cannot carry the header"):
        wire_headers(Response(200, {name: value}, b""))


def test_a_long_value_is_not_shown_whole() -> None:
    with pytest.raises(ValueError, match=r"value '€{200}'$"):
        wire_headers(Response(200, {"a": "€" * 1000}, b""))
