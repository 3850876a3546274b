"""``python -m tests.integration.environments FOLDER``: write the environments and their versions in docs/neighbours.md.

The folder has, for each environment here, what ``pip freeze`` said in it: ``NAME.txt``. What an environment is for
says the comment that its requirements begin with. With ``--check`` nothing is written, and a page that would change
fails.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

HERE = Path(__file__).parent
PAGE = HERE.parent.parent.parent / "docs" / "neighbours.md"
SECTION = re.compile(r"(?<=<!-- versions -->\n).*?(?=<!-- /versions -->)", re.DOTALL)
#: What is shown, where an environment has it.
PACKAGES = ("botocore", "boto3", "moto", "responses", "requests", "aiobotocore", "aioboto3", "aiomoto")


def environments() -> list[str]:
    """The names of the environments."""
    return sorted(path.stem for path in HERE.glob("*.txt"))


def installed(frozen: str) -> dict[str, str]:
    """Versions by package, from what ``pip freeze`` said."""
    return dict(re.findall(r"^([\w.-]+)==(\S+)$", frozen, re.MULTILINE))


def purpose(environment: str) -> str:
    """What an environment is for: the comment above its requirements."""
    first, *_ = (HERE / f"{environment}.txt").read_text("utf-8").splitlines()
    return first.removeprefix("# ")


def section(folder: Path) -> str:
    """The table of versions, and what each environment is for."""
    versions = {name: installed((folder / f"{name}.txt").read_text("utf-8")) for name in environments()}
    rows = [["tested with", *versions], ["---"] * (len(versions) + 1)]
    rows += [[package, *(each.get(package, "-") for each in versions.values())] for package in PACKAGES]
    purposes = [f"* `{name}`: {purpose(name)}" for name in versions]
    return "\n".join([*(f"| {' | '.join(row)} |" for row in rows), "", *purposes, ""])


def main() -> None:
    """Write the table, or check it."""
    parser = argparse.ArgumentParser(prog="python -m tests.integration.environments", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    page = PAGE.read_text("utf-8")
    written = SECTION.sub(lambda _: section(arguments.folder), page)
    if not arguments.check:
        PAGE.write_text(written, "utf-8")
    elif written != page:
        sys.exit(
            "docs/neighbours.md does not show the versions that were tested. It should have:\n\n"
            f"{section(arguments.folder)}\n"
            "Write it with: python -m tests.integration.environments FOLDER (of what pip freeze said in each one)."
        )


if __name__ == "__main__":
    main()
