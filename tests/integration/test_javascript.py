"""The AWS SDK for JavaScript, v3 and v2, against the server."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from appint_mock.server import ServerMock
from tests.integration.tried import Tried, noted_after

_FOLDER = Path(__file__).parent / "javascript"
_NODE = shutil.which("node")

pytestmark = [
    pytest.mark.skipif(_NODE is None, reason="Node.js is not on this machine: there is no node on the PATH"),
    pytest.mark.skipif(
        not (_FOLDER / "node_modules").exists(),
        reason="the JavaScript SDK is not installed: run `npm install` in tests/integration/javascript",
    ),
]


def tried(name: str, *packages: str) -> Tried:
    """A client by the npm packages that it consists of."""
    assert _NODE is not None
    node = subprocess.run([_NODE, "--version"], capture_output=True, text=True, timeout=60, check=True).stdout
    versions = [
        f"{package} {json.loads((_FOLDER / 'node_modules' / package / 'package.json').read_text())['version']}"
        for package in packages
    ]
    return Tried(name, ", ".join(versions), f"Node.js {node.strip()[1:]}", "tests/integration/test_javascript.py")


@pytest.fixture(scope="module", autouse=True)
def _noted(request: pytest.FixtureRequest) -> Iterator[None]:
    packages = ("@aws-sdk/client-appintegrations", "@aws-sdk/client-dataexchange")
    yield from noted_after(request, lambda: tried("SDK for JavaScript v3", *packages))


@pytest.fixture(scope="module")
def seen() -> Any:
    """What the program saw."""
    with ServerMock() as server:
        server.dataexchange.backend().on_api_asset(
            lambda request: f"{request['Path']} {request['QueryStringParameters']}"
        )
        assert _NODE is not None
        finished = subprocess.run(
            [_NODE, "clients.mjs"],
            cwd=_FOLDER,
            env={**os.environ, **server.environment},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert finished.returncode == 0, finished.stderr
        calls = server.appintegrations.calls
        calls.assert_called("CreateEventIntegration", times=None, Name="orders/1")
        calls.assert_called("TagResource", tags={"stage": "test"})
    return json.loads(finished.stdout)


def test_event_integrations_are_made_and_listed_in_pages(seen: Any) -> None:
    assert seen["arn"] == "arn:aws:app-integrations:us-east-1:123456789012:event-integration/orders/1"
    assert seen["pages"] == [["orders/1", "orders/2"], ["orders/3"]]


def test_an_update_and_tags_are_read_back(seen: Any) -> None:
    assert seen["description"] == "ünï"
    assert seen["tags"] == {"stage": "test"}
    assert seen["dataSetTags"] == {"team": "shop"}


@pytest.mark.parametrize(
    ("step", "name", "status", "is_instance"),
    [
        ("notFound", "ResourceNotFoundException", 404, False),
        ("duplicate", "DuplicateResourceException", 409, False),
        ("invalid", "ValidationException", 400, False),
        ("gone", "ResourceNotFoundException", 404, True),
        ("startedTwice", "ConflictException", 409, True),
        ("noId", "ValidationException", 400, True),
    ],
)
def test_errors_have_their_names(seen: Any, step: str, name: str, status: int, is_instance: bool) -> None:
    assert (seen[step]["name"], seen[step]["status"], seen[step]["isInstance"]) == (name, status, is_instance)
    assert seen[step]["message"]


def test_an_error_has_its_own_members(seen: Any) -> None:
    assert seen["gone"]["resourceType"] == "DATA_SET"


def test_a_file_is_uploaded_imported_and_downloaded(seen: Any) -> None:
    assert (seen["upload"], seen["imported"]) == (200, "COMPLETED")
    assert seen["assets"] == [["prices.csv", 14, True]]
    assert seen["download"] == "id,amount\n1,2\n"


def test_an_api_asset_is_called_without_a_host_prefix(seen: Any) -> None:
    assert seen["apiAsset"] == "/prices {'day': 'today'}"


@pytest.fixture(scope="module")
def _version_2_noted(request: pytest.FixtureRequest) -> Iterator[None]:
    yield from noted_after(request, lambda: tried("SDK for JavaScript v2", "aws-sdk"))


@pytest.fixture(scope="module")
def seen_by_version_2(_version_2_noted: None) -> Any:
    """What the program of version 2 saw."""
    if not (_FOLDER / "node_modules" / "aws-sdk").exists():
        pytest.skip("version 2 is not installed: run `npm install` in tests/integration/javascript")
    with ServerMock() as server:
        server.dataexchange.backend().on_api_asset(lambda request: request["Path"])
        assert _NODE is not None
        quiet = {"AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE": "1"}
        finished = subprocess.run(
            [_NODE, "version2.cjs"],
            cwd=_FOLDER,
            env={**os.environ, **server.environment, **quiet},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert finished.returncode == 0, finished.stderr
    return json.loads(finished.stdout)


def test_version_2_makes_and_lists_event_integrations(seen_by_version_2: Any) -> None:
    assert seen_by_version_2["arn"].endswith(":event-integration/orders/1")
    assert seen_by_version_2["pages"] == [["orders/1", "orders/2"], ["orders/3"]]
    assert seen_by_version_2["tags"] == {}


def test_version_2_gets_errors_with_their_codes(seen_by_version_2: Any) -> None:
    error = seen_by_version_2["notFound"]
    assert (error["code"], error["status"]) == ("ResourceNotFoundException", 404)
    assert error["message"] == "Could not find EventIntegration with identifier: orders/1"


def test_version_2_imports_a_file_and_calls_an_api(seen_by_version_2: Any) -> None:
    assert (seen_by_version_2["upload"], seen_by_version_2["imported"]) == (200, "COMPLETED")
    assert seen_by_version_2["assets"] == [["prices.csv", 14, True]]
    assert seen_by_version_2["apiAsset"] == "/prices"
