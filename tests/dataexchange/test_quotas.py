"""Quotas of data sets, revisions, event actions and grants."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from appint_mock import mock_dataexchange
from appint_mock.protocol.model import load
from appint_mock.services.dataexchange.quotas import QUOTAS
from tests.fidelity.dataexchange import holds

from . import jobs
from .actors import NOWHERE, OTHER_ACCOUNT, Actor, not_found, refused

HOUR = datetime.timedelta(hours=1)
REVISION_QUOTAS = {
    "S3_SNAPSHOT": "revisions_per_data_set",
    "REDSHIFT_DATA_SHARE": "revisions_per_redshift_data_set",
    "API_GATEWAY_API": "revisions_per_api_gateway_data_set",
    "S3_DATA_ACCESS": "revisions_per_s3_data_access_data_set",
    "LAKE_FORMATION_DATA_PERMISSION": "revisions_per_lake_formation_data_set",
}


def _used_up(name: str, value: float) -> Any:
    text = f"The limit for {name} ({value:g}) has been reached."
    return refused("ServiceLimitExceededException", text, LimitName=name, LimitValue=value)


def _entitled(actor: Actor) -> str:
    return str(
        actor.backend.add_entitled_data_set(
            name="Weather", description="Hourly", asset_type="S3_SNAPSHOT", product_id="prod-weather", revisions=[]
        )
    )


@holds("quotas.names")
def test_limit_names_are_those_of_the_model(provider: Actor) -> None:
    names = provider.client.meta.service_model.shape_for("LimitName").enum
    assert {quota.name for quota in QUOTAS.values()} <= set(names)
    assert len({quota.name for quota in QUOTAS.values()}) == len(QUOTAS)


_CONCURRENT = "Concurrent in progress jobs to"
AWS = {
    "data_sets": ("Data sets per account", 3000),
    "revisions_per_data_set": ("Revisions per data set", 10000),
    "revisions_per_redshift_data_set": ("Revisions per Amazon Redshift datashare data set", 20),
    "revisions_per_api_gateway_data_set": ("Revisions per Amazon API Gateway API data set", 20),
    "revisions_per_s3_data_access_data_set": ("Revisions per Amazon S3 data access data set", 5),
    "revisions_per_lake_formation_data_set": ("Revisions per AWS Lake Formation data permission data set", 20),
    "assets_per_revision": ("Assets per revision", 10000),
    "redshift_assets_per_revision": ("Amazon Redshift datashare assets per revision", 20),
    "s3_data_access_assets_per_revision": ("Amazon S3 data access assets per revision", 5),
    "lake_formation_assets_per_revision": ("AWS Lake Formation data permission assets per revision", 20),
    "api_gateway_assets_per_revision": ("Amazon API Gateway API assets per revision", 20),
    "asset_size_gb": ("Asset size in GB", 100),
    "assets_per_s3_import_job": ("Assets per import job from Amazon S3", 100),
    "assets_per_s3_export_job": ("Asset per export job from Amazon S3", 100),
    "redshift_shares_per_import_job": ("Amazon Redshift datashare assets per import job from Redshift", 10),
    "event_actions": ("Event actions per account", 50),
    "event_actions_per_data_set": ("Auto export event actions per data set", 5),
    "data_grants": ("Active and pending data grants", None),
    "pending_data_grants_per_consumer": ("Pending data grants per consumer", 20),
    "concurrent_import_assets_from_s3": (f"{_CONCURRENT} import assets from Amazon S3", 10),
    "concurrent_import_asset_from_signed_url": (f"{_CONCURRENT} import assets from a signed URL", 10),
    "concurrent_export_assets_to_s3": (f"{_CONCURRENT} export assets to Amazon S3", 10),
    "concurrent_export_asset_to_signed_url": (f"{_CONCURRENT} export assets to a signed URL", 10),
    "concurrent_export_revisions_to_s3": (f"{_CONCURRENT} export revisions to Amazon S3", 5),
    "concurrent_import_assets_from_redshift_data_shares": (
        f"{_CONCURRENT} import assets from Amazon Redshift datashares",
        10,
    ),
    "concurrent_import_asset_from_api_gateway_api": (f"{_CONCURRENT} import assets from an API Gateway API", 10),
    "concurrent_create_s3_data_access_from_s3_bucket": (
        f"{_CONCURRENT} create Amazon S3 data access assets from S3 buckets",
        None,
    ),
    "concurrent_import_assets_from_lake_formation_tag_policy": (
        f"{_CONCURRENT} import assets from an AWS Lake Formation tag policy",
        None,
    ),
}


@holds("quotas.names", "quotas.defaults")
def test_every_quota_has_awss_name_and_default() -> None:
    assert {key: (quota.name, quota.default) for key, quota in QUOTAS.items()} == AWS


@holds("quotas.limits")
def test_what_no_account_can_have_raised_is_a_limit_of_jobs() -> None:
    of_jobs = {
        "asset_size_gb",
        "assets_per_s3_import_job",
        "assets_per_s3_export_job",
        "redshift_shares_per_import_job",
    }
    concurrent = {key for key in AWS if key.startswith("concurrent_")}
    assert {key for key, quota in QUOTAS.items() if not quota.adjustable} == of_jobs | concurrent


@holds("quotas.names")
def test_every_job_type_has_a_quota_of_concurrent_jobs(provider: Actor) -> None:
    types = provider.client.meta.service_model.shape_for("Type").enum
    assert {f"concurrent_{name.lower()}" for name in types} == {key for key in QUOTAS if key.startswith("concurrent_")}


@holds("quotas.off")
def test_without_the_option_nothing_is_limited(provider: Actor) -> None:
    data_set = provider.data_set("S3_DATA_ACCESS")
    assert len([provider.revision(data_set) for _ in range(6)]) == 6


@holds("quotas.off", "quotas.defaults")
def test_with_quotas_true_awss_defaults_hold(aws: Any, provider: Actor) -> None:
    with mock_dataexchange(quotas=True):
        data_set = provider.data_set("S3_DATA_ACCESS")
        for _ in range(5):
            provider.revision(data_set)
        with _used_up("Revisions per Amazon S3 data access data set", 5):
            provider.revision(data_set)
        # AWS names no default for it.
        for _ in range(21):
            provider.grant(data_set, NOWHERE[:11] + str(_ % 2))


@holds("errors.limit", "quotas.counted", "quotas.data-sets")
def test_data_sets_are_counted_per_account_and_region_without_deleted_ones(aws: Any, provider: Actor) -> None:
    with mock_dataexchange(quotas={"data_sets": 1}):
        data_set = provider.data_set()
        with _used_up("Data sets per account", 1):
            provider.data_set()
        Actor(aws, OTHER_ACCOUNT).data_set()
        Actor(aws, region_name="eu-west-1").data_set()
        provider.client.delete_data_set(DataSetId=data_set["Id"])
        provider.data_set()


@holds("quotas.counted")
def test_entitled_data_sets_are_not_counted(provider: Actor) -> None:
    with mock_dataexchange(quotas={"data_sets": 1}):
        _entitled(provider)
        provider.data_set()


@holds("errors.limit", "quotas.revisions")
@pytest.mark.parametrize(("asset_type", "quota"), REVISION_QUOTAS.items())
def test_revisions_are_counted_by_the_data_sets_asset_type(provider: Actor, asset_type: str, quota: str) -> None:
    others = {key: 0 for key in REVISION_QUOTAS.values() if key != quota}
    with mock_dataexchange(quotas={**others, quota: 2}):
        data_set, other = provider.data_set(asset_type), provider.data_set(asset_type)
        first = provider.revision(data_set)
        provider.revision(data_set)
        with _used_up(QUOTAS[quota].name, 2):
            provider.revision(data_set)
        provider.revision(other)
        provider.client.delete_revision(DataSetId=data_set["Id"], RevisionId=first["Id"])
        provider.revision(data_set)


@holds("quotas.event-actions")
def test_event_actions_are_counted_by_data_set_before_all(provider: Actor) -> None:
    first, second = _entitled(provider), _entitled(provider)
    provider.aws.objects.create_bucket("arrivals")
    with mock_dataexchange(quotas={"event_actions": 2, "event_actions_per_data_set": 1}):
        action = provider.event_action(first)
        with _used_up("Auto export event actions per data set", 1):
            provider.event_action(first)
        provider.event_action(second)
        with _used_up("Auto export event actions per data set", 1):
            provider.event_action(second)
        third = _entitled(provider)
        with _used_up("Event actions per account", 2):
            provider.event_action(third)
        provider.client.delete_event_action(EventActionId=action["Id"])
        provider.event_action(third)


@holds("quotas.grants")
def test_live_grants_of_the_sender_are_counted(aws: Any, provider: Actor, subscriber: Actor) -> None:
    data_set = provider.data_set()
    with mock_dataexchange(quotas={"data_grants": 2}):
        provider.grant(data_set, EndsAt=aws.clock.now() + HOUR)
        grant = provider.grant(data_set)
        subscriber.accept(grant)
        with _used_up("Active and pending data grants", 2):
            provider.grant(data_set)
        aws.clock.advance(HOUR)
        provider.grant(data_set)
        provider.client.delete_data_grant(DataGrantId=grant["Id"])
        provider.grant(data_set)


@holds("quotas.pending")
def test_pending_grants_are_counted_by_receiver_from_all_senders(aws: Any, provider: Actor, subscriber: Actor) -> None:
    other = Actor(aws, "333333333333")
    data_set, others = provider.data_set(), other.data_set()
    with mock_dataexchange(quotas={"pending_data_grants_per_consumer": 1}):
        pending = other.grant(others, EndsAt=aws.clock.now() + HOUR)
        with _used_up("Pending data grants per consumer", 1):
            provider.grant(data_set)
        provider.grant(data_set, "444444444444")
        subscriber.accept(pending)
        waiting = provider.grant(data_set, EndsAt=aws.clock.now() + HOUR)
        with _used_up("Pending data grants per consumer", 1):
            provider.grant(data_set)
        aws.clock.advance(HOUR)
        provider.grant(data_set)
        assert waiting["AcceptanceState"] == "PENDING_RECEIVER_ACCEPTANCE"


@holds("errors.limit-not-modelled")
@pytest.mark.parametrize("operation", ["CreateJob", "StartJob", "CreateRevision"])
def test_a_quota_s_error_is_raised_where_the_model_does_not_list_it(aws: Any, client: Any, operation: str) -> None:
    errors = [shape.name for shape in load("dataexchange").operation_model(operation).error_shapes]
    assert "ServiceLimitExceededException" not in errors
    place = jobs.place_for(aws, client, "EXPORT_REVISIONS_TO_S3")
    calls = {
        "CreateJob": lambda: jobs.create_job(client, "EXPORT_ASSETS_TO_S3", place),
        "StartJob": lambda: client.start_job(JobId=jobs.create_job(client, "EXPORT_REVISIONS_TO_S3", place)["Id"]),
        "CreateRevision": lambda: client.create_revision(DataSetId=place.data_set_id),
    }
    nothing = {"assets_per_s3_export_job": 0, "concurrent_export_revisions_to_s3": 0, "revisions_per_data_set": 0}
    with mock_dataexchange(quotas=nothing), pytest.raises(client.exceptions.ServiceLimitExceededException):
        calls[operation]()


@holds("errors.limit-value")
def test_a_fractional_limit_is_reported_unrounded(provider: Actor) -> None:
    with mock_dataexchange(quotas={"data_sets": 0.5}), _used_up("Data sets per account", 0.5):
        provider.data_set()


@holds("errors.limit-value")
def test_large_limits_are_written_out(provider: Actor) -> None:
    from appint_mock.services.dataexchange.quotas import limit_text

    assert limit_text("Assets", 12345678.0) == "The limit for Assets (12345678) has been reached."


@holds("order.state-quotas")
def test_quotas_are_asked_after_look_ups(provider: Actor) -> None:
    with mock_dataexchange(quotas={"revisions_per_data_set": 0}), not_found("DATA_SET", NOWHERE):
        provider.client.create_revision(DataSetId=NOWHERE)


@holds("quotas.unknown")
def test_an_unknown_quota_is_refused_when_the_scope_opens() -> None:
    with pytest.raises(ValueError, match="Did you mean 'data_sets'"):
        mock_dataexchange(quotas={"data_set": 1})
