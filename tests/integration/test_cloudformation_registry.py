"""Our resource types against AWS's registry schemas, as the wheel of cfn-lint ships them."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("moto", reason="moto is not installed: .ci/run has environments with it")
cfnlint = pytest.importorskip("cfnlint", reason="cfn-lint is not installed: .ci/run has environments with it")

from appint_mock.integrations.moto.resource_types import TYPES, ResourceType, schema_of  # noqa: E402
from appint_mock.services import load, load_companion  # noqa: E402
from tests.fidelity.appintegrations import holds  # noqa: E402

FOLDER = Path(cfnlint.__file__).parent / "data" / "schemas"
#: What says nothing about which values fit.
SILENT = frozenset(
    ["$schema", "default", "description", "examples", "format", "insertionOrder", "title", "uniqueItems"]
)
INSIDE = frozenset(["$defs", "definitions", "properties", "items", "patternProperties", "propertyNames", "oneOf"])
#: How the type is described as a whole.
OF_TYPE = frozenset(
    [
        "additionalIdentifiers",
        "createOnlyProperties",
        "handlers",
        "primaryIdentifier",
        "readOnlyProperties",
        "replacementStrategy",
        "sourceUrl",
        "tagging",
        "typeName",
        "writeOnlyProperties",
    ]
)
_NUMBER = "the operations take whole numbers, and refuse others in the operation"
_STRATEGIES = "either of two structures: ours counts the members, the registry lists the two"
#: Every difference, by type, path and keyword, with its reason.
DIFFERENCES: dict[tuple[str, str, str], str] = {
    ("DataIntegration", "#/SourceURI", "pattern"): (
        "an equal pattern in another form: the registry's ^ and $ hold for one alternative each, and both alternatives "
        "begin and end alike"
    ),
    ("KnowledgeBase", "#/ServerSideEncryptionConfiguration/KmsKeyId", "anyOf"): "formats, which only cfn-lint knows",
    ("KnowledgeBase", "#/SourceConfiguration", "minProperties"): _STRATEGIES,
    ("KnowledgeBase", "#/SourceConfiguration", "maxProperties"): _STRATEGIES,
    ("KnowledgeBase", "#/SourceConfiguration", "type"): _STRATEGIES,
    ("KnowledgeBase", "#/SourceConfiguration/ManagedSourceConfiguration", "type"): "the registry has it inside oneOf",
    (
        "KnowledgeBase",
        "#/SourceConfiguration/ManagedSourceConfiguration",
        "required",
    ): "the registry has it inside oneOf",
    **{
        ("KnowledgeBase", f"#/{path}", "type"): _NUMBER
        for path in (
            "SourceConfiguration/ManagedSourceConfiguration/WebCrawlerConfiguration/CrawlerLimits/RateLimit",
            "VectorIngestionConfiguration/ChunkingConfiguration/FixedSizeChunkingConfiguration/MaxTokens",
            "VectorIngestionConfiguration/ChunkingConfiguration/FixedSizeChunkingConfiguration/OverlapPercentage",
            "VectorIngestionConfiguration/ChunkingConfiguration/HierarchicalChunkingConfiguration/OverlapTokens",
            "VectorIngestionConfiguration/ChunkingConfiguration/HierarchicalChunkingConfiguration/LevelConfigurations/*/MaxTokens",
            "VectorIngestionConfiguration/ChunkingConfiguration/SemanticChunkingConfiguration/BreakpointPercentileThreshold",
            "VectorIngestionConfiguration/ChunkingConfiguration/SemanticChunkingConfiguration/BufferSize",
            "VectorIngestionConfiguration/ChunkingConfiguration/SemanticChunkingConfiguration/MaxTokens",
        )
    },
    ("IntegrationAssociation", "#", "primaryIdentifier"): "Ref is the ARN, as the type's page says",
}


def registered(kind: ResourceType) -> dict[str, Any]:
    """The registry's schema of a type."""
    provider = json.loads((FOLDER / "providers" / "us-east-1.json").read_text("utf-8"))
    schema: dict[str, Any] = json.loads((FOLDER / "resources" / f"{provider[kind.full_name]}.json").read_text("utf-8"))
    return schema


def names(schema: Mapping[str, Any], part: str) -> set[str]:
    return {path.rpartition("/")[2] for path in schema.get(part, ())}


def _own(schema: Mapping[str, Any], path: str) -> Iterator[tuple[str, str, Any]]:
    for keyword, value in schema.items():
        if keyword in SILENT | INSIDE or (keyword == "additionalProperties" and isinstance(value, dict)):
            continue
        if keyword in ("required", "enum"):
            value = sorted(value)
        elif keyword == "pattern":
            value = value.replace("\\/", "/")
        if (
            value not in ([], 0)
            and (keyword, value) != ("pattern", ".*")
            and not (path == "#" and keyword in OF_TYPE | {"type"})
        ):
            yield path, keyword, value


def flat(schema: Mapping[str, Any], definitions: Mapping[str, Any], path: str = "#") -> Iterator[tuple[str, str, Any]]:
    """Path, keyword and value of each constraint. What holds for any value anyway is left out."""
    while "$ref" in schema:
        rest = {keyword: value for keyword, value in schema.items() if keyword != "$ref"}
        schema = {**definitions[schema["$ref"].rpartition("/")[2]], **rest}
    yield from _own(schema, path)
    for name, inside in schema.get("properties", {}).items():
        yield from flat(inside, definitions, f"{path}/{name}")
    if "items" in schema:
        yield from flat(schema["items"], definitions, f"{path}/*")
    for pattern, inside in schema.get("patternProperties", {}).items():
        yield f"{path}/{{key}}", "pattern", pattern.replace("\\/", "/")
        yield from flat(inside, definitions, f"{path}/{{value}}")
    if "propertyNames" in schema:
        yield from (
            (*each,) for each in flat(schema["propertyNames"], definitions, f"{path}/{{key}}") if each[1] != "type"
        )
    if isinstance(schema.get("additionalProperties"), dict):
        yield from flat(schema["additionalProperties"], definitions, f"{path}/{{value}}")
    for choice in schema.get("oneOf", ()):
        yield from (each for each in flat(choice, definitions, path) if each[0] != path)


def ours(kind: ResourceType) -> dict[tuple[str, str], Any]:
    companion = kind.service != "appintegrations"
    described = load_companion("appintegrations", kind.service) if companion else load(kind.service)
    schema = schema_of(kind, described.catalogue)
    return {(path, keyword): value for path, keyword, value in flat(schema, schema["$defs"])}


def theirs(kind: ResourceType) -> dict[tuple[str, str], Any]:
    schema = registered(kind)
    read_only = names(schema, "readOnlyProperties")
    schema["properties"] = {name: each for name, each in schema["properties"].items() if name not in read_only}
    return {(path, keyword): value for path, keyword, value in flat(schema, schema["definitions"])}


def _closed(constraints: Mapping[tuple[str, str], Any]) -> dict[tuple[str, str], Any]:
    # A map with a pattern for its keys takes no others, which the two say each in its own way.
    maps = {path.rpartition("/{key}")[0] for path, _ in constraints if path.endswith("/{key}")}
    return {
        (path, keyword): value
        for (path, keyword), value in constraints.items()
        if not (keyword == "additionalProperties" and path in maps)
    }


@holds("cloudformation.registry")
@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.full_name)
def test_every_property_has_the_constraints_of_the_registry(kind: ResourceType) -> None:
    mine, registry = _closed(ours(kind)), _closed(theirs(kind))
    different = {
        (kind.name, path, keyword)
        for path, keyword in {*mine, *registry}
        if mine.get((path, keyword)) != registry.get((path, keyword))
    }
    expected = {each for each in DIFFERENCES if each[0] == kind.name and each[2] != "primaryIdentifier"}
    assert different == expected, f"Create{kind.name} has other constraints than the registry"


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.full_name)
def test_the_type_is_described_as_in_the_registry(kind: ResourceType) -> None:
    schema = registered(kind)
    assert set(kind.required) == set(schema["required"])
    assert kind.create_only == names(schema, "createOnlyProperties")
    assert set(kind.attributes) == names(schema, "readOnlyProperties")
    assert kind.deleted_first == (schema.get("replacementStrategy") == "delete_then_create")
    identifier = names(schema, "primaryIdentifier")
    of_ref = {kind.ref, *(name for name, member in kind.attributes.items() if member == kind.ref)}
    assert (identifier & of_ref == identifier) == ((kind.name, "#", "primaryIdentifier") not in DIFFERENCES)


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.name)
def test_a_constraint_of_a_property_that_an_older_model_lacks_leaves_the_others(kind: ResourceType) -> None:
    older = dataclasses.replace(kind, constraints={"Nothing/Here": {"minLength": 1}, **kind.constraints})
    assert ours(older) == ours(kind)
