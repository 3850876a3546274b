"""Handles the requests of an operation: parses and checks them, and serialises the answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from botocore import xform_name
from botocore.model import OperationModel, ServiceModel

from ..hints import see
from ..lazy import lazy
from . import model
from .errors import ServiceError
from .message import Response, split_url
from .parse import Parser, request_parser
from .route import Router, router
from .rules import Rules, Violation
from .schema import Schema, derive
from .serialise import AnswerWriter, answer_writer
from .validation import checker, find_violations


class Operation:
    """An operation, driven by its model. Everything that depends only on the model is compiled at first use."""

    def __init__(self, model: OperationModel, rules: Rules) -> None:
        """``model`` is the patched model's."""
        #: As in the model: ``CreateEventIntegration``.
        self.name: str = model.name
        #: As boto3 names it: ``create_event_integration``.
        self.method_name: str = xform_name(model.name)
        self.model = model
        self.rules = rules

    @lazy
    def parse(self) -> Parser:
        """Parses a Request into the input's members by name. Raises ServiceError SerializationException."""
        return request_parser(self.model)

    @lazy
    def needs_signature(self) -> bool:
        """Whether the operation refuses unsigned requests."""
        return str(self.model.auth_type) != "none"

    @lazy
    def is_valid(self) -> Callable[[Mapping[str, Any]], bool]:
        """Whether the parsed input keeps all constraints of the model."""
        return checker(self.model.input_shape, self.rules.whole_match)

    def violations(self, params: Mapping[str, Any]) -> list[Violation]:
        """Returns the violated constraints, in the model's order, depth first, pattern before length."""
        return find_violations(self.model.input_shape, params, self.rules.whole_match)

    def check(self, params: Mapping[str, Any]) -> None:
        """Raises ServiceError ValidationException, worded by the service, unless the parsed input is valid."""
        if not self.is_valid(params):
            raise ServiceError(self.rules.code, self.rules.word(self.violations(params)))

    def serialise(self, result: Mapping[str, Any] | None) -> Response:
        """Returns the answer that carries the modelled members of ``result``."""
        return self._write(result or {})

    @lazy
    def _write(self) -> AnswerWriter:
        return answer_writer(self.model.output_shape, self.model.http.get("responseCode", 200))

    @lazy
    def errors(self) -> tuple[str, ...]:
        """Codes of the errors that the model lists for this operation."""
        return tuple(shape.error_code for shape in self.model.error_shapes)

    @lazy
    def input_schema(self) -> Schema:
        """JSON Schema of the parsed input (``protocol.schema`` has the validator)."""
        return derive(self.model.input_shape)

    @lazy
    def output_schema(self) -> Schema:
        """JSON Schema of the answer's members."""
        return derive(self.model.output_shape, of_answer=True)


class Catalogue:
    """The operations of one service, by boto3's name for it. Loads nothing before it is needed."""

    def __init__(self, service_name: str, rules: Rules, only_of: type | None = None) -> None:
        """``rules`` are the service's own in checking constraints; ``only_of``: the class whose methods they are."""
        self.service_name = service_name
        self.rules = rules
        self._only_of = only_of

    @lazy
    def model(self) -> ServiceModel:
        """The patched model of the installed botocore. Raises ValueError for a service of another protocol."""
        loaded = model.load(self.service_name)
        protocol = model.protocol_of(loaded)
        if protocol != "rest-json":
            raise ValueError(
                f"appint_mock implements rest-json only, and {self.service_name} has the protocol {protocol}."
                + see("scopes")
            )
        return loaded

    @lazy
    def operations(self) -> Mapping[str, Operation]:
        """The operations by their names in the model, in its order."""
        names = [name for name in self.model.operation_names if self._has(name)]
        return {name: Operation(self.model.operation_model(name), self.rules) for name in names}

    def _has(self, name: str) -> bool:
        return self._only_of is None or hasattr(self._only_of, xform_name(name))

    @lazy
    def host_prefixes(self) -> tuple[str, ...]:
        """The prefixes that some operations put before the service's host, such as ``api-fulfill.``."""
        endpoints = (operation.model.endpoint for operation in self.operations.values())
        return tuple({endpoint["hostPrefix"] for endpoint in endpoints if endpoint and "hostPrefix" in endpoint})

    @lazy
    def _route(self) -> Router:
        return router(self.model)

    def route(self, method: str, url: str) -> Operation | None:
        """Returns the operation of a method and a URL or request target; None for an unknown route."""
        name = self._route(method, *split_url(url))
        return None if name is None else self.operations.get(name)
