"""The programs of docs/examples/ in this process, and unchanged against a server."""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import boto3
import pytest

from appint_mock import mock_appintegrations, mock_dataexchange
from appint_mock.server import ServerMock
from tests.programs import is_importable

FOLDER = Path(__file__).parent.parent.parent / "docs" / "examples"
INSTANCE = "11111111-2222-4333-8444-555555555555"
REVISION = "0123456789abcdef" * 2


class Way(NamedTuple):
    """How a program is run: it returns what the program printed; and the handle of Data Exchange."""

    run: Callable[..., list[str]]
    dataexchange: Any


def _in_process(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    def run(program: str, *arguments: str) -> list[str]:
        monkeypatch.setattr(sys, "argv", [program, *arguments])
        capsys.readouterr()
        runpy.run_path(str(FOLDER / program), run_name="__main__")
        return capsys.readouterr().out.splitlines()

    return run


def _against(server: ServerMock) -> Callable[..., list[str]]:
    def run(program: str, *arguments: str) -> list[str]:
        environment = {**os.environ, **server.environment, "PYTHONWARNINGS": "error"}
        command = [sys.executable, str(FOLDER / program), *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    return run


@pytest.fixture(params=["in-process", "server"])
def way(
    request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Way]:
    """Without moto."""
    if request.param == "server":
        with ServerMock() as server:
            yield Way(_against(server), server.dataexchange)
        return
    with mock_appintegrations(), mock_dataexchange() as dataexchange:
        yield Way(_in_process(capsys, monkeypatch), dataexchange)


@pytest.fixture(params=["in-process", "server"])
def way_with_moto(
    request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Way]:
    """With moto, which answers for all other services."""
    moto = pytest.importorskip("moto", reason="moto is not installed: .ci/run has environments with it")
    if request.param == "server":
        pytest.importorskip(
            "moto.moto_server.werkzeug_app", reason="moto's server needs moto[server]", exc_type=ImportError
        )
        with ServerMock(with_moto=True) as server:
            yield Way(_against(server), server.dataexchange)
        return
    with ExitStack() as stack:
        stack.enter_context(moto.mock_aws())
        stack.enter_context(mock_appintegrations())
        yield Way(_in_process(capsys, monkeypatch), stack.enter_context(mock_dataexchange()))


def test_an_instance_gets_the_events_of_cases(way: Way) -> None:
    assert way.run("connect_cases.py", INSTANCE) == [
        "associated",
        "associated already",
        "clients: connect.amazonaws.com",
        "too early: InvalidRequestException",
        "left: 0",
    ]


def test_an_mcp_server_is_registered_once(way: Way) -> None:
    assert way.run("connect_mcp_server.py", INSTANCE) == [
        "application made",
        "associated",
        "nothing to do",
        "clients: connect.amazonaws.com",
        "left: None",
    ]


@pytest.mark.skipif(
    not is_importable("openapi_spec_validator"), reason="moto's CloudFormation needs moto[cloudformation]"
)
def test_a_stack_is_created_updated_and_deleted(way_with_moto: Way) -> None:
    assert way_with_moto.run("agent_desk_stack.py", _instance()) == [
        "stack: CREATE_COMPLETE",
        "stack: UPDATE_COMPLETE",
        "kept: True",
        "desk: The second one",
        "associations: 1",
        "left: 0 0",
    ]


def _instance() -> str:
    """The ARN of an instance of moto's Connect, if this moto has it: at a server too, moto is on in this process."""
    if not is_importable("moto.connect"):
        return f"arn:aws:connect:us-east-1:123456789012:instance/{INSTANCE}"
    keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    made = boto3.client("connect", "us-east-1", **keys).create_instance(
        IdentityManagementType="CONNECT_MANAGED", InboundCallsEnabled=True, OutboundCallsEnabled=True
    )
    return str(made["Arn"])


@pytest.mark.skipif(not is_importable("moto"), reason="S3 of moto is not installed: .ci/run has environments with it")
def test_a_publisher_publishes_a_manifest_once(way_with_moto: Way) -> None:
    assert way_with_moto.run("publisher_lambda.py") == [
        "imported: files/a.csv files/b.csv",
        "imported: files/c.csv",
        "finalized: pending/may/manifest",
        "same revision: True",
        "revisions: 1 assets: 3",
    ]
    events = way_with_moto.dataexchange.backend(region_name="us-east-1").events
    assert [each["detail-type"] for each in events].count("Revision Published To Data Set") == 1


@pytest.mark.skipif(not is_importable("moto", "jsonpath_ng"), reason="moto's EventBridge needs moto[events]")
def test_a_subscriber_exports_what_was_published(way_with_moto: Way) -> None:
    assert way_with_moto.run("subscriber_queue.py", "prepare") == ["prepared"]
    backend = way_with_moto.dataexchange.backend(region_name="us-east-1")
    data_set = backend.add_entitled_data_set(
        name="weather",
        description="Hourly",
        asset_type="S3_SNAPSHOT",
        product_id="prod-weather",
        revisions=[{"id": REVISION, "published": False, "comment": "May", "assets": {"may.csv": b"1,2"}}],
    )
    backend.publish_revision(data_set, REVISION)
    assert way_with_moto.run("subscriber_queue.py", "work") == [
        "event: Revision Published To Data Set in account 123456789012",
        "export: COMPLETED",
        "files: weather/may.csv",
    ]
