"""A long run of the wire fuzz: ``python -m tests.fuzz [REQUESTS] [SERVICE ...]`` prints what came out."""

from __future__ import annotations

import sys
import time

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import appint_mock
from tests import answers, sockets
from tests.fuzz.wire import FURNISH, Judge


def run(service: str, count: int) -> None:
    """Send ``count`` requests to a service; fails with the request where an answer is not as it must be."""
    with getattr(appint_mock, f"mock_{service}")() as mock:
        judge = Judge(mock)
        started = time.monotonic()

        # In rounds: hypothesis keeps what it has tried, and slows down with it.
        while sum(judge.outcomes.values()) < count:

            @settings(
                max_examples=min(count, 2000), deadline=None, suppress_health_check=list(HealthCheck), database=None
            )
            @given(st.data())
            def fuzz(data: st.DataObject) -> None:
                judge.run(data.draw)

            fuzz()
    assert not answers.complaints, answers.complaints
    sent = sum(judge.outcomes.values())
    seconds = time.monotonic() - started
    print(f"{service}: {sent} requests in {seconds:.0f} s, {len(judge.outcomes)} distinct outcomes, 0 unexpected")
    for (operation, status, code), times in judge.outcomes.most_common(20):
        print(f"  {times:7} {operation or 'no operation':36} {status} {code}")


if __name__ == "__main__":
    sockets.forbid()
    answers.check_all()
    for name in sys.argv[2:] or FURNISH:
        run(name, int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
