"""What an older model lacks is found by comparison, and a test that fails for it is skipped with its name."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import botocore
import pytest

from tests import models

Model = dict[str, Any]


def found(change: Callable[[Model], object]) -> set[str]:
    newest = models.recorded()["services"]["appintegrations"]
    older = copy.deepcopy(newest)
    change(older)
    return {lack.what for lack in models._Comparison("appintegrations", older, newest).lacks()}


def test_a_model_lacks_nothing_of_itself() -> None:
    assert found(lambda model: None) == set()


def test_a_botocore_that_is_not_older_lacks_nothing() -> None:
    assert models.is_older() or models.lacks() == ()
    assert models.version(botocore.__version__) >= (1, 34)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda model: model["operations"].pop("DeleteApplication"), "the operation DeleteApplication"),
        (
            lambda model: model["shapes"]["CreateApplicationRequest"]["members"].pop("ApplicationType"),
            "ApplicationType of CreateApplicationRequest",
        ),
        (
            lambda model: model["shapes"]["ApplicationType"]["enum"].remove("SERVICE"),
            "SERVICE, a value of CreateApplication: ApplicationType of CreateApplicationRequest",
        ),
        (
            lambda model: model["shapes"]["CreateDataIntegrationRequest"]["required"].append("SourceURI"),
            "today's rule whether SourceURI of CreateDataIntegrationRequest is required",
        ),
        (
            lambda model: model["shapes"]["EventName"].update(max=1),
            None,
        ),
        (
            lambda model: model["operations"]["CreateApplication"]["errors"].pop(0),
            "the error InternalServiceError of CreateApplication",
        ),
    ],
)
def test_what_an_older_model_lacks_is_named(change: Callable[[Model], object], what: str | None) -> None:
    assert what is None or what in found(change)


CONFTEST = """
from tests import models
from tests.models import skipping

models.lacks = lambda: (models.Lack("dataexchange", "CreateDataGrant", "create_data_grant", True, "CreateDataGrant"),)


def pytest_configure(config):
    skipping.install(config)
"""


@pytest.mark.parametrize(
    ("body", "outcomes"),
    [
        ("object().create_data_grant()", {"skipped": 1}),
        ("assert 1 == 2", {"failed": 1}),
        # The library crashes for it.
        ("from appint_mock import hints; hints.letters_of(None and 'create_data_grant')", {"failed": 1}),
        ("pass", {"passed": 1}),
    ],
)
def test_only_a_failure_that_names_what_lacks_is_skipped(
    body: str, outcomes: dict[str, int], pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent.parent.parent))
    monkeypatch.delenv("APPINT_MOCK_NO_SKIPS", raising=False)
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(f"def test_it():\n    {body}\n")
    run = pytester.runpytest_subprocess("-p", "no:randomly", "-rs")
    run.assert_outcomes(**outcomes)
    run.stdout.fnmatch_lines(["*tests ran (at least 0 must*"])


def test_a_run_of_too_few_tests_fails(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent.parent.parent))
    monkeypatch.setenv("APPINT_MOCK_ENVIRONMENT", "floor")
    monkeypatch.delenv("APPINT_MOCK_NO_SKIPS", raising=False)
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile("def test_it():\n    pass\n")
    assert pytester.runpytest_subprocess("-p", "no:randomly").ret == pytest.ExitCode.TESTS_FAILED
