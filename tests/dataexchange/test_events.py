"""The EventBridge events that each change emits, and the handlers that a test gives."""

from __future__ import annotations

import datetime
import json
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import pytest

from appint_mock import mock_dataexchange
from tests.fidelity.dataexchange import holds

from .actors import OTHER_ACCOUNT, REASON, Actor, asset_of, of

HOUR = datetime.timedelta(hours=1)
HIDDEN = "0123456789abcdef" * 2
PUBLISHED = {
    "S3_SNAPSHOT": "Revision Published To Data Set",
    "REDSHIFT_DATA_SHARE": "Revision Published To Redshift Data Shares Data Set",
    "API_GATEWAY_API": "Revision Published To API Gateway API Data Set",
    "S3_DATA_ACCESS": "Revision Published to S3 Data Access Data Set(s)",
    "LAKE_FORMATION_DATA_PERMISSION": "Revision Published To Lake Formation Data Permission Data Set",
}


def _types(actor: Actor) -> list[str]:
    return [event["detail-type"] for event in actor.events]


def _seeded(actor: Actor, asset_type: str = "S3_SNAPSHOT", content: Any = b"x") -> str:
    """A product's data set with a revision that is not published yet."""
    return str(
        actor.backend.add_entitled_data_set(
            name="Weather",
            description="Hourly",
            asset_type=asset_type,
            product_id="prod-weather",
            revisions=[{"id": HIDDEN, "published": False, "assets": {"a": content}}],
        )
    )


def _granted(provider: Actor, subscriber: Actor) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """A data set, its accepted grant, the entitled data set; events so far are forgotten."""
    data_set = provider.data_set()
    grant = provider.grant(data_set)
    entitled = subscriber.accept(grant)
    provider.backend.events.clear()
    return data_set, grant, entitled


def _is_event(event: dict[str, Any], actor: Actor, moment: datetime.datetime) -> bool:
    """Whether the frame of an event is whole, and all of it JSON."""
    assert json.loads(json.dumps(event)) == event
    assert list(event) == [
        "version",
        "id",
        "detail-type",
        "source",
        "account",
        "time",
        "region",
        "resources",
        "detail",
    ]
    assert re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", event["id"])
    assert (event["version"], event["source"]) == ("0", "aws.dataexchange")
    assert (event["account"], event["region"]) == (actor.account_id, actor.region_name)
    assert event["time"] == moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    return True


# Publication -----------------------------------------------------------------------------------------------


@holds("events.frame", "events.receiver", "events.revisions", "events.grant", "events.published")
def test_a_receiver_gets_an_event_of_a_publication(aws: Any, provider: Actor, subscriber: Actor) -> None:
    data_set, grant, entitled = _granted(provider, subscriber)
    moment = aws.clock.freeze(datetime.datetime(2024, 5, 6, 7, 8, 9, 999000, datetime.timezone.utc))
    provider.finalized(data_set, Comment="May")
    (event,), (revision,) = subscriber.events, subscriber.revisions(entitled["Id"])
    assert _is_event(event, subscriber, moment)
    assert event["time"] == "2024-05-06T07:08:09Z"
    assert event["detail-type"] == "Revision Published To Data Set"
    assert event["resources"] == [entitled["Id"]]
    assert event["detail"] == {
        "RevisionIds": [revision["Id"]],
        "Revisions": [{"Id": revision["Id"], "Comment": "May"}],
        "DataSets": [{"Id": entitled["Id"], "Name": "Prices"}],
        "DataGrant": {"Arn": grant["Arn"], "Name": "Prices for you"},
    }
    assert provider.events == []


@holds("events.comment")
def test_without_a_comment_the_event_has_an_empty_one(provider: Actor, subscriber: Actor) -> None:
    data_set, _, _ = _granted(provider, subscriber)
    provider.finalized(data_set)
    assert subscriber.events[0]["detail"]["Revisions"][0]["Comment"] == ""


@holds("events.receiver", "events.published", "events.nobody")
def test_each_holder_gets_an_event_with_its_own_ids(aws: Any, provider: Actor, subscriber: Actor) -> None:
    data_set, _, entitled = _granted(provider, subscriber)
    again = subscriber.accept(provider.grant(data_set))
    third = Actor(aws, "333333333333")
    others = third.accept(provider.grant(data_set, "333333333333"))
    pending = Actor(aws, "444444444444")
    provider.grant(data_set, "444444444444")
    provider.finalized(data_set)
    assert [event["resources"] for event in subscriber.events] == [[entitled["Id"]], [again["Id"]]]
    assert [event["resources"] for event in third.events] == [[others["Id"]]]
    assert pending.events == []
    ids = [event["detail"]["RevisionIds"][0] for event in subscriber.events + third.events]
    assert len(set(ids)) == 3


@holds("events.published-before")
def test_revisions_that_come_with_acceptance_send_no_event(provider: Actor, subscriber: Actor) -> None:
    data_set = provider.data_set()
    provider.finalized(data_set)
    grant = provider.grant(data_set)
    provider.finalized(data_set)
    subscriber.accept(grant)
    assert subscriber.events == []


@holds("events.list", "events.frame", "events.revisions", "events.product", "events.published")
def test_a_products_owner_gets_an_event_of_each_publication(aws: Any, provider: Actor) -> None:
    data_set = provider.data_set()
    first = provider.finalized(data_set, Comment="May")
    moment = aws.clock.freeze()
    provider.backend.publish_revision(data_set["Id"], first["Id"])
    provider.finalized(data_set, Comment="June")
    (copy,) = provider.client.list_data_sets(Origin="ENTITLED")["DataSets"]
    june, may = provider.revisions(copy["Id"])
    added, *published = provider.events
    assert added["detail-type"] == "Data Sets Published To Product"
    for event, revision in zip(published, (may, june), strict=True):
        assert _is_event(event, provider, moment)
        assert event["detail-type"] == "Revision Published To Data Set"
        assert event["resources"] == [copy["Id"]]
        assert event["detail"] == {
            "RevisionIds": [revision["Id"]],
            "Revisions": [{"Id": revision["Id"], "Comment": revision["Comment"]}],
            "DataSets": [{"Id": copy["Id"], "Name": "Prices"}],
            "Product": {"Id": copy["OriginDetails"]["ProductId"], "Name": "Prices"},
        }


@holds("events.product", "events.published-types")
@pytest.mark.parametrize("asset_type", PUBLISHED)
def test_each_asset_type_has_its_own_event(provider: Actor, asset_type: str) -> None:
    content: Any = b"x" if asset_type == "S3_SNAPSHOT" else {}
    data_set_id = _seeded(provider, asset_type, content)
    provider.backend.publish_revision(data_set_id, HIDDEN)
    (event,) = provider.events
    assert event["detail-type"] == PUBLISHED[asset_type]
    assert event["detail"]["Product"] == {"Id": "prod-weather", "Name": "Weather"}
    assert event["detail"]["RevisionIds"] == [HIDDEN]


@holds("events.published-before")
def test_revisions_that_were_seeded_as_published_send_no_event(provider: Actor) -> None:
    provider.backend.add_entitled_data_set(
        name="Weather", description="Hourly", asset_type="S3_SNAPSHOT", product_id="prod-weather", revisions=[{}]
    )
    assert provider.events == []


# Revocation ------------------------------------------------------------------------------------------------


@holds("events.revoked", "events.revoked-first")
def test_holders_get_an_event_of_the_first_revocation(aws: Any, provider: Actor, subscriber: Actor) -> None:
    data_set, grant, entitled = _granted(provider, subscriber)
    source = provider.finalized(data_set, Comment="May")
    moment = aws.clock.freeze()
    provider.revoke(source)
    provider.revoke(source, "For another reason.")
    published, event = subscriber.events
    assert _is_event(event, subscriber, moment)
    assert event["detail-type"] == "Revision Revoked"
    assert event["resources"] == [entitled["Id"]]
    assert event["detail"] == {**published["detail"], "RevocationComment": REASON}
    assert event["detail"]["DataGrant"]["Arn"] == grant["Arn"]
    assert provider.events == []


@holds("events.revoked-first")
def test_a_revocation_of_an_unpublished_revision_sends_no_event(provider: Actor, subscriber: Actor) -> None:
    data_set = provider.data_set()
    unpublished, published = provider.finalized(data_set), provider.finalized(data_set)
    provider.backend.publish_revision(data_set["Id"], published["Id"])
    provider.grant(data_set)
    provider.revoke(unpublished)
    first = ["Data Sets Published To Product", "Revision Published To Data Set"]
    assert (_types(provider), _types(subscriber)) == (first, [])
    provider.revoke(published)
    assert _types(provider) == [*first, "Revision Revoked"]


@holds("events.revoked-data-access")
def test_data_access_has_a_revocation_event_of_its_own(aws: Any, provider: Actor, subscriber: Actor) -> None:
    aws.objects.create_bucket("shared")
    data_set = provider.data_set("S3_DATA_ACCESS")
    revision = provider.revision(data_set)
    details = {"CreateS3DataAccessFromS3Bucket": {"AssetSource": {"Bucket": "shared"}, **of(revision)}}
    job = provider.client.create_job(Type="CREATE_S3_DATA_ACCESS_FROM_S3_BUCKET", Details=details)
    provider.client.start_job(JobId=job["Id"])
    provider.client.get_job(JobId=job["Id"])
    subscriber.accept(provider.grant(data_set))
    provider.finalize(revision)
    provider.revoke(revision)
    assert _types(subscriber) == [
        "Revision Published to S3 Data Access Data Set(s)",
        "Revision Revoked from S3 Data Access Data Set(s)",
    ]


# Grants ----------------------------------------------------------------------------------------------------


@holds("events.grant", "events.accepted", "events.grant-revoked")
def test_the_sender_gets_an_event_of_acceptance_and_the_receiver_of_deletion(
    aws: Any, provider: Actor, subscriber: Actor
) -> None:
    moment = aws.clock.freeze()
    grant = provider.grant(provider.data_set())
    entitled = subscriber.accept(grant)
    assert (_types(provider), _types(subscriber)) == (["Data Grant Accepted"], [])
    provider.client.delete_data_grant(DataGrantId=grant["Id"])
    assert (_types(provider), _types(subscriber)) == (["Data Grant Accepted"], ["Data Grant Revoked"])
    for actor in (provider, subscriber):
        (event,) = actor.events
        assert _is_event(event, actor, moment)
        assert event["resources"] == [entitled["Arn"]]
        assert event["detail"] == {
            "DataSets": [{"Id": entitled["Id"], "Name": "Prices"}],
            "DataGrant": {"Arn": grant["Arn"], "Name": "Prices for you"},
        }


@holds("events.grant-revoked")
def test_the_deletion_of_a_pending_or_ended_grant_sends_no_event(aws: Any, provider: Actor, subscriber: Actor) -> None:
    pending = provider.grant(provider.data_set())
    ended = provider.grant(provider.data_set(), EndsAt=aws.clock.now() + HOUR)
    subscriber.accept(ended)
    aws.clock.advance(HOUR)
    for grant in (pending, ended):
        provider.client.delete_data_grant(DataGrantId=grant["Id"])
    assert subscriber.events == []


# Exports ---------------------------------------------------------------------------------------------------


@holds("events.exported", "events.exported-resource", "events.export-after")
def test_the_event_of_an_export_follows_that_of_the_publication_that_starts_it(
    aws: Any, provider: Actor, subscriber: Actor
) -> None:
    data_set, _, entitled = _granted(provider, subscriber)
    subscriber.event_action(entitled["Id"])
    moment = aws.clock.freeze()
    provider.finalized(data_set, Comment="May")
    published, exported = subscriber.events
    assert _is_event(exported, subscriber, moment)
    assert published["detail-type"] == "Revision Published To Data Set"
    assert exported["detail-type"] == "Auto-export Job Completed"
    assert exported["resources"] == [entitled["Id"]]
    assert exported["detail"] == {**published["detail"], "DataSetIds": [entitled["Id"]]}


@holds("events.exported-resource")
def test_the_event_of_an_export_from_a_product_has_the_products_id(provider: Actor) -> None:
    data_set_id = _seeded(provider)
    provider.event_action(data_set_id)
    provider.backend.publish_revision(data_set_id, HIDDEN)
    published, exported = provider.events
    assert exported["resources"] == ["prod-weather"]
    product = {"Product": {"Id": "prod-weather"}}
    assert exported["detail"] == {**published["detail"], **product, "DataSetIds": [data_set_id]}


@holds("events.exported")
def test_a_failed_export_sends_an_event_too(aws: Any, provider: Actor) -> None:
    data_set_id = _seeded(provider)
    provider.event_action(data_set_id)
    aws.objects._buckets.pop("arrivals")
    provider.backend.publish_revision(data_set_id, HIDDEN)
    assert _types(provider) == ["Revision Published To Data Set", "Auto-export Job Failed"]


@pytest.mark.parametrize("state", ["CANCELLED", "ERROR", "TIMED_OUT"])
def test_an_export_that_a_test_ends_without_its_work_has_failed(provider: Actor, state: str) -> None:
    data_set_id = _seeded(provider)
    provider.event_action(data_set_id)
    with mock_dataexchange(job_polls=None):
        provider.backend.publish_revision(data_set_id, HIDDEN)
        (job,) = provider.client.list_jobs()["Jobs"]
        provider.backend.finish_job(job["Id"], state)
    assert _types(provider) == ["Revision Published To Data Set", "Auto-export Job Failed"]


@holds("events.exported")
def test_an_export_that_ends_after_the_access_did_sends_the_event_of_a_failure(
    provider: Actor, subscriber: Actor
) -> None:
    data_set, grant, entitled = _granted(provider, subscriber)
    subscriber.event_action(entitled["Id"])
    revision = provider.revision(data_set, "a.csv", Comment="May")
    with mock_dataexchange(job_polls=None):
        provider.finalize(revision)
        provider.client.delete_data_grant(DataGrantId=grant["Id"])
        (job,) = subscriber.client.list_jobs()["Jobs"]
        subscriber.backend.finish_job(job["Id"])
    assert subscriber.client.get_job(JobId=job["Id"])["State"] == "ERROR"
    assert _types(subscriber)[-1] == "Auto-export Job Failed"
    assert subscriber.events[-1]["detail"]["Revisions"][0]["Comment"] == "May"


@holds("events.nobody")
def test_other_jobs_emit_nothing(provider: Actor) -> None:
    provider.export(provider.finalized(provider.data_set()))
    assert provider.events == []


# Where events are ------------------------------------------------------------------------------------------


@holds("events.region")
def test_events_belong_to_the_region_of_what_changed(aws: Any) -> None:
    provider, subscriber = Actor(aws, region_name="eu-west-1"), Actor(aws, OTHER_ACCOUNT, "eu-west-1")
    data_set, _, _ = _granted(provider, subscriber)
    provider.finalized(data_set)
    assert subscriber.events[0]["region"] == "eu-west-1"
    assert Actor(aws, OTHER_ACCOUNT).events == []


@holds("events.list", "events.region")
def test_events_can_be_forgotten_and_are_by_a_reset(aws: Any, provider: Actor) -> None:
    backend = provider.backend
    provider.backend.publish_revision(_seeded(provider), HIDDEN)
    assert len(backend.events) == 1
    aws.reset()
    assert backend.events == []


# Handlers --------------------------------------------------------------------------------------------------


@holds("events.handlers")
def test_a_handler_gets_each_new_event_after_it_was_added(provider: Actor) -> None:
    seen: list[tuple[Any, int]] = []
    data_set_id = _seeded(provider)
    provider.event_action(data_set_id)

    @provider.backend.on_event  # type: ignore[untyped-decorator]  # the tests' backends are Any
    def remember(event: dict[str, Any]) -> None:
        seen.append((event, len(provider.backend.events)))

    assert callable(remember)
    provider.backend.publish_revision(data_set_id, HIDDEN)
    assert seen == [(event, 2) for event in provider.backend.events]
    assert len(seen) == 2


@holds("events.handlers")
def test_all_handlers_are_called_in_the_order_they_were_given(provider: Actor) -> None:
    called: list[str] = []
    provider.backend.on_event(lambda event: called.append("first"))
    provider.backend.on_event(lambda event: called.append("second"))
    provider.backend.publish_revision(_seeded(provider), HIDDEN)
    assert called == ["first", "second"]


@holds("events.handlers-own")
def test_a_handler_that_changes_its_event_changes_no_record(provider: Actor) -> None:
    provider.backend.on_event(lambda event: event["detail"].clear())
    seen: list[dict[str, Any]] = []
    provider.backend.on_event(seen.append)
    provider.backend.publish_revision(_seeded(provider), HIDDEN)
    assert seen == provider.events
    assert seen[0]["detail"]


@holds("events.handlers-own")
def test_a_handler_may_call_boto3(aws: Any, provider: Actor, subscriber: Actor) -> None:
    """As a subscriber's Lambda function does: it exports what was published, on its own."""
    data_set, _, _ = _granted(provider, subscriber)
    aws.objects.create_bucket("lambda")

    def handler(event: dict[str, Any]) -> None:
        client = boto3.client("dataexchange", region_name=event["region"], **aws.credentials(event["account"]))
        (data_set_id,), (revision_id,) = event["resources"], event["detail"]["RevisionIds"]
        destination = {"Bucket": "lambda", "RevisionId": revision_id}
        details: Any = {"DataSetId": data_set_id, "RevisionDestinations": [destination]}
        job = client.create_job(Type="EXPORT_REVISIONS_TO_S3", Details={"ExportRevisionsToS3": details})
        client.start_job(JobId=job["Id"])

    subscriber.backend.on_event(handler)
    provider.finalized(data_set)
    assert aws.objects["lambda", "a.csv"] == b"a.csv"


@holds("events.handlers-own")
def test_what_a_handler_raises_reaches_the_caller_after_the_change(provider: Actor, subscriber: Actor) -> None:
    data_set, _, entitled = _granted(provider, subscriber)

    def handler(event: dict[str, Any]) -> None:
        raise RuntimeError("no such luck")

    subscriber.backend.on_event(handler)
    revision = provider.revision(data_set, "a.csv")
    with pytest.raises(RuntimeError, match="no such luck"):
        provider.finalize(revision)
    assert provider.client.get_revision(**of(revision))["Finalized"] is True
    (copy,) = subscriber.revisions(entitled["Id"])
    (asset,) = subscriber.assets(copy)
    assert subscriber.client.get_asset(**asset_of(asset))["Name"] == "a.csv"


@holds("events.handlers-own")
def test_a_handler_may_wait_for_a_thread_that_calls_boto3(provider: Actor) -> None:
    seen: list[Any] = []
    data_set = provider.data_set()
    provider.backend.publish_revision(data_set["Id"], provider.finalized(data_set)["Id"])
    with ThreadPoolExecutor() as pool:
        client = provider.client
        provider.backend.on_event(lambda event: seen.append(pool.submit(client.list_event_actions).result(5)))
        provider.finalized(data_set)
        provider.backend.publish_revision(_seeded(provider), HIDDEN)
    assert [answer["EventActions"] for answer in seen] == [[], []]


@holds("events.handlers-end")
def test_a_handler_that_raises_keeps_nobody_from_the_publication(aws: Any, provider: Actor, subscriber: Actor) -> None:
    data_set, _, entitled = _granted(provider, subscriber)
    third = Actor(aws, "333333333333")
    others = third.accept(provider.grant(data_set, "333333333333"))
    for actor, copy in ((subscriber, entitled), (third, others)):
        actor.event_action(copy["Id"])
    called: list[str] = []

    def first(event: dict[str, Any]) -> None:
        called.append(event["detail-type"])
        raise RuntimeError(f"number {len(called)}")

    subscriber.backend.on_event(first)
    subscriber.backend.on_event(lambda event: pytest.fail("not the first"))
    third.backend.on_event(lambda event: called.append("third"))
    with pytest.raises(RuntimeError, match="number 1"):
        provider.finalized(data_set)
    types = ["Revision Published To Data Set", "Auto-export Job Completed"]
    assert _types(subscriber) == _types(third) == types
    assert called == [*types, "third", "third"]


@holds("events.handlers-end")
@pytest.mark.parametrize("through", ["client", "backend"])
def test_handlers_are_called_when_all_is_done(provider: Actor, subscriber: Actor, through: str) -> None:
    """Also where a test calls the backend's operation itself."""
    data_set, _, _ = _granted(provider, subscriber)
    subscriber.accept(provider.grant(data_set))
    provider.backend.events.clear()
    revision = provider.revision(data_set, "a.csv")
    seen: list[int] = []
    subscriber.backend.on_event(lambda event: seen.append(len(subscriber.events)))
    getattr(provider, through).update_revision(**of(revision), Finalized=True)
    getattr(provider, through).revoke_revision(**of(revision), RevocationComment=REASON)
    assert seen == [2, 2, 4, 4]


@holds("events.handlers")
def test_events_that_a_handler_causes_follow_those_before(provider: Actor, subscriber: Actor) -> None:
    data_set, _, _ = _granted(provider, subscriber)
    subscriber.accept(provider.grant(data_set))
    provider.backend.events.clear()
    revision = provider.revision(data_set, "a.csv")
    seen: list[str] = []

    def revoke(event: dict[str, Any]) -> None:
        seen.append(event["detail-type"])
        if len(seen) == 1:
            provider.revoke(revision)

    subscriber.backend.on_event(revoke)
    provider.finalize(revision)
    assert seen == _types(subscriber) == ["Revision Published To Data Set"] * 2 + ["Revision Revoked"] * 2


@holds("events.handlers")
def test_a_handler_like_a_lambda_functions_gets_no_context(provider: Actor) -> None:
    seen: list[Any] = []

    def lambda_handler(event: dict[str, Any], context: object) -> None:
        seen.append((event, context))

    assert provider.backend.on_event(lambda_handler) is lambda_handler
    provider.backend.publish_revision(_seeded(provider), HIDDEN)
    assert seen == [(provider.events[0], None)]


@pytest.mark.parametrize("handler", [None, "print", lambda: None, lambda event, context, more: None])
def test_what_cannot_be_called_with_an_event_is_no_handler(provider: Actor, handler: Any) -> None:
    calls = r"takes a function that can be called as handler\(event\) or handler\(event, context\), not"
    with pytest.raises(TypeError, match=calls):
        provider.backend.on_event(handler)


@holds("events.handlers")
def test_a_restore_keeps_the_handlers_and_a_reset_drops_them(aws: Any, provider: Actor) -> None:
    seen: list[Any] = []
    provider.backend.on_event(seen.append)
    aws.restore(aws.snapshot())
    provider.backend.publish_revision(_seeded(provider), HIDDEN)
    assert len(seen) == 1
    aws.reset()
    provider.backend.publish_revision(_seeded(provider), HIDDEN)
    assert len(seen) == 1
