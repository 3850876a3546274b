"""Data grants: made, seen by both sides, accepted, ended, deleted."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from tests.fidelity.dataexchange import holds

from .actors import (
    ACCOUNT,
    NOWHERE,
    OTHER_ACCOUNT,
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

HOUR, MILLISECOND = datetime.timedelta(hours=1), datetime.timedelta(milliseconds=1)
#: What summaries of a grant leave out.
LONG = {"Description", "GrantDistributionScope", "Tags"}


def _without(grant: dict[str, Any], *members: str) -> dict[str, Any]:
    return {name: value for name, value in grant.items() if name not in members}


# Creating --------------------------------------------------------------------------------------------------


@holds("identifiers.grant-arn", "moments.created-others", "grants.create", "grants.given")
def test_a_new_grant_shows_all_its_members_and_no_others(aws: Any, provider: Actor) -> None:
    moment = aws.clock.freeze()
    data_set = provider.data_set()
    answer = provider.client.create_data_grant(
        Name="For you",
        Description="Enjoy",
        GrantDistributionScope="AWS_ORGANIZATION",
        ReceiverPrincipal=OTHER_ACCOUNT,
        SourceDataSetId=data_set["Id"],
        EndsAt=moment + HOUR,
        Tags={"a": "b"},
    )
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 201
    assert bare(answer) == {
        "Id": answer["Id"],
        "Arn": f"arn:aws:dataexchange:us-east-1:{ACCOUNT}:data-grants/{answer['Id']}",
        "Name": "For you",
        "Description": "Enjoy",
        "GrantDistributionScope": "AWS_ORGANIZATION",
        "SenderPrincipal": ACCOUNT,
        "ReceiverPrincipal": OTHER_ACCOUNT,
        "AcceptanceState": "PENDING_RECEIVER_ACCEPTANCE",
        "SourceDataSetId": data_set["Id"],
        "DataSetId": answer["DataSetId"],
        "EndsAt": moment + HOUR,
        "CreatedAt": Near(moment),
        "UpdatedAt": Near(moment),
        "Tags": {"a": "b"},
    }
    assert len({answer["Id"], answer["DataSetId"], data_set["Id"]}) == 3


@holds("answers.members", "grants.given", "grants.accepted-at")
def test_members_that_were_not_given_are_not_shown(provider: Actor) -> None:
    grant = provider.grant(provider.data_set())
    assert not {"Description", "EndsAt", "Tags", "AcceptedAt"} & grant.keys()


@holds("grants.no-revision")
def test_a_grant_needs_no_finalized_revision(provider: Actor, subscriber: Actor) -> None:
    data_set = provider.data_set()
    provider.revision(data_set, "a.csv")
    entitled = subscriber.accept(provider.grant(data_set))
    assert subscriber.revisions(entitled["Id"]) == []


@holds("grants.source")
def test_a_grant_of_an_unknown_or_another_accounts_data_set_is_refused(provider: Actor, subscriber: Actor) -> None:
    with not_found("DATA_SET", NOWHERE):
        provider.grant({"Id": NOWHERE})
    data_set = subscriber.data_set()
    with not_found("DATA_SET", data_set["Id"]):
        provider.grant(data_set)


@holds("entitled.read-only", "entitled.read-only-code", "grants.source")
def test_an_entitled_data_set_cannot_be_granted(provider: Actor, subscriber: Actor) -> None:
    entitled = subscriber.accept(provider.grant(provider.data_set()))
    with read_only(entitled["Id"]):
        subscriber.grant(entitled, "333333333333")


@holds("errors.grant", "grants.receiver")
def test_a_grant_to_oneself_is_refused(provider: Actor) -> None:
    data_set = provider.data_set()
    with invalid("ReceiverPrincipal must be another account."):
        provider.grant(data_set, ACCOUNT)


@holds("errors.grant", "grants.receiver")
def test_a_grant_must_end_in_the_future(aws: Any, provider: Actor) -> None:
    data_set = provider.data_set()
    now = aws.clock.freeze()
    for ends_at in (now, now - HOUR):
        with invalid("EndsAt must be in the future."):
            provider.grant(data_set, EndsAt=ends_at)
    provider.grant(data_set, EndsAt=now + datetime.timedelta(milliseconds=1))


@holds("order.rules-lookups")
def test_rules_of_the_request_are_asked_before_the_data_set(provider: Actor) -> None:
    with invalid("ReceiverPrincipal must be another account."):
        provider.grant({"Id": NOWHERE}, ACCOUNT)


# Views -----------------------------------------------------------------------------------------------------


@holds(
    "moments.grant",
    "grants.sender-view",
    "grants.receiver-view",
    "grants.summaries",
    "grants.accepted-at",
    "grants.who",
    "grants.accept",
)
@pytest.mark.parametrize("accepted", [False, True])
def test_each_side_sees_its_own_view(aws: Any, provider: Actor, subscriber: Actor, accepted: bool) -> None:
    aws.clock.freeze()
    ends_at = aws.clock.now() + 2 * HOUR
    grant = provider.grant(provider.data_set(), Description="Enjoy", EndsAt=ends_at, Tags={"a": "b"})
    if accepted:
        moment = aws.clock.advance(HOUR)
        answer = bare(subscriber.client.accept_data_grant(DataGrantArn=grant["Arn"]))
        grant = {**grant, "AcceptanceState": "ACCEPTED", "AcceptedAt": moment, "UpdatedAt": moment}
        assert answer == _without(grant, "SourceDataSetId", "Tags")
    for name in (grant["Id"], grant["Arn"]):
        assert bare(provider.client.get_data_grant(DataGrantId=name)) == grant
    assert provider.client.list_data_grants()["DataGrantSummaries"] == [_without(grant, *LONG)]
    received = subscriber.client
    assert bare(received.get_received_data_grant(DataGrantArn=grant["Arn"])) == _without(
        grant, "SourceDataSetId", "Tags"
    )
    assert received.list_received_data_grants()["DataGrantSummaries"] == [_without(grant, "SourceDataSetId", *LONG)]


@holds("lists.grants")
def test_the_sender_has_received_and_the_receiver_has_sent_nothing(provider: Actor, subscriber: Actor) -> None:
    provider.grant(provider.data_set())
    assert provider.client.list_received_data_grants()["DataGrantSummaries"] == []
    assert subscriber.client.list_data_grants()["DataGrantSummaries"] == []


def _tries(actor: Actor, grant: dict[str, Any]) -> dict[str, Any]:
    client = actor.client
    return {
        "get": lambda: client.get_data_grant(DataGrantId=grant["Id"]),
        "get by ARN": lambda: client.get_data_grant(DataGrantId=grant["Arn"]),
        "delete": lambda: client.delete_data_grant(DataGrantId=grant["Id"]),
        "delete by ARN": lambda: client.delete_data_grant(DataGrantId=grant["Arn"]),
        "get received": lambda: client.get_received_data_grant(DataGrantArn=grant["Arn"]),
        "accept": lambda: client.accept_data_grant(DataGrantArn=grant["Arn"]),
    }


SENDERS = ("get", "get by ARN", "delete", "delete by ARN")
RECEIVERS = ("get received", "accept")


@holds("grants.who", "grants.others")
@pytest.mark.parametrize("accepted", [False, True])
@pytest.mark.parametrize(
    ("who", "what"),
    [
        ("receiver", SENDERS),
        ("sender", RECEIVERS),
        ("third", SENDERS + RECEIVERS),
        ("sender elsewhere", SENDERS + RECEIVERS),
        ("receiver elsewhere", SENDERS + RECEIVERS),
    ],
)
def test_what_is_the_other_sides_is_not_found(
    aws: Any, provider: Actor, subscriber: Actor, accepted: bool, who: str, what: tuple[str, ...]
) -> None:
    grant = provider.grant(provider.data_set())
    if accepted:
        subscriber.accept(grant)
    actor = {
        "receiver": subscriber,
        "sender": provider,
        "third": Actor(aws, "333333333333"),
        "sender elsewhere": Actor(aws, region_name="eu-west-1"),
        "receiver elsewhere": Actor(aws, OTHER_ACCOUNT, "eu-west-1"),
    }[who]
    tries = _tries(actor, grant)
    for name in what:
        with not_found("DATA_GRANT", grant["Id"]):
            tries[name]()


@holds("errors.not-found-text", "grants.others")
def test_an_arn_that_differs_from_the_grants_is_not_found(provider: Actor, subscriber: Actor) -> None:
    grant = provider.grant(provider.data_set())
    for other in ("000000000000", "333333333333"):
        wrong = grant["Arn"].replace(ACCOUNT, other)
        with not_found("DATA_GRANT", grant["Id"]):
            subscriber.client.accept_data_grant(DataGrantArn=wrong)
        with not_found("DATA_GRANT", grant["Id"]):
            provider.client.get_data_grant(DataGrantId=wrong)
    with not_found("DATA_GRANT", NOWHERE):
        provider.client.get_data_grant(DataGrantId=NOWHERE)


# Accepting -------------------------------------------------------------------------------------------------


@holds("entitled.named-by-grant", "grants.accept-data")
def test_before_acceptance_nothing_is_there(provider: Actor, subscriber: Actor) -> None:
    data_set = provider.data_set()
    provider.finalized(data_set)
    grant = provider.grant(data_set)
    assert subscriber.client.list_data_sets(Origin="ENTITLED")["DataSets"] == []
    with not_found("DATA_SET", grant["DataSetId"]):
        subscriber.client.get_data_set(DataSetId=grant["DataSetId"])


@holds(
    "identifiers.entitled-arns",
    "identifiers.entitled-ids",
    "entitled.data-set",
    "entitled.data-set-created",
    "entitled.named-by-grant",
    "entitled.receiver-only",
    "grants.accept-data",
)
def test_acceptance_brings_the_data_set_that_the_grant_named(aws: Any, provider: Actor, subscriber: Actor) -> None:
    aws.clock.freeze()
    data_set = provider.data_set(Tags={"a": "b"})
    aws.clock.advance(HOUR)
    grant = provider.grant(data_set)
    aws.clock.advance(HOUR)
    provider.client.update_data_set(DataSetId=data_set["Id"], Name="Costs", Description="All costs")
    aws.clock.advance(HOUR)
    entitled = subscriber.accept(grant)
    assert entitled == {
        "Id": grant["DataSetId"],
        "Arn": f"arn:aws:dataexchange:us-east-1::data-sets/{grant['DataSetId']}",
        "Name": "Prices",
        "Description": "All prices",
        "AssetType": "S3_SNAPSHOT",
        "Origin": "ENTITLED",
        "OriginDetails": {"DataGrantId": grant["Id"]},
        "CreatedAt": grant["CreatedAt"],
        "UpdatedAt": grant["CreatedAt"],
    }
    assert subscriber.client.list_data_sets(Origin="ENTITLED")["DataSets"] == [entitled]
    assert subscriber.client.list_data_sets()["DataSets"] == []
    with not_found("DATA_SET", grant["DataSetId"]):
        provider.client.get_data_set(DataSetId=grant["DataSetId"])


@holds("data-sets.entitled-text")
def test_a_later_update_of_the_source_does_not_reach_the_entitled_data_set(provider: Actor, subscriber: Actor) -> None:
    data_set = provider.data_set()
    entitled = subscriber.accept(provider.grant(data_set))
    provider.client.update_data_set(DataSetId=data_set["Id"], Name="Costs")
    assert bare(subscriber.client.get_data_set(DataSetId=entitled["Id"])) == entitled


@holds("identifiers.entitled-ids", "publication.at-once", "entitled.revision", "grants.accept-revisions")
def test_revisions_come_with_acceptance_and_later_ones_at_once(aws: Any, provider: Actor, subscriber: Actor) -> None:
    aws.clock.freeze()
    data_set = provider.data_set()
    before = provider.finalized(data_set, Comment="before the grant")
    provider.revision(data_set, "open.csv", Comment="open")
    granted_at = aws.clock.advance(HOUR)
    grant = provider.grant(data_set)
    pending_at = aws.clock.advance(HOUR)
    pending = provider.finalized(data_set, "b.csv", "c.csv", Comment="while it was pending")
    aws.clock.advance(HOUR)
    entitled = subscriber.accept(grant)
    later_at = aws.clock.advance(HOUR)
    later = provider.finalized(data_set)
    shown = subscriber.revisions(entitled["Id"])
    for revision, moment, comment in zip(
        shown,
        (later_at, pending_at, granted_at),
        (None, "while it was pending", "before the grant"),
        strict=True,
    ):
        expected = {
            "Id": revision["Id"],
            "Arn": f"{entitled['Arn']}/revisions/{revision['Id']}",
            "DataSetId": entitled["Id"],
            "Finalized": True,
            "Revoked": False,
            "CreatedAt": Near(moment),
            "UpdatedAt": Near(moment),
        }
        assert revision == (expected if comment is None else {**expected, "Comment": comment})
        assert bare(subscriber.client.get_revision(**of(revision))) == revision
    assert not {each["Id"] for each in shown} & {each["Id"] for each in (before, pending, later)}


@holds("grants.accept-revisions")
def test_revisions_from_before_a_grant_come_a_millisecond_apart(aws: Any, provider: Actor, subscriber: Actor) -> None:
    aws.clock.freeze()
    data_set = provider.data_set()
    for _ in range(4):
        provider.finalized(data_set)
    grant = provider.grant(data_set)
    # Its own moment is one of those that are taken.
    next_one = provider.finalized(data_set)
    assert next_one["CreatedAt"] == grant["CreatedAt"] + MILLISECOND
    aws.clock.advance(HOUR)
    last_at = provider.finalized(data_set)["UpdatedAt"]
    shown = subscriber.revisions(subscriber.accept(grant)["Id"])[::-1]
    taken = [grant["CreatedAt"] + (1 + number) * MILLISECOND for number in range(5)]
    assert [each["CreatedAt"] for each in shown] == [*taken, last_at]


@holds("identifiers.entitled-ids", "identifiers.source-id")
def test_entitled_assets_have_ids_of_their_own_and_the_same_content(
    aws: Any, provider: Actor, subscriber: Actor
) -> None:
    data_set = provider.data_set()
    revision = provider.finalized(data_set, "b.csv", "a.csv")
    source_ids = {asset["Id"] for asset in provider.assets(revision)}
    entitled = subscriber.accept(provider.grant(data_set))
    (copy,) = subscriber.revisions(entitled["Id"])
    assets = subscriber.assets(copy)
    assert [asset["Name"] for asset in assets] == ["b.csv", "a.csv"]
    for asset in assets:
        assert asset["Arn"] == f"{copy['Arn']}/assets/{asset['Id']}"
        assert asset["Id"] not in source_ids
        assert asset["AssetDetails"] == {"S3SnapshotAsset": {"Size": 5}}
        assert asset["CreatedAt"] == asset["UpdatedAt"] == Near(copy["CreatedAt"])
        assert "SourceId" not in asset
        assert bare(subscriber.client.get_asset(**asset_of(asset))) == asset
    assert subscriber.export(copy) == "COMPLETED"
    assert dict(aws.objects)["target", "b.csv"] == b"b.csv"


@holds("errors.conflict", "errors.grant-state", "grants.accept-twice")
def test_an_accepted_grant_cannot_be_accepted_again(provider: Actor, subscriber: Actor) -> None:
    grant = provider.grant(provider.data_set())
    subscriber.accept(grant)
    text = f"Data grant {grant['Id']} has already been accepted."
    with conflict("DATA_GRANT", grant["Id"], text):
        subscriber.client.accept_data_grant(DataGrantArn=grant["Arn"])


@holds("errors.grant-state", "grants.accept-twice")
def test_an_ended_grant_cannot_be_accepted(aws: Any, provider: Actor, subscriber: Actor) -> None:
    grant = provider.grant(provider.data_set(), EndsAt=aws.clock.now() + HOUR)
    aws.clock.advance(HOUR)
    with conflict("DATA_GRANT", grant["Id"], f"Data grant {grant['Id']} has ended."):
        subscriber.client.accept_data_grant(DataGrantArn=grant["Arn"])


@holds("identifiers.entitled-ids", "entitled.apart", "grants.many")
def test_grants_of_one_data_set_give_data_sets_of_their_own(aws: Any, provider: Actor, subscriber: Actor) -> None:
    data_set, third = provider.data_set(), Actor(aws, "333333333333")
    provider.finalized(data_set)
    grants = [provider.grant(data_set), provider.grant(data_set), provider.grant(data_set, "333333333333")]
    copies = [subscriber.accept(grants[0]), subscriber.accept(grants[1]), third.accept(grants[2])]
    assert len({copy["Id"] for copy in copies}) == 3
    shown = [subscriber.revisions(copy["Id"])[0]["Id"] for copy in copies[:2]]
    shown += [third.revisions(copies[2]["Id"])[0]["Id"]]
    assert len(set(shown)) == 3
    provider.client.delete_data_grant(DataGrantId=grants[0]["Id"])
    listed = subscriber.client.list_data_sets(Origin="ENTITLED")["DataSets"]
    assert [each["Id"] for each in listed] == [copies[1]["Id"]]
    assert third.revisions(copies[2]["Id"])


@holds("lists.arrival")
def test_entitled_data_sets_are_listed_in_order_of_arrival(provider: Actor, subscriber: Actor) -> None:
    first, second = (provider.grant(provider.data_set()) for _ in range(2))
    subscriber.accept(second)
    subscriber.accept(first)
    listed = subscriber.client.list_data_sets(Origin="ENTITLED")["DataSets"]
    assert [each["Id"] for each in listed] == [second["DataSetId"], first["DataSetId"]]


# The end ---------------------------------------------------------------------------------------------------


def _assert_no_access(subscriber: Actor, asset: dict[str, Any]) -> None:
    data_set_id, client = asset["DataSetId"], subscriber.client
    assert client.list_data_sets(Origin="ENTITLED")["DataSets"] == []
    revision = {"DataSetId": data_set_id, "RevisionId": asset["RevisionId"]}
    for call in (
        lambda: client.get_data_set(DataSetId=data_set_id),
        lambda: client.list_data_set_revisions(DataSetId=data_set_id),
        lambda: client.get_revision(**revision),
        lambda: client.list_revision_assets(**revision),
        lambda: client.get_asset(**asset_of(asset)),
        lambda: client.update_data_set(DataSetId=data_set_id, Name="x"),
        lambda: subscriber.export({"Id": asset["RevisionId"], "DataSetId": data_set_id}),
    ):
        with not_found("DATA_SET", data_set_id):
            call()


def _with_access(provider: Actor, subscriber: Actor, **members: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """A grant that was accepted, and an asset that came with it."""
    subscriber.aws.objects.create_bucket("target")
    data_set = provider.data_set()
    provider.finalized(data_set)
    grant = provider.grant(data_set, **members)
    (revision,) = subscriber.revisions(subscriber.accept(grant)["Id"])
    return grant, subscriber.assets(revision)[0]


@holds("entitled.access-ends", "lists.grants", "grants.ends-state", "grants.ends")
def test_access_ends_when_the_grant_ends(aws: Any, provider: Actor, subscriber: Actor) -> None:
    aws.clock.freeze()
    grant, asset = _with_access(provider, subscriber, EndsAt=aws.clock.now() + HOUR)
    aws.clock.advance(HOUR - datetime.timedelta(milliseconds=1))
    assert bare(subscriber.client.get_asset(**asset_of(asset))) == asset
    aws.clock.advance(milliseconds=1)
    _assert_no_access(subscriber, asset)
    for answer in (
        provider.client.get_data_grant(DataGrantId=grant["Id"]),
        subscriber.client.get_received_data_grant(DataGrantArn=grant["Arn"]),
        subscriber.client.list_received_data_grants()["DataGrantSummaries"][0],
    ):
        assert answer["AcceptanceState"] == "ACCEPTED"
    answer = provider.client.delete_data_grant(DataGrantId=grant["Id"])
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 204


@holds("entitled.access-ends", "entitled.stays", "grants.delete")
def test_access_ends_when_the_grant_is_deleted(provider: Actor, subscriber: Actor) -> None:
    grant, asset = _with_access(provider, subscriber)
    jobs = len(subscriber.client.list_jobs()["Jobs"])
    action = subscriber.event_action(asset["DataSetId"])
    assert subscriber.export({"Id": asset["RevisionId"], "DataSetId": asset["DataSetId"]}) == "COMPLETED"
    provider.client.delete_data_grant(DataGrantId=grant["Arn"])
    _assert_no_access(subscriber, asset)
    # Jobs and event actions stay.
    assert len(subscriber.client.list_jobs()["Jobs"]) == jobs + 1
    assert subscriber.client.get_event_action(EventActionId=action["Id"])["Id"] == action["Id"]


@holds("lists.grants", "grants.delete")
@pytest.mark.parametrize("state", ["pending", "accepted", "ended"])
def test_a_deleted_grant_is_gone_for_both(aws: Any, provider: Actor, subscriber: Actor, state: str) -> None:
    grant = provider.grant(provider.data_set(), EndsAt=aws.clock.now() + HOUR)
    if state != "pending":
        subscriber.accept(grant)
    if state == "ended":
        aws.clock.advance(HOUR)
    answer = provider.client.delete_data_grant(DataGrantId=grant["Id"])
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert provider.client.list_data_grants()["DataGrantSummaries"] == []
    assert subscriber.client.list_received_data_grants()["DataGrantSummaries"] == []
    for name in SENDERS:
        with not_found("DATA_GRANT", grant["Id"]):
            _tries(provider, grant)[name]()
    for name in RECEIVERS:
        with not_found("DATA_GRANT", grant["Id"]):
            _tries(subscriber, grant)[name]()


@holds("entitled.access-ends")
def test_after_a_grants_end_a_new_one_gives_a_new_data_set(aws: Any, provider: Actor, subscriber: Actor) -> None:
    grant, asset = _with_access(provider, subscriber, EndsAt=aws.clock.now() + HOUR)
    aws.clock.advance(HOUR)
    again = subscriber.accept(provider.grant({"Id": grant["SourceDataSetId"]}))
    assert again["Id"] != asset["DataSetId"]
    assert len(subscriber.revisions(again["Id"])) == 1
    with not_found("DATA_SET", asset["DataSetId"]):
        subscriber.client.get_data_set(DataSetId=asset["DataSetId"])
