"""Recipes of neighbours.md and coming-from-moto.md, and the programs of other pages, run as the files that they are."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import responses  # noqa: F401 (and requests with it: once here, else each inner run imports them again)

from tests.appintegrations.resources import has_member
from tests.programs import is_importable
from tests.pytest_plugin.conftest import Run, run  # noqa: F401 (a fixture)

DOCS = Path(__file__).parent.parent.parent / "docs"
PAGE = (DOCS / "neighbours.md").read_text("utf-8")
PROGRAMS = "".join(page.read_text("utf-8") for page in DOCS.glob("*.md"))
SECTION = re.compile(r"^## (?P<question>.+?)$(?P<body>.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
SECTIONS = {found["question"]: found["body"] for found in SECTION.finditer(PAGE)}
#: What a recipe needs beside what it imports, by a text in it.
NEEDS = {
    'client("stepfunctions"': "antlr4",
    'client("cloudformation")': "openapi_spec_validator",
    'client("resourcegroupstaggingapi")': "moto.core.resource_tagging",
    "mock_aws": "moto",
}


def blocks(language: str, body: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", body, re.MULTILINE | re.DOTALL)


def missing(recipe: str) -> list[str]:
    imported = re.findall(r"^(?:from|import) (\w+)", recipe, re.MULTILINE)
    needed = [*imported, *(module for text, module in NEEDS.items() if text in recipe)]
    return [name for name in needed if not is_importable(name)]


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


@pytest.mark.parametrize("name", sorted(set(re.findall(r"<!-- program: examples/(\w+)\.py -->", PROGRAMS))))
def test_the_program_that_a_page_begins_with_works(run: Run, name: str) -> None:  # noqa: F811 (the fixture)
    program = (DOCS / "examples" / f"{name}.py").read_text("utf-8")
    if missing(program):
        pytest.skip(f"without {', '.join(missing(program))}: .ci/run has environments with it")
    if "data_integration_association(" in program and not has_member(
        "CreateDataIntegrationAssociationRequest", "ClientId"
    ):
        pytest.skip("this botocore is older")
    assert run(program).parseoutcomes() == {"passed": len(re.findall(r"^def test_", program, re.MULTILINE))}


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
def test_the_program_for_other_languages_works() -> None:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    program = str(DOCS / "examples" / "not_python.sh")
    finished = subprocess.run(
        ["bash", program], env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False, timeout=120
    )
    assert finished.returncode == 0, finished.stderr
    integration, status = finished.stdout.splitlines()
    assert '"Name":"orders"' in integration
    assert status == "429"
