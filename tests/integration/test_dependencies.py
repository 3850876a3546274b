"""Which resources of a template depend on which, and in which order they are deleted."""

from __future__ import annotations

from typing import Any

import pytest

from appint_mock.integrations.moto.dependencies import deletion_order, dependencies

NAMES = ("First", "Second", "Third")


@pytest.mark.parametrize(
    ("naming", "named"),
    [
        ({"Ref": "Second"}, ["Second"]),
        ({"Fn::GetAtt": ["Second", "Third"]}, ["Second"]),
        ({"Fn::GetAtt": "Second.Arn"}, ["Second"]),
        ({"Fn::GetAtt": "Second.Arn.Third"}, ["Second"]),
        ({"Fn::Sub": "a ${Second} and ${Third.Arn}"}, ["Second", "Third"]),
        ({"Fn::Sub": "no ${Second-} and no ${!Third}"}, []),
        ({"Fn::Sub": ["a ${Second}", {"Of": {"Ref": "Third"}}]}, ["Second", "Third"]),
        ({"DependsOn": "Second"}, ["Second"]),
        ({"DependsOn": ["Second", "Third"]}, ["Second", "Third"]),
        ({"Properties": {"Each": [{"Inside": [{"Ref": "Third"}, {"Ref": "Second"}]}, 5]}}, ["Second", "Third"]),
        ({"Fn::Join": ["", [{"Ref": "Second"}, "Third"]]}, ["Second"]),
        ({"Ref": "First"}, []),
        ({"Ref": "AWS::Region"}, []),
        ({"Ref": {"Name": "Second"}}, []),
        ({"Name": "Second"}, []),
    ],
    ids=str,
)
def test_a_resource_depends_on_those_that_it_names(naming: Any, named: list[str]) -> None:
    template = {"First": naming, "Second": {}, "Third": {}, "Another": {"Ref": "First"}}
    assert dependencies(template, NAMES) == {"First": set(named), "Second": set(), "Third": set()}


@pytest.mark.parametrize(
    ("depends", "order"),
    [
        ({}, []),
        ({"a": set(), "b": set()}, ["b", "a"]),
        ({"a": {"b"}, "b": set()}, ["a", "b"]),
        ({"b": set(), "a": {"b"}}, ["a", "b"]),
        ({"a": {"c"}, "b": {"a"}, "c": set()}, ["b", "a", "c"]),
        ({"d": {"c"}, "c": {"b"}, "b": {"a"}, "a": set()}, ["d", "c", "b", "a"]),
        # moto refuses such a stack.
        ({"a": {"b"}, "b": {"a"}}, ["a", "b"]),
    ],
    ids=str,
)
def test_what_depends_on_another_one_is_deleted_before_it(depends: dict[str, set[str]], order: list[str]) -> None:
    assert deletion_order(depends) == order
