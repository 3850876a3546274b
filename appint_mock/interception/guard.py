"""The guard: a request to AWS that nobody answered is stopped, and the test told what to do."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urlsplit

from .. import neighbours, services
from ..scopes import stack, unmocked


def stops(url: str, service_name: str) -> bool:
    """Whether a request would go to AWS, and its service may not pass through."""
    if not is_aws((urlsplit(url).hostname or "").lower()):
        return False
    return not any(service_name in scope.options["passthrough"] for scope in stack.all_open())


def check(url: str, service_name: str, operation_name: str) -> None:
    """Raise UnmockedCallError for a request that would go to AWS, unless its service may pass through."""
    if not stops(url, service_name):
        return
    raise unmocked.stopped(
        service_name,
        operation_name,
        f"{service_name}.{operation_name} was called, and nothing in this process answers it; "
        f"the request to {urlsplit(url).hostname} was stopped.\n{_advice(url, service_name)}",
    )


def _advice(url: str, service_name: str) -> str:
    if service_name in services.names():
        return f"Open appint_mock.mock_{service_name}() around this call too."
    open_mock = f"mock_{stack.all_open()[-1].service.name}"
    mocks = " or ".join([*neighbours.offers(url), "a botocore Stubber"])
    return f"Mock it beside us with {mocks}, or let it reach AWS: {open_mock}(passthrough=[{service_name!r}])."


def is_aws(host: str) -> bool:
    """Whether a host (in lower case) belongs to AWS, in any partition."""
    return any(host == suffix or host.endswith(f".{suffix}") for suffix in _suffixes())


@lru_cache(maxsize=1)
def _suffixes() -> tuple[str, ...]:
    """The domains of AWS in every partition, by botocore's partition data."""
    from botocore.loaders import create_loader

    outputs = [partition["outputs"] for partition in create_loader().load_data("partitions")["partitions"]]
    return tuple({output[key] for output in outputs for key in ("dnsSuffix", "dualStackDnsSuffix")})
