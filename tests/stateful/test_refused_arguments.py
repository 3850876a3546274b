"""Every error of a handle, of its parts and of a backend's own methods leaves all as it was."""

from __future__ import annotations

import datetime
import inspect
import json
import math
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import boto3
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appint_mock import mock_appintegrations, mock_dataexchange
from appint_mock.handle.handle import scope_of

pytestmark = pytest.mark.appint_mock_allow("unused_faults")

ORDERS = {"EventFilter": {"Source": "aws.partner/x"}, "EventBridgeBus": "default"}

#: Values that fit nearly nowhere, and some that nearly fit.
HOSTILE = st.one_of(
    st.sampled_from(
        [
            None,
            True,
            -1,
            0,
            10**7,
            10**30,
            math.nan,
            math.inf,
            -math.inf,
            "",
            "\ud800",
            "*",
            "orders",
            "Create*",
            "ThrottlingException",
            "x" * 10_000,
            b"",
            b"\xff",
            [],
            [None],
            {},
            {"days": 1},
            {"version": 1},
            object(),
            lambda given: True,
            datetime.datetime.max,
            datetime.datetime.min,
            datetime.datetime.max.replace(tzinfo=datetime.timezone(datetime.timedelta(hours=-14))),
            datetime.timedelta.max,
            datetime.timedelta.min,
            OSError(),
            "arn:aws:app-integrations:us-east-1:123456789012:event-integration/orders",
        ]
    ),
    st.text(max_size=5),
    st.integers(),
    st.floats(),
    st.dictionaries(st.text(max_size=3), st.integers() | st.text(max_size=3), max_size=2),
    st.lists(st.none() | st.integers() | st.text(max_size=3), max_size=2),
)

#: Methods that are no question of arguments.
_LEFT_OUT = {"start", "stop", "reset", "clear", "follow"}
_CLOCK_UNITS = ("days", "hours", "minutes", "seconds", "milliseconds", "weeks", "years")


class Scene:
    """Both mocks open, with something in each."""

    def __init__(self, stack: ExitStack) -> None:
        self.mocks: list[Any] = [stack.enter_context(mock_appintegrations()), stack.enter_context(mock_dataexchange())]
        client: Any = boto3.client("appintegrations")
        client.create_event_integration(Name="orders", **ORDERS)
        exchange: Any = boto3.client("dataexchange")
        exchange.create_data_set(Name="prices", Description="d", AssetType="S3_SNAPSHOT")
        for mock in self.mocks:
            mock.clock.freeze(datetime.datetime(2030, 1, 1))
            mock.fail("Delete*", "ThrottlingException")
        self.mocks[1].objects["bucket", "key"] = b"content"
        self._before = [mock.snapshot() for mock in self.mocks]

    def look(self) -> Any:
        """All that an error must leave as it was."""
        return [
            (
                json.dumps(mock.snapshot(), sort_keys=True),
                mock.clock.now(),
                mock.clock.dump(),
                list(mock.faults),
                scope_of(mock).faults.waiting,
                list(mock.calls),
                mock.unmocked,
                scope_of(mock).options.copy(),
                {key: list(handlers) for key, handlers in mock.backend().handlers.items()},
            )
            for mock in self.mocks
        ]

    def again(self) -> None:
        """Undo what a call did that was not refused."""
        for mock, state in zip(self.mocks, self._before, strict=True):
            mock.reset()
            mock.restore(state)
            mock.clock.freeze(datetime.datetime(2030, 1, 1))
            mock.fail("Delete*", "ThrottlingException")

    def methods(self) -> Iterator[tuple[str, Callable[..., Any]]]:
        """Each public method of the handles, their parts and their backends that is not an operation, by name."""
        for mock in self.mocks:
            service = scope_of(mock).service
            owners = {
                service.name: mock,
                f"{service.name}.clock": mock.clock,
                f"{service.name}.faults": mock.faults,
            }
            for owner_name, owner in owners.items():
                for name, method in inspect.getmembers(owner, inspect.ismethod):
                    if not name.startswith("_") and name not in _LEFT_OUT:
                        yield f"{owner_name}.{name}", method
            for name in service.seeding:
                yield f"{service.name}.backend.{name}", getattr(mock.backend(), name)
            for name in ("of", "assert_called", "assert_not_called", "assert_order"):
                yield f"{service.name}.calls.{name}", getattr(mock.calls, name)


def names_of(method: Callable[..., Any]) -> list[str]:
    """The names that a method takes, of a method with free ones those that it knows."""
    parameters = inspect.signature(method).parameters.values()
    names = [each.name for each in parameters if each.kind in (each.POSITIONAL_OR_KEYWORD, each.KEYWORD_ONLY)]
    free = [each.annotation for each in parameters if each.kind is each.VAR_KEYWORD]
    if free:
        names += (
            ["times", "after", "when", "rate", "delay", "members", "status"]
            if "Fault" in str(free)
            else [*_CLOCK_UNITS]
        )
    return names


@settings(max_examples=100, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_an_error_leaves_all_as_it_was(data: st.DataObject) -> None:
    with ExitStack() as stack:
        scene = Scene(stack)
        methods = sorted(scene.methods(), key=lambda each: each[0])
        for _ in range(8):
            name, method = data.draw(st.sampled_from(methods), label="method")
            chosen = data.draw(st.sets(st.sampled_from(names_of(method)), max_size=3)) if names_of(method) else set()
            arguments = {each: data.draw(HOSTILE, label=each) for each in sorted(chosen)}
            positional = data.draw(st.lists(HOSTILE, max_size=2), label="positional")
            before = scene.look()
            try:
                method(*positional, **arguments)
            except Exception:
                assert scene.look() == before, name
            else:
                scene.again()


def test_every_kind_of_method_is_tried() -> None:
    with ExitStack() as stack:
        names = {name for name, _ in Scene(stack).methods()}
    assert {
        "appintegrations.fail",
        "appintegrations.restore",
        "appintegrations.backend",
        "appintegrations.clock.advance",
        "appintegrations.backend.associate_event_integration",
        "dataexchange.backend.add_entitled_data_set",
        "dataexchange.calls.assert_order",
        "dataexchange.clock.freeze",
    } <= names
