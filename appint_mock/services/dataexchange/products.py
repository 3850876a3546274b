"""Products: what a test gives an account that a Marketplace subscription would give it."""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence

from ...errors import AppintMockError
from ...state.store import Record
from .base import DataExchangeBase
from .event_actions import revision_arrived
from .publication import copy_in_product, entitle, publish, receive_revision
from .seeding import check_asset_type, seeded_revision, unfit


class Products(DataExchangeBase):
    """Products that provide data sets, and those that this account subscribes to."""

    def publish_revision(self, data_set_id: str, revision_id: str) -> None:
        """Publish a revision where a product's subscribers would get it.

        For an owned data set: it is put in a product (for good), and this finalised revision is published to that.
        The account itself sees the entitled copy, so it can play the subscriber. For a data set of
        ``add_entitled_data_set``: a revision that was given with ``"published": False`` becomes visible. A revision
        that is published there already stays as it is.

        Raises AppintMockError for unknown ids, and for a revision that is not finalised, or revoked.
        """
        with self.world.lock:
            if self.entitled_data_sets.has(data_set_id):
                self._publish_seeded(data_set_id, revision_id)
            else:
                self._publish_in_product(data_set_id, revision_id)

    def put_in_product(self, data_set_id: str, product_id: str) -> None:
        """Put an owned data set in a product, for good. One that is in a product already stays in that.

        Raises AppintMockError for an unknown id.
        """
        with self.world.lock:
            data_set = self.data_sets.record(data_set_id)
            if data_set is None:
                raise AppintMockError(f"backend.put_in_product: there is no data set {data_set_id}.")
            self._copy_in_product(data_set, product_id)

    def add_entitled_data_set(
        self,
        *,
        name: str,
        description: str,
        asset_type: str,
        product_id: str,
        revisions: Sequence[Mapping[str, object]] = (),
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
            data_set = entitle(
                self,
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
        seed = self.unpublished_revisions.of(data_set_id).record(revision_id)
        if seed is not None:
            self.unpublished_revisions.of(data_set_id).remove(revision_id)
            data_set = self.data_set_of(data_set_id)
            revision_arrived(self, data_set, self._receive_seed(data_set, seed))
        elif not self.revisions.of(data_set_id).has(revision_id):
            raise _unpublishable(f"data set {data_set_id} has no revision {revision_id}")

    def _publish_in_product(self, data_set_id: str, revision_id: str) -> None:
        data_set = self.data_sets.record(data_set_id)
        if data_set is None:
            raise _unpublishable(f"there is no data set {data_set_id}")
        revision = self.revisions.of(data_set_id).record(revision_id)
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
        publish(self, [(self, copy)], revision)

    def _copy_in_product(self, data_set: Record, product_id: str | None = None) -> Record:
        """The entitled copy of an owned data set, which is put in a product now if it is in none."""
        if data_set.get("_product"):
            return copy_in_product(self, data_set)
        copy_id = self.world.ids.hex()
        product_id = product_id or "prod-" + self.world.ids.text(13, string.ascii_lowercase + string.digits)
        self.data_sets.replace(data_set["Id"], {**data_set, "_product": {"Id": product_id, "DataSetId": copy_id}})
        return entitle(
            self,
            copy_id,
            data_set,
            created_at=self.now(),
            origin_details={"ProductId": product_id},
            origin={"Product": {"Id": product_id, "Name": data_set["Name"]}},
            source_id=data_set["Id"],
        )

    def _require_new(self, revision_ids: Sequence[str]) -> None:
        new: set[str] = set()
        for revision_id in revision_ids:
            if (
                revision_id in new
                or self.revisions.parent_of(revision_id)
                or self.unpublished_revisions.parent_of(revision_id)
            ):
                raise unfit(f"there is a revision {revision_id} already")
            new.add(revision_id)

    def _receive_seed(self, data_set: Record, seed: Record) -> Record:
        seeded = {"Comment": seed["Comment"]}
        return receive_revision(
            self, data_set, seeded, seed["_assets"], published_at=self.now(), revision_id=seed["Id"]
        )


def _unpublishable(why: str) -> AppintMockError:
    return AppintMockError(f"backend.publish_revision: {why}.")
