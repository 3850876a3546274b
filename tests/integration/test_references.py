"""The option ``check_references``: what a request names is looked up in moto while moto is on."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any, NamedTuple

import boto3
import pytest
from botocore.exceptions import ClientError

from appint_mock import mock_appintegrations, mock_dataexchange
from appint_mock.api import mock_of
from appint_mock.protocol.model import load
from appint_mock.services import load as load_service
from appint_mock.services import names
from tests.dataexchange import jobs
from tests.fidelity.appintegrations import holds as appintegrations_holds
from tests.fidelity.dataexchange import holds as dataexchange_holds

moto = pytest.importorskip("moto", reason="moto is not installed: .ci/run has environments with it")
pytest.importorskip("jsonpath_ng", reason="moto's EventBridge needs jsonpath-ng (moto[events])")
ACCOUNT, REGION = "123456789012", "us-east-1"
OTHER_ACCOUNT, OTHER_REGION = "999999999999", "eu-west-2"
NO_KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/00000000-0000-4000-8000-000000000000"
NO_SECRET = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:none-abcdef"


class Things(NamedTuple):
    """What the test has made in moto."""

    key_id: str
    key: str
    alias: str
    bucket: str
    bus: str
    secret: str


def _make(region_name: str = REGION, account: str = ACCOUNT) -> Things:
    session = boto3.Session(account, "secret", region_name=region_name)
    key = session.client("kms").create_key()["KeyMetadata"]
    session.client("kms").create_alias(AliasName="alias/own", TargetKeyId=key["KeyId"])
    session.client("s3", region_name="us-east-1").create_bucket(Bucket=f"files-{account}")
    session.client("events").create_event_bus(Name="orders")
    secret = session.client("secretsmanager").create_secret(Name="partner", SecretString="s")
    return Things(key["KeyId"], key["Arn"], "alias/own", f"files-{account}", "orders", secret["ARN"])


@contextlib.contextmanager
def _open(service: str, order: str = "ours first", **options: Any) -> Iterator[Any]:
    ours = mock_of(service, **options)
    mocks: list[AbstractContextManager[Any]] = [ours, moto.mock_aws()]
    if order == "moto first":
        mocks.reverse()
    with mocks[0], mocks[1]:
        yield ours


def _data_integration(client: Any, **members: Any) -> Any:
    return client.create_data_integration(Name="files", **{"KmsKey": "alias/aws/s3", **members})


def _association(client: Any, uri: str) -> None:
    integration = client.create_data_integration(Name="files", KmsKey="alias/aws/s3")
    client.create_data_integration_association(DataIntegrationIdentifier=integration["Id"], DestinationURI=uri)


def _application(client: Any, secret: str) -> Any:
    return client.create_application(
        Name="agent",
        Namespace="agent",
        ApplicationSourceConfig={"ExternalUrlConfig": {"AccessUrl": "https://example.com"}},
        **_auth(secret),
    )


def _updated_application(client: Any, secret: str) -> None:
    source = {"ExternalUrlConfig": {"AccessUrl": "https://example.com"}}
    made = client.create_application(Name="agent", Namespace="agent", ApplicationSourceConfig=source)
    client.update_application(Arn=made["Arn"], **_auth(secret))


def _auth(secret: str) -> dict[str, Any]:
    return {"AuthConfig": {"AuthType": "API_KEY", "CredentialProviderIdentifier": secret}}


def _bus(client: Any, bus: str) -> None:
    client.create_event_integration(
        Name="orders", EventFilter={"Source": "aws.partner/example.com/orders"}, EventBridgeBus=bus
    )


class Case(NamedTuple):
    """A call that names something: as it is there, and as it is missing."""

    call: Callable[[Any, str], Any]
    there: Callable[[Things], str]
    missing: str
    text: str


APPINTEGRATIONS = {
    "CreateDataIntegration.KmsKey, ARN": Case(
        lambda client, key: _data_integration(client, KmsKey=key),
        lambda made: made.key,
        NO_KEY,
        f"KMS key {NO_KEY} could not be found",
    ),
    "CreateDataIntegration.KmsKey, id": Case(
        lambda client, key: _data_integration(client, KmsKey=key),
        lambda made: made.key_id,
        "no-key",
        "KMS key no-key could not be found",
    ),
    "CreateDataIntegration.KmsKey, alias": Case(
        lambda client, key: _data_integration(client, KmsKey=key),
        lambda made: made.alias,
        "alias/none",
        "KMS key alias/none could not be found",
    ),
    "CreateDataIntegration.KmsKey, ARN of an alias": Case(
        lambda client, key: _data_integration(client, KmsKey=key),
        lambda made: f"arn:aws:kms:{REGION}:{ACCOUNT}:{made.alias}",
        f"arn:aws:kms:{REGION}:{ACCOUNT}:alias/none",
        f"KMS key arn:aws:kms:{REGION}:{ACCOUNT}:alias/none could not be found",
    ),
    "CreateDataIntegration.KmsKey, ARN of another service": Case(
        lambda client, key: _data_integration(client, KmsKey=key),
        lambda made: made.key,
        "arn:aws:s3:::none",
        "KMS key arn:aws:s3:::none could not be found",
    ),
    "CreateDataIntegration.KmsKey, ARN of a region that is not there": Case(
        lambda client, key: _data_integration(client, KmsKey=key),
        lambda made: made.key,
        f"arn:aws:kms:nowhere-1:{ACCOUNT}:key/k",
        f"KMS key arn:aws:kms:nowhere-1:{ACCOUNT}:key/k could not be found",
    ),
    "CreateDataIntegration.SourceURI": Case(
        lambda client, uri: _data_integration(client, SourceURI=uri),
        lambda made: f"s3://{made.bucket}/in",
        "s3://no-bucket/in",
        "Bucket of s3://no-bucket/in could not be found",
    ),
    "CreateDataIntegrationAssociation.DestinationURI": Case(
        _association,
        lambda made: f"s3://{made.bucket}",
        "s3://no-bucket",
        "Bucket of s3://no-bucket could not be found",
    ),
    "CreateEventIntegration.EventBridgeBus": Case(
        _bus, lambda made: made.bus, "none", "Event bus none could not be found"
    ),
    "CreateApplication.AuthConfig.CredentialProviderIdentifier": Case(
        _application, lambda made: made.secret, NO_SECRET, f"Secret {NO_SECRET} could not be found"
    ),
    "UpdateApplication.AuthConfig.CredentialProviderIdentifier": Case(
        _updated_application, lambda made: made.secret, NO_SECRET, f"Secret {NO_SECRET} could not be found"
    ),
}


def _cases(cases: dict[str, Case]) -> Any:
    return [pytest.param(case, id=name) for name, case in cases.items()]


@pytest.mark.parametrize("order", ["moto first", "ours first"])
@pytest.mark.parametrize("case", _cases(APPINTEGRATIONS))
@appintegrations_holds("references.missing")
def test_what_appintegrations_is_named_must_be_there(case: Case, order: str) -> None:
    with _open("appintegrations", order, check_references=True):
        made, client = _make(), boto3.client("appintegrations", region_name=REGION)
        with pytest.raises(ClientError) as caught:
            case.call(client, case.missing)
        assert caught.value.response["Error"] == {"Code": "InvalidRequestException", "Message": case.text}
    with _open("appintegrations", order, check_references=True):
        made, client = _make(), boto3.client("appintegrations", region_name=REGION)
        case.call(client, case.there(made))


@pytest.mark.parametrize("case", _cases(APPINTEGRATIONS))
@appintegrations_holds("order.nothing-looked-up")
def test_nothing_is_looked_up_by_default(case: Case) -> None:
    with _open("appintegrations"):
        case.call(boto3.client("appintegrations", region_name=REGION), case.missing)


@pytest.mark.parametrize("case", _cases(APPINTEGRATIONS))
@appintegrations_holds("references.without-moto")
def test_nothing_is_looked_up_while_moto_is_off(case: Case) -> None:
    with mock_appintegrations(check_references=True):
        case.call(boto3.client("appintegrations", region_name=REGION), case.missing)


@appintegrations_holds("references.where")
def test_names_and_ids_are_those_of_the_callers_account_and_region() -> None:
    with _open("appintegrations", check_references=True):
        _make(OTHER_REGION)
        elsewhere = _make(account=OTHER_ACCOUNT)
        client = boto3.client("appintegrations", region_name=REGION)
        for key in (elsewhere.key_id, elsewhere.alias):
            with pytest.raises(client.exceptions.InvalidRequestException, match=f"KMS key {key} could not be found"):
                _data_integration(client, KmsKey=key)
        with pytest.raises(client.exceptions.InvalidRequestException, match="Event bus orders could not be found"):
            _bus(client, elsewhere.bus)


@appintegrations_holds("references.where")
def test_an_arn_is_looked_up_in_its_own_account_and_region_and_a_bucket_everywhere() -> None:
    with _open("appintegrations", check_references=True):
        elsewhere = _make(OTHER_REGION, OTHER_ACCOUNT)
        client = boto3.client("appintegrations", region_name=REGION)
        for number, key in enumerate([elsewhere.key, f"arn:aws:kms:{OTHER_REGION}:{OTHER_ACCOUNT}:{elsewhere.alias}"]):
            client.create_data_integration(Name=f"data{number}", KmsKey=key, SourceURI=f"s3://{elsewhere.bucket}")
        moved = elsewhere.key.replace(OTHER_REGION, REGION)
        with pytest.raises(client.exceptions.InvalidRequestException, match=re.escape(moved)):
            client.create_data_integration(Name="moved", KmsKey=moved)


@appintegrations_holds("references.where")
def test_a_secret_is_looked_up_in_the_account_and_region_of_its_arn_which_may_lack_its_end() -> None:
    with _open("appintegrations", check_references=True):
        elsewhere = _make(OTHER_REGION, OTHER_ACCOUNT)
        client = boto3.client("appintegrations", region_name=REGION)
        for wrong in (
            elsewhere.secret.replace(OTHER_REGION, REGION),
            elsewhere.secret.replace(OTHER_ACCOUNT, ACCOUNT),
            f"{elsewhere.secret[:-6]}aaaaaa",
            elsewhere.key,
        ):
            with pytest.raises(client.exceptions.InvalidRequestException, match=f"Secret {wrong} could not be found"):
                _application(client, wrong)
        arn = _application(client, elsewhere.secret)["Arn"]
        client.update_application(Arn=arn, **_auth(elsewhere.secret[:-7]))


@appintegrations_holds("references.missing")
def test_a_stack_s_resource_fails_if_it_names_a_missing_key() -> None:
    pytest.importorskip("openapi_spec_validator", reason="moto's CloudFormation needs it (moto[cloudformation])")
    resource = {"Type": "AWS::AppIntegrations::DataIntegration"}
    properties = {"Name": "files", "KmsKey": NO_KEY, "SourceURI": "Salesforce://AppFlow/articles"}
    template = json.dumps({"Resources": {"Data": {**resource, "Properties": properties}}})
    with _open("appintegrations", check_references=True) as aws:
        cloudformation = boto3.client("cloudformation", region_name=REGION)
        with contextlib.suppress(ClientError):  # older versions of moto raise it
            cloudformation.create_stack(StackName="files", TemplateBody=template)
        assert [call.error_code for call in aws.calls] == ["InvalidRequestException"]


@appintegrations_holds("references.without-moto")
def test_what_moto_cannot_look_up_as_it_is_installed_counts_as_there(monkeypatch: pytest.MonkeyPatch) -> None:
    def lacks_a_library(service: str) -> None:
        raise ImportError("No module named 'jsonpath_ng'")

    with _open("appintegrations", check_references=True):
        client = boto3.client("appintegrations", region_name=REGION)
        monkeypatch.setattr("moto.backends.get_backend", lacks_a_library)
        _bus(client, "none")


@appintegrations_holds("references.always")
def test_the_default_bus_and_aws_s_own_keys_are_always_there() -> None:
    with _open("appintegrations", check_references=True):
        client = boto3.client("appintegrations", region_name=OTHER_REGION)
        _bus(client, "default")
        _data_integration(client, KmsKey="alias/aws/s3", SourceURI="Salesforce://AppFlow/articles")


def _event_action(client: Any, data_set_id: str, **export: Any) -> Any:
    return client.create_event_action(Event={"RevisionPublished": {"DataSetId": data_set_id}}, Action=_export(**export))


def _export(key: str | None, bucket: str) -> Any:
    export: dict[str, Any] = {"RevisionDestination": {"Bucket": bucket}}
    if key is not None:
        export["Encryption"] = {"Type": "aws:kms", "KmsKeyArn": key}
    return {"ExportRevisionToS3": export}


def _created_action(aws: Any, client: Any, key: str) -> None:
    _event_action(client, _entitled(aws), key=key, bucket=f"files-{ACCOUNT}")


def _updated_action(aws: Any, client: Any, key: str) -> None:
    made = _event_action(client, _entitled(aws), key=None, bucket=f"files-{ACCOUNT}")
    client.update_event_action(EventActionId=made["Id"], Action=_export(key, f"files-{ACCOUNT}"))


def _data_access(aws: Any, client: Any, key: str) -> None:
    place = jobs.create_place(client, "S3_DATA_ACCESS")
    source = {"Bucket": f"files-{ACCOUNT}", "KmsKeysToGrant": [{"KmsKeyArn": key}]}
    jobs.create_job(client, "CREATE_S3_DATA_ACCESS_FROM_S3_BUCKET", place, AssetSource=source)


def _entitled(aws: Any) -> str:
    made: str = aws.backend().add_entitled_data_set(
        name="Weather", description="d", asset_type="S3_SNAPSHOT", product_id="prod-weather"
    )
    return made


DATAEXCHANGE = {
    "CreateEventAction.Action.ExportRevisionToS3.Encryption.KmsKeyArn": _created_action,
    "UpdateEventAction.Action.ExportRevisionToS3.Encryption.KmsKeyArn": _updated_action,
    "CreateJob.Details.CreateS3DataAccessFromS3Bucket.AssetSource.KmsKeysToGrant.KmsKeyArn": _data_access,
}


@pytest.mark.parametrize("order", ["moto first", "ours first"])
@pytest.mark.parametrize("call", [pytest.param(call, id=name) for name, call in DATAEXCHANGE.items()])
@dataexchange_holds("references.missing")
def test_keys_that_data_exchange_is_named_must_be_there(call: Any, order: str) -> None:
    with _open("dataexchange", order, check_references=True) as aws:
        made, client = _make(), boto3.client("dataexchange", region_name=REGION)
        with pytest.raises(ClientError) as caught:
            call(aws, client, NO_KEY)
        text = f"KMS key {NO_KEY} does not exist or is not accessible."
        assert caught.value.response["Error"] == {"Code": "ValidationException", "Message": text}
        with pytest.raises(ClientError, match="is not the ARN of a KMS key"):
            call(aws, client, made.alias)
        call(aws, client, made.key)


@pytest.mark.parametrize("call", [pytest.param(call, id=name) for name, call in DATAEXCHANGE.items()])
@dataexchange_holds("references.where")
def test_keys_of_another_account_or_region_are_found_by_their_arn(call: Any) -> None:
    with _open("dataexchange", check_references=True) as aws:
        _make()
        elsewhere = _make(OTHER_REGION, OTHER_ACCOUNT)
        client = boto3.client("dataexchange", region_name=REGION)
        call(aws, client, elsewhere.key)
        with pytest.raises(client.exceptions.ValidationException):
            call(aws, client, elsewhere.key.replace(OTHER_ACCOUNT, ACCOUNT))


@pytest.mark.parametrize("call", [pytest.param(call, id=name) for name, call in DATAEXCHANGE.items()])
@dataexchange_holds("references.off")
def test_data_exchange_looks_up_no_key_by_default(call: Any) -> None:
    with _open("dataexchange") as aws:
        _make()
        call(aws, boto3.client("dataexchange", region_name=REGION), NO_KEY)


@pytest.mark.parametrize("call", [pytest.param(call, id=name) for name, call in DATAEXCHANGE.items()])
@dataexchange_holds("references.off")
def test_data_exchange_looks_up_no_key_while_moto_is_off(call: Any) -> None:
    with mock_dataexchange(check_references=True) as aws:
        aws.objects.create_bucket(f"files-{ACCOUNT}")
        call(aws, boto3.client("dataexchange", region_name=REGION), NO_KEY)


@pytest.mark.parametrize("options", [{}, {"check_references": True}], ids=["off", "on"])
@dataexchange_holds("references.always")
def test_what_jobs_and_actions_use_is_looked_up_whatever_the_option_says(options: dict[str, Any]) -> None:
    with _open("dataexchange", **options) as aws:
        made, client = _make(), boto3.client("dataexchange", region_name=REGION)
        boto3.client("s3", region_name=REGION).put_object(Bucket=made.bucket, Key="a", Body=b"a")
        place = jobs.create_place(client)
        source = [{"Bucket": made.bucket, "Key": "a"}]
        assert jobs.run_job(client, "IMPORT_ASSETS_FROM_S3", place, AssetSources=source)["State"] == "COMPLETED"
        (asset,) = jobs.assets_of(client, place)
        for job_type, member, destination in [
            ("EXPORT_ASSETS_TO_S3", "AssetDestinations", {"AssetId": asset["Id"]}),
            ("EXPORT_REVISIONS_TO_S3", "RevisionDestinations", {"RevisionId": place.revision_id}),
        ]:
            for bucket, key, code in [
                ("no-bucket", made.key, "RESOURCE_NOT_FOUND_EXCEPTION"),
                (made.bucket, NO_KEY, "ACCESS_DENIED_EXCEPTION"),
            ]:
                details = {
                    member: [{**destination, "Bucket": bucket}],
                    "Encryption": {"Type": "aws:kms", "KmsKeyArn": key},
                }
                job = jobs.run_job(client, job_type, place, **details)
                assert [error["Code"] for error in job["Errors"]] == [code]
        missing = jobs.run_job(client, "IMPORT_ASSETS_FROM_S3", place, AssetSources=[{"Bucket": "none", "Key": "a"}])
        assert missing["Errors"][0]["Code"] == "RESOURCE_NOT_FOUND_EXCEPTION"
        access = jobs.create_place(client, "S3_DATA_ACCESS")
        with pytest.raises(client.exceptions.ValidationException, match="Bucket none"):
            jobs.create_job(client, "CREATE_S3_DATA_ACCESS_FROM_S3_BUCKET", access, AssetSource={"Bucket": "none"})
        with pytest.raises(client.exceptions.ValidationException, match="Bucket none"):
            _event_action(client, _entitled(aws), key=None, bucket="none")
        action = _event_action(client, _entitled(aws), key=None, bucket=made.bucket)
        with pytest.raises(client.exceptions.ValidationException, match="Bucket none"):
            client.update_event_action(EventActionId=action["Id"], Action=_export(None, "none"))


#: Members that are looked up by the operation, or by the job that it makes, whatever the option says.
_ALWAYS = {
    "CreateEventAction.Action.ExportRevisionToS3.RevisionDestination.Bucket",
    "UpdateEventAction.Action.ExportRevisionToS3.RevisionDestination.Bucket",
    "CreateJob.Details.CreateS3DataAccessFromS3Bucket.AssetSource.Bucket",
    "CreateJob.Details.ExportAssetsToS3.AssetDestinations.Bucket",
    "CreateJob.Details.ExportAssetsToS3.Encryption.KmsKeyArn",
    "CreateJob.Details.ExportRevisionsToS3.Encryption.KmsKeyArn",
    "CreateJob.Details.ExportRevisionsToS3.RevisionDestinations.Bucket",
    "CreateJob.Details.ImportAssetsFromS3.AssetSources.Bucket",
}


def _members(shape: Any, path: str, above: tuple[str, ...] = ()) -> Iterator[str]:
    while shape.type_name == "list":
        shape = shape.member
    if shape.type_name != "structure":
        yield path
    elif shape.name not in above:
        for name, member in shape.members.items():
            yield from _members(member, f"{path}.{name}", (*above, shape.name))


@pytest.mark.parametrize("service", list(names()))
def test_every_member_of_the_model_that_names_a_key_bucket_bus_or_secret_is_looked_up(service: str) -> None:
    model = load(service)
    inputs = {name: model.operation_model(name).input_shape for name in model.operation_names}
    members = {path for name, shape in inputs.items() if shape is not None for path in _members(shape, name)}
    confidential = re.compile(r"(?i)\.[^.]*(kms|bucket|secret|credential|bus|uri)[^.]*$")
    declared = {
        f"{operation}.{reference.path}"
        for operation, references in load_service(service).references.items()
        for reference in references
    }
    # Older models lack some of them.
    assert {path for path in members if confidential.search(path)} == (declared | _ALWAYS) & members
    covered = {name.partition(",")[0] for name in [*APPINTEGRATIONS, *DATAEXCHANGE]}
    assert declared <= covered
