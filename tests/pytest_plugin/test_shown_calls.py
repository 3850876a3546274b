"""Which calls a report shows: of the failing example under hypothesis, as wide as the terminal."""

from __future__ import annotations

import pytest

from tests.pytest_plugin.conftest import Run

GIVEN = """
import boto3
import pytest
from appint_mock import mock_appintegrations
from hypothesis import HealthCheck, Phase, given, settings, strategies


# Beside an older botocore, the suite's own profile finds no minimal examples.
MINIMAL = settings(max_examples=20, derandomize=True, database=None, deadline=None, phases=list(Phase))


def ask(number):
    client = boto3.client("appintegrations")
    for _ in range(number):
        client.list_applications()
    client.list_data_integrations(MaxResults=1 + number)


@pytest.fixture
def prepared(appintegrations, appintegrations_client):
    appintegrations_client.list_event_integrations()


@settings(MINIMAL, suppress_health_check=list(HealthCheck))
@given(number=strategies.integers(0, 9))
def test_in_a_fixtures_scope(prepared, number):
    ask(number)
    assert number < 3


@settings(MINIMAL)
@given(number=strategies.integers(0, 9))
def test_in_a_scope_of_each_example(number):
    with mock_appintegrations():
        ask(number)
        assert number < 3
"""

STATEFUL = """
import boto3
from appint_mock import mock_appintegrations
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule


class Machine(RuleBasedStateMachine):
    @initialize()
    def begin(self):
        self.mock = mock_appintegrations()
        self.mock.start()
        self.client = boto3.client("appintegrations")

    @rule()
    def ask(self):
        self.client.list_applications()
        assert len(self.mock.calls) < 2

    def teardown(self):
        if hasattr(self, "mock"):
            self.mock.stop()


TestMachine = Machine.TestCase
TestMachine.settings = settings(max_examples=5, derandomize=True, database=None, deadline=None)
"""


@pytest.mark.parametrize("name", ["test_in_a_fixtures_scope", "test_in_a_scope_of_each_example"])
def test_a_given_test_shows_the_failing_example(run: Run, name: str) -> None:
    result = run(GIVEN, "-k", name, "-W", "ignore")
    result.assert_outcomes(failed=1, deselected=1)
    before = [" *1  ListEventIntegrations() *"] if "fixtures" in name else []
    first = 1 + len(before)
    result.stdout.fnmatch_lines(
        [
            f"*{4 + len(before)} calls answered by appint_mock*",
            *before,
            f"{first} to {first + 2}  ListApplications() *",
            f" *{first + 3}  ListDataIntegrations(MaxResults=4) *",
        ]
    )


def test_a_stateful_test_shows_the_failing_example(run: Run) -> None:
    result = run(STATEFUL, "-W", "ignore")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*2 calls answered by appint_mock*", "1 to 2  ListApplications() *"])


@pytest.mark.parametrize("workers", [(), ("-p", "xdist", "-n", "1")], ids=["alone", "xdist"])
@pytest.mark.parametrize("columns", [90, 200])
def test_a_table_is_as_wide_as_the_terminal(
    run: Run, workers: tuple[str, ...], columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = """
    import os

    def test_it(appintegrations_client):
        appintegrations_client.create_event_integration(
            Name="a", Description="d" * 900, EventFilter={"Source": "aws.partner/x"}, EventBridgeBus="b"
        )
        assert False
    """
    result = run(source, *workers, columns=columns, apart=True)
    result.assert_outcomes(failed=1)
    (line,) = [line for line in result.outlines if line.startswith("1  CreateEventIntegration(")]
    assert columns * 0.8 < len(line) <= columns
