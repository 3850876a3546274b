"""Export what a provider publishes, and test it (``pytest``)."""

from __future__ import annotations

from typing import Any

import boto3
import pytest

MAY, JUNE = "5" * 32, "6" * 32


def handler(event: dict[str, Any], context: object = None) -> list[str]:
    """A Lambda function for the event "Revision Published To Data Set"."""
    client = boto3.client("dataexchange")
    started = []
    for data_set in event["resources"]:
        for revision in event["detail"]["RevisionIds"]:
            target = {"RevisionId": revision, "Bucket": "arrivals"}
            details = {"DataSetId": data_set, "RevisionDestinations": [target]}
            job = client.create_job(
                Type="EXPORT_REVISIONS_TO_S3", Details={"ExportRevisionsToS3": details}
            )
            client.start_job(JobId=job["Id"])
            started.append(job["Id"])
    return started


@pytest.fixture
def weather(dataexchange: Any) -> str:
    """A product's data set that the account has subscribed to, with one revision."""
    dataexchange.objects.create_bucket("arrivals")
    may = {"id": MAY, "comment": "May", "assets": {"may.csv": b"rain\n"}}
    june = {"id": JUNE, "published": False, "assets": {"june.csv": b"sun\n"}}
    data_set_id: str = dataexchange.backend().add_entitled_data_set(
        name="Weather",
        description="Hourly",
        asset_type="S3_SNAPSHOT",
        product_id="prod-weather",
        revisions=[may, june],
    )
    return data_set_id


def test_a_subscriber_sees_what_is_published(
    dataexchange_client: Any, weather: str
) -> None:
    (data_set,) = dataexchange_client.list_data_sets(Origin="ENTITLED")["DataSets"]
    assert data_set["Name"] == "Weather"
    listed = dataexchange_client.list_data_set_revisions(DataSetId=weather)
    assert [each["Comment"] for each in listed["Revisions"]] == ["May"]


def test_what_arrives_is_exported(dataexchange: Any, weather: str) -> None:
    backend = dataexchange.backend()
    backend.on_event(handler)
    backend.publish_revision(weather, JUNE)
    assert dataexchange.objects["arrivals", "june.csv"] == b"sun\n"


def test_an_export_that_fails_is_seen(dataexchange: Any, weather: str) -> None:
    dataexchange.fail_job("EXPORT_REVISIONS_TO_S3")
    dataexchange.backend().publish_revision(weather, JUNE)
    event = dataexchange.backend().events[0]
    (job_id,) = handler(event)
    assert dataexchange.backend().jobs[job_id]["State"] == "ERROR"
