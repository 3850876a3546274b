"""A subscriber that a queue wakes: what a provider publishes is exported to S3.

    python subscriber_queue.py prepare
    python subscriber_queue.py work

``prepare`` creates the bucket, the queue and the rule that fills it. ``work`` exports
the revisions that the events in the queue name. Beside ``mock_dataexchange()`` it needs
moto, for S3, SQS and EventBridge.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import boto3

BUCKET, QUEUE, RULE = "subscriber-files", "arrivals", "arrivals"
PATTERN = {
    "source": ["aws.dataexchange"],
    "detail-type": ["Revision Published To Data Set"],
}


def prepare() -> None:
    """Make the bucket, the queue and the rule."""
    boto3.client("s3").create_bucket(Bucket=BUCKET)
    sqs, events = boto3.client("sqs"), boto3.client("events")
    url = sqs.create_queue(QueueName=QUEUE)["QueueUrl"]
    queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    arn = queue["Attributes"]["QueueArn"]
    events.put_rule(Name=RULE, EventPattern=json.dumps(PATTERN))
    events.put_targets(Rule=RULE, Targets=[{"Id": "queue", "Arn": arn}])
    print("prepared")


def work() -> None:
    """Export the revisions that the events in the queue name."""
    sqs, exchange = boto3.client("sqs"), boto3.client("dataexchange")
    url = sqs.get_queue_url(QueueName=QUEUE)["QueueUrl"]
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get(
        "Messages"
    ):
        for message in messages:
            event = json.loads(message["Body"])
            print("event:", event["detail-type"], "in account", event["account"])
            for data_set in event["detail"]["DataSets"]:
                export(exchange, data_set["Id"], event["detail"]["RevisionIds"])
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    listed = boto3.client("s3").list_objects_v2(Bucket=BUCKET)
    print("files:", *[each["Key"] for each in listed.get("Contents", ())])


def export(exchange: Any, data_set_id: str, revision_ids: list[str]) -> None:
    """Export revisions to S3, and wait."""
    name = exchange.get_data_set(DataSetId=data_set_id)["Name"]
    destinations = [
        {"RevisionId": each, "Bucket": BUCKET, "KeyPattern": f"{name}/${{Asset.Name}}"}
        for each in revision_ids
    ]
    details = {"DataSetId": data_set_id, "RevisionDestinations": destinations}
    job = exchange.create_job(
        Type="EXPORT_REVISIONS_TO_S3", Details={"ExportRevisionsToS3": details}
    )
    exchange.start_job(JobId=job["Id"])
    while (state := exchange.get_job(JobId=job["Id"])["State"]) in (
        "WAITING",
        "IN_PROGRESS",
    ):
        time.sleep(1)
    print("export:", state)


if __name__ == "__main__":
    {"prepare": prepare, "work": work}[sys.argv[1]]()
