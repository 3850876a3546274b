"""Requests as no client would send them, and what must hold of every answer."""

from __future__ import annotations

import datetime
import functools
import json
from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from botocore.model import Shape
from botocore.serialize import create_serializer
from hypothesis import strategies as st

from appint_mock.handle.mock import ServiceMock
from appint_mock.protocol.message import Request, Response
from appint_mock.protocol.operation import Operation
from appint_mock.protocol.patterns import matcher
from appint_mock.scopes import stack
from appint_mock.scopes.dispatch import answer
from appint_mock.state.ids import IdSource
from tests.shapes import CATALOGUES, example

_SIGNED = "AWS4-HMAC-SHA256 Credential=testing/20260101/us-east-1/service/aws4_request, SignedHeaders=host, Signature=0"
#: What the library never answers by itself.
_ONLY_BY_FAIL = {
    "AccessDeniedException",
    "ConflictException",
    "InternalServerException",
    "InternalServiceError",
    "ThrottlingException",
    "UnsupportedOperationException",
}
_BEFORE_ANY_OPERATION = {
    "MissingAuthenticationTokenException": 403,
    "SerializationException": 400,
    "ValidationException": 400,
}

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
ODD_BODIES = (
    b"[" * 100_000,
    b'{"a":' * 50_000,
    b"{",
    b'{"Name": NaN}',
    b'{"Name": Infinity}',
    b'{"Name": 1e999, "MaxResults": 1e999}',
    b'{"Name": "\\ud800"}',
    b'{"Name": "a", "Name": 5}',
    b'{"Name": ' + b"9" * 5000 + b"}",
    b"\xef\xbb\xbf{}",
    '{"Name": "a"}'.encode("utf-16"),
    b'{"Name": "' + b" " * 1_000_000 + b'"}',
    b'"' + b"x" * 1_000_000 + b'"',
    b"{}garbage",
    b"null",
    b" ",
    b"\x00",
)
_ODD_BODIES = st.one_of(
    st.binary(max_size=60), ANY_JSON.map(lambda value: json.dumps(value).encode()), st.sampled_from(ODD_BODIES)
)
ODD_PATHS = [
    "%",
    "%zz",
    "%ff",
    "%00",
    "%2F",
    "//",
    "/",
    "..",
    "/../",
    "é",
    " ",
    "\\",
    "%25",
    "+",
    ";a=b",
    "x" * 5000,
    "%F0%9F%98%80",
]
ODD_QUERIES = [
    "&",
    "=",
    "a=b",
    "maxResults=abc",
    "maxResults=",
    "maxResults=-1",
    "maxResults=1_0",
    "maxResults=٣",
    "force=maybe",
    "nextToken=x",
    "nextToken=%ff",
    "tagKeys=",
    "tagKeys=a&tagKeys=b",
    "%zz=%zz",
    "origin=x",
    "=" * 50,
]
ODD_HEADERS: list[dict[str, Any]] = (
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded; charset=utf-16"},
        {"Content-Type": b"\xff\xfe"},
        {"Authorization": "Basic dXNlcjpwYXNz"},
        {"Authorization": ""},
        {"Authorization": "AWS4-HMAC-SHA256 Credential="},
        {"Authorization": b"\xff Credential=\xff/\xff/\xff/\xff/\xff"},
        {"Authorization": "AWS4-HMAC-SHA256 Credential=a/b/../c/d"},
        {"x-amzn-dataexchange-path": b"\xff"},
    ]
)  # fmt: skip


@st.composite
def requests(draw: st.DrawFn, service: str, known: list[str]) -> Request:
    """A request to any operation (or none), more or less as it should be; ``known`` are names that exist."""
    operation = draw(st.sampled_from(sorted(CATALOGUES[service].operations.values(), key=lambda each: each.name)))
    method, path, query, headers, body = _well_formed(draw, operation, known)
    for part in draw(
        st.lists(st.sampled_from(["method", "path", "query", "headers", "body", "json", "unsigned"]), max_size=2)
    ):
        if part == "method":
            method = draw(st.sampled_from(["GET", "PUT", "POST", "PATCH", "DELETE", "HEAD", "OPTIONS", "", "BREW"]))
        elif part == "path":
            at = draw(st.integers(0, len(path)))
            path = path[:at] + draw(st.sampled_from(ODD_PATHS)) + path[draw(st.integers(at, len(path))) :]
        elif part == "query":
            query = "&".join(filter(None, [query, draw(st.sampled_from(ODD_QUERIES))]))
        elif part == "headers":
            headers = {**headers, **draw(st.sampled_from(ODD_HEADERS))}
        elif part == "body":
            body = draw(_ODD_BODIES | st.sampled_from([body[:length] for length in range(0, 200, 7)]))
        elif part == "json":
            body = _with_something_else_inside(draw, body)
        else:
            headers = {name: value for name, value in headers.items() if name != "Authorization"}
    return Request(method, f"https://{service}.us-east-1.amazonaws.com{path}?{query}", headers, body)


def _well_formed(
    draw: st.DrawFn, operation: Operation, known: list[str]
) -> tuple[str, str, str, dict[str, Any], bytes]:
    members = dict(everything(operation))
    shape = operation.model.input_shape
    left_out = draw(st.integers(0, 2 ** len(members) - 1)) if members else 0
    for bit, name in enumerate(list(members)):
        member = shape.members[name]
        if left_out >> bit & 1 and (name not in shape.required_members or draw(st.integers(0, 9)) == 0):
            del members[name]
        elif name in shape.required_members and name.endswith(("Id", "Arn", "Identifier", "Name")) and known:
            # Names that exist lead furthest; a new one now and then makes a new thing.
            fitting = filter(fits(member, operation.rules.whole_match), known)
            members[name] = draw(st.sampled_from([*fitting, members[name]]))
        if member.serialization.get("location") == "uri":
            members.setdefault(name, "x")
    serialised = create_serializer("rest-json", include_validation=False).serialize_to_request(members, operation.model)
    body = serialised["body"]
    return (
        serialised["method"],
        serialised["url_path"],
        urlencode(serialised["query_string"], doseq=True),
        {"Authorization": _SIGNED, **serialised["headers"]},
        body if isinstance(body, bytes) else body.encode(),
    )


def fits(shape: Shape, whole: bool) -> Callable[[str], bool]:
    """Whether a text matches the shape's pattern."""
    pattern = shape.metadata.get("pattern")
    return matcher(pattern, whole) if pattern else lambda text: True


@functools.cache
def everything(operation: Operation) -> dict[str, Any]:
    """A valid input with every member that the operation has."""
    shape = operation.model.input_shape
    members: dict[str, Any] = {} if shape is None else _full(shape, operation.rules.whole_match)
    return members


def _full(shape: Shape, whole: bool) -> Any:
    if shape.type_name == "structure":
        return {name: _full(member, whole) for name, member in shape.members.items()}
    if shape.type_name == "list":
        return [_full(shape.member, whole)]
    return example(shape, whole)


def _with_something_else_inside(draw: st.DrawFn, body: bytes) -> bytes:
    """The same JSON with one of its values replaced by any other."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return body
    inside = value
    while isinstance(inside, dict) and inside:
        key = draw(st.sampled_from(sorted(inside)))
        if not isinstance(inside[key], dict) or draw(st.booleans()):
            inside[key] = draw(ANY_JSON)
            break
        inside = inside[key]
    return json.dumps(value).encode()


class Judge:
    """Sends requests to an open mock and checks each answer; counts what came out."""

    def __init__(self, mock: ServiceMock[Any], *, furnished: bool = False) -> None:
        self.mock = mock
        self.scopes = stack.open_scopes(mock._service.name)
        self.world = self.scopes[-1].world
        self.outcomes: Counter[tuple[str, int, str]] = Counter()
        if not furnished:
            FURNISH[mock._service.name](mock.backend())
        self.furnished = mock.snapshot()
        #: The state after the last request, if it is known.
        self.last: Any = None

    def known(self) -> list[str]:
        """Ids, ARNs and names that exist."""
        return sorted(set(names_in(self.world._dump()["backends"])))

    def run(self, draw: Callable[[Any], Any]) -> None:
        """Send a few requests to the same furnished state, so that an example can be tried again and made smaller."""
        self.mock.restore(self.furnished)
        self.world.ids = IdSource(seed=1)
        self.mock.clock.freeze(datetime.datetime(2026, 1, 1))
        self.last = None
        for _ in range(draw(st.integers(1, 4))):
            self.send(draw(requests(self.mock._service.name, self.known())))

    def send(self, request: Request) -> None:
        """Send one request; AssertionError where the answer is not as every answer must be."""
        # Records are never changed in place, so what a dump holds is what there was.
        before = self.last or self.world._dump()
        response = answer(self.scopes, request)
        call = self.mock.calls[-1]
        self.mock.calls.clear()
        code = response.headers.get("x-amzn-errortype", "")
        reached = call.operation if code != "MissingAuthenticationTokenException" else ""
        self.outcomes[reached, response.status, code] += 1
        if code:
            self.check_error(call.operation, code, response)
            self.last = self.world._dump()
            assert self.last == before, f"{code} changed the state"
        else:
            self.last = None
            assert 200 <= response.status < 300, response

    def check_error(self, operation_name: str, code: str, response: Response) -> None:
        """An error is AWS-shaped, and one that this operation can give by itself."""
        body = json.loads(response.body)
        assert isinstance(body, dict)
        assert code == "SerializationException" or (body.get("message") or body.get("Message"))
        assert response.headers["x-amzn-RequestId"]
        assert response.headers["Content-Type"] == "application/json"
        if code in _BEFORE_ANY_OPERATION:
            assert response.status == _BEFORE_ANY_OPERATION[code]
            return
        catalogue = self.mock._service.catalogue
        allowed = set(catalogue.operations[operation_name].errors) or set(_all_errors(catalogue))
        if self.mock._service.name == "appintegrations":
            allowed -= _ONLY_BY_FAIL
        assert code in allowed, f"{operation_name} answered {code}"
        assert response.status < 500


def _furnish_appintegrations(backend: Any) -> None:
    backend.create_event_integration(Name="events", EventFilter={"Source": "aws.partner/x"}, EventBridgeBus="default")
    backend.create_data_integration(Name="data", KmsKey="key", ClientToken="token")
    backend.create_data_integration(Name="more", KmsKey="key", Tags={"a": "b"})
    backend.create_data_integration_association(DataIntegrationIdentifier="more")
    backend.create_application(Name="app", Namespace="ns", ApplicationSourceConfig={})
    backend.associate_event_integration("events", client_id="client")


def _furnish_dataexchange(backend: Any) -> None:
    backend.create_data_set(Name="data", Description="d", AssetType="S3_SNAPSHOT")
    data_set = backend.create_data_set(Name="more", Description="d", AssetType="S3_SNAPSHOT", Tags={"a": "b"})["Id"]
    revision = backend.create_revision(DataSetId=data_set, Comment="first")["Id"]
    backend.world.objects["bucket", "key"] = b"content"
    sources = {"AssetSources": [{"Bucket": "bucket", "Key": "key"}], "DataSetId": data_set, "RevisionId": revision}
    for _ in range(2):
        job = backend.create_job(Type="IMPORT_ASSETS_FROM_S3", Details={"ImportAssetsFromS3": sources})["Id"]
    backend.start_job(JobId=job)
    backend.create_revision(DataSetId=data_set)
    backend.add_entitled_data_set(
        name="entitled",
        description="d",
        asset_type="S3_SNAPSHOT",
        product_id="prod-1",
        revisions=[{"assets": {"a.csv": b"a"}}],
    )


FURNISH: dict[str, Callable[[Any], None]] = {
    "appintegrations": _furnish_appintegrations,
    "dataexchange": _furnish_dataexchange,
}


def _all_errors(catalogue: Any) -> list[str]:
    # Data Exchange's model lists no errors for the tag operations.
    return [shape.error_code for shape in catalogue.model.error_shapes]


def names_in(value: Any) -> list[str]:
    """The ids, ARNs and names in records."""
    if isinstance(value, dict):
        own = [item for key, item in value.items() if isinstance(item, str) and key.endswith(("Id", "Arn", "Name"))]
        return own + [name for item in value.values() for name in names_in(item)]
    if isinstance(value, list | tuple):
        return [name for item in value for name in names_in(item)]
    return []
