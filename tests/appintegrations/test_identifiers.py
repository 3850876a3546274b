"""How resources are named, and what is said of those that are not there."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from tests.appintegrations.resources import (
    ARN,
    KINDS,
    MAKERS,
    NOWHERE,
    ON_DEMAND,
    associate_data_integration,
    create_application,
    create_data_integration,
    create_event_integration,
    each_kind,
    make_all,
    not_found,
    refused,
)
from tests.fidelity.appintegrations import holds

_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"


def _id(arn: str) -> str:
    return arn.rpartition("/")[2]


# ARNs and ids


_PARENT = "(orders|a/b/c)"


@holds("identifiers.ids")
@pytest.mark.parametrize("name", ["orders", "a/b/c"])
@pytest.mark.parametrize(
    ("make", "resource"),
    [
        pytest.param(MAKERS[kind], f"{kind}/{resource}", marks=holds(f"identifiers.{kind}-arn"), id=kind)
        for kind, resource in {
            "event-integration": _PARENT,
            "data-integration": _UUID,
            "application": _UUID,
            "event-integration-association": f"{_PARENT}/{_UUID}",
            "data-integration-association": f"{_UUID}/{_UUID}",
            "application-association": f"{_UUID}/{_UUID}",
        }.items()
    ],
)
def test_arns_look_as_aws_s(client: Any, make: Callable[..., str], resource: str, name: str) -> None:
    match = re.fullmatch(ARN + resource, make(client, name))
    assert match is not None
    assert match.groups() in ((), (name,))


@holds("identifiers.ids", "identifiers.data-integration-association-arn", "identifiers.application-association-arn")
def test_an_id_is_the_last_segment_of_the_arn_and_a_parent_s_the_one_before(client: Any, backend: Any) -> None:
    made = make_all(client, backend)
    data_id, application_id = _id(made.data_integration), _id(made.application)
    assert made.data_integration_association.split("/")[1] == data_id
    assert made.application_association.split("/")[1] == application_id
    association = client.list_event_integration_associations(EventIntegrationName="orders")
    (only,) = association["EventIntegrationAssociations"]
    assert only["EventIntegrationAssociationId"] == _id(made.event_integration_association)


@holds("identifiers.ids")
def test_an_id_is_the_last_segment_of_the_arn(client: Any) -> None:
    data, application = MAKERS["data-integration"](client), MAKERS["application"](client)
    assert client.get_data_integration(Identifier="orders")["Id"] == _id(data)
    assert client.get_application(Arn=application)["Id"] == _id(application)


# Event integrations


@holds("identifiers.event-integration")
def test_an_event_integration_s_arn_is_no_name(client: Any) -> None:
    arn = create_event_integration(client)["EventIntegrationArn"]
    calls: list[Callable[[], Any]] = [
        lambda: client.get_event_integration(Name=arn),
        lambda: client.update_event_integration(Name=arn, Description="x"),
        lambda: client.delete_event_integration(Name=arn),
        lambda: client.list_event_integration_associations(EventIntegrationName=arn),
    ]
    for call in calls:
        with pytest.raises(client.exceptions.ClientError, match=r"ValidationException.*regular expression"):
            call()


# Data integrations

_OF_DATA_INTEGRATION: dict[str, Callable[[Any, str], Any]] = {
    "get": lambda client, name: client.get_data_integration(Identifier=name),
    "update": lambda client, name: client.update_data_integration(Identifier=name, Description="x"),
    "delete": lambda client, name: client.delete_data_integration(DataIntegrationIdentifier=name),
    "associate": lambda client, name: associate_data_integration(client, name),
    "list": lambda client, name: client.list_data_integration_associations(DataIntegrationIdentifier=name),
}


def _spellings(client: Any) -> dict[str, str]:
    answer = create_data_integration(client)
    return {"Id": answer["Id"], "ARN": answer["Arn"], "Name": "orders"}


@pytest.mark.parametrize("spelling", ["Id", "ARN", "Name"])
@pytest.mark.parametrize(
    "operation",
    [
        pytest.param("get", marks=holds("identifiers.data-integration-get")),
        *(
            pytest.param(each, marks=holds("identifiers.data-integration"))
            for each in _OF_DATA_INTEGRATION
            if each != "get"
        ),
    ],
)
def test_a_data_integration_is_named_by_id_arn_or_name(client: Any, operation: str, spelling: str) -> None:
    create_data_integration(client, "another")
    _OF_DATA_INTEGRATION[operation](client, _spellings(client)[spelling])
    (changed,) = [item for item in client.list_data_integrations()["DataIntegrations"] if item["Name"] == "another"]
    assert "Description" not in client.get_data_integration(Identifier=changed["Arn"])


@holds("identifiers.data-integration", "data-integrations.hidden")
def test_a_name_that_looks_like_another_s_id_or_arn_never_hides_it(client: Any) -> None:
    first = create_data_integration(client)
    impostor = create_data_integration(client, first["Id"])
    assert client.get_data_integration(Identifier=first["Id"])["Name"] == "orders"
    assert client.get_data_integration(Identifier=impostor["Arn"])["Name"] == first["Id"]
    client.delete_data_integration(DataIntegrationIdentifier=first["Id"])
    assert client.get_data_integration(Identifier=first["Id"])["Arn"] == impostor["Arn"]


@holds("identifiers.garbage", "identifiers.not-found-data-integration")
@pytest.mark.parametrize("operation", list(_OF_DATA_INTEGRATION))
@pytest.mark.parametrize("garbage", ["missing", NOWHERE, "a b", "???", f"{ARN}data-integration/", "é", "x" * 255])
def test_garbage_names_no_data_integration(client: Any, operation: str, garbage: str) -> None:
    create_data_integration(client)
    with not_found("DataIntegration", garbage):
        _OF_DATA_INTEGRATION[operation](client, garbage)


@holds("identifiers.garbage")
@pytest.mark.parametrize("blank", [" ", "\t", "\n "])
def test_a_blank_identifier_breaks_the_pattern(client: Any, blank: str) -> None:
    with pytest.raises(client.exceptions.ClientError, match="ValidationException"):
        client.get_data_integration(Identifier=blank)


# Applications

_OF_APPLICATION: dict[str, Callable[[Any, str], Any]] = {
    "get": lambda client, name: client.get_application(Arn=name),
    "update": lambda client, name: client.update_application(Arn=name, Description="x"),
    "delete": lambda client, name: client.delete_application(Arn=name),
    "list": lambda client, name: client.list_application_associations(ApplicationId=name),
}


@pytest.mark.parametrize("operation", list(_OF_APPLICATION))
@pytest.mark.parametrize(
    ("spelling", "qualifier"),
    [
        pytest.param("Arn", "", marks=holds("identifiers.application")),
        pytest.param("Id", "", marks=holds("identifiers.application")),
        pytest.param("Arn", ":$LATEST", marks=holds("identifiers.latest")),
        pytest.param("Id", ":$LATEST", marks=holds("identifiers.latest")),
    ],
)
def test_an_application_is_named_by_arn_or_id_and_its_latest_version(
    client: Any, operation: str, spelling: str, qualifier: str
) -> None:
    _OF_APPLICATION[operation](client, create_application(client)[spelling] + qualifier)


@holds("identifiers.latest", "identifiers.not-found")
@pytest.mark.parametrize("operation", list(_OF_APPLICATION))
@pytest.mark.parametrize("spelling", ["Arn", "Id"])
@pytest.mark.parametrize("qualifier", [":$SAVED", ":1", ":LATEST"])
def test_another_qualifier_names_nothing(client: Any, operation: str, spelling: str, qualifier: str) -> None:
    name = create_application(client)[spelling] + qualifier
    with not_found("Application", name):
        _OF_APPLICATION[operation](client, name)


@holds("identifiers.application-name")
@pytest.mark.parametrize("operation", list(_OF_APPLICATION))
@pytest.mark.parametrize("name", ["desk", "neither ARN nor UUID"])
def test_an_application_s_name_does_not_identify_it(client: Any, operation: str, name: str) -> None:
    create_application(client)
    with pytest.raises(client.exceptions.ClientError, match="ValidationException"):
        _OF_APPLICATION[operation](client, name)


@holds("identifiers.not-found")
@pytest.mark.parametrize("operation", list(_OF_APPLICATION))
@pytest.mark.parametrize("name", [NOWHERE, f"{ARN}application/{NOWHERE}"])
def test_a_missing_application_is_reported_by_the_identifier_that_was_passed(
    client: Any, operation: str, name: str
) -> None:
    with not_found("Application", name):
        _OF_APPLICATION[operation](client, name)


@holds("identifiers.not-found")
@pytest.mark.parametrize(
    "call",
    [
        lambda client: client.get_event_integration(Name="missing"),
        lambda client: client.update_event_integration(Name="missing", Description="x"),
        lambda client: client.delete_event_integration(Name="missing"),
        lambda client: client.list_event_integration_associations(EventIntegrationName="missing"),
    ],
)
def test_a_missing_event_integration_is_reported_by_the_name_that_was_passed(client: Any, call: Any) -> None:
    create_event_integration(client)
    with not_found("EventIntegration", "missing"):
        call(client)


# Associations of data integrations


@pytest.mark.parametrize(
    "spelling",
    [
        pytest.param("ARN", marks=holds("identifiers.association-arn")),
        pytest.param("Id", marks=holds("identifiers.association-id")),
    ],
)
@pytest.mark.parametrize("parent", ["Id", "ARN", "Name"])
def test_an_association_is_named_by_arn_or_id_beside_its_data_integration(
    client: Any, spelling: str, parent: str
) -> None:
    spellings = _spellings(client)
    arn = associate_data_integration(client)
    client.update_data_integration_association(
        DataIntegrationIdentifier=spellings[parent],
        DataIntegrationAssociationIdentifier={"ARN": arn, "Id": _id(arn)}[spelling],
        ExecutionConfiguration=ON_DEMAND,
    )
    (only,) = client.list_data_integration_associations(DataIntegrationIdentifier="orders")[
        "DataIntegrationAssociations"
    ]
    assert only["ExecutionConfiguration"] == ON_DEMAND


@holds("identifiers.association-id", "identifiers.not-found")
def test_an_association_belongs_to_the_data_integration_named(client: Any) -> None:
    create_data_integration(client)
    create_data_integration(client, "another")
    arn = associate_data_integration(client)
    associate_data_integration(client, "another")
    for identifier in (arn, _id(arn), NOWHERE, "garbage", arn.replace("us-east-1", "eu-west-1")):
        with not_found("DataIntegrationAssociation", identifier):
            client.update_data_integration_association(
                DataIntegrationIdentifier="another",
                DataIntegrationAssociationIdentifier=identifier,
                ExecutionConfiguration=ON_DEMAND,
            )


# The tag operations

_TAGGING: dict[str, Callable[[Any, str], Any]] = {
    "list": lambda client, arn: client.list_tags_for_resource(resourceArn=arn),
    "tag": lambda client, arn: client.tag_resource(resourceArn=arn, tags={"a": "1"}),
    "untag": lambda client, arn: client.untag_resource(resourceArn=arn, tagKeys=["a"]),
}


@holds("identifiers.resource-arn")
@pytest.mark.parametrize("operation", list(_TAGGING))
@each_kind
def test_the_tag_operations_take_the_arn_of_any_kind(client: Any, make: Callable[..., str], operation: str) -> None:
    _TAGGING[operation](client, make(client))


@holds("identifiers.resource-arn")
@pytest.mark.parametrize("operation", list(_TAGGING))
def test_the_tag_operations_take_nothing_else(client: Any, operation: str) -> None:
    data, application = create_data_integration(client)["Arn"], create_application(client)["Arn"]
    for name in ("orders", _id(data), _id(application)):
        with pytest.raises(client.exceptions.ClientError, match="ValidationException"):
            _TAGGING[operation](client, name)
    for qualifier in (":LATEST", ":1"):
        with not_found("Application", application + qualifier):
            _TAGGING[operation](client, application + qualifier)


@holds("identifiers.not-found-tags")
@pytest.mark.parametrize("operation", list(_TAGGING))
@pytest.mark.parametrize(
    ("resource", "kind"),
    [
        *((f"{kind}/{NOWHERE}", name) for kind, name in KINDS.items()),
        *((f"{kind}/{NOWHERE}/{NOWHERE}", name) for kind, name in KINDS.items()),
        ("event-integration-association/a/b/c", "EventIntegrationAssociation"),
        ("nonsense/x", "Resource"),
        ("applications/x", "Resource"),
        ("application", "Application"),
        ("x", "Resource"),
    ],
)
def test_the_tag_operations_call_a_missing_resource_what_its_arn_says(
    client: Any, operation: str, resource: str, kind: str
) -> None:
    with not_found(kind, ARN + resource):
        _TAGGING[operation](client, ARN + resource)


# Elsewhere

_ELSEWHERE = {
    "account": ("123456789012", "999999999999"),
    "region": ("us-east-1", "eu-west-1"),
    "partition": ("arn:aws:", "arn:aws-cn:"),
    "service": (":app-integrations:", ":appintegrations:"),
}


@holds("identifiers.elsewhere")
@pytest.mark.parametrize("part", list(_ELSEWHERE))
@pytest.mark.parametrize(("make", "kind"), [pytest.param(MAKERS[name], kind, id=name) for name, kind in KINDS.items()])
def test_an_arn_of_elsewhere_is_not_found(client: Any, make: Callable[..., str], kind: str, part: str) -> None:
    arn = make(client)
    other = arn.replace(*_ELSEWHERE[part])
    assert other != arn
    with not_found(kind, other):
        client.tag_resource(resourceArn=other, tags={"a": "1"})
    if kind == "DataIntegration":
        with not_found("DataIntegration", other):
            client.get_data_integration(Identifier=other)
    if kind == "Application":
        with not_found("Application", other):
            client.get_application(Arn=other)


@holds("identifiers.elsewhere")
@pytest.mark.parametrize(("make", "kind"), [pytest.param(MAKERS[name], kind, id=name) for name, kind in KINDS.items()])
def test_an_arn_of_another_kind_is_not_found(client: Any, make: Callable[..., str], kind: str) -> None:
    arn = make(client)
    if kind != "Application":
        with not_found("Application", arn):
            client.get_application(Arn=arn)
    if kind != "DataIntegration":
        with not_found("DataIntegration", arn):
            client.get_data_integration(Identifier=arn)


@holds("identifiers.elsewhere", "places.apart")
def test_what_another_account_or_region_has_is_not_found(aws: Any, client: Any) -> None:
    arn = create_application(client)["Arn"]
    for options in ({"region_name": "eu-west-1"}, aws.credentials("999999999999")):
        other = boto3.client("appintegrations", **options)
        for name in (arn, _id(arn)):
            with not_found("Application", name):
                other.get_application(Arn=name)


@holds("identifiers.read-after-write")
def test_a_read_shows_what_was_just_written(client: Any) -> None:
    arn = create_event_integration(client, Description="old")["EventIntegrationArn"]
    assert client.get_event_integration(Name="orders")["Description"] == "old"
    client.update_event_integration(Name="orders", Description="new")
    assert client.get_event_integration(Name="orders")["Description"] == "new"
    client.tag_resource(resourceArn=arn, tags={"a": "1"})
    assert client.get_event_integration(Name="orders")["Tags"] == {"a": "1"}
    client.delete_event_integration(Name="orders")
    with refused("ResourceNotFoundException", "Could not find EventIntegration with identifier: orders"):
        client.get_event_integration(Name="orders")
