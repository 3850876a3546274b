"""The plugin's hooks, called one by one, without a run of pytest."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from appint_mock import one_copy, pytest_plugin
from appint_mock.handle.handle import scope_of
from appint_mock.integrations import moto
from appint_mock.pytest_record import ALLOW, WIDTH
from appint_mock.scopes import listeners


class Isolation:
    """Notes when it opens and closes."""

    def __init__(self, notes: list[str]) -> None:
        self._notes = notes

    def __enter__(self) -> None:
        self._notes.append("in")

    def __exit__(self, *failure: object) -> None:
        assert failure == (None, None, None)
        self._notes.append("out")


class Item:
    """As much of a test as the hooks ask for."""

    def __init__(self, *fixturenames: str, **scopes: str) -> None:
        self.fixturenames = [*fixturenames]
        known = {name: (SimpleNamespace(scope="session"), SimpleNamespace(scope=scopes[name])) for name in scopes}
        self._fixtureinfo = SimpleNamespace(name2fixturedefs=known)
        self.stash = pytest.Stash()
        self.finalizers: list[Any] = []

    def addfinalizer(self, finalizer: Any) -> None:
        self.finalizers.append(finalizer)


# Fixtures ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "order"),
    [
        ("", "ours"),
        ("ours", "ours"),
        ("mine", "ours mine"),
        ("mine ours", "ours mine"),
        ("all module mine other ours", "all module ours mine other"),
        ("all ours module", "all module ours"),
        ("request mine", "request ours mine"),
        ("request", "request ours"),
    ],
)
def test_our_fixture_is_set_up_before_those_of_a_test_and_after_those_of_more(names: str, order: str) -> None:
    item: Any = Item(*names.split(), all="session", module="module", mine="function", other="function", ours="function")
    fixturenames = item.fixturenames
    pytest_plugin._use_fixture(item, "ours")
    assert fixturenames == order.split()


def setup(scope: str, item: Any) -> None:
    fixture: Any = SimpleNamespace(scope=scope)
    request: Any = SimpleNamespace(node=item)
    pytest_plugin.pytest_fixture_setup(fixture, request)


def test_a_test_of_a_decorated_class_is_isolated_once_before_its_own_fixtures() -> None:
    notes: list[str] = []
    item = Item()
    item.cls = SimpleNamespace(_appint_mock_isolations=[lambda: Isolation(notes)] * 2)  # type: ignore[attr-defined]
    for scope in ("session", "package", "module", "class"):
        setup(scope, item)
    assert notes == []
    for _ in range(2):
        setup("function", item)
    assert notes == ["in", "in"]
    for finalizer in item.finalizers:
        finalizer()
    assert notes == ["in", "in", "out", "out"]


def test_another_test_is_isolated_by_nothing() -> None:
    plain, function = Item(), Item()
    plain.cls = SimpleNamespace()  # type: ignore[attr-defined]
    for item in (plain, function):
        setup("function", item)
        assert item.finalizers == []


# The environment ---------------------------------------------------------------------------------------------


def test_the_environment_before_a_test_is_what_is_tidied_up_to(monkeypatch: pytest.MonkeyPatch) -> None:
    tidied: list[dict[str, str]] = []
    monkeypatch.setattr(pytest_plugin, "_before", {"AWS_OLD": "1"})
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    monkeypatch.setenv("NOT_AWS_REGION", "eu-west-1")
    monkeypatch.setitem(
        sys.modules, pytest_plugin._LIFECYCLE, SimpleNamespace(tidy=lambda before: tidied.append({**before}))
    )
    pytest_plugin.pytest_runtest_logfinish()
    pytest_plugin.pytest_runtest_logstart()
    pytest_plugin.pytest_runtest_logfinish()
    assert tidied == [
        {"AWS_OLD": "1"},
        {name: value for name, value in os.environ.items() if name.startswith("AWS_")},
    ]
    assert tidied[1]["AWS_REGION"] == "eu-west-1"


def test_a_run_without_scopes_remembers_nothing_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    before = {"AWS_OLD": "1"}
    monkeypatch.setattr(pytest_plugin, "_before", before)
    monkeypatch.delitem(sys.modules, pytest_plugin._LIFECYCLE, raising=False)
    pytest_plugin.pytest_runtest_logstart()
    pytest_plugin.pytest_runtest_logfinish()
    assert before == {"AWS_OLD": "1"}


# Workers -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("terminal", "width"), [((90, 20), 90), (None, 0)])
def test_a_worker_knows_how_wide_the_terminal_is(
    monkeypatch: pytest.MonkeyPatch, terminal: tuple[int, int] | None, width: int
) -> None:
    monkeypatch.setattr(shutil, "get_terminal_size", lambda fallback: os.terminal_size(terminal or fallback))
    node = SimpleNamespace(workerinput={})
    pytest_plugin.pytest_configure_node(node)
    assert node.workerinput == {WIDTH: width}


# Options -----------------------------------------------------------------------------------------------------


def test_the_options_are_known_by_what_they_do() -> None:
    class Parser:
        def __init__(self) -> None:
            self.added: list[tuple[str, str | None]] = []

        def getgroup(self, name: str) -> Parser:
            assert name == "appint_mock"
            return self

        def addoption(self, name: str, action: str, help: str) -> None:
            assert help
            self.added.append((name, action))

        def addini(self, name: str, text: str, type: str | None = None) -> None:
            assert text
            self.added.append((name, type))

    parser: Any = Parser()
    pytest_plugin.pytest_addoption(parser)
    assert parser.added == [
        ("--appint-mock-report", "store_true"),
        ("appint_mock_region", None),
        ("appint_mock_account_id", None),
        ("appint_mock_fresh", None),
        ("appint_mock_strict", "bool"),
        ("appint_mock_follow_moto", "bool"),
        ("appint_mock_allow", "args"),
    ]


def request_of(*markers: pytest.MarkDecorator, **ini: Any) -> Any:
    """A request for a fixture by a test with these markers, the closest first."""
    given = {"appint_mock_strict": False, **{f"appint_mock_{name}": value for name, value in ini.items()}}
    config = SimpleNamespace(getini=given.__getitem__, inipath=None, known_args_namespace=None)
    marks = [each.mark for each in markers]
    return SimpleNamespace(config=config, node=SimpleNamespace(iter_markers=lambda name: iter(marks)))


def test_the_closest_marker_wins_and_all_of_them_over_the_ini_file() -> None:
    near, far = pytest.mark.appintegrations(page_size=3), pytest.mark.appintegrations(page_size=5, seed=1)
    made = pytest_plugin._mock(request_of(near, far, seed="7", single_association="no"), "appintegrations")
    with made as aws:
        options = scope_of(aws).options
    chosen = {name: options[name] for name in ("page_size", "seed", "single_association", "fresh")}
    assert chosen == {"page_size": 3, "seed": 1, "single_association": False, "fresh": True}


@pytest.mark.parametrize(
    ("marker", "text"),
    [
        (
            pytest.mark.appintegrations("a", "b", page_size=1),
            "@pytest.mark.appintegrations takes options by their names, not 'a'.",
        ),
        (pytest.mark.appintegrations(page_size=0), "@pytest.mark.appintegrations: page_size=0: give a number of at "),
        (pytest.mark.appintegrations(pagesize=1), "@pytest.mark.appintegrations: mock_appintegrations() has no option"),
    ],
    ids=["by place", "value", "name"],
)
def test_a_marker_that_cannot_be_fails_its_test_with_the_text_alone(marker: pytest.MarkDecorator, text: str) -> None:
    with pytest.raises(pytest.fail.Exception) as failed:
        pytest_plugin._mock(request_of(pytest.mark.appintegrations(seed=1), marker), "appintegrations")
    assert str(failed.value).startswith(text)
    assert failed.value.pytrace is False
    assert failed.value.__cause__ is None
    assert failed.value.__suppress_context__ or failed.value.__context__ is None


# The beginning of a run ----------------------------------------------------------------------------------------


class Config:
    """As much of a run's configuration as the plugin asks for at its beginning."""

    def __init__(self) -> None:
        self.given: dict[str, Any] = {ALLOW: [], "appint_mock_follow_moto": False, "appint_mock_report": False}
        self.getini = self.getoption = self.given.__getitem__
        self.stash = pytest.Stash()
        self.markers: list[str] = []
        self.registered: list[str] = []
        self.cleanups: list[Any] = []
        self.add_cleanup = self.cleanups.append
        self.pluginmanager = self

    def addinivalue_line(self, name: str, line: str) -> None:
        assert name == "markers"
        self.markers.append(line)

    def register(self, plugin: object, name: str) -> None:
        self.registered.append(name)


@pytest.fixture
def config() -> Iterator[Any]:
    heard = (listeners.stopped, listeners.added, listeners.opened, listeners.called)
    before = [listener[:] for listener in heard]
    made = Config()
    yield made
    recorded = pytest_plugin._RECORD in made.stash
    assert ([listener[:] for listener in heard] != before) is recorded
    for cleanup in reversed(made.cleanups):
        cleanup()
    assert [listener[:] for listener in heard] == before


def test_a_run_knows_the_markers_and_records_what_its_tests_do(config: Any) -> None:
    pytest_plugin.pytest_configure(config)
    assert config.markers == [
        *(
            f"{name}(**options): run the test in a scope of mock_{name} with these options"
            for name in ("appintegrations", "dataexchange")
        ),
        "appint_mock_allow(*names): let the test leave behind unmocked, open_scopes, unused_faults",
    ]
    assert config.registered == []
    assert len(config.cleanups) == 1


def test_a_run_with_a_report_hears_of_it_from_the_beginning(config: Any) -> None:
    config.given["appint_mock_report"] = True
    pytest_plugin.pytest_configure(config)
    assert config.registered == ["appint_mock_report"]


def test_a_run_follows_moto_until_its_end_if_it_shall(config: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[str] = []
    monkeypatch.setattr(moto, "follow", lambda: called.append("follow"))
    monkeypatch.setattr(moto, "unfollow", lambda: called.append("unfollow"))
    config.given["appint_mock_follow_moto"] = True
    pytest_plugin.pytest_configure(config)
    assert called == ["follow"]
    config.cleanups.pop()()
    assert called == ["follow", "unfollow"]


def test_a_run_that_allows_what_there_is_not_does_not_begin(config: Any) -> None:
    config.given[ALLOW] = ["unmocked", "all"]
    with pytest.raises(pytest.UsageError, match="appint_mock_allow in pytest's ini file: 'all' is nothing that can"):
        pytest_plugin.pytest_configure(config)


def test_a_run_begins_with_our_finder_before_that_of_pytest(config: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs: Any = object()
    monkeypatch.setattr(sys, "meta_path", [theirs, *sys.meta_path])
    pytest_plugin.pytest_configure(config)
    assert sys.meta_path[0] in one_copy._finders
    assert theirs in sys.meta_path


def test_a_run_begins_with_the_environment_that_it_finds(config: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    before: dict[str, str] = {"AWS_OLD": "1"}
    monkeypatch.setattr(pytest_plugin, "_before", before)
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    pytest_plugin.pytest_configure(config)
    assert (before["AWS_REGION"], "AWS_OLD" in before) == ("eu-west-1", False)
