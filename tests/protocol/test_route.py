"""From method and path to the operation."""

from __future__ import annotations

import re

import pytest
from botocore.model import ServiceModel

from appint_mock.protocol.message import Request, split_url
from appint_mock.protocol.operation import Operation
from appint_mock.protocol.route import Template, router
from appint_mock.protocol.rules import Rules
from tests.shapes import CATALOGUES, OPERATIONS, operation_id


@pytest.mark.parametrize("operation", OPERATIONS, ids=operation_id)
def test_every_operation_is_found_by_its_method_and_path(operation: Operation) -> None:
    http = operation.model.http
    path = re.sub(r"\{\w+\}", "a%2Fb", http["requestUri"])
    catalogue = CATALOGUES[operation.model.service_model.service_name]
    assert catalogue.route(http["method"], path) is operation
    assert catalogue.route(http["method"].lower(), path) is operation


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", ""),
        ("PUT", "/applications"),
        ("GET", "/application"),
        ("GET", "/applications/a/b"),
        ("GET", "/eventIntegrations/a/b"),
        ("GET", "/prefix/applications"),
        ("GET", "/Applications"),
    ],
)
def test_an_unknown_route_is_none(method: str, path: str) -> None:
    assert CATALOGUES["appintegrations"].route(method, path) is None


def route(uris: dict[str, str], *targets: str) -> list[str | None]:
    """The operations of requests by GET; their URIs by name."""
    operations = {name: {"name": name, "http": {"method": "GET", "requestUri": uri}} for name, uri in uris.items()}
    found = router(ServiceModel({"metadata": {}, "operations": operations, "shapes": {}}, "s"))
    return [found("GET", *split_url(target)) for target in targets]


def test_a_literal_segment_goes_before_a_label() -> None:
    uris = {"Any": "/things/{id}", "Mine": "/things/mine", "Deep": "/{kind}/mine"}
    assert route(uris, "/things/mine", "/things/x", "/x/mine") == ["Mine", "Any", "Deep"]


def test_a_greedy_label_holds_any_number_of_segments() -> None:
    uris = {
        "Any": "/{Path+}",
        "Root": "/",
        "Deep": "/things/{Arn+}",
        "Sub": "/things/{Arn+}/tags",
        "One": "/things/mine",
    }
    targets = ("/", "/a", "/a/b/c", "/things/a/b", "/things/a/b/tags", "/things/tags", "/things/mine", "/things")
    assert route(uris, *targets) == ["Root", "Any", "Any", "Deep", "Sub", "Deep", "One", "Any"]


def test_a_query_that_every_request_has_distinguishes_operations() -> None:
    uris = {"Create": "/users", "Invite": "/users?operation=add", "Delete": "/users?delete"}
    targets = ("/users", "/users?a=1&operation=add", "/users?operation=other", "/users?delete=", "/users?delete&b=")
    assert route(uris, *targets) == ["Create", "Invite", "Create", "Delete", "Delete"]


@pytest.mark.parametrize(
    ("uri", "path", "values"),
    [
        ("/things/{id}", "/things/a%2Fb", {"id": "a%2Fb"}),
        ("/things/{id}/tags/{key}", "/prefix/of/mine/things/a/tags/b", {"id": "a", "key": "b"}),
        ("/{Path+}", "/a/b", {"Path": "a/b"}),
        ("/{id}/tags", "/prefix/of/mine/a/tags", {"id": "a"}),
        (
            "/{kind}/of/{Arn+}/tags/{key}",
            "/prefix/things/of/a/b/c/tags/d",
            {"kind": "things", "Arn": "a/b/c", "key": "d"},
        ),
        ("/{Arn+}/tags/{key}", "/a/tags/b", {"Arn": "a", "key": "b"}),
        ("/things/{id}", "/things", None),
        ("/things/{Arn+}/tags", "/things/tags", None),
    ],
)
def test_labels_are_read_behind_a_path_of_the_endpoint(uri: str, path: str, values: dict[str, str] | None) -> None:
    assert Template(uri).values(path.split("/")) == values


def test_a_catalogue_knows_its_operations_by_their_two_names() -> None:
    operation = CATALOGUES["appintegrations"].operations["CreateEventIntegration"]
    assert operation.method_name == "create_event_integration"
    assert "DuplicateResourceException" in operation.errors
    assert list(CATALOGUES["dataexchange"].operations) == CATALOGUES["dataexchange"].model.operation_names


@pytest.mark.parametrize(
    ("given", "needs"), [({}, True), ({"authtype": "v4"}, True), ({"authtype": "none"}, False)], ids=str
)
def test_an_operation_needs_a_signature_unless_its_model_says_no(given: dict[str, str], needs: bool) -> None:
    description = {"name": "Do", "http": {"method": "GET", "requestUri": "/"}, **given}
    model = ServiceModel({"metadata": {}, "operations": {"Do": description}, "shapes": {}}, "s")
    assert Operation(model.operation_model("Do"), Rules(False, str)).needs_signature is needs


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("https://host/a%2Fb?c=d?e", ("/a%2Fb", "c=d?e")),
        ("https://host", ("/", "")),
        ("https://host?a=b", ("/", "a=b")),
        ("/path?x=http://y/z", ("/path", "x=http://y/z")),
        ("/applications/x://y/z", ("/applications/x://y/z", "")),
        ("http://localhost:80/prefix/x", ("/prefix/x", "")),
        ("http://h//x", ("//x", "")),
    ],
)
def test_a_url_is_split_without_decoding(url: str, parts: tuple[str, str]) -> None:
    assert split_url(url) == parts
    request = Request("GET", url, {}, b"")
    assert (request.raw_path, request.raw_query) == parts


@pytest.mark.parametrize(
    ("url", "headers", "host"),
    [
        ("https://API.example.com:443/a", {}, "api.example.com:443"),
        ("https://api.example.com/a", {"Host": "other.example.com"}, "api.example.com"),
        ("/a?b=https://c", {"Host": "Other.example.com:80"}, "other.example.com:80"),
        ("/a", {"Host": b"other.example.com"}, "other.example.com"),
        ("/a", {}, ""),
    ],
)
def test_the_host_is_the_url_s_or_the_header_s(url: str, headers: dict[str, str | bytes], host: str) -> None:
    assert Request("GET", url, headers, b"").host == host
