"""What holds for every test: no way out of this machine, and an environment that names no AWS account."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from appint_mock.scopes import calls
from tests import answers, sockets
from tests.fidelity.operations import unforeseen

sockets.forbid()
answers.check_all()


def _check_error(call: calls.Call) -> None:
    complaint = unforeseen(call)
    if complaint is not None:
        answers.complaints.append(complaint)


# An error that docs/operations.md does not say the operation gives.
calls.listeners.append(_check_error)


def pytest_configure(config: pytest.Config) -> None:
    """Make known the marker that says which rules a test holds: see docs/contributing.md."""
    config.addinivalue_line("markers", "fidelity(*rules): the rules of docs/fidelity.md that the test holds")


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    # No configuration of the person who runs the suite.
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture(autouse=True)
def _nothing_left_open() -> Iterator[None]:
    from appint_mock.scopes import stack

    before = stack.all_open()
    yield
    assert stack.all_open() == before, "the test left a scope open"


@pytest.fixture(autouse=True)
def _every_answer_fits_the_model() -> Iterator[None]:
    answers.complaints.clear()
    yield
    assert not answers.complaints, answers.complaints
