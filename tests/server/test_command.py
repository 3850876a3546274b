"""The command ``appint-mock serve``: a process that starts, prints its address, and stops cleanly."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest

from appint_mock.hints import install_command, see
from appint_mock.server import ServerMock
from tests.programs import unmeasured
from tests.server.talking import signed

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals are sent as on POSIX")


PYTHON = (sys.executable, "-W", "error")


class Serving(NamedTuple):
    process: subprocess.Popen[str]
    endpoint: str
    greeting: str

    def stop(self, with_signal: int = signal.SIGTERM) -> tuple[int, str, str]:
        """Send a signal; exit status, the rest of the output, and what went to stderr."""
        self.process.send_signal(with_signal)
        output, errors = self.process.communicate(timeout=30)
        return self.process.returncode, output, errors


def _handle(how: signal.Handlers) -> None:
    """Says what SIGHUP does in a program to come: what started the tests may have had it ignored, as nohup does."""
    signal.signal(signal.SIGHUP, how)


def command(*arguments: str) -> list[str]:
    return [*PYTHON, "-m", "appint_mock", *arguments]


@contextmanager
def serving(
    *options: str,
    before: tuple[str, ...] = (),
    command: Sequence[str] = (*PYTHON, "-m", "appint_mock", "serve", "--port", "0", "--quiet"),
    env: dict[str, str] | None = None,
    cwd: str | None = None,
    preexec: Callable[[], None] = lambda: _handle(signal.SIG_DFL),
) -> Iterator[Serving]:
    process = subprocess.Popen(
        [*before, *command, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Buffered, as where nobody has set it otherwise.
        env={**(os.environ if env is None else env), "PYTHONUNBUFFERED": ""},
        cwd=cwd,
        preexec_fn=preexec,
    )
    assert process.stdout is not None
    greeting = ""
    try:
        for line in process.stdout:
            greeting += line
            if "Ctrl-C" in line:
                break
        else:
            pytest.fail(f"It did not start: {process.communicate()}")
        yield Serving(process, re.findall(r"http://\S+", greeting)[0], greeting)
    finally:
        process.kill()
        process.communicate()


def ask(endpoint: str, path: str, method: str = "GET", body: bytes | None = None, service: str = "") -> bytes:
    headers = signed(service) if service else {}
    with urllib.request.urlopen(urllib.request.Request(endpoint + path, body, headers, method=method)) as answer:
        content: bytes = answer.read()
    return content


@pytest.mark.parametrize("with_signal", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_stops_cleanly(with_signal: int) -> None:
    # A kept connection does not hold it.
    with serving() as server, closing(http.client.HTTPConnection(urlsplit(server.endpoint).netloc)) as connection:
        connection.request("GET", "/_appint_mock/")
        connection.getresponse().read()
        assert server.stop(with_signal) == (0, "", "")


def test_the_end_of_the_terminal_does_not_stop_what_nohup_has_started() -> None:
    with serving(preexec=lambda: _handle(signal.SIG_IGN)) as server:
        server.process.send_signal(signal.SIGHUP)
        assert ask(server.endpoint, "/_appint_mock/health")
        assert server.stop() == (0, "", "")


def test_what_has_come_is_answered_and_written_when_it_is_stopped(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    body = b'{"Name": "orders", "EventFilter": {"Source": "aws.partner/x"}, "EventBridgeBus": "default"}'
    with serving("--state", str(file)) as server:
        fault = b'{"operation": "CreateEventIntegration", "delay": 1, "sleep": true}'
        ask(server.endpoint, "/_appint_mock/faults", "POST", fault)
        with ThreadPoolExecutor() as threads:
            asked = threads.submit(ask, server.endpoint, "/eventIntegrations", "POST", body, "app-integrations")
            time.sleep(0.4)
            assert not asked.done()
            assert server.stop() == (0, "", "")
            assert b"EventIntegrationArn" in asked.result(10)
    assert '"orders"' in file.read_text()


#: As in a container: the first process, of a user that the machine does not know.
ALONE = ("unshare", "--user", "--pid", "--fork", "--kill-child")


def has_namespaces() -> bool:
    return bool(shutil.which("unshare")) and subprocess.run([*ALONE, "true"], check=False).returncode == 0


@pytest.mark.skipif(sys.platform != "linux" or not has_namespaces(), reason="there are no namespaces for us")
@pytest.mark.parametrize("with_signal", [signal.SIGINT, signal.SIGTERM])
def test_it_can_be_the_first_process_of_a_container_without_a_home(tmp_path: Path, with_signal: int) -> None:
    file = tmp_path / "state.json"
    bare = {"PATH": os.environ["PATH"], "TMPDIR": "/nowhere", "HOME": "/nowhere"}
    with serving("--state", str(file), before=ALONE, env=bare, cwd="/") as server:
        outside = server.process.pid
        (inside,) = Path(f"/proc/{outside}/task/{outside}/children").read_text().split()
        status = dict(re.findall(r"^(\w+):\s+(.*)$", Path(f"/proc/{inside}/status").read_text(), re.MULTILINE))
        assert status["NSpid"].split()[-1] == "1"
        ask(server.endpoint, "/_appint_mock/clock", "POST", b'{"freeze": "2030-01-31T12:00:00Z"}')
        os.kill(int(inside), with_signal)
        assert server.process.communicate(timeout=30) == ("", "")
        assert server.process.returncode == 0
    assert "2030-01-31" in file.read_text()


def _is_readable_by_all(path: Path) -> bool:
    return all(folder.stat().st_mode & 0o005 == 0o005 for folder in (path, *path.parents))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can become somebody else")
@pytest.mark.skipif(not _is_readable_by_all(Path(sys.prefix)), reason="others cannot read this environment")
@pytest.mark.skipif(not _is_readable_by_all(Path(__file__).parent), reason="others cannot read this copy")
def test_it_needs_no_privileges() -> None:
    nobody = 65534
    # pytest's own folders are for their owner only.
    folder = Path(tempfile.mkdtemp())
    os.chown(folder, nobody, nobody)
    file = folder / "state.json"
    # What Python and the library are made of may lie where nobody can read: so all is loaded first.
    program = (
        "import os, sys, urllib.request, uvicorn\n"
        "from appint_mock import __main__; from appint_mock.server import ServerMock\n"
        "with ServerMock() as server:\n"
        "    server.environment\n"
        f"    signed = {signed('app-integrations')!r}\n"
        "    asked = urllib.request.Request(server.endpoint + '/applications', headers=signed)\n"
        "    urllib.request.urlopen(asked).read()\n"
        f"os.setgroups([]); os.setgid({nobody}); os.setuid({nobody})\n"
        f"sys.exit(__main__.main(['serve', '--port', '0', '--quiet', '--state', {str(file)!r}]))"
    )
    with serving(command=[sys.executable, "-W", "error", "-c", program], env={"PATH": os.environ["PATH"]}) as server:
        status = Path(f"/proc/{server.process.pid}/status").read_text()
        assert re.search(rf"^Uid:\s+{nobody}\s+{nobody}", status, re.MULTILINE)
        assert json.loads(ask(server.endpoint, "/_appint_mock/health"))["status"] == "ok"
        ask(server.endpoint, "/applications", service="app-integrations")
        assert server.stop() == (0, "", "")
    assert file.stat().st_uid == nobody
    shutil.rmtree(folder)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can become somebody else")
def test_a_state_file_that_cannot_be_written_is_reported_at_start() -> None:
    program = (
        "import os, sys, uvicorn; from appint_mock import __main__; from appint_mock.server import ServerMock\n"
        "with ServerMock() as server: server.environment\n"
        "os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
        "sys.exit(__main__.main(['serve', '--port', '0', '--state', '/usr/state.json']))"
    )
    finished = subprocess.run(
        [*PYTHON, "-c", program], env=unmeasured(), capture_output=True, text=True, timeout=60, check=False
    )
    assert finished.returncode == 2
    assert finished.stderr.startswith("appint-mock serve: /usr/state.json could not be saved later: ")
    assert "Traceback" not in finished.stderr


def test_it_prints_the_variables_to_set() -> None:
    with serving("--region", "eu-west-1") as server:
        settings = dict(re.findall(r"export (\w+)=(\S+)", server.greeting))
        assert settings["AWS_ENDPOINT_URL_APPINTEGRATIONS"] == server.endpoint
        assert settings["AWS_ENDPOINT_URL_DATAEXCHANGE"] == server.endpoint
        assert settings["AWS_REGION"] == "eu-west-1"
        assert f"{server.endpoint}/_appint_mock/" in server.greeting


def test_state_is_there_again_after_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    body = b'{"Name": "orders", "EventFilter": {"Source": "aws.partner/x"}, "EventBridgeBus": "default"}'
    with serving("--state", str(file)) as server:
        ask(server.endpoint, "/eventIntegrations", "POST", body, "app-integrations")
        assert server.stop() == (0, "", "")
    assert set(json.loads(file.read_text())) == {"appintegrations", "dataexchange"}
    with serving("--state", str(file)) as server:
        assert b'"orders"' in ask(server.endpoint, "/eventIntegrations", service="app-integrations")


def test_its_options_are_those_of_the_mocks() -> None:
    options = ("--account-id", "111122223333", "--page-size", "1", "--quotas", "event_integrations=2")
    with serving(*options, "--job-polls", "never", "--no-single-association", "--seed", "1") as server:
        for name in ("a", "b"):
            body = json.dumps({"Name": name, "EventFilter": {"Source": "aws.partner/x"}, "EventBridgeBus": "default"})
            made = ask(server.endpoint, "/eventIntegrations", "POST", body.encode(), "app-integrations")
            assert b":111122223333:" in made
        page = json.loads(ask(server.endpoint, "/eventIntegrations", service="app-integrations"))
        assert (len(page["EventIntegrations"]), "NextToken" in page) == (1, True)


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (("--account-id", "1"), "12 digits"),
        (("--page-size", "0"), "at least 1"),
        (("--quotas", "event_integration=2"), "Did you mean 'event_integrations'"),
        (("--quotas", "event_integrations"), "give KEY=NUMBER"),
        (("--job-polls", "soon"), "give a number, or: never"),
        (("--state", "/nowhere/at/all.json"), "there is no folder"),
        (("--port", "99999"), "cannot listen"),
        (("--prot", "1"), "unrecognized arguments"),
    ],
)
def test_an_impossible_option_is_reported_in_one_line(options: tuple[str, ...], text: str) -> None:
    finished = subprocess.run(command("serve", *options), capture_output=True, text=True, timeout=60, check=False)
    assert finished.returncode == 2
    assert text in finished.stderr
    assert "Traceback" not in finished.stderr


def test_a_port_that_is_taken_is_reported() -> None:
    with ServerMock() as server:
        finished = subprocess.run(
            command("serve", "--port", str(server.port)), capture_output=True, text=True, timeout=60, check=False
        )
    assert finished.returncode == 2
    assert finished.stderr.startswith(f"appint-mock serve: The server cannot listen on port {server.port}")


def test_without_the_extra_it_says_what_to_install() -> None:
    program = (
        "import sys; sys.modules['uvicorn'] = None; from appint_mock.__main__ import main; sys.exit(main(['serve']))"
    )
    finished = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert finished.returncode == 2
    printed = f"Server mode needs its extra: {install_command('server')}."
    assert finished.stderr == f"appint-mock serve: {printed}{see('server')}\n"


def test_its_help_names_every_option() -> None:
    printed = subprocess.run(command("serve", "--help"), capture_output=True, text=True, timeout=60, check=True).stdout
    for option in ("--host", "--port", "--account-id", "--page-size", "--state", "--region", "--quotas", "--seed"):
        assert option in printed
