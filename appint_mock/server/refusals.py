"""Refuses unsupported requests in the client's protocol, with a text that says what to do."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from xml.sax.saxutils import escape

from botocore.exceptions import DataNotFoundError, UnknownServiceError
from botocore.loaders import create_loader

from ..hints import see
from ..protocol.message import Request, Response
from .texts import as_json, failure

_CODE = "UnmockedCallError"
_STATUS = 404


def endpoint_variables(service_ids: Iterable[str]) -> list[str]:
    """Returns the environment variables that set the endpoint of each service in every SDK, by service id."""
    return [f"AWS_ENDPOINT_URL_{service_id.replace(' ', '_').upper()}" for service_id in service_ids]


def not_answered_here(name: str, request: Request, answered: Iterable[str], service_ids: Iterable[str]) -> Response:
    """Returns the answer to a call of a service that the server does not have; ``name`` is AWS's name for it."""
    variables = " and ".join(endpoint_variables(service_ids))
    text = (
        f"This request is signed for {name!r}; appint_mock answers for {' and '.join(answered)}. If AWS_ENDPOINT_URL "
        f"brought it here, set {variables} instead, or let moto answer for the other services here: start the server "
        "with --with-moto." + see("server")
    )
    return refuse(_protocol_of(name, request), name, text)


def nothing_there(request: Request) -> Response:
    """Returns the answer to a signed URL that belongs to no service."""
    return refuse("rest-xml", "s3", f"No service of this server has signed URLs at {request.raw_path}.", "NoSuchKey")


def refuse(protocol: str, name: str, text: str, code: str = _CODE) -> Response:
    """Returns an error of the service in that protocol's form."""
    error = f"<Code>{code}</Code><Message>{escape(_printable(text))}</Message>"
    if protocol == "smithy-rpc-v2-cbor":
        body = b"\xa2" + b"".join(map(_cbor_text, ("__type", code, "message", text)))
        headers = {"Content-Type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}
        return Response(_STATUS, headers, body)
    if protocol == "json":
        body = as_json({"__type": code, "message": text})
        return Response(_STATUS, {"Content-Type": "application/x-amz-json-1.1", "x-amzn-errortype": code}, body)
    if protocol == "ec2":
        xml = f"<Response><Errors><Error>{error}</Error></Errors><RequestID>0</RequestID></Response>"
    elif name == "s3":
        xml = f"<Error>{error}</Error>"
    elif protocol in ("query", "rest-xml"):
        xml = f"<ErrorResponse><Error><Type>Sender</Type>{error}</Error><RequestId>0</RequestId></ErrorResponse>"
    else:
        return failure(_STATUS, code, text)
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n{xml}'.encode()
    return Response(_STATUS, {"Content-Type": "text/xml"}, body)


def _protocol_of(name: str, request: Request) -> str:
    """Returns the protocol of a request: from its headers, or else from the service's model."""
    content_type = str(request.headers.get("Content-Type", ""))
    if request.headers.get("smithy-protocol") == "rpc-v2-cbor":
        return "smithy-rpc-v2-cbor"
    if request.headers.get("X-Amz-Target") or content_type.startswith("application/x-amz-json"):
        return "json"
    if content_type.startswith("application/x-www-form-urlencoded") or "Action=" in request.raw_query:
        return "ec2" if name == "ec2" else "query"
    return _protocol_of_service(name)


@lru_cache(maxsize=128)
def _protocol_of_service(name: str) -> str:
    try:
        metadata = create_loader().load_service_model(name, "service-2")["metadata"]
    except (UnknownServiceError, DataNotFoundError, ValueError, OSError):
        return "rest-json"
    return str(metadata.get("protocol", "rest-json"))


def _printable(text: str) -> str:
    """Returns the text without characters that XML cannot hold."""
    return "".join(each if each.isprintable() else "?" for each in text)


def _cbor_text(text: str) -> bytes:
    content = text.encode("utf-8", "replace")
    # A text's head: its major type, and its length in two bytes.
    return b"\x79" + len(content[:65535]).to_bytes(2, "big") + content[:65535]
