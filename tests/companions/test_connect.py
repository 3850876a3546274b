"""Amazon Connect's integration associations beside an open scope of Amazon AppIntegrations."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ReadTimeoutError
from botocore.stub import Stubber

from appint_mock import UnmockedCallError, mock_appintegrations, mock_dataexchange, neighbours
from appint_mock.services import load_companion
from tests.another import Another
from tests.fidelity.appintegrations import holds

INSTANCE = "11111111-2222-4333-8444-555555555555"
ACCOUNT, REGION = "123456789012", "us-east-1"
NOWHERE = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def aws() -> Iterator[Any]:
    with mock_appintegrations() as handle:
        yield handle


@pytest.fixture
def connect(aws: Any) -> Any:
    """A client that sends what boto3 itself would refuse."""
    return boto3.client("connect", config=Config(parameter_validation=False))


@pytest.fixture
def appint(aws: Any) -> Any:
    return boto3.client("appintegrations")


def _arn(instance_id: str) -> str:
    return f"arn:aws:connect:{REGION}:{ACCOUNT}:instance/{instance_id}"


def _event_integration(appint: Any, name: str = "cases") -> str:
    made = appint.create_event_integration(Name=name, EventFilter={"Source": "aws.cases"}, EventBridgeBus="default")
    arn: str = made["EventIntegrationArn"]
    return arn


def _application(appint: Any, name: str = "desk") -> str:
    made = appint.create_application(
        Name=name,
        Namespace=f"example.{name}",
        ApplicationSourceConfig={"ExternalUrlConfig": {"AccessUrl": "https://desk.example.com"}},
    )
    arn: str = made["Arn"]
    return arn


def _event(connect: Any, arn: str, **members: Any) -> dict[str, Any]:
    given = {"InstanceId": INSTANCE, "IntegrationType": "EVENT", "IntegrationArn": arn, "SourceType": "CASES"}
    made: dict[str, Any] = connect.create_integration_association(**{**given, **members})
    return made


def _app(connect: Any, arn: str, **members: Any) -> dict[str, Any]:
    given = {"InstanceId": INSTANCE, "IntegrationType": "APPLICATION", "IntegrationArn": arn}
    made: dict[str, Any] = connect.create_integration_association(**{**given, **members})
    return made


def _listed(connect: Any, **given: Any) -> list[dict[str, Any]]:
    answer = connect.list_integration_associations(InstanceId=INSTANCE, **given)
    found: list[dict[str, Any]] = answer["IntegrationAssociationSummaryList"]
    return found


@holds("connect.application", "connect.identifiers", "connect.client")
def test_an_application_is_associated_and_disassociated(connect: Any, appint: Any) -> None:
    arn = _application(appint)
    made = _app(connect, arn)
    association_id = made["IntegrationAssociationId"]
    assert str(uuid.UUID(association_id)) == association_id
    prefix = f"arn:aws:connect:{REGION}:{ACCOUNT}:instance/{INSTANCE}/integration-association/"
    assert made["IntegrationAssociationArn"] == prefix + association_id
    (ours,) = appint.list_application_associations(ApplicationId=arn)["ApplicationAssociations"]
    assert (ours["ApplicationArn"], ours["ClientId"]) == (arn, "connect.amazonaws.com")
    with pytest.raises(appint.exceptions.InvalidRequestException, match="ApplicationAssociations"):
        appint.delete_application(Arn=arn)
    connect.delete_integration_association(InstanceId=INSTANCE, IntegrationAssociationId=association_id)
    assert appint.list_application_associations(ApplicationId=arn)["ApplicationAssociations"] == []
    assert _listed(connect) == []
    appint.delete_application(Arn=arn)


@holds("connect.event")
def test_an_event_integration_is_associated_and_disassociated(connect: Any, appint: Any) -> None:
    arn = _event_integration(appint)
    made = _event(connect, arn, SourceApplicationName="Cases", SourceApplicationUrl="https://cases.example.com")
    (ours,) = appint.list_event_integration_associations(EventIntegrationName="cases")["EventIntegrationAssociations"]
    assert (ours["EventIntegrationName"], ours["ClientId"]) == ("cases", "connect.amazonaws.com")
    assert _listed(connect) == [
        {
            **{member: made[member] for member in ("IntegrationAssociationId", "IntegrationAssociationArn")},
            "InstanceId": INSTANCE,
            "IntegrationType": "EVENT",
            "IntegrationArn": arn,
            "SourceType": "CASES",
            "SourceApplicationName": "Cases",
            "SourceApplicationUrl": "https://cases.example.com",
        }
    ]
    with pytest.raises(appint.exceptions.InvalidRequestException):
        appint.delete_event_integration(Name="cases")
    connect.delete_integration_association(
        InstanceId=INSTANCE, IntegrationAssociationId=made["IntegrationAssociationId"]
    )
    appint.delete_event_integration(Name="cases")


@holds("connect.event")
def test_an_event_integration_needs_a_source_type(connect: Any, appint: Any) -> None:
    arn = _event_integration(appint)
    with pytest.raises(connect.exceptions.InvalidRequestException, match="SourceType"):
        connect.create_integration_association(InstanceId=INSTANCE, IntegrationType="EVENT", IntegrationArn=arn)
    assert _listed(connect) == []


@holds("connect.other-types")
def test_other_types_are_kept_and_listed(connect: Any) -> None:
    arns = {kind: f"arn:aws:{kind}:::thing" for kind in ("CASES_DOMAIN", "WISDOM_KNOWLEDGE_BASE", "FILE_SCANNER")}
    for kind, arn in arns.items():
        connect.create_integration_association(InstanceId=INSTANCE, IntegrationType=kind, IntegrationArn=arn)
    assert {each["IntegrationType"]: each["IntegrationArn"] for each in _listed(connect)} == arns


@holds("connect.assistant")
def test_an_instance_has_one_assistant(connect: Any) -> None:
    def assistant(instance: str, name: str) -> None:
        arn = f"arn:aws:wisdom:us-east-1:123456789012:assistant/{name}"
        connect.create_integration_association(
            InstanceId=instance, IntegrationType="WISDOM_ASSISTANT", IntegrationArn=arn
        )

    assistant(INSTANCE, "a")
    with pytest.raises(connect.exceptions.InvalidRequestException):
        assistant(INSTANCE, "b")
    assistant(NOWHERE, "b")


@holds("connect.twice")
def test_the_same_type_and_arn_is_associated_once_with_an_instance(connect: Any, appint: Any) -> None:
    arn = _application(appint)
    _app(connect, arn)
    with pytest.raises(connect.exceptions.DuplicateResourceException):
        _app(connect, arn)
    _app(connect, arn, InstanceId=NOWHERE)
    assert len(appint.list_application_associations(ApplicationId=arn)["ApplicationAssociations"]) == 2


@holds("connect.missing")
@pytest.mark.parametrize(
    ("kind", "arn"),
    [
        ("APPLICATION", f"arn:aws:app-integrations:{REGION}:{ACCOUNT}:application/{NOWHERE}"),
        ("EVENT", f"arn:aws:app-integrations:{REGION}:{ACCOUNT}:event-integration/nothing"),
        ("APPLICATION", f"arn:aws:app-integrations:{REGION}:210987654321:application/{NOWHERE}"),
        ("EVENT", f"arn:aws:app-integrations:eu-west-1:{ACCOUNT}:event-integration/cases"),
    ],
)
def test_an_arn_of_ours_that_is_not_there_is_not_found(connect: Any, appint: Any, kind: str, arn: str) -> None:
    _event_integration(appint)
    with pytest.raises(connect.exceptions.ResourceNotFoundException):
        _event(connect, arn, IntegrationType=kind)
    assert _listed(connect) == []


@holds("connect.wrong-arn", "connect.texts")
@pytest.mark.parametrize("kind", ["APPLICATION", "EVENT"])
@pytest.mark.parametrize("arn", ["desk", "arn:aws:s3:::bucket", f"arn:aws:app-integrations:{REGION}:{ACCOUNT}:x/y"])
def test_an_arn_of_another_thing_is_refused(connect: Any, kind: str, arn: str) -> None:
    with pytest.raises(connect.exceptions.InvalidRequestException, match="IntegrationArn"):
        _event(connect, arn, IntegrationType=kind)


@holds("connect.missing")
def test_deleting_what_is_not_there_is_not_found(connect: Any, appint: Any) -> None:
    made = _event(connect, _event_integration(appint))
    for instance, association in ((INSTANCE, NOWHERE), (NOWHERE, made["IntegrationAssociationId"])):
        with pytest.raises(connect.exceptions.ResourceNotFoundException):
            connect.delete_integration_association(InstanceId=instance, IntegrationAssociationId=association)


@holds("connect.identifiers")
def test_an_instance_may_be_named_by_its_arn(connect: Any, appint: Any) -> None:
    arn = _arn(INSTANCE)
    made = _event(connect, _event_integration(appint), InstanceId=arn)
    assert made["IntegrationAssociationArn"].startswith(f"{arn}/integration-association/")
    assert len(_listed(connect)) == 1


def test_a_list_is_filtered_and_paged(connect: Any, appint: Any) -> None:
    arns = [_application(appint, name) for name in "abc"]
    for arn in arns:
        _app(connect, arn)
    _event(connect, _event_integration(appint))
    assert [each["IntegrationArn"] for each in _listed(connect, IntegrationType="APPLICATION")] == arns
    assert [each["IntegrationArn"] for each in _listed(connect, IntegrationArn=arns[1])] == [arns[1]]
    paginator = connect.get_paginator("list_integration_associations")
    pages = list(paginator.paginate(InstanceId=INSTANCE, PaginationConfig={"PageSize": 3}))
    assert [len(page["IntegrationAssociationSummaryList"]) for page in pages] == [3, 1]
    with pytest.raises(connect.exceptions.InvalidRequestException):
        _listed(connect, IntegrationType="EVENT", NextToken=pages[0]["NextToken"])
    with mock_appintegrations(page_size=1):
        assert len(_listed(connect)) == 1


@holds("connect.constraints")
@pytest.mark.parametrize(
    "wrong",
    [
        {"InstanceId": "i" * 101},
        {"IntegrationType": "LEX_BOT"},
        {"SourceApplicationName": "a/b"},
        {"SourceApplicationUrl": ""},
        {"Tags": {}},
        {"SourceType": "OTHER"},
    ],
)
def test_constraints_of_the_model_are_checked(connect: Any, appint: Any, wrong: dict[str, Any]) -> None:
    arn = _event_integration(appint)
    with pytest.raises(connect.exceptions.InvalidRequestException, match="1 validation error detected"):
        _event(connect, arn, **wrong)
    assert _listed(connect) == []


@holds("connect.quota")
def test_the_quota_of_associations_is_connects_error(connect: Any, appint: Any) -> None:
    arn = _event_integration(appint)
    with mock_appintegrations(quotas={"event_integration_associations": 1}):
        _event(connect, arn)
        with pytest.raises(connect.exceptions.ServiceQuotaExceededException):
            _event(connect, arn, InstanceId=NOWHERE)


# What a companion shares with the service whose scope is open ----------------------------------------------------


def test_its_calls_are_in_the_call_log(aws: Any, connect: Any, appint: Any) -> None:
    arn = _application(appint)
    made = _app(connect, arn)
    call = aws.calls.last
    assert (call.service_name, call.operation, call.status_code) == ("connect", "CreateIntegrationAssociation", 200)
    assert call.parameters == {"InstanceId": INSTANCE, "IntegrationType": "APPLICATION", "IntegrationArn": arn}
    assert call.response["IntegrationAssociationArn"] == made["IntegrationAssociationArn"]
    aws.calls.assert_called("CreateIntegrationAssociation", times=1, IntegrationArn=arn)
    assert [each.operation for each in aws.calls.of("Create*")] == ["CreateApplication", "CreateIntegrationAssociation"]
    aws.calls.assert_not_called("DeleteIntegrationAssociation")
    with pytest.raises(ValueError, match="Did you mean 'CreateIntegrationAssociation'"):
        aws.calls.of("CreateIntegrationAssociations")
    with pytest.raises(TypeError, match="IntegrationArn"):
        aws.calls.assert_called("CreateIntegrationAssociation", IntegrationArns="x")


def test_its_calls_can_be_made_to_fail(aws: Any, connect: Any, appint: Any) -> None:
    arn = _application(appint)
    aws.fail("CreateIntegrationAssociation", "InternalServiceException")
    with pytest.raises(connect.exceptions.InternalServiceException):
        boto3.client("connect", config=Config(retries={"max_attempts": 0})).create_integration_association(
            InstanceId=INSTANCE, IntegrationType="APPLICATION", IntegrationArn=arn
        )
    aws.fail("List*", ReadTimeoutError(endpoint_url="https://connect.example.com"), times=None)
    with pytest.raises(ReadTimeoutError):
        _listed(boto3.client("connect", config=Config(retries={"max_attempts": 0})))
    aws.faults.clear()
    assert _listed(connect) == []
    aws.fail("*", "ThrottlingException", times=2)
    assert _app(connect, arn)
    assert aws.calls.of("CreateIntegrationAssociation")[-1].status_code == 200
    aws.faults.assert_all_used()


def test_its_state_is_part_of_a_snapshot(aws: Any, connect: Any, appint: Any) -> None:
    made = _event(connect, _event_integration(appint))
    state = aws.snapshot()
    aws.reset()
    assert _listed(connect) == []
    aws.restore(state)
    assert [each["IntegrationAssociationArn"] for each in _listed(connect)] == [made["IntegrationAssociationArn"]]
    connect.delete_integration_association(
        InstanceId=INSTANCE, IntegrationAssociationId=made["IntegrationAssociationId"]
    )
    appint.delete_event_integration(Name="cases")


def test_accounts_and_regions_are_apart(aws: Any, connect: Any, appint: Any) -> None:
    _app(connect, _application(appint))
    others = (
        boto3.client("connect", **aws.credentials("210987654321")),
        boto3.client("connect", region_name="eu-west-2"),
    )
    for other in others:
        assert _listed(other) == []


def test_ids_are_repeatable_with_a_seed() -> None:
    def made() -> str:
        with mock_appintegrations(seed=7):
            arn = _application(boto3.client("appintegrations"))
            association: str = _app(boto3.client("connect"), arn)["IntegrationAssociationArn"]
            return association

    assert made() == made()


# Who answers -----------------------------------------------------------------------------------------------------


def test_without_a_scope_of_the_service_nobody_answers() -> None:
    with mock_dataexchange(), pytest.raises(UnmockedCallError, match="connect"):
        _listed(boto3.client("connect"))


def test_a_scope_that_opens_later_answers_a_client_that_was_used_before() -> None:
    with mock_dataexchange():
        client = boto3.client("connect")
        with pytest.raises(UnmockedCallError):
            _listed(client)
        with mock_appintegrations():
            assert _listed(client) == []


def test_a_client_that_was_made_before_the_scope_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    client = boto3.client("connect", region_name=REGION)
    with mock_appintegrations():
        assert _listed(client) == []


def test_all_other_operations_are_left_alone(connect: Any) -> None:
    with pytest.raises(UnmockedCallError, match=r"connect\.ListInstances"):
        connect.list_instances()
    with Stubber(connect) as stubber:
        stubber.add_response("list_instances", {"InstanceSummaryList": []})
        assert connect.list_instances()["InstanceSummaryList"] == []


def test_a_stubber_goes_first(aws: Any, connect: Any) -> None:
    with Stubber(connect) as stubber:
        stubber.add_response("list_integration_associations", {"NextToken": "stubbed"}, {"InstanceId": INSTANCE})
        assert connect.list_integration_associations(InstanceId=INSTANCE)["NextToken"] == "stubbed"
    aws.calls.assert_not_called("ListIntegrationAssociations")


@pytest.mark.parametrize(
    "event", ["before-send", "before-send.connect", "before-send.connect.ListIntegrationAssociations"]
)
@pytest.mark.parametrize("register", ["register", "register_first", "register_last"])
def test_another_handler_goes_first_and_nothing_is_done_here(aws: Any, connect: Any, event: str, register: str) -> None:
    from botocore.awsrequest import AWSResponse

    class Raw:
        def stream(self) -> Iterator[bytes]:
            yield b'{"NextToken": "theirs"}'

    def answer(request: Any, **kwargs: Any) -> AWSResponse:
        return AWSResponse(request.url, 200, {}, Raw())

    _listed(connect)
    getattr(connect.meta.events, register)(event, answer)
    assert connect.list_integration_associations(InstanceId=INSTANCE)["NextToken"] == "theirs"
    assert len(aws.calls) == 1


def test_passthrough_lets_it_go(aws: Any) -> None:
    # To the network, which the suite forbids.
    client = boto3.client("connect", config=Config(retries={"max_attempts": 0}))
    with mock_appintegrations(passthrough=["connect"]), pytest.raises(Exception, match=r"(?i)connect|network|socket"):
        _listed(client)
    aws.calls.assert_not_called("ListIntegrationAssociations")


def test_after_the_scope_the_client_is_its_old_self() -> None:
    with mock_appintegrations():
        client = boto3.client("connect", "us-east-1", config=Config(retries={"max_attempts": 0}))
        _listed(client)
    with pytest.raises(Exception) as raised:  # noqa: PT011 (whatever the suite's closed network raises)
        _listed(client)
    assert not isinstance(raised.value, ClientError)


def test_a_page_has_a_hundred_associations_if_nothing_is_said(appint: Any, connect: Any) -> None:
    for number in range(101):
        _event(connect, _event_integration(appint, f"cases{number}"))
    page = connect.list_integration_associations(InstanceId=INSTANCE)
    assert len(page["IntegrationAssociationSummaryList"]) == 100
    rest = connect.list_integration_associations(InstanceId=INSTANCE, NextToken=page["NextToken"])
    assert len(rest["IntegrationAssociationSummaryList"]) == 1


@pytest.fixture
def know(no_neighbour: None) -> Callable[..., None]:
    """Makes another mock know instances."""

    def know(*ids: str) -> None:
        # Without an id, it is asked whether it has any.
        known = ("", *ids) if ids else ()
        neighbours.register(Another({_arn(each) for each in known}.__contains__))

    return know


@pytest.mark.parametrize("named", [INSTANCE, _arn(INSTANCE)])
def test_a_stack_may_name_an_instance_while_the_mock_that_knows_them_has_none(
    aws: Any, connect: Any, know: Callable[..., None], named: str
) -> None:
    operations = load_companion("appintegrations", "connect").operations(aws.backend())
    know()
    with pytest.raises(ClientError, match=f"Could not find instance {INSTANCE}$"):
        connect.list_integration_associations(InstanceId=INSTANCE)
    operations.name_instance(named)
    operations.name_instance(named)
    for identifier in (INSTANCE, _arn(INSTANCE)):
        assert connect.list_integration_associations(InstanceId=identifier)["IntegrationAssociationSummaryList"] == []
    with pytest.raises(ClientError, match=f"Could not find instance {NOWHERE}$"):
        connect.list_integration_associations(InstanceId=NOWHERE)


def test_a_stack_may_not_name_an_instance_that_the_mock_that_knows_them_lacks(
    aws: Any, connect: Any, know: Callable[..., None]
) -> None:
    know(INSTANCE)
    load_companion("appintegrations", "connect").operations(aws.backend()).name_instance(NOWHERE)
    assert connect.list_integration_associations(InstanceId=INSTANCE)["IntegrationAssociationSummaryList"] == []
    with pytest.raises(ClientError, match=f"Could not find instance {NOWHERE}$"):
        connect.list_integration_associations(InstanceId=NOWHERE)


def test_what_only_a_stack_associates_is_in_no_list_and_is_deleted_once(aws: Any, connect: Any) -> None:
    operations = load_companion("appintegrations", "connect").operations(aws.backend())
    arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:f"
    made = operations.create_integration_association(
        InstanceId=INSTANCE, IntegrationType="LAMBDA_FUNCTION", IntegrationArn=arn
    )
    named = {"InstanceId": INSTANCE, "IntegrationAssociationId": made["IntegrationAssociationId"]}
    assert _listed(connect) == []
    connect.delete_integration_association(**named)
    with pytest.raises(ClientError, match=f"Could not find integration association {made['IntegrationAssociationId']}"):
        connect.delete_integration_association(**named)


def test_a_stack_changes_the_tags_of_an_association_alone(aws: Any, connect: Any, appint: Any) -> None:
    made = _event(connect, _event_integration(appint))
    before = aws.snapshot()
    named = {"InstanceId": INSTANCE, "IntegrationAssociationId": made["IntegrationAssociationId"]}
    load_companion("appintegrations", "connect").operations(aws.backend()).set_members(named, {}, {"a": "1"})
    ((_, _, record),) = before["backends"][0][2]["integration_associations"][INSTANCE]["rows"]
    record["Tags"] = {"a": "1"}
    assert aws.snapshot() == before
