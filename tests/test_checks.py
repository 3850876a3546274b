"""What goes wrong silently, without pytest's plugin: ``unmocked``, ``check`` and the blocks that allow it."""

# ruff: noqa: PT027 (unittest's own way is what is tried)

from __future__ import annotations

import contextlib
import datetime
import unittest
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import boto3
import pytest

from appint_mock import (
    AppintMockError,
    CheckError,
    ServiceMock,
    UnmockedCallError,
    mock_appintegrations,
    mock_dataexchange,
)
from appint_mock.scopes import listeners
from appint_mock.scopes.unmocked import expect

# The plugin would find the same.
pytestmark = pytest.mark.appint_mock_allow("unmocked", "open_scopes", "unused_faults")


@pytest.fixture
def aws() -> Iterator[Any]:
    with mock_appintegrations() as aws:
        yield aws


def swallow(service: str = "s3", call: str = "list_buckets") -> None:
    with contextlib.suppress(UnmockedCallError):
        getattr(boto3.client(service), call)()


def go_wrong(aws: Any) -> ServiceMock[Any]:
    """Does one thing of each kind that goes wrong silently. Returns the scope that is left open."""
    swallow()
    aws.fail("ListApplications", "AccessDeniedException")
    return mock_dataexchange().start()


def test_a_stopped_call_is_in_the_log_and_in_unmocked(aws: Any) -> None:
    client = boto3.client("appintegrations")
    client.list_applications()
    swallow()
    assert [(call.service_name, call.operation) for call in aws.unmocked] == [("s3", "ListBuckets")]
    assert [call.error_code for call in aws.calls] == [None, "UnmockedCallError"]
    stopped = aws.calls.last
    assert (stopped.is_stopped, stopped.status_code, stopped.response, stopped.parameters) == (True, None, None, {})
    assert "s3.ListBuckets()" in str(aws.calls)


def test_a_stopped_call_is_none_of_the_services_calls(aws: Any) -> None:
    """Other services have operations of the same name."""
    client = boto3.client("lambda")
    with pytest.raises(UnmockedCallError):
        client.tag_resource(Resource="arn:aws:lambda:us-east-1:123456789012:function:f", Tags={"a": "b"})
    assert aws.calls.of("*") == []
    aws.calls.assert_not_called("TagResource")


def test_the_error_knows_its_call(aws: Any) -> None:
    with pytest.raises(UnmockedCallError) as caught:
        boto3.client("s3").list_buckets()
    assert caught.value.call is aws.unmocked[0]


def test_every_open_scope_records_a_stopped_call(aws: Any) -> None:
    with mock_dataexchange() as exchange, mock_appintegrations() as inner:
        swallow()
    swallow("sqs", "list_queues")
    assert [len(each.unmocked) for each in (aws, exchange, inner)] == [2, 1, 1]


def test_check_is_silent_where_all_is_well(aws: Any) -> None:
    aws.check()
    with pytest.raises(UnmockedCallError):
        boto3.client("s3").list_buckets()
    with mock_dataexchange():
        pass
    aws.fail("ListApplications", "AccessDeniedException", times=None)
    aws.check()


def test_check_raises_for_all_that_is_wrong_at_once(aws: Any) -> None:
    other = go_wrong(aws)
    with pytest.raises(CheckError) as caught:
        aws.check()
    other.stop()
    lines = str(caught.value).splitlines()
    assert [line.split(" ")[0] for line in lines] == [
        "s3.ListBuckets",
        "fail('ListApplications',",
        "mock_dataexchange(),",
        "See",
    ]
    assert __file__.rpartition("/")[2] in lines[2]
    assert isinstance(caught.value, AssertionError)
    assert isinstance(caught.value, AppintMockError)


def test_check_works_after_the_scope_has_closed() -> None:
    aws = mock_appintegrations()
    aws.start()
    swallow()
    aws.stop()
    with mock_dataexchange():
        with pytest.raises(CheckError, match=r"s3\.ListBuckets was called") as caught:
            aws.check()
        assert "mock_dataexchange" not in str(caught.value)


def test_blocks_allow_each_kind(aws: Any) -> None:
    with aws.allow_unmocked("s3", "sqs"), aws.allow_unused_faults(), aws.allow_open_scopes():
        other = go_wrong(aws)
    aws.check()
    with aws.allow_unmocked():
        swallow("sns", "list_topics")
    aws.check()
    with aws.allow_unmocked("s3"):
        swallow("sns", "list_topics")
    with pytest.raises(CheckError, match=r"sns\.ListTopics"):
        aws.check()
    other.stop()


def test_a_misspelled_service_cannot_be_allowed(aws: Any) -> None:
    with pytest.raises(ValueError, match="Did you mean 's3'"), aws.allow_unmocked("s3x"):
        pass


def test_assert_raises_expects_a_stopped_call(aws: Any) -> None:
    case = unittest.TestCase()
    with case.assertRaises(UnmockedCallError):
        boto3.client("s3").list_buckets()
    aws.check()
    with contextlib.suppress(UnmockedCallError), case.assertRaises(ZeroDivisionError):
        boto3.client("s3").list_buckets()
    with pytest.raises(CheckError):
        aws.check()


def test_the_way_that_raises_takes_in_older_pytests_expects_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(pytest, "RaisesExc", raising=False)
    before = vars(pytest.ExceptionInfo)["from_exception"]
    with mock_appintegrations() as aws:
        try:
            boto3.client("s3").list_buckets()
        except UnmockedCallError as error:
            stopped = error
        with pytest.raises(CheckError):
            aws.check()
        assert pytest.ExceptionInfo.from_exception(stopped).value is stopped
        aws.check()
    assert vars(pytest.ExceptionInfo)["from_exception"] is before


def test_what_listens_to_assertions_is_taken_away_with_the_last_scope() -> None:
    before = pytest.ExceptionInfo.fill_unfilled, vars(type(unittest.TestCase().assertRaises(Exception)))["__exit__"]
    with mock_appintegrations():
        assert pytest.ExceptionInfo.fill_unfilled is not before[0]
    after = pytest.ExceptionInfo.fill_unfilled, vars(type(unittest.TestCase().assertRaises(Exception)))["__exit__"]
    assert after == before


def test_check_raises_for_a_job_fault_that_no_job_triggered() -> None:
    with mock_dataexchange() as aws:
        aws.fail_job("EXPORT_ASSETS_TO_S3", times=None)
        with aws.allow_unused_faults():
            aws.fail_job("EXPORT_ASSETS_TO_S3")
        aws.check()
        aws.fail_job("IMPORT_ASSETS_FROM_S3")
        with pytest.raises(CheckError, match=r"^fail_job\('IMPORT_ASSETS_FROM_S3'\) was never applied: "):
            aws.check()
        aws.reset()
        aws.check()


@pytest.mark.parametrize("allowed", ["allow_unmocked", "allow_unused_faults", "allow_open_scopes"])
def test_a_block_allows_nothing_else(aws: Any, allowed: str) -> None:
    with getattr(aws, allowed)():
        other = go_wrong(aws)
    with pytest.raises(CheckError) as caught:
        aws.check()
    other.stop()
    assert len(str(caught.value).splitlines()) == 2 + 1


@pytest.mark.asyncio
async def test_an_error_that_ends_an_async_block_is_no_silent_one() -> None:
    aws = mock_appintegrations()

    async def fail() -> None:
        async with aws:
            boto3.client("s3").list_buckets()

    with contextlib.suppress(UnmockedCallError):
        await fail()
    aws.check()


def test_a_stopped_call_is_of_the_innermost_scopes_account_and_region() -> None:
    with (
        mock_appintegrations(account_id="111122223333", region_name="eu-west-1") as outer,
        mock_dataexchange(account_id="444455556666", region_name="eu-west-2"),
        mock_dataexchange(account_id="777788889999", region_name="eu-west-3"),
    ):
        swallow()
        assert [(call.account_id, call.region_name) for call in outer.unmocked] == [("777788889999", "eu-west-3")]


@pytest.mark.parametrize("first_ends_first", [True, False])
@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("allow_unmocked", "s3"), ("allow_unused_faults",)),
        (("allow_unused_faults",), ("allow_unmocked", "s3")),
        (("allow_unmocked",), ("allow_unmocked",)),
        (("allow_unmocked", "s3"), ("allow_unmocked", "sqs", "s3")),
        (("allow_unmocked", "sqs", "s3"), ("allow_unmocked", "s3")),
        (("allow_open_scopes",), ("allow_unmocked",)),
    ],
)
def test_a_block_goes_on_allowing_when_another_ends(
    aws: Any, first: tuple[str, ...], second: tuple[str, ...], first_ends_first: bool
) -> None:
    stays = second if first_ends_first else first
    with ExitStack() as one, ExitStack() as two:
        one.enter_context(getattr(aws, first[0])(*first[1:]))
        two.enter_context(getattr(aws, second[0])(*second[1:]))
        (one if first_ends_first else two).close()
        other = go_wrong(aws)
    other.stop()
    allowed = {"allow_unmocked": "s3.ListBuckets", "allow_unused_faults": "fail('ListApplications',"}
    with pytest.raises(CheckError) as caught:
        aws.check()
    assert [line.split(" ")[0] for line in str(caught.value).splitlines()[:-1]] == [
        text for kind, text in allowed.items() if kind != stays[0]
    ]


def test_a_stopped_call_has_no_size(aws: Any) -> None:
    swallow()
    assert aws.calls.last.size == 0


def stopped_error() -> UnmockedCallError:
    try:
        boto3.client("s3").list_buckets()
    except UnmockedCallError as error:
        return error
    raise AssertionError("it was answered")


def caused(error: BaseException) -> BaseException:
    outer = ValueError("outer")
    outer.__cause__ = error
    return outer


def in_the_context(error: BaseException) -> BaseException:
    outer = ValueError("outer")
    outer.__context__ = error
    return outer


def in_a_group(error: BaseException) -> BaseException:
    outer = ValueError("outer")
    outer.exceptions = (KeyError("other"), caused(error))  # type: ignore[attr-defined]  # as those of Python 3.11
    return outer


def in_a_ring(error: BaseException) -> BaseException:
    outer = in_the_context(error)
    error.__context__ = outer
    return outer


@pytest.mark.parametrize("wrap", [lambda error: error, caused, in_the_context, in_a_group, in_a_ring])
def test_an_error_that_a_stopped_call_led_to_is_no_silent_one(aws: Any, wrap: Any) -> None:
    error = stopped_error()
    swallow("sqs", "list_queues")
    expect(wrap(error))
    with pytest.raises(CheckError) as caught:
        aws.check()
    assert [line.partition(" ")[0] for line in str(caught.value).splitlines()] == ["sqs.ListQueues", "See"]


def test_an_error_of_another_origin_excuses_nothing(aws: Any) -> None:
    error = stopped_error()
    call, error.call = error.call, None
    expect(error)
    expect(None)
    other = ValueError("other")
    other.call = call  # type: ignore[attr-defined]  # as an error of the program's own may have
    expect(other)
    with pytest.raises(CheckError) as caught:
        aws.check()
    assert str(caught.value) == (
        "s3.ListBuckets was called, nothing answers it, and the code under test swallowed the UnmockedCallError. Mock "
        "s3 too, or let the call be stopped: with aws.allow_unmocked('s3').\nSee docs/errors.md#checks"
    )


def test_an_error_of_a_call_that_no_scope_has_seen_ends_a_block_like_any_other() -> None:
    error = UnmockedCallError("stopped by nobody")
    with pytest.raises(UnmockedCallError) as caught, mock_appintegrations():
        raise error
    assert caught.value is error
    assert error.call is None


def test_who_listens_hears_of_a_stopped_call(aws: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[Any] = []
    monkeypatch.setattr(listeners, "stopped", [heard.append, heard.append])
    aws.clock.freeze(datetime.datetime(2030, 1, 2, tzinfo=datetime.timezone.utc))
    swallow()
    assert heard == [aws.unmocked[0]] * 2
    call = aws.unmocked[0]
    assert (call.time, call.account_id, call.region_name) == (aws.clock.now(), "123456789012", "us-east-1")
    assert (call.error_code, call.error_message, call.model, call.hint) == ("UnmockedCallError", None, None, None)


@pytest.mark.parametrize("way", ["with", "function", "generator", "class"])
def test_an_error_that_ends_a_block_or_a_decorated_body_is_no_silent_one(way: str) -> None:
    aws = mock_appintegrations()

    def fail() -> None:
        boto3.client("s3").list_buckets()

    def fail_later() -> Iterator[None]:
        yield
        fail()

    class Failing:
        def method(self) -> None:
            fail()

    def run() -> None:
        if way == "with":
            with aws:
                fail()
        elif way == "function":
            aws(fail)()
        elif way == "generator":
            list(aws(fail_later)())
        else:
            aws(Failing)().method()

    with contextlib.suppress(UnmockedCallError):
        run()
    assert len(aws.unmocked) == 1
    aws.check()
