"""Implements SendDataSetNotification, a provider's messages to the subscribers of its data set."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from ...state.idempotency import TokenReusedError
from ...state.store import Record
from .base import DataExchangeBase, conflict, invalid
from .events import event_time, notification_sent
from .publication import holders_of

_DETAIL_TYPES = {
    "DATA_UPDATE": "Data Updated in Data Set",
    "DATA_DELAY": "Data Set Update Delayed",
    "SCHEMA_CHANGE": "Schema Change Planned for Data Set",
    "DEPRECATION": "Deprecation Planned for Data Set",
}
#: The member of Details that goes with each type; DATA_DELAY has none.
_MEMBERS = {"DATA_UPDATE": "DataUpdate", "SCHEMA_CHANGE": "SchemaChange", "DEPRECATION": "Deprecation"}
#: The types that must have it.
_NEEDED = frozenset({"SCHEMA_CHANGE", "DEPRECATION"})
_MOST_KEYS, _MOST_CHANGES = 50, 100


class Notifications(DataExchangeBase):
    """SendDataSetNotification."""

    def send_data_set_notification(
        self,
        *,
        DataSetId: str,
        Type: str,
        Details: Record | None = None,
        Scope: Record | None = None,
        ClientToken: str | None = None,
        **members: object,
    ) -> None:
        """SendDataSetNotification."""
        _check_details(Type, Details or {}, self.now())
        _check_scope(Scope or {})
        data_set = self.data_set_of(DataSetId)
        self.require_owned(data_set)
        if not self.is_shared(data_set):
            raise invalid(f"Data set {DataSetId} is not configured for AWS Marketplace.")
        notice = {"Type": Type, "Details": Details, "Scope": Scope, **members}
        given = {"DataSetId": DataSetId, **notice}
        operation = "SendDataSetNotification"
        try:
            if self.notification_tokens.answer(operation, ClientToken, given) is not None:
                return
        except TokenReusedError:
            text = f"ClientToken {ClientToken} was used with other parameters."
            raise conflict(text, "DATA_SET", DataSetId) from None
        self.notification_tokens.remember(operation, ClientToken, given, {})
        notification = _as_in_events({name: value for name, value in notice.items() if value is not None})
        with self.world.lock:
            for holder, copy in holders_of(self, data_set):
                notification_sent(holder, _DETAIL_TYPES[Type], copy, notification)


def _check_details(type_name: str, details: Record, now: datetime.datetime) -> None:
    """Refuses Details of another type of notification, and times on the wrong side of ``now``."""
    member = _MEMBERS.get(type_name)
    if member is None:
        if details:
            raise invalid(f"Details must have no member for a notification of type {type_name}.")
    elif details or type_name in _NEEDED:
        if details.keys() != {member}:
            raise invalid(f"Details must have exactly one member, {member}, for a notification of type {type_name}.")
        _check_members(details[member], now)


def _check_members(given: Record, now: datetime.datetime) -> None:
    for name in ("DeprecationAt", "SchemaChangeAt"):
        if name in given and given[name] <= now:
            raise invalid(f"{name} must be in the future.")
    # A program's own `now` is past when it arrives at AWS; here it may still be the same millisecond.
    if "DataUpdatedAt" in given and given["DataUpdatedAt"] > now:
        raise invalid("DataUpdatedAt must be in the past.")
    if len(given.get("Changes", ())) > _MOST_CHANGES:
        raise invalid(f"Changes must have at most {_MOST_CHANGES} entries.")


def _check_scope(scope: Record) -> None:
    for access in scope.get("S3DataAccesses", ()):
        for member in ("Keys", "KeyPrefixes"):
            if len(access.get(member, ())) > _MOST_KEYS:
                raise invalid(f"{member} must have at most {_MOST_KEYS} entries.")


def _as_in_events(value: Any) -> Any:
    """Returns a copy of a request's value with its times in the form of events."""
    if isinstance(value, Mapping):
        return {key: _as_in_events(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_in_events(item) for item in value]
    return event_time(value) if isinstance(value, datetime.datetime) else value
