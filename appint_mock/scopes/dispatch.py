"""Answers a request: parse, fault, check, backend method, serialise. Every way into the mock leads here."""

from __future__ import annotations

import datetime
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from email.utils import format_datetime
from functools import lru_cache
from typing import Any

from .. import neighbours
from ..protocol.errors import ServiceError, missing_authentication_token, serialise_error
from ..protocol.identity import Identity, identify, region_in
from ..protocol.message import Request, Response
from ..protocol.operation import Operation
from ..services import references
from ..services.companion import Companion
from ..services.service import Service
from ..state.clock import Clock
from . import listeners
from .call import Call
from .elsewhere import elsewhere
from .faults import Effect
from .stack import Scope

_NOT_FOUND = 404


def answer(
    scopes: Sequence[Scope],
    request: Request,
    operation_name: str | None = None,
    companion: Companion[Any] | None = None,
) -> Response:
    """Answers a request to the service of ``scopes`` (its open ones, outermost first), or to a companion of it.

    ``operation_name`` is given if the caller knows it; otherwise method and path say it. What the service refuses is
    an answer too. An exception comes only from a fault that a test added, from a test's own handler, or from a
    defect in this library. Handlers of events run when the world's lock is released, after the call was logged.
    """
    exchange = _Exchange(scopes, request, operation_name, companion)
    try:
        # Without the lock: here a test's own code may run.
        effect = exchange.read()
    except BaseException as error:
        return exchange.end(None, error)
    return exchange.end(effect)


class _Exchange:
    """A request being answered, and everything known about it so far."""

    __slots__ = (
        "_asked",
        "_caller",
        "_companion",
        "_name",
        "_operation",
        "_parameters",
        "_request",
        "_scopes",
        "_world",
    )

    def __init__(
        self,
        scopes: Sequence[Scope],
        request: Request,
        operation_name: str | None,
        companion: Companion[Any] | None,
    ) -> None:
        self._scopes = scopes
        self._companion = companion
        #: Who is asked.
        self._asked = companion or scopes[-1].service
        self._world = scopes[-1].world
        self._request = request
        self._name = operation_name
        self._caller = _caller(scopes[-1], request)
        self._operation: Operation | None = None
        self._parameters: Mapping[str, Any] = {}

    def read(self) -> Effect | None:
        """Parses the request. Returns the effect of a fault that applies to it, after the fault's delay.

        Raises ServiceError for a request that cannot be read.
        """
        if self._name is None and self._companion is None:
            self._request = _as_operation(self._scopes[-1].service, self._request)
        operation = self._operation = self._find_operation()
        self._parameters = operation.parse(self._request)
        effect = self._meet(operation)
        if effect is not None and effect.delay:
            _delay(self._world.clock, effect)
        return effect

    def _find_operation(self) -> Operation:
        catalogue, request = self._asked.catalogue, self._request
        operation: Operation | None = (
            catalogue.operations.get(self._name) if self._name else catalogue.route(request.method, request.url)
        )
        if operation is not None and not operation.needs_signature:
            self._caller = self._caller or _anybody(self._scopes[-1], request)
        if self._caller is None or operation is None:
            raise missing_authentication_token()
        return operation

    def _meet(self, operation: Operation) -> Effect | None:
        """Returns the effect of the first fault that applies to the call, innermost scope first."""
        for scope in reversed(self._scopes):
            if scope.faults.waiting:
                assert self._caller is not None  # an unsigned request was refused before
                effect = scope.faults.meet(operation.name, self._caller, self._parameters, self._world.clock.now)
                if effect is not None:
                    return effect
        return None

    def end(self, effect: Effect | None, refusal: BaseException | None = None) -> Response:
        """Returns the answer, an error answer for a ServiceError, and logs it: all under the lock.

        ``refusal`` is what is wrong with the request if it could not be read.
        """
        world = self._world
        failure: str | None = None
        response: Response | None = None
        with world.lock:
            try:
                if refusal is not None:
                    raise refusal
                response = self._execute() if effect is None else self._apply(effect)
            except ServiceError as error:
                failure = error.code
                response = serialise_error(self._asked.catalogue.model, error)
            except Exception as error:
                failure = type(error).__name__
                raise
            finally:
                moment = world.clock.now()
                self._log(moment, response, failure)
            response.headers["x-amzn-RequestId"] = world.ids.request_id()
            response.headers["Date"] = _http_date(moment.replace(microsecond=0))  # pragma: no mutate (the cache's key)
        return response

    def _execute(self) -> Response:
        operation = self._operation
        assert operation is not None
        assert self._caller is not None
        operation.check(self._parameters)
        self._world.catch_up()
        backend = self._world.asked(*self._caller)
        try:
            if self._companion is None and self._world.options["check_references"]:
                named = self._scopes[-1].service.references.get(operation.name, ())
                references.check(backend, named, self._parameters)
            methods = self._companion.operations(backend) if self._companion else backend
            return operation.serialise(getattr(methods, operation.method_name)(**self._parameters))
        finally:
            self._world.answered(*self._caller)

    def _apply(self, effect: Effect) -> Response:
        """Returns the response that a fault gives instead of the operation or of its answer."""
        if effect.outcome is None:
            return self._execute()
        if effect.carried_out:
            # The caller of a call whose answer is lost does not hear of a refusal either.
            with suppress(ServiceError):
                self._execute()
        assert self._operation is not None  # only a request that was read meets a fault
        return effect.outcome(self._operation, self._parameters)

    def _hint(self, response: Response | None) -> str | None:
        if response is None or response.status != _NOT_FOUND or self._caller is None or self._operation is None:
            return None
        return elsewhere(self._world, self._caller, self._operation.name, self._parameters)

    def _log(self, moment: datetime.datetime, response: Response | None, failure: str | None) -> None:
        operation, request, scope = self._operation, self._request, self._scopes[-1]
        call = Call(
            service_name=self._asked.name,
            operation=operation.name if operation else self._name or f"{request.method} {request.url}",
            parameters=self._parameters,
            account_id=self._caller.account_id if self._caller else scope.account_id,
            region_name=self._caller.region_name if self._caller else scope.region_name,
            time=moment,
            answer=response,
            failure=failure,
            model=operation.model if operation else None,
            hint=self._hint(response),
            size=len(request.url) + len(request.body) + (len(response.body) if response else 0),
        )
        for each in self._scopes:
            each.calls.append(call)
        for listen in listeners.called:
            listen(call, self._world)


def _caller(scope: Scope, request: Request) -> Identity | None:
    signed = identify(request.headers, request.url)
    if signed is None:
        return None
    account_id = signed.account_id or neighbours.present().account_of(signed.access_key) or scope.account_id
    return Identity(account_id, signed.region_name or scope.region_name)


def _anybody(scope: Scope, request: Request) -> Identity:
    """Returns whose state an unsigned request reads and changes."""
    return Identity(scope.account_id, region_in(request.url) or scope.region_name)


def _as_operation(service: Service[Any], request: Request) -> Request:
    """Returns the request in the form of an operation. On some hosts, requests arrive in another form."""
    prefixes = service.catalogue.host_prefixes
    if service.read_host is None or not request.host.startswith(prefixes):
        return request
    return service.read_host(request)


def _delay(clock: Clock, effect: Effect) -> None:
    """Lets the delay pass on the mock's clock, and in real time if the test asks for that."""
    if effect.sleep:
        time.sleep(effect.delay)
    if clock.is_frozen or not effect.sleep:
        clock.advance(seconds=effect.delay)


@lru_cache(maxsize=64)
def _http_date(moment: datetime.datetime) -> str:
    return format_datetime(moment, usegmt=True)
