"""Stacks whose resources associate ours: AWS::Connect::IntegrationAssociation and AWS::Wisdom::KnowledgeBase."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from appint_mock import ServiceMock, mock_appintegrations
from tests.fidelity.appintegrations import holds

moto = pytest.importorskip("moto", reason="moto is not installed: .ci/run has environments with it")
pytest.importorskip("openapi_spec_validator", reason="moto's CloudFormation needs moto[cloudformation]")

REGION = "us-east-1"


@pytest.fixture
def aws() -> Iterator[ServiceMock[Any]]:
    with moto.mock_aws(), mock_appintegrations() as mock:
        yield mock


@pytest.fixture
def instance(aws: ServiceMock[Any]) -> str:
    """The ARN of an instance; without moto's Connect any will do."""
    from moto.backend_index import backend_url_patterns

    if "connect" not in dict(backend_url_patterns):
        return f"arn:aws:connect:{REGION}:123456789012:instance/11111111-2222-4333-8444-555555555555"
    made = boto3.client("connect", REGION).create_instance(
        IdentityManagementType="CONNECT_MANAGED", InboundCallsEnabled=True, OutboundCallsEnabled=True
    )
    return str(made["Arn"])


def _application() -> dict[str, Any]:
    config = {"ExternalUrlConfig": {"AccessUrl": "https://desk.example.com"}}
    properties = {"Name": "Desk", "Namespace": "desk", "ApplicationSourceConfig": config}
    return {"Type": "AWS::AppIntegrations::Application", "Properties": properties}


def _event_integration() -> dict[str, Any]:
    properties = {"Name": "cases", "EventBridgeBus": "default", "EventFilter": {"Source": "aws.cases"}}
    return {"Type": "AWS::AppIntegrations::EventIntegration", "Properties": properties}


def _association(instance: str, arn: Any, kind: str = "APPLICATION", **properties: Any) -> dict[str, Any]:
    given = {"InstanceId": instance, "IntegrationType": kind, "IntegrationArn": arn, **properties}
    return {"Type": "AWS::Connect::IntegrationAssociation", "Properties": given}


def _data_integration() -> dict[str, Any]:
    properties = {"Name": "articles", "KmsKey": "key", "SourceURI": "Salesforce://AppFlow/articles"}
    return {"Type": "AWS::AppIntegrations::DataIntegration", "Properties": properties}


def _knowledge_base(arn: Any = None, **properties: Any) -> dict[str, Any]:
    source = {"SourceConfiguration": {"AppIntegrations": {"AppIntegrationArn": arn}}} if arn else {}
    given = {"Name": "articles", "KnowledgeBaseType": "EXTERNAL" if arn else "CUSTOM", **source, **properties}
    return {"Type": "AWS::Wisdom::KnowledgeBase", "Properties": given}


def _arn(name: str, attribute: str) -> dict[str, Any]:
    return {"Fn::GetAtt": [name, attribute]}


class Stack:
    """A stack that a test creates, updates and deletes."""

    def __init__(self) -> None:
        self._client = boto3.client("cloudformation", REGION)

    def create(self, outputs: dict[str, Any] | None = None, **resources: Any) -> str:
        self._client.create_stack(StackName="stack", TemplateBody=self._body(outputs, resources))
        return self.status()

    def update(self, outputs: dict[str, Any] | None = None, **resources: Any) -> str:
        self._client.update_stack(StackName="stack", TemplateBody=self._body(outputs, resources))
        return self.status()

    def delete(self) -> None:
        self._client.delete_stack(StackName="stack")

    def status(self) -> str:
        return str(self._client.describe_stacks(StackName="stack")["Stacks"][0]["StackStatus"])

    def outputs(self) -> dict[str, str]:
        stack = self._client.describe_stacks(StackName="stack")["Stacks"][0]
        return {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}

    def reason(self, status: str) -> str:
        events = self._client.describe_stack_events(StackName="stack")["StackEvents"]
        (found,) = [
            each["ResourceStatusReason"]
            for each in events
            if each["ResourceStatus"] == status and each["LogicalResourceId"] != "stack"
        ]
        return str(found)

    def _body(self, outputs: dict[str, Any] | None, resources: Any) -> str:
        values = {name: {"Value": value} for name, value in (outputs or {}).items()}
        return json.dumps({"Resources": resources, **({"Outputs": values} if values else {})})


def _deletions(aws: ServiceMock[Any]) -> list[tuple[str, int | None]]:
    return [(call.operation, call.status_code) for call in aws.calls.of("Delete*")]


@holds("cloudformation.association", "cloudformation.order")
def test_an_association_is_created_and_deleted_before_its_application(aws: ServiceMock[Any], instance: str) -> None:
    stack = Stack()
    outputs = {"Ref": {"Ref": "Association"}, "Id": _arn("Association", "IntegrationAssociationId")}
    # The association is named first, and sorts last.
    assert stack.create(
        outputs, Association=_association(instance, _arn("App", "ApplicationArn")), App=_application()
    ) == ("CREATE_COMPLETE")
    connect = boto3.client("connect", REGION)
    (listed,) = connect.list_integration_associations(InstanceId=instance)["IntegrationAssociationSummaryList"]
    assert stack.outputs() == {"Ref": listed["IntegrationAssociationArn"], "Id": listed["IntegrationAssociationId"]}
    stack.delete()
    assert _deletions(aws) == [("DeleteIntegrationAssociation", 200), ("DeleteApplication", 200)]
    assert connect.list_integration_associations(InstanceId=instance)["IntegrationAssociationSummaryList"] == []


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("how", ["attribute", "ref", "sub", "sub with a map", "depends on", "depends on a list"])
def test_what_depends_on_another_one_is_deleted_first_in_any_order_of_the_template(
    aws: ServiceMock[Any], instance: str, how: str, seed: int
) -> None:
    app = boto3.client("appintegrations", REGION)
    literal = f"arn:aws:app-integrations:{REGION}:123456789012:event-integration/cases"
    arn: Any = {
        "attribute": _arn("B", "EventIntegrationArn"),
        "sub": {"Fn::Sub": "${B.EventIntegrationArn}"},
        "sub with a map": {"Fn::Sub": ["${Arn}", {"Arn": _arn("B", "EventIntegrationArn")}]},
        "ref": {"Fn::Sub": literal.replace("cases", "${B}")},
    }.get(how, literal)
    association = _association(instance, arn, "EVENT", SourceType="CASES")
    if how.startswith("depends"):
        association["DependsOn"] = ["B"] if how.endswith("list") else "B"
    resources = [("A", association), ("B", _event_integration()), ("C", _application())]
    random.Random(seed).shuffle(resources)
    stack = Stack()
    assert stack.create(**dict(resources)) == "CREATE_COMPLETE"
    stack.delete()
    deletions = _deletions(aws)
    assert {status for _, status in deletions} == {200}, "nothing was tried too early"
    names = [name for name, _ in deletions]
    assert names.index("DeleteIntegrationAssociation") < names.index("DeleteEventIntegration")
    assert app.list_event_integrations()["EventIntegrations"] == []


def test_an_application_that_somebody_else_associated_fails_the_deletion(aws: ServiceMock[Any], instance: str) -> None:
    stack = Stack()
    stack.create({"Arn": {"Ref": "App"}}, App=_application(), Events=_event_integration())
    made = boto3.client("connect", REGION).create_integration_association(
        InstanceId=instance, IntegrationType="APPLICATION", IntegrationArn=stack.outputs()["Arn"]
    )
    stack.delete()
    assert stack.status() == "DELETE_FAILED"
    assert "ApplicationAssociations" in stack.reason("DELETE_FAILED")
    assert boto3.client("appintegrations", REGION).list_event_integrations()["EventIntegrations"] == []
    boto3.client("connect", REGION).delete_integration_association(
        InstanceId=instance, IntegrationAssociationId=made["IntegrationAssociationId"]
    )
    stack.delete()
    assert boto3.client("appintegrations", REGION).list_applications()["Applications"] == []


def test_an_association_is_replaced_if_it_changes_and_its_tags_are_updated(
    aws: ServiceMock[Any], instance: str
) -> None:
    stack, outputs = Stack(), {"Ref": {"Ref": "A"}}
    arn = _arn("B", "EventIntegrationArn")
    stack.create(outputs, A=_association(instance, arn, "EVENT", SourceType="CASES"), B=_event_integration())
    first = stack.outputs()
    tags = [{"Key": "team", "Value": "desk"}]
    tagged = _association(instance, arn, "EVENT", SourceType="CASES", Tags=tags)
    assert stack.update(outputs, A=tagged, B=_event_integration()) == "UPDATE_COMPLETE"
    assert stack.outputs() == first
    other = _association(instance, arn, "EVENT", SourceType="ZENDESK")
    # The type and the ARN stay the same, and the new one comes before the old one goes.
    assert stack.update(outputs, A=other, B=_event_integration()) == "UPDATE_ROLLBACK_COMPLETE"
    assert "HandlerErrorCode: AlreadyExists" in stack.reason("UPDATE_FAILED")
    assert stack.outputs() == first


def test_types_that_other_operations_make_and_list_are_kept(aws: ServiceMock[Any], instance: str) -> None:
    arn = f"arn:aws:lambda:{REGION}:123456789012:function:handler"
    assert Stack().create(A=_association(instance, arn, "LAMBDA_FUNCTION")) == "CREATE_COMPLETE"
    listed = boto3.client("connect", REGION).list_integration_associations(InstanceId=instance)
    assert listed["IntegrationAssociationSummaryList"] == []
    Stack().delete()
    aws.calls.assert_called("DeleteIntegrationAssociation")
    assert aws.calls.last.status_code == 200


@pytest.mark.parametrize(
    ("properties", "complaint"),
    [
        ({"InstanceId": "id"}, "[#/InstanceId: string [id] does not match pattern ^arn:"),
        ({"IntegrationType": "VOICE_ID"}, "#/IntegrationType: failed validation constraint for keyword [enum]"),
        ({"IntegrationArn": "x" * 141}, "#/IntegrationArn: expected maxLength: 140, actual: 141"),
        ({"Rule": "x"}, "#: extraneous key [Rule] is not permitted"),
    ],
)
def test_properties_of_an_association_are_checked(
    aws: ServiceMock[Any], instance: str, properties: dict[str, Any], complaint: str
) -> None:
    stack = Stack()
    association = _association(instance, "arn:aws:x")
    association["Properties"].update(properties)
    assert stack.create(A=association) == "ROLLBACK_COMPLETE"
    assert complaint in stack.reason("CREATE_FAILED")
    assert aws.calls == []


def test_what_the_operation_refuses_rolls_the_stack_back(aws: ServiceMock[Any], instance: str) -> None:
    stack = Stack()
    assert stack.create(
        A=_association(instance, _arn("B", "EventIntegrationArn"), "EVENT"), B=_event_integration()
    ) == ("ROLLBACK_COMPLETE")
    reason = stack.reason("CREATE_FAILED")
    assert "SourceType" in reason
    assert "(Service: Connect, Status Code: 400" in reason
    assert boto3.client("appintegrations", REGION).list_event_integrations()["EventIntegrations"] == []


def test_a_knowledge_base_is_created_and_deleted_before_its_data_integration(aws: ServiceMock[Any]) -> None:
    stack = Stack()
    outputs = {"Ref": {"Ref": "Base"}, "Id": _arn("Base", "KnowledgeBaseId"), "Arn": _arn("Base", "KnowledgeBaseArn")}
    base = _knowledge_base(_arn("Data", "DataIntegrationArn"), Tags=[{"Key": "team", "Value": "desk"}])
    assert stack.create(outputs, Base=base, Data=_data_integration()) == "CREATE_COMPLETE"
    (listed,) = boto3.client("wisdom", REGION).list_knowledge_bases()["knowledgeBaseSummaries"]
    assert listed["tags"] == {"team": "desk"}
    identifier = listed["knowledgeBaseId"]
    assert stack.outputs() == {"Ref": identifier, "Id": identifier, "Arn": listed["knowledgeBaseArn"]}
    stack.delete()
    assert _deletions(aws) == [("DeleteKnowledgeBase", 204), ("DeleteDataIntegration", 200)]


def test_a_knowledge_base_is_updated_in_place_or_replaced(aws: ServiceMock[Any]) -> None:
    stack, outputs = Stack(), {"Ref": {"Ref": "Base"}}
    stack.create(outputs, Base=_knowledge_base())
    first = stack.outputs()
    rendered = _knowledge_base(RenderingConfiguration={"TemplateUri": "https://example.com/${Id}"})
    assert stack.update(outputs, Base=rendered) == "UPDATE_COMPLETE"
    assert stack.outputs() == first
    client = boto3.client("qconnect", REGION)
    base = client.get_knowledge_base(knowledgeBaseId=first["Ref"])["knowledgeBase"]
    assert base["renderingConfiguration"] == {"templateUri": "https://example.com/${Id}"}
    assert stack.update(outputs, Base=_knowledge_base(Description="All articles")) == "UPDATE_COMPLETE"
    (left,) = client.list_knowledge_bases()["knowledgeBaseSummaries"]
    assert left["knowledgeBaseId"] == stack.outputs()["Ref"] != first["Ref"]


def test_a_data_integration_that_was_associated_before_fails_the_stack(aws: ServiceMock[Any]) -> None:
    stack = Stack()
    made = boto3.client("appintegrations", REGION).create_data_integration(
        Name="articles", KmsKey="key", SourceURI="Salesforce://AppFlow/articles"
    )
    stack.create(Base=_knowledge_base(made["Arn"]))
    stack.delete()
    assert stack.create(Base=_knowledge_base(made["Arn"])) == "ROLLBACK_COMPLETE"
    assert "HandlerErrorCode: InvalidRequest" in stack.reason("CREATE_FAILED")


def test_a_stack_may_name_any_instance_while_there_is_none(aws: ServiceMock[Any]) -> None:
    unknown = f"arn:aws:connect:{REGION}:123456789012:instance/11111111-2222-4333-8444-555555555555"
    stack, resources = Stack(), {"B": _event_integration()}
    resources["A"] = _association(unknown, _arn("B", "EventIntegrationArn"), "EVENT", SourceType="CASES")
    assert stack.create(**resources) == "CREATE_COMPLETE"
    stack.delete()
    assert _deletions(aws) == [("DeleteIntegrationAssociation", 200), ("DeleteEventIntegration", 200)]


def test_beside_another_instance_an_unknown_one_fails_the_stack(aws: ServiceMock[Any], instance: str) -> None:
    if instance.endswith("11111111-2222-4333-8444-555555555555"):
        pytest.skip("this moto has no Amazon Connect")
    unknown = instance[:-36] + "11111111-2222-4333-8444-555555555555"
    stack, resources = Stack(), {"B": _event_integration()}
    resources["A"] = _association(unknown, _arn("B", "EventIntegrationArn"), "EVENT", SourceType="CASES")
    assert stack.create(**resources) == "ROLLBACK_COMPLETE"
    assert "HandlerErrorCode: NotFound" in stack.reason("CREATE_FAILED")


def test_a_knowledge_base_that_was_replaced_goes_with_its_stack(aws: ServiceMock[Any]) -> None:
    stack = Stack()
    stack.create(Base=_knowledge_base(Name="first"))
    second = _knowledge_base(Name="second", ServerSideEncryptionConfiguration={"KmsKeyId": "a-key"})
    assert stack.update(Base=second) == "UPDATE_COMPLETE"
    connect = boto3.client("qconnect", REGION)
    (listed,) = connect.list_knowledge_bases()["knowledgeBaseSummaries"]
    made = connect.get_knowledge_base(knowledgeBaseId=listed["knowledgeBaseId"])["knowledgeBase"]
    assert made["name"] == "second"
    assert made["serverSideEncryptionConfiguration"] == {"kmsKeyId": "a-key"}
    stack.delete()
    assert connect.list_knowledge_bases()["knowledgeBaseSummaries"] == []
