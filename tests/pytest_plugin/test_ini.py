"""Every option of every mock can be given in the ini file; fixtures start from an empty state."""

from __future__ import annotations

from typing import Any

import pytest

from appint_mock import mock_appintegrations, mock_dataexchange
from tests.pytest_plugin.conftest import Run

#: A value that is no default, as the ini file spells it and as the option has it.
VALUES: dict[str, tuple[str, Any]] = {
    "account_id": ("111111111111", "111111111111"),
    "region_name": ("eu-west-3", "eu-west-3"),
    "page_size": ("2", 2),
    "quotas": ("true", True),
    "passthrough": ("s3 sqs", ["s3", "sqs"]),
    "fast_retries": ("false", False),
    "seed": ("7", 7),
    "fresh": ("no", False),
    "single_association": ("off", False),
    "job_polls": ("none", None),
}
MOCKS: dict[str, Any] = {"appintegrations": mock_appintegrations, "dataexchange": mock_dataexchange}


def value_of(option: str, default: Any) -> tuple[str, Any]:
    """As in VALUES; of an option that is not there, one that differs from its default."""
    if option in VALUES:
        return VALUES[option]
    return (str(not default).lower(), not default) if isinstance(default, bool) else ("3", 3)


@pytest.mark.parametrize(
    ("service", "option"), [(service, option) for service, make in MOCKS.items() for option in make().known_options]
)
def test_every_option_can_be_given_in_the_ini_file(run: Run, service: str, option: str) -> None:
    text, value = value_of(option, MOCKS[service]().known_options[option].default)
    result = run(
        f"""
        from appint_mock.handle.handle import scope_of

        def test_it({service}):
            assert scope_of({service}).options[{option!r}] == {value!r}
        """,
        ini=f"appint_mock_{option} = {text}",
    )
    result.assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{'event_integrations': 2}", {"event_integrations": 2}),
        ("false", False),
    ],
)
def test_quotas_can_be_a_dict(run: Run, text: str, value: Any) -> None:
    result = run(
        f"""
        from appint_mock.handle.handle import scope_of

        def test_it(appintegrations):
            assert scope_of(appintegrations).options["quotas"] == {value!r}
        """,
        ini=f"appint_mock_quotas = {text}",
    )
    result.assert_outcomes(passed=1)


def test_an_option_of_one_service_leaves_the_other_alone(run: Run) -> None:
    result = run("def test_it(appintegrations, dataexchange): pass", ini="appint_mock_job_polls = 1")
    result.assert_outcomes(passed=1)


def test_a_marker_wins_over_the_ini_file_and_the_command_line_over_both_files(run: Run) -> None:
    source = """
    import pytest
    from appint_mock.handle.handle import scope_of

    @pytest.mark.appintegrations(page_size=5)
    def test_marked(appintegrations):
        assert scope_of(appintegrations).options["page_size"] == 5

    def test_it(appintegrations):
        assert scope_of(appintegrations).options["page_size"] == 3
    """
    run(source, "-o", "appint_mock_page_size=3", ini="appint_mock_page_size = 2").assert_outcomes(passed=2)
    run(source, "-o", "appint_mock_page_size=3").assert_outcomes(passed=2)


@pytest.mark.parametrize("option", ["page_size", "seed", "job_polls", "region_name", "passthrough", "quotas"])
def test_a_wrong_value_names_its_line(run: Run, option: str) -> None:
    result = run("def test_it(dataexchange): pass", ini=f"\nappint_mock_{option} = ?!")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"tox.ini:4: appint_mock_{option}: {option}*?!*"])


def test_a_wrong_value_on_the_command_line_names_the_option(run: Run) -> None:
    result = run("def test_it(dataexchange): pass", "-o", "appint_mock_page_size=0")
    result.stdout.fnmatch_lines(["-o appint_mock_page_size: page_size='0': give a number of at least 1, or None."])


def test_the_options_stand_in_pytests_help(run: Run) -> None:
    shown = run("", "--help").stdout.str()
    for make in MOCKS.values():
        for option in make().known_options:
            assert f"appint_mock_{option}" in shown or option == "region_name"


@pytest.mark.parametrize("workers", [(), ("-p", "xdist", "-n", "1")], ids=["alone", "xdist"])
def test_strict_is_the_strict_set_in_one_line(run: Run, workers: tuple[str, ...]) -> None:
    source = """
    import pytest
    from appint_mock.handle.handle import scope_of

    @pytest.fixture(params=["appintegrations", "dataexchange"])
    def mock(request):
        return request.getfixturevalue(request.param)

    def test_it(mock):
        options = scope_of(mock).options
        for name, option in mock.known_options.items():
            if option.strict is not ...:
                assert options[name] == option.strict != option.default
        assert options["quotas"] is True
        assert options.get("job_polls", 1) == 1

    @pytest.mark.dataexchange(job_polls=0)
    def test_a_marker_wins(dataexchange):
        assert scope_of(dataexchange).options["job_polls"] == 0
    """
    run(source, *workers, ini="appint_mock_strict = true", apart=bool(workers)).assert_outcomes(passed=3)


def test_a_single_option_wins_over_strict(run: Run) -> None:
    result = run(
        """
        from appint_mock.handle.handle import scope_of

        def test_it(dataexchange):
            options = scope_of(dataexchange).options
            assert (options["quotas"], options["job_polls"]) == (True, 4)
        """,
        ini="appint_mock_job_polls = 4\nappint_mock_strict = true",
    )
    result.assert_outcomes(passed=1)


# Fresh -----------------------------------------------------------------------------------------------------------

WIDER = """
import boto3
import pytest
from appint_mock import mock_appintegrations

MADE = {"EventFilter": {"Source": "aws.partner/x"}, "EventBridgeBus": "b"}


def names():
    found = boto3.client("appintegrations").list_event_integrations()["EventIntegrations"]
    return [each["Name"] for each in found]


@pytest.fixture(scope="module", autouse=True)
def wider():
    with mock_appintegrations(account_id="111111111111") as mock:
        boto3.client("appintegrations").create_event_integration(Name="wider", **MADE)
        yield mock


def test_without_a_fixture():
    assert names() == ["wider"]


def test_the_fixture_is_empty(appintegrations, wider):
    assert names() == []
    boto3.client("appintegrations").create_event_integration(Name="inner", **MADE)
    assert appintegrations.backend().account_id == "111111111111"
    assert len(wider.calls) >= 3


@pytest.mark.appintegrations(fresh=False)
def test_a_marker_joins(appintegrations):
    assert names() == ["wider"]


def test_after_it():
    assert names() == ["wider"]
"""


def test_a_fixture_starts_empty_also_inside_a_wider_scope(run: Run) -> None:
    run(WIDER, "-p", "no:randomly").assert_outcomes(passed=4)


def test_the_ini_file_can_let_fixtures_join(run: Run) -> None:
    result = run(WIDER, "-k", "fixture_is_empty", ini="appint_mock_fresh = false")
    result.assert_outcomes(failed=1, deselected=3)


@pytest.mark.parametrize("arguments", ["monkeypatch, appintegrations", "appintegrations, monkeypatch"])
def test_asking_for_monkeypatch_first_makes_no_difference(run: Run, arguments: str) -> None:
    result = run(
        f"""
        import os
        import boto3

        BEFORE = dict(os.environ)

        def test_it({arguments}):
            monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
            monkeypatch.setenv("AWS_ACCESS_KEY_ID", "mine")
            monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
            assert boto3.client("appintegrations").list_applications()["Applications"] == []

        def test_nothing_is_left():
            ours = {{name: value for name, value in os.environ.items() if name.startswith("AWS_")}}
            assert ours == {{name: value for name, value in BEFORE.items() if name.startswith("AWS_")}}
            assert boto3.DEFAULT_SESSION is None
        """,
        "-p",
        "no:randomly",
        apart=True,
    )
    result.assert_outcomes(passed=2)
