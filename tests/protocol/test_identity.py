"""Whose request it is, from the credential scope of its signature and its host."""

from __future__ import annotations

import pytest

from appint_mock.protocol.identity import Signature, access_key_of, credential_scope, identify, region_in

ACCOUNT = "111122223333"
URL = "https://dataexchange.eu-west-1.amazonaws.com/v1/jobs"


def authorization(scope: str) -> dict[str, str]:
    return {"Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"}


@pytest.mark.parametrize(
    ("scope", "region"),
    [
        ("20260101/us-west-2/dataexchange/aws4_request", "us-west-2"),
        # A multi-region scope names none, nor does anything that is no scope: then the host does.
        ("20260101/dataexchange/aws4_request", "eu-west-1"),
        ("20260101/us-west-2/dataexchange/aws4_request/more", "eu-west-1"),
        ("20260101/Nowhere/dataexchange/aws4_request", "eu-west-1"),
        ("", "eu-west-1"),
    ],
)
@pytest.mark.parametrize("key", [access_key_of(ACCOUNT), ACCOUNT])
def test_account_and_region_are_those_of_the_scope_or_else_the_region_of_the_host(
    key: str, scope: str, region: str
) -> None:
    assert identify(authorization(f"{key}/{scope}"), URL) == Signature(key, ACCOUNT, region)


def test_a_key_that_is_not_ours_names_no_account() -> None:
    for key in ("AKIAIOSFODNN7EXAMPLE", f"AKIA{ACCOUNT}", f"{ACCOUNT}4", ""):
        assert identify(authorization(f"{key}/20260101/us-west-2/dataexchange/aws4_request"), URL) == Signature(
            key, None, "us-west-2"
        )


def test_a_scope_of_512_characters_is_read_and_a_longer_one_names_nobody() -> None:
    rest = "/20260101/us-west-2/dataexchange/aws4_request"
    longest = "k" * (512 - len(rest))
    assert identify(authorization(longest + rest), URL) == Signature(longest, None, "us-west-2")
    assert identify(authorization(f"k{longest}{rest}"), URL) == Signature("", None, "eu-west-1")


def test_an_unsigned_request_is_nobodys_and_a_signed_url_is_read_like_a_header() -> None:
    assert identify({}, URL) is None
    signed = f"{URL}?X-Amz-Credential={ACCOUNT}%2F20260101%2Fus-west-2%2Fdataexchange%2Faws4_request&X-Amz-Signature=0"
    assert identify({}, signed) == Signature(ACCOUNT, ACCOUNT, "us-west-2")
    assert credential_scope({}, f"{URL}?X-Amz-Signature=0") == ""
    assert credential_scope({"Authorization": b"Bearer x"}, URL) == ""


def test_of_two_credentials_in_a_url_the_first_counts() -> None:
    query = "X-Amz-Credential=first%2F20260101&X-Amz-Credential=second%2F20260101&X-Amz-Signature=0"
    assert credential_scope({}, f"{URL}?{query}") == "first/20260101"


@pytest.mark.parametrize(("length", "region"), [(259, "eu-west-1"), (260, None)])
def test_a_host_and_port_longer_than_any_name_no_region(length: int, region: str | None) -> None:
    host = ".dataexchange.eu-west-1.amazonaws.com:65535".rjust(length, "a")
    assert region_in(f"https://{host}/v1/jobs") == region
    assert region_in(f"https://a@{host}/v1/jobs") == region


@pytest.mark.parametrize(("length", "key"), [(512, True), (513, False)])
def test_a_scope_that_is_longer_than_any_names_nobody(length: int, key: bool) -> None:
    scope = f"{ACCOUNT}/20260101/us-west-2/dataexchange/".ljust(length, "a")[:length]
    found = identify(authorization(scope), URL)
    assert found == (Signature(ACCOUNT, ACCOUNT, "us-west-2") if key else Signature("", None, "eu-west-1"))
