"""moto's clients beside ours: companions, accounts, and async programs."""

from __future__ import annotations

import asyncio
import inspect
import io
import json
import sys
import types
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import boto3
import botocore
import pytest
from botocore.awsrequest import AWSRequest

from appint_mock import UnmockedCallError, mock_appintegrations, mock_dataexchange
from appint_mock.interception.content import Content, Stream
from tests import models
from tests.fidelity.appintegrations import holds

moto = pytest.importorskip("moto", reason="moto is not installed: .ci/run has environments with it")
REGION, OTHER = "us-east-1", "210987654321"
INSTANCE = "11111111-2222-4333-8444-555555555555"


@pytest.fixture(params=["moto-inside", "moto-outside"])
def aws(request: pytest.FixtureRequest) -> Iterator[Any]:
    """Both mocks, opened in either order."""
    with ExitStack() as stack:
        if request.param == "moto-outside":
            stack.enter_context(moto.mock_aws())
        handle = stack.enter_context(mock_appintegrations())
        if request.param == "moto-inside":
            stack.enter_context(moto.mock_aws())
        yield handle


def _has_connect() -> bool:
    from moto.backend_index import backend_url_patterns

    return "connect" in dict(backend_url_patterns)


def _event_integration() -> str:
    made = boto3.client("appintegrations").create_event_integration(
        Name="cases", EventFilter={"Source": "aws.cases"}, EventBridgeBus="default"
    )
    arn: str = made["EventIntegrationArn"]
    return arn


# Companions --------------------------------------------------------------------------------------------------------


@holds("connect.instances")
def test_an_instance_of_motos_connect_is_associated_and_an_unknown_one_is_not_found(aws: Any) -> None:
    connect = boto3.client("connect", REGION)
    given = {"IntegrationType": "EVENT", "IntegrationArn": _event_integration(), "SourceType": "CASES"}
    if not _has_connect():  # then there is any instance
        connect.create_integration_association(InstanceId=INSTANCE, **given)
        return
    calls: tuple[Callable[[], Any], ...] = (
        lambda: connect.create_integration_association(InstanceId=INSTANCE, **given),
        lambda: connect.list_integration_associations(InstanceId=INSTANCE),
        lambda: connect.delete_integration_association(InstanceId=INSTANCE, IntegrationAssociationId=INSTANCE),
    )
    for call in calls:
        with pytest.raises(connect.exceptions.ResourceNotFoundException, match="instance"):
            call()
    made = connect.create_instance(
        IdentityManagementType="CONNECT_MANAGED", InboundCallsEnabled=True, OutboundCallsEnabled=True
    )
    for instance in (made["Id"], made["Arn"]):
        connect.list_integration_associations(InstanceId=instance)
    connect.create_integration_association(InstanceId=made["Id"], **given)
    with pytest.raises(connect.exceptions.ResourceNotFoundException):
        boto3.client("connect", "eu-west-2").list_integration_associations(InstanceId=made["Id"])


def test_an_instance_need_not_be_there_where_motos_connect_is_off() -> None:
    config = {"core": {"service_whitelist": ["s3"]}}
    if not _has_connect():
        pytest.skip("this moto has no Amazon Connect")
    with mock_appintegrations(), moto.mock_aws(config=config):
        pass
    with mock_appintegrations():
        listed = boto3.client("connect", REGION).list_integration_associations(InstanceId=INSTANCE)
    assert listed["IntegrationAssociationSummaryList"] == []


def test_services_that_moto_does_not_have_are_answered(aws: Any) -> None:
    made = boto3.client("qconnect", REGION).create_knowledge_base(name="articles", knowledgeBaseType="CUSTOM")
    (listed,) = boto3.client("wisdom", REGION).list_knowledge_bases()["knowledgeBaseSummaries"]
    assert listed["knowledgeBaseId"] == made["knowledgeBase"]["knowledgeBaseId"]


def test_other_operations_of_a_companion_are_motos_or_stopped(aws: Any) -> None:
    connect = boto3.client("connect", REGION)
    if _has_connect():
        assert connect.list_instances()["InstanceSummaryList"] == []
    with pytest.raises(UnmockedCallError, match=r"connect\.ListUsers"):
        connect.list_users(InstanceId=INSTANCE)


def test_what_moto_answers_is_left_to_it(aws: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from moto.core.botocore_stubber import BotocoreStubber

    monkeypatch.setattr(
        BotocoreStubber, "process_request", lambda self, request: (200, {}, json.dumps({"nextToken": "motos"}))
    )
    client = boto3.client("qconnect", REGION)
    assert client.list_knowledge_bases()["nextToken"] == "motos"
    aws.calls.assert_not_called("ListKnowledgeBases")


def test_moto_alone_answers_as_ever_after_our_scope() -> None:
    with moto.mock_aws():
        client = boto3.client("qconnect", REGION)
        with mock_appintegrations():
            client.list_knowledge_bases()
        with pytest.raises(client.exceptions.ClientError) as answered:
            client.list_knowledge_bases()
        assert answered.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404


# Accounts ----------------------------------------------------------------------------------------------------------


def test_our_credentials_act_as_their_account_in_moto_too(aws: Any) -> None:
    keys = aws.credentials(OTHER)
    assert boto3.client("sts", REGION, **keys).get_caller_identity()["Account"] == OTHER
    url = boto3.client("sqs", REGION, **keys).create_queue(QueueName="theirs")["QueueUrl"]
    assert f"/{OTHER}/" in url
    assert "QueueUrls" not in boto3.client("sqs", REGION).list_queues()
    assert boto3.client("sts", REGION).get_caller_identity()["Account"] != OTHER


def test_they_do_so_whatever_account_moto_is_set_to(aws: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTO_ACCOUNT_ID", "777788889999")
    assert boto3.client("sts", REGION, **aws.credentials(OTHER)).get_caller_identity()["Account"] == OTHER
    assert boto3.client("sts", REGION).get_caller_identity()["Account"] == "777788889999"


def test_motos_own_keys_keep_their_account(aws: Any) -> None:
    role = boto3.client("sts", REGION).assume_role(
        RoleArn="arn:aws:iam::111122223333:role/reader", RoleSessionName="test"
    )["Credentials"]
    caller = boto3.client(
        "sts",
        REGION,
        aws_access_key_id=role["AccessKeyId"],
        aws_secret_access_key=role["SecretAccessKey"],
        aws_session_token=role["SessionToken"],
    )
    assert caller.get_caller_identity()["Account"] == "111122223333"


def test_after_our_scope_moto_takes_them_for_its_own_account() -> None:
    with moto.mock_aws():
        with mock_appintegrations() as handle:
            client = boto3.client("sts", REGION, **handle.credentials(OTHER))
            assert client.get_caller_identity()["Account"] == OTHER
        assert client.get_caller_identity()["Account"] == "123456789012"


# Async programs ----------------------------------------------------------------------------------------------------


@pytest.fixture
def session() -> Iterator[Any]:
    """Makes async clients, while both mocks are open."""
    aiobotocore = pytest.importorskip("aiobotocore.session", reason="aiobotocore is not installed")
    with mock_dataexchange(), moto.mock_aws():
        yield aiobotocore.get_session()


class AsyncFile:
    """A file of an async program."""

    def __init__(self, content: bytes) -> None:
        self._file = io.BytesIO(content)

    async def read(self, size: int = -1) -> bytes:
        return self._file.read(size)

    def __len__(self) -> int:
        return len(self._file.getvalue())


@pytest.mark.asyncio
@pytest.mark.parametrize("body", [b"1,2", "1,2", io.BytesIO(b"1,2"), bytearray(b"1,2")], ids=lambda b: type(b).__name__)
async def test_an_async_program_imports_an_object_and_exports_it(session: Any, body: Any) -> None:
    async with (
        session.create_client("s3", region_name=REGION) as s3,
        session.create_client("dataexchange", region_name=REGION) as dataexchange,
    ):
        await s3.create_bucket(Bucket="files")
        await s3.put_object(Bucket="files", Key="prices.csv", Body=body)
        data_set = await dataexchange.create_data_set(AssetType="S3_SNAPSHOT", Name="Prices", Description="Daily")
        revision = await dataexchange.create_revision(DataSetId=data_set["Id"])
        ids = {"DataSetId": data_set["Id"], "RevisionId": revision["Id"]}

        async def run(kind: str, details: dict[str, Any]) -> None:
            member = "ImportAssetsFromS3" if kind.startswith("IMPORT") else "ExportAssetsToS3"
            job = await dataexchange.create_job(Type=kind, Details={member: {**ids, **details}})
            await dataexchange.start_job(JobId=job["Id"])
            assert (await dataexchange.get_job(JobId=job["Id"]))["State"] == "COMPLETED"

        await run("IMPORT_ASSETS_FROM_S3", {"AssetSources": [{"Bucket": "files", "Key": "prices.csv"}]})
        (asset,) = (await dataexchange.list_revision_assets(**ids))["Assets"]
        destination = {"AssetId": asset["Id"], "Bucket": "files", "Key": "out/prices.csv"}
        await run("EXPORT_ASSETS_TO_S3", {"AssetDestinations": [destination]})
        found = await s3.get_object(Bucket="files", Key="out/prices.csv")
        async with found["Body"] as stream:
            assert await stream.read() == b"1,2"


@pytest.mark.asyncio
async def test_a_body_is_read_in_pieces(session: Any) -> None:
    content = bytes(range(256)) * 40
    async with session.create_client("s3", region_name=REGION) as s3:
        await s3.create_bucket(Bucket="files")
        await s3.put_object(Bucket="files", Key="a", Body=content)
        stream = (await s3.get_object(Bucket="files", Key="a"))["Body"]
        assert await stream.read(10) == content[:10]
        assert content[10:] == b"".join([chunk async for chunk in stream.iter_chunks(1000)])
        lines = (await s3.get_object(Bucket="files", Key="a", Range="bytes=0-3"))["Body"]
        assert await lines.read() == content[:4]
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket="files")
        assert [each["Key"] async for page in pages for each in page["Contents"]] == ["a"]


class AsyncPieces:
    """A body as some versions of aiobotocore make it (2.19 is one): botocore's ``read`` cannot read it."""

    def __init__(self, *pieces: bytes) -> None:
        self._pieces = iter(pieces)

    def read(self) -> bytes:
        raise TypeError("can't concat coroutine to bytes")

    def __aiter__(self) -> AsyncPieces:
        return self

    async def __anext__(self) -> bytes:
        for piece in self._pieces:
            return piece
        raise StopAsyncIteration


@pytest.mark.asyncio
async def test_a_body_that_comes_in_pieces_is_put_together(session: Any) -> None:
    async with session.create_client("s3", region_name=REGION) as s3:
        await s3.create_bucket(Bucket="files")

        async def replace(request: Any, **kwargs: Any) -> None:
            whole = request.body if isinstance(request.body, bytes) else request.body.read()
            whole = await whole if inspect.isawaitable(whole) else whole
            request.body = AsyncPieces(whole[:2], whole[2:])

        s3.meta.events.register_first("before-send.s3.PutObject", replace)
        await s3.put_object(Bucket="files", Key="a", Body=b"1,2")
        assert await (await s3.get_object(Bucket="files", Key="a"))["Body"].read() == b"1,2"


@pytest.mark.skipif(moto.__version__.startswith("5.0."), reason="this moto does not read the chunks of a part")
@pytest.mark.skipif(models.version(botocore.__version__) < (1, 36), reason="this botocore reads the file to hash it")
@pytest.mark.asyncio
async def test_an_async_file_is_uploaded(session: Any) -> None:
    async with session.create_client("s3", region_name=REGION) as s3:
        await s3.create_bucket(Bucket="files")
        upload = await s3.create_multipart_upload(Bucket="files", Key="a")
        part = {"Bucket": "files", "Key": "a", "UploadId": upload["UploadId"], "PartNumber": 1}
        tag = (await s3.upload_part(**part, Body=AsyncFile(b"1,2")))["ETag"]
        parts = {"Parts": [{"ETag": tag, "PartNumber": 1}]}
        await s3.complete_multipart_upload(Bucket="files", Key="a", UploadId=upload["UploadId"], MultipartUpload=parts)
        assert await (await s3.get_object(Bucket="files", Key="a"))["Body"].read() == b"1,2"


@pytest.mark.asyncio
async def test_errors_are_errors(session: Any) -> None:
    async with session.create_client("s3", region_name=REGION) as s3:
        with pytest.raises(s3.exceptions.NoSuchBucket):
            await s3.list_objects_v2(Bucket="nowhere")
        await s3.create_bucket(Bucket="files")
        with pytest.raises(s3.exceptions.NoSuchKey):
            await s3.get_object(Bucket="files", Key="a")
        with pytest.raises(s3.exceptions.ClientError, match="404"):
            await s3.head_object(Bucket="files", Key="a")


@pytest.mark.asyncio
async def test_every_service_of_motos_is_answered(session: Any) -> None:
    async with session.create_client("sqs", region_name=REGION) as sqs:
        url = (await sqs.create_queue(QueueName="arrivals"))["QueueUrl"]
        await sqs.send_message(QueueUrl=url, MessageBody="hello")
        (message,) = (await sqs.receive_message(QueueUrl=url))["Messages"]
        assert message["Body"] == "hello"
    async with session.create_client("dynamodb", region_name=REGION) as dynamodb:
        assert (await dynamodb.list_tables())["TableNames"] == []
    async with session.create_client("iam", region_name=REGION) as iam:
        assert (await iam.list_users())["Users"] == []
    async with session.create_client("sts", region_name=REGION) as sts:
        assert (await sts.get_caller_identity())["Account"] == "123456789012"


@pytest.mark.asyncio
async def test_companions_answer_async_clients(session: Any) -> None:
    with mock_appintegrations() as aws:
        async with session.create_client("wisdom", region_name=REGION) as wisdom:
            made = await wisdom.create_knowledge_base(name="articles", knowledgeBaseType="CUSTOM")
            pages = wisdom.get_paginator("list_knowledge_bases").paginate()
            assert [each["name"] async for page in pages for each in page["knowledgeBaseSummaries"]] == ["articles"]
            with pytest.raises(wisdom.exceptions.ConflictException):
                await wisdom.create_knowledge_base(name="articles", knowledgeBaseType="CUSTOM")
            aws.fail("GetKnowledgeBase", "AccessDeniedException")
            with pytest.raises(wisdom.exceptions.AccessDeniedException):
                await wisdom.get_knowledge_base(knowledgeBaseId=made["knowledgeBase"]["knowledgeBaseId"])


@pytest.mark.asyncio
async def test_a_service_that_nobody_has_is_stopped(session: Any) -> None:
    async with session.create_client("marketplace-entitlement", region_name=REGION) as client:
        with pytest.raises(UnmockedCallError, match="marketplace-entitlement"):
            await client.get_entitlements(ProductCode="x")


@pytest.mark.asyncio
async def test_aioboto3_uploads_and_downloads() -> None:
    aioboto3 = pytest.importorskip("aioboto3", reason="aioboto3 is not installed")
    with mock_dataexchange(), moto.mock_aws():
        session = aioboto3.Session()
        async with session.resource("s3", region_name=REGION) as s3:
            bucket = await s3.Bucket("files")
            await bucket.create()
            await bucket.upload_fileobj(io.BytesIO(b"1,2"), "a")
            await (await bucket.Object("b")).put(Body=b"3,4")
            assert [each.key async for each in bucket.objects.all()] == ["a", "b"]
            into = io.BytesIO()
            await bucket.download_fileobj("a", into)
            assert into.getvalue() == b"1,2"


@pytest.mark.asyncio
@pytest.mark.parametrize("ours_first", [True, False])
async def test_beside_aiomoto_a_request_is_answered_once(ours_first: bool) -> None:
    aiomoto = pytest.importorskip("aiomoto", reason="aiomoto is not installed")
    from aiobotocore.session import get_session

    with ExitStack() as stack:
        if ours_first:
            stack.enter_context(mock_dataexchange())
        stack.enter_context(aiomoto.mock_aws())
        if not ours_first:
            stack.enter_context(mock_dataexchange())
        async with (
            get_session().create_client("sqs", region_name=REGION) as sqs,
            get_session().create_client("s3", region_name=REGION) as s3,
            get_session().create_client("dataexchange", region_name=REGION) as dataexchange,
        ):
            url = (await sqs.create_queue(QueueName="arrivals"))["QueueUrl"]
            await sqs.send_message(QueueUrl=url, MessageBody="once")
            answer = await sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)
            assert [each["Body"] for each in answer["Messages"]] == ["once"]
            await s3.create_bucket(Bucket="files")
            await s3.put_object(Bucket="files", Key="a", Body=b"1,2")
            assert await (await s3.get_object(Bucket="files", Key="a"))["Body"].read() == b"1,2"
            assert (await dataexchange.list_data_sets())["DataSets"] == []


# What an async client hands to moto ---------------------------------------------------------------------------------


async def _later(content: bytes) -> bytes:
    return content


#: Bodies that only an async client can read, and bytes.
BODIES: dict[str, Callable[[], Any]] = {
    "bytes": lambda: b"1,2",
    "a bytearray": lambda: bytearray(b"1,2"),
    "awaited": lambda: _later(b"1,2"),
    "an async file": lambda: AsyncFile(b"1,2"),
    "async pieces": lambda: AsyncPieces(b"1,", b"2"),
}


def _asked(body: Any, url: str = "https://files.s3.us-east-1.amazonaws.com/a") -> Any:
    """What moto answers to an upload with that body, or to another request."""
    request = AWSRequest("PUT", url, headers={"Content-Length": "3"}).prepare()
    request.body = body
    answer = sys.modules["moto.core.models"].botocore_stubber("before-send.s3.PutObject", request)

    async def finish() -> Any:
        return await answer if inspect.isawaitable(answer) else answer

    return asyncio.run(finish())


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
@pytest.mark.parametrize("is_loaded", [False, True])
def test_moto_reads_a_body_of_any_form(
    aws: Any, body: Callable[[], Any], is_loaded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Whoever has loaded the library may have an async client.
    if is_loaded:
        monkeypatch.setitem(sys.modules, "aiobotocore", types.ModuleType("aiobotocore"))
    else:
        monkeypatch.delitem(sys.modules, "aiobotocore", raising=False)
    s3 = boto3.client("s3", REGION)
    s3.create_bucket(Bucket="files")
    answer = _asked(body())
    assert (answer.status_code, answer.content) == (200, b"")
    assert isinstance(answer.content, Content) is isinstance(answer.raw, Stream) is is_loaded
    assert s3.get_object(Bucket="files", Key="a")["Body"].read() == b"1,2"


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_what_moto_does_not_have_it_leaves_to_others(aws: Any, body: Callable[[], Any]) -> None:
    boto3.client("s3", REGION).list_buckets()
    assert _asked(body(), "https://qconnect.us-east-1.amazonaws.com/knowledgeBases") is None


def test_a_moto_that_is_off_reads_no_body() -> None:
    async def left(body: AsyncPieces) -> list[bytes]:
        return [piece async for piece in body]

    with mock_appintegrations():
        with moto.mock_aws():
            boto3.client("s3", REGION).list_buckets()
        body = AsyncPieces(b"1,2")
        assert _asked(body) is None
        assert asyncio.run(left(body)) == [b"1,2"]
