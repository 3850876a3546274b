"""Implements CloudFormation's resource types as moto's ``CloudFormationModel`` classes.

Each resource is a client of ours like any other: what CloudFormation does to it is in the call log, and faults apply.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from typing import Any, ClassVar

import botocore.session
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from moto.cloudformation import models
from moto.cloudformation.exceptions import UnformattedGetAttTemplateException
from moto.core.common_models import CloudFormationModel

from ...errors import UnmockedCallError
from ...hints import see
from ...protocol.errors import ServiceError
from ...protocol.identity import access_key_of
from ...protocol.operation import Catalogue
from ...scopes.stack import Scope, innermost
from ...services import load_companion
from .resource_types import TYPES, PropertiesRefused, ResourceType

SERVICE = "appintegrations"
#: CloudFormation's HandlerErrorCode for an error of the service; GeneralServiceException for any other.
_HANDLER_ERRORS = {
    "AccessDeniedException": "AccessDenied",
    "ConflictException": "ResourceConflict",
    "DuplicateResourceException": "AlreadyExists",
    "InternalServiceError": "ServiceInternalError",
    "InvalidRequestException": "InvalidRequest",
    "ResourceNotFoundException": "NotFound",
    "ResourceQuotaExceededException": "ServiceLimitExceeded",
    "ServiceQuotaExceededException": "ServiceLimitExceeded",
    "ThrottlingException": "Throttling",
    "ValidationException": "InvalidRequest",
}


class ResourceFailed(Exception):
    """A resource that could not be created, updated or deleted: which one, what was tried, and why not."""

    def __init__(self, resource: Resource, action: str, reason: str) -> None:
        super().__init__(reason)
        self.resource, self.action, self.reason = resource, action, reason


class Resource:
    """A resource of a stack, as it was last created or updated. Never changed in place: a roll-back needs it."""

    kind: ClassVar[ResourceType]

    def __init__(self, logical_id: str, stack_id: str, account_id: str, region_name: str) -> None:
        self.logical_resource_id = logical_id
        self.stack_id = stack_id
        self.account_id = account_id
        self.region_name = region_name
        #: What the stack gives all its resources.
        self.stack_tags: Mapping[str, str] = {}
        self.properties: Mapping[str, Any] = {}
        self.is_deleted = False
        #: The members that Ref, Fn::GetAtt and the operations need.
        self.members: Mapping[str, Any] = {}

    @property
    def physical_resource_id(self) -> str | None:
        """The value of Ref; None for a resource that was never created."""
        return self.members.get(self.kind.ref)

    @property
    def tags(self) -> dict[str, str]:
        """The tags of the stack and of the resource; the resource's own win."""
        return {**self.stack_tags, **{tag["Key"]: tag["Value"] for tag in self.properties.get("Tags", ())}}

    # moto's CloudFormationModel ------------------------------------------------------------------------------

    @staticmethod
    def cloudformation_name_type() -> str:
        """Returns nothing: moto needs to generate no name, since these types require theirs."""
        return ""

    @classmethod
    def cloudformation_type(cls) -> str:
        """Returns the type's name in templates."""
        return cls.kind.full_name

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        """Returns whether Fn::GetAtt knows that attribute."""
        return attr in cls.kind.attributes

    def get_cfn_attribute(self, attribute_name: str) -> Any:
        """Returns the value of Fn::GetAtt."""
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
        """Creates a resource of a stack."""
        made = cls(kwargs["LogicalId"], kwargs["StackId"], account_id, region_name)
        stack = models.cloudformation_backends[account_id][region_name].stacks.get(made.stack_id)
        made.stack_tags = dict(stack.tags) if stack else {}
        made.create(made.checked("CREATE", cloudformation_json["Properties"]))
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
        """Updates a resource of a stack, or replaces it if a property changes that cannot be updated."""
        updated = copy.copy(original_resource)
        properties = updated.checked("UPDATE", cloudformation_json["Properties"])
        before = original_resource.properties
        changed = {name for name in {*before, *properties} if before.get(name) != properties.get(name)}
        if changed & cls.kind.create_only:
            if cls.kind.deleted_first:
                original_resource.delete(account_id, region_name)
            # Else the new one comes first, so a Name that must be unique has to change too, as on AWS.
            updated.create(properties, "UPDATE")
            # The update is complete by then: CloudFormation leaves what it cannot clean up.
            with suppress(ResourceFailed):
                original_resource.delete(account_id, region_name)
        else:
            updated.update(properties, changed, original_resource.tags)
        return updated

    def delete(self, account_id: str, region_name: str) -> None:
        """Deletes the resource, if it is still there."""
        if self.is_deleted:
            return
        with self._failing("DELETE"):
            try:
                self._call("Delete", self._named(self.kind.deleted_by))
            except ClientError as error:
                if error.response["Error"]["Code"] != "ResourceNotFoundException":
                    raise
        self.is_deleted = True

    # What is done to the resource ----------------------------------------------------------------------------

    def checked(self, action: str, properties: Mapping[str, Any]) -> dict[str, Any]:
        """Returns the properties converted to their types. Raises ResourceFailed if the type does not allow them."""
        try:
            return self.kind.check(_catalogue(self.kind), self.logical_resource_id, properties)
        except PropertiesRefused as refused:
            raise ResourceFailed(self, action, str(refused)) from refused

    def create(self, properties: Mapping[str, Any], action: str = "CREATE") -> None:
        """Creates the resource. Raises ResourceFailed if the service refuses it."""
        self.properties = properties
        given = {name: value for name, value in properties.items() if name != "Tags"}
        members = {**self.kind.members(given), **({self.kind.tags_member: self.tags} if self.tags else {})}
        with self._failing(action):
            if "InstanceId" in properties:
                self._in_companion(lambda companion: companion.name_instance(properties["InstanceId"]))
            if any(properties.get(name) in values for name, values in self.kind.beyond.items()):
                answer = self._in_companion(lambda companion: companion.create_integration_association(**members))
            else:
                answer = self._call("Create", members)
        self.members = self._known(answer[self.kind.answer] if self.kind.answer else answer)

    def update(self, properties: Mapping[str, Any], changed: set[str], tags_before: Mapping[str, str]) -> None:
        """Updates the ``changed`` properties. Raises ResourceFailed if the service refuses them."""
        self.properties = properties
        if _is_companion(self.kind):
            members = self.kind.members({name: properties.get(name) for name in changed})
            self._in_companion(lambda companion: companion.set_members(self.members, members, self.tags))
            return
        # What a template does not name any more keeps its value: the operations cannot unset a member.
        given = {name: properties[name] for name in changed - {"Tags"} if name in properties}
        by_operation = _catalogue(self.kind).operations[f"Update{self.kind.name}"].model.input_shape.members
        named = self._named(self.kind.updated_by)
        with self._failing("UPDATE"):
            members = {name: value for name, value in given.items() if name in by_operation}
            if members:
                self._call("Update", {**named, **self.kind.members(members)})
            self._set_directly({name: value for name, value in given.items() if name not in by_operation})
            self._retag(tags_before)
        self.members = self._known(self.members)

    def _known(self, members: Mapping[str, Any]) -> Mapping[str, Any]:
        """Returns the members of an answer, and the properties by which the operations name the resource."""
        names = {*self.kind.deleted_by.values(), *self.kind.updated_by.values()}
        return {**members, **{name: self.properties[name] for name in names if name in self.properties}}

    def _named(self, by: Mapping[str, str]) -> dict[str, Any]:
        return {member: self.members[name] for member, name in by.items()}

    def _in_companion(self, do: Callable[[Any], Any]) -> Any:
        """Calls a method of the companion's backend, for changes that no operation makes."""
        scope = _scope()
        with scope.world.lock:
            backend = scope.world.backend(self.account_id, self.region_name)
            try:
                return do(load_companion(SERVICE, self.kind.service).operations(backend))
            except ServiceError as error:
                raise ResourceFailed(self, "UPDATE", str(error)) from error

    def _set_directly(self, members: Mapping[str, Any]) -> None:
        """Updates properties that the resource type can change and the operation cannot."""
        if not members:
            return
        scope = _scope()
        with scope.world.lock:
            backend = scope.world.backend(self.account_id, self.region_name)
            namespace = members.get("Namespace")
            if namespace and backend.applications.find("Namespace", namespace) not in (None, self.members["Id"]):
                raise ResourceFailed(self, "UPDATE", "Namespace already in use")
            named = self._named(self.kind.updated_by)
            getattr(backend, f"update_{xform_name(self.kind.name)}")(**named, **members)

    def _retag(self, before: Mapping[str, str]) -> None:
        now, client = self.tags, self._client()
        new = {key: value for key, value in now.items() if before.get(key) != value}
        gone = [key for key in before if key not in now]
        if new:
            client.tag_resource(resourceArn=self.members[self.kind.arn], tags=new)
        if gone:
            client.untag_resource(resourceArn=self.members[self.kind.arn], tagKeys=gone)

    def _call(self, verb: str, members: Mapping[str, Any]) -> Mapping[str, Any]:
        name = f"{verb.lower()}_{xform_name(self.kind.name)}"
        client = self._client()
        if hasattr(client, name):
            answer: Mapping[str, Any] = getattr(client, name)(**members)
            return answer
        # An older botocore has no such operation; CloudFormation does not depend on the botocore of its callers.
        scope = _scope()
        with scope.world.lock:
            try:
                return getattr(scope.world.backend(self.account_id, self.region_name), name)(**members) or {}
            except ServiceError as error:
                if (verb, error.code) == ("Delete", "ResourceNotFoundException"):
                    return {}
                raise ResourceFailed(self, verb.upper(), str(error)) from error

    def _client(self) -> Any:
        _scope()  # without one, the request would leave the machine
        return _make_client(self.kind.service, self.account_id, self.region_name)

    @contextmanager
    def _failing(self, action: str) -> Generator[None, None, None]:
        """Words a refusal as CloudFormation does."""
        try:
            yield
        except ClientError as error:
            refused, http = error.response["Error"], error.response["ResponseMetadata"]
            code = _HANDLER_ERRORS.get(refused["Code"], "GeneralServiceException")
            reason = (
                f'Resource handler returned message: "{refused.get("Message", "")} (Service: {self.kind.title}, '
                f'Status Code: {http["HTTPStatusCode"]}, Request ID: {http.get("RequestId")})" '
                f"(HandlerErrorCode: {code})"
            )
            raise ResourceFailed(self, action, reason) from error
        except BotoCoreError as error:
            reason = f'Resource handler returned message: "{error}" (HandlerErrorCode: NetworkFailure)'
            raise ResourceFailed(self, action, reason) from error


def _is_companion(kind: ResourceType) -> bool:
    return kind.service != SERVICE


def _catalogue(kind: ResourceType) -> Catalogue:
    service = _scope().service
    return load_companion(SERVICE, kind.service).catalogue if _is_companion(kind) else service.catalogue


def _scope() -> Scope:
    scope = innermost(SERVICE)
    if scope is None:
        raise UnmockedCallError(
            "A stack has a resource that Amazon AppIntegrations knows, and nothing in this process answers for "
            "that service. Open appint_mock.mock_appintegrations() around this call too." + see("stopped-calls")
        )
    return scope


@cache  # pragma: no mutate (only what it costs)
def _make_client(service: str, account_id: str, region_name: str) -> Any:
    # Without botocore's own checks: what they refuse, the service is to refuse, in an answer.
    return _session().create_client(
        service,
        region_name=region_name,
        aws_access_key_id=access_key_of(account_id),
        aws_secret_access_key="testing",
        config=Config(parameter_validation=False),
    )


@cache  # pragma: no mutate (only what it costs)
def _session() -> botocore.session.Session:
    return botocore.session.Session()


#: The classes that moto creates resources from, by the name that templates have for the type.
CLASSES = {kind.full_name: type(kind.name, (Resource, CloudFormationModel), {"kind": kind}) for kind in TYPES}
