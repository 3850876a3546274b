"""The plugin that makes pytest ask: it chooses the tests, says what they will do, and keeps what they saw."""

from __future__ import annotations

import fnmatch
from collections import Counter
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

import pytest
from _pytest.runner import runtestprotocol
from botocore.exceptions import ClientError

from tests.fidelity.rules import SERVICES
from tests.live.costs import CLASSES, costs_of
from tests.live.names import PREFIX
from tests.live.portable import Needs, needs, rules_of
from tests.live.records import Seen, answers_as_data
from tests.live.session import REGION, Session

#: Errors that say something of the account or the network, not of a rule.
_OF_THE_ACCOUNT = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "ExpiredTokenException",
        "InternalServerException",
        "InternalServiceError",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "ResourceQuotaExceededException",
        "ServiceLimitExceededException",
        "ServiceUnavailableException",
        "ThrottlingException",
        "TooManyRequestsException",
        "UnrecognizedClientException",
    }
)


class Choice(NamedTuple):
    """Which tests are asked, of those that can be."""

    services: Collection[str] = ()
    #: Patterns of ``service:id``, or of the id alone.
    rules: Collection[str] = ()
    tests: Collection[str] = ()

    def has(self, item: pytest.Item) -> bool:
        """Whether the test is among them."""
        rules = rules_of(item)
        names = [name for rule in rules for name in (rule, rule.partition(":")[2])]
        return (
            bool(rules)
            and (not self.services or any(rule.partition(":")[0] in self.services for rule in rules))
            and (not self.rules or any(fnmatch.fnmatchcase(name, rule) for name in names for rule in self.rules))
            and (not self.tests or item.nodeid in self.tests)
        )


class Plan:
    """What a run will do."""

    def __init__(self, session: Session, choice: Choice, items: list[pytest.Item]) -> None:
        self.asked: list[pytest.Item] = []
        self.operations: Counter[str] = Counter()
        #: How many tests wait for each --allow.
        self.waiting: Counter[str] = Counter()
        self.not_portable = 0
        needed = [(item, needs(item)) for item in items if choice.has(item)]
        # What leaves something behind comes last, so that lists are short as long as they can be.
        for item, need in sorted(needed, key=lambda pair: "lasting" in _costs(*pair)):
            self._add(session, item, need)

    def _add(self, session: Session, item: pytest.Item, need: Needs) -> None:
        missing = _costs(item, need) - session.allowed
        if need.of_mock:
            self.not_portable += 1
        elif missing:
            self.waiting[" ".join(sorted(missing))] += 1
        elif need.accounts > len(session.accounts):
            self.waiting["others with --subscriber-profile"] += 1
        else:
            self.asked.append(item)
            self.operations.update(need.operations)

    def lines(self, session: Session) -> Iterator[str]:
        """The plan in words."""
        rules = {rule for item in self.asked for rule in rules_of(item)}
        accounts = ", ".join(session.accounts.values())
        yield f"Live mode asks {session.endpoint_url or 'AWS'} in {REGION}, account {accounts}."
        yield f"{len(self.asked)} tests of {len(rules)} rules will run, one after another. They may call:"
        for name, count in sorted(self.operations.items()):
            yield f"  {name} ({count} tests)"
        yield f"Every created name begins with {PREFIX!r}. What a test made is removed after it, and at the end all"
        yield "that begins so, also of earlier runs: so do not run this twice at a time in one account."
        for allow, count in sorted(self.waiting.items()):
            meanings = "; ".join(meaning for name, meaning in CLASSES.items() if name in allow)
            yield f"{count} tests wait for --allow {allow}: {meanings}."
        yield f"{self.not_portable} tests need the mock and are left out."


def _costs(item: pytest.Item, need: Needs) -> frozenset[str]:
    return costs_of(item.path.parent.name, need)


def swept(session: Session, services: Collection[str], whose: str) -> Iterator[str]:
    """Remove what any run left of these services; by default of both. Says what was removed, and what was not."""
    for name, wrong in session.sweep(list(services or SERVICES)):
        yield f"Removed what {whose} left: {name}" if wrong is None else f"Could not remove {name}: {wrong}"


class LivePlugin:
    """Runs the chosen tests in a session; `seen` has what they saw."""

    def __init__(self, session: Session, choice: Choice, *, only_plan: bool = False, tries: int = 2) -> None:
        self.session = session
        self.seen: dict[str, Seen] = {}
        #: What could not be removed.
        self.left: list[str] = []
        self._choice = choice
        self._only_plan = only_plan
        self._tries = tries
        self._raised: BaseException | None = None

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        plan = Plan(self.session, self._choice, items)
        reporter = config.pluginmanager.getplugin("terminalreporter")
        assert reporter is not None, "live mode says what it will do: run pytest with its terminal"
        for line in plan.lines(self.session):
            reporter.write_line(line)
        items[:] = [] if self._only_plan else plan.asked
        if not self._only_plan:
            for line in swept(self.session, self._choice.services, "an earlier run"):
                reporter.write_line(line)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool:
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        # What was not yet to be seen everywhere may be so the second time.
        for _ in range(self._tries):
            reports, seen = self._ask(item, nextitem)
            if seen.held is not False:
                break
        self.seen[item.nodeid] = seen
        for report in reports:
            item.ihook.pytest_runtest_logreport(report=report)
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        return True

    def _ask(self, item: pytest.Item, nextitem: pytest.Item | None) -> tuple[list[pytest.TestReport], Seen]:
        asking, self._raised = self.session.begin(), None
        try:
            reports = runtestprotocol(item, log=False, nextitem=nextitem)
        finally:
            # Also after Ctrl-C.
            self.left += asking.remove()
        held, why = self._verdict(reports, asking.others, asking.answers)
        return reports, Seen(held, why, sorted(set(rules_of(item))), answers_as_data(asking.answers))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> None:
        if call.excinfo is not None and self._raised is None:
            self._raised = call.excinfo.value

    def _verdict(
        self, reports: list[pytest.TestReport], others: int, answers: list[tuple[str, dict[str, Any]]]
    ) -> tuple[bool | None, str]:
        if all(report.passed for report in reports):
            return True, ""
        why = next((line.strip() for line in str(self._raised).splitlines() if line.strip()), "")
        if any(report.skipped for report in reports):
            return None, why
        if _is_of_the_account(self._raised, why, answers):
            return None, f"the account or the network: {why}"
        if others:
            return None, f"the account has {others} other resources in its lists: {why}"
        return False, f"{type(self._raised).__name__}: {why}"


def _is_of_the_account(raised: BaseException | None, why: str, answers: list[tuple[str, dict[str, Any]]]) -> bool:
    if isinstance(raised, ClientError):
        return raised.response["Error"]["Code"] in _OF_THE_ACCOUNT
    if not isinstance(raised, AssertionError):
        # Neither an answer nor what a test says of one.
        return type(raised).__module__.partition(".")[0] in ("botocore", "requests", "urllib3")
    code = answers[-1][1].get("Error", {}).get("Code") if answers else None
    found, _, expected = why.partition("==")
    return code in _OF_THE_ACCOUNT and code in found and code not in expected
