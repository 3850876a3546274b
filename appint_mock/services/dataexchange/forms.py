"""Defines the forms of AWS Data Exchange's records, against which a snapshot is checked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from ...state.arns import Arn, partition_of
from ...state.form import (
    Form,
    Unfit,
    content,
    count,
    data,
    entries,
    flag,
    inside,
    items,
    matching,
    members,
    object_,
    one_of,
    optional,
    shown,
    shown_key,
    text,
)
from ...state.part import Forms, Records
from ...state.store import Record
from ..forms import HEX_ID, UUID, by_operation, moment, record, shape
from .jobs import execution
from .jobs.job_type import revision_id_of

_id = matching(HEX_ID, "32 characters of 0-9a-f")
#: Whatever the model is: it may be older than tags are.
_tags = optional(entries(text))
_account = matching("[0-9]{12}", "an account of 12 digits")
_of_ours = partial(record, "dataexchange")
_shape = partial(shape, "dataexchange")

_NAMED = ("Id", "Arn", "CreatedAt", "UpdatedAt")
_OF_DATA_SET = ("Name", "Description", "AssetType")
_REVISION = ("DataSetId", "Finalized", "Revoked")


def _origin(value: Any) -> None:
    """The form of a data set's origin in events: a product, or a data grant."""
    given = object_(value)
    if given.keys() == {"Product"}:
        with inside("Product"):
            members(Id=text, Name=text)(given["Product"])
    else:
        members(DataGrant=members(Arn=text, Name=text))(given)


def _data_set(*always: str, present: Iterable[str] = (), **own: Form) -> Form:
    return _of_ours(
        "GetDataSet",
        "CreateDataSet",
        always=(*_NAMED, *_OF_DATA_SET, "Origin", *always),
        present=tuple(present),
        own={"Id": _id, **own},
    )


def _revision(**own: Form) -> Form:
    return _of_ours("GetRevision", "CreateRevision", always=(*_NAMED, *_REVISION), own={"Id": _id, **own})


_SEEDED_ASSET = members(
    Name=text,
    AssetDetails=optional(_shape("AssetDetails")),
    _content=optional(content),
    Id=_id,
)
#: What an import in progress has read, as in ``NewAsset``.
_FOUND_ASSET = members(
    name=text, details=optional(_shape("AssetDetails")), content=optional(content), asset_id=optional(_id)
)
_CHANGE_SET = record(
    "marketplace-catalog",
    "DescribeChangeSet",
    "StartChangeSet",
    always=("ChangeSetId", "ChangeSetArn", "StartTime", "EndTime", "Status", "ChangeSet", "_products"),
    kept=("Intent",),
    own={"_products": entries(items(text))},
)
#: By the backend's attribute.
_RECORDS: Mapping[str, Records] = {
    "data_sets": Records(
        _data_set(Origin=one_of("OWNED"), _product=optional(members(Id=text, DataSetId=_id))), key="Id"
    ),
    "entitled_data_sets": Records(
        _data_set(
            "_origin",
            present=("SourceId", "_ends_at"),
            Origin=one_of("ENTITLED"),
            _origin=_origin,
            _ends_at=optional(moment),
            _ended=optional(flag),
        ),
        key="Id",
    ),
    "revisions": Records(
        _revision(_finalized_at=optional(moment), _published=optional(flag), _source_id=optional(_id), Tags=_tags),
        key="Id",
        parent="DataSetId",
    ),
    "assets": Records(
        _of_ours(
            "GetAsset",
            always=(*_NAMED, "DataSetId", "RevisionId", "AssetType", "Name", "AssetDetails"),
            present=("_content",),
            own={"Id": _id, "_content": optional(content), "Tags": _tags},
        ),
        key="Id",
        parent="RevisionId",
    ),
    "data_grants": Records(
        _of_ours(
            "GetDataGrant",
            always=(
                *(*_NAMED, "Name", "SenderPrincipal", "ReceiverPrincipal", "SourceDataSetId", "DataSetId"),
                *("AcceptanceState", "GrantDistributionScope", "_data_set"),
            ),
            present=("EndsAt",),
            own={
                "Id": _id,
                "DataSetId": _id,
                "SenderPrincipal": _account,
                "ReceiverPrincipal": _account,
                "_data_set": members(Name=text, Description=text, AssetType=_shape("AssetType")),
            },
        ),
        key="Id",
    ),
    "received_data_grants": Records(
        members(
            Id=_id,
            SenderPrincipal=_account,
            AcceptanceState=_shape("AcceptanceStateFilterValue"),
            EndsAt=optional(moment),
        ),
        key="Id",
    ),
    "unpublished_revisions": Records(
        _of_ours(
            always=("Id", "_assets"),
            own={
                "Id": _id,
                "Comment": optional(text),
                "CreatedAt": optional(moment),
                "_published": flag,
                "_assets": items(_SEEDED_ASSET),
            },
        ),
        key="Id",
    ),
    "jobs": Records(
        _of_ours(
            "GetJob",
            "CreateJob",
            always=(*_NAMED, "Type", "State", "Details", "_data_set_id", "_revision_id", "_reads"),
            kept=("AssetConfiguration",),
            own={
                "Id": _id,
                "_data_set_id": text,
                "_revision_id": text,
                "_reads": count,
                "_upload": optional(content),
                "_begun_at": optional(moment),
                "_found": optional(items(_FOUND_ASSET)),
                "_failure": optional(_shape("JobError")),
                "_content": optional(content),
            },
        ),
        key="Id",
    ),
    "event_actions": Records(
        _of_ours(
            "GetEventAction",
            "CreateEventAction",
            always=(*_NAMED, "Event", "Action"),
            own={"Id": _id, "Tags": _tags},
        ),
        key="Id",
    ),
    "events": Records(
        members(
            **{"version": text, "id": matching(UUID, "a UUID"), "detail-type": text, "source": text},
            account=_account,
            time=text,
            region=text,
            resources=items(text),
            detail=entries(data),
        )
    ),
    "change_sets": Records(_CHANGE_SET, key="ChangeSetId"),
    "change_set_tokens": Records(by_operation({"StartChangeSet": _CHANGE_SET})),
    "notification_tokens": Records(by_operation({"SendDataSetNotification": members()})),
}


def _check_references(states: Mapping[tuple[str, str], Record]) -> None:
    """Raises Unfit for a record with a wrong ARN, and for one that names a missing record."""
    accounts = {place: _Account(*place, state) for place, state in states.items()}
    for index, account in enumerate(accounts.values()):
        with inside("backends", index, 2):
            _check_data_sets(account)
            _check_revisions(account)
            _check_assets(account)
            _check_jobs(account)
            _check_event_actions(account)
    for index, account in enumerate(accounts.values()):
        with inside("backends", index, 2):
            _check_grants(account, accounts)


class _Account:
    """The state of one account and region, and its records by their ids."""

    def __init__(self, account_id: str, region_name: str, state: Record) -> None:
        self.account_id, self.region_name, self.state = account_id, region_name, state
        self.data_sets: dict[str, Record] = self.by_id("data_sets")
        self.entitled: dict[str, Record] = self.by_id("entitled_data_sets")
        self.revisions: dict[str, Record] = {
            key: each for table in state["revisions"].values() for key, _, each in table["rows"]
        }
        self.grants = self.by_id("data_grants")
        self.received = self.by_id("received_data_grants")

    def by_id(self, part: str) -> dict[str, Record]:
        """Returns the records of a table."""
        return {key: each for key, _, each in self.state[part]["rows"]}

    def check(self, part: str, check: Callable[[Record], None]) -> None:
        """Checks each record of a table."""
        self._check_rows((part,), self.state[part], check)

    def check_all(self, part: str, check: Callable[[Record], None]) -> None:
        """Checks each record of the tables of all parents."""
        for parent, table in self.state[part].items():
            self._check_rows((part, shown_key(parent)), table, check)

    def _check_rows(self, path: tuple[str, ...], table: Record, check: Callable[[Record], None]) -> None:
        for index, (_, _, each) in enumerate(table["rows"]):
            with inside(*path, "rows", index, 2):
                check(each)

    def require_arn(self, each: Record, resource: str, *, entitled: bool = False) -> None:
        """Refuses a record with another ARN than that of ``resource``."""
        account_id = "" if entitled else self.account_id
        arn = Arn(partition_of(self.region_name), "dataexchange", self.region_name, account_id, resource)
        if each["Arn"] != str(arn):
            with inside("Arn"):
                raise Unfit(f"is {shown(each['Arn'])}, not {arn}")


def _check_data_sets(account: _Account) -> None:
    def owned(each: Record) -> None:
        account.require_arn(each, f"data-sets/{each['Id']}")
        product = each.get("_product")
        if product and product["DataSetId"] not in account.entitled:
            raise Unfit("is in a product whose data set is not among the entitled_data_sets")

    def entitled(each: Record) -> None:
        account.require_arn(each, f"data-sets/{each['Id']}", entitled=True)
        if each["Id"] in account.data_sets:
            raise Unfit("is among the data_sets too")

    account.check("data_sets", owned)
    account.check("entitled_data_sets", entitled)
    for parent in account.state["unpublished_revisions"]:
        if parent not in account.entitled:
            raise Unfit(f"has unpublished_revisions of {shown_key(parent)}, which is not among the entitled_data_sets")

    def unpublished(each: Record) -> None:
        if each["Id"] in account.revisions:
            raise Unfit("is among the revisions too")

    account.check_all("unpublished_revisions", unpublished)


def _check_revisions(account: _Account) -> None:
    def check(each: Record) -> None:
        data_set_id = each["DataSetId"]
        owned = data_set_id in account.data_sets
        if not owned and data_set_id not in account.entitled:
            raise Unfit(f"is of data set {shown(data_set_id)}, which is not there")
        account.require_arn(each, f"data-sets/{data_set_id}/revisions/{each['Id']}", entitled=not owned)
        if owned and each["Finalized"] and each.get("_finalized_at") is None:
            raise Unfit("is finalized and lacks the member _finalized_at")
        if each["Revoked"] and each.get("RevocationComment") is None:
            raise Unfit("is revoked and lacks the member RevocationComment")

    account.check_all("revisions", check)


def _check_assets(account: _Account) -> None:
    def check(each: Record) -> None:
        revision = account.revisions.get(each["RevisionId"])
        if revision is None or revision["DataSetId"] != each["DataSetId"]:
            raise Unfit(f"is of revision {shown(each['RevisionId'])}, which its data set does not have")
        data_set = account.data_sets.get(each["DataSetId"]) or account.entitled[each["DataSetId"]]
        if each["AssetType"] != data_set["AssetType"]:
            raise Unfit(f"has another AssetType than its data set: {data_set['AssetType']}")
        resource = f"data-sets/{data_set['Id']}/revisions/{revision['Id']}/assets/{each['Id']}"
        account.require_arn(each, resource, entitled=data_set["Origin"] != "OWNED")
        _check_details(each, data_set)

    account.check_all("assets", check)

    def seeded(each: Record) -> None:
        for index, asset in enumerate(each["_assets"]):
            with inside("_assets", index):
                if asset.get("AssetDetails") is None and asset.get("_content") is None and asset.get("Size") is None:
                    raise Unfit("lacks the member _content")

    account.check_all("unpublished_revisions", seeded)


def _check_details(asset: Record, data_set: Record) -> None:
    if len(asset["AssetDetails"]) != 1:
        raise Unfit(f"has {len(asset['AssetDetails'])} members in AssetDetails, not one")
    # Only one that a test has seeded may have a size in place of its content.
    if data_set["AssetType"] == "S3_SNAPSHOT" and data_set["Origin"] == "OWNED" and asset["_content"] is None:
        raise Unfit("is a file and lacks the member _content")


def _check_jobs(account: _Account) -> None:
    def check(each: Record) -> None:
        account.require_arn(each, f"jobs/{each['Id']}")
        if each["State"] == "IN_PROGRESS" and each.get("_begun_at") is None:
            raise Unfit("is in progress and lacks the member _begun_at")
        member = execution.type_of(each["Type"]).member
        details = each["Details"].get(member)
        if details is None or len(each["Details"]) != 1:
            with inside("Details"):
                raise Unfit(f"is not an object of {member}")
        with inside("Details", member):
            if not details.get("RevisionId") and not details.get("RevisionDestinations"):
                raise Unfit("names no revision")
            if each["_data_set_id"] != details["DataSetId"] or each["_revision_id"] != revision_id_of(details):
                raise Unfit("is of another data set or revision than the job's _data_set_id and _revision_id")
            if details.get("EventActionArn") and details["DataSetId"] not in account.entitled:
                raise Unfit(f"exports {shown(details['DataSetId'])}, which is not among the entitled_data_sets")

    account.check("jobs", check)


def _check_event_actions(account: _Account) -> None:
    def check(each: Record) -> None:
        account.require_arn(each, f"event-actions/{each['Id']}")
        published = each["Event"].get("RevisionPublished")
        if published is None or published["DataSetId"] not in account.entitled:
            with inside("Event"):
                raise Unfit("names no data set that is among the entitled_data_sets")
        if each["Action"].get("ExportRevisionToS3") is None:
            with inside("Action"):
                raise Unfit("lacks the member ExportRevisionToS3")

    account.check("event_actions", check)


def _check_grants(account: _Account, accounts: Mapping[tuple[str, str], _Account]) -> None:
    def sent(each: Record) -> None:
        account.require_arn(each, f"data-grants/{each['Id']}")
        if each["SenderPrincipal"] != account.account_id or each["ReceiverPrincipal"] == account.account_id:
            raise Unfit("is not from this account to another one")
        receiver = accounts.get((each["ReceiverPrincipal"], account.region_name))
        known = receiver.received.get(each["Id"]) if receiver else None
        if receiver is None or known is None:
            raise Unfit("is not among the received_data_grants of its receiver")
        for member in ("SenderPrincipal", "AcceptanceState", "EndsAt"):
            if known[member] != each[member]:
                raise Unfit(f"has another {member} than its receiver knows")
        if (each["AcceptanceState"] == "ACCEPTED") != (each["DataSetId"] in receiver.entitled):
            raise Unfit("is ACCEPTED although its receiver lacks the data set, or the other way round")

    def received(each: Record) -> None:
        sender = accounts.get((each["SenderPrincipal"], account.region_name))
        grant = sender.grants.get(each["Id"]) if sender else None
        if grant is None or grant["ReceiverPrincipal"] != account.account_id:
            raise Unfit("is not among the data_grants of its sender")

    account.check("data_grants", sent)
    account.check("received_data_grants", received)


FORMS = Forms(_RECORDS, _check_references)
