"""Nothing leaves the machine unnoticed."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import importlib.util
import io
import socket
import types
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import boto3
import botocore.httpsession
import pytest
import urllib3
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import EndpointConnectionError, HTTPClientError

from appint_mock import UnmockedCallError, mock_appintegrations, mock_dataexchange
from appint_mock.interception import guard
from tests.programs import run_python

INSTALLED = importlib.util.find_spec("moto") is not None
NOT_INSTALLED = "moto's mock_aws (if moto, which is not installed, has the service) or "
MOTO = "moto's mock_aws or " if INSTALLED else NOT_INSTALLED


KEYS = {"region_name": "us-east-1", "aws_access_key_id": "a", "aws_secret_access_key": "b"}


def test_a_call_that_nobody_answers_is_stopped_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    # Older versions of botocore send it to sts.amazonaws.com by default.
    monkeypatch.setenv("AWS_STS_REGIONAL_ENDPOINTS", "regional")
    with mock_appintegrations(), pytest.raises(UnmockedCallError) as stopped:
        boto3.client("sts").get_caller_identity()
    assert str(stopped.value) == (
        "sts.GetCallerIdentity was called, and nothing in this process answers it; the request to "
        "sts.us-east-1.amazonaws.com was stopped.\n"
        f"Mock it beside us with {MOTO}a botocore Stubber, or let it reach AWS: "
        "mock_appintegrations(passthrough=['sts']).\nSee docs/errors.md#stopped-calls"
    )


def test_moto_is_proposed_only_for_services_that_it_has_or_with_that_condition() -> None:
    with mock_appintegrations(), pytest.raises(UnmockedCallError) as stopped:
        boto3.client("marketplace-entitlement").get_entitlements(ProductCode="x")
    assert f"Mock it beside us with {'' if INSTALLED else NOT_INSTALLED}a botocore Stubber, or" in str(stopped.value)


def test_moto_is_not_proposed_where_it_is_on_and_did_not_answer() -> None:
    moto = pytest.importorskip("moto")
    with mock_appintegrations(), moto.mock_aws(), pytest.raises(UnmockedCallError) as stopped:
        boto3.client("marketplace-entitlement").get_entitlements(ProductCode="x")
    assert "moto" not in str(stopped.value)


@pytest.mark.integration
def test_the_advice_does_not_load_moto() -> None:
    program = """
import sys, boto3
from appint_mock import UnmockedCallError, mock_appintegrations, mock_dataexchange
with mock_appintegrations():
    try:
        boto3.client("sts").get_caller_identity()
    except UnmockedCallError as error:
        print(error)
assert "moto" not in sys.modules
"""
    run_python(program)


def test_our_other_service_s_calls_are_stopped_with_the_scope_to_open() -> None:
    with (
        mock_appintegrations(),
        pytest.raises(UnmockedCallError, match=r"Open appint_mock\.mock_dataexchange\(\)"),
    ):
        boto3.client("dataexchange").list_jobs()


def test_our_other_service_is_named_where_moto_would_say_not_yet_implemented() -> None:
    moto = pytest.importorskip("moto")
    with mock_appintegrations(), moto.mock_aws(), pytest.raises(UnmockedCallError, match="mock_dataexchange"):
        boto3.client("dataexchange").list_jobs()


@pytest.mark.parametrize("region", ["us-east-1", "cn-north-1", "us-gov-west-1", "us-iso-east-1", "eusc-de-east-1"])
def test_calls_are_stopped_in_every_partition(region: str) -> None:
    with mock_appintegrations(), pytest.raises(UnmockedCallError):
        boto3.client("sqs", region_name=region).list_queues()


def test_calls_are_stopped_at_dual_stack_endpoints() -> None:
    from botocore.config import Config

    with mock_appintegrations(), pytest.raises(UnmockedCallError):
        boto3.client("lambda", config=Config(use_dualstack_endpoint=True)).list_functions()


def test_a_service_in_passthrough_is_let_go() -> None:
    # Let go, it meets the suite's own barrier before the network.
    with (
        mock_appintegrations(passthrough=["sts"]),
        pytest.raises(HTTPClientError, match="tried to open a connection"),
    ):
        boto3.client("sts").get_caller_identity()


def test_hosts_of_this_machine_and_custom_endpoints_are_left_alone() -> None:
    for url in ("http://127.0.0.1:9", "http://localhost:9"):
        with mock_appintegrations(), pytest.raises(EndpointConnectionError):
            boto3.client("sts", endpoint_url=url).get_caller_identity()


@pytest.mark.parametrize("host", ["sts.example.com", "amazonaws.com.example.com", "myamazonaws.com", "zzz.example"])
def test_a_host_that_is_not_aws_s_is_let_go(host: str) -> None:
    client = boto3.client("sts", endpoint_url=f"https://{host}", **KEYS)
    with mock_appintegrations(), pytest.raises(HTTPClientError, match="tried to open a connection"):
        client.get_caller_identity()


@pytest.mark.parametrize(
    ("host", "is_this_machine"),
    [
        ("localhost", True),
        ("s3.localhost", True),
        ("127.0.0.1", True),
        ("127.1.2.3", True),
        ("::1", True),
        ("10.0.0.1", False),
        ("mylocalhost", False),
        ("localhost.example.com", False),
        ("", False),
    ],
)
def test_a_request_that_leads_to_this_machine_is_not_stopped(host: str, is_this_machine: bool) -> None:
    url = f"http://[{host}]:9/a" if ":" in host else f"http://{host}:9/a"
    guarded = guard.GuardedRequest("https://sts.us-east-1.amazonaws.com/", "sts", "GetCallerIdentity")
    with mock_appintegrations(), contextlib.ExitStack() as stack:
        if not is_this_machine:
            stack.enter_context(pytest.raises(UnmockedCallError))
        with guard.guarding(guarded):
            guard.stop_here(url)
    guard.stop_here(url)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_request_that_would_leave_by_a_proxy_on_this_machine_is_stopped(scheme: str) -> None:
    config = Config(proxies={scheme: "http://127.0.0.1:9"}, retries={"total_max_attempts": 1})
    client = boto3.client("sts", endpoint_url=f"{scheme}://sts.us-east-1.amazonaws.com", config=config, **KEYS)
    with mock_appintegrations(), pytest.raises(UnmockedCallError, match=r"sts\.GetCallerIdentity was called"):
        client.get_caller_identity()


def test_the_advice_names_the_innermost_mock() -> None:
    with mock_appintegrations(), mock_dataexchange(), pytest.raises(UnmockedCallError) as stopped:
        boto3.client("sts").get_caller_identity()
    assert "let it reach AWS: mock_dataexchange(passthrough=['sts'])." in str(stopped.value)


def test_what_another_handler_answers_is_left_to_it() -> None:
    def stand_in(request: Any, **kwargs: Any) -> AWSResponse:
        response = AWSResponse(request.url, 200, {}, None)
        response._content = (
            b"<GetCallerIdentityResponse><GetCallerIdentityResult><Account>1</Account></GetCallerIdentityResult>"
            b"<ResponseMetadata><RequestId>x</RequestId></ResponseMetadata></GetCallerIdentityResponse>"
        )
        return response

    with mock_appintegrations():
        client = boto3.client("sts")
        client.meta.events.register("before-send", stand_in)
        assert client.get_caller_identity()["Account"] == "1"


def test_the_guard_goes_with_the_last_scope() -> None:
    client = boto3.client("sts", "us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
    with mock_appintegrations(), pytest.raises(UnmockedCallError):
        client.get_caller_identity()
    with pytest.raises(HTTPClientError, match="tried to open a connection"):
        client.get_caller_identity()


def test_botocore_is_as_it_was_after_the_last_scope() -> None:
    from botocore.endpoint import Endpoint

    before = dict(vars(Endpoint))
    with mock_appintegrations(), mock_appintegrations():
        boto3.client("appintegrations").list_applications()
        assert dict(vars(Endpoint)) != before
    assert dict(vars(Endpoint)) == before


def test_a_patch_that_another_library_put_over_ours_stays() -> None:
    from botocore.endpoint import Endpoint

    original = Endpoint.make_request
    with mock_appintegrations():
        ours = Endpoint.make_request

        def theirs(self: Any, *args: Any) -> Any:
            return ours(self, *args)

        Endpoint.make_request = theirs
    try:
        assert Endpoint.make_request is theirs
        with mock_appintegrations():
            assert boto3.client("appintegrations").list_applications()["Applications"] == []
    finally:
        Endpoint.make_request = original


def test_a_request_is_answered_although_another_library_has_taken_our_patch_off_before_it() -> None:
    from botocore.endpoint import Endpoint

    original = Endpoint.make_request
    with mock_appintegrations() as aws:
        first, second = (boto3.client("appintegrations") for _ in range(2))
        assert first.list_applications()["Applications"] == []
        Endpoint.make_request = original
        assert second.list_applications()["Applications"] == []
        # It is there again by now.
        assert Endpoint.make_request is not original
        assert second.list_applications()["Applications"] == []
        assert len(aws.calls) == 3
    assert Endpoint.make_request is original


# An answer from below botocore ------------------------------------------------------------------------------------


def _identity(request: Any) -> AWSResponse:
    response = AWSResponse(request.url, 200, {}, None)
    response._content = (
        b"<GetCallerIdentityResponse><GetCallerIdentityResult><Account>1</Account></GetCallerIdentityResult>"
        b"<ResponseMetadata><RequestId>x</RequestId></ResponseMetadata></GetCallerIdentityResponse>"
    )
    return response


def _replaced_send(client: Any, patch: pytest.MonkeyPatch) -> None:
    patch.setattr("botocore.httpsession.URLLib3Session.send", lambda self, request: _identity(request))


def _own_session(client: Any, patch: pytest.MonkeyPatch) -> None:
    class Session:
        def send(self, request: Any) -> AWSResponse:
            return _identity(request)

    patch.setattr(client._endpoint, "http_session", Session())


def _replaced_endpoint_send(client: Any, patch: pytest.MonkeyPatch) -> None:
    patch.setattr("botocore.endpoint.Endpoint._send", lambda self, request: _identity(request))


def _replaced_pool(client: Any, patch: pytest.MonkeyPatch) -> None:
    def urlopen(self: Any, *args: Any, **kwargs: Any) -> Any:
        body = io.BytesIO(_identity(types.SimpleNamespace(url="")).content)
        return urllib3.HTTPResponse(body=body, status=200, preload_content=False)

    patch.setattr("urllib3.connectionpool.HTTPConnectionPool.urlopen", urlopen)


BELOW = [_replaced_send, _own_session, _replaced_endpoint_send, _replaced_pool]


@pytest.mark.parametrize("below", BELOW)
@pytest.mark.parametrize("first", ["ours", "theirs"])
def test_an_answer_from_below_botocore_is_let_through(
    below: Callable[[Any, pytest.MonkeyPatch], None], first: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = boto3.client("sts", "us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
    if first == "theirs":
        below(client, monkeypatch)
    with mock_appintegrations():
        if first == "ours":
            below(client, monkeypatch)
        for _ in range(2):
            assert client.get_caller_identity()["Account"] == "1"
        assert boto3.client("appintegrations").list_applications()["Applications"] == []


@pytest.mark.parametrize("wrap", ["URLLib3Session.send", "urlopen", "getresponse"])
def test_a_wrapper_below_botocore_that_passes_on_is_stopped(wrap: str, monkeypatch: pytest.MonkeyPatch) -> None:
    owner, name = {
        "URLLib3Session.send": (botocore.httpsession.URLLib3Session, "send"),
        "urlopen": (urllib3.connectionpool.HTTPConnectionPool, "urlopen"),
        "getresponse": (urllib3.connection.HTTPConnection, "getresponse"),
    }[wrap]
    original = getattr(owner, name)
    monkeypatch.setattr(owner, name, lambda *args, **kwargs: original(*args, **kwargs))
    with mock_appintegrations(), pytest.raises(UnmockedCallError, match=r"sts\.GetCallerIdentity was called"):
        boto3.client("sts").get_caller_identity()


def test_an_http_session_of_a_program_s_own_is_stopped_at_its_look_up(monkeypatch: pytest.MonkeyPatch) -> None:
    class Session:
        def send(self, request: Any) -> Any:
            return socket.create_connection((urlsplit(request.url).hostname or "", 443))

    with mock_appintegrations():
        client = boto3.client("sts")
        monkeypatch.setattr(client._endpoint, "http_session", Session())
        with pytest.raises(UnmockedCallError):
            client.get_caller_identity()


def test_a_stopped_call_is_counted_once_and_at_once() -> None:
    with mock_appintegrations() as aws:
        with pytest.raises(UnmockedCallError):
            boto3.client("sts").get_caller_identity()
        assert len(aws.unmocked) == 1


@pytest.mark.parametrize(
    ("outer", "inner", "passes"),
    [
        (["sqs"], {}, True),
        (["sqs"], {"passthrough": ()}, False),
        (["sqs"], {"passthrough": ["s3"]}, False),
        ((), {"passthrough": ["sqs"]}, True),
        (["s3"], {"passthrough": ["sqs"]}, True),
    ],
)
@pytest.mark.parametrize("mock", [mock_appintegrations, mock_dataexchange])
def test_passthrough_is_the_innermost_scope_s_own_if_it_is_given(
    outer: Any, inner: Any, passes: bool, mock: Any
) -> None:
    expected = HTTPClientError if passes else UnmockedCallError
    with mock_appintegrations(passthrough=outer):
        with mock(**inner), pytest.raises(expected):
            boto3.client("sqs").list_queues()
        with pytest.raises(HTTPClientError if "sqs" in outer else UnmockedCallError):
            boto3.client("sqs").list_queues()


# Other clients below botocore ---------------------------------------------------------------------------------------

STS = "https://sts.us-east-1.amazonaws.com/"


def _by_httpx() -> None:
    pytest.importorskip("httpx").get(STS)


def _by_httpx_s_proxy() -> None:
    httpx = pytest.importorskip("httpx")
    with httpx.HTTPTransport(proxy="http://127.0.0.1:9") as transport:
        transport.handle_request(httpx.Request("GET", STS))


def _by_async_httpx() -> None:
    httpx = pytest.importorskip("httpx")

    async def send() -> None:
        async with httpx.AsyncClient() as client:
            await client.get(STS)

    asyncio.run(send())


def _by_aiohttp() -> None:
    aiohttp = pytest.importorskip("aiohttp")

    async def send() -> None:
        async with aiohttp.ClientSession() as session:
            await session.get(STS)

    asyncio.run(send())


def _by_a_connection_from_before_the_scope() -> None:
    connection = http.client.HTTPSConnection("sts.us-east-1.amazonaws.com")
    connection.sock = types.SimpleNamespace(sendall=lambda data: pytest.fail("sent"), close=lambda: None)
    connection.request("GET", "/")


def _by_a_proxy_s_connection_from_before_the_scope() -> None:
    connection = http.client.HTTPConnection("127.0.0.1", 9)
    connection.sock = types.SimpleNamespace(sendall=lambda data: pytest.fail("sent"), close=lambda: None)
    connection.request("GET", STS)


SENDERS = [
    _by_httpx,
    _by_httpx_s_proxy,
    _by_async_httpx,
    _by_aiohttp,
    _by_a_connection_from_before_the_scope,
    _by_a_proxy_s_connection_from_before_the_scope,
]


@pytest.mark.parametrize("send", SENDERS)
def test_a_request_of_botocore_that_another_client_sends_is_stopped_there(send: Callable[[], None]) -> None:
    guarded = guard.GuardedRequest(STS, "sts", "GetCallerIdentity")
    with mock_appintegrations() as aws:
        with pytest.raises(UnmockedCallError, match=r"^sts\.GetCallerIdentity was called"), guard.guarding(guarded):
            send()
        assert [call.operation for call in aws.unmocked] == ["GetCallerIdentity"]
