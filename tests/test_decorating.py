"""When the scope of what is decorated opens and closes: with scopes that only note that."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import inspect
import unittest
from collections.abc import AsyncGenerator, Callable, Generator, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest

from appint_mock.handle.decorating import ISOLATIONS, decorate

SEE = "\nSee docs/errors.md#decorators"


class Notes(list[str]):
    """What happened, in order; makes the scopes that note when they open and close."""

    @contextlib.contextmanager
    def scope(self, opens: str, closes: str) -> Iterator[None]:
        self.append(opens)
        try:
            yield
        finally:
            self.append(closes)

    def opened(self) -> AbstractContextManager[None]:
        return self.scope("open", "close")

    def isolated(self) -> AbstractContextManager[None]:
        return self.scope("in", "out")

    def decorate(self, target: Any) -> Any:
        return decorate(target, self.opened, self.isolated, "mock_it()")

    def taken(self) -> list[str]:
        """What has been noted since the last time."""
        taken = list(self)
        self.clear()
        return taken


@pytest.fixture
def notes() -> Notes:
    return Notes()


# Functions -------------------------------------------------------------------------------------------------------


def test_a_function_is_called_inside_and_looks_as_it_did(notes: Notes) -> None:
    @notes.decorate
    def add(a: int, b: int = 2) -> int:
        """Adds."""
        notes.append("body")
        return a + b

    assert add(1, b=5) == 6
    assert notes.taken() == ["open", "body", "close"]
    assert (add.__name__, add.__doc__, str(inspect.signature(add))) == (
        "add",
        "Adds.",
        "(a: 'int', b: 'int' = 2) -> 'int'",
    )
    with pytest.raises(TypeError, match="missing 1 required"):
        add()
    assert notes.taken() == ["open", "close"]


def plain_function(a: int) -> None:
    """Does it."""


def generator_function(a: int) -> Iterator[None]:
    """Does it."""
    yield


async def coroutine_function(a: int) -> None:
    """Does it."""


async def async_generator_function(a: int) -> AsyncGenerator[None, None]:
    """Does it."""
    yield


@pytest.mark.parametrize(
    ("function", "is_kind"),
    [
        (plain_function, lambda decorated: not inspect.iscoroutinefunction(decorated)),
        (generator_function, inspect.isgeneratorfunction),
        (coroutine_function, inspect.iscoroutinefunction),
        (async_generator_function, inspect.isasyncgenfunction),
    ],
)
def test_what_is_decorated_looks_as_it_did(
    notes: Notes, function: Callable[..., Any], is_kind: Callable[[Any], bool]
) -> None:
    decorated = notes.decorate(function)
    assert decorated is not function
    assert (decorated.__name__, decorated.__doc__) == (function.__name__, "Does it.")
    assert inspect.signature(decorated) == inspect.signature(function)
    assert inspect.unwrap(decorated) is function
    assert is_kind(decorated)
    assert notes == []


def test_a_generator_gets_what_it_is_sent_and_thrown_and_returns_its_value(notes: Notes) -> None:
    @notes.decorate
    def echo(first: str) -> Generator[str, str, str]:
        got = yield first
        try:
            got = yield got
        except KeyError:
            got = yield "caught"
        return got

    running = echo("one")
    assert notes.taken() == []
    assert next(running) == "one"
    assert notes.taken() == ["open"]
    assert running.send("two") == "two"
    assert running.throw(KeyError()) == "caught"
    with pytest.raises(StopIteration) as ended:
        running.send("four")
    assert ended.value.value == "four"
    assert notes.taken() == ["close"]
    running = echo("one")
    next(running)
    running.close()
    assert notes.taken() == ["open", "close"]


def test_an_asynchronous_generator_gets_what_it_is_sent_and_thrown_and_is_closed(notes: Notes) -> None:
    @notes.decorate
    async def echo(first: str) -> AsyncGenerator[str, str]:
        try:
            got = yield first
            try:
                got = yield got
            except KeyError:
                got = yield "caught"
            notes.append(got)
        finally:
            notes.append("cleaned up")

    async def run() -> None:
        running = echo("one")
        assert notes.taken() == []
        assert await running.__anext__() == "one"
        assert notes.taken() == ["open"]
        assert await running.asend("two") == "two"
        assert await running.athrow(KeyError()) == "caught"
        with pytest.raises(StopAsyncIteration):
            await running.asend("four")
        assert notes.taken() == ["four", "cleaned up", "close"]
        running = echo("one")
        await running.__anext__()
        await running.aclose()
        assert notes.taken() == ["open", "cleaned up", "close"]
        running = echo("one")
        await running.__anext__()
        with pytest.raises(ValueError, match="mine"):
            await running.athrow(ValueError("mine"))
        assert notes.taken() == ["open", "cleaned up", "close"]

    asyncio.run(run())


def test_a_coroutine_is_awaited_inside(notes: Notes) -> None:
    @notes.decorate
    async def add(a: int, *, b: int) -> int:
        await asyncio.sleep(0)
        notes.append("body")
        return a + b

    waiting = add(1, b=2)
    assert notes.taken() == []
    assert asyncio.run(waiting) == 3
    assert notes.taken() == ["open", "body", "close"]


def test_what_a_function_only_returns_runs_inside_later(notes: Notes) -> None:
    async def coroutine() -> str:
        notes.append("body")
        return "done"

    def generator() -> Generator[str, None, str]:
        notes.append("body")
        yield "one"
        return "done"

    async def asynchronous() -> AsyncGenerator[str, None]:
        notes.append("body")
        yield "one"

    async def iterated(generator: AsyncGenerator[str, None]) -> list[str]:
        return [each async for each in generator]

    def consumed(generator: Generator[str, None, str]) -> Generator[str, None, None]:
        notes.append((yield from generator))

    for function, run, wanted, noted in (
        (coroutine, asyncio.run, "done", ["open", "body", "close"]),
        (generator, lambda made: [*consumed(made)], ["one"], ["open", "body", "close", "done"]),
        (asynchronous, lambda made: asyncio.run(iterated(made)), ["one"], ["open", "body", "close"]),
        (contextlib.contextmanager(lambda: iter(["one"])), lambda made: made.__enter__(), "one", []),
    ):
        made = notes.decorate(lambda function=function: function())()
        assert notes.taken() == ["open", "close"]
        assert run(made) == wanted
        assert notes.taken() == noted


def test_a_context_manager_is_entered_and_left_inside(notes: Notes) -> None:
    @contextlib.contextmanager
    def managed(name: str) -> Iterator[str]:
        notes.append("before")
        yield name
        notes.append("after")

    for decorated, at_the_call in (
        (notes.decorate(managed), []),
        (notes.decorate(lambda name: managed(name)), ["open", "close"]),
    ):
        made = decorated("a")
        assert notes.taken() == at_the_call
        with made as name:
            notes.append(name)
        assert notes.taken() == ["open", "before", "a", "after", "close"]


def test_a_later_result_is_refused_and_one_that_is_there_is_returned(notes: Notes) -> None:
    class Later:
        def __init__(self, *done: bool) -> None:
            if done:
                self.done: Callable[[], bool] = lambda: done[0]

        def __await__(self) -> Iterator[None]:
            yield

        def __repr__(self) -> str:
            return "Later()"

    def give(later: Later) -> Later:
        return later

    done = Later(True)
    assert notes.decorate(give)(done) is done
    for later in (Later(), Later(False)):
        with pytest.raises(TypeError) as caught:
            notes.decorate(give)(later)
        assert str(caught.value) == (
            f"{give!r} returned Later(), which runs after the call: no scope would be open then. Decorate the "
            f"coroutine function that it runs, or await the result inside a `with` block of the mock.{SEE}"
        )


def test_an_object_that_is_called_keeps_its_public_methods_and_nothing_else(notes: Notes) -> None:
    class Tool:
        size = 3

        def __call__(self) -> str:
            return "called"

        def sharpen(self) -> str:
            return "sharp"

        def _hidden(self) -> str:
            return "hidden"

    tool = Tool()
    decorated = notes.decorate(tool)
    assert decorated() == "called"
    assert notes.taken() == ["open", "close"]
    assert decorated.sharpen() == "sharp"
    assert notes.taken() == []
    assert not hasattr(decorated, "size")
    assert not hasattr(decorated, "_hidden")
    function = notes.decorate(lambda: None)
    assert sorted(vars(function)) == ["__wrapped__"]
    assert sorted(vars(notes.decorate(Tool().sharpen))) == ["__wrapped__"]


@pytest.mark.parametrize(
    ("target", "text"),
    [
        (5, "mock_it() decorates functions and classes, not 5. Put it on a function that uses this."),
        (
            pytest.fixture(lambda: None),
            "mock_it() must stand under @pytest.fixture, next to the function: swap the two lines.",
        ),
        (
            type("Marked", (), {"_pytestfixturefunction": None})(),
            "mock_it() must stand under @pytest.fixture, next to the function: swap the two lines.",
        ),
    ],
    ids=["number", "fixture", "fixture of an older pytest"],
)
def test_what_cannot_be_decorated_is_refused(notes: Notes, target: Any, text: str) -> None:
    with pytest.raises(TypeError) as caught:
        notes.decorate(target)
    assert str(caught.value) == text + SEE


def test_a_method_of_a_class_or_of_nobody_stays_one(notes: Notes) -> None:
    of_class = notes.decorate(classmethod(lambda cls: cls.__name__))
    of_nobody = notes.decorate(staticmethod(lambda: "nobody"))
    made = type("Made", (), {"of_class": of_class, "of_nobody": of_nobody})
    assert isinstance(of_class, classmethod)
    assert isinstance(of_nobody, staticmethod)
    assert (made.of_class(), made.of_nobody()) == ("Made", "nobody")  # type: ignore[attr-defined]
    assert notes.taken() == ["open", "close"] * 2
    of_an_object = staticmethod(functools.partial(len, "abc"))
    assert notes.decorate(of_an_object) is of_an_object


# Classes ---------------------------------------------------------------------------------------------------------


def plain(notes: Notes) -> Any:
    class Outside:
        def method(self) -> str:
            return "outside"

    class Zone:
        def method(self) -> str:
            return "outside"

    @notes.decorate
    class Plain:
        size = 3
        other = Outside
        last = Zone

        def method(self) -> str:
            notes.append("method")
            return "method"

        def _private(self) -> str:
            return "private"

        @classmethod
        def of_class(cls) -> str:
            return cls.__name__

        @staticmethod
        def of_nobody() -> str:
            return "nobody"

        class Inner:
            def method(self) -> str:
                return "inner"

    return Plain


def test_the_public_methods_of_a_class_run_inside_and_those_of_its_inner_classes(notes: Notes) -> None:
    made = plain(notes)
    assert notes.taken() == []
    assert made().method() == "method"
    assert notes.taken() == ["open", "method", "close"]
    for call, wanted in (
        (made.of_class, "Plain"),
        (made.of_nobody, "nobody"),
        (made().of_nobody, "nobody"),
        (made.Inner().method, "inner"),
    ):
        assert call() == wanted
        assert notes.taken() == ["open", "close"]
    outside = ((made.other().method, "outside"), (made.last().method, "outside"))
    for call, wanted in ((made()._private, "private"), *outside):
        assert call() == wanted
        assert notes.taken() == []
    assert made.size == 3


def test_a_class_says_what_isolates_its_tests_and_a_subclass_adds_to_it(notes: Notes) -> None:
    made = plain(notes)
    (isolation,) = getattr(made, ISOLATIONS)
    with isolation():
        assert notes.taken() == ["in"]
    assert getattr(made.Inner, ISOLATIONS) == (isolation,)
    twice = notes.decorate(type("Twice", (made,), {}))
    assert len(getattr(twice, ISOLATIONS)) == 2
    case = notes.decorate(type("Case", (unittest.TestCase,), {}))
    assert len(getattr(case, ISOLATIONS)) == 1


def xunit(notes: Notes) -> Any:
    class Xunit:
        @classmethod
        def setup_class(cls) -> None:
            notes.append("setup_class")

        @classmethod
        def teardown_class(cls) -> None:
            notes.append("teardown_class")

        def setup_method(self, method: Any) -> None:
            notes.append(f"setup_method {method}")

        def teardown_method(self) -> None:
            notes.append("teardown_method")

        def test(self) -> None:
            notes.append("test")

    return Xunit


def test_what_stands_around_a_class_and_its_tests_is_called_once_inside(notes: Notes) -> None:
    made = notes.decorate(xunit(notes))
    made.setup_class()
    assert notes.taken() == ["open", "setup_class"]
    for number in range(2):
        test = made()
        test.setup_method(number)
        assert notes.taken() == ["in", f"setup_method {number}"]
        test.test()
        assert notes.taken() == ["open", "test", "close"]
        test.teardown_method(number)
        assert notes.taken() == ["teardown_method", "out"]
    made.teardown_class()
    assert notes.taken() == ["teardown_class", "close"]


def test_a_class_without_any_of_it_has_the_scopes_all_the_same(notes: Notes) -> None:
    made = plain(notes)
    made.setup_class()
    test = made()
    test.setup_method()
    test.teardown_method()
    made.teardown_class()
    assert notes.taken() == ["open", "in", "out", "close"]


def test_a_set_up_that_is_called_for_each_class_around_is_called_once(notes: Notes) -> None:
    test = notes.decorate(xunit(notes))()
    for _ in range(3):
        test.setup_method("m")
    assert notes.taken() == ["in", "setup_method m"]
    for _ in range(2):
        test.teardown_method()
        assert notes.taken() == []
    test.teardown_method()
    assert notes.taken() == ["teardown_method", "out"]
    test.teardown_method()
    assert notes.taken() == ["teardown_method"]
    test.setup_method("again")
    test.teardown_method()
    assert notes.taken() == ["in", "setup_method again", "teardown_method", "out"]


def test_a_subclass_that_calls_super_is_set_up_inside_one_scope(notes: Notes) -> None:
    class Sub(notes.decorate(xunit(notes))):  # type: ignore[misc]
        @classmethod
        def setup_class(cls) -> None:
            notes.append("before")
            super().setup_class()
            notes.append("after")

        @classmethod
        def teardown_class(cls) -> None:
            super().teardown_class()
            notes.append("last")

        def setup_method(self, method: Any) -> None:
            notes.append("before")
            super().setup_method(method)

        def teardown_method(self) -> None:
            super().teardown_method()
            notes.append("last")

        def test_more(self) -> None:
            notes.append("more")

    for _ in range(2):
        Sub.setup_class()
        assert notes.taken() == ["open", "before", "setup_class", "after"]
        test = Sub()
        test.setup_method("m")
        assert notes.taken() == ["in", "before", "setup_method m"]
        test.test_more()
        assert notes.taken() == ["open", "more", "close"]
        test.teardown_method()
        assert notes.taken() == ["teardown_method", "last", "out"]
        Sub.teardown_class()
        assert notes.taken() == ["teardown_class", "last", "close"]


@pytest.mark.parametrize("fails", ["setup_class", "setup_method", "teardown_class", "teardown_method"])
def test_a_set_up_or_tear_down_that_fails_closes_what_is_open(notes: Notes, fails: str) -> None:
    def fail(*args: Any) -> None:
        raise KeyError("mine")

    made = xunit(notes)
    setattr(made, fails, classmethod(fail) if fails.endswith("class") else fail)
    made = notes.decorate(made)
    for _ in range(2):
        run = made if fails.endswith("class") else made()
        if fails.startswith("teardown"):
            getattr(run, fails.replace("teardown", "setup"))(*(["m"] if run is not made else []))
        with pytest.raises(KeyError, match="mine"):
            getattr(run, fails)()
        opens, closes = ("open", "close") if run is made else ("in", "out")
        assert [each for each in notes.taken() if "_" not in each] == [opens, closes]


def test_a_subclass_is_decorated_when_it_is_made_and_gets_its_arguments(notes: Notes) -> None:
    given_to: list[Any] = []

    class Base:
        def __init_subclass__(cls, **given: Any) -> None:
            given_to.append((cls.__name__, given))

    @notes.decorate
    class Own(Base):
        def __init_subclass__(cls, *, colour: str, **given: Any) -> None:
            super().__init_subclass__(**given)
            given_to.append((cls.__name__, colour))

    @notes.decorate
    class Without(Base):
        pass

    class First(Own, colour="red", size=1):
        def method(self) -> None: ...

    class Second(Without, size=2):
        def method(self) -> None: ...

    assert given_to == [
        ("Own", {}),
        ("Without", {}),
        ("First", {"size": 1}),
        ("First", "red"),
        ("Second", {"size": 2}),
    ]
    for made in (First, Second):
        made().method()
        assert notes.taken() == ["open", "close"]


# Test cases ------------------------------------------------------------------------------------------------------


def case(notes: Notes) -> Any:
    class Case(unittest.TestCase):
        @classmethod
        def setUpClass(cls) -> None:
            notes.append("setUpClass")

        @classmethod
        def tearDownClass(cls) -> None:
            notes.append("tearDownClass")

        def setUp(self) -> None:
            notes.append("setUp")

        def tearDown(self) -> None:
            notes.append("tearDown")

        def test_one(self) -> None:
            notes.append("one")

        def test_two(self) -> None:
            notes.append("two")
            self.fail("two")

    return Case


ONE = ["in", "setUp", "one", "tearDown", "out"]
TWO = ["in", "setUp", "two", "tearDown", "out"]


def test_a_test_case_runs_in_the_scope_of_its_class_and_each_test_in_its_own(notes: Notes) -> None:
    plain = case(notes)
    before = [inspect.unwrap(each) for each in (plain.run, plain.debug, plain.setUpClass.__func__)]
    made = notes.decorate(plain)
    after = [made.run, made.debug, made.setUpClass.__func__]
    assert [each.__name__ for each in after] == ["run", "debug", "setUpClass"]
    assert [inspect.unwrap(each) for each in after] == before
    for _ in range(2):
        result = unittest.TestResult()
        unittest.defaultTestLoader.loadTestsFromTestCase(made).run(result)
        assert (result.testsRun, len(result.failures), len(result.errors)) == (2, 1, 0)
        assert notes.taken() == ["open", "setUpClass", *ONE, *TWO, "tearDownClass", "close"]
    made("test_one").debug()
    assert notes.taken() == ONE
    result = made("test_one").run()
    assert result.wasSuccessful()
    assert notes.taken() == ONE


def test_a_test_case_of_a_subclass_that_calls_super_opens_one_scope(notes: Notes) -> None:
    class Sub(notes.decorate(case(notes))):  # type: ignore[misc]
        @classmethod
        def setUpClass(cls) -> None:
            notes.append("before")
            super().setUpClass()

        def test_two(self) -> None: ...

    for _ in range(2):
        unittest.defaultTestLoader.loadTestsFromTestCase(Sub).run(unittest.TestResult())
        assert notes.taken() == [
            "open",
            "before",
            "setUpClass",
            *ONE,
            *["in", "setUp", "tearDown", "out"],
            "tearDownClass",
            "close",
        ]


def test_a_test_case_whose_class_is_not_set_up_closes_its_scope(notes: Notes) -> None:
    made = case(notes)

    def fail(cls: Any) -> None:
        raise KeyError("mine")

    made.setUpClass = classmethod(fail)
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(notes.decorate(made)).run(result)
    assert (result.testsRun, len(result.errors)) == (0, 1)
    assert notes.taken() == ["open", "close"]
