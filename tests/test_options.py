"""The options of a scope that change how the services behave: pages, quotas, ids."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from appint_mock import mock_appintegrations, mock_dataexchange
from tests.states import MOCKS, fill

services = pytest.mark.parametrize("service", MOCKS)
MAKE: dict[str, tuple[str, Callable[[str], dict[str, str]]]] = {
    "appintegrations": ("create_data_integration", lambda name: {"Name": name, "KmsKey": "key"}),
    "dataexchange": (
        "create_data_set",
        lambda name: {"Name": name, "Description": "daily", "AssetType": "S3_SNAPSHOT"},
    ),
}
LIST = {
    "appintegrations": ("list_data_integrations", "DataIntegrations"),
    "dataexchange": ("list_data_sets", "DataSets"),
}
QUOTA = {"appintegrations": "data_integrations", "dataexchange": "data_sets"}


def make(service: str, *names: str) -> list[Any]:
    client: Any = boto3.client(service)
    method, members = MAKE[service]
    return [getattr(client, method)(**members(name)) for name in names]


def pages(service: str, **options: Any) -> list[int]:
    """The number of items on each page."""
    client: Any = boto3.client(service)
    method, member = LIST[service]
    return [len(page[member]) for page in client.get_paginator(method).paginate(**options)]


@services
def test_a_page_is_no_larger_than_page_size(service: str) -> None:
    with MOCKS[service](page_size=2):
        make(service, "a", "b", "c", "d", "e")
        assert pages(service) == [2, 2, 1]
        assert pages(service, PaginationConfig={"PageSize": 3}) == [2, 2, 1]
        assert pages(service, PaginationConfig={"PageSize": 1}) == [1] * 5


@services
def test_an_inner_scopes_page_size_holds_while_it_is_open(service: str) -> None:
    mock = MOCKS[service]
    with mock(page_size=2):
        make(service, "a", "b", "c")
        with mock(page_size=1):
            assert pages(service) == [1, 1, 1]
            with mock():
                assert pages(service) == [1, 1, 1]
        assert pages(service) == [2, 1]


@services
def test_quotas_are_off_unless_asked_for_and_hold_per_account_and_region(service: str) -> None:
    with MOCKS[service](quotas={QUOTA[service]: 1}) as aws:
        make(service, "a")
        with pytest.raises(ClientError, match=r"Quota|Limit"):
            make(service, "b")
        elsewhere: Any = boto3.client(service, region_name="eu-west-1", **aws.credentials("210987654321"))
        method, members = MAKE[service]
        getattr(elsewhere, method)(**members("b"))
        with MOCKS[service](quotas=False):
            make(service, "b")
        with MOCKS[service](quotas={QUOTA[service]: 3}):
            make(service, "c")
            with pytest.raises(ClientError):
                make(service, "d")


@services
def test_a_seed_makes_every_id_repeatable(service: str) -> None:
    seen = []
    for seed in (1, 1, 2, None, None):
        with MOCKS[service](seed=seed) as aws:
            aws.clock.freeze(
                aws.clock.now().replace(year=2030, month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
            )
            fill(service, aws)
            requests = [call.response["ResponseMetadata"]["RequestId"] for call in aws.calls]
            seen.append((_without_tokens(aws.snapshot()), requests))
    assert seen[0] == seen[1]
    assert all(seen[0] != other for other in seen[2:])
    assert seen[3] != seen[4]


def _without_tokens(data: Any) -> Any:
    """The state without the ClientTokens, which boto3 generates for each call."""
    if isinstance(data, dict):
        return {key: _without_tokens(value) for key, value in data.items() if key not in ("tokens", "ClientToken")}
    return [_without_tokens(item) for item in data] if isinstance(data, list) else data


@services
def test_a_retry_does_not_change_the_next_id(service: str) -> None:
    ids = []
    for times in (None, 1):
        with MOCKS[service](seed=1) as aws:
            if times:
                aws.fail("Create*", "ThrottlingException", times=times)
            ids.append(make(service, "a")[0]["Id"])
    assert ids[0] == ids[1]


@services
def test_an_inner_scope_goes_on_with_the_outer_scopes_ids_unless_it_has_a_seed(service: str) -> None:
    def ids(inner: dict[str, Any]) -> list[str]:
        with MOCKS[service](seed=1):
            outer = make(service, "a")[0]["Id"]
            with MOCKS[service](**inner):
                return [outer, make(service, "b")[0]["Id"], make(service, "c")[0]["Id"]]

    with MOCKS[service](seed=1):
        plain = [make(service, name)[0]["Id"] for name in "abc"]
    with MOCKS[service](seed=2):
        other = [make(service, name)[0]["Id"] for name in "bc"]
    assert ids({}) == ids({"page_size": 2}) == plain
    assert ids({"seed": 2}) == [plain[0], *other]


def test_a_handle_shows_how_it_was_made_and_lists_its_powers() -> None:
    assert repr(mock_appintegrations()) == "mock_appintegrations()"
    assert repr(mock_dataexchange(seed=1, job_polls=None)) == "mock_dataexchange(seed=1, job_polls=None)"
    public = [name for name in dir(mock_appintegrations()) if not name.startswith("_")]
    assert public == [
        "allow_open_scopes",
        "allow_unmocked",
        "allow_unused_faults",
        "backend",
        "calls",
        "check",
        "clock",
        "credentials",
        "fail",
        "faults",
        "known_options",
        "reset",
        "restore",
        "snapshot",
        "start",
        "stop",
        "unmocked",
    ]
    assert all(getattr(type(mock_appintegrations()), name).__doc__ for name in public)


@pytest.mark.parametrize("use", ["backend", "clock", "fail", "faults", "reset", "restore", "snapshot"])
def test_a_handle_that_is_not_open_says_so(use: str) -> None:
    aws: Any = mock_appintegrations()
    arguments: dict[str, tuple[Any, ...]] = {"fail": ("*", "ThrottlingException"), "restore": ({},)}
    with pytest.raises(RuntimeError, match=r"is not open\. Use it inside its `with` block"):
        getattr(aws, use)(*arguments.get(use, ()))
    assert aws.calls == []


@pytest.mark.parametrize(
    ("option", "fits", "refused"),
    [
        ("page_size", [1, 2, None], [0, -1, True, 1.0, "1"]),
        ("seed", [-(2**256), -(2**256) + 1, 0, 2**300, None], [-(2**256) - 1, True, 1.5, "1"]),
        (
            "account_id",
            ["000000000000", "123456789012"],
            ["12345678901", "1234567890123", "12345678901a", 123456789012],
        ),
        (
            "region_name",
            ["eu-central-1", "a-b", "us-gov-west-1", None],
            ["mars", "", "eu-", "-eu", "EU-west-1", "eu_w", 1],
        ),
        ("passthrough", [[], ["s3"], ("s3", "sqs"), {"s3"}], ["s3", [3], 3, None, b"s3", ["s33"]]),
        *((flag, [True, False], [0, 1, None, "True"]) for flag in ("fast_retries", "real_signatures", "fresh")),
        *((flag, [True, False], [0, 1, None, "True"]) for flag in ("unknown_regions", "check_references")),
        ("quotas", [True, False, {}, {"data_integrations": 0}, {"data_integrations": None}], [3, None, "True"]),
    ],
)
def test_an_option_takes_what_it_can_mean_and_nothing_else(option: str, fits: list[Any], refused: list[Any]) -> None:
    mock: Any = mock_appintegrations
    for value in fits:
        mock(**{option: value})
    for value in refused:
        with pytest.raises((TypeError, ValueError), match=option):
            mock(**{option: value})


@pytest.mark.parametrize(
    ("option", "value", "kind"),
    [
        ("account_id", "1", ValueError),
        ("page_size", 0, ValueError),
        ("passthrough", "s3", TypeError),
        ("region_name", "mars", ValueError),
        ("seed", "1", ValueError),
    ],
)
def test_only_a_text_in_place_of_names_is_an_error_of_type(option: str, value: Any, kind: type[Exception]) -> None:
    mock: Any = mock_appintegrations
    with pytest.raises((TypeError, ValueError), match=f"^{option}={value!r}: give ") as caught:
        mock(**{option: value})
    assert type(caught.value) is kind
