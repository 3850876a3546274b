"""Accounts that make things, and how a refusal is checked."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.live import switch

ACCOUNT = "123456789012"
OTHER_ACCOUNT = "210987654321"
NOWHERE = "0" * 32
REASON = "The prices are wrong."
ASSET_TYPES = (
    "S3_SNAPSHOT",
    "REDSHIFT_DATA_SHARE",
    "API_GATEWAY_API",
    "S3_DATA_ACCESS",
    "LAKE_FORMATION_DATA_PERMISSION",
)

_STATUS = {
    "AccessDeniedException": 403,
    "ConflictException": 409,
    "ResourceNotFoundException": 404,
    "ServiceLimitExceededException": 402,
    "ValidationException": 400,
}


@functools.cache
def kept_client(region_name: str = "us-east-1", *, checked: bool = True, **credentials: str) -> Any:
    """A client that other tests use too: register nothing on it. Making one costs more than most tests do.

    Without botocore's own checks a test can send what only the service refuses.
    """
    config = Config(parameter_validation=checked)
    return boto3.client("dataexchange", region_name=region_name, config=config, **credentials)


class Actor:
    """An account with a client, and short ways to make what a test starts from."""

    def __init__(self, aws: Any, account_id: str = ACCOUNT, region_name: str = "us-east-1") -> None:
        self.aws = aws
        self.account_id = account_id
        self.region_name = region_name
        self.client: Any = kept_client(region_name, checked=False, **aws.credentials(account_id))

    @property
    def backend(self) -> Any:
        return self.aws.backend(self.account_id, self.region_name)

    @property
    def events(self) -> list[dict[str, Any]]:
        return list(self.backend.events)

    def data_set(self, asset_type: str = "S3_SNAPSHOT", **members: Any) -> dict[str, Any]:
        given = {"Name": "Prices", "Description": "All prices", "AssetType": asset_type, **members}
        return bare(self.client.create_data_set(**given))

    def revision(self, data_set: dict[str, Any], *names: str, **members: Any) -> dict[str, Any]:
        """An open revision with an asset of each name."""
        revision = bare(self.client.create_revision(DataSetId=data_set["Id"], **members))
        if names:
            self.add_assets(revision, *names)
        return revision

    def add_assets(self, revision: dict[str, Any], *names: str) -> None:
        """Import files; the content of each is its name."""
        for name in names:
            self.aws.objects["source", name] = name.encode()
        sources = [{"Bucket": "source", "Key": name} for name in names]
        details = {"AssetSources": sources, **of(revision)}
        job = self.client.create_job(Type="IMPORT_ASSETS_FROM_S3", Details={"ImportAssetsFromS3": details})
        self.client.start_job(JobId=job["Id"])
        assert self.client.get_job(JobId=job["Id"])["State"] == "COMPLETED"

    def assets(self, revision: dict[str, Any]) -> list[dict[str, Any]]:
        """All assets of a revision, as the list shows them."""
        assets: list[dict[str, Any]] = self.client.list_revision_assets(**of(revision))["Assets"]
        return assets

    def finalize(self, revision: dict[str, Any], **members: Any) -> dict[str, Any]:
        return bare(self.client.update_revision(**of(revision), Finalized=True, **members))

    def finalized(self, data_set: dict[str, Any], *names: str, **members: Any) -> dict[str, Any]:
        """A finalised revision with an asset of each name."""
        return self.finalize(self.revision(data_set, *(names or ("a.csv",)), **members))

    def revoke(self, revision: dict[str, Any], comment: str = REASON) -> dict[str, Any]:
        return bare(self.client.revoke_revision(**of(revision), RevocationComment=comment))

    def grant(self, data_set: dict[str, Any], receiver: str = OTHER_ACCOUNT, **members: Any) -> dict[str, Any]:
        given = {
            "Name": "Prices for you",
            "GrantDistributionScope": "NONE",
            "ReceiverPrincipal": receiver,
            "SourceDataSetId": data_set["Id"],
            **members,
        }
        return bare(self.client.create_data_grant(**given))

    def accept(self, grant: dict[str, Any]) -> dict[str, Any]:
        """Accept a grant; returns the entitled data set."""
        self.client.accept_data_grant(DataGrantArn=grant["Arn"])
        return bare(self.client.get_data_set(DataSetId=grant["DataSetId"]))

    def revisions(self, data_set_id: str) -> list[dict[str, Any]]:
        """All revisions of a data set, as the list shows them."""
        revisions: list[dict[str, Any]] = self.client.list_data_set_revisions(DataSetId=data_set_id)["Revisions"]
        return revisions

    def export(self, revision: dict[str, Any], bucket: str = "target") -> str:
        """Export a revision; returns the state that the job ends in."""
        self.aws.objects.create_bucket(bucket)
        destination = {"Bucket": bucket, "RevisionId": revision["Id"]}
        details = {"DataSetId": revision["DataSetId"], "RevisionDestinations": [destination]}
        job = self.client.create_job(Type="EXPORT_REVISIONS_TO_S3", Details={"ExportRevisionsToS3": details})
        self.client.start_job(JobId=job["Id"])
        state: str = self.client.get_job(JobId=job["Id"])["State"]
        return state

    def event_action(self, data_set_id: str, bucket: str = "arrivals", **members: Any) -> dict[str, Any]:
        self.aws.objects.create_bucket(bucket)
        given = {
            "Event": {"RevisionPublished": {"DataSetId": data_set_id}},
            "Action": to_bucket(bucket),
            **members,
        }
        return bare(self.client.create_event_action(**given))


class Near:
    """Equal to any moment within a second after that one: what is created at a frozen moment is milliseconds apart."""

    def __init__(self, moment: datetime.datetime) -> None:
        self.moment = moment

    def __eq__(self, other: object) -> bool:
        second = datetime.timedelta(seconds=1)
        return isinstance(other, datetime.datetime) and self.moment <= other < self.moment + second

    __hash__ = None  # type: ignore[assignment]  # no key of a dict

    def __repr__(self) -> str:
        return f"Near({self.moment.isoformat()})"


def of(revision: dict[str, Any]) -> dict[str, str]:
    """The parameters that name a revision."""
    return {"DataSetId": revision["DataSetId"], "RevisionId": revision["Id"]}


def asset_of(asset: dict[str, Any]) -> dict[str, str]:
    """The parameters that name an asset."""
    return {"DataSetId": asset["DataSetId"], "RevisionId": asset["RevisionId"], "AssetId": asset["Id"]}


def to_bucket(bucket: str, **export: Any) -> dict[str, Any]:
    """An event action's Action."""
    return {"ExportRevisionToS3": {"RevisionDestination": {"Bucket": bucket}, **export}}


def bare(answer: Any) -> dict[str, Any]:
    """An answer without what boto3 adds."""
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


@contextmanager
def refused(code: str, text: str, **members: Any) -> Iterator[None]:
    """The call inside is refused with that code, its status, text and other members, and changes nothing."""
    with switch.unchanged("dataexchange"), pytest.raises(ClientError) as caught:
        yield
    response: Any = caught.value.response
    assert (response["Error"]["Code"], response["Error"]["Message"]) == (code, text)
    assert response["ResponseMetadata"]["HTTPStatusCode"] == _STATUS[code]
    assert {name: response[name] for name in response if name not in _USUAL} == members


#: Of an error's own members botocore repeats the message at the top.
_USUAL = ("Error", "ResponseMetadata", "Message", "message")


def not_found(kind: str, resource_id: str) -> Any:
    """The refusal of an id that names nothing; ``kind`` as in the model."""
    text = f"The {kind.lower().replace('_', ' ')} {resource_id} could not be found."
    return refused("ResourceNotFoundException", text, ResourceId=resource_id, ResourceType=kind)


def conflict(kind: str, resource_id: str, text: str) -> Any:
    """The refusal of what a resource's state forbids."""
    return refused("ConflictException", text, ResourceId=resource_id, ResourceType=kind)


def read_only(data_set_id: str) -> Any:
    """The refusal to write to something entitled."""
    return refused("AccessDeniedException", f"Entitled data set {data_set_id} is read-only.")


def invalid(text: str, **members: Any) -> Any:
    """The refusal of a request that breaks a rule."""
    return refused("ValidationException", text, **members)
