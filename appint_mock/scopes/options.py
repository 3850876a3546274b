"""Defines the options that the scopes of every service take, and checks what a test gives."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, TypedDict

from botocore.loaders import create_loader

from ..hints import did_you_mean, repr_of, see
from ..services import python_name
from ..services.option import Option, is_count, is_flag
from ..state.arns import regions
from ..state.quotas import resolve

if TYPE_CHECKING:
    from ..services.service import Service


class CommonOptions(TypedDict, total=False):
    """The options that the scopes of every service take.

    Attributes:
        account_id: The account (12 digits) of credentials that name none. Default ``"123456789012"``.
        region_name: The region of clients that botocore finds none for: neither an argument, nor a variable, nor a
            profile. Default ``"us-east-1"``. ``None``: they have none, and botocore raises NoRegionError.
        page_size: The default and the largest page that a List operation returns. Default: AWS's.
        quotas: ``False``: only the limits that AWS raises for nobody (the default). ``True``: AWS's default quotas. A
            dict such as ``{"data_sets": 2}``: those quotas beside the limits; None takes a limit away.
        passthrough: boto3's names of services that may reach the network. Default: none.
        fast_retries: Whether botocore's back-off between retries is skipped. Default ``True``.
        real_signatures: Whether the HMAC of each request is computed. Default ``False``: the Authorization header has a
            made-up one, since nothing checks it and it takes a third of a call's time.
        seed: An int that makes ids repeatable. Default ``None``.
        unknown_regions: Whether calls in a region that botocore's partition data does not list are answered too.
            Default ``False``: such a region has no host, so that each call raises EndpointConnectionError.
        check_references: Whether a request is refused that names a KMS key, an S3 bucket, an EventBridge bus or a
            secret that moto does not have. Default ``False``. While moto is off, nothing is looked up.
        fresh: Whether the scope has an empty state of its own also inside another scope. Default ``False``.
    """

    account_id: str
    region_name: str | None
    page_size: int | None
    quotas: bool | Mapping[str, float | None]
    passthrough: Collection[str]
    fast_retries: bool
    real_signatures: bool
    seed: int | None
    unknown_regions: bool
    check_references: bool
    fresh: bool


def _is_account(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[0-9]{12}", value) is not None


def _is_region(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", value) is not None


def _is_collection_of_names(value: Any) -> bool:
    return isinstance(value, Collection) and not isinstance(value, str) and all(isinstance(each, str) for each in value)


#: The same for the checks. What quotas and passthrough may hold depends on the service: see ``check_option``.
_COMMON = {
    "account_id": Option("123456789012", _is_account, "a string of 12 digits"),
    "region_name": Option(
        "us-east-1",
        lambda value: value is None or _is_region(value),
        "the name of a region, such as 'eu-central-1', or None",
    ),
    "page_size": Option(None, lambda value: value is None or is_count(value, 1), "a number of at least 1, or None"),
    "quotas": Option(
        False, lambda value: isinstance(value, bool | Mapping), "False, True or a dict of quotas", strict=True
    ),
    "passthrough": Option((), _is_collection_of_names, "a list of boto3's service names, such as ['s3']"),
    "fast_retries": Option(True, is_flag, "True or False"),
    "real_signatures": Option(False, is_flag, "True or False"),
    "seed": Option(None, lambda value: value is None or is_count(value, -(2**256)), "an int, or None"),
    "unknown_regions": Option(False, is_flag, "True or False"),
    "check_references": Option(False, is_flag, "True or False", strict=True),
    "fresh": Option(False, is_flag, "True or False"),
}


def options_of(service: Service[Any]) -> Mapping[str, Option]:
    """Returns all options of a service's scopes by name: the common ones, then its own."""
    return {**_COMMON, **service.options}


def check_option(name: str, value: Any, service: Service[Any]) -> None:
    """Raises TypeError or ValueError, saying what to give, if the option does not accept the value."""
    if name == "quotas":
        resolve(value, service.quotas, service.limits)
        return
    option = options_of(service)[name]
    if not option.fits(value):
        refusal = TypeError if name == "passthrough" else ValueError
        raise refusal(f"{name}={repr_of(value)}: give {option.wanted}." + see("options"))
    if name == "passthrough":
        _check_passthrough(value, service)


def check_place(
    account_id: str | None, region_name: str | None, scope_options: Mapping[str, Any], service: Service[Any]
) -> None:
    """Raises ValueError, saying what to give, for an account or region that cannot exist; None means any."""
    for name, value in (("account_id", account_id), ("region_name", region_name)):
        if value is not None:
            check_option(name, value, service)
    if region_name is not None and not scope_options["unknown_regions"] and region_name not in regions():
        raise ValueError(
            f"region_name={region_name!r}: botocore lists no such region, so no call comes from it."
            f"{did_you_mean(region_name, sorted(regions()))} The option unknown_regions=True takes it all the same."
            + see("options")
        )


def _check_passthrough(value: Collection[str], service: Service[Any]) -> None:
    known = create_loader().list_available_services("service-2") if value else []
    for name in value:
        if name not in known:
            raise ValueError(
                f"passthrough has {name!r}, which is no service of boto3's.{did_you_mean(name, known)} "
                "boto3.Session().get_available_services() lists them all." + see("options")
            )
    if service.name in value:
        mock = f"mock_{python_name(service.name)}()"
        raise ValueError(f"passthrough has {service.name!r}, which {mock} itself answers." + see("options"))
