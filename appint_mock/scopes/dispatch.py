"""One request's way through the house: parse, fault, check, backend method, serialise. Every door leads here."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from email.utils import format_datetime
from functools import lru_cache
from typing import Any

from .. import neighbours
from ..protocol.errors import ServiceError, missing_authentication_token, serialise_error
from ..protocol.identity import Identity, identify
from ..protocol.message import Request, Response
from ..protocol.operation import Operation
from ..services.companion import Companion
from ..services.service import Service
from . import listeners
from .call import Call
from .stack import Scope


def answer(
    scopes: Sequence[Scope],
    request: Request,
    operation_name: str | None = None,
    companion: Companion[Any] | None = None,
) -> Response:
    """Answer a request to the service of ``scopes`` (its open ones, outermost first), or to a companion of it.

    ``operation_name`` is given if the caller knows it; else method and path tell. What the service refuses is
    an answer too. An exception comes only from a fault that a test ordered, from a test's own handler, or from a
    defect in this library. Handlers of events run when the world's lock is released, after the call was logged.
    """
    scope = scopes[-1]
    world, asked = scope.world, companion or scope.service
    catalogue = asked.catalogue
    operation: Operation | None = None
    parameters: Mapping[str, Any] = {}
    failure: str | None = None
    response: Response | None = None
    with world.lock:
        caller = _caller(scope, request)
        try:
            if operation_name is None and companion is None:
                request = _as_operation(scope.service, request)
            operation = _operation(catalogue, caller, request, operation_name)
            parameters = operation.parse(request)
            response = _strike(scopes, operation, parameters)
            if response is None:
                operation.check(parameters)
                assert caller is not None  # an unsigned request was refused above
                backend = world.backend(*caller)
                method = getattr(companion.operations(backend) if companion else backend, operation.method_name)
                response = operation.serialise(method(**parameters))
        except ServiceError as error:
            failure = error.code
            response = serialise_error(catalogue.model, error)
        except Exception as error:
            failure = type(error).__name__
            raise
        finally:
            moment = world.clock.now()
            _log(scopes, asked.name, request, operation_name, operation, parameters, caller, moment, response, failure)
        response.headers["x-amzn-RequestId"] = world.ids.request_id()
        response.headers["Date"] = _http_date(moment.replace(microsecond=0))
    return response


def _caller(scope: Scope, request: Request) -> Identity | None:
    signed = identify(request.headers, request.url)
    if signed is None:
        return None
    account_id = signed.account_id or neighbours.present().account_of(signed.access_key) or scope.account_id
    return Identity(account_id, signed.region_name or scope.region_name)


def _as_operation(service: Service[Any], request: Request) -> Request:
    """The request in the form of an operation, also if it came to a host where it need not have that form."""
    prefixes = service.catalogue.host_prefixes
    if service.read_host is None or not request.host.startswith(prefixes):
        return request
    return service.read_host(request)


def _operation(catalogue: Any, caller: Identity | None, request: Request, name: str | None) -> Operation:
    operation: Operation | None = (
        catalogue.operations.get(name) if name else catalogue.route(request.method, request.raw_path)
    )
    if caller is None or operation is None:
        raise missing_authentication_token()
    return operation


def _strike(scopes: Sequence[Scope], operation: Operation, parameters: Mapping[str, Any]) -> Response | None:
    """The answer of the first fault that the call meets, of the innermost scope first."""
    for scope in reversed(scopes):
        if scope.faults.waiting:
            response = scope.faults.strike(operation, parameters)
            if response is not None:
                return response
    return None


def _log(
    scopes: Sequence[Scope],
    service_name: str,
    request: Request,
    operation_name: str | None,
    operation: Operation | None,
    parameters: Mapping[str, Any],
    caller: Identity | None,
    moment: datetime.datetime,
    response: Response | None,
    failure: str | None,
) -> None:
    call = Call(
        service_name=service_name,
        operation=operation.name if operation else operation_name or f"{request.method} {request.url}",
        parameters=parameters,
        account_id=caller.account_id if caller else scopes[-1].account_id,
        region_name=caller.region_name if caller else scopes[-1].region_name,
        time=moment,
        answer=response,
        failure=failure,
        model=operation.model if operation else None,
        size=len(request.url) + len(request.body) + (len(response.body) if response else 0),
    )
    for each in scopes:
        each.calls.append(call)
    for listen in listeners.called:
        listen(call)


@lru_cache(maxsize=64)
def _http_date(moment: datetime.datetime) -> str:
    return format_datetime(moment, usegmt=True)
