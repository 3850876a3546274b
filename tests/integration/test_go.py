"""The AWS SDK for Go v2 against the server."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from appint_mock.server import ServerMock
from tests.integration.tried import Tried, noted_after

_GO = shutil.which("go")
#: Where Debian's package golang-github-aws-aws-sdk-go-v2-dev puts the sources.
_SOURCES = os.environ.get("APPINT_MOCK_GOPATH", "/usr/share/gocode")

pytestmark = [
    pytest.mark.skipif(_GO is None, reason="Go is not on this machine: there is no go on the PATH"),
    pytest.mark.skipif(
        not Path(_SOURCES, "src/github.com/aws/aws-sdk-go-v2/service/dataexchange").exists(),
        reason="the SDK is not there: install golang-github-aws-aws-sdk-go-v2-dev, or set APPINT_MOCK_GOPATH",
    ),
]


@pytest.fixture(scope="module", autouse=True)
def _noted(request: pytest.FixtureRequest) -> Iterator[None]:
    def tried() -> Tried:
        assert _GO is not None
        go = subprocess.run([_GO, "env", "GOVERSION"], capture_output=True, text=True, timeout=60, check=True).stdout
        source = Path(_SOURCES, "src/github.com/aws/aws-sdk-go-v2/aws/go_module_metadata.go").read_text("utf-8")
        (version,) = re.findall(r'goModuleVersion = "(.+)"', source)
        of_machine = f"{version} of Debian, Go {go.strip().removeprefix('go')}"
        return Tried("SDK for Go v2", "", of_machine, "tests/integration/test_go.py")

    yield from noted_after(request, tried)


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What the program saw."""
    folder = tmp_path_factory.mktemp("go")
    program = str(folder / "clients")
    assert _GO is not None
    of_go = {"GO111MODULE": "off", "GOPATH": f"{_SOURCES}{os.pathsep}{folder}", "GOFLAGS": "", "HOME": str(folder)}
    source = Path(__file__).parent / "go" / "main.go"
    built = subprocess.run(
        [_GO, "build", "-o", program, str(source)],
        env={**os.environ, **of_go},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    with ServerMock() as server:
        finished = subprocess.run(
            [program], env={**os.environ, **server.environment}, capture_output=True, text=True, timeout=60, check=False
        )
    assert finished.returncode == 0, finished.stderr
    return json.loads(finished.stdout)


def test_event_integrations_are_made_and_listed_in_pages(seen: Any) -> None:
    assert seen["arn"] == "arn:aws:app-integrations:us-east-1:111122223333:event-integration/orders/3"
    assert seen["pages"] == [["orders/1", "orders/2"], ["orders/3"]]
    assert seen["got"] == "orders/1"


def test_moments_are_read(seen: Any) -> None:
    assert seen["made"] is True


def test_errors_have_their_types_and_members(seen: Any) -> None:
    assert seen["missing"] is True
    assert seen["gone"] is True
