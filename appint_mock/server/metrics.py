"""Counts requests for Prometheus, with Prometheus's own client library."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .routing import Seen

#: What an operation is called that no model has: clients choose the text, and each would be a series of its own.
_UNKNOWN = "unknown"
#: How many services of AWS are counted each by its name.
_MOST_SERVICES = 500


class Metrics:
    """The metrics of one server; ``gauges`` are called when the metrics are read."""

    def __init__(
        self, operations: dict[str, frozenset[str]], gauges: dict[str, tuple[str, Callable[[], float]]]
    ) -> None:
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

        self._registry = CollectorRegistry()
        self._operations = operations
        self._requests = Counter(
            "appint_mock_requests",
            "Requests that were answered.",
            ("service", "operation", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "appint_mock_request_seconds",
            "How long answers took, in seconds.",
            ("service",),
            buckets=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5),
            registry=self._registry,
        )
        for name, (text, value) in gauges.items():
            Gauge(f"appint_mock_{name}", text, registry=self._registry).set_function(value)
        #: The series by what they count: looking one up costs more than counting.
        self._series: dict[tuple[str, str, int | None], tuple[Any, Any]] = {}

    def seen(self, seen: Seen) -> None:
        """Counts a request."""
        operation = _UNKNOWN if seen.call is None else seen.call.operation
        key = (seen.service, operation, seen.status)
        series = self._series.get(key)
        if series is None:
            series = self._new_series(*key)
        series[0].inc()
        series[1].observe(seen.seconds)

    def text(self) -> tuple[str, bytes]:
        """Returns the content type and the text."""
        from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

        return CONTENT_TYPE_LATEST, generate_latest(self._registry)

    def _new_series(self, service: str, operation: str, status: int | None) -> tuple[Any, Any]:
        known = self._operations.get(service)
        if known is None and (len(self._series) >= _MOST_SERVICES or not service.replace("-", "").isalnum()):
            service = "other"
        elif known is not None and operation not in known:
            operation = _UNKNOWN
        key = (service, operation, status)
        if key not in self._series:
            labels = (service, operation, "-" if status is None else str(status))
            self._series[key] = self._requests.labels(*labels), self._seconds.labels(service)
        return self._series[key]
