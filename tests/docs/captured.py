"""What the documentation shows of runs and of the code: written by `python -m tests.docs.captured`.

An HTML comment ``run: OPTIONS`` stands before each program whose output is shown; the next block of text is what pytest
prints of it. ``program: FILE`` stands before a block that is a file of docs/. The tables of quotas and of options, and
the reference's lists of names, stand between two comments.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

from appint_mock.services.dataexchange.quotas import QUOTAS, plain
from tests.docs import options, reference
from tests.docs.pages import PAGES, ROOT

#: How many columns code and output have.
WIDTH = 88
#: The pages that show output or tables of the code.
CAPTURED = [page for page in PAGES if re.search("<!-- (run:|program:|options|quotas|names)", page.read_text("utf-8"))]
_QUOTAS = re.compile(r"(?<=<!-- quotas -->\n).*?(?=<!-- /quotas -->)", re.DOTALL)
_OPTIONS = re.compile(r"(?<=<!-- options -->\n).*?(?=<!-- /options -->)", re.DOTALL)
_PROGRAM = re.compile(r"(?P<before><!-- program: (?P<file>\S+) -->\n```\w+\n).*?(?=^```$)", re.DOTALL | re.MULTILINE)
_CALL = re.compile(r"^(?:E +)?[0-9]+  \w+\(.*", re.MULTILINE)
_RUN = re.compile(
    r"<!-- run:(?P<options>.*?)-->\n```python\n(?P<source>.*?)```\n.*?```text\n(?P<output>.*?)```", re.DOTALL
)


def page_of_today(page: str) -> str:
    """The page, its quotas and names listed, files of programs put in, each program run and its output put in."""
    page = _PROGRAM.sub(lambda found: found["before"] + (ROOT / "docs" / found["file"]).read_text("utf-8"), page)
    page = _OPTIONS.sub(lambda _: options.table(), _QUOTAS.sub(_quotas, reference.with_names(page)))
    parts, end = [], 0
    for found in _RUN.finditer(page):
        parts += [page[end : found.start("output")], _shown(found["source"], found["options"].split())]
        end = found.end("output")
    return "".join(parts) + page[end:]


def _quotas(_: object) -> str:
    rows = ["| key | what AWS calls it | default |", "| --- | --- | ---: |"]
    for key, quota in QUOTAS.items():
        rows.append(f"| `{key}` | {quota.name} | {'-' if quota.default is None else plain(quota.default)} |")
    return "\n".join(["", *rows, "", ""])


def _shown(source: str, options: list[str]) -> str:
    """What pytest prints of a test file, no wider than a page: long sentences are wrapped, as terminals do."""
    columns, text = WIDTH, _output(source, options, WIDTH)
    # Errors stand behind the columns that fit the terminal.
    while columns > 40 and (over := max(len(row) for row in ["", *_CALL.findall(text)]) - WIDTH) > 0:
        columns -= over
        text = _output(source, options, columns)
    return "".join(f"{line}\n" for each in text.splitlines() for line in _wrapped(each))


def _wrapped(line: str) -> list[str]:
    indent = re.match(r"(E +)?(\* )?", line)
    assert indent
    after = (indent[1] or "") + " " * len(indent[2] or "")
    return textwrap.wrap(line, WIDTH, subsequent_indent=after, break_on_hyphens=False) if len(line) > WIDTH else [line]


def _output(source: str, options: list[str], width: int) -> str:
    """What pytest prints of a test file, without what differs from machine to machine."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "test_orders.py").write_text(source)
        finished = subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "appint_mock.pytest_plugin", "-p", "no:cacheprovider", *options],
            cwd=folder,
            env={
                **os.environ,
                # With these set, pytest shows every difference in full.
                "CI": "",
                "BUILD_NUMBER": "",
                "COLUMNS": str(width),
                "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
                "PYTHONPATH": str(ROOT),
            },
            capture_output=True,
            text=True,
            check=False,
        )
    lines = finished.stdout.splitlines()
    first = next(number for number, line in enumerate(lines) if line.endswith("[100%]"))
    # Only some versions of Python underline the place of an error.
    kept = [line.rstrip() for line in lines[first:-1] if not re.fullmatch(r" *[~^]+", line)]
    outcome = re.sub(r" in .*", " in 0.1s", lines[-1].strip("= "))
    text = "\n".join([*kept, f" {outcome} ".center(width, "="), ""])
    return re.sub(r"object at 0x\w+>", "object at 0x7f0123456789>", text)


if __name__ == "__main__":
    for path in CAPTURED:
        path.write_text(page_of_today(path.read_text("utf-8")), "utf-8")
