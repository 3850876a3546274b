"""Identifies the caller of a request from its signature: access key, account and region."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

#: A key of ours; or any program's own, if it is nothing but the account.
_OUR_KEY = re.compile(r"AKIA([0-9]{12})MOCK|([0-9]{12})")
_REGION = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")
_REGION_IN_HOST = re.compile(r"[.-]([a-z]{2,}(?:-[a-z]+)+-\d+)\.")

#: The longest name that the DNS knows, and more than any credential has. What is longer names nobody: no pattern has to
#: read it, and no cache to keep it.
_LONGEST_HOST, _LONGEST_SCOPE = 253, 512


class Identity(NamedTuple):
    """The caller of a request."""

    account_id: str
    region_name: str


class Signature(NamedTuple):
    """The caller as a request's signature names it: nothing is looked up, and the signature is not verified."""

    access_key: str
    #: The account that the access key names, or None.
    account_id: str | None
    #: The region that the request is signed for, or else that its host names, or None.
    region_name: str | None


def access_key_of(account_id: str) -> str:
    """Returns the dummy access key id of an account. The account is encoded in it, so nothing has to be stored."""
    return f"AKIA{account_id}MOCK"


def identify(headers: Mapping[str, str | bytes], url: str) -> Signature | None:
    """Returns the caller of a request; None if the request is not signed."""
    scope = credential_scope(headers, url)
    if scope is None:
        return None
    signed = _read_scope(scope) if len(scope) <= _LONGEST_SCOPE else Signature("", None, None)
    return signed if signed.region_name else signed._replace(region_name=region_in(url))


def credential_scope(headers: Mapping[str, str | bytes], url: str) -> str | None:
    """Returns the credential scope of a signed request, unchecked; None if the request is unsigned."""
    authorization = headers.get("Authorization")
    if authorization is not None:
        text = authorization.decode("latin-1") if isinstance(authorization, bytes) else authorization
        start = text.find("Credential=") + len("Credential=")
        return text[start : text.find(",", start)] if start >= len("Credential=") else ""
    if "X-Amz-Signature=" in url:
        return parse_qs(urlsplit(url).query).get("X-Amz-Credential", [""])[0]
    return None


@lru_cache(maxsize=1024)
def _read_scope(scope: str) -> Signature:
    """Reads ``key/date/region/service/aws4_request``; a multi-region scope names no region."""
    key, *parts = scope.strip().split("/")
    ours = _OUR_KEY.fullmatch(key)
    names_region = len(parts) == 4 and _REGION.fullmatch(parts[1])
    return Signature(key, ours and (ours[1] or ours[2]), parts[1] if names_region else None)


def region_in(url: str) -> str | None:
    """Returns the region that the host of a URL names, or None."""
    host = urlsplit(url).netloc.rpartition("@")[2]
    match = _REGION_IN_HOST.search(host) if len(host) <= _LONGEST_HOST + len(":65535") else None
    return match[1] if match else None
