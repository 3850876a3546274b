"""Credentials of every kind: a client is answered without anybody being asked for them, and keeps its own."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.exceptions import BotoCoreError

from appint_mock import mock_appintegrations, mock_dataexchange
from tests.sockets import SocketForbiddenError

ROLE = "arn:aws:iam::111122223333:role/r"
SOURCE = "[profile source]\naws_access_key_id = AKIASOURCE\naws_secret_access_key = s\n"
PROFILES = {
    "a role of another profile": f"{SOURCE}[profile it]\nrole_arn = {ROLE}\nsource_profile = source\n",
    "a role of the environment": f"[profile it]\nrole_arn = {ROLE}\ncredential_source = Environment\n",
    "a role of a machine": f"[profile it]\nrole_arn = {ROLE}\ncredential_source = Ec2InstanceMetadata\n",
    "a role of a container": f"[profile it]\nrole_arn = {ROLE}\ncredential_source = EcsContainer\n",
    "a role of a role": (
        f"{SOURCE}[profile middle]\nrole_arn = {ROLE}\nsource_profile = source\n"
        f"[profile it]\nrole_arn = {ROLE}\nsource_profile = middle\n"
    ),
    "web identity": f"[profile it]\nrole_arn = {ROLE}\nweb_identity_token_file = /nowhere/token\n",
    "SSO": (
        "[profile it]\nsso_start_url = https://example.awsapps.com/start\nsso_region = us-east-1\n"
        "sso_account_id = 111122223333\nsso_role_name = r\n"
    ),
    "an SSO session": (
        "[sso-session main]\nsso_start_url = https://example.awsapps.com/start\nsso_region = us-east-1\n"
        "[profile it]\nsso_session = main\nsso_account_id = 111122223333\nsso_role_name = r\n"
    ),
    "a command": "[profile it]\ncredential_process = /nowhere/command --for it\n",
    "none": "[profile it]\noutput = json\n",
}
each_kind = pytest.mark.parametrize("text", PROFILES.values(), ids=PROFILES)
CALLS: dict[str, Callable[[Any], Any]] = {
    "appintegrations": lambda client: client.list_applications()["Applications"],
    "dataexchange": lambda client: client.list_data_sets()["DataSets"],
}
MOCKS: dict[str, Any] = {"appintegrations": mock_appintegrations, "dataexchange": mock_dataexchange}


@pytest.fixture(autouse=True)
def _nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(*args: Any, **kwargs: Any) -> Any:
        raise AssertionError(f"somebody was asked for credentials: {args}")

    monkeypatch.setattr("botocore.credentials.ProcessProvider._retrieve_credentials_using", asked)
    monkeypatch.setattr("botocore.utils.InstanceMetadataFetcher.retrieve_iam_role_credentials", asked)
    monkeypatch.setattr("botocore.utils.ContainerMetadataFetcher.retrieve_full_uri", asked)
    monkeypatch.setattr("botocore.utils.FileWebIdentityTokenLoader.__call__", asked)


@pytest.fixture
def profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    def write(text: str) -> None:
        tmp_path.joinpath("config").write_text(text)
        monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))

    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:9/credentials")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAENVIRONMENT")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s")
    return write


@each_kind
@pytest.mark.parametrize("service", MOCKS)
@pytest.mark.parametrize("how", ["by a session's profile", "by AWS_PROFILE"])
def test_a_client_made_before_the_scope_is_answered_and_keeps_its_credentials(
    text: str, service: str, how: str, profile: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    profile(text)
    if any(each in text for each in ("command", "credential_source", "output")):
        pytest.skip("botocore asks already when it makes such a client")
    if how == "by AWS_PROFILE":
        monkeypatch.setenv("AWS_PROFILE", "it")
        monkeypatch.delenv("AWS_ACCESS_KEY_ID")
        monkeypatch.delenv("AWS_CONTAINER_CREDENTIALS_FULL_URI")
        session = boto3.Session()
    else:
        session = boto3.Session(profile_name="it")
    client = session.client(service, region_name="us-east-1")
    own = client._request_signer._credentials
    with MOCKS[service]():
        for _ in range(2):
            assert CALLS[service](client) == []
    assert client._request_signer._credentials is own


@each_kind
@pytest.mark.parametrize("service", MOCKS)
@pytest.mark.parametrize("made", ["before", "inside"])
def test_a_client_made_inside_the_scope_is_answered(
    text: str, service: str, made: str, profile: Callable[[str], None]
) -> None:
    profile(text)
    session = boto3.Session(profile_name="it") if made == "before" else None
    with MOCKS[service]() as aws:
        client = (session or boto3.Session(profile_name="it")).client(service, region_name="us-east-1")
        assert CALLS[service](client) == []
        assert aws.calls.last.account_id == "123456789012"
    with pytest.raises((BotoCoreError, AssertionError, SocketForbiddenError)):
        CALLS[service](client)


def test_a_command_is_run_for_such_a_client_after_the_scope(
    profile: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    profile(PROFILES["a command"])
    with mock_appintegrations():
        client = boto3.Session(profile_name="it").client("appintegrations", region_name="us-east-1")
        assert client.list_applications()["Applications"] == []
    monkeypatch.undo()
    monkeypatch.setattr(
        "botocore.credentials.ProcessProvider._retrieve_credentials_using",
        lambda *args: {"access_key": "AKIAOFCOMMAND", "secret_key": "s"},
    )
    frozen = client._request_signer._credentials.get_frozen_credentials()
    assert frozen.access_key == "AKIAOFCOMMAND"


# Whose account it is -----------------------------------------------------------------------------------------


def keys_of(account: str) -> dict[str, Any]:
    return {
        "aws.credentials": mock_appintegrations().credentials(account),
        "twelve digits": {"aws_access_key_id": account, "aws_secret_access_key": "any"},
    }


@pytest.mark.parametrize("kind", ["aws.credentials", "twelve digits"])
@pytest.mark.parametrize("where", ["arguments", "session", "profile", "environment inside"])
def test_keys_that_name_an_account_act_as_it(
    kind: str, where: str, profile: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = keys_of("444455556666")[kind]
    profile("[profile it]\n" + "".join(f"{name} = {value}\n" for name, value in keys.items()))
    with mock_appintegrations() as aws:
        if where == "environment inside":
            for name, value in keys.items():
                monkeypatch.setenv(name.upper(), value)
        client = {
            "arguments": lambda: boto3.client("appintegrations", **keys),
            "session": lambda: boto3.Session(**keys).client("appintegrations"),
            "profile": lambda: boto3.Session(profile_name="it").client("appintegrations"),
            "environment inside": lambda: boto3.Session().client("appintegrations"),
        }[where]()
        client.list_applications()
        assert aws.calls.last.account_id == "444455556666"


@pytest.mark.parametrize("key", ["12345678901", "1234567890123", "12345678901x", "AKIA123456789012", "١٢٣٤٥٦٧٨٩٠١٢"])
def test_other_keys_name_no_account(key: str) -> None:
    with mock_appintegrations(account_id="999988887777") as aws:
        boto3.client("appintegrations", aws_access_key_id=key, aws_secret_access_key="s").list_applications()
        assert aws.calls.last.account_id == "999988887777"


# The environment ---------------------------------------------------------------------------------------------

PUT_ASIDE = (
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_SECURITY_TOKEN",
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
)
REPLACED = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_EC2_METADATA_DISABLED")


@pytest.mark.parametrize("value", [None, "", "of the program"])
@pytest.mark.parametrize("order", list(itertools.permutations(range(2))))
def test_what_names_other_credentials_is_put_aside_and_comes_back_exactly(
    value: str | None, order: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (*PUT_ASIDE, *REPLACED):
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    before = dict(os.environ)
    mocks: list[Any] = [mock_appintegrations(), mock_dataexchange()]
    for mock in mocks:
        mock.start()
        assert not [name for name in PUT_ASIDE if name in os.environ]
        assert os.environ["AWS_EC2_METADATA_DISABLED"] == "true"
        assert botocore.session.get_session().get_credentials().access_key == "testing"
    for index in order:
        mocks[index].stop()
    assert dict(os.environ) == before


def test_an_expiry_of_the_environment_does_not_end_our_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CREDENTIAL_EXPIRATION", "2001-01-01T00:00:00Z")
    with mock_appintegrations():
        assert boto3.client("appintegrations").list_applications()["Applications"] == []
