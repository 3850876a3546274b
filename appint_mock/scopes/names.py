"""Looks up the operations and members that a test names; a misspelling raises instead of never matching."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from ..hints import did_you_mean, letters_of
from ..services import load
from ..services import names as service_names

if TYPE_CHECKING:
    from ..services.service import Service


def operations_named(service: Service[Any], name: str) -> list[str]:
    """The operations of ``service`` that ``name`` means; ``*`` in it stands for any text (``"Delete*"``).

    Raises TypeError for what is not a text, ValueError (naming the close ones) where it means none.
    """
    if not isinstance(name, str):
        raise TypeError(f"An operation is named by a text such as 'TagResource' or '*', not by {name!r}.")
    known = service.catalogue.operations
    found = [each for each in known if fnmatchcase(each, name)]
    if not found:
        for other in other_services(service):
            for each in other.catalogue.operations:
                if letters_of(each) == letters_of(name) or fnmatchcase(each, name):
                    raise ValueError(
                        f"{service.name} has no operation {name!r}: {each} is an operation of {other.name}, and this "
                        f"is the handle of {service.name}. Use that of mock_{other.name}."
                    )
        raise ValueError(
            f"{service.name} has no operation {name!r}.{did_you_mean(name, known)} "
            f"Operations are named as in the AWS API, such as {next(iter(known))!r}; * stands for any text."
        )
    return found


def check_members(service: Service[Any], operation: str, names: Iterable[str]) -> None:
    """Raise TypeError for a name that is no request member of the operation, or of any that it means."""
    shapes = [service.catalogue.operations[each].model.input_shape for each in operations_named(service, operation)]
    members = dict.fromkeys(member for shape in shapes if shape for member in shape.members)
    for name in names:
        if name not in members:
            known = f" Its parameters: {', '.join(members) or 'none'}." if len(shapes) == 1 else ""
            raise TypeError(f"{operation} has no parameter {name!r}.{did_you_mean(name, members)}{known}")


def other_services(service: Service[Any]) -> list[Service[Any]]:
    """Return the library's services except this one: what a test names may belong to another handle."""
    return [load(name) for name in service_names() if name != service.name]
