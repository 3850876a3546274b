"""Runs a user's test file in a pytest of its own, with the plugin."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol

import boto3  # noqa: F401 (once here; else each inner run imports it again)
import pytest

import appint_mock
from appint_mock import mock_appintegrations, mock_dataexchange  # noqa: F401 (likewise)


class Run(Protocol):
    """The fixture ``run``."""

    def __call__(
        self, source: str, *options: str, ini: str = "", apart: bool = False, columns: int = 120
    ) -> pytest.RunResult:
        """Run a test file; ``ini`` are lines of pytest.ini, ``apart`` means in a process of its own."""


@pytest.fixture
def run(pytester: pytest.Pytester, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Run:
    # Installed, the plugin comes by its entry point.
    installed = request.config.pluginmanager.has_plugin("appint_mock")
    plugin = () if installed else ("-p", "appint_mock.pytest_plugin")
    paths = [str(Path(appint_mock.__file__).parent.parent), os.environ.get("PYTHONPATH", "")]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, paths)))

    def run(source: str, *options: str, ini: str = "", apart: bool = False, columns: int = 120) -> pytest.RunResult:
        monkeypatch.setenv("COLUMNS", str(columns))
        pytester.makeini(f"[pytest]\nasyncio_default_fixture_loop_scope = function\n{ini}")
        pytester.makepyfile(source)
        # hypothesis loads itself whole at the end of each run.
        arguments = (*plugin, "-p", "no:cacheprovider", "-p", "no:hypothesispytest", "-W", "error", *options)
        return (pytester.runpytest_subprocess if apart else pytester.runpytest_inprocess)(*arguments)

    return run
