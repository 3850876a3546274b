"""Prepares the signing of requests to our services: provides credentials, and fakes signatures.

Many programs make their clients at import, long before a scope opens: without any credentials, or with some that are
still to be fetched (from a role, SSO, a command). Such a client is lent dummy credentials while a scope is open, since
botocore would raise NoCredentialsError, or ask STS, before the request reaches us.

An HMAC that nobody checks takes a third of a call's time, so the Authorization header has its form but a made-up
signature. All else of botocore's signing is unchanged: its events, the other headers, clients that do not sign,
presigned URLs.
"""

from __future__ import annotations

import datetime
import inspect
import sys
import weakref
from functools import lru_cache
from typing import Any

from botocore.auth import SIGNED_HEADERS_BLACKLIST, SIGV4_TIMESTAMP, SigV4Auth
from botocore.credentials import Credentials, RefreshableCredentials
from botocore.exceptions import NoCredentialsError

from .. import neighbours
from ..scopes import stack
from .environment import FAKE_CREDENTIALS

_MADE_UP = "0" * 64
#: The signers that we have changed, with the credentials that each had if it was lent others.
_changed: weakref.WeakKeyDictionary[Any, Any] = weakref.WeakKeyDictionary()
#: Stands for credentials that were left as they are; None is a signer without any.
_KEPT = object()


class MadeUpSignature(SigV4Auth):  # type: ignore[misc]  # botocore has no types
    """A Signature Version 4 that looks real but is not computed."""

    def add_auth(self, request: Any) -> None:
        """Sets the headers that botocore's own method sets, with 64 zeros for the signature."""
        if self.credentials is None:
            raise NoCredentialsError
        now = datetime.datetime.now(datetime.timezone.utc)
        request.context["timestamp"] = _timestamp(now.replace(microsecond=0))  # pragma: no mutate (for the cache)
        self._modify_request_before_signing(request)
        request.headers["Authorization"] = (
            f"AWS4-HMAC-SHA256 Credential={self.scope(request)}, "
            f"SignedHeaders={_signed(tuple(request.headers))}, Signature={_MADE_UP}"
        )


@lru_cache(maxsize=4)  # pragma: no mutate (only what it costs)
def _timestamp(moment: datetime.datetime) -> str:
    return moment.strftime(SIGV4_TIMESTAMP)


@lru_cache(maxsize=64)  # pragma: no mutate (only what it costs)
def _signed(names: tuple[str, ...]) -> str:
    """Returns ``SignedHeaders`` for a request with headers of these names."""
    return ";".join(sorted({name.lower() for name in names}.difference(SIGNED_HEADERS_BLACKLIST) | {"host"}))


def prepare(service_name: str, request_signer: Any = None, **event: Any) -> None:
    """Handles ``before-sign`` of a service's client: provides credentials and fakes signatures, until ``take_back``.

    Does nothing if no scope answers the service, since then the request may go elsewhere.
    """
    if request_signer is None or not stack.answering(service_name)[0]:
        return
    before = request_signer._credentials  # noqa: SLF001 (botocore has no public way)
    if type(before) is Credentials and "get_auth_instance" in vars(request_signer):
        return  # changed at an earlier request, and these credentials never run out
    if _changed.get(request_signer, _KEPT) is _KEPT and _must_not_be_asked(before):
        _changed[request_signer] = before
        request_signer._credentials = _lent(request_signer, before)  # noqa: SLF001 (botocore has no public way)
    else:
        _changed.setdefault(request_signer, _KEPT)
    if "get_auth_instance" not in vars(request_signer):
        request_signer.get_auth_instance = _instance_maker(service_name, request_signer)


def take_back() -> None:
    """Restores the signers."""
    for signer, before in _changed.items():
        vars(signer).pop("get_auth_instance", None)
        if before is not _KEPT:
            signer._credentials = before  # noqa: SLF001 (botocore has no public way)
    _changed.clear()


def _instance_maker(service_name: str, request_signer: Any) -> Any:
    """Returns a ``RequestSigner.get_auth_instance`` for one signer; aiobotocore's returns an awaitable."""
    original = request_signer.get_auth_instance

    def get_auth_instance(*args: Any, **kwargs: Any) -> Any:
        auth = original(*args, **kwargs)
        return _without_arithmetic(service_name, auth) if not inspect.isawaitable(auth) else later(auth)

    async def later(auth: Any) -> Any:
        return _without_arithmetic(service_name, await auth)

    return get_auth_instance


def _without_arithmetic(service_name: str, auth: Any) -> Any:
    scope = stack.innermost(service_name)
    # Not of its subclasses: a presigned URL is really signed, since a program may compare it or look at it.
    if scope is None or scope.options["real_signatures"] or type(auth) is not SigV4Auth:
        return auth
    return MadeUpSignature(auth.credentials, auth._service_name, auth._region_name)  # noqa: SLF001 (the base class's)


def _must_not_be_asked(credentials: Any) -> bool:
    """Whether a signature with these credentials would fail, or have botocore fetch others from somewhere first.

    A program's own function is asked only beside another mock, whose STS may answer it.
    """
    if credentials is None:
        return True
    if not isinstance(credentials, RefreshableCredentials) or not credentials.refresh_needed():
        return False
    refresh: Any = credentials._refresh_using  # noqa: SLF001 (botocore has no public way)
    home = getattr(inspect.unwrap(refresh), "__module__", None) or type(refresh).__module__
    return home.partition(".")[0] in ("botocore", "aiobotocore") or not neighbours.present().is_on()


def _lent(request_signer: Any, before: Any) -> Any:
    """Returns credentials that need no fetching: the last fetched ones, which name the account, or dummies."""
    last = getattr(before, "_frozen_credentials", None)
    keys = (last.access_key, last.secret_key, last.token) if last is not None else tuple(FAKE_CREDENTIALS.values())
    if type(request_signer).__module__.startswith("aiobotocore"):
        return sys.modules["aiobotocore.credentials"].AioCredentials(*keys)
    return Credentials(*keys)
