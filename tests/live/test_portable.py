"""Which tests can ask a service is read from their code: here from that of tests of the suite, of each kind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fidelity.covering import collected
from tests.live.costs import costs_of, lasting
from tests.live.portable import Needs, needs, rules_of

_FILES = (
    "tests/appintegrations/test_event_integrations.py",
    "tests/appintegrations/test_lists.py",
    "tests/appintegrations/test_wire.py",
    "tests/dataexchange/test_grants.py",
    "tests/dataexchange/test_revisions.py",
)


@pytest.fixture(scope="module")
def items() -> dict[str, pytest.Item]:
    """Tests of the suite by name, with the case of a parametrised one."""
    return {item.name: item for item in collected(*_FILES)}


def _needs(items: dict[str, pytest.Item], name: str) -> Needs:
    return needs(items[name])


def test_a_test_of_a_client_alone_is_portable(items: dict[str, pytest.Item]) -> None:
    need = _needs(items, "test_a_taken_name_is_a_duplicate")
    assert need == Needs((), frozenset({"CreateEventIntegration"}), 1)


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("test_deleting_an_associated_event_integration_is_refused", "the fixture backend"),
        ("test_every_answer_has_the_headers_of_aws", "the fixture aws"),
        ("test_page_size_is_the_default_and_the_largest_page[ListApplications]", "`mock_appintegrations`"),
        ("test_an_unsigned_request_is_refused_as_api_gateway_does", "clients of its own"),
        ("test_any_text_that_the_mock_did_not_hand_out_is_invalid", "examples by hypothesis"),
    ],
)
def test_what_a_test_needs_of_the_mock_is_found(items: dict[str, pytest.Item], name: str, what: str) -> None:
    assert what in _needs(items, name).of_mock


def test_a_case_is_portable_if_its_own_parameters_are(items: dict[str, pytest.Item]) -> None:
    name = "test_items_come_in_the_order_of_creation[{}]"
    assert _needs(items, name.format("ListApplications")).of_mock == ()
    # Made by the backend, and with an option.
    assert "`stack`" in _needs(items, name.format("ListApplicationAssociations")).of_mock
    assert "`mock_appintegrations`" in _needs(items, name.format("ListDataIntegrationAssociations")).of_mock


def test_operations_of_helpers_parameters_and_texts_are_found(items: dict[str, pytest.Item]) -> None:
    need = _needs(items, "test_items_come_in_the_order_of_creation[ListApplications]")
    assert need.operations >= {"CreateApplication", "ListApplications"}


def test_an_account_with_assets_is_portable_and_its_imports_cost_money(items: dict[str, pytest.Item]) -> None:
    need = _needs(items, "test_a_revision_can_be_finalized_opened_and_finalized_again")
    assert need.of_mock == ()
    assert need.operations >= {"CreateDataSet", "CreateRevision", "CreateJob", "StartJob", "UpdateRevision"}
    assert costs_of("dataexchange", need) == {"lasting", "money"}


def test_what_nothing_removes_is_lasting() -> None:
    assert lasting("appintegrations") == {"CreateDataIntegrationAssociation"}
    assert lasting("dataexchange") == {"CreateJob"}


def test_a_rule_about_the_mock_alone_is_asked_of_nobody(items: dict[str, pytest.Item]) -> None:
    item = items["test_any_authorization_header_counts_as_signed[nonsense]"]
    assert [rule for marker in item.iter_markers("fidelity") for rule in marker.args] == ["appintegrations:wire.signed"]
    assert rules_of(item) == []


def _two_accounts(items: dict[str, pytest.Item]) -> Iterator[Needs]:
    yield from (needs(item) for item in items.values() if "subscriber" in getattr(item, "fixturenames", ()))


def test_a_test_of_two_accounts_needs_both_and_reaches_others(items: dict[str, pytest.Item]) -> None:
    found = list(_two_accounts(items))
    assert found
    for need in found:
        assert need.accounts == 2
        assert "others" in costs_of("dataexchange", need)
