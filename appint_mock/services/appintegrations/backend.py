"""Combines all resources of Amazon AppIntegrations in one backend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from ...errors import AppintMockError
from ...hints import see
from ...state.arns import parse_arn
from ...state.store import Record, Table, Tables
from ...state.tags import TooManyTagsError, merged, without
from ...state.world import World
from . import applications, data_integrations, event_integrations
from .applications import Applications
from .base import invalid, not_found, refuse_aws_tags
from .data_integrations import DataIntegrations
from .event_integrations import EventIntegrations
from .forms import FORMS

_MOST_TAGS = 200
#: What a not-found error calls each type of resource in an ARN.
_KINDS = {
    event_integrations.KIND: "EventIntegration",
    data_integrations.KIND: "DataIntegration",
    applications.KIND: "Application",
    event_integrations.ASSOCIATION: "EventIntegrationAssociation",
    data_integrations.ASSOCIATION: "DataIntegrationAssociation",
    applications.ASSOCIATION: "ApplicationAssociation",
}


class _Place(NamedTuple):
    """The place where a resource is stored."""

    table: Table
    key: str


class AppIntegrationsBackend(EventIntegrations, DataIntegrations, Applications):
    """Amazon AppIntegrations in one account and region.

    Its operations are methods, named as boto3 names them. What only other AWS services can do has methods of its
    own: ``associate_event_integration``, ``associate_application``, ``disassociate``, ``finish_execution``.
    """

    forms = FORMS

    def __init__(self, world: World[Any], account_id: str, region_name: str) -> None:
        super().__init__(world, account_id, region_name)
        #: What the companions keep: associations of Amazon Connect by instance, and knowledge bases.
        self.integration_associations = Tables(
            lambda: Table(
                groups={
                    "type": itemgetter("IntegrationType"),
                    "arn": itemgetter("IntegrationArn"),
                    "both": itemgetter("IntegrationType", "IntegrationArn"),
                }
            )
        )
        self.knowledge_bases = Table(unique=("name",))
        #: The instances that stacks name if no other mock keeps any.
        self.connect_instances = Table()

    def tag_resource(self, *, resourceArn: str, tags: Mapping[str, str]) -> None:
        """TagResource."""
        table, key, record = self._tagged(resourceArn)
        refuse_aws_tags(tags)
        try:
            new = merged(record.get("Tags") or {}, tags, most=_MOST_TAGS)
        except TooManyTagsError:
            raise invalid(f"A resource can have at most {_MOST_TAGS} tags") from None
        table.replace(key, {**record, "Tags": new})

    def untag_resource(self, *, resourceArn: str, tagKeys: Sequence[str]) -> None:
        """UntagResource."""
        table, key, record = self._tagged(resourceArn)
        refuse_aws_tags(tagKeys)
        table.replace(key, {**record, "Tags": without(record.get("Tags") or {}, tagKeys)})

    def list_tags_for_resource(self, *, resourceArn: str) -> Record:
        """ListTagsForResource."""
        return {"tags": self._tagged(resourceArn)[2].get("Tags") or {}}

    def disassociate(self, association_arn: str) -> None:
        """Removes an association of any of the three types, as the service that created it does.

        Raises AppintMockError for an ARN that is not that of an association.
        """
        with self.seeding("disassociate"):
            self.require_text("association_arn", association_arn)
            place = self._association(association_arn)
            record = place.table.record(place.key) if place else None
            if place is None or record is None:
                raise AppintMockError(
                    f"backend.disassociate: {association_arn} is not the ARN of an association of account "
                    f"{self.account_id} in {self.region_name}. The associate methods return it, and the List "
                    f"operations show it." + see("backends")
                )
            place.table.remove(place.key)
            self.tokens.forget("CreateDataIntegrationAssociation", record.get("ClientToken"))

    def forget_association(self, association_arn: str | None) -> None:
        """Removes an association if it still exists, as the companion that created it does."""
        place = self._association(association_arn or "")
        if place and place.table.has(place.key):
            place.table.remove(place.key)

    def _tagged(self, arn: str) -> tuple[Table, str, Record]:
        place = self._place(arn)
        record = place.table.record(place.key) if place else None
        if place is None or record is None:
            parsed = parse_arn(arn)
            kind = parsed.resource.partition("/")[0] if parsed else ""
            raise not_found(_KINDS.get(kind, "Resource"), arn)
        return place.table, place.key, record

    def _place(self, arn: str) -> _Place | None:
        """Returns the place for the resource of an ARN of this account and region; None for any other ARN."""
        for kind, table in (
            (event_integrations.KIND, self.event_integrations),
            (data_integrations.KIND, self.data_integrations),
            (applications.KIND, self.applications),
        ):
            key = self.own_resource(arn, kind)
            if key is not None:
                return _Place(table, key)
        return self._association(arn)

    def _association(self, arn: str) -> _Place | None:
        """Returns the place for the association of an ARN of this account and region; None for any other ARN."""
        for kind, tables in (
            (event_integrations.ASSOCIATION, self.event_integration_associations),
            (data_integrations.ASSOCIATION, self.data_integration_associations),
            (applications.ASSOCIATION, self.application_associations),
        ):
            # An event integration's name may hold slashes; the association's id comes last and holds none.
            parent, _, key = (self.own_resource(arn, kind) or "").rpartition("/")
            if key:
                return _Place(tables.of(parent), key)
        return None
