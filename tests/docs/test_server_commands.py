"""The shell commands of docs/server.md, with a server that listens where the page says so."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from appint_mock.server import ServerMock
from tests.dataexchange.jobs import md5_of
from tests.docs.pages import ROOT, Block, blocks

ON_PAGE = "http://127.0.0.1:5005"
SHELL = [block for block in blocks(ROOT / "docs" / "server.md") if block.language == "sh" and not block.comment]
#: As in tests/integration/test_cli.py.
AWS = os.environ.get("APPINT_MOCK_AWS_CLI") or shutil.which("aws")
PRICES = b"apple,0.40\n"
#: The page leaves the job's details to its reader.
DETAILS = """{"ImportAssetFromSignedUrl": {
    "DataSetId": "%s", "RevisionId": "%s", "AssetName": "prices.csv", "Md5Hash": "%s"}}"""


@pytest.fixture
def server() -> Iterator[ServerMock]:
    with ServerMock() as server:
        yield server


def needs(block: Block) -> list[str]:
    """The programs of a block that are not on this machine."""
    there = {"aws": AWS, "curl": shutil.which("curl"), "jq": shutil.which("jq")}
    return [name for name, path in there.items() if f"{name} " in block.source and not path]


@pytest.mark.appint_mock_allow("unused_faults")
@pytest.mark.parametrize("block", SHELL, ids=lambda block: block.where)
def test_the_commands_work(server: ServerMock, block: Block, tmp_path: Path) -> None:
    if needs(block):
        pytest.skip(f"without {', '.join(needs(block))}")
    if "associate_event_integration" in block.source:
        server.appintegrations.backend().create_event_integration(
            Name="orders", EventFilter={"Source": "aws.partner/example.com"}, EventBridgeBus="default"
        )
    data_set = server.dataexchange.backend().create_data_set(Name="a", Description="b", AssetType="S3_SNAPSHOT")
    revision = server.dataexchange.backend().create_revision(DataSetId=data_set["Id"])
    (tmp_path / "prices.csv").write_bytes(PRICES)
    environment = {
        **os.environ,
        **server.environment,
        "AWS_PAGER": "",
        "PATH": os.pathsep.join([str(Path(AWS).parent) if AWS else "", os.environ["PATH"]]),
        "details": DETAILS % (data_set["Id"], revision["Id"], md5_of(PRICES)),
    }
    finished = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", block.source.replace(ON_PAGE, server.endpoint)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert finished.returncode == 0, finished.stderr
    assert '"error"' not in finished.stdout, "a refusal of the control API"
    if "prices.csv" in block.source:
        (job,) = server.dataexchange.backend().list_jobs()["Jobs"]
        assert job["State"] == "COMPLETED"


def test_there_are_commands() -> None:
    assert len(SHELL) >= 3
