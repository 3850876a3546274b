"""CloudFormation through moto: stacks whose resources live in our backend."""

from __future__ import annotations

import inspect
import json
import re
import sys
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, WaiterError

from appint_mock import ServiceMock, UnmockedCallError, mock_appintegrations, mock_dataexchange
from tests.fidelity.appintegrations import holds

pytest.importorskip(
    "moto.cloudformation.models",
    reason="moto[cloudformation] is not installed: .ci/run has environments with it",
    exc_type=ImportError,
)

from moto import mock_aws
from moto.cloudformation import parsing
from moto.cloudformation.parsing import ResourceMap

EVENTS: dict[str, Any] = {
    "Type": "AWS::AppIntegrations::EventIntegration",
    "Properties": {
        "Name": "orders",
        "EventBridgeBus": "default",
        "EventFilter": {"Source": "aws.partner/example.com/orders"},
    },
}
DATA: dict[str, Any] = {
    "Type": "AWS::AppIntegrations::DataIntegration",
    "Properties": {
        "Name": "articles",
        "KmsKey": "arn:aws:kms:us-east-1:123456789012:key/1",
        "SourceURI": "Salesforce://AppFlow/test",
        "ScheduleConfig": {
            "FirstExecutionFrom": "1439788442681",
            "Object": "Account",
            "ScheduleExpression": "rate(1 hour)",
        },
    },
}
APPLICATION: dict[str, Any] = {
    "Type": "AWS::AppIntegrations::Application",
    "Properties": {
        "Name": "Desk",
        "Namespace": "desk",
        "ApplicationSourceConfig": {"ExternalUrlConfig": {"AccessUrl": "https://example.com"}},
    },
}
OUTPUTS = {
    "App": {"Value": {"Ref": "App"}},
    "AppArn": {"Value": {"Fn::GetAtt": ["App", "ApplicationArn"]}},
    "AppId": {"Value": {"Fn::GetAtt": ["App", "Id"]}},
    "Data": {"Value": {"Ref": "Data"}},
    "DataArn": {"Value": {"Fn::GetAtt": ["Data", "DataIntegrationArn"]}},
    "DataId": {"Value": {"Fn::GetAtt": ["Data", "Id"]}},
    "Events": {"Value": {"Ref": "Events"}},
    "EventsArn": {"Value": {"Fn::GetAtt": ["Events", "EventIntegrationArn"]}},
}

OUTPUTS_OF_APP = {"App": OUTPUTS["AppArn"]}


@pytest.fixture
def aws() -> Iterator[ServiceMock[Any]]:
    with mock_aws(), mock_appintegrations(region_name="eu-west-1") as mock:
        yield mock


def _external(**config: Any) -> dict[str, Any]:
    return {"ExternalUrlConfig": {"AccessUrl": "https://example.com", **config}}


def changed(resource: dict[str, Any], **properties: Any) -> dict[str, Any]:
    """The resource with other properties; None takes one away."""
    merged = {**resource["Properties"], **properties}
    return {**resource, "Properties": {name: value for name, value in merged.items() if value is not None}}


def template(outputs: Any = None, **resources: Any) -> str:
    return json.dumps({"Resources": resources, **({"Outputs": outputs} if outputs else {})})


def create(body: str, name: str = "stack", **options: Any) -> None:
    client = boto3.client("cloudformation")
    client.create_stack(StackName=name, TemplateBody=body, **options)
    client.get_waiter("stack_create_complete").wait(StackName=name)


def update(body: str, name: str = "stack") -> str:
    boto3.client("cloudformation").update_stack(StackName=name, TemplateBody=body)
    return status(name)


def delete(name: str = "stack") -> None:
    boto3.client("cloudformation").delete_stack(StackName=name)


def status(name: str = "stack") -> str:
    stack = boto3.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
    return str(stack["StackStatus"])


def history(name: str = "stack") -> list[tuple[str, str, str | None]]:
    """Each event of a stack, the first one first."""
    events = boto3.client("cloudformation").describe_stack_events(StackName=name)["StackEvents"]
    return [
        (each["LogicalResourceId"], each["ResourceStatus"], each.get("ResourceStatusReason") or None)
        for each in reversed(events)
    ]


def outputs(name: str = "stack") -> dict[str, str]:
    stack = boto3.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def reasons(resource_status: str, name: str = "stack") -> dict[str, str]:
    """The reasons of a stack's events of that status, by logical resource."""
    events = boto3.client("cloudformation").describe_stack_events(StackName=name)["StackEvents"]
    return {
        event["LogicalResourceId"]: event.get("ResourceStatusReason", "")
        for event in events
        if event["ResourceStatus"] == resource_status
    }


def refused(body: str) -> str:
    """The reason why the only failing resource of a stack that rolls back failed."""
    client = boto3.client("cloudformation")
    client.create_stack(StackName="stack", TemplateBody=body)
    assert status() == "ROLLBACK_COMPLETE"
    (reason,) = reasons("CREATE_FAILED").values()
    return reason


def names() -> list[str]:
    client = boto3.client("appintegrations")
    return [
        *(each["Name"] for each in client.list_event_integrations()["EventIntegrations"]),
        *(each["Name"] for each in client.list_data_integrations()["DataIntegrations"]),
        *(each["Name"] for each in client.list_applications()["Applications"]),
    ]


class TestCreation:
    def test_a_stack_creates_resources_of_all_three_types(self, aws: ServiceMock[Any]) -> None:
        create(template(Events=EVENTS, Data=DATA, App=APPLICATION))
        client = boto3.client("appintegrations")
        event_integration = client.get_event_integration(Name="orders")
        assert event_integration["EventFilter"] == EVENTS["Properties"]["EventFilter"]
        data_integration = client.get_data_integration(Identifier="articles")
        assert data_integration["ScheduleConfiguration"] == DATA["Properties"]["ScheduleConfig"]
        (application,) = client.list_applications()["Applications"]
        assert application["Namespace"] == "desk"

    @holds("cloudformation.ref")
    def test_ref_and_get_att_return_what_the_resource_types_document(self, aws: ServiceMock[Any]) -> None:
        create(template(OUTPUTS, Events=EVENTS, Data=DATA, App=APPLICATION))
        client = boto3.client("appintegrations")
        data_integration = client.get_data_integration(Identifier="articles")
        application = client.list_applications()["Applications"][0]
        assert outputs() == {
            "App": application["Arn"],
            "AppArn": application["Arn"],
            "AppId": application["Id"],
            "Data": data_integration["Id"],
            "DataArn": data_integration["Arn"],
            "DataId": data_integration["Id"],
            "Events": "orders",
            "EventsArn": client.get_event_integration(Name="orders")["EventIntegrationArn"],
        }

    def test_the_physical_resource_is_what_ref_returns(self, aws: ServiceMock[Any]) -> None:
        create(template(Events=EVENTS))
        resources = boto3.client("cloudformation").describe_stack_resources(StackName="stack")["StackResources"]
        assert [
            (each["LogicalResourceId"], each["PhysicalResourceId"], each["ResourceType"]) for each in resources
        ] == [("Events", "orders", "AWS::AppIntegrations::EventIntegration")]

    def test_an_attribute_that_a_type_does_not_document_is_refused(self, aws: ServiceMock[Any]) -> None:
        wrong = {"Wrong": {"Value": {"Fn::GetAtt": ["Events", "Id"]}}}
        with pytest.raises(ClientError, match="EventIntegration does not support attribute type Id in Fn::GetAtt"):
            create(template(wrong, Events=EVENTS))

    def test_a_resource_can_refer_to_another_one_and_to_one_of_moto(self, aws: ServiceMock[Any]) -> None:
        bus = {"Type": "AWS::Events::EventBus", "Properties": {"Name": "partners"}}
        events = changed(EVENTS, EventBridgeBus={"Fn::GetAtt": ["Bus", "Name"]})
        application = changed(APPLICATION, Description={"Fn::GetAtt": ["Events", "EventIntegrationArn"]})
        create(template(App=application, Events=events, Bus=bus))
        client = boto3.client("appintegrations")
        integration = client.get_event_integration(Name="orders")
        assert integration["EventBridgeBus"] == "partners"
        arn = client.list_applications()["Applications"][0]["Arn"]
        assert client.get_application(Arn=arn)["Description"] == integration["EventIntegrationArn"]

    def test_tags_are_those_of_the_resource_and_of_the_stack(self, aws: ServiceMock[Any]) -> None:
        events = changed(EVENTS, Tags=[{"Key": "team", "Value": "desk"}, {"Key": "tier", "Value": "1"}])
        of_stack = [{"Key": "team", "Value": "all"}, {"Key": "cost", "Value": "42"}]
        create(template(Events=events), Tags=of_stack)
        tags = boto3.client("appintegrations").get_event_integration(Name="orders")["Tags"]
        assert tags == {"team": "desk", "tier": "1", "cost": "42"}

    def test_values_that_a_template_has_as_text_are_taken_as_what_they_are(self, aws: ServiceMock[Any]) -> None:
        create(template(App=changed(APPLICATION, Name=5, IsService="true", InitializationTimeout="5000")))
        arn = boto3.client("appintegrations").list_applications()["Applications"][0]["Arn"]
        application = boto3.client("appintegrations").get_application(Arn=arn)
        assert (application["Name"], application["IsService"]) == ("5", True)
        assert application["InitializationTimeout"] == 5000

    def test_resources_are_made_in_the_account_and_region_of_the_stack(self, aws: ServiceMock[Any]) -> None:
        boto3.client("cloudformation", region_name="us-west-2").create_stack(
            StackName="stack", TemplateBody=template(Events=EVENTS)
        )
        assert names() == []
        assert [each["Name"] for each in aws.backend(region_name="us-west-2").event_integrations.values()] == ["orders"]

    def test_resources_are_made_in_the_account_that_moto_is_set_to(
        self, aws: ServiceMock[Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("MOTO_ACCOUNT_ID", "111122223333")
        create(template(OUTPUTS, Events=EVENTS, Data=DATA, App=APPLICATION))
        assert outputs()["AppArn"].split(":")[4] == "111122223333"
        assert names() == ["orders", "articles", "Desk"]

    def test_what_cloudformation_asks_of_us_is_in_the_call_log(self, aws: ServiceMock[Any]) -> None:
        create(template(Events=EVENTS))
        aws.calls.assert_called("CreateEventIntegration", times=1, Name="orders")

    def test_a_change_set_creates_and_updates(self, aws: ServiceMock[Any]) -> None:
        for kind, resource in (("CREATE", EVENTS), ("UPDATE", changed(EVENTS, Description="new"))):
            client = boto3.client("cloudformation")
            client.create_change_set(
                StackName="stack",
                ChangeSetName=f"set-{kind}",
                ChangeSetType=kind,
                TemplateBody=template(Events=resource),
            )
            client.execute_change_set(StackName="stack", ChangeSetName=f"set-{kind}")
            assert status() == f"{kind}_COMPLETE"
        assert boto3.client("appintegrations").get_event_integration(Name="orders")["Description"] == "new"


class TestUpdate:
    def test_properties_that_need_no_replacement_are_updated_in_place(self, aws: ServiceMock[Any]) -> None:
        create(template(OUTPUTS, Events=EVENTS, Data=DATA, App=APPLICATION))
        before = outputs()
        body = template(
            OUTPUTS,
            Events=changed(EVENTS, Description="new"),
            Data=changed(DATA, Name="renamed", Description="new"),
            App=changed(APPLICATION, Name="Renamed", Description="new", Permissions=["User.Details.View"]),
        )
        assert update(body) == "UPDATE_COMPLETE"
        assert outputs() == before
        client = boto3.client("appintegrations")
        assert client.get_event_integration(Name="orders")["Description"] == "new"
        assert client.get_data_integration(Identifier=before["DataId"])["Name"] == "renamed"
        application = client.get_application(Arn=before["AppId"])
        assert (application["Name"], application["Permissions"]) == ("Renamed", ["User.Details.View"])

    def test_properties_that_only_the_resource_type_can_update_are_updated(self, aws: ServiceMock[Any]) -> None:
        create(template(OUTPUTS, Events=EVENTS, Data=DATA, App=APPLICATION))
        before = outputs()
        files = {"Folders": ["/a"]}
        body = template(
            OUTPUTS,
            Events=EVENTS,
            Data=changed(DATA, FileConfiguration=files, ObjectConfiguration={"o": {"f": ["x"]}}),
            App=changed(APPLICATION, Namespace="other"),
        )
        assert update(body) == "UPDATE_COMPLETE"
        assert outputs() == before
        client = boto3.client("appintegrations")
        data_integration = client.get_data_integration(Identifier="articles")
        assert data_integration["FileConfiguration"] == files
        assert data_integration["ObjectConfiguration"] == {"o": {"f": ["x"]}}
        assert client.get_application(Arn=before["AppArn"])["Namespace"] == "other"

    def test_a_namespace_of_another_application_fails_the_update(self, aws: ServiceMock[Any]) -> None:
        other = changed(APPLICATION, Name="Other", Namespace="other")
        create(template(App=APPLICATION, Other=other))
        assert update(template(App=changed(APPLICATION, Namespace="other"), Other=other)) == "UPDATE_ROLLBACK_COMPLETE"
        assert reasons("UPDATE_FAILED")["App"] == "Namespace already in use"

    def test_tags_are_added_changed_and_removed(self, aws: ServiceMock[Any]) -> None:
        old = [{"Key": "team", "Value": "desk"}, {"Key": "tier", "Value": "1"}]
        new = [{"Key": "team", "Value": "phone"}, {"Key": "stage", "Value": "test"}]
        resources = {"Events": EVENTS, "Data": DATA, "App": APPLICATION}
        create(template(OUTPUTS, **{name: changed(each, Tags=old) for name, each in resources.items()}))
        before = outputs()
        assert update(template(OUTPUTS, **{name: changed(each, Tags=new) for name, each in resources.items()}))
        assert outputs() == before
        client = boto3.client("appintegrations")
        for arn in (before["AppArn"], before["DataArn"], before["EventsArn"]):
            assert client.list_tags_for_resource(resourceArn=arn)["tags"] == {"team": "phone", "stage": "test"}

    @pytest.mark.parametrize(
        ("logical_id", "change"),
        [
            ("Events", {"Name": "other"}),
            ("Events", {"Name": "other", "EventBridgeBus": "other"}),
            ("Events", {"Name": "other", "EventFilter": {"Source": "aws.partner/example.com/other"}}),
            ("Data", {"Name": "other", "KmsKey": "other"}),
            ("Data", {"Name": "other", "SourceURI": "Salesforce://AppFlow/other"}),
            ("Data", {"Name": "other", "ScheduleConfig": {"ScheduleExpression": "rate(2 hours)"}}),
        ],
    )
    def test_a_create_only_property_causes_replacement(
        self, aws: ServiceMock[Any], logical_id: str, change: dict[str, Any]
    ) -> None:
        resources = {"Events": EVENTS, "Data": DATA, "App": APPLICATION}
        create(template(OUTPUTS, **resources))
        before = outputs()
        resources[logical_id] = changed(resources[logical_id], **change)
        assert update(template(OUTPUTS, **resources)) == "UPDATE_COMPLETE"
        after = outputs()
        assert after[logical_id] == ("other" if logical_id == "Events" else after[f"{logical_id}Id"])
        assert after[f"{logical_id}Arn"] != before[f"{logical_id}Arn"]
        assert len(names()) == 3, "the one that was replaced is gone"
        calls = [call.operation for call in aws.calls if call.operation.endswith(resources[logical_id]["Type"][24:])]
        assert calls[:3] == [calls[0], calls[0], calls[0].replace("Create", "Delete")], "the new one comes first"

    def test_a_replacement_with_the_same_name_fails_as_the_name_is_taken(self, aws: ServiceMock[Any]) -> None:
        create(template(Events=EVENTS))
        assert update(template(Events=changed(EVENTS, EventBridgeBus="other"))) == "UPDATE_ROLLBACK_COMPLETE"
        reason = reasons("UPDATE_FAILED")["Events"]
        assert "Name already in use" in reason
        assert "HandlerErrorCode: AlreadyExists" in reason
        assert boto3.client("appintegrations").get_event_integration(Name="orders")["EventBridgeBus"] == "default"

    def test_what_cannot_be_deleted_stays_behind_when_it_is_replaced(self, aws: ServiceMock[Any]) -> None:
        create(template(Events=EVENTS))
        aws.backend().associate_event_integration("orders", client_id="connect.amazonaws.com")
        assert update(template(Events=changed(EVENTS, Name="other"))) == "UPDATE_COMPLETE"
        assert names() == ["orders", "other"]

    def test_resources_are_added_and_removed(self, aws: ServiceMock[Any]) -> None:
        create(template(Events=EVENTS))
        assert update(template(Data=DATA)) == "UPDATE_COMPLETE"
        assert names() == ["articles"]
        assert update(template(Data=DATA, Events=EVENTS)) == "UPDATE_COMPLETE"
        assert names() == ["orders", "articles"]

    @pytest.mark.skipif(
        "parameters" not in inspect.signature(ResourceMap.build_resource_diff).parameters,
        reason="this moto updates no resource of which only a parameter changed",
    )
    def test_a_changed_parameter_updates_what_refers_to_it(self, aws: ServiceMock[Any]) -> None:
        body = json.dumps(
            {
                "Parameters": {"Text": {"Type": "String"}},
                "Resources": {"Events": changed(EVENTS, Description={"Ref": "Text"})},
            }
        )
        client = boto3.client("cloudformation")
        create(body, Parameters=[{"ParameterKey": "Text", "ParameterValue": "old"}])
        client.update_stack(
            StackName="stack", TemplateBody=body, Parameters=[{"ParameterKey": "Text", "ParameterValue": "new"}]
        )
        assert boto3.client("appintegrations").get_event_integration(Name="orders")["Description"] == "new"

    def test_a_failed_update_leaves_all_our_resources_and_outputs_as_they_were(self, aws: ServiceMock[Any]) -> None:
        create(template(OUTPUTS, Events=EVENTS, Data=DATA, App=APPLICATION))
        before, state = outputs(), aws.snapshot()
        body = template(
            OUTPUTS,
            Events=changed(EVENTS, Description="new"),
            Data=changed(DATA, Description=""),
            App=changed(APPLICATION, Description="new"),
        )
        assert update(body) == "UPDATE_ROLLBACK_COMPLETE"
        assert aws.snapshot() == state
        assert outputs() == before
        assert reasons("UPDATE_FAILED")["Data"].endswith("#/Description: expected minLength: 1, actual: 0")
        assert update(template(OUTPUTS, Events=changed(EVENTS, Description="new"), Data=DATA, App=APPLICATION)) == (
            "UPDATE_COMPLETE"
        )

    def test_a_failed_update_has_added_and_removed_no_resource(self, aws: ServiceMock[Any]) -> None:
        create(template(Events=EVENTS, Data=DATA))
        client = boto3.client("cloudformation")
        for body in (
            template(Events=EVENTS, App=APPLICATION, Data=changed(DATA, Description="")),
            template(App=APPLICATION, Data=changed(DATA, Description="")),
        ):
            assert update(body) == "UPDATE_ROLLBACK_COMPLETE"
            resources = client.describe_stack_resources(StackName="stack")["StackResources"]
            assert {each["LogicalResourceId"] for each in resources} == {"Events", "Data"}
        assert update(template(App=APPLICATION, Data=DATA)) == "UPDATE_COMPLETE"
        assert boto3.client("appintegrations").list_event_integrations()["EventIntegrations"] == []

    def test_a_failed_update_takes_back_what_went_well_before_it(self, aws: ServiceMock[Any]) -> None:
        create(template(Events=EVENTS, Other=changed(EVENTS, Name="other")))
        before, body = aws.snapshot(), boto3.client("cloudformation").get_template(StackName="stack")["TemplateBody"]
        # Of two, whichever comes second (moto tries it again).
        aws.fail("UpdateEventIntegration", "AccessDeniedException", after=1, times=None)
        new = template(Events=changed(EVENTS, Description="a"), Other=changed(EVENTS, Name="other", Description="b"))
        assert update(new) == "UPDATE_ROLLBACK_COMPLETE"
        assert {call.error_code for call in aws.calls} == {None, "AccessDeniedException"}
        assert aws.snapshot() == before
        assert boto3.client("cloudformation").get_template(StackName="stack")["TemplateBody"] == body

    def test_the_events_of_an_update_that_fails_tell_its_course(self, aws: ServiceMock[Any]) -> None:
        create(template(Events=EVENTS))
        update(template(Events=changed(EVENTS, Description="")))
        assert history()[-4:] == [
            ("stack", "UPDATE_IN_PROGRESS", "User Initiated"),
            ("Events", "UPDATE_FAILED", reasons("UPDATE_FAILED")["Events"]),
            (
                "stack",
                "UPDATE_ROLLBACK_IN_PROGRESS",
                "The following resource(s) failed to update: [Events]. ",
            ),
            ("stack", "UPDATE_ROLLBACK_COMPLETE", None),
        ]

    def test_a_change_set_that_fails_is_rolled_back(self, aws: ServiceMock[Any]) -> None:
        client = boto3.client("cloudformation")
        for kind, end in (("CREATE", "ROLLBACK_COMPLETE"), ("UPDATE", "UPDATE_ROLLBACK_COMPLETE")):
            if kind == "UPDATE":
                create(template(Events=EVENTS), kind)
            client.create_change_set(
                StackName=kind,
                ChangeSetName=f"set-{kind}",
                ChangeSetType=kind,
                TemplateBody=template(Events=changed(EVENTS, Description="")),
            )
            client.execute_change_set(StackName=kind, ChangeSetName=f"set-{kind}")
            assert status(kind) == end
            assert "Events" in reasons(f"{kind}_FAILED", kind)
            assert client.describe_change_set(StackName=kind, ChangeSetName=f"set-{kind}")["ExecutionStatus"] == (
                "EXECUTE_FAILED"
            )


class TestDeletion:
    def test_deleting_a_stack_deletes_its_resources(self, aws: ServiceMock[Any]) -> None:
        create(template(Events=EVENTS, Data=DATA, App=APPLICATION))
        delete()
        assert names() == []

    def test_a_resource_that_is_gone_already_is_no_reason_to_fail(self, aws: ServiceMock[Any]) -> None:
        create(template(Events=EVENTS))
        boto3.client("appintegrations").delete_event_integration(Name="orders")
        delete()
        assert boto3.client("cloudformation").describe_stacks()["Stacks"] == []

    def test_a_resource_with_the_deletion_policy_retain_stays(self, aws: ServiceMock[Any]) -> None:
        create(template(Events={**EVENTS, "DeletionPolicy": "Retain"}))
        delete()
        assert names() == ["orders"]

    def test_a_resource_that_cannot_be_deleted_fails_the_deletion_with_the_reason(self, aws: ServiceMock[Any]) -> None:
        create(template(OUTPUTS, Events=EVENTS, Data=DATA, App=APPLICATION))
        association = aws.backend().associate_event_integration("orders", client_id="connect.amazonaws.com")
        delete()
        assert status() == "DELETE_FAILED"
        assert (
            "An EventIntegration with EventIntegrationAssociations cannot be deleted"
            in (reasons("DELETE_FAILED")["Events"])
        )
        resources = boto3.client("cloudformation").describe_stack_resources(StackName="stack")["StackResources"]
        assert [each["LogicalResourceId"] for each in resources] == ["Events"]
        assert names() == ["orders"]
        aws.backend().disassociate(association)
        delete()
        assert names() == []
        assert boto3.client("cloudformation").describe_stacks()["Stacks"] == []


class TestRefusal:
    @pytest.mark.parametrize("by_change_set", [False, True])
    def test_the_events_of_a_creation_that_fails_tell_its_course(
        self, aws: ServiceMock[Any], by_change_set: bool
    ) -> None:
        body, client = template(Events=changed(EVENTS, Description="")), boto3.client("cloudformation")
        if by_change_set:
            client.create_change_set(StackName="stack", ChangeSetName="set", ChangeSetType="CREATE", TemplateBody=body)
            client.execute_change_set(StackName="stack", ChangeSetName="set")
        else:
            client.create_stack(StackName="stack", TemplateBody=body)
        failed = "The following resource(s) failed to create: [Events]. Rollback requested by user."
        assert history()[-4:] == [
            ("stack", "CREATE_IN_PROGRESS", "User Initiated"),
            ("Events", "CREATE_FAILED", reasons("CREATE_FAILED")["Events"]),
            ("stack", "ROLLBACK_IN_PROGRESS", failed),
            ("stack", "ROLLBACK_COMPLETE", None),
        ]

    def test_a_resource_that_is_refused_fails_the_stack_and_takes_back_the_others(self, aws: ServiceMock[Any]) -> None:
        body = template(
            OUTPUTS, Bucket={"Type": "AWS::S3::Bucket"}, Events=EVENTS, Data=changed(DATA, Nmae="x"), App=APPLICATION
        )
        with pytest.raises(WaiterError):
            create(body)
        assert status() == "ROLLBACK_COMPLETE"
        assert names() == []
        assert boto3.client("s3").list_buckets()["Buckets"] == []
        assert outputs() == {}
        assert boto3.client("cloudformation").describe_stack_resources(StackName="stack")["StackResources"] == []
        assert reasons("ROLLBACK_IN_PROGRESS")["stack"].startswith("The following resource(s) failed to create: [Data]")
        delete()
        assert boto3.client("cloudformation").describe_stacks()["Stacks"] == []

    @holds(
        "cloudformation.registry",
        "cloudformation.pattern",
        "cloudformation.source",
        "cloudformation.tags",
        "cloudformation.filters",
    )
    @pytest.mark.parametrize(
        ("resource", "change", "complaint"),
        [
            (EVENTS, {"Nmae": "x"}, "#: extraneous key [Nmae] is not permitted"),
            (EVENTS, {"ClientToken": "x"}, "#: extraneous key [ClientToken] is not permitted"),
            (EVENTS, {"EventIntegrationArn": "x"}, "#: extraneous key [EventIntegrationArn] is not permitted"),
            (EVENTS, {"EventFilter": None}, "#: required key [EventFilter] not found"),
            (EVENTS, {"EventFilter": {}}, "#/EventFilter: required key [Source] not found"),
            (EVENTS, {"EventFilter": {"Source": "aws.partner/x", "Detail": "x"}}, "extraneous key [Detail]"),
            (
                EVENTS,
                {"EventFilter": {"Source": "mine"}},
                r"[#/EventFilter/Source: string [mine] does not match pattern ^aws\.(partner\/.*|cases)$]",
            ),
            (EVENTS, {"Name": "a b"}, "[#/Name: string [a b] does not match pattern ^[a-zA-Z0-9"),
            (EVENTS, {"Name": "x" * 256}, "#/Name: expected maxLength: 255, actual: 256"),
            (EVENTS, {"Name": ["x"]}, "#/Name: expected type: String, found: JSONArray"),
            (EVENTS, {"Description": ""}, "#/Description: expected minLength: 1, actual: 0"),
            (EVENTS, {"Tags": {"team": "x"}}, "#/Tags: expected type: JSONArray, found: JSONObject"),
            (EVENTS, {"Tags": [{"Key": "team"}]}, "#/Tags/0: required key [Value] not found"),
            (DATA, {"SourceURI": "nowhere"}, "[#/SourceURI: string [nowhere] does not match pattern ^"),
            (EVENTS, {"EventFilter": {"Source": "aws.cases-test"}}, "[#/EventFilter/Source: string [aws.cases-test]"),
            (
                EVENTS,
                {"Tags": [{"Key": "aws:x", "Value": "x"}]},
                "[#/Tags/0/Key: string [aws:x] does not match pattern",
            ),
            (EVENTS, {"Tags": [{"Key": "team 1", "Value": "x"}]}, "[#/Tags/0/Key: string [team 1] does not match"),
            (DATA, {"FileConfiguration": {"Folders": ["/"], "Filters": {"1": ["x"]}}}, "extraneous key [1] is not"),
            (
                DATA,
                {"FileConfiguration": {"Folders": ["/"], "Filters": {"a": ["x" * 256]}}},
                "#/FileConfiguration/Filters/a/0: expected maxLength: 255, actual: 256",
            ),
            (APPLICATION, {"Namespace": "n" * 256}, "#/Namespace: expected maxLength: 255, actual: 256"),
            (DATA, {"KmsKey": None}, "#: required key [KmsKey] not found"),
            (
                DATA,
                {"ScheduleConfig": {"Object": "x"}},
                "#/ScheduleConfig: required key [ScheduleExpression] not found",
            ),
            (APPLICATION, {"ApplicationSourceConfig": {}}, "required key [ExternalUrlConfig] not found"),
            (
                APPLICATION,
                {"ApplicationType": "X"},
                "#/ApplicationType: failed validation constraint for keyword [enum]",
            ),
            (APPLICATION, {"Subscriptions": []}, "#: extraneous key [Subscriptions] is not permitted"),
            (APPLICATION, {"Permissions": "x"}, "#/Permissions: expected type: JSONArray, found: String"),
            (APPLICATION, {"InitializationTimeout": "soon"}, "expected type: Integer, found: String"),
        ],
    )
    def test_a_property_that_the_type_refuses_is_the_reason(
        self, aws: ServiceMock[Any], resource: dict[str, Any], change: dict[str, Any], complaint: str
    ) -> None:
        reason = refused(template(It=changed(resource, **change)))
        assert reason.startswith("Properties validation failed for resource It with message:\n")
        assert complaint in reason
        assert aws.calls == []

    @holds("cloudformation.missing")
    def test_each_missing_property_is_one_complaint(self, aws: ServiceMock[Any]) -> None:
        reason = refused(template(It={**EVENTS, "Properties": {}}))
        missing = [f"#: required key [{name}] not found" for name in ("EventBridgeBus", "EventFilter", "Name")]
        assert reason.splitlines()[1:] == ["#: 3 schema violations found", *missing]

    @holds("cloudformation.later")
    @pytest.mark.parametrize(
        "change",
        [
            {"Namespace": "n" * 255},
            {"ApplicationSourceConfig": _external(ApprovedOrigins=[f"https://{'x' * 980}.example"])},
        ],
    )
    def test_what_the_schema_lets_pass_may_fail_in_the_operation(
        self, aws: ServiceMock[Any], change: dict[str, Any]
    ) -> None:
        reason = refused(template(It=changed(APPLICATION, **change)))
        assert "Service: AppIntegrations, Status Code: 400" in reason
        assert aws.calls.last.error_code == "ValidationException"

    @holds("cloudformation.origins")
    def test_an_empty_list_of_approved_origins_is_left_out(self, aws: ServiceMock[Any]) -> None:
        create(template(It=changed(APPLICATION, ApplicationSourceConfig=_external(ApprovedOrigins=[]))))
        other = _external(ApprovedOrigins=[], AccessUrl="https://other.example.com")
        assert update(template(It=changed(APPLICATION, ApplicationSourceConfig=other))) == "UPDATE_COMPLETE"
        for call in (*aws.calls.of("CreateApplication"), *aws.calls.of("UpdateApplication")):
            assert "ApprovedOrigins" not in call.parameters["ApplicationSourceConfig"]["ExternalUrlConfig"]

    def test_all_violations_are_reported(self, aws: ServiceMock[Any]) -> None:
        reason = refused(template(It=changed(EVENTS, Name=None, Nmae="x", Description="")))
        assert "#: 3 schema violations found" in reason

    def test_a_rule_of_the_service_is_the_reason_with_its_message(self, aws: ServiceMock[Any]) -> None:
        reason = refused(template(It=changed(APPLICATION, IsService=True)))
        assert "InitializationTimeout is required when IsService is true" in reason
        assert "Service: AppIntegrations, Status Code: 400" in reason
        assert reason.endswith("(HandlerErrorCode: InvalidRequest)")

    def test_a_name_that_is_taken_is_the_reason(self, aws: ServiceMock[Any]) -> None:
        create(template(Events=EVENTS), "other")
        assert refused(template(It=EVENTS)).endswith("(HandlerErrorCode: AlreadyExists)")
        assert names() == ["orders"]

    @pytest.mark.parametrize(
        ("error", "code"),
        [
            ("ThrottlingException", "Throttling"),
            ("AccessDeniedException", "AccessDenied"),
            ("InternalFailure", "GeneralServiceException"),
        ],
    )
    def test_a_fault_that_a_test_orders_fails_the_stack(self, aws: ServiceMock[Any], error: str, code: str) -> None:
        aws.fail("CreateEventIntegration", error, "not today", times=None)
        reason = refused(template(It=EVENTS))
        assert "not today" in reason
        assert reason.endswith(f"(HandlerErrorCode: {code})")

    def test_a_fault_of_the_transport_fails_the_stack(self, aws: ServiceMock[Any]) -> None:
        from botocore.exceptions import ConnectTimeoutError

        aws.fail("CreateEventIntegration", ConnectTimeoutError(endpoint_url="https://example.com"), times=None)
        assert refused(template(It=EVENTS)).endswith("(HandlerErrorCode: NetworkFailure)")

    def test_a_stack_that_failed_exports_nothing(self, aws: ServiceMock[Any]) -> None:
        exported = {"Name": {"Value": {"Ref": "A"}, "Export": {"Name": "exported"}}}
        refused(template(exported, A=EVENTS, B=changed(EVENTS, Name="a b")))
        assert boto3.client("cloudformation").list_exports()["Exports"] == []


def test_our_scope_may_be_the_outer_one_and_the_decorator() -> None:
    @mock_appintegrations
    @mock_aws
    def run() -> None:
        create(template(Events=EVENTS))
        assert update(template(Events=changed(EVENTS, Description=""))) == "UPDATE_ROLLBACK_COMPLETE"
        delete()
        assert names() == []

    run()


def test_moto_knows_our_types_only_while_a_scope_is_open() -> None:
    with mock_aws():
        with mock_appintegrations():
            create(template(Events=EVENTS), "first")
        with pytest.warns(UserWarning, match="AWS::AppIntegrations::EventIntegration but it's not supported by moto"):
            boto3.client("cloudformation", "us-east-1").create_stack(
                StackName="second", TemplateBody=template(Events=EVENTS)
            )


def test_our_types_without_a_scope_of_their_service_ask_for_it() -> None:
    with mock_aws(), mock_dataexchange(), pytest.raises(UnmockedCallError, match=r"Open appint_mock\.mock_appintegrat"):
        create(template(Events=EVENTS))


def test_a_stack_that_outlives_our_scope_deletes_nothing_outside_it() -> None:
    with mock_aws():
        with mock_appintegrations():
            create(template(Events=EVENTS))
        with pytest.raises(UnmockedCallError, match=r"Open appint_mock\.mock_appintegrations"):
            boto3.client("cloudformation", "us-east-1").delete_stack(StackName="stack")


def test_a_client_that_was_used_before_moto_started_knows_our_types_then() -> None:
    with mock_appintegrations():
        client = boto3.client("cloudformation")
        with pytest.raises(UnmockedCallError):
            client.describe_stacks()
        with mock_aws():
            # moto's handler is not on a client that is older than moto; it is on this one.
            create(template(Events=EVENTS))
            assert status() == "CREATE_COMPLETE"
            assert names() == ["orders"]


class TestParts:
    def test_what_another_stack_exports_stays_when_a_stack_fails(self, aws: ServiceMock[Any]) -> None:
        def exported(name: str) -> dict[str, Any]:
            return {"Out": {"Value": {"Ref": "A"}, "Export": {"Name": name}}}

        client = boto3.client("cloudformation")
        for name, second in (("before", "b"), ("stack", "a b"), ("then", "c")):
            body = template(exported(name), A=changed(EVENTS, Name=name), B=changed(EVENTS, Name=second))
            client.create_stack(StackName=name, TemplateBody=body)
        assert [status(name) for name in ("before", "stack", "then")] == [
            "CREATE_COMPLETE",
            "ROLLBACK_COMPLETE",
            "CREATE_COMPLETE",
        ]
        assert sorted(each["Name"] for each in client.list_exports()["Exports"]) == ["before", "then"]

    def test_an_event_of_a_failure_names_the_resource_and_its_type(self, aws: ServiceMock[Any]) -> None:
        create(template(Events=EVENTS))
        update(template(Events=changed(EVENTS, Description="")))
        client = boto3.client("cloudformation")
        client.create_stack(StackName="other", TemplateBody=template(Events=changed(EVENTS, Description="")))
        found = [
            (each.get("PhysicalResourceId", ""), each["ResourceType"], each["StackName"])
            for name in ("stack", "other")
            for each in client.describe_stack_events(StackName=name)["StackEvents"]
            if each["ResourceStatus"] in ("CREATE_FAILED", "UPDATE_FAILED")
        ]
        kind = "AWS::AppIntegrations::EventIntegration"
        assert found == [("orders", kind, "stack"), ("", kind, "other")]

    def test_of_two_resources_that_cannot_be_deleted_the_first_is_the_reason(self, aws: ServiceMock[Any]) -> None:
        other = {**changed(EVENTS, Name="other"), "DependsOn": "Events"}
        create(template(Events=EVENTS, Other=other, App=APPLICATION))
        for name in ("orders", "other"):
            aws.backend().associate_event_integration(name, client_id="connect.amazonaws.com")
        delete()
        assert status() == "DELETE_FAILED"
        assert list(reasons("DELETE_FAILED")) == ["stack", "Other"]
        assert reasons("DELETE_FAILED")["stack"] == "The following resource(s) failed to delete: [Other]. "
        # What the one that stays needs is not even tried.
        assert [call.parameters.get("Name") for call in aws.calls.of("DeleteEventIntegration")] == ["other"]
        assert names() == ["orders", "other"]

    def test_the_reason_of_a_refusal_has_cloudformations_words(self, aws: ServiceMock[Any]) -> None:
        create(template(Events=EVENTS), "first")
        reason = refused(template(It=EVENTS))
        assert re.sub("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "...", reason) == (
            'Resource handler returned message: "Name already in use (Service: AppIntegrations, Status Code: 409, '
            'Request ID: ...)" (HandlerErrorCode: AlreadyExists)'
        )

    def test_only_the_tags_that_change_are_sent(self, aws: ServiceMock[Any]) -> None:
        def tagged(**tags: str) -> str:
            return template(Events=changed(EVENTS, Tags=[{"Key": key, "Value": value} for key, value in tags.items()]))

        create(tagged(a="1", b="2", c="3"))
        update(tagged(a="1", b="0", d="4"))
        (tag,), (untag,) = aws.calls.of("TagResource"), aws.calls.of("UntagResource")
        assert (tag.parameters["tags"], untag.parameters["tagKeys"]) == ({"b": "0", "d": "4"}, ["c"])
        update(template(Events=changed(EVENTS, Tags=None, Description="new")))
        assert len(aws.calls.of("TagResource")) == 1
        assert sorted(aws.calls.of("UntagResource")[-1].parameters["tagKeys"]) == ["a", "b", "d"]

    def test_a_type_that_moto_has_itself_stays_motos(self, monkeypatch: pytest.MonkeyPatch) -> None:
        known = parsing.get_model_map()
        theirs = type("Theirs", (), {})
        monkeypatch.setitem(known, APPLICATION["Type"], theirs)
        with mock_aws(), mock_appintegrations():
            boto3.client("cloudformation", "us-east-1").describe_stacks()
            assert known[APPLICATION["Type"]] is theirs
            assert EVENTS["Type"] in known
        assert known[APPLICATION["Type"]] is theirs
        assert EVENTS["Type"] not in known

    def test_stacks_need_no_operation_of_the_installed_botocore(
        self, aws: ServiceMock[Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        create(template(Events=EVENTS), "first")
        resources = sys.modules["appint_mock.integrations.moto.resources"]
        monkeypatch.setattr(resources, "_make_client", lambda *place: object())
        create(template(OUTPUTS_OF_APP, App=APPLICATION))
        assert update(template(OUTPUTS_OF_APP, App=changed(APPLICATION, Description="new"))) == "UPDATE_COMPLETE"
        application = boto3.client("appintegrations").get_application(Arn=outputs()["App"])
        assert (application["Name"], application["Description"]) == ("Desk", "new")
        assert update(template(App=changed(APPLICATION, IsService=True))) == "UPDATE_ROLLBACK_COMPLETE"
        assert "InitializationTimeout is required when IsService is true" in reasons("UPDATE_FAILED")["App"]
        boto3.client("appintegrations").delete_application(Arn=application["Arn"])
        delete()
        delete("first")
        assert names() == []
        assert boto3.client("cloudformation").describe_stacks()["Stacks"] == []

    def test_a_creation_that_fails_has_begun_once(self, aws: ServiceMock[Any]) -> None:
        refused(template(Events=changed(EVENTS, Description="")))
        assert [(name, its) for name, its, _ in history()] == [
            ("stack", "CREATE_IN_PROGRESS"),
            ("Events", "CREATE_FAILED"),
            ("stack", "ROLLBACK_IN_PROGRESS"),
            ("stack", "ROLLBACK_COMPLETE"),
        ]

    def test_what_a_change_set_removes_a_later_one_creates_again(self, aws: ServiceMock[Any]) -> None:
        create(template(Events=EVENTS, Data=DATA))
        client = boto3.client("cloudformation")
        for name, body in (("without", template(Data=DATA)), ("with", template(Events=EVENTS, Data=DATA))):
            client.create_change_set(StackName="stack", ChangeSetName=name, ChangeSetType="UPDATE", TemplateBody=body)
            client.execute_change_set(StackName="stack", ChangeSetName=name)
            assert status() == "UPDATE_COMPLETE"
            assert names() == (["articles"] if name == "without" else ["orders", "articles"])

    def test_what_an_update_that_failed_had_added_the_next_one_adds(self, aws: ServiceMock[Any]) -> None:
        create(template(Events=EVENTS))
        assert update(template(App=APPLICATION, Events=changed(EVENTS, Description=""))) == "UPDATE_ROLLBACK_COMPLETE"
        assert names() == ["orders"]
        assert update(template(App=APPLICATION, Events=EVENTS)) == "UPDATE_COMPLETE"
        assert names() == ["orders", "Desk"]
        delete()
        assert names() == []

    def test_a_refusal_without_the_installed_botocore_s_operation_fails_the_stack_too(
        self, aws: ServiceMock[Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        create(template(Events=EVENTS))
        aws.backend().associate_event_integration("orders", client_id="connect.amazonaws.com")
        monkeypatch.setattr(
            sys.modules["appint_mock.integrations.moto.resources"], "_make_client", lambda *place: object()
        )
        boto3.client("cloudformation").create_stack(StackName="other", TemplateBody=template(It=EVENTS))
        assert status("other") == "ROLLBACK_COMPLETE"
        assert "Name already in use" in reasons("CREATE_FAILED", "other")["It"]
        delete()
        assert status() == "DELETE_FAILED"
        assert "EventIntegrationAssociations" in reasons("DELETE_FAILED")["Events"]
