"""Reads plain requests to the API host (``api-fulfill.``): SendApiAsset from programs without an SDK."""

from __future__ import annotations

from urllib.parse import unquote

from botocore.awsrequest import HeadersDict

from ...protocol.message import Request, split_url

_ROOT = "/v1"
_OURS = "x-amzn-dataexchange-"
#: Every SDK sends this header.
_OF_SDK = "amz-sdk-invocation-id"
_METHOD, _PATH, _FORWARDED = f"{_OURS}http-method", f"{_OURS}path", f"{_OURS}header-"
#: Headers of the signature and of the connection: the API does not get them.
_KEPT_BACK = frozenset(
    [
        *("authorization", "x-amz-content-sha256", "x-amz-date", "x-amz-region-set", "x-amz-security-token"),
        *("connection", "content-length", "expect", "host", "keep-alive", "proxy-authorization", "proxy-connection"),
        *("te", "trailer", "transfer-encoding", "upgrade"),
    ]
)
_OF_SIGNED_QUERY = frozenset(
    ["algorithm", "credential", "date", "expires", "signedheaders", "signature", "security-token", "region-set"]
)


def read_host(request: Request) -> Request:
    """Returns the request as an SDK sends it: with the API's method, path and headers in headers.

    What the program has put into those headers itself stays, and the request of an SDK is left as it is. A path that is
    not below ``/v1`` names no operation.
    """
    path, query = split_url(request.url)
    if _OF_SDK in request.headers and (request.method, path) == ("POST", _ROOT):
        return request
    if path != _ROOT and not path.startswith(f"{_ROOT}/"):
        return request._replace(url="/")
    headers = HeadersDict({_METHOD: request.method, _PATH: path.removeprefix(_ROOT) or "/"})
    given = {name.lower(): value for name, value in request.headers.items()}
    for name, value in given.items():
        if name not in _KEPT_BACK and not name.startswith(_OURS):
            headers[f"{_FORWARDED}{name}"] = value
    headers.update({name: value for name, value in given.items() if name.startswith(_OURS)})
    return request._replace(method="POST", url=f"{_ROOT}?{_unsigned(query)}", headers=headers)


def _unsigned(query: str) -> str:
    """Returns a query without the parameters of its signature."""
    return "&".join(part for part in query.split("&") if not _signs(unquote(part.partition("=")[0]).lower()))


def _signs(name: str) -> bool:
    return name.startswith("x-amz-") and name.removeprefix("x-amz-") in _OF_SIGNED_QUERY
