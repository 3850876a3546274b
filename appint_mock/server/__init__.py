"""Serves the services over HTTP, for the AWS CLI, other SDKs, Terraform, and programs in other processes."""

from __future__ import annotations

from .mock import Options, ServerMock

__all__ = ["Options", "ServerMock"]
