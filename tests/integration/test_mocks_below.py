"""VCR, requests-mock and pytest-socket beside a scope, in every order."""

from __future__ import annotations

import itertools
import socket
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any

import boto3
import pytest
import requests

from appint_mock import UnmockedCallError, mock_appintegrations, mock_dataexchange
from tests.interception.http_clients import CLIENTS, Send

SIGNED = "https://amzn-s3-demo-dataexchange-signed-urls.s3.us-east-1.amazonaws.com/1/jobs/1?X-Amz-Signature=1"
#: An event loop itself needs a pair of sockets.
SYNCHRONOUS = [each for each in CLIENTS if each.__name__ not in ("by_httpx_async", "by_aiohttp")]
CASSETTE = """
interactions:
- request:
    body: Action=GetCallerIdentity&Version=2011-06-15
    headers: {}
    method: POST
    uri: https://sts.us-east-1.amazonaws.com/
  response:
    body:
      string: >-
        <GetCallerIdentityResponse><GetCallerIdentityResult><Account>1</Account></GetCallerIdentityResult>
        <ResponseMetadata><RequestId>x</RequestId></ResponseMetadata></GetCallerIdentityResponse>
    headers: {Content-Type: [text/xml]}
    status: {code: 200, message: OK}
version: 1
"""


def in_every_order(
    first: Callable[[], AbstractContextManager[Any]], second: Callable[[], AbstractContextManager[Any]], check: Any
) -> None:
    for outer, inner in itertools.permutations([first, second]):
        with ExitStack() as stack:
            for each in (outer, inner):
                stack.enter_context(each())
            check()


def test_a_cassette_answers_below_botocore_and_we_the_rest(tmp_path: Path) -> None:
    vcr = pytest.importorskip("vcr")

    tmp_path.joinpath("cassette.yaml").write_text(CASSETTE)

    def cassette() -> Any:
        opened = vcr.VCR(record_mode="none", match_on=["method", "host"])
        return opened.use_cassette(str(tmp_path / "cassette.yaml"), allow_playback_repeats=True)

    def check() -> None:
        assert boto3.client("sts").get_caller_identity()["Account"] == "1"
        assert boto3.client("appintegrations").list_applications()["Applications"] == []
        assert requests.get(SIGNED, timeout=5).status_code == 404

    in_every_order(cassette, mock_appintegrations, check)
    assert tmp_path.joinpath("cassette.yaml").read_text() == CASSETTE


def test_requests_mock_answers_its_urls_and_we_ours() -> None:
    requests_mock = pytest.importorskip("requests_mock")

    def theirs() -> Any:
        mocker = requests_mock.Mocker()
        mocker.get("https://api.example.com/x", json={"a": 1})
        return mocker

    def check() -> None:
        assert requests.get("https://api.example.com/x", timeout=5).json() == {"a": 1}
        assert requests.get(SIGNED, timeout=5).status_code == 404
        assert boto3.client("appintegrations").list_applications()["Applications"] == []
        with pytest.raises(requests_mock.NoMockAddress):
            requests.get("https://api.example.com/y", timeout=5)
        with pytest.raises(UnmockedCallError):
            boto3.client("sts").get_caller_identity()

    in_every_order(theirs, mock_appintegrations, check)


@pytest.mark.parametrize(
    "send", [each for each in CLIENTS if "async" not in each.__name__ and "aiohttp" not in each.__name__]
)
@pytest.mark.parametrize("order", ["ours first", "theirs first"])
def test_no_answer_of_ours_needs_a_socket(send: Send, order: str) -> None:
    pytest_socket = pytest.importorskip("pytest_socket")

    kept = {name: getattr(socket, name) for name in ("socket", "getaddrinfo")}
    with ExitStack() as stack:
        # What pytest-socket puts back would let this suite reach other machines.
        stack.callback(vars(socket).update, kept)
        if order == "ours first":
            stack.enter_context(mock_dataexchange())
        pytest_socket.disable_socket()
        stack.callback(pytest_socket.enable_socket)
        if order == "theirs first":
            stack.enter_context(mock_dataexchange())
        assert send("GET", SIGNED).status == 403
        assert boto3.client("dataexchange").list_jobs()["Jobs"] == []
        with pytest.raises(UnmockedCallError):
            boto3.client("sts").get_caller_identity()
