"""One copy of the library's state, whatever a suite does to ``sys.modules``."""

from __future__ import annotations

import importlib
import importlib.util
import sys
import types
from typing import Any
from unittest import mock

import pytest

from appint_mock import mock_appintegrations, one_copy
from appint_mock.scopes import stack
from tests.programs import run_python

OURS = [name for name in sys.modules if name.split(".")[0] == "appint_mock"]

USE = """
def names(name):
    import boto3
    client = boto3.client("appintegrations", region_name="us-east-1")
    client.create_event_integration(Name=name, EventFilter={"Source": "aws.partner/x"}, EventBridgeBus="default")
    return [each["Name"] for each in client.list_event_integrations()["EventIntegrations"]]
"""
LOSSES = {
    "patch.dict": "with mock.patch.dict(sys.modules): use()",
    "patch.dict with a stand-in": "with mock.patch.dict(sys.modules, {'pandas': mock.Mock()}): use()",
    "what was loaded is taken out": "before = set(sys.modules); use(); take_out(lambda name: name not in before)",
    "all of ours is taken out": "use(); take_out(lambda name: name.startswith('appint_mock'))",
    "ours and botocore are taken out": (
        "use(); take_out(lambda name: name.split('.')[0] in ('appint_mock', 'botocore', 'boto3'))"
    ),
}
FIRST_USES = {
    "the decorator": "appint_mock.mock_appintegrations",
    "a scope that stays open": "appint_mock.mock_appintegrations().start()",
    "a scope with a call": "[appint_mock.mock_appintegrations().start(), names('first')]",
    "the other service": "appint_mock.mock_dataexchange().start()",
}


@pytest.mark.integration
@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
@pytest.mark.parametrize("first_use", FIRST_USES.values(), ids=FIRST_USES)
def test_what_is_first_used_while_modules_are_put_aside_is_used_on(first_use: str, loss: str) -> None:
    program = f"""
import sys
from unittest import mock
import appint_mock
{USE}
def take_out(out):
    for name in list(sys.modules):
        if out(name):
            del sys.modules[name]
def use():
    {first_use}
{loss}
from appint_mock import UnmockedCallError, mock_appintegrations
from appint_mock.scopes import stack
with mock_appintegrations() as aws:
    assert "second" in names("second")
    assert aws.calls.last.operation == "ListEventIntegrations"
    assert stack.innermost("appintegrations").calls is aws.calls
    import boto3
    try:
        boto3.client("sts", region_name="us-east-1").get_caller_identity()
    except Exception as error:
        assert type(error).__name__ == "UnmockedCallError" and isinstance(error, UnmockedCallError), error
    else:
        raise AssertionError("not guarded")
assert mock_appintegrations is appint_mock.mock_appintegrations
print("one copy")
"""
    assert run_python(program) == "one copy"


@pytest.mark.parametrize("name", OURS)
def test_a_module_that_was_taken_out_is_found_again_as_it_was(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module = sys.modules[name]
    before = (module.__spec__, module.__loader__, dict(vars(module)))
    monkeypatch.delitem(sys.modules, name)
    assert importlib.import_module(name) is module
    assert (module.__spec__, module.__loader__, dict(vars(module))) == before


def test_reloading_a_module_keeps_its_state() -> None:
    with mock_appintegrations():
        before = stack.all_open()
        assert importlib.reload(stack) is stack
        assert stack.all_open() is before


def test_a_module_that_is_not_there_is_not_found() -> None:
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("appint_mock.nothing")
    with mock.patch.dict(sys.modules, {"appint_mock.nothing": None}), pytest.raises(ModuleNotFoundError):
        importlib.import_module("appint_mock.nothing.below")


def test_only_the_modules_that_a_package_has_loaded_are_found() -> None:
    package, inner, other = (types.ModuleType(name) for name in ("ours", "ours.inner", "other"))
    vars(package).update(inner=inner, number=5, other=other)
    vars(inner).update(deep=types.ModuleType("ours.inner.deep"))
    finder = one_copy._Finder(package)
    for name, module in (("ours", package), ("ours.inner", inner), ("ours.inner.deep", vars(inner)["deep"])):
        spec = finder.find_spec(name)
        assert spec is not None
        assert (spec.name, importlib.util.module_from_spec(spec)) == (name, module)
    for name in ("other", "oursx", "our", "ours.", "ours.number", "ours.number.a", "ours.other", "ours.a", "inner"):
        assert finder.find_spec(name) is None


def test_our_finders_go_before_all_others_and_are_there_once(monkeypatch: pytest.MonkeyPatch) -> None:
    theirs: list[Any] = [object(), object()]
    packages = [types.ModuleType(name) for name in ("first", "second")]
    monkeypatch.setattr(sys, "meta_path", [*theirs])
    monkeypatch.setattr(one_copy, "_finders", [])
    one_copy.keep(packages[0])
    (first,) = one_copy._finders
    assert sys.meta_path == [first, *theirs]
    one_copy.go_first()
    assert sys.meta_path == [first, *theirs]
    sys.meta_path.insert(0, theirs[0])
    one_copy.go_first()
    assert sys.meta_path == [first, theirs[0], *theirs]
    one_copy.keep(packages[1])
    second = one_copy._finders[-1]
    assert sys.meta_path == [second, first, theirs[0], *theirs]
    sys.meta_path.remove(first)
    one_copy.go_first()
    assert {id(each) for each in sys.meta_path[:2]} == {id(first), id(second)}
    assert sys.meta_path[2:] == [theirs[0], *theirs]


IN_PROCESS = """
import sys
from unittest import mock
import boto3
import pytest
from appint_mock import UnmockedCallError

def check(aws=None):
    client = boto3.client("appintegrations", region_name="us-east-1")
    assert client.list_event_integrations()["EventIntegrations"] == []
    if aws is not None:
        assert aws.calls.last.operation == "ListEventIntegrations"
    with pytest.raises(UnmockedCallError):
        boto3.client("sts", region_name="us-east-1").get_caller_identity()

@pytest.fixture
def modules():
    with mock.patch.dict(sys.modules, {"pandas": mock.Mock()}):
        yield

def test_first_use_inside_patch_dict(request):
    with mock.patch.dict(sys.modules, {"pandas": mock.Mock()}):
        aws = request.getfixturevalue("appintegrations")
    check(aws)

def test_inside_a_fixture_that_patches(modules, appintegrations):
    check(appintegrations)

def test_after_it(appintegrations):
    check(appintegrations)

def test_inner_run(pytester):
    pytester.makepyfile("def test_it(appintegrations_client): appintegrations_client.list_applications()")
    pytester.runpytest_inprocess("-p", "no:randomly").assert_outcomes(passed=1)

def test_after_the_inner_run(appintegrations):
    check(appintegrations)

def test_around_an_inner_run(pytester, appintegrations):
    test_inner_run(pytester)
    check()
"""


REQUESTS = """
import requests
from appint_mock import mock_dataexchange

def test_a_signed_url_is_answered(dataexchange_client, dataexchange):
    data_set = dataexchange_client.create_data_set(AssetType="S3_SNAPSHOT", Name="n", Description="d")["Id"]
    revision = dataexchange_client.create_revision(DataSetId=data_set)["Id"]
    details = {"DataSetId": data_set, "RevisionId": revision, "AssetName": "a", "Md5Hash": "1B2M2Y8AsgTpgAmY7PhCfg=="}
    job = dataexchange_client.create_job(
        Type="IMPORT_ASSET_FROM_SIGNED_URL", Details={"ImportAssetFromSignedUrl": details}
    )
    url = job["Details"]["ImportAssetFromSignedUrl"]["SignedUrl"]
    assert requests.put(url, data=b"").status_code == 200
"""


def test_rooms_that_an_inner_run_has_entered_are_the_same_in_the_next(pytester: Any) -> None:
    pytester.makepyfile(inner=REQUESTS)
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("run", range(3))
        def test_inner_run(pytester, request, run):
            source = (request.config.rootpath / "inner.py").read_text()
            pytester.makepyfile(source)
            pytester.runpytest_inprocess("-p", "no:randomly").assert_outcomes(passed=1)
        """
    )
    pytester.runpytest_subprocess("-p", "pytester", "-p", "no:randomly").assert_outcomes(passed=3)


@pytest.mark.parametrize("order", ["", "-k first_use", "-k inner", "-k 'inner or after'"])
def test_a_suite_that_puts_modules_aside_keeps_its_scopes(pytester: Any, order: str) -> None:
    pytester.makepyfile(IN_PROCESS)
    options = order.replace("'", "").split(" ", 1) if order else []
    plugins = ("-p", "pytester", "-p", "no:randomly", "-p", "tests.sockets_plugin")
    result = pytester.runpytest_subprocess(*plugins, *options)
    assert result.ret == 0
    assert result.parseoutcomes()["passed"] >= 1
