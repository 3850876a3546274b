"""Sets up the AWS environment while a scope is open: dummy credentials, a region, a default session of its own.

All functions are called with the lock of the stack of scopes held.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from typing import Any

from .. import neighbours
from . import config_files

#: What every client that names no credentials signs with. They are not valid anywhere.
FAKE_CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_SESSION_TOKEN": "testing",
}
#: What else has a value while a scope is open: no client may ask a machine's metadata for credentials.
_SET = {**FAKE_CREDENTIALS, "AWS_EC2_METADATA_DISABLED": "true"}
#: In the order in which botocore looks for them.
_PROFILES = ("AWS_DEFAULT_PROFILE", "AWS_PROFILE")
#: What names other credentials, or describes those that we put aside.
_PUT_ASIDE = (
    *_PROFILES,
    "AWS_SECURITY_TOKEN",
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_CREDENTIAL_FILE",
    "AWS_CREDENTIAL_SCOPE",
    "AWS_ACCOUNT_ID",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
)
_REGION = "AWS_DEFAULT_REGION"


#: All that have another value while a scope is open than outside.
_NAMES = frozenset([_REGION, *_SET, *_PUT_ASIDE])

#: While a scope is open: the values that all these have outside of scopes (None: it is not set). Else empty.
_outside: dict[str, str | None] = {}
#: The values that scopes have given ``_REGION`` since ``tidy``.
_given_regions: set[str | None] = set()
#: Whether scopes have closed since ``tidy``.
_is_untidy = False
_beneath = neighbours.present()
_outside_session: Any = None


def enter(region_name: str | None) -> str | None:
    """Sets the environment up for a scope with this ``region_name``; called again for each further scope.

    Returns the region that a client gets from a configuration file, if it gets one from there.
    """
    global _beneath
    if not _outside:
        _beneath = neighbours.present()
        _outside.update(_values())
        for name, outside in _outside.items():
            if name != _REGION and outside != _SET.get(name):
                _put(name, _SET.get(name))
        _swap_default_session()
    if not _outside[_REGION]:
        # Only if no file names one: a variable takes precedence over the regions of all profiles.
        region = None if config_files.names_a_region() else region_name
        _given_regions.add(region)
        _put(_REGION, region)
    return None if os.environ.get(_REGION) else config_files.region_of(profile_put_aside() or "default")


def leave() -> None:
    """Puts the environment back exactly as it was before the first ``enter``."""
    global _is_untidy
    if not _outside:
        return
    _is_untidy = True
    # A neighbour that was opened and closed before us has put back what was outside of both.
    put_back = _beneath.restores if not _beneath.is_on() else ()
    for name, inside in _values().items():
        if inside != _outside[name] and name not in put_back:
            _put(name, _outside[name])
    _outside.clear()
    if not put_back:
        _restore_default_session()


def tidy(before: Mapping[str, str], is_of_a_scope: Callable[[Any], bool]) -> None:
    """Removes our values that another library restored after the last scope closed. Called outside of scopes.

    It gets the value that it had ``before`` the test: the one outside of the scope may be of a patch that has been
    undone by now.
    """
    global _is_untidy
    if not _is_untidy:
        return
    _is_untidy = False
    for name, value in _values().items():
        if value in (_given_regions if name == _REGION else (_SET.get(name),)):
            _put(name, before.get(name))
    _given_regions.clear()
    loaded: Any = sys.modules.get("boto3")
    if loaded is not None and is_of_a_scope(loaded.DEFAULT_SESSION):
        loaded.DEFAULT_SESSION = _outside_session


def profile_put_aside() -> str | None:
    """Returns the profile that the environment named before the first scope, unless it names one now."""
    if any(os.environ.get(name) for name in _PROFILES):
        return None
    return next((profile for name in _PROFILES if (profile := _outside.get(name))), None)


def _values() -> dict[str, str | None]:
    """Returns the values that the variables have now."""
    # Few are set, and each look for one that is not raises an exception inside of ``os.environ``.
    found = _NAMES.intersection(os.environ)
    return {name: os.environ[name] if name in found else None for name in _NAMES}


def _put(name: str, value: str | None) -> None:
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = value


def _swap_default_session() -> None:
    """Makes boto3 create a default session for the scope, at its first use."""
    global _outside_session
    loaded: Any = sys.modules.get("boto3")
    _outside_session = None
    if loaded is not None:
        _outside_session = loaded.DEFAULT_SESSION
        loaded.DEFAULT_SESSION = None


def _restore_default_session() -> None:
    loaded: Any = sys.modules.get("boto3")
    # If boto3 was first imported inside the scope, its default session is from inside too: None is right then.
    if loaded is not None:
        loaded.DEFAULT_SESSION = _outside_session
