"""Implements the operations on data sets."""

from __future__ import annotations

from collections.abc import Mapping

from ...state.store import Among, Record
from .base import DataExchangeBase, checked_tags, conflict


class DataSets(DataExchangeBase):
    """The operations on data sets."""

    def create_data_set(self, *, Tags: Mapping[str, str] | None = None, **members: object) -> Record:
        """CreateDataSet."""
        tags = checked_tags(Tags)
        self.require_room("data_sets", len(self.data_sets))
        data_set_id, now = self.world.ids.hex(), self.creation()
        record = {
            **members,
            "Id": data_set_id,
            "Arn": self.resource_arn(f"data-sets/{data_set_id}"),
            "Origin": "OWNED",
            "CreatedAt": now,
            "UpdatedAt": now,
            "Tags": tags,
        }
        self.data_sets.add(data_set_id, record)
        return record

    def get_data_set(self, *, DataSetId: str) -> Record:
        """GetDataSet."""
        return self.data_set_of(DataSetId)

    def list_data_sets(
        self, *, Origin: str = "OWNED", MaxResults: int | None = None, NextToken: str | None = None
    ) -> Record:
        """ListDataSets: the owned ones newest first, the entitled ones in order of arrival."""
        owned = Origin == "OWNED"
        page, token = self.listing(
            "ListDataSets",
            self.data_sets if owned else self.entitled_data_sets,
            MaxResults,
            NextToken,
            scope=Origin,
            among=None if owned else Among("accessible", [True]),
            reverse=owned,
        )
        return {"DataSets": page, "NextToken": token}

    def update_data_set(self, *, DataSetId: str, **members: object) -> Record:
        """UpdateDataSet."""
        record = self.data_set_of(DataSetId)
        self.require_owned(record)
        if members:
            record = {**record, **members, "UpdatedAt": self.now()}
            self.data_sets.replace(DataSetId, record)
        return record

    def delete_data_set(self, *, DataSetId: str) -> None:
        """DeleteDataSet, with all its revisions and assets, whatever their states."""
        record = self.data_set_of(DataSetId)
        self.require_owned(record)
        if self.is_shared(record):
            text = f"Data set {DataSetId} is in use by a product or a data grant."
            raise conflict(text, "DATA_SET", DataSetId)
        for revision in self.revisions.of(DataSetId).records():
            self.assets.drop(revision["Id"])
        self.revisions.drop(DataSetId)
        self.data_sets.remove(DataSetId)
