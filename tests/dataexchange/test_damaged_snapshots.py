"""What records of a snapshot must have in common, so that it is one that this library made."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from typing import Any

import pytest

from appint_mock import SnapshotError, mock_dataexchange
from tests.fuzz.furnished import furnish

from .actors import ACCOUNT, ASSET_TYPES, NOWHERE, OTHER_ACCOUNT

THIRD_ACCOUNT = "333333333333"
LAST = "f" * 32
Place = tuple[int, str, Callable[[Any], object]]
Damage = Callable[[Any], object]


@functools.cache
def _furnished() -> str:
    """A state with something of everything in it, as JSON."""
    with mock_dataexchange() as aws:
        furnish("dataexchange", aws)
        aws.backend().add_entitled_data_set(
            name="large",
            description="d",
            asset_type="S3_SNAPSHOT",
            product_id="prod-1",
            revisions=[{"assets": {"a": {"size": 5}}}, {"assets": {"a": {"size": 5}}, "published": False}],
        )
        return json.dumps(aws.snapshot())


def _refusal(state: Any) -> str:
    """What is wrong with a snapshot; it is refused as a whole."""
    with mock_dataexchange() as aws:
        before = aws.snapshot()
        with pytest.raises(SnapshotError) as caught:
            aws.restore(state)
        assert aws.snapshot() == before
    start, end = "This snapshot is damaged: ", ". Nothing was changed. Give restore() what snapshot() returned."
    text, _, _ = str(caught.value).partition(end)
    assert text.startswith(start)
    return text.removeprefix(start)


def _tables(state: Any, backend: int, part: str) -> list[tuple[str, Any]]:
    """The tables of a part with the paths to them."""
    found, path = state["backends"][backend][2][part], f"backends.{backend}.2.{part}"
    return [(path, found)] if "rows" in found else [(f"{path}.{parent}", table) for parent, table in found.items()]


def _find(state: Any, place: Place) -> tuple[str, Any, Any]:
    """The first record there that fits: the path to it, its row, and itself."""
    backend, part, fits = place
    return next(
        (f"{path}.rows.{index}.2", row, row[2])
        for path, table in _tables(state, backend, part)
        for index, row in enumerate(table["rows"])
        if fits(row[2])
    )


def _any(record: Any) -> bool:
    return True


def _of_type(*types: str) -> Callable[[Any], bool]:
    return lambda record: record["AssetType"] in types


def _owned(state: Any) -> str:
    """The id of an owned data set."""
    return str(state["backends"][0][2]["data_sets"]["rows"][0][0])


def _details(record: Any) -> Any:
    (details,) = record["Details"].values()
    return details


def _ids(record: Any) -> dict[str, str]:
    return {member: _details(record)[member] for member in ("DataSetId", "RevisionId")}


def test_a_state_with_something_of_everything_is_restored() -> None:
    state = json.loads(_furnished())
    with mock_dataexchange() as aws:
        aws.restore(state)
        assert aws.snapshot() == state


ENTITLED: Place = (0, "entitled_data_sets", _any)
OWNED_REVISION: Place = (0, "revisions", lambda record: ":123456789012:" in record["Arn"])
ENTITLED_REVISION: Place = (0, "revisions", lambda record: ":123456789012:" not in record["Arn"])
OWNED_ASSET: Place = (0, "assets", lambda record: ":123456789012:" in record["Arn"])
ENTITLED_ASSET: Place = (0, "assets", lambda record: ":123456789012:" not in record["Arn"])
WITH_ARNS: dict[str, tuple[Place, str, str]] = {
    "an owned data set": ((0, "data_sets", _any), ACCOUNT, "data-sets/{Id}"),
    "an entitled data set": (ENTITLED, "", "data-sets/{Id}"),
    "an owned revision": (OWNED_REVISION, ACCOUNT, "data-sets/{DataSetId}/revisions/{Id}"),
    "an entitled revision": (ENTITLED_REVISION, "", "data-sets/{DataSetId}/revisions/{Id}"),
    "an owned asset": (OWNED_ASSET, ACCOUNT, "data-sets/{DataSetId}/revisions/{RevisionId}/assets/{Id}"),
    "an entitled asset": (ENTITLED_ASSET, "", "data-sets/{DataSetId}/revisions/{RevisionId}/assets/{Id}"),
    "a job": ((0, "jobs", _any), ACCOUNT, "jobs/{Id}"),
    "an event action": ((1, "event_actions", _any), OTHER_ACCOUNT, "event-actions/{Id}"),
    "a grant": ((0, "data_grants", _any), ACCOUNT, "data-grants/{Id}"),
}


@pytest.mark.parametrize("kind", WITH_ARNS)
@pytest.mark.parametrize("region", ["aa-east-1", "zz-east-1"])
def test_a_record_has_the_arn_of_its_place(kind: str, region: str) -> None:
    place, account, resource = WITH_ARNS[kind]
    state = json.loads(_furnished())
    path, _, record = _find(state, place)
    right = f"arn:aws:dataexchange:us-east-1:{account}:{resource.format_map(record)}"
    assert record["Arn"] == right
    record["Arn"] = right.replace("us-east-1", region)
    refusal = _refusal(state)
    assert refusal.startswith(f"{path}.Arn is 'arn:aws:dataexchange:{region}")
    assert refusal.endswith(f", not {right}")


#: Where, what is done to the record there, and what is wrong then: the path from the record on, and why.
DAMAGES: dict[str, tuple[Place, Damage, str]] = {
    "a product without its data set": (
        (0, "data_sets", lambda record: record.get("_product")),
        lambda record: record["_product"].update(DataSetId=NOWHERE),
        " is in a product whose data set is not among the entitled_data_sets",
    ),
    "a finalized revision without its moment": (
        (0, "revisions", lambda record: record["Finalized"] and ":123456789012:" in record["Arn"]),
        lambda record: record.update(_finalized_at=None),
        " is finalized and lacks the member _finalized_at",
    ),
    "a revoked revision without a comment": (
        (0, "revisions", lambda record: record["Revoked"]),
        lambda record: record.update(RevocationComment=None),
        " is revoked and lacks the member RevocationComment",
    ),
    "a revoked copy without a comment": (
        (1, "revisions", lambda record: record["Revoked"]),
        lambda record: record.pop("RevocationComment"),
        " is revoked and lacks the member RevocationComment",
    ),
    "a file with the type of an API": (
        (0, "assets", _of_type("S3_SNAPSHOT")),
        lambda record: record.update(AssetType="API_GATEWAY_API"),
        " has another AssetType than its data set: S3_SNAPSHOT",
    ),
    "an API with the type of a file": (
        (0, "assets", _of_type("API_GATEWAY_API")),
        lambda record: record.update(AssetType="S3_SNAPSHOT"),
        " has another AssetType than its data set: API_GATEWAY_API",
    ),
    "an asset without details": (
        OWNED_ASSET,
        lambda record: record["AssetDetails"].clear(),
        " has 0 members in AssetDetails, not one",
    ),
    "an asset with details of two kinds": (
        OWNED_ASSET,
        lambda record: record["AssetDetails"].update(RedshiftDataShareAsset={"Arn": "arn"}),
        " has 2 members in AssetDetails, not one",
    ),
    "an owned file without content": (
        (0, "assets", lambda record: record["_content"] and ":123456789012:" in record["Arn"]),
        lambda record: record.update(_content=None),
        " is a file and lacks the member _content",
    ),
    "a file that nobody has seen without content": (
        (0, "unpublished_revisions", lambda record: record["_assets"][0]["_content"]),
        lambda record: record["_assets"][0].update(_content=None),
        "._assets.0 lacks the member _content",
    ),
    "a job without details": (
        (0, "jobs", _any),
        lambda record: record["Details"].clear(),
        ".Details is not an object of ImportAssetsFromS3",
    ),
    "a job with details of two types": (
        (0, "jobs", _any),
        lambda record: record["Details"].update(ExportAssetToSignedUrl={"AssetId": NOWHERE, **_ids(record)}),
        ".Details is not an object of ImportAssetsFromS3",
    ),
    "a job in progress that never began": (
        (0, "jobs", lambda record: record["State"] == "COMPLETED"),
        lambda record: record.update(State="IN_PROGRESS", _begun_at=None),
        " is in progress and lacks the member _begun_at",
    ),
    "an export of no revision": (
        (0, "jobs", lambda record: record["Type"] == "EXPORT_REVISIONS_TO_S3"),
        lambda record: _details(record)["RevisionDestinations"].clear(),
        ".Details.ExportRevisionsToS3 names no revision",
    ),
    **{
        f"a job with another {member} ({other[0]})": (
            (0, "jobs", _any),
            functools.partial(lambda member, other, record: record.update({member: other}), member, other),
            ".Details.ImportAssetsFromS3 is of another data set or revision than the job's _data_set_id and "
            "_revision_id",
        )
        for member in ("_data_set_id", "_revision_id")
        for other in (NOWHERE, LAST)
    },
    "an event action's job of a data set that is not entitled": (
        (1, "jobs", _any),
        lambda record: (_details(record).update(DataSetId=NOWHERE), record.update(_data_set_id=NOWHERE)),
        f".Details.ExportRevisionsToS3 exports '{NOWHERE}', which is not among the entitled_data_sets",
    ),
    "an event action without an event": (
        (1, "event_actions", _any),
        lambda record: record["Event"].clear(),
        ".Event names no data set that is among the entitled_data_sets",
    ),
    "an event action of a data set that is not entitled": (
        (1, "event_actions", _any),
        lambda record: record["Event"]["RevisionPublished"].update(DataSetId=NOWHERE),
        ".Event names no data set that is among the entitled_data_sets",
    ),
    "an event action without an action": (
        (1, "event_actions", _any),
        lambda record: record["Action"].clear(),
        ".Action lacks the member ExportRevisionToS3",
    ),
    **{
        f"a grant of sender {other}": (
            (0, "data_grants", _any),
            functools.partial(lambda other, record: record.update(SenderPrincipal=other), other),
            " is not from this account to another one",
        )
        for other in ("000000000000", THIRD_ACCOUNT)
    },
    "a grant to its sender": (
        (0, "data_grants", _any),
        lambda record: record.update(ReceiverPrincipal=ACCOUNT),
        " is not from this account to another one",
    ),
    "a grant to an account that is not there": (
        (0, "data_grants", _any),
        lambda record: record.update(ReceiverPrincipal=THIRD_ACCOUNT),
        " is not among the received_data_grants of its receiver",
    ),
    "a grant that was accepted, to its sender": (
        (0, "data_grants", lambda record: record["EndsAt"] is None),
        lambda record: record.update(EndsAt={"$moment": "2030-01-01T00:00:00.000000+00:00"}),
        " has another EndsAt than its receiver knows",
    ),
    "a grant that was accepted, to its receiver": (
        (0, "data_grants", lambda record: record["AcceptanceState"] == "ACCEPTED"),
        lambda record: record.update(AcceptanceState="PENDING_RECEIVER_ACCEPTANCE"),
        " has another AcceptanceState than its receiver knows",
    ),
    "a grant that was accepted, without its data set": (
        (0, "data_grants", lambda record: record["AcceptanceState"] == "ACCEPTED"),
        lambda record: record.update(DataSetId=NOWHERE),
        " is ACCEPTED although its receiver lacks the data set, or the other way round",
    ),
}


@pytest.mark.parametrize("case", DAMAGES)
def test_a_record_that_does_not_fit_the_others_is_named(case: str) -> None:
    place, damage, wrong = DAMAGES[case]
    state = json.loads(_furnished())
    path, _, record = _find(state, place)
    damage(record)
    assert _refusal(state) == f"{path}{wrong}"


def test_a_grant_that_waits_has_no_data_set_at_its_receiver() -> None:
    state = json.loads(_furnished())
    (accepted,) = (
        row[2] for row in state["backends"][0][2]["data_grants"]["rows"] if row[2]["AcceptanceState"] == "ACCEPTED"
    )
    path, _, waiting = _find(state, (0, "data_grants", lambda record: record["AcceptanceState"] != "ACCEPTED"))
    waiting["DataSetId"] = accepted["DataSetId"]
    assert _refusal(state) == f"{path} is ACCEPTED although its receiver lacks the data set, or the other way round"


def test_an_entitled_data_set_is_not_owned_too() -> None:
    state = json.loads(_furnished())
    path, row, record = _find(state, (0, "entitled_data_sets", lambda record: record["SourceId"] is None))
    row[0] = record["Id"] = _owned(state)
    record["Arn"] = f"arn:aws:dataexchange:us-east-1::data-sets/{record['Id']}"
    assert _refusal(state) == f"{path} is among the data_sets too"


def test_only_an_entitled_data_set_has_unpublished_revisions() -> None:
    state = json.loads(_furnished())
    parts = state["backends"][0][2]
    parts["unpublished_revisions"] = {_owned(state): table for table in parts["unpublished_revisions"].values()}
    text = f"has unpublished_revisions of {_owned(state)}, which is not among the entitled_data_sets"
    assert _refusal(state) == f"backends.0.2 {text}"


def test_an_unpublished_revision_is_not_published_too() -> None:
    state = json.loads(_furnished())
    path, row, record = _find(state, (0, "unpublished_revisions", _any))
    row[0] = record["Id"] = _find(state, OWNED_REVISION)[2]["Id"]
    assert _refusal(state) == f"{path} is among the revisions too"


def test_a_revision_is_of_a_data_set_that_is_there() -> None:
    state = json.loads(_furnished())
    parts = state["backends"][1][2]["revisions"]
    table = parts.pop(next(iter(parts)))
    parts[NOWHERE] = table
    for row in table["rows"]:
        row[2]["DataSetId"] = NOWHERE
    text = f"is of data set '{NOWHERE}', which is not there"
    assert _refusal(state) == f"backends.1.2.revisions.{NOWHERE}.rows.0.2 {text}"


@pytest.mark.parametrize("pick", [min, max])
def test_an_asset_is_of_the_data_set_of_its_revision(pick: Callable[[list[str]], str]) -> None:
    state = json.loads(_furnished())
    others = [row[0] for row in state["backends"][0][2]["data_sets"]["rows"]]
    place: Place = (0, "assets", lambda record: record["DataSetId"] != pick(others))
    path, _, record = _find(state, place)
    record["DataSetId"] = pick(others)
    assert _refusal(state) == f"{path} is of revision '{record['RevisionId']}', which its data set does not have"


def test_an_asset_is_of_a_revision_that_is_there() -> None:
    state = json.loads(_furnished())
    assets = state["backends"][0][2]["assets"]
    table = assets.pop(next(iter(assets)))
    assets[NOWHERE] = table
    table["rows"][0][2]["RevisionId"] = NOWHERE
    text = f"is of revision '{NOWHERE}', which its data set does not have"
    assert _refusal(state) == f"backends.0.2.assets.{NOWHERE}.rows.0.2 {text}"


@pytest.mark.parametrize("asset_type", ASSET_TYPES)
def test_only_an_owned_file_needs_content(asset_type: str) -> None:
    state = json.loads(_furnished())
    records = [
        row[2]
        for _, table in _tables(state, 0, "assets")
        for row in table["rows"]
        if row[2]["AssetType"] == asset_type and (asset_type != "S3_SNAPSHOT" or f":{ACCOUNT}:" not in row[2]["Arn"])
    ]
    assert records
    for record in records:
        record["_content"] = None
    with mock_dataexchange() as aws:
        aws.restore(state)
        assert aws.snapshot() == state


def _blank(state: Any, account_id: str) -> Any:
    """An account in which nothing is."""
    parts = {
        name: {**part, "rows": []} if "rows" in part else type(part)() for name, part in state["backends"][0][2].items()
    }
    state["backends"].append([account_id, "us-east-1", parts])
    return parts


def test_a_grant_is_known_to_its_receiver() -> None:
    state = json.loads(_furnished())
    _blank(state, THIRD_ACCOUNT)
    path, _, record = _find(state, (0, "data_grants", _any))
    record["ReceiverPrincipal"] = THIRD_ACCOUNT
    assert _refusal(state) == f"{path} is not among the received_data_grants of its receiver"


def test_a_receiver_knows_who_sent_a_grant() -> None:
    state = json.loads(_furnished())
    _, _, known = _find(state, (1, "received_data_grants", _any))
    known["SenderPrincipal"] = THIRD_ACCOUNT
    path, _, _ = _find(state, (0, "data_grants", lambda record: record["Id"] == known["Id"]))
    assert _refusal(state) == f"{path} has another SenderPrincipal than its receiver knows"


@pytest.mark.parametrize("sender_is_there", [True, False])
def test_a_received_grant_was_sent(sender_is_there: bool) -> None:
    state = json.loads(_furnished())
    grants = state["backends"][0][2]["data_grants"]["rows"]
    path, row, _ = _find(state, (1, "received_data_grants", lambda record: record["AcceptanceState"] != "ACCEPTED"))
    grants[:] = [each for each in grants if each[0] != row[0]]
    if not sender_is_there:
        row[2]["SenderPrincipal"] = THIRD_ACCOUNT
    assert _refusal(state) == f"{path} is not among the data_grants of its sender"


@pytest.mark.parametrize("other", ["000000000000", THIRD_ACCOUNT])
def test_a_received_grant_was_sent_to_its_receiver(other: str) -> None:
    state = json.loads(_furnished())
    received = _blank(state, other)["received_data_grants"]
    path, row, _ = _find(state, (1, "received_data_grants", lambda record: record["AcceptanceState"] != "ACCEPTED"))
    _, _, grant = _find(state, (0, "data_grants", lambda record: record["Id"] == row[0]))
    received["rows"], received["next"] = [[row[0], 0, row[2]]], 1
    grant["ReceiverPrincipal"] = other
    assert _refusal(state) == f"{path} is not among the data_grants of its sender"
