"""Publication: how revisions come to those who may read them, as copies with ids of their own."""

from __future__ import annotations

import datetime
import string
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ...errors import AppintMockError
from ...state.store import Record, Tables
from ...state.world import World
from .event_actions import EventActions
from .seeding import check_asset_type, seeded_revision, unfit

#: A backend that holds an entitled data set, and that data set.
Holder = tuple["Publication", Record]


class Publication(EventActions):
    """Entitled data sets: who has them, how revisions reach them, and what a test can give an account."""

    def __init__(self, world: World[Any], account_id: str, region_name: str) -> None:
        super().__init__(world, account_id, region_name)
        #: Revisions of seeded data sets that nobody sees before they are published; by data set.
        self.unpublished_revisions = Tables()

    # The owner's side --------------------------------------------------------------------------------------

    def holders(self, data_set: Record) -> list[Holder]:
        """Everybody who reads an owned data set: the owner its product, receivers what they were granted."""
        found: list[Holder] = []
        if data_set.get("_product"):
            copy = self.entitled_data_sets.get(data_set["_product"]["DataSetId"])
            found.append((self, _there(copy)))
        for grant in self.live_grants(data_set["Id"]):
            if grant["AcceptanceState"] == "ACCEPTED":
                receiver = self.world.backend(grant["ReceiverPrincipal"], self.region_name)
                found.append((receiver, _there(receiver.entitled_data_sets.get(grant["DataSetId"]))))
        return found

    def publish(self, holders: Iterable[Holder], revision: Record) -> None:
        """Give an owned finalised revision to holders of its data set."""
        assets = list(self.assets.of(revision["Id"]))
        now = self.now()
        # So that no handler of a test's runs before all is done, also where the test itself calls a backend.
        with self.world.lock:
            arrivals = [
                (holder, data_set, holder.receive_revision(data_set, revision, assets, published_at=now))
                for holder, data_set in holders
            ]
            for holder, data_set, copy in arrivals:
                holder.revision_arrived(data_set, copy)

    def revoke_copies(self, data_set: Record, revision: Record, changes: Mapping[str, Any]) -> None:
        """Let the changes of a revocation reach the copies; those who lose the revision now are told."""
        revoked: list[tuple[Publication, Record, Record]] = []
        for holder, copy in self.holders(data_set):
            table = holder.revisions.of(copy["Id"])
            for each in table:
                if each["_source_id"] == revision["Id"]:
                    table.replace(each["Id"], {**each, **changes})
                    revoked.append((holder, copy, {**each, **changes}))
        if not revision["Revoked"]:
            with self.world.lock:
                for told in revoked:
                    told[0].tell_revoked(*told[1:])

    # The holder's side -------------------------------------------------------------------------------------

    def entitle(
        self,
        data_set_id: str,
        text: Mapping[str, Any],
        *,
        created_at: datetime.datetime,
        origin_details: Mapping[str, str],
        origin: Record,
        ends_at: datetime.datetime | None = None,
        source_id: str | None = None,
    ) -> Record:
        """Give this account an entitled data set with the Name, Description and AssetType of ``text``.

        ``origin`` is how events tell where it comes from.
        """
        record = {
            **{member: text[member] for member in ("Name", "Description", "AssetType")},
            "Id": data_set_id,
            "Arn": self.resource_arn(f"data-sets/{data_set_id}", entitled=True),
            "Origin": "ENTITLED",
            "OriginDetails": origin_details,
            "SourceId": source_id,
            "CreatedAt": created_at,
            "UpdatedAt": created_at,
            "_origin": origin,
            "_ends_at": ends_at,
        }
        self.entitled_data_sets.add(data_set_id, record)
        return record

    def receive_revision(
        self,
        data_set: Record,
        revision: Mapping[str, Any],
        assets: Iterable[Record],
        *,
        published_at: datetime.datetime,
        revision_id: str | None = None,
    ) -> Record:
        """Put a copy of a revision into one of this account's entitled data sets."""
        revision_id = revision_id or self.world.ids.hex()
        revoked_at = revision.get("RevokedAt")
        shows_source = data_set["SourceId"] is not None
        record = {
            "Id": revision_id,
            "Arn": f"{data_set['Arn']}/revisions/{revision_id}",
            "DataSetId": data_set["Id"],
            "SourceId": revision["Id"] if shows_source else None,
            "Comment": revision.get("Comment"),
            "Finalized": True,
            "Revoked": revoked_at is not None,
            "RevokedAt": revoked_at,
            "RevocationComment": revision.get("RevocationComment"),
            "CreatedAt": published_at,
            "UpdatedAt": published_at,
            "_source_id": revision.get("Id"),
        }
        self.revisions.of(data_set["Id"]).add(revision_id, record)
        for asset in assets:
            self.add_asset(
                data_set,
                record,
                name=asset["Name"],
                details=asset["AssetDetails"],
                content=asset["_content"],
                created_at=published_at,
                SourceId=asset["Id"] if shows_source else None,
            )
        return record

    # For tests ---------------------------------------------------------------------------------------------

    def publish_revision(self, data_set_id: str, revision_id: str) -> None:
        """Publish a revision where a product's subscribers would get it.

        For an owned data set: it is put in a product (for good), and this finalised revision is published to that.
        The account itself sees the entitled copy, so it can play the subscriber. For a data set of
        ``add_entitled_data_set``: a revision that was given with ``"published": False`` becomes visible. A revision
        that is published there already stays as it is.

        Raises AppintMockError for unknown ids, and for a revision that is not finalised, or revoked.
        """
        with self.world.lock:
            if data_set_id in self.entitled_data_sets:
                self._publish_seeded(data_set_id, revision_id)
            else:
                self._publish_in_product(data_set_id, revision_id)

    def add_entitled_data_set(
        self,
        *,
        name: str,
        description: str,
        asset_type: str,
        product_id: str,
        revisions: Sequence[Mapping[str, Any]] = (),
    ) -> str:
        """Give this account a product's data set, as a Marketplace subscription does; returns its id.

        Each revision, oldest first, is a dict: ``assets`` (a dict: name to bytes; for other asset types than
        S3_SNAPSHOT, name to a dict with members of that type's structure in AssetDetails, where what is missing is
        made up), and optionally ``comment``, ``id`` (32 characters of 0-9a-f) and ``published`` (default True;
        False: nobody sees it until ``publish_revision``). Nothing fires for the revisions that are there from the
        start. Raises AppintMockError for what does not fit.
        """
        with self.world.lock:
            check_asset_type(asset_type)
            data_set_id, now = self.world.ids.hex(), self.now()
            seeds = [seeded_revision(self, asset_type, revision) for revision in revisions]
            self._require_new([seed["Id"] for seed in seeds])
            data_set = self.entitle(
                data_set_id,
                {"Name": name, "Description": description, "AssetType": asset_type},
                created_at=now,
                origin_details={"ProductId": product_id},
                origin={"Product": {"Id": product_id, "Name": name}},
            )
            for seed in seeds:
                if seed["_published"]:
                    self._receive_seed(data_set, seed)
                else:
                    self.unpublished_revisions.of(data_set_id).add(seed["Id"], seed)
            return data_set_id

    def _publish_seeded(self, data_set_id: str, revision_id: str) -> None:
        seed = self.unpublished_revisions.of(data_set_id).get(revision_id)
        if seed is not None:
            self.unpublished_revisions.of(data_set_id).remove(revision_id)
            data_set = self.data_set_of(data_set_id)
            self.revision_arrived(data_set, self._receive_seed(data_set, seed))
        elif revision_id not in self.revisions.of(data_set_id):
            raise _unpublishable(f"data set {data_set_id} has no revision {revision_id}")

    def _publish_in_product(self, data_set_id: str, revision_id: str) -> None:
        data_set = self.data_sets.get(data_set_id)
        if data_set is None:
            raise _unpublishable(f"there is no data set {data_set_id}")
        revision = self.revisions.of(data_set_id).get(revision_id)
        if revision is None:
            raise _unpublishable(f"data set {data_set_id} has no revision {revision_id}")
        if revision["Revoked"] or not revision["Finalized"]:
            state = self.state_of(revision)
            raise _unpublishable(f"revision {revision_id} is {state}, and only a finalized one can be")
        if revision.get("_published"):
            return
        copy = self._copy_in_product(data_set)
        revision = {**revision, "_published": True}
        self.revisions.of(data_set_id).replace(revision_id, revision)
        self.publish([(self, copy)], revision)

    def _copy_in_product(self, data_set: Record) -> Record:
        """The entitled copy of an owned data set, which is put in a product now if it is in none."""
        if data_set.get("_product"):
            return _there(self.entitled_data_sets.get(data_set["_product"]["DataSetId"]))
        copy_id = self.world.ids.hex()
        product_id = "prod-" + self.world.ids.text(13, string.ascii_lowercase + string.digits)
        self.data_sets.replace(data_set["Id"], {**data_set, "_product": {"Id": product_id, "DataSetId": copy_id}})
        return self.entitle(
            copy_id,
            data_set,
            created_at=self.now(),
            origin_details={"ProductId": product_id},
            origin={"Product": {"Id": product_id, "Name": data_set["Name"]}},
            source_id=data_set["Id"],
        )

    def _require_new(self, revision_ids: Sequence[str]) -> None:
        everything = (self.revisions, self.unpublished_revisions)
        known = {revision["Id"] for tables in everything for table in tables for revision in table}
        for revision_id in revision_ids:
            if revision_id in known:
                raise unfit(f"there is a revision {revision_id} already")
            known.add(revision_id)

    def _receive_seed(self, data_set: Record, seed: Record) -> Record:
        seeded = {"Comment": seed["Comment"]}
        return self.receive_revision(data_set, seeded, seed["_assets"], published_at=self.now(), revision_id=seed["Id"])


def _there(data_set: Record | None) -> Record:
    assert data_set is not None  # entitled data sets are never removed; access to them ends
    return data_set


def _unpublishable(why: str) -> AppintMockError:
    return AppintMockError(f"backend.publish_revision: {why}.")
