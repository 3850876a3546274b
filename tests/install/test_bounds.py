"""The lowest versions that the package allows are those that it is tested with."""

from __future__ import annotations

from importlib.metadata import requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

FLOOR = Path(__file__).parent.parent / "integration" / "environments" / "floor.txt"


def lower_bound(requirement: Requirement) -> Version:
    (bound,) = (each.version for each in requirement.specifier if each.operator == ">=")
    return Version(bound)


def test_the_lowest_versions_that_are_allowed_are_tested() -> None:
    lines = [line for line in FLOOR.read_text("utf-8").splitlines() if not line.startswith("#")]
    pinned = {canonicalize_name(name): Version(version) for name, version in (line.split("==") for line in lines)}
    allowed: dict[str, Version] = {}
    for requirement in map(Requirement, requires("appint-mock") or ()):
        marker = requirement.marker
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in ("server", "test")):
            name = canonicalize_name(requirement.name)
            allowed[name] = max(lower_bound(requirement), allowed.get(name, Version("0")))
    assert pinned == allowed
