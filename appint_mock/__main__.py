"""The command ``appint-mock``: ``appint-mock serve`` answers for both services over HTTP."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .errors import AppintMockError
from .server.control import library_version

if TYPE_CHECKING:
    from .server import ServerMock


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; ``arguments`` are by default those of the process. Returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="appint-mock", description="Amazon AppIntegrations and AWS Data Exchange, mocked."
    )
    parser.add_argument("--version", action="version", version=f"appint-mock {library_version()}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    serve = commands.add_parser(
        "serve",
        help="answer over HTTP, for the AWS CLI, Terraform and the SDKs of other languages",
        description="Answer for both services over HTTP until Ctrl-C or SIGTERM.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
        # What is not given is the mocks' own default.
        argument_default=argparse.SUPPRESS,
    )
    _add_options(serve)
    options = vars(parser.parse_args(arguments))
    try:
        return _serve(**options)
    except (AppintMockError, ValueError) as error:
        sys.stderr.write(f"appint-mock serve: {error}\n")
        return 2


def _add_options(serve: argparse.ArgumentParser) -> None:
    add = serve.add_argument
    add("--host", default="127.0.0.1", help="the address to listen on; by default only this machine reaches it")
    add("--port", type=int, default=5005, help="the port to listen on; 0: a free one")
    add("--state", metavar="FILE", help="read all state from this file at start, write it there at stop")
    add("--account-id", help="the account of credentials that name none")
    add("--region", dest="region_name", help="the region of requests that name none")
    add("--page-size", type=int, metavar="N", help="the default and the largest page that a List operation returns")
    add("--quotas", nargs="*", type=_quota, metavar="KEY=N", help="let these quotas hold; without any: AWS's defaults")
    add("--seed", type=int, metavar="N", help="make ids repeatable")
    add("--job-polls", type=_polls, metavar="N", help="how many reads still show a started job IN_PROGRESS; or: never")
    add(
        "--single-association",
        action=argparse.BooleanOptionalAction,
        help="whether a data integration that was associated refuses another association",
    )
    add("--max-upload", type=int, metavar="BYTES", help="the largest file that a signed URL takes")


def _quota(text: str) -> tuple[str, float]:
    key, _, limit = text.partition("=")
    try:
        return key, float(limit)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r}: give KEY=NUMBER, such as event_integrations=2") from None


def _polls(text: str) -> int | None:
    if text == "never":
        return None
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r}: give a number, or: never") from None


def _serve(quotas: Sequence[tuple[str, float]] | None = None, **options: Any) -> int:
    from .server import ServerMock

    if quotas is not None:
        options["quotas"] = dict(quotas) or True
    server = ServerMock(**options)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    server.start()
    sys.stdout.write(_greeting(server))
    sys.stdout.flush()
    # Woken now and then: on Windows a signal does not end a wait.
    while not stop.wait(1) and server.is_running:
        pass
    was_running = server.is_running
    server.stop()
    return 0 if was_running else 1


def _greeting(server: ServerMock) -> str:
    settings = "".join(f"  export {name}={value}\n" for name, value in server.environment.items())
    return (
        f"appint_mock answers for Amazon AppIntegrations and AWS Data Exchange at {server.endpoint}\n\n"
        f"Set, where your client runs:\n{settings}\n"
        f"(AWS_ENDPOINT_URL={server.endpoint} sends the calls of all services here.)\n"
        f"To look inside and to control it: {server.endpoint}/_appint_mock/\n"
        "Ctrl-C stops it.\n"
    )


if __name__ == "__main__":
    sys.exit(main())
