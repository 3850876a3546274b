"""A run of live mode: its accounts and clients, and the test that asks at the moment."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Mapping
from typing import Any, NoReturn

import boto3
import pytest
from botocore.config import Config
from botocore.model import OperationModel

from tests.dataexchange.actors import ACCOUNT, OTHER_ACCOUNT
from tests.live.actors import LiveActor
from tests.live.made import Made, sweep
from tests.live.names import PREFIX, Names
from tests.live.wire import Wire

#: The tests are written for it.
REGION = "us-east-1"


class Asking:
    """One test as it asks."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.made: list[Made] = []
        #: Each operation that was called, with what botocore read in the answer.
        self.answers: list[tuple[str, dict[str, Any]]] = []
        #: How many items of lists were other people's.
        self.others = 0

    def without_others(self, operation: OperationModel, answered: dict[str, Any]) -> dict[str, Any]:
        """An answer without the items that this test did not make, if it is a list of all that the account has."""
        if not operation.name.startswith("List") or operation.input_shape.required_members:
            return answered
        ids = [str(made.values[name]) for made in self.made for name in ("Id", "Arn") if name in made.values]
        shown = {}
        for name, items in answered.items():
            if isinstance(items, list):
                texts = [json.dumps(item) for item in items]
                own = [self.names.is_own(text) or any(each in text for each in ids) for text in texts]
                self.others += own.count(False)
                items = [item for item, is_own in zip(items, own, strict=True) if is_own]
            shown[name] = items
        return shown

    def remove(self) -> list[str]:
        """Remove all that the test made, the last first. Returns what went wrong."""
        wrong = [made.remove() for made in reversed(self.made)]
        self.made.clear()
        return [each for each in wrong if each is not None]


class Session:
    """All that a run knows. Stands in the place of a mock's handle, of which it has nothing."""

    def __init__(
        self,
        sessions: Mapping[str, Any],
        accounts: Mapping[str, str],
        *,
        endpoint_url: str | None = None,
        allowed: frozenset[str] = frozenset(),
        pause: float = 0.0,
    ) -> None:
        """Take a boto3 session and a real account for each account of the tests, and what is allowed."""
        self.accounts = dict(accounts)
        self.endpoint_url = endpoint_url
        self.allowed = allowed
        self._sessions = dict(sessions)
        self._pause = pause
        self._clients: dict[tuple[str, str, bool, bool], Any] = {}
        self._run = secrets.token_hex(2)
        self._begun = 0
        self.asking = self._fresh()

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("_"):
            raise AttributeError(name)
        pytest.skip(f"needs the mock: its handle's {name}")

    def begin(self) -> Asking:
        """Another test asks from now on, under names of its own."""
        time.sleep(self._pause)
        self.asking = self._fresh()
        return self.asking

    def _fresh(self) -> Asking:
        self._begun += 1
        return Asking(Names(f"{PREFIX}{self._run}-{self._begun}-", self.accounts))

    def client(
        self, service_name: str, account_id: str | None = None, *, checked: bool = True, kept: bool = True
    ) -> Any:
        """A client for tests: without botocore's own checks if not `checked`, a fresh one if not `kept`."""
        key = service_name, account_id or ACCOUNT, checked, True
        if key not in self._clients or not kept:
            client = self._make_client(*key[:3])
            Wire(self, client, key[1])
            if not kept:
                return client
            self._clients[key] = client
        return self._clients[key]

    def plain(self, service_name: str, account_id: str) -> Any:
        """A client that nothing stands before, for what the tests do not see."""
        key = service_name, account_id, True, False
        if key not in self._clients:
            self._clients[key] = self._make_client(*key[:3])
        return self._clients[key]

    def actor(self, account_id: str | None = None) -> LiveActor:
        """An account of Data Exchange's tests."""
        return LiveActor(self, account_id or ACCOUNT)

    def _make_client(self, service_name: str, account_id: str, checked: bool) -> Any:
        config = Config(
            parameter_validation=checked,
            retries={"mode": "standard", "max_attempts": 8},
            inject_host_prefix=self.endpoint_url is None,
        )
        session = self._sessions[account_id]
        return session.client(service_name, REGION, endpoint_url=self.endpoint_url, config=config)

    def sweep(self, service_names: list[str]) -> list[tuple[str, str | None]]:
        """Remove what any run left, in all accounts: each thing, and what went wrong."""
        return [
            found
            for service_name in service_names
            for account_id in self._sessions
            for found in sweep(self.plain(service_name, account_id))
        ]


def open_session(
    profile: str | None,
    subscriber_profile: str | None = None,
    *,
    endpoint_url: str | None = None,
    allowed: frozenset[str] = frozenset(),
    pause: float = 0.0,
) -> Session:
    """A session of the tests' accounts, by profiles. An endpoint is taken to know the accounts that the tests know."""
    sessions = {ACCOUNT: boto3.Session(profile_name=profile)}
    if subscriber_profile is not None:
        sessions[OTHER_ACCOUNT] = boto3.Session(profile_name=subscriber_profile)
    accounts = {
        known: known if endpoint_url else session.client("sts", REGION).get_caller_identity()["Account"]
        for known, session in sessions.items()
    }
    return Session(sessions, accounts, endpoint_url=endpoint_url, allowed=allowed, pause=pause)
