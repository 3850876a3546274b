"""The handle: which of its scopes it speaks of, and what it says of what it lacks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import boto3
import pytest

from appint_mock import CheckError, mock_appintegrations, mock_dataexchange
from appint_mock.handle.handle import place_in, scope_of
from appint_mock.scopes import listeners, stack
from tests.interception.programs import create, names

OTHER = "210987654321"


def operations(aws: Any) -> list[str]:
    return [call.operation for call in aws.calls]


def test_a_handle_speaks_of_the_scope_that_it_opened_last_and_has_not_closed() -> None:
    aws = mock_appintegrations()
    assert aws.calls == []
    assert aws.unmocked == []
    with aws:
        client = boto3.client("appintegrations")
        client.list_applications()
        outer = aws.calls
        with aws:
            client.list_event_integrations()
            assert operations(aws) == ["ListEventIntegrations"]
            assert aws.calls is not outer
        assert aws.calls is outer
        assert operations(aws) == ["ListApplications", "ListEventIntegrations"]
    assert aws.calls is outer
    with aws:
        assert aws.calls == []
    assert aws.calls is not outer
    assert operations(aws) == []


def test_a_handles_scopes_may_close_in_any_order() -> None:
    aws = mock_appintegrations()
    closers: list[Any] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(listeners, "opened", [lambda scope, close: closers.append(close)])
        aws.start()
        aws.start()
    first, second = closers
    latest = aws.calls
    first()
    assert aws.calls is latest
    assert len(stack.all_open()) == 1
    second()
    assert aws.calls is latest
    assert stack.all_open() == ()
    with pytest.raises(RuntimeError) as caught:
        aws.stop()
    assert str(caught.value) == (
        "mock_appintegrations(): stop() without start(). Each stop() closes the scope of one start() of the same "
        "object.\nSee docs/errors.md#scopes"
    )


def test_who_listens_hears_of_each_scope_that_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[Any] = []
    monkeypatch.setattr(listeners, "opened", [lambda scope, close: heard.append((scope, close))] * 2)
    with mock_appintegrations() as aws:
        assert [scope for scope, _ in heard] == [scope_of(aws)] * 2
        assert scope_of(aws).is_open
    assert not heard[0][0].is_open


def test_a_decorated_function_has_a_scope_for_each_call() -> None:
    aws = mock_appintegrations()

    @aws
    def run(deeper: bool) -> int:
        create("mine")
        if deeper:
            with pytest.raises(Exception, match="DuplicateResource"):
                run(False)
        return len(aws.calls)

    assert run(True) == 2
    assert operations(aws) == ["CreateEventIntegration"] * 2
    assert run(False) == 1
    assert operations(aws) == ["CreateEventIntegration"]


def test_the_place_of_a_handle_is_that_of_a_client_unless_it_is_given() -> None:
    with mock_appintegrations(account_id=OTHER, region_name="eu-west-1") as aws:
        assert place_in(aws) == (OTHER, "eu-west-1")
        assert place_in(aws, "123456789012") == ("123456789012", "eu-west-1")
        assert place_in(aws, region_name="us-east-1") == (OTHER, "us-east-1")
        backend = aws.backend()
        assert (backend.account_id, backend.region_name) == (OTHER, "eu-west-1")
        for place in ({"account_id": "12"}, {"region_name": "Mars"}, {"region_name": "eu-west-9"}):
            with pytest.raises(ValueError, match=next(iter(place))):
                place_in(aws, **place)
    with mock_appintegrations(region_name=None) as aws:
        assert place_in(aws) == ("123456789012", "us-east-1")


def test_credentials_name_their_account() -> None:
    with mock_appintegrations() as aws:
        assert aws.credentials(OTHER) == {
            "aws_access_key_id": f"AKIA{OTHER}MOCK",
            "aws_secret_access_key": "testing",
            "aws_session_token": "testing",
        }


def test_reset_forgets_the_calls_the_faults_and_the_clocks_shift() -> None:
    with mock_appintegrations() as aws:
        create("mine")
        before = aws.clock.now()
        aws.clock.advance(days=1)
        aws.fail("ListApplications", "AccessDeniedException")
        aws.reset()
        assert names() == []
        assert operations(aws) == ["ListEventIntegrations"]
        assert list(aws.faults) == []
        assert (aws.clock.now() - before).total_seconds() < 3600


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *(
            (
                name,
                f"AppIntegrationsMock has no attribute {name!r}. This is the mock's handle, not a client: make calls "
                "with boto3.client('appintegrations') or the fixture appintegrations_client.\n"
                "See docs/errors.md#scopes",
            )
            for name in (
                *("can_paginate", "exceptions", "get_paginator", "get_waiter", "meta"),
                *("list_applications", "ListApplications"),
            )
        ),
        ("call", "AppIntegrationsMock has no attribute 'call'. Did you mean 'calls'?\nSee docs/errors.md#scopes"),
        ("zzzz", "AppIntegrationsMock has no attribute 'zzzz'.\nSee docs/errors.md#scopes"),
        ("_cals", "AppIntegrationsMock has no attribute '_cals'."),
        ("__cals__", "AppIntegrationsMock has no attribute '__cals__'."),
    ],
)
def test_what_a_handle_lacks_is_said_with_what_it_has(name: str, text: str) -> None:
    aws = mock_appintegrations()
    with pytest.raises(AttributeError) as caught:
        getattr(aws, name)
    assert str(caught.value) == text
    assert (caught.value.name, caught.value.obj) == (name, aws)
    assert not hasattr(aws, name)


def test_check_names_what_was_opened_inside_and_not_what_was_opened_around_or_before() -> None:
    before, around, inside = mock_dataexchange(seed=1), mock_dataexchange(seed=2), mock_dataexchange(seed=3)
    with before, around, mock_appintegrations() as aws:
        aws.check()
        inside.start()
        with pytest.raises(CheckError) as caught:
            aws.check()
        said = str(caught.value).splitlines()
        assert [line.partition(",")[0] for line in said] == ["mock_dataexchange(seed=3)", "See docs/errors.md#checks"]
        shown = caught.traceback.filter(caught)
        assert [Path(entry.path) for entry in shown] == [Path(__file__)]
        inside.stop()
        aws.check()


def test_check_has_nothing_to_say_of_what_opens_after_the_scope_has_closed() -> None:
    with mock_appintegrations() as aws:
        pass
    with mock_dataexchange():
        aws.check()
    with pytest.raises(RuntimeError, match=r"^mock_appintegrations\(\) is not open\."):
        mock_appintegrations().check()


def test_an_unknown_option_is_refused_with_all_that_there_are() -> None:
    mock: Any = mock_dataexchange
    with pytest.raises(TypeError) as caught:
        mock(zzzz=1)
    assert str(caught.value) == (
        "mock_dataexchange() has no option 'zzzz'. Its options: account_id, region_name, page_size, quotas, "
        "passthrough, fast_retries, real_signatures, seed, unknown_regions, check_references, fresh, job_polls, "
        "job_seconds, probe_objects.\nSee docs/errors.md#options"
    )


def test_a_handle_lists_the_options_that_it_may_have_with_their_defaults() -> None:
    assert {name: option.default for name, option in mock_appintegrations().known_options.items()} == {
        "account_id": "123456789012",
        "region_name": "us-east-1",
        "page_size": None,
        "quotas": False,
        "passthrough": (),
        "fast_retries": True,
        "real_signatures": False,
        "seed": None,
        "unknown_regions": False,
        "check_references": False,
        "fresh": False,
        "single_association": True,
    }


def test_the_strict_set_of_options_asks_for_what_aws_checks() -> None:
    options = {**mock_appintegrations().known_options, **mock_dataexchange().known_options}
    assert {name: option.strict for name, option in options.items() if option.strict is not ...} == {
        "quotas": True,
        "check_references": True,
        "job_polls": 1,
    }


def test_the_quotas_of_a_program_may_be_flags_or_a_dict() -> None:
    fits = mock_appintegrations().known_options["quotas"].fits
    right: list[Any] = [True, False, {}, {"applications": 1}]
    wrong: list[Any] = [None, 1, "True", []]
    assert [fits(value) for value in [*right, *wrong]] == [True] * 4 + [False] * 4
