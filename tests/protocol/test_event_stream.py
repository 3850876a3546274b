"""Payloads that are streams of events, read as botocore reads them."""

from __future__ import annotations

import json
from typing import Any

from botocore.eventstream import EventStreamBuffer
from botocore.model import ServiceModel

from appint_mock.protocol.operation import Operation
from appint_mock.services.appintegrations.wording import RULES

SHAPES: dict[str, Any] = {
    "Text": {"type": "string"},
    "Bytes": {"type": "blob"},
    "Part": {"type": "structure", "event": True, "members": {"Bytes": {"shape": "Bytes", "eventpayload": True}}},
    "End": {"type": "structure", "event": True, "members": {"Reason": {"shape": "Text", "locationName": "reason"}}},
    "Failure": {"type": "structure", "exception": True, "members": {"message": {"shape": "Text"}}},
    "Stream": {
        "type": "structure",
        "eventstream": True,
        "members": {"Part": {"shape": "Part"}, "End": {"shape": "End"}, "Failure": {"shape": "Failure"}},
    },
    "Output": {
        "type": "structure",
        "payload": "Stream",
        "members": {"Stream": {"shape": "Stream"}, "Kind": {"shape": "Text", "location": "header"}},
    },
}
MODEL = {
    "metadata": {"protocol": "rest-json"},
    "operations": {"Do": {"name": "Do", "http": {"method": "GET", "requestUri": "/"}, "output": {"shape": "Output"}}},
    "shapes": SHAPES,
}
OPERATION = Operation(ServiceModel(MODEL, "things").operation_model("Do"), RULES)


def messages(body: bytes) -> list[tuple[dict[str, Any], bytes]]:
    # The checksums are verified.
    buffer = EventStreamBuffer()
    buffer.add_data(body)
    return [(message.headers, message.payload) for message in buffer]


def test_each_event_is_a_message_with_its_name_and_members() -> None:
    events = [{"Part": {"Bytes": b"\x00\xff"}}, {"Part": {}}, {"End": {"Reason": "é", "Secret": 1}}]
    answer = OPERATION.serialise({"Stream": events, "Kind": "short"})
    assert answer.headers["Kind"] == "short"
    (first, one), (second, two), (last, three) = messages(answer.body)
    assert (first[":message-type"], first[":event-type"], one) == ("event", "Part", b"\x00\xff")
    assert first[":content-type"] == "application/octet-stream"
    assert (second[":event-type"], two) == ("Part", b"")
    assert (last[":event-type"], last[":content-type"]) == ("End", "application/json")
    assert json.loads(three) == {"reason": "é"}


def test_an_exception_ends_a_stream_as_one() -> None:
    ((headers, body),) = messages(OPERATION.serialise({"Stream": [{"Failure": {"message": "no more"}}]}).body)
    assert (headers[":message-type"], headers[":exception-type"]) == ("exception", "Failure")
    assert json.loads(body) == {"message": "no more"}


def test_a_stream_may_have_no_events() -> None:
    assert OPERATION.serialise({}).body == b""
