"""A third service, written as docs/contributing.md says, works in every way with no change to any common file."""

from __future__ import annotations

import re
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.programs import run_python

pytestmark = pytest.mark.integration

_PAGE = Path(__file__).parents[2] / "docs" / "contributing.md"
_FILE = re.compile(r"`(schemas/\w+\.py)`.*?```python\n(.*?)```", re.DOTALL)
#: What puts the folder beside the library's own services.
_PRELUDE = """
import sys
import boto3
import appint_mock.services
appint_mock.services.__path__.append({folder!r})
from appint_mock import mock_schemas
"""

Program = Callable[[str], str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the service's package in it."""
    (tmp_path / "schemas").mkdir()
    files = _FILE.findall(_PAGE.read_text("utf-8"))
    assert {name for name, _ in files} == {f"schemas/{name}.py" for name in ("__init__", "backend", "service")}
    for name, source in files:
        (tmp_path / name).write_text(source, "utf-8")
    return tmp_path


@pytest.fixture
def run(folder: Path) -> Program:
    """Run a program that has the service, and return what it prints."""
    return lambda program: run_python(_PRELUDE.format(folder=str(folder)) + textwrap.dedent(program))


def test_it_opens_and_answers(run: Program) -> None:
    program = """
    with mock_schemas(region_name="eu-west-1"):
        client = boto3.client("schemas")
        client.create_registry(RegistryName="orders", Description="What is sold")
        answer = client.describe_registry(RegistryName="orders")
        print(answer["RegistryArn"], answer["Description"])
    """
    assert run(program) == "arn:aws:schemas:eu-west-1:123456789012:registry/orders What is sold"


def test_it_refuses_with_the_errors_of_its_model(run: Program) -> None:
    program = """
    with mock_schemas():
        client = boto3.client("schemas")
        try:
            client.describe_registry(RegistryName="orders")
        except client.exceptions.NotFoundException as error:
            print(error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"])
    """
    assert run(program) == "NotFoundException 404"


def test_it_pages(run: Program) -> None:
    program = """
    with mock_schemas(page_size=2) as aws:
        client = boto3.client("schemas")
        for name in "abcde":
            client.create_registry(RegistryName=name)
        pages = client.get_paginator("list_registries").paginate()
        print([[each["RegistryName"] for each in page["Registries"]] for page in pages])
        aws.calls.assert_called("ListRegistries", times=3)
    """
    assert run(program) == "[['a', 'b'], ['c', 'd'], ['e']]"


def test_it_is_put_back_from_a_snapshot(run: Program) -> None:
    program = """
    with mock_schemas() as aws:
        client = boto3.client("schemas")
        client.create_registry(RegistryName="kept")
        state = aws.snapshot()
        client.create_registry(RegistryName="dropped")
        aws.restore(state)
        print([each["RegistryName"] for each in client.list_registries()["Registries"]])
    """
    assert run(program) == "['kept']"


def test_it_fails_by_a_fault(run: Program) -> None:
    program = """
    with mock_schemas() as aws:
        aws.fail("CreateRegistry", "ForbiddenException")
        client = boto3.client("schemas")
        try:
            client.create_registry(RegistryName="orders")
        except client.exceptions.ForbiddenException as error:
            print(error.response["ResponseMetadata"]["HTTPStatusCode"], client.list_registries()["Registries"])
    """
    assert run(program) == "403 []"


def test_its_options_and_quotas_are_its_own(run: Program) -> None:
    program = """
    mock_schemas(discovery=True, quotas={"registries": 2})
    for options in ({"discovery": 1}, {"quotas": {"data_sets": 2}}, {"job_polls": 1}):
        try:
            mock_schemas(**options)
        except (TypeError, ValueError) as error:
            print(str(error).splitlines()[0])
    """
    said = run(program).splitlines()
    assert said[0] == "discovery=1: give True or False."
    assert said[1].startswith("quotas has the unknown key 'data_sets'.")
    assert said[2].startswith("mock_schemas() has no option 'job_polls'.")


def test_it_is_served_over_http(run: Program) -> None:
    program = """
    from appint_mock.server import ServerMock

    with ServerMock() as server:
        client = boto3.client(
            "schemas", endpoint_url=server.endpoint, region_name="us-east-1",
            aws_access_key_id="k", aws_secret_access_key="s",
        )
        client.create_registry(RegistryName="orders")
        print([each["RegistryName"] for each in client.list_registries()["Registries"]])
        server.mocks["schemas"].calls.assert_called("CreateRegistry", times=1)
        print(sorted(server.snapshot()), "AWS_ENDPOINT_URL_SCHEMAS" in server.environment)
    """
    assert run(program).splitlines() == ["['orders']", "['appintegrations', 'dataexchange', 'schemas'] True"]


def test_it_has_fixtures_and_a_marker(folder: Path, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.schemas(page_size=2)
        def test_it(schemas, schemas_client):
            schemas_client.create_registry(RegistryName="orders")
            schemas.calls.assert_called("CreateRegistry")
        """
    )
    pytester.makepyfile(third=f"import appint_mock.services\nappint_mock.services.__path__.append({str(folder)!r})\n")
    command = (sys.executable, "-m", "pytest", "-p", "third", "--strict-markers", "-p", "no:cacheprovider")
    pytester.run(*command).assert_outcomes(passed=1)


def test_a_companion_that_it_lists_changes_it(folder: Path, run: Program) -> None:
    companions = folder / "schemas" / "companions"
    companions.mkdir()
    (companions / "__init__.py").write_text("", "utf-8")
    (companions / "pipes.py").write_text(textwrap.dedent(_COMPANION), "utf-8")
    service = folder / "schemas" / "service.py"
    described = service.read_text("utf-8").replace('name="schemas",', 'name="schemas",\n    companions=("pipes",),')
    service.write_text(described, "utf-8")
    program = """
    from botocore.config import Config
    from appint_mock import UnmockedCallError
    with mock_schemas() as aws:
        pipes = boto3.client("pipes", "us-east-1", config=Config(retries={"max_attempts": 0}))
        pipes.start_pipe(Name="orders")
        print(boto3.client("schemas", "us-east-1").describe_registry(RegistryName="orders")["RegistryName"])
        aws.fail("StartPipe", "ThrottlingException")
        try:
            pipes.start_pipe(Name="more")
        except pipes.exceptions.ThrottlingException:
            print("throttled")
        aws.calls.assert_called("StartPipe", times=2)
        try:
            pipes.list_pipes()
        except UnmockedCallError:
            print("not ours")
    """
    assert run(program).splitlines() == ["orders", "throttled", "not ours"]


_COMPANION = """
from ....protocol.rules import Rules
from ...companion import Companion
from ..backend import SchemasBackend


class Pipes:
    def __init__(self, backend: SchemasBackend) -> None:
        self._backend = backend

    def start_pipe(self, *, Name: str):
        self._backend.create_registry(RegistryName=Name)
        return {"Name": Name, "CurrentState": "STARTING"}


COMPANION = Companion("pipes", Pipes, Rules(whole_match=True, word=lambda violations: "wrong"))
"""
