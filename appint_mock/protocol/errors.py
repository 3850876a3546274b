"""Turns the errors that a service raises into HTTP responses."""

from __future__ import annotations

import functools
from typing import Any

from botocore.model import ServiceModel, StructureShape

from .message import Response
from .serialise import AnswerWriter, answer_writer, to_json

#: Codes that the API references list for all actions ("Common Errors"), by status. The model wins.
COMMON_ERRORS: dict[int, tuple[str, ...]] = {
    400: (
        "AccessDeniedException",
        "IncompleteSignature",
        "InvalidAction",
        "InvalidParameterCombination",
        "InvalidParameterValue",
        "InvalidQueryParameter",
        "MissingAction",
        "MissingParameter",
        "NotAuthorized",
        "RequestExpired",
        "SerializationException",
        "ThrottlingException",
        "ValidationError",
        "ValidationException",
    ),
    403: (
        "ExpiredTokenException",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "MissingAuthenticationToken",
        "MissingAuthenticationTokenException",
        "OptInRequired",
        "UnrecognizedClientException",
    ),
    404: ("MalformedQueryString",),
    429: ("TooManyRequestsException",),
    500: ("InternalFailure",),
    503: ("ServiceUnavailable",),
}

_COMMON_STATUS = {code: status for status, codes in COMMON_ERRORS.items() for code in codes}


class ServiceError(Exception):
    """An AWS error answer: its code, its message, further members of the error by their names in the model.

    ``status`` overrides the status of the model; a code that neither the model nor the table of common errors
    knows needs it.
    """

    def __init__(self, code: str, message: str | None = None, /, *, status: int | None = None, **members: Any) -> None:
        """``members`` are those that the error has beside its message."""
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.status = status
        self.members = members

    def __str__(self) -> str:
        return f"{self.code}: {self.message}" if self.message else self.code


def missing_authentication_token() -> ServiceError:
    """Returns the answer to an unsigned request and to an unknown route, as API Gateway gives it."""
    return ServiceError("MissingAuthenticationTokenException", "Missing Authentication Token")


def known_status(service_model: ServiceModel, code: str) -> int | None:
    """Returns the HTTP status of a modelled or a common error; None for any other code."""
    shape = service_model.shape_for_error_code(code)
    return _COMMON_STATUS.get(code) if shape is None else _modelled_status(shape)


def serialise_error(service_model: ServiceModel, error: ServiceError) -> Response:
    """Returns the answer that reports ``error``. Raises ValueError for a code of unknown status."""
    status = error.status or known_status(service_model, error.code)
    if status is None:
        raise ValueError(
            f"{error.code} is neither an error of {service_model.service_name}'s model nor one of the errors "
            "common to AWS, so its HTTP status is unknown: give it with status=..."
        )
    shape = service_model.shape_for_error_code(error.code)
    if shape is None:
        # SerializationException comes from below the services' own code, and spells the member its own way.
        name = "Message" if error.code == "SerializationException" else "message"
        members = error.members if error.message is None else {name: error.message, **error.members}
        answer = Response(status, {"Content-Type": "application/json"}, to_json(members))
    else:
        answer = _writer(shape, status)(_with_message(shape, error))
    answer.headers["x-amzn-errortype"] = error.code
    return answer


def _modelled_status(shape: StructureShape) -> int:
    status: int = shape.metadata.get("error", {}).get("httpStatusCode", 400)
    return status


def _with_message(shape: StructureShape, error: ServiceError) -> dict[str, Any]:
    for name in shape.members:
        if name.lower() == "message" and (error.message is not None or name in shape.required_members):
            return {name: error.message or "", **error.members}
    return error.members


@functools.cache
def _writer(shape: StructureShape, status: int) -> AnswerWriter:
    return answer_writer(shape, status)
