"""Answers, written as the model says."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest
from botocore.model import ServiceModel

from appint_mock.protocol.message import Response
from appint_mock.protocol.operation import Operation
from appint_mock.services.appintegrations.wording import RULES
from tests.protocol.test_parse import MOMENT, SHAPES
from tests.shapes import CATALOGUES, OPERATIONS, operation_id

APPINTEGRATIONS = CATALOGUES["appintegrations"].operations
DATAEXCHANGE = CATALOGUES["dataexchange"].operations
JSON = {"Content-Type": "application/json"}
LATER = MOMENT + datetime.timedelta(milliseconds=640)


def body(answer: Response) -> Any:
    return json.loads(answer.body)


def test_an_answer_is_json_of_the_modelled_members_that_are_there() -> None:
    record = {
        "Name": "orders",
        "Description": None,
        "EventFilter": {"Source": "aws.cases", "Secret": 1, "Other": None},
        "Tags": {},
        "ClientToken": "not shown",
    }
    answer = APPINTEGRATIONS["GetEventIntegration"].serialise(record)
    assert (answer.status, answer.headers) == (200, JSON)
    assert body(answer) == {"Name": "orders", "EventFilter": {"Source": "aws.cases"}, "Tags": {}}


def test_structures_in_a_list_show_only_their_modelled_members_too() -> None:
    items = [{"Name": "a", "Secret": 1, "EventFilter": {"Source": "x", "Secret": 2}}, {"Name": "b"}]
    answer = APPINTEGRATIONS["ListEventIntegrations"].serialise({"EventIntegrations": items, "NextToken": None})
    assert body(answer) == {"EventIntegrations": [{"Name": "a", "EventFilter": {"Source": "x"}}, {"Name": "b"}]}


def test_a_list_is_written_again_as_its_items_are_now() -> None:
    operation = APPINTEGRATIONS["ListEventIntegrations"]

    def names(items: list[dict[str, str]]) -> list[str]:
        return [item["Name"] for item in body(operation.serialise({"EventIntegrations": items}))["EventIntegrations"]]

    # More than are remembered, and new objects that may get the place of old ones in memory.
    for start in (0, 0, 300):
        items = [{"Name": str(number)} for number in range(start, start + 600)]
        for shown in (items, items[::-1], [{**item, "Name": "new"} for item in items], items[:3]):
            assert names(shown) == [item["Name"] for item in shown]
        del items


def test_a_record_is_not_changed_by_writing_it() -> None:
    record = {"Name": "orders", "Tags": {"a": "b"}, "x": 1}
    APPINTEGRATIONS["GetEventIntegration"].serialise(record)
    assert record == {"Name": "orders", "Tags": {"a": "b"}, "x": 1}


def test_two_answers_share_no_headers() -> None:
    operation = APPINTEGRATIONS["GetEventIntegration"]
    operation.serialise({}).headers["x-amzn-RequestId"] = "1"
    assert operation.serialise({}).headers == JSON


def test_empty_values_are_shown() -> None:
    record = {"Description": "", "Permissions": [], "IframeConfig": {}, "IsService": False}
    assert body(APPINTEGRATIONS["GetApplication"].serialise(record)) == record


@pytest.mark.parametrize("operation", OPERATIONS, ids=operation_id)
def test_every_operation_answers_with_its_own_status(operation: Operation) -> None:
    nothing: tuple[dict[str, Any] | None, ...] = ({}, None)
    for result in nothing:
        answer = operation.serialise(result)
        assert answer.status == operation.model.http.get("responseCode", 200)
        if answer.status in (202, 204):
            assert (answer.headers, answer.body) == ({}, b"")
        elif operation.name == "SendApiAsset":
            assert answer.body == b""
        else:
            assert (answer.headers, answer.body) == (JSON, b"{}")


def test_wire_names_are_the_models() -> None:
    assert body(DATAEXCHANGE["ListTagsForResource"].serialise({"Tags": {"a": "b"}})) == {"tags": {"a": "b"}}


def test_moments_are_numbers_unless_the_shape_says_otherwise() -> None:
    answer = APPINTEGRATIONS["GetApplication"].serialise({"CreatedTime": MOMENT, "LastModifiedTime": LATER})
    assert answer.body == b'{"CreatedTime":1570803144,"LastModifiedTime":1570803144.64}'
    answer = DATAEXCHANGE["GetDataSet"].serialise({"CreatedAt": MOMENT, "UpdatedAt": LATER})
    assert body(answer) == {"CreatedAt": "2019-10-11T14:12:24.000Z", "UpdatedAt": "2019-10-11T14:12:24.640Z"}


def test_microseconds_are_cut_and_other_zones_turned_to_utc() -> None:
    zone = datetime.timezone(datetime.timedelta(hours=2))
    moment = (LATER + datetime.timedelta(microseconds=999)).astimezone(zone)
    assert body(APPINTEGRATIONS["GetApplication"].serialise({"CreatedTime": moment})) == {"CreatedTime": 1570803144.64}
    assert body(DATAEXCHANGE["GetDataSet"].serialise({"CreatedAt": moment})) == {
        "CreatedAt": "2019-10-11T14:12:24.640Z"
    }


def test_lone_surrogates_get_through() -> None:
    assert body(APPINTEGRATIONS["GetEventIntegration"].serialise({"Name": "\ud800"})) == {"Name": "\ud800"}


def test_a_payload_and_header_maps_are_written_outside_json() -> None:
    answer = DATAEXCHANGE["SendApiAsset"].serialise(
        {"Body": "grüß", "ResponseHeaders": {"content-type": "text/csv", "X-Other": "1"}, "Secret": "x"}
    )
    assert answer == Response(200, {"content-type": "text/csv", "X-Other": "1"}, "grüß".encode())
    assert DATAEXCHANGE["SendApiAsset"].serialise({"Body": "x"}).headers == JSON


# What no shape of the two services uses, but rest-json has


def output_operation(members: dict[str, Any], status: int = 200, **structure: Any) -> Operation:
    operation = {
        "name": "Do",
        "http": {"method": "POST", "requestUri": "/", "responseCode": status},
        "output": {"shape": "Output"},
    }
    shapes = SHAPES | {"Output": {"type": "structure", "members": members, **structure}}
    model = ServiceModel({"metadata": {}, "operations": {"Do": operation}, "shapes": shapes}, "things")
    return Operation(model.operation_model("Do"), RULES)


@pytest.mark.parametrize(
    ("shape", "value", "written"),
    [
        ("Rfc", MOMENT, "Fri, 11 Oct 2019 14:12:24 GMT"),
        ("Unix", LATER, 1570803144.64),
        ("Iso", LATER, "2019-10-11T14:12:24.640Z"),
        ("D", 1.5, 1.5),
        ("D", 3, 3),
        ("D", float("inf"), "Infinity"),
        ("D", float("-inf"), "-Infinity"),
        ("D", float("nan"), "NaN"),
        ("Blob", b"ab", "YWI="),
        ("Node", {"Value": "a", "Next": {"Value": "b", "x": 1}}, {"Value": "a", "Next": {"Value": "b"}}),
    ],
)
def test_other_values_of_rest_json_are_written(shape: str, value: Any, written: Any) -> None:
    assert body(output_operation({"It": {"shape": shape}}).serialise({"It": value})) == {"It": written}


@pytest.mark.parametrize(
    ("shape", "value", "text"),
    [
        ("S", "a", "a"),
        ("I", 5, "5"),
        ("B", True, "true"),
        ("B", False, "false"),
        ("Time", MOMENT, "Fri, 11 Oct 2019 14:12:24 GMT"),
        ("Iso", MOMENT, "2019-10-11T14:12:24.000Z"),
        ("Integers", [1, 2], "1, 2"),
    ],
)
def test_members_can_be_headers(shape: str, value: Any, text: str) -> None:
    operation = output_operation({"It": {"shape": shape, "location": "header", "locationName": "X-It"}})
    assert operation.serialise({"It": value}).headers == {**JSON, "X-It": text}
    assert operation.serialise({"It": None}).headers == JSON


@pytest.mark.parametrize("name", ["Code", "code"])
def test_a_member_can_be_the_status(name: str) -> None:
    operation = output_operation({name: {"shape": "I", "location": "statusCode"}, "Value": {"shape": "S"}})
    assert operation.serialise({name: 206, "Value": "a"}) == Response(206, JSON, b'{"Value":"a"}')
    assert operation.serialise({}).status == 200


def test_a_structure_can_be_the_payload() -> None:
    operation = output_operation({"It": {"shape": "Node"}}, payload="It")
    assert operation.serialise({"It": {"Value": "a", "x": 1}}).body == b'{"Value":"a"}'
    assert operation.serialise({}).body == b"{}"


def test_bytes_can_be_the_payload() -> None:
    assert output_operation({"It": {"shape": "Blob"}}, payload="It").serialise({"It": b"\xff"}).body == b"\xff"


def test_a_status_without_body_still_has_its_headers() -> None:
    operation = output_operation({"It": {"shape": "S", "location": "header", "locationName": "X-It"}}, status=204)
    assert operation.serialise({"It": "a"}) == Response(204, {"X-It": "a"}, b"")


def test_json_in_a_header_is_in_base64() -> None:
    member = {"shape": "S", "location": "header", "locationName": "X-It", "jsonvalue": True}
    assert output_operation({"It": member}).serialise({"It": {"a": [1]}}).headers["X-It"] == "eyJhIjpbMV19"
