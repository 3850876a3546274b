"""The control API: the handles' powers in JSON, and refusals that say what to do instead."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from appint_mock.server import ServerMock
from tests.server.talking import ASSET_HEADERS, Answer, client, control, error_of, send, signed

EVENT_INTEGRATION = {"Name": "orders", "EventFilter": {"Source": "aws.partner/x"}, "EventBridgeBus": "default"}


def make(server: ServerMock, **options: str) -> Any:
    """A client of AppIntegrations, after it has made an event integration."""
    events = client(server, "appintegrations", **options)
    events.create_event_integration(**EVENT_INTEGRATION)
    return events


def names(events: Any) -> list[str]:
    return [each["Name"] for each in events.list_event_integrations()["EventIntegrations"]]


def result(answer: Answer) -> Any:
    assert answer.status == 200, answer
    return answer.json["result"]


# What is there -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/_appint_mock", "/_appint_mock/"])
def test_the_start_page_lists_everything_with_a_summary(server: ServerMock, path: str) -> None:
    shown = send(server, "GET", path).json
    assert shown["endpoint"] == server.endpoint
    assert (
        shown["routes"]["POST /_appint_mock/reset"] == "Forgets all state, the calls, the faults and the clock's shift."
    )
    assert all(shown["routes"].values())


def test_each_service_has_routes_for_its_seeding_methods_and_for_what_it_can(server: ServerMock) -> None:
    routes = [each.replace("/_appint_mock/", "") for each in send(server, "GET", "/_appint_mock").json["routes"]]

    def of(service: str) -> set[str]:
        return {each.replace(f" {service}/", " ") for each in routes if f" {service}/" in each}

    assert of("appintegrations") == {
        f"POST {name}"
        for name in ("associate_event_integration", "associate_application", "disassociate", "finish_execution")
    }
    methods = ("add_entitled_data_set", "publish_revision", "end_subscription", "finish_job", "emit")
    assert of("dataexchange") == {
        *(f"POST {name}" for name in (*methods, "fail_job", "on_api_asset")),
        *("GET events", "GET events/stream", "GET objects", "PUT objects/BUCKET"),
        *(f"{method} objects/BUCKET/KEY" for method in ("GET", "PUT", "DELETE")),
    }


def test_an_unknown_path_is_refused_with_a_list_of_the_paths(server: ServerMock) -> None:
    answer = control(server, "GET", "callz")
    assert error_of(answer, 404) == "There is no /_appint_mock/callz. Did you mean 'calls'?"
    assert "/_appint_mock/state/save" in answer.json["known"]


def test_a_wrong_method_is_refused_with_the_right_ones(server: ServerMock) -> None:
    assert error_of(control(server, "GET", "reset"), 405) == "/_appint_mock/reset takes POST, not GET."


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"{", "The body is not JSON"),
        (b"\xff", "The body is not JSON"),
        (b"[" * 100_000, "The body is not JSON"),
        (b"[1]", "The body must be a JSON object, not [1]."),
        (b'{"advanse": {}}', "'advanse' is unknown here. Did you mean 'advance'? Give advance, freeze, follow."),
    ],
)
def test_a_wrong_body_is_refused_with_the_reason(server: ServerMock, body: bytes, text: str) -> None:
    assert text in error_of(send(server, "POST", "/_appint_mock/clock", body))


def test_an_unknown_query_parameter_is_refused_by_name(server: ServerMock) -> None:
    assert "'operations' is unknown here. Did you mean 'operation'" in error_of(
        control(server, "GET", "calls?operations=a")
    )


# State -------------------------------------------------------------------------------------------------------


def test_reset_forgets_everything(server: ServerMock) -> None:
    events = make(server)
    control(server, "POST", "clock", {"freeze": "2020-01-01T00:00:00Z"})
    control(server, "POST", "faults", {"operation": "GetApplication", "error": "ThrottlingException"})
    assert control(server, "POST", "reset").json == {}
    assert names(events) == []
    assert [call["operation"] for call in control(server, "GET", "calls").json["calls"]] == ["ListEventIntegrations"]
    assert control(server, "GET", "faults").json == {"faults": []}
    assert control(server, "GET", "clock").json["now"] > "2026"


def test_state_goes_out_and_comes_back(server: ServerMock) -> None:
    events = make(server)
    state = control(server, "GET", "state").json
    assert set(state) == {"appintegrations", "dataexchange"}
    events.delete_event_integration(Name="orders")
    assert control(server, "PUT", "state", state).status == 200
    assert names(events) == ["orders"]


def test_the_state_of_one_service_leaves_the_others_alone(server: ServerMock) -> None:
    empty = control(server, "GET", "state").json
    events = make(server)
    assert control(server, "PUT", "state", {"dataexchange": empty["dataexchange"]}).status == 200
    assert names(events) == ["orders"]


@pytest.mark.parametrize(
    "state", [{}, {"s3": {}}, {"appintegrations": {}}, {"appintegrations": {"version": 99, "service": "x"}}]
)
def test_a_state_that_cannot_be_read_changes_nothing(server: ServerMock, state: Any) -> None:
    events = make(server)
    assert error_of(control(server, "PUT", "state", state))
    assert names(events) == ["orders"]


def test_saving_without_a_state_file_is_a_conflict(server: ServerMock) -> None:
    assert "--state FILE" in error_of(control(server, "POST", "state/save"), 409)


def test_state_is_saved_on_demand(tmp_path: Any) -> None:
    with ServerMock(state=tmp_path / "state.json") as server:
        assert control(server, "POST", "state/save").json == {"saved": str(tmp_path / "state.json")}
        assert (tmp_path / "state.json").exists()


# Calls -------------------------------------------------------------------------------------------------------


def test_calls_are_listed_with_their_parameters_and_answers(server: ServerMock) -> None:
    make(server, account_id="111122223333", region_name="eu-west-1")
    (call,) = control(server, "GET", "calls").json["calls"]
    assert {name: call[name] for name in ("service", "operation", "account_id", "region_name", "status_code")} == {
        "service": "appintegrations",
        "operation": "CreateEventIntegration",
        "account_id": "111122223333",
        "region_name": "eu-west-1",
        "status_code": 200,
    }
    assert call["parameters"]["EventFilter"] == {"Source": "aws.partner/x"}
    assert call["response"]["EventIntegrationArn"].endswith("event-integration/orders")
    assert call["error_code"] is None


def test_calls_of_both_services_come_in_the_order_of_their_time(server: ServerMock) -> None:
    exchange = client(server, "dataexchange")
    events = make(server)
    exchange.list_data_sets()
    events.list_applications()
    shown = control(server, "GET", "calls").json["calls"]
    assert [call["operation"] for call in shown] == ["CreateEventIntegration", "ListDataSets", "ListApplications"]


def test_moments_in_calls_are_iso_8601(server: ServerMock) -> None:
    control(server, "POST", "clock", {"freeze": "2026-01-02T03:04:05.678Z"})
    client(server, "dataexchange").create_data_set(AssetType="S3_SNAPSHOT", Name="n", Description="d")
    (call,) = control(server, "GET", "calls").json["calls"]
    assert call["time"] == call["response"]["CreatedAt"] == "2026-01-02T03:04:05.678Z"


def test_calls_are_chosen_by_operation_and_service(server: ServerMock) -> None:
    events = make(server)
    events.list_applications()
    client(server, "dataexchange").list_jobs()

    def chosen(query: str) -> list[str]:
        return [call["operation"] for call in control(server, "GET", f"calls?{query}").json["calls"]]

    assert chosen("operation=List*") == ["ListApplications", "ListJobs"]
    assert chosen("operation=ListJobs") == ["ListJobs"]
    assert chosen("service=appintegrations") == ["CreateEventIntegration", "ListApplications"]


def test_calls_of_an_unknown_operation_or_service_are_refused(server: ServerMock) -> None:
    assert "no operation 'Nothing'" in error_of(control(server, "GET", "calls?operation=Nothing"))
    assert "no service 's3'" in error_of(control(server, "GET", "calls?service=s3"))


def test_calls_are_forgotten_on_demand(server: ServerMock) -> None:
    events = make(server)
    control(server, "DELETE", "calls")
    assert control(server, "GET", "calls").json == {"calls": []}
    assert names(events) == ["orders"]


# Faults ------------------------------------------------------------------------------------------------------


def status(server: ServerMock, path: str = "/applications", service: str = "app-integrations") -> int:
    return send(server, "GET", path, headers=signed(service)).status


@pytest.mark.usefixtures("ordered_faults")
def test_a_fault_applies_as_often_as_it_was_added_for(server: ServerMock) -> None:
    order = {"operation": "ListApplications", "error": "ThrottlingException", "message": "slow", "times": 2, "after": 1}
    assert control(server, "POST", "faults", order).json == {}
    assert [status(server) for _ in range(4)] == [200, 429, 429, 200]
    (fault,) = control(server, "GET", "faults").json["faults"]
    assert (fault["service"], fault["struck"], fault["times"], fault["used"]) == ("appintegrations", 2, 2, True)


@pytest.mark.usefixtures("ordered_faults")
def test_a_fault_applies_until_it_is_removed(server: ServerMock) -> None:
    control(server, "POST", "faults", {"operation": "ListJobs", "error": "Teapot", "status": 418, "times": None})
    assert [status(server, "/v1/jobs", "dataexchange") for _ in range(2)] == [418, 418]
    control(server, "DELETE", "faults")
    assert status(server, "/v1/jobs", "dataexchange") == 200


@pytest.mark.usefixtures("ordered_faults")
def test_a_fault_applies_only_if_the_parameters_are_equal(server: ServerMock) -> None:
    order = {"operation": "GetEventIntegration", "error": "InternalServiceError", "when": {"Name": "orders"}}
    control(server, "POST", "faults", order)
    events = make(server)
    with pytest.raises(events.exceptions.ResourceNotFoundException):
        events.get_event_integration(Name="other")
    assert status(server, "/eventIntegrations/orders") == 500


@pytest.mark.usefixtures("ordered_faults")
def test_a_fault_can_be_a_malformed_answer_or_none_at_all(server: ServerMock) -> None:
    control(server, "POST", "faults", {"operation": "ListApplications", "body": "<html>", "status": 502})
    answer = send(server, "GET", "/applications", headers=signed("app-integrations"))
    assert (answer.status, answer.body) == (502, b"<html>")
    control(server, "POST", "faults", {"operation": "ListApplications", "disconnect": True})
    with pytest.raises(Exception, match=r"IncompleteRead|closed|reset"):
        status(server)
    assert status(server) == 200


@pytest.mark.usefixtures("ordered_faults")
def test_a_call_can_be_carried_out_and_lose_its_answer(server: ServerMock) -> None:
    events = make(server)
    order = {"operation": "CreateEventIntegration", "disconnect": True, "carried_out": True}
    control(server, "POST", "faults", order)
    # botocore's own retry has the same ClientToken: it gets the answer that was lost, and makes nothing twice.
    events.create_event_integration(**{**EVENT_INTEGRATION, "Name": "second"})
    assert names(events) == ["orders", "second"]
    assert len(control(server, "GET", "calls?operation=CreateEventIntegration").json["calls"]) == 3


@pytest.mark.usefixtures("ordered_faults")
def test_a_call_can_be_late_or_throttled_by_a_rate(server: ServerMock) -> None:
    control(server, "POST", "clock", {"freeze": "2030-01-01T00:00:00Z"})
    control(server, "POST", "faults", {"operation": "ListApplications", "delay": 90})
    control(server, "POST", "faults", {"operation": "ListApplications", "rate": 1})
    assert [status(server) for _ in range(3)] == [200, 200, 429]
    assert control(server, "GET", "clock").json["now"].startswith("2030-01-01T00:01:30")


@pytest.mark.parametrize(
    ("order", "text"),
    [
        ({"error": "ThrottlingException"}, 'Give "operation"'),
        ({"operation": 3, "error": "ThrottlingException"}, 'Give "operation"'),
        ({"operation": "ListApplication", "error": "ThrottlingException"}, "Did you mean 'ListApplications'"),
        ({"operation": "TagResource", "error": "ThrottlingException"}, 'give "service" too, "appintegrations" or'),
        ({"operation": "TagResource", "error": "ThrottlingException", "service": "s3"}, "There is no service 's3'"),
        ({"operation": "ListApplications"}, 'Give one of "error"'),
        ({"operation": "ListApplications", "error": "a", "body": "b"}, 'Give one of "error"'),
        ({"operation": "ListApplications", "error": 3}, 'Give one of "error"'),
        ({"operation": "ListApplications", "error": True}, 'Give one of "error"'),
        ({"operation": "ListApplications", "body": True}, 'Give one of "error"'),
        ({"operation": "ListApplications", "body": ["a"]}, 'Give one of "error"'),
        ({"operation": "ListApplications", "disconnect": "true"}, 'Give one of "error"'),
        ({"operation": "ListApplications", "disconnect": False}, 'Give one of "error"'),
        ({"operation": "ListApplications", "error": "Throttling"}, "give its HTTP status"),
        ({"operation": "ListApplications", "error": "ThrottlingException", "times": 0}, "at least 1"),
        ({"operation": "ListApplications", "error": "ThrottlingException", "when": 3}, 'Give "when" as an object'),
        ({"operation": "ListApplications", "error": "ThrottlingException", "when": {"Nam": 3}}, "no parameter 'Nam'"),
        ({"operation": "ListApplications", "error": "ThrottlingException", "time": 3}, "Did you mean 'times'"),
    ],
)
def test_a_fault_that_cannot_be_is_refused(server: ServerMock, order: Any, text: str) -> None:
    assert text in error_of(control(server, "POST", "faults", order))
    assert control(server, "GET", "faults").json == {"faults": []}


@pytest.mark.usefixtures("ordered_faults")
def test_a_service_can_be_named_where_both_have_the_operation(server: ServerMock) -> None:
    order = {"operation": "*", "error": "ThrottlingException", "service": "dataexchange"}
    control(server, "POST", "faults", order)
    assert (status(server), status(server, "/v1/jobs", "dataexchange")) == (200, 429)


# Clock -------------------------------------------------------------------------------------------------------


def test_the_clock_moves_both_services(server: ServerMock) -> None:
    assert control(server, "POST", "clock", {"freeze": "2026-01-31T12:00:00Z"}).json == {
        "now": "2026-01-31T12:00:00.000Z"
    }
    shown = control(server, "POST", "clock", {"advance": {"days": 1, "minutes": 30}}).json
    assert shown == control(server, "GET", "clock").json == {"now": "2026-02-01T12:30:00.000Z"}
    made = client(server, "dataexchange").create_data_set(AssetType="S3_SNAPSHOT", Name="n", Description="d")
    assert made["CreatedAt"].isoformat() == "2026-02-01T12:30:00+00:00"
    answer = send(server, "GET", "/applications", headers=signed("app-integrations"))
    assert answer.headers["date"] == "Sun, 01 Feb 2026 12:30:00 GMT"
    assert control(server, "POST", "clock", {"follow": True}).json["now"] != shown["now"]


def test_a_clock_can_be_frozen_now(server: ServerMock) -> None:
    now = control(server, "POST", "clock", {"freeze": None}).json
    assert control(server, "GET", "clock").json == now


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({}, 'Give one of "advance", "freeze" and "follow".'),
        ({"follow": True, "freeze": None}, 'Give one of "advance"'),
        ({"advance": 3}, 'Give "advance" as an object'),
        ({"advance": {"hours": -1}}, "only goes forward"),
        ({"advance": {"hour": 1}}, "hours="),
        ({"freeze": "tomorrow"}, "'tomorrow' is no moment; give one such as 2026-01-31T12:00:00Z."),
    ],
)
def test_a_clock_is_not_set_to_what_is_no_time(server: ServerMock, given: Any, text: str) -> None:
    assert text in error_of(control(server, "POST", "clock", given))


# Seeding -----------------------------------------------------------------------------------------------------


def test_associations_of_event_integrations_are_seeded_and_removed(server: ServerMock) -> None:
    events = make(server)
    seed = {"name": "orders", "client_id": "connect.amazonaws.com", "client_association_metadata": {"a": "b"}}
    arn = result(control(server, "POST", "appintegrations/associate_event_integration", seed))
    (association,) = events.list_event_integration_associations(EventIntegrationName="orders")[
        "EventIntegrationAssociations"
    ]
    assert association["EventIntegrationAssociationArn"] == arn
    with pytest.raises(events.exceptions.InvalidRequestException):
        events.delete_event_integration(Name="orders")
    assert result(control(server, "POST", "appintegrations/disassociate", {"association_arn": arn})) is None
    events.delete_event_integration(Name="orders")


def test_associations_of_applications_are_seeded(server: ServerMock) -> None:
    events = client(server, "appintegrations")
    made = events.create_application(
        Name="a", Namespace="a", ApplicationSourceConfig={"ExternalUrlConfig": {"AccessUrl": "https://example.com"}}
    )
    result(control(server, "POST", "appintegrations/associate_application", {"identifier": made["Id"]}))
    assert len(events.list_application_associations(ApplicationId=made["Id"])["ApplicationAssociations"]) == 1


def test_an_execution_is_finished(server: ServerMock) -> None:
    events = client(server, "appintegrations")
    made = events.create_data_integration(Name="d", KmsKey="k")
    execution = {"ExecutionMode": "ON_DEMAND"}
    events.create_data_integration_association(DataIntegrationIdentifier=made["Id"], ExecutionConfiguration=execution)

    def shown() -> Any:
        listed = events.list_data_integration_associations(DataIntegrationIdentifier=made["Id"])
        return listed["DataIntegrationAssociations"][0]

    seed = {"association_arn": shown()["DataIntegrationAssociationArn"], "status": "FAILED", "message": "no"}
    result(control(server, "POST", "appintegrations/finish_execution", seed))
    assert shown()["LastExecutionStatus"] == {"ExecutionStatus": "FAILED", "StatusMessage": "no"}


def test_a_seed_goes_to_the_account_and_region_that_are_named(server: ServerMock) -> None:
    make(server, account_id="111122223333", region_name="eu-west-1")
    seed = {"name": "orders", "client_id": "c"}
    whose = "account_id=111122223333&region_name=eu-west-1"
    arn = result(control(server, "POST", f"appintegrations/associate_event_integration?{whose}", seed))
    assert ":eu-west-1:111122223333:" in arn


@pytest.mark.parametrize(
    ("path", "seed", "text"),
    [
        ("associate_event_integration", {"name": "nobody", "client_id": "c"}, "Could not find EventIntegration"),
        (
            "associate_event_integration",
            {"name": "a"},
            "missing a required argument: 'client_id'. Its arguments: name, ",
        ),
        ("associate_event_integration", {"nam": "a"}, "Its arguments: name, client_id"),
        ("associate_event_integration", {"name": ["a"], "client_id": "c"}, "associate_event_integration"),
        ("associate_event_integration?account_id=1", {"name": "a", "client_id": "c"}, "12 digits"),
        ("associate_event_integration?accountid=1", {"name": "a", "client_id": "c"}, "Did you mean 'account_id'"),
        ("finish_execution", {"association_arn": "a", "status": "DONE"}, "DONE"),
        ("disassociate", {"association_arn": 3}, "disassociate"),
    ],
)
def test_a_seed_that_does_not_fit_is_refused(server: ServerMock, path: str, seed: Any, text: str) -> None:
    assert text in error_of(control(server, "POST", f"appintegrations/{path}", seed))


def test_a_method_that_is_no_seeding_method_cannot_be_called(server: ServerMock) -> None:
    assert control(server, "POST", "appintegrations/load", {}).status == 404
    assert control(server, "POST", "appintegrations/create_application", {}).status == 404


def test_entitled_data_is_seeded_with_texts_or_bytes(server: ServerMock) -> None:
    raw = base64.b64encode(b"\x00\xff").decode()
    seed = {
        "name": "prices",
        "description": "d",
        "asset_type": "S3_SNAPSHOT",
        "product_id": "prod-1",
        "revisions": [
            {"comment": "c", "assets": {"a.csv": "é\n", "b.bin": {"$bytes": raw}, "c.csv": {"content": "1234"}}}
        ],
    }
    data_set_id = result(control(server, "POST", "dataexchange/add_entitled_data_set", seed))
    exchange = client(server, "dataexchange")
    assert exchange.get_data_set(DataSetId=data_set_id)["Origin"] == "ENTITLED"
    (revision,) = exchange.list_data_set_revisions(DataSetId=data_set_id)["Revisions"]
    assets = exchange.list_revision_assets(DataSetId=data_set_id, RevisionId=revision["Id"])["Assets"]
    assert [(each["Name"], each["AssetDetails"]["S3SnapshotAsset"]["Size"]) for each in assets] == [
        ("c.csv", 4),
        ("b.bin", 2),
        ("a.csv", 3),
    ]


@pytest.mark.parametrize("revisions", [3, [3], [{"assets": 3}], [{"assets": {"a": 3}}], [{"id": 3}], None])
def test_entitled_data_that_does_not_fit_is_refused(server: ServerMock, revisions: Any) -> None:
    seed = {
        "name": "n",
        "description": "d",
        "asset_type": "S3_SNAPSHOT",
        "product_id": "p",
        "revisions": revisions,
    }
    assert error_of(control(server, "POST", "dataexchange/add_entitled_data_set", seed))


def test_a_publication_and_its_event_are_seen(server: ServerMock) -> None:
    exchange = client(server, "dataexchange")
    data_set = exchange.create_data_set(AssetType="S3_SNAPSHOT", Name="n", Description="d")
    revision = exchange.create_revision(DataSetId=data_set["Id"])
    whose = {"DataSetId": data_set["Id"], "RevisionId": revision["Id"]}
    control(server, "PUT", "dataexchange/objects/bucket/a.csv", None)
    job = exchange.create_job(
        Type="IMPORT_ASSETS_FROM_S3",
        Details={"ImportAssetsFromS3": {**whose, "AssetSources": [{"Bucket": "bucket", "Key": "a.csv"}]}},
    )
    exchange.start_job(JobId=job["Id"])
    assert exchange.get_job(JobId=job["Id"])["State"] == "COMPLETED"
    exchange.update_revision(**whose, Finalized=True)
    seed = {"data_set_id": data_set["Id"], "revision_id": revision["Id"]}
    result(control(server, "POST", "dataexchange/publish_revision", seed))
    event = control(server, "GET", "dataexchange/events").json["events"][-1]
    assert event["detail-type"] == "Revision Published To Data Set"
    assert control(server, "GET", "dataexchange/events?region_name=eu-west-1").json == {"events": []}


def test_a_job_is_finished() -> None:
    with ServerMock(job_polls=None) as server:
        exchange = client(server, "dataexchange")
        data_set = exchange.create_data_set(AssetType="S3_SNAPSHOT", Name="n", Description="d")
        revision = exchange.create_revision(DataSetId=data_set["Id"])
        details = {
            "DataSetId": data_set["Id"],
            "RevisionId": revision["Id"],
            "AssetSources": [{"Bucket": "b", "Key": "k"}],
        }
        job = exchange.create_job(Type="IMPORT_ASSETS_FROM_S3", Details={"ImportAssetsFromS3": details})
        exchange.start_job(JobId=job["Id"])
        result(control(server, "POST", "dataexchange/finish_job", {"job_id": job["Id"], "state": "TIMED_OUT"}))
        assert exchange.get_job(JobId=job["Id"])["State"] == "TIMED_OUT"
        again = control(server, "POST", "dataexchange/finish_job", {"job_id": job["Id"]})
        assert "has ended already" in error_of(again)


def test_an_api_assets_answer_is_given_and_taken_back(server: ServerMock) -> None:
    headers = {**signed("dataexchange"), **ASSET_HEADERS}
    control(server, "POST", "dataexchange/on_api_asset", {"Body": "hello", "ResponseHeaders": {"x-mine": "1"}})
    answer = send(server, "POST", "/v1", b"", headers)
    assert (answer.status, answer.body, answer.headers["x-mine"]) == (200, b"hello", "1")
    control(server, "POST", "dataexchange/on_api_asset", {})
    assert send(server, "POST", "/v1", b"", headers).status == 404


# Objects -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ({"url": "http://localhost:9/", "Body": "a"}, 'Give either "url" or the members of the answer.'),
        ({"Body": 1}, 'Give "Body" as a text and "ResponseHeaders" as an object of texts.'),
        ({"ResponseHeaders": ["a"]}, 'Give "Body" as a text and "ResponseHeaders" as an object of texts.'),
        ({"ResponseHeaders": {"a": "b", "c": 1}}, 'Give "ResponseHeaders" as an object of texts.'),
        ({"ResponseHeaders": {"a": "b\nc"}}, "HTTP cannot carry the header 'a'"),
        ({"StatusCode": 199}, '"StatusCode" is 199: give an HTTP status, 200 to 599.'),
        ({"StatusCode": 600}, '"StatusCode" is 600: give an HTTP status, 200 to 599.'),
        ({"StatusCode": True}, '"StatusCode" is True: give an HTTP status, 200 to 599.'),
        ({"StatusCode": "200"}, "\"StatusCode\" is '200': give an HTTP status, 200 to 599."),
    ],
    ids=str,
)
def test_an_api_assets_answer_that_cannot_be_is_refused(server: ServerMock, answer: Any, text: str) -> None:
    assert text in error_of(control(server, "POST", "dataexchange/on_api_asset", answer))


@pytest.mark.parametrize("status", [200, 599])
def test_an_api_asset_answers_with_any_status_from_200_to_599(server: ServerMock, status: int) -> None:
    assert control(server, "POST", "dataexchange/on_api_asset", {"StatusCode": status}).status == 200
    answer = send(server, "POST", "/v1", b"", {**signed("dataexchange"), **ASSET_HEADERS})
    assert answer.status == status
    control(server, "POST", "dataexchange/on_api_asset", {})


def test_objects_are_put_got_listed_and_deleted(server: ServerMock) -> None:
    path = "/_appint_mock/dataexchange/objects/bucket/a%2Fb/c%20d.csv"
    assert send(server, "PUT", path, b"\x00data").json == {}
    assert server.dataexchange.objects["bucket", "a/b/c d.csv"] == b"\x00data"
    assert send(server, "GET", path).body == b"\x00data"
    listed = control(server, "GET", "dataexchange/objects").json
    assert listed == {"objects": [{"bucket": "bucket", "key": "a/b/c d.csv", "size": 5}]}
    assert send(server, "DELETE", path).status == 200
    assert "no object 'a/b/c d.csv' in bucket 'bucket'" in error_of(send(server, "GET", path), 404)
    assert error_of(send(server, "DELETE", path), 404)


def test_a_bucket_is_made_empty(server: ServerMock) -> None:
    assert control(server, "PUT", "dataexchange/objects/bucket").status == 200
    assert server.dataexchange.objects.bucket_exists("bucket")
    assert control(server, "GET", "dataexchange/objects").json == {"objects": []}


def test_to_ask_for_accounts_and_to_be_refused_leaves_no_backend(server: ServerMock) -> None:
    there = {name: mock.backend().world.backends() for name, mock in server._handles.mocks.items()}
    for number in range(20):
        whose = f"?account_id={number:012}&region_name=eu-west-{number % 3 + 1}"
        assert control(server, "GET", f"dataexchange/events{whose}").json["events"] == []
        for path, given in (
            ("dataexchange/end_subscription", {"data_set_id": "0" * 32}),
            ("dataexchange/emit", {"detail_type": "no event"}),
            ("appintegrations/disassociate", {"association_arn": "none"}),
        ):
            assert control(server, "POST", f"{path}{whose}", given).status == 400
    assert {name: mock.backend().world.backends() for name, mock in server._handles.mocks.items()} == there


def test_a_seeded_account_is_kept(server: ServerMock) -> None:
    whose = "?account_id=000000000001&region_name=eu-west-1"
    result(control(server, "POST", f"dataexchange/emit{whose}", {"detail_type": "Data Grant Extended"}))
    (event,) = control(server, "GET", f"dataexchange/events{whose}").json["events"]
    assert event["account"] == "000000000001"


def test_a_file_of_the_page_has_no_slash_at_its_end(server: ServerMock) -> None:
    assert control(server, "GET", "page/page.js/").status == 404


@pytest.mark.usefixtures("ordered_faults")
def test_outcomes_in_turn_may_be_codes_bodies_and_successes(server: ServerMock) -> None:
    turns = ["ThrottlingException", None, {"body": "<html>"}, {"error": "AccessDeniedException", "status": 403}]
    given = {"operation": "ListApplications", "error": turns}
    assert control(server, "POST", "faults", given).status == 200
    found = [send(server, "GET", "/applications", headers=signed("appintegrations")) for _ in range(5)]
    assert [each.status for each in found] == [429, 200, 200, 403, 200]


@pytest.mark.parametrize("each", [5, [], {}, {"error": "a", "body": "b"}])
def test_an_outcome_that_is_none_is_refused_in_a_list_too(server: ServerMock, each: Any) -> None:
    given = {"operation": "ListApplications", "error": [each]}
    assert "disconnect" in error_of(control(server, "POST", "faults", given))
