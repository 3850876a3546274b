"""Clients are answered whenever and however they were made."""

from __future__ import annotations

import importlib
import sys
import threading
import time
from collections import Counter
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.config import Config
from botocore.exceptions import NoCredentialsError

from appint_mock import mock_appintegrations
from tests.interception.programs import SOURCE, create, names
from tests.programs import run_python

_MAKE = """
    import boto3
    client = boto3.client(
        "appintegrations", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b"
    )
"""
_USE = """
    def use(client):
        client.create_event_integration(
            Name="orders", EventFilter={"Source": "aws.partner/x"}, EventBridgeBus="default"
        )
        return [item["Name"] for item in client.list_event_integrations()["EventIntegrations"]]
"""
_IMPORT = "    from appint_mock import mock_appintegrations\n"
_RUN = """
    with mock_appintegrations():
        print(use(client))
"""


@pytest.mark.integration
@pytest.mark.parametrize("moto", ["", "    import moto\n", "    from moto import mock_aws\n    mock_aws().start()\n"])
@pytest.mark.parametrize("when", ["before the import", "after the import", "inside the scope"])
def test_a_client_is_answered_whatever_its_age_and_moto_s(when: str, moto: str) -> None:
    if moto:
        pytest.importorskip("moto")
    order = {
        "before the import": [_MAKE, moto, _IMPORT, _USE, _RUN],
        "after the import": [_IMPORT, moto, _MAKE, _USE, _RUN],
        "inside the scope": [
            moto,
            _IMPORT,
            _USE,
            "    mock_appintegrations().start()\n",
            _MAKE,
            "    print(use(client))\n",
        ],
    }[when]
    # moto warns of its own dependencies now and then; this suite's rule is for our code.
    assert run_python("".join(order), "-W", "default") == "['orders']"


@pytest.mark.integration
@pytest.mark.parametrize("first", ["appint_mock", "moto"])
def test_moto_and_this_library_are_imported_in_any_order(first: str) -> None:
    pytest.importorskip("moto")
    imports = ["    import appint_mock\n", "    import moto\n"]
    program = (
        "".join(imports if first == "appint_mock" else reversed(imports))
        + _IMPORT
        + _MAKE
        + _USE
        + """
    from moto import mock_aws
    with mock_aws(), mock_appintegrations():
        print(use(client))
    with mock_appintegrations(), mock_aws():
        print(use(client))
    """
    )
    assert run_python(program, "-W", "default").splitlines() == ["['orders']"] * 2


ENDPOINTS: dict[str, dict[str, Any]] = {
    "dual-stack": {"region_name": "us-west-2", "config": Config(use_dualstack_endpoint=True)},
    "FIPS": {"region_name": "us-east-1", "config": Config(use_fips_endpoint=True)},
    "China": {"region_name": "cn-north-1"},
    "GovCloud": {"region_name": "us-gov-west-1"},
    "this machine": {"endpoint_url": "http://localhost:4566"},
    "a path in front": {"endpoint_url": "https://proxy.example.com/base/path/"},
    "adaptive retries": {"config": Config(retries={"mode": "adaptive"})},
}


@pytest.mark.parametrize("options", ENDPOINTS.values(), ids=ENDPOINTS)
def test_a_client_is_answered_at_any_endpoint(options: dict[str, Any]) -> None:
    with mock_appintegrations():
        create("a/b", **options)
        assert names(**options) == ["a/b"]
        client = boto3.client("appintegrations", **options)
        assert client.get_event_integration(Name="a/b")["Name"] == "a/b"


def test_an_endpoint_of_the_environment_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with mock_appintegrations():
        create("orders")
        assert names() == ["orders"]


def test_clients_of_any_session_are_answered() -> None:
    with mock_appintegrations():
        create("orders")
        plain = botocore.session.get_session().create_client("appintegrations")
        own = boto3.Session(region_name="us-east-1").client("appintegrations")
        for client in (plain, own):
            assert [each["Name"] for each in client.list_event_integrations()["EventIntegrations"]] == ["orders"]


def test_a_client_made_before_the_scope_is_its_old_self_after_it() -> None:
    sent: list[str] = []

    def stand_in(request: Any, **kwargs: Any) -> None:
        sent.append(request.url)
        raise ConnectionError("would have left the machine")

    client = boto3.client("appintegrations", "us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
    with mock_appintegrations():
        assert client.list_applications()["Applications"] == []
    client.meta.events.register("before-send", stand_in)
    with pytest.raises(ConnectionError, match="would have left"):
        client.list_applications()
    assert len(sent) == 1


def test_a_client_made_where_there_are_no_credentials_is_answered_and_has_none_afterwards() -> None:
    client = boto3.Session(region_name="us-east-1").client("appintegrations")
    with mock_appintegrations():
        assert client.list_applications()["Applications"] == []
    with pytest.raises(NoCredentialsError):
        client.list_applications()
    with mock_appintegrations():
        assert client.list_applications()["Applications"] == []


def test_a_user_s_own_before_send_handler_still_sees_the_request() -> None:
    seen: list[str] = []
    with mock_appintegrations():
        client = boto3.client("appintegrations")
        client.meta.events.register("before-send", lambda request, **kwargs: seen.append(request.method))
        client.list_applications()
    assert seen == ["GET"]


def test_a_stubber_goes_before_the_mock() -> None:
    from botocore.stub import Stubber

    with mock_appintegrations() as aws:
        client = boto3.client("appintegrations")
        with Stubber(client) as stubber:
            stubber.add_response("list_applications", {"Applications": [{"Name": "stubbed"}]})
            assert client.list_applications()["Applications"][0]["Name"] == "stubbed"
        assert client.list_applications()["Applications"] == []
        assert len(aws.calls) == 1


def test_eight_threads_making_a_client_s_first_call_are_each_answered_once() -> None:
    for _ in range(20):
        with mock_appintegrations() as aws:
            client = boto3.client("appintegrations")
            barrier = threading.Barrier(8)

            def first_call(index: int, client: Any = client, barrier: threading.Barrier = barrier) -> None:
                barrier.wait()
                client.create_event_integration(
                    Name=f"n{index}", EventFilter={"Source": SOURCE}, EventBridgeBus="default"
                )

            threads = [threading.Thread(target=first_call, args=(index,)) for index in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            handled = Counter(call.parameters["Name"] for call in aws.calls)
            assert handled == {f"n{index}": 1 for index in range(8)}
            client.list_applications()
            assert len(aws.calls) == 9


def test_a_client_s_first_call_in_two_threads_at_once_prepares_the_client_once(monkeypatch: pytest.MonkeyPatch) -> None:
    registered: list[str] = []
    with mock_appintegrations():
        client = boto3.client("appintegrations")
        emitter = client._endpoint._event_emitter
        register = emitter.register

        def slowly(event: str, *arguments: Any, **options: Any) -> None:
            registered.append(event)
            time.sleep(0.05)
            register(event, *arguments, **options)

        monkeypatch.setattr(emitter, "register", slowly)
        threads = [threading.Thread(target=client.list_applications) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert registered
    assert len(registered) == len(set(registered)), "both threads registered"


@pytest.mark.integration
def test_importing_the_library_loads_nothing_heavy() -> None:
    program = """
        import sys
        import appint_mock
        heavy = ("jsonschema", "responses", "requests", "boto3", "moto", "aiobotocore", "pytest", "unittest.mock")
        print([name for name in heavy if name in sys.modules])
    """
    assert run_python(program) == "[]"


@pytest.mark.integration
def test_a_scope_opened_before_boto3_is_imported_covers_it() -> None:
    program = """
        from appint_mock import mock_appintegrations
        with mock_appintegrations(region_name="eu-west-1"):
            import boto3
            print(boto3.client("appintegrations").list_applications()["Applications"])
        print(boto3.DEFAULT_SESSION)
    """
    assert run_python(program).splitlines() == ["[]", "None"]


def test_clients_of_every_copy_of_botocore_s_endpoints_are_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    first = sys.modules["botocore.endpoint"]
    monkeypatch.delitem(sys.modules, "botocore.endpoint")
    monkeypatch.setattr(botocore, "endpoint", first)  # the import below sets it to the copy
    with mock_appintegrations():
        client = boto3.client("appintegrations")
        assert client.list_applications()["Applications"] == []
        newest: Any = importlib.import_module("botocore.endpoint")
        assert newest is not first
        of_newest = boto3.client("appintegrations")
        of_newest._endpoint.__class__ = newest.Endpoint
        for each in (client, of_newest):
            assert each.list_applications()["Applications"] == []
    assert newest.Endpoint.make_request.__module__ == "botocore.endpoint"
