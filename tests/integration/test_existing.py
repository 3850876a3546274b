"""What moto is asked whether it has it, and what it is not asked."""

from __future__ import annotations

import sys
import types
from typing import Any

import boto3
import pytest

moto = pytest.importorskip("moto", reason="moto is not installed: .ci/run has environments with it")

from moto.core import config  # noqa: E402 (there may be none)

from appint_mock import mock_appintegrations  # noqa: E402 (likewise)
from appint_mock.integrations.moto import Moto, existing  # noqa: E402 (it needs moto)

NO_KEY = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-4000-8000-000000000000"


def test_a_resource_is_there_or_not_if_moto_answers_for_its_service() -> None:
    with moto.mock_aws():
        key = boto3.client("kms", region_name="us-east-1").create_key()["KeyMetadata"]["Arn"]
        assert existing.has(key) is True
        assert existing.has(NO_KEY) is False
        assert existing.has(key.replace("us-east-1", "us-moon-1")) is False


@pytest.mark.parametrize("core", [{"passthrough": {"services": ["kms"]}}, {"service_whitelist": ["s3"]}], ids=str)
def test_nothing_is_known_of_a_service_that_moto_leaves_to_others(core: dict[str, Any]) -> None:
    if "service_whitelist" in core and not hasattr(config, "service_whitelisted"):
        pytest.skip("the first moto 5 have no whitelist")
    with moto.mock_aws(config={"core": core}):
        assert existing.has(NO_KEY) is None


def test_nothing_is_known_of_a_service_that_moto_does_not_have(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(existing, "_KNOWN", {**existing._KNOWN, "nothing": lambda backend, arn: True})
    with moto.mock_aws():
        assert existing.has(NO_KEY.replace(":kms:", ":nothing:")) is None
        assert existing.has(NO_KEY.replace(":kms:", ":unheard-of:")) is None
        assert existing.has("no ARN") is None
        assert existing.has("arn:aws:sqs:us-east-1:123456789012:queue") is None


def test_a_resource_without_its_account_and_region_is_looked_for_everywhere_and_one_with_them_there() -> None:
    with moto.mock_aws():
        boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="bucket-of-anybody")
        assert existing.has("arn:aws:s3:::bucket-of-anybody") is True
        assert existing.has("arn:aws:s3:::bucket-of-nobody") is False


@pytest.mark.parametrize("place", [":123456789012", "us-east-1:"])
def test_a_resource_without_its_region_or_its_account_is_not_there(place: str) -> None:
    with moto.mock_aws():
        key = boto3.client("kms", region_name="us-east-1").create_key()["KeyMetadata"]["KeyId"]
        assert existing.has(f"arn:aws:kms:{place}:key/{key}") is False


def test_each_kind_of_resource_is_found_by_its_arn_in_its_own_account() -> None:
    with moto.mock_aws():
        key = boto3.client("kms", region_name="us-east-1")
        arn = key.create_key()["KeyMetadata"]["Arn"]
        key.create_alias(AliasName="alias/of-mine", TargetKeyId=arn)
        secret = boto3.client("secretsmanager", region_name="us-east-1")
        made = secret.create_secret(Name="secret", SecretString="x")["ARN"]
        boto3.client("events", region_name="us-east-1").create_event_bus(Name="bus")
        there = {
            "kms": ["alias/of-mine", "alias/aws/s3", arn.rpartition(":")[2]],
            "secretsmanager": ["secret:secret", f"secret:{made.rpartition(':')[2]}"],
            "events": ["event-bus/bus", "event-bus/default"],
        }
        missing = {
            "kms": ["alias/of-yours", "key/alias/of-mine"],
            "secretsmanager": ["secret:secre", "secret:secret2"],
            "events": ["event-bus/other", "bus/default"],
        }
        for expected, resources in ((True, there), (False, missing)):
            for service, names in resources.items():
                for name in names:
                    assert existing.has(f"arn:aws:{service}:us-east-1:123456789012:{name}") is expected, name
        for service, names in there.items():
            for name in set(names) - {"alias/aws/s3", "event-bus/default"}:
                assert existing.has(f"arn:aws:{service}:us-east-1:210987654321:{name}") is False, name
                assert existing.has(f"arn:aws:{service}:eu-west-1:123456789012:{name}") is False, name


def test_an_address_of_a_service_that_moto_has_is_known_without_loading_moto() -> None:
    assert existing.is_installed()
    assert existing.has_service_at("https://sqs.us-east-1.amazonaws.com/")
    assert not existing.has_service_at("https://braket.us-east-1.amazonaws.com/")


def test_what_moto_offers_depends_on_whether_it_is_on_and_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    queue = "https://sqs.us-east-1.amazonaws.com/"
    offers = Moto().offers
    assert offers(queue, is_async=False) == "moto's mock_aws"
    assert offers(queue, is_async=True) == "mock_aws (which answers async clients while a scope is open)"
    assert offers("https://braket.us-east-1.amazonaws.com/", is_async=False) is None
    with moto.mock_aws():
        assert offers(queue, is_async=False) is None
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    existing._url_patterns.cache_clear()
    try:
        for url in (queue, "https://braket.us-east-1.amazonaws.com/"):
            assert offers(url, is_async=False) == "moto's mock_aws (if moto, which is not installed, has the service)"
        assert not existing.has_service_at(queue)
    finally:
        existing._url_patterns.cache_clear()


def test_moto_answers_whose_key_it_is_unless_it_is_given_an_account(monkeypatch: pytest.MonkeyPatch) -> None:
    with moto.mock_aws():
        iam = boto3.client("iam", region_name="us-east-1")
        for name in ("first", "second"):
            iam.create_user(UserName=name)
        keys = [iam.create_access_key(UserName=name)["AccessKey"]["AccessKeyId"] for name in ("first", "second")]
        of = Moto().account_of
        assert [of(key) for key in keys] == ["123456789012"] * 2
        assert of("AKIAIOSFODNN7EXAMPLE") is None
        monkeypatch.setenv("MOTO_ACCOUNT_ID", "210987654321")
        assert Moto().default_account() == "210987654321"
        assert of(keys[0]) is None


def test_moto_joins_for_its_own_services_only_while_it_is_on() -> None:
    neighbour = Moto()
    try:
        assert neighbour.join("appintegrations") is True
        assert neighbour.join("sqs") is False
        assert not neighbour.is_on()
        with moto.mock_aws():
            assert neighbour.is_on()
            assert neighbour.join("sqs") is True
    finally:
        neighbour.leave()


def test_the_tagging_api_of_a_moto_that_has_been_left_lists_nothing_of_ours() -> None:
    tagging = pytest.importorskip("moto.resourcegroupstaggingapi.models")
    if not hasattr(tagging, "iter_taggable_backends"):
        pytest.skip("moto before 5.2.2 has no way in")
    neighbour, original = Moto(), tagging.iter_taggable_backends
    with moto.mock_aws(), mock_appintegrations():
        assert neighbour.join("resourcegroupstaggingapi") is True
        assert tagging.iter_taggable_backends is not original
        neighbour.leave()
        neighbour.leave()
    assert tagging.iter_taggable_backends is original


def test_what_works_on_moto_is_loaded_again_with_another_copy_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    core = sys.modules["moto.core.models"]
    copy = types.ModuleType(core.__name__)
    vars(copy).update(vars(core))
    neighbour, room = Moto(), existing.__package__

    def joined() -> Any:
        assert neighbour.join("sqs") is True
        module = sys.modules[f"{room}.clients"]
        assert vars(sys.modules[room])["clients"] is module
        return module

    try:
        with moto.mock_aws():
            first = joined()
            assert joined() is first
            monkeypatch.setitem(sys.modules, core.__name__, copy)
            second = joined()
            assert second is not first
            assert joined() is second
    finally:
        neighbour.leave()
    assert not any(module._patches.active for module in (first, second))


def test_a_key_is_nobody_s_where_moto_s_iam_is_not_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "moto.iam.models", raising=False)
    assert Moto().account_of("AKIAIOSFODNN7EXAMPLE") is None
