"""Defines ServerMock: all services on one HTTP port, for the AWS CLI, other SDKs and other processes.

It needs the extra ``server``, which is imported when a server starts.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, cast

from ..api import AppIntegrationsMock, AppIntegrationsOptions, DataExchangeMock, DataExchangeOptions
from ..errors import AppintMockError
from ..handle.mock import ServiceMock
from ..hints import install_command, see
from ..integrations.moto.web import Web
from ..interception.environment import FAKE_CREDENTIALS
from ..services import load_companion
from ..state.clock import Clock
from . import waiting
from .access import Access
from .asgi import App
from .console import FORMS, Console
from .control import NO_STATE_FILE, Control
from .feeds import Events
from .handles import Handles
from .http import PATIENCE, protocol_class
from .metrics import Metrics
from .others import Threads, WsgiServices
from .outgoing import Deliverer, check_url
from .refusals import endpoint_variables
from .routing import Router, Seen
from .s3 import RemoteStore
from .state_file import StateFile
from .state_text import StateText

if TYPE_CHECKING:
    from types import TracebackType

    import uvicorn
    from typing_extensions import Self, Unpack

#: What the call logs keep, in bytes of requests and answers.
_KEPT_BYTES = 64 * 2**20  # pragma: no mutate (what a small machine can spare)
#: How long a server may take to start, and to stop, in seconds.
_START_WITHIN, _STOP_WITHIN = 30, 15  # pragma: no mutate (longer than any takes)


class Options(AppIntegrationsOptions, DataExchangeOptions, total=False):
    """The options of the services that a server takes, as their mocks do."""


class ServerMock:
    """All services on one HTTP port of this machine, for tests that drive other programs.

    Use it as a context manager, or with start and stop::

        with ServerMock() as server:
            subprocess.run(["aws", "appintegrations", ...], env={**os.environ, **server.environment}, check=True)
            server.appintegrations.calls.assert_called("CreateEventIntegration")

    Args:
        host: The address to listen on. Default: this machine only.
        port: 0 (the default) takes a free one.
        state: A file that is read at start, if it is there, and written while the state changes and at stop.
        max_upload: The largest file that is taken at a signed URL or at the control API, in bytes.
        with_moto: Whether moto answers for all other services of AWS on the same port, or the services for which it
            does. Then moto's mock and ours are on in this process too, as with ``mock_aws``.
        s3_endpoint: The URL of the S3 that jobs use instead of the built-in objects: moto's server, MinIO.
        events_to: A URL to which each EventBridge event is posted as JSON.
        allow_hosts: The names by which browsers may call the control API, besides this machine's; ``"*"``: any.
        console: A file such as ``sys.stdout`` to which a line is written for each request.
        console_form: ``"text"`` or ``"json"``.
        kept_bytes: How much of the latest calls is remembered, in bytes of requests and answers.
        options: See ``Options``. Quotas may name those of all services.

    Raises TypeError for an unknown option, ValueError for a value it cannot have.

    Attributes:
        mocks: The handle of each service, by boto3's name of the service.

    A handler given to a handle (``on_event``, ``on_api_asset``) runs in a thread of the server, which answers others
    meanwhile.
    """

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        state: str | os.PathLike[str] | None = None,
        max_upload: int = 2**30,
        with_moto: bool | Sequence[str] = False,
        s3_endpoint: str | None = None,
        events_to: str | None = None,
        allow_hosts: Collection[str] = (),
        console: TextIO | None = None,
        console_form: str = "text",
        kept_bytes: int = _KEPT_BYTES,
        **options: Unpack[Options],
    ) -> None:
        self._with_moto = with_moto
        self._handles = Handles(dict(options), apart=not with_moto)
        self.mocks: Mapping[str, ServiceMock[Any]] = self._handles.mocks
        self.max_upload = max_upload
        if console_form not in FORMS:
            raise ValueError(f"console_form={console_form!r}: give one of {', '.join(FORMS)}." + see("server"))
        self._access = Access(host, allow_hosts)
        self._console_to = None if console is None else (console, console_form)
        self._events_to = None if events_to is None else check_url(events_to)
        self._kept_bytes = kept_bytes
        self._s3_endpoint = None if s3_endpoint is None else check_url(s3_endpoint)
        if with_moto and s3_endpoint is not None:
            raise ValueError(
                "with_moto brings moto's S3, and s3_endpoint names another: give one of them." + see("server")
            )
        self._host, self._wanted_port = host, port
        self._port: int | None = None
        self._state_file = (
            None if state is None else StateFile(Path(state), StateText(self._handles), self._handles.restore)
        )
        self._changing = threading.Lock()
        self._running: tuple[uvicorn.Server, threading.Thread, contextlib.ExitStack] | None = None

    @property
    def appintegrations(self) -> AppIntegrationsMock:
        """The handle of Amazon AppIntegrations, as ``with mock_appintegrations() as aws`` gives it."""
        return cast(AppIntegrationsMock, self.mocks["appintegrations"])

    @property
    def dataexchange(self) -> DataExchangeMock:
        """The handle of AWS Data Exchange."""
        return cast(DataExchangeMock, self.mocks["dataexchange"])

    # Life --------------------------------------------------------------------------------------------------

    def start(self) -> Self:
        """Loads the state file, listens, and answers in a separate thread. Returns the server itself.

        Raises AppintMockError if the address cannot be bound, the state file cannot be read or the extra is missing;
        RuntimeError if the server runs already.
        """
        with self._changing:
            if self._running is not None:
                raise RuntimeError(
                    f"The server runs already, at {self.endpoint}. Each ServerMock is one server." + see("server")
                )
            library = _uvicorn()
            with contextlib.ExitStack() as undo:
                listener = undo.enter_context(_listener(self._host, self._wanted_port))
                self._port = listener.getsockname()[1]
                server = self._prepared(library, undo)
                thread = waiting.start_thread("server", lambda: _serve(server, listener))
                # When it has ended, what it used goes.
                undo.callback(_end, server, thread)
                if not waiting.until(lambda: server.started or not thread.is_alive(), _START_WITHIN, thread.join):
                    raise AppintMockError(f"The server did not start within {_START_WITHIN} seconds." + see("server"))
                if not thread.is_alive():
                    raise AppintMockError(
                        "The server's thread has ended while it started; its error is above." + see("server")
                    )
                self._running = server, thread, undo.pop_all()
        return self

    def _prepared(self, library: Any, undo: contextlib.ExitStack) -> uvicorn.Server:
        """Returns a server that is ready to run; ``undo`` closes everything that was opened for it."""
        web = None
        if self._with_moto:
            web = Web(() if self._with_moto is True else self._with_moto, lambda: self._handles.account_id)
            undo.enter_context(web.on())
        undo.enter_context(self._handles.opened(self._kept_bytes))
        self._use_s3()
        if self._state_file is not None:
            undo.enter_context(self._state_file.owned())
            self._state_file.load()
            self._state_file.start()
            undo.callback(self._state_file.stop)
        metrics = self._metrics()
        in_thread = Threads()
        router = Router(
            self._handles.scopes,
            self.endpoint,
            in_thread,
            self._observer(metrics, undo),
            None if web is None else WsgiServices(web, self.port, in_thread),
            # Events may go on to targets of moto's that take their time, or that are here.
            slow=self._s3_endpoint is not None or web is not None,
        )
        self._deliver_events(undo)
        control = Control(self._handles, self.endpoint, self._state_file, metrics, lambda: bool(server.should_exit))
        app = App(router, control.app(), self._access, self.max_upload)
        server: uvicorn.Server = library.Server(_config(library, app))
        return server

    def _use_s3(self) -> None:
        """Makes jobs use the external S3, if there is one."""
        if self._s3_endpoint in (None, self.endpoint):
            return
        for world in self._handles.worlds.values():
            if hasattr(world, "objects"):
                world.objects = RemoteStore(self._s3_endpoint, self._handles.region_name)

    def _observer(self, metrics: Metrics, undo: contextlib.ExitStack) -> Callable[[Seen], object]:
        """Returns the function that is called for each request."""
        observers: list[Callable[[Seen], object]] = [metrics.seen]
        if self._console_to is not None:
            console = Console(*self._console_to)
            undo.callback(console.stop)
            observers.append(console.seen)
        state_file = self._state_file

        def observe(seen: Seen) -> None:
            if state_file is not None and seen.method not in ("GET", "HEAD"):
                state_file.changed()
            for each in observers:
                each(seen)

        return observe

    def _metrics(self) -> Metrics:
        handles = self._handles
        operations = {name: frozenset(each.catalogue.operations) for name, each in handles.services.items()}
        gauges: dict[str, tuple[str, Callable[[], float]]] = {
            "calls_kept": (
                "Calls that the call logs hold.",
                lambda: sum(len(mock.calls) for mock in handles.mocks.values()),
            )
        }
        state_file = self._state_file
        if state_file is not None:
            gauges["state_writes"] = ("How often the state file was written.", lambda: state_file.writes)
        return Metrics(operations, gauges)

    def _deliver_events(self, undo: contextlib.ExitStack) -> None:
        if self._events_to is None:
            return
        deliverer = Deliverer(self._events_to)
        sources = [
            Events(self._handles, name, None, None)
            for name, service in self._handles.services.items()
            if hasattr(service.backend, "on_event")
        ]
        ends = threading.Event()

        def deliver() -> None:
            last = False
            while not last:
                last = ends.wait(0.1)  # pragma: no mutate (how often it looks)
                for source in sources:
                    for event in source.new():
                        deliverer.put(event)
            deliverer.stop()

        thread = waiting.start_thread("event feed", deliver)
        undo.callback(thread.join, 10)  # pragma: no mutate (longer than a delivery takes)
        undo.callback(ends.set)

    def stop(self) -> None:
        """Finishes the requests in flight, stops accepting new ones, and writes the state file.

        Raises RuntimeError if the server does not run, AppintMockError if the state cannot be written.
        """
        with self._changing:
            if self._running is None:
                raise RuntimeError("The server does not run: call start() first." + see("server"))
            server, thread, undo = self._running
            self._running = None
        with undo:
            _end(server, thread)
            if self._state_file is not None:
                self._state_file.stop()
                self._state_file.save()

    @property
    def is_running(self) -> bool:
        """Whether the server is running."""
        return self._running is not None and self._running[1].is_alive()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # Where it is -------------------------------------------------------------------------------------------

    @property
    def port(self) -> int:
        """The port it listens on. Raises RuntimeError before it was started."""
        if self._port is None:
            raise RuntimeError("The server has no port yet: call start() first." + see("server"))
        return self._port

    @property
    def endpoint(self) -> str:
        """The URL for clients on this machine: ``http://127.0.0.1:5005``."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(self._host, self._host)
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables that point the AWS CLI and SDKs in other processes here: endpoints, key, region."""
        services = self._handles.services.values()
        catalogues = [service.catalogue for service in services]
        catalogues += [load_companion(each.name, name).catalogue for each in services for name in each.companions]
        service_ids = [catalogue.model.service_id for catalogue in catalogues]
        variables = ["AWS_ENDPOINT_URL"] if self._with_moto is not False else endpoint_variables(service_ids)
        return {
            **dict.fromkeys(variables, self.endpoint),
            # The host of some operations has a prefix, and no such host stands before an address.
            "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
            **FAKE_CREDENTIALS,
            "AWS_REGION": self._handles.region_name,
            "AWS_DEFAULT_REGION": self._handles.region_name,
        }

    @property
    def titles(self) -> list[str]:
        """AWS's names of the services."""
        return [service.title for service in self._handles.services.values()]

    # The powers of all handles -------------------------------------------------------------------------------

    @property
    def clock(self) -> Clock:
        """The clock of all services."""
        return self._handles.clock

    def reset(self) -> None:
        """Forgets all state of all services, the calls, the faults and the clock's shift."""
        self._handles.reset()

    def snapshot(self) -> dict[str, Any]:
        """Returns all state as JSON-able data, by service, and the clock unless it shows the real time."""
        return self._handles.snapshot()

    def restore(self, state: Mapping[str, Any]) -> None:
        """Restores a ``snapshot`` of one service or of all; a service that it does not name keeps its state.

        Takes what the ``snapshot`` of one handle returned too. Raises SnapshotError (and changes nothing) for what this
        version cannot read.
        """
        self._handles.restore(state)

    def save(self) -> Path:
        """Writes the state file, whole or not at all, and returns its path. Raises AppintMockError if there is none."""
        if self._state_file is None:
            raise AppintMockError(NO_STATE_FILE + see("server"))
        return self._state_file.save()


def _config(library: Any, app: App) -> uvicorn.Config:
    config: uvicorn.Config = library.Config(
        app,
        http=protocol_class(),
        loop="asyncio",
        interface="asgi3",
        lifespan="off",
        ws="none",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        # The services' answers have the Date of the mock's clock.
        date_header=False,
        timeout_keep_alive=PATIENCE,
        timeout_graceful_shutdown=5,  # pragma: no mutate (how long a request that does not end is waited for)
    )
    return config


def _serve(server: uvicorn.Server, listener: socket.socket) -> None:
    """Runs the server until it is told to exit, by a clock that no test can stop."""
    with waiting.event_loop() as loop:
        loop.run_until_complete(server.serve(sockets=[listener]))


def _end(server: uvicorn.Server, thread: threading.Thread) -> None:
    server.should_exit = True
    thread.join(_STOP_WITHIN)
    if thread.is_alive():
        raise AppintMockError(
            f"The server did not stop within {_STOP_WITHIN} seconds: a request waits for something." + see("server")
        )


def _uvicorn() -> Any:
    try:
        import prometheus_client  # noqa: F401 (asked for now, not in the middle of a start)
        import starlette  # noqa: F401
        import uvicorn
    except ImportError:
        raise AppintMockError(f"Server mode needs its extra: {install_command('server')}." + see("server")) from None
    return uvicorn


def _listener(host: str, port: int) -> socket.socket:
    # With the protocol named: only then does asyncio switch off Nagle's algorithm, which would make each answer wait
    # 40 ms for the client's acknowledgement.
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":
            # A port that was used a minute ago can be had again; elsewhere the option means to share it.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except (OSError, OverflowError) as error:
        listener.close()
        raise AppintMockError(f"The server cannot listen on port {port} of {host}: {error}." + see("server")) from error
    return listener
