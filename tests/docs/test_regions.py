"""Examples name regions in which both services are."""

from __future__ import annotations

import re
from pathlib import Path

import boto3
import pytest

from tests.docs.pages import PAGES, ROOT

_REGION = re.compile(r"\b(?:af|ap|ca|eu|il|me|mx|sa|us)-[a-z]+-[0-9]\b")
#: What is written from other sources; the messages are also about regions that there are not.
_GENERATED = ("errors.md", "fidelity.md", "operations.md", "questions.md")
_TEXTS = [page for page in [*PAGES, *sorted((ROOT / "docs" / "examples").glob("*.py"))] if page.name not in _GENERATED]


@pytest.mark.parametrize("text", _TEXTS, ids=lambda text: str(text.name))
def test_every_region_in_the_documentation_has_both_services(text: Path) -> None:
    session = boto3.Session()
    here = set(session.get_available_regions("appintegrations")) & set(session.get_available_regions("dataexchange"))
    assert set(_REGION.findall(text.read_text("utf-8"))) <= here
