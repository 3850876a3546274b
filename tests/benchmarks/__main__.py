"""``python -m tests.benchmarks [--write] [--quick]``: measure everything and print the tables.

``--write`` also puts them into docs/performance.md, between its marks. Wants moto beside us (``pip install moto``).
"""

from __future__ import annotations

import argparse
import platform
import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import botocore

from appint_mock import mock_appintegrations
from tests import sockets
from tests.benchmarks import clients, programs
from tests.benchmarks.measure import Figure, in_processes, output_of, side_by_side

_PAGE = Path(__file__).parents[2] / "docs" / "performance.md"
_BEGIN, _END = "<!-- measured: begin -->", "<!-- measured: end -->"
_KEYS = 'region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b"'

Row = tuple[str, str, str, str, str]
"""What, target, here, floor (with what it is), moto."""


def _ratio(value: Figure, base: Figure) -> str:
    return f"{value.median / base.median:.2f}×"


def imports(rounds: int) -> list[Row]:
    """Import, after boto3."""
    program = "import time, boto3\nstarted = time.perf_counter()\n{}\nprint(time.perf_counter() - started)"
    found = in_processes(
        {
            "ours": program.format("from appint_mock import mock_appintegrations"),
            "moto": program.format("from moto import mock_aws"),
        },
        rounds=rounds,
    )
    return [("import, after boto3", "≤ 10 ms", str(found["ours"]), "", str(found["moto"]))]


def first_calls(rounds: int) -> list[Row]:
    """The first call of a process, against the floor's first call."""
    program = """
        import time, boto3
        from botocore.awsrequest import AWSResponse
        {before}
        client = boto3.client("{service}", {keys})
        {after}
        started = time.perf_counter()
        client.{call}()
        print(time.perf_counter() - started)
    """
    constant = """
        def handler(request, **kwargs):
            response = AWSResponse(request.url, 200, {"Content-Type": "application/json"}, None)
            response._content = b"{}"
            return response
        client.meta.events.register("before-send", handler)
    """
    list_ours = {"service": "appintegrations", "call": "list_event_integrations", "keys": _KEYS}
    list_moto = {"service": "scheduler", "call": "list_schedule_groups", "keys": _KEYS}
    ours = "from appint_mock import mock_appintegrations; mock_appintegrations().start()"
    moto = "from moto import mock_aws; mock_aws().start()"
    found = in_processes(
        {
            "floor": _program(program, before="", after=constant, **list_ours),
            "ours": _program(program, before=ours, after="", **list_ours),
            "moto": _program(program, before=moto, after="", **list_moto),
        },
        rounds=rounds,
    )
    return [
        (
            "first call in a process",
            "≤ 8×",
            f"{_ratio(found['ours'], found['floor'])} = {found['ours']}",
            str(found["floor"]),
            f"{_ratio(found['moto'], found['floor'])} = {found['moto']}",
        )
    ]


def _program(template: str, **parts: str) -> str:
    # The parts have indents of their own.
    text = textwrap.dedent(template)
    for name, part in parts.items():
        text = text.replace("{" + name + "}", textwrap.dedent(part).strip())
    return text


def scopes(rounds: int) -> list[Row]:
    """Opening and closing a scope, and making a client in one."""
    from moto import mock_aws

    def open_and_close(mock: Any) -> None:
        with mock():
            pass

    found = side_by_side(
        {"ours": lambda: open_and_close(mock_appintegrations), "moto": lambda: open_and_close(mock_aws)}, rounds=rounds
    )
    rows = [("scope, open and close", "≤ 0.1 ms", str(found["ours"]), "", str(found["moto"]))]
    import boto3

    with mock_appintegrations():
        ours = side_by_side({"ours": lambda: boto3.client("appintegrations")}, rounds=rounds, calls=5)["ours"]

    def client_of_moto() -> None:
        with mock_aws():
            boto3.client("scheduler", region_name="us-east-1")

    moto = side_by_side({"moto": client_of_moto}, rounds=5, calls=2)["moto"]
    return [*rows, ("`boto3.client` in a scope, after the first", "≤ 3 ms", str(ours), "", str(moto))]


def calls(rounds: int) -> list[Row]:
    """Get, Create and a page of 50, against the floor's."""
    from moto import mock_aws

    rows: list[Row] = []
    names = {"get": "Get", "create": "Create, constraints checked", "page": "page of 50 out of 60"}
    targets = {"get": "≤ 1.15×", "create": "≤ 1.25×", "page": "≤ 1.3×"}
    for what, name in names.items():
        with mock_appintegrations():
            floor, ours = clients.floor(), clients.ours()
            clients.new_client().create_event_integration(Name="orders", **clients.EVENT)
            _repeat(ours.create, 60)
            found = side_by_side({"floor": getattr(floor, what), "ours": getattr(ours, what)}, rounds=rounds)
        # Apart, since moto's handler would run beside the others' on every call.
        with mock_aws():
            other = clients.moto()
            _repeat(other.create, 60)
            found |= side_by_side({"moto": getattr(other, what)}, rounds=rounds)
        here, beside = (f"{_ratio(found[each], found['floor'])} = {found[each]}" for each in ("ours", "moto"))
        rows.append((name, targets[what], here, str(found["floor"]), beside))
    return rows


def _repeat(work: Callable[[], Any], times: int) -> None:
    for _ in range(times):
        work()


def pages(rounds: int) -> list[Row]:
    """A page of 50 from the middle of ever more items, against the floor's page; and whole walks."""
    rows: list[Row] = []
    for count in (50, 5_000, 50_000):
        with mock_appintegrations() as aws:
            backend = aws.backend()
            for number in range(count):
                backend.create_event_integration(Name=f"n{number}", **clients.EVENT)
            client, floor = clients.new_client(), clients.floor()
            token = _token_half_way(client, count)

            def page(client: Any = client, token: Any = token) -> Any:
                return client.list_event_integrations(MaxResults=50, **token)

            found = side_by_side({"floor": floor.page, "ours": page}, rounds=rounds, calls=10)
            rows.append(
                (
                    f"page of 50 out of {count:,}",
                    "≤ 1.3×",
                    f"{_ratio(found['ours'], found['floor'])} = {found['ours']}",
                    str(found["floor"]),
                    "",
                )
            )
    for count in (1_000, 10_000, 50_000):
        with mock_appintegrations() as aws:
            backend = aws.backend()
            for number in range(count):
                backend.create_event_integration(Name=f"n{number}", **clients.EVENT)
            paginator = clients.new_client().get_paginator("list_event_integrations")
            started = time.perf_counter()
            seen = sum(len(each["EventIntegrations"]) for each in paginator.paginate())
            seconds = time.perf_counter() - started
            assert seen == count
            rows.append(
                (f"walk of {count:,} items", "", f"{seconds:.2f} s, {1e6 * seconds / count:.0f} µs an item", "", "")
            )
    return rows


def _token_half_way(client: Any, count: int) -> dict[str, str]:
    if count <= 50:
        return {}
    paginator = client.get_paginator("list_event_integrations")
    half = paginator.paginate(PaginationConfig={"MaxItems": count // 2}).build_full_result()
    import base64
    import json

    # botocore wraps the service's token with its own.
    return {"NextToken": json.loads(base64.b64decode(half["NextToken"]))["NextToken"]}


def memory() -> list[Row]:
    """100,000 event integrations, without the call log."""
    program = """
        import json, tracemalloc, uuid
        from appint_mock import mock_appintegrations
        with mock_appintegrations() as aws:
            backend = aws.backend()
            tracemalloc.start()
            for number in range(100_000):
                request = {"Name": f"orders-{number}", "EventFilter": {"Source": f"aws.partner/example.com/{number}"},
                           "EventBridgeBus": "default", "ClientToken": str(uuid.uuid4())}
                backend.create_event_integration(**json.loads(json.dumps(request)))
            print(tracemalloc.get_traced_memory()[0])
    """
    megabytes = float(output_of(_program(program))) / 1e6
    return [("memory of 100,000 event integrations", "≤ 150 MB", f"{megabytes:.0f} MB", "", "")]


def whole_programs(quick: bool) -> list[Row]:
    """A suite of 200 small tests, and a server's requests per second."""
    taken = programs.suites(1 if quick else 3)
    rates = programs.servers(0.5 if quick else 2.0)
    moto = f"{rates['moto']:.0f} a second" if "moto" in rates else "(needs `moto[server]`)"
    return [
        ("200 small tests under pytest", "", f"{taken['ours']:.1f} s", "", f"{taken['moto']:.1f} s"),
        ("server: Get, one connection", "", f"{rates['ours']:.0f} a second", "", moto),
    ]


def table(rows: list[Row]) -> str:
    """The rows as Markdown."""
    lines = ["| figure | target | here | the floor | moto |", "| --- | --- | --- | --- | --- |"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def main() -> None:
    """Measure, print, and write if asked to."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the tables into docs/performance.md")
    parser.add_argument("--quick", action="store_true", help="few rounds: to see that it works, not to believe it")
    options = parser.parse_args()
    sockets.forbid()
    rounds = 3 if options.quick else 25
    rows = [
        *imports(3 if options.quick else 11),
        *scopes(rounds),
        *first_calls(3 if options.quick else 11),
        *calls(rounds),
        *pages(rounds),
        *memory(),
        *whole_programs(options.quick),
    ]
    import moto

    text = (
        f"{table(rows)}\n\nPython {platform.python_version()}, botocore {botocore.__version__}, "
        f"moto {moto.__version__}; medians, with the middle half of the rounds in brackets."
    )
    print(text)
    if options.write:
        page = _PAGE.read_text("utf-8")
        before, after = page.split(_BEGIN)[0], page.split(_END)[1]
        _PAGE.write_text(f"{before}{_BEGIN}\n\n{text}\n\n{_END}{after}", "utf-8")


if __name__ == "__main__":
    main()
