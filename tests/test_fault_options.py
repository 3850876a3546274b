"""Faults that programs are afraid of: lost answers, latency, one account or region, a rate, outcomes in turn."""

from __future__ import annotations

import contextlib
import datetime
import time
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ReadTimeoutError
from botocore.model import ServiceModel

from appint_mock import AppintMockError, mock_appintegrations, mock_dataexchange
from appint_mock.scopes.error_members import plausible_members
from tests.shapes import CATALOGUES

ONCE = Config(retries={"total_max_attempts": 1})
LOST = ReadTimeoutError(endpoint_url="https://example.com")
ORDERS: dict[str, Any] = {
    "Name": "orders",
    "EventFilter": {"Source": "aws.partner/example"},
    "EventBridgeBus": "default",
}


@pytest.fixture
def aws() -> Iterator[Any]:
    with mock_appintegrations() as aws:
        yield aws


@pytest.fixture
def client(aws: Any) -> Any:
    """A client that tries once."""
    return boto3.client("appintegrations", config=ONCE)


def outcome(call: Any) -> str | None:
    """The code of the AWS error, or the name of the exception, that the call ends in; None if it succeeds."""
    try:
        call()
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    except Exception as error:
        return type(error).__name__
    return None


# Carried out, and the answer lost --------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [LOST, "InternalServiceError", b"<html>"], ids=["transport", "AWS", "malformed"])
def test_a_call_that_is_carried_out_changes_the_state_and_loses_its_answer(aws: Any, client: Any, error: Any) -> None:
    aws.fail("CreateEventIntegration", error, carried_out=True)
    with contextlib.suppress(ClientError, ReadTimeoutError):
        client.create_event_integration(**ORDERS)
    assert client.get_event_integration(Name="orders")["EventBridgeBus"] == "default"
    assert len(aws.calls.of("CreateEventIntegration")) == 1


def test_a_retry_with_the_same_token_finds_what_the_lost_call_has_made(aws: Any) -> None:
    aws.fail("CreateEventIntegration", LOST, carried_out=True)
    client: Any = boto3.client("appintegrations", config=Config(retries={"mode": "standard"}))
    client.create_event_integration(**ORDERS)
    assert [call.error_code for call in aws.calls] == ["ReadTimeoutError", None]
    assert len(client.list_event_integrations()["EventIntegrations"]) == 1


def test_a_second_call_without_the_token_meets_what_the_lost_call_has_made(aws: Any, client: Any) -> None:
    aws.fail("CreateEventIntegration", LOST, carried_out=True)
    with pytest.raises(ReadTimeoutError):
        client.create_event_integration(**ORDERS)
    with pytest.raises(client.exceptions.DuplicateResourceException):
        client.create_event_integration(**ORDERS)


def test_a_refusal_is_lost_like_any_answer(aws: Any, client: Any) -> None:
    before = aws.snapshot()
    aws.fail("DeleteEventIntegration", "InternalServiceError", carried_out=True)
    assert outcome(lambda: client.delete_event_integration(Name="nobody")) == "InternalServiceError"
    assert aws.snapshot() == before


def test_a_job_whose_start_loses_its_answer_runs() -> None:
    with mock_dataexchange() as aws:
        client: Any = boto3.client("dataexchange", config=ONCE)
        data_set = aws.backend().add_entitled_data_set(
            name="prices",
            description="daily",
            asset_type="S3_SNAPSHOT",
            product_id="p1",
            revisions=[{"assets": {"a": b""}}],
        )
        revision = client.list_data_set_revisions(DataSetId=data_set)["Revisions"][0]["Id"]
        aws.objects.create_bucket("target")
        export = {"DataSetId": data_set, "RevisionDestinations": [{"RevisionId": revision, "Bucket": "target"}]}
        job = client.create_job(Type="EXPORT_REVISIONS_TO_S3", Details={"ExportRevisionsToS3": export})
        aws.fail("StartJob", LOST, carried_out=True)
        with pytest.raises(ReadTimeoutError):
            client.start_job(JobId=job["Id"])
        assert client.get_job(JobId=job["Id"])["State"] == "COMPLETED"
        assert [bucket for bucket, _ in aws.objects] == ["target"]


# Latency ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("frozen", [True, False])
def test_a_delay_passes_on_the_clock_and_takes_no_time(aws: Any, client: Any, frozen: bool) -> None:
    if frozen:
        aws.clock.freeze(datetime.datetime(2030, 1, 1))
    aws.fail("ListApplications", None, delay=90)
    before, started = aws.clock.now(), time.perf_counter()
    client.list_applications()
    assert time.perf_counter() - started < 5
    passed = (aws.clock.now() - before).total_seconds()
    assert passed == 90 if frozen else 90 <= passed < 95
    assert aws.calls.last.error_code is None


@pytest.mark.parametrize("frozen", [True, False])
def test_a_delay_is_waited_for_if_asked_to(aws: Any, client: Any, frozen: bool, monkeypatch: Any) -> None:
    slept: list[float] = []
    monkeypatch.setattr("time.sleep", slept.append)
    if frozen:
        aws.clock.freeze(datetime.datetime(2030, 1, 1))
    before = aws.clock.now()
    aws.fail("ListApplications", "InternalServiceError", delay=0.5, sleep=True)
    assert outcome(client.list_applications) == "InternalServiceError"
    assert slept == [0.5]
    if frozen:
        assert (aws.clock.now() - before).total_seconds() == 0.5


def test_other_calls_are_answered_while_one_waits(aws: Any, client: Any, monkeypatch: Any) -> None:
    answered: list[Any] = []
    monkeypatch.setattr("time.sleep", lambda seconds: answered.append(client.list_event_integrations()))
    aws.fail("ListApplications", None, delay=1, sleep=True)
    client.list_applications()
    assert [call.operation for call in aws.calls] == ["ListEventIntegrations", "ListApplications"]
    assert len(answered) == 1


# One account, one region -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("option", "failed"),
    [
        ({"account_id": "210987654321"}, ["other account", "both"]),
        ({"region_name": "eu-west-1"}, ["other region", "both"]),
        ({"account_id": "210987654321", "region_name": "eu-west-1"}, ["both"]),
        ({}, ["none", "other account", "other region", "both"]),
    ],
)
def test_a_fault_is_about_one_account_and_region(aws: Any, option: dict[str, str], failed: list[str]) -> None:
    other: Any = aws.credentials("210987654321")
    places: dict[str, dict[str, Any]] = {
        "none": {},
        "other account": other,
        "other region": {"region_name": "eu-west-1"},
        "both": {"region_name": "eu-west-1", **other},
    }
    aws.fail("ListApplications", "InternalServiceError", times=None, **option)
    clients = {name: boto3.client("appintegrations", config=ONCE, **place) for name, place in places.items()}
    assert [name for name, client in clients.items() if outcome(client.list_applications)] == failed


def test_calls_of_other_places_are_not_counted(aws: Any, client: Any) -> None:
    abroad: Any = boto3.client("appintegrations", region_name="eu-west-1", config=ONCE)
    aws.fail("ListApplications", "InternalServiceError", after=1, region_name="eu-west-1")
    client.list_applications()
    assert [outcome(abroad.list_applications) for _ in range(3)] == [None, "InternalServiceError", None]


# A rate ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rate", "seconds", "passed"),
    [
        # (calls a second, seconds between the calls, which of ten calls pass)
        (2, 0, "++--------"),
        (2, 0.25, "++--++--++"),
        (2, 0.5, "++++++++++"),
        (1, 0.5, "+-+-+-+-+-"),
        (0.5, 1, "+-+-+-+-+-"),
        (2.5, 0.2, "++--++--++"),
    ],
)
def test_a_rate_lets_so_many_calls_a_second_pass(
    aws: Any, client: Any, rate: float, seconds: float, passed: str
) -> None:
    aws.clock.freeze(datetime.datetime(2030, 1, 1))
    aws.fail("List*", "ThrottlingException", rate=rate)
    seen = ""
    for _ in range(10):
        seen += "+" if outcome(client.list_applications) is None else "-"
        if seconds:
            aws.clock.advance(seconds=seconds)
    assert seen == passed


def test_a_rate_without_an_error_throttles(aws: Any, client: Any) -> None:
    aws.clock.freeze(datetime.datetime(2030, 1, 1))
    aws.fail("ListApplications", rate=1)
    assert [outcome(client.list_applications) for _ in range(3)] == [None, *["ThrottlingException"] * 2]


def test_a_rate_lasts_until_the_scope_ends_or_as_many_times_as_given(aws: Any, client: Any) -> None:
    aws.clock.freeze(datetime.datetime(2030, 1, 1))
    aws.fail("ListApplications", "ThrottlingException", rate=1, times=2)
    assert [outcome(client.list_applications) is None for _ in range(5)] == [True, False, False, True, True]
    aws.faults.assert_all_used()


def test_a_clock_that_is_set_back_lets_calls_pass(aws: Any, client: Any) -> None:
    aws.fail("ListApplications", "ThrottlingException", rate=1)
    for year in (2040, 2030, 2020):
        aws.clock.freeze(datetime.datetime(year, 1, 1))
        assert [outcome(client.list_applications) is None for _ in range(2)] == [True, False]


# Outcomes in turn ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [list, tuple])
def test_a_list_of_outcomes_is_taken_in_turn(aws: Any, client: Any, kind: Any) -> None:
    aws.fail("ListApplications", kind(["ThrottlingException", None, LOST, "InternalServiceError"]))
    seen = [outcome(client.list_applications) for _ in range(6)]
    assert seen == ["ThrottlingException", None, "ReadTimeoutError", "InternalServiceError", None, None]
    aws.faults.assert_all_used()


@pytest.mark.parametrize(("times", "expected"), [(2, "-+-+++"), (None, "-+-+-+")])
def test_a_list_is_gone_through_as_often_as_times_says(aws: Any, client: Any, times: Any, expected: str) -> None:
    aws.fail("ListApplications", ["ThrottlingException", None], times=times)
    assert "".join("+" if outcome(client.list_applications) is None else "-" for _ in range(6)) == expected


def test_a_list_shares_its_message_and_members() -> None:
    with mock_dataexchange() as aws:
        client: Any = boto3.client("dataexchange", config=ONCE)
        aws.fail("GetJob", ["ConflictException", "ThrottlingException", LOST], "busy")
        for code in ("ConflictException", "ThrottlingException"):
            with pytest.raises(client.exceptions.ClientError, match=f"{code}.*busy"):
                client.get_job(JobId="0" * 32)


# Members of the error --------------------------------------------------------------------------------------------

ID = "00112233445566778899aabbccddeeff"


@pytest.mark.parametrize(
    ("method", "parameters", "code", "members"),
    [
        (
            "get_data_set",
            {"DataSetId": ID},
            "ResourceNotFoundException",
            {"ResourceId": ID, "ResourceType": "DATA_SET"},
        ),
        (
            "get_asset",
            {"DataSetId": "a" * 32, "RevisionId": "b" * 32, "AssetId": ID},
            "ResourceNotFoundException",
            {"ResourceId": ID, "ResourceType": "ASSET"},
        ),
        ("start_job", {"JobId": ID}, "ConflictException", {"ResourceId": ID, "ResourceType": "JOB"}),
        (
            "create_revision",
            {"DataSetId": ID},
            "ServiceLimitExceededException",
            {"LimitName": "Revisions per data set", "LimitValue": 1.0},
        ),
        (
            "create_event_action",
            {
                "Action": {"ExportRevisionToS3": {"RevisionDestination": {"Bucket": "target"}}},
                "Event": {"RevisionPublished": {"DataSetId": ID}},
            },
            "ServiceLimitExceededException",
            {"LimitName": "Event actions per account", "LimitValue": 1.0},
        ),
        ("get_job", {"JobId": ID}, "ValidationException", {}),
    ],
)
def test_an_errors_own_members_fit_the_request(method: str, parameters: Any, code: str, members: Any) -> None:
    with mock_dataexchange() as aws:
        client: Any = boto3.client("dataexchange", config=ONCE)
        aws.fail("*", code)
        with pytest.raises(getattr(client.exceptions, code)) as caught:
            getattr(client, method)(**parameters)
    response: Any = caught.value.response
    own = {name: value for name, value in response.items() if name not in ("Error", "ResponseMetadata")}
    own.pop("Message", None)
    own.pop("message", None)
    assert own == members


def error(**members: Any) -> Any:
    """The shape of an error with these members."""
    shapes = {
        "Text": {"type": "string"},
        "What": {"type": "string", "enum": ["DATA_SET", "REVISION", "JOBS", "ASSET"]},
        "Cause": {"type": "string", "enum": ["Full", "Too many revisions", "Busy job"]},
        "Count": {"type": "integer", "min": 5},
        "Long": {"type": "long"},
        "Float": {"type": "float"},
        "Flag": {"type": "boolean"},
        "Bytes": {"type": "blob"},
        "Time": {"type": "timestamp"},
        "Teapot": {
            "type": "structure",
            "exception": True,
            "required": ["Needed"],
            "members": {name: {"shape": shape} for name, shape in members.items()},
        },
    }
    metadata = {"protocol": "rest-json", "serviceId": "Pots", "apiVersion": "2020-01-01"}
    return ServiceModel({"metadata": metadata, "operations": {}, "shapes": shapes}).shape_for("Teapot")


@pytest.mark.parametrize(
    ("operation", "parameters", "own", "expected"),
    [
        ("GetJob", {"JobId": ID}, {"Message": "Text", "message": "Text"}, {}),
        ("GetJob", {"JobId": ID}, {"Cause": "Cause"}, {"Cause": "Busy job"}),
        ("GetDataSet", {"DataSetId": ID}, {"Cause": "Cause"}, {}),
        ("GetDataSet", {"DataSetId": ID}, {"Cause": "Cause", "Message": "Text"}, {}),
        ("GetDataSet", {"DataSetId": ID}, {"Cause": "Cause", "Other": "Text"}, {"Cause": "Full"}),
        ("ListJobs", {}, {"ResourceType": "What", "ResourceId": "Text"}, {"ResourceType": "JOBS"}),
        (
            "CreateRevision",
            {"DataSetId": ID},
            {"ResourceId": "Text", "ResourceType": "What"},
            {"ResourceId": ID, "ResourceType": "DATA_SET"},
        ),
        # There is no id beside it, so it is about the operation.
        ("CreateRevision", {"DataSetId": ID}, {"ResourceType": "What"}, {"ResourceType": "REVISION"}),
        ("CreateRevision", {"DataSetId": ID}, {"Resource": "What", "Other": "Text"}, {"Resource": "REVISION"}),
        (
            "CreateRevision",
            {"DataSetId": ID, "Comment": "daily", "Size": 3, "Share": 0.5, "Flag": True, "Many": [1]},
            {"Comment": "Text", "Size": "Long", "Share": "Float", "Flag": "Flag", "Many": "Text"},
            {"Comment": "daily", "Size": 3, "Share": 0.5},
        ),
        (
            "ListJobs",
            {},
            {"Count": "Count", "Long": "Long", "Float": "Float", "Needed": "Text", "Other": "Text", "Flag": "Flag"},
            {"Count": 5, "Long": 1, "Float": 1, "Needed": "Needed"},
        ),
        ("ListJobs", {}, {"Needed": "Flag"}, {}),
        ("ListJobs", {}, {"Needed": "Bytes"}, {}),
        ("ListJobs", {}, {"Needed": "Time"}, {}),
        ("GetJob", {"JobId": ID}, {"ItemId": "Time", "OtherId": "Bytes"}, {}),
        ("UpdateAsset", {"DataSetId": "a", "RevisionId": "b", "AssetId": "c"}, {"ItemId": "Text"}, {"ItemId": "c"}),
        ("UpdateAsset", {"DataSetId": "a", "RevisionId": "b"}, {"ItemId": "Text"}, {"ItemId": "b"}),
        ("UpdateAsset", {}, {"ItemId": "Text"}, {}),
    ],
)
def test_an_errors_members_are_made_up_from_the_request(
    operation: str, parameters: dict[str, Any], own: dict[str, str], expected: dict[str, Any]
) -> None:
    asked = CATALOGUES["dataexchange"].operations[operation]
    made = plausible_members(error(**own), asked, parameters)
    assert made == expected
    assert plausible_members(None, asked, parameters) == {}


def test_members_that_are_given_win_and_the_others_are_filled() -> None:
    with mock_dataexchange() as aws:
        client: Any = boto3.client("dataexchange", config=ONCE)
        aws.fail("GetJob", "ServiceLimitExceededException", members={"LimitValue": 7.0})
        with pytest.raises(client.exceptions.ServiceLimitExceededException) as caught:
            client.get_job(JobId=ID)
    assert caught.value.response["LimitValue"] == 7.0
    assert caught.value.response["LimitName"] != ""


def test_an_error_that_is_not_in_the_model_has_any_members(aws: Any, client: Any) -> None:
    aws.fail("ListApplications", "TeapotException", status=418, members={"Size": "short"})
    aws.fail("ListApplications", "InternalServiceError")
    assert [outcome(client.list_applications) for _ in range(2)] == ["TeapotException", "InternalServiceError"]
    assert aws.calls[0].status_code == 418


@pytest.mark.parametrize(
    "ask",
    [
        lambda aws: aws.backend(region_name="us-esat-1"),
        lambda aws: aws.fail("*", "ThrottlingException", region_name="us-esat-1"),
    ],
)
def test_a_region_that_no_call_can_come_from_is_refused_unless_such_regions_are_answered(ask: Any) -> None:
    with mock_appintegrations() as aws:
        with pytest.raises(ValueError, match=r"'us-esat-1': botocore lists no such region.*'us-east-1'"):
            ask(aws)
        assert len(aws.faults) == 0
    with mock_appintegrations(unknown_regions=True) as aws:
        ask(aws)
        aws.faults.clear()


def test_a_delay_is_at_most_a_year(aws: Any, client: Any) -> None:
    year = 365 * 24 * 3600
    aws.fail("ListApplications", None, delay=year)
    client.list_applications()
    with pytest.raises(ValueError, match="delay"):
        aws.fail("ListApplications", None, delay=year + 1)


def test_a_rate_is_at_most_a_million_calls_a_second(aws: Any) -> None:
    aws.fail("ListApplications", "ThrottlingException", rate=1e6, times=None)
    for rate in (1_000_001, 0.9e-6):
        with pytest.raises(ValueError, match="rate"):
            aws.fail("ListApplications", "ThrottlingException", rate=rate)


# The edges of the options -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("option", "error", "fits", "refused", "text"),
    [
        ("status", b"{}", [200, 599, None], [199, 600, 601, True, 200.0, "200"], "an HTTP status, 200 to 599"),
        ("status", "TeapotException", [400, 599], [399, 200], None),
        (
            "times",
            "ThrottlingException",
            [1, 10**9, None],
            [0, -1, True, 1.0, "1"],
            "a number of at least 1, or None (until the scope ends)",
        ),
        (
            "after",
            "ThrottlingException",
            [0, 1, 10**9],
            [-1, True, 0.0, None],
            "how many calls to let pass, a number of at least 0",
        ),
        (
            "delay",
            "ThrottlingException",
            [0, 0.5, 365 * 24 * 3600, None],
            [-1e-9, 365 * 24 * 3600 + 1e-3, True, "1", float("inf"), float("nan")],
            "a number of seconds of at least 0 and at most a year",
        ),
        (
            "rate",
            "ThrottlingException",
            [1e-6, 1, 1e6, None],
            [0, 0.99e-6, 1e6 + 1, True, "1", float("nan"), -1],
            "how many calls a second pass, a number above 0",
        ),
        ("carried_out", "ThrottlingException", [True, False], [0, 1, None], "True or False"),
        ("sleep", "ThrottlingException", [True, False], [0, 1, None], "True (really wait for the delay) or False"),
    ],
)
def test_an_option_of_a_fault_takes_what_it_can_mean_and_nothing_else(
    aws: Any, option: str, error: Any, fits: list[Any], refused: list[Any], text: str | None
) -> None:
    for value in fits:
        aws.fail("ListApplications", error, **{option: value})
    assert len(aws.faults) == len(fits)
    for value in refused:
        with pytest.raises(ValueError, match=r"^fail: ") as caught:
            aws.fail("ListApplications", error, **{option: value})
        wanted = f"{option}={value!r}: give {text}."
        if text is None:
            wanted = f"status={value} is no error's: boto3 would take it for a success. Give 400 to 599."
        assert str(caught.value) == f"fail: {wanted}\nSee docs/errors.md#faults"
    assert len(aws.faults) == len(fits)
    aws.faults.clear()


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({}, ""),
        ({"times": 1, "after": 0, "status": None, "carried_out": False, "delay": None}, ""),
        ({"times": None, "after": 2}, ", times=None, after=2"),
        ({"delay": 0.5, "sleep": True, "times": 3}, ", delay=0.5, sleep=True, times=3"),
        (
            {"account_id": "210987654321", "region_name": "eu-west-1"},
            ", account_id='210987654321', region_name='eu-west-1'",
        ),
        ({"rate": 2.5}, ", rate=2.5"),
    ],
)
def test_a_fault_shows_what_it_was_given_other_than_the_defaults(aws: Any, options: Any, text: str) -> None:
    aws.fail("List*", "ThrottlingException", **options)
    (fault,) = aws.faults
    times = options.get("times", None if "rate" in options else 1)
    of = "" if times is None else f" of {times}"
    assert repr(fault) == f"<fail('List*', 'ThrottlingException'{text}): applied 0{of}>"
    complaint = (
        f"fail('List*', 'ThrottlingException'{text}) was never applied: the code under test made no such call. Mend "
        "the call or the fault, remove the fault with aws.faults.clear(), or let it stay unused: with "
        "aws.allow_unused_faults()."
    )
    assert fault.complaint == (None if times is None else complaint)
    aws.faults.clear()
    assert fault.complaint is None


def test_a_fault_that_was_applied_once_has_no_complaint(aws: Any, client: Any) -> None:
    aws.fail("ListApplications", "ThrottlingException", times=2)
    (fault,) = aws.faults
    assert outcome(client.list_applications) == "ThrottlingException"
    assert fault.complaint is None


def test_calls_that_pass_first_are_not_counted_for_the_rate(aws: Any, client: Any) -> None:
    aws.clock.freeze(datetime.datetime(2030, 1, 1))
    aws.fail("ListApplications", rate=1, after=2, times=2)
    assert [outcome(client.list_applications) is None for _ in range(6)] == [True, True, True, False, False, True]


@pytest.mark.parametrize(("rate", "most", "wait"), [(1e-3, 1, 1000), (3, 3, 1), (2.5, 2, 0.8), (0.5, 1, 2)])
def test_a_rate_is_kept_to_the_microsecond(aws: Any, client: Any, rate: float, most: int, wait: float) -> None:
    aws.clock.freeze(datetime.datetime(2030, 1, 1))
    aws.fail("ListApplications", rate=rate)
    for _ in range(2):
        assert [outcome(client.list_applications) is None for _ in range(most + 1)] == [True] * most + [False]
        whole = datetime.timedelta(seconds=wait)
        aws.clock.advance(seconds=(whole - datetime.timedelta(microseconds=1)).total_seconds())
        assert outcome(client.list_applications) == "ThrottlingException"
        aws.clock.advance(seconds=1e-6)


@pytest.mark.parametrize(("chosen", "failed"), [(1, True), ("a", True), (0, False), (None, False), ([], False)])
def test_when_may_return_anything_that_is_true_or_false(aws: Any, client: Any, chosen: Any, failed: bool) -> None:
    asked: list[dict[str, Any]] = []

    def when(parameters: dict[str, Any]) -> Any:
        asked.append(parameters)
        return chosen

    aws.fail("ListApplications", "ThrottlingException", when=when, times=None)
    assert (outcome(lambda: client.list_applications(MaxResults=3)) is not None) == failed
    assert asked == [{"MaxResults": 3}]


def test_an_exception_in_when_says_that_a_call_had_no_parameters(aws: Any, client: Any) -> None:
    def when(parameters: dict[str, Any]) -> bool:
        raise ValueError("mine")

    aws.fail("ListApplications", "ThrottlingException", when=when, times=None)
    for parameters, text in (({}, "none"), ({"MaxResults": 3, "NextToken": "a"}, "MaxResults, NextToken")):
        with pytest.raises(AppintMockError) as caught:
            client.list_applications(**parameters)
        assert str(caught.value) == (
            f"fail('ListApplications', 'ThrottlingException', when={when!r}, times=None): its `when` raised "
            f"ValueError: mine\nIt was asked about a call of ListApplications with the parameters {text}.\n"
            "See docs/errors.md#faults"
        )


def test_a_body_is_answered_as_json_with_the_status_that_is_given(aws: Any, client: Any) -> None:
    for status in (None, 203):
        aws.fail("ListApplications", b'{"NextToken": "a"}', status=status)
        answer = client.list_applications()
        assert answer["NextToken"] == "a"
        metadata = answer["ResponseMetadata"]
        assert (metadata["HTTPStatusCode"], metadata["HTTPHeaders"]["content-type"]) == (
            status or 200,
            "application/json",
        )


@pytest.mark.parametrize("code", ["A", "A b~", "a.b:c"])
def test_an_error_code_is_what_a_header_can_carry(aws: Any, client: Any, code: str) -> None:
    aws.fail("ListApplications", code, status=400)
    client_error = outcome(client.list_applications)
    assert client_error == code.partition(":")[0]
    for wrong in ("é", "a\x7f", "a\nb", "a\tb"):
        with pytest.raises(ValueError, match="an error's code stands in a header of HTTP"):
            aws.fail("ListApplications", wrong, status=400)


def test_an_error_of_a_companion_has_its_status() -> None:
    with mock_dataexchange() as aws:
        aws.fail("ListDataSets", "ResourceNotSupportedException")
        client: Any = boto3.client("dataexchange", config=ONCE)
        with pytest.raises(ClientError) as caught:
            client.list_data_sets()
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 415


def test_a_list_gives_its_status_and_members_to_the_codes_in_it() -> None:
    with mock_dataexchange() as aws:
        client: Any = boto3.client("dataexchange", config=ONCE)
        errors = ["ServiceLimitExceededException", b"{}", None, "ServiceLimitExceededException"]
        aws.fail("ListDataSets", errors, "full", status=499, members={"LimitValue": 7.0})
        assert [outcome(client.list_data_sets) for _ in errors] == [errors[0], None, None, errors[3]]
    assert [call.status_code for call in aws.calls] == [499, 200, 200, 499]
    assert [call.error_message for call in aws.calls] == ["full", None, None, "full"]
    for call in (aws.calls[0], aws.calls[3]):
        assert call.response is not None
        assert call.response["LimitValue"] == 7.0


@pytest.mark.parametrize(("code", "status"), [("UnheardOfException", None), ("ThrottlingException", 200), ("é", 400)])
def test_a_client_error_is_refused_like_its_code(aws: Any, code: str, status: int | None) -> None:
    response: Any = {"Error": {"Code": code}}
    for given, own in ((None, status), (status, 418 if status else None)):
        if own is not None:
            response["ResponseMetadata"] = {"HTTPStatusCode": own}
        with pytest.raises(ValueError, match=r"^fail: "):
            aws.fail("ListApplications", ClientError(response, "ListApplications"), status=given)
    assert len(aws.faults) == 0


@pytest.mark.parametrize("members", [["Size"], {5: "short"}, {"Size": "short", None: 1}, "Size", 5], ids=repr)
@pytest.mark.parametrize("code", ["ThrottlingException", "TeapotException"])
def test_the_members_of_an_error_are_a_dict_by_name(aws: Any, code: str, members: Any) -> None:
    with pytest.raises(TypeError) as caught:
        aws.fail("ListApplications", code, status=418, members=members)
    assert str(caught.value) == (
        f"fail: members={members!r}: give a dict of the error's members, such as {{'LimitValue': 3.0}}.\n"
        "See docs/errors.md#faults"
    )


def test_an_outcome_that_is_let_through_is_never_carried_out_as_well(aws: Any, client: Any) -> None:
    aws.fail("CreateEventIntegration", ["ThrottlingException", None], carried_out=True)
    assert outcome(lambda: client.create_event_integration(**ORDERS)) == "ThrottlingException"
    assert outcome(lambda: client.create_event_integration(**{**ORDERS, "Name": "returns"})) is None
    assert [each["Name"] for each in client.list_event_integrations()["EventIntegrations"]] == ["orders", "returns"]
