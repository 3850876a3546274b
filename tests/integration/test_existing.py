"""What moto is asked whether it has it, and what it is not asked."""

from __future__ import annotations

from typing import Any

import boto3
import pytest

moto = pytest.importorskip("moto", reason="moto is not installed: .ci/run has environments with it")

from moto.core import config  # noqa: E402 (there may be none)

from appint_mock.integrations.moto import existing  # noqa: E402 (it needs moto)

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
