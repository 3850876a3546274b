"""What tests of jobs are made of: a revision to work on, and an example of each type of job."""

from __future__ import annotations

import base64
import datetime
import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple

from appint_mock import mock_dataexchange

#: A moment with milliseconds, to freeze the clock at.
START = datetime.datetime(2026, 3, 4, 5, 6, 7, 891000, tzinfo=datetime.timezone.utc)
HOUR = datetime.timedelta(hours=1)
KMS_KEY = "arn:aws:kms:us-east-1:123456789012:key/11112222-3333-4444-5555-666677778888"
SHARE = "arn:aws:redshift:us-east-1:123456789012:datashare:8f1c0b2a-0000-4000-8000-000000000000/sales"


def md5_of(content: bytes) -> str:
    """As in Content-MD5 and Md5Hash."""
    return base64.b64encode(hashlib.md5(content).digest()).decode("ascii")


class Example(NamedTuple):
    """A type of job: the asset type that it needs, and Details besides the ids."""

    asset_type: str
    details: Mapping[str, Any]


EXAMPLES = {
    "IMPORT_ASSETS_FROM_S3": Example("S3_SNAPSHOT", {"AssetSources": [{"Bucket": "bucket", "Key": "in/a.csv"}]}),
    "IMPORT_ASSET_FROM_SIGNED_URL": Example("S3_SNAPSHOT", {"AssetName": "up.csv", "Md5Hash": md5_of(b"1,2\n")}),
    "EXPORT_ASSETS_TO_S3": Example("S3_SNAPSHOT", {}),
    "EXPORT_ASSET_TO_SIGNED_URL": Example("S3_SNAPSHOT", {}),
    "EXPORT_REVISIONS_TO_S3": Example("S3_SNAPSHOT", {}),
    "IMPORT_ASSETS_FROM_REDSHIFT_DATA_SHARES": Example(
        "REDSHIFT_DATA_SHARE", {"AssetSources": [{"DataShareArn": SHARE}]}
    ),
    "IMPORT_ASSET_FROM_API_GATEWAY_API": Example(
        "API_GATEWAY_API",
        {
            "ApiId": "abc123",
            "ApiName": "orders",
            "ApiSpecificationMd5Hash": md5_of(b"openapi: 3.0.0\n"),
            "ProtocolType": "REST",
            "Stage": "prod",
        },
    ),
    "CREATE_S3_DATA_ACCESS_FROM_S3_BUCKET": Example("S3_DATA_ACCESS", {"AssetSource": {"Bucket": "bucket"}}),
    "IMPORT_ASSETS_FROM_LAKE_FORMATION_TAG_POLICY": Example(
        "LAKE_FORMATION_DATA_PERMISSION",
        {
            "CatalogId": "123456789012",
            "RoleArn": "arn:aws:iam::123456789012:role/lake",
            "Database": {
                "Expression": [{"TagKey": "level", "TagValues": ["open"]}],
                "Permissions": ["DESCRIBE"],
            },
        },
    ),
}
TYPES = list(EXAMPLES)
IMPORTS = [name for name in TYPES if not name.startswith("EXPORT")]
EXPORTS = [name for name in TYPES if name.startswith("EXPORT")]
#: Whose file must be uploaded before the job can complete, and the file.
UPLOADS = {
    "IMPORT_ASSET_FROM_SIGNED_URL": ("SignedUrl", b"1,2\n"),
    "IMPORT_ASSET_FROM_API_GATEWAY_API": ("ApiSpecificationUploadUrl", b"openapi: 3.0.0\n"),
}


def member_of(job_type: str) -> str:
    """The member of Details that belongs to a type of job."""
    return "".join(word.capitalize() for word in job_type.split("_"))


class Place(NamedTuple):
    """A revision, and an asset in it where the test put one."""

    data_set_id: str
    revision_id: str
    asset_id: str = ""


def create_place(client: Any, asset_type: str = "S3_SNAPSHOT") -> Place:
    """An open revision of a new data set."""
    data_set = client.create_data_set(AssetType=asset_type, Name="sales", Description="d")
    revision = client.create_revision(DataSetId=data_set["Id"])
    return Place(data_set["Id"], revision["Id"])


def place_for(aws: Any, client: Any, job_type: str) -> Place:
    """What an example job of that type works on, with the objects it reads and the asset it exports."""
    aws.objects["bucket", "in/a.csv"] = b"a,b\n"
    place = create_place(client, EXAMPLES[job_type].asset_type)
    if job_type in EXPORTS:
        place = place._replace(asset_id=add_asset(aws, client, place))
    return place


def add_asset(aws: Any, client: Any, place: Place, name: str = "a.csv", content: bytes = b"a,b\n") -> str:
    """An asset made by a job, and its id."""
    before = asset_ids(client, place)
    aws.objects["seed", name] = content
    sources = [{"Bucket": "seed", "Key": name}]
    with mock_dataexchange(job_polls=0, job_seconds=None):
        job = create_job(client, "IMPORT_ASSETS_FROM_S3", place, AssetSources=sources)
        client.start_job(JobId=job["Id"])
        (asset_id,) = asset_ids(client, place) - before
    return asset_id


def assets_of(client: Any, place: Place) -> list[Any]:
    """The assets of a revision, in the list's order."""
    answer: list[Any] = client.list_revision_assets(DataSetId=place.data_set_id, RevisionId=place.revision_id)["Assets"]
    return answer


def asset_ids(client: Any, place: Place) -> set[str]:
    """The ids of the assets of a revision."""
    return {asset["Id"] for asset in assets_of(client, place)}


def details_for(job_type: str, place: Place, **changes: Any) -> dict[str, Any]:
    """Details of an example job; a change to None leaves a member out."""
    details: dict[str, Any] = {"DataSetId": place.data_set_id, "RevisionId": place.revision_id}
    details.update(EXAMPLES[job_type].details)
    if job_type == "EXPORT_ASSETS_TO_S3":
        details["AssetDestinations"] = [{"AssetId": place.asset_id, "Bucket": "bucket"}]
    elif job_type == "EXPORT_ASSET_TO_SIGNED_URL":
        details["AssetId"] = place.asset_id
    elif job_type == "EXPORT_REVISIONS_TO_S3":
        details["RevisionDestinations"] = [{"RevisionId": details.pop("RevisionId"), "Bucket": "bucket"}]
    details.update(changes)
    return {member_of(job_type): {name: value for name, value in details.items() if value is not None}}


def create_job(client: Any, job_type: str, place: Place, **changes: Any) -> Any:
    """CreateJob with the example's Details."""
    return client.create_job(Type=job_type, Details=details_for(job_type, place, **changes))


def run_job(client: Any, job_type: str, place: Place, **changes: Any) -> Any:
    """The job after its end (with job_polls 0), as GetJob shows it."""
    job = create_job(client, job_type, place, **changes)
    upload(job)
    client.start_job(JobId=job["Id"])
    return client.get_job(JobId=job["Id"])


def upload(job: Any, content: bytes | None = None) -> None:
    """PUT the file that a job waits for, if it does."""
    import requests

    if job["Type"] in UPLOADS:
        member, expected = UPLOADS[job["Type"]]
        url = job["Details"][member_of(job["Type"])][member]
        assert requests.put(url, data=expected if content is None else content, timeout=5).status_code == 200


def state_of(client: Any, job: Any) -> str:
    """The job's state, by a read."""
    state: str = client.get_job(JobId=job["Id"])["State"]
    return state


def finalize(client: Any, place: Place) -> None:
    """Finalise the revision."""
    client.update_revision(DataSetId=place.data_set_id, RevisionId=place.revision_id, Finalized=True)


def error_of(job: Any) -> Any:
    """The only error of a job that failed."""
    assert job["State"] == "ERROR"
    (error,) = job["Errors"]
    return error
