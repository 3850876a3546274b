"""What a snapshot may be at most."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from appint_mock.state.form import Unfit
from appint_mock.state.snapshot import decode, digest, encode, plain


def _nested(depth: int) -> Any:
    """A list in a list, so many times."""
    value: Any = "innermost"
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize("number", [2**63 - 1, 1 - 2**63, 1e300, 0, True])
def test_a_number_of_sixty_four_bits_comes_back(number: float) -> None:
    assert decode(encode({"number": number})) == {"number": number}


@pytest.mark.parametrize("number", [2**63, -(2**63), float("inf"), float("nan")])
def test_a_larger_number_is_no_state(number: float) -> None:
    with pytest.raises(Unfit, match="which no state holds"):
        decode([number])


@pytest.mark.parametrize("copy", [decode, plain], ids=["decode", "plain"])
def test_a_snapshot_nests_sixty_four_times_at_most(copy: Callable[[Any], Any]) -> None:
    assert copy(_nested(64)) == _nested(64)
    with pytest.raises(Unfit, match="is nested more than 64 times"):
        copy(_nested(65))


def test_only_a_snapshot_has_objects_that_stand_for_something_else() -> None:
    data = {"a": [{"$bytes": "YWJj"}, {"$object": {"$bytes": 1}}], "b": ("c", None, True, 1.5)}
    assert plain(data) == {**data, "b": ["c", None, True, 1.5]}
    assert decode(data) == {"a": [b"abc", {"$bytes": 1}], "b": ["c", None, True, 1.5]}
    for copy in (plain, decode):
        with pytest.raises(Unfit) as caught:
            copy({"a": [{"b": 1, 2: "c"}]})
        assert str(caught.value) == "a.0 has the key 2, which is not a text"


@pytest.mark.parametrize(
    ("nest", "each"),
    [
        (lambda value: [value], 1),
        (lambda value: {"a": value}, 1),
        (lambda value: {"$object": {"$bytes": value}}, 2),
    ],
    ids=["lists", "objects", "escaped objects"],
)
def test_each_list_and_object_counts_once(nest: Callable[[Any], Any], each: int) -> None:
    value: Any = "innermost"
    for _ in range(64 // each):
        value = nest(value)
    decode(value)
    with pytest.raises(Unfit, match="is nested more than 64 times"):
        decode([value])


def test_the_path_of_what_no_state_holds_leads_to_it() -> None:
    with pytest.raises(Unfit) as caught:
        decode({"a": [0, {"$object": {"$bytes": [1, 2**63]}}]})
    assert str(caught.value).startswith("a.1.$object.$bytes.1 is")


def test_equal_snapshots_have_one_name_and_others_another() -> None:
    assert digest({"a": 1, "b": {"c": 2, "d": 3}}) == digest({"b": {"d": 3, "c": 2}, "a": 1})
    assert digest({"a": 1}) != digest({"a": 2})
    assert re.fullmatch("[0-9a-f]{32}", digest({}))


@pytest.mark.parametrize("name", ["$moment", "$bytes", "$object"])
def test_an_object_with_more_members_than_a_sign_stands_for_itself(name: str) -> None:
    value = {name: "a", "b": 1}
    assert encode(value) == value
    assert decode(value) == value


@pytest.mark.parametrize("content", ["YWJj!", "YW Jj", "YWJj\n", "YWJ", "é", 5])
def test_bytes_are_in_base64_and_nothing_else(content: object) -> None:
    assert decode({"$bytes": "YWJj"}) == b"abc"
    with pytest.raises(Unfit) as caught:
        decode({"$bytes": content})
    assert str(caught.value) == f"$bytes is {content!r}, not bytes in base64"
