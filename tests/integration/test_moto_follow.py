"""``follow()``: moto's mock_aws alone starts, resets and stops our services."""

from __future__ import annotations

import unittest
from collections.abc import Iterator

import boto3
import pytest
from botocore.exceptions import ClientError

from appint_mock import mock_appintegrations, neighbours
from tests.interception.programs import create, names
from tests.programs import run_python

pytest.importorskip("moto", reason="moto is not installed: .ci/run has environments with it")

from moto import mock_aws

from appint_mock.integrations import moto
from appint_mock.scopes import stack


@pytest.fixture(autouse=True)
def _follow() -> Iterator[None]:
    moto.follow()
    yield
    moto.unfollow()


@mock_aws
def test_moto_s_decorator_starts_both_services() -> None:
    create("orders")
    assert names() == ["orders"]
    assert boto3.client("dataexchange").list_data_sets()["DataSets"] == []
    assert boto3.client("sqs").list_queues()


def test_moto_s_context_manager_starts_and_stops_both_services() -> None:
    with mock_aws():
        create("orders")
    assert stack.all_open() == ()
    with mock_aws():
        assert names() == []


def test_nested_mocks_of_moto_share_one_state_until_the_outer_one_stops() -> None:
    with mock_aws():
        create("outer")
        with mock_aws():
            create("inner")
        assert names() == ["outer", "inner"]


def test_moto_s_start_stop_and_reset_do_the_same_to_us() -> None:
    mock = mock_aws()
    mock.start()
    create("orders")
    mock.reset()
    assert names() == []
    mock.stop()
    assert stack.all_open() == ()


def test_a_scope_inside_moto_s_mock_joins_its_state_and_is_its_handle() -> None:
    with mock_aws():
        create("orders")
        with mock_appintegrations() as aws:
            assert list(aws.backend().event_integrations) == ["orders"]


def test_following_inside_an_open_mock_starts_at_once() -> None:
    moto.unfollow()
    with mock_aws():
        moto.follow()
        assert names() == []
    assert stack.all_open() == ()


def test_following_inside_an_open_mock_begins_with_nothing_whatever_an_earlier_one_kept() -> None:
    earlier = mock_aws()
    earlier.start()
    create("orders")
    earlier.stop(remove_data=False)
    moto.unfollow()
    with mock_aws():
        moto.follow()
        assert names() == []


def test_a_nested_mock_of_moto_opens_no_further_scope() -> None:
    with mock_aws(), mock_aws():
        assert len(stack.all_open()) == 2
        assert len(stack.open_scopes("appintegrations")) == 1
    assert stack.all_open() == ()


def test_resetting_moto_resets_its_own_services_too() -> None:
    with mock_aws() as mock:
        queues = boto3.client("sqs", region_name="us-east-1")
        queues.create_queue(QueueName="queue")
        (mock or mock_aws()).reset()
        assert "QueueUrls" not in queues.list_queues()


def test_following_makes_moto_known(no_neighbour: None) -> None:
    with mock_aws():
        assert not neighbours.present().is_on()
        moto.follow()
        assert isinstance(neighbours.present(), moto.Moto)


def test_following_twice_is_following_once() -> None:
    moto.follow()
    with mock_aws():
        assert len(stack.open_scopes("appintegrations")) == 1


def test_an_unfollowed_mock_starts_nothing_of_ours() -> None:
    moto.unfollow()
    with mock_aws():
        assert stack.all_open() == ()
        with pytest.raises(ClientError):
            names(region_name="us-east-1")


def test_what_a_set_up_made_is_put_back_once_and_not_for_a_mock_that_begins_anew() -> None:
    first, again, third = mock_aws(), mock_aws(), mock_aws()
    first.start()
    create("set-up")
    first.stop(remove_data=False)
    again.start(reset=False)
    assert names() == ["set-up"]
    create("test")
    again.stop()
    third.start(reset=False)
    assert names() == []
    create("other")
    third.stop(remove_data=False)
    first.start()
    assert names() == []
    first.stop()
    again.start(reset=False)
    assert names() == []
    again.stop()


def test_unfollowing_stops_what_an_open_mock_has_started() -> None:
    with mock_aws():
        create("orders")
        moto.unfollow()
        assert stack.all_open() == ()
        moto.follow()
        assert names() == []


@mock_aws
class TestOfPlainClass:
    def setup_method(self, method: object) -> None:
        create("set-up")

    def test_a_class_s_tests_see_what_their_set_up_made(self) -> None:
        assert names() == ["set-up"]
        create("test")

    def test_a_class_s_tests_do_not_see_what_another_test_made(self) -> None:
        assert names() == ["set-up"]
        create("test")


def test_the_tests_of_a_decorated_test_case_see_their_set_up_only() -> None:
    @mock_aws
    class Case(unittest.TestCase):
        def setUp(self) -> None:
            create("set-up")

        def test_one(self) -> None:
            assert names() == ["set-up"]
            create("test")

        test_other = test_one

    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(Case).run(result)
    assert result.testsRun == 2
    assert result.wasSuccessful(), result.failures + result.errors


def test_moto_loaded_after_follow_is_followed() -> None:
    program = """
import sys
from appint_mock.integrations import moto
moto.follow()
assert "moto" not in sys.modules
import boto3
from moto import mock_aws
with mock_aws():
    print(boto3.client("appintegrations").list_applications()["Applications"])
import importlib.util, moto.core.models
assert importlib.util.find_spec("moto.core.models").loader.get_source("moto.core.models")
"""
    assert run_python(program) == "[]"


def test_unfollowing_before_moto_is_loaded_is_not_following() -> None:
    program = """
import sys
from appint_mock.integrations import moto
moto.follow(), moto.unfollow()
from moto import mock_aws
from appint_mock.scopes import stack
with mock_aws():
    print(stack.all_open())
"""
    assert run_python(program) == "()"
