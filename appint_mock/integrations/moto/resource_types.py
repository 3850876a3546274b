"""Defines the CloudFormation resource types around Amazon AppIntegrations, and checks their properties.

What each type has is on its page in CloudFormation's template reference: its properties, which of them are
required, which cause replacement, and what ``Ref`` and ``Fn::GetAtt`` return. All else about a property is what the
Create operation's model says of the member of its name; if AWS's registry says something else, ``constraints`` has it.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ...lazy import lazy
from ...protocol.schema import Schema, validator

if TYPE_CHECKING:
    from ...protocol.operation import Catalogue

#: Constraints of JSON Schema by the path of a property (``*``: items of a list; ``{key}`` and ``{value}``: of a map).
#: They replace the model's; None removes the model's.
Constraints = Mapping[str, Mapping[str, Any]]

#: CloudFormation counts a description of no characters as too short; the operations take it.
_DESCRIPTION: Constraints = {"Description": {"minLength": 1}}
_MOST_TAGS = 200
#: What the operations do not ask of a tag's key.
_TAG_KEY = r"^(?!aws:)[a-zA-Z+-=._:/]+$"
#: The names of filters, whose values have no pattern here.
_FILTER: Mapping[str, Any] = {"pattern": "^[A-Za-z]", "minLength": None, "maxLength": None}


class PropertiesRefused(ValueError):
    """Properties that the resource type does not allow; the text says which and why, as CloudFormation words it."""


@dataclass(frozen=True)
class ResourceType:
    """A resource type of CloudFormation."""

    #: The last part of the type's name; the operations are called Create, Update and Delete and this.
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
    #: How Delete and Update name the resource: by a member of the operation, the member or property that it gets.
    deleted_by: Mapping[str, str]
    updated_by: Mapping[str, str] = field(default_factory=dict)
    #: Where the type is narrower or wider than the Create operation.
    constraints: Constraints = field(default_factory=dict)
    #: The first parts of the type's name.
    namespace: str = "AWS::AppIntegrations"
    #: boto3's name of the service that has the operations.
    service: str = "appintegrations"
    #: The title of that service in the reasons of events.
    title: str = "AppIntegrations"
    #: The member of the Create operation's answer that holds the resource; None: the answer is the resource.
    answer: str | None = None
    #: Whether a replacement deletes the old resource before it creates the new one.
    deleted_first: bool = False
    #: Whether the operations' members begin with a small letter.
    lower: bool = False
    #: Values that the type takes and the Create operation does not: other operations make these on AWS.
    beyond: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def check(self, catalogue: Catalogue, logical_id: str, properties: Mapping[str, Any]) -> dict[str, Any]:
        """Returns the properties converted to their types. Raises PropertiesRefused."""
        schema = schema_of(self, catalogue)
        checked: dict[str, Any] = _converted(dict(properties), schema, schema["$defs"])
        errors = validator(schema, whole_match=False).iter_errors(checked)
        # A missing property is an error by itself, and each one names them all.
        found = list(dict.fromkeys(text for error in errors for text in _texts(error)))
        if found:
            count = [f"#: {len(found)} schema violations found"] if len(found) > 1 else []
            complaints = "\n".join([*count, *found])
            raise PropertiesRefused(
                f"Properties validation failed for resource {logical_id} with message:\n{complaints}"
            )
        return checked

    @lazy
    def full_name(self) -> str:
        """The type's name in templates."""
        return f"{self.namespace}::{self.name}"

    @property
    def tags_member(self) -> str:
        """The member of the Create operation that holds the tags."""
        return self._member("Tags")

    def members(self, properties: Any) -> Any:
        """Returns the properties as the operations take them: renamed, and without empty lists that they refuse."""
        left_out = {path.rpartition("/")[2] for path, each in self.constraints.items() if each.get("minItems") == 0}
        if isinstance(properties, list):
            return [self.members(each) for each in properties]
        if not isinstance(properties, Mapping):
            return properties
        kept = {name: value for name, value in properties.items() if not (value == [] and name in left_out)}
        return {self._member(name): self.members(value) for name, value in kept.items()}

    def _member(self, name: str) -> str:
        return name[:1].lower() + name[1:] if self.lower else name


_CRAWLER = "SourceConfiguration/ManagedSourceConfiguration/WebCrawlerConfiguration"

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
        deleted_by={"Arn": "Arn"},
        updated_by={"Arn": "Arn"},
        constraints={
            **_DESCRIPTION,
            "ApplicationConfig/ContactHandling": {"required": ["Scope"]},
            "ApplicationSourceConfig": {"required": ["ExternalUrlConfig"]},
            "ApplicationSourceConfig/ExternalUrlConfig/ApprovedOrigins": {"minItems": 0},
            "ApplicationSourceConfig/ExternalUrlConfig/ApprovedOrigins/*": {"maxLength": 1000},
            "ApplicationType": {"enum": ["STANDARD", "SERVICE", "MCP_SERVER"]},
            "Namespace": {"maxLength": 255},
        },
    ),
    ResourceType(
        name="DataIntegration",
        required=("KmsKey", "Name", "SourceURI"),
        optional=("Description", "FileConfiguration", "ObjectConfiguration", "ScheduleConfig"),
        create_only=frozenset({"KmsKey", "ScheduleConfig", "SourceURI"}),
        arn="Arn",
        # The primaryIdentifier of its schema; its page says that it is the name.
        ref="Id",
        attributes={"DataIntegrationArn": "Arn", "Id": "Id"},
        deleted_by={"DataIntegrationIdentifier": "Id"},
        updated_by={"Identifier": "Id"},
        constraints={
            **_DESCRIPTION,
            "FileConfiguration/Filters/{key}": _FILTER,
            "FileConfiguration/Filters/{value}/*": {"pattern": None},
            "ObjectConfiguration/{key}": {"pattern": "^.+$", "minLength": None, "maxLength": None},
            "ObjectConfiguration/{value}/{key}": _FILTER,
            "ObjectConfiguration/{value}/{value}/*": {"pattern": None},
        },
    ),
    ResourceType(
        name="EventIntegration",
        required=("EventBridgeBus", "EventFilter", "Name"),
        optional=("Description",),
        create_only=frozenset({"EventBridgeBus", "EventFilter", "Name"}),
        arn="EventIntegrationArn",
        ref="Name",
        attributes={"EventIntegrationArn": "EventIntegrationArn"},
        deleted_by={"Name": "Name"},
        updated_by={"Name": "Name"},
        constraints={**_DESCRIPTION, "EventFilter/Source": {"pattern": r"^aws\.(partner\/.*|cases)$"}},
    ),
    ResourceType(
        namespace="AWS::Connect",
        service="connect",
        title="Connect",
        name="IntegrationAssociation",
        required=("InstanceId", "IntegrationType", "IntegrationArn"),
        optional=("SourceApplicationName", "SourceApplicationUrl", "SourceType"),
        create_only=frozenset(
            {
                "InstanceId",
                "IntegrationArn",
                "IntegrationType",
                "SourceApplicationName",
                "SourceApplicationUrl",
                "SourceType",
            }
        ),
        arn="IntegrationAssociationArn",
        ref="IntegrationAssociationArn",
        attributes={"IntegrationAssociationId": "IntegrationAssociationId"},
        deleted_by={"InstanceId": "InstanceId", "IntegrationAssociationId": "IntegrationAssociationId"},
        constraints={
            "InstanceId": {"pattern": "^arn:aws[-a-z0-9]*:connect:[-a-z0-9]*:[0-9]{12}:instance/[-a-zA-Z0-9]*$"},
            "IntegrationArn": {"minLength": 1, "maxLength": 140},
            "IntegrationType": {
                "enum": [
                    "APPLICATION",
                    "CASES_DOMAIN",
                    "EVENT",
                    "FILE_SCANNER",
                    "LAMBDA_FUNCTION",
                    "LEX_BOT",
                    "MESSAGE_PROCESSOR",
                    "Q_MESSAGE_TEMPLATES",
                    "SES_IDENTITY",
                    "WISDOM_ASSISTANT",
                    "WISDOM_KNOWLEDGE_BASE",
                    "WISDOM_QUICK_RESPONSES",
                ]
            },
        },
        beyond={"IntegrationType": ("LAMBDA_FUNCTION", "LEX_BOT")},
    ),
    ResourceType(
        namespace="AWS::Wisdom",
        service="qconnect",
        title="QConnect",
        name="KnowledgeBase",
        required=("KnowledgeBaseType", "Name"),
        optional=(
            "Description",
            "RenderingConfiguration",
            "ServerSideEncryptionConfiguration",
            "SourceConfiguration",
            "VectorIngestionConfiguration",
        ),
        create_only=frozenset(
            {
                "Description",
                "KnowledgeBaseType",
                "Name",
                "ServerSideEncryptionConfiguration",
                "SourceConfiguration",
                "Tags",
            }
        ),
        arn="knowledgeBaseArn",
        ref="knowledgeBaseId",
        attributes={"KnowledgeBaseArn": "knowledgeBaseArn", "KnowledgeBaseId": "knowledgeBaseId"},
        deleted_by={"knowledgeBaseId": "knowledgeBaseId"},
        answer="knowledgeBase",
        lower=True,
        deleted_first=True,
        constraints={
            "Description": {"pattern": r"^[a-zA-Z0-9\s_.,-]+"},
            "Name": {"pattern": r"^[a-zA-Z0-9\s_.,-]+"},
            "ServerSideEncryptionConfiguration": {
                "properties": {"KmsKeyId": {"type": "string", "minLength": 1, "maxLength": 4096}}
            },
            "SourceConfiguration": {"minProperties": 1, "maxProperties": 1},
            "SourceConfiguration/AppIntegrations/AppIntegrationArn": {
                "pattern": "^arn:[a-z-]+?:[a-z-]+?:[a-z0-9-]*?:([0-9]{12})?:[a-zA-Z0-9-:/]+$"
            },
            "SourceConfiguration/ManagedSourceConfiguration": {"required": ["WebCrawlerConfiguration"]},
            f"{_CRAWLER}/CrawlerLimits/RateLimit": {"maximum": 3000},
            f"{_CRAWLER}/UrlConfiguration/SeedUrls/*/Url": {"pattern": r"^https?://[A-Za-z0-9][^\s]*$"},
            "VectorIngestionConfiguration/ParsingConfiguration/BedrockFoundationModelConfiguration/ModelArn": {
                "pattern": (
                    r"^arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}"
                    r"::foundation-model\/anthropic.claude-3-haiku-20240307-v1:0$"
                )
            },
            "Tags": {"maxItems": None},
            "Tags/*/Value": {"minLength": 1},
        },
    ),
)


def schema_of(kind: ResourceType, catalogue: Catalogue) -> Schema:
    """Returns the JSON Schema of a type's properties."""
    operation = catalogue.operations[f"Create{kind.name}"]
    derived = copy.deepcopy(operation.input_schema)
    definitions = derived["$defs"]
    if kind.lower:
        for definition in definitions.values():
            _capitalise(definition)
    members = definitions[operation.model.input_shape.name]["properties"]
    # What the model of an older botocore lacks is no property either.
    properties = {name: members[name] for name in (*kind.required, *kind.optional) if name in members}
    schema = {
        "type": "object",
        "required": list(kind.required),
        "properties": {**properties, "Tags": _tags(members["Tags"])},
        "additionalProperties": False,
        "$defs": definitions,
    }
    for path, keywords in kind.constraints.items():
        try:
            target = _at(schema, path.split("/"), definitions)
        except KeyError:  # the same
            continue
        for keyword, value in keywords.items():
            if value is None:
                target.pop(keyword, None)
            else:
                target[keyword] = value
    return schema


def _capitalise(definition: Schema) -> None:
    names = definition.get("properties", {})
    definition["properties"] = {name[:1].upper() + name[1:]: each for name, each in names.items()}
    definition["required"] = [name[:1].upper() + name[1:] for name in definition.get("required", ())]


def _at(schema: Schema, path: Sequence[str], definitions: Mapping[str, Schema]) -> Schema:
    """Returns the part of a schema at a path."""
    steps = {"*": "items", "{key}": "propertyNames", "{value}": "additionalProperties"}
    for step in path:
        schema = schema[steps[step]] if step in steps else schema["properties"][step]
        while "$ref" in schema:
            schema = definitions[schema["$ref"].rpartition("/")[2]]
    return schema


def _tags(of_operation: Schema) -> Schema:
    """Returns the schema of tags: a list of keys and values here, a map in the operations."""
    tag = {
        "type": "object",
        "required": ["Key", "Value"],
        "properties": {
            "Key": {**of_operation["propertyNames"], "minLength": 1, "maxLength": 128, "pattern": _TAG_KEY},
            "Value": {**of_operation["additionalProperties"], "maxLength": 256},
        },
        "additionalProperties": False,
    }
    return {"type": "array", "items": tag, "maxItems": _MOST_TAGS}


def _converted(value: Any, schema: Schema, definitions: Mapping[str, Schema]) -> Any:
    """Converts the scalars of ``value`` to the schema's types: a template may have "5000" for 5000, and 5 for "5"."""
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
    """Yields CloudFormation's texts for one violation."""
    keyword = error.validator
    path = "#" + "".join(f"/{step}" for step in error.absolute_path)
    if keyword == "required":
        yield from (
            f"{path}: required key [{name}] not found" for name in error.validator_value if name not in error.instance
        )
    elif keyword == "additionalProperties":
        known = error.schema["properties"]
        yield from (f"{path}: extraneous key [{name}] is not permitted" for name in error.instance if name not in known)
    elif "propertyNames" in error.absolute_schema_path:
        # CloudFormation has a pattern for the names of the properties that there may be.
        yield f"{path}: extraneous key [{error.instance}] is not permitted"
    elif keyword == "pattern":
        yield f"[{path}: string [{error.instance}] does not match pattern {error.validator_value}]"
    elif keyword == "type":
        expected = {"object": "JSONObject", "array": "JSONArray"}.get(
            error.validator_value, error.validator_value.title()
        )
        yield f"{path}: expected type: {expected}, found: {_TYPE_NAMES.get(type(error.instance), 'Null')}"
    elif keyword in _SIZES:
        yield f"{path}: expected {keyword}: {error.validator_value}, actual: {len(error.instance)}"
    else:
        yield f"{path}: failed validation constraint for keyword [{keyword}]"
