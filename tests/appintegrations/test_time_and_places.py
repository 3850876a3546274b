"""Times of applications; accounts, regions and partitions; snapshots."""

from __future__ import annotations

import datetime
import json
from typing import Any

import boto3
import pytest

from appint_mock import mock_appintegrations
from tests.appintegrations import wire
from tests.appintegrations.listings import LISTINGS
from tests.appintegrations.resources import (
    ON_DEMAND,
    associate_data_integration,
    create_application,
    create_data_integration,
    create_event_integration,
    invalid,
    make_all,
    not_found,
)
from tests.fidelity.appintegrations import holds

_UTC = datetime.timezone.utc

# Time


@holds("time.numbers", "time.milliseconds", "time.equal")
@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        (datetime.datetime(2026, 3, 1, 12, 0, 0, 123999, _UTC), 1772366400.123),
        (datetime.datetime(2026, 3, 1, 12, 0, 0, 999, _UTC), 1772366400),
        (datetime.datetime(2026, 3, 1, 12, 0, 0, 500000, _UTC), 1772366400.5),
    ],
)
def test_times_are_epoch_seconds_cut_to_milliseconds(
    aws: Any, client: Any, moment: datetime.datetime, shown: float
) -> None:
    aws.clock.freeze(moment)
    arn = create_application(client)["Arn"]
    with wire.recording(client) as answers:
        answer = client.get_application(Arn=arn)
        client.list_applications()
    got = json.loads(answers[0].body)
    (listed,) = json.loads(answers[1].body)["Applications"]
    for each in (got, listed):
        assert each["CreatedTime"] == each["LastModifiedTime"] == shown
        assert isinstance(each["CreatedTime"], int | float)
        assert len(repr(each["CreatedTime"]).partition(".")[2]) <= 3
    assert answer["CreatedTime"] == moment.replace(microsecond=moment.microsecond // 1000 * 1000)


@holds("time.milliseconds")
def test_times_follow_the_wall_clock_by_default(client: Any) -> None:
    before = datetime.datetime.now(_UTC).replace(microsecond=0)
    created = client.get_application(Arn=create_application(client)["Arn"])["CreatedTime"]
    assert before <= created <= datetime.datetime.now(_UTC)


@holds("time.moves")
def test_an_update_that_gives_a_member_moves_the_time(aws: Any, client: Any) -> None:
    created = aws.clock.freeze(datetime.datetime(2026, 1, 1, tzinfo=_UTC))
    arn = create_application(client, Description="same")["Arn"]
    modified = aws.clock.advance(hours=1)
    # Giving the value that it has is giving a member.
    client.update_application(Arn=arn, Description="same")
    for shown in (client.get_application(Arn=arn), client.list_applications()["Applications"][0]):
        assert (shown["CreatedTime"], shown["LastModifiedTime"]) == (created, modified)


@holds("time.stays")
def test_tagging_and_associating_do_not_move_the_time(aws: Any, client: Any, backend: Any) -> None:
    created = aws.clock.freeze()
    arn = create_application(client)["Arn"]
    aws.clock.advance(hours=1)
    client.tag_resource(resourceArn=arn, tags={"a": "1"})
    client.untag_resource(resourceArn=arn, tagKeys=["a"])
    backend.disassociate(backend.associate_application(arn))
    assert client.get_application(Arn=arn)["LastModifiedTime"] == created


@holds("time.stays", "order.nothing-changes")
def test_a_refused_update_does_not_move_the_time(aws: Any, client: Any) -> None:
    created = aws.clock.freeze()
    arn = create_application(client)["Arn"]
    aws.clock.advance(hours=1)
    with invalid("InitializationTimeout is required when IsService is true"):
        client.update_application(Arn=arn, IsService=True)
    assert client.get_application(Arn=arn)["LastModifiedTime"] == created


# Places


@holds("places.arns")
@pytest.mark.parametrize(
    ("region", "partition"),
    [
        ("us-east-1", "aws"),
        ("eu-central-1", "aws"),
        ("cn-north-1", "aws-cn"),
        ("us-gov-west-1", "aws-us-gov"),
        ("us-iso-east-1", "aws-iso"),
        ("us-isob-east-1", "aws-iso-b"),
    ],
)
def test_arns_carry_partition_region_and_account_of_the_client(aws: Any, region: str, partition: str) -> None:
    client: Any = boto3.client("appintegrations", region, **aws.credentials("111122223333"))
    made = make_all(client, aws.backend("111122223333", region))
    for arn in made:
        assert arn.startswith(f"arn:{partition}:app-integrations:{region}:111122223333:")
        client.tag_resource(resourceArn=arn, tags={"a": "1"})
    assert client.get_data_integration(Identifier=made.data_integration)["Arn"] == made.data_integration
    assert client.get_application(Arn=made.application)["Arn"] == made.application


@holds("places.apart")
def test_accounts_and_regions_share_nothing(aws: Any, client: Any, backend: Any) -> None:
    made = make_all(client, backend)
    for options in ({"region_name": "eu-west-1"}, aws.credentials("111122223333")):
        other: Any = boto3.client("appintegrations", **options)
        for name in ("ListEventIntegrations", "ListDataIntegrations", "ListApplications"):
            assert LISTINGS[name].page(other) == ([], None)
        with not_found("EventIntegration", "orders"):
            other.get_event_integration(Name="orders")
        with not_found("DataIntegrationAssociation", made.data_integration_association):
            other.list_tags_for_resource(resourceArn=made.data_integration_association)


# Snapshots


def _everything(client: Any, application: str) -> list[Any]:
    calls = [
        client.list_event_integrations(),
        client.list_data_integrations(),
        client.list_applications(),
        client.get_application(Arn=application),
        client.list_event_integration_associations(EventIntegrationName="orders"),
        client.list_application_associations(ApplicationId=application),
        client.list_tags_for_resource(resourceArn=application),
    ]
    return [{name: value for name, value in call.items() if name != "ResponseMetadata"} for call in calls]


@holds("places.snapshot")
def test_a_snapshot_holds_everything_and_restoring_drops_the_rest(aws: Any, client: Any, backend: Any) -> None:
    there: Any = boto3.client("appintegrations", "eu-west-1", **aws.credentials("111122223333"))
    create_event_integration(there, "there")
    for name in ("b", "a"):
        create_event_integration(client, name)
    made = make_all(client, backend, Tags={"a": "1"})
    first = create_data_integration(client, "with-token", ClientToken="t")
    create_data_integration(client, "running")
    running = associate_data_integration(client, "running", ExecutionConfiguration=ON_DEMAND)
    backend.finish_execution(running, "FAILED", "why")
    create_data_integration(client, "was-associated")
    backend.disassociate(associate_data_integration(client, "was-associated"))
    token = LISTINGS["ListEventIntegrations"].page(client, MaxResults=1)[1]

    state = json.loads(json.dumps(aws.snapshot()))
    before = _everything(client, made.application)

    client.delete_event_integration(Name="b")
    client.update_application(Arn=made.application, Description="changed")
    create_application(client, "later")
    boto3.client("appintegrations", "ap-south-1").list_applications()
    create_event_integration(boto3.client("appintegrations", "ap-south-1"), "elsewhere")
    there.delete_event_integration(Name="there")
    aws.restore(state)

    assert _everything(client, made.application) == before
    assert [item["Name"] for item in there.list_event_integrations()["EventIntegrations"]] == ["there"]
    elsewhere: Any = boto3.client("appintegrations", "ap-south-1")
    assert elsewhere.list_event_integrations()["EventIntegrations"] == []
    assert LISTINGS["ListEventIntegrations"].page(client, NextToken=token)[0] == ["a", "orders"]
    # Execution states, tokens, marks.
    (shown,) = client.list_data_integration_associations(DataIntegrationIdentifier="running")[
        "DataIntegrationAssociations"
    ]
    assert shown["LastExecutionStatus"] == {"ExecutionStatus": "FAILED", "StatusMessage": "why"}
    assert create_data_integration(client, "with-token", ClientToken="t")["Id"] == first["Id"]
    with invalid("A DataIntegration that was previously associated cannot be associated again"):
        associate_data_integration(client, "was-associated")
    assert aws.snapshot()["backends"] != []


@holds("places.snapshot")
def test_a_snapshot_restored_in_another_scope_goes_on_as_before() -> None:
    with mock_appintegrations() as aws:
        client: Any = boto3.client("appintegrations")
        create_data_integration(client)
        arn = associate_data_integration(client, ExecutionConfiguration=ON_DEMAND)
        client.list_data_integration_associations(DataIntegrationIdentifier="orders")
        state = aws.snapshot()
    with mock_appintegrations() as aws:
        aws.restore(state)
        create_data_integration(client, "later")
        assert LISTINGS["ListDataIntegrations"].page(client) == (["orders", "later"], None)
        (shown,) = client.list_data_integration_associations(DataIntegrationIdentifier="orders")[
            "DataIntegrationAssociations"
        ]
        assert shown["DataIntegrationAssociationArn"] == arn
        assert shown["LastExecutionStatus"] == {"ExecutionStatus": "COMPLETED"}
