"""``requests`` with a signature that botocore builds, and a user's own ``responses`` beside us."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest
import requests
import responses
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from appint_mock import ServiceMock, mock_appintegrations, mock_dataexchange
from tests.interception.programs import create, names
from tests.programs import run_python

ENDPOINT = "https://app-integrations.us-east-1.amazonaws.com"
INTEGRATION = {"Name": "orders", "EventBridgeBus": "default", "EventFilter": {"Source": "aws.partner/example.com/x"}}


def signed(
    method: str,
    url: str,
    body: Any = None,
    *,
    key: str = "testing",
    region: str = "us-east-1",
    service: str = "app-integrations",
) -> dict[str, Any]:
    """The arguments of ``requests.request`` for a request that botocore has signed."""
    data = None if body is None else json.dumps(body)
    request = AWSRequest(method, url, headers={"Content-Type": "application/json"}, data=data)
    SigV4Auth(Credentials(key, "testing"), service, region).add_auth(request)
    return {"method": method, "url": url, "data": data, "headers": dict(request.headers), "timeout": 5}


def test_a_signed_request_is_answered_and_shares_the_state_of_boto3() -> None:
    with mock_appintegrations() as aws:
        answer = requests.request(**signed("POST", f"{ENDPOINT}/eventIntegrations", INTEGRATION))
        assert answer.status_code == 200
        assert answer.json() == {
            "EventIntegrationArn": "arn:aws:app-integrations:us-east-1:123456789012:event-integration/orders"
        }
        assert answer.headers["x-amzn-RequestId"]
        assert names() == ["orders"]
        aws.calls.assert_called("CreateEventIntegration", times=1, Name="orders")


def test_a_session_of_requests_reads_what_boto3_made() -> None:
    with mock_appintegrations(), requests.Session() as session:
        create("a"), create("b")
        answer = session.request(**signed("GET", f"{ENDPOINT}/eventIntegrations?maxResults=1"))
        assert [each["Name"] for each in answer.json()["EventIntegrations"]] == ["a"]
        assert "NextToken" in answer.json()


def test_errors_and_faults_are_answers() -> None:
    with mock_appintegrations() as aws:
        missing = requests.request(**signed("GET", f"{ENDPOINT}/eventIntegrations/none"))
        assert (missing.status_code, missing.headers["x-amzn-errortype"]) == (404, "ResourceNotFoundException")
        assert missing.json() == {"Message": "Could not find EventIntegration with identifier: none"}
        aws.fail("ListApplications", "ThrottlingException", "slow down")
        throttled = requests.request(**signed("GET", f"{ENDPOINT}/applications"))
        assert (throttled.status_code, throttled.json()) == (429, {"Message": "slow down"})


def test_a_request_without_a_signature_and_an_unknown_route_are_refused() -> None:
    with mock_appintegrations():
        for answer in (
            requests.get(f"{ENDPOINT}/applications", timeout=5),
            requests.request(**signed("GET", f"{ENDPOINT}/nothing")),
        ):
            assert (answer.status_code, answer.json()) == (403, {"message": "Missing Authentication Token"})


def test_account_and_region_are_those_of_the_signature() -> None:
    with mock_appintegrations() as aws:
        url = "https://app-integrations.eu-west-1.amazonaws.com/eventIntegrations"
        key = aws.credentials("111122223333")["aws_access_key_id"]
        answer = requests.request(**signed("POST", url, INTEGRATION, key=key, region="eu-west-1"))
        arn = "arn:aws:app-integrations:eu-west-1:111122223333:event-integration/orders"
        assert answer.json()["EventIntegrationArn"] == arn


@pytest.mark.parametrize(
    "host",
    [
        "app-integrations-fips.us-west-2.amazonaws.com",
        "app-integrations.us-east-1.api.aws",
        "app-integrations.cn-north-1.amazonaws.com.cn",
        "APP-INTEGRATIONS.us-east-1.amazonaws.com",
    ],
)
def test_every_endpoint_of_the_service_is_answered(host: str) -> None:
    with mock_appintegrations():
        assert requests.request(**signed("GET", f"https://{host}/applications")).json() == {"Applications": []}


def test_data_exchange_s_endpoint_is_answered_too() -> None:
    url = "https://dataexchange.us-east-1.amazonaws.com/v1/data-sets"
    with mock_dataexchange():
        assert requests.request(**signed("GET", url, service="dataexchange")).json() == {"DataSets": []}


def test_the_endpoint_of_a_service_whose_scope_is_not_open_is_left_alone() -> None:
    with mock_dataexchange(), pytest.raises(Exception, match="tried to open a connection"):
        requests.request(**signed("GET", f"{ENDPOINT}/applications"))


def test_nothing_is_answered_after_the_scope() -> None:
    with mock_appintegrations():
        pass
    with pytest.raises(Exception, match="tried to open a connection"):
        requests.request(**signed("GET", f"{ENDPOINT}/applications"))


def test_requests_is_as_it_was_after_the_last_scope() -> None:
    before = dict(vars(requests.Session))
    with mock_appintegrations():
        assert dict(vars(requests.Session)) != before
    assert dict(vars(requests.Session)) == before


def test_a_patch_that_another_library_put_over_ours_stays() -> None:
    session_class: Any = requests.Session
    original = session_class.get_adapter
    with mock_appintegrations():
        ours = requests.Session.get_adapter

        def theirs(self: Any, url: str) -> Any:
            return ours(self, url)

        session_class.get_adapter = theirs
    try:
        assert requests.Session.get_adapter is theirs
    finally:
        session_class.get_adapter = original


def test_requests_loaded_inside_the_scope_is_answered() -> None:
    program = f"""
import sys
from appint_mock import mock_appintegrations
with mock_appintegrations():
    import importlib.util
    assert "Session" in importlib.util.find_spec("requests.sessions").loader.get_source("requests.sessions")
    import requests
    print(requests.get("{ENDPOINT}/applications").status_code)
"""
    assert run_python(program) == "403"


def test_requests_loaded_after_the_scope_is_left_alone() -> None:
    program = """
import sys
from appint_mock import mock_appintegrations
finders = list(sys.meta_path)
with mock_appintegrations():
    pass
assert sys.meta_path == finders
import requests
print(requests.Session.get_adapter.__module__)
"""
    assert run_python(program) == "requests.sessions"


class TestResponses:
    """The library ``responses``, as a user has it in tests of other APIs."""

    @responses.activate
    def test_a_user_s_responses_outside_our_scope_keep_working(self) -> None:
        responses.get("https://api.example.com/x", json={"a": 1})
        with mock_appintegrations():
            self._use_both()
        assert requests.get("https://api.example.com/x", timeout=5).json() == {"a": 1}

    @mock_appintegrations
    @responses.activate
    def test_a_user_s_responses_inside_our_scope_keep_working(self) -> None:
        responses.get("https://api.example.com/x", json={"a": 1})
        self._use_both()

    def test_a_user_s_responses_around_one_part_of_our_scope_keep_working(self) -> None:
        with mock_appintegrations():
            with responses.RequestsMock() as user:
                user.get("https://api.example.com/x", json={"a": 1})
                self._use_both()
            create("after")
            assert names() == ["orders", "after"]

    def test_scopes_that_close_in_the_order_in_which_they_opened_leave_nothing(self) -> None:
        before = requests.adapters.HTTPAdapter.send
        user, ours = responses.RequestsMock(), mock_appintegrations()
        for first, second in ((user, ours), (ours, user)):
            first.start(), second.start()
            user.get("https://api.example.com/x", json={"a": 1})
            self._use_both()
            first.stop(), second.stop()
            user.reset()
        assert requests.adapters.HTTPAdapter.send is before

    @mock_appintegrations
    @responses.activate
    def test_what_a_user_did_not_register_is_refused_as_ever(self) -> None:
        with pytest.raises(requests.exceptions.ConnectionError, match="Connection refused by Responses"):
            requests.get("https://api.example.com/y", timeout=5)

    @mock_appintegrations
    @responses.activate
    def test_a_user_s_responses_see_only_their_own_requests(self) -> None:
        responses.get("https://api.example.com/x", json={"a": 1})
        self._use_both()
        assert [call.request.url for call in responses.calls] == ["https://api.example.com/x"]

    @mock_dataexchange
    @responses.activate
    def test_our_signed_urls_and_a_user_s_responses_do_not_meet(self) -> None:
        import boto3

        responses.get("https://api.example.com/x", json={"a": 1})
        client = boto3.client("dataexchange")
        made = client.create_data_set(AssetType="S3_SNAPSHOT", Name="prices", Description="-")["Id"]
        revision = client.create_revision(DataSetId=made)["Id"]
        import_ = {"DataSetId": made, "RevisionId": revision, "AssetName": "a", "Md5Hash": "7lEY2jkK1xNWNUIxTkv5Ug=="}
        details = {"ImportAssetFromSignedUrl": import_}
        job = client.create_job(Type="IMPORT_ASSET_FROM_SIGNED_URL", Details=details)
        url = job["Details"]["ImportAssetFromSignedUrl"]["SignedUrl"]
        assert requests.put(url, data=b"1,2", timeout=5).status_code == 200
        assert requests.get("https://api.example.com/x", timeout=5).json() == {"a": 1}

    def _use_both(self) -> None:
        assert requests.get("https://api.example.com/x", timeout=5).json() == {"a": 1}
        answer = requests.request(**signed("POST", f"{ENDPOINT}/eventIntegrations", INTEGRATION))
        assert answer.status_code == 200
        assert names() == ["orders"]


def test_a_handle_s_fault_of_the_transport_reaches_requests(appintegrations: ServiceMock[Any]) -> None:
    from botocore.exceptions import ReadTimeoutError

    appintegrations.fail("ListApplications", ReadTimeoutError(endpoint_url=ENDPOINT))
    with pytest.raises(ReadTimeoutError):
        requests.request(**signed("GET", f"{ENDPOINT}/applications"))


def test_importing_us_loads_neither_requests_nor_responses() -> None:
    program = """
import sys
from appint_mock import mock_appintegrations
with mock_appintegrations():
    print([name for name in ("requests", "responses", "moto", "httpx", "aiobotocore") if name in sys.modules])
"""
    assert run_python(program) == "[]"
    assert "requests" in sys.modules
