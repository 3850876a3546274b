"""Signed URLs and raw endpoints, by every HTTP client; and what becomes of a client that is not answered."""

from __future__ import annotations

import asyncio
import io
import json
import socket
import sys
import threading
import types
from collections.abc import Callable
from typing import Any

import boto3
import pytest
import requests
import urllib3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ReadTimeoutError

from appint_mock import UnmockedCallError, mock_appintegrations, mock_dataexchange
from tests.dataexchange import jobs
from tests.interception.http_clients import CLIENTS, Send
from tests.programs import run_python
from tests.sockets import SocketForbiddenError

each_client = pytest.mark.parametrize("send", CLIENTS)
ENDPOINT = "https://app-integrations.us-east-1.amazonaws.com"
API = "https://api-fulfill.dataexchange.us-east-1.amazonaws.com/v1/prices"
SIGNED = "https://amzn-s3-demo-dataexchange-signed-urls.s3.us-east-1.amazonaws.com/1/jobs/1?X-Amz-Signature=1"
INTEGRATION = {"Name": "orders", "EventBridgeBus": "default", "EventFilter": {"Source": "aws.partner/example.com/x"}}


def signed(method: str, url: str, body: bytes = b"", service: str = "app-integrations") -> dict[str, str]:
    request = AWSRequest(method, url, headers={"Content-Type": "application/json"}, data=body)
    SigV4Auth(Credentials("testing", "testing"), service, "us-east-1").add_auth(request)
    return dict(request.headers)


def upload_job(client: Any) -> tuple[Any, str]:
    job = jobs.create_job(client, "IMPORT_ASSET_FROM_SIGNED_URL", jobs.create_place(client))
    return job, job["Details"]["ImportAssetFromSignedUrl"]["SignedUrl"]


@each_client
def test_a_signed_url_takes_an_upload_and_gives_a_download(send: Send) -> None:
    with mock_dataexchange() as aws:
        client = boto3.client("dataexchange")
        job, url = upload_job(client)
        put = send("PUT", url, b"1,2\n")
        assert (put.status, put.body, put.headers["Content-Length"]) == (200, b"", "0")
        client.start_job(JobId=job["Id"])
        assert jobs.state_of(client, job) == "COMPLETED"
        place = jobs.place_for(aws, client, "EXPORT_ASSET_TO_SIGNED_URL")
        exported = jobs.run_job(client, "EXPORT_ASSET_TO_SIGNED_URL", place)
        download = exported["Details"]["ExportAssetToSignedUrl"]["SignedUrl"]
        got = send("GET", download, headers={"Range": "bytes=0-1"})
        assert (got.status, got.body, got.headers["content-range"]) == (206, b"a,", "bytes 0-1/4")
        assert send("HEAD", download).status == 403
        assert send("GET", download.replace("Signature=", "Signature=0")).status == 403


@each_client
@pytest.mark.parametrize("mock", [mock_appintegrations, mock_dataexchange])
def test_a_signed_url_of_an_earlier_scope_does_not_leave_the_process(send: Send, mock: Any) -> None:
    with mock_dataexchange():
        _, url = upload_job(boto3.client("dataexchange"))
    with mock():
        assert send("PUT", url, b"1,2\n").status == 404
    # Some clients make an error of their own of what the sockets of this suite raise.
    with pytest.raises(Exception, match="tried to open a connection"):
        send("PUT", url, b"1,2\n")


@each_client
def test_a_raw_endpoint_is_answered(send: Send) -> None:
    with mock_appintegrations() as aws:
        body, url = json.dumps(INTEGRATION).encode(), f"{ENDPOINT}/eventIntegrations"
        assert send("POST", url, body, signed("POST", url, body)).status in (200, 409)  # some clients here send twice
        url = f"{ENDPOINT}/eventIntegrations/orders"
        got = send("GET", url, headers=signed("GET", url))
        assert json.loads(got.body)["Name"] == "orders"
        assert got.headers["x-amzn-RequestId"]
        assert send("GET", f"{ENDPOINT}/applications").status == 403
        assert {call.operation for call in aws.calls} >= {"CreateEventIntegration", "GetEventIntegration"}


@each_client
def test_a_url_in_the_query_is_not_where_a_request_goes(send: Send) -> None:
    url = f"{ENDPOINT}/applications?nextToken=https://elsewhere.example.com/"
    with mock_appintegrations() as aws:
        send("GET", url, headers=signed("GET", url))
        assert aws.calls.last.parameters == {"NextToken": "https://elsewhere.example.com/"}


@each_client
@pytest.mark.parametrize("verb", ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])
def test_the_api_host_takes_every_verb(send: Send, verb: str) -> None:
    with mock_dataexchange() as aws:
        ids = {f"x-amzn-dataexchange-{kind}-id": "0" * 32 for kind in ("asset", "data-set", "revision")}
        answered = send(verb, API, headers={**signed(verb, API, service="dataexchange"), **ids})
        call = aws.calls.last
        assert (call.operation, call.status_code) == ("SendApiAsset", answered.status)
        assert (call.parameters["Method"], call.parameters["Path"]) == (verb, "/prices")


@each_client
def test_a_fault_of_the_transport_reaches_the_client(send: Send) -> None:
    url = f"{ENDPOINT}/applications"
    with mock_appintegrations() as aws:
        aws.fail("ListApplications", ReadTimeoutError(endpoint_url=ENDPOINT))
        # aiohttp makes an error of its own of every OSError.
        with pytest.raises(Exception, match="Read timeout on endpoint URL"):
            send("GET", url, headers=signed("GET", url))


@each_client
@pytest.mark.parametrize("url", ["https://outside.example.com/x", f"{ENDPOINT}/applications"])
def test_other_hosts_are_left_alone(send: Send, url: str) -> None:
    with mock_dataexchange(), pytest.raises(Exception, match="tried to open a connection"):
        send("GET", url)


@each_client
def test_threads_are_answered_each_with_its_own(send: Send) -> None:
    with mock_dataexchange():
        client = boto3.client("dataexchange")
        made = [upload_job(client)[1] for _ in range(4)]
        send("GET", f"{made[0]}&again")  # a client that is not installed skips the test here, not in a thread
        results: list[int] = []

        def put(url: str) -> None:
            results.append(send("PUT", url, b"1,2\n").status)

        threads = [threading.Thread(target=put, args=(url,)) for url in made]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert results == [200] * 4


def test_what_a_program_kept_of_a_scope_answers_nothing_after_it() -> None:
    httpx = pytest.importorskip("httpx")
    url = f"{ENDPOINT}/applications"
    with mock_appintegrations(), httpx.Client() as client:
        transport = client._transport_for_url(httpx.URL(url))
        adapter = requests.Session().get_adapter(url)
    with pytest.raises(httpx.ConnectError) as closed:
        transport.handle_request(httpx.Request("GET", url))
    assert str(closed.value) == f"The mock that answers {url} was closed during the request."
    assert closed.value.request.url == url
    with pytest.raises(Exception, match="tried to open a connection"):
        adapter.send(requests.Request("GET", url).prepare())


def test_what_answers_for_requests_is_taken_off_with_the_last_scope() -> None:
    def sends() -> Any:
        return vars(type(requests.Session().get_adapter(f"{ENDPOINT}/applications")))["send"]

    with mock_appintegrations():
        adapter = requests.Session().get_adapter(f"{ENDPOINT}/applications")
        inside = sends()
    original = vars(type(adapter))["send"]
    assert inside is not original
    with mock_appintegrations(), mock_dataexchange():
        assert sends() is not original
    assert vars(type(adapter))["send"] is original


def test_an_adapter_that_requests_mock_gives_every_session_does_not_hide_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    class Adapter:
        """Stands for that of requests-mock."""

        def send(self, request: Any, **options: Any) -> Any:
            return request.url, options

    module: Any = types.ModuleType("requests_mock.adapter")
    module.Adapter = Adapter
    monkeypatch.setitem(sys.modules, module.__name__, module)
    theirs = Adapter.send
    ours, other = (requests.Request("GET", url).prepare() for url in (f"{ENDPOINT}/applications", "https://a.example/"))
    with mock_appintegrations() as aws:
        assert Adapter().send(ours, timeout=5).status_code == 403
        assert Adapter().send(other, timeout=5) == ("https://a.example/", {"timeout": 5})
        assert len(aws.calls) == 1
    assert Adapter.send is theirs


LOADED = {
    "requests": "import requests; status = requests.get(URL, timeout=5).status_code",
    "httpx": "import httpx; status = httpx.get(URL, timeout=5).status_code",
    "urllib3": "import urllib3; status = urllib3.PoolManager().request('GET', URL).status",
    "aiohttp": """
import asyncio, aiohttp
async def get():
    async with aiohttp.ClientSession() as session, session.get(URL) as answer:
        return answer.status
status = asyncio.run(get())""",
}


@pytest.mark.integration
@pytest.mark.parametrize("name", LOADED)
@pytest.mark.parametrize("order", ["before the scope", "inside the scope", "before our import"])
def test_a_client_library_may_be_loaded_at_any_time(name: str, order: str) -> None:
    pytest.importorskip(name)
    load, open_, ours = f"import {name}", "mock_dataexchange().start()", "from appint_mock import mock_dataexchange"
    lines = {
        "before the scope": [ours, load, open_],
        "inside the scope": [ours, open_, load],
        "before our import": [load, ours, open_],
    }[order]
    program = "\n".join([*lines, f"URL = {SIGNED!r}", LOADED[name], "print(status)"])
    assert run_python(program, "-W", "default") == "403"


@pytest.mark.parametrize(
    "body", [b"1,2\n", "1,2\n", bytearray(b"1,2\n"), io.BytesIO(b"1,2\n"), [b"1,", b"2\n"]], ids=lambda body: type(body)
)
def test_a_body_of_any_form_is_read(body: Any) -> None:
    with mock_dataexchange():
        client = boto3.client("dataexchange")
        job, url = upload_job(client)
        assert urllib3.PoolManager(retries=False).request("PUT", url, body=body).status == 200
        client.start_job(JobId=job["Id"])
        assert jobs.state_of(client, job) == "COMPLETED"


# A client that is not answered -------------------------------------------------------------------------------


async def open_connection(host: str) -> Any:
    return await asyncio.open_connection(host, 443)


LOOK_UPS: dict[str, Callable[[str], Any]] = {
    "getaddrinfo": lambda host: socket.getaddrinfo(host, 443),
    "in capitals": lambda host: socket.getaddrinfo(host.upper(), 443),
    "as bytes": lambda host: socket.getaddrinfo(host.encode(), 443),
    "create_connection": lambda host: socket.create_connection((host, 443), timeout=1),
    "gethostbyname": lambda host: socket.gethostbyname(host),
    "gethostbyname_ex": lambda host: socket.gethostbyname_ex(host),
    "asyncio": lambda host: asyncio.run(open_connection(host)),
}


@pytest.mark.parametrize("look_up", LOOK_UPS.values(), ids=LOOK_UPS)
@pytest.mark.parametrize("mock", [mock_appintegrations, mock_dataexchange])
def test_a_host_that_this_library_made_up_is_not_looked_up(look_up: Callable[[str], Any], mock: Any) -> None:
    host = "amzn-s3-demo-dataexchange-signed-urls.s3.eu-west-1.amazonaws.com"
    with mock(), pytest.raises(UnmockedCallError, match="is a host of the URLs that mock_dataexchange hands out"):
        look_up(host)


def test_a_host_is_looked_up_as_ever_after_the_scope() -> None:
    with mock_dataexchange():
        pass
    with pytest.raises(SocketForbiddenError):
        socket.getaddrinfo("amzn-s3-demo-dataexchange-signed-urls.s3.eu-west-1.amazonaws.com", 443)
