"""Asks AWS whether the rules of docs/fidelity.md hold, and writes what it saw.

Runs the tests that need nothing but public operations. Says first what it will do, begins every created name with
`appint-live-`, removes what it made whatever happens, and calls nothing that costs money or cannot be undone unless
allowed.
"""

from __future__ import annotations

import argparse
import fnmatch
import signal
import sys
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from tests.fidelity.rules import SERVICES, sections
from tests.live import records
from tests.live.costs import CLASSES
from tests.live.plugin import Choice, LivePlugin, swept
from tests.live.run import ask
from tests.live.session import Session, open_session


def main(arguments: list[str] | None = None) -> int:
    """Ask. Returns 1 if a rule was contradicted, 2 if something could not be removed, else 0."""
    parser = _parser()
    given = parser.parse_args(arguments)
    _check_rules(parser, given.rule)
    try:
        session = open_session(
            given.profile,
            given.subscriber_profile,
            endpoint_url=given.endpoint_url,
            allowed=frozenset(given.allow),
            pause=given.pause,
        )
    except (BotoCoreError, ClientError) as error:
        parser.error(
            f"{error}\nGive --profile one of your AWS profiles that is logged in; see `aws configure list-profiles`."
        )
    # SIGTERM like Ctrl-C: what was made is removed.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    services = given.service or list(SERVICES)
    try:
        plugin = ask(session, Choice(services, given.rule), "-q", "--tb=short", only_plan=given.plan)
    finally:
        left = [] if given.plan else _sweep(session, services)
    return _report(plugin, given.record, given.endpoint_url or records.AWS, left)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.live", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--profile", help="the AWS profile of the account to ask; best one with nothing in it")
    parser.add_argument("--subscriber-profile", help="a profile of a second account of yours, for data grants")
    parser.add_argument("--endpoint-url", help="ask this address instead of AWS; its record is no evidence")
    parser.add_argument("--service", action="append", choices=SERVICES, help="only rules of this service")
    parser.add_argument("--rule", action="append", default=[], help="only these rules: an id, or a pattern of ids")
    allow = "; ".join(f"{name}: {meaning}" for name, meaning in CLASSES.items())
    parser.add_argument("--allow", action="append", default=[], choices=CLASSES, help=allow)
    parser.add_argument("--record", type=Path, metavar="FILE", help="where to write what was seen")
    parser.add_argument("--plan", action="store_true", help="only say what would be done")
    parser.add_argument("--pause", type=float, default=0.5, metavar="SECONDS", help="between tests, against throttling")
    return parser


def _check_rules(parser: argparse.ArgumentParser, patterns: list[str]) -> None:
    ids = [rule.id for service in SERVICES for section in sections(service) for rule in section.rules]
    names = [*ids, *(f"{service}:{id}" for service in SERVICES for id in ids)]
    for pattern in patterns:
        if not fnmatch.filter(names, pattern):
            parser.error(f"no rule is called {pattern}; docs/questions.md lists them, and 'lists.*' is a pattern")


def _sweep(session: Session, services: list[str]) -> list[str]:
    lines = list(swept(session, services, "this run"))
    print(*lines, sep="\n")
    return [line for line in lines if line.startswith("Could not")]


def _report(plugin: LivePlugin, path: Path | None, of: str, left: list[str]) -> int:
    recorded = records.record(of, plugin.seen)
    rules = recorded.rules()
    counts: dict[Any, int] = {held: list(rules.values()).count(held) for held in (True, False, None)}
    print(f"\nHeld: {counts[True]} rules; contradicted: {counts[False]}; could not be asked: {counts[None]}.")
    for name, seen in plugin.seen.items():
        if seen.held is not True:
            print("CONTRADICTED" if seen.held is False else "not asked", *seen.rules)
            print(f"  {name}: {seen.why}")
    if path is not None:
        recorded.write(path)
        print(f"What was seen is in {path}.")
    return 1 if counts[False] else 2 if left else 0


if __name__ == "__main__":
    sys.exit(main())
