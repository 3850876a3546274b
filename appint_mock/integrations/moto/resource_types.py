"""The resource types that CloudFormation has for Amazon AppIntegrations, and how it checks their properties.

What each type has is on its page in CloudFormation's template reference: its properties, which of them are
required, which cause replacement, and what ``Ref`` and ``Fn::GetAtt`` return. All else about a property is what the
Create operation's model says of the member of its name; where the page is narrower, ``narrower`` says so.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ...lazy import lazy
from ...protocol.schema import Schema, validator

if TYPE_CHECKING:
    from ...protocol.operation import Catalogue

#: CloudFormation counts a description of no characters as too short; the operations take it.
_DESCRIPTION = {"Description": {"minLength": 1}}
_MOST_TAGS = 200


class PropertiesRefused(Exception):
    """Properties that the resource type does not allow; the text says which and why, as CloudFormation words it."""


@dataclass(frozen=True)
class ResourceType:
    """One resource type."""

    #: ``AWS::AppIntegrations::`` and this; the operations are called Create, Update and Delete and this.
    name: str
    required: tuple[str, ...]
    optional: tuple[str, ...]
    #: Properties whose change causes replacement.
    create_only: frozenset[str]
    #: The member of the Create operation's answer that is the ARN.
    arn: str
    #: The member that ``Ref`` returns.
    ref: str
    #: The member of each attribute of ``Fn::GetAtt``.
    attributes: Mapping[str, str]
    #: How Update and Delete name the resource, and the member which that is.
    update_by: str
    delete_by: str
    identifier: str
    #: Keywords of JSON Schema, by property, where the type's page is narrower than the model.
    narrower: Mapping[str, Schema] = field(default_factory=dict)

    def check(self, catalogue: Catalogue, logical_id: str, properties: Mapping[str, Any]) -> dict[str, Any]:
        """The properties in the types that they have, made of text where need be. Raises PropertiesRefused."""
        schema = _schema(self, catalogue)
        checked: dict[str, Any] = _converted(dict(properties), schema, schema["$defs"])
        found = [text for error in validator(schema, whole_match=False).iter_errors(checked) for text in _texts(error)]
        if found:
            count = [f"#: {len(found)} schema violations found"] if len(found) > 1 else []
            complaints = "\n".join([*count, *found])
            raise PropertiesRefused(
                f"Properties validation failed for resource {logical_id} with message:\n{complaints}"
            )
        return checked

    @lazy
    def full_name(self) -> str:
        """As templates name it."""
        return f"AWS::AppIntegrations::{self.name}"


TYPES = (
    ResourceType(
        name="Application",
        required=("Name", "Namespace", "ApplicationSourceConfig"),
        optional=(
            "ApplicationConfig",
            "ApplicationType",
            "Description",
            "IframeConfig",
            "InitializationTimeout",
            "IsService",
            "Permissions",
        ),
        create_only=frozenset(),
        arn="Arn",
        # Its page leaves this open; the primaryIdentifier of its schema is the ARN.
        ref="Arn",
        attributes={"ApplicationArn": "Arn", "Id": "Id"},
        update_by="Arn",
        delete_by="Arn",
        identifier="Arn",
        narrower={
            **_DESCRIPTION,
            "ApplicationSourceConfig": {"required": ["ExternalUrlConfig"]},
            "ApplicationType": {"enum": ["STANDARD", "SERVICE", "MCP_SERVER"]},
        },
    ),
    ResourceType(
        name="DataIntegration",
        required=("KmsKey", "Name", "SourceURI"),
        optional=("Description", "FileConfiguration", "ObjectConfiguration", "ScheduleConfig"),
        create_only=frozenset({"KmsKey", "ScheduleConfig", "SourceURI"}),
        arn="Arn",
        ref="Name",
        attributes={"DataIntegrationArn": "Arn", "Id": "Id"},
        update_by="Identifier",
        delete_by="DataIntegrationIdentifier",
        identifier="Id",
        narrower=_DESCRIPTION,
    ),
    ResourceType(
        name="EventIntegration",
        required=("EventBridgeBus", "EventFilter", "Name"),
        optional=("Description",),
        create_only=frozenset({"EventBridgeBus", "EventFilter", "Name"}),
        arn="EventIntegrationArn",
        ref="Name",
        attributes={"EventIntegrationArn": "EventIntegrationArn"},
        update_by="Name",
        delete_by="Name",
        identifier="Name",
        narrower=_DESCRIPTION,
    ),
)


def _schema(kind: ResourceType, catalogue: Catalogue) -> Schema:
    operation = catalogue.operations[f"Create{kind.name}"]
    derived = copy.deepcopy(operation.input_schema)
    definitions = derived["$defs"]
    members = definitions[operation.model.input_shape.name]["properties"]
    properties = {name: members[name] for name in (*kind.required, *kind.optional)}
    for name, keywords in kind.narrower.items():
        target = properties[name]
        (definitions[target["$ref"].rpartition("/")[2]] if "$ref" in target else target).update(keywords)
    return {
        "type": "object",
        "required": list(kind.required),
        "properties": {**properties, "Tags": _tags(members["Tags"])},
        "additionalProperties": False,
        "$defs": definitions,
    }


def _tags(of_operation: Schema) -> Schema:
    """A list of keys and values here, where the operations have a map."""
    tag = {
        "type": "object",
        "required": ["Key", "Value"],
        "properties": {"Key": of_operation["propertyNames"], "Value": of_operation["additionalProperties"]},
        "additionalProperties": False,
    }
    return {"type": "array", "items": tag, "maxItems": _MOST_TAGS}


def _converted(value: Any, schema: Schema, definitions: Mapping[str, Schema]) -> Any:
    """``value`` with its scalars in the types of the schema: a template may have "5000" for 5000, and 5 for "5"."""
    if "$ref" in schema:
        schema = definitions[schema["$ref"].rpartition("/")[2]]
    kind = schema.get("type")
    if isinstance(value, dict) and kind == "object":
        inside = schema.get("properties", {})
        rest = schema.get("additionalProperties") or {}
        return {key: _converted(each, inside.get(key, rest), definitions) for key, each in value.items()}
    if isinstance(value, list) and kind == "array":
        return [_converted(each, schema.get("items", {}), definitions) for each in value]
    return _converted_scalar(value, kind)


def _converted_scalar(value: Any, kind: str | None) -> Any:
    if kind == "string" and isinstance(value, bool):
        return str(value).lower()
    if kind == "string" and isinstance(value, int | float):
        return str(value)
    if kind == "integer" and isinstance(value, str) and value.lstrip("-").isdecimal():
        return int(value)
    if kind == "boolean" and value in ("true", "false"):
        return value == "true"
    return value


_SIZES = ("minLength", "maxLength", "minItems", "maxItems")
_TYPE_NAMES = {dict: "JSONObject", list: "JSONArray", str: "String", bool: "Boolean", int: "Integer", float: "Number"}


def _texts(error: Any) -> Iterator[str]:
    """What CloudFormation says of one violation."""
    keyword = error.validator
    path = "#" + "".join(f"/{step}" for step in error.absolute_path)
    if keyword == "required":
        yield from (
            f"{path}: required key [{name}] not found" for name in error.validator_value if name not in error.instance
        )
    elif keyword == "additionalProperties" and error.validator_value is False:
        known = error.schema["properties"]
        yield from (f"{path}: extraneous key [{name}] is not permitted" for name in error.instance if name not in known)
    elif keyword == "type":
        expected = {"object": "JSONObject", "array": "JSONArray"}.get(
            error.validator_value, error.validator_value.title()
        )
        yield f"{path}: expected type: {expected}, found: {_TYPE_NAMES.get(type(error.instance), 'Null')}"
    elif keyword in _SIZES:
        yield f"{path}: expected {keyword}: {error.validator_value}, actual: {len(error.instance)}"
    else:
        yield f"{path}: failed validation constraint for keyword [{keyword}]"
