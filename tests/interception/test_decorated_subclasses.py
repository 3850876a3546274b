"""Subclasses of decorated classes: each test starts from the state that the class's set-up made."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

HEAD = """
import unittest
import boto3
import pytest
from appint_mock import mock_appintegrations
from appint_mock.scopes import stack

def create(name):
    boto3.client("appintegrations").create_event_integration(
        Name=name, EventFilter={"Source": "aws.partner/x"}, EventBridgeBus="default"
    )

def names():
    return [each["Name"] for each in boto3.client("appintegrations").list_event_integrations()["EventIntegrations"]]
"""
TESTS = """
    def test_own_{number}(self):
        assert names() == {expected}
        create("mine")
"""
TAIL = """
def test_nothing_is_open_afterwards():
    assert not stack.all_open()
"""


def run(pytester: pytest.Pytester, source: str, **outcomes: int) -> None:
    pytester.makepyfile(HEAD + source + TAIL)
    result: Any = pytester.runpytest_inprocess("-p", "no:cacheprovider", "-p", "no:asyncio", "-p", "no:randomly")
    result.assert_outcomes(**outcomes)


def method(head: str, calls_super: str, made: str, passes: str = "") -> str:
    """A set-up such as ``setup_method(self)``, which calls its base's first or does not."""
    name, _, parameters = head.partition("(")
    decorator = "    @classmethod\n" if parameters.startswith("cls") else ""
    base = f"        super().{name}({passes})\n" if calls_super == "yes" else ""
    return f"{decorator}    def {head}:\n{base}        create({made!r})\n"


def subclass(overrides: str, mixin: bool, expected: list[str]) -> str:
    own = "".join(TESTS.format(number=number, expected=expected) for number in range(2))
    if mixin:
        return f"class Mixin:\n{overrides}\nclass TestSub(Mixin, Base):\n{own}"
    return f"class TestSub(Base):\n{overrides}{own}"


each_super = pytest.mark.parametrize("calls_super", ["no", "yes"])
each_place = pytest.mark.parametrize("mixin", [False, True], ids=["subclass", "mixin"])


@each_super
@each_place
@pytest.mark.parametrize("head", ["setup_method(self)", "setup_method(self, method)"])
@pytest.mark.parametrize("passes", ["", "None"])
def test_a_plain_subclass_overrides_the_set_up_of_its_tests(
    calls_super: str, mixin: bool, head: str, passes: str, pytester: pytest.Pytester
) -> None:
    overrides = method(head, calls_super, "sub", passes)
    overrides += f"    def teardown{head.removeprefix('setup')}:\n        assert 'sub' in names()\n"
    overrides += f"        super().teardown_method({passes})\n" if calls_super == "yes" else ""
    inherited = "    def test_inherited(self):\n        assert 'sub' in names()\n        create('mine')\n"
    base = f"@mock_appintegrations\nclass Base:\n{method('setup_method(self)', 'no', 'base')}{inherited}\n"
    expected = ["base", "sub"] if calls_super == "yes" else ["sub"]
    run(pytester, base + subclass(overrides, mixin, expected), passed=4)


@each_super
@each_place
@pytest.mark.parametrize("tears_down", [False, True])
def test_a_plain_subclass_overrides_the_set_up_of_its_class(
    calls_super: str, mixin: bool, tears_down: bool, pytester: pytest.Pytester
) -> None:
    overrides = method("setup_class(cls)", calls_super, "sub")
    if tears_down:
        overrides += "    @classmethod\n    def teardown_class(cls):\n        assert 'sub' in names()\n"
        overrides += "        super().teardown_class()\n" if calls_super == "yes" else ""
    base = f"@mock_appintegrations\nclass Base:\n{method('setup_class(cls)', 'no', 'base')}\n"
    expected = ["base", "sub"] if calls_super == "yes" else ["sub"]
    run(pytester, base + subclass(overrides, mixin, expected), passed=3)


@each_super
@each_place
@pytest.mark.parametrize("heads", [["setUpClass(cls)"], ["setUp(self)"], ["setUpClass(cls)", "setUp(self)"]])
def test_a_subclass_of_a_test_case_overrides_its_set_up(
    calls_super: str, mixin: bool, heads: list[str], pytester: pytest.Pytester
) -> None:
    overrides = "".join(method(head, calls_super, f"sub.{head.partition('(')[0]}") for head in heads)
    base = "".join(method(head, "no", f"base.{head.partition('(')[0]}") for head in heads)
    whose = ["base", "sub"] if calls_super == "yes" else ["sub"]
    expected = [f"{each}.{head.partition('(')[0]}" for head in heads for each in whose]
    base = f"@mock_appintegrations\nclass Base(unittest.TestCase):\n{base}\n"
    run(pytester, base + subclass(overrides, mixin, expected), passed=3)


@pytest.mark.parametrize("base", ["", "(unittest.TestCase)"], ids=["plain", "TestCase"])
@pytest.mark.parametrize("depth", [0, 1, 2])
@pytest.mark.parametrize("where", ["module", "class"])
def test_what_an_autouse_fixture_makes_for_a_test_is_not_there_in_the_next(
    base: str, depth: int, where: str, pytester: pytest.Pytester
) -> None:
    indent = "    " if where == "class" else ""
    fixture = (
        f"{indent}@pytest.fixture(autouse=True)\n{indent}def made({'self' if where == 'class' else ''}):\n"
        f"{indent}    if stack.all_open():  # not for the last function\n{indent}        create('fixture')\n"
    )
    set_up = method("setUpClass(cls)" if base else "setup_class(cls)", "no", "class")
    source = (fixture if where == "module" else "") + f"@mock_appintegrations\nclass Base{base}:\n{set_up}"
    source += fixture if where == "class" else ""
    classes = ["Base", *(f"Base{number}" for number in range(depth))]
    for above, each in itertools.pairwise(classes):
        source += f"class {each}({above}):\n    pass\n"
    source += f"class TestIt({classes[-1]}):\n"
    source += "".join(TESTS.format(number=number, expected=["class", "fixture"]) for number in range(3))
    run(pytester, source, passed=4)


def test_a_class_s_own_init_subclass_still_runs(pytester: pytest.Pytester) -> None:
    source = """
made = []

@mock_appintegrations
class Base:
    def __init_subclass__(cls, /, label="none", **kwargs):
        super().__init_subclass__(**kwargs)
        made.append((cls.__name__, label))

class TestSub(Base, label="x"):
    def test_it(self):
        assert names() == []
        assert made == [("TestSub", "x"), ("TestLeaf", "none")]

class TestLeaf(TestSub):
    pass
"""
    run(pytester, source, passed=3)


def test_a_subclass_may_be_decorated_too(pytester: pytest.Pytester) -> None:
    source = """
@mock_appintegrations
class Base:
    def setup_method(self):
        create("base")

@mock_appintegrations(page_size=1)
class TestSub(Base):
    def setup_method(self):
        super().setup_method()
        create("sub")

    def test_one(self):
        assert len(boto3.client("appintegrations").list_event_integrations()["EventIntegrations"]) == 1
        create("mine")

    def test_two(self):
        create("mine")
"""
    run(pytester, source, passed=3)


@pytest.mark.parametrize("base", ["", "(unittest.TestCase)"], ids=["plain", "TestCase"])
def test_a_set_up_of_a_subclass_that_fails_leaves_nothing_open(base: str, pytester: pytest.Pytester) -> None:
    source = f"""
@mock_appintegrations
class Base{base}:
    pass

class TestSub(Base):
    @classmethod
    def {"setUpClass" if base else "setup_class"}(cls):
        create("a")
        raise RuntimeError("broken")

    def test_it(self):
        pass
"""
    run(pytester, source, passed=1, errors=1)
