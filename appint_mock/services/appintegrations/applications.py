"""Implements the operations on third-party applications and their associations."""

from __future__ import annotations

import re
from collections.abc import Mapping
from operator import itemgetter
from typing import Any

from ...state.store import Among, Record, Table, Tables
from ...state.tags import NO_TAGS
from ...state.world import World
from .base import AppIntegrationsBase, created_once, invalid, not_found, refuse_aws_tags, taken

KIND = "application"
ASSOCIATION = "application-association"
#: What may follow an application's ARN or Id: no other qualifier names anything.
_LATEST = ":$LATEST"
#: botocore's GatewayId of Bedrock AgentCore.
_GATEWAY_ID = re.compile(r"([0-9a-z][-]?){1,100}-[0-9a-z]{10}")
#: What an application shows that was made without one.
_NO_IFRAME: Record = {"Allow": [], "Sandbox": []}
#: How the URL of an A2A server begins.
_TLS = ("https://", "wss://")


class Applications(AppIntegrationsBase):
    """The operations on applications, which are named by ARN or Id."""

    def __init__(self, world: World[Any], account_id: str, region_name: str) -> None:
        super().__init__(world, account_id, region_name)
        self.applications = Table(
            unique=("Name", "Namespace"), groups={"ApplicationType": itemgetter("ApplicationType")}
        )
        self.application_associations = Tables()

    @created_once("CreateApplication")
    def create_application(
        self,
        *,
        Name: str,
        Namespace: str,
        Tags: Mapping[str, str] | None = None,
        ClientToken: str | None = None,
        **members: object,
    ) -> Record:
        """CreateApplication."""
        refuse_aws_tags(Tags or ())
        application_id = self.world.ids.uuid()
        now = self.world.clock.now()
        record = {
            **members,
            "Id": application_id,
            "Arn": self.resource_arn(f"{KIND}/{application_id}"),
            "Name": Name,
            "Namespace": Namespace,
            "Tags": Tags or NO_TAGS,
            "ClientToken": ClientToken,
            "CreatedTime": now,
            "LastModifiedTime": now,
            "LastModifiedRegion": self.region_name,
            **_type(members, before=None),
        }
        _check_rules(record)
        for member in ("Name", "Namespace"):
            if self.applications.find(member, record[member]):
                raise taken(member)
        self.require_room("applications", len(self.applications))
        self.applications.add(application_id, record)
        return record

    def get_application(self, *, Arn: str) -> Record:
        """GetApplication. An application that never had an IframeConfig shows an empty one."""
        record = self._application(Arn)
        return record if record.get("IframeConfig") is not None else {**record, "IframeConfig": _NO_IFRAME}

    def _application(self, Arn: str) -> Record:
        plain = Arn.removesuffix(_LATEST)
        record = self.applications.record(self.own_resource(plain, KIND) or plain)
        if record is None:
            raise not_found("Application", Arn)
        return record

    def list_applications(
        self,
        *,
        ApplicationType: str | None = None,
        MaxResults: int | None = None,
        NextToken: str | None = None,
    ) -> Record:
        """ListApplications."""
        page, token = self.listing(
            "ListApplications",
            self.applications,
            MaxResults,
            NextToken,
            scope=ApplicationType,
            among=Among("ApplicationType", [ApplicationType]) if ApplicationType else None,
        )
        return {"Applications": page, "NextToken": token}

    def update_application(self, *, Arn: str, **members: object) -> None:
        """UpdateApplication."""
        record = self._application(Arn)
        if not members:
            return
        changed = {
            **record,
            **members,
            "LastModifiedTime": self.world.clock.now(),
            **_type(members, before=record["ApplicationType"]),
        }
        _check_rules(changed)
        _check_move(record, changed)
        if self.applications.find("Name", changed["Name"]) not in (None, record["Id"]):
            raise invalid("Name already in use")
        self.applications.replace(record["Id"], changed)

    def delete_application(self, *, Arn: str, Force: bool = False) -> None:
        """DeleteApplication."""
        record = self._application(Arn)
        if self.application_associations.count(record["Id"]) and not Force:
            raise invalid("An Application with ApplicationAssociations cannot be deleted")
        self.application_associations.drop(record["Id"])
        self.applications.remove(record["Id"])
        self.tokens.forget("CreateApplication", record["ClientToken"])

    def list_application_associations(
        self, *, ApplicationId: str, MaxResults: int | None = None, NextToken: str | None = None
    ) -> Record:
        """ListApplicationAssociations."""
        application_id = self._application(ApplicationId)["Id"]
        table = self.application_associations.of(application_id)
        page, token = self.listing("ListApplicationAssociations", table, MaxResults, NextToken, scope=application_id)
        return {"ApplicationAssociations": page, "NextToken": token}

    def associate_application(self, identifier: str, *, client_id: str = "connect.amazonaws.com") -> str:
        """Associates an application (ARN or Id), as Amazon Connect does; no public operation can.

        Returns the association's ARN. Raises AppintMockError if there is no such application.
        """
        with self.seeding("associate_application"):
            self.require_text("identifier", identifier)
            application = self._application(identifier)
            association_id = self.world.ids.uuid()
            arn = self.resource_arn(f"{ASSOCIATION}/{application['Id']}/{association_id}")
            record = {
                "ApplicationAssociationArn": arn,
                "ApplicationArn": application["Arn"],
                "ClientId": client_id,
            }
            self.require_record("application_associations", record)
            self.application_associations.of(application["Id"]).add(association_id, record)
            return arn


def _type(given: Mapping[str, object], before: str | None) -> dict[str, Any]:
    """Returns ApplicationType and the deprecated IsService, each derived from the other if only one is given."""
    kind, is_service = given.get("ApplicationType"), given.get("IsService")
    if kind is not None and is_service is not None and is_service != (kind == "SERVICE"):
        raise invalid("IsService and ApplicationType contradict each other")
    if kind is None:
        if is_service:
            kind = "SERVICE"
        elif before is None or (is_service is False and before == "SERVICE"):
            kind = "STANDARD"
        else:
            kind = before
    return {"ApplicationType": kind, "IsService": kind == "SERVICE"}


def _check_rules(application: Record) -> None:
    """Refuses an application that would break a rule between its members."""
    kind = application["ApplicationType"]
    if kind == "SERVICE" and application.get("InitializationTimeout") is None:
        raise invalid("InitializationTimeout is required when IsService is true")
    if kind == "SERVICE" and application.get("ApplicationConfig"):
        raise invalid("ApplicationConfig is not allowed when IsService is true")
    if kind == "MCP_SERVER" and not _GATEWAY_ID.fullmatch(application["Namespace"]):
        raise invalid("Namespace for MCP server applications must be a valid Bedrock Agent Core Gateway ID")
    if kind == "MCP_SERVER" and application.get("Permissions"):
        raise invalid("Permissions are not allowed for MCP server applications")
    url = _access_url(application)
    if kind == "A2A_SERVER" and url is not None and not url.startswith(_TLS):
        raise invalid(f"AccessUrl for A2A server applications must begin with {' or '.join(_TLS)}")
    _check_auth(kind, application.get("AuthConfig") or {})


def _check_move(before: Record, after: Record) -> None:
    """Refuses to move an MCP server to another gateway: it is bound to the one it was created for."""
    if before["ApplicationType"] == after["ApplicationType"] == "MCP_SERVER":
        hosts = [_host(url) for url in map(_access_url, (before, after)) if url is not None]
        if len(set(hosts)) > 1:
            raise invalid("AccessUrl of an MCP server application cannot be moved to another gateway")


def _access_url(application: Record) -> str | None:
    external: Record = application["ApplicationSourceConfig"].get("ExternalUrlConfig") or {}
    return external.get("AccessUrl")


def _host(url: str) -> str:
    """Returns the host in a URL of any scheme, in lower case."""
    authority = re.split(r"[/?#\\]", url.partition("://")[2])[0]
    return authority.rpartition("@")[2].partition(":")[0].lower()


def _check_auth(kind: str, auth: Record) -> None:
    auth_type, audience = auth.get("AuthType"), auth.get("AudienceOverride")
    has_provider = auth.get("CredentialProviderIdentifier") is not None
    if kind == "A2A_SERVER" and auth_type is None:
        raise invalid("AuthType is required for A2A_SERVER applications")
    if auth_type == "API_KEY" and not has_provider:
        raise invalid("CredentialProviderIdentifier is required when AuthType is API_KEY")
    if auth_type == "CONNECT_JWT" and has_provider:
        raise invalid("CredentialProviderIdentifier is not allowed when AuthType is CONNECT_JWT")
    if audience is not None and auth_type != "CONNECT_JWT":
        raise invalid("AudienceOverride is only allowed when AuthType is CONNECT_JWT")
    if audience is not None and "connect.amazonaws.com" in audience:
        raise invalid("AudienceOverride must not contain connect.amazonaws.com")
