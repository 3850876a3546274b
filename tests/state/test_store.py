"""Tables of records, against plain lists and dicts."""

from __future__ import annotations

import datetime
import json
from operator import itemgetter
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from appint_mock.state.form import Unfit, object_, text
from appint_mock.state.part import Records
from appint_mock.state.store import Among, Ends, Log, Table, Tables

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


TABLE = Table(unique=("Tag",), order=("Name",))
ROW = {"Id": "a", "Parent": "p", "Name": "x", "Tag": "t"}
OTHER = {"Id": "b", "Parent": "p", "Name": "x", "Tag": "u"}


def dumped(*rows: Any, end: Any = 2) -> dict[str, Any]:
    return {"next": end, "rows": list(rows)}


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        ([], "it is a list of 0, not an object"),
        ({"next": 0}, "it is not an object of next and rows"),
        ({"next": 0, "rows": [], "more": 1}, "it is not an object of next and rows"),
        (dumped(end=-1), "next is -1, not a number of at least 0"),
        ({"next": 0, "rows": {}}, "it has rows that are an object of 0, not a list"),
        (dumped(["a", 0, ROW], 5), "rows.1 is 5, not a key, a position and a record"),
        (dumped(["a", 0]), "rows.0 is a list of 2, not a key, a position and a record"),
        (dumped(["a", 0, ROW, 1]), "rows.0 is a list of 4, not a key, a position and a record"),
        (dumped(("a", 0, 5)), "rows.0 is ('a', 0, 5), not a key, a position and a record"),
        (dumped([1, 0, ROW]), "rows.0.0 is 1, not a text"),
        (dumped(["a", 0, ROW], ["a", 1, ROW]), "rows.1.0 is 'a', which an earlier row has too"),
        (dumped(["a", -1, ROW]), "rows.0.1 is -1, not a number of at least 0"),
        (dumped(["a", 1, ROW], ["b", 1, OTHER]), "rows.1.1 is 1, which an earlier row has too"),
        (dumped(["a", 1, ROW], ["b", 2, OTHER]), "rows.1.1 is 2, and next is only 2"),
        (dumped(["a", 3, ROW]), "rows.0.1 is 3, and next is only 2"),
        (dumped(["a", 0, 5]), "rows.0.2 is 5, not an object"),
        (dumped(["a", 0, ROW], ["b", 1, {**OTHER, "Odd": 1}]), "rows.1.2 is odd"),
        (dumped(["b", 0, ROW]), "rows.0.2 has another Id than its key 'b'"),
        (dumped(["A", 0, ROW]), "rows.0.2 has another Id than its key 'A'"),
        (dumped(["a", 0, {**ROW, "Name": 1}]), "rows.0.2.Name is 1, not a text"),
        (dumped(["a", 0, {**ROW, "Tag": None}]), "rows.0.2.Tag is None, not a text"),
        (
            dumped(["a", 0, ROW], ["b", 1, {**OTHER, "Tag": "t"}]),
            "rows.1.2 has the Tag 't', which an earlier record has too",
        ),
    ],
)
def test_data_that_are_no_table_are_refused_with_the_path_to_what_is_wrong(data: Any, complaint: str) -> None:
    def form(record: Any) -> None:
        if "Odd" in object_(record):
            raise Unfit("is odd")

    records = Records(form, key="Id")
    TABLE.check(dumped(["a", 1, ROW], ["b", 0, OTHER]), records)
    with pytest.raises(Unfit) as refused:
        TABLE.check(data, records)
    assert str(refused.value) == complaint


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        ([], "it is a list of 0, not an object"),
        ({"p": []}, "p is a list of 0, not an object"),
        (
            {"p": dumped(["a", 0, ROW]), "q": dumped(["b", 0])},
            "q.rows.0 is a list of 2, not a key, a position and a record",
        ),
        (
            {
                "p": dumped(["a", 0, ROW]),
                "q": dumped(["b", 1, {**OTHER, "Parent": "q"}], ["a", 0, {**ROW, "Parent": "q"}]),
            },
            "q.rows.1 has the key 'a', which one of 'p' has too",
        ),
        ({"p": dumped(["a", 0, ROW], ["b", 1, {**OTHER, "Parent": "q"}])}, "p.rows.1 has another Parent than 'p'"),
        ({"q": dumped(["a", 0, ROW])}, "q.rows.0 has another Parent than 'q'"),
    ],
)
def test_data_that_are_no_tables_of_parents_are_refused(data: Any, complaint: str) -> None:
    records = Records(key="Id", parent="Parent")
    Tables().check({"p": dumped(["a", 0, ROW]), "q": dumped(["b", 0, {**OTHER, "Parent": "q"}])}, records)
    Tables().check({"p": dumped(["a", 0, ROW]), "q": dumped(["b", 0, OTHER])}, Records())
    with pytest.raises(Unfit) as refused:
        Tables().check(data, records)
    assert str(refused.value) == complaint


def test_a_log_is_a_list_of_records_and_takes_no_other_data() -> None:
    log, other = Log([{"a": 1}]), Log([{"stale": 1}])
    log.append({"a": 2})
    assert log.dump() == [{"a": 1}, {"a": 2}]
    assert log.dump() is not log
    other.load(log.dump())
    assert other == log
    records = Records(lambda record: text(record["a"]))
    log.check([{"a": "b"}], records)
    for data, complaint in (({}, "it is an object of 0, not a list"), ([{"a": "b"}, {"a": 1}], "1 is 1, not a text")):
        with pytest.raises(Unfit) as refused:
            log.check(data, records)
        assert str(refused.value) == complaint


def test_a_record_is_found_by_its_key_or_a_unique_member_and_its_key_goes_first() -> None:
    table = Table(unique=("Name", "Tag"))
    first, second = {"Name": "x", "Tag": "t"}, {"Name": "a", "Tag": "u"}
    table.add("a", first)
    table.add("b", second)
    found = {name: table.record_called(name) for name in ("a", "b", "x", "t", "u", "Name", "")}
    assert found == {"a": first, "b": second, "x": first, "t": first, "u": second, "Name": None, "": None}
    with pytest.raises(KeyError, match="a is in the table already"):
        table.add("a", {"Name": "y", "Tag": "v"})
    assert (table.has("a"), table.has("x"), table.find("Name", "y")) == (True, False, None)


DAY = datetime.timedelta(days=1)
NOW = datetime.datetime(2030, 1, 1)


class Calendar:
    """A table whose records end on days of its calendar."""

    def __init__(self) -> None:
        self.day = 0
        self.table = Table(
            live={"any": lambda record: True}, ends=Ends(itemgetter("End"), lambda: NOW + self.day * DAY)
        )

    def add(self, **days: int | None) -> None:
        for key, day in days.items():
            self.table.add(key, self.record(key, day))

    def record(self, key: str, day: int | None) -> dict[str, Any]:
        return {"Key": key, "End": None if day is None else NOW + day * DAY}

    def look(self, day: int) -> tuple[str, str]:
        """The keys of the records that live on that day, and of those that have ended."""
        self.day = day
        live = "".join(record["Key"] for record in self.table.among("any", True))
        assert self.table.count_among("any", True) == len(live)
        return live, "".join(sorted(record["Key"] for record in self.table.ended()))


def test_a_record_ends_on_its_day_and_lives_again_if_the_clock_is_set_back() -> None:
    calendar = Calendar()
    calendar.add(a=1, b=2, c=None, d=-1)
    assert [calendar.look(day) for day in (0, 1, 2, 3, 1, 0, -1, -2, 2)] == [
        ("abc", "d"),
        ("bc", "ad"),
        ("c", "abd"),
        ("c", "abd"),
        ("bc", "ad"),
        ("abc", "d"),
        ("abc", "d"),
        ("abcd", ""),
        ("c", "abd"),
    ]


def test_a_record_that_is_added_or_changed_on_or_after_its_last_day_has_ended() -> None:
    calendar = Calendar()
    assert calendar.look(5) == ("", "")
    calendar.add(a=4, b=5, c=6)
    assert calendar.look(5) == ("c", "ab")
    calendar.table.replace("a", calendar.record("a", 7))
    calendar.table.replace("c", calendar.record("c", 5))
    assert calendar.look(5) == ("a", "bc")
    calendar.table.remove("b")
    assert calendar.look(6) == ("a", "c")
    assert calendar.look(7) == ("", "ac")


def test_the_ends_of_records_that_are_left_are_known_when_those_of_many_others_are_forgotten() -> None:
    calendar = Calendar()
    calendar.add(a=5, b=3, c=4)
    for number in range(200):
        calendar.table.add(str(number), calendar.record(str(number), 1))
        calendar.table.remove(str(number))
    assert [calendar.look(day) for day in (0, 3, 4, 5)] == [("abc", ""), ("ac", "b"), ("a", "bc"), ("", "abc")]


@pytest.mark.parametrize("day", [0, 2])
def test_a_table_that_is_loaded_anew_forgets_what_had_ended_and_what_was_to_come(day: int) -> None:
    calendar, other = Calendar(), Calendar()
    calendar.add(a=1, b=3, c=None)
    data = calendar.table.dump()
    other.add(c=1, b=2, a=3, d=3, e=-1)
    for loaded in (calendar, other):
        loaded.look(day)
        loaded.table.load(data)
        assert [loaded.look(each) for each in (0, 1, 2, 3)] == [("abc", ""), ("bc", "a"), ("bc", "a"), ("c", "ab")]
    other.table.load(dumped())
    assert other.look(3) == ("", "")


def test_tables_know_whose_a_record_is_and_forget_it_with_its_parent() -> None:
    tables = Tables()
    for parent, key in (("p", "a"), ("q", "b"), ("p", "c")):
        tables.of(parent).add(key, {"Key": key})
    assert (len(tables), tables.keyed()) == (3, [(key, {"Key": key}) for key in "acb"])
    assert [tables.parent_of(key) for key in "abcd"] == ["p", "q", "p", None]
    assert [tables.record(key) for key in "abd"] == [{"Key": "a"}, {"Key": "b"}, None]
    tables.drop("p")
    assert (len(tables), tables.parent_of("a"), tables.record("c"), tables.count("p")) == (1, None, None, 0)
    tables.of("q").remove("b")
    assert (len(tables), tables.record("b"), tables.dump()) == (0, None, {})
    tables.of("q").add("b", {})
    tables.load({"p": dumped(["a", 0, {}])})
    assert ([tables.parent_of(key) for key in "ab"], len(tables.tables())) == (["p", None], 1)


def test_a_record_that_changes_ends_when_it_says_so_now() -> None:
    calendar = Calendar()
    calendar.add(a=2, b=1, c=1, d=2)
    assert calendar.look(0) == ("abcd", "")
    for key, day in (("a", 1), ("b", None), ("d", 3)):
        calendar.table.replace(key, calendar.record(key, day))
    calendar.table.remove("c")
    assert [calendar.look(day) for day in (1, 2, 3)] == [("bd", "a"), ("bd", "a"), ("b", "ad")]


def test_a_record_keeps_its_number_when_its_place_changes() -> None:
    table = Table(order=("Name",), groups={"name": itemgetter("Name")})
    assert table.dump() == dumped(end=0)
    for key, name in (("a", "y"), ("b", "x"), ("c", "x")):
        table.add(key, {"Name": name})
    table.remove("c")
    assert table.dump() == dumped(["a", 0, {"Name": "y"}], ["b", 1, {"Name": "x"}], end=3)
    assert table.records() == [{"Name": "x"}, {"Name": "y"}]
    table.replace("b", {"Name": "z"})
    assert table.dump() == dumped(["a", 0, {"Name": "y"}], ["b", 1, {"Name": "z"}], end=3)
    assert table.records() == [{"Name": "y"}, {"Name": "z"}]
    assert [table.among("name", name) for name in "xyz"] == [[], [{"Name": "y"}], [{"Name": "z"}]]
    table.replace("a", {"Name": "y", "More": 1})
    assert table.among("name", "y") == table.records()[:1] == [{"Name": "y", "More": 1}]
    table.replace("b", {"Name": "a"})
    assert table.records() == [{"Name": "a"}, {"Name": "y", "More": 1}]
