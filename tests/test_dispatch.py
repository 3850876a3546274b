"""How a request is answered, whoever sent it: in which state, what is logged, who hears of it."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
import time_machine
from botocore.config import Config
from botocore.exceptions import ClientError

from appint_mock import mock_appintegrations, mock_dataexchange, neighbours
from appint_mock.protocol.message import Request, Response
from appint_mock.scopes import listeners
from appint_mock.scopes.dispatch import answer
from appint_mock.scopes.stack import open_scopes
from appint_mock.services import load
from tests.another import Another

ORDERS: dict[str, Any] = {"EventFilter": {"Source": "aws.partner/x"}, "EventBridgeBus": "default"}
OTHER = "210987654321"
URL = "https://app-integrations.us-east-1.amazonaws.com"
SIGNED = {"Authorization": "AWS4-HMAC-SHA256 Credential=AKIA111122223333MOCK/20300101/eu-west-1/x/aws4_request, x"}


@pytest.fixture
def aws() -> Iterator[Any]:
    with mock_appintegrations() as aws:
        yield aws


def ask(
    method: str, path: str, body: bytes = b"", headers: dict[str, str] = SIGNED, name: str | None = None
) -> Response:
    return answer(open_scopes("appintegrations"), Request(method, URL + path, headers, body), name)


@pytest.mark.parametrize(("fresh", "seen"), [(True, [[], ["a"]]), (False, [["a", "b"], ["a", "b"]])])
def test_a_fresh_scope_has_a_state_of_its_own(fresh: bool, seen: list[list[str]]) -> None:
    def names() -> list[str]:
        return [each["Name"] for each in client.list_event_integrations()["EventIntegrations"]]

    with mock_appintegrations():
        client: Any = boto3.client("appintegrations")
        client.create_event_integration(Name="a", **ORDERS)
        with mock_appintegrations(fresh=fresh):
            if not fresh:
                client.create_event_integration(Name="b", **ORDERS)
            inside = names()
        assert [inside, names()] == seen


def test_the_size_of_a_call_is_that_of_its_request_and_its_answer(aws: Any) -> None:
    answered = ask("GET", "/eventIntegrations")
    assert len(answered.body) > 0
    assert aws.calls.last.size == len(URL) + len("/eventIntegrations") + len(answered.body)
    body = json.dumps({"Name": "a", **ORDERS}).encode()
    answered = ask("POST", "/eventIntegrations", body)
    assert answered.status == 200
    assert aws.calls.last.size == len(URL) + len("/eventIntegrations") + len(body) + len(answered.body)


def test_the_size_of_a_call_that_raised_is_that_of_its_request(aws: Any) -> None:
    aws.fail("CreateEventIntegration", OSError("away"))
    with pytest.raises(OSError, match="away"):
        ask("POST", "/eventIntegrations", b'{"Name": "a"}')
    assert aws.calls.last.size == len(URL) + len("/eventIntegrations") + len(b'{"Name": "a"}')


def test_who_listens_hears_of_each_call_with_the_state(aws: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[Any] = []
    monkeypatch.setattr(listeners, "called", [lambda call, world: heard.append((call, world))] * 2)
    ask("GET", "/eventIntegrations")
    assert heard == [(aws.calls.last, open_scopes("appintegrations")[-1].world)] * 2


def test_the_log_says_who_called_and_the_scope_says_it_for_a_caller_who_is_unknown(aws: Any) -> None:
    ask("GET", "/eventIntegrations")
    ask("GET", "/nowhere", headers={})
    ask("GET", "/eventIntegrations", headers={}, name="ListEventIntegrations")
    ask("GET", "/eventIntegrations", headers={}, name="Unknown")
    ask("POST", "/nowhere")
    assert [(call.operation, call.account_id, call.region_name, call.status_code) for call in aws.calls] == [
        ("ListEventIntegrations", "111122223333", "eu-west-1", 200),
        (f"GET {URL}/nowhere", "123456789012", "us-east-1", 403),
        ("ListEventIntegrations", "123456789012", "us-east-1", 403),
        ("Unknown", "123456789012", "us-east-1", 403),
        (f"POST {URL}/nowhere", "111122223333", "eu-west-1", 403),
    ]
    assert {call.error_code for call in aws.calls[1:]} == {"MissingAuthenticationTokenException"}


@pytest.mark.parametrize("name", [None, "ListEventIntegrations"])
def test_an_answer_bears_the_second_of_the_mocks_clock(aws: Any, name: str | None) -> None:
    aws.clock.freeze(datetime.datetime(2030, 1, 2, 3, 4, 5, 999_999))
    answered = ask("GET", "/eventIntegrations", name=name)
    assert answered.headers["Date"] == "Wed, 02 Jan 2030 03:04:05 GMT"


def test_a_refusal_that_is_not_about_a_missing_resource_has_no_hint(aws: Any) -> None:
    boto3.client("appintegrations", **aws.credentials(OTHER)).create_event_integration(Name="orders", **ORDERS)
    client: Any = boto3.client("appintegrations", config=Config(retries={"total_max_attempts": 1}))
    for status in (403, 404, 405, 500):
        aws.fail("GetEventIntegration", "TeapotException", status=status)
        with pytest.raises(ClientError):
            client.get_event_integration(Name="orders")
    aws.fail("GetEventIntegration", b"{}")
    client.get_event_integration(Name="orders")
    assert [(call.status_code, call.hint) for call in aws.calls][1:] == [
        (403, None),
        (404, f"account {OTHER} has it"),
        (405, None),
        (500, None),
        (200, None),
    ]


@pytest.mark.parametrize("checks", [True, False])
def test_the_resources_that_a_request_names_are_looked_up_if_the_innermost_scope_asks_for_it(
    no_neighbour: None, checks: bool
) -> None:
    keys = Another(lambda arn: False)
    neighbours.register(keys)
    with mock_appintegrations(check_references=not checks), mock_appintegrations(check_references=checks) as aws:
        answered = ask("POST", "/dataIntegrations", b'{"Name": "files", "KmsKey": "key", "SourceURI": "s3://files"}')
        assert answered.status == (400 if checks else 200)
        assert len(aws.calls) == 1
    assert keys.asked == (["arn:aws:kms:eu-west-1:111122223333:key/key"] if checks else [])


def test_the_innermost_scope_says_whose_a_call_is_if_nothing_else_does(monkeypatch: pytest.MonkeyPatch) -> None:
    unknown = {"Authorization": "AWS4-HMAC-SHA256 Credential=AKIAOTHER, x"}
    nowhere = "https://localhost/eventIntegrations"
    with (
        mock_appintegrations(account_id="777788889999", region_name="us-west-2"),
        mock_appintegrations(account_id="444455556666", region_name="eu-west-2"),
        mock_appintegrations(account_id=OTHER, region_name="eu-west-3") as aws,
    ):
        scopes = open_scopes("appintegrations")
        answer(scopes, Request("GET", nowhere, unknown, b""))
        answer(scopes, Request("GET", nowhere, {}, b""))
        # No operation of the services answers unsigned requests, but those of others do.
        listing = load("appintegrations").catalogue.operations["ListEventIntegrations"]
        monkeypatch.setitem(vars(listing), "needs_signature", False)
        answer(scopes, Request("GET", nowhere, {}, b""))
        ask("GET", "/eventIntegrations", headers={})
        ask("GET", "/eventIntegrations")
        places = [(call.status_code, call.account_id, call.region_name) for call in aws.calls]
    assert places == [
        (200, OTHER, "eu-west-3"),
        (403, OTHER, "eu-west-3"),
        (200, OTHER, "eu-west-3"),
        (200, OTHER, "us-east-1"),
        (200, "111122223333", "eu-west-1"),
    ]


@pytest.mark.parametrize(
    ("host", "path", "name", "operation", "parameters"),
    [
        ("dataexchange", "/v1/data-sets?maxResults=5", None, "ListDataSets", {"MaxResults": 5}),
        ("api-fulfill.dataexchange", f"/v1/data-sets/{'a' * 32}", "GetDataSet", "GetDataSet", {"DataSetId": "a" * 32}),
    ],
)
def test_only_a_request_to_the_api_host_of_no_known_operation_is_read_in_another_form(
    host: str, path: str, name: str | None, operation: str, parameters: dict[str, Any]
) -> None:
    with mock_dataexchange() as aws:
        request = Request("GET", f"https://{host}.us-east-1.amazonaws.com{path}", SIGNED, b"")
        answer(open_scopes("dataexchange"), request, name)
        assert (aws.calls.last.operation, aws.calls.last.parameters) == (operation, parameters)


def test_what_is_due_by_the_time_of_day_is_done_before_the_next_request_is_answered() -> None:
    start = datetime.datetime(2030, 1, 1)
    with time_machine.travel(start, tick=False) as now, mock_dataexchange(job_seconds=60) as aws:
        client: Any = boto3.client("dataexchange")
        aws.objects["bucket", "a.csv"] = b""
        data_set = client.create_data_set(Name="prices", Description="daily", AssetType="S3_SNAPSHOT")["Id"]
        details = {
            "DataSetId": data_set,
            "RevisionId": client.create_revision(DataSetId=data_set)["Id"],
            "AssetSources": [{"Bucket": "bucket", "Key": "a.csv"}],
        }
        job = client.create_job(Type="IMPORT_ASSETS_FROM_S3", Details={"ImportAssetsFromS3": details})["Id"]
        client.start_job(JobId=job)
        states = []
        for seconds in (59, 1):
            now.shift(seconds)
            client.list_event_actions()
            states.append(aws.backend().jobs[job]["State"])
    assert states == ["IN_PROGRESS", "COMPLETED"]
