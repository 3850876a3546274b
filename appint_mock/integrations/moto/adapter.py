"""Everything we ask moto itself: whether it is on, whose keys it made, and which of its services list our resources."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any

_CORE = "moto.core.models"


def is_on() -> bool:
    """Whether one of moto's mocks is open in this process."""
    core = sys.modules.get(_CORE)
    return core is not None and bool(core.botocore_stubber.enabled)


# Accounts ------------------------------------------------------------------------------------------------------


def default_account() -> str | None:
    """The account moto uses for every caller (``MOTO_ACCOUNT_ID``), or None if moto is off or the variable is unset."""
    return os.environ.get("MOTO_ACCOUNT_ID") if is_on() else None


def account_of(access_key: str) -> str | None:
    """The account in which moto made this access key (a user's, or one of ``sts.assume_role``), or None."""
    # Keys are kept in moto's IAM, which may not be loaded; and moto looks at none while it is told an account.
    iam: Any = sys.modules.get("moto.iam.models") if is_on() else None
    if iam is None or default_account():
        return None
    # Not moto's get_account_id_from, which calls the keys that it does not know those of its default account.
    for account_id, backends in list(iam.iam_backends.items()):
        for backend in list(backends.values()):
            if access_key in backend.access_keys:
                return str(account_id)
    return None


# Services of moto's that show our resources --------------------------------------------------------------------

#: By boto3's name: the module that lets them.
SHOWING = {"cloudformation": "cloudformation", "resourcegroupstaggingapi": "tagging"}
_joined: list[Any] = []


def join(service_name: str) -> bool:
    """Let that service of moto's know our resources until ``leave``. Says whether moto is on, and so it was done."""
    if not is_on():
        return False
    module = import_module(f".{SHOWING[service_name]}", __package__)
    module.join()
    _joined.append(module)
    return True


def leave() -> None:
    """Take back what ``join`` did."""
    while _joined:
        _joined.pop().leave()
