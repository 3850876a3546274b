"""Asks other mocks of AWS that may be open in this process.

No room below ``integrations`` knows a neighbour by name: a neighbour subclasses ``Neighbour`` and is registered. What
nobody is there to answer, the base class answers.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any, Protocol


class Store(Protocol):
    """The store that holds the objects of a job."""

    def bucket_exists(self, bucket: str) -> bool:
        """Returns whether any account has a bucket of that name: bucket names are global."""

    def read(self, bucket: str, key: str) -> bytes | None:
        """Returns the bytes of an object; None if bucket or key is missing."""

    def write(self, bucket: str, key: str, content: bytes, encryption: Mapping[str, object] | None = None) -> None:
        """Puts an object into a bucket that exists; ``encryption`` is a job's Encryption."""


class Neighbour:
    """Another mock of AWS. The base class answers as one that is absent."""

    #: The environment variables that it replaces while it is on, and puts back.
    restores: tuple[str, ...] = ()

    def is_on(self) -> bool:
        """Returns whether it answers calls in this process now."""
        return False

    def default_account(self) -> str | None:
        """Returns the account that it uses for every caller, if it has been given one."""
        return None

    def account_of(self, access_key: str) -> str | None:
        """Returns the account in which it made this access key, or None."""
        return None

    def object_store(self, account_id: str, partition: str) -> Store | None:
        """Returns its S3 as an account of a partition sees it, or None."""
        return None

    def has(self, arn: str) -> bool | None:
        """Returns whether it has the resource of that ARN; None if it does not know resources of that kind."""
        return None

    def offers(self, url: str, *, is_async: bool) -> str | None:
        """Returns advice on how a test can make it answer a client at that URL, if it could and is off."""
        return None

    def put_event(self, event: Mapping[str, Any]) -> None:
        """Takes an EventBridge event, in the form in which a Lambda function gets it."""

    def join(self, service_name: str) -> bool:
        """Makes the neighbour's service show our resources until ``leave``, if it can and it is on.

        Returns False if that is still to come: ask again at the service's next request.
        """
        return True

    def leave(self) -> None:
        """Undoes ``join``."""


_NOBODY = Neighbour()
#: The neighbours that may be on, by their class: registering one twice changes nothing.
_registered: dict[type[Neighbour], Neighbour] = {}
#: What makes those whose library is not loaded yet, by the module that shows that it is.
_awaited: dict[str, Callable[[], Neighbour]] = {}


def register(neighbour: Neighbour) -> None:
    """Registers a neighbour to be asked from now on."""
    _registered.setdefault(type(neighbour), neighbour)


def register_when_loaded(module_name: str, make: Callable[[], Neighbour]) -> None:
    """Registers the neighbour that ``make`` returns as soon as that module of its library is loaded."""
    _awaited[module_name] = make


def _arrived() -> list[Neighbour]:
    # Each request asks: almost always nobody has come since.
    if not _awaited.keys().isdisjoint(sys.modules.keys()):
        for module_name in [name for name in _awaited if name in sys.modules]:
            _register_awaited(module_name)
    return list(_registered.values())


def _register_awaited(module_name: str) -> None:
    make = _awaited.pop(module_name, None)
    if make is not None:  # else another thread has just done it
        register(make())


def present() -> Neighbour:
    """Returns the neighbour that is on, or one that answers nothing."""
    for neighbour in _arrived():
        if neighbour.is_on():
            return neighbour
    return _NOBODY


def put_event(event: Mapping[str, Any]) -> None:
    """Gives an event to the neighbour that is on at this moment, if any."""
    present().put_event(event)


def offers(url: str, *, is_async: bool) -> list[str]:
    """Returns advice on how a test can make neighbours that are off answer at that URL."""
    for module_name in list(_awaited):
        _register_awaited(module_name)  # it may be installed, and a test has only to import it
    return [offer for neighbour in _registered.values() if (offer := neighbour.offers(url, is_async=is_async))]


def join(service_name: str) -> bool:
    """Makes that service of every neighbour show our resources; False if one of them is not ready yet."""
    # Each one is asked, also after one that is not on.
    done = [neighbour.join(service_name) for neighbour in _arrived()]
    return all(done) and not _awaited


def leave() -> None:
    """Undoes ``join``."""
    for neighbour in _registered.values():
        neighbour.leave()
