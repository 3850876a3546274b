"""Wraps functions, generators, coroutines and classes in a scope, without changing how they look to introspection.

What a scope is, the caller says with two functions that make context managers: ``opened`` opens a scope, ``isolated``
opens one that leaves the state as it found it, for one test of a class. Both are called again for each call of what is
decorated: the same decorated function may run in several threads at once.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
import sys
import types
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import AbstractContextManager, ExitStack
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, cast

from ..hints import see

if TYPE_CHECKING:
    import unittest

#: What functions return that contextlib's two decorators made.
_MADE_CONTEXTS: tuple[type[Any], ...] = tuple(
    type(maker(cast(Any, iter))(())) for maker in (contextlib.contextmanager, contextlib.asynccontextmanager)
)

T = TypeVar("T", bound=Callable[..., Any])

#: The attribute of a decorated class: what isolates each of its tests.
ISOLATIONS = "_appint_mock_isolations"

#: Makes the context manager of one scope.
Enter: TypeAlias = Callable[[], AbstractContextManager[object]]


def decorate(target: T, opened: Enter, isolated: Enter, name: str) -> T:
    """Returns ``target`` with a scope open while its body runs; a class is changed in place.

    ``name`` is what messages call the decorator. Raises TypeError for what cannot be decorated.
    """
    if inspect.isclass(target):
        _decorate_class(target, opened, isolated)
        return target
    if isinstance(target, staticmethod | classmethod):
        return _wrap_descriptor(target, opened)  # type: ignore[return-value]  # it stays what it was
    # pytest before 8.4 marks the function itself.
    if "fixture" in type(target).__name__.lower() or hasattr(target, "_pytestfixturefunction"):
        raise TypeError(
            f"{name} must stand under @pytest.fixture, next to the function: swap the two lines." + see("decorators")
        )
    if callable(target):
        wrapper = _wrap(target, opened)
        _take_over(wrapper, target)
        return wrapper  # type: ignore[return-value]  # functools.wraps keeps the signature
    raise TypeError(
        f"{name} decorates functions and classes, not {target!r}. Put it on a function that uses this."
        + see("decorators")
    )


def _take_over(wrapper: Callable[..., Any], target: object) -> None:
    """Gives the wrapper of an object the object's methods, such as the ``cache_clear`` of a cached function."""
    if not isinstance(target, types.FunctionType | types.MethodType):
        for name in dir(type(target)):
            is_method = inspect.isroutine(getattr(type(target), name))
            if is_method and not name.startswith("_") and not hasattr(wrapper, name):
                setattr(wrapper, name, getattr(target, name))


def _wrap(function: Callable[..., Any], opened: Enter) -> Callable[..., Any]:
    for maker in (contextlib.contextmanager, contextlib.asynccontextmanager):
        if getattr(function, "__code__", None) is maker(_nothing).__code__:
            # As if the two decorators stood in the other order: the scope belongs to the body.
            return maker(_wrap(function.__wrapped__, opened))  # type: ignore[attr-defined]
    # Of a partial function and a bound method inspect itself finds the kind.
    is_seen = inspect.isroutine(function) or isinstance(function, functools.partial)
    kind = function if is_seen else type(function).__call__
    if inspect.isasyncgenfunction(kind):
        return _wrap_async_generator(function, opened)
    if inspect.iscoroutinefunction(kind) or _is_coroutine_code(_code_of(kind)):
        return _wrap_coroutine(function, opened)
    if inspect.isgeneratorfunction(kind):
        return _wrap_generator(function, opened)
    return _wrap_callable(function, opened)


def _code_of(function: Any) -> Any:
    while isinstance(function, functools.partial):
        function = function.func
    return getattr(function, "__code__", None)


def _is_coroutine_code(code: Any) -> bool:
    """Returns whether the code is that of a generator that ``types.coroutine`` has made awaitable."""
    return code is not None and bool(code.co_flags & inspect.CO_ITERABLE_COROUTINE)


def _is_coroutine(result: object) -> bool:
    return inspect.iscoroutine(result) or (inspect.isgenerator(result) and _is_coroutine_code(result.gi_code))


def _nothing() -> Any:
    """Serves as the body of a context manager; only its type is used."""


def _wrap_callable(function: Callable[..., Any], opened: Enter) -> Callable[..., Any]:
    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        with opened():
            result = function(*args, **kwargs)
        return _in_scope(result, function, opened)

    return wrapper


def _in_scope(result: Any, function: Callable[..., Any], opened: Enter) -> Any:
    """Returns a call's result; a body that has yet to run (generator, coroutine) gets a scope while it runs."""
    for is_kind, wrap in (
        (_is_coroutine, _wrap_coroutine),
        (inspect.isgenerator, _wrap_generator),
        (inspect.isasyncgen, _wrap_async_generator),
    ):
        if is_kind(result):
            return wrap(lambda: result, opened)()
    if isinstance(result, _MADE_CONTEXTS):
        # Behind another decorator: here and for what the context manager decorates itself.
        result.gen = _in_scope(result.gen, function, opened)
        result.func = _wrap(result.func, opened)
    elif inspect.isawaitable(result) and not (hasattr(result, "done") and result.done()):
        raise TypeError(
            f"{function!r} returned {result!r}, which runs after the call: no scope would be open then. Decorate the "
            "coroutine function that it runs, or await the result inside a `with` block of the mock."
            + see("decorators")
        )
    return result


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
    """Opens one scope from before setUpClass to the end of the class, and one inside it for each test."""
    run, debug = cls.run, cls.debug

    @functools.wraps(run)
    def run_one(self: unittest.TestCase, result: unittest.TestResult | None = None) -> unittest.TestResult | None:
        with isolated():
            return run(self, result)

    @functools.wraps(debug)
    def debug_one(self: unittest.TestCase) -> None:
        with isolated():
            debug(self)

    cls.run, cls.debug = run_one, debug_one  # type: ignore[method-assign]
    #: The classes whose scope is open.
    entered: set[type] = set()
    _enclose_test_case(cls, opened, entered)
    _mark(cls, isolated)
    _follow_subclasses(cls, lambda subclass: _enclose_test_case(subclass, opened, entered))


def _enclose_test_case(cls: Any, opened: Enter, entered: set[type]) -> None:
    set_up_class = cls.setUpClass.__func__

    @functools.wraps(set_up_class)
    def set_up(its_class: type[unittest.TestCase]) -> None:
        if its_class not in entered:  # else called by super() of a class that overrides it
            stack = ExitStack()
            stack.enter_context(opened())
            entered.add(its_class)
            stack.callback(entered.discard, its_class)
            its_class.addClassCleanup(stack.close)
        set_up_class(its_class)

    cls.setUpClass = classmethod(set_up)


def _mark(cls: Any, isolated: Enter) -> None:
    """Marks the class, so that the pytest plugin isolates each test before the fixtures from outside the class run."""
    setattr(cls, ISOLATIONS, (*getattr(cls, ISOLATIONS, ()), isolated))


def _follow_subclasses(cls: Any, decorate_subclass: Callable[[type], None]) -> None:
    """Decorates each subclass when it is created: it may override the methods that open the scope."""
    own = vars(cls).get("__init_subclass__")

    def __init_subclass__(subclass: type, /, **kwargs: Any) -> None:
        if own is None:
            super(cls, subclass).__init_subclass__(**kwargs)
        else:
            own.__get__(None, subclass)(**kwargs)
        decorate_subclass(subclass)

    cls.__init_subclass__ = classmethod(__init_subclass__)


_XUNIT = frozenset(f"{verb}_{what}" for verb in ("setup", "teardown") for what in ("class", "method"))


def _decorate_plain_class(cls: type, opened: Enter, isolated: Enter) -> None:
    """Opens a scope around each public method; under pytest, also around the class and around each test inside it."""
    classes: dict[type, ExitStack] = {}
    tests: dict[int, _Test] = {}

    def decorate_one(each: type) -> None:
        _decorate_methods(each, opened, isolated)
        _enclose_class(each, opened, classes)
        _enclose_methods(each, isolated, tests)

    decorate_one(cls)
    _mark(cls, isolated)
    _follow_subclasses(cls, decorate_one)


def _decorate_methods(cls: type, opened: Enter, isolated: Enter) -> None:
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


def _wrap_descriptor(
    descriptor: staticmethod[..., Any] | classmethod[Any, ..., Any], opened: Enter
) -> staticmethod[..., Any] | classmethod[Any, ..., Any]:
    inner = descriptor.__func__
    return type(descriptor)(_wrap(inner, opened)) if isinstance(inner, types.FunctionType) else descriptor


def _enclose_class(cls: Any, enter: Enter, open_stacks: dict[type, ExitStack]) -> None:
    """Puts a scope around setup_class to teardown_class; ``open_stacks`` is shared by a class and its subclasses."""
    own_set_up, own_tear_down = (getattr(cls, f"{verb}_class", None) for verb in ("setup", "teardown"))

    def setup_class(its_class: type) -> None:
        if its_class in open_stacks:  # called by super() of a class that overrides it
            _call(getattr(own_set_up, "__func__", own_set_up), its_class)
            return
        with ExitStack() as stack:
            stack.enter_context(enter())
            open_stacks[its_class] = stack
            stack.callback(open_stacks.pop, its_class, None)
            _call(getattr(own_set_up, "__func__", own_set_up), its_class)
            # Only if all went well: pytest calls no tear-down after a set-up that failed.
            open_stacks[its_class] = stack.pop_all()

    def teardown_class(its_class: type) -> None:
        with open_stacks.pop(its_class, None) or ExitStack():
            _call(getattr(own_tear_down, "__func__", own_tear_down), its_class)

    cls.setup_class, cls.teardown_class = classmethod(setup_class), classmethod(teardown_class)


class _Test:
    """A test of a class, from its set-up to its tear-down."""

    def __init__(self, instance: Any) -> None:
        self.instance = instance  # kept, so that no other object gets its id
        self.stack = ExitStack()
        #: Whether its set-up or tear-down runs at this moment.
        self.is_running = True
        #: How often pytest has called the set-up again: once for each class around its own.
        self.repeats = 0


def _enclose_methods(cls: Any, enter: Enter, tests: dict[int, _Test]) -> None:
    """Puts a scope around setup_method to teardown_method; ``tests`` is shared by a class and its subclasses."""
    own_set_up, own_tear_down = (getattr(cls, f"{verb}_method", None) for verb in ("setup", "teardown"))

    def setup_method(self: Any, method: Any = None) -> None:
        test = tests.get(id(self))
        if test is not None and not test.is_running:
            test.repeats += 1
            return
        if test is not None:  # called by super() of a class that overrides it
            _call(own_set_up, self, method)
            return
        test = tests[id(self)] = _Test(self)
        with ExitStack() as stack:
            stack.callback(tests.pop, id(self), None)
            stack.enter_context(enter())
            _call(own_set_up, self, method)
            test.stack = stack.pop_all()
            test.is_running = False

    def teardown_method(self: Any, method: Any = None) -> None:
        test = tests.get(id(self))
        if test is None or test.is_running:
            _call(own_tear_down, self, method)
        elif test.repeats:
            test.repeats -= 1
        else:
            test.is_running = True
            with test.stack:
                _call(own_tear_down, self, method)

    cls.setup_method, cls.teardown_method = setup_method, teardown_method


def _call(function: Callable[..., Any] | None, *arguments: Any) -> None:
    """Calls an xunit-style function as pytest does, with as many of the arguments as it accepts."""
    if function is not None:
        function(*arguments[: len(inspect.signature(function).parameters)])
