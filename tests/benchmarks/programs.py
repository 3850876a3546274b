"""Whole programs side by side: a suite of small tests, and a server under load."""

from __future__ import annotations

import http.client
import importlib.util
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_SUITE = """
    import boto3
    import pytest
    from {module} import {mock}

    @pytest.mark.parametrize("number", range(200))
    @{mock}
    def test_it(number):
        client = boto3.client("{service}", region_name="us-east-1")
        client.{create}
        assert client.{get}
"""
_OURS = {
    "module": "appint_mock",
    "mock": "mock_appintegrations",
    "service": "appintegrations",
    "create": 'create_event_integration(Name="a", EventFilter={"Source": "aws.partner/x"}, EventBridgeBus="default")',
    "get": 'get_event_integration(Name="a")',
}
_MOTO = {
    "module": "moto",
    "mock": "mock_aws",
    "service": "scheduler",
    "create": 'create_schedule_group(Name="a")',
    "get": 'get_schedule_group(Name="a")',
}


def suites(rounds: int = 3) -> dict[str, float]:
    """Seconds that pytest takes for 200 small tests, each with a scope and a client of its own; medians."""
    times: dict[str, list[float]] = {"ours": [], "moto": []}
    with tempfile.TemporaryDirectory() as folder:
        for name, parts in (("ours", _OURS), ("moto", _MOTO)):
            text = textwrap.dedent(_SUITE)
            for part, value in parts.items():
                text = text.replace("{" + part + "}", value)
            Path(folder, f"test_{name}.py").write_text(text, "utf-8")
        for _ in range(rounds):
            for name, taken in times.items():
                command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"test_{name}.py"]
                started = time.perf_counter()
                subprocess.run(command, cwd=folder, check=True, capture_output=True)
                taken.append(time.perf_counter() - started)
    return {name: statistics.median(taken) for name, taken in times.items()}


def servers(seconds: float = 2.0) -> dict[str, float]:
    """Requests per second over one kept connection; without moto's where its server is not installed."""
    found = {}
    with _serving("appint_mock", "serve", "--port", str(_free_port())) as port:
        created = '{"Name": "a", "EventFilter": {"Source": "aws.partner/x"}, "EventBridgeBus": "default"}'
        _ask(port, "app-integrations", "POST", "/eventIntegrations", created)
        found["ours"] = _rate(port, "app-integrations", "/eventIntegrations/a", seconds)
    if importlib.util.find_spec("flask") and importlib.util.find_spec("flask_cors"):
        with _serving("moto.server", "--port", str(_free_port())) as port:
            found["moto"] = _rate(port, "scheduler", "/schedule-groups/default", seconds)
    return found


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
        return port


@contextmanager
def _serving(module: str, *arguments: str) -> Iterator[int]:
    port = int(next(each for each in arguments if re.fullmatch(r"\d+", each)))
    server = subprocess.Popen(
        [sys.executable, "-m", module, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except ConnectionRefusedError:
                time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait()


def _ask(port: int, service: str, method: str, path: str, body: str | None = None) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request(method, path, body, _headers(service))
    assert connection.getresponse().status == 200
    connection.close()


def _headers(service: str) -> dict[str, str]:
    scope = f"Credential=testing/20260101/us-east-1/{service}/aws4_request"
    return {"Authorization": f"AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=0"}


def _rate(port: int, service: str, path: str, seconds: float) -> float:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    headers, asked = _headers(service), 0
    started = time.perf_counter()
    while time.perf_counter() - started < seconds:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, answer.status
        asked += 1
    connection.close()
    return asked / (time.perf_counter() - started)
