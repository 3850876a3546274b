"""The texts of the library's own errors: what happened, in which call, what to do, in at most two lines; and a link."""

from __future__ import annotations

import ast
import datetime
import re
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import boto3
import pytest

import appint_mock
import appint_mock.errors
from appint_mock import (
    AppIntegrationsBackend,
    AppintMockError,
    DataExchangeBackend,
    ServiceMock,
    SnapshotError,
    UnmockedCallError,
    hints,
    mock_appintegrations,
    mock_dataexchange,
    services,
)
from appint_mock.protocol.operation import Catalogue
from appint_mock.scopes.options import options_of
from appint_mock.services.dataexchange.jobs import execution
from appint_mock.state.world import World

PACKAGE = Path(appint_mock.__file__).parent
#: Where the errors are raised that a test's author can meet. (The plugin's and the server's have tests beside theirs.)
ROOMS = [
    *(PACKAGE / "handle").rglob("*.py"),
    *(PACKAGE / "scopes").rglob("*.py"),
    *(PACKAGE / name for name in ("interception/guard.py", "state/clock.py", "state/quotas.py", "state/world.py")),
    *(PACKAGE / "services").rglob("*.py"),
]
OWN = {
    "AppintMockError",
    "AttributeError",
    "IndexError",
    "RuntimeError",
    "SnapshotError",
    "TypeError",
    "UnmockedCallError",
    "ValueError",
}
#: What the guard proposes beside a Stubber.
MOTO = f"moto's mock_aws {'' if find_spec('moto') else '(if moto, which is not installed, has the service) '}or "
#: A moment that has no date in UTC.
BEFORE_ALL = datetime.datetime(1, 1, 1, tzinfo=datetime.timezone(datetime.timedelta(hours=5)))
#: Functions that make such an error.
OWN |= {"_misused", "_unpublishable", "unfit"}


class Scene(NamedTuple):
    """What an action finds open."""

    aws: ServiceMock[AppIntegrationsBackend]
    exchange: Any
    backend: AppIntegrationsBackend
    exchange_backend: DataExchangeBackend


@contextmanager
def opened() -> Iterator[Scene]:
    with mock_appintegrations() as aws, mock_dataexchange() as exchange:
        yield Scene(aws, exchange, aws.backend(), exchange.backend())


class Error(NamedTuple):
    """An error: how it is met, and what it says."""

    kind: type[Exception]
    text: str
    action: Callable[[Scene], Any]


class Cars:
    """Something that a mock cannot decorate."""


class Later:
    """Something that runs when it is awaited, and is no coroutine."""

    def __await__(self) -> Iterator[None]:
        yield


def revision() -> dict[str, Any]:
    """A revision of an account's own that is not finalised."""
    client: Any = boto3.client("dataexchange")
    made = client.create_data_set(Name="prices", Description="daily", AssetType="S3_SNAPSHOT")
    revision: dict[str, Any] = client.create_revision(DataSetId=made["Id"])
    return revision


def job() -> str:
    """A job that waits."""
    client: Any = boto3.client("dataexchange")
    made = revision()
    details = {"DataSetId": made["DataSetId"], "RevisionId": made["Id"]}
    details = {"ImportAssetFromSignedUrl": {**details, "AssetName": "a", "Md5Hash": "A" * 22 + "=="}}
    job_id: str = client.create_job(Type="IMPORT_ASSET_FROM_SIGNED_URL", Details=details)["Id"]
    return job_id


def end_twice(scene: Scene) -> None:
    job_id = job()
    scene.exchange_backend.finish_job(job_id, "CANCELLED")
    scene.exchange_backend.finish_job(job_id)


def entitle(scene: Scene, *revisions: Any, asset_type: str = "S3_SNAPSHOT") -> str:
    """Give the account a product's data set."""
    return scene.exchange_backend.add_entitled_data_set(
        name="prices", description="daily", asset_type=asset_type, product_id="prod-1", revisions=revisions
    )


def publish_unfinished(scene: Scene) -> None:
    made = revision()
    scene.exchange_backend.publish_revision(made["DataSetId"], made["Id"])


def unmocked(scene: Scene) -> None:
    boto3.client("s3").list_buckets()


def unmocked_service_of_ours(scene: Scene) -> None:
    scene.exchange.stop()
    try:
        boto3.client("dataexchange").list_jobs()
    finally:
        scene.exchange.start()


def answer_nonsense(scene: Scene) -> None:
    data_set = entitle(scene, {"assets": {"api": {}}}, asset_type="API_GATEWAY_API")
    client: Any = boto3.client("dataexchange")
    (revision,) = client.list_data_set_revisions(DataSetId=data_set)["Revisions"]
    (asset,) = client.list_revision_assets(DataSetId=data_set, RevisionId=revision["Id"])["Assets"]
    scene.exchange_backend.on_api_asset(lambda request: 3)  # type: ignore[type-var]
    client.send_api_asset(DataSetId=data_set, RevisionId=revision["Id"], AssetId=asset["Id"], Method="GET", Path="/")


def misused_when(scene: Scene) -> None:
    scene.aws.fail("List*", "ThrottlingException", when=lambda given: given["Nmae"])
    boto3.client("appintegrations").list_applications(MaxResults=3)


def entitle_with(scene: Scene, **given: Any) -> str:
    """Give the account a product's data set of which something is wrong."""
    right: Any = {"name": "prices", "description": "daily", "asset_type": "S3_SNAPSHOT", "product_id": "prod-1"}
    return scene.exchange_backend.add_entitled_data_set(**{**right, **given})


def associate_with_nobody(scene: Scene) -> None:
    client: Any = boto3.client("appintegrations")
    client.create_event_integration(
        Name="orders", EventFilter={"Source": "aws.partner/example.com"}, EventBridgeBus="default"
    )
    scene.backend.associate_event_integration("orders", client_id="")


def change_information(scene: Scene) -> None:
    entity = {"Type": "DataProduct@1.0", "Identifier": "prod-1"}
    change = {"ChangeType": "UpdateInformation", "Entity": entity, "Details": "{}"}
    client: Any = boto3.client("marketplace-catalog")
    client.start_change_set(Catalog="AWSMarketplace", ChangeSet=[change])


def restore_what_cannot_be_loaded(scene: Scene) -> None:
    """Only a defect of the library lets a snapshot pass its check and fail then: it is put in here."""
    state = scene.aws.snapshot()
    load = World._load
    broken = iter([True])

    def fail_once(self: World[Any], data: Any) -> None:
        if next(broken, False):
            raise KeyError("x")
        load(self, data)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(World, "_load", fail_once)
        scene.aws.restore(state)


ARN = "arn:aws:app-integrations:us-east-1:123456789012:application/x"

ERRORS: dict[str, Error] = {
    # Scopes and options
    "unknown service": Error(
        ValueError,
        "appint_mock has no service 'dataexchnge'. Did you mean 'dataexchange'? Its services: appintegrations, "
        "dataexchange.",
        lambda scene: services.load("dataexchnge"),
    ),
    "another protocol": Error(
        ValueError,
        "appint_mock implements rest-json only, and sqs has the protocol json.",
        lambda scene: Catalogue("sqs", services.load("dataexchange").rules).operations,
    ),
    "unknown option": Error(
        TypeError,
        "mock_appintegrations() has no option 'pagesize'. Did you mean 'page_size'? Its options: "
        f"{', '.join(options_of(services.load('appintegrations')))}.",
        lambda scene: mock_appintegrations(pagesize=2),  # type: ignore[call-overload]
    ),
    "option's value": Error(
        ValueError,
        "page_size=0: give a number of at least 1, or None.",
        lambda scene: mock_appintegrations(page_size=0),
    ),
    "account": Error(
        ValueError,
        "account_id='12': give a string of 12 digits.",
        lambda scene: scene.aws.credentials("12"),
    ),
    "region": Error(
        ValueError,
        "region_name='eu-centrl-1': botocore lists no such region, so no call comes from it. Did you mean "
        "'eu-central-1' or 'me-central-1'? The option unknown_regions=True takes it all the same.",
        lambda scene: scene.aws.backend(region_name="eu-centrl-1"),
    ),
    "passthrough's type": Error(
        TypeError,
        "passthrough='s3': give a list of boto3's service names, such as ['s3'].",
        lambda scene: mock_appintegrations(passthrough="s3"),
    ),
    "passthrough of nothing": Error(
        ValueError,
        "passthrough has 's33', which is no service of boto3's. Did you mean 's3'? "
        "boto3.Session().get_available_services() lists them all.",
        lambda scene: mock_appintegrations(passthrough=["s33"]),
    ),
    "passthrough of the mock itself": Error(
        ValueError,
        "passthrough has 'appintegrations', which mock_appintegrations() itself answers.",
        lambda scene: mock_appintegrations(passthrough=["appintegrations"]),
    ),
    "quotas' type": Error(
        ValueError,
        "quotas=3: give False, True or a dict such as {'event_integrations': 2}.",
        lambda scene: mock_appintegrations(quotas=3),  # type: ignore[call-overload]
    ),
    "unknown quota": Error(
        ValueError,
        "quotas has the unknown key 'event_integration'. Did you mean 'event_integrations' or 'data_integrations'? "
        "The keys are: event_integrations, data_integrations, applications, data_integration_associations, "
        "event_integration_associations.",
        lambda scene: mock_appintegrations(quotas={"event_integration": 2}),
    ),
    "quota's value": Error(
        ValueError,
        "quotas['applications'] is -1: give a number of at least 0, or None to take it away.",
        lambda scene: mock_appintegrations(quotas={"applications": -1}),
    ),
    "stray stop": Error(
        RuntimeError,
        "mock_appintegrations(seed=1): stop() without start(). Each stop() closes the scope of one start() of the same "
        "object.",
        lambda scene: mock_appintegrations(seed=1).stop(),
    ),
    "not open": Error(
        RuntimeError,
        "mock_appintegrations() is not open. Use it inside its `with` block, or call start() first.",
        lambda scene: mock_appintegrations().fail("*", "ThrottlingException"),
    ),
    "decorating a fixture": Error(
        TypeError,
        "mock_appintegrations() must stand under @pytest.fixture, next to the function: swap the two lines.",
        lambda scene: mock_appintegrations()(pytest.fixture(lambda: None)),
    ),
    "decorating what cannot be": Error(
        TypeError,
        re.escape("mock_appintegrations() decorates functions and classes, not <") + ".*Cars object.*",
        lambda scene: mock_appintegrations()(Cars()),  # type: ignore[type-var]
    ),
    "decorating what starts a task": Error(
        TypeError,
        "<function .*> returned <.*Later object.*>, which runs after the call: no scope would be open then\\. Decorate "
        "the coroutine function that it runs, or await the result inside a `with` block of the mock\\.",
        lambda scene: mock_appintegrations(lambda: Later())(),
    ),
    "call that nobody answers": Error(
        UnmockedCallError,
        "s3.ListBuckets was called, and nothing in this process answers it; the request to "
        f"s3.amazonaws.com was stopped.\nMock it beside us with {MOTO}a botocore Stubber, or let it reach AWS: "
        "mock_dataexchange(passthrough=['s3']).",
        unmocked,
    ),
    "call of our other service": Error(
        UnmockedCallError,
        "dataexchange.ListJobs was called, and nothing in this process answers it; the request to "
        "dataexchange.us-east-1.amazonaws.com was stopped.\nOpen appint_mock.mock_dataexchange() around this call too.",
        unmocked_service_of_ours,
    ),
    # Calls
    "operation's type": Error(
        TypeError,
        "An operation is named by a text such as 'TagResource' or '*', not by 3.",
        lambda scene: scene.aws.calls.of(3),  # type: ignore[arg-type]
    ),
    "unknown operation": Error(
        ValueError,
        "appintegrations has no operation 'create_application'. Did you mean 'CreateApplication'? Operations are named "
        "as in the AWS API, such as 'CreateApplication'; * stands for any text.",
        lambda scene: scene.aws.calls.assert_called("create_application"),
    ),
    "other service's operation": Error(
        ValueError,
        "dataexchange has no operation 'CreateApplication': CreateApplication is an operation of appintegrations, and "
        "this is the handle of dataexchange. Use that of mock_appintegrations.",
        lambda scene: scene.exchange.calls.assert_called("CreateApplication"),
    ),
    "other service's operation in boto3's spelling": Error(
        ValueError,
        "appintegrations has no operation 'create_data_set': CreateDataSet is an operation of dataexchange, and "
        "this is the handle of appintegrations. Use that of mock_dataexchange.",
        lambda scene: scene.aws.fail("create_data_set", "ThrottlingException"),
    ),
    "other service's operations by a star": Error(
        ValueError,
        r"appintegrations has no operation '\*Job': \w+Job is an operation of dataexchange, and this is .*",
        lambda scene: scene.aws.calls.of("*Job"),
    ),
    "unknown parameter": Error(
        TypeError,
        "TagResource has no parameter 'Tags'. Did you mean 'tags'? Its parameters: resourceArn, tags.",
        lambda scene: scene.aws.calls.assert_not_called("TagResource", Tags={}),
    ),
    "no last call": Error(
        IndexError,
        "calls.last: no call of appintegrations was made in this scope.",
        lambda scene: scene.aws.calls.last,
    ),
    # Faults
    "unknown error code": Error(
        ValueError,
        "fail: 'Throttling' is no error of appintegrations and none that is common to AWS. Did you mean "
        "'ThrottlingException'? For any other error give its HTTP status: fail(..., 'Throttling', status=400).",
        lambda scene: scene.aws.fail("*", "Throttling"),
    ),
    "other service's error code": Error(
        ValueError,
        "fail: 'ServiceLimitExceededException' is no error of appintegrations and none that is common to AWS. It is "
        "one of dataexchange. For any other error give its HTTP status: fail(..., 'ServiceLimitExceededException', "
        "status=400).",
        lambda scene: scene.aws.fail("*", "ServiceLimitExceededException"),
    ),
    "error in when": Error(
        AppintMockError,
        r"fail\('List\*', 'ThrottlingException', when=<function .*>\): its `when` raised KeyError: 'Nmae'\n"
        r"It was asked about a call of ListApplications with the parameters MaxResults\.",
        misused_when,
    ),
    "no error": Error(
        TypeError,
        "fail: <class 'TimeoutError'> is no error. Give an error's code ('ThrottlingException'), an exception "
        "(botocore.exceptions.ReadTimeoutError(endpoint_url='...')) or an answer's body (b'<html>').",
        lambda scene: scene.aws.fail("*", TimeoutError),  # type: ignore[arg-type]
    ),
    "message of an exception": Error(
        TypeError,
        "fail: message='slow' goes with an error code, not with TimeoutError().",
        lambda scene: scene.aws.fail("*", TimeoutError(), "slow"),
    ),
    "status of an exception": Error(
        TypeError,
        "fail: status=503 goes with an error code or a body; an exception breaks off the call.",
        lambda scene: scene.aws.fail("*", TimeoutError(), status=503),
    ),
    "no status": Error(
        ValueError,
        "fail: status=42: give an HTTP status, 200 to 599.",
        lambda scene: scene.aws.fail("*", b"", status=42),
    ),
    "no error's status": Error(
        ValueError,
        "fail: status=200 is no error's: boto3 would take it for a success. Give 400 to 599.",
        lambda scene: scene.aws.fail("*", "ThrottlingException", status=200),
    ),
    "times": Error(
        ValueError,
        "fail: times=0: give a number of at least 1, or None (until the scope ends).",
        lambda scene: scene.aws.fail("*", "ThrottlingException", times=0),
    ),
    "after": Error(
        ValueError,
        "fail: after=-1: give how many calls to let pass, a number of at least 0.",
        lambda scene: scene.aws.fail("*", "ThrottlingException", after=-1),
    ),
    "when": Error(
        TypeError,
        "fail: when={}: give a function that takes the call's parameters as a dict.",
        lambda scene: scene.aws.fail("*", "ThrottlingException", when={}),  # type: ignore[arg-type]
    ),
    "option of a fault": Error(
        TypeError,
        "fail() has no option 'carriedout'. Did you mean 'carried_out'? Its options: times, after, when, status, "
        "carried_out, delay, sleep, account_id, region_name, members, rate.",
        lambda scene: scene.aws.fail("*", "ThrottlingException", carriedout=True),  # type: ignore[call-arg]
    ),
    "carried out": Error(
        ValueError,
        "fail: carried_out=1: give True or False.",
        lambda scene: scene.aws.fail("*", "ThrottlingException", carried_out=1),  # type: ignore[arg-type]
    ),
    "delay": Error(
        ValueError,
        "fail: delay=-1: give a number of seconds of at least 0 and at most a year.",
        lambda scene: scene.aws.fail("*", "ThrottlingException", delay=-1),
    ),
    "rate": Error(
        ValueError,
        "fail: rate=0: give how many calls a second pass, a number above 0.",
        lambda scene: scene.aws.fail("*", "ThrottlingException", rate=0),
    ),
    "no outcome": Error(
        TypeError,
        "fail: None lets a call through, so it goes with delay=..., or in a list with errors. "
        "Give an error's code such as 'ThrottlingException'.",
        lambda scene: scene.aws.fail("*", None),
    ),
    "no outcomes": Error(
        ValueError,
        "fail: an empty list of outcomes: give at least one error, or None to let a call through.",
        lambda scene: scene.aws.fail("*", []),
    ),
    "message of an error": Error(
        TypeError,
        "fail: message=7: give a text.",
        lambda scene: scene.aws.fail("*", "ThrottlingException", 7),  # type: ignore[arg-type]
    ),
    "no members": Error(
        TypeError,
        "fail: members=['LimitValue']: give a dict of the error's members, such as {'LimitValue': 3.0}.",
        lambda scene: scene.aws.fail("*", "ThrottlingException", members=["LimitValue"]),  # type: ignore[arg-type]
    ),
    "unknown member": Error(
        TypeError,
        "fail: ServiceLimitExceededException has no member 'limit_value'. Did you mean 'LimitValue'? It has LimitName, "
        "LimitValue.",
        lambda scene: scene.exchange.fail("*", "ServiceLimitExceededException", members={"limit_value": 1}),
    ),
    "type of a member": Error(
        ValueError,
        "fail: members['LimitValue']='3': Invalid type, value: 3, type: <class 'str'>, valid types: "
        "<class 'float'>, <class 'decimal.Decimal'>, <class 'int'>.",
        lambda scene: scene.exchange.fail("*", "ServiceLimitExceededException", members={"LimitValue": "3"}),
    ),
    "value of a member": Error(
        ValueError,
        "fail: members['ResourceType']='data_set': give one of 'DATA_SET', 'REVISION', 'ASSET', 'JOB', "
        "'EVENT_ACTION', 'DATA_GRANT'.",
        lambda scene: scene.exchange.fail("*", "ConflictException", members={"ResourceType": "data_set"}),
    ),
    # The handle
    "operation of the handle": Error(
        AttributeError,
        "DataExchangeMock has no attribute 'list_data_sets'. This is the mock's handle, not a client: make calls with "
        "boto3.client('dataexchange') or the fixture dataexchange_client.",
        lambda scene: scene.exchange.list_data_sets(),
    ),
    "paginator of the handle": Error(
        AttributeError,
        "AppIntegrationsMock has no attribute 'get_paginator'. This is the mock's handle, not a client: make calls "
        "with boto3.client('appintegrations') or the fixture appintegrations_client.",
        lambda scene: scene.aws.get_paginator("list_applications"),  # type: ignore[attr-defined]
    ),
    "attribute of nothing": Error(
        AttributeError,
        "AppIntegrationsMock has no attribute 'call'. Did you mean 'calls'?",
        lambda scene: scene.aws.call,  # type: ignore[attr-defined]
    ),
    "order of nothing": Error(
        TypeError,
        "calls.assert_order: give the names of operations, such as 'CreateRevision', 'StartJob'.",
        lambda scene: scene.aws.calls.assert_order(),
    ),
    "error code that HTTP cannot carry": Error(
        ValueError,
        "fail: 'Unknown\\n': an error's code stands in a header of HTTP. Give letters of ASCII on one line.",
        lambda scene: scene.aws.fail("ListApplications", "Unknown\n", status=400),
    ),
    # The clock
    "step that no clock can take": Error(
        ValueError,
        "clock.advance(days=10000000000): no clock can go so far.",
        lambda scene: scene.aws.clock.advance(days=10**10),
    ),
    "step beyond all years": Error(
        ValueError,
        r"clock\.advance: 4000000 days, 0:00:00 after \S+ is beyond the year 9999\.",
        lambda scene: scene.aws.clock.advance(days=4 * 10**6),
    ),
    "moment before the year 1": Error(
        ValueError,
        "clock.freeze: 0001-01-01T00:00:00+05:00 is in no year from 1 to 9999 by UTC.",
        lambda scene: scene.aws.clock.freeze(BEFORE_ALL),
    ),
    "backwards": Error(
        ValueError,
        "clock.advance only goes forward, and this is -1 day, 23:00:00. To go to another moment: clock.freeze(moment).",
        lambda scene: scene.aws.clock.advance(hours=-1),
    ),
    "unknown step": Error(
        TypeError,
        "clock.advance(hour=1): give a timedelta, or days=, hours=, minutes=, seconds=, milliseconds=.",
        lambda scene: scene.aws.clock.advance(hour=1),
    ),
    "no moment": Error(
        TypeError,
        "clock.freeze takes a datetime, not '2030-01-01'. Write clock.freeze(datetime.datetime(2030, 1, 31)).",
        lambda scene: scene.aws.clock.freeze("2030-01-01"),  # type: ignore[arg-type]
    ),
    # Snapshots
    "no snapshot": Error(
        SnapshotError,
        "This is not a snapshot: give restore() what snapshot() returned.",
        lambda scene: scene.aws.restore({}),
    ),
    "snapshot of another version": Error(
        SnapshotError,
        "This snapshot has version 99, and this appint_mock reads version 1. Take a new one with this version.",
        lambda scene: scene.aws.restore({**scene.aws.snapshot(), "version": 99}),
    ),
    "snapshot of another service": Error(
        SnapshotError,
        "This is a snapshot of dataexchange, not of appintegrations.",
        lambda scene: scene.aws.restore(scene.exchange.snapshot()),
    ),
    "damaged snapshot": Error(
        SnapshotError,
        "This snapshot is damaged: it lacks the member backends. Nothing was changed. Give restore() what snapshot() "
        "returned.",
        lambda scene: scene.aws.restore({"version": 1, "service": "appintegrations"}),
    ),
    "snapshot that is damaged where nobody looks": Error(
        SnapshotError,
        "This snapshot is damaged (KeyError('x')). Nothing was changed.",
        restore_what_cannot_be_loaded,
    ),
    "state of a clock that goes back": Error(
        ValueError,
        "{'shift': [-1, 0, 0], 'frozen': None} is no state of a clock: give what dump() returned.",
        lambda scene: scene.aws.clock.load({"shift": [-1, 0, 0], "frozen": None}),
    ),
    "state of no clock": Error(
        ValueError,
        "{'shift': [1, 0], 'frozen': None} is no state of a clock: give what dump() returned.",
        lambda scene: scene.aws.clock.load({"shift": [1, 0], "frozen": None}),
    ),
    # The backends' own methods
    "client of no form": Error(
        AppintMockError,
        "backend.associate_event_integration: ClientId has 0 characters, not from 1 to 255.",
        associate_with_nobody,
    ),
    "product of no data set": Error(
        AppintMockError,
        "backend.put_in_product: there is no data set aaa.",
        lambda scene: scene.exchange_backend.put_in_product("aaa", "prod-1"),
    ),
    "data set that is no text": Error(
        AppintMockError,
        "backend.put_in_product: data_set_id is 3, not a text.",
        lambda scene: scene.exchange_backend.put_in_product(3, "prod-1"),  # type: ignore[arg-type]
    ),
    "product without an id": Error(
        AppintMockError,
        "backend.put_in_product: product_id is ''; give the id of the product, such as 'prod-weather'.",
        lambda scene: scene.exchange_backend.put_in_product(revision()["DataSetId"], ""),
    ),
    "event that JSON cannot hold": Error(
        AppintMockError,
        "backend.emit: detail.When is datetime.date(2030, 1, 1), which no state holds.",
        lambda scene: scene.exchange_backend.emit("Data Grant Extended", {"When": datetime.date(2030, 1, 1)}),
    ),
    "resources of an event that are no list": Error(
        AppintMockError,
        "backend.emit: resources is 'data-set', not a list.",
        lambda scene: scene.exchange_backend.emit("Data Grant Extended", resources="data-set"),
    ),
    "errors of a job that are no list": Error(
        AppintMockError,
        "backend.finish_job: errors=3; give a list of dicts.",
        lambda scene: scene.exchange_backend.finish_job(job(), "ERROR", 3),  # type: ignore[arg-type]
    ),
    "asset of no form": Error(
        AppintMockError,
        "backend.add_entitled_data_set: asset 'orders'.ApiId is 3, not a text.",
        lambda scene: entitle_with(
            scene, asset_type="API_GATEWAY_API", revisions=[{"assets": {"orders": {"ApiId": 3}}}]
        ),
    ),
    "revisions that are no list": Error(
        AppintMockError,
        "backend.add_entitled_data_set: revisions=3; give a list of dicts.",
        lambda scene: entitle_with(scene, revisions=3),
    ),
    "assets that are no dict": Error(
        AppintMockError,
        "backend.add_entitled_data_set: the assets of a revision are 3; give a dict.",
        lambda scene: entitle(scene, {"assets": 3}),
    ),
    "name of no form": Error(
        AppintMockError,
        "backend.add_entitled_data_set: name is 3, not a text.",
        lambda scene: entitle_with(scene, name=3),
    ),
    "creation before the year 1": Error(
        AppintMockError,
        r"backend\.add_entitled_data_set: created_at is datetime.*; give a moment of the years 1 to 9999 by UTC\.",
        lambda scene: entitle_with(scene, created_at=BEFORE_ALL),
    ),
    "change of the catalog that is not answered": Error(
        UnmockedCallError,
        "marketplace-catalog.StartChangeSet has the change UpdateInformation of DataProduct@1.0; appint_mock answers "
        "only AddDataSets and AddRevisions of DataProduct@1.0. Mock this call with a botocore Stubber.",
        change_information,
    ),
    "association of nothing": Error(
        AppintMockError,
        "backend.associate_application: Could not find Application with identifier: orders, in account 123456789012 "
        "and region us-east-1.\nThe backend of another account or region: aws.backend(account_id, region_name).",
        lambda scene: scene.backend.associate_application("orders"),
    ),
    "no association": Error(
        AppintMockError,
        f"backend.disassociate: {ARN} is not the ARN of an association of account 123456789012 in us-east-1. The "
        "associate methods return it, and the List operations show it.",
        lambda scene: scene.backend.disassociate(ARN),
    ),
    "no execution": Error(
        AppintMockError,
        f"backend.finish_execution: {ARN} is not the ARN of a data integration association of account 123456789012 in "
        "us-east-1. ListDataIntegrationAssociations shows them.",
        lambda scene: scene.backend.finish_execution(ARN),
    ),
    "no end of an execution": Error(
        AppintMockError,
        "backend.finish_execution: status='DONE'; give 'COMPLETED' or 'FAILED'.",
        lambda scene: scene.backend.finish_execution(ARN, "DONE"),
    ),
    "no job": Error(
        AppintMockError,
        "backend.finish_job: account 123456789012 has no job x in us-east-1.",
        lambda scene: scene.exchange_backend.finish_job("x"),
    ),
    "no end of a job": Error(
        AppintMockError,
        "backend.finish_job: a job cannot end in state 'DONE'; give COMPLETED, ERROR, TIMED_OUT, CANCELLED.",
        lambda scene: scene.exchange_backend.finish_job(job(), "DONE"),
    ),
    "job that has ended": Error(
        AppintMockError,
        "backend.finish_job: job [0-9a-f]{32} has ended already, in state CANCELLED.",
        end_twice,
    ),
    "no errors of a job": Error(
        AppintMockError,
        r"backend.finish_job: errors=\[\{'Message': 'a'\}\] are no JobErrors: Missing required parameter .*",
        lambda scene: scene.exchange_backend.finish_job(job(), "ERROR", [{"Message": "a"}]),
    ),
    "unknown error of a job": Error(
        AppintMockError,
        "backend.finish_job: a JobError has no Code 'BROKEN'; give one of ACCESS_DENIED_EXCEPTION, .*",
        lambda scene: scene.exchange_backend.finish_job(job(), "ERROR", [{"Code": "BROKEN", "Message": "a"}]),
    ),
    "key of no revision": Error(
        AppintMockError,
        "backend.add_entitled_data_set: a revision has no 'name'; give assets, comment, created_at, id, published.",
        lambda scene: entitle(scene, {"name": "first"}),
    ),
    "id of no revision": Error(
        AppintMockError,
        "backend.add_entitled_data_set: the id 'first' of a revision is not 32 characters of 0-9a-f.",
        lambda scene: entitle(scene, {"id": "first"}),
    ),
    "id that is taken": Error(
        AppintMockError,
        f"backend.add_entitled_data_set: there is a revision {'0' * 32} already.",
        lambda scene: entitle(scene, {"id": "0" * 32}, {"id": "0" * 32}),
    ),
    "type of no asset": Error(
        AppintMockError,
        "backend.add_entitled_data_set: asset_type is 'CSV'; give S3_SNAPSHOT or one of .*API_GATEWAY_API.*",
        lambda scene: entitle(scene, asset_type="CSV"),
    ),
    "asset that is no file": Error(
        AppintMockError,
        "backend.add_entitled_data_set: asset 'a.csv' of an S3_SNAPSHOT data set is str; give its bytes, or a dict of "
        "id and content or size.",
        lambda scene: entitle(scene, {"assets": {"a.csv": "a,b"}}),
    ),
    "asset that is no dict": Error(
        AppintMockError,
        "backend.add_entitled_data_set: asset 'api' is str; give a dict with members of ApiGatewayApiAsset.",
        lambda scene: entitle(scene, {"assets": {"api": "https"}}, asset_type="API_GATEWAY_API"),
    ),
    "member of no asset": Error(
        AppintMockError,
        "backend.add_entitled_data_set: asset 'api' has 'Url'; ApiGatewayApiAsset has only .*ApiId.*",
        lambda scene: entitle(scene, {"assets": {"api": {"Url": "https"}}}, asset_type="API_GATEWAY_API"),
    ),
    "content and size of no asset": Error(
        AppintMockError,
        "backend.add_entitled_data_set: asset 'a.csv': give either content or size.",
        lambda scene: entitle(scene, {"assets": {"a.csv": {"content": b"", "size": 0}}}),
    ),
    "id of a data set that is taken": Error(
        AppintMockError,
        f"backend.add_entitled_data_set: there is a data set {'0' * 32} already.",
        lambda scene: [
            scene.exchange_backend.add_entitled_data_set(
                name="n", description="d", asset_type="S3_SNAPSHOT", product_id="p", id="0" * 32
            )
            for _ in range(2)
        ],
    ),
    "moment of no revision": Error(
        AppintMockError,
        "backend.add_entitled_data_set: created_at is 'now'; give a datetime, or a text such as '2030-01-31T12:00:00Z'"
        ".",
        lambda scene: entitle(scene, {"created_at": "now"}),
    ),
    "content of no asset": Error(
        AppintMockError,
        "backend.add_entitled_data_set: the content of asset 'a.csv' is str; give bytes.",
        lambda scene: entitle(scene, {"assets": {"a.csv": {"content": "1,2"}}}),
    ),
    "size of no asset": Error(
        AppintMockError,
        "backend.add_entitled_data_set: the size of asset 'a.csv' is -1; give a number of bytes.",
        lambda scene: entitle(scene, {"assets": {"a.csv": {"size": -1}}}),
    ),
    "no product": Error(
        AppintMockError,
        "backend.add_entitled_data_set: product_id is ''; give the id of the product, such as 'prod-weather'.",
        lambda scene: scene.exchange_backend.add_entitled_data_set(
            name="n", description="d", asset_type="S3_SNAPSHOT", product_id=""
        ),
    ),
    "no subscription": Error(
        AppintMockError,
        "backend.end_subscription: x is no data set of add_entitled_data_set that account 123456789012 has "
        "access to in "
        "us-east-1.",
        lambda scene: scene.exchange_backend.end_subscription("x"),
    ),
    "no event": Error(
        AppintMockError,
        "backend.emit: AWS Data Exchange has no event 'Data Grant Extend'. Did you mean 'Data Grant Extended'.*"
        "Its events: .*",
        lambda scene: scene.exchange_backend.emit("Data Grant Extend"),
    ),
    "name that S3 does not allow": Error(
        ValueError,
        "'In' is no name of a bucket in S3: give 3 to 63 characters of a-z, 0-9, dots and hyphens, beginning and "
        "ending "
        "with a letter or digit, without two dots in a row, such as 'inbox'.",
        lambda scene: scene.exchange.objects.create_bucket("In"),
    ),
    "fault of no job": Error(
        ValueError,
        "fail_job: there is no type='IMPORT_ASSET_FROM_S3'. Did you mean 'IMPORT_ASSETS_FROM_S3'.* Give one of .*",
        lambda scene: scene.exchange.fail_job("IMPORT_ASSET_FROM_S3"),
    ),
    "job fault's message": Error(
        ValueError,
        "fail_job: message=3: give a text.",
        lambda scene: scene.exchange.fail_job(message=3),
    ),
    "job fault's times": Error(
        ValueError,
        "fail_job: times=0: give a number of at least 1, or None for all jobs.",
        lambda scene: scene.exchange.fail_job(times=0),
    ),
    "job fault's after": Error(
        ValueError,
        "fail_job: after=-1: give a number of at least 0.",
        lambda scene: scene.exchange.fail_job(after=-1),
    ),
    "no data set to publish": Error(
        AppintMockError,
        "backend.publish_revision: there is no data set x.",
        lambda scene: scene.exchange_backend.publish_revision("x", "y"),
    ),
    "no revision to publish": Error(
        AppintMockError,
        "backend.publish_revision: data set [0-9a-f]{32} has no revision y.",
        lambda scene: scene.exchange_backend.publish_revision(revision()["DataSetId"], "y"),
    ),
    "no entitled revision to publish": Error(
        AppintMockError,
        "backend.publish_revision: data set [0-9a-f]{32} has no revision y.",
        lambda scene: scene.exchange_backend.publish_revision(entitle(scene), "y"),
    ),
    "unfinished revision": Error(
        AppintMockError,
        "backend.publish_revision: revision [0-9a-f]{32} is .*, and only a finalized one can be.",
        publish_unfinished,
    ),
    "errors of another end": Error(
        AppintMockError,
        "backend.finish_job: only state ERROR has errors, not CANCELLED.",
        lambda scene: scene.exchange_backend.finish_job(job(), "CANCELLED", []),
    ),
    "job of a newer botocore": Error(
        AppintMockError,
        "CreateJob: this version of appint_mock knows no jobs of type TELEPORT, only .*",
        lambda scene: execution.type_of("TELEPORT"),
    ),
    "answer of an API's handler": Error(
        AppintMockError,
        "The handler of backend.on_api_asset returned 3. Return a dict of Body (a str), ResponseHeaders (a dict of "
        "str) and StatusCode (200 to 599), a str (the Body), or None (the echo).",
        answer_nonsense,
    ),
    "no handler": Error(
        TypeError,
        "backend.on_event takes a function that can be called as handler(event) or handler(event, context), not 3.",
        lambda scene: scene.exchange_backend.on_event(3),  # type: ignore[type-var]
    ),
    "name of no object": Error(
        TypeError,
        "objects['a.csv']: an object is named by bucket and key: objects['bucket', 'key'].",
        lambda scene: scene.exchange.objects["a.csv"],
    ),
    "text for an object": Error(
        TypeError,
        "objects['bucket', 'a.csv'] holds bytes, not str; encode the text first: text.encode().",
        lambda scene: scene.exchange.objects.__setitem__(("bucket", "a.csv"), "a,b"),
    ),
    "name of no bucket": Error(
        TypeError,
        "objects.create_bucket takes the name of a bucket, not 3.",
        lambda scene: scene.exchange.objects.create_bucket(3),
    ),
}


def meet(error: Error) -> Exception:
    with opened() as scene, pytest.raises(error.kind) as caught:
        error.action(scene)
    return caught.value


@pytest.mark.appint_mock_allow("unused_faults")
@pytest.mark.parametrize("name", ERRORS)
def test_the_error_says_what_happened_and_what_to_do(name: str) -> None:
    text, see, page = str(meet(ERRORS[name])).rpartition("\nSee ")
    wanted = ERRORS[name].text
    assert text == wanted or re.fullmatch(wanted, text), text
    assert len(text.splitlines()) <= 2
    assert text.endswith((".", "?"))
    # Where the page says more: tests/docs/test_errors.py looks there.
    assert see
    assert re.fullmatch(rf"{re.escape(hints.ERRORS)}#[a-z-]+", page)


@pytest.mark.appint_mock_allow("unused_faults")
def test_every_error_of_the_library_has_a_test_of_its_text() -> None:
    met: set[tuple[Path, int | None]] = set()
    for error in ERRORS.values():
        frames = traceback.extract_tb(meet(error).__traceback__)
        met.update((Path(frame.filename), frame.lineno) for frame in frames)
    untested = [
        f"{file.relative_to(PACKAGE)}:{statement.lineno} {ast.unparse(statement)[:100]}"
        for file in ROOMS
        for statement in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(statement, ast.Raise)
        and isinstance(statement.exc, ast.Call)
        and isinstance(statement.exc.func, ast.Name)
        and statement.exc.func.id in OWN
        and not any((file, line) in met for line in range(statement.lineno, (statement.end_lineno or 0) + 1))
    ]
    assert untested == []


def test_the_librarys_errors_are_exported_and_share_a_base() -> None:
    errors = [each for each in vars(appint_mock.errors).values() if isinstance(each, type)]
    assert errors
    for error in errors:
        assert issubclass(error, AppintMockError | Warning)
        assert getattr(appint_mock, error.__name__) is error
        assert error.__name__ in appint_mock.__all__
