"""The operations and members that a test names: a misspelled one is told, not silently never met."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..services import Service


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
                if _letters(each) == _letters(name) or fnmatchcase(each, name):
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
    """The library's services but this one: what a test names may be of another handle."""
    from ..services import NAMES

    # By name, since a service's package is loaded only where it is used.
    return [import_module(f"appint_mock.services.{name}").SERVICE for name in NAMES if name != service.name]


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`` Did you mean 'A' or 'B'?``, or nothing where no known name is close; cases and underscores do not count."""
    import difflib

    by_letters = {_letters(each): each for each in known}
    letters = _letters(name)
    close = [letters] if letters in by_letters else difflib.get_close_matches(letters, by_letters, n=2, cutoff=0.6)
    return f" Did you mean {' or '.join(repr(by_letters[each]) for each in close)}?" if close else ""


def _letters(name: str) -> str:
    return name.replace("_", "").lower()
