"""Provides what all resources of Amazon AppIntegrations share: errors, lists, ClientTokens, quotas."""

from __future__ import annotations

import functools
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from typing import Any, TypeVar, cast

from ...errors import AppintMockError
from ...hints import see
from ...protocol.errors import ServiceError
from ...state.form import Unfit, inside, text
from ...state.idempotency import TokenReusedError, Tokens
from ...state.store import Record
from ...state.world import Backend, World

Create = TypeVar("Create", bound=Callable[..., Record])


class AppIntegrationsBase(Backend):
    """The base class of the resources' classes."""

    default_page = 50

    def __init__(self, world: World[Any], account_id: str, region_name: str) -> None:
        super().__init__(world, account_id, region_name)
        self.tokens = Tokens()

    def resource_arn(self, resource: str) -> str:
        """Returns the ARN of a resource, given as ``type/id``."""
        return self.arn("app-integrations", resource)

    def own_resource(self, arn: str, kind: str) -> str | None:
        """Returns the part after ``kind/`` in an ARN of this account and region, or None for any other text."""
        prefix = self.resource_arn(f"{kind}/")
        return arn[len(prefix) :] if arn.startswith(prefix) else None

    def creating(self, operation: str, token: str | None, given: Record, create: Callable[[], Record]) -> Record:
        """Returns the record that ``create`` makes, or the one this ClientToken already made from the same ``given``.

        Only a success is remembered.
        """
        try:
            record = self.tokens.answer(operation, token, given)
        except TokenReusedError:
            raise invalid("The ClientToken was already used with different parameters") from None
        if record is None:
            record = create()
            self.tokens.remember(operation, token, given, record)
        return record

    def token_refusal(self) -> ServiceError:
        """Returns the error for a NextToken that this service did not issue."""
        return invalid("Invalid NextToken")

    def missing_reference(self, kind: str, named: str) -> ServiceError:
        """Returns the error for a missing resource of another service."""
        return invalid(f"{kind} {named} could not be found")

    @contextmanager
    def seeding(self, method: str) -> Generator[None, None, None]:
        """Turns AWS errors into mistakes of the test, inside a method that only tests call."""
        with self.world.lock:
            try:
                yield
            except Unfit as error:
                raise AppintMockError(f"backend.{method}: {error}." + see("backends")) from error
            except ServiceError as error:
                raise AppintMockError(
                    f"backend.{method}: {error.message}, in account {self.account_id} and region {self.region_name}.\n"
                    "The backend of another account or region: aws.backend(account_id, region_name)." + see("backends")
                ) from error

    def require_text(self, name: str, value: object) -> None:
        """Raises Unfit if the test's argument ``name`` is not a text."""
        with inside(name):
            text(value)

    def require_record(self, part: str, record: Record) -> None:
        """Raises Unfit for a record from a test's arguments that the model's shapes do not allow."""
        self.forms.records[part].form(record)

    def require_room(self, quota: str, count: int) -> None:
        """Refuses another resource if the quota is used up."""
        allowed = self.world.quotas.get(quota)
        if allowed is not None and count + 1 > allowed:
            text = f"The allowed quota of {allowed:g} {quota.replace('_', ' ')} has been exceeded"
            raise ServiceError("ResourceQuotaExceededException", text)


def created_once(operation: str) -> Callable[[Create], Create]:
    """Makes a create operation idempotent: it answers a known ClientToken with the first answer."""

    def decorate(create: Create) -> Create:
        @functools.wraps(create)
        def created(self: AppIntegrationsBase, *, ClientToken: str | None = None, **given: object) -> Record:
            return self.creating(operation, ClientToken, given, lambda: create(self, ClientToken=ClientToken, **given))

        return cast(Create, created)

    return decorate


def not_found(kind: str, identifier: str) -> ServiceError:
    """Returns the error for an unknown identifier."""
    return ServiceError("ResourceNotFoundException", f"Could not find {kind} with identifier: {identifier}")


def invalid(text: str) -> ServiceError:
    """Returns the error for a request that breaks a rule."""
    return ServiceError("InvalidRequestException", text)


def taken(member: str) -> ServiceError:
    """Returns the error for a value that another resource already has."""
    return ServiceError("DuplicateResourceException", f"{member} already in use")


def refuse_aws_tags(keys: Iterable[str]) -> None:
    """Refuses tag keys reserved for AWS, if the model's pattern allows them."""
    if any(key[:4].lower() == "aws:" for key in keys):
        raise invalid("aws: prefixed tag key names are not allowed for external use.")
