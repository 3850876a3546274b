"""Sessions: a fresh default one for each outermost scope, and nothing of one test in the next."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
import time
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import boto3
import botocore.session
import pytest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.endpoint import Endpoint
from botocore.exceptions import UnknownServiceError
from botocore.handlers import BUILTIN_HANDLERS
from botocore.hooks import EVENT_ALIASES, EventAliaser, HierarchicalEmitter
from botocore.loaders import Loader

from appint_mock import mock_appintegrations
from appint_mock.interception import lifecycle
from appint_mock.interception.environment import FAKE_CREDENTIALS

seen: list[str] = []


def leave_a_hook() -> None:
    boto3.client("appintegrations")
    session: Any = boto3.DEFAULT_SESSION
    session.events.register("before-call", lambda **event: seen.append("hook"))


def leave_a_default_config() -> None:
    boto3.client("appintegrations")
    session: Any = boto3.DEFAULT_SESSION
    session._session.set_default_client_config(Config(user_agent_extra="left"))


def leave_a_default_session() -> None:
    boto3.setup_default_session(region_name="eu-west-1")


def leave_a_variable_of_the_session() -> None:
    boto3.client("appintegrations")
    session: Any = boto3.DEFAULT_SESSION
    session._session.set_config_variable("region", "eu-west-1")


def leave_credentials() -> None:
    boto3.client("appintegrations")
    session: Any = boto3.DEFAULT_SESSION
    session._session.set_credentials("left", "left")


def leave_a_session_of_a_patched_class() -> None:
    with mock.patch("boto3.Session", autospec=True):
        boto3.client("appintegrations")


def leave_a_config_file(folder: Path) -> None:
    folder.joinpath("config").write_text("[default]\nuser_agent_appid = left\nregion = eu-west-1\n")
    with mock.patch.dict(os.environ, AWS_CONFIG_FILE=str(folder / "config")):
        boto3.client("appintegrations")


def leave_models(folder: Path) -> None:
    boto3.client("appintegrations")
    session: Any = boto3.DEFAULT_SESSION
    session._loader.search_paths.append(str(folder))
    model = folder / "left" / "2026-01-01" / "service-2.json"
    model.parent.mkdir(parents=True)
    metadata = {"apiVersion": "2026-01-01", "endpointPrefix": "left", "protocol": "json", "serviceId": "left"}
    model.write_text(json.dumps({"version": "2.0", "metadata": metadata, "operations": {}, "shapes": {}}))
    with contextlib.suppress(Exception):
        boto3.client("left")


LEAVERS: list[Callable[..., None]] = [
    leave_a_hook,
    leave_a_default_config,
    leave_a_default_session,
    leave_a_variable_of_the_session,
    leave_credentials,
    leave_a_session_of_a_patched_class,
    leave_a_config_file,
    leave_models,
]


@pytest.mark.parametrize("leave", LEAVERS)
def test_nothing_of_one_scope_s_default_session_reaches_the_next(leave: Callable[..., None], tmp_path: Path) -> None:
    with mock_appintegrations():
        leave(*[tmp_path] if leave.__code__.co_argcount else [])
    seen.clear()
    with mock_appintegrations() as aws:
        client = boto3.client("appintegrations")
        assert client.list_applications()["Applications"] == []
        assert client.meta.region_name == "us-east-1"
        assert "left" not in client.meta.config.user_agent
        assert client._request_signer._credentials.access_key == "testing"
        assert aws.calls.last.account_id == "123456789012"
        assert seen == []
        with pytest.raises(UnknownServiceError):
            boto3.client("left")
    assert boto3.DEFAULT_SESSION is None


def test_a_scope_keeps_its_default_session_with_the_scopes_inside_it() -> None:
    with mock_appintegrations():
        boto3.client("appintegrations")
        session = boto3.DEFAULT_SESSION
        with mock_appintegrations():
            boto3.client("appintegrations")
            assert boto3.DEFAULT_SESSION is session
        assert boto3.DEFAULT_SESSION is session


def test_a_patched_session_class_is_the_default_session_s() -> None:
    class Own(boto3.Session):  # type: ignore[misc]  # boto3 has no types
        pass

    with mock_appintegrations(), mock.patch("boto3.Session", Own):
        boto3.client("appintegrations")
        assert isinstance(boto3.DEFAULT_SESSION, Own)


def test_a_client_of_a_fresh_session_reads_no_model_again() -> None:
    with mock_appintegrations():
        boto3.client("appintegrations")
    with mock_appintegrations(), mock.patch("botocore.loaders.JSONFileLoader._load_file", side_effect=AssertionError):
        boto3.client("appintegrations")
        boto3.Session().client("appintegrations")


@pytest.mark.slow
def test_a_client_in_a_scope_of_its_own_takes_a_small_part_of_what_a_new_session_takes() -> None:
    def take() -> float:
        started = time.perf_counter()
        boto3.Session().client("appintegrations", "us-east-1")
        return time.perf_counter() - started

    def inside() -> float:
        with mock_appintegrations():
            return take()

    inside()
    assert min(inside() for _ in range(10)) < 0.3 * min(take() for _ in range(5))


# What is taken back after the scope --------------------------------------------------------------------------

CHANGES: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    **{
        f"setenv {name}": lambda patch, name=name: patch.setenv(name, "mine")  # type: ignore[misc]
        for name in (*FAKE_CREDENTIALS, "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_EC2_METADATA_DISABLED")
    },
    **{
        f"delenv {name}": lambda patch, name=name: patch.delenv(name)  # type: ignore[misc]
        for name in (*FAKE_CREDENTIALS, "AWS_DEFAULT_REGION")
    },
    "DEFAULT_SESSION": lambda patch: patch.setattr(boto3, "DEFAULT_SESSION", boto3.Session()),
    "DEFAULT_SESSION after its use": lambda patch: (
        boto3.client("appintegrations") and patch.setattr(boto3, "DEFAULT_SESSION", None)
    ),
    "_send": lambda patch: patch.setattr(Endpoint, "_send", lambda *args: None),
    "make_request": lambda patch: patch.setattr(Endpoint, "make_request", lambda *args: None),
}


def state() -> Any:
    return dict(os.environ), boto3.DEFAULT_SESSION, dict(vars(Endpoint))


@pytest.fixture(params=[{}, {"AWS_ACCESS_KEY_ID": "real", "AWS_PROFILE": "real", "AWS_DEFAULT_REGION": ""}])
def _environment(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in request.param.items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("_environment")
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_an_undo_after_the_scope_leaves_nothing_of_ours_behind(change: Callable[[pytest.MonkeyPatch], None]) -> None:
    before = state()
    with (
        pytest.MonkeyPatch.context() as patch,
        mock_appintegrations(region_name="eu-west-1"),
        mock_appintegrations(region_name="eu-west-2"),
    ):
        change(patch)
    lifecycle.tidy(before[0])
    assert state() == before


def test_what_a_program_sets_after_the_scope_stays() -> None:
    before = dict(os.environ)
    with mock_appintegrations():
        pass
    lifecycle.tidy(before)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in FAKE_CREDENTIALS.items():
            patch.setenv(name, value)
        lifecycle.tidy(before)
        assert {name: os.environ[name] for name in FAKE_CREDENTIALS} == FAKE_CREDENTIALS


def test_a_default_session_that_a_program_makes_after_the_scope_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    with mock_appintegrations():
        pass
    mine = boto3.Session()
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", mine)
    lifecycle.tidy(dict(os.environ))
    assert boto3.DEFAULT_SESSION is mine


def test_the_regions_of_scopes_are_taken_for_theirs_until_they_have_been_tidied_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = dict(os.environ)
    regions = ("eu-west-1", "eu-west-2")
    with mock_appintegrations(region_name=regions[0]), mock_appintegrations(region_name=regions[1]):
        pass
    for region, left in ((regions[0], None), (regions[1], regions[1])):
        # The second comes when all is tidy.
        monkeypatch.setenv("AWS_DEFAULT_REGION", region)
        lifecycle.tidy(before)
        assert os.environ.get("AWS_DEFAULT_REGION") == left
    with mock_appintegrations(region_name="ap-south-1"):
        monkeypatch.delenv("AWS_DEFAULT_REGION")
    monkeypatch.setenv("AWS_DEFAULT_REGION", regions[0])
    lifecycle.tidy(before)
    assert os.environ["AWS_DEFAULT_REGION"] == regions[0]


def test_what_is_put_back_gets_the_value_that_it_had_before_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    with mock_appintegrations(region_name="eu-west-1"):
        pass
    for name in FAKE_CREDENTIALS:
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-2")
    lifecycle.tidy({"AWS_ACCESS_KEY_ID": "real", "AWS_DEFAULT_REGION": "eu-central-1"})
    left = {name: os.environ.get(name) for name in (*FAKE_CREDENTIALS, "AWS_DEFAULT_REGION")}
    assert left == {**dict.fromkeys(FAKE_CREDENTIALS), "AWS_ACCESS_KEY_ID": "real", "AWS_DEFAULT_REGION": "us-east-2"}


def test_an_open_scope_is_not_tidied_up() -> None:
    with mock_appintegrations():
        inside = dict(os.environ)
        with mock_appintegrations(region_name="eu-west-1"):
            pass
        lifecycle.tidy({})
        assert dict(os.environ) == inside
        boto3.client("appintegrations").list_applications()


def test_monkeypatch_requested_before_our_fixture_leaves_nothing_behind(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import os
        import boto3

        def test_it(monkeypatch, appintegrations):
            monkeypatch.setenv("AWS_ACCESS_KEY_ID", "mine")
            monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
            boto3.client("appintegrations")
            monkeypatch.setattr(boto3, "DEFAULT_SESSION", boto3.Session())

        def test_after_it():
            assert "AWS_ACCESS_KEY_ID" not in os.environ
            assert "AWS_DEFAULT_REGION" not in os.environ
            assert boto3.DEFAULT_SESSION is None
        """
    )
    pytester.runpytest_subprocess("-p", "no:randomly").assert_outcomes(passed=2)


# Event handlers ----------------------------------------------------------------------------------------------


def handlers_of(session: botocore.session.Session) -> dict[str, list[Any]]:
    """The handlers of each event, in the order in which they run."""

    def walk(node: Any, name: str) -> Iterator[tuple[str, list[Any]]]:
        if node["values"] is not None:
            yield name, [handler for section in node["values"] for handler in section]
        for part, child in node["children"].items():
            yield from walk(child, f"{name}.{part}")

    return dict(walk(session._original_handler._handlers._root, ""))


def test_a_session_in_a_scope_has_the_event_handlers_that_it_has_outside() -> None:
    def added(**event: Any) -> None:
        pass

    outside = handlers_of(botocore.session.Session())
    with mock_appintegrations():
        first = botocore.session.Session()
        first.register("before-call", added)
        assert handlers_of(botocore.session.Session()) == handlers_of(botocore.session.Session()) == outside
        assert handlers_of(first) != outside
        assert not handlers_of(botocore.session.Session(include_builtin_handlers=False))
    # As another library does when it is loaded.
    BUILTIN_HANDLERS.append(("before-call", added))
    try:
        more = handlers_of(botocore.session.Session())
        with mock_appintegrations():
            assert handlers_of(botocore.session.Session()) == handlers_of(botocore.session.Session()) == more != outside
    finally:
        BUILTIN_HANDLERS.pop()


def test_events_have_the_names_in_a_scope_that_they_have_outside() -> None:
    """Also with aliases of a program's own, which must not become those of every session."""

    def names(aliases: dict[str, str] | None) -> list[str]:
        seen: list[str] = []
        emitter = EventAliaser(HierarchicalEmitter(), aliases)
        for service in ("appintegrations", "s3", "cloudwatch"):
            emitter.register(f"before-call.{service}", lambda event_name, **event: seen.append(event_name))
            emitter.emit(f"before-call.{service}.Operation")
        return seen

    own = {"cloudwatch": "mine", "s3": "mine-too"}
    outside = names(None), names(own)
    with mock_appintegrations():
        assert (names(None), names(own), names(None)) == (*outside, outside[0])
        assert (names(own), names(None)) == (outside[1], outside[0])
    assert (names(None), names(own)) == outside


def test_a_session_s_own_emitter_keeps_what_it_has() -> None:
    def own(**event: Any) -> None:
        pass

    def session_with_own() -> botocore.session.Session:
        emitter = HierarchicalEmitter()
        emitter.register("before-call", own)
        return botocore.session.Session(event_hooks=emitter)

    outside = handlers_of(session_with_own())
    with mock_appintegrations():
        assert handlers_of(session_with_own()) == outside


def test_a_second_session_in_a_scope_registers_no_handler_again(monkeypatch: pytest.MonkeyPatch) -> None:
    with mock_appintegrations():
        botocore.session.Session()
        monkeypatch.setattr(HierarchicalEmitter, "_register_section", lambda *args: pytest.fail("registered"))
        assert handlers_of(botocore.session.Session())


def test_the_names_of_events_are_found_once_for_all_sessions_of_scopes() -> None:
    def names_of(aliases: Any = None) -> Any:
        return EventAliaser(HierarchicalEmitter(), aliases)._alias_name_cache

    assert names_of() is not names_of()
    with mock_appintegrations():
        assert names_of() is names_of() is names_of(EVENT_ALIASES)
        assert names_of({"s3": "mine"}) is not names_of({"s3": "mine"})


# Data files --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["a search path", "the customer's folder", "an own loader"])
def test_a_file_that_a_program_may_change_is_read_by_each_session_anew(
    how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if how == "the customer's folder":
        monkeypatch.setattr(Loader, "CUSTOMER_DATA_PATH", str(tmp_path))
    file = tmp_path / "settings.json"
    read = []
    with mock_appintegrations():
        for number in range(2):
            file.write_text(json.dumps(number))
            loader: Any = botocore.session.Session().get_component("data_loader")
            if how == "an own loader":
                loader = botocore.session.create_loader(str(tmp_path))
            if how == "a search path":
                loader.search_paths.append(str(tmp_path))
            read += [loader.load_data("settings"), loader.load_data("settings")]
    assert read == [0, 0, 1, 1]


# Credentials -------------------------------------------------------------------------------------------------


def test_a_session_without_any_credentials_has_none_in_a_scope(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmp_path.joinpath("config").write_text("[profile it]\noutput = json\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    with mock_appintegrations():
        assert boto3.Session(profile_name="it").get_credentials() is None


def credentials_of_aiobotocore() -> Any:
    """Stands for that module: a class of credentials, and providers whose methods are awaited."""

    class AioCredentials(Credentials):  # type: ignore[misc]  # botocore has no types
        async def get_frozen_credentials(self) -> Any:
            return super().get_frozen_credentials()

    async def load(self: Any, *args: Any) -> Any:
        return AioCredentials("real", "real")

    module: Any = types.ModuleType("aiobotocore.credentials")
    module.AioCredentials = AioCredentials
    module.AioProcessProvider = type("AioProcessProvider", (), {"load": load, "_credential_process": None})
    module.AioInstanceMetadataProvider = type("AioInstanceMetadataProvider", (), {"load": load})
    module.AioCanonicalNameCredentialSourcer = type(
        "AioCanonicalNameCredentialSourcer",
        (),
        {"source_credentials": load, "is_supported": lambda self, name: name == "Environment"},
    )
    return module


def test_an_async_session_asks_nobody_for_credentials_until_the_scope_has_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    module = credentials_of_aiobotocore()
    monkeypatch.setitem(sys.modules, module.__name__, module)
    process, metadata = module.AioProcessProvider(), module.AioInstanceMetadataProvider()
    sourcer = module.AioCanonicalNameCredentialSourcer()

    def key_of(credentials: Any) -> Any:
        return asyncio.run(credentials.get_frozen_credentials()).access_key

    with mock_appintegrations():
        assert asyncio.run(process.load()) is None
        assert asyncio.run(metadata.load()) is None
        assert asyncio.run(sourcer.source_credentials("Nothing")) is None
        process._credential_process = "a command"
        lent = [asyncio.run(process.load()), asyncio.run(sourcer.source_credentials("Environment"))]
        assert [key_of(each) for each in lent] == ["testing", "testing"]
        assert all(isinstance(each, module.AioCredentials) for each in lent)
    assert [key_of(each) for each in lent] == ["real", "real"]
    assert key_of(asyncio.run(metadata.load())) == "real"
