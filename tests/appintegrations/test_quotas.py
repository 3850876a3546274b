"""Quotas, which are off unless a test asks for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from appint_mock import AppintMockError, mock_appintegrations
from appint_mock.services.appintegrations.service import SERVICE
from tests.appintegrations.resources import (
    associate_data_integration,
    create_application,
    create_data_integration,
    create_event_integration,
    refused,
)
from tests.fidelity.appintegrations import holds

_DEFAULTS = {
    "event_integrations": 10,
    "data_integrations": 20,
    "applications": 50,
    "data_integration_associations": 10,
    "event_integration_associations": 10,
}
#: Makes one more of what a quota counts, by number.
_MAKE: dict[str, Callable[[Any, Any, int], Any]] = {
    "event_integrations": lambda client, backend, n: create_event_integration(client, f"n{n}"),
    "data_integrations": lambda client, backend, n: create_data_integration(client, f"n{n}"),
    "applications": lambda client, backend, n: create_application(client, f"n{n}"),
    "data_integration_associations": lambda client, backend, n: associate_data_integration(client, "parent"),
    "event_integration_associations": lambda client, backend, n: backend.associate_event_integration(
        "parent", client_id=f"c{n}"
    ),
}


def _parents(client: Any, key: str) -> None:
    if key.endswith("_associations"):
        create_event_integration(client, "parent")
        create_data_integration(client, "parent")


def _refused_by(key: str, limit: int) -> Any:
    text = f"The allowed quota of {limit} {key.replace('_', ' ')} has been exceeded"
    if key == "event_integration_associations":
        return pytest.raises(AppintMockError, match=text)
    return refused("ResourceQuotaExceededException", text)


@holds("quotas.defaults", "quotas.code", "quotas.text")
@pytest.mark.parametrize(("key", "limit"), _DEFAULTS.items())
def test_aws_s_default_quotas_hold_where_asked_for(client: Any, backend: Any, key: str, limit: int) -> None:
    with mock_appintegrations(quotas=True, single_association=False):
        _parents(client, key)
        for number in range(limit):
            _MAKE[key](client, backend, number)
        with _refused_by(key, limit):
            _MAKE[key](client, backend, limit)


@holds("quotas.defaults")
def test_the_quotas_are_these() -> None:
    assert SERVICE.quotas == _DEFAULTS == {key: _DEFAULTS[key] for key in _MAKE}


@holds("quotas.off")
@pytest.mark.parametrize(("key", "limit"), _DEFAULTS.items())
def test_quotas_are_off_by_default(client: Any, backend: Any, key: str, limit: int) -> None:
    with mock_appintegrations(single_association=False):
        _parents(client, key)
        for number in range(limit + 1):
            _MAKE[key](client, backend, number)


@holds("quotas.dict", "quotas.text")
@pytest.mark.parametrize("key", _DEFAULTS)
@pytest.mark.parametrize("limit", [0, 2])
def test_only_the_quotas_that_are_given_hold(client: Any, backend: Any, key: str, limit: int) -> None:
    _parents(client, key)
    with mock_appintegrations(quotas={key: limit}, single_association=False):
        for number in range(limit):
            _MAKE[key](client, backend, number)
        with _refused_by(key, limit):
            _MAKE[key](client, backend, limit)
        others = set(_DEFAULTS) - {key, "event_integration_associations", "data_integration_associations"}
        for other in others:
            for number in range(limit + 1):
                _MAKE[other](client, backend, 100 + number)


@holds("quotas.deleting")
def test_deleting_makes_room(client: Any, backend: Any) -> None:
    with mock_appintegrations(quotas=dict.fromkeys(_DEFAULTS, 1), single_association=False):
        for _ in range(2):
            create_event_integration(client)
            create_data_integration(client)
            application = create_application(client)["Arn"]
            for _ in range(2):
                backend.disassociate(associate_data_integration(client))
                backend.disassociate(backend.associate_event_integration("orders", client_id="c"))
            client.delete_event_integration(Name="orders")
            client.delete_data_integration(DataIntegrationIdentifier="orders")
            client.delete_application(Arn=application)


@holds("quotas.places")
def test_quotas_are_per_account_and_region_and_per_parent(aws: Any, client: Any, backend: Any) -> None:
    with mock_appintegrations(quotas=dict.fromkeys(_DEFAULTS, 1), single_association=False):
        for options in ({}, {"region_name": "eu-west-1"}, aws.credentials("111122223333")):
            other = boto3.client("appintegrations", **options)
            create_event_integration(other)
            create_data_integration(other)
            create_application(other)
            associate_data_integration(other)
    with mock_appintegrations(quotas={"data_integration_associations": 1, "event_integration_associations": 1}):
        for name in ("first", "second"):
            create_data_integration(client, name)
            associate_data_integration(client, name)
            create_event_integration(client, name)
            backend.associate_event_integration(name, client_id="c")


@holds("quotas.retries")
@pytest.mark.parametrize("mode", ["legacy", "standard", "adaptive"])
def test_a_quota_error_that_is_sent_again_is_refused_alike(aws: Any, mode: str) -> None:
    client = boto3.client("appintegrations", config=Config(retries={"mode": mode, "max_attempts": 4}))
    with mock_appintegrations(quotas={"event_integrations": 0}) as inner:
        with pytest.raises(ClientError) as caught:
            create_event_integration(client)
        tries = len(inner.calls)
        assert caught.value.response["ResponseMetadata"]["RetryAttempts"] == tries - 1
        assert {call.error_code for call in inner.calls} == {"ResourceQuotaExceededException"}
        assert len({call.parameters["ClientToken"] for call in inner.calls}) == 1
        if mode == "legacy":
            assert tries > 1
    # What was refused is not remembered: with room, the same is made.
    create_event_integration(client, ClientToken=inner.calls[0].parameters["ClientToken"])
