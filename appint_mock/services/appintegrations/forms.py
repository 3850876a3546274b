"""Defines the forms of Amazon AppIntegrations' records, against which a snapshot is checked."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from ...state.arns import Arn, partition_of
from ...state.form import Unfit, flag, inside, matching, members, optional, shown, shown_key, text
from ...state.part import Forms, Records
from ...state.store import Record
from ..forms import UUID, by_operation, record, shape
from . import applications, data_integrations, event_integrations

_id = matching(UUID, "a UUID")
#: Associations can be tagged, though no answer shows it.
_tags = optional(shape("appintegrations", "TagMap", whole_match=False))
_of_ours = partial(record, "appintegrations", whole_match=False)

_EVENT_INTEGRATION = _of_ours(
    "GetEventIntegration",
    "CreateEventIntegration",
    always=("Name", "EventIntegrationArn", "EventFilter", "EventBridgeBus"),
    present=("ClientToken",),
)
_DATA_INTEGRATION = _of_ours(
    "GetDataIntegration",
    "CreateDataIntegration",
    always=("Id", "Arn", "Name"),
    present=("ClientToken",),
    own={"Id": _id, "_was_associated": flag},
)
_APPLICATION = _of_ours(
    "GetApplication",
    "CreateApplication",
    always=(
        *("Id", "Arn", "Name", "Namespace", "ApplicationType", "IsService"),
        *("ApplicationSourceConfig", "CreatedTime", "LastModifiedTime"),
    ),
    present=("ClientToken",),
    kept=("LastModifiedRegion",),
    own={"Id": _id},
)
_DATA_ASSOCIATION = _of_ours(
    "DataIntegrationAssociationSummary",
    "CreateDataIntegrationAssociation",
    always=("DataIntegrationAssociationId", "DataIntegrationAssociationArn", "DataIntegrationArn"),
    present=("ClientToken", "LastExecutionStatus"),
    own={"DataIntegrationAssociationId": _id, "Tags": _tags},
)
_KNOWLEDGE_BASE = record(
    "qconnect",
    "KnowledgeBaseData",
    "CreateKnowledgeBase",
    always=("knowledgeBaseId", "knowledgeBaseArn", "name", "knowledgeBaseType", "status"),
    present=("_token", "_association"),
    own={"knowledgeBaseId": _id, "_token": optional(text), "_association": optional(text)},
)

#: By the backend's attribute.
_RECORDS: Mapping[str, Records] = {
    "event_integrations": Records(_EVENT_INTEGRATION, key="Name"),
    "event_integration_associations": Records(
        _of_ours(
            "EventIntegrationAssociation",
            always=("EventIntegrationAssociationArn", "EventIntegrationAssociationId", "EventIntegrationName"),
            own={"EventIntegrationAssociationId": _id, "Tags": _tags},
        ),
        key="EventIntegrationAssociationId",
        parent="EventIntegrationName",
    ),
    "data_integrations": Records(_DATA_INTEGRATION, key="Id"),
    "data_integration_associations": Records(_DATA_ASSOCIATION, key="DataIntegrationAssociationId"),
    "applications": Records(_APPLICATION, key="Id"),
    "application_associations": Records(
        _of_ours(
            "ApplicationAssociationSummary",
            always=("ApplicationAssociationArn", "ApplicationArn"),
            own={"Tags": _tags},
        )
    ),
    "integration_associations": Records(
        record(
            "connect",
            "IntegrationAssociationSummary",
            "CreateIntegrationAssociation",
            always=("InstanceId", "IntegrationAssociationId", "IntegrationType", "IntegrationArn"),
            present=("_association",),
            own={"IntegrationAssociationId": _id, "_association": optional(text)},
        ),
        key="IntegrationAssociationId",
        parent="InstanceId",
    ),
    "connect_instances": Records(members(Id=text), key="Id"),
    "knowledge_bases": Records(_KNOWLEDGE_BASE, key="knowledgeBaseId"),
    "tokens": Records(
        by_operation(
            {
                "CreateEventIntegration": _EVENT_INTEGRATION,
                "CreateDataIntegration": _DATA_INTEGRATION,
                "CreateApplication": _APPLICATION,
                "CreateDataIntegrationAssociation": _DATA_ASSOCIATION,
                "CreateKnowledgeBase": _KNOWLEDGE_BASE,
            }
        )
    ),
}
#: The tables of what has an ARN: the type in the ARN and the member that is the ARN.
_ARNS = {
    "event_integrations": (event_integrations.KIND, "EventIntegrationArn"),
    "data_integrations": (data_integrations.KIND, "Arn"),
    "applications": (applications.KIND, "Arn"),
}
#: The tables of associations: the table of their parents, the type in their ARN and the member that is the ARN.
_ASSOCIATIONS = {
    "event_integration_associations": (
        "event_integrations",
        event_integrations.ASSOCIATION,
        "EventIntegrationAssociationArn",
    ),
    "data_integration_associations": (
        "data_integrations",
        data_integrations.ASSOCIATION,
        "DataIntegrationAssociationArn",
    ),
    "application_associations": ("applications", applications.ASSOCIATION, "ApplicationAssociationArn"),
}


def _check_references(states: Mapping[tuple[str, str], Record]) -> None:
    """Raises Unfit for a record with a wrong ARN, and for an association of a missing resource."""
    for index, ((account_id, region_name), state) in enumerate(states.items()):
        arn = Arn(partition_of(region_name), "app-integrations", region_name, account_id, "")
        with inside("backends", index, 2):
            for part, (kind, member) in _ARNS.items():
                _check_arns(state[part], part, member, arn, f"{kind}/")
            for part, (parents, kind, member) in _ASSOCIATIONS.items():
                known = {key for key, _, _ in state[parents]["rows"]}
                for parent, table in state[part].items():
                    if parent not in known:
                        raise Unfit(f"has {part} of {shown_key(parent)}, which is not among its {parents}")
                    _check_arns(table, part, member, arn, f"{kind}/{parent}/")


def _check_arns(table: Any, part: str, member: str, arn: Arn, start: str) -> None:
    for index, (key, _, each) in enumerate(table["rows"]):
        if each[member] != str(arn._replace(resource=start + key)):
            with inside(part, "rows", index, 2, member):
                raise Unfit(f"is {shown(each[member])}, which is not the ARN of {shown_key(key)}")


FORMS = Forms(_RECORDS, _check_references)
