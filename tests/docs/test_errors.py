"""The page of error messages has every message, and every address that a message ends in."""

from __future__ import annotations

import ast

import pytest

from appint_mock import hints
from tests.docs import errors
from tests.docs.pages import ROOT, anchors

ADDRESSES = sorted(
    {
        str(node.args[0].value)
        for file in (ROOT / "appint_mock").rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "see"
        and isinstance(node.args[0], ast.Constant)
    }
)


@pytest.mark.parametrize("address", [*ADDRESSES, "control-api"])
def test_the_address_in_a_message_is_on_the_page(address: str) -> None:
    assert address in anchors(errors.PAGE)


def test_every_section_is_the_address_of_messages() -> None:
    assert {errors.address(title) for title in errors.TOPICS} == {*ADDRESSES, "control-api"}


def test_the_page_is_in_the_repository_until_it_is_hosted() -> None:
    assert hints.ERRORS.startswith("https://") or (ROOT / hints.ERRORS).exists()


@pytest.mark.appint_mock_allow("unused_faults")
def test_the_page_has_the_messages_of_today() -> None:
    assert errors.PAGE.read_text("utf-8") == errors.page(), "write it with: python -m tests.docs.errors"


def test_one_line_moves_all_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hints, "ERRORS", "https://example.com/errors.html")
    assert hints.see("clock") == "\nSee https://example.com/errors.html#clock"
