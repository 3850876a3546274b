"""Provides the pytest plugin: fixtures, markers, checks at the end of a test, and reports.

pytest loads this module at the start of every run, whether it uses us or not: nothing else is loaded until it does.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Generator, Iterator
from functools import partial
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

import appint_mock

from . import one_copy, pytest_options, services
from .pytest_record import ALLOW, KINDS, WIDTH, Record, Report, check_kinds

if TYPE_CHECKING:
    from types_boto3_appintegrations import AppIntegrationsServiceClient
    from types_boto3_dataexchange import DataExchangeClient

    from . import AppIntegrationsMock, DataExchangeMock, ServiceMock
    from .server import ServerMock

_RECORD = pytest.StashKey[Record]()


#: Whether a test of a decorated class is isolated already.
_ISOLATED = pytest.StashKey[bool]()


#: Loaded with the first scope.
_LIFECYCLE = f"{__package__}.interception.lifecycle"
#: AWS's variables in the environment before the test that runs.
_before: dict[str, str] = {}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the option and the ini options that need no service to be loaded."""
    parser.getgroup("appint_mock").addoption(
        "--appint-mock-report",
        action="store_true",
        help="at the end, show which operations of appint_mock's services the run used, and their errors",
    )
    for name, text in (
        ("region", "the region if the environment names none"),
        ("account_id", "the account (12 digits) of credentials that name none"),
        ("fresh", "whether the state is empty also inside a wider scope (default: true)"),
    ):
        parser.addini(f"appint_mock_{name}", f"appint_mock's fixtures and markers: {text}")
    parser.addini("appint_mock_strict", "AWS's default quotas and whatever else is stricter by option", type="bool")
    parser.addini("appint_mock_follow_moto", "moto's mock_aws alone starts appint_mock's services too", type="bool")
    parser.addini(ALLOW, f"what a test may leave behind: {', '.join(KINDS)}", type="args")


def pytest_load_initial_conftests(early_config: pytest.Config, parser: pytest.Parser, args: list[str]) -> None:
    """Adds the ini options that the services describe, if one is used."""
    pytest_options.add_options(parser, early_config, args)


def pytest_configure(config: pytest.Config) -> None:
    """Registers the markers, and starts to record what tests do."""
    # pytest has just put a finder before all others, which would load our modules again in a run inside another.
    one_copy.go_first()
    _remember_environment()
    for service_name in services.names():
        name = services.python_name(service_name)
        config.addinivalue_line(
            "markers", f"{name}(**options): run the test in a scope of mock_{name} with these options"
        )
        if name not in globals():
            config.pluginmanager.register(_fixtures_of(service_name), f"appint_mock_{name}")
    config.addinivalue_line("markers", f"{ALLOW}(*names): let the test leave behind {', '.join(KINDS)}")
    try:
        check_kinds(config.getini(ALLOW), f"{ALLOW} in pytest's ini file")
    except ValueError as error:
        raise pytest.UsageError(str(error)) from None
    record = config.stash[_RECORD] = Record(config)
    config.add_cleanup(record.stop)
    if config.getoption("appint_mock_report"):
        config.pluginmanager.register(Report(record), "appint_mock_report")
    if config.getini("appint_mock_follow_moto"):
        from .integrations import moto

        moto.follow()
        config.add_cleanup(moto.unfollow)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Passes the terminal's width to a worker of pytest-xdist."""
    node.workerinput[WIDTH] = shutil.get_terminal_size((0, 0)).columns


# The course of a test ------------------------------------------------------------------------------------------


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Gives a marked test its service's fixture, whether it requests it or not."""
    item.config.stash[_RECORD].begin_test(item)
    if isinstance(item, pytest.Function):
        marked = {marker.name for marker in item.iter_markers()}
        for name in map(services.python_name, services.names()):
            if name in marked or name in item.fixturenames:
                _use_fixture(item, name)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Fails a passed test if something failed silently."""
    result = yield
    item.config.stash[_RECORD].check_calls_and_faults(item)
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, Any, Any]:
    """Fails a test that leaves a scope open."""
    result = yield
    item.config.stash[_RECORD].end_test(item)
    return result


# Fixtures and markers ------------------------------------------------------------------------------------------


@pytest.fixture
def appintegrations(request: pytest.FixtureRequest) -> Iterator[AppIntegrationsMock]:
    """A started mock of Amazon AppIntegrations; ``@pytest.mark.appintegrations(...)`` gives it options."""
    with _mock(request, "appintegrations") as mock:
        yield mock


@pytest.fixture
def dataexchange(request: pytest.FixtureRequest) -> Iterator[DataExchangeMock]:
    """A started mock of AWS Data Exchange; ``@pytest.mark.dataexchange(...)`` gives it options."""
    with _mock(request, "dataexchange") as mock:
        yield mock


@pytest.fixture
def appintegrations_client(appintegrations: AppIntegrationsMock) -> AppIntegrationsServiceClient:
    """A boto3 client of Amazon AppIntegrations, which the fixture ``appintegrations`` answers."""
    import boto3

    client: AppIntegrationsServiceClient = boto3.client("appintegrations")
    return client


@pytest.fixture
def dataexchange_client(dataexchange: DataExchangeMock) -> DataExchangeClient:
    """A boto3 client of AWS Data Exchange, which the fixture ``dataexchange`` answers."""
    import boto3

    client: DataExchangeClient = boto3.client("dataexchange")
    return client


@pytest.fixture(scope="session")
def _appint_mock_server() -> Iterator[ServerMock]:
    from .server import ServerMock

    with ServerMock() as server:
        yield server


@pytest.fixture
def server(_appint_mock_server: ServerMock) -> ServerMock:
    """Returns a running, empty server of all services, for tests of programs in other processes.

    There is one in each process that runs tests (a worker of pytest-xdist), reset for each test. It needs the extra
    ``server``.
    """
    _appint_mock_server.reset()
    return _appint_mock_server


def _fixtures_of(service_name: str) -> object:
    """Returns a plugin with the same two fixtures for a service without typed ones above."""
    name = services.python_name(service_name)

    @pytest.fixture(name=name)
    def mock(request: pytest.FixtureRequest) -> Iterator[ServiceMock[Any]]:
        with _mock(request, name) as started:
            yield started

    @pytest.fixture(name=f"{name}_client")
    def client(request: pytest.FixtureRequest) -> Any:
        import boto3

        request.getfixturevalue(name)
        return boto3.client(service_name)

    # pytest looks for fixtures among the attributes of modules, and on the classes of other objects.
    plugin = ModuleType(f"appint_mock_{name}")
    vars(plugin).update(mock=mock, client=client)
    return plugin


def pytest_runtest_logstart() -> None:
    """Remembers the environment before a test that may open a scope."""
    if _LIFECYCLE in sys.modules:
        _remember_environment()


def pytest_runtest_logfinish() -> None:
    """Cleans up if a fixture such as monkeypatch undid its changes after the scope had closed."""
    # Not imported: a run that opens no scope does not load it.
    lifecycle = sys.modules.get(_LIFECYCLE)
    if lifecycle is not None:
        lifecycle.tidy(_before)


def _remember_environment() -> None:
    _before.clear()
    _before.update({name: value for name, value in os.environ.items() if name.startswith("AWS_")})


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest) -> None:
    """Isolates a test of a decorated class before its function-scoped fixtures run."""
    item = request.node
    # As handle.decorating names it, which is not loaded by a run that has no such class.
    isolations = getattr(getattr(item, "cls", None), "_appint_mock_isolations", ())
    if fixturedef.scope == "function" and isolations and not item.stash.get(_ISOLATED, False):
        item.stash[_ISOLATED] = True
        for isolated in isolations:
            isolation = isolated()
            isolation.__enter__()
            item.addfinalizer(partial(isolation.__exit__, None, None, None))


def _use_fixture(item: pytest.Function, name: str) -> None:
    """Sets the fixture up before all other function-scoped fixtures, and after those of wider scope.

    So what ``monkeypatch`` has changed inside the scope is put back before the scope closes. An autouse fixture would
    be set up so by itself, and cost every test of every suite a tenth more.
    """
    names = [each for each in item.fixturenames if each != name]
    # pytest has no public way to a fixture's scope before the fixture is set up.
    known = item._fixtureinfo.name2fixturedefs  # noqa: SLF001 (pytest has no public list of fixtures)
    outlive = (position for position, each in enumerate(names) if each in known and known[each][-1].scope == "function")
    names.insert(next(outlive, len(names)), name)
    item.fixturenames[:] = names


def _mock(request: pytest.FixtureRequest, name: str) -> Any:
    """Returns the mock with the options of the markers (the closest wins), and of the ini file for the rest."""
    make = getattr(appint_mock, f"mock_{name}")
    given = [("", {"fresh": True}), *pytest_options.from_ini(request.config, name)]
    for marker in reversed(list(request.node.iter_markers(name))):
        if marker.args:
            pytest.fail(f"@pytest.mark.{name} takes options by their names, not {marker.args[0]!r}.", pytrace=False)
        given.append((f"@pytest.mark.{name}", dict(marker.kwargs)))
    options: dict[str, Any] = {}
    for giver, some in given:
        # Each by itself: the message says who gave the wrong one.
        try:
            make(**some)
        except (TypeError, ValueError) as error:
            # From None: pytest shows the whole chain, and the text would be there twice.
            raise pytest.fail.Exception(f"{giver}: {error}", pytrace=False) from None
        options.update(some)
    return make(**options)
