"""The services that the library answers for, each described in one ``Service``."""

from __future__ import annotations

import gc
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any, Generic

from ..protocol.message import Response
from ..state.world import B, World

if TYPE_CHECKING:
    from ..protocol.operation import Catalogue
    from ..protocol.rules import Rules


#: boto3's names of the services that this library answers for.
NAMES = ("appintegrations", "dataexchange")
#: The hosts of the services' signed URLs, which name the service. S3 reserves the bucket's prefix for documentation:
#: outside a scope, where a request goes to the network, no bucket of that name can take what a test uploads.
_SIGNED_URL_HOST = re.compile(r"amzn-s3-demo-(.+)-signed-urls\.s3\..+")

#: Answers a request to a service's URL: its open world or None, method, whole URL, headers by lower-case names, body.
AnswerUrl = Callable[[World[Any] | None, str, str, Mapping[str, str], bytes], Response]


@dataclass(frozen=True)
class Service(Generic[B]):
    """What the rest of the library knows of a service."""

    #: boto3's name of the client; the decorator is called ``mock_`` and this name.
    name: str
    backend: type[B]
    #: How broken constraints are found and worded.
    rules: Rules
    #: The options that only this service's scopes take, with their defaults.
    options: Mapping[str, Any] = field(default_factory=dict)
    #: AWS's default quotas by key; None: AWS names no default.
    quotas: Mapping[str, float | None] = field(default_factory=dict)
    #: What holds the backends, and the state that belongs to no account.
    world: type[World[Any]] = World
    #: Answers requests to the URLs that the service hands out, if it hands out any.
    answer_url: AnswerUrl | None = None

    @cached_property
    def catalogue(self) -> Catalogue:
        """The service's operations, from the botocore model."""
        # All that is made here stays: a garbage collection in between would go through everything that boto3 has
        # loaded, which takes longer than the loading itself, and find nothing.
        collects = gc.isenabled()
        gc.disable()
        try:
            from ..protocol.operation import Catalogue

            catalogue = Catalogue(self.name, self.rules)
            _ = catalogue.operations
        finally:
            if collects:
                gc.enable()
        return catalogue


def load(name: str) -> Service[Any]:
    """Returns the description of a service, by boto3's name of it. Loads it if need be."""
    service: Service[Any] = import_module(f".{name}", __package__).SERVICE
    return service


def signed_url_host(service_name: str, region_name: str) -> str:
    """Returns the host of the URLs that a service hands out in a region."""
    return f"amzn-s3-demo-{service_name}-signed-urls.s3.{region_name}.amazonaws.com"


def service_of_url_host(host: str) -> str | None:
    """Returns the name of the service that hands out URLs of this host (in lower case), or None."""
    match = _SIGNED_URL_HOST.fullmatch(host)
    return match[1] if match and match[1] in NAMES else None
