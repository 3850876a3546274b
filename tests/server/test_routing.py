"""Which service a request is for: by its signature, its host, its path."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from botocore.awsrequest import HeadersDict

from appint_mock.protocol.message import Request, Response
from appint_mock.server import waiting
from appint_mock.server.handles import Handles
from appint_mock.server.routing import FILES, Broken, Router, Seen, is_below
from tests.server.talking import signed

ENDPOINT = "http://127.0.0.1:5005"


@pytest.mark.parametrize(
    ("url", "below"),
    [("/a", True), ("/a/b", True), ("/a?b", True), ("/a/", True), ("/ab", False), ("/", False), ("", False)],
)
def test_a_target_is_below_a_path(url: str, below: bool) -> None:
    assert is_below("/a", url) is below


def test_a_name_that_is_longer_is_not_below() -> None:
    for path in ("/a", "/ab"):
        assert is_below(path, f"{path}/c")
        assert not is_below(path, f"{path}c")
        assert not is_below(path, f"{path}c/")


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


def test_the_call_that_is_observed_is_the_latest_one(handles: Handles) -> None:
    scene = Scene(handles, None)
    for path, operation in (("applications", "ListApplications"), ("dataIntegrations", "ListDataIntegrations")):
        scene.ask("GET", f"/{path}", signed("app-integrations"))
        assert scene.last() == ("appintegrations", 200, operation)
        assert (scene.seen[-1].method, scene.seen[-1].url) == ("GET", f"/{path}")
    assert len(scene.seen) == 2


def test_a_connection_that_breaks_is_observed_without_a_status(handles: Handles) -> None:
    scene = Scene(handles, None)
    handles.mocks["appintegrations"].fail("ListApplications", ConnectionError("gone"))
    with pytest.raises(Broken):
        scene.ask("GET", "/applications", signed("app-integrations"))
    assert scene.last() == ("appintegrations", None, "ListApplications")


def test_a_refused_request_takes_no_time(handles: Handles) -> None:
    scene = Scene(handles, None)
    scene.ask("GET", "/a", signed("sqs"))
    assert scene.seen == [Seen("sqs", "GET", "/a", 404, 0.0, None)]


def test_an_answer_of_others_is_observed_with_its_time(handles: Handles, monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([10.0, 12.5])
    monkeypatch.setattr(waiting, "monotonic", lambda: next(times))
    scene = Scene(handles, Others())
    scene.ask("GET", "/a", signed("sqs"))
    assert scene.seen == [Seen("sqs", "GET", "/a", 207, 2.5, None)]


def test_an_operation_is_observed_with_its_time(handles: Handles, monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([10.0, 12.5])
    monkeypatch.setattr(waiting, "monotonic", lambda: next(times, 12.5))
    scene = Scene(handles, None)
    scene.ask("GET", "/applications", signed("app-integrations"))
    assert scene.seen[-1].seconds == 2.5


def test_a_file_is_observed_with_its_time(handles: Handles, monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([10.0, 12.5])
    monkeypatch.setattr(waiting, "monotonic", lambda: next(times, 12.5))
    scene = Scene(handles, None)
    scene.ask("GET", f"{FILES}/dataexchange/a/b")
    assert (scene.seen[-1].seconds, scene.seen[-1].method) == (2.5, "GET")


def test_a_companion_answers_what_is_signed_for_it(handles: Handles) -> None:
    scene = Scene(handles, None)
    scene.ask("GET", "/knowledgeBases", signed("wisdom"))
    assert scene.last() == ("qconnect", 200, "ListKnowledgeBases"), "Amazon Q in Connect signs as Wisdom did"
    assert scene.seen[-1].call is not None
    assert scene.seen[-1].call.service_name == "qconnect"
    scene.ask("GET", "/knowledgeBases", signed("connect"))
    assert scene.last() == ("connect", 404, None)
    assert scene.ask("GET", "/nowhere", signed("wisdom")).status == 404
    assert scene.last() == ("wisdom", 404, None)


@pytest.mark.parametrize(
    ("scope", "service"),
    [
        ("AKID/20260101/us-east-1/dataexchange/aws4_request", "dataexchange"),
        ("A/K/20260101/us-east-1/dataexchange/aws4_request", "dataexchange"),
        ("20260101/us-east-1/dataexchange/aws4_request", "dataexchange"),
        ("us-east-1/dataexchange/aws4_request", "appintegrations"),
        ("dataexchange", "appintegrations"),
    ],
)
def test_the_service_of_a_signature_is_its_last_name_but_one(handles: Handles, scope: str, service: str) -> None:
    scene = Scene(handles, None)
    scene.ask("GET", "/applications", {"Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, Signature=0"})
    assert scene.last()[0] == service


def test_what_nobody_names_is_for_others_unless_it_is_signed(handles: Handles) -> None:
    vague = {"Authorization": "AWS4-HMAC-SHA256 Credential=a, Signature=0"}
    beside = Scene(handles, Others())
    assert beside.ask("GET", "/applications").status == 207
    assert beside.ask("GET", "/applications", vague).status == 200
    assert beside.last() == ("appintegrations", 200, "ListApplications")
    assert beside.ask("GET", "/nowhere", vague).status == 207
    assert beside.last() == ("s3", 207, None)
    assert beside.ask("GET", "/a", {"Host": "dataexchange.localhost"}).status == 403
    assert beside.last()[0] == "dataexchange"


def test_an_arn_in_a_path_says_whose_it_is(handles: Handles) -> None:
    scene = Scene(handles, None)
    vague = {"Authorization": "AWS4-HMAC-SHA256 Credential=a, Signature=0"}
    for prefix, name in (("dataexchange", "dataexchange"), ("app-integrations", "appintegrations"), ("s3", None)):
        scene.ask("GET", f"/tags/arn%3Aaws%3A{prefix}%3Aus-east-1%3A1%3Aa", vague)
        assert scene.last()[0] == (name or next(iter(handles.scopes)))
    scene.ask("GET", "/v1/data-sets/arn%3Aaws%3Aapp-integrations%3Aus-east-1", vague)
    assert scene.last()[0] == "dataexchange", "an ARN in a path that only one has says nothing"
