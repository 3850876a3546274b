"""docs/server.md says what is so."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

from appint_mock.__main__ import greeting
from appint_mock.server import ServerMock
from appint_mock.server.handles import known_options
from tests.programs import run_python
from tests.server.talking import send

PAGE = (Path(__file__).parent.parent.parent / "docs" / "server.md").read_text("utf-8")


def test_its_python_program_runs() -> None:
    (program,) = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert run_python(program) == ""


def test_it_shows_what_the_command_prints(server: ServerMock) -> None:
    shown = greeting(server).replace(server.endpoint, "http://127.0.0.1:5005")
    # The page wraps its lines, as a terminal does.
    assert " ".join(shown.split()) in " ".join(PAGE.split())


def test_it_names_every_option_of_the_command() -> None:
    shown = run_python("from appint_mock.__main__ import main; main(['serve', '--help'])")
    # Those that a service describes itself are named together.
    of_services = {f"--{no}{name.replace('_', '-')}" for name in known_options() for no in ("", "no-")}
    options = set(re.findall(r"--[a-z0-9-]+", shown)) - of_services - {"--help"}
    assert len(options) >= 10
    assert {option for option in options if option not in PAGE} == set()


def test_it_names_every_route_of_the_control_api(server: ServerMock) -> None:
    routes = send(server, "GET", "/_appint_mock/").json["routes"]
    paths = {route.split("/_appint_mock/")[1] for route in routes}
    assert len(paths) > 20
    # Those of the backends stand as methods.
    named = {path.split("/")[-1] if f"`{path.split('/')[-1]}`" in PAGE else path for path in paths}
    assert {name for name in named if name not in PAGE} == set()


def test_it_says_how_many_bytes_of_calls_are_kept() -> None:
    kept = inspect.signature(ServerMock.__init__).parameters["kept_bytes"].default
    assert f"The latest ones are kept, {kept / 2**20:g} MiB of requests and answers" in PAGE
