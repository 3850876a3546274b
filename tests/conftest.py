"""What holds for every test: no way out of this machine, and an environment that names no AWS account."""

from __future__ import annotations

import asyncio
import functools
import os
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.loaders import JSONFileLoader, Loader

from appint_mock import neighbours
from appint_mock.scopes import listeners
from appint_mock.scopes.call import Call
from tests import answers, sockets
from tests.fidelity.operations import unforeseen
from tests.live import switch
from tests.models import skipping

# They are for this run, not for the runs of pytest that tests start.
os.environ.pop("PYTEST_ADDOPTS", None)
if not switch.running():
    sockets.forbid()
answers.check_all()


def _check_error(call: Call, world: object) -> None:
    complaint = unforeseen(call)
    if complaint is not None:
        answers.complaints.append(complaint)


# An error that docs/operations.md does not say the operation gives.
listeners.called.append(_check_error)


#: The folders whose tests start servers, other programs or whole runs of pytest, or walk through a whole model.
INTEGRATION = frozenset(
    [
        "conformance",
        "docs",
        "fuzz",
        "integration",
        "live",
        "models",
        "pytest_plugin",
        "release",
        "server",
        "stateful",
        "typing",
    ]
)
TESTS = Path(__file__).parent


def pytest_configure(config: pytest.Config) -> None:
    """Registers the markers of the suite: see docs/contributing.md."""
    for marker in (
        "fidelity(*rules): the rules of docs/fidelity.md that the test covers",
        "unit: a fast test of one room; set by the test's folder",
        "integration: a test of the whole, or beside other programs; set by the test's folder, or by the test",
        "slow: takes seconds, or measures what something costs; such a test belongs to neither set",
    ):
        config.addinivalue_line("markers", marker)
    # Otherwise pytest-asyncio asks for the thread's loop, which makes one, and `asyncio.run` in a later test drops it
    # open: whichever test the collector then runs in is blamed for its sockets.
    asyncio.set_event_loop(None)
    skipping.install(config)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leaves out, of a run of the unit set, the folders that have nothing of it: they take long to read."""
    outside = collection_path.parent == TESTS and collection_path.name in INTEGRATION
    return True if outside and config.getoption("markexpr") == "unit" else None


def pytest_itemcollected(item: pytest.Item) -> None:
    """Marks a test as `unit` or `integration` by its folder, unless the test or its module says what it is."""
    if item.get_closest_marker("slow") or item.get_closest_marker("integration"):
        return
    folder = item.path.relative_to(TESTS).parts[0]
    # `pytester` is a whole run of pytest.
    whole = folder in INTEGRATION or "pytester" in getattr(item, "fixturenames", ())
    item.add_marker("integration" if whole else "unit")


@pytest.fixture(autouse=True)
def _unit_tests_start_no_program(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.node.get_closest_marker("unit") is not None:
        monkeypatch.setattr(subprocess.Popen, "__init__", _refuse_to_start)


@pytest.fixture(autouse=True)
def _unit_tests_read_no_certificates(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    # None is checked in one, and to read those of the authorities takes longer than most tests.
    if request.node.get_closest_marker("unit") is not None:
        for name in ("load_default_certs", "load_verify_locations", "set_default_verify_paths"):
            monkeypatch.setattr(ssl.SSLContext, name, lambda *args, **kwargs: None)


@pytest.fixture(autouse=True)
def _botocore_reads_its_files_once(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    # A slow test may measure what it costs to read them.
    if request.node.get_closest_marker("slow") is None:
        monkeypatch.setattr(JSONFileLoader, "load_file", _load_file)


def _load_file(loader: JSONFileLoader, path: str) -> Any:
    return _shipped(path) if path.startswith(Loader.BUILTIN_DATA_PATH) else _LOAD_FILE(loader, path)


_LOAD_FILE = JSONFileLoader.load_file
#: Models and endpoints that botocore ships: each session of boto3 reads them anew.
_shipped = functools.cache(functools.partial(_LOAD_FILE, JSONFileLoader()))


def _refuse_to_start(self: object, *args: object, **kwargs: object) -> None:
    raise AssertionError("A unit test starts no program: mark it with `pytest.mark.integration`.")


@pytest.fixture(autouse=True)
def _no_default_session(monkeypatch: pytest.MonkeyPatch) -> None:
    # boto3 makes one at the first boto3.client() and keeps it, with its region and credentials, for the next test.
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)


@pytest.fixture
def no_neighbour(monkeypatch: pytest.MonkeyPatch) -> None:
    """No other mock is beside ours until the test registers one."""
    monkeypatch.setattr(neighbours, "_registered", {})
    monkeypatch.setattr(neighbours, "_awaited", {})


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    if switch.running():
        # Its profiles are those of whoever runs it.
        return
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    # No configuration of the person who runs the suite.
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture(autouse=True)
def _nothing_left_open() -> Iterator[None]:
    from appint_mock.scopes import stack

    before = stack.all_open()
    yield
    assert stack.all_open() == before, "the test left a scope open"


@pytest.fixture(autouse=True)
def _every_answer_fits_the_model() -> Iterator[None]:
    answers.complaints.clear()
    yield
    assert not answers.complaints, answers.complaints
