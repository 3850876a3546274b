"""Looks up the operations and members that a test names; a misspelling raises instead of never matching."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterator
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from ..hints import did_you_mean, letters_of, repr_of, see
from ..protocol.errors import known_status
from ..services import load, load_companion, python_name
from ..services import names as service_names

if TYPE_CHECKING:
    from ..protocol.operation import Operation
    from ..services.service import Service


class NamedOperations(Container[str]):
    """The operations of a service and of its companions that match a name.

    Which of the companions' they are is worked out when it is needed: their models are large.
    """

    def __init__(self, service: Service[Any], name: str) -> None:
        self._service = service
        self._name = name
        self._own = [each for key, each in service.catalogue.operations.items() if fnmatchcase(key, name)]

    def __contains__(self, operation: object) -> bool:
        # A request of no operation is logged by its method and URL.
        return isinstance(operation, str) and operation.isidentifier() and fnmatchcase(operation, self._name)

    def __iter__(self) -> Iterator[Operation]:
        """Yields the service's own operations, or those of the companions if it has none of that name."""
        yield from self._own or (each for each in _of_companions(self._service) if fnmatchcase(each.name, self._name))


def operations_named(service: Service[Any], name: str) -> NamedOperations:
    """Returns the operations of ``service`` that match ``name``; ``*`` stands for any text (``"Delete*"``).

    Raises TypeError for what is not a text, ValueError (naming the close ones) if it means none.
    """
    if not isinstance(name, str):
        raise TypeError(
            f"An operation is named by a text such as 'TagResource' or '*', not by {repr_of(name)}." + see("calls")
        )
    found = NamedOperations(service, name)
    if next(iter(found), None) is None:
        for other in other_services(service):
            for each in (*other.catalogue.operations, *(each.name for each in _of_companions(other))):
                if letters_of(each) == letters_of(name) or fnmatchcase(each, name):
                    raise ValueError(
                        f"{service.name} has no operation {name!r}: {each} is an operation of {other.name}, and this "
                        f"is the handle of {service.name}. Use that of mock_{python_name(other.name)}." + see("calls")
                    )
        known = [*service.catalogue.operations, *(each.name for each in _of_companions(service))]
        raise ValueError(
            f"{service.name} has no operation {name!r}.{did_you_mean(name, known)} "
            f"Operations are named as in the AWS API, such as {known[0]!r}; * stands for any text." + see("calls")
        )
    return found


def check_members(service: Service[Any], operation: str, names: Collection[str]) -> None:
    """Raises TypeError for a name that is not a request member of the matching operations."""
    found = operations_named(service, operation)
    if not names:
        return
    shapes = [each.model.input_shape for each in found]
    members = dict.fromkeys(member for shape in shapes if shape for member in shape.members)
    for name in names:
        if name not in members:
            known = f" Its parameters: {', '.join(members) or 'none'}." if len(shapes) == 1 else ""
            raise TypeError(
                f"{operation} has no parameter {name!r}.{did_you_mean(name, members)}{known}" + see("calls")
            )


def _of_companions(service: Service[Any]) -> Iterator[Operation]:
    for name in service.companions:
        yield from load_companion(service.name, name).catalogue.operations.values()


def companions_status(service: Service[Any], code: str) -> int | None:
    """Returns the HTTP status of an error that a companion of the service has, or None."""
    models = (load_companion(service.name, name).catalogue.model for name in service.companions)
    return next((status for model in models if (status := known_status(model, code))), None)


def other_services(service: Service[Any]) -> list[Service[Any]]:
    """Returns the other services of the library: a name in a test may belong to another handle."""
    return [load(name) for name in service_names() if name != service.name]
