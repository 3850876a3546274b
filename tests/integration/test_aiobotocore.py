"""aiobotocore and aioboto3: the same scopes, fixtures and state serve clients that are awaited."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import freezegun
import pytest
from botocore import UNSIGNED
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    HTTPClientError,
    NoCredentialsError,
    ParamValidationError,
)

from appint_mock import ServiceMock, UnmockedCallError, mock_appintegrations, mock_dataexchange
from tests.interception import test_credentials, test_signing

pytest.importorskip("aiobotocore", reason="aiobotocore is not installed: .ci/run has an environment with it")

from aiobotocore.config import AioConfig
from aiobotocore.session import AioSession, get_session

pytestmark = pytest.mark.asyncio

SOURCE = "aws.partner/example.com/orders"


def client(service: str = "appintegrations", **options: Any) -> Any:
    """A new client, of a new session; to be opened with ``async with``."""
    return get_session().create_client(service, **{"region_name": "us-east-1", **options})


async def create(opened: Any, name: str) -> Any:
    return await opened.create_event_integration(Name=name, EventFilter={"Source": SOURCE}, EventBridgeBus="default")


async def names(opened: Any) -> list[str]:
    pages = opened.get_paginator("list_event_integrations").paginate()
    return [each["Name"] async for page in pages for each in page["EventIntegrations"]]


async def test_what_is_created_is_read_back() -> None:
    with mock_appintegrations():
        async with client() as aio:
            arn = (await create(aio, "orders"))["EventIntegrationArn"]
            read = await aio.get_event_integration(Name="orders")
    assert arn == "arn:aws:app-integrations:us-east-1:123456789012:event-integration/orders"
    assert (read["EventIntegrationArn"], read["EventFilter"]) == (arn, {"Source": SOURCE})


@mock_appintegrations
async def test_a_decorated_coroutine_is_mocked_while_it_runs() -> None:
    async with client() as aio:
        await create(aio, "orders")
        assert await names(aio) == ["orders"]


async def test_a_scope_is_opened_with_async_with() -> None:
    async with mock_appintegrations(), client() as aio:
        assert await names(aio) == []


async def test_a_coroutine_s_state_is_that_of_the_handle(appintegrations: ServiceMock[Any]) -> None:
    async with client() as aio:
        await create(aio, "orders")
    assert list(appintegrations.backend().event_integrations) == ["orders"]
    appintegrations.calls.assert_called("CreateEventIntegration", times=1, Name="orders")


async def test_clients_of_botocore_and_aiobotocore_share_the_state() -> None:
    import botocore.session

    with mock_appintegrations():
        sync = botocore.session.get_session().create_client("appintegrations", region_name="us-east-1")
        sync.create_event_integration(Name="sync", EventFilter={"Source": SOURCE}, EventBridgeBus="default")
        async with client() as aio:
            await create(aio, "async")
            assert await names(aio) == ["sync", "async"]
        assert [each["Name"] for each in sync.list_event_integrations()["EventIntegrations"]] == ["sync", "async"]


async def test_paginators_walk_all_pages_and_stop_at_their_limit() -> None:
    with mock_appintegrations(page_size=2) as aws:
        async with client() as aio:
            for number in range(5):
                await create(aio, f"n{number}")
            assert await names(aio) == ["n0", "n1", "n2", "n3", "n4"]
            assert len(aws.calls.of("ListEventIntegrations")) == 3
            some = aio.get_paginator("list_event_integrations").paginate(PaginationConfig={"MaxItems": 3})
            result = await some.build_full_result()
    assert [each["Name"] for each in result["EventIntegrations"]] == ["n0", "n1", "n2"]
    assert "NextToken" in result


async def test_errors_are_the_client_s_own_exceptions() -> None:
    with mock_appintegrations():
        async with client() as aio:
            with pytest.raises(aio.exceptions.ResourceNotFoundException) as missing:
                await aio.get_event_integration(Name="none")
            await create(aio, "orders")
            with pytest.raises(aio.exceptions.DuplicateResourceException):
                await create(aio, "orders")
    assert missing.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404


async def test_botocore_s_own_checks_still_run() -> None:
    with mock_appintegrations():
        async with client() as aio:
            with pytest.raises(ParamValidationError):
                await aio.get_event_integration()


async def test_faults_meet_async_clients() -> None:
    with mock_appintegrations() as aws:
        aws.fail("ListApplications", "AccessDeniedException", "not you")
        aws.fail("ListDataIntegrations", ConnectTimeoutError(endpoint_url="https://example.com"), times=None)
        async with client() as aio:
            with pytest.raises(ClientError, match="not you"):
                await aio.list_applications()
            assert (await aio.list_applications())["Applications"] == []
            with pytest.raises(ConnectTimeoutError):
                await aio.list_data_integrations()


@pytest.mark.parametrize("mode", ["legacy", "standard", "adaptive"])
async def test_retries_do_not_wait(mode: str) -> None:
    from aiobotocore.config import AioConfig

    config = AioConfig(retries={"mode": mode, "total_max_attempts": 4})
    with mock_appintegrations() as aws:
        aws.fail("ListApplications", "InternalServiceError", times=3)
        async with client(config=config) as aio:
            start = time.monotonic()
            assert (await aio.list_applications())["Applications"] == []
            assert time.monotonic() - start < 0.5
        assert len(aws.calls) == 4


async def test_retries_wait_where_the_option_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    sleep = asyncio.sleep

    async def note(seconds: float, *args: Any) -> Any:
        waits.append(seconds)
        return await sleep(0)

    monkeypatch.setattr(asyncio, "sleep", note)
    with mock_appintegrations(fast_retries=False) as aws:
        aws.fail("ListApplications", "InternalServiceError", times=1)
        async with client() as aio:
            await aio.list_applications()
    assert [each for each in waits if each > 0]


async def test_a_call_that_nobody_answers_is_stopped() -> None:
    with mock_appintegrations():
        async with client("sts") as aio:
            with pytest.raises(UnmockedCallError, match=r"sts\.GetCallerIdentity was called"):
                await aio.get_caller_identity()


async def test_a_service_in_passthrough_is_let_go() -> None:
    from aiobotocore.config import AioConfig

    # Let go, it meets the suite's own barrier before the network.
    with mock_appintegrations(passthrough=["sts"]):
        async with client("sts", config=AioConfig(retries={"total_max_attempts": 1})) as aio:
            with pytest.raises((HTTPClientError, AssertionError)):
                await aio.get_caller_identity()


async def test_a_client_made_before_the_scope_is_answered_in_it_and_left_alone_after_it() -> None:
    async with client(aws_access_key_id="a", aws_secret_access_key="b") as aio:
        with mock_appintegrations():
            await create(aio, "orders")
            assert await names(aio) == ["orders"]
        with pytest.raises((HTTPClientError, AssertionError)):
            await aio.list_applications()


async def test_a_client_made_without_credentials_is_answered_and_has_none_after_it() -> None:
    async with client() as aio:
        with mock_appintegrations() as aws:
            await create(aio, "orders")
            assert aws.calls.last.account_id == "123456789012"
        with pytest.raises(NoCredentialsError):
            await aio.list_applications()


@pytest.mark.parametrize("keys", test_signing.KEYS.values(), ids=test_signing.KEYS)
@pytest.mark.parametrize("service", ["appintegrations", "dataexchange"])
async def test_nothing_but_the_signature_depends_on_whether_it_is_computed(service: str, keys: dict[str, Any]) -> None:
    async def outcome(real_signatures: bool) -> tuple[str, str, str, str]:
        seen: list[str] = []
        mocks: dict[str, Any] = {"appintegrations": mock_appintegrations, "dataexchange": mock_dataexchange}
        with mocks[service](real_signatures=real_signatures) as aws:
            async with client(service, region_name="eu-west-1", **keys) as aio:

                def look(request: Any, **event: Any) -> None:
                    seen.append(request.headers["Authorization"].decode())

                aio.meta.events.register(f"before-send.{service}.*", look)
                await (aio.list_applications() if service == "appintegrations" else aio.list_data_sets())
            form, _, signature = seen[0].partition("Signature=")
            return form, aws.calls.last.account_id, aws.calls.last.region_name, signature

    with freezegun.freeze_time("2030-01-31"):
        *computed, real = await outcome(True)
        *formed, made_up = await outcome(False)
    assert computed == formed
    assert re.fullmatch("[0-9a-f]{64}", made_up)
    assert real != made_up


@pytest.mark.parametrize("real_signatures", [False, True])
async def test_a_client_that_does_not_sign_is_refused(real_signatures: bool) -> None:
    with mock_appintegrations(real_signatures=real_signatures):
        async with client(config=AioConfig(signature_version=UNSIGNED)) as aio:
            with pytest.raises(ClientError, match="MissingAuthenticationToken"):
                await aio.list_applications()


async def test_credentials_of_another_account_act_there() -> None:
    with mock_appintegrations() as aws:
        async with client(**aws.credentials("111122223333")) as aio:
            assert ":111122223333:" in (await create(aio, "orders"))["EventIntegrationArn"]


async def test_many_coroutines_at_once_each_get_their_answer() -> None:
    with mock_appintegrations() as aws:
        async with client() as aio:
            answers = await asyncio.gather(*(create(aio, f"n{number}") for number in range(50)))
            assert len({answer["EventIntegrationArn"] for answer in answers}) == 50
        assert len(aws.calls.of("CreateEventIntegration")) == 50, "a handler that is there twice would answer twice"


async def test_one_client_token_makes_one_resource_of_many_coroutines() -> None:
    with mock_appintegrations() as aws:
        async with client() as aio:

            async def once() -> str:
                made = await aio.create_event_integration(
                    Name="orders", EventFilter={"Source": SOURCE}, EventBridgeBus="default", ClientToken="t"
                )
                return str(made["EventIntegrationArn"])

            assert len(set(await asyncio.gather(*(once() for _ in range(20))))) == 1
        assert len(aws.backend().event_integrations) == 1


async def test_data_exchange_s_jobs_run() -> None:
    with mock_dataexchange() as aws:
        aws.objects["bucket", "a.csv"] = b"1,2"
        async with client("dataexchange") as aio:
            made = await aio.create_data_set(AssetType="S3_SNAPSHOT", Name="prices", Description="-")
            revision = await aio.create_revision(DataSetId=made["Id"])
            details = {
                "ImportAssetsFromS3": {
                    "DataSetId": made["Id"],
                    "RevisionId": revision["Id"],
                    "AssetSources": [{"Bucket": "bucket", "Key": "a.csv"}],
                }
            }
            job = await aio.create_job(Type="IMPORT_ASSETS_FROM_S3", Details=details)
            await aio.start_job(JobId=job["Id"])
            assert (await aio.get_job(JobId=job["Id"]))["State"] == "COMPLETED"
            assets = await aio.list_revision_assets(DataSetId=made["Id"], RevisionId=revision["Id"])
    assert [asset["Name"] for asset in assets["Assets"]] == ["a.csv"]


async def test_aioboto3_s_clients_are_answered() -> None:
    aioboto3 = pytest.importorskip("aioboto3", reason="aioboto3 is not installed")
    with mock_appintegrations():
        async with aioboto3.Session().client("appintegrations", region_name="us-east-1") as aio:
            await create(aio, "orders")
            assert await names(aio) == ["orders"]


async def test_aiobotocore_is_as_it_was_after_the_last_scope() -> None:
    from aiobotocore.endpoint import AioEndpoint

    before = dict(vars(AioEndpoint))
    with mock_appintegrations():
        async with client() as aio:
            await names(aio)
    assert dict(vars(AioEndpoint)) == before


class TestOfCoroutines:
    @pytest.mark.parametrize("name", ["a", "b"])
    @mock_appintegrations(page_size=1)
    async def test_a_method_is_decorated_as_a_function_is(self, name: str) -> None:
        async with client() as aio:
            await create(aio, name)
            assert await names(aio) == [name]


async def test_a_coroutine_keeps_its_scope_while_another_one_runs() -> None:
    async def in_a_scope_of_its_own(run: Callable[[Any], Awaitable[Any]]) -> Any:
        async with mock_appintegrations(), client() as aio:
            return await run(aio)

    # Scopes are process-wide: two that overlap share their state.
    await asyncio.gather(in_a_scope_of_its_own(names), in_a_scope_of_its_own(names))


# Credentials -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", test_credentials.PROFILES.values(), ids=test_credentials.PROFILES)
async def test_an_async_client_is_answered_without_anybody_being_asked_for_credentials(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def asked(*args: Any, **kwargs: Any) -> Any:
        raise AssertionError("somebody was asked for credentials")

    monkeypatch.setattr("asyncio.create_subprocess_exec", asked)
    monkeypatch.setattr("aiobotocore.utils.AioInstanceMetadataFetcher.retrieve_iam_role_credentials", asked)
    tmp_path.joinpath("config").write_text(text)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    with mock_appintegrations():
        session = AioSession(profile="it")
        async with session.create_client("appintegrations", region_name="us-east-1") as client:
            assert (await client.list_applications())["Applications"] == []


@pytest.mark.parametrize("kind", ["a role of another profile", "web identity", "SSO", "an SSO session"])
async def test_an_async_client_made_before_the_scope_keeps_its_credentials(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path.joinpath("config").write_text(test_credentials.PROFILES[kind])
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    async with AioSession(profile="it").create_client("appintegrations", region_name="us-east-1") as client:
        own = client._request_signer._credentials
        with mock_appintegrations():
            assert (await client.list_applications())["Applications"] == []
        assert client._request_signer._credentials is own
