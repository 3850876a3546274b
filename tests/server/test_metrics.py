"""What is counted of each request, and by which names."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest

from appint_mock.scopes.call import Call
from appint_mock.server.metrics import Metrics
from appint_mock.server.routing import Seen

OURS = {"appintegrations": frozenset(["ListApplications"]), "dataexchange": frozenset(["ListJobs", "GetJob"])}
_NOW = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)


def seen(service: str, operation: str | None = None, status: int | None = 200, seconds: float = 0.25) -> Seen:
    call = None if operation is None else Call(service, operation, {}, "", "", _NOW, None, None, None)
    return Seen(service, "GET", "/", status, seconds, call)


def samples(metrics: Metrics, name: str) -> dict[str, float]:
    """The values of a metric by its labels."""
    text = metrics.text()[1].decode()
    return {found[1]: float(found[2]) for found in re.finditer(rf"^{name}(?:\{{(.*)\}})? (\S+)$", text, re.MULTILINE)}


def counted(*requests: Seen) -> dict[tuple[str, ...], float]:
    """How many requests are counted, by service, operation and status."""
    metrics = Metrics(OURS, {})
    for each in requests:
        metrics.seen(each)
    found: dict[tuple[str, ...], float] = {}
    for labels, value in samples(metrics, "appint_mock_requests_total").items():
        by_name = dict(re.findall(r'(\w+)="([^"]*)"', labels))
        found[by_name["service"], by_name["operation"], by_name["status"]] = value
    return found


@pytest.mark.parametrize(
    ("request_", "labels"),
    [
        (seen("appintegrations", "ListApplications"), ("appintegrations", "ListApplications", "200")),
        (seen("appintegrations", "ListApplications", None), ("appintegrations", "ListApplications", "-")),
        (seen("appintegrations", None, 403), ("appintegrations", "unknown", "403")),
        (seen("appintegrations", "ListJobs"), ("appintegrations", "unknown", "200")),
        (seen("sts", None, 404), ("sts", "unknown", "404")),
        (seen("connect", "ListInstances"), ("connect", "ListInstances", "200")),
        (seen("a-service-2"), ("a-service-2", "unknown", "200")),
        (seen("a service"), ("other", "unknown", "200")),
        (seen("-"), ("other", "unknown", "200")),
        (seen(""), ("other", "unknown", "200")),
    ],
    ids=lambda value: "" if isinstance(value, Seen) else "-".join(value),
)
def test_what_clients_make_up_is_no_name_of_its_own(request_: Seen, labels: tuple[str, ...]) -> None:
    assert counted(request_, request_) == {labels: 2}


def test_at_most_five_hundred_series_are_of_services_that_are_not_ours() -> None:
    found = counted(*(seen(f"service{number}") for number in range(502)), seen("service0"), seen("dataexchange"))
    assert len(found) == 502
    assert found["service499", "unknown", "200"] == 1
    assert found["other", "unknown", "200"] == 2
    assert found["service0", "unknown", "200"] == 2
    assert found["dataexchange", "unknown", "200"] == 1


def test_times_are_counted_by_service() -> None:
    metrics = Metrics(OURS, {})
    for operation, seconds in (("ListJobs", 0.003), ("GetJob", 4), ("GetJob", 6)):
        metrics.seen(seen("dataexchange", operation, seconds=seconds))
    name = "appint_mock_request_seconds"
    assert samples(metrics, f"{name}_sum") == {'service="dataexchange"': pytest.approx(10.003)}
    buckets = samples(metrics, f"{name}_bucket")
    assert [buckets[f'le="{le}",service="dataexchange"'] for le in ("0.0025", "0.005", "1.0", "5.0", "+Inf")] == [
        *(0, 1, 1, 2, 3)
    ]


def test_a_gauge_shows_what_there_is_when_it_is_read() -> None:
    there: list[Any] = []
    metrics = Metrics(OURS, {"kept": ("What is kept.", lambda: len(there))})
    assert list(samples(metrics, "appint_mock_kept").values()) == [0]
    there.append(1)
    assert list(samples(metrics, "appint_mock_kept").values()) == [1]
    assert b"# HELP appint_mock_kept What is kept.\n" in metrics.text()[1]
