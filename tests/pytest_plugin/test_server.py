"""The fixture ``server``: one server in each process, with nothing in it when a test begins."""

from __future__ import annotations

from .conftest import Run

TESTS = """
    import boto3, pytest

    def client(server):
        return boto3.client("appintegrations", endpoint_url=server.endpoint, region_name="us-east-1",
                            aws_access_key_id="a", aws_secret_access_key="b")

    seen = []

    @pytest.mark.parametrize("number", range(3))
    def test_it(server, number):
        seen.append(server.endpoint)
        assert len(set(seen)) == 1
        made = client(server)
        assert made.list_event_integrations()["EventIntegrations"] == []
        made.create_event_integration(Name="a", EventFilter={"Source": "aws.partner/x"}, EventBridgeBus="default")
        assert len(server.appintegrations.calls) == 2
        server.clock.advance(days=1)
"""


def test_each_test_gets_the_same_server_with_nothing_in_it(run: Run) -> None:
    run(TESTS).assert_outcomes(passed=3)


def test_each_worker_has_its_own(run: Run) -> None:
    run(TESTS, "-n", "2", apart=True).assert_outcomes(passed=3)


def test_a_fixture_of_that_name_of_the_users_own_takes_over(run: Run) -> None:
    result = run(
        """
        import pytest

        @pytest.fixture
        def server():
            return "mine"

        def test_it(server):
            assert server == "mine"
        """
    )
    result.assert_outcomes(passed=1)
