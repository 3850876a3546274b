"""Implements the operations on event integrations and their associations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...state.store import Record, Table, Tables
from ...state.tags import NO_TAGS
from ...state.world import World
from .base import AppIntegrationsBase, created_once, invalid, not_found, refuse_aws_tags, taken

KIND = "event-integration"
ASSOCIATION = "event-integration-association"


class EventIntegrations(AppIntegrationsBase):
    """The operations on event integrations, which are named by their Name."""

    def __init__(self, world: World[Any], account_id: str, region_name: str) -> None:
        super().__init__(world, account_id, region_name)
        self.event_integrations = Table()
        self.event_integration_associations = Tables()

    @created_once("CreateEventIntegration")
    def create_event_integration(
        self,
        *,
        Name: str,
        Tags: Mapping[str, str] | None = None,
        ClientToken: str | None = None,
        **members: object,
    ) -> Record:
        """CreateEventIntegration."""
        refuse_aws_tags(Tags or ())
        if self.event_integrations.has(Name):
            raise taken("Name")
        self.require_room("event_integrations", len(self.event_integrations))
        record = {
            **members,
            "Name": Name,
            "EventIntegrationArn": self.resource_arn(f"{KIND}/{Name}"),
            "Tags": Tags or NO_TAGS,
            "ClientToken": ClientToken,
        }
        self.event_integrations.add(Name, record)
        return record

    def get_event_integration(self, *, Name: str) -> Record:
        """GetEventIntegration."""
        record = self.event_integrations.record(Name)
        if record is None:
            raise not_found("EventIntegration", Name)
        return record

    def list_event_integrations(self, *, MaxResults: int | None = None, NextToken: str | None = None) -> Record:
        """ListEventIntegrations."""
        page, token = self.listing("ListEventIntegrations", self.event_integrations, MaxResults, NextToken)
        return {"EventIntegrations": page, "NextToken": token}

    def update_event_integration(self, *, Name: str, **members: object) -> None:
        """UpdateEventIntegration."""
        self.event_integrations.replace(Name, {**self.get_event_integration(Name=Name), **members})

    def delete_event_integration(self, *, Name: str) -> None:
        """DeleteEventIntegration."""
        record = self.get_event_integration(Name=Name)
        if self.event_integration_associations.count(Name):
            raise invalid("An EventIntegration with EventIntegrationAssociations cannot be deleted")
        self.event_integration_associations.drop(Name)
        self.event_integrations.remove(Name)
        self.tokens.forget("CreateEventIntegration", record["ClientToken"])

    def list_event_integration_associations(
        self, *, EventIntegrationName: str, MaxResults: int | None = None, NextToken: str | None = None
    ) -> Record:
        """ListEventIntegrationAssociations."""
        name = self.get_event_integration(Name=EventIntegrationName)["Name"]
        table = self.event_integration_associations.of(name)
        page, token = self.listing("ListEventIntegrationAssociations", table, MaxResults, NextToken, scope=name)
        return {"EventIntegrationAssociations": page, "NextToken": token}

    def associate_event_integration(
        self,
        name: str,
        *,
        client_id: str,
        event_bridge_rule_name: str | None = None,
        client_association_metadata: Mapping[str, str] | None = None,
    ) -> str:
        """Associates an event integration, as Amazon Connect or Customer Profiles does; no public operation can.

        Returns the association's ARN. Raises AppintMockError if there is no such event integration, or if
        the quota ``event_integration_associations`` is reached.
        """
        with self.seeding("associate_event_integration"):
            self.require_text("name", name)
            self.get_event_integration(Name=name)
            table = self.event_integration_associations.of(name)
            self.require_room("event_integration_associations", len(table))
            association_id = self.world.ids.uuid()
            arn = self.resource_arn(f"{ASSOCIATION}/{name}/{association_id}")
            given = client_association_metadata
            record = {
                "EventIntegrationAssociationArn": arn,
                "EventIntegrationAssociationId": association_id,
                "EventIntegrationName": name,
                "ClientId": client_id,
                "EventBridgeRuleName": event_bridge_rule_name,
                "ClientAssociationMetadata": dict(given) if isinstance(given, Mapping) else given,
            }
            self.require_record("event_integration_associations", record)
            table.add(association_id, record)
            return arn
