"""Connects moto's CloudFormation with our backend, where the resources of its stacks live.

moto knows our resource types (``resources``) while a scope is open.

moto has no stack that failed: an error of a resource is raised to whoever asked for the stack. So the operations of its
backend that change stacks are patched: if a resource of ours is refused, the stack is rolled back, with the reason in
its events.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

from moto.cloudformation import models, parsing

from ...interception.patches import Patches, bound
from ...scopes.stack import innermost
from .dependencies import deletion_order, dependencies
from .resources import CLASSES, SERVICE, Resource, ResourceFailed


def _create_stack(original: Callable[..., Any]) -> Callable[..., Any]:
    def create_stack(self: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return bound(original, self)(*args, **kwargs)
        except ResourceFailed as failure:
            stack = self.stacks[failure.resource.stack_id]
            _roll_back_creation(self, stack, failure)
            return stack

    return create_stack


def _update_stack(original: Callable[..., Any]) -> Callable[..., Any]:
    def update_stack(self: Any, name: str, *args: Any, **kwargs: Any) -> Any:
        stack = self.get_stack(name)
        put_back = _remember(stack)
        try:
            bound(original, self)(name, *args, **kwargs)
        except ResourceFailed as failure:
            _roll_back_update(stack, failure, put_back)
        _forget_removed(stack)
        return stack

    return update_stack


def _execute_change_set(original: Callable[..., Any]) -> Callable[..., Any]:
    def execute_change_set(self: Any, change_set_name: str, *args: Any, **kwargs: Any) -> None:
        change_set = self.describe_change_set(change_set_name)
        stack = change_set.stack
        put_back = _remember(stack)
        try:
            bound(original, self)(change_set_name, *args, **kwargs)
        except ResourceFailed as failure:
            change_set.execution_status = "EXECUTE_FAILED"
            if change_set.change_set_type == "CREATE":
                _roll_back_creation(self, stack, failure)
            else:
                _roll_back_update(stack, failure, put_back)
        _forget_removed(stack)

    return execute_change_set


def _delete_stack(original: Callable[..., Any]) -> Callable[..., Any]:
    def delete_stack(self: Any, *args: Any, **kwargs: Any) -> None:
        stacks = dict(self.stacks)
        try:
            bound(original, self)(*args, **kwargs)
        except ResourceFailed as failure:
            stack = stacks[failure.resource.stack_id]
            self.stacks[stack.stack_id] = stack
            _tell(stack, failure)
            # moto would make those that are gone again when the stack is described.
            left = stack.resource_map._parsed_resources
            resources = stack.resource_map._resource_json_map
            stack.resource_map._resource_json_map = {name: each for name, each in resources.items() if name in left}
            stack.output_map = type(stack.output_map)(stack.resource_map, {}, stack.stack_id)
            failed = f"The following resource(s) failed to delete: [{failure.resource.logical_resource_id}]. "
            _end(stack, "DELETE_FAILED", failed)

    return delete_stack


def _roll_back_creation(backend: Any, stack: Any, failure: ResourceFailed) -> None:
    if not stack.events:
        stack._add_stack_event("CREATE_IN_PROGRESS", resource_status_reason="User Initiated")
    _tell(stack, failure)
    failed = f"The following resource(s) failed to create: [{failure.resource.logical_resource_id}]. "
    stack._add_stack_event("ROLLBACK_IN_PROGRESS", resource_status_reason=f"{failed}Rollback requested by user.")
    stack.resource_map.delete()
    for name, export in list(backend.exports.items()):
        if export.exporting_stack_id == stack.stack_id:
            del backend.exports[name]
    # A stack of nothing: moto would make the resources when they or the outputs are described.
    stack.template_dict = {}
    stack.resource_map = stack._create_resource_map()
    stack.output_map = stack._create_output_map()
    _end(stack, "ROLLBACK_COMPLETE")


def _roll_back_update(stack: Any, failure: ResourceFailed, put_back: Callable[[], None]) -> None:
    put_back()
    _tell(stack, failure)
    failed = f"The following resource(s) failed to update: [{failure.resource.logical_resource_id}]. "
    stack._add_stack_event("UPDATE_ROLLBACK_IN_PROGRESS", resource_status_reason=failed)
    _end(stack, "UPDATE_ROLLBACK_COMPLETE")


def _remember(stack: Any) -> Callable[[], None]:
    """Remembers a stack and our resources in its region; moto has no way to restore its own."""
    attributes = {name: value for name, value in vars(stack).items() if name != "events"}
    resources = {
        name: copy.copy(value) if isinstance(value, dict) else value for name, value in vars(stack.resource_map).items()
    }
    # Whether a resource is deleted, for one.
    ours = [
        (each, dict(vars(each))) for each in stack.resource_map._parsed_resources.values() if isinstance(each, Resource)
    ]
    scope = innermost(SERVICE)
    backend = scope.world.backend(stack.account_id, stack.region_name) if scope else None
    state = backend.dump() if backend else None

    def put_back() -> None:
        vars(stack).update(attributes)
        vars(stack.resource_map).update(resources)
        for resource, values in ours:
            vars(resource).update(values)
        if backend is not None:
            backend.load(state)

    return put_back


def _forget_removed(stack: Any) -> None:
    """Removes from moto's maps what an update removed, so that a later update can create it again."""
    resources = stack.resource_map._parsed_resources
    for name, resource in list(resources.items()):
        if isinstance(resource, Resource) and name not in stack.resource_map._resource_json_map:
            del resources[name]


def _tell(stack: Any, failure: ResourceFailed) -> None:
    """Adds the event that says why a resource failed."""
    stack.events.append(
        type(stack.events[-1])(  # pragma: no mutate (all events have one type)
            stack_id=stack.stack_id,
            stack_name=stack.name,
            logical_resource_id=failure.resource.logical_resource_id,
            physical_resource_id=failure.resource.physical_resource_id or "",
            resource_type=failure.resource.cloudformation_type(),
            resource_status=f"{failure.action}_FAILED",
            resource_status_reason=failure.reason,
            resource_properties=None,
        )
    )


def _end(stack: Any, status: str, reason: str | None = None) -> None:
    stack._add_stack_event(status, resource_status_reason=reason)
    stack.status = status


# Deleting resources --------------------------------------------------------------------------------------------


def _make_delete(original: Callable[..., Any]) -> Callable[..., Any]:
    """Deletes each of our resources once, in AWS's order; moto deletes in any order and retries refused ones."""

    def delete(self: Any) -> None:
        template, parsed = self._resource_json_map, self._parsed_resources
        ours = {
            name: resource
            for name, resource in parsed.items()
            if isinstance(resource, Resource) and template.get(name, {}).get("DeletionPolicy") != "Retain"
        }
        failure = _delete_in_order(ours, dependencies(template, ours))
        left = {name: parsed.pop(name) for name in ours}
        try:
            bound(original, self)()
        finally:
            parsed.update({name: resource for name, resource in left.items() if not resource.is_deleted})
        if failure is not None:
            raise failure

    return delete


def _delete_in_order(ours: Mapping[str, Resource], depends: Mapping[str, set[str]]) -> ResourceFailed | None:
    """Deletes resources, except those needed by one that could not be deleted; returns the first failure."""
    failure: ResourceFailed | None = None
    needed: set[str] = set()
    for name in deletion_order(depends):
        try:
            if name not in needed:
                ours[name].delete(ours[name].account_id, ours[name].region_name)
        except ResourceFailed as failed:
            failure = failure or failed
        if not ours[name].is_deleted:
            needed |= depends[name]
    return failure


# Joining moto --------------------------------------------------------------------------------------------------

_ACTIONS: Mapping[str, Callable[[Callable[..., Any]], Callable[..., Any]]] = {
    "create_stack": _create_stack,
    "update_stack": _update_stack,
    "execute_change_set": _execute_change_set,
    "delete_stack": _delete_stack,
}
_patches = Patches()


def join() -> None:
    """Registers our resource types with moto."""
    known = parsing.get_model_map()
    # A type that moto has itself stays moto's.
    known.update({name: made for name, made in CLASSES.items() if name not in known})
    _patches.replace(parsing.ResourceMap, "delete", _make_delete)
    for name, make in _ACTIONS.items():
        _patches.replace(models.CloudFormationBackend, name, make)


def leave() -> None:
    """Undoes ``join``."""
    known = parsing.get_model_map()
    for name, made in CLASSES.items():
        if known.get(name) is made:
            del known[name]
    _patches.undo()
