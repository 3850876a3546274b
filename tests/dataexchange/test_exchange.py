"""The whole exchange: a provider's and a subscriber's account in one test, through boto3 only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from appint_mock import mock_dataexchange

BUCKET = "prices-of-b"


def _run_job(client: Any, kind: str, **details: Any) -> str:
    member = "".join(word.capitalize() for word in kind.split("_"))
    job = client.create_job(Type=kind, Details={member: details})
    client.start_job(JobId=job["Id"])
    state: str = client.get_job(JobId=job["Id"])["State"]
    return state


def _publish(client: Any, data_set_id: str, key: str) -> str:
    """Import a file from S3 into a new revision, and finalise that."""
    revision_id: str = client.create_revision(DataSetId=data_set_id, Comment=key)["Id"]
    ids = {"DataSetId": data_set_id, "RevisionId": revision_id}
    sources = [{"Bucket": "files-of-a", "Key": key}]
    assert _run_job(client, "IMPORT_ASSETS_FROM_S3", AssetSources=sources, **ids) == "COMPLETED"
    client.update_revision(Finalized=True, **ids)
    return revision_id


def _exchange(aws: Any, read: Callable[[], dict[str, bytes]]) -> None:
    """The story, with boto3 and ``aws.credentials`` only; ``read`` reads what is in B's bucket."""
    a = boto3.client("dataexchange", **aws.credentials("111111111111"))
    b = boto3.client("dataexchange", **aws.credentials("222222222222"))

    # A imports a file from S3, finalises, grants to B.
    data_set_id = a.create_data_set(Name="Prices", Description="All prices", AssetType="S3_SNAPSHOT")["Id"]
    _publish(a, data_set_id, "may.csv")
    grant = a.create_data_grant(
        Name="Prices for B",
        GrantDistributionScope="NONE",
        ReceiverPrincipal="222222222222",
        SourceDataSetId=data_set_id,
    )

    # B accepts, and sets an event action.
    (received,) = b.list_received_data_grants()["DataGrantSummaries"]
    assert received["Arn"] == grant["Arn"]
    entitled_id = b.accept_data_grant(DataGrantArn=received["Arn"])["DataSetId"]
    (may,) = b.list_data_set_revisions(DataSetId=entitled_id)["Revisions"]
    action = b.create_event_action(
        Event={"RevisionPublished": {"DataSetId": entitled_id}},
        Action={"ExportRevisionToS3": {"RevisionDestination": {"Bucket": BUCKET}}},
    )

    # A publishes a second revision; B's bucket holds the file.
    second_id = _publish(a, data_set_id, "june.csv")
    june, older = b.list_data_set_revisions(DataSetId=entitled_id)["Revisions"]
    assert (older, june["Comment"]) == (may, "june.csv")
    (job,) = b.list_jobs()["Jobs"]
    assert (job["State"], job["Details"]["ExportRevisionsToS3"]["EventActionArn"]) == (
        "COMPLETED",
        action["Arn"],
    )
    created = june["CreatedAt"].astimezone(aws.clock.now().tzinfo)
    moment = f"{created:%Y-%m-%dT%H:%M:%S}.{created.microsecond // 1000:03}Z"
    # An empty object has shown AWS that it may write there.
    assert read() == {"_ADX-TEST-222222222222": b"", f"{moment}/june.csv": b"june"}

    # A revokes; B can't export it any more.
    a.revoke_revision(DataSetId=data_set_id, RevisionId=second_id, RevocationComment="A wrong price.")
    destination = {"Bucket": BUCKET, "RevisionId": june["Id"]}
    export = {"DataSetId": entitled_id, "RevisionDestinations": [destination]}
    with pytest.raises(ClientError) as caught:
        b.create_job(Type="EXPORT_REVISIONS_TO_S3", Details={"ExportRevisionsToS3": export})
    assert caught.value.response["Error"]["Code"] == "AccessDeniedException"
    # The other one still can be.
    destination["RevisionId"] = may["Id"]
    assert _run_job(b, "EXPORT_REVISIONS_TO_S3", **export) == "COMPLETED"
    assert read() == {"_ADX-TEST-222222222222": b"", f"{moment}/june.csv": b"june", "may.csv": b"may"}


def test_what_a_provider_publishes_reaches_the_subscribers_bucket_until_it_is_revoked() -> None:
    moto = pytest.importorskip("moto", reason="with moto's S3 all of it is boto3 calls; moto is not installed")
    with moto.mock_aws(), mock_dataexchange() as aws:
        s3: Any = boto3.client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket="files-of-a")
        s3.create_bucket(Bucket=BUCKET)
        s3.put_object(Bucket="files-of-a", Key="may.csv", Body=b"may")
        s3.put_object(Bucket="files-of-a", Key="june.csv", Body=b"june")

        def read() -> dict[str, bytes]:
            keys = [each["Key"] for each in s3.list_objects_v2(Bucket=BUCKET).get("Contents", ())]
            return {key: s3.get_object(Bucket=BUCKET, Key=key)["Body"].read() for key in keys}

        _exchange(aws, read)


def test_the_same_exchange_works_with_the_built_in_object_store() -> None:
    with mock_dataexchange() as aws:
        aws.objects["files-of-a", "may.csv"] = b"may"
        aws.objects["files-of-a", "june.csv"] = b"june"
        aws.objects.create_bucket(BUCKET)
        _exchange(aws, lambda: {key: content for (name, key), content in aws.objects.items() if name == BUCKET})
