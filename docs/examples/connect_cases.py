"""Send new cases to an Amazon Connect instance; then undo it, first in the wrong order.

    python connect_cases.py INSTANCE_ID

Nothing here knows of a mock: run it inside ``mock_appintegrations()``, or with the
environment of a server.
"""

from __future__ import annotations

import sys
from typing import Any

import boto3
from botocore.exceptions import ClientError

NAME = "case-events"


def integration_arn(appintegrations: Any) -> str:
    """Return the ARN of the event integration for Cases; create it if it is missing."""
    try:
        found = appintegrations.get_event_integration(Name=NAME)
    except appintegrations.exceptions.ResourceNotFoundException:
        found = appintegrations.create_event_integration(
            Name=NAME,
            EventFilter={"Source": "aws.cases"},
            EventBridgeBus="default",
            Tags={"app": "desk"},
        )
    return str(found["EventIntegrationArn"])


def associations(connect: Any, instance_id: str, arn: str) -> list[str]:
    """The ids of the associations of an integration with the instance."""
    pages = connect.get_paginator("list_integration_associations").paginate(
        InstanceId=instance_id, IntegrationType="EVENT"
    )
    found = [
        each for page in pages for each in page["IntegrationAssociationSummaryList"]
    ]
    return [
        each["IntegrationAssociationId"]
        for each in found
        if each["IntegrationArn"] == arn
    ]


def associate(connect: Any, instance_id: str, arn: str) -> None:
    """Associate the integration with the instance, unless it is."""
    if associations(connect, instance_id, arn):
        print("associated already")
        return
    connect.create_integration_association(
        InstanceId=instance_id,
        IntegrationType="EVENT",
        IntegrationArn=arn,
        SourceType="CASES",
    )
    print("associated")


def main(instance_id: str) -> None:
    """Set up twice, show, and tear down."""
    appintegrations, connect = boto3.client("appintegrations"), boto3.client("connect")
    arn = integration_arn(appintegrations)
    associate(connect, instance_id, arn)
    associate(connect, instance_id, integration_arn(appintegrations))
    listed = appintegrations.list_event_integration_associations(
        EventIntegrationName=NAME
    )
    print(
        "clients:",
        *[each["ClientId"] for each in listed["EventIntegrationAssociations"]],
    )
    try:
        appintegrations.delete_event_integration(Name=NAME)
    except ClientError as error:
        print("too early:", error.response["Error"]["Code"])
    for association_id in associations(connect, instance_id, arn):
        connect.delete_integration_association(
            InstanceId=instance_id, IntegrationAssociationId=association_id
        )
    appintegrations.delete_event_integration(Name=NAME)
    print("left:", len(appintegrations.list_event_integrations()["EventIntegrations"]))


if __name__ == "__main__":
    main(sys.argv[1])
