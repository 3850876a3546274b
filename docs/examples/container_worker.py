"""A worker in a process of its own, as in a container, and its test (``pytest``)."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import boto3


def main() -> None:
    """What the container runs: nothing in it knows of a mock."""
    client = boto3.client("dataexchange")
    for data_set in client.list_data_sets()["DataSets"]:
        client.create_revision(DataSetId=data_set["Id"], Comment="from the worker")
        print("revision of", data_set["Name"])


def test_the_worker_adds_a_revision(server: Any) -> None:
    environment = {**os.environ, **server.environment}
    client = boto3.client(
        "dataexchange",
        endpoint_url=server.endpoint,
        region_name="us-east-1",
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )
    client.create_data_set(AssetType="S3_SNAPSHOT", Name="prices", Description="Daily")
    finished = subprocess.run(
        [sys.executable, __file__],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert finished.stdout == "revision of prices\n"
    server.dataexchange.calls.assert_called("CreateRevision", Comment="from the worker")


if __name__ == "__main__":
    main()
