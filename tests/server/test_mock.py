"""A server as an object: its options, its address, how it listens, and what goes wrong when it starts or stops."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import socket
import sys
import threading
from types import SimpleNamespace
from typing import Any

import pytest

from appint_mock import AppIntegrationsMock, AppintMockError, DataExchangeMock
from appint_mock.hints import install_command
from appint_mock.server import ServerMock, waiting
from appint_mock.server import mock as module
from appint_mock.server.s3 import RemoteStore
from tests.server.talking import client, control, receiver, send, signed

EVENT_INTEGRATION: dict[str, Any] = {
    "Name": "orders",
    "EventFilter": {"Source": "aws.partner/x"},
    "EventBridgeBus": "default",
}


# What it is --------------------------------------------------------------------------------------------------


def test_a_file_may_have_a_gibibyte() -> None:
    assert ServerMock().max_upload == 2**30
    assert ServerMock(max_upload=5).max_upload == 5


def test_it_has_a_handle_for_each_service() -> None:
    server = ServerMock()
    assert list(server.mocks) == ["appintegrations", "dataexchange"]
    assert server.appintegrations is server.mocks["appintegrations"]
    assert server.dataexchange is server.mocks["dataexchange"]
    assert isinstance(server.appintegrations, AppIntegrationsMock)
    assert isinstance(server.dataexchange, DataExchangeMock)
    assert server.titles == ["Amazon AppIntegrations", "AWS Data Exchange"]
    assert not server.is_running


def test_lines_have_one_of_two_forms() -> None:
    with pytest.raises(ValueError, match="console_form='xml': give one of text, json") as refused:
        ServerMock(console_form="xml")
    assert str(refused.value) == "console_form='xml': give one of text, json.\nSee docs/errors.md#server"


@pytest.mark.parametrize(
    ("host", "endpoint"),
    [
        ("127.0.0.1", "http://127.0.0.1:{}"),
        ("localhost", "http://localhost:{}"),
        ("0.0.0.0", "http://127.0.0.1:{}"),
        ("", "http://127.0.0.1:{}"),
    ],
)
def test_it_is_found_at_an_address_of_this_machine(host: str, endpoint: str) -> None:
    with ServerMock(host) as server:
        assert server.endpoint == endpoint.format(server.port)
        with socket.create_connection(("127.0.0.1", server.port), timeout=5):
            pass


@pytest.mark.parametrize(("host", "address"), [("::", "[::1]"), ("::1", "[::1]"), ("10.0.0.1", "10.0.0.1")])
def test_an_address_of_ipv6_has_brackets_in_a_url(monkeypatch: pytest.MonkeyPatch, host: str, address: str) -> None:
    server = ServerMock(host)
    monkeypatch.setattr(server, "_port", 80)
    assert (server.port, server.endpoint) == (80, f"http://{address}:80")


def test_its_environment_has_an_endpoint_for_each_service_and_dummies(server: ServerMock) -> None:
    environment = server.environment
    endpoints = {name: value for name, value in environment.items() if name.startswith("AWS_ENDPOINT_URL")}
    assert endpoints == {
        f"AWS_ENDPOINT_URL_{name}": server.endpoint
        for name in ("APPINTEGRATIONS", "DATAEXCHANGE", "CONNECT", "QCONNECT", "WISDOM", "MARKETPLACE_CATALOG")
    }
    assert environment["AWS_DISABLE_HOST_PREFIX_INJECTION"] == "true"
    assert environment["AWS_REGION"] == environment["AWS_DEFAULT_REGION"] == "us-east-1"
    assert {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"} <= environment.keys()


# Life --------------------------------------------------------------------------------------------------------


def test_a_port_is_named_when_there_is_one() -> None:
    with pytest.raises(RuntimeError) as refused:
        _ = ServerMock().port
    assert str(refused.value) == "The server has no port yet: call start() first.\nSee docs/errors.md#server"


def test_it_starts_once_and_stops_once() -> None:
    server = ServerMock()
    with pytest.raises(RuntimeError, match="The server does not run: call start") as refused:
        server.stop()
    assert str(refused.value) == "The server does not run: call start() first.\nSee docs/errors.md#server"
    assert server.start() is server
    with pytest.raises(RuntimeError, match="The server runs already, at ") as refused:
        server.start()
    assert str(refused.value) == (
        f"The server runs already, at {server.endpoint}. Each ServerMock is one server.\nSee docs/errors.md#server"
    )
    assert server.is_running
    server.stop()
    assert not server.is_running


def test_nothing_is_left_of_a_server_that_has_stopped() -> None:
    before = {*threading.enumerate()}
    with receiver(lambda posted: (200, {}, b"")) as (url, _):
        before |= {*threading.enumerate()}
        with ServerMock(console=io.StringIO(), events_to=url):
            pass
        left = [each.name for each in {*threading.enumerate()} - before if each.name.startswith("appint_mock")]
    assert left == []


def test_a_server_that_does_not_come_up_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_START_WITHIN", 0.05)

    def serve(server: Any, listener: Any) -> None:
        while not server.should_exit:
            waiting.pause(0.01)

    monkeypatch.setattr(module, "_serve", serve)
    with pytest.raises(AppintMockError) as failed:
        ServerMock().start()
    assert str(failed.value) == "The server did not start within 0.05 seconds.\nSee docs/errors.md#server"


def test_a_server_that_ends_while_it_starts_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_serve", lambda server, listener: None)
    server = ServerMock()
    with pytest.raises(AppintMockError) as failed:
        server.start()
    assert str(failed.value) == (
        "The server's thread has ended while it started; its error is above.\nSee docs/errors.md#server"
    )
    assert not server.is_running


def test_a_server_that_does_not_stop_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    go = threading.Event()
    thread = threading.Thread(target=go.wait)
    thread.start()
    monkeypatch.setattr(module, "_STOP_WITHIN", 0.05)
    stopped = SimpleNamespace(should_exit=False)
    with pytest.raises(AppintMockError) as failed:
        module._end(stopped, thread)  # type: ignore[arg-type]
    assert str(failed.value) == (
        "The server did not stop within 0.05 seconds: a request waits for something.\nSee docs/errors.md#server"
    )
    go.set()
    module._end(stopped, thread)  # type: ignore[arg-type]
    assert stopped.should_exit is True


@pytest.mark.parametrize("name", ["prometheus_client", "starlette", "uvicorn"])
def test_a_part_of_the_extra_that_is_missing_is_named_before_anything_begins(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(AppintMockError) as failed:
        ServerMock().start()
    assert str(failed.value) == (
        f"Server mode needs its extra: {install_command('server')}.\nSee docs/errors.md#server"
    )


# How it listens ----------------------------------------------------------------------------------------------


def test_it_listens_without_delay_and_at_a_port_that_was_just_used() -> None:
    with contextlib.closing(module._listener("127.0.0.1", 0)) as listener:
        assert (listener.family, listener.proto) == (socket.AF_INET, socket.IPPROTO_TCP)
        assert listener.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR) == (os.name == "posix")


@pytest.mark.parametrize("port", [-1, 65_536])
def test_a_port_that_there_is_not_is_reported(port: int) -> None:
    with pytest.raises(AppintMockError, match=f"The server cannot listen on port {port} of 127.0.0.1: "):
        ServerMock(port=port).start()


def test_its_answers_have_no_headers_but_their_own(server: ServerMock) -> None:
    assert send(server, "GET", "/_appint_mock/clock").headers.keys() == {"content-type", "content-length"}


def test_a_request_is_no_line_in_the_log_of_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    of_requests = logging.getLogger("uvicorn.access")
    monkeypatch.setattr(of_requests, "propagate", True)
    with ServerMock():
        assert of_requests.propagate is False


# What it observes --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "DELETE"])
def test_its_state_may_change_with_any_request_that_does_not_only_read(tmp_path: Any, method: str) -> None:
    with ServerMock(state=tmp_path / "state.json") as server:
        assert server._state_file is not None
        server._state_file.stop()
        server._state_file._may_have_changed = False
        send(server, method, "/applications/a", headers=signed("app-integrations"))
        assert server._state_file._may_have_changed is (method not in ("GET", "HEAD"))


def test_its_metrics_show_what_it_keeps(tmp_path: Any) -> None:
    with ServerMock(state=tmp_path / "state.json") as server:
        client(server, "appintegrations").list_applications()
        client(server, "dataexchange").list_jobs()
        server.save()
        text = control(server, "GET", "metrics").body.decode()
        writes = server._state_file.writes if server._state_file else 0
    assert "\nappint_mock_calls_kept 2.0\n" in text
    assert writes >= 1
    assert "\nappint_mock_state_writes " in text
    assert "# HELP appint_mock_state_writes How often the state file was written.\n" in text
    with ServerMock() as server:
        assert b"state_writes" not in control(server, "GET", "metrics").body


def test_another_s3_takes_the_place_of_the_objects() -> None:
    with ServerMock(s3_endpoint="http://127.0.0.1:9000", region_name="eu-west-1") as server:
        store = server.dataexchange.objects
        assert isinstance(store, RemoteStore)
        assert (store.endpoint, store._region_name) == ("http://127.0.0.1:9000", "eu-west-1")
    with ServerMock() as server:
        assert not isinstance(server.dataexchange.objects, RemoteStore)


def test_its_own_address_is_no_other_s3(server: ServerMock) -> None:
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    with ServerMock(port=port, s3_endpoint=f"http://127.0.0.1:{port}") as own:
        assert not isinstance(own.dataexchange.objects, RemoteStore)


def test_what_it_is_asked_in_python_is_what_it_answers(server: ServerMock) -> None:
    server.clock.freeze()
    client(server, "appintegrations").create_event_integration(**EVENT_INTEGRATION)
    state = server.snapshot()
    assert list(state) == ["appintegrations", "dataexchange", "clock"]
    server.reset()
    assert client(server, "appintegrations").list_event_integrations()["EventIntegrations"] == []
    server.restore(state)
    assert len(client(server, "appintegrations").list_event_integrations()["EventIntegrations"]) == 1
    with pytest.raises(AppintMockError) as refused:
        server.save()
    assert str(refused.value) == (
        "This server has no state file. Name one when it starts: --state FILE.\nSee docs/errors.md#server"
    )
