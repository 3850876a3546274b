"""Each code block of the documentation is run as it stands, or says why it is not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import requests  # noqa: F401 (once here, else each inner run imports it again)

from tests.docs.captured import WIDTH
from tests.docs.pages import PAGES, README, ROOT, Block, blocks
from tests.programs import run_python
from tests.pytest_plugin.conftest import Run, run  # noqa: F401 (a fixture)

#: What is read and not run: output, settings, and what only Sphinx understands.
DATA = ("", "text", "ini", "{eval-rst}", "{include}")
#: Pages whose blocks are run elsewhere, in the environments or beside the programs that they need.
ELSEWHERE = {
    "coming-from-moto.md": "tests/integration/test_recipes.py",
    "neighbours.md": "tests/integration/test_recipes.py",
    "server.md": "tests/server/test_document.py",
}

ALL = [block for page in PAGES for block in blocks(page)]
#: The README's blocks build on each other, and are one file in the test below.
RUN = [
    block
    for block in ALL
    if block.language == "python" and not block.comment and block.page.name not in ELSEWHERE and block.page != README
]
TEST = re.compile(r"^(?:    |async )*def test_", re.MULTILINE)


@pytest.mark.parametrize("block", RUN, ids=lambda block: block.where)
def test_the_block_runs(run: Run, block: Block) -> None:  # noqa: F811 (the fixture)
    if "from moto import" in block.source:
        pytest.importorskip("moto", reason="without moto: .ci/run has environments with it")
    if TEST.search(block.source):
        run_as_tests(run, block.source)
    else:
        run_python(block.source)


def test_the_readme_runs(run: Run) -> None:  # noqa: F811 (the fixture)
    sources = [block.source for block in blocks(README) if block.language == "python" and not block.comment]
    assert len(sources) >= 4
    run_as_tests(run, "\n".join(sources))


def run_as_tests(run: Run, source: str) -> None:  # noqa: F811 (the fixture)
    outcomes = run(source).parseoutcomes()
    assert set(outcomes) == {"passed"}
    assert outcomes["passed"] >= len(TEST.findall(source))


@pytest.mark.parametrize(
    "block", [block for block in ALL if block.language not in (*DATA, "python")], ids=lambda block: block.where
)
def test_what_is_not_python_is_run_elsewhere_or_says_why_not(block: Block) -> None:
    if block.language == "sh" and block.page in (README, ROOT / "docs" / "server.md") and not block.comment:
        return  # .ci/run, and test_server_commands.py
    if block.comment.startswith("program:"):
        return  # tests/integration/test_recipes.py
    assert re.fullmatch(r"not run: .{10,}", block.comment), f"{block.where} is not run, and does not say why"


@pytest.mark.parametrize("block", [block for block in ALL if block.language == "python"], ids=lambda block: block.where)
def test_python_that_is_not_run_says_why(block: Block) -> None:
    assert not block.comment.startswith("not run:") or len(block.comment) > len("not run: ") + 10


@pytest.mark.parametrize(("page", "test"), ELSEWHERE.items())
def test_the_pages_that_are_run_elsewhere_are(page: str, test: str) -> None:
    source = Path(ROOT, test).read_text("utf-8")
    assert page in source
    assert "python" in source


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_code_fits_the_page(page: Path) -> None:
    # The README's two commands are for pasting, and CI takes them from there: a line each.
    fitting = [block for block in blocks(page) if not (page == README and block.language == "sh")]
    assert [line for block in fitting for line in block.source.splitlines() if len(line) > WIDTH] == []


@pytest.mark.parametrize("program", sorted((ROOT / "docs" / "examples").glob("*.py")), ids=lambda path: path.name)
def test_a_program_that_pages_show_fits_them(program: Path) -> None:
    assert [line for line in program.read_text("utf-8").splitlines() if len(line) > WIDTH] == []


def test_every_recipe_answers_a_question() -> None:
    for page in ("testing.md", "neighbours.md"):
        sections = (ROOT / "docs" / page).read_text("utf-8").split("\n## ")[1:]
        assert {section.count("```python") for section in sections} == {1}, page
