"""Programs that call every operation of a service, each with success."""

from __future__ import annotations

from typing import Any

import boto3

from tests.appintegrations.resources import (
    ON_DEMAND,
    associate_data_integration,
    create_application,
    create_data_integration,
    create_event_integration,
)
from tests.dataexchange.actors import OTHER_ACCOUNT, Actor, asset_of, bare, of


def appintegrations(aws: Any) -> None:
    """All operations of Amazon AppIntegrations."""
    client: Any = boto3.client("appintegrations")
    backend = aws.backend()
    event = create_event_integration(client)["EventIntegrationArn"]
    create_data_integration(client)
    application = create_application(client)["Arn"]
    association = associate_data_integration(client)
    seeded = [backend.associate_event_integration("orders", client_id="c"), backend.associate_application(application)]

    client.update_event_integration(Name="orders", Description="new")
    client.update_data_integration(Identifier="orders", Description="new")
    client.update_application(Arn=application, Description="new")
    client.update_data_integration_association(
        DataIntegrationIdentifier="orders",
        DataIntegrationAssociationIdentifier=association,
        ExecutionConfiguration=ON_DEMAND,
    )
    client.tag_resource(resourceArn=event, tags={"a": "1"})
    assert client.list_tags_for_resource(resourceArn=event)["tags"] == {"a": "1"}
    client.untag_resource(resourceArn=event, tagKeys=["a"])

    for shown in (
        client.get_event_integration(Name="orders"),
        client.get_data_integration(Identifier="orders"),
        client.get_application(Arn=application),
    ):
        assert shown["Description"] == "new"
    for listed in (
        client.list_event_integrations()["EventIntegrations"],
        client.list_data_integrations()["DataIntegrations"],
        client.list_applications()["Applications"],
        client.list_event_integration_associations(EventIntegrationName="orders")["EventIntegrationAssociations"],
        client.list_data_integration_associations(DataIntegrationIdentifier="orders")["DataIntegrationAssociations"],
        client.list_application_associations(ApplicationId=application)["ApplicationAssociations"],
    ):
        assert len(listed) == 1

    for arn in (association, *seeded):
        backend.disassociate(arn)
    client.delete_event_integration(Name="orders")
    client.delete_data_integration(DataIntegrationIdentifier="orders")
    client.delete_application(Arn=application)


def dataexchange(aws: Any) -> None:
    """All operations of AWS Data Exchange: a provider, and a subscriber that gets its data."""
    provider, subscriber = Actor(aws), Actor(aws, OTHER_ACCOUNT)
    client = provider.client
    data_set = provider.data_set(Tags={"a": "1"})
    revision = provider.revision(data_set, "a.csv", "b.csv")
    first, second = provider.assets(revision)
    assert bare(client.get_asset(**asset_of(first)))["Id"] == first["Id"]
    client.update_asset(**asset_of(first), Name="renamed.csv")
    client.delete_asset(**asset_of(second))
    client.update_data_set(DataSetId=data_set["Id"], Name="New prices")
    client.tag_resource(ResourceArn=data_set["Arn"], Tags={"b": "2"})
    client.untag_resource(ResourceArn=data_set["Arn"], TagKeys=["a"])
    assert client.list_tags_for_resource(ResourceArn=data_set["Arn"])["Tags"] == {"b": "2"}
    assert client.list_jobs()["Jobs"] != []

    grant = provider.grant(data_set)
    assert client.get_data_grant(DataGrantId=grant["Id"])["Id"] == grant["Id"]
    assert len(client.list_data_grants()["DataGrantSummaries"]) == 1
    assert len(subscriber.client.list_received_data_grants()["DataGrantSummaries"]) == 1
    subscriber.client.get_received_data_grant(DataGrantArn=grant["Arn"])
    entitled = subscriber.accept(grant)
    action = subscriber.event_action(entitled["Id"])
    subscriber.client.get_event_action(EventActionId=action["Id"])
    subscriber.client.update_event_action(EventActionId=action["Id"], Action=action["Action"])
    assert len(subscriber.client.list_event_actions()["EventActions"]) == 1
    client.send_data_set_notification(DataSetId=data_set["Id"], Type="DATA_UPDATE")
    provider.finalize(revision)
    assert len(provider.revisions(data_set["Id"])) == 1
    client.get_revision(**of(revision))
    provider.revoke(revision)
    subscriber.client.delete_event_action(EventActionId=action["Id"])
    client.delete_data_grant(DataGrantId=grant["Id"])

    details = {"AssetSources": [{"Bucket": "source", "Key": "a.csv"}], **of(provider.revision(data_set))}
    job = client.create_job(Type="IMPORT_ASSETS_FROM_S3", Details={"ImportAssetsFromS3": details})
    client.cancel_job(JobId=job["Id"])
    client.delete_revision(**of({"DataSetId": data_set["Id"], "Id": details["RevisionId"]}))
    client.delete_data_set(DataSetId=data_set["Id"])
    assert client.list_data_sets()["DataSets"] == []

    quotes = subscriber.backend.add_entitled_data_set(
        name="Quotes",
        description="Quotes of the day",
        asset_type="API_GATEWAY_API",
        product_id="prod-quotes",
        revisions=[{"assets": {"quotes": {}}}],
    )
    (offered,) = subscriber.revisions(quotes)
    (api,) = subscriber.assets(offered)
    subscriber.client.send_api_asset(**asset_of(api))


#: By boto3's name of the service.
PROGRAMS = {"appintegrations": appintegrations, "dataexchange": dataexchange}
