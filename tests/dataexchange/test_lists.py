"""Lists: their order, their filters, their pages."""

from __future__ import annotations

import string
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appint_mock import mock_dataexchange
from tests.fidelity.dataexchange import holds

from .actors import OTHER_ACCOUNT, Actor, asset_of, invalid, of

BAD_TOKEN = "NextToken is not valid."


class List(NamedTuple):
    """A List operation: how to add an item to what it lists, and how to delete one."""

    operation: str
    member: str
    #: Makes what the items belong to; returns the parameters of the list.
    start: Callable[[Actor], dict[str, Any]]
    add: Callable[[Actor, dict[str, Any], str], str]
    delete: Callable[[Actor, dict[str, Any], str], Any] | None
    #: Of ids in the order of creation, and names.
    in_order: Callable[[list[tuple[str, str]]], list[str]]


def _newest_first(items: list[tuple[str, str]]) -> list[str]:
    return [item for item, _ in reversed(items)]


def _oldest_first(items: list[tuple[str, str]]) -> list[str]:
    return [item for item, _ in items]


def _names_descending(items: list[tuple[str, str]]) -> list[str]:
    # Sorting is stable, so equal names stay newest first.
    newest_first = items[::-1]
    return [item for item, _ in sorted(newest_first, key=lambda item: item[1], reverse=True)]


def _add_asset(actor: Actor, parameters: dict[str, Any], name: str) -> str:
    revision = {"DataSetId": parameters["DataSetId"], "Id": parameters["RevisionId"]}
    before = {asset["Id"] for asset in actor.assets(revision)}
    actor.add_assets(revision, name)
    (new,) = {asset["Id"] for asset in actor.assets(revision)} - before
    return str(new)


def _entitled(actor: Actor, name: str = "Weather") -> str:
    return str(
        actor.backend.add_entitled_data_set(
            name=name, description="Hourly", asset_type="S3_SNAPSHOT", product_id="prod-weather", revisions=[]
        )
    )


def _grant_from(actor: Actor, sender: Actor) -> str:
    return str(sender.grant(sender.data_set(), actor.account_id)["Id"])


def _delete_received(actor: Actor, parameters: dict[str, Any], grant_id: str) -> None:
    Actor(actor.aws, OTHER_ACCOUNT).client.delete_data_grant(DataGrantId=grant_id)


LISTS = [
    List(
        "list_data_sets",
        "DataSets",
        lambda actor: {},
        lambda actor, parameters, name: actor.data_set(Name=name)["Id"],
        lambda actor, parameters, item: actor.client.delete_data_set(DataSetId=item),
        _newest_first,
    ),
    List(
        "list_data_sets",
        "DataSets",
        lambda actor: {"Origin": "ENTITLED"},
        lambda actor, parameters, name: _entitled(actor, name),
        None,
        _oldest_first,
    ),
    List(
        "list_data_set_revisions",
        "Revisions",
        lambda actor: {"DataSetId": actor.data_set()["Id"]},
        lambda actor, parameters, name: actor.revision({"Id": parameters["DataSetId"]}, Comment=name)["Id"],
        lambda actor, parameters, item: actor.client.delete_revision(**parameters, RevisionId=item),
        _newest_first,
    ),
    List(
        "list_revision_assets",
        "Assets",
        lambda actor: of(actor.revision(actor.data_set())),
        _add_asset,
        lambda actor, parameters, item: actor.client.delete_asset(**parameters, AssetId=item),
        _names_descending,
    ),
    List(
        "list_event_actions",
        "EventActions",
        lambda actor: {"EventSourceId": _entitled(actor)},
        lambda actor, parameters, name: actor.event_action(parameters["EventSourceId"])["Id"],
        lambda actor, parameters, item: actor.client.delete_event_action(EventActionId=item),
        _oldest_first,
    ),
    List(
        "list_data_grants",
        "DataGrantSummaries",
        lambda actor: {},
        lambda actor, parameters, name: actor.grant(actor.data_set(), Name=name)["Id"],
        lambda actor, parameters, item: actor.client.delete_data_grant(DataGrantId=item),
        _oldest_first,
    ),
    List(
        "list_received_data_grants",
        "DataGrantSummaries",
        lambda actor: {},
        lambda actor, parameters, name: _grant_from(actor, Actor(actor.aws, OTHER_ACCOUNT)),
        _delete_received,
        _oldest_first,
    ),
]
every_list = pytest.mark.parametrize("which", LISTS, ids=lambda which: which.operation)


def _ids(actor: Actor, which: List, parameters: dict[str, Any], **paging: Any) -> tuple[list[str], str | None]:
    answer = getattr(actor.client, which.operation)(**parameters, **paging)
    return [entry["Id"] for entry in answer[which.member]], answer.get("NextToken")


def _walk(actor: Actor, which: List, parameters: dict[str, Any], size: int) -> list[str]:
    pages = actor.client.get_paginator(which.operation).paginate(**parameters, PaginationConfig={"PageSize": size})
    return [entry["Id"] for page in pages for entry in page[which.member]]


@holds("lists.last-page", "lists.always-there")
@every_list
def test_an_empty_list_is_there_and_has_no_token(provider: Actor, which: List) -> None:
    answer = getattr(provider.client, which.operation)(**which.start(provider))
    assert answer[which.member] == []
    assert "NextToken" not in answer


@holds(
    "lists.newest-first", "lists.arrival", "lists.assets", "lists.equal-names", "lists.creation", "lists.equal-moments"
)
@every_list
@settings(max_examples=12, deadline=None)
@given(
    names=st.lists(st.text(string.ascii_letters + "é￿😀", min_size=1, max_size=2), max_size=7),
    size=st.integers(1, 8),
)
def test_the_pages_of_any_size_make_the_list_in_its_order(which: List, names: list[str], size: int) -> None:
    with mock_dataexchange() as aws:
        actor = Actor(aws)
        aws.clock.freeze()
        parameters = which.start(actor)
        items = [(which.add(actor, parameters, name), name) for name in names]
        expected = which.in_order(items)
        assert _ids(actor, which, parameters) == (expected, None)
        assert _walk(actor, which, parameters, size) == expected


@pytest.mark.slow
@holds("lists.walk")
@every_list
@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_a_walk_sees_each_lasting_item_once_whatever_comes_and_goes(which: List, data: st.DataObject) -> None:
    with mock_dataexchange() as aws:
        actor = Actor(aws)
        parameters = which.start(actor)
        lasting = {which.add(actor, parameters, name) for name in "bdfhj"}
        passing = [which.add(actor, parameters, name) for name in "cegi"] if which.delete else []
        seen: list[str] = []
        token: str | None = None
        while True:
            page, token = _ids(actor, which, parameters, MaxResults=2, **({"NextToken": token} if token else {}))
            seen += page
            if token is None:
                break
            if which.delete and passing and data.draw(st.booleans()):
                # Also the very item at which the page ended.
                gone = passing.pop(data.draw(st.integers(0, len(passing) - 1)))
                which.delete(actor, parameters, gone)
            if data.draw(st.booleans()):
                which.add(actor, parameters, data.draw(st.sampled_from("aek")))
            assert len(seen) < 50
        assert len(seen) == len(set(seen))
        assert lasting <= set(seen)


@holds("lists.default-page", "lists.largest-page", "lists.last-page")
@every_list
def test_a_page_holds_100_by_default_and_200_at_most(aws: Any, provider: Actor, which: List) -> None:
    parameters = which.start(provider)
    first = which.add(provider, parameters, "a")
    _multiply(provider, which, parameters, first, 200)
    page, token = _ids(provider, which, parameters)
    assert len(page) == 100
    rest, _ = _ids(provider, which, parameters, MaxResults=200, NextToken=token)
    assert len(rest) == 101
    whole, token = _ids(provider, which, parameters, MaxResults=200)
    assert len(whole) == 200
    assert len(_ids(provider, which, parameters, NextToken=token)[0]) == 1


def _multiply(actor: Actor, which: List, parameters: dict[str, Any], item: str, times: int) -> None:
    """Put copies of a record into its table: two hundred calls for each list would take long."""
    backend = actor.backend
    table = {
        "list_data_sets": backend.entitled_data_sets if parameters else backend.data_sets,
        "list_data_set_revisions": backend.revisions.of(parameters.get("DataSetId")),
        "list_revision_assets": backend.assets.of(parameters.get("RevisionId")),
        "list_event_actions": backend.event_actions,
        "list_data_grants": backend.data_grants,
        "list_received_data_grants": Actor(actor.aws, OTHER_ACCOUNT).backend.data_grants,
    }[which.operation]
    record = table.record(item)
    for number in range(times):
        copy = {**record, "Id": f"{number:032}"}
        table.add(copy["Id"], copy)
        if which.operation == "list_received_data_grants":
            known = backend.received_data_grants.record(item)
            backend.received_data_grants.add(copy["Id"], {**known, "Id": copy["Id"]})


@holds("lists.page-size")
@every_list
def test_the_option_page_size_caps_pages(provider: Actor, which: List) -> None:
    parameters = which.start(provider)
    for name in "abc":
        which.add(provider, parameters, name)
    with mock_dataexchange(page_size=2):
        assert len(_ids(provider, which, parameters)[0]) == 2
        assert len(_ids(provider, which, parameters, MaxResults=200)[0]) == 2
        assert len(_ids(provider, which, parameters, MaxResults=1)[0]) == 1


@holds("errors.next-token", "lists.invalid-token")
@every_list
def test_a_text_that_is_no_token_is_refused(provider: Actor, which: List) -> None:
    parameters = which.start(provider)
    for text in ("x", "", "QUJD", "é"):
        with invalid(BAD_TOKEN):
            getattr(provider.client, which.operation)(**parameters, NextToken=text)


def _token(actor: Actor, which: List, parameters: dict[str, Any]) -> str:
    for name in "ab":
        which.add(actor, parameters, name)
    token = _ids(actor, which, parameters, MaxResults=1)[1]
    assert token is not None
    return token


@holds("lists.token-scope")
@every_list
def test_a_token_holds_for_its_own_list_only(provider: Actor, which: List) -> None:
    parameters = which.start(provider)
    token = _token(provider, which, parameters)
    for other in LISTS:
        if other is not which:
            others = other.start(provider)
            with invalid(BAD_TOKEN):
                getattr(provider.client, other.operation)(**others, NextToken=token)


@holds("lists.token-scope")
@every_list
def test_a_token_holds_for_another_page_size(provider: Actor, which: List) -> None:
    parameters = which.start(provider)
    token = _token(provider, which, parameters)
    assert len(_ids(provider, which, parameters, NextToken=token, MaxResults=200)[0]) == 1


@holds("lists.token-scope")
def test_a_token_of_another_parent_is_refused(provider: Actor) -> None:
    first, second = provider.data_set(), provider.data_set()
    token = _token(provider, LISTS[2], {"DataSetId": first["Id"]})
    with invalid(BAD_TOKEN):
        provider.client.list_data_set_revisions(DataSetId=second["Id"], NextToken=token)


@holds("lists.token-scope")
def test_a_token_of_another_account_or_region_is_refused(aws: Any, provider: Actor) -> None:
    token = _token(provider, LISTS[0], {})
    for other in (Actor(aws, OTHER_ACCOUNT), Actor(aws, region_name="eu-west-1")):
        with invalid(BAD_TOKEN):
            other.client.list_data_sets(NextToken=token)


@holds("lists.token-scope")
def test_a_token_of_another_filter_is_refused(provider: Actor) -> None:
    source = _entitled(provider)
    token = _token(provider, LISTS[4], {"EventSourceId": source})
    with invalid(BAD_TOKEN):
        provider.client.list_event_actions(NextToken=token)


@holds("lists.no-origin")
def test_data_sets_without_an_origin_are_the_owned_ones(provider: Actor) -> None:
    owned, entitled = provider.data_set()["Id"], _entitled(provider)
    listed = {
        origin: [each["Id"] for each in provider.client.list_data_sets(**parameters)["DataSets"]]
        for origin, parameters in {
            "none": {},
            "owned": {"Origin": "OWNED"},
            "entitled": {"Origin": "ENTITLED"},
        }.items()
    }
    assert listed == {"none": [owned], "owned": [owned], "entitled": [entitled]}
    token = _token(provider, LISTS[0], {})
    assert provider.client.list_data_sets(Origin="OWNED", NextToken=token)["DataSets"]


@holds("lists.event-source")
def test_event_actions_are_filtered_by_their_data_set(provider: Actor) -> None:
    first, second = _entitled(provider), _entitled(provider)
    of_first, of_second = provider.event_action(first)["Id"], provider.event_action(second)["Id"]

    def listed(**parameters: Any) -> list[str]:
        return [each["Id"] for each in provider.client.list_event_actions(**parameters)["EventActions"]]

    assert listed() == [of_first, of_second]
    assert listed(EventSourceId=second) == [of_second]
    assert listed(EventSourceId="strange, but merely unknown") == []


@holds("lists.acceptance-state", "lists.grants")
def test_received_grants_are_filtered_by_any_of_several_states(provider: Actor, subscriber: Actor) -> None:
    pending, accepted = (provider.grant(provider.data_set()) for _ in range(2))
    subscriber.accept(accepted)

    def listed(*states: str) -> list[str]:
        answer = subscriber.client.list_received_data_grants(AcceptanceState=list(states))
        return [each["Id"] for each in answer["DataGrantSummaries"]]

    assert listed() == [pending["Id"], accepted["Id"]]
    assert listed("PENDING_RECEIVER_ACCEPTANCE") == [pending["Id"]]
    assert listed("ACCEPTED") == [accepted["Id"]]
    assert listed("ACCEPTED", "PENDING_RECEIVER_ACCEPTANCE") == [pending["Id"], accepted["Id"]]
    assert listed("ACCEPTED", "ACCEPTED") == [accepted["Id"]]


@holds("lists.acceptance-state")
def test_the_order_of_the_wanted_states_makes_no_difference_to_a_token(provider: Actor, subscriber: Actor) -> None:
    for _ in range(2):
        provider.grant(provider.data_set())
    states = ["PENDING_RECEIVER_ACCEPTANCE", "ACCEPTED"]
    token = subscriber.client.list_received_data_grants(AcceptanceState=states, MaxResults=1)["NextToken"]
    again = subscriber.client.list_received_data_grants(AcceptanceState=states[::-1], NextToken=token)
    assert len(again["DataGrantSummaries"]) == 1
    with invalid(BAD_TOKEN):
        subscriber.client.list_received_data_grants(AcceptanceState=states[:1], NextToken=token)


@holds("answers.tags", "lists.no-tags")
def test_entries_never_carry_tags(provider: Actor, subscriber: Actor) -> None:
    tags = {"a": "b"}
    data_set = provider.data_set(Tags=tags)
    revision = provider.revision(data_set, "a.csv", Tags=tags)
    (asset,) = provider.assets(revision)
    provider.client.tag_resource(ResourceArn=asset["Arn"], Tags=tags)
    provider.event_action(_entitled(provider), Tags=tags)
    provider.grant(data_set, Tags=tags)
    assert provider.client.get_asset(**asset_of(asset))["Tags"] == tags
    answers = [
        provider.client.list_data_sets()["DataSets"],
        provider.revisions(data_set["Id"]),
        provider.assets(revision),
        provider.client.list_event_actions()["EventActions"],
        provider.client.list_data_grants()["DataGrantSummaries"],
        subscriber.client.list_received_data_grants()["DataGrantSummaries"],
    ]
    assert all(len(entries) == 1 and "Tags" not in entries[0] for entries in answers)
