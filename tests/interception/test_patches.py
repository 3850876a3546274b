"""What we replace of other libraries, beside others that replace the same."""

from __future__ import annotations

import functools
import http.client
import inspect
import json
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import boto3
import pytest
import requests
import urllib3
from botocore.config import Config
from botocore.endpoint import Endpoint
from botocore.retries.bucket import TokenBucket
from urllib3.connectionpool import HTTPConnectionPool

from appint_mock import UnmockedCallError, mock_appintegrations
from appint_mock.interception import patches
from appint_mock.interception.patches import Patches
from tests.interception import foreign

URL = "https://app-integrations.us-east-1.amazonaws.com/applications?X-Amz-Signature=1"


class Place(NamedTuple):
    """An attribute that we replace, and a check that fails without our function there."""

    owner: Any
    name: str
    check: Callable[[], object]


def check_an_answer() -> None:
    assert boto3.client("appintegrations").list_applications()["Applications"] == []


def check_the_guard() -> None:
    with pytest.raises(UnmockedCallError):
        boto3.client("sts").get_caller_identity()


def check_fast_retries() -> None:
    with mock_appintegrations() as aws, pytest.MonkeyPatch.context() as patch:
        patch.setattr(time, "sleep", lambda seconds: pytest.fail("slept"))
        aws.fail("ListApplications", "ThrottlingException", times=2)
        check_an_answer()


def check_requests() -> None:
    assert requests.get(URL, timeout=5).json() == {"Applications": []}


def check_urllib() -> None:
    with urllib.request.urlopen(URL, timeout=5) as answer:
        assert json.load(answer) == {"Applications": []}


def check_urllib3() -> None:
    assert urllib3.PoolManager(retries=False).request("GET", URL).json() == {"Applications": []}


def check_http_client() -> None:
    connection = http.client.HTTPSConnection("app-integrations.us-east-1.amazonaws.com", timeout=5)
    connection.request("GET", "/applications?X-Amz-Signature=1")
    assert json.load(connection.getresponse()) == {"Applications": []}


def check_adaptive_retries() -> None:
    with mock_appintegrations() as aws, pytest.MonkeyPatch.context() as patch:
        patch.setattr(threading.Condition, "wait", lambda self, timeout=None: pytest.fail("waited"))
        client = boto3.client("appintegrations", config=Config(retries={"mode": "adaptive", "max_attempts": 8}))
        aws.fail("ListApplications", "ThrottlingException", times=4)
        for _ in range(8):
            client.list_applications()


PLACES = [
    Place(Endpoint, "make_request", check_an_answer),
    Place(Endpoint, "_send", check_the_guard),
    Place(Endpoint, "_needs_retry", check_fast_retries),
    Place(requests.Session, "get_adapter", check_requests),
    Place(urllib.request.AbstractHTTPHandler, "do_open", check_urllib),
    Place(HTTPConnectionPool, "urlopen", check_urllib3),
    Place(http.client.HTTPSConnection, "connect", check_http_client),
    Place(http.client.HTTPConnection, "send", check_http_client),
    Place(TokenBucket, "acquire", check_adaptive_retries),
]
each_place = pytest.mark.parametrize("place", PLACES, ids=lambda place: f"{place.owner.__name__}.{place.name}")
each_way = pytest.mark.parametrize("patch", foreign.WAYS)


@pytest.fixture(autouse=True)
def _every_original_is_back() -> Iterator[None]:
    originals = [vars(place.owner)[place.name] for place in PLACES]
    yield
    assert [vars(place.owner)[place.name] for place in PLACES] == originals
    assert not any(isinstance(vars(place.owner)[place.name], foreign.Proxy) for place in PLACES)


@each_place
@each_way
def test_a_foreign_patch_over_ours_survives_the_scope(place: Place, patch: Callable[..., foreign.Undo]) -> None:
    original = vars(place.owner)[place.name]
    with mock_appintegrations():
        undo = patch(place.owner, place.name)
        theirs = vars(place.owner)[place.name]
        place.check()
    try:
        assert vars(place.owner)[place.name] is theirs
        with mock_appintegrations():
            place.check()
    finally:
        undo()
    # What is left is a function of ours that only passes on; the next scope takes it off.
    with mock_appintegrations():
        place.check()
    assert vars(place.owner)[place.name] is original


@each_place
@each_way
def test_a_foreign_patch_over_ours_may_be_taken_off_inside_the_scope(
    place: Place, patch: Callable[..., foreign.Undo]
) -> None:
    with mock_appintegrations():
        undo = patch(place.owner, place.name)
        place.check()
        undo()
        place.check()


@each_place
@each_way
def test_ours_survives_when_a_foreign_patch_beneath_it_is_taken_off(
    place: Place, patch: Callable[..., foreign.Undo]
) -> None:
    undo = patch(place.owner, place.name)
    try:
        with mock_appintegrations():
            place.check()
            undo()
            place.check()
            check_an_answer()
    finally:
        undo()


@each_place
@each_way
def test_a_foreign_patch_stays_beneath_ours_and_after_it(place: Place, patch: Callable[..., foreign.Undo]) -> None:
    undo = patch(place.owner, place.name)
    theirs = vars(place.owner)[place.name]
    try:
        with mock_appintegrations():
            place.check()
        assert vars(place.owner)[place.name] is theirs
    finally:
        undo()


@each_place
def test_what_we_put_there_is_a_function_that_nobody_takes_for_a_wrapper(place: Place) -> None:
    with mock_appintegrations():
        ours = vars(place.owner)[place.name]
        assert inspect.isfunction(ours)
        assert not hasattr(ours, "__wrapped__")


# The class itself --------------------------------------------------------------------------------------------


class Base:
    def method(self) -> str:
        return "original"


class Derived(Base):
    pass


def doubled(original: Any) -> Callable[..., str]:
    def method(self: Any) -> str:
        return 2 * str(patches.bound(original, self)())

    return method


def test_an_inherited_attribute_is_inherited_again() -> None:
    made = Patches()
    made.replace(Derived, "method", doubled)
    assert (Derived().method(), Base().method()) == ("originaloriginal", "original")
    made.undo()
    assert "method" not in vars(Derived)
    assert Derived().method() == "original"


def test_an_attribute_is_replaced_once() -> None:
    made = Patches()
    assert not made.active
    for _ in range(2):
        made.replace(Base, "method", doubled)
    assert Base().method() == "originaloriginal"
    made.undo()
    assert not made.active
    made.undo()
    assert Base().method() == "original"


def test_a_place_gets_the_same_function_again_until_another_original_stands_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = Patches()
    put: list[Any] = []
    for original in (Base.method, Base.method, lambda self: "other"):
        monkeypatch.setattr(Base, "method", original)
        made.replace(Base, "method", doubled)
        put.append(Base.method)
        made.undo()
        assert Base.method is original
    assert put[0] is put[1] is not put[2]
    assert put[2](Base()) == "otherother"


@pytest.mark.parametrize(("wrappers", "goes_over"), [(19, False), (20, True)])
def test_ours_is_found_beneath_nineteen_wrappers(wrappers: int, goes_over: bool, monkeypatch: Any) -> None:
    made = Patches()
    made.replace(Base, "method", doubled)
    ours = Base.method
    for _ in range(wrappers):
        monkeypatch.setattr(Base, "method", functools.wraps(Base.method)(lambda self: "wrapped"))
    outermost = Base.method
    made.renew()
    assert (Base.method is not outermost) is goes_over
    monkeypatch.undo()
    made.undo()
    assert Base.method is not ours
    assert Base().method() == "original"


@pytest.mark.parametrize("value", [staticmethod(lambda: "static"), classmethod(lambda cls: cls.__name__), str])
def test_an_original_is_bound_as_its_class_would_bind_it(value: Any) -> None:
    owner = type("Owner", (), {"method": value})
    assert patches.bound(vars(owner)["method"], owner())() == owner().method()
