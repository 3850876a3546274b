"""The control API without a server: what each route of all services gives, to the letter."""

from __future__ import annotations

import asyncio
import datetime
import json
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import pytest
from botocore.awsrequest import HeadersDict

from appint_mock import AppintMockError
from appint_mock.protocol.message import Request, Response
from appint_mock.server import control as module
from appint_mock.server.control import Control, library_version
from appint_mock.server.handles import Handles
from appint_mock.server.metrics import Metrics
from appint_mock.server.routing import Broken, Router
from appint_mock.server.state_file import StateFile
from tests.server.talking import Answer, ask_below, at_once, error_of, signed

EVENT_INTEGRATION: dict[str, Any] = {"EventFilter": {"Source": "aws.partner/x"}, "EventBridgeBus": "default"}


class Scene:
    """A control API, and its handles."""

    def __init__(self, handles: Handles, state_file: StateFile | None = None) -> None:
        self.handles = handles
        self.stops = False
        self.control = Control(handles, "http://here:1", state_file, Metrics({}, {}), lambda: self.stops)
        self.app = self.control.app()

    def ask(self, method: str, path: str, given: Any = None, accept: str = "*/*") -> Answer:
        return ask_below(self.app, method, f"/{path}", b"" if given is None else json.dumps(given).encode(), accept)

    def call(self, path: str) -> int | None:
        """The status that an operation answers with, or None if the connection breaks."""
        service = "dataexchange" if path.startswith("/v1/") else "app-integrations"
        router: Any = Router(self.handles.scopes, "http://here:1", at_once, lambda seen: None)
        try:
            answer = router.answer(Request("GET", path, HeadersDict(signed(service)), b""))
            response = answer if isinstance(answer, Response) else asyncio.run(answer)
        except Broken:
            return None
        status: int = response.status
        return status


@pytest.fixture
def scene(handles: Handles) -> Scene:
    return Scene(handles)


@pytest.fixture
def state_file(handles: Handles, tmp_path: Path) -> StateFile:
    return StateFile(tmp_path / "state.json", lambda: b"{}", handles.restore)


def test_a_library_that_is_not_installed_has_no_version(monkeypatch: pytest.MonkeyPatch) -> None:
    def version(name: str) -> str:
        assert name == "appint-mock"
        if not installed:
            raise PackageNotFoundError
        return "1.2.3"

    monkeypatch.setattr(module, "version", version)
    installed = True
    assert library_version() == "1.2.3"
    installed = False
    assert library_version() == "not installed"


def test_the_start_page_is_a_page_for_browsers_only(scene: Scene) -> None:
    page = scene.ask("GET", "", accept="text/html")
    assert (page.status, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    shown = scene.ask("GET", "").json
    assert (shown["appint_mock"], shown["endpoint"]) == (library_version(), "http://here:1")
    assert shown["routes"]["GET /_appint_mock/clock"] == "Returns the time by the server's clock."


def test_the_routes_are_those_of_the_server_and_of_each_service(scene: Scene) -> None:
    listed = list(scene.ask("GET", "").json["routes"])
    of_all = [each.replace("/_appint_mock/", "") for each in listed if "dataexchange" not in each]
    assert [each for each in of_all if "appintegrations" not in each] == [
        *("GET ", "GET health", "GET metrics", "POST reset", "GET state", "PUT state", "POST state/save"),
        *("GET overview", "GET calls", "DELETE calls", "GET calls/stream"),
        *("GET faults", "POST faults", "DELETE faults", "GET clock", "POST clock"),
    ]
    assert len(listed) > len(of_all)


@pytest.mark.parametrize("accept", ["*/*", "text/html"])
def test_a_server_that_cannot_write_its_state_is_not_well(handles: Handles, state_file: StateFile, accept: str) -> None:
    scene = Scene(handles, state_file)
    well = scene.ask("GET", "health", accept=accept)
    assert (well.status, well.json) == (200, {"status": "ok", "appint_mock": library_version()})
    state_file.problem = "The disk is full."
    failing = scene.ask("GET", "health", accept=accept)
    assert failing.status == 503
    assert failing.json == {"status": "failing", "appint_mock": library_version(), "problem": "The disk is full."}
    assert (b"\n" in failing.body) is (accept == "text/html")


def test_metrics_are_shown_as_prometheus_wants_them(scene: Scene) -> None:
    answer = scene.ask("GET", "metrics")
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert b"# TYPE appint_mock_requests_total counter" in answer.body


def test_a_state_is_saved_or_the_reason_is_given_why_not(
    handles: Handles, state_file: StateFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = Scene(handles, state_file)
    assert scene.ask("POST", "state/save").json == {"saved": str(state_file.path)}
    assert state_file.path.read_bytes() == b"{}"

    def fail() -> Path:
        raise AppintMockError("The disk is full.\nSee docs/errors.md#server")

    monkeypatch.setattr(state_file, "save", fail)
    assert error_of(scene.ask("POST", "state/save"), 409) == "The disk is full."
    assert error_of(Scene(handles).ask("POST", "state/save"), 409) == (
        "This server has no state file. Name one when it starts: --state FILE."
    )


def test_a_request_that_may_change_the_state_reaches_its_file(handles: Handles, state_file: StateFile) -> None:
    scene = Scene(handles, state_file)
    scene.ask("GET", "state")
    assert not state_file._may_have_changed
    scene.ask("POST", "clock", {})
    assert state_file._may_have_changed


def test_the_overview_has_the_services_and_the_clock(scene: Scene) -> None:
    scene.handles.clock.freeze(datetime.datetime(2026, 1, 2, tzinfo=datetime.timezone.utc))
    shown = scene.ask("GET", "overview").json
    assert [each["name"] for each in shown["services"]] == ["appintegrations", "dataexchange"]
    assert shown["clock"] == "2026-01-02T00:00:00.000Z"


def test_calls_are_streamed_until_the_server_stops(scene: Scene) -> None:
    async def read() -> list[bytes]:
        stream = scene.control.routes["calls/stream"]["GET"](None)  # type: ignore[arg-type]
        first = await anext(stream)
        scene.stops = True
        return [first, *[each async for each in stream]]

    assert asyncio.run(read()) == [b": appint_mock\n\n"]


# State and calls -----------------------------------------------------------------------------------------------


def test_a_state_goes_out_comes_back_and_is_forgotten(scene: Scene) -> None:
    backend = scene.handles.mocks["appintegrations"].backend()
    backend.create_event_integration(Name="orders", **EVENT_INTEGRATION)
    assert scene.call("/eventIntegrations/orders") == 200
    state = scene.ask("GET", "state").json
    assert scene.ask("POST", "reset").json == {}
    assert scene.call("/eventIntegrations/orders") == 404
    assert scene.ask("PUT", "state", state).json == {}
    assert scene.call("/eventIntegrations/orders") == 200


def test_calls_are_listed_by_their_time_chosen_and_forgotten(scene: Scene) -> None:
    def listed(query: str = "") -> list[str]:
        return [each["operation"] for each in scene.ask("GET", f"calls{query}").json["calls"]]

    for path in ("/v1/jobs", "/applications", "/v1/data-sets"):
        scene.handles.clock.advance(seconds=1)
        scene.call(path)
    assert listed() == ["ListJobs", "ListApplications", "ListDataSets"]
    assert listed("?operation=List*s") == ["ListJobs", "ListApplications", "ListDataSets"]
    assert listed("?operation=ListJobs") == ["ListJobs"]
    assert listed("?service=dataexchange") == ["ListJobs", "ListDataSets"]
    assert listed("?service=dataexchange&operation=*Jobs") == ["ListJobs"]
    (call,) = scene.ask("GET", "calls?operation=ListJobs").json["calls"]
    assert call["response"]["Jobs"] == []
    assert scene.ask("DELETE", "calls").json == {}
    assert listed() == []


def test_an_operation_that_no_service_has_is_refused_as_one_of_the_first(scene: Scene) -> None:
    text = error_of(scene.ask("GET", "calls?operation=Nothing"))
    assert text.startswith("appintegrations has no operation 'Nothing'")


# Faults ------------------------------------------------------------------------------------------------------

ONE_OF = (
    'Give one of "error" (the code of an AWS error, such as "ThrottlingException", or a list of outcomes in turn), '
    '"body" (the text of a malformed answer) and "disconnect": true (the connection is closed without an answer).'
)
CODE = "ThrottlingException"


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({}, ONE_OF),
        ({"times": 2}, ONE_OF),
        ({"error": CODE, "body": "b"}, ONE_OF),
        ({"error": CODE, "disconnect": True, "delay": 1}, ONE_OF),
        ({"error": CODE, "body": "b", "rate": 1}, ONE_OF),
        ({"error": {}}, ONE_OF),
        ({"body": ["b"]}, ONE_OF),
        ({"body": None}, ONE_OF),
        ({"disconnect": "yes"}, ONE_OF),
        ({"disconnect": 1}, ONE_OF),
        ({"disconnect": [True]}, ONE_OF),
        ({"error": [CODE, {"disconnect": False}]}, ONE_OF),
        ({"error": [[CODE]]}, ONE_OF),
        ({"error": [5]}, ONE_OF),
        (
            {"error": CODE, "when": ["Name"]},
            'Give "when" as an object of the parameters that must be equal, such as {"Name": "a"}.',
        ),
    ],
    ids=str,
)
def test_a_fault_needs_one_outcome(scene: Scene, given: dict[str, Any], text: str) -> None:
    assert error_of(scene.ask("POST", "faults", {"operation": "ListApplications", **given})) == text
    assert scene.ask("GET", "faults").json == {"faults": []}


@pytest.mark.usefixtures("ordered_faults")
@pytest.mark.parametrize(
    ("given", "statuses"),
    [
        ({"error": CODE}, [429, 200]),
        ({"error": CODE, "times": 2, "after": 1}, [200, 429, 429, 200]),
        ({"body": "<html>", "status": 502}, [502, 200]),
        ({"body": "\ud800"}, [200, 200]),
        ({"disconnect": True}, [None, 200]),
        ({"error": [CODE, None, {"disconnect": True}, {"error": "AccessDeniedException"}]}, [429, 200, None, 403, 200]),
        ({"error": CODE, "when": {}}, [429, 200]),
    ],
    ids=str,
)
def test_a_fault_has_the_outcome_that_was_given(
    scene: Scene, given: dict[str, Any], statuses: list[int | None]
) -> None:
    assert scene.ask("POST", "faults", {"operation": "ListApplications", **given}).json == {}
    assert [scene.call("/applications") for _ in statuses] == statuses


@pytest.mark.usefixtures("ordered_faults")
def test_a_fault_waits_for_a_call_whose_parameters_are_equal(scene: Scene) -> None:
    when: dict[str, Any] = {"maxResults": 5}
    text = error_of(scene.ask("POST", "faults", {"operation": "ListApplications", "error": CODE, "when": when}))
    assert "no parameter 'maxResults'" in text
    assert "'MaxResults'" in text
    when = {"MaxResults": 5, "NextToken": "a"}
    assert scene.ask("POST", "faults", {"operation": "ListApplications", "error": CODE, "when": when}).json == {}
    found = [scene.call(f"/applications{query}") for query in ("", "?maxResults=5", "?maxResults=6&nextToken=a")]
    assert 429 not in found
    assert scene.call("/applications?maxResults=5&nextToken=a") == 429


@pytest.mark.parametrize("operation", [None, 3, ["ListJobs"]], ids=str)
def test_a_fault_needs_an_operation(scene: Scene, operation: object) -> None:
    text = error_of(scene.ask("POST", "faults", {"operation": operation, "error": CODE}))
    assert text == 'Give "operation", such as "CreateEventIntegration", "Delete*" or "*".'


@pytest.mark.appint_mock_allow("unused_faults")
def test_a_fault_of_an_operation_of_both_services_needs_one_of_them(scene: Scene) -> None:
    given = {"operation": "TagResource", "error": CODE}
    assert error_of(scene.ask("POST", "faults", given)) == (
        'Both services have TagResource: give "service" too, "appintegrations" or "dataexchange".'
    )
    assert scene.ask("POST", "faults", {**given, "service": "dataexchange"}).json == {}
    assert [len(mock.faults) for mock in scene.handles.mocks.values()] == [0, 1]


@pytest.mark.parametrize(
    ("service", "text"),
    [
        ("s3", "There is no service 's3'; there are appintegrations and dataexchange."),
        (3, "There is no service 3; there are appintegrations and dataexchange."),
    ],
)
def test_a_fault_of_no_service_is_refused(scene: Scene, service: object, text: str) -> None:
    given = {"operation": "ListJobs", "error": CODE, "service": service}
    assert error_of(scene.ask("POST", "faults", given)) == text


def test_an_operation_of_the_other_service_is_none_of_this_one(scene: Scene) -> None:
    given = {"operation": "ListJobs", "error": CODE, "service": "appintegrations"}
    assert "appintegrations has no operation 'ListJobs'" in error_of(scene.ask("POST", "faults", given))


@pytest.mark.appint_mock_allow("unused_faults")
@pytest.mark.parametrize("given", [{"delay": 5}, {"rate": 1}], ids=str)
def test_a_fault_that_delays_or_throttles_needs_no_outcome(scene: Scene, given: dict[str, Any]) -> None:
    assert scene.ask("POST", "faults", {"operation": "ListApplications", **given}).json == {}
    (fault,) = scene.ask("GET", "faults").json["faults"]
    assert (fault["service"], fault["struck"], fault["used"]) == ("appintegrations", 0, False)
    assert fault["fault"] == repr(next(iter(scene.handles.mocks["appintegrations"].faults)))
    assert fault["times"] == (1 if "delay" in given else None)


def test_faults_are_forgotten(scene: Scene) -> None:
    for operation in ("ListApplications", "ListJobs"):
        scene.ask("POST", "faults", {"operation": operation, "error": CODE})
    assert [each["service"] for each in scene.ask("GET", "faults").json["faults"]] == [*scene.handles.mocks]
    assert scene.ask("DELETE", "faults").json == {}
    assert scene.ask("GET", "faults").json == {"faults": []}


# Clock -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({}, 'Give one of "advance", "freeze" and "follow".'),
        ({"follow": True, "freeze": None}, 'Give one of "advance", "freeze" and "follow".'),
        ({"advance": None}, 'Give "advance" as an object such as {"days": 1, "hours": 2}.'),
        ({"advance": [1]}, 'Give "advance" as an object such as {"days": 1, "hours": 2}.'),
        ({"freeze": 3}, "3 is no moment; give one such as 2026-01-31T12:00:00Z."),
        ({"freeze": "noon"}, "'noon' is no moment; give one such as 2026-01-31T12:00:00Z."),
    ],
    ids=str,
)
def test_a_clock_needs_one_order_that_it_can_follow(scene: Scene, given: Any, text: str) -> None:
    assert error_of(scene.ask("POST", "clock", given)) == text


def test_a_clock_is_stopped_moved_and_let_go(scene: Scene) -> None:
    assert scene.ask("POST", "clock", {"freeze": "2026-01-31T12:00:00Z"}).json == {"now": "2026-01-31T12:00:00.000Z"}
    assert scene.ask("POST", "clock", {"advance": {"hours": 2}}).json == {"now": "2026-01-31T14:00:00.000Z"}
    assert scene.ask("GET", "clock").json == {"now": "2026-01-31T14:00:00.000Z"}
    assert scene.ask("POST", "clock", {"freeze": None}).json == {"now": "2026-01-31T14:00:00.000Z"}
    assert scene.ask("POST", "clock", {"follow": True}).status == 200
    assert scene.handles.clock.dump() is None
