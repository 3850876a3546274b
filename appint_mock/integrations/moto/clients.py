"""Makes moto answer async clients too, in our accounts, and only what it can answer."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from moto.core import botocore_stubber, responses

from ...interception.content import Content, Stream
from ...interception.patches import Patches, bound
from ...protocol.identity import identify
from ...scopes import stack

#: moto's answer to a request of a service that it does not have.
_NO_ANSWER = (404, b"Not yet implemented")
_patches = Patches()


def join() -> None:
    """Patches moto until ``leave``."""
    _patches.replace(botocore_stubber.BotocoreStubber, "__call__", _make_call)
    _patches.replace(responses.BaseResponse, "get_current_account", _make_get_current_account)


def leave() -> None:
    """Undoes ``join``."""
    _patches.undo()


def _make_call(original: Any) -> Callable[..., Any]:
    """moto's handler of ``before-send``, which botocore calls and aiobotocore calls and awaits."""

    def call(self: Any, event_name: str, request: AWSPreparedRequest, **kwargs: Any) -> Any:
        if not stack.all_open():
            return bound(original, self)(event_name, request, **kwargs)
        if self.enabled and _is_async(request.body):
            return answer_later(self, event_name, request, **kwargs)
        # moto takes bytes, here and below.
        if isinstance(request.body, bytearray):
            request.body = bytes(request.body)
        return _answer(bound(original, self)(event_name, request, **kwargs))

    async def answer_later(self: Any, event_name: str, request: AWSPreparedRequest, **kwargs: Any) -> Any:
        request.body = await _whole(request.body)
        return _answer(bound(original, self)(event_name, request, **kwargs))

    return call


def _is_async(body: Any) -> bool:
    """Returns whether only an async client can read this body of a request."""
    return inspect.isawaitable(body) or _reads_later(body) or hasattr(body, "__aiter__")


def _reads_later(body: Any) -> bool:
    return inspect.iscoroutinefunction(getattr(body, "read", None))


async def _whole(body: Any) -> bytes:
    if inspect.isawaitable(body):
        return bytes(await body)
    if _reads_later(body):
        return bytes(await body.read())
    # In some versions of aiobotocore (2.19 is one), ``read`` is botocore's own, which cannot read such a body.
    return b"".join([piece async for piece in body])


def _answer(answer: AWSResponse | None) -> AWSResponse | None:
    if answer is None:
        return None
    body = answer.raw.getvalue()
    if (answer.status_code, body) == _NO_ANSWER:
        # So that whoever is behind moto has a turn: our companions, or the guard, which says what to do.
        return None
    if "aiobotocore" in sys.modules:
        answer.raw = Stream(body, answer.url, answer.headers)
        answer._content = Content(body)  # noqa: SLF001 (as botocore's own stubs do)
    return answer


def _make_get_current_account(original: Any) -> Callable[..., str]:
    """Returns a method that finds the account of a caller, first of all in our dummy credentials."""

    def get_current_account(self: Any) -> str:
        caller = identify(self.headers, self.uri) if stack.all_open() else None
        if caller and caller.account_id:
            return caller.account_id
        account: str = bound(original, self)()
        return account

    return get_current_account
