"""What the plugin keeps of each test and of the run, heard from listeners as the library calls them."""

from __future__ import annotations

import os
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appint_mock import mock_appintegrations, pytest_record
from appint_mock.hints import see
from appint_mock.pytest_record import ALLOW, WIDTH, Record, Report, check_kinds
from appint_mock.scopes import listeners

HEARD = (listeners.stopped, listeners.added, listeners.opened, listeners.called)
SWALLOWED = (
    "appint_mock: something went wrong silently.\n{}\n"
    "@pytest.mark.appint_mock_allow(...) and the ini option appint_mock_allow allow it for tests: "
    f"unmocked, open_scopes, unused_faults.{see('checks')}"
)
CARRIED = "appint_mock_calls"


class World:
    """State that has something to remark."""

    def __init__(self, *remarks: str) -> None:
        self._remarks = [*remarks]

    def remarks(self) -> list[str]:
        return self._remarks


class Config:
    """As much of pytest's configuration as a record asks for."""

    def __init__(self) -> None:
        self.registered: list[str] = []
        self.pluginmanager = self
        self.allowed: list[str] = []

    def has_plugin(self, name: str) -> bool:
        return name in self.registered

    def register(self, plugin: object, name: str) -> None:
        self.registered.append(name)

    def getini(self, name: str) -> list[str]:
        assert name == ALLOW
        return self.allowed


@pytest.fixture
def config() -> Config:
    return Config()


@pytest.fixture
def call() -> Any:
    with mock_appintegrations() as aws:
        boto3.client("appintegrations").list_applications()
    return aws.calls[0]


@pytest.fixture
def record(config: Config, call: Any) -> Iterator[Record]:
    """A record that begins after the call was made."""
    before = [listener[:] for listener in HEARD]
    made = Record(config)  # type: ignore[arg-type]
    yield made
    made.stop()
    assert [listener[:] for listener in HEARD] == before


def item(config: Config, *allowed: object) -> Any:
    """A test that allows these by its marker."""
    markers = [pytest.mark.appint_mock_allow(*allowed).mark]
    return SimpleNamespace(config=config, iter_markers=lambda name: markers)


def stopped() -> Any:
    """A stopped call, as far as a record asks."""
    return SimpleNamespace(service_name="sts", complaint="a call was stopped")


def reported(record: Record, outcome: Any = "passed") -> pytest.TestReport:
    made = pytest.TestReport("t", ("t", 0, "t"), {}, outcome, None, "call")
    record.add_to(made)
    return made


def hear(call: Any, world: World | None = None) -> None:
    listeners.called[-1](call, world or World())


def failure(check: Any, of: Any) -> str | None:
    """The text with which a check fails a test, or None."""
    try:
        check(of)
    except pytest.fail.Exception as failed:
        # pytest shows nothing but the text.
        shown = (failed.pytrace, failed.__cause__, failed.__suppress_context__ or failed.__context__ is None)
        return str(failed) if shown == (False, None, True) else f"{shown}"
    return None


def test_a_record_hears_alone(record: Record) -> None:
    assert [len(listener) for listener in HEARD[:3]] == [1, 1, 1]


def test_the_reporting_hooks_are_registered_once_with_the_first_thing_that_is_heard(
    record: Record, config: Config, call: Any
) -> None:
    assert config.registered == []
    hear(call)
    hear(call)
    assert config.registered == ["appint_mock_report"]


def test_a_scope_that_opens_registers_them_too(record: Record, config: Config) -> None:
    with mock_appintegrations():
        assert config.registered == ["appint_mock_report"]


def test_calls_are_carried_once_with_their_errors(record: Record, config: Config, call: Any) -> None:
    one = [["appintegrations", "ListApplications", "", 1]]
    hear(call)
    hear(call)
    assert getattr(reported(record), CARRIED) == [["appintegrations", "ListApplications", "", 2]]
    hear(call)
    assert getattr(reported(record), CARRIED) == one
    assert getattr(reported(record), CARRIED) == []
    record.begin_test(item(config))
    assert not hasattr(reported(record), CARRIED)
    hear(call)
    first = reported(record)
    assert getattr(first, CARRIED) == one
    record.count(first)
    record.count(first)
    assert record.summary() == "appintegrations: 1 operation, 2 calls\n  ListApplications      2"


def test_only_a_failed_test_shows_its_calls_and_what_is_known_besides(
    record: Record, config: Config, call: Any
) -> None:
    record.begin_test(item(config))
    hear(call, World("of the first"))
    assert reported(record).sections == []
    ((title, text),) = reported_sections(record)[:1]
    assert title == "1 call answered by appint_mock"
    assert text.startswith("1  ListApplications()  us-east-1  200")
    assert reported_sections(record)[1:] == [("what appint_mock knows besides", "of the first")]
    record.begin_test(item(config))
    assert reported_sections(record) == []
    hear(call, World())
    assert [title for title, _ in reported_sections(record)] == ["1 call answered by appint_mock"]
    hear(call, World("a", "b"))
    hear(call, World("c"))
    assert reported_sections(record)[0][0] == "3 calls answered by appint_mock"
    assert reported_sections(record)[1] == ("what appint_mock knows besides", "a\nb\nc")


def reported_sections(record: Record) -> list[tuple[str, str]]:
    return reported(record, "failed").sections


def test_a_swallowed_call_fails_its_test_once(record: Record, config: Config) -> None:
    test = item(config)
    record.begin_test(test)
    listeners.stopped[0](stopped())
    assert failure(record.check_calls_and_faults, test) == SWALLOWED.format("* a call was stopped")
    assert failure(record.end_test, test) is None


def test_a_call_that_is_swallowed_in_the_tear_down_fails_the_test_unless_it_has_failed(
    record: Record, config: Config
) -> None:
    for outcome in ("passed", "failed", "passed"):
        record.begin_test(item(config))
        assert failure(record.check_calls_and_faults, item(config)) is None
        reported(record, outcome)
        listeners.stopped[0](stopped())
        text = failure(record.end_test, item(config))
        assert text == (SWALLOWED.format("* a call was stopped") if outcome == "passed" else None)


@pytest.mark.parametrize(
    ("allowed", "fails"),
    [(["unmocked"], False), (["unmocked:sts"], False), (["unmocked:sqs"], True), (["open_scopes"], True)],
    ids=str,
)
@pytest.mark.parametrize("by_marker", [True, False])
def test_a_swallowed_call_can_be_allowed(
    record: Record, config: Config, allowed: list[str], fails: bool, by_marker: bool
) -> None:
    test = item(config, *(allowed if by_marker else ()))
    config.allowed = [] if by_marker else allowed
    record.begin_test(test)
    listeners.stopped[0](stopped())
    assert (failure(record.check_calls_and_faults, test) is not None) is fails


def test_a_marker_that_allows_what_there_is_not_fails_the_test(record: Record, config: Config) -> None:
    test = item(config, "unmoked")
    record.begin_test(test)
    listeners.stopped[0](stopped())
    assert failure(record.check_calls_and_faults, test) == (
        "@pytest.mark.appint_mock_allow: 'unmoked' is nothing that can be allowed. Give unmocked, open_scopes, "
        f"unused_faults, or unmocked:SERVICE.{see('pytest')}"
    )


def test_a_fault_is_complained_of_once_and_in_its_own_test(record: Record, config: Config) -> None:
    test = item(config)
    unused, used = SimpleNamespace(complaint="unused"), SimpleNamespace(complaint=None)
    listeners.added[0](unused)
    assert failure(record.check_calls_and_faults, test) is None
    record.begin_test(test)
    listeners.added[0](unused)
    listeners.added[0](used)
    assert failure(record.check_calls_and_faults, test) == SWALLOWED.format("* unused")
    assert failure(record.check_calls_and_faults, test) is None
    listeners.added[0](unused)
    assert failure(record.check_calls_and_faults, item(config, "unused_faults")) is None
    listeners.added[0](unused)
    record.begin_test(test)
    assert failure(record.check_calls_and_faults, test) is None


@pytest.mark.parametrize("left", ["a stopped call", "a fault", "a failure"])
def test_what_one_test_leaves_is_not_the_next_ones(record: Record, config: Config, left: str) -> None:
    test = item(config)
    record.begin_test(test)
    if left == "a stopped call":
        listeners.stopped[0](stopped())
    elif left == "a fault":
        listeners.added[0](SimpleNamespace(complaint="unused"))
    else:
        reported(record, "failed")
    record.begin_test(test)
    assert failure(record.check_calls_and_faults, test) is None
    listeners.stopped[0](stopped())
    assert failure(record.end_test, test) == SWALLOWED.format("* a call was stopped")


def test_a_call_that_is_stopped_between_two_tests_is_nobodys(record: Record, config: Config) -> None:
    listeners.stopped[0](stopped())
    assert failure(record.end_test, item(config)) is None
    record.begin_test(item(config))
    assert failure(record.end_test, item(config)) is None


def test_a_scope_that_is_left_open_is_closed_and_complained_of(record: Record, config: Config) -> None:
    closed: list[str] = []
    for allowed, expected in (((), SWALLOWED.format("* left open")), (("open_scopes",), None)):
        record.begin_test(item(config))
        listeners.opened[0](SimpleNamespace(complaint="left open"), lambda: closed.append("open"))
        listeners.opened[0](SimpleNamespace(complaint=None), lambda: closed.append("closed"))
        assert failure(record.end_test, item(config, *allowed)) == expected
        assert failure(record.end_test, item(config)) is None
    assert closed == ["open", "open"]


@pytest.mark.parametrize("names", [[], ["unmocked", "open_scopes", "unused_faults"], ["unmocked:sts"]], ids=str)
def test_what_can_be_allowed_is_taken(names: list[str]) -> None:
    assert check_kinds(names, "here") == set(names)


@pytest.mark.parametrize("name", ["", "all", "unmocked:", "open_scopes:sts", "unused_faults:", "zunmocked", 5])
def test_what_cannot_be_allowed_is_refused_with_what_can(name: object) -> None:
    with pytest.raises(ValueError, match=r"^here: ") as refused:
        check_kinds(["unmocked", name], "here")
    assert str(refused.value) == (
        f"here: {name!r} is nothing that can be allowed. Give unmocked, open_scopes, unused_faults, or "
        f"unmocked:SERVICE.{see('pytest')}"
    )


def test_the_width_is_the_workers_or_the_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    alone, worker = SimpleNamespace(), SimpleNamespace(workerinput={WIDTH: 77})
    for terminal, width in (((90, 20), 90), (None, None)):
        monkeypatch.setattr(
            shutil, "get_terminal_size", lambda fallback, terminal=terminal: os.terminal_size(terminal or fallback)
        )
        assert pytest_record._width(alone) == width  # type: ignore[arg-type]
        assert pytest_record._width(worker) == 77  # type: ignore[arg-type]


def test_a_summary_has_a_line_for_each_operation_by_service() -> None:
    counts = Counter(
        {
            ("b", "Create", ""): 2,
            ("b", "Create", "Throttled"): 1,
            ("b", "Create", "Conflict"): 10,
            ("b", "DeleteAll", ""): 12345,
            ("a", "List", "Denied"): 1,
        }
    )
    assert pytest_record._summary(counts) == (
        "a: 1 operation, 1 call\n"
        "  List           1  Denied 1\n"
        "b: 2 operations, 12358 calls\n"
        "  Create        13  Conflict 10, Throttled 1\n"
        "  DeleteAll  12345"
    )
    assert pytest_record._summary(Counter()) == "No call was made."


def test_a_title_says_whether_a_call_was_stopped(record: Record, config: Config, call: Any) -> None:
    record.begin_test(item(config))
    hear(call)
    call.is_stopped = True
    assert reported_sections(record)[0][0] == "1 call answered or stopped by appint_mock"


def test_a_stopped_call_is_among_those_that_are_shown(record: Record, config: Config, call: Any) -> None:
    record.begin_test(item(config))
    call.is_stopped = True
    listeners.stopped[0](call)
    assert reported_sections(record)[0][0] == "1 call answered or stopped by appint_mock"


# Examples of hypothesis -----------------------------------------------------------------------------------------


def test_only_the_calls_of_the_current_example_count_and_those_before_the_first(
    record: Record, config: Config, call: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    example: list[object] = [None]
    monkeypatch.setattr(pytest_record, "_example", lambda: example[0])
    for _ in range(2):
        record.begin_test(item(config))
        example[0] = None
        hear(call)
        for number in (2, 1, 3):
            example[0] = object()
            for _ in range(number):
                hear(call)
            assert reported_sections(record)[0][0] == f"{1 + number} calls answered by appint_mock"


def test_each_report_carries_the_calls_of_a_new_example(
    record: Record, config: Config, call: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    example: list[object] = [None]
    monkeypatch.setattr(pytest_record, "_example", lambda: example[0])
    record.begin_test(item(config))
    hear(call)
    carried = []
    for number in (3, 1):
        example[0] = object()
        for _ in range(number):
            hear(call)
        carried += [count for *_, count in getattr(reported(record), CARRIED)]
    assert carried == [4, 1]


def test_outside_of_hypothesis_there_is_no_example(monkeypatch: pytest.MonkeyPatch) -> None:
    assert pytest_record._example() is None
    found: list[object] = []

    @settings(max_examples=5, database=None)
    @given(st.integers())
    def look(number: int) -> None:
        found.append(pytest_record._example())

    look()
    assert len({id(each) for each in found}) == len(found) >= 2
    assert None not in found
    monkeypatch.delitem(sys.modules, "hypothesis.control")
    assert pytest_record._example() is None


# Fixtures of a wider scope --------------------------------------------------------------------------------------


def pytest_fixture_setup(fixturedef: Any, work: Callable[[], object]) -> None:
    """Has the name by which a record knows that a fixture is set up."""
    work()


@pytest.mark.parametrize(
    ("scope", "fails"), [("function", True), ("class", False), ("module", False), ("session", False)]
)
def test_a_fault_of_a_wider_fixture_is_no_tests_fault(record: Record, config: Config, scope: str, fails: bool) -> None:
    record.begin_test(item(config))
    fixture = SimpleNamespace(scope=scope)
    pytest_fixture_setup(fixture, lambda: listeners.added[0](SimpleNamespace(complaint="unused")))
    assert (failure(record.check_calls_and_faults, item(config)) is not None) is fails


def test_only_the_set_up_of_a_fixture_is_looked_for(record: Record, config: Config) -> None:
    def pytest_fixture_setup(work: Callable[[], object]) -> None:
        work()

    def other(fixturedef: Any, work: Callable[[], object]) -> None:
        work()

    def add() -> None:
        listeners.added[0](SimpleNamespace(complaint="unused"))

    record.begin_test(item(config))
    pytest_fixture_setup(add)
    other(SimpleNamespace(scope="module"), add)
    assert failure(record.check_calls_and_faults, item(config)) == SWALLOWED.format("* unused\n* unused")


def test_a_scope_of_a_wider_fixture_may_stay_open_as_long_as_the_fixture(record: Record, config: Config) -> None:
    closed: list[str] = []
    record.begin_test(item(config))
    fixture = SimpleNamespace(scope="module", cached_result=(None, 0, None))
    scope = SimpleNamespace(complaint="left open")
    pytest_fixture_setup(fixture, lambda: listeners.opened[0](scope, lambda: closed.append("closed")))
    for _ in range(2):
        assert failure(record.end_test, item(config)) is None
        record.begin_test(item(config))
    assert closed == []
    fixture.cached_result = None
    assert failure(record.end_test, item(config)) == SWALLOWED.format("* left open")
    assert closed == ["closed"]
    record.begin_test(item(config))
    assert failure(record.end_test, item(config)) is None


def test_a_scope_that_opens_between_two_tests_is_nobodys(record: Record, config: Config) -> None:
    listeners.opened[0](SimpleNamespace(complaint="left open"), lambda: None)
    record.begin_test(item(config))
    assert failure(record.end_test, item(config)) is None


# The hooks of a run that uses the library -------------------------------------------------------------------------


def test_a_report_gets_the_calls_and_the_summary_counts_those_of_all(record: Record, config: Config, call: Any) -> None:
    hooks = Report(record)
    record.begin_test(item(config))
    hear(call)
    making = hooks.pytest_runtest_makereport()
    next(making)
    made = pytest.TestReport("t", ("t", 0, "t"), {}, "passed", None, "call")
    with pytest.raises(StopIteration) as ended:
        making.send(made)
    assert ended.value.value is made
    assert getattr(made, CARRIED) == [["appintegrations", "ListApplications", "", 1]]
    hooks.pytest_runtest_logreport(made)
    hooks.pytest_runtest_logreport(made)
    shown: list[str] = []
    terminal: Any = SimpleNamespace(
        write_sep=lambda sep, title: shown.append(f"{sep} {title}"), write_line=lambda line: shown.append(line)
    )
    for wanted in (False, True):
        asked: Any = SimpleNamespace(getoption={"appint_mock_report": wanted}.__getitem__)
        hooks.pytest_terminal_summary(terminal, asked)
        assert len(shown) == 2 * wanted
    assert shown == ["= appint_mock: operations used", record.summary()]
    assert "ListApplications      2" in shown[1]


def test_several_complaints_are_one_failure(record: Record, config: Config) -> None:
    record.begin_test(item(config))
    listeners.stopped[0](stopped())
    listeners.added[0](SimpleNamespace(complaint="a fault is unused"))
    text = failure(record.check_calls_and_faults, item(config))
    assert text == SWALLOWED.format("* a call was stopped\n* a fault is unused")
    listeners.stopped[0](stopped())
    listeners.opened[0](SimpleNamespace(complaint="left open"), lambda: None)
    text = failure(record.end_test, item(config))
    assert text == SWALLOWED.format("* a call was stopped\n* left open")
