"""Stops a request to AWS that nothing answers, with an error that says what to do."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

from botocore.exceptions import EndpointConnectionError

from .. import neighbours, services
from ..errors import UnmockedCallError
from ..hints import did_you_mean, see
from ..scopes import stack, unmocked
from ..state.arns import regions


def stops(url: str, service_name: str) -> bool:
    """Returns whether a request would go to AWS and its service may not pass through."""
    if not is_aws((urlsplit(url).hostname or "").lower()):
        return False
    return service_name not in stack.passthrough()


def check(url: str, service_name: str, operation_name: str, *, is_async: bool = False) -> None:
    """Raises UnmockedCallError for a request that would go to AWS, unless its service may pass through."""
    if not stops(url, service_name):
        return
    raise unmocked.stopped(
        service_name,
        operation_name,
        f"{service_name}.{operation_name} was called, and nothing in this process answers it; "
        f"the request to {urlsplit(url).hostname} was stopped.\n{_advice(url, service_name, is_async)}"
        + see("stopped-calls"),
    )


def check_region(url: str) -> None:
    """Raises EndpointConnectionError for an AWS host in a region that does not exist, as if DNS had failed."""
    scheme, _, rest = url.partition("://")
    region = _unlisted_region(f"{scheme}://{rest.partition('/')[0]}")
    if region is not None:
        error = EndpointConnectionError(endpoint_url=url)
        hint = did_you_mean(region, sorted(regions()))
        error.args = (
            f"{error}: botocore lists no region {region!r}, so there is no such host.{hint} "
            f"The option unknown_regions=True answers it all the same.{see('stopped-calls')}",
        )
        raise error


@lru_cache(maxsize=64)  # pragma: no mutate (only what it costs)
def _unlisted_region(origin: str) -> str | None:
    """Returns the region in the name of an AWS host, if botocore does not list that region."""
    host = (urlsplit(origin).hostname or "").lower()
    for suffix in _suffixes():
        if host.endswith(f".{suffix}"):
            *before, last = host.removesuffix(f".{suffix}").split(".")
            # Some services have one host for all regions, and some name the region before the service.
            return None if not before or regions() & {*before, last} else last
    return None


class GuardedRequest:
    """A request that is stopped if nothing below botocore answers it."""

    def __init__(self, url: str, service_name: str, operation_name: str, *, is_async: bool = False) -> None:
        self._request = url, service_name, operation_name
        self._is_async = is_async
        self.error: UnmockedCallError | None = None

    def stop(self) -> None:
        """Raises UnmockedCallError."""
        try:
            check(*self._request, is_async=self._is_async)
        except UnmockedCallError as error:
            self.error = error
            raise


#: The request that this task or thread sends, while the guard watches it.
_guarded: ContextVar[GuardedRequest | None] = ContextVar("appint_mock_guarded", default=None)


@contextmanager
def guarding(guarded: GuardedRequest) -> Generator[None, None, None]:
    """Lets a request continue to the point where it would leave the machine, and stops it there.

    A library below botocore may answer it before: a replaced session, a cassette. What those in between make of the
    error of a stopped request is replaced by it.
    """
    token = _guarded.set(guarded)
    try:
        yield
    except BaseException:
        if guarded.error is not None:
            raise guarded.error from None
        raise
    finally:
        _guarded.reset(token)


def stop_here(url: str) -> None:
    """Raises UnmockedCallError if a guarded request is about to leave the machine for ``url``."""
    guarded = _guarded.get()
    if guarded is not None and not _is_this_machine(urlsplit(url).hostname or ""):
        guarded.stop()


def stop_handed_out(host: str) -> None:
    """Raises UnmockedCallError for a host that occurs only in URLs that our services hand out."""
    name = services.service_of_url_host(host.lower())
    if name is None or not stack.all_open():
        return
    raise unmocked.stopped(
        name,
        "(a signed URL)",
        f"{host} is a host of the URLs that mock_{services.python_name(name)} hands out, and appint_mock does not "
        "answer the HTTP client that asked for it; the request was stopped.\nFetch the URL with requests, "
        "urllib.request, urllib3, http.client, httpx or aiohttp, or let the client talk to "
        "appint_mock.server.ServerMock." + see("stopped-calls"),
    )


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or host.endswith(".localhost") or ip_address(host).is_loopback
    except ValueError:
        return False


def _advice(url: str, service_name: str, is_async: bool) -> str:
    if service_name in services.names():
        return f"Open appint_mock.mock_{services.python_name(service_name)}() around this call too."
    open_mock = f"mock_{services.python_name(stack.all_open()[-1].service.name)}"
    mocks = " or ".join([*neighbours.offers(url, is_async=is_async), "a botocore Stubber"])
    return f"Mock it beside us with {mocks}, or let it reach AWS: {open_mock}(passthrough=[{service_name!r}])."


def is_aws(host: str) -> bool:
    """Returns whether a host (in lower case) belongs to AWS, in any partition."""
    return any(host == suffix or host.endswith(f".{suffix}") for suffix in _suffixes())


@lru_cache(maxsize=1)  # pragma: no mutate (only what it costs)
def _suffixes() -> tuple[str, ...]:
    """Returns the domains of AWS in every partition, by botocore's partition data."""
    from botocore.loaders import create_loader

    outputs = [partition["outputs"] for partition in create_loader().load_data("partitions")["partitions"]]
    return tuple({output[key] for output in outputs for key in ("dnsSuffix", "dualStackDnsSuffix")})
