"""AWS Marketplace Catalog's change sets beside an open scope of AWS Data Exchange."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config

from appint_mock import UnmockedCallError, mock_dataexchange
from tests.fidelity.dataexchange import holds

PRODUCT = "prod-abcdefghijklm"


@pytest.fixture
def aws() -> Iterator[Any]:
    with mock_dataexchange() as handle:
        yield handle


@pytest.fixture
def catalog(aws: Any) -> Any:
    return boto3.client("marketplace-catalog", "us-east-1", config=Config(parameter_validation=False))


@pytest.fixture
def client(aws: Any) -> Any:
    return boto3.client("dataexchange")


def _revision(aws: Any, client: Any, *, finalized: bool = True) -> tuple[str, str]:
    """ARNs of an owned data set and of a revision with one asset."""
    data_set = client.create_data_set(AssetType="S3_SNAPSHOT", Name="Prices", Description="Daily")
    revision = client.create_revision(DataSetId=data_set["Id"])
    ids = {"DataSetId": data_set["Id"], "RevisionId": revision["Id"]}
    aws.objects["files", "a.csv"] = b"1,2"
    source = {"Bucket": "files", "Key": "a.csv"}
    job = client.create_job(
        Type="IMPORT_ASSETS_FROM_S3", Details={"ImportAssetsFromS3": {**ids, "AssetSources": [source]}}
    )
    client.start_job(JobId=job["Id"])
    client.get_job(JobId=job["Id"])
    if finalized:
        client.update_revision(**ids, Finalized=True)
    return data_set["Arn"], revision["Arn"]


def _change(kind: str, details: Any, product: str = f"{PRODUCT}@1") -> dict[str, Any]:
    entity = {"Type": "DataProduct@1.0", "Identifier": product}
    return {
        "ChangeType": kind,
        "Entity": entity,
        "Details": details if isinstance(details, str) else json.dumps(details),
    }


def _start(catalog: Any, *changes: dict[str, Any], **given: Any) -> dict[str, Any]:
    started = catalog.start_change_set(Catalog="AWSMarketplace", ChangeSet=list(changes), **given)
    described: dict[str, Any] = catalog.describe_change_set(
        Catalog="AWSMarketplace", ChangeSetId=started["ChangeSetId"]
    )
    assert described["ChangeSetArn"] == started["ChangeSetArn"]
    assert re.fullmatch("[a-z0-9]{25}", started["ChangeSetId"])
    return described


def _entitled(client: Any) -> list[dict[str, Any]]:
    sets = client.list_data_sets(Origin="ENTITLED")["DataSets"]
    return [each for data_set in sets for each in client.list_data_set_revisions(DataSetId=data_set["Id"])["Revisions"]]


@holds("catalog.add-revisions", "catalog.at-once")
def test_a_revision_is_published_in_the_product(aws: Any, catalog: Any, client: Any) -> None:
    data_set, revision = _revision(aws, client)
    entity = catalog.describe_entity(Catalog="AWSMarketplace", EntityId=PRODUCT)
    assert (entity["EntityType"], entity["EntityIdentifier"]) == ("DataProduct@1.0", f"{PRODUCT}@1")
    details = {"DataSetArn": data_set, "RevisionArns": [revision]}
    ended = _start(catalog, _change("AddRevisions", details, entity["EntityIdentifier"]), ChangeSetName="May")
    assert (ended["Status"], ended["ChangeSetName"], ended["Intent"]) == ("SUCCEEDED", "May", "APPLY")
    assert [each["ErrorDetailList"] for each in ended["ChangeSet"]] == [[]]
    (entitled,) = client.list_data_sets(Origin="ENTITLED")["DataSets"]
    assert entitled["OriginDetails"]["ProductId"] == PRODUCT
    assert len(_entitled(client)) == 1
    assert "Revision Published To Data Set" in [each["detail-type"] for each in aws.backend().events]
    again = catalog.describe_entity(Catalog="AWSMarketplace", EntityId=PRODUCT)
    assert again["EntityIdentifier"] == f"{PRODUCT}@2"
    assert json.loads(again["Details"])["DataSets"] == [{"Arn": data_set}] == again["DetailsDocument"]["DataSets"]


@holds("catalog.add-data-sets")
def test_a_data_set_is_put_in_the_product_without_its_revisions(aws: Any, catalog: Any, client: Any) -> None:
    data_set, _ = _revision(aws, client)
    ended = _start(catalog, _change("AddDataSets", {"DataSets": [{"Arn": data_set}]}, PRODUCT))
    assert ended["Status"] == "SUCCEEDED"
    assert len(client.list_data_sets(Origin="ENTITLED")["DataSets"]) == 1
    assert _entitled(client) == []


def test_a_change_set_that_names_a_region_leaves_nothing_there(aws: Any, catalog: Any, client: Any) -> None:
    data_set, _ = _revision(aws, client)
    there = aws.backend().world.backends()
    for number in range(20):
        elsewhere = data_set.replace("us-east-1", f"xx-east-{number}")
        assert _start(catalog, _change("AddDataSets", {"DataSets": [{"Arn": elsewhere}]}))["Status"] == "FAILED"
    assert aws.backend().world.backends() == there


def test_what_change_sets_have_done_to_a_product_is_known_after_a_restore(aws: Any, catalog: Any, client: Any) -> None:
    first, second = (_revision(aws, client)[0] for _ in range(2))
    for arn in (second, first, second):
        _start(catalog, _change("AddDataSets", {"DataSets": [{"Arn": arn}]}))
    state = aws.snapshot()
    before = catalog.describe_entity(Catalog="AWSMarketplace", EntityId=PRODUCT)
    assert before["EntityIdentifier"] == f"{PRODUCT}@4"
    assert before["DetailsDocument"]["DataSets"] == [{"Arn": second}, {"Arn": first}]
    aws.reset()
    assert catalog.describe_entity(Catalog="AWSMarketplace", EntityId=PRODUCT)["EntityIdentifier"] == f"{PRODUCT}@1"
    aws.restore(state)
    after = catalog.describe_entity(Catalog="AWSMarketplace", EntityId=PRODUCT)
    assert {**after, "ResponseMetadata": None} == {**before, "ResponseMetadata": None}


@holds("catalog.again")
def test_publishing_again_changes_nothing(aws: Any, catalog: Any, client: Any) -> None:
    data_set, revision = _revision(aws, client)
    change = _change("AddRevisions", {"DataSetArn": data_set, "RevisionArns": [revision]})
    assert [_start(catalog, change)["Status"] for _ in range(2)] == ["SUCCEEDED"] * 2
    assert len(_entitled(client)) == 1


@holds("catalog.failed", "catalog.at-once")
@pytest.mark.parametrize("wrong", ["data set", "account", "revision", "open"])
def test_a_change_set_that_cannot_be_applied_fails_as_a_whole(aws: Any, catalog: Any, client: Any, wrong: str) -> None:
    good_set, good = _revision(aws, client)
    data_set, revision = _revision(aws, client, finalized=wrong != "open")
    if wrong == "data set":
        data_set = data_set[:-32] + "0" * 32
    if wrong == "account":
        data_set = data_set.replace("123456789012", "210987654321")
    if wrong == "revision":
        revision = revision[:-32] + "0" * 32
    ended = _start(
        catalog,
        _change("AddRevisions", {"DataSetArn": good_set, "RevisionArns": [good]}),
        _change("AddRevisions", {"DataSetArn": data_set, "RevisionArns": [revision]}),
    )
    assert (ended["Status"], ended["FailureCode"]) == ("FAILED", "CLIENT_ERROR")
    assert [len(each["ErrorDetailList"]) for each in ended["ChangeSet"]] == [0, 1]
    assert ended["ChangeSet"][1]["ErrorDetailList"][0]["ErrorCode"] == "INVALID_INPUT"
    assert _entitled(client) == []


@holds("catalog.failed")
@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("data-sets/", "data-sets/0"),
        ("123456789012", "000000000000"),
        ("123456789012", "210987654321"),
        ("us-east-1", "us-gov-west-1"),
        ("arn:aws:", "arn:aws-cn:"),
    ],
)
@pytest.mark.parametrize("kind", ["AddDataSets", "AddRevisions"])
def test_a_change_says_that_its_data_set_is_not_there(
    aws: Any, catalog: Any, client: Any, kind: str, right: str, wrong: str
) -> None:
    arn, revision = (each.replace(right, wrong) for each in _revision(aws, client))
    details = {
        "AddDataSets": {"DataSets": [{"Arn": arn}]},
        "AddRevisions": {"DataSetArn": arn, "RevisionArns": [revision]},
    }
    (change,) = _start(catalog, _change(kind, details[kind]))["ChangeSet"]
    assert change["ErrorDetailList"] == [
        {"ErrorCode": "INVALID_INPUT", "ErrorMessage": f"The data set {arn} could not be found."}
    ]


@holds("catalog.failed")
@pytest.mark.parametrize("state", ["missing", "open", "revoked"])
def test_a_change_says_what_is_wrong_with_its_revision(aws: Any, catalog: Any, client: Any, state: str) -> None:
    arn, revision = _revision(aws, client, finalized=state == "revoked")
    if state == "revoked":
        ids = {"DataSetId": arn[-32:], "RevisionId": revision[-32:]}
        client.revoke_revision(**ids, RevocationComment="The prices are wrong.")
    if state == "missing":
        revision = revision[:-32] + "0" * 32
    ended = _start(catalog, _change("AddRevisions", {"DataSetArn": arn, "RevisionArns": [revision]}))
    text = f"The revision {revision} is {state}; it must be finalized."
    if state == "missing":
        text = f"The revision {revision} of the data set {arn} could not be found."
    assert [each["ErrorMessage"] for each in ended["ChangeSet"][0]["ErrorDetailList"]] == [text]
    assert ended["Status"] == "FAILED"


def test_a_change_names_its_product(catalog: Any) -> None:
    change = _change("AddDataSets", {"DataSets": [{"Arn": "arn:a"}]})
    for entity in ({}, {"Identifier": "@1"}):
        change["Entity"] = {"Type": "DataProduct@1.0", **entity}
        with pytest.raises(catalog.exceptions.ValidationException) as caught:
            _start(catalog, change)
        assert caught.value.response["Error"]["Message"] == "AddDataSets needs the Identifier of its Entity."


@holds("catalog.details")
@pytest.mark.parametrize(
    ("kind", "details"),
    [
        ("AddRevisions", "{"),
        ("AddRevisions", "[]"),
        ("AddRevisions", {}),
        ("AddRevisions", {"DataSetArn": "x", "RevisionArns": []}),
        ("AddRevisions", {"DataSetArn": "x", "RevisionArns": [1]}),
        ("AddDataSets", {"DataSets": ["x"]}),
        ("AddDataSets", {"DataSets": [{}]}),
    ],
)
def test_details_that_are_wrong_are_refused(catalog: Any, kind: str, details: Any) -> None:
    with pytest.raises(catalog.exceptions.ValidationException):
        _start(catalog, _change(kind, details))


@holds("catalog.details")
def test_details_may_come_as_a_document(aws: Any, catalog: Any, client: Any) -> None:
    data_set, revision = _revision(aws, client)
    change = _change("AddRevisions", "{}")
    del change["Details"]
    change["DetailsDocument"] = {"DataSetArn": data_set, "RevisionArns": [revision]}
    ended = _start(catalog, change)
    assert ended["Status"] == "SUCCEEDED"
    assert ended["ChangeSet"][0]["DetailsDocument"] == change["DetailsDocument"]


@holds("catalog.token")
def test_a_token_gives_the_first_answer(aws: Any, catalog: Any, client: Any) -> None:
    data_set, revision = _revision(aws, client)
    change = _change("AddRevisions", {"DataSetArn": data_set, "RevisionArns": [revision]})
    first, second = (_start(catalog, change, ClientRequestToken="t")["ChangeSetId"] for _ in range(2))
    assert first == second
    with pytest.raises(catalog.exceptions.ValidationException, match="ClientRequestToken"):
        _start(catalog, _change("AddDataSets", {"DataSets": [{"Arn": data_set}]}), ClientRequestToken="t")


@holds("catalog.validate")
def test_a_validation_applies_nothing(aws: Any, catalog: Any, client: Any) -> None:
    data_set, revision = _revision(aws, client)
    change = _change("AddRevisions", {"DataSetArn": data_set, "RevisionArns": [revision]})
    assert _start(catalog, change, Intent="VALIDATE")["Status"] == "SUCCEEDED"
    assert _entitled(client) == []


@holds("catalog.products")
@pytest.mark.parametrize(
    ("operation", "given", "what"),
    [
        ("describe_entity", {"EntityId": "offer-1"}, "entity offer-1"),
        ("describe_entity", {"EntityId": PRODUCT, "Catalog": "Other"}, "catalog Other"),
        ("describe_change_set", {"ChangeSetId": "none"}, "change set none"),
        ("describe_change_set", {"ChangeSetId": "none", "Catalog": "Other"}, "catalog Other"),
        (
            "start_change_set",
            {"ChangeSet": [_change("Unknown", {})], "Catalog": "AWSMarketplacf"},
            "catalog AWSMarketplacf",
        ),
    ],
)
def test_what_is_not_there_is_not_found(catalog: Any, operation: str, given: dict[str, Any], what: str) -> None:
    with pytest.raises(catalog.exceptions.ResourceNotFoundException) as caught:
        getattr(catalog, operation)(**{"Catalog": "AWSMarketplace", **given})
    assert caught.value.response["Error"]["Message"] == f"The {what} could not be found."


@holds("catalog.others")
@pytest.mark.parametrize(
    ("kind", "entity"),
    [
        ("UpdateInformation", "DataProduct@1.0"),
        ("AddRevisions", "SaaSProduct@1.0"),
        ("AddRevisions", "ContainerProduct@1.0"),
        ("AddDataSets", "DataProduct@1.1"),
    ],
)
def test_other_changes_raise_and_say_what_to_do(catalog: Any, kind: str, entity: str) -> None:
    change = _change(kind, {})
    change["Entity"]["Type"] = entity
    with pytest.raises(UnmockedCallError) as caught:
        _start(catalog, change)
    assert str(caught.value).startswith(
        f"marketplace-catalog.StartChangeSet has the change {kind} of {entity}; appint_mock answers only AddDataSets "
        "and AddRevisions of DataProduct@1.0. Mock this call with a botocore Stubber."
    )


@pytest.mark.parametrize(
    ("details", "text"),
    [
        ("{not JSON}", "Details of AddRevisions is not valid JSON."),
        ({"DataSetArn": "arn:a"}, "Details needs RevisionArns, a list that is not empty."),
        ({"DataSetArn": "arn:a", "RevisionArns": []}, "Details needs RevisionArns, a list that is not empty."),
        ({"DataSetArn": "arn:a", "RevisionArns": "arn:b"}, "Details needs RevisionArns, a list that is not empty."),
    ],
    ids=str,
)
def test_details_that_cannot_be_read_are_refused(catalog: Any, details: Any, text: str) -> None:
    with pytest.raises(catalog.exceptions.ValidationException) as caught:
        _start(catalog, _change("AddRevisions", details))
    assert caught.value.response["Error"]["Message"] == text


def test_a_document_is_an_object(catalog: Any) -> None:
    change = {**_change("AddRevisions", {}), "DetailsDocument": [1]}
    del change["Details"]
    with pytest.raises(catalog.exceptions.ValidationException, match="Details of AddRevisions is not a JSON object"):
        _start(catalog, change)


def test_constraints_of_the_model_are_checked(catalog: Any) -> None:
    with pytest.raises(catalog.exceptions.ValidationException):
        catalog.start_change_set(Catalog="AWSMarketplace", ChangeSet=[])
    with pytest.raises(catalog.exceptions.ValidationException):
        catalog.describe_entity(Catalog="AWSMarketplace", EntityId="prod/1")


def test_data_sets_of_any_region_are_published(aws: Any, catalog: Any) -> None:
    there = boto3.client("dataexchange", "eu-west-1")
    data_set, revision = _revision(aws, there)
    details = {"DataSetArn": data_set, "RevisionArns": [revision]}
    assert _start(catalog, _change("AddRevisions", details))["Status"] == "SUCCEEDED"
    assert len(_entitled(there)) == 1


def test_the_calls_the_faults_and_the_state_are_those_of_the_scope(aws: Any, catalog: Any, client: Any) -> None:
    data_set, _ = _revision(aws, client)
    change = _change("AddDataSets", {"DataSets": [{"Arn": data_set}]})
    aws.fail("StartChangeSet", "ServiceQuotaExceededException")
    with pytest.raises(catalog.exceptions.ServiceQuotaExceededException):
        _start(catalog, change)
    ended = _start(catalog, change)
    aws.calls.assert_called("StartChangeSet", times=2)
    state = aws.snapshot()
    aws.reset()
    with pytest.raises(catalog.exceptions.ResourceNotFoundException):
        catalog.describe_change_set(Catalog="AWSMarketplace", ChangeSetId=ended["ChangeSetId"])
    aws.restore(state)
    catalog.describe_change_set(Catalog="AWSMarketplace", ChangeSetId=ended["ChangeSetId"])
