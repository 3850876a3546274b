"""moto: whose keys it made, which of its services show our resources, its S3, and its mock that starts ours."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ...handle.mock import ServiceMock

_CORE = "moto.core.models"


def is_on() -> bool:
    """Whether one of moto's mocks is open in this process."""
    core = sys.modules.get(_CORE)
    return core is not None and bool(core.botocore_stubber.enabled)


# Accounts ------------------------------------------------------------------------------------------------------


def default_account() -> str | None:
    """The account in which moto acts whoever asks (``MOTO_ACCOUNT_ID``), or None where it is off or not told one."""
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


# S3 ------------------------------------------------------------------------------------------------------------


class S3Store:
    """moto's S3, as an account of a partition sees it.

    Through moto's backend and not through a client of boto3: that one would sign, checksum and copy each object
    several times, and moto would evaluate policies, which Data Exchange's own role has no need of here.
    """

    def __init__(self, account_id: str, partition: str) -> None:
        from moto.backends import get_backend

        backends = get_backend("s3")[account_id]
        # The first moto 5 have one S3 for all partitions.
        self._s3: Any = backends[partition if partition in backends else "global"]

    def bucket_exists(self, bucket: str) -> bool:
        """Whether any account has a bucket of that name."""
        from moto.s3.exceptions import MissingBucket

        try:
            self._s3.head_bucket(bucket)
        except MissingBucket:
            return False
        return True

    def read(self, bucket: str, key: str) -> bytes | None:
        """The bytes of an object; None where bucket or key is missing."""
        found = self._s3.get_object(bucket, key) if self.bucket_exists(bucket) else None
        content: bytes | None = None if found is None else found.value
        return content

    def write(self, bucket: str, key: str, content: bytes, encryption: Mapping[str, Any] | None = None) -> None:
        """Put an object into a bucket that exists; ``encryption`` is a job's Encryption."""
        encryption = encryption or {}
        self._s3.put_object(
            bucket, key, content, encryption=encryption.get("Type"), kms_key_id=encryption.get("KmsKeyArn")
        )


# mock_aws alone ------------------------------------------------------------------------------------------------

#: The mocks that moto's mock has started.
_started: list[ServiceMock[Any]] = []
#: What they held when moto's mock stopped and kept its own data.
_kept: list[dict[str, Any]] = []
#: What was put in the place of methods of moto's mock: the name, the original, ours.
_patches: list[tuple[str, Callable[..., Any], Callable[..., Any]]] = []


def follow() -> None:
    """Let moto's ``mock_aws`` alone start, reset and stop our services too, from now on.

    Call it once, in a ``conftest.py``; or set ``appint_mock_follow_moto = true`` in pytest's ini file. It does not load
    moto: where moto is not loaded yet, it waits.
    """
    from ...interception.loading import when_loaded

    if not _patches:
        when_loaded(_CORE, _follow)


def unfollow() -> None:
    """Take ``follow`` back; what moto's mock has started is stopped."""
    from ...interception.loading import forget

    forget(_CORE, _follow)
    if _patches:
        _stop()
        mock = sys.modules[_CORE].MockAWS
        for name, original, _ in _patches:
            setattr(mock, name, original)
        _patches.clear()


def _follow() -> None:
    if _patches:
        return
    mock: Any = sys.modules[_CORE].MockAWS

    def start(self: Any, reset: bool = True) -> None:
        originals["start"](self, reset)
        _start(reset)

    def stop(self: Any, remove_data: bool = True) -> None:
        if mock._nested_count == 1:
            _stop(remove_data)
        originals["stop"](self, remove_data)

    def reset(self: Any) -> None:
        originals["reset"](self)
        for each in _started:
            each.reset()

    ours = {each.__name__: each for each in (start, stop, reset)}
    originals = {name: getattr(mock, name) for name in ours}
    for name, method in ours.items():
        setattr(mock, name, method)
        _patches.append((name, originals[name], method))
    if is_on():
        _start(True)


def _start(reset: bool) -> None:
    if _started:
        return
    from ...services.appintegrations import mock_appintegrations
    from ...services.dataexchange import mock_dataexchange

    _started.extend((mock_appintegrations().start(), mock_dataexchange().start()))
    if not reset:
        for mock, state in zip(_started, _kept, strict=False):
            mock.restore(state)
    _kept.clear()


def _stop(remove_data: bool = True) -> None:
    """Stop what was started. moto keeps its data from a decorated class's set-up to its tests, and so do we."""
    if not remove_data:
        _kept[:] = [mock.snapshot() for mock in _started]
    while _started:
        _started.pop().stop()
