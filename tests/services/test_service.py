"""What a description of a service does besides holding what it was given."""

from __future__ import annotations

import dataclasses
import gc
from collections.abc import Iterator

import pytest

from appint_mock.services import (
    load,
    load_companion,
    names,
    python_name,
    service_of_url_host,
    signed_url_host,
)


@pytest.fixture
def _as_before() -> Iterator[None]:
    enabled = gc.isenabled()
    yield
    (gc.enable if enabled else gc.disable)()


@pytest.mark.usefixtures("_as_before")
@pytest.mark.parametrize("enabled", [True, False])
def test_loading_a_model_leaves_the_garbage_collector_as_it_was(enabled: bool) -> None:
    (gc.enable if enabled else gc.disable)()
    service = dataclasses.replace(load("appintegrations"))
    assert "ListApplications" in service.catalogue.operations
    assert gc.isenabled() is enabled


def test_a_description_cannot_be_changed() -> None:
    for described in (load("dataexchange"), load_companion("dataexchange", "marketplace-catalog")):
        with pytest.raises(dataclasses.FrozenInstanceError):
            described.name = "other"  # type: ignore[misc]


def test_a_services_companions_are_found_by_their_names() -> None:
    assert names() == ("appintegrations", "dataexchange")
    assert [load(name).name for name in names()] == ["appintegrations", "dataexchange"]
    assert python_name("marketplace-catalog") == "marketplace_catalog"
    found = {name: [load_companion(name, each).name for each in load(name).companions] for name in names()}
    assert found == {"appintegrations": ["connect", "qconnect", "wisdom"], "dataexchange": ["marketplace-catalog"]}


def test_a_companion_has_only_the_operations_that_it_has_methods_for() -> None:
    companion = load_companion("dataexchange", "marketplace-catalog")
    methods = {operation.method_name for operation in companion.catalogue.operations.values()}
    assert "start_change_set" in methods
    assert methods == {name for name in vars(companion.operations) if not name.startswith("_")}


@pytest.mark.parametrize(
    ("host", "service"),
    [
        (signed_url_host("dataexchange", "eu-west-1"), "dataexchange"),
        ("amzn-s3-demo-dataexchange-signed-urls.s3.eu-west-1.amazonaws.com", "dataexchange"),
        ("amzn-s3-demo-appintegrations-signed-urls.s3.us-east-1.amazonaws.com", "appintegrations"),
        ("amzn-s3-demo-other-signed-urls.s3.us-east-1.amazonaws.com", None),
        ("amzn-s3-demo-dataexchange-signed-urls.s3.", None),
        ("amzn-s3-demo-dataexchange-signed-urls-s3.us-east-1.amazonaws.com", None),
        ("x.amzn-s3-demo-dataexchange-signed-urls.s3.us-east-1.amazonaws.com", None),
        ("s3.us-east-1.amazonaws.com", None),
    ],
)
def test_the_host_of_a_signed_url_names_its_service(host: str, service: str | None) -> None:
    assert service_of_url_host(host) == service
