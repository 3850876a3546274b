"""Asks moto whether it is on, whose keys it made, and which of its services list our resources."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from importlib import import_module
from types import ModuleType
from typing import Any

from ... import services
from ...neighbours import Neighbour, Store
from . import existing
from .events import EventBridge
from .s3 import S3Store

_CORE = "moto.core.models"
#: The services of moto that can list our resources, by boto3's name: the module that lets them.
_SHOWING = {"cloudformation": "cloudformation", "resourcegroupstaggingapi": "tagging"}
#: The modules of this room that import moto when they are loaded, and work on that copy of it alone.
_BOUND = ("clients", "cloudformation", "resources", "tagging")


class Moto(Neighbour):
    """moto, if the program under test has loaded it."""

    restores = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")

    def __init__(self) -> None:
        self._joined: set[Any] = set()
        #: The copy of moto that the joined modules work on.
        self._core: ModuleType | None = None
        self._event_bridge = EventBridge()

    def is_on(self) -> bool:
        """Returns whether one of moto's mocks is open in this process."""
        core = sys.modules.get(_CORE)
        return core is not None and bool(core.botocore_stubber.enabled)

    def default_account(self) -> str | None:
        """Returns the account moto uses for every caller (``MOTO_ACCOUNT_ID``), or None if that is unset."""
        return os.environ.get("MOTO_ACCOUNT_ID")

    def account_of(self, access_key: str) -> str | None:
        """Returns the account in which moto made this access key (a user's, or one of ``sts.assume_role``), or None."""
        # Keys are kept in moto's IAM, which may not be loaded; and moto looks at none if it is given an account.
        iam: Any = sys.modules.get("moto.iam.models")
        if iam is None or self.default_account():
            return None
        # Not moto's get_account_id_from, which calls the keys that it does not know those of its default account.
        for account_id, backends in list(iam.iam_backends.items()):
            for backend in list(backends.values()):
                if access_key in backend.access_keys:
                    return str(account_id)
        return None

    def object_store(self, account_id: str, partition: str) -> Store:
        """Returns moto's S3."""
        return S3Store(account_id, partition)

    def has(self, arn: str) -> bool | None:
        """Returns whether moto has that resource; see ``Neighbour``."""
        return existing.has(arn)

    def put_event(self, event: Mapping[str, Any]) -> None:
        """Puts an event on the default bus of moto's EventBridge."""
        self._event_bridge.put(event)

    def offers(self, url: str, *, is_async: bool) -> str | None:
        """Returns how to let moto answer at that URL, if moto is off and can do so or is not installed."""
        if not existing.is_installed():
            return "moto's mock_aws (if moto, which is not installed, has the service)"
        if self.is_on() or not existing.has_service_at(url):
            return None
        return "mock_aws (which answers async clients while a scope is open)" if is_async else "moto's mock_aws"

    def join(self, service_name: str) -> bool:
        """Makes moto answer beside us, and its service list our resources, if moto is on; see ``Neighbour``."""
        if service_name in services.names():
            return True
        if not self.is_on():
            return False
        self._bind(sys.modules[_CORE])
        for name in ("clients", _SHOWING.get(service_name)):
            if name:
                module = import_module(f".{name}", __package__)
                module.join()
                self._joined.add(module)
        return True

    def _bind(self, core: ModuleType) -> None:
        """Reloads the bound modules if moto was reloaded: a test may have removed it from ``sys.modules``."""
        if core is self._core:
            return
        room = import_module(__package__)
        for name in _BOUND:
            # From both: ``one_copy`` finds a module by its package.
            sys.modules.pop(f"{room.__name__}.{name}", None)
            vars(room).pop(name, None)
        self._core = core

    def leave(self) -> None:
        """Undoes ``join``."""
        while self._joined:
            self._joined.pop().leave()
