"""The captured output in docs/pytest.md: `python -m tests.docs.captured` writes it anew, from real runs.

An HTML comment ``run: OPTIONS`` stands before each program there; the next block of text is what pytest prints of it.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs" / "pytest.md"
_RUN = re.compile(
    r"<!-- run:(?P<options>.*?)-->\n```python\n(?P<source>.*?)```\n.*?```text\n(?P<output>.*?)```", re.DOTALL
)
_WIDTH = 110


def page_with_output(page: str) -> str:
    """The page, each program run and its output put in."""
    parts, end = [], 0
    for found in _RUN.finditer(page):
        parts += [page[end : found.start("output")], _output(found["source"], found["options"].split())]
        end = found.end("output")
    return "".join(parts) + page[end:]


def _output(source: str, options: list[str]) -> str:
    """What pytest prints of a test file, without what differs from machine to machine."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "test_orders.py").write_text(source)
        finished = subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "appint_mock.pytest_plugin", "-p", "no:cacheprovider", *options],
            cwd=folder,
            env={
                **os.environ,
                "COLUMNS": str(_WIDTH),
                "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
                "PYTHONPATH": str(ROOT),
            },
            capture_output=True,
            text=True,
            check=False,
        )
    lines = finished.stdout.splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("test_orders.py"))
    # Only some versions of Python underline the place of an error.
    kept = [line.rstrip() for line in lines[first:-1] if not re.fullmatch(r" *\^+", line)]
    outcome = re.sub(r" in .*", " in 0.1s", lines[-1].strip("= "))
    text = "\n".join([*kept, f" {outcome} ".center(_WIDTH, "="), ""])
    return re.sub(r"object at 0x\w+>", "object at 0x7f0123456789>", text)


if __name__ == "__main__":
    PAGE.write_text(page_with_output(PAGE.read_text("utf-8")), "utf-8")
