"""Tables of records, against plain lists and dicts."""

from __future__ import annotations

import datetime
import json
from operator import itemgetter
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from appint_mock.state.form import Unfit
from appint_mock.state.part import Records
from appint_mock.state.store import Among, Ends, Table, Tables

KEYS = st.sampled_from("abcdefgh")
NAMES = st.sampled_from(["x", "y", "z"])


class TableAgainstDict(RuleBasedStateMachine):
    """A table ordered by name does what a dict and ``sorted`` do."""

    def __init__(self) -> None:
        super().__init__()
        self.table = Table(unique=("Tag",), order=("Name",), groups={"name": itemgetter("Name")})
        self.model: dict[str, tuple[int, dict[str, Any]]] = {}
        self.made = 0

    def in_order(self) -> list[dict[str, Any]]:
        return [record for _, record in sorted(self.model.values(), key=lambda entry: (entry[1]["Name"], entry[0]))]

    @rule(key=KEYS, name=NAMES)
    def add(self, key: str, name: str) -> None:
        record = {"Key": key, "Name": name, "Tag": f"tag of {key}"}
        if key in self.model:
            with pytest.raises(KeyError):
                self.table.add(key, record)
        else:
            self.table.add(key, record)
            self.model[key] = (self.made, record)
            self.made += 1

    @precondition(lambda self: self.model)
    @rule(data=st.data(), name=NAMES, tag=st.integers())
    def replace(self, data: st.DataObject, name: str, tag: int) -> None:
        key = data.draw(st.sampled_from(sorted(self.model)))
        record = {"Key": key, "Name": name, "Tag": f"{tag} of {key}"}
        self.table.replace(key, record)
        self.model[key] = (self.model[key][0], record)

    @precondition(lambda self: self.model)
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(self.model)))
        assert self.table.remove(key) == self.model.pop(key)[1]

    @rule()
    def dump_and_load(self) -> None:
        data = json.loads(json.dumps(self.table.dump()))
        other = Table(unique=("Tag",), order=("Name",), groups={"name": itemgetter("Name")})
        other.add("stale", {"Key": "stale", "Name": "x", "Tag": "stale"})
        other.load(data)
        self.table = other

    @rule(limit=st.integers(1, 4), reverse=st.booleans())
    def pages_are_the_listing(self, limit: int, reverse: bool) -> None:
        seen, after = [], None
        while True:
            page, after = self.table.page(limit, after, reverse=reverse)
            seen += page
            assert after is None or len(page) == limit
            if after is None:
                break
        assert seen == (self.in_order()[::-1] if reverse else self.in_order())

    @rule(limit=st.integers(1, 4), name=NAMES)
    def filtered_pages_are_full(self, limit: int, name: str) -> None:
        wanted = [record for record in self.in_order() if record["Name"] == name]
        page, after = self.table.page(limit, among=Among("name", [name]))
        assert page == wanted[:limit]
        assert (after is None) == (len(wanted) <= limit)

    @invariant()
    def holds_what_it_should(self) -> None:
        assert self.table.records() == self.in_order()
        assert len(self.table) == len(self.model)
        for key, (_, record) in self.model.items():
            assert self.table.record(key) == record
            assert self.table.find("Tag", record["Tag"]) == key
        assert self.table.record("nobody") is None
        assert self.table.find("Tag", "nobody") is None


TestTableAgainstDict = TableAgainstDict.TestCase


def test_a_walk_outlives_the_deletion_of_what_it_showed_last() -> None:
    table = Table()
    for key in "abcdef":
        table.add(key, {"Key": key})
    page, after = table.page(2)
    table.remove("b")
    table.remove("c")
    table.add("g", {"Key": "g"})
    rest, end = table.page(10, after)
    assert [record["Key"] for record in page + rest] == ["a", "b", "d", "e", "f", "g"]
    assert end is None


def test_a_walk_that_meets_an_empty_table_ends() -> None:
    table = Table()
    for key in "abc":
        table.add(key, {"Key": key})
    _, after = table.page(1)
    for key in "abc":
        table.remove(key)
    assert table.page(1, after) == ([], None)


def test_a_table_may_change_while_it_is_looked_through() -> None:
    table = Table()
    for key in "abc":
        table.add(key, {"Key": key})
    for record in table.records():
        table.remove(record["Key"])
    assert len(table) == 0


def test_tables_keep_parents_apart_and_forget_the_empty_ones() -> None:
    tables = Tables()
    tables.of("p").add("k", {"V": 1})
    assert tables.of("q").get("k") is None
    assert (tables.count("p"), tables.count("q"), tables.count("r")) == (1, 0, 0)
    assert list(tables.dump()) == ["p"]
    other = Tables()
    other.of("gone").add("k", {"V": 2})
    other.load(tables.dump())
    assert (other.count("p"), other.count("gone")) == (1, 0)
    tables.drop("p")
    tables.drop("nobody")
    assert tables.count("p") == 0


def test_a_group_pages_as_the_whole_table_does_with_all_else_left_out() -> None:
    table = Table(groups={"kind": itemgetter("Kind")})
    for number in range(30):
        table.add(str(number), {"Number": number, "Kind": None if number % 5 == 0 else "ab"[number % 2]})
    for reverse in (False, True):
        for values in (["a"], ["b"], ["a", "b"], ["b", "a", "a"], ["c"], []):
            wanted = [record for record in table.records() if record["Kind"] in values][:: -1 if reverse else 1]
            seen, after = [], None
            while True:
                page, after = table.page(4, after, reverse=reverse, among=Among("kind", values))
                seen += page
                if after is None:
                    break
            assert seen == wanted


class EndingTableAgainstList(RuleBasedStateMachine):
    """A table whose records end, under a clock that goes forward and back, does what a filtered list does."""

    def __init__(self) -> None:
        super().__init__()
        self.moment = datetime.datetime(2030, 1, 1)
        self.table = self.make()
        self.model: dict[str, dict[str, Any]] = {}

    def make(self) -> Table:
        return Table(
            groups={"all": itemgetter("Name")},
            live={"name": itemgetter("Name")},
            ends=Ends(itemgetter("End"), lambda: self.moment),
        )

    @rule(key=KEYS, name=NAMES | st.none(), days=st.integers(-3, 3) | st.none())
    def put(self, key: str, name: str | None, days: int | None) -> None:
        end = None if days is None else datetime.datetime(2030, 1, 1) + datetime.timedelta(days=days)
        record = {"Key": key, "Name": name, "End": end}
        if key in self.model:
            self.table.replace(key, record)
        else:
            self.table.add(key, record)
        self.model[key] = record

    @precondition(lambda self: self.model)
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(self.model)))
        assert self.table.remove(key) == self.model.pop(key)

    @rule(days=st.integers(-4, 4))
    def go(self, days: int) -> None:
        self.moment = datetime.datetime(2030, 1, 1) + datetime.timedelta(days=days)

    @rule()
    def dump_and_load(self) -> None:
        other = self.make()
        other.load(self.table.dump())
        self.table = other

    @rule(name=NAMES)
    def looks_agree(self, name: str) -> None:
        of_name = [record for record in self.model.values() if record["Name"] == name]
        live = [record for record in of_name if record["End"] is None or record["End"] > self.moment]
        assert self.table.among("all", name) == of_name
        assert self.table.among("name", name) == live
        assert self.table.count_among("name", name) == len(live)
        assert self.table.page(9, among=Among("name", [name])) == (live, None)
        ended = [record for record in self.model.values() if record["End"] and record["End"] <= self.moment]
        assert sorted(self.table.ended(), key=itemgetter("Key")) == sorted(ended, key=itemgetter("Key"))


TestEndingTableAgainstList = EndingTableAgainstList.TestCase


def test_a_record_that_changes_often_is_expected_to_end_once() -> None:
    now = datetime.datetime(2030, 1, 1)
    table = Table(live={"any": lambda record: True}, ends=Ends(itemgetter("End"), lambda: now))
    for number in range(1000):
        record = {"End": now + datetime.timedelta(days=1 + number % 2)}
        if number:
            table.replace("key", record)
        else:
            table.add("key", record)
        table.count_among("any", True)
    assert len(table._endings._coming) < 100  # type: ignore[union-attr]


def test_a_look_at_what_is_not_there_leaves_no_table_behind() -> None:
    tables = Tables()
    for number in range(100):
        assert tables.of(str(number)).get("key") is None
        assert list(tables.of(str(number))) == []
    assert tables.tables() == []
    table = tables.of("parent")
    table.add("key", {})
    assert tables.tables() == [table]
    assert tables.of("parent") is table
    assert tables.parent_of("key") == "parent"
    table.remove("key")
    assert tables.parent_of("key") is None


@pytest.mark.parametrize("options", [{"unique": ("Name",)}, {"order": ("Name",)}])
@pytest.mark.parametrize("record", [{"Name": 5}, {}, {"Name": ["a"]}])
def test_a_record_without_a_text_to_sort_or_find_it_by_is_refused(
    options: dict[str, Any], record: dict[str, Any]
) -> None:
    with pytest.raises(Unfit, match=r"rows\.0\.2\.Name is .*, not a text"):
        Table(**options).check({"next": 1, "rows": [["a", 0, record]]}, Records())


def test_two_records_of_one_unique_value_are_refused() -> None:
    rows = [["a", 0, {"Name": "x"}], ["b", 1, {"Name": "y"}], ["c", 2, {"Name": "x"}]]
    with pytest.raises(Unfit, match=r"rows\.2\.2 has the Name 'x', which an earlier record has too"):
        Table(unique=("Name",)).check({"next": 3, "rows": rows}, Records())
    Table(order=("Name",)).check({"next": 3, "rows": rows}, Records())
