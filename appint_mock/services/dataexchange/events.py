"""Emits the EventBridge events of AWS Data Exchange."""

from __future__ import annotations

import copy
import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

from ... import neighbours
from ...errors import AppintMockError
from ...hints import did_you_mean, repr_of, see
from ...state.form import inside, items, object_, text
from ...state.snapshot import plain
from ...state.store import Record
from .base import DataExchangeBase
from .handlers import as_handler
from .seeding import seeding

H = TypeVar("H", bound=Callable[[Record], object] | Callable[[Record, Any], object])

#: What the event of a publication is called; other asset types than these have the first name.
_PUBLISHED = {
    "S3_SNAPSHOT": "Revision Published To Data Set",
    "REDSHIFT_DATA_SHARE": "Revision Published To Redshift Data Shares Data Set",
    "API_GATEWAY_API": "Revision Published To API Gateway API Data Set",
    "S3_DATA_ACCESS": "Revision Published to S3 Data Access Data Set(s)",
    "LAKE_FORMATION_DATA_PERMISSION": "Revision Published To Lake Formation Data Permission Data Set",
}
#: The same for a data set that is added to a product.
_ADDED = {
    "S3_SNAPSHOT": "Data Sets Published To Product",
    "REDSHIFT_DATA_SHARE": "Redshift Data Shares Data Sets Published To Product",
    "API_GATEWAY_API": "API Gateway API Data Sets Published To Product",
    "S3_DATA_ACCESS": "S3 Data Access Data Set(s) Published to Product(s)",
    "LAKE_FORMATION_DATA_PERMISSION": "Lake Formation Data Permission Data Sets Published To Product",
}
#: Who provides a product, as notifications say it.
_PROVIDER_CONTACT = "provider@example.com"
#: What the events of AWS Data Exchange are called, by the EventBridge reference.
DETAIL_TYPES = (
    *_PUBLISHED.values(),
    *_ADDED.values(),
    "Revision Revoked",
    "Revision Revoked from S3 Data Access Data Set(s)",
    "Data Set Removed From Product",
    "API Gateway API Data Set Removed From Product",
    "Action Performed On Redshift Data Share By Provider",
    "Redshift Data Share Access Lost",
    "Data Updated in Data Set",
    "Data Set Update Delayed",
    "Schema Change Planned for Data Set",
    "Deprecation Planned for Data Set",
    "Auto-export Job Completed",
    "Auto-export Job Failed",
    "Data Grant Accepted",
    "Data Grant Extended",
    "Data Grant Revoked",
)
_REVOKED = {"S3_DATA_ACCESS": "Revision Revoked from S3 Data Access Data Set(s)"}


class Events(DataExchangeBase):
    """A test's access to the events of an account in a region."""

    def on_event(self, handler: H) -> H:
        """Calls ``handler(event)`` for each new event, after it was added to ``events``.

        The event is the dict that EventBridge gives a Lambda function (a copy, so the handler may keep or change
        it); a handler of two arguments, as Lambda's have, gets None for the context. Handlers are called at the end of
        the call that causes the events, when all is done, in the order of the events. They may call boto3 themselves,
        also in other threads. What one raises reaches that caller, after all handlers were called. ``aws.reset()``
        drops the handlers, ``aws.restore()`` keeps them. Returns the handler, so it can be used as a decorator.
        Raises TypeError for what is no such function.
        """
        call = as_handler("on_event", handler, ("event",), ("event", "context"))
        with self.world.lock:
            self.handlers.setdefault("event", []).append(call)
        return handler

    def emit(
        self, detail_type: str, detail: Mapping[str, object] | None = None, *, resources: Sequence[str] = ()
    ) -> None:
        """Emits an event to this account in this region, for events that the mock never emits itself.

        ``detail_type`` is one of AWS Data Exchange's, such as ``"Data Grant Extended"``; ``detail`` and ``resources``
        are the event's: a dict of data that JSON can hold, and a list of texts. Raises AppintMockError for a type that
        AWS does not have, and for what no event can have.
        """
        if detail_type not in DETAIL_TYPES:
            hint = did_you_mean(detail_type, DETAIL_TYPES)
            raise AppintMockError(
                f"backend.emit: AWS Data Exchange has no event {repr_of(detail_type)}.{hint} "
                f"Its events: {', '.join(DETAIL_TYPES)}." + see("backends")
            )
        with seeding("emit"):
            with inside("detail"):
                # A copy: the test may go on to change what it gave.
                about = plain(object_({} if detail is None else detail))
            with inside("resources"):
                named = list(resources) if isinstance(resources, tuple) else resources
                items(text)(named)
        emit(self, detail_type, named, about)


def emit(to: DataExchangeBase, detail_type: str, resources: Sequence[str], detail: Record) -> None:
    """Adds an event about ``resources`` (ids or ARNs); handlers get it when the lock is free."""
    event = {
        "version": "0",
        "id": to.world.ids.uuid(),
        "detail-type": detail_type,
        "source": "aws.dataexchange",
        "account": to.account_id,
        "time": event_time(to.world.clock.now()),
        "region": to.region_name,
        "resources": list(resources),
        "detail": detail,
    }
    with to.world.lock:
        to.events.append(event)
        to.world.lock.put_off(partial(neighbours.put_event, event))
        for handler in to.handlers.get("event", ()):
            to.world.lock.put_off(partial(handler, copy.deepcopy(event)))


def revision_published(to: DataExchangeBase, data_set: Record, revision: Record) -> None:
    """Emits that an entitled data set got a revision."""
    emit(to, _PUBLISHED[data_set["AssetType"]], [data_set["Id"]], _about([revision], data_set))


def added_to_product(to: DataExchangeBase, data_set: Record) -> None:
    """Emits that a product got a data set, with this entitled copy."""
    detail = {
        "DataSetIds": [data_set["Id"]],
        "DataSets": [{"Id": data_set["Id"], "Name": data_set["Name"]}],
        **data_set["_origin"],
    }
    emit(to, _ADDED[data_set["AssetType"]], [data_set["_origin"]["Product"]["Id"]], detail)


def notification_sent(to: DataExchangeBase, detail_type: str, data_set: Record, notification: Record) -> None:
    """Emits a provider's notification to the holders of a data set."""
    about = {member: data_set[member] for member in ("Id", "Name", "AssetType")}
    origin = dict(data_set["_origin"])
    if "Product" in origin:
        origin["Product"] = {**origin["Product"], "ProviderContact": _PROVIDER_CONTACT}
    emit(to, detail_type, [data_set["Arn"]], {"DataSet": about, **origin, "Notification": notification})


def revision_revoked(to: DataExchangeBase, data_set: Record, revision: Record) -> None:
    """Emits that a revision of an entitled data set was revoked."""
    detail_type = _REVOKED.get(data_set["AssetType"], "Revision Revoked")
    about = _about([revision], data_set)
    emit(to, detail_type, [data_set["Id"]], {**about, "RevocationComment": revision["RevocationComment"]})


def grant_changed(to: DataExchangeBase, detail_type: str, data_set: Record, grant: Record) -> None:
    """Emits a change of a data grant and of its entitled data set (which may be the receiver's)."""
    detail = {
        "DataSets": [{"Id": data_set["Id"], "Name": data_set["Name"]}],
        "DataGrant": {"Arn": grant["Arn"], "Name": grant["Name"]},
    }
    emit(to, detail_type, [data_set["Arn"]], detail)


def job_ended(to: DataExchangeBase, job: Record) -> None:
    """Emits that a job ended, if an event action started it."""
    details = job["Details"].get("ExportRevisionsToS3", {})
    if not details.get("EventActionArn"):
        return
    # Not looked up as a request does: the access may have ended, which is why the job failed.
    data_set = to.entitled_data_sets.record(details["DataSetId"])
    assert data_set is not None  # entitled data sets are kept when access ends
    revisions = to.revisions.of(data_set["Id"])
    ids = [destination["RevisionId"] for destination in details["RevisionDestinations"]]
    outcome = "Completed" if job["State"] == "COMPLETED" else "Failed"
    about = _about([revisions.record(each) or {"Id": each} for each in ids], data_set)
    product = data_set["_origin"].get("Product")
    if product:
        # Without its name, unlike all other events.
        about = {**about, "Product": {"Id": product["Id"]}}
    resource = product["Id"] if product else data_set["Id"]
    emit(to, f"Auto-export Job {outcome}", [resource], {**about, "DataSetIds": [data_set["Id"]]})


def event_time(moment: datetime.datetime) -> str:
    """Returns a time in the form of events: UTC, to the second."""
    return moment.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _about(revisions: Iterable[Record], data_set: Record) -> Record:
    """Returns revisions, data set and its origin in the form of the events' details."""
    revisions = list(revisions)
    return {
        "RevisionIds": [each["Id"] for each in revisions],
        "Revisions": [{"Id": each["Id"], "Comment": each.get("Comment") or ""} for each in revisions],
        "DataSets": [{"Id": data_set["Id"], "Name": data_set["Name"]}],
        **data_set["_origin"],
    }
