"""The four fixtures and the two markers."""

from __future__ import annotations

import pytest

from .conftest import Run

LIST = {"appintegrations": "list_event_integrations", "dataexchange": "list_data_sets"}
services = pytest.mark.parametrize("service", LIST)


@services
def test_a_client_fixture_is_answered_by_the_fixture_of_its_service(run: Run, service: str) -> None:
    result = run(
        f"""
        def test_it({service}, {service}_client):
            {service}_client.{LIST[service]}()
            assert len({service}.calls) == 1
        """
    )
    result.assert_outcomes(passed=1)


@services
def test_a_marker_opens_the_scope_without_the_fixture(run: Run, service: str) -> None:
    result = run(
        f"""
        import boto3, pytest

        @pytest.mark.{service}
        def test_it():
            boto3.client("{service}").{LIST[service]}()
        """
    )
    result.assert_outcomes(passed=1)


def test_both_services_stand_side_by_side(run: Run) -> None:
    result = run(
        """
        import pytest

        @pytest.mark.dataexchange
        @pytest.mark.appintegrations
        def test_it(appintegrations_client, dataexchange_client):
            appintegrations_client.list_event_integrations()
            dataexchange_client.list_data_sets()
        """
    )
    result.assert_outcomes(passed=1)


def test_each_test_starts_from_an_empty_state(run: Run) -> None:
    result = run(
        """
        import pytest

        @pytest.mark.parametrize("turn", [1, 2])
        def test_it(appintegrations_client, turn):
            name = {"Name": "orders", "EventFilter": {"Source": "aws.partner/x"}, "EventBridgeBus": "default"}
            appintegrations_client.create_event_integration(**name)
        """
    )
    result.assert_outcomes(passed=2)


def test_options_of_a_marker_hold_for_the_fixture(run: Run) -> None:
    result = run(
        """
        import pytest

        @pytest.mark.appintegrations(quotas={"event_integrations": 0}, account_id="210987654321")
        def test_it(appintegrations, appintegrations_client):
            with pytest.raises(appintegrations_client.exceptions.ResourceQuotaExceededException):
                appintegrations_client.create_event_integration(
                    Name="orders", EventFilter={"Source": "aws.partner/x"}, EventBridgeBus="default"
                )
            assert appintegrations.calls.last.account_id == "210987654321"
        """
    )
    result.assert_outcomes(passed=1)


def test_a_nearer_marker_goes_before_one_farther_out(run: Run) -> None:
    result = run(
        """
        import pytest

        pytestmark = pytest.mark.appintegrations(account_id="111111111111", region_name="eu-west-1")

        @pytest.mark.appintegrations(account_id="222222222222")
        class TestNear:
            def test_of_the_class(self, appintegrations):
                assert appintegrations.backend().account_id == "222222222222"
                assert appintegrations.backend().region_name == "eu-west-1"

            @pytest.mark.appintegrations(account_id="333333333333")
            def test_of_the_function(self, appintegrations):
                assert appintegrations.backend().account_id == "333333333333"

        def test_of_the_module(appintegrations):
            assert appintegrations.backend().account_id == "111111111111"
        """
    )
    result.assert_outcomes(passed=3)


def test_a_marked_scope_opens_behind_the_fixtures_that_outlive_the_test_and_before_its_own(run: Run) -> None:
    result = run(
        """
        import os

        import boto3
        import pytest

        @pytest.fixture(scope="session")
        def of_the_session():
            assert "AWS_SESSION_TOKEN" not in os.environ

        @pytest.fixture(autouse=True)
        def of_every_test(of_the_session):
            assert os.environ["AWS_SESSION_TOKEN"] == "testing"

        @pytest.fixture
        def integration():
            boto3.client("appintegrations").create_event_integration(
                Name="orders", EventFilter={"Source": "aws.partner/x"}, EventBridgeBus="default"
            )

        @pytest.mark.appintegrations
        def test_it(integration, of_the_session, appintegrations):
            appintegrations.calls.assert_called("CreateEventIntegration")
        """
    )
    result.assert_outcomes(passed=1)


def test_a_fixture_of_the_user_may_build_on_ours(run: Run) -> None:
    result = run(
        """
        import pytest

        @pytest.fixture
        def bus(appintegrations):
            appintegrations.fail("*", "ThrottlingException", times=None)
            return appintegrations

        @pytest.mark.appintegrations(seed=1)
        def test_it(bus, appintegrations):
            assert bus is appintegrations
            assert len(appintegrations.faults) == 1
        """
    )
    result.assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("marker", "expected"),
    [
        (
            "pagesize=2",
            "@pytest.mark.appintegrations: *no option 'pagesize'. Did you mean 'page_size'?*account_id*seed*",
        ),
        ("page_size=0", "@pytest.mark.appintegrations: page_size=0: give a number of at least 1, or None."),
        ("2", "@pytest.mark.appintegrations takes options by their names, not 2.*"),
        ("quotas={'event_integration': 1}", "*'event_integration'. Did you mean 'event_integrations'?*"),
        ("job_polls=1", "*mock_appintegrations() has no option 'job_polls'*"),
    ],
)
def test_a_wrong_marker_fails_the_test_and_says_what_to_give(run: Run, marker: str, expected: str) -> None:
    result = run(
        f"""
        import pytest

        @pytest.mark.appintegrations({marker})
        def test_it():
            pass
        """
    )
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([expected])
    result.stdout.no_fnmatch_line("*Traceback*")
    # Told once: the exception that it was made of is not shown too.
    result.stdout.no_fnmatch_line("*During handling*")


def test_a_unittest_case_is_marked_like_any_test(run: Run) -> None:
    result = run(
        """
        import unittest

        import boto3
        import pytest

        @pytest.mark.appintegrations
        class TestOrders(unittest.TestCase):
            def setUp(self):
                self.client = boto3.client("appintegrations")
                self.client.create_event_integration(
                    Name="orders", EventFilter={"Source": "aws.partner/x"}, EventBridgeBus="default"
                )

            def test_one(self):
                self.assertEqual(len(self.client.list_event_integrations()["EventIntegrations"]), 1)

            @pytest.mark.appintegrations(page_size=1)
            def test_two(self):
                self.assertEqual(len(self.client.list_event_integrations()["EventIntegrations"]), 1)

        class TestOne(unittest.TestCase):
            @pytest.fixture(autouse=True)
            def _handle(self, appintegrations):
                self.aws = appintegrations

            def test_it(self):
                self.aws.calls.assert_not_called()
        """
    )
    result.assert_outcomes(passed=3)


def test_asynchronous_tests_and_fixtures_are_served(run: Run) -> None:
    result = run(
        """
        import asyncio

        import pytest
        import pytest_asyncio

        @pytest_asyncio.fixture
        async def integration(appintegrations_client):
            await asyncio.sleep(0)
            appintegrations_client.create_event_integration(
                Name="orders", EventFilter={"Source": "aws.partner/x"}, EventBridgeBus="default"
            )

        @pytest.mark.asyncio
        @pytest.mark.appintegrations(page_size=1)
        async def test_it(integration, appintegrations_client):
            await asyncio.sleep(0)
            assert appintegrations_client.get_event_integration(Name="orders")["Name"] == "orders"
        """
    )
    result.assert_outcomes(passed=1)


def test_the_fixtures_and_markers_are_listed_with_what_they_do(run: Run) -> None:
    run("", "--markers").stdout.fnmatch_lines(
        ["@pytest.mark.appintegrations(**options)*mock_appintegrations*", "@pytest.mark.dataexchange(**options)*"]
    )
    result = run("", "--fixtures")
    for fixture in ("appintegrations", "appintegrations_client", "dataexchange", "dataexchange_client"):
        result.stdout.re_match_lines([rf"{fixture} -- "])


def test_ini_options_are_defaults_that_a_marker_overrides(run: Run) -> None:
    result = run(
        """
        import boto3, pytest

        def test_from_the_file(appintegrations, appintegrations_client):
            backend = appintegrations.backend()
            assert (backend.account_id, backend.region_name) == ("111111111111", "eu-central-1")
            assert appintegrations_client.meta.region_name == "eu-central-1"

        @pytest.mark.appintegrations(region_name="eu-west-3")
        def test_from_the_marker(appintegrations):
            backend = appintegrations.backend()
            assert (backend.account_id, backend.region_name) == ("111111111111", "eu-west-3")
        """,
        ini="appint_mock_region = eu-central-1\nappint_mock_account_id = 111111111111",
    )
    result.assert_outcomes(passed=2)


def test_a_wrong_ini_option_says_what_to_give(run: Run) -> None:
    result = run("def test_it(appintegrations): pass", ini="appint_mock_account_id = 12")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["tox.ini:3: appint_mock_account_id: account_id='12': give a string of 12 digits."])
    result.stdout.no_fnmatch_line("*During handling*")


def test_follow_moto_is_called_where_the_ini_option_says_so(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        follow_stub="""
        import sys, types

        stub = types.ModuleType("appint_mock.integrations.moto")
        stub.followed = 0

        def follow():
            stub.followed += 1

        stub.follow = follow
        stub.unfollow = lambda: None
        sys.modules["appint_mock.integrations.moto"] = stub
        """
    )
    source = """
        import sys

        def test_it():
            assert sys.modules["appint_mock.integrations.moto"].followed == {}
        """
    run(source.format(1), "-p", "follow_stub", ini="appint_mock_follow_moto = true", apart=True).assert_outcomes(
        passed=1
    )
    run(source.format(0), "-p", "follow_stub", apart=True).assert_outcomes(passed=1)


def test_motos_mock_alone_starts_our_services_where_the_ini_option_says_so(run: Run) -> None:
    pytest.importorskip("moto", reason="moto is not installed: pip install moto")
    result = run(
        """
        import boto3
        from moto import mock_aws

        @mock_aws
        def test_it():
            assert boto3.client("appintegrations").list_applications()["Applications"] == []
        """,
        ini="appint_mock_follow_moto = true",
        apart=True,
    )
    result.assert_outcomes(passed=1)


PATCHED_FIRST = """
import os

import boto3
import pytest

from appint_mock import mock_appintegrations


@pytest.fixture
def profile(monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "of the program")
    monkeypatch.setenv("AWS_CREDENTIAL_EXPIRATION", "2001-01-01T00:00:00Z")


@pytest.mark.parametrize("run", range(2))
def test_a_variable_is_set_outside_of_the_scope(profile, run):
    with mock_appintegrations():
        assert boto3.client("appintegrations").list_applications()["Applications"] == []


def test_nothing_is_left_of_it():
    assert "AWS_PROFILE" not in os.environ
    assert "AWS_CREDENTIAL_EXPIRATION" not in os.environ
"""


def test_a_variable_that_was_patched_before_the_scope_is_gone_with_its_patch(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    monkeypatch.delenv("AWS_CREDENTIAL_EXPIRATION", raising=False)
    run(PATCHED_FIRST, "-p", "no:randomly", apart=True).assert_outcomes(passed=3)


OF_AN_EARLIER_TEST = """
import os

from appint_mock import mock_appintegrations

os.environ["AWS_ACCESS_KEY_ID"] = "of the first test"


def test_the_first_has_a_key_of_its_own(appintegrations):
    pass


def test_the_second_has_none_any_more():
    del os.environ["AWS_ACCESS_KEY_ID"]


def test_the_third_puts_back_what_the_scope_had_set(monkeypatch):
    with mock_appintegrations():
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "patched")


def test_nothing_is_left_of_the_first_one_s():
    assert "AWS_ACCESS_KEY_ID" not in os.environ
"""


def test_a_variable_comes_back_only_if_it_was_there_before_that_very_test(run: Run) -> None:
    run(OF_AN_EARLIER_TEST, "-p", "no:randomly", apart=True).assert_outcomes(passed=4)
