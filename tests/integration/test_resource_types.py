"""What the resource types of stacks take, word for word as CloudFormation refuses the rest, and what becomes of it."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("moto", reason="moto is not installed: .ci/run has environments with it")

from appint_mock.integrations.moto.resource_types import TYPES, PropertiesRefused, ResourceType
from appint_mock.services import load, load_companion

KINDS = {kind.name: kind for kind in TYPES}
#: By type: properties that it takes.
TAKEN: dict[str, dict[str, Any]] = {
    "Application": {
        "Name": "Desk",
        "Namespace": "desk",
        "ApplicationSourceConfig": {"ExternalUrlConfig": {"AccessUrl": "https://example.com"}},
    },
    "DataIntegration": {"Name": "articles", "KmsKey": "key", "SourceURI": "Salesforce://AppFlow/test"},
    "EventIntegration": {
        "Name": "orders",
        "EventBridgeBus": "default",
        "EventFilter": {"Source": "aws.partner/example.com/orders"},
    },
    "KnowledgeBase": {"Name": "docs", "KnowledgeBaseType": "CUSTOM"},
}


def check(name: str, change: dict[str, Any]) -> dict[str, Any]:
    """The properties as CreateApplication and its like get them; None takes one away."""
    kind: ResourceType = KINDS[name]
    service = load("appintegrations")
    described = service if kind.service == service.name else load_companion(service.name, kind.service)
    merged = {**TAKEN[name], **change}
    return kind.check(described.catalogue, "It", {key: each for key, each in merged.items() if each is not None})


@pytest.mark.parametrize(
    ("name", "given", "taken"),
    [
        ("Application", {"Name": 5}, {"Name": "5"}),
        ("Application", {"Name": 1.5}, {"Name": "1.5"}),
        ("Application", {"Name": True, "Description": False}, {"Name": "true", "Description": "false"}),
        ("Application", {"IsService": "true"}, {"IsService": True}),
        ("Application", {"IsService": "false"}, {"IsService": False}),
        ("Application", {"IsService": True}, {"IsService": True}),
        ("Application", {"InitializationTimeout": "5000"}, {"InitializationTimeout": 5000}),
        ("Application", {"Name": "5000", "Description": "true"}, {"Name": "5000", "Description": "true"}),
        ("Application", {"Permissions": [5, "a", False]}, {"Permissions": ["5", "a", "false"]}),
        (
            "DataIntegration",
            {"FileConfiguration": {"Folders": [1], "Filters": {"a": [2, True]}}},
            {"FileConfiguration": {"Folders": ["1"], "Filters": {"a": ["2", "true"]}}},
        ),
        (
            "DataIntegration",
            {"ObjectConfiguration": {"o": {"f": [3]}}},
            {"ObjectConfiguration": {"o": {"f": ["3"]}}},
        ),
        ("EventIntegration", {"Tags": [{"Key": "a", "Value": 5}]}, {"Tags": [{"Key": "a", "Value": "5"}]}),
        ("KnowledgeBase", {"Description": "a!"}, {"Description": "a!"}),
    ],
    ids=str,
)
def test_a_scalar_is_taken_as_what_its_type_is(name: str, given: dict[str, Any], taken: dict[str, Any]) -> None:
    assert check(name, given) == {**TAKEN[name], **taken}


@pytest.mark.parametrize(
    ("name", "given", "complaint"),
    [
        ("Application", {"Nmae": "x"}, "#: extraneous key [Nmae] is not permitted"),
        ("Application", {"Name": None}, "#: required key [Name] not found"),
        ("Application", {"Name": ["x"]}, "#/Name: expected type: String, found: JSONArray"),
        ("Application", {"Name": {"x": 1}}, "#/Name: expected type: String, found: JSONObject"),
        ("Application", {"Permissions": [[]]}, "#/Permissions/0: expected type: String, found: JSONArray"),
        ("Application", {"Permissions": "x"}, "#/Permissions: expected type: JSONArray, found: String"),
        ("Application", {"Permissions": {"x": 1}}, "#/Permissions: expected type: JSONArray, found: JSONObject"),
        ("Application", {"ApplicationConfig": [1]}, "#/ApplicationConfig: expected type: JSONObject, found: JSONArray"),
        ("Application", {"ApplicationConfig": 1}, "#/ApplicationConfig: expected type: JSONObject, found: Integer"),
        ("Application", {"IsService": "yes"}, "#/IsService: expected type: Boolean, found: String"),
        ("Application", {"IsService": 1}, "#/IsService: expected type: Boolean, found: Integer"),
        (
            "Application",
            {"InitializationTimeout": True},
            "#/InitializationTimeout: expected type: Integer, found: Boolean",
        ),
        (
            "Application",
            {"InitializationTimeout": 1.5},
            "#/InitializationTimeout: expected type: Integer, found: Number",
        ),
        (
            "Application",
            {"InitializationTimeout": "1-5"},
            "#/InitializationTimeout: expected type: Integer, found: String",
        ),
        (
            "Application",
            {"InitializationTimeout": "-5"},
            "#/InitializationTimeout: failed validation constraint for keyword [minimum]",
        ),
        ("Application", {"Description": ""}, "#/Description: expected minLength: 1, actual: 0"),
        ("Application", {"ApplicationType": "X"}, "#/ApplicationType: failed validation constraint for keyword [enum]"),
        (
            "Application",
            {"ApplicationSourceConfig": {"ExternalUrlConfig": {"AccessUrl": "https://a.example", "Other": 1}}},
            "#/ApplicationSourceConfig/ExternalUrlConfig: extraneous key [Other] is not permitted",
        ),
        (
            "EventIntegration",
            {"EventFilter": {"Source": "mine"}},
            r"[#/EventFilter/Source: string [mine] does not match pattern ^aws\.(partner\/.*|cases)$]",
        ),
        (
            "EventIntegration",
            {"Tags": [{"Key": f"key{n}", "Value": "x"} for n in range(201)]},
            "#/Tags: expected maxItems: 200, actual: 201",
        ),
        (
            "EventIntegration",
            {"Tags": [{"Key": "k" * 129, "Value": "x"}]},
            "#/Tags/0/Key: expected maxLength: 128, actual: 129",
        ),
        (
            "EventIntegration",
            {"Tags": [{"Key": "k", "Value": "x" * 257}]},
            "#/Tags/0/Value: expected maxLength: 256, actual: 257",
        ),
        (
            "EventIntegration",
            {"Tags": [{"Key": "k", "Value": "x", "C": 1}]},
            "#/Tags/0: extraneous key [C] is not permitted",
        ),
        (
            "DataIntegration",
            {"FileConfiguration": {"Folders": ["/"], "Filters": {"1": ["x"]}}},
            "#/FileConfiguration/Filters: extraneous key [1] is not permitted",
        ),
        (
            "KnowledgeBase",
            {"SourceConfiguration": {}},
            "#/SourceConfiguration: failed validation constraint for keyword [minProperties]",
        ),
        (
            "KnowledgeBase",
            {"SourceConfiguration": {"AppIntegrations": {}}},
            "#/SourceConfiguration/AppIntegrations: required key [AppIntegrationArn] not found",
        ),
        ("KnowledgeBase", {"name": "x"}, "#: extraneous key [name] is not permitted"),
    ],
    ids=str,
)
def test_a_property_that_is_refused_is_named_with_the_reason(name: str, given: dict[str, Any], complaint: str) -> None:
    with pytest.raises(PropertiesRefused) as refused:
        check(name, given)
    assert str(refused.value) == f"Properties validation failed for resource It with message:\n{complaint}"


def test_several_complaints_are_counted() -> None:
    with pytest.raises(PropertiesRefused, match=r"message:\n#: 2 schema violations found\n#"):
        check("EventIntegration", {"Name": None, "Other": 1})
    with pytest.raises(PropertiesRefused) as refused:
        check("EventIntegration", {"Name": None, "EventBridgeBus": None, "Other": 1, "Another": 2})
    _, count, *complaints = str(refused.value).splitlines()
    assert count == "#: 4 schema violations found"
    assert sorted(complaints) == [
        "#: extraneous key [Another] is not permitted",
        "#: extraneous key [Other] is not permitted",
        "#: required key [EventBridgeBus] not found",
        "#: required key [Name] not found",
    ]


def test_the_operations_get_the_properties_under_their_names_and_no_empty_list_that_they_refuse() -> None:
    application, base = KINDS["Application"], KINDS["KnowledgeBase"]
    source = {"ExternalUrlConfig": {"AccessUrl": "https://a.example", "ApprovedOrigins": []}}
    given = {"Name": "Desk", "Permissions": [], "ApplicationSourceConfig": source, "InitializationTimeout": 5}
    assert application.members(given) == {
        **given,
        "ApplicationSourceConfig": {"ExternalUrlConfig": {"AccessUrl": "https://a.example"}},
    }
    source["ExternalUrlConfig"]["ApprovedOrigins"] = ["https://b.example"]
    assert application.members(given) == given
    chunks = {"ChunkingConfiguration": {"ChunkingStrategy": "NONE"}}
    assert base.members({"VectorIngestionConfiguration": chunks}) == {
        "vectorIngestionConfiguration": {"chunkingConfiguration": {"chunkingStrategy": "NONE"}}
    }
    fields = {"AppIntegrations": {"AppIntegrationArn": "arn", "ObjectFields": ["Id", "Name"]}}
    assert base.members({"Name": "docs", "SourceConfiguration": fields, "Seeds": [{"Url": "a"}]}) == {
        "name": "docs",
        "sourceConfiguration": {"appIntegrations": {"appIntegrationArn": "arn", "objectFields": ["Id", "Name"]}},
        "seeds": [{"url": "a"}],
    }
    assert (application.tags_member, base.tags_member) == ("Tags", "tags")


def test_a_type_has_the_name_that_templates_have() -> None:
    assert [kind.full_name for kind in TYPES] == [
        "AWS::AppIntegrations::Application",
        "AWS::AppIntegrations::DataIntegration",
        "AWS::AppIntegrations::EventIntegration",
        "AWS::Connect::IntegrationAssociation",
        "AWS::Wisdom::KnowledgeBase",
    ]
