"""Runs the command ``appint-mock``: ``appint-mock serve`` answers for all services over HTTP."""

from __future__ import annotations

import argparse
import contextlib
import gc
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from typing import Any

from .errors import AppintMockError
from .server import ServerMock
from .server.console import FORMS
from .server.control import library_version
from .server.handles import known_options
from .services.option import Option


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command; ``arguments`` are by default those of the process. Returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="appint-mock", description="Amazon AppIntegrations and AWS Data Exchange, mocked."
    )
    parser.add_argument("--version", action="version", version=f"appint-mock {library_version()}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    serve = commands.add_parser(
        "serve",
        help="answer over HTTP, for the AWS CLI, Terraform and the SDKs of other languages",
        description="Answer for both services over HTTP until Ctrl-C, SIGTERM or SIGHUP.",
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
    add("--allow-host", dest="allow_hosts", action="append", metavar="NAME", help="a name by which browsers may come")
    add("--with-moto", nargs="?", const=True, type=_names, metavar="SERVICES", help="let moto answer for the others")
    add("--s3-endpoint", metavar="URL", help="the S3 that jobs use, if it is elsewhere")
    add("--state", metavar="FILE", help="read all state from this file at start, and write it there while it changes")
    add("--events-to", metavar="URL", help="post each EventBridge event there")
    add("--quiet", action="store_true", default=False, help="write no line per request")
    add("--log", dest="console_form", choices=FORMS, help="the form of these lines")
    add("--account-id", help="the account of credentials that name none")
    add("--region", dest="region_name", help="the region of requests that name none")
    add("--page-size", type=int, metavar="N", help="the default and the largest page that a List operation returns")
    add("--quotas", nargs="*", type=_quota, metavar="KEY=N", help="let these quotas hold; without any: AWS's defaults")
    add("--seed", type=int, metavar="N", help="make ids repeatable")
    add("--max-upload", type=int, metavar="BYTES", help="the largest file that a signed URL takes")
    for name, option in known_options().items():
        if name not in ("account_id", "region_name", "page_size", "quotas", "seed"):
            _add_option_of_services(serve, name, option)


def _add_option_of_services(serve: argparse.ArgumentParser, name: str, option: Option) -> None:
    """Adds the command-line option for an option that a service describes."""
    flag = f"--{name.replace('_', '-')}"
    text = f"{option.wanted}; by default {option.default}, as the mock's option {name}"
    if isinstance(option.default, bool):
        serve.add_argument(flag, action=argparse.BooleanOptionalAction, help=text)
    else:
        serve.add_argument(flag, type=_value_for(option), metavar="VALUE", help=f"{text}; None is written: never")


def _value_for(option: Option) -> Callable[[str], Any]:
    """Reads the value that a command line gives for an option."""

    def read(text: str) -> Any:
        if text == "never":
            return None
        with contextlib.suppress(ValueError):
            return float(text) if "." in text else int(text)
        if not option.fits(text):
            wanted = "a number, or: never" if option.fits(None) else option.wanted
            raise argparse.ArgumentTypeError(f"{text!r}: give {wanted}")
        return text

    return read


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _quota(text: str) -> tuple[str, float]:
    key, _, limit = text.partition("=")
    try:
        return key, float(limit)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r}: give KEY=NUMBER, such as event_integrations=2") from None


def _serve(quiet: bool, quotas: Sequence[tuple[str, float]] | None = None, **options: Any) -> int:
    if quotas is not None:
        options["quotas"] = dict(quotas) or True
    server = ServerMock(console=None if quiet else sys.stdout, **options)
    stop = threading.Event()
    numbers = [signal.SIGINT, signal.SIGTERM]
    # Windows has none; and where nohup has it ignored, the end of the terminal is not ours.
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        numbers.append(signal.SIGHUP)
    for number in numbers:
        signal.signal(number, lambda *_: stop.set())
    server.start()
    # What there is now stays for as long as the process, and so does most of what comes: a collection that looks
    # through all calls and resources would make a hundred clients wait for what it does not find.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    sys.stdout.write(greeting(server))
    sys.stdout.flush()
    # Woken now and then: on Windows a signal does not end a wait.
    while not stop.wait(1) and server.is_running:  # pragma: no mutate (how often it looks)
        pass
    was_running = server.is_running
    server.stop()
    return 0 if was_running else 1


def greeting(server: ServerMock) -> str:
    """Returns the text that the command prints when the server is ready."""
    settings = "".join(f"  export {name}={value}\n" for name, value in server.environment.items())
    everything = (
        ""
        if "AWS_ENDPOINT_URL" in server.environment
        else (f"(AWS_ENDPOINT_URL={server.endpoint} sends the calls of all services here.)\n")
    )
    return (
        f"appint_mock answers for {' and '.join(server.titles)} at {server.endpoint}\n\n"
        f"Set, where your client runs:\n{settings}\n"
        f"{everything}"
        f"To look inside and to control it: {server.endpoint}/_appint_mock/\n"
        "Ctrl-C stops it.\n"
    )


if __name__ == "__main__":
    sys.exit(main())
