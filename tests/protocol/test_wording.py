"""How the two services word constraint violations."""

from __future__ import annotations

from typing import Any

import pytest

from appint_mock.protocol.errors import ServiceError
from tests.fidelity.dataexchange import holds
from tests.shapes import CATALOGUES, OPERATIONS, constraints, operation_id, violating


def refusal(service: str, operation: str, params: dict[str, Any]) -> str:
    with pytest.raises(ServiceError) as caught:
        CATALOGUES[service].operations[operation].check(params)
    assert caught.value.code == "ValidationException"
    return caught.value.message or ""


# Amazon AppIntegrations

NAME_PATTERN = r"^[a-zA-Z0-9\/\._\-]+$"
NON_BLANK = (
    "Member must have length less than or equal to 255, "
    "Member must have length greater than or equal to 1, "
    r"Member must satisfy regular expression pattern: .*\S.*"
)
FIELD = (
    "Member must have length less than or equal to 255, "
    "Member must have length greater than or equal to 1, "
    f"Member must satisfy regular expression pattern: {NAME_PATTERN}"
)
FEATURE = (
    "Member must have length less than or equal to 100, "
    "Member must have length greater than or equal to 1, "
    "Member must satisfy regular expression pattern: ^[a-z-]+$"
)
FIELDS = "Member must have length less than or equal to 2048, Member must have length greater than or equal to 1"
EVENT = {"Name": "n", "EventFilter": {"Source": "aws.cases"}, "EventBridgeBus": "b"}
DATA = {"Name": "n", "KmsKey": "k"}
APPLICATION = {"Name": "n", "Namespace": "n", "ApplicationSourceConfig": {}}


def complaint(value: str, path: str, constraint: str) -> str:
    return f"Value {value} at '{path}' failed to satisfy constraint: {constraint}"


LONG = "x" * 256


@pytest.mark.parametrize(
    ("operation", "params", "complaints"),
    [
        ("GetEventIntegration", {}, [complaint("null", "name", "Member must not be null")]),
        (
            "CreateEventIntegration",
            {**EVENT, "EventFilter": {}},
            [complaint("null", "eventFilter.source", "Member must not be null")],
        ),
        ("TagResource", {"tags": {"a": "b"}}, [complaint("null", "resourceArn", "Member must not be null")]),
        (
            "UntagResource",
            {"resourceArn": "arn:aws:a:b:c:d"},
            [complaint("null", "tagKeys", "Member must not be null")],
        ),
        (
            "GetEventIntegration",
            {"Name": LONG},
            [complaint(f"'{LONG}'", "name", "Member must have length less than or equal to 255")],
        ),
        (
            "GetEventIntegration",
            {"Name": ""},
            [
                complaint("''", "name", f"Member must satisfy regular expression pattern: {NAME_PATTERN}"),
                complaint("''", "name", "Member must have length greater than or equal to 1"),
            ],
        ),
        (
            "CreateDataIntegration",
            {**DATA, "SourceURI": "x" * 1001},
            [
                complaint(
                    f"'{'x' * 1001}'",
                    "sourceURI",
                    "Member must satisfy regular expression pattern: "
                    + CATALOGUES["appintegrations"].model.shape_for("SourceURI").metadata["pattern"],
                ),
                complaint(f"'{'x' * 1001}'", "sourceURI", "Member must have length less than or equal to 1000"),
            ],
        ),
        (
            "GetApplication",
            {"Arn": "my name"},
            [
                complaint(
                    "'my name'",
                    "arn",
                    "Member must satisfy regular expression pattern: ^(arn:aws[a-z-]*:[A-Za-z0-9][A-Za-z0-9_/.-]{0,62}:"
                    "[A-Za-z0-9_/.-]{0,63}:[A-Za-z0-9_/.-]{0,63}:[A-Za-z0-9][A-Za-z0-9:_/+=,@.-]{0,1023}|"
                    r"[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12})(:[\w\$]+)?$",
                )
            ],
        ),
        (
            "UpdateDataIntegrationAssociation",
            {
                "DataIntegrationIdentifier": "d",
                "DataIntegrationAssociationIdentifier": "a",
                "ExecutionConfiguration": {"ExecutionMode": "NEVER"},
            },
            [
                complaint(
                    "'NEVER'",
                    "executionConfiguration.executionMode",
                    "Member must satisfy enum value set: [ON_DEMAND, SCHEDULED]",
                )
            ],
        ),
        (
            "ListApplications",
            {"MaxResults": 51},
            [complaint("'51'", "maxResults", "Member must have value less than or equal to 50")],
        ),
        (
            "ListApplications",
            {"MaxResults": 0},
            [complaint("'0'", "maxResults", "Member must have value greater than or equal to 1")],
        ),
        (
            "CreateEventIntegration",
            {**EVENT, "Tags": {}},
            [complaint("'{}'", "tags", "Member must have length greater than or equal to 1")],
        ),
        (
            "CreateDataIntegration",
            {**DATA, "FileConfiguration": {"Folders": ["f"] * 11}},
            [
                complaint(
                    f"'[{', '.join('f' * 11)}]'",
                    "fileConfiguration.folders",
                    "Member must have length less than or equal to 10",
                )
            ],
        ),
        # A list's items: the list, once.
        (
            "CreateApplication",
            {**APPLICATION, "Permissions": ["ok", "no!", "no no"]},
            [
                complaint(
                    "'[ok, no!, no no]'",
                    "permissions",
                    "Member must satisfy constraint: [Member must have length less than or equal to 255, "
                    "Member must have length greater than or equal to 1, "
                    r"Member must satisfy regular expression pattern: ^[a-zA-Z0-9\/\._\-\*]+$]",
                )
            ],
        ),
        # Two lists of one structure: each on its own.
        (
            "CreateApplication",
            {**APPLICATION, "IframeConfig": {"Allow": ["!", "?"], "Sandbox": ["?"]}},
            [
                complaint("'[!, ?]'", "iframeConfig.allow", f"Member must satisfy constraint: [{FEATURE}]"),
                complaint("'[?]'", "iframeConfig.sandbox", f"Member must satisfy constraint: [{FEATURE}]"),
            ],
        ),
        # Structures in a list: by their number.
        (
            "CreateApplication",
            {**APPLICATION, "Subscriptions": [{"Event": "a::b"}, {"Event": "a"}, {"Description": "d"}]},
            [
                complaint(
                    "'a'",
                    "subscriptions.2.member.event",
                    "Member must satisfy regular expression pattern: "
                    r"^[a-zA-Z0-9\/\._\-]+::[a-zA-Z0-9\/\._\-]+(?:\*)?$",
                ),
                complaint("null", "subscriptions.3.member.event", "Member must not be null"),
            ],
        ),
        # A map's keys and values: the map, once each.
        (
            "CreateEventIntegration",
            {**EVENT, "Tags": {"a": "v" * 257, "b": "w" * 257}},
            [
                complaint(
                    f"'{{a={'v' * 257}, b={'w' * 257}}}'",
                    "tags",
                    "Map value must satisfy constraint: [Member must have length less than or equal to 256]",
                )
            ],
        ),
        (
            "CreateDataIntegrationAssociation",
            {"DataIntegrationIdentifier": "d", "ClientAssociationMetadata": {" ": " ", "  ": "v"}},
            [
                complaint(
                    "'{ = ,   =v}'",
                    "clientAssociationMetadata",
                    f"Map keys must satisfy constraint: [{NON_BLANK}]",
                ),
                complaint(
                    "'{ = ,   =v}'",
                    "clientAssociationMetadata",
                    f"Map value must satisfy constraint: [{NON_BLANK}]",
                ),
            ],
        ),
        # Lists in a map: their sizes as values of the map, their items by the key.
        (
            "CreateDataIntegration",
            {**DATA, "FileConfiguration": {"Folders": ["f"], "Filters": {"K": [], "L": ["!", "?"]}}},
            [
                complaint(
                    "'{K=[], L=[!, ?]}'",
                    "fileConfiguration.filters",
                    f"Map value must satisfy constraint: [{FIELDS}]",
                ),
                complaint(
                    "'[!, ?]'",
                    "fileConfiguration.filters.L.member",
                    f"Member must satisfy constraint: [{FIELD}]",
                ),
            ],
        ),
        # A map in a map.
        (
            "CreateDataIntegration",
            {**DATA, "ObjectConfiguration": {"K": {" ": ["a"], "L": []}, "M": {"N": ["a", "!"]}}},
            [
                complaint(
                    "'{ =[a], L=[]}'",
                    "objectConfiguration.K.member",
                    f"Map keys must satisfy constraint: [{NON_BLANK}]",
                ),
                complaint(
                    "'{ =[a], L=[]}'",
                    "objectConfiguration.K.member",
                    f"Map value must satisfy constraint: [{FIELDS}]",
                ),
                complaint(
                    "'[a, !]'",
                    "objectConfiguration.M.member.N.member",
                    f"Member must satisfy constraint: [{FIELD}]",
                ),
            ],
        ),
    ],
    ids=str,
)
def test_appintegrations_lists_every_complaint(operation: str, params: dict[str, Any], complaints: list[str]) -> None:
    errors = "error" if len(complaints) == 1 else "errors"
    assert refusal("appintegrations", operation, params) == (
        f"{len(complaints)} validation {errors} detected: {'; '.join(complaints)}"
    )


def test_appintegrations_counts_all_complaints_in_the_models_order() -> None:
    assert refusal("appintegrations", "CreateEventIntegration", {"EventBridgeBus": "a b"}) == (
        "3 validation errors detected: "
        + complaint("null", "name", "Member must not be null")
        + "; "
        + complaint("null", "eventFilter", "Member must not be null")
        + "; "
        + complaint("'a b'", "eventBridgeBus", f"Member must satisfy regular expression pattern: {NAME_PATTERN}")
    )


def test_appintegrations_writes_values_as_java_does() -> None:
    event = {"Event": "a::b", "Description": "d"}
    text = refusal("appintegrations", "CreateApplication", {**APPLICATION, "Subscriptions": [event] * 51})
    listed = ", ".join(["{Event=a::b, Description=d}"] * 51)
    assert text.startswith(f"1 validation error detected: Value '[{listed}]' at 'subscriptions' failed")


# AWS Data Exchange

ID = "0123456789abcdef0123456789abcdef"
ALPHANUMERIC = "must only contain alpha-numeric characters"
IMPORT = {"DataSetId": ID, "RevisionId": ID}


def job(**details: Any) -> dict[str, Any]:
    return {"Type": "IMPORT_ASSETS_FROM_S3", "Details": details}


@holds(
    "constraints.joined",
    "constraints.path",
    "constraints.id-characters",
    "constraints.id-long",
    "constraints.id-short",
    "constraints.required",
    "constraints.length",
    "constraints.empty",
    "constraints.items",
    "constraints.range",
    "constraints.enum",
    "constraints.pattern",
)
@pytest.mark.parametrize(
    ("operation", "params", "complaints"),
    [
        # As it was recorded.
        (
            "GetDataSet",
            {"DataSetId": f"arn:aws:dataexchange:us-east-1:123456789012:data-sets/{ID}"},
            f'"DataSetId" {ALPHANUMERIC}, "DataSetId" length must be less than or equal to 40 characters long',
        ),
        ("GetDataSet", {"DataSetId": "a" * 29}, '"DataSetId" length must be at least 30 characters long'),
        ("GetDataSet", {"DataSetId": ""}, '"DataSetId" length must be at least 30 characters long'),
        ("GetDataSet", {"DataSetId": "-" * 30}, f'"DataSetId" {ALPHANUMERIC}'),
        ("GetDataSet", {"DataSetId": "a" * 39 + "-"}, f'"DataSetId" {ALPHANUMERIC}'),
        (
            "GetDataSet",
            {"DataSetId": "é" * 3},
            f'"DataSetId" {ALPHANUMERIC}, "DataSetId" length must be at least 30 characters long',
        ),
        ("GetDataSet", {"DataSetId": "a" * 41}, '"DataSetId" length must be less than or equal to 40 characters long'),
        ("CreateRevision", {}, '"DataSetId" is required'),
        (
            "CreateDataSet",
            {"Name": "n" * 257, "Description": ""},
            '"AssetType" is required, "Description" is not allowed to be empty, '
            '"Name" length must be less than or equal to 256 characters long',
        ),
        (
            "RevokeRevision",
            {**IMPORT, "RevocationComment": "short"},
            '"RevocationComment" length must be at least 10 characters long',
        ),
        ("ListDataSets", {"MaxResults": 201}, '"MaxResults" must be less than or equal to 200'),
        ("ListDataSets", {"MaxResults": 0}, '"MaxResults" must be greater than or equal to 1'),
        ("ListDataSets", {"Origin": "MINE"}, '"Origin" must be one of [OWNED, ENTITLED]'),
        (
            "CreateJob",
            job(ImportAssetsFromS3={**IMPORT, "AssetSources": [{"Key": "k"}, {"Bucket": "b", "Key": "k"}]}),
            '"Details.ImportAssetsFromS3.AssetSources[0].Bucket" is required',
        ),
        (
            "CreateJob",
            job(ImportAssetsFromS3={**IMPORT, "AssetSources": []}),
            '"Details.ImportAssetsFromS3.AssetSources" must contain at least 1 items',
        ),
        (
            "CreateJob",
            job(
                CreateS3DataAccessFromS3Bucket={
                    **IMPORT,
                    "AssetSource": {"Bucket": "b", "KmsKeysToGrant": [{"KmsKeyArn": "a"}] * 11},
                }
            ),
            '"Details.CreateS3DataAccessFromS3Bucket.AssetSource.KmsKeysToGrant" '
            "must contain less than or equal to 10 items",
        ),
        (
            "CreateJob",
            job(
                ImportAssetsFromLakeFormationTagPolicy={
                    **IMPORT,
                    "CatalogId": "12345678901x",
                    "RoleArn": "arn:aws-cn:iam::123456789012:role/r",
                    "Database": {"Expression": [], "Permissions": ["DESCRIBE", "SELECT"]},
                }
            ),
            '"Details.ImportAssetsFromLakeFormationTagPolicy.CatalogId" with value "12345678901x" fails to match '
            "the required pattern: /[\\d]{12}/, "
            '"Details.ImportAssetsFromLakeFormationTagPolicy.Database.Permissions[1]" must be one of [DESCRIBE]',
        ),
    ],
    ids=str,
)
def test_data_exchange_lists_every_complaint(operation: str, params: dict[str, Any], complaints: str) -> None:
    assert refusal("dataexchange", operation, params) == f"The following parameter(s) are not valid: {complaints}."


@pytest.mark.parametrize("operation", OPERATIONS, ids=operation_id)
def test_every_violation_can_be_worded_and_names_its_member(operation: Any) -> None:
    for constraint in constraints(operation):
        params = violating(constraint)
        if params is not None:
            text = refusal(operation.model.service_model.service_name, operation.name, params)
            last_member = [name for name in constraint.path if name[0] not in "[{"][-1]
            assert last_member.lower() in text.lower(), constraint
