"""Agents that wrap methods of botocore and of HTTP clients, wrapping and unwrapping in every order beside a scope."""

from __future__ import annotations

import importlib.util
import itertools
import textwrap

import pytest

from tests.programs import run_python

#: How each agent begins and, if it can, ends; ``off`` may be empty.
AGENTS = {
    "newrelic": (
        "newrelic",
        """
        import botocore.client, botocore.endpoint
        from newrelic.hooks import external_botocore
        external_botocore.instrument_botocore_endpoint(botocore.endpoint)
        external_botocore.instrument_botocore_client(botocore.client)
        """,
        "",
    ),
    "opentelemetry": (
        "opentelemetry.instrumentation.botocore",
        """
        from opentelemetry.instrumentation.botocore import BotocoreInstrumentor
        BotocoreInstrumentor().instrument()
        """,
        "BotocoreInstrumentor().uninstrument()",
    ),
    "xray": (
        "aws_xray_sdk",
        """
        import logging
        from aws_xray_sdk.core import patch
        from aws_xray_sdk.ext import httplib
        logging.disable()
        patch(["botocore", "httplib", "requests"], raise_errors=False)
        """,
        "httplib.unpatch()",
    ),
    "ddtrace": (
        "ddtrace",
        """
        from ddtrace.contrib.internal.botocore import patch as botocore_patch
        from ddtrace.contrib.internal.httplib import patch as httplib_patch
        botocore_patch.patch(); httplib_patch.patch()
        """,
        "botocore_patch.unpatch(); httplib_patch.unpatch()",
    ),
    "sentry": (
        "sentry_sdk",
        """
        import sentry_sdk
        from sentry_sdk.integrations.boto3 import Boto3Integration
        sentry_sdk.init(integrations=[Boto3Integration()], traces_sample_rate=1.0)
        """,
        "",
    ),
}
ENVIRONMENT = {
    "AWS_XRAY_CONTEXT_MISSING": "IGNORE_ERROR",
    "DD_INSTRUMENTATION_TELEMETRY_ENABLED": "false",
    "DD_TRACE_AGENT_URL": "http://127.0.0.1:9",
    "DD_REMOTE_CONFIGURATION_ENABLED": "false",
}
_BEGIN = """
import http.client
import boto3
import requests
import urllib.request
from botocore.endpoint import Endpoint
from appint_mock import UnmockedCallError, mock_appintegrations, mock_dataexchange
before = {name: vars(Endpoint)[name] for name in ("make_request", "_send", "_needs_retry")}
sends = vars(http.client.HTTPConnection)["send"]
mock = mock_appintegrations()
URL = "https://amzn-s3-demo-dataexchange-signed-urls.s3.us-east-1.amazonaws.com/1/jobs/1?X-Amz-Signature=1"
old = boto3.client("appintegrations", "us-east-1", aws_access_key_id="a", aws_secret_access_key="b")

def check():
    for client in (old, boto3.client("appintegrations", "us-east-1")):
        assert client.list_applications()["Applications"] == []
    try:
        boto3.client("sts", "us-east-1").get_caller_identity()
    except UnmockedCallError:
        pass
    else:
        raise AssertionError("not guarded")
    assert requests.get(URL, timeout=5).status_code == 404
    connection = http.client.HTTPSConnection(URL.split("/")[2])
    connection.request("GET", URL[URL.index(".com") + 4:])
    assert connection.getresponse().status == 404
"""
_END = """
assert {name: vars(Endpoint)[name] for name in before} == before or not CAN_END
try:
    old.list_applications()
except Exception as error:
    assert "tried to open a connection" in str(error), error
print("answered")
"""
_STEPS = {"open": "mock.start(); check()", "close": "mock.stop()"}


def orders(can_end: bool) -> list[tuple[str, ...]]:
    """Every order of the steps in which each thing begins before it ends."""
    steps = ["open", "close", "on", *(["off"] if can_end else [])]
    return [
        each
        for each in itertools.permutations(steps)
        if each.index("open") < each.index("close") and (not can_end or each.index("on") < each.index("off"))
    ]


CASES = [(name, order) for name, (_, _, off) in AGENTS.items() for order in orders(bool(off))]


@pytest.mark.parametrize(("name", "order"), CASES, ids=["-".join([name, *order]) for name, order in CASES])
def test_an_agent_and_a_scope_work_in_any_order(name: str, order: tuple[str, ...]) -> None:
    module, on, off = AGENTS[name]
    if importlib.util.find_spec(module.partition(".")[0]) is None:
        pytest.skip(f"{module} is not installed: CI has an environment with it")
    steps = {**_STEPS, "on": textwrap.dedent(on), "off": off}
    program = [_BEGIN]
    is_open = False
    for step in order:
        program.append(steps[step])
        is_open = {"open": True, "close": False}.get(step, is_open)
        if is_open and step != "open":
            program.append("check()")
    program.append(f"CAN_END = {bool(off)}{_END}")
    # The agents warn of their own dependencies; this suite's rule is for our code.
    assert run_python("\n".join(program), "-W", "ignore", **ENVIRONMENT).splitlines()[-1] == "answered"
