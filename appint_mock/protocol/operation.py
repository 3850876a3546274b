"""Operations of a service: parse a request, check it, serialise the result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botocore.model import OperationModel, ServiceModel

from appint_mock.protocol.message import Request, Response
from appint_mock.protocol.validation import Rules, Violation


class Operation:
    """One operation, driven by its model; what depends only on the model is compiled at the first use."""

    name: str
    """As in the model: ``CreateEventIntegration``."""
    method_name: str
    """As boto3 names it: ``create_event_integration``."""
    model: OperationModel
    errors: tuple[str, ...]
    """Codes of the errors that the model lists for this operation."""

    def parse(self, request: Request) -> dict[str, Any]:
        """The input's members. Raises ServiceError SerializationException."""
        raise NotImplementedError

    def is_valid(self, params: Mapping[str, Any]) -> bool:
        """Whether the parsed input keeps all constraints of the model."""
        raise NotImplementedError

    def violations(self, params: Mapping[str, Any]) -> list[Violation]:
        """Every violated constraint, in the model's order, depth first, pattern before length."""
        raise NotImplementedError

    def check(self, params: Mapping[str, Any]) -> None:
        """Raise ServiceError ValidationException, worded by the service, unless `is_valid`."""
        raise NotImplementedError

    def serialise(self, result: Mapping[str, Any] | None) -> Response:
        """The answer that carries the modelled members of `result`."""
        raise NotImplementedError

    @property
    def input_schema(self) -> dict[str, Any]:
        """JSON Schema of the parsed input."""
        raise NotImplementedError

    @property
    def output_schema(self) -> dict[str, Any]:
        """JSON Schema of the result."""
        raise NotImplementedError


class Catalogue:
    """All operations of one service."""

    def __init__(self, service_name: str, rules: Rules) -> None:
        self.service_name = service_name
        self.rules = rules

    @property
    def model(self) -> ServiceModel:
        """The patched model of the installed botocore."""
        raise NotImplementedError

    @property
    def operations(self) -> Mapping[str, Operation]:
        """By their names in the model."""
        raise NotImplementedError

    def route(self, method: str, raw_path: str) -> Operation | None:
        """The operation that a method and a raw path name."""
        raise NotImplementedError
