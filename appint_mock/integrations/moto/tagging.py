"""Adds our resources to moto's Resource Groups Tagging API, which finds, tags and untags them.

moto asks every backend that it has in use through the methods of its ``TaggableResourcesMixin``; ours is offered beside
them. Before 5.2.2 moto has its services' resources written into that API, and no way in: then nothing is done here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from moto.resourcegroupstaggingapi import models

from ... import services
from ...interception.patches import Patches
from ...protocol.errors import ServiceError
from ...scopes import stack
from ...scopes.stack import Scope
from ...state.arns import parse_arn
from ...state.store import Record, Table, Tables

_WAY_IN = "iter_taggable_backends"
#: Where a record may have its ARN. One of an association has its parent's too, so that comes last.
_ARNS = (
    "Arn",
    "ApplicationAssociationArn",
    "DataIntegrationAssociationArn",
    "EventIntegrationAssociationArn",
    "EventIntegrationArn",
)
_patches = Patches()


class Tagged:
    """A service's backend of an account and region, with the methods of moto's ``TaggableResourcesMixin``."""

    def __init__(self, scope: Scope, account_id: str, region_name: str) -> None:
        self._scope = scope
        self._backend = scope.world.backend(account_id, region_name)

    def iter_tagged_resources(self) -> Iterator[Any]:
        """Yields all our resources; moto filters them."""
        from moto.core.resource_tagging import TaggedResource

        for arn, record in self._records():
            yield TaggedResource(arn=arn, tags=dict(record.get("Tags") or {}), resource_type=_type_of(arn))

    def owns_arn(self, arn: str) -> bool:
        """Returns whether we have that resource."""
        return any(arn == each for each, _ in self._records())

    def tag_resource(self, arn: str, tags: Mapping[str, str]) -> None:
        """Calls the service's TagResource."""
        self._do("TagResource", arn, tags)

    def untag_resource(self, arn: str, tag_keys: Sequence[str]) -> None:
        """Calls the service's UntagResource."""
        self._do("UntagResource", arn, tag_keys)

    def _do(self, operation_name: str, arn: str, what: object) -> None:
        operation = self._scope.service.catalogue.operations[operation_name]
        # The ARN and what to do with it: the services spell these two members differently.
        parameters = dict(zip(operation.model.input_shape.members, (arn, what), strict=True))
        try:
            with self._scope.world.lock:
                operation.check(parameters)
                getattr(self._backend, operation.method_name)(**parameters)
        except ServiceError as error:
            # The one error for which moto says which resource failed.
            raise NotImplementedError(error.message) from error

    def _records(self) -> list[tuple[str, Record]]:
        with self._scope.world.lock:
            return [
                (_arn_of(record), record) for table in self._tables() for record in table.records() if _arn_of(record)
            ]

    def _tables(self) -> Iterator[Table]:
        for part in vars(self._backend).values():
            if isinstance(part, Table):
                yield part
            elif isinstance(part, Tables):
                yield from part.tables()


def _arn_of(record: Record) -> str:
    return next((record[name] for name in _ARNS if name in record), "")


def _type_of(arn: str) -> str:
    """Returns the type that GetResources filters by: service and resource type, from the ARN."""
    parsed = parse_arn(arn)
    return f"{parsed.service}:{parsed.resource.partition('/')[0]}" if parsed else ""


def join() -> None:
    """Makes moto's Resource Groups Tagging API see our resources."""
    if hasattr(models, _WAY_IN):
        _patches.replace(models, _WAY_IN, _make_iter_taggable_backends)


def leave() -> None:
    """Undoes ``join``."""
    _patches.undo()


def _make_iter_taggable_backends(original: Callable[..., Iterator[Any]]) -> Callable[..., Iterator[Any]]:
    def iter_taggable_backends(account_id: str, region_name: str) -> Iterator[Any]:
        for each in original(account_id, region_name):
            if not isinstance(each, Tagged):  # this function may stand twice in the chain
                yield each
        for name in services.names():
            scope = stack.innermost(name)
            # To ask in the name of an account leaves nothing behind.
            if scope is not None and scope.world.existing(account_id, region_name) is not None:
                yield Tagged(scope, account_id, region_name)

    return iter_taggable_backends
