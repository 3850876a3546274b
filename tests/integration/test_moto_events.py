"""moto's EventBridge beside us: events of AWS Data Exchange reach the rules on its default bus."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from appint_mock import mock_dataexchange

moto = pytest.importorskip("moto", reason="moto is not installed: .ci/run has environments with it")
pytest.importorskip("jsonpath_ng", reason="moto's EventBridge needs jsonpath-ng (moto[events])")
ACCOUNT, REGION, REVISION = "123456789012", "us-east-1", "0123456789abcdef" * 2


@pytest.fixture
def aws() -> Iterator[Any]:
    """Both mocks; moto's inside ours, where a program's own tests may have it."""
    with mock_dataexchange() as handle, moto.mock_aws():
        yield handle


def _publish(backend: Any) -> None:
    data_set_id = backend.add_entitled_data_set(
        name="Weather",
        description="Hourly",
        asset_type="S3_SNAPSHOT",
        product_id="prod-weather",
        revisions=[{"id": REVISION, "published": False, "comment": "May", "assets": {"a.csv": b"a"}}],
    )
    backend.publish_revision(data_set_id, REVISION)


def _queue_of(pattern: dict[str, Any]) -> tuple[Any, str]:
    """A queue that a rule sends matching events to."""
    sqs, events = boto3.client("sqs", region_name=REGION), boto3.client("events", region_name=REGION)
    url = sqs.create_queue(QueueName="arrivals")["QueueUrl"]
    events.put_rule(Name="published", EventPattern=json.dumps(pattern))
    arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:arrivals"
    events.put_targets(Rule="published", Targets=[{"Id": "1", "Arn": arn}])
    return sqs, url


def test_an_event_reaches_the_targets_of_a_rule_that_it_matches(aws: Any) -> None:
    sqs, url = _queue_of({"source": ["aws.dataexchange"], "detail-type": ["Revision Published To Data Set"]})
    _publish(aws.backend())
    (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
    arrived, (emitted,) = json.loads(message["Body"]), aws.backend().events
    # Newer moto leaves the account out of what a target gets.
    for member in ("detail-type", "source", "region", "time", "resources", "detail"):
        assert arrived[member] == emitted[member]


def test_an_event_of_another_kind_account_or_region_does_not(aws: Any) -> None:
    sqs, url = _queue_of({"detail-type": ["Revision Revoked"]})
    _publish(aws.backend())
    assert "Messages" not in sqs.receive_message(QueueUrl=url)
    sqs, url = _queue_of({"source": ["aws.dataexchange"]})
    _publish(aws.backend(account_id="210987654321"))
    _publish(aws.backend(region_name="eu-west-1"))
    assert "Messages" not in sqs.receive_message(QueueUrl=url)


def test_with_moto_closed_events_stay_here(aws: Any) -> None:
    with moto.mock_aws():
        boto3.client("events", region_name=REGION).list_rules()
    _publish(aws.backend())
    assert len(aws.backend().events) == 1
