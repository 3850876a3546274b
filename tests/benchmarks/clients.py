"""The three that are compared: the floor, this library, and moto at comparable work (EventBridge Scheduler)."""

from __future__ import annotations

import itertools
import json
import types
from collections.abc import Callable
from typing import Any, NamedTuple

import boto3
from botocore.awsrequest import AWSResponse
from botocore.endpoint import Endpoint

#: botocore's own methods, before any mock has replaced them.
_METHODS = {name: vars(Endpoint)[name] for name in ("make_request", "_send", "_needs_retry")}
EVENT: dict[str, Any] = {
    "EventFilter": {"Source": "aws.partner/example.com"},
    "EventBridgeBus": "default",
    "Tags": {"team": "a"},
}
_HEADERS = {
    "x-amzn-RequestId": "9e1c2f0a-5b7d-4c3e-8f1a-2b3c4d5e6f70",
    "Content-Type": "application/json",
    "Date": "Sun, 22 Nov 2026 00:00:00 GMT",
}


class Contender(NamedTuple):
    """The same three calls through one client."""

    create: Callable[[], Any]
    get: Callable[[], Any]
    page: Callable[[], Any]


def new_client(service: str = "appintegrations", **credentials: str) -> Any:
    """A client of a session of its own."""
    credentials = credentials or {"aws_access_key_id": "a", "aws_secret_access_key": "b"}
    session = boto3.Session(region_name="us-east-1", **credentials)
    return session.client(service)


def constant(answer: dict[str, Any]) -> Any:
    """A client whose every call is answered with the same bytes, and which knows no mock: it really signs."""
    client, body = new_client(), json.dumps(answer).encode()

    def handler(request: Any, **kwargs: Any) -> AWSResponse:
        response = AWSResponse(request.url, 200, _HEADERS, None)
        response._content = body
        return response

    client.meta.events.register("before-send", handler)
    for name, method in _METHODS.items():
        setattr(client._endpoint, name, types.MethodType(method, client._endpoint))
    return client


def item(name: str) -> dict[str, Any]:
    """What Get and List show of an event integration."""
    arn = f"arn:aws:app-integrations:us-east-1:123456789012:event-integration/{name}"
    return {"Name": name, "EventIntegrationArn": arn, **EVENT}


def floor() -> Contender:
    """The constant answers that fit the calls of ``ours``."""
    creating, getting = constant({"EventIntegrationArn": item("n")["EventIntegrationArn"]}), constant(item("orders"))
    paging = constant({"EventIntegrations": [item(f"n{number}") for number in range(50)], "NextToken": "x" * 60})
    return Contender(
        lambda: creating.create_event_integration(Name="orders", **EVENT),
        lambda: getting.get_event_integration(Name="orders"),
        lambda: paging.list_event_integrations(MaxResults=50),
    )


def ours() -> Contender:
    """This library; its mock is open, and holds the event integration ``orders``."""
    client, numbers = new_client(), itertools.count()
    return Contender(
        lambda: client.create_event_integration(Name=f"n{next(numbers)}", **EVENT),
        lambda: client.get_event_integration(Name="orders"),
        lambda: client.list_event_integrations(MaxResults=50),
    )


def moto() -> Contender:
    """moto, whose mock is open; another rest-json service with much the same three operations."""
    client, numbers = new_client("scheduler"), itertools.count()
    tags = [{"Key": "team", "Value": "a"}]
    return Contender(
        lambda: client.create_schedule_group(Name=f"n{next(numbers)}", Tags=tags),
        lambda: client.get_schedule_group(Name="default"),
        lambda: client.list_schedule_groups(MaxResults=50),
    )
