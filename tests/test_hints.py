"""What error messages propose instead of a misspelled name."""

from __future__ import annotations

import pytest

from appint_mock.hints import did_you_mean

KNOWN = ["CreateJob", "CreateJobs", "CreateJobx", "CancelJob", "ListJobs", "GetAsset"]


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("create_job", " Did you mean 'CreateJob'?"),
        ("CREATEJOB", " Did you mean 'CreateJob'?"),
        ("CreateJobz", " Did you mean 'CreateJob' or 'CreateJobx'?"),
        ("GetAset", " Did you mean 'GetAsset'?"),
        ("Xyz", ""),
        ("", ""),
        (5, ""),
        (["CreateJob"], ""),
    ],
)
def test_a_name_gets_at_most_the_two_closest(name: object, hint: str) -> None:
    assert did_you_mean(name, KNOWN) == hint
