"""The environment while a scope is open, and after it."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import botocore.session
import pytest

from appint_mock import mock_appintegrations

CREDENTIALS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
TOUCHED = (*CREDENTIALS, "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_DEFAULT_PROFILE")


@pytest.fixture
def configure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], None]:
    """Writes AWS's configuration file."""

    def write(text: str) -> None:
        (tmp_path / "config").write_text(text, "utf-8")
        monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))

    return write


def touched() -> dict[str, str | None]:
    return {name: os.environ.get(name) for name in TOUCHED}


def test_a_scope_gives_made_up_credentials_and_a_region() -> None:
    with mock_appintegrations(region_name="eu-central-1"):
        assert all(os.environ[name] for name in CREDENTIALS)
        assert os.environ["AWS_DEFAULT_REGION"] == "eu-central-1"
        assert boto3.client("appintegrations").meta.region_name == "eu-central-1"


def test_the_region_of_the_environment_goes_before_the_option(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-southeast-2")
    with mock_appintegrations(region_name="eu-central-1"):
        assert boto3.client("appintegrations").meta.region_name == "ap-southeast-2"


def test_real_credentials_and_profiles_are_out_of_sight(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAREAL")
    monkeypatch.setenv("AWS_PROFILE", "production")
    with mock_appintegrations():
        credentials = boto3.Session().get_credentials()
        assert credentials is not None
        assert credentials.access_key == "testing"
        assert "AWS_PROFILE" not in os.environ


@pytest.mark.parametrize("values", [{}, dict.fromkeys(TOUCHED, ""), dict.fromkeys(TOUCHED, "mine")])
def test_the_environment_is_restored_exactly(values: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    before = touched()
    with mock_appintegrations():
        assert touched() != before
        os.environ["AWS_ACCESS_KEY_ID"] = "changed inside"
    assert touched() == before


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_the_environment_is_restored_in_any_order_of_closing(order: tuple[int, ...]) -> None:
    before = touched()
    mocks = [mock_appintegrations(region_name=region) for region in ("us-east-1", "us-west-2", "eu-west-1")]
    for mock in mocks:
        mock.start()
    for index in order:
        mocks[index].stop()
    assert touched() == before


def test_the_region_is_that_of_the_innermost_scope_that_is_still_open() -> None:
    regions = ("eu-west-1", "eu-west-2", "eu-west-3")
    first, second, third = (mock_appintegrations(region_name=region).start() for region in regions)
    assert os.environ["AWS_DEFAULT_REGION"] == "eu-west-3"
    third.stop()
    assert os.environ["AWS_DEFAULT_REGION"] == "eu-west-2"
    first.stop()
    assert os.environ["AWS_DEFAULT_REGION"] == "eu-west-2"
    second.stop()
    assert "AWS_DEFAULT_REGION" not in os.environ


def test_an_inner_scope_s_region_holds_while_it_is_open() -> None:
    with mock_appintegrations(region_name="us-west-2"):
        with mock_appintegrations(region_name="eu-west-1"):
            assert os.environ["AWS_DEFAULT_REGION"] == "eu-west-1"
        assert os.environ["AWS_DEFAULT_REGION"] == "us-west-2"


def test_an_inner_scope_s_region_is_that_of_sessions_whose_profile_names_none(
    monkeypatch: pytest.MonkeyPatch, configure: Callable[[str], None]
) -> None:
    configure("[default]\noutput = json\n[profile north]\nregion = eu-north-1\n")
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)

    def regions() -> tuple[Any, Any]:
        return boto3.Session().region_name, boto3.Session(profile_name="north").region_name

    with mock_appintegrations(region_name="us-west-2"):
        assert regions() == ("us-west-2", "eu-north-1")
        with mock_appintegrations(region_name="ap-south-1"):
            with mock_appintegrations(region_name="eu-west-1"):
                assert regions() == ("eu-west-1", "eu-north-1")
            assert regions() == ("ap-south-1", "eu-north-1")
        assert regions() == ("us-west-2", "eu-north-1")


def test_the_region_of_the_profile_that_the_environment_named_is_where_a_backend_is_looked_for(
    monkeypatch: pytest.MonkeyPatch, configure: Callable[[str], None]
) -> None:
    configure("[default]\nregion = eu-south-1\n[profile north]\nregion = eu-north-1\n[profile nowhere]\n")

    def region() -> str:
        with mock_appintegrations() as aws:
            return aws.backend().region_name

    assert region() == "eu-south-1"
    monkeypatch.setenv("AWS_PROFILE", "north")
    assert region() == "eu-north-1"
    monkeypatch.setenv("AWS_DEFAULT_PROFILE", "nowhere")
    assert region() == "us-east-1"
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ca-central-1")
    assert region() == "ca-central-1"


def test_a_profile_that_is_named_inside_the_scope_goes_before_the_one_outside(
    monkeypatch: pytest.MonkeyPatch, configure: Callable[[str], None]
) -> None:
    configure("[profile a]\nregion = eu-south-1\n[profile b]\nregion = eu-north-1\n")
    monkeypatch.setenv("AWS_PROFILE", "a")
    with mock_appintegrations() as aws:
        assert aws.backend().region_name == "eu-south-1"
        monkeypatch.setenv("AWS_PROFILE", "b")
        assert boto3.Session().region_name == "eu-north-1"


def test_only_the_region_of_a_session_is_ours(configure: Callable[[str], None]) -> None:
    configure("[default]\nca_bundle = mine.pem\n[profile north]\nregion = eu-north-1\n")
    with mock_appintegrations(region_name="us-west-2"):
        session = botocore.session.Session()
        variables = [session.get_config_variable(name) for name in ("region", "ca_bundle", "profile")]
    assert variables == ["us-west-2", "mine.pem", None]


def test_a_region_that_a_session_or_the_environment_has_goes_before_that_of_the_profile_put_aside(
    configure: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    configure("[profile north]\nregion = eu-north-1\n")
    monkeypatch.setenv("AWS_PROFILE", "north")
    with mock_appintegrations(region_name="us-west-2"):
        session = botocore.session.Session()
        assert session.get_config_variable("region") == "eu-north-1"
        session.set_config_variable("region", "eu-west-1")
        assert session.get_config_variable("region") == "eu-west-1"
        monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-south-1")
        assert botocore.session.Session().get_config_variable("region") == "ap-south-1"


def test_the_default_session_of_the_user_is_back_after_the_scope() -> None:
    mine = boto3.Session(region_name="eu-north-1")
    boto3.DEFAULT_SESSION = mine
    try:
        with mock_appintegrations():
            assert boto3.client("appintegrations").meta.region_name == "us-east-1"
        assert boto3.DEFAULT_SESSION is mine
    finally:
        boto3.DEFAULT_SESSION = None


def test_a_default_session_set_up_inside_the_scope_is_gone_after_it() -> None:
    with mock_appintegrations():
        boto3.setup_default_session(region_name="eu-north-1")
    assert boto3.DEFAULT_SESSION is None


def test_moto_and_a_scope_may_close_in_the_order_in_which_they_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    moto = pytest.importorskip("moto")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAREAL")
    mine = boto3.Session(region_name="eu-north-1")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", mine)
    before = touched()
    other, ours = moto.mock_aws(), mock_appintegrations()
    other.start()
    ours.start()
    other.stop()
    ours.stop()
    assert touched() == before
    assert boto3.DEFAULT_SESSION is mine
