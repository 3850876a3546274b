"""What a program can see of signing stays as it is without us; only the HMAC that nobody checks is left out."""

from __future__ import annotations

import asyncio
import datetime
import re
import sys
import types
from collections.abc import Callable
from typing import Any

import boto3
import botocore
import botocore.credentials
import botocore.session
import freezegun
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import (
    AssumeRoleCredentialFetcher,
    AssumeRoleWithWebIdentityCredentialFetcher,
    CredentialResolver,
    Credentials,
    DeferredRefreshableCredentials,
    RefreshableCredentials,
)
from botocore.exceptions import ClientError, NoCredentialsError
from botocore.handlers import disable_signing

from appint_mock import UnmockedCallError, mock_appintegrations, mock_dataexchange, neighbours
from appint_mock.interception import signer

_KEYS: dict[str, str | None] = {
    "aws_access_key_id": "AKIAEXAMPLE",
    "aws_secret_access_key": "secret",
    "aws_session_token": "token",
}
_FORM = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/]+)/\d{8}/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request, "
    r"SignedHeaders=(?P<headers>[a-z0-9;-]+), Signature=(?P<signature>[0-9a-f]{64})"
)
_CALLS: dict[str, Callable[[Any], Any]] = {
    "appintegrations": lambda client: client.list_applications(),
    "dataexchange": lambda client: client.list_data_sets(),
}
_MOCKS: dict[str, Any] = {"appintegrations": mock_appintegrations, "dataexchange": mock_dataexchange}
_SOON = datetime.timedelta(hours=1)


def headers_sent(client: Any, call: Callable[[Any], Any]) -> dict[str, str]:
    """The headers that a program's own handler of ``before-send`` sees."""
    seen: dict[str, str] = {}
    service_id = client.meta.service_model.service_id.hyphenize()

    def as_text(value: bytes | str) -> str:
        return value.decode() if isinstance(value, bytes) else value

    def look(request: Any, **event: Any) -> None:
        seen.update({name: as_text(request.headers[name]) for name in request.headers})

    # More specific than ours: it is asked first.
    client.meta.events.register(f"before-send.{service_id}.*", look)
    call(client)
    return seen


def form_of(headers: dict[str, str]) -> re.Match[str]:
    match = _FORM.fullmatch(headers["Authorization"])
    assert match is not None, headers["Authorization"]
    return match


@pytest.mark.parametrize("service", _MOCKS)
def test_the_authorization_header_has_its_form(service: str) -> None:
    with _MOCKS[service]():
        client = boto3.client(service, region_name="eu-west-1", **_KEYS)
        sent = headers_sent(client, _CALLS[service])
        form = form_of(sent)
        assert form["key"] == "AKIAEXAMPLE"
        assert form["region"] == "eu-west-1"
        assert form["service"] == client.meta.service_model.signing_name
        assert {"host", "x-amz-date", "x-amz-security-token"} <= set(form["headers"].split(";"))
        assert sent["X-Amz-Security-Token"] == "token"
        assert sent["X-Amz-Date"][:8] == form[0].split("/")[1]


@pytest.mark.parametrize("service", _MOCKS)
def test_the_signature_is_botocores_own_if_it_is_asked_for(service: str) -> None:
    def signature(**options: Any) -> tuple[str, str]:
        with _MOCKS[service](**options):
            client = boto3.client(service, region_name="eu-west-1", **_KEYS)
            sent = headers_sent(client, _CALLS[service])
            form = form_of(sent)
            again = AWSRequest(
                method="GET",
                url=f"{client.meta.endpoint_url}{'/applications' if service == 'appintegrations' else '/v1/data-sets'}",
                headers={
                    name: sent[name]
                    for name in sent
                    if name.lower() in form["headers"].split(";") and name.lower() not in ("host", "authorization")
                },
            )
            again.context["timestamp"] = sent["X-Amz-Date"]
            auth = SigV4Auth(Credentials("AKIAEXAMPLE", "secret", "token"), form["service"], "eu-west-1")
            expected = auth.signature(auth.string_to_sign(again, auth.canonical_request(again)), again)
            return form["signature"], expected

    computed, expected = signature(real_signatures=True)
    assert computed == expected
    made_up, expected = signature()
    assert made_up != expected


@pytest.mark.parametrize("real_signatures", [False, True])
@pytest.mark.parametrize("service", _MOCKS)
def test_a_client_that_does_not_sign_is_refused_as_ever(service: str, real_signatures: bool) -> None:
    def unsigned_by_config() -> Any:
        return boto3.client(service, config=Config(signature_version=botocore.UNSIGNED))

    def unsigned_by_handler() -> Any:
        client = boto3.client(service)
        client.meta.events.register(
            f"choose-signer.{client.meta.service_model.service_id.hyphenize()}", disable_signing
        )
        return client

    with _MOCKS[service](real_signatures=real_signatures):
        for make in (unsigned_by_config, unsigned_by_handler):
            with pytest.raises(ClientError) as caught:
                _CALLS[service](make())
            assert caught.value.response["Error"]["Code"] == "MissingAuthenticationTokenException"


#: What a client may be given to sign with: right or wrong, nobody verifies it.
KEYS: dict[str, dict[str, str | None]] = {
    "keys": {"aws_access_key_id": "AKIAEXAMPLE", "aws_secret_access_key": "secret"},
    "keys and a token": _KEYS,
    "another account's keys": {"aws_access_key_id": "AKIA111122223333MOCK", "aws_secret_access_key": "wrong"},
    "keys that AWS never made": {"aws_access_key_id": "nonsense", "aws_secret_access_key": "/+="},
    "the environment's": {},
}


@pytest.mark.parametrize("keys", KEYS.values(), ids=KEYS)
@pytest.mark.parametrize("service", _MOCKS)
def test_nothing_but_the_signature_depends_on_whether_it_is_computed(service: str, keys: dict[str, str | None]) -> None:
    def outcome(real_signatures: bool, **headers: str) -> tuple[dict[str, str], str, str]:
        def add(request: Any, **event: Any) -> None:
            for name, value in headers.items():
                request.headers[name] = value

        with _MOCKS[service](real_signatures=real_signatures) as aws:
            client = boto3.client(service, region_name="eu-west-1", **keys)
            client.meta.events.register(f"before-sign.{client.meta.service_model.service_id.hyphenize()}", add)
            sent = headers_sent(client, _CALLS[service])
            sent["Authorization"] = sent["Authorization"].partition("Signature=")[0]
            del sent["amz-sdk-invocation-id"]  # another one each time
            return sent, aws.calls.last.account_id, aws.calls.last.region_name

    with freezegun.freeze_time("2030-01-31"):
        assert outcome(True) == outcome(False)
    added = {"X-Of-The-Program": "1", "Date": "now", "X-Amz-Date": "then", "Authorization": "old", "Expect": "x"}
    with freezegun.freeze_time("2030-01-31"):
        assert outcome(True, **added) == outcome(False, **added)


@pytest.mark.parametrize("real_signatures", [False, True])
@pytest.mark.parametrize("service", _MOCKS)
def test_a_client_without_credentials_is_answered_in_a_scope_only(service: str, real_signatures: bool) -> None:
    session = botocore.session.Session()
    session.register_component("credential_provider", CredentialResolver([]))
    client = boto3.Session(botocore_session=session).client(service, region_name="us-east-1")
    with _MOCKS[service](real_signatures=real_signatures):
        form_of(headers_sent(client, _CALLS[service]))
    with pytest.raises(NoCredentialsError):
        _CALLS[service](client)


@pytest.mark.parametrize("service", _MOCKS)
def test_handlers_of_before_sign_see_and_change_what_they_would(service: str) -> None:
    seen: list[tuple[str, str]] = []

    def change(request: Any, signature_version: str, signing_name: str, **event: Any) -> None:
        seen.append((signature_version, signing_name))
        request.headers["X-Of-The-Program"] = "1"

    with _MOCKS[service]():
        client = boto3.client(service)
        client.meta.events.register(f"before-sign.{client.meta.service_model.service_id.hyphenize()}", change)
        sent = headers_sent(client, _CALLS[service])
    assert seen == [("v4", client.meta.service_model.signing_name)]
    assert "x-of-the-program" in form_of(sent)["headers"].split(";")


@pytest.mark.parametrize("service", _MOCKS)
def test_a_presigned_url_is_really_signed(service: str) -> None:
    operation = {"appintegrations": "list_applications", "dataexchange": "list_data_sets"}[service]

    def presigned() -> str:
        client = boto3.client(service, region_name="eu-west-1", **_KEYS)
        return str(client.generate_presigned_url(operation))

    with freezegun.freeze_time("2030-01-31"):
        outside = presigned()
        with _MOCKS[service]():
            assert presigned() == outside


@pytest.mark.parametrize("service", _MOCKS)
def test_another_services_requests_are_signed_as_ever(service: str) -> None:
    (other,) = set(_MOCKS) - {service}
    signed: list[str] = []

    def answer(request: Any, **event: Any) -> Any:
        signed.append(request.headers["Authorization"].decode())
        return botocore.awsrequest.AWSResponse(request.url, 500, {}, None)

    with _MOCKS[service](passthrough=[other]):
        client = boto3.client(other, config=Config(retries={"total_max_attempts": 1}), **_KEYS)
        client.meta.events.register("before-send.*.*", answer)
        with pytest.raises((ClientError, UnmockedCallError, AttributeError)):
            _CALLS[other](client)
    assert signed
    assert not signed[0].endswith("0" * 64)


# Credentials that are still to be fetched -----------------------------------------------------------------------


def _forbidden(*args: Any, **kwargs: Any) -> Any:
    raise AssertionError("credentials were fetched")


def _session_with(credentials: Any) -> boto3.Session:
    session = botocore.session.Session()
    session._credentials = credentials
    return boto3.Session(botocore_session=session)


def _fetched_by_role(access_key: str | None = None) -> Any:
    fetcher = AssumeRoleCredentialFetcher(_forbidden, Credentials("a", "b"), "arn:aws:iam::111122223333:role/r")
    return DeferredRefreshableCredentials(fetcher.fetch_credentials, "assume-role")


def _fetched_by_web_identity() -> Any:
    fetcher = AssumeRoleWithWebIdentityCredentialFetcher(_forbidden, _forbidden, "arn:aws:iam::111122223333:role/r")
    return DeferredRefreshableCredentials(fetcher.fetch_credentials, "assume-role-with-web-identity")


def _run_out() -> Any:
    fetcher = AssumeRoleCredentialFetcher(_forbidden, Credentials("a", "b"), "arn:aws:iam::111122223333:role/r")
    past = datetime.datetime.now(datetime.timezone.utc) - _SOON
    return RefreshableCredentials("AKIA111122223333MOCK", "s", "t", past, fetcher.fetch_credentials, "assume-role")


@pytest.mark.parametrize("real_signatures", [False, True])
@pytest.mark.parametrize("service", _MOCKS)
@pytest.mark.parametrize("make", [_fetched_by_role, _fetched_by_web_identity, _run_out])
def test_credentials_that_are_still_to_be_fetched_are_not_asked(
    make: Callable[[], Any], service: str, real_signatures: bool
) -> None:
    credentials = make()
    client = _session_with(credentials).client(service, region_name="us-east-1")
    with _MOCKS[service](real_signatures=real_signatures):
        _CALLS[service](client)
        _CALLS[service](client)
        client.generate_presigned_url({"appintegrations": "list_applications", "dataexchange": "list_jobs"}[service])
    # It is its old self afterwards.
    assert client._request_signer._credentials is credentials
    assert "get_auth_instance" not in vars(client._request_signer)


def test_botocore_s_own_fetchers_are_not_asked_beside_another_mock_either(another_mock_is_on: None) -> None:
    for make in (_fetched_by_role, _fetched_by_web_identity, _run_out):
        credentials = make()
        client = _session_with(credentials).client("appintegrations", region_name="us-east-1")
        with mock_appintegrations():
            client.list_applications()
        assert client._request_signer._credentials is credentials


def test_a_client_is_lent_credentials_in_each_scope_anew() -> None:
    credentials = _fetched_by_role()
    client = _session_with(credentials).client("appintegrations", region_name="us-east-1")
    for _ in range(2):
        with mock_appintegrations():
            client.list_applications()
            assert client._request_signer._credentials is not credentials
        assert client._request_signer._credentials is credentials


def test_credentials_that_run_out_between_two_calls_are_not_asked() -> None:
    soon = datetime.datetime.now(datetime.timezone.utc) + _SOON
    credentials = RefreshableCredentials("AKIA111122223333MOCK", "s", "t", soon, _forbidden, "own")
    client = _session_with(credentials).client("appintegrations", region_name="us-east-1")
    with mock_appintegrations() as aws:
        client.list_applications()
        assert client._request_signer._credentials is credentials
        credentials._expiry_time = soon - 2 * _SOON
        client.list_applications()
        assert [call.account_id for call in aws.calls] == ["111122223333"] * 2
    assert client._request_signer._credentials is credentials


def test_credentials_that_have_run_out_still_name_their_account() -> None:
    client = _session_with(_run_out()).client("appintegrations", region_name="us-east-1")
    with mock_appintegrations() as aws:
        client.list_applications()
        assert aws.calls.last.account_id == "111122223333"


@pytest.fixture
def another_mock_is_on(monkeypatch: pytest.MonkeyPatch) -> None:
    class Another(neighbours.Neighbour):
        def is_on(self) -> bool:
            return True

    monkeypatch.setattr(neighbours, "_registered", {Another: Another()})


@pytest.mark.parametrize("service", _MOCKS)
def test_a_programs_own_refreshing_function_is_not_asked_where_nothing_could_answer_it(service: str) -> None:
    past = datetime.datetime.now(datetime.timezone.utc) - _SOON
    credentials = RefreshableCredentials("AKIA111122223333MOCK", "s", "t", past, _forbidden, "own")
    client = _session_with(credentials).client(service, region_name="us-east-1")
    with _MOCKS[service]() as aws:
        _CALLS[service](client)
        assert aws.calls.last.account_id == "111122223333"
    assert client._request_signer._credentials is credentials


@pytest.mark.parametrize("service", _MOCKS)
def test_a_programs_own_refreshing_function_is_called_beside_another_mock(
    service: str, another_mock_is_on: None
) -> None:
    refreshed: list[str] = []

    def refresh() -> dict[str, str]:
        refreshed.append("once")
        soon = datetime.datetime.now(datetime.timezone.utc) + _SOON
        return {"access_key": "AKIA444455556666MOCK", "secret_key": "s", "token": "t", "expiry_time": soon.isoformat()}

    past = datetime.datetime.now(datetime.timezone.utc) - _SOON
    credentials = RefreshableCredentials("AKIA111122223333MOCK", "s", "t", past, refresh, "own")
    with _MOCKS[service]() as aws:
        client = _session_with(credentials).client(service, region_name="us-east-1")
        _CALLS[service](client)
        _CALLS[service](client)
        assert aws.calls.last.account_id == "444455556666"
    assert refreshed == ["once"]


@pytest.mark.parametrize("service", _MOCKS)
def test_a_refresh_that_fails_beside_another_mock_reaches_the_program(service: str, another_mock_is_on: None) -> None:
    def refresh() -> dict[str, str]:
        raise PermissionError("the program's own")

    past = datetime.datetime.now(datetime.timezone.utc) - _SOON
    credentials = RefreshableCredentials("AKIA111122223333MOCK", "s", "t", past, refresh, "own")
    with _MOCKS[service]():
        client = _session_with(credentials).client(service, region_name="us-east-1")
        with pytest.raises(PermissionError, match="the program's own"):
            _CALLS[service](client)


# Async clients --------------------------------------------------------------------------------------------------


class AioCredentials(Credentials):  # type: ignore[misc]  # botocore has no types
    """Stands for aiobotocore's."""


class AioRequestSigner:
    """Stands for aiobotocore's: what makes a signature is awaited."""

    __module__ = "aiobotocore.signers"

    def __init__(self) -> None:
        self._credentials: Any = None

    async def get_auth_instance(self, name: str, region_name: str) -> Any:
        return SigV4Auth(self._credentials, name, region_name)


@pytest.mark.parametrize("real_signatures", [False, True])
def test_an_async_client_is_lent_credentials_of_its_own_kind_and_signs_when_it_is_awaited(
    real_signatures: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    module: Any = types.ModuleType("aiobotocore.credentials")
    for name in ("Credentials", "ProcessProvider", "InstanceMetadataProvider", "CanonicalNameCredentialSourcer"):
        setattr(module, f"Aio{name}", getattr(botocore.credentials, name))
    module.AioCredentials = AioCredentials
    monkeypatch.setitem(sys.modules, module.__name__, module)
    request_signer = AioRequestSigner()
    with mock_appintegrations(real_signatures=real_signatures):
        for _ in range(2):
            signer.prepare("appintegrations", request_signer)
            lent = request_signer._credentials
            assert (type(lent), lent.access_key) == (AioCredentials, "testing")
            auth = asyncio.run(request_signer.get_auth_instance("app-integrations", region_name="eu-west-1"))
            assert isinstance(auth, signer.MadeUpSignature) is not real_signatures
            assert (auth.credentials, auth._service_name, auth._region_name) == (lent, "app-integrations", "eu-west-1")
    assert vars(request_signer) == {"_credentials": None}


def test_a_request_without_a_signer_needs_no_credentials() -> None:
    with mock_appintegrations():
        signer.prepare("appintegrations")
