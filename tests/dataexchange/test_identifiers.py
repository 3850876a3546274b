"""Ids, ARNs, names and moments of all kinds of resources."""

from __future__ import annotations

import datetime
import json
import re
from typing import Any

import pytest

from tests.appintegrations import wire
from tests.fidelity.dataexchange import holds

from . import jobs
from .actors import ACCOUNT, OTHER_ACCOUNT, Actor, Near, asset_of, bare, of

KINDS = ("data set", "revision", "asset", "job", "event action", "data grant")


def _one_of_each(actor: Actor) -> dict[str, dict[str, Any]]:
    """A resource of each kind, as Get shows it."""
    client = actor.client
    data_set = actor.data_set()
    revision = actor.revision(data_set, "a.csv")
    (asset,) = actor.assets(revision)
    job = client.list_jobs()["Jobs"][0]
    return {
        "data set": data_set,
        "revision": bare(client.get_revision(**of(revision))),
        "asset": bare(client.get_asset(**asset_of(asset))),
        "job": bare(client.get_job(JobId=job["Id"])),
        "event action": actor.event_action(_entitled(actor)),
        "data grant": actor.grant(data_set),
    }


def _entitled(actor: Actor) -> str:
    given = {"name": "Weather", "description": "Hourly", "asset_type": "S3_SNAPSHOT", "product_id": "prod-weather"}
    return str(actor.backend.add_entitled_data_set(**given, revisions=[{"assets": {"a.csv": b"a"}}]))


@holds("identifiers.ids")
def test_every_id_is_32_characters_of_hexadecimal_digits(provider: Actor) -> None:
    made = _one_of_each(provider)
    assert tuple(made) == KINDS
    for resource in made.values():
        assert re.fullmatch("[0-9a-f]{32}", resource["Id"])
    assert len({resource["Id"] for resource in made.values()}) == len(KINDS)


@holds("identifiers.arns", "identifiers.grant-arn")
def test_every_owned_arn_names_region_and_account_and_its_path(aws: Any) -> None:
    made = _one_of_each(Actor(aws, "333333333333", "eu-west-1"))
    ids = {kind: resource["Id"] for kind, resource in made.items()}
    data_set = f"data-sets/{ids['data set']}"
    paths = {
        "data set": data_set,
        "revision": f"{data_set}/revisions/{ids['revision']}",
        "asset": f"{data_set}/revisions/{ids['revision']}/assets/{ids['asset']}",
        "job": f"jobs/{ids['job']}",
        "event action": f"event-actions/{ids['event action']}",
        "data grant": f"data-grants/{ids['data grant']}",
    }
    arns = {kind: resource["Arn"] for kind, resource in made.items()}
    assert arns == {kind: f"arn:aws:dataexchange:eu-west-1:333333333333:{path}" for kind, path in paths.items()}


@holds("identifiers.entitled-arns")
def test_every_entitled_arn_names_no_account(provider: Actor) -> None:
    data_set_id = _entitled(provider)
    (revision,) = provider.revisions(data_set_id)
    (asset,) = provider.assets(revision)
    path = f"arn:aws:dataexchange:us-east-1::data-sets/{data_set_id}"
    assert provider.client.get_data_set(DataSetId=data_set_id)["Arn"] == path
    assert revision["Arn"] == f"{path}/revisions/{revision['Id']}"
    assert asset["Arn"] == f"{revision['Arn']}/assets/{asset['Id']}"


@holds("identifiers.names")
def test_nothing_collides_with_its_like(provider: Actor) -> None:
    data_set = provider.data_set()
    revision = provider.revision(data_set)
    place = jobs.Place(data_set["Id"], revision["Id"])
    entitled = _entitled(provider)
    for make in (
        provider.data_set,
        lambda: provider.revision(data_set, Comment="May"),
        lambda: jobs.create_job(provider.client, "IMPORT_ASSETS_FROM_S3", place),
        lambda: provider.event_action(entitled),
        lambda: provider.grant(data_set),
    ):
        assert make()["Id"] != make()["Id"]


@pytest.mark.parametrize(
    "kind",
    [
        *(pytest.param(kind, marks=holds("moments.created")) for kind in KINDS[:4]),
        *(pytest.param(kind, marks=holds("moments.created-others")) for kind in KINDS[4:]),
    ],
)
def test_both_moments_are_those_of_the_creation(aws: Any, provider: Actor, kind: str) -> None:
    moment = aws.clock.freeze()
    made = _one_of_each(provider)[kind]
    if kind == "job":  # which has ended since
        made["UpdatedAt"] = made["CreatedAt"]
    assert made["CreatedAt"] == made["UpdatedAt"] == Near(moment)


@holds("moments.form")
def test_moments_are_iso_8601_in_utc_with_milliseconds(aws: Any, client: Any) -> None:
    for given, shown in (
        (datetime.datetime(2019, 10, 11, 14, 12, 24, 640999, datetime.timezone.utc), "2019-10-11T14:12:24.640Z"),
        (datetime.datetime(2019, 10, 11, 14, 12, 24, 0, datetime.timezone.utc), "2019-10-11T14:12:24.000Z"),
        (
            datetime.datetime(2019, 10, 11, 1, 0, tzinfo=datetime.timezone(datetime.timedelta(hours=2))),
            "2019-10-10T23:00:00.000Z",
        ),
    ):
        aws.clock.freeze(given)
        with wire.recording(client) as answers:
            client.create_data_set(Name="Prices", Description="All prices", AssetType="S3_SNAPSHOT")
        sent = json.loads(answers[0].body)
        assert (sent["CreatedAt"], sent["UpdatedAt"]) == (shown, shown)


@holds("moments.as-sent")
@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("2999-12-31T23:59:59.123Z", "2999-12-31T23:59:59.123Z"),
        ("2999-12-31T23:59:59Z", "2999-12-31T23:59:59.000Z"),
        ("2999-12-31T23:59:59.123999Z", "2999-12-31T23:59:59.123Z"),
        ("2999-12-31T23:30:00+02:00", "2999-12-31T21:30:00.000Z"),
    ],
)
def test_a_moment_of_a_request_comes_back_as_it_was_sent(provider: Actor, sent: str, shown: str) -> None:
    data_set = provider.data_set()
    given = {
        "Name": "For you",
        "GrantDistributionScope": "NONE",
        "ReceiverPrincipal": OTHER_ACCOUNT,
        "SourceDataSetId": data_set["Id"],
    }
    with (
        wire.rewriting(provider.client, wire.body(json.dumps({**given, "EndsAt": sent}))),
        wire.recording(provider.client) as answers,
    ):
        provider.client.create_data_grant(**given)
    assert json.loads(answers[0].body)["EndsAt"] == shown


@holds("identifiers.apart")
def test_nothing_of_another_account_or_region_is_listed(aws: Any, provider: Actor) -> None:
    _one_of_each(provider)
    assert provider.account_id == ACCOUNT
    for other in (Actor(aws, "333333333333"), Actor(aws, region_name="eu-west-1")):
        client = other.client
        assert client.list_data_sets()["DataSets"] == []
        assert client.list_data_sets(Origin="ENTITLED")["DataSets"] == []
        assert client.list_jobs()["Jobs"] == []
        assert client.list_event_actions()["EventActions"] == []
        assert client.list_data_grants()["DataGrantSummaries"] == []
        assert client.list_received_data_grants()["DataGrantSummaries"] == []
