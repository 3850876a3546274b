"""Looks up whether moto has a resource that a request names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ...state.arns import Arn, parse_arn


def has(arn: str) -> bool | None:
    """Returns whether moto has the resource; None if moto, as it is installed and set up, does not know its kind."""
    parsed = parse_arn(arn)
    look_up = _KNOWN.get(parsed.service) if parsed else None
    backends = _backends(parsed.service) if parsed and look_up else None
    if parsed is None or look_up is None or backends is None:
        return None
    return look_up(backends[parsed.account_id][parsed.region_name], parsed)


def _backends(service: str) -> Any:
    from moto.backend_index import backend_url_patterns
    from moto.backends import get_backend
    from moto.core import config

    # The first moto 5 have no whitelist.
    is_whitelisted = getattr(config, "service_whitelisted", lambda name: True)
    if service not in dict(backend_url_patterns) or config.passthrough_service(service) or not is_whitelisted(service):
        return None
    return get_backend(service)


def _has_connect_instance(backend: Any, arn: Arn) -> bool:
    return arn.resource.rpartition("/")[2] in backend.instances


#: By the service in the ARN: what looks in moto's backend of its account and region.
_KNOWN: Mapping[str, Callable[[Any, Arn], bool]] = {"connect": _has_connect_instance}
