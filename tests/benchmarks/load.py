"""``python -m tests.benchmarks.load [--write] [--requests N]``: the server under load, beside moto's, in one run.

Each contender is a process of its own that answers one kind of request, at 1, 16 and 100 connections in turns; a second
process asks. What is shown is the round with the highest rate, the one that the machine's other work disturbed least.
``--write`` puts the table into docs/performance.md, between its marks.
Wants ``moto[server]`` beside us; memory and processor time are shown on Linux.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import botocore.session

from tests.docs import plots

_PAGE = Path(__file__).parents[2] / "docs" / "performance.md"
_BEGIN, _END = "<!-- load: begin -->", "<!-- load: end -->"
_CONNECTIONS = (1, 16, 100)
_KINDS = ("Get", "Create")


class Figures(NamedTuple):
    """What one kind of request took: requests a second, and times in milliseconds."""

    per_second: float
    p50: float
    p99: float


class Contender(NamedTuple):
    """A server: its command with ``{port}``, and what it is asked, by kind."""

    name: str
    command: list[str]
    service: str
    requests: dict[str, tuple[str, str, dict[str, Any] | None]]


def contenders(folder: Path) -> list[Contender]:
    """Ours, ours with a state file, and moto's, each with a Get and with a Create of ever new names."""
    serve = [sys.executable, "-m", "appint_mock", "serve", "--quiet", "--port", "{port}"]
    integration = {"EventFilter": {"Source": "aws.partner/x"}, "EventBridgeBus": "default"}
    ours: dict[str, tuple[str, str, dict[str, Any] | None]] = {
        "Get": ("GET", "/eventIntegrations/there", None),
        "Create": ("POST", "/eventIntegrations", {"Name": "NAME", **integration}),
    }
    motos: dict[str, tuple[str, str, dict[str, Any] | None]] = {
        "Get": ("GET", "/schedule-groups/there", None),
        "Create": ("POST", "/schedule-groups/NAME", {}),
    }
    return [
        Contender("appint_mock", serve, "app-integrations", ours),
        Contender("with --state", [*serve, "--state", str(folder / "state.json")], "app-integrations", ours),
        Contender("moto", [sys.executable, "-m", "moto.server", "-p", "{port}"], "scheduler", motos),
    ]


# Asking ------------------------------------------------------------------------------------------------------


class _Connection(asyncio.Protocol):
    """Sends one request after another, each when the last one was answered; connects again if the server closes."""

    def __init__(self, port: int, requests: Iterator[bytes], times: list[float], done: asyncio.Future[None]) -> None:
        self._port, self._requests, self._times, self._done = port, requests, times, done
        self._received, self._sent = b"", 0.0
        self._transport: Any = None
        self._next: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        """Connects."""
        self._sent = time.perf_counter()
        self._received = b""
        await asyncio.get_running_loop().create_connection(lambda: self, "127.0.0.1", self._port)

    def begin(self) -> None:
        """Asks until no request is left."""
        self._send()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        if self._next is not None:
            # With the time that connecting took, since the server wants that for each request.
            self._send(self._sent)

    def data_received(self, data: bytes) -> None:
        self._received += data
        head_end = self._received.find(b"\r\n\r\n")
        if head_end < 0:
            return
        head = self._received[:head_end].lower()
        length = re.search(rb"\r\ncontent-length: *(\d+)", head)
        if length is None or len(self._received) < head_end + 4 + int(length[1]):
            return
        if not head.startswith((b"http/1.1 200", b"http/1.1 201")):
            self._end(AssertionError(self._received[:500]))
            return
        self._times.append(time.perf_counter() - self._sent)
        self._received = b""
        if b"\r\nconnection: close" in head:
            self._transport.close()
            self._next = asyncio.ensure_future(self.connect())
        else:
            self._send()

    def connection_lost(self, error: Exception | None) -> None:
        if self._next is None:
            self._end(error or ConnectionError("The server has closed the connection."))

    def _send(self, since: float | None = None) -> None:
        request = next(self._requests, None)
        if request is None:
            self._end()
        else:
            self._sent = time.perf_counter() if since is None else since
            self._transport.write(request)

    def _end(self, error: Exception | None = None) -> None:
        self._transport.close()
        if self._done.done():
            return
        if error is None:
            self._done.set_result(None)
        else:
            self._done.set_exception(error)


async def _ask(port: int, connections: int, requests: list[bytes]) -> Figures:
    loop = asyncio.get_running_loop()
    times: list[float] = []
    left = iter(requests)
    waiting = [loop.create_future() for _ in range(connections)]
    made = [_Connection(port, left, times, each) for each in waiting]
    for connection in made:
        await connection.connect()
    started = time.perf_counter()
    for connection in made:
        connection.begin()
    await asyncio.wait_for(asyncio.gather(*waiting), 120)
    seconds = time.perf_counter() - started
    times.sort()
    return Figures(len(times) / seconds, 1000 * times[len(times) // 2], 1000 * times[int(len(times) * 0.99)])


def ask(port: int, service: str, kind: tuple[str, str, Any], connections: int, count: int, prefix: str) -> Figures:
    """Ask so many requests of one kind over so many connections, and say how long they took."""
    method, target, body = kind
    scope = f"AKIA/20260101/us-east-1/{service}/aws4_request"
    user_agent = botocore.session.get_session().user_agent()
    requests = []
    for number in range(count):
        name = f"{prefix}-{connections}-{number}"
        content = b"" if body is None else json.dumps(body).replace("NAME", name).encode()
        requests.append(
            (
                f"{method} {target.replace('NAME', name)} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
                f"Authorization: AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host;x-amz-date, Signature=0\r\n"
                f"User-Agent: {user_agent}\r\nX-Amz-Date: 20260101T000000Z\r\n"
                f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
            ).encode()
            + content
        )
    return asyncio.run(_ask(port, connections, requests))


# The servers -------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def running(contender: Contender) -> Iterator[tuple[int, int]]:
    """A server's port and process id; it holds what the Get asks for."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [each.replace("{port}", str(port)) for each in contender.command]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port, process)
        method, target, body = contender.requests["Create"]
        scope = f"AKIA/20260101/us-east-1/{contender.service}/aws4_request"
        signature = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"
        headers = {"Authorization": signature, "Content-Type": "application/json"}
        content = json.dumps(body).replace("NAME", "there").encode()
        url = f"http://127.0.0.1:{port}{target.replace('NAME', 'there')}"
        urllib.request.urlopen(urllib.request.Request(url, content, headers, method=method), timeout=30).close()
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError(f"It has ended: {process.args!r}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
            return
        time.sleep(0.1)
    raise TimeoutError(f"Nothing listens on port {port}.")


def _memory(process_id: int) -> str:
    with contextlib.suppress(OSError):
        status = Path(f"/proc/{process_id}/status").read_text("utf-8")
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        if found:
            return f"{int(found[1]) / 1024:.0f} MB"
    return "-"


def _processor_time(process_id: int) -> float:
    """The time that a process has used, in seconds; 0 where that cannot be seen."""
    with contextlib.suppress(OSError):
        fields = Path(f"/proc/{process_id}/stat").read_text("utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0


def measured(count: int, rounds: int) -> str:
    """The table, as Markdown."""
    figures: dict[tuple[str, str, int], list[Figures]] = {}
    memory: dict[str, str] = {}
    #: By contender and kind, for each round: the processor time that all of its requests took, in milliseconds each.
    cost: dict[tuple[str, str], list[float]] = {}
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        all_of_them = contenders(Path(folder))
        servers = [(each, *stack.enter_context(running(each))) for each in all_of_them]
        for turn, kind in itertools.product(range(rounds), _KINDS):
            for contender, port, process_id in servers:
                few = count // 6 if contender.name == "moto" else count
                before = _processor_time(process_id)
                for connections in _CONNECTIONS:
                    found = ask(port, contender.service, contender.requests[kind], connections, few, f"r{turn}")
                    figures.setdefault((contender.name, kind, connections), []).append(found)
                used = 1000 * (_processor_time(process_id) - before) / (few * len(_CONNECTIONS))
                cost.setdefault((contender.name, kind), []).append(used)
        memory.update({each.name: _memory(process_id) for each, _, process_id in servers})
    least = {key: min(found) for key, found in cost.items()}
    lines = ["| request | connections | " + " | ".join(each.name for each in all_of_them) + " | here / moto |"]
    lines.append("| --- | --- |" + " --- |" * (len(all_of_them) + 1))
    for kind in _KINDS:
        for connections in _CONNECTIONS:
            best = {each.name: max(figures[each.name, kind, connections]) for each in all_of_them}
            cells = [f"{f.per_second:,.0f}/s, {f.p50:.1f} / {f.p99:.1f} ms" for f in best.values()]
            ratio = best["appint_mock"].per_second / best["moto"].per_second
            lines.append(f"| {kind} | {connections} | " + " | ".join(cells) + f" | {ratio:.1f}× |")
    for kind in _KINDS:
        shares = [least[each.name, kind] for each in all_of_them]
        cells = [f"{each:.3f} ms" for each in shares]
        lines.append(f"| processor time of a {kind} | | {' | '.join(cells)} | {shares[2] / shares[0]:.1f}× |")
    lines.append("| memory afterwards | | " + " | ".join(memory[each.name] for each in all_of_them) + " | |")
    more = [100 * (least["with --state", kind] / least["appint_mock", kind] - 1) for kind in _KINDS]
    lines.append(f"\nWith `--state`, a Get takes {more[0]:.0f} % more processor time, a Create {more[1]:.0f} % more.")
    return "\n".join(lines)


def main() -> None:
    """Measure, print, and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--requests", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    table = measured(options.requests, options.rounds)
    print(table)
    if options.write:
        page = _PAGE.read_text("utf-8")
        before, _, rest = page.partition(_BEGIN)
        _, _, after = rest.partition(_END)
        _PAGE.write_text(f"{before}{_BEGIN}\n{table}\n{_END}{after}", "utf-8")
        plots.write()


if __name__ == "__main__":
    main()
