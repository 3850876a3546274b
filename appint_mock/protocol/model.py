"""Loads the installed botocore's service model, with our patches applied.

The patches stand in ``model_patches.json``, each with its reason. A patch names ``shapes``, or a ``member`` of
them (then only that member is constrained, not what else refers to the same shape), and

* ``add``: constraints, each set if the model has none of that name;
* ``substitute``: in a constraint that is a text, texts to replace; a newer model that no longer holds them
  stays as it is.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from botocore.loaders import Loader
from botocore.model import ServiceModel

_PATCHES = Path(__file__).with_name("model_patches.json")


@functools.cache
def load(service_name: str) -> ServiceModel:
    """Returns the patched model of a service, by boto3's name for it."""
    description = _read(service_name)
    for patch in patches(service_name):
        apply(patch, description)
    return ServiceModel(description, service_name)


def protocol_of(service: ServiceModel) -> str:
    """Returns the protocol of a service: botocore's choice among those in the model, or the only one."""
    # An older botocore has no choice to make.
    protocol: str = getattr(service, "resolved_protocol", None) or service.metadata["protocol"]
    return protocol


def patches(service_name: str) -> list[dict[str, Any]]:
    """Returns the patches to a service's model."""
    return [patch for patch in json.loads(_PATCHES.read_text("utf-8")) if patch["service"] == service_name]


def apply(patch: dict[str, Any], description: dict[str, Any]) -> bool:
    """Patches a model, as far as it has the shapes that the patch concerns. Returns whether anything changed."""
    changed = False
    for target, known in _targets(patch, description["shapes"]):
        for constraint, value in patch.get("add", {}).items():
            if constraint not in known:
                target[constraint] = value
                changed = True
        for constraint, substitutes in patch.get("substitute", {}).items():
            for old, new in substitutes.items():
                if old in known.get(constraint, ""):
                    target[constraint] = known[constraint].replace(old, new)
                    changed = True
    return changed


def _targets(patch: dict[str, Any], shapes: dict[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yields the parts of the model to change, each with its present constraints.

    A constraint on a member's reference is the member's own, and takes precedence over its shape's.
    """
    for name in patch["shapes"]:
        target = shapes.get(name)
        if target and "member" in patch:
            target = target.get("members", {}).get(patch["member"])
            if target:
                yield target, {**shapes[target["shape"]], **target}
        elif target:
            yield target, target


def _read(service_name: str) -> dict[str, Any]:
    # Not load_service_model, which looks into the folders of all services first (some 100 ms); and only
    # botocore's own data, since models that a developer keeps at home would change what a test sees.
    loader = Loader(extra_search_paths=[Loader.BUILTIN_DATA_PATH], include_default_search_paths=False)
    version = loader.determine_latest_version(service_name, "service-2")
    description: dict[str, Any] = loader.load_data(f"{service_name}/{version}/service-2")
    return description
