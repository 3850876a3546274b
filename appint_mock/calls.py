"""The call log: what a program under test asked, and what it was told."""

from __future__ import annotations

import copy
import datetime
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .protocol.message import Response


class Call:
    """One request that the mock answered; each retry is one of its own."""

    def __init__(
        self,
        operation: str,
        parameters: Mapping[str, Any],
        account_id: str,
        region_name: str,
        time: datetime.datetime,
        answer: Response | None,
        failure: Exception | None,
        model: Any,
    ) -> None:
        self.operation = operation
        self.account_id = account_id
        self.region_name = region_name
        self.time = time
        self._parameters = parameters
        self._answer = answer
        self._failure = failure
        self._model = model

    @cached_property
    def parameters(self) -> dict[str, Any]:
        """The request's members, as boto3 names them."""
        # A copy, since the backend keeps the values that it was given.
        return copy.deepcopy(dict(self._parameters))

    @property
    def status_code(self) -> int | None:
        """The HTTP status, or None where a fault broke the transport."""
        return None if self._answer is None else self._answer.status

    @property
    def error_code(self) -> str | None:
        """The AWS error's code or the name of the exception raised, or None for a success."""
        if self._failure is None:
            return None
        return getattr(self._failure, "code", type(self._failure).__name__)


class CallLog(list[Call]):
    """The calls of one scope, oldest first."""
