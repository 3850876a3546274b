"""Looks up whether moto has a resource that a request names."""

from __future__ import annotations

import functools
import importlib.util
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ...state.arns import Arn, parse_arn
from .s3 import S3Store

#: As whom to look for a bucket: everybody sees the names of all.
_ANY_ACCOUNT = "123456789012"


def has(arn: str) -> bool | None:
    """Returns whether moto has the resource; None if moto, as it is installed and set up, does not know its kind."""
    parsed = parse_arn(arn)
    look_up = _KNOWN.get(parsed.service) if parsed else None
    if parsed is None or look_up is None:
        return None
    backends = _backends(parsed.service)
    if backends is None:
        return None
    if not parsed.account_id and not parsed.region_name:
        return look_up(None, parsed)
    try:
        backend = backends[parsed.account_id][parsed.region_name]
    except KeyError:  # moto has no such region
        return False
    return look_up(backend, parsed)


def _backends(service: str) -> Any:
    from moto.backend_index import backend_url_patterns
    from moto.backends import get_backend
    from moto.core import config

    # The first moto 5 have no whitelist.
    is_whitelisted = getattr(config, "service_whitelisted", lambda name: True)
    if service not in dict(backend_url_patterns) or config.passthrough_service(service) or not is_whitelisted(service):
        return None
    try:
        return get_backend(service)
    except ImportError:  # some of moto's services need further libraries
        return None


def _has_connect_instance(backend: Any, arn: Arn) -> bool:
    """Returns whether the instance exists, or any instance at all for an ARN without an id."""
    instance_id = arn.resource.rpartition("/")[2]
    return instance_id in backend.instances if instance_id else bool(backend.instances)


def _has_kms_key(backend: Any, arn: Arn) -> bool:
    """Returns whether the key or alias exists. AWS creates aliases of its own keys when a service first needs them."""
    if arn.resource.startswith("alias/"):
        return arn.resource.startswith("alias/aws/") or bool(backend.alias_exists(arn.resource))
    return arn.resource.removeprefix("key/") in backend.keys


def _has_event_bus(backend: Any, arn: Arn) -> bool:
    return arn.resource.removeprefix("event-bus/") in backend.event_buses


def _has_secret(backend: Any, arn: Arn) -> bool:
    """Returns whether the secret exists. Its ARN may lack the last six characters, as in Secrets Manager."""
    name = arn.resource.removeprefix("secret:")
    return any(secret.arn == str(arn) or secret.name == name for secret in list(dict.values(backend.secrets)))


def _has_bucket(backend: Any, arn: Arn) -> bool:
    """Returns whether any account has the bucket: its ARN names no account, so there is no ``backend``."""
    return S3Store(_ANY_ACCOUNT, arn.partition).bucket_exists(arn.resource)


def is_installed() -> bool:
    """Returns whether moto is installed. Does not load it."""
    return importlib.util.find_spec("moto") is not None


def has_service_at(url: str) -> bool:
    """Returns whether the installed moto has a service at that URL. Does not load moto."""
    return any(pattern.match(url) for pattern in _url_patterns())


@functools.cache
def _url_patterns() -> tuple[re.Pattern[str], ...]:
    import ast

    spec = importlib.util.find_spec("moto")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        # Read and not imported: the index is a list of names and patterns, but moto loads half of boto3 with it.
        index = ast.parse(Path(folder, "backend_index.py").read_text("utf-8"))
        calls = (
            node for node in ast.walk(index) if isinstance(node, ast.Call) and ast.unparse(node.func) == "re.compile"
        )
        return tuple(re.compile(*map(ast.literal_eval, call.args)) for call in calls)
    return ()


#: By the service in the ARN: what looks in moto's backend of its account and region.
_KNOWN: Mapping[str, Callable[[Any, Arn], bool]] = {
    "connect": _has_connect_instance,
    "events": _has_event_bus,
    "kms": _has_kms_key,
    "s3": _has_bucket,
    "secretsmanager": _has_secret,
}
