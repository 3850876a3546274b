"""Names, ids and accounts between a test and a service."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

import pytest

from appint_mock.protocol.model import load
from tests.live.names import Names

_PREFIX = "appint-live-0-1-"
_REAL = "111122223333"
_ACCOUNT = "123456789012"


@pytest.fixture
def names() -> Names:
    return Names(_PREFIX, {_ACCOUNT: _REAL})


def _operation(name: str, service: str = "appintegrations") -> Any:
    return load(service).operation_model(name)


def _sent(names: Names, operation: str, service: str = "appintegrations", **members: Any) -> dict[str, Any]:
    body = names.real_body(_operation(operation, service), json.dumps(members).encode())
    sent: dict[str, Any] = json.loads(body)
    return sent


@pytest.mark.parametrize("name", ["orders", "a/b", "x", "..", "a" * 230])
def test_a_created_name_has_the_prefix(names: Names, name: str) -> None:
    assert _sent(names, "CreateEventIntegration", Name=name) == {"Name": _PREFIX + name}


def test_the_longest_name_keeps_its_length_and_comes_back(names: Names) -> None:
    longest = "x" * 255
    real = _sent(names, "CreateEventIntegration", Name=longest)["Name"]
    assert len(real) == 255
    assert real.startswith(_PREFIX)
    assert names.as_tested(json.dumps({"Name": real}).encode()) == json.dumps({"Name": longest}).encode()
    assert _sent(names, "CreateEventIntegration", Name=longest)["Name"] == real


@pytest.mark.parametrize("name", ["x" * 256, "a b", "é", ""])
def test_a_name_that_the_model_refuses_is_refused_with_the_prefix_too(names: Names, name: str) -> None:
    real = _sent(names, "CreateEventIntegration", Name=name)["Name"]
    shape = _operation("CreateEventIntegration").input_shape.members["Name"]
    assert real == "" or len(real) > shape.metadata["max"] or not real.isascii() or " " in real


@pytest.mark.parametrize("blank", ["", " ", "\t"])
def test_a_blank_identifier_stays_blank(names: Names, blank: str) -> None:
    url = f"https://host/dataIntegrations/{blank}"
    assert names.real_url(_operation("GetDataIntegration"), url) == url


@pytest.mark.parametrize(
    ("operation", "path", "real"),
    [
        ("GetEventIntegration", "/eventIntegrations/a%2Fb", f"/eventIntegrations/{_PREFIX}a%2Fb"),
        ("GetDataIntegration", "/dataIntegrations/a+b", f"/dataIntegrations/{_PREFIX}a+b"),
        ("GetDataIntegration", "/dataIntegrations/%zz", f"/dataIntegrations/{_PREFIX}%zz"),
        (
            "ListEventIntegrationAssociations",
            "/eventIntegrations/a/associations?maxResults=1",
            f"/eventIntegrations/{_PREFIX}a/associations?maxResults=1",
        ),
        ("ListApplications", "/nowhere", "/nowhere"),
    ],
)
def test_a_label_gets_the_prefix_and_keeps_its_spelling(names: Names, operation: str, path: str, real: str) -> None:
    assert names.real_url(_operation(operation), f"https://host{path}") == f"https://host{real}"


@pytest.mark.parametrize("identifier", ["00000000-0000-4000-8000-000000000000", "arn:aws:app-integrations:r:1:x/y"])
def test_an_id_or_an_arn_is_no_name(names: Names, identifier: str) -> None:
    operation = _operation("GetDataIntegration")
    url = names.real_url(operation, f"https://host/dataIntegrations/{identifier}")
    assert unquote(url).endswith(f"/{identifier}")


def test_an_arn_that_has_a_name_in_it_comes_back_and_goes_out_whole(names: Names) -> None:
    real = f"arn:aws:app-integrations:us-east-1:{_REAL}:event-integration/{_PREFIX}orders"
    known = f"arn:aws:app-integrations:us-east-1:{_ACCOUNT}:event-integration/orders"
    assert json.loads(names.as_tested(json.dumps({"EventIntegrationArn": real}).encode())) == {
        "EventIntegrationArn": known
    }
    url = names.real_url(_operation("ListTagsForResource"), f"https://host/tags/{known.replace('/', '%2F')}")
    assert unquote(url) == f"https://host/tags/{real}"


def test_accounts_are_exchanged_both_ways(names: Names) -> None:
    arn = "arn:aws:iam::{}:role/x"
    sent = _sent(names, "UpdateDataSet", "dataexchange", Description=arn.format(_ACCOUNT))
    assert sent == {"Description": arn.format(_REAL)}
    assert names.as_tested(arn.format(_REAL).encode()) == arn.format(_ACCOUNT).encode()


def test_a_signed_url_stays_as_it_was_signed(names: Names) -> None:
    url = f'"https://bucket/{_REAL}/{_PREFIX}x?X-Amz-Signature=0"'.encode()
    assert names.as_tested(b'{"a": ' + url + b', "b": "' + _REAL.encode() + b'"}') == (
        b'{"a": ' + url + b', "b": "' + _ACCOUNT.encode() + b'"}'
    )


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b'"text"', b"[" * 9999, b"\xff{}"])
def test_a_body_that_is_no_object_stays_as_it_is(names: Names, body: bytes) -> None:
    assert names.real_body(_operation("CreateApplication"), body) == body


def test_other_names_than_those_of_created_things_stay(names: Names) -> None:
    assert _sent(names, "UpdateAsset", "dataexchange", Name="b.csv") == {"Name": "b.csv"}
    assert _sent(names, "CreateApplication", Namespace="ns", EventBridgeBus="bus") == {
        "Namespace": "ns",
        "EventBridgeBus": "bus",
    }


def test_a_client_token_is_the_test_s_own(names: Names) -> None:
    assert _sent(names, "CreateApplication", ClientToken="t") == {"ClientToken": f"{_PREFIX}t"}
