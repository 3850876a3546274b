"""The services that the library exports, as these tests go through them."""

from __future__ import annotations

from typing import Any

import appint_mock
from appint_mock.protocol.operation import Operation
from appint_mock.services import names
from tests.fidelity.operations import service
from tests.shapes import operation_id

#: What opens a scope of each service.
MOCKS: dict[str, Any] = {name: getattr(appint_mock, f"mock_{name}") for name in names()}
OPERATIONS = [operation for name in names() for operation in service(name).catalogue.operations.values()]


def service_of(operation: Operation) -> str:
    """boto3's name of an operation's service."""
    return operation_id(operation).partition(".")[0]
