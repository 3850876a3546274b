"""The services that the library answers for, each described in one ``Service``."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic

from ..state.world import B, Stateful

if TYPE_CHECKING:
    from ..protocol.operation import Catalogue
    from ..protocol.rules import Rules


#: boto3's names of the services that this library answers for.
NAMES = ("appintegrations", "dataexchange")
#: The bucket of which the services' signed URLs pretend to be. S3 keeps its prefix for documentation: outside a scope,
#: where a URL goes to the network, nobody can be there to take what a test uploads.
SIGNED_URL_BUCKET = "amzn-s3-demo-data-exchange-signed-urls"


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
    #: Makes the state that belongs to no account, by name.
    shared: Callable[[], Mapping[str, Stateful]] = dict

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
