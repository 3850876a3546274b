"""A refusal has the form of the protocol that the client speaks, whatever its text."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.awsrequest import HeadersDict
from botocore.parsers import PROTOCOL_PARSERS, create_parser

from appint_mock.protocol.message import Request
from appint_mock.server.refusals import not_answered_here, nothing_there, refuse

TEXTS = ["short", "é <&> " + "x" * 300, "y" * 70_000, "a\x00b"]


def parsed(protocol: str, answer: Any) -> dict[str, Any]:
    raw = {"status_code": answer.status, "headers": HeadersDict(answer.headers), "body": answer.body}
    error: dict[str, Any] = create_parser(protocol).parse(raw, None)["Error"]
    return error


@pytest.mark.parametrize("text", TEXTS, ids=["short", "long", "very long", "unprintable"])
@pytest.mark.parametrize(
    ("protocol", "name"),
    [
        ("query", "sts"),
        ("ec2", "ec2"),
        ("rest-xml", "route53"),
        ("rest-xml", "s3"),
        ("json", "dynamodb"),
        ("rest-json", "lambda"),
        # Older versions of botocore do not read it.
        *([("smithy-rpc-v2-cbor", "cloudwatch")] if "smithy-rpc-v2-cbor" in PROTOCOL_PARSERS else []),
    ],
)
def test_botocores_parser_reads_code_and_text(protocol: str, name: str, text: str) -> None:
    error = parsed(protocol, refuse(protocol, name, text))
    xml = protocol in ("query", "ec2", "rest-xml")
    whole = text.replace("\x00", "?") if xml else text
    assert error["Code"] == "UnmockedCallError"
    assert error["Message"] == (whole[:65535] if "cbor" in protocol else whole)


@pytest.mark.parametrize(
    ("name", "headers", "query", "content_type"),
    [
        ("cloudwatch", {"smithy-protocol": "rpc-v2-cbor"}, "", "application/cbor"),
        ("logs", {"X-Amz-Target": "Logs_20140328.DescribeLogGroups"}, "", "application/x-amz-json-1.1"),
        ("logs", {"Content-Type": "application/x-amz-json-1.1"}, "", "application/x-amz-json-1.1"),
        ("sts", {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}, "", "text/xml"),
        ("sts", {}, "?Action=GetCallerIdentity", "text/xml"),
        ("s3", {}, "", "text/xml"),
        ("lambda", {}, "", "application/json"),
        # An older or a newer model may have another protocol than the client speaks.
        ("lambda", {"X-Amz-Target": "Lambda.ListFunctions"}, "", "application/x-amz-json-1.1"),
        ("lambda", {"Content-Type": "application/x-amz-json-1.0"}, "", "application/x-amz-json-1.1"),
        ("lambda", {"Content-Type": "application/x-www-form-urlencoded"}, "", "text/xml"),
        ("lambda", {}, "?Action=ListFunctions", "text/xml"),
        ("a-service-that-there-is-not", {}, "", "application/json"),
    ],
)
def test_the_protocol_is_that_of_the_request_or_else_of_the_services_model(
    name: str, headers: dict[str, str], query: str, content_type: str
) -> None:
    request = Request("GET", f"/{query}", HeadersDict(headers), b"")
    answer = not_answered_here(name, request, ["AppIntegrations"], ["AppIntegrations", "Data Exchange"])
    assert answer.status == 404
    assert answer.headers["Content-Type"] == content_type
    text = answer.body.decode("utf-8", "replace")
    assert f"signed for '{name}'; appint_mock answers for AppIntegrations. " in text.replace("&apos;", "'")
    assert "AWS_ENDPOINT_URL_APPINTEGRATIONS and AWS_ENDPOINT_URL_DATA_EXCHANGE instead" in text


@pytest.mark.parametrize(("name", "root"), [("ec2", "<Response>"), ("sts", "<ErrorResponse>")])
def test_ec2_has_a_form_of_its_own(name: str, root: str) -> None:
    answer = not_answered_here(name, Request("POST", "/?Action=A", HeadersDict({}), b""), [], [])
    assert root.encode() in answer.body


def test_a_signed_url_of_no_service_is_refused_as_s3_does() -> None:
    answer = nothing_there(Request("GET", "/bucket/key?X-Amz-Signature=0", HeadersDict({}), b""))
    error = parsed("rest-xml", answer)
    assert error == {"Code": "NoSuchKey", "Message": "No service of this server has signed URLs at /bucket/key."}
    assert answer.body.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<Error>')


@pytest.mark.parametrize(("length", "shown"), [(3, 3), (65_535, 65_535), (65_536, 65_535)])
def test_cbor_has_two_bytes_for_the_length_of_a_text(length: int, shown: int) -> None:
    head = b"\xa2\x79\x00\x06__type\x79\x00\x11UnmockedCallError\x79\x00\x07message\x79"
    answer = refuse("smithy-rpc-v2-cbor", "cloudwatch", "y" * length)
    assert answer.body == head + shown.to_bytes(2, "big") + b"y" * shown
    assert answer.headers == {"Content-Type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}
