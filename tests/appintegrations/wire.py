"""The HTTP beneath a client: a request rewritten before it goes, an answer before it is parsed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from unittest import mock

from botocore import endpoint
from botocore.awsrequest import AWSPreparedRequest

#: Changes the request; what it returns is of no matter.
Rewrite = Callable[[AWSPreparedRequest], Any]


class Answer(NamedTuple):
    """An HTTP answer as it came."""

    status: int
    headers: dict[str, str]
    body: bytes


@contextmanager
def rewriting(client: Any, rewrite: Rewrite) -> Iterator[None]:
    """Let `rewrite` change each request of `client` after it was signed."""

    def before_send(request: AWSPreparedRequest, **kwargs: Any) -> None:
        rewrite(request)

    # The operation's own event goes before the service's, at which the mock answers.
    operations = client.meta.service_model.operation_names
    service = client.meta.service_model.service_id.hyphenize()
    names = [f"before-send.{service}.{operation}" for operation in operations]
    for name in names:
        client.meta.events.register(name, before_send)
    try:
        yield
    finally:
        for name in names:
            client.meta.events.unregister(name, before_send)


@contextmanager
def recording(client: Any) -> Iterator[list[Answer]]:
    """Keep each answer to `client`."""
    answers: list[Answer] = []
    converted: list[Any] = []
    service = client.meta.service_model.service_name
    original = endpoint.convert_to_response_dict

    def convert(response: Any, operation_model: Any) -> Any:
        # botocore's event of this, `before-parse`, is younger than the oldest botocore that we support.
        made = original(response, operation_model)
        # botocore asks once more before it calls its handlers.
        if operation_model.service_model.service_name == service and not any(each is response for each in converted):
            converted.append(response)
            answers.append(Answer(made["status_code"], dict(made["headers"].items()), bytes(made["body"])))
        return made

    with mock.patch.object(endpoint, "convert_to_response_dict", convert):
        yield answers


def body(text: str | bytes) -> Rewrite:
    """Send that body instead."""

    def rewrite(request: AWSPreparedRequest) -> None:
        request.body = text

    return rewrite


def target(path: str) -> Rewrite:
    """Send to that path and query instead."""

    def rewrite(request: AWSPreparedRequest) -> None:
        scheme, _, rest = request.url.partition("://")
        request.url = f"{scheme}://{rest.partition('/')[0]}{path}"

    return rewrite
