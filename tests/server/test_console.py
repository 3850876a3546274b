"""A line for each request, however slowly it is read."""

from __future__ import annotations

import io
import json
import re
import threading
from typing import Any

import boto3
import pytest

from appint_mock import mock_appintegrations
from appint_mock.server import ServerMock, console
from appint_mock.server.console import Console
from appint_mock.server.routing import Seen
from tests.server.talking import send

WAITS = 10


def seen(url: str, status: int | None = 404) -> Seen:
    return Seen("sts", "GET", url, status, 0.25, None)


class Held(io.StringIO):
    """A file whose reader waits until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.began, self.go = threading.Event(), threading.Event()
        self.flushed = 0

    def write(self, text: str) -> int:
        self.began.set()
        assert self.go.wait(WAITS)
        return super().write(text)

    def flush(self) -> None:
        self.flushed += 1


def test_lines_that_nobody_has_read_are_left_out_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "_WAITING", 3)
    file = Held()
    lines = Console(file, "text")
    lines.seen(seen("/first"))
    assert file.began.wait(WAITS)
    for number in range(5):
        lines.seen(seen(f"/{number}"))
    file.go.set()
    while len(file.getvalue().splitlines()) < 5:
        pass
    lines.seen(seen("/last"))
    lines.stop()
    first, *others = file.getvalue().splitlines()
    assert first.endswith("  sts GET /first  404")
    assert others[0] == "(2 lines were left out)"
    assert [line.rpartition("GET ")[2] for line in others[1:]] == ["/0  404", "/1  404", "/2  404", "/last  404"]
    assert file.flushed


def test_a_full_queue_does_not_keep_a_server_from_stopping(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "_WAITING", 1)
    file = Held()
    lines = Console(file, "text")
    lines.seen(seen("/first"))
    assert file.began.wait(WAITS)
    lines.seen(seen("/second"))
    lines.stop()
    file.go.set()


@pytest.mark.parametrize("error", [BrokenPipeError(), ValueError("I/O operation on closed file")])
def test_lines_end_if_nobody_reads_any_more(error: Exception) -> None:
    class Closed(io.StringIO):
        def write(self, text: str) -> int:
            raise error

    lines = Console(Closed(), "json")
    lines.seen(seen("/first"))
    lines._thread.join(WAITS)
    assert not lines._thread.is_alive()
    lines.seen(seen("/second"))
    lines.stop()


@pytest.mark.parametrize(
    ("request_", "text"),
    [
        (seen("/a\x1b[2J\n"), "  sts GET /a\\x1b[2J\\n  404"),
        (seen("/é", None), "  sts GET /é  -"),
    ],
)
def test_a_request_to_no_operation_is_its_method_and_target(request_: Seen, text: str) -> None:
    line = console._as_text(request_)
    assert line[8:] == text
    assert [len(part) for part in line[:8].split(":")] == [2, 2, 2]


def test_a_line_for_programs_has_what_is_known() -> None:
    line: dict[str, Any] = json.loads(console._as_json(seen("/a")))
    assert line.pop("time").endswith("Z")
    assert line == {"service": "sts", "status_code": 404, "seconds": 0.25, "method": "GET", "url": "/a"}


def test_a_line_for_programs_has_a_call_but_not_its_answer() -> None:
    with mock_appintegrations() as aws:
        boto3.client("appintegrations").list_applications(MaxResults=1)
    request = Seen("appintegrations", "GET", "/applications", 200, 0.1234567, aws.calls[0])
    line: dict[str, Any] = json.loads(console._as_json(request))
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line.pop("time"))
    assert line == {
        "service": "appintegrations",
        "status_code": 200,
        "seconds": 0.123457,
        "operation": "ListApplications",
        "parameters": {"MaxResults": 1},
        "account_id": "123456789012",
        "region_name": "us-east-1",
        "error_code": None,
        "error_message": None,
    }


def test_a_line_can_be_read_at_once() -> None:
    flushed = threading.Event()

    class Terminal(io.StringIO):
        def flush(self) -> None:
            flushed.set()

    lines = Console(Terminal(), "text")
    lines.seen(seen("/first"))
    assert flushed.wait(WAITS)
    lines.stop()


def test_a_server_that_stops_has_written_the_line_of_each_request() -> None:
    file, before = io.StringIO(), set(threading.enumerate())
    with ServerMock(console=file) as server:
        for number in range(50):
            send(server, "GET", f"/{number}")
    assert file.getvalue().count("  403  MissingAuthenticationTokenException") == 50
    assert not [thread.name for thread in set(threading.enumerate()) - before if "console" in thread.name]


def test_a_call_is_shown_with_its_answer_unless_it_must_fit_on_a_line() -> None:
    with mock_appintegrations() as aws:
        boto3.client("appintegrations").list_applications()
    whole = console.call_as_json(aws.calls[0])
    assert (whole["response"]["Applications"], whole["time"]) == ([], aws.calls[0].time)
    assert whole.keys() - console.call_as_json(aws.calls[0], whole=False).keys() == {"response"}
