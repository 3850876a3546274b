"""The AWS CLI against the server. The CLI brings a botocore of its own, so it lives in an environment of its own."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import pytest

from appint_mock.protocol.identity import access_key_of
from appint_mock.server import ServerMock
from tests.integration.tried import Tried, noted_after

_AWS = os.environ.get("APPINT_MOCK_AWS_CLI") or shutil.which("aws")

pytestmark = pytest.mark.skipif(
    _AWS is None, reason="there is no AWS CLI: put aws on the PATH, or its path in APPINT_MOCK_AWS_CLI"
)
CSV = b"id,amount\n1,2\n"


@pytest.fixture(scope="module", autouse=True)
def _noted(request: pytest.FixtureRequest) -> Iterator[None]:
    def tried() -> Tried:
        assert _AWS is not None
        shown = subprocess.run([_AWS, "--version"], capture_output=True, text=True, timeout=60, check=True).stdout
        return Tried("AWS CLI", shown.split()[0].partition("/")[2], "", "tests/integration/test_cli.py")

    yield from noted_after(request, tried)


@pytest.fixture(scope="module")
def _one_server() -> Iterator[ServerMock]:
    with ServerMock(page_size=2) as server:
        yield server


@pytest.fixture
def server(_one_server: ServerMock) -> ServerMock:
    _one_server.reset()
    return _one_server


def run(server: ServerMock, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    assert _AWS is not None
    return subprocess.run(
        [_AWS, *arguments],
        env={**os.environ, "AWS_PAGER": "", **server.environment, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def aws(server: ServerMock, *arguments: str, **environment: str) -> Any:
    """What the command prints, as JSON."""
    finished = run(server, *arguments, "--output", "json", **environment)
    assert finished.returncode == 0, finished.stderr
    return json.loads(finished.stdout) if finished.stdout.strip() else None


def create(server: ServerMock, name: str, **environment: str) -> str:
    made = aws(
        server,
        *("appintegrations", "create-event-integration", "--name", name, "--event-bridge-bus", "default"),
        *("--event-filter", "Source=aws.partner/example", "--tags", "team=shop"),
        **environment,
    )
    arn: str = made["EventIntegrationArn"]
    return arn


def test_an_event_integration_is_made_got_tagged_and_deleted(server: ServerMock) -> None:
    arn = create(server, "orders/1")
    assert arn == "arn:aws:app-integrations:us-east-1:123456789012:event-integration/orders/1"
    got = aws(server, "appintegrations", "get-event-integration", "--name", "orders/1")
    assert got["EventFilter"] == {"Source": "aws.partner/example"}
    aws(server, "appintegrations", "tag-resource", "--resource-arn", arn, "--tags", "stage=test")
    aws(server, "appintegrations", "untag-resource", "--resource-arn", arn, "--tag-keys", "team")
    assert aws(server, "appintegrations", "list-tags-for-resource", "--resource-arn", arn) == {
        "tags": {"stage": "test"}
    }
    aws(server, "appintegrations", "delete-event-integration", "--name", "orders/1")
    server.appintegrations.calls.assert_called("DeleteEventIntegration", Name="orders/1")
    gone = run(server, "appintegrations", "get-event-integration", "--name", "orders/1")
    assert gone.returncode != 0
    assert "An error occurred (ResourceNotFoundException) when calling the GetEventIntegration operation" in gone.stderr


def test_a_list_goes_on_where_max_items_cut_it(server: ServerMock) -> None:
    for name in "abcde":
        server.appintegrations.backend().create_event_integration(
            Name=name, EventFilter={"Source": "aws.partner/example"}, EventBridgeBus="default"
        )
    command = ("appintegrations", "list-event-integrations", "--max-items", "3")
    seen: list[list[str]] = []
    token: tuple[str, ...] = ()
    for _ in range(2):
        page = aws(server, *command, *token)
        seen.append([each["Name"] for each in page["EventIntegrations"]])
        token = ("--starting-token", page.get("NextToken", ""))
    assert seen == [["a", "b", "c"], ["d", "e"]]
    # Pages of two (the server's page_size), of which the CLI makes one list.
    assert len(aws(server, "appintegrations", "list-event-integrations")["EventIntegrations"]) == 5
    server.appintegrations.calls.assert_called("ListEventIntegrations", times=None)


def test_the_access_key_says_whose_the_call_is(server: ServerMock) -> None:
    # Version 1 of the CLI takes the one variable, version 2 the other.
    region = {"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-1"}
    arn = create(server, "orders", AWS_ACCESS_KEY_ID=access_key_of("111122223333"), **region)
    assert arn == "arn:aws:app-integrations:eu-west-1:111122223333:event-integration/orders"


def test_a_call_without_a_signature_is_refused(server: ServerMock) -> None:
    refused = run(server, "--no-sign-request", "appintegrations", "list-applications")
    assert "(MissingAuthenticationTokenException)" in refused.stderr


def test_one_endpoint_for_all_services_answers_others_with_the_variable_to_set(server: ServerMock) -> None:
    refused = run(server, "sts", "get-caller-identity", AWS_ENDPOINT_URL=server.endpoint)
    assert refused.returncode != 0
    assert "AWS_ENDPOINT_URL_APPINTEGRATIONS" in refused.stderr + refused.stdout


@pytest.mark.slow
def test_a_file_is_imported_through_a_signed_url_and_exported_again(server: ServerMock) -> None:
    made = aws(
        server,
        *("dataexchange", "create-data-set", "--asset-type", "S3_SNAPSHOT", "--name", "Prices"),
        *("--description", "Of today", "--tags", "team=shop"),
    )
    tags = aws(server, "dataexchange", "list-tags-for-resource", "--resource-arn", made["Arn"])
    assert tags == {"Tags": {"team": "shop"}}
    revision = aws(server, "dataexchange", "create-revision", "--data-set-id", made["Id"])
    place = {"DataSetId": made["Id"], "RevisionId": revision["Id"]}
    md5 = b64encode(hashlib.md5(CSV).digest()).decode()
    job = start(server, "ImportAssetFromSignedUrl", {**place, "AssetName": "prices.csv", "Md5Hash": md5}, CSV)
    assert job["State"] == "COMPLETED"
    listed = aws(
        server,
        *("dataexchange", "list-revision-assets", "--max-items", "1"),
        *("--data-set-id", made["Id"], "--revision-id", revision["Id"]),
    )
    (asset,) = listed["Assets"]
    assert (asset["Name"], asset["AssetDetails"]["S3SnapshotAsset"]["Size"]) == ("prices.csv", len(CSV))
    job = start(server, "ExportAssetToSignedUrl", {**place, "AssetId": asset["Id"]})
    with urllib.request.urlopen(job["Details"]["ExportAssetToSignedUrl"]["SignedUrl"], timeout=20) as response:
        assert response.read() == CSV
    aws(server, "dataexchange", "delete-data-set", "--data-set-id", made["Id"])
    # Nothing was sent twice.
    server.dataexchange.calls.assert_called("StartJob", times=2)
    refused = run(server, "dataexchange", "get-data-set", "--data-set-id", made["Id"])
    assert "(ResourceNotFoundException)" in refused.stderr


def start(server: ServerMock, member: str, details: Any, upload: bytes | None = None) -> Any:
    """Make a job, upload its file if it wants one, start it, and return what it has become."""
    kind = {"ImportAssetFromSignedUrl": "IMPORT_ASSET_FROM_SIGNED_URL"}.get(member, "EXPORT_ASSET_TO_SIGNED_URL")
    job = aws(server, "dataexchange", "create-job", "--type", kind, "--details", json.dumps({member: details}))
    if upload is not None:
        request = urllib.request.Request(job["Details"][member]["SignedUrl"], upload, method="PUT")
        with urllib.request.urlopen(request, timeout=20) as response:
            assert response.status == 200
    aws(server, "dataexchange", "start-job", "--job-id", job["Id"])
    return aws(server, "dataexchange", "get-job", "--job-id", job["Id"])


def test_an_api_asset_is_called_without_a_host_prefix(server: ServerMock) -> None:
    server.dataexchange.backend().on_api_asset(lambda request: f"{request['Method']} {request['Path']}")
    called = aws(
        server,
        *("dataexchange", "send-api-asset", "--path", "/prices", "--method", "GET"),
        *("--data-set-id", "d" * 32, "--revision-id", "e" * 32, "--asset-id", "a" * 32),
    )
    assert called["Body"] == "GET /prices"
    server.dataexchange.backend().on_api_asset(lambda request: None)
