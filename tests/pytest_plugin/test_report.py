"""The section of a failing test, the summary of a run, and what a run that uses neither pays."""

from __future__ import annotations

import pytest

from .conftest import Run

CREATE = """
import boto3
import pytest

ORDERS = {"Name": "orders", "EventFilter": {"Source": "aws.partner/x"}, "EventBridgeBus": "default"}
"""


def test_a_failing_test_shows_its_calls_a_line_each(run: Run) -> None:
    result = run(
        CREATE
        + """
def test_before(appintegrations_client):
    appintegrations_client.list_applications()

def test_it(appintegrations, appintegrations_client):
    appintegrations_client.create_event_integration(**ORDERS)
    with pytest.raises(appintegrations_client.exceptions.ResourceNotFoundException):
        appintegrations_client.get_event_integration(Name="order")
    appintegrations.fail("ListApplications", ConnectionError())
    with pytest.raises(ConnectionError):
        appintegrations_client.list_applications()
    for _ in range(120):
        appintegrations_client.list_applications()
    assert False
"""
    )
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.re_match_lines(
        [
            r"-+ 123 calls answered by appint_mock -+",
            r" +1  CreateEventIntegration\(Name='orders', EventFilter=.*, EventBridgeBus='default'\)  us-east-1  200$",
            r" +2  GetEventIntegration\(Name='order'\) +us-east-1  404  ResourceNotFoundException$",
            r" +Could not find EventIntegration with identifier: order$",
            r" +3  ListApplications\(\) +us-east-1  -    ConnectionError$",
            r"4 to 123  ListApplications\(\) +us-east-1  200  \(120 times\)$",
        ],
        consecutive=True,
    )


@pytest.mark.parametrize("decorator", ["@mock_appintegrations", "@mock_appintegrations(page_size=2)"])
def test_calls_in_a_scope_that_the_test_opened_itself_are_shown_too(run: Run, decorator: str) -> None:
    result = run(
        f"""
import boto3
from appint_mock import mock_appintegrations

{decorator}
def test_it():
    boto3.client("appintegrations").list_applications()
    assert False
"""
    )
    result.stdout.re_match_lines([r"-+ 1 call answered by appint_mock -+", r"1  ListApplications\(\)  us-east-1  200"])


def test_the_report_distinguishes_two_services_and_two_accounts(run: Run) -> None:
    result = run(
        """
import boto3

def test_it(appintegrations, appintegrations_client, dataexchange_client):
    appintegrations_client.list_applications()
    dataexchange_client.list_data_sets()
    boto3.client("appintegrations", **appintegrations.credentials("210987654321")).list_applications()
    assert False
"""
    )
    result.stdout.re_match_lines(
        [
            r"1  appintegrations.ListApplications\(\)  us-east-1 123456789012  200",
            r"2  dataexchange.ListDataSets\(\) +us-east-1 123456789012  200",
            r"3  appintegrations.ListApplications\(\)  us-east-1 210987654321  200",
        ],
        consecutive=True,
    )


def test_calls_of_a_fixture_are_shown_when_it_or_its_test_fails(run: Run) -> None:
    result = run(
        """
import pytest

@pytest.fixture
def broken(appintegrations_client):
    appintegrations_client.list_applications()
    raise RuntimeError

@pytest.fixture
def breaking(appintegrations_client):
    appintegrations_client.list_applications()
    yield
    appintegrations_client.list_data_integrations()
    raise RuntimeError

def test_set_up(broken):
    pass

def test_tear_down(breaking, appintegrations_client):
    appintegrations_client.list_event_integrations()
"""
    )
    result.assert_outcomes(passed=1, errors=2)
    result.stdout.fnmatch_lines(["*1 call answered*", "1  ListApplications*"])
    result.stdout.fnmatch_lines(
        ["*3 calls answered*", "1  ListApplications*", "2  ListEventIntegrations*", "3  ListDataIntegrations*"]
    )


def test_a_passing_test_and_a_failing_one_without_calls_show_nothing(run: Run) -> None:
    result = run(
        """
def test_passing(appintegrations_client):
    appintegrations_client.list_applications()

def test_without_calls(appintegrations):
    assert False
"""
    )
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.no_fnmatch_line("*answered by appint_mock*")


USES = (
    CREATE
    + """
@pytest.mark.parametrize("turn", range(4))
def test_integrations(appintegrations, appintegrations_client, turn):
    appintegrations_client.create_event_integration(**ORDERS)
    with pytest.raises(appintegrations_client.exceptions.DuplicateResourceException):
        appintegrations_client.create_event_integration(**ORDERS)
    appintegrations.fail("ListApplications", ConnectionError())
    with pytest.raises(ConnectionError):
        appintegrations_client.list_applications()

def test_exchange(dataexchange_client):
    dataexchange_client.list_data_sets()

def test_no_call():
    pass
"""
)
SUMMARY = [
    r"=+ appint_mock: operations used =+",
    r"appintegrations: 2 operations, 12 calls",
    r"  CreateEventIntegration      8  DuplicateResourceException 4",
    r"  ListApplications            4  ConnectionError 4",
    r"dataexchange: 1 operation, 1 call",
    r"  ListDataSets                1$",
]


@pytest.mark.parametrize(
    "workers", [(), pytest.param(("-n", "2"), marks=pytest.mark.slow)], ids=["one process", "pytest-xdist"]
)
def test_the_summary_adds_up_the_run(run: Run, workers: tuple[str, ...]) -> None:
    result = run(USES, "--appint-mock-report", *workers, apart=bool(workers))
    result.assert_outcomes(passed=6)
    result.stdout.re_match_lines(SUMMARY, consecutive=True)


@pytest.mark.slow
def test_a_failing_test_shows_its_calls_under_pytest_xdist(run: Run) -> None:
    result = run(
        "def test_it(appintegrations_client): assert appintegrations_client.list_applications() is None",
        "-n",
        "1",
        apart=True,
    )
    result.stdout.fnmatch_lines(["*1 call answered by appint_mock*", "1  ListApplications()*"])


def test_the_summary_of_a_run_without_calls_says_so(run: Run) -> None:
    result = run("def test_it(): pass", "--appint-mock-report")
    result.stdout.re_match_lines([SUMMARY[0], "No call was made."], consecutive=True)


def test_nothing_is_summed_up_unless_asked_for(run: Run) -> None:
    run(USES).stdout.no_fnmatch_line("*operations used*")


def test_a_run_that_does_not_use_the_plugin_loads_nothing_for_it(run: Run) -> None:
    result = run(
        """
        import sys

        def test_it():
            ours = {name for name in sys.modules if name.startswith("appint_mock")}
            rooms = {"hints", "one_copy", "services", "scopes", "scopes.listeners"}
            rooms |= {"pytest_options", "pytest_plugin", "pytest_record"}
            assert ours == {"appint_mock", *(f"appint_mock.{room}" for room in rooms)}
            assert not {"boto3", "botocore", "responses", "jsonschema", "moto"} & set(sys.modules)
        """,
        apart=True,
    )
    result.assert_outcomes(passed=1)


def test_the_plugin_works_without_pytest_xdist(run: Run) -> None:
    source = "def test(appintegrations_client): appintegrations_client.list_applications()"
    run(source, "-p", "no:xdist", apart=True).assert_outcomes(passed=1)
