"""AWS error answers: what a service raises, and how it goes over the wire."""

from __future__ import annotations

from typing import Any

from botocore.model import ServiceModel

from appint_mock.protocol.message import Response


class ServiceError(Exception):
    """An AWS error answer: its code, its message, further members of the error by their names in the model.

    `status` overrides the status of the model; a code that neither the model nor the table of common errors
    knows needs it.
    """

    def __init__(
        self, code: str, message: str | None = None, /, *, status: int | None = None, **members: Any
    ) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.status = status
        self.members = members


def known_status(service_model: ServiceModel, code: str) -> int | None:
    """The HTTP status of a modelled or a common error; None for any other code."""
    raise NotImplementedError


def serialise_error(service_model: ServiceModel, error: ServiceError) -> Response:
    """The answer that tells `error`. Raises ValueError for a code whose status nobody knows."""
    raise NotImplementedError
