"""moto's WSGI application behind our server: which services it answers, in whose account, and while its mock is on."""

from __future__ import annotations

import contextlib
import os
import sys
import types
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

moto = pytest.importorskip("moto", reason="moto is not installed: .ci/run has environments with it")

from appint_mock import AppintMockError, mock_appintegrations, neighbours  # noqa: E402 (it needs moto)
from appint_mock.integrations.moto import adapter  # noqa: E402 (it needs moto)
from appint_mock.integrations.moto.web import Web  # noqa: E402 (it needs moto)
from appint_mock.protocol.identity import access_key_of  # noqa: E402 (it needs moto)

NAME = "moto.moto_server.werkzeug_app"


class Application:
    """Stands for moto's, which needs more than moto: answers with what it was given."""

    def __init__(self, create_app: object) -> None:
        self.create_app = create_app

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        return [self.create_app, environ, start_response]


@pytest.fixture
def application(monkeypatch: pytest.MonkeyPatch) -> Any:
    module: Any = types.ModuleType(NAME)
    module.DomainDispatcherApplication, module.create_backend_app = Application, object()
    monkeypatch.setitem(sys.modules, NAME, module)
    return module


def test_what_moto_s_server_lacks_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, NAME, None)
    with pytest.raises(AppintMockError) as refused:
        Web((), str)
    assert str(refused.value) == (
        f"moto cannot answer here (import of {NAME} halted; None in sys.modules). Install it with what its server "
        "needs: pip install 'moto[server]'.\nSee docs/errors.md#moto"
    )


@pytest.mark.usefixtures("application")
def test_a_service_that_moto_lacks_is_refused_with_the_one_that_was_meant() -> None:
    with pytest.raises(AppintMockError) as refused:
        Web(["sqs", "monitoring", "eventz"], str)
    assert str(refused.value) == "moto has no service 'eventz'. Did you mean 'events'?\nSee docs/errors.md#moto"


@pytest.mark.usefixtures("application")
@pytest.mark.parametrize(
    ("services", "answered", "refused"),
    [
        ((), ["sqs", "events", "eventbridge", ""], []),
        (["sqs"], ["sqs"], ["sts", "events", "eventbridge", "s3", ""]),
        (["s3"], ["s3", ""], ["sqs"]),
        (["events"], ["events", "eventbridge"], ["sqs", "states"]),
        (["eventbridge", "email"], ["events", "eventbridge", "email", "ses"], ["monitoring", "cloudwatch", ""]),
    ],
)
def test_the_services_that_are_named_are_answered_also_by_their_other_names(
    services: list[str], answered: list[str], refused: list[str]
) -> None:
    web = Web(services, str)
    assert [name for name in (*answered, *refused) if web.answers(name)] == answered


@pytest.fixture
def web(application: Any) -> Iterator[Web]:
    made = Web((), lambda: "999988887777")
    with mock_appintegrations(), made.on():
        yield made


def account_of(web: Web, **environ: str) -> str | None:
    _, given, _ = web({"RAW_URI": "/", **environ}, print)
    account: str | None = given.get("HTTP_X_MOTO_ACCOUNT_ID")
    return account


def signed_by(access_key: str) -> str:
    return f"AWS4-HMAC-SHA256 Credential={access_key}/20260101/us-east-1/sts/aws4_request, SignedHeaders=host"


def test_a_request_is_answered_in_the_account_of_its_key(web: Web) -> None:
    ours = access_key_of("111122223333")
    assert account_of(web, HTTP_AUTHORIZATION=signed_by(ours)) == "111122223333"
    presigned = f"/?X-Amz-Credential={ours}%2F20260101%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Signature=1"
    assert account_of(web, RAW_URI=presigned) == "111122223333"


def test_a_request_is_answered_in_the_default_account_if_its_key_names_none(web: Web) -> None:
    assert account_of(web, HTTP_AUTHORIZATION=signed_by("anybody")) == "999988887777"
    assert account_of(web) == "999988887777"


def test_a_key_that_moto_has_made_is_left_to_moto(web: Web) -> None:
    iam = boto3.client("iam", "us-east-1", aws_access_key_id="any", aws_secret_access_key="any")
    iam.create_user(UserName="user")
    made = iam.create_access_key(UserName="user")["AccessKey"]["AccessKeyId"]
    assert account_of(web, HTTP_AUTHORIZATION=signed_by(made)) is None


def test_a_request_goes_to_the_application_that_moto_makes(web: Web, application: Any) -> None:
    environ = {"RAW_URI": "/"}
    assert web(environ, print) == [application.create_backend_app, environ, print]


@pytest.mark.usefixtures("application")
def test_moto_is_on_until_the_end_and_the_environment_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "mine")
    with mock_appintegrations():
        inside = dict(os.environ)
        with contextlib.suppress(ZeroDivisionError), Web((), str).on():
            assert neighbours.present().is_on()
            assert dict(os.environ) == inside
            raise ZeroDivisionError
        assert not neighbours.present().is_on()
        assert dict(os.environ) == inside


OURS = "AWS::AppIntegrations::Application"


@pytest.mark.usefixtures("application")
def test_moto_s_stacks_know_our_types_from_the_beginning() -> None:
    parsing = pytest.importorskip("moto.cloudformation.parsing", exc_type=ImportError)
    with mock_appintegrations():
        assert OURS not in parsing.get_model_map()
        with Web((), str).on():
            assert OURS in parsing.get_model_map()
    assert OURS not in parsing.get_model_map()


@pytest.mark.usefixtures("application")
@pytest.mark.parametrize("missing", ["cloudformation", "tagging"])
def test_what_a_service_of_moto_lacks_keeps_no_other_from_showing_our_resources(
    missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsing = pytest.importorskip("moto.cloudformation.parsing", exc_type=ImportError)
    tagging = pytest.importorskip("moto.resourcegroupstaggingapi.models")
    if not hasattr(tagging, "iter_taggable_backends"):
        pytest.skip("moto before 5.2.2 has no way in")
    original = tagging.iter_taggable_backends
    with moto.mock_aws(), mock_appintegrations():
        neighbours.join("sqs")  # which loads again what worked on another copy of moto
    with monkeypatch.context() as patch, mock_appintegrations():
        patch.setitem(sys.modules, f"{adapter.__package__}.{missing}", None)
        with Web((), str).on():
            assert (OURS in parsing.get_model_map()) is (missing == "tagging")
            assert (tagging.iter_taggable_backends is original) is (missing == "tagging")
