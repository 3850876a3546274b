"""Revisions: the state table, and what each operation shows and moves."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest

from tests.fidelity.dataexchange import holds

from .actors import (
    ACCOUNT,
    NOWHERE,
    REASON,
    Actor,
    Near,
    asset_of,
    bare,
    conflict,
    invalid,
    not_found,
    of,
    read_only,
)

MINUTE = datetime.timedelta(minutes=1)
Revision = dict[str, Any]

# The state table -------------------------------------------------------------------------------------------


def _empty(provider: Actor) -> Revision:
    return provider.revision(provider.data_set(), Comment="before")


def _open(provider: Actor) -> Revision:
    return provider.revision(provider.data_set(), "a.csv", Comment="before")


def _finalized(provider: Actor) -> Revision:
    return provider.finalize(_open(provider))


def _published(provider: Actor) -> Revision:
    revision = _finalized(provider)
    provider.grant({"Id": revision["DataSetId"]})
    return revision


def _published_in_product(provider: Actor) -> Revision:
    revision = _finalized(provider)
    provider.backend.publish_revision(revision["DataSetId"], revision["Id"])
    return revision


def _revoked(provider: Actor) -> Revision:
    return provider.revoke(_finalized(provider))


def _revoked_and_published(provider: Actor) -> Revision:
    return provider.revoke(_published(provider))


def _entitled(provider: Actor) -> Revision:
    data_set_id = provider.backend.add_entitled_data_set(
        name="Weather",
        description="Hourly",
        asset_type="S3_SNAPSHOT",
        product_id="prod-weather",
        revisions=[{"comment": "before", "assets": {"a.csv": b"a"}}],
    )
    (revision,) = provider.revisions(data_set_id)
    return revision


def _update(**members: Any) -> Callable[[Actor, Revision], Any]:
    return lambda provider, revision: provider.client.update_revision(**of(revision), **members)


def _delete(provider: Actor, revision: Revision) -> None:
    provider.client.delete_revision(**of(revision))


def _revoke(provider: Actor, revision: Revision) -> None:
    provider.revoke(revision, "A reason to revoke.")


def _rename_asset(provider: Actor, revision: Revision) -> None:
    (asset,) = provider.assets(revision)
    provider.client.update_asset(**asset_of(asset), Name="b.csv")


def _delete_asset(provider: Actor, revision: Revision) -> None:
    (asset,) = provider.assets(revision)
    provider.client.delete_asset(**asset_of(asset))


STATES = {
    "empty": _empty,
    "open": _open,
    "finalized": _finalized,
    "published": _published,
    "product": _published_in_product,
    "revoked": _revoked,
    "revoked+published": _revoked_and_published,
    "entitled": _entitled,
}
OPERATIONS: dict[str, Callable[[Actor, Revision], Any]] = {
    "update": _update(),
    "finalize": _update(Finalized=True),
    "un-finalize": _update(Finalized=False),
    "comment": _update(Comment="after"),
    "finalize+comment": _update(Finalized=True, Comment="after"),
    "un-finalize+comment": _update(Finalized=False, Comment="after"),
    "delete": _delete,
    "revoke": _revoke,
    "rename-asset": _rename_asset,
    "delete-asset": _delete_asset,
}
#: What each operation does in each state. What it does: "=" nothing, "F" finalises, "O" opens again, "c" sets the
#: comment, "R" revokes, "-" deletes, "a" changes the asset. What it is refused with: "finalized", "published",
#: "revoked" (a conflict in these words), "unfinal" (a conflict: only finalised ones can be revoked), "assets"
#: (a validation error), "denied". A dot: there is no asset to try it on.
TABLE = """
                     empty   open    finalized published product   revoked revoked+published entitled
update               =       =       =         =         =         =       =                 denied
finalize             assets  F       =         =         =         revoked revoked           denied
un-finalize          =       =       O         published published revoked revoked           denied
comment              c       c       finalized published published revoked revoked           denied
finalize+comment     assets  Fc      finalized published published revoked revoked           denied
un-finalize+comment  c       c       Oc        published published revoked revoked           denied
delete               -       -       finalized published published revoked revoked           denied
revoke               unfinal unfinal R         R         R         R       R                 denied
rename-asset         .       a       finalized published published revoked revoked           denied
delete-asset         .       a       finalized published published a       a                 denied
"""


def _rows() -> list[tuple[str, str, str]]:
    head, *lines = TABLE.strip().splitlines()
    rows = [
        (state, operation, outcome)
        for operation, *outcomes in map(str.split, lines)
        for state, outcome in zip(head.split(), outcomes, strict=True)
        if outcome != "."
    ]
    assert {row[0] for row in rows} == set(STATES)
    assert {row[1] for row in rows} == set(OPERATIONS)
    return rows


def _refusal(outcome: str, revision: Revision) -> Any:
    revision_id = revision["Id"]
    if outcome == "denied":
        return read_only(revision["DataSetId"])
    if outcome == "assets":
        return invalid(f"Revision {revision_id} has no assets.")
    if outcome == "unfinal":
        text = f"Revision {revision_id} is not finalized and cannot be revoked."
        return conflict("REVISION", revision_id, text)
    if outcome in ("finalized", "published", "revoked"):
        return conflict("REVISION", revision_id, f"Revision {revision_id} is {outcome} and cannot be changed.")
    return None


@holds(
    "moments.revision",
    "order.nothing-changes",
    "errors.conflict",
    "errors.revision-order",
    "errors.finalized",
    "errors.published",
    "errors.revoked",
    "errors.unfinalized",
    "errors.no-assets",
    "revisions.update-nothing",
    "revisions.finalize",
    "revisions.finalize-comment",
    "revisions.no-assets",
    "revisions.finalize-again",
    "revisions.reopen",
    "revisions.reopen-comment",
    "revisions.reopen-published",
    "revisions.reopen-open",
    "revisions.comment",
    "revisions.comment-finalized",
    "revisions.update-revoked",
    "revisions.delete",
    "revisions.delete-others",
    "revisions.revoke-open",
    "revisions.revoke",
    "revisions.revoke-again",
    "assets.rename",
    "assets.delete",
    "assets.other-states",
    "publication.live-grant",
    "publication.product",
    "entitled.read-only",
    "entitled.read-only-code",
)
@pytest.mark.parametrize(("state", "operation", "outcome"), _rows())
def test_every_row_of_the_state_table(aws: Any, provider: Actor, state: str, operation: str, outcome: str) -> None:
    aws.clock.freeze()
    revision = bare(provider.client.get_revision(**of(STATES[state](provider))))
    names = [asset["Name"] for asset in provider.assets(revision)]
    moment = aws.clock.advance(minutes=1)
    refusal = _refusal(outcome, revision)
    if refusal is not None:
        with refusal:
            OPERATIONS[operation](provider, revision)
        return
    OPERATIONS[operation](provider, revision)
    if outcome == "-":
        with not_found("REVISION", revision["Id"]):
            provider.client.get_revision(**of(revision))
        return
    expected = dict(revision)
    if set(outcome) & set("FOcR"):
        expected["UpdatedAt"] = moment
    if "F" in outcome or "O" in outcome:
        expected["Finalized"] = "F" in outcome
    if "c" in outcome:
        expected["Comment"] = "after"
    if outcome == "R":
        first = {"Revoked": True, "RevokedAt": revision.get("RevokedAt", moment)}
        expected.update(**first, RevocationComment="A reason to revoke.")
    assert bare(provider.client.get_revision(**of(revision))) == expected
    now_names = [asset["Name"] for asset in provider.assets(revision)]
    changed = ["b.csv"] if operation == "rename-asset" else []
    assert now_names == (changed if outcome == "a" else names)


# Members ---------------------------------------------------------------------------------------------------


@holds("identifiers.arns", "moments.created", "answers.members", "answers.false")
def test_a_new_revision_shows_all_its_members_and_no_others(aws: Any, provider: Actor) -> None:
    moment = aws.clock.freeze()
    data_set = provider.data_set()
    answer = provider.client.create_revision(DataSetId=data_set["Id"], Tags={"a": "b"})
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 201
    expected = {
        "Id": answer["Id"],
        "Arn": f"arn:aws:dataexchange:us-east-1:{ACCOUNT}:data-sets/{data_set['Id']}/revisions/{answer['Id']}",
        "DataSetId": data_set["Id"],
        "Finalized": False,
        "Revoked": False,
        "CreatedAt": Near(moment),
        "UpdatedAt": Near(moment),
        "Tags": {"a": "b"},
    }
    assert bare(answer) == expected
    assert bare(provider.client.get_revision(**of(answer))) == expected
    del expected["Tags"]
    assert provider.revisions(data_set["Id"]) == [expected]


@holds("answers.tags", "revisions.revoke")
def test_a_revisions_answers_to_changes_have_all_but_tags(provider: Actor) -> None:
    revision = provider.revision(provider.data_set(), "a.csv", Comment="May", Tags={"a": "b"})
    answer = provider.finalize(revision)
    shown = {name: value for name, value in revision.items() if name != "Tags"}
    assert answer == {**shown, "Finalized": True, "UpdatedAt": answer["UpdatedAt"]}
    revoked = provider.revoke(revision)
    assert revoked == {
        **answer,
        "Revoked": True,
        "RevokedAt": revoked["UpdatedAt"],
        "RevocationComment": REASON,
        "UpdatedAt": revoked["UpdatedAt"],
    }


@holds("answers.empty-comment")
def test_an_empty_comment_is_none(provider: Actor) -> None:
    data_set = provider.data_set()
    assert "Comment" not in provider.revision(data_set, Comment="")
    revision = provider.revision(data_set, Comment="May")
    assert "Comment" not in provider.client.update_revision(**of(revision), Comment="")
    assert "Comment" not in provider.client.get_revision(**of(revision))


@holds("moments.above")
def test_an_import_moves_no_updated_at_above_it(aws: Any, provider: Actor) -> None:
    data_set = provider.data_set()
    revision = provider.revision(data_set)
    aws.clock.advance(minutes=1)
    provider.add_assets(revision, "a.csv")
    assert bare(provider.client.get_revision(**of(revision))) == revision
    assert bare(provider.client.get_data_set(DataSetId=data_set["Id"])) == data_set


@holds("moments.above")
def test_a_change_of_a_revision_moves_no_updated_at_of_its_data_set(aws: Any, provider: Actor) -> None:
    data_set = provider.data_set()
    aws.clock.advance(minutes=1)
    provider.revoke(provider.finalized(data_set))
    assert bare(provider.client.get_data_set(DataSetId=data_set["Id"])) == data_set


@holds("moments.revision", "revisions.revoke-again")
def test_revoking_again_keeps_the_first_moment(aws: Any, provider: Actor) -> None:
    aws.clock.freeze()
    revision = provider.revoke(provider.finalized(provider.data_set()))
    later = aws.clock.advance(minutes=1)
    again = provider.revoke(revision, "For another reason.")
    assert (again["RevokedAt"], again["UpdatedAt"]) == (revision["RevokedAt"], later)
    assert again["RevocationComment"] == "For another reason."


@holds("revisions.delete")
def test_deleting_a_revision_takes_its_assets_along(provider: Actor) -> None:
    data_set = provider.data_set()
    revision = provider.revision(data_set, "a.csv")
    (asset,) = provider.assets(revision)
    answer = provider.client.delete_revision(**of(revision))
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 204
    with not_found("REVISION", revision["Id"]):
        provider.client.get_asset(**asset_of(asset))
    assert provider.revisions(data_set["Id"]) == []
    assert provider.backend.dump()["assets"] == {}


@holds("revisions.finalize", "revisions.reopen")
def test_a_revision_can_be_finalized_opened_and_finalized_again(provider: Actor) -> None:
    revision = provider.finalized(provider.data_set())
    provider.client.update_revision(**of(revision), Finalized=False)
    provider.add_assets(revision, "b.csv")
    assert provider.finalize(revision)["Finalized"] is True
    assert [asset["Name"] for asset in provider.assets(revision)] == ["b.csv", "a.csv"]


def test_only_a_finalization_publishes_a_revision(provider: Actor, subscriber: Actor) -> None:
    data_set = provider.data_set()
    revision = provider.finalized(data_set)
    provider.client.update_revision(**of(revision), Finalized=False, Comment="again")
    provider.backend.publish_revision(data_set["Id"], provider.finalized(data_set, Comment="published")["Id"])
    entitled = subscriber.accept(provider.grant(data_set))
    provider.client.update_revision(**of(revision), Comment="still open")
    (copy,) = provider.client.list_data_sets(Origin="ENTITLED")["DataSets"]
    for actor, data_set_id in ((provider, copy["Id"]), (subscriber, entitled["Id"])):
        assert [each["Comment"] for each in actor.revisions(data_set_id)] == ["published"]
    provider.finalize(revision)
    for actor, data_set_id in ((provider, copy["Id"]), (subscriber, entitled["Id"])):
        assert [each["Comment"] for each in actor.revisions(data_set_id)] == ["still open", "published"]


def test_a_revision_that_is_opened_again_is_not_published_by_it(provider: Actor, subscriber: Actor) -> None:
    data_set = provider.data_set()
    revision = provider.finalized(data_set)
    product = provider.finalized(data_set)
    provider.backend.publish_revision(data_set["Id"], product["Id"])
    provider.client.update_revision(**of(revision), Finalized=False)
    (copy,) = provider.client.list_data_sets(Origin="ENTITLED")["DataSets"]
    assert len(provider.revisions(copy["Id"])) == 1


@holds("revisions.reopen-delete")
def test_a_finalized_revision_that_was_opened_again_can_be_deleted(provider: Actor) -> None:
    data_set = provider.data_set()
    revision = provider.finalized(data_set)
    assert provider.client.update_revision(**of(revision), Finalized=False)["Finalized"] is False
    provider.client.delete_revision(**of(revision))
    assert provider.revisions(data_set["Id"]) == []


@holds("revisions.reopen-empty")
def test_finalized_false_is_taken_on_an_open_revision_without_assets(provider: Actor) -> None:
    revision = provider.revision(provider.data_set())
    answer = provider.client.update_revision(**of(revision), Finalized=False)
    assert (answer["ResponseMetadata"]["HTTPStatusCode"], answer["Finalized"]) == (200, False)


@holds("errors.no-assets", "revisions.no-assets")
def test_the_last_asset_gone_a_revision_cannot_be_finalized(provider: Actor) -> None:
    revision = provider.revision(provider.data_set(), "a.csv")
    _delete_asset(provider, revision)
    with invalid(f"Revision {revision['Id']} has no assets."):
        provider.finalize(revision)


# Publication by a grant, as the owner meets it ----------------------------------------------------------------


@holds("revisions.reopen-published", "revisions.copies-live", "publication.live-grant")
def test_when_the_last_grant_is_gone_a_revision_is_no_longer_published(provider: Actor) -> None:
    revision = _finalized(provider)
    first, second = (provider.grant({"Id": revision["DataSetId"]}) for _ in range(2))
    provider.client.delete_data_grant(DataGrantId=first["Id"])
    text = f"Revision {revision['Id']} is published and cannot be changed."
    with conflict("REVISION", revision["Id"], text):
        provider.client.update_revision(**of(revision), Finalized=False)
    provider.client.delete_data_grant(DataGrantId=second["Id"])
    assert provider.client.update_revision(**of(revision), Finalized=False)["Finalized"] is False


@holds("revisions.copies-live", "publication.live-grant")
def test_when_its_grant_ends_a_revision_is_no_longer_published(aws: Any, provider: Actor) -> None:
    revision = _finalized(provider)
    provider.grant({"Id": revision["DataSetId"]}, EndsAt=aws.clock.now() + MINUTE)
    aws.clock.advance(MINUTE)
    assert provider.client.update_revision(**of(revision), Finalized=False)["Finalized"] is False


@holds("revisions.copies-live", "publication.product")
def test_a_revision_that_was_finalized_before_its_data_sets_product_can_be_opened(provider: Actor) -> None:
    data_set = provider.data_set()
    before, published = provider.finalized(data_set), provider.finalized(data_set)
    provider.backend.publish_revision(data_set["Id"], published["Id"])
    assert provider.client.update_revision(**of(before), Finalized=False)["Finalized"] is False
    provider.finalize(before)
    text = f"Revision {before['Id']} is published and cannot be changed."
    with conflict("REVISION", before["Id"], text):
        provider.client.update_revision(**of(before), Finalized=False)


# Look-ups --------------------------------------------------------------------------------------------------

REVISION_OPERATIONS = [
    ("get_revision", {}),
    ("update_revision", {"Finalized": True}),
    ("revoke_revision", {"RevocationComment": REASON}),
    ("delete_revision", {}),
    ("list_revision_assets", {}),
]


@holds("order.outermost", "errors.not-found-text")
@pytest.mark.parametrize(("operation", "members"), REVISION_OPERATIONS)
def test_look_ups_go_from_the_outermost_to_the_innermost(
    provider: Actor, operation: str, members: dict[str, Any]
) -> None:
    call = getattr(provider.client, operation)
    data_set = provider.data_set()
    revision = provider.revision(provider.data_set())
    with not_found("DATA_SET", NOWHERE):
        call(DataSetId=NOWHERE, RevisionId=NOWHERE, **members)
    with not_found("REVISION", NOWHERE):
        call(DataSetId=data_set["Id"], RevisionId=NOWHERE, **members)
    with not_found("REVISION", revision["Id"]):
        call(DataSetId=data_set["Id"], RevisionId=revision["Id"], **members)


@holds("order.lookups-ownership")
@pytest.mark.parametrize(("operation", "members"), REVISION_OPERATIONS[1:4])
def test_a_revision_that_an_entitled_data_set_lacks_is_not_found_before_it_is_refused(
    provider: Actor, operation: str, members: dict[str, Any]
) -> None:
    revision = _entitled(provider)
    with not_found("REVISION", NOWHERE):
        getattr(provider.client, operation)(DataSetId=revision["DataSetId"], RevisionId=NOWHERE, **members)


def test_revisions_of_an_unknown_data_set_are_not_found(client: Any) -> None:
    with not_found("DATA_SET", NOWHERE):
        client.create_revision(DataSetId=NOWHERE)
    with not_found("DATA_SET", NOWHERE):
        client.list_data_set_revisions(DataSetId=NOWHERE)
