"""Five minutes with appint_mock: create, page, tag, and handle an error; no AWS."""

from __future__ import annotations

import boto3
from appint_mock import mock_appintegrations
from botocore.exceptions import ClientError


def make_integrations() -> None:
    """The code under test: nothing in it knows of a mock."""
    client = boto3.client("appintegrations")
    for shop in ("amsterdam", "bergen", "cork"):
        answer = client.create_event_integration(
            Name=f"orders-{shop}",
            EventFilter={"Source": f"aws.partner/example.com/{shop}"},
            EventBridgeBus="default",
            Tags={"team": "checkout"},
        )
        print("created ", answer["EventIntegrationArn"])


@mock_appintegrations(page_size=2)
def main() -> None:
    make_integrations()
    client = boto3.client("appintegrations")

    pages = client.get_paginator("list_event_integrations").paginate()
    for number, page in enumerate(pages, start=1):
        print(
            f"page {number}   ",
            [integration["Name"] for integration in page["EventIntegrations"]],
        )

    arn = client.get_event_integration(Name="orders-cork")["EventIntegrationArn"]
    client.tag_resource(resourceArn=arn, tags={"cost-centre": "42"})
    print("tags    ", client.list_tags_for_resource(resourceArn=arn)["tags"])

    try:
        client.create_event_integration(
            Name="orders-cork",
            EventFilter={"Source": "aws.partner/example.com/cork"},
            EventBridgeBus="default",
        )
    except client.exceptions.DuplicateResourceException as error:
        print("refused ", error)

    try:
        client.create_event_integration(
            Name="no spaces allowed",
            EventFilter={"Source": "somewhere.else"},
            EventBridgeBus="default",
        )
    except ClientError as error:
        print("refused ", error)

    print(
        "All of this happened inside this process. What to do with it: docs/testing.md"
    )


if __name__ == "__main__":
    main()
