"""Derives JSON Schemas from the shapes of a model, and provides their validator.

The schemas describe values as the library has them: members by their names in the model, moments as datetimes
(the type "timestamp"). Structures are defined under ``$defs``, so that they may hold themselves; everything else is
defined in place, so that a member may have constraints of its own.
"""

from __future__ import annotations

import datetime
import functools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from botocore.model import Shape, StructureShape

from .patterns import matcher

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

Schema = dict[str, Any]

_TYPES = {
    "string": "string",
    "character": "string",
    "boolean": "boolean",
    "byte": "integer",
    "short": "integer",
    "integer": "integer",
    "long": "integer",
    "float": "number",
    "double": "number",
    "timestamp": "timestamp",
    "blob": "bytes",
    "list": "array",
    "map": "object",
}
#: The model's names of constraints, by JSON Schema's keywords for them.
CONSTRAINTS = {
    "enum": "enum",
    "pattern": "pattern",
    "minLength": "min",
    "maxLength": "max",
    "minItems": "min",
    "maxItems": "max",
    "minProperties": "min",
    "maxProperties": "max",
    "minimum": "min",
    "maximum": "max",
    "required": "required",
}
_SIZES = {"string": "Length", "bytes": "Length", "array": "Items", "object": "Properties"}


def derive(shape: StructureShape | None, *, of_answer: bool = False) -> Schema:
    """Returns the schema of an input shape, or of an output shape with ``of_answer``.

    Answers show empty lists and maps, whatever smallest size the model gives the shape (inputs share it).
    """
    definitions: dict[str, Schema] = {}
    root = _of(shape, definitions, of_answer) if shape is not None else {"type": "object", "maxProperties": 0}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **root, "$defs": definitions}


def _of(shape: Shape, definitions: dict[str, Schema], of_answer: bool) -> Schema:
    if shape.type_name == "structure" and shape.is_document_type:
        return {}
    if shape.type_name == "structure":
        if shape.name not in definitions:
            definitions[shape.name] = {}
            definitions[shape.name].update(_of_structure(shape, definitions, of_answer))
        return {"$ref": f"#/$defs/{shape.name}"}
    schema = {"type": _TYPES[shape.type_name], **own_constraints(shape)}
    if shape.type_name == "list":
        schema["items"] = _of(shape.member, definitions, of_answer)
    if shape.type_name == "map":
        schema["propertyNames"] = _of(shape.key, definitions, of_answer)
        schema["additionalProperties"] = _of(shape.value, definitions, of_answer)
    if of_answer and shape.type_name in ("list", "map"):
        schema.pop("minItems", None)
        schema.pop("minProperties", None)
    return schema


def _of_structure(shape: StructureShape, definitions: dict[str, Schema], of_answer: bool) -> Schema:
    return {
        "type": "object",
        **own_constraints(shape),
        "properties": {name: _of(member, definitions, of_answer) for name, member in shape.members.items()},
        "additionalProperties": False,
    }


def own_constraints(shape: Shape) -> Schema:
    """Returns the constraints of ``shape`` itself, without those of its members."""
    if shape.type_name == "structure":
        return {"required": list(shape.required_members)}
    schema = {name: shape.metadata[name] for name in ("enum", "pattern") if name in shape.metadata}
    size = _SIZES.get(_TYPES[shape.type_name], "imum")
    return schema | {bound + size: shape.metadata[bound] for bound in ("min", "max") if bound in shape.metadata}


def validator(schema: Schema, *, whole_match: bool) -> Validator:
    """Returns a jsonschema validator that knows our types and decides patterns as we do."""
    checking: Validator = _validator_class(whole_match)(schema)
    return checking


@functools.cache
def _validator_class(whole_match: bool) -> Any:
    # Imported for a wrong request only: the import takes longer than answering a hundred right ones.
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError
    from jsonschema.validators import extend

    def pattern(validator: Any, pattern: str, value: Any, schema: Any) -> Iterator[ValidationError]:
        if isinstance(value, str) and not matcher(pattern, whole_match)(value):
            yield ValidationError(f"{value!r} does not match {pattern!r}")

    def of_bytes_too(keyword: str) -> Any:
        of_text = Draft202012Validator.VALIDATORS[keyword]

        def length(validator: Any, limit: int, value: Any, schema: Any) -> Iterator[ValidationError]:
            # Latin-1 has a character for each byte.
            text = value.decode("latin-1") if isinstance(value, bytes) else value
            yield from of_text(validator, limit, text, schema)

        return length

    types = {
        "timestamp": lambda checker, value: isinstance(value, datetime.datetime),
        "bytes": lambda checker, value: isinstance(value, bytes),
    }
    return extend(  # type: ignore[no-untyped-call]  # jsonschema's stubs do not type it
        Draft202012Validator,
        validators={"pattern": pattern, **{name: of_bytes_too(name) for name in ("minLength", "maxLength")}},
        type_checker=Draft202012Validator.TYPE_CHECKER.redefine_many(types),
    )
