"""Wraps functions, generators, coroutines and classes in a scope, without changing how they look to introspection.

What a scope is, the caller says with two functions that make context managers: ``opened`` opens a scope, ``isolated``
opens one that leaves the state as it found it, for one test of a class. Both are called anew for each call of what is
decorated: the same decorated function may run in several threads at once.
"""

from __future__ import annotations

import functools
import inspect
import sys
import types
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import AbstractContextManager, ExitStack
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

if TYPE_CHECKING:
    import unittest

T = TypeVar("T", bound=Callable[..., Any])

#: Makes the context manager of one scope.
Enter: TypeAlias = Callable[[], AbstractContextManager[object]]


def decorate(target: T, opened: Enter, isolated: Enter, name: str) -> T:
    """Returns ``target`` with a scope open while its body runs; a class is changed in place.

    ``name`` is what messages call the decorator. Raises TypeError for what cannot be decorated.
    """
    if inspect.isclass(target):
        _decorate_class(target, opened, isolated)
        return target
    if isinstance(target, types.FunctionType):
        return _wrap(target, opened)  # type: ignore[return-value]  # functools.wraps keeps the signature
    if isinstance(target, staticmethod | classmethod):
        return _wrap_descriptor(target, opened)  # type: ignore[return-value]  # it stays what it was
    if "fixture" in type(target).__name__.lower():
        raise TypeError(f"{name} must stand under @pytest.fixture, next to the function: swap the two lines.")
    if callable(target):
        return _wrap_callable(target, opened)  # type: ignore[return-value]  # functools.wraps keeps the signature
    raise TypeError(f"{name} decorates functions and classes, not {target!r}.")


def _wrap(function: types.FunctionType, opened: Enter) -> Callable[..., Any]:
    if inspect.isasyncgenfunction(function):
        return _wrap_async_generator(function, opened)
    if inspect.iscoroutinefunction(function):
        return _wrap_coroutine(function, opened)
    if inspect.isgeneratorfunction(function):
        return _wrap_generator(function, opened)
    return _wrap_callable(function, opened)


def _wrap_callable(function: Callable[..., Any], opened: Enter) -> Callable[..., Any]:
    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        with opened():
            return function(*args, **kwargs)

    return wrapper


def _wrap_coroutine(function: Callable[..., Any], opened: Enter) -> Callable[..., Any]:
    @functools.wraps(function)
    async def wrapper(*args: Any, **kwargs: Any) -> Any:
        with opened():
            return await function(*args, **kwargs)

    return wrapper


def _wrap_generator(function: Callable[..., Any], opened: Enter) -> Callable[..., Any]:
    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Generator[Any, Any, Any]:
        with opened():
            return (yield from function(*args, **kwargs))

    return wrapper


def _wrap_async_generator(function: Callable[..., Any], opened: Enter) -> Callable[..., Any]:
    @functools.wraps(function)
    async def wrapper(*args: Any, **kwargs: Any) -> AsyncGenerator[Any, Any]:
        with opened():
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


def _decorate_class(cls: type, opened: Enter, isolated: Enter) -> None:
    # Importing unittest takes 10 ms; who has a TestCase has paid for it.
    loaded = sys.modules.get("unittest")
    if loaded is not None and issubclass(cls, loaded.TestCase):
        _decorate_test_case(cls, opened, isolated)
    else:
        _decorate_plain_class(cls, opened, isolated)


def _decorate_test_case(cls: type[unittest.TestCase], opened: Enter, isolated: Enter) -> None:
    """One scope from before setUpClass to the end of the class, and one inside it for each test."""
    set_up_class = cls.setUpClass.__func__  # type: ignore[attr-defined]  # a classmethod
    run, debug = cls.run, cls.debug

    @functools.wraps(set_up_class)
    def set_up(its_class: type[unittest.TestCase]) -> None:
        stack = ExitStack()
        stack.enter_context(opened())
        its_class.addClassCleanup(stack.close)
        set_up_class(its_class)

    @functools.wraps(run)
    def run_one(self: unittest.TestCase, result: unittest.TestResult | None = None) -> unittest.TestResult | None:
        with isolated():
            return run(self, result)

    @functools.wraps(debug)
    def debug_one(self: unittest.TestCase) -> None:
        with isolated():
            debug(self)

    cls.setUpClass = classmethod(set_up)  # type: ignore[assignment]
    cls.run, cls.debug = run_one, debug_one  # type: ignore[method-assign]


_XUNIT = frozenset(f"{verb}_{what}" for verb in ("setup", "teardown") for what in ("class", "method"))


def _decorate_plain_class(cls: type, opened: Enter, isolated: Enter) -> None:
    """A scope around each public method; under pytest also one around the class and one inside it for each test."""
    for name, attribute in list(vars(cls).items()):
        if name.startswith("_") or name in _XUNIT:
            continue
        if isinstance(attribute, types.FunctionType):
            setattr(cls, name, _wrap(attribute, opened))
        elif isinstance(attribute, staticmethod | classmethod):
            setattr(cls, name, _wrap_descriptor(attribute, opened))
        elif inspect.isclass(attribute) and attribute.__qualname__ == f"{cls.__qualname__}.{name}":
            # pytest runs an outer class's set-up for the tests of its inner classes too, and looks for it there.
            _decorate_class(attribute, opened, isolated)
    _enclose_class(cls, opened)
    _enclose_methods(cls, isolated)


def _wrap_descriptor(
    descriptor: staticmethod[..., Any] | classmethod[Any, ..., Any], opened: Enter
) -> staticmethod[..., Any] | classmethod[Any, ..., Any]:
    inner = descriptor.__func__
    return type(descriptor)(_wrap(inner, opened)) if isinstance(inner, types.FunctionType) else descriptor


def _enclose_class(cls: type, enter: Enter) -> None:
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


def _enclose_methods(cls: type, enter: Enter) -> None:
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
