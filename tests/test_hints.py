"""What error messages propose: names instead of misspelled ones, links, commands."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from appint_mock import hints
from appint_mock.hints import bare, did_you_mean, install_command, letters_of, repr_of, see

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


@pytest.mark.parametrize(
    ("name", "known", "hint"),
    [
        # The other spelling is the only one proposed, though others are close.
        ("job_type", ["JobTypes", "JobType", "jobtypes"], " Did you mean 'JobType'?"),
        ("abcde", ["abcdx"], " Did you mean 'abcdx'?"),
        # 6 of 10 letters are close enough, 4 of 8 are not.
        ("abczz", ["abcxx"], " Did you mean 'abcxx'?"),
        ("abzz", ["abxx"], ""),
        ("ABCZZ", ["A_B_Cxx"], " Did you mean 'A_B_Cxx'?"),
        ("abcdef", iter(["abcdeg", "abcdegg", "abcdeggg"]), " Did you mean 'abcdeg' or 'abcdegg'?"),
        ("abc", [], ""),
    ],
)
def test_a_close_name_is_one_that_shares_six_letters_of_ten(name: str, known: Iterable[str], hint: str) -> None:
    assert did_you_mean(name, known) == hint


def test_the_last_line_of_a_message_is_a_link_that_another_message_leaves_out() -> None:
    assert see("calls") == "\nSee docs/errors.md#calls"
    assert bare(ValueError("what to do.\nSee below" + see("calls"))) == "what to do."
    assert bare(ValueError("what\nto do." + see("calls"))) == "what\nto do."
    assert bare(ValueError("what to do. See below")) == "what to do. See below"


@pytest.mark.parametrize(
    ("source", "command"),
    [
        (".", "pip install '.[server]' in a copy of the repository"),
        ("appint-mock", "pip install 'appint-mock[server]'"),
    ],
)
def test_an_extra_is_installed_from_where_the_package_is(
    monkeypatch: pytest.MonkeyPatch, source: str, command: str
) -> None:
    monkeypatch.setattr(hints, "SOURCE", source)
    assert install_command("server") == command


def test_a_value_that_cannot_be_shown_is_named_by_its_type() -> None:
    class Hidden:
        def __repr__(self) -> str:
            raise ValueError("hidden")

    assert repr_of(["a", 1]) == "['a', 1]"
    assert repr_of(Hidden()) == "a Hidden"


def test_the_spellings_of_one_name_have_the_same_letters() -> None:
    assert letters_of("CreateJob") == letters_of("create_job") == "createjob"
    assert letters_of("create-job") == "create-job"
