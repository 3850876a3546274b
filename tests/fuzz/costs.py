"""By how much each operation's cost grows if something grows eightfold: ``python -m tests.fuzz --costs`` prints it.

What grows: the things in the account, what companions keep, the accounts, the jobs in progress, and the length of each
text of a request and of its target. (What happens if the items of a request grow is in
``tests/protocol/test_refusal_costs.py``.)
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from botocore.model import Shape

import appint_mock
from appint_mock.protocol.message import Request, Response
from appint_mock.protocol.operation import Operation
from appint_mock.services.dataexchange.quotas import QUOTAS
from tests.fuzz.crowded import ACCOUNTS, ask, request_for, serialised
from tests.fuzz.scenes import Scene
from tests.fuzz.wire import everything
from tests.ratios import MOST
from tests.shapes import CATALOGUES

TIMES = 8
#: How many things, and how many characters.
THINGS, CHARACTERS = 120, 20_000
#: The least cost that a measurement can tell from none, in seconds.
_LEAST = 20e-6
#: How often a text's cost is measured at least, and at most: until the growth is no more than it may be.
_FEWEST, _MOST_ROUNDS = 4, 24


#: What lets each operation be carried out as often as it is measured.
_WITHOUT_LIMITS: dict[str, dict[str, Any]] = {
    "appintegrations": {"single_association": False},
    "dataexchange": {"quotas": {key: None for key in QUOTAS if key.startswith("concurrent_")}},
}


def of_things(service: str, rounds: int = 12) -> dict[str, float]:
    """For each operation the growth with the things in the account. Each must be carried out, not refused."""
    few, many = (_costs_among(service, size, rounds) for size in (THINGS, THINGS * TIMES))
    return {name: many[name] / max(few[name], _LEAST) for name in few}


def _costs_among(service: str, size: int, rounds: int) -> dict[str, float]:
    costs = {}
    with getattr(appint_mock, f"mock_{service}")(**_WITHOUT_LIMITS[service]) as aws:
        account = ACCOUNTS[service](aws)
        account.crowd(size)
        for operation in CATALOGUES[service].operations.values():
            requests = [request_for(operation, account) for _ in range(rounds)]
            costs[operation.name] = min(_cost(service, request, carried_out=True) for request in requests)
            aws.calls.clear()
    return costs


def of_scene(scene: Scene, rounds: int = 12) -> dict[str, float]:
    """For each piece of work of a scene the growth with the things in it."""
    few, many = (_costs_in(scene, size, rounds) for size in (THINGS, THINGS * TIMES))
    return {name: many[name] / max(few[name], _LEAST) for name in few}


def _costs_in(scene: Scene, size: int, rounds: int) -> dict[str, float]:
    with scene(size) as works:
        return {name: min(_cost_of(work) for _ in range(rounds)) for name, work in works.items()}


def of_texts(operation: Operation) -> dict[str, float]:
    """For each text of an operation's request, and for its target, the growth with the length."""
    service = operation.model.service_model.service_name
    with getattr(appint_mock, f"mock_{service}")() as aws:
        growths = {}
        for path, make in _with_long_texts(operation):
            growths[path] = _of_text(service, make)
            aws.calls.clear()
        return growths


def _of_text(service: str, make: Callable[[int], Request]) -> float:
    """The growth by the cheapest of several runs. Both sizes take turns: a busy machine slows both down alike."""
    short = long = float("inf")
    for number in range(1, _MOST_ROUNDS + 1):
        short = min(short, _cost(service, make(CHARACTERS), carried_out=False))
        long = min(long, _cost(service, make(CHARACTERS * TIMES), carried_out=False))
        if number >= _FEWEST and long <= MOST * max(short, _LEAST):
            break
    return long / max(short, _LEAST)


def _with_long_texts(operation: Operation) -> Iterator[tuple[str, Callable[[int], Request]]]:
    service = operation.model.service_model.service_name
    shape = operation.model.input_shape
    members = everything(operation)
    for path, replaced in _texts(shape, members) if shape is not None else ():
        for piece in ("x", " ", "a/", "s3://a,", "-", "%"):
            yield (
                f"{path} of {piece!r}",
                lambda size, replaced=replaced, piece=piece: serialised(  # type: ignore[misc]
                    service, operation, replaced(piece * (size // len(piece)))
                ),
            )
    plain = serialised(service, operation, members)
    yield "target's path", lambda size: plain._replace(url=plain.url.replace("?", "/" + "a/" * (size // 2) + "?", 1))
    yield "target's query", lambda size: plain._replace(url=plain.url + "&a=b" * (size // 4))
    yield "target's escapes", lambda size: plain._replace(url=plain.url.replace("?", "%2F" * (size // 3) + "?", 1))


def _texts(shape: Shape, value: Any, path: str = "") -> Iterator[tuple[str, Callable[[str], Any]]]:
    """The texts in an input: the path of each, and what makes the input with another text in its place."""
    if shape.type_name == "string":
        yield path, lambda text: text
    elif shape.type_name == "structure":
        for name, item in value.items():
            for inner, replaced in _texts(shape.members[name], item, f"{path}.{name}" if path else name):
                yield inner, lambda text, name=name, replaced=replaced: {**value, name: replaced(text)}  # type: ignore[misc]
    elif shape.type_name == "list" and value:
        for inner, replaced in _texts(shape.member, value[0], f"{path}[]"):
            yield inner, lambda text, replaced=replaced: [replaced(text)]  # type: ignore[misc]


def _cost(service: str, request: Request, *, carried_out: bool) -> float:
    responses: list[Response] = []
    spent = _cost_of(lambda: responses.append(ask(service, request)))
    assert not carried_out or responses[0].status < 400, (request, responses)
    return spent


def _cost_of(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started
