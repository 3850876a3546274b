"""Every route of the control API with arguments that nobody means: never a 500, and all as it was after a refusal."""

from __future__ import annotations

import http.client
import json
import re
from typing import Any, NamedTuple
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appint_mock import mock_appintegrations, mock_dataexchange
from appint_mock.handle.handle import scope_of
from appint_mock.server import ServerMock
from tests.server.talking import control, send, signed

QUERY = ("service", "operation", "account_id", "region_name", "since")
MOMENTS = ("9999-12-31T23:59:59.999Z", "10000-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "2026-02-30T00:00:00Z")
#: What a careless or hostile client gives anywhere.
ODD: list[Any] = [
    *(None, True, 0, -1, 1.5, 10**12, 10**400, 1e308, float("nan"), float("inf")),
    *("", "\ud800", "\0", "a\r\nb: c", "*", "x" * 5000, "٣", "http://[", "http://127.0.0.1:0/"),
    *MOMENTS,
    *([], {}, [[]], {"": None}, {"$bytes": "!"}, {"$moment": 3}, {"$moment": MOMENTS[1]}, {"$object": {"$bytes": ""}}),
    *({"days": 10**7}, {"hours": float("nan")}, {"days": 10**400}, {"weeks": -(10**6)}, {"\ud800": 1}),
]
#: What would be right somewhere, so that some requests come far.
SENSIBLE: list[Any] = [
    *("ListApplications", "dataexchange", "appintegrations", "ThrottlingException", "S3_SNAPSHOT", "orders"),
    *("111122223333", "us-east-1", "IMPORT_ASSETS_FROM_S3", "COMPLETED", "2026-01-31T12:00:00Z", 1, 400, False),
    *(
        {"hours": 2},
        {"Name": "a"},
        [{"assets": {"a": "b"}}],
        [{"created_at": MOMENTS[1]}],
        [None, "ThrottlingException"],
    ),
]
_TEXTS = st.text(st.characters(exclude_categories=()), max_size=6)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.sampled_from(ODD) | st.sampled_from(SENSIBLE) | st.integers() | st.floats() | _TEXTS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(_TEXTS, inner, max_size=2),
    max_leaves=4,
)
NO_JSON = (b"{", b"\xff\xfe", b"[" * 100_000, b'{"a":' * 100_000, b"NaN", b"3", b'"a"', b"[]", b"\xef\xbb\xbf{}")


class Route(NamedTuple):
    """A route below the control path."""

    method: str
    path: str


def routes() -> list[Route]:
    """All routes, as the server itself lists them."""
    with ServerMock() as server:
        listed = control(server, "GET", "").json["routes"]
    split = [re.fullmatch(r"([A-Z]+) /_appint_mock/(.*)", each) for each in listed]
    return [Route(each[1], each[2]) for each in split if each]


ROUTES = routes()


def prepared() -> tuple[dict[str, Any], dict[str, list[Any]]]:
    """A state with something to lose, and bodies that would be right for it by the path of their route."""
    with mock_appintegrations() as aws, mock_dataexchange() as exchange:
        ours, theirs = aws.backend(), exchange.backend()
        events: dict[str, Any] = {"EventFilter": {"Source": "aws.partner/x"}, "EventBridgeBus": "default"}
        ours.create_event_integration(Name="orders", **events)
        association = ours.associate_event_integration("orders", client_id="connect.amazonaws.com")
        exchange.objects["bucket", "key"] = b"bytes"
        data_set = theirs.create_data_set(AssetType="S3_SNAPSHOT", Name="n", Description="d")["Id"]
        revision = theirs.create_revision(DataSetId=data_set)["Id"]
        whose = {"DataSetId": data_set, "RevisionId": revision}
        sources = {**whose, "AssetSources": [{"Bucket": "bucket", "Key": "key"}]}
        job = theirs.create_job(Type="IMPORT_ASSETS_FROM_S3", Details={"ImportAssetsFromS3": sources})["Id"]
        seed: dict[str, Any] = {"name": "n", "description": "d", "asset_type": "S3_SNAPSHOT", "product_id": "p"}
        entitled = theirs.add_entitled_data_set(**seed, revisions=[{"assets": {"a": b"a"}}])
        state = {"appintegrations": aws.snapshot(), "dataexchange": exchange.snapshot()}
    asset = {"content": {"$bytes": "YQ=="}, "id": "a" * 32}
    seeded = {"comment": "c", "id": "b" * 32, "created_at": MOMENTS[0], "published": False, "assets": {"a": asset}}
    return state, {
        "state": [state],
        "clock": [{"advance": {"days": 2, "hours": 2}}, {"freeze": "2026-01-31T12:00:00Z"}, {"follow": True}],
        "faults": [
            {
                "operation": "ListApplications",
                "error": "ThrottlingException",
                "message": "m",
                "status": 400,
                "times": 2,
            },
            {"operation": "Get*", "error": [None, {"error": "ThrottlingException"}], "after": 1, "when": {"Name": "a"}},
            {
                "operation": "*",
                "service": "dataexchange",
                "body": "x",
                "account_id": "1" * 12,
                "region_name": "us-east-1",
            },
            {"operation": "ListApplications", "disconnect": True, "carried_out": True, "delay": 0.1, "sleep": False},
            {"operation": "GetAsset", "error": "ResourceNotFoundException", "members": {"ResourceId": "a"}},
            {"operation": "ListJobs", "rate": 1.5},
        ],
        "dataexchange/on_api_asset": [
            {"Body": "x", "ResponseHeaders": {"a": "b"}, "StatusCode": 201},
            {"url": "http://127.0.0.1:1/x"},
        ],
        "dataexchange/fail_job": [{"type": "*", "code": "MALWARE_DETECTED", "message": "m", "times": 1, "after": 0}],
        "dataexchange/add_entitled_data_set": [
            {**seed, "id": "c" * 32, "created_at": MOMENTS[0], "revisions": [seeded]}
        ],
        "dataexchange/publish_revision": [{"data_set_id": entitled, "revision_id": revision}],
        "dataexchange/end_subscription": [{"data_set_id": entitled}],
        "dataexchange/finish_job": [
            {"job_id": job, "state": "ERROR", "errors": [{"Code": "MALWARE_DETECTED", "Message": "m"}]},
        ],
        "dataexchange/emit": [{"detail_type": "Data Grant Extended", "detail": {"a": 1}, "resources": ["a"]}],
        "appintegrations/associate_event_integration": [
            {
                "name": "orders",
                "client_id": "connect.amazonaws.com",
                "event_bridge_rule_name": "r",
                "client_association_metadata": {"a": "b"},
            }
        ],
        "appintegrations/associate_application": [{"identifier": "orders", "client_id": "a"}],
        "appintegrations/disassociate": [{"association_arn": association}],
        "appintegrations/finish_execution": [{"association_arn": association, "status": "FAILED", "message": "m"}],
    }


PREPARED, RIGHT = prepared()
APPINTEGRATIONS, DATAEXCHANGE = signed("app-integrations"), signed("dataexchange")


def all_of(server: ServerMock) -> Any:
    """All that a request to the control API can change."""
    worlds = [scope_of(mock).world for mock in server.mocks.values()]
    return (
        server.snapshot(),
        server.clock.dump(),
        [[repr(fault) for fault in mock.faults] for mock in server.mocks.values()],
        [len(mock.calls) for mock in server.mocks.values()],
        [{name: list(each.handlers.get(name, ())) for name in each.handlers} for w in worlds for each in w.backends()],
        # What is to befall the next jobs is no state, and has no public face.
        [[vars(fault) for fault in world.job_faults._faults] for world in worlds if hasattr(world, "job_faults")],
    )


class Got(NamedTuple):
    status: int
    body: bytes


def ask(server: ServerMock, method: str, target: str, body: bytes) -> Got:
    """The answer; of a stream, its beginning."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    try:
        connection.request(method, f"/_appint_mock/{target}", body)
        response = connection.getresponse()
        if response.getheader("Content-Type", "").startswith("text/event-stream"):
            return Got(response.status, b"")
        return Got(response.status, response.read())
    finally:
        connection.close()


@st.composite
def nearly(draw: st.DrawFn, value: Any) -> Any:
    """The value with one place in it wrong: replaced, gone or added."""
    if isinstance(value, dict | list) and value and draw(st.integers(0, 4)):
        changed = value.copy()
        where = draw(st.sampled_from(list(value) if isinstance(value, dict) else range(len(value))))
        if draw(st.integers(0, 6)):
            changed[where] = draw(nearly(value[where]))
        else:
            del changed[where]
        return changed
    if isinstance(value, dict) and draw(st.booleans()):
        return {**value, draw(_TEXTS): draw(VALUES)}
    return draw(VALUES)


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, str, bytes]:
    """A method, a target below the control path, and a body."""
    route: Route = draw(st.sampled_from(ROUTES))
    target = route.path
    for name in ("BUCKET", "KEY"):
        part = draw(st.sampled_from(["bucket", "key", "..", "", "a b", "\ud800", "%", "A", "a" * 2000]) | _TEXTS)
        target = target.replace(name, quote(part, safe="", errors="surrogatepass"))
    query = draw(st.dictionaries(st.sampled_from(QUERY) | _TEXTS, st.sampled_from([*ODD, *SENSIBLE]), max_size=2))
    if query:
        pairs = (
            f"{quote(n, safe='', errors='surrogatepass')}={quote(str(v)[:300], errors='surrogatepass')}"
            for n, v in query.items()
        )
        target += "?" + "&".join(pairs)
    given_ = draw(st.sampled_from(RIGHT.get(route.path, [{}])) | VALUES | st.sampled_from(NO_JSON))
    body = given_ if isinstance(given_, bytes) else json.dumps(given_).encode()
    method = draw(st.sampled_from([route.method] * 6 + ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "X"]))
    return method, target, body


@st.composite
def bodies(draw: st.DrawFn) -> tuple[str, str, bytes]:
    """A method, a target below the control path that takes a body, and one that is nearly right."""
    path = draw(st.sampled_from(sorted(RIGHT)))
    body = draw(nearly(draw(st.sampled_from(RIGHT[path]))))
    return "PUT" if path == "state" else "POST", path, json.dumps(body).encode()


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=requests() | bodies() | bodies())
@pytest.mark.usefixtures("ordered_faults")
def test_a_refused_request_to_the_control_api_changes_nothing(
    server: ServerMock, asked: tuple[str, str, bytes]
) -> None:
    method, target, body = asked
    server.reset()
    server.restore(PREPARED)
    before = all_of(server)
    got = ask(server, method, target, body)
    assert got.status < 500, got
    if got.status >= 400:
        assert method == "HEAD" or json.loads(got.body)["error"], got
    if got.status >= 300 or method in ("GET", "HEAD"):
        assert all_of(server) == before
        return
    # What was taken can be shown, used, and put back.
    for path in ("clock", "overview", "faults", "calls"):
        assert control(server, "GET", path).status == 200, path
    if not any(mock.faults for mock in server.mocks.values()):
        use(server)
    assert control(server, "PUT", "state", control(server, "GET", "state").json).status == 200


def use(server: ServerMock) -> None:
    """Asks the services for what is there, and lets a job run: each is answered, whatever was taken before."""
    got = [send(server, "GET", target, headers=APPINTEGRATIONS) for target in ("/eventIntegrations", "/applications")]
    got += [send(server, "GET", f"/v1/{target}", headers=DATAEXCHANGE) for target in ("data-sets", "jobs")]
    got.append(send(server, "GET", "/v1/data-sets?origin=ENTITLED", headers=DATAEXCHANGE))
    (data_set,) = PREPARED["dataexchange"]["backends"][0][2]["data_sets"]["rows"]
    revision = send(server, "POST", f"/v1/data-sets/{data_set[0]}/revisions", b"{}", DATAEXCHANGE)
    if revision.status == 201:
        whose = {"DataSetId": data_set[0], "RevisionId": revision.json["Id"]}
        sources = {**whose, "AssetSources": [{"Bucket": "bucket", "Key": "key"}]}
        body = json.dumps({"Type": "IMPORT_ASSETS_FROM_S3", "Details": {"ImportAssetsFromS3": sources}})
        job = send(server, "POST", "/v1/jobs", body, DATAEXCHANGE)
        got += [
            job,
            send(server, "PATCH", f"/v1/jobs/{job.json['Id']}", b"", DATAEXCHANGE),
            send(server, "GET", f"/v1/jobs/{job.json['Id']}", b"", DATAEXCHANGE),
        ]
    assert [each for each in (revision, *got) if each.status >= 500] == []


def test_every_route_that_takes_a_body_has_one_that_is_right() -> None:
    taking = {path for method, path in ROUTES if method in ("POST", "PUT") and "objects" not in path}
    assert taking - {"reset", "state/save"} == set(RIGHT)
