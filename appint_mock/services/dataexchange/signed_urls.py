"""Signs and answers URLs with which anyone can PUT or GET one file for an hour.

A URL carries all that is needed to answer it: whose it is (in its credential), what it names (in its path), since when
(there too: ``X-Amz-Date`` has no milliseconds), and a signature over these and the method. So nothing is kept of
the URLs that were handed out, and they outlive a snapshot.
"""

from __future__ import annotations

import base64
import datetime
import hashlib
import hmac
import re
from collections.abc import Mapping
from email.utils import format_datetime
from typing import NamedTuple
from urllib.parse import parse_qsl, quote, urlencode, urlsplit
from xml.sax.saxutils import escape

from ...protocol.identity import access_key_of, identify
from ...protocol.message import Response
from ...state.clock import later
from ...state.views import RecordMapping
from ...state.world import Backend, World
from .. import signed_url_host
from .base import DataExchangeBase

LIFETIME = datetime.timedelta(hours=1)
_MILLISECOND = datetime.timedelta(milliseconds=1)
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
_SIGNATURE = "X-Amz-Signature"
#: Signatures keep apart what we made and what a test changed; there is nothing to protect.
_KEY = b"appint_mock"
#: One range of bytes, as the Range header asks for it. (No number of more digits is a size.)
_RANGE = re.compile("bytes=([0-9]{0,18})-([0-9]{0,18})")


class SignedUrl(NamedTuple):
    """A URL and the time at which it expires."""

    url: str
    expires_at: datetime.datetime


def sign(backend: Backend, method: str, name: str, now: datetime.datetime) -> SignedUrl:
    """Returns a URL for ``method`` (PUT or GET) on the file ``name`` (such as ``jobs/ID``), valid from ``now``."""
    # By the clock itself: a creation may be milliseconds ahead of it.
    path = f"/{_milliseconds(backend.world.clock.now())}/{quote(name)}"
    # Years have four digits, which strftime leaves to the platform.
    day, time = f"{now.year:04}{now:%m%d}", f"{now:T%H%M%SZ}"
    query = {
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Credential": f"{access_key_of(backend.account_id)}/{day}/{backend.region_name}/s3/aws4_request",
        "X-Amz-Date": f"{day}{time}",
        "X-Amz-Expires": f"{LIFETIME.total_seconds():.0f}",
        "X-Amz-SignedHeaders": "host",
    }
    query[_SIGNATURE] = _signature(method, path, list(query.items()))
    return SignedUrl(f"{_base(backend)}{path}?{urlencode(query)}", later(now, LIFETIME))


def answer_url(
    world: World[DataExchangeBase] | None, method: str, url: str, headers: Mapping[str, str], body: bytes
) -> Response:
    """Answers a request to a signed URL; without a world, as if the URL's scope had closed."""
    return no_such_key() if world is None else answer(world, method, url, headers, body)


def answer(world: World[DataExchangeBase], method: str, url: str, headers: Mapping[str, str], body: bytes) -> Response:
    """Answers a request to a signed URL as S3 does. ``headers`` by their names in lower case."""
    with world.lock:
        world.catch_up()
        path = urlsplit(url).path.removeprefix(urlsplit(world.url_base or "").path)
        pairs = parse_qsl(urlsplit(url).query, keep_blank_values=True)
        signature = dict(pairs).get(_SIGNATURE)
        if signature is None:
            return _refusal(403, "AccessDenied", "Access Denied")
        if signature != _signature(method, path, [pair for pair in pairs if pair[0] != _SIGNATURE]):
            text = "The request signature we calculated does not match the signature you provided."
            return _refusal(403, "SignatureDoesNotMatch", text)
        _, signed_at, name = path.split("/", 2)
        # Compared as a difference: the end of a lifetime may lie beyond all moments.
        if _milliseconds(world.clock.now()) - int(signed_at) >= LIFETIME // _MILLISECOND:
            return _refusal(403, "AccessDenied", "Request has expired")
        signed = identify({}, url)
        # A URL that we signed names both.
        assert signed is not None
        assert signed.account_id is not None
        assert signed.region_name is not None
        backend = world.backend(signed.account_id, signed.region_name)
        response = _put(backend, name, headers, body) if method == "PUT" else _get(backend, name, headers)
        response.headers["x-amz-request-id"] = world.ids.request_id().replace("-", "")[:16].upper()
        return response


def _put(backend: DataExchangeBase, name: str, headers: Mapping[str, str], body: bytes) -> Response:
    if "chunked" in headers.get("transfer-encoding", ""):
        text = "A header you provided implies functionality that is not implemented: Transfer-Encoding"
        return _refusal(501, "NotImplemented", text)
    if "content-md5" in headers:
        expected = _decoded(headers["content-md5"])
        if expected is None:
            return _refusal(400, "InvalidDigest", "The Content-MD5 you specified was invalid.")
        if expected != md5_of(body):
            text = "The Content-MD5 you specified did not match what we received."
            return _refusal(400, "BadDigest", text)
    if not _receive(backend, name, body):
        return no_such_key()
    return Response(200, {"Content-Length": "0", "ETag": _etag(body)}, b"")


def _decoded(md5: str) -> bytes | None:
    try:
        digest = base64.b64decode(md5, validate=True)
    except ValueError:
        return None
    return digest if len(digest) == 16 else None


def _get(backend: DataExchangeBase, name: str, headers: Mapping[str, str]) -> Response:
    file = _file_at(backend, name)
    if file is None:
        return no_such_key()
    content, moment = file
    of_file = {
        "Accept-Ranges": "bytes",
        "Content-Type": "binary/octet-stream",
        "ETag": _etag(content),
        "Last-Modified": format_datetime(moment, usegmt=True),
    }
    span = _span(headers.get("range", ""), len(content))
    if span is None:
        return Response(200, {**of_file, "Content-Length": str(len(content))}, content)
    if not span:
        refusal = _refusal(416, "InvalidRange", "The requested range is not satisfiable")
        refusal.headers["Content-Range"] = f"bytes */{len(content)}"
        return refusal
    of_span = {"Content-Range": f"bytes {span.start}-{span.stop - 1}/{len(content)}", "Content-Length": str(len(span))}
    return Response(206, {**of_file, **of_span}, content[span.start : span.stop])


def _receive(backend: DataExchangeBase, name: str, content: bytes) -> bool:
    """Stores a file that was PUT to the URL of ``name``. Returns False if there is no such job.

    The last one before the job's end counts.
    """
    job = backend.jobs.record(name.removeprefix("jobs/"))
    if job is not None and job["State"] in ("WAITING", "IN_PROGRESS"):
        backend.jobs.replace(job["Id"], {**job, "_upload": content})
    return job is not None


def _file_at(backend: DataExchangeBase, name: str) -> tuple[bytes, datetime.datetime] | None:
    """Returns the file at the URL of ``name`` and the time of its last change; None if it is gone."""
    kind, *_, record_id = name.split("/")
    tables: Mapping[str, RecordMapping] = {"jobs": backend.jobs, "assets": backend.assets}
    record = tables[kind].record(record_id)
    if record is None or record.get("_content") is None:
        return None
    return record["_content"], record["UpdatedAt"]


def _span(asked: str, size: int) -> range | None:
    """Returns the span of a Range header, empty if it begins after the end; None if it names no single range."""
    match = _RANGE.fullmatch(asked)
    if match is None:
        return None
    first, last = match[1], match[2]
    if not first:
        return range(max(size - int(last), 0), size) if last else None
    if last and int(last) < int(first):
        return None
    return range(int(first), min(int(last) + 1, size) if last else size)


def _milliseconds(moment: datetime.datetime) -> int:
    return (moment - _EPOCH) // _MILLISECOND


def md5_of(content: bytes) -> bytes:
    """Returns the digest by which S3 and Data Exchange know whether a file is the right one."""
    return hashlib.md5(content, usedforsecurity=False).digest()  # pragma: no mutate (for OpenSSL in FIPS mode only)


def _etag(content: bytes) -> str:
    return f'"{md5_of(content).hex()}"'


def no_such_key() -> Response:
    """Returns the answer to a URL without a file."""
    text = (
        "The specified key does not exist. What this signed URL names is in no open mock_dataexchange: it was deleted, "
        "or it is of an earlier scope, or of before a reset() or restore()."
    )
    return _refusal(404, "NoSuchKey", text)


def _refusal(status: int, code: str, text: str) -> Response:
    body = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code><Message>{escape(text)}</Message></Error>'
    ).encode()
    return Response(status, {"Content-Type": "application/xml", "Content-Length": str(len(body))}, body)


def _signature(method: str, path: str, query: list[tuple[str, str]]) -> str:
    # Sorted, as in S3's canonical form: the order of a query's parameters makes no difference.
    text = "\n".join((method, path, urlencode(sorted(query))))
    return hmac.new(_KEY, text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def _base(backend: Backend) -> str:
    return backend.world.url_base or f"https://{signed_url_host(backend.world.service_name, backend.region_name)}"
