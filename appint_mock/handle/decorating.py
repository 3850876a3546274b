"""Decorators: a scope around whatever a test suite is made of, which stays what it was for everybody who looks."""

from __future__ import annotations

import functools
import inspect
import sys
import types
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import AbstractContextManager, ExitStack, contextmanager
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
    if isinstance(target, staticmethod | classmethod):
        return _wrap_descriptor(mock, target)  # type: ignore[return-value]  # it stays what it was
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


@contextmanager
def _for_one_test(mock: ServiceMock[Any]) -> Generator[None, None, None]:
    """A scope that leaves the state as it found it: all tests of a class see its set-up, none sees another test."""
    with _open(mock):
        before = mock.snapshot()
        try:
            yield
        finally:
            mock.restore(before)


def _decorate_test_case(mock: ServiceMock[Any], cls: type[unittest.TestCase]) -> None:
    """One scope from before setUpClass to the end of the class, and one inside it for each test."""
    set_up_class = cls.setUpClass.__func__  # type: ignore[attr-defined]  # a classmethod
    run, debug = cls.run, cls.debug

    @functools.wraps(set_up_class)
    def set_up(its_class: type[unittest.TestCase]) -> None:
        scope = mock._open()
        its_class.addClassCleanup(mock._close, scope)
        set_up_class(its_class)

    @functools.wraps(run)
    def run_one(self: unittest.TestCase, result: unittest.TestResult | None = None) -> unittest.TestResult | None:
        with _for_one_test(mock):
            return run(self, result)

    @functools.wraps(debug)
    def debug_one(self: unittest.TestCase) -> None:
        with _for_one_test(mock):
            debug(self)

    cls.setUpClass = classmethod(set_up)  # type: ignore[assignment]
    cls.run, cls.debug = run_one, debug_one  # type: ignore[method-assign]


_XUNIT = frozenset(f"{verb}_{what}" for verb in ("setup", "teardown") for what in ("class", "method"))


def _decorate_plain_class(mock: ServiceMock[Any], cls: type) -> None:
    """A scope around each public method; under pytest also one around the class and one inside it for each test."""
    for name, attribute in list(vars(cls).items()):
        if name.startswith("_") or name in _XUNIT:
            continue
        if isinstance(attribute, types.FunctionType):
            setattr(cls, name, _wrap(mock, attribute))
        elif isinstance(attribute, staticmethod | classmethod):
            setattr(cls, name, _wrap_descriptor(mock, attribute))
        elif inspect.isclass(attribute) and attribute.__qualname__ == f"{cls.__qualname__}.{name}":
            # pytest runs an outer class's set-up for the tests of its inner classes too, and looks for it there.
            _decorate_class(mock, attribute)
    _enclose_class(cls, lambda: _open(mock))
    _enclose_methods(cls, lambda: _for_one_test(mock))


def _wrap_descriptor(
    mock: ServiceMock[Any], descriptor: staticmethod[..., Any] | classmethod[Any, ..., Any]
) -> staticmethod[..., Any] | classmethod[Any, ..., Any]:
    inner = descriptor.__func__
    return type(descriptor)(_wrap(mock, inner)) if isinstance(inner, types.FunctionType) else descriptor


def _enclose_class(cls: type, enter: Callable[[], AbstractContextManager[None]]) -> None:
    own_set_up, own_tear_down = (getattr(cls, f"{verb}_class", None) for verb in ("setup", "teardown"))
    open_stacks: list[ExitStack] = []

    def setup_class(its_class: type) -> None:
        with ExitStack() as stack:
            stack.enter_context(enter())
            _call(getattr(own_set_up, "__func__", own_set_up), its_class)
            # Only where all went well: pytest calls no tear-down after a set-up that failed.
            open_stacks.append(stack.pop_all())

    def teardown_class(its_class: type) -> None:
        with open_stacks.pop():
            _call(getattr(own_tear_down, "__func__", own_tear_down), its_class)

    cls.setup_class, cls.teardown_class = classmethod(setup_class), classmethod(teardown_class)  # type: ignore[attr-defined]


def _enclose_methods(cls: type, enter: Callable[[], AbstractContextManager[None]]) -> None:
    own_set_up, own_tear_down = (getattr(cls, f"{verb}_method", None) for verb in ("setup", "teardown"))
    open_stacks: list[tuple[Any, ExitStack | None]] = []

    def setup_method(self: Any, method: Any) -> None:
        # pytest calls it once for this class and once for each class around it.
        if any(instance is self for instance, _ in open_stacks):
            open_stacks.append((self, None))
            return
        with ExitStack() as stack:
            stack.enter_context(enter())
            _call(own_set_up, self, method)
            open_stacks.append((self, stack.pop_all()))

    def teardown_method(self: Any, method: Any) -> None:
        _, stack = open_stacks.pop()
        if stack is not None:
            with stack:
                _call(own_tear_down, self, method)

    cls.setup_method, cls.teardown_method = setup_method, teardown_method  # type: ignore[attr-defined]


def _call(function: Callable[..., Any] | None, *arguments: Any) -> None:
    """Call an xunit-style function as pytest does: with as many of the arguments as it takes."""
    if function is not None:
        function(*arguments[: len(inspect.signature(function).parameters)])
