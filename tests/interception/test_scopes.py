"""Opening, joining and closing scopes."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from appint_mock import mock_appintegrations
from tests.interception.programs import create, names


def test_a_scope_starts_empty_and_ends_with_its_state() -> None:
    with mock_appintegrations():
        create("orders")
        assert names() == ["orders"]
    with mock_appintegrations():
        assert names() == []


def test_an_inner_scope_joins_the_state_of_the_outer_one() -> None:
    with mock_appintegrations():
        create("outer")
        with mock_appintegrations():
            create("inner")
            assert names() == ["outer", "inner"]
        assert names() == ["outer", "inner"]


def test_the_state_lives_until_the_last_scope_closes_in_any_order() -> None:
    outer, inner = mock_appintegrations(), mock_appintegrations()
    outer.start()
    create("orders")
    inner.start()
    outer.stop()
    assert names() == ["orders"]
    inner.stop()
    with mock_appintegrations():
        assert names() == []


def test_an_inner_scope_s_options_hold_while_it_is_the_innermost() -> None:
    with mock_appintegrations(page_size=1):
        create("a"), create("b"), create("c")
        assert len(_first_page()) == 1
        with mock_appintegrations(page_size=2):
            assert len(_first_page()) == 2
        assert len(_first_page()) == 1


def test_options_that_an_inner_scope_is_not_given_are_those_of_the_outer_one() -> None:
    with mock_appintegrations(account_id="111122223333"):
        create("orders")
        with mock_appintegrations(page_size=2):
            assert names() == ["orders"]


def _first_page() -> list[Any]:
    page: list[Any] = boto3.client("appintegrations").list_event_integrations()["EventIntegrations"]
    return page


def test_stop_closes_the_scope_that_the_same_handle_opened_last() -> None:
    mock = mock_appintegrations()
    mock.start()
    try:
        client = boto3.client("appintegrations")
        mock.start()
        # A fault belongs to one scope, and goes with it.
        mock.fail("ListApplications", "AccessDeniedException", times=None)
        mock.stop()
        assert client.list_applications()["Applications"] == []
    finally:
        mock.stop()


def test_start_and_stop_open_and_close_a_scope() -> None:
    mock = mock_appintegrations()
    assert mock.start() is mock
    create("orders")
    assert list(mock.backend().event_integrations) == ["orders"]
    mock.stop()


def test_a_stray_stop_raises_and_changes_nothing() -> None:
    with mock_appintegrations() as aws:
        create("orders")
        stray = mock_appintegrations()
        with pytest.raises(RuntimeError, match=r"stop\(\) without start\(\)"):
            stray.stop()
        assert names() == ["orders"]
    with pytest.raises(RuntimeError, match=r"stop\(\) without start\(\)"):
        aws.stop()


def test_one_handle_may_be_opened_again_inside_itself() -> None:
    aws = mock_appintegrations()
    with aws:
        create("a")
        with aws:
            create("b")
        assert names() == ["a", "b"]


def test_a_handle_that_is_not_open_says_so() -> None:
    with pytest.raises(RuntimeError, match=r"not open\. Use it inside its `with` block, or call start\(\) first"):
        mock_appintegrations().backend()


async def _in_async_context() -> list[str]:
    async with mock_appintegrations():
        create("orders")
        return names()


@pytest.mark.asyncio
async def test_a_scope_opens_with_async_with() -> None:
    assert await _in_async_context() == ["orders"]


def test_reset_empties_every_account_and_region() -> None:
    with mock_appintegrations() as aws:
        create("here")
        create("there", region_name="eu-west-1", **aws.credentials("111122223333"))
        backend = aws.backend("111122223333", "eu-west-1")
        aws.reset()
        assert names() == []
        assert len(backend.event_integrations) == 0
        assert aws.backend("111122223333", "eu-west-1") is backend


def test_accounts_and_regions_share_nothing() -> None:
    with mock_appintegrations() as aws:
        create("here")
        assert names(region_name="eu-west-1") == []
        assert names(**aws.credentials("111122223333")) == []
        create("here", **aws.credentials("111122223333"))
        assert names(**aws.credentials("111122223333")) == ["here"]


@pytest.mark.parametrize(
    ("region", "partition"), [("us-east-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")]
)
def test_arns_carry_the_partition_region_and_account_of_the_client(region: str, partition: str) -> None:
    with mock_appintegrations() as aws:
        answer = create("orders", region_name=region, **aws.credentials("111122223333"))
        assert (
            answer["EventIntegrationArn"]
            == f"arn:{partition}:app-integrations:{region}:111122223333:event-integration/orders"
        )


def test_the_account_of_the_option_is_that_of_every_other_key() -> None:
    with mock_appintegrations(account_id="444455556666"):
        assert ":444455556666:" in create("a")["EventIntegrationArn"]
        assert (
            ":444455556666:" in create("b", aws_access_key_id="AKIAX", aws_secret_access_key="s")["EventIntegrationArn"]
        )


def test_the_handle_s_backend_is_in_the_region_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-southeast-2")
    with mock_appintegrations(region_name="eu-central-1") as aws:
        create("orders")
        assert list(aws.backend().event_integrations) == ["orders"]


def test_a_request_without_a_signature_is_refused() -> None:
    from botocore import UNSIGNED
    from botocore.config import Config

    with mock_appintegrations():
        client = boto3.client("appintegrations", config=Config(signature_version=UNSIGNED))
        with pytest.raises(ClientError) as refused:
            client.list_applications()
        assert refused.value.response["Error"] == {
            "Code": "MissingAuthenticationTokenException",
            "Message": "Missing Authentication Token",
        }
        assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


class TestMisuse:
    @pytest.mark.parametrize(
        ("options", "error", "text"),
        [
            (
                {"page_sise": 2},
                TypeError,
                "has no option 'page_sise'. Did you mean 'page_size'? Its options: account_id",
            ),
            ({"job_polls": 2}, TypeError, "has no option 'job_polls'"),
            ({"page_size": 0}, ValueError, "page_size=0: give a number of at least 1, or None."),
            ({"page_size": True}, ValueError, "page_size=True"),
            ({"account_id": 123456789012}, ValueError, "give a string of 12 digits"),
            ({"account_id": "12345678901"}, ValueError, "give a string of 12 digits"),
            ({"region_name": "mars"}, ValueError, "give the name of a region, such as 'eu-central-1', or None"),
            ({"quotas": {"event_integration": 2}}, ValueError, "Did you mean 'event_integrations' or"),
            ({"quotas": {"applications": -1}}, ValueError, "give a number of at least 0"),
            ({"quotas": 5}, ValueError, "give False, True or a dict"),
            ({"passthrough": "s3"}, TypeError, "give a list of boto3's service names"),
            ({"passthrough": ["appintegrations"]}, ValueError, "which mock_appintegrations() itself answers"),
            ({"passthrough": ["s33"]}, ValueError, "which is no service of boto3's. Did you mean 's3'?"),
            ({"fast_retries": 1}, ValueError, "give True or False"),
            ({"seed": "x"}, ValueError, "give an int, or None"),
            ({"single_association": None}, ValueError, "give True or False"),
        ],
    )
    def test_a_wrong_option_is_refused_with_what_to_give(
        self, options: dict[str, Any], error: type[Exception], text: str
    ) -> None:
        with pytest.raises(error) as refused:
            mock_appintegrations(**options)
        assert text in str(refused.value)

    def test_a_wrong_account_of_a_backend_is_refused(self) -> None:
        with mock_appintegrations() as aws:
            with pytest.raises(ValueError, match="give a string of 12 digits"):
                aws.backend("12")
            with pytest.raises(ValueError, match="give a string of 12 digits"):
                aws.credentials("12")
