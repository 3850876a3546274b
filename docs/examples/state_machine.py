"""A Step Functions state machine that publishes a revision, and its test with moto."""

from __future__ import annotations

import json
import time
from typing import Any

import boto3
from moto import mock_aws

ROLE = "arn:aws:iam::123456789012:role/publisher"


def task(operation: str, parameters: dict[str, Any], following: str) -> dict[str, Any]:
    """A state that calls AWS Data Exchange, as the AWS SDK integration does."""
    return {
        "Type": "Task",
        "Resource": f"arn:aws:states:::aws-sdk:dataexchange:{operation}",
        "Parameters": parameters,
        "ResultSelector": {"Id.$": "$.Id"},
        "ResultPath": f"$.{operation}",
        "Next": following,
    }


PLACE = {"DataSetId.$": "$.DataSetId", "RevisionId.$": "$.createRevision.Id"}
IMPORT = {**PLACE, "AssetSources": [{"Bucket": "prices", "Key.$": "$.Key"}]}
STATES = {
    "Create": task("createRevision", {"DataSetId.$": "$.DataSetId"}, "Import"),
    "Import": task(
        "createJob",
        {"Type": "IMPORT_ASSETS_FROM_S3", "Details": {"ImportAssetsFromS3": IMPORT}},
        "Start",
    ),
    "Start": {
        **task("startJob", {"JobId.$": "$.createJob.Id"}, "Look"),
        "ResultSelector": {},
    },
    "Look": {
        **task("getJob", {"JobId.$": "$.createJob.Id"}, "Has it ended?"),
        "ResultSelector": {"State.$": "$.State"},
    },
    "Has it ended?": {
        "Type": "Choice",
        "Choices": [
            {"Variable": "$.getJob.State", "StringEquals": state, "Next": following}
            for state, following in (("IN_PROGRESS", "Look"), ("COMPLETED", "Finish"))
        ],
        "Default": "Failed",
    },
    "Finish": {
        **task("updateRevision", {**PLACE, "Finalized": True}, ""),
        "Next": "Done",
    },
    "Done": {"Type": "Succeed", "OutputPath": "$.createRevision"},
    "Failed": {"Type": "Fail", "Error": "ImportFailed"},
}


def run(data: dict[str, str]) -> dict[str, Any]:
    """Run the state machine, and return the execution when it has ended."""
    states: Any = boto3.client("stepfunctions", region_name="us-east-1")
    machine = states.create_state_machine(
        name="publish",
        roleArn=ROLE,
        definition=json.dumps({"StartAt": "Create", "States": STATES}),
    )
    started = states.start_execution(
        stateMachineArn=machine["stateMachineArn"],
        name=data["Key"].removesuffix(".csv"),
        input=json.dumps(data),
    )
    execution = {"executionArn": started["executionArn"]}
    while (found := states.describe_execution(**execution))["status"] == "RUNNING":
        time.sleep(0.05)
    return dict(found)


@mock_aws(config={"stepfunctions": {"execute_state_machine": True}})
def test_a_state_machine_publishes(dataexchange: Any) -> None:
    client: Any = boto3.client("dataexchange", region_name="us-east-1")
    s3 = boto3.client("s3", region_name="us-east-1")
    s3.create_bucket(Bucket="prices")
    s3.put_object(Bucket="prices", Key="may.csv", Body=b"apple,0.40\n")
    made = client.create_data_set(
        AssetType="S3_SNAPSHOT", Name="prices", Description="Daily"
    )

    execution = run({"DataSetId": made["Id"], "Key": "may.csv"})
    assert execution["status"] == "SUCCEEDED"
    revision_id = json.loads(execution["output"])["Id"]
    revision = client.get_revision(DataSetId=made["Id"], RevisionId=revision_id)
    assert revision["Finalized"]

    assert run({"DataSetId": made["Id"], "Key": "june.csv"})["error"] == "ImportFailed"
    dataexchange.calls.assert_order("CreateRevision", "StartJob", "UpdateRevision")
