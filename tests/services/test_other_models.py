"""Services of models that differ from those of our services: another id, hyphens, streaming bodies, other tokens."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.programs import run_python

pytestmark = pytest.mark.integration

#: By the name of the folder: boto3's name, and the methods of the backend.
SERVICES = {
    # Its id, in the names of botocore's events, is another: "IoT Data Plane". Payloads stream.
    "iot_data": """
        def publish(self, *, topic, payload=b"", **members):
            self.kept.add(topic, {"topic": topic, "payload": payload})
            return {}

        def get_retained_message(self, *, topic):
            if topic not in self.kept:
                raise ServiceError("ResourceNotFoundException", "There is none.")
            return self.kept.record(topic)

        def get_thing_shadow(self, *, thingName, **members):
            return {"payload": b'{"state": 1}'}

        def list_retained_messages(self, *, nextToken=None, maxResults=50):
            page, token = self.page(self.kept, ("L",), limit=maxResults, next_token=nextToken)
            return {"retainedTopics": page, "nextToken": token}
    """,
    # The name is a keyword of Python; the status is a member, the payload streams, the token is called Marker.
    "lambda": """
        def invoke(self, *, FunctionName, Payload=b"", **members):
            later = members.get("InvocationType") == "Event"
            return {"StatusCode": 202 if later else 200, "Payload": Payload[::-1], "LogResult": "bG9n"}

        def create_function(self, *, FunctionName, Role, **members):
            record = {"FunctionName": FunctionName, "Role": Role}
            self.kept.add(FunctionName, record)
            return record

        def list_functions(self, *, Marker=None, MaxItems=50, **members):
            page, token = self.page(self.kept, ("L",), limit=MaxItems, next_token=Marker)
            return {"Functions": page, "NextMarker": token}
    """,
    # Members are in headers and in the path, and what is fetched streams.
    "codeartifact": """
        def get_package_version_asset(self, *, asset, packageVersion, **members):
            return {"asset": b"wheel", "assetName": asset, "packageVersion": packageVersion}
    """,
    # A protocol that we do not implement.
    "kms": """
        def list_keys(self):
            return {"Keys": []}
    """,
}
BACKEND = """
from ...protocol.errors import ServiceError
from ...state.store import Table
from ...state.world import Backend


class Kept(Backend):
    def __init__(self, world, account_id, region_name):
        super().__init__(world, account_id, region_name)
        self.kept = Table()

"""
SERVICE = """
from ...protocol.rules import Rules
from ..service import Service
from .backend import Kept

SERVICE = Service(
    name={name!r},
    title={name!r},
    backend=Kept,
    rules=Rules(whole_match=False, word=lambda violations: f"{{len(violations)}} wrong"),
)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the packages of the services."""
    for name, methods in SERVICES.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("", "utf-8")
        (tmp_path / name / "backend.py").write_text(
            BACKEND + textwrap.indent(textwrap.dedent(methods), "    "), "utf-8"
        )
        (tmp_path / name / "service.py").write_text(SERVICE.format(name=name.replace("_", "-")), "utf-8")
    return tmp_path


@pytest.fixture
def run(folder: Path) -> Callable[[str], list[str]]:
    """Runs a program that has the services, and returns the lines that it prints."""
    prelude = f"import boto3, io, appint_mock, appint_mock.services as s\ns.__path__.append({str(folder)!r})\n"
    return lambda program: run_python(prelude + textwrap.dedent(program)).splitlines()


def test_a_service_whose_id_is_not_its_name_answers(run: Callable[[str], list[str]]) -> None:
    program = """
    with appint_mock.mock_iot_data(page_size=1) as aws:
        client = boto3.client("iot-data", region_name="us-east-1")
        for topic in ("a/b", "c d"):
            client.publish(topic=topic, payload=b"1")
        print(client.get_retained_message(topic="a/b")["payload"])
        print(client.get_thing_shadow(thingName="t")["payload"].read())
        pages = client.get_paginator("list_retained_messages").paginate()
        print([each["topic"] for page in pages for each in page["retainedTopics"]])
        aws.fail("GetRetainedMessage", "UnauthorizedException")
        try:
            client.get_retained_message(topic="a/b")
        except client.exceptions.UnauthorizedException as error:
            print(error.response["Error"]["Code"])
        try:
            client.get_retained_message(topic="x")
        except client.exceptions.ResourceNotFoundException as error:
            print(error.response["Error"]["Message"])
        print(aws)
    """
    assert run(program) == [
        "b'1'",
        "b'{\"state\": 1}'",
        "['a/b', 'c d']",
        "UnauthorizedException",
        "There is none.",
        "mock_iot_data(page_size=1)",
    ]


def test_its_raw_endpoint_is_answered_though_the_prefix_of_its_host_has_two_labels(
    run: Callable[[str], list[str]],
) -> None:
    program = """
    import urllib.request
    with appint_mock.mock_iot_data() as aws:
        url = "https://data-ats.iot.us-east-1.amazonaws.com/things/t/shadow"
        signed = {"Authorization": "AWS4-HMAC-SHA256 Credential=testing/20300131/us-east-1/iotdata/aws4_request"}
        print(urllib.request.urlopen(urllib.request.Request(url, headers=signed)).read())
        print(aws.calls.last.operation)
    """
    assert run(program) == ["b'{\"state\": 1}'", "GetThingShadow"]


def test_streaming_members_are_read_and_written(run: Callable[[str], list[str]]) -> None:
    program = """
    with appint_mock.mock_lambda(), appint_mock.mock_codeartifact():
        client = boto3.client("lambda", region_name="us-east-1")
        answer = client.invoke(FunctionName="f", Payload=io.BytesIO(b"abc"))
        print(answer["StatusCode"], answer["Payload"].read(), answer["LogResult"])
        print(client.invoke(FunctionName="f", Payload=b"abc", InvocationType="Event")["StatusCode"])
        for name in "abc":
            code = {"ZipFile": b"1"}
            client.create_function(FunctionName=name, Role="arn:aws:iam::123456789012:role/r", Code=code)
        pages = client.get_paginator("list_functions").paginate(PaginationConfig={"PageSize": 2})
        print([[each["FunctionName"] for each in page["Functions"]] for page in pages])
        client = boto3.client("codeartifact", region_name="us-east-1")
        asset = {"domain": "ddd", "repository": "rrr", "format": "pypi", "package": "p", "packageVersion": "1"}
        answer = client.get_package_version_asset(**asset, asset="a.whl")
        print([*answer["asset"].iter_chunks(2)], answer["assetName"], answer["packageVersion"])
    """
    assert run(program) == [
        "200 b'cba' bG9n",
        "202",
        "[['a', 'b'], ['c']]",
        "[b'wh', b'ee', b'l'] a.whl 1",
    ]


def test_a_service_of_another_protocol_says_so(run: Callable[[str], list[str]]) -> None:
    program = """
    with appint_mock.mock_kms():
        try:
            boto3.client("kms", region_name="us-east-1").list_keys()
        except ValueError as error:
            print(str(error).splitlines()[0])
    """
    assert run(program) == ["appint_mock implements rest-json only, and kms has the protocol json."]


def test_they_are_served_over_http(run: Callable[[str], list[str]]) -> None:
    program = """
    import pathlib, shutil
    from appint_mock.server import ServerMock

    shutil.rmtree(pathlib.Path(s.__path__[-1], "kms"))
    s._names.cache_clear()
    with ServerMock() as server:
        keys = {"aws_access_key_id": "k", "aws_secret_access_key": "s"}
        client = boto3.client("iot-data", endpoint_url=server.endpoint, region_name="us-east-1", **keys)
        client.publish(topic="a/b", payload=b"1")
        print(client.get_retained_message(topic="a/b")["payload"])
        client = boto3.client("lambda", endpoint_url=server.endpoint, region_name="us-east-1", **keys)
        print(client.invoke(FunctionName="f", Payload=b"abc")["Payload"].read())
        print("AWS_ENDPOINT_URL_IOT_DATA_PLANE" in server.environment)
    """
    assert run(program) == ["b'1'", "b'cba'", "True"]


def test_a_name_with_a_hyphen_has_fixtures_and_a_marker(folder: Path, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.iot_data(page_size=2)
        def test_it(iot_data, iot_data_client):
            iot_data_client.publish(topic="a")
            iot_data.calls.assert_called("Publish")
        """
    )
    pytester.makepyfile(third=f"import appint_mock.services\nappint_mock.services.__path__.append({str(folder)!r})\n")
    command = (sys.executable, "-m", "pytest", "-p", "third", "--strict-markers", "-p", "no:cacheprovider")
    pytester.run(*command).assert_outcomes(passed=1)
