"""Defines HTTP requests and responses as they are on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit


class Request(NamedTuple):
    """An HTTP request: method, whole URL or only its target, headers by case-insensitive names, body."""

    method: str
    url: str
    headers: Mapping[str, str | bytes]
    body: bytes

    @property
    def raw_path(self) -> str:
        """The path as it was sent, not percent-decoded: an encoded slash in a label stays encoded."""
        return split_url(self.url)[0]

    @property
    def raw_query(self) -> str:
        """The query after the first question mark, as it was sent."""
        return split_url(self.url)[1]

    @property
    def host(self) -> str:
        """The host of the request in lower case; empty if neither the URL nor a header names one."""
        named = urlsplit(self.url).netloc or self.headers.get("Host", "")
        return (named.decode("latin-1") if isinstance(named, bytes) else named).lower()


class Response(NamedTuple):
    """An HTTP response: status, headers, body."""

    status: int
    headers: dict[str, str]
    body: bytes


def split_url(url: str) -> tuple[str, str]:
    """Returns the raw path and raw query of a URL or of a request target (``/path?query``)."""
    target, _, query = url.partition("?")
    _, scheme_ends, rest = target.partition("://")
    # A path may have these characters in a label.
    if scheme_ends and not target.startswith("/"):
        _, slash, path = rest.partition("/")
        target = slash + path
    return target or "/", query
