"""Gives accounts the data sets and revisions that Marketplace subscriptions would."""

from __future__ import annotations

import datetime
import string
from collections.abc import Mapping, Sequence

from ...errors import AppintMockError
from ...hints import repr_of, see
from ...state.clock import earlier
from ...state.store import Record, Tables
from . import events
from .base import DataExchangeBase
from .event_actions import revision_arrived
from .publication import copy_in_product, entitle, publish, receive_revision
from .seeding import (
    check_asset_type,
    check_product,
    checked_revisions,
    require_texts,
    seeded_id,
    seeded_moment,
    seeded_revision,
    seeding,
    unfit,
)

_MINUTE = datetime.timedelta(minutes=1)


class Products(DataExchangeBase):
    """Products that provide data sets, and those that this account subscribes to."""

    def publish_revision(self, data_set_id: str, revision_id: str) -> None:
        """Publishes a revision where a product's subscribers would get it.

        For an owned data set: it is put in a product (for good), and this finalised revision is published to that.
        The account itself sees the entitled copy, so it can play the subscriber. For a data set of
        ``add_entitled_data_set``: a revision that was given with ``"published": False`` becomes visible. A revision
        that is published there already stays as it is.

        Raises AppintMockError for unknown ids, and for a revision that is not finalised, or revoked.
        """
        with self.world.lock, seeding("publish_revision"):
            require_texts(data_set_id=data_set_id, revision_id=revision_id)
            if self.entitled_data_sets.has(data_set_id):
                self._publish_seeded(data_set_id, revision_id)
            else:
                self._publish_in_product(data_set_id, revision_id)

    def put_in_product(self, data_set_id: str, product_id: str) -> None:
        """Puts an owned data set in a product, permanently. If it already is in one, it stays there.

        Raises AppintMockError for an unknown id, and for a product's id that is no text or empty.
        """
        with self.world.lock, seeding("put_in_product"):
            require_texts(data_set_id=data_set_id)
            _require_product("put_in_product", product_id)
            data_set = self.data_sets.record(data_set_id)
            if data_set is None:
                raise AppintMockError(f"backend.put_in_product: there is no data set {data_set_id}." + see("backends"))
            self._copy_in_product(data_set, product_id)

    def add_entitled_data_set(
        self,
        *,
        name: str,
        description: str,
        asset_type: str,
        product_id: str,
        revisions: Sequence[Mapping[str, object]] = (),
        id: str | None = None,
        created_at: datetime.datetime | str | None = None,
    ) -> str:
        """Gives this account a product's data set, as a Marketplace subscription does. Returns its id.

        Each revision, oldest first, is a dict: ``assets`` (a dict: name to bytes, or to a dict of ``content`` (bytes)
        or ``size`` (a number of bytes, which then are zeros) and ``id``; for other asset types than S3_SNAPSHOT, name
        to a dict with members of that type's structure in AssetDetails, where what is missing is made up, and
        ``id``), and optionally ``comment``, ``id``, ``created_at`` and ``published`` (default True; False: nobody sees
        it until ``publish_revision``). Ids are 32 characters of 0-9a-f, moments datetimes or ISO 8601. Revisions
        without a moment are a minute apart, the last one now. Nothing fires for the revisions that are there from the
        start. Raises AppintMockError for what does not fit.
        """
        check_asset_type(asset_type)
        _require_product("add_entitled_data_set", product_id)
        check_product(name, description)
        created = seeded_moment(created_at)
        checked = checked_revisions(revisions)
        with self.world.lock:
            data_set_id = seeded_id(self, id, "the data set")
            seeds = [seeded_revision(self, asset_type, revision) for revision in checked]
            self._require_new(data_set_id, seeds)
            visible = [seed for seed in seeds if seed["_published"]]
            now = self.creation()
            for age, seed in enumerate(reversed(visible)):
                seed["CreatedAt"] = seed["CreatedAt"] or earlier(now, age * _MINUTE)
            data_set = entitle(
                self,
                data_set_id,
                {"Name": name, "Description": description, "AssetType": asset_type},
                created_at=created or now,
                origin_details={"ProductId": product_id},
                origin={"Product": {"Id": product_id, "Name": name}},
            )
            for seed in seeds:
                if seed["_published"]:
                    self._receive_seed(data_set, seed)
                else:
                    self.unpublished_revisions.of(data_set_id).add(seed["Id"], seed)
            return data_set_id

    def end_subscription(self, data_set_id: str) -> None:
        """Ends the subscription to a data set of ``add_entitled_data_set``: it is no longer found.

        Raises AppintMockError for any other data set.
        """
        with self.world.lock, seeding("end_subscription"):
            require_texts(data_set_id=data_set_id)
            data_set = self.entitled_data_sets.record(data_set_id)
            if data_set is None or not self.has_access(data_set) or not _is_seeded(data_set):
                raise AppintMockError(
                    f"backend.end_subscription: {data_set_id} is no data set of add_entitled_data_set that account "
                    f"{self.account_id} has access to in {self.region_name}." + see("backends")
                )
            self.entitled_data_sets.replace(data_set_id, {**data_set, "_ended": True})

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
        is_new = not data_set.get("_product")
        copy = self._copy_in_product(data_set)
        revision = {**revision, "_published": True}
        self.revisions.of(data_set_id).replace(revision_id, revision)
        if is_new:
            events.added_to_product(self, copy)
        publish(self, [(self, copy)], revision)

    def _copy_in_product(self, data_set: Record, product_id: str | None = None) -> Record:
        """Returns the entitled copy of an owned data set, which is put in a product if it is in none."""
        if data_set.get("_product"):
            return copy_in_product(self, data_set)
        copy_id = self.world.ids.hex()
        product_id = product_id or "prod-" + self.world.ids.text(13, string.ascii_lowercase + string.digits)
        self.data_sets.replace(data_set["Id"], {**data_set, "_product": {"Id": product_id, "DataSetId": copy_id}})
        return entitle(
            self,
            copy_id,
            data_set,
            created_at=self.creation(),
            origin_details={"ProductId": product_id},
            origin={"Product": {"Id": product_id, "Name": data_set["Name"]}},
            source_id=data_set["Id"],
        )

    def _require_new(self, data_set_id: str, seeds: Sequence[Record]) -> None:
        if data_set_id in self.data_sets or data_set_id in self.entitled_data_sets:
            raise unfit(f"there is a data set {data_set_id} already")
        tables = (self.revisions, self.unpublished_revisions)
        _require_different("a revision", [seed["Id"] for seed in seeds], tables)
        assets = [asset["Id"] for seed in seeds for asset in seed["_assets"]]
        _require_different("an asset", assets, (self.assets,))

    def _receive_seed(self, data_set: Record, seed: Record) -> Record:
        seeded = {"Comment": seed["Comment"]}
        return receive_revision(
            self,
            data_set,
            seeded,
            seed["_assets"],
            published_at=seed["CreatedAt"] or self.creation(),
            revision_id=seed["Id"],
        )


def _is_seeded(data_set: Record) -> bool:
    """Returns whether an entitled data set came from ``add_entitled_data_set``, not from a grant or an owned one."""
    return "Product" in data_set["_origin"] and data_set["SourceId"] is None


def _require_product(method: str, product_id: object) -> None:
    if not isinstance(product_id, str) or not product_id:
        raise AppintMockError(
            f"backend.{method}: product_id is {repr_of(product_id)}; give the id of the product, such as "
            f"'prod-weather'." + see("backends")
        )


def _require_different(what: str, ids: Sequence[str], tables: Sequence[Tables]) -> None:
    new: set[str] = set()
    for each in ids:
        if each in new or any(table.parent_of(each) for table in tables):
            raise unfit(f"there is {what} {each} already")
        new.add(each)


def _unpublishable(why: str) -> AppintMockError:
    return AppintMockError(f"backend.publish_revision: {why}." + see("backends"))
