"""Members that name resources of other services, looked up with a neighbour that only these tests know."""

from __future__ import annotations

from typing import Any

import pytest

from appint_mock import mock_appintegrations, neighbours
from appint_mock.protocol.errors import ServiceError
from appint_mock.services.references import BUCKET_OF_URI, EVENT_BUS, KMS_KEY, SECRET, Kind, Reference, check
from tests.another import Another

KIND = Kind("a file", lambda backend, named: None if named == "unreadable" else f"arn:{named}")


class Owner:
    """A backend, as far as references need one."""

    def missing_reference(self, kind: str, named: str) -> ServiceError:
        return ServiceError("MissingException", f"{kind} {named} is missing.")


@pytest.fixture
def files(no_neighbour: None) -> Another:
    """A neighbour that has one file."""
    theirs = Another({"arn:there": True, "arn:missing": False}.get)
    neighbours.register(theirs)
    return theirs


def look_up(path: str, parameters: dict[str, Any]) -> None:
    backend: Any = Owner()
    check(backend, [Reference(path, KIND)], parameters)


@pytest.mark.parametrize(
    ("path", "parameters", "asked"),
    [
        ("File", {"File": "there"}, ["arn:there"]),
        ("Inside.File", {"Inside": {"File": "there"}, "File": "missing"}, ["arn:there"]),
        ("Files", {"Files": ["there", "unknown"]}, ["arn:there", "arn:unknown"]),
        ("Each.File", {"Each": [{"File": "there"}, {"Other": 1}, {"File": "unknown"}]}, ["arn:there", "arn:unknown"]),
        ("File", {"File": "unreadable"}, []),
        ("File", {"File": None}, []),
        ("File", {}, []),
        ("Inside.File", {"Inside": "a text"}, []),
    ],
)
def test_each_named_resource_is_looked_up_wherever_it_is(
    files: Another, path: str, parameters: dict[str, Any], asked: list[str]
) -> None:
    look_up(path, parameters)
    assert files.asked == asked


@pytest.mark.parametrize(
    ("path", "parameters"),
    [
        ("File", {"File": "missing"}),
        ("Files", {"Files": ["there", "missing", "missing too"]}),
        ("Inside.Each.File", {"Inside": {"Each": [{"File": "there"}, {"File": "missing"}]}}),
    ],
)
def test_the_first_missing_one_is_the_service_s_error(files: Another, path: str, parameters: dict[str, Any]) -> None:
    with pytest.raises(ServiceError, match=r"a file missing is missing\."):
        look_up(path, parameters)
    assert files.asked[-1] == "arn:missing"


def test_nothing_is_missing_if_nobody_can_look_it_up() -> None:
    look_up("File", {"File": "missing"})


@pytest.mark.parametrize(
    ("kind", "text", "arn"),
    [
        (KMS_KEY, "0f1e", "arn:aws-cn:kms:cn-north-1:210987654321:key/0f1e"),
        (KMS_KEY, "alias/own", "arn:aws-cn:kms:cn-north-1:210987654321:alias/own"),
        (KMS_KEY, "aliases", "arn:aws-cn:kms:cn-north-1:210987654321:key/aliases"),
        (KMS_KEY, "arn:aws:kms:us-east-1:123456789012:key/0f1e", "arn:aws:kms:us-east-1:123456789012:key/0f1e"),
        (KMS_KEY, "arn:aws:kms:us-east-1:123456789012:alias/a", "arn:aws:kms:us-east-1:123456789012:alias/a"),
        (
            KMS_KEY,
            "arn:aws:events:us-east-1:123456789012:event-bus/a",
            "arn:aws-cn:kms:cn-north-1:210987654321:key/arn:aws:events:us-east-1:123456789012:event-bus/a",
        ),
        (
            KMS_KEY,
            "arn:aws:s3:::a",
            "arn:aws-cn:kms:cn-north-1:210987654321:key/arn:aws:s3:::a",
        ),
        (SECRET, "partner", "arn:aws-cn:secretsmanager:cn-north-1:210987654321:secret:partner"),
        (EVENT_BUS, "orders", "arn:aws-cn:events:cn-north-1:210987654321:event-bus/orders"),
        (BUCKET_OF_URI, "s3://files", "arn:aws-cn:s3:::files"),
        (BUCKET_OF_URI, "s3://files/a/b.csv", "arn:aws-cn:s3:::files"),
        (BUCKET_OF_URI, "s3:///a", None),
        (BUCKET_OF_URI, "Salesforce/AppFlow/example", None),
        (BUCKET_OF_URI, "https://s3://files", None),
    ],
)
def test_what_a_member_names_is_in_the_callers_place_unless_it_is_an_arn(
    kind: Kind, text: str, arn: str | None
) -> None:
    with mock_appintegrations() as aws:
        assert kind.arn(aws.backend("210987654321", "cn-north-1"), text) == arn


def test_kinds_are_called_as_messages_call_them() -> None:
    assert [kind.title for kind in (KMS_KEY, SECRET, EVENT_BUS, BUCKET_OF_URI)] == [
        "KMS key",
        "Secret",
        "Event bus",
        "Bucket of",
    ]
