"""What the command makes of its arguments, in this process: the server that it would start is not started."""

from __future__ import annotations

import io
import signal
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from appint_mock import __main__ as command
from appint_mock.__main__ import greeting, main
from appint_mock.errors import AppintMockError
from appint_mock.server import ServerMock


class Served:
    """Stands where the server is made, started and stopped."""

    endpoint = "http://127.0.0.1:5005"
    titles = ("One", "Two")

    def __init__(self) -> None:
        self.environment = {"AWS_ENDPOINT_URL": self.endpoint}
        self.options: dict[str, Any] = {}
        self.done: list[str] = []
        self.is_running = True
        self.error: Exception | None = None

    def __call__(self, **options: Any) -> Served:
        if self.error is not None:
            raise self.error
        self.options = options
        return self

    def start(self) -> None:
        self.done.append("start")
        # As if somebody had pressed Ctrl-C just then, but for the server that has ended by itself.
        if self.is_running:
            signal.raise_signal(signal.SIGINT)

    def stop(self) -> None:
        self.done.append("stop")
        self.is_running = False


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    made = Served()
    monkeypatch.setattr(command, "ServerMock", made)
    # This process goes on, and collects its garbage as ever.
    for name in ("collect", "freeze", "set_threshold"):
        monkeypatch.setattr(f"gc.{name}", lambda *args: None)
    numbers = [each for each in (signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGHUP", None)) if each is not None]
    before = {number: signal.getsignal(number) for number in numbers}
    yield made
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        ([], {}),
        (["--host", "0.0.0.0", "--port", "0"], {"host": "0.0.0.0", "port": 0}),
        (["--allow-host", "a", "--allow-host", "b"], {"allow_hosts": ["a", "b"]}),
        (["--with-moto"], {"with_moto": True}),
        (["--with-moto", "sqs, s3,"], {"with_moto": ["sqs", "s3"]}),
        (["--s3-endpoint", "http://x"], {"s3_endpoint": "http://x"}),
        (["--state", "file"], {"state": "file"}),
        (["--events-to", "http://x"], {"events_to": "http://x"}),
        (["--quiet"], {"console": None}),
        (["--log", "json"], {"console_form": "json"}),
        (["--account-id", "210987654321"], {"account_id": "210987654321"}),
        (["--region", "eu-west-1"], {"region_name": "eu-west-1"}),
        (["--page-size", "3"], {"page_size": 3}),
        (["--seed", "7"], {"seed": 7}),
        (["--max-upload", "10"], {"max_upload": 10}),
        (["--quotas"], {"quotas": True}),
        (["--quotas", "a=2", "b=0.5"], {"quotas": {"a": 2.0, "b": 0.5}}),
        (["--job-polls", "3"], {"job_polls": 3}),
        (["--job-seconds", "1.5"], {"job_seconds": 1.5}),
        (["--job-polls", "never"], {"job_polls": None}),
        (["--no-single-association"], {"single_association": False}),
        (["--single-association"], {"single_association": True}),
    ],
    ids=" ".join,
)
def test_an_argument_is_an_option_of_the_server(
    served: Served, arguments: list[str], options: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["serve", *arguments]) == 0
    expected = {"console": sys.stdout, "host": "127.0.0.1", "port": 5005, **options}
    assert served.options == expected
    assert served.done == ["start", "stop"]
    assert capsys.readouterr().out == greeting(served)  # type: ignore[arg-type]


def test_the_greeting_is_there_at_once_for_whoever_reads_it(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    flushed: list[str] = []

    class Pipe(io.StringIO):
        def flush(self) -> None:
            flushed.append(self.getvalue())

    monkeypatch.setattr(sys, "stdout", Pipe())
    assert main(["serve"]) == 0
    assert flushed[0] == greeting(served)  # type: ignore[arg-type]


def test_a_server_that_ends_by_itself_is_a_failure(served: Served) -> None:
    served.is_running = False
    assert main(["serve"]) == 1
    assert served.done == ["start", "stop"]


@pytest.mark.parametrize("error", [AppintMockError("no extra"), ValueError("no such option")], ids=repr)
def test_what_the_server_refuses_is_said_in_a_line(
    served: Served, error: Exception, capsys: pytest.CaptureFixture[str]
) -> None:
    served.error = error
    assert main(["serve"]) == 2
    assert capsys.readouterr().err == f"appint-mock serve: {error}\n"


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ([], "the following arguments are required: COMMAND"),
        (["serve", "--quotas", "a"], "argument --quotas: 'a': give KEY=NUMBER, such as event_integrations=2"),
        (["serve", "--quotas", "a=b"], "argument --quotas: 'a=b': give KEY=NUMBER, such as event_integrations=2"),
        (["serve", "--job-polls", "soon"], "argument --job-polls: 'soon': give a number, or: never"),
        (["serve", "--port", "x"], "argument --port: invalid int value: 'x'"),
        (["serve", "--log", "xml"], "argument --log: invalid choice: 'xml' (choose from "),
    ],
    ids=str,
)
def test_what_an_argument_cannot_be_is_said_in_a_line(
    arguments: list[str], text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert text in capsys.readouterr().err.splitlines()[-1]


@pytest.mark.parametrize("ignored", [False, True])
def test_the_end_of_the_terminal_is_the_servers_unless_it_is_ignored(served: Served, ignored: bool) -> None:
    if not hasattr(signal, "SIGHUP"):
        pytest.skip("Windows has no SIGHUP")
    signal.signal(signal.SIGHUP, signal.SIG_IGN if ignored else signal.SIG_DFL)
    assert main(["serve", "--quiet"]) == 0
    assert (signal.getsignal(signal.SIGHUP) is signal.SIG_IGN) is ignored
    assert (signal.getsignal(signal.SIGHUP) is signal.SIG_DFL) is False


def test_the_greeting_says_where_the_server_is_and_what_to_set() -> None:
    with ServerMock() as server:
        endpoint = server.endpoint
        settings = "".join(f"  export {name}={value}\n" for name, value in server.environment.items())
        assert "AWS_ENDPOINT_URL" not in server.environment
        assert greeting(server) == (
            f"appint_mock answers for Amazon AppIntegrations and AWS Data Exchange at {endpoint}\n\n"
            f"Set, where your client runs:\n{settings}\n"
            f"(AWS_ENDPOINT_URL={endpoint} sends the calls of all services here.)\n"
            f"To look inside and to control it: {endpoint}/_appint_mock/\n"
            "Ctrl-C stops it.\n"
        )


def test_the_greeting_names_no_address_twice() -> None:
    text = greeting(Served())  # type: ignore[arg-type]
    assert text == (
        "appint_mock answers for One and Two at http://127.0.0.1:5005\n\n"
        "Set, where your client runs:\n  export AWS_ENDPOINT_URL=http://127.0.0.1:5005\n\n"
        "To look inside and to control it: http://127.0.0.1:5005/_appint_mock/\n"
        "Ctrl-C stops it.\n"
    )


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("appint-mock ")
