"""Snapshots: all state as JSON, on disk, into another process, and back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import boto3
import pytest

from appint_mock import AppintMockError, mock_appintegrations, mock_dataexchange
from tests.programs import run_python
from tests.states import MOCKS, fill, look

services = pytest.mark.parametrize("service", MOCKS)


@services
def test_a_snapshot_goes_to_disk_and_comes_back_whole(service: str, tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    with MOCKS[service]() as aws:
        fill(service, aws)
        seen = look(service, aws)
        file.write_text(json.dumps(aws.snapshot()))
    with MOCKS[service]() as aws:
        aws.restore(json.loads(file.read_text()))
        assert look(service, aws) == seen
        assert json.loads(json.dumps(aws.snapshot())) == json.loads(file.read_text())


@services
def test_a_snapshot_goes_from_one_process_to_another(service: str, tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    program = f"""
        import json, pathlib
        from tests.states import MOCKS, fill, look

        file = pathlib.Path({str(file)!r})
        with MOCKS[{service!r}]() as aws:
            if file.exists():
                aws.restore(json.loads(file.read_text()))
            else:
                fill({service!r}, aws)
                file.write_text(json.dumps(aws.snapshot()))
            print(json.dumps(look({service!r}, aws)))
        """
    made, restored = run_python(program), run_python(program)
    assert made == restored
    assert len(json.loads(made)) == 6


@services
def test_restoring_drops_what_the_snapshot_does_not_have(service: str) -> None:
    with MOCKS[service]() as aws:
        empty = aws.snapshot()
        fill(service, aws)
        backend = aws.backend()
        aws.restore(empty)
        assert aws.snapshot() == empty
        # A backend that the test holds is still the one that serves.
        assert aws.backend() is backend


@services
def test_a_snapshot_is_a_copy(service: str) -> None:
    with MOCKS[service]() as aws:
        fill(service, aws)
        first = aws.snapshot()
        text = json.dumps(first)
        look(service, aws)
        aws.reset()
        assert json.dumps(first) == text
        aws.restore(first)
        first["backends"].clear()
        assert json.dumps(aws.snapshot()) == text


def test_what_was_restored_goes_on_as_before() -> None:
    event: dict[str, Any] = {"EventFilter": {"Source": "aws.partner/example"}, "EventBridgeBus": "default"}
    with mock_appintegrations(page_size=1) as aws:
        fill("appintegrations", aws)
        client: Any = boto3.client("appintegrations")
        page = client.list_event_integrations()
        state = aws.snapshot()
    with mock_appintegrations(page_size=1) as aws:
        aws.restore(state)
        client = boto3.client("appintegrations")
        # A token of a listing, a ClientToken, and that a data integration was associated once.
        following = client.list_event_integrations(NextToken=page["NextToken"])
        assert [each["Name"] for each in following["EventIntegrations"]] == ["orders1"]
        again = client.create_event_integration(Name="orders0", Tags={"number": "0"}, ClientToken="token0", **event)
        assert again["EventIntegrationArn"] == page["EventIntegrations"][0]["EventIntegrationArn"]
        with pytest.raises(client.exceptions.InvalidRequestException, match="previously associated"):
            client.create_data_integration_association(DataIntegrationIdentifier="files")


def test_a_snapshot_that_cannot_be_read_is_refused_and_changes_nothing() -> None:
    with mock_appintegrations() as aws, mock_dataexchange() as other:
        fill("appintegrations", aws)
        state = aws.snapshot()
        wrong: list[tuple[Any, str]] = [
            ({**state, "version": 99}, "This snapshot has version 99, and this appint_mock reads version 1"),
            (other.snapshot(), "This is a snapshot of dataexchange, not of appintegrations"),
            ({**state, "backends": [["123456789012", "us-east-1", {}]]}, "damaged"),
            ({**state, "backends": 3}, "damaged"),
            ({"version": 1, "service": "appintegrations"}, "damaged"),
            ({}, "This is not a snapshot"),
            (json.dumps(state), "This is not a snapshot"),
            (None, "This is not a snapshot"),
        ]
        for data, told in wrong:
            with pytest.raises(AppintMockError, match=told) as caught:
                aws.restore(data)
            assert isinstance(caught.value, ValueError)
            assert aws.snapshot() == state
