"""What a server answers: the right service, AWS's errors, and no traceback whatever comes in."""

from __future__ import annotations

import contextlib
import hashlib
import json
import socket
import statistics
import time
import urllib.error
import urllib.request
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote

import botocore.exceptions
import pytest
from botocore.args import ClientArgsCreator
from botocore.config import Config

from appint_mock.server import ServerMock
from tests.server.talking import ASSET_HEADERS, Answer, client, send, signed

EVENT_INTEGRATION = {"Name": "orders", "EventFilter": {"Source": "aws.partner/x"}, "EventBridgeBus": "default"}
CSV = b"id,amount\n1,2\n"
#: API Gateway's limit: 10 MiB.
LARGEST_REQUEST = 10_485_760


def code_of(answer: Answer) -> str:
    return answer.headers["x-amzn-errortype"]


def assert_refused_as_by_api_gateway(answer: Answer) -> None:
    assert answer.status == 403
    assert code_of(answer) == "MissingAuthenticationTokenException"
    assert answer.json == {"message": "Missing Authentication Token"}


# The right service -------------------------------------------------------------------------------------------


def test_both_services_answer_boto3_on_one_port(server: ServerMock) -> None:
    events, exchange = client(server, "appintegrations"), client(server, "dataexchange")
    arn = events.create_event_integration(**EVENT_INTEGRATION, Tags={"a": "1"})["EventIntegrationArn"]
    data_set = exchange.create_data_set(AssetType="S3_SNAPSHOT", Name="n", Description="d", Tags={"b": "2"})
    # Where their paths meet: /tags/{arn}.
    assert events.list_tags_for_resource(resourceArn=arn)["tags"] == {"a": "1"}
    assert exchange.list_tags_for_resource(ResourceArn=data_set["Arn"])["Tags"] == {"b": "2"}
    exchange.untag_resource(ResourceArn=data_set["Arn"], TagKeys=["b"])
    assert exchange.list_tags_for_resource(ResourceArn=data_set["Arn"])["Tags"] == {}


def test_the_signatures_scope_decides_the_service_whatever_the_arn_says(server: ServerMock) -> None:
    arn = client(server, "appintegrations").create_event_integration(**EVENT_INTEGRATION)["EventIntegrationArn"]
    path = f"/tags/{quote(arn, safe='')}"
    assert send(server, "GET", path, headers=signed("app-integrations")).json == {"tags": {}}
    refused = send(server, "GET", path, headers=signed("dataexchange"))
    assert (refused.status, code_of(refused)) == (400, "ValidationException")
    assert len(server.dataexchange.calls) == 1


#: A signature that does not say for which service it is.
VAGUE = {"Authorization": "AWS4-HMAC-SHA256 Credential=AKID, Signature=0"}


@pytest.mark.parametrize(
    ("host", "service"),
    [
        ("app-integrations.us-east-1.amazonaws.com", "appintegrations"),
        ("dataexchange.eu-west-1.amazonaws.com", "dataexchange"),
        ("dataexchange-fips.eu-west-1.amazonaws.com", "dataexchange"),
        ("api-fulfill.dataexchange.eu-west-1.amazonaws.com:443", "dataexchange"),
    ],
)
def test_where_the_signature_does_not_tell_the_service_the_host_does(
    server: ServerMock, host: str, service: str
) -> None:
    arn = "arn:aws:app-integrations:us-east-1:123456789012:event-integration/a"
    send(server, "GET", f"/tags/{quote(arn, safe='')}", headers={**VAGUE, "Host": host})
    assert [len(mock.calls) for name, mock in server.mocks.items() if name == service] == [1]


@pytest.mark.parametrize(
    ("path", "operation"),
    [
        ("/eventIntegrations", "ListEventIntegrations"),
        ("/v1/data-sets", "ListDataSets"),
        (
            f"/tags/{quote('arn:aws:app-integrations:us-east-1:123456789012:application/a', safe='')}",
            "ListTagsForResource",
        ),
        (f"/tags/{quote('arn:aws:dataexchange:us-east-1:123456789012:data-sets/a', safe='')}", "ListTagsForResource"),
    ],
)
def test_if_neither_names_the_service_the_path_decides(server: ServerMock, path: str, operation: str) -> None:
    send(server, "GET", path, headers=VAGUE)
    service = "dataexchange" if "data-sets" in path else "appintegrations"
    assert server.mocks[service].calls.last.operation == operation


#: An operation of another service for each protocol, and how its client gets to see a text.
OTHERS: dict[str, tuple[str, str]] = {
    "query": ("sts", "get_caller_identity"),
    "ec2": ("ec2", "describe_regions"),
    "rest-xml": ("route53", "list_hosted_zones"),
    "rest-xml of S3": ("s3", "list_buckets"),
    "json": ("dynamodb", "list_tables"),
    "rest-json": ("lambda", "list_functions"),
    "the client's own choice": ("cloudwatch", "list_dashboards"),
}


@pytest.mark.parametrize("of", OTHERS)
def test_a_client_of_another_service_learns_what_to_do_in_its_own_protocol(server: ServerMock, of: str) -> None:
    service, operation = OTHERS[of]
    other = client(server, service, config=Config(retries={"total_max_attempts": 1}))
    with pytest.raises(botocore.exceptions.ClientError) as refused:
        getattr(other, operation)()
    response = refused.value.response
    assert response["Error"]["Code"] == "UnmockedCallError"
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 404
    text = response["Error"]["Message"]
    assert "AWS_ENDPOINT_URL_APPINTEGRATIONS and AWS_ENDPOINT_URL_DATAEXCHANGE" in text
    assert "--with-moto" in text


def test_account_and_region_come_from_the_credentials(server: ServerMock) -> None:
    for account_id, region_name in (("111122223333", "eu-west-1"), ("444455556666", "cn-north-1")):
        made = client(server, "appintegrations", account_id, region_name).create_event_integration(**EVENT_INTEGRATION)
        assert f":{region_name}:{account_id}:" in made["EventIntegrationArn"]
    assert server.appintegrations.backend("111122223333", "eu-west-1").list_event_integrations()["EventIntegrations"]
    assert client(server, "appintegrations").list_event_integrations()["EventIntegrations"] == []


def test_an_encoded_slash_belongs_to_its_label(server: ServerMock) -> None:
    events = client(server, "appintegrations")
    for name in ("a/b", "a/b/associations", "associations"):
        events.create_event_integration(**{**EVENT_INTEGRATION, "Name": name})
        assert events.get_event_integration(Name=name)["Name"] == name


def test_an_absolute_request_target_is_understood(server: ServerMock) -> None:
    target = f"{server.endpoint}/eventIntegrations?maxResults=1"
    assert send(server, "GET", target, headers=signed("app-integrations")).json == {"EventIntegrations": []}


def test_a_presigned_request_is_a_signed_one(server: ServerMock) -> None:
    credential = quote("AKIA111122223333MOCK/20260101/eu-west-1/app-integrations/aws4_request", safe="")
    query = f"X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={credential}&X-Amz-Signature=0"
    assert send(server, "GET", f"/eventIntegrations?{query}").status == 200
    assert server.appintegrations.calls.last.account_id == "111122223333"


# What AWS refuses --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/eventIntegrations", "/v1/data-sets", "/tags/a", "/nowhere", "/"])
def test_an_unsigned_request_is_refused(server: ServerMock, path: str) -> None:
    assert_refused_as_by_api_gateway(send(server, "GET", path))


@pytest.mark.parametrize("service", ["app-integrations", "dataexchange"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/nowhere"),
        ("PUT", "/tags/a"),
        ("OPTIONS", "/applications"),
        ("FROBNICATE", "/v1/data-sets"),
        ("GET", "/_appint_mocks"),
        ("GET", "//applications"),
    ],
)
def test_an_unknown_method_or_path_is_refused(server: ServerMock, service: str, method: str, path: str) -> None:
    assert_refused_as_by_api_gateway(send(server, method, path, headers=signed(service)))


def test_a_head_request_gets_no_body(server: ServerMock) -> None:
    answer = send(server, "HEAD", "/applications", headers=signed("app-integrations"))
    assert (answer.status, answer.body) == (403, b"")


def test_an_error_arrives_as_its_own_class(server: ServerMock) -> None:
    events = client(server, "appintegrations")
    with pytest.raises(events.exceptions.ResourceNotFoundException, match="Could not find EventIntegration"):
        events.get_event_integration(Name="nobody")
    exchange = client(server, "dataexchange")
    with pytest.raises(exchange.exceptions.ResourceNotFoundException) as caught:
        exchange.get_data_set(DataSetId="0" * 32)
    assert caught.value.response["ResourceType"] == "DATA_SET"


def test_a_body_that_is_no_json_is_refused(server: ServerMock) -> None:
    answer = send(server, "POST", "/applications", b"\xff{", signed("app-integrations"))
    assert (answer.status, code_of(answer)) == (400, "SerializationException")


def test_a_success_without_a_body_has_none(server: ServerMock) -> None:
    exchange = client(server, "dataexchange")
    data_set = exchange.create_data_set(AssetType="S3_SNAPSHOT", Name="n", Description="d")
    answer = send(server, "DELETE", f"/v1/data-sets/{data_set['Id']}", headers=signed("dataexchange"))
    assert (answer.status, answer.body) == (204, b"")
    assert "content-length" not in answer.headers
    assert "transfer-encoding" not in answer.headers


# HTTP itself -------------------------------------------------------------------------------------------------


def talk(server: ServerMock, sent: bytes) -> bytes:
    """What the server answers to these very bytes until it closes the connection."""
    received = b""
    # A server that has heard enough may close the connection while we still send.
    with (
        socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection,
        contextlib.suppress(OSError),
    ):
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        while piece := connection.recv(65536):
            received += piece
    return received


@pytest.mark.parametrize(
    "sent",
    [
        b"nonsense\r\n\r\n",
        b"GET /applications\r\n\r\n",
        b"GET / HTTP/9.9\r\nHost: a\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: many\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        b"POST /applications HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET /\x00 HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nbad header\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\n" + b"A: " + b"a" * 200_000 + b"\r\n\r\n",
    ],
)
def test_bad_http_gets_an_error_and_no_traceback(server: ServerMock, sent: bytes) -> None:
    answer = talk(server, sent)
    assert answer == b"" or answer.split(b" ", 2)[1] in (b"400", b"403"), answer
    assert b"Traceback" not in answer
    assert client(server, "appintegrations").list_applications()["Applications"] == []


def test_a_request_that_breaks_off_changes_nothing(server: ServerMock) -> None:
    body = json.dumps(EVENT_INTEGRATION).encode()
    head = f"POST /eventIntegrations HTTP/1.1\r\nHost: a\r\nAuthorization: x\r\nContent-Length: {len(body) + 1}\r\n\r\n"
    talk(server, head.encode() + body)
    assert len(server.appintegrations.calls) == 0


@pytest.mark.parametrize("method", ["GET", "get"])
def test_many_requests_go_over_one_connection(server: ServerMock, method: str) -> None:
    # The one is read by httptools, the other by h11. The client half closes the connection before it is answered.
    head = f"/applications HTTP/1.1\r\nHost: a\r\nAuthorization: {VAGUE['Authorization']}\r\n\r\n"
    answered = talk(server, f"{method} {head}".encode() * 5)
    assert answered.count(b"HTTP/1.1 200") == 5


def test_a_chunked_body_is_read(server: ServerMock) -> None:
    body = json.dumps(EVENT_INTEGRATION).encode()
    pieces = iter([body[:10], body[10:11], body[11:]])
    answer = send(server, "POST", "/eventIntegrations", pieces, signed("app-integrations"), encode_chunked=True)
    assert answer.status == 200


def test_a_client_that_expects_100_continue_gets_it(server: ServerMock) -> None:
    body = json.dumps(EVENT_INTEGRATION).encode()
    head = (
        "POST /eventIntegrations HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nConnection: close\r\n"
        f"Authorization: {VAGUE['Authorization']}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(head.encode())
        assert connection.recv(65536).startswith(b"HTTP/1.1 100")
        connection.sendall(body)
        assert connection.recv(65536).startswith(b"HTTP/1.1 200")


def test_a_client_that_expects_100_continue_for_too_large_a_body_is_refused(server: ServerMock) -> None:
    head = "POST /eventIntegrations HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 99999999999\r\n\r\n"
    assert talk(server, head.encode()).startswith(b"HTTP/1.1 413")


@pytest.mark.parametrize("chunked", [False, True])
def test_a_request_over_the_limit_is_refused(server: ServerMock, chunked: bool) -> None:
    size = LARGEST_REQUEST + 1
    pieces = [b" " * 2**20] * (size // 2**20) + [b" "]
    body: Any = iter(pieces) if chunked else b"".join(pieces)
    answer = send(server, "POST", "/applications", body, signed("app-integrations"), encode_chunked=chunked)
    assert (answer.status, code_of(answer)) == (413, "RequestEntityTooLargeException")
    assert f"at most {LARGEST_REQUEST} bytes" in answer.json["message"]
    assert len(server.appintegrations.calls) == 0


def test_a_request_of_just_the_limit_is_taken(server: ServerMock) -> None:
    body = json.dumps(EVENT_INTEGRATION).encode().ljust(LARGEST_REQUEST)
    assert send(server, "POST", "/eventIntegrations", body, signed("app-integrations")).status == 200


def test_an_answer_does_not_wait_for_the_clients_acknowledgement(server: ServerMock) -> None:
    events = client(server, "appintegrations")
    times = []
    for _ in range(40):
        started = time.monotonic()
        events.list_applications()
        times.append(time.monotonic() - started)
    # Nagle's algorithm and delayed acknowledgements together would make each wait for 40 ms.
    assert statistics.median(times) < 0.035


def test_a_defect_is_a_500_for_the_client_and_a_traceback_in_the_servers_log(
    server: ServerMock, caplog: pytest.LogCaptureFixture
) -> None:
    backend = server.dataexchange.backend()

    @backend.on_api_asset
    def broken(request: dict[str, Any]) -> str:
        raise LookupError("the test's own handler")

    answer = send(server, "POST", "/v1", b"{}", {**signed("dataexchange"), **ASSET_HEADERS})
    assert answer.status == 500
    assert code_of(answer) == "InternalFailure"
    assert answer.json == {"message": "appint_mock failed: LookupError: the test's own handler"}
    assert "Traceback" in caplog.text
    backend.on_api_asset(lambda request: None)


def test_concurrent_clients_lose_no_update(server: ServerMock) -> None:
    events = client(server, "appintegrations", config=Config(max_pool_connections=16))
    arn = events.create_event_integration(**EVENT_INTEGRATION)["EventIntegrationArn"]

    def tag_and_make(number: int) -> None:
        events.tag_resource(resourceArn=arn, tags={f"key-{number}": str(number)})
        events.create_data_integration(Name=f"data-{number}", KmsKey="key")

    with ThreadPoolExecutor(16) as threads:
        list(threads.map(tag_and_make, range(64)))
    assert len(events.list_tags_for_resource(resourceArn=arn)["tags"]) == 64
    pages = events.get_paginator("list_data_integrations").paginate()
    assert len([each for page in pages for each in page["DataIntegrations"]]) == 64


def test_concurrent_creations_with_one_token_make_one(server: ServerMock) -> None:
    events = client(server, "appintegrations", config=Config(max_pool_connections=16))
    with ThreadPoolExecutor(16) as threads:
        arns = list(
            threads.map(lambda _: events.create_application(**APPLICATION, ClientToken="token")["Arn"], range(50))
        )
    assert len(set(arns)) == 1
    assert len(events.list_applications()["Applications"]) == 1


APPLICATION = {
    "Name": "app",
    "Namespace": "app",
    "ApplicationSourceConfig": {"ExternalUrlConfig": {"AccessUrl": "https://example.com"}},
}


def test_a_server_remembers_only_its_latest_calls_by_their_size() -> None:
    with ServerMock(kept_bytes=400_000) as server:
        events = client(server, "appintegrations")
        calls = server.appintegrations.calls
        for number in range(300):
            events.create_event_integration(**{**EVENT_INTEGRATION, "Name": f"n{number}", "Description": "d" * 1000})
        assert [call.parameters["Name"] for call in calls] == [f"n{299 - n}" for n in reversed(range(len(calls)))]
        # Of each service half of it; each call takes some 2 kB besides its texts.
        assert 30 <= len(calls) <= 200_000 / 3000
        answer = send(server, "POST", "/applications", b" " * 1_000_000, signed("app-integrations"))
        assert answer.status == 400
        assert len(calls) == 1, "one call that is larger than all the room is remembered alone"
        events.list_applications()
        assert [call.operation for call in calls] == ["ListApplications"]


# Faults ------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("ordered_faults")
def test_a_fault_fails_a_call_over_http(server: ServerMock) -> None:
    server.appintegrations.fail("ListApplications", "ThrottlingException")
    answer = send(server, "GET", "/applications", headers=signed("app-integrations"))
    assert (answer.status, code_of(answer)) == (429, "ThrottlingException")
    assert send(server, "GET", "/applications", headers=signed("app-integrations")).status == 200


def test_an_exception_of_the_transport_breaks_the_connection(server: ServerMock) -> None:
    server.appintegrations.fail("ListApplications", botocore.exceptions.ReadTimeoutError(endpoint_url="http://a"))
    events = client(server, "appintegrations", config=Config(retries={"total_max_attempts": 1}))
    with pytest.raises(botocore.exceptions.HTTPClientError):
        events.list_applications()
    assert events.list_applications()["Applications"] == []


# Signed URLs and SendApiAsset --------------------------------------------------------------------------------


def import_job(exchange: Any, content: bytes = CSV) -> tuple[Any, str]:
    data_set = exchange.create_data_set(AssetType="S3_SNAPSHOT", Name="n", Description="d")
    revision = exchange.create_revision(DataSetId=data_set["Id"])
    details = {
        "AssetName": "orders.csv",
        "DataSetId": data_set["Id"],
        "RevisionId": revision["Id"],
        "Md5Hash": b64encode(hashlib.md5(content).digest()).decode(),
    }
    job = exchange.create_job(Type="IMPORT_ASSET_FROM_SIGNED_URL", Details={"ImportAssetFromSignedUrl": details})
    return job, job["Details"]["ImportAssetFromSignedUrl"]["SignedUrl"]


def put(url: str, content: bytes, **headers: str) -> int:
    request = urllib.request.Request(url, content, headers, method="PUT")
    with urllib.request.urlopen(request, timeout=20) as response:
        status: int = response.status
    return status


def test_a_file_goes_in_and_out_at_signed_urls_of_the_server(server: ServerMock) -> None:
    exchange = client(server, "dataexchange")
    job, url = import_job(exchange)
    assert url.startswith(f"{server.endpoint}/_appint_mock/files/")
    assert put(url, CSV) == 200
    exchange.start_job(JobId=job["Id"])
    job = exchange.get_job(JobId=job["Id"])
    assert job["State"] == "COMPLETED"
    place = {name: job["Details"]["ImportAssetFromSignedUrl"][name] for name in ("DataSetId", "RevisionId")}
    (asset,) = exchange.list_revision_assets(**place)["Assets"]
    export = exchange.create_job(
        Type="EXPORT_ASSET_TO_SIGNED_URL", Details={"ExportAssetToSignedUrl": {**place, "AssetId": asset["Id"]}}
    )
    exchange.start_job(JobId=export["Id"])
    url = exchange.get_job(JobId=export["Id"])["Details"]["ExportAssetToSignedUrl"]["SignedUrl"]
    with urllib.request.urlopen(url, timeout=20) as response:
        assert response.read() == CSV


def test_a_signed_url_that_was_changed_or_has_expired_is_refused(server: ServerMock) -> None:
    _, url = import_job(client(server, "dataexchange"))
    server.clock.advance(minutes=59)
    assert put(url, CSV) == 200
    with pytest.raises(urllib.error.HTTPError, match="403") as changed:
        put(url.replace("/jobs/", "/jobs/x"), CSV)
    changed.value.close()
    server.clock.advance(minutes=1)
    with pytest.raises(urllib.error.HTTPError, match="403") as expired:
        put(url, CSV)
    assert b"Request has expired" in expired.value.read()
    expired.value.close()


def test_an_upload_may_be_larger_than_a_request(server: ServerMock) -> None:
    content = b"x" * (LARGEST_REQUEST + 1)
    exchange = client(server, "dataexchange")
    job, url = import_job(exchange, content)
    assert put(url, content) == 200
    exchange.start_job(JobId=job["Id"])
    assert exchange.get_job(JobId=job["Id"])["State"] == "COMPLETED"


def test_an_upload_over_its_own_limit_is_refused() -> None:
    with ServerMock(max_upload=1000) as server:
        _, url = import_job(client(server, "dataexchange"))
        with pytest.raises(urllib.error.HTTPError, match="413") as refused:
            put(url, b"x" * 1001)
        refused.value.close()


def test_a_signed_url_has_the_address_by_which_the_client_came(server: ServerMock) -> None:
    headers = {**signed("dataexchange"), "Host": f"localhost:{server.port}"}
    exchange = client(server, "dataexchange")
    job, _ = import_job(exchange)
    details = {
        "ImportAssetFromSignedUrl": {
            name: value for name, value in job["Details"]["ImportAssetFromSignedUrl"].items() if "SignedUrl" not in name
        }
    }
    body = json.dumps({"Type": job["Type"], "Details": details})
    made = send(server, "POST", "/v1/jobs", body, headers).json
    url = made["Details"]["ImportAssetFromSignedUrl"]["SignedUrl"]
    assert url.startswith(f"http://localhost:{server.port}/")
    assert put(url, CSV) == 200
    strange = send(server, "POST", "/v1/jobs", body, {**headers, "Host": "a b/c"}).json
    assert strange["Details"]["ImportAssetFromSignedUrl"]["SignedUrl"].startswith(f"{server.endpoint}/")


ASSET = dict.fromkeys(("AssetId", "DataSetId", "RevisionId"), "0" * 32)


def test_send_api_asset_is_answered_at_its_own_host(server: ServerMock) -> None:
    server.dataexchange.backend().on_api_asset(lambda request: f"{request['Method']} {request['Path']}")
    headers = {**signed("dataexchange"), **ASSET_HEADERS, "Host": f"api-fulfill.localhost:{server.port}"}
    answer = send(server, "POST", "/v1", b"", {**headers, "x-amzn-dataexchange-path": "/orders"})
    assert (answer.status, answer.body) == (200, b"POST /orders")
    server.dataexchange.backend().on_api_asset(lambda request: None)


def test_send_api_asset_needs_no_host_of_its_own(server: ServerMock, monkeypatch: pytest.MonkeyPatch) -> None:
    server.dataexchange.backend().on_api_asset(lambda request: "hello")
    without = client(server, "dataexchange", config=Config(inject_host_prefix=False))
    assert without.send_api_asset(**ASSET)["Body"] == "hello"
    server.dataexchange.backend().on_api_asset(lambda request: None)


@pytest.mark.skipif(
    not hasattr(ClientArgsCreator, "_compute_inject_host_prefix"), reason="this botocore does not know the variable"
)
def test_a_variable_takes_away_the_host_of_send_api_asset(server: ServerMock, monkeypatch: pytest.MonkeyPatch) -> None:
    server.dataexchange.backend().on_api_asset(lambda request: "hello")
    monkeypatch.setenv("AWS_DISABLE_HOST_PREFIX_INJECTION", server.environment["AWS_DISABLE_HOST_PREFIX_INJECTION"])
    assert client(server, "dataexchange").send_api_asset(**ASSET)["Body"] == "hello"
    server.dataexchange.backend().on_api_asset(lambda request: None)
