"""What stands in for AWS when live mode is tried: this library's own server, and ten places in which it may differ."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import boto3

from tests.dataexchange.actors import ACCOUNT, OTHER_ACCOUNT
from tests.live.altered import Alteration, Answer
from tests.live.costs import CLASSES
from tests.live.session import Session

#: The accounts that are asked: not those that the tests know.
REAL = {ACCOUNT: "111122223333", OTHER_ACCOUNT: "444455556666"}


def session(endpoint: str, *, allowed: frozenset[str] = frozenset(CLASSES)) -> Session:
    """A session of two accounts at that address, to which all is allowed."""
    sessions = {
        known: boto3.Session(aws_access_key_id=f"AKIA{real}MOCK", aws_secret_access_key="live")
        for known, real in REAL.items()
    }
    return Session(sessions, REAL, endpoint_url=endpoint, allowed=allowed)


def _says(old: str, new: str) -> Callable[[Answer], None]:
    return lambda answer: answer.replace(old, new)


def _has(request: str, change: Callable[[dict[str, Any]], Any]) -> Callable[[Answer], None]:
    def alter(answer: Answer) -> None:
        if answer.is_to(request) and answer.status < 300:
            answer.change(change)

    return alter


def _code(code: str, text: str) -> Callable[[Answer], None]:
    def alter(answer: Answer) -> None:
        if text in answer.text:
            answer.headers["x-amzn-errortype"] = code

    return alter


def _status(request: str, status: int, *, of: int) -> Callable[[Answer], None]:
    def alter(answer: Answer) -> None:
        if answer.is_to(request) and answer.status == of:
            answer.status = status

    return alter


def _one_request_id(answer: Answer) -> None:
    answer.headers["x-amzn-requestid"] = "00000000-0000-4000-8000-000000000000"


def _no_empty_update(answer: Answer) -> None:
    if answer.is_to("PATCH /eventIntegrations/[^/]+") and answer.sent in ("", "{}"):
        answer.refuse("InvalidRequestException")


def _rules(service: str, *ids: str) -> tuple[str, ...]:
    return tuple(f"{service}:{id}" for id in ids)


#: Ten places, each with the rules of which the altered server says otherwise: all that the broken tests cover.
ALTERATIONS: tuple[Alteration, ...] = (
    Alteration(
        "another text",
        _says("The ClientToken was already used with different parameters", "This token is taken"),
        _rules("appintegrations", "tokens.mismatch", "tokens.comparison", "tokens.association", "order.token-rules"),
    ),
    Alteration(
        "another code",
        _code("InvalidTokenException", "NextToken is not valid"),
        _rules("dataexchange", "errors.next-token", "lists.invalid-token", "lists.acceptance-state"),
    ),
    Alteration(
        "another status",
        _status("POST /eventIntegrations", 400, of=409),
        _rules("appintegrations", "event-integrations.taken", "event-integrations.taken-text", "tokens.taken-name"),
    ),
    Alteration(
        "another order",
        _has("GET /applications", lambda members: members["Applications"].reverse()),
        _rules(
            "appintegrations",
            "applications.filter",
            "lists.default-page",
            "lists.deletions",
            "lists.largest-page",
            "lists.later-items",
            "lists.next-token",
            "lists.order",
            "lists.paged",
            "lists.token-page-size",
        ),
    ),
    Alteration(
        "a missing member",
        _has("GET /dataIntegrations/[^/]+", lambda members: members.pop("SourceURI", None)),
        _rules("appintegrations", "data-integrations.create", "data-integrations.free", "data-integrations.get"),
    ),
    Alteration(
        "another value",
        _has("GET /v1/data-sets/[^/]+", lambda members: members.update(Origin="ENTITLED")),
        _rules("dataexchange", "data-sets.update"),
    ),
    Alteration("another header", _one_request_id, ("appintegrations:wire.request-id", "dataexchange:wire.request-id")),
    Alteration("a refusal", _no_empty_update, _rules("appintegrations", "wire.empty-body")),
    Alteration(
        "another member of an error",
        _says('"ResourceType":"REVISION"', '"ResourceType":"DATA_SET"'),
        _rules(
            "dataexchange",
            "errors.not-found-text",
            "errors.revision-order",
            "order.lookups-token",
            "order.outermost",
            "publication.live-grant",
            "revisions.copies-live",
            "revisions.reopen-published",
            "tags.unknown",
        ),
    ),
    Alteration(
        "another number",
        _says("2 validation errors detected", "1 validation error detected"),
        _rules("appintegrations", "constraints.deeper", "constraints.path-in-map", "wire.null"),
    ),
)
