"""Faults that a test orders."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .protocol.operation import Operation
    from .services import Service


class Faults:
    """The faults of one scope."""

    def __init__(self, service: Service[Any]) -> None:
        self._service = service
        self._ordered: list[Any] = []

    def strike(self, operation: Operation, parameters: Mapping[str, Any]) -> None:
        """Raise the fault that this call meets, if any."""
        if not self._ordered:
            return
