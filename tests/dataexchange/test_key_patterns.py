from __future__ import annotations

import datetime
from typing import Any

import boto3
import pytest

from appint_mock.protocol.moments import to_iso8601
from tests.fidelity.dataexchange import holds

from . import jobs
from .actors import invalid

MOMENT = datetime.datetime(2021, 3, 8, 16, 33, 19, 787000, tzinfo=datetime.timezone.utc)


@pytest.fixture
def place(aws: Any, client: Any) -> jobs.Place:
    """A revision of that moment, with one asset."""
    aws.clock.freeze(MOMENT)
    aws.objects.create_bucket("out")
    place = jobs.create_place(client)
    return place._replace(asset_id=jobs.add_asset(aws, client, place, "deep/a b.csv"))


def destination(place: jobs.Place, **members: Any) -> Any:
    return {"RevisionDestinations": [{"RevisionId": place.revision_id, "Bucket": "out", **members}]}


def export(aws: Any, client: Any, place: jobs.Place, pattern: str | None) -> list[str]:
    """The keys that an export makes."""
    members = {} if pattern is None else {"KeyPattern": pattern}
    job = jobs.run_job(client, "EXPORT_REVISIONS_TO_S3", place, **destination(place, **members))
    assert job["State"] == "COMPLETED"
    assert (
        job["Details"]["ExportRevisionsToS3"]["RevisionDestinations"]
        == (destination(place, **members)["RevisionDestinations"])
    )
    return [key for bucket, key in aws.objects if bucket == "out"]


@holds(
    "key-patterns.default",
    "key-patterns.not-echoed",
    "key-patterns.literal",
    "key-patterns.variables",
    "key-patterns.created-at",
    "key-patterns.parts",
    "key-patterns.padding",
)
@pytest.mark.parametrize(
    ("pattern", "key"),
    [
        (None, "deep/a b.csv"),
        ("${Asset.Name}", "deep/a b.csv"),
        ("${Asset.Id}", "ASSET"),
        ("${DataSet.Id}/${Asset.Id}", "DATA_SET/ASSET"),
        ("${DataSet.Name}/${Asset.Name}", "sales/deep/a b.csv"),
        ("${Revision.Id}-${Asset.Name}", "REVISION-deep/a b.csv"),
        ("${Revision.CreatedAt}/${Asset.Name}", "CREATED/deep/a b.csv"),
        (
            "y=${Revision.CreatedAt.Year}/m=${Revision.CreatedAt.Month}/d=${Revision.CreatedAt.Day}/${Asset.Id}",
            "y=2021/m=03/d=08/ASSET",
        ),
        ("${Asset.Name}${Asset.Name}", "deep/a b.csvdeep/a b.csv"),
        ("$5 {a} $$ }{ $/${Asset.Id}$", "$5 {a} $$ }{ $/ASSET$"),
        ("$${Asset.Id}", "$ASSET"),
    ],
)
def test_a_pattern_says_where_an_asset_goes(
    aws: Any, client: Any, place: jobs.Place, pattern: str | None, key: str
) -> None:
    named = {"DATA_SET": place.data_set_id, "REVISION": place.revision_id, "ASSET": place.asset_id}
    for name, identifier in named.items():
        key = key.replace(name, identifier)
    revision = client.get_revision(DataSetId=place.data_set_id, RevisionId=place.revision_id)
    key = key.replace("CREATED", to_iso8601(revision["CreatedAt"]))
    assert export(aws, client, place, pattern) == [key]


UNKNOWN = [
    ("${Asset.Size}${Asset.Id}", "Asset.Size"),
    ("${asset.id}", "asset.id"),
    ("${}${Asset.Id}", ""),
    ("${ Asset.Id }", " Asset.Id "),
    ("${Revision.CreatedAt.Hour}/${Asset.Id}", "Revision.CreatedAt.Hour"),
    ("${Asset.${Asset.Id}}", "Asset.${Asset.Id"),
]
UNNAMING = ["", "all", "${DataSet.Name}/${Revision.Id}", "$Asset.Id", "{Asset.Id}"]
UNCLOSED = ["${Asset.Id", "${Asset.Id}/${", "${Asset.Name}${DataSet.Id"]
REFUSED = [
    *((pattern, f"KeyPattern has the unknown variable ${{{name}}}.") for pattern, name in UNKNOWN),
    *((pattern, "KeyPattern must have ${Asset.Id} or ${Asset.Name}.") for pattern in UNNAMING),
    *((pattern, "KeyPattern has an unclosed variable.") for pattern in UNCLOSED),
]


@holds("key-patterns.one-needed", "key-patterns.refusals", "key-patterns.where")
@pytest.mark.parametrize(("pattern", "text"), REFUSED)
def test_a_pattern_that_cannot_be_expanded_is_refused_at_create_job(
    aws: Any, client: Any, place: jobs.Place, pattern: str, text: str
) -> None:
    with invalid(text):
        jobs.create_job(client, "EXPORT_REVISIONS_TO_S3", place, **destination(place, KeyPattern=pattern))


@holds("key-patterns.subscriber")
def test_a_subscribers_export_is_named_by_the_entitled_ids_and_moments(aws: Any, client: Any) -> None:
    aws.clock.freeze(MOMENT)
    aws.objects.create_bucket("out")
    data_set_id = aws.backend().add_entitled_data_set(
        name="weather",
        description="d",
        asset_type="S3_SNAPSHOT",
        product_id="prod-abc",
        revisions=[{"assets": {"a.csv": b"1"}}],
    )
    (revision,) = client.list_data_set_revisions(DataSetId=data_set_id)["Revisions"]
    place = jobs.Place(data_set_id, revision["Id"])
    pattern = "${DataSet.Id}/${DataSet.Name}/${Revision.Id}/${Revision.CreatedAt}/${Asset.Name}"
    assert export(aws, client, place, pattern) == [
        f"{data_set_id}/weather/{revision['Id']}/2021-03-08T16:33:19.787Z/a.csv"
    ]


@holds("key-patterns.parts")
def test_moments_in_a_key_are_utc_wherever_the_machine_is(aws: Any, client: Any, place: jobs.Place) -> None:
    late = MOMENT.replace(day=31, hour=23, minute=30)
    aws.clock.freeze(late.astimezone(datetime.timezone(datetime.timedelta(hours=5))))
    revision = boto3.client("dataexchange").create_revision(DataSetId=place.data_set_id)
    place = place._replace(revision_id=revision["Id"])
    jobs.add_asset(aws, client, place)
    pattern = "${Revision.CreatedAt.Month}-${Revision.CreatedAt.Day}-${Asset.Name}"
    assert export(aws, client, place, pattern) == ["03-31-a.csv"]
