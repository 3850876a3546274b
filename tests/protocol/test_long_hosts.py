"""However long a host is and whatever it is made of, it costs time linear in its length, and no cache keeps it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from appint_mock import mock_appintegrations
from appint_mock.interception import guard
from appint_mock.interception.urls import handler_for
from appint_mock.protocol.identity import _read_scope, identify
from appint_mock.services import service_of_url_host
from tests.ratios import assert_linear

_SIGNED = {"Authorization": "AWS4-HMAC-SHA256 Credential=key/20260101//service/aws4_request, Signature=0"}
#: What hosts are made of that lead a pattern astray.
PIECES = ["a", "a-", "-aa", "aa-aa-", ".", "a.", ".aa-aa-1", "-1.", "amzn-s3-demo-", "-signed-urls.s3.", "-signed-urls"]
ENDS = ["", ".amazonaws.com", "-1", "!", ".s3.us-east-1.amazonaws.com"]


READERS: dict[str, Callable[[str], object]] = {
    "identity": lambda host: identify(_SIGNED, f"https://{host}/"),
    "guard": lambda host: guard.stops(f"https://{host}/", "s3"),
    "urls": lambda host: handler_for(f"https://{host}/"),
    "services": service_of_url_host,
}


@pytest.mark.slow
@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("piece", PIECES)
def test_a_long_host_is_read_in_linear_time(reader: str, piece: str) -> None:
    read = READERS[reader]

    def prepare(size: int) -> Callable[[], object]:
        hosts = [f"{piece * (size // len(piece))}{end}" for end in ENDS]
        return lambda: [read(host) for host in hosts for _ in range(4)]

    with mock_appintegrations():
        assert_linear(prepare, 10_000)


@pytest.mark.parametrize(
    "credential",
    ["k" * 10**6 + "/20260101/us-east-1/s/aws4_request", "key/20260101/" + "us-east-" * 10**5 + "1/s/aws4_request"],
    ids=["key", "region"],
)
def test_a_credential_of_a_megabyte_names_nobody_and_is_not_kept(credential: str) -> None:
    before = _read_scope.cache_info().currsize
    signature = identify({"Authorization": f"AWS4-HMAC-SHA256 Credential={credential}, Signature=0"}, "https://a.test/")
    assert signature is not None
    assert (signature.account_id, signature.region_name) == (None, None)
    assert _read_scope.cache_info().currsize == before


def test_a_region_is_found_in_a_host_of_ordinary_length() -> None:
    for host in ("app-integrations.eu-west-1.amazonaws.com", "app-integrations.eu-west-1.amazonaws.com:443"):
        signature = identify(_SIGNED, f"https://{host}/")
        assert signature is not None
        assert signature.region_name == "eu-west-1"
