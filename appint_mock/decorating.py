"""Decorators: a scope around whatever a test suite is made of, which stays what it was for everybody who looks."""

from __future__ import annotations

import functools
import inspect
import sys
import types
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import unittest

    from .mock import ServiceMock

T = TypeVar("T", bound=Callable[..., Any])


def decorate(mock: ServiceMock[Any], target: T) -> T:
    """``target`` with a scope of ``mock`` open while its body runs."""
    if inspect.isclass(target):
        _decorate_class(mock, target)
        return target
    if isinstance(target, types.FunctionType):
        return _wrap(mock, target)  # type: ignore[return-value]  # functools.wraps keeps the signature
    if "fixture" in type(target).__name__.lower():
        raise TypeError(f"{mock!r} must stand under @pytest.fixture, next to the function: swap the two lines.")
    if callable(target):
        return _wrap_callable(mock, target)  # type: ignore[return-value]  # functools.wraps keeps the signature
    raise TypeError(f"{mock!r} decorates functions and classes, not {target!r}.")


@contextmanager
def _open(mock: ServiceMock[Any]) -> Generator[None, None, None]:
    """A scope of its own for each call: the same decorated function may run in several threads at once."""
    scope = mock._open()
    try:
        yield
    finally:
        mock._close(scope)


def _wrap(mock: ServiceMock[Any], function: types.FunctionType) -> Callable[..., Any]:
    if inspect.isasyncgenfunction(function):
        return _wrap_async_generator(mock, function)
    if inspect.iscoroutinefunction(function):
        return _wrap_coroutine(mock, function)
    if inspect.isgeneratorfunction(function):
        return _wrap_generator(mock, function)
    return _wrap_callable(mock, function)


def _wrap_callable(mock: ServiceMock[Any], function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        with _open(mock):
            return function(*args, **kwargs)

    return wrapper


def _wrap_coroutine(mock: ServiceMock[Any], function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    async def wrapper(*args: Any, **kwargs: Any) -> Any:
        with _open(mock):
            return await function(*args, **kwargs)

    return wrapper


def _wrap_generator(mock: ServiceMock[Any], function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Generator[Any, Any, Any]:
        with _open(mock):
            return (yield from function(*args, **kwargs))

    return wrapper


def _wrap_async_generator(mock: ServiceMock[Any], function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    async def wrapper(*args: Any, **kwargs: Any) -> AsyncGenerator[Any, Any]:
        with _open(mock):
            inner = function(*args, **kwargs)
            try:
                # What `yield from` does for a generator; Python has no such thing for asynchronous ones.
                step = inner.__anext__()
                while True:
                    try:
                        produced = await step
                    except StopAsyncIteration:
                        return
                    try:
                        sent = yield produced
                    except GeneratorExit:
                        raise
                    except BaseException as error:
                        step = inner.athrow(error)
                    else:
                        step = inner.asend(sent)
            finally:
                await inner.aclose()

    return wrapper


def _decorate_class(mock: ServiceMock[Any], cls: type) -> None:
    # Importing unittest takes 10 ms; who has a TestCase has paid for it.
    loaded = sys.modules.get("unittest")
    if loaded is not None and issubclass(cls, loaded.TestCase):
        _decorate_test_case(mock, cls)
    else:
        _decorate_plain_class(mock, cls)


def _decorate_test_case(mock: ServiceMock[Any], cls: type[unittest.TestCase]) -> None:
    """One scope around the class, and for each test one that leaves the state as setUpClass left it.

    So setUpClass may make things for all tests, and no test sees what another one made.
    """
    set_up_class = cls.setUpClass.__func__  # type: ignore[attr-defined]  # a classmethod
    run, debug = cls.run, cls.debug

    @functools.wraps(set_up_class)
    def set_up(its_class: type[unittest.TestCase]) -> None:
        scope = mock._open()
        its_class.addClassCleanup(mock._close, scope)
        set_up_class(its_class)

    @contextmanager
    def for_one_test() -> Generator[None, None, None]:
        with _open(mock):
            before = mock.snapshot()
            try:
                yield
            finally:
                mock.restore(before)

    @functools.wraps(run)
    def run_one(self: unittest.TestCase, result: unittest.TestResult | None = None) -> unittest.TestResult | None:
        with for_one_test():
            return run(self, result)

    @functools.wraps(debug)
    def debug_one(self: unittest.TestCase) -> None:
        with for_one_test():
            debug(self)

    cls.setUpClass = classmethod(set_up)  # type: ignore[assignment]
    cls.run, cls.debug = run_one, debug_one  # type: ignore[method-assign]


def _decorate_plain_class(mock: ServiceMock[Any], cls: type) -> None:
    """A scope around each public method; under pytest one from setup_method to the end of teardown_method."""
    for name, attribute in list(vars(cls).items()):
        if name.startswith("_") or name in ("setup_method", "teardown_method"):
            continue
        if isinstance(attribute, types.FunctionType):
            setattr(cls, name, _wrap(mock, attribute))
        elif isinstance(attribute, staticmethod | classmethod) and isinstance(attribute.__func__, types.FunctionType):
            setattr(cls, name, type(attribute)(_wrap(mock, attribute.__func__)))
    _hold_open_between(mock, cls)


def _hold_open_between(mock: ServiceMock[Any], cls: type) -> None:
    set_up, tear_down = (getattr(cls, name, None) for name in ("setup_method", "teardown_method"))

    def setup_method(self: Any, method: Any) -> None:
        scope = mock._open()
        vars(self).setdefault("_appint_mock_scopes", []).append((mock, scope))
        try:
            _call(set_up, self, method)
        except BaseException:
            # pytest calls no teardown_method after a failed setup_method.
            _close_last(self)
            raise

    def teardown_method(self: Any, method: Any) -> None:
        try:
            _call(tear_down, self, method)
        finally:
            _close_last(self)

    cls.setup_method, cls.teardown_method = setup_method, teardown_method  # type: ignore[attr-defined]


def _close_last(instance: Any) -> None:
    mock, scope = instance._appint_mock_scopes.pop()
    mock._close(scope)


def _call(function: Callable[..., Any] | None, instance: Any, method: Any) -> None:
    """Call an xunit-style method as pytest does: with the test's method if it takes an argument."""
    if function is not None:
        takes_method = len(inspect.signature(function).parameters) > 1
        function(instance, method) if takes_method else function(instance)
