"""What all resources of Amazon AppIntegrations share: errors, lists, ClientTokens, quotas."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from typing import Any

from ...errors import AppintMockError
from ...protocol.errors import ServiceError
from ...state.idempotency import TokenReusedError, Tokens
from ...state.paging import InvalidTokenError
from ...state.store import Record, Table
from ...state.world import Backend, World

_DEFAULT_PAGE = 50


class AppIntegrationsBase(Backend):
    """The ground that the resources' classes stand on."""

    def __init__(self, world: World[Any], account_id: str, region_name: str) -> None:
        super().__init__(world, account_id, region_name)
        self.tokens = Tokens()

    def resource_arn(self, resource: str) -> str:
        """The ARN of a resource, given as ``type/id``."""
        return self.arn("app-integrations", resource)

    def own_resource(self, arn: str, kind: str) -> str | None:
        """What follows ``kind/`` in an ARN of this account and region, or None for any other ARN or text."""
        prefix = self.resource_arn(f"{kind}/")
        return arn[len(prefix) :] if arn.startswith(prefix) else None

    def answered_before(self, operation: str, token: str | None, given: Mapping[str, Any]) -> Record | None:
        """The answer that this ClientToken got already."""
        try:
            return self.tokens.answer(operation, token, given)
        except TokenReusedError:
            raise invalid("The ClientToken was already used with different parameters") from None

    def listing(
        self,
        operation: str,
        table: Table,
        MaxResults: int | None,
        NextToken: str | None,
        *,
        scope: object = None,
        where: Callable[[Record], bool] | None = None,
    ) -> tuple[list[Record], str | None]:
        """A page in order of creation; ``scope`` is the parent's id or the filter."""
        limit = _DEFAULT_PAGE if MaxResults is None else MaxResults
        try:
            return self.page(table, (operation, scope), limit=limit, next_token=NextToken, where=where)
        except InvalidTokenError:
            raise invalid("Invalid NextToken") from None

    @contextmanager
    def seeding(self, method: str) -> Generator[None, None, None]:
        """Around a method that only tests call: what would be an AWS error is a mistake of the test there."""
        with self.world.lock:
            try:
                yield
            except ServiceError as error:
                raise AppintMockError(
                    f"backend.{method}: {error.message}, in account {self.account_id} and region {self.region_name}.\n"
                    "The backend of another account or region: aws.backend(account_id, region_name)."
                ) from error

    def require_room(self, quota: str, count: int) -> None:
        """Refuse one more than the quota allows."""
        allowed = self.world.quotas.get(quota)
        if allowed is not None and count + 1 > allowed:
            text = f"The allowed quota of {allowed:g} {quota.replace('_', ' ')} has been exceeded"
            raise ServiceError("ResourceQuotaExceededException", text)


def not_found(kind: str, identifier: str) -> ServiceError:
    """The error for an identifier that names nothing."""
    return ServiceError("ResourceNotFoundException", f"Could not find {kind} with identifier: {identifier}")


def invalid(text: str) -> ServiceError:
    """The error for a request that breaks a rule."""
    return ServiceError("InvalidRequestException", text)


def taken(member: str) -> ServiceError:
    """The error for creating what another resource's member forbids."""
    return ServiceError("DuplicateResourceException", f"{member} already in use")


def refuse_aws_tags(keys: Iterable[str]) -> None:
    """Refuse tag keys that are AWS's own, where the model's pattern has let them pass."""
    if any(key[:4].lower() == "aws:" for key in keys):
        raise invalid("aws: prefixed tag key names are not allowed for external use.")
