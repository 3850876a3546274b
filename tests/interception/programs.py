"""Short programs that use boto3 as a user's code does."""

from __future__ import annotations

from typing import Any

import boto3

SOURCE = "aws.partner/example.com/orders"


def create(name: str, **client_options: Any) -> Any:
    """Create an event integration, with a new client."""
    client = boto3.client("appintegrations", **client_options)
    return client.create_event_integration(Name=name, EventFilter={"Source": SOURCE}, EventBridgeBus="default")


def names(**client_options: Any) -> list[str]:
    """The names of all event integrations, by the paginator of a new client."""
    client = boto3.client("appintegrations", **client_options)
    pages = client.get_paginator("list_event_integrations").paginate()
    return [item["Name"] for page in pages for item in page["EventIntegrations"]]
