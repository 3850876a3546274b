"""Which service a request is for: by its signature, its host, its path."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from botocore.awsrequest import HeadersDict

from appint_mock.protocol.message import Request, Response
from appint_mock.server.handles import Handles
from appint_mock.server.routing import FILES, Router, Seen, is_below
from tests.server.talking import signed

ENDPOINT = "http://127.0.0.1:5005"


@pytest.mark.parametrize(
    ("url", "below"),
    [("/a", True), ("/a/b", True), ("/a?b", True), ("/a/", True), ("/ab", False), ("/", False), ("", False)],
)
def test_a_target_is_below_a_path(url: str, below: bool) -> None:
    assert is_below("/a", url) is below


class Others:
    """Answers for SQS, for S3, and for what names no service."""

    def __init__(self) -> None:
        self.asked: list[Request] = []

    def answers(self, service: str) -> bool:
        return service in ("sqs", "s3", "")

    async def answer(self, request: Request) -> Response:
        self.asked.append(request)
        return Response(207, {}, b"")


class Scene:
    """A router, and what it has let be observed."""

    def __init__(self, handles: Handles, others: Others | None, **options: Any) -> None:
        self.seen: list[Seen] = []
        self.waited = 0
        self.router = Router(handles.scopes, ENDPOINT, self.in_thread, self.seen.append, others, **options)

    async def in_thread(self, function: Any, *arguments: Any) -> Any:
        self.waited += 1
        return function(*arguments)

    def ask(self, method: str, url: str, headers: dict[str, str] | None = None) -> Response:
        answer: Any = self.router.answer(Request(method, url, HeadersDict(headers or {}), b""))
        return answer if isinstance(answer, Response) else asyncio.run(_of(answer))

    def last(self) -> tuple[str, int | None, str | None]:
        seen = self.seen[-1]
        assert 0 <= seen.seconds < 5
        return seen.service, seen.status, None if seen.call is None else seen.call.operation


async def _of(answer: Any) -> Response:
    response: Response = await answer
    return response


def test_the_signature_goes_before_the_host_and_that_before_the_path(handles: Handles) -> None:
    scene = Scene(handles, None)
    host = {"Host": "dataexchange.us-east-1.amazonaws.com"}
    scene.ask("GET", "/applications", {**signed("app-integrations"), **host})
    assert scene.last() == ("appintegrations", 200, "ListApplications")
    scene.ask("GET", "/v1/jobs", host)
    assert scene.last()[0] == "dataexchange"
    scene.ask("GET", "/v1/jobs", {"Host": "dataexchange-fips.us-east-1.amazonaws.com"})
    assert scene.last()[0] == "dataexchange"
    scene.ask("GET", "/applications", {"Host": "localhost"})
    assert scene.last()[0] == "appintegrations"
    scene.ask("GET", "/tags/arn%3Aaws%3Adataexchange%3Aus-east-1%3A1%3Adata-sets%2Fa", {"Host": "localhost"})
    assert scene.last()[0] == "dataexchange"
    scene.ask("GET", "/nowhere", {"Host": "localhost"})
    assert scene.last()[0] == next(iter(handles.scopes))


def test_other_services_are_refused_or_answered_by_others(handles: Handles) -> None:
    alone, others = Scene(handles, None), Others()
    beside = Scene(handles, others)
    assert alone.ask("GET", "/", signed("sqs")).status == 404
    assert alone.last() == ("sqs", 404, None)
    assert beside.ask("GET", "/", signed("sqs")).status == 207
    assert beside.last() == ("sqs", 207, None)
    assert beside.ask("GET", "/", signed("sns")).status == 404
    assert beside.ask("GET", "/bucket/key").status == 207
    assert beside.last() == ("s3", 207, None)
    # A signed request that names none of them is not S3's.
    assert beside.ask("GET", "/applications", {"Authorization": "AWS4-HMAC-SHA256 Credential=a"}).status != 207
    assert [request.url for request in others.asked] == ["/", "/bucket/key"]


def test_only_others_take_uploads(handles: Handles) -> None:
    alone, beside = Scene(handles, None), Scene(handles, Others())
    for headers, takes in (({}, True), (signed("s3"), True), (signed("sns"), False), (signed("dataexchange"), False)):
        assert not alone.router.takes_uploads(headers)
        assert beside.router.takes_uploads(headers) is takes


@pytest.mark.appint_mock_allow("unused_faults")
def test_what_may_wait_for_somebody_goes_through_a_thread(handles: Handles) -> None:
    request = ("GET", "/applications", signed("app-integrations"))
    scene = Scene(handles, None)
    scene.ask(*request)
    assert scene.waited == 0
    handles.mocks["appintegrations"].fail("ListApplications", "InternalServiceException", after=5)
    scene.ask(*request)
    assert scene.waited == 1
    scene.ask("GET", "/v1/jobs", signed("dataexchange"))
    assert scene.waited == 1
    handles.mocks["dataexchange"].backend().on_api_asset(lambda request: {})
    scene.ask("GET", "/v1/jobs", signed("dataexchange"))
    assert scene.waited == 2
    slow = Scene(handles, None, slow=True)
    slow.ask(*request)
    assert slow.waited == 1


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("my.machine:80", "http://my.machine:80"),
        ("[::1]:80", "http://[::1]:80"),
        ("[::1]", "http://[::1]"),
        ("a b", ENDPOINT),
        ("a/b", ENDPOINT),
        ("", ENDPOINT),
    ],
)
def test_signed_urls_have_the_address_of_the_request(handles: Handles, host: str, address: str) -> None:
    scene = Scene(handles, None)
    assert handles.worlds["dataexchange"].url_base == f"{ENDPOINT}{FILES}/dataexchange"
    scene.ask("GET", "/v1/jobs", {**signed("dataexchange"), "Host": host})
    assert handles.worlds["dataexchange"].url_base == f"{address}{FILES}/dataexchange"


@pytest.mark.parametrize("path", [FILES, f"{FILES}/", f"{FILES}/appintegrations/a", f"{FILES}/sts/a"])
def test_a_file_of_a_service_without_signed_urls_is_not_there(handles: Handles, path: str) -> None:
    assert Scene(handles, None).ask("GET", path).status == 404


def test_a_file_that_is_not_there_is_observed_without_its_signature(handles: Handles) -> None:
    scene = Scene(handles, None)
    answer = scene.ask("GET", f"{FILES}/dataexchange/a/b?X-Amz-Signature=0")
    assert 400 <= answer.status < 500
    assert (scene.seen[-1].service, scene.seen[-1].url) == ("dataexchange", f"{FILES}/dataexchange/a/b")
    assert (scene.seen[-1].status, scene.seen[-1].call) == (answer.status, None)
