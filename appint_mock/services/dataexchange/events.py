"""The EventBridge events that the service emits."""

from __future__ import annotations

import copy
import datetime
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, TypeVar

from ... import neighbours
from ...state.store import Record
from .base import DataExchangeBase
from .handlers import as_handler

H = TypeVar("H", bound=Callable[[Record], object] | Callable[[Record, Any], object])

#: What the event of a publication is called; other asset types than these have the first name.
_PUBLISHED = {
    "S3_SNAPSHOT": "Revision Published To Data Set",
    "REDSHIFT_DATA_SHARE": "Revision Published To Redshift Data Shares Data Set",
    "API_GATEWAY_API": "Revision Published To API Gateway API Data Set",
    "S3_DATA_ACCESS": "Revision Published to S3 Data Access Data Set(s)",
    "LAKE_FORMATION_DATA_PERMISSION": "Revision Published To Lake Formation Data Permission Data Set",
}
_REVOKED = {"S3_DATA_ACCESS": "Revision Revoked from S3 Data Access Data Set(s)"}


class Events(DataExchangeBase):
    """What a test does with the events of an account in a region."""

    def on_event(self, handler: H) -> H:
        """Call ``handler(event)`` for each event from now on, after it was added to ``events``.

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


def emit(to: DataExchangeBase, detail_type: str, resource: str, detail: Record) -> None:
    """Add an event about ``resource`` (an id or ARN); whoever wants it gets it when the lock is free."""
    event = {
        "version": "0",
        "id": to.world.ids.uuid(),
        "detail-type": detail_type,
        "source": "aws.dataexchange",
        "account": to.account_id,
        "time": event_time(to.now()),
        "region": to.region_name,
        "resources": [resource],
        "detail": detail,
    }
    with to.world.lock:
        to.events.append(event)
        to.world.lock.put_off(partial(neighbours.put_event, event))
        for handler in to.handlers.get("event", ()):
            to.world.lock.put_off(partial(handler, copy.deepcopy(event)))


def revision_published(to: DataExchangeBase, data_set: Record, revision: Record) -> None:
    """Emit that an entitled data set got a revision."""
    emit(to, _PUBLISHED[data_set["AssetType"]], data_set["Id"], _about([revision], data_set))


def revision_revoked(to: DataExchangeBase, data_set: Record, revision: Record) -> None:
    """Emit that a revision of an entitled data set was revoked."""
    detail_type = _REVOKED.get(data_set["AssetType"], "Revision Revoked")
    about = _about([revision], data_set)
    emit(to, detail_type, data_set["Id"], {**about, "RevocationComment": revision["RevocationComment"]})


def grant_changed(to: DataExchangeBase, detail_type: str, data_set: Record, grant: Record) -> None:
    """Emit what happened to a data grant and its entitled data set (which may be the receiver's)."""
    detail = {
        "DataSets": [{"Id": data_set["Id"], "Name": data_set["Name"]}],
        "DataGrant": {"Arn": grant["Arn"], "Name": grant["Name"]},
    }
    emit(to, detail_type, data_set["Arn"], detail)


def job_ended(to: DataExchangeBase, job: Record) -> None:
    """Emit that a job ended, if an event action started it."""
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
    resource = product["Id"] if product else data_set["Id"]
    emit(to, f"Auto-export Job {outcome}", resource, {**about, "DataSetIds": [data_set["Id"]]})


def event_time(moment: datetime.datetime) -> str:
    """A moment as events write it: UTC, to the second."""
    return moment.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _about(revisions: Iterable[Record], data_set: Record) -> Record:
    """Revisions, data set and its origin, as the events' details show them."""
    revisions = list(revisions)
    return {
        "RevisionIds": [each["Id"] for each in revisions],
        "Revisions": [{"Id": each["Id"], "Comment": each.get("Comment") or ""} for each in revisions],
        "DataSets": [{"Id": data_set["Id"], "Name": data_set["Name"]}],
        **data_set["_origin"],
    }
