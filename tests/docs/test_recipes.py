"""Each recipe of docs/testing.md is run, as the test file that it is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.pytest_plugin.conftest import Run, run  # noqa: F401 (a fixture)

PAGE = Path(__file__).parent.parent.parent / "docs" / "testing.md"
RECIPE = re.compile(r"^## (?P<question>.+?)$(?P<body>.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
RECIPES = {found["question"]: BLOCK.findall(found["body"]) for found in RECIPE.finditer(PAGE.read_text("utf-8"))}


@pytest.mark.parametrize("question", RECIPES)
def test_the_recipe_works(run: Run, question: str) -> None:  # noqa: F811 (the fixture)
    (source,) = RECIPES[question]
    outcomes = run(source).parseoutcomes()
    assert set(outcomes) == {"passed"}
    assert outcomes["passed"] >= source.count("\ndef test_") + source.count("async def test_")


def test_every_block_belongs_to_a_question() -> None:
    blocks = PAGE.read_text("utf-8").count("```python")
    assert blocks == sum(map(len, RECIPES.values())) >= 20
