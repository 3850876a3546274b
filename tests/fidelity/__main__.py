"""Writes the pages of rules, operations and open questions; with ``--check`` says whether they are up to date."""

from __future__ import annotations

import argparse
import difflib
import sys
from pathlib import Path

from tests.docs import plots
from tests.fidelity import pages, questions

DOCS = Path(__file__).parent.parent.parent / "docs"


def main() -> str:
    """Write or check the pages. Returns what is wrong, if anything is."""
    parser = argparse.ArgumentParser(prog="python -m tests.fidelity", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, fail where a page is stale")
    check = parser.parse_args().check
    wrong = []
    written = {
        "fidelity.md": pages.fidelity(),
        "operations.md": pages.operations(),
        "questions.md": questions.questions(),
    }
    for name, page in written.items():
        path = DOCS / name
        stands = path.read_text("utf-8") if path.exists() else ""
        if not check:
            path.write_text(page, "utf-8")
        elif stands != page:
            lines = list(
                difflib.unified_diff(stands.splitlines(), page.splitlines(), "as it is", "as it would be", "", "", 0)
            )
            wrong.append("\n".join([f"docs/{name} is stale; write it with: python -m tests.fidelity", *lines[:20]]))
    if not check:
        plots.write()
    return "\n".join(wrong)


if __name__ == "__main__":
    sys.exit(main() or None)
