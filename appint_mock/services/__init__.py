"""Finds the library's services: each is a folder here with a module ``service``.

The folder of a service has boto3's name for it, with underscores instead of hyphens.
"""

from __future__ import annotations

import os
import re
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from ..hints import did_you_mean, see

if TYPE_CHECKING:
    from .companion import Companion
    from .service import Service

#: The hosts of the services' signed URLs, which name the service. S3 reserves the bucket's prefix for documentation:
#: outside a scope, where a request goes to the network, no bucket of that name can take what a test uploads.
_SIGNED_URL_HOST = re.compile(r"amzn-s3-demo-(.+)-signed-urls\.s3\..+")


def names() -> tuple[str, ...]:
    """Returns boto3's names of the services, in alphabetical order. Loads none of them."""
    return _names(tuple(__path__))


def python_name(name: str) -> str:
    """Returns the identifier for a service that boto3 calls ``name``: its folder, fixture and ``mock_NAME``."""
    return name.replace("-", "_")


def load(name: str) -> Service[Any]:
    """Returns the description of the service that boto3 calls ``name``. Raises ValueError for an unknown one."""
    if name not in names():
        raise ValueError(
            f"appint_mock has no service {name!r}.{did_you_mean(name, names())} Its services: {', '.join(names())}."
            + see("scopes")
        )
    service: Service[Any] = import_module(f"{__name__}.{python_name(name)}.service").SERVICE
    return service


def load_companion(service_name: str, name: str) -> Companion[Any]:
    """Returns the description of a companion of a service; see ``Service.companions``."""
    module = f"{__name__}.{python_name(service_name)}.companions.{python_name(name)}"
    companion: Companion[Any] = import_module(module).COMPANION
    return companion


def signed_url_host(service_name: str, region_name: str) -> str:
    """Returns the host of the URLs that a service hands out in a region."""
    return f"amzn-s3-demo-{service_name}-signed-urls.s3.{region_name}.amazonaws.com"


def service_of_url_host(host: str) -> str | None:
    """Returns the name of the service that hands out URLs of this host (in lower case), or None."""
    match = _SIGNED_URL_HOST.fullmatch(host)
    return match[1] if match and match[1] in names() else None


@lru_cache(maxsize=8)
def _names(folders: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(
        sorted(
            entry.name.replace("_", "-")
            for folder in folders
            for entry in os.scandir(folder)
            if os.path.exists(os.path.join(entry.path, "service.py"))
        )
    )
