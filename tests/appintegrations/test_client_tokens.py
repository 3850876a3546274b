"""ClientToken: what makes a create idempotent."""

from __future__ import annotations

import json
import threading
from typing import Any

import boto3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appint_mock import mock_appintegrations
from tests.appintegrations.resources import (
    MODEL,
    ON_DEMAND,
    SCHEDULED,
    associate_data_integration,
    create_application,
    create_data_integration,
    create_event_integration,
    invalid,
    taken,
)
from tests.fidelity.appintegrations import holds

_CREATES = [create_event_integration, create_data_integration, create_application]
_MISMATCH = "The ClientToken was already used with different parameters"


def _associate(client: Any, identifier: str = "orders", /, **members: Any) -> Any:
    return client.create_data_integration_association(DataIntegrationIdentifier=identifier, **members)


def _plain(answer: Any) -> Any:
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


@holds("tokens.idempotent")
def test_the_creates_with_a_client_token_are_these_four() -> None:
    with_token = [
        name for name in MODEL.operation_names if "ClientToken" in MODEL.operation_model(name).input_shape.members
    ]
    assert with_token == [
        "CreateApplication",
        "CreateDataIntegration",
        "CreateDataIntegrationAssociation",
        "CreateEventIntegration",
    ]


@holds("tokens.idempotent", "tokens.replay", "tokens.no-second-look")
@pytest.mark.parametrize("create", _CREATES)
def test_the_same_token_and_parameters_get_the_first_answer_again(aws: Any, client: Any, create: Any) -> None:
    members = {"ClientToken": "t", "Description": "first", "Tags": {"a": "1"}}
    with mock_appintegrations(quotas={"event_integrations": 1, "data_integrations": 1, "applications": 1}):
        first = create(client, **members)
        before = aws.snapshot()
        # The name is taken and the quota full: neither is asked.
        assert _plain(create(client, **members)) == _plain(first)
        assert aws.snapshot() == before


@holds("tokens.replay")
def test_the_first_answer_comes_even_after_an_update(client: Any) -> None:
    first = create_data_integration(client, Description="first", Tags={"a": "1"}, ClientToken="t")
    client.update_data_integration(Identifier="orders", Name="renamed", Description="second")
    client.tag_resource(resourceArn=first["Arn"], tags={"b": "2"})
    again = create_data_integration(client, Description="first", Tags={"a": "1"}, ClientToken="t")
    assert _plain(again) == _plain(first)
    assert (again["Name"], again["Description"], again["Tags"]) == ("orders", "first", {"a": "1"})
    assert client.get_data_integration(Identifier=first["Id"])["Name"] == "renamed"


@holds("tokens.idempotent", "tokens.replay")
def test_an_association_is_created_once(client: Any) -> None:
    create_data_integration(client)
    first = _associate(client, ClientToken="t", ExecutionConfiguration=ON_DEMAND)
    client.update_data_integration_association(
        DataIntegrationIdentifier="orders",
        DataIntegrationAssociationIdentifier=first["DataIntegrationAssociationId"],
        ExecutionConfiguration=SCHEDULED,
    )
    assert _plain(_associate(client, ClientToken="t", ExecutionConfiguration=ON_DEMAND)) == _plain(first)
    assert _number_of_associations(client) == 1


def _number_of_associations(client: Any) -> int:
    answer = client.list_data_integration_associations(DataIntegrationIdentifier="orders")
    return len(answer["DataIntegrationAssociations"])


@holds("tokens.association")
def test_an_association_s_data_integration_is_compared_as_the_resource(client: Any) -> None:
    answer = create_data_integration(client)
    first = _associate(client, ClientToken="t")
    for spelling in (answer["Id"], answer["Arn"]):
        assert _plain(_associate(client, spelling, ClientToken="t")) == _plain(first)
    client.update_data_integration(Identifier="orders", Name="renamed")
    assert _plain(_associate(client, "renamed", ClientToken="t")) == _plain(first)
    create_data_integration(client)
    with invalid(_MISMATCH):
        _associate(client, "orders", ClientToken="t")


@holds("tokens.mismatch")
@pytest.mark.parametrize("create", _CREATES)
@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("same", {"Description": "x"}),
        ("same", {"Tags": {"a": "2"}}),
        ("same", {"Tags": {"a": "1", "b": "2"}}),
        ("another", {}),
    ],
)
def test_the_same_token_with_other_parameters_is_refused(
    client: Any, create: Any, name: str, other: dict[str, Any]
) -> None:
    create(client, "same", ClientToken="t", Tags={"a": "1"})
    with invalid(_MISMATCH):
        create(client, name, ClientToken="t", **{"Tags": {"a": "1"}, **other})


@holds("tokens.mismatch")
@pytest.mark.parametrize(("name", "namespace"), [("other", "a.b"), ("desk", "a.c")])
def test_another_name_or_namespace_is_another_parameter(client: Any, name: str, namespace: str) -> None:
    create_application(client, "desk", Namespace="a.b", ClientToken="t")
    with invalid(_MISMATCH):
        create_application(client, name, Namespace=namespace, ClientToken="t")


@holds("tokens.mismatch")
def test_a_member_given_and_a_member_left_out_are_other_parameters(client: Any) -> None:
    create_application(client, ClientToken="t", Description="")
    with invalid(_MISMATCH):
        create_application(client, ClientToken="t")
    create_data_integration(client)
    _associate(client, ClientToken="t")
    with invalid(_MISMATCH):
        _associate(client, ClientToken="t", ClientId="c")


@holds("tokens.comparison")
@settings(max_examples=25, deadline=None)
@given(tags=st.dictionaries(st.text("abc", min_size=1), st.text("xyz"), min_size=2, max_size=5), data=st.data())
def test_the_order_of_a_map_does_not_matter(tags: dict[str, str], data: st.DataObject) -> None:
    with mock_appintegrations():
        client: Any = boto3.client("appintegrations")
        fields = {key: [value or "v"] for key, value in tags.items()}
        first = create_data_integration(client, Tags=tags, ObjectConfiguration={"o": fields}, ClientToken="t")
        order = data.draw(st.permutations(list(tags)))
        again = create_data_integration(
            client,
            Tags={key: tags[key] for key in order},
            ObjectConfiguration={"o": {key: fields[key] for key in order}},
            ClientToken="t",
        )
        assert again["Id"] == first["Id"]


@holds("tokens.comparison")
def test_the_order_of_a_list_does_matter(client: Any) -> None:
    create_application(client, ClientToken="t", Permissions=["a", "b"])
    with invalid(_MISMATCH):
        create_application(client, ClientToken="t", Permissions=["b", "a"])


@holds("tokens.scope")
def test_a_token_belongs_to_its_operation_account_and_region(aws: Any, client: Any) -> None:
    clients = [
        client,
        boto3.client("appintegrations", "eu-west-1"),
        boto3.client("appintegrations", **aws.credentials("111122223333")),
    ]
    arns = set()
    for number, each in enumerate(clients):
        for create in _CREATES:
            answer = create(each, f"n{number}", ClientToken="t")
            arns.add(answer.get("Arn") or answer["EventIntegrationArn"])
        arns.add(_associate(each, f"n{number}", ClientToken="t")["DataIntegrationAssociationId"])
    assert len(arns) == 12


@holds("tokens.concurrent")
@pytest.mark.parametrize("create", [*_CREATES, _associate])
def test_fifty_threads_with_one_token_make_one_resource(client: Any, create: Any) -> None:
    if create is _associate:
        create_data_integration(client)
    answers: list[Any] = []
    barrier = threading.Barrier(50)

    def run() -> None:
        barrier.wait()
        answers.append(_plain(create(client, ClientToken="t")))

    threads = [threading.Thread(target=run) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 50
    assert all(answer == answers[0] for answer in answers)
    assert _made(client, create) == 1


def _made(client: Any, create: Any) -> int:
    if create is _associate:
        return _number_of_associations(client)
    listing, member = {
        create_event_integration: (client.list_event_integrations, "EventIntegrations"),
        create_data_integration: (client.list_data_integrations, "DataIntegrations"),
        create_application: (client.list_applications, "Applications"),
    }[create]
    return len(listing()[member])


@holds("tokens.concurrent")
@pytest.mark.parametrize("create", _CREATES)
def test_a_retry_of_boto3_s_own_makes_no_second_resource(aws: Any, own_client: Any, create: Any) -> None:
    # The request is carried out, and its answer is lost.
    lost: list[Any] = []

    def lose_first(response: Any, attempts: int, **kwargs: Any) -> Any:
        if response is not None and attempts == 1:
            lost.append(response)
            return 0
        return None

    own_client.meta.events.register("needs-retry.appintegrations", lose_first)
    create(own_client)
    assert len(lost) == 1
    assert len(aws.calls) == 2
    assert aws.calls[0].parameters["ClientToken"] == aws.calls[1].parameters["ClientToken"]
    assert _made(own_client, create) == 1


@holds("tokens.success-only")
def test_a_refused_request_s_token_is_not_remembered(client: Any) -> None:
    create_event_integration(client)
    with taken("Name"):
        create_event_integration(client, ClientToken="t")
    create_event_integration(client, "another", ClientToken="t")
    with mock_appintegrations(quotas={"data_integrations": 0}), pytest.raises(client.exceptions.ClientError):
        create_data_integration(client, ClientToken="t")
    create_data_integration(client, "another", ClientToken="t")
    with pytest.raises(client.exceptions.ClientError):
        create_application(client, IsService=True, ClientToken="t")
    create_application(client, "another", ClientToken="t")


@holds("tokens.forgotten")
def test_a_token_is_forgotten_with_its_resource(client: Any, backend: Any) -> None:
    create_event_integration(client, ClientToken="t")
    client.delete_event_integration(Name="orders")
    create_event_integration(client, "another", ClientToken="t")

    first = create_data_integration(client, ClientToken="t")
    client.delete_data_integration(DataIntegrationIdentifier="orders")
    assert create_data_integration(client, ClientToken="t")["Id"] != first["Id"]

    first = create_application(client, ClientToken="t")
    client.delete_application(Arn=first["Arn"])
    assert create_application(client, ClientToken="t")["Id"] != first["Id"]

    with mock_appintegrations(single_association=False):
        arn = associate_data_integration(client, ClientToken="t")
        backend.disassociate(arn)
        assert associate_data_integration(client, ClientToken="t", ClientId="another") != arn


@holds("tokens.forgotten")
def test_deleting_one_resource_forgets_no_other_s_token(client: Any) -> None:
    first = create_data_integration(client, "first", ClientToken="1")
    create_data_integration(client, "second", ClientToken="2")
    client.delete_data_integration(DataIntegrationIdentifier="second")
    assert create_data_integration(client, "first", ClientToken="1")["Id"] == first["Id"]


@holds("tokens.without")
@pytest.mark.parametrize("create", _CREATES)
def test_without_a_token_nothing_is_remembered(aws: Any, own_client: Any, create: Any) -> None:
    client = own_client
    client.meta.events.register("before-call.appintegrations", _without_token)
    create(client)
    assert "ClientToken" not in aws.calls[-1].parameters
    with taken("Name"):
        create(client)


def _without_token(params: Any, **kwargs: Any) -> None:
    body = json.loads(params["body"])
    body.pop("ClientToken", None)
    params["body"] = json.dumps(body).encode()


@holds("tokens.without")
def test_an_association_without_a_token_is_created_again(own_client: Any) -> None:
    client = own_client
    client.meta.events.register("before-call.appintegrations", _without_token)
    create_data_integration(client)
    with mock_appintegrations(single_association=False):
        assert len({associate_data_integration(client) for _ in range(3)}) == 3


@holds("tokens.taken-name")
@pytest.mark.parametrize("create", _CREATES)
def test_a_new_token_with_a_taken_name_is_a_duplicate(client: Any, create: Any) -> None:
    create(client, ClientToken="1")
    with taken("Name"):
        create(client, ClientToken="2")
