"""Implements the operations on revisions, which are open, finalised, published or revoked."""

from __future__ import annotations

from collections.abc import Mapping

from ...state.store import Record
from .base import DataExchangeBase, checked_tags, conflict, invalid
from .publication import holders_of, publish, revoke_copies

#: The quota of a data set's revisions, by its asset type.
_QUOTAS = {
    "REDSHIFT_DATA_SHARE": "revisions_per_redshift_data_set",
    "API_GATEWAY_API": "revisions_per_api_gateway_data_set",
    "S3_DATA_ACCESS": "revisions_per_s3_data_access_data_set",
    "LAKE_FORMATION_DATA_PERMISSION": "revisions_per_lake_formation_data_set",
}
#: What UpdateRevision does to a revision in each state, by the Finalized that it asks for (None: it is left out).
_ACTIONS = {
    "open": {None: "comment", False: "comment", True: "finalize"},
    "finalized": {None: "keep", False: "reopen", True: "keep"},
    "published": {None: "keep", False: "refuse", True: "keep"},
    "revoked": {None: "refuse", False: "refuse", True: "refuse"},
}


class Revisions(DataExchangeBase):
    """The operations on revisions."""

    def create_revision(self, *, DataSetId: str, Tags: Mapping[str, str] | None = None, **members: object) -> Record:
        """CreateRevision."""
        tags = checked_tags(Tags)
        data_set = self.data_set_of(DataSetId)
        self.require_owned(data_set)
        table = self.revisions.of(DataSetId)
        self.require_room(_QUOTAS.get(data_set["AssetType"], "revisions_per_data_set"), len(table))
        revision_id, now = self.world.ids.hex(), self.creation()
        record = {
            **members,
            "Comment": members.get("Comment") or None,
            "Id": revision_id,
            "Arn": f"{data_set['Arn']}/revisions/{revision_id}",
            "DataSetId": DataSetId,
            "Finalized": False,
            "Revoked": False,
            "CreatedAt": now,
            "UpdatedAt": now,
            "Tags": tags,
        }
        table.add(revision_id, record)
        return record

    def get_revision(self, *, DataSetId: str, RevisionId: str) -> Record:
        """GetRevision."""
        return self.revision_of(DataSetId, RevisionId)

    def list_data_set_revisions(
        self, *, DataSetId: str, MaxResults: int | None = None, NextToken: str | None = None
    ) -> Record:
        """ListDataSetRevisions, newest first."""
        self.data_set_of(DataSetId)
        table = self.revisions.of(DataSetId)
        page, token = self.listing("ListDataSetRevisions", table, MaxResults, NextToken, scope=DataSetId, reverse=True)
        return {"Revisions": page, "NextToken": token}

    def update_revision(
        self, *, DataSetId: str, RevisionId: str, Finalized: bool | None = None, **comment: str
    ) -> Record:
        """UpdateRevision: changes the comment, finalises or reopens."""
        data_set, revision = self._owned_revision(DataSetId, RevisionId)
        if Finalized is None and not comment:
            return revision
        action = _ACTIONS[self.state_of(revision)][Finalized]
        if action == "refuse" or (action == "keep" and comment):
            self.require_open(revision)
        if action == "finalize" and not self.assets.count(RevisionId):
            raise invalid(f"Revision {RevisionId} has no assets.")
        if action == "keep" or (action == "comment" and not comment):
            return revision
        now = self.now()
        changed = {**revision, **comment, "Finalized": action == "finalize", "UpdatedAt": now}
        changed["Comment"] = changed["Comment"] or None
        if action == "finalize":
            changed.update(_finalized_at=now, _published=bool(data_set.get("_product")))
        self.revisions.of(DataSetId).replace(RevisionId, changed)
        if action == "finalize":
            publish(self, holders_of(self, data_set), changed)
        return changed

    def revoke_revision(self, *, DataSetId: str, RevisionId: str, RevocationComment: str) -> Record:
        """RevokeRevision: for the owner and for everybody who holds a copy."""
        data_set, revision = self._owned_revision(DataSetId, RevisionId)
        if not revision["Finalized"]:
            text = f"Revision {RevisionId} is not finalized and cannot be revoked."
            raise conflict(text, "REVISION", RevisionId)
        now = self.now()
        changes = {
            "Revoked": True,
            "RevokedAt": revision.get("RevokedAt") or now,
            "RevocationComment": RevocationComment,
            "UpdatedAt": now,
        }
        revoked = {**revision, **changes}
        self.revisions.of(DataSetId).replace(RevisionId, revoked)
        revoke_copies(self, data_set, revision, changes)
        return revoked

    def delete_revision(self, *, DataSetId: str, RevisionId: str) -> None:
        """DeleteRevision, with its assets."""
        _, revision = self._owned_revision(DataSetId, RevisionId)
        self.require_open(revision)
        self.assets.drop(RevisionId)
        self.revisions.of(DataSetId).remove(RevisionId)

    def _owned_revision(self, data_set_id: str, revision_id: str) -> tuple[Record, Record]:
        """Returns a data set and its revision. Looks both up before it checks who owns them."""
        data_set, revision = self.data_set_of(data_set_id), self.revision_of(data_set_id, revision_id)
        self.require_owned(data_set)
        return data_set, revision
