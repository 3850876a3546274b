"""What tests made, and how it is removed: by what the model says, for both services alike."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError
from botocore.model import ServiceModel

from tests.live.names import PREFIX


class Removal(NamedTuple):
    """How one kind of resource is removed."""

    operation: str
    #: The parameter that names the resource.
    member: str

    def parameters(self, values: Mapping[str, Any]) -> dict[str, Any] | None:
        """The parameters, from a request and an answer or from an item of a list; None if they do not say."""
        names = [self.member, *(["Arn"] if self.member.endswith("Identifier") else [])]
        names += ["Id"] if self.member.endswith(("Id", "Identifier")) else []
        return next(({self.member: values[name]} for name in names if name in values), None)


@functools.cache
def removals(model: ServiceModel) -> dict[str, Removal]:
    """How what each Create operation makes is removed; what goes with its parent needs none."""
    found = {}
    for create in (name for name in model.operation_names if name.startswith("Create")):
        for verb in ("Delete", "Cancel"):
            operation = create.replace("Create", verb, 1)
            if operation in model.operation_names:
                required = model.operation_model(operation).input_shape.required_members
                if len(required) == 1:
                    found[create] = Removal(operation, required[0])
                break
    return found


@functools.cache
def listings(model: ServiceModel) -> dict[str, Removal]:
    """The lists of all that there is of a kind that can be removed, by operation."""
    found = {}
    for create, removal in removals(model).items():
        listing = f"{create.replace('Create', 'List', 1)}s"
        if listing in model.operation_names and removal.operation.startswith("Delete"):
            found[listing] = removal
    return found


class Made(NamedTuple):
    """One thing that was made, with what the request and the answer said of it."""

    client: Any
    create: str
    values: Mapping[str, Any]

    def remove(self) -> str | None:
        """Remove it. Returns what went wrong, if it may be there still."""
        removal = removals(self.client.meta.service_model).get(self.create)
        return None if removal is None else remove(self.client, removal, self.values)


def remove(client: Any, removal: Removal, values: Mapping[str, Any]) -> str | None:
    """Remove what these values name. Returns what went wrong, if it may be there still."""
    parameters = removal.parameters(values)
    if parameters is None:
        return f"{removal.operation}: nothing says which: {json.dumps(values, default=str)}"
    try:
        getattr(client, xform_name(removal.operation))(**parameters)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        # What has ended cannot be cancelled.
        gone = ("ResourceNotFoundException", "ConflictException" if removal.operation.startswith("Cancel") else "")
        return None if code in gone else f"{removal.operation} {parameters}: {error}"
    except BotoCoreError as error:
        return f"{removal.operation} {parameters}: {error}"
    return None


def sweep(client: Any) -> Iterator[tuple[str, str | None]]:
    """Remove all that any run left in an account: yields each name, and what went wrong."""
    model = client.meta.service_model
    # What uses a thing of another list keeps it from being removed: so twice.
    left = dict.fromkeys(listings(model), True)
    for attempt in (1, 2):
        for listing in [name for name, again in left.items() if again]:
            left[listing] = False
            for item in list(_items(client, listing)):
                wrong = remove(client, listings(model)[listing], item)
                left[listing] |= wrong is not None
                if wrong is None or attempt == 2:
                    yield f"{listing.removeprefix('List')} {item.get('Name')}", wrong


def _items(client: Any, listing: str) -> Iterator[Mapping[str, Any]]:
    for page in client.get_paginator(xform_name(listing)).paginate():
        for items in page.values():
            if isinstance(items, list):
                yield from (item for item in items if str(item.get("Name", "")).startswith(PREFIX))
