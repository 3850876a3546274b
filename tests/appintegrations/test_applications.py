"""Applications, the rules between their members, and their associations."""

from __future__ import annotations

import re
from typing import Any

import pytest
from botocore.session import get_session

from tests.appintegrations.resources import (
    ARN,
    MODEL,
    NEWER,
    NEWEST,
    create_application,
    invalid,
    not_found,
    taken,
)
from tests.fidelity.appintegrations import holds

_SERVICE: dict[str, Any] = {"IsService": True, "InitializationTimeout": 5}
_GATEWAY = "gateway-0123456789"
_PROVIDER = {"CredentialProviderIdentifier": "arn:aws:bedrock-agentcore:us-east-1:1:provider/x"}


def _plain(answer: Any) -> Any:
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def _get(client: Any, arn: str) -> Any:
    return _plain(client.get_application(Arn=arn))


def _type(client: Any, arn: str) -> tuple[str, bool]:
    (listed,) = [item for item in client.list_applications()["Applications"] if item["Arn"] == arn]
    shown = _get(client, arn)
    assert (listed["ApplicationType"], listed["IsService"]) == (shown["ApplicationType"], shown["IsService"])
    return shown["ApplicationType"], shown["IsService"]


# Create, get, list


@holds("applications.create")
def test_create_answers_arn_and_id(client: Any) -> None:
    answer = _plain(create_application(client, Description="d", Tags={"a": "1"}))
    assert answer == {"Id": answer["Id"], "Arn": f"{ARN}application/{answer['Id']}"}


_GIVEN: dict[str, Any] = {
    "Description": "d",
    "ApplicationSourceConfig": {"ExternalUrlConfig": {"AccessUrl": "ftp://x", "ApprovedOrigins": ["https://y"]}},
    "Subscriptions": [{"Event": "a::b*", "Description": "d"}],
    "Publications": [{"Event": "a::b", "Schema": "{}"}],
    "Permissions": ["User.Details.View"],
    "InitializationTimeout": 600000,
    "ApplicationConfig": {"ContactHandling": {"Scope": "CROSS_CONTACTS"}},
    "IframeConfig": {"Allow": ["a"], "Sandbox": ["b"]},
    **({"AuthConfig": {"AuthType": "API_KEY", **_PROVIDER}} if NEWER else {}),
}


@holds("applications.get", "applications.always", "applications.type-default", "applications.iframe")
@pytest.mark.parametrize("members", [[], *([name] for name in _GIVEN), list(_GIVEN)], ids=str)
def test_get_shows_what_was_given_and_what_is_always_there(aws: Any, client: Any, members: list[str]) -> None:
    now = aws.clock.freeze()
    given = {name: _GIVEN[name] for name in members}
    made = create_application(client, ClientToken="t", Tags={"a": "1"}, **given)
    expected = {
        "Arn": made["Arn"],
        "Id": made["Id"],
        "Name": "desk",
        "Namespace": "ns.desk",
        "ApplicationSourceConfig": {},
        "CreatedTime": now,
        "LastModifiedTime": now,
        "Tags": {"a": "1"},
        "IsService": False,
        "ApplicationType": "STANDARD",
        **({"LastModifiedRegion": "us-east-1"} if NEWEST else {}),
        "IframeConfig": {"Allow": [], "Sandbox": []},
        **given,
    }
    assert _get(client, made["Arn"]) == expected


@holds("applications.list", "applications.always")
def test_list_items_show_the_summary_s_members(aws: Any, client: Any) -> None:
    now = aws.clock.freeze()
    made = create_application(client, **_GIVEN)
    expected = {
        "Arn": made["Arn"],
        "Id": made["Id"],
        "Name": "desk",
        "Namespace": "ns.desk",
        "CreatedTime": now,
        "LastModifiedTime": now,
        "IsService": False,
        "ApplicationType": "STANDARD",
        **({"LastModifiedRegion": "us-east-1"} if NEWEST else {}),
    }
    assert client.list_applications()["Applications"] == [expected]
    assert set(MODEL.shape_for("ApplicationSummary").members) == set(expected)


@holds("applications.filter")
def test_the_filter_is_on_the_stored_type(client: Any) -> None:
    service = create_application(client, "service", **_SERVICE)["Arn"]
    create_application(client, "standard")
    create_application(client, "gateway", ApplicationType="MCP_SERVER", Namespace=_GATEWAY)

    def names(kind: str) -> list[str]:
        return [item["Name"] for item in client.list_applications(ApplicationType=kind)["Applications"]]

    assert [names(kind) for kind in ("SERVICE", "STANDARD", "MCP_SERVER")] == [["service"], ["standard"], ["gateway"]]
    client.update_application(Arn=service, IsService=False)
    assert [names(kind) for kind in ("SERVICE", "STANDARD")] == [[], ["service", "standard"]]


# Names and namespaces


@holds("applications.taken-name", "applications.taken-name-code")
def test_a_taken_name_is_a_duplicate(client: Any) -> None:
    create_application(client)
    with taken("Name"):
        create_application(client, Namespace="another")


@holds("applications.taken-namespace", "applications.taken-namespace-text")
def test_a_taken_namespace_is_a_duplicate_and_the_name_is_looked_at_first(client: Any) -> None:
    create_application(client)
    with taken("Namespace"):
        create_application(client, "another", Namespace="ns.desk")
    with taken("Name"):
        create_application(client, Namespace="ns.desk")
    # Both are taken, by different applications.
    create_application(client, "second")
    with taken("Name"):
        create_application(client, "second", Namespace="ns.desk")


@holds("applications.update-taken")
def test_updating_to_a_taken_name_is_refused_and_to_its_own_is_fine(client: Any) -> None:
    create_application(client, "other")
    arn = create_application(client)["Arn"]
    with invalid("Name already in use"):
        client.update_application(Arn=arn, Name="other")
    client.update_application(Arn=arn, Name="desk", Description="new")
    client.update_application(Arn=arn, Name="renamed")
    assert _get(client, arn)["Name"] == "renamed"


@holds("applications.namespace")
def test_the_namespace_cannot_change(client: Any) -> None:
    assert "Namespace" not in MODEL.operation_model("UpdateApplication").input_shape.members
    arn = create_application(client)["Arn"]
    client.update_application(Arn=arn, Name="renamed")
    assert _get(client, arn)["Namespace"] == "ns.desk"


# Types


@holds("applications.type-default", "applications.type-from-service")
@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, ("STANDARD", False)),
        ({"IsService": False}, ("STANDARD", False)),
        ({"IsService": True}, ("SERVICE", True)),
        ({"ApplicationType": "STANDARD"}, ("STANDARD", False)),
        ({"ApplicationType": "SERVICE"}, ("SERVICE", True)),
        ({"ApplicationType": "MCP_SERVER"}, ("MCP_SERVER", False)),
        ({"ApplicationType": "MCP_SERVER", "IsService": False}, ("MCP_SERVER", False)),
        ({"ApplicationType": "SERVICE", "IsService": True}, ("SERVICE", True)),
    ],
    ids=str,
)
def test_type_and_is_service_follow_each_other_at_creation(client: Any, given: Any, expected: Any) -> None:
    arn = create_application(client, Namespace=_GATEWAY, InitializationTimeout=5, **given)["Arn"]
    assert _type(client, arn) == expected


@holds("applications.type-from-service")
@pytest.mark.parametrize(
    ("before", "given", "expected"),
    [
        ("STANDARD", {"IsService": True}, "SERVICE"),
        ("STANDARD", {"IsService": False}, "STANDARD"),
        ("SERVICE", {"IsService": False}, "STANDARD"),
        ("SERVICE", {"IsService": True}, "SERVICE"),
        ("SERVICE", {"Description": "x"}, "SERVICE"),
        ("MCP_SERVER", {"IsService": False}, "MCP_SERVER"),
        ("MCP_SERVER", {"IsService": True}, "SERVICE"),
        ("MCP_SERVER", {"Description": "x"}, "MCP_SERVER"),
        ("SERVICE", {"ApplicationType": "MCP_SERVER"}, "MCP_SERVER"),
        ("STANDARD", {"ApplicationType": "SERVICE"}, "SERVICE"),
        ("SERVICE", {"ApplicationType": "STANDARD", "IsService": False}, "STANDARD"),
    ],
    ids=str,
)
def test_type_and_is_service_follow_each_other_in_an_update(
    client: Any, before: str, given: Any, expected: str
) -> None:
    arn = create_application(client, Namespace=_GATEWAY, InitializationTimeout=5, ApplicationType=before)["Arn"]
    client.update_application(Arn=arn, **given)
    assert _type(client, arn) == (expected, expected == "SERVICE")


@holds("applications.type-contradiction")
@pytest.mark.parametrize(
    "given",
    [
        {"IsService": False, "ApplicationType": "SERVICE"},
        {"IsService": True, "ApplicationType": "STANDARD"},
        {"IsService": True, "ApplicationType": "MCP_SERVER"},
    ],
    ids=str,
)
def test_type_and_is_service_that_contradict_are_refused(client: Any, given: Any) -> None:
    text = "IsService and ApplicationType contradict each other"
    with invalid(text):
        create_application(client, Namespace=_GATEWAY, InitializationTimeout=5, **given)
    arn = create_application(client, Namespace=_GATEWAY, InitializationTimeout=5)["Arn"]
    with invalid(text):
        client.update_application(Arn=arn, **given)


# Rules: each as (members that the application has before, members that break the rule)


def _source(url: str) -> dict[str, Any]:
    return {"ExternalUrlConfig": {"AccessUrl": url}}


def _agent(url: str) -> dict[str, Any]:
    return {**_A2A, "ApplicationSourceConfig": _source(url)}


def _fits_access_url(url: str) -> bool:
    """Whether the model lets a URL pass, so that the service's own rule is asked."""
    return re.search(MODEL.shape_for("URL").metadata["pattern"], url) is not None


def _rule(id: str, text: str, before: dict[str, Any], breaking: dict[str, Any]) -> Any:
    marks = holds(f"applications.{id}", "applications.as-it-would-be")
    return pytest.param(text, before, breaking, marks=marks, id=f"{id} {before} {breaking}")


_TIMEOUT = "InitializationTimeout is required when IsService is true"
_CONFIG = "ApplicationConfig is not allowed when IsService is true"
_GATEWAY_TEXT = "Namespace for MCP server applications must be a valid Bedrock Agent Core Gateway ID"
_AUTH_TYPE = "AuthType is required for A2A_SERVER applications"
_API_KEY = "CredentialProviderIdentifier is required when AuthType is API_KEY"
_JWT = "CredentialProviderIdentifier is not allowed when AuthType is CONNECT_JWT"
_AUDIENCE = "AudienceOverride is only allowed when AuthType is CONNECT_JWT"
_AUDIENCE_CONNECT = "AudienceOverride must not contain connect.amazonaws.com"
_PERMISSIONS = "Permissions are not allowed for MCP server applications"
_MOVED = "AccessUrl of an MCP server application cannot be moved to another gateway"
_TLS = "AccessUrl for A2A server applications must begin with https:// or wss://"
_MCP: dict[str, Any] = {"ApplicationType": "MCP_SERVER", "Namespace": _GATEWAY}
_A2A: dict[str, Any] = {"ApplicationType": "A2A_SERVER", "AuthConfig": {"AuthType": "CONNECT_JWT"}}
_CONTACTS: dict[str, Any] = {"ApplicationConfig": {"ContactHandling": {}}}


@pytest.mark.parametrize(
    ("text", "before", "breaking"),
    [
        _rule("service-timeout", _TIMEOUT, {}, {"IsService": True}),
        _rule("service-timeout", _TIMEOUT, {}, {"ApplicationType": "SERVICE"}),
        _rule("service-config", _CONFIG, {}, {**_SERVICE, **_CONTACTS}),
        _rule("service-config", _CONFIG, _SERVICE, _CONTACTS),
        _rule("service-config", _CONFIG, {**_CONTACTS, "InitializationTimeout": 5}, {"IsService": True}),
        _rule("gateway-text", _GATEWAY_TEXT, {}, {"ApplicationType": "MCP_SERVER"}),
        _rule("mcp-permissions", _PERMISSIONS, _MCP, {"Permissions": ["User.Details.View"]}),
        _rule("mcp-permissions-text", _PERMISSIONS, _MCP, {"Permissions": ["*", "User.Details.View"]}),
        *(
            _rule("a2a-url", _TLS, _A2A, {"ApplicationSourceConfig": _source(url)})
            for url in ("http://a", "ws://a", "ftp://a", "https:x://a", "httpss://a", "a://https://b")
            if _fits_access_url(url)
        ),
        _rule("a2a-url-text", _TLS, {"ApplicationSourceConfig": _source("ftp://a")}, _A2A),
        _rule("a2a", _AUTH_TYPE, {}, {"ApplicationType": "A2A_SERVER"}),
        _rule("a2a", _AUTH_TYPE, {}, {"ApplicationType": "A2A_SERVER", "AuthConfig": {}}),
        _rule(
            "a2a",
            _AUTH_TYPE,
            {"ApplicationType": "A2A_SERVER", "AuthConfig": {"AuthType": "CONNECT_JWT"}},
            {"AuthConfig": {}},
        ),
        _rule("api-key", _API_KEY, {}, {"AuthConfig": {"AuthType": "API_KEY"}}),
        _rule("connect-jwt", _JWT, {}, {"AuthConfig": {"AuthType": "CONNECT_JWT", **_PROVIDER}}),
        _rule("audience", _AUDIENCE, {}, {"AuthConfig": {"AudienceOverride": "x"}}),
        _rule(
            "audience",
            _AUDIENCE,
            {},
            {"AuthConfig": {"AuthType": "API_KEY", "AudienceOverride": "x", **_PROVIDER}},
        ),
        *(
            _rule(
                "audience-connect",
                _AUDIENCE_CONNECT,
                {},
                {"AuthConfig": {"AuthType": "CONNECT_JWT", "AudienceOverride": audience}},
            )
            for audience in ("connect.amazonaws.com", "https://connect.amazonaws.com/x")
        ),
    ],
)
def test_what_would_break_a_rule_is_refused(
    client: Any, text: str, before: dict[str, Any], breaking: dict[str, Any]
) -> None:
    with invalid(text):
        create_application(client, **{**before, **breaking})
    arn = create_application(client, **before)["Arn"]
    with invalid(text):
        client.update_application(Arn=arn, **breaking)


_HOST = "https://gateway-0123456789.gateway.bedrock-agentcore.us-east-1.amazonaws.com"


@holds("applications.mcp-gateway", "applications.mcp-gateway-text")
@pytest.mark.parametrize(
    "url",
    [
        "https://gateway-9876543210.gateway.bedrock-agentcore.us-east-1.amazonaws.com/mcp",
        "https://gateway-0123456789.gateway.bedrock-agentcore.us-west-2.amazonaws.com/mcp",
        "https://example.com/gateway-0123456789.gateway.bedrock-agentcore.us-east-1.amazonaws.com",
        "https://gateway-0123456789.gateway.bedrock-agentcore.us-east-1.amazonaws.com@example.com/mcp",
        "https://example.com?https://gateway-0123456789.gateway.bedrock-agentcore.us-east-1.amazonaws.com",
    ],
)
def test_an_mcp_server_cannot_be_moved_to_another_gateway(client: Any, url: str) -> None:
    arn = create_application(client, **{**_MCP, "ApplicationSourceConfig": _source(f"{_HOST}/mcp")})["Arn"]
    with invalid(_MOVED):
        client.update_application(Arn=arn, ApplicationSourceConfig=_source(url))


@holds("applications.mcp-gateway")
@pytest.mark.parametrize(
    "url", [_HOST, f"{_HOST}/", f"{_HOST}/other?x=1#y", f"{_HOST}:443/mcp", _HOST.upper().replace("HTTPS", "https")]
)
def test_an_mcp_server_s_path_and_query_may_change(client: Any, url: str) -> None:
    arn = create_application(client, **{**_MCP, "ApplicationSourceConfig": _source(f"{_HOST}/mcp")})["Arn"]
    client.update_application(Arn=arn, ApplicationSourceConfig=_source(url))
    assert _get(client, arn)["ApplicationSourceConfig"] == _source(url)


@holds("applications.mcp-gateway")
def test_applications_of_other_types_and_without_a_url_move_freely(client: Any) -> None:
    standard = create_application(client, ApplicationSourceConfig=_source("https://a"))["Arn"]
    client.update_application(Arn=standard, ApplicationSourceConfig=_source("https://b"))
    mcp = create_application(client, "mcp", **_MCP)["Arn"]
    client.update_application(Arn=mcp, ApplicationSourceConfig=_source(_HOST))
    client.update_application(Arn=mcp, ApplicationType="STANDARD", ApplicationSourceConfig=_source("https://b"))
    assert _get(client, mcp)["ApplicationSourceConfig"] == _source("https://b")


@holds("applications.mcp-gateway")
@pytest.mark.parametrize("before", [{}, _SERVICE, _A2A], ids=["standard", "service", "agent"])
def test_what_becomes_an_mcp_server_may_move_at_once(client: Any, before: dict[str, Any]) -> None:
    members = {**before, "Namespace": _GATEWAY, "ApplicationSourceConfig": _source("https://a")}
    arn = create_application(client, **members)["Arn"]
    client.update_application(Arn=arn, ApplicationType="MCP_SERVER", ApplicationSourceConfig=_source(_HOST))
    assert _get(client, arn)["ApplicationSourceConfig"] == _source(_HOST)


@holds("applications.mcp-permissions")
def test_an_mcp_server_may_have_no_permissions_as_an_empty_list(client: Any) -> None:
    arn = create_application(client, **_MCP, Permissions=[])["Arn"]
    client.update_application(Arn=arn, Permissions=[])
    assert _get(client, arn)["Permissions"] == []


@holds("applications.iframe")
def test_an_iframe_config_that_was_given_is_shown_as_given(client: Any) -> None:
    arn = create_application(client)["Arn"]
    assert _get(client, arn)["IframeConfig"] == {"Allow": [], "Sandbox": []}
    for given in ({"Allow": ["camera"]}, {}, {"Allow": [], "Sandbox": ["x"]}):
        client.update_application(Arn=arn, IframeConfig=given)
        assert _get(client, arn)["IframeConfig"] == given


@pytest.mark.parametrize(
    "members",
    [
        pytest.param(_SERVICE, marks=holds("applications.service-timeout")),
        pytest.param({**_SERVICE, "ApplicationConfig": {}}, marks=holds("applications.service-config")),
        pytest.param({"AuthConfig": {}}, marks=holds("applications.free")),
        pytest.param(
            {"ApplicationType": "A2A_SERVER", "AuthConfig": {"AuthType": "CONNECT_JWT"}},
            marks=holds("applications.a2a"),
        ),
        pytest.param(
            {"AuthConfig": {"AuthType": "API_KEY", **_PROVIDER}},
            marks=holds("applications.api-key", "applications.free"),
        ),
        pytest.param(
            {**_SERVICE, "AuthConfig": {"AuthType": "CONNECT_JWT", "AudienceOverride": "x"}},
            marks=holds("applications.audience", "applications.free"),
        ),
        *(
            pytest.param(_agent(url), marks=holds("applications.a2a-url"))
            for url in ("https://a", "wss://a/b?c", "https://")
        ),
        # What one type of application refuses, the others take.
        *(
            pytest.param({**kind, **_CONTACTS}, marks=holds("applications.service-config"))
            for kind in (_MCP, _A2A, {"ApplicationType": "STANDARD"})
        ),
        *(
            pytest.param({**kind, "Permissions": ["*"]}, marks=holds("applications.mcp-permissions"))
            for kind in (_SERVICE, _A2A, {"ApplicationType": "STANDARD"})
        ),
        *(
            pytest.param({**kind, "ApplicationSourceConfig": _source("ftp://a")}, marks=holds("applications.a2a-url"))
            for kind in (_SERVICE, {"ApplicationType": "STANDARD"})
        ),
        pytest.param({"Permissions": ["No.Such.Permission", "*"]}, marks=holds("applications.free")),
        pytest.param({"ApplicationSourceConfig": {}}, marks=holds("applications.free")),
        pytest.param(
            {"ApplicationSourceConfig": {"ExternalUrlConfig": {"AccessUrl": "gopher://"}}},
            marks=holds("applications.free"),
        ),
    ],
    ids=str,
)
def test_what_breaks_no_rule_is_accepted(client: Any, members: dict[str, Any]) -> None:
    arn = create_application(client, **members)["Arn"]
    shown = _get(client, arn)
    assert {name: shown[name] for name in members} == members
    # No two applications have one namespace, and no update changes it.
    namespace = "gateway-9876543210" if "Namespace" in members else "ns.other"
    arn = create_application(client, "other", Namespace=namespace)["Arn"]
    client.update_application(Arn=arn, **{name: members[name] for name in members if name != "Namespace"})


@holds("applications.as-it-would-be")
def test_an_update_may_mend_what_it_would_break_alone(client: Any) -> None:
    arn = create_application(client, **_CONTACTS)["Arn"]
    client.update_application(Arn=arn, ApplicationConfig={}, **_SERVICE)
    assert _type(client, arn) == ("SERVICE", True)
    client.update_application(Arn=arn, IsService=False, **_CONTACTS)
    assert _get(client, arn)["ApplicationConfig"] == _CONTACTS["ApplicationConfig"]


@holds("applications.gateway-pattern", "applications.gateway-text")
@pytest.mark.parametrize(
    ("namespace", "fits"),
    [
        (_GATEWAY, True),
        ("a-0123456789", True),
        ("a-b-c-abcdefghij", True),
        ("a" * 100 + "-0123456789", True),
        ("a" * 101 + "-0123456789", False),
        ("A-0123456789", False),
        ("a-012345678", False),
        ("a-01234567890", False),
        ("0123456789", False),
        ("a--b-0123456789", False),
        ("x.a-0123456789", False),
        ("a-0123456789.x", False),
    ],
)
def test_the_whole_namespace_of_an_mcp_server_is_a_gateway_s_id(client: Any, namespace: str, fits: bool) -> None:
    members = {"Namespace": namespace, "ApplicationType": "MCP_SERVER"}
    if fits:
        create_application(client, **members)
    else:
        with invalid(_GATEWAY_TEXT):
            create_application(client, **members)
        arn = create_application(client, Namespace=namespace)["Arn"]
        with invalid(_GATEWAY_TEXT):
            client.update_application(Arn=arn, ApplicationType="MCP_SERVER")


@holds("applications.gateway-pattern")
def test_a_gateway_s_id_is_what_botocore_s_model_of_agentcore_says() -> None:
    from appint_mock.services.appintegrations import applications

    model = get_session().get_service_model("bedrock-agentcore-control")
    assert model.shape_for("GatewayId").metadata["pattern"] in (
        applications._GATEWAY_ID.pattern,
        f"^{applications._GATEWAY_ID.pattern}$",
    )


# Delete and associations


@holds("applications.delete-associated", "applications.delete-associated-code")
def test_deleting_an_associated_application_is_refused(client: Any, backend: Any) -> None:
    made = create_application(client)
    arns = [backend.associate_application(made["Arn"]) for _ in range(2)]
    for arn in arns:
        for identifier in (made["Arn"], made["Id"]):
            with invalid("An Application with ApplicationAssociations cannot be deleted"):
                client.delete_application(Arn=identifier)
        backend.disassociate(arn)
    client.delete_application(Arn=made["Arn"])
    with not_found("Application", made["Arn"]):
        client.get_application(Arn=made["Arn"])


@holds("applications.force", "models.newer")
def test_force_deletes_an_application_with_its_associations(client: Any, backend: Any) -> None:
    made = create_application(client)
    association = backend.associate_application(made["Arn"])
    with invalid("An Application with ApplicationAssociations cannot be deleted"):
        client.delete_application(Arn=made["Arn"], Force=False)
    client.delete_application(Arn=made["Arn"], Force=True)
    with not_found("Application", made["Id"]):
        client.list_application_associations(ApplicationId=made["Id"])
    with not_found("ApplicationAssociation", association):
        client.list_tags_for_resource(resourceArn=association)
    arn = create_application(client)["Arn"]
    client.delete_application(Arn=arn, Force=True)


@holds("applications.associations", "applications.associated-by")
@pytest.mark.parametrize("spelling", ["Arn", "Id"])
@pytest.mark.parametrize("given", [{}, {"client_id": "another"}])
def test_an_association_shows_what_it_was_made_with(
    client: Any, backend: Any, spelling: str, given: dict[str, str]
) -> None:
    made = create_application(client)
    arn = backend.associate_application(made[spelling], **given)
    listed = client.list_application_associations(ApplicationId=made["Id"])
    assert listed["ApplicationAssociations"] == [
        {
            "ApplicationAssociationArn": arn,
            "ApplicationArn": made["Arn"],
            "ClientId": given.get("client_id", "connect.amazonaws.com"),
        }
    ]


@holds("applications.associated-by")
def test_no_operation_makes_or_removes_an_application_s_association() -> None:
    assert [name for name in MODEL.operation_names if "ApplicationAssociation" in name] == [
        "ListApplicationAssociations"
    ]
