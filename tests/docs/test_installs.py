"""A page that shows a block with an optional library says nearby what to install."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator

import pytest

from tests.docs.pages import PAGES, Block, blocks

#: What is there with `pip install . boto3 pytest`; responses brings requests.
ALWAYS = {"appint_mock", "boto3", "botocore", "pytest", "requests", "responses"}
#: What a block that asks for these needs, as pip calls it.
PACKAGES = {
    "asyncio mark": "pytest-asyncio",
    "appint_mock.server": ".[server]",
}


def needs(source: str) -> set[str]:
    """The packages that a block needs beyond ours, boto3 and pytest to run."""
    tree, found = ast.parse(source), set()
    tree.body = [each for each in tree.body if not ast.unparse(each).startswith("if TYPE_CHECKING:")]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
        elif isinstance(node, ast.arg) and node.arg == "server":  # the fixture
            found.add("appint_mock.server")
    if "pytest.mark.asyncio" in source:
        found.add("asyncio mark")
    if re.search(r'"appint_mock", "serve"|"appint-mock"', source):
        found.add("appint_mock.server")
    rooms = {name if name in PACKAGES else name.partition(".")[0] for name in found}
    return {PACKAGES.get(name, name) for name in rooms - ALWAYS - sys.stdlib_module_names}


def missing(block: Block, page: str) -> set[str]:
    """Those of them that neither the start of the page nor the block's section, above the block, says to install."""
    above = "".join(page.splitlines(keepends=True)[: block.line - 1])
    start, *sections = re.split(r"^## ", above, flags=re.MULTILINE)
    installed = " ".join(re.findall(r"pip install ([^`\n]+)", "".join([start, *sections[-1:]])))
    return {package for package in needs(block.source) if package not in installed}


def shown() -> Iterator[Block]:
    for page in PAGES:
        yield from (
            block for block in blocks(page) if block.language == "python" and not block.comment.startswith("not run")
        )


@pytest.mark.parametrize("block", [block for block in shown() if needs(block.source)], ids=lambda block: block.where)
def test_a_block_says_what_to_install(block: Block) -> None:
    assert missing(block, block.page.read_text("utf-8")) == set(), f"above {block.where}: pip install …"


def test_a_block_without_its_line_is_found() -> None:
    source = "from freezegun import freeze_time\n@pytest.mark.asyncio\nasync def test_it(server): ...\n"
    page = f"# Page\n`pip install '.[server]'`\n## Other\n`pip install freezegun`\n## One\n```python\n{source}```\n"
    assert missing(Block(PAGES[0], 6, "python", source, ""), page) == {"freezegun", "pytest-asyncio"}
