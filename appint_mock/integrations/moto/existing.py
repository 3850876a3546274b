"""Looks up whether moto has a resource that a request names."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from pathlib import Path
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
    """Whether there is that instance, or any at all for an ARN without an id."""
    instance_id = arn.resource.rpartition("/")[2]
    return instance_id in backend.instances if instance_id else bool(backend.instances)


def _has_kms_key(backend: Any, arn: Arn) -> bool:
    return arn.resource.rpartition("/")[2] in backend.keys


def has_service_at(url: str) -> bool:
    """Returns whether the installed moto has a service at that URL. Does not load moto."""
    return any(pattern.match(url) for pattern in _url_patterns())


@functools.lru_cache(maxsize=1)
def _url_patterns() -> tuple[re.Pattern[str], ...]:
    import ast
    import importlib.util

    spec = importlib.util.find_spec("moto")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        # Read and not imported: the index is a list of names and patterns, but moto loads half of boto3 with it.
        index = ast.parse(Path(folder, "backend_index.py").read_text("utf-8"))
        calls = (
            node for node in ast.walk(index) if isinstance(node, ast.Call) and ast.unparse(node.func) == "re.compile"
        )
        return tuple(re.compile(ast.literal_eval(call.args[0])) for call in calls)
    return ()


#: By the service in the ARN: what looks in moto's backend of its account and region.
_KNOWN: Mapping[str, Callable[[Any, Arn], bool]] = {"connect": _has_connect_instance, "kms": _has_kms_key}
