"""Publishes revisions to the accounts that may read them, as copies with ids of their own."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping

from ...state.clock import later
from ...state.store import Record
from . import events
from .base import DataExchangeBase
from .event_actions import revision_arrived

_MILLISECOND = datetime.timedelta(milliseconds=1)
#: A backend that holds an entitled data set, and that data set.
Holder = tuple[DataExchangeBase, Record]

# The owner's side -----------------------------------------------------------------------------------------------


def holders_of(owner: DataExchangeBase, data_set: Record) -> list[Holder]:
    """Returns the entitled copies of an owned data set: in the owner's product, and with its grants' receivers."""
    found: list[Holder] = []
    if data_set.get("_product"):
        found.append((owner, copy_in_product(owner, data_set)))
    for grant in owner.live_grants(data_set["Id"]):
        if grant["AcceptanceState"] == "ACCEPTED":
            receiver = owner.world.backend(grant["ReceiverPrincipal"], owner.region_name)
            found.append((receiver, _entitled(receiver, grant["DataSetId"])))
    return found


def copy_in_product(owner: DataExchangeBase, data_set: Record) -> Record:
    """Returns the entitled copy of an owned data set that is in a product."""
    return _entitled(owner, data_set["_product"]["DataSetId"])


def publish(owner: DataExchangeBase, holders: Iterable[Holder], revision: Record) -> None:
    """Publishes an owned finalised revision to holders of its data set."""
    assets = owner.assets.of(revision["Id"]).records()
    # So that no handler of a test's runs before all is done, also if the test itself calls a backend.
    with owner.world.lock:
        arrivals = [
            (holder, data_set, receive_revision(holder, data_set, revision, assets, published_at=owner.creation()))
            for holder, data_set in holders
        ]
        for holder, data_set, copy in arrivals:
            revision_arrived(holder, data_set, copy)


def revoke_copies(owner: DataExchangeBase, data_set: Record, revision: Record, changes: Record) -> None:
    """Revokes the copies of a revision; accounts that lose it now get an event."""
    revoked: list[tuple[DataExchangeBase, Record, Record]] = []
    for holder, copy in holders_of(owner, data_set):
        table = holder.revisions.of(copy["Id"])
        for each in table.among("source", revision["Id"]):
            table.replace(each["Id"], {**each, **changes})
            revoked.append((holder, copy, {**each, **changes}))
    if not revision["Revoked"]:
        with owner.world.lock:
            for loss in revoked:
                events.revision_revoked(*loss)


# The holder's side ----------------------------------------------------------------------------------------------


def entitle(
    holder: DataExchangeBase,
    data_set_id: str,
    text: Mapping[str, str],
    *,
    created_at: datetime.datetime,
    origin_details: Mapping[str, str],
    origin: Record,
    ends_at: datetime.datetime | None = None,
    source_id: str | None = None,
) -> Record:
    """Gives an account an entitled data set with the Name, Description and AssetType of ``text``.

    ``origin`` is how events say where it comes from.
    """
    record = {
        **{member: text[member] for member in ("Name", "Description", "AssetType")},
        "Id": data_set_id,
        "Arn": holder.resource_arn(f"data-sets/{data_set_id}", entitled=True),
        "Origin": "ENTITLED",
        "OriginDetails": origin_details,
        "SourceId": source_id,
        "CreatedAt": created_at,
        "UpdatedAt": created_at,
        "_origin": origin,
        "_ends_at": ends_at,
    }
    holder.entitled_data_sets.add(data_set_id, record)
    return record


def receive_revision(
    holder: DataExchangeBase,
    data_set: Record,
    revision: Record,
    assets: Iterable[Record],
    *,
    published_at: datetime.datetime,
    revision_id: str | None = None,
) -> Record:
    """Puts a copy of a revision into one of an account's entitled data sets."""
    revision_id = revision_id or holder.world.ids.hex()
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
    holder.revisions.of(data_set["Id"]).add(revision_id, record)
    is_new = published_at == holder.now()
    for number, asset in enumerate(assets, 1):
        holder.add_asset(
            data_set,
            record,
            name=asset["Name"],
            details=asset["AssetDetails"],
            content=asset["_content"],
            # Each has a moment of its own, as have the owner's.
            created_at=None if is_new else later(published_at, number * _MILLISECOND),
            asset_id=None if "DataSetId" in asset else asset["Id"],
            SourceId=asset["Id"] if shows_source else None,
        )
    return record


def _entitled(holder: DataExchangeBase, data_set_id: str) -> Record:
    data_set = holder.entitled_data_sets.record(data_set_id)
    assert data_set is not None  # entitled data sets are never removed; access to them ends
    return data_set
