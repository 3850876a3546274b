"""The region of clients: botocore's own chain, at whose end stands the option ``region_name``."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.config import Config
from botocore.exceptions import NoRegionError

from appint_mock import mock_appintegrations, mock_dataexchange

FILES = {
    "config": "[default]\nregion = eu-north-1\n[profile east]\nregion = ap-east-1\n[profile bare]\noutput = json\n",
    "config without a default": "[profile east]\nregion = ap-east-1\n[profile bare]\noutput = json\n",
    "config of other things": "[profile bare]\noutput = json\n[profile east]\n",
}


def default_client() -> Any:
    return boto3.client("appintegrations")


def session_client() -> Any:
    return boto3.Session().client("appintegrations")


def botocore_client() -> Any:
    return botocore.session.get_session().create_client("appintegrations")


MAKERS: list[Callable[[], Any]] = [default_client, session_client, botocore_client]
each_maker = pytest.mark.parametrize("make", MAKERS)


@pytest.fixture(params=list(FILES.values()), ids=list(FILES))
def config(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    text: str = request.param
    tmp_path.joinpath("config").write_text(text)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    return text


def outside(make: Callable[[], Any]) -> str | None:
    """The region without a scope; None for none."""
    try:
        region: str = make().meta.region_name
    except NoRegionError:
        return None
    finally:
        boto3.DEFAULT_SESSION = None
    return region


@each_maker
@pytest.mark.parametrize("profile", [None, "AWS_PROFILE", "AWS_DEFAULT_PROFILE"])
@pytest.mark.parametrize("name", ["default", "east", "bare"])
@pytest.mark.parametrize("variable", [None, "", "sa-east-1"])
def test_ours_is_the_end_of_the_chain(
    config: str, make: Callable[[], Any], profile: str | None, name: str, variable: str | None, monkeypatch: Any
) -> None:
    if profile:
        monkeypatch.setenv(profile, name)
    if variable:
        monkeypatch.setenv("AWS_DEFAULT_REGION", variable)
    if profile and name == "default" and "[default]" not in config:
        pytest.skip("botocore knows no such profile")
    expected = outside(make) or "us-west-2"
    if variable == "":  # botocore would take it for the name of a region
        monkeypatch.setenv("AWS_DEFAULT_REGION", "")
    with mock_appintegrations(region_name="us-west-2") as aws:
        client = make()
        assert client.meta.region_name == expected
        client.list_applications()
        assert aws.calls.last.region_name == aws.backend().region_name == expected
    assert os.environ.get("AWS_DEFAULT_REGION") == variable


@pytest.mark.parametrize("name", ["east", "bare"])
def test_a_session_s_own_profile_goes_before_ours(config: str, name: str) -> None:
    with mock_appintegrations(region_name="us-west-2"):
        has_one = name == "east" and "ap-east-1" in config
        assert boto3.Session(profile_name=name).region_name == ("ap-east-1" if has_one else "us-west-2")


def test_the_credentials_file_s_region_goes_before_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmp_path.joinpath("credentials").write_text("[default]\nregion = ca-west-1\n")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    with mock_appintegrations():
        assert default_client().meta.region_name == "ca-west-1"


@pytest.mark.parametrize("where", ["argument", "config", "session"])
def test_what_a_program_names_goes_before_all(config: str, where: str) -> None:
    with mock_appintegrations(region_name="us-west-2"):
        client = {
            "argument": lambda: boto3.client("appintegrations", region_name="af-south-1"),
            "config": lambda: boto3.client("appintegrations", config=Config(region_name="af-south-1")),
            "session": lambda: boto3.Session(region_name="af-south-1").client("appintegrations"),
        }[where]()
        assert client.meta.region_name == "af-south-1"


def test_a_file_that_changes_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "config"
    monkeypatch.setenv("AWS_CONFIG_FILE", str(file))
    for number, region in enumerate(["eu-west-1", "eu-west-2", "eu-west-3"]):
        file.write_text(f"[default]\nregion = {region}\n")
        os.utime(file, ns=(number, number))
        with mock_appintegrations():
            assert default_client().meta.region_name == region


@pytest.mark.parametrize("text", ["no file of AWS's", "[default\nregion = x", "\xff\xfe"])
def test_a_file_that_cannot_be_read_does_not_keep_a_scope_from_opening(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path.joinpath("config").write_bytes(text.encode("latin-1"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    with mock_appintegrations() as aws:
        assert aws.backend().region_name == "us-east-1"


@each_maker
@pytest.mark.parametrize("mock", [mock_appintegrations, mock_dataexchange])
def test_region_name_none_gives_none(mock: Any, make: Callable[[], Any]) -> None:
    with mock(region_name=None) as aws:
        assert "AWS_DEFAULT_REGION" not in os.environ
        with pytest.raises(NoRegionError):
            make()
        assert aws.backend().region_name == "us-east-1"
        with mock(region_name="eu-west-1"):
            assert make().meta.region_name == "eu-west-1"
        with pytest.raises(NoRegionError):
            make()


def test_region_name_none_inside_a_scope_takes_ours_away_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    with mock_appintegrations(region_name="eu-west-1"), mock_appintegrations(region_name=None):
        with pytest.raises(NoRegionError):
            default_client()
        monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-2")
        assert boto3.Session().client("appintegrations").meta.region_name == "eu-west-2"
