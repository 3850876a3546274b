"""Implements Amazon Connect's integration associations, which link applications and event integrations to instances."""

from __future__ import annotations

from .... import neighbours
from ....protocol.errors import ServiceError
from ....protocol.rules import Rules
from ....state.arns import parse_arn
from ....state.paging import InvalidTokenError
from ....state.store import Among, Record, Table
from ...companion import Companion
from ..applications import KIND as APPLICATION
from ..backend import AppIntegrationsBackend
from ..base import invalid
from ..event_integrations import KIND as EVENT_INTEGRATION
from ..wording import word
from .errors import quota_as_modelled

_CLIENT_ID = "connect.amazonaws.com"
_DEFAULT_PAGE = 100
#: The types that only CloudFormation calls so: other operations list them.
_UNLISTED = ("LAMBDA_FUNCTION", "LEX_BOT")
#: The types of which an instance has at most one association.
_ONE_PER_INSTANCE = ("WISDOM_ASSISTANT",)


class Connect:
    """The operations on integration associations. An instance is named by its id or its ARN."""

    def __init__(self, backend: AppIntegrationsBackend) -> None:
        self._backend = backend

    def create_integration_association(
        self,
        *,
        InstanceId: str,
        IntegrationType: str,
        IntegrationArn: str,
        SourceType: str | None = None,
        **members: object,
    ) -> Record:
        """CreateIntegrationAssociation."""
        instance_id = self._instance(InstanceId)
        if IntegrationType == "EVENT" and SourceType is None:
            raise invalid("SourceType is required when IntegrationType is EVENT")
        table = self._table(instance_id, listed=IntegrationType not in _UNLISTED)
        if table.count_among("both", (IntegrationType, IntegrationArn)):
            raise ServiceError("DuplicateResourceException", "An association with the same type and ARN exists already")
        if IntegrationType in _ONE_PER_INSTANCE and table.count_among("type", IntegrationType):
            raise invalid(f"An instance can have one association of type {IntegrationType} only")
        association_arn = self._associated(IntegrationType, IntegrationArn)
        association_id = self._backend.world.ids.uuid()
        record = {
            **members,
            "InstanceId": instance_id,
            "IntegrationAssociationId": association_id,
            "IntegrationAssociationArn": self._backend.arn(
                "connect", f"instance/{instance_id}/integration-association/{association_id}"
            ),
            "IntegrationType": IntegrationType,
            "IntegrationArn": IntegrationArn,
            "SourceType": SourceType,
            "_association": association_arn,
        }
        table.add(association_id, record)
        return record

    def list_integration_associations(
        self,
        *,
        InstanceId: str,
        IntegrationType: str | None = None,
        IntegrationArn: str | None = None,
        MaxResults: int | None = None,
        NextToken: str | None = None,
    ) -> Record:
        """ListIntegrationAssociations."""
        instance_id = self._instance(InstanceId)
        try:
            page, token = self._backend.page(
                self._backend.integration_associations.of(instance_id),
                ("ListIntegrationAssociations", instance_id, IntegrationType, IntegrationArn),
                limit=MaxResults or _DEFAULT_PAGE,
                next_token=NextToken,
                among=_among(IntegrationType, IntegrationArn),
            )
        except InvalidTokenError:
            raise invalid("Invalid NextToken") from None
        return {"IntegrationAssociationSummaryList": page, "NextToken": token}

    def delete_integration_association(self, *, InstanceId: str, IntegrationAssociationId: str) -> None:
        """DeleteIntegrationAssociation."""
        table, record = self._find(self._instance(InstanceId), IntegrationAssociationId)
        table.remove(IntegrationAssociationId)
        self._backend.forget_association(record["_association"])

    def set_members(self, named: Record, members: Record, tags: Record) -> None:
        """Changes an association without an operation, as CloudFormation changes its tags."""
        table, record = self._find(self._instance(named["InstanceId"]), named["IntegrationAssociationId"])
        table.replace(record["IntegrationAssociationId"], {**record, **members, "Tags": tags})

    def _table(self, instance_id: str, *, listed: bool) -> Table:
        return self._backend.integration_associations.of(instance_id if listed else f"{instance_id}/unlisted")

    def _find(self, instance_id: str, association_id: str) -> tuple[Table, Record]:
        for table in (self._table(instance_id, listed=True), self._table(instance_id, listed=False)):
            record = table.record(association_id)
            if record is not None:
                return table, record
        raise _not_found(f"integration association {association_id}")

    def _instance(self, identifier: str) -> str:
        """Returns the id of an instance. Without a mock that knows the instances, any instance exists."""
        instance_id = identifier.rpartition("instance/")[2]
        if not self._has(instance_id) and instance_id not in self._backend.connect_instances:
            raise _not_found(f"instance {instance_id}")
        return instance_id

    def _has(self, instance_id: str) -> bool:
        return neighbours.present().has(self._backend.arn("connect", f"instance/{instance_id}")) is not False

    def name_instance(self, identifier: str) -> None:
        """Allows a stack to name any instance, if the mock that knows the instances has none."""
        instance_id = identifier.rpartition("instance/")[2]
        if not self._has(instance_id) and not self._has("") and instance_id not in self._backend.connect_instances:
            self._backend.connect_instances.add(instance_id, {"Id": instance_id})

    def _associated(self, kind: str, arn: str) -> str | None:
        """Associates our resource with that ARN. Associations of other types are only stored and listed."""
        if kind == "APPLICATION":
            return self._associate_application(arn)
        return self._associate_event_integration(arn) if kind == "EVENT" else None

    def _associate_application(self, arn: str) -> str:
        self._require_type(arn, APPLICATION)
        self._backend.get_application(Arn=arn)
        return self._backend.associate_application(arn, client_id=_CLIENT_ID)

    def _associate_event_integration(self, arn: str) -> str:
        self._require_type(arn, EVENT_INTEGRATION)
        name = self._backend.own_resource(arn, EVENT_INTEGRATION)
        if name is None:
            raise _not_found(f"event integration {arn}")
        self._backend.get_event_integration(Name=name)
        with quota_as_modelled():
            associated = self._backend.event_integration_associations.count(name)
            self._backend.require_room("event_integration_associations", associated)
        return self._backend.associate_event_integration(name, client_id=_CLIENT_ID)

    def _require_type(self, arn: str, kind: str) -> None:
        parsed = parse_arn(arn)
        if parsed is None or parsed.service != "app-integrations" or not parsed.resource.startswith(f"{kind}/"):
            raise invalid(f"IntegrationArn must be the ARN of an {kind}: {arn}")


def _not_found(what: str) -> ServiceError:
    return ServiceError("ResourceNotFoundException", f"Could not find {what}")


COMPANION = Companion("connect", Connect, Rules(whole_match=True, word=word, code="InvalidRequestException"))


def _among(integration_type: str | None, integration_arn: str | None) -> Among | None:
    """Returns the associations that a listing selects; None: all."""
    if integration_type is None:
        return None if integration_arn is None else Among("arn", [integration_arn])
    if integration_arn is None:
        return Among("type", [integration_type])
    return Among("both", [(integration_type, integration_arn)])
