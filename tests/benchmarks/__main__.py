"""``python -m tests.benchmarks [--write] [--quick] [--before REVISION]``: measure everything and print the table.

``--write`` also puts it into docs/performance.md, between its marks, and draws the page's pictures. ``--before``
measures an earlier revision too, on the same machine. Wants moto beside us (``pip install moto``).
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import botocore

from appint_mock import mock_appintegrations, mock_dataexchange
from tests import sockets
from tests.benchmarks import clients, programs
from tests.benchmarks.measure import Figure, in_processes, output_of, side_by_side
from tests.docs import plots

_ROOT = Path(__file__).parents[2]
_PAGE = _ROOT / "docs" / "performance.md"
_BEGIN, _END = "<!-- measured: begin -->", "<!-- measured: end -->"
_KEYS = 'region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b"'


class Row(NamedTuple):
    """A line of the table."""

    what: str
    target: str
    here: str
    floor: str = ""
    moto: str = ""


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
    return [Row("import, after boto3", "≤ 9 ms", str(found["ours"]), "", str(found["moto"]))]


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
        Row(
            "first call in a process",
            "≤ 4×",
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
    """Opening and closing a scope, and making a client in one: each outermost scope has a session of its own."""
    from moto import mock_aws

    def open_and_close(mock: Any) -> None:
        with mock():
            pass

    found = side_by_side(
        {"ours": lambda: open_and_close(mock_appintegrations), "moto": lambda: open_and_close(mock_aws)}, rounds=rounds
    )
    rows = [Row("scope, open and close", "≤ 0.1 ms", str(found["ours"]), "", str(found["moto"]))]
    import boto3

    def client_of_ours() -> None:
        with mock_appintegrations():
            boto3.client("appintegrations")

    def client_of_moto() -> None:
        with mock_aws():
            boto3.client("scheduler", region_name="us-east-1")

    ours = side_by_side({"ours": client_of_ours}, rounds=rounds, calls=5)["ours"]
    moto = side_by_side({"moto": client_of_moto}, rounds=5, calls=2)["moto"]
    return [*rows, Row("a scope and `boto3.client` in it, after the first", "≤ 4 ms", str(ours), "", str(moto))]


def calls(rounds: int) -> list[Row]:
    """Get, Create and a page of 50, against the floor's."""
    from moto import mock_aws

    rows: list[Row] = []
    names = {"get": "Get", "create": "Create, constraints checked", "page": "page of 50 out of 60"}
    targets = {"get": "≤ 0.85×", "create": "≤ 0.95×", "page": "≤ 1.1×"}
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
        rows.append(Row(name, targets[what], here, str(found["floor"]), beside))
    return rows


def _repeat(work: Callable[[], Any], times: int) -> None:
    for _ in range(times):
        work()


def pages(rounds: int) -> list[Row]:
    """A page of 50 from ever more items, against the floor's page; and whole walks."""
    work: dict[str, Callable[[], Any]] = {"floor": clients.floor().page}
    rows: list[Row] = []
    with mock_appintegrations() as aws:
        for count in (60, 5_000, 50_000):
            client = _client_that_sees(aws, count)
            for where, token in _tokens(client, count).items():
                work[f"page of 50 out of {count:,}, {where}"] = partial(_page, client, token)
        found = side_by_side(work, rounds=rounds, calls=10)
        floor = found.pop("floor")
        rows = [Row(name, "≤ 1.1×", f"{_ratio(each, floor)} = {each}", str(floor)) for name, each in found.items()]
        medians = [each.median for each in found.values()]
        rows.append(Row("dearest of these pages / cheapest", "≤ 1.2", f"{max(medians) / min(medians):.2f}"))
        for count in (5_000, 50_000):
            started = time.perf_counter()
            paginator = _client_that_sees(aws, count).get_paginator("list_event_integrations")
            seen = sum(len(each["EventIntegrations"]) for each in paginator.paginate())
            seconds = time.perf_counter() - started
            assert seen == count
            rows.append(Row(f"walk of {count:,} items", "", f"{seconds:.2f} s, {1e6 * seconds / count:.0f} µs an item"))
    return rows


def _page(client: Any, token: Mapping[str, str]) -> Any:
    return client.list_event_integrations(MaxResults=50, **token)


def _client_that_sees(aws: Any, count: int) -> Any:
    """A client of an account that has so many event integrations."""
    account_id = f"{count:012}"
    backend = aws.backend(account_id)
    for number in range(count - len(backend.event_integrations)):
        backend.create_event_integration(Name=f"n{number}", **clients.EVENT)
    return clients.new_client(**aws.credentials(account_id))


def _tokens(client: Any, count: int) -> dict[str, dict[str, str]]:
    """What asks for the first page, and for one half way if there are many."""
    return {"the first": {}} | ({"half way": _token_half_way(client, count)} if count > 100 else {})


def _token_half_way(client: Any, count: int) -> dict[str, str]:
    paginator = client.get_paginator("list_event_integrations")
    half = paginator.paginate(PaginationConfig={"MaxItems": count // 2}).build_full_result()
    import base64

    # botocore wraps the service's token with its own.
    return {"NextToken": json.loads(base64.b64decode(half["NextToken"]))["NextToken"]}


def memory() -> list[Row]:
    """100,000 event integrations, without the call log."""
    program = """
        import json, tracemalloc, uuid
        from appint_mock import mock_appintegrations, mock_dataexchange
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
    return [Row("memory of 100,000 event integrations", "≤ 130 MB", f"{megabytes:.0f} MB")]


def job_lists(rounds: int) -> list[Row]:
    """A page of jobs that few of many fit, and one after many have expired, against a page of as many alone."""
    many, few = 20_000, 50
    with mock_dataexchange() as aws:
        work: dict[str, Callable[[], Any]] = {}
        # Those that expire go first: the clock is the same for all.
        for number, (name, before) in enumerate({"after": many, "alone": 0, "that fit": many}.items(), 1):
            account_id = f"{number:012}"
            backend, client = aws.backend(account_id), clients.new_client("dataexchange", **aws.credentials(account_id))
            _create_jobs(backend, before)
            if name == "after":
                aws.clock.advance(days=91)
            data_set_id = _create_jobs(backend, few)
            only = {} if name == "after" else {"DataSetId": data_set_id}
            work[name] = partial(client.list_jobs, **only)
        found = side_by_side(work, rounds=rounds, calls=5)
    alone = found["alone"]
    return [
        Row(f"page of {few} jobs {name}", "≤ 1.2 times one without", f"{_ratio(found[each], alone)} = {found[each]}")
        for each, name in {
            "that fit": f"that fit a filter, {many:,} do not",
            "after": f"after {many:,} expired",
        }.items()
    ]


def _create_jobs(backend: Any, count: int) -> str:
    """Create jobs for a new data set, and return its id."""
    data_set_id: str = backend.create_data_set(Name="a", Description="a", AssetType="S3_SNAPSHOT")["Id"]
    revision_id = backend.create_revision(DataSetId=data_set_id)["Id"]
    where = {"DataSetId": data_set_id, "RevisionId": revision_id}
    details = {"ImportAssetsFromS3": {**where, "AssetSources": [{"Bucket": "b", "Key": "k"}]}}
    for _ in range(count):
        backend.create_job(Type="IMPORT_ASSETS_FROM_S3", Details=details)
    return data_set_id


def whole_programs(quick: bool) -> list[Row]:
    """A suite of 200 small tests, and a server's requests per second."""
    taken = programs.suites(1 if quick else 3)
    rates = programs.servers(0.5 if quick else 2.0)
    moto = f"{rates['moto']:.0f} a second" if "moto" in rates else "(needs `moto[server]`)"
    return [
        Row(
            "200 small tests under pytest",
            "≥ 20 times faster than moto's",
            f"{taken['moto'] / taken['ours']:.0f} times: {taken['ours']:.1f} s",
            "",
            f"{taken['moto']:.1f} s",
        ),
        Row("server: Get, one connection", "", f"{rates['ours']:.0f} a second", "", moto),
    ]


def before(revision: str, arguments: list[str]) -> dict[str, str]:
    """What an earlier revision of the library costs, measured by this program: figures by what they are of."""
    with tempfile.TemporaryDirectory() as folder:
        archive = subprocess.run(
            ["git", "archive", revision, "appint_mock"], cwd=_ROOT, capture_output=True, check=True
        )
        subprocess.run(["tar", "-x", "-C", folder], input=archive.stdout, check=True)
        path = os.pathsep.join([folder, str(_ROOT), os.environ.get("PYTHONPATH", "")])
        command = [sys.executable, "-m", "tests.benchmarks", "--json", *arguments]
        # In that folder, whose package is found before ours.
        output = subprocess.run(
            command, cwd=folder, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=True
        ).stdout
    figures: dict[str, str] = json.loads(output)
    return figures


def table(rows: list[Row], earlier: Mapping[str, str] | None = None, revision: str = "") -> str:
    """The rows as Markdown, with a column for an earlier revision if it was measured."""
    head = ["figure", "target", *([revision] if earlier is not None else []), "here", "the floor", "moto"]
    lines = [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
    for row in rows:
        cells = [row.what, row.target, *([earlier.get(row.what, "")] if earlier is not None else []), *row[2:]]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    """Measure, print, and write if asked to."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the table into docs/performance.md")
    parser.add_argument("--quick", action="store_true", help="few rounds: to see that it works, not to believe it")
    parser.add_argument("--before", metavar="REVISION", help="measure this revision of the library too (of git)")
    parser.add_argument("--json", action="store_true", help="print our own figures only, as JSON")
    options = parser.parse_args()
    sockets.forbid()
    # The programs that are measured find compiled modules, as an installed library's are.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    rounds = 3 if options.quick else 25
    rows = [
        *imports(3 if options.quick else 11),
        *scopes(rounds),
        *first_calls(3 if options.quick else 11),
        *calls(rounds),
        *pages(rounds),
        *job_lists(rounds),
        *memory(),
        *whole_programs(options.quick),
    ]
    if options.json:
        print(json.dumps({row.what: row.here for row in rows}))
        return
    earlier = before(options.before, ["--quick"] if options.quick else []) if options.before else None
    import moto

    measured = (
        f"Python {platform.python_version()}, "
        f"botocore {botocore.__version__}, moto {moto.__version__}; medians, with the middle half of the rounds in "
        f"brackets."
    )
    print(f"{table(rows, earlier, options.before or '')}\n\n{measured}")
    if options.write:
        page = _PAGE.read_text("utf-8")
        front, after = page.split(_BEGIN)[0], page.split(_END)[1]
        _PAGE.write_text(f"{front}{_BEGIN}\n\n{table(rows)}\n\n{measured}\n\n{_END}{after}", "utf-8")
        plots.write()


if __name__ == "__main__":
    main()
