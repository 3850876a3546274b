"""Runs code that talks to Amazon AppIntegrations and AWS Data Exchange through boto3, without AWS."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from . import one_copy

if TYPE_CHECKING:
    from .api import AppIntegrationsMock, DataExchangeMock, mock_appintegrations, mock_dataexchange
    from .errors import AppintMockError, CheckError, SnapshotError, UndeliveredEventWarning, UnmockedCallError
    from .handle.handle import Credentials
    from .handle.mock import ServiceMock
    from .scopes.call import Call
    from .scopes.call_log import CallLog
    from .services.appintegrations.backend import AppIntegrationsBackend
    from .services.dataexchange.backend import DataExchangeBackend

__all__ = [
    "AppIntegrationsBackend",
    "AppIntegrationsMock",
    "AppintMockError",
    "Call",
    "CallLog",
    "CheckError",
    "Credentials",
    "DataExchangeBackend",
    "DataExchangeMock",
    "ServiceMock",
    "SnapshotError",
    "UndeliveredEventWarning",
    "UnmockedCallError",
    "mock_appintegrations",
    "mock_dataexchange",
]

one_copy.keep(sys.modules[__name__])

if not TYPE_CHECKING:  # a type checker would take any name for known
    # pytest imports this package at the start of every run for its plugin: a run that does not use us must not wait
    # for botocore.
    _HOMES = {
        "AppIntegrationsBackend": "services.appintegrations.backend",
        "AppIntegrationsMock": "api",
        "AppintMockError": "errors",
        "Call": "scopes.call",
        "CallLog": "scopes.call_log",
        "CheckError": "errors",
        "Credentials": "handle.handle",
        "DataExchangeBackend": "services.dataexchange.backend",
        "DataExchangeMock": "api",
        "ServiceMock": "handle.mock",
        "SnapshotError": "errors",
        "UndeliveredEventWarning": "errors",
        "UnmockedCallError": "errors",
        "mock_appintegrations": "api",
        "mock_dataexchange": "api",
    }

    def __getattr__(name: str) -> Any:
        from importlib import import_module

        if name in _HOMES:
            value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
        elif name.startswith("mock_"):
            # A service that has no decorator with types of its own in api.py, perhaps one that is being written.
            value = import_module(f"{__name__}.api").decorator_of(name.removeprefix("mock_"))
        else:
            value = None
        if value is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        globals()[name] = value
        return value

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
