"""With a state file nothing is lost: what was acknowledged a second ago is there, whatever ends the server."""

from __future__ import annotations

import http.client
import json
import os
import random
import re
import signal
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from appint_mock import AppintMockError, mock_dataexchange
from appint_mock.server import ServerMock, state_file
from tests.programs import unmeasured
from tests.server.talking import client, control, signed

EVENT_INTEGRATION: dict[str, Any] = {"EventFilter": {"Source": "aws.partner/x"}, "EventBridgeBus": "default"}
#: How often the server is killed; 50 rounds are the long run.
ROUNDS = int(os.environ.get("APPINT_MOCK_KILLS", "3"))


def names_in(file: Path) -> set[str]:
    state = json.loads(file.read_text())
    backends = state["appintegrations"]["backends"]
    return {row[0] for _, _, tables in backends for row in tables["event_integrations"]["rows"]}


def wait_until(condition: Any, seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


class Killed:
    """One round: a server, a writer, and ``kill -9`` at a random moment."""

    def __init__(self, file: Path) -> None:
        self.acknowledged: dict[str, float] = {}
        command = [sys.executable, "-m", "appint_mock", "serve", "--port", "0", "--quiet", "--state", str(file)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        greeting = ""
        for line in self._process.stdout:
            greeting += line
            if "Ctrl-C" in line:
                break
        self._address = re.findall(r"http://(\S+)", greeting)[0]

    def run(self, prefix: str, seconds: float) -> None:
        writer = threading.Thread(target=self._write, args=(prefix,))
        writer.start()
        time.sleep(seconds)
        self._process.send_signal(signal.SIGKILL)
        self.killed = time.monotonic()
        writer.join()
        self._process.communicate()

    def _write(self, prefix: str) -> None:
        connection = http.client.HTTPConnection(self._address, timeout=10)
        number = 0
        try:
            while True:
                name = f"{prefix}-{number}"
                body = json.dumps({"Name": name, **EVENT_INTEGRATION})
                connection.request("POST", "/eventIntegrations", body, signed("app-integrations"))
                assert connection.getresponse().read()
                self.acknowledged[name] = time.monotonic()
                number += 1
                time.sleep(0.005)
        except (OSError, http.client.HTTPException):
            connection.close()


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="kill -9 is POSIX's")
def test_what_was_acknowledged_more_than_a_second_before_a_kill_is_there(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    chance = random.Random(ROUNDS)
    expected: set[str] = set()
    for number in range(ROUNDS):
        killed = Killed(file)
        killed.run(f"round-{number}", chance.uniform(1.2, 3.5))
        expected |= {name for name, at in killed.acknowledged.items() if at < killed.killed - 1}
        assert killed.acknowledged
        assert expected <= names_in(file), f"round {number}"
        assert not list(tmp_path.glob("*.new")) or names_in(file)
    with ServerMock(state=file) as server:
        listed = client(server, "appintegrations").get_paginator("list_event_integrations").paginate()
        assert expected <= {each["Name"] for page in listed for each in page["EventIntegrations"]}


def test_a_file_is_written_while_the_state_changes_and_not_otherwise(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    with ServerMock(state=file) as server:
        events = client(server, "appintegrations")
        time.sleep(1.2)
        assert not file.exists(), "nothing has changed"
        events.create_event_integration(Name="a", **EVENT_INTEGRATION)
        wait_until(file.exists, 1.5)
        time.sleep(1.1)
        written = file.stat().st_mtime_ns
        for _ in range(20):
            events.list_event_integrations()
            time.sleep(0.05)
        time.sleep(0.5)
        assert file.stat().st_mtime_ns == written
        assert names_in(file) == {"a"}


def test_a_file_is_written_at_most_once_a_second(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    with ServerMock(state=file) as server:
        backend = client(server, "appintegrations")
        seen = set()
        end = time.monotonic() + 4
        number = 0
        while time.monotonic() < end:
            backend.create_event_integration(Name=f"n{number}", **EVENT_INTEGRATION)
            number += 1
            if file.exists():
                seen.add(file.stat().st_ino)
            time.sleep(0.01)
        writes = control(server, "GET", "metrics").body.decode()
    count = float(re.findall(r"^appint_mock_state_writes (\S+)", writes, re.MULTILINE)[0])
    assert 3 <= count <= 5


def test_what_a_handle_changes_is_written_too(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    with ServerMock(state=file) as server:
        server.appintegrations.backend().create_event_integration(Name="a", **EVENT_INTEGRATION)
        wait_until(lambda: file.exists() and names_in(file) == {"a"})
        server.clock.advance(days=3)
        wait_until(lambda: "clock" in json.loads(file.read_text()))


def test_clock_tokens_objects_and_signed_urls_outlive_a_server(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    given = {"Name": "a", "ClientToken": "token", **EVENT_INTEGRATION}
    with ServerMock(state=file) as server:
        server.clock.freeze()
        moment = server.clock.advance(days=400)
        arn = client(server, "appintegrations").create_event_integration(**given)["EventIntegrationArn"]
        server.dataexchange.objects["bucket", "key"] = b"\x00bytes"
        exchange = client(server, "dataexchange")
        data_set = exchange.create_data_set(AssetType="S3_SNAPSHOT", Name="n", Description="d")["Id"]
        revision = exchange.create_revision(DataSetId=data_set)["Id"]
        details = {
            "DataSetId": data_set,
            "RevisionId": revision,
            "AssetName": "a",
            "Md5Hash": "1B2M2Y8AsgTpgAmY7PhCfg==",
        }
        job = exchange.create_job(Type="IMPORT_ASSET_FROM_SIGNED_URL", Details={"ImportAssetFromSignedUrl": details})
        url = job["Details"]["ImportAssetFromSignedUrl"]["SignedUrl"]
        port = server.port
    with ServerMock(port=port, state=file) as server:
        assert server.clock.now() == moment
        assert client(server, "appintegrations").create_event_integration(**given)["EventIntegrationArn"] == arn
        assert server.dataexchange.objects["bucket", "key"] == b"\x00bytes"
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request("PUT", url.partition(f":{port}")[2], b"")
        assert connection.getresponse().status == 200
        connection.close()
        exchange = client(server, "dataexchange")
        exchange.start_job(JobId=job["Id"])
        assert exchange.get_job(JobId=job["Id"])["State"] == "COMPLETED"


def test_a_snapshot_of_the_library_is_a_state_file(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    with mock_dataexchange() as aws:
        aws.backend().create_data_set(AssetType="S3_SNAPSHOT", Name="n", Description="d")
        file.write_text(json.dumps(aws.snapshot()))
    with ServerMock(state=file) as server:
        (data_set,) = client(server, "dataexchange").list_data_sets()["DataSets"]
        assert data_set["Name"] == "n"
    assert set(json.loads(file.read_text())) == {"appintegrations", "dataexchange"}


@pytest.mark.skipif(os.name != "posix", reason="only POSIX has these permissions")
def test_a_state_file_keeps_its_permissions(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    with ServerMock(state=file) as server:
        server.save()
        file.chmod(0o600)
        client(server, "appintegrations").create_event_integration(Name="a", **EVENT_INTEGRATION)
        server.save()
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_damaged_file_is_refused_with_its_place_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    content = '{"appintegrations": {"version": 1,\n "service": oops}}'
    file.write_text(content)
    with pytest.raises(Exception, match="line 2 column 13") as refused:
        ServerMock(state=file).start()
    assert str(file) in str(refused.value)
    time.sleep(0.1)
    assert file.read_text() == content


@pytest.mark.skipif(os.name != "posix", reason="the lock is POSIX's")
def test_a_file_that_another_server_uses_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    with ServerMock(state=file) as server:
        client(server, "appintegrations").create_event_integration(Name="a", **EVENT_INTEGRATION)
        with pytest.raises(AppintMockError, match="Another server uses"):
            ServerMock(state=file).start()
        command = [sys.executable, "-m", "appint_mock", "serve", "--port", "0", "--state", str(file)]
        second = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert second.returncode == 2
        expected = f"appint-mock serve: Another server uses {file} as its state file; give each its own.\n"
        assert second.stderr.startswith(expected)
        server.save()
        assert names_in(file) == {"a"}
    with ServerMock(state=file) as server:
        assert client(server, "appintegrations").get_event_integration(Name="a")["Name"] == "a"


def test_what_a_killed_server_has_left_beside_the_file_is_in_nobodys_way(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    (tmp_path / ".state.json.lock").touch()
    (tmp_path / ".state.json.new").write_text('{"half')
    with ServerMock(state=file) as server:
        client(server, "appintegrations").create_event_integration(Name="a", **EVENT_INTEGRATION)
    assert names_in(file) == {"a"}
    assert os.listdir(tmp_path) == ["state.json"]


@pytest.mark.skipif(os.name != "posix", reason="ulimit is POSIX's")
def test_on_a_full_disk_the_last_whole_file_stays_and_the_server_says_that_it_is_not_well(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    serve = f"exec {sys.executable} -B -m appint_mock serve --port 0 --quiet --state {file}"
    limited = ["bash", "-c", f"ulimit -f 16; {serve}"]
    pipe = subprocess.PIPE
    with subprocess.Popen(limited, env=unmeasured(), stdout=pipe, stderr=pipe, text=True) as process:
        assert process.stdout is not None
        address = next(re.findall(r"http://(\S+)", line)[0] for line in process.stdout if "http://" in line)

        def ask(method: str, path: str, body: Any = None) -> tuple[int, bytes]:
            connection = http.client.HTTPConnection(address, timeout=10)
            connection.request(method, path, None if body is None else json.dumps(body), signed("app-integrations"))
            response = connection.getresponse()
            answer = response.status, response.read()
            connection.close()
            return answer

        assert ask("POST", "/eventIntegrations", {"Name": "first", **EVENT_INTEGRATION})[0] == 200
        wait_until(lambda: file.exists() and names_in(file) == {"first"})
        large = {"Description": "d" * 1000, **EVENT_INTEGRATION}
        for number in range(40):
            assert ask("POST", "/eventIntegrations", {"Name": f"n{number}", **large})[0] == 200
        wait_until(lambda: ask("GET", "/_appint_mock/health")[0] == 503)
        assert b"could not be saved" in ask("GET", "/_appint_mock/health")[1]
        assert ask("GET", "/eventIntegrations/n39")[0] == 200
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 2
    assert "could not be saved" in errors
    assert "Traceback" not in errors
    # A moment before the disk was full may have been written too.
    assert "first" in names_in(file)
    assert os.listdir(tmp_path) == ["state.json"]


def test_a_file_that_cannot_be_written_makes_the_server_unhealthy_and_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "state.json"
    with ServerMock(state=file) as server:
        assert control(server, "GET", "health").status == 200
        with monkeypatch.context() as broken:

            def no_room(*arguments: object, **options: object) -> None:
                raise OSError(28, "No space left on device")

            broken.setattr(state_file.StateFile, "_replace", no_room)
            client(server, "appintegrations").create_event_integration(Name="a", **EVENT_INTEGRATION)
            wait_until(lambda: control(server, "GET", "health").status == 503)
            assert "No space left" in control(server, "GET", "health").json["problem"]
        wait_until(lambda: file.exists() and names_in(file) == {"a"})
        assert control(server, "GET", "health").json["status"] == "ok"
    assert "No space left" in caplog.text


def test_the_file_says_what_the_snapshot_says_whatever_has_changed(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    with ServerMock(state=file) as server:
        events, exchange = client(server, "appintegrations"), client(server, "dataexchange")
        for number in range(3):
            name = f"n{number} \ud800 é"
            events.create_event_integration(Name=f"n{number}", Tags={"$bytes": "YQ=="}, **EVENT_INTEGRATION)
            exchange.create_data_set(AssetType="S3_SNAPSHOT", Name=name.replace("\ud800", ""), Description="d")
            server.dataexchange.objects["bucket", "key"] = bytes([number])
            server.clock.advance(hours=1)
            assert json.loads(server.save().read_text()) == server.snapshot()
        events.update_event_integration(Name="n1", Description="other")
        events.delete_event_integration(Name="n2")
        assert json.loads(server.save().read_text()) == server.snapshot()
        server.reset()
        assert json.loads(server.save().read_text()) == server.snapshot()
    assert file.read_bytes().isascii()
