"""A decorator over whatever only returns its body: the body runs in the scope, and looks as it did."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import inspect
import types
from collections.abc import AsyncGenerator, Callable, Generator, Iterator
from typing import Any

import pytest

from appint_mock import mock_appintegrations
from appint_mock.scopes import stack
from tests.interception.programs import create, names


def body() -> int:
    """Fails outside of a scope, and in one that is not empty."""
    create("mine")
    assert names() == ["mine"]
    return len(stack.all_open())


async def coroutine() -> int:
    await asyncio.sleep(0)
    return body()


def generator() -> Generator[int, None, None]:
    yield body()


@types.coroutine
def awaited_generator() -> Generator[Any, Any, int]:
    yield from asyncio.sleep(0).__await__()
    return body()


async def async_generator() -> AsyncGenerator[int, None]:
    await asyncio.sleep(0)
    yield body()


def called(decorated: Any) -> int:
    result: int = decorated()
    return result


def awaited(decorated: Any) -> int:
    async def run() -> int:
        result: int = await decorated()
        return result

    return asyncio.run(run())


def iterated(decorated: Any) -> int:
    (result,) = decorated()
    return int(result)


def iterated_async(decorated: Any) -> int:
    async def run() -> list[int]:
        return [each async for each in decorated()]

    (result,) = asyncio.run(run())
    return result


def entered(decorated: Any) -> int:
    with decorated() as result:
        return int(result)


def entered_async(decorated: Any) -> int:
    async def run() -> int:
        async with decorated() as result:
            return int(result)

    return asyncio.run(run())


#: Each kind of body, and how it is run.
KINDS: dict[str, tuple[Callable[..., Any], Callable[[Any], int]]] = {
    "function": (body, called),
    "coroutine": (coroutine, awaited),
    "generator": (generator, iterated),
    "generator that is awaited": (awaited_generator, awaited),
    "asynchronous generator": (async_generator, iterated_async),
    "context manager": (contextlib.contextmanager(generator), entered),
    "asynchronous context manager": (contextlib.asynccontextmanager(async_generator), entered_async),
}


def itself(function: Any) -> Any:
    return function


def behind_wraps(function: Any) -> Any:
    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    return wrapper


def behind_two(function: Any) -> Any:
    return behind_wraps(behind_wraps(function))


def behind_a_lambda(function: Any) -> Any:
    return lambda: function()


def as_partial(function: Any) -> Any:
    return functools.partial(function)


def as_partial_of_wrapper(function: Any) -> Any:
    return functools.partial(behind_wraps(function))


class Holder:
    def __init__(self, function: Any) -> None:
        self.function = function

    def method(self) -> Any:
        return self.function()

    def __call__(self) -> Any:
        return self.function()


def as_bound_method(function: Any) -> Any:
    return Holder(function).method


def as_object(function: Any) -> Any:
    return Holder(function)


FORMS = [
    itself,
    behind_wraps,
    behind_two,
    behind_a_lambda,
    as_partial,
    as_partial_of_wrapper,
    as_bound_method,
    as_object,
]
each_kind = pytest.mark.parametrize(("function", "run"), KINDS.values(), ids=KINDS)
each_form = pytest.mark.parametrize("form", FORMS)


@each_kind
@each_form
@pytest.mark.parametrize("decorator", [mock_appintegrations, mock_appintegrations(seed=1)], ids=["bare", "options"])
def test_the_body_runs_in_the_scope(function: Any, run: Callable[[Any], int], form: Any, decorator: Any) -> None:
    decorated = decorator(form(function))
    for _ in range(2):
        assert run(decorated) == 1
        assert not stack.all_open()


@each_kind
@each_form
def test_the_scope_closes_when_the_body_raises(function: Any, run: Callable[[Any], int], form: Any) -> None:
    decorated = mock_appintegrations(form(function))
    with mock_appintegrations():
        create("mine")
        with pytest.raises(Exception, match="DuplicateResourceException"):
            run(decorated)
        assert len(stack.all_open()) == 1


def test_an_object_keeps_its_methods() -> None:
    decorated: Any = mock_appintegrations(functools.lru_cache(body))
    assert decorated() == decorated() == 1
    assert decorated.cache_info().hits == 1
    decorated.cache_clear()
    assert decorated() == 1
    holder: Any = mock_appintegrations(Holder(body))
    assert holder() == 1
    assert holder.function is body
    assert holder.method.__func__ is Holder.method


class Async:
    async def __call__(self) -> int:
        return body()

    async def method(self) -> int:
        return body()


class Yielding:
    def __call__(self) -> Iterator[int]:
        yield body()


@pytest.mark.parametrize("make", [Async, lambda: Async().method, lambda: functools.partial(coroutine)])
def test_pytest_sees_that_it_is_a_coroutine_function(make: Callable[[], Any]) -> None:
    decorated = mock_appintegrations(make())
    assert inspect.iscoroutinefunction(decorated)
    assert awaited(decorated) == 1


@pytest.mark.parametrize("make", [Yielding, lambda: functools.partial(generator)])
def test_pytest_sees_that_it_is_a_generator_function(make: Callable[[], Any]) -> None:
    decorated = mock_appintegrations(make())
    assert inspect.isgeneratorfunction(decorated)
    assert iterated(decorated) == 1


@pytest.mark.parametrize("form", [itself, behind_wraps, as_partial])
def test_a_context_manager_may_itself_decorate(form: Any) -> None:
    opened = mock_appintegrations(form(contextlib.contextmanager(generator)))

    @opened()  # type: ignore[untyped-decorator]  # of any form
    def decorated() -> list[str]:
        return names()

    assert decorated() == ["mine"]
    assert decorated() == ["mine"]
    assert not stack.all_open()


def test_an_exception_inside_a_context_manager_reaches_its_body() -> None:
    caught: list[str] = []

    @mock_appintegrations
    @contextlib.contextmanager
    def opened() -> Iterator[None]:
        try:
            yield
        except KeyError:
            caught.extend([*names(), "caught"])

    with opened():
        raise KeyError("mine")
    assert caught == ["caught"]


def test_what_runs_later_and_is_not_recognised_is_refused_with_what_to_do() -> None:
    @mock_appintegrations
    def scheduled() -> Any:
        return asyncio.ensure_future(coroutine())

    async def run() -> None:
        with pytest.raises(TypeError, match="Decorate the coroutine function that it runs"):
            scheduled()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    asyncio.run(run())


def test_a_result_that_runs_nothing_is_returned_as_it_is() -> None:
    async def run() -> None:
        future: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        future.set_result(1)
        assert mock_appintegrations(lambda: future)() is future

    asyncio.run(run())
    for value in (None, 1, "text", [1], iter([1]), contextlib.nullcontext(), object):

        def give(value: Any = value) -> Any:
            return value

        assert mock_appintegrations(give)() is value


@pytest.mark.parametrize("target", [5, "text", property(lambda self: 1), [len]])
def test_what_cannot_be_decorated_is_refused_with_what_to_do(target: Any) -> None:
    with pytest.raises(TypeError, match="Put it on a function that uses this"):
        mock_appintegrations()(target)
