"""Reads the regions of profiles from AWS's configuration files, and again if a file changes."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import lru_cache

from botocore.configloader import load_config
from botocore.exceptions import ConfigNotFound, ConfigParseError

#: By environment variable: the file that botocore reads. The first one takes precedence.
_FILES = {"AWS_SHARED_CREDENTIALS_FILE": "~/.aws/credentials", "AWS_CONFIG_FILE": "~/.aws/config"}

#: What distinguishes two states of a file; None: it cannot be read.
_State = tuple[int, int, int] | None


def region_of(profile: str) -> str | None:
    """Returns the region that a profile has, or None."""
    return _regions().get(profile)


def names_a_region() -> bool:
    """Returns whether any profile has a region."""
    return bool(_regions())


def _regions() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for variable, default in reversed(_FILES.items()):
        path = os.path.expandvars(os.path.expanduser(os.environ.get(variable) or default))
        found.update(_read(path, _state(path)))
    return found


def _state(path: str) -> _State:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


@lru_cache(maxsize=16)  # pragma: no mutate (only what it costs)
def _read(path: str, state: _State) -> Mapping[str, str]:
    if state is None:
        return {}
    try:
        profiles = load_config(path)["profiles"]
    except (ConfigNotFound, ConfigParseError, UnicodeDecodeError):
        return {}  # a session says what is wrong with the file
    return {name: values["region"] for name, values in profiles.items() if isinstance(values.get("region"), str)}
