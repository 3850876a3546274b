"""The patched model."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.loaders import Loader

from appint_mock.protocol import model
from tests.shapes import CATALOGUES

PATCHES = [patch for service in CATALOGUES for patch in model.patches(service)]


def about(patch: dict[str, Any]) -> str:
    return f"{patch['service']}-{patch['shapes'][0]}-{patch.get('member', '')}"


@pytest.mark.parametrize("patch", PATCHES, ids=about)
def test_each_patch_changes_all_that_it_names_once(patch: dict[str, Any]) -> None:
    for shape in patch["shapes"]:
        description = model._read(patch["service"])
        before = json.dumps(description)
        assert model.apply({**patch, "shapes": [shape]}, description)
        assert json.dumps(description) != before
        patched = json.dumps(description)
        assert not model.apply({**patch, "shapes": [shape]}, description)
        assert json.dumps(description) == patched


@pytest.mark.parametrize("patch", PATCHES, ids=about)
def test_each_patch_gives_its_reason(patch: dict[str, Any]) -> None:
    assert len(patch["reason"]) > 20


@pytest.mark.parametrize("service", CATALOGUES)
def test_a_service_s_patches_are_its_own(service: str) -> None:
    assert {patch["service"] for patch in model.patches(service)} == {service}


def test_a_model_that_a_developer_keeps_at_home_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at_home = tmp_path / "appintegrations" / "2099-01-01" / "service-2.json"
    at_home.parent.mkdir(parents=True)
    at_home.write_text("{}")
    monkeypatch.setattr(Loader, "CUSTOMER_DATA_PATH", str(tmp_path))
    assert "operations" in model._read("appintegrations")


@pytest.mark.parametrize("patch", PATCHES, ids=about)
def test_a_patch_leaves_a_model_without_its_shapes_alone(patch: dict[str, Any]) -> None:
    description: dict[str, Any] = {"shapes": {"Other": {"type": "string"}}}
    assert not model.apply(patch, description)
    without_members = {"shapes": {name: {"type": "structure"} for name in patch["shapes"]}}
    if "member" in patch:
        assert not model.apply(patch, without_members)


def test_a_newer_models_own_constraint_wins_over_an_added_one() -> None:
    description = {
        "shapes": {
            "CreateDataSetRequest": {"type": "structure", "members": {"Name": {"shape": "Name"}}},
            "Name": {"type": "string", "max": 300},
        }
    }
    patch = next(patch for patch in PATCHES if "CreateDataSetRequest" in patch["shapes"])
    assert model.apply(patch, description)
    assert description["shapes"]["CreateDataSetRequest"] == {
        "type": "structure",
        "members": {"Name": {"shape": "Name", "min": 1}},
    }


def test_a_substitution_does_nothing_where_the_text_is_gone() -> None:
    description = {"shapes": {"Arn": {"type": "string", "pattern": "^arn:(aws|aws-cn):.*$"}}}
    assert not model.apply(PATCHES[0], description)


def test_a_constraint_on_a_member_does_not_reach_other_users_of_its_shape() -> None:
    shape = CATALOGUES["dataexchange"].model.shape_for
    assert shape("CreateDataSetRequest").members["Name"].metadata == {"min": 1, "max": 256}
    assert shape("CreateDataSetResponse").members["Name"].metadata == {}
    assert shape("ListDataSetsRequest").members["Origin"].metadata["enum"] == ["OWNED", "ENTITLED"]
    assert shape("ImportAssetsFromS3RequestDetails").members["AssetSources"].metadata == {"min": 1}
    assert shape("ImportAssetsFromS3ResponseDetails").members["AssetSources"].metadata == {}


def test_the_model_is_loaded_once() -> None:
    assert model.load("appintegrations") is model.load("appintegrations")


@pytest.mark.integration
def test_importing_the_room_loads_neither_a_model_nor_a_heavy_library() -> None:
    program = (
        "import sys; before = set(sys.modules); import appint_mock.protocol.operation, appint_mock.protocol.model\n"
        "import appint_mock.services.appintegrations.wording, appint_mock.services.dataexchange.wording\n"
        "heavy = {'boto3', 'moto', 'requests', 'responses', 'jsonschema'} & set(sys.modules)\n"
        "sys.exit(bool(heavy or appint_mock.protocol.model.load.cache_info().currsize))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


@pytest.mark.parametrize(
    ("service", "protocol"),
    [
        (SimpleNamespace(resolved_protocol="rest-json", metadata={"protocol": "smithy-rpc-v2-cbor"}), "rest-json"),
        (SimpleNamespace(metadata={"protocol": "rest-json"}), "rest-json"),
    ],
    ids=["of several", "the only one"],
)
def test_a_services_protocol_is_the_one_that_botocore_chooses(service: Any, protocol: str) -> None:
    assert model.protocol_of(service) == protocol
