"""The reference names all that a test may use: what the handles have, and what the other pages show."""

from __future__ import annotations

import re
from typing import Any

import pytest

import appint_mock
from appint_mock import services
from appint_mock.scopes.call import Call
from appint_mock.scopes.call_log import CallLog
from appint_mock.scopes.faults import Faults
from appint_mock.services.dataexchange.objects import ObjectStore
from appint_mock.state.clock import Clock
from tests.docs import reference
from tests.docs.pages import PAGES, ROOT, blocks

TEXT = reference.PAGE.read_text("utf-8")
DOCUMENTED = reference.documented(TEXT)
NAMES = set().union(*DOCUMENTED.values())

#: How other pages write each kind of object, and its class.
WRITTEN = {
    r"\b(?:aws|appintegrations|dataexchange|server)": appint_mock.DataExchangeMock,
    r"\bbackend(?:\([^)\n]*\))?": appint_mock.DataExchangeBackend,
    r"\b(?:backend|appintegrations\.backend)(?:\([^)\n]*\))?": appint_mock.AppIntegrationsBackend,
    r"\bclock": Clock,
    r"\bcalls": CallLog,
    r"\b(?:call|calls\.last)": Call,
    r"\bfaults": Faults,
    r"\bobjects": ObjectStore,
}
#: What every list and mapping has, and what the page's table names.
KNOWN = {*dir(list), *dir(dict)} | set(re.findall(r"`(\w+)`", TEXT))


def shown(page: str) -> list[str]:
    """The members of our objects that a page shows, in code or in a sentence."""
    return [
        name
        for written, its_class in WRITTEN.items()
        for name in re.findall(rf"{written}\.([a-z]\w*)", page)
        if hasattr(its_class, name)
    ]


def missing(page: str) -> set[str]:
    """Those of them that the reference does not have."""
    operations = {
        each.method_name for name in services.names() for each in services.load(name).catalogue.operations.values()
    }
    return set(shown(page)) - NAMES - KNOWN - operations


@pytest.mark.parametrize(
    "page",
    [page for page in PAGES if page.name not in ("architecture.md", "contributing.md")],
    ids=lambda page: page.name,
)
def test_what_another_page_shows_of_our_objects_is_in_the_reference(page: Any) -> None:
    assert missing(page.read_text("utf-8")) == set()


def test_what_is_not_in_the_reference_is_found() -> None:
    assert missing("Call `aws.backend().creation()`, `clock.dump()` or `aws.calls.folded`.") == {
        "creation",
        "dump",
        "folded",
    }
    assert "fail_job" in shown((ROOT / "docs" / "dataexchange.md").read_text("utf-8"))


@pytest.mark.parametrize("name", services.names())
def test_a_service_s_methods_for_tests_are_in_the_reference(name: str) -> None:
    backend = services.load(name).backend
    assert set(services.load(name).seeding) - DOCUMENTED[f"appint_mock.{backend.__name__}"] == set()


@pytest.mark.parametrize("handle", [appint_mock.AppIntegrationsMock, appint_mock.DataExchangeMock])
def test_all_that_a_handle_has_is_in_the_reference(handle: type) -> None:
    assert {name for name in dir(handle) if name[0] != "_"} - NAMES == set()


def test_every_public_name_is_in_the_reference() -> None:
    assert {f"appint_mock.{name}" for name in appint_mock.__all__} - set(DOCUMENTED) == set()


def test_each_directive_of_the_page_has_its_list() -> None:
    directives = [block for block in blocks(reference.PAGE) if block.language == "{eval-rst}"]
    assert len(directives) == TEXT.count("<!-- names -->") == TEXT.count("<!-- /names -->")


def test_a_change_of_the_code_makes_the_page_stale(monkeypatch: pytest.MonkeyPatch) -> None:
    def advance(self: Clock, by: int = 2, *, far: bool) -> None:
        """Goes on."""

    monkeypatch.setattr(Clock, "advance", advance)
    assert "\n  * `advance(by: int = 2, *, far: bool)`: Goes on.\n" in reference.with_names(TEXT)
