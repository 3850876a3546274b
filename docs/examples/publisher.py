"""Publish files from S3 as a revision of a data set, and test it (``pytest``)."""

from __future__ import annotations

import time
from typing import Any

import boto3
import pytest


class PublishingError(Exception):
    """A job of AWS Data Exchange did not complete."""


def publish(data_set_id: str, bucket: str, keys: list[str]) -> str:
    """Import the files into a new revision and finalise it; return its id."""
    client = boto3.client("dataexchange")
    revision = client.create_revision(DataSetId=data_set_id)
    place = {"DataSetId": data_set_id, "RevisionId": revision["Id"]}
    sources = [{"Bucket": bucket, "Key": key} for key in keys]
    job = client.create_job(
        Type="IMPORT_ASSETS_FROM_S3",
        Details={"ImportAssetsFromS3": {**place, "AssetSources": sources}},
    )
    client.start_job(JobId=job["Id"])
    while (seen := client.get_job(JobId=job["Id"]))["State"] == "IN_PROGRESS":
        time.sleep(0.01)  # a real program waits longer
    if seen["State"] != "COMPLETED":
        raise PublishingError(seen["Errors"][0]["Message"])
    client.update_revision(**place, Finalized=True)
    return str(revision["Id"])


@pytest.fixture
def data_set_id(dataexchange_client: Any) -> str:
    made = dataexchange_client.create_data_set(
        AssetType="S3_SNAPSHOT", Name="prices", Description="Daily prices"
    )
    return str(made["Id"])


@pytest.mark.dataexchange(job_polls=2)
def test_the_files_are_published(
    dataexchange: Any, dataexchange_client: Any, data_set_id: str
) -> None:
    dataexchange.objects["incoming", "may.csv"] = b"apple,0.40\n"
    revision_id = publish(data_set_id, "incoming", ["may.csv"])

    place = {"DataSetId": data_set_id, "RevisionId": revision_id}
    assert dataexchange_client.get_revision(**place)["Finalized"]
    (asset,) = dataexchange_client.list_revision_assets(**place)["Assets"]
    assert asset["Name"] == "may.csv"
    # job_polls=2: two looks show the job at work, the third that it has ended.
    dataexchange.calls.assert_called("GetJob", times=3)


def test_a_missing_file_publishes_nothing(
    dataexchange_client: Any, data_set_id: str
) -> None:
    with pytest.raises(PublishingError):
        publish(data_set_id, "incoming", ["june.csv"])
    listed = dataexchange_client.list_data_set_revisions(DataSetId=data_set_id)
    assert [each["Finalized"] for each in listed["Revisions"]] == [False]


def test_a_job_that_fails_publishes_nothing(
    dataexchange: Any, data_set_id: str
) -> None:
    dataexchange.objects["incoming", "may.csv"] = b"apple,0.40\n"
    dataexchange.fail_job("IMPORT_ASSETS_FROM_S3", message="The file is encrypted.")
    with pytest.raises(PublishingError, match="encrypted"):
        publish(data_set_id, "incoming", ["may.csv"])
