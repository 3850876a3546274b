"""moto's EventBridge beside us: events of AWS Data Exchange reach the rules on its default bus."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from appint_mock import mock_dataexchange
from appint_mock.errors import UndeliveredEventWarning
from tests.fidelity.dataexchange import holds

moto = pytest.importorskip("moto", reason="moto is not installed: .ci/run has environments with it")
pytest.importorskip("jsonpath_ng", reason="moto's EventBridge needs jsonpath-ng (moto[events])")
OLD = not hasattr(pytest.importorskip("moto.events.utils"), "EventTemplateParser")
ACCOUNT, REGION, REVISION = "123456789012", "us-east-1", "0123456789abcdef" * 2


@pytest.fixture
def aws() -> Iterator[Any]:
    """Both mocks; moto's inside ours, where a program's own tests may have it."""
    with mock_dataexchange() as handle, moto.mock_aws():
        yield handle


def _publish(backend: Any, revision: str = REVISION) -> None:
    data_set_id = backend.add_entitled_data_set(
        name="Weather",
        description="Hourly",
        asset_type="S3_SNAPSHOT",
        product_id="prod-weather",
        revisions=[{"id": revision, "published": False, "comment": "May", "assets": {"a.csv": b"a"}}],
    )
    backend.publish_revision(data_set_id, revision)


def _publish_twice(backend: Any) -> None:
    _publish(backend)
    _publish(backend, REVISION[::-1])


def _target(rule: str, arn: str, pattern: dict[str, Any] | None = None, **target: Any) -> None:
    """A rule on the default bus that sends matching events to a target."""
    events = boto3.client("events", region_name=REGION)
    events.put_rule(Name=rule, EventPattern=json.dumps(pattern or {"source": ["aws.dataexchange"]}))
    assert events.put_targets(Rule=rule, Targets=[{"Id": "1", "Arn": arn, **target}])["FailedEntryCount"] == 0


def _queue(name: str = "arrivals", **attributes: str) -> tuple[str, str]:
    """URL and ARN of a new queue."""
    url = boto3.client("sqs", region_name=REGION).create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    return url, f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"


def _messages(url: str) -> list[dict[str, Any]]:
    answer = boto3.client("sqs", region_name=REGION).receive_message(QueueUrl=url, MaxNumberOfMessages=10)
    return [json.loads(each["Body"]) for each in answer.get("Messages", ())]


@holds("events.moto-targets")
def test_an_event_reaches_a_queue_with_all_its_members(aws: Any) -> None:
    url, arn = _queue()
    _target("published", arn, {"source": ["aws.dataexchange"], "detail-type": ["Revision Published To Data Set"]})
    _publish(aws.backend())
    assert _messages(url) == [
        each for each in aws.backend().events if each["detail-type"] == "Revision Published To Data Set"
    ]


def test_an_event_of_another_kind_account_or_region_does_not(aws: Any) -> None:
    url, arn = _queue()
    _target("published", arn, {"detail-type": ["Revision Revoked"]})
    _publish(aws.backend())
    assert _messages(url) == []
    _target("published", arn)
    _publish(aws.backend(account_id="210987654321"))
    _publish(aws.backend(region_name="eu-west-1"))
    assert _messages(url) == []


def test_a_fifo_queue_a_log_group_an_archive_and_another_bus_get_it(aws: Any) -> None:
    events, logs = boto3.client("events", region_name=REGION), boto3.client("logs", region_name=REGION)
    url, queue = _queue("arrivals.fifo", FifoQueue="true", ContentBasedDeduplication="true")
    _target("to-fifo", queue, SqsParameters={"MessageGroupId": "data"})
    logs.create_log_group(logGroupName="/aws/events/data")
    _target("to-log", f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/events/data")
    archive = events.create_archive(
        ArchiveName="kept", EventSourceArn=f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/default"
    )
    bus = events.create_event_bus(Name="team")["EventBusArn"]
    _target("to-bus", bus)
    behind, behind_arn = _queue("behind")
    events.put_rule(Name="behind", EventBusName="team", EventPattern=json.dumps({"account": [ACCOUNT]}))
    events.put_targets(Rule="behind", EventBusName="team", Targets=[{"Id": "1", "Arn": behind_arn}])

    _publish(aws.backend())

    emitted = aws.backend().events
    assert emitted
    assert _messages(url) == _messages(behind) == emitted
    streams = logs.describe_log_streams(logGroupName="/aws/events/data")["logStreams"]
    logged = [
        json.loads(each["message"])
        for stream in streams
        for each in logs.get_log_events(logGroupName="/aws/events/data", logStreamName=stream["logStreamName"])[
            "events"
        ]
    ]
    assert sorted(each["id"] for each in logged) == sorted(each["id"] for each in emitted)
    assert all(each in emitted for each in logged)
    assert archive["State"] == "ENABLED"
    assert events.describe_archive(ArchiveName="kept")["EventCount"] == len(emitted)


def test_a_bus_of_another_account_gets_an_event_that_still_names_its_own(aws: Any) -> None:
    other = boto3.client("events", region_name=REGION)
    _target("to-other", f"arn:aws:events:eu-west-1:{ACCOUNT}:event-bus/default")
    there = boto3.client("events", region_name="eu-west-1")
    url = boto3.client("sqs", region_name="eu-west-1").create_queue(QueueName="far")["QueueUrl"]
    there.put_rule(Name="all", EventPattern=json.dumps({"region": [REGION]}))
    there.put_targets(Rule="all", Targets=[{"Id": "1", "Arn": f"arn:aws:sqs:eu-west-1:{ACCOUNT}:far"}])
    # Back again: no event goes round for ever.
    there.put_rule(Name="back", EventPattern=json.dumps({"region": [REGION]}))
    there.put_targets(Rule="back", Targets=[{"Id": "1", "Arn": other.describe_event_bus()["Arn"]}])
    _publish(aws.backend())
    answer = boto3.client("sqs", region_name="eu-west-1").receive_message(QueueUrl=url, MaxNumberOfMessages=10)
    assert [json.loads(each["Body"]) for each in answer["Messages"]] == aws.backend().events


@pytest.mark.skipif(OLD, reason="this moto has no input transformers")
def test_an_input_transformer_makes_what_the_queue_gets(aws: Any) -> None:
    url, arn = _queue()
    transformer = {
        "InputPathsMap": {"sets": "$.resources", "kind": "$.detail-type"},
        "InputTemplate": '{"what": "<kind>", "which": <sets>}',
    }
    _target("shaped", arn, InputTransformer=transformer)
    _publish(aws.backend())
    assert _messages(url) == [
        {"what": each["detail-type"], "which": each["resources"]} for each in aws.backend().events
    ]


def test_a_rule_that_is_disabled_or_has_only_a_schedule_gets_nothing_and_the_next_one_does(aws: Any) -> None:
    url, arn = _queue()
    events = boto3.client("events", region_name=REGION)
    _target("off", arn)
    events.disable_rule(Name="off")
    events.put_rule(Name="hourly", ScheduleExpression="rate(1 hour)")
    events.put_targets(Rule="hourly", Targets=[{"Id": "1", "Arn": arn}])
    other_url, other = _queue("others")
    _target("on", other)
    _publish(aws.backend())
    assert _messages(url) == []
    assert len(_messages(other_url)) == 1


@holds("events.moto-targets")
@pytest.mark.parametrize(
    "arn",
    [
        f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:handler",
        f"arn:aws:sns:{REGION}:{ACCOUNT}:topic",
        f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:flow",
        f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/data",
        f"arn:aws:sqs:{REGION}:{ACCOUNT}:not-there",
        f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:not-there",
        f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/not-there",
    ],
)
def test_a_target_that_cannot_be_reached_gives_one_warning_and_breaks_nothing(aws: Any, arn: str) -> None:
    _target("a-broken", arn)
    url, queue = _queue()
    _target("b-working", queue)
    with pytest.warns(UndeliveredEventWarning) as warned:
        _publish_twice(aws.backend())
    (warning,) = warned
    assert "'a-broken'" in str(warning.message)
    assert arn in str(warning.message)
    assert "on_event" in str(warning.message)
    assert Path(warning.filename).parts[-2:] == ("moto", "events.py")
    assert len(_messages(url)) == len(aws.backend().events) > 1


def test_it_breaks_nothing_even_where_warnings_are_errors(aws: Any, caplog: pytest.LogCaptureFixture) -> None:
    _target("broken", f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:handler")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        _publish(aws.backend())
    assert aws.backend().events
    assert "function:handler" in caplog.text


def test_with_moto_closed_events_stay_here(aws: Any) -> None:
    with moto.mock_aws():
        boto3.client("events", region_name=REGION).list_rules()
    _publish(aws.backend())
    assert aws.backend().events


@pytest.mark.parametrize(("account", "region"), [(ACCOUNT, "eu-west-1"), ("210987654321", REGION)])
def test_a_queue_may_be_in_another_account_or_region_than_the_rule(aws: Any, account: str, region: str) -> None:
    client = boto3.client("sqs", region_name=region, **aws.credentials(account))
    url = client.create_queue(QueueName="far")["QueueUrl"]
    _target("far", f"arn:aws:sqs:{region}:{account}:far")
    _publish(aws.backend())
    messages = client.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    assert [json.loads(each["Body"]) for each in messages] == aws.backend().events


@pytest.mark.parametrize(
    ("arn", "reason"),
    [
        (f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:handler", "moto's EventBridge has no such targets"),
        (f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/not-there", "ResourceNotFoundException: "),
    ],
)
def test_the_warning_says_why_and_what_to_do(aws: Any, arn: str, reason: str) -> None:
    _target("broken", arn)
    with pytest.warns(UndeliveredEventWarning) as warned:
        _publish(aws.backend())
    assert str(warned[0].message).startswith(
        "The EventBridge rule 'broken' matches 'Revision Published To Data Set', but the event could not be delivered "
        f"to its target {arn} ({reason}"
    )
