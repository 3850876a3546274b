"""CreateJob: what it answers, what it refuses, and in which order it asks."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, NamedTuple

import boto3
import pytest

from appint_mock import mock_dataexchange
from tests.fidelity.dataexchange import holds

from . import jobs
from .actors import NOWHERE, Actor, Near, bare, conflict, invalid, not_found, read_only, refused


def limited(name: str, value: float) -> Any:
    text = f"The limit for {name} ({value}) has been reached."
    return refused("ServiceLimitExceededException", text, LimitName=name, LimitValue=value)


@holds(
    "identifiers.ids",
    "identifiers.arns",
    "moments.created",
    "jobs.states",
    "jobs.configuration",
    "jobs.details",
    "job-types.url-additions",
    "job-types.api-additions",
)
@pytest.mark.parametrize("job_type", jobs.TYPES)
def test_a_new_job_waits_and_shows_what_was_asked_for(aws: Any, client: Any, job_type: str) -> None:
    aws.clock.freeze(jobs.START)
    place = jobs.place_for(aws, client, job_type)
    configuration = {"Tags": [{"Key": "team", "Value": "data"}]}
    details = jobs.details_for(job_type, place)
    job = bare(client.create_job(Type=job_type, Details=details, AssetConfiguration=configuration))
    added = {}
    if job_type in jobs.UPLOADS:
        member = jobs.UPLOADS[job_type][0]
        added = {member: job["Details"][jobs.member_of(job_type)][member]}
        added[f"{member}ExpiresAt"] = job["CreatedAt"] + jobs.HOUR
    assert job == {
        "Arn": f"arn:aws:dataexchange:us-east-1:123456789012:jobs/{job['Id']}",
        "AssetConfiguration": configuration,
        "CreatedAt": Near(jobs.START),
        "Details": {jobs.member_of(job_type): {**details[jobs.member_of(job_type)], **added}},
        "Id": job["Id"],
        "State": "WAITING",
        "Type": job_type,
        "UpdatedAt": Near(jobs.START),
    }
    assert len(job["Id"]) == 32
    assert set(job["Id"]) <= set("0123456789abcdef")
    assert bare(client.get_job(JobId=job["Id"])) == job


@holds("jobs.details", "job-types.event-action-arn")
@pytest.mark.parametrize("job_type", jobs.TYPES)
def test_what_was_left_out_of_a_job_stays_out(aws: Any, client: Any, job_type: str) -> None:
    job = jobs.create_job(client, job_type, jobs.place_for(aws, client, job_type))
    assert "AssetConfiguration" not in job
    assert "Errors" not in job
    for member in ("Encryption", "KeyPattern", "EventActionArn", "Table"):
        assert member not in str(job["Details"])


@holds("wire.statuses")
def test_create_job_answers_with_status_201(aws: Any, client: Any) -> None:
    place = jobs.place_for(aws, client, "IMPORT_ASSETS_FROM_S3")
    job = jobs.create_job(client, "IMPORT_ASSETS_FROM_S3", place)
    assert job["ResponseMetadata"]["HTTPStatusCode"] == 201


@holds("errors.details", "create-job.details-first")
@pytest.mark.parametrize("job_type", jobs.TYPES)
def test_details_must_be_those_of_the_type(aws: Any, client: Any, job_type: str) -> None:
    other = "IMPORT_ASSETS_FROM_S3" if job_type != "IMPORT_ASSETS_FROM_S3" else "EXPORT_ASSETS_TO_S3"
    place = jobs.Place(NOWHERE, NOWHERE, NOWHERE)
    own, others = jobs.details_for(job_type, place), jobs.details_for(other, place)
    member = jobs.member_of(job_type)
    text = f"Details must have exactly one member, {member}, for a job of type {job_type}."
    for details in ({}, others, {**own, **others}):
        with invalid(text):
            client.create_job(Type=job_type, Details=details)


# Rules of each type ------------------------------------------------------------------------------------------


@holds("errors.kms-key", "create-job.kms-empty")
@pytest.mark.parametrize("job_type", ["EXPORT_ASSETS_TO_S3", "EXPORT_REVISIONS_TO_S3"])
@pytest.mark.parametrize("key", [{}, {"KmsKeyArn": ""}])
def test_kms_encryption_needs_its_key(aws: Any, client: Any, job_type: str, key: dict[str, str]) -> None:
    place = jobs.place_for(aws, client, job_type)
    with invalid("KmsKeyArn is required for encryption type aws:kms."):
        jobs.create_job(client, job_type, place, Encryption={"Type": "aws:kms", **key})


@holds("errors.destinations", "job-types.one-destination")
@pytest.mark.parametrize("count", [0, 2])
def test_a_revision_export_has_exactly_one_destination(aws: Any, client: Any, count: int) -> None:
    place = jobs.place_for(aws, client, "EXPORT_REVISIONS_TO_S3")
    destinations = [{"RevisionId": place.revision_id, "Bucket": "bucket"}] * count
    with invalid("RevisionDestinations must have exactly one entry."):
        jobs.create_job(client, "EXPORT_REVISIONS_TO_S3", place, RevisionDestinations=destinations)


@holds("errors.datashare", "job-types.redshift-arn")
@pytest.mark.parametrize(
    "arn",
    [
        "sales",
        "",
        "arn:aws:redshift:us-east-1:123456789012:namespace:n/sales",
        "arn:aws:redshift:us-east-1:12345:datashare:n/sales",
        "arn:aws:redshift:us-east-1:123456789012:datashare:sales",
        "arn:aws:redshift:us-east-1:123456789012:datashare:n/",
        "arn:aws:redshift::123456789012:datashare:n/sales",
        "arn:aws:s3:us-east-1:123456789012:datashare:n/sales",
        f"{jobs.SHARE}\n",
        f" {jobs.SHARE}",
    ],
)
def test_each_source_of_a_redshift_import_is_the_arn_of_a_datashare(aws: Any, client: Any, arn: str) -> None:
    job_type = "IMPORT_ASSETS_FROM_REDSHIFT_DATA_SHARES"
    place = jobs.place_for(aws, client, job_type)
    with invalid(f"{arn} is not the ARN of a datashare."):
        jobs.create_job(client, job_type, place, AssetSources=[{"DataShareArn": jobs.SHARE}, {"DataShareArn": arn}])


@holds("errors.lake-formation", "job-types.lake-formation-rule")
def test_a_lake_formation_import_names_databases_or_tables(aws: Any, client: Any) -> None:
    job_type = "IMPORT_ASSETS_FROM_LAKE_FORMATION_TAG_POLICY"
    place = jobs.place_for(aws, client, job_type)
    with invalid("Database or Table is required."):
        jobs.create_job(client, job_type, place, Database=None)


@holds("job-types.at-least-one")
@pytest.mark.parametrize("job_type", ["IMPORT_ASSETS_FROM_S3", "IMPORT_ASSETS_FROM_REDSHIFT_DATA_SHARES"])
def test_an_import_has_at_least_one_source(aws: Any, provider: Actor, job_type: str) -> None:
    place = jobs.place_for(aws, provider.client, job_type)
    member = f"Details.{jobs.member_of(job_type)}.AssetSources"
    text = f'The following parameter(s) are not valid: "{member}" must contain at least 1 items.'
    with invalid(text):
        jobs.create_job(provider.client, job_type, place, AssetSources=[])


@holds("job-types.at-least-one")
def test_an_export_of_assets_has_at_least_one_destination(aws: Any, provider: Actor) -> None:
    place = jobs.place_for(aws, provider.client, "EXPORT_ASSETS_TO_S3")
    member = "Details.ExportAssetsToS3.AssetDestinations"
    text = f'The following parameter(s) are not valid: "{member}" must contain at least 1 items.'
    with invalid(text):
        jobs.create_job(provider.client, "EXPORT_ASSETS_TO_S3", place, AssetDestinations=[])


@holds("create-job.tags")
@pytest.mark.parametrize(
    ("tag", "text"),
    [
        ({"Key": "aws:x", "Value": ""}, "Tag aws:x is not valid."),
        ({"Key": "k" * 129, "Value": ""}, f"Tag {'k' * 129} is not valid."),
        ({"Key": "k", "Value": "v" * 257}, "Tag k is not valid."),
    ],
)
def test_the_tags_for_a_jobs_assets_are_checked_when_it_is_created(
    aws: Any, client: Any, tag: dict[str, str], text: str
) -> None:
    place = jobs.place_for(aws, client, "IMPORT_ASSETS_FROM_S3")
    details = jobs.details_for("IMPORT_ASSETS_FROM_S3", place)
    with invalid(text):
        client.create_job(Type="IMPORT_ASSETS_FROM_S3", Details=details, AssetConfiguration={"Tags": [tag]})


@holds("create-job.tags")
def test_the_tags_are_asked_for_after_the_rules_of_the_type_and_before_the_quotas(aws: Any, client: Any) -> None:
    job_type = "EXPORT_ASSETS_TO_S3"
    place = jobs.place_for(aws, client, job_type)
    wrong_tag = {"Tags": [{"Key": "aws:x", "Value": ""}]}
    wrong = jobs.details_for(job_type, place, Encryption={"Type": "aws:kms"})
    with invalid("KmsKeyArn is required for encryption type aws:kms."):
        client.create_job(Type=job_type, Details=wrong, AssetConfiguration=wrong_tag)
    details = jobs.details_for(job_type, place)
    with mock_dataexchange(quotas={"assets_per_s3_export_job": 0}):
        with invalid("Tag aws:x is not valid."):
            client.create_job(Type=job_type, Details=details, AssetConfiguration=wrong_tag)
        with limited("Asset per export job from Amazon S3", 0):
            client.create_job(Type=job_type, Details=details)


# What must be there, and in which state ----------------------------------------------------------------------


@pytest.mark.parametrize("job_type", jobs.TYPES)
def test_the_data_set_of_a_job_must_be_there(aws: Any, client: Any, job_type: str) -> None:
    place = jobs.place_for(aws, client, job_type)
    with not_found("DATA_SET", NOWHERE):
        jobs.create_job(client, job_type, place, DataSetId=NOWHERE)


@pytest.mark.parametrize("job_type", jobs.TYPES)
def test_the_revision_of_a_job_must_be_there(aws: Any, client: Any, job_type: str) -> None:
    place = jobs.place_for(aws, client, job_type)
    with not_found("REVISION", NOWHERE):
        jobs.create_job(client, job_type, place._replace(revision_id=NOWHERE))


@pytest.mark.parametrize("job_type", jobs.TYPES)
def test_a_revision_of_another_data_set_is_not_found(aws: Any, client: Any, job_type: str) -> None:
    place = jobs.place_for(aws, client, job_type)
    other = jobs.create_place(client, jobs.EXAMPLES[job_type].asset_type)
    with not_found("REVISION", other.revision_id):
        jobs.create_job(client, job_type, place._replace(revision_id=other.revision_id))


@holds("create-job.every-asset")
@pytest.mark.parametrize("job_type", ["EXPORT_ASSETS_TO_S3", "EXPORT_ASSET_TO_SIGNED_URL"])
def test_the_assets_to_export_must_be_there(aws: Any, client: Any, job_type: str) -> None:
    place = jobs.place_for(aws, client, job_type)
    with not_found("ASSET", NOWHERE):
        jobs.create_job(client, job_type, place._replace(asset_id=NOWHERE))


@holds("create-job.every-asset")
def test_each_asset_to_export_must_be_there(aws: Any, client: Any) -> None:
    place = jobs.place_for(aws, client, "EXPORT_ASSETS_TO_S3")
    destinations = [{"AssetId": each, "Bucket": "bucket"} for each in (place.asset_id, NOWHERE)]
    with not_found("ASSET", NOWHERE):
        jobs.create_job(client, "EXPORT_ASSETS_TO_S3", place, AssetDestinations=destinations)


@holds("identifiers.apart")
@pytest.mark.parametrize("job_type", jobs.TYPES)
def test_another_accounts_and_another_regions_data_set_is_not_found(
    aws: Any, client: Any, subscriber: Actor, job_type: str
) -> None:
    place = jobs.place_for(aws, client, job_type)
    for other in (subscriber.client, boto3.client("dataexchange", region_name="eu-west-1")):
        with not_found("DATA_SET", place.data_set_id):
            jobs.create_job(other, job_type, place)


@holds("errors.asset-type", "job-types.asset-type")
@pytest.mark.parametrize("job_type", jobs.TYPES)
def test_a_data_set_of_another_asset_type_is_refused(aws: Any, client: Any, job_type: str) -> None:
    needed = jobs.EXAMPLES[job_type].asset_type
    other = "API_GATEWAY_API" if needed != "API_GATEWAY_API" else "S3_SNAPSHOT"
    place = jobs.create_place(client, other)._replace(asset_id=NOWHERE)
    with invalid(f"Data set {place.data_set_id} has asset type {other}; {needed} is needed."):
        jobs.create_job(client, job_type, place)


@holds("errors.finalized", "errors.revoked", "revisions.import-open")
@pytest.mark.parametrize("job_type", jobs.IMPORTS)
def test_nothing_is_imported_into_a_finalized_or_revoked_revision(aws: Any, client: Any, job_type: str) -> None:
    place = jobs.place_for(aws, client, job_type)
    assert jobs.run_job(client, job_type, place)["State"] == "COMPLETED"
    jobs.finalize(client, place)
    revision = place.revision_id
    with conflict("REVISION", revision, f"Revision {revision} is finalized and cannot be changed."):
        jobs.create_job(client, job_type, place)
    client.revoke_revision(DataSetId=place.data_set_id, RevisionId=revision, RevocationComment="Wrong prices")
    with conflict("REVISION", revision, f"Revision {revision} is revoked and cannot be changed."):
        jobs.create_job(client, job_type, place)


@holds("errors.published", "revisions.import-open")
@pytest.mark.parametrize("job_type", jobs.IMPORTS)
def test_nothing_is_imported_into_a_published_revision(aws: Any, client: Any, job_type: str) -> None:
    place = jobs.place_for(aws, client, job_type)
    assert jobs.run_job(client, job_type, place)["State"] == "COMPLETED"
    jobs.finalize(client, place)
    aws.backend().publish_revision(place.data_set_id, place.revision_id)
    revision = place.revision_id
    with conflict("REVISION", revision, f"Revision {revision} is published and cannot be changed."):
        jobs.create_job(client, job_type, place)


@holds("job-types.open-exports", "job-types.owner-exports")
@pytest.mark.parametrize("job_type", jobs.EXPORTS)
@pytest.mark.parametrize("state", ["open", "finalized", "revoked"])
def test_the_owner_may_export_from_a_revision_in_any_state(aws: Any, client: Any, job_type: str, state: str) -> None:
    place = jobs.place_for(aws, client, job_type)
    if state != "open":
        jobs.finalize(client, place)
    if state == "revoked":
        client.revoke_revision(
            DataSetId=place.data_set_id, RevisionId=place.revision_id, RevocationComment="Wrong prices"
        )
    assert jobs.run_job(client, job_type, place)["State"] == "COMPLETED"


def entitled_place(aws: Any, client: Any, job_type: str) -> jobs.Place:
    """A data set that the account may only read, of the type that the job needs."""
    asset_type = jobs.EXAMPLES[job_type].asset_type
    content: Any = b"1" if asset_type == "S3_SNAPSHOT" else {}
    aws.objects.create_bucket("bucket")
    data_set_id = aws.backend().add_entitled_data_set(
        name="n",
        description="d",
        asset_type=asset_type,
        product_id="prod-1",
        revisions=[{"assets": {"a": content}}],
    )
    (revision,) = client.list_data_set_revisions(DataSetId=data_set_id)["Revisions"]
    place = jobs.Place(data_set_id, revision["Id"])
    return place._replace(asset_id=jobs.assets_of(client, place)[0]["Id"])


@pytest.mark.parametrize("job_type", jobs.IMPORTS)
def test_nothing_is_imported_into_an_entitled_data_set(aws: Any, client: Any, job_type: str) -> None:
    place = entitled_place(aws, client, job_type)
    with read_only(place.data_set_id):
        jobs.create_job(client, job_type, place)


@holds("job-types.subscriber-exports")
@pytest.mark.parametrize("job_type", jobs.EXPORTS)
def test_a_subscriber_exports_entitled_data(aws: Any, client: Any, job_type: str) -> None:
    place = entitled_place(aws, client, job_type)
    assert jobs.run_job(client, job_type, place)["State"] == "COMPLETED"


@holds("errors.access-revoked", "entitled.revoked-code", "job-types.subscriber-exports")
@pytest.mark.parametrize("job_type", jobs.EXPORTS)
def test_a_subscriber_exports_no_revoked_revision(aws: Any, provider: Actor, subscriber: Actor, job_type: str) -> None:
    data_set = provider.data_set()
    revision = provider.finalized(data_set)
    entitled = subscriber.accept(provider.grant(data_set))
    (received,) = subscriber.revisions(entitled["Id"])
    (asset,) = subscriber.assets(received)
    provider.revoke(revision)
    with refused("AccessDeniedException", f"Access to revision {received['Id']} has been revoked."):
        place = jobs.Place(entitled["Id"], received["Id"], asset["Id"])
        jobs.create_job(subscriber.client, job_type, place)


@holds("errors.bucket", "job-types.s3-access-bucket")
def test_s3_data_access_needs_its_bucket(aws: Any, client: Any) -> None:
    job_type = "CREATE_S3_DATA_ACCESS_FROM_S3_BUCKET"
    place = jobs.place_for(aws, client, job_type)
    text = "Bucket nowhere does not exist or is not accessible."
    with invalid(text, ExceptionCause="S3AccessDenied"):
        jobs.create_job(client, job_type, place, AssetSource={"Bucket": "nowhere"})


@holds("create-job.bucket-later")
@pytest.mark.parametrize("job_type", ["IMPORT_ASSETS_FROM_S3", *jobs.EXPORTS])
def test_other_jobs_may_be_created_before_their_bucket(aws: Any, client: Any, job_type: str) -> None:
    place = jobs.place_for(aws, client, job_type)
    aws.objects.load({})
    assert jobs.create_job(client, job_type, place)["State"] == "WAITING"


# The order of the checks -------------------------------------------------------------------------------------


class Wrong(NamedTuple):
    """A way for CreateJob to go wrong: what it does to the request, and the refusal."""

    changes: dict[str, Any]
    refusal: Callable[[jobs.Place], AbstractContextManager[None]]


def _type_text(needed: str, place: jobs.Place, found: str) -> str:
    return f"Data set {place.data_set_id} has asset type {found}; {needed} is needed."


EXPORT_ORDER = [
    Wrong(
        {"Encryption": {"Type": "aws:kms"}},
        lambda place: invalid("KmsKeyArn is required for encryption type aws:kms."),
    ),
    Wrong({"_quota": True}, lambda place: limited("Asset per export job from Amazon S3", 0)),
    Wrong({"DataSetId": NOWHERE}, lambda place: not_found("DATA_SET", NOWHERE)),
    Wrong({"RevisionId": NOWHERE}, lambda place: not_found("REVISION", NOWHERE)),
    Wrong({"AssetDestinations": [{"AssetId": NOWHERE, "Bucket": "b"}]}, lambda place: not_found("ASSET", NOWHERE)),
]


@holds("order.rules-lookups", "order.nothing-changes", "create-job.rules-quotas")
@pytest.mark.parametrize("first", range(len(EXPORT_ORDER)))
def test_an_export_is_asked_for_its_rules_quotas_data_set_revision_and_assets_in_this_order(
    aws: Any, client: Any, first: int
) -> None:
    place = jobs.place_for(aws, client, "EXPORT_ASSETS_TO_S3")
    # All that is asked later is wrong as well.
    changes = {name: value for wrong in EXPORT_ORDER[first:] for name, value in wrong.changes.items()}
    quotas = {"assets_per_s3_export_job": 0} if changes.pop("_quota", False) else {}
    with mock_dataexchange(quotas=quotas), EXPORT_ORDER[first].refusal(place):
        jobs.create_job(client, "EXPORT_ASSETS_TO_S3", place, **changes)


@holds("create-job.rules-quotas")
def test_an_import_is_asked_for_the_number_of_its_sources_before_its_data_set(aws: Any, client: Any) -> None:
    place = jobs.Place(NOWHERE, NOWHERE)
    refusal = limited("Assets per import job from Amazon S3", 0)
    with mock_dataexchange(quotas={"assets_per_s3_import_job": 0}), refusal:
        jobs.create_job(client, "IMPORT_ASSETS_FROM_S3", place)
    with not_found("DATA_SET", NOWHERE):
        jobs.create_job(client, "IMPORT_ASSETS_FROM_S3", place)


@holds("create-job.details-first")
def test_details_are_matched_with_the_type_before_any_other_rule(aws: Any, client: Any) -> None:
    details = jobs.details_for(
        "EXPORT_ASSETS_TO_S3", jobs.Place(NOWHERE, NOWHERE, NOWHERE), Encryption={"Type": "aws:kms"}
    )
    text = "Details must have exactly one member, ImportAssetsFromS3, for a job of type IMPORT_ASSETS_FROM_S3."
    with invalid(text):
        client.create_job(Type="IMPORT_ASSETS_FROM_S3", Details=details)


@holds("create-job.entitled-type")
def test_an_import_into_entitled_data_is_denied_before_its_asset_type_is_looked_at(aws: Any, client: Any) -> None:
    place = entitled_place(aws, client, "IMPORT_ASSETS_FROM_REDSHIFT_DATA_SHARES")
    with read_only(place.data_set_id):
        jobs.create_job(client, "IMPORT_ASSETS_FROM_S3", place._replace(revision_id=NOWHERE))


@holds("create-job.type-revision")
@pytest.mark.parametrize("job_type", ["IMPORT_ASSETS_FROM_S3", "EXPORT_REVISIONS_TO_S3"])
def test_the_asset_type_is_looked_at_before_the_revision(aws: Any, client: Any, job_type: str) -> None:
    place = jobs.create_place(client, "REDSHIFT_DATA_SHARE")
    with invalid(_type_text("S3_SNAPSHOT", place, "REDSHIFT_DATA_SHARE")):
        jobs.create_job(client, job_type, place._replace(revision_id=NOWHERE))


@holds("create-job.state-bucket")
def test_the_revisions_state_is_looked_at_before_the_bucket(aws: Any, client: Any) -> None:
    job_type = "CREATE_S3_DATA_ACCESS_FROM_S3_BUCKET"
    place = jobs.place_for(aws, client, job_type)
    jobs.run_job(client, job_type, place)
    jobs.finalize(client, place)
    text = f"Revision {place.revision_id} is finalized and cannot be changed."
    with conflict("REVISION", place.revision_id, text):
        jobs.create_job(client, job_type, place, AssetSource={"Bucket": "nowhere"})


@holds("create-job.state-assets")
def test_a_revocation_is_reported_before_a_missing_asset(aws: Any, provider: Actor, subscriber: Actor) -> None:
    data_set = provider.data_set()
    revision = provider.finalized(data_set)
    entitled = subscriber.accept(provider.grant(data_set))
    (received,) = subscriber.revisions(entitled["Id"])
    provider.revoke(revision)
    with refused("AccessDeniedException", f"Access to revision {received['Id']} has been revoked."):
        place = jobs.Place(entitled["Id"], received["Id"], NOWHERE)
        jobs.create_job(subscriber.client, "EXPORT_ASSET_TO_SIGNED_URL", place)


# Quotas ------------------------------------------------------------------------------------------------------


@holds("errors.limit", "quotas.per-job")
@pytest.mark.parametrize(
    ("key", "name", "job_type", "member"),
    [
        (
            "assets_per_s3_import_job",
            "Assets per import job from Amazon S3",
            "IMPORT_ASSETS_FROM_S3",
            "AssetSources",
        ),
        (
            "assets_per_s3_export_job",
            "Asset per export job from Amazon S3",
            "EXPORT_ASSETS_TO_S3",
            "AssetDestinations",
        ),
        (
            "redshift_shares_per_import_job",
            "Amazon Redshift datashare assets per import job from Redshift",
            "IMPORT_ASSETS_FROM_REDSHIFT_DATA_SHARES",
            "AssetSources",
        ),
    ],
)
def test_a_job_moves_so_many_assets_at_most(
    aws: Any, client: Any, key: str, name: str, job_type: str, member: str
) -> None:
    place = jobs.place_for(aws, client, job_type)
    (entry,) = jobs.details_for(job_type, place)[jobs.member_of(job_type)][member]
    with mock_dataexchange(quotas={key: 2}):
        assert jobs.create_job(client, job_type, place, **{member: [entry] * 2})["State"] == "WAITING"
        with limited(name, 2):
            jobs.create_job(client, job_type, place, **{member: [entry] * 3})


@holds("quotas.defaults", "quotas.limits", "quotas.limit-taken-away")
def test_a_job_imports_a_hundred_objects_at_most_unless_the_test_takes_the_limit_away(aws: Any, client: Any) -> None:
    place = jobs.place_for(aws, client, "IMPORT_ASSETS_FROM_S3")
    source = {"Bucket": "bucket", "Key": "in/a.csv"}
    for quotas in (False, True, {}, {"data_sets": 5}):
        with mock_dataexchange(quotas=quotas):
            jobs.create_job(client, "IMPORT_ASSETS_FROM_S3", place, AssetSources=[source] * 100)
            with limited("Assets per import job from Amazon S3", 100):
                jobs.create_job(client, "IMPORT_ASSETS_FROM_S3", place, AssetSources=[source] * 101)
    with mock_dataexchange(quotas={"assets_per_s3_import_job": None}):
        assert jobs.create_job(client, "IMPORT_ASSETS_FROM_S3", place, AssetSources=[source] * 101)


@holds("quotas.api-assets")
def test_a_revision_that_is_full_of_apis_refuses_the_job(aws: Any, client: Any) -> None:
    job_type = "IMPORT_ASSET_FROM_API_GATEWAY_API"
    place = jobs.place_for(aws, client, job_type)
    with mock_dataexchange(quotas={"api_gateway_assets_per_revision": 1}):
        assert jobs.run_job(client, job_type, place)["State"] == "COMPLETED"
        with limited("Amazon API Gateway API assets per revision", 1):
            jobs.create_job(client, job_type, place)


@holds("quotas.api-assets")
def test_whether_a_revision_is_full_of_apis_is_asked_last(aws: Any, client: Any) -> None:
    job_type = "IMPORT_ASSET_FROM_API_GATEWAY_API"
    place = jobs.place_for(aws, client, job_type)
    with mock_dataexchange(quotas={"api_gateway_assets_per_revision": 0}):
        with not_found("REVISION", NOWHERE):
            jobs.create_job(client, job_type, place._replace(revision_id=NOWHERE))
        with limited("Amazon API Gateway API assets per revision", 0):
            jobs.create_job(client, job_type, place)
    jobs.run_job(client, job_type, place)
    jobs.finalize(client, place)
    text = f"Revision {place.revision_id} is finalized and cannot be changed."
    with (
        mock_dataexchange(quotas={"api_gateway_assets_per_revision": 0}),
        conflict("REVISION", place.revision_id, text),
    ):
        jobs.create_job(client, job_type, place)
