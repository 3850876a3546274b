"""The stack of open scopes: what a scope takes over from those around it, and which of them answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from appint_mock import AppIntegrationsBackend, ServiceMock, mock_appintegrations, mock_dataexchange, neighbours
from appint_mock.handle.handle import place_in, scope_of
from appint_mock.scopes import listeners, stack
from appint_mock.services import load

OTHER, THIRD = "210987654321", "555566667777"


class Neighbour(neighbours.Neighbour):
    """Another mock that has an account of its own, and knows one access key."""

    def is_on(self) -> bool:
        return True

    def default_account(self) -> str | None:
        return THIRD

    def account_of(self, access_key: str) -> str | None:
        return {"AKIAOTHER": OTHER}.get(access_key)


@pytest.fixture
def _neighbour(no_neighbour: None) -> None:
    neighbours.register(Neighbour())


@pytest.fixture
def apart() -> Iterator[ServiceMock[AppIntegrationsBackend]]:
    """The handle of a scope that stands apart."""
    with ServiceMock(load("appintegrations"), {"region_name": "eu-west-1"}, apart=True) as aws:
        yield aws


@pytest.mark.usefixtures("_neighbour")
def test_the_account_is_the_options_if_it_was_given_or_else_the_neighbours() -> None:
    with mock_appintegrations() as aws:
        assert place_in(aws)[0] == THIRD
        with mock_appintegrations(account_id=OTHER) as inner, mock_appintegrations(page_size=1) as innermost:
            assert (place_in(inner)[0], place_in(innermost)[0]) == (OTHER, OTHER)
        with mock_appintegrations(page_size=1) as inner:
            assert place_in(inner)[0] == THIRD
    with mock_appintegrations(account_id="123456789012") as aws:
        assert place_in(aws)[0] == "123456789012"


def test_options_are_those_of_the_scope_around_except_whether_the_state_is_fresh() -> None:
    with mock_appintegrations(page_size=3, fresh=True, seed=1) as outer:
        with mock_appintegrations(region_name="eu-west-1") as inner:
            assert scope_of(inner).options == {
                **scope_of(outer).options,
                "region_name": "eu-west-1",
                "fresh": False,
            }
            assert scope_of(inner).given == {"region_name"}
            assert scope_of(inner).world is scope_of(outer).world
            assert scope_of(inner).ids is scope_of(outer).ids
        with mock_appintegrations(fresh=True) as inner:
            assert scope_of(inner).options == scope_of(outer).options
            assert scope_of(inner).world is not scope_of(outer).world
            assert scope_of(inner).ids is not scope_of(outer).ids
        with mock_appintegrations(seed=1) as inner:
            assert scope_of(inner).world is scope_of(outer).world
            assert scope_of(inner).ids is not scope_of(outer).ids
        with mock_appintegrations(seed=None) as inner:
            assert scope_of(inner).ids is scope_of(outer).ids
        with mock_dataexchange() as other:
            assert scope_of(other).options["page_size"] is None


def test_a_world_has_the_options_of_the_innermost_scope_that_is_open() -> None:
    with mock_appintegrations(page_size=3, quotas={"applications": 5}) as outer:
        world = scope_of(outer).world
        with mock_appintegrations(page_size=4, quotas=False) as inner:
            assert (world.options, world.quotas) == (scope_of(inner).options, {})
        assert world.options["page_size"] == 3
        assert world.quotas == {"applications": 5}
        assert world.ids is scope_of(outer).ids


def test_the_region_is_the_environments_or_else_the_options(monkeypatch: pytest.MonkeyPatch, apart: Any) -> None:
    with mock_appintegrations(region_name="eu-west-1") as aws:
        scope = scope_of(aws)
        monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
        assert scope.region_name == "eu-west-1"
        scope.configured_region = "eu-west-2"
        assert scope.region_name == "eu-west-2"
        monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-3")
        assert scope.region_name == "eu-west-3"
        assert scope_of(apart).region_name == "eu-west-1"


def test_a_scope_that_stands_apart_is_on_no_stack_and_shares_no_state(apart: Any) -> None:
    assert scope_of(apart).is_open
    assert stack.all_open() == ()
    with mock_appintegrations(page_size=3) as aws:
        assert stack.all_open() == (scope_of(aws),)
        with ServiceMock(load("appintegrations"), {}, apart=True) as other:
            assert scope_of(other).options["page_size"] is None
            assert scope_of(other).world is not scope_of(aws).world
            assert stack.all_open() == (scope_of(aws),)
        assert aws.backend() is not apart.backend()


def test_the_scopes_of_a_service_are_found_outermost_first() -> None:
    assert stack.open_scopes("appintegrations") == ()
    assert stack.innermost("appintegrations") is None
    with mock_appintegrations() as first, mock_dataexchange() as second, mock_appintegrations() as third:
        scopes = [scope_of(each) for each in (first, second, third)]
        assert stack.all_open() == tuple(scopes)
        assert stack.open_scopes("appintegrations") == (scopes[0], scopes[2])
        assert stack.open_scopes("dataexchange") == (scopes[1],)
        assert stack.innermost("appintegrations") is scopes[2]
        assert stack.innermost("s3") is None
        assert stack.answering("appintegrations") == ((scopes[0], scopes[2]), None)
        assert stack.answering("s3") == ((), None)
        found, companion = stack.answering("marketplace-catalog")
        assert found == (scopes[1],)
        assert companion is not None
        assert companion.name == "marketplace-catalog"
        found, companion = stack.answering("connect")
        assert found == (scopes[0], scopes[2])
    assert stack.all_open() == ()
    assert stack.answering("marketplace-catalog") == ((), None)


def test_the_innermost_scope_that_names_any_says_which_services_pass_through() -> None:
    assert stack.passthrough() == ()
    with mock_appintegrations(passthrough=["s3"]), mock_appintegrations(page_size=1), mock_dataexchange():
        assert stack.passthrough() == ["s3"]
        with mock_dataexchange(passthrough=("sqs", "sns")):
            assert stack.passthrough() == ("sqs", "sns")
            with mock_appintegrations(passthrough=[]), mock_dataexchange():
                assert stack.passthrough() == []
        assert stack.passthrough() == ["s3"]


def test_a_scope_encloses_what_opens_before_it_closes() -> None:
    first, second, third = mock_appintegrations(), mock_appintegrations(), mock_appintegrations()
    first.start()
    second.start()
    one, two = scope_of(first), scope_of(second)
    first.stop()
    third.start()
    three = scope_of(third)
    second.stop()
    third.stop()
    pairs = {(a, b) for a in (one, two, three) for b in (one, two, three) if a.encloses(b)}
    assert pairs == {(one, two), (two, three)}
    assert not any(scope.is_open for scope in (one, two, three))


def test_a_scope_has_no_complaint_once_it_is_closed_or_if_it_may_stay_open() -> None:
    mock = mock_appintegrations(seed=1)
    with mock_dataexchange() as aws, aws.allow_open_scopes(), mock:
        allowed = scope_of(mock)
        assert allowed.complaint is None
    with mock:
        scope = scope_of(mock)
        complaint = scope.complaint
    assert complaint is not None
    assert complaint.endswith(
        ", is still open, and later tests would join its state. Close it with stop() or a `with` block, or let it stay "
        "open: with aws.allow_open_scopes()."
    )
    assert scope.complaint is None
    unnamed = stack.Scope(load("appintegrations"), {}, {"fresh": False, "quotas": False, "seed": None}, apart=True)
    assert unnamed.label() == "A scope of appintegrations"
    assert unnamed.complaint is None


def test_who_listens_hears_of_each_thing_that_a_test_adds_and_must_use(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[Any] = []
    monkeypatch.setattr(listeners, "added", [heard.append, heard.append])
    with mock_dataexchange() as aws, aws.allow_unused_faults():
        aws.fail("ListJobs", "ThrottlingException")
        assert heard == [*aws.faults] * 2
        heard.clear()
        aws.fail_job("EXPORT_ASSETS_TO_S3")
        assert heard == scope_of(aws).watched * 2
        assert len(heard) == 2
