"""Credentials for clients that were made where there were none.

Many programs make their clients at import, long before a test's scope sets the environment up. Such a client
could not sign, and botocore would raise NoCredentialsError before any request is sent.
"""

from __future__ import annotations

import sys
import weakref
from typing import Any

from ..scopes import stack
from .environment import FAKE_CREDENTIALS

_lent: weakref.WeakSet[Any] = weakref.WeakSet()


def lend(request_signer: Any = None, **kwargs: Any) -> None:
    """Handle ``before-sign``: give a signer that has no credentials made-up ones until the scopes close."""
    if request_signer is not None and request_signer._credentials is None and stack.all_open():  # noqa: SLF001 (botocore has no public way)
        request_signer._credentials = _credentials_class(request_signer)(*FAKE_CREDENTIALS.values())  # noqa: SLF001 (botocore has no public way)
        _lent.add(request_signer)


def take_back() -> None:
    """Leave the signers as they were."""
    for signer in _lent:
        signer._credentials = None  # noqa: SLF001 (botocore has no public way)
    _lent.clear()


def _credentials_class(request_signer: Any) -> Any:
    if type(request_signer).__module__.startswith("aiobotocore"):
        return sys.modules["aiobotocore.credentials"].AioCredentials
    from botocore.credentials import Credentials

    return Credentials
