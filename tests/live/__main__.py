"""Asks AWS whether the rules of docs/fidelity.md hold, and writes what it saw.

Runs the tests that need nothing but public operations. Says first what it will do, begins every created name with
`appint-live-`, removes what it made whatever happens, and calls nothing that costs money or cannot be undone unless
allowed.
"""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path
from typing import Any

from tests.fidelity.rules import SERVICES
from tests.live import records
from tests.live.costs import CLASSES
from tests.live.plugin import Choice, LivePlugin
from tests.live.run import ask
from tests.live.session import Session, open_session


def main(arguments: list[str] | None = None) -> int:
    """Ask. Returns 1 if a rule was contradicted, 2 if something could not be removed, else 0."""
    given = _parser().parse_args(arguments)
    session = open_session(
        given.profile,
        given.subscriber_profile,
        endpoint_url=given.endpoint_url,
        allowed=frozenset(given.allow),
        pause=given.pause,
    )
    # SIGTERM like Ctrl-C: what was made is removed.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    services = given.service or list(SERVICES)
    if not given.plan:
        _sweep(session, services, "an earlier run")
    try:
        plugin = ask(session, Choice(services, given.rule), "-q", "--tb=short", only_plan=given.plan)
    finally:
        left = [] if given.plan else _sweep(session, services, "this run")
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


def _sweep(session: Session, services: list[str], whose: str) -> list[str]:
    left = []
    for name, wrong in session.sweep(services):
        print(f"Removed what {whose} left: {name}" if wrong is None else f"Could not remove {name}: {wrong}")
        left += [] if wrong is None else [name]
    return left


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
