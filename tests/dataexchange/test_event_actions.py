"""Event actions: a publication starts an export."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from appint_mock import mock_dataexchange
from appint_mock.protocol.moments import to_iso8601
from tests.fidelity.dataexchange import holds

from .actors import ACCOUNT, NOWHERE, Actor, Near, bare, invalid, not_found, to_bucket

HIDDEN = "0123456789abcdef" * 2


def _entitled(actor: Actor, asset_type: str = "S3_SNAPSHOT", *revisions: dict[str, Any]) -> str:
    return str(
        actor.backend.add_entitled_data_set(
            name="Weather",
            description="Hourly",
            asset_type=asset_type,
            product_id="prod-weather",
            revisions=revisions,
        )
    )


# The operations --------------------------------------------------------------------------------------------


@holds(
    "identifiers.arns",
    "moments.created-others",
    "answers.members",
    "key-patterns.not-echoed",
    "event-actions.action-as-sent",
)
def test_a_new_event_action_shows_all_its_members_and_no_others(aws: Any, provider: Actor) -> None:
    moment = aws.clock.freeze()
    data_set_id = _entitled(provider)
    aws.objects.create_bucket("arrivals")
    event = {"RevisionPublished": {"DataSetId": data_set_id}}
    answer = provider.client.create_event_action(Event=event, Action=to_bucket("arrivals"), Tags={"a": "b"})
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 201
    expected = {
        "Id": answer["Id"],
        "Arn": f"arn:aws:dataexchange:us-east-1:{ACCOUNT}:event-actions/{answer['Id']}",
        "Event": event,
        "Action": to_bucket("arrivals"),
        "CreatedAt": Near(moment),
        "UpdatedAt": Near(moment),
        "Tags": {"a": "b"},
    }
    assert bare(answer) == expected
    assert bare(provider.client.get_event_action(EventActionId=answer["Id"])) == expected
    del expected["Tags"]
    assert provider.client.list_event_actions()["EventActions"] == [expected]


@holds("moments.event-action", "event-actions.update", "event-actions.update-tags")
def test_an_update_replaces_the_action_as_a_whole(aws: Any, provider: Actor) -> None:
    action = provider.event_action(
        _entitled(provider), Action=to_bucket("arrivals", Encryption={"Type": "AES256"}), Tags={"a": "b"}
    )
    aws.objects.create_bucket("elsewhere")
    aws.clock.freeze()
    moment = aws.clock.advance(minutes=1)
    answer = bare(provider.client.update_event_action(EventActionId=action["Id"], Action=to_bucket("elsewhere")))
    expected = {**action, "Action": to_bucket("elsewhere"), "UpdatedAt": moment}
    assert bare(provider.client.get_event_action(EventActionId=action["Id"])) == expected
    del expected["Tags"]
    assert answer == expected


@holds("event-actions.probe", "event-actions.probe-key")
def test_an_empty_probe_object_is_written_when_an_event_action_is_created(aws: Any, provider: Actor) -> None:
    action = provider.event_action(_entitled(provider))
    assert dict(aws.objects) == {("arrivals", f"_ADX-TEST-{ACCOUNT}"): b""}
    aws.objects.clear()
    provider.client.update_event_action(EventActionId=action["Id"], Action=action["Action"])
    assert dict(aws.objects) == {}


@holds("event-actions.probe", "event-actions.probe-option")
def test_no_probe_object_is_written_for_a_refused_action_and_without_the_option(aws: Any, provider: Actor) -> None:
    entitled = _entitled(provider)
    aws.objects.create_bucket("arrivals")
    with invalid(f"Data set {NOWHERE} is not an entitled data set."):
        provider.event_action(NOWHERE)
    assert dict(aws.objects) == {}
    with mock_dataexchange(probe_objects=False):
        provider.event_action(entitled)
    assert dict(aws.objects) == {}


@holds("moments.event-action", "event-actions.update")
def test_an_update_without_an_action_changes_nothing(aws: Any, provider: Actor) -> None:
    action = provider.event_action(_entitled(provider))
    aws.clock.advance(minutes=1)
    assert bare(provider.client.update_event_action(EventActionId=action["Id"])) == action


def test_a_deleted_event_action_is_gone(provider: Actor) -> None:
    action = provider.event_action(_entitled(provider))
    answer = provider.client.delete_event_action(EventActionId=action["Id"])
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert provider.client.list_event_actions()["EventActions"] == []
    with not_found("EVENT_ACTION", action["Id"]):
        provider.client.get_event_action(EventActionId=action["Id"])


@holds("errors.not-found", "errors.not-found-text")
@pytest.mark.parametrize("operation", ["get_event_action", "update_event_action", "delete_event_action"])
@pytest.mark.parametrize("event_action_id", [NOWHERE, "a strange id, merely unknown"])
def test_an_unknown_event_action_is_not_found(client: Any, operation: str, event_action_id: str) -> None:
    with not_found("EVENT_ACTION", event_action_id):
        getattr(client, operation)(EventActionId=event_action_id)


@holds("identifiers.apart")
def test_event_actions_belong_to_their_account_and_region(aws: Any, provider: Actor, subscriber: Actor) -> None:
    action = provider.event_action(_entitled(provider))
    for other in (subscriber, Actor(aws, region_name="eu-west-1")):
        assert other.client.list_event_actions()["EventActions"] == []
        with not_found("EVENT_ACTION", action["Id"]):
            other.client.get_event_action(EventActionId=action["Id"])


# What is refused -------------------------------------------------------------------------------------------


def _not_entitled(data_set_id: str) -> Any:
    return invalid(f"Data set {data_set_id} is not an entitled data set.")


@holds("errors.event-action", "event-actions.owned", "event-actions.unknown")
def test_only_an_entitled_data_set_of_the_caller_can_be_watched(aws: Any, provider: Actor, subscriber: Actor) -> None:
    aws.objects.create_bucket("arrivals")
    others = _entitled(subscriber)
    for data_set_id in (provider.data_set()["Id"], NOWHERE, others):
        with _not_entitled(data_set_id):
            provider.event_action(data_set_id)


@holds("event-actions.unknown")
def test_a_data_set_whose_access_has_ended_cannot_be_watched(aws: Any, provider: Actor, subscriber: Actor) -> None:
    aws.objects.create_bucket("arrivals")
    grant = provider.grant(provider.data_set())
    entitled = subscriber.accept(grant)
    provider.client.delete_data_grant(DataGrantId=grant["Id"])
    with _not_entitled(entitled["Id"]):
        subscriber.event_action(entitled["Id"])


@holds("errors.asset-type", "event-actions.files")
@pytest.mark.parametrize("asset_type", ["REDSHIFT_DATA_SHARE", "API_GATEWAY_API", "S3_DATA_ACCESS"])
def test_only_files_can_be_exported(aws: Any, provider: Actor, asset_type: str) -> None:
    aws.objects.create_bucket("arrivals")
    data_set_id = _entitled(provider, asset_type)
    with invalid(f"Data set {data_set_id} has asset type {asset_type}; S3_SNAPSHOT is needed."):
        provider.event_action(data_set_id)


@holds("errors.event-action", "event-actions.rules")
def test_an_event_action_needs_an_event_and_an_action(aws: Any, provider: Actor) -> None:
    aws.objects.create_bucket("arrivals")
    data_set_id = _entitled(provider)
    with invalid("Event must have RevisionPublished."):
        provider.event_action(data_set_id, Event={})
    with invalid("Action must have ExportRevisionToS3."):
        provider.event_action(data_set_id, Action={})
    action = provider.event_action(data_set_id)
    with invalid("Action must have ExportRevisionToS3."):
        provider.client.update_event_action(EventActionId=action["Id"], Action={})


@holds("errors.bucket", "event-actions.bucket")
def test_the_bucket_must_exist(provider: Actor) -> None:
    action = provider.event_action(_entitled(provider))
    text = "Bucket nowhere does not exist or is not accessible."
    with invalid(text, ExceptionCause="S3AccessDenied"):
        provider.client.create_event_action(Event=action["Event"], Action=to_bucket("nowhere"))
    with invalid(text, ExceptionCause="S3AccessDenied"):
        provider.client.update_event_action(EventActionId=action["Id"], Action=to_bucket("nowhere"))


@holds("errors.kms-key", "key-patterns.where", "event-actions.rules")
@pytest.mark.parametrize(
    ("export", "text"),
    [
        ({"KeyPattern": "${Revision.Id}"}, "KeyPattern must have ${Asset.Id} or ${Asset.Name}."),
        ({"KeyPattern": "${Asset.Size}"}, "KeyPattern has the unknown variable ${Asset.Size}."),
        ({"KeyPattern": "${Asset.Name"}, "KeyPattern has an unclosed variable."),
        ({"Encryption": {"Type": "aws:kms"}}, "KmsKeyArn is required for encryption type aws:kms."),
    ],
)
def test_what_an_export_job_would_refuse_is_refused(provider: Actor, export: Any, text: str) -> None:
    action = provider.event_action(_entitled(provider))
    destination = {"Bucket": "arrivals", **{k: v for k, v in export.items() if k == "KeyPattern"}}
    details = {"RevisionDestination": destination}
    details.update({k: v for k, v in export.items() if k == "Encryption"})
    wrong = {"ExportRevisionToS3": details}
    with invalid(text):
        provider.client.create_event_action(Event=action["Event"], Action=wrong)
    with invalid(text):
        provider.client.update_event_action(EventActionId=action["Id"], Action=wrong)


@holds("order.rules-lookups")
def test_the_action_is_asked_before_the_data_set(aws: Any, provider: Actor) -> None:
    aws.objects.create_bucket("arrivals")
    with invalid("Action must have ExportRevisionToS3."):
        provider.event_action(NOWHERE, Action={})


# Firing ----------------------------------------------------------------------------------------------------


@holds("key-patterns.default-event-action", "event-actions.fires", "event-actions.job-details")
def test_a_publication_starts_a_job_that_exports_the_revision(aws: Any, provider: Actor, subscriber: Actor) -> None:
    aws.clock.freeze(datetime.datetime(2024, 5, 6, 7, 8, 9, 120000, datetime.timezone.utc))
    data_set = provider.data_set()
    entitled = subscriber.accept(provider.grant(data_set))
    action = subscriber.event_action(entitled["Id"])
    provider.finalized(data_set, "a.csv", "b.csv")
    (revision,) = subscriber.revisions(entitled["Id"])
    (job,) = subscriber.client.list_jobs()["Jobs"]
    assert job["Arn"].startswith("arn:aws:dataexchange:us-east-1:210987654321:jobs/")
    assert (job["Type"], job["State"]) == ("EXPORT_REVISIONS_TO_S3", "COMPLETED")
    assert job["Details"] == {
        "ExportRevisionsToS3": {
            "DataSetId": entitled["Id"],
            "RevisionDestinations": [
                {
                    "Bucket": "arrivals",
                    "KeyPattern": "${Revision.CreatedAt}/${Asset.Name}",
                    "RevisionId": revision["Id"],
                }
            ],
            "EventActionArn": action["Arn"],
        }
    }
    assert {key: content for (bucket, key), content in aws.objects.items() if bucket == "arrivals" and content} == {
        f"{to_iso8601(revision['CreatedAt'])}/a.csv": b"a.csv",
        f"{to_iso8601(revision['CreatedAt'])}/b.csv": b"b.csv",
    }
    assert len(provider.client.list_jobs(RevisionId=revision["Id"])["Jobs"]) == 0


@holds("event-actions.job-details")
def test_pattern_and_encryption_of_the_action_are_the_jobs(aws: Any, provider: Actor) -> None:
    data_set_id = _entitled(provider, "S3_SNAPSHOT", {"id": HIDDEN, "published": False, "assets": {"a": b"x"}})
    encryption = {"Type": "aws:kms", "KmsKeyArn": "arn:aws:kms:us-east-1:123456789012:key/k"}
    action = to_bucket("arrivals", Encryption=encryption)
    action["ExportRevisionToS3"]["RevisionDestination"]["KeyPattern"] = "in/${DataSet.Id}/${Asset.Name}"
    provider.event_action(data_set_id, Action=action)
    provider.backend.publish_revision(data_set_id, HIDDEN)
    (job,) = provider.client.list_jobs()["Jobs"]
    details = job["Details"]["ExportRevisionsToS3"]
    assert details["Encryption"] == encryption
    assert details["RevisionDestinations"][0]["KeyPattern"] == "in/${DataSet.Id}/${Asset.Name}"
    assert aws.objects["arrivals", f"in/{data_set_id}/a"] == b"x"


@holds("event-actions.before")
def test_revisions_that_were_there_before_do_not_fire(provider: Actor, subscriber: Actor) -> None:
    data_set = provider.data_set()
    provider.finalized(data_set)
    entitled = subscriber.accept(provider.grant(data_set))
    subscriber.event_action(entitled["Id"])
    assert subscriber.client.list_jobs()["Jobs"] == []


@holds("event-actions.order")
def test_each_action_fires_in_order_of_creation(provider: Actor) -> None:
    data_set_id = _entitled(provider, "S3_SNAPSHOT", {"id": HIDDEN, "published": False, "assets": {"a": b"x"}})
    actions = [provider.event_action(data_set_id, bucket) for bucket in ("first", "second", "third")]
    provider.event_action(_entitled(provider), "other")
    provider.client.delete_event_action(EventActionId=actions.pop(1)["Id"])
    provider.backend.publish_revision(data_set_id, HIDDEN)
    jobs = [job["Details"]["ExportRevisionsToS3"] for job in provider.client.list_jobs()["Jobs"]]
    assert [job["EventActionArn"] for job in jobs] == [action["Arn"] for action in reversed(actions)]


@holds("event-actions.fires")
def test_a_publication_to_a_product_fires_the_owners_own_action(aws: Any, provider: Actor) -> None:
    data_set = provider.data_set()
    first, second = provider.finalized(data_set), provider.revision(data_set, "b.csv")
    provider.backend.publish_revision(data_set["Id"], first["Id"])
    (copy,) = provider.client.list_data_sets(Origin="ENTITLED")["DataSets"]
    provider.event_action(copy["Id"])
    provider.finalize(second)
    assert [key.partition("/")[2] for bucket, key in aws.objects if bucket == "arrivals" and "/" in key] == ["b.csv"]


@holds("entitled.fires-no-more")
def test_after_the_access_ended_nothing_fires(aws: Any, provider: Actor, subscriber: Actor) -> None:
    data_set = provider.data_set()
    ends_at = aws.clock.now() + datetime.timedelta(hours=1)
    deleted, ending = provider.grant(data_set), provider.grant(data_set, EndsAt=ends_at)
    for grant in (deleted, ending):
        subscriber.event_action(subscriber.accept(grant)["Id"])
    provider.client.delete_data_grant(DataGrantId=deleted["Id"])
    aws.clock.advance(hours=1)
    provider.finalized(data_set)
    assert subscriber.client.list_jobs()["Jobs"] == []


@holds("event-actions.failure")
def test_a_missing_bucket_fails_the_job_and_not_the_publication(aws: Any, provider: Actor, subscriber: Actor) -> None:
    data_set = provider.data_set()
    subscriber.event_action(subscriber.accept(provider.grant(data_set))["Id"], "arrivals")
    aws.objects._buckets.pop("arrivals")
    assert provider.finalized(data_set)["Finalized"] is True
    (job,) = subscriber.client.list_jobs()["Jobs"]
    assert job["State"] == "ERROR"


@holds("event-actions.job")
def test_the_jobs_of_actions_go_on_by_job_polls_and_are_never_waiting(provider: Actor, subscriber: Actor) -> None:
    data_set = provider.data_set()
    subscriber.event_action(subscriber.accept(provider.grant(data_set))["Id"])
    revision = provider.revision(data_set, "a.csv")
    with mock_dataexchange(job_polls=1):
        provider.finalize(revision)
        states = [subscriber.client.list_jobs()["Jobs"][0]["State"] for _ in range(3)]
    assert states == ["IN_PROGRESS", "COMPLETED", "COMPLETED"]


@holds("quotas.auto")
def test_jobs_of_actions_are_never_refused_but_count(provider: Actor, subscriber: Actor) -> None:
    data_set = provider.data_set()
    entitled = subscriber.accept(provider.grant(data_set))
    subscriber.event_action(entitled["Id"])
    revisions = [provider.revision(data_set, "a.csv") for _ in range(2)]
    with mock_dataexchange(job_polls=None, quotas={"concurrent_export_revisions_to_s3": 1}):
        for revision in revisions:
            provider.finalize(revision)
        assert [job["State"] for job in subscriber.client.list_jobs()["Jobs"]] == ["IN_PROGRESS"] * 2
        with pytest.raises(subscriber.client.exceptions.ServiceLimitExceededException):
            subscriber.export(subscriber.revisions(entitled["Id"])[0])
