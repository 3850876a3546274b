"""SendApiAsset: the test's own handler, and the echo."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from unittest.mock import MagicMock

import boto3
import pytest

from appint_mock import AppintMockError
from tests.fidelity.dataexchange import holds

from .actors import NOWHERE, OTHER_ACCOUNT, Actor, invalid, not_found

IDS = {"DataSetId": "d" * 32, "RevisionId": "e" * 32, "AssetId": "f" * 32}


def _api(actor: Actor, asset_type: str = "API_GATEWAY_API") -> dict[str, str]:
    """The ids of an entitled asset."""
    data_set_id = actor.backend.add_entitled_data_set(
        name="Quotes",
        description="Quotes of the day",
        asset_type=asset_type,
        product_id="prod-quotes",
        revisions=[{"assets": {"quotes": {} if asset_type != "S3_SNAPSHOT" else b""}}],
    )
    (revision,) = actor.revisions(data_set_id)
    return {
        "DataSetId": data_set_id,
        "RevisionId": revision["Id"],
        "AssetId": actor.assets(revision)[0]["Id"],
    }


# The echo --------------------------------------------------------------------------------------------------


@holds("api-assets.echo", "api-assets.echo-form")
def test_without_a_handler_the_request_is_echoed(provider: Actor) -> None:
    answer = provider.client.send_api_asset(
        **_api(provider),
        Method="PUT",
        Path="/quotes/today",
        QueryStringParameters={"lang": "en", "q": "a&b=c d/é"},
        RequestHeaders={"x-trace": "1", "accept": "text/plain"},
        Body='{"text": "ünusual"}',
    )
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert json.loads(answer["Body"]) == {
        "method": "PUT",
        "path": "/quotes/today",
        "queryStringParameters": {"lang": "en", "q": "a&b=c d/é"},
        "headers": {"x-trace": "1", "accept": "text/plain"},
        "body": '{"text": "ünusual"}',
    }


@holds("api-assets.defaults", "api-assets.echo-form")
def test_what_is_left_out_has_defaults(provider: Actor) -> None:
    answer = provider.client.send_api_asset(**_api(provider))
    assert json.loads(answer["Body"]) == {
        "method": "POST",
        "path": "/",
        "queryStringParameters": {},
        "headers": {},
        "body": "",
    }


@holds("api-assets.headers")
def test_response_headers_are_all_headers_of_the_answer(provider: Actor) -> None:
    headers = provider.client.send_api_asset(**_api(provider))["ResponseHeaders"]
    lower = {name.lower(): value for name, value in headers.items()}
    assert lower["content-type"] == "application/json"
    assert {"x-amzn-requestid", "date"} <= lower.keys()


@holds("api-assets.host")
def test_the_call_goes_to_a_host_of_its_own(aws: Any, provider: Actor) -> None:
    client = boto3.client("dataexchange")
    urls: list[str] = []
    client.meta.events.register("before-send", lambda request, **_: urls.append(request.url))
    client.send_api_asset(**_api(provider))
    assert urls == ["https://api-fulfill.dataexchange.us-east-1.amazonaws.com/v1"]


@holds("api-assets.revoked")
def test_an_owner_can_call_its_own_asset_without_publishing_it(provider: Actor) -> None:
    data_set = provider.data_set("API_GATEWAY_API")
    revision = provider.revision(data_set)
    backend = provider.backend
    asset = backend.add_asset(data_set, revision, name="quotes", details={"ApiGatewayApiAsset": {}})
    ids = {"DataSetId": data_set["Id"], "RevisionId": revision["Id"], "AssetId": asset["Id"]}
    assert provider.client.send_api_asset(**ids)["Body"]


@holds("order.outermost", "api-assets.known")
def test_data_set_revision_and_asset_must_be_known(provider: Actor, subscriber: Actor) -> None:
    ids = _api(provider)
    for kind, name in (("DATA_SET", "DataSetId"), ("REVISION", "RevisionId"), ("ASSET", "AssetId")):
        with not_found(kind, NOWHERE):
            provider.client.send_api_asset(**{**ids, name: NOWHERE})
    with not_found("DATA_SET", ids["DataSetId"]):
        subscriber.client.send_api_asset(**ids)
    with not_found("DATA_SET", "strange"):
        provider.client.send_api_asset(**{**ids, "DataSetId": "strange"})


@holds("errors.asset-type", "api-assets.known")
@pytest.mark.parametrize("asset_type", ["S3_SNAPSHOT", "REDSHIFT_DATA_SHARE"])
def test_only_an_api_can_be_called(provider: Actor, asset_type: str) -> None:
    ids = _api(provider, asset_type)
    with invalid(f"Data set {ids['DataSetId']} has asset type {asset_type}; API_GATEWAY_API is needed."):
        provider.client.send_api_asset(**ids)


@holds("errors.access-revoked", "api-assets.revoked")
def test_a_revoked_api_can_be_called_by_its_owner_only(provider: Actor, subscriber: Actor) -> None:
    data_set = provider.data_set("API_GATEWAY_API")
    revision = provider.revision(data_set)
    backend = provider.backend
    asset = backend.add_asset(data_set, revision, name="quotes", details={"ApiGatewayApiAsset": {"ApiName": "q"}})
    entitled = subscriber.accept(provider.grant(data_set))
    provider.finalize(revision)
    (copy,) = subscriber.revisions(entitled["Id"])
    (copied,) = subscriber.assets(copy)
    ids = {"DataSetId": entitled["Id"], "RevisionId": copy["Id"], "AssetId": copied["Id"]}
    assert subscriber.client.send_api_asset(**ids)["Body"]
    provider.revoke(revision)
    with pytest.raises(subscriber.client.exceptions.AccessDeniedException) as caught:
        subscriber.client.send_api_asset(**ids)
    assert caught.value.response["Message"] == f"Access to revision {copy['Id']} has been revoked."
    owned = {"DataSetId": data_set["Id"], "RevisionId": revision["Id"], "AssetId": asset["Id"]}
    assert provider.client.send_api_asset(**owned)["Body"]


# The handler -----------------------------------------------------------------------------------------------


@holds("api-assets.handler", "api-assets.answer")
def test_a_handler_is_asked_also_for_unknown_ids(provider: Actor) -> None:
    asked: list[dict[str, Any]] = []

    def handler(request: dict[str, Any]) -> dict[str, Any]:
        asked.append(request)
        return {"Body": "quoted", "ResponseHeaders": {"X-Rate": "5", "Content-Type": "text/plain"}}

    assert provider.backend.on_api_asset(handler) is handler
    answer = provider.client.send_api_asset(
        **IDS,
        Method="GET",
        Path="/quotes",
        QueryStringParameters={"lang": "en"},
        RequestHeaders={"accept": "text/plain"},
        Body="why",
    )
    assert asked == [
        {
            **IDS,
            "Method": "GET",
            "Path": "/quotes",
            "QueryStringParameters": {"lang": "en"},
            "RequestHeaders": {"accept": "text/plain"},
            "Body": "why",
        }
    ]
    assert answer["Body"] == "quoted"
    lower = {name.lower(): value for name, value in answer["ResponseHeaders"].items()}
    assert (lower["x-rate"], lower["content-type"]) == ("5", "text/plain")


@holds("api-assets.defaults")
def test_a_handler_gets_defaults_for_what_is_left_out(provider: Actor) -> None:
    handler = MagicMock(return_value="")
    provider.backend.on_api_asset(handler)
    provider.client.send_api_asset(**IDS)
    defaults = {"Method": "POST", "Path": "/", "QueryStringParameters": {}, "RequestHeaders": {}, "Body": ""}
    handler.assert_called_once_with({**IDS, **defaults})


@holds("api-assets.scope")
def test_a_handler_is_no_part_of_the_state(aws: Any, provider: Actor) -> None:
    # A mock has every attribute that it is asked for.
    provider.backend.on_api_asset(MagicMock(return_value="still here"))
    provider.backend.on_event(MagicMock())
    aws.restore(aws.snapshot())
    assert provider.client.send_api_asset(**IDS)["Body"] == "still here"


@holds("api-assets.scope")
def test_a_reset_takes_the_handler_back(aws: Any, provider: Actor) -> None:
    provider.backend.on_api_asset(lambda request: "gone")
    aws.reset()
    with not_found("DATA_SET", IDS["DataSetId"]):
        provider.client.send_api_asset(**IDS)


@holds("api-assets.handler")
def test_none_takes_the_handler_back(provider: Actor) -> None:
    provider.backend.on_api_asset(lambda request: "gone")
    assert provider.backend.on_api_asset(None) is None
    with not_found("DATA_SET", IDS["DataSetId"]):
        provider.client.send_api_asset(**IDS)


def test_a_handler_may_wait_for_a_thread_that_calls_boto3(provider: Actor) -> None:
    client = provider.client
    with ThreadPoolExecutor() as pool:
        provider.backend.on_api_asset(lambda request: str(pool.submit(client.list_jobs).result(5)["Jobs"]))
        assert client.send_api_asset(**IDS)["Body"] == "[]"
        # Where a test calls the operation itself, nothing was locked.
        assert provider.backend.send_api_asset(**IDS)["Body"] == "[]"
    assert client.list_jobs()["Jobs"] == []


@pytest.mark.parametrize("handler", [5, "echo", lambda: "", lambda request, context: ""])
def test_what_cannot_be_called_with_a_request_is_no_handler(provider: Actor, handler: Any) -> None:
    with pytest.raises(TypeError, match=r"on_api_asset takes a function that can be called as handler\(request\)"):
        provider.backend.on_api_asset(handler)


@holds("api-assets.answer")
def test_a_handler_may_return_just_the_body(provider: Actor) -> None:
    provider.backend.on_api_asset(lambda request: "ünusual")
    assert provider.client.send_api_asset(**IDS)["Body"] == "ünusual"


@holds("api-assets.answer")
def test_a_handler_that_returns_none_leaves_the_answer_to_the_echo(provider: Actor) -> None:
    provider.backend.on_api_asset(lambda request: None)
    assert json.loads(provider.client.send_api_asset(**_api(provider), Path="/x")["Body"])["path"] == "/x"
    with not_found("DATA_SET", IDS["DataSetId"]):
        provider.client.send_api_asset(**IDS)


@holds("api-assets.handler")
def test_a_later_handler_takes_over(provider: Actor) -> None:
    provider.backend.on_api_asset(lambda request: "first")
    provider.backend.on_api_asset(lambda request: "second")
    assert provider.client.send_api_asset(**IDS)["Body"] == "second"


@holds("api-assets.scope")
def test_a_handler_answers_for_its_account_and_region_only(aws: Any, provider: Actor, subscriber: Actor) -> None:
    provider.backend.on_api_asset(lambda request: "mine")
    for other in (subscriber, Actor(aws, region_name="eu-west-1"), Actor(aws, OTHER_ACCOUNT, "eu-west-1")):
        with not_found("DATA_SET", IDS["DataSetId"]):
            other.client.send_api_asset(**IDS)


@holds("api-assets.exception")
def test_what_a_handler_raises_reaches_the_caller(provider: Actor) -> None:
    def handler(request: dict[str, Any]) -> None:
        raise LookupError("no quote today")

    provider.backend.on_api_asset(handler)
    with pytest.raises(LookupError, match="no quote today"):
        provider.client.send_api_asset(**IDS)


@holds("api-assets.wrong-answer")
@pytest.mark.parametrize(
    "answer",
    [5, b"bytes", {"Bodi": ""}, {"Body": b""}, {"ResponseHeaders": "x"}, {"ResponseHeaders": {"x": 5}}, []]
    + [{"StatusCode": status} for status in (199, 600, "200", True, None)],
)
def test_a_handlers_wrong_answer_is_refused_in_words(provider: Actor, answer: Any) -> None:
    provider.backend.on_api_asset(lambda request: answer)
    with pytest.raises(AppintMockError, match=r"backend\.on_api_asset returned .* Return a dict of Body"):
        provider.client.send_api_asset(**IDS)


@pytest.mark.parametrize("status", [200, 203, 204, 205, 206, 303, 304, 305, 599])
def test_an_answer_of_a_status_without_a_body_has_an_empty_one(provider: Actor, status: int) -> None:
    provider.backend.on_api_asset(lambda request: {"Body": "quoted", "StatusCode": status})
    body = "" if status in (204, 205, 304) else "quoted"
    assert provider.backend.send_api_asset(**IDS) == {"Body": body, "StatusCode": status, "_status": status}


def test_a_handler_may_call_boto3(provider: Actor) -> None:
    provider.data_set(Name="Quotes")
    client = provider.client
    provider.backend.on_api_asset(lambda request: client.list_data_sets()["DataSets"][0]["Name"])
    assert client.send_api_asset(**IDS)["Body"] == "Quotes"
