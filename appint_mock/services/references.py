"""Checks whether a neighbour has the resources of other services that a request names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from .. import neighbours
from ..state.arns import Arn, parse_arn
from ..state.world import Backend


class Kind(NamedTuple):
    """A type of resource of another service."""

    #: As messages call it.
    title: str
    #: Returns the ARN of what a text names for the backend that is asked; None if it names nothing of this kind.
    arn: Callable[[Backend, str], str | None]


class Reference(NamedTuple):
    """A member that names a resource of that type; ``path`` leads to it, through lists and structures."""

    path: str
    kind: Kind


def check(backend: Backend, references: Iterable[Reference], parameters: Mapping[str, Any]) -> None:
    """Raises the service's error for the first resource that the active neighbour lacks.

    What nobody is there to look up counts as there.
    """
    for path, kind in references:
        for named in _values(parameters, path.split(".")):
            arn = kind.arn(backend, named)
            if arn is not None and neighbours.present().has(arn) is False:
                raise backend.missing_reference(kind.title, named)


def _values(given: Any, path: list[str]) -> Iterator[str]:
    if isinstance(given, list):
        for item in given:
            yield from _values(item, path)
    elif not path:
        if given is not None:
            yield given
    elif isinstance(given, Mapping):
        yield from _values(given.get(path[0]), path[1:])


def _arn_of(service: str, resource_type: str, separator: str) -> Callable[[Backend, str], str]:
    """Returns a function that keeps an ARN of that service, and makes an ARN in the caller's place from an id."""

    def arn(backend: Backend, text: str) -> str:
        parsed = parse_arn(text)
        if parsed is not None and parsed.service == service:
            return text
        return backend.arn(service, f"{resource_type}{separator}{text}")

    return arn


def _kms_key(backend: Backend, text: str) -> str:
    if text.startswith("alias/"):
        return backend.arn("kms", text)
    return _arn_of("kms", "key", "/")(backend, text)


def _bucket_of_uri(backend: Backend, text: str) -> str | None:
    found = re.match("s3://([^/]+)", text)
    return str(Arn(backend.partition, "s3", "", "", found[1])) if found else None


#: Named by ARN, id or alias.
KMS_KEY = Kind("KMS key", _kms_key)
#: Named by ARN.
SECRET = Kind("Secret", _arn_of("secretsmanager", "secret", ":"))
#: Named by name.
EVENT_BUS = Kind("Event bus", _arn_of("events", "event-bus", "/"))
#: Named by the URI of what is in it; URIs that are not of S3 name none.
BUCKET_OF_URI = Kind("Bucket of", _bucket_of_uri)
