"""What live mode makes is removed, whatever happens."""

from __future__ import annotations

from typing import Any

import pytest

from appint_mock.protocol.model import load
from appint_mock.server import ServerMock
from tests.appintegrations.resources import create_application, create_data_integration, create_event_integration
from tests.dataexchange.actors import ACCOUNT, OTHER_ACCOUNT
from tests.fidelity.rules import SERVICES
from tests.live import standins
from tests.live.costs import lasting
from tests.live.made import listings, removals
from tests.live.names import PREFIX
from tests.live.session import Session


@pytest.fixture
def session(server: ServerMock) -> Session:
    return standins.session(server.endpoint)


def _names(session: Session) -> list[str]:
    """The names of all that there is, in both accounts."""
    found = []
    for service in SERVICES:
        for account in (ACCOUNT, OTHER_ACCOUNT):
            client = session.plain(service, account)
            for name in ("list_applications", "list_data_integrations", "list_event_integrations", "list_data_sets"):
                if hasattr(client, name):
                    (items,) = (each for each in getattr(client, name)().values() if isinstance(each, list))
                    found += [item["Name"] for item in items]
    return found


@pytest.mark.parametrize("service", SERVICES)
def test_each_create_can_be_undone_or_goes_with_its_parent_or_is_lasting(service: str) -> None:
    model = load(service)
    creates = {name for name in model.operation_names if name.startswith("Create")}
    with_parent = creates - set(removals(model)) - lasting(service)
    # A revision goes with its data set.
    assert with_parent == ({"CreateRevision"} if service == "dataexchange" else set())


@pytest.mark.parametrize("service", SERVICES)
def test_all_that_has_a_name_of_its_own_is_swept(service: str) -> None:
    model = load(service)
    named = {create for create in removals(model) if "Name" in model.operation_model(create).input_shape.members}
    swept = {removal.operation.replace("Delete", "Create", 1) for removal in listings(model).values()}
    assert named <= swept


def _make(session: Session) -> None:
    client = session.client("appintegrations", checked=False)
    create_event_integration(client)
    create_data_integration(client)
    arn = create_application(client)["Arn"]
    client.update_application(Arn=arn, Name="renamed")
    provider = session.actor()
    data_set = provider.data_set()
    provider.finalized(data_set)
    session.actor(OTHER_ACCOUNT).accept(provider.grant(data_set))


def test_what_a_test_made_is_removed_after_it(session: Session) -> None:
    asking = session.begin()
    _make(session)
    assert len(_names(session)) == 4
    assert asking.remove() == []
    assert _names(session) == []


def test_what_an_earlier_run_left_is_swept_and_nothing_else(session: Session, server: ServerMock) -> None:
    session.begin()
    _make(session)
    others = session.plain("appintegrations", ACCOUNT)
    create_event_integration(others, "somebody-s")
    swept = standins.session(server.endpoint).sweep(list(SERVICES))
    assert [wrong for _, wrong in swept] == [None] * len(swept)
    assert {name.rpartition("-")[2] for name, _ in swept} == {"orders", "renamed", "Prices", "Prices for you"}
    assert all(PREFIX in name for name, _ in swept)
    assert _names(session) == ["somebody-s"]


def test_a_sweep_walks_all_pages(session: Session) -> None:
    session.begin()
    client = session.client("appintegrations")
    for number in range(52):
        create_event_integration(client, f"n{number}")
    assert len(session.sweep(["appintegrations"])) == 52
    assert _names(session) == []


def test_what_cannot_be_removed_is_reported(session: Session) -> None:
    asking = session.begin()
    client = session.client("appintegrations")
    create_data_integration(client)
    client.create_data_integration_association(DataIntegrationIdentifier="orders")
    (wrong,) = asking.remove()
    assert "DeleteDataIntegration" in wrong
    assert "InvalidRequestException" in wrong
    ((name, left),) = session.sweep(["appintegrations"])
    assert name.startswith(f"DataIntegrations {PREFIX}")
    assert left is not None


def test_what_is_gone_already_is_no_complaint(session: Session) -> None:
    asking = session.begin()
    client = session.client("appintegrations")
    create_event_integration(client)
    client.delete_event_integration(Name="orders")
    assert asking.remove() == []


def test_other_people_s_resources_are_not_in_the_lists_of_a_test(session: Session) -> None:
    create_event_integration(session.plain("appintegrations", ACCOUNT), "somebody-s")
    asking = session.begin()
    client = session.client("appintegrations")
    create_event_integration(client)
    listed: Any = client.list_event_integrations()["EventIntegrations"]
    assert [item["Name"] for item in listed] == ["orders"]
    assert asking.others == 1


def test_what_is_not_allowed_is_not_sent(server: ServerMock) -> None:
    session = standins.session(server.endpoint, allowed=frozenset())
    session.begin()
    provider = session.actor()
    revision = provider.revision(provider.data_set())
    with pytest.raises(pytest.skip.Exception, match="CreateJob needs --allow lasting"):
        provider.add_assets(revision, "a.csv")
    with pytest.raises(pytest.skip.Exception, match="CreateDataGrant needs --allow others"):
        provider.grant({"Id": revision["DataSetId"]})
    assert session.plain("dataexchange", ACCOUNT).list_jobs()["Jobs"] == []


def test_what_the_mock_alone_has_is_not_asked_for(session: Session) -> None:
    with pytest.raises(pytest.skip.Exception, match="needs the mock: its handle's clock"):
        _ = session.actor().aws.clock
