"""The AWS environment while a scope is open: made-up credentials, a region, a default session of our own.

All functions are called with the lock of the stack of scopes held.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from .. import neighbours

if TYPE_CHECKING:
    import boto3

#: What every client that names no credentials signs with. They open nothing anywhere.
FAKE_CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_SESSION_TOKEN": "testing",
}
_REGION = "AWS_DEFAULT_REGION"
_PROFILES = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE")

_outside: dict[str, str | None] | None = None
_beneath = neighbours.present()
_outside_session: Any = None
_kept_session: boto3.Session | None = None
_kept_for = 0


def enter(region_name: str) -> None:
    """Set the environment up for a scope whose option ``region_name`` is given; again for each further scope."""
    global _outside, _beneath
    if _outside is None:
        _beneath = neighbours.present()
        _outside = {name: os.environ.get(name) for name in (*FAKE_CREDENTIALS, _REGION, *_PROFILES)}
        os.environ.update(FAKE_CREDENTIALS)
        for name in _PROFILES:
            os.environ.pop(name, None)
        _swap_default_session()
    if not _outside[_REGION]:
        os.environ[_REGION] = region_name


def leave() -> None:
    """Put the environment back exactly as it was before the first ``enter``."""
    global _outside
    if _outside is None:
        return
    # A neighbour that was opened and closed before us has put back what was outside of both.
    put_back = _beneath.restores if not _beneath.is_on() else ()
    for name, value in _outside.items():
        if name in put_back:
            continue
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
    _outside = None
    if not put_back:
        _restore_default_session()


def _swap_default_session() -> None:
    """Give ``boto3.client(...)`` a session that is kept from scope to scope.

    A new session reads every model and endpoint rule set from disk again, which takes 50 ms a client.
    """
    global _outside_session
    loaded: Any = sys.modules.get("boto3")
    if loaded is None:
        return
    _outside_session = loaded.DEFAULT_SESSION
    loaded.DEFAULT_SESSION = _kept(loaded)


def _kept(boto3_module: Any) -> Any:
    global _kept_session, _kept_for
    from botocore.handlers import BUILTIN_HANDLERS

    # A session copies botocore's list of built-in handlers when it is made, and a library that is imported later
    # (moto is one) may have added to it since.
    if _kept_session is None or _kept_for != len(BUILTIN_HANDLERS):
        _kept_session, _kept_for = boto3_module.Session(), len(BUILTIN_HANDLERS)
    # Credentials are looked up once a session; this scope's environment may have others.
    _kept_session._session._credentials = None  # noqa: SLF001 (boto3 has no way to forget them)
    return _kept_session


def _restore_default_session() -> None:
    global _outside_session
    loaded: Any = sys.modules.get("boto3")
    # Where boto3 was first imported inside the scope, its default session is from inside too: None is right then.
    if loaded is not None:
        loaded.DEFAULT_SESSION = _outside_session
    _outside_session = None
