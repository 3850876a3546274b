"""What can be registered as a handler, and how it is called."""

from __future__ import annotations

from typing import Any

import pytest

from appint_mock.hints import see
from appint_mock.services.dataexchange.handlers import as_handler

FORMS = (("event",), ("event", "context"))


def one(event: Any) -> Any:
    return [event]


def two(event: Any, context: Any) -> Any:
    return [event, context]


def one_or_two(event: Any, context: Any = "default") -> Any:
    return [event, context]


def any_number(*given: Any) -> Any:
    return [*given]


class WithMethods:
    def method(self, event: Any) -> Any:
        return [event]

    def __call__(self, event: Any, context: Any) -> Any:
        return [event, context]


@pytest.mark.parametrize(
    ("handler", "result"),
    [
        (one, ["e"]),
        (two, ["e", None]),
        (one_or_two, ["e", "default"]),
        (any_number, ["e"]),
        (WithMethods().method, ["e"]),
        (WithMethods(), ["e", None]),
        # It has no signature that Python could show.
        (type, str),
    ],
    ids=["one", "two", "one or two", "any number", "method", "callable", "built-in"],
)
def test_a_handler_is_called_in_the_first_form_that_it_takes(handler: Any, result: Any) -> None:
    assert as_handler("on_event", handler, *FORMS)("e") == result


@pytest.mark.parametrize(
    ("handler", "forms", "calls"),
    [
        (5, FORMS, "handler(event) or handler(event, context), not 5"),
        ("handler", (("request",),), "handler(request), not 'handler'"),
    ],
    ids=str,
)
def test_what_takes_none_of_the_forms_is_refused(handler: Any, forms: Any, calls: str) -> None:
    with pytest.raises(TypeError) as refused:
        as_handler("on_x", handler, *forms)
    assert str(refused.value) == f"backend.on_x takes a function that can be called as {calls}.{see('backends')}"


def test_a_function_of_too_many_or_too_few_arguments_is_refused() -> None:
    for handler in (lambda: None, lambda a, b, c: None, lambda *, event: None):
        with pytest.raises(TypeError, match=r"called as handler\(event\) or handler\(event, context\), not <function"):
            as_handler("on_event", handler, *FORMS)
