"""botocore's endpoints and those that inherit from them: what each request meets before it leaves the machine."""

from __future__ import annotations

import asyncio
import contextvars
import socket
import sys
import types
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.endpoint import Endpoint
from botocore.exceptions import CapacityNotAvailableError, EndpointConnectionError, HTTPClientError, NoCredentialsError
from botocore.retries.bucket import Clock, TokenBucket

from appint_mock import UnmockedCallError, mock_appintegrations, mock_dataexchange, neighbours
from tests.interception import foreign

KEYS = {"region_name": "us-east-1", "aws_access_key_id": "a", "aws_secret_access_key": "b"}
ADDRESSES = {
    "appintegrations": "https://app-integrations.us-east-1.amazonaws.com/applications",
    "sts": "https://sts.us-east-1.amazonaws.com/",
}


def look_up(request: Any) -> Any:
    return socket.create_connection((urlsplit(request.url).hostname or "", 443))


def request_to(service: str) -> Any:
    return AWSRequest("GET", ADDRESSES[service]).prepare()


# The functions of other libraries --------------------------------------------------------------------------------


def test_a_function_of_ours_that_another_library_kept_changes_nothing_outside_of_a_scope() -> None:
    before = dict(vars(Endpoint))
    with mock_appintegrations():
        undo = foreign.by_attribute(Endpoint, "make_request")
        theirs = Endpoint.make_request
    try:
        for service, call in (("sts", "get_caller_identity"), ("appintegrations", "list_applications")):
            client = boto3.client(service, **KEYS)
            with pytest.raises(HTTPClientError, match="tried to open a connection"):
                getattr(client, call)()
            assert dict(vars(Endpoint)) == {**before, "make_request": theirs}
    finally:
        undo()
        with mock_appintegrations():
            pass
    assert dict(vars(Endpoint)) == before


def test_a_class_that_sends_by_itself_is_guarded_while_a_scope_is_open() -> None:
    class Own(Endpoint):  # type: ignore[misc]  # botocore has no types
        def _send(self, request: Any) -> Any:
            return look_up(request)

    own = Own._send
    client = boto3.client("sts", **KEYS)
    client._endpoint.__class__ = Own
    with mock_appintegrations(), pytest.raises(UnmockedCallError, match=r"sts\.GetCallerIdentity was called"):
        client.get_caller_identity()
    assert Own._send is own


def test_a_request_whose_operation_is_not_known_is_stopped_as_one_of_its_service() -> None:
    client = boto3.client("sts", **KEYS)
    with mock_appintegrations():
        for before in (None, "lambda"):
            if before is not None:
                with pytest.raises(UnmockedCallError, match=r"lambda\.ListFunctions was called"):
                    boto3.client(before).list_functions()
            context = contextvars.copy_context() if before else contextvars.Context()
            with pytest.raises(UnmockedCallError, match=r"^sts\.\(an operation\) was called"):
                context.run(client._endpoint._send, request_to("sts"))


def test_a_call_of_our_other_service_may_be_answered_by_another_handler() -> None:
    def stand_in(request: Any, **kwargs: Any) -> AWSResponse:
        response = AWSResponse(request.url, 200, {}, None)
        response._content = b'{"DataSets": []}'
        return response

    with mock_appintegrations():
        client = boto3.client("dataexchange")
        client.meta.events.register("before-send", stand_in)
        assert client.list_data_sets()["DataSets"] == []


def test_a_client_that_outlives_its_scope_is_not_stopped_beside_another_mock(no_neighbour: None) -> None:
    class Another(neighbours.Neighbour):
        def is_on(self) -> bool:
            return True

    client = boto3.client("appintegrations", **KEYS)
    with mock_appintegrations():
        client.list_applications()
    neighbours.register(Another())
    with pytest.raises(HTTPClientError, match="tried to open a connection"):
        client.list_applications()
    with mock_dataexchange(), pytest.raises(UnmockedCallError, match=r"Open appint_mock\.mock_appintegrations\(\)"):
        client.list_applications()


@pytest.mark.parametrize("inside", [True, False])
def test_a_companion_s_client_without_credentials_is_answered_once_its_service_is_mocked(inside: bool) -> None:
    client = boto3.client("connect", "us-east-1")
    client._request_signer._credentials = None

    def check() -> None:
        with mock_appintegrations() as aws:
            client.list_integration_associations(InstanceId="i")
            assert aws.calls.last.operation == "ListIntegrationAssociations"

    with mock_dataexchange():
        with pytest.raises((NoCredentialsError, UnmockedCallError)):
            client.list_integration_associations(InstanceId="i")
        if inside:
            check()
    if not inside:
        check()


@pytest.mark.parametrize(("outer", "inner", "is_answered"), [(True, False, False), (False, True, True)])
def test_the_innermost_scope_says_whether_a_region_must_be_known(outer: bool, inner: bool, is_answered: bool) -> None:
    with mock_appintegrations(unknown_regions=outer), mock_appintegrations(unknown_regions=inner) as aws:
        client = boto3.client("appintegrations", "us-moon-1")
        if is_answered:
            client.list_applications()
        else:
            with pytest.raises(EndpointConnectionError):
                client.list_applications()
        assert len(aws.calls) == is_answered


# Waiting ---------------------------------------------------------------------------------------------------------


def waits() -> bool:
    """Whether adaptive retries would wait for a token now."""
    try:
        assert TokenBucket(1, Clock()).acquire(1, block=False) is True
    except CapacityNotAvailableError:
        return True
    return False


def call(service: str) -> None:
    client = boto3.client(service, **KEYS)
    if service == "appintegrations":
        client.list_applications()
    else:
        with pytest.raises(UnmockedCallError):
            client.get_caller_identity()


@pytest.mark.parametrize(
    ("service", "options", "expected"),
    [
        (None, [{}], True),
        ("sts", [{}], True),
        ("appintegrations", [{}], False),
        ("appintegrations", [{"fast_retries": False}], True),
        ("appintegrations", [{"fast_retries": True}, {"fast_retries": False}], True),
        ("appintegrations", [{"fast_retries": False}, {"fast_retries": True}], False),
    ],
    ids=str,
)
def test_only_our_services_wait_for_no_token_and_only_if_the_innermost_scope_says_so(
    service: str | None, options: list[Any], expected: bool
) -> None:
    def run() -> bool:
        if service is not None:
            call(service)
        return waits()

    mocks = [mock_appintegrations(**each) for each in options]
    for mock in mocks:
        mock.start()
    try:
        assert contextvars.Context().run(run) is expected
    finally:
        for mock in reversed(mocks):
            mock.stop()


# Async endpoints -------------------------------------------------------------------------------------------------


class AsyncEndpoint(Endpoint):  # type: ignore[misc]  # botocore has no types
    """Stands for aiobotocore's: sends and retries later."""

    async def _send(self, request: Any) -> Any:
        return look_up(request)

    async def _needs_retry(self, *args: Any) -> Any:
        return "theirs"


class AsyncTokenBucket:
    async def acquire(self, amount: int = 1) -> Any:
        return "theirs"


class AsyncEmitter:
    """Answers each event with the same delays, later."""

    def __init__(self, *delays: float | None) -> None:
        self._answers = [(None, delay) for delay in delays]

    async def emit(self, name: str, **event: Any) -> Any:
        return self._answers


@pytest.fixture
def _async_library(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, member in (("endpoint", "AioEndpoint"), ("retries.bucket", "AsyncTokenBucket")):
        module: Any = types.ModuleType(f"aiobotocore.{name}")
        setattr(module, member, AsyncEndpoint if name == "endpoint" else AsyncTokenBucket)
        monkeypatch.setitem(sys.modules, module.__name__, module)


def async_client(service: str = "appintegrations", *delays: float | None) -> Any:
    client = boto3.client(service, **KEYS)
    client._endpoint.__class__ = AsyncEndpoint
    client._endpoint._event_emitter = AsyncEmitter(*delays)
    return client


@pytest.mark.usefixtures("_async_library")
def test_an_async_endpoint_is_answered_or_stopped_when_it_is_awaited() -> None:
    ours, other = async_client(), async_client("sts")
    with mock_appintegrations() as aws:
        answered = ours._endpoint._send(request_to("appintegrations"))
        assert asyncio.run(answered).status_code == 403
        assert len(aws.calls) == 1
        # A context of its own: an earlier test may have called sts.
        stopped = contextvars.Context().run(other._endpoint._send, request_to("sts"))
        with pytest.raises(UnmockedCallError, match=r"sts\.\(an operation\) was called"):
            asyncio.run(stopped)


@pytest.mark.usefixtures("_async_library")
@pytest.mark.parametrize(
    ("fast", "delays", "expected"),
    [(True, [None, 5.0], True), (True, [None, None], False), (True, [], False), (False, [None], True)],
)
def test_an_async_endpoint_retries_as_botocore_does_without_its_sleep(
    fast: bool, delays: list[float | None], expected: bool
) -> None:
    client = async_client("appintegrations", *delays)
    operation = client.meta.service_model.operation_model("ListApplications")
    with mock_appintegrations(fast_retries=fast):
        assert asyncio.run(client._endpoint._needs_retry(1, operation, {})) is expected


@pytest.mark.usefixtures("_async_library")
@pytest.mark.parametrize(("service", "expected"), [("appintegrations", True), ("sts", "theirs")])
def test_an_async_client_waits_for_no_token_of_our_services(service: str, expected: object) -> None:
    def run() -> Any:
        call(service)
        return asyncio.run(AsyncTokenBucket().acquire())

    with mock_appintegrations():
        assert contextvars.Context().run(run) == expected


@pytest.mark.usefixtures("_async_library")
def test_what_is_async_is_as_it_was_after_the_scope() -> None:
    before = dict(vars(AsyncEndpoint)), dict(vars(AsyncTokenBucket))
    with mock_appintegrations():
        assert (dict(vars(AsyncEndpoint)), dict(vars(AsyncTokenBucket))) != before
    assert (dict(vars(AsyncEndpoint)), dict(vars(AsyncTokenBucket))) == before
