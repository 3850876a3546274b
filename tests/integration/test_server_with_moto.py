"""One port for all of AWS: moto's WSGI application beside our services, in one server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from appint_mock import AppintMockError
from appint_mock.protocol.identity import access_key_of
from appint_mock.server import ServerMock

pytest.importorskip("moto", reason="moto is not installed: .ci/run has environments with it")
pytest.importorskip("flask_cors", reason="what moto's server needs is not installed: .ci/run has environments with it")


@pytest.fixture
def server() -> Iterator[ServerMock]:
    with ServerMock(with_moto=True) as server:
        yield server


def client(server: ServerMock, service: str, account_id: str = "") -> Any:
    return boto3.session.Session().client(
        service,
        endpoint_url=server.endpoint,
        region_name="us-east-1",
        aws_access_key_id=access_key_of(account_id) if account_id else "anybody",
        aws_secret_access_key="secret",
    )


def revision(exchange: Any) -> dict[str, str]:
    data_set = exchange.create_data_set(AssetType="S3_SNAPSHOT", Name="n", Description="d")
    return {"DataSetId": data_set["Id"], "RevisionId": exchange.create_revision(DataSetId=data_set["Id"])["Id"]}


def run_job(exchange: Any, job_type: str, details: dict[str, Any]) -> str:
    job = exchange.create_job(Type=job_type, Details=details)
    exchange.start_job(JobId=job["Id"])
    state: str = exchange.get_job(JobId=job["Id"])["State"]
    return state


def test_what_requests_name_must_be_in_it_if_the_option_says_so() -> None:
    with ServerMock(with_moto=True, check_references=True) as server:
        events = client(server, "appintegrations")
        with pytest.raises(ClientError, match="KMS key alias/none could not be found"):
            events.create_data_integration(Name="files", KmsKey="alias/none")
        key = client(server, "kms").create_key()["KeyMetadata"]["KeyId"]
        assert events.create_data_integration(Name="files", KmsKey=key)["KmsKey"] == key


@pytest.mark.parametrize("key", ["a.csv", "a b/c+d é.csv", "//a%2Fb"])
def test_jobs_read_and_write_its_s3(server: ServerMock, key: str) -> None:
    s3, exchange = client(server, "s3"), client(server, "dataexchange")
    s3.create_bucket(Bucket="bucket")
    s3.put_object(Bucket="bucket", Key=key, Body=b"x,y\n")
    whose = revision(exchange)
    sources = {**whose, "AssetSources": [{"Bucket": "bucket", "Key": key}]}
    assert run_job(exchange, "IMPORT_ASSETS_FROM_S3", {"ImportAssetsFromS3": sources}) == "COMPLETED"
    (asset,) = exchange.list_revision_assets(**whose)["Assets"]
    destinations = [{"AssetId": asset["Id"], "Bucket": "bucket", "Key": "copy"}]
    details = {"ExportAssetsToS3": {**whose, "AssetDestinations": destinations}}
    assert run_job(exchange, "EXPORT_ASSETS_TO_S3", details) == "COMPLETED"
    assert s3.get_object(Bucket="bucket", Key="copy")["Body"].read() == b"x,y\n"
    assert s3.head_object(Bucket="bucket", Key="copy")["ContentLength"] == 4
    url = s3.generate_presigned_url("get_object", Params={"Bucket": "bucket", "Key": key})
    with urllib.request.urlopen(url, timeout=20) as answer:
        assert answer.read() == b"x,y\n"


@pytest.mark.parametrize("account_id", ["", "111122223333"])
def test_accounts_agree(server: ServerMock, account_id: str) -> None:
    assert client(server, "sts", account_id).get_caller_identity()["Account"] == (account_id or "123456789012")
    made = client(server, "dataexchange", account_id).create_data_set(
        AssetType="S3_SNAPSHOT", Name="n", Description="d"
    )
    assert f":{account_id or '123456789012'}:" in made["Arn"]


def test_the_option_account_id_is_motos_too() -> None:
    with ServerMock(with_moto=True, account_id="444455556666") as server:
        assert client(server, "sts").get_caller_identity()["Account"] == "444455556666"


def test_a_stack_creates_our_resources(server: ServerMock) -> None:
    properties = {"Name": "made", "EventBridgeBus": "default", "EventFilter": {"Source": "aws.partner/x"}}
    template = {"Resources": {"A": {"Type": "AWS::AppIntegrations::EventIntegration", "Properties": properties}}}
    client(server, "cloudformation").create_stack(StackName="stack", TemplateBody=json.dumps(template))
    listed = client(server, "appintegrations").list_event_integrations()["EventIntegrations"]
    assert [each["Name"] for each in listed] == ["made"]


def test_only_the_services_that_are_named_are_answered() -> None:
    with ServerMock(with_moto=["sts"]) as server:
        assert client(server, "sts").get_caller_identity()["Account"] == "123456789012"
        with pytest.raises(ClientError, match="UnmockedCallError"):
            client(server, "sqs").list_queues()


def test_a_service_that_moto_lacks_is_reported() -> None:
    with pytest.raises(AppintMockError, match=r"moto has no service 'eventz'\. Did you mean 'events'"):
        ServerMock(with_moto=["eventz"]).start()


def test_nothing_is_on_after_the_server_has_stopped(server: ServerMock) -> None:
    from appint_mock import neighbours

    assert neighbours.present().is_on()
    server.stop()
    assert not neighbours.present().is_on()
    server.start()


APP = """
    import json, boto3
    s3, exchange, events, queues = map(boto3.client, ("s3", "dataexchange", "events", "sqs"))
    s3.create_bucket(Bucket="bucket")
    s3.put_object(Bucket="bucket", Key="prices.csv", Body=b"apple,1")
    queue = queues.create_queue(QueueName="published")["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.put_rule(Name="published", EventPattern=json.dumps({"source": ["aws.dataexchange"]}))
    events.put_targets(Rule="published", Targets=[{"Id": "queue", "Arn": arn}])
    data_set = exchange.create_data_set(AssetType="S3_SNAPSHOT", Name="prices", Description="d")["Id"]
    revision = exchange.create_revision(DataSetId=data_set)["Id"]
    job = exchange.create_job(Type="IMPORT_ASSETS_FROM_S3", Details={"ImportAssetsFromS3": {
        "DataSetId": data_set, "RevisionId": revision, "AssetSources": [{"Bucket": "bucket", "Key": "prices.csv"}]}})
    exchange.start_job(JobId=job["Id"])
    assert exchange.get_job(JobId=job["Id"])["State"] == "COMPLETED"
    exchange.update_revision(DataSetId=data_set, RevisionId=revision, Finalized=True)
    print(data_set, revision)
"""
WORKER = """
    import json, boto3
    exchange, queues = map(boto3.client, ("dataexchange", "sqs"))
    queue = queues.get_queue_url(QueueName="published")["QueueUrl"]
    messages = queues.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    events = [json.loads(message["Body"]) for message in messages]
    (event,) = [event for event in events if event["detail-type"] == "Revision Published To Data Set"]
    (data_set,), (revision,) = event["resources"], event["detail"]["RevisionIds"]
    (asset,) = exchange.list_revision_assets(DataSetId=data_set, RevisionId=revision)["Assets"]
    print(data_set, revision, asset["Name"])
"""


def test_an_app_and_a_worker_in_processes_of_their_own_share_one_port() -> None:
    command = [
        sys.executable,
        "-m",
        "appint_mock",
        "serve",
        "--port",
        "0",
        "--with-moto",
        "s3,events,sqs,sts",
        "--quiet",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        settings: dict[str, str] = {}
        for line in process.stdout:
            if line.startswith("  export "):
                name, _, value = line.removeprefix("  export ").strip().partition("=")
                settings[name] = value
            if "Ctrl-C" in line:
                break
        try:
            endpoint = settings["AWS_ENDPOINT_URL"]
            data_set, revision_id = run(APP, settings).split()
            seed = json.dumps({"data_set_id": data_set, "revision_id": revision_id}).encode()
            urllib.request.urlopen(f"{endpoint}/_appint_mock/dataexchange/publish_revision", seed, timeout=20).close()
            # The subscriber's copy has ids of its own.
            assert run(WORKER, settings).split()[2:] == ["prices.csv"]
        finally:
            process.terminate()
        assert process.wait(30) == 0


def run(program: str, settings: dict[str, str]) -> str:
    import textwrap

    command = [sys.executable, "-c", textwrap.dedent(program)]
    environment = {**os.environ, **settings}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=60).stdout


def test_jobs_use_an_s3_that_is_elsewhere(server: ServerMock) -> None:
    s3 = client(server, "s3")
    s3.create_bucket(Bucket="bucket")
    s3.put_object(Bucket="bucket", Key="a b/é.csv", Body=b"x,y\n")
    with ServerMock(s3_endpoint=server.endpoint) as other:
        exchange = client(other, "dataexchange")
        whose = revision(exchange)
        sources = {**whose, "AssetSources": [{"Bucket": "bucket", "Key": "a b/é.csv"}]}
        assert run_job(exchange, "IMPORT_ASSETS_FROM_S3", {"ImportAssetsFromS3": sources}) == "COMPLETED"
        (asset,) = exchange.list_revision_assets(**whose)["Assets"]
        destinations = [{"AssetId": asset["Id"], "Bucket": "bucket", "Key": "copy"}]
        encryption = {"Type": "AES256"}
        details = {"ExportAssetsToS3": {**whose, "AssetDestinations": destinations, "Encryption": encryption}}
        assert run_job(exchange, "EXPORT_ASSETS_TO_S3", details) == "COMPLETED"
        missing = {**whose, "AssetSources": [{"Bucket": "nowhere", "Key": "a"}]}
        assert run_job(exchange, "IMPORT_ASSETS_FROM_S3", {"ImportAssetsFromS3": missing}) == "ERROR"
        assert other.dataexchange.objects["bucket", "copy"] == b"x,y\n"
        assert ("bucket", "copy") in set(other.dataexchange.objects)
    copy = s3.get_object(Bucket="bucket", Key="copy")
    assert (copy["Body"].read(), copy["ServerSideEncryption"]) == (b"x,y\n", "AES256")


def test_an_s3_that_gives_no_answer_is_named() -> None:
    with ServerMock(s3_endpoint="http://127.0.0.1:9") as server:
        exchange = client(server, "dataexchange")
        sources = {**revision(exchange), "AssetSources": [{"Bucket": "bucket", "Key": "a"}]}
        job = exchange.create_job(Type="IMPORT_ASSETS_FROM_S3", Details={"ImportAssetsFromS3": sources})
        exchange.start_job(JobId=job["Id"])
        ended = exchange.get_job(JobId=job["Id"])
        assert ended["State"] == "ERROR"
        assert "http://127.0.0.1:9" in ended["Errors"][0]["Message"]


def test_this_process_has_our_credentials_not_motos_and_gets_its_own_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "mine")
    before = dict(os.environ)
    with ServerMock(with_moto=True):
        assert os.environ["AWS_ACCESS_KEY_ID"] == "testing"
    assert dict(os.environ) == before
