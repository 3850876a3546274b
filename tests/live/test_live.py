"""Live mode against what stands in for AWS: this library's own server, and the same altered in ten places."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from appint_mock.server import ServerMock
from tests.live import records, standins
from tests.live.__main__ import main
from tests.live.altered import serving
from tests.live.plugin import Choice
from tests.live.run import ROOT, ask


@pytest.mark.slow
def test_every_portable_test_holds_against_the_library_s_own_server(server: ServerMock) -> None:
    seen = ask(standins.session(server.endpoint), Choice(), "-q", "--tb=no", tries=1).seen
    assert {name: each.why for name, each in seen.items() if each.held is not True} == {}
    assert len(seen) > 700
    # Nothing of the accounts that were asked is in the records.
    text = json.dumps([each._asdict() for each in seen.values()])
    assert not any(real in text for real in standins.REAL.values())


@pytest.mark.slow
def test_exactly_the_rules_that_an_altered_server_breaks_are_reported(server: ServerMock) -> None:
    with serving(server.endpoint, *standins.ALTERATIONS) as endpoint:
        seen = ask(standins.session(endpoint), Choice(), "-q", "--tb=no", tries=1).seen
    rules = records.record(endpoint, seen).rules()
    broken = [rule for alteration in standins.ALTERATIONS for rule in alteration.contradicts]
    assert len(standins.ALTERATIONS) == 10
    assert len(broken) == len(set(broken))
    assert {rule for rule, held in rules.items() if held is False} == set(broken)
    assert None not in rules.values()


@pytest.fixture
def as_somebody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """A profile that is configured."""
    configuration = tmp_path / "credentials"
    configuration.write_text("[sandbox]\naws_access_key_id = live\naws_secret_access_key = live\n", "utf-8")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(configuration))
    return "sandbox"


def _arguments(server: ServerMock, profile: str, *options: str) -> list[str]:
    return ["--profile", profile, "--endpoint-url", server.endpoint, "--pause", "0", *options]


_RULES = ("--service", "appintegrations", "--rule", "event-integrations.*")


def test_the_command_says_what_it_will_do_first_and_writes_what_it_saw(
    server: ServerMock, as_somebody: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "record.json"
    assert main(_arguments(server, as_somebody, *_RULES, "--record", str(path))) == 0
    output = capsys.readouterr().out
    plan = output.partition("[100%]")[0]
    for said in ("account 123456789012", "CreateEventIntegration (", "begins with 'appint-live-'", "left out"):
        assert said in plan
    recorded = json.loads(path.read_text("utf-8"))
    assert recorded["of"] == server.endpoint
    assert recorded["rules"]["appintegrations:event-integrations.taken"] == {"held": True}
    (test,) = (each for name, each in recorded["tests"].items() if name.endswith("test_a_taken_name_is_a_duplicate"))
    assert [answer["operation"] for answer in test["answers"]] == ["CreateEventIntegration"] * 2
    refusal = test["answers"][1]
    assert (refusal["status"], refusal["text"]) == (409, "Name already in use")
    assert refusal["code"] == refusal["headers"]["x-amzn-errortype"] == "DuplicateResourceException"
    assert refusal["headers"]["x-amzn-requestid"].startswith("id-")


@pytest.mark.parametrize(
    ("options", "printed"),
    [
        (["--profile", "nobody"], "Give --profile one of your AWS profiles"),
        (["--profile", "sandbox", "--rule", "lists.odrer"], "no rule is called lists.odrer"),
    ],
)
def test_a_wrong_option_says_what_to_give(
    as_somebody: str, options: list[str], printed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(options)
    assert caught.value.code == 2
    assert printed in capsys.readouterr().err


def test_a_plan_asks_nothing(server: ServerMock, as_somebody: str, capsys: pytest.CaptureFixture[str]) -> None:
    before = server.snapshot()
    assert main(_arguments(server, as_somebody, "--plan")) == 0
    assert "wait for --allow lasting money" in capsys.readouterr().out
    assert server.snapshot() == before


def test_a_contradicted_rule_is_reported_with_the_test_and_the_difference(
    server: ServerMock, as_somebody: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(server.endpoint, standins.ALTERATIONS[2]) as endpoint:
        options = ["--profile", as_somebody, "--endpoint-url", endpoint, "--pause", "0", *_RULES]
        assert main(options) == 1
    output = capsys.readouterr().out
    assert "CONTRADICTED appintegrations:event-integrations.taken" in output
    assert "409" in output


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent as on POSIX")
@pytest.mark.parametrize("with_signal", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_stopped_removes_what_it_made(server: ServerMock, as_somebody: str, with_signal: int) -> None:
    command = [sys.executable, "-m", "tests.live", *_arguments(server, as_somebody, "--service", "appintegrations")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        # The first results: by then tests have made things.
        for line in process.stdout:
            if line.startswith("...."):
                break
        process.send_signal(with_signal)
        output = process.stdout.read()
    assert "appint-live-" not in json.dumps(server.snapshot())
    assert "Held: " in output
