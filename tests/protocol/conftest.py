"""What holds for the tests of the protocol room."""

from __future__ import annotations

import inspect

import pytest

from appint_mock.protocol.operation import Operation


@pytest.fixture(autouse=True)
def _answers_need_not_fit_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    # The suite checks each answer of a backend against the model; here the serialiser is given what no backend would.
    monkeypatch.setattr(Operation, "serialise", inspect.unwrap(Operation.serialise))
