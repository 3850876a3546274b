"""The options of a scope: defaults, and checks whose messages say what to give instead."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any, TypedDict

from botocore.loaders import create_loader

from ..state.quotas import resolve
from .names import did_you_mean

if TYPE_CHECKING:
    from ..services import Service

#: The options that the scopes of every service take, with their defaults.
COMMON: dict[str, Any] = {
    "account_id": "123456789012",
    "region_name": "us-east-1",
    "page_size": None,
    "quotas": False,
    "passthrough": (),
    "fast_retries": True,
    "seed": None,
}


class CommonOptions(TypedDict, total=False):
    """The same for type checkers."""

    account_id: str
    region_name: str
    page_size: int | None
    quotas: bool | Mapping[str, float]
    passthrough: Collection[str]
    fast_retries: bool
    seed: int | None


def check_option(name: str, value: Any, service: Service[Any]) -> None:
    """Raise TypeError or ValueError, saying what to give, for a value that the option cannot have."""
    if name == "quotas":
        resolve(value, service.quotas)
    elif name == "passthrough":
        _check_passthrough(value, service)
    else:
        fits, wanted = _CHECKS[name]
        if not fits(value):
            raise ValueError(f"{name}={value!r}: give {wanted}.")


def _check_passthrough(value: Any, service: Service[Any]) -> None:
    if isinstance(value, str) or not isinstance(value, Collection) or not all(isinstance(each, str) for each in value):
        raise TypeError(f"passthrough={value!r}: give a list of boto3's service names, such as ['s3'].")
    known = create_loader().list_available_services("service-2") if value else []
    for name in value:
        if name not in known:
            raise ValueError(
                f"passthrough has {name!r}, which is no service of boto3's.{did_you_mean(name, known)} "
                "boto3.Session().get_available_services() lists them all."
            )
    if service.name in value:
        raise ValueError(f"passthrough has {service.name!r}, which mock_{service.name}() itself answers.")


def _is_count(value: Any, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


_CHECKS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "account_id": (
        lambda value: isinstance(value, str) and re.fullmatch(r"[0-9]{12}", value) is not None,
        "a string of 12 digits",
    ),
    "region_name": (
        lambda value: isinstance(value, str) and re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", value) is not None,
        "the name of a region, such as 'eu-west-1'",
    ),
    "page_size": (lambda value: value is None or _is_count(value, 1), "a number of at least 1, or None"),
    "fast_retries": (lambda value: isinstance(value, bool), "True or False"),
    "seed": (lambda value: value is None or _is_count(value, -(2**256)), "an int, or None"),
    "single_association": (lambda value: isinstance(value, bool), "True or False"),
    "job_polls": (lambda value: value is None or _is_count(value, 0), "a number of at least 0, or None"),
}
