"""For each service a state with something of all kinds in it, and a look at all of it through boto3."""

from __future__ import annotations

from typing import Any

import boto3

from appint_mock import mock_appintegrations, mock_dataexchange

MOCKS: dict[str, Any] = {"appintegrations": mock_appintegrations, "dataexchange": mock_dataexchange}
#: Another account and region than the usual ones, which a snapshot holds too.
ELSEWHERE = {"account_id": "210987654321", "region_name": "eu-west-1"}


def fill(service: str, aws: Any) -> None:
    """Make the state."""
    client: Any = boto3.client(service)
    there = ELSEWHERE["region_name"]
    elsewhere: Any = boto3.client(service, region_name=there, **aws.credentials(ELSEWHERE["account_id"]))
    _FILL[service](client, elsewhere, aws)


def look(service: str, aws: Any) -> Any:
    """All that there is, as JSON-able data."""
    client: Any = boto3.client(service)
    there = ELSEWHERE["region_name"]
    elsewhere: Any = boto3.client(service, region_name=there, **aws.credentials(ELSEWHERE["account_id"]))
    return _LOOK[service](client, elsewhere, aws)


def _fill_appintegrations(client: Any, elsewhere: Any, aws: Any) -> None:
    event = {"EventFilter": {"Source": "aws.partner/example"}, "EventBridgeBus": "default"}
    for number in range(3):
        client.create_event_integration(
            Name=f"orders{number}", Tags={"number": str(number)}, ClientToken=f"token{number}", **event
        )
    elsewhere.create_event_integration(Name="far", **event)
    aws.backend().associate_event_integration("orders0", client_id="connect")
    data = client.create_data_integration(Name="files", KmsKey="key", SourceURI="s3://bucket")
    client.create_data_integration_association(DataIntegrationIdentifier=data["Id"], DestinationURI="s3://there")
    client.create_application(
        Name="app", Namespace="app", ApplicationSourceConfig={"ExternalUrlConfig": {"AccessUrl": "https://a.example"}}
    )


def _look_appintegrations(client: Any, elsewhere: Any, aws: Any) -> Any:
    (data,) = client.list_data_integrations()["DataIntegrations"]
    links = client.list_data_integration_associations(DataIntegrationIdentifier=data["Arn"])
    return [
        [[each["Name"], each["Tags"]] for each in client.list_event_integrations()["EventIntegrations"]],
        [each["Name"] for each in elsewhere.list_event_integrations()["EventIntegrations"]],
        [
            each["EventIntegrationAssociationArn"]
            for each in client.list_event_integration_associations(EventIntegrationName="orders0")[
                "EventIntegrationAssociations"
            ]
        ],
        data,
        links["DataIntegrationAssociations"],
        [[each["Arn"], each["CreatedTime"].timestamp()] for each in client.list_applications()["Applications"]],
    ]


def _fill_dataexchange(client: Any, elsewhere: Any, aws: Any) -> None:
    made = client.create_data_set(Name="prices", Description="daily", AssetType="S3_SNAPSHOT", Tags={"team": "red"})
    elsewhere.create_data_set(Name="far", Description="away", AssetType="S3_SNAPSHOT")
    revision = client.create_revision(DataSetId=made["Id"], Comment="first")
    aws.objects["bucket", "a.csv"] = bytes(range(256))
    source = {"Bucket": "bucket", "Key": "a.csv"}
    details = {"DataSetId": made["Id"], "RevisionId": revision["Id"], "AssetSources": [source]}
    job = client.create_job(Type="IMPORT_ASSETS_FROM_S3", Details={"ImportAssetsFromS3": details})
    client.start_job(JobId=job["Id"])
    client.get_job(JobId=job["Id"])


def _look_dataexchange(client: Any, elsewhere: Any, aws: Any) -> Any:
    (data_set,) = client.list_data_sets()["DataSets"]
    (revision,) = client.list_data_set_revisions(DataSetId=data_set["Id"])["Revisions"]
    assets = client.list_revision_assets(DataSetId=data_set["Id"], RevisionId=revision["Id"])["Assets"]
    return [
        [data_set["Arn"], data_set["CreatedAt"].timestamp()],
        client.list_tags_for_resource(ResourceArn=data_set["Arn"])["Tags"],
        [each["Name"] for each in elsewhere.list_data_sets()["DataSets"]],
        [[each["Id"], each["Name"], each["AssetDetails"]] for each in assets],
        [[each["Id"], each["State"]] for each in client.list_jobs()["Jobs"]],
        aws.objects["bucket", "a.csv"].hex(),
    ]


_FILL = {"appintegrations": _fill_appintegrations, "dataexchange": _fill_dataexchange}
_LOOK = {"appintegrations": _look_appintegrations, "dataexchange": _look_dataexchange}
