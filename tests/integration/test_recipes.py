"""Each recipe of neighbours.md and coming-from-moto.md is run as the test file that it is, beside what it uses."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest
import responses  # noqa: F401 (and requests with it: once here, else each inner run imports them anew)

from tests.pytest_plugin.conftest import Run, run  # noqa: F401 (a fixture)

DOCS = Path(__file__).parent.parent.parent / "docs"
PAGE = (DOCS / "neighbours.md").read_text("utf-8")
SECTION = re.compile(r"^## (?P<question>.+?)$(?P<body>.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
SECTIONS = {found["question"]: found["body"] for found in SECTION.finditer(PAGE)}
#: What a recipe needs beside what it imports, by a text in it.
NEEDS = {
    'client("cloudformation")': "openapi_spec_validator",
    'client("resourcegroupstaggingapi")': "moto.core.resource_tagging",
    "mock_aws": "moto",
}


def blocks(language: str, body: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", body, re.MULTILINE | re.DOTALL)


def missing(recipe: str) -> list[str]:
    imported = re.findall(r"^(?:from|import) (\w+)", recipe, re.MULTILINE)
    needed = [*imported, *(module for text, module in NEEDS.items() if text in recipe)]
    return [name for name in needed if not _is_there(name)]


def _is_there(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


@pytest.mark.parametrize("question", SECTIONS)
def test_the_recipe_works(run: Run, question: str) -> None:  # noqa: F811 (the fixture)
    (recipe,) = blocks("python", SECTIONS[question])
    ini = blocks("ini", SECTIONS[question])
    if missing(recipe):
        pytest.skip(f"without {', '.join(missing(recipe))}: .ci/run has environments with it")
    # What follows moto does so until its process ends.
    outcomes = run(recipe, ini="".join(ini), apart=bool(ini)).parseoutcomes()
    assert outcomes == {"passed": len(re.findall(r"^(?:async )?def test_", recipe, re.MULTILINE))}


def test_every_block_belongs_to_a_question() -> None:
    assert PAGE.count("```python") == len(SECTIONS)


def test_the_program_of_coming_from_moto_works(run: Run) -> None:  # noqa: F811 (the fixture)
    pytest.importorskip("moto")
    (program,) = blocks("python", (DOCS / "coming-from-moto.md").read_text("utf-8"))
    run(program).assert_outcomes(passed=1)
