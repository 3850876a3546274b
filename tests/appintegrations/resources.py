"""Resources to test with, what distinguishes one from the model, and how a refusal is checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import pytest
from botocore.exceptions import ClientError

from appint_mock.protocol.model import load
from appint_mock.scopes import stack
from tests.live import switch

MODEL = load("appintegrations")
SOURCE = "aws.partner/example.com/orders"
ARN = "arn:aws:app-integrations:us-east-1:123456789012:"
NOWHERE = "00000000-0000-4000-8000-000000000000"
ON_DEMAND = {"ExecutionMode": "ON_DEMAND", "OnDemandConfiguration": {"StartTime": "1700000000000"}}
SCHEDULED = {"ExecutionMode": "SCHEDULED", "ScheduleConfiguration": {"ScheduleExpression": "rate(1 hour)"}}

_STATUS = {
    "DuplicateResourceException": 409,
    "InvalidRequestException": 400,
    "MissingAuthenticationTokenException": 403,
    "ResourceNotFoundException": 404,
    "ResourceQuotaExceededException": 429,
    "SerializationException": 400,
    "ThrottlingException": 429,
    "ValidationException": 400,
}


def has_member(shape: str, member: str) -> bool:
    """Whether the installed botocore's model has that member."""
    return shape in MODEL.shape_names and member in MODEL.shape_for(shape).members


NEWER = has_member("CreateApplicationRequest", "AuthConfig")
NEWEST = NEWER and has_member("GetApplicationResponse", "LastModifiedRegion")
TAG_KEY_HAS_PATTERN = "pattern" in MODEL.shape_for("TagKey").metadata


@contextmanager
def refused(code: str, text: str | None) -> Iterator[None]:
    """The call inside is refused with that code, its status and that text, and leaves the state as it was."""
    with switch.unchanged("appintegrations"), pytest.raises(ClientError) as caught:
        yield
    response: Any = caught.value.response
    assert response["Error"]["Code"] == code
    # Of a body without a message botocore makes an empty one, or none.
    assert (response["Error"].get("Message") or None) == text
    assert response["ResponseMetadata"]["HTTPStatusCode"] == _STATUS[code]


def not_found(kind: str, identifier: str) -> Any:
    """The refusal of an identifier that names nothing."""
    return refused("ResourceNotFoundException", f"Could not find {kind} with identifier: {identifier}")


def invalid(text: str) -> Any:
    """The refusal of a request that breaks a rule."""
    return refused("InvalidRequestException", text)


def taken(member: str) -> Any:
    """The refusal of a value that another resource has."""
    return refused("DuplicateResourceException", f"{member} already in use")


def violating(*complaints: str) -> Any:
    """The refusal of values that break the model's constraints: all of them."""
    errors = "error" if len(complaints) == 1 else "errors"
    text = f"{len(complaints)} validation {errors} detected: {'; '.join(complaints)}"
    return refused("ValidationException", text)


def create_event_integration(client: Any, name: str = "orders", /, **members: Any) -> Any:
    """CreateEventIntegration with what it needs."""
    needed = {"EventFilter": {"Source": SOURCE}, "EventBridgeBus": "default"}
    return client.create_event_integration(Name=name, **{**needed, **members})


def create_data_integration(client: Any, name: str = "orders", /, **members: Any) -> Any:
    """CreateDataIntegration with what it needs."""
    needed = {"KmsKey": "alias/key"}
    if "SourceURI" in MODEL.shape_for("CreateDataIntegrationRequest").required_members:  # as in older models
        needed["SourceURI"] = "s3://files/in"
    return client.create_data_integration(Name=name, **{**needed, **members})


def create_application(client: Any, name: str = "desk", /, **members: Any) -> Any:
    """CreateApplication with what it needs; the namespace is the name's."""
    needed = {"Namespace": f"ns.{name}", "ApplicationSourceConfig": {}}
    return client.create_application(Name=name, **{**needed, **members})


def associate_data_integration(client: Any, identifier: str = "orders", /, **members: Any) -> str:
    """CreateDataIntegrationAssociation; returns the association's ARN."""
    answer = client.create_data_integration_association(DataIntegrationIdentifier=identifier, **members)
    parent = answer["DataIntegrationArn"].rpartition("/")[2]
    prefix = answer["DataIntegrationArn"].partition(":data-integration/")[0]
    return f"{prefix}:data-integration-association/{parent}/{answer['DataIntegrationAssociationId']}"


def acting_backend() -> Any:
    """The backend that clients act in, for what no operation makes. A test that comes here needs the mock."""
    scope = stack.open_scopes("appintegrations")[-1]
    return scope.world.backend(scope.account_id, scope.region_name)


class Made(NamedTuple):
    """One resource of each kind, by ARN."""

    event_integration: str
    data_integration: str
    application: str
    event_integration_association: str
    data_integration_association: str
    application_association: str


def make_all(client: Any, backend: Any, name: str = "orders", /, **members: Any) -> Made:
    """One resource of each of the six kinds; `members` go to the three that a Create makes."""
    event = create_event_integration(client, name, **members)["EventIntegrationArn"]
    data = create_data_integration(client, name, **members)["Arn"]
    application = create_application(client, name, **members)["Arn"]
    return Made(
        event,
        data,
        application,
        backend.associate_event_integration(name, client_id="connect"),
        associate_data_integration(client, data),
        backend.associate_application(application),
    )


def _event_integration(client: Any, name: str = "orders") -> str:
    return str(create_event_integration(client, name)["EventIntegrationArn"])


def _data_integration(client: Any, name: str = "orders") -> str:
    return str(create_data_integration(client, name)["Arn"])


def _application(client: Any, name: str = "orders") -> str:
    return str(create_application(client, name)["Arn"])


def _event_integration_association(client: Any, name: str = "orders") -> str:
    create_event_integration(client, name)
    return str(acting_backend().associate_event_integration(name, client_id="connect"))


def _data_integration_association(client: Any, name: str = "orders") -> str:
    return associate_data_integration(client, _data_integration(client, name))


def _application_association(client: Any, name: str = "orders") -> str:
    return str(acting_backend().associate_application(_application(client, name)))


#: How one resource of each kind is made, with what it belongs to; each returns its ARN. In the order of `Made`.
MAKERS: dict[str, Callable[..., str]] = {
    "event-integration": _event_integration,
    "data-integration": _data_integration,
    "application": _application,
    "event-integration-association": _event_integration_association,
    "data-integration-association": _data_integration_association,
    "application-association": _application_association,
}
each_kind = pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)

#: What a not-found error calls each kind of resource, in the order of `Made`.
KINDS = {
    "event-integration": "EventIntegration",
    "data-integration": "DataIntegration",
    "application": "Application",
    "event-integration-association": "EventIntegrationAssociation",
    "data-integration-association": "DataIntegrationAssociation",
    "application-association": "ApplicationAssociation",
}
