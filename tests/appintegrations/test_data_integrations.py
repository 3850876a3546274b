"""Data integrations, their associations and what those pretend to run."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.endpoint import Endpoint

from appint_mock import mock_appintegrations
from tests.appintegrations.resources import (
    MODEL,
    ON_DEMAND,
    SCHEDULED,
    associate_data_integration,
    create_data_integration,
    invalid,
    not_found,
    taken,
)
from tests.fidelity.appintegrations import holds

_GIVEN: dict[str, Any] = {
    "Description": "d",
    "SourceURI": "s3://bucket/key",
    "ScheduleConfig": {"FirstExecutionFrom": "0", "Object": "o", "ScheduleExpression": "rate(1 hour)"},
    "FileConfiguration": {"Folders": ["f"], "Filters": {"a": ["x"]}},
    "ObjectConfiguration": {"o": {"f": ["x", "y"]}},
}


def _plain(answer: Any) -> Any:
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def _shown(given: dict[str, Any]) -> dict[str, Any]:
    return {("ScheduleConfiguration" if name == "ScheduleConfig" else name): given[name] for name in given}


# Data integrations


@holds("data-integrations.create", "data-integrations.get", "data-integrations.free")
@pytest.mark.parametrize("members", [[], *([name] for name in _GIVEN), list(_GIVEN)], ids=str)
def test_create_and_get_show_what_was_given(client: Any, members: list[str]) -> None:
    given = {name: _GIVEN[name] for name in members}
    created = _plain(create_data_integration(client, ClientToken="t", Tags={"a": "1"}, **given))
    expected = {"Name": "orders", "KmsKey": "alias/key", "Tags": {"a": "1"}, **_shown(given)}
    arn, data_integration_id = created.pop("Arn"), created.pop("Id")
    assert arn.endswith(f":data-integration/{data_integration_id}")
    assert created == {**expected, "ClientToken": "t"}
    assert _plain(client.get_data_integration(Identifier="orders")) == {
        **expected,
        "Arn": arn,
        "Id": data_integration_id,
    }


@holds("data-integrations.list", "data-integrations.list-no-id")
def test_list_items_have_arn_name_and_source_only(client: Any) -> None:
    first = create_data_integration(client, "first", **_GIVEN)
    second = create_data_integration(client, "second")
    assert client.list_data_integrations()["DataIntegrations"] == [
        {"Arn": first["Arn"], "Name": "first", "SourceURI": "s3://bucket/key"},
        {"Arn": second["Arn"], "Name": "second"},
    ]


@holds("data-integrations.free")
@pytest.mark.parametrize("key", ["alias/x", "arn:aws:kms:us-east-1:1:key/x", "x", "not a key", "é" * 255])
def test_any_key_will_do(client: Any, key: str) -> None:
    create_data_integration(client, KmsKey=key)
    assert client.get_data_integration(Identifier="orders")["KmsKey"] == key


@holds("data-integrations.taken")
def test_a_taken_name_is_a_duplicate(client: Any) -> None:
    create_data_integration(client)
    with taken("Name"):
        create_data_integration(client, Description="another")


@holds("data-integrations.update-description", "data-integrations.update-name", "data-integrations.rename")
def test_update_changes_name_and_description_and_keeps_id_and_arn(client: Any) -> None:
    create_data_integration(client, **_GIVEN)
    before = _plain(client.get_data_integration(Identifier="orders"))
    client.update_data_integration(Identifier="orders", Description="new")
    assert _plain(client.get_data_integration(Identifier="orders")) == {**before, "Description": "new"}
    client.update_data_integration(Identifier=before["Id"], Name="renamed")
    expected = {**before, "Description": "new", "Name": "renamed"}
    for identifier in ("renamed", before["Id"], before["Arn"]):
        assert _plain(client.get_data_integration(Identifier=identifier)) == expected
    with not_found("DataIntegration", "orders"):
        client.get_data_integration(Identifier="orders")


@holds("data-integrations.rename-taken", "data-integrations.rename")
def test_renaming_to_a_taken_name_is_refused_and_to_its_own_is_fine(client: Any) -> None:
    create_data_integration(client, "orders")
    create_data_integration(client, "another")
    with invalid("Name already in use"):
        client.update_data_integration(Identifier="orders", Name="another", Description="x")
    client.update_data_integration(Identifier="orders", Name="orders", Description="new")
    assert client.get_data_integration(Identifier="orders")["Description"] == "new"


@holds("data-integrations.delete-associated", "data-integrations.delete-associated-text")
def test_deleting_an_associated_data_integration_is_refused(client: Any, backend: Any) -> None:
    answer = create_data_integration(client)
    arn = associate_data_integration(client)
    for identifier in ("orders", answer["Id"], answer["Arn"]):
        with invalid("A DataIntegration with DataIntegrationAssociations cannot be deleted"):
            client.delete_data_integration(DataIntegrationIdentifier=identifier)
    backend.disassociate(arn)
    client.delete_data_integration(DataIntegrationIdentifier="orders")


# Associations


def _associations(client: Any) -> Any:
    return client.list_data_integration_associations(DataIntegrationIdentifier="orders")["DataIntegrationAssociations"]


def _status(client: Any) -> Any:
    (association,) = _associations(client)
    return association.get("LastExecutionStatus")


def _update(client: Any, arn: str, configuration: dict[str, Any]) -> None:
    client.update_data_integration_association(
        DataIntegrationIdentifier="orders",
        DataIntegrationAssociationIdentifier=arn,
        ExecutionConfiguration=configuration,
    )


@holds("associations.create")
def test_create_needs_only_the_identifier_and_answers_id_and_arn(client: Any) -> None:
    parent = create_data_integration(client)["Arn"]
    answer = client.create_data_integration_association(DataIntegrationIdentifier="orders")
    (listed,) = _associations(client)
    assert _plain(answer) == {
        "DataIntegrationAssociationId": listed["DataIntegrationAssociationArn"].rpartition("/")[2],
        "DataIntegrationArn": parent,
    }


@holds("associations.list")
@pytest.mark.parametrize(
    "shown", [{}, {"ClientId": "c"}, {"DestinationURI": "s3://b/k"}, {"ClientId": "c", "DestinationURI": "s3://b/k"}]
)
def test_list_items_show_what_was_given_but_metadata_and_objects(client: Any, shown: dict[str, Any]) -> None:
    parent = create_data_integration(client)["Arn"]
    hidden = {"ClientAssociationMetadata": {"k": "v"}, "ObjectConfiguration": {"o": {"f": ["x"]}}}
    arn = associate_data_integration(client, ExecutionConfiguration=SCHEDULED, **shown, **hidden)
    assert _associations(client) == [
        {
            "DataIntegrationAssociationArn": arn,
            "DataIntegrationArn": parent,
            "ExecutionConfiguration": SCHEDULED,
            **shown,
        }
    ]


@holds("associations.single", "associations.single-text")
def test_a_data_integration_takes_one_association_ever(client: Any, backend: Any) -> None:
    create_data_integration(client)
    refusal = "A DataIntegration that was previously associated cannot be associated again"
    arn = associate_data_integration(client)
    with invalid(refusal):
        associate_data_integration(client)
    backend.disassociate(arn)
    client.update_data_integration(Identifier="orders", Name="renamed")
    with invalid(refusal):
        associate_data_integration(client, "renamed")
    client.delete_data_integration(DataIntegrationIdentifier="renamed")
    create_data_integration(client, "renamed")
    associate_data_integration(client, "renamed")


@holds("associations.many")
def test_any_number_of_associations_where_a_test_says_so(client: Any) -> None:
    create_data_integration(client)
    with mock_appintegrations(single_association=False):
        arns = [associate_data_integration(client) for _ in range(12)]
    assert [each["DataIntegrationAssociationArn"] for each in _associations(client)] == arns
    with invalid("A DataIntegration that was previously associated cannot be associated again"):
        associate_data_integration(client)


_WRONG = [
    ({**ON_DEMAND, "ExecutionMode": "SCHEDULED"}, "OnDemandConfiguration is only allowed with ExecutionMode ON_DEMAND"),
    (
        {**SCHEDULED, "ExecutionMode": "ON_DEMAND"},
        "ScheduleConfiguration is only allowed with ExecutionMode SCHEDULED",
    ),
    (
        {**SCHEDULED, **ON_DEMAND},
        "ScheduleConfiguration is only allowed with ExecutionMode SCHEDULED",
    ),
    (
        {**ON_DEMAND, **SCHEDULED},
        "OnDemandConfiguration is only allowed with ExecutionMode ON_DEMAND",
    ),
]


@holds("associations.mode", "associations.mode-text")
@pytest.mark.parametrize(("configuration", "text"), _WRONG)
def test_a_configuration_of_another_mode_is_refused(client: Any, configuration: dict[str, Any], text: str) -> None:
    create_data_integration(client)
    with invalid(text):
        associate_data_integration(client, ExecutionConfiguration=configuration)
    arn = associate_data_integration(client)
    with invalid(text):
        _update(client, arn, configuration)


@holds("associations.mode-neither", "associations.update")
@pytest.mark.parametrize("mode", ["ON_DEMAND", "SCHEDULED"])
def test_a_mode_without_a_configuration_is_fine(client: Any, mode: str) -> None:
    create_data_integration(client)
    arn = associate_data_integration(client, ExecutionConfiguration={"ExecutionMode": mode})
    assert _associations(client)[0]["ExecutionConfiguration"] == {"ExecutionMode": mode}
    _update(client, arn, {"ExecutionMode": mode})


@holds("associations.update")
def test_update_needs_an_execution_configuration_and_replaces_it(client: Any) -> None:
    create_data_integration(client)
    arn = associate_data_integration(client, ClientId="c", ExecutionConfiguration=ON_DEMAND)
    with pytest.raises(client.exceptions.ClientError, match="Value null at 'executionConfiguration'"):
        client.update_data_integration_association(
            DataIntegrationIdentifier="orders", DataIntegrationAssociationIdentifier=arn
        )
    _update(client, arn, SCHEDULED)
    (shown,) = _associations(client)
    assert (shown["ExecutionConfiguration"], shown["ClientId"]) == (SCHEDULED, "c")


# Runs

_IN_PROGRESS, _COMPLETED = {"ExecutionStatus": "IN_PROGRESS"}, {"ExecutionStatus": "COMPLETED"}


@holds("associations.runs", "associations.states")
def test_a_run_is_in_progress_at_its_first_showing_and_then_completed(client: Any) -> None:
    create_data_integration(client)
    arn = associate_data_integration(client, ExecutionConfiguration=ON_DEMAND)
    assert [_status(client) for _ in range(3)] == [_IN_PROGRESS, _COMPLETED, _COMPLETED]
    _update(client, arn, ON_DEMAND)
    assert [_status(client) for _ in range(3)] == [_IN_PROGRESS, _COMPLETED, _COMPLETED]
    assert MODEL.shape_for("ExecutionStatus").enum == ["COMPLETED", "IN_PROGRESS", "FAILED"]


@holds("associations.runs")
def test_what_is_not_shown_goes_on_running(client: Any) -> None:
    create_data_integration(client)
    with mock_appintegrations(single_association=False):
        arns = [associate_data_integration(client, ExecutionConfiguration=ON_DEMAND) for _ in range(3)]

    def page(**parameters: Any) -> tuple[Any, str | None]:
        answer = client.list_data_integration_associations(
            DataIntegrationIdentifier="orders", MaxResults=1, **parameters
        )
        return answer["DataIntegrationAssociations"][0]["LastExecutionStatus"], answer.get("NextToken")

    first, token = page()
    assert [first, page()[0]] == [_IN_PROGRESS, _COMPLETED]
    assert [page(NextToken=token)[0] for _ in range(2)] == [_IN_PROGRESS, _COMPLETED]
    client.list_tags_for_resource(resourceArn=arns[2])
    assert [each["LastExecutionStatus"] for each in _associations(client)] == [_COMPLETED, _COMPLETED, _IN_PROGRESS]


@holds("associations.runs", "associations.no-run")
@pytest.mark.parametrize(
    "configuration", [None, SCHEDULED, {"ExecutionMode": "SCHEDULED"}], ids=["none", "scheduled", "bare"]
)
def test_without_a_run_there_is_no_status(client: Any, configuration: dict[str, Any] | None) -> None:
    create_data_integration(client)
    members = {} if configuration is None else {"ExecutionConfiguration": configuration}
    arn = associate_data_integration(client, **members)
    assert [_status(client) for _ in range(2)] == [None, None]
    _update(client, arn, {"ExecutionMode": "ON_DEMAND"})
    assert _status(client) == _IN_PROGRESS
    _update(client, arn, SCHEDULED)
    assert [_status(client) for _ in range(2)] == [None, None]


@holds("associations.finished", "associations.states")
@pytest.mark.parametrize("status", ["COMPLETED", "FAILED"])
@pytest.mark.parametrize(("message", "shown"), [(None, {}), ("why", {"StatusMessage": "why"})])
@pytest.mark.parametrize("showings", [0, 1, 2])
def test_a_finished_run_shows_its_status_until_the_next_update(
    client: Any, backend: Any, status: str, message: str | None, shown: dict[str, str], showings: int
) -> None:
    create_data_integration(client)
    arn = associate_data_integration(client, ExecutionConfiguration=ON_DEMAND)
    for _ in range(showings):
        _associations(client)
    backend.finish_execution(arn, status, message)
    assert [_status(client) for _ in range(2)] == [{"ExecutionStatus": status, **shown}] * 2
    _update(client, arn, ON_DEMAND)
    assert [_status(client) for _ in range(2)] == [_IN_PROGRESS, _COMPLETED]


@holds("associations.finished")
def test_a_run_finishes_as_completed_by_default(client: Any, backend: Any) -> None:
    create_data_integration(client)
    arn = associate_data_integration(client)
    backend.finish_execution(arn)
    assert _status(client) == _COMPLETED


@holds("associations.copies")
def test_a_run_copies_nothing(aws: Any, client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[Any] = []
    # Where a request that nobody answered would leave the process.
    monkeypatch.setattr(Endpoint, "_send", lambda self, request: sent.append(request.url))
    create_data_integration(client, SourceURI="s3://bucket/key")
    associate_data_integration(client, ExecutionConfiguration=ON_DEMAND, DestinationURI="s3://other/key")
    assert [_status(client) for _ in range(2)] == [_IN_PROGRESS, _COMPLETED]
    assert sent == []
    assert {call.service_name for call in aws.calls} == {"appintegrations"}


@holds("associations.removal")
def test_no_operation_removes_or_reads_one_association(client: Any, backend: Any) -> None:
    assert [name for name in MODEL.operation_names if "Association" in name and name[:3] in ("Del", "Get")] == []
    create_data_integration(client)
    backend.disassociate(associate_data_integration(client))
    assert _associations(client) == []


@holds("associations.allowed")
def test_associating_an_s3_source_is_allowed_and_can_be_denied(aws: Any, client: Any) -> None:
    create_data_integration(client, SourceURI="s3://bucket/key")
    aws.fail("CreateDataIntegrationAssociation", "AccessDeniedException", "with an explicit deny")
    with pytest.raises(client.exceptions.AccessDeniedException, match="with an explicit deny"):
        associate_data_integration(client)
    associate_data_integration(client)
