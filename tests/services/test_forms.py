"""What a snapshot's records may be, also where the installed model is older than what the services keep."""

from __future__ import annotations

import copy
from typing import Any

import boto3
import pytest
from botocore.model import ServiceModel

from appint_mock import mock_appintegrations, mock_dataexchange
from appint_mock.protocol import model
from appint_mock.services.dataexchange import forms as dataexchange_forms
from appint_mock.services.forms import by_operation, member, of_shape, record, shape
from appint_mock.state.form import Unfit


@pytest.fixture
def older(monkeypatch: pytest.MonkeyPatch) -> None:
    """A model in which an application has no type, and an association no structure."""
    description: dict[str, Any] = copy.deepcopy(model.load("appintegrations")._service_description)
    for structure in ("CreateApplicationRequest", "GetApplicationResponse"):
        description["shapes"][structure]["members"].pop("ApplicationType", None)
    description["shapes"].pop("ApplicationAssociationSummary", None)
    monkeypatch.setattr(model, "load", lambda service_name: ServiceModel(description, service_name))


@pytest.mark.usefixtures("older")
@pytest.mark.parametrize("how", ["always", "present", "kept"])
def test_a_member_that_an_older_model_lacks_may_be_kept(how: str) -> None:
    members: dict[str, Any] = {how: ("ApplicationType",)}
    form = record("appintegrations", "GetApplication", "CreateApplication", **members)
    form({"Name": "desk", "ApplicationType": "STANDARD"})
    with pytest.raises(Unfit, match="unknown member Colour"):
        form({"Name": "desk", "ApplicationType": "STANDARD", "Colour": "red"})


@pytest.mark.usefixtures("older")
def test_what_an_older_model_does_not_know_at_all_may_have_any_data() -> None:
    form = record("appintegrations", "ApplicationAssociationSummary", always=("ClientId",))
    form({"ClientId": "connect.amazonaws.com", "Else": [1, {"a": None}]})
    with pytest.raises(Unfit, match="lacks the member ClientId"):
        form({"Else": 1})


def test_every_kind_of_application_s_record_comes_back() -> None:
    with mock_appintegrations() as aws:
        client = boto3.client("appintegrations", "us-east-1")
        made = client.create_application(
            Name="desk",
            Namespace="desk",
            ApplicationSourceConfig={"ExternalUrlConfig": {"AccessUrl": "https://example.com"}},
        )
        aws.backend(region_name="us-east-1").associate_application(made["Id"])
        state = aws.snapshot()
        aws.restore(state)
        assert aws.snapshot() == state


def test_every_kind_of_entitled_record_comes_back() -> None:
    with mock_dataexchange() as aws:
        client = boto3.client("dataexchange", "us-east-1")
        aws.objects["inbox", "a.csv"] = b"1"
        data_set = client.create_data_set(AssetType="S3_SNAPSHOT", Name="Prices", Description="Daily")["Id"]
        revision = client.create_revision(DataSetId=data_set)["Id"]
        source = {"DataSetId": data_set, "RevisionId": revision, "AssetSources": [{"Bucket": "inbox", "Key": "a.csv"}]}
        job = client.create_job(Type="IMPORT_ASSETS_FROM_S3", Details={"ImportAssetsFromS3": source})["Id"]
        client.start_job(JobId=job)
        client.get_job(JobId=job)
        weather = {"name": "Weather", "description": "Hourly", "asset_type": "S3_SNAPSHOT", "product_id": "prod-1"}
        entitled = aws.backend(region_name="us-east-1").add_entitled_data_set(
            **weather, revisions=[{"comment": "May", "assets": {"a.csv": b"1"}}]
        )
        destination = {"RevisionDestination": {"Bucket": "inbox"}}
        client.create_event_action(
            Event={"RevisionPublished": {"DataSetId": entitled}}, Action={"ExportRevisionToS3": destination}
        )
        state = aws.snapshot()
        aws.restore(state)
        assert aws.snapshot() == state


@pytest.mark.parametrize("chosen", [{}, {"appIntegrations": None}])
def test_a_choice_has_exactly_one_of_its_members(chosen: dict[str, Any]) -> None:
    form = record("qconnect", "KnowledgeBaseData", always=("sourceConfiguration",))
    source = {"appIntegrationArn": "arn:aws:app-integrations:us-east-1:123456789012:data-integration/a"}
    form({"sourceConfiguration": {"appIntegrations": source}})
    members = model.load("qconnect").shape_for("SourceConfiguration").members
    assert "appIntegrations" in members
    with pytest.raises(Unfit) as caught:
        form({"sourceConfiguration": chosen})
    assert str(caught.value) == f"sourceConfiguration is not an object of one of {', '.join(members)}"


def test_what_is_inside_a_structure_is_checked_too() -> None:
    form = record("appintegrations", "GetDataIntegration")
    form({"Name": "files", "ScheduleConfiguration": {"ScheduleExpression": "rate(1 hour)", "Object": None}})
    for inside, complaint in (
        ({"ScheduleExpression": 1}, "ScheduleExpression"),
        ({"ScheduleExpression": "rate(1 hour)", "Colour": "red"}, "unknown member Colour"),
        ({"Object": "a"}, "lacks the member ScheduleExpression"),
    ):
        with pytest.raises(Unfit) as caught:
            form({"Name": "files", "ScheduleConfiguration": inside})
        assert complaint in f"{caught.value.path} {caught.value}"


SHAPES: dict[str, Any] = {
    "Number": {"type": "long"},
    "Small": {"type": "integer", "min": -1, "max": 3},
    "Float": {"type": "double", "min": 0.5},
    "Text": {"type": "string", "min": 2, "max": 3, "pattern": "^[a-z]*$"},
    "Letter": {"type": "string", "enum": ["a", "b"]},
    "List": {"type": "list", "member": {"shape": "Small"}, "min": 1, "max": 2},
    "Map": {"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Small"}, "max": 1},
    "Flag": {"type": "boolean"},
    "Bytes": {"type": "blob"},
    "Union": {"type": "structure", "union": True, "members": {"A": {"shape": "Flag"}, "B": {"shape": "Flag"}}},
    "Node": {
        "type": "structure",
        "required": ["Flag"],
        "members": {"Flag": {"shape": "Flag"}, "Next": {"shape": "Node"}, "Any": {"shape": "Any"}},
    },
    "Any": {"type": "structure", "members": {}, "document": True},
}


OPERATIONS: dict[str, Any] = {
    "Get": {"name": "Get", "http": {"method": "GET", "requestUri": "/"}, "input": {"shape": "GetRequest"}},
}
SHAPES |= {
    "Word": {"type": "string", "min": 1, "max": 3, "pattern": "[a-z]"},
    "Loose": {"type": "string", "max": 5},
    "GetRequest": {"type": "structure", "required": ["Word"], "members": {"Word": {"shape": "Word"}}},
}


@pytest.fixture
def _words(monkeypatch: pytest.MonkeyPatch) -> None:
    """A model whose words have a pattern that is looked for anywhere."""
    description = {"metadata": {"protocol": "rest-json"}, "operations": OPERATIONS, "shapes": SHAPES}
    monkeypatch.setattr(model, "load", lambda service_name: ServiceModel(description, service_name))


@pytest.mark.usefixtures("_words")
@pytest.mark.parametrize(
    ("make", "value"),
    [
        (lambda **how: shape("s", "Word", **how), lambda text: text),
        (lambda **how: member("s", "Get", "Word", **how), lambda text: text),
        (lambda **how: record("s", "Get", **how), lambda text: {"Word": text}),
        (lambda **how: record("s", "GetRequest", **how), lambda text: {"Word": text}),
        (lambda **how: by_operation({"Get": record("s", "Get", **how)}), lambda text: ("Get", {"Word": text})),
    ],
    ids=["shape", "member", "operation", "structure", "pair"],
)
def test_a_pattern_matches_the_whole_text_unless_it_is_only_looked_for(make: Any, value: Any) -> None:
    for how in ({}, {"whole_match": True}):
        make(**how)(value("a"))
        with pytest.raises(Unfit, match=r"is 'Aa', which does not match \[a-z\]$"):
            make(**how)(value("Aa"))
    make(whole_match=False)(value("Aa"))
    with pytest.raises(Unfit, match=r"is 'A', which does not match \[a-z\]$"):
        make(whole_match=False)(value("A"))


def test_a_pair_is_of_an_operation_that_keeps_tokens() -> None:
    form = by_operation({"Get": record("appintegrations", own={"Word": form_of("Letter")})})
    form(("Get", {"Word": "a"}))
    with pytest.raises(Unfit) as caught:
        form(("Put", {"Word": "a"}))
    assert str(caught.value) == "it is of Put, which keeps no tokens"
    with pytest.raises(Unfit) as caught:
        form(("Get", {"Word": "c"}))
    assert str(caught.value) == "Word is 'c', not one of a, b"


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"A": 1, "B": None}, None),
        ({"A": 1, "B": 2, "C": None, "D": 3, "E": 4}, "E is 4, not a text"),
        ({"A": 1, "B": 2, "E": None}, "E is None, not a text"),
        ({"A": 1, "B": 2, "E": "b"}, None),
        ({"B": 1}, "it lacks the member A"),
        ({"A": None, "B": 1}, "it lacks the member A"),
        ({"A": 1}, "it lacks the member B"),
        ({"A": 1, "B": 2, "F": None}, "it has the unknown member F"),
        ([], "it is a list of 0, not an object"),
    ],
)
def test_a_record_has_the_members_that_it_must_and_only_those_that_it_may(given: Any, text: str | None) -> None:
    form = record("appintegrations", always=("A",), present=("B",), kept=("C", "D"), own={"E": form_of("Letter")})
    if text is None:
        form(given)
        return
    with pytest.raises(Unfit) as caught:
        form(given)
    assert str(caught.value) == text


def form_of(name: str) -> Any:
    return of_shape(ServiceModel({"metadata": {}, "operations": {}, "shapes": SHAPES}, "s").shape_for(name), True)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("Number", [0, 2**63 - 1, -(2**63) + 1]),
        ("Small", [-1, 0, 3]),
        ("Float", [0.5, 1, 1e18]),
        ("Text", ["ab", "abc"]),
        ("Word", ["a"]),
        ("Any", [{}, [1], None, "a"]),
        ("Loose", ["", "a" * 5]),
        ("Letter", ["a", "b"]),
        ("List", [[], [1], [1, 3]]),
        ("Map", [{}, {"ab": 1}]),
        ("Flag", [True, False]),
        ("Bytes", [b"", b"a"]),
        ("Union", [{"A": True}, {"A": None, "B": False}]),
        ("Node", [{"Flag": True}, {"Flag": True, "Next": {"Flag": False, "Next": None}}, {"Flag": True, "Any": [1]}]),
    ],
)
def test_a_value_within_its_bounds_is_taken(name: str, values: list[Any]) -> None:
    for value in values:
        form_of(name)(value)


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("Number", 2**63, "is a very large number, not a number"),
        ("Number", -(2**63), "is a very large number, not a number"),
        ("Number", 1.5, "is 1.5, not a number"),
        ("Number", True, "is True, not a number"),
        ("Number", "1", "is '1', not a number"),
        ("Small", -2, "is -2, not from -1 to 3"),
        ("Small", 4, "is 4, not from -1 to 3"),
        ("Float", 0.4, "is 0.4, not from 0.5 to inf"),
        ("Float", float("nan"), "is nan, not a number"),
        ("Float", float("inf"), "is inf, not a number"),
        ("Text", "a", "has 1 characters, not from 2 to 3"),
        ("Text", "abcd", "has 4 characters, not from 2 to 3"),
        ("Text", "A1", "is 'A1', which does not match ^[a-z]*$"),
        ("Text", 1, "is 1, not a text"),
        ("Word", "", "has 0 characters, not from 1 to 3"),
        ("Loose", "a" * 6, "has 6 characters, not from 0 to 5"),
        ("Letter", "c", "is 'c', not one of a, b"),
        ("List", [1, 2, 3], "has 3 items, not from 0 to 2"),
        ("List", (1,), "is (1,), not a list"),
        ("List", [1, 4], "is 4, not from -1 to 3"),
        ("Map", {"ab": 1, "ac": 1}, "has 2 entries, not from 0 to 1"),
        ("Map", {"a": 1}, "has 1 characters, not from 2 to 3"),
        ("Map", {"ab": 9}, "is 9, not from -1 to 3"),
        ("Flag", 1, "is 1, not true or false"),
        ("Bytes", "a", "is 'a', not bytes"),
        ("Union", {}, "is not an object of one of A, B"),
        ("Union", {"A": True, "B": True}, "is not an object of one of A, B"),
        ("Node", {}, "lacks the member Flag"),
        ("Node", {"Flag": None}, "lacks the member Flag"),
        ("Node", {"Flag": True, "Next": {"Flag": 1}}, "is 1, not true or false"),
        ("Node", {"Flag": True, "Other": 1}, "has the unknown member Other"),
    ],
)
def test_a_value_out_of_its_bounds_is_unfit(name: str, value: Any, text: str) -> None:
    with pytest.raises(Unfit) as caught:
        form_of(name)(value)
    assert text in str(caught.value)


PRODUCT, GRANT = {"Id": "prod-a", "Name": "a"}, {"Arn": "arn:a", "Name": "a"}


@pytest.mark.parametrize("origin", [{"Product": PRODUCT}, {"DataGrant": GRANT}], ids=str)
def test_a_data_set_comes_from_a_product_or_a_grant(origin: dict[str, Any]) -> None:
    dataexchange_forms._origin(origin)


@pytest.mark.parametrize(
    ("origin", "text"),
    [
        ({"Product": PRODUCT, "DataGrant": GRANT}, "Product"),
        ({"Product": GRANT}, "Product"),
        ({"Product": {**PRODUCT, "Id": 1}}, "Product.Id is 1, not a text"),
        ({"DataGrant": PRODUCT}, "DataGrant"),
        ({}, "DataGrant"),
    ],
    ids=str,
)
def test_a_data_set_comes_from_nothing_else(origin: dict[str, Any], text: str) -> None:
    with pytest.raises(Unfit) as caught:
        dataexchange_forms._origin(origin)
    assert text in str(caught.value)
