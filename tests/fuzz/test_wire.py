"""Whatever comes over the wire gets an AWS-shaped answer, and an error changes nothing."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import appint_mock
from tests.fuzz.wire import FURNISH, Judge

EXAMPLES = 500


@pytest.mark.slow
@pytest.mark.parametrize("service", FURNISH)
def test_every_request_gets_an_aws_shaped_answer_and_an_error_changes_nothing(service: str) -> None:
    with getattr(appint_mock, f"mock_{service}")() as mock:
        judge = Judge(mock)

        @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        @given(st.data())
        def fuzz(data: st.DataObject) -> None:
            judge.run(data.draw)

        fuzz()
    assert sum(judge.outcomes.values()) >= EXAMPLES
    # A fuzz that only ever met one kind of answer would show nothing.
    assert {"", "SerializationException", "ValidationException", "MissingAuthenticationTokenException"} <= {
        code for _, _, code in judge.outcomes
    }
