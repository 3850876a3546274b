"""Records what each test does in the scopes, for the pytest plugin: its calls, and silent failures.

pytest loads this module at the start of every run, whether it uses us or not. What a test does is heard of only when
the first scope opens; until then nothing is recorded, and only three hooks of pytest's run for each test.
"""

from __future__ import annotations

import shutil
import sys
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

import appint_mock

from .hints import see
from .scopes import listeners

if TYPE_CHECKING:
    from . import Call
    from .scopes.listeners import Watched

#: What a test may leave behind if it is allowed, by the name that the marker and the ini option give it.
KINDS = ("unmocked", "open_scopes", "unused_faults")
#: The marker that allows it, and the ini option.
ALLOW = "appint_mock_allow"
#: Where a test's report carries its calls; pytest-xdist brings it from the worker.
_CARRIED = "appint_mock_calls"
#: Where pytest-xdist carries the terminal's width to a worker.
WIDTH = "appint_mock_width"


class _OpenedScope(NamedTuple):
    scope: Watched
    close: Callable[[], None]
    #: The fixture of a wider scope than a function's that opened it, or None.
    fixture: Any


class Record:
    """The record of the current test, and how often each operation was called in the whole run."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._item: pytest.Item | None = None
        self._calls: list[Call] = []
        #: The state that the calls worked on, by identity.
        self._worlds: dict[int, listeners.Remarkable] = {}
        self._reported = 0
        self._stopped: list[Call] = []
        self._faults: list[Watched] = []
        self._scopes: list[_OpenedScope] = []
        self._has_failed = False
        self._example: object = None
        self._counts: Counter[tuple[str, str, str]] = Counter()
        #: A run inside of a test (pytester) has a record of its own, and the outer one does not hear of it.
        self._outer = [listener[:] for listener in _LISTENERS]
        for listener, hear in zip(_LISTENERS, (self._hear_stopped, self._hear_fault, self._hear_scope), strict=True):
            listener[:] = [hear]
        listeners.called.append(self._hear_answered)

    def stop(self) -> None:
        """Stops listening."""
        for listener, outer in zip(_LISTENERS, self._outer, strict=True):
            listener[:] = outer
        listeners.called.remove(self._hear_answered)

    # What happens -----------------------------------------------------------------------------------------

    def _hear_answered(self, call: Call, world: listeners.Remarkable) -> None:
        self._hear_call(call)
        self._worlds[id(world)] = world

    def _hear_call(self, call: Call) -> None:
        self._begin()
        self._forget_earlier_examples()
        self._calls.append(call)

    def _hear_stopped(self, call: Call) -> None:
        self._hear_call(call)
        if self._item is not None:
            self._stopped.append(call)

    def _hear_fault(self, fault: Watched) -> None:
        if self._item is not None and _wider_fixture() is None:
            self._faults.append(fault)

    def _hear_scope(self, scope: Watched, close: Callable[[], None]) -> None:
        self._begin()
        if self._item is not None:
            self._scopes.append(_OpenedScope(scope, close, _wider_fixture()))

    def _begin(self) -> None:
        """Registers the reporting hooks."""
        manager = self._config.pluginmanager
        if not manager.has_plugin("appint_mock_report"):
            manager.register(Report(self), "appint_mock_report")

    def _forget_earlier_examples(self) -> None:
        """Forgets the calls of earlier examples: under hypothesis, only those of the current one count."""
        example = _example()
        if example is not None and example is not self._example:
            if self._example is None:
                self._before_examples = len(self._calls)
            del self._calls[self._before_examples :]
            self._reported = min(self._reported, len(self._calls))
            self._example = example

    # What goes wrong silently ------------------------------------------------------------------------------

    def begin_test(self, item: pytest.Item) -> None:
        """Starts the record of a test, before its set-up."""
        self._item = item
        if self._calls or self._stopped or self._faults or self._has_failed:
            self._calls.clear()
            self._worlds.clear()
            self._stopped.clear()
            self._faults.clear()
            self._has_failed = False
        self._reported = 0
        self._example = None

    def check_calls_and_faults(self, item: pytest.Item) -> None:
        """Fails a passed test for stopped calls that it swallowed and for faults that it did not use."""
        if self._stopped or self._faults:
            allowed = _allowed(item)
            complaints = [*self._swallowed(allowed)]
            if "unused_faults" not in allowed:
                complaints += [each.complaint for each in self._faults if each.complaint]
            self._faults.clear()
            _fail(complaints)

    def end_test(self, item: pytest.Item) -> None:
        """Ends the record of a test after its tear-down: closes scopes that are still open, and fails the test."""
        self._item = None
        left_open = list(self._close_left_open())
        if (left_open or self._stopped) and not self._has_failed:
            allowed = _allowed(item)
            complaints = [*self._swallowed(allowed)]
            _fail(complaints if "open_scopes" in allowed else complaints + left_open)

    def _swallowed(self, allowed: set[str]) -> Iterator[str]:
        for call in self._stopped:
            complaint: str | None = getattr(call, "complaint", None)
            if complaint and not allowed & {"unmocked", f"unmocked:{call.service_name}"}:
                yield complaint
        self._stopped.clear()

    def _close_left_open(self) -> Iterator[str]:
        kept = []
        for each in self._scopes:
            complaint = each.scope.complaint
            if each.fixture is not None and each.fixture.cached_result is not None:
                kept.append(each)  # the fixture goes on
            elif complaint:
                # Else every later test would join its state, and none of them would know why.
                each.close()
                yield complaint
        self._scopes = kept

    # The report ----------------------------------------------------------------------------------------------

    def add_to(self, report: pytest.TestReport) -> None:
        """Adds the calls to a test's report: as a section if it failed, as numbers for the summary."""
        self._has_failed |= not report.passed
        if not self._calls:
            return
        if report.failed:
            stopped = " or stopped" * any(call.is_stopped for call in self._calls)
            title = f"{_count(len(self._calls), 'call')} answered{stopped} by appint_mock"
            report.sections.append((title, appint_mock.CallLog.folded(self._calls, _width(self._config))))
            remarks = [remark for world in self._worlds.values() for remark in world.remarks()]
            if remarks:
                report.sections.append(("what appint_mock knows besides", "\n".join(remarks)))
        new = self._calls[self._reported :]
        self._reported = len(self._calls)
        counts = Counter((call.service_name, call.operation, call.error_code or "") for call in new)
        setattr(report, _CARRIED, [[*key, count] for key, count in counts.items()])

    def count(self, report: pytest.TestReport) -> None:
        """Adds the numbers that a report carries."""
        for service, operation, error, count in getattr(report, _CARRIED, ()):
            self._counts[service, operation, error] += count

    def summary(self) -> str:
        """Returns a line for each operation: how often it was called, and which errors that gave."""
        return _summary(self._counts)


_LISTENERS: tuple[list[Any], ...] = (listeners.stopped, listeners.added, listeners.opened)


class Report:
    """The reporting hooks, registered in runs that use the library."""

    def __init__(self, record: Record) -> None:
        self._record = record

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Adds the calls to the report."""
        report = yield
        self._record.add_to(report)
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Adds up what the reports of all workers carry."""
        self._record.count(report)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
        """Shows the summary, if requested."""
        if config.getoption("appint_mock_report"):
            terminalreporter.write_sep("=", "appint_mock: operations used")
            terminalreporter.write_line(self._record.summary())


def check_kinds(names: list[Any], giver: str) -> set[str]:
    """Returns the names in a marker or the ini option. Raises ValueError for an unknown one."""
    for name in names:
        kind, colon, service = str(name).partition(":")
        if kind not in KINDS or (colon and not (kind == "unmocked" and service)):
            raise ValueError(
                f"{giver}: {name!r} is nothing that can be allowed. Give {', '.join(KINDS)}, or unmocked:SERVICE."
                + see("pytest")
            )
    return set(map(str, names))


def _allowed(item: pytest.Item) -> set[str]:
    """Returns the failures that the test's markers and the ini file allow."""
    allowed = set(item.config.getini(ALLOW))
    names = [name for marker in item.iter_markers(ALLOW) for name in marker.args]
    try:
        return allowed | check_kinds(names, f"@pytest.mark.{ALLOW}")
    except ValueError as error:
        raise pytest.fail.Exception(str(error), pytrace=False) from None


def _fail(complaints: list[str]) -> None:
    if complaints:
        text = "\n".join(f"* {each}" for each in complaints)
        raise pytest.fail.Exception(
            f"appint_mock: something went wrong silently.\n{text}\n"
            f"@pytest.mark.{ALLOW}(...) and the ini option {ALLOW} allow it for tests: {', '.join(KINDS)}."
            + see("checks"),
            pytrace=False,
        )


def _wider_fixture() -> Any:
    """Returns the fixture of class scope or wider that the calling code is setting up, or None."""
    frame = sys._getframe()  # noqa: SLF001 (the documented way to look at the stack without cost)
    while frame.f_back is not None:
        frame = frame.f_back
        if frame.f_code.co_name == "pytest_fixture_setup" and "fixturedef" in frame.f_locals:
            fixture = frame.f_locals["fixturedef"]
            return None if fixture.scope == "function" else fixture
    return None


def _example() -> object:
    """Returns an object that identifies hypothesis's current example, or None."""
    control = sys.modules.get("hypothesis.control")
    if control is None:
        return None
    try:
        return control.current_build_context()
    except Exception:  # there is none: hypothesis has several errors for that
        return None


def _width(config: pytest.Config) -> int | None:
    """Returns the terminal's width, also in a worker of pytest-xdist; None if it is unknown."""
    worker: dict[str, Any] = getattr(config, "workerinput", {})
    return worker.get(WIDTH) or shutil.get_terminal_size((0, 0)).columns or None


def _summary(counts: Counter[tuple[str, str, str]]) -> str:
    if not counts:
        return "No call was made."
    width = max(len(operation) for _, operation, _ in counts)
    lines = []
    for service in sorted({service for service, _, _ in counts}):
        of_service = Counter({key[1:]: count for key, count in counts.items() if key[0] == service})
        operations = sorted({operation for operation, _ in of_service})
        lines.append(f"{service}: {_count(len(operations), 'operation')}, {_count(of_service.total(), 'call')}")
        for operation in operations:
            errors = {error: count for (name, error), count in of_service.items() if name == operation}
            shown = ", ".join(f"{error} {count}" for error, count in sorted(errors.items()) if error)
            lines.append(f"  {operation:{width}}  {sum(errors.values()):5}  {shown}".rstrip())
    return "\n".join(lines)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"
