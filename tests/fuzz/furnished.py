"""For each service a state in which there is something of everything, in two accounts and two regions."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from appint_mock.services.appintegrations.companions.connect import Connect
from appint_mock.services.appintegrations.companions.qconnect import KnowledgeBases
from appint_mock.services.dataexchange.companions.marketplace_catalog import MarketplaceCatalog
from tests.dataexchange.jobs import EXAMPLES

#: Whom the provider of the fuzzed requests lends to.
OTHER_ACCOUNT = "210987654321"
_EVENTS = {"EventFilter": {"Source": "aws.partner/x"}, "EventBridgeBus": "default"}
_INSTANCE = "11111111-2222-4333-8444-555555555555"


def furnish(service: str, aws: Any) -> None:
    """Put the state into an open mock."""
    _FURNISH[service](aws)


def _appintegrations(aws: Any) -> None:
    for backend in (aws.backend(), aws.backend(OTHER_ACCOUNT, "eu-west-1")):
        event = backend.create_event_integration(Name="events", ClientToken="events", Tags={"a": "b"}, **_EVENTS)
        backend.create_event_integration(Name="more/events", **_EVENTS)
        backend.associate_event_integration("events", client_id="client", client_association_metadata={"a": "b"})
        backend.create_data_integration(Name="data", KmsKey="key", ClientToken="data", SourceURI="s3://bucket")
        used = backend.create_data_integration(Name="more", KmsKey="key", Tags={"a": "b"})
        association = backend.create_data_integration_association(
            DataIntegrationIdentifier="more",
            ClientToken="association",
            ExecutionConfiguration={"ExecutionMode": "ON_DEMAND"},
        )
        assert association["DataIntegrationArn"] == used["Arn"]
        config = {"ExternalUrlConfig": {"AccessUrl": "https://example.com", "ApprovedOrigins": ["https://a.example"]}}
        application = backend.create_application(
            Name="app", Namespace="ns", ApplicationSourceConfig=config, ClientToken="app", Permissions=["a"]
        )
        backend.create_application(Name="more", Namespace="more", ApplicationSourceConfig=config, Description="d")
        backend.associate_application(application["Arn"])
        connect = Connect(backend)
        connect.create_integration_association(
            InstanceId=_INSTANCE, IntegrationType="APPLICATION", IntegrationArn=application["Arn"]
        )
        connect.create_integration_association(
            InstanceId=_INSTANCE,
            IntegrationType="EVENT",
            IntegrationArn=event["EventIntegrationArn"],
            SourceType="SALESFORCE",
        )
        source = backend.get_data_integration(Identifier="data")["Arn"]
        KnowledgeBases(backend).create_knowledge_base(
            name="knowledge",
            knowledgeBaseType="EXTERNAL",
            clientToken="knowledge",
            sourceConfiguration={"appIntegrations": {"appIntegrationArn": source, "objectFields": ["a"]}},
        )


def _dataexchange(aws: Any) -> None:
    provider, subscriber = aws.backend(), aws.backend(OTHER_ACCOUNT)
    aws.backend(OTHER_ACCOUNT, "eu-west-1").create_data_set(Name="far", Description="d", AssetType="S3_SNAPSHOT")
    for name in ("bucket", "in/a.csv"), ("bucket", "b.csv"):
        aws.objects[name] = b"content"
    aws.objects.create_bucket("empty")
    for kind, example in EXAMPLES.items():
        _job(provider, kind, example.asset_type, dict(example.details))
    data_set = provider.create_data_set(Name="data", Description="d", AssetType="S3_SNAPSHOT", Tags={"a": "b"})["Id"]
    first, second = (_filled(provider, data_set) for _ in range(2))
    _finalize(provider, data_set, first)
    _grant(provider, data_set)
    _grant(provider, data_set, EndsAt=provider.now() + datetime.timedelta(days=30))
    accepted = [_grant(provider, data_set), _grant(provider, data_set)]
    for grant in accepted:
        subscriber.accept_data_grant(DataGrantArn=grant["Arn"])
    export = {"RevisionDestination": {"Bucket": "bucket", "KeyPattern": "${Asset.Id}"}}
    event = {"RevisionPublished": {"DataSetId": accepted[0]["DataSetId"]}}
    subscriber.create_event_action(Event=event, Action={"ExportRevisionToS3": export}, Tags={"a": "b"})
    _finalize(provider, data_set, second)
    provider.revoke_revision(DataSetId=data_set, RevisionId=first, RevocationComment="a mistake, as it seems")
    provider.delete_data_grant(DataGrantId=accepted[1]["Id"])
    provider.send_data_set_notification(DataSetId=data_set, Type="DATA_UPDATE", ClientToken="token")
    sold = provider.create_data_set(Name="sold", Description="d", AssetType="S3_SNAPSHOT")["Id"]
    revision = _filled(provider, sold)
    _finalize(provider, sold, revision)
    provider.publish_revision(sold, revision)
    changes = {"DataSets": [{"Arn": provider.get_data_set(DataSetId=data_set)["Arn"]}]}
    entity = {"Type": "DataProduct@1.0", "Identifier": "prod-abc@1"}
    change = {"ChangeType": "AddDataSets", "Entity": entity, "DetailsDocument": changes}
    MarketplaceCatalog(provider).start_change_set(
        Catalog="AWSMarketplace", ChangeSet=[change], ClientRequestToken="token"
    )
    _filled(provider, provider.create_data_set(Name="open", Description="d", AssetType="S3_SNAPSHOT")["Id"])
    revisions = [{"assets": {"a.csv": b"a"}}, {"comment": "later", "assets": {"a.csv": b"b"}, "published": False}]
    entitled = {"description": "d", "product_id": "prod-1"}
    provider.add_entitled_data_set(name="files", asset_type="S3_SNAPSHOT", revisions=revisions, **entitled)
    api: list[dict[str, Any]] = [{"assets": {"orders": {}}}]
    provider.add_entitled_data_set(name="api", asset_type="API_GATEWAY_API", revisions=api, **entitled)


def _job(backend: Any, kind: str, asset_type: str, details: dict[str, Any]) -> None:
    """Make jobs of a type: one that waits, and one that was started."""
    data_set = backend.create_data_set(Name=kind, Description="d", AssetType=asset_type)["Id"]
    revision = backend.create_revision(DataSetId=data_set, Comment="for a job")["Id"]
    ids = {"DataSetId": data_set, "RevisionId": revision}
    if kind.startswith("EXPORT"):
        _import(backend, ids)
        asset = backend.list_revision_assets(**ids)["Assets"][0]["Id"]
        details = {
            "EXPORT_ASSETS_TO_S3": {"AssetDestinations": [{"AssetId": asset, "Bucket": "bucket", "Key": "out"}]},
            "EXPORT_ASSET_TO_SIGNED_URL": {"AssetId": asset},
            "EXPORT_REVISIONS_TO_S3": {"RevisionDestinations": [{"RevisionId": revision, "Bucket": "bucket"}]},
        }[kind]
        if kind == "EXPORT_REVISIONS_TO_S3":
            del ids["RevisionId"]
    member = "".join(word.capitalize() for word in kind.split("_"))
    for started in (False, True):
        job = backend.create_job(Type=kind, Details={member: {**details, **ids}})["Id"]
        if started:
            backend.start_job(JobId=job)
            backend.get_job(JobId=job)


def _import(backend: Any, ids: dict[str, str]) -> None:
    sources = [{"Bucket": "bucket", "Key": key} for key in ("in/a.csv", "b.csv")]
    details = {"ImportAssetsFromS3": {"AssetSources": sources, **ids}}
    job = backend.create_job(Type="IMPORT_ASSETS_FROM_S3", Details=details)["Id"]
    backend.start_job(JobId=job)
    assert backend.get_job(JobId=job)["State"] == "COMPLETED"


def _filled(backend: Any, data_set: str) -> str:
    revision: str = backend.create_revision(DataSetId=data_set, Comment="first")["Id"]
    _import(backend, {"DataSetId": data_set, "RevisionId": revision})
    return revision


def _finalize(backend: Any, data_set: str, revision: str) -> None:
    backend.update_revision(DataSetId=data_set, RevisionId=revision, Finalized=True)


def _grant(backend: Any, data_set: str, **members: Any) -> dict[str, Any]:
    grant: dict[str, Any] = backend.create_data_grant(
        Name="grant",
        ReceiverPrincipal=OTHER_ACCOUNT,
        SourceDataSetId=data_set,
        GrantDistributionScope="NONE",
        **members,
    )
    return grant


_FURNISH: dict[str, Callable[[Any], None]] = {"appintegrations": _appintegrations, "dataexchange": _dataexchange}
