"""Run code that talks to Amazon AppIntegrations and AWS Data Exchange through boto3, without AWS."""

from __future__ import annotations

from .errors import AppintMockError, UnmockedCallError
from .mock import ServiceMock
from .services.appintegrations import AppIntegrationsBackend, mock_appintegrations

__all__ = [
    "AppIntegrationsBackend",
    "AppintMockError",
    "ServiceMock",
    "UnmockedCallError",
    "mock_appintegrations",
]
