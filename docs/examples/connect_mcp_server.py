"""Register an MCP server of Bedrock AgentCore, and associate it with Amazon Connect.

    python connect_mcp_server.py INSTANCE_ID

The second run of ``register`` finds everything as it should be, and changes nothing.
"""

from __future__ import annotations

import sys
from typing import Any

import boto3

GATEWAY = "orders-gateway-abcdefghij"
URL = f"https://{GATEWAY}.gateway.bedrock-agentcore.us-east-1.amazonaws.com/mcp"


def find(appintegrations: Any) -> str | None:
    """The ARN of the application of this gateway, wherever in the list it is."""
    pages = appintegrations.get_paginator("list_applications").paginate()
    found = [
        each["Arn"]
        for page in pages
        for each in page["Applications"]
        if each["Namespace"] == GATEWAY
    ]
    return found[0] if found else None


def register(appintegrations: Any, connect: Any, instance_id: str) -> str:
    """Make what is missing; returns the application's ARN."""
    arn = find(appintegrations)
    if arn is None:
        arn = appintegrations.create_application(
            Name="Orders",
            Namespace=GATEWAY,
            ApplicationType="MCP_SERVER",
            ApplicationSourceConfig={"ExternalUrlConfig": {"AccessUrl": URL}},
        )["Arn"]
        print("application made")
    try:
        connect.create_integration_association(
            InstanceId=instance_id, IntegrationType="APPLICATION", IntegrationArn=arn
        )
        print("associated")
    except connect.exceptions.DuplicateResourceException:
        print("nothing to do")
    return arn


def clean_up(appintegrations: Any, connect: Any, instance_id: str, arn: str) -> None:
    """Remove the association, and then the application."""
    listed = connect.list_integration_associations(
        InstanceId=instance_id, IntegrationType="APPLICATION", IntegrationArn=arn
    )
    for each in listed["IntegrationAssociationSummaryList"]:
        connect.delete_integration_association(
            InstanceId=instance_id,
            IntegrationAssociationId=each["IntegrationAssociationId"],
        )
    appintegrations.delete_application(Arn=arn)
    print("left:", find(appintegrations))


def main(instance_id: str) -> None:
    """Register twice, and clean up."""
    appintegrations, connect = boto3.client("appintegrations"), boto3.client("connect")
    register(appintegrations, connect, instance_id)
    arn = register(appintegrations, connect, instance_id)
    answer = appintegrations.list_application_associations(ApplicationId=arn)
    listed = answer["ApplicationAssociations"]
    print("clients:", *[each["ClientId"] for each in listed])
    clean_up(appintegrations, connect, instance_id, arn)


if __name__ == "__main__":
    main(sys.argv[1])
