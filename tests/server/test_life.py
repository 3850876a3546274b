"""A server's life: where it listens, what it leaves alone, and its state file."""

from __future__ import annotations

import contextlib
import http.client
import io
import json
import os
import re
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import freezegun
import pytest
import time_machine
from botocore.endpoint import Endpoint

from appint_mock import AppintMockError, mock_appintegrations
from appint_mock.hints import install_command
from appint_mock.server import ServerMock
from tests.programs import run_python
from tests.server.talking import client, send, signed

EVENT_INTEGRATION: dict[str, Any] = {
    "Name": "orders",
    "EventFilter": {"Source": "aws.partner/x"},
    "EventBridgeBus": "default",
}


def names(server: ServerMock) -> list[str]:
    listed = client(server, "appintegrations").list_event_integrations()["EventIntegrations"]
    return [each["Name"] for each in listed]


def test_a_server_answers_while_its_context_is_open_and_its_port_is_free_afterwards() -> None:
    with ServerMock() as server:
        assert server.is_running
        client(server, "appintegrations").create_event_integration(**EVENT_INTEGRATION)
        assert server.endpoint == f"http://127.0.0.1:{server.port}"
    assert not server.is_running
    with socket.create_server(("127.0.0.1", server.port)):
        pass


def test_a_servers_calls_are_readable_after_it_stopped() -> None:
    with ServerMock() as server:
        client(server, "appintegrations").create_event_integration(**EVENT_INTEGRATION)
    server.appintegrations.calls.assert_called("CreateEventIntegration", Name="orders")


def test_start_and_stop_do_what_the_context_manager_does() -> None:
    server = ServerMock().start()
    client(server, "dataexchange").list_data_sets()
    server.stop()
    assert not server.is_running


@pytest.mark.parametrize("stopped_during", ["start", "request", "stop"])
@pytest.mark.parametrize(
    "stopped_clock",
    [lambda: freezegun.freeze_time("2030-01-01"), lambda: time_machine.travel(1_893_456_000, tick=False)],
    ids=["freezegun", "time-machine"],
)
def test_a_server_stops_whenever_a_test_has_stopped_the_clock(
    stopped_clock: Callable[[], Any], stopped_during: str
) -> None:
    server = ServerMock()
    steps: dict[str, Callable[[], Any]] = {
        "start": server.start,
        "request": lambda: send(server, "GET", "/_appint_mock/calls"),
        "stop": server.stop,
    }

    def live() -> None:
        for name, step in steps.items():
            with stopped_clock() if name == stopped_during else contextlib.nullcontext():
                step()

    life = threading.Thread(target=live, daemon=True)
    life.start()
    life.join(20)
    assert not life.is_alive(), "the server waits by a clock that stands still"
    assert not server.is_running


@pytest.mark.slow
def test_a_server_stops_although_a_handler_does_not_return() -> None:
    server, forever = ServerMock().start(), threading.Event()
    server.dataexchange.backend().on_api_asset(lambda request: str(forever.wait(60)))
    ids = {f"x-amzn-dataexchange-{each}-id": "0" * 32 for each in ("asset", "data-set", "revision")}

    def ask() -> None:
        with contextlib.suppress(OSError, http.client.HTTPException):
            send(server, "POST", "/v1", b"", {**signed("dataexchange"), **ids})

    client_ = threading.Thread(target=ask)
    client_.start()
    try:
        # Answered meanwhile.
        assert send(server, "GET", "/_appint_mock/health").status == 200
        stopping = threading.Thread(target=server.stop)
        stopping.start()
        stopping.join(14)
        assert not stopping.is_alive()
        assert not server.is_running
    finally:
        forever.set()
        client_.join()


def test_a_server_starts_empty_again() -> None:
    server = ServerMock()
    with server:
        client(server, "appintegrations").create_event_integration(**EVENT_INTEGRATION)
    with server:
        assert names(server) == []


def test_starting_a_running_server_is_refused(server: ServerMock) -> None:
    with pytest.raises(RuntimeError, match=f"runs already, at {server.endpoint}"):
        server.start()


def test_stopping_a_server_that_does_not_run_is_refused() -> None:
    with pytest.raises(RuntimeError, match="does not run"):
        ServerMock().stop()


def test_a_server_that_was_not_started_has_no_port() -> None:
    with pytest.raises(RuntimeError, match="no port yet"):
        _ = ServerMock().port


def test_a_server_patches_neither_botocore_nor_the_environment() -> None:
    make_request, send_, environment = Endpoint.make_request, Endpoint._send, dict(os.environ)
    with ServerMock() as server:
        client(server, "appintegrations").list_applications()
        data_exchange = client(server, "dataexchange")
        data_set = data_exchange.create_data_set(AssetType="S3_SNAPSHOT", Name="n", Description="d")
        start_import(data_exchange, data_set["Id"])
        assert (Endpoint.make_request, Endpoint._send, dict(os.environ)) == (make_request, send_, environment)
    assert (Endpoint.make_request, Endpoint._send, dict(os.environ)) == (make_request, send_, environment)


def start_import(data_exchange: Any, data_set_id: str) -> Any:
    """A job that hands out a signed URL."""
    revision = data_exchange.create_revision(DataSetId=data_set_id)
    details = {
        "AssetName": "a.csv",
        "DataSetId": data_set_id,
        "RevisionId": revision["Id"],
        "Md5Hash": "1B2M2Y8AsgTpgAmY7PhCfg==",
    }
    return data_exchange.create_job(Type="IMPORT_ASSET_FROM_SIGNED_URL", Details={"ImportAssetFromSignedUrl": details})


def test_a_server_and_a_mock_in_its_process_share_no_state(server: ServerMock) -> None:
    with mock_appintegrations(account_id="111122223333") as aws:
        aws.backend().create_event_integration(**EVENT_INTEGRATION)
        with ServerMock() as another:
            assert another.appintegrations.backend().account_id == "123456789012"
            assert another.appintegrations.backend().list_event_integrations()["EventIntegrations"] == []
        assert len(aws.backend().list_event_integrations()["EventIntegrations"]) == 1


def test_two_servers_share_no_state(server: ServerMock) -> None:
    with ServerMock() as other:
        client(other, "appintegrations").create_event_integration(**EVENT_INTEGRATION)
        assert names(server) == []


def test_the_environment_points_another_program_at_the_server() -> None:
    program = """
        import boto3
        print(boto3.client("appintegrations").list_applications()["Applications"])
        print(boto3.client("dataexchange").list_data_sets()["DataSets"])
    """
    with ServerMock(region_name="eu-west-1") as server:
        assert run_python(program, **server.environment).split() == ["[]", "[]"]
        for mock in server.mocks.values():
            assert mock.calls.last.region_name == "eu-west-1"


def test_the_options_of_the_services_hold() -> None:
    quotas = {"event_integrations": 2, "data_sets": 1}
    with ServerMock(account_id="111122223333", page_size=1, quotas=quotas, job_polls=None) as server:
        events = client(server, "appintegrations")
        for name in ("a", "b"):
            arn = events.create_event_integration(**{**EVENT_INTEGRATION, "Name": name})["EventIntegrationArn"]
            assert ":111122223333:" in arn
        assert len(events.list_event_integrations()["EventIntegrations"]) == 1
        with pytest.raises(events.exceptions.ResourceQuotaExceededException):
            events.create_event_integration(**{**EVENT_INTEGRATION, "Name": "c"})
        data_exchange = client(server, "dataexchange")
        data_set = data_exchange.create_data_set(AssetType="S3_SNAPSHOT", Name="n", Description="d")
        with pytest.raises(data_exchange.exceptions.ServiceLimitExceededException):
            data_exchange.create_data_set(AssetType="S3_SNAPSHOT", Name="n", Description="d")
        job = start_import(data_exchange, data_set["Id"])
        data_exchange.start_job(JobId=job["Id"])
        assert data_exchange.get_job(JobId=job["Id"])["State"] == "IN_PROGRESS"


def test_an_option_that_only_one_service_has_reaches_it() -> None:
    with ServerMock(single_association=False) as server:
        data_integrations = client(server, "appintegrations")
        made = data_integrations.create_data_integration(Name="d", KmsKey="k")
        for _ in range(2):
            data_integrations.create_data_integration_association(DataIntegrationIdentifier=made["Id"])


@pytest.mark.parametrize(
    ("options", "error", "text"),
    [
        ({"pagesize": 2}, TypeError, "no option 'pagesize'. Did you mean 'page_size'"),
        ({"fast_retries": False}, TypeError, "no option 'fast_retries'"),
        ({"account_id": "1"}, ValueError, "12 digits"),
        ({"quotas": {"data_set": 1}}, ValueError, "unknown key 'data_set'. Did you mean 'data_sets'"),
        ({"quotas": 3}, ValueError, "give False, True or a dict"),
    ],
)
def test_an_option_that_cannot_be_is_refused(options: Any, error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        ServerMock(**options)


def test_a_port_that_is_taken_is_reported(server: ServerMock) -> None:
    with pytest.raises(AppintMockError, match=f"cannot listen on port {server.port} of 127.0.0.1"):
        ServerMock(port=server.port).start()


def test_an_address_of_another_machine_is_reported() -> None:
    with pytest.raises(AppintMockError, match=r"cannot listen on port 0 of 192\.0\.2\.1"):
        ServerMock("192.0.2.1").start()


def test_without_the_extra_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    with pytest.raises(AppintMockError, match=re.escape(install_command("server"))):
        ServerMock().start()


def test_a_server_that_listens_everywhere_names_an_address_of_this_machine() -> None:
    with ServerMock("0.0.0.0") as server:
        assert server.endpoint == f"http://127.0.0.1:{server.port}"
        assert send(server, "GET", "/_appint_mock/").status == 200


@pytest.mark.skipif(not socket.has_ipv6, reason="this Python has no IPv6")
def test_a_server_listens_on_an_ipv6_address() -> None:
    try:
        server = ServerMock("::1").start()
    except AppintMockError as error:
        pytest.skip(f"this machine has no IPv6: {error}")
    try:
        assert server.endpoint == f"http://[::1]:{server.port}"
        assert client(server, "appintegrations").list_applications()["Applications"] == []
    finally:
        server.stop()


def test_importing_the_library_imports_nothing_of_the_server() -> None:
    program = """
        import sys
        import appint_mock
        appint_mock.mock_appintegrations, appint_mock.mock_dataexchange
        print([name for name in sys.modules if name.split(".")[0] == "uvicorn" or name == "asyncio"
               or name in ("appint_mock.server", "appint_mock.server.control")])
    """
    assert run_python(program) == "[]"


def test_importing_the_server_imports_no_uvicorn() -> None:
    assert run_python("import sys, appint_mock.server; print('uvicorn' in sys.modules)") == "False"


# The state file ----------------------------------------------------------------------------------------------


def test_state_outlives_the_server_in_its_file(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    with ServerMock(state=file) as server:
        client(server, "appintegrations").create_event_integration(**EVENT_INTEGRATION)
        client(server, "dataexchange").create_data_set(AssetType="S3_SNAPSHOT", Name="n", Description="d")
        assert not file.exists()
    with ServerMock(state=file) as server:
        assert names(server) == ["orders"]
        assert client(server, "dataexchange").list_data_sets()["DataSets"][0]["Name"] == "n"


def test_state_is_saved_on_demand(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    with ServerMock(state=str(file)) as server:
        client(server, "appintegrations").create_event_integration(**EVENT_INTEGRATION)
        assert server.save() == file
        assert json.loads(file.read_text()) == server.snapshot()


def test_saving_without_a_state_file_is_refused(server: ServerMock) -> None:
    with pytest.raises(AppintMockError, match="--state FILE"):
        server.save()


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "state.json"
    with ServerMock(state=file) as server:
        before = server.save().read_text()
        client(server, "appintegrations").create_event_integration(**EVENT_INTEGRATION)
        with monkeypatch.context() as broken:

            def no_room(descriptor: int) -> None:
                raise OSError(28, "No space left on device")

            broken.setattr(os, "fsync", no_room)
            with pytest.raises(AppintMockError, match=r"could not be saved: .*No space left"):
                server.save()
        assert file.read_text() == before
        assert sorted(os.listdir(tmp_path)) == [".state.json.lock", "state.json"]
    assert os.listdir(tmp_path) == ["state.json"]


def test_saving_follows_a_symbolic_link(tmp_path: Path) -> None:
    file, link = tmp_path / "state.json", tmp_path / "link.json"
    link.symlink_to(file)
    with ServerMock(state=link):
        pass
    assert link.is_symlink()
    assert file.exists()


@pytest.mark.skipif(os.name != "posix", reason="only POSIX has these permissions")
def test_others_may_read_a_state_file_as_they_may_any_file(tmp_path: Path) -> None:
    with ServerMock(state=tmp_path / "state.json") as server:
        server.save()
    (tmp_path / "other").touch()
    assert stat.S_IMODE((tmp_path / "state.json").stat().st_mode) == stat.S_IMODE((tmp_path / "other").stat().st_mode)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("", "no state file"),
        ("[]", "not the state of a server"),
        ('{"s3": {}}', "members 'appintegrations' and 'dataexchange'"),
        ('{"appintegrations": {"version": 99, "service": "appintegrations"}}', "version 99"),
        ('{"appintegrations": {"version": 1, "service": "appintegrations"}}', "damaged"),
    ],
)
def test_a_file_that_is_no_state_file_is_reported_and_left_alone(tmp_path: Path, content: str, text: str) -> None:
    file = tmp_path / "state.json"
    file.write_text(content)
    server = ServerMock(state=file)
    with pytest.raises(AppintMockError, match=text):
        server.start()
    assert file.read_text() == content
    assert not server.is_running


def test_a_state_file_in_no_folder_is_reported_at_start(tmp_path: Path) -> None:
    with pytest.raises(AppintMockError, match="there is no folder"):
        ServerMock(state=tmp_path / "missing" / "state.json").start()


def test_a_state_file_that_cannot_be_read_is_reported_at_start(tmp_path: Path) -> None:
    with pytest.raises(AppintMockError, match="cannot be read"):
        ServerMock(state=tmp_path).start()


def test_a_start_that_failed_leaves_nothing_behind(tmp_path: Path) -> None:
    threads = threading.active_count()
    server = ServerMock(state=tmp_path)
    with pytest.raises(AppintMockError):
        server.start()
    assert threading.active_count() == threads
    with pytest.raises(RuntimeError):
        server.appintegrations.backend()
    with socket.create_server(("127.0.0.1", server.port)):
        pass


def test_restoring_a_bad_state_changes_neither_service(server: ServerMock) -> None:
    client(server, "appintegrations").create_event_integration(**EVENT_INTEGRATION)
    before = server.snapshot()
    server.reset()
    now = server.snapshot()
    with pytest.raises(ValueError, match="dataexchange: This is not a snapshot"):
        server.restore({"appintegrations": before["appintegrations"], "dataexchange": {}})
    assert server.snapshot() == now


def test_a_test_can_drive_a_program_and_look_at_its_calls(tmp_path: Path) -> None:
    program = """
        import boto3
        boto3.client("appintegrations").create_event_integration(
            Name="orders", EventFilter={"Source": "aws.partner/x"}, EventBridgeBus="default"
        )
    """
    with ServerMock() as server:
        run_python(program, **server.environment)
        server.appintegrations.calls.assert_called("CreateEventIntegration", Name="orders")


def test_the_module_runs_as_a_command() -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "appint_mock", "--version"], capture_output=True, text=True, check=True
    ).stdout
    assert shown.startswith("appint-mock ")


def test_no_thread_of_a_server_outlives_it(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    with ServerMock(console=io.StringIO(), state=tmp_path / "state.json", events_to="http://127.0.0.1:9/"):
        names = {thread.name for thread in set(threading.enumerate()) - before}
        assert {f"appint_mock {name}" for name in ("console", "event feed", "events", "server", "state file")} <= names
    assert not [thread.name for thread in set(threading.enumerate()) - before if "appint_mock" in thread.name]
