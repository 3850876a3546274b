"""What goes over the wire, both ways."""

from __future__ import annotations

import json
import uuid
from typing import Any
from urllib.parse import quote

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from appint_mock import mock_dataexchange
from appint_mock.protocol.message import Request
from appint_mock.scopes.dispatch import answer
from appint_mock.scopes.stack import open_scopes
from tests.appintegrations import wire
from tests.fidelity.dataexchange import holds

from . import jobs
from .actors import NOWHERE, Actor, asset_of, bare, of

GIVEN = {"Name": "Prices", "Description": "All prices", "AssetType": "S3_SNAPSHOT"}
_FORBIDDEN = {"message": "Missing Authentication Token"}


def _create(client: Any, **members: Any) -> Any:
    """CreateDataSet with what is needed, and that beside it in the body."""
    with wire.rewriting(client, wire.body(json.dumps({**GIVEN, **members}))):
        return bare(client.create_data_set(**GIVEN))


# Signatures and routes


@holds("wire.unsigned")
def test_an_unsigned_request_is_refused_as_api_gateway_does(aws: Any) -> None:
    client = boto3.client("dataexchange", config=Config(signature_version=UNSIGNED))
    with wire.recording(client) as answers, pytest.raises(ClientError) as caught:
        client.list_data_sets()
    assert caught.value.response["Error"]["Code"] == "MissingAuthenticationTokenException"
    assert (answers[0].status, json.loads(answers[0].body)) == (403, _FORBIDDEN)


@holds("wire.unsigned")
@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/"), ("PUT", "/v1/data-sets"), ("GET", "/v1/data-sets/x/y"), ("GET", "/data-sets"), ("POST", "/v2/jobs")],
)
def test_an_unknown_route_is_refused_as_api_gateway_does(aws: Any, method: str, path: str) -> None:
    request = Request(method, f"https://dataexchange.us-east-1.amazonaws.com{path}", {"Authorization": "x"}, b"")
    answered = answer(open_scopes("dataexchange"), request)
    assert (answered.status, json.loads(answered.body)) == (403, _FORBIDDEN)
    assert answered.headers["x-amzn-errortype"] == "MissingAuthenticationTokenException"


@holds("wire.arn-labels")
def test_an_arn_is_one_label_of_the_path(provider: Actor) -> None:
    data_set = provider.data_set(Tags={"a": "1"})
    grant = provider.grant(data_set)
    client = provider.client
    with wire.rewriting(client, wire.target(f"/tags/{quote(data_set['Arn'], safe='')}")):
        assert client.list_tags_for_resource(ResourceArn="x")["Tags"] == {"a": "1"}
    with wire.rewriting(client, wire.target(f"/v1/data-grants/{quote(grant['Arn'], safe='')}")):
        assert client.get_data_grant(DataGrantId=NOWHERE)["Id"] == grant["Id"]
    # With its slash as it is it is two labels, and no route.
    request = Request("GET", f"https://localhost/v1/data-grants/{grant['Arn']}", {"Authorization": "x"}, b"")
    assert answer(open_scopes("dataexchange"), request).status == 403


# Bodies


@holds("wire.tags-key")
def test_tags_have_a_key_in_lower_case_both_ways(provider: Actor) -> None:
    data_set, client = provider.data_set(), provider.client
    with wire.rewriting(client, wire.body('{"tags": {"a": "1"}}')):
        client.tag_resource(ResourceArn=data_set["Arn"], Tags={"b": "2"})
    with wire.recording(client) as answers:
        client.list_tags_for_resource(ResourceArn=data_set["Arn"])
    assert json.loads(answers[0].body) == {"tags": {"a": "1"}}


@holds("wire.not-json")
@pytest.mark.parametrize("sent", ["{", "no JSON", "1", '"text"', "true", "null", b"\xff{}", '{"Name": NaN}'])
def test_a_body_that_is_no_json_is_refused_without_a_text(client: Any, sent: Any) -> None:
    with (
        wire.rewriting(client, wire.body(sent)),
        wire.recording(client) as answers,
        pytest.raises(ClientError) as caught,
    ):
        client.create_data_set(**GIVEN)
    assert caught.value.response["Error"]["Code"] == "SerializationException"
    assert (answers[0].status, json.loads(answers[0].body)) == (400, {})
    assert client.list_data_sets()["DataSets"] == []


_LIST = "Start of list found where not expected"
_OBJECT = "Start of structure or map found where not expected."


@holds("wire.wrong-types")
@pytest.mark.parametrize(
    ("sent", "text"),
    [
        ([], _LIST),
        ({"Name": 1}, "NUMBER_VALUE can not be converted to a String"),
        ({"Name": True}, "TRUE_VALUE can not be converted to a String"),
        ({"Name": []}, _LIST),
        ({"Name": {}}, _OBJECT),
        ({"Tags": "x"}, "Expected null"),
        ({"Tags": []}, _LIST),
        ({"Tags": {"a": 1}}, "NUMBER_VALUE can not be converted to a String"),
    ],
)
def test_a_body_of_the_wrong_types_is_refused_with_the_reason(client: Any, sent: Any, text: str) -> None:
    body = {**GIVEN, **sent} if isinstance(sent, dict) else sent
    with (
        wire.rewriting(client, wire.body(json.dumps(body))),
        wire.recording(client) as answers,
        pytest.raises(ClientError) as caught,
    ):
        client.create_data_set(**GIVEN)
    assert caught.value.response["Error"] == {"Code": "SerializationException", "Message": text}
    assert answers[0].status == 400
    assert client.list_data_sets()["DataSets"] == []


@holds("wire.wrong-types")
@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"Type": "IMPORT_ASSETS_FROM_S3", "Details": 1}, "Expected null"),
        ({"Type": "IMPORT_ASSETS_FROM_S3", "Details": {"ImportAssetsFromS3": {"AssetSources": "x"}}}, "Expected list"),
        ({"Type": "IMPORT_ASSETS_FROM_S3", "Details": {"ImportAssetsFromS3": {"AssetSources": {}}}}, _OBJECT),
        ({"Type": "IMPORT_ASSETS_FROM_S3", "Details": []}, _LIST),
    ],
)
def test_wrong_types_deeper_in_a_body_are_refused_with_the_reason(provider: Actor, body: Any, text: str) -> None:
    client = provider.client
    with wire.rewriting(client, wire.body(json.dumps(body))), pytest.raises(ClientError) as caught:
        client.create_job(Type="IMPORT_ASSETS_FROM_S3", Details={})
    assert caught.value.response["Error"]["Code"] == "SerializationException"
    assert caught.value.response["Error"]["Message"].startswith(text)


@holds("wire.wrong-types")
@pytest.mark.parametrize("value", ["abc", "1.5", "", "true"])
def test_a_query_value_that_is_no_number_is_refused(client: Any, value: str) -> None:
    with wire.rewriting(client, wire.target(f"/v1/data-sets?maxResults={value}")), pytest.raises(ClientError) as caught:
        client.list_data_sets()
    text = "STRING_VALUE can not be converted to an Integer"
    assert caught.value.response["Error"] == {"Code": "SerializationException", "Message": text}


@holds("wire.bad-moment")
@pytest.mark.parametrize("moment", ["tomorrow", "", "2999-13-01T00:00:00Z", "2999-12-31", 32503680000, True, [], {}])
def test_a_moment_that_cannot_be_read_is_refused(provider: Actor, moment: Any) -> None:
    data_set = provider.data_set()
    given = {
        "Name": "For you",
        "GrantDistributionScope": "NONE",
        "ReceiverPrincipal": "210987654321",
        "SourceDataSetId": data_set["Id"],
    }
    with (
        wire.rewriting(provider.client, wire.body(json.dumps({**given, "EndsAt": moment}))),
        pytest.raises(ClientError) as caught,
    ):
        provider.client.create_data_grant(**given)
    assert caught.value.response["Error"]["Code"] == "SerializationException"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert provider.client.list_data_grants()["DataGrantSummaries"] == []


@holds("wire.unknown-members")
@pytest.mark.parametrize("unknown", [1, "x", None, {"a": [1]}, [None]])
def test_members_that_the_model_does_not_know_are_ignored(client: Any, unknown: Any) -> None:
    created = _create(client, Unknown=unknown)
    assert "Unknown" not in created
    assert client.list_data_sets()["DataSets"] == [created]


@holds("wire.null")
def test_a_null_member_counts_as_absent(client: Any) -> None:
    created = _create(client, Tags=None)
    assert "Tags" not in created
    with wire.rewriting(client, wire.body('{"Name": null, "Description": "Costs"}')):
        client.update_data_set(DataSetId=created["Id"])
    shown = client.get_data_set(DataSetId=created["Id"])
    assert (shown["Name"], shown["Description"]) == ("Prices", "Costs")
    with pytest.raises(ClientError, match='"Name" is required'):
        _create(client, Name=None)


@holds("wire.empty-body")
def test_an_empty_body_counts_as_an_empty_object(client: Any) -> None:
    created = _create(client)
    with wire.rewriting(client, wire.body(b"")):
        assert bare(client.update_data_set(DataSetId=created["Id"], Name="Costs")) == created
    with wire.rewriting(client, wire.body(b"")), pytest.raises(ClientError, match='"AssetType" is required'):
        client.create_data_set(**GIVEN)


# Answers


@holds("wire.request-id")
def test_every_answer_has_a_fresh_request_id(client: Any) -> None:
    ids = [client.list_data_sets()["ResponseMetadata"]["RequestId"] for _ in range(3)]
    with pytest.raises(ClientError) as caught:
        client.get_data_set(DataSetId=NOWHERE)
    ids.append(caught.value.response["ResponseMetadata"]["RequestId"])
    assert len(set(ids)) == 4
    assert all(str(uuid.UUID(each)) == each for each in ids)


_TEXTS = {
    "ResourceNotFoundException": f"The data set {NOWHERE} could not be found.",
    "ServiceLimitExceededException": "The limit for Data sets per account (0) has been reached.",
    "ValidationException": "NextToken is not valid.",
}
_MEMBERS: dict[str, dict[str, Any]] = {
    "ResourceNotFoundException": {"ResourceId": NOWHERE, "ResourceType": "DATA_SET"},
    "ServiceLimitExceededException": {"LimitName": "Data sets per account", "LimitValue": 0},
    "ValidationException": {},
}


@holds("wire.error-form")
@pytest.mark.parametrize(
    ("code", "status", "call"),
    [
        ("ResourceNotFoundException", 404, lambda client: client.get_data_set(DataSetId=NOWHERE)),
        ("ServiceLimitExceededException", 402, lambda client: client.create_data_set(**GIVEN)),
        ("ValidationException", 400, lambda client: client.list_jobs(NextToken="x")),
    ],
)
def test_an_error_has_its_code_in_a_header_and_the_rest_in_its_body(
    client: Any, code: str, status: int, call: Any
) -> None:
    with (
        mock_dataexchange(quotas={"data_sets": 0}),
        wire.recording(client) as answers,
        pytest.raises(getattr(client.exceptions, code)) as caught,
    ):
        call(client)
    (only,) = answers
    assert (only.status, only.headers["x-amzn-errortype"]) == (status, code)
    assert json.loads(only.body) == {"Message": _TEXTS[code], **_MEMBERS[code]}
    assert caught.value.response["Message"] == _TEXTS[code]
    assert {name: caught.value.response[name] for name in _MEMBERS[code]} == _MEMBERS[code]


@holds("wire.no-body")
def test_202_and_204_have_no_body_at_all(aws: Any, provider: Actor) -> None:
    client = provider.client
    data_set = provider.data_set()
    revision = provider.revision(data_set, "a.csv")
    (asset,) = provider.assets(revision)
    first, second = (jobs.create_job(client, "IMPORT_ASSETS_FROM_S3", jobs.Place(**_ids(revision))) for _ in range(2))
    given = {"name": "Weather", "description": "Hourly", "asset_type": "S3_SNAPSHOT", "product_id": "prod-weather"}
    action = provider.event_action(provider.backend.add_entitled_data_set(**given))
    grant = provider.grant(data_set)
    with wire.recording(client) as answers:
        client.start_job(JobId=first["Id"])
        client.send_data_set_notification(DataSetId=data_set["Id"], Type="DATA_DELAY")
        client.cancel_job(JobId=second["Id"])
        client.tag_resource(ResourceArn=data_set["Arn"], Tags={"a": "1"})
        client.untag_resource(ResourceArn=data_set["Arn"], TagKeys=["a"])
        client.delete_event_action(EventActionId=action["Id"])
        client.delete_data_grant(DataGrantId=grant["Id"])
        client.delete_asset(**asset_of(asset))
        client.delete_revision(**of(revision))
        client.delete_data_set(DataSetId=data_set["Id"])
    assert [each.status for each in answers] == [202, 202, *[204] * 8]
    assert {each.body for each in answers} == {b""}


def _ids(revision: dict[str, Any]) -> dict[str, str]:
    return {"data_set_id": revision["DataSetId"], "revision_id": revision["Id"]}
