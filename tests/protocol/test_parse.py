"""What a client sent, read as the model says."""

from __future__ import annotations

import base64
import datetime
import json
from typing import Any

import pytest
from botocore.awsrequest import HeadersDict
from botocore.model import ServiceModel

from appint_mock.protocol.errors import ServiceError
from appint_mock.protocol.message import Request
from appint_mock.protocol.operation import Operation
from appint_mock.services.appintegrations.wording import RULES
from tests.shapes import CATALOGUES

APPINTEGRATIONS = CATALOGUES["appintegrations"].operations
DATAEXCHANGE = CATALOGUES["dataexchange"].operations
HOST = "https://service.us-east-1.amazonaws.com"


def parse(
    operation: Operation, target: str = "/", body: Any = b"", headers: dict[str, Any] | None = None
) -> dict[str, Any]:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return operation.parse(Request(operation.model.http["method"], HOST + target, HeadersDict(headers or {}), content))


def refusal(operation: Operation, target: str = "/", body: Any = b"", **options: Any) -> str | None:
    with pytest.raises(ServiceError) as caught:
        parse(operation, target, body, **options)
    assert caught.value.code == "SerializationException"
    return caught.value.message


# The path


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("a%2Fb", "a/b"),
        ("a%252Fb", "a%2Fb"),
        ("a+b", "a+b"),
        ("a%20b", "a b"),
        ("associations", "associations"),
        ("%C3%A9", "é"),
        ("", ""),
        ("a%zz", "a%zz"),
    ],
)
def test_a_label_is_split_off_raw_and_decoded_once(label: str, name: str) -> None:
    assert parse(APPINTEGRATIONS["GetEventIntegration"], f"/eventIntegrations/{label}") == {"Name": name}


def test_a_path_before_the_operations_own_does_not_matter() -> None:
    operation = APPINTEGRATIONS["UpdateDataIntegrationAssociation"]
    members = parse(operation, "/proxy/v9/dataIntegrations/d%2F1/associations/a1?x=/y", {})
    assert members == {"DataIntegrationIdentifier": "d/1", "DataIntegrationAssociationIdentifier": "a1"}


def test_a_path_that_is_too_short_for_the_operation_is_no_route() -> None:
    with pytest.raises(ServiceError) as caught:
        parse(APPINTEGRATIONS["ListDataIntegrationAssociations"], "/dataIntegrations")
    assert caught.value.code == "MissingAuthenticationTokenException"


# The query


def test_query_values_are_read_by_their_types() -> None:
    operation = APPINTEGRATIONS["ListApplications"]
    members = parse(operation, "/applications?nextToken=a%2Bb+c%26&maxResults=7&applicationType=STANDARD&other=1&")
    assert members == {"NextToken": "a+b+c&", "MaxResults": 7, "ApplicationType": "STANDARD"}


def test_a_list_in_the_query_is_a_repeated_key() -> None:
    operation = APPINTEGRATIONS["UntagResource"]
    assert parse(operation, "/tags/arn%3Ax?tagKeys=a%20b&tagKeys=&tagKeys=c") == {
        "resourceArn": "arn:x",
        "tagKeys": ["a b", "", "c"],
    }
    assert parse(operation, "/tags/x") == {"resourceArn": "x"}


@pytest.mark.parametrize("text", ["abc", "", "1.5", "1_0", "٣", " 1", "1e3", "true", "9" * 200])
def test_a_query_value_that_is_no_integer_is_refused(text: str) -> None:
    assert refusal(APPINTEGRATIONS["ListApplications"], f"/applications?maxResults={text}") == (
        "STRING_VALUE can not be converted to an Integer"
    )


def test_a_query_value_that_is_no_boolean_is_refused() -> None:
    operation = things_operation({"force": {"shape": "B", "location": "querystring", "locationName": "force"}})
    assert parse(operation, "/things?force=true") == {"force": True}
    assert parse(operation, "/things?force=false") == {"force": False}
    assert refusal(operation, "/things?force=maybe") == "STRING_VALUE can not be converted to a Boolean"


# The headers and the payload


def test_a_whole_query_headers_and_a_payload_can_be_members() -> None:
    members = parse(
        DATAEXCHANGE["SendApiAsset"],
        "/v1?a=b%20c&d=",
        "grüß".encode(),
        headers={
            "X-Amzn-DataExchange-Asset-Id": "asset",
            "x-amzn-dataexchange-data-set-id": b"set",
            "x-amzn-dataexchange-revision-id": "revision",
            "x-amzn-dataexchange-header-Accept": b"text/csv",
            "X-Amzn-Dataexchange-Header-b": "1",
            "Authorization": "secret",
        },
    )
    assert members == {
        "AssetId": "asset",
        "DataSetId": "set",
        "RevisionId": "revision",
        "QueryStringParameters": {"a": "b c", "d": ""},
        "RequestHeaders": {"Accept": "text/csv", "b": "1"},
        "Body": "grüß",
    }


def test_what_a_request_does_not_have_is_absent() -> None:
    assert parse(DATAEXCHANGE["SendApiAsset"], "/v1") == {}


def test_a_text_payload_that_is_not_utf8_is_refused() -> None:
    assert refusal(DATAEXCHANGE["SendApiAsset"], "/v1", b"\xff") is None


# The body


def test_unknown_members_are_ignored_and_null_is_absent() -> None:
    body = {"Name": "a", "Description": None, "Colour": "red", "EventFilter": {"Source": None, "x": [1]}}
    assert parse(APPINTEGRATIONS["CreateEventIntegration"], "/eventIntegrations", body) == {
        "Name": "a",
        "EventFilter": {},
    }


def test_an_empty_body_is_an_empty_object() -> None:
    assert parse(APPINTEGRATIONS["CreateEventIntegration"], "/eventIntegrations", b"") == {}


def test_members_are_read_by_their_names_on_the_wire() -> None:
    assert parse(DATAEXCHANGE["TagResource"], "/tags/x", {"tags": {"a": "b"}, "Tags": {"c": "d"}}) == {
        "ResourceArn": "x",
        "Tags": {"a": "b"},
    }


def test_a_member_of_the_path_is_not_read_from_the_body() -> None:
    body = {"Name": "other", "Description": "d"}
    members = parse(APPINTEGRATIONS["UpdateEventIntegration"], "/eventIntegrations/mine", body)
    assert members == {"Name": "mine", "Description": "d"}


def test_an_operation_without_members_in_the_body_does_not_look_at_it() -> None:
    assert parse(APPINTEGRATIONS["GetEventIntegration"], "/eventIntegrations/a", b"{") == {"Name": "a"}


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"nope",
        b'"text"',
        b"1",
        b"1.5",
        b"true",
        b"null",
        b'{"Name": NaN}',
        b'{"Name": Infinity}',
        b'{"Name": -Infinity}',
        b'{"Name": "\xff"}',
        b"\xef\xbb\xbf{}",
        '{"Name": "a"}'.encode("utf-16"),
        b'{"Name": "a"} x',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b" ",
    ],
    ids=lambda body: repr(body[:20]),
)
def test_what_is_not_json_is_refused_without_a_text(body: bytes) -> None:
    assert refusal(APPINTEGRATIONS["CreateEventIntegration"], "/eventIntegrations", body) is None


LIST_THERE = "Start of list found where not expected"
STRUCTURE_THERE = "Start of structure or map found where not expected."


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ([], LIST_THERE),
        ({"Name": 1}, "NUMBER_VALUE can not be converted to a String"),
        ({"Name": 1.5}, "NUMBER_VALUE can not be converted to a String"),
        ({"Name": True}, "TRUE_VALUE can not be converted to a String"),
        ({"Name": False}, "FALSE_VALUE can not be converted to a String"),
        ({"Name": ["a"]}, LIST_THERE),
        ({"Name": {}}, STRUCTURE_THERE),
        ({"InitializationTimeout": "5"}, "STRING_VALUE can not be converted to an Integer"),
        ({"InitializationTimeout": True}, "TRUE_VALUE can not be converted to an Integer"),
        ({"InitializationTimeout": False}, "FALSE_VALUE can not be converted to an Integer"),
        ({"InitializationTimeout": []}, LIST_THERE),
        ({"InitializationTimeout": {}}, STRUCTURE_THERE),
        ({"IsService": "true"}, "STRING_VALUE can not be converted to a Boolean"),
        ({"IsService": 1}, "NUMBER_VALUE can not be converted to a Boolean"),
        ({"IsService": []}, LIST_THERE),
        ({"IsService": {}}, STRUCTURE_THERE),
        ({"Permissions": "a"}, "Expected list or null"),
        ({"Permissions": 1}, "Expected list or null"),
        ({"Permissions": {}}, STRUCTURE_THERE),
        ({"Permissions": [1]}, "NUMBER_VALUE can not be converted to a String"),
        ({"Permissions": [["a"]]}, LIST_THERE),
        ({"Permissions": [None]}, None),
        ({"Tags": "a"}, "Expected null"),
        ({"Tags": True}, "Expected null"),
        ({"Tags": []}, LIST_THERE),
        ({"Tags": {"a": 1}}, "NUMBER_VALUE can not be converted to a String"),
        ({"Tags": {"a": None}}, None),
        ({"IframeConfig": 1}, "Expected null"),
        ({"IframeConfig": []}, LIST_THERE),
        ({"IframeConfig": {"Allow": {}}}, STRUCTURE_THERE),
        ({"Subscriptions": [1]}, "Expected null"),
        ({"Subscriptions": [[]]}, LIST_THERE),
        ({"Subscriptions": [None]}, None),
        ({"Subscriptions": [{"Event": 2}]}, "NUMBER_VALUE can not be converted to a String"),
    ],
    ids=str,
)
def test_json_of_a_wrong_type_is_refused_with_its_text(body: Any, text: str | None) -> None:
    assert refusal(APPINTEGRATIONS["CreateApplication"], "/applications", body) == text


@pytest.mark.parametrize(
    ("number", "value"), [("5.0", 5), ("5.9", 5), ("1e3", 1000), ("-1", -1), (str(10**30), 10**30)]
)
def test_a_number_for_an_integer_is_cut(number: str, value: int) -> None:
    body = f'{{"InitializationTimeout": {number}}}'.encode()
    assert parse(APPINTEGRATIONS["CreateApplication"], "/applications", body) == {"InitializationTimeout": value}


def test_a_number_beyond_all_doubles_is_refused() -> None:
    body = b'{"InitializationTimeout": 1e999}'
    assert refusal(APPINTEGRATIONS["CreateApplication"], "/applications", body) is None


# Moments


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [
        ("2019-10-11T14:12:24Z", 0),
        ("2019-10-11T14:12:24.640Z", 640),
        ("2019-10-11T14:12:24.6409999Z", 640),
        ("2019-10-11T14:12:24.6Z", 600),
        ("2019-10-11T16:12:24+02:00", 0),
    ],
)
def test_an_iso_moment_is_read_in_utc_and_cut_to_milliseconds(text: str, milliseconds: int) -> None:
    members = parse(DATAEXCHANGE["CreateDataGrant"], "/v1/data-grants", {"EndsAt": text})
    assert members["EndsAt"] == MOMENT + datetime.timedelta(milliseconds=milliseconds)
    assert members["EndsAt"].tzinfo is datetime.timezone.utc


@pytest.mark.parametrize(
    "value",
    [
        "tomorrow",
        "",
        "2019-10-11",
        "2019-13-11T14:12:24Z",
        "2019-10-11T14:12:24",
        "0001-01-01T00:00:00+14:00",
        1,
        1.5,
        True,
    ],
)
def test_an_unreadable_moment_is_refused(value: Any) -> None:
    assert refusal(DATAEXCHANGE["CreateDataGrant"], "/v1/data-grants", {"EndsAt": value}) is None


@pytest.mark.parametrize(("value", "text"), [([], LIST_THERE), ({}, STRUCTURE_THERE)])
def test_a_list_or_an_object_for_a_moment_is_refused_as_for_other_scalars(value: Any, text: str) -> None:
    assert refusal(DATAEXCHANGE["CreateDataGrant"], "/v1/data-grants", {"EndsAt": value}) == text


# What no shape of the two services uses, but rest-json has

SHAPES: dict[str, Any] = {
    "S": {"type": "string"},
    "B": {"type": "boolean"},
    "I": {"type": "integer"},
    "D": {"type": "double"},
    "Blob": {"type": "blob"},
    "Time": {"type": "timestamp"},
    "Unix": {"type": "timestamp", "timestampFormat": "unixTimestamp"},
    "Iso": {"type": "timestamp", "timestampFormat": "iso8601"},
    "Rfc": {"type": "timestamp", "timestampFormat": "rfc822"},
    "Strings": {"type": "list", "member": {"shape": "S"}},
    "Integers": {"type": "list", "member": {"shape": "I"}},
    "Node": {"type": "structure", "members": {"Value": {"shape": "S"}, "Next": {"shape": "Node"}}},
}


def things_operation(
    members: dict[str, Any], uri: str = "/things", more: dict[str, Any] | None = None, **structure: Any
) -> Operation:
    shapes = SHAPES | (more or {}) | {"Input": {"type": "structure", "members": members, **structure}}
    model = ServiceModel(
        {
            "metadata": {"protocol": "rest-json"},
            "operations": {
                "Do": {"name": "Do", "http": {"method": "POST", "requestUri": uri}, "input": {"shape": "Input"}}
            },
            "shapes": shapes,
        },
        "things",
    )
    return Operation(model.operation_model("Do"), RULES)


MOMENT = datetime.datetime(2019, 10, 11, 14, 12, 24, tzinfo=datetime.timezone.utc)


@pytest.mark.parametrize(
    ("shape", "value", "read"),
    [
        ("Unix", 1570803144.640, MOMENT + datetime.timedelta(milliseconds=640)),
        ("Unix", 1570803144.999, MOMENT + datetime.timedelta(milliseconds=999)),
        ("Time", 1570803144, MOMENT),
        ("Rfc", "Fri, 11 Oct 2019 14:12:24 GMT", MOMENT),
        ("Rfc", "Fri, 11 Oct 2019 16:12:24 +0200", MOMENT),
        ("Rfc", "Fri, 11 Oct 2019 14:12:24 -0000", MOMENT),
        ("D", 1, 1.0),
        ("D", "Infinity", float("inf")),
        ("Blob", "YWI=", b"ab"),
        (
            "Node",
            {"Value": "a", "Next": {"Value": "b", "Next": {}}},
            {"Value": "a", "Next": {"Value": "b", "Next": {}}},
        ),
    ],
)
def test_other_values_of_rest_json_are_read(shape: str, value: Any, read: Any) -> None:
    assert parse(things_operation({"It": {"shape": shape}}), "/things", {"It": value}) == {"It": read}


@pytest.mark.parametrize(
    ("shape", "value", "text"),
    [
        ("Unix", 1e300, None),
        ("Unix", "soon", None),
        ("Rfc", "soon", None),
        ("Blob", "not base64!", None),
        ("Blob", "YW!I=", None),
        ("Blob", 1, "NUMBER_VALUE can not be converted to a String"),
        ("D", "much", "STRING_VALUE can not be converted to a Double"),
        ("D", True, "TRUE_VALUE can not be converted to a Double"),
        ("D", [], LIST_THERE),
    ],
)
def test_other_values_of_a_wrong_type_are_refused(shape: str, value: Any, text: str | None) -> None:
    assert refusal(things_operation({"It": {"shape": shape}}), "/things", {"It": value}) == text


@pytest.mark.parametrize(
    ("shape", "text", "read"),
    [
        ("Time", "Fri, 11 Oct 2019 14:12:24 GMT", MOMENT),
        ("Iso", "2019-10-11T14:12:24Z", MOMENT),
        ("Unix", "1570803144", MOMENT),
        ("I", "-5", -5),
        ("B", "true", True),
        ("D", "1.5", 1.5),
        ("Strings", 'a, "b, c" ,"say \\"d\\"", e', ["a", "b, c", 'say "d"', "e"]),
        ("Strings", 'a"b", "c"d', ['a"b"', '"c"d']),
        ("Integers", "1,2 , 3", [1, 2, 3]),
    ],
)
def test_headers_are_read_by_their_types(shape: str, text: str, read: Any) -> None:
    operation = things_operation({"It": {"shape": shape, "location": "header", "locationName": "X-It"}})
    assert parse(operation, "/things", headers={"x-it": text}) == {"It": read}


@pytest.mark.parametrize(("shape", "text"), [("Time", "soon"), ("D", "much")])
def test_unreadable_headers_are_refused(shape: str, text: str) -> None:
    operation = things_operation({"It": {"shape": shape, "location": "header", "locationName": "X-It"}})
    refusal(operation, "/things", headers={"x-it": text})


def test_labels_and_queries_have_types_too() -> None:
    operation = things_operation(
        {
            "N": {"shape": "I", "location": "uri", "locationName": "n"},
            "When": {"shape": "Time", "location": "uri", "locationName": "when"},
            "Numbers": {"shape": "Integers", "location": "querystring", "locationName": "i"},
            "Since": {"shape": "Time", "location": "querystring", "locationName": "since"},
        },
        uri="/things/{n}/at/{when}",
    )
    assert parse(operation, "/things/7/at/2019-10-11T14%3A12%3A24Z?i=1&i=2&since=2019-10-11T14:12:24Z") == {
        "N": 7,
        "When": MOMENT,
        "Numbers": [1, 2],
        "Since": MOMENT,
    }


@pytest.mark.parametrize(
    ("shape", "body", "read"), [("Blob", b"\xff\x00", b"\xff\x00"), ("Node", b'{"Value": "a"}', {"Value": "a"})]
)
def test_a_payload_is_the_body_itself(shape: str, body: bytes, read: Any) -> None:
    operation = things_operation({"It": {"shape": shape}}, payload="It")
    assert parse(operation, "/things", body) == {"It": read}
    assert parse(operation, "/things", b"") == {}


def test_an_operation_without_input_reads_nothing() -> None:
    model = ServiceModel(
        {
            "metadata": {},
            "operations": {"Do": {"name": "Do", "http": {"method": "GET", "requestUri": "/"}}},
            "shapes": {},
        },
        "s",
    )
    operation = Operation(model.operation_model("Do"), RULES)
    assert parse(operation, "/", b"{") == {}
    assert operation.is_valid({})
    assert operation.violations({}) == []


def test_a_map_takes_the_parameters_that_are_no_other_member_s() -> None:
    shapes = {"Map": {"type": "map", "key": {"shape": "S"}, "value": {"shape": "S"}}}
    members = {"All": {"shape": "Map", "location": "querystring"}, "One": {"shape": "S", "location": "querystring"}}
    operation = things_operation(members, "/things?mode=import", more=shapes)
    assert parse(operation, "/things?mode=import&One=1&a=b&c=d%20e&=f") == {"One": "1", "All": {"a": "b", "c": "d e"}}
    assert parse(operation, "/things?mode=other&a=1&a=2") == {"All": {"mode": "other", "a": "2"}}


def test_a_map_of_lists_takes_all_values_of_a_parameter() -> None:
    shapes = {"Map": {"type": "map", "key": {"shape": "S"}, "value": {"shape": "Strings"}}}
    operation = things_operation({"All": {"shape": "Map", "location": "querystring"}}, more=shapes)
    assert parse(operation, "/things?a=1&b=2&a=3") == {"All": {"a": ["1", "3"], "b": ["2"]}}


JSON_HEADER = {"It": {"shape": "S", "location": "header", "locationName": "x-it", "jsonvalue": True}}


def test_a_header_can_have_json_in_base64() -> None:
    text = base64.b64encode(b'{"a": [1]}').decode()
    assert parse(things_operation(JSON_HEADER), "/things", headers={"x-it": text}) == {"It": {"a": [1]}}


@pytest.mark.parametrize(
    "text", ["not base64!", "e3!0=", "e30", base64.b64encode(b"{").decode(), base64.b64encode(b"\xff").decode()]
)
def test_a_header_that_is_no_json_in_base64_is_refused(text: str) -> None:
    assert refusal(things_operation(JSON_HEADER), "/things", headers={"x-it": text}) is None
