"""What our rooms ask of another mock, by a neighbour that only a test knows."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import Any

import boto3
import pytest

from appint_mock import UnmockedCallError, mock_appintegrations, mock_dataexchange, neighbours
from appint_mock.services.dataexchange.events import emit
from tests.interception.programs import create


class Another(neighbours.Neighbour):
    """A mock that is on as long as the test says so."""

    def __init__(self) -> None:
        self.on = True
        self.joined: list[str] = []
        self.events: list[Mapping[str, Any]] = []

    def is_on(self) -> bool:
        return self.on

    def default_account(self) -> str | None:
        return "444455556666"

    def account_of(self, access_key: str) -> str | None:
        return "777788889999" if access_key == "theirs" else None

    def offers(self, url: str, *, is_async: bool) -> str | None:
        return None if self.on else f"{url}, {is_async}"

    def put_event(self, event: Mapping[str, Any]) -> None:
        self.events.append(event)

    def join(self, service_name: str) -> bool:
        self.joined.append(service_name)
        return self.on

    def leave(self) -> None:
        self.joined.clear()


@pytest.fixture
def another(no_neighbour: None) -> Iterator[Another]:
    theirs = Another()
    neighbours.register(theirs)
    yield theirs
    assert theirs.joined == []


def account_in(answer: Any) -> str:
    account: str = answer["EventIntegrationArn"].split(":")[4]
    return account


def test_its_accounts_hold_here_while_it_is_on(another: Another) -> None:
    with mock_appintegrations():
        assert account_in(create("a")) == "444455556666"
        assert account_in(create("b", aws_access_key_id="theirs", aws_secret_access_key="-")) == "777788889999"
        another.on = False
        assert account_in(create("c")) == "123456789012"
        assert account_in(create("d", aws_access_key_id="theirs", aws_secret_access_key="-")) == "123456789012"


def test_it_is_asked_to_join_until_it_is_on_and_no_more(another: Another) -> None:
    another.on = False
    with mock_appintegrations():
        client = boto3.client("sts")
        for on in (False, True, True):
            another.on = on
            with pytest.raises(UnmockedCallError):
                client.get_caller_identity()
        assert another.joined == ["sts", "sts"]


def test_it_is_asked_to_join_again_in_the_next_scope(another: Another) -> None:
    client = boto3.client("sts", "us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
    for _ in range(2):
        with mock_appintegrations():
            for _ in range(2):
                with pytest.raises(UnmockedCallError):
                    client.get_caller_identity()
            assert another.joined == ["sts"]


def test_its_event_bus_gets_what_data_exchange_emits_while_it_is_on(another: Another) -> None:
    with mock_dataexchange() as aws:
        backend = aws.backend()
        for on in (True, False):
            another.on = on
            emit(backend, "Test", "resource", {})
        assert len(another.events) == 1
        assert len(backend.events) == 2


def test_a_neighbour_that_is_registered_twice_is_asked_once(another: Another) -> None:
    neighbours.register(Another())
    assert neighbours.present() is another


def test_where_nobody_is_on_nothing_is_answered() -> None:
    nobody = neighbours.Neighbour()
    assert not nobody.is_on()
    assert nobody.default_account() is None
    assert nobody.account_of("key") is None
    assert nobody.object_store("123456789012", "aws") is None
    assert nobody.join("sts")


def test_a_neighbour_is_made_when_its_library_is_loaded(no_neighbour: None, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = Another()
    neighbours.register_when_loaded("a_library_of_theirs", lambda: theirs)
    assert neighbours.present() is not theirs
    assert neighbours.join("sts") is False, "it may still come"
    monkeypatch.setitem(sys.modules, "a_library_of_theirs", sys)
    assert neighbours.present() is theirs


def test_what_is_off_or_not_loaded_offers_to_answer(another: Another) -> None:
    class Third(Another):
        pass

    third = Third()
    third.on = False
    neighbours.register_when_loaded("a_library_of_theirs", lambda: third)
    assert neighbours.offers("http://a", is_async=True) == ["http://a, True"]
    another.on = False
    assert neighbours.offers("http://b", is_async=False) == ["http://b, False"] * 2


def test_all_are_asked_to_join_and_to_leave(another: Another) -> None:
    class Third(Another):
        pass

    third = Third()
    neighbours.register(third)
    another.on = False
    assert neighbours.join("sts") is False
    assert another.joined == third.joined == ["sts"]
    another.on = True
    assert neighbours.join("sts") is True
    neighbours.leave()
    assert another.joined == third.joined == []
