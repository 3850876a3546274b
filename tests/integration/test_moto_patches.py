"""What we replace of moto's, beside others that replace the same."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import boto3
import pytest

pytest.importorskip("moto")

from moto import mock_aws
from moto.cloudformation.models import CloudFormationBackend
from moto.core.models import MockAWS
from moto.resourcegroupstaggingapi import models as tagging

from appint_mock import mock_appintegrations
from appint_mock.integrations import moto
from tests.interception import foreign
from tests.interception.programs import create, names


class Place(NamedTuple):
    """An attribute that we replace, and a check that fails without our function there."""

    owner: Any
    name: str
    check: Callable[[], object]


def stacks() -> Any:
    return boto3.client("cloudformation")


def template(source: str = "aws.partner/example.com") -> str:
    properties = {"Name": "orders", "EventBridgeBus": "default", "EventFilter": {"Source": source}}
    resource = {"Type": "AWS::AppIntegrations::EventIntegration", "Properties": properties}
    return json.dumps({"Resources": {"Orders": resource}})


def status() -> Any:
    return stacks().describe_stacks(StackName="app")["Stacks"][0]["StackStatus"]


def check_create_stack() -> None:
    stacks().create_stack(StackName="app", TemplateBody=template(source="not a partner's"))
    assert status() == "ROLLBACK_COMPLETE"
    stacks().delete_stack(StackName="app")


def check_update_stack() -> None:
    stacks().create_stack(StackName="app", TemplateBody=template())
    stacks().update_stack(StackName="app", TemplateBody=template(source="not a partner's"))
    assert status() == "UPDATE_ROLLBACK_COMPLETE"
    stacks().delete_stack(StackName="app")


def check_execute_change_set() -> None:
    stacks().create_stack(StackName="app", TemplateBody=template())
    changed = template(source="not a partner's")
    stacks().create_change_set(StackName="app", ChangeSetName="change", TemplateBody=changed, ChangeSetType="UPDATE")
    stacks().execute_change_set(StackName="app", ChangeSetName="change")
    assert status() == "UPDATE_ROLLBACK_COMPLETE"
    stacks().delete_stack(StackName="app")


def check_delete_stack() -> None:
    with mock_appintegrations() as aws:
        stacks().create_stack(StackName="app", TemplateBody=template())
        aws.fail("DeleteEventIntegration", "AccessDeniedException")
        stacks().delete_stack(StackName="app")
        assert status() == "DELETE_FAILED"
        stacks().delete_stack(StackName="app")


def check_tagging() -> None:
    with mock_appintegrations() as aws:
        state = aws.snapshot()
        boto3.client("appintegrations").create_event_integration(
            Name="tagged", EventBridgeBus="default", EventFilter={"Source": "aws.partner/x"}, Tags={"team": "desk"}
        )
        found = boto3.client("resourcegroupstaggingapi").get_resources(TagFilters=[{"Key": "team"}])
        assert len(found["ResourceTagMappingList"]) == 1
        aws.restore(state)


INSIDE = [
    Place(CloudFormationBackend, "create_stack", check_create_stack),
    Place(CloudFormationBackend, "update_stack", check_update_stack),
    Place(CloudFormationBackend, "execute_change_set", check_execute_change_set),
    Place(CloudFormationBackend, "delete_stack", check_delete_stack),
]
if hasattr(tagging, "iter_taggable_backends"):
    INSIDE.append(Place(tagging, "iter_taggable_backends", check_tagging))


def check_following() -> None:
    with mock_aws() as mock:
        create("orders")
        assert names() == ["orders"]
        if mock is not None:
            mock.reset()
            assert names() == []
    with mock_aws():
        assert names() == []


FOLLOWING = [Place(MockAWS, name, check_following) for name in ("__init__", "start", "stop", "reset")]
each_way = pytest.mark.parametrize("patch", foreign.WAYS)
each_place_inside = pytest.mark.parametrize("place", INSIDE, ids=lambda place: place.name)
each_place_following = pytest.mark.parametrize("place", FOLLOWING, ids=lambda place: place.name)
Patch = Callable[..., foreign.Undo]


def usable(place: Place, patch: Patch) -> None:
    if not isinstance(place.owner, type) and patch is foreign.by_proxy:
        pytest.skip("a function of a module is not bound")


@pytest.fixture(autouse=True)
def _every_original_is_back() -> Iterator[None]:
    places = [*INSIDE, *FOLLOWING]
    originals = [vars(place.owner)[place.name] for place in places]
    yield
    assert all(vars(place.owner)[place.name] is each for place, each in zip(places, originals, strict=True))


@each_place_inside
@each_way
def test_a_foreign_patch_over_ours_survives_the_scope(place: Place, patch: Patch) -> None:
    usable(place, patch)
    original = vars(place.owner)[place.name]
    with mock_aws():
        with mock_appintegrations():
            place.check()
            undo = patch(place.owner, place.name)
            theirs = vars(place.owner)[place.name]
            place.check()
        assert vars(place.owner)[place.name] is theirs
        undo()
        with mock_appintegrations():
            place.check()
    assert vars(place.owner)[place.name] is original


@each_place_inside
@each_way
def test_ours_survives_when_a_foreign_patch_beneath_it_is_taken_off(place: Place, patch: Patch) -> None:
    usable(place, patch)
    undo = patch(place.owner, place.name)
    with mock_aws(), mock_appintegrations():
        place.check()
        undo()
        place.check()
    undo()


@each_place_following
@each_way
def test_a_foreign_patch_over_ours_survives_unfollow(place: Place, patch: Patch) -> None:
    original = vars(place.owner)[place.name]
    moto.follow()
    try:
        undo = patch(place.owner, place.name)
        theirs = vars(place.owner)[place.name]
        place.check()
    finally:
        moto.unfollow()
    assert vars(place.owner)[place.name] is theirs
    with mock_aws(), pytest.raises(Exception, match="404"):
        names(region_name="us-east-1")
    undo()
    moto.follow()
    moto.unfollow()
    assert vars(place.owner)[place.name] is original


@each_place_following
@each_way
def test_moto_is_followed_when_a_foreign_patch_beneath_ours_is_taken_off(place: Place, patch: Patch) -> None:
    undo = patch(place.owner, place.name)
    moto.follow()
    try:
        place.check()
        undo()
        place.check()
    finally:
        moto.unfollow()
        undo()
