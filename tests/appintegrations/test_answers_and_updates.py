"""What answers hold, what updates change, and which names are free."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from tests.appintegrations import wire
from tests.appintegrations.resources import (
    NEWER,
    ON_DEMAND,
    associate_data_integration,
    create_application,
    create_data_integration,
    create_event_integration,
    make_all,
    taken,
)
from tests.fidelity.appintegrations import holds


def _without_metadata(answer: Any) -> Any:
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def _has_null(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_has_null, value.values()))
    return value is None or (isinstance(value, list) and any(map(_has_null, value)))


# Answers


@holds("answers.absent")
def test_members_that_were_never_set_are_absent_on_the_wire(client: Any, backend: Any) -> None:
    made = make_all(client, backend)
    with wire.recording(client) as answers:
        client.get_event_integration(Name="orders")
        client.get_data_integration(Identifier="orders")
        client.get_application(Arn=made.application)
        client.list_event_integrations()
        client.list_data_integrations()
        client.list_applications()
        client.list_event_integration_associations(EventIntegrationName="orders")
        client.list_data_integration_associations(DataIntegrationIdentifier="orders")
        client.list_application_associations(ApplicationId=made.application)
        create_data_integration(client, "another")
    bodies = [json.loads(answer.body) for answer in answers]
    assert not _has_null(bodies)
    event, data, application, events, datas, applications, *associations, created = bodies
    assert set(event) == {"Name", "EventIntegrationArn", "EventBridgeBus", "EventFilter", "Tags"}
    assert set(data) == {"Arn", "Id", "Name", "KmsKey", "Tags"}
    assert "Description" not in application
    assert [set(each) for each in (events, datas, applications)] == [
        {"EventIntegrations"},
        {"DataIntegrations"},
        {"Applications"},
    ]
    assert set(datas["DataIntegrations"][0]) == {"Arn", "Name"}
    assert set(associations[0]["EventIntegrationAssociations"][0]) == {
        "EventIntegrationAssociationArn",
        "EventIntegrationAssociationId",
        "EventIntegrationName",
        "ClientId",
    }
    assert set(associations[1]["DataIntegrationAssociations"][0]) == {
        "DataIntegrationAssociationArn",
        "DataIntegrationArn",
    }
    assert set(associations[2]["ApplicationAssociations"][0]) == {
        "ApplicationAssociationArn",
        "ApplicationArn",
        "ClientId",
    }
    assert set(created) == {"Arn", "Id", "Name", "KmsKey", "Tags", "ClientToken"}


@holds("answers.tags")
def test_tags_are_always_there(client: Any, backend: Any) -> None:
    made = make_all(client, backend)
    assert client.get_event_integration(Name="orders")["Tags"] == {}
    assert client.get_data_integration(Identifier="orders")["Tags"] == {}
    assert client.get_application(Arn=made.application)["Tags"] == {}
    assert create_data_integration(client, "another")["Tags"] == {}
    assert client.list_event_integrations()["EventIntegrations"][0]["Tags"] == {}
    for arn in made:
        assert client.list_tags_for_resource(resourceArn=arn)["tags"] == {}


@holds("answers.as-given")
def test_what_was_given_is_returned_as_given_even_if_empty(client: Any) -> None:
    create_event_integration(client, Description="")
    assert client.get_event_integration(Name="orders")["Description"] == ""
    configuration: dict[str, Any] = {"Folders": ["b", "a", "b"], "Filters": {}}
    answer = create_data_integration(
        client, Description="", FileConfiguration=configuration, ObjectConfiguration={"x": {}}
    )
    for each in (answer, client.get_data_integration(Identifier="orders")):
        assert each["Description"] == ""
        assert each["FileConfiguration"] == configuration
        assert each["ObjectConfiguration"] == {"x": {}}
    given: dict[str, Any] = {
        "Description": "",
        "Permissions": [],
        "Subscriptions": [],
        "Publications": [{"Event": "b::c", "Schema": " ", "Description": ""}],
        "IframeConfig": {},
        "ApplicationConfig": {},
        "ApplicationSourceConfig": {},
        **({"AuthConfig": {}} if NEWER else {}),
    }
    arn = create_application(client, **given)["Arn"]
    shown = client.get_application(Arn=arn)
    assert {name: shown[name] for name in given} == given
    client.update_application(Arn=arn, IframeConfig={"Allow": []}, Permissions=["x"])
    client.update_application(Arn=arn, Permissions=[], Description="")
    shown = client.get_application(Arn=arn)
    assert (shown["IframeConfig"], shown["Permissions"]) == ({"Allow": []}, [])


@holds("answers.as-given")
@pytest.mark.parametrize("text", ["é 🍋 \u2028", '"\\/', "a" * 1000, "\x00\x7f", "&<>%+"])
def test_any_text_comes_back_as_it_was(client: Any, text: str) -> None:
    create_data_integration(client, Description=text, Tags={"a": text[:256]})
    shown = client.get_data_integration(Identifier="orders")
    assert (shown["Description"], shown["Tags"]) == (text, {"a": text[:256]})


# Names


@holds("answers.case")
def test_names_are_case_sensitive(client: Any) -> None:
    for name in ("orders", "Orders"):
        create_event_integration(client, name, Description=name)
        create_data_integration(client, name, Description=name)
        create_application(client, name)
    assert client.get_event_integration(Name="Orders")["Description"] == "Orders"
    assert client.get_data_integration(Identifier="orders")["Description"] == "orders"


@holds("answers.names-freed")
def test_deleting_frees_a_name_and_a_namespace_at_once(client: Any) -> None:
    for _ in range(2):
        create_event_integration(client)
        client.delete_event_integration(Name="orders")
        create_data_integration(client)
        client.delete_data_integration(DataIntegrationIdentifier="orders")
        client.delete_application(Arn=create_application(client)["Arn"])


@holds("answers.names-freed", "places.apart")
def test_names_are_unique_per_account_and_region(aws: Any, client: Any) -> None:
    for create in (create_event_integration, create_data_integration, create_application):
        create(client)
        for options in ({"region_name": "eu-west-1"}, aws.credentials("111122223333")):
            other = boto3.client("appintegrations", **options)
            create(other)
            with taken("Name"):
                create(other)


@holds("answers.names-freed")
def test_the_three_kinds_of_resources_do_not_share_names(client: Any) -> None:
    create_event_integration(client, "same")
    create_data_integration(client, "same")
    create_application(client, "same")


@holds("answers.rename-frees")
def test_renaming_frees_the_old_name_at_once(client: Any) -> None:
    create_data_integration(client, "old")
    client.update_data_integration(Identifier="old", Name="new")
    create_data_integration(client, "old")
    arn = create_application(client, "old")["Arn"]
    client.update_application(Arn=arn, Name="new")
    create_application(client, "old", Namespace="another")
    with taken("Name"):
        create_application(client, "new", Namespace="a.third")


# Updates


@holds("updates.kept")
def test_members_left_out_of_an_update_keep_their_value(client: Any) -> None:
    create_event_integration(client, Description="old", Tags={"a": "1"})
    before = client.get_event_integration(Name="orders")
    client.update_event_integration(Name="orders", Description="new")
    after = client.get_event_integration(Name="orders")
    assert _without_metadata(after) == {**_without_metadata(before), "Description": "new"}

    create_data_integration(client, Description="old", SourceURI="s3://bucket/a", Tags={"a": "1"})
    before = client.get_data_integration(Identifier="orders")
    client.update_data_integration(Identifier="orders", Description="new")
    after = client.get_data_integration(Identifier="orders")
    assert _without_metadata(after) == {**_without_metadata(before), "Description": "new"}


_APPLICATION: dict[str, Any] = {
    "Description": "old",
    "ApplicationSourceConfig": {
        "ExternalUrlConfig": {"AccessUrl": "https://a", "ApprovedOrigins": ["https://b", "https://c"]}
    },
    "Subscriptions": [{"Event": "a::b", "Description": "d"}],
    "Publications": [{"Event": "a::b", "Schema": "{}", "Description": "d"}],
    "Permissions": ["User.Details.View", "x"],
    "InitializationTimeout": 5,
    "ApplicationConfig": {"ContactHandling": {"Scope": "PER_CONTACT"}},
    "IframeConfig": {"Allow": ["a"], "Sandbox": ["b"]},
}
_CHANGES: dict[str, Any] = {
    "Name": "renamed",
    "Description": "new",
    "ApplicationSourceConfig": {"ExternalUrlConfig": {"AccessUrl": "https://new"}},
    "Subscriptions": [{"Event": "c::d"}],
    "Publications": [],
    "Permissions": ["User.Details.View"],
    "InitializationTimeout": 6,
    "ApplicationConfig": {},
    "IframeConfig": {"Sandbox": []},
}


@pytest.mark.parametrize(
    "member",
    [
        pytest.param(member, marks=holds("updates.permissions" if member == "Permissions" else "updates.replaced"))
        for member in _CHANGES
    ],
)
@holds("updates.kept")
def test_a_member_given_replaces_the_stored_one_whole_and_no_other(client: Any, member: str) -> None:
    arn = create_application(client, **_APPLICATION)["Arn"]
    before = client.get_application(Arn=arn)
    client.update_application(Arn=arn, **{member: _CHANGES[member]})
    after = client.get_application(Arn=arn)
    assert after[member] == _CHANGES[member]
    assert after["LastModifiedTime"] >= before["LastModifiedTime"]
    for each in set(before) - {member, "LastModifiedTime", "ResponseMetadata"}:
        assert after[each] == before[each], each


@holds("updates.replaced", "models.newer")
def test_an_auth_config_given_replaces_the_stored_one_whole(client: Any) -> None:
    arn = create_application(
        client, AuthConfig={"AuthType": "API_KEY", "CredentialProviderIdentifier": "arn:aws:a:b:c:d"}
    )["Arn"]
    client.update_application(Arn=arn, AuthConfig={"AuthType": "CONNECT_JWT"})
    assert client.get_application(Arn=arn)["AuthConfig"] == {"AuthType": "CONNECT_JWT"}


@holds("updates.replaced")
def test_an_execution_configuration_is_replaced_whole(client: Any) -> None:
    create_data_integration(client)
    arn = associate_data_integration(client, ExecutionConfiguration=ON_DEMAND)
    client.update_data_integration_association(
        DataIntegrationIdentifier="orders",
        DataIntegrationAssociationIdentifier=arn,
        ExecutionConfiguration={"ExecutionMode": "SCHEDULED"},
    )
    listed = client.list_data_integration_associations(DataIntegrationIdentifier="orders")
    assert listed["DataIntegrationAssociations"][0]["ExecutionConfiguration"] == {"ExecutionMode": "SCHEDULED"}


@holds("updates.nothing")
def test_an_update_without_members_changes_nothing(aws: Any, client: Any) -> None:
    create_event_integration(client, Description="d")
    create_data_integration(client, Description="d")
    arn = create_application(client, Description="d")["Arn"]
    before = aws.snapshot()
    aws.clock.advance(hours=1)
    calls: list[Callable[[], Any]] = [
        lambda: client.update_event_integration(Name="orders"),
        lambda: client.update_data_integration(Identifier="orders"),
        lambda: client.update_application(Arn=arn),
    ]
    for call in calls:
        assert call()["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert aws.snapshot() == before
