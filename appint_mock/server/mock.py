"""Server mode: both services over HTTP, for the AWS CLI, other SDKs, Terraform, and programs in other processes.

It needs the extra ``server`` (``pip install 'appint-mock[server]'``), which is imported when a server starts.
Nothing in the server's own process is patched: its clients are others.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import json
import logging
import os
import re
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict
from urllib.parse import unquote

from botocore.awsrequest import HeadersDict
from botocore.exceptions import HTTPClientError

from ..api import AppIntegrationsMock, DataExchangeMock
from ..errors import AppintMockError, SnapshotError
from ..handle.mock import ServiceMock
from ..hints import did_you_mean
from ..interception.environment import FAKE_CREDENTIALS
from ..protocol.identity import credential_scope
from ..protocol.message import Request, Response
from ..scopes.dispatch import answer
from ..services.appintegrations import service as appintegrations
from ..services.dataexchange import service as dataexchange
from ..services.dataexchange import signed_urls
from .control import PATH, Control

if TYPE_CHECKING:
    from types import TracebackType

    import uvicorn
    from typing_extensions import Self, Unpack

    from ..services.service import Service
    from ..state.clock import Clock

__all__ = ["Options", "ServerMock"]

#: The path below which signed URLs point.
_FILES = f"{PATH}/files"
#: The largest request to an operation, in bytes: API Gateway's limit, which stands before both services.
_LARGEST_REQUEST = 10 * 2**20
#: How many calls a server remembers at least; it drops the oldest when it has twice as many.
_KEPT_CALLS = 10_000
_HOST = re.compile(r"[A-Za-z0-9._-]+(:\d+)?|\[[0-9A-Fa-f:.]+\](:\d+)?")

_log = logging.getLogger(__name__)


class Options(TypedDict, total=False):
    """The options of the services that a server takes, as ``mock_appintegrations`` and ``mock_dataexchange`` do."""

    account_id: str
    region_name: str
    page_size: int | None
    quotas: bool | Mapping[str, float]
    seed: int | None
    single_association: bool
    job_polls: int | None


class ServerMock:
    """Both services on one HTTP port of this machine, for tests that drive other programs.

    Use it as a context manager, or with start and stop::

        with ServerMock() as server:
            subprocess.run(["aws", "appintegrations", ...], env={**os.environ, **server.environment}, check=True)
            server.appintegrations.calls.assert_called("CreateEventIntegration")

    Args:
        host: The address to listen on. Default: this machine only.
        port: 0 (the default) takes a free one.
        state: A file that is read at start, if it is there, and written at stop and by ``save``.
        max_upload: The largest file that is taken at a signed URL or at the control API, in bytes.
        options: See ``Options``. Quotas may name those of both services.

    Raises TypeError for an unknown option, ValueError for a value it cannot have.

    Attributes:
        appintegrations: The handle of Amazon AppIntegrations, as ``with mock_appintegrations() as aws`` gives it.
        dataexchange: The handle of AWS Data Exchange.
        mocks: Both, by boto3's name of the service.

    A handler given to a handle (``on_event``, ``on_api_asset``) runs inside a request: it must not itself call the
    server over HTTP, but may use the handles.
    """

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        state: str | os.PathLike[str] | None = None,
        max_upload: int = 2**30,
        **options: Unpack[Options],
    ) -> None:
        given: dict[str, Any] = dict(options)
        for name in given:
            if name not in Options.__annotations__:
                close = did_you_mean(name, Options.__annotations__)
                known = ", ".join(Options.__annotations__)
                raise TypeError(f"ServerMock() has no option {name!r}.{close} Its options: {known}.")
        _check_quotas(given.get("quotas"))
        self.appintegrations = AppIntegrationsMock(
            appintegrations.SERVICE, _options_of(appintegrations.SERVICE, given), apart=True
        )
        self.dataexchange = DataExchangeMock(dataexchange.SERVICE, _options_of(dataexchange.SERVICE, given), apart=True)
        self.mocks: Mapping[str, ServiceMock[Any]] = {
            mock._service.name: mock for mock in (self.appintegrations, self.dataexchange)
        }
        self.max_upload = max_upload
        self._host, self._wanted_port = host, port
        self._port: int | None = None
        self._state = None if state is None else Path(state).resolve()
        self._saving = threading.Lock()
        self._running: tuple[uvicorn.Server, threading.Thread] | None = None

    # Life --------------------------------------------------------------------------------------------------

    def start(self) -> Self:
        """Load the state file, listen, and answer from a thread of its own. Returns the server itself.

        Raises AppintMockError where the address cannot be had, the state file cannot be read or the extra is
        missing; RuntimeError where the server runs already.
        """
        if self._running is not None:
            raise RuntimeError(f"The server runs already, at {self.endpoint}. Each ServerMock is one server.")
        uvicorn = _uvicorn()
        with contextlib.ExitStack() as undo:
            listener = undo.enter_context(_listener(self._host, self._wanted_port))
            self._port = listener.getsockname()[1]
            for mock in self.mocks.values():
                mock.start()
                undo.callback(mock.stop)
            # One clock for the server.
            self.dataexchange._scope().world.clock = self.appintegrations.clock
            self._point_signed_urls_at(self.endpoint)
            self._load()
            server = uvicorn.Server(
                uvicorn.Config(
                    _Door(self),
                    # Pure Python on every platform, and it leaves an unknown method to us.
                    http="h11",
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
                    # A client may keep a connection for a minute and use it again: then it must still be there.
                    timeout_keep_alive=120,
                    timeout_graceful_shutdown=5,
                )
            )
            thread = threading.Thread(target=_serve, args=(server, listener), name="appint_mock server", daemon=True)
            thread.start()
            while not server.started:
                if not thread.is_alive():
                    raise AppintMockError("The server's thread has ended while it started; its error is above.")
                thread.join(0.005)
            undo.pop_all()
        self._running = server, thread
        return self

    def stop(self) -> None:
        """Answer what has come, take no more, and write the state file. RuntimeError where the server does not run."""
        if self._running is None:
            raise RuntimeError("The server does not run: call start() first.")
        server, thread = self._running
        self._running = None
        server.should_exit = True
        thread.join()
        try:
            if self._state is not None:
                self.save()
        finally:
            for mock in self.mocks.values():
                mock.stop()

    @property
    def is_running(self) -> bool:
        """Whether it answers."""
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
            raise RuntimeError("The server has no port yet: call start() first.")
        return self._port

    @property
    def endpoint(self) -> str:
        """The URL for clients on this machine: ``http://127.0.0.1:5005``."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(self._host, self._host)
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """The variables that point the AWS CLI and the SDKs of another process here: endpoints, key and region."""
        region_name = self.appintegrations._scope().options["region_name"]
        return {
            **dict.fromkeys(endpoint_variables(), self.endpoint),
            # SendApiAsset's host begins with api-fulfill., and no such host stands before an address.
            "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
            **FAKE_CREDENTIALS,
            "AWS_REGION": region_name,
            "AWS_DEFAULT_REGION": region_name,
        }

    # The powers of both handles ----------------------------------------------------------------------------

    @property
    def clock(self) -> Clock:
        """The clock of both services."""
        return self.appintegrations.clock

    def reset(self) -> None:
        """Forget all state of both services, the calls, the faults and the clock's shift."""
        for mock in self.mocks.values():
            mock.reset()

    def snapshot(self) -> dict[str, Any]:
        """All state as JSON-able data, by service."""
        with self._locked():
            return {name: mock.snapshot() for name, mock in self.mocks.items()}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Put back what ``snapshot`` returned, of one service or of both; a service that is not named keeps its state.

        Raises SnapshotError (and changes nothing) for what this version cannot read.
        """
        if not isinstance(state, Mapping) or not state or not state.keys() <= self.mocks.keys():
            known = " and ".join(map(repr, self.mocks))
            raise SnapshotError(f"This is not the state of a server: it is an object with the members {known}.")
        with self._locked():
            before = self.snapshot()
            try:
                for name, data in state.items():
                    self.mocks[name].restore(data)
            except SnapshotError as error:
                for name, data in before.items():
                    self.mocks[name].restore(data)
                raise SnapshotError(f"{name}: {error}") from error

    def save(self) -> Path:
        """Write the state file, whole or not at all, and return its path. AppintMockError where there is none."""
        if self._state is None:
            raise AppintMockError("This server has no state file. Name one when it starts: --state FILE.")
        text = json.dumps(self.snapshot())
        temporary = self._state.with_name(f".{self._state.name}.{os.getpid()}.new")
        with self._saving:
            try:
                with temporary.open("w", encoding="utf-8") as file:
                    file.write(text)
                    file.flush()
                    os.fsync(file.fileno())
                temporary.replace(self._state)
            except OSError as error:
                temporary.unlink(missing_ok=True)
                raise AppintMockError(f"The state could not be saved: {error}") from error
        return self._state

    def _load(self) -> None:
        if self._state is None:
            return
        if not self._state.parent.is_dir():
            raise AppintMockError(f"{self._state} could not be saved later: there is no folder {self._state.parent}.")
        try:
            text = self._state.read_text(encoding="utf-8")
        except FileNotFoundError:
            return
        except (OSError, ValueError) as error:
            raise AppintMockError(f"The state file {self._state} cannot be read: {error}") from error
        try:
            self.restore(json.loads(text))
        except ValueError as error:
            raise AppintMockError(f"{self._state} is no state file of this version: {error}") from error

    def _locked(self) -> contextlib.ExitStack:
        """The locks of both worlds, held until the stack closes."""
        stack = contextlib.ExitStack()
        for mock in self.mocks.values():
            stack.enter_context(mock._scope().world.lock)
        return stack

    def _point_signed_urls_at(self, address: str) -> None:
        self.dataexchange._scope().world.url_base = f"{address}{_FILES}"


def endpoint_variables() -> list[str]:
    """The environment variables by which every SDK is told the endpoint of one service, for both services."""
    services: tuple[Service[Any], ...] = (appintegrations.SERVICE, dataexchange.SERVICE)
    ids = [service.catalogue.model.service_id for service in services]
    return [f"AWS_ENDPOINT_URL_{service_id.replace(' ', '_').upper()}" for service_id in ids]


def _options_of(service: Service[Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the server's options that this service has."""
    others = {"single_association", "job_polls"} - service.options.keys()
    options = {name: value for name, value in given.items() if name not in others}
    quotas = options.get("quotas")
    if isinstance(quotas, Mapping):
        options["quotas"] = {key: value for key, value in quotas.items() if key in service.quotas}
    return options


def _check_quotas(quotas: Any) -> None:
    known = [*appintegrations.SERVICE.quotas, *dataexchange.SERVICE.quotas]
    for key in quotas if isinstance(quotas, Mapping) else ():
        if key not in known:
            raise ValueError(
                f"quotas has the unknown key {key!r}.{did_you_mean(key, known)} They are: {', '.join(known)}."
            )


def _serve(server: uvicorn.Server, listener: socket.socket) -> None:
    """Runs the server until it is asked to exit, by a clock that no test can stop."""
    loop = asyncio.new_event_loop()
    if hasattr(time, "clock_gettime"):
        # freezegun and time-machine replace time.monotonic: a loop that asks it waits for ever while it stands still.
        loop.time = functools.partial(time.clock_gettime, time.CLOCK_MONOTONIC)  # type: ignore[method-assign]
    try:
        loop.run_until_complete(server.serve(sockets=[listener]))
        loop.run_until_complete(loop.shutdown_asyncgens())
    finally:
        loop.close()


def _uvicorn() -> Any:
    try:
        import uvicorn
    except ImportError:
        raise AppintMockError("Server mode needs its extra: pip install 'appint-mock[server]'.") from None
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
        raise AppintMockError(f"The server cannot listen on port {port} of {host}: {error}.") from error
    return listener


# Requests ----------------------------------------------------------------------------------------------------

_Message = MutableMapping[str, Any]


class _Door:
    """What a request meets first: an ASGI application.

    A request is answered within the event loop: the work is short, all Python's and behind one lock, so threads
    would only take turns.
    """

    def __init__(self, server: ServerMock) -> None:
        self._server = server
        self._control = Control(server)
        self._scopes = {name: mock._scope() for name, mock in server.mocks.items()}
        models = {name: mock._service.catalogue.model for name, mock in server.mocks.items()}
        self._by_signing_name = {model.signing_name: name for name, model in models.items()}
        self._by_prefix = {model.endpoint_prefix: name for name, model in models.items()}

    async def __call__(
        self,
        scope: _Message,
        receive: Callable[[], Awaitable[_Message]],
        send: Callable[[_Message], Awaitable[None]],
    ) -> None:
        headers = HeadersDict()
        for name, value in scope["headers"]:
            headers[name.decode("latin-1")] = value.decode("latin-1")
        # The raw path: an encoded slash belongs to its label.
        url = scope["raw_path"].decode("latin-1")
        if scope["query_string"]:
            url += f"?{scope['query_string'].decode('latin-1')}"
        limit = self._server.max_upload if _is_below(PATH, url) else _LARGEST_REQUEST
        try:
            body = await _read(headers, receive, limit)
        except ConnectionError:
            return
        request = None if body is None else Request(scope["method"], url, headers, body)
        await _write(self._answer(request) if request else _too_large(limit), send)

    def _answer(self, request: Request) -> Response | None:
        """The answer; None where the connection shall break."""
        try:
            if _is_below(_FILES, request.url):
                return self._file(request)
            if _is_below(PATH, request.url):
                return self._control.answer(request)
            return self._operation(request)
        except (HTTPClientError, OSError):
            # A fault that a test ordered: what the transport would raise, a client must see as that.
            return None
        except Exception as error:
            _log.exception("appint_mock failed at %s %s", request.method, request.url)
            return _failure(500, "InternalFailure", f"appint_mock failed: {type(error).__name__}: {error}")

    def _file(self, request: Request) -> Response:
        headers = {str(name).lower(): str(value) for name, value in request.headers.items()}
        world = self._scopes["dataexchange"].world
        return signed_urls.answer(world, request.method, request.url, headers, request.body)

    def _operation(self, request: Request) -> Response:
        name = self._service_of(request)
        scope = self._scopes.get(name)
        if scope is None:
            variables = " and ".join(endpoint_variables())
            return _failure(
                404,
                "UnmockedCallError",
                f"This request is signed for {name!r}; appint_mock answers for {' and '.join(self._by_signing_name)}. "
                f"If AWS_ENDPOINT_URL brought it here, set {variables} instead.",
            )
        with scope.world.lock:
            if name == "dataexchange":
                # A client that has found the server by this address finds its files there too.
                self._server._point_signed_urls_at(self._address_in(request))
            response = answer((scope,), request)
            if len(scope.calls) >= 2 * _KEPT_CALLS:
                del scope.calls[:_KEPT_CALLS]
        return response

    def _service_of(self, request: Request) -> str:
        """boto3's name of the service that is asked; any other name that the signature has."""
        signed_for = (credential_scope(request.headers, request.url) or "").split("/")
        if len(signed_for) >= 4:
            return self._by_signing_name.get(signed_for[-2], signed_for[-2])
        for label in str(request.headers.get("Host", "")).lower().split("."):
            for prefix, name in self._by_prefix.items():
                if label in (prefix, f"{prefix}-fips"):
                    return name
        method, path = request.method, request.raw_path
        having = [name for name, scope in self._scopes.items() if scope.service.catalogue.route(method, path)]
        for prefix, name in self._by_prefix.items():
            # Where the paths of both meet, they hold an ARN.
            if name in having and f":{prefix}:" in unquote(path):
                return name
        return having[0] if having else next(iter(self._scopes))

    def _address_in(self, request: Request) -> str:
        host = str(request.headers.get("Host", ""))
        return f"http://{host}" if _HOST.fullmatch(host) else self._server.endpoint


def _is_below(path: str, url: str) -> bool:
    return url.startswith(path) and url[len(path) : len(path) + 1] in ("", "/", "?")


async def _read(headers: Mapping[str, str], receive: Callable[[], Awaitable[_Message]], limit: int) -> bytes | None:
    """The body; None if it is larger than ``limit``. ConnectionError if the client goes away before its end."""
    announced = headers.get("Content-Length", "0")
    if "Expect" in headers and announced.isdigit() and int(announced) > limit:
        # The client asks before it sends.
        return None
    pieces: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionError
        piece = message.get("body", b"")
        size += len(piece)
        if size <= limit:
            pieces.append(piece)
        else:
            # Read on, but keep nothing: a client that is still sending would not see the answer.
            pieces.clear()
        if not message.get("more_body"):
            return b"".join(pieces) if size <= limit else None


async def _write(response: Response | None, send: Callable[[_Message], Awaitable[None]]) -> None:
    if response is None:
        # An answer that never comes: uvicorn closes the connection.
        await send({"type": "http.response.start", "status": 200, "headers": []})
        return
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in response.headers.items()]
    if response.status != 204 and not any(name == b"content-length" for name, _ in headers):
        headers.append((b"content-length", b"%d" % len(response.body)))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body})


def _too_large(limit: int) -> Response:
    text = f"The request is too large: at most {limit} bytes are taken here."
    response = _failure(413, "RequestEntityTooLargeException", text)
    response.headers["Connection"] = "close"
    return response


def _failure(status: int, code: str, text: str) -> Response:
    body = json.dumps({"message": text}).encode()
    return Response(status, {"Content-Type": "application/json", "x-amzn-errortype": code}, body)
