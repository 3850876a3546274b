"""The control API of one service without a server: seeds, events, objects, and the answers of an API."""

from __future__ import annotations

import base64
import datetime
import json
from typing import Any
from urllib.parse import quote

import pytest

from appint_mock.server.control import Control
from appint_mock.server.handles import Handles
from appint_mock.server.metrics import Metrics
from appint_mock.server.service_control import _with_bytes
from tests.server.talking import Answer, ask_below, error_of

MOMENT = datetime.datetime(2026, 1, 31, 12, tzinfo=datetime.timezone.utc)
SEED = {"name": "prices", "description": "d", "asset_type": "S3_SNAPSHOT", "product_id": "prod-1"}


class Scene:
    """A control API, and the handles that it controls."""

    def __init__(self, handles: Handles) -> None:
        self.exchange: Any = handles.mocks["dataexchange"]
        self._app = Control(handles, "http://here:1", None, Metrics({}, {}), lambda: True).app()
        self.worlds = handles.worlds

    def ask(self, method: str, path: str, given: Any = None) -> Answer:
        body = given if isinstance(given, bytes) else b"" if given is None else json.dumps(given).encode()
        return ask_below(self._app, method, f"/{path}", body)

    def events(self, query: str = "") -> list[str]:
        listed = self.ask("GET", f"dataexchange/events{query}").json["events"]
        return [each["detail"]["n"] for each in listed]

    def emit(self, number: str) -> str:
        self.exchange.backend().emit("Data Grant Extended", {"n": number})
        event_id: str = self.exchange.backend().events[-1]["id"]
        return event_id


@pytest.fixture
def scene(handles: Handles) -> Scene:
    return Scene(handles)


# Seeds -------------------------------------------------------------------------------------------------------


def test_a_seed_is_a_call_of_a_method_and_gives_its_result(scene: Scene) -> None:
    raw = {"$bytes": base64.b64encode(b"\xff").decode()}
    assets = {"a": "é", "b": raw, "c": {"content": "1234"}}
    made = scene.ask("POST", "dataexchange/add_entitled_data_set", {**SEED, "revisions": [{"assets": assets}]})
    data_set = made.json["result"]
    assert scene.exchange.backend().get_data_set(DataSetId=data_set)["Origin"] == "ENTITLED"
    (revision,) = scene.exchange.backend().list_data_set_revisions(DataSetId=data_set)["Revisions"]
    listed = scene.exchange.backend().list_revision_assets(DataSetId=data_set, RevisionId=revision["Id"])["Assets"]
    assert {each["Name"]: each["AssetDetails"]["S3SnapshotAsset"]["Size"] for each in listed} == {
        "a": 2,
        "b": 1,
        "c": 4,
    }


def test_a_seed_goes_to_one_account_and_region(scene: Scene) -> None:
    whose = "account_id=111122223333&region_name=eu-west-1"
    assert scene.ask("POST", f"dataexchange/emit?{whose}", {"detail_type": "Data Grant Extended"}).status == 200
    assert scene.exchange.backend().events == []
    (event,) = scene.exchange.backend("111122223333", "eu-west-1").events
    assert (event["account"], event["region"]) == ("111122223333", "eu-west-1")


def test_whoever_only_looks_leaves_no_account_behind(scene: Scene) -> None:
    assert scene.ask("GET", "dataexchange/events?account_id=111122223333").json == {"events": []}
    assert (
        scene.ask("POST", "dataexchange/end_subscription?account_id=111122223333", {"data_set_id": "0"}).status == 400
    )
    assert [each.account_id for each in scene.worlds["dataexchange"].backends()] == []


def test_arguments_that_a_method_does_not_have_are_refused_with_those_that_it_has(scene: Scene) -> None:
    text = error_of(scene.ask("POST", "dataexchange/finish_job", {"jobid": "a"}))
    assert text.startswith("finish_job: missing a required argument: 'job_id'. Did you mean 'job_id'? Its arguments: ")
    assert " Its arguments: job_id, state='COMPLETED', " in text
    text = error_of(scene.ask("POST", "dataexchange/finish_job", {"jobid": "a", "stat": "b"}))
    assert text.startswith("finish_job: missing a required argument: 'job_id'. Did you mean 'job_id'?")
    text = error_of(scene.ask("POST", "dataexchange/finish_job", {}))
    assert text.startswith("finish_job: missing a required argument: 'job_id'. Its arguments: job_id, ")


def test_an_argument_that_a_method_cannot_take_is_refused_with_its_error(scene: Scene) -> None:
    text = error_of(scene.ask("POST", "appintegrations/disassociate", {"association_arn": ["a"]}))
    assert text.startswith("backend.disassociate: association_arn is a list of 1, not a text.")


def test_the_next_jobs_fail_as_requested(scene: Scene) -> None:
    assert scene.ask("POST", "dataexchange/fail_job", {"times": None}).json == {"result": None}
    assert (
        "Did you mean 'times'? Its arguments: type='*', code='MALWARE_DETECTED', message=None, times=1, after=0."
        in (error_of(scene.ask("POST", "dataexchange/fail_job", {"time": 1})))
    )


@pytest.mark.parametrize(
    ("value", "path", "expected"),
    [
        ("é\ud800", [], "é\ud800".encode("utf-8", "surrogatepass")),
        (5, [], 5),
        (5, ["a"], 5),
        ({"a": "x", "b": "y"}, ["a"], {"a": b"x", "b": "y"}),
        ({"a": "x", "b": "y"}, ["*"], {"a": b"x", "b": b"y"}),
        ([{"a": {"c": "x"}}, {"b": {"c": "y"}}], ["a", "*"], [{"a": {"c": b"x"}}, {"b": {"c": "y"}}]),
    ],
    ids=str,
)
def test_texts_at_the_end_of_a_path_become_bytes(value: Any, path: list[str], expected: Any) -> None:
    assert _with_bytes(value, path) == expected


# Events ------------------------------------------------------------------------------------------------------


def test_events_are_listed_from_an_event_or_a_moment_on(scene: Scene) -> None:
    scene.exchange.clock.freeze(MOMENT)
    first = scene.emit("One")
    scene.exchange.clock.advance(hours=1)
    second, third = scene.emit("Two"), scene.emit("Three")
    assert scene.events() == ["One", "Two", "Three"]
    assert scene.events(f"?since={first}") == ["Two", "Three"]
    assert scene.events(f"?since={second}") == ["Three"]
    assert scene.events(f"?since={third}") == []
    assert scene.events("?since=2026-01-31T12:00:00Z") == ["One", "Two", "Three"]
    assert scene.events("?since=2026-01-31T12:00:01Z") == ["Two", "Three"]
    assert scene.events("?since=2026-01-31T13:00:00Z") == ["Two", "Three"]
    assert scene.events("?since=2026-01-31T13:00:01Z") == []
    assert scene.events("?region_name=eu-west-1") == []


def test_what_is_neither_an_event_nor_a_moment_is_refused(scene: Scene) -> None:
    scene.emit("One")
    assert error_of(scene.ask("GET", f"dataexchange/events?since={quote('an hour ago')}")) == (
        "since='an hour ago' is neither the id of an event that is there nor a moment such as 2026-01-31T12:00:00Z."
    )


def test_a_stream_of_a_place_that_cannot_be_is_refused(scene: Scene) -> None:
    assert "us-east-1" in error_of(scene.ask("GET", "dataexchange/events/stream?region_name=us-eats-1"))
    assert "'region' is unknown here." in error_of(scene.ask("GET", "dataexchange/events/stream?region=us-east-1"))


# The answers of an API -----------------------------------------------------------------------------------------


def test_an_api_answers_with_the_members_that_were_given(scene: Scene) -> None:
    answer = {"Body": "b", "ResponseHeaders": {"x-a": "b"}, "StatusCode": 201}
    assert scene.ask("POST", "dataexchange/on_api_asset", answer).json == {}
    assert scene.exchange.backend().handlers
    assert scene.ask("POST", "dataexchange/on_api_asset", {}).json == {}
    assert not any(scene.exchange.backend().handlers.values())


def test_an_api_has_a_url_or_an_answer(scene: Scene) -> None:
    given = {"url": "http://127.0.0.1:9/"}
    assert scene.ask("POST", "dataexchange/on_api_asset", given).json == {}
    assert scene.exchange.backend().handlers
    assert error_of(scene.ask("POST", "dataexchange/on_api_asset", {**given, "StatusCode": 200})) == (
        'Give either "url" or the members of the answer.'
    )
    assert scene.ask("POST", "dataexchange/on_api_asset", {"StatusCode": 200}).json == {}


@pytest.mark.parametrize("status", [199, 600, True, "200", 200.0, None], ids=repr)
def test_a_status_is_a_number_from_200_to_599(scene: Scene, status: object) -> None:
    assert error_of(scene.ask("POST", "dataexchange/on_api_asset", {"StatusCode": status})) == (
        f'"StatusCode" is {status!r}: give an HTTP status, 200 to 599.'
    )


@pytest.mark.parametrize("status", [200, 599])
def test_both_of_these_are_statuses(scene: Scene, status: int) -> None:
    assert scene.ask("POST", "dataexchange/on_api_asset", {"StatusCode": status}).json == {}


def test_an_api_has_headers_that_http_can_carry(scene: Scene) -> None:
    text = error_of(scene.ask("POST", "dataexchange/on_api_asset", {"ResponseHeaders": {"a": "b\nc"}}))
    assert text == "HTTP cannot carry the header 'a' with the value 'b\\nc'"
    for headers in ({"a": 1}, {"a": "b", "c": None}):
        text = error_of(scene.ask("POST", "dataexchange/on_api_asset", {"ResponseHeaders": headers}))
        assert text == 'Give "ResponseHeaders" as an object of texts.'
    answers: list[dict[str, Any]] = [{"Body": 1}, {"ResponseHeaders": []}]
    for answer in answers:
        text = error_of(scene.ask("POST", "dataexchange/on_api_asset", answer))
        assert text == 'Give "Body" as a text and "ResponseHeaders" as an object of texts.'


# Objects -----------------------------------------------------------------------------------------------------


def test_an_object_is_put_shown_listed_and_deleted(scene: Scene) -> None:
    path = "dataexchange/objects/files/a/b"
    assert scene.ask("PUT", path, b"\0data").json == {}
    assert scene.exchange.objects["files", "a/b"] == b"\0data"
    shown = scene.ask("GET", path)
    assert (shown.status, shown.body) == (200, b"\0data")
    assert shown.headers["content-type"] == "binary/octet-stream"
    listed = scene.ask("GET", "dataexchange/objects").json
    assert listed == {"objects": [{"bucket": "files", "key": "a/b", "size": 5}]}
    assert scene.ask("DELETE", path).json == {}
    for method in ("GET", "DELETE"):
        assert error_of(scene.ask(method, path), 404) == "There is no object 'a/b' in bucket 'files'."


def test_an_object_may_be_empty(scene: Scene) -> None:
    assert scene.ask("PUT", "dataexchange/objects/files/a", b"").json == {}
    assert (scene.ask("GET", "dataexchange/objects/files/a").status, dict(scene.exchange.objects)) == (
        200,
        {("files", "a"): b""},
    )
    assert scene.ask("DELETE", "dataexchange/objects/files/a").json == {}


def test_a_bucket_is_made_empty(scene: Scene) -> None:
    assert scene.ask("PUT", "dataexchange/objects/files").json == {}
    assert scene.exchange.objects.bucket_exists("files")
    assert scene.ask("GET", "dataexchange/objects").json == {"objects": []}
