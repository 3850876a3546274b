"""An account with many things of every kind, and for each operation a request that it carries out there."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from botocore.serialize import create_serializer

from appint_mock.protocol.message import Request, Response
from appint_mock.protocol.operation import Operation
from appint_mock.scopes import stack
from appint_mock.scopes.dispatch import answer
from tests.fuzz.furnished import OTHER_ACCOUNT
from tests.fuzz.wire import everything

_SOURCE = {"EventFilter": {"Source": "aws.partner/x"}, "EventBridgeBus": "default"}
_SIGNED = (
    "AWS4-HMAC-SHA256 Credential=AKIA123456789012MOCK/20260101/us-east-1/service/aws4_request, "
    "SignedHeaders=host, Signature=0"
)
_SERIALISER = create_serializer("rest-json", include_validation=False)
Parameters = dict[str, Any]


class AppIntegrations:
    """An account of Amazon AppIntegrations."""

    name = "appintegrations"

    def __init__(self, aws: Any) -> None:
        self.backend = aws.backend()
        self.number = 0

    def crowd(self, size: int) -> None:
        """Make ``size`` things of every kind; of what has a parent, all of one."""
        backend = self.backend
        application = self.application()
        data = self.data_integration()
        event = self.event_integration()
        for _ in range(size):
            self.event_integration()
            self.data_integration()
            self.application()
            backend.associate_application(application)
            backend.associate_event_integration(event, client_id="client")
            backend.data_integrations.replace(data, {**backend.data_integrations.get(data), "_was_associated": False})
            backend.create_data_integration_association(DataIntegrationIdentifier=data)

    def event_integration(self) -> str:
        self.number += 1
        name: str = self.backend.create_event_integration(Name=f"event{self.number}", **_SOURCE)["Name"]
        return name

    def data_integration(self) -> str:
        self.number += 1
        made: str = self.backend.create_data_integration(Name=f"data{self.number}", KmsKey="key")["Id"]
        return made

    def application(self) -> str:
        self.number += 1
        name = f"app{self.number}"
        made: str = self.backend.create_application(Name=name, Namespace=name, ApplicationSourceConfig={})["Arn"]
        return made

    def fresh(self, operation: str) -> Parameters:
        """What names a new thing that the operation can be done to."""
        self.number += 1
        if operation.startswith("Create") and "Association" not in operation:
            name = f"fresh{self.number}"
            return {"Name": name, "Namespace": name, "ClientToken": name, "ApplicationSourceConfig": {}, **_SOURCE}
        data, event = self.data_integration(), self.event_integration()
        application = self.application()
        association = self.backend.create_data_integration_association(
            DataIntegrationIdentifier=self.data_integration()
        )
        of_association = association["DataIntegrationAssociationArn"].split("/")
        names: Parameters = {
            "Name": event,
            "EventIntegrationName": event,
            "DataIntegrationIdentifier": data,
            "Identifier": data,
            "Arn": application,
            "ApplicationId": application,
            "resourceArn": application,
            "tags": {"a": "b"},
            "tagKeys": ["a"],
        }
        if operation == "UpdateDataIntegrationAssociation":
            names["DataIntegrationIdentifier"] = of_association[1]
            names["DataIntegrationAssociationIdentifier"] = of_association[2]
            names["ExecutionConfiguration"] = {"ExecutionMode": "ON_DEMAND"}
        return names


class DataExchange:
    """An account of AWS Data Exchange, and another one to lend to."""

    name = "dataexchange"

    def __init__(self, aws: Any) -> None:
        self.aws = aws
        self.backend, self.other = aws.backend(), aws.backend(OTHER_ACCOUNT)
        aws.objects["bucket", "a"] = b"a"
        self.number = 0

    def crowd(self, size: int) -> None:
        """Make ``size`` things of every kind; of what has a parent, all of one."""
        backend = self.backend
        data_set = self.data_set()
        revision = self.revision(data_set)
        for number in range(size):
            self.revision(data_set)
            self.add_asset(data_set, revision)
            self.waiting_job(data_set, revision)
            ends = backend.now() + datetime.timedelta(days=1 + number % 2)
            self.grant(EndsAt=ends)
            backend.accept_data_grant(DataGrantArn=self.grant(backend=self.other)["Arn"])
            self.event_action()
            self.aws.objects["crowd", str(number)] = b""

    def data_set(self, backend: Any = None) -> str:
        backend = backend or self.backend
        made: str = backend.create_data_set(Name="n", Description="d", AssetType="S3_SNAPSHOT")["Id"]
        return made

    def revision(self, data_set: str) -> str:
        made: str = self.backend.create_revision(DataSetId=data_set)["Id"]
        return made

    def add_asset(self, data_set: str, revision: str) -> str:
        self.number += 1
        backend = self.backend
        owned, of = backend.data_sets.get(data_set), backend.revisions.of(data_set).get(revision)
        made: str = backend.add_asset(owned, of, name=f"asset{self.number}", content=b"a")["Id"]
        return made

    def job(self, data_set: str, revision: str) -> Parameters:
        sources = {"AssetSources": [{"Bucket": "bucket", "Key": "a"}], "DataSetId": data_set, "RevisionId": revision}
        return {"Type": "IMPORT_ASSETS_FROM_S3", "Details": {"ImportAssetsFromS3": sources}}

    def waiting_job(self, data_set: str, revision: str) -> str:
        made: str = self.backend.create_job(**self.job(data_set, revision))["Id"]
        return made

    def grant(self, backend: Any = None, **members: Any) -> Parameters:
        backend = backend or self.backend
        receiver = OTHER_ACCOUNT if backend is self.backend else self.backend.account_id
        made: Parameters = backend.create_data_grant(
            Name="g",
            ReceiverPrincipal=receiver,
            SourceDataSetId=self.data_set(backend),
            GrantDistributionScope="NONE",
            **members,
        )
        return made

    def entitled(self) -> str:
        made: str = self.backend.add_entitled_data_set(
            name="n", description="d", asset_type="S3_SNAPSHOT", product_id="prod-1", revisions=[{"assets": {"a": b""}}]
        )
        return made

    def action(self) -> Parameters:
        return {"ExportRevisionToS3": {"RevisionDestination": {"Bucket": "bucket"}}}

    def event_action(self) -> str:
        event = {"RevisionPublished": {"DataSetId": self.entitled()}}
        made: str = self.backend.create_event_action(Event=event, Action=self.action())["Id"]
        return made

    def fresh(self, operation: str) -> Parameters:
        """What names a new thing that the operation can be done to."""
        backend = self.backend
        data_set = self.data_set()
        revision = self.revision(data_set)
        asset = self.add_asset(data_set, revision)
        names: Parameters = {
            "DataSetId": data_set,
            "RevisionId": revision,
            "AssetId": asset,
            "Name": "name",
            "Action": self.action(),
            "ResourceArn": backend.get_data_set(DataSetId=data_set)["Arn"],
            "Tags": {"a": "b"},
            "TagKeys": ["a"],
            "Finalized": True,
            "RevocationComment": "a comment of some length",
            "AssetType": "S3_SNAPSHOT",
            "Description": "d",
            "GrantDistributionScope": "NONE",
            "ReceiverPrincipal": OTHER_ACCOUNT,
            "SourceDataSetId": data_set,
            "Origin": "OWNED",
            "Comment": "comment",
            "Body": "{}",
        }
        if operation in ("CancelJob", "StartJob", "GetJob"):
            names["JobId"] = self.waiting_job(data_set, revision)
        elif operation == "CreateJob":
            names.update(self.job(data_set, revision))
        elif operation == "ListJobs":
            self.waiting_job(data_set, revision)
        elif operation in ("AcceptDataGrant", "GetReceivedDataGrant"):
            names["DataGrantArn"] = self.grant(backend=self.other)["Arn"]
        elif "DataGrant" in operation:
            names["DataGrantId"] = self.grant()["Id"]
        elif operation == "CreateEventAction":
            names["Event"] = {"RevisionPublished": {"DataSetId": self.entitled()}}
        elif "EventAction" in operation:
            names["EventActionId"] = self.event_action()
        elif operation == "RevokeRevision":
            backend.update_revision(DataSetId=data_set, RevisionId=revision, Finalized=True)
        elif operation == "SendDataSetNotification":
            names["Type"] = "DATA_DELAY"
            backend.create_data_grant(
                Name="g", ReceiverPrincipal=OTHER_ACCOUNT, SourceDataSetId=data_set, GrantDistributionScope="NONE"
            )
        elif operation == "SendApiAsset":
            names["DataSetId"] = data_set = backend.add_entitled_data_set(
                name="n",
                description="d",
                asset_type="API_GATEWAY_API",
                product_id="p",
                revisions=[{"assets": {"a": {}}}],
            )
            names["RevisionId"] = revision = backend.list_data_set_revisions(DataSetId=data_set)["Revisions"][0]["Id"]
            assets = backend.list_revision_assets(DataSetId=data_set, RevisionId=revision)["Assets"]
            names["AssetId"] = assets[0]["Id"]
        return names


ACCOUNTS: dict[str, Callable[[Any], AppIntegrations | DataExchange]] = {
    "appintegrations": AppIntegrations,
    "dataexchange": DataExchange,
}


def request_for(operation: Operation, account: AppIntegrations | DataExchange) -> Request:
    """A request that the account's service carries out, to a thing that was made for it."""
    shape = operation.model.input_shape
    names = account.fresh(operation.name)
    required = shape.required_members if shape is not None else []
    optional = [name for name in names if shape is not None and name in shape.members and name in _WANTED]
    members = {name: names.get(name, everything(operation).get(name)) for name in [*required, *optional]}
    return serialised(account.name, operation, members)


def serialised(service: str, operation: Operation, members: Parameters) -> Request:
    """The request as botocore sends it."""
    sent = _SERIALISER.serialize_to_request(members, operation.model)
    query, body = urlencode(sent["query_string"], doseq=True), sent["body"]
    return Request(
        sent["method"],
        f"https://{service}.us-east-1.amazonaws.com{sent['url_path']}?{query}",
        {"Authorization": _SIGNED, **sent["headers"]},
        body if isinstance(body, bytes) else body.encode(),
    )


#: Optional members that make an operation do its work.
_WANTED = ("Finalized", "DataSetId", "Action", "Origin", "AcceptanceState")


def ask(service: str, request: Request) -> Response:
    """The answer of the open mock of the service."""
    return answer(stack.open_scopes(service), request)
