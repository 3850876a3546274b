"""The pytest plugin: fixtures, markers, the calls of a failing test, and a summary of a run.

pytest loads this module at the start of every run, whether it uses us or not: nothing else is loaded until it does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterator
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

import appint_mock

from . import services
from .scopes import listeners

if TYPE_CHECKING:
    from types_boto3_appintegrations import AppIntegrationsServiceClient
    from types_boto3_dataexchange import DataExchangeClient

    from . import AppIntegrationsBackend, Call, DataExchangeMock, ServiceMock

#: The ini options that are defaults of a scope's options, by the option's name.
_INI = {
    "region_name": ("appint_mock_region", "the region where the environment names none"),
    "account_id": ("appint_mock_account_id", "the account (12 digits) of credentials that name none"),
}
#: Where a test's report carries its calls; pytest-xdist brings it from the worker.
_CARRIED = "appint_mock_calls"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option and the ini options."""
    parser.getgroup("appint_mock").addoption(
        "--appint-mock-report",
        action="store_true",
        help="at the end, show which operations of appint_mock's services the run used, and their errors",
    )
    for name, text in _INI.values():
        parser.addini(name, f"appint_mock's fixtures and markers: {text}")
    parser.addini("appint_mock_follow_moto", "moto's mock_aws alone starts appint_mock's services too", type="bool")


def pytest_configure(config: pytest.Config) -> None:
    """Announce the markers, and start to record calls."""
    for service in services.names():
        config.addinivalue_line(
            "markers", f"{service}(**options): run the test in a scope of mock_{service} with these options"
        )
        if service not in globals():
            config.pluginmanager.register(_fixtures_of(service), f"appint_mock_{service}")
    config.pluginmanager.register(_Record(), "appint_mock_record")
    if config.getini("appint_mock_follow_moto"):
        from .integrations import moto

        moto.follow()
        config.add_cleanup(moto.unfollow)


# Fixtures and markers ------------------------------------------------------------------------------------------


@pytest.fixture
def appintegrations(request: pytest.FixtureRequest) -> Iterator[ServiceMock[AppIntegrationsBackend]]:
    """A started mock of Amazon AppIntegrations; ``@pytest.mark.appintegrations(...)`` gives it options."""
    with _mock(request, "appintegrations") as mock:
        yield mock


@pytest.fixture
def dataexchange(request: pytest.FixtureRequest) -> Iterator[DataExchangeMock]:
    """A started mock of AWS Data Exchange; ``@pytest.mark.dataexchange(...)`` gives it options."""
    with _mock(request, "dataexchange") as mock:
        yield mock


@pytest.fixture
def appintegrations_client(appintegrations: ServiceMock[AppIntegrationsBackend]) -> AppIntegrationsServiceClient:
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


def _fixtures_of(service: str) -> object:
    """A plugin with the same two fixtures for a service that has none with types of their own above."""

    @pytest.fixture(name=service)
    def mock(request: pytest.FixtureRequest) -> Iterator[ServiceMock[Any]]:
        with _mock(request, service) as started:
            yield started

    @pytest.fixture(name=f"{service}_client")
    def client(request: pytest.FixtureRequest) -> Any:
        import boto3

        request.getfixturevalue(service)
        return boto3.client(service)

    # pytest looks for fixtures among the attributes of modules, and on the classes of other objects.
    plugin = ModuleType(f"appint_mock_{service}")
    vars(plugin).update(mock=mock, client=client)
    return plugin


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Let a marked test have its service's fixture, whether it asks for it or not."""
    for service in services.names():
        if item.get_closest_marker(service) and isinstance(item, pytest.Function):
            _use_fixture(item, service)


def _use_fixture(item: pytest.Function, name: str) -> None:
    """Set the fixture up before all others that belong to this test alone, behind those that outlive it.

    An autouse fixture would be ordered so by itself, and cost every test of every suite a tenth more.
    """
    names = [each for each in item.fixturenames if each != name]
    # pytest has no public way to a fixture's scope before the fixture is set up.
    known = item._fixtureinfo.name2fixturedefs  # noqa: SLF001 (pytest has no public list of fixtures)
    outlive = (position for position, each in enumerate(names) if each in known and known[each][-1].scope == "function")
    names.insert(next(outlive, len(names)), name)
    item.fixturenames[:] = names


def _mock(request: pytest.FixtureRequest, service: str) -> Any:
    """The mock with the options of the markers (a nearer one goes before), and of the ini file for the rest."""
    make = getattr(appint_mock, f"mock_{service}")
    given: list[tuple[str, dict[str, Any]]] = []
    for name, (ini_name, _) in _INI.items():
        value = request.config.getini(ini_name)
        if value:
            given.append((f"{ini_name} in pytest's ini file", {name: value}))
    for marker in reversed(list(request.node.iter_markers(service))):
        if marker.args:
            pytest.fail(f"@pytest.mark.{service} takes options by their names, not {marker.args[0]!r}.", pytrace=False)
        given.append((f"@pytest.mark.{service}", dict(marker.kwargs)))
    options: dict[str, Any] = {}
    for giver, some in given:
        # Each by itself: it is to be told who gave the wrong one.
        try:
            make(**some)
        except (TypeError, ValueError) as error:
            # From None: pytest shows the whole chain, and the text would be there twice.
            raise pytest.fail.Exception(f"{giver}: {error}", pytrace=False) from None
        options.update(some)
    return make(**options)


# The report ----------------------------------------------------------------------------------------------------


class _Record:
    """What was called: by the test that runs, for its report; and, as numbers, by the whole run, for the summary."""

    def __init__(self) -> None:
        self._of_test: list[Call] = []
        self._reported = 0
        self._counts: Counter[tuple[str, str, str]] = Counter()
        listeners.called.append(self._hear)

    def _hear(self, call: Call) -> None:
        self._of_test.append(call)

    def pytest_unconfigure(self) -> None:
        listeners.called.remove(self._hear)

    def pytest_runtest_logstart(self) -> None:
        self._of_test.clear()
        self._reported = 0

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(self) -> Generator[None, Any, None]:
        outcome = yield
        if not self._of_test:
            return
        report = outcome.get_result()
        if report.failed:
            title = f"{_count(len(self._of_test), 'call')} answered by appint_mock"
            report.sections.append((title, appint_mock.CallLog.folded(self._of_test)))
        new = self._of_test[self._reported :]
        self._reported = len(self._of_test)
        counts = Counter((call.service_name, call.operation, call.error_code or "") for call in new)
        setattr(report, _CARRIED, [[*key, count] for key, count in counts.items()])

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        for service, operation, error, count in getattr(report, _CARRIED, ()):
            self._counts[service, operation, error] += count

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
        if config.getoption("appint_mock_report"):
            terminalreporter.write_sep("=", "appint_mock: operations used")
            terminalreporter.write_line(_summary(self._counts))


def _summary(counts: Counter[tuple[str, str, str]]) -> str:
    """A line for each operation: how often it was called, and which errors that gave."""
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
            told = ", ".join(f"{error} {count}" for error, count in sorted(errors.items()) if error)
            lines.append(f"  {operation:{width}}  {sum(errors.values()):5}  {told}".rstrip())
    return "\n".join(lines)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"
