"""Implements data grants, which share a data set with another account, for both sides."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping

from ...state.arns import parse_arn
from ...state.clock import later
from ...state.store import Among, Record
from . import events
from .base import DataExchangeBase, checked_tags, conflict, invalid, not_found
from .publication import entitle, receive_revision

_MILLISECOND = datetime.timedelta(milliseconds=1)


class Grants(DataExchangeBase):
    """The operations on data grants. The sender's account stores a grant; its receiver only refers to it."""

    # The sender's side -------------------------------------------------------------------------------------

    def create_data_grant(
        self,
        *,
        ReceiverPrincipal: str,
        SourceDataSetId: str,
        EndsAt: datetime.datetime | None = None,
        Tags: Mapping[str, str] | None = None,
        **members: object,
    ) -> Record:
        """CreateDataGrant. Publishes the data set's finalised revisions."""
        if self.has_passed(EndsAt):
            raise invalid("EndsAt must be in the future.")
        if ReceiverPrincipal == self.account_id:
            raise invalid("ReceiverPrincipal must be another account.")
        tags = checked_tags(Tags)
        source = self.data_set_of(SourceDataSetId)
        self.require_owned(source)
        receiver = self._account(ReceiverPrincipal)
        self.require_room("data_grants", self.data_grants.count_among("any", True))
        pending = receiver.received_data_grants.count_among("live", "PENDING_RECEIVER_ACCEPTANCE")
        self.require_room("pending_data_grants_per_consumer", pending)
        grant_id, now = self.world.ids.hex(), self.creation()
        grant = {
            **members,
            "Id": grant_id,
            "Arn": self.resource_arn(f"data-grants/{grant_id}"),
            "SenderPrincipal": self.account_id,
            "ReceiverPrincipal": ReceiverPrincipal,
            "SourceDataSetId": SourceDataSetId,
            "DataSetId": self.world.ids.hex(),
            "AcceptanceState": "PENDING_RECEIVER_ACCEPTANCE",
            "EndsAt": EndsAt,
            "CreatedAt": now,
            "UpdatedAt": now,
            "Tags": tags,
            # The entitled data set keeps these as they are now.
            "_data_set": {member: source[member] for member in ("Name", "Description", "AssetType")},
        }
        self.data_grants.add(grant_id, grant)
        receiver.received_data_grants.add(grant_id, _as_received(grant))
        return grant

    def get_data_grant(self, *, DataGrantId: str) -> Record:
        """GetDataGrant, by id or ARN."""
        grant_id = DataGrantId.rpartition("/")[2]
        grant = self.data_grants.record(grant_id)
        if grant is None or DataGrantId not in (grant_id, grant["Arn"]):
            raise not_found("DATA_GRANT", grant_id)
        return grant

    def list_data_grants(self, *, MaxResults: int | None = None, NextToken: str | None = None) -> Record:
        """ListDataGrants: what this account sent, in order of creation."""
        page, token = self.listing("ListDataGrants", self.data_grants, MaxResults, NextToken)
        return {"DataGrantSummaries": page, "NextToken": token}

    def delete_data_grant(self, *, DataGrantId: str) -> None:
        """DeleteDataGrant, by id or ARN. The receiver loses access."""
        grant = self.get_data_grant(DataGrantId=DataGrantId)
        receiver = self._account(grant["ReceiverPrincipal"])
        self.data_grants.remove(grant["Id"])
        receiver.received_data_grants.remove(grant["Id"])
        data_set = receiver.entitled_data_sets.record(grant["DataSetId"])
        if data_set is not None:
            receiver.entitled_data_sets.replace(data_set["Id"], {**data_set, "_ended": True})
            if not self.has_passed(grant["EndsAt"]):
                events.grant_changed(receiver, "Data Grant Revoked", data_set, grant)

    # The receiver's side -----------------------------------------------------------------------------------

    def get_received_data_grant(self, *, DataGrantArn: str) -> Record:
        """GetReceivedDataGrant."""
        arn = parse_arn(DataGrantArn)
        grant_id = arn.resource.rpartition("/")[2] if arn else DataGrantArn
        grant = self._received(grant_id)
        if grant is None or grant["Arn"] != DataGrantArn:
            raise not_found("DATA_GRANT", grant_id)
        return grant

    def list_received_data_grants(
        self,
        *,
        AcceptanceState: Iterable[str] = (),
        MaxResults: int | None = None,
        NextToken: str | None = None,
    ) -> Record:
        """ListReceivedDataGrants: what was sent to this account, in order of creation."""
        states = sorted(set(AcceptanceState))
        page, token = self.listing(
            "ListReceivedDataGrants",
            self.received_data_grants,
            MaxResults,
            NextToken,
            scope=states,
            among=Among("AcceptanceState", states) if states else None,
        )
        return {"DataGrantSummaries": [_sent(self, known) for known in page], "NextToken": token}

    def accept_data_grant(self, *, DataGrantArn: str) -> Record:
        """AcceptDataGrant: the entitled data set appears, with the revisions finalised so far."""
        grant = self.get_received_data_grant(DataGrantArn=DataGrantArn)
        if grant["AcceptanceState"] == "ACCEPTED":
            text = f"Data grant {grant['Id']} has already been accepted."
            raise conflict(text, "DATA_GRANT", grant["Id"])
        if self.has_passed(grant["EndsAt"]):
            raise conflict(f"Data grant {grant['Id']} has ended.", "DATA_GRANT", grant["Id"])
        now = self.now()
        grant = {**grant, "AcceptanceState": "ACCEPTED", "AcceptedAt": now, "UpdatedAt": now}
        sender = self._account(grant["SenderPrincipal"])
        sender.data_grants.replace(grant["Id"], grant)
        self.received_data_grants.replace(grant["Id"], _as_received(grant))
        data_set = entitle(
            self,
            grant["DataSetId"],
            grant["_data_set"],
            created_at=grant["CreatedAt"],
            origin_details={"DataGrantId": grant["Id"]},
            origin={"DataGrant": {"Arn": grant["Arn"], "Name": grant["Name"]}},
            ends_at=grant["EndsAt"],
        )
        last = grant["CreatedAt"]
        for moment, revision in _published_since(sender, grant["CreatedAt"], grant["SourceDataSetId"]):
            # Those that were there before the grant were published by it at one moment.
            last = later(last, _MILLISECOND) if moment <= last else moment
            assets = sender.assets.of(revision["Id"]).records()
            receive_revision(self, data_set, revision, assets, published_at=last)
        events.grant_changed(sender, "Data Grant Accepted", data_set, grant)
        return grant

    def _account(self, account_id: str) -> DataExchangeBase:
        return self.world.backend(account_id, self.region_name)

    def _received(self, grant_id: str) -> Record | None:
        known = self.received_data_grants.record(grant_id)
        return None if known is None else _sent(self, known)


def _published_since(
    sender: DataExchangeBase, granted_at: datetime.datetime, data_set_id: str
) -> list[tuple[datetime.datetime, Record]]:
    """Returns the finalised revisions of an owned data set, each with the time at which the grant published it."""
    published = [
        (max(granted_at, revision["_finalized_at"]), revision)
        for revision in sender.revisions.of(data_set_id).records()
        if revision["Finalized"]
    ]
    return sorted(published, key=lambda each: each[0])


def _as_received(grant: Record) -> Record:
    """Returns the receiver's reference to a grant: where it is stored, and the members that lists filter by."""
    return {member: grant[member] for member in ("Id", "SenderPrincipal", "AcceptanceState", "EndsAt")}


def _sent(receiver: DataExchangeBase, known: Record) -> Record:
    """Returns a grant that an account sent or received, from its sender's account."""
    sender = receiver.world.backend(known["SenderPrincipal"], receiver.region_name)
    grant = sender.data_grants.record(known["Id"])
    assert grant is not None  # who deletes a grant makes its receiver forget it
    return grant
