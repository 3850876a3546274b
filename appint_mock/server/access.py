"""Decides whether a request may come from a browser, and whether to answer it then.

Nobody has to log in, so the network place of the client is all the protection there is, and a browser on this machine
lends that place to every web page. A page of another origin gives itself away by ``Origin`` or ``Sec-Fetch-Site``; one
that had its name rebound to our address, by its ``Host``.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Mapping
from urllib.parse import urlsplit


class Access:
    """The rules for whom a server that listens on ``host`` answers.

    ``allowed`` are further names (``"*"``: any) by which its clients call it.
    """

    def __init__(self, host: str, allowed: Collection[str] = ()) -> None:
        self._on_loopback = _is_loopback(host)
        self._allowed = {_name_of(each) for each in allowed}

    def refusal(self, headers: Mapping[str, str], *, control: bool) -> str | None:
        """Returns why a request is refused, and what to do instead; None if it is answered.

        ``control``: it is one below the control path, where Host is checked and no other origin may ask.
        """
        host = headers.get("Host", "")
        if control and not self._is_ours(_name_of(host)):
            return (
                f"This server does not answer for the host {host!r} here. Use an address of the machine, or start the "
                f"server with --allow-host {_name_of(host) or 'NAME'}."
            )
        if headers.get("Sec-Fetch-Site") == "cross-site":
            return "A web page of another site may not use this server."
        origin = headers.get("Origin")
        if origin is None or origin == f"http://{host}" or origin == f"https://{host}":
            return None
        if not control and self._is_ours(_name_of(urlsplit_or_none(origin) or "")):
            return None
        return f"A web page of the origin {origin!r} may not use this server."

    def _is_ours(self, name: str) -> bool:
        if _is_loopback(name) or name in self._allowed or "*" in self._allowed:
            return True
        # A page can have a name of its own rebound, never an address.
        return not self._on_loopback and _is_address(name)


def urlsplit_or_none(url: str) -> str | None:
    """Returns the host and port of a URL, or None."""
    try:
        return urlsplit(url).netloc or None
    except ValueError:
        return None


def _name_of(host: str) -> str:
    """Returns the host of ``HOST[:PORT]`` in lower case, without the brackets of an IPv6 address."""
    host = host.strip().lower()
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host if host.count(":") > 1 else host.partition(":")[0]


def _is_loopback(name: str) -> bool:
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
