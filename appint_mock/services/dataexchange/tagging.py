"""Implements the tag operations for all taggable resources."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from ...state.arns import parse_arn
from ...state.store import Record, Table
from ...state.tags import TooManyTagsError, merged, without
from .base import MOST_TAGS, DataExchangeBase, checked_tags, invalid, not_found, too_many_tags

_ID = "([a-zA-Z0-9]+)"
#: The paths of what can be tagged, by resource type. Jobs cannot.
_PATHS = {
    "DATA_SET": f"data-sets/{_ID}",
    "REVISION": f"data-sets/{_ID}/revisions/{_ID}",
    "ASSET": f"data-sets/{_ID}/revisions/{_ID}/assets/{_ID}",
    "EVENT_ACTION": f"event-actions/{_ID}",
    "DATA_GRANT": f"data-grants/{_ID}",
}


class Tagging(DataExchangeBase):
    """The three tag operations."""

    def tag_resource(self, *, ResourceArn: str, Tags: Mapping[str, str]) -> None:
        """TagResource."""
        checked_tags(Tags)
        table, record = self._tagged(ResourceArn)
        try:
            tags = merged(record.get("Tags") or {}, Tags, most=MOST_TAGS)
        except TooManyTagsError:
            raise too_many_tags() from None
        table.replace(record["Id"], {**record, "Tags": tags or None})

    def untag_resource(self, *, ResourceArn: str, TagKeys: Sequence[str]) -> None:
        """UntagResource."""
        table, record = self._tagged(ResourceArn)
        table.replace(record["Id"], {**record, "Tags": without(record.get("Tags") or {}, TagKeys) or None})

    def list_tags_for_resource(self, *, ResourceArn: str) -> Record:
        """ListTagsForResource."""
        return {"Tags": self._tagged(ResourceArn)[1].get("Tags") or {}}

    def _tagged(self, arn: str) -> tuple[Table, Record]:
        """Returns the record of that ARN, and the table that holds it."""
        kind, ids = _kind_and_ids(arn)
        table = _TABLES[kind](self, *ids)
        record = table.record(ids[-1])
        # The stored ARN decides: so another account's, region's or partition's is not found.
        if record is None or record["Arn"] != arn:
            raise not_found(kind, ids[-1])
        entitled = self.entitled_data_sets.record(ids[0])
        if entitled is not None:
            if not self.has_access(entitled):
                raise not_found(kind, ids[-1])
            self.require_owned(entitled)
        return table, record


def _data_sets(backend: DataExchangeBase, data_set_id: str) -> Table:
    entitled = backend.entitled_data_sets
    return entitled if entitled.has(data_set_id) else backend.data_sets


#: What holds a resource of each type, by the ids in its path.
_TABLES: Mapping[str, Callable[..., Table]] = {
    "DATA_SET": _data_sets,
    "REVISION": lambda backend, data_set_id, revision_id: backend.revisions.of(data_set_id),
    "ASSET": lambda backend, data_set_id, revision_id, asset_id: backend.assets.of(revision_id),
    "EVENT_ACTION": lambda backend, action_id: backend.event_actions,
    "DATA_GRANT": lambda backend, grant_id: backend.data_grants,
}


def _kind_and_ids(arn: str) -> tuple[str, Sequence[str]]:
    """Returns the resource type and the ids in an ARN. Raises ValidationException if it is not taggable."""
    parsed = parse_arn(arn)
    if parsed is not None and parsed.service == "dataexchange":
        for kind, path in _PATHS.items():
            match = re.fullmatch(path, parsed.resource)
            if match:
                return kind, match.groups()
    raise invalid(f"{arn} is not the ARN of a resource that can be tagged.")
