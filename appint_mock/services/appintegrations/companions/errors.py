"""Words errors of Amazon AppIntegrations as its companions do."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from ....protocol.errors import ServiceError


@contextmanager
def quota_as_modelled() -> Generator[None, None, None]:
    """Renames the error for a quota of Amazon AppIntegrations to the one that the companions' models have."""
    try:
        yield
    except ServiceError as error:
        if error.code != "ResourceQuotaExceededException":
            raise
        raise ServiceError("ServiceQuotaExceededException", error.message) from None
