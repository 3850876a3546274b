"""The generated pages are those that the tests and the code give now."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import ModuleType

import botocore
import pytest

from tests import models
from tests.fidelity import appintegrations, dataexchange, evidence, pages, rules
from tests.programs import is_importable

_ROOT = Path(__file__).parent.parent.parent


@pytest.mark.skipif(bool(models.lacks()), reason=f"botocore {botocore.__version__} lacks what the pages show")
@pytest.mark.skipif(
    not is_importable("moto.core.resource_tagging", "jsonpath_ng"),
    reason="some rules are covered by tests that need moto from 5.2.2 on, with moto[events]",
)
def test_the_generated_pages_are_up_to_date() -> None:
    checked = subprocess.run(
        [sys.executable, "-m", "tests.fidelity", "--check"],
        capture_output=True,
        text=True,
        cwd=_ROOT,
        check=False,
        timeout=120,
    )
    assert checked.returncode == 0, checked.stderr[-3000:]


def test_a_rule_without_a_test_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    lonely = rules.section("lonely", "Lonely", rules.assumed("rule", "Nobody holds it."))
    monkeypatch.setattr(evidence, "sections", lambda service: (lonely,) if service == "appintegrations" else ())
    monkeypatch.setattr(evidence, "tests_by_rule", dict)
    with pytest.raises(pages.WithoutTestError, match=r"No test covers appintegrations:lonely\.rule"):
        pages.fidelity()


def test_a_test_whose_rule_is_gone_fails_at_once() -> None:
    with pytest.raises(AssertionError, match=r"has no rule lists\.gone"):
        appintegrations.holds("lists.gone")


def test_two_rules_of_one_name_are_refused() -> None:
    twice = rules.section("a", "A", rules.assumed("b", "One."), rules.assumed("b", "Two."))
    with pytest.raises(AssertionError, match="twice in appintegrations"):
        rules.holder("appintegrations", (twice,))


def test_what_is_known_says_where_from() -> None:
    for make in (rules.seen, rules.doc):
        with pytest.raises(AssertionError, match="nobody says where"):
            make("a", "One.")


@pytest.mark.parametrize("service", [appintegrations, dataexchange])
def test_each_rule_is_one_line(service: ModuleType) -> None:
    for section in service.SECTIONS:
        for rule in section.rules:
            assert "\n" not in rule.text
            assert rule.text.endswith((".", "`"))
