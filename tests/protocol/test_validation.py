"""The cheap check, the violations, and what jsonschema says to the whole request: they always agree."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from botocore.model import ServiceModel
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appint_mock.protocol.errors import ServiceError
from appint_mock.protocol.operation import Operation
from appint_mock.protocol.rules import Rules, Step
from appint_mock.protocol.schema import CONSTRAINTS, derive, validator
from tests.shapes import CATALOGUES, OPERATIONS, constraints, example, operation_id, values, violating

APPINTEGRATIONS = CATALOGUES["appintegrations"].operations
DATAEXCHANGE = CATALOGUES["dataexchange"].operations
EVENT_INTEGRATION: dict[str, Any] = {
    "Name": "orders",
    "EventFilter": {"Source": "aws.cases"},
    "EventBridgeBus": "default",
}


def broken(operation: Operation, params: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        ("/".join(str(step.name) for step in violation.path), violation.constraint)
        for violation in operation.violations(params)
    ]


def found_by_jsonschema(operation: Operation, params: dict[str, Any]) -> set[tuple[str, str]]:
    """What a jsonschema validator of the whole input finds, in the form of ``broken``."""
    found = set()
    errors: Any = validator(operation.input_schema, whole_match=operation.rules.whole_match).iter_errors(params)
    for error in errors:
        path, constraint = list(error.absolute_path), CONSTRAINTS[str(error.validator)]
        if "propertyNames" in error.absolute_schema_path:
            path.append(error.instance)
        if constraint == "required":
            missing = [name for name in error.validator_value if name not in error.instance]
            found |= {("/".join(map(str, [*path, name])), constraint) for name in missing}
        else:
            found.add(("/".join(map(str, path)), constraint))
    return found


@pytest.mark.parametrize("operation", OPERATIONS, ids=operation_id)
def test_the_check_agrees_with_jsonschema(operation: Operation) -> None:
    whole = operation.rules.whole_match
    broken_once = [params for params in map(violating, constraints(operation)) if params is not None]
    wrong = st.sampled_from(broken_once) if broken_once else st.nothing()

    @settings(deadline=None, max_examples=8, database=None, suppress_health_check=list(HealthCheck))
    @given(values(operation.model.input_shape, whole, loose=True) | wrong)
    def agrees(params: dict[str, Any]) -> None:
        expected = found_by_jsonschema(operation, params)
        assert set(broken(operation, params)) == expected
        assert operation.is_valid(params) == (not expected)

    agrees()
    assert operation.is_valid(example(operation.model.input_shape, whole))


@pytest.mark.parametrize("operation", OPERATIONS, ids=operation_id)
def test_each_constraint_of_the_model_is_enforced(operation: Operation) -> None:
    for constraint in constraints(operation):
        params = violating(constraint)
        if params is None:
            # Nothing is shorter than nothing, and some patterns are found in every text.
            limit = constraint.shape.metadata[constraint.name]
            assert (constraint.name, limit) in [("min", 0), ("pattern", ".*")], constraint
            continue
        assert not operation.is_valid(params), constraint
        names = {violation.constraint for violation in operation.violations(params)}
        assert constraint.name in names, constraint
        # Too short a text seldom fits the pattern, nor does every text that is too long.
        assert names <= {constraint.name, "pattern"}, constraint


def test_a_valid_input_passes_the_check() -> None:
    APPINTEGRATIONS["CreateEventIntegration"].check(EVENT_INTEGRATION)


def test_an_invalid_input_is_refused_in_the_services_words() -> None:
    with pytest.raises(ServiceError) as caught:
        APPINTEGRATIONS["CreateEventIntegration"].check({**EVENT_INTEGRATION, "Name": "a b"})
    assert caught.value.code == "ValidationException"
    assert (caught.value.message or "").startswith("1 validation error detected: Value 'a b' at 'name'")


def test_violations_come_in_the_models_order_depth_first_pattern_before_length() -> None:
    params = {
        "Tags": {"x" * 129: "v" * 257},
        "Description": "x" * 1001,
        "EventFilter": {"Source": "!" * 257},
        "Name": "!" * 256,
    }
    assert broken(APPINTEGRATIONS["CreateEventIntegration"], params) == [
        ("Name", "pattern"),
        ("Name", "max"),
        ("Description", "max"),
        ("EventFilter/Source", "pattern"),
        ("EventFilter/Source", "max"),
        ("EventBridgeBus", "required"),
        (f"Tags/{'x' * 129}", "max"),
        (f"Tags/{'x' * 129}", "max"),
    ]


def test_a_list_comes_before_its_items_and_keys_before_values() -> None:
    params = {"Name": "a", "KmsKey": "k", "FileConfiguration": {"Folders": [" ", "a", " "] * 4}}
    assert broken(APPINTEGRATIONS["CreateDataIntegration"], params) == [
        ("FileConfiguration/Folders", "max"),
        *[(f"FileConfiguration/Folders/{index}", "pattern") for index in (0, 2, 3, 5, 6, 8, 9, 11)],
    ]
    filters = {"a": [], " ": ["f"], "b": ["!"]}
    params = {"Name": "a", "KmsKey": "k", "FileConfiguration": {"Folders": ["f"], "Filters": filters}}
    violations = APPINTEGRATIONS["CreateDataIntegration"].violations(params)
    assert [(violation.path[2:], violation.constraint) for violation in violations] == [
        ((Step("key", " "),), "pattern"),
        ((Step("value", "a"),), "min"),
        ((Step("value", "b"), Step("item", 0)), "pattern"),
    ]


def test_a_violation_has_the_value_its_shape_and_its_place() -> None:
    filters = {"K": ["ok", "!"]}
    configuration = {"Folders": ["f"], "Filters": filters}
    params = {"Name": "a", "KmsKey": "k", "FileConfiguration": configuration}
    (violation,) = APPINTEGRATIONS["CreateDataIntegration"].violations(params)
    assert violation.path == (
        Step("member", "FileConfiguration"),
        Step("member", "Filters"),
        Step("value", "K"),
        Step("item", 1),
    )
    assert (violation.value, violation.container) == ("!", ["ok", "!"])
    assert violation.shape.name == "Fields"
    assert set(violation.shape.metadata) == {"min", "max", "pattern"}
    (missing,) = APPINTEGRATIONS["GetEventIntegration"].violations({})
    assert (missing.path, missing.value, missing.container) == ((Step("member", "Name"),), None, {})


def test_a_member_called_as_a_keyword_of_json_schema_is_a_member() -> None:
    names = ["propertyNames", "required", "items", "properties"]
    members = {name: {"shape": "S"} for name in names}
    shapes = {
        "S": {"type": "string", "pattern": "^a$"},
        "Input": {"type": "structure", "members": members, "required": ["required"]},
    }
    operation = {"name": "Do", "http": {"method": "POST", "requestUri": "/"}, "input": {"shape": "Input"}}
    model = ServiceModel({"metadata": {}, "operations": {"Do": operation}, "shapes": shapes}, "s")
    broken_names = broken(Operation(model.operation_model("Do"), Rules(False, str)), dict.fromkeys(names, "b"))
    assert broken_names == [(name, "pattern") for name in names]


def test_a_shape_that_holds_itself_is_checked_to_its_depth() -> None:
    shapes = {
        "S": {"type": "string", "max": 1},
        "Node": {"type": "structure", "members": {"Value": {"shape": "S"}, "Next": {"shape": "Node"}}},
        "Input": {"type": "structure", "members": {"It": {"shape": "Node"}}},
    }
    description = {"name": "Do", "http": {"method": "POST", "requestUri": "/"}, "input": {"shape": "Input"}}
    model = ServiceModel({"metadata": {}, "operations": {"Do": description}, "shapes": shapes}, "s")
    operation = Operation(model.operation_model("Do"), Rules(False, str))
    deep = {"It": {"Value": "a", "Next": {"Next": {"Value": "bb"}}}}
    assert broken(operation, deep) == [("It/Next/Next/Value", "max")]
    assert not operation.is_valid(deep)
    assert [constraint.path for constraint in constraints(operation)] == [("It", "Value")]


@pytest.mark.parametrize(
    ("key", "value", "right", "wrong"), [("Short", "Free", "a", "bb"), ("Free", "Short", "aa", "aa")]
)
def test_a_map_may_be_constrained_in_its_keys_or_its_values_alone(key: str, value: str, right: str, wrong: str) -> None:
    shapes = {
        "Short": {"type": "string", "max": 1},
        "Free": {"type": "string"},
        "Map": {"type": "map", "key": {"shape": key}, "value": {"shape": value}},
        "Input": {"type": "structure", "members": {"It": {"shape": "Map"}}},
    }
    description = {"name": "Do", "http": {"method": "POST", "requestUri": "/"}, "input": {"shape": "Input"}}
    model = ServiceModel({"metadata": {}, "operations": {"Do": description}, "shapes": shapes}, "s")
    operation = Operation(model.operation_model("Do"), Rules(False, str))
    assert operation.is_valid({"It": {right: "b" if value == "Short" else "bb"}})
    assert not operation.is_valid({"It": {wrong: "bb"}})
    assert broken(operation, {"It": {wrong: "bb"}}) == [(f"It/{wrong}", "max")]


@pytest.mark.parametrize(
    ("operation", "params", "valid"),
    [
        # Searched for, with the very end and ASCII classes...
        ("CreateEventIntegration", {**EVENT_INTEGRATION, "EventFilter": {"Source": "aws.casesXYZ"}}, True),
        ("CreateEventIntegration", {**EVENT_INTEGRATION, "Name": "orders\n"}, False),
        ("CreateEventIntegration", {**EVENT_INTEGRATION, "Name": "órders"}, False),
        ("CreateEventIntegration", {**EVENT_INTEGRATION, "Description": ""}, True),
        ("CreateEventIntegration", {**EVENT_INTEGRATION, "Description": "é" * 1000}, True),
        ("CreateEventIntegration", {**EVENT_INTEGRATION, "Tags": {}}, False),
        ("CreateEventIntegration", {**EVENT_INTEGRATION, "Tags": {"a": ""}}, True),
        ("GetDataIntegration", {"Identifier": " "}, False),
        ("GetDataIntegration", {"Identifier": "whatever it is"}, True),
        ("GetApplication", {"Arn": "arn:aws-us-gov:app-integrations:us-gov-west-1:1:application/x"}, True),
        ("GetApplication", {"Arn": "arn:aws:app-integrations:us-east-1:1:application/x:$LATEST"}, True),
        ("GetApplication", {"Arn": "name"}, False),
        ("ListApplications", {"MaxResults": 51}, False),
        ("ListApplications", {"MaxResults": 0}, False),
        ("ListApplications", {"ApplicationType": "standard"}, False),
    ],
)
def test_constraints_of_appintegrations_are_read_as_the_service_reads_them(
    operation: str, params: dict[str, Any], valid: bool
) -> None:
    assert APPINTEGRATIONS[operation].is_valid(params) is valid


DATA_SET_ID = "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize(
    ("operation", "params", "valid"),
    [
        ("GetDataSet", {"DataSetId": DATA_SET_ID}, True),
        # ... or matched whole.
        ("GetDataSet", {"DataSetId": f"arn:aws:dataexchange:us-east-1::data-sets/{DATA_SET_ID}"}, False),
        ("GetDataGrant", {"DataGrantId": DATA_SET_ID}, True),
        ("GetDataGrant", {"DataGrantId": f"arn:aws-cn:dataexchange:x:123456789012:data-grants/{DATA_SET_ID}"}, True),
        ("GetDataGrant", {"DataGrantId": f"arn:aws:dataexchange:x:123456789012:data-grants/{DATA_SET_ID}/"}, False),
        ("ListDataSets", {"Origin": "OWNED"}, True),
        ("ListDataSets", {"Origin": "owned"}, False),
        ("CreateDataSet", {"AssetType": "S3_SNAPSHOT", "Name": "n", "Description": "d" * 16385}, False),
        ("UpdateDataSet", {"DataSetId": DATA_SET_ID, "Name": ""}, False),
        ("GetEventAction", {"EventActionId": "strange"}, True),
        ("ListJobs", {"DataSetId": "strange"}, True),
    ],
)
def test_constraints_of_data_exchange_are_read_as_the_service_reads_them(
    operation: str, params: dict[str, Any], valid: bool
) -> None:
    assert DATAEXCHANGE[operation].is_valid(params) is valid


def test_answers_may_show_empty_lists_and_maps_whose_shapes_have_a_smallest_size() -> None:
    listing, tags = APPINTEGRATIONS["ListApplications"], APPINTEGRATIONS["ListTagsForResource"]
    assert validator(listing.output_schema, whole_match=False).is_valid({"Applications": []})
    assert validator(tags.output_schema, whole_match=False).is_valid({"tags": {}})
    assert not validator(tags.output_schema, whole_match=False).is_valid({"tags": {"a": 1}})
    assert not validator(tags.output_schema, whole_match=False).is_valid({"Tags": {}})


def test_where_the_model_has_no_members_there_may_be_none() -> None:
    checking = validator(derive(None), whole_match=False)
    assert checking.is_valid({})
    assert not checking.is_valid({"a": 1})


def test_the_schemas_know_moments() -> None:
    operation = APPINTEGRATIONS["GetApplication"]
    moment = example(operation.model.service_model.shape_for("Timestamp"), whole=False)
    assert validator(operation.output_schema, whole_match=False).is_valid({"CreatedTime": moment})
    assert not validator(operation.output_schema, whole_match=False).is_valid({"CreatedTime": 1.0})


@pytest.mark.integration
def test_jsonschema_is_imported_only_for_a_wrong_request() -> None:
    program = (
        "import sys\n"
        "from appint_mock.protocol.operation import Catalogue\n"
        "from appint_mock.services.appintegrations.wording import RULES\n"
        "operation = Catalogue('appintegrations', RULES).operations['GetEventIntegration']\n"
        "operation.check({'Name': 'a'}); assert 'jsonschema' not in sys.modules\n"
        "operation.violations({}); assert 'jsonschema' in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_bytes_have_a_length() -> None:
    shapes = {
        "Bytes": {"type": "blob", "min": 2, "max": 3},
        "Input": {"type": "structure", "members": {"It": {"shape": "Bytes"}}},
    }
    description = {"name": "Do", "http": {"method": "POST", "requestUri": "/"}, "input": {"shape": "Input"}}
    model = ServiceModel({"metadata": {}, "operations": {"Do": description}, "shapes": shapes}, "s")
    operation = Operation(model.operation_model("Do"), Rules(False, str))
    found = {length: broken(operation, {"It": b"x" * length}) for length in (1, 2, 3, 4)}
    assert found == {1: [("It", "min")], 2: [], 3: [], 4: [("It", "max")]}
