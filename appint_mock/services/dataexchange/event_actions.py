"""Implements event actions: a revision published to an entitled data set is exported automatically."""

from __future__ import annotations

from collections.abc import Mapping

from ...state.store import Among, Record
from . import events, key_patterns
from .base import DataExchangeBase, checked_tags, invalid, not_found
from .jobs.execution import start_auto_export
from .jobs.job_type import check_encryption


class EventActions(DataExchangeBase):
    """The operations on event actions."""

    def create_event_action(
        self,
        *,
        Event: Record,
        Action: Record,
        Tags: Mapping[str, str] | None = None,
        **members: object,
    ) -> Record:
        """CreateEventAction."""
        if "RevisionPublished" not in Event:
            raise invalid("Event must have RevisionPublished.")
        _check_action(Action)
        tags = checked_tags(Tags)
        data_set_id = Event["RevisionPublished"]["DataSetId"]
        data_set = self.entitled_data_sets.record(data_set_id)
        if data_set is None or not self.has_access(data_set):
            raise invalid(f"Data set {data_set_id} is not an entitled data set.")
        self.require_asset_type(data_set, "S3_SNAPSHOT")
        self.require_bucket(_bucket_of(Action))
        self.require_room("event_actions_per_data_set", self.event_actions.count_among("source", data_set_id))
        self.require_room("event_actions", len(self.event_actions))
        action_id, now = self.world.ids.hex(), self.creation()
        record = {
            **members,
            "Id": action_id,
            "Arn": self.resource_arn(f"event-actions/{action_id}"),
            "Event": Event,
            "Action": Action,
            "CreatedAt": now,
            "UpdatedAt": now,
            "Tags": tags,
        }
        self.event_actions.add(action_id, record)
        if self.world.options["probe_objects"]:
            # As AWS finds out whether it may write there.
            self.store().write(_bucket_of(Action), f"_ADX-TEST-{self.account_id}", b"")
        return record

    def get_event_action(self, *, EventActionId: str) -> Record:
        """GetEventAction."""
        record = self.event_actions.record(EventActionId)
        if record is None:
            raise not_found("EVENT_ACTION", EventActionId)
        return record

    def list_event_actions(
        self, *, EventSourceId: str | None = None, MaxResults: int | None = None, NextToken: str | None = None
    ) -> Record:
        """ListEventActions, in order of creation."""
        page, token = self.listing(
            "ListEventActions",
            self.event_actions,
            MaxResults,
            NextToken,
            scope=EventSourceId,
            among=None if EventSourceId is None else Among("source", [EventSourceId]),
        )
        return {"EventActions": page, "NextToken": token}

    def update_event_action(self, *, EventActionId: str, Action: Record | None = None, **members: object) -> Record:
        """UpdateEventAction: replaces the action."""
        if Action is not None:
            _check_action(Action)
        record = self.get_event_action(EventActionId=EventActionId)
        if Action is not None:
            self.require_bucket(_bucket_of(Action))
            record = {**record, **members, "Action": Action, "UpdatedAt": self.now()}
            self.event_actions.replace(EventActionId, record)
        return record

    def delete_event_action(self, *, EventActionId: str) -> None:
        """DeleteEventAction. Jobs that it started go on."""
        self.get_event_action(EventActionId=EventActionId)
        self.event_actions.remove(EventActionId)


def revision_arrived(holder: DataExchangeBase, data_set: Record, revision: Record) -> None:
    """Emits that a revision was published to an entitled data set, then starts its exports."""
    events.revision_published(holder, data_set, revision)
    for action in holder.event_actions.among("source", data_set["Id"]):
        start_auto_export(holder, action, data_set, revision)


def _bucket_of(action: Record) -> str:
    bucket: str = action["ExportRevisionToS3"]["RevisionDestination"]["Bucket"]
    return bucket


def _check_action(action: Record) -> None:
    if "ExportRevisionToS3" not in action:
        raise invalid("Action must have ExportRevisionToS3.")
    export = action["ExportRevisionToS3"]
    pattern = export["RevisionDestination"].get("KeyPattern")
    if pattern is not None:
        key_patterns.check(pattern)
    check_encryption(export)
