"""Implements the operations on assets: get, list, rename and delete. Jobs create them."""

from __future__ import annotations

from ...state.store import Record
from .base import DataExchangeBase
from .jobs.api_gateway import with_specification_url
from .jobs.execution import look_at_revision


class Assets(DataExchangeBase):
    """The operations on assets."""

    def get_asset(self, *, DataSetId: str, RevisionId: str, AssetId: str) -> Record:
        """GetAsset."""
        # Found before: a read that is refused is no look at a job, and lets none end.
        self.asset_of(DataSetId, RevisionId, AssetId)
        look_at_revision(self, RevisionId)
        return with_specification_url(self, self.asset_of(DataSetId, RevisionId, AssetId))

    def list_revision_assets(
        self, *, DataSetId: str, RevisionId: str, MaxResults: int | None = None, NextToken: str | None = None
    ) -> Record:
        """ListRevisionAssets, by name descending; of those with one name the newest first."""
        self.revision_of(DataSetId, RevisionId)

        def listing() -> tuple[list[Record], str | None]:
            table = self.assets.of(RevisionId)
            return self.listing("ListRevisionAssets", table, MaxResults, NextToken, scope=RevisionId, reverse=True)

        # Listed before too: a read that is refused for its NextToken is no look at a job, and lets none end.
        page, token = listing()
        if look_at_revision(self, RevisionId):
            page, token = listing()
        return {"Assets": [with_specification_url(self, asset) for asset in page], "NextToken": token}

    def update_asset(self, *, DataSetId: str, RevisionId: str, AssetId: str, Name: str) -> Record:
        """UpdateAsset: renames the asset."""
        asset = self.asset_of(DataSetId, RevisionId, AssetId)
        self.require_owned(self.data_set_of(DataSetId))
        self.require_open(self.revision_of(DataSetId, RevisionId))
        renamed = {**asset, "Name": Name, "UpdatedAt": self.now()}
        self.assets.of(RevisionId).replace(AssetId, renamed)
        return with_specification_url(self, renamed)

    def delete_asset(self, *, DataSetId: str, RevisionId: str, AssetId: str) -> None:
        """DeleteAsset, also from a revoked revision, so that revoked data can go."""
        self.asset_of(DataSetId, RevisionId, AssetId)
        self.require_owned(self.data_set_of(DataSetId))
        revision = self.revision_of(DataSetId, RevisionId)
        if not revision["Revoked"]:
            self.require_open(revision)
        self.assets.of(RevisionId).remove(AssetId)
