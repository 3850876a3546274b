"""Looking at the state: read-only mappings by id, name or ARN, and what a backend prints."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import boto3
import pytest

from appint_mock import mock_appintegrations, mock_dataexchange
from appint_mock.state.store import Table
from appint_mock.state.views import RecordMapping, summary, tree

ORDERS = {"EventFilter": {"Source": "aws.partner/x"}, "EventBridgeBus": "default"}


@pytest.fixture
def aws() -> Iterator[Any]:
    with mock_appintegrations() as aws:
        yield aws


@pytest.fixture
def client(aws: Any) -> Any:
    return boto3.client("appintegrations")


@pytest.fixture
def backend(aws: Any, client: Any) -> Any:
    """A backend with two event integrations, a data integration, an application, and an association."""
    for name in ("orders", "returns"):
        client.create_event_integration(Name=name, Description=f"All {name}", Tags={"a": "b"}, **ORDERS)
    client.create_data_integration(Name="files", KmsKey="key", SourceURI="s3://bucket")
    client.create_application(
        Name="desk", Namespace="desk", ApplicationSourceConfig={"ExternalUrlConfig": {"AccessUrl": "https://a.example"}}
    )
    aws.backend().associate_event_integration("orders", client_id="connect")
    return aws.backend()


def tables_of(backend: Any) -> dict[str, Any]:
    return {name: part for name, part in vars(backend).items() if isinstance(part, RecordMapping)}


def test_a_table_is_a_mapping_by_name(backend: Any) -> None:
    view = backend.event_integrations
    assert isinstance(view, Mapping)
    assert list(view) == list(view.keys()) == ["orders", "returns"]
    assert len(view) == 2
    assert view["orders"]["Description"] == "All orders"
    assert view.get("orders") == view["orders"] == dict(view.items())["orders"] == next(iter(view.values()))
    assert view.get("order") is None
    assert ("orders" in view, "order" in view, 3 in view) == (True, False, False)
    assert backend.applications.get("nothing", "default") == "default"


@pytest.mark.parametrize("table", ["data_integrations", "applications"])
def test_a_record_is_found_by_id_name_and_arn(backend: Any, table: str) -> None:
    view = getattr(backend, table)
    (key,) = view
    record = view[key]
    assert record["Id"] == key
    assert view[record["Name"]] == view[record["Arn"]] == record
    assert record["Name"] in view
    assert record["Arn"] in view


def test_associations_stand_in_one_mapping_whoever_has_them(backend: Any) -> None:
    view = backend.event_integration_associations
    (key,) = view
    assert (len(view), view[key]["ClientId"]) == (1, "connect")
    assert view[view[key]["EventIntegrationAssociationArn"]] == view[key]


def test_a_missing_record_names_the_close_ones(backend: Any) -> None:
    with pytest.raises(
        KeyError,
        match=r"of account 123456789012 in us-east-1\. Did you mean 'orders'",
    ):
        backend.event_integrations["order"]


def test_a_name_that_several_have_is_no_key() -> None:
    with mock_dataexchange() as aws:
        client = boto3.client("dataexchange")
        ids = [client.create_data_set(Name="prices", Description="d", AssetType="S3_SNAPSHOT")["Id"] for _ in range(2)]
        view = aws.backend().data_sets
        assert list(view) == ids
        with pytest.raises(KeyError, match=f"several are called 'prices'; ask by id: '{ids[0]}', '{ids[1]}'"):
            view["prices"]


def test_nothing_can_be_changed_through_a_view(aws: Any, backend: Any) -> None:
    before = aws.snapshot()
    view = backend.event_integrations
    with pytest.raises(TypeError):
        view["new"] = {}
    with pytest.raises(TypeError):
        del view["orders"]
    with pytest.raises(TypeError):
        view["orders"]["Description"] = "changed"
    view["orders"]["Tags"]["c"] = "d"  # of a copy
    view.get("orders")["EventFilter"].clear()
    assert aws.snapshot() == before


@pytest.mark.parametrize("service", ["appintegrations", "dataexchange"])
def test_every_table_of_a_backend_is_such_a_mapping(service: str) -> None:
    mock: Any = {"appintegrations": mock_appintegrations, "dataexchange": mock_dataexchange}[service]
    with mock() as aws:
        tables = tables_of(aws.backend())
        assert len(tables) >= 6
        for table in tables.values():
            assert (isinstance(table, Mapping), len(table), list(table), repr(table)) == (True, 0, [], "<0 records>")


def test_what_is_the_librarys_own_is_not_shown() -> None:
    with mock_dataexchange() as aws:
        seeded = aws.backend().add_entitled_data_set(
            name="prices",
            description="d",
            asset_type="S3_SNAPSHOT",
            product_id="p",
            revisions=[{"assets": {"a": b"1"}}],
        )
        backend = aws.backend()
        for table in tables_of(backend).values():
            for record in table.values():
                assert [name for name in record if name.startswith("_")] == []
        assert backend.entitled_data_sets[seeded]["Name"] == "prices"
        assert [asset["Name"] for asset in backend.assets.values()] == ["a"]


def test_reprs_tell_what_is_there(backend: Any) -> None:
    (application,) = backend.applications
    assert repr(backend.event_integrations) == "<2 records: 'orders', 'returns'>"
    assert repr(backend.applications) == f"<1 record: '{application}' (desk)>"
    assert repr(backend) == (
        "<AppIntegrationsBackend of 123456789012 in us-east-1: 1 applications, 1 data integrations, "
        "2 event integrations, 1 event integration associations>"
    )


def test_a_backend_prints_as_a_short_tree(backend: Any) -> None:
    (data_integration,), (application,) = backend.data_integrations, backend.applications
    (association,) = backend.event_integration_associations
    assert str(backend).splitlines() == [
        "appintegrations of 123456789012 in us-east-1",
        "  applications: 1",
        f"    {application}  desk",
        "  data_integrations: 1",
        f"    {data_integration}  files",
        "  event_integrations: 2",
        "    orders",
        "    returns",
        "  event_integration_associations: 1",
        f"    {association}",
    ]


def test_an_empty_backend_and_a_full_one_print_shortly(aws: Any, client: Any) -> None:
    assert str(aws.backend("210987654321")) == "appintegrations of 210987654321 in us-east-1: nothing"
    for number in range(30):
        client.create_event_integration(Name=f"n{number}", **ORDERS)
    lines = str(aws.backend()).splitlines()
    assert lines[1:3] == ["  event_integrations: 30", "    n0"]
    assert (len(lines), lines[-1]) == (23, "    ... and 10 more")
    assert repr(aws.backend().event_integrations) == "<30 records: 'n0', 'n1', 'n2', 'n3', 'n4', and 25 more>"


def test_a_view_can_be_read_while_other_threads_write(aws: Any, client: Any) -> None:
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            client.create_event_integration(Name=f"n{number}", **ORDERS)
            client.delete_event_integration(Name=f"n{number}")
            number += 1

    thread = threading.Thread(target=write)
    thread.start()
    try:
        view = aws.backend().event_integrations
        for _ in range(300):
            assert len(dict(view.items())) <= 1
            assert len(list(view)) <= 1
            str(aws.backend())
    finally:
        stop.set()
        thread.join()


@pytest.mark.parametrize("mock", [mock_appintegrations, mock_dataexchange])
def test_the_reference_lists_every_table(mock: Any) -> None:
    reference = (Path(__file__).parent.parent / "docs" / "reference.md").read_text("utf-8")
    with mock() as aws:
        backend = aws.backend()
        row = next(line for line in reference.splitlines() if line.startswith(f"| `{type(backend).__name__}`"))
        assert sorted(re.findall("`([a-z_]+)`", row)) == sorted(tables_of(backend))


def things(*records: dict[str, Any], place: str = "") -> Table:
    """A table with these records, whose keys are k1, k2 ..."""
    table = Table()
    for number, record in enumerate(records, 1):
        table.add(f"k{number}", record)
    table.place = place
    return table


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "<0 records>"),
        (1, "<1 record: 'k1'>"),
        (2, "<2 records: 'k1', 'k2'>"),
        (5, "<5 records: 'k1', 'k2', 'k3', 'k4', 'k5'>"),
        (6, "<6 records: 'k1', 'k2', 'k3', 'k4', 'k5', and 1 more>"),
    ],
)
def test_a_mapping_names_five_of_its_keys(count: int, text: str) -> None:
    assert repr(things(*[{}] * count)) == text


def test_a_key_that_is_not_the_name_stands_before_it() -> None:
    view = things({"Name": "k1"}, {"Name": "b"}, {"name": "c"}, {"Name": "z"})
    assert repr(view) == "<4 records: 'k1', 'k2' (b), 'k3', 'k4' (z)>"


@pytest.mark.parametrize(("count", "shown", "more"), [(20, 20, []), (21, 20, ["    ... and 1 more"])])
def test_a_tree_has_twenty_records_of_a_table(count: int, shown: int, more: list[str]) -> None:
    assert tree("all", {"none": things(), "some": things(*[{}] * count)}).splitlines() == [
        "all",
        f"  some: {count}",
        *(f"    k{number}" for number in range(1, shown + 1)),
        *more,
    ]


def test_a_tree_of_nothing_is_a_line() -> None:
    assert tree("all", {"none": things(), "nothing": things()}) == "all: nothing"
    assert tree("all", {}) == "all: nothing"


def test_a_record_is_described_by_its_name_its_kind_and_what_became_of_it() -> None:
    record: dict[str, Any] = {
        "Comment": "daily",
        "Finalized": False,
        "Type": "",
        "State": None,
        "Name": "b",
        "Id": "k1",
    }
    record |= {"AssetType": "S3", "Status": "ACTIVE", "IntegrationType": "k1", "name": "c", "Other": "d"}
    assert tree("all", {"some": things(record)}).splitlines()[2] == "    k1  b  c  ACTIVE  S3  False  daily"


def test_a_summary_counts_what_is_there() -> None:
    assert summary({"none": things(), "some_more": things({}, {}), "one": things({})}) == "2 some more, 1 one"
    assert summary({"none": things()}) == "nothing"


@pytest.mark.parametrize("name", ["b", "c", "arn:aws:x:::thing/k2", "arn:aws:x:::thing/e"])
def test_a_record_is_called_by_its_name_in_any_spelling_and_by_its_arn(name: str) -> None:
    called = (
        {"Name": "b"},
        {"name": "c", "Arn": "arn:aws:x:::thing/k2"},
        {"Name": "e", "ThingArn": "arn:aws:x:::thing/e"},
    )
    view = things(*called)
    assert name in view
    found = [record for record in called if name in record.values()]
    assert [view[name]] == found


@pytest.mark.parametrize("name", ["arn:aws:x:::parent/p", "d", "k", "", 5, None])
def test_a_record_is_not_called_by_its_parents_arn_or_another_member(name: Any) -> None:
    view = things({"Arn": "arn:aws:x:::thing/a"})
    assert name not in view
    view = things(
        {
            "Name": "a",
            "Arn": "arn:aws:x:::thing/a",
            "ParentArn": "arn:aws:x:::parent/p",
            "Description": "d",
            "Size": 5,
            "None": None,
        }
    )
    assert name not in view
    with pytest.raises(KeyError, match=re.escape(f"there is no {name!r} among the records of nobody.")):
        things(place=" of nobody")[name]
    with pytest.raises(KeyError, match=re.escape(f"there is no {name!r} among the records.")):
        view[name]


def test_close_keys_and_names_are_shown_for_a_missing_record() -> None:
    view = things({"Name": "orders"}, {"Name": 5})
    for name, close in (("order", "'orders'"), ("k22", "'k2'")):
        with pytest.raises(KeyError, match=rf"there is no '{name}' among the records\. Did you mean {close}"):
            view[name]
