"""Derives the forms of records from the models' shapes and the library's own members."""

from __future__ import annotations

import datetime
import functools
import math
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from botocore.model import Shape

from ..protocol import model
from ..protocol.patterns import matcher
from ..state.form import Form, Unfit, data, flag, inside, object_, shown, shown_key

#: Of an id as Data Exchange and others make them, and of a UUID.
HEX_ID, UUID = r"[0-9a-f]{32}", r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


def record(
    service_name: str,
    *sources: str,
    always: Collection[str] = (),
    present: Collection[str] = (),
    kept: Collection[str] = (),
    own: Mapping[str, Form] | None = None,
    whole_match: bool = True,
) -> Form:
    """Returns the form of a record.

    Args:
        service_name: Whose model the sources are in.
        sources: Operations, whose input's and answer's members the record may have, or structures. The first one that
            has a member says what it must be, an answer before its input. A record may have anything, if the installed
            model is older than all of them.
        always: The members that every record has, and not as None. One that an older model lacks may be anything.
        present: Those that every record has, if only as None. The same goes for these.
        kept: Those that a record may have although an older model lacks them.
        own: The forms of further members, by name, whatever the sources say of them. They may be missing; None is
            theirs to take.
        whole_match: Whether a pattern of the model must match the whole value; otherwise it is searched for.
    """
    unknown_yet = dict.fromkeys((*always, *present, *kept), data)

    def compile_forms() -> Mapping[str, Form]:
        known = _record(service_name, sources, whole_match)
        return _Anything() if sources and known is None else {**unknown_yet, **(known or {}), **(own or {})}

    compiled = functools.cache(compile_forms)

    def check(value: Any) -> None:
        forms = compiled()
        given = object_(value)
        for name in always:
            if given.get(name) is None:
                raise Unfit(f"lacks the member {name}")
        for name in present:
            if name not in given:
                raise Unfit(f"lacks the member {name}")
        for name, item in given.items():
            if name not in forms:
                raise Unfit(f"has the unknown member {shown_key(name)}")
            if item is not None or (own and name in own):
                with inside(name):
                    forms[name](item)

    return check


def by_operation(forms: Mapping[str, Form]) -> Form:
    """Returns the form of a pair of an operation and its answer."""

    def check(value: Any) -> None:
        operation, answer = value
        if operation not in forms:
            raise Unfit(f"is of {shown_key(operation)}, which keeps no tokens")
        forms[operation](answer)

    return check


def shape(service_name: str, name: str, *, whole_match: bool = True) -> Form:
    """Returns the form of a value of that shape of a service's model."""
    compiled = functools.cache(lambda: of_shape(model.load(service_name).shape_for(name), whole_match))
    return lambda value: compiled()(value)


def member(service_name: str, operation: str, name: str, *, whole_match: bool = True) -> Form:
    """Returns the form of a member of an operation's input."""

    def compiled() -> Form:
        given = model.load(service_name).operation_model(operation).input_shape
        return of_shape(given.members[name], whole_match)

    cached = functools.cache(compiled)
    return lambda value: cached()(value)


class _Anything(dict[str, Form]):
    """The form of a record that the installed model does not know: any data."""

    def __contains__(self, name: object) -> bool:
        return True

    def __missing__(self, name: str) -> Form:
        return data


def _record(service_name: str, sources: Iterable[str], whole_match: bool) -> dict[str, Form] | None:
    """Returns the forms by name; None if the model has none of the sources."""
    service = model.load(service_name)
    structures: list[Any] = []
    for source in sources:
        if source in service.operation_names:
            operation = service.operation_model(source)
            structures += [operation.output_shape, operation.input_shape]
        elif source in service.shape_names:
            structures.append(service.shape_for(source))
    if not structures:
        return None
    forms: dict[str, Form] = {}
    for structure in structures:
        for name, member in structure.members.items() if structure is not None else ():
            if name not in forms:
                forms[name] = of_shape(member, whole_match)
    return forms


def of_shape(shape: Shape, whole_match: bool, known: dict[str, Form] | None = None) -> Form:
    """Returns the form of a value of a shape. A list or map may be empty, as in an answer."""
    known = {} if known is None else known
    if getattr(shape, "is_document_type", False):
        return data
    if shape.type_name == "structure":
        return known.get(shape.name) or _structure(shape, whole_match, known)
    if shape.type_name == "list":
        return _list(shape, of_shape(shape.member, whole_match, known))
    if shape.type_name == "map":
        return _map(shape, of_shape(shape.key, whole_match, known), of_shape(shape.value, whole_match, known))
    if shape.type_name in ("string", "character"):
        return _text(shape, whole_match)
    return _SIMPLE[shape.type_name](shape)


def _structure(shape: Shape, whole_match: bool, known: dict[str, Form]) -> Form:
    required = tuple(shape.required_members)
    forms: dict[str, Form] = {}

    def check(value: Any) -> None:
        given = object_(value)
        for name in required:
            if given.get(name) is None:
                raise Unfit(f"lacks the member {name}")
        if shape.is_tagged_union and sum(item is not None for item in given.values()) != 1:
            raise Unfit(f"is not an object of one of {', '.join(shape.members)}")
        for name, item in given.items():
            if name not in forms:
                if name not in shape.members:
                    raise Unfit(f"has the unknown member {shown_key(name)}")
                forms[name] = of_shape(shape.members[name], whole_match, known)
            if item is not None:
                with inside(name):
                    forms[name](item)

    known[shape.name] = check
    return check


def _list(shape: Shape, form: Form) -> Form:
    most = shape.metadata.get("max", math.inf)

    def check(value: Any) -> None:
        if not isinstance(value, list):
            raise Unfit(f"is {shown(value)}, not a list")
        _limit(len(value), 0, most, "items")
        for index, item in enumerate(value):
            with inside(index):
                form(item)

    return check


def _map(shape: Shape, key_form: Form, form: Form) -> Form:
    most = shape.metadata.get("max", math.inf)

    def check(value: Any) -> None:
        _limit(len(object_(value)), 0, most, "entries")
        for key, item in value.items():
            with inside(shown_key(key)):
                key_form(key)
                form(item)

    return check


def _text(shape: Shape, whole_match: bool) -> Form:
    low, high = shape.metadata.get("min", 0), shape.metadata.get("max", math.inf)
    values, pattern = shape.metadata.get("enum"), shape.metadata.get("pattern")
    fits = matcher(pattern, whole_match) if pattern else None

    def check(value: Any) -> None:
        if not isinstance(value, str):
            raise Unfit(f"is {shown(value)}, not a text")
        _limit(len(value), low, high, "characters")
        if values is not None and value not in values:
            raise Unfit(f"is {shown(value)}, not one of {', '.join(values)}")
        if fits is not None and not fits(value):
            raise Unfit(f"is {shown(value)}, which does not match {pattern}")

    return check


def _number(shape: Shape, types: type[int] | tuple[type[int], type[float]]) -> Form:
    low, high = shape.metadata.get("min", -math.inf), shape.metadata.get("max", math.inf)

    def check(value: Any) -> None:
        if not isinstance(value, types) or isinstance(value, bool) or not abs(value) < 2**63:
            raise Unfit(f"is {shown(value)}, not a number")
        if not low <= value <= high:
            raise Unfit(f"is {shown(value)}, not from {low} to {high}")

    return check


def _instance(type_: type, what: str) -> Form:
    def check(value: Any) -> None:
        if not isinstance(value, type_):
            raise Unfit(f"is {shown(value)}, not {what}")

    return check


def _limit(size: int, low: float, high: float, of: str) -> None:
    if not low <= size <= high:
        raise Unfit(f"has {size} {of}, not from {low} to {high}")


moment = _instance(datetime.datetime, "a moment")
_SIMPLE: dict[str, Callable[[Shape], Form]] = {
    "boolean": lambda shape: flag,
    "blob": lambda shape: _instance(bytes, "bytes"),
    "timestamp": lambda shape: moment,
    **dict.fromkeys(("byte", "short", "integer", "long"), lambda shape: _number(shape, int)),
    **dict.fromkeys(("float", "double"), lambda shape: _number(shape, (int, float))),
}
