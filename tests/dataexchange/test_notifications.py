"""SendDataSetNotification: what it checks, and who gets its event."""

from __future__ import annotations

import datetime
from contextlib import nullcontext
from typing import Any

import pytest

from tests.fidelity.dataexchange import holds

from .actors import NOWHERE, Actor, conflict, invalid, not_found, read_only

SECOND, MILLISECOND = datetime.timedelta(seconds=1), datetime.timedelta(milliseconds=1)
NOW = datetime.datetime(2024, 5, 6, 7, 8, 9, 999000, datetime.timezone.utc)
LATER, EARLIER = NOW + SECOND, NOW - SECOND
DETAIL_TYPES = {
    "DATA_UPDATE": "Data Updated in Data Set",
    "DATA_DELAY": "Data Set Update Delayed",
    "SCHEMA_CHANGE": "Schema Change Planned for Data Set",
    "DEPRECATION": "Deprecation Planned for Data Set",
}
#: The least Details of each type.
DETAILS: dict[str, Any] = {
    "DATA_UPDATE": {},
    "DATA_DELAY": {},
    "SCHEMA_CHANGE": {"Details": {"SchemaChange": {"SchemaChangeAt": LATER}}},
    "DEPRECATION": {"Details": {"Deprecation": {"DeprecationAt": LATER}}},
}


@pytest.fixture(autouse=True)
def _frozen(aws: Any) -> None:
    aws.clock.freeze(NOW)


@pytest.fixture
def granted(provider: Actor, subscriber: Actor) -> dict[str, Any]:
    """A data set whose grant was accepted; the sender's event of that is forgotten."""
    data_set = provider.data_set()
    subscriber.accept(provider.grant(data_set))
    provider.backend.events.clear()
    return data_set


def _send(actor: Actor, data_set: dict[str, Any], kind: str, **members: Any) -> Any:
    return actor.client.send_data_set_notification(DataSetId=data_set["Id"], Type=kind, **members)


@holds("wire.no-body", "events.notified", "events.notified-detail")
@pytest.mark.parametrize("kind", DETAIL_TYPES)
def test_each_holder_gets_an_event(provider: Actor, subscriber: Actor, granted: dict[str, Any], kind: str) -> None:
    answer = _send(provider, granted, kind, **DETAILS[kind])
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 202
    assert set(answer) == {"ResponseMetadata"}
    (event,), (grant,) = subscriber.events, provider.client.list_data_grants()["DataGrantSummaries"]
    entitled = subscriber.client.get_data_set(DataSetId=grant["DataSetId"])
    assert event["detail-type"] == DETAIL_TYPES[kind]
    assert event["resources"] == [entitled["Arn"]]
    assert event["account"] == subscriber.account_id
    assert event["detail"]["DataSet"] == {
        "Id": entitled["Id"],
        "Name": "Prices",
        "AssetType": "S3_SNAPSHOT",
    }
    assert event["detail"]["DataGrant"] == {"Arn": grant["Arn"], "Name": "Prices for you"}
    assert event["detail"]["Notification"]["Type"] == kind
    assert provider.events == []


@holds("events.notified-detail")
def test_the_event_has_the_notification_as_sent_with_moments_to_the_second(
    provider: Actor, subscriber: Actor, granted: dict[str, Any]
) -> None:
    changes = [{"Name": "price", "Type": "MODIFY", "Description": "in cents"}]
    scope = {"S3DataAccesses": [{"KeyPrefixes": ["prices/"], "Keys": ["a.csv"]}]}
    details = {"SchemaChange": {"SchemaChangeAt": LATER, "Changes": changes}}
    _send(provider, granted, "SCHEMA_CHANGE", Comment="Soon", Details=details, Scope=scope)
    (event,) = subscriber.events
    assert event["detail"]["Notification"] == {
        "Type": "SCHEMA_CHANGE",
        "Comment": "Soon",
        "Details": {"SchemaChange": {"SchemaChangeAt": "2024-05-06T07:08:10Z", "Changes": changes}},
        "Scope": scope,
    }


@holds("events.notified", "events.provider-contact", "notifications.shared")
def test_a_product_s_event_goes_to_its_owner(provider: Actor) -> None:
    data_set = provider.data_set()
    provider.backend.publish_revision(data_set["Id"], provider.finalized(data_set)["Id"])
    (copy,) = provider.client.list_data_sets(Origin="ENTITLED")["DataSets"]
    provider.backend.events.clear()
    _send(provider, data_set, "DATA_DELAY", Comment="Tomorrow")
    (event,) = provider.events
    assert event["resources"] == [copy["Arn"]]
    assert event["detail"] == {
        "DataSet": {"Id": copy["Id"], "Name": "Prices", "AssetType": "S3_SNAPSHOT"},
        "Product": {
            "Id": copy["OriginDetails"]["ProductId"],
            "Name": "Prices",
            "ProviderContact": "provider@example.com",
        },
        "Notification": {"Type": "DATA_DELAY", "Comment": "Tomorrow"},
    }


@holds("events.nobody", "notifications.pending")
def test_a_pending_grant_is_enough_but_its_receiver_gets_no_event(provider: Actor, subscriber: Actor) -> None:
    data_set = provider.data_set()
    provider.grant(data_set)
    _send(provider, data_set, "DATA_DELAY")
    assert subscriber.events == []


def _unshared(data_set: dict[str, Any]) -> Any:
    return invalid(f"Data set {data_set['Id']} is not configured for AWS Marketplace.")


@holds("errors.marketplace", "notifications.shared")
def test_a_data_set_that_nobody_gets_has_no_notifications(aws: Any, provider: Actor) -> None:
    data_set = provider.data_set()
    with _unshared(data_set):
        _send(provider, data_set, "DATA_DELAY")
    grant = provider.grant(data_set)
    provider.client.delete_data_grant(DataGrantId=grant["Id"])
    with _unshared(data_set):
        _send(provider, data_set, "DATA_DELAY")
    provider.grant(data_set, EndsAt=LATER)
    aws.clock.advance(SECOND)
    with _unshared(data_set):
        _send(provider, data_set, "DATA_DELAY")


@holds("entitled.read-only", "entitled.read-only-code")
def test_an_unknown_and_an_entitled_data_set_are_refused(
    provider: Actor, subscriber: Actor, granted: dict[str, Any]
) -> None:
    with not_found("DATA_SET", NOWHERE):
        _send(provider, {"Id": NOWHERE}, "DATA_DELAY")
    with not_found("DATA_SET", granted["Id"]):
        _send(subscriber, granted, "DATA_DELAY")
    (entitled,) = subscriber.client.list_data_sets(Origin="ENTITLED")["DataSets"]
    with read_only(entitled["Id"]):
        _send(subscriber, entitled, "DATA_DELAY")


# Details and Scope -----------------------------------------------------------------------------------------

SCHEMA_CHANGE = {"SchemaChange": {"SchemaChangeAt": LATER}}
DEPRECATION = {"Deprecation": {"DeprecationAt": LATER}}
DATA_UPDATE = {"DataUpdate": {"DataUpdatedAt": EARLIER}}


@holds("notifications.details")
@pytest.mark.parametrize(
    ("kind", "details"),
    [
        ("DATA_UPDATE", None),
        ("DATA_UPDATE", {}),
        ("DATA_UPDATE", {"DataUpdate": {}}),
        ("DATA_UPDATE", DATA_UPDATE),
        ("DATA_DELAY", None),
        ("DATA_DELAY", {}),
        ("SCHEMA_CHANGE", SCHEMA_CHANGE),
        ("DEPRECATION", DEPRECATION),
    ],
)
def test_details_that_fit_their_type_are_taken(
    provider: Actor, subscriber: Actor, granted: dict[str, Any], kind: str, details: Any
) -> None:
    _send(provider, granted, kind, **({} if details is None else {"Details": details}))
    assert ("Details" in subscriber.events[0]["detail"]["Notification"]) == (details is not None)


@holds("notifications.details", "notifications.texts")
@pytest.mark.parametrize(
    ("kind", "details"),
    [
        ("DATA_UPDATE", SCHEMA_CHANGE),
        ("DATA_UPDATE", {**DATA_UPDATE, **DEPRECATION}),
        ("SCHEMA_CHANGE", DEPRECATION),
        ("SCHEMA_CHANGE", {}),
        ("SCHEMA_CHANGE", None),
        ("DEPRECATION", {**SCHEMA_CHANGE, **DEPRECATION}),
        ("DEPRECATION", DATA_UPDATE),
        ("DEPRECATION", None),
    ],
)
def test_details_that_do_not_fit_their_type_are_refused(
    provider: Actor, granted: dict[str, Any], kind: str, details: Any
) -> None:
    member = "".join(word.capitalize() for word in kind.split("_"))
    with invalid(f"Details must have exactly one member, {member}, for a notification of type {kind}."):
        _send(provider, granted, kind, **({} if details is None else {"Details": details}))


@holds("notifications.details", "notifications.texts")
@pytest.mark.parametrize("details", [DATA_UPDATE, SCHEMA_CHANGE, DEPRECATION])
def test_a_delay_has_no_details(provider: Actor, granted: dict[str, Any], details: Any) -> None:
    with invalid("Details must have no member for a notification of type DATA_DELAY."):
        _send(provider, granted, "DATA_DELAY", Details=details)


@holds("notifications.moments", "notifications.texts")
@pytest.mark.parametrize("moment", [NOW, EARLIER])
@pytest.mark.parametrize(
    ("kind", "member", "name"),
    [
        ("DEPRECATION", "Deprecation", "DeprecationAt"),
        ("SCHEMA_CHANGE", "SchemaChange", "SchemaChangeAt"),
    ],
)
def test_what_is_planned_must_be_in_the_future(
    provider: Actor, granted: dict[str, Any], kind: str, member: str, name: str, moment: datetime.datetime
) -> None:
    with invalid(f"{name} must be in the future."):
        _send(provider, granted, kind, Details={member: {name: moment}})


@holds("notifications.moments")
@pytest.mark.parametrize("kind", ["DEPRECATION", "SCHEMA_CHANGE"])
def test_what_is_planned_for_this_very_moment_is_too_late(
    aws: Any, provider: Actor, granted: dict[str, Any], kind: str
) -> None:
    (member,) = DETAILS[kind]["Details"]
    aws.clock.advance(SECOND)
    for moment, is_late in ((aws.clock.now(), True), (aws.clock.now() + MILLISECOND, False)):
        with invalid(f"{member}At must be in the future.") if is_late else nullcontext():
            _send(provider, granted, kind, Details={member: {f"{member}At": moment}})


@holds("notifications.moments", "notifications.now")
def test_an_update_must_be_in_the_past(provider: Actor, granted: dict[str, Any]) -> None:
    with invalid("DataUpdatedAt must be in the past."):
        _send(provider, granted, "DATA_UPDATE", Details={"DataUpdate": {"DataUpdatedAt": LATER}})
    # A program's own "now" is past when it arrives, and must pass under a frozen clock too.
    _send(provider, granted, "DATA_UPDATE", Details={"DataUpdate": {"DataUpdatedAt": NOW}})


@holds("notifications.scope", "notifications.texts")
@pytest.mark.parametrize("member", ["Keys", "KeyPrefixes"])
def test_a_scope_lists_50_keys_and_50_prefixes_at_most(provider: Actor, granted: dict[str, Any], member: str) -> None:
    def scope(count: int) -> Any:
        return {"S3DataAccesses": [{}, {member: ["k"] * count}]}

    _send(provider, granted, "DATA_DELAY", Scope=scope(50))
    with invalid(f"{member} must have at most 50 entries."):
        _send(provider, granted, "DATA_DELAY", Scope=scope(51))


@holds("notifications.changes", "notifications.texts")
def test_100_changes_are_listed_at_most(provider: Actor, granted: dict[str, Any]) -> None:
    def details(count: int) -> Any:
        changes = [{"Name": "price", "Type": "ADD"}] * count
        return {"SchemaChange": {"SchemaChangeAt": LATER, "Changes": changes}}

    _send(provider, granted, "SCHEMA_CHANGE", Details=details(100))
    with invalid("Changes must have at most 100 entries."):
        _send(provider, granted, "SCHEMA_CHANGE", Details=details(101))


@holds("order.rules-lookups")
def test_the_request_is_checked_before_the_data_set(provider: Actor) -> None:
    with invalid("Details must have no member for a notification of type DATA_DELAY."):
        _send(provider, {"Id": NOWHERE}, "DATA_DELAY", Details=DEPRECATION)


# ClientToken -----------------------------------------------------------------------------------------------


@holds("notifications.token")
def test_a_token_with_the_same_content_sends_one_event(
    provider: Actor, subscriber: Actor, granted: dict[str, Any]
) -> None:
    for _ in range(2):
        answer = _send(provider, granted, "DATA_UPDATE", Details=DATA_UPDATE, ClientToken="t-1")
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == 202
    assert len(subscriber.events) == 1


@holds("errors.token-reused", "notifications.token-other")
@pytest.mark.parametrize(
    "other", [{"Comment": "x"}, {"Type": "DATA_DELAY", "Details": {}}, {"Scope": {"S3DataAccesses": []}}]
)
def test_a_token_with_other_content_is_refused(provider: Actor, granted: dict[str, Any], other: dict[str, Any]) -> None:
    given = {"DataSetId": granted["Id"], "Type": "DATA_UPDATE", "Details": DATA_UPDATE, "ClientToken": "t-1"}
    provider.client.send_data_set_notification(**given)
    with conflict("DATA_SET", granted["Id"], "ClientToken t-1 was used with other parameters."):
        provider.client.send_data_set_notification(**{**given, **other})


@holds("errors.token-reused", "notifications.token-other")
def test_a_token_of_another_data_set_is_refused(provider: Actor, granted: dict[str, Any]) -> None:
    _send(provider, granted, "DATA_DELAY", ClientToken="t-1")
    other = provider.data_set()
    provider.grant(other)
    with conflict("DATA_SET", other["Id"], "ClientToken t-1 was used with other parameters."):
        _send(provider, other, "DATA_DELAY", ClientToken="t-1")


@holds("notifications.no-token")
def test_without_a_token_each_call_sends_an_event(provider: Actor, subscriber: Actor, granted: dict[str, Any]) -> None:
    for _ in range(2):
        _send(provider, granted, "DATA_DELAY")
    assert len(subscriber.events) == 2
