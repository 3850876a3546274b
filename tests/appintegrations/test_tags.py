"""Tags, on all six kinds of resources."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import boto3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appint_mock import mock_appintegrations
from tests.appintegrations.resources import (
    TAG_KEY_HAS_PATTERN,
    create_application,
    create_data_integration,
    create_event_integration,
    each_kind,
    invalid,
)
from tests.fidelity.appintegrations import holds

_AWS_KEYS = "aws: prefixed tag key names are not allowed for external use."


def _tags(client: Any, arn: str) -> Any:
    return client.list_tags_for_resource(resourceArn=arn)["tags"]


@holds("tags.kinds", "tags.merge", "tags.untag")
@each_kind
def test_tags_are_merged_overwritten_and_removed(client: Any, make: Callable[..., str]) -> None:
    arn = make(client)
    creates = (create_event_integration, create_data_integration, create_application)
    event, data, application = (create(client, "other") for create in creates)
    client.tag_resource(resourceArn=arn, tags={"a": "1", "b": "2"})
    client.tag_resource(resourceArn=arn, tags={"b": "3", "c": ""})
    assert _tags(client, arn) == {"a": "1", "b": "3", "c": ""}
    client.untag_resource(resourceArn=arn, tagKeys=["a", "missing"])
    client.untag_resource(resourceArn=arn, tagKeys=["missing"])
    assert _tags(client, arn) == {"b": "3", "c": ""}
    for other in (event["EventIntegrationArn"], data["Arn"], application["Arn"]):
        assert _tags(client, other) == {}


@holds("tags.one-set")
def test_tags_of_the_creation_and_later_ones_are_one_set(client: Any) -> None:
    tags = {"a": "1", "b": "2"}
    application = create_application(client, Tags=tags)["Arn"]
    gets: dict[str, Callable[[], Any]] = {
        create_event_integration(client, Tags=tags)["EventIntegrationArn"]: lambda: client.get_event_integration(
            Name="orders"
        ),
        create_data_integration(client, Tags=tags)["Arn"]: lambda: client.get_data_integration(Identifier="orders"),
        application: lambda: client.get_application(Arn=application),
    }
    for arn, get in gets.items():
        assert get()["Tags"] == _tags(client, arn) == {"a": "1", "b": "2"}
        client.tag_resource(resourceArn=arn, tags={"b": "3", "c": "4"})
        client.untag_resource(resourceArn=arn, tagKeys=["a"])
        assert get()["Tags"] == _tags(client, arn) == {"b": "3", "c": "4"}
    (listed,) = client.list_event_integrations()["EventIntegrations"]
    assert listed["Tags"] == {"b": "3", "c": "4"}


@holds("tags.case")
def test_keys_are_case_sensitive(client: Any) -> None:
    arn = create_application(client)["Arn"]
    client.tag_resource(resourceArn=arn, tags={"a": "1", "A": "2"})
    client.untag_resource(resourceArn=arn, tagKeys=["a"])
    assert _tags(client, arn) == {"A": "2"}


@holds("tags.aws-keys")
@pytest.mark.parametrize("key", ["aws:x", "AWS:x", "Aws:", "aWs:/"])
@each_kind
def test_a_key_of_aws_s_own_is_refused(client: Any, make: Callable[..., str], key: str) -> None:
    arn = make(client)
    refuses_by_pattern = TAG_KEY_HAS_PATTERN and key.startswith("aws:")
    calls: list[Callable[[], Any]] = [
        lambda: client.tag_resource(resourceArn=arn, tags={"fine": "1", key: "2"}),
        lambda: client.untag_resource(resourceArn=arn, tagKeys=["fine", key]),
    ]
    for call in calls:
        if refuses_by_pattern:
            with pytest.raises(client.exceptions.ClientError, match=r"ValidationException.*must satisfy constraint"):
                call()
        else:
            with invalid(_AWS_KEYS):
                call()
    assert _tags(client, arn) == {}


@holds("tags.aws-keys")
@pytest.mark.parametrize("create", [create_event_integration, create_data_integration, create_application])
def test_a_key_of_aws_s_own_is_refused_in_a_create(client: Any, create: Any) -> None:
    with invalid(_AWS_KEYS):
        create(client, Tags={"AWS:x": "1"})
    with pytest.raises(client.exceptions.ClientError, match="ValidationException" if TAG_KEY_HAS_PATTERN else "aws:"):
        create(client, Tags={"aws:x": "1"})
    create(client, Tags={"aws": "1", "xaws:": "2", "aws-x": "3"})


@holds("tags.limit")
@each_kind
def test_a_resource_has_at_most_200_tags(client: Any, make: Callable[..., str]) -> None:
    arn = make(client)
    client.tag_resource(resourceArn=arn, tags={_key(number): "1" for number in range(199)})
    with invalid("A resource can have at most 200 tags"):
        client.tag_resource(resourceArn=arn, tags={_key(199): "1", _key(200): "1", _key(0): "2"})
    assert len(_tags(client, arn)) == 199
    client.tag_resource(resourceArn=arn, tags={_key(199): "1", _key(0): "2"})
    client.tag_resource(resourceArn=arn, tags={_key(number): "3" for number in range(200)})
    assert _tags(client, arn) == {_key(number): "3" for number in range(200)}
    client.untag_resource(resourceArn=arn, tagKeys=[_key(number) for number in range(200)])
    assert _tags(client, arn) == {}


def _key(number: int) -> str:
    # Letters only: that is all that an older model's pattern lets pass for sure.
    return f"k-{chr(97 + number // 20)}{chr(97 + number % 20)}"


@holds("tags.gone")
def test_tags_go_with_their_resource(client: Any) -> None:
    arn = create_event_integration(client, Tags={"a": "1"})["EventIntegrationArn"]
    client.delete_event_integration(Name="orders")
    assert create_event_integration(client)["EventIntegrationArn"] == arn
    assert _tags(client, arn) == {}
    assert client.get_event_integration(Name="orders")["Tags"] == {}


_TAGS = st.dictionaries(st.text("abc", min_size=1, max_size=2), st.text("xyz", max_size=2), min_size=1, max_size=4)


@holds("tags.merge", "tags.untag")
@settings(max_examples=25, deadline=None)
@given(first=_TAGS, steps=st.lists(_TAGS | st.lists(st.text("abc", min_size=1, max_size=2), min_size=1), max_size=6))
def test_tags_are_what_a_dictionary_would_be(first: dict[str, str], steps: list[Any]) -> None:
    with mock_appintegrations():
        client: Any = boto3.client("appintegrations")
        arn = create_event_integration(client, Tags=first)["EventIntegrationArn"]
        expected = dict(first)
        for step in steps:
            if isinstance(step, dict):
                client.tag_resource(resourceArn=arn, tags=step)
                expected.update(step)
            else:
                client.untag_resource(resourceArn=arn, tagKeys=step)
                expected = {key: value for key, value in expected.items() if key not in step}
        assert _tags(client, arn) == expected
