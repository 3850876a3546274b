"""The call log: what was asked, what was answered, and the assertions about it."""

from __future__ import annotations

import datetime
import os
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import ANY

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.model import OperationModel, ServiceModel

from appint_mock import AppIntegrationsBackend, ServiceMock, mock_appintegrations, mock_dataexchange
from appint_mock.protocol.message import Response
from appint_mock.protocol.operation import Operation
from appint_mock.scopes.call import Call
from appint_mock.scopes.call_table import folded_table, table, times_text
from appint_mock.scopes.call_text import by_weight, call_text, members_text, value_text
from tests.shapes import CATALOGUES, OPERATIONS, operation_id

ORDERS: dict[str, Any] = {
    "Name": "orders",
    "EventFilter": {"Source": "aws.partner/example"},
    "EventBridgeBus": "default",
}


@pytest.fixture(autouse=True)
def _terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")


@pytest.fixture
def aws() -> Iterator[ServiceMock[AppIntegrationsBackend]]:
    with mock_appintegrations() as aws:
        yield aws


@pytest.fixture
def client(aws: ServiceMock[AppIntegrationsBackend]) -> Any:
    return boto3.client("appintegrations", region_name="eu-west-1")


def test_a_call_has_everything_about_one_request(aws: ServiceMock[AppIntegrationsBackend], client: Any) -> None:
    moment = aws.clock.freeze(datetime.datetime(2030, 1, 2, 3, 4, 5, 678_000, tzinfo=datetime.timezone.utc))
    answer = client.create_event_integration(**ORDERS, ClientToken="once")
    call = aws.calls.last
    assert call.service_name == "appintegrations"
    assert call.operation == "CreateEventIntegration"
    assert call.parameters == {**ORDERS, "ClientToken": "once"}
    assert (call.account_id, call.region_name) == ("123456789012", "eu-west-1")
    assert (call.status_code, call.error_code) == (200, None)
    assert call.time == moment
    assert call.response is not None
    assert call.response["EventIntegrationArn"] == answer["EventIntegrationArn"]


def test_the_response_is_what_boto3_returns(aws: ServiceMock[AppIntegrationsBackend], client: Any) -> None:
    client.create_application(
        Name="orders",
        Namespace="orders",
        ApplicationSourceConfig={"ExternalUrlConfig": {"AccessUrl": "https://example.com"}},
    )
    answer = client.list_applications()
    # The only thing that a parser cannot see in an answer.
    del answer["ResponseMetadata"]["RetryAttempts"]
    assert aws.calls.last.response == answer


@pytest.mark.parametrize(
    ("service", "method", "parameters"),
    [
        ("appintegrations", "get_event_integration", {"Name": "orders"}),
        # Its ResourceNotFoundException has members besides its text.
        ("dataexchange", "get_data_set", {"DataSetId": "0" * 32}),
    ],
)
def test_an_errors_response_is_what_boto3s_exception_holds(
    service: str, method: str, parameters: dict[str, str]
) -> None:
    with mock_appintegrations() as integrations, mock_dataexchange() as exchange:
        client: Any = boto3.client(service)
        with pytest.raises(ClientError) as caught:
            getattr(client, method)(**parameters)
    answer: Any = caught.value.response
    del answer["ResponseMetadata"]["RetryAttempts"]
    (call,) = [*integrations.calls, *exchange.calls]
    assert (call.status_code, call.error_code) == (404, "ResourceNotFoundException")
    assert call.response == answer


def test_a_test_may_change_what_it_reads_from_a_call(aws: ServiceMock[AppIntegrationsBackend], client: Any) -> None:
    client.create_event_integration(**ORDERS, Tags={"team": "red"})
    client.get_event_integration(Name="orders")
    created, got = aws.calls
    created.parameters["EventFilter"]["Source"] = created.parameters["Tags"]["team"] = "changed"
    assert got.response is not None
    got.response["EventFilter"]["Source"] = got.response["Tags"]["team"] = "changed"
    answer = client.get_event_integration(Name="orders")
    assert (answer["EventFilter"], answer["Tags"]) == (ORDERS["EventFilter"], {"team": "red"})
    assert got.response["Tags"] == {"team": "changed"}


def test_calls_keep_what_was_true_when_they_were_made(aws: ServiceMock[AppIntegrationsBackend], client: Any) -> None:
    client.create_event_integration(**ORDERS)
    client.get_event_integration(Name="orders")
    client.update_event_integration(Name="orders", Description="later")
    client.delete_event_integration(Name="orders")
    response = aws.calls.of("GetEventIntegration").last.response
    assert response is not None
    assert "Description" not in response


def test_a_request_that_reaches_no_operation_is_logged_too(aws: ServiceMock[AppIntegrationsBackend]) -> None:
    from botocore import UNSIGNED
    from botocore.config import Config

    unsigned = boto3.client("appintegrations", config=Config(signature_version=UNSIGNED))
    with pytest.raises(ClientError, match="MissingAuthenticationToken"):
        unsigned.list_applications()
    call = aws.calls.last
    assert (call.operation, call.status_code, call.error_code) == (
        "ListApplications",
        403,
        "MissingAuthenticationTokenException",
    )
    assert "ListApplications()" in repr(call)


def test_of_returns_the_calls_of_one_operation_or_of_all_that_a_star_matches(
    aws: ServiceMock[AppIntegrationsBackend], client: Any
) -> None:
    client.create_event_integration(**ORDERS)
    client.list_applications()
    client.list_event_integrations()
    assert [call.operation for call in aws.calls.of("ListApplications")] == ["ListApplications"]
    assert [call.operation for call in aws.calls.of("List*")] == ["ListApplications", "ListEventIntegrations"]
    assert aws.calls.of("*") == aws.calls
    assert aws.calls.of("Delete*") == []


def test_each_scope_has_the_calls_that_were_made_while_it_was_open() -> None:
    with mock_appintegrations() as outer:
        client = boto3.client("appintegrations")
        client.list_applications()
        with mock_appintegrations() as inner:
            client.list_data_integrations()
        client.list_event_integrations()
    assert [call.operation for call in inner.calls] == ["ListDataIntegrations"]
    assert [call.operation for call in outer.calls] == [
        "ListApplications",
        "ListDataIntegrations",
        "ListEventIntegrations",
    ]


def test_the_calls_of_two_services_are_kept_apart() -> None:
    with mock_appintegrations() as integrations, mock_dataexchange() as exchange:
        boto3.client("appintegrations").list_applications()
        boto3.client("dataexchange").list_data_sets()
    assert [call.operation for call in integrations.calls] == ["ListApplications"]
    assert [call.operation for call in exchange.calls] == ["ListDataSets"]


def test_calls_from_many_threads_are_all_logged(aws: ServiceMock[AppIntegrationsBackend], client: Any) -> None:
    threads = [threading.Thread(target=client.list_applications) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    aws.calls.assert_called("ListApplications", times=16)


def test_reset_forgets_the_calls(aws: ServiceMock[AppIntegrationsBackend], client: Any) -> None:
    client.list_applications()
    aws.reset()
    assert aws.calls == []
    with pytest.raises(IndexError, match="no call of appintegrations was made"):
        _ = aws.calls.last


# Assertions ----------------------------------------------------------------------------------------------------


def test_assert_called_returns_the_calls_that_have_the_parameters(
    aws: ServiceMock[AppIntegrationsBackend], client: Any
) -> None:
    client.create_event_integration(**ORDERS)
    client.create_event_integration(**{**ORDERS, "Name": "returns"})
    (call,) = aws.calls.assert_called("CreateEventIntegration", Name="orders", ClientToken=ANY)
    assert call is aws.calls[0]
    assert aws.calls.assert_called("CreateEventIntegration", times=2, EventBridgeBus="default") == aws.calls
    assert aws.calls.assert_called("Create*", times=None) == aws.calls
    assert aws.calls.assert_called("ListApplications", times=0) == []
    aws.calls.assert_not_called("CreateEventIntegration", Name="Orders")
    aws.calls.assert_not_called("Delete*")


def message(assertion: Any, *args: Any, **parameters: Any) -> list[str]:
    with pytest.raises(AssertionError) as caught:
        assertion(*args, **parameters)
    return str(caught.value).splitlines()


def test_a_failed_assertion_shows_what_was_called_nearest_first(
    aws: ServiceMock[AppIntegrationsBackend], client: Any
) -> None:
    client.list_applications()
    client.create_event_integration(**{**ORDERS, "Name": "something-else"})
    client.create_event_integration(**{**ORDERS, "Name": "order"})
    assert message(aws.calls.assert_called, "CreateEventIntegration", Name="orders", Description="ours") == [
        "CreateEventIntegration was to be called once with Name='orders', Description='ours'; it was not. "
        "What was called, nearest first:",
        "3  CreateEventIntegration(Name='order', EventFilter={Source}, EventBridgeBus='default')           "
        "eu-west-1  200",
        "     Name was 'order', not 'orders'",
        "     Description was not given",
        "2  CreateEventIntegration(Name='something-else', EventFilter={Source}, EventBridgeBus='default')  "
        "eu-west-1  200",
        "     Name was 'something-else', not 'orders'",
        "     Description was not given",
        "1  ListApplications()                                                                             "
        "eu-west-1  200",
    ]


SOURCES = [{"Bucket": "b", "Key": "k"}, {"Bucket": "b", "Key": "l"}]
IMPORT = {
    "ImportAssetsFromS3": {"AssetSources": SOURCES, "DataSetId": "0" * 32, "RevisionId": "1" * 32},
}
TEXT = "daily prices of all products that are sold, in euros, by country and by day"


def other(**members: Any) -> dict[str, Any]:
    return {"ImportAssetsFromS3": {**IMPORT["ImportAssetsFromS3"], **members}}


@pytest.mark.parametrize(
    ("operation", "parameters", "shown"),
    [
        (
            "CreateJob",
            {"Details": other(AssetSources=[{"Bucket": "b", "Key": "OTHER"}, SOURCES[1]])},
            ["Details.ImportAssetsFromS3.AssetSources[0].Key was 'k', not 'OTHER'"],
        ),
        (
            "CreateJob",
            {"Details": other(AssetSources=SOURCES[:1])},
            ["Details.ImportAssetsFromS3.AssetSources[1] was given: {'Bucket': 'b', 'Key': 'l'}"],
        ),
        (
            "CreateJob",
            {"Details": other(AssetSources=[*SOURCES, SOURCES[0]])},
            ["Details.ImportAssetsFromS3.AssetSources[2] was not given"],
        ),
        (
            "CreateJob",
            {"Details": {"ExportAssetsToS3": IMPORT["ImportAssetsFromS3"]}},
            [
                "Details.ExportAssetsToS3 was not given",
                "Details.ImportAssetsFromS3 was given: {AssetSources, DataSetId, RevisionId}",
            ],
        ),
        (
            "CreateJob",
            {"Type": "X", "Details": {"ImportAssetsFromS3": {"A": 1, "B": 2, "C": 3, "DataSetId": ANY}}},
            [
                "Type was 'IMPORT_ASSETS_FROM_S3', not 'X'",
                "Details.ImportAssetsFromS3.A was not given",
                "Details.ImportAssetsFromS3.B was not given",
                "... and 3 more",
            ],
        ),
        (
            "CreateJob",
            {"Details": {"ImportAssetsFromS3": {"A": 1, "B": 2, "C": 3, "DataSetId": ANY}}},
            [
                "Details.ImportAssetsFromS3.A was not given",
                "Details.ImportAssetsFromS3.B was not given",
                "Details.ImportAssetsFromS3.C was not given",
                "... and 2 more",
            ],
        ),
        (
            "CreateJob",
            {"Details": {"ImportAssetsFromS3": {"A": 1, "B": 2, "DataSetId": ANY}}},
            [
                "Details.ImportAssetsFromS3.A was not given",
                "Details.ImportAssetsFromS3.B was not given",
                "Details.ImportAssetsFromS3.AssetSources was given: [2 items]",
                f"Details.ImportAssetsFromS3.RevisionId was given: '{'1' * 32}'",
            ],
        ),
        (
            "CreateJob",
            {"Details": {"ImportAssetsFromS3": {"A": 1, "DataSetId": ANY, "RevisionId": ANY}}},
            [
                "Details.ImportAssetsFromS3.A was not given",
                "Details.ImportAssetsFromS3.AssetSources was given: [2 items]",
            ],
        ),
        ("CreateJob", {"Details": [1]}, ["Details was {ImportAssetsFromS3}, not [1]"]),
        (
            "CreateDataSet",
            {"Description": TEXT.replace("sold", "sent")},
            [
                "Description was ...'ducts that are sold, in euros, by countr'..., "
                "not ...'ducts that are sent, in euros, by countr'..."
            ],
        ),
        (
            "CreateDataSet",
            {"Description": TEXT.replace("daily", "weekly")},
            [
                "Description was 'daily prices of all products that are so'..., "
                "not 'weekly prices of all products that are s'..."
            ],
        ),
        (
            "CreateDataSet",
            {"Description": TEXT + "."},
            ["Description was ...'untry and by day', not ...'untry and by day.'"],
        ),
        ("CreateDataSet", {"Tags": {"the team": "blue"}}, ["Tags['the team'] was 'red', not 'blue'"]),
    ],
)
def test_a_failed_assertion_names_the_place_of_the_first_differences(
    operation: str, parameters: dict[str, Any], shown: list[str]
) -> None:
    with mock_dataexchange() as aws:
        client: Any = boto3.client("dataexchange")
        client.create_data_set(Name="a", Description=TEXT, AssetType="S3_SNAPSHOT", Tags={"the team": "red"})
        with pytest.raises(ClientError):
            client.create_job(Type="IMPORT_ASSETS_FROM_S3", Details=IMPORT)
        lines = message(aws.calls.assert_called, operation, **parameters)
    assert lines[2 : 2 + len(shown)] == [f"     {line}" for line in shown]
    assert not lines[2 + len(shown)].startswith("   ")


def test_a_wrong_number_of_calls_shows_these_calls(aws: ServiceMock[AppIntegrationsBackend], client: Any) -> None:
    for _ in range(12):
        client.list_applications()
    client.list_event_integrations()
    head, *lines = message(aws.calls.assert_called, "ListApplications")
    assert head == "ListApplications was to be called once; it was called 12 times. These are the calls:"
    assert len(lines) == 11
    assert lines[-1] == "... and 2 more"
    assert not any("ListEventIntegrations" in line for line in lines)
    assert message(aws.calls.assert_called, "ListApplications", times=13)[0].startswith(
        "ListApplications was to be called 13 times; it was called 12 times."
    )
    assert message(aws.calls.assert_not_called)[0] == (
        "* was not to be called; it was called 13 times. These are the calls:"
    )


def test_without_any_call_a_failed_assertion_says_so(aws: ServiceMock[AppIntegrationsBackend]) -> None:
    assert message(aws.calls.assert_called, "ListApplications", times=None) == [
        "ListApplications was to be called at least once; no call was made at all."
    ]


@pytest.mark.parametrize("method", ["of", "assert_called", "assert_not_called"])
def test_an_operation_that_does_not_exist_raises_with_the_close_ones(
    aws: ServiceMock[AppIntegrationsBackend], method: str
) -> None:
    for name in ("create_event_integration", "CreateEventIntergration", "createeventintegration"):
        with pytest.raises(ValueError, match="Did you mean 'CreateEventIntegration'"):
            getattr(aws.calls, method)(name)
    with pytest.raises(ValueError, match="no operation 'Remove\\*'"):
        getattr(aws.calls, method)("Remove*")
    with pytest.raises(TypeError, match="named by a text"):
        getattr(aws.calls, method)(3)


@pytest.mark.parametrize("method", ["assert_called", "assert_not_called"])
@pytest.mark.parametrize("operation", ["CreateEventIntegration", "Create*"])
def test_a_parameter_that_does_not_exist_never_makes_an_assertion_pass(
    aws: ServiceMock[AppIntegrationsBackend], method: str, operation: str
) -> None:
    with pytest.raises(TypeError, match=re.escape(f"{operation} has no parameter 'name'. Did you mean 'Name'?")):
        getattr(aws.calls, method)(operation, name="orders")


def test_the_error_of_an_unknown_parameter_names_those_of_the_only_operation(
    aws: ServiceMock[AppIntegrationsBackend],
) -> None:
    see = "\nSee docs/errors.md#calls"
    with pytest.raises(TypeError) as caught:
        aws.calls.assert_called("UntagResource", key="a")
    assert str(caught.value) == (
        "UntagResource has no parameter 'key'. Did you mean 'tagKeys'? Its parameters: resourceArn, tagKeys." + see
    )
    with pytest.raises(TypeError) as caught:
        aws.calls.assert_called("*agResource", key="a")
    assert str(caught.value) == "*agResource has no parameter 'key'. Did you mean 'tagKeys'?" + see
    with pytest.raises(TypeError) as caught:
        aws.calls.assert_called("TagResourc?", Nothing="a")
    assert str(caught.value) == "TagResourc? has no parameter 'Nothing'. Its parameters: resourceArn, tags." + see


# How it looks --------------------------------------------------------------------------------------------------


def test_a_call_shows_the_parameters_that_matter_on_one_line(
    aws: ServiceMock[AppIntegrationsBackend], client: Any
) -> None:
    client.create_event_integration(**ORDERS, Description="x" * 1000, Tags={f"tag{i}": "v" for i in range(50)})
    shown = repr(aws.calls.last)
    assert shown.startswith("<Call CreateEventIntegration(Name='orders', ")
    assert shown.endswith(") in eu-west-1 of 123456789012: 200>")
    # boto3 makes the token up, so it says nothing to a reader.
    assert "ClientToken" not in shown
    assert len(shown) < 150
    with pytest.raises(ClientError):
        client.get_event_integration(Name="order")
    assert repr(aws.calls.last) == (
        "<Call GetEventIntegration(Name='order') in eu-west-1 of 123456789012: 404 ResourceNotFoundException>"
    )


def test_members_are_cut_before_they_are_left_out_and_the_telling_ones_go_first() -> None:
    with mock_dataexchange() as aws:
        client: Any = boto3.client("dataexchange")
        made = client.create_data_set(Name="n" * 100, Description=TEXT, AssetType="S3_SNAPSHOT", Tags={"a": TEXT})
        revision = client.create_revision(DataSetId=made["Id"], Comment=TEXT)
        with pytest.raises(ClientError, match="has no assets"):
            client.update_revision(DataSetId=made["Id"], RevisionId=revision["Id"], Comment=TEXT, Finalized=True)
        with pytest.raises(ClientError):
            client.create_job(Type="IMPORT_ASSETS_FROM_S3", Details=IMPORT)
        with pytest.raises(ClientError):
            client.create_job(Type="IMPORT_ASSETS_FROM_S3", Details=other(AssetSources=SOURCES * 100))
    every = str(aws.calls).splitlines()
    assert all(len(line) <= 150 for line in every)
    lines = [line for line in every if not line.startswith("     ")]
    assert every[3] == f"     Revision {revision['Id']} has no assets."
    assert len({line.index("us-east-1  ") for line in lines}) == 1
    assert max(line.index("us-east-1  ") for line in lines) + len("us-east-1  200") <= 120
    data_set, revision, update, job, large_job = (line[3:].partition("  ")[0] for line in lines)
    assert re.fullmatch(
        r"CreateDataSet\(Name='n+\.\.\.n+', AssetType='S3_SNAPSHOT', Description='.*', Tags=\{a\}\)", data_set
    )
    assert re.fullmatch(r"CreateRevision\(DataSetId='[0-9a-f]{32}', Comment='daily .*day'\)", revision)
    assert re.fullmatch(r"UpdateRevision\(DataSetId=.*, RevisionId=.*, Finalized=True, Comment='.*'\)", update)
    assert job == large_job == "CreateJob(Type='IMPORT_ASSETS_FROM_S3', Details={ImportAssetsFromS3})"


@pytest.mark.parametrize(("columns", "status_ends"), [(70, 70), (100, 100), (160, 160)])
def test_the_status_fits_the_terminal(
    aws: ServiceMock[AppIntegrationsBackend],
    client: Any,
    monkeypatch: pytest.MonkeyPatch,
    columns: int,
    status_ends: int,
) -> None:
    client.create_event_integration(**ORDERS, Description="x" * 1000, Tags={f"tag{i}": "v" for i in range(50)})
    monkeypatch.setenv("COLUMNS", str(columns))
    assert status_ends - 30 < str(aws.calls).rindex("200") + 3 <= status_ends


def test_a_folded_table_has_one_line_for_a_run_of_equal_calls(
    aws: ServiceMock[AppIntegrationsBackend], client: Any
) -> None:
    client.list_applications()
    for _ in range(3):
        with pytest.raises(ClientError):
            client.get_event_integration(Name="order")
    for name in ("a", "b"):
        client.create_event_integration(**{**ORDERS, "Name": name})
    for _ in range(2):
        client.list_applications()
    lines = folded_table(aws.calls).splitlines()
    assert lines.pop(2) == "          Could not find EventIntegration with identifier: order"
    numbers, texts = zip(*(line.strip().split("  ", 1) for line in lines), strict=True)
    assert numbers == ("1", "2 to 4", "5", "6", "7 to 8")
    assert texts[1].endswith("404  ResourceNotFoundException  (3 times)")
    assert texts[4].endswith("200  (twice)")
    assert not texts[0].endswith(")")


def test_calls_whose_tokens_alone_differ_are_folded(aws: ServiceMock[AppIntegrationsBackend], client: Any) -> None:
    aws.fail("CreateEventIntegration", "AccessDeniedException", times=None)
    for _ in range(3):
        with pytest.raises(ClientError):
            client.create_event_integration(**ORDERS)
    assert folded_table(aws.calls).startswith("1 to 3  ")


def test_calls_that_fail_for_different_reasons_are_not_folded(
    aws: ServiceMock[AppIntegrationsBackend], client: Any
) -> None:
    for message in ("one", "two"):
        aws.fail("ListApplications", "AccessDeniedException", message)
    for _ in range(2):
        with pytest.raises(ClientError):
            client.list_applications()
    assert [line.strip() for line in folded_table(aws.calls).splitlines()][1::2] == ["one", "two"]


@pytest.mark.parametrize("columns", [60, 120])
def test_a_long_message_takes_three_lines_of_the_terminal(
    aws: ServiceMock[AppIntegrationsBackend], client: Any, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    aws.fail("ListApplications", "AccessDeniedException", "not you " * 100)
    with pytest.raises(ClientError):
        client.list_applications()
    _, *message = str(aws.calls).splitlines()
    assert len(message) == 3
    assert message[-1].endswith(" ...")
    assert columns - 10 < max(map(len, message)) <= columns


def test_the_message_of_an_error_is_that_of_the_answer(aws: ServiceMock[AppIntegrationsBackend], client: Any) -> None:
    with pytest.raises(ClientError) as caught:
        client.get_event_integration(Name="order")
    assert aws.calls.last.error_message == caught.value.response["Error"]["Message"]
    client.list_applications()
    assert aws.calls.last.error_message is None
    aws.fail("ListApplications", ConnectionError("no way"))
    with pytest.raises(ConnectionError):
        client.list_applications()
    assert aws.calls.last.error_message is None


def test_a_folded_table_has_a_bounded_number_of_lines(aws: ServiceMock[AppIntegrationsBackend], client: Any) -> None:
    for number in range(60):
        client.list_applications(MaxResults=1 + number % 2)
    head, *lines = folded_table(aws.calls).splitlines()
    assert head == "(calls 1 to 10 are left out)"
    assert len(lines) == 50
    assert lines[0].startswith("11  ListApplications(MaxResults=1)")
    assert lines[-1].startswith("60  ListApplications(MaxResults=2)")


def test_a_printed_log_is_a_table(aws: ServiceMock[AppIntegrationsBackend], client: Any) -> None:
    assert str(aws.calls) == "no calls"
    client.list_event_integrations(MaxResults=5)
    with pytest.raises(ClientError):
        client.get_event_integration(Name="order")
    assert str(aws.calls).splitlines() == [
        "1  ListEventIntegrations(MaxResults=5)  eu-west-1  200",
        "2  GetEventIntegration(Name='order')    eu-west-1  404  ResourceNotFoundException",
        "     Could not find EventIntegration with identifier: order",
    ]
    assert repr(aws.calls) == f"[{aws.calls[0]!r}, {aws.calls[1]!r}]"
    assert all(isinstance(call, Call) for call in aws.calls)


def test_the_keys_of_a_large_structure_take_48_characters_and_its_braces() -> None:
    fits, long = {"a" * 30: "x" * 99, "b" * 16: 1}, {"a" * 30: "x" * 99, "b" * 17: 1}
    assert value_text(fits) == "{" + "a" * 30 + ", " + "b" * 16 + "}"
    assert value_text(long) == "{" + "a" * 30 + ", " + "b" * 13 + "...}"


def test_a_value_that_is_too_long_shows_three_of_its_items_and_three_of_its_levels() -> None:
    assert value_text(dict.fromkeys("abcd", 123456)) == "{'a': 123456, 'b': 123456, 'c': 123456, ...}"
    assert value_text([100000, 200000, 300000, 400000]) == "[100000, 200000, 300000, ...]"
    assert value_text([[["deep enough", ["deeper still"]]]]) == "[[['deep enough', [...]]]]"


VALUES = ["a", "x" * 60, 5, ["a", "b", "c" * 40], {"a": "b" * 50}]


@pytest.mark.parametrize("operation", OPERATIONS, ids=operation_id)
def test_a_calls_text_fits_and_is_whole_if_that_fits(operation: Operation) -> None:
    names = [name for name, _ in by_weight(operation.model)]
    parameters = {name: VALUES[number % len(VALUES)] for number, name in enumerate(names)}
    whole = f"{operation.name}({', '.join(f'{name}={parameters[name]!r}' for name in names)})"
    assert call_text(operation.name, parameters, operation.model, len(whole)) == whole
    for room in range(len(operation.name) + 80, len(whole)):
        text = call_text(operation.name, parameters, operation.model, room)
        assert len(text) <= room
        assert text != whole


def test_members_come_by_what_they_say_of_a_call() -> None:
    model = CATALOGUES["appintegrations"].operations["CreateDataIntegration"].model
    assert [name for name, decisive in by_weight(model) if decisive] == ["Name"]
    model = CATALOGUES["dataexchange"].operations["CreateJob"].model
    assert by_weight(model)[:2] == [("Type", True), ("Details", False)]


# What no operation of the services has ----------------------------------------------------------------------------

SHAPES: dict[str, Any] = {
    "Text": {"type": "string"},
    "Kind": {"type": "string", "enum": ["A", "B"]},
    "Flag": {"type": "boolean"},
    "Bytes": {"type": "blob"},
    "Texts": {"type": "list", "member": {"shape": "Text"}},
    "Request": {
        "type": "structure",
        "required": ["Needed", "Many"],
        "members": {
            "Tags": {"shape": "Texts"},
            "Note": {"shape": "Text"},
            "Data": {"shape": "Bytes"},
            "Needed": {"shape": "Text"},
            "Mode": {"shape": "Kind"},
            "Many": {"shape": "Texts"},
            "RoleArn": {"shape": "Text"},
            "ManyId": {"shape": "Texts"},
            "Wait": {"shape": "Flag"},
            "SomeType": {"shape": "Text"},
        },
    },
    "Trouble": {"type": "structure", "members": {"Code": {"shape": "Text"}, "Message": {"shape": "Text"}}},
    "Answer": {"type": "structure", "members": {"Error": {"shape": "Trouble"}}},
    "Teapot": {"type": "structure", "members": {"Size": {"shape": "Text"}}, "exception": True},
}


def model(**operation: Any) -> OperationModel:
    """The model of an operation of a service that there is not."""
    description = {
        "metadata": {"protocol": "rest-json", "serviceId": "Pots", "apiVersion": "2020-01-01"},
        "operations": {"Get": {"name": "Get", "http": {"method": "GET", "requestUri": "/"}, **operation}},
        "shapes": SHAPES,
    }
    return ServiceModel(description, "pots").operation_model("Get")


def call(
    operation: str = "Get",
    answer: Response | None = None,
    model: OperationModel | None = None,
    failure: str | None = None,
    hint: str | None = None,
    **parameters: Any,
) -> Call:
    moment = datetime.datetime(2030, 1, 2, tzinfo=datetime.timezone.utc)
    answer = answer or (None if failure else Response(200, {}, b"{}"))
    return Call(
        "pots", operation, parameters, "123456789012", "us-east-1", moment, answer, failure, model=model, hint=hint
    )


def test_a_call_has_no_size_unless_given_one() -> None:
    assert call().size == 0


@pytest.mark.parametrize("status", [200, 299])
def test_an_answer_below_300_is_a_success_whatever_its_members_are_called(status: int) -> None:
    body = b'{"Error": {"Code": "Teapot", "Message": "short"}, "Size": "small"}'
    get = model(output={"shape": "Answer"}, errors=[{"shape": "Teapot"}])
    made = call(answer=Response(status, {}, body), model=get)
    assert made.response is not None
    assert made.response["Error"] == {"Code": "Teapot", "Message": "short"}
    assert "Size" not in made.response
    assert (made.status_code, made.error_code, made.error_message) == (status, None, None)


def test_an_answer_of_status_300_is_a_failure_as_it_is_for_boto3() -> None:
    body = b'{"Error": {"Code": "Teapot", "Message": "short"}, "Size": "small"}'
    get = model(output={"shape": "Answer"}, errors=[{"shape": "Teapot"}])
    made = call(answer=Response(300, {}, body), model=get)
    assert (made.status_code, made.error_code, made.error_message) == (300, "Teapot", "short")
    assert made.response is not None
    assert made.response["Size"] == "small"


def test_the_error_of_a_request_of_no_operation_is_read_too() -> None:
    refusal = Response(403, {"x-amzn-ErrorType": "MissingAuthenticationTokenException"}, b'{"message": "none"}')
    made = call("GET https://example.com/", refusal)
    assert made.response is not None
    assert made.response["Error"] == {"Code": "MissingAuthenticationTokenException", "Message": "none"}
    assert repr(made) == (
        "<Call GET https://example.com/() in us-east-1 of 123456789012: 403 MissingAuthenticationTokenException>"
    )


def test_a_call_is_from_its_account_and_its_region() -> None:
    made = call()
    assert made.is_from()
    assert made.is_from("123456789012", "us-east-1")
    assert made.is_from(region_name="us-east-1")
    assert not made.is_from("123456789012", "eu-west-1")
    assert not made.is_from("210987654321")
    assert not made.is_from("210987654321", "us-east-1")


def test_the_members_of_an_operation_come_by_name_then_kind_then_need_and_the_large_ones_last() -> None:
    assert by_weight(model(input={"shape": "Request"})) == [
        ("RoleArn", True),
        ("Mode", True),
        ("Wait", True),
        ("SomeType", True),
        ("Needed", False),
        ("Many", False),
        ("Note", False),
        ("Data", False),
        ("Tags", False),
        ("ManyId", False),
    ]


def test_an_operation_without_a_request_has_no_members_to_show() -> None:
    assert by_weight(model()) == []
    assert by_weight(None) == []
    assert call_text("Get", {}, model(), 100) == "Get()"


@pytest.mark.parametrize(
    ("room", "text"),
    [
        (52, "Get(RoleArn='arn:of:a:role', Needed='x', Many=['y'])"),
        (51, "Get(RoleArn='arn:...:role', Needed='x', Many=['y'])"),
        (50, "Get(RoleArn='arn...role', Needed='x', Many=['y'])"),
        (49, "Get(RoleArn='arn...role', Needed='x', Many=['y'])"),
        (48, "Get(RoleArn='arn...role', Needed='x', ...)"),
        (42, "Get(RoleArn='arn...role', Needed='x', ...)"),
        (41, "Get(RoleArn='arn...role', ...)"),
        (5, "Get(RoleArn='arn...role', ...)"),
    ],
)
def test_a_call_is_shortened_as_little_as_it_must_and_keeps_its_first_member(room: int, text: str) -> None:
    parameters = {"Needed": "x", "Many": ["y"], "RoleArn": "arn:of:a:role"}
    assert call_text("Get", parameters, model(input={"shape": "Request"}), room) == text


def test_a_call_of_one_member_leaves_none_out() -> None:
    get = model(input={"shape": "Request"})
    assert call_text("Get", {"Needed": "x" * 50}, get, 10) == "Get(Needed='x...xx')"


@pytest.mark.parametrize(
    ("value", "cut", "text"),
    [
        (dict.fromkeys("abcd", "x" * 9), 13, "{a, b, c, ...}"),
        (dict.fromkeys("abc", "x" * 9), 13, "{a, b, c}"),
        (dict.fromkeys("abcd", "x" * 9), 12, "{a, ...}"),
        ({"a": "x" * 20}, 12, "{a}"),
        ({"a": "x" * 4}, 13, "{'a': 'xxxx'}"),
        (["x" * 9] * 2, 12, "[2 items]"),
        (["x" * 8], 12, "['xxxxxxxx']"),
        (dict.fromkeys("abcd", "x" * 9), 8, "{a, ...}"),
        ([1, 2, 3, 4], 48, "[1, 2, 3, 4]"),
        ([1, 2, 3, 456], 48, "[1, 2, 3, 456]"),
        ([1, 2, 3, 4567], 48, "[1, 2, 3, ...]"),
        (["x" * 20], 12, "[1 item]"),
        ([["x" * 9], ["y" * 9]], 48, "[['xxxxxxxxx'], ['yyyyyyyyy']]"),
        ("x" * 10, 12, "'xxxxxxxxxx'"),
        ("x" * 11, 12, "'xxx...xxxx'"),
        (10**12, 12, "1000...00000"),
        (b"x" * 10, 12, "b'xx...xxxx'"),
    ],
)
def test_a_value_is_shortened_to_its_cut(value: object, cut: int, text: str) -> None:
    assert value_text(value, cut) == text


def test_a_value_is_cut_to_48_characters_unless_another_length_is_given() -> None:
    assert members_text({"A": "x" * 46, "B": "y" * 47}) == f"A='{'x' * 46}', B='{'y' * 21}...{'y' * 22}'"


def test_a_table_is_as_wide_as_the_terminal_and_no_wider() -> None:
    made = [call(model=model(input={"shape": "Request"}), Needed="x" * 60)]
    whole = f"1  Get(Needed='{'x' * 60}')  us-east-1  200"
    assert folded_table(made, len(whole)) == whole
    (line,) = folded_table(made, len(whole) - 1).splitlines()
    assert "..." in line
    assert len(line) < len(whole)


def test_the_column_of_the_calls_has_40_characters_on_the_narrowest_terminal() -> None:
    get = model(input={"shape": "Request"})
    fits, longer = "x" * (40 - len("Get(Needed='')")), "x" * (41 - len("Get(Needed='')"))
    assert folded_table([call(model=get, Needed=fits)], 1) == f"1  Get(Needed='{fits}')  us-east-1  200"
    assert "..." in folded_table([call(model=get, Needed=longer)], 1)


@pytest.mark.parametrize(("width", "wrapped"), [(1, 40), (45, 40), (46, 41), (60, 55)])
def test_a_message_is_wrapped_to_the_terminal_but_to_40_characters_at_least(width: int, wrapped: int) -> None:
    first = "m" * (wrapped - 2)
    body = f'{{"message": "{first} n {first} o"}}'.encode()
    refused = call(answer=Response(400, {"x-amzn-ErrorType": "Teapot"}, body), model=model())
    _, *lines = folded_table([refused], width).splitlines()
    assert lines == [f"     {first} n", f"     {first} o"]
    body = f'{{"message": "{first}m n"}}'.encode()
    refused = call(answer=Response(400, {"x-amzn-ErrorType": "Teapot"}, body), model=model())
    _, *lines = folded_table([refused], width).splitlines()
    assert lines == [f"     {first}m", "     n"]


def test_a_table_has_120_columns_where_nobody_knows_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*args: object) -> None:
        raise OSError

    monkeypatch.delenv("COLUMNS")
    monkeypatch.setattr(os, "get_terminal_size", unknown)
    get = model(input={"shape": "Request"})
    name = "x" * (120 - len("1  Get(Needed='')  us-east-1  200"))
    assert str(folded_table([call(model=get, Needed=name)])) == f"1  Get(Needed='{name}')  us-east-1  200"
    assert "..." in folded_table([call(model=get, Needed=name + "x")])


def test_columns_are_as_wide_as_their_longest_cells() -> None:
    calls = [
        call("First"),
        call("Second2", failure="OSError"),
        call(answer=Response(404, {"x-amzn-ErrorType": "Teapot"}, b'{"message": "none"}'), hint="eu-west-1 has it"),
    ]
    calls[0].region_name = "ap-southeast-1"
    numbered = [calls[0]] * 9 + calls[1:]
    assert table(calls[1:], numbered).splitlines() == [
        "10  Second2()  us-east-1  -    OSError",
        "11  Get()      us-east-1  404  Teapot",
        "      none",
        "      eu-west-1 has it",
    ]
    assert table(calls, notes={id(calls[1]): ["one", "two"]}).splitlines() == [
        "1  First()    ap-southeast-1  200",
        "2  Second2()  us-east-1       -    OSError",
        "     one",
        "     two",
        "3  Get()      us-east-1       404  Teapot",
        "     none",
        "     eu-west-1 has it",
    ]
    calls[1].account_id = "210987654321"
    calls[2].service_name = "pans"
    assert folded_table(numbered).splitlines() == [
        "1 to 9  pots.First()    ap-southeast-1 123456789012  200  (9 times)",
        "    10  pots.Second2()  us-east-1 210987654321       -    OSError",
        "    11  pans.Get()      us-east-1 123456789012       404  Teapot",
        "          none",
        "          eu-west-1 has it",
    ]


def test_a_folded_table_has_50_lines_at_most() -> None:
    calls = [call(f"Get{number}") for number in range(51)]
    assert len(folded_table(calls[:50]).splitlines()) == 50
    assert folded_table(calls).splitlines()[:2] == ["(calls 1 to 1 are left out)", " 2  Get1()   us-east-1  200"]
    assert [times_text(number) for number in (0, 1, 2, 3)] == ["0 times", "once", "twice", "3 times"]


def test_a_log_folds_calls_too(aws: ServiceMock[AppIntegrationsBackend]) -> None:
    assert aws.calls.folded([call(), call()]) == "1 to 2  Get()  us-east-1  200  (twice)"


def test_a_wrong_order_shows_the_ten_latest_calls(aws: ServiceMock[AppIntegrationsBackend], client: Any) -> None:
    for _ in range(10):
        client.list_applications()
    row = "ListApplications()  eu-west-1  200"
    head = "TagResource were to be called in this order; there is no TagResource. What was called:"
    assert message(aws.calls.assert_order, "TagResource") == [head, *(f"{n:2}  {row}" for n in range(1, 11))]
    for _ in range(2):
        client.list_applications()
    assert message(aws.calls.assert_order, "TagResource") == [
        head,
        "(2 calls before)",
        *(f"{n:2}  {row}" for n in range(3, 13)),
    ]
    for _ in range(13):
        client.list_applications()
    assert message(aws.calls.assert_order, "TagResource")[1] == "(15 calls before)"
    assert message(aws.calls.assert_order, "List*", "ListApplications", "TagResource")[0] == (
        "List*, ListApplications, TagResource were to be called in this order; there is no TagResource after call 2. "
        "What was called:"
    )


@pytest.mark.parametrize(
    ("own", "wanted", "shown"),
    [
        ("a" * 47 + "b", "a" * 47 + "c", f"'{'a' * 47}b', not '{'a' * 47}c'"),
        ("a" * 48, "a" * 49, f"...'{'a' * 16}', not ...'{'a' * 17}'"),
        ("b" + "a" * 48, "c", f"'b{'a' * 39}'..., not 'c'"),
        ("b" + "a" * 39, "c" + "a" * 48, f"'b{'a' * 39}', not 'c{'a' * 39}'..."),
        ("a" * 16 + "b" * 33, "a" * 16 + "c" * 24, f"'{'a' * 16}{'b' * 24}'..., not '{'a' * 16}{'c' * 24}'"),
        ("a" * 17 + "b" * 32, "a" * 17 + "c" * 25, f"...'{'a' * 16}{'b' * 24}'..., not ...'{'a' * 16}{'c' * 24}'..."),
        ("a" * 17 + "b" * 32, "a" * 17 + "c" * 24, f"...'{'a' * 16}{'b' * 24}'..., not ...'{'a' * 16}{'c' * 24}'"),
        (b"a" * 49, b"a" * 48, f"...b'{'a' * 17}', not ...b'{'a' * 16}'"),
        ("a" * 60, 5, f"{value_text('a' * 60)}, not 5"),
        (5, "a" * 60, f"5, not {value_text('a' * 60)}"),
        ("a" * 60, b"a" * 60, f"{value_text('a' * 60)}, not {value_text(b'a' * 60)}"),
    ],
)
def test_two_long_texts_are_shown_from_where_they_differ(own: Any, wanted: Any, shown: str) -> None:
    with mock_appintegrations() as aws:
        aws.calls.append(call("ListEventIntegrations", NextToken=own))
        lines = message(aws.calls.assert_called, "ListEventIntegrations", NextToken=wanted)
    assert lines[2:] == [f"     NextToken was {shown}"]


def test_a_member_that_is_missing_counts_as_much_as_one_that_is_all_different() -> None:
    with mock_appintegrations() as aws:
        aws.calls.extend(
            [
                call("GetApplication", Arn="zzzz", NextToken="wwww"),
                call("ListEventIntegrations", NextToken="wwww", MaxResults=2),
                call("ListEventIntegrations", NextToken="abcd"),
            ]
        )
        lines = message(aws.calls.assert_called, "ListEventIntegrations", NextToken="abcd", MaxResults=100)
    assert [line for line in lines if not line.startswith("  ")][1:] == [
        "3  ListEventIntegrations()  us-east-1  200",
        "2  ListEventIntegrations()  us-east-1  200",
        "1  GetApplication()         us-east-1  200",
    ]


def test_ten_calls_are_shown_and_the_others_counted(aws: ServiceMock[AppIntegrationsBackend], client: Any) -> None:
    for _ in range(10):
        client.list_applications()
    assert len(message(aws.calls.assert_not_called, "ListApplications")) == 11
    client.list_event_integrations()
    assert message(aws.calls.assert_called, "TagResource")[-1] == "... and 1 more"


@pytest.mark.parametrize(("given", "nearest_first"), [(1111, [1, 2]), (3333, [1, 2]), (1122, [2, 1]), (2222, [2, 1])])
def test_a_call_that_lacks_a_member_is_as_far_as_one_whose_value_has_nothing_in_common(
    aws: ServiceMock[AppIntegrationsBackend], given: int, nearest_first: list[int]
) -> None:
    listed = CATALOGUES["appintegrations"].operations["ListApplications"].model
    aws.calls.append(call("ListApplications", model=listed))
    aws.calls.append(call("ListApplications", model=listed, MaxResults=given))
    lines = message(aws.calls.assert_called, "ListApplications", times=3, MaxResults=2222)
    if given != 2222:
        assert [int(line[:2]) for line in lines[1:] if not line.startswith("  ")] == nearest_first
    else:
        assert lines[1:] == ["2  ListApplications(MaxResults=2222)  us-east-1  200"]


def test_a_failed_assertion_is_reported_at_the_line_of_the_test(aws: ServiceMock[AppIntegrationsBackend]) -> None:
    aws.calls.append(call("ListApplications"))
    for fail in (
        lambda: aws.calls.assert_called("TagResource"),
        lambda: aws.calls.assert_not_called("ListApplications"),
        lambda: aws.calls.assert_order("TagResource"),
    ):
        with pytest.raises(AssertionError) as caught:
            fail()
        assert {Path(entry.path) for entry in caught.traceback.filter(caught)} == {Path(__file__)}


def test_a_calls_repr_shows_it_in_96_characters_at_most() -> None:
    get = model(input={"shape": "Request"})
    name = "x" * (96 - len("Get(Needed='')"))
    assert repr(call(model=get, Needed=name)) == f"<Call Get(Needed='{name}') in us-east-1 of 123456789012: 200>"
    assert "..." in repr(call(model=get, Needed=name + "x"))
