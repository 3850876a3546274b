"""A publisher's Lambda function: files in S3 become a published revision of a product.

    python publisher_lambda.py

The function gets the event of a manifest, ``pending/NAME/manifest``, which lists the
keys of the files. The same event may come again, as S3 sends it: then nothing is
published twice.
"""

from __future__ import annotations

import json
import os
import time
from typing import Any

import boto3

BUCKET, PRODUCT = "publisher-files", os.environ.get("PRODUCT_ID", "prod-abcdefghijklm")
#: An import job takes at most 100 files; a small number shows several batches.
BATCH = 2


def handler(event: dict[str, Any], context: object = None) -> dict[str, Any]:
    """Publish each manifest of an S3 event; return the ARNs of the revisions."""
    exchange, catalog = (
        boto3.client("dataexchange"),
        boto3.client("marketplace-catalog", region_name="us-east-1"),
    )
    data_set_id = os.environ["DATA_SET_ID"]
    published = []
    for record in event["Records"]:
        key = record["s3"]["object"]["key"]
        manifest = (
            boto3.client("s3")
            .get_object(Bucket=BUCKET, Key=key)["Body"]
            .read()
            .decode()
        )
        published.append(publish(exchange, catalog, data_set_id, key, manifest.split()))
    return {"revisions": published}


def publish(
    exchange: Any, catalog: Any, data_set_id: str, comment: str, keys: list[str]
) -> str:
    """Return the ARN of the revision with that comment; publish it if missing."""
    pages = exchange.get_paginator("list_data_set_revisions").paginate(
        DataSetId=data_set_id
    )
    revisions = [
        each
        for page in pages
        for each in page["Revisions"]
        if each.get("Comment") == comment
    ]
    revision = (
        revisions[0]
        if revisions
        else exchange.create_revision(DataSetId=data_set_id, Comment=comment)
    )
    if not revision["Finalized"]:
        for start in range(0, len(keys), BATCH):
            import_files(
                exchange, data_set_id, revision["Id"], keys[start : start + BATCH]
            )
        exchange.update_revision(
            DataSetId=data_set_id, RevisionId=revision["Id"], Finalized=True
        )
        print("finalized:", comment)
    details = {
        "DataSetArn": exchange.get_data_set(DataSetId=data_set_id)["Arn"],
        "RevisionArns": [revision["Arn"]],
    }
    entity = catalog.describe_entity(Catalog="AWSMarketplace", EntityId=PRODUCT)
    # Without the version behind the @, which would make it another change set.
    product = entity["EntityIdentifier"].partition("@")[0]
    started = catalog.start_change_set(
        Catalog="AWSMarketplace",
        ChangeSet=[
            {
                "ChangeType": "AddRevisions",
                "Entity": {"Type": entity["EntityType"], "Identifier": product},
                "Details": json.dumps(details),
            }
        ],
        # The same revision is one change set, however often the function is told of it.
        ClientRequestToken=revision["Id"],
    )
    wait_for(
        lambda: catalog.describe_change_set(
            Catalog="AWSMarketplace", ChangeSetId=started["ChangeSetId"]
        )["Status"]
    )
    return str(revision["Arn"])


def import_files(
    exchange: Any, data_set_id: str, revision_id: str, keys: list[str]
) -> None:
    """Import a batch of files, and wait."""
    sources = [{"Bucket": BUCKET, "Key": key} for key in keys]
    details = {
        "DataSetId": data_set_id,
        "RevisionId": revision_id,
        "AssetSources": sources,
    }
    job = exchange.create_job(
        Type="IMPORT_ASSETS_FROM_S3", Details={"ImportAssetsFromS3": details}
    )
    exchange.start_job(JobId=job["Id"])
    wait_for(lambda: exchange.get_job(JobId=job["Id"])["State"])
    print("imported:", *keys)


def wait_for(status: Any) -> None:
    """Wait until a job or a change set has ended well."""
    while (now := status()) not in ("COMPLETED", "SUCCEEDED"):
        if now in ("ERROR", "FAILED", "CANCELLED", "TIMED_OUT"):
            raise RuntimeError(f"ended as {now}")
        time.sleep(1)


def main() -> None:
    """Act as the rest: a data set, three files, and an event that comes twice."""
    exchange, s3 = boto3.client("dataexchange"), boto3.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    for name in ("a", "b", "c"):
        s3.put_object(
            Bucket=BUCKET,
            Key=f"files/{name}.csv",
            Body=b"item,price\n" + name.encode() + b",0.40\n",
        )
    s3.put_object(
        Bucket=BUCKET,
        Key="pending/may/manifest",
        Body=b"files/a.csv files/b.csv files/c.csv",
    )
    made = exchange.create_data_set(
        AssetType="S3_SNAPSHOT", Name="prices", Description="Daily prices"
    )
    os.environ["DATA_SET_ID"] = made["Id"]
    manifest = {"bucket": {"name": BUCKET}, "object": {"key": "pending/may/manifest"}}
    event = {"Records": [{"s3": manifest}]}
    print("same revision:", handler(event) == handler(event))
    revisions = exchange.list_data_set_revisions(DataSetId=made["Id"])["Revisions"]
    assets = exchange.list_revision_assets(
        DataSetId=made["Id"], RevisionId=revisions[0]["Id"]
    )["Assets"]
    print("revisions:", len(revisions), "assets:", len(assets))


if __name__ == "__main__":
    main()
