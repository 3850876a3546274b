"""How broken constraints of the model are found and worded."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appint_mock import mock_appintegrations
from tests.appintegrations.resources import (
    MODEL,
    ON_DEMAND,
    TAG_KEY_HAS_PATTERN,
    associate_data_integration,
    create_application,
    create_data_integration,
    create_event_integration,
    not_found,
    refused,
    violating,
)
from tests.fidelity.appintegrations import holds


def _pattern(shape: str) -> str:
    return str(MODEL.shape_for(shape).metadata["pattern"])


def _fails(value: str, path: str, constraint: str) -> str:
    return f"Value {value} at '{path}' failed to satisfy constraint: {constraint}"


_MISSING = "Member must not be null"
_NAME = f"Member must satisfy regular expression pattern: {_pattern('Name')}"


def _longest(limit: int) -> str:
    return f"Member must have length less than or equal to {limit}"


def _shortest(limit: int) -> str:
    return f"Member must have length greater than or equal to {limit}"


def _of_items(shape_name: str) -> str:
    if shape_name not in MODEL.shape_names:
        return f"{shape_name} is not in this model"
    shape = MODEL.shape_for(shape_name).metadata
    parts = [_longest(shape["max"]), _shortest(shape["min"]) if "min" in shape else ""]
    parts += [f"Member must satisfy regular expression pattern: {shape['pattern']}"] if "pattern" in shape else []
    return ", ".join(part for part in parts if part)


# The text


@holds("constraints.form", "constraints.required", "constraints.past-boto3")
def test_one_violation_is_reported_in_the_singular(client: Any) -> None:
    with refused(
        "ValidationException",
        "1 validation error detected: Value null at 'kmsKey' failed to satisfy constraint: Member must not be null",
    ):
        client.create_data_integration(Name="orders")


@holds("constraints.form", "constraints.all", "constraints.required", "constraints.path")
def test_all_violations_are_reported_in_the_model_s_order_depth_first(client: Any) -> None:
    # Given in another order than the model's: EventBridgeBus, EventFilter, Description, Name.
    with refused(
        "ValidationException",
        f"6 validation errors detected: {_fails(repr('a b' * 100), 'name', _NAME)}; "
        f"{_fails(repr('a b' * 100), 'name', _longest(255))}; "
        f"{_fails(repr('x' * 1001), 'description', _longest(1000))}; "
        f"{_fails('null', 'eventFilter.source', _MISSING)}; "
        f"{_fails(repr(''), 'eventBridgeBus', _NAME)}; "
        f"{_fails(repr(''), 'eventBridgeBus', _shortest(1))}",
    ):
        client.create_event_integration(EventBridgeBus="", EventFilter={}, Description="x" * 1001, Name="a b" * 100)


@holds("constraints.path")
@pytest.mark.parametrize(
    ("call", "path"),
    [
        (lambda c: create_data_integration(c, SourceURI=""), "sourceURI"),
        (lambda c: create_data_integration(c, KmsKey=""), "kmsKey"),
        (lambda c: c.get_data_integration(Identifier=" "), "identifier"),
        (lambda c: c.delete_data_integration(DataIntegrationIdentifier=" "), "dataIntegrationIdentifier"),
        (lambda c: c.get_application(Arn="x"), "arn"),
        (lambda c: c.list_application_associations(ApplicationId="x"), "applicationId"),
        (lambda c: c.list_event_integration_associations(EventIntegrationName=" "), "eventIntegrationName"),
        (lambda c: c.list_tags_for_resource(resourceArn="x"), "resourceArn"),
        (lambda c: c.list_applications(MaxResults=0), "maxResults"),
        (lambda c: create_event_integration(c, EventFilter={"Source": "?"}), "eventFilter.source"),
        (
            lambda c: create_application(c, ApplicationSourceConfig={"ExternalUrlConfig": {"AccessUrl": "?"}}),
            "applicationSourceConfig.externalUrlConfig.accessUrl",
        ),
    ],
)
def test_a_path_is_made_of_the_model_s_names(client: Any, call: Any, path: str) -> None:
    with pytest.raises(client.exceptions.ClientError, match=f" at '{path}' failed"):
        call(client)


@holds("constraints.path-in-list")
def test_a_path_into_a_list_of_structures_has_an_index_from_one(client: Any) -> None:
    event = "Member must satisfy regular expression pattern: " + _pattern("EventName")
    with violating(
        _fails("'?'", "subscriptions.2.member.event", event),
        _fails("null", "subscriptions.3.member.event", _MISSING),
        _fails("null", "publications.1.member.schema", _MISSING),
    ):
        create_application(
            client, Subscriptions=[{"Event": "a::b"}, {"Event": "?"}, {}], Publications=[{"Event": "a::b"}]
        )


@holds("constraints.value")
@pytest.mark.parametrize(
    ("members", "complaint"),
    [
        ({"Description": "x" * 1001}, _fails(f"'{'x' * 1001}'", "description", _longest(1000))),
        (
            {"InitializationTimeout": -3},
            _fails("'-3'", "initializationTimeout", "Member must have value greater than or equal to 1"),
        ),
        (
            {"Permissions": ["a b", "c"]},
            _fails("'[a b, c]'", "permissions", f"Member must satisfy constraint: [{_of_items('Permission')}]"),
        ),
        (
            {"Tags": {"a": "1", "b" * 129: "2"}},
            _fails(f"'{{a=1, {'b' * 129}=2}}'", "tags", f"Map keys must satisfy constraint: [{_of_items('TagKey')}]"),
        ),
        (
            {"Subscriptions": [{"Event": "a::b", "Description": "d"}] * 51},
            _fails(f"'[{', '.join(['{Event=a::b, Description=d}'] * 51)}]'", "subscriptions", _longest(50)),
        ),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_value_is_written_as_java_would(client: Any, members: Any, complaint: str) -> None:
    with violating(complaint):
        create_application(client, **members)


# One constraint each


@holds("constraints.length")
def test_a_string_that_is_too_long_or_too_short_is_refused_with_its_limit(client: Any) -> None:
    with violating(_fails(f"'{'x' * 256}'", "name", _longest(255))):
        create_event_integration(client, "x" * 256)
    with violating(_fails("''", "clientToken", _shortest(1))):
        create_event_integration(client, ClientToken="")


@holds("constraints.pattern")
@pytest.mark.parametrize("name", ["a b", "é", "a\n", "a:b", "a*"])
def test_a_string_that_does_not_match_is_refused_with_the_pattern_verbatim(client: Any, name: str) -> None:
    with violating(_fails(f"'{name}'", "name", _NAME)):
        create_event_integration(client, name)


@holds("constraints.enum")
def test_a_string_outside_the_enum_is_refused_with_its_values_in_the_model_s_order(client: Any) -> None:
    kinds = f"Member must satisfy enum value set: [{', '.join(MODEL.shape_for('ApplicationType').enum)}]"
    with violating(_fails("'standard'", "applicationType", kinds)):
        create_application(client, ApplicationType="standard")
    modes = "Member must satisfy enum value set: [ON_DEMAND, SCHEDULED]"
    with violating(_fails("''", "executionConfiguration.executionMode", modes)):
        associate_data_integration(client, ExecutionConfiguration={"ExecutionMode": ""})


@holds("constraints.range", "constraints.max-results")
@pytest.mark.parametrize("page_size", [None, 2, 100])
@pytest.mark.parametrize(("number", "bound"), [(51, "less than or equal to 50"), (0, "greater than or equal to 1")])
def test_max_results_is_1_to_50_whatever_the_page_size(
    client: Any, page_size: int | None, number: int, bound: str
) -> None:
    with (
        mock_appintegrations(page_size=page_size),
        violating(_fails(f"'{number}'", "maxResults", f"Member must have value {bound}")),
    ):
        client.list_event_integrations(MaxResults=number)


@holds("constraints.max-results")
@pytest.mark.parametrize("number", [1, 50])
def test_max_results_at_its_bounds_is_fine(client: Any, number: int) -> None:
    client.list_event_integrations(MaxResults=number)


@holds("constraints.size", "constraints.no-tags")
def test_too_many_or_too_few_entries_are_reported_as_a_length(client: Any) -> None:
    permissions = ["p"] * 151
    with violating(_fails(f"'[{', '.join(permissions)}]'", "permissions", _longest(150))):
        create_application(client, Permissions=permissions)
    for create in (create_event_integration, create_data_integration, create_application):
        with violating(_fails("'{}'", "tags", _shortest(1))):
            create(client, Tags={})
    arn = create_event_integration(client)["EventIntegrationArn"]
    with violating(_fails("'{}'", "tags", _shortest(1))):
        client.tag_resource(resourceArn=arn, tags={})
    with violating(_fails("'[]'", "fileConfiguration.folders", _shortest(1))):
        create_data_integration(client, FileConfiguration={"Folders": []})


@holds("constraints.no-tag-keys")
@pytest.mark.parametrize("keys", [{}, {"tagKeys": []}], ids=["absent", "empty"])
def test_no_tag_keys_are_a_missing_member(client: Any, keys: Any) -> None:
    arn = create_event_integration(client)["EventIntegrationArn"]
    with violating(_fails("null", "tagKeys", _MISSING)):
        client.untag_resource(resourceArn=arn, **keys)


# Inside lists and maps


@holds("constraints.list-items", "constraints.all-of-item")
def test_wrong_strings_in_a_list_are_one_complaint_about_the_list(client: Any) -> None:
    values = ["Bad", "", "fine", "Bad", "x" * 101]
    rule = (
        "Member must satisfy constraint: [Member must have length less than or equal to 100, Member must have length "
        "greater than or equal to 1, Member must satisfy regular expression pattern: ^[a-z-]+$]"
    )
    with violating(_fails(f"'[{', '.join(values)}]'", "iframeConfig.allow", rule)):
        create_application(client, IframeConfig={"Allow": values})


@holds("constraints.map-keys", "constraints.all-of-item")
def test_wrong_keys_are_one_complaint_about_the_map(client: Any) -> None:
    tags = {"": "1", "x" * 129: "2"}
    rule = f"Map keys must satisfy constraint: [{_of_items('TagKey')}]"
    with violating(_fails(f"'{{=1, {'x' * 129}=2}}'", "tags", rule)):
        create_event_integration(client, Tags=tags)


@holds("constraints.map-values")
def test_wrong_values_are_one_complaint_about_the_map(client: Any) -> None:
    with violating(
        _fails(
            f"'{{a={'x' * 257}, b={'y' * 257}}}'",
            "tags",
            "Map value must satisfy constraint: [Member must have length less than or equal to 256]",
        )
    ):
        create_event_integration(client, Tags={"a": "x" * 257, "b": "y" * 257})
    with violating(
        _fails(
            "'{k=, l= }'",
            "clientAssociationMetadata",
            f"Map value must satisfy constraint: [{_of_items('NonBlankString')}]",
        )
    ):
        associate_data_integration(client, ClientAssociationMetadata={"k": "", "l": " "})


_SIZE = "Member must have length less than or equal to 2048, Member must have length greater than or equal to 1"


@holds("constraints.map-values", "constraints.path-in-map")
def test_lists_of_a_wrong_size_are_one_complaint_about_the_map_they_are_in(client: Any) -> None:
    rule = f"Map value must satisfy constraint: [{_SIZE}]"
    with violating(_fails("'{a=[], b=[x], c=[]}'", "fileConfiguration.filters", rule)):
        create_data_integration(client, FileConfiguration={"Folders": ["f"], "Filters": {"a": [], "b": ["x"], "c": []}})
    with violating(_fails("'{a=[]}'", "objectConfiguration.K.member", rule)):
        create_data_integration(client, ObjectConfiguration={"K": {"a": []}})


@holds("constraints.deeper", "constraints.path-in-map")
def test_a_violation_deeper_in_a_map_is_reported_for_the_inner_list_or_map(client: Any) -> None:
    items = f"Member must satisfy constraint: [{_of_items('Fields')}]"
    keys = f"Map keys must satisfy constraint: [{_of_items('NonBlankString')}]"
    with violating(_fails("'[x y, z]'", "fileConfiguration.filters.K.member", items)):
        create_data_integration(client, FileConfiguration={"Folders": ["f"], "Filters": {"K": ["x y", "z"]}})
    with violating(
        _fails("'{ =[x]}'", "objectConfiguration.K.member", keys),
        _fails("'[x y]'", "objectConfiguration.L.member.M.member", items),
    ):
        create_data_integration(client, ObjectConfiguration={"K": {" ": ["x"]}, "L": {"M": ["x y"]}})


# Reading the model


@holds("constraints.search")
@pytest.mark.parametrize("source", ["aws.casesXYZ", "aws.partner/", "xPipe .a", "xapp-integrations.webhooks/a"])
def test_a_pattern_is_matched_as_it_is_written(client: Any, source: str) -> None:
    # Its alternatives are anchored at one end each.
    create_event_integration(client, EventFilter={"Source": source})


@holds("constraints.search", "constraints.ascii")
@pytest.mark.parametrize("source", ["xaws.cases", "app-integrations.webhooks/a\n", "Pipe\u00a0.a"])
def test_anchors_of_a_pattern_hold(client: Any, source: str) -> None:
    with violating(
        _fails(
            f"'{source}'",
            "eventFilter.source",
            f"Member must satisfy regular expression pattern: {_pattern('Source')}",
        )
    ):
        create_event_integration(client, EventFilter={"Source": source})


@holds("constraints.ascii")
@pytest.mark.parametrize("schema", ["a\nb", "a\n", "\n"])
def test_a_dot_stops_at_a_newline_and_a_dollar_is_the_very_end(client: Any, schema: str) -> None:
    with violating(
        _fails(f"'{schema}'", "publications.1.member.schema", "Member must satisfy regular expression pattern: ^.*$")
    ):
        create_application(client, Publications=[{"Event": "a::b", "Schema": schema}])


@holds("constraints.ascii")
def test_classes_of_characters_are_ascii(client: Any) -> None:
    rule = f"Member must satisfy regular expression pattern: {_pattern('URL')}"
    path = "applicationSourceConfig.externalUrlConfig.accessUrl"
    with violating(_fails("'é://x'", path, rule)):
        create_application(client, ApplicationSourceConfig={"ExternalUrlConfig": {"AccessUrl": "é://x"}})
    # A no-break space is no \s, so it is not blank.
    create_data_integration(client, KmsKey="\u00a0")


@holds("constraints.code-points")
def test_length_counts_code_points(client: Any) -> None:
    create_data_integration(client, Description="🍋" * 1000)
    assert client.get_data_integration(Identifier="orders")["Description"] == "🍋" * 1000
    with violating(_fails(f"'{'🍋' * 1001}'", "description", _longest(1000))):
        create_data_integration(client, "another", Description="🍋" * 1001)


@holds("constraints.partitions")
@pytest.mark.parametrize("partition", ["aws-cn", "aws-us-gov", "aws-iso-b", "aws"])
def test_a_well_formed_arn_of_another_partition_is_not_found(client: Any, partition: str) -> None:
    arn = f"arn:{partition}:app-integrations:cn-north-1:123456789012:application/x"
    with not_found("Application", arn):
        client.get_application(Arn=arn)
    with not_found("Application", arn):
        client.list_tags_for_resource(resourceArn=arn)


@holds("constraints.partitions")
@pytest.mark.parametrize("arn", ["arn:azure:a:b:c:d", "arn:AWS:a:b:c:d", "aarn:aws:a:b:c:d"])
def test_the_text_shows_the_pattern_that_was_checked(client: Any, arn: str) -> None:
    pattern = _pattern("Arn")
    assert "arn:aws[a-z-]*:" in pattern
    with violating(_fails(f"'{arn}'", "resourceArn", f"Member must satisfy regular expression pattern: {pattern}")):
        client.list_tags_for_resource(resourceArn=arn)


@holds("models.newer", "constraints.search")
@pytest.mark.parametrize("uri", [" s3://bucket/key", "!s3://bucket/key"])
def test_a_source_uri_with_leading_junk_follows_the_installed_model(client: Any, uri: str) -> None:
    pattern = _pattern("SourceURI")
    if pattern.startswith("^((") and pattern.endswith("))$"):
        with violating(_fails(f"'{uri}'", "sourceURI", f"Member must satisfy regular expression pattern: {pattern}")):
            create_data_integration(client, SourceURI=uri)
    else:
        create_data_integration(client, SourceURI=uri)


@holds("models.newer")
@pytest.mark.parametrize(("key", "fits_older"), [("a;1,<", True), ("a b", False), ("a@b", False), ("é", False)])
def test_a_tag_key_follows_the_installed_model(client: Any, key: str, fits_older: bool) -> None:
    arn = create_event_integration(client)["EventIntegrationArn"]
    if fits_older or not TAG_KEY_HAS_PATTERN:
        client.tag_resource(resourceArn=arn, tags={key: "1"})
        assert client.list_tags_for_resource(resourceArn=arn)["tags"] == {key: "1"}
    else:
        rule = f"Map keys must satisfy constraint: [{_of_items('TagKey')}]"
        with violating(_fails(f"'{{{key}=1}}'", "tags", rule)):
            client.tag_resource(resourceArn=arn, tags={key: "1"})


@holds("models.newer")
def test_what_the_newer_model_constrains_is_checked(client: Any) -> None:
    with violating(
        _fails("'NONE'", "authConfig.authType", "Member must satisfy enum value set: [API_KEY, CONNECT_JWT]")
    ):
        create_application(client, AuthConfig={"AuthType": "NONE"})


@holds("constraints.past-boto3")
@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        (lambda c: c.list_applications(MaxResults=0), "at 'maxResults'"),
        (lambda c: create_event_integration(c, ClientToken=""), "at 'clientToken'"),
        (lambda c: c.create_event_integration(), "3 validation errors detected: Value null at 'name'"),
        (lambda c: c.create_application(), "3 validation errors detected: Value null at 'name'"),
        (
            lambda c: c.update_data_integration_association(
                DataIntegrationIdentifier="x", DataIntegrationAssociationIdentifier="y"
            ),
            "1 validation error detected: Value null at 'executionConfiguration'",
        ),
        (lambda c: associate_data_integration(c, ExecutionConfiguration={}), "executionConfiguration.executionMode"),
        (
            lambda c: associate_data_integration(c, ExecutionConfiguration={**ON_DEMAND, "OnDemandConfiguration": {}}),
            "executionConfiguration.onDemandConfiguration.startTime",
        ),
    ],
)
def test_what_boto3_itself_refuses_is_answered_all_the_same(client: Any, call: Any, complaint: str) -> None:
    with pytest.raises(client.exceptions.ClientError, match=complaint):
        call(client)


@holds("constraints.past-boto3")
def test_boto3_s_own_checks_still_come_first() -> None:
    from botocore.exceptions import ParamValidationError

    with mock_appintegrations() as aws:
        client = boto3.client("appintegrations")
        with pytest.raises(ParamValidationError):
            client.create_event_integration()
        assert len(aws.calls) == 0


@settings(max_examples=25, deadline=None)
@given(names=st.lists(st.text(alphabet="ab -*é", min_size=1, max_size=5), max_size=6))
@holds("constraints.list-items")
def test_a_list_is_reported_once_however_many_items_fail(names: list[str]) -> None:
    with mock_appintegrations():
        client: Any = boto3.client("appintegrations")
        if all(set(name) <= set("ab-*") for name in names):
            create_application(client, Permissions=names)
        else:
            rule = f"Member must satisfy constraint: [{_of_items('Permission')}]"
            with violating(_fails(f"'[{', '.join(names)}]'", "permissions", rule)):
                create_application(client, Permissions=names)
