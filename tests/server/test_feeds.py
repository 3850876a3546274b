"""Calls and events as they come, delivered events, the API handler by URL, health, metrics, and the console."""

from __future__ import annotations

import asyncio
import http.client
import io
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from appint_mock.server import ServerMock, feeds
from appint_mock.server.outgoing import Deliverer
from tests.server.talking import ASSET_HEADERS, client, control, error_of, receiver, send, signed

EVENT_INTEGRATION: dict[str, Any] = {
    "Name": "orders",
    "EventFilter": {"Source": "aws.partner/x"},
    "EventBridgeBus": "default",
}
API = {**signed("dataexchange"), **ASSET_HEADERS}


@contextmanager
def stream(server: ServerMock, path: str) -> Iterator[Iterator[tuple[str, Any]]]:
    """The server-sent events of a path, as kind and data."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    connection.request("GET", f"/_appint_mock/{path}")
    response = connection.getresponse()
    assert (response.status, response.headers["Content-Type"]) == (200, "text/event-stream; charset=utf-8")
    # Its first line says that it has begun.
    assert response.readline() == b": appint_mock\n"

    def messages() -> Iterator[tuple[str, Any]]:
        while line := response.readline():
            if line.startswith(b"event: "):
                kind, data = line[7:].strip().decode(), response.readline()
                yield kind, json.loads(data.removeprefix(b"data: "))

    yield messages()
    connection.close()


def publish(server: ServerMock, account_id: str | None = None) -> list[str]:
    """Emits events, and returns their ids."""
    backend = server.dataexchange.backend(account_id)
    before = len(backend.events)
    data_set = backend.create_data_set(AssetType="S3_SNAPSHOT", Name="n", Description="d")["Id"]
    revision = backend.create_revision(DataSetId=data_set)["Id"]
    server.dataexchange.objects["bucket", "a"] = b"b"
    whose = {"DataSetId": data_set, "RevisionId": revision}
    details = {"ImportAssetsFromS3": {**whose, "AssetSources": [{"Bucket": "bucket", "Key": "a"}]}}
    job = backend.create_job(Type="IMPORT_ASSETS_FROM_S3", Details=details)["Id"]
    backend.start_job(JobId=job)
    assert backend.get_job(JobId=job)["State"] == "COMPLETED"
    backend.update_revision(**whose, Finalized=True)
    backend.publish_revision(data_set, revision)
    return [str(event["id"]) for event in backend.events[before:]]


# Streams -----------------------------------------------------------------------------------------------------


def test_calls_are_streamed_as_they_come(server: ServerMock) -> None:
    client(server, "appintegrations").list_applications()
    with stream(server, "calls/stream") as messages:
        client(server, "appintegrations").create_event_integration(**EVENT_INTEGRATION)
        client(server, "dataexchange").list_jobs()
        found = [next(messages) for _ in range(2)]
    assert [(kind, call["operation"]) for kind, call in found] == [
        ("call", "CreateEventIntegration"),
        ("call", "ListJobs"),
    ]
    assert found[0][1]["parameters"]["Name"] == "orders"
    assert found[0][1]["response"]["EventIntegrationArn"]


def test_events_are_streamed_as_they_come_from_all_accounts_or_one(server: ServerMock) -> None:
    publish(server)
    with (
        stream(server, "dataexchange/events/stream") as everywhere,
        stream(server, "dataexchange/events/stream?account_id=111122223333") as of_one,
    ):
        first, second = publish(server), publish(server, "111122223333")
        assert {next(everywhere)[1]["id"] for _ in (*first, *second)} == {*first, *second}
        assert [next(of_one)[1]["id"] for _ in second] == second


def test_a_reset_and_a_restored_state_are_no_news(server: ServerMock) -> None:
    publish(server)
    state = server.snapshot()
    with stream(server, "dataexchange/events/stream") as messages:
        server.reset()
        server.restore(state)
        threading.Event().wait(0.3)
        assert publish(server)[0] == next(messages)[1]["id"]


def test_a_server_stops_although_a_stream_is_open() -> None:
    server = ServerMock().start()
    with stream(server, "calls/stream") as messages:
        server.stop()
        assert list(messages) == []


def test_events_are_listed_after_an_event_or_a_moment(server: ServerMock) -> None:
    server.clock.freeze()
    first = publish(server)
    server.clock.advance(hours=1)
    moment = server.clock.now().isoformat().replace("+00:00", "Z")
    second = publish(server)

    def listed(query: str) -> list[str]:
        return [event["id"] for event in control(server, "GET", f"dataexchange/events{query}").json["events"]]

    assert listed("") == [*first, *second]
    assert listed(f"?since={first[-1]}") == second
    assert listed(f"?since={second[-1]}") == []
    assert listed(f"?since={moment[:19]}Z") == second
    assert "neither the id" in error_of(control(server, "GET", "dataexchange/events?since=yesterday"))


# To and from other processes -----------------------------------------------------------------------------------


def test_events_are_delivered_to_a_url_again_if_it_fails() -> None:
    answers = iter([500, *[200] * 20])
    with (
        receiver(lambda posted: (next(answers), {}, b"")) as (url, came),
        ServerMock(events_to=url) as server,
    ):
        ids = [*publish(server), *publish(server)]
        server.stop()
        server.start()
    assert [event["id"] for event in came] == [ids[0], *ids]
    assert came[0]["source"] == "aws.dataexchange"


def test_a_receiver_that_is_away_stops_nothing(caplog: pytest.LogCaptureFixture) -> None:
    with ServerMock(events_to="http://127.0.0.1:9/") as server:
        publish(server)
        assert client(server, "dataexchange").list_event_actions()["EventActions"] == []
        threading.Event().wait(2)
    assert "could not deliver an event to http://127.0.0.1:9/" in caplog.text


@pytest.mark.parametrize("url", ["", "a", "ftp://a/", "http://", "http://[", "http://a:x/"])
def test_what_is_no_url_to_post_to_is_refused(server: ServerMock, url: str) -> None:
    with pytest.raises(ValueError, match="no URL to post to"):
        ServerMock(events_to=url)
    with pytest.raises(ValueError, match="no URL to post to"):
        ServerMock(s3_endpoint=url)
    assert "no URL to post to" in error_of(control(server, "POST", "dataexchange/on_api_asset", {"url": url}))


@pytest.mark.usefixtures("ordered_faults")
def test_an_api_asset_is_answered_by_a_url(server: ServerMock) -> None:
    def answer(request: Any) -> tuple[int, dict[str, str], bytes]:
        return 200, {"X-Mine": "1"}, f"{request['Method']} {request['Path']} {request['Body']}".encode()

    with receiver(answer) as (url, came):
        assert control(server, "POST", "dataexchange/on_api_asset", {"url": url}).json == {}
        answered = send(server, "POST", "/v1", b"hello", {**API, "x-amzn-dataexchange-path": "/orders"})
    assert (answered.status, answered.body, answered.headers["x-mine"]) == (200, b"POST /orders hello", "1")
    assert came[0]["DataSetId"] == "0" * 32
    gone = send(server, "POST", "/v1", b"", API)
    assert (gone.status, gone.headers["x-amzn-errortype"]) == (500, "InternalServerException")
    assert url in gone.json["Message"]
    control(server, "POST", "dataexchange/on_api_asset", {})


def test_the_server_answers_others_while_a_handler_waits_for_the_server_itself(server: ServerMock) -> None:
    exchange = client(server, "dataexchange")
    server.dataexchange.backend().on_api_asset(lambda request: str(len(exchange.list_jobs()["Jobs"])))
    assert send(server, "POST", "/v1", b"", API).body == b"0"
    server.dataexchange.backend().on_api_asset(None)


# Health, metrics, console --------------------------------------------------------------------------------------


def test_a_server_says_that_it_is_well(server: ServerMock) -> None:
    assert control(server, "GET", "health").json["status"] == "ok"


def test_metrics_count_requests_by_service_operation_and_status() -> None:
    with ServerMock() as server:
        events = client(server, "appintegrations")
        for _ in range(3):
            events.list_applications()
        send(server, "GET", "/eventIntegrations/nobody", headers=signed("app-integrations"))
        for number in range(50):
            send(server, "GET", f"/nowhere/{number}", headers=signed("app-integrations"))
            send(server, "GET", "/", headers=signed(f"made-up {number}"))
        answer = control(server, "GET", "metrics")
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/plain")
    counted = dict(re.findall(r"^appint_mock_requests_total\{(.*)\} (\S+)$", answer.body.decode(), re.MULTILINE))
    assert counted['operation="ListApplications",service="appintegrations",status="200"'] == "3.0"
    assert counted['operation="GetEventIntegration",service="appintegrations",status="404"'] == "1.0"
    # What clients make up is no series of its own.
    assert counted['operation="unknown",service="appintegrations",status="403"'] == "50.0"
    assert counted['operation="unknown",service="other",status="404"'] == "50.0"
    bounds = re.findall(r'^appint_mock_request_seconds_bucket\{le="(\S+)",', answer.body.decode(), re.MULTILINE)
    # Half a millisecond to five seconds: a dashboard relies on the bounds.
    assert list(dict.fromkeys(bounds)) == [
        *("0.0005", "0.001", "0.0025", "0.005", "0.01", "0.025"),
        *("0.05", "0.1", "0.25", "0.5", "1.0", "5.0", "+Inf"),
    ]


def lines_of(form: str, work: Callable[[ServerMock], object]) -> list[str]:
    console = io.StringIO()
    with ServerMock(console=console, console_form=form) as server:
        work(server)
    return console.getvalue().splitlines()


def use(server: ServerMock) -> None:
    server.clock.freeze()
    client(server, "appintegrations").create_event_integration(**EVENT_INTEGRATION)
    send(server, "GET", "/eventIntegrations/nobody", headers=signed("app-integrations"))
    send(server, "GET", "/%0a%1b[2J", headers=signed("sts"))
    control(server, "GET", "calls")


def test_a_request_is_a_line_as_the_call_log_shows_it() -> None:
    created, missing, other = lines_of("text", use)
    assert re.fullmatch(
        r"\d\d:\d\d:\d\d  appintegrations CreateEventIntegration\(Name='orders'.*\)  us-east-1  200", created
    )
    assert missing.endswith(
        "GetEventIntegration(Name='nobody')  us-east-1  404  ResourceNotFoundException  "
        "Could not find EventIntegration with identifier: nobody"
    )
    assert other.endswith("sts GET /%0a%1b[2J  404")


def test_a_request_is_an_object_a_line_for_programs() -> None:
    created, missing, other = map(json.loads, lines_of("json", use))
    assert (created["operation"], created["status_code"], created["error_code"]) == (
        "CreateEventIntegration",
        200,
        None,
    )
    assert created["parameters"]["Name"] == "orders"
    assert created["seconds"] > 0
    assert missing["error_code"] == "ResourceNotFoundException"
    assert missing["error_message"] == "Could not find EventIntegration with identifier: nobody"
    assert (other["service"], other["method"], other["status_code"]) == ("sts", "GET", 404)


def test_a_form_of_lines_that_there_is_not_is_refused() -> None:
    with pytest.raises(ValueError, match="give one of text, json"):
        ServerMock(console=io.StringIO(), console_form="xml")


def test_json_is_indented_where_a_browser_asks(server: ServerMock) -> None:
    browser = {"Accept": "text/html,application/xhtml+xml"}
    assert b'\n  "now"' in send(server, "GET", "/_appint_mock/clock", headers=browser).body
    assert b"\n" not in send(server, "GET", "/_appint_mock/clock").body


@pytest.mark.parametrize(
    ("method", "path", "given", "hint"),
    [
        ("POST", "faults", {"operation": "ListAplications", "error": "ThrottlingException"}, "'ListApplications'"),
        ("POST", "faults", {"operation": "ListJobs", "error": "ThrotlingException"}, "'ThrottlingException'"),
        ("POST", "faults", {"operation": "ListJobs", "error": "a", "service": "datexchange"}, "'dataexchange'"),
        ("POST", "faults", {"operation": "ListJobs", "eror": "a"}, "'error'"),
        ("GET", "calls?service=appintegration", None, "'appintegrations'"),
        ("GET", "dataexchange/events?regionname=a", None, "'region_name'"),
        ("POST", "dataexchange/finish_jobs", {}, "'dataexchange/finish_job'"),
        ("POST", "dataexchange/finish_job", {"jobid": "a"}, "'job_id'"),
        ("POST", "clock", {"advance": {"hour": 1}}, "hours="),
    ],
)
def test_a_misspelt_name_gets_the_hint_that_python_gives(
    server: ServerMock, method: str, path: str, given: Any, hint: str
) -> None:
    answer = control(server, method, path, given)
    assert 400 <= answer.status < 500
    assert hint in answer.json["error"]


def test_a_deliverer_ends_when_it_is_stopped() -> None:
    with receiver(lambda posted: (200, {}, b"")) as (url, came):
        deliverer = Deliverer(url)
        deliverer.put({"a": 1})
        deliverer.stop()
        assert came == [{"a": 1}]
        assert not deliverer._thread.is_alive()


def test_a_stream_that_has_no_news_shows_now_and_then_that_it_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "_EVERY", 0)
    monkeypatch.setattr(feeds, "_LOOKS", 3)
    news: list[list[Any]] = [[], [], [], [], [{"a": 1}, {"b": 2}], [], [], []]

    async def read() -> list[bytes]:
        found = feeds.stream("event", lambda: news.pop(0), lambda: not news)
        return [each async for each in found]

    alive = b": still here\n\n"
    first, *others = asyncio.run(read())
    assert first == b": appint_mock\n\n"
    assert others == [
        alive,
        b'event: event\ndata: {"a": 1}\n\n',
        b'event: event\ndata: {"b": 2}\n\n',
        alive,
    ]


@pytest.mark.parametrize("looks", [[], [3], [1, 4]], ids=str)
def test_it_does_so_every_ten_seconds_without_news(monkeypatch: pytest.MonkeyPatch, looks: list[int]) -> None:
    """``looks``: those at which there is news."""
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    async def read() -> list[tuple[int, bytes]]:
        found = feeds.stream("event", lambda: ["a"] * looks.count(len(slept)), lambda: len(slept) == 220)
        return [(len(slept), each) async for each in found]

    monkeypatch.setattr(asyncio, "sleep", sleep)
    alive = [at for at, each in asyncio.run(read()) if each == b": still here\n\n"]
    assert alive == [max(looks, default=0) + 99, max(looks, default=0) + 199]
    assert sum(slept[:100]) == pytest.approx(10)


def test_news_are_those_since_the_last_look_at_each_account(server: ServerMock) -> None:
    ours, theirs = server.dataexchange.backend(), server.dataexchange.backend("111122223333")
    ours.emit("Data Grant Extended", {"n": "Before"})
    every = feeds.Events(server._handles, "dataexchange", None, None)
    one = feeds.Events(server._handles, "dataexchange", "111122223333", "us-east-1")
    none = feeds.Events(server._handles, "dataexchange", "111122223333", "eu-west-1")
    assert every.new() == []
    ours.emit("Data Grant Extended", {"n": "One"})
    theirs.emit("Data Grant Extended", {"n": "Two"})
    assert {each["detail"]["n"] for each in every.new()} == {"One", "Two"}
    assert [each["detail"]["n"] for each in one.new()] == ["Two"]
    assert every.new() == one.new() == none.new() == []
    state = server.snapshot()
    ours.emit("Data Grant Extended", {"n": "Three"})
    assert [each["detail"]["n"] for each in every.new()] == ["Three"]
    server.restore(state)
    assert every.new() == []
    ours = server.dataexchange.backend()
    ours.emit("Data Grant Extended", {"n": "Four"})
    assert [each["detail"]["n"] for each in every.new()] == ["Four"]


@pytest.mark.parametrize(
    ("query", "text"),
    [("?region_name=us-eats-1", "us-east-1"), ("?account_id=12", "12")],
)
def test_a_stream_of_a_place_that_cannot_be_is_refused(server: ServerMock, query: str, text: str) -> None:
    assert text in error_of(control(server, "GET", f"dataexchange/events/stream{query}"))


def test_the_first_events_of_an_account_are_news(server: ServerMock) -> None:
    every = feeds.Events(server._handles, "dataexchange", None, None)
    new = server.dataexchange.backend("444455556666")
    for number in ("One", "Two"):
        new.emit("Data Grant Extended", {"n": number})
    assert [each["detail"]["n"] for each in every.new()] == ["One", "Two"]


def test_calls_of_all_services_are_news_once_in_the_order_of_their_time(server: ServerMock) -> None:
    client(server, "appintegrations").list_applications()
    calls = feeds.Calls(server._handles)
    assert calls.new() == []
    for service, operation in (("dataexchange", "list_jobs"), ("appintegrations", "list_applications")) * 2:
        server.clock.freeze()
        getattr(client(server, service), operation)()
        server.clock.advance(seconds=1)
    assert [each.operation for each in calls.new()] == ["ListJobs", "ListApplications"] * 2
    assert calls.new() == []
    client(server, "appintegrations").list_applications()
    assert [each.operation for each in calls.new()] == ["ListApplications"]
