"""What goes over the wire, both ways."""

from __future__ import annotations

import email.utils
import json
import re
import uuid
from typing import Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from appint_mock import mock_appintegrations
from appint_mock.protocol.message import Request
from appint_mock.scopes.dispatch import answer
from appint_mock.scopes.stack import open_scopes
from tests.appintegrations import wire
from tests.appintegrations.resources import (
    MODEL,
    NOWHERE,
    ON_DEMAND,
    SOURCE,
    associate_data_integration,
    create_application,
    create_data_integration,
    create_event_integration,
    make_all,
    not_found,
    refused,
    violating,
)
from tests.fidelity.appintegrations import holds

# Signatures and routes


@holds("wire.signed")
@pytest.mark.parametrize("header", ["nonsense", "AWS4-HMAC-SHA256 Credential=x", ""])
def test_any_authorization_header_counts_as_signed(client: Any, header: str) -> None:
    def sign(request: Any) -> None:
        del request.headers["Authorization"]
        request.headers["Authorization"] = header

    with wire.rewriting(client, sign):
        assert client.list_applications()["Applications"] == []


@holds("wire.signed")
def test_a_signature_in_the_query_counts_as_signed_and_says_who_calls(aws: Any, client: Any) -> None:
    def presign(request: Any) -> None:
        del request.headers["Authorization"]
        credential = "AKIA111122223333MOCK%2F20300101%2Feu-west-1%2Fapp-integrations%2Faws4_request"
        request.url += f"?X-Amz-Credential={credential}&X-Amz-Signature=0"

    there = boto3.client("appintegrations", "eu-west-1", **aws.credentials("111122223333"))
    create_event_integration(there, "there")
    with wire.rewriting(client, presign):
        assert [item["Name"] for item in client.list_event_integrations()["EventIntegrations"]] == ["there"]


@holds("wire.unsigned")
def test_an_unsigned_request_is_refused_as_api_gateway_does(aws: Any) -> None:
    client = boto3.client("appintegrations", config=Config(signature_version=UNSIGNED))
    with (
        wire.recording(client) as answers,
        refused("MissingAuthenticationTokenException", "Missing Authentication Token"),
    ):
        client.list_applications()
    assert answers[0].status == 403
    assert json.loads(answers[0].body) == {"message": "Missing Authentication Token"}


@holds("wire.unsigned")
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/nowhere"),
        ("PUT", "/applications"),
        ("GET", "/applications/"),
        ("GET", "/applications/x/associations/y"),
        ("GET", "/Applications"),
        ("GET", "/dataIntegrations/x/y"),
        ("GET", "/eventIntegrations/a/b"),
        ("GET", "/eventIntegrations%2Fa"),
    ],
)
def test_an_unknown_route_is_refused_as_api_gateway_does(aws: Any, method: str, path: str) -> None:
    request = Request(method, f"https://app-integrations.example.com{path}", {"Authorization": "x"}, b"")
    answered = answer(open_scopes("appintegrations"), request)
    if path == "/applications/":
        # An empty label: nobody knows what AWS says, but it is an error.
        assert 400 <= answered.status < 500
        return
    assert answered.status == 403
    assert answered.headers["x-amzn-errortype"] == "MissingAuthenticationTokenException"
    assert json.loads(answered.body) == {"message": "Missing Authentication Token"}


# Answers


@holds("wire.request-id")
def test_every_answer_has_a_fresh_request_id(client: Any) -> None:
    ids = [client.list_applications()["ResponseMetadata"]["RequestId"] for _ in range(3)]
    with pytest.raises(ClientError) as caught:
        client.get_event_integration(Name="missing")
    ids.append(caught.value.response["ResponseMetadata"]["RequestId"])
    assert len(set(ids)) == 4
    assert all(str(uuid.UUID(each)) == each for each in ids)


@holds("wire.headers")
def test_every_answer_has_the_headers_of_aws(aws: Any, client: Any) -> None:
    moment = aws.clock.freeze()
    with wire.recording(client) as answers:
        client.list_applications()
        for name in ("missing", "not a name"):
            with pytest.raises(ClientError):
                client.get_event_integration(Name=name)
    assert [each.status for each in answers] == [200, 404, 400]
    for each in answers:
        headers = {name.lower(): value for name, value in each.headers.items()}
        assert headers["content-type"] == "application/json"
        assert email.utils.parsedate_to_datetime(headers["date"]) == moment.replace(microsecond=0)
        assert headers["date"].endswith(" GMT")


@holds("wire.success", "wire.empty")
def test_success_is_status_200_and_deletes_updates_and_tagging_answer_an_empty_object(
    client: Any, backend: Any
) -> None:
    made = make_all(client, backend)
    with wire.recording(client) as answers:
        client.update_event_integration(Name="orders", Description="x")
        client.update_data_integration(Identifier="orders", Description="x")
        client.update_application(Arn=made.application, Description="x")
        client.update_data_integration_association(
            DataIntegrationIdentifier="orders",
            DataIntegrationAssociationIdentifier=made.data_integration_association,
            ExecutionConfiguration=ON_DEMAND,
        )
        client.tag_resource(resourceArn=made.application, tags={"a": "1"})
        client.untag_resource(resourceArn=made.application, tagKeys=["a"])
        for arn in made[3:]:
            backend.disassociate(arn)
        client.delete_event_integration(Name="orders")
        client.delete_data_integration(DataIntegrationIdentifier="orders")
        client.delete_application(Arn=made.application)
    assert {(each.status, each.body) for each in answers} == {(200, b"{}")}
    assert len(answers) == 9
    with wire.recording(client) as answers:
        create_event_integration(client)
        client.list_event_integrations()
    assert [each.status for each in answers] == [200, 200]


def _make_and(then: Any) -> Any:
    def call(client: Any) -> None:
        create_event_integration(client)
        then(client)

    return call


@holds("wire.modelled-errors")
@pytest.mark.parametrize(
    ("code", "call"),
    [
        ("ResourceNotFoundException", lambda client: client.get_event_integration(Name="missing")),
        ("InvalidRequestException", lambda client: client.list_applications(NextToken="x")),
        ("DuplicateResourceException", _make_and(create_event_integration)),
        ("ResourceQuotaExceededException", _make_and(lambda client: create_event_integration(client, "second"))),
    ],
)
def test_a_modelled_error_has_the_model_s_status_its_bare_code_and_a_message(client: Any, code: str, call: Any) -> None:
    caught_class = getattr(client.exceptions, code)
    with (
        mock_appintegrations(quotas={"event_integrations": 1}),
        wire.recording(client) as answers,
        pytest.raises(caught_class) as caught,
    ):
        call(client)
    assert answers[-1].status == MODEL.shape_for(code).metadata["error"]["httpStatusCode"]
    assert answers[-1].headers["x-amzn-errortype"] == code
    body = json.loads(answers[-1].body)
    assert list(body) == ["Message"]
    assert body["Message"] == caught.value.response["Error"]["Message"] != ""


@holds("wire.validation-code", "wire.validation-body")
def test_a_broken_constraint_is_an_error_that_the_model_lacks(client: Any) -> None:
    with wire.recording(client) as answers, pytest.raises(ClientError) as caught:
        client.delete_application(Arn="neither ARN nor UUID")
    assert type(caught.value) is ClientError
    assert caught.value.response["Error"]["Code"] == "ValidationException"
    assert not hasattr(client.exceptions, "ValidationException")
    (only,) = answers
    assert (only.status, only.headers["x-amzn-errortype"]) == (400, "ValidationException")
    assert json.loads(only.body) == {"message": caught.value.response["Error"]["Message"]}


# Labels and query values


@holds("wire.labels")
@pytest.mark.parametrize("name", ["a/b", "associations", "a/associations", "/", "..", ".", "a//b", "a/../b", "-"])
def test_a_name_with_slashes_and_dots_names_one_resource(client: Any, name: str) -> None:
    create_event_integration(client, name)
    create_data_integration(client, name)
    assert client.get_event_integration(Name=name)["Name"] == name
    assert client.list_event_integration_associations(EventIntegrationName=name)["EventIntegrationAssociations"] == []
    assert client.get_data_integration(Identifier=name)["Name"] == name
    associate_data_integration(client, name)
    client.update_event_integration(Name=name, Description="new")
    assert client.get_event_integration(Name=name)["Description"] == "new"
    client.delete_event_integration(Name=name)
    assert client.list_event_integrations()["EventIntegrations"] == []


@holds("wire.labels")
@pytest.mark.parametrize(
    ("path", "identifier"),
    [
        ("/dataIntegrations/a%2Fb", "a/b"),
        ("/dataIntegrations/a%252Fb", "a%2Fb"),
        ("/dataIntegrations/a+b", "a+b"),
        ("/dataIntegrations/%C3%A9%20%F0%9F%8D%8B", "é 🍋"),
        ("/dataIntegrations/a%3Fb", "a?b"),
        ("/dataIntegrations/%zz", "%zz"),
    ],
)
def test_a_label_is_decoded_once(client: Any, path: str, identifier: str) -> None:
    with wire.rewriting(client, wire.target(path)), not_found("DataIntegration", identifier):
        client.get_data_integration(Identifier="x")


@holds("wire.labels")
@pytest.mark.parametrize(("sent", "read"), [("A%2FB", "A/B"), ("A%252FB", "A%2FB"), ("A%20B", "A B")])
def test_a_query_value_is_decoded_once(client: Any, sent: str, read: str) -> None:
    kinds = ", ".join(MODEL.shape_for("ApplicationType").enum)
    with (
        wire.rewriting(client, wire.target(f"/applications?applicationType={sent}")),
        violating(
            f"Value '{read}' at 'applicationType' failed to satisfy constraint: "
            f"Member must satisfy enum value set: [{kinds}]"
        ),
    ):
        client.list_applications()


# Bodies


def _body(**members: Any) -> wire.Rewrite:
    needed = {"Name": "orders", "EventFilter": {"Source": SOURCE}, "EventBridgeBus": "default"}
    return wire.body(json.dumps({**needed, **members}))


@holds("wire.unknown-members")
@pytest.mark.parametrize("unknown", [1, "x", None, {"a": [1]}, [None]])
def test_members_that_the_model_does_not_know_are_ignored(client: Any, unknown: Any) -> None:
    with wire.rewriting(client, _body(Unknown=unknown, EventFilter={"Source": SOURCE, "Unknown": unknown})):
        create_event_integration(client)
    assert client.get_event_integration(Name="orders")["EventFilter"] == {"Source": SOURCE}


@holds("wire.null")
def test_a_null_member_counts_as_absent(client: Any) -> None:
    with wire.rewriting(client, _body(Description=None, Tags=None, ClientToken=None)):
        create_event_integration(client)
    assert "Description" not in client.get_event_integration(Name="orders")
    with (
        wire.rewriting(client, _body(EventBridgeBus=None, EventFilter={"Source": None})),
        violating(
            "Value null at 'eventFilter.source' failed to satisfy constraint: Member must not be null",
            "Value null at 'eventBridgeBus' failed to satisfy constraint: Member must not be null",
        ),
    ):
        create_event_integration(client)


@holds("wire.null")
def test_a_null_in_an_update_leaves_the_member_as_it_is(client: Any) -> None:
    create_event_integration(client, Description="old")
    with wire.rewriting(client, wire.body('{"Description": null}')):
        client.update_event_integration(Name="orders", Description="new")
    assert client.get_event_integration(Name="orders")["Description"] == "old"


@holds("wire.empty-body")
def test_an_empty_body_counts_as_an_empty_object(client: Any) -> None:
    create_event_integration(client, Description="old")
    with wire.rewriting(client, wire.body(b"")):
        client.update_event_integration(Name="orders", Description="new")
    assert client.get_event_integration(Name="orders")["Description"] == "old"
    with wire.rewriting(client, wire.body(b"")), pytest.raises(ClientError, match="Value null at 'name' failed"):
        create_event_integration(client)


# SerializationException

_NEEDED = {"Name": "desk", "Namespace": "ns", "ApplicationSourceConfig": {}}
_LIST = "Start of list found where not expected"
_OBJECT = "Start of structure or map found where not expected."


def _case(rule: str, text: str | None, *bodies: Any) -> list[Any]:
    return [pytest.param(body, text, marks=holds(f"serialization.{rule}"), id=f"{rule} {body!r}") for body in bodies]


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        *_case("not-json", None, "{", "no JSON", "1", '"text"', "true", "null", b"\xff{}", '{"Name": NaN}', "[" * 9999),
        *_case("string", "NUMBER_VALUE can not be converted to a String", {"Name": 1}, {"Name": 1.5}),
        *_case("string", "TRUE_VALUE can not be converted to a String", {"Name": True}, {"Tags": {"a": True}}),
        *_case("string", "FALSE_VALUE can not be converted to a String", {"Permissions": [False]}),
        *_case("integer", "STRING_VALUE can not be converted to an Integer", {"InitializationTimeout": "1"}),
        *_case("integer", "TRUE_VALUE can not be converted to an Integer", {"InitializationTimeout": True}),
        *_case("integer", "FALSE_VALUE can not be converted to an Integer", {"InitializationTimeout": False}),
        *_case("boolean", "STRING_VALUE can not be converted to a Boolean", {"IsService": "true"}),
        *_case("boolean", "NUMBER_VALUE can not be converted to a Boolean", {"IsService": 1}),
        *_case("array", _LIST, [], [_NEEDED], {"Name": []}, {"Tags": []}, {"IframeConfig": []}, {"IsService": []}),
        *_case("array", _LIST, {"InitializationTimeout": [1]}, {"Tags": {"a": ["x"]}}, {"Permissions": [[]]}),
        *_case("object", _OBJECT, {"Name": {}}, {"Permissions": {}}, {"IsService": {}}, {"InitializationTimeout": {}}),
        *_case("list", "Expected list or null", {"Permissions": "x"}, {"Subscriptions": 1}, {"Permissions": True}),
        *_case("structure", "Expected null", {"IframeConfig": "x"}, {"Tags": 1}, {"Subscriptions": ["x"]}),
    ],
)
def test_a_body_of_the_wrong_types_is_refused_with_the_reason(client: Any, sent: Any, text: str | None) -> None:
    if isinstance(sent, dict | list):
        sent = json.dumps({**_NEEDED, **sent} if isinstance(sent, dict) else sent)
    with wire.rewriting(client, wire.body(sent)), refused("SerializationException", text):
        create_application(client)


@holds("serialization.integer")
@pytest.mark.parametrize("value", ["abc", "1.5", "true", "", "1e1"])
def test_a_query_value_that_is_no_integer_is_refused_as_such(client: Any, value: str) -> None:
    with (
        wire.rewriting(client, wire.target(f"/applications?maxResults={value}")),
        refused("SerializationException", "STRING_VALUE can not be converted to an Integer"),
    ):
        client.list_applications()


@holds("serialization.boolean")
@pytest.mark.parametrize("value", ["maybe", "1", "True", ""])
def test_a_query_value_that_is_no_boolean_is_refused_as_such(client: Any, value: str) -> None:
    with (
        wire.rewriting(client, wire.target(f"/applications/{NOWHERE}?force={value}")),
        refused("SerializationException", "STRING_VALUE can not be converted to a Boolean"),
    ):
        client.delete_application(Arn=NOWHERE)


@holds("serialization.form", "serialization.not-json")
def test_a_serialization_exception_spells_its_message_with_a_capital(client: Any) -> None:
    for sent, expected in [('{"Name": 1}', {"Message": "NUMBER_VALUE can not be converted to a String"}), ("x", {})]:
        with (
            wire.rewriting(client, wire.body(sent)),
            wire.recording(client) as answers,
            pytest.raises(ClientError),
        ):
            create_application(client)
        assert (answers[0].status, answers[0].headers["x-amzn-errortype"]) == (400, "SerializationException")
        assert json.loads(answers[0].body) == expected


# Operations


@holds("wire.unsigned", "order.signature")
@pytest.mark.parametrize("name", MODEL.operation_names)
def test_every_operation_is_refused_when_unsigned(aws: Any, name: str) -> None:
    binding = MODEL.operation_model(name).http
    request = Request(binding["method"], f"https://localhost{binding['requestUri']}", {}, b"no JSON")
    answered = answer(open_scopes("appintegrations"), request)
    assert (answered.status, json.loads(answered.body)) == (403, {"message": "Missing Authentication Token"})


_BODIES = [name for name in MODEL.operation_names if MODEL.operation_model(name).http["method"] in ("POST", "PATCH")]


@holds("serialization.array")
@pytest.mark.parametrize("name", _BODIES)
def test_every_operation_with_a_body_refuses_a_list_in_its_place(aws: Any, name: str) -> None:
    binding = MODEL.operation_model(name).http
    request = Request(binding["method"], f"https://localhost{binding['requestUri']}", {"Authorization": "x"}, b"[]")
    answered = answer(open_scopes("appintegrations"), request)
    assert (answered.status, json.loads(answered.body)) == (400, {"Message": _LIST})


@holds("models.operations")
@pytest.mark.parametrize("name", MODEL.operation_names)
def test_an_operation_is_reached_by_its_method_and_path_alone(aws: Any, name: str) -> None:
    binding = MODEL.operation_model(name).http
    path = re.sub(r"{\w+}", "x", binding["requestUri"])
    request = Request(binding["method"], f"https://localhost:1234{path}", {"Authorization": "x"}, b"{}")
    answered = answer(open_scopes("appintegrations"), request)
    assert answered.headers.get("x-amzn-errortype") != "MissingAuthenticationTokenException"
    assert aws.calls[-1].operation == name
