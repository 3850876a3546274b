"""Skips a failed test for what the models of an older botocore lack, and counts what ran.

A test is skipped only if it failed, the installed botocore is older than the newest that the tests know, and what the
test asked or says names a thing that the installed model lacks. With the newest models nothing is skipped. The sessions
`neighbours` run each test that was skipped once more, with the same botocore and the newest models: there it must pass.
"""

from __future__ import annotations

import contextlib
import inspect
import json
import os
import re
import types
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import botocore
import hypothesis
import pytest
from botocore.exceptions import BotoCoreError, ClientError, UnknownServiceError
from hypothesis import Phase

import appint_mock
from appint_mock.errors import AppintMockError
from appint_mock.scopes import listeners
from appint_mock.scopes.call import Call
from tests import models

TESTS = Path(__file__).parent.parent
PACKAGE = Path(appint_mock.__file__).parent
#: How many tests ran, at least, by name of the environment. Raise a number when more run.
FEWEST = Path(__file__).with_name("fewest.json")
#: The name of the environment whose number is checked.
ENVIRONMENT = "APPINT_MOCK_ENVIRONMENT"
#: A file that gets the ids of what was skipped, without parameters: newer models may give a test other cases.
SKIPPED = "APPINT_MOCK_SKIPPED"
#: Set to anything: nothing is skipped.
NO_SKIPS = "APPINT_MOCK_NO_SKIPS"
_REASON = "lacks "
_LONGEST = 100_000


class Skipping:
    """The plugin: one for each run of pytest."""

    def __init__(self) -> None:
        self._called: set[str] = set()
        self.skipped: list[str] = []
        listeners.called.append(self._hear)

    def _hear(self, call: Call, _world: object) -> None:
        self._called.add(call.operation)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Turn a failure for what the model lacks into a skip."""
        report = yield
        if report.failed and call.excinfo is not None:
            reason = self._reason(item, call.excinfo)
            if reason is not None:
                report.outcome = "skipped"
                report.longrepr = (str(item.path), item.location[1] or 0, f"Skipped: {reason}")
        if call.when == "teardown":
            self._called.clear()
        return report

    def _reason(self, item: pytest.Item, error: pytest.ExceptionInfo[BaseException]) -> str | None:
        several = getattr(error.value, "exceptions", None)
        if isinstance(error.value, pytest.PytestUnhandledThreadExceptionWarning) and error.value.__cause__:
            several = [error.value.__cause__]
        if several:
            reasons = [self._reason(item, pytest.ExceptionInfo.from_exception(each)) for each in several]
            return reasons[0] if all(reasons) else None
        if models.is_older() and isinstance(error.value, UnknownServiceError):
            return f"botocore {botocore.__version__} {_REASON}the service {error.value.kwargs['service_name']}"
        evidence = "\n".join(_evidence(item, error))
        if _is_a_crash(item, error):
            return None
        words = _words(evidence)
        for lack in models.lacks():
            asked = lack.unheard_of or lack.operation in self._called or lack.operation in words
            if lack.name in words and asked:
                return f"botocore {botocore.__version__} {_REASON}{lack.what}"
        return None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note what was skipped for what the model lacks."""
        if report.skipped and isinstance(report.longrepr, tuple) and _REASON in report.longrepr[2]:
            self.skipped.append(report.nodeid)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Fail a run in which fewer tests ran than are recorded for its environment."""
        reporter = session.config.pluginmanager.get_plugin("terminalreporter")
        if hasattr(session.config, "workerinput") or reporter is None:
            return
        if file := os.environ.get(SKIPPED):
            tests = dict.fromkeys(each.partition("[")[0] for each in self.skipped)
            Path(file).write_text("".join(f"{each}\n" for each in tests), "utf-8")
        ran = len(reporter.stats.get("passed", ()))
        fewest = json.loads(FEWEST.read_text("utf-8")).get(os.environ.get(ENVIRONMENT, ""), 0)
        if ran < fewest and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Print how many tests ran, and how many the model did not let run."""
        environment = os.environ.get(ENVIRONMENT, "")
        if not environment and not models.lacks():
            return
        ran = len(terminalreporter.stats.get("passed", ()))
        fewest = json.loads(FEWEST.read_text("utf-8")).get(environment, 0)
        terminalreporter.section(f"botocore {botocore.__version__}")
        terminalreporter.line(
            f"{ran} tests ran (at least {fewest} must, see tests/models/fewest.json); "
            f"{len(set(self.skipped))} were skipped for what the model lacks"
        )


def install(config: pytest.Config) -> None:
    """Have pytest skip and count."""
    if models.lacks():
        # A test that fails for what the model lacks fails with the first example; to shrink it takes minutes.
        hypothesis.settings.register_profile("older models", phases=[Phase.explicit, Phase.reuse, Phase.generate])
        hypothesis.settings.load_profile("older models")
    if not os.environ.get(NO_SKIPS):
        config.pluginmanager.register(Skipping(), "appint_mock_models")


def _is_a_crash(item: pytest.Item, error: pytest.ExceptionInfo[BaseException]) -> bool:
    """Whether the library itself did not expect what an older model lacks, other than by an error that says so."""
    if isinstance(error.value, (AppintMockError, BotoCoreError, ClientError, ValueError)):
        return False
    # botocore's frames belong to whoever called it.
    nearest = [path for entry in error.traceback if item.path == (path := Path(str(entry.path))) or _is_ours(path)]
    return bool(nearest) and nearest[-1].is_relative_to(PACKAGE)


def _is_ours(path: Path) -> bool:
    return path.is_relative_to(TESTS) or path.is_relative_to(PACKAGE)


def _words(text: str) -> set[str]:
    words = set(re.findall(r"[\w-]+", text))
    return words | {word[:1].upper() + word[1:] for word in words}


def _evidence(item: pytest.Item, error: pytest.ExceptionInfo[BaseException]) -> Iterator[str]:
    """What the test asked or says: its id, the errors, and the text of its code and of what that code names."""
    yield item.nodeid
    cause: BaseException | None = error.value
    while cause is not None:
        yield str(cause)[:_LONGEST]
        cause = cause.__cause__ or cause.__context__
    seen: set[int] = set()
    yield from _texts(getattr(item, "function", None), seen, 2)
    for entry in error.traceback:
        # botocore refuses what its model lacks before there is a call to be answered.
        yield str(entry.frame.f_locals.get("operation_name", ""))
        if Path(str(entry.path)).is_relative_to(TESTS):
            yield str(entry.frame.code.fullsource and entry.frame.code.source())
            for name in entry.frame.raw.f_code.co_names:
                yield from _texts(entry.frame.f_globals.get(name), seen, 1)
            yield from (repr(value)[:_LONGEST] for value in entry.frame.f_locals.values() if isinstance(value, _PLAIN))


_PLAIN = (str, bytes, dict, list, tuple, set, frozenset)


def _texts(thing: Any, seen: set[int], deep: int) -> Iterator[str]:
    """The text of a function of the tests and of what it names, or a constant."""
    thing = getattr(thing, "__wrapped__", thing)
    if id(thing) in seen:
        return
    seen.add(id(thing))
    if isinstance(thing, _PLAIN):
        with contextlib.suppress(RecursionError):  # of a hostile value, nested more deeply than repr can go
            yield repr(thing)[:_LONGEST]
    elif isinstance(thing, types.FunctionType) and Path(thing.__code__.co_filename).is_relative_to(TESTS):
        yield inspect.getsource(thing)
        if deep:
            for name in thing.__code__.co_names:
                yield from _texts(thing.__globals__.get(name), seen, deep - 1)
