"""Describes one call: what the code under test asked for, and the answer that it got."""

from __future__ import annotations

import copy
import datetime
from collections.abc import Mapping
from typing import Any

from botocore.model import OperationModel

from ..lazy import lazy
from ..protocol.message import Response
from ..protocol.model import protocol_of
from .call_text import call_text

#: How wide ``Operation(Member=value, ...)`` may get in a call's repr.
_WIDTH = 96


class Call:
    """One request that the mock answered; each retry is one of its own.

    Attributes:
        operation: As in the AWS API: ``"CreateEventIntegration"``; method and URL for a request of no operation.
        account_id: Who asked: 12 digits.
        region_name: Where.
        time: When, by the mock's clock: an aware ``datetime`` in UTC.
        service_name: boto3's name of the service.
        raw_parameters: ``parameters``, not copied: to look at only.
        size: How many bytes its request and its answer had.
        model: botocore's model of the operation, or None.
        hint: Who has what was asked for, if the caller has not: ``account 210987654321 has it``.
    """

    def __init__(
        self,
        service_name: str,
        operation: str,
        parameters: Mapping[str, Any],
        account_id: str,
        region_name: str,
        time: datetime.datetime,
        answer: Response | None,
        failure: str | None,
        model: OperationModel | None,
        size: int = 0,
        hint: str | None = None,
    ) -> None:
        self.service_name = service_name
        self.operation = operation
        self.account_id = account_id
        self.region_name = region_name
        self.time = time
        self.raw_parameters = parameters
        self._answer = answer
        self._failure = failure
        self.model = model
        self.size = size
        self.hint = hint

    #: Whether it was stopped, since nothing answers it: see ``aws.unmocked``.
    is_stopped = False

    # Worked out when a test first looks, and copied: most calls are never looked at, and the backend keeps the
    # values that it was given.

    def is_from(self, account_id: str | None = None, region_name: str | None = None) -> bool:
        """Returns whether it was made by that account in that region (None: any)."""
        return account_id in (None, self.account_id) and region_name in (None, self.region_name)

    @lazy
    def parameters(self) -> dict[str, Any]:
        """The request's members, as boto3 names them."""
        return copy.deepcopy(dict(self.raw_parameters))

    @property
    def status_code(self) -> int | None:
        """The HTTP status, or None if an exception was raised instead of an answer."""
        return None if self._answer is None else self._answer.status

    @lazy
    def error_code(self) -> str | None:
        """The AWS error's code or the name of the exception that was raised; None for a success."""
        if self._failure is not None or self._answer is None or self._answer.status < 300:
            return self._failure
        code: str | None = (self.response or {}).get("Error", {}).get("Code")
        return code

    @property
    def error_message(self) -> str | None:
        """The AWS error's message; None for a success, and if an exception was raised instead of an answer."""
        if self._answer is None or self._answer.status < 300:
            return None
        message: str | None = (self.response or {}).get("Error", {}).get("Message")
        return message

    @lazy
    def response(self) -> dict[str, Any] | None:
        """The answer as boto3 parses it (an error too); None if there is none, or none that it can parse."""
        if self._answer is None:
            return None
        try:
            return _parsed(self._answer, self.model)
        except Exception:
            # A malformed answer, from a fault: botocore raised this at the caller.
            return None

    def __repr__(self) -> str:
        text = call_text(self.operation, self.raw_parameters, self.model, _WIDTH)
        outcome = " ".join(str(part) for part in (self.status_code, self.error_code) if part is not None)
        return f"<Call {text} in {self.region_name} of {self.account_id}: {outcome}>"


def _parsed(answer: Response, model: OperationModel | None) -> dict[str, Any]:
    """Returns an answer as botocore's parser reads it."""
    from botocore.awsrequest import HeadersDict
    from botocore.parsers import create_parser

    parser = create_parser("rest-json" if model is None else protocol_of(model.service_model))
    raw = {"status_code": answer.status, "headers": HeadersDict(answer.headers), "body": answer.body}
    parsed: dict[str, Any] = parser.parse(raw, model.output_shape if model else None)
    error = parsed.get("Error", {}).get("Code") if answer.status >= 300 else None
    shape = model.service_model.shape_for_error_code(error) if model and error else None
    if shape is not None:
        parsed.update(parser.parse(raw, shape))
    return parsed
