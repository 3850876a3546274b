"""Everything that a scope can be put around."""

from __future__ import annotations

import asyncio
import functools
import inspect
import io
import threading
import unittest
from collections.abc import AsyncGenerator, Generator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import boto3
import pytest

from appint_mock import mock_appintegrations
from appint_mock.scopes import stack
from tests.interception.programs import create, names


@mock_appintegrations
def test_a_function_is_mocked_with_the_bare_decorator() -> None:
    assert names() == []
    create("orders")


@mock_appintegrations(page_size=2)
def test_a_function_is_mocked_with_options_and_starts_empty() -> None:
    assert names() == []


@pytest.mark.parametrize("name", ["a", "b"])
@mock_appintegrations()
def test_a_decorated_test_keeps_its_parameters_and_fixtures(name: str, tmp_path: Any) -> None:
    create(name)
    assert names() == [name]
    assert tmp_path.exists()


@pytest.mark.asyncio
@mock_appintegrations
async def test_a_coroutine_is_mocked_while_its_body_runs() -> None:
    await asyncio.sleep(0)
    create("orders")
    await asyncio.sleep(0)
    assert names() == ["orders"]


def test_a_decorated_function_stays_what_kind_of_function_it_was() -> None:
    def function(a: int, *, b: str = "") -> None:
        """Doc."""

    async def coroutine(a: int) -> None:
        """Doc of a coroutine."""

    def generator(*a: int) -> Iterator[int]:
        """Doc of a generator."""
        yield 1

    async def async_generator(**a: int) -> AsyncGenerator[int, None]:
        """Doc of an asynchronous generator."""
        yield 1

    checks: dict[Any, Any] = {
        coroutine: inspect.iscoroutinefunction,
        generator: inspect.isgeneratorfunction,
        async_generator: inspect.isasyncgenfunction,
    }
    for each, is_kind in checks.items():
        assert is_kind(mock_appintegrations(each))
    for each in (function, *checks):
        decorated = mock_appintegrations(each)
        assert inspect.signature(decorated) == inspect.signature(each)
        assert (decorated.__name__, decorated.__doc__) == (each.__name__, each.__doc__)


def test_calling_a_coroutine_function_opens_nothing_before_it_is_awaited() -> None:
    @mock_appintegrations
    async def coroutine() -> int:
        return len(stack.all_open())

    waiting = coroutine()
    assert not stack.all_open()
    assert asyncio.run(waiting) == 1


@pytest.fixture
@mock_appintegrations
def orders() -> Iterator[Any]:
    create("orders")
    yield boto3.client("appintegrations")
    assert names() == ["orders", "test"]


def test_a_fixture_s_generator_holds_the_scope_until_its_end(orders: Any) -> None:
    assert names() == ["orders"]
    create("test")


def test_a_generator_passes_on_what_is_sent_thrown_and_returned() -> None:
    @mock_appintegrations
    def echo() -> Generator[Any, Any, str]:
        received = yield len(stack.all_open())
        try:
            yield received
        except ValueError as error:
            yield f"caught {error}"
        return "the end"

    running = echo()
    assert next(running) == 1
    assert running.send("hello") == "hello"
    assert running.throw(ValueError("boom")) == "caught boom"
    with pytest.raises(StopIteration) as end:
        next(running)
    assert end.value.value == "the end"
    assert not stack.all_open()


def test_a_generator_that_is_closed_early_closes_its_scope() -> None:
    @mock_appintegrations
    def forever() -> Iterator[int]:
        while True:
            yield 1

    running = forever()
    next(iter(running))
    assert stack.all_open()
    running.close()  # type: ignore[attr-defined]
    assert not stack.all_open()


@pytest.mark.asyncio
async def test_an_async_generator_passes_on_what_is_sent_and_thrown() -> None:
    @mock_appintegrations
    async def echo() -> AsyncGenerator[Any, Any]:
        received = yield len(stack.all_open())
        try:
            yield received
        except ValueError as error:
            yield f"caught {error}"

    running = echo()
    assert await running.__anext__() == 1
    assert await running.asend("hello") == "hello"
    assert await running.athrow(ValueError("boom")) == "caught boom"
    with pytest.raises(StopAsyncIteration):
        await running.__anext__()
    assert not stack.all_open()


@pytest.mark.asyncio
async def test_an_async_generator_that_is_closed_early_cleans_up_inside_its_scope() -> None:
    cleaned: list[int] = []

    @mock_appintegrations
    async def forever() -> AsyncGenerator[int, None]:
        try:
            while True:
                yield 1
        finally:
            cleaned.append(len(stack.all_open()))

    running = forever()
    await running.__anext__()
    await running.aclose()
    assert cleaned == [1]
    assert not stack.all_open()


@pytest.mark.asyncio
async def test_decorated_generators_serve_as_context_managers() -> None:
    @contextmanager
    @mock_appintegrations
    def client() -> Iterator[Any]:
        yield boto3.client("appintegrations")

    @asynccontextmanager
    @mock_appintegrations
    async def async_client() -> AsyncGenerator[Any, None]:
        yield boto3.client("appintegrations")

    with client() as opened:
        assert opened.list_applications()["Applications"] == []
    async with async_client() as opened:
        assert opened.list_applications()["Applications"] == []
    with pytest.raises(KeyError, match="mine"):
        async with async_client():
            raise KeyError("mine")
    assert not stack.all_open()


def test_a_scope_closes_when_the_body_raises() -> None:
    @mock_appintegrations
    def fails() -> None:
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        fails()
    assert not stack.all_open()


def test_a_decorated_function_may_run_in_many_threads_and_recursively() -> None:
    seen: list[int] = []

    @mock_appintegrations
    def down(depth: int) -> None:
        boto3.client("appintegrations").list_applications()
        seen.append(depth)
        if depth:
            down(depth - 1)

    threads = [threading.Thread(target=down, args=(3,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == sorted([0, 1, 2, 3] * 8)
    assert not stack.all_open()


def test_the_decorator_above_a_fixture_says_to_swap_the_lines() -> None:
    def function() -> None: ...

    with pytest.raises(TypeError, match=r"must stand under @pytest\.fixture.*swap the two lines"):
        mock_appintegrations(pytest.fixture(function))


def test_a_partial_function_and_an_object_that_can_be_called_are_mocked_while_they_run() -> None:
    class Caller:
        def __call__(self, prefix: str) -> list[str]:
            return [prefix, *names()]

    for target in (functools.partial(lambda prefix: [prefix, *names()]), Caller()):
        decorated = mock_appintegrations(target)
        assert decorated("a") == ["a"]
        with mock_appintegrations():
            create("orders")
            assert decorated("a") == ["a", "orders"]
        assert not stack.all_open()


def test_what_cannot_be_decorated_is_named() -> None:
    with pytest.raises(TypeError, match="decorates functions and classes, not 5"):
        mock_appintegrations()(5)  # type: ignore[type-var]


@mock_appintegrations
class TestPlainClass:
    def setup_method(self) -> None:
        create("setup")

    def test_sees_what_its_set_up_made(self) -> None:
        assert names() == ["setup"]
        create("mine")

    def test_sees_nothing_of_other_tests(self) -> None:
        assert names() == ["setup"]
        create("mine")

    @pytest.mark.asyncio
    async def test_may_be_a_coroutine(self) -> None:
        assert names() == ["setup"]

    @staticmethod
    def test_may_be_static() -> None:
        assert names() == ["setup"]

    def teardown_method(self, method: Any) -> None:
        assert "setup" in names()
        assert method is not None


@mock_appintegrations
class TestPlainClassWithClassState:
    client: Any

    @classmethod
    def setup_class(cls) -> None:
        cls.client = boto3.client("appintegrations")
        create("class")

    @pytest.fixture(scope="class")
    @classmethod
    def made_by_a_fixture(cls) -> str:
        create("fixture")
        return "fixture"

    def test_sees_what_was_made_for_the_class(self, made_by_a_fixture: str) -> None:
        assert names() == ["class", made_by_a_fixture]
        create("mine")

    def test_sees_nothing_of_other_tests(self, made_by_a_fixture: str) -> None:
        assert names() == ["class", made_by_a_fixture]
        create("mine")

    @classmethod
    def teardown_class(cls) -> None:
        assert names() == ["class", "fixture"]


@mock_appintegrations
class TestPlainClassAroundAnother:
    @classmethod
    def setup_class(cls) -> None:
        create("class")

    def test_sees_nothing_of_the_inner_class(self) -> None:
        assert names() == ["class"]
        create("mine")

    class TestInside:
        def setup_method(self) -> None:
            create("inside")

        def test_an_inner_class_is_mocked_and_set_up_once(self) -> None:
            assert names() == ["class", "inside"]
            create("mine")

        def test_sees_nothing_of_the_outer_class_s_tests(self) -> None:
            assert names() == ["class", "inside"]
            create("mine")


@pytest.mark.parametrize("kind", ["classmethod", "staticmethod", "plain"])
def test_a_class_s_set_up_may_be_of_any_kind(kind: str, pytester: pytest.Pytester) -> None:
    head = {
        "classmethod": "@classmethod\n    def setup_class(cls):",
        "staticmethod": "@staticmethod\n    def setup_class():",
    }
    pytester.makepyfile(
        f"""
import boto3
from appint_mock import mock_appintegrations

@mock_appintegrations
class TestIt:
    {head.get(kind, "def setup_class(cls):")}
        boto3.client("appintegrations").list_applications()

    def test_it(self):
        boto3.client("appintegrations").list_applications()
        """
    )
    pytester.runpytest_inprocess("-p", "no:cacheprovider", "-p", "no:asyncio").assert_outcomes(passed=1)


def test_the_decorator_may_stand_above_classmethod_and_staticmethod() -> None:
    class Helper:
        @mock_appintegrations
        @classmethod
        def of_class(cls) -> list[str]:
            return names()

        @mock_appintegrations
        @staticmethod
        def of_nobody() -> list[str]:
            return names()

    assert Helper.of_class() == Helper.of_nobody() == []


def test_a_plain_class_s_public_methods_are_mocked_without_pytest() -> None:
    @mock_appintegrations
    class Helper:
        def listed(self) -> list[str]:
            return names()

        @classmethod
        def of_class(cls) -> tuple[str, list[str]]:
            return cls.__name__, names()

    assert Helper().listed() == []
    assert Helper.of_class() == ("Helper", [])


def test_a_class_s_setup_that_fails_leaves_nothing_open(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        from appint_mock import mock_appintegrations
        from appint_mock.scopes import stack

        @mock_appintegrations
        class TestBroken:
            def setup_method(self):
                raise RuntimeError("broken set-up")

            def test_it(self): ...

        def test_nothing_is_open():
            assert not stack.all_open()
        """
    )
    in_order = ("-p", "no:randomly")
    pytester.runpytest_inprocess("-p", "no:cacheprovider", "-p", "no:asyncio", *in_order).assert_outcomes(
        errors=1, passed=1
    )


@pytest.mark.parametrize("where", ["in the class", "in its base"])
def test_what_pytest_calls_around_a_class_and_its_tests_is_called_once_each(
    where: str, pytester: pytest.Pytester
) -> None:
    # Counted outside the class: an assertion in a tear-down that nobody calls does not fail.
    source = """
        import boto3
        from appint_mock import mock_appintegrations

        called = []

        def note(what):
            boto3.client("appintegrations").list_applications()
            called.append(what)

        @mock_appintegrations
        class TestIt:
            @classmethod
            def setup_class(cls):
                note("setup_class")

            def setup_method(self):
                note("setup_method")

            def teardown_method(self):
                note("teardown_method")

            @classmethod
            def teardown_class(cls):
                note("teardown_class")

            def test_it(self):
                note("test")

        def test_all_were_called():
            assert called == ["setup_class", "setup_method", "test", "teardown_method", "teardown_class"]
        """
    if where == "in its base":
        source = source.replace("@mock_appintegrations\n        class TestIt:", "class Base:").replace(
            "    def test_it", "\n        @mock_appintegrations\n        class TestIt(Base):\n            def test_it"
        )
    pytester.makepyfile(source)
    options = ("-p", "no:cacheprovider", "-p", "no:asyncio", "-p", "no:randomly")
    pytester.runpytest_inprocess(*options).assert_outcomes(passed=2)


@mock_appintegrations
class TestCaseWithClassState(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        create("class")

    def setUp(self) -> None:
        create("setup")
        self.addCleanup(lambda: self.assertIn("mine", names()))

    def test_sees_its_class_s_and_its_own_set_up(self) -> None:
        self.assertEqual(names(), ["class", "setup"])
        create("mine")

    def test_sees_nothing_of_other_tests(self) -> None:
        self.assertEqual(names(), ["class", "setup"])
        create("mine")

    def tearDown(self) -> None:
        self.assertEqual(names(), ["class", "setup", "mine"])


@mock_appintegrations
class TestAsyncCase(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self) -> None:
        create("setup")

    async def test_a_coroutine_of_a_test_case_is_mocked(self) -> None:
        await asyncio.sleep(0)
        self.assertEqual(names(), ["setup"])


@pytest.mark.parametrize("time", ["first", "again"])
def test_a_decorated_test_case_runs_the_same_under_unittest(time: str) -> None:
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(TestCaseWithClassState)
    result = unittest.TextTestRunner(stream=io.StringIO()).run(suite)
    assert result.testsRun == 2
    assert result.wasSuccessful()
    assert not stack.all_open()
