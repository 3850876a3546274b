"""moto beside us: in one test, in either nesting, imported when it likes."""

from __future__ import annotations

import itertools
from typing import Any

import boto3
import pytest

from appint_mock import UnmockedCallError, mock_appintegrations, mock_dataexchange
from tests.interception.programs import SOURCE, create, names
from tests.programs import run_python

pytest.importorskip("moto", reason="moto is not installed: .ci/run has environments with it")

import requests
from moto import mock_aws


def test_both_mocks_work_in_one_test_whichever_is_the_outer_one() -> None:
    with mock_aws(), mock_appintegrations():
        _use_both()
    with mock_appintegrations(), mock_aws():
        _use_both()


@mock_aws
@mock_appintegrations
def test_both_mocks_decorate_one_test_moto_first() -> None:
    _use_both()


@mock_appintegrations
@mock_aws
def test_both_mocks_decorate_one_test_moto_last() -> None:
    _use_both()


def _use_both() -> None:
    boto3.client("s3").create_bucket(Bucket="bucket")
    create("orders")
    assert names() == ["orders"]
    assert [each["Name"] for each in boto3.client("s3").list_buckets()["Buckets"]] == ["bucket"]


_IMPORTS = {
    "ours": "from appint_mock import mock_appintegrations",
    "moto": "from moto import mock_aws",
    "client": "import boto3; made = boto3.client('appintegrations', 'us-east-1')",
}


@pytest.mark.parametrize("order", list(itertools.permutations(_IMPORTS)), ids=" ".join)
def test_the_order_of_imports_and_of_making_a_client_does_not_matter(order: tuple[str, ...]) -> None:
    use = """
with mock_aws(), mock_appintegrations():
    made.list_applications(), boto3.client("sqs", "us-east-1").list_queues()
with mock_appintegrations(), mock_aws():
    made.list_applications(), boto3.client("sqs", "us-east-1").list_queues()
"""
    run_python("\n".join(_IMPORTS[each] for each in order) + use)


def test_we_do_not_load_moto_nor_what_it_needs() -> None:
    program = """
import sys
import appint_mock.integrations.moto as moto
from appint_mock import mock_appintegrations
import boto3
moto.follow()
with mock_appintegrations():
    boto3.client("appintegrations").list_applications()
    boto3.client("cloudformation").meta.region_name
print([name for name in sys.modules if name.split(".")[0] in ("moto", "responses", "requests")])
"""
    assert run_python(program) == "[]"


@pytest.mark.parametrize("outer", ["moto", "ours"])
def test_moto_imported_inside_our_scope_works(outer: str) -> None:
    opened = {
        "moto": "mock = mock_aws(); mock.start(); aws = mock_appintegrations(); aws.start()",
        "ours": "aws = mock_appintegrations(); aws.start(); from moto import mock_aws; mock = mock_aws(); mock.start()",
    }
    program = f"""
import boto3
from appint_mock import mock_appintegrations
{"from moto import mock_aws" if outer == "moto" else ""}
{opened[outer]}
boto3.client("s3").create_bucket(Bucket="bucket")
print(boto3.client("appintegrations").list_applications()["Applications"])
"""
    assert run_python(program) == "[]"


@pytest.mark.parametrize("gone", ["name.partition('.')[0] == 'moto'", "name not in before"], ids=["moto", "all"])
def test_a_moto_that_a_test_lets_be_loaded_again_works_with_us(gone: str) -> None:
    program = f"""
import json, sys, boto3
from appint_mock import mock_appintegrations

properties = {{"Name": "n", "EventBridgeBus": "b", "EventFilter": {{"Source": "aws.partner/x"}}}}
resource = {{"Type": "AWS::AppIntegrations::EventIntegration", "Properties": properties}}
template = json.dumps({{"Resources": {{"E": resource}}}})

def names():
    from moto import mock_aws
    with mock_aws(), mock_appintegrations():
        boto3.client("cloudformation", "us-east-1").create_stack(StackName="s", TemplateBody=template)
        client = boto3.client("appintegrations", "us-east-1")
        return [each["Name"] for each in client.list_event_integrations()["EventIntegrations"]]

before = set(sys.modules)
first = names()
for name in [name for name in sys.modules if {gone}]:
    del sys.modules[name]
print(first, names())
"""
    pytest.importorskip("openapi_spec_validator", reason="moto's CloudFormation needs it (moto[cloudformation])")
    assert run_python(program) == "['n'] ['n']"


def test_the_accounts_of_both_are_the_same_by_default() -> None:
    with mock_aws(), mock_appintegrations():
        assert _our_account() == boto3.client("sts").get_caller_identity()["Account"]


def test_the_account_that_moto_is_set_to_is_ours_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTO_ACCOUNT_ID", "111122223333")
    with mock_appintegrations() as aws:
        assert _our_account("before") == "123456789012", "the variable is moto's: it means nothing without moto"
        with mock_aws():
            assert _our_account("inside") == boto3.client("sts").get_caller_identity()["Account"] == "111122223333"
            assert aws.backend().account_id == "111122223333"
            assert aws.calls.last.account_id == "111122223333"
        assert _our_account("after") == "123456789012"


def test_the_scope_s_account_goes_before_the_one_that_moto_is_set_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MOTO_ACCOUNT_ID", "111122223333")
    with mock_aws(), mock_appintegrations(account_id="444455556666"), mock_appintegrations():
        assert _our_account() == "444455556666"


def test_an_account_of_our_own_credentials_goes_before_the_one_that_moto_is_set_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MOTO_ACCOUNT_ID", "111122223333")
    with mock_aws(), mock_appintegrations() as aws:
        assert _our_account(**aws.credentials("777788889999")) == "777788889999"


def _our_account(name: str = "orders", **client_options: Any) -> str:
    arn: str = create(name, **client_options)["EventIntegrationArn"]
    return arn.split(":")[4]


def _assume(account_id: str) -> dict[str, str]:
    role = f"arn:aws:iam::{account_id}:role/tester"
    answer = boto3.client("sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    return {
        "aws_access_key_id": answer["AccessKeyId"],
        "aws_secret_access_key": answer["SecretAccessKey"],
        "aws_session_token": answer["SessionToken"],
    }


@pytest.mark.parametrize("moto_is_outer", [True, False])
def test_credentials_of_an_assumed_role_act_in_the_role_s_account(moto_is_outer: bool) -> None:
    first, second = (mock_aws(), mock_appintegrations()) if moto_is_outer else (mock_appintegrations(), mock_aws())
    with first, second:
        credentials = _assume("222233334444")
        assert _our_account(**credentials) == "222233334444"
        assert names() == []
        assert names(**credentials) == ["orders"]


def test_an_access_key_of_a_user_in_moto_s_account_acts_there_whatever_our_account_is() -> None:
    with mock_aws(), mock_appintegrations(account_id="444455556666"):
        boto3.client("iam").create_user(UserName="tester")
        key = boto3.client("iam").create_access_key(UserName="tester")["AccessKey"]
        credentials = {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}
        assert _our_account(**credentials) == "123456789012"


def test_credentials_of_a_role_mean_nothing_any_more_when_moto_has_stopped() -> None:
    with mock_appintegrations():
        with mock_aws():
            credentials = _assume("222233334444")
        assert _our_account(**credentials) == "123456789012"


@pytest.mark.parametrize("moto_is_outer", [True, False])
def test_presigned_urls_of_moto_s_s3_keep_working(moto_is_outer: bool) -> None:
    first, second = (mock_aws(), mock_dataexchange()) if moto_is_outer else (mock_dataexchange(), mock_aws())
    with first, second, mock_appintegrations():
        _use_presigned_urls()
        # Our own signed URLs are answered by patches that must leave moto's alone.
        _hand_out_a_signed_url()
        _use_presigned_urls()
    with mock_aws():
        _use_presigned_urls()


def _use_presigned_urls() -> None:
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="bucket")
    where = {"Bucket": "bucket", "Key": "a.csv"}
    requests.put(s3.generate_presigned_url("put_object", Params=where), data=b"1,2", timeout=5).raise_for_status()
    assert requests.get(s3.generate_presigned_url("get_object", Params=where), timeout=5).content == b"1,2"
    assert s3.get_object(**where)["Body"].read() == b"1,2"


def _hand_out_a_signed_url() -> None:
    client = boto3.client("dataexchange")
    data_set = client.create_data_set(AssetType="S3_SNAPSHOT", Name="prices", Description="-")["Id"]
    revision = client.create_revision(DataSetId=data_set)["Id"]
    details = {
        "ImportAssetFromSignedUrl": {
            "DataSetId": data_set,
            "RevisionId": revision,
            "AssetName": "a.csv",
            "Md5Hash": "7lEY2jkK1xNWNUIxTkv5Ug==",
        }
    }
    job = client.create_job(Type="IMPORT_ASSET_FROM_SIGNED_URL", Details=details)
    url = job["Details"]["ImportAssetFromSignedUrl"]["SignedUrl"]
    requests.put(url, data=b"1,2", timeout=5).raise_for_status()


def test_our_other_service_is_named_though_moto_would_answer_that_it_is_not_implemented() -> None:
    with (
        mock_aws(),
        mock_appintegrations(),
        pytest.raises(UnmockedCallError, match=r"Open appint_mock\.mock_dataexchange\(\)"),
    ):
        boto3.client("dataexchange").list_data_sets()


def test_both_mocks_leave_the_environment_as_they_found_it(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "mine")
    before, session = dict(os.environ), boto3.DEFAULT_SESSION
    with mock_aws(), mock_appintegrations():
        boto3.client("sts")
    with mock_appintegrations(), mock_aws():
        boto3.client("sts")
    assert dict(os.environ) == before
    assert boto3.DEFAULT_SESSION is session


def test_a_source_that_moto_s_eventbridge_lists_can_be_used_here() -> None:
    # Two services of one program: moto's bus, our integration on it.
    with mock_aws(), mock_appintegrations():
        boto3.client("events").create_event_bus(Name="partners")
        client = boto3.client("appintegrations")
        client.create_event_integration(Name="orders", EventFilter={"Source": SOURCE}, EventBridgeBus="partners")
        assert client.get_event_integration(Name="orders")["EventBridgeBus"] == "partners"
