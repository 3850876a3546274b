"""Describes a companion: another AWS service with operations that change the state of one of ours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic

from ..lazy import lazy
from ..protocol.operation import Catalogue
from ..protocol.rules import Rules
from ..state.world import B


@dataclass(frozen=True)
class Companion(Generic[B]):
    """The description of a companion of a service.

    While a scope of the service is open, it answers these operations too, if no other mock does. All other operations
    of the companion go their own way.
    """

    #: boto3's name of the client.
    name: str
    #: Made for each request with the backend of the service that the companion belongs to. An operation is a method,
    #: named as boto3 names it; what has to be kept is part of the backend's state.
    operations: Callable[[B], Any]
    #: How violated constraints are found and worded.
    rules: Rules

    @lazy
    def catalogue(self) -> Catalogue:
        """The companion's operations that have a method, from the botocore model."""
        assert isinstance(self.operations, type)
        return Catalogue(self.name, self.rules, only_of=self.operations)
