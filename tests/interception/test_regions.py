"""Regions that there are not: no host has their name."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import EndpointConnectionError

from appint_mock import mock_appintegrations, mock_dataexchange
from appint_mock.interception import guard
from appint_mock.state.arns import regions
from tests.fidelity.appintegrations import holds as of_appintegrations
from tests.fidelity.dataexchange import holds as of_dataexchange

SERVICES: dict[str, tuple[Any, str]] = {
    "appintegrations": (mock_appintegrations, "list_applications"),
    "dataexchange": (mock_dataexchange, "list_data_sets"),
}
#: One of each partition, and one that botocore came to know late.
EACH_KIND = ("us-east-1", "eu-central-1", "cn-north-1", "us-gov-west-1", *sorted(regions() & {"ap-southeast-5"}))


def ask(service: str, region: str, **options: Any) -> Any:
    return getattr(boto3.client(service, region_name=region, **options), SERVICES[service][1])()


@of_appintegrations("places.unknown-region")
@of_dataexchange("identifiers.unknown-region")
@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("region", ["us-east-9", "us-esat-1", "eu-moon-1", "useast1", "cn-south-7"])
def test_a_region_that_there_is_not_has_no_host(service: str, region: str) -> None:
    with SERVICES[service][0]() as aws:
        with pytest.raises(EndpointConnectionError, match=f"Could not connect to the endpoint URL.*{region}"):
            ask(service, region)
        assert list(aws.calls) == []


@pytest.mark.parametrize("service", SERVICES)
def test_the_error_proposes_the_region_that_was_meant(service: str) -> None:
    with SERVICES[service][0](), pytest.raises(EndpointConnectionError, match=r"us-east-1.*unknown_regions=True"):
        ask(service, "us-esat-1")


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("region", EACH_KIND)
@pytest.mark.parametrize("config", [{}, {"use_dualstack_endpoint": True}, {"use_fips_endpoint": True}], ids=str)
def test_every_region_that_botocore_lists_is_answered(service: str, region: str, config: dict[str, bool]) -> None:
    with SERVICES[service][0]():
        assert ask(service, region, config=Config(**config))["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_the_innermost_scope_says_whether_any_region_is_answered() -> None:
    client = boto3.client("appintegrations", "us-moon-1", aws_access_key_id="a", aws_secret_access_key="b")
    with mock_appintegrations(unknown_regions=False), mock_appintegrations(unknown_regions=True):
        assert client.list_applications()["Applications"] == []
    with (
        mock_appintegrations(unknown_regions=True),
        mock_appintegrations(unknown_regions=False),
        pytest.raises(EndpointConnectionError, match="us-moon-1"),
    ):
        client.list_applications()


@of_appintegrations("places.unknown-region-option")
@of_dataexchange("identifiers.unknown-region-option")
@pytest.mark.parametrize("service", SERVICES)
def test_the_option_answers_any_region(service: str) -> None:
    with SERVICES[service][0](unknown_regions=True):
        assert ask(service, "eu-moon-1")["ResponseMetadata"]["HTTPStatusCode"] == 200
    with SERVICES[service][0]():
        endpoint = "http://localhost:9/"
        assert ask(service, "eu-moon-1", endpoint_url=endpoint)["ResponseMetadata"]["HTTPStatusCode"] == 200


@pytest.mark.parametrize(
    ("host", "region"),
    [
        ("savingsplans.amazonaws.com", None),
        ("g-1.us-east-1.neptune-graph.amazonaws.com", None),
        ("iot.us-east-1.api.aws", None),
        ("iot.us-east-9.amazonaws.com", "us-east-9"),
        ("localhost", None),
    ],
)
def test_a_host_may_name_no_region_or_the_region_first(host: str, region: str | None) -> None:
    assert guard._unlisted_region(f"https://{host}") == region
