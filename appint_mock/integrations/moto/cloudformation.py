"""AWS CloudFormation as moto has it: stacks whose AppIntegrations resources live in our backend.

The resource types are moto's ``CloudFormationModel``s, known to moto while a scope is open. Each is a client of ours
like any other: what CloudFormation does to a resource is in the call log, and faults meet it.

moto has no stack that failed: an error of a resource is raised where the stack was asked for. So the operations of its
backend that change stacks are patched: where a resource of ours is refused, the stack is rolled back, with the reason
in its events.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from typing import Any, ClassVar

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from moto.cloudformation import models, parsing
from moto.cloudformation.exceptions import UnformattedGetAttTemplateException
from moto.core.common_models import CloudFormationModel

from ...errors import UnmockedCallError
from ...protocol.identity import access_key_of
from ...scopes.stack import Scope, innermost
from .resource_types import TYPES, PropertiesRefused, ResourceType

_SERVICE = "appintegrations"
#: CloudFormation's HandlerErrorCode for an error of the service; GeneralServiceException for any other.
_HANDLER_ERRORS = {
    "AccessDeniedException": "AccessDenied",
    "ConflictException": "ResourceConflict",
    "DuplicateResourceException": "AlreadyExists",
    "InternalServiceError": "ServiceInternalError",
    "InvalidRequestException": "InvalidRequest",
    "ResourceNotFoundException": "NotFound",
    "ResourceQuotaExceededException": "ServiceLimitExceeded",
    "ThrottlingException": "Throttling",
    "ValidationException": "InvalidRequest",
}


class ResourceFailed(Exception):
    """A resource that could not be created, updated or deleted: which one, what was tried, and why not."""

    def __init__(self, resource: Resource, action: str, reason: str) -> None:
        super().__init__(reason)
        self.resource, self.action, self.reason = resource, action, reason


# Resources -----------------------------------------------------------------------------------------------------


class Resource:
    """One resource of a stack, as it was last created or updated. Never changed in place: a roll-back needs it."""

    kind: ClassVar[ResourceType]

    def __init__(self, logical_id: str, stack_id: str, account_id: str, region_name: str) -> None:
        self.logical_resource_id = logical_id
        self.stack_id = stack_id
        self.account_id = account_id
        self.region_name = region_name
        #: What the stack gives all its resources.
        self.stack_tags: Mapping[str, str] = {}
        self.properties: Mapping[str, Any] = {}
        #: The members that Ref, Fn::GetAtt and the operations need.
        self.members: Mapping[str, Any] = {}

    @property
    def physical_resource_id(self) -> str | None:
        """What Ref returns; None for a resource that was never made."""
        return self.members.get(self.kind.ref)

    @property
    def tags(self) -> dict[str, str]:
        """The tags of the stack, and the resource's own, which go before."""
        return {**self.stack_tags, **{tag["Key"]: tag["Value"] for tag in self.properties.get("Tags", ())}}

    # moto's CloudFormationModel ------------------------------------------------------------------------------

    @staticmethod
    def cloudformation_name_type() -> str:
        """No property for which moto makes up a name: these types require theirs."""
        return ""

    @classmethod
    def cloudformation_type(cls) -> str:
        """The type's name in templates."""
        return cls.kind.full_name

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        """Whether Fn::GetAtt knows that attribute."""
        return attr in cls.kind.attributes

    def get_cfn_attribute(self, attribute_name: str) -> Any:
        """What Fn::GetAtt returns."""
        if attribute_name not in self.kind.attributes:
            raise UnformattedGetAttTemplateException()
        return self.members[self.kind.attributes[attribute_name]]

    @classmethod
    def create_from_cloudformation_json(
        cls,
        resource_name: str,
        cloudformation_json: Mapping[str, Any],
        account_id: str,
        region_name: str,
        **kwargs: Any,
    ) -> Resource:
        """Create a resource of a stack."""
        made = cls(kwargs["LogicalId"], kwargs["StackId"], account_id, region_name)
        stack = models.cloudformation_backends[account_id][region_name].stacks.get(made.stack_id)
        made.stack_tags = dict(stack.tags) if stack else {}
        made._create(made._checked("CREATE", cloudformation_json["Properties"]))
        return made

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: Resource,
        new_resource_name: str,
        cloudformation_json: Mapping[str, Any],
        account_id: str,
        region_name: str,
    ) -> Resource:
        """Update a resource of a stack, or replace it where a property changes that cannot be updated."""
        updated = copy.copy(original_resource)
        properties = updated._checked("UPDATE", cloudformation_json["Properties"])
        before = original_resource.properties
        changed = {name for name in {*before, *properties} if before.get(name) != properties.get(name)}
        if changed & cls.kind.create_only:
            # The new one comes first, so a Name that must be unique has to change too, as on AWS.
            updated._create(properties, "UPDATE")
            # The update is complete by then: CloudFormation leaves what it cannot clean up.
            with suppress(ResourceFailed):
                original_resource.delete(account_id, region_name)
        else:
            updated._update(properties, changed, original_resource.tags)
        return updated

    def delete(self, account_id: str, region_name: str) -> None:
        """Delete the resource, if it is still there."""
        with self._failing("DELETE"):
            try:
                self._call("Delete", {self.kind.delete_by: self.members[self.kind.identifier]})
            except ClientError as error:
                if error.response["Error"]["Code"] != "ResourceNotFoundException":
                    raise

    # What is done to the resource ----------------------------------------------------------------------------

    def _checked(self, action: str, properties: Mapping[str, Any]) -> dict[str, Any]:
        try:
            return self.kind.check(_scope().service.catalogue, self.logical_resource_id, properties)
        except PropertiesRefused as refused:
            raise ResourceFailed(self, action, str(refused)) from refused

    def _create(self, properties: Mapping[str, Any], action: str = "CREATE") -> None:
        self.properties = properties
        members = {name: value for name, value in properties.items() if name != "Tags"}
        with self._failing(action):
            answer = self._call("Create", {**members, **({"Tags": self.tags} if self.tags else {})})
        self.members = {**answer, "Name": properties["Name"]}

    def _update(self, properties: Mapping[str, Any], changed: set[str], tags_before: Mapping[str, str]) -> None:
        self.properties = properties
        # What a template does not name any more keeps its value: the operations cannot unset a member.
        given = {name: properties[name] for name in changed - {"Tags"} if name in properties}
        by_operation = _catalogue_members(f"Update{self.kind.name}")
        named = {self.kind.update_by: self.members[self.kind.identifier]}
        with self._failing("UPDATE"):
            members = {name: value for name, value in given.items() if name in by_operation}
            if members:
                self._call("Update", {**named, **members})
            self._set_directly({name: value for name, value in given.items() if name not in by_operation})
            self._retag(tags_before)
        self.members = {**self.members, "Name": properties["Name"]}

    def _set_directly(self, members: Mapping[str, Any]) -> None:
        """Update what the resource type can and the operation cannot."""
        if not members:
            return
        scope = _scope()
        with scope.world.lock:
            backend = scope.world.backend(self.account_id, self.region_name)
            namespace = members.get("Namespace")
            if namespace and backend.applications.find("Namespace", namespace) not in (None, self.members["Id"]):
                raise ResourceFailed(self, "UPDATE", "Namespace already in use")
            named = {self.kind.update_by: self.members[self.kind.identifier]}
            getattr(backend, f"update_{_snake(self.kind.name)}")(**named, **members)

    def _retag(self, before: Mapping[str, str]) -> None:
        now, client = self.tags, _client(self.account_id, self.region_name)
        new = {key: value for key, value in now.items() if before.get(key) != value}
        gone = [key for key in before if key not in now]
        if new:
            client.tag_resource(resourceArn=self.members[self.kind.arn], tags=new)
        if gone:
            client.untag_resource(resourceArn=self.members[self.kind.arn], tagKeys=gone)

    def _call(self, verb: str, members: Mapping[str, Any]) -> Mapping[str, Any]:
        method = getattr(_client(self.account_id, self.region_name), f"{verb.lower()}_{_snake(self.kind.name)}")
        answer: Mapping[str, Any] = method(**members)
        return answer

    @contextmanager
    def _failing(self, action: str) -> Generator[None, None, None]:
        """Tell a refusal as CloudFormation does."""
        try:
            yield
        except ClientError as error:
            told, http = error.response["Error"], error.response["ResponseMetadata"]
            code = _HANDLER_ERRORS.get(told["Code"], "GeneralServiceException")
            reason = (
                f'Resource handler returned message: "{told.get("Message", "")} (Service: AppIntegrations, '
                f'Status Code: {http["HTTPStatusCode"]}, Request ID: {http.get("RequestId")})" '
                f"(HandlerErrorCode: {code})"
            )
            raise ResourceFailed(self, action, reason) from error
        except BotoCoreError as error:
            reason = f'Resource handler returned message: "{error}" (HandlerErrorCode: NetworkFailure)'
            raise ResourceFailed(self, action, reason) from error


def _snake(name: str) -> str:
    from botocore import xform_name

    return str(xform_name(name))


def _catalogue_members(operation_name: str) -> Mapping[str, Any]:
    shape = _scope().service.catalogue.operations[operation_name].model.input_shape
    members: Mapping[str, Any] = shape.members
    return members


def _scope() -> Scope:
    scope = innermost(_SERVICE)
    if scope is None:
        raise UnmockedCallError(
            "A stack has a resource of Amazon AppIntegrations, and nothing in this process answers for "
            "that service. Open appint_mock.mock_appintegrations() around this call too."
        )
    return scope


def _client(account_id: str, region_name: str) -> Any:
    _scope()  # without one, the request would leave the machine
    return _make_client(account_id, region_name)


@cache
def _make_client(account_id: str, region_name: str) -> Any:
    # Without botocore's own checks: what they refuse, the service is to refuse, in an answer.
    return _session().create_client(
        _SERVICE,
        region_name=region_name,
        aws_access_key_id=access_key_of(account_id),
        aws_secret_access_key="testing",
        config=Config(parameter_validation=False),
    )


@cache
def _session() -> botocore.session.Session:
    return botocore.session.Session()


_CLASSES = {kind.full_name: type(kind.name, (Resource, CloudFormationModel), {"kind": kind}) for kind in TYPES}


# Stacks --------------------------------------------------------------------------------------------------------


def _create_stack(original: Callable[..., Any]) -> Callable[..., Any]:
    def create_stack(self: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return original(self, *args, **kwargs)
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
            original(self, name, *args, **kwargs)
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
            original(self, change_set_name, *args, **kwargs)
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
            original(self, *args, **kwargs)
        except ResourceFailed as failure:
            stack = stacks[failure.resource.stack_id]
            self.stacks[stack.stack_id] = stack
            _tell(stack, failure)
            # moto would make those that are gone anew when the stack is described.
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
    """Remember a stack and our resources in its region. moto's resources are not: it has no way back for them."""
    attributes = {name: value for name, value in vars(stack).items() if name != "events"}
    resources = {
        name: copy.copy(value) if isinstance(value, dict) else value for name, value in vars(stack.resource_map).items()
    }
    scope = innermost(_SERVICE)
    backend = scope.world.backend(stack.account_id, stack.region_name) if scope else None
    state = backend.dump() if backend else None

    def put_back() -> None:
        vars(stack).update(attributes)
        vars(stack.resource_map).update(resources)
        if backend is not None and state is not None:
            backend.load(state)

    return put_back


def _forget_removed(stack: Any) -> None:
    """moto keeps what an update took away, and would not make it anew when a later one brings it back."""
    resources = stack.resource_map._parsed_resources
    for name, resource in list(resources.items()):
        if isinstance(resource, Resource) and name not in stack.resource_map._resource_json_map:
            del resources[name]


def _tell(stack: Any, failure: ResourceFailed) -> None:
    """Add the event that says why a resource failed."""
    stack.events.append(
        type(stack.events[-1])(
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


# Joining moto --------------------------------------------------------------------------------------------------

_ACTIONS: Mapping[str, Callable[[Callable[..., Any]], Callable[..., Any]]] = {
    "create_stack": _create_stack,
    "update_stack": _update_stack,
    "execute_change_set": _execute_change_set,
    "delete_stack": _delete_stack,
}
_originals: dict[str, Callable[..., Any]] = {}


def join() -> None:
    """Let moto know our resource types."""
    if _originals:
        return
    parsing.get_model_map().update(_CLASSES)
    for name, make in _ACTIONS.items():
        _originals[name] = getattr(models.CloudFormationBackend, name)
        setattr(models.CloudFormationBackend, name, make(_originals[name]))


def leave() -> None:
    """Take back what ``join`` did."""
    for name in _CLASSES:
        parsing.get_model_map().pop(name, None)
    for name, original in _originals.items():
        setattr(models.CloudFormationBackend, name, original)
    _originals.clear()
