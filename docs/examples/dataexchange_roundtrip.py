"""A file's way through AWS Data Exchange: from S3 into a revision and back to S3."""

from __future__ import annotations

import csv
import io
from typing import Any

import boto3
from appint_mock import mock_dataexchange

PRICES = b"item,price\napple,0.40\npear,0.55\n"


def run_job(client: Any, job_type: str, **details: Any) -> None:
    """The code under test starts here: nothing in it knows of a mock."""
    job = client.create_job(Type=job_type, Details=details)
    client.start_job(JobId=job["Id"])
    while (job := client.get_job(JobId=job["Id"]))["State"] in (
        "WAITING",
        "IN_PROGRESS",
    ):
        print("job     ", job_type, job["State"])
    print(
        "job     ",
        job_type,
        job["State"],
        *[error["Message"] for error in job.get("Errors", [])],
    )


def publish_prices(client: Any, bucket: str, key: str) -> tuple[str, str]:
    """Create a data set with a finalised revision of one file; return their ids."""
    data_set_id = client.create_data_set(
        AssetType="S3_SNAPSHOT", Name="prices", Description="Daily prices"
    )["Id"]
    revision_id = client.create_revision(DataSetId=data_set_id, Comment="first")["Id"]
    place = {"DataSetId": data_set_id, "RevisionId": revision_id}
    run_job(
        client,
        "IMPORT_ASSETS_FROM_S3",
        ImportAssetsFromS3={**place, "AssetSources": [{"Bucket": bucket, "Key": key}]},
    )
    for asset in client.list_revision_assets(**place)["Assets"]:
        print(
            "asset   ",
            asset["Name"],
            f"{asset['AssetDetails']['S3SnapshotAsset']['Size']:.0f} bytes",
        )
    finalized = client.update_revision(**place, Finalized=True)["Finalized"]
    print("revision", "finalized" if finalized else "open")
    return data_set_id, revision_id


def export_prices(client: Any, data_set_id: str, revision_id: str, bucket: str) -> None:
    """Write each of the revision's files below its data set's name."""
    destination = {
        "RevisionId": revision_id,
        "Bucket": bucket,
        "KeyPattern": "${DataSet.Name}/${Asset.Name}",
    }
    run_job(
        client,
        "EXPORT_REVISIONS_TO_S3",
        ExportRevisionsToS3={
            "DataSetId": data_set_id,
            "RevisionDestinations": [destination],
        },
    )


def main() -> None:
    # job_polls=1: the first read of a started job still shows it in progress, so the
    # waiting is tested too.
    with mock_dataexchange(job_polls=1) as aws:
        aws.objects["incoming", "2026/prices.csv"] = PRICES
        aws.objects.create_bucket("outgoing")
        client = boto3.client("dataexchange")

        data_set_id, revision_id = publish_prices(client, "incoming", "2026/prices.csv")
        export_prices(client, data_set_id, revision_id, "outgoing")

        for bucket, key in aws.objects:
            print("object  ", f"s3://{bucket}/{key}")
        exported = aws.objects["outgoing", "prices/2026/prices.csv"]
        assert exported == PRICES
        for row in csv.DictReader(io.StringIO(exported.decode())):
            print("row     ", row["item"], row["price"])

        # The revision is finalised: AWS would refuse another file; so does the mock.
        try:
            place = {"DataSetId": data_set_id, "RevisionId": revision_id}
            sources = [{"Bucket": "incoming", "Key": "2026/prices.csv"}]
            run_job(
                client,
                "IMPORT_ASSETS_FROM_S3",
                ImportAssetsFromS3={**place, "AssetSources": sources},
            )
        except client.exceptions.ConflictException as error:
            print(
                "refused ",
                error.response["Error"]["Message"].replace(revision_id, "..."),
            )


if __name__ == "__main__":
    main()
