"""Compares the service models of the installed botocore with the newest that the tests know.

The newest are recorded beside this file, without their texts (``python -m tests.models`` writes them again from the
installed botocore). What an older botocore lacks is the difference of the two: nothing is listed by hand.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import botocore
import botocore.loaders
from botocore import xform_name

SERVICES = ("appintegrations", "dataexchange")
RECORD = Path(__file__).with_name("newest.json")
#: What of a shape or of a reference to it decides whether a value fits.
_PARTS = ("member", "key", "value")
_CONSTRAINTS = ("type", "min", "max", "pattern", "required")


class Lack(NamedTuple):
    """One thing that the newest model has and the installed one has not, or has otherwise."""

    service: str
    operation: str
    name: str
    #: Whether nothing of that name is anywhere in the installed model of the service.
    unheard_of: bool
    what: str


def version(text: str) -> tuple[int, ...]:
    """Returns the numbers of a version, to compare."""
    return tuple(int(part) for part in re.findall(r"\d+", text))


@functools.cache
def recorded() -> dict[str, Any]:
    """Returns the record: ``botocore``, the version, and ``services``, each with its model."""
    record: dict[str, Any] = json.loads(RECORD.read_text("utf-8"))
    return record


def installed(service: str) -> dict[str, Any]:
    """Returns the installed botocore's own model of a service, without its texts."""
    loader = botocore.loaders.Loader(
        extra_search_paths=[botocore.loaders.Loader.BUILTIN_DATA_PATH], include_default_search_paths=False
    )
    newest = loader.determine_latest_version(service, "service-2")
    model: dict[str, Any] = _bare(loader.load_data(f"{service}/{newest}/service-2"))
    return model


def _bare(part: Any) -> Any:
    if isinstance(part, dict):
        return {
            key: _bare(value)
            for key, value in part.items()
            if not (key in ("documentation", "documentationUrl") and isinstance(value, str))
        }
    return [_bare(each) for each in part] if isinstance(part, list) else part


@functools.cache
def is_older() -> bool:
    """Returns whether the installed botocore is older than the recorded one."""
    return version(botocore.__version__) < version(recorded()["botocore"])


@functools.cache
def lacks() -> tuple[Lack, ...]:
    """Returns what the installed models lack; nothing if the installed botocore is not older than the record."""
    if not is_older():
        return ()
    found: dict[Lack, None] = {}
    for service, newest in recorded()["services"].items():
        found.update(dict.fromkeys(_Comparison(service, installed(service), newest).lacks()))
    return tuple(found)


class _Comparison:
    """What one service's older model lacks."""

    def __init__(self, service: str, old: dict[str, Any], new: dict[str, Any]) -> None:
        self.service = service
        self.old = old
        self.new = new
        self._heard_of = set(re.findall(r"[\w-]+", json.dumps(old)))

    def _lack(self, operation: str, name: str, what: str) -> Lack:
        return Lack(self.service, operation, name, name not in self._heard_of, what)

    def lacks(self) -> Iterator[Lack]:
        for name, new in self.new["operations"].items():
            old = self.old["operations"].get(name)
            if old is None:
                yield self._lack(name, name, f"the operation {name}")
                yield self._lack(name, xform_name(name), f"the operation {name}")
                continue
            for error in _errors(new) - _errors(old):
                yield self._lack(name, error, f"the error {error} of {name}")
            for side in ("input", "output"):
                if side in new and side in old:
                    yield from self._differences(name, old[side]["shape"], new[side]["shape"], frozenset())
        for name in self.new["shapes"].keys() - self.old["shapes"].keys():
            yield self._lack("", name, f"the shape {name}")

    def _differences(self, operation: str, old_name: str, new_name: str, above: frozenset[str]) -> Iterator[Lack]:
        old, new = self.old["shapes"][old_name], self.new["shapes"][new_name]
        if new_name in above:
            return
        above |= {new_name}
        for member, reference in new.get("members", {}).items():
            what = f"{operation}: {member} of {new_name}"
            known = old.get("members", {}).get(member)
            if known is None:
                yield self._lack(operation, member, f"{member} of {new_name}")
                yield from self._parts(operation, reference["shape"], what, above)
                continue
            if (member in new.get("required", ())) != (member in old.get("required", ())):
                yield self._lack(operation, member, f"today's rule whether {member} of {new_name} is required")
            yield from self._changed(operation, member, what, known["shape"], reference["shape"])
            yield from self._differences(operation, known["shape"], reference["shape"], above)
        for part in _PARTS:
            if part in new and part in old:
                yield from self._differences(operation, old[part]["shape"], new[part]["shape"], above)

    def _parts(self, operation: str, name: str, what: str, above: frozenset[str]) -> Iterator[Lack]:
        """All that is in a member which is not there itself; what has the name of something else says too little."""
        shape = self.new["shapes"][name]
        if name in above:
            return
        inner = {**shape.get("members", {}), **{part: shape[part] for part in _PARTS if part in shape}}
        for named in (*shape.get("enum", ()), *shape.get("members", ())):
            lack = self._lack(operation, named, f"{named} in {what}")
            if lack.unheard_of:
                yield lack
        for reference in inner.values():
            yield from self._parts(operation, reference["shape"], what, above | {name})

    def _changed(self, operation: str, member: str, what: str, old_name: str, new_name: str) -> Iterator[Lack]:
        old, new = self.old["shapes"][old_name], self.new["shapes"][new_name]
        for value in set(new.get("enum", ())) - set(old.get("enum", ())):
            yield self._lack(operation, value, f"{value}, a value of {what}")
        if any(old.get(each) != new.get(each) for each in _CONSTRAINTS if each != "required"):
            yield self._lack(operation, member, f"today's constraints of {what}")
        for part in _PARTS:
            if part in new and part in old:
                yield from self._changed(operation, member, what, old[part]["shape"], new[part]["shape"])


def _errors(operation: dict[str, Any]) -> set[str]:
    return {each["shape"] for each in operation.get("errors", ())}
