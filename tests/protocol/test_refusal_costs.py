"""A refused request costs time linear in its size, wherever its many wrong items are."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from appint_mock import mock_appintegrations, mock_dataexchange
from tests.fidelity.appintegrations import holds as holds_of_appintegrations
from tests.fidelity.dataexchange import holds as holds_of_dataexchange
from tests.ratios import assert_linear
from tests.shapes import OPERATIONS, Constraint, constraints, violating

_UNCHECKED = Config(parameter_validation=False, retries={"total_max_attempts": 1})
_MIBS_10 = 10 * 2**20


@pytest.fixture(autouse=True)
def _mocked() -> Iterator[None]:
    with mock_appintegrations(), mock_dataexchange():
        yield


def client(service_name: str) -> Any:
    return boto3.client(service_name, region_name="us-east-1", config=_UNCHECKED)


def container(constraint: Constraint) -> tuple[str, ...]:
    """The path of the outermost list or map that holds what a constraint is about; () if there is none."""
    path = constraint.path
    return next((path[:end] for end in range(len(path)) if path[end][0] in "[{"), ())


def many(constraint: Constraint, size: int) -> dict[str, Any]:
    """An input with so many items that break a constraint."""
    params = copy.deepcopy(violating(constraint))
    assert params is not None
    *outer, name = container(constraint)
    holder: Any = params
    for step in outer:
        holder = holder[step]
    items = holder[name]
    if isinstance(items, list):
        holder[name] = items[:1] * size
    else:
        key, value = next(iter(items.items()))
        holder[name] = {f"{key}{number:06}": value for number in range(size)}
    return params


#: One constraint for each kind of thing in each list and map of each operation's input. Of keys only the length, which
#: stays wrong if the keys differ by a number.
IN_MANY = list(
    {
        (constraint.operation, *constraint.path): constraint
        for operation in OPERATIONS
        for constraint in reversed(constraints(operation))
        if container(constraint) and violating(constraint) is not None
        if "{key}" not in constraint.path or constraint.name == "max"
        # Many lists that are each too long make requests of megabytes.
        if constraint.name != "max" or constraint.shape.type_name not in ("list", "map")
    }.values()
)


@pytest.mark.slow
@pytest.mark.parametrize("constraint", IN_MANY, ids=str)
def test_a_request_with_many_wrong_items_is_refused_in_linear_time(constraint: Constraint) -> None:
    method = getattr(client(constraint.operation.model.service_model.service_name), constraint.operation.method_name)

    def prepare(size: int) -> Callable[[], object]:
        params = many(constraint, size)

        def refused() -> None:
            with pytest.raises(ClientError):
                method(**params)

        return refused

    assert_linear(prepare, 250)


@pytest.mark.slow
def test_wrong_items_among_many_right_ones_are_found_in_linear_time() -> None:
    create = client("appintegrations").create_data_integration

    def prepare(size: int) -> Callable[[], object]:
        folders = {"Folders": ["right", "right", " "] * size}

        def refused() -> None:
            with pytest.raises(ClientError, match="2 validation errors"):
                create(Name="a", KmsKey="k", FileConfiguration=folders)

        return refused

    assert_linear(prepare, 500)


HOSTILE: dict[str, tuple[str, str, Callable[[int], dict[str, Any]]]] = {
    "source uri": (
        "appintegrations",
        "create_data_integration",
        lambda size: {"SourceURI": "s3://" + "a" * size + " "},
    ),
    "many uris": ("appintegrations", "create_data_integration", lambda size: {"SourceURI": "s3://aa," * (size // 8)}),
    "source": (
        "appintegrations",
        "create_event_integration",
        lambda size: {"EventFilter": {"Source": "app-integrations.webhooks/" * (size // 26) + " "}},
    ),
    "blanks": ("appintegrations", "create_data_integration", lambda size: {"KmsKey": " " * size}),
    "folders": (
        "appintegrations",
        "create_data_integration",
        lambda size: {"FileConfiguration": {"Folders": [" "] * (size // 5)}},
    ),
    "a right folder for each byte": (
        "appintegrations",
        "create_data_integration",
        lambda size: {"FileConfiguration": {"Folders": ["a"] * (size // 5)}},
    ),
    "asset sources": (
        "dataexchange",
        "create_job",
        lambda size: {
            "Type": "IMPORT_ASSETS_FROM_S3",
            "Details": {"ImportAssetsFromS3": {"AssetSources": [{}] * (size // 4)}},
        },
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", HOSTILE)
def test_ten_mebibytes_of_hostile_request_are_refused_within_seconds(case: str) -> None:
    service_name, method_name, params = HOSTILE[case]
    method, request = getattr(client(service_name), method_name), params(_MIBS_10 - 200)
    started = time.process_time()
    with pytest.raises(ClientError) as caught:
        method(**request)
    assert time.process_time() - started < 20
    assert caught.value.response["Error"]["Code"] == "ValidationException"


@holds_of_appintegrations("constraints.most")
def test_an_answer_of_appintegrations_lists_no_more_than_ten_thousand_violations() -> None:
    application = {"Name": "a", "Namespace": "a", "ApplicationSourceConfig": {}}
    with pytest.raises(ClientError) as caught:
        client("appintegrations").create_application(**application, Subscriptions=[{}] * 10_000)
    assert caught.value.response["Error"]["Message"].startswith("10000 validation errors detected: ")


@holds_of_dataexchange("constraints.most")
def test_an_answer_of_data_exchange_lists_no_more_than_ten_thousand_violations() -> None:
    details = {"ImportAssetsFromS3": {"DataSetId": "a" * 32, "RevisionId": "a" * 32, "AssetSources": [{}] * 10_000}}
    with pytest.raises(ClientError) as caught:
        client("dataexchange").create_job(Type="IMPORT_ASSETS_FROM_S3", Details=details)
    assert caught.value.response["Error"]["Message"].count('"Details.') == 10_000
