"""Lists, pages and their tokens."""

from __future__ import annotations

import base64
from typing import Any

import boto3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appint_mock import mock_appintegrations
from tests.appintegrations.listings import LISTINGS, Listing
from tests.appintegrations.resources import (
    MODEL,
    associate_data_integration,
    create_application,
    create_data_integration,
    create_event_integration,
    invalid,
)
from tests.fidelity.appintegrations import holds

_each_listing = pytest.mark.parametrize("listing", list(LISTINGS.values()), ids=list(LISTINGS))


@pytest.fixture
def any_number_of_associations(aws: Any) -> Any:
    with mock_appintegrations(single_association=False):
        yield


@pytest.fixture
def filled(client: Any, listing: Listing) -> tuple[dict[str, str], list[str]]:
    """A listing with five items: what names its parent, and the items."""
    parent = listing.prepare(client)
    return parent, [listing.make(client, number) for number in range(5)]


def test_the_listings_are_all_there_are() -> None:
    lists = [name for name in MODEL.operation_names if name.startswith("List")]
    assert sorted(LISTINGS) == [name for name in lists if name != "ListTagsForResource"]


# What a list shows


@holds("lists.always-there", "lists.unassociated")
@_each_listing
def test_an_empty_list_is_there_and_has_no_token(client: Any, listing: Listing) -> None:
    answer = getattr(client, listing.method)(**listing.prepare(client))
    assert answer[listing.member] == []
    assert "NextToken" not in answer


@holds("lists.order")
@_each_listing
def test_items_come_in_the_order_of_creation(client: Any, listing: Listing, filled: Any) -> None:
    parent, made = filled
    assert listing.page(client, **parent) == (made, None)


@holds("lists.order")
def test_updating_renaming_and_tagging_move_nothing(client: Any) -> None:
    for name in ("a", "b", "c"):
        create_event_integration(client, name)
        create_data_integration(client, name)
    arns = [create_application(client, name)["Arn"] for name in ("a", "b", "c")]
    client.update_event_integration(Name="a", Description="new")
    client.update_data_integration(Identifier="a", Name="z")
    client.update_application(Arn=arns[0], Name="z")
    client.tag_resource(resourceArn=arns[1], tags={"a": "1"})
    assert LISTINGS["ListEventIntegrations"].pages(client, MaxResults=1) == [["a"], ["b"], ["c"]]
    assert LISTINGS["ListDataIntegrations"].pages(client, MaxResults=1) == [["z"], ["b"], ["c"]]
    assert LISTINGS["ListApplications"].pages(client, MaxResults=1) == [["z"], ["b"], ["c"]]


@pytest.mark.usefixtures("any_number_of_associations")
@holds("lists.order")
def test_updating_an_association_moves_nothing(client: Any) -> None:
    create_data_integration(client)
    arns = [associate_data_integration(client) for _ in range(3)]
    client.update_data_integration_association(
        DataIntegrationIdentifier="orders",
        DataIntegrationAssociationIdentifier=arns[0],
        ExecutionConfiguration={"ExecutionMode": "SCHEDULED"},
    )
    listing = LISTINGS["ListDataIntegrationAssociations"]
    assert listing.pages(client, DataIntegrationIdentifier="orders", MaxResults=2) == [arns[:2], arns[2:]]


# Pages


@holds("lists.largest-page", "lists.next-token")
@_each_listing
@pytest.mark.parametrize("size", [1, 2, 4, 5, 6, 50])
def test_a_page_holds_max_results_items(client: Any, listing: Listing, filled: Any, size: int) -> None:
    parent, made = filled
    pages = listing.pages(client, **parent, MaxResults=size)
    assert [item for page in pages for item in page] == made
    assert [len(page) for page in pages[:-1]] == [size] * (len(pages) - 1)
    assert 0 < len(pages[-1]) <= size


@holds("lists.default-page", "lists.largest-page", "lists.paged")
@_each_listing
def test_a_page_holds_fifty_items_by_default(client: Any, listing: Listing) -> None:
    parent = listing.prepare(client)
    made = [listing.make(client, number) for number in range(51)]
    first, token = listing.page(client, **parent)
    assert (first, len(first)) == (made[:50], 50)
    assert token is not None
    assert listing.page(client, **parent, NextToken=token) == (made[50:], None)


@holds("lists.default-page")
@_each_listing
def test_page_size_is_the_default_and_the_largest_page(client: Any, listing: Listing, filled: Any) -> None:
    parent, made = filled
    with mock_appintegrations(page_size=2):
        assert [len(page) for page in listing.pages(client, **parent)] == [2, 2, 1]
        assert [len(page) for page in listing.pages(client, **parent, MaxResults=50)] == [2, 2, 1]
        assert [len(page) for page in listing.pages(client, **parent, MaxResults=1)] == [1] * 5
    with mock_appintegrations(page_size=5):
        assert listing.pages(client, **parent) == [made]


@holds("lists.default-page")
@_each_listing
def test_boto3_s_paginator_walks_all_pages(client: Any, listing: Listing, filled: Any) -> None:
    parent, made = filled
    with mock_appintegrations(page_size=2):
        result = client.get_paginator(listing.method).paginate(**parent).build_full_result()
    assert [item[listing.key] for item in result[listing.member]] == made


@holds("lists.filters", "applications.filter")
def test_filters_apply_before_pages_are_cut(client: Any) -> None:
    for number in range(9):
        kind = {"IsService": True, "InitializationTimeout": 1} if number % 3 == 0 else {}
        create_application(client, f"n{number}", **kind)
    listing = LISTINGS["ListApplications"]
    assert listing.pages(client, ApplicationType="SERVICE", MaxResults=2) == [["n0", "n3"], ["n6"]]
    assert listing.pages(client, ApplicationType="STANDARD", MaxResults=3) == [["n1", "n2", "n4"], ["n5", "n7", "n8"]]
    assert listing.pages(client, ApplicationType="MCP_SERVER", MaxResults=1) == [[]]


# Tokens


@holds("lists.next-token")
def test_a_token_is_at_most_a_thousand_characters_whatever_names_are_stored(client: Any, backend: Any) -> None:
    for number in range(3):
        create_event_integration(client, f"{number}{'/' * 254}")
        create_data_integration(client, f"{number}{'/' * 254}")
        create_application(client, f"{number}{' ' * 254}", Namespace=f"{number}{'x' * 210}")
        backend.associate_event_integration(f"0{'/' * 254}", client_id="é" * 255)
    for name in ("ListEventIntegrations", "ListDataIntegrations", "ListApplications"):
        assert len(LISTINGS[name].pages(client, MaxResults=1)) == 3
        token = LISTINGS[name].page(client, MaxResults=1)[1]
        assert token is not None
        assert len(token) <= 1000
    associations = LISTINGS["ListEventIntegrationAssociations"]
    token = associations.page(client, EventIntegrationName=f"0{'/' * 254}", MaxResults=1)[1]
    assert token is not None
    assert len(token) <= 1000


@holds("lists.token-page-size")
@_each_listing
def test_max_results_may_change_between_pages(client: Any, listing: Listing, filled: Any) -> None:
    parent, made = filled
    first, token = listing.page(client, **parent, MaxResults=1)
    second, token = listing.page(client, **parent, MaxResults=3, NextToken=token)
    third, token = listing.page(client, **parent, NextToken=token)
    assert [first, second, third, token] == [made[:1], made[1:4], made[4:], None]


@holds("lists.token-scope")
@_each_listing
def test_a_token_is_good_for_its_own_operation_only(client: Any, listing: Listing) -> None:
    # One resource of each kind is the parent of all listings of associations.
    parents = {name: each.prepare(client) for name, each in LISTINGS.items()}
    for number in range(2):
        listing.make(client, number)
    token = listing.page(client, **parents["List" + listing.member], MaxResults=1)[1]
    for name, other in LISTINGS.items():
        if other is listing:
            other.page(client, **parents[name], NextToken=token)
        else:
            with invalid("Invalid NextToken"):
                other.page(client, **parents[name], NextToken=token)


@holds("lists.token-scope")
def test_a_token_of_another_filter_is_invalid(client: Any) -> None:
    for number in range(3):
        create_application(client, f"n{number}")
    listing = LISTINGS["ListApplications"]
    unfiltered = listing.page(client, MaxResults=1)[1]
    filtered = listing.page(client, MaxResults=1, ApplicationType="STANDARD")[1]
    for token, parameters in [
        (unfiltered, {"ApplicationType": "STANDARD"}),
        (filtered, {}),
        (filtered, {"ApplicationType": "SERVICE"}),
    ]:
        with invalid("Invalid NextToken"):
            listing.page(client, NextToken=token, **parameters)
    assert listing.page(client, NextToken=filtered, ApplicationType="STANDARD")[0] == ["n1", "n2"]


@pytest.mark.usefixtures("any_number_of_associations")
@holds("lists.token-scope")
def test_a_token_of_another_parent_is_invalid_and_of_another_spelling_is_good(client: Any, backend: Any) -> None:
    data = create_data_integration(client, "orders")
    create_data_integration(client, "another")
    made = [associate_data_integration(client) for _ in range(2)]
    listing = LISTINGS["ListDataIntegrationAssociations"]
    token = listing.page(client, DataIntegrationIdentifier="orders", MaxResults=1)[1]
    for spelling in ("orders", data["Id"], data["Arn"]):
        assert listing.page(client, DataIntegrationIdentifier=spelling, NextToken=token) == (made[1:], None)
    with invalid("Invalid NextToken"):
        listing.page(client, DataIntegrationIdentifier="another", NextToken=token)

    application = create_application(client)
    other = create_application(client, "other")
    made = [backend.associate_application(application["Id"]) for _ in range(2)]
    listing = LISTINGS["ListApplicationAssociations"]
    token = listing.page(client, ApplicationId=application["Id"], MaxResults=1)[1]
    for spelling in (application["Arn"], application["Id"], application["Arn"] + ":$LATEST"):
        assert listing.page(client, ApplicationId=spelling, NextToken=token) == (made[1:], None)
    with invalid("Invalid NextToken"):
        listing.page(client, ApplicationId=other["Id"], NextToken=token)


@holds("lists.token-scope", "places.apart")
def test_a_token_of_another_account_or_region_is_invalid(aws: Any, client: Any) -> None:
    listing = LISTINGS["ListEventIntegrations"]
    for number in range(2):
        create_event_integration(client, f"n{number}")
    token = listing.page(client, MaxResults=1)[1]
    for options in ({"region_name": "eu-west-1"}, aws.credentials("111122223333")):
        other = boto3.client("appintegrations", **options)
        for number in range(2):
            create_event_integration(other, f"n{number}")
        with invalid("Invalid NextToken"):
            listing.page(other, NextToken=token)


@holds("lists.invalid-token")
@_each_listing
@pytest.mark.parametrize("change", [lambda t: t + "A", lambda t: "A" + t, lambda t: t[:-1], lambda t: t.swapcase()])
def test_a_changed_token_is_invalid(client: Any, listing: Listing, filled: Any, change: Any) -> None:
    parent, _ = filled
    token = listing.page(client, **parent, MaxResults=1)[1]
    with invalid("Invalid NextToken"):
        listing.page(client, **parent, NextToken=change(token))


@holds("lists.invalid-token")
@settings(max_examples=50, deadline=None)
@given(
    token=st.text(min_size=1, max_size=1000) | st.binary(max_size=60).map(lambda raw: base64.b64encode(raw).decode())
)
def test_any_text_that_the_mock_did_not_hand_out_is_invalid(token: str) -> None:
    with mock_appintegrations():
        client: Any = boto3.client("appintegrations")
        if token:
            with pytest.raises(client.exceptions.ClientError) as caught:
                client.list_event_integrations(NextToken=token)
            error = caught.value.response["Error"]
            # Only a text of newlines does not fit the model's pattern.
            assert error["Code"] in ("InvalidRequestException", "ValidationException")
            assert (error["Message"] == "Invalid NextToken") == (error["Code"] == "InvalidRequestException")


# Pages of a listing that changes


@holds("lists.deletions")
@_each_listing
@pytest.mark.parametrize("removed", [{0}, {1}, {0, 1}, {2}, {0, 1, 2, 3}, {1, 2, 4}])
def test_a_token_survives_the_deletion_of_any_item(
    client: Any, listing: Listing, filled: Any, removed: set[int]
) -> None:
    parent, made = filled
    shown, token = listing.page(client, **parent, MaxResults=2)
    assert shown == made[:2]
    for number in removed:
        listing.remove(client, made[number])
    left = [item for number, item in enumerate(made) if number > 1 and number not in removed]
    assert listing.page(client, **parent, NextToken=token) == (left, None)


@holds("lists.later-items")
@_each_listing
def test_items_made_later_appear_at_the_end(client: Any, listing: Listing, filled: Any) -> None:
    parent, made = filled
    token = listing.page(client, **parent, MaxResults=2)[1]
    later = listing.make(client, 9)
    assert listing.page(client, **parent, NextToken=token) == ([*made[2:], later], None)


@holds("lists.later-items")
@_each_listing
def test_a_page_of_which_nothing_is_left_is_empty(client: Any, listing: Listing, filled: Any) -> None:
    parent, made = filled
    token = listing.page(client, **parent, MaxResults=2)[1]
    for item in made[2:]:
        listing.remove(client, item)
    answer = getattr(client, listing.method)(**parent, NextToken=token)
    assert answer[listing.member] == []
    assert "NextToken" not in answer


@holds("lists.deletions", "lists.later-items")
def test_an_item_that_is_created_again_is_a_later_item(client: Any) -> None:
    listing = LISTINGS["ListEventIntegrations"]
    for number in range(3):
        listing.make(client, number)
    token = listing.page(client, MaxResults=1)[1]
    listing.remove(client, "n0")
    listing.make(client, 0)
    assert listing.page(client, NextToken=token) == (["n1", "n2", "n0"], None)


@holds("lists.order", "lists.deletions", "lists.later-items")
@settings(max_examples=30, deadline=None)
@given(
    steps=st.lists(st.tuples(st.sampled_from(["make", "remove", "page"]), st.integers(0, 99)), max_size=30),
    size=st.integers(1, 4),
)
def test_pages_show_what_was_there_from_the_first_page_to_the_last(steps: Any, size: int) -> None:
    """Each item that is there all the time is shown once, in order; none twice; none that was gone before its page."""
    listing = LISTINGS["ListEventIntegrations"]
    with mock_appintegrations() as aws:
        aws.reset()
        client: Any = boto3.client("appintegrations")
        there = [listing.make(client, number) for number in range(5)]
        made, shown, token, ended = 5, [], None, False
        always = set(there)
        for step, number in steps:
            if step == "make":
                there.append(listing.make(client, made))
                made += 1
            elif step == "remove" and there:
                gone = there.pop(number % len(there))
                listing.remove(client, gone)
                always -= set() if gone in shown else {gone}
            elif step == "page" and not ended:
                items, token = listing.page(client, MaxResults=size, **({"NextToken": token} if token else {}))
                assert set(items) <= set(there)
                shown += items
                ended = token is None
        while not ended:
            items, token = listing.page(client, MaxResults=size, **({"NextToken": token} if token else {}))
            shown += items
            ended = token is None
        assert shown == sorted(set(shown), key=lambda name: int(name[1:]))
        assert always <= set(shown)
