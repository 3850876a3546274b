"""The six listings, each as tests need it: how tests create, call and distinguish them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from appint_mock import mock_appintegrations
from tests.appintegrations.resources import (
    acting_backend,
    associate_data_integration,
    create_application,
    create_data_integration,
    create_event_integration,
)


class Listing(NamedTuple):
    """One List operation."""

    method: str
    #: The answer's member that holds the items.
    member: str
    #: The items' member that distinguishes them.
    key: str
    #: Makes one item, by number; returns its value of that member.
    make: Callable[[Any, int], str]
    #: Removes the item that `make` returned.
    remove: Callable[[Any, str], Any]
    #: Makes the parent, if there is one; returns the parameters that name it.
    prepare: Callable[[Any], dict[str, str]]

    def page(self, client: Any, **parameters: Any) -> tuple[list[str], str | None]:
        """One page: its items, and the token."""
        answer = getattr(client, self.method)(**parameters)
        return [item[self.key] for item in answer[self.member]], answer.get("NextToken")

    def pages(self, client: Any, **parameters: Any) -> list[list[str]]:
        """All pages."""
        found, token = self.page(client, **parameters)
        pages = [found]
        while token is not None:
            found, token = self.page(client, **parameters, NextToken=token)
            pages.append(found)
        return pages


def _named(create: Any) -> Callable[[Any, int], str]:
    def make(client: Any, number: int) -> str:
        name = f"n{number}"
        create(client, name)
        return name

    return make


def _arn_of(client: Any, name: str) -> str:
    pages = client.get_paginator("list_applications").paginate()
    (arn,) = [item["Arn"] for page in pages for item in page["Applications"] if item["Name"] == name]
    return str(arn)


def _disassociate(client: Any, arn: str) -> None:
    acting_backend().disassociate(arn)


def _event_integration(client: Any) -> dict[str, str]:
    create_event_integration(client, "parent")
    return {"EventIntegrationName": "parent"}


def _data_integration(client: Any) -> dict[str, str]:
    create_data_integration(client, "parent")
    return {"DataIntegrationIdentifier": "parent"}


def _application(client: Any) -> dict[str, str]:
    return {"ApplicationId": create_application(client, "parent")["Arn"]}


def _associate_event_integration(client: Any, number: int) -> str:
    return str(acting_backend().associate_event_integration("parent", client_id=f"c{number}"))


def _associate_data_integration(client: Any, number: int) -> str:
    with mock_appintegrations(single_association=False):
        return associate_data_integration(client, "parent", ClientId=f"c{number}")


def _associate_application(client: Any, number: int) -> str:
    return str(acting_backend().associate_application(_arn_of(client, "parent"), client_id=f"c{number}"))


#: By operation.
LISTINGS = {
    "ListEventIntegrations": Listing(
        "list_event_integrations",
        "EventIntegrations",
        "Name",
        _named(create_event_integration),
        lambda client, name: client.delete_event_integration(Name=name),
        lambda client: {},
    ),
    "ListDataIntegrations": Listing(
        "list_data_integrations",
        "DataIntegrations",
        "Name",
        _named(create_data_integration),
        lambda client, name: client.delete_data_integration(DataIntegrationIdentifier=name),
        lambda client: {},
    ),
    "ListApplications": Listing(
        "list_applications",
        "Applications",
        "Name",
        _named(create_application),
        lambda client, name: client.delete_application(Arn=_arn_of(client, name)),
        lambda client: {},
    ),
    "ListEventIntegrationAssociations": Listing(
        "list_event_integration_associations",
        "EventIntegrationAssociations",
        "EventIntegrationAssociationArn",
        _associate_event_integration,
        _disassociate,
        _event_integration,
    ),
    "ListDataIntegrationAssociations": Listing(
        "list_data_integration_associations",
        "DataIntegrationAssociations",
        "DataIntegrationAssociationArn",
        _associate_data_integration,
        _disassociate,
        _data_integration,
    ),
    "ListApplicationAssociations": Listing(
        "list_application_associations",
        "ApplicationAssociations",
        "ApplicationAssociationArn",
        _associate_application,
        _disassociate,
        _application,
    ),
}
