"""What botocore writes our parser reads, and what our serialiser writes botocore reads, for every shape."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from botocore.awsrequest import AWSRequest, HeadersDict, prepare_request_dict
from botocore.model import Shape, StructureShape
from botocore.parsers import create_parser
from botocore.serialize import create_serializer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appint_mock.protocol.errors import ServiceError, serialise_error
from appint_mock.protocol.message import Request, Response
from appint_mock.protocol.operation import Operation
from tests.shapes import CATALOGUES, OPERATIONS, operation_id, values

quick = settings(deadline=None, max_examples=8, database=None, suppress_health_check=[HealthCheck.too_slow])
SERIALIZER = create_serializer("rest-json", include_validation=False)
PARSER = create_parser("rest-json")


def sent(operation: Operation, params: dict[str, Any]) -> Request:
    """The request that botocore would send."""
    serialized = SERIALIZER.serialize_to_request(params, operation.model)
    prepare_request_dict(serialized, "https://service.us-east-1.amazonaws.com/prefix", context={})
    prepared = AWSRequest(
        method=serialized["method"],
        url=serialized["url"],
        data=serialized["body"],
        headers=serialized["headers"],
    ).prepare()
    return Request(prepared.method, prepared.url, prepared.headers, prepared.body or b"")


def as_sent(shape: StructureShape, params: dict[str, Any]) -> dict[str, Any]:
    """Without what a request cannot say: an empty payload, and an empty list or map outside the JSON."""
    payload = shape.serialization.get("payload")
    return {
        name: value
        for name, value in params.items()
        if value not in ([], {}, "") or (name != payload and in_json_or_text(shape.members[name]))
    }


def in_json_or_text(shape: Shape) -> bool:
    return "location" not in shape.serialization or shape.type_name == "string"


@pytest.mark.parametrize("operation", OPERATIONS, ids=operation_id)
def test_what_botocore_sends_is_read_back_equal(operation: Operation) -> None:
    shape = operation.model.input_shape

    @quick
    @given(values(shape, operation.rules.whole_match))
    def round_trip(params: dict[str, Any]) -> None:
        assert operation.parse(sent(operation, params)) == as_sent(shape, params)
        assert operation.is_valid(params)

    round_trip()


def read_back(answer: Response, shape: Shape | None) -> dict[str, Any]:
    parsed: dict[str, Any] = PARSER.parse(
        {"status_code": answer.status, "headers": HeadersDict(answer.headers), "body": answer.body}, shape
    )
    return parsed


@pytest.mark.parametrize("operation", OPERATIONS, ids=operation_id)
def test_what_is_answered_botocore_reads_back_equal(operation: Operation) -> None:
    shape = operation.model.output_shape

    @quick
    @given(values(shape, operation.rules.whole_match) if shape is not None else st.none())
    def round_trip(result: dict[str, Any] | None) -> None:
        parsed = read_back(operation.serialise(result), shape)
        parsed.pop("ResponseMetadata", None)
        if operation.name == "SendApiAsset":
            parsed["ResponseHeaders"].pop("Content-Type", None)
            assert parsed == {"Body": "", "ResponseHeaders": {}, **(result or {})}
        else:
            assert parsed == (result or {})

    round_trip()


ERRORS = [(service, shape) for service, catalogue in CATALOGUES.items() for shape in catalogue.model.error_shapes]


@pytest.mark.parametrize(("service", "shape"), ERRORS, ids=lambda value: getattr(value, "name", value))
def test_an_error_is_read_back_by_botocore_with_all_its_members(service: str, shape: StructureShape) -> None:
    catalogue = CATALOGUES[service]

    @quick
    @given(values(shape, catalogue.rules.whole_match))
    def round_trip(members: dict[str, Any]) -> None:
        message = members.get("Message")
        others = {name: value for name, value in members.items() if name != "Message"}
        answer = serialise_error(catalogue.model, ServiceError(shape.name, message, **others))
        assert read_back(answer, None)["Error"] == {"Code": shape.name, "Message": message or ""}
        assert read_back(answer, shape) == members

    round_trip()


def test_a_moment_is_read_back_to_the_millisecond_whatever_the_fraction() -> None:
    operation = CATALOGUES["appintegrations"].operations["GetApplication"]

    @settings(deadline=None, max_examples=100, database=None)
    @given(st.datetimes(datetime.datetime(1970, 1, 2), datetime.datetime(2100, 1, 1)))
    def round_trip(naive: datetime.datetime) -> None:
        moment = naive.replace(tzinfo=datetime.timezone.utc)
        answer = operation.serialise({"CreatedTime": moment})
        parsed = read_back(answer, operation.model.output_shape)["CreatedTime"]
        assert parsed == moment.replace(microsecond=moment.microsecond // 1000 * 1000)

    round_trip()
