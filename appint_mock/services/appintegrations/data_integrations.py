"""Implements the operations on data integrations and their associations, whose executions are simulated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...errors import AppintMockError
from ...hints import repr_of, see
from ...state.store import Record, Table, Tables
from ...state.tags import NO_TAGS
from ...state.world import World
from .base import AppIntegrationsBase, created_once, invalid, not_found, refuse_aws_tags, taken

KIND = "data-integration"
ASSOCIATION = "data-integration-association"
#: The ExecutionMode that goes with each member of an ExecutionConfiguration.
_MODES = {"OnDemandConfiguration": "ON_DEMAND", "ScheduleConfiguration": "SCHEDULED"}


class DataIntegrations(AppIntegrationsBase):
    """The operations on data integrations, which are named by ARN, Id or Name."""

    def __init__(self, world: World[Any], account_id: str, region_name: str) -> None:
        super().__init__(world, account_id, region_name)
        self.data_integrations = Table(unique=("Name",))
        self.data_integration_associations = Tables()

    @created_once("CreateDataIntegration")
    def create_data_integration(
        self,
        *,
        Name: str,
        Tags: Mapping[str, str] | None = None,
        ClientToken: str | None = None,
        **members: object,
    ) -> Record:
        """CreateDataIntegration."""
        refuse_aws_tags(Tags or ())
        if self.data_integrations.find("Name", Name):
            raise taken("Name")
        self.require_room("data_integrations", len(self.data_integrations))
        integration_id = self.world.ids.uuid()
        record = {
            **members,
            "Id": integration_id,
            "Arn": self.resource_arn(f"{KIND}/{integration_id}"),
            "Name": Name,
            "Tags": Tags or NO_TAGS,
            "ClientToken": ClientToken,
            # The request's ScheduleConfig is called so in every answer.
            "ScheduleConfiguration": members.get("ScheduleConfig"),
        }
        self.data_integrations.add(integration_id, record)
        return record

    def get_data_integration(self, *, Identifier: str) -> Record:
        """GetDataIntegration."""
        table = self.data_integrations
        key = self.own_resource(Identifier, KIND) or Identifier
        record = table.record(key) or table.record(table.find("Name", Identifier) or "")
        if record is None:
            raise not_found("DataIntegration", Identifier)
        return record

    def list_data_integrations(self, *, MaxResults: int | None = None, NextToken: str | None = None) -> Record:
        """ListDataIntegrations."""
        page, token = self.listing("ListDataIntegrations", self.data_integrations, MaxResults, NextToken)
        return {"DataIntegrations": page, "NextToken": token}

    def update_data_integration(self, *, Identifier: str, **members: object) -> None:
        """UpdateDataIntegration."""
        record = self.get_data_integration(Identifier=Identifier)
        changed = {**record, **members}
        if self.data_integrations.find("Name", changed["Name"]) not in (None, record["Id"]):
            raise invalid("Name already in use")
        self.data_integrations.replace(record["Id"], changed)

    def delete_data_integration(self, *, DataIntegrationIdentifier: str) -> None:
        """DeleteDataIntegration."""
        record = self.get_data_integration(Identifier=DataIntegrationIdentifier)
        if self.data_integration_associations.count(record["Id"]):
            raise invalid("A DataIntegration with DataIntegrationAssociations cannot be deleted")
        self.data_integration_associations.drop(record["Id"])
        self.data_integrations.remove(record["Id"])
        self.tokens.forget("CreateDataIntegration", record["ClientToken"])

    def create_data_integration_association(
        self, *, DataIntegrationIdentifier: str, ClientToken: str | None = None, **members: object
    ) -> Record:
        """CreateDataIntegrationAssociation."""
        integration = self.get_data_integration(Identifier=DataIntegrationIdentifier)
        # The resource and not its identifier: an ARN and a Name of the same one are the same parameter.
        given = {"DataIntegration": integration["Id"], **members}
        operation = "CreateDataIntegrationAssociation"
        return self.creating(operation, ClientToken, given, lambda: self._associate(integration, ClientToken, members))

    def _associate(self, integration: Record, ClientToken: str | None, members: Record) -> Record:
        _check_mode(members.get("ExecutionConfiguration"))
        if self.world.options["single_association"] and integration.get("_was_associated"):
            raise invalid("A DataIntegration that was previously associated cannot be associated again")
        table = self.data_integration_associations.of(integration["Id"])
        self.require_room("data_integration_associations", len(table))
        association_id = self.world.ids.uuid()
        record = {
            **members,
            "DataIntegrationAssociationId": association_id,
            "DataIntegrationAssociationArn": self.resource_arn(f"{ASSOCIATION}/{integration['Id']}/{association_id}"),
            "DataIntegrationArn": integration["Arn"],
            "ClientToken": ClientToken,
            "LastExecutionStatus": _first_status(members.get("ExecutionConfiguration")),
        }
        table.add(association_id, record)
        self.data_integrations.replace(integration["Id"], {**integration, "_was_associated": True})
        return record

    def list_data_integration_associations(
        self, *, DataIntegrationIdentifier: str, MaxResults: int | None = None, NextToken: str | None = None
    ) -> Record:
        """ListDataIntegrationAssociations. A run in progress completes once it has been listed."""
        integration = self.get_data_integration(Identifier=DataIntegrationIdentifier)
        table = self.data_integration_associations.of(integration["Id"])
        page, token = self.listing(
            "ListDataIntegrationAssociations", table, MaxResults, NextToken, scope=integration["Id"]
        )
        for record in page:
            if record["LastExecutionStatus"] == {"ExecutionStatus": "IN_PROGRESS"}:
                completed = {**record, "LastExecutionStatus": {"ExecutionStatus": "COMPLETED"}}
                table.replace(record["DataIntegrationAssociationId"], completed)
        return {"DataIntegrationAssociations": page, "NextToken": token}

    def update_data_integration_association(
        self,
        *,
        DataIntegrationIdentifier: str,
        DataIntegrationAssociationIdentifier: str,
        ExecutionConfiguration: Mapping[str, object],
        **members: object,
    ) -> None:
        """UpdateDataIntegrationAssociation."""
        integration = self.get_data_integration(Identifier=DataIntegrationIdentifier)
        table = self.data_integration_associations.of(integration["Id"])
        of_integration = self.own_resource(DataIntegrationAssociationIdentifier, f"{ASSOCIATION}/{integration['Id']}")
        association_id = of_integration or DataIntegrationAssociationIdentifier
        record = table.record(association_id)
        if record is None:
            raise not_found("DataIntegrationAssociation", DataIntegrationAssociationIdentifier)
        _check_mode(ExecutionConfiguration)
        changes = {
            "ExecutionConfiguration": ExecutionConfiguration,
            "LastExecutionStatus": _first_status(ExecutionConfiguration),
        }
        table.replace(association_id, {**record, **members, **changes})

    def finish_execution(self, association_arn: str, status: str = "COMPLETED", message: str | None = None) -> None:
        """Ends the run of a data integration association with ``status`` (COMPLETED or FAILED) and ``message``.

        That is what ListDataIntegrationAssociations shows until the next update. Raises AppintMockError for
        another status, or an ARN that is not that of a data integration association.
        """
        if status not in ("COMPLETED", "FAILED"):
            raise AppintMockError(
                f"backend.finish_execution: status={repr_of(status)}; give 'COMPLETED' or 'FAILED'." + see("backends")
            )
        with self.seeding("finish_execution"):
            self.require_text("association_arn", association_arn)
            parent, _, association_id = (self.own_resource(association_arn, ASSOCIATION) or "").rpartition("/")
            table = self.data_integration_associations.of(parent)
            record = table.record(association_id)
            if record is None:
                raise AppintMockError(
                    f"backend.finish_execution: {association_arn} is not the ARN of a data integration association of "
                    f"account {self.account_id} in {self.region_name}. ListDataIntegrationAssociations shows them."
                    + see("backends")
                )
            ended = {"ExecutionStatus": status, "StatusMessage": message}
            finished = {**record, "LastExecutionStatus": ended}
            self.require_record("data_integration_associations", finished)
            table.replace(association_id, finished)


def _check_mode(configuration: Mapping[str, object] | None) -> None:
    for member, mode in _MODES.items():
        if configuration and member in configuration and configuration["ExecutionMode"] != mode:
            raise invalid(f"{member} is only allowed with ExecutionMode {mode}")


def _first_status(configuration: Mapping[str, object] | None) -> dict[str, str] | None:
    on_demand = configuration is not None and configuration["ExecutionMode"] == "ON_DEMAND"
    return {"ExecutionStatus": "IN_PROGRESS"} if on_demand else None
