"""``python -m tests.integration.environments FOLDER``: write the table of versions in docs/neighbours.md.

The folder has, for each environment here, what ``pip freeze`` said in it: ``NAME.txt``. With ``--check`` nothing is
written, and a table that would change fails.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

HERE = Path(__file__).parent
PAGE = HERE.parent.parent.parent / "docs" / "neighbours.md"
TABLE = re.compile(r"(?<=<!-- versions -->\n).*?(?=<!-- /versions -->)", re.DOTALL)
#: What is shown, where an environment has it.
PACKAGES = ("botocore", "boto3", "moto", "responses", "requests", "aiobotocore", "aioboto3", "aiomoto")


def environments() -> list[str]:
    """The names of the environments."""
    return sorted(path.stem for path in HERE.glob("*.txt"))


def installed(frozen: str) -> dict[str, str]:
    """Versions by package, from what ``pip freeze`` said."""
    return dict(re.findall(r"^([\w.-]+)==(\S+)$", frozen, re.MULTILINE))


def table(folder: Path) -> str:
    """The table's lines."""
    versions = {name: installed((folder / f"{name}.txt").read_text("utf-8")) for name in environments()}
    rows = [["tested with", *versions], ["---"] * (len(versions) + 1)]
    rows += [[package, *(each.get(package, "-") for each in versions.values())] for package in PACKAGES]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def main() -> None:
    """Write the table, or check it."""
    parser = argparse.ArgumentParser(prog="python -m tests.integration.environments", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    page = PAGE.read_text("utf-8")
    written = TABLE.sub(lambda _: table(arguments.folder), page)
    if not arguments.check:
        PAGE.write_text(written, "utf-8")
    elif written != page:
        sys.exit(
            "docs/neighbours.md does not show the versions that were tested. It should have:\n\n"
            f"{table(arguments.folder)}\n"
            "Write it with: python -m tests.integration.environments FOLDER (of what pip freeze said in each one)."
        )


if __name__ == "__main__":
    main()
