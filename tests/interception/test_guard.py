"""Nothing leaves the machine unnoticed."""

from __future__ import annotations

import importlib.util
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import EndpointConnectionError, HTTPClientError

from appint_mock import UnmockedCallError, mock_appintegrations
from tests.programs import run_python

MOTO = "moto's mock_aws or " if importlib.util.find_spec("moto") else ""


def test_a_call_that_nobody_answers_is_stopped_and_named() -> None:
    with mock_appintegrations(), pytest.raises(UnmockedCallError) as stopped:
        boto3.client("sts").get_caller_identity()
    assert str(stopped.value) == (
        "sts.GetCallerIdentity was called, and nothing in this process answers it; the request to "
        "sts.us-east-1.amazonaws.com was stopped.\n"
        f"Mock it beside us with {MOTO}a botocore Stubber, or let it reach AWS: "
        "mock_appintegrations(passthrough=['sts'])."
    )


def test_moto_is_proposed_only_for_services_that_it_has() -> None:
    with mock_appintegrations(), pytest.raises(UnmockedCallError) as stopped:
        boto3.client("marketplace-entitlement").get_entitlements(ProductCode="x")
    assert "Mock it beside us with a botocore Stubber, or" in str(stopped.value)


def test_moto_is_not_proposed_where_it_is_on_and_did_not_answer() -> None:
    moto = pytest.importorskip("moto")
    with mock_appintegrations(), moto.mock_aws(), pytest.raises(UnmockedCallError) as stopped:
        boto3.client("marketplace-entitlement").get_entitlements(ProductCode="x")
    assert "moto" not in str(stopped.value)


def test_the_advice_does_not_load_moto() -> None:
    program = """
import sys, boto3
from appint_mock import UnmockedCallError, mock_appintegrations
with mock_appintegrations():
    try:
        boto3.client("sts").get_caller_identity()
    except UnmockedCallError as error:
        print(error)
assert "moto" not in sys.modules
"""
    run_python(program)


def test_our_other_service_s_calls_are_stopped_with_the_scope_to_open() -> None:
    with (
        mock_appintegrations(),
        pytest.raises(UnmockedCallError, match=r"Open appint_mock\.mock_dataexchange\(\)"),
    ):
        boto3.client("dataexchange").list_jobs()


def test_our_other_service_is_named_where_moto_would_say_not_yet_implemented() -> None:
    moto = pytest.importorskip("moto")
    with mock_appintegrations(), moto.mock_aws(), pytest.raises(UnmockedCallError, match="mock_dataexchange"):
        boto3.client("dataexchange").list_jobs()


@pytest.mark.parametrize("region", ["us-east-1", "cn-north-1", "us-gov-west-1", "us-iso-east-1", "eusc-de-east-1"])
def test_calls_are_stopped_in_every_partition(region: str) -> None:
    with mock_appintegrations(), pytest.raises(UnmockedCallError):
        boto3.client("sqs", region_name=region).list_queues()


def test_calls_are_stopped_at_dual_stack_endpoints() -> None:
    from botocore.config import Config

    with mock_appintegrations(), pytest.raises(UnmockedCallError):
        boto3.client("lambda", config=Config(use_dualstack_endpoint=True)).list_functions()


def test_a_service_in_passthrough_is_let_go() -> None:
    # Let go, it meets the suite's own barrier before the network.
    with (
        mock_appintegrations(passthrough=["sts"]),
        pytest.raises(HTTPClientError, match="tried to open a connection"),
    ):
        boto3.client("sts").get_caller_identity()


def test_hosts_of_this_machine_and_custom_endpoints_are_left_alone() -> None:
    for url in ("http://127.0.0.1:9", "http://localhost:9"):
        with mock_appintegrations(), pytest.raises(EndpointConnectionError):
            boto3.client("sts", endpoint_url=url).get_caller_identity()


def test_what_another_handler_answers_is_left_to_it() -> None:
    def stand_in(request: Any, **kwargs: Any) -> AWSResponse:
        response = AWSResponse(request.url, 200, {}, None)
        response._content = (
            b"<GetCallerIdentityResponse><GetCallerIdentityResult><Account>1</Account></GetCallerIdentityResult>"
            b"<ResponseMetadata><RequestId>x</RequestId></ResponseMetadata></GetCallerIdentityResponse>"
        )
        return response

    with mock_appintegrations():
        client = boto3.client("sts")
        client.meta.events.register("before-send", stand_in)
        assert client.get_caller_identity()["Account"] == "1"


def test_the_guard_goes_with_the_last_scope() -> None:
    client = boto3.client("sts", "us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
    with mock_appintegrations(), pytest.raises(UnmockedCallError):
        client.get_caller_identity()
    with pytest.raises(HTTPClientError, match="tried to open a connection"):
        client.get_caller_identity()


def test_botocore_is_as_it_was_after_the_last_scope() -> None:
    from botocore.endpoint import Endpoint

    before = dict(vars(Endpoint))
    with mock_appintegrations(), mock_appintegrations():
        boto3.client("appintegrations").list_applications()
        assert dict(vars(Endpoint)) != before
    assert dict(vars(Endpoint)) == before


def test_a_patch_that_another_library_put_over_ours_stays() -> None:
    from botocore.endpoint import Endpoint

    original = Endpoint.make_request
    with mock_appintegrations():
        ours = Endpoint.make_request

        def theirs(self: Any, *args: Any) -> Any:
            return ours(self, *args)

        Endpoint.make_request = theirs
    try:
        assert Endpoint.make_request is theirs
        with mock_appintegrations():
            assert boto3.client("appintegrations").list_applications()["Applications"] == []
    finally:
        Endpoint.make_request = original
