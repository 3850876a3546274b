"""Defines the description of a service: everything that the rest of the library knows about it."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic

from ..lazy import lazy
from ..protocol.message import Request, Response
from ..protocol.operation import Catalogue
from ..protocol.rules import Rules
from ..state.world import B, World
from .option import Option
from .references import Reference

#: Answers a request to a service's URL: its open world or None, method, whole URL, headers by lower-case names, body.
AnswerUrl = Callable[[World[Any] | None, str, str, Mapping[str, str], bytes], Response]


@dataclass(frozen=True)
class Service(Generic[B]):
    """The description of a service."""

    #: boto3's name of the client; the decorator is called ``mock_`` and this name.
    name: str
    #: AWS's name of the service, for people.
    title: str
    backend: type[B]
    #: How violated constraints are found and worded.
    rules: Rules
    #: The options that only this service's scopes take.
    options: Mapping[str, Option] = field(default_factory=dict)
    #: AWS's default quotas by key; None: AWS names no default.
    quotas: Mapping[str, float | None] = field(default_factory=dict)
    #: The keys of those quotas that AWS raises for nobody: they hold unless a test takes them away.
    limits: frozenset[str] = frozenset()
    #: What holds the backends, and the state that belongs to no account.
    world: type[World[Any]] = World
    #: The backend's methods that bring about what no public API can, each with the paths to those of its arguments that
    #: are bytes; ``*`` stands for each key. Server mode offers them to other processes, for which a text is its bytes.
    seeding: Mapping[str, Sequence[str]] = field(default_factory=dict)
    #: boto3's names of the services that have operations which change this one: each is described by a module in the
    #: folder ``companions`` (see ``Companion``), and answered while a scope of this service is open.
    companions: tuple[str, ...] = ()
    #: By operation: the members that name resources of other services. The option ``check_references`` looks them up.
    references: Mapping[str, Sequence[Reference]] = field(default_factory=dict)
    #: Answers requests to the URLs that the service hands out, if it hands out any.
    answer_url: AnswerUrl | None = None
    #: Reads a request to a host that has a prefix in the model (``api-fulfill.``), if requests there may have another
    #: form than that of an operation: returns it as an SDK would have sent the operation.
    read_host: Callable[[Request], Request] | None = None

    @lazy
    def catalogue(self) -> Catalogue:
        """The service's operations, from the botocore model."""
        # All that is made here stays: a garbage collection in between would go through everything that boto3 has
        # loaded, which takes longer than the loading itself, and find nothing.
        collects = gc.isenabled()
        gc.disable()
        try:
            catalogue = Catalogue(self.name, self.rules)
            _ = catalogue.operations
        finally:
            if collects:
                gc.enable()
        return catalogue
